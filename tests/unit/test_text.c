/* SPDX-License-Identifier: Apache-2.0
 *
 * test_text.c - tests of vm/text.h.
 * UTF-8 is compared with an oracle that encodes every scalar value by the
 * table in RFC 3629 and takes nothing else; the rest is worked out by hand. */
#include "tests/support/short_memory.h"
#include "vm/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static void assert_view(const RplBuffer *buffer, const char *expected) {
  assert_false(buffer->is_failed);
  assert_true(rpl_slice_is(rpl_buffer_view(buffer), expected));
}

/* -------------------------------------------------------------- slices */

static void slices(void **state) {
  (void)state;
  RplSlice empty = {NULL, 0};
  assert_int_equal(rpl_slice_from(NULL).length, 0);
  assert_true(rpl_slice_equal(empty, rpl_slice_from("")));
  assert_true(rpl_slice_is(rpl_slice_from("ab"), "ab"));
  assert_false(rpl_slice_is(rpl_slice_from("ab"), "abc"));
  assert_false(rpl_slice_is(rpl_slice_from("ab"), "ac"));
  assert_false(rpl_slice_is((RplSlice){"a\0", 2}, "a"));
  assert_int_equal(rpl_slice_compare(empty, empty), 0);
  assert_true(rpl_slice_compare(empty, rpl_slice_from("a")) < 0);
  assert_true(rpl_slice_compare(rpl_slice_from("ab"), rpl_slice_from("a")) > 0);
  assert_true(rpl_slice_compare(rpl_slice_from("b"), rpl_slice_from("aa")) > 0);
  /* U+FFFD comes before U+10000, and U+007F before U+0080 */
  assert_true(rpl_slice_compare(rpl_slice_from("\xef\xbf\xbd"),
                                rpl_slice_from("\xf0\x90\x80\x80")) < 0);
  assert_true(rpl_slice_compare(rpl_slice_from("\x7f"),
                                rpl_slice_from("\xc2\x80")) < 0);
}

/* -------------------------------------------------------------- buffer */

static void appending(void **state) {
  (void)state;
  RplBuffer buffer;
  rpl_buffer_init(&buffer, NULL);
  assert_view(&buffer, "");
  rpl_buffer_text(&buffer, "a");
  rpl_buffer_text(&buffer, NULL);
  rpl_buffer_byte(&buffer, 'b');
  rpl_buffer_bytes(&buffer, NULL, 0);
  rpl_buffer_bytes(&buffer, "cde", 2);
  rpl_buffer_slice(&buffer, rpl_slice_from("!"));
  assert_view(&buffer, "abcd!");
  rpl_buffer_reset(&buffer);
  assert_view(&buffer, "");
  assert_non_null(buffer.data);
  rpl_buffer_clear(&buffer);
  assert_null(buffer.data);
  rpl_buffer_text(&buffer, "again");
  assert_view(&buffer, "again");
  rpl_buffer_clear(&buffer);
}

static void integers(void **state) {
  (void)state;
  RplBuffer buffer;
  rpl_buffer_init(&buffer, NULL);
  rpl_buffer_unsigned(&buffer, 0);
  rpl_buffer_byte(&buffer, ' ');
  rpl_buffer_unsigned(&buffer, UINT64_MAX);
  rpl_buffer_byte(&buffer, ' ');
  rpl_buffer_signed(&buffer, INT64_MIN);
  rpl_buffer_byte(&buffer, ' ');
  rpl_buffer_signed(&buffer, INT64_MAX);
  rpl_buffer_byte(&buffer, ' ');
  rpl_buffer_signed(&buffer, -10);
  assert_view(&buffer, "0 18446744073709551615 -9223372036854775808 "
                       "9223372036854775807 -10");
  rpl_buffer_clear(&buffer);
}

/* The buffer appended to itself while every growth moves it. */
static void appending_itself(void **state) {
  (void)state;
  ShortMemory memory = {1000, 0, 0};
  RplAllocator allocator = {short_memory, &memory};
  RplBuffer buffer;
  rpl_buffer_init(&buffer, &allocator);
  rpl_buffer_text(&buffer, "xy");
  for (int i = 0; i < 12; i++)
    rpl_buffer_slice(&buffer, rpl_buffer_view(&buffer));
  assert_int_equal(buffer.length, 2 << 12);
  for (size_t i = 0; i < buffer.length; i++)
    assert_int_equal(buffer.data[i], i % 2 ? 'y' : 'x');
  rpl_buffer_clear(&buffer);
  assert_int_equal(memory.live_bytes, 0);
}

static void taking(void **state) {
  (void)state;
  ShortMemory memory = {1000, 0, 0};
  RplAllocator allocator = {short_memory, &memory};
  RplBuffer buffer;
  size_t length = 99;
  rpl_buffer_init(&buffer, &allocator);
  for (size_t size = 0; size < 200; size++) {
    for (size_t i = 0; i < size; i++)
      rpl_buffer_byte(&buffer, 'z');
    char *taken = rpl_buffer_take(&buffer, size % 2 ? &length : NULL);
    assert_non_null(taken);
    assert_int_equal(strlen(taken), size);
    assert_int_equal(memory.live_bytes, size + 1);
    if (size % 2)
      assert_int_equal(length, size);
    (void)short_memory(&memory, taken, size + 1, 0);
    assert_int_equal(buffer.length, 0);
  }
  assert_int_equal(memory.live_bytes, 0);
}

/* Fails at the n-th call for every n until nothing fails any more. */
static void memory_running_out(void **state) {
  (void)state;
  bool is_done = false;
  for (unsigned n = 0; !is_done; n++) {
    ShortMemory memory = {n, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplBuffer buffer;
    size_t length = 0;
    rpl_buffer_init(&buffer, &allocator);
    for (int i = 0; i < 300; i++) {
      rpl_buffer_text(&buffer, "0123456789");
      size_t kept = buffer.length;
      if (buffer.is_failed) { /* sticky: even what would fit is refused */
        rpl_buffer_byte(&buffer, 'x');
        assert_int_equal(buffer.length, kept);
        assert_false(rpl_buffer_reserve(&buffer, 0));
      }
    }
    char *taken = rpl_buffer_take(&buffer, &length);
    is_done = taken != NULL;
    if (is_done) {
      assert_int_equal(length, 3000);
      (void)short_memory(&memory, taken, length + 1, 0);
    }
    assert_int_equal(memory.live_bytes, 0);
    assert_false(buffer.is_failed);
    assert_int_equal(buffer.capacity, 0);
    assert_true(n < 100);
  }
}

static void absurd_sizes(void **state) {
  (void)state;
  RplBuffer buffer;
  rpl_buffer_init(&buffer, NULL);
  rpl_buffer_byte(&buffer, 'a');
  assert_false(rpl_buffer_reserve(&buffer, SIZE_MAX));
  assert_true(buffer.is_failed);
  rpl_buffer_reset(&buffer);
  assert_false(buffer.is_failed);
  assert_true(rpl_buffer_reserve(&buffer, 10));
  rpl_buffer_clear(&buffer);
}

/* --------------------------------------------------------------- UTF-8 */

/* The oracle: RFC 3629, section 3, row by row. */
static size_t encode(uint32_t c, unsigned char *out) {
  if (c <= 0x7f) {
    out[0] = (unsigned char)c;
    return 1;
  }
  if (c <= 0x7ff) {
    out[0] = (unsigned char)(0xc0 + c / 64);
    out[1] = (unsigned char)(0x80 + c % 64);
    return 2;
  }
  if (c <= 0xffff) {
    out[0] = (unsigned char)(0xe0 + c / 4096);
    out[1] = (unsigned char)(0x80 + c / 64 % 64);
    out[2] = (unsigned char)(0x80 + c % 64);
    return 3;
  }
  out[0] = (unsigned char)(0xf0 + c / 262144);
  out[1] = (unsigned char)(0x80 + c / 4096 % 64);
  out[2] = (unsigned char)(0x80 + c / 64 % 64);
  out[3] = (unsigned char)(0x80 + c % 64);
  return 4;
}

static void every_code_point(void **state) {
  (void)state;
  for (uint32_t c = 0; c < 0x110100; c++) {
    unsigned char expected[4];
    char bytes[4], found[4];
    uint32_t back = 0;
    size_t count = encode(c, expected);
    bool is_scalar = c < 0xd800 || (c > 0xdfff && c < 0x110000);
    memcpy(bytes, expected, sizeof bytes);
    assert_int_equal(rpl_utf8_encode(c, found), is_scalar ? count : 0);
    assert_int_equal(rpl_utf8_decode(bytes, count, &back),
                     is_scalar ? count : 0);
    if (!is_scalar)
      continue;
    assert_memory_equal(found, expected, count);
    assert_int_equal(back, c);
    for (size_t cut = 0; cut < count; cut++)
      assert_int_equal(rpl_utf8_decode(bytes, cut, NULL), 0);
  }
}

/* All sequences of up to three bytes: as many are accepted as there are code
 * points of that length (128, 1920, 63488 - 2048 = 61440). */
static void every_short_sequence(void **state) {
  (void)state;
  size_t counts[4] = {0, 0, 0, 0};
  for (uint32_t n = 0; n < 1u << 24; n++) {
    char bytes[3] = {(char)(n >> 16), (char)(n >> 8 & 255), (char)(n & 255)};
    size_t count = rpl_utf8_decode(bytes, 3, NULL);
    assert_true(count <= 3);
    counts[count]++;
  }
  assert_int_equal(counts[1], 128u << 16);
  assert_int_equal(counts[2], 1920u << 8);
  assert_int_equal(counts[3], 61440);
}

static void checking(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t bad; /* SIZE_MAX: valid */
  } cases[] = {
      {"", SIZE_MAX},
      {"abc", SIZE_MAX},
      {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", SIZE_MAX},
      {"\x80", 0},
      {"a\xc0\x80", 1},
      {"ab\xc1\xbf", 2},
      {"a\xe0\x9f\xbf", 1},
      {"a\xed\xa0\x80", 1},
      {"a\xed\xbf\xbf", 1},
      {"\xc3\xa9\xf0\x8f\xbf\xbf", 2},
      {"\xf4\x90\x80\x80", 0},
      {"\xf5\x80\x80\x80", 0},
      {"abc\xff", 3},
      {"\xe2\x82", 0},
      {"\xe2\x82"
       "a",
       0},
      {"\xf0\x9f\x98", 0},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    size_t bad = SIZE_MAX;
    size_t length = strlen(cases[i].text);
    bool is_valid = rpl_utf8_check(cases[i].text, length, &bad);
    assert_int_equal(is_valid, cases[i].bad == SIZE_MAX);
    assert_true(bad == cases[i].bad);
    assert_int_equal(rpl_utf8_check(cases[i].text, length, NULL), is_valid);
  }
  assert_true(rpl_utf8_check("a\0b", 3, NULL));
  assert_int_equal(rpl_utf8_count("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z", 10),
                   4);
  assert_int_equal(rpl_utf8_count(NULL, 0), 0);
}

/* -------------------------------------------------------- JSON strings */

static void json_strings(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", "\"\""},
      {"plain", "\"plain\""},
      {"a\"b\\c/d", "\"a\\\"b\\\\c/d\""},
      {"\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\""},
      {"\x01\x0b\x1f\x7f", "\"\\u0001\\u000b\\u001f\x7f\""},
      {"\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
      {"\xe2\x80\xa8<&>'", "\"\xe2\x80\xa8<&>'\""},
      {"a\xff"
       "b\xc3",
       "\"a\xef\xbf\xbd"
       "b\xef\xbf\xbd\""},
      {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
  };
  RplBuffer buffer;
  rpl_buffer_init(&buffer, NULL);
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    rpl_buffer_reset(&buffer);
    rpl_json_write_string(&buffer, rpl_slice_from(cases[i][0]));
    assert_view(&buffer, cases[i][1]);
  }
  rpl_buffer_reset(&buffer);
  rpl_json_write_string(&buffer, (RplSlice){"a\0b", 3});
  assert_view(&buffer, "\"a\\u0000b\"");
  rpl_buffer_clear(&buffer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slices),
      cmocka_unit_test(appending),
      cmocka_unit_test(integers),
      cmocka_unit_test(appending_itself),
      cmocka_unit_test(taking),
      cmocka_unit_test(memory_running_out),
      cmocka_unit_test(absurd_sizes),
      cmocka_unit_test(every_code_point),
      cmocka_unit_test(every_short_sequence),
      cmocka_unit_test(checking),
      cmocka_unit_test(json_strings),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
