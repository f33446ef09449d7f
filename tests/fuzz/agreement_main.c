/* SPDX-License-Identifier: Apache-2.0
 *
 * agreement_main.c - compares the engines, as tests do:
 *
 *   agreement generated SEED POLICIES PAIRS   generated policies
 *   agreement facts PROGRAM SEED PAIRS        random facts, each policy of a
 * file agreement rows PROGRAM                    lines "POLICY<tab>FACTS" on
 * input
 *
 * Exit status 1, after the facts on standard error, when they differ, and when
 * hardly anything was decided fast.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/agreement.h"

#define MOST_FILE_BYTES ((size_t)16 << 20)
#define MOST_LINE_BYTES ((size_t)1 << 20)

static RplProgram *load(const char *path) {
  RplProgram *program = NULL;
  RplLoadError error = {.message = "cannot read it"};
  char *bytes = malloc(MOST_FILE_BYTES);
  FILE *file = fopen(path, "rb");
  size_t size = file && bytes ? fread(bytes, 1, MOST_FILE_BYTES, file) : 0;
  if (!size ||
      rpl_program_load(bytes, size, NULL, NULL, &program, &error) != RPL_OK)
    (void)fprintf(stderr, "%s: %s\n", path, error.message);
  if (file)
    (void)fclose(file);
  free(bytes);
  return program;
}

static bool facts(const RplProgram *program, uint64_t seed, uint64_t pairs,
                  Agreement *agreement) {
  Random random = {seed};
  bool is_good = true;
  for (size_t i = 0; i < rpl_program_policy_count(program) && is_good; i++)
    is_good = agreement_facts(program, i, &random, pairs, agreement);
  return is_good;
}

static bool row(const RplProgram *program, char *line, Agreement *agreement) {
  char *tab = strchr(line, '\t');
  size_t index;
  if (!tab)
    return false;
  RplSlice name = {line, (size_t)(tab - line)};
  RplSlice json = {tab + 1, strcspn(tab + 1, "\n")};
  return rpl_program_find(program, name, &index) == RPL_OK &&
         agreement_json(program, index, json, agreement);
}

static bool rows(const RplProgram *program, Agreement *agreement) {
  char *line = malloc(MOST_LINE_BYTES);
  bool is_good = line != NULL;
  while (is_good && fgets(line, (int)MOST_LINE_BYTES, stdin)) {
    is_good = row(program, line, agreement);
    if (!is_good)
      (void)fprintf(stderr, "%s", line);
  }
  free(line);
  return is_good;
}

static bool generated(uint64_t seed, uint64_t policies, uint64_t pairs,
                      Agreement *agreement) {
  Random random = {seed};
  for (uint64_t i = 0; i < policies; i++)
    if (!agreement_generated(&random, pairs, agreement))
      return false;
  return agreement->refused * 4 <= policies;
}

static uint64_t number(const char *text) { return strtoull(text, NULL, 10); }

int main(int argc, char **argv) {
  Agreement agreement = {0};
  bool is_good = false;
  const char *what = argc > 1 ? argv[1] : "";
  RplProgram *program =
      argc > 2 && strcmp(what, "generated") != 0 ? load(argv[2]) : NULL;
  if (argc == 5 && !strcmp(what, "generated"))
    is_good = generated(number(argv[2]), number(argv[3]), number(argv[4]),
                        &agreement);
  else if (argc == 5 && !strcmp(what, "facts") && program)
    is_good = facts(program, number(argv[3]), number(argv[4]), &agreement);
  else if (argc == 3 && !strcmp(what, "rows") && program)
    is_good = rows(program, &agreement);
  rpl_program_free(program);
  (void)printf("%llu pairs, %llu decided fast (%llu joined), %llu left to the "
               "careful engine, %llu filled in; %llu not compared\n",
               (unsigned long long)agreement.pairs,
               (unsigned long long)agreement.fast,
               (unsigned long long)agreement.joined,
               (unsigned long long)agreement.stopped,
               (unsigned long long)agreement.filled,
               (unsigned long long)agreement.refused);
  return is_good && agreement.fast * 5 >= agreement.pairs ? 0 : 1;
}
