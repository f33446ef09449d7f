/* SPDX-License-Identifier: Apache-2.0
 * test_slots.c - facts by slot and verdicts. Expected verdicts were worked out
 * by hand from the policy; the whole decision is compared with that of the same
 * facts in JSON, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rpl/rpl.h"
#include "tests/support/load_policy.h"
#include "vm/fast.h"
#include "vm/text.h"

static const char policy[] =
    "edition 1; policy p \"P\";\n"
    "outcome denied; outcome refund as partial_refund;\n"
    "outcome needs_info for unknown; outcome manual_review for error;\n"
    "fact paid_at : datetime; fact requested_at : datetime;\n"
    "fact fee : money >= 0; fact consumed : number to 2 places >= 0;\n"
    "fact quota : number > 0; fact kind : one of a, b, c;\n"
    "fact seen : set of one of x, y, z; fact day : date?;\n"
    "fact label : text up to 5; fact wait : duration; fact currency : currency;"
    "fact open : boolean;\n"
    "setting rounding : rounding = half_up;\n"
    "denied late if requested_at > paid_at + 7d;\n"
    "denied labelled if label == \"no\" or y in seen or wait > 1d;\n"
    "refund rest if open and kind == b and day is none;\n"
    "output amount : required money = fee - fee * consumed / quota "
    "for refund;\n"
    "output deadline : datetime = paid_at + 7d;\n"
    "otherwise denied;\n";

enum {
  PAID_AT,
  REQUESTED_AT,
  FEE,
  CONSUMED,
  QUOTA,
  KIND,
  SEEN,
  DAY,
  LABEL,
  WAIT,
  CURRENCY,
  OPEN,
  SLOTS
};

typedef struct World {
  RplProgram *program;
  RplContext *context;
  int64_t values[SLOTS];
  uint64_t given, none, spelled;
  RplSlice label;
  RplSlotFacts facts;
} World;

#define DAY_MICROS INT64_C(86400000000)

/* A request that is granted: 40 of 300 of USD 1.60 were consumed. */
static int set_up(void **state) {
  static World world;
  memset(&world, 0, sizeof world);
  world.program = load_policy("p.rpl", policy);
  assert_int_equal(rpl_context_new(world.program, 0, NULL, &world.context),
                   RPL_OK);
  world.label = rpl_slice_from("yes");
  world.values[PAID_AT] = 20000 * DAY_MICROS;
  world.values[REQUESTED_AT] = 20002 * DAY_MICROS;
  world.values[FEE] = 160;
  world.values[CONSUMED] = 4000;
  world.values[QUOTA] = 300000000;
  world.values[KIND] = 1;
  world.values[SEEN] = 5;
  world.values[LABEL] = rpl_slot_text(&world.label);
  world.values[OPEN] = 1;
  world.given = ((1u << SLOTS) - 1) & ~(1u << DAY);
  world.none = 1u << DAY;
  world.facts = (RplSlotFacts){world.values, &world.given, &world.none,
                               &world.spelled, rpl_slot_currency("USD")};
  *state = &world;
  return 0;
}

static int tear_down(void **state) {
  World *world = *state;
  rpl_context_free(world->context);
  rpl_program_free(world->program);
  return 0;
}

/* A trace looks at slots far behind the few words of the form's frame, in the
 * program's form and in one that is made when a param was set. */
static void test_a_trace_of_many_slots(void **state) {
  enum { MANY = 900 };
  static int64_t values[MANY + 1];
  static uint64_t given[RPL_SLOT_WORDS(MANY + 1)];
  static char text[MANY * 32 + 512];
  size_t length = 0;
  RplProgram *program;
  RplContext *context;
  RplVerdict verdict;
  (void)state;
#define PUT(...)                                                               \
  (length += (size_t)snprintf(text + length, sizeof text - length, __VA_ARGS__))
  PUT("edition 1; policy p \"P\"; outcome denied; outcome refund;\n"
      "outcome needs_info for unknown; outcome manual_review for error;\n"
      "param strict : boolean = true;\n");
  for (int i = 0; i < MANY; i++)
    PUT("fact f%d : boolean;\n", i);
  PUT("denied late if f%d and strict; denied early if f0;\n", MANY - 1);
  PUT("otherwise refund;\n");
#undef PUT
  memset(given, 0xFF, sizeof given);
  program = load_policy("p.rpl", text);
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  RplSlotFacts facts = {.values = values, .given = given};
  for (int round = 0; round < 2; round++) {
    assert_int_equal(rpl_trace_slots(context, &facts, &verdict), RPL_OK);
    assert_int_equal(verdict.rule, RPL_VERDICT_NO_RULE);
    assert_int_equal(verdict.flags & RPL_VERDICT_CAREFUL, 0);
    assert_true(rpl_trace_count(context) > 0);
    assert_int_equal(rpl_param_text(context, rpl_slice_from("strict"),
                                    rpl_slice_from("false"), NULL),
                     RPL_OK);
  }
  rpl_context_free(context);
  rpl_program_free(program);
}

static RplVerdict decide(World *world) {
  RplVerdict verdict;
  assert_int_equal(rpl_decide_slots(world->context, &world->facts, &verdict),
                   RPL_OK);
  return verdict;
}

static void assert_outcome(const World *world, const RplVerdict *verdict,
                           const char *outcome, const char *rule) {
  assert_true(
      rpl_slice_is(rpl_verdict_outcome(world->context, verdict), outcome));
  assert_true(rpl_slice_is(rpl_verdict_rule(world->context, verdict), rule));
}

/* 1.60 - 1.60 * 40 / 300 = 1.38666...; the deadline is seven days later. */
static void test_verdict_of_a_grant(void **state) {
  World *world = *state;
  RplVerdict verdict = decide(world);
  assert_outcome(world, &verdict, "partial_refund", "rest");
  assert_int_equal(verdict.outcome, 1);
  assert_int_equal(verdict.rule, 2);
  assert_int_equal(verdict.amount, 139);
  assert_int_equal(verdict.currency, rpl_slot_currency("USD"));
  assert_int_equal(verdict.deadline, 20007 * DAY_MICROS);
  assert_int_equal(verdict.flags & ~RPL_VERDICT_CAREFUL,
                   RPL_VERDICT_AMOUNT | RPL_VERDICT_DEADLINE);
}

static void test_verdict_without_a_rule(void **state) {
  World *world = *state;
  world->values[KIND] = 2;
  RplVerdict verdict = decide(world);
  assert_outcome(world, &verdict, "denied", "otherwise");
  assert_int_equal(verdict.rule, RPL_VERDICT_NO_RULE);
  assert_int_equal(verdict.flags & RPL_VERDICT_AMOUNT, 0);
}

static void test_verdict_of_facts_that_are_missing(void **state) {
  World *world = *state;
  world->given &= ~(UINT64_C(1) << REQUESTED_AT);
  RplVerdict verdict = decide(world);
  assert_outcome(world, &verdict, "needs_info", "");
  assert_int_equal(verdict.flags, RPL_VERDICT_UNKNOWN | RPL_VERDICT_CAREFUL |
                                      RPL_VERDICT_DEADLINE);
}

/* A quota of 0 breaks its bound, so it counts as not given. */
static void test_a_value_out_of_bounds_counts_as_not_given(void **state) {
  World *world = *state;
  world->values[QUOTA] = 0;
  RplVerdict verdict = decide(world);
  assert_outcome(world, &verdict, "needs_info", "");
}

/* An unused quota of 10^30 leaves 1.60. */
static void test_a_value_can_be_spelled(void **state) {
  World *world = *state;
  RplSlice text = rpl_slice_from("1e30");
  world->values[QUOTA] = rpl_slot_text(&text);
  world->spelled = UINT64_C(1) << QUOTA;
  RplVerdict verdict = decide(world);
  assert_int_equal(verdict.amount, 160);
  assert_true(verdict.flags & RPL_VERDICT_CAREFUL);
}

static void test_the_decision_has_the_same_bytes_as_by_json(void **state) {
  static const char facts[] =
      "{\"paid_at\":\"2024-10-04T00:00:00Z\",\"requested_at\":"
      "\"2024-10-06T00:00:00Z\",\"fee\":\"1.60\",\"consumed\":40,"
      "\"quota\":300,\"kind\":\"b\",\"seen\":[\"x\",\"z\"],\"day\":null,"
      "\"label\":\"yes\",\"wait\":\"0s\",\"currency\":\"USD\",\"open\":true}";
  World *world = *state;
  const RplDecision *decision;
  RplSlice json;
  char first[4096];
  assert_int_equal(
      rpl_facts_json(world->context, rpl_slice_from(facts), 0, NULL), RPL_OK);
  assert_int_equal(rpl_decide(world->context, &decision), RPL_OK);
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json), RPL_OK);
  assert_true(json.length < sizeof first);
  memcpy(first, json.data, json.length);
  size_t length = json.length;
  assert_int_equal(rpl_facts_slots(world->context, &world->facts, NULL),
                   RPL_OK);
  assert_int_equal(rpl_decide(world->context, &decision), RPL_OK);
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json), RPL_OK);
  assert_int_equal(json.length, length);
  assert_memory_equal(json.data, first, length);
}

/* The steps are made of copies: the caller's facts may change meanwhile. */
static void test_a_trace_outlives_the_facts(void **state) {
  World *world = *state;
  RplTraceEvent event = {.kind = RPL_TRACE_NOTHING};
  RplVerdict verdict;
  char label[] = "no";
  world->label = rpl_slice_from(label);
  assert_int_equal(rpl_trace_slots(world->context, &world->facts, &verdict),
                   RPL_OK);
  assert_outcome(world, &verdict, "denied", "labelled");
  label[0] = 'y';
  world->label = rpl_slice_from("another");
  memset(world->values, 0, sizeof world->values);
  world->given = 0;
  size_t count = rpl_trace_count(world->context);
  assert_true(count > 1);
  assert_int_equal(rpl_trace_event(world->context, count - 1, &event), RPL_OK);
  assert_int_equal(event.kind, RPL_TRACE_RULE);
  assert_int_equal(event.row, verdict.rule);
  assert_int_equal(rpl_trace_event(world->context, count, &event),
                   RPL_E_NOT_FOUND);
}

/* A form is made for params only when they have decided many requests. */
static void test_params_that_are_set_for_a_while(void **state) {
  static const char text[] =
      "edition 1; policy p \"P\"; outcome denied; outcome refund;\n"
      "outcome needs_info for unknown; outcome manual_review for error;\n"
      "param least : integer = 5; fact days : integer;\n"
      "denied early if days < least; otherwise refund;\n";
  const int64_t days = 7;
  const uint64_t given = 2;
  const int64_t values[2] = {0, days};
  RplSlotFacts facts = {.values = values, .given = &given};
  RplProgram *program = load_policy("p.rpl", text);
  RplContext *context;
  RplVerdict verdict;
  size_t slot;
  (void)state;
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  assert_int_equal(
      rpl_program_fact_slot(program, 0, rpl_slice_from("days"), &slot), RPL_OK);
  assert_int_equal(slot, 1);
  assert_int_equal(rpl_decide_slots(context, &facts, &verdict), RPL_OK);
  assert_int_equal(verdict.flags & RPL_VERDICT_CAREFUL, 0);
  assert_int_equal(verdict.rule, RPL_VERDICT_NO_RULE);
  for (int round = 0; round < 2; round++) { /* 8 and 9: they deny 7 */
    assert_int_equal(rpl_param_text(context, rpl_slice_from("least"),
                                    rpl_slice_from(round ? "9" : "8"), NULL),
                     RPL_OK);
    for (uint32_t i = 0; i <= RPL_FAST_PATIENCE + 1; i++) {
      assert_int_equal(rpl_decide_slots(context, &facts, &verdict), RPL_OK);
      assert_int_equal(verdict.rule, 0);
      assert_int_equal(!(verdict.flags & RPL_VERDICT_CAREFUL),
                       i >= RPL_FAST_PATIENCE);
    }
  }
  rpl_params_clear(context);
  assert_int_equal(rpl_decide_slots(context, &facts, &verdict), RPL_OK);
  assert_int_equal(verdict.rule, RPL_VERDICT_NO_RULE);
  rpl_context_free(context);
  rpl_program_free(program);
}

static void refuse_slot(World *world, uint32_t slot, int64_t value) {
  RplFactError error;
  int64_t kept = world->values[slot];
  world->values[slot] = value;
  assert_int_equal(rpl_facts_slots(world->context, &world->facts, &error),
                   RPL_E_FACTS);
  assert_true(error.message[0] != 0 && error.fact[0] != 0);
  world->values[slot] = kept;
}

static void test_values_outside_their_type_are_refused(void **state) {
  World *world = *state;
  refuse_slot(world, OPEN, 2);
  refuse_slot(world, KIND, 3);
  refuse_slot(world, KIND, -1);
  refuse_slot(world, SEEN, 8);
  refuse_slot(world, PAID_AT, INT64_MAX);
  world->given |= UINT64_C(1) << DAY;
  refuse_slot(world, DAY, INT64_MIN);
}

static void test_amounts_without_a_currency_are_refused(void **state) {
  World *world = *state;
  world->facts.currency = 0;
  assert_int_equal(rpl_facts_slots(world->context, &world->facts, NULL),
                   RPL_E_FACTS);
  world->facts.currency = 0x7FFF;
  assert_int_equal(rpl_facts_slots(world->context, &world->facts, NULL),
                   RPL_E_FACTS);
}

static void test_slots_are_described(void **state) {
  World *world = *state;
  RplSlotInfo info;
  int64_t value;
  assert_int_equal(rpl_slot_info(world->program, 0, CONSUMED, &info), RPL_OK);
  assert_int_equal(info.holds, RPL_HOLDS_NUMBER);
  assert_int_equal(info.places, 2);
  assert_int_equal(rpl_slot_info(world->program, 0, QUOTA, &info), RPL_OK);
  assert_int_equal(info.places, 6);
  assert_int_equal(rpl_slot_info(world->program, 0, DAY, &info), RPL_OK);
  assert_true(info.is_optional);
  assert_int_equal(rpl_slot_info(world->program, 0, SLOTS, &info),
                   RPL_E_NOT_FOUND);
  assert_int_equal(
      rpl_slot_enumerator(world->program, 0, SEEN, rpl_slice_from("z"), &value),
      RPL_OK);
  assert_int_equal(value, 2);
  assert_int_equal(
      rpl_slot_enumerator(world->program, 0, KIND, rpl_slice_from("d"), &value),
      RPL_E_NOT_FOUND);
}

/* Rules that hold together and give the same are decided fast; where they give
 * different things, which they may not, the careful engine says so. */
static void test_rules_that_give_the_same(void **state) {
  static const char text[] =
      "edition 1; policy p \"P\"; outcome denied; outcome refund;\n"
      "outcome needs_info for unknown; outcome manual_review for error;\n"
      "fact a : boolean; fact b : boolean; fact c : boolean;\n"
      "output amount : money; setting rounding : rounding = half_up;\n"
      "denied first if a giving amount = USD 2;\n"
      "denied second if b giving amount = USD 2;\n"
      "denied third if c giving amount = USD 1;\n"
      "otherwise refund;\n";
  int64_t values[3] = {1, 1, 0};
  uint64_t given = 7;
  RplCompiler *compiler;
  RplProgram *program;
  RplContext *context;
  RplSlice bytes;
  RplVerdict verdict;
  RplSlotFacts facts = {
      .values = values, .given = &given, .currency = rpl_slot_currency("USD")};
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, rpl_slice_from("p.rpl"),
                                    rpl_slice_from(""), rpl_slice_from(text)),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  assert_int_equal(rpl_decide_slots(context, &facts, &verdict), RPL_OK);
  assert_true(rpl_slice_is(rpl_verdict_outcome(context, &verdict), "denied"));
  assert_true(rpl_slice_is(rpl_verdict_rule(context, &verdict), "first"));
  assert_int_equal(verdict.flags & RPL_VERDICT_CAREFUL, 0);
  values[2] = 1;
  assert_int_equal(rpl_decide_slots(context, &facts, &verdict), RPL_OK);
  assert_true(verdict.flags & RPL_VERDICT_CAREFUL);
  rpl_context_free(context);
  rpl_program_free(program);
  rpl_compiler_free(compiler);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_verdict_of_a_grant),
      TEST(test_verdict_without_a_rule),
      TEST(test_verdict_of_facts_that_are_missing),
      TEST(test_a_value_out_of_bounds_counts_as_not_given),
      TEST(test_a_value_can_be_spelled),
      TEST(test_the_decision_has_the_same_bytes_as_by_json),
      TEST(test_values_outside_their_type_are_refused),
      TEST(test_amounts_without_a_currency_are_refused),
      TEST(test_slots_are_described),
      TEST(test_a_trace_outlives_the_facts),
      cmocka_unit_test(test_a_trace_of_many_slots),
      cmocka_unit_test(test_params_that_are_set_for_a_while),
      cmocka_unit_test(test_rules_that_give_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
