/* SPDX-License-Identifier: Apache-2.0
 * test_careful_text.c - operations on texts and whole division. Expected values
 * were worked out by hand from the meanings in ops.def; a search over all short
 * texts of two letters is compared with trying every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/image_fixture.h"
#include "vm/careful_text.h"

static RplArena arena;

static RplValue text(const char *words) {
  return rpl_value_text(rpl_slice_from(words));
}

static RplValue run(RplOp op, const char *a, const char *b) {
  RplValue left = text(a), right = text(b ? b : "");
  bool is_short = false;
  RplValue result =
      rpl_careful_text(&arena, op, &left, b ? &right : NULL, &is_short);
  assert_false(is_short);
  assert_int_equal(result.state, RPL_STATE_KNOWN);
  return result;
}

static void check_words(RplOp op, const char *a, const char *expected) {
  RplValue result = run(op, a, NULL);
  assert_true(rpl_slice_is(result.as.text, expected));
}

static bool holds(RplOp op, const char *a, const char *b) {
  return run(op, a, b).as.integer != 0;
}

/* Code points, not bytes: a letter with an accent is one, an emoji is one. */
static void test_length(void **state) {
  (void)state;
  static const struct {
    const char *words;
    int64_t length;
  } cases[] = {{"", 0},
               {"abc", 3},
               {"h\xC3\xA9llo", 5},
               {"\xF0\x9F\x98\x80", 1},
               {"e\xCC\x81", 2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    RplValue result = run(RPL_OP_LENGTH, cases[i].words, NULL);
    int64_t length = -1;
    assert_true(rpl_number_to_int64(result.as.number, &length));
    assert_int_equal(length, cases[i].length);
  }
}

static void test_case_is_that_of_ascii(void **state) {
  (void)state;
  check_words(RPL_OP_LOWER, "AZaz@[`{09", "azaz@[`{09");
  check_words(RPL_OP_UPPER, "AZaz@[`{09", "AZAZ@[`{09");
  check_words(RPL_OP_LOWER, "\xC3\x84 \xC4\xB0", "\xC3\x84 \xC4\xB0");
  check_words(RPL_OP_UPPER,
              "stra\xC3\x9F"
              "e",
              "STRA\xC3\x9F"
              "E");
  check_words(RPL_OP_LOWER, "", "");
}

static void test_trim(void **state) {
  (void)state;
  check_words(RPL_OP_TRIM, " \t\r\na b \n", "a b");
  check_words(RPL_OP_TRIM, "   ", "");
  check_words(RPL_OP_TRIM, "", "");
  check_words(RPL_OP_TRIM, "\xC2\xA0x", "\xC2\xA0x"); /* no other blank */
}

static void test_ends(void **state) {
  (void)state;
  assert_true(holds(RPL_OP_STARTS_WITH, "abc", "ab"));
  assert_true(holds(RPL_OP_STARTS_WITH, "abc", ""));
  assert_true(holds(RPL_OP_STARTS_WITH, "abc", "abc"));
  assert_false(holds(RPL_OP_STARTS_WITH, "abc", "abcd"));
  assert_false(holds(RPL_OP_STARTS_WITH, "abc", "b"));
  assert_true(holds(RPL_OP_ENDS_WITH, "abc", "bc"));
  assert_true(holds(RPL_OP_ENDS_WITH, "abc", ""));
  assert_false(holds(RPL_OP_ENDS_WITH, "abc", "zabc"));
  assert_false(holds(RPL_OP_ENDS_WITH, "abc", "ab"));
  assert_true(holds(RPL_OP_STARTS_WITH, "", ""));
}

static bool found_by_trying(const char *words, const char *part) {
  for (size_t at = 0; at <= strlen(words); at++)
    if (strncmp(words + at, part, strlen(part)) == 0)
      return true;
  return false;
}

/* The n-th text over {a, b} of `length` letters. */
static void spell(unsigned n, unsigned length, char *words) {
  for (unsigned i = 0; i < length; i++)
    words[i] = n >> i & 1u ? 'b' : 'a';
  words[length] = '\0';
}

static void test_contains_finds_what_is_there(void **state) {
  (void)state;
  char words[16], part[16];
  for (unsigned length = 0; length <= 7; length++)
    for (unsigned n = 0; n < 1u << length; n++)
      for (unsigned short_length = 0; short_length <= 5; short_length++)
        for (unsigned m = 0; m < 1u << short_length; m++) {
          spell(n, length, words);
          spell(m, short_length, part);
          assert_int_equal(holds(RPL_OP_CONTAINS, words, part),
                           found_by_trying(words, part));
        }
}

/* INVARIANT: linear. Trying every place would take 2^31 steps here. */
static void test_contains_never_goes_back(void **state) {
  (void)state;
  enum { MOST = 65536 };
  static char words[MOST + 1], part[MOST / 2 + 1];
  memset(words, 'a', MOST);
  memset(part, 'a', MOST / 2);
  part[MOST / 2 - 1] = 'b';
  assert_false(holds(RPL_OP_CONTAINS, words, part));
  words[MOST - 1] = 'b';
  assert_true(holds(RPL_OP_CONTAINS, words, part));
}

static void test_memory_runs_out(void **state) {
  (void)state;
  RplArena none;
  RplValue a = text("abc"), b = text("bc");
  bool is_short = false;
  rpl_arena_init(&none, NULL, 1);
  (void)rpl_careful_text(&none, RPL_OP_LOWER, &a, NULL, &is_short);
  assert_true(is_short);
  is_short = false;
  (void)rpl_careful_text(&none, RPL_OP_CONTAINS, &a, &b, &is_short);
  assert_true(is_short);
  rpl_arena_clear(&none);
}

static int set_up(void **state) {
  (void)state;
  rpl_arena_init(&arena, NULL, 0);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  rpl_arena_clear(&arena);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_length),
      cmocka_unit_test(test_case_is_that_of_ascii),
      cmocka_unit_test(test_trim),
      cmocka_unit_test(test_ends),
      cmocka_unit_test(test_contains_finds_what_is_there),
      cmocka_unit_test(test_contains_never_goes_back),
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
