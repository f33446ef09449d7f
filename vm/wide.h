/* SPDX-License-Identifier: Apache-2.0
 *
 * wide.h - unsigned integers of a bounded size, in the caller's memory: the
 * ground under number.h. No signs, no fractions, no allocation.
 *
 * A view is any run of limbs (64 bits each, least significant first); a wide is
 * a buffer that results are put in. INVARIANT: the most significant limb of
 * both is not zero, so zero has no limbs and the count orders by size.
 *
 * LIMIT: a wide holds 8,192 + 128 bits: the product of two sides of a number,
 * plus what a sum of two of those and a normalising shift need. A function that
 * could go past it returns false and leaves *out unspecified; none ever writes
 * past the buffer.
 *
 * `out` may hold an operand, except where a comment says otherwise.
 */
#ifndef RPL_VM_WIDE_H
#define RPL_VM_WIDE_H

#include "rpl/base.h"

#include <stdbool.h>

/* LIMIT: bits and limbs of a wide. */
#define RPL_WIDE_MAX_BITS  (8192 + 128)
#define RPL_WIDE_MAX_LIMBS (RPL_WIDE_MAX_BITS / 64)

typedef struct RplWide {
  size_t count;                       /* limbs in use */
  uint64_t limbs[RPL_WIDE_MAX_LIMBS]; /* those above `count` are unspecified */
} RplWide;

typedef struct RplWideView {
  const uint64_t *limbs; /* borrowed */
  size_t count;          /* at most RPL_WIDE_MAX_LIMBS */
} RplWideView;

/* A view of x; valid until x changes. */
static inline RplWideView rpl_wide_view(const RplWide *x) {
  return (RplWideView){x->limbs, x->count};
}

/* A view of the `count` limbs at `limbs` without their leading zeros. */
RplWideView rpl_wide_trim(const uint64_t *limbs, size_t count);

/* Makes *out the value of one word, or of a view (count within the limit). */
void rpl_wide_set_word(RplWide *out, uint64_t word);
void rpl_wide_copy(RplWide *out, RplWideView a);

/* Bits up to the highest one that is set; 0 for zero. */
size_t rpl_wide_bits(RplWideView a);

/* Zero bits below the lowest one that is set; 0 for zero. */
size_t rpl_wide_trailing_zeros(RplWideView a);

/* -1, 0 or 1 as a is less than, equal to or greater than b. */
int rpl_wide_compare(RplWideView a, RplWideView b);

/* a + b. False if it does not fit. */
RPL_MUST_CHECK bool rpl_wide_add(RplWide *out, RplWideView a, RplWideView b);

/* a - b. False if a < b. */
RPL_MUST_CHECK bool rpl_wide_sub(RplWide *out, RplWideView a, RplWideView b);

/* a * b, by the schoolbook method. False if it does not fit (judged on the
 * product itself). `out` must not hold an operand. */
RPL_MUST_CHECK bool rpl_wide_mul(RplWide *out, RplWideView a, RplWideView b);

/* x = x * factor + addend. False if it does not fit. */
RPL_MUST_CHECK bool rpl_wide_mul_add_word(RplWide *x, uint64_t factor,
                                          uint64_t addend);

/* x = x * base^exponent. False if it does not fit; takes no more steps than the
 * limit has limbs, however large the exponent is, for a base above 1. */
RPL_MUST_CHECK bool rpl_wide_mul_pow(RplWide *x, uint64_t base,
                                     unsigned exponent);

/* a * 2^bits. False if it does not fit. */
RPL_MUST_CHECK bool rpl_wide_shift_left(RplWide *out, RplWideView a,
                                        size_t bits);

/* floor(a / 2^bits), for any number of bits. */
void rpl_wide_shift_right(RplWide *out, RplWideView a, size_t bits);

/* x = floor(x / divisor), returns the remainder. divisor must not be zero. */
uint64_t rpl_wide_div_word(RplWide *x, uint64_t divisor);

/* a mod divisor. divisor must not be zero. */
uint64_t rpl_wide_mod_word(RplWideView a, uint64_t divisor);

/* quotient = floor(a / b), remainder = a mod b; either may be NULL, not both
 * the same buffer. False if b is zero. Knuth, TAOCP vol. 2, 4.3.1, algorithm D,
 * with the reciprocal of Moeller and Granlund, "Improved division by invariant
 * integers" (2011), for the trial quotients. */
RPL_MUST_CHECK bool rpl_wide_divmod(RplWide *quotient, RplWide *remainder,
                                    RplWideView a, RplWideView b);

/* The greatest common divisor; that of 0 and b is b. Lehmer's algorithm with
 * 60-bit leading parts (Knuth, vol. 2, 4.5.2, algorithm L). */
void rpl_wide_gcd(RplWide *out, RplWideView a, RplWideView b);

/* The same for words; Stein's binary algorithm. */
uint64_t rpl_wide_gcd_word(uint64_t a, uint64_t b);

#endif /* RPL_VM_WIDE_H */
