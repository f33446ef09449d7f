/* SPDX-License-Identifier: Apache-2.0
 *
 * test_number_gmp.c - random comparison of vm/number with an independent
 * implementation: GMP's rationals. Operands are built from the same limbs on
 * both sides, so that neither parser takes part; sizes crowd around the edges
 * of the small form, of a limb and of the limit. The seed is fixed: every run
 * makes the same cases. GMP is used by this test only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/number.h"

#ifndef GMP_CASES
#define GMP_CASES 20000
#endif

static uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t next_random(void) { /* xorshift64, Marsaglia 2003 */
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed;
}

static unsigned below(unsigned bound) {
  return (unsigned)(next_random() % bound);
}

/* A non-negative integer: small, near a power of two that is an edge, a power
 * of ten, or of a random size. */
static void random_integer(mpz_t z) {
  static const unsigned edges[] = {31, 32, 52, 53, 62, 63, 64, 127, 128, 4095};
  uint64_t limbs[RPL_NUMBER_MAX_LIMBS];
  unsigned count;
  switch (below(7)) {
  case 0:
    mpz_set_ui(z, below(20));
    return;
  case 1:
    mpz_set_ui(z, below(1000000));
    return;
  case 2: /* an edge, minus 2 to plus 2 */
    mpz_set_ui(z, 1);
    mpz_mul_2exp(z, z, edges[below(10)]);
    mpz_add_ui(z, z, below(3));
    mpz_sub_ui(z, z, below(3));
    return;
  case 3:
    mpz_ui_pow_ui(z, 10, below(below(10) ? 25 : 1233));
    return;
  case 4:
    mpz_set_ui(z, (unsigned long)(next_random() >> below(64)));
    return;
  default:
    count = 1 + below(below(4) ? 4 : RPL_NUMBER_MAX_LIMBS);
    for (unsigned i = 0; i < count; i++) /* runs of ones and zeros too */
      limbs[i] = below(4) ? next_random() : (below(2) ? UINT64_MAX : 0);
    mpz_import(z, count, -1, sizeof limbs[0], 0, 0, limbs);
    mpz_fdiv_q_2exp(z, z, below(64));
    return;
  }
}

static void random_rational(mpq_t q) {
  random_integer(mpq_numref(q));
  if (below(3) == 0)
    mpz_set_ui(mpq_denref(q), 1);
  else
    random_integer(mpq_denref(q));
  if (mpz_sgn(mpq_denref(q)) == 0)
    mpz_set_ui(mpq_denref(q), 7);
  mpq_canonicalize(q);
  if (below(2))
    mpq_neg(q, q);
}

static bool fits(const mpz_t z) {
  return mpz_sgn(z) == 0 || mpz_sizeinbase(z, 2) <= RPL_NUMBER_MAX_BITS;
}

static bool is_in_limit(const mpq_t q) {
  return fits(mpq_numref(q)) && fits(mpq_denref(q));
}

static size_t export_bytes(const mpz_t z, unsigned char *bytes) {
  size_t count = 0;
  memset(bytes, 0, RPL_NUMBER_MAX_LIMBS * 8);
  mpz_export(bytes, &count, -1, 8, -1, 0, z); /* absolute value */
  return count;
}

static RplNumber from_gmp(RplArena *arena, const mpq_t q) {
  unsigned char num[RPL_NUMBER_MAX_LIMBS * 8];
  unsigned char den[RPL_NUMBER_MAX_LIMBS * 8];
  size_t num_limbs = export_bytes(mpq_numref(q), num);
  size_t den_limbs = export_bytes(mpq_denref(q), den);
  RplNumber x = {NULL, 0, 1};
  assert_int_equal(rpl_number_import(arena, mpq_sgn(q) < 0, num, num_limbs, den,
                                     den_limbs, &x),
                   RPL_NUMBER_OK);
  return x;
}

static void to_gmp(RplNumber x, mpq_t q) {
  uint64_t scratch;
  size_t count;
  const uint64_t *limbs = rpl_number_num_limbs(x, &scratch, &count);
  mpz_import(mpq_numref(q), count, -1, sizeof *limbs, 0, 0, limbs);
  limbs = rpl_number_den_limbs(x, &scratch, &count);
  mpz_import(mpq_denref(q), count, -1, sizeof *limbs, 0, 0, limbs);
  if (rpl_number_sign(x) < 0)
    mpz_neg(mpq_numref(q), mpq_numref(q));
}

/* The form must be the one that number.h promises, judged by GMP. */
static void check_form(RplNumber x, const mpq_t q) {
  mpz_t limit;
  mpz_init_set_ui(limit, 1);
  mpz_mul_2exp(limit, limit, 63);
  bool is_small =
      mpz_cmp(mpq_numref(q), limit) < 0 && mpz_cmp(mpq_denref(q), limit) < 0;
  mpz_neg(limit, limit);
  is_small = is_small && mpz_cmp(mpq_numref(q), limit) >= 0;
  assert_int_equal(x.limbs == NULL, is_small);
  mpz_clear(limit);
}

/* A result agrees: the same value, or refused exactly where it is too large. */
static void check(RplNumberStatus status, RplNumber x, const mpq_t expected) {
  mpq_t got;
  if (!is_in_limit(expected)) {
    assert_int_equal(status, RPL_NUMBER_TOO_LARGE);
    return;
  }
  assert_int_equal(status, RPL_NUMBER_OK);
  mpq_init(got);
  to_gmp(x, got);
  assert_true(mpq_equal(got, expected));
  check_form(x, got);
  mpq_clear(got);
}

/* 10^exponent, also negative. */
static void power_of_ten(mpq_t q, int exponent) {
  mpq_set_ui(q, 1, 1);
  mpz_ui_pow_ui(exponent < 0 ? mpq_denref(q) : mpq_numref(q), 10,
                (unsigned long)abs(exponent));
}

/* Rounds by the definition: the two multiples around x, and which is taken. */
static void round_gmp(mpq_t out, const mpq_t x, int places, RplRounding mode) {
  mpq_t scale;
  mpq_t part;
  mpz_t down;
  mpq_inits(scale, part, NULL);
  mpz_init(down);
  power_of_ten(scale, places);
  mpq_mul(out, x, scale);
  mpz_fdiv_q(down, mpq_numref(out), mpq_denref(out)); /* floor */
  mpq_set_z(part, down);
  mpq_sub(part, out, part); /* in [0, 1) */
  int half = mpq_cmp_ui(part, 1, 2);
  bool is_negative = mpq_sgn(x) < 0;
  bool is_up; /* take the upper of the two multiples */
  switch (mode) {
  case RPL_ROUND_HALF_UP:
    is_up = half > 0 || (half == 0 && !is_negative);
    break;
  case RPL_ROUND_HALF_EVEN:
    is_up = half > 0 || (half == 0 && mpz_odd_p(down));
    break;
  case RPL_ROUND_HALF_DOWN:
    is_up = half > 0 || (half == 0 && is_negative);
    break;
  case RPL_ROUND_UP:
    is_up = !is_negative;
    break;
  case RPL_ROUND_DOWN:
    is_up = is_negative;
    break;
  case RPL_ROUND_CEILING:
    is_up = true;
    break;
  default:
    is_up = false;
    break;
  }
  if (is_up && mpq_sgn(part) != 0)
    mpz_add_ui(down, down, 1);
  mpq_set_z(out, down);
  mpq_div(out, out, scale);
  mpq_clears(scale, part, NULL);
  mpz_clear(down);
}

static void check_rounding(RplArena *arena, RplNumber x, const mpq_t q) {
  RplNumber out = {NULL, 0, 1};
  RplRounding mode = (RplRounding)below(RPL_ROUNDING_COUNT);
  int places = below(4) ? (int)below(6) - 1 : (int)below(2001) - 1000;
  mpq_t expected;
  mpq_init(expected);
  round_gmp(expected, q, places, mode);
  check(rpl_number_round(arena, x, places, mode, &out), out, expected);
  mpq_clear(expected);
}

static void check_scaled(RplNumber x, const mpq_t q) {
  int64_t got = 0;
  unsigned places = below(4) ? below(20) : below(RPL_NUMBER_MAX_PLACES + 1);
  mpq_t scaled;
  mpq_init(scaled);
  power_of_ten(scaled, (int)places);
  mpq_mul(scaled, scaled, q);
  bool is_exact = mpz_cmp_ui(mpq_denref(scaled), 1) == 0 &&
                  mpz_fits_slong_p(mpq_numref(scaled));
  assert_int_equal(rpl_number_to_scaled(x, places, &got), is_exact);
  if (is_exact)
    assert_int_equal(got, mpz_get_si(mpq_numref(scaled)));
  mpq_clear(scaled);
}

/* What is written reads back as the same value; a ratio is what GMP writes. */
static void check_text(RplArena *arena, RplNumber x, const mpq_t q) {
  char text[RPL_NUMBER_TEXT_MAX];
  RplNumber back = {NULL, 0, 1};
  size_t length = rpl_number_write(x, text, sizeof text);
  assert_true(length > 0 && length < sizeof text);
  assert_int_equal(strlen(text), length);
  if (strchr(text, '/') || !strchr(text, '.')) {
    char *expected = mpq_get_str(NULL, 10, q);
    assert_string_equal(text, expected);
    free(expected);
  }
  RplSlice slice = {text, length};
  RplNumberStatus status = strchr(text, '/')
                               ? rpl_number_parse_ratio(arena, slice, &back)
                               : rpl_number_parse(arena, slice, &back);
  assert_int_equal(status, RPL_NUMBER_OK);
  assert_true(rpl_number_equal(x, back));
}

static void check_pair(RplArena *arena, const mpq_t p, const mpq_t q) {
  RplNumber out = {NULL, 0, 1};
  mpq_t expected;
  mpq_init(expected);
  RplNumber a = from_gmp(arena, p);
  RplNumber b = from_gmp(arena, q);
  mpq_add(expected, p, q);
  check(rpl_number_add(arena, a, b, &out), out, expected);
  mpq_sub(expected, p, q);
  check(rpl_number_sub(arena, a, b, &out), out, expected);
  mpq_mul(expected, p, q);
  check(rpl_number_mul(arena, a, b, &out), out, expected);
  if (mpq_sgn(q) == 0) {
    assert_int_equal(rpl_number_div(arena, a, b, &out),
                     RPL_NUMBER_DIVISION_BY_ZERO);
  } else {
    mpq_div(expected, p, q);
    check(rpl_number_div(arena, a, b, &out), out, expected);
  }
  mpq_neg(expected, p);
  check(rpl_number_neg(arena, a, &out), out, expected);
  mpq_abs(expected, p);
  check(rpl_number_abs(arena, a, &out), out, expected);
  int order = mpq_cmp(p, q);
  assert_int_equal(rpl_number_compare(a, b), (order > 0) - (order < 0));
  assert_int_equal(rpl_number_equal(a, b), order == 0);
  assert_int_equal(rpl_number_sign(a), mpq_sgn(p));
  check_rounding(arena, a, p);
  check_scaled(a, p);
  check_text(arena, a, p);
  mpq_clear(expected);
}

static void test_random_pairs(void **state) {
  (void)state;
  RplArena arena;
  mpq_t p;
  mpq_t q;
  mpq_inits(p, q, NULL);
  rpl_arena_init(&arena, NULL, 0);
  for (unsigned i = 0; i < GMP_CASES; i++) {
    random_rational(p);
    random_rational(q);
    if (below(8) == 0) /* near neighbours and equal denominators */
      mpq_set(q, p);
    if (below(16) == 0) {
      mpz_add_ui(mpq_numref(q), mpq_numref(q), 1);
      mpq_canonicalize(q);
    }
    if (!is_in_limit(p) || !is_in_limit(q))
      continue;
    check_pair(&arena, p, q);
    rpl_arena_reset(&arena);
  }
  rpl_arena_clear(&arena);
  mpq_clears(p, q, NULL);
}

/* Random decimals with exponents, against integers that GMP reads. */
static void test_random_decimals(void **state) {
  (void)state;
  RplArena arena;
  mpq_t expected;
  mpq_t scale;
  mpq_inits(expected, scale, NULL);
  rpl_arena_init(&arena, NULL, 0);
  for (unsigned i = 0; i < GMP_CASES / 10; i++) {
    char text[1400];
    char digits[1400];
    RplNumber out = {NULL, 0, 1};
    mpz_t base; /* powers of 2 and 5 cancel against 10^-n; others do not */
    mpz_init(base);
    if (below(2))
      mpz_ui_pow_ui(base, below(2) ? 2 : 5, below(1800));
    else
      random_integer(base);
    int exponent = (int)below(below(2) ? 40 : 5200) - (int)below(5200);
    if (mpz_sizeinbase(base, 10) > 1290)
      mpz_set_ui(base, 3);
    mpz_get_str(digits, 10, base);
    int length = snprintf(text, sizeof text, "-%se%d", digits, exponent);
    mpq_set_z(expected, base);
    mpq_neg(expected, expected);
    power_of_ten(scale, exponent);
    mpq_mul(expected, expected, scale);
    check(rpl_number_parse(&arena, (RplSlice){text, (size_t)length}, &out), out,
          expected);
    mpz_clear(base);
    rpl_arena_reset(&arena);
  }
  rpl_arena_clear(&arena);
  mpq_clears(expected, scale, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_pairs),
      cmocka_unit_test(test_random_decimals),
  };
  return cmocka_run_group_tests_name("number_gmp", tests, NULL, NULL);
}
