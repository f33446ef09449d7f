/* SPDX-License-Identifier: Apache-2.0
 *
 * test_source.c - places in sources. Lines and columns were counted by hand;
 * the sweep at the end compares with a count from the start of the text.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "compiler/source.h"
#include "tests/support/short_memory.h"
#include "vm/text.h"

static RplArena arena;
static RplSources sources;

static int set_up(void **state) {
  (void)state;
  rpl_arena_init(&arena, NULL, 0);
  rpl_sources_init(&sources, &arena);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  rpl_arena_clear(&arena);
  return 0;
}

static uint32_t add(const char *text) {
  return rpl_sources_add(&sources, rpl_slice_from("a.rpl"),
                         rpl_slice_from("dir/a.rpl"), rpl_slice_from(text));
}

static void assert_position(uint32_t number, uint32_t offset, uint32_t line,
                            uint32_t column) {
  uint32_t found_line, found_column;
  assert_true(rpl_source_position(&sources, number, offset, &found_line,
                                  &found_column));
  assert_int_equal(found_line, line);
  assert_int_equal(found_column, column);
}

static void assert_line(uint32_t number, uint32_t line, const char *text) {
  RplSlice found = rpl_source_line(&sources, number, line);
  assert_int_equal(found.length, strlen(text));
  assert_true(rpl_slice_is(found, text));
}

static void numbers_start_at_one(void **state) {
  (void)state;
  for (uint32_t number = 1; number <= 20; number++)
    assert_int_equal(add("x"), number);
  const RplSource *source = rpl_sources_at(&sources, 20);
  assert_true(rpl_slice_is(source->file, "a.rpl"));
  assert_true(rpl_slice_is(source->shown, "dir/a.rpl"));
  assert_true(rpl_slice_is(source->text, "x"));
}

static void text_too_long_for_offsets(void **state) {
  (void)state;
  RplSlice text = {"", UINT32_MAX}; /* refused before a byte is read */
  assert_int_equal(
      rpl_sources_add(&sources, (RplSlice){"a", 1}, (RplSlice){"a", 1}, text),
      0);
}

static void positions(void **state) {
  (void)state;
  /* a b LF | é (2 bytes) 日 (3) x LF | end */
  uint32_t number = add("ab\n\xC3\xA9\xE6\x97\xA5x\n");
  assert_position(number, 0, 1, 1);
  assert_position(number, 2, 1, 3);
  assert_position(number, 3, 2, 1);
  assert_position(number, 5, 2, 2);
  assert_position(number, 8, 2, 3);
  assert_position(number, 9, 2, 4);
  assert_position(number, 10, 3, 1);
  assert_position(number, UINT32_MAX, 3, 1);
}

static void lines(void **state) {
  (void)state;
  uint32_t number = add("one\r\n\ntwo\r\n\r\nlast");
  assert_line(number, 1, "one");
  assert_line(number, 2, "");
  assert_line(number, 3, "two");
  assert_line(number, 4, "");
  assert_line(number, 5, "last");
  assert_int_equal(rpl_sources_at(&sources, number)->line_count, 5);
}

static void last_line_end(void **state) {
  (void)state;
  uint32_t number = add("one\n");
  assert_line(number, 1, "one");
  assert_line(number, 2, "");
  assert_position(number, 4, 2, 1);
  assert_line(add("a\r"), 1, "a\r"); /* a CR alone ends no line */
}

static void empty_text(void **state) {
  (void)state;
  uint32_t number = rpl_sources_add(&sources, (RplSlice){NULL, 0},
                                    (RplSlice){NULL, 0}, (RplSlice){NULL, 0});
  assert_position(number, 0, 1, 1);
  assert_position(number, 7, 1, 1);
  assert_line(number, 1, "");
  assert_int_equal(rpl_span_text(&sources, (RplSpan){number, 0, 0}).length, 0);
}

static void spans(void **state) {
  (void)state;
  uint32_t number = add("abcdef");
  RplSpan span = {number, 1, 3};
  assert_true(rpl_slice_is(rpl_span_text(&sources, span), "bc"));
  assert_true(
      rpl_slice_is(rpl_span_text(&sources, (RplSpan){number, 4, 99}), "ef"));
  assert_int_equal(rpl_span_text(&sources, (RplSpan){number, 99, 100}).length,
                   0);
  assert_int_equal(rpl_span_text(&sources, (RplSpan){0, 0, 0}).length, 0);
  RplSpan joined = rpl_span_join(span, (RplSpan){number, 4, 5});
  assert_true(rpl_slice_is(rpl_span_text(&sources, joined), "bcde"));
  joined = rpl_span_join((RplSpan){0, 0, 0}, span);
  assert_int_equal(joined.source, number);
  assert_int_equal(joined.begin, 1);
  joined = rpl_span_join(span, (RplSpan){0, 0, 0});
  assert_int_equal(joined.end, 3);
}

/* Each offset of texts of several blocks, against a count from the start. */
static void sweep(void **state) {
  (void)state;
  static const char *const parts[] = {"a", "\xC3\xA9", "\xE6\x97\xA5", "\n",
                                      "\xF0\x9F\x99\x82"};
  static char text[5000];
  size_t length = 0;
  uint32_t seed = 1;
  while (length + 4 <= sizeof text) {
    seed = seed * 1103515245u + 12345u;
    const char *part = parts[(seed >> 16) % 5];
    if (*part == '\n' && (seed >> 20) % 50) /* few, so that lines are long */
      continue;
    memcpy(text + length, part, strlen(part));
    length += strlen(part);
  }
  uint32_t number =
      rpl_sources_add(&sources, (RplSlice){"a", 1}, (RplSlice){"a", 1},
                      (RplSlice){text, length});
  uint32_t line = 1, column = 1;
  for (size_t at = 0; at < length;) {
    assert_position(number, (uint32_t)at, line, column);
    size_t bytes = rpl_utf8_decode(text + at, length - at, NULL);
    column = text[at] == '\n' ? 1 : column + 1;
    line += text[at] == '\n';
    at += bytes;
  }
}

static void block_ends(void **state) {
  (void)state;
  static char text[2049];
  memset(text, 'a', 2048);
  uint32_t number = add(text);
  assert_position(number, 1023, 1, 1024);
  assert_position(number, 1024, 1, 1025);
  assert_position(number, 2047, 1, 2048);
  assert_position(number, 2048, 1, 2049);
}

/* ------------------------------------------------------- short of memory */

static void memory_is_short(void **state) {
  (void)state;
  ShortMemory memory = {0, 0, 0};
  RplAllocator allocator = {short_memory, &memory};
  RplArena poor;
  RplSources few;
  static char text[100001]; /* its table does not fit into the first chunk */
  memset(text, '\n', sizeof text - 1);
  rpl_arena_init(&poor, &allocator, 0);
  rpl_sources_init(&few, &poor);
  RplSlice slice = {text, sizeof text - 1};
  assert_int_equal(rpl_sources_add(&few, slice, slice, slice), 0);
  memory.calls_left = 1;
  assert_int_equal(rpl_sources_add(&few, slice, slice, slice), 1);
  uint32_t line, column;
  assert_false(rpl_source_position(&few, 1, 5, &line, &column));
  assert_int_equal(rpl_source_line(&few, 1, 1).length, 0);
  memory.calls_left = 2; /* a block for each table */
  assert_true(rpl_source_position(&few, 1, 5, &line, &column));
  assert_int_equal(line, 6);
  rpl_arena_clear(&poor);
  assert_int_equal(memory.live_bytes, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(numbers_start_at_one),
      TEST(text_too_long_for_offsets),
      TEST(positions),
      TEST(lines),
      TEST(last_line_end),
      TEST(empty_text),
      TEST(spans),
      TEST(sweep),
      TEST(block_ends),
      TEST(memory_is_short),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
