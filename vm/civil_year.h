/* SPDX-License-Identifier: Apache-2.0
 *
 * civil_year.h - which year a day lies in, for what must not wait for calls:
 * the fast engine asks it of instants. Everything else is in civil.h.
 */
#ifndef RPL_VM_CIVIL_YEAR_H
#define RPL_VM_CIVIL_YEAR_H

#include "vm/civil.h"

/* Days of 400 years, and from 0000-03-01 to 1970-01-01. */
#define RPL_ERA_DAYS    INT64_C(146097)
#define RPL_EPOCH_SHIFT INT64_C(719468)

#define RPL_FIRST_OF_JANUARY 306u

typedef struct RplMarchDay {
  int32_t year;
  uint32_t of_year; /* 0: the first of March */
} RplMarchDay;

/* The day, a good one, as years from March on, of which the leap day is the
 * last one: Neri and Schneider, "Euclidean affine functions and their
 * application to calendar algorithms", 2022. Two divisions are multiplications
 * whose halves are the quotient and, over again, the rest. */
static inline RplMarchDay rpl_march_day(int64_t date) {
  uint32_t quarters = 4 * (uint32_t)(date + RPL_EPOCH_SHIFT) + 3;
  uint32_t century = quarters / (uint32_t)RPL_ERA_DAYS;
  uint32_t of_century = quarters % (uint32_t)RPL_ERA_DAYS / 4;
  uint64_t product = UINT64_C(2939745) * (4 * of_century + 3);
  return (RplMarchDay){(int32_t)(100 * century + (uint32_t)(product >> 32)),
                       (uint32_t)product / 2939745 / 4};
}

static inline int64_t rpl_year_of_march_day(RplMarchDay day) {
  return day.year + (day.of_year >= RPL_FIRST_OF_JANUARY);
}

/* rpl_date_of, and the year of that date. Days are counted from the one before
 * the first that there is, where an offset may lead, so that they are divided
 * without signs. */
static inline bool rpl_year_at(int64_t instant, int32_t offset, int64_t *year) {
  uint64_t since = (uint64_t)instant - (uint64_t)RPL_DATETIME_MIN;
  if (since > (uint64_t)RPL_DATETIME_MAX - (uint64_t)RPL_DATETIME_MIN ||
      offset > RPL_OFFSET_MAX_SECONDS || offset < -RPL_OFFSET_MAX_SECONDS)
    return false;
  since += (uint64_t)(offset * RPL_SECOND_MICROS + RPL_DAY_MICROS);
  uint64_t days = since / (uint64_t)RPL_DAY_MICROS - 1;
  if (days > (uint64_t)(RPL_DATE_MAX - RPL_DATE_MIN))
    return false;
  *year = rpl_year_of_march_day(rpl_march_day((int64_t)days + RPL_DATE_MIN));
  return true;
}

#endif /* RPL_VM_CIVIL_YEAR_H */
