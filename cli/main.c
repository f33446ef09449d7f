/* SPDX-License-Identifier: Apache-2.0
 * main.c - rplc: reads the command line, runs one command, and makes sure that
 * what was printed has arrived. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/output.h"

static int run(const RplOptions *options, RplCliPool *pool) {
  if (options->version) {
    printf("rplc %s (edition %d, program format %d)\n", rpl_version(),
           RPL_EDITION, RPL_FORMAT);
    return RPL_EXIT_OK;
  }
  if (options->help) {
    rpl_options_help(options);
    return RPL_EXIT_OK;
  }
  switch (options->command) {
  case RPL_COMMAND_BUILD:
    return rpl_cmd_build(options, pool);
  case RPL_COMMAND_CHECK:
    return rpl_cmd_check(options, pool);
  case RPL_COMMAND_EVAL:
    return rpl_cmd_eval(options, pool);
  case RPL_COMMAND_EXPLAIN:
    return rpl_cmd_explain(options, pool);
  case RPL_COMMAND_REPLAY:
    return rpl_cmd_replay(options, pool);
  case RPL_COMMAND_CALC:
    return rpl_cmd_calc(options, pool);
  case RPL_COMMAND_TEST:
    return rpl_cmd_test(options, pool);
  case RPL_COMMAND_DISASM:
    return rpl_cmd_disasm(options, pool);
  case RPL_COMMAND_FACTS:
    return rpl_cmd_facts(options, pool);
  case RPL_COMMAND_FMT:
    return rpl_cmd_fmt(options, pool);
  case RPL_COMMAND_NONE:
    break;
  }
  return RPL_EXIT_INTERNAL;
}

int main(int argc, char **argv) {
  RplCliPool pool = {NULL};
  RplOptions options;
  int code = rpl_options_read(&options, &pool, argc, argv);
  if (code == RPL_EXIT_OK)
    code = run(&options, &pool);
  rpl_cli_pool_clear(&pool);
  return rpl_cli_close_stdout(code);
}
