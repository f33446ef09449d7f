/* SPDX-License-Identifier: Apache-2.0
 * calendar.c - see calendar.h. Business days up to a day are counted in closed
 * form over weeks and by bisection in the lists; the day with a count is found
 * by bisection over the span. */
#include "vm/calendar.h"

#include "vm/civil.h"

/* 0001-01-01 was a Monday. */
static unsigned weekday(uint32_t day) { return day % 7; }

bool rpl_calendar_is_weekend(uint32_t weekend, uint32_t day) {
  return weekend >> weekday(day) & 1u;
}

/* How many of the ascending days are not after `day`. */
static uint32_t listed_until(const uint32_t *days, uint32_t count,
                             uint32_t day) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (days[middle] <= day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Days of 0001-01-01 .. day that are on no weekend. */
static uint32_t weekdays_until(const RplCalendar *calendar, uint32_t day) {
  uint32_t weeks = (day + 1) / 7, rest = (day + 1) % 7;
  uint32_t a_week = 7 - (uint32_t)__builtin_popcount(calendar->weekend);
  uint32_t off =
      (uint32_t)__builtin_popcount(calendar->weekend & ((1u << rest) - 1u));
  return weeks * a_week + rest - off;
}

/* Business days up to a day of the span, counted from somewhere before it. */
static uint32_t business_until(const RplCalendar *calendar, uint32_t day) {
  return weekdays_until(calendar, day) -
         listed_until(calendar->holidays, calendar->holiday_count, day) +
         listed_until(calendar->workdays, calendar->workday_count, day);
}

static bool day_of(const RplCalendar *calendar, int64_t date, uint32_t *day) {
  int64_t number = date - RPL_DATE_MIN;
  if (number < calendar->first || number > calendar->last)
    return false;
  *day = (uint32_t)number;
  return true;
}

bool rpl_calendar_is_business(const RplCalendar *calendar, int64_t date,
                              bool *is_business) {
  uint32_t day;
  if (!day_of(calendar, date, &day))
    return false;
  const uint32_t *days = calendar->holidays;
  uint32_t count = calendar->holiday_count;
  bool is_weekend = rpl_calendar_is_weekend(calendar->weekend, day);
  if (is_weekend) {
    days = calendar->workdays;
    count = calendar->workday_count;
  }
  uint32_t until = listed_until(days, count, day);
  *is_business = (until > 0 && days[until - 1] == day) == is_weekend;
  return true;
}

bool rpl_calendar_add(const RplCalendar *calendar, int64_t date, int64_t count,
                      int64_t *result) {
  uint32_t day;
  if (count < 0 || !day_of(calendar, date, &day))
    return false;
  uint32_t before = business_until(calendar, day);
  if (count > (int64_t)business_until(calendar, calendar->last) - before)
    return false;
  uint32_t low = day, high = calendar->last; /* the count is reached at high */
  while (count && high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if ((int64_t)business_until(calendar, middle) - before >= count)
      high = middle;
    else
      low = middle;
  }
  *result = (count ? high : day) + RPL_DATE_MIN;
  return true;
}
