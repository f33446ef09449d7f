/* SPDX-License-Identifier: Apache-2.0
 * test_fast_hot.c - the forms that single decisions run (vm/fast_hot.c): that
 * the policies here are lowered to the instruction that each is about, and that
 * it decides as the careful engine does, on requests at and near every bound.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/agreement.h"
#include "tests/support/load_policy.h"
#include "vm/context.h"
#include "vm/fast.h"

#define REQUESTS 6000

#define HEAD                                                                   \
  "edition 1; policy p \"P\"; outcome denied; outcome refund as "              \
  "partial_refund;\n"                                                          \
  "outcome needs_info for unknown; outcome manual_review for error;\n"         \
  "setting rounding : rounding = half_up;\n"

static bool has_op(const RplProgram *program, unsigned op) {
  RplContext *context;
  bool is_there = false;
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  const RplLowered *lowered = rpl_fast_form(context);
  assert_non_null(lowered);
  const RplHotCode *end = lowered->hot_rows + lowered->swift.count;
  for (const RplHotCode *code = lowered->hot; code < end; code++)
    is_there = is_there || code->body == rpl_hot_bodies[op];
  rpl_context_free(context);
  return is_there;
}

/* The policy has that instruction, and all engines agree about it. */
static void agree(const char *text, unsigned op) {
  Random random = {20261124};
  Agreement agreement = {0};
  RplProgram *program = load_policy("p.rpl", text);
  assert_true(has_op(program, op));
  assert_true(agreement_facts(program, 0, &random, REQUESTS, &agreement));
  assert_true(agreement.fast > 30);
  assert_true(agreement.joined > 0);
  rpl_program_free(program);
}

#define GATED                                                                  \
  "fact a : integer >= 0; fact b : integer >= 0; fact c : integer >= 0;\n"     \
  "fact d : integer >= 0; fact e : integer >= 0; fact f : integer >= 1;\n"     \
  "fact g : integer > 0;\n"

static void test_signs_of_the_gate(void **state) {
  (void)state;
  agree(HEAD GATED "denied x if a > 3 or b > 3 or c > 3 or d > 3;\n"
                   "denied y if e > 3 or f > 3 or g > 3; otherwise refund;\n",
        RPL_HOT_NATURALS_POSITIVE);
  agree(HEAD "fact a : integer >= 0; fact b : integer >= 0;\n"
             "denied x if a > b; otherwise refund;\n",
        RPL_HOT_NATURALS);
  agree(HEAD "fact a : integer >= 1; fact b : integer >= 1;\n"
             "denied x if a > b; otherwise refund;\n",
        RPL_HOT_POSITIVE);
}

static void test_ranges_of_the_gate(void **state) {
  (void)state;
  agree(HEAD "fact a : integer -5 .. 5; fact b : integer <= 7;\n"
             "fact c : integer >= -9; fact d : integer 3 .. 30;\n"
             "denied x if a + b > c; denied y if d > a; otherwise refund;\n",
        RPL_HOT_RANGES);
}

static void test_facts_that_may_be_none(void **state) {
  (void)state;
  agree(HEAD "fact a : integer?; fact b : boolean;\n"
             "denied x if a is none and b; otherwise refund;\n",
        RPL_HOT_KNOWN);
}

static void test_a_gate_of_many_slots(void **state) {
  static char text[8192];
  size_t length = (size_t)snprintf(text, sizeof text, "%s", HEAD);
  (void)state;
  for (int i = 0; i < 60; i++)
    length += (size_t)snprintf(text + length, sizeof text - length,
                               "fact f%d : integer 0 .. 9;\n", i);
  for (int i = 60; i < 63; i++)
    length += (size_t)snprintf(text + length, sizeof text - length,
                               "fact f%d : integer?;\n", i);
  for (int i = 63; i < 66; i++)
    length += (size_t)snprintf(text + length, sizeof text - length,
                               "fact f%d : integer 0 .. 9;\n", i);
  (void)snprintf(text + length, sizeof text - length,
                 "denied x if f0 > f65 and f62 is none;\n"
                 "denied y if f63 > f64; otherwise refund;\n");
  Random random = {7};
  Agreement agreement = {0};
  RplProgram *program = load_policy("p.rpl", text);
  assert_true(has_op(program, RPL_HOT_GATE));
  assert_true(agreement_facts(program, 0, &random, REQUESTS, &agreement));
  rpl_program_free(program);
}

static void test_guards_of_one_fact(void **state) {
  (void)state;
  /* none of them covers 12 to 19 and 31, which the filter lets by */
  agree(HEAD
        "fact a : integer; fact b : integer;\n"
        "denied r1 if a == 5; denied r2 if a == 11; denied r3 if a == 20;\n"
        "refund r4 if a == 30; denied r5 if b < -3 and b > -9;\n"
        "denied r6 if b == 8; denied r7 if b > 100; otherwise refund;\n",
        RPL_HOT_GUARDS_NEAR_FILTERED);
  agree(HEAD "fact a : integer; fact b : integer; fact c : integer;\n"
             "denied r1 if a > 5; denied r2 if b != 11; denied r3 if c < 20;\n"
             "otherwise refund;\n",
        RPL_HOT_GUARDS_NEAR);
}

static void test_guards_of_differences(void **state) {
  (void)state;
  agree(HEAD "fact a : integer 0 .. 99; fact b : integer 0 .. 99;\n"
             "denied r1 if a - b > 50; denied r2 if a - b > 40;\n"
             "denied r3 if b - a > 60; denied r4 if b - a > 30;\n"
             "denied r5 if a - b < -90; otherwise refund;\n",
        RPL_HOT_GUARDS_APART_FILTERED);
  agree(HEAD "fact a : integer 0 .. 99; fact b : integer 0 .. 99;\n"
             "fact c : integer 0 .. 99;\n"
             "denied r1 if a - b > 50; denied r2 if b - c > 40;\n"
             "denied r3 if c - a > 60; otherwise refund;\n",
        RPL_HOT_GUARDS_APART);
}

#define SHARES                                                                 \
  "fact fee : money >= 0; fact paid : money >= 0; fact used : integer >= 0;\n" \
  "fact quota : integer > 0; fact currency : currency;\n"

static void test_shares_that_are_returned(void **state) {
  (void)state;
  agree(HEAD SHARES "refund rest if used >= 0;\n"
                    "output amount : required money = "
                    "fee - fee * used / quota for refund; otherwise denied;\n",
        RPL_HOT_RETURN_PRORATED);
  agree(HEAD SHARES "refund rest if used > 0;\noutput amount : required money "
                    "= min(fee - fee * used / quota, paid) for refund;\n"
                    "otherwise denied;\n",
        RPL_HOT_RETURN_PRORATED_MIN);
}

/* A share that a later value is computed of is computed once, though that value
 * is only computed further on, where it is returned. */
static void test_a_share_is_computed_once(void **state) {
  (void)state;
  RplProgram *program =
      load_policy("p.rpl", HEAD SHARES
                  "refund rest if used > 0;\noutput amount : required "
                  "money for refund;\namount = min(fee, paid) if used == 0;"
                  "\namount = min(fee - fee * used / quota, paid) if used "
                  "> 0;\notherwise denied;\n");
  assert_true(has_op(program, RPL_HOT_RETURN_PRORATED_MIN));
  for (unsigned mode = 0; mode < 4; mode++)
    assert_false(has_op(program, 4 * RPL_LOWERED_PRORATE + mode));
  rpl_program_free(program);
}

/* One arm of a choice stops, so what is left is over a divisor that nothing is
 * known of behind it: -3.91 / (2^63 - 2) is less than 164.00, but 16400 times
 * that divisor does not fit 64 bits. */
static void test_a_divisor_of_the_only_arm(void **state) {
  (void)state;
  RplProgram *program = load_policy(
      "p.rpl",
      HEAD "fact few : integer; fact divisor : integer;\n"
           "fact least : money > 0; fact debt : money;\n"
           "refund r if (if few > 3 then debt / divisor else "
           "round(least, 1, half_up)) >= least;\n"
           "output amount : money = least for refund; otherwise denied;\n");
  const int64_t values[4] = {4, INT64_MAX - 1, 16400, -391};
  const uint64_t given = 15;
  RplSlotFacts facts = {
      .values = values, .given = &given, .currency = rpl_slot_currency("USD")};
  RplContext *context;
  RplVerdict verdict;
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  assert_int_equal(rpl_decide_slots(context, &facts, &verdict), RPL_OK);
  assert_int_equal(verdict.flags, 0); /* by the fast form */
  assert_int_equal(verdict.rule, RPL_VERDICT_NO_RULE);
  rpl_context_free(context);
  rpl_program_free(program);
}

static void test_comparisons_with_zero(void **state) {
  (void)state;
  agree(HEAD "fact a : integer >= 0; fact b : integer; fact c : integer >= 0;\n"
             "denied x if a == 0 and b != 0; denied y if c > 0 and b <= 0;\n"
             "refund z if c <= 0 and a > 0 and b > 0; otherwise denied;\n",
        4 * RPL_LOWERED_IF_FALSE + 1);
}

/* A policy without slots runs no hot stream, not even in the greatest word for
 * a currency, which none has: there is no word of `given` to look at. */
static void test_no_slot_and_the_last_currency(void **state) {
  RplProgram *program = load_policy("p.rpl", HEAD "otherwise denied;\n");
  RplContext *context;
  RplVerdict verdict;
  (void)state;
  assert_int_equal(rpl_program_prepare(program, 0), RPL_OK);
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  assert_true(rpl_fast_form(context)->least_currency > UINT16_MAX);
  for (int turn = 0; turn < 2; turn++) {
    const RplSlotFacts facts = {.currency = turn ? UINT16_MAX : 0};
    assert_int_equal(rpl_decide_slots(context, &facts, &verdict), RPL_OK);
    assert_int_equal(verdict.outcome, 0);
    assert_int_equal(rpl_trace_slots(context, &facts, &verdict), RPL_OK);
    assert_int_equal(verdict.outcome, 0);
  }
  rpl_context_free(context);
  rpl_program_free(program);
}

/* A trace tells of a value over itself when that word held another before. */
static void test_a_trace_of_a_word_over_itself(void **state) {
  Random random = {11};
  Agreement agreement = {0};
  RplProgram *program = load_policy(
      "p.rpl",
      HEAD "fact a : boolean; fact d : date; fact e : date;\n"
           "fact n : number;\n"
           "denied x if a and year of d == 1999;\n"
           "denied y if n == year of e / year of e; otherwise refund;\n");
  (void)state;
  assert_true(agreement_facts(program, 0, &random, REQUESTS, &agreement));
  assert_true(agreement.fast > 0);
  rpl_program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_signs_of_the_gate),
      cmocka_unit_test(test_ranges_of_the_gate),
      cmocka_unit_test(test_facts_that_may_be_none),
      cmocka_unit_test(test_a_gate_of_many_slots),
      cmocka_unit_test(test_guards_of_one_fact),
      cmocka_unit_test(test_guards_of_differences),
      cmocka_unit_test(test_shares_that_are_returned),
      cmocka_unit_test(test_a_share_is_computed_once),
      cmocka_unit_test(test_a_divisor_of_the_only_arm),
      cmocka_unit_test(test_comparisons_with_zero),
      cmocka_unit_test(test_a_trace_of_a_word_over_itself),
      cmocka_unit_test(test_no_slot_and_the_last_currency),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
