/* SPDX-License-Identifier: Apache-2.0
 * test_program_form.c - what a program makes when it is first asked for: digest
 * and lowered form. The amount was worked out by hand: 30.00 less a third. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rpl/rpl.h"
#include "tests/support/short_memory.h"
#include "vm/sha256.h"
#include "vm/text.h"

static const char policy[] =
    "edition 1; policy p \"P\";\n"
    "outcome denied; outcome refund as partial_refund;\n"
    "outcome needs_info for unknown; outcome manual_review for error;\n"
    "fact unused : boolean; fact fee : money >= 0;\n"
    "fact consumed : integer >= 0; fact quota : integer > 0;\n"
    "setting rounding : rounding = half_up;\n"
    "refund rest if unused;\n"
    "output amount : required money = fee - fee * consumed / quota "
    "for refund;\n"
    "otherwise denied;\n";
#define WANTED 2000

#define MAX_SLOTS 64
enum { ENOUGH = 1000 };

static RplCompiler *compiler;
static RplSlice bytes;
static int64_t values[MAX_SLOTS];
static uint64_t given;

static RplProgram *load(const RplAllocator *allocator) {
  RplProgram *program = NULL;
  assert_int_equal(rpl_program_load(bytes.data, bytes.length, NULL, allocator,
                                    &program, NULL),
                   RPL_OK);
  return program;
}

static void put(const RplProgram *program, const char *name, int64_t value) {
  size_t slot = MAX_SLOTS;
  assert_int_equal(
      rpl_program_fact_slot(program, 0, rpl_slice_from(name), &slot), RPL_OK);
  assert_true(slot < MAX_SLOTS);
  values[slot] = value;
  given |= UINT64_C(1) << slot;
}

static int set_up(void **state) {
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, rpl_slice_from("p.rpl"),
                                    rpl_slice_from(""), rpl_slice_from(policy)),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  RplProgram *program = load(NULL);
  put(program, "unused", 1);
  put(program, "fee", 3000);
  put(program, "consumed", 100);
  put(program, "quota", 300);
  rpl_program_free(program);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  rpl_compiler_free(compiler);
  return 0;
}

static RplContext *context_of(const RplProgram *program,
                              const RplAllocator *allocator) {
  RplContext *context = NULL;
  assert_int_equal(rpl_context_new(program, 0, allocator, &context), RPL_OK);
  return context;
}

static RplSlotFacts facts_of_all(void) {
  return (RplSlotFacts){
      .values = values, .given = &given, .currency = rpl_slot_currency("USD")};
}

static RplVerdict decide(RplContext *context) {
  RplSlotFacts facts = facts_of_all();
  RplVerdict verdict;
  assert_int_equal(rpl_decide_slots(context, &facts, &verdict), RPL_OK);
  assert_int_equal(verdict.amount, WANTED);
  return verdict;
}

static void assert_fast(RplContext *context, bool is_fast) {
  assert_int_equal(decide(context).flags & RPL_VERDICT_CAREFUL,
                   is_fast ? 0 : RPL_VERDICT_CAREFUL);
}

static void prepare_refuses_what_is_not_there(void **state) {
  (void)state;
  RplProgram *program = load(NULL);
  assert_int_equal(rpl_program_prepare(NULL, 0), RPL_E_ARGUMENT);
  assert_int_equal(rpl_program_prepare(program, 1), RPL_E_ARGUMENT);
  rpl_program_free(program);
}

static void form_is_made_once(void **state) {
  (void)state;
  ShortMemory memory = {SIZE_MAX, 0, 0};
  RplAllocator allocator = {short_memory, &memory};
  RplProgram *program = load(&allocator);
  size_t loaded = memory.live_bytes;
  assert_int_equal(rpl_program_prepare(program, 0), RPL_OK);
  size_t prepared = memory.live_bytes;
  assert_true(prepared > loaded);
  memory.calls_left = 0; /* nothing more is asked for */
  assert_int_equal(rpl_program_prepare(program, 0), RPL_OK);
  RplContext *context = context_of(program, NULL);
  assert_fast(context, true);
  assert_int_equal(memory.live_bytes, prepared);
  rpl_context_free(context);
  rpl_program_free(program);
  assert_int_equal(memory.live_bytes, 0);
}

/* A context that is younger than the form has all that it needs: the first
 * decision allocates nothing either. */
static void prepared_contexts_allocate_nothing(void **state) {
  (void)state;
  ShortMemory memory = {SIZE_MAX, 0, 0};
  RplAllocator allocator = {short_memory, &memory};
  RplProgram *program = load(NULL);
  assert_int_equal(rpl_program_prepare(program, 0), RPL_OK);
  RplContext *context = context_of(program, &allocator);
  memory.calls_left = 0;
  assert_fast(context, true);
  rpl_context_free(context);
  rpl_program_free(program);
}

static void first_decision_makes_the_form(void **state) {
  (void)state;
  RplProgram *program = load(NULL);
  RplContext *first = context_of(program, NULL);
  RplContext *second = context_of(program, NULL);
  assert_fast(first, true);
  assert_fast(second, true);
  rpl_context_free(first);
  rpl_context_free(second);
  rpl_program_free(program);
}

static void short_memory_fails_to_prepare(void **state) {
  (void)state;
  RplStatus status = RPL_E_MEMORY;
  size_t failures = 0;
  for (size_t n = 0; status != RPL_OK; n++) {
    ShortMemory memory = {SIZE_MAX, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplProgram *program = load(&allocator);
    size_t loaded = memory.live_bytes;
    memory.calls_left = n;
    status = rpl_program_prepare(program, 0);
    memory.calls_left = SIZE_MAX;
    if (status != RPL_OK) {
      assert_int_equal(status, RPL_E_MEMORY);
      assert_int_equal(memory.live_bytes, loaded);
      assert_int_equal(rpl_program_prepare(program, 0), RPL_OK);
      failures++;
    }
    rpl_program_free(program);
    assert_int_equal(memory.live_bytes, 0);
    assert_true(n < ENOUGH);
  }
  assert_true(failures > 0);
}

/* Memory of the program that is short at the first decision: the careful engine
 * decides. Contexts that come later have the form. */
static void short_memory_of_the_program_is_no_failure(void **state) {
  (void)state;
  bool is_fast = false;
  for (size_t n = 0; !is_fast; n++) {
    ShortMemory memory = {SIZE_MAX, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplProgram *program = load(&allocator);
    RplContext *context = context_of(program, NULL);
    memory.calls_left = n;
    is_fast = !(decide(context).flags & RPL_VERDICT_CAREFUL);
    memory.calls_left = SIZE_MAX;
    RplContext *other = context_of(program, NULL);
    assert_fast(other, true);
    assert_fast(context, is_fast);
    rpl_context_free(other);
    rpl_context_free(context);
    rpl_program_free(program);
    assert_int_equal(memory.live_bytes, 0);
    assert_true(n < ENOUGH);
  }
}

/* The same of a context's memory, which the careful engine needs, too. */
static void short_memory_of_a_context_leaks_nothing(void **state) {
  (void)state;
  RplSlotFacts facts = facts_of_all();
  bool is_fast = false;
  for (size_t n = 0; !is_fast; n++) {
    ShortMemory memory = {SIZE_MAX, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplVerdict verdict = {.amount = 0};
    RplProgram *program = load(NULL);
    RplContext *context = context_of(program, &allocator);
    memory.calls_left = n;
    RplStatus status = rpl_decide_slots(context, &facts, &verdict);
    assert_true(status == RPL_E_MEMORY ||
                (status == RPL_OK && verdict.amount == WANTED));
    is_fast = status == RPL_OK && !(verdict.flags & RPL_VERDICT_CAREFUL);
    rpl_context_free(context);
    rpl_program_free(program);
    assert_int_equal(memory.live_bytes, 0);
    assert_true(n < ENOUGH);
  }
}

/* The digest is that of the program's bytes in the file, whether it was
 * computed by the load, by a preparation or when it was asked for. */
static void digest_is_the_same_either_way(void **state) {
  (void)state;
  uint8_t expected[32], found[32];
  size_t header = 24 + 8; /* of a bundle, and its one entry */
  rpl_sha256_digest(bytes.data + header, bytes.length - header, expected);
  for (int way = 0; way < 3; way++) {
    RplLimits limits;
    RplProgram *program = NULL;
    rpl_limits_init(&limits);
    if (way == 0) {
      limits.known_digests = (const uint8_t(*)[32])expected;
      limits.known_digest_count = 1;
    }
    assert_int_equal(rpl_program_load(bytes.data, bytes.length, &limits, NULL,
                                      &program, NULL),
                     RPL_OK);
    if (way == 1)
      assert_int_equal(rpl_program_prepare(program, 0), RPL_OK);
    for (int again = 0; again < 2; again++) {
      memset(found, 0, sizeof found);
      rpl_program_digest(program, 0, found);
      assert_memory_equal(found, expected, sizeof expected);
    }
    rpl_program_free(program);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(prepare_refuses_what_is_not_there),
      cmocka_unit_test(form_is_made_once),
      cmocka_unit_test(prepared_contexts_allocate_nothing),
      cmocka_unit_test(first_decision_makes_the_form),
      cmocka_unit_test(short_memory_fails_to_prepare),
      cmocka_unit_test(short_memory_of_the_program_is_no_failure),
      cmocka_unit_test(short_memory_of_a_context_leaks_nothing),
      cmocka_unit_test(digest_is_the_same_either_way),
  };
  return cmocka_run_group_tests_name("program_form", tests, set_up, tear_down);
}
