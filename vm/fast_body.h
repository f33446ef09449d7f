/* SPDX-License-Identifier: Apache-2.0
 *
 * fast_body.h - what the bodies of fast_ops.def call, for the files that
 * compile them. Nothing else includes this.
 */
#ifndef RPL_VM_FAST_BODY_H
#define RPL_VM_FAST_BODY_H

#include "vm/civil.h"
#include "vm/civil_year.h"
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

/* What has a variable of its own whose address it gives away is no part of a
 * body: a call at the end of that would not become a jump. */
#define OUTSIDE static __attribute__((noinline, unused))

/* Parts of a date. */
OUTSIDE bool year_of(int64_t date, int64_t *year) {
  RplYmd ymd;
  if (!rpl_date_to_ymd(date, &ymd))
    return false;
  *year = ymd.year;
  return true;
}

OUTSIDE bool month_of(int64_t date, int64_t *month) {
  RplYmd ymd;
  if (!rpl_date_to_ymd(date, &ymd))
    return false;
  *month = ymd.month;
  return true;
}

OUTSIDE bool day_of(int64_t date, int64_t *day) {
  RplYmd ymd;
  if (!rpl_date_to_ymd(date, &ymd))
    return false;
  *day = ymd.day;
  return true;
}

/* An instant is so far from the ends of 64 bits that a sum that wraps around is
 * none. */
_Static_assert(RPL_DATETIME_MIN > INT64_MIN / 2 &&
                   RPL_DATETIME_MAX < INT64_MAX / 2,
               "instants are a part of the 64-bit integers");
static inline bool later(int64_t instant, int64_t duration, int64_t *result) {
  uint64_t sum = (uint64_t)instant + (uint64_t)duration;
  *result = (int64_t)sum;
  return sum - (uint64_t)RPL_DATETIME_MIN <=
         (uint64_t)RPL_DATETIME_MAX - (uint64_t)RPL_DATETIME_MIN;
}

/* What is left of base - base * part / whole over whole, where it fits. */
static inline bool has_rest(int64_t base, int64_t part, int64_t whole,
                            int64_t *num) {
  int64_t rest;
  return !__builtin_sub_overflow(whole, part, &rest) &&
         !__builtin_mul_overflow(base, rest, num);
}

#endif /* RPL_VM_FAST_BODY_H */
