/* SPDX-License-Identifier: Apache-2.0
 * test_decide.c - the decision procedure over one small policy whose rules turn
 * on a boolean fact each. Expected decisions were written by hand from the
 * rules of the language: precedence, what is undetermined above what holds,
 * reasons, steps, outputs, ensures, and the bytes of the JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/image_fixture.h"
#include "tests/support/short_memory.h"
#include "vm/civil.h"

static const char *const words[] = {"0",
                                    "7",
                                    "C-1",
                                    "C-2",
                                    "C-3",
                                    "C-5",
                                    "C-6",
                                    "C-7",
                                    "C-9",
                                    "GAP",
                                    "Low ",
                                    ".",
                                    "a",
                                    "b",
                                    "c",
                                    "d",
                                    "e",
                                    "fee",
                                    "paid_at",
                                    "consumed",
                                    "quota",
                                    "currency",
                                    "low",
                                    "abuse",
                                    "abuse2",
                                    "second",
                                    "ask",
                                    "invoice",
                                    "denied",
                                    "needs_info",
                                    "refund",
                                    "partial_refund",
                                    "manual_review",
                                    "s1",
                                    "s2",
                                    "s3",
                                    "First.",
                                    "Third.",
                                    "Nothing fits.",
                                    "Data lack.",
                                    "amount",
                                    "deadline",
                                    "destination",
                                    "card",
                                    "balance",
                                    "ratio",
                                    "remark",
                                    "test.small",
                                    "test.rpl",
                                    "too much",
                                    "rate",
                                    "flag"};

enum { /* types */
       TY_BOOLEAN,
       TY_MAYBE, /* boolean? */
       TY_INTEGER,
       TY_NUMBER,
       TY_MONEY,
       TY_TEXT,
       TY_DATETIME,
       TY_DURATION,
       TY_ROUNDING,
       TY_CURRENCY
};
enum { A, B, C, D, E, FEE, PAID_AT, CONSUMED, QUOTA, CURRENCY, RATE };
enum { O_DENIED, O_ASK, O_REFUND, O_REVIEW };
enum {
  OUT_AMOUNT,
  OUT_DEADLINE,
  OUT_DESTINATION,
  OUT_RATIO,
  OUT_REMARK,
  OUT_FLAG
};

static Fixture fixture;

static uint32_t word(const char *text) {
  return fixture_string(&fixture, text);
}

static uint32_t list1(uint32_t item) {
  return rpl_builder_list(&fixture.builder, 1, &item);
}

static uint32_t list2(uint32_t first, uint32_t second) {
  uint32_t items[] = {first, second};
  return rpl_builder_list(&fixture.builder, 2, items);
}

static uint32_t constant(uint32_t type, uint32_t low, uint32_t high) {
  return CONST(RPL_ADD(&fixture.builder, CONSTANTS, type, low, high));
}

static uint32_t code(RplOp op, uint32_t type, uint32_t a, uint32_t b,
                     uint32_t c) {
  return TEMP(
      RPL_ADD(&fixture.builder, CODE, RPL_CODE_WORD(op, type), a, b, c));
}

static uint32_t fact(const char *name, uint32_t type, uint32_t flags,
                     uint32_t low, uint32_t value) {
  return FACT(RPL_ADD(&fixture.builder, FACTS, word(name), type, flags, 0, low,
                      0, value, 0));
}

/* A text of one or two segments; returns its TEXT0. */
static uint32_t text(const char *first, uint32_t operand) {
  RplBuilder *b = &fixture.builder;
  uint32_t start = RPL_ADD(b, SEGMENTS, word(first) + 1, 0);
  if (operand) {
    (void)RPL_ADD(b, SEGMENTS, 0, operand);
    (void)RPL_ADD(b, SEGMENTS, word(".") + 1, 0);
  }
  return RPL_ADD(b, TEXTS, start, operand ? 3u : 1u) + 1;
}

static uint32_t place(uint32_t line) {
  return RPL_ADD(&fixture.builder, PLACES, word("test.rpl"), line, 1) + 1;
}

static void add_schema(void) {
  RplBuilder *b = &fixture.builder;
  static const uint32_t kinds[] = {
      RPL_KIND_BOOLEAN,  RPL_KIND_INTEGER,  RPL_KIND_NUMBER,
      RPL_KIND_MONEY,    RPL_KIND_TEXT,     RPL_KIND_DATETIME,
      RPL_KIND_DURATION, RPL_KIND_ROUNDING, RPL_KIND_CURRENCY};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    (void)RPL_ADD(b, TYPES, kinds[i], 0, 0);
    if (kinds[i] == RPL_KIND_BOOLEAN)
      (void)RPL_ADD(b, TYPES, kinds[i], 1, 0);
  }
  uint32_t none = constant(TY_NUMBER, word("0"), 0);
  uint32_t rate = constant(TY_NUMBER, word("7"), 0);
  (void)fact("a", TY_BOOLEAN, 0, 0, 0);
  (void)fact("b", TY_BOOLEAN, 0, 0, 0);
  (void)fact("c", TY_BOOLEAN, 0, 0, 0);
  (void)fact("d", TY_BOOLEAN, 0, 0, 0);
  (void)fact("e", TY_BOOLEAN, 0, 0, 0);
  (void)fact("fee", TY_MONEY, 0, 0, 0);
  (void)fact("paid_at", TY_DATETIME, 0, 0, 0);
  (void)fact("consumed", TY_NUMBER, 0, none, 0);
  (void)fact("quota", TY_NUMBER, RPL_FACT_LOW_OPEN, none, 0);
  (void)fact("currency", TY_CURRENCY, 0, 0, 0);
  (void)fact("rate", TY_NUMBER, RPL_FACT_PARAM, 0, rate);
  (void)RPL_ADD(b, OUTCOMES, word("denied"), word("denied"), 0);
  (void)RPL_ADD(b, OUTCOMES, word("needs_info"), word("needs_info"),
                RPL_OUTCOME_ASKS);
  (void)RPL_ADD(b, OUTCOMES, word("refund"), word("partial_refund"), 0);
  (void)RPL_ADD(b, OUTCOMES, word("manual_review"), word("manual_review"), 0);
}

static void rule(uint32_t outcome, const char *name, uint32_t condition,
                 uint32_t text0, uint32_t clauses, uint32_t clause_count,
                 uint32_t steps, uint32_t step_count, uint32_t provides,
                 uint32_t provide_count, uint32_t gives, uint32_t give_count,
                 uint32_t line) {
  (void)RPL_ADD(&fixture.builder, RULES, outcome, word(name), condition, text0,
                clauses, clause_count, steps, step_count, provides,
                provide_count, 0, 0, gives, give_count, place(line));
}

static void add_rules(uint32_t b_condition) {
  RplBuilder *b = &fixture.builder;
  uint32_t zero = constant(TY_MONEY, word("0"), 0);
  uint32_t first = RPL_ADD(b, STEPS, word("s1"), text("First.", 0), 0, 0, 0, 0);
  uint32_t second = RPL_ADD(b, STEPS, word("s2"), 0, FACT(D), 0, 0, 0);
  uint32_t third = RPL_ADD(b, STEPS, word("s3"), text("Third.", 0), 0,
                           list1(word("C-6")), 1, 0);
  rule(O_REFUND, "low", FACT(A), text("Low ", FACT(FEE)), list1(word("C-1")), 1,
       list2(first, second), 2, 0, 0, 0, 0, 1);
  rule(O_DENIED, "abuse", b_condition, 0, list1(word("C-2")), 1, 0, 0, 0, 0,
       list2(OUT_AMOUNT, zero), 2, 2);
  rule(O_REFUND, "second", FACT(C), 0, list2(word("C-3"), word("C-1")), 2,
       list2(third, first), 2, 0, 0, 0, 0, 3);
  rule(O_ASK, "ask", FACT(E), 0, 0, 0, 0, 0, list2(word("invoice"), word("a")),
       2, 0, 0, 4);
}

static void definition(uint32_t output, uint32_t values, uint32_t value_count,
                       uint32_t outcomes, uint32_t outcome_count,
                       uint32_t rules, uint32_t rule_count, const char *clause,
                       uint32_t line) {
  (void)RPL_ADD(&fixture.builder, DEFINITIONS, output, 0, values, value_count,
                outcomes, outcome_count, rules, rule_count,
                clause ? list1(word(clause)) : 0, clause != NULL, place(line));
}

static void add_outputs(void) {
  RplBuilder *b = &fixture.builder;
  uint32_t used = code(RPL_OP_MUL_MN, TY_MONEY, FACT(FEE), FACT(CONSUMED), 0);
  uint32_t share = code(RPL_OP_DIV_MN, TY_MONEY, used, FACT(QUOTA), 0);
  uint32_t rest = code(RPL_OP_SUB_M, TY_MONEY, FACT(FEE), share, 0);
  uint32_t rounded = code(RPL_OP_ROUND_M, TY_MONEY, rest,
                          constant(TY_ROUNDING, RPL_ROUND_HALF_UP, 0), 0);
  uint64_t week = (uint64_t)(7 * RPL_DAY_MICROS);
  uint32_t until =
      code(RPL_OP_ADD_DTU, TY_DATETIME, FACT(PAID_AT),
           constant(TY_DURATION, (uint32_t)week, (uint32_t)(week >> 32)), 0);
  uint32_t ratio =
      code(RPL_OP_DIV_N, TY_NUMBER, FACT(QUOTA), FACT(CONSUMED), 0);
  uint32_t fits = code(RPL_OP_LE, TY_BOOLEAN, rounded, FACT(FEE), 0);
  uint32_t card = constant(TY_TEXT, word("card"), 0);
  uint32_t balance = constant(TY_TEXT, word("balance"), 0);
  (void)RPL_ADD(b, OUTPUTS, word("amount"), TY_MONEY,
                RPL_OUTPUT_REQUIRED | RPL_OUTPUT_AMOUNT);
  (void)RPL_ADD(b, OUTPUTS, word("deadline"), TY_DATETIME, RPL_OUTPUT_DEADLINE);
  (void)RPL_ADD(b, OUTPUTS, word("destination"), TY_TEXT,
                RPL_OUTPUT_RANKED | RPL_OUTPUT_DESTINATION);
  (void)RPL_ADD(b, OUTPUTS, word("ratio"), TY_NUMBER, 0);
  (void)RPL_ADD(b, OUTPUTS, word("remark"), TY_TEXT, 0);
  (void)RPL_ADD(b, OUTPUTS, word("flag"), TY_BOOLEAN, 0);
  definition(OUT_AMOUNT, list1(rounded), 1, list1(O_REFUND), 1, 0, 0, "C-5",
             11);
  definition(OUT_DEADLINE, list1(until), 1, 0, 0, 0, 0, NULL, 12);
  definition(OUT_DESTINATION, list2(card, balance), 2, 0, 0, list1(word("low")),
             1, "C-7", 13);
  definition(OUT_RATIO, list1(ratio), 1, list1(O_REFUND), 1, 0, 0, NULL, 14);
  definition(OUT_REMARK, list1(card), 1, list1(O_REVIEW), 1, 0, 0, NULL, 15);
  definition(OUT_FLAG, list1(FACT(D)), 1, list1(O_REFUND), 1, 0, 0, NULL, 16);
  (void)RPL_ADD(b, ENSURES, fits, list1(OUT_AMOUNT), 1, text("too much", 0),
                place(17));
}

static void add_policy(void) {
  (void)RPL_ADD(&fixture.builder, POLICIES, word("test.small"), 0, 1,
                O_REVIEW + 1, text("Nothing fits.", 0), list1(word("C-9")), 1,
                0, 0, place(20), text("Data lack.", 0), list1(word("GAP")), 1,
                0, word("needs_info"), word("manual_review"), CURRENCY + 1, 0,
                0);
}

/* What the condition of `abuse` is. */
typedef enum Abuse { ABUSE_IS_B, ABUSE_IS_ERROR, ABUSE_IS_JOINED } Abuse;

static uint32_t error_condition(void) {
  uint32_t zero = constant(TY_NUMBER, word("0"), 0);
  uint32_t bad = code(RPL_OP_DIV_N, TY_NUMBER, zero, zero, 0);
  return code(RPL_OP_GT, TY_BOOLEAN, bad, zero, 0);
}

/* Three definitions: true if b, c if a, and true always. */
static uint32_t joined_condition(void) {
  uint32_t yes = constant(TY_BOOLEAN, 1, 0);
  uint32_t joined = constant(TY_MAYBE, 0, 0);
  joined = code(RPL_OP_PICK, TY_MAYBE, joined, FACT(B), yes);
  joined = code(RPL_OP_PICK, TY_MAYBE, joined, FACT(A), FACT(C));
  joined = code(RPL_OP_PICK, TY_MAYBE, joined, yes, yes);
  return code(RPL_OP_SOME, TY_BOOLEAN, joined, 0, 0);
}

static void open_policy(Abuse abuse, size_t max_bytes) {
  fixture_begin(&fixture, words, sizeof words / sizeof words[0]);
  add_schema();
  add_rules(abuse == ABUSE_IS_B       ? FACT(B)
            : abuse == ABUSE_IS_ERROR ? error_condition()
                                      : joined_condition());
  add_outputs();
  add_policy();
  fixture_open(&fixture, max_bytes);
}

static int set_up(void **state) {
  (void)state;
  open_policy(ABUSE_IS_B, 0);
  return 0;
}

static int set_up_error(void **state) {
  (void)state;
  open_policy(ABUSE_IS_ERROR, 0);
  return 0;
}

static int set_up_joined(void **state) {
  (void)state;
  open_policy(ABUSE_IS_JOINED, 0);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fixture_end(&fixture);
  return 0;
}

static const RplDecision *decide(const char *facts) {
  const RplDecision *decision;
  RplFactError error;
  if (rpl_facts_json(fixture.context, rpl_slice_from(facts), 0, &error))
    fail_msg("%s: %s", facts, error.message);
  assert_int_equal(rpl_decide(fixture.context, &decision), RPL_OK);
  return decision;
}

static void check_slice(RplSlice got, const char *expected) {
  if (!rpl_slice_is(got, expected))
    fail_msg("\nexpected %s\ngot      %.*s", expected, (int)got.length,
             got.data ? got.data : "");
}

static void check(const char *facts, const char *expected) {
  RplSlice json;
  assert_int_equal(rpl_decision_json(decide(facts), 0, &json), RPL_OK);
  check_slice(json, expected);
}

#define HEAD "{\"policy\":\"test.small\",\"outcome\":"
#define NUMBERS                                                                \
  "\"fee\":\"USD 1.60\",\"consumed\":60,\"quota\":300,\"paid_at\":"            \
  "\"2026-03-02T09:30:00Z\""
#define NO_RULE "\"a\":false,\"b\":false,\"c\":false,\"e\":false,"

/* 1.60 - 1.60 * 60 / 300 = 1.60 - 0.32 = 1.28 */
static void grants_with_everything(void **state) {
  (void)state;
  check("{\"a\":true,\"b\":false,\"c\":true,\"d\":true,\"e\":false," NUMBERS
        "}",
        HEAD "\"partial_refund\",\"amount\":\"1.28\",\"currency\":\"USD\","
             "\"reasons\":[{\"rule\":\"low\",\"clauses\":[\"C-1\"],"
             "\"text\":\"Low USD 1.60.\",\"at\":\"test.rpl:1\"},"
             "{\"rule\":\"second\",\"clauses\":[\"C-3\",\"C-1\"],"
             "\"at\":\"test.rpl:3\"}],"
             "\"clauses\":[\"C-1\",\"C-3\",\"C-6\",\"C-5\",\"C-7\"],"
             "\"steps\":[{\"id\":\"s2\"},{\"id\":\"s3\",\"text\":\"Third.\"},"
             "{\"id\":\"s1\",\"text\":\"First.\"}],"
             "\"deadline\":\"2026-03-09T09:30:00Z\","
             "\"destination\":[\"card\",\"balance\"],"
             "\"outputs\":{\"ratio\":\"5\",\"flag\":true}}");
}

static void highest_outcome_wins_and_may_give(void **state) {
  (void)state;
  check("{\"b\":true,\"a\":true,\"e\":true," NUMBERS "}",
        HEAD "\"denied\",\"amount\":\"0.00\",\"currency\":\"USD\","
             "\"reasons\":[{\"rule\":\"abuse\",\"clauses\":[\"C-2\"],"
             "\"at\":\"test.rpl:2\"}],\"clauses\":[\"C-2\"],"
             "\"deadline\":\"2026-03-09T09:30:00Z\"}");
}

static void known_denial_beats_unknown_facts(void **state) {
  (void)state;
  check("{\"b\":true,\"currency\":\"JPY\"}",
        HEAD "\"denied\",\"amount\":\"0\",\"currency\":\"JPY\","
             "\"reasons\":[{\"rule\":\"abuse\",\"clauses\":[\"C-2\"],"
             "\"at\":\"test.rpl:2\"}],\"clauses\":[\"C-2\"]}");
}

/* b could still deny; what `ask` wants comes after, without repeats. */
static void undetermined_above_a_grant(void **state) {
  (void)state;
  check("{\"a\":true,\"c\":false,\"d\":false,\"e\":true," NUMBERS "}",
        HEAD "\"needs_info\",\"reasons\":[{\"rule\":\"abuse\","
             "\"clauses\":[\"GAP\",\"C-2\"],\"text\":\"Data lack.\","
             "\"waits_for\":[\"b\"],\"at\":\"test.rpl:2\"},"
             "{\"rule\":\"ask\",\"at\":\"test.rpl:4\"}],"
             "\"clauses\":[\"GAP\",\"C-2\"],"
             "\"missing\":[\"b\",\"invoice\",\"a\"],"
             "\"deadline\":\"2026-03-09T09:30:00Z\"}");
}

static void unknown_rules_wait_in_declared_order(void **state) {
  (void)state;
  check("{\"b\":false,\"e\":false}",
        HEAD "\"needs_info\",\"reasons\":[{\"rule\":\"low\","
             "\"clauses\":[\"GAP\",\"C-1\"],\"text\":\"Data lack.\","
             "\"waits_for\":[\"a\"],\"at\":\"test.rpl:1\"},"
             "{\"rule\":\"second\",\"clauses\":[\"C-3\",\"C-1\"],"
             "\"waits_for\":[\"c\"],\"at\":\"test.rpl:3\"}],"
             "\"clauses\":[\"GAP\",\"C-1\",\"C-3\"],"
             "\"missing\":[\"a\",\"c\"]}");
}

static void required_output_waits(void **state) {
  (void)state;
  check("{\"a\":true,\"b\":false,\"c\":false,\"d\":false,\"e\":false,"
        "\"fee\":\"1.60\",\"quota\":0}",
        HEAD "\"needs_info\",\"reasons\":[{\"rule\":\"amount\","
             "\"clauses\":[\"GAP\",\"C-5\"],\"text\":\"Data lack.\","
             "\"waits_for\":[\"consumed\",\"quota\",\"currency\"],"
             "\"at\":\"test.rpl:11\"}],\"clauses\":[\"GAP\",\"C-5\"],"
             "\"missing\":[\"consumed\",\"quota\",\"currency\"],"
             "\"rejected\":[{\"fact\":\"quota\",\"text\":\"0 is not > 0\"}]}");
}

static void step_of_a_reason_waits(void **state) {
  (void)state;
  check("{\"a\":true,\"b\":false,\"c\":false,\"e\":false," NUMBERS "}",
        HEAD "\"needs_info\",\"reasons\":[{\"rule\":\"low\","
             "\"clauses\":[\"GAP\",\"C-1\"],\"text\":\"Data lack.\","
             "\"waits_for\":[\"d\"],\"at\":\"test.rpl:1\"}],"
             "\"clauses\":[\"GAP\",\"C-1\"],\"missing\":[\"d\"],"
             "\"deadline\":\"2026-03-09T09:30:00Z\"}");
}

/* True stands. b would say the same, whatever else is open; a would contradict
 * it as long as c is false. */
static void definitions_that_agree_are_not_awaited(void **state) {
  (void)state;
  const RplDecision *decision = decide("{\"c\":false}");
  check_slice(rpl_decision_outcome(decision), "needs_info");
  assert_int_equal(rpl_decision_missing_count(decision), 1);
  check_slice(rpl_decision_missing(decision, 0), "a");
  decision = decide("{\"c\":true,\"currency\":\"USD\"}");
  check_slice(rpl_decision_outcome(decision), "denied");
}

/* `second` holds and its amount waits for the quota. `low` would bring a step
 * that turns on d, so it plays a part until d is known; then, true or not, it
 * changes nothing, for only its destination, which decides nothing, is its own.
 */
static void open_rules_of_the_winner_wait_too(void **state) {
  (void)state;
  check("{\"c\":true,\"b\":false,\"e\":false,\"fee\":\"USD 1\"}",
        HEAD "\"needs_info\",\"reasons\":[{\"rule\":\"amount\","
             "\"clauses\":[\"GAP\",\"C-5\"],\"text\":\"Data lack.\","
             "\"waits_for\":[\"consumed\",\"quota\"],"
             "\"at\":\"test.rpl:11\"},{\"rule\":\"low\","
             "\"clauses\":[\"C-1\"],\"waits_for\":[\"a\"],"
             "\"at\":\"test.rpl:1\"}],"
             "\"clauses\":[\"GAP\",\"C-5\",\"C-1\"],"
             "\"missing\":[\"a\",\"consumed\",\"quota\"]}");
  check("{\"c\":true,\"b\":false,\"d\":true,\"e\":false,"
        "\"fee\":\"USD 1\"}",
        HEAD "\"needs_info\",\"reasons\":[{\"rule\":\"amount\","
             "\"clauses\":[\"GAP\",\"C-5\"],\"text\":\"Data lack.\","
             "\"waits_for\":[\"consumed\",\"quota\"],"
             "\"at\":\"test.rpl:11\"}],\"clauses\":[\"GAP\",\"C-5\"],"
             "\"missing\":[\"consumed\",\"quota\"]}");
}

static void own_request_for_evidence(void **state) {
  (void)state;
  check("{\"b\":false,\"e\":true}",
        HEAD "\"needs_info\",\"reasons\":[{\"rule\":\"ask\","
             "\"at\":\"test.rpl:4\"}],\"missing\":[\"invoice\",\"a\"]}");
}

static void otherwise_has_outputs(void **state) {
  (void)state;
  check("{" NO_RULE "\"fee\":\"USD 1\"}",
        HEAD "\"manual_review\",\"reasons\":[{\"rule\":\"otherwise\","
             "\"clauses\":[\"C-9\"],\"text\":\"Nothing fits.\","
             "\"at\":\"test.rpl:20\"}],\"clauses\":[\"C-9\"],"
             "\"outputs\":{\"remark\":\"card\"}}");
}

/* Only the first rule holds, with nothing consumed: 300 / 0 is an error. */
static void optional_output_in_error_is_reported(void **state) {
  (void)state;
  check("{\"a\":false,\"b\":false,\"c\":true,\"e\":false,\"fee\":\"JPY 160\","
        "\"consumed\":0,\"quota\":300}",
        HEAD "\"partial_refund\",\"amount\":\"160\",\"currency\":\"JPY\","
             "\"reasons\":[{\"rule\":\"second\",\"clauses\":[\"C-3\",\"C-1\"],"
             "\"at\":\"test.rpl:3\"}],"
             "\"clauses\":[\"C-3\",\"C-1\",\"C-6\",\"C-5\"],"
             "\"steps\":[{\"id\":\"s3\",\"text\":\"Third.\"},"
             "{\"id\":\"s1\",\"text\":\"First.\"}],"
             "\"error\":{\"code\":\"division_by_zero\",\"text\":\"a number "
             "was divided by zero\",\"at\":\"test.rpl:14\"}}");
}

/* fee -1.60, half consumed: -0.80 is above -1.60. */
static void false_ensure_is_an_error(void **state) {
  (void)state;
  check("{\"a\":false,\"b\":false,\"c\":true,\"e\":false,"
        "\"fee\":\"USD -1.60\",\"consumed\":1,\"quota\":2}",
        HEAD "\"manual_review\",\"reasons\":[{\"rule\":\"ensure\","
             "\"text\":\"too much\",\"at\":\"test.rpl:17\"}],"
             "\"error\":{\"code\":\"ensure_failed\",\"text\":\"too much\","
             "\"at\":\"test.rpl:17\"}}");
}

static void errors_alone_go_to_a_human(void **state) {
  (void)state;
  check("{\"a\":true,\"c\":true}",
        HEAD "\"manual_review\",\"reasons\":[{\"rule\":\"abuse\","
             "\"clauses\":[\"GAP\",\"C-2\"],\"text\":\"Data lack.\","
             "\"at\":\"test.rpl:2\"}],\"clauses\":[\"GAP\",\"C-2\"],"
             "\"error\":{\"code\":\"division_by_zero\",\"text\":\"a number "
             "was divided by zero\",\"at\":\"test.rpl:2\"}}");
}

/* "While `currency` is unknown, bare money is unknown and waits for it." */
static void amount_without_currency_waits(void **state) {
  (void)state;
  const RplDecision *decision = decide("{\"b\":true}");
  check_slice(rpl_decision_outcome(decision), "needs_info");
  assert_int_equal(rpl_decision_missing_count(decision), 1);
  check_slice(rpl_decision_missing(decision, 0), "currency");
}

static void working_and_words(void **state) {
  (void)state;
  RplSlice got;
  const RplDecision *decision = decide(
      "{\"a\":true,\"b\":false,\"c\":false,\"d\":false,\"e\":false," NUMBERS
      "}");
  assert_int_equal(rpl_decision_working(decision, &got), RPL_OK);
  check_slice(got, "1.60 - 1.60 * 60 / 300 = 1.28");
  assert_int_equal(rpl_decision_text(decision, &got), RPL_OK);
  check_slice(got, "Partial refund: USD 1.28\n"
                   "Amount:      1.60 - 1.60 * 60 / 300 = 1.28\n"
                   "Because:     Low USD 1.60. [C-1]\n"
                   "To do:\n  1. First.\n"
                   "Until:       2026-03-09T09:30:00Z\n"
                   "Paid to:     card, else balance\n"
                   "Ratio: 5\nFlag: false\n");
  /* 1 - 1 * 1 / 3 = 2/3, to the cent 0.67 */
  decision = decide("{\"a\":false,\"b\":false,\"c\":true,\"e\":false,"
                    "\"fee\":\"USD 1\",\"consumed\":1,\"quota\":3}");
  assert_int_equal(rpl_decision_working(decision, &got), RPL_OK);
  check_slice(got, "1.00 - 1.00 * 1 / 3 = 2/3, rounded half up to 0.67");
}

static void record_replays_to_the_same_bytes(void **state) {
  static char first[4096];
  (void)state;
  RplSlice json;
  const RplDecision *decision = decide(
      "{\"currency\":\"USD\",\"b\":false,\"a\":true,\"c\":false,\"e\":false,"
      "\"d\":false,\"fee\":1.6,\"consumed\":6e1,\"quota\":\"300\"}");
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json), RPL_OK);
  assert_true(json.length < sizeof first);
  memcpy(first, json.data, json.length);
  first[json.length] = '\0';
  char *facts = strstr(first, "\"facts\":") + 8;
  assert_non_null(strstr(
      facts, "{\"a\":true,\"b\":false,\"c\":false,\"d\":false,\"e\":false,"
             "\"fee\":\"USD 1.60\",\"consumed\":\"60\",\"quota\":\"300\","
             "\"currency\":\"USD\"},\"params\":{\"rate\":\"7\"},\"edition\":1,"
             "\"program\":\"00"));
  char copy[1024];
  size_t length = (size_t)(strchr(facts, '}') - facts) + 1;
  memcpy(copy, facts, length);
  copy[length] = '\0';
  decision = decide(copy);
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json), RPL_OK);
  check_slice(json, first);
}

static void memory_limit_is_reported(void **state) {
  const RplDecision *decision;
  (void)state;
  tear_down(NULL);
  open_policy(ABUSE_IS_B, 64);
  assert_int_equal(rpl_decide(fixture.context, &decision), RPL_E_LIMIT);
  tear_down(NULL);
  open_policy(ABUSE_IS_B, 0);
  assert_int_equal(rpl_decide(fixture.context, &decision), RPL_OK);
}

#define SHORT_FACTS                                                            \
  "{\"a\":true,\"b\":false,\"c\":true,\"d\":true,\"e\":false," NUMBERS "}"

static RplStatus whole_run(const RplAllocator *allocator, RplSlice *json) {
  RplContext *context;
  const RplDecision *decision;
  RplStatus status = rpl_context_make(&fixture.image, 0, allocator, &context);
  if (status)
    return status;
  status = rpl_param_text(context, rpl_slice_from("rate"),
                          rpl_slice_from("123456789012345678901"), NULL);
  if (status == RPL_OK)
    status = rpl_facts_json(context, rpl_slice_from(SHORT_FACTS), 0, NULL);
  if (status == RPL_OK)
    status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_json(decision, RPL_JSON_RECORD, json);
  rpl_context_free(context);
  return status;
}

/* Memory that ends at the n-th block, for every n until a run gets through. */
static void short_memory_leaks_nothing(void **state) {
  RplStatus status = RPL_E_MEMORY;
  (void)state;
  for (size_t blocks = 0; status != RPL_OK; blocks++) {
    ShortMemory memory = {blocks, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplSlice json;
    assert_true(blocks < 200);
    status = whole_run(&allocator, &json);
    assert_true(status == RPL_OK || status == RPL_E_MEMORY);
    assert_int_equal(memory.live_blocks, 0);
    assert_int_equal(memory.live_bytes, 0);
  }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define WITH_ERROR(test)                                                       \
  cmocka_unit_test_setup_teardown(test, set_up_error, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(grants_with_everything),
      WITH(highest_outcome_wins_and_may_give),
      WITH(known_denial_beats_unknown_facts),
      WITH(undetermined_above_a_grant),
      WITH(unknown_rules_wait_in_declared_order),
      WITH(required_output_waits),
      WITH(step_of_a_reason_waits),
      WITH(open_rules_of_the_winner_wait_too),
      cmocka_unit_test_setup_teardown(definitions_that_agree_are_not_awaited,
                                      set_up_joined, tear_down),
      WITH(own_request_for_evidence),
      WITH(otherwise_has_outputs),
      WITH(optional_output_in_error_is_reported),
      WITH(false_ensure_is_an_error),
      WITH_ERROR(errors_alone_go_to_a_human),
      WITH(amount_without_currency_waits),
      WITH(working_and_words),
      WITH(record_replays_to_the_same_bytes),
      WITH(memory_limit_is_reported),
      WITH(short_memory_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
