/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_facts.c - any bytes as the facts and params of two policies:
 * cms.gateway, and seeds/source/kinds.rpl, which has a fact of every kind. The
 * first line is the params where it begins with `p`; the rest is the facts.
 */
#include "tests/fuzz/harness.h"

#include <string.h>

#include "vm/text.h"

static RplProgram *programs[2];

static RplProgram *compile(const char *name, const char *file) {
  RplCompiler *compiler;
  RplProgram *program = NULL;
  RplSlice bytes;
  FUZZ_REQUIRE(rpl_compiler_new(NULL, fuzz_loader, NULL, &compiler) == RPL_OK);
  FUZZ_REQUIRE(rpl_compiler_add(compiler, rpl_slice_from(file),
                                (RplSlice){NULL, 0},
                                fuzz_source(name)) == RPL_OK);
  FUZZ_REQUIRE(rpl_compiler_build(compiler, 0, &bytes) == RPL_OK);
  FUZZ_REQUIRE(rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program,
                                NULL) == RPL_OK);
  rpl_compiler_free(compiler);
  return program;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  fuzz_read_sources();
  programs[0] = compile("cms.gateway", "cms/gateway.rpl");
  programs[1] = compile("kinds", "kinds.rpl");
  return 0;
}

static void check_refusal(RplStatus status, const RplFactError *error) {
  FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_FACTS);
  if (!status)
    return;
  FUZZ_REQUIRE(error->message[0] != '\0');
  fuzz_check_text((RplSlice){error->message, strlen(error->message)});
  fuzz_check_text((RplSlice){error->help, strlen(error->help)});
  fuzz_check_text((RplSlice){error->fact, strlen(error->fact)});
}

static void try_facts(const RplProgram *program, RplSlice params,
                      RplSlice facts) {
  RplContext *context;
  RplFactError error;
  FUZZ_REQUIRE(rpl_context_new(program, 0, NULL, &context) == RPL_OK);
  if (params.length)
    check_refusal(rpl_params_json(context, params, &error), &error);
  RplStatus status =
      rpl_facts_json(context, facts, RPL_FACTS_IGNORE_UNKNOWN, &error);
  check_refusal(status, &error);
  if (status == RPL_OK || params.length)
    fuzz_decide(program, 0, context);
  check_refusal(rpl_facts_json(context, facts, 0, &error), &error);
  rpl_context_free(context);
}

/* rpl_answer_json, which goes a way of its own from the second time on. */
static void try_answers(const RplProgram *program, RplSlice facts) {
  RplContext *long_way, *short_way;
  const RplDecision *decision;
  FUZZ_REQUIRE(rpl_context_new(program, 0, NULL, &long_way) == RPL_OK);
  FUZZ_REQUIRE(rpl_context_new(program, 0, NULL, &short_way) == RPL_OK);
  for (int turn = 0; turn < 3; turn++) {
    RplSlice expected = {NULL, 0}, found = {NULL, 0};
    RplFactError error, other;
    RplStatus status = rpl_facts_json(long_way, facts, 0, &error);
    FUZZ_REQUIRE(rpl_answer_json(short_way, facts, 0, 0, &found, &other) ==
                 status);
    if (status) {
      FUZZ_REQUIRE(strcmp(error.message, other.message) == 0);
      break;
    }
    FUZZ_REQUIRE(rpl_decide(long_way, &decision) == RPL_OK);
    FUZZ_REQUIRE(rpl_decision_json(decision, 0, &expected) == RPL_OK);
    FUZZ_REQUIRE(rpl_slice_equal(expected, found));
  }
  rpl_context_free(long_way);
  rpl_context_free(short_way);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  FuzzBytes bytes = {data, size};
  RplSlice params = {NULL, 0};
  if (size && data[0] == 'p') {
    params = fuzz_line(&bytes, size);
    params.data++;
    params.length--;
  }
  RplSlice facts = {(const char *)bytes.data, bytes.size};
  for (size_t i = 0; i < 2; i++)
    try_facts(programs[i], params, facts);
  for (size_t i = 0; i < 2; i++)
    try_answers(programs[i], facts);
  return 0;
}
