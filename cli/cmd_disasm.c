/* SPDX-License-Identifier: Apache-2.0
 * cmd_disasm.c - rplc disasm: canonical programs as text, all of a bundle or
 * the one that --policy names. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/output.h"

static RplStatus write_out(void *context, const char *bytes, size_t length) {
  (void)context;
  return fwrite(bytes, 1, length, stdout) == length ? RPL_OK : RPL_E_IO;
}

static int disassemble(const RplCliLoad *load, size_t index) {
  RplStatus status =
      rpl_program_disassemble(load->program, index, write_out, NULL);
  if (status == RPL_E_IO)
    return RPL_EXIT_OK; /* closing standard output reports it */
  return rpl_cli_status(status, "print the program");
}

static int disasm(RplCliLoad *load) {
  const RplOptions *options = load->options;
  size_t index = 0;
  if (options->arg_count != 1)
    return rpl_cli_fail(RPL_EXIT_USAGE, "disasm needs one PATH");
  int code = rpl_cli_load_program(load, options->args[0]);
  if (code)
    return code;
  if (options->policy) {
    code = rpl_cli_load_policy(load, &index);
    return code ? code : disassemble(load, index);
  }
  size_t count = rpl_program_policy_count(load->program);
  for (; !code && index < count; index++) {
    if (index)
      putchar('\n');
    code = disassemble(load, index);
  }
  return code;
}

int rpl_cmd_disasm(const RplOptions *options, RplCliPool *pool) {
  RplCliLoad load;
  rpl_cli_load_init(&load, options, pool);
  int code = disasm(&load);
  rpl_cli_load_clear(&load);
  return code;
}
