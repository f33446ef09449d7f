/* SPDX-License-Identifier: Apache-2.0
 *
 * output.h - what rplc prints: messages and diagnostics on standard error,
 * results on standard output, JSON texts anywhere. It chooses the form; what is
 * said is the library's or the command's.
 *
 * A failed write to standard output is noticed once, in rpl_cli_close_stdout.
 */
#ifndef RPL_CLI_OUTPUT_H
#define RPL_CLI_OUTPUT_H

#include <stdint.h>
#include <stdio.h>

#include "cli/options.h"
#include "rpl/diag.h"
#include "rpl/zones.h"

/* LIMIT: bytes of a message on standard error; the rest is cut off. */
#define RPL_CLI_MESSAGE_BYTES 2048

/* A C string as a slice. */
RplSlice rpl_cli_slice(const char *text);

/* Whether two texts have the same bytes. */
bool rpl_cli_equal(RplSlice a, RplSlice b);

/* Prints "rplc: MESSAGE" and a line end to standard error, control characters
 * replaced, and returns `code`. */
int rpl_cli_fail(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* rpl_cli_fail for a lack of memory. */
int rpl_cli_no_memory(void);

/* Says that `action` failed with `status` and returns the exit code that goes
 * with it. */
int rpl_cli_status(RplStatus status, const char *action);

/* Where the data of time zones is: as --zones says, else the system's. */
RplZoneSource rpl_cli_zones(const RplOptions *options);

/* Whether results go out as JSON: as --format says, otherwise whenever standard
 * output is not a terminal. */
bool rpl_cli_as_json(const RplOptions *options);

/* Prints diagnostics as --format says: as text to standard error, with colours
 * where allowed; as JSON to standard error, but for `check` to standard output;
 * as SARIF to standard output. Returns an exit code. */
int rpl_cli_show_diags(const RplOptions *options, const RplDiags *diags);

/* Writes the slice as it is. */
void rpl_cli_put(FILE *file, RplSlice text);

/* Writes the text as a JSON string with its quotes; bytes that are not UTF-8
 * become U+FFFD. */
void rpl_cli_put_json(FILE *file, RplSlice text);

/* What was wrong with an input, for {"error": ...}. Empty texts and zeros are
 * left out. */
typedef struct RplCliFault {
  const char *code; /* "facts_refused" */
  RplSlice text;
  RplSlice fact;
  RplSlice help;
  uint64_t line;   /* from 1 */
  uint64_t column; /* in code points, from 1 */
} RplCliFault;

/* Writes "error":{"code":...,"text":...} without braces around it. */
void rpl_cli_put_fault(FILE *file, const RplCliFault *fault);

/* Flushes and closes standard output; returns `code`, or RPL_EXIT_IO after a
 * message when something was not written. The last thing that main does. */
int rpl_cli_close_stdout(int code);

#endif /* RPL_CLI_OUTPUT_H */
