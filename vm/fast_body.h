/* SPDX-License-Identifier: Apache-2.0
 *
 * fast_body.h - what the bodies of fast_ops.def call, for the files that
 * compile them. Nothing else includes this.
 */
#ifndef RPL_VM_FAST_BODY_H
#define RPL_VM_FAST_BODY_H

#include "vm/civil.h"
#include "vm/fast.h"
#include "vm/lowered_round.h"
#include "vm/text.h"

static inline bool is_coined(const RplLowered *lowered,
                             const RplSlotFacts *facts) {
  for (uint32_t i = 0; i < lowered->gate.word_count; i++)
    if (facts->given[i] & lowered->coined[i])
      return true;
  return false;
}

static inline bool is_in(int64_t value, int64_t set) {
  return (uint64_t)value < 64 && (uint64_t)set >> value & 1;
}

/* Whether a + b is c. */
static inline bool is_sum(int64_t a, int64_t b, int64_t c) {
  int64_t sum;
  return !__builtin_add_overflow(a, b, &sum) && sum == c;
}

/* The year of an instant so many seconds east of UTC; in range as
 * rpl_date_of. */
static inline bool year_at(int64_t instant, int64_t offset, int64_t *year) {
  int64_t date;
  if (!rpl_date_of(instant, (int32_t)offset, &date))
    return false;
  *year = rpl_date_year(date);
  return true;
}

static inline bool later(int64_t instant, int64_t duration, int64_t *result) {
  int64_t sum;
  if (__builtin_add_overflow(instant, duration, &sum) ||
      sum < RPL_DATETIME_MIN || sum > RPL_DATETIME_MAX)
    return false;
  *result = sum;
  return true;
}

/* base - base * part / whole, rounded; whole > 0. Mostly that fits 64 bits. */
static inline bool prorate(int64_t base, int64_t part, int64_t whole,
                           RplRounding mode, int64_t *result) {
  int64_t rest, num;
  if (__builtin_sub_overflow(whole, part, &rest) ||
      __builtin_mul_overflow(base, rest, &num))
    return rpl_fast_prorate_wide(base, part, whole, mode, result);
  *result = rpl_round_word(num, whole, mode);
  return true;
}

/* base * part / whole, the same. */
static inline bool share(int64_t base, int64_t part, int64_t whole,
                         RplRounding mode, int64_t *result) {
  int64_t num;
  if (__builtin_mul_overflow(base, part, &num))
    return rpl_fast_share_wide(base, part, whole, mode, result);
  *result = rpl_round_word(num, whole, mode);
  return true;
}

#endif /* RPL_VM_FAST_BODY_H */
