/* SPDX-License-Identifier: Apache-2.0
 * output.c - see output.h. */
#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

RplSlice rpl_cli_slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

bool rpl_cli_equal(RplSlice a, RplSlice b) {
  return a.length == b.length &&
         (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

int rpl_cli_fail(int code, const char *format, ...) {
  char message[RPL_CLI_MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  if (length < 0)
    message[0] = '\0';
  for (char *c = message; *c; c++) /* names of files may hold anything */
    if ((unsigned char)*c < 0x20 || *c == 0x7f)
      *c = '?';
  (void)fflush(stdout); /* where both go to one place, order is kept */
  fprintf(stderr, "rplc: %s\n", message);
  return code;
}

int rpl_cli_no_memory(void) {
  return rpl_cli_fail(RPL_EXIT_INTERNAL, "out of memory");
}

int rpl_cli_status(RplStatus status, const char *action) {
  int code = RPL_EXIT_INTERNAL;
  switch (status) {
  case RPL_OK:
    return RPL_EXIT_OK;
  case RPL_E_MEMORY:
    return rpl_cli_no_memory();
  case RPL_E_COMPILE:
    code = RPL_EXIT_COMPILE;
    break;
  case RPL_E_PROGRAM:
  case RPL_E_LIMIT:
    code = RPL_EXIT_PROGRAM;
    break;
  case RPL_E_FACTS:
    code = RPL_EXIT_FACTS;
    break;
  case RPL_E_IO:
    code = RPL_EXIT_IO;
    break;
  case RPL_E_ARGUMENT:
  case RPL_E_NOT_FOUND:
    break;
  }
  return rpl_cli_fail(code, "cannot %s: %s", action, rpl_status_name(status));
}

RplZoneSource rpl_cli_zones(const RplOptions *options) {
  RplZoneSource source;
  rpl_zone_source_init(&source);
  if (options->zones)
    source.directory = options->zones;
  return source;
}

bool rpl_cli_as_json(const RplOptions *options) {
  if (options->format == RPL_AS_DEFAULT)
    return !isatty(STDOUT_FILENO);
  return options->format == RPL_AS_JSON;
}

static RplStatus write_to(void *context, const char *bytes, size_t length) {
  FILE *file = context;
  return fwrite(bytes, 1, length, file) == length ? RPL_OK : RPL_E_IO;
}

int rpl_cli_show_diags(const RplOptions *options, const RplDiags *diags) {
  FILE *file = stderr;
  RplDiagFormat format = RPL_DIAG_TEXT;
  if (options->format == RPL_AS_JSON || options->format == RPL_AS_SARIF) {
    format = options->format == RPL_AS_JSON ? RPL_DIAG_JSON : RPL_DIAG_SARIF;
    if (options->command == RPL_COMMAND_CHECK)
      file = stdout;
  } else if (isatty(STDERR_FILENO) && !getenv("NO_COLOR")) {
    format = RPL_DIAG_COLOR;
  }
  if (rpl_diags_count(diags) == 0 && format != RPL_DIAG_SARIF)
    return RPL_EXIT_OK;
  RplStatus status = rpl_diags_write(diags, format, write_to, file);
  if (status == RPL_E_IO)
    return RPL_EXIT_OK; /* closing standard output reports it */
  return rpl_cli_status(status, "print the diagnostics");
}

void rpl_cli_put(FILE *file, RplSlice text) {
  if (text.length)
    (void)fwrite(text.data, 1, text.length, file);
}

/* ---- JSON ---------------------------------------------------------------- */

/* Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), or
 * 0 when there is none. */
static size_t sequence(const unsigned char *at, size_t left) {
  if (at[0] < 0x80)
    return 1;
  size_t length = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
  if (at[0] < 0xC2 || at[0] > 0xF4 || left < length)
    return 0;
  unsigned char low = at[0] == 0xE0 ? 0xA0 : at[0] == 0xF0 ? 0x90 : 0x80;
  unsigned char high = at[0] == 0xED ? 0x9F : at[0] == 0xF4 ? 0x8F : 0xBF;
  if (at[1] < low || at[1] > high)
    return 0;
  for (size_t i = 2; i < length; i++)
    if ((at[i] & 0xC0) != 0x80)
      return 0;
  return length;
}

void rpl_cli_put_json(FILE *file, RplSlice text) {
  putc('"', file);
  for (size_t i = 0; i < text.length;) {
    const unsigned char *at = (const unsigned char *)text.data + i;
    size_t length = sequence(at, text.length - i);
    if (length == 0)
      fputs("\xEF\xBF\xBD", file);
    else if (at[0] == '"' || at[0] == '\\')
      fprintf(file, "\\%c", at[0]);
    else if (at[0] == '\n')
      fputs("\\n", file);
    else if (at[0] < 0x20 || at[0] == 0x7F)
      fprintf(file, "\\u%04x", (unsigned)at[0]);
    else
      (void)fwrite(at, 1, length, file);
    i += length ? length : 1;
  }
  putc('"', file);
}

static void put_member(FILE *file, const char *name, RplSlice text) {
  if (!text.length)
    return;
  fprintf(file, ",\"%s\":", name);
  rpl_cli_put_json(file, text);
}

void rpl_cli_put_fault(FILE *file, const RplCliFault *fault) {
  fputs("\"error\":{\"code\":", file);
  rpl_cli_put_json(file, rpl_cli_slice(fault->code));
  put_member(file, "text", fault->text);
  put_member(file, "fact", fault->fact);
  put_member(file, "help", fault->help);
  if (fault->line)
    fprintf(file, ",\"line\":%llu", (unsigned long long)fault->line);
  if (fault->column)
    fprintf(file, ",\"column\":%llu", (unsigned long long)fault->column);
  putc('}', file);
}

int rpl_cli_close_stdout(int code) {
  bool failed = ferror(stdout) != 0;
  if (!failed)
    errno = 0; /* otherwise it is still that of the failed write */
  if (fclose(stdout) != 0)
    failed = true;
  if (!failed || code == RPL_EXIT_IO) /* the failure was told already */
    return code;
  return rpl_cli_fail(RPL_EXIT_IO, "cannot write to standard output%s%s",
                      errno ? ": " : "", errno ? strerror(errno) : "");
}
