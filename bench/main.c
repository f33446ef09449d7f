/* SPDX-License-Identifier: Apache-2.0
 * main.c - rpl_bench FOLDER [SUITE] [--json FILE]: measures the programs that
 * run.sh has put into FOLDER, and prints a table. See README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/engines.h"
#include "bench/programs.h"

typedef struct Options {
  const char *folder;
  const char *suite; /* NULL: all */
  const char *json;
} Options;

static bool is_wanted(const Options *options, const char *suite) {
  return !options->suite || strcmp(options->suite, suite) == 0;
}

static bool fail(const char *what) {
  fprintf(stderr, "bench: %s\n", what);
  return false;
}

/* ---- one decision after another ------------------------------------------ */

/* Measures the engines on a subject that has its rows, and keeps their ratios
 * under the keys that are not NULL. */
static bool compare_engines(const char *folder, Subject *subject,
                            const char *title, const char *single_key,
                            const char *batch_key) {
  Runner runners[] = {
      {.name = "C", .run = run_anchor, .state = subject},
      {.name = "fast engine", .run = run_slots, .state = subject},
      {.name = "fast engine, traced", .run = run_trace, .state = subject},
      {.name = "batch engine", .run = run_batch, .state = subject},
      {.name = "careful engine", .run = run_careful, .state = subject},
      {.name = "traced, steps read", .run = run_trace_read, .state = subject},
  };
  size_t count = sizeof runners / sizeof runners[0];
  for (size_t i = 1; i < count; i++)
    if (i != 3 && !subject_check(subject, &runners[i]))
      return false;
  if (!subject_columns(subject) || !subject_check_batch(subject))
    return false;
  measure(runners, count, subject->rows.count);
  report_head(title);
  for (size_t i = 0; i < count; i++)
    report(&runners[i]);
  if (single_key)
    keep_ratio(single_key, runners[1].ratio);
  if (batch_key)
    keep_ratio(batch_key, runners[3].ratio);
  if (single_key && strcmp(single_key, "single.gateway.mixed") == 0) {
    keep_ratio("trace.on", runners[2].ns / runners[1].ns);
    return measure_lua(folder, runners[0].ns);
  }
  return true;
}

typedef void (*Fill)(Rows *rows);

static void fill_divide(Rows *rows) { rows_gateway(rows, false); }
static void fill_mixed(Rows *rows) { rows_gateway(rows, true); }

static bool with_rows(Subject *subject, Fill fill) {
  Rows rows;
  size_t slots = rpl_program_fact_count(subject->program, 0);
  if (!rows_new(&rows, BENCH_ROWS, slots))
    return fail("memory ran out");
  fill(&rows);
  return subject_prepare(subject, rows);
}

typedef struct Case {
  const char *program;
  const AnchorInfo *anchor;
  Fill fill;
  const char *title;
  const char *single_key;
  const char *batch_key;
} Case;

static bool run_case(const Options *options, const Case *what) {
  Subject subject;
  bool is_done =
      subject_open(&subject, options->folder, what->program, what->anchor) &&
      with_rows(&subject, what->fill) &&
      compare_engines(options->folder, &subject, what->title, what->single_key,
                      what->batch_key);
  subject_close(&subject);
  return is_done;
}

static bool suite_single(const Options *options) {
  const Case cases[] = {
      {"gateway", &anchor_gateway, fill_divide, "gateway, every row divides",
       "single.gateway.divide", "batch.gateway.divide"},
      {"gateway", &anchor_gateway, fill_mixed, "gateway, mixed",
       "single.gateway.mixed", "batch.gateway.mixed"},
      {"cms.gateway", &anchor_cms_gateway, rows_cms_gateway,
       "cms.gateway (bundled), mixed", NULL, NULL},
      {"sc", &anchor_sc, rows_sc, "sc (bundled), mixed", "single.sc.mixed",
       "batch.sc.mixed"},
      {"guards40", &anchor_guards, rows_guards, "a chain of 40 guards",
       "single.guards40", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    if (!run_case(options, &cases[i]))
      return false;
  return true;
}

/* ---- rules by key -------------------------------------------------------- */

static bool measure_keyed(const Options *options, unsigned keys, double *ns) {
  char name[32];
  Subject subject;
  Rows rows;
  (void)snprintf(name, sizeof name, "keyed%u", keys);
  bool is_done = subject_open(&subject, options->folder, name, NULL);
  size_t count = keys >= 10000 ? 4096 : BENCH_ROWS;
  if (is_done && rows_new(&rows, count, 2)) {
    rows_keyed(&rows, keys);
    Runner runner = {.name = name, .run = run_slots, .state = &subject};
    is_done =
        subject_prepare(&subject, rows) && subject_check(&subject, &runner);
    if (is_done)
      measure(&runner, 1, rows.count);
    report(&runner);
    *ns = runner.ns;
  }
  subject_close(&subject);
  return is_done;
}

static bool suite_keyed(const Options *options) {
  static const unsigned keys[] = {10, 100, 1000, 10000};
  double ns[4];
  report_head("rules by key (ratio to itself)");
  for (size_t i = 0; i < 4; i++)
    if (!measure_keyed(options, keys[i], &ns[i]))
      return false;
  keep_ratio("keyed.10000_over_10", ns[3] / ns[0]);
  printf("  10,000 keys over 10: %.2f\n", ns[3] / ns[0]);
  return true;
}

/* ---- rows out of range --------------------------------------------------- */

/* The same rows, and one in a thousand past what the kernels divide: what the
 * others cost must not change. */
static bool suite_outliers(const Options *options) {
  Subject *subjects = calloc(2, sizeof *subjects);
  bool is_done = subjects != NULL;
  for (int i = 0; i < 2 && is_done; i++)
    is_done = subject_open(&subjects[i], options->folder, "gateway",
                           &anchor_gateway) &&
              with_rows(&subjects[i], i ? rows_outliers : fill_mixed) &&
              subject_columns(&subjects[i]) &&
              subject_check_batch(&subjects[i]);
  if (is_done) {
    Runner runners[] = {
        {.name = "batch, mixed", .run = run_batch, .state = &subjects[0]},
        {.name = "batch, outliers", .run = run_batch, .state = &subjects[1]},
    };
    measure(runners, 2, BENCH_ROWS);
    report_head("one row in a thousand out of range");
    report(&runners[0]);
    report(&runners[1]);
    keep_ratio("batch.outliers", runners[1].ratio);
  }
  free(subjects);
  return is_done;
}

/* ---- a cold call --------------------------------------------------------- */

#define COLD_CALLS 301
#define COLD_BYTES ((size_t)3 << 20)

/* Pushes data and, where we know how, code out of the caches. */
static void walk_cold(volatile unsigned char *bytes) {
  for (size_t i = 0; i < COLD_BYTES; i += 64)
    bytes[i]++;
#if defined(__x86_64__)
  __asm__ volatile(".rept 8192\n jmp 1f\n .p2align 6\n 1:\n .endr" ::
                       : "memory");
#endif
}

static void run_nothing(void *state, size_t first, size_t count) {
  (void)state;
  (void)first;
  (void)count;
}

static double time_cold(const Runner *runner, size_t row,
                        volatile unsigned char *bytes) {
  walk_cold(bytes);
  double start = bench_now();
  runner->run(runner->state, row, 1);
  return bench_now() - start;
}

static bool measure_cold(Subject *subject) {
  Runner runners[] = {
      {.name = "nothing", .run = run_nothing},
      {.name = "C", .run = run_anchor, .state = subject},
      {.name = "fast engine", .run = run_slots, .state = subject},
  };
  enum { COUNT = sizeof runners / sizeof runners[0] };
  static double times[COUNT][COLD_CALLS];
  unsigned char *bytes = calloc(1, COLD_BYTES);
  if (!bytes)
    return fail("memory ran out");
  for (size_t call = 0; call < COLD_CALLS; call++)
    for (size_t i = 0; i < COUNT; i++)
      times[i][call] = time_cold(&runners[i], (call * 211) % BENCH_ROWS, bytes);
  free(bytes);
  report_head("gateway, mixed, a cold call");
  double empty = bench_median(times[0], COLD_CALLS);
  for (size_t i = 1; i < COUNT; i++) {
    runners[i].ns = (bench_median(times[i], COLD_CALLS) - empty) * 1e9;
    runners[i].ratio = runners[i].ns / runners[1].ns;
    report(&runners[i]);
  }
  keep_ratio("single.cold", runners[COUNT - 1].ratio);
  return true;
}

static bool suite_cold(const Options *options) {
  Subject subject;
  bool is_done =
      subject_open(&subject, options->folder, "gateway", &anchor_gateway) &&
      with_rows(&subject, fill_mixed) && measure_cold(&subject);
  subject_close(&subject);
  return is_done;
}

/* ---- loading ------------------------------------------------------------- */

static void run_load(void *state, size_t first, size_t count) {
  Subject *subject = state;
  (void)first;
  while (count--) {
    RplProgram *program;
    if (rpl_program_load(subject->bytes.data, subject->bytes.length, NULL, NULL,
                         &program, NULL) != RPL_OK)
      abort();
    rpl_program_free(program);
  }
}

/* With what a service that decides by slots makes before its first request. */
static void run_prepare(void *state, size_t first, size_t count) {
  Subject *subject = state;
  (void)first;
  while (count--) {
    RplProgram *program;
    if (rpl_program_load(subject->bytes.data, subject->bytes.length, NULL, NULL,
                         &program, NULL) != RPL_OK ||
        rpl_program_prepare(program, 0) != RPL_OK)
      abort();
    rpl_program_free(program);
  }
}

static void report_load(const char *name, double loaded, double prepared,
                        double instructions) {
  double lowered = prepared > loaded ? prepared - loaded : 0;
  printf("  %-20s %6.0f %12.0f %10.1f %10.1f %10.1f\n", name, instructions,
         prepared, loaded / instructions, lowered / instructions,
         prepared / instructions);
}

/* Per instruction of the canonical program: load and verify; what the first
 * request by slots makes, or rpl_program_prepare (the lowered form, and the
 * digest); their sum. */
static bool suite_load(const Options *options) {
  static const char *const names[] = {"gateway", "cms.gateway", "sc",
                                      "guards40", "keyed1000"};
  printf("\n%-22s %6s %12s %10s %10s %10s\n", "load and prepare", "instr.",
         "sum, ns", "load/i.", "prepare/i.", "sum/i.");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    Subject subject;
    bool is_done = subject_open(&subject, options->folder, names[i], NULL);
    Runner runners[] = {
        {.name = "load", .run = run_load, .state = &subject},
        {.name = "prepare", .run = run_prepare, .state = &subject},
    };
    if (is_done) {
      measure(runners, 2, 64);
      report_load(names[i], runners[0].ns, runners[1].ns,
                  (double)subject.instructions);
    }
    subject_close(&subject);
    if (!is_done)
      return false;
  }
  return true;
}

static bool suite_jsonl(const Options *options) {
  return measure_jsonl(options->folder);
}

/* ---- all ----------------------------------------------------------------- */

static bool run_suites(const Options *options) {
  typedef bool (*Suite)(const Options *options);
  static const struct {
    const char *name;
    Suite run;
  } suites[] = {
      {"single", suite_single}, {"outliers", suite_outliers},
      {"keyed", suite_keyed},   {"cold", suite_cold},
      {"load", suite_load},     {"jsonl", suite_jsonl},
  };
  bool is_found = false;
  for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
    if (!is_wanted(options, suites[i].name))
      continue;
    is_found = true;
    if (!suites[i].run(options))
      return false;
  }
  return is_found || fail("there is no such suite");
}

int main(int argc, char **argv) {
  Options options = {NULL, NULL, NULL};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--json") == 0 && i + 1 < argc)
      options.json = argv[++i];
    else if (!options.folder)
      options.folder = argv[i];
    else if (!options.suite)
      options.suite = argv[i];
    else
      return fail("usage: rpl_bench FOLDER [SUITE] [--json FILE]"), 2;
  }
  if (!options.folder)
    return fail("usage: rpl_bench FOLDER [SUITE] [--json FILE]"), 2;
  if (!run_suites(&options))
    return 1;
  if (options.json && !write_ratios(options.json))
    return fail("the JSON file cannot be written"), 1;
  return 0;
}
