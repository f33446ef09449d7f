/* SPDX-License-Identifier: Apache-2.0
 * test_causes.c - what a decision waits for, in programs that no compiler
 * writes: providers that need each other, long chains of parts. Expected
 * decisions are by hand; where it is time that matters, a walk that is not
 * linear would need minutes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/image_fixture.h"

static Fixture fixture;

static uint32_t word(const char *text) {
  return fixture_string(&fixture, text);
}

static uint32_t type(RplKind kind, uint32_t detail) {
  return RPL_ADD(&fixture.builder, TYPES, (uint32_t)kind, 0, detail);
}

static uint32_t code(RplOp op, uint32_t result, uint32_t a, uint32_t b) {
  uint32_t row =
      RPL_ADD(&fixture.builder, CODE, RPL_CODE_WORD(op, result), a, b, 0);
  return RPL_OPERAND(RPL_SPACE_TEMP, row);
}

static void fact(const char *name, uint32_t row) {
  (void)RPL_ADD(&fixture.builder, FACTS, word(name), row, 0, 0, 0, 0, 0, 0);
}

/* One rule, of the only outcome. */
static void close_policy(uint32_t condition, uint32_t currency_fact) {
  RplBuilder *b = &fixture.builder;
  RplRuleRecord rule = {.name = word("out"), .condition = condition};
  (void)RPL_ADD(b, OUTCOMES, word("out"), word("out"), 0);
  rpl_builder_add(b, RPL_SECTION_RULES, (const uint32_t *)&rule);
  RplPolicyRecord policy = {.name = word("p"),
                            .edition = 1,
                            .otherwise = 1,
                            .unknown_report = word("needs"),
                            .error_report = word("out"),
                            .currency_fact = currency_fact};
  rpl_builder_add(b, RPL_SECTION_POLICIES, (const uint32_t *)&policy);
  fixture_open(&fixture, 0);
}

static void expect_missing(const char *facts, const char *missing) {
  const RplDecision *decision;
  assert_int_equal(
      rpl_facts_json(fixture.context, rpl_slice_from(facts), 0, NULL), RPL_OK);
  assert_int_equal(rpl_decide(fixture.context, &decision), RPL_OK);
  assert_int_equal(rpl_decision_missing_count(decision), 1);
  assert_true(rpl_slice_is(rpl_decision_missing(decision, 0), missing));
}

static RplHostAnswer refuse(void *host, const RplHostCall *call,
                            RplHostValue *result) {
  (void)host;
  (void)call;
  (void)result;
  return RPL_HOST_REFUSED;
}

/* Two amounts that were given without a currency: only that is missing, though
 * each has a provider that takes the other. */
static void waits_for_a_currency_alone(void **state) {
  static const char *const words[] = {"currency", "m", "n", "out",
                                      "needs",    "p", "f"};
  RplBuilder *b = &fixture.builder;
  (void)state;
  fixture_begin(&fixture, words, sizeof words / sizeof words[0]);
  uint32_t truth = type(RPL_KIND_BOOLEAN, 0);
  uint32_t money = type(RPL_KIND_MONEY, 0);
  fact("currency", type(RPL_KIND_CURRENCY, 0));
  fact("m", money);
  fact("n", money);
  uint32_t m = RPL_OPERAND(RPL_SPACE_FACT, 1);
  uint32_t n = RPL_OPERAND(RPL_SPACE_FACT, 2);
  rpl_builder_list(b, 4, (uint32_t[]){RPL_C_MONEY, n, RPL_C_MONEY, m});
  (void)RPL_ADD(b, PROVIDERS, 1, word("f"), RPL_C_MONEY, 0, 0, 2);
  (void)RPL_ADD(b, PROVIDERS, 2, word("f"), RPL_C_MONEY, 0, 2, 2);
  close_policy(code(RPL_OP_GT, truth, m, n), 1);
  rpl_context_set_host(fixture.context, refuse, NULL);
  expect_missing("{\"m\":\"1.60\",\"n\":\"2\"}", "currency");
  fixture_end(&fixture);
}

/* A record that is made field by field, and fields of it that are not known:
 * each is followed to the same fact, but the chain is gone through once. */
static void goes_through_a_chain_of_parts_once(void **state) {
  static const char *const words[] = {"r", "a", "b", "out", "needs", "p"};
  enum { LINKS = 150000 };
  RplBuilder *b = &fixture.builder;
  (void)state;
  fixture_begin(&fixture, words, sizeof words / sizeof words[0]);
  uint32_t truth = type(RPL_KIND_BOOLEAN, 0);
  uint32_t record = type(RPL_KIND_RECORD, 0);
  uint32_t yes = RPL_ADD(b, CONSTANTS, truth, 1, 0);
  (void)RPL_ADD(b, RECORD_TYPES, word("r"), 0, 2);
  (void)RPL_ADD(b, FIELDS, word("a"), truth, 0, 0, 0, 0);
  (void)RPL_ADD(b, FIELDS, word("b"), truth, 0, 0, 0, 0);
  fact("r", record);
  uint32_t whole = RPL_OPERAND(RPL_SPACE_FACT, 0);
  uint32_t all = RPL_OPERAND(RPL_SPACE_CONSTANT, yes);
  for (int i = 0; i < LINKS; i++)
    whole =
        code(RPL_OP_WITH, record, whole, RPL_OPERAND(RPL_SPACE_CONSTANT, yes));
  uint32_t field = RPL_CODE_WITH_FIELD(RPL_OP_FIELD, 1);
  for (int i = 0; i < LINKS; i++) {
    uint32_t row =
        RPL_ADD(b, CODE, field | RPL_CODE_WORD(0, truth), whole, 0, 0);
    all = code(RPL_OP_AND, truth, all, RPL_OPERAND(RPL_SPACE_TEMP, row));
  }
  close_policy(all, 0);
  expect_missing("{\"r\":{}}", "r");
  fixture_end(&fixture);
}

/* A block that waits for many facts in each turn. */
static void notes_each_cause_of_a_block_once(void **state) {
  static const char *const words[] = {"l", "n", "out", "needs", "p"};
  enum { FACTS = 60000, TURNS = 10 };
  RplBuilder *b = &fixture.builder;
  const RplDecision *decision;
  (void)state;
  fixture_begin(&fixture, words, sizeof words / sizeof words[0]);
  uint32_t truth = type(RPL_KIND_BOOLEAN, 0);
  uint32_t list = type(RPL_KIND_LIST, 0);
  (void)RPL_ADD(b, LIST_TYPES, truth, TURNS);
  fact("l", list);
  for (int i = 0; i < FACTS; i++)
    fact("n", truth);
  uint32_t each = code(RPL_OP_EACH, truth, RPL_OPERAND(RPL_SPACE_FACT, 0), 0);
  uint32_t all = each;
  for (uint32_t i = 1; i <= FACTS; i++)
    all = code(RPL_OP_AND, truth, all, RPL_OPERAND(RPL_SPACE_FACT, i));
  close_policy(code(RPL_OP_ALL, truth, each, all), 0);
  assert_int_equal(
      rpl_facts_json(
          fixture.context,
          rpl_slice_from("{\"l\":[true,true,true,true,true,true,true,true]}"),
          0, NULL),
      RPL_OK);
  assert_int_equal(rpl_decide(fixture.context, &decision), RPL_OK);
  /* they all have one name here, and are named once */
  assert_int_equal(rpl_decision_missing_count(decision), 1);
  fixture_end(&fixture);
}

/* Definitions that are joined, each with all before it as its value. */
static void follows_joined_definitions_once(void **state) {
  static const char *const words[] = {"x", "out", "needs", "p"};
  enum { LINKS = 100000 };
  RplBuilder *b = &fixture.builder;
  static const RplOp ops[] = {RPL_OP_PICK, RPL_OP_ROW};
  (void)state;
  for (int i = 0; i < 2; i++) {
    fixture_begin(&fixture, words, sizeof words / sizeof words[0]);
    uint32_t truth = type(RPL_KIND_BOOLEAN, 0);
    uint32_t optional = RPL_ADD(b, TYPES, RPL_KIND_BOOLEAN, 1, 0);
    fact("x", truth);
    uint32_t x = RPL_OPERAND(RPL_SPACE_FACT, 0);
    uint32_t all =
        RPL_OPERAND(RPL_SPACE_CONSTANT, RPL_ADD(b, CONSTANTS, optional, 0, 0));
    for (int link = 0; link < LINKS; link++)
      all = RPL_OPERAND(RPL_SPACE_TEMP,
                        RPL_ADD(b, CODE, RPL_CODE_WORD(ops[i], optional), all,
                                x, link ? all : x));
    close_policy(code(RPL_OP_IS_NONE, truth, all, 0), 0);
    expect_missing("{}", "x");
    fixture_end(&fixture);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(waits_for_a_currency_alone),
      cmocka_unit_test(goes_through_a_chain_of_parts_once),
      cmocka_unit_test(notes_each_cause_of_a_block_once),
      cmocka_unit_test(follows_joined_definitions_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
