/* SPDX-License-Identifier: Apache-2.0
 * lines.c - see lines.h. */
#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"

#define FIRST_CAPACITY ((size_t)256 << 10)
/* Room for the longest line, its end, and the byte that shows it is longer. */
#define LAST_CAPACITY  (RPL_CLI_MAX_LINE + 2)
#define PROGRESS_LINES 16384

int rpl_cli_lines_open(RplCliLines *lines, const char *path, FILE *answers) {
  const RplAllocator *allocator = rpl_default_allocator();
  memset(lines, 0, sizeof *lines);
  bool is_stdin = !path || strcmp(path, "-") == 0;
  lines->path = is_stdin ? "standard input" : path;
  lines->answers = answers;
  lines->is_progress = isatty(STDERR_FILENO) != 0;
  lines->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (lines->fd < 0)
    return rpl_cli_fail(RPL_EXIT_IO, "cannot open %s: %s", path,
                        strerror(errno));
  lines->buffer =
      allocator->reallocate(allocator->context, NULL, 0, FIRST_CAPACITY);
  if (!lines->buffer) {
    rpl_cli_lines_close(lines);
    return rpl_cli_no_memory();
  }
  lines->capacity = FIRST_CAPACITY;
  return RPL_EXIT_OK;
}

void rpl_cli_lines_close(RplCliLines *lines) {
  const RplAllocator *allocator = rpl_default_allocator();
  if (lines->buffer)
    (void)allocator->reallocate(allocator->context, lines->buffer,
                                lines->capacity, 0);
  lines->buffer = NULL;
  if (lines->fd > STDIN_FILENO)
    (void)close(lines->fd);
  if (lines->is_progress && lines->number >= PROGRESS_LINES)
    fputs("\r\033[K", stderr);
}

/* Makes room after `end`: moves what is left to the front, or grows. */
static bool make_room(RplCliLines *lines) {
  if (lines->begin) {
    memmove(lines->buffer, lines->buffer + lines->begin,
            lines->end - lines->begin);
    lines->end -= lines->begin;
    lines->begin = 0;
  }
  if (lines->end < lines->capacity)
    return true;
  const RplAllocator *allocator = rpl_default_allocator();
  size_t larger = lines->capacity * 2;
  if (larger > LAST_CAPACITY)
    larger = LAST_CAPACITY;
  char *buffer = allocator->reallocate(allocator->context, lines->buffer,
                                       lines->capacity, larger);
  if (!buffer)
    return false;
  lines->buffer = buffer;
  lines->capacity = larger;
  return true;
}

/* Reads once; whoever waits for answers gets them first. */
static RplLineKind fill(RplCliLines *lines) {
  if (!make_room(lines))
    return RPL_LINE_NO_MEMORY;
  if (lines->answers)
    (void)fflush(lines->answers);
  ssize_t got;
  do
    got = read(lines->fd, lines->buffer + lines->end,
               lines->capacity - lines->end);
  while (got < 0 && errno == EINTR);
  if (got < 0) {
    (void)rpl_cli_fail(RPL_EXIT_IO, "cannot read %s: %s", lines->path,
                       strerror(errno));
    return RPL_LINE_FAILED;
  }
  lines->at_end = got == 0;
  lines->end += (size_t)got;
  return RPL_LINE_TEXT;
}

static bool is_blank(RplSlice text) {
  for (size_t i = 0; i < text.length; i++)
    if (text.data[i] != ' ' && text.data[i] != '\t' && text.data[i] != '\r')
      return false;
  return true;
}

/* Counts a line and tells what it is. */
static RplLineKind give(RplCliLines *lines, size_t length, RplSlice *text) {
  bool was_skipping = lines->is_skipping;
  lines->number++;
  lines->is_skipping = false;
  if (lines->is_progress && lines->number % PROGRESS_LINES == 0)
    fprintf(stderr, "\r%llu lines", (unsigned long long)lines->number);
  *text = (RplSlice){lines->buffer + lines->begin, length};
  return was_skipping || length > RPL_CLI_MAX_LINE ? RPL_LINE_TOO_LONG
                                                   : RPL_LINE_TEXT;
}

/* The next line, blank or not; `searched` bytes hold no line end. */
static RplLineKind next_line(RplCliLines *lines, RplSlice *text) {
  size_t searched = 0;
  for (;;) {
    size_t left = lines->end - lines->begin;
    char *from = lines->buffer + lines->begin;
    char *stop =
        left > searched ? memchr(from + searched, '\n', left - searched) : NULL;
    if (stop) {
      RplLineKind kind = give(lines, (size_t)(stop - from), text);
      lines->begin += (size_t)(stop - from) + 1;
      return kind;
    }
    if (lines->at_end) {
      if (!left && !lines->is_skipping)
        return RPL_LINE_END;
      RplLineKind kind = give(lines, left, text);
      lines->begin = lines->end;
      return kind;
    }
    searched = left;
    if (left > RPL_CLI_MAX_LINE) { /* drop it; its end is still to come */
      lines->is_skipping = true;
      lines->begin = lines->end;
      searched = 0;
    }
    RplLineKind kind = fill(lines);
    if (kind != RPL_LINE_TEXT)
      return kind;
  }
}

RplLineKind rpl_cli_lines_next(RplCliLines *lines, RplSlice *text) {
  for (;;) {
    RplLineKind kind = next_line(lines, text);
    if (kind != RPL_LINE_TEXT || !is_blank(*text))
      return kind;
  }
}
