/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_source.c - any text as a policy: on the command line and as a file. It
 * compiles or the diagnostics say why; what compiles is a program that loads,
 * decides, and comes out the same the second time.
 */
#include "tests/fuzz/harness.h"

#include <string.h>

#include "vm/text.h"

/* LIMIT: tests of a policy that are run. */
#define MOST_TESTS 3u

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  fuzz_read_sources();
  return 0;
}

static bool is_word(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
         byte == '_' || byte == '.';
}

/* "cms/gateway.rpl", as the text's own header says: without it hardly any text
 * would get past the check of its name. */
static RplSlice file_of(RplSlice text, char *path, size_t room) {
  static const char word[] = "policy ";
  size_t length = 0;
  size_t at = 0;
  while (at + sizeof word - 1 < text.length &&
         memcmp(text.data + at, word, sizeof word - 1) != 0)
    at++;
  for (at += sizeof word - 1;
       at < text.length && length < room - 4 && is_word(text.data[at]); at++)
    path[length++] = text.data[at] == '.' ? '/' : text.data[at];
  memcpy(path + length, ".rpl", 4);
  return (RplSlice){path, length + 4};
}

static RplStatus add(RplCompiler *compiler, RplSlice text, bool is_inline) {
  char path[200];
  if (is_inline)
    return rpl_compiler_add_inline(compiler, text);
  return rpl_compiler_add(compiler, file_of(text, path, sizeof path),
                          (RplSlice){NULL, 0}, text);
}

/* The compiler holds the bytes. */
static RplStatus build(RplSlice text, bool is_inline, uint32_t flags,
                       RplCompiler **compiler, RplSlice *bytes) {
  FUZZ_REQUIRE(rpl_compiler_new(NULL, fuzz_loader, NULL, compiler) == RPL_OK);
  RplStatus status = add(*compiler, text, is_inline);
  FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_COMPILE);
  status = rpl_compiler_build(*compiler, flags, bytes);
  const RplDiags *diags = rpl_compiler_diags(*compiler);
  FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_COMPILE);
  FUZZ_REQUIRE((status == RPL_OK) == (rpl_diags_error_count(diags) == 0));
  return status;
}

static void exercise(RplSlice bytes, RplSlice text) {
  RplProgram *program;
  FUZZ_REQUIRE(rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program,
                                NULL) == RPL_OK);
  fuzz_exercise(program, (FuzzBytes){(const uint8_t *)text.data, text.length});
  rpl_program_free(program);
}

static void run_tests(RplCompiler *compiler) {
  size_t count = rpl_compiler_test_count(compiler);
  for (size_t i = 0; i < count && i < MOST_TESTS; i++) {
    RplTestResult result;
    RplStatus status = rpl_compiler_run_test(compiler, i, &result);
    FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_FACTS);
    fuzz_check_text(result.expected);
    fuzz_check_text(result.found);
    if (status == RPL_OK)
      fuzz_check_json(result.decision);
  }
}

static void try_text(RplSlice text, bool is_inline) {
  RplCompiler *compiler, *other;
  RplSlice bytes, again;
  RplStatus status = build(text, is_inline, 0, &compiler, &bytes);
  fuzz_check_diags(rpl_compiler_diags(compiler));
  if (status == RPL_OK) {
    exercise(bytes, text);
    run_tests(compiler);
    FUZZ_REQUIRE(build(text, is_inline, 0, &other, &again) == RPL_OK);
    FUZZ_REQUIRE(rpl_slice_equal(bytes, again));
    rpl_compiler_free(other);
    FUZZ_REQUIRE(build(text, is_inline, RPL_BUILD_STRIP, &other, &again) ==
                 RPL_OK);
    FUZZ_REQUIRE(again.length <= bytes.length);
    exercise(again, text);
    rpl_compiler_free(other);
  }
  rpl_compiler_free(compiler);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  RplSlice text = {(const char *)data, size};
  try_text(text, true);
  try_text(text, false);
  return 0;
}
