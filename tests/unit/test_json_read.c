/* SPDX-License-Identifier: Apache-2.0
 *
 * test_json_read.c - tests of vm/json_read.h.
 * Expected results follow from the grammar of RFC 8259; offsets are counted by
 * hand. Texts are parsed from blocks of exactly their size, so that a read past
 * the end shows under the address sanitizer. */
#include "tests/support/short_memory.h"
#include "vm/json_read.h"
#include "vm/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static RplStatus parse_bytes(RplArena *arena, const char *text, size_t length,
                             const RplJsonLimits *limits, RplJsonDoc *doc,
                             RplJsonError *error) {
  rpl_arena_init(arena, NULL, 0);
  return rpl_json_parse(arena, (RplSlice){text, length}, limits, doc, error);
}

/* Parses text that must be good; the caller clears the arena. */
static const RplJsonNode *parse_good(RplArena *arena, const char *text) {
  RplJsonDoc doc;
  RplJsonError error;
  assert_int_equal(parse_bytes(arena, text, strlen(text), NULL, &doc, &error),
                   RPL_OK);
  assert_int_equal(error.code, RPL_JSON_OK);
  return doc.root;
}

/* Parses a copy without terminator; returns the error. */
static RplJsonError outcome(const char *text, size_t length,
                            const RplJsonLimits *limits) {
  RplArena arena;
  RplJsonDoc doc;
  RplJsonError error = {RPL_JSON_E_MEMORY, NULL, 0};
  char *copy = test_malloc(length ? length : 1);
  memcpy(copy, text, length);
  RplStatus status = parse_bytes(&arena, copy, length, limits, &doc, &error);
  assert_int_equal(status == RPL_OK, error.code == RPL_JSON_OK);
  assert_non_null(error.text);
  assert_true(error.offset <= length);
  rpl_arena_clear(&arena);
  test_free(copy);
  return error;
}

/* ------------------------------------------------------------- accepted */

static void accepted(void **state) {
  (void)state;
  static const char *const cases[] = {
      "null",
      "true",
      "false",
      "0",
      "-0",
      "\"\"",
      "[]",
      "{}",
      " [ ] ",
      "\t\r\n {\n} \r",
      "[1]",
      "[1,2]",
      "[1 , 2]",
      "[[],[[]],{}]",
      "1.5",
      "0.0",
      "-0.0e-0",
      "1e1",
      "1E+05",
      "1e-999999999",
      "10",
      "1e00",
      "123456789012345678901234567890.123456789",
      "[0e1]",
      "\"a\"",
      "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
      "\"\\u0041\\u00e9\\uFFFF\"",
      "\"\\ud83d\\ude00\"",
      "\"\\uDBFF\\uDFFF\"",
      "\"\x7f\"",
      "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
      "\"\xef\xbf\xbf\"",
      "\"\xe2\x80\xa8\"",
      "\"/* no comment */\"",
      "{\"\":0}",
      "{\"a\":1,\"A\":2}",
      "{\"a\":{\"a\":{\"a\":[]}}}",
      "[{\"a\":1},{\"a\":2}]",
      "{\"a\" : null , \"b\" : [ true ] }",
      "\"\xef\xbb\xbf\"",
      "\"\\\\u0000\"",
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++)
    assert_int_equal(outcome(cases[i], strlen(cases[i]), NULL).code,
                     RPL_JSON_OK);
}

/* -------------------------------------------------------------- refused */

typedef struct BadCase {
  const char *text;
  RplJsonCode code;
  size_t offset;
} BadCase;

static const BadCase bad_structure[] = {
    {"", RPL_JSON_E_END, 0},
    {"  ", RPL_JSON_E_END, 2},
    {"[", RPL_JSON_E_END, 1},
    {"[1", RPL_JSON_E_END, 2},
    {"[1,", RPL_JSON_E_END, 3},
    {"{", RPL_JSON_E_END, 1},
    {"{\"a\"", RPL_JSON_E_END, 4},
    {"{\"a\":", RPL_JSON_E_END, 5},
    {"{\"a\":1", RPL_JSON_E_END, 6},
    {"{\"a\":1,", RPL_JSON_E_END, 7},
    {"[1,]", RPL_JSON_E_VALUE, 3},
    {"[,1]", RPL_JSON_E_VALUE, 1},
    {"[1,,2]", RPL_JSON_E_VALUE, 3},
    {"[1 2]", RPL_JSON_E_COMMA, 3},
    {"[1:2]", RPL_JSON_E_COMMA, 2},
    {"[1}", RPL_JSON_E_COMMA, 2},
    {"{\"a\":1]", RPL_JSON_E_COMMA, 6},
    {"{\"a\":1;}", RPL_JSON_E_COMMA, 6},
    {"{\"a\":1,}", RPL_JSON_E_KEY, 7},
    {"{,}", RPL_JSON_E_KEY, 1},
    {"{a:1}", RPL_JSON_E_KEY, 1},
    {"{'a':1}", RPL_JSON_E_KEY, 1},
    {"{1:1}", RPL_JSON_E_KEY, 1},
    {"{]", RPL_JSON_E_KEY, 1},
    {"{\"a\" 1}", RPL_JSON_E_COLON, 5},
    {"{\"a\",1}", RPL_JSON_E_COLON, 4},
    {"{\"a\"::1}", RPL_JSON_E_VALUE, 5},
    {"{\"a\":}", RPL_JSON_E_VALUE, 5},
    {"]", RPL_JSON_E_VALUE, 0},
    {"}", RPL_JSON_E_VALUE, 0},
    {"[}", RPL_JSON_E_VALUE, 1},
    {"1 2", RPL_JSON_E_TRAILING, 2},
    {"{}x", RPL_JSON_E_TRAILING, 2},
    {"[]]", RPL_JSON_E_TRAILING, 2},
    {"null,", RPL_JSON_E_TRAILING, 4},
    {"\"a\"\"b\"", RPL_JSON_E_TRAILING, 3},
    {"1 // x", RPL_JSON_E_TRAILING, 2},
    {"/* x */ 1", RPL_JSON_E_VALUE, 0},
    {"nul", RPL_JSON_E_END, 3},
    {"[nul]", RPL_JSON_E_VALUE, 1},
    {"nulL", RPL_JSON_E_VALUE, 0},
    {"True", RPL_JSON_E_VALUE, 0},
    {"trux", RPL_JSON_E_VALUE, 0},
    {"truee", RPL_JSON_E_TRAILING, 4},
    {"NaN", RPL_JSON_E_VALUE, 0},
    {"Infinity", RPL_JSON_E_VALUE, 0},
    {"undefined", RPL_JSON_E_VALUE, 0},
    {"\v1", RPL_JSON_E_VALUE, 0},
    {"\xc2\xa0"
     "1",
     RPL_JSON_E_VALUE, 0},
    {"1\xe2\x80\xa8", RPL_JSON_E_TRAILING, 1},
    {"\xff", RPL_JSON_E_UTF8, 0},
    {"[\xc3\x28]", RPL_JSON_E_UTF8, 1},
    {"[1\x80]", RPL_JSON_E_UTF8, 2},
    {"\xef\xbb\xbf{}", RPL_JSON_E_BOM, 0},
    {"\xef\xbb", RPL_JSON_E_UTF8, 0},
    {"{\"a\":1,\"a\":1}", RPL_JSON_E_DUPLICATE, 7},
    {"{\"a\":1,\"\\u0061\":1}", RPL_JSON_E_DUPLICATE, 7},
    {"{\"\":1,\"\":2}", RPL_JSON_E_DUPLICATE, 6},
    /* b is repeated first although a sorts first */
    {"{\"a\":1,\"b\":2,\"b\":3,\"a\":4}", RPL_JSON_E_DUPLICATE, 13},
    {"[{\"x\":{\"k\":0,\"j\":1,\"k\":2}}]", RPL_JSON_E_DUPLICATE, 19},
};

static const BadCase bad_scalars[] = {
    {"01", RPL_JSON_E_NUMBER, 0},
    {"[-01]", RPL_JSON_E_NUMBER, 1},
    {"00", RPL_JSON_E_NUMBER, 0},
    {"+1", RPL_JSON_E_NUMBER, 0},
    {".5", RPL_JSON_E_NUMBER, 0},
    {"[1.]", RPL_JSON_E_NUMBER, 1},
    {"[-]", RPL_JSON_E_NUMBER, 1},
    {"[-.5]", RPL_JSON_E_NUMBER, 1},
    {"[1e]", RPL_JSON_E_NUMBER, 1},
    {"[1e+]", RPL_JSON_E_NUMBER, 1},
    {"[1.e1]", RPL_JSON_E_NUMBER, 1},
    {"[-Infinity]", RPL_JSON_E_NUMBER, 1},
    {"-", RPL_JSON_E_END, 1},
    {"1.", RPL_JSON_E_END, 2},
    {"1e", RPL_JSON_E_END, 2},
    {"1e-", RPL_JSON_E_END, 3},
    {"[1.2.3]", RPL_JSON_E_COMMA, 4},
    {"[1e1.5]", RPL_JSON_E_COMMA, 4},
    {"0x10", RPL_JSON_E_TRAILING, 1},
    {"1_000", RPL_JSON_E_TRAILING, 1},
    {"1,5", RPL_JSON_E_TRAILING, 1},
    {"\xef\xbc\x91", RPL_JSON_E_VALUE, 0},
    {"\"", RPL_JSON_E_END, 1},
    {"\"a", RPL_JSON_E_END, 2},
    {"\"\\", RPL_JSON_E_END, 2},
    {"\"\\\"", RPL_JSON_E_END, 3},
    {"\"\\u", RPL_JSON_E_END, 3},
    {"\"\\u00", RPL_JSON_E_END, 5},
    {"\"\\u00\"", RPL_JSON_E_ESCAPE, 1},
    {"\"\\u00g0\"", RPL_JSON_E_ESCAPE, 1},
    {"\"ab\\u+123\"", RPL_JSON_E_ESCAPE, 3},
    {"\"\\x41\"", RPL_JSON_E_ESCAPE, 1},
    {"\"\\a\"", RPL_JSON_E_ESCAPE, 1},
    {"\"\\'\"", RPL_JSON_E_ESCAPE, 1},
    {"\"\\U0041\"", RPL_JSON_E_ESCAPE, 1},
    {"\"\\\n\"", RPL_JSON_E_ESCAPE, 1},
    {"\"\\\xc3\xa9\"", RPL_JSON_E_ESCAPE, 1},
    {"\"\\u0000\"", RPL_JSON_E_NUL, 1},
    {"{\"a\\u0000\":1}", RPL_JSON_E_NUL, 3},
    {"\"a\nb\"", RPL_JSON_E_CONTROL, 2},
    {"\"\t\"", RPL_JSON_E_CONTROL, 1},
    {"\"\x1f\"", RPL_JSON_E_CONTROL, 1},
    {"\"\\ud800\"", RPL_JSON_E_SURROGATE, 1},
    {"\"x\\udc00\"", RPL_JSON_E_SURROGATE, 2},
    {"\"\\ud800", RPL_JSON_E_END, 7},
    {"\"\\ud800\\", RPL_JSON_E_END, 8},
    {"\"\\ud800x", RPL_JSON_E_SURROGATE, 1},
    {"\"\\ud800x\"", RPL_JSON_E_SURROGATE, 1},
    {"\"\\ud800\\n\"", RPL_JSON_E_SURROGATE, 1},
    {"\"\\ud800\\ud800\"", RPL_JSON_E_SURROGATE, 1},
    {"\"\\ud800\\u0041\"", RPL_JSON_E_SURROGATE, 1},
    {"\"\\udc00\\ud800\"", RPL_JSON_E_SURROGATE, 1},
    {"\"\\ud800\\u00g0\"", RPL_JSON_E_ESCAPE, 7},
    {"\"\\ud800\\u\"", RPL_JSON_E_ESCAPE, 7},
    {"\"\xff\"", RPL_JSON_E_UTF8, 1},
    {"\"a\xc0\xaf\"", RPL_JSON_E_UTF8, 2},
    {"\"\xed\xa0\x80\"", RPL_JSON_E_UTF8, 1},
    {"\"\xe2\x82\"", RPL_JSON_E_UTF8, 1},
    {"\"\xf4\x90\x80\x80\"", RPL_JSON_E_UTF8, 1},
    {"'a'", RPL_JSON_E_VALUE, 0},
    {"`a`", RPL_JSON_E_VALUE, 0},
};

static void assert_refused(const BadCase *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    RplJsonError error = outcome(cases[i].text, strlen(cases[i].text), NULL);
    if (error.code != cases[i].code || error.offset != cases[i].offset)
      print_error("case %zu: %s\n", i, cases[i].text);
    assert_int_equal(error.code, cases[i].code);
    assert_int_equal(error.offset, cases[i].offset);
    assert_string_equal(error.text, rpl_json_code_text(cases[i].code));
  }
}

static void refused(void **state) {
  (void)state;
  assert_refused(bad_structure, COUNT_OF(bad_structure));
  assert_refused(bad_scalars, COUNT_OF(bad_scalars));
}

static void raw_nul_refused(void **state) {
  (void)state;
  assert_int_equal(outcome("1\0", 2, NULL).code, RPL_JSON_E_NUL);
  assert_int_equal(outcome("\0", 1, NULL).code, RPL_JSON_E_NUL);
  assert_int_equal(outcome("\"a\0b\"", 5, NULL).code, RPL_JSON_E_NUL);
  assert_int_equal(outcome("\"a\0b\"", 5, NULL).offset, 2);
  assert_int_equal(outcome("[\0]", 3, NULL).code, RPL_JSON_E_NUL);
  assert_int_equal(outcome("\"\\\0\"", 4, NULL).code, RPL_JSON_E_ESCAPE);
  assert_int_equal(outcome("\"\\u00\0"
                           "0\"",
                           8, NULL)
                       .code,
                   RPL_JSON_E_ESCAPE);
}

static const char rich[] =
    " {\"a\\n\": [1.5e-3, -20, true, null, \"\\ud83d\\ude00 \xc3\xa9\"],\r\n"
    "  \"b\": {\"c\": {}, \"d\": [[], false]}}";

/* Every prefix of a good object is an early end, but for the one that cuts the
 * two bytes of a character. */
static void prefixes_refused(void **state) {
  (void)state;
  for (size_t length = 0; length < sizeof rich - 1; length++) {
    RplJsonCode code = outcome(rich, length, NULL).code;
    bool cuts_character = length && rich[length - 1] == '\xc3';
    assert_int_equal(code, cuts_character ? RPL_JSON_E_UTF8 : RPL_JSON_E_END);
  }
}

/* Every byte of a good object replaced by every value: no crash, and whatever
 * is accepted is UTF-8 without control characters but blanks. */
static void single_byte_changes(void **state) {
  (void)state;
  char text[sizeof rich];
  for (size_t at = 0; at < sizeof rich - 1; at++) {
    for (int byte = 0; byte < 256; byte++) {
      memcpy(text, rich, sizeof rich);
      text[at] = (char)byte;
      if (outcome(text, sizeof rich - 1, NULL).code != RPL_JSON_OK)
        continue;
      assert_true(rpl_utf8_check(text, sizeof rich - 1, NULL));
      assert_true(byte >= 0x20 || strchr("\t\r\n", byte));
      assert_int_not_equal(byte, 0);
    }
  }
}

/* ----------------------------------------------------------------- tree */

static void tree(void **state) {
  (void)state;
  RplArena arena;
  const RplJsonNode *root = parse_good(&arena, rich);
  assert_int_equal(rpl_json_type(root), RPL_JSON_OBJECT);
  assert_int_equal(rpl_json_count(root), 2);
  assert_int_equal(rpl_json_offset(root), 1);
  const RplJsonNode *a = rpl_json_first(root);
  assert_true(rpl_slice_is(rpl_json_key(a), "a\n"));
  assert_int_equal(rpl_json_key_offset(a), 2);
  assert_int_equal(rpl_json_offset(a), 9);
  assert_int_equal(rpl_json_count(a), 5);
  const RplJsonNode *item = rpl_json_first(a);
  assert_int_equal(rpl_json_type(item), RPL_JSON_NUMBER);
  assert_true(rpl_slice_is(rpl_json_text(item), "1.5e-3"));
  assert_int_equal(rpl_json_offset(item), 10);
  assert_int_equal(rpl_json_key(item).length, 0);
  item = rpl_json_next(item);
  assert_true(rpl_slice_is(rpl_json_text(item), "-20"));
  item = rpl_json_next(item);
  assert_int_equal(rpl_json_type(item), RPL_JSON_BOOLEAN);
  assert_true(rpl_json_is_true(item));
  item = rpl_json_next(item);
  assert_int_equal(rpl_json_type(item), RPL_JSON_NULL);
  assert_false(rpl_json_is_true(item));
  item = rpl_json_next(item);
  assert_int_equal(rpl_json_type(item), RPL_JSON_STRING);
  assert_true(rpl_slice_is(rpl_json_text(item), "\xf0\x9f\x98\x80 \xc3\xa9"));
  assert_null(rpl_json_next(item));
  const RplJsonNode *b = rpl_json_next(a);
  assert_null(rpl_json_next(b));
  assert_ptr_equal(rpl_json_member(root, rpl_slice_from("b")), b);
  assert_null(rpl_json_member(root, rpl_slice_from("c")));
  assert_null(rpl_json_member(a, rpl_slice_from("")));
  const RplJsonNode *d = rpl_json_member(b, rpl_slice_from("d"));
  assert_int_equal(rpl_json_type(d), RPL_JSON_ARRAY);
  assert_int_equal(rpl_json_count(rpl_json_first(d)), 0);
  assert_null(rpl_json_first(rpl_json_first(d)));
  assert_false(rpl_json_is_true(rpl_json_next(rpl_json_first(d))));
  rpl_arena_clear(&arena);
}

static void strings_without_escape_are_borrowed(void **state) {
  (void)state;
  static const char text[] = "[\"plain\",\"e\\/\",12]";
  RplArena arena;
  const RplJsonNode *item = rpl_json_first(parse_good(&arena, text));
  assert_ptr_equal(rpl_json_text(item).data, text + 2);
  item = rpl_json_next(item);
  assert_true(rpl_slice_is(rpl_json_text(item), "e/"));
  assert_ptr_not_equal(rpl_json_text(item).data, text + 10);
  item = rpl_json_next(item);
  assert_ptr_equal(rpl_json_text(item).data, text + 15);
  rpl_arena_clear(&arena);
}

/* Every code unit as \uXXXX decodes to its UTF-8, NUL and surrogates do not. */
static void every_unicode_escape(void **state) {
  (void)state;
  static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
  for (uint32_t unit = 0; unit < 0x10000; unit++) {
    const char *digits = unit % 2 ? lower : upper;
    char text[] = "\"\\u0000\"", expected[4];
    for (int i = 0; i < 4; i++)
      text[3 + i] = digits[unit >> (12 - 4 * i) & 15];
    RplArena arena;
    RplJsonDoc doc;
    RplJsonError error;
    RplStatus status = parse_bytes(&arena, text, 8, NULL, &doc, &error);
    bool is_surrogate = unit >= 0xd800 && unit <= 0xdfff;
    assert_int_equal(error.code, unit == 0      ? RPL_JSON_E_NUL
                                 : is_surrogate ? RPL_JSON_E_SURROGATE
                                                : RPL_JSON_OK);
    if (status == RPL_OK) {
      RplSlice found = rpl_json_text(doc.root);
      assert_int_equal(found.length, rpl_utf8_encode(unit, expected));
      assert_memory_equal(found.data, expected, found.length);
    }
    rpl_arena_clear(&arena);
  }
}

/* --------------------------------------------------------------- limits */

static RplJsonError nested(char open, size_t depth,
                           const RplJsonLimits *limits) {
  RplBuffer text;
  rpl_buffer_init(&text, NULL);
  for (size_t i = 0; i < depth; i++)
    rpl_buffer_text(&text, open == '[' || i == depth - 1 ? "[" : "{\"k\":");
  for (size_t i = depth; i-- > 0;)
    rpl_buffer_text(&text, open == '[' || i == depth - 1 ? "]" : "}");
  RplJsonError error = outcome(text.data, text.length, limits);
  rpl_buffer_clear(&text);
  return error;
}

static void depth_limit(void **state) {
  (void)state;
  RplJsonLimits three = {0, 3, 0}, greedy = {0, 1000000, 0};
  assert_int_equal(nested('[', RPL_JSON_MAX_DEPTH, NULL).code, RPL_JSON_OK);
  assert_int_equal(nested('{', RPL_JSON_MAX_DEPTH, NULL).code, RPL_JSON_OK);
  RplJsonError error = nested('[', RPL_JSON_MAX_DEPTH + 1, NULL);
  assert_int_equal(error.code, RPL_JSON_E_DEPTH);
  assert_int_equal(error.offset, RPL_JSON_MAX_DEPTH);
  assert_int_equal(nested('{', RPL_JSON_MAX_DEPTH + 1, NULL).code,
                   RPL_JSON_E_DEPTH);
  assert_int_equal(nested('[', 100000, &greedy).code, RPL_JSON_E_DEPTH);
  assert_int_equal(nested('[', 3, &three).code, RPL_JSON_OK);
  assert_int_equal(nested('[', 4, &three).code, RPL_JSON_E_DEPTH);
}

static void byte_limit(void **state) {
  (void)state;
  size_t length = RPL_JSON_MAX_BYTES + 1;
  char *text = test_malloc(length);
  RplJsonLimits more = {RPL_JSON_MAX_BYTES + 1, 0, 0}, four = {4, 0, 0};
  memset(text, ' ', length);
  text[0] = '1';
  assert_int_equal(outcome(text, length - 1, NULL).code, RPL_JSON_OK);
  assert_int_equal(outcome(text, length, NULL).code, RPL_JSON_E_BYTES);
  assert_int_equal(outcome(text, length, NULL).offset, RPL_JSON_MAX_BYTES);
  assert_int_equal(outcome(text, length, &more).code, RPL_JSON_OK);
  assert_int_equal(outcome("true", 4, &four).code, RPL_JSON_OK);
  assert_int_equal(outcome("false", 5, &four).code, RPL_JSON_E_BYTES);
  test_free(text);
}

/* The hard limit is refused by length alone: nothing is read. */
static void hard_byte_limit(void **state) {
  (void)state;
  RplJsonLimits all = {SIZE_MAX, 0, 0};
  RplArena arena;
  RplJsonDoc doc;
  RplJsonError error;
  assert_int_equal(
      parse_bytes(&arena, "1", RPL_JSON_HARD_MAX_BYTES + 1, &all, &doc, &error),
      RPL_E_FACTS);
  assert_int_equal(error.code, RPL_JSON_E_BYTES);
  rpl_arena_clear(&arena);
}

/* An object or array with `count` different members. */
static void write_members(RplBuffer *text, bool is_object, size_t count) {
  rpl_buffer_byte(text, is_object ? '{' : '[');
  for (size_t i = 0; i < count; i++) {
    if (i)
      rpl_buffer_byte(text, ',');
    if (is_object) {
      rpl_buffer_text(text, "\"key");
      rpl_buffer_unsigned(text, i * 7919 % count);
      rpl_buffer_text(text, "\":");
    }
    rpl_buffer_byte(text, '0');
  }
  rpl_buffer_byte(text, is_object ? '}' : ']');
}

static RplJsonCode members(bool is_object, size_t count,
                           const RplJsonLimits *limits) {
  RplBuffer text;
  rpl_buffer_init(&text, NULL);
  write_members(&text, is_object, count);
  RplJsonCode code = outcome(text.data, text.length, limits).code;
  rpl_buffer_clear(&text);
  return code;
}

static void member_limit(void **state) {
  (void)state;
  RplJsonLimits two = {0, 0, 2};
  for (int is_object = 0; is_object < 2; is_object++) {
    assert_int_equal(members(is_object, RPL_JSON_MAX_MEMBERS, NULL),
                     RPL_JSON_OK);
    assert_int_equal(members(is_object, RPL_JSON_MAX_MEMBERS + 1, NULL),
                     RPL_JSON_E_MEMBERS);
    assert_int_equal(members(is_object, 2, &two), RPL_JSON_OK);
    assert_int_equal(members(is_object, 3, &two), RPL_JSON_E_MEMBERS);
  }
  /* each container counts for itself */
  assert_int_equal(outcome("[[1,2],[3,4]]", 13, &two).code, RPL_JSON_OK);
  assert_int_equal(outcome("[1,2,3]", 7, &two).offset, 5);
}

/* 100,000 keys in scattered, rising and falling order with a long common
 * prefix, and one repeated at the very end. A quadratic check would need 5e9
 * comparisons, which no test timeout allows. */
static void many_keys(void **state) {
  (void)state;
  const size_t count = 100000;
  RplJsonLimits limits = {(size_t)1 << 24, 0, 200000};
  assert_int_equal(members(true, count, &limits), RPL_JSON_OK);
  for (int order = 0; order < 2; order++) {
    RplBuffer text;
    rpl_buffer_init(&text, NULL);
    rpl_buffer_byte(&text, '{');
    for (size_t i = 0; i < count; i++) {
      rpl_buffer_text(&text, "\"a_rather_long_prefix_of_all_keys_");
      rpl_buffer_unsigned(&text, order ? 1000000 + i : 2000000 - i);
      rpl_buffer_text(&text, "\":0,");
    }
    size_t last_key = text.length;
    rpl_buffer_text(&text, "\"a_rather_long_prefix_of_all_keys_");
    rpl_buffer_unsigned(&text, order ? 1050000 : 1950000);
    rpl_buffer_text(&text, "\":0}");
    RplJsonError error = outcome(text.data, text.length, &limits);
    assert_int_equal(error.code, RPL_JSON_E_DUPLICATE);
    assert_int_equal(error.offset, last_key);
    rpl_buffer_clear(&text);
  }
}

/* Every number of keys up to 40, each pair of places in turn made equal. */
static void every_repeated_pair(void **state) {
  (void)state;
  for (unsigned count = 2; count <= 40; count++) {
    for (unsigned twin = 1; twin < count; twin++) {
      for (unsigned first = 0; first < twin; first += 3) {
        RplBuffer text;
        size_t expected = 0;
        rpl_buffer_init(&text, NULL);
        for (unsigned i = 0; i < count; i++) {
          rpl_buffer_byte(&text, i ? ',' : '{');
          if (i == twin)
            expected = text.length;
          rpl_buffer_byte(&text, '"');
          rpl_buffer_unsigned(&text, (i == twin ? first : i) * 17 % 41);
          rpl_buffer_text(&text, "\":1");
        }
        rpl_buffer_byte(&text, '}');
        RplJsonError error = outcome(text.data, text.length, NULL);
        assert_int_equal(error.code, RPL_JSON_E_DUPLICATE);
        assert_int_equal(error.offset, expected);
        rpl_buffer_clear(&text);
      }
    }
  }
}

/* --------------------------------------------------------------- memory */

static void memory_running_out(void **state) {
  (void)state;
  RplBuffer text;
  RplStatus status = RPL_E_MEMORY;
  rpl_buffer_init(&text, NULL);
  write_members(&text, true, 500);
  for (unsigned n = 0; status != RPL_OK; n++) {
    ShortMemory memory = {n, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplArena arena;
    RplJsonDoc doc = {NULL, {NULL, 0}, 0};
    RplJsonError error;
    rpl_arena_init(&arena, &allocator, 0);
    status = rpl_json_parse(&arena, rpl_buffer_view(&text), NULL, &doc, &error);
    if (status != RPL_OK) {
      assert_int_equal(status, RPL_E_MEMORY);
      assert_int_equal(error.code, RPL_JSON_E_MEMORY);
      assert_null(doc.root);
    } else {
      assert_int_equal(doc.node_count, 501);
    }
    rpl_arena_clear(&arena);
    assert_int_equal(memory.live_bytes, 0);
    assert_true(n < 100);
  }
  rpl_buffer_clear(&text);
}

/* Arena limits of every size: the string copy and the keys' sorting fail too,
 * not only the nodes. */
static void arena_limit(void **state) {
  (void)state;
  RplStatus status = RPL_E_MEMORY;
  for (size_t bytes = 16; status != RPL_OK; bytes += 16) {
    RplArena arena;
    RplJsonDoc doc;
    RplJsonError error;
    rpl_arena_init(&arena, NULL, bytes);
    status = rpl_json_parse(&arena, rpl_slice_from(rich), NULL, &doc, &error);
    assert_true(status == RPL_OK || status == RPL_E_MEMORY);
    assert_true(bytes < 8192);
    rpl_arena_clear(&arena);
  }
}

/* ------------------------------------------------------------- positions */

static void positions(void **state) {
  (void)state;
  /* e-acute and a smiley before the x; LF, CR LF and CR */
  static const char text[] = "ab\n\xc3\xa9\xf0\x9f\x98\x80x\r\nq\rz";
  static const uint32_t expected[][3] = {
      {0, 1, 1},  {1, 1, 2},  {2, 1, 3},  {3, 2, 1},  {5, 2, 2},  {9, 2, 3},
      {10, 2, 4}, {12, 3, 1}, {13, 3, 2}, {14, 3, 3}, {15, 3, 4}, {99, 3, 4},
  };
  for (size_t i = 0; i < COUNT_OF(expected); i++) {
    uint32_t line = 0, column = 0;
    rpl_json_position(rpl_slice_from(text), expected[i][0], &line, &column);
    assert_int_equal(line, expected[i][1]);
    assert_int_equal(column, expected[i][2]);
  }
  uint32_t line = 0, column = 0;
  rpl_json_position((RplSlice){NULL, 0}, 0, &line, &column);
  assert_int_equal(line, 1);
  assert_int_equal(column, 1);
}

static void every_code_has_a_text(void **state) {
  (void)state;
  for (int code = RPL_JSON_OK; code <= RPL_JSON_E_DUPLICATE; code++)
    assert_string_not_equal(rpl_json_code_text((RplJsonCode)code),
                            "unknown error");
  for (int type = RPL_JSON_NULL; type <= RPL_JSON_OBJECT; type++)
    assert_string_not_equal(rpl_json_type_text((RplJsonType)type),
                            "an unknown value");
  assert_string_equal(rpl_json_type_text(RPL_JSON_ARRAY), "an array");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accepted),
      cmocka_unit_test(refused),
      cmocka_unit_test(raw_nul_refused),
      cmocka_unit_test(prefixes_refused),
      cmocka_unit_test(single_byte_changes),
      cmocka_unit_test(tree),
      cmocka_unit_test(strings_without_escape_are_borrowed),
      cmocka_unit_test(every_unicode_escape),
      cmocka_unit_test(depth_limit),
      cmocka_unit_test(byte_limit),
      cmocka_unit_test(hard_byte_limit),
      cmocka_unit_test(member_limit),
      cmocka_unit_test(many_keys),
      cmocka_unit_test(every_repeated_pair),
      cmocka_unit_test(memory_running_out),
      cmocka_unit_test(arena_limit),
      cmocka_unit_test(positions),
      cmocka_unit_test(every_code_has_a_text),
  };
  return cmocka_run_group_tests_name("json_read", tests, NULL, NULL);
}
