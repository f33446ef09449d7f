/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_calc.c - one expression, with two names in scope. The first two lines of
 * the input are their values, the rest is the expression.
 */
#include "tests/fuzz/harness.h"

#include <stdlib.h>
#include <string.h>

#include "vm/text.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  return 0;
}

static RplSlice calc(RplCompiler *compiler, RplSlice expression,
                     const RplSlice *values) {
  const RplSlice names[2] = {rpl_slice_from("a"), rpl_slice_from("b")};
  RplSlice json = {NULL, 0};
  RplStatus status =
      rpl_compiler_calc(compiler, expression, names, values, 2, &json);
  FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_COMPILE);
  fuzz_check_json(json);
  return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  FuzzBytes bytes = {data, size};
  RplSlice values[2];
  RplCompiler *compiler;
  values[0] = fuzz_line(&bytes, size);
  values[1] = fuzz_line(&bytes, size);
  RplSlice expression = {(const char *)bytes.data, bytes.size};
  FUZZ_REQUIRE(rpl_compiler_new(NULL, NULL, NULL, &compiler) == RPL_OK);
  RplSlice json = calc(compiler, expression, values);
  char *first = malloc(json.length + 1);
  FUZZ_REQUIRE(first != NULL);
  memcpy(first, json.data, json.length);
  size_t length = json.length;
  json = calc(compiler, expression, values);
  FUZZ_REQUIRE(rpl_slice_equal(json, (RplSlice){first, length}));
  free(first);
  rpl_compiler_free(compiler);
  return 0;
}
