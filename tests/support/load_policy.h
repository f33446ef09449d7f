/* SPDX-License-Identifier: Apache-2.0
 *
 * load_policy.h - the program of a policy's text, for unit tests. Include it
 * after cmocka.h and rpl/rpl.h.
 */
#ifndef RPL_TESTS_LOAD_POLICY_H
#define RPL_TESTS_LOAD_POLICY_H

#include <string.h>

/* Compiles and loads the policy of a file. What is wrong with it is printed and
 * fails the test. The caller frees the program. */
static inline RplProgram *load_policy(const char *path, const char *text) {
  RplCompiler *compiler = NULL;
  RplProgram *program = NULL;
  RplSlice bytes = {NULL, 0};
  const RplSlice here = {"", 0};
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, (RplSlice){path, strlen(path)},
                                    here, (RplSlice){text, strlen(text)}),
                   RPL_OK);
  RplStatus status = rpl_compiler_build(compiler, 0, &bytes);
  if (status) {
    const RplDiag *diag = rpl_diags_at(rpl_compiler_diags(compiler), 0);
    print_error("%.*s\n", (int)diag->message.length, diag->message.data);
  }
  assert_int_equal(status, RPL_OK);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  rpl_compiler_free(compiler);
  return program;
}

#endif /* RPL_TESTS_LOAD_POLICY_H */
