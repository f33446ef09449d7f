/* SPDX-License-Identifier: Apache-2.0
 * cmd_build.c - rplc build: policies to one program, and the dependency file
 * that tells make or ninja what it was made of. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"

/* A path as make and ninja read it back: blanks and # after a backslash, $
 * doubled. A line end cannot be written; such paths are refused earlier. */
static void put_path(FILE *file, const char *path) {
  for (const char *c = path; *c; c++) {
    if (*c == ' ' || *c == '#' || *c == '\t')
      putc('\\', file);
    else if (*c == '$')
      putc('$', file);
    putc(*c, file);
  }
}

static int write_depfile(const RplCliLoad *load) {
  const RplOptions *options = load->options;
  RplCliWriter writer;
  int code = rpl_cli_write_begin(&writer, load->pool, options->depfile);
  if (code)
    return code;
  put_path(writer.file, options->out);
  putc(':', writer.file);
  for (size_t i = 0; i < load->source_count; i++) {
    if (strcmp(load->sources[i].path, "-") == 0)
      continue;
    fputs(" \\\n  ", writer.file);
    put_path(writer.file, load->sources[i].path);
  }
  putc('\n', writer.file);
  return rpl_cli_write_end(&writer, true);
}

static int check_depfile_paths(const RplCliLoad *load) {
  for (size_t i = 0; load->options->depfile && i < load->source_count; i++)
    if (strchr(load->sources[i].path, '\n'))
      return rpl_cli_fail(RPL_EXIT_IO,
                          "a dependency file cannot name %s, which has a "
                          "line end in it",
                          load->sources[i].path);
  return RPL_EXIT_OK;
}

static int build(RplCliLoad *load) {
  const RplOptions *options = load->options;
  RplSlice bytes;
  if (!options->out)
    return rpl_cli_fail(RPL_EXIT_USAGE, "build needs -o OUT.rplb");
  int code = rpl_cli_load_texts(load, "build");
  if (!code)
    code =
        rpl_cli_load_build(load, options->strip ? RPL_BUILD_STRIP : 0, &bytes);
  if (!code)
    code = check_depfile_paths(load);
  if (!code)
    code = rpl_cli_write(load->pool, options->out, bytes);
  if (!code && options->depfile)
    code = write_depfile(load);
  return code;
}

int rpl_cmd_build(const RplOptions *options, RplCliPool *pool) {
  RplCliLoad load;
  rpl_cli_load_init(&load, options, pool);
  int code = build(&load);
  rpl_cli_load_clear(&load);
  return code;
}
