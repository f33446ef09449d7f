/* SPDX-License-Identifier: Apache-2.0
 * test_lowered.c - lowering programs that no compiler writes: conditions that
 * are used twice each time, so that a walk which follows both uses would take
 * longer than anybody lives. The test is that it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/image_fixture.h"
#include "vm/lowered.h"

static Fixture fixture;

static uint32_t word(const char *text) {
  return fixture_string(&fixture, text);
}

/* x, x op x, (x op x) op (x op x) and so on. */
static uint32_t doubled(RplOp op, uint32_t operand, int times) {
  for (int i = 0; i < times; i++)
    operand = RPL_OPERAND(RPL_SPACE_TEMP,
                          RPL_ADD(&fixture.builder, CODE, RPL_CODE_WORD(op, 0),
                                  operand, operand, 0));
  return operand;
}

static void lower(RplOp op, bool in_step) {
  static const char *const words[] = {"x", "y", "out", "p"};
  RplBuilder *b = &fixture.builder;
  const RplLowered *lowered;
  RplArena arena;
  fixture_begin(&fixture, words, sizeof words / sizeof words[0]);
  (void)RPL_ADD(b, TYPES, RPL_KIND_BOOLEAN, 0, 0);
  (void)RPL_ADD(b, FACTS, word("x"), 0, 0, 0, 0, 0, 0, 0);
  (void)RPL_ADD(b, FACTS, word("y"), 0, 0, 0, 0, 0, 0, 0);
  uint32_t condition = doubled(op, RPL_OPERAND(RPL_SPACE_FACT, 0), 150);
  uint32_t other = RPL_OPERAND(RPL_SPACE_FACT, 1);
  (void)RPL_ADD(b, OUTCOMES, word("out"), word("out"), 0);
  RplRuleRecord rule = {.name = word("out"),
                        .condition = in_step ? other : condition};
  if (in_step) {
    RplStepRecord step = {.id = word("out"), .condition = condition};
    rpl_builder_add(b, RPL_SECTION_STEPS, (const uint32_t *)&step);
    rule.steps = rpl_builder_list(b, 1, (uint32_t[]){0});
    rule.steps_count = 1;
  }
  rpl_builder_add(b, RPL_SECTION_RULES, (const uint32_t *)&rule);
  RplPolicyRecord policy = {.name = word("p"),
                            .edition = 1,
                            .otherwise = 1,
                            .unknown_report = word("out"),
                            .error_report = word("out")};
  rpl_builder_add(b, RPL_SECTION_POLICIES, (const uint32_t *)&policy);
  static const uint16_t booleans[256];
  fixture.image.temp_types = booleans;
  fixture_open(&fixture, 0);
  rpl_arena_init(&arena, NULL, 0);
  assert_int_equal(rpl_lower_image(&fixture.image, NULL, &arena,
                                   rpl_default_allocator(), &lowered),
                   RPL_OK);
  rpl_arena_clear(&arena);
  fixture_end(&fixture);
}

static void ends_with_shared_conditions(void **state) {
  (void)state;
  lower(RPL_OP_AND, false);
  lower(RPL_OP_OR, false);
  lower(RPL_OP_AND, true);
  lower(RPL_OP_OR, true);
  lower(RPL_OP_EQ, true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ends_with_shared_conditions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
