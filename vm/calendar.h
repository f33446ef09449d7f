/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar.h - business days by a calendar that a policy declares: weekend
 * days, holidays, and days of weekends that are worked, for a span of days. It
 * answers for no day outside of its span: whoever did not list the holidays of
 * a year does not know them.
 *
 * INVARIANT: lists are ascending, inside the span; a holiday is on no weekend
 * day and a worked day on one (vm/verify_calendar.c).
 */
#ifndef RPL_VM_CALENDAR_H
#define RPL_VM_CALENDAR_H

#include "rpl/base.h"

#include <stdbool.h>

/* LIMIT: holidays and worked days of one calendar, together. */
#define RPL_MAX_CALENDAR_DAYS 20000u

/* Days are counted in a program from 0001-01-01, so that they need no sign. */
typedef struct RplCalendar {
  RplSlice name;
  uint32_t first;   /* of the span */
  uint32_t last;    /* of the span */
  uint32_t weekend; /* bit 0: Monday .. bit 6: Sunday */
  uint32_t holiday_count;
  uint32_t workday_count;
  const uint32_t *holidays;
  const uint32_t *workdays;
} RplCalendar;

/* Whether bit of the weekday of day `day` (from 0001-01-01) is set. */
bool rpl_calendar_is_weekend(uint32_t weekend, uint32_t day);

/* Whether a date (days since 1970-01-01) is a business day, in *is_business.
 * False outside of the span. */
bool rpl_calendar_is_business(const RplCalendar *calendar, int64_t date,
                              bool *is_business);

/* The business day `count` after `date`, which is not counted; count >= 0, and
 * 0 gives the date itself. False when the date or the result lies outside of
 * the span. Its cost grows with the logarithm of the span and of the lists, not
 * with the count. */
bool rpl_calendar_add(const RplCalendar *calendar, int64_t date, int64_t count,
                      int64_t *result);

#endif /* RPL_VM_CALENDAR_H */
