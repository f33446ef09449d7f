/* SPDX-License-Identifier: Apache-2.0
 *
 * test_arena.c - tests of vm/arena.h.
 * The allocator here counts what is asked for and given back, so that the
 * arena's own bookkeeping is compared with it. */
#include "vm/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Checker {
  size_t live_bytes;
  size_t live_blocks;
  unsigned calls_left;
} Checker;

static void *checked(void *context, void *block, size_t old_bytes,
                     size_t new_bytes) {
  Checker *checker = context;
  if (block) { /* an arena only frees */
    assert_int_equal(new_bytes, 0);
    checker->live_bytes -= old_bytes;
    checker->live_blocks--;
    free(block);
    return NULL;
  }
  if (!checker->calls_left)
    return NULL;
  checker->calls_left--;
  void *fresh = malloc(new_bytes);
  if (!fresh)
    return NULL;
  memset(fresh, 0xa5, new_bytes);
  checker->live_bytes += new_bytes;
  checker->live_blocks++;
  return fresh;
}

static void assert_zero(const unsigned char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    assert_int_equal(bytes[i], 0);
}

static void blocks_are_aligned_and_zero(void **state) {
  (void)state;
  Checker checker = {0, 0, 1000};
  RplAllocator allocator = {checked, &checker};
  RplArena arena;
  unsigned char *last = NULL;
  rpl_arena_init(&arena, &allocator, 0);
  assert_int_equal(checker.live_blocks, 0);
  for (int round = 0; round < 2; round++) {
    for (size_t bytes = 0; bytes < 600; bytes++) {
      unsigned char *block = rpl_arena_alloc(&arena, bytes);
      assert_non_null(block);
      assert_ptr_not_equal(block, last);
      assert_int_equal((uintptr_t)block % 16, 0);
      assert_zero(block, bytes);
      memset(block, 0xff, bytes); /* so that reuse after reset would show */
      last = block;
    }
    assert_int_equal(arena.total_bytes, checker.live_bytes);
    rpl_arena_reset(&arena);
    assert_int_equal(checker.live_blocks, 1);
    assert_int_equal(arena.total_bytes, checker.live_bytes);
  }
  rpl_arena_clear(&arena);
  assert_int_equal(checker.live_blocks, 0);
  assert_int_equal(checker.live_bytes, 0);
}

static void blocks_do_not_overlap(void **state) {
  (void)state;
  enum { COUNT = 2000, BYTES = 24 };
  static unsigned char *blocks[COUNT];
  RplArena arena;
  rpl_arena_init(&arena, NULL, 0);
  for (int i = 0; i < COUNT; i++) {
    blocks[i] = rpl_arena_alloc(&arena, BYTES);
    assert_non_null(blocks[i]);
    memset(blocks[i], i % 251, BYTES);
  }
  for (int i = 0; i < COUNT; i++)
    for (int j = 0; j < BYTES; j++)
      assert_int_equal(blocks[i][j], i % 251);
  rpl_arena_clear(&arena);
}

static void large_blocks(void **state) {
  (void)state;
  RplArena arena;
  rpl_arena_init(&arena, NULL, 0);
  size_t bytes = (size_t)3 << 20; /* larger than the largest usual chunk */
  unsigned char *block = rpl_arena_alloc(&arena, bytes);
  assert_non_null(block);
  assert_zero(block, bytes);
  assert_non_null(rpl_arena_alloc(&arena, 1));
  rpl_arena_clear(&arena);
}

static void absurd_sizes(void **state) {
  (void)state;
  Checker checker = {0, 0, 10};
  RplAllocator allocator = {checked, &checker};
  RplArena arena;
  rpl_arena_init(&arena, &allocator, 1 << 20);
  for (size_t less = 0; less < 64; less++)
    assert_null(rpl_arena_alloc(&arena, SIZE_MAX - less));
  assert_null(rpl_arena_array(&arena, SIZE_MAX / 2, 3));
  assert_null(rpl_arena_array(&arena, SIZE_MAX, SIZE_MAX));
  assert_null(rpl_arena_copy(&arena, "x", SIZE_MAX));
  assert_int_equal(checker.calls_left, 10);
  assert_non_null(rpl_arena_array(&arena, 0, 8));
  rpl_arena_clear(&arena);
}

/* The smallest limit that lets a block through is found by trying; then the
 * block must fit at it and not one byte below. */
static void limit_at_and_past(void **state) {
  (void)state;
  const size_t bytes = 10000;
  size_t limit = bytes;
  bool has_fit = false;
  for (; !has_fit && limit < bytes + 200; limit++) {
    Checker checker = {0, 0, 10};
    RplAllocator allocator = {checked, &checker};
    RplArena arena;
    rpl_arena_init(&arena, &allocator, limit);
    has_fit = rpl_arena_alloc(&arena, bytes) != NULL;
    assert_int_equal(arena.is_over_limit, !has_fit);
    assert_true(checker.live_bytes <= limit);
    if (has_fit)
      assert_int_equal(checker.live_bytes, limit);
    rpl_arena_clear(&arena);
    assert_false(arena.is_over_limit);
  }
  assert_true(has_fit);
}

static void limit_holds_in_all(void **state) {
  (void)state;
  const size_t limit = 20000;
  Checker checker = {0, 0, 1000};
  RplAllocator allocator = {checked, &checker};
  RplArena arena;
  size_t got = 0;
  rpl_arena_init(&arena, &allocator, limit);
  while (rpl_arena_alloc(&arena, 16)) {
    got += 16;
    assert_true(checker.live_bytes <= limit);
  }
  assert_true(arena.is_over_limit);
  assert_true(got > limit / 2);
  rpl_arena_reset(&arena);
  assert_false(arena.is_over_limit);
  assert_non_null(rpl_arena_alloc(&arena, 16));
  rpl_arena_clear(&arena);
  assert_int_equal(checker.live_blocks, 0);
}

static void allocator_fails_at_nth_call(void **state) {
  (void)state;
  for (unsigned n = 0; n < 6; n++) {
    Checker checker = {0, 0, n};
    RplAllocator allocator = {checked, &checker};
    RplArena arena;
    unsigned got = 0;
    rpl_arena_init(&arena, &allocator, 0);
    while (got < 100 && rpl_arena_alloc(&arena, 1 << 20))
      got++; /* each needs a chunk of its own */
    assert_int_equal(got, n);
    assert_false(arena.is_over_limit);
    assert_int_equal(checker.live_blocks, n);
    checker.calls_left = 1; /* and it recovers */
    assert_non_null(rpl_arena_alloc(&arena, 1 << 20));
    rpl_arena_clear(&arena);
    assert_int_equal(checker.live_bytes, 0);
  }
}

static void copies_are_terminated(void **state) {
  (void)state;
  RplArena arena;
  rpl_arena_init(&arena, NULL, 0);
  char *copy = rpl_arena_copy(&arena, "a\0bc", 4);
  assert_memory_equal(copy, "a\0bc", 5);
  assert_string_equal(rpl_arena_copy(&arena, NULL, 0), "");
  rpl_arena_clear(&arena);
}

static void growing(void **state) {
  (void)state;
  RplArena arena;
  uint32_t *items = NULL;
  size_t capacity = 0, moves = 0;
  rpl_arena_init(&arena, NULL, 0);
  for (uint32_t count = 0; count < 10000; count++) {
    uint32_t *grown =
        rpl_arena_grow(&arena, items, count, &capacity, sizeof *items);
    assert_non_null(grown);
    moves += grown != items;
    items = grown;
    assert_true(capacity > count);
    items[count] = count * 3;
  }
  for (uint32_t i = 0; i < 10000; i++)
    assert_int_equal(items[i], i * 3);
  assert_true(moves < 16); /* 4 * 2^12 > 10000 */
  rpl_arena_clear(&arena);
}

static void growing_fails(void **state) {
  (void)state;
  Checker checker = {0, 0, 0};
  RplAllocator allocator = {checked, &checker};
  RplArena arena;
  size_t capacity = 0;
  rpl_arena_init(&arena, &allocator, 0);
  assert_null(rpl_arena_grow(&arena, NULL, 0, &capacity, 8));
  assert_int_equal(capacity, 0);
  capacity = SIZE_MAX / 2 + 1;
  assert_null(rpl_arena_grow(&arena, NULL, capacity, &capacity, 1));
  assert_true(capacity == SIZE_MAX / 2 + 1);
  rpl_arena_clear(&arena);
}

/* What was reserved is one chunk, and blocks of it ask for no more. */
static void reserved_room_is_one_chunk(void **state) {
  (void)state;
  Checker checker = {0, 0, 1};
  RplAllocator allocator = {checked, &checker};
  RplArena arena;
  rpl_arena_init(&arena, &allocator, 0);
  assert_true(rpl_arena_reserve(&arena, 100000));
  assert_int_equal(checker.live_blocks, 1);
  for (int i = 0; i < 10; i++) {
    unsigned char *block = rpl_arena_alloc(&arena, 9984);
    assert_non_null(block);
    assert_zero(block, 9984);
  }
  assert_true(rpl_arena_reserve(&arena, 160)); /* left of it */
  assert_false(rpl_arena_reserve(&arena, 100000));
  assert_null(rpl_arena_alloc(&arena, 100000));
  assert_false(arena.is_over_limit);
  rpl_arena_clear(&arena);
  assert_int_equal(checker.live_bytes, 0);
}

static void reserving_keeps_to_the_limit(void **state) {
  (void)state;
  RplArena arena;
  rpl_arena_init(&arena, NULL, 1000);
  assert_false(rpl_arena_reserve(&arena, 1000)); /* and a header */
  assert_true(arena.is_over_limit);
  assert_true(rpl_arena_reserve(&arena, 900));
  assert_false(rpl_arena_reserve(&arena, SIZE_MAX));
  assert_non_null(rpl_arena_block(&arena, 800));
  rpl_arena_clear(&arena);
}

static void empty_arena(void **state) {
  (void)state;
  RplArena arena;
  rpl_arena_init(&arena, NULL, 0);
  rpl_arena_reset(&arena);
  rpl_arena_clear(&arena);
  rpl_arena_clear(&arena);
  assert_non_null(rpl_arena_alloc(&arena, 1));
  rpl_arena_clear(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_are_aligned_and_zero),
      cmocka_unit_test(blocks_do_not_overlap),
      cmocka_unit_test(large_blocks),
      cmocka_unit_test(absurd_sizes),
      cmocka_unit_test(limit_at_and_past),
      cmocka_unit_test(limit_holds_in_all),
      cmocka_unit_test(allocator_fails_at_nth_call),
      cmocka_unit_test(copies_are_terminated),
      cmocka_unit_test(growing),
      cmocka_unit_test(growing_fails),
      cmocka_unit_test(reserved_room_is_one_chunk),
      cmocka_unit_test(reserving_keeps_to_the_limit),
      cmocka_unit_test(empty_arena),
  };
  return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
