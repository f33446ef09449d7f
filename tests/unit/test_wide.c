/* SPDX-License-Identifier: Apache-2.0
 *
 * test_wide.c - wide integers at their edges. Expected limbs are written out
 * from identities such as (2^64 - 1)^2 = 2^128 - 2^65 + 1; random values are
 * compared with GMP in test_number_gmp.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vm/wide.h"

#define ONES UINT64_MAX
#define TOP  (UINT64_C(1) << 63)

static RplWideView view_of(const uint64_t *limbs, size_t count) {
  return rpl_wide_trim(limbs, count);
}

#define VIEW(...)                                                              \
  view_of((const uint64_t[]){__VA_ARGS__},                                     \
          sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static void check(const RplWide *x, RplWideView expected) {
  assert_int_equal(rpl_wide_compare(rpl_wide_view(x), expected), 0);
}

/* 2^bits */
static void power_of_two(RplWide *x, size_t bits) {
  assert_true(rpl_wide_shift_left(x, VIEW(1), bits));
}

static void test_basics(void **state) {
  (void)state;
  assert_int_equal(VIEW(0, 0).count, 0);
  assert_int_equal(VIEW(5, 0).count, 1);
  assert_int_equal(rpl_wide_bits(VIEW(0)), 0);
  assert_int_equal(rpl_wide_bits(VIEW(1)), 1);
  assert_int_equal(rpl_wide_bits(VIEW(0, 1)), 65);
  assert_int_equal(rpl_wide_bits(VIEW(0, TOP)), 128);
  assert_int_equal(rpl_wide_trailing_zeros(VIEW(0)), 0);
  assert_int_equal(rpl_wide_trailing_zeros(VIEW(0, 4)), 66);
  assert_int_equal(rpl_wide_compare(VIEW(ONES), VIEW(0, 1)), -1);
  assert_int_equal(rpl_wide_compare(VIEW(0, 1), VIEW(ONES)), 1);
  assert_int_equal(rpl_wide_compare(VIEW(1, 2), VIEW(2, 2)), -1);
  assert_int_equal(rpl_wide_compare(VIEW(0), VIEW(0, 0)), 0);
}

static void test_sums(void **state) {
  (void)state;
  RplWide x;
  assert_true(rpl_wide_add(&x, VIEW(ONES, ONES), VIEW(1)));
  check(&x, VIEW(0, 0, 1));
  assert_true(rpl_wide_sub(&x, rpl_wide_view(&x), VIEW(1)));
  check(&x, VIEW(ONES, ONES));
  assert_true(rpl_wide_sub(&x, rpl_wide_view(&x), rpl_wide_view(&x)));
  assert_int_equal(x.count, 0);
  assert_true(rpl_wide_add(&x, VIEW(0), VIEW(7)));
  check(&x, VIEW(7));
  assert_false(rpl_wide_sub(&x, VIEW(6), VIEW(7)));
  assert_false(rpl_wide_sub(&x, VIEW(ONES), VIEW(0, 1)));
}

static void test_sum_at_limit(void **state) {
  (void)state;
  RplWide all; /* 2^MAX - 1 */
  RplWide half;
  RplWide x;
  power_of_two(&half, RPL_WIDE_MAX_BITS - 1);
  assert_true(rpl_wide_sub(&x, rpl_wide_view(&half), VIEW(1)));
  assert_true(rpl_wide_add(&all, rpl_wide_view(&half), rpl_wide_view(&x)));
  assert_int_equal(rpl_wide_bits(rpl_wide_view(&all)), RPL_WIDE_MAX_BITS);
  assert_false(rpl_wide_add(&x, rpl_wide_view(&all), VIEW(1)));
  assert_false(rpl_wide_add(&x, rpl_wide_view(&half), rpl_wide_view(&half)));
}

static void test_products(void **state) {
  (void)state;
  RplWide x;
  assert_true(rpl_wide_mul(&x, VIEW(ONES), VIEW(ONES)));
  check(&x, VIEW(1, ONES - 1));
  assert_true(rpl_wide_mul(&x, VIEW(ONES, ONES), VIEW(ONES, ONES)));
  check(&x, VIEW(1, 0, ONES - 1, ONES));
  assert_true(rpl_wide_mul(&x, VIEW(0), VIEW(1, 1)));
  assert_int_equal(x.count, 0);
  rpl_wide_set_word(&x, ONES);
  assert_true(rpl_wide_mul_add_word(&x, ONES, ONES)); /* (2^64-1) * 2^64 */
  check(&x, VIEW(0, ONES));
  assert_true(rpl_wide_mul_add_word(&x, 0, 0));
  assert_int_equal(x.count, 0);
}

static void test_product_at_limit(void **state) {
  (void)state;
  RplWide a;
  RplWide b;
  RplWide x;
  power_of_two(&a, 5000);
  power_of_two(&b, RPL_WIDE_MAX_BITS - 5001);
  assert_true(rpl_wide_mul(&x, rpl_wide_view(&a), rpl_wide_view(&b)));
  assert_int_equal(rpl_wide_bits(rpl_wide_view(&x)), RPL_WIDE_MAX_BITS);
  assert_false(rpl_wide_mul_add_word(&x, 2, 0));
  power_of_two(&b, RPL_WIDE_MAX_BITS - 5000);
  assert_false(rpl_wide_mul(&x, rpl_wide_view(&a), rpl_wide_view(&b)));
  assert_false(rpl_wide_mul(&x, rpl_wide_view(&b), rpl_wide_view(&a)));
  power_of_two(&b, RPL_WIDE_MAX_BITS - 1);
  assert_false(rpl_wide_mul(&x, rpl_wide_view(&b), rpl_wide_view(&b)));
}

static void test_powers(void **state) {
  (void)state;
  RplWide x;
  rpl_wide_set_word(&x, 3);
  assert_true(rpl_wide_mul_pow(&x, 10, 0));
  check(&x, VIEW(3));
  assert_true(rpl_wide_mul_pow(&x, 10, 20)); /* 3 * 10^20 - 16 * 2^64 */
  check(&x, VIEW(UINT64_C(4852094820647174144), 16));
  rpl_wide_set_word(&x, 1);
  assert_true(rpl_wide_mul_pow(&x, 2, RPL_WIDE_MAX_BITS - 1));
  assert_int_equal(rpl_wide_bits(rpl_wide_view(&x)), RPL_WIDE_MAX_BITS);
  rpl_wide_set_word(&x, 1);
  assert_false(rpl_wide_mul_pow(&x, 2, RPL_WIDE_MAX_BITS));
  rpl_wide_set_word(&x, 1);
  assert_false(rpl_wide_mul_pow(&x, 10, UINT32_MAX));
  rpl_wide_set_word(&x, 9);
  assert_true(rpl_wide_mul_pow(&x, 1, UINT32_MAX));
  check(&x, VIEW(9));
  assert_true(rpl_wide_mul_pow(&x, 0, UINT32_MAX));
  assert_int_equal(x.count, 0);
}

static void test_shifts(void **state) {
  (void)state;
  RplWide x;
  assert_true(rpl_wide_shift_left(&x, VIEW(TOP | 1), 1));
  check(&x, VIEW(2, 1));
  assert_true(rpl_wide_shift_left(&x, rpl_wide_view(&x), 64)); /* in place */
  check(&x, VIEW(0, 2, 1));
  rpl_wide_shift_right(&x, rpl_wide_view(&x), 65);
  check(&x, VIEW(TOP | 1));
  rpl_wide_shift_right(&x, rpl_wide_view(&x), 64);
  assert_int_equal(x.count, 0);
  rpl_wide_shift_right(&x, VIEW(1, 2), SIZE_MAX);
  assert_int_equal(x.count, 0);
  assert_true(rpl_wide_shift_left(&x, VIEW(0), SIZE_MAX));
  assert_int_equal(x.count, 0);
  assert_true(rpl_wide_shift_left(&x, VIEW(1), RPL_WIDE_MAX_BITS - 1));
  assert_false(rpl_wide_shift_left(&x, VIEW(1), RPL_WIDE_MAX_BITS));
  assert_false(rpl_wide_shift_left(&x, VIEW(1), SIZE_MAX));
}

static void test_word_division(void **state) {
  (void)state;
  RplWide x;
  rpl_wide_copy(&x, VIEW(1, 2, 3)); /* 3 * 2^128 + 2 * 2^64 + 1 */
  assert_int_equal(rpl_wide_mod_word(rpl_wide_view(&x), 2), 1);
  assert_int_equal(rpl_wide_div_word(&x, 1), 0);
  check(&x, VIEW(1, 2, 3));
  /* 2^64 = 1 modulo 2^64 - 1, so the remainder is 3 + 2 + 1. */
  assert_int_equal(rpl_wide_div_word(&x, ONES), 6);
  check(&x, VIEW(5, 3));
  rpl_wide_set_word(&x, 0);
  assert_int_equal(rpl_wide_div_word(&x, 3), 0);
}

/* q * b + r is divided by b again. The divisors make the trial quotient of
 * algorithm D too large by one and by two, and saturate. */
static void test_long_division(void **state) {
  (void)state;
  const RplWideView quotients[] = {VIEW(1), VIEW(ONES), VIEW(ONES, ONES),
                                   VIEW(0, 1), VIEW(ONES - 1, 0, ONES)};
  const RplWideView divisors[] = {VIEW(ONES, TOP), VIEW(ONES, ONES),
                                  VIEW(0, TOP),    VIEW(ONES, 0, TOP),
                                  VIEW(1, 1),      VIEW(ONES, ONES, 1)};
  RplWide x;
  RplWide q;
  RplWide r;
  for (size_t i = 0; i < sizeof quotients / sizeof *quotients; i++)
    for (size_t j = 0; j < sizeof divisors / sizeof *divisors; j++) {
      RplWide rest;
      assert_true(rpl_wide_sub(&rest, divisors[j], VIEW(1)));
      assert_true(rpl_wide_mul(&x, quotients[i], divisors[j]));
      assert_true(rpl_wide_add(&x, rpl_wide_view(&x), rpl_wide_view(&rest)));
      assert_true(rpl_wide_divmod(&q, &r, rpl_wide_view(&x), divisors[j]));
      check(&q, quotients[i]);
      check(&r, rpl_wide_view(&rest));
    }
}

static void test_division_edges(void **state) {
  (void)state;
  RplWide q;
  RplWide r;
  assert_false(rpl_wide_divmod(&q, &r, VIEW(1), VIEW(0)));
  assert_true(rpl_wide_divmod(&q, &r, VIEW(5), VIEW(0, 1)));
  assert_int_equal(q.count, 0);
  check(&r, VIEW(5));
  assert_true(rpl_wide_divmod(&q, NULL, VIEW(7, 7), VIEW(7, 7)));
  check(&q, VIEW(1));
  /* In place, and the largest dividend there is: (2^MAX - 2^(MAX-1)). */
  power_of_two(&q, RPL_WIDE_MAX_BITS - 1);
  assert_true(rpl_wide_divmod(&q, &r, rpl_wide_view(&q), VIEW(0, 1)));
  assert_int_equal(rpl_wide_bits(rpl_wide_view(&q)), RPL_WIDE_MAX_BITS - 64);
  assert_int_equal(r.count, 0);
}

static void test_gcd(void **state) {
  (void)state;
  RplWide a;
  RplWide b;
  RplWide g;
  assert_int_equal(rpl_wide_gcd_word(0, 0), 0);
  assert_int_equal(rpl_wide_gcd_word(0, 9), 9);
  assert_int_equal(rpl_wide_gcd_word(48, 36), 12);
  assert_int_equal(rpl_wide_gcd_word(TOP, 96), 32);
  assert_int_equal(rpl_wide_gcd_word(ONES, 3), 3); /* 2^64 = 1 modulo 3 */
  rpl_wide_gcd(&g, VIEW(0), VIEW(1, 1));
  check(&g, VIEW(1, 1));
  rpl_wide_gcd(&g, VIEW(6), VIEW(0, 0, 4));
  check(&g, VIEW(2));
  /* gcd(2^m - 1, 2^n - 1) = 2^gcd(m, n) - 1. */
  power_of_two(&a, 4000);
  power_of_two(&b, 2800);
  assert_true(rpl_wide_sub(&a, rpl_wide_view(&a), VIEW(1)));
  assert_true(rpl_wide_sub(&b, rpl_wide_view(&b), VIEW(1)));
  rpl_wide_gcd(&g, rpl_wide_view(&b), rpl_wide_view(&a));
  power_of_two(&a, 400);
  assert_true(rpl_wide_sub(&a, rpl_wide_view(&a), VIEW(1)));
  check(&g, rpl_wide_view(&a));
}

/* Neighbouring Fibonacci numbers take the most steps and have no divisor in
 * common; multiplied by 7 each they have 7. */
static void test_gcd_of_fibonacci(void **state) {
  (void)state;
  RplWide a;
  RplWide b;
  RplWide g;
  rpl_wide_set_word(&a, 7);
  rpl_wide_set_word(&b, 7);
  for (unsigned i = 0; i < 2900; i++) { /* 5,800 steps: about 4,030 bits */
    assert_true(rpl_wide_add(&a, rpl_wide_view(&a), rpl_wide_view(&b)));
    assert_true(rpl_wide_add(&b, rpl_wide_view(&a), rpl_wide_view(&b)));
  }
  rpl_wide_gcd(&g, rpl_wide_view(&a), rpl_wide_view(&b));
  check(&g, VIEW(7));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_basics),
      cmocka_unit_test(test_sums),
      cmocka_unit_test(test_sum_at_limit),
      cmocka_unit_test(test_products),
      cmocka_unit_test(test_product_at_limit),
      cmocka_unit_test(test_powers),
      cmocka_unit_test(test_shifts),
      cmocka_unit_test(test_word_division),
      cmocka_unit_test(test_long_division),
      cmocka_unit_test(test_division_edges),
      cmocka_unit_test(test_gcd),
      cmocka_unit_test(test_gcd_of_fibonacci),
  };
  return cmocka_run_group_tests_name("wide", tests, NULL, NULL);
}
