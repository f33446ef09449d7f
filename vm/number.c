/* SPDX-License-Identifier: Apache-2.0
 * number.c - see number.h. Each operation has a path for small operands on
 * 64- and 128-bit integers and one for all operands on wide integers. Both
 * cancel common factors before they multiply, so that a wide intermediate stays
 * below twice the limit of a side. Order of the file: names, making values,
 * questions, products, sums, rounding, conversions, bytes. */
#include "vm/number.h"

#include <string.h>

__extension__ typedef unsigned __int128 Double; /* two limbs */
__extension__ typedef __int128 SignedDouble;

_Static_assert(2 * RPL_NUMBER_MAX_BITS + 128 <= RPL_WIDE_MAX_BITS,
               "a sum of two products of sides must fit a wide integer");

/* 10^19 is the largest power of ten in a limb. */
#define POWERS_COUNT 20
static const uint64_t powers_of_ten[POWERS_COUNT] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

/* ---- names ---- */

static const char *const rounding_names[RPL_ROUNDING_COUNT] = {
    "half_up", "half_even", "half_down", "up", "down", "ceiling", "floor",
};

const char *rpl_rounding_name(RplRounding mode) {
  unsigned index = (unsigned)mode;
  return index < RPL_ROUNDING_COUNT ? rounding_names[index] : "?";
}

bool rpl_rounding_from_name(RplSlice name, RplRounding *out) {
  for (unsigned i = 0; i < RPL_ROUNDING_COUNT; i++) {
    if (strlen(rounding_names[i]) != name.length ||
        memcmp(rounding_names[i], name.data, name.length) != 0)
      continue;
    *out = (RplRounding)i;
    return true;
  }
  return false;
}

const char *rpl_number_status_name(RplNumberStatus status) {
  switch (status) {
  case RPL_NUMBER_OK:
    return "ok";
  case RPL_NUMBER_TOO_LARGE:
    return "number too large";
  case RPL_NUMBER_DIVISION_BY_ZERO:
    return "division by zero";
  case RPL_NUMBER_MEMORY:
    return "out of memory";
  case RPL_NUMBER_INEXACT:
    return "inexact result";
  case RPL_NUMBER_SYNTAX:
    return "not a number";
  }
  return "?";
}

/* ---- making values ---- */

static uint64_t magnitude(int64_t x) {
  return x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
}

static bool is_small(RplNumber x) { return !x.limbs; }

static RplNumber small_number(int64_t num, uint64_t den) {
  return (RplNumber){NULL, num, den};
}

/* Whether a magnitude of that sign is in the range of int64_t. */
static bool fits_int64(bool is_negative, uint64_t size) {
  return size <= (uint64_t)INT64_MAX + is_negative;
}

/* The value of a magnitude for which fits_int64 holds. */
static int64_t with_sign(bool is_negative, uint64_t size) {
  if (!is_negative)
    return (int64_t)size;
  return size ? -(int64_t)(size - 1) - 1 : 0;
}

/* Makes a value from sides in lowest terms: the one place that decides between
 * the two forms and judges the limit. */
static RplNumberStatus make(RplArena *arena, bool is_negative, RplWideView num,
                            RplWideView den, RplNumber *out) {
  if (num.count <= 1 && den.count == 1) {
    uint64_t size = num.count ? num.limbs[0] : 0;
    if (fits_int64(is_negative, size) && den.limbs[0] <= INT64_MAX) {
      *out = small_number(with_sign(is_negative, size), den.limbs[0]);
      return RPL_NUMBER_OK;
    }
  }
  if (num.count > RPL_NUMBER_MAX_LIMBS || den.count > RPL_NUMBER_MAX_LIMBS)
    return RPL_NUMBER_TOO_LARGE;
  uint64_t *limbs =
      rpl_arena_array(arena, num.count + den.count, sizeof *limbs);
  if (!limbs)
    return RPL_NUMBER_MEMORY;
  memcpy(limbs, num.limbs, num.count * sizeof *limbs);
  memcpy(limbs + num.count, den.limbs, den.count * sizeof *limbs);
  *out = (RplNumber){limbs, is_negative ? -1 : 1,
                     (uint64_t)num.count << 32 | den.count};
  return RPL_NUMBER_OK;
}

/* The same for sides of at most two limbs. */
static RplNumberStatus make_double(RplArena *arena, bool is_negative,
                                   Double num, Double den, RplNumber *out) {
  uint64_t size = (uint64_t)num;
  if (num == size && fits_int64(is_negative, size) && den <= INT64_MAX) {
    *out = small_number(with_sign(is_negative, size), (uint64_t)den);
    return RPL_NUMBER_OK;
  }
  uint64_t n[2] = {size, (uint64_t)(num >> 64)};
  uint64_t d[2] = {(uint64_t)den, (uint64_t)(den >> 64)};
  return make(arena, is_negative, rpl_wide_trim(n, 2), rpl_wide_trim(d, 2),
              out);
}

RplNumber rpl_number_from_int(int64_t n) { return small_number(n, 1); }

RplNumberStatus rpl_number_from_int_places(int64_t n, unsigned places,
                                           RplNumber *out) {
  if (places > RPL_NUMBER_SMALL_PLACES)
    return RPL_NUMBER_TOO_LARGE;
  uint64_t den = powers_of_ten[places];
  uint64_t size = magnitude(n);
  if (!size) {
    *out = small_number(0, 1);
    return RPL_NUMBER_OK;
  }
  /* Ten has no other factors than 2 and 5. */
  unsigned twos = (unsigned)__builtin_ctzll(size);
  twos = twos < places ? twos : places;
  size >>= twos;
  den >>= twos;
  for (; places && size % 5 == 0; places--) {
    size /= 5;
    den /= 5;
  }
  *out = small_number(with_sign(n < 0, size), den);
  return RPL_NUMBER_OK;
}

RplNumberStatus rpl_number_from_ratio(RplArena *arena, int64_t num, int64_t den,
                                      RplNumber *out) {
  if (!den)
    return RPL_NUMBER_DIVISION_BY_ZERO;
  uint64_t n = magnitude(num);
  uint64_t d = magnitude(den);
  uint64_t common = rpl_wide_gcd_word(n, d);
  return make_double(arena, (num < 0) != (den < 0), n / common, d / common,
                     out);
}

static bool is_one(RplWideView x) { return x.count == 1 && x.limbs[0] == 1; }

/* x = a / divisor, which leaves no remainder. False cannot be: it would mean a
 * divisor of zero, and callers pass a greatest common divisor with a
 * denominator. */
static bool divide_out(RplWide *x, RplWideView a, const RplWide *divisor) {
  return rpl_wide_divmod(x, NULL, a, rpl_wide_view(divisor));
}

RplNumberStatus rpl_number_from_wide(RplArena *arena, bool is_negative,
                                     RplWideView num, RplWideView den,
                                     RplNumber *out) {
  RplWide common;
  RplWide n;
  RplWide d;
  if (!den.count)
    return RPL_NUMBER_DIVISION_BY_ZERO;
  rpl_wide_gcd(&common, num, den);
  if (is_one(rpl_wide_view(&common)))
    return make(arena, is_negative, num, den, out);
  if (!divide_out(&n, num, &common) || !divide_out(&d, den, &common))
    return RPL_NUMBER_TOO_LARGE;
  return make(arena, is_negative, rpl_wide_view(&n), rpl_wide_view(&d), out);
}

/* ---- questions ---- */

/* A value of either form as two views; `scratch` holds the limbs of a small
 * one, so the operand must stay where it is. */
typedef struct Operand {
  RplWideView num;
  RplWideView den;
  bool is_negative;
  uint64_t scratch[2];
} Operand;

static void load(Operand *to, RplNumber x) {
  to->num.limbs = rpl_number_num_limbs(x, &to->scratch[0], &to->num.count);
  to->den.limbs = rpl_number_den_limbs(x, &to->scratch[1], &to->den.count);
  to->is_negative = x.num < 0;
}

int rpl_number_sign(RplNumber x) { return (x.num > 0) - (x.num < 0); }

bool rpl_number_is_integer(RplNumber x) {
  if (is_small(x))
    return x.den == 1;
  uint64_t num_limbs = x.den >> 32;
  return (uint32_t)x.den == 1 && x.limbs[num_limbs] == 1;
}

bool rpl_number_equal(RplNumber a, RplNumber b) {
  if (a.num != b.num || a.den != b.den || is_small(a) != is_small(b))
    return false;
  if (is_small(a) || a.limbs == b.limbs)
    return true;
  size_t count = (size_t)(a.den >> 32) + (uint32_t)a.den;
  return memcmp(a.limbs, b.limbs, count * sizeof *a.limbs) == 0;
}

/* Compares a.num * b.den with b.num * a.den: magnitudes only. A product of p
 * and q bits has p + q bits or one less, which settles most cases. */
static int compare_magnitudes(const Operand *a, const Operand *b) {
  RplWide left;
  RplWide right;
  size_t left_bits = rpl_wide_bits(a->num) + rpl_wide_bits(b->den);
  size_t right_bits = rpl_wide_bits(b->num) + rpl_wide_bits(a->den);
  if (left_bits + 1 < right_bits)
    return -1;
  if (right_bits + 1 < left_bits)
    return 1;
  /* Neither product can fail: a side has at most half the bits of a wide. */
  if (!rpl_wide_mul(&left, a->num, b->den) ||
      !rpl_wide_mul(&right, b->num, a->den))
    return 0;
  return rpl_wide_compare(rpl_wide_view(&left), rpl_wide_view(&right));
}

int rpl_number_compare(RplNumber a, RplNumber b) {
  if (is_small(a) && is_small(b)) {
    if (a.den == b.den)
      return (a.num > b.num) - (a.num < b.num);
    SignedDouble left = (SignedDouble)a.num * (SignedDouble)b.den;
    SignedDouble right = (SignedDouble)b.num * (SignedDouble)a.den;
    return (left > right) - (left < right);
  }
  int sign = rpl_number_sign(a);
  int other = rpl_number_sign(b);
  if (sign != other)
    return sign < other ? -1 : 1;
  Operand x;
  Operand y;
  load(&x, a);
  load(&y, b);
  return sign < 0 ? compare_magnitudes(&y, &x) : compare_magnitudes(&x, &y);
}

/* ---- products ---- */

/* (an / ad) * (bn / bd) of words, each ratio in lowest terms. What a numerator
 * has in common with the other denominator is all that there is to cancel. */
static RplNumberStatus multiply_words(RplArena *arena, bool is_negative,
                                      uint64_t an, uint64_t ad, uint64_t bn,
                                      uint64_t bd, RplNumber *out) {
  if (!an || !bn) {
    *out = small_number(0, 1);
    return RPL_NUMBER_OK;
  }
  if (bd != 1) {
    uint64_t common = rpl_wide_gcd_word(an, bd);
    an /= common;
    bd /= common;
  }
  if (ad != 1) {
    uint64_t common = rpl_wide_gcd_word(bn, ad);
    bn /= common;
    ad /= common;
  }
  return make_double(arena, is_negative, (Double)an * bn, (Double)ad * bd, out);
}

/* left * right, after their common factor with the sides that they meet has
 * been taken out: (left / gcd(left, under_right)) * (right / ...). */
static bool cancelled_product(RplWide *out, RplWideView left,
                              const RplWide *left_common, RplWideView right,
                              const RplWide *right_common) {
  RplWide x;
  RplWide y;
  return divide_out(&x, left, left_common) &&
         divide_out(&y, right, right_common) &&
         rpl_wide_mul(out, rpl_wide_view(&x), rpl_wide_view(&y));
}

static RplNumberStatus multiply_wide(RplArena *arena, const Operand *a,
                                     const Operand *b, RplNumber *out) {
  RplWide first;  /* gcd(a.num, b.den) */
  RplWide second; /* gcd(b.num, a.den) */
  RplWide num;
  RplWide den;
  if (!a->num.count || !b->num.count) {
    *out = small_number(0, 1);
    return RPL_NUMBER_OK;
  }
  rpl_wide_gcd(&first, a->num, b->den);
  rpl_wide_gcd(&second, b->num, a->den);
  if (!cancelled_product(&num, a->num, &first, b->num, &second) ||
      !cancelled_product(&den, a->den, &second, b->den, &first))
    return RPL_NUMBER_TOO_LARGE;
  return make(arena, a->is_negative != b->is_negative, rpl_wide_view(&num),
              rpl_wide_view(&den), out);
}

RplNumberStatus rpl_number_mul(RplArena *arena, RplNumber a, RplNumber b,
                               RplNumber *out) {
  if (is_small(a) && is_small(b)) {
    int64_t product;
    if (a.den == 1 && b.den == 1 &&
        !__builtin_mul_overflow(a.num, b.num, &product)) {
      *out = small_number(product, 1);
      return RPL_NUMBER_OK;
    }
    return multiply_words(arena, (a.num < 0) != (b.num < 0), magnitude(a.num),
                          a.den, magnitude(b.num), b.den, out);
  }
  Operand x;
  Operand y;
  load(&x, a);
  load(&y, b);
  return multiply_wide(arena, &x, &y, out);
}

RplNumberStatus rpl_number_div(RplArena *arena, RplNumber a, RplNumber b,
                               RplNumber *out) {
  if (!b.num)
    return RPL_NUMBER_DIVISION_BY_ZERO;
  if (is_small(a) && is_small(b))
    return multiply_words(arena, (a.num < 0) != (b.num < 0), magnitude(a.num),
                          a.den, b.den, magnitude(b.num), out);
  Operand x;
  Operand y;
  load(&x, a);
  load(&y, b);
  RplWideView swap = y.num;
  y.num = y.den;
  y.den = swap;
  return multiply_wide(arena, &x, &y, out);
}

/* ---- sums ---- */

/* Knuth, vol. 2, 4.5.1: with g = gcd(ad, bd) and t = an * (bd / g) +
 * bn * (ad / g), all that t and the common denominator can share divides g. */
static RplNumberStatus add_words(RplArena *arena, RplNumber a, RplNumber b,
                                 RplNumber *out) {
  uint64_t common = a.den == b.den ? a.den : rpl_wide_gcd_word(a.den, b.den);
  uint64_t a_rest = a.den / common;
  uint64_t b_rest = b.den / common;
  SignedDouble sum = (SignedDouble)a.num * (SignedDouble)b_rest +
                     (SignedDouble)b.num * (SignedDouble)a_rest;
  if (!sum) {
    *out = small_number(0, 1);
    return RPL_NUMBER_OK;
  }
  bool is_negative = sum < 0;
  Double size = is_negative ? 0 - (Double)sum : (Double)sum;
  if (common == 1)
    return make_double(arena, is_negative, size, (Double)a_rest * b_rest, out);
  /* The first step of the gcd by hand: it leaves one limb. A quotient by 128
   * bits is a call, so it is kept for sums that need it. */
  if (size <= UINT64_MAX) {
    uint64_t word = (uint64_t)size;
    uint64_t last = rpl_wide_gcd_word(word, common);
    return make_double(arena, is_negative, word / last,
                       (Double)a_rest * (b.den / last), out);
  }
  uint64_t last = rpl_wide_gcd_word((uint64_t)(size % common), common);
  return make_double(arena, is_negative, size / last,
                     (Double)a_rest * (b.den / last), out);
}

/* sum = |a| + |b| or, where the signs differ, their difference; returns whether
 * the result is negative. */
static bool add_signed(RplWide *sum, bool a_negative, const RplWide *a,
                       bool b_negative, const RplWide *b, bool *is_ok) {
  RplWideView x = rpl_wide_view(a);
  RplWideView y = rpl_wide_view(b);
  if (a_negative == b_negative) {
    *is_ok = rpl_wide_add(sum, x, y);
    return a_negative;
  }
  if (rpl_wide_compare(x, y) >= 0) {
    *is_ok = rpl_wide_sub(sum, x, y);
    return a_negative;
  }
  *is_ok = rpl_wide_sub(sum, y, x);
  return b_negative;
}

/* As add_words; the names follow it. */
static RplNumberStatus add_wide(RplArena *arena, const Operand *a,
                                const Operand *b, RplNumber *out) {
  RplWide common;
  RplWide a_rest;
  RplWide left;
  RplWide right;
  RplWide sum;
  bool is_ok;
  rpl_wide_gcd(&common, a->den, b->den);
  if (!divide_out(&a_rest, b->den, &common) ||
      !rpl_wide_mul(&left, a->num, rpl_wide_view(&a_rest)) ||
      !divide_out(&a_rest, a->den, &common) ||
      !rpl_wide_mul(&right, b->num, rpl_wide_view(&a_rest)))
    return RPL_NUMBER_TOO_LARGE;
  bool is_negative =
      add_signed(&sum, a->is_negative, &left, b->is_negative, &right, &is_ok);
  if (!is_ok)
    return RPL_NUMBER_TOO_LARGE;
  if (!sum.count) {
    *out = small_number(0, 1);
    return RPL_NUMBER_OK;
  }
  rpl_wide_gcd(&common, rpl_wide_view(&sum), rpl_wide_view(&common));
  if (!divide_out(&sum, rpl_wide_view(&sum), &common) ||
      !divide_out(&left, b->den, &common) ||
      !rpl_wide_mul(&right, rpl_wide_view(&a_rest), rpl_wide_view(&left)))
    return RPL_NUMBER_TOO_LARGE;
  return make(arena, is_negative, rpl_wide_view(&sum), rpl_wide_view(&right),
              out);
}

RplNumberStatus rpl_number_add(RplArena *arena, RplNumber a, RplNumber b,
                               RplNumber *out) {
  if (is_small(a) && is_small(b)) {
    int64_t sum;
    if (a.den == 1 && b.den == 1 &&
        !__builtin_add_overflow(a.num, b.num, &sum)) {
      *out = small_number(sum, 1);
      return RPL_NUMBER_OK;
    }
    return add_words(arena, a, b, out);
  }
  Operand x;
  Operand y;
  load(&x, a);
  load(&y, b);
  return add_wide(arena, &x, &y, out);
}

RplNumberStatus rpl_number_sub(RplArena *arena, RplNumber a, RplNumber b,
                               RplNumber *out) {
  if (is_small(b) && b.num != INT64_MIN) {
    b.num = -b.num;
    return rpl_number_add(arena, a, b, out);
  }
  Operand x;
  Operand y;
  load(&x, a);
  load(&y, b);
  y.is_negative = !y.is_negative;
  return add_wide(arena, &x, &y, out);
}

RplNumberStatus rpl_number_neg(RplArena *arena, RplNumber x, RplNumber *out) {
  if (is_small(x) && x.num != INT64_MIN) {
    x.num = -x.num;
    *out = x;
    return RPL_NUMBER_OK;
  }
  /* A numerator of one limb may be -2^63 or 2^63, where the form changes. */
  if (is_small(x) || x.den >> 32 == 1) {
    Operand operand;
    load(&operand, x);
    return make(arena, !operand.is_negative, operand.num, operand.den, out);
  }
  x.num = -x.num;
  *out = x;
  return RPL_NUMBER_OK;
}

RplNumberStatus rpl_number_abs(RplArena *arena, RplNumber x, RplNumber *out) {
  if (x.num < 0)
    return rpl_number_neg(arena, x, out);
  *out = x;
  return RPL_NUMBER_OK;
}

/* ---- rounding ---- */

/* Whether a quotient is moved away from zero, given that something was cut off:
 * half is -1, 0 or 1 as that was less than, equal to or more than a half. */
static bool rounds_away(RplRounding mode, bool is_negative, bool is_odd,
                        int half) {
  switch (mode) {
  case RPL_ROUND_HALF_UP:
    return half >= 0;
  case RPL_ROUND_HALF_EVEN:
    return half > 0 || (half == 0 && is_odd);
  case RPL_ROUND_HALF_DOWN:
    return half > 0;
  case RPL_ROUND_UP:
    return true;
  case RPL_ROUND_DOWN:
    return false;
  case RPL_ROUND_CEILING:
    return !is_negative;
  case RPL_ROUND_FLOOR:
    return is_negative;
  }
  return false; /* rpl_number_round has refused other values */
}

/* Rounds a small value to places in -19..19. num and den are the value in units
 * of 10^-places: at most 127 bits and 127 bits. */
static RplNumberStatus round_words(RplArena *arena, RplNumber x, int places,
                                   RplRounding mode, RplNumber *out) {
  bool is_negative = x.num < 0;
  uint64_t power = powers_of_ten[places < 0 ? -places : places];
  Double num = magnitude(x.num);
  Double den = x.den;
  Double quotient;
  Double rest;
  if (places >= 0)
    num *= power;
  else
    den *= power;
  if (num <= UINT64_MAX && den <= UINT64_MAX) {
    uint64_t word = (uint64_t)num / (uint64_t)den;
    quotient = word;
    rest = (uint64_t)num - word * (uint64_t)den;
  } else {
    quotient = num / den;
    rest = num - quotient * den;
  }
  if (!rest) {
    *out = x;
    return RPL_NUMBER_OK;
  }
  int half = (rest > den - rest) - (rest < den - rest);
  if (rounds_away(mode, is_negative, quotient & 1, half))
    quotient++;
  if (places < 0)
    return make_double(arena, is_negative, quotient * power, 1, out);
  uint64_t word = quotient <= UINT64_MAX ? (uint64_t)quotient
                                         : (uint64_t)(quotient % power);
  uint64_t common = rpl_wide_gcd_word(word, power);
  if (quotient <= UINT64_MAX)
    return make_double(arena, is_negative, word / common, power / common, out);
  return make_double(arena, is_negative, quotient / common, power / common,
                     out);
}

/* -1, 0 or 1 as rest is less than, equal to or more than half of den. */
static int compare_half(const RplWide *rest, RplWideView den) {
  RplWide other;
  if (!rpl_wide_sub(&other, den, rpl_wide_view(rest)))
    return 1; /* cannot be: a remainder is below the divisor */
  return rpl_wide_compare(rpl_wide_view(rest), rpl_wide_view(&other));
}

static RplNumberStatus round_wide(RplArena *arena, RplNumber x, int places,
                                  RplRounding mode, RplNumber *out) {
  Operand a;
  RplWide power;
  RplWide scaled;
  RplWide quotient;
  RplWide rest;
  load(&a, x);
  rpl_wide_set_word(&power, 1);
  unsigned exponent = (unsigned)(places < 0 ? -places : places);
  if (!rpl_wide_mul_pow(&power, 10, exponent))
    return RPL_NUMBER_TOO_LARGE;
  RplWideView num = a.num;
  RplWideView den = a.den;
  RplWideView unit = rpl_wide_view(&power);
  if (!rpl_wide_mul(&scaled, places < 0 ? den : num, unit))
    return RPL_NUMBER_TOO_LARGE;
  if (places < 0)
    den = rpl_wide_view(&scaled);
  else
    num = rpl_wide_view(&scaled);
  if (!rpl_wide_divmod(&quotient, &rest, num, den))
    return RPL_NUMBER_TOO_LARGE;
  if (!rest.count) {
    *out = x;
    return RPL_NUMBER_OK;
  }
  bool is_odd = quotient.count && (quotient.limbs[0] & 1);
  int half = compare_half(&rest, den);
  if (rounds_away(mode, a.is_negative, is_odd, half)) {
    const uint64_t one = 1;
    if (!rpl_wide_add(&quotient, rpl_wide_view(&quotient),
                      (RplWideView){&one, 1}))
      return RPL_NUMBER_TOO_LARGE;
  }
  if (places >= 0)
    return rpl_number_from_wide(arena, a.is_negative, rpl_wide_view(&quotient),
                                unit, out);
  if (!rpl_wide_mul(&scaled, rpl_wide_view(&quotient), unit))
    return RPL_NUMBER_TOO_LARGE;
  rpl_wide_set_word(&rest, 1);
  return make(arena, a.is_negative, rpl_wide_view(&scaled),
              rpl_wide_view(&rest), out);
}

RplNumberStatus rpl_number_round(RplArena *arena, RplNumber x, int places,
                                 RplRounding mode, RplNumber *out) {
  if ((unsigned)mode >= RPL_ROUNDING_COUNT)
    return RPL_NUMBER_SYNTAX;
  if (places > RPL_NUMBER_MAX_PLACES || places < -RPL_NUMBER_MAX_PLACES)
    return RPL_NUMBER_TOO_LARGE;
  if (is_small(x) && places < POWERS_COUNT && places > -POWERS_COUNT)
    return round_words(arena, x, places, mode, out);
  return round_wide(arena, x, places, mode, out);
}

/* ---- conversions ---- */

bool rpl_number_to_int64(RplNumber x, int64_t *out) {
  if (!is_small(x) || x.den != 1)
    return false;
  *out = x.num;
  return true;
}

/* factor = 10^places / den if den divides it and the quotient is one word. */
static bool scale_factor(RplWideView den, unsigned places, uint64_t *factor) {
  RplWide power;
  RplWide quotient;
  RplWide rest;
  rpl_wide_set_word(&power, 1);
  if (!rpl_wide_mul_pow(&power, 10, places) ||
      !rpl_wide_divmod(&quotient, &rest, rpl_wide_view(&power), den) ||
      rest.count || quotient.count != 1)
    return false;
  *factor = quotient.limbs[0];
  return true;
}

/* *out = size * factor with a sign, if that fits. */
static bool scale_word(bool is_negative, uint64_t size, uint64_t factor,
                       int64_t *out) {
  uint64_t product;
  if (__builtin_mul_overflow(size, factor, &product) ||
      !fits_int64(is_negative, product))
    return false;
  *out = with_sign(is_negative, product);
  return true;
}

bool rpl_number_to_scaled(RplNumber x, unsigned places, int64_t *out) {
  Operand a;
  uint64_t factor;
  if (places > RPL_NUMBER_MAX_PLACES)
    return false;
  if (is_small(x) && places < POWERS_COUNT) {
    factor = powers_of_ten[places] / x.den;
    return factor * x.den == powers_of_ten[places] &&
           scale_word(x.num < 0, magnitude(x.num), factor, out);
  }
  if (!x.num) {
    *out = 0;
    return true;
  }
  load(&a, x); /* a whole multiple is no smaller than the numerator */
  return a.num.count == 1 && scale_factor(a.den, places, &factor) &&
         scale_word(a.is_negative, a.num.limbs[0], factor, out);
}

/* ---- bytes ---- */

const uint64_t *rpl_number_num_limbs(RplNumber x, uint64_t *scratch,
                                     size_t *count) {
  if (is_small(x)) {
    *scratch = magnitude(x.num);
    *count = x.num != 0;
    return scratch;
  }
  *count = (size_t)(x.den >> 32);
  return x.limbs;
}

const uint64_t *rpl_number_den_limbs(RplNumber x, uint64_t *scratch,
                                     size_t *count) {
  if (is_small(x)) {
    *scratch = x.den;
    *count = 1;
    return scratch;
  }
  *count = (size_t)(uint32_t)x.den;
  return x.limbs + (x.den >> 32);
}

/* Reads limbs as FORMAT says. False if the top one is zero. */
static bool read_limbs(uint64_t *limbs, const unsigned char *bytes,
                       size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint64_t limb = 0;
    for (size_t k = 8; k-- > 0;)
      limb = limb << 8 | bytes[i * 8 + k];
    limbs[i] = limb;
  }
  return !count || limbs[count - 1];
}

RplNumberStatus rpl_number_import(RplArena *arena, bool is_negative,
                                  const unsigned char *num, size_t num_limbs,
                                  const unsigned char *den, size_t den_limbs,
                                  RplNumber *out) {
  uint64_t n[RPL_NUMBER_MAX_LIMBS];
  uint64_t d[RPL_NUMBER_MAX_LIMBS];
  RplWide common;
  if (num_limbs > RPL_NUMBER_MAX_LIMBS || den_limbs > RPL_NUMBER_MAX_LIMBS)
    return RPL_NUMBER_TOO_LARGE;
  if (!read_limbs(n, num, num_limbs) || !read_limbs(d, den, den_limbs))
    return RPL_NUMBER_SYNTAX;
  if (!den_limbs || (is_negative && !num_limbs))
    return RPL_NUMBER_SYNTAX;
  RplWideView num_view = {n, num_limbs};
  RplWideView den_view = {d, den_limbs};
  rpl_wide_gcd(&common, num_view, den_view); /* of 0 and d: d, so d must be 1 */
  if (!is_one(rpl_wide_view(&common)))
    return RPL_NUMBER_SYNTAX;
  return make(arena, is_negative, num_view, den_view, out);
}
