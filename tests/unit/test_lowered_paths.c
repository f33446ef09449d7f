/* SPDX-License-Identifier: Apache-2.0
 * test_lowered_paths.c - the streams in which each path has its own copy of
 * what follows (vm/lowered_paths.h): that policies are lowered to what each
 * test is about, how far the limits go, and that all engines agree on requests
 * at and near every bound.
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
#include "vm/lowered_paths.h"

#define REQUESTS 4000
#define TEXT     ((size_t)400000)

#define HEAD                                                                   \
  "edition 1; policy p \"P\"; outcome denied; outcome refund as "              \
  "full_refund;\n"                                                             \
  "outcome needs_info for unknown; outcome manual_review for error;\n"         \
  "setting rounding : rounding = half_up;\n"

/* The instructions of a stream with that operation; of all with NOTHING. */
static uint32_t count_ops(const RplLoweredStream *stream, unsigned op) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < stream->count; i++)
    count += op == RPL_LOWER_NOTHING || stream->code[i].op == op;
  return count;
}

typedef struct Bench {
  RplProgram *program;
  RplContext *context;
  const RplLowered *lowered;
} Bench;

static Bench open_bench(const char *text) {
  Bench bench = {.program = load_policy("p.rpl", text)};
  assert_int_equal(rpl_context_new(bench.program, 0, NULL, &bench.context),
                   RPL_OK);
  bench.lowered = rpl_fast_form(bench.context);
  assert_non_null(bench.lowered);
  return bench;
}

static void close_bench(Bench *bench) {
  Random random = {20261125};
  Agreement agreement = {0};
  assert_true(
      agreement_facts(bench->program, 0, &random, REQUESTS, &agreement));
  rpl_context_free(bench->context);
  rpl_program_free(bench->program);
}

static void test_what_is_settled_is_not_tested(void **state) {
  Bench bench = open_bench(
      HEAD "enumeration kind = a, b, c;\n"
           "fact k : kind; fact x : integer; fact y : integer;\n"
           "denied r1 if k == a and x > 5; denied r2 if k == b and y > 5;\n"
           "denied r3 if k == a and x > 3; denied r4 if k == b and y > 3;\n"
           "refund r5 if k == a or k == b; otherwise denied;\n");
  (void)state;
  /* one table of keys, or one test of a and one of b; r5 and the rest know */
  uint32_t tests = count_ops(&bench.lowered->swift, RPL_LOWERED_SWITCH) +
                   count_ops(&bench.lowered->swift, RPL_LOWERED_IF_NE) +
                   count_ops(&bench.lowered->swift, RPL_LOWERED_IF_EQ) +
                   count_ops(&bench.lowered->swift, RPL_LOWERED_GUARD_NE) +
                   count_ops(&bench.lowered->swift, RPL_LOWERED_GUARD_EQ) +
                   count_ops(&bench.lowered->swift, RPL_LOWERED_IF_TRUE) +
                   count_ops(&bench.lowered->swift, RPL_LOWERED_IF_FALSE);
  assert_in_range(tests, 1, 2);
  close_bench(&bench);
}

/* An optional fact that one path needs and another one asks about: the gate of
 * `joined` wants it known, and within its bounds if it is there, and the path
 * that needs it asks for itself. */
static void test_gates_do_not_ask_for_optional_facts(void **state) {
  Bench bench =
      open_bench(HEAD "fact fee : money >= 0; fact quoted : money? >= 0;\n"
                      "fact left : boolean;\n"
                      "denied unquoted if left and quoted is none;\n"
                      "refund quoted if fee > 0 and quoted > USD 100;\n"
                      "otherwise denied;\n");
  const RplLoweredGate *gate = &bench.lowered->gate;
  (void)state;
  assert_int_equal(gate->given[0], 5);
  assert_int_equal(gate->known[0], 2);
  assert_int_equal(count_ops(&bench.lowered->joined, RPL_LOWERED_NEED), 1);
  assert_int_equal(count_ops(&bench.lowered->joined, RPL_LOWERED_KNOWN), 0);
  assert_int_equal(count_ops(&bench.lowered->joined, RPL_LOWERED_RANGE), 0);
  assert_int_equal(gate->range_count, 2);
  close_bench(&bench);
}

static void test_a_deadline_is_computed_once(void **state) {
  Bench bench =
      open_bench(HEAD "fact paid_at : datetime; fact asked_at : datetime;\n"
                      "fact left : boolean; fact right : boolean;\n"
                      "let ends = paid_at + 3d + 4d;\n"
                      "denied late if asked_at > ends and left;\n"
                      "denied same if asked_at == ends and right;\n"
                      "output deadline : datetime = ends for refund;\n"
                      "refund in_time if asked_at < ends; otherwise denied;\n");
  (void)state;
  assert_in_range(count_ops(&bench.lowered->swift, RPL_LOWERED_LATER), 1, 1);
  close_bench(&bench);
}

static void test_pairs(void **state) {
  Bench bench = open_bench(
      HEAD "fact a : integer >= 0; fact b : integer? >= 0 assume none;\n"
           "fact c : integer? >= 0; fact at : datetime; fact before : "
           "datetime;\n"
           "denied sums if b is not none and c is not none and a + b != c;\n"
           "denied again if year of (date of at in +08:00)\n"
           "  == year of (date of before in +08:00);\n"
           "refund rest if a > 5; otherwise denied;\n");
  const RplLoweredStream *swift = &bench.lowered->swift;
  (void)state;
  assert_int_equal(count_ops(swift, RPL_LOWERED_IF_SUM_EQ) +
                       count_ops(swift, RPL_LOWERED_IF_SUM_NE),
                   1);
  assert_true(count_ops(swift, RPL_LOWERED_IF_NATURAL) +
              count_ops(swift, RPL_LOWERED_IF_NO_NATURAL));
  assert_true(count_ops(swift, RPL_LOWERED_YEAR_AT) >= 2);
  assert_int_equal(count_ops(swift, RPL_LOWERED_YEAR_OF), 0);
  close_bench(&bench);
}

static void test_tests_of_one_word_have_a_filter(void **state) {
  Bench bench = open_bench(
      HEAD "enumeration kind = a, b, c, d, e;\n"
           "fact k : kind; fact x : money; fact currency : currency;\n"
           "output amount : money = x;\n"
           "denied r1 if k == a; denied r2 if k == b; denied r3 if k == c;\n"
           "refund r4 if x > 0; otherwise denied;\n");
  (void)state;
  assert_int_equal(count_ops(&bench.lowered->swift, RPL_LOWERED_IF_OUT), 1);
  close_bench(&bench);
}

/* A request that has what its own way needs is decided, whatever else it
 * lacks. */
static void test_facts_of_other_ways(void **state) {
  Bench bench = open_bench(
      HEAD "fact way : boolean; fact x : integer; fact y : integer;\n"
           "denied r1 if way and x > 5;\n"
           "denied r2 if not way and y > 5;\n"
           "otherwise refund;\n");
  const int64_t values[] = {1, 9, 0};
  const uint64_t given = 3, lacking = 5;
  RplSlotFacts facts = {.values = values, .given = &given};
  RplVerdict verdict;
  (void)state;
  assert_true(rpl_fast_decide(bench.context, &facts, &verdict));
  assert_int_equal(verdict.rule, 0);
  facts.given = &lacking;
  assert_false(rpl_fast_decide(bench.context, &facts, &verdict));
  assert_true(count_ops(&bench.lowered->paths, RPL_LOWERED_NEEDS) > 0);
  assert_int_equal(count_ops(&bench.lowered->swift, RPL_LOWERED_NEEDS), 0);
  close_bench(&bench);
}

/* ---- limits ---------------------------------------------------------------
 */

static char text[TEXT];
static size_t length;

static void say(const char *form, uint32_t number) {
  /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
  length += (size_t)snprintf(text + length, TEXT - length, form, number, number,
                             number);
  assert_true(length < TEXT);
}

static bool has_paths(void) {
  Bench bench = open_bench(text);
  bool has = bench.lowered->paths.count > 0;
  if (!has)
    assert_ptr_equal(bench.lowered->swift.code, bench.lowered->joined.code);
  rpl_context_free(bench.context);
  rpl_program_free(bench.program);
  return has;
}

static bool has_paths_of_slots(uint32_t slots) {
  length = 0;
  say(HEAD, 0);
  for (uint32_t i = 0; i < slots; i++)
    say("fact f%u : integer;\n", i);
  for (uint32_t i = 0; i < slots; i++)
    say("denied r%u if f%u > %u;\n", i);
  say("otherwise refund;\n", 0);
  return has_paths();
}

static void test_slots(void **state) {
  (void)state;
  assert_true(has_paths_of_slots(RPL_PATHS_MAX_SLOTS));
  assert_false(has_paths_of_slots(RPL_PATHS_MAX_SLOTS + 1));
}

/* A NEED and a RETURN at the end, and a jump and a RETURN for each rule. */
static bool has_paths_of_code(uint32_t rules) {
  length = 0;
  say(HEAD "fact x : integer;\n", 0);
  for (uint32_t i = 0; i < rules; i++)
    say("denied r%u if x > %u;\n", rules - i);
  say("otherwise refund;\n", 0);
  return has_paths();
}

static void test_instructions(void **state) {
  (void)state;
  assert_true(has_paths_of_code(RPL_PATHS_MAX_CODE / 2 - 1));
  assert_false(has_paths_of_code(RPL_PATHS_MAX_CODE / 2));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_settled_is_not_tested),
      cmocka_unit_test(test_gates_do_not_ask_for_optional_facts),
      cmocka_unit_test(test_a_deadline_is_computed_once),
      cmocka_unit_test(test_pairs),
      cmocka_unit_test(test_tests_of_one_word_have_a_filter),
      cmocka_unit_test(test_facts_of_other_ways),
      cmocka_unit_test(test_slots),
      cmocka_unit_test(test_instructions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
