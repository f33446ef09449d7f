/* SPDX-License-Identifier: Apache-2.0
 *
 * batch_bench.h - a strip whose facts are three columns of 512 words, and the
 * kernels of every level that this processor has, for tests that write lowered
 * streams by hand.
 */
#ifndef RPL_TESTS_BATCH_BENCH_H
#define RPL_TESTS_BATCH_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vm/batch.h"

#define ROWS        RPL_STRIP_ROWS
#define SLOTS       3u
#define FRAME       16u
#define FACT(slot)  ((uint16_t)(RPL_LOWERED_FACT | (slot)))
#define OP(name)    RPL_LOWERED_##name
#define NONE        RPL_LOWERED_NO_WORD
#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

/* A strip whose facts are columns of 512 words. */
typedef struct Bench {
  RplArena arena;
  RplLowered lowered;
  RplTileStream stream;
  RplStrip strip;
  int64_t constants[1];
  int64_t facts[SLOTS][ROWS];
  uint64_t given[SLOTS][RPL_STRIP_TILES], none[SLOTS][RPL_STRIP_TILES];
  uint8_t outcome[ROWS];
  int64_t amount[ROWS], deadline[ROWS];
} Bench;

static Bench bench;

static const RplTileKernels *levels[4];
static size_t level_count;

static inline void find_levels(void) {
  levels[level_count++] = &rpl_tile_portable;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2"))
    levels[level_count++] = &rpl_tile_v2;
  if (__builtin_cpu_supports("avx2"))
    levels[level_count++] = &rpl_tile_v3;
  if (__builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    levels[level_count++] = &rpl_tile_v4;
#endif
}

static uint64_t seed;

static inline uint64_t draw(void) {
  uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  return (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
}

static inline bool has(const RplRows *rows, size_t row) {
  return rows->tile[row / 64] >> (row % 64) & 1;
}

/* Rows at random; now and then all of a tile, or none. */
static inline RplRows draw_rows(void) {
  RplRows rows;
  for (size_t tile = 0; tile < RPL_STRIP_TILES; tile++)
    rows.tile[tile] = draw() % 4 ? draw() : draw() % 2 ? UINT64_MAX : 0;
  return rows;
}

static inline RplRows all_rows(void) {
  RplRows rows;
  memset(&rows, 0xFF, sizeof rows);
  return rows;
}

static inline int set_up(void **state) {
  (void)state;
  memset(&bench, 0, sizeof bench);
  rpl_arena_init(&bench.arena, NULL, 0);
  bench.lowered.slot_count = SLOTS;
  bench.lowered.frame_words = FRAME;
  bench.lowered.constants = bench.constants;
  bench.lowered.constant_count = 1;
  memset(bench.given, 0xFF, sizeof bench.given);
  return 0;
}

static inline int tear_down(void **state) {
  (void)state;
  rpl_arena_clear(&bench.arena);
  return 0;
}

/* Strips begin with words of any kind, which nothing may come to depend on. */
static inline void soil(void) {
  for (uint32_t i = 0; i < bench.stream.word_count; i++) {
    const RplTileWord *word = &bench.stream.words[i];
    for (uint32_t tile = 0; tile < RPL_STRIP_TILES; tile++)
      if (word->is_used && !word->is_constant)
        memset(rpl_tile_out(&bench.strip, bench.stream.first_word + i, tile),
               (int)draw(), RPL_TILE_ROWS * sizeof(int64_t));
  }
}

static inline void load_stream(void) {
  RplStrip *strip = &bench.strip;
  assert_int_equal(rpl_tile_translate(&bench.arena, &bench.lowered,
                                      &bench.lowered.joined, SLOTS + 1,
                                      &bench.stream),
                   RPL_OK);
  assert_int_equal(
      rpl_strip_make(&bench.arena, &bench.lowered, &bench.stream, 1, strip),
      RPL_OK);
  for (size_t i = 0; i < SLOTS; i++) {
    strip->words[i] = bench.facts[i];
    strip->steps[i] = RPL_TILE_ROWS;
  }
  for (size_t i = 0; i < RPL_STRIP_TILES; i++)
    strip->currency[i] = 7;
  soil();
}

static inline void load(RplLoweredCode *code, uint32_t count) {
  bench.lowered.joined = (RplLoweredStream){code, count, NULL, 0};
  load_stream();
}

static inline void run(const RplTileKernels *kernels, RplRows active) {
  RplStrip *strip = &bench.strip;
  memset(bench.outcome, 0, sizeof bench.outcome);
  memset(bench.amount, 0, sizeof bench.amount);
  memset(bench.deadline, 0, sizeof bench.deadline);
  memcpy(strip->given, bench.given, sizeof bench.given);
  memcpy(strip->none, bench.none, sizeof bench.none);
  strip->outcome = bench.outcome;
  strip->amount = bench.amount;
  strip->deadline = bench.deadline;
  strip->active = active;
  memset(&strip->failed, 0, sizeof strip->failed);
  memset(&strip->has_amount, 0, sizeof strip->has_amount);
  memset(&strip->has_deadline, 0, sizeof strip->has_deadline);
  kernels->run(&bench.stream, strip);
  for (size_t tile = 0; tile < RPL_STRIP_TILES; tile++) {
    assert_int_equal(strip->active.tile[tile], 0);
    for (size_t i = 0; i <= bench.stream.label_count; i++)
      assert_int_equal(strip->pending[i].tile[tile], 0);
    for (size_t i = 1; i <= bench.stream.memo_count; i++)
      assert_int_equal(strip->memos[i].known.tile[tile], 0);
  }
}

/* Words of all sizes, many at the edges of what doubles hold. */
static inline int64_t draw_word(void) {
  static const int64_t edges[] = {0,
                                  1,
                                  2,
                                  3,
                                  INT64_C(1) << 31,
                                  INT64_C(1) << 51,
                                  INT64_C(1) << 52,
                                  INT64_C(1) << 53,
                                  INT64_MAX};
  uint64_t how = draw();
  int64_t word = (int64_t)(draw() >> (how % 63 + 1));
  if (how >> 8 & 1)
    word = edges[(how >> 16) % COUNT_OF(edges)] - (int64_t)(how >> 32 & 3);
  return how >> 9 & 1 ? -word : word;
}

/* Words are drawn from all there are, so what is made of them may wrap around;
 * in signed arithmetic that would be undefined, and an optimising compiler
 * would give the test another oracle. */
static inline int64_t wrapped(uint64_t word) { return (int64_t)word; }

static inline void draw_facts(bool has_divisor) {
  for (size_t row = 0; row < ROWS; row++)
    for (size_t slot = 0; slot < SLOTS; slot++)
      bench.facts[slot][row] = draw_word();
  for (size_t row = 0; has_divisor && row < ROWS; row++) {
    int64_t *divisor = &bench.facts[2][row];
    if (*divisor == INT64_MIN)
      *divisor = 1;
    if (*divisor <= 0)
      *divisor = wrapped(1 - (uint64_t)*divisor);
    if (draw() % 4 == 0) /* a tie */
      bench.facts[0][row] = wrapped((uint64_t)(bench.facts[0][row] | 1) *
                                    (uint64_t)(*divisor / 2 % 4096));
    if (*divisor <= 0)
      *divisor = 1;
  }
}

#endif /* RPL_TESTS_BATCH_BENCH_H */
