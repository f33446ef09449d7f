/* SPDX-License-Identifier: Apache-2.0
 *
 * lowered_round.h - the one division of the lowered form: a numerator of 64 or
 * 128 bits by a positive 64-bit denominator, to a whole number by one of the
 * seven modes. For every engine that runs the lowered form.
 *
 * INVARIANT: the result is that of rpl_number_round for the same fraction, or
 * the function says that it does not fit.
 */
#ifndef RPL_VM_LOWERED_ROUND_H
#define RPL_VM_LOWERED_ROUND_H

#include "vm/number.h"

__extension__ typedef __int128 RplInt128;
__extension__ typedef unsigned __int128 RplUint128;

/* Whether the truncated quotient of a value that leaves `left` of `divisor`
 * (0 < left < divisor) moves one away from zero. */
static inline bool rpl_rounds_away(RplRounding mode, bool is_negative,
                                   bool is_odd, uint64_t left,
                                   uint64_t divisor) {
  if (mode == RPL_ROUND_HALF_UP) /* what most policies say */
    return left >= divisor - left;
  switch (mode) {
  case RPL_ROUND_HALF_EVEN:
    return left > divisor - left || (left == divisor - left && is_odd);
  case RPL_ROUND_HALF_DOWN:
    return left > divisor - left;
  case RPL_ROUND_UP:
    return true;
  case RPL_ROUND_CEILING:
    return !is_negative;
  case RPL_ROUND_FLOOR:
    return is_negative;
  default:
    return false;
  }
}

/* num / den rounded; den > 0. Always fits. Which way a share is rounded is as
 * good as random, so where most policies go there is no jump on it; its sign is
 * the same for most requests. */
static inline int64_t rpl_round_word(int64_t num, int64_t den,
                                     RplRounding mode) {
  if (mode == RPL_ROUND_HALF_UP && num >= 0) {
    uint64_t size = (uint64_t)num, divisor = (uint64_t)den;
    uint64_t left = size % divisor;
    return (int64_t)(size / divisor + (left >= divisor - left));
  }
  int64_t whole = num / den, left = num % den;
  bool is_negative = num < 0;
  if (left &&
      rpl_rounds_away(mode, is_negative, whole & 1,
                      (uint64_t)(is_negative ? -left : left), (uint64_t)den))
    whole += is_negative ? -1 : 1;
  return whole;
}

/* The quotient and rest of high:low by den, where high < den: one division of
 * the machine where it has it. */
static inline uint64_t rpl_divide_wide(RplUint128 num, uint64_t den,
                                       uint64_t *left) {
#if defined(__x86_64__)
  uint64_t whole;
  __asm__("divq %4"
          : "=a"(whole), "=d"(*left)
          : "0"((uint64_t)num), "1"((uint64_t)(num >> 64)), "r"(den)
          : "cc");
  return whole;
#else
  *left = (uint64_t)(num % den);
  return (uint64_t)(num / den);
#endif
}

/* The same of a wide numerator; false when the result does not fit. */
static inline bool rpl_round_wide(RplInt128 num, int64_t den, RplRounding mode,
                                  int64_t *result) {
  if (num == (int64_t)num) {
    *result = rpl_round_word((int64_t)num, den, mode);
    return true;
  }
  bool is_negative = num < 0;
  RplUint128 size = is_negative ? 0 - (RplUint128)num : (RplUint128)num;
  uint64_t left, divisor = (uint64_t)den;
  if ((uint64_t)(size >> 64) >= divisor)
    return false;
  uint64_t whole = rpl_divide_wide(size, divisor, &left);
  if (whole > (uint64_t)INT64_MAX - 1)
    return false;
  if (left && rpl_rounds_away(mode, is_negative, whole & 1, left, divisor))
    whole++;
  *result = is_negative ? -(int64_t)whole : (int64_t)whole;
  return true;
}

#endif /* RPL_VM_LOWERED_ROUND_H */
