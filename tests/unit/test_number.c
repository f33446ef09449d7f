/* SPDX-License-Identifier: Apache-2.0
 *
 * test_number.c - exact rationals: forms, limits, rounding and text. Expected
 * values are derived by hand (the comments say how where it is not plain);
 * random values are compared with GMP in test_number_gmp.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "vm/number.h"

static RplArena arena;

static int open_arena(void **state) {
  (void)state;
  rpl_arena_init(&arena, NULL, 0);
  return 0;
}

static int close_arena(void **state) {
  (void)state;
  rpl_arena_clear(&arena);
  return 0;
}

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

/* Reads "1.5" or "8/15". */
static RplNumber number(const char *text) {
  RplNumber x = {NULL, 0, 1};
  RplNumberStatus status = strchr(text, '/')
                               ? rpl_number_parse_ratio(&arena, slice(text), &x)
                               : rpl_number_parse(&arena, slice(text), &x);
  assert_int_equal(status, RPL_NUMBER_OK);
  return x;
}

static void check(RplNumber x, const char *expected) {
  char text[RPL_NUMBER_TEXT_MAX];
  assert_int_equal(rpl_number_write(x, text, sizeof text), strlen(expected));
  assert_string_equal(text, expected);
}

typedef RplNumberStatus Operation(RplArena *, RplNumber, RplNumber,
                                  RplNumber *);

static void check_op(Operation *op, const char *a, const char *b,
                     const char *expected) {
  RplNumber x = {NULL, 0, 1};
  assert_int_equal(op(&arena, number(a), number(b), &x), RPL_NUMBER_OK);
  check(x, expected);
  assert_true(rpl_number_equal(x, number(expected)));
}

/* 2^bits, by squaring and doubling with the operations under test. */
static RplNumber power_of_two(unsigned bits) {
  RplNumber x = rpl_number_from_int(1);
  for (; bits >= 62; bits -= 62)
    assert_int_equal(
        rpl_number_mul(&arena, x, rpl_number_from_int(INT64_C(1) << 62), &x),
        RPL_NUMBER_OK);
  assert_int_equal(
      rpl_number_mul(&arena, x, rpl_number_from_int(INT64_C(1) << bits), &x),
      RPL_NUMBER_OK);
  return x;
}

static void test_thirds(void **state) {
  (void)state;
  RplNumber x;
  assert_int_equal(rpl_number_from_ratio(&arena, 1, 3, &x), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_mul(&arena, x, rpl_number_from_int(3), &x),
                   RPL_NUMBER_OK);
  assert_true(rpl_number_equal(x, rpl_number_from_int(1)));
}

static void test_arithmetic(void **state) {
  (void)state;
  check_op(rpl_number_add, "0.1", "0.2", "0.3");
  check_op(rpl_number_add, "1/6", "1/10", "4/15");
  check_op(rpl_number_add, "1/6", "-1/6", "0");
  check_op(rpl_number_add, "1/6", "1/3", "0.5");
  check_op(rpl_number_sub, "1", "1/3", "2/3");
  check_op(rpl_number_sub, "0", "8/15", "-8/15");
  check_op(rpl_number_mul, "-2/3", "9/4", "-1.5");
  check_op(rpl_number_mul, "0", "-9/4", "0");
  check_op(rpl_number_div, "1", "-8", "-0.125");
  check_op(rpl_number_div, "-1/3", "-1/3", "1");
  RplNumber x = rpl_number_from_int(5);
  assert_int_equal(rpl_number_div(&arena, x, rpl_number_from_int(0), &x),
                   RPL_NUMBER_DIVISION_BY_ZERO);
  check(x, "5");
}

static void test_int64_edges(void **state) {
  (void)state;
  const char *least = "-9223372036854775808";
  const char *past = "9223372036854775808";
  RplNumber x;
  assert_null(number(least).limbs);
  assert_non_null(number(past).limbs);
  assert_non_null(number("-9223372036854775809").limbs);
  assert_null(number("9223372036854775807").limbs);
  assert_int_equal(rpl_number_neg(&arena, number(least), &x), RPL_NUMBER_OK);
  check(x, past);
  assert_int_equal(rpl_number_neg(&arena, x, &x), RPL_NUMBER_OK);
  assert_true(rpl_number_equal(x, rpl_number_from_int(INT64_MIN)));
  assert_int_equal(rpl_number_abs(&arena, x, &x), RPL_NUMBER_OK);
  check(x, past);
  check_op(rpl_number_sub, "0", least, past);
  check_op(rpl_number_sub, least, least, "0");
  check_op(rpl_number_add, least, "-1", "-9223372036854775809");
  check_op(rpl_number_add, "9223372036854775807", "1", past);
  check_op(rpl_number_sub, past, "1", "9223372036854775807");
  check_op(rpl_number_div, least, "-1", past);
  check_op(rpl_number_mul, least, "-1", past);
  /* 2^126 */
  check_op(rpl_number_mul, least, least,
           "85070591730234615865843651857942052864");
  assert_int_equal(rpl_number_from_ratio(&arena, INT64_MIN, INT64_MIN, &x),
                   RPL_NUMBER_OK);
  check(x, "1");
  assert_int_equal(rpl_number_from_ratio(&arena, 3, INT64_MIN, &x),
                   RPL_NUMBER_OK);
  assert_non_null(x.limbs);
  assert_int_equal(rpl_number_sign(x), -1);
  assert_int_equal(rpl_number_from_ratio(&arena, 3, 0, &x),
                   RPL_NUMBER_DIVISION_BY_ZERO);
}

/* 2^4096 - 1 fits; 2^4096 does not, on either side. */
static void test_limit(void **state) {
  (void)state;
  RplNumber one = rpl_number_from_int(1);
  RplNumber half = power_of_two(RPL_NUMBER_MAX_BITS - 1);
  RplNumber x;
  RplNumber most;
  assert_int_equal(rpl_number_sub(&arena, half, one, &x), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_add(&arena, half, x, &most), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_add(&arena, most, one, &x), RPL_NUMBER_TOO_LARGE);
  assert_int_equal(rpl_number_mul(&arena, half, rpl_number_from_int(2), &x),
                   RPL_NUMBER_TOO_LARGE);
  assert_int_equal(rpl_number_mul(&arena, most, most, &x),
                   RPL_NUMBER_TOO_LARGE);
  assert_int_equal(rpl_number_div(&arena, one, most, &x), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_div(&arena, x, rpl_number_from_int(2), &x),
                   RPL_NUMBER_TOO_LARGE);
  /* Intermediates above the limit do not matter: (m / 7) * (7 / m) is 1. */
  RplNumber y;
  assert_int_equal(rpl_number_div(&arena, most, rpl_number_from_int(7), &x),
                   RPL_NUMBER_OK);
  assert_int_equal(rpl_number_div(&arena, one, x, &y), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_mul(&arena, x, y, &x), RPL_NUMBER_OK);
  check(x, "1");
}

static void test_questions(void **state) {
  (void)state;
  assert_int_equal(rpl_number_compare(number("1/3"), number("0.333")), 1);
  assert_int_equal(rpl_number_compare(number("-1/3"), number("-0.333")), -1);
  assert_int_equal(rpl_number_compare(number("2/6"), number("1/3")), 0);
  assert_int_equal(rpl_number_compare(number("-1e1000"), number("1e-9")), -1);
  assert_int_equal(rpl_number_compare(number("-1e1000"), number("-2e1000")), 1);
  assert_int_equal(rpl_number_compare(number("1e30"), number("1e30")), 0);
  assert_true(rpl_number_equal(number("1e30"), number("10e29")));
  assert_false(rpl_number_equal(number("1e30"), number("-1e30")));
  assert_true(rpl_number_is_integer(number("1e30")));
  assert_false(rpl_number_is_integer(number("1e-30")));
  assert_true(rpl_number_is_integer(number("2.0")));
  assert_false(rpl_number_is_integer(number("2.5")));
  assert_int_equal(rpl_number_sign(number("-1e-30")), -1);
  assert_int_equal(rpl_number_sign(number("0")), 0);
}

/* x rounded in each mode, in the order of RplRounding. */
static void check_modes(const char *text, int places,
                        const char *const expected[RPL_ROUNDING_COUNT]) {
  for (int mode = 0; mode < RPL_ROUNDING_COUNT; mode++) {
    RplNumber x;
    assert_int_equal(
        rpl_number_round(&arena, number(text), places, (RplRounding)mode, &x),
        RPL_NUMBER_OK);
    check(x, expected[mode]);
  }
}

#define MODES(up, even, down, away, zero, ceiling, floor)                      \
  ((const char *const[]){up, even, down, away, zero, ceiling, floor})

static void test_rounding(void **state) {
  (void)state;
  check_modes("2.5", 0, MODES("3", "2", "2", "3", "2", "3", "2"));
  check_modes("3.5", 0, MODES("4", "4", "3", "4", "3", "4", "3"));
  check_modes("-2.5", 0, MODES("-3", "-2", "-2", "-3", "-2", "-2", "-3"));
  check_modes("-3.5", 0, MODES("-4", "-4", "-3", "-4", "-3", "-3", "-4"));
  check_modes("0.125", 2,
              MODES("0.13", "0.12", "0.12", "0.13", "0.12", "0.13", "0.12"));
  check_modes("-0.004", 2, MODES("0", "0", "0", "-0.01", "0", "0", "-0.01"));
  check_modes("2/3", 2,
              MODES("0.67", "0.67", "0.67", "0.67", "0.66", "0.67", "0.66"));
  check_modes("1/3", 1, MODES("0.3", "0.3", "0.3", "0.4", "0.3", "0.4", "0.3"));
  check_modes("250", -2,
              MODES("300", "200", "200", "300", "200", "300", "200"));
  check_modes("-1", -3, MODES("0", "0", "0", "-1000", "0", "0", "-1000"));
  check_modes("1.60", 2,
              MODES("1.6", "1.6", "1.6", "1.6", "1.6", "1.6", "1.6"));
  /* The same tie in the big form. */
  check_modes("-100000000000000000000.5", 0,
              MODES("-100000000000000000001", "-100000000000000000000",
                    "-100000000000000000000", "-100000000000000000001",
                    "-100000000000000000000", "-100000000000000000000",
                    "-100000000000000000001"));
}

static void test_rounding_limits(void **state) {
  (void)state;
  RplNumber third = number("1/3");
  RplNumber x;
  assert_int_equal(rpl_number_round(&arena, third, 1000, RPL_ROUND_DOWN, &x),
                   RPL_NUMBER_OK);
  assert_int_equal(rpl_number_round(&arena, third, 1001, RPL_ROUND_DOWN, &x),
                   RPL_NUMBER_TOO_LARGE);
  assert_int_equal(rpl_number_round(&arena, third, -1000, RPL_ROUND_UP, &x),
                   RPL_NUMBER_OK);
  assert_true(rpl_number_equal(x, number("1e1000")));
  assert_int_equal(rpl_number_round(&arena, third, -1001, RPL_ROUND_UP, &x),
                   RPL_NUMBER_TOO_LARGE);
  assert_int_equal(rpl_number_round(&arena, third, 0, (RplRounding)7, &x),
                   RPL_NUMBER_SYNTAX);
}

static void test_rounding_names(void **state) {
  (void)state;
  for (int mode = 0; mode < RPL_ROUNDING_COUNT; mode++) {
    RplRounding back = RPL_ROUND_HALF_UP;
    assert_true(rpl_rounding_from_name(
        slice(rpl_rounding_name((RplRounding)mode)), &back));
    assert_int_equal(back, mode);
  }
  RplRounding mode = RPL_ROUND_FLOOR;
  assert_string_equal(rpl_rounding_name(RPL_ROUND_HALF_EVEN), "half_even");
  assert_string_equal(rpl_rounding_name((RplRounding)7), "?");
  assert_false(rpl_rounding_from_name(slice("half"), &mode));
  assert_false(rpl_rounding_from_name((RplSlice){NULL, 0}, &mode));
  assert_int_equal(mode, RPL_ROUND_FLOOR);
}

static void test_parse(void **state) {
  (void)state;
  check(number("-0"), "0");
  check(number("-0.000e5"), "0");
  check(number("0e999999999"), "0");
  check(number("1.60"), "1.6");
  check(number("1E2"), "100");
  check(number("1e+2"), "100");
  check(number("25e-1"), "2.5");
  check(number("1e0000000000000000000002"), "100");
  check(number("123456789012345678.90"), "123456789012345678.9");
  check(number("0.00000000000000000000000000000001"),
        "0.00000000000000000000000000000001");
  check(number("-16/30"), "-8/15");
  check(number("6/3"), "2");
  check(number("0/7"), "0");
}

static void test_parse_rejects(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",    "-",   "+1",  "01",    "-01",  "00",   ".5",  "1.",  "1.e2",
      "1e",  "1e+", "1e-", " 1",    "1 ",   "1\n",  "0x1", "NaN", "Infinity",
      "1_0", "1,0", "--1", "1e1.5", "1e2e", "1..2", "1/2", "1f",  "\xc2\xb2"};
  static const char *const bad_ratios[] = {
      "1", "1/", "/2", "1/-2", "01/2", "1/02", "1/2/", "1 /2", "1.5/2", ""};
  RplNumber x = rpl_number_from_int(42);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(rpl_number_parse(&arena, slice(bad[i]), &x),
                     RPL_NUMBER_SYNTAX);
  for (size_t i = 0; i < sizeof bad_ratios / sizeof *bad_ratios; i++)
    assert_int_equal(rpl_number_parse_ratio(&arena, slice(bad_ratios[i]), &x),
                     RPL_NUMBER_SYNTAX);
  assert_int_equal(rpl_number_parse(&arena, (RplSlice){"1\0", 2}, &x),
                   RPL_NUMBER_SYNTAX);
  assert_int_equal(rpl_number_parse(&arena, (RplSlice){NULL, 0}, &x),
                   RPL_NUMBER_SYNTAX);
  assert_int_equal(rpl_number_parse_ratio(&arena, slice("1/0"), &x),
                   RPL_NUMBER_DIVISION_BY_ZERO);
  check(x, "42");
}

/* 10^1233 < 2^4096 < 10^1234, and 10^-n has the denominator 10^n. */
static void test_parse_limits(void **state) {
  (void)state;
  static const char *const large[] = {
      "1e1234",       "1e-1234",      "1e999999999",
      "-1e999999999", "1e-999999999", "1e99999999999999999999999",
      "5e2000"};
  char digits[RPL_NUMBER_MAX_DIGITS + 2];
  RplNumber x;
  for (size_t i = 0; i < sizeof large / sizeof *large; i++)
    assert_int_equal(rpl_number_parse(&arena, slice(large[i]), &x),
                     RPL_NUMBER_TOO_LARGE);
  (void)number("1e1233");
  (void)number("1e-1233");
  /* Digits, not value: zeros count, and one too many is refused. */
  memset(digits, '0', sizeof digits);
  digits[1] = '.';
  RplSlice text = {digits, RPL_NUMBER_MAX_DIGITS + 1};
  assert_int_equal(rpl_number_parse(&arena, text, &x), RPL_NUMBER_OK);
  check(x, "0");
  text.length++;
  assert_int_equal(rpl_number_parse(&arena, text, &x), RPL_NUMBER_TOO_LARGE);
}

static void test_integers_out(void **state) {
  (void)state;
  int64_t n = 7;
  assert_true(rpl_number_to_int64(number("-9223372036854775808"), &n));
  assert_int_equal(n, INT64_MIN);
  assert_false(rpl_number_to_int64(number("9223372036854775808"), &n));
  assert_false(rpl_number_to_int64(number("0.5"), &n));
  assert_true(rpl_number_to_scaled(number("1.6"), 2, &n));
  assert_int_equal(n, 160);
  assert_false(rpl_number_to_scaled(number("1.605"), 2, &n));
  assert_false(rpl_number_to_scaled(number("1/3"), 18, &n));
  assert_true(rpl_number_to_scaled(number("-92233720368547758.08"), 2, &n));
  assert_int_equal(n, INT64_MIN);
  assert_false(rpl_number_to_scaled(number("92233720368547758.08"), 2, &n));
  assert_true(rpl_number_to_scaled(number("-3e-1000"), 1000, &n));
  assert_int_equal(n, -3);
  assert_false(rpl_number_to_scaled(number("0"), 1001, &n));
  assert_true(rpl_number_to_scaled(number("0"), 1000, &n));
  assert_int_equal(n, 0);
  assert_false(rpl_number_to_scaled(number("1e30"), 0, &n));
}

static void test_integers_in(void **state) {
  (void)state;
  RplNumber x;
  assert_int_equal(rpl_number_from_int_places(-160, 2, &x), RPL_NUMBER_OK);
  check(x, "-1.6");
  assert_int_equal(rpl_number_from_int_places(0, 18, &x), RPL_NUMBER_OK);
  assert_true(rpl_number_equal(x, rpl_number_from_int(0)));
  assert_int_equal(rpl_number_from_int_places(INT64_MIN, 0, &x), RPL_NUMBER_OK);
  check(x, "-9223372036854775808");
  assert_int_equal(rpl_number_from_int_places(1, 19, &x), RPL_NUMBER_TOO_LARGE);
}

static void check_fixed(const char *text, unsigned places,
                        const char *expected) {
  char buf[RPL_NUMBER_TEXT_MAX];
  size_t length = rpl_number_write_fixed(number(text), places, buf, sizeof buf);
  assert_int_equal(length, strlen(expected));
  assert_string_equal(buf, expected);
}

static void test_fixed(void **state) {
  (void)state;
  check_fixed("1.6", 2, "1.60");
  check_fixed("-0.05", 2, "-0.05");
  check_fixed("997", 0, "997");
  check_fixed("0", 3, "0.000");
  check_fixed("0", 0, "0");
  check_fixed("1.605", 2, "");
  check_fixed("1/3", 2, "");
  check_fixed("100000000000000000000", 1, "100000000000000000000.0");
  check_fixed("1", RPL_NUMBER_MAX_PLACES + 1, "");
}

static void test_write_room(void **state) {
  (void)state;
  char buf[8] = "xxxxxxx";
  assert_int_equal(rpl_number_write(number("-8/15"), buf, 6), 5);
  assert_string_equal(buf, "-8/15");
  assert_int_equal(rpl_number_write(number("-8/15"), buf, 5), 5);
  assert_string_equal(buf, "");
  assert_int_equal(rpl_number_write(number("12345"), NULL, 0), 5);
  assert_int_equal(rpl_number_write_fixed(number("1/3"), 2, NULL, 0), 0);
}

/* The longest ratio there is, and an expansion at the limit of digits. 2^-n
 * has n digits after the point and one before. */
static void test_write_limits(void **state) {
  (void)state;
  char buf[RPL_NUMBER_TEXT_MAX];
  RplNumber one = rpl_number_from_int(1);
  RplNumber top = power_of_two(RPL_NUMBER_MAX_BITS - 1);
  RplNumber x;
  RplNumber y;
  assert_int_equal(rpl_number_sub(&arena, top, one, &x), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_add(&arena, top, x, &x), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_sub(&arena, x, one, &y), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_div(&arena, y, x, &x), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_neg(&arena, x, &x), RPL_NUMBER_OK);
  /* 2^4096 has 1,234 digits. */
  assert_int_equal(rpl_number_write(x, buf, sizeof buf), 1 + 1234 + 1 + 1234);
  y = power_of_two(RPL_NUMBER_MAX_DIGITS - 1);
  assert_int_equal(rpl_number_div(&arena, one, y, &x), RPL_NUMBER_OK);
  assert_int_equal(rpl_number_write(x, buf, sizeof buf),
                   RPL_NUMBER_MAX_DIGITS + 1);
  assert_non_null(strchr(buf, '.'));
  y = power_of_two(RPL_NUMBER_MAX_DIGITS);
  assert_int_equal(rpl_number_div(&arena, one, y, &x), RPL_NUMBER_OK);
  assert_true(rpl_number_write(x, buf, sizeof buf) > 0);
  assert_memory_equal(buf, "1/", 2);
}

static RplNumberStatus import(bool is_negative, const char *num, size_t n,
                              const char *den, size_t d, RplNumber *out) {
  return rpl_number_import(&arena, is_negative, (const unsigned char *)num, n,
                           (const unsigned char *)den, d, out);
}

#define ZEROS "\0\0\0\0\0\0\0"

static void test_import(void **state) {
  (void)state;
  static const char two_limbs[17] = "\1" ZEROS "\2" ZEROS; /* 2^65 + 1 */
  static const char padded[17] = "\3" ZEROS "\0" ZEROS;
  static char many[(RPL_NUMBER_MAX_LIMBS + 1) * 8];
  RplNumber x;
  assert_int_equal(import(true, "\3" ZEROS, 1, "\2" ZEROS, 1, &x),
                   RPL_NUMBER_OK);
  check(x, "-1.5");
  assert_int_equal(import(false, two_limbs, 2, "\1" ZEROS, 1, &x),
                   RPL_NUMBER_OK);
  check(x, "36893488147419103233");
  assert_int_equal(import(false, "", 0, "\1" ZEROS, 1, &x), RPL_NUMBER_OK);
  check(x, "0");
  x = rpl_number_from_int(42);
  assert_int_equal(import(true, "", 0, "\1" ZEROS, 1, &x), RPL_NUMBER_SYNTAX);
  assert_int_equal(import(false, "", 0, "\2" ZEROS, 1, &x), RPL_NUMBER_SYNTAX);
  assert_int_equal(import(false, "\3" ZEROS, 1, "", 0, &x), RPL_NUMBER_SYNTAX);
  assert_int_equal(import(false, "\3" ZEROS, 1, "\0" ZEROS, 1, &x),
                   RPL_NUMBER_SYNTAX);
  assert_int_equal(import(false, "\4" ZEROS, 1, "\2" ZEROS, 1, &x),
                   RPL_NUMBER_SYNTAX);
  assert_int_equal(import(false, padded, 2, "\2" ZEROS, 1, &x),
                   RPL_NUMBER_SYNTAX);
  many[sizeof many - 1] = 1;
  assert_int_equal(
      import(false, many, RPL_NUMBER_MAX_LIMBS + 1, "\1" ZEROS, 1, &x),
      RPL_NUMBER_TOO_LARGE);
  many[RPL_NUMBER_MAX_LIMBS * 8 - 1] = 1;
  assert_int_equal(import(false, many, RPL_NUMBER_MAX_LIMBS, "\1" ZEROS, 1, &x),
                   RPL_NUMBER_OK);
}

static void *refuse(void *context, void *block, size_t old_bytes,
                    size_t new_bytes) {
  (void)context;
  (void)block;
  (void)old_bytes;
  (void)new_bytes;
  return NULL;
}

/* Small results take no memory; big ones say that there is none. */
static void test_no_memory(void **state) {
  (void)state;
  const RplAllocator allocator = {refuse, NULL};
  RplNumber most = rpl_number_from_int(INT64_MAX);
  RplNumber x = rpl_number_from_int(42);
  RplArena none;
  rpl_arena_init(&none, &allocator, 0);
  assert_int_equal(rpl_number_add(&none, most, most, &x), RPL_NUMBER_MEMORY);
  assert_int_equal(rpl_number_mul(&none, most, most, &x), RPL_NUMBER_MEMORY);
  assert_int_equal(rpl_number_parse(&none, slice("1e30"), &x),
                   RPL_NUMBER_MEMORY);
  assert_int_equal(rpl_number_neg(&none, rpl_number_from_int(INT64_MIN), &x),
                   RPL_NUMBER_MEMORY);
  check(x, "42");
  assert_int_equal(rpl_number_div(&none, most, most, &x), RPL_NUMBER_OK);
  rpl_arena_clear(&none);
}

static void test_status_names(void **state) {
  (void)state;
  for (int status = RPL_NUMBER_OK; status <= RPL_NUMBER_SYNTAX; status++)
    assert_string_not_equal(rpl_number_status_name((RplNumberStatus)status),
                            "?");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_thirds),
      cmocka_unit_test(test_arithmetic),
      cmocka_unit_test(test_int64_edges),
      cmocka_unit_test(test_limit),
      cmocka_unit_test(test_questions),
      cmocka_unit_test(test_rounding),
      cmocka_unit_test(test_rounding_limits),
      cmocka_unit_test(test_rounding_names),
      cmocka_unit_test(test_parse),
      cmocka_unit_test(test_parse_rejects),
      cmocka_unit_test(test_parse_limits),
      cmocka_unit_test(test_integers_out),
      cmocka_unit_test(test_integers_in),
      cmocka_unit_test(test_fixed),
      cmocka_unit_test(test_write_room),
      cmocka_unit_test(test_write_limits),
      cmocka_unit_test(test_import),
      cmocka_unit_test(test_no_memory),
      cmocka_unit_test(test_status_names),
  };
  return cmocka_run_group_tests_name("number", tests, open_arena, close_arena);
}
