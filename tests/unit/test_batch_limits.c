/* SPDX-License-Identifier: Apache-2.0
 * test_batch_limits.c - streams that strips can just run, and cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/batch_bench.h"
#include "vm/batch_live.h"
#include "vm/batch_values.h"

/* `count` values, each made of the one before. */
static RplStatus translate_chain(uint32_t count) {
  static RplLoweredCode code[RPL_BATCH_MAX_WORDS + 2];
  assert_in_range(count, 1, COUNT_OF(code) - 1);
  for (uint32_t i = 0; i < count; i++)
    code[i] = (RplLoweredCode){
        OP(ADD), (uint16_t)(i + 1), i ? (uint16_t)i : FACT(0), FACT(1), 0, 0};
  code[count] = (RplLoweredCode){OP(RETURN), (uint16_t)count, NONE, 1, 0, 0};
  bench.lowered.frame_words = count + 1;
  bench.lowered.joined = (RplLoweredStream){code, count + 1, NULL, 0};
  return rpl_tile_translate(&bench.arena, &bench.lowered, &bench.lowered.joined,
                            SLOTS + 1, &bench.stream);
}

static void as_many_words_as_there_may_be(void **state) {
  (void)state;
  assert_int_equal(translate_chain(RPL_BATCH_MAX_WORDS), RPL_OK);
  assert_int_equal(translate_chain(RPL_BATCH_MAX_WORDS + 1), RPL_E_LIMIT);
}

/* Both arms write one place, in a stream so long that only places are known
 * where paths meet, and in one that is just not. */
static void check_long(uint32_t count) {
  static RplLoweredCode code[64];
  const RplLoweredCode arms[] = {{OP(IF_LT), FACT(0), FACT(1), 0, 3, 0},
                                 {OP(ADD), 4, FACT(0), FACT(2), 0, 0},
                                 {OP(JUMP), 0, 0, 0, 4, 0},
                                 {OP(MOVE), 4, FACT(2), 0, 0, 0},
                                 {OP(IF_LT), 4, FACT(1), 0, 6, 0},
                                 {OP(MOVE), 4, FACT(1), 0, 0, 0},
                                 {OP(RETURN), 4, NONE, 9, 0, 0}};
  memset(code, 0, sizeof code); /* STOP */
  memcpy(code, arms, sizeof arms);
  assert_in_range(count, COUNT_OF(arms), COUNT_OF(code));
  load(code, count);
  for (int round = 0; round < 5; round++) {
    draw_facts(false);
    for (size_t i = 0; i < level_count; i++) {
      run(levels[i], all_rows());
      for (size_t row = 0; row < ROWS; row++) {
        int64_t a = bench.facts[0][row], b = bench.facts[1][row],
                c = bench.facts[2][row];
        int64_t w = a < b ? c : wrapped((uint64_t)a + (uint64_t)c);
        assert_int_equal(bench.amount[row], w < b ? w : b);
      }
    }
  }
}

static void as_much_as_is_kept_for_jumps(void **state) {
  uint32_t most = (uint32_t)1 << 5;
  (void)state;
  bench.lowered.frame_words = (1u << 15) - 1; /* and one: 2^15 words */
  check_long(most);                           /* 2^20 in all: RPL_HELD_MAX */
  check_long(most + 1);
}

/* Copies into places, in a stream of `count` instructions: of three sums in one
 * word, the first is read before paths meet and nowhere else. */
static uint32_t count_puts(uint32_t count) {
  static RplLoweredCode code[1100];
  const RplLoweredCode arms[] = {
      {OP(ADD), 4, FACT(0), FACT(1), 0, 0}, {OP(IF_LT), 4, FACT(1), 0, 4, 0},
      {OP(ADD), 4, FACT(0), FACT(2), 0, 0}, {OP(JUMP), 0, 0, 0, 5, 0},
      {OP(MOVE), 4, FACT(2), 0, 0, 0},      {OP(ADD), 5, 4, FACT(1), 0, 0},
      {OP(RETURN), 5, NONE, 9, 0, 0}};
  uint32_t puts = 0;
  memset(code, 0, sizeof code); /* STOP */
  memcpy(code, arms, sizeof arms);
  assert_in_range(count, COUNT_OF(arms), COUNT_OF(code));
  load(code, count);
  draw_facts(false);
  for (size_t i = 0; i < level_count; i++) {
    run(levels[i], all_rows());
    for (size_t row = 0; row < ROWS; row++) {
      uint64_t a = (uint64_t)bench.facts[0][row],
               b = (uint64_t)bench.facts[1][row],
               c = (uint64_t)bench.facts[2][row];
      uint64_t sum = wrapped(a + b) < bench.facts[1][row] ? c : a + c;
      assert_int_equal(bench.amount[row], wrapped(sum + b));
    }
  }
  for (uint32_t i = 0; i < bench.stream.count; i++)
    puts += bench.stream.code[i].kind == RPL_TILE_PUT;
  return puts;
}

static void as_many_bits_as_tell_what_is_read(void **state) {
  uint32_t words = 1u << 15; /* of the frame, 2^9 words of bits */
  (void)state;
  bench.lowered.frame_words = words - 1;
  assert_int_equal(count_puts((uint32_t)(RPL_LIVE_MAX / (words / 64))), 2);
  assert_int_equal(count_puts((uint32_t)(RPL_LIVE_MAX / (words / 64)) + 1), 3);
}

/* Tables of keys 0, 2, 4, ...: the outcome is 1 for keys that are there. */
static void check_keys(uint32_t places, bool is_dense, bool is_served) {
  static RplLoweredKey keys[256];
  RplLoweredKeys table = {keys, places - 1, 2, 0, is_dense, false};
  RplLoweredCode code[] = {{OP(SWITCH), FACT(0), 0, 0, 0, 0},
                           {OP(RETURN), NONE, NONE, 1, 0, 0},
                           {OP(RETURN), NONE, NONE, 2, 0, 0}};
  uint32_t count = is_dense ? places : places / 2;
  memset(keys, 0, sizeof keys);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t at = i;
    if (!is_dense) {
      at = (uint32_t)rpl_lowered_hash_word((int64_t)i * 2) & (places - 1);
      while (keys[at].is_used)
        at = (at + 1) & (places - 1);
    }
    bool is_key = !is_dense || i % 2 == 0;
    keys[at] = (RplLoweredKey){(int64_t)i * 2, {NULL, 0}, is_key ? 1 : 2, 1};
  }
  bench.lowered.joined = (RplLoweredStream){code, 3, &table, 1};
  load_stream();
  for (size_t row = 0; row < ROWS; row++)
    bench.facts[0][row] = (int64_t)(draw() % (2 * places + 6)) - 3;
  for (size_t i = 0; i < level_count; i++) {
    run(levels[i], all_rows());
    for (size_t row = 0; row < ROWS; row++) {
      int64_t key = bench.facts[0][row];
      bool is_key = key >= 0 && key % 2 == 0 &&
                    key < (int64_t)(is_dense ? places : 2 * count);
      assert_int_equal(has(&bench.strip.failed, row), !is_served);
      assert_int_equal(bench.outcome[row], !is_served ? 0 : is_key ? 1 : 2);
    }
  }
}

static void tables_of_keys(void **state) {
  (void)state;
  for (int is_dense = 0; is_dense < 2; is_dense++) {
    check_keys(2 * RPL_BATCH_FEW_KEYS, is_dense, true); /* as tests */
    check_keys(4 * RPL_BATCH_FEW_KEYS, is_dense, true);
    check_keys(RPL_BATCH_MAX_KEYS, is_dense, true);
    check_keys(2 * RPL_BATCH_MAX_KEYS, is_dense, false);
  }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(as_many_words_as_there_may_be),
      WITH(as_much_as_is_kept_for_jumps),
      WITH(as_many_bits_as_tell_what_is_read),
      WITH(tables_of_keys),
  };
  find_levels();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
