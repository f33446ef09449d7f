/* SPDX-License-Identifier: Apache-2.0
 *
 * civil.h - calendar days, instants, durations and periods: reading, writing
 * and checked arithmetic on the proleptic Gregorian calendar.
 * It reads no clock and knows no named time zone: a zone comes in as an offset
 * in seconds, found elsewhere.
 *
 *   date      int64 days since 1970-01-01
 *   datetime  int64 microseconds since 1970-01-01T00:00:00Z, no leap seconds
 *   duration  int64 microseconds, any value
 *   period    int32 months, any value
 *
 * Invariant: every date and datetime that leaves this module lies in the years
 * RPL_YEAR_MIN to RPL_YEAR_MAX (UTC), so that its text always has four digits
 * of year. Functions that take one accept any int64 and refuse what lies
 * outside. Out-parameters are written only on success.
 */
#ifndef RPL_VM_CIVIL_H
#define RPL_VM_CIVIL_H

#include "rpl/base.h"

#include <stdbool.h>

#define RPL_YEAR_MIN 1    /* LIMIT: first year */
#define RPL_YEAR_MAX 9999 /* LIMIT: last year */

#define RPL_DATE_MIN INT64_C(-719162) /* 0001-01-01 */
#define RPL_DATE_MAX INT64_C(2932896) /* 9999-12-31 */

#define RPL_SECOND_MICROS INT64_C(1000000)
#define RPL_DAY_SECONDS   INT64_C(86400)
#define RPL_DAY_MICROS    (RPL_DAY_SECONDS * RPL_SECOND_MICROS)

#define RPL_DATETIME_MIN (RPL_DATE_MIN * RPL_DAY_MICROS)
#define RPL_DATETIME_MAX ((RPL_DATE_MAX + 1) * RPL_DAY_MICROS - 1)

/* LIMIT: largest offset from UTC in seconds, either way (23:59 in RFC 3339;
 * a zone's seconds are allowed for). */
#define RPL_OFFSET_MAX_SECONDS ((int32_t)RPL_DAY_SECONDS - 1)

/* Room for the longest text of each kind, terminating NUL included. */
#define RPL_DATE_TEXT_BYTES     11
#define RPL_DATETIME_TEXT_BYTES 28
#define RPL_DURATION_TEXT_BYTES 40
#define RPL_PERIOD_TEXT_BYTES   20

/* Why a text or a calculation was refused. */
typedef enum RplTimeError {
  RPL_TIME_OK = 0,
  RPL_TIME_SHAPE,    /* the text is not of the expected form */
  RPL_TIME_NO_DAY,   /* no such month or day, such as 2025-02-29 */
  RPL_TIME_NO_TIME,  /* hour, minute or second out of range, 24:00, :60 */
  RPL_TIME_OFFSET,   /* no offset, or one that is not Z or +hh:mm */
  RPL_TIME_FINER,    /* a fraction finer than microseconds */
  RPL_TIME_RANGE,    /* outside the years, or past the integer's range */
  RPL_TIME_UNIT,     /* a unit of time that does not exist */
  RPL_TIME_ORDER,    /* units repeated or not in descending order */
  RPL_TIME_MONTH_END /* strict month-end rule: the month has no such day */
} RplTimeError;

/* What adding months does where the target month has no such day. */
typedef enum RplMonthEnd {
  RPL_MONTH_END_CLAMP, /* the last day of the target month */
  RPL_MONTH_END_NEXT,  /* the first day of the month after it */
  RPL_MONTH_END_STRICT /* refuse */
} RplMonthEnd;

/* A civil day in parts. */
typedef struct RplYmd {
  int32_t year;  /* RPL_YEAR_MIN .. RPL_YEAR_MAX */
  int32_t month; /* 1 .. 12 */
  int32_t day;   /* 1 .. 31 */
} RplYmd;

/* One lower-case phrase for an error, for messages; static, never NULL. */
const char *rpl_time_error_text(RplTimeError error);

/* True in leap years. Any year. */
bool rpl_year_is_leap(int64_t year);

/* Number of days of a month (1..12) of a year; 0 for any other month. */
int32_t rpl_month_days(int64_t year, int64_t month);

/* Day number of a civil day. False if there is no such day or the year is out
 * of range. (Algorithm: era arithmetic on years that begin in March.) */
bool rpl_date_from_ymd(int64_t year, int64_t month, int64_t day, int64_t *date);

/* The parts of a day number. False outside RPL_DATE_MIN .. RPL_DATE_MAX. */
bool rpl_date_to_ymd(int64_t date, RplYmd *ymd);

/* The year of a date in range. */
int64_t rpl_date_year(int64_t date);

/* ISO day of the week of a valid date: 1 Monday .. 7 Sunday. Any int64 gives
 * a value in that range. */
int32_t rpl_date_weekday(int64_t date);

/* Reads exactly YYYY-MM-DD, the whole text. False if it is anything else; then
 * *why (may be NULL) says why. */
bool rpl_date_parse(RplSlice text, int64_t *date, RplTimeError *why);

/* A zone at a fixed distance from UTC: "+08:00", "-03:30", "Z" or "UTC";
 * seconds east of UTC. Hours up to 23. */
bool rpl_zone_parse(RplSlice text, int32_t *seconds);

/* Writes "+08:00" (and seconds, "+00:19:32", where there are any; "UTC" for 0)
 * with a terminating NUL; the length, or 0 when it does not fit. */
#define RPL_ZONE_TEXT_BYTES 16
size_t rpl_zone_write(int32_t seconds, char *text, size_t size);

/* The date `count` business days (Monday to Friday) after `date`, which is not
 * counted; count >= 0. False past the year 9999 or for a negative count. */
bool rpl_date_add_business(int64_t date, int64_t count, int64_t *result);

/* Reads an RFC 3339 date-time, the whole text: `T` or `t`; seconds required,
 * 00..59; a fraction of any length whose digits past the sixth are zero; `Z`,
 * `z` or +hh:mm / -hh:mm with hh <= 23 and mm <= 59 (-00:00 reads as Z). The
 * result must lie in the valid years in UTC. False otherwise; then *why (may
 * be NULL) says why. */
bool rpl_datetime_parse(RplSlice text, int64_t *datetime, RplTimeError *why);

/* Writes a date as YYYY-MM-DD with a terminating NUL. Returns the length
 * without it, or 0 (and an empty text, if size > 0) when the date is out of
 * range or size < RPL_DATE_TEXT_BYTES. */
size_t rpl_date_write(int64_t date, char *buffer, size_t size);

/* Writes a datetime in UTC as 2026-03-09T09:30:00Z, seconds always, a fraction
 * only if it is not zero and without trailing zeros. Returns as above; size
 * must be at least RPL_DATETIME_TEXT_BYTES. */
size_t rpl_datetime_write(int64_t datetime, char *buffer, size_t size);

/* Reads a duration such as 7d, 36h, 90min, 1d12h, -250ms: an optional `-`,
 * then one or more pairs of digits and unit, units w d h min s ms us in
 * descending order, each at most once. No blanks, no fractions. False if it is
 * anything else or past int64; then *why (may be NULL) says why. */
bool rpl_duration_parse(RplSlice text, int64_t *duration, RplTimeError *why);

/* Writes any duration in its one canonical form: days, hours, min, s, ms and
 * us, those that are not zero; 36h is "1d12h", zero is "0s". Returns the
 * length, or 0 when size < RPL_DURATION_TEXT_BYTES. */
size_t rpl_duration_write(int64_t duration, char *buffer, size_t size);

/* Reads a period such as 1y2mo, 18mo, -1y: as a duration, with units y and
 * mo. False if it is anything else or past int32. */
bool rpl_period_parse(RplSlice text, int32_t *months, RplTimeError *why);

/* Writes any period canonically: "1y2mo", "2y", "-5mo", zero is "0mo". Returns
 * the length, or 0 when size < RPL_PERIOD_TEXT_BYTES. */
size_t rpl_period_write(int32_t months, char *buffer, size_t size);

/* datetime + duration. False if an operand or the result is out of range. */
bool rpl_datetime_add(int64_t datetime, int64_t duration, int64_t *result);

/* datetime - duration. False if an operand or the result is out of range. */
bool rpl_datetime_sub(int64_t datetime, int64_t duration, int64_t *result);

/* Duration from `from` to `to` (negative if `to` is earlier). False if either
 * is out of range. */
bool rpl_datetime_diff(int64_t to, int64_t from, int64_t *duration);

/* date + days (days may be negative). False if date or result is out of
 * range. */
bool rpl_date_add_days(int64_t date, int64_t days, int64_t *result);

/* date + months, with the month-end rule. False if date or result is out of
 * range (RPL_TIME_RANGE) or the strict rule refuses (RPL_TIME_MONTH_END);
 * *why may be NULL. */
bool rpl_date_add_months(int64_t date, int32_t months, RplMonthEnd rule,
                         int64_t *result, RplTimeError *why);

/* The civil day of an instant where clocks are `offset` seconds ahead of UTC.
 * False if datetime, offset or result is out of range. */
bool rpl_date_of(int64_t datetime, int32_t offset, int64_t *date);

/* The instant at which a civil day begins (00:00:00) where clocks are `offset`
 * seconds ahead of UTC. False as above. */
bool rpl_start_of(int64_t date, int32_t offset, int64_t *datetime);

#endif /* RPL_VM_CIVIL_H */
