/* SPDX-License-Identifier: Apache-2.0
 * test_facts.c - facts and params from JSON and from typed text: what is taken,
 * what is rejected and what is refused, with the words of the messages.
 * Expected values follow the table of fact types in the manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/image_fixture.h"

static const char *const words[] = {
    "0",     "3",     "5",        "7",     "10",    "fee",     "unused",
    "count", "ratio", "currency", "note",  "due",   "paid_at", "span",
    "color", "shade", "red",      "green", "other", "days",    "rate",
    "label", "mode",  "hue",      "out",   "test"};

enum {
  FEE,
  UNUSED,
  COUNT,
  RATIO,
  CURRENCY,
  NOTE,
  DUE,
  PAID_AT,
  SPAN,
  COLOR,
  SHADE,
  MODE,
  DAYS,
  LABEL
};

static Fixture fixture;

static uint32_t word(const char *text) {
  return fixture_string(&fixture, text);
}

static uint32_t type(RplKind kind, uint32_t optional, uint32_t detail) {
  return RPL_ADD(&fixture.builder, TYPES, (uint32_t)kind, optional, detail);
}

static uint32_t number(uint32_t row, const char *text) {
  return CONST(RPL_ADD(&fixture.builder, CONSTANTS, row, word(text), 0));
}

static void fact(const char *name, uint32_t row, uint32_t flags, uint32_t low,
                 uint32_t high, uint32_t value) {
  uint32_t places = strcmp(name, "ratio") == 0 ? 2 : 0;
  (void)RPL_ADD(&fixture.builder, FACTS, word(name), row, flags, places, low,
                high, value, 0);
}

static void open_schema(bool with_currency) {
  RplBuilder *b = &fixture.builder;
  fixture_begin(&fixture, words, sizeof words / sizeof words[0]);
  uint32_t integers = type(RPL_KIND_INTEGER, 0, 0);
  uint32_t numbers = type(RPL_KIND_NUMBER, 0, 0);
  uint32_t money = type(RPL_KIND_MONEY, 0, 0);
  uint32_t texts = type(RPL_KIND_TEXT, 0, 0);
  uint32_t zero = number(numbers, "0");
  uint32_t nothing =
      CONST(RPL_ADD(b, CONSTANTS, money, word("0"), RPL_CURRENCY_NONE));
  uint32_t label = CONST(RPL_ADD(b, CONSTANTS, texts, word("label"), 0));
  (void)RPL_ADD(b, ENUMERATORS, word("red"));
  (void)RPL_ADD(b, ENUMERATORS, word("green"));
  (void)RPL_ADD(b, ENUMERATORS, word("other"));
  (void)RPL_ADD(b, ENUMS, word("hue"), 0, 3, RPL_ENUM_OR_OTHER);
  (void)RPL_ADD(b, ENUMS, word("hue"), 0, 2, 0);
  fact("fee", money, RPL_FACT_LOW_OPEN, nothing, 0, 0);
  fact("unused", type(RPL_KIND_BOOLEAN, 0, 0), 0, 0, 0, 0);
  fact("count", integers, 0, number(integers, "0"), number(integers, "10"), 0);
  fact("ratio", numbers, RPL_FACT_LOW_OPEN | RPL_FACT_HIGH_OPEN, zero,
       number(numbers, "5"), 0);
  fact("currency", type(RPL_KIND_CURRENCY, 0, 0), 0, 0, 0, 0);
  fact("note", texts, 0, 0, number(integers, "3"), 0);
  fact("due", type(RPL_KIND_DATE, 1, 0), 0, 0, 0, 0);
  fact("paid_at", type(RPL_KIND_DATETIME, 0, 0), 0, 0, 0, 0);
  fact("span", type(RPL_KIND_DURATION, 0, 0), 0, 0, 0, 0);
  fact("color", type(RPL_KIND_ENUM, 0, 0), 0, 0, 0, 0);
  fact("shade", type(RPL_KIND_ENUM, 0, 1), 0, 0, 0, 0);
  fact("mode", type(RPL_KIND_ROUNDING, 0, 0), 0, 0, 0, 0);
  fact("days", integers, RPL_FACT_PARAM, number(integers, "0"), 0,
       number(integers, "7"));
  fact("label", texts, RPL_FACT_PARAM, 0, 0, label);
  (void)RPL_ADD(b, OUTCOMES, word("out"), word("out"), 0);
  (void)RPL_ADD(b, POLICIES, word("test"), 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0, word("out"), word("out"), with_currency ? CURRENCY + 1u : 0u,
                0, 0);
  fixture_open(&fixture, 0);
}

static int set_up(void **state) {
  (void)state;
  open_schema(true);
  return 0;
}

static int set_up_plain(void **state) {
  (void)state;
  open_schema(false);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_end(&fixture);
  return 0;
}

static RplFacts *facts(void) { return &fixture.context->facts; }

static void give(const char *json) {
  RplFactError error;
  if (rpl_facts_json(fixture.context, rpl_slice_from(json), 0, &error))
    fail_msg("%s: %s", json, error.message);
  assert_int_equal(rpl_facts_settle(facts()), RPL_OK);
}

static void check_value(uint32_t slot, const char *expected) {
  RplBuffer buffer;
  rpl_buffer_init(&buffer, NULL);
  rpl_value_write_text(&buffer, &fixture.image.tables, &facts()->values[slot]);
  if (!rpl_slice_is(rpl_buffer_view(&buffer), expected))
    fail_msg("expected %s, got %.*s", expected, (int)buffer.length,
             buffer.data);
  rpl_buffer_clear(&buffer);
}

static void takes_every_type(void **state) {
  (void)state;
  give("{\"fee\":{\"currency\":\"USD\",\"amount\":\"1.60\"},\"unused\":true,"
       "\"count\":10,\"ratio\":\"4.99\",\"currency\":\"KWD\","
       "\"note\":\"\\u00e4\\u00f6\\u00fc\",\"due\":\"2026-03-02\","
       "\"paid_at\":\"2026-03-02T17:30:00+08:00\",\"span\":\"36h\","
       "\"color\":\"green\",\"shade\":\"red\",\"mode\":\"half_even\"}");
  check_value(FEE, "USD 1.60");
  check_value(UNUSED, "yes");
  check_value(COUNT, "10");
  check_value(RATIO, "4.99");
  check_value(CURRENCY, "KWD");
  check_value(NOTE, "\xC3\xA4\xC3\xB6\xC3\xBC");
  check_value(DUE, "2026-03-02");
  check_value(PAID_AT, "2026-03-02T09:30:00Z");
  check_value(SPAN, "1d12h");
  check_value(COLOR, "green");
  check_value(SHADE, "red");
  check_value(MODE, "half_even");
  assert_int_equal(facts()->slots[FEE].integer, 160);
  assert_int_equal(facts()->slots[RATIO].integer, 499);
  assert_true(facts()->slots[RATIO].fits);
  assert_false(facts()->slots[NOTE].fits);
}

static void slot_that_does_not_fit_says_so(void **state) {
  (void)state;
  give("{\"ratio\":0.125,\"fee\":\"USD 1.005\"}");
  check_value(RATIO, "0.125");
  check_value(FEE, "USD 1.005");
  assert_false(facts()->slots[RATIO].fits);
  assert_false(facts()->slots[FEE].fits);
}

static void null_is_for_optional_facts(void **state) {
  (void)state;
  give("{\"due\":null}");
  check_value(DUE, "none");
  assert_int_equal(facts()->slots[DUE].state, RPL_SLOT_NONE);
}

static void bare_money_in_either_order(void **state) {
  (void)state;
  give("{\"fee\":\"1.60\",\"currency\":\"USD\"}");
  check_value(FEE, "USD 1.60");
  give("{\"currency\":\"JPY\",\"fee\":160}");
  check_value(FEE, "JPY 160");
  assert_int_equal(facts()->slots[FEE].integer, 160);
  give("{\"fee\":1.6}");
  check_value(FEE, "(not given)");
  assert_int_equal(facts()->slots[FEE].state, RPL_SLOT_BARE);
  give("{\"fee\":0,\"currency\":\"USD\"}");
  assert_int_equal(facts()->slots[FEE].state, RPL_SLOT_REJECTED);
}

static void unlisted_value_reads_as_other(void **state) {
  (void)state;
  give("{\"color\":\"mauve\"}");
  check_value(COLOR, "other");
}

static void check_rejected(const char *json, uint32_t slot,
                           const char *expected) {
  give(json);
  assert_int_equal(facts()->slots[slot].state, RPL_SLOT_REJECTED);
  check_value(slot, "(not given)");
  if (!rpl_slice_is(facts()->rejections[slot], expected))
    fail_msg("got %.*s", (int)facts()->rejections[slot].length,
             facts()->rejections[slot].data);
}

static void constraints_at_and_past_their_bounds(void **state) {
  (void)state;
  check_rejected("{\"ratio\":0}", RATIO, "0 is not > 0");
  check_rejected("{\"ratio\":5}", RATIO, "5 is not < 5");
  check_rejected("{\"count\":-1}", COUNT, "-1 is not >= 0");
  check_rejected("{\"count\":11}", COUNT, "11 is not <= 10");
  check_rejected("{\"fee\":\"USD 0.00\"}", FEE, "USD 0.00 is not > 0");
  check_rejected("{\"note\":\"abcd\"}", NOTE, "its length 4 is not <= 3");
  give("{\"count\":0,\"note\":\"abc\"}");
  check_value(COUNT, "0");
  check_value(NOTE, "abc");
}

static void check_refused(const char *json, const char *message,
                          const char *help) {
  RplFactError error;
  assert_int_equal(
      rpl_facts_json(fixture.context, rpl_slice_from(json), 0, &error),
      RPL_E_FACTS);
  assert_string_equal(error.message, message);
  assert_string_equal(error.help, help);
  for (uint32_t slot = 0; slot < DAYS; slot++)
    assert_int_equal(facts()->slots[slot].state, RPL_SLOT_ABSENT);
}

#define MONEY ": expected money such as \"USD 1.60\", found "

static void refuses_wrong_types(void **state) {
  (void)state;
  check_refused("{\"ratio\":true}",
                "fact \"ratio\": expected a number, found the boolean true",
                "");
  check_refused("{\"ratio\":\"1,5\"}",
                "fact \"ratio\": expected a number, found the text \"1,5\"",
                "");
  check_refused("{\"count\":1.5}",
                "fact \"count\": expected an integer, found the number 1.5",
                "");
  check_refused("{\"unused\":\"true\"}",
                "fact \"unused\": expected true or false, found the text "
                "\"true\"",
                "");
  check_refused("{\"fee\":\"1.60 USD\"}",
                "fact \"fee\"" MONEY "the text \"1.60 USD\"", "");
  check_refused("{\"fee\":\"XXQ 1\"}",
                "fact \"fee\": expected a currency of ISO 4217 such as "
                "\"USD\", found the text \"XXQ\"",
                "");
  check_refused("{\"fee\":{\"amount\":\"1\"}}",
                "fact \"fee\": expected {\"currency\": \"USD\", \"amount\": "
                "\"1.60\"}, found another object",
                "");
  check_refused("{\"fee\":[1]}", "fact \"fee\"" MONEY "an array", "");
  check_refused("{\"currency\":\"usd\"}",
                "fact \"currency\": expected a currency of ISO 4217 such as "
                "\"USD\", found the text \"usd\"",
                "");
  check_refused("{\"note\":5}",
                "fact \"note\": expected text, found the number 5", "");
  check_refused("{\"span\":7}",
                "fact \"span\": expected a duration such as \"7d\" or "
                "\"1d12h\", found the number 7",
                "");
  check_refused("{\"mode\":\"up!\"}",
                "fact \"mode\": expected a rounding mode such as "
                "\"half_up\", found the text \"up!\"",
                "");
  check_refused("{\"shade\":\"grean\"}",
                "fact \"shade\": expected one of red, green, found the text "
                "\"grean\"",
                "did you mean \"green\"?");
  check_refused("{\"paid_at\":null}",
                "fact \"paid_at\": null means that it does not exist, which "
                "this one's type does not allow",
                "");
}

static void refuses_names(void **state) {
  (void)state;
  check_refused("{\"unusde\":true}", "no fact is named \"unusde\"",
                "did you mean \"unused\"?");
  check_refused("{\"zzzzzz\":true}", "no fact is named \"zzzzzz\"", "");
  check_refused("{\"days\":5}", "no fact is named \"days\"",
                "it is a param, not a fact");
}

static void unknown_names_can_be_ignored(void **state) {
  (void)state;
  assert_int_equal(rpl_facts_json(fixture.context,
                                  rpl_slice_from("{\"x\":[{}],\"count\":1}"),
                                  RPL_FACTS_IGNORE_UNKNOWN, NULL),
                   RPL_OK);
  check_value(COUNT, "1");
}

static void refusals_name_the_place(void **state) {
  RplFactError error;
  (void)state;
  assert_int_equal(
      rpl_facts_json(fixture.context,
                     rpl_slice_from("{\"count\":1,\n  \"ratio\": [] }"), 0,
                     &error),
      RPL_E_FACTS);
  assert_int_equal(error.line, 2);
  assert_int_equal(error.column, 12);
  assert_string_equal(error.fact, "ratio");
}

static void refuses_what_is_no_object(void **state) {
  static const char *const bad[] = {"",
                                    "[]",
                                    "1",
                                    "{\"count\"",
                                    "{\"count\":01}",
                                    "{\"count\":1}x",
                                    "{\"count\":1,\"count\":1}"};
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(
        rpl_facts_json(fixture.context, rpl_slice_from(bad[i]), 0, NULL),
        RPL_E_FACTS);
}

/* A number of `digits` digits, as a fact. */
static RplStatus give_digits(size_t digits) {
  static char json[RPL_NUMBER_MAX_DIGITS + 32];
  size_t length = 9;
  memcpy(json, "{\"count\":", length);
  memset(json + length, '0', digits);
  json[length] = '1';
  length += digits;
  /* A fraction of zeros keeps the value small. */
  json[length - digits + 1] = '.';
  json[length++] = '0';
  json[length++] = '}';
  return rpl_facts_json(fixture.context, (RplSlice){json, length}, 0, NULL);
}

static void numbers_have_a_limit(void **state) {
  (void)state;
  assert_int_equal(give_digits(RPL_NUMBER_MAX_DIGITS), RPL_OK);
  assert_int_equal(give_digits(RPL_NUMBER_MAX_DIGITS + 1), RPL_E_FACTS);
}

static void texts_have_a_limit(void **state) {
  static char text[RPL_FACT_TEXT_MAX + 1];
  (void)state;
  memset(text, 'x', sizeof text);
  RplSlice name = rpl_slice_from("label");
  assert_int_equal(rpl_param_text(fixture.context, name,
                                  (RplSlice){text, RPL_FACT_TEXT_MAX}, NULL),
                   RPL_OK);
  assert_int_equal(rpl_param_text(fixture.context, name,
                                  (RplSlice){text, RPL_FACT_TEXT_MAX + 1},
                                  NULL),
                   RPL_E_FACTS);
}

static RplStatus type_in(const char *name, const char *value,
                         RplFactError *error) {
  return rpl_facts_text(fixture.context, rpl_slice_from(name),
                        rpl_slice_from(value), error);
}

static void typed_text(void **state) {
  RplFactError error;
  (void)state;
  assert_int_equal(type_in("fee", "1.60", NULL), RPL_OK);
  assert_int_equal(type_in("unused", "false", NULL), RPL_OK);
  assert_int_equal(type_in("due", "null", NULL), RPL_OK);
  assert_int_equal(type_in("note", "7d\xFF", NULL), RPL_E_FACTS);
  assert_int_equal(type_in("currency", "USD", NULL), RPL_OK);
  assert_int_equal(type_in("unused", "true", &error), RPL_E_FACTS);
  assert_string_equal(error.message, "fact \"unused\": it was set before");
  assert_int_equal(rpl_facts_settle(facts()), RPL_OK);
  check_value(FEE, "USD 1.60");
  check_value(UNUSED, "no");
  check_value(DUE, "none");
}

static RplStatus set_param(const char *name, const char *value,
                           RplFactError *error) {
  return rpl_param_text(fixture.context, rpl_slice_from(name),
                        rpl_slice_from(value), error);
}

static void params_keep_their_values(void **state) {
  RplFactError error;
  (void)state;
  check_value(DAYS, "7");
  check_value(LABEL, "label");
  assert_int_equal(set_param("days", "30", NULL), RPL_OK);
  assert_int_equal(set_param("label", "first", NULL), RPL_OK);
  assert_int_equal(set_param("label", "second", NULL), RPL_OK);
  rpl_facts_clear(fixture.context);
  check_value(DAYS, "30");
  check_value(LABEL, "second");
  assert_int_equal(set_param("days", "-1", &error), RPL_E_FACTS);
  assert_string_equal(error.message, "param \"days\": -1 is not >= 0");
  assert_int_equal(set_param("dais", "1", &error), RPL_E_FACTS);
  assert_string_equal(error.help, "did you mean \"days\"?");
  assert_int_equal(
      rpl_params_json(fixture.context,
                      rpl_slice_from("{\"label\":\"third\",\"days\":-1}"),
                      NULL),
      RPL_E_FACTS);
  check_value(LABEL, "second");
  assert_int_equal(
      rpl_params_json(fixture.context,
                      rpl_slice_from("{\"label\":\"third\",\"days\":1}"), NULL),
      RPL_OK);
  check_value(LABEL, "third");
  rpl_params_clear(fixture.context);
  check_value(DAYS, "7");
  check_value(LABEL, "label");
}

static void bare_money_needs_the_currency_fact(void **state) {
  (void)state;
  check_refused("{\"fee\":\"1.60\"}", "fact \"fee\"" MONEY "the text \"1.60\"",
                "");
  give("{\"fee\":\"USD 1.60\"}");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(takes_every_type),
      WITH(slot_that_does_not_fit_says_so),
      WITH(null_is_for_optional_facts),
      WITH(bare_money_in_either_order),
      WITH(unlisted_value_reads_as_other),
      WITH(constraints_at_and_past_their_bounds),
      WITH(refuses_wrong_types),
      WITH(refuses_names),
      WITH(unknown_names_can_be_ignored),
      WITH(refusals_name_the_place),
      WITH(refuses_what_is_no_object),
      WITH(numbers_have_a_limit),
      WITH(texts_have_a_limit),
      WITH(typed_text),
      WITH(params_keep_their_values),
      cmocka_unit_test_setup_teardown(bare_money_needs_the_currency_fact,
                                      set_up_plain, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
