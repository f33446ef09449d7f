/* SPDX-License-Identifier: Apache-2.0
 * cmd_check.c - rplc check: compiles and prints what was found. Programs among
 * the paths are verified. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/output.h"

static void summarize(const RplCliLoad *load) {
  const RplDiags *diags = rpl_compiler_diags(load->compiler);
  size_t errors = rpl_diags_error_count(diags);
  size_t all = rpl_diags_count(diags);
  if (!isatty(STDERR_FILENO))
    return;
  fprintf(stderr, "checked %zu polic%s: %zu error%s, %zu warning%s\n",
          load->policy_count, load->policy_count == 1 ? "y" : "ies", errors,
          errors == 1 ? "" : "s", all > errors ? all - errors : 0,
          all == errors + 1 ? "" : "s");
}

static int check_program(RplCliLoad *load, const char *path, RplSlice bytes) {
  int code = rpl_cli_load_verify(load, path, bytes);
  rpl_program_free(load->program);
  load->program = NULL;
  return code;
}

static int check(RplCliLoad *load) {
  const RplOptions *options = load->options;
  RplSlice bytes;
  bool any_program = false;
  if (!options->arg_count)
    return rpl_cli_fail(RPL_EXIT_USAGE, "check needs a PATH");
  for (size_t i = 0; i < options->arg_count; i++) {
    int code = rpl_cli_load_add(load, options->args[i], &bytes);
    if (!code && bytes.data) {
      any_program = true;
      code = check_program(load, options->args[i], bytes);
    }
    if (code)
      return code;
  }
  if (any_program && !load->compiler)
    return RPL_EXIT_OK;
  int code = rpl_cli_load_build(load, 0, &bytes);
  if (load->compiler)
    summarize(load);
  return code;
}

int rpl_cmd_check(const RplOptions *options, RplCliPool *pool) {
  RplCliLoad load;
  rpl_cli_load_init(&load, options, pool);
  int code = check(&load);
  rpl_cli_load_clear(&load);
  return code;
}
