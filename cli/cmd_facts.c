/* SPDX-License-Identifier: Apache-2.0
 * cmd_facts.c - rplc facts: a JSON Schema of the facts that one policy takes,
 * so that callers can check a request, or make a form of it, before they send
 * it. A schema is one document, so of several policies one must be named. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/output.h"

static RplStatus write_out(void *context, const char *bytes, size_t length) {
  (void)context;
  return fwrite(bytes, 1, length, stdout) == length ? RPL_OK : RPL_E_IO;
}

static int facts(RplCliLoad *load) {
  const RplOptions *options = load->options;
  size_t index = 0;
  if (options->arg_count != 1)
    return rpl_cli_fail(RPL_EXIT_USAGE, "facts needs one PATH");
  int code = rpl_cli_load_program(load, options->args[0]);
  if (code == RPL_EXIT_OK)
    code = rpl_cli_load_policy(load, &index);
  if (code)
    return code;
  RplStatus status =
      rpl_program_facts_schema(load->program, index, write_out, NULL);
  if (status == RPL_E_IO)
    return RPL_EXIT_OK; /* closing standard output reports it */
  return rpl_cli_status(status, "print the schema");
}

int rpl_cmd_facts(const RplOptions *options, RplCliPool *pool) {
  RplCliLoad load;
  rpl_cli_load_init(&load, options, pool);
  int code = facts(&load);
  rpl_cli_load_clear(&load);
  return code;
}
