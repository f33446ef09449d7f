/* SPDX-License-Identifier: Apache-2.0
 *
 * bench.h - what the parts of the benchmark share: rows of facts, the policies
 * written in C (the anchor of every ratio), and the clock work.
 *
 * A measurement is a table of runners over the same rows. In each round every
 * runner works a pass that is shorter than a scheduler's slice, three times;
 * the best of the three counts, and the median over the rounds is reported.
 * Ratios are taken within a round, so that a slow moment meets both sides.
 */
#ifndef RPL_BENCH_BENCH_H
#define RPL_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Distinct rows: with fewer, the branch predictor learns the data by heart. */
#define BENCH_ROWS   ((size_t)65536)
#define BENCH_ROUNDS 41

/* ---- rows (rows.c) ------------------------------------------------------- */

/* Facts of many requests, a slot each, as the scalar engines take them: amounts
 * in minor units, instants in microseconds, values of an enumeration by their
 * number, texts as the address of one of bench_texts. */
typedef struct Rows {
  size_t count;
  size_t slots;    /* of a row: facts and params of the policy */
  int64_t *values; /* count * slots */
  uint64_t *given; /* a bit a slot: given, with a value */
  uint64_t *none;  /* a bit a slot: given as null */
} Rows;

/* A text that rows refer to by its address, laid out as RplSlice. */
typedef struct Text {
  const char *data;
  size_t length;
} Text;
extern const Text bench_texts[3]; /* the first is empty */

/* A generator with a fixed seed, so that every run measures the same rows
 * (Vigna, splitmix64). */
uint64_t bench_random(uint64_t *state);
uint64_t bench_below(uint64_t *state, uint64_t bound);

bool rows_new(Rows *rows, size_t count, size_t slots);
void rows_free(Rows *rows);

/* Every row divides; and 15 % late, 8 % promotions, 25 % whole, 6 % blocked,
 * 46 % dividing, in random order. Slots as in bench/gateway.rpl. */
void rows_gateway(Rows *rows, bool is_mixed);
/* Like mixed, but one row in a thousand has amounts of 2^55. */
void rows_outliers(Rows *rows);
void rows_sc(Rows *rows);
void rows_cms_gateway(Rows *rows);
void rows_guards(Rows *rows);
void rows_keyed(Rows *rows, unsigned keys);

/* ---- policies in C (anchors.c) ------------------------------------------- */

/* What a decision comes to. */
typedef struct Answer {
  int outcome;      /* of AnchorInfo.outcomes */
  int64_t amount;   /* 0 where there is none */
  int64_t deadline; /* the same */
} Answer;

/* Decides a row: fills in amount and deadline and returns the outcome, or -1
 * when a value went past 64 bits. */
typedef int (*Anchor)(const int64_t *values, uint64_t none, Answer *answer);

typedef struct AnchorInfo {
  const char *policy;
  Anchor decide;
  const char *const *outcomes; /* as reported, ends with NULL */
  const char *const *facts;    /* names by slot, checked; ends with NULL */
} AnchorInfo;

extern const AnchorInfo anchor_gateway;
extern const AnchorInfo anchor_sc;
extern const AnchorInfo anchor_cms_gateway;
extern const AnchorInfo anchor_guards;

/* ---- measuring (measure.c) ----------------------------------------------- */

/* Works rows first .. first + count - 1 and stores their answers. */
typedef void (*RunnerFunction)(void *state, size_t first, size_t count);

typedef struct Runner {
  const char *name;
  RunnerFunction run;
  void *state;
  size_t pass;  /* rows of a pass; set by measure() */
  double ns;    /* median of a row; set by measure() */
  double ratio; /* median of the ratio to the first runner */
} Runner;

/* Seconds since some instant, for differences. */
double bench_now(void);
double bench_median(double *values, size_t count);

/* Measures all runners over `rows` rows, interleaved. */
void measure(Runner *runners, size_t count, size_t rows);

/* Prints a line of the table; and keeps a ratio for the JSON file. */
void report_head(const char *title);
void report(const Runner *runner);
void keep_ratio(const char *key, double ratio);
bool write_ratios(const char *path);

#endif /* RPL_BENCH_BENCH_H */
