/* SPDX-License-Identifier: Apache-2.0
 * test_facts_parts.c - facts that are lists or records, given in ways that such
 * facts cannot be given: refused, and nothing else happens. The messages are
 * those of docs/facts.md for any value of a wrong type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rpl/rpl.h"
#include "tests/support/load_policy.h"

static const char policy_text[] =
    "edition 1; policy p \"Parts\";\n"
    "record line { price : money; }\n"
    "fact lines : list of line up to 3;\n"
    "fact sole : line;\n"
    "fact days : list of date up to 3;\n"
    "informational some if count(lines) + count(days) > 2;\n"
    "informational dear if sole.price > USD 1;\n"
    "otherwise denied;\n";

enum { LINES, SOLE, DAYS, SLOTS };

static RplProgram *program;
static RplContext *context;

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static int set_up(void **state) {
  (void)state;
  program = load_policy("p.rpl", policy_text);
  return rpl_context_new(program, 0, NULL, &context) != RPL_OK;
}

static int tear_down(void **state) {
  (void)state;
  rpl_context_free(context);
  rpl_program_free(program);
  return 0;
}

static void expect_refusal(const char *facts, const char *message) {
  RplFactError error;
  assert_int_equal(rpl_facts_json(context, slice(facts), 0, &error),
                   RPL_E_FACTS);
  assert_string_equal(error.message, message);
}

static void refuses_single_values(void **state) {
  (void)state;
  expect_refusal("{\"days\":\"2026-01-02\"}",
                 "fact \"days\": expected an array, found the text "
                 "\"2026-01-02\"");
  expect_refusal("{\"days\":5}",
                 "fact \"days\": expected an array, found the number 5");
  expect_refusal("{\"lines\":\"x\"}",
                 "fact \"lines\": expected an array, found the text \"x\"");
  expect_refusal("{\"sole\":\"x\"}",
                 "fact \"sole\": expected an object, found the text \"x\"");
  expect_refusal("{\"sole\":true}",
                 "fact \"sole\": expected an object, found the boolean true");
}

/* Setters have no way to give a list or a record. */
static void refuses_setters(void **state) {
  RplFactError error;
  (void)state;
  for (size_t slot = LINES; slot < SLOTS; slot++) {
    assert_int_equal(rpl_facts_set_boolean_at(context, slot, true, &error),
                     RPL_E_FACTS);
    assert_int_equal(rpl_facts_set_integer_at(context, slot, 1, &error),
                     RPL_E_FACTS);
    assert_int_equal(rpl_facts_set_text_at(context, slot, slice("x"), &error),
                     RPL_E_FACTS);
    assert_int_equal(rpl_facts_set_word_at(context, slot, slice("x"), &error),
                     RPL_E_FACTS);
    assert_int_equal(rpl_facts_set_words_at(context, slot, NULL, 0, &error),
                     RPL_E_FACTS);
    assert_int_equal(rpl_facts_set_date_at(context, slot, 1, &error),
                     RPL_E_FACTS);
    assert_int_equal(rpl_facts_set_null_at(context, slot, &error), RPL_E_FACTS);
    assert_int_equal(
        rpl_facts_set_money_at(context, slot, 1, slice("USD"), &error),
        RPL_E_FACTS);
  }
}

/* No slot can hold one, but its spelling can be given. */
static void refuses_slots(void **state) {
  RplSlice spelling = slice("[\"2026-01-02\"]");
  int64_t values[SLOTS] = {0, 0, rpl_slot_text(&spelling)};
  uint64_t bit = UINT64_C(1) << DAYS;
  RplSlotFacts given = {.values = values, .given = &bit};
  RplSlotFacts spelled = {.values = values, .given = &bit, .spelled = &bit};
  RplFactError error;
  (void)state;
  assert_int_equal(rpl_facts_slots(context, &given, &error), RPL_E_FACTS);
  assert_int_equal(rpl_facts_slots(context, &spelled, &error), RPL_OK);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(refuses_single_values),
      WITH(refuses_setters),
      WITH(refuses_slots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
