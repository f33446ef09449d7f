/* SPDX-License-Identifier: Apache-2.0
 * roots.c - see roots.h. */
#include "cli/roots.h"

#include <stdbool.h>
#include <string.h>

typedef struct Scan {
  const char *at;
  const char *end;
} Scan;

static bool starts(const Scan *scan, const char *word) {
  size_t length = strlen(word);
  return (size_t)(scan->end - scan->at) >= length &&
         memcmp(scan->at, word, length) == 0;
}

static bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_blank_byte(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_past(Scan *scan, const char *closing) {
  while (scan->at < scan->end && !starts(scan, closing))
    scan->at++;
  if (scan->at < scan->end)
    scan->at += strlen(closing);
}

/* Skips one blank or comment; false when there is none. */
static bool skip_blank(Scan *scan) {
  if (starts(scan, "//"))
    skip_past(scan, "\n");
  else if (starts(scan, "/*")) {
    scan->at += 2;
    skip_past(scan, "*/");
  } else if (scan->at < scan->end && is_blank_byte(*scan->at))
    scan->at++;
  else
    return false;
  return true;
}

static void skip_blanks(Scan *scan) {
  while (skip_blank(scan)) {
  }
}

static void skip_text(Scan *scan) {
  scan->at++;
  while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\n')
    scan->at += *scan->at == '\\' && scan->at + 1 < scan->end ? 2 : 1;
  if (scan->at < scan->end)
    scan->at++;
}

static void skip_statement(Scan *scan) {
  while (scan->at < scan->end && *scan->at != ';') {
    if (skip_blank(scan))
      continue;
    if (*scan->at == '"')
      skip_text(scan);
    else
      scan->at++;
  }
  if (scan->at < scan->end)
    scan->at++;
}

/* A word of the language at the scan's place; empty when there is none. */
static RplSlice take_word(Scan *scan) {
  const char *begin = scan->at;
  while (scan->at < scan->end && is_name_byte(*scan->at))
    scan->at++;
  return (RplSlice){begin, (size_t)(scan->at - begin)};
}

/* Reads NAME.NAME... into the header; false when it is malformed or too long.
 */
static bool take_dotted(Scan *scan, RplCliHeader *header) {
  for (;;) {
    skip_blanks(scan);
    RplSlice word = take_word(scan);
    if (!word.length || word.length > RPL_CLI_MAX_DOTTED - header->length)
      return false;
    memcpy(header->name + header->length, word.data, word.length);
    header->length += word.length;
    skip_blanks(scan);
    if (!starts(scan, "."))
      return true;
    if (header->length == RPL_CLI_MAX_DOTTED)
      return false;
    header->name[header->length++] = '.';
    scan->at++;
  }
}

static bool is_word(RplSlice word, const char *text) {
  return word.length == strlen(text) &&
         memcmp(word.data, text, word.length) == 0;
}

void rpl_cli_header(RplSlice text, RplCliHeader *header) {
  Scan scan = {text.data, text.data + text.length};
  memset(header, 0, sizeof *header);
  if (!text.length)
    return;
  for (;;) {
    skip_blanks(&scan);
    if (scan.at >= scan.end)
      return;
    RplSlice word = take_word(&scan);
    bool is_policy = is_word(word, "policy");
    if (is_policy || is_word(word, "module")) {
      if (take_dotted(&scan, header))
        header->kind = is_policy ? RPL_UNIT_POLICY : RPL_UNIT_MODULE;
      else
        memset(header, 0, sizeof *header);
      return;
    }
    skip_statement(&scan);
  }
}

const char *rpl_cli_dotted_file(RplCliPool *pool, RplSlice name) {
  char *file = rpl_cli_pool_join(pool, name, (RplSlice){".rpl", 4});
  for (size_t i = 0; file && i < name.length; i++)
    if (file[i] == '.')
      file[i] = '/';
  return file;
}

size_t rpl_cli_root_length(const char *path, const char *file) {
  size_t path_length = strlen(path);
  size_t file_length = strlen(file);
  if (path_length < file_length)
    return SIZE_MAX;
  size_t root = path_length - file_length;
  if (strcmp(path + root, file) != 0 || (root && path[root - 1] != '/'))
    return SIZE_MAX;
  return root;
}
