/* SPDX-License-Identifier: Apache-2.0
 * programs.c - see programs.h. Programs take longer than a scheduler's slice,
 * so of each round the faster of two runs counts. */
#include "bench/programs.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "bench/bench.h"
#include "vm/civil.h"

#define JSON_ROWS   ((size_t)200000)
#define JSON_ROUNDS 9
#define PATH_BYTES  4096

extern char **environ;

static bool fail(const char *what, const char *path) {
  fprintf(stderr, "bench: %s %s\n", what, path);
  return false;
}

/* Seconds that a program took; negative when it failed. */
static double time_program(char *const *arguments) {
  pid_t child;
  int status;
  double start = bench_now();
  if (posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ) != 0 ||
      waitpid(child, &status, 0) != child || status != 0)
    return -1;
  return bench_now() - start;
}

static double time_best(char *const *arguments) {
  double first = time_program(arguments);
  double second = time_program(arguments);
  return first < second ? first : second;
}

/* ---- JSON lines ---------------------------------------------------------- */

static void put_row(FILE *file, const int64_t *f) {
  char requested[RPL_DATETIME_TEXT_BYTES], paid[RPL_DATETIME_TEXT_BYTES];
  (void)rpl_datetime_write(f[0], requested, sizeof requested);
  (void)rpl_datetime_write(f[1], paid, sizeof paid);
  fprintf(file,
          "{\"requested_at\":\"%s\",\"paid_at\":\"%s\",\"promotion\":%s,"
          "\"fee\":\"USD %lld.%02lld\",\"cash_paid\":\"USD %lld.%02lld\","
          "\"domains_added\":%lld,\"consumed\":%lld,\"quota\":%lld,"
          "\"reset_done\":%s}\n",
          requested, paid, f[2] ? "true" : "false", (long long)(f[3] / 100),
          (long long)(f[3] % 100), (long long)(f[4] / 100),
          (long long)(f[4] % 100), (long long)f[5], (long long)f[6],
          (long long)f[7], f[8] ? "true" : "false");
}

/* Instants in whole seconds, as services write them. */
static bool write_lines(const char *path) {
  const int64_t second = 1000000;
  Rows rows;
  FILE *file = fopen(path, "w");
  if (!file || !rows_new(&rows, JSON_ROWS, 9))
    return fail("cannot write", path);
  rows_gateway(&rows, true);
  for (size_t row = 0; row < rows.count; row++) {
    int64_t *f = rows.values + row * 9;
    f[0] -= f[0] % second;
    f[1] -= f[1] % second;
    put_row(file, f);
  }
  rows_free(&rows);
  return fclose(file) == 0 || fail("cannot write", path);
}

static bool is_same_file(const char *left, const char *right) {
  FILE *a = fopen(left, "rb");
  FILE *b = fopen(right, "rb");
  int byte = 0;
  while (a && b && (byte = getc(a)) == getc(b) && byte != EOF)
    ;
  bool is_same = a && b && byte == EOF && feof(b);
  if (a)
    (void)fclose(a);
  if (b)
    (void)fclose(b);
  return is_same || fail("the C and rplc disagree:", right);
}

static void report_lines(const char *name, double seconds, double ratio) {
  printf("  %-36s %12.2f %10.3f\n", name, (double)JSON_ROWS / seconds / 1e6,
         ratio);
}

bool measure_jsonl(const char *folder) {
  static double ours[JSON_ROUNDS], theirs[JSON_ROUNDS], ratios[JSON_ROUNDS];
  char paths[6][PATH_BYTES];
  static const char *const forms[6] = {
      "%s/rows.jsonl",   "%s/rows.c.jsonl",       "%s/rows.rpl.jsonl",
      "%s/gateway.rplb", "%s/../rpl_bench_jsonl", "%s/../../cli/rplc"};
  for (int i = 0; i < 6; i++)
    (void)snprintf(paths[i], PATH_BYTES, forms[i], folder);
  char *c[] = {paths[4], paths[0], paths[1], NULL};
  char *rpl[] = {paths[5], "eval", paths[3], "--jsonl",
                 paths[0], "-o",   paths[2], NULL};
  char *record[] = {paths[5], "eval",   paths[3],   "--jsonl", paths[0],
                    "-o",     paths[2], "--record", NULL};
  if (!write_lines(paths[0]) || time_program(c) < 0 || time_program(rpl) < 0)
    return fail("a program failed on", paths[0]);
  if (!is_same_file(paths[1], paths[2]))
    return false;
  for (int round = 0; round < JSON_ROUNDS; round++) {
    theirs[round] = time_best(c);
    ours[round] = time_best(rpl);
    ratios[round] = ours[round] / theirs[round];
  }
  double ratio = bench_median(ratios, JSON_ROUNDS);
  printf("\n%-38s %12s %10s\n", "JSON lines end to end", "10^6 lines/s",
         "ratio");
  report_lines("C", bench_median(theirs, JSON_ROUNDS), 1);
  report_lines("rplc eval --jsonl", bench_median(ours, JSON_ROUNDS), ratio);
  double records = time_best(record);
  report_lines("rplc eval --jsonl --record", records,
               records / bench_median(theirs, JSON_ROUNDS));
  puts("  one thread; the files are in memory, and starting the program "
       "counts;\n"
       "  every line has all facts; the C knows this policy alone and trusts "
       "its\n"
       "  input; records are longer, and the careful engine makes each");
  keep_ratio("jsonl", ratio);
  return true;
}

/* ---- Lua ----------------------------------------------------------------- */

static bool write_binary(const char *path, const Rows *rows) {
  FILE *file = fopen(path, "wb");
  if (!file)
    return fail("cannot write", path);
  (void)fwrite(rows->values, sizeof(int64_t), rows->count * rows->slots, file);
  return fclose(file) == 0 || fail("cannot write", path);
}

static bool check_answers(const char *path, const Rows *rows) {
  FILE *file = fopen(path, "r");
  bool is_same = file != NULL;
  for (size_t row = 0; is_same && row < rows->count; row++) {
    Answer answer;
    int outcome;
    long long amount;
    answer.outcome =
        anchor_gateway.decide(rows->values + row * rows->slots, 0, &answer);
    is_same = fscanf(file, "%d %lld", &outcome, &amount) == 2 &&
              outcome == answer.outcome && amount == answer.amount;
  }
  if (file)
    (void)fclose(file);
  return is_same || fail("Lua and the C disagree:", path);
}

/* Runs the script with one interpreter, unless that is not installed. */
static bool run_lua(const char *interpreter, const char *folder,
                    const Rows *rows, double anchor_ns) {
  char command[3 * PATH_BYTES], answers[PATH_BYTES], line[64] = "";
  const char *scripts = getenv("BENCH_SCRIPTS");
  (void)snprintf(answers, sizeof answers, "%s/lua.answers", folder);
  (void)snprintf(command, sizeof command,
                 "command -v %s >/dev/null 2>&1 && %s %s/decide.lua "
                 "%s/rows.bin %s",
                 interpreter, interpreter, scripts ? scripts : "bench", folder,
                 answers);
  FILE *pipe = popen(command, "r");
  bool is_there = pipe && fgets(line, sizeof line, pipe);
  if (pipe)
    (void)pclose(pipe);
  if (!is_there) {
    printf("  %-36s %12s\n", interpreter, "not installed");
    return true;
  }
  double ns = strtod(line, NULL);
  printf("  %-36s %12.2f %10.3f\n", interpreter, ns, ns / anchor_ns);
  return check_answers(answers, rows);
}

bool measure_lua(const char *folder, double anchor_ns) {
  char path[PATH_BYTES];
  Rows rows;
  (void)snprintf(path, sizeof path, "%s/rows.bin", folder);
  if (!rows_new(&rows, BENCH_ROWS, 9))
    return fail("no memory for", path);
  rows_gateway(&rows, true);
  bool is_done = write_binary(path, &rows) &&
                 run_lua("lua5.4", folder, &rows, anchor_ns) &&
                 run_lua("luajit", folder, &rows, anchor_ns);
  rows_free(&rows);
  return is_done;
}
