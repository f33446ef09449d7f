/* SPDX-License-Identifier: Apache-2.0
 * wide.c - see wide.h. Order of the file: basics, sums, products, shifts,
 * division, greatest common divisor. */
#include "vm/wide.h"

#include <string.h>

__extension__ typedef unsigned __int128 Double; /* two limbs */
__extension__ typedef __int128 SignedDouble;

/* Bits of the leading parts in Lehmer's algorithm: with 60 the cofactors stay
 * below 2^30 and no step can leave the range of int64_t. */
#define LEHMER_BITS 60

/* ---- basics ---- */

static size_t trimmed(const uint64_t *limbs, size_t count) {
  while (count && !limbs[count - 1])
    count--;
  return count;
}

RplWideView rpl_wide_trim(const uint64_t *limbs, size_t count) {
  return (RplWideView){limbs, trimmed(limbs, count)};
}

void rpl_wide_set_word(RplWide *out, uint64_t word) {
  out->limbs[0] = word;
  out->count = word != 0;
}

void rpl_wide_copy(RplWide *out, RplWideView a) {
  if (a.count && out->limbs != a.limbs)
    memmove(out->limbs, a.limbs, a.count * sizeof *a.limbs);
  out->count = a.count;
}

size_t rpl_wide_bits(RplWideView a) {
  if (!a.count)
    return 0;
  return a.count * 64 - (size_t)__builtin_clzll(a.limbs[a.count - 1]);
}

size_t rpl_wide_trailing_zeros(RplWideView a) {
  for (size_t i = 0; i < a.count; i++)
    if (a.limbs[i])
      return i * 64 + (size_t)__builtin_ctzll(a.limbs[i]);
  return 0;
}

int rpl_wide_compare(RplWideView a, RplWideView b) {
  if (a.count != b.count)
    return a.count < b.count ? -1 : 1;
  for (size_t i = a.count; i-- > 0;)
    if (a.limbs[i] != b.limbs[i])
      return a.limbs[i] < b.limbs[i] ? -1 : 1;
  return 0;
}

/* ---- sums ---- */

bool rpl_wide_add(RplWide *out, RplWideView a, RplWideView b) {
  if (a.count < b.count) {
    RplWideView swap = a;
    a = b;
    b = swap;
  }
  uint64_t carry = 0;
  for (size_t i = 0; i < a.count; i++) {
    Double sum = (Double)a.limbs[i] + (i < b.count ? b.limbs[i] : 0) + carry;
    out->limbs[i] = (uint64_t)sum;
    carry = (uint64_t)(sum >> 64);
  }
  out->count = a.count;
  if (!carry)
    return true;
  if (out->count == RPL_WIDE_MAX_LIMBS)
    return false;
  out->limbs[out->count++] = carry;
  return true;
}

bool rpl_wide_sub(RplWide *out, RplWideView a, RplWideView b) {
  if (a.count < b.count)
    return false;
  uint64_t borrow = 0;
  for (size_t i = 0; i < a.count; i++) {
    uint64_t less = i < b.count ? b.limbs[i] : 0;
    Double difference = (Double)a.limbs[i] - less - borrow;
    out->limbs[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  out->count = trimmed(out->limbs, a.count);
  return !borrow;
}

/* ---- products ---- */

bool rpl_wide_mul(RplWide *out, RplWideView a, RplWideView b) {
  out->count = 0;
  if (!a.count || !b.count)
    return true;
  /* The product has the sum of the counts, or one limb less. */
  size_t room = a.count + b.count;
  if (room > RPL_WIDE_MAX_LIMBS + 1)
    return false;
  size_t stored = room > RPL_WIDE_MAX_LIMBS ? RPL_WIDE_MAX_LIMBS : room;
  memset(out->limbs, 0, stored * sizeof out->limbs[0]);
  for (size_t i = 0; i < a.count; i++) {
    uint64_t carry = 0;
    for (size_t j = 0; j < b.count; j++) {
      Double t = (Double)a.limbs[i] * b.limbs[j] + out->limbs[i + j] + carry;
      out->limbs[i + j] = (uint64_t)t;
      carry = (uint64_t)(t >> 64);
    }
    if (i + b.count < stored)
      out->limbs[i + b.count] = carry;
    else if (carry)
      return false;
  }
  out->count = trimmed(out->limbs, stored);
  return true;
}

bool rpl_wide_mul_add_word(RplWide *x, uint64_t factor, uint64_t addend) {
  uint64_t carry = addend;
  for (size_t i = 0; i < x->count; i++) {
    Double t = (Double)x->limbs[i] * factor + carry;
    x->limbs[i] = (uint64_t)t;
    carry = (uint64_t)(t >> 64);
  }
  if (carry) {
    if (x->count == RPL_WIDE_MAX_LIMBS)
      return false;
    x->limbs[x->count++] = carry;
  }
  x->count = trimmed(x->limbs, x->count); /* a factor of zero */
  return true;
}

bool rpl_wide_mul_pow(RplWide *x, uint64_t base, unsigned exponent) {
  if (!x->count || base == 1)
    return true;
  while (exponent > 0) {
    /* As many factors as one word holds. */
    uint64_t factor = base;
    uint64_t next;
    for (exponent--; exponent > 0; exponent--) {
      if (__builtin_mul_overflow(factor, base, &next) || next == factor)
        break;
      factor = next;
    }
    if (!rpl_wide_mul_add_word(x, factor, 0))
      return false;
    if (!x->count)
      return true; /* a base of zero */
  }
  return true;
}

/* ---- shifts ---- */

bool rpl_wide_shift_left(RplWide *out, RplWideView a, size_t bits) {
  size_t used = rpl_wide_bits(a);
  if (!used) {
    out->count = 0;
    return true;
  }
  if (bits > RPL_WIDE_MAX_BITS || used + bits > RPL_WIDE_MAX_BITS)
    return false;
  size_t whole = bits / 64;
  unsigned part = (unsigned)(bits % 64);
  size_t count = (used + bits + 63) / 64;
  /* From the top down, because `out` may hold a. */
  for (size_t i = count; i-- > whole;) {
    uint64_t high = i - whole < a.count ? a.limbs[i - whole] : 0;
    uint64_t low = i > whole ? a.limbs[i - whole - 1] : 0;
    out->limbs[i] = part ? high << part | low >> (64 - part) : high;
  }
  memset(out->limbs, 0, whole * sizeof out->limbs[0]);
  out->count = count;
  return true;
}

void rpl_wide_shift_right(RplWide *out, RplWideView a, size_t bits) {
  size_t whole = bits / 64;
  unsigned part = (unsigned)(bits % 64);
  if (whole >= a.count) {
    out->count = 0;
    return;
  }
  size_t count = a.count - whole;
  for (size_t i = 0; i < count; i++) {
    uint64_t low = a.limbs[i + whole];
    uint64_t high = i + 1 < count ? a.limbs[i + whole + 1] : 0;
    out->limbs[i] = part ? low >> part | high << (64 - part) : low;
  }
  out->count = trimmed(out->limbs, count);
}

/* ---- division ---- */

/* A divisor of one word, shifted so that its top bit is set, and what makes
 * dividing by it cheap: floor((2^128 - 1) / divisor) - 2^64. */
typedef struct Divisor {
  uint64_t word;
  uint64_t reciprocal;
  unsigned shift;
} Divisor;

static Divisor make_divisor(uint64_t word) {
  Divisor d;
  d.shift = (unsigned)__builtin_clzll(word);
  d.word = word << d.shift;
  d.reciprocal = (uint64_t)(~(Double)0 / d.word);
  return d;
}

/* (high * 2^64 + low) / d.word, where high < d.word; *rest is the remainder. */
static uint64_t divide_step(uint64_t high, uint64_t low, const Divisor *d,
                            uint64_t *rest) {
  Double q = (Double)d->reciprocal * high + ((Double)high << 64 | low);
  uint64_t quotient = (uint64_t)(q >> 64) + 1;
  uint64_t remainder = low - quotient * d->word;
  if (remainder > (uint64_t)q) {
    quotient--;
    remainder += d->word;
  }
  if (remainder >= d->word) {
    quotient++;
    remainder -= d->word;
  }
  *rest = remainder;
  return quotient;
}

/* Divides a by a word into `quotient` (NULL: not wanted; may be a's limbs) and
 * returns the remainder. Shifts a on the fly to match the divisor. */
static uint64_t divide_by_word(uint64_t *quotient, RplWideView a,
                               uint64_t divisor) {
  if (!a.count)
    return 0;
  Divisor d = make_divisor(divisor);
  unsigned shift = d.shift;
  uint64_t above = a.limbs[a.count - 1];
  uint64_t rest = shift ? above >> (64 - shift) : 0;
  for (size_t i = a.count; i-- > 0;) {
    uint64_t below = i ? a.limbs[i - 1] : 0;
    uint64_t limb = shift ? above << shift | below >> (64 - shift) : above;
    uint64_t digit = divide_step(rest, limb, &d, &rest);
    if (quotient)
      quotient[i] = digit;
    above = below;
  }
  return rest >> shift;
}

uint64_t rpl_wide_div_word(RplWide *x, uint64_t divisor) {
  uint64_t rest = divide_by_word(x->limbs, rpl_wide_view(x), divisor);
  x->count = trimmed(x->limbs, x->count);
  return rest;
}

uint64_t rpl_wide_mod_word(RplWideView a, uint64_t divisor) {
  return divide_by_word(NULL, a, divisor);
}

/* Copies a, shifted left by less than 64 bits, to count + 1 limbs. */
static void shift_copy(uint64_t *to, RplWideView a, unsigned shift) {
  uint64_t carry = 0;
  for (size_t i = 0; i < a.count; i++) {
    to[i] = a.limbs[i] << shift | carry;
    carry = shift ? a.limbs[i] >> (64 - shift) : 0;
  }
  to[a.count] = carry;
}

/* Step D3: the trial quotient for the three limbs that end at u[0], exact or
 * one too large. v1 is the second limb of the divisor. */
static uint64_t trial_quotient(const uint64_t *u, const Divisor *d,
                               uint64_t v1) {
  uint64_t quotient;
  uint64_t rest;
  if (u[0] >= d->word) { /* u[0] == d->word: the quotient saturates */
    quotient = UINT64_MAX;
    if (__builtin_add_overflow(u[-1], d->word, &rest))
      return quotient;
  } else {
    quotient = divide_step(u[0], u[-1], d, &rest);
  }
  while ((Double)quotient * v1 > ((Double)rest << 64 | u[-2])) {
    quotient--;
    if (__builtin_add_overflow(rest, d->word, &rest))
      break;
  }
  return quotient;
}

/* Steps D4 to D6: u[0..n] -= quotient * v[0..n-1]; returns the quotient,
 * corrected where the trial was one too large. */
static uint64_t subtract_step(uint64_t *u, const uint64_t *v, size_t n,
                              uint64_t quotient) {
  uint64_t carry = 0;
  uint64_t borrow = 0;
  for (size_t i = 0; i < n; i++) {
    Double product = (Double)quotient * v[i] + carry;
    carry = (uint64_t)(product >> 64);
    Double difference = (Double)u[i] - (uint64_t)product - borrow;
    u[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  Double top = (Double)u[n] - carry - borrow;
  u[n] = (uint64_t)top;
  if (!((top >> 64) & 1))
    return quotient;
  carry = 0;
  for (size_t i = 0; i < n; i++) {
    Double sum = (Double)u[i] + v[i] + carry;
    u[i] = (uint64_t)sum;
    carry = (uint64_t)(sum >> 64);
  }
  u[n] += carry;
  return quotient - 1;
}

/* Algorithm D for a divisor of two limbs or more, not longer than a. */
static void divide_long(RplWide *quotient, RplWide *remainder, RplWideView a,
                        RplWideView b) {
  uint64_t u[RPL_WIDE_MAX_LIMBS + 1];
  uint64_t v[RPL_WIDE_MAX_LIMBS + 1];
  size_t n = b.count;
  size_t steps = a.count - n + 1;
  Divisor d;
  unsigned shift = (unsigned)__builtin_clzll(b.limbs[n - 1]);
  shift_copy(u, a, shift);
  shift_copy(v, b, shift);
  d = make_divisor(v[n - 1]);
  for (size_t i = steps; i-- > 0;) {
    uint64_t digit = trial_quotient(&u[i + n], &d, v[n - 2]);
    digit = subtract_step(&u[i], v, n, digit);
    if (quotient)
      quotient->limbs[i] = digit;
  }
  if (quotient)
    quotient->count = trimmed(quotient->limbs, steps);
  if (remainder)
    rpl_wide_shift_right(remainder, rpl_wide_trim(u, n), shift);
}

bool rpl_wide_divmod(RplWide *quotient, RplWide *remainder, RplWideView a,
                     RplWideView b) {
  if (!b.count)
    return false;
  if (rpl_wide_compare(a, b) < 0) {
    if (remainder)
      rpl_wide_copy(remainder, a);
    if (quotient)
      quotient->count = 0;
  } else if (b.count == 1) {
    /* The quotient may overwrite b: its word is read first. */
    uint64_t rest =
        divide_by_word(quotient ? quotient->limbs : NULL, a, b.limbs[0]);
    if (quotient)
      quotient->count = trimmed(quotient->limbs, a.count);
    if (remainder)
      rpl_wide_set_word(remainder, rest);
  } else {
    divide_long(quotient, remainder, a, b);
  }
  return true;
}

/* ---- greatest common divisor ---- */

uint64_t rpl_wide_gcd_word(uint64_t a, uint64_t b) {
  if (a < b) {
    uint64_t swap = a;
    a = b;
    b = swap;
  }
  if (!b)
    return a;
  a %= b; /* one division saves many steps where the sizes differ */
  if (!a)
    return b;
  int shift = __builtin_ctzll(a | b);
  a >>= __builtin_ctzll(a);
  do {
    b >>= __builtin_ctzll(b);
    if (a > b) {
      uint64_t swap = a;
      a = b;
      b = swap;
    }
    b -= a;
  } while (b);
  return a << shift;
}

/* The LEHMER_BITS bits of x from bit `from` up. */
static int64_t bits_at(const RplWide *x, size_t from) {
  size_t whole = from / 64;
  unsigned part = (unsigned)(from % 64);
  if (whole >= x->count)
    return 0;
  uint64_t bits = x->limbs[whole] >> part;
  if (part && whole + 1 < x->count)
    bits |= x->limbs[whole + 1] << (64 - part);
  return (int64_t)(bits & (((uint64_t)1 << LEHMER_BITS) - 1));
}

/* What a run of Euclidean steps does: x becomes xx*x - xy*y, y becomes
 * yy*y - yx*x. */
typedef struct Steps {
  int64_t xx, xy, yx, yy;
} Steps;

/* Runs Euclid's algorithm on the leading parts of x and y for as long as the
 * quotients are surely those of x and y. False if not even one is. */
static bool find_steps(int64_t x, int64_t y, Steps *out) {
  int64_t a = 1, b = 0, c = 0, d = 1;
  unsigned taken = 0;
  while (y != c) {
    int64_t quotient = (x + (a - 1)) / (y - c);
    int64_t s = b + quotient * d;
    int64_t t = x - quotient * y;
    if (s > t)
      break;
    x = y;
    y = t;
    t = a + quotient * c;
    a = d;
    b = c;
    c = s;
    d = t;
    taken++;
  }
  if (taken & 1)
    *out = (Steps){-b, -a, -d, -c};
  else
    *out = (Steps){a, b, c, d};
  return taken > 0;
}

/* Applies the steps; neither result is negative or longer than x. */
static void take_steps(RplWide *x, RplWide *y, const Steps *s) {
  SignedDouble x_carry = 0;
  SignedDouble y_carry = 0;
  for (size_t i = 0; i < x->count; i++) {
    SignedDouble xi = (SignedDouble)x->limbs[i];
    SignedDouble yi = i < y->count ? (SignedDouble)y->limbs[i] : 0;
    x_carry += s->xx * xi - s->xy * yi;
    y_carry += s->yy * yi - s->yx * xi;
    x->limbs[i] = (uint64_t)x_carry;
    y->limbs[i] = (uint64_t)y_carry;
    x_carry >>= 64; /* arithmetic: the carries are signed */
    y_carry >>= 64;
  }
  size_t count = x->count;
  x->count = trimmed(x->limbs, count);
  y->count = trimmed(y->limbs, count);
}

void rpl_wide_gcd(RplWide *out, RplWideView a, RplWideView b) {
  RplWide first;
  RplWide second;
  bool is_swapped = rpl_wide_compare(a, b) < 0;
  rpl_wide_copy(&first, is_swapped ? b : a);
  rpl_wide_copy(&second, is_swapped ? a : b);
  RplWide *x = &first; /* INVARIANT: *x >= *y */
  RplWide *y = &second;
  while (y->count > 1) {
    Steps steps;
    size_t from = rpl_wide_bits(rpl_wide_view(x)) - LEHMER_BITS;
    if (find_steps(bits_at(x, from), bits_at(y, from), &steps)) {
      take_steps(x, y, &steps);
      continue;
    }
    if (!rpl_wide_divmod(NULL, x, rpl_wide_view(x), rpl_wide_view(y)))
      break; /* cannot be: y is not zero */
    RplWide *swap = x;
    x = y;
    y = swap;
  }
  if (y->count) {
    uint64_t word = y->limbs[0];
    uint64_t rest = rpl_wide_mod_word(rpl_wide_view(x), word);
    rpl_wide_set_word(out, rpl_wide_gcd_word(word, rest));
  } else {
    rpl_wide_copy(out, rpl_wide_view(x));
  }
}
