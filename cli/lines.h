/* SPDX-License-Identifier: Apache-2.0
 *
 * lines.h - a file or standard input line by line, for batches of any length:
 * the memory is that of the longest line allowed and no more. A line that is
 * too long is reported as such and skipped.
 */
#ifndef RPL_CLI_LINES_H
#define RPL_CLI_LINES_H

#include <stdbool.h>
#include <stdio.h>

#include "rpl/base.h"

/* LIMIT: bytes of a line, its end not counted. */
#define RPL_CLI_MAX_LINE ((size_t)1 << 20)

typedef enum RplLineKind {
  RPL_LINE_END,      /* nothing is left */
  RPL_LINE_TEXT,     /* `text` is a line, without its line end */
  RPL_LINE_TOO_LONG, /* a line over the limit was skipped */
  RPL_LINE_FAILED,   /* the file could not be read; the message is out */
  RPL_LINE_NO_MEMORY
} RplLineKind;

typedef struct RplCliLines {
  const char *path;
  FILE *answers; /* flushed before waiting for more; may be NULL */
  char *buffer;
  size_t capacity;
  size_t begin;    /* of what was not given out yet */
  size_t end;      /* of what was read */
  uint64_t number; /* of the line given out last, from 1 */
  int fd;
  bool at_end;
  bool is_skipping; /* inside a line that is too long */
  bool is_progress; /* count lines on standard error */
} RplCliLines;

/* Opens a file ("-" or NULL: standard input). Returns an exit code; on failure
 * there is nothing to close. `answers` may be NULL. */
int rpl_cli_lines_open(RplCliLines *lines, const char *path, FILE *answers);

/* Gives out the next line that is not blank. The text is valid until the next
 * call. */
RplLineKind rpl_cli_lines_next(RplCliLines *lines, RplSlice *text);

/* Closes the file and frees the buffer. */
void rpl_cli_lines_close(RplCliLines *lines);

#endif /* RPL_CLI_LINES_H */
