/* SPDX-License-Identifier: Apache-2.0
 * cmd_fmt.c - rplc fmt: writes policies in the one layout. Each file is for
 * itself: nothing is drawn in, and one that cannot be parsed stays as it is
 * while the others are done. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"

typedef struct Fmt {
  const RplOptions *options;
  RplCliPool *pool; /* paths */
  bool has_stdin;   /* standard input was read */
  bool is_refused;  /* a file could not be parsed */
  bool differs;     /* --check: a file is not in the layout */
} Fmt;

/* What happens to a text: standard input goes to standard output whether it
 * changed or not; files are touched only when they change. */
static int deliver(Fmt *fmt, RplCliPool *pool, const char *path, RplSlice old,
                   RplSlice formatted) {
  bool is_same = rpl_cli_equal(old, formatted);
  if (fmt->options->check) {
    fmt->differs = fmt->differs || !is_same;
    if (!is_same)
      puts(path);
    return RPL_EXIT_OK;
  }
  if (is_same && strcmp(path, "-") != 0)
    return RPL_EXIT_OK;
  return rpl_cli_write(pool, path, formatted);
}

static int format_text(Fmt *fmt, RplCliPool *pool, RplCompiler *compiler,
                       const char *path, RplSlice text) {
  RplSlice formatted;
  RplStatus status = rpl_compiler_format(
      compiler, rpl_cli_slice(strcmp(path, "-") == 0 ? "standard input" : path),
      text, &formatted);
  int code = rpl_cli_show_diags(fmt->options, rpl_compiler_diags(compiler));
  if (code)
    return code;
  if (status == RPL_E_COMPILE) {
    fmt->is_refused = true;
    return RPL_EXIT_OK;
  }
  if (status)
    return rpl_cli_status(status, "format the text");
  return deliver(fmt, pool, path, text, formatted);
}

/* Text and result of one file are freed before the next. */
static int format_file(Fmt *fmt, const char *path) {
  RplCliPool pool = {NULL};
  RplCompiler *compiler = NULL;
  RplSlice text;
  if (strcmp(path, "-") == 0) {
    if (fmt->has_stdin)
      return rpl_cli_fail(RPL_EXIT_USAGE, "standard input is asked for twice");
    fmt->has_stdin = true;
  }
  int code = rpl_cli_read(&pool, path, RPL_MAX_SOURCE_BYTES, &text);
  if (!code)
    code = rpl_cli_status(rpl_compiler_new(NULL, NULL, NULL, &compiler),
                          "start the compiler");
  if (!code)
    code = format_text(fmt, &pool, compiler, path, text);
  rpl_compiler_free(compiler);
  rpl_cli_pool_clear(&pool);
  return code;
}

static int format_folder(Fmt *fmt, const char *folder) {
  RplCliPaths paths = {NULL, 0, 0};
  int code = rpl_cli_walk(fmt->pool, folder, &paths);
  for (size_t i = 0; !code && i < paths.count; i++)
    code = format_file(fmt, paths.items[i]);
  return code;
}

int rpl_cmd_fmt(const RplOptions *options, RplCliPool *pool) {
  Fmt fmt = {options, pool, false, false, false};
  if (!options->arg_count)
    return rpl_cli_fail(RPL_EXIT_USAGE, "fmt needs a PATH");
  for (size_t i = 0; i < options->arg_count; i++) {
    const char *path = options->args[i];
    int code = rpl_cli_path_kind(path) == RPL_PATH_FOLDER
                   ? format_folder(&fmt, path)
                   : format_file(&fmt, path);
    if (code)
      return code;
  }
  if (fmt.is_refused)
    return RPL_EXIT_COMPILE;
  return fmt.differs ? RPL_EXIT_FAILED : RPL_EXIT_OK;
}
