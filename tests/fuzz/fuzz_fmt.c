/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_fmt.c - the round trip of the layout: what parses is laid out, what was
 * laid out parses to the same tree and keeps its comments, and a second run
 * changes nothing. What does not parse is refused with a message.
 */
#include "tests/fuzz/harness.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/ast_dump.h"
#include "compiler/parse.h"
#include "vm/text.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  return 0;
}

/* The tree of a text without places; false when it does not parse. */
static bool tree_of(RplSlice text, RplBuffer *tree) {
  RplArena arena;
  RplInterner interner;
  RplSources sources;
  RplUnit unit;
  RplSlice name = rpl_slice("source");
  rpl_arena_init(&arena, NULL, 0);
  rpl_sources_init(&sources, &arena);
  RplReport *report = rpl_report_new(&arena, &sources);
  uint32_t number = rpl_sources_add(&sources, name, name, text);
  FUZZ_REQUIRE(report && number && rpl_interner_init(&interner, &arena));
  FUZZ_REQUIRE(
      rpl_parse_unit(&arena, &interner, report, &sources, number, &unit));
  bool parses = rpl_report_error_count(report) == 0;
  if (parses)
    FUZZ_REQUIRE(rpl_ast_dump(&arena, &interner, &unit, tree));
  rpl_arena_clear(&arena);
  return parses;
}

/* ---- comments: found by a scan of their own, not by the formatter's ---- */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* Where a token that begins with a quotation mark ends. */
static size_t text_end(RplSlice text, size_t at) {
  for (at++; at < text.length && text.data[at] != '"'; at++)
    if (text.data[at] == '\\')
      at++;
  return at + 1;
}

static size_t comment_end(RplSlice text, size_t at) {
  bool is_line = text.data[at + 1] == '/';
  for (size_t end = at + 2; end < text.length; end++)
    if (is_line ? text.data[end] == '\n'
                : end > at + 2 && text.data[end] == '/' &&
                      text.data[end - 1] == '*')
      return is_line ? end : end + 1;
  return text.length;
}

/* Appends a comment, without the blanks at the ends of its lines. */
static void put_comment(RplBuffer *out, RplSlice comment) {
  for (size_t at = 0; at < comment.length; at++) {
    size_t end = at;
    while (end < comment.length && is_blank(comment.data[end]))
      end++;
    if (end > at && (end == comment.length || comment.data[end] == '\n'))
      at = end;
    if (at < comment.length)
      rpl_buffer_byte(out, comment.data[at]);
  }
  rpl_buffer_byte(out, '\0');
}

/* The comments in the order of the text. */
static void comments_of(RplSlice text, RplBuffer *out) {
  for (size_t at = 0; at < text.length;) {
    if (text.data[at] == '"') {
      at = text_end(text, at);
    } else if (text.data[at] == '/' && at + 1 < text.length &&
               (text.data[at + 1] == '/' || text.data[at + 1] == '*')) {
      size_t end = comment_end(text, at);
      put_comment(out, (RplSlice){text.data + at, end - at});
      at = end;
    } else {
      at++;
    }
  }
}

static bool same(RplBuffer *left, RplBuffer *right) {
  return rpl_slice_equal(rpl_buffer_view(left), rpl_buffer_view(right));
}

/* The layout may put a comment on the other side of a token, never of another
 * comment. */
static void check_comments(RplSlice text, RplSlice laid_out) {
  RplBuffer before, after;
  rpl_buffer_init(&before, NULL);
  rpl_buffer_init(&after, NULL);
  comments_of(text, &before);
  comments_of(laid_out, &after);
  FUZZ_REQUIRE(same(&before, &after));
  rpl_buffer_clear(&before);
  rpl_buffer_clear(&after);
}

/* ---- the round trip ---- */

static RplStatus format(RplSlice text, RplCompiler **compiler,
                        RplSlice *formatted) {
  FUZZ_REQUIRE(rpl_compiler_new(NULL, NULL, NULL, compiler) == RPL_OK);
  return rpl_compiler_format(*compiler, rpl_slice("a.rpl"), text, formatted);
}

static void check_layout(RplSlice text, RplBuffer *tree) {
  RplCompiler *first, *second;
  RplSlice once, twice;
  RplBuffer again;
  rpl_buffer_init(&again, NULL);
  FUZZ_REQUIRE(format(text, &first, &once) == RPL_OK);
  FUZZ_REQUIRE(tree_of(once, &again));
  FUZZ_REQUIRE(same(tree, &again));
  check_comments(text, once);
  FUZZ_REQUIRE(format(once, &second, &twice) == RPL_OK);
  FUZZ_REQUIRE(rpl_slice_equal(once, twice));
  rpl_buffer_clear(&again);
  rpl_compiler_free(first);
  rpl_compiler_free(second);
}

static void check_refusal(RplSlice text) {
  RplCompiler *compiler;
  RplSlice formatted;
  FUZZ_REQUIRE(format(text, &compiler, &formatted) == RPL_E_COMPILE);
  FUZZ_REQUIRE(rpl_diags_error_count(rpl_compiler_diags(compiler)) > 0);
  fuzz_check_diags(rpl_compiler_diags(compiler));
  rpl_compiler_free(compiler);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  RplSlice text = {(const char *)data, size};
  RplBuffer tree;
  rpl_buffer_init(&tree, NULL);
  if (tree_of(text, &tree))
    check_layout(text, &tree);
  else
    check_refusal(text);
  rpl_buffer_clear(&tree);
  return 0;
}
