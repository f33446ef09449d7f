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

/* 64 values: "v00" to "v77", counted by eight. */
#define EIGHT(d)                                                               \
  "v" #d "0", "v" #d "1", "v" #d "2", "v" #d "3", "v" #d "4", "v" #d "5",      \
      "v" #d "6", "v" #d "7"
#define MANY                                                                   \
  EIGHT(0), EIGHT(1), EIGHT(2), EIGHT(3), EIGHT(4), EIGHT(5), EIGHT(6), EIGHT(7)

static const char *const many[] = {MANY};

static const char *const words[] = {
    "0",     "3",      "5",        "7",      "10",    "fee",     "unused",
    "count", "ratio",  "currency", "note",   "due",   "paid_at", "span",
    "color", "shade",  "red",      "green",  "other", "days",    "rate",
    "label", "mode",   "hue",      "out",    "test",  "hues",    "tints",
    "many",  "extras", "where",    "needed", "home",  MANY};

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
  HUES,   /* set of red, green, or other */
  TINTS,  /* set of red, green */
  MANY64, /* set of 64 values */
  EXTRAS, /* set of red, green or null */
  WHERE,  /* zone */
  DAYS,
  LABEL,
  NEEDED, /* set of red, green = red */
  HOME    /* zone = +08:00 */
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

static void add_sets_and_zones(void) {
  fact("hues", type(RPL_KIND_SET, 0, 0), 0, 0, 0, 0);
  fact("tints", type(RPL_KIND_SET, 0, 1), 0, 0, 0, 0);
  fact("many", type(RPL_KIND_SET, 0, 2), 0, 0, 0, 0);
  fact("extras", type(RPL_KIND_SET, 1, 1), 0, 0, 0, 0);
  fact("where", type(RPL_KIND_ZONE, 0, 0), 0, 0, 0, 0);
}

static void add_set_and_zone_params(RplBuilder *b) {
  uint32_t tints = type(RPL_KIND_SET, 0, 1);
  uint32_t zones = type(RPL_KIND_ZONE, 0, 0);
  uint32_t red = CONST(RPL_ADD(b, CONSTANTS, tints, 1, 0));
  uint32_t east = CONST(RPL_ADD(b, CONSTANTS, zones, 8 * 3600, 0));
  fact("needed", tints, RPL_FACT_PARAM, 0, 0, red);
  fact("home", zones, RPL_FACT_PARAM, 0, 0, east);
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
  for (size_t i = 0; i < sizeof many / sizeof many[0]; i++)
    (void)RPL_ADD(b, ENUMERATORS, word(many[i]));
  (void)RPL_ADD(b, ENUMS, word("many"), 3, 64, 0);
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
  add_sets_and_zones();
  fact("days", integers, RPL_FACT_PARAM, number(integers, "0"), 0,
       number(integers, "7"));
  fact("label", texts, RPL_FACT_PARAM, 0, 0, label);
  add_set_and_zone_params(b);
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

/* ---- sets and zones ---- */

static void sets_from_arrays(void **state) {
  (void)state;
  give("{\"hues\":[\"green\",\"red\"],\"tints\":[],\"extras\":[\"green\"]}");
  check_value(HUES, "red, green"); /* as they are declared */
  check_value(TINTS, "nothing");
  check_value(EXTRAS, "green");
  assert_int_equal(facts()->slots[HUES].integer, 3);
  assert_int_equal(facts()->values[HUES].detail, 0);
  assert_int_equal(facts()->values[EXTRAS].detail, 1);
  assert_int_equal(facts()->slots[TINTS].state, RPL_SLOT_GIVEN);
  assert_int_equal(facts()->slots[TINTS].integer, 0);
  assert_true(facts()->slots[TINTS].fits);
  give("{\"extras\":null}");
  check_value(EXTRAS, "none");
  assert_int_equal(facts()->slots[EXTRAS].state, RPL_SLOT_NONE);
}

static void sets_have_64_values(void **state) {
  char json[16 + 64 * 6] = "{\"many\":[";
  (void)state;
  give("{\"many\":[\"v77\"]}");
  check_value(MANY64, "v77");
  assert_true((uint64_t)facts()->slots[MANY64].integer == UINT64_C(1) << 63);
  give("{\"many\":[\"v40\",\"v37\"]}"); /* bits 32 and 31 */
  check_value(MANY64, "v37, v40");
  assert_true((uint64_t)facts()->slots[MANY64].integer == UINT64_C(3) << 31);
  for (size_t i = 0; i < 64; i++) {
    strcat(json, i ? ",\"" : "\"");
    strcat(json, many[i]);
    strcat(json, "\"");
  }
  strcat(json, "]}");
  give(json);
  assert_int_equal(facts()->slots[MANY64].integer, -1); /* every bit */
}

/* Several words that are not listed are one value, `other`. */
static void unlisted_words_of_a_set_are_other(void **state) {
  (void)state;
  give("{\"hues\":[\"mauve\"]}");
  check_value(HUES, "other");
  give("{\"hues\":[\"mauve\",\"red\",\"teal\",\"other\"]}");
  check_value(HUES, "red, other");
  assert_int_equal(facts()->slots[HUES].integer, 5);
}

#define ARRAY "fact \"tints\": expected an array of strings, found "
#define TINT  "fact \"tints\": expected one of red, green, found the text "

static void refuses_what_is_no_set(void **state) {
  (void)state;
  check_refused("{\"tints\":[\"blue\"]}", TINT "\"blue\"", "");
  check_refused("{\"tints\":[\"red\",\"grean\"]}", TINT "\"grean\"",
                "did you mean \"green\"?");
  check_refused("{\"tints\":[\"\"]}", TINT "\"\"", "");
  check_refused("{\"tints\":[\"red, green\"]}", TINT "\"red, green\"", "");
  check_refused("{\"tints\":[\"red\",\"green\",\"red\"]}",
                "fact \"tints\": the set names \"red\" twice", "");
  check_refused("{\"hues\":[\"green\",\"green\"]}",
                "fact \"hues\": the set names \"green\" twice", "");
  check_refused("{\"tints\":\"red\"}", ARRAY "the text \"red\"", "");
  check_refused("{\"tints\":\"\"}", ARRAY "the text \"\"", "");
  check_refused("{\"tints\":5}", ARRAY "the number 5", "");
  check_refused("{\"tints\":true}", ARRAY "the boolean true", "");
  check_refused("{\"tints\":{}}", ARRAY "an object", "");
  check_refused("{\"tints\":[\"red\",5]}", ARRAY "the number 5", "");
  check_refused("{\"tints\":[null]}", ARRAY "null", "");
  check_refused("{\"tints\":[[\"red\"]]}", ARRAY "an array", "");
  check_refused("{\"extras\":[\"red\",null]}",
                "fact \"extras\": expected an array of strings, found null",
                "");
  check_refused("{\"tints\":null}",
                "fact \"tints\": null means that it does not exist, which "
                "this one's type does not allow",
                "");
  check_refused("{\"shade\":[\"red\"]}", /* one value, not a set */
                "fact \"shade\": expected one of red, green, found an array",
                "");
}

static void check_place(const char *json, uint32_t line, uint32_t column) {
  RplFactError error;
  assert_int_equal(
      rpl_facts_json(fixture.context, rpl_slice_from(json), 0, &error),
      RPL_E_FACTS);
  assert_int_equal(error.line, line);
  assert_int_equal(error.column, column);
  assert_string_equal(error.fact, "tints");
}

/* The value that is wrong, or all of what is no array. */
static void refusals_name_the_place_in_a_set(void **state) {
  (void)state;
  check_place("{\"tints\":[\"red\",\n  \"blue\"]}", 2, 3);
  check_place("{\"tints\":[\"red\",\n\n \"red\"]}", 3, 2);
  check_place("{\"tints\":[\"red\", 5]}", 1, 18);
  check_place("{\"tints\":\n\"red\"}", 2, 1);
}

static void check_typed(uint32_t slot, const char *name, const char *text,
                        const char *expected) {
  RplFactError error;
  rpl_facts_clear(fixture.context);
  if (type_in(name, text, &error))
    fail_msg("%s: %s", text, error.message);
  check_value(slot, expected);
}

static void check_mistyped(const char *name, const char *text,
                           const char *message) {
  RplFactError error;
  rpl_facts_clear(fixture.context);
  assert_int_equal(type_in(name, text, &error), RPL_E_FACTS);
  assert_string_equal(error.message, message);
}

static void sets_from_text(void **state) {
  (void)state;
  check_typed(TINTS, "tints", "red", "red");
  check_typed(TINTS, "tints", "green,red", "red, green");
  check_typed(TINTS, "tints", "  red ,  green ", "red, green");
  check_typed(TINTS, "tints", "", "nothing");
  check_typed(TINTS, "tints", "  ", "nothing");
  check_typed(HUES, "hues", "", "nothing");
  check_typed(HUES, "hues", "mauve, red, teal", "red, other");
  check_typed(EXTRAS, "extras", "null", "none");
  check_typed(MANY64, "many", "v77,v00", "v00, v77");
  check_mistyped("tints", "blue", TINT "\"blue\"");
  check_mistyped("tints", "red green", TINT "\"red green\"");
  check_mistyped("tints", "[\"red\"]", TINT "\"[\"red\"]\"");
  check_mistyped("tints", "red, red",
                 "fact \"tints\": the set names \"red\" twice");
  check_mistyped("tints", "null",
                 "fact \"tints\": null means that it does not exist, which "
                 "this one's type does not allow");
}

/* A comma too many is a slip, even where any word would be `other`. */
static void commas_stand_between_words(void **state) {
  static const char *const slips[] = {",",          "red,",        ",red",
                                      "red,,green", "red, ,green", " , "};
  (void)state;
  for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
    RplFactError error;
    rpl_facts_clear(fixture.context);
    assert_int_equal(type_in("tints", slips[i], NULL), RPL_E_FACTS);
    assert_int_equal(type_in("hues", slips[i], &error), RPL_E_FACTS);
    assert_int_equal(facts()->slots[HUES].state, RPL_SLOT_ABSENT);
  }
  check_mistyped("hues", "red,",
                 "fact \"hues\": expected values with commas between them, "
                 "found the text \"red,\"");
}

static void zones_as_facts(void **state) {
  (void)state;
  give("{\"where\":\"-03:30\"}");
  check_value(WHERE, "-03:30");
  assert_int_equal(facts()->slots[WHERE].integer, -12600);
  assert_true(facts()->slots[WHERE].fits);
  give("{\"where\":\"Z\"}");
  check_value(WHERE, "UTC");
  check_typed(WHERE, "where", "+23:59", "+23:59");
  check_refused("{\"where\":8}",
                "fact \"where\": expected a zone such as \"+08:00\", found "
                "the number 8",
                "");
  check_refused("{\"where\":\"+24:00\"}",
                "fact \"where\": expected a zone such as \"+08:00\", found "
                "the text \"+24:00\"",
                "");
  check_refused("{\"where\":[]}",
                "fact \"where\": expected a zone such as \"+08:00\", found "
                "an array",
                "");
}

static RplStatus give_params(const char *json, RplFactError *error) {
  return rpl_params_json(fixture.context, rpl_slice_from(json), error);
}

static void set_and_zone_params(void **state) {
  RplFactError error;
  (void)state;
  check_value(NEEDED, "red");
  check_value(HOME, "+08:00");
  assert_int_equal(set_param("home", "-05:45", NULL), RPL_OK);
  assert_int_equal(set_param("needed", "green, red", NULL), RPL_OK);
  rpl_facts_clear(fixture.context);
  check_value(HOME, "-05:45");
  check_value(NEEDED, "red, green");
  assert_int_equal(set_param("home", "Asia/Shanghai", &error), RPL_E_FACTS);
  assert_string_equal(error.message,
                      "param \"home\": expected a zone such as \"+08:00\", "
                      "found the text \"Asia/Shanghai\"");
  assert_int_equal(
      give_params("{\"home\":\"UTC\",\"needed\":[\"blue\"]}", &error),
      RPL_E_FACTS);
  assert_string_equal(error.message,
                      "param \"needed\": expected one of red, green, found "
                      "the text \"blue\"");
  check_value(HOME, "-05:45"); /* all or nothing */
  assert_int_equal(give_params("{\"home\":\"+00:00\",\"needed\":[]}", NULL),
                   RPL_OK);
  check_value(HOME, "UTC");
  check_value(NEEDED, "nothing");
  rpl_params_clear(fixture.context);
  check_value(HOME, "+08:00");
  check_value(NEEDED, "red");
  assert_int_equal(facts()->slots[HOME].integer, 28800);
  assert_int_equal(facts()->values[NEEDED].detail, 1);
}

static void bare_money_needs_the_currency_fact(void **state) {
  (void)state;
  check_refused("{\"fee\":\"1.60\"}", "fact \"fee\"" MONEY "the text \"1.60\"",
                "");
  give("{\"fee\":\"USD 1.60\"}");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Whichever allocation of a store fails, it can be ended. */
static void ends_after_any_shortage(void **state) {
  RplZones zones;
  RplImage image = fixture.image;
  RplStatus status = RPL_E_MEMORY;
  (void)state;
  rpl_zones_begin(&zones, NULL);
  image.zones = &zones;
  for (size_t bytes = 1; status; bytes += 16) {
    RplFacts facts;
    RplArena fixed;
    assert_true(bytes < 65536);
    rpl_arena_init(&fixed, NULL, bytes);
    status = rpl_facts_begin(&facts, &fixed, &image, rpl_default_allocator());
    assert_true(status == RPL_OK || status == RPL_E_MEMORY);
    rpl_facts_end(&facts);
    rpl_arena_clear(&fixed);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(takes_every_type),
      WITH(slot_that_does_not_fit_says_so),
      WITH(null_is_for_optional_facts),
      WITH(bare_money_in_either_order),
      WITH(ends_after_any_shortage),
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
      WITH(sets_from_arrays),
      WITH(sets_have_64_values),
      WITH(unlisted_words_of_a_set_are_other),
      WITH(refuses_what_is_no_set),
      WITH(refusals_name_the_place_in_a_set),
      WITH(sets_from_text),
      WITH(commas_stand_between_words),
      WITH(zones_as_facts),
      WITH(set_and_zone_params),
      cmocka_unit_test_setup_teardown(bare_money_needs_the_currency_fact,
                                      set_up_plain, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
