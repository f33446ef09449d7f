/* SPDX-License-Identifier: Apache-2.0
 * test_facts_set.c - typed setters and typed accessors, through the public
 * headers alone: a setter gives what the same value in JSON gives, seen in the
 * record of the decision. Expected values are those of docs/facts.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rpl/rpl.h"

static const char policy_text[] =
    "edition 1; policy shop.setters \"Setters\";\n"
    "fact unused : boolean \"u\";\n"
    "fact count : integer 0 .. 10 \"c\";\n"
    "fact ratio : number? > 0 \"r\";\n"
    "fact fee : money > 0 \"f\";\n"
    "fact note : text up to 3 \"n\";\n"
    "fact due : date? \"d\";\n"
    "fact paid : datetime \"p\";\n"
    "fact span : duration \"s\";\n"
    "fact color : one of red, green \"k\";\n"
    "fact evidence : set of one of invoice, usage \"e\";\n"
    "fact currency : currency \"y\";\n"
    "param days : integer = 7 \"p\";\n"
    "amount = fee;\n"
    "window 7d from paid;\n"
    "output visits : integer = count for full_refund;\n"
    "output is_unused : boolean = unused for full_refund;\n"
    "output due_day : date = due if due is not none for full_refund;\n"
    "output label : text = note for full_refund;\n"
    "output share : number = ratio else 0 for full_refund;\n"
    "full_refund ok if color == red because \"Red.\";\n"
    "otherwise denied because \"No.\";\n";

static RplCompiler *compiler;
static RplProgram *program;
static RplContext *context;

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static void show(const RplDiags *diags) {
  for (size_t i = 0; i < rpl_diags_count(diags); i++)
    print_message("%.*s\n", (int)rpl_diags_at(diags, i)->message.length,
                  rpl_diags_at(diags, i)->message.data);
}

static int set_up(void **state) {
  (void)state;
  RplSlice bytes;
  RplLoadError error;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, slice("shop/setters.rpl"),
                                    slice(""), slice(policy_text)),
                   RPL_OK);
  RplStatus status = rpl_compiler_build(compiler, 0, &bytes);
  if (status)
    show(rpl_compiler_diags(compiler));
  assert_int_equal(status, RPL_OK);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, &error),
      RPL_OK);
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  rpl_context_free(context);
  rpl_program_free(program);
  rpl_compiler_free(compiler);
  return 0;
}

static size_t slot(const char *name) {
  size_t found = SIZE_MAX;
  assert_int_equal(rpl_program_fact_slot(program, 0, slice(name), &found),
                   RPL_OK);
  return found;
}

static const RplDecision *decide(void) {
  const RplDecision *decision = NULL;
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  return decision;
}

/* The facts of the record of a decision with the facts as they are. */
static void expect_facts(const char *expected) {
  RplSlice json;
  char wanted[512];
  assert_int_equal(rpl_decision_json(decide(), RPL_JSON_RECORD, &json), RPL_OK);
  int length =
      snprintf(wanted, sizeof wanted, "\"facts\":{%s},\"params\"", expected);
  for (size_t i = 0; i + (size_t)length <= json.length; i++)
    if (memcmp(json.data + i, wanted, (size_t)length) == 0)
      return;
  fail_msg("wanted %s in %.*s", wanted, (int)json.length, json.data);
}

/* ---- by name and by slot ------------------------------------------------- */

#define USD slice("USD")

static void takes_every_type_by_name(void **state) {
  (void)state;
  static const RplSlice invoice = {"invoice", 7};
  assert_int_equal(rpl_facts_set_boolean(context, slice("unused"), true, NULL),
                   RPL_OK);
  assert_int_equal(rpl_facts_set_integer(context, slice("count"), 3, NULL),
                   RPL_OK);
  assert_int_equal(
      rpl_facts_set_number(context, slice("ratio"), slice("0.1"), NULL),
      RPL_OK);
  assert_int_equal(rpl_facts_set_money(context, slice("fee"), 160, USD, NULL),
                   RPL_OK);
  assert_int_equal(
      rpl_facts_set_text(context, slice("note"), slice("abc"), NULL), RPL_OK);
  assert_int_equal(rpl_facts_set_date(context, slice("due"), 20514, NULL),
                   RPL_OK); /* 2026-03-02: 56 years and 14 leap days of 365 */
  assert_int_equal(
      rpl_facts_set_datetime(context, slice("paid"), 1500000, NULL), RPL_OK);
  assert_int_equal(
      rpl_facts_set_duration(context, slice("span"), INT64_C(-60000000), NULL),
      RPL_OK);
  assert_int_equal(
      rpl_facts_set_word(context, slice("color"), slice("red"), NULL), RPL_OK);
  assert_int_equal(
      rpl_facts_set_words(context, slice("evidence"), &invoice, 1, NULL),
      RPL_OK);
  assert_int_equal(rpl_facts_set_word(context, slice("currency"), USD, NULL),
                   RPL_OK);
  expect_facts("\"unused\":true,\"count\":\"3\",\"ratio\":\"0.1\","
               "\"fee\":\"USD 1.60\",\"note\":\"abc\",\"due\":\"2026-03-02\","
               "\"paid\":\"1970-01-01T00:00:01.5Z\",\"span\":\"-1min\","
               "\"color\":\"red\",\"evidence\":[\"invoice\"],"
               "\"currency\":\"USD\"");
}

static void takes_every_type_by_slot(void **state) {
  (void)state;
  static const RplSlice both[] = {{"usage", 5}, {"invoice", 7}};
  rpl_facts_clear(context);
  assert_int_equal(
      rpl_facts_set_boolean_at(context, slot("unused"), false, NULL), RPL_OK);
  assert_int_equal(rpl_facts_set_integer_at(context, slot("ratio"), 2, NULL),
                   RPL_OK);
  assert_int_equal(
      rpl_facts_set_number_at(context, slot("count"), slice("10"), NULL),
      RPL_OK);
  assert_int_equal(
      rpl_facts_set_money_at(context, slot("fee"), 160, slice("KWD"), NULL),
      RPL_OK);
  assert_int_equal(
      rpl_facts_set_text_at(context, slot("note"), slice(""), NULL), RPL_OK);
  assert_int_equal(rpl_facts_set_date_at(context, slot("due"), -719162, NULL),
                   RPL_OK);
  assert_int_equal(rpl_facts_set_datetime_at(context, slot("paid"), 0, NULL),
                   RPL_OK);
  assert_int_equal(rpl_facts_set_duration_at(context, slot("span"),
                                             INT64_C(604800000000), NULL),
                   RPL_OK);
  assert_int_equal(
      rpl_facts_set_word_at(context, slot("color"), slice("green"), NULL),
      RPL_OK);
  assert_int_equal(
      rpl_facts_set_words_at(context, slot("evidence"), both, 2, NULL), RPL_OK);
  expect_facts("\"unused\":false,\"count\":\"10\",\"ratio\":\"2\","
               "\"fee\":\"KWD 0.160\",\"note\":\"\",\"due\":\"0001-01-01\","
               "\"paid\":\"1970-01-01T00:00:00Z\",\"span\":\"7d\","
               "\"color\":\"green\",\"evidence\":[\"invoice\",\"usage\"]");
}

static void null_and_unset(void **state) {
  (void)state;
  rpl_facts_clear(context);
  assert_int_equal(rpl_facts_set_null(context, slice("due"), NULL), RPL_OK);
  assert_int_equal(rpl_facts_set_null_at(context, slot("ratio"), NULL), RPL_OK);
  expect_facts("\"ratio\":null,\"due\":null");
  assert_int_equal(rpl_facts_unset(context, slice("due"), NULL), RPL_OK);
  expect_facts("\"ratio\":null");
  assert_int_equal(rpl_facts_unset_at(context, slot("ratio"), NULL), RPL_OK);
  expect_facts("");
}

static void a_fact_takes_the_new_value(void **state) {
  (void)state;
  rpl_facts_clear(context);
  /* A bare amount gives way to a whole one and is not matched later. */
  assert_int_equal(rpl_facts_json(context, slice("{\"fee\":\"5\"}"), 0, NULL),
                   RPL_OK);
  assert_int_equal(rpl_facts_set_money(context, slice("fee"), 160, USD, NULL),
                   RPL_OK);
  assert_int_equal(
      rpl_facts_set_word(context, slice("currency"), slice("EUR"), NULL),
      RPL_OK);
  expect_facts("\"fee\":\"USD 1.60\",\"currency\":\"EUR\"");
  assert_int_equal(
      rpl_facts_set_money(context, slice("fee"), 170, slice("EUR"), NULL),
      RPL_OK);
  expect_facts("\"fee\":\"EUR 1.70\",\"currency\":\"EUR\"");
}

/* A value that breaks its constraint is not refused: it does not count. */
static void constraints_reject(void **state) {
  (void)state;
  rpl_facts_clear(context);
  assert_int_equal(rpl_facts_set_integer(context, slice("count"), 11, NULL),
                   RPL_OK);
  const RplDecision *decision = decide();
  assert_int_equal(rpl_decision_rejected_count(decision), 1);
  RplRejectedFact rejected = rpl_decision_rejected(decision, 0);
  assert_int_equal(rejected.fact.length, 5);
  assert_memory_equal(rejected.text.data, "11 is not <= 10", 15);
  assert_int_equal(rpl_facts_set_integer(context, slice("count"), 10, NULL),
                   RPL_OK);
  assert_int_equal(rpl_decision_rejected_count(decide()), 0);
}

/* ---- refusals ------------------------------------------------------------ */

static void refused(RplStatus status, const RplFactError *error,
                    const char *message) {
  assert_string_equal(error->message, message);
  assert_int_equal(status, RPL_E_FACTS);
}

static void other_types_are_refused(void **state) {
  (void)state;
  RplFactError error;
  rpl_facts_clear(context);
  refused(rpl_facts_set_boolean(context, slice("count"), true, &error), &error,
          "fact \"count\": expected an integer, found the boolean true");
  refused(rpl_facts_set_integer(context, slice("unused"), 1, &error), &error,
          "fact \"unused\": expected boolean, found the number 1");
  refused(rpl_facts_set_integer(context, slice("fee"), 160, &error), &error,
          "fact \"fee\": expected money in minor units with its currency, "
          "found the number 160");
  refused(rpl_facts_set_number(context, slice("count"), slice("1.5"), &error),
          &error, "fact \"count\": expected an integer, found the number 1.5");
  refused(rpl_facts_set_number(context, slice("count"), slice("x"), &error),
          &error, "fact \"count\": expected an integer, found the number x");
  refused(rpl_facts_set_money(context, slice("fee"), 1, slice("XYZ"), &error),
          &error,
          "fact \"fee\": expected a currency of ISO 4217 such as \"USD\", "
          "found the text \"XYZ\"");
  refused(rpl_facts_set_money(context, slice("count"), 1, USD, &error), &error,
          "fact \"count\": expected integer, found an amount");
  refused(rpl_facts_set_text(context, slice("color"), slice("red"), &error),
          &error,
          "fact \"color\": expected one of its values, found the text "
          "\"red\"");
  refused(rpl_facts_set_word(context, slice("color"), slice("rad"), &error),
          &error,
          "fact \"color\": expected one of red, green, found the text "
          "\"rad\"");
  assert_string_equal(error.help, "did you mean \"red\"?");
  refused(rpl_facts_set_words(context, slice("color"), NULL, 0, &error), &error,
          "fact \"color\": expected one of its values, found a set of words");
  refused(rpl_facts_set_date(context, slice("paid"), 1, &error), &error,
          "fact \"paid\": expected datetime, found date");
  refused(rpl_facts_set_null(context, slice("count"), &error), &error,
          "fact \"count\": null means that it does not exist, which this "
          "one's type does not allow");
  expect_facts("");
}

static void what_does_not_exist_is_refused(void **state) {
  (void)state;
  RplFactError error;
  size_t found;
  refused(rpl_facts_set_boolean(context, slice("unusde"), true, &error), &error,
          "no fact is named \"unusde\"");
  assert_string_equal(error.help, "did you mean \"unused\"?");
  refused(rpl_facts_set_integer(context, slice("days"), 3, &error), &error,
          "no fact is named \"days\"");
  assert_string_equal(error.help, "it is a param, not a fact");
  refused(rpl_facts_set_integer_at(context, slot("days"), 3, &error), &error,
          "no fact is named \"days\"");
  refused(rpl_facts_unset_at(context, 1000000, &error), &error,
          "no fact has that slot");
  refused(rpl_facts_unset_at(context, SIZE_MAX, &error), &error,
          "no fact has that slot");
  assert_int_equal(rpl_facts_set_null(context, slice("no"), NULL), RPL_E_FACTS);
  assert_int_equal(rpl_facts_unset_at(NULL, 0, NULL), RPL_E_ARGUMENT);
  assert_int_equal(rpl_program_fact_slot(program, 0, slice("unusde"), &found),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_program_fact_slot(program, 1, slice("unused"), &found),
                   RPL_E_NOT_FOUND);
}

/* The first and last day, and one past each. */
static void times_at_and_past_their_bounds(void **state) {
  (void)state;
  const char *outside = "fact \"due\": it lies outside the years 0001 to 9999";
  const char *late = "fact \"paid\": it lies outside the years 0001 to 9999";
  const int64_t day = INT64_C(86400000000);
  RplFactError error;
  rpl_facts_clear(context);
  assert_int_equal(rpl_facts_set_date(context, slice("due"), 2932896, NULL),
                   RPL_OK);
  refused(rpl_facts_set_date(context, slice("due"), 2932897, &error), &error,
          outside);
  refused(rpl_facts_set_date(context, slice("due"), -719163, &error), &error,
          outside);
  assert_int_equal(
      rpl_facts_set_datetime(context, slice("paid"), 2932897 * day - 1, NULL),
      RPL_OK);
  refused(rpl_facts_set_datetime(context, slice("paid"), 2932897 * day, &error),
          &error, late);
  refused(
      rpl_facts_set_datetime(context, slice("paid"), -719162 * day - 1, &error),
      &error, late);
  expect_facts("\"due\":\"9999-12-31\","
               "\"paid\":\"9999-12-31T23:59:59.999999Z\"");
}

/* ---- reading a decision -------------------------------------------------- */

static int64_t output(const RplDecision *decision, const char *name) {
  size_t index = SIZE_MAX;
  int64_t integer = 0;
  assert_int_equal(rpl_decision_output_find(decision, slice(name), &index),
                   RPL_OK);
  assert_int_equal(rpl_decision_output_integer(decision, index, 0, &integer),
                   RPL_OK);
  return integer;
}

static void typed_values_of_a_decision(void **state) {
  (void)state;
  int64_t integer = 0;
  size_t index = 0;
  takes_every_type_by_name(state);
  assert_int_equal(
      rpl_facts_set_number(context, slice("ratio"), slice("0.5"), NULL),
      RPL_OK);
  assert_int_equal(
      rpl_facts_json(context,
                     slice("{\"unused\":true,\"count\":3,\"ratio\":0.5,"
                           "\"fee\":\"USD 1.60\",\"note\":\"abc\","
                           "\"due\":\"1970-01-03\",\"color\":\"red\","
                           "\"paid\":\"1970-01-01T00:00:00Z\","
                           "\"requested_at\":\"1970-01-01T00:00:00Z\"}"),
                     0, NULL),
      RPL_OK);
  const RplDecision *decision = decide();
  assert_int_equal(rpl_decision_amount_minor(decision, &integer), RPL_OK);
  assert_int_equal(integer, 160);
  assert_int_equal(rpl_decision_deadline_microseconds(decision, &integer),
                   RPL_OK);
  assert_int_equal(integer, INT64_C(604800000000)); /* seven days */
  assert_int_equal(output(decision, "amount"), 160);
  assert_int_equal(output(decision, "visits"), 3);
  assert_int_equal(output(decision, "is_unused"), 1);
  assert_int_equal(output(decision, "due_day"), 2);
  /* A text, a fraction: they have no such number. */
  assert_int_equal(rpl_decision_output_find(decision, slice("label"), &index),
                   RPL_OK);
  assert_int_equal(rpl_decision_output_integer(decision, index, 0, &integer),
                   RPL_E_LIMIT);
  assert_int_equal(rpl_decision_output_find(decision, slice("share"), &index),
                   RPL_OK);
  assert_int_equal(rpl_decision_output_integer(decision, index, 0, &integer),
                   RPL_E_LIMIT);
  assert_int_equal(rpl_decision_output_integer(decision, index, 1, &integer),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_decision_output_integer(decision, 99, 0, &integer),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_decision_output_find(decision, slice("no"), &index),
                   RPL_E_NOT_FOUND);
}

/* 2^63 - 1 cents fit, one more does not. */
static void an_amount_that_does_not_fit(void **state) {
  (void)state;
  int64_t integer = 0;
  const char *facts = "{\"fee\":\"USD %s\",\"color\":\"red\",\"paid\":"
                      "\"1970-01-01T00:00:00Z\",\"requested_at\":"
                      "\"1970-01-01T00:00:00Z\"}";
  char json[256];
  (void)snprintf(json, sizeof json, facts, "92233720368547758.07");
  assert_int_equal(rpl_facts_json(context, slice(json), 0, NULL), RPL_OK);
  assert_int_equal(rpl_decision_amount_minor(decide(), &integer), RPL_OK);
  assert_true(integer == INT64_MAX);
  (void)snprintf(json, sizeof json, facts, "92233720368547758.08");
  assert_int_equal(rpl_facts_json(context, slice(json), 0, NULL), RPL_OK);
  assert_int_equal(rpl_decision_amount_minor(decide(), &integer), RPL_E_LIMIT);
}

static void a_decision_without_them(void **state) {
  (void)state;
  int64_t integer = 0;
  rpl_facts_clear(context);
  const RplDecision *decision = decide();
  assert_int_equal(rpl_decision_amount_minor(decision, &integer),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_decision_deadline_microseconds(decision, &integer),
                   RPL_E_NOT_FOUND);
}

/* ---- which programs a host knows ----------------------------------------- */

static void only_known_programs_are_loaded(void **state) {
  (void)state;
  uint8_t known[2][32] = {{0}, {0}};
  RplLimits limits;
  RplLoadError error;
  RplProgram *loaded = NULL;
  RplSlice bytes;
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  rpl_limits_init(&limits);
  assert_null(limits.known_digests);
  limits.known_digests = (const uint8_t(*)[32])known;
  limits.known_digest_count = 0;
  assert_int_equal(rpl_program_load(bytes.data, bytes.length, &limits, NULL,
                                    &loaded, &error),
                   RPL_E_LIMIT);
  assert_string_equal(error.message,
                      "the program is none of those that the host knows");
  limits.known_digest_count = 2;
  assert_int_equal(rpl_program_load(bytes.data, bytes.length, &limits, NULL,
                                    &loaded, &error),
                   RPL_E_LIMIT);
  rpl_program_digest(program, 0, known[1]);
  assert_int_equal(rpl_program_load(bytes.data, bytes.length, &limits, NULL,
                                    &loaded, &error),
                   RPL_OK);
  rpl_program_free(loaded);
  known[1][31] ^= 1;
  assert_int_equal(rpl_program_load(bytes.data, bytes.length, &limits, NULL,
                                    &loaded, &error),
                   RPL_E_LIMIT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_every_type_by_name),
      cmocka_unit_test(takes_every_type_by_slot),
      cmocka_unit_test(null_and_unset),
      cmocka_unit_test(a_fact_takes_the_new_value),
      cmocka_unit_test(constraints_reject),
      cmocka_unit_test(other_types_are_refused),
      cmocka_unit_test(what_does_not_exist_is_refused),
      cmocka_unit_test(times_at_and_past_their_bounds),
      cmocka_unit_test(typed_values_of_a_decision),
      cmocka_unit_test(an_amount_that_does_not_fit),
      cmocka_unit_test(a_decision_without_them),
      cmocka_unit_test(only_known_programs_are_loaded),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
