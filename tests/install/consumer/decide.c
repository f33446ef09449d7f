/* SPDX-License-Identifier: Apache-2.0
 *
 * decide.c - an embedder of librplvm alone: loads the program in the file that
 * is its first argument and prints the decision for the facts in the second
 * one, a JSON object. C and C++.
 */
#include <rpl/decide.h>

#include <stdio.h>
#include <string.h>

static RplStatus decide(RplProgram *program, const char *facts) {
  RplContext *context = NULL;
  const RplDecision *decision = NULL;
  RplFactError error;
  RplSlice json = {facts, strlen(facts)};
  RplStatus status = rpl_context_new(program, 0, NULL, &context);
  if (status == RPL_OK)
    status = rpl_facts_json(context, json, 0, &error);
  if (status == RPL_OK)
    status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_json(decision, 0, &json);
  if (status == RPL_OK)
    (void)printf("%.*s\n", (int)json.length, json.data);
  rpl_context_free(context);
  return status;
}

int main(int argc, char **argv) {
  static char bytes[1 << 16];
  RplProgram *program = NULL;
  RplLoadError error;
  if (argc != 3 || strcmp(rpl_version(), RPL_VERSION) != 0)
    return 2;
  FILE *file = fopen(argv[1], "rb");
  if (!file)
    return 6;
  size_t size = fread(bytes, 1, sizeof bytes, file);
  (void)fclose(file);
  if (rpl_program_load(bytes, size, NULL, NULL, &program, &error) != RPL_OK) {
    (void)fprintf(stderr, "%s\n", error.message);
    return 4;
  }
  RplStatus status = decide(program, argv[2]);
  rpl_program_free(program);
  if (status != RPL_OK)
    (void)fprintf(stderr, "%s\n", rpl_status_name(status));
  return status == RPL_OK ? 0 : 1;
}
