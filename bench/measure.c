/* SPDX-License-Identifier: Apache-2.0
 * measure.c - clock, medians, the table and the JSON file. See bench.h. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/bench.h"

#define PASS_SECONDS 1.2e-3 /* well below a slice of about 4 ms */
#define MAX_RUNNERS  16
#define MAX_RATIOS   64
#define BEST_OF      3

typedef struct Kept {
  const char *key;
  double ratio;
} Kept;

static Kept kept[MAX_RATIOS];
static size_t kept_count;

double bench_now(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int compare(const void *left, const void *right) {
  const double *a = left;
  const double *b = right;
  return (*a > *b) - (*a < *b);
}

double bench_median(double *values, size_t count) {
  qsort(values, count, sizeof *values, compare);
  return count ? values[count / 2] : 0;
}

static double time_pass(const Runner *runner, size_t first, size_t count) {
  double start = bench_now();
  runner->run(runner->state, first, count);
  return (bench_now() - start) / (double)count;
}

/* Doubles the pass until it takes long enough or holds all rows. */
static void calibrate(Runner *runner, size_t rows) {
  size_t pass = rows < 32 ? rows : 32;
  for (;;) {
    double seconds = time_pass(runner, 0, pass) * (double)pass;
    if (seconds > PASS_SECONDS / 2 || pass == rows)
      break;
    pass = pass > rows / 2 ? rows : pass * 2;
  }
  runner->pass = pass;
}

/* Successive passes walk through the rows, so that a slow runner is not
 * measured on a few rows that it has just seen. */
static double best(const Runner *runner, size_t rows, size_t *at) {
  double found = 1e9;
  for (int i = 0; i < BEST_OF; i++) {
    if (*at + runner->pass > rows)
      *at = 0;
    double seconds = time_pass(runner, *at, runner->pass);
    *at += runner->pass;
    found = seconds < found ? seconds : found;
  }
  return found;
}

void measure(Runner *runners, size_t count, size_t rows) {
  static double times[MAX_RUNNERS][BENCH_ROUNDS];
  static double ratios[MAX_RUNNERS][BENCH_ROUNDS];
  size_t at[MAX_RUNNERS] = {0};
  for (size_t i = 0; i < count; i++)
    calibrate(&runners[i], rows);
  for (int round = 0; round < BENCH_ROUNDS; round++)
    for (size_t i = 0; i < count; i++) {
      times[i][round] = best(&runners[i], rows, &at[i]);
      ratios[i][round] = times[i][round] / times[0][round];
    }
  for (size_t i = 0; i < count; i++) {
    runners[i].ns = bench_median(times[i], BENCH_ROUNDS) * 1e9;
    runners[i].ratio = bench_median(ratios[i], BENCH_ROUNDS);
  }
}

void report_head(const char *title) {
  printf("\n%-38s %12s %10s\n", title, "ns", "ratio");
}

void report(const Runner *runner) {
  printf("  %-36s %12.2f %10.3f\n", runner->name, runner->ns, runner->ratio);
  (void)fflush(stdout);
}

void keep_ratio(const char *key, double ratio) {
  if (kept_count < MAX_RATIOS)
    kept[kept_count++] = (Kept){key, ratio};
}

bool write_ratios(const char *path) {
  FILE *file = fopen(path, "w");
  if (!file)
    return false;
  fputs("{\"ratios\": {", file);
  for (size_t i = 0; i < kept_count; i++)
    fprintf(file, "%s\n  \"%s\": %.4f", i ? "," : "", kept[i].key,
            kept[i].ratio);
  fputs("\n}}\n", file);
  return fclose(file) == 0;
}
