/* SPDX-License-Identifier: Apache-2.0
 *
 * test_civil.c - tests of vm/civil.h.
 * Oracles: a day counter that only knows the leap rule and the month lengths,
 * glibc's timegm and gmtime_r, and tables worked out by hand. */
#define _GNU_SOURCE
#include "vm/civil.h"
#include "vm/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define DAY             RPL_DAY_MICROS
#define HOUR            (DAY / 24)

/* ------------------------------------------------------------ calendar */

/* Independent of the module: the next day by counting. */
static void step(RplYmd *ymd) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int year = ymd->year;
  int leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
  int length = ymd->month == 2 && leap ? 29 : lengths[ymd->month - 1];
  if (++ymd->day <= length)
    return;
  ymd->day = 1;
  if (++ymd->month <= 12)
    return;
  ymd->month = 1;
  ymd->year++;
}

static void assert_same_day(int64_t date, const RplYmd *ymd) {
  RplYmd found;
  int64_t number = 0;
  assert_true(rpl_date_to_ymd(date, &found));
  assert_int_equal(found.year, ymd->year);
  assert_int_equal(found.month, ymd->month);
  assert_int_equal(found.day, ymd->day);
  assert_true(rpl_date_from_ymd(ymd->year, ymd->month, ymd->day, &number));
  assert_true(number == date);
}

/* Every day of all valid years; 0001-01-01 was a Monday. */
static void every_day_counts_up(void **state) {
  (void)state;
  RplYmd ymd = {1, 1, 1};
  int32_t weekday = 1;
  int64_t date = RPL_DATE_MIN;
  for (; ymd.year <= RPL_YEAR_MAX; date++) {
    assert_same_day(date, &ymd);
    assert_int_equal(rpl_date_weekday(date), weekday);
    weekday = weekday % 7 + 1;
    step(&ymd);
  }
  assert_true(date == RPL_DATE_MAX + 1);
}

static void days_agree_with_libc(void **state) {
  (void)state;
  int64_t first = 0, last = 0;
  assert_true(rpl_date_from_ymd(1600, 1, 1, &first));
  assert_true(rpl_date_from_ymd(2400, 12, 31, &last));
  for (int64_t date = first; date <= last; date++) {
    time_t seconds = (time_t)(date * RPL_DAY_SECONDS);
    struct tm tm;
    RplYmd ymd;
    assert_non_null(gmtime_r(&seconds, &tm));
    assert_true(rpl_date_to_ymd(date, &ymd));
    assert_int_equal(ymd.year, tm.tm_year + 1900);
    assert_int_equal(rpl_date_year(date), ymd.year);
    assert_int_equal(ymd.month, tm.tm_mon + 1);
    assert_int_equal(ymd.day, tm.tm_mday);
    assert_int_equal(rpl_date_weekday(date) % 7, tm.tm_wday);
    assert_true(timegm(&tm) == seconds);
  }
}

static void limits_of_dates(void **state) {
  (void)state;
  RplYmd ymd;
  int64_t date = 7;
  assert_false(rpl_date_to_ymd(RPL_DATE_MIN - 1, &ymd));
  assert_false(rpl_date_to_ymd(RPL_DATE_MAX + 1, &ymd));
  assert_false(rpl_date_to_ymd(INT64_MIN, &ymd));
  assert_false(rpl_date_to_ymd(INT64_MAX, &ymd));
  assert_false(rpl_date_from_ymd(0, 12, 31, &date));
  assert_false(rpl_date_from_ymd(10000, 1, 1, &date));
  assert_false(rpl_date_from_ymd(2026, 0, 1, &date));
  assert_false(rpl_date_from_ymd(2026, 13, 1, &date));
  assert_false(rpl_date_from_ymd(2026, 1, 0, &date));
  assert_false(rpl_date_from_ymd(2026, 4, 31, &date));
  assert_false(rpl_date_from_ymd(1900, 2, 29, &date));
  assert_false(rpl_date_from_ymd(INT64_MAX, INT64_MAX, INT64_MIN, &date));
  assert_true(date == 7); /* untouched by failures */
  assert_true(rpl_date_from_ymd(2000, 2, 29, &date));
  assert_int_equal(rpl_month_days(2024, 2), 29);
  assert_int_equal(rpl_month_days(2024, 13), 0);
  for (int64_t odd = -20; odd < 20; odd++) {
    int32_t weekday = rpl_date_weekday(INT64_MAX - 20 + odd);
    assert_in_range(weekday, 1, 7);
  }
  assert_in_range(rpl_date_weekday(INT64_MIN), 1, 7);
}

/* --------------------------------------------------------------- dates */

typedef struct TextCase {
  const char *text;
  RplTimeError error;
} TextCase;

static void date_texts(void **state) {
  (void)state;
  static const TextCase cases[] = {
      {"2026-03-02", RPL_TIME_OK},
      {"0001-01-01", RPL_TIME_OK},
      {"9999-12-31", RPL_TIME_OK},
      {"2024-02-29", RPL_TIME_OK},
      {"2025-02-29", RPL_TIME_NO_DAY},
      {"2026-00-01", RPL_TIME_NO_DAY},
      {"2026-13-01", RPL_TIME_NO_DAY},
      {"2026-01-00", RPL_TIME_NO_DAY},
      {"2026-01-32", RPL_TIME_NO_DAY},
      {"0000-01-01", RPL_TIME_RANGE},
      {"", RPL_TIME_SHAPE},
      {"2026-3-2", RPL_TIME_SHAPE},
      {"2026-03-02 ", RPL_TIME_SHAPE},
      {" 2026-03-02", RPL_TIME_SHAPE},
      {"20260302", RPL_TIME_SHAPE},
      {"2026/03/02", RPL_TIME_SHAPE},
      {"+026-03-02", RPL_TIME_SHAPE},
      {"-026-03-02", RPL_TIME_SHAPE},
      {"2026-03-0x", RPL_TIME_SHAPE},
      {"10000-01-01", RPL_TIME_SHAPE},
      {"2026-03-021", RPL_TIME_SHAPE},
      {"2026-03-02Z", RPL_TIME_SHAPE},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    RplTimeError why = RPL_TIME_OK;
    int64_t date = 0;
    char text[RPL_DATE_TEXT_BYTES];
    bool is_read = rpl_date_parse(rpl_slice_from(cases[i].text), &date, &why);
    assert_int_equal(why, cases[i].error);
    assert_int_equal(is_read, why == RPL_TIME_OK);
    if (!is_read)
      continue;
    assert_int_equal(rpl_date_write(date, text, sizeof text), 10);
    assert_string_equal(text, cases[i].text);
  }
  int64_t date;
  assert_false(rpl_date_parse(rpl_slice_from("x"), &date, NULL));
  assert_false(rpl_date_parse((RplSlice){"2026-03-\0"
                                         "2",
                                         10},
                              &date, NULL));
}

static void writers_refuse(void **state) {
  (void)state;
  char text[64] = "junk";
  assert_int_equal(rpl_date_write(0, text, RPL_DATE_TEXT_BYTES - 1), 0);
  assert_string_equal(text, "");
  assert_int_equal(rpl_date_write(0, NULL, 0), 0);
  assert_int_equal(rpl_date_write(RPL_DATE_MAX + 1, text, sizeof text), 0);
  assert_int_equal(rpl_datetime_write(0, text, RPL_DATETIME_TEXT_BYTES - 1), 0);
  assert_int_equal(rpl_datetime_write(RPL_DATETIME_MAX + 1, text, 64), 0);
  assert_int_equal(rpl_datetime_write(RPL_DATETIME_MIN - 1, text, 64), 0);
  assert_int_equal(rpl_datetime_write(INT64_MIN, text, 64), 0);
  assert_int_equal(rpl_duration_write(1, text, RPL_DURATION_TEXT_BYTES - 1), 0);
  assert_int_equal(rpl_period_write(1, text, RPL_PERIOD_TEXT_BYTES - 1), 0);
}

/* ----------------------------------------------------------- datetimes */

/* What is read, and the canonical text of the same instant. */
static void datetimes_accepted(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"2026-03-09T09:30:00Z", "2026-03-09T09:30:00Z"},
      {"2026-03-09t09:30:00z", "2026-03-09T09:30:00Z"},
      {"2026-03-02T17:30:00+08:00", "2026-03-02T09:30:00Z"},
      {"2026-03-02T17:30:00-08:00", "2026-03-03T01:30:00Z"},
      {"2026-03-02T17:30:00-00:00", "2026-03-02T17:30:00Z"},
      {"2026-01-01T00:00:00+23:59", "2025-12-31T00:01:00Z"},
      {"2026-01-01T00:00:00-23:59", "2026-01-01T23:59:00Z"},
      {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
      {"1970-01-01T00:00:00.5Z", "1970-01-01T00:00:00.5Z"},
      {"1970-01-01T00:00:00.050Z", "1970-01-01T00:00:00.05Z"},
      {"1970-01-01T00:00:00.1234560000000Z", "1970-01-01T00:00:00.123456Z"},
      {"1970-01-01T00:00:00.000000000Z", "1970-01-01T00:00:00Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
      {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
      {"2024-02-29T23:59:59-00:01", "2024-03-01T00:00:59Z"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    int64_t value = 0;
    char text[RPL_DATETIME_TEXT_BYTES];
    assert_true(rpl_datetime_parse(rpl_slice_from(cases[i][0]), &value, NULL));
    assert_int_equal(rpl_datetime_write(value, text, sizeof text),
                     strlen(cases[i][1]));
    assert_string_equal(text, cases[i][1]);
  }
}

static void datetimes_refused(void **state) {
  (void)state;
  static const TextCase cases[] = {
      {"", RPL_TIME_SHAPE},
      {"2026-03-09", RPL_TIME_SHAPE},
      {"2026-03-09 09:30:00Z", RPL_TIME_SHAPE},
      {"2026-03-09T09:30Z", RPL_TIME_SHAPE},
      {"2026-03-09T9:30:00Z", RPL_TIME_SHAPE},
      {"2026-03-09T09:30:00Z ", RPL_TIME_SHAPE},
      {"2026-03-09T09:30:00.Z", RPL_TIME_SHAPE},
      {"2026-03-09T09:30:00ZZ", RPL_TIME_SHAPE},
      {"2026-03-09T09:30:00+08:000", RPL_TIME_SHAPE},
      {"2026-03-09T093000Z", RPL_TIME_SHAPE},
      {"2026-03-09T09:30:00", RPL_TIME_OFFSET},
      {"2026-03-09T09:30:00,5Z", RPL_TIME_OFFSET},
      {"2026-03-09T09:30:00 Z", RPL_TIME_OFFSET},
      {"2026-03-09T09:30:00+0800", RPL_TIME_OFFSET},
      {"2026-03-09T09:30:00+08", RPL_TIME_OFFSET},
      {"2026-03-09T09:30:00+24:00", RPL_TIME_OFFSET},
      {"2026-03-09T09:30:00+08:60", RPL_TIME_OFFSET},
      {"2026-03-09T09:30:00\xe2\x88\x92"
       "08:00",
       RPL_TIME_OFFSET},
      {"2026-03-09T24:00:00Z", RPL_TIME_NO_TIME},
      {"2026-03-09T23:60:00Z", RPL_TIME_NO_TIME},
      {"2016-12-31T23:59:60Z", RPL_TIME_NO_TIME},
      {"2026-02-30T00:00:00Z", RPL_TIME_NO_DAY},
      {"1970-01-01T00:00:00.1234567Z", RPL_TIME_FINER},
      {"1970-01-01T00:00:00.00000000001Z", RPL_TIME_FINER},
      {"0000-12-31T00:00:00Z", RPL_TIME_RANGE},
      {"0001-01-01T00:00:00+00:01", RPL_TIME_RANGE},
      {"9999-12-31T23:59:59-00:01", RPL_TIME_RANGE},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    RplTimeError why = RPL_TIME_OK;
    int64_t value = 42;
    assert_false(
        rpl_datetime_parse(rpl_slice_from(cases[i].text), &value, &why));
    assert_int_equal(why, cases[i].error);
    assert_true(value == 42);
  }
}

/* Every prefix of a good text is refused, from a block of exactly its size, so
 * that a read past the end shows under the address sanitizer. */
static void datetime_prefixes_refused(void **state) {
  (void)state;
  static const char good[] = "2026-03-02T17:30:00.25+08:00";
  for (size_t length = 0; length < sizeof good - 1; length++) {
    int64_t value;
    char *copy = test_malloc(length ? length : 1);
    memcpy(copy, good, length);
    assert_false(rpl_datetime_parse((RplSlice){copy, length}, &value, NULL));
    test_free(copy);
  }
}

/* Steps of a prime number of seconds against timegm. */
static void datetimes_agree_with_libc(void **state) {
  (void)state;
  const int64_t step_seconds = 7654321;
  for (int64_t s = RPL_DATE_MIN * RPL_DAY_SECONDS;
       s < (RPL_DATE_MAX + 1) * RPL_DAY_SECONDS; s += step_seconds) {
    char text[RPL_DATETIME_TEXT_BYTES], expected[64];
    struct tm tm;
    time_t seconds = (time_t)s;
    int64_t back;
    assert_non_null(gmtime_r(&seconds, &tm));
    (void)strftime(expected, sizeof expected, "-%m-%dT%H:%M:%SZ", &tm);
    assert_int_equal(
        rpl_datetime_write(s * RPL_SECOND_MICROS, text, sizeof text), 20);
    assert_string_equal(text + 4, expected);
    assert_true(rpl_datetime_parse(rpl_slice_from(text), &back, NULL));
    assert_true(back == s * RPL_SECOND_MICROS);
  }
}

/* ------------------------------------------------ durations and periods */

typedef struct AmountCase {
  const char *text;
  int64_t value;
  const char *canonical;
} AmountCase;

static void durations_accepted(void **state) {
  (void)state;
  static const AmountCase cases[] = {
      {"7d", 7 * DAY, "7d"},
      {"36h", 36 * HOUR, "1d12h"},
      {"1d12h", 36 * HOUR, "1d12h"},
      {"90min", 90 * (HOUR / 60), "1h30min"},
      {"30s", 30000000, "30s"},
      {"250ms", 250000, "250ms"},
      {"2w", 14 * DAY, "14d"},
      {"1us", 1, "1us"},
      {"0s", 0, "0s"},
      {"-0d", 0, "0s"},
      {"0w0us", 0, "0s"},
      {"-1d", -DAY, "-1d"},
      {"-1d12h", -36 * HOUR, "-1d12h"},
      {"1w1d1h1min1s1ms1us", 8 * DAY + HOUR + 61001001, "8d1h1min1s1ms1us"},
      {"007d", 7 * DAY, "7d"},
      {"9223372036854775807us", INT64_MAX, "106751991d4h54s775ms807us"},
      {"-9223372036854775808us", INT64_MIN, "-106751991d4h54s775ms808us"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    int64_t value = 77, back = 78;
    char text[RPL_DURATION_TEXT_BYTES];
    assert_true(
        rpl_duration_parse(rpl_slice_from(cases[i].text), &value, NULL));
    assert_true(value == cases[i].value);
    assert_int_equal(rpl_duration_write(value, text, sizeof text),
                     strlen(cases[i].canonical));
    assert_string_equal(text, cases[i].canonical);
    assert_true(rpl_duration_parse(rpl_slice_from(text), &back, NULL));
    assert_true(back == value);
  }
}

static void durations_refused(void **state) {
  (void)state;
  static const TextCase cases[] = {
      {"", RPL_TIME_SHAPE},
      {"-", RPL_TIME_SHAPE},
      {"d", RPL_TIME_SHAPE},
      {"7", RPL_TIME_SHAPE},
      {"1d12", RPL_TIME_SHAPE},
      {"--1d", RPL_TIME_SHAPE},
      {"+1d", RPL_TIME_SHAPE},
      {" 1d", RPL_TIME_SHAPE},
      {"1 d", RPL_TIME_UNIT},
      {"1d ", RPL_TIME_UNIT},
      {"1d 12h", RPL_TIME_UNIT},
      {"1d-12h", RPL_TIME_UNIT},
      {"1.5d", RPL_TIME_UNIT},
      {"1m", RPL_TIME_UNIT},
      {"1mo", RPL_TIME_UNIT},
      {"1D", RPL_TIME_UNIT},
      {"1days", RPL_TIME_UNIT},
      {"P1D", RPL_TIME_SHAPE},
      {"12h1d", RPL_TIME_ORDER},
      {"1d1d", RPL_TIME_ORDER},
      {"1d1w", RPL_TIME_ORDER},
      {"9223372036854775808us", RPL_TIME_RANGE},
      {"-9223372036854775809us", RPL_TIME_RANGE},
      {"106751992d", RPL_TIME_RANGE},
      {"99999999999999999999999999w", RPL_TIME_RANGE},
      {"106751991d5h", RPL_TIME_RANGE},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    RplTimeError why = RPL_TIME_OK;
    int64_t value = 5;
    assert_false(
        rpl_duration_parse(rpl_slice_from(cases[i].text), &value, &why));
    assert_int_equal(why, cases[i].error);
    assert_true(value == 5);
  }
}

static void periods(void **state) {
  (void)state;
  static const AmountCase cases[] = {
      {"1y2mo", 14, "1y2mo"},
      {"18mo", 18, "1y6mo"},
      {"2y", 24, "2y"},
      {"-5mo", -5, "-5mo"},
      {"0mo", 0, "0mo"},
      {"-1y1mo", -13, "-1y1mo"},
      {"2147483647mo", INT32_MAX, "178956970y7mo"},
      {"-2147483648mo", INT32_MIN, "-178956970y8mo"},
  };
  static const char *const bad[] = {
      "",   "1",   "y",      "2mo1y",        "1y1y",          "1m",
      "1d", "1y2", "1y 2mo", "2147483648mo", "-2147483649mo", "178956971y"};
  int32_t value;
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char text[RPL_PERIOD_TEXT_BYTES];
    assert_true(rpl_period_parse(rpl_slice_from(cases[i].text), &value, NULL));
    assert_int_equal(value, cases[i].value);
    assert_int_equal(rpl_period_write(value, text, sizeof text),
                     strlen(cases[i].canonical));
    assert_string_equal(text, cases[i].canonical);
  }
  for (size_t i = 0; i < COUNT_OF(bad); i++)
    assert_false(rpl_period_parse(rpl_slice_from(bad[i]), &value, NULL));
}

/* ----------------------------------------------------------- arithmetic */

static void datetime_arithmetic(void **state) {
  (void)state;
  int64_t r = 9;
  assert_true(rpl_datetime_add(RPL_DATETIME_MAX - 1, 1, &r));
  assert_true(r == RPL_DATETIME_MAX);
  assert_false(rpl_datetime_add(RPL_DATETIME_MAX, 1, &r));
  assert_false(rpl_datetime_add(RPL_DATETIME_MIN, -1, &r));
  assert_false(rpl_datetime_add(0, INT64_MAX, &r));
  assert_false(rpl_datetime_add(RPL_DATETIME_MAX, INT64_MAX, &r));
  assert_false(rpl_datetime_add(RPL_DATETIME_MAX + 1, -5, &r));
  assert_true(rpl_datetime_sub(RPL_DATETIME_MIN + 1, 1, &r));
  assert_true(r == RPL_DATETIME_MIN);
  assert_false(rpl_datetime_sub(RPL_DATETIME_MIN, 1, &r));
  assert_false(rpl_datetime_sub(0, INT64_MIN, &r));
  assert_true(rpl_datetime_diff(RPL_DATETIME_MAX, RPL_DATETIME_MIN, &r));
  assert_true(r == RPL_DATETIME_MAX - RPL_DATETIME_MIN);
  assert_true(rpl_datetime_diff(0, DAY, &r));
  assert_true(r == -DAY);
  assert_false(rpl_datetime_diff(RPL_DATETIME_MAX + 1, 0, &r));
  assert_false(rpl_datetime_diff(0, RPL_DATETIME_MIN - 1, &r));
}

static void date_arithmetic(void **state) {
  (void)state;
  int64_t r = 9;
  assert_true(rpl_date_add_days(RPL_DATE_MIN, RPL_DATE_MAX - RPL_DATE_MIN, &r));
  assert_true(r == RPL_DATE_MAX);
  assert_false(rpl_date_add_days(RPL_DATE_MAX, 1, &r));
  assert_false(rpl_date_add_days(RPL_DATE_MIN, -1, &r));
  assert_false(rpl_date_add_days(1, INT64_MAX, &r));
  assert_false(rpl_date_add_days(RPL_DATE_MAX + 1, -1, &r));
}

typedef struct MonthCase {
  const char *start;
  int32_t months;
  const char *clamp;
  const char *next;
  RplTimeError strict; /* OK: the same as clamp */
} MonthCase;

static void assert_months(const MonthCase *c, RplMonthEnd rule,
                          const char *expected, RplTimeError error) {
  int64_t start = 0, result = 0;
  RplTimeError why = RPL_TIME_OK;
  char text[RPL_DATE_TEXT_BYTES];
  assert_true(rpl_date_parse(rpl_slice_from(c->start), &start, NULL));
  bool is_ok = rpl_date_add_months(start, c->months, rule, &result, &why);
  assert_int_equal(is_ok, error == RPL_TIME_OK);
  assert_int_equal(why, error);
  if (!is_ok)
    return;
  assert_int_equal(rpl_date_write(result, text, sizeof text), 10);
  assert_string_equal(text, expected);
}

static void adding_months(void **state) {
  (void)state;
  static const MonthCase cases[] = {
      {"2026-01-15", 1, "2026-02-15", "2026-02-15", RPL_TIME_OK},
      {"2026-01-31", 1, "2026-02-28", "2026-03-01", RPL_TIME_MONTH_END},
      {"2024-01-31", 1, "2024-02-29", "2024-03-01", RPL_TIME_MONTH_END},
      {"2024-02-29", 12, "2025-02-28", "2025-03-01", RPL_TIME_MONTH_END},
      {"2024-02-29", 48, "2028-02-29", "2028-02-29", RPL_TIME_OK},
      {"2026-03-31", -1, "2026-02-28", "2026-03-01", RPL_TIME_MONTH_END},
      {"2026-10-31", 1, "2026-11-30", "2026-12-01", RPL_TIME_MONTH_END},
      {"2026-01-31", -1, "2025-12-31", "2025-12-31", RPL_TIME_OK},
      {"2026-12-31", 0, "2026-12-31", "2026-12-31", RPL_TIME_OK},
      {"0001-01-31", 119987, "9999-12-31", "9999-12-31", RPL_TIME_OK},
  };
  static const MonthCase out[] = {
      {"9999-12-01", 1, "", "", RPL_TIME_RANGE},
      {"0001-01-01", -1, "", "", RPL_TIME_RANGE},
      {"2026-01-01", INT32_MAX, "", "", RPL_TIME_RANGE},
      {"2026-01-01", INT32_MIN, "", "", RPL_TIME_RANGE},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    const MonthCase *c = &cases[i];
    assert_months(c, RPL_MONTH_END_CLAMP, c->clamp, RPL_TIME_OK);
    assert_months(c, RPL_MONTH_END_NEXT, c->next, RPL_TIME_OK);
    assert_months(c, RPL_MONTH_END_STRICT, c->clamp, c->strict);
  }
  for (size_t i = 0; i < COUNT_OF(out); i++)
    assert_months(&out[i], RPL_MONTH_END_CLAMP, "", RPL_TIME_RANGE);
  int64_t r;
  assert_false(
      rpl_date_add_months(RPL_DATE_MAX + 1, -1, RPL_MONTH_END_CLAMP, &r, NULL));
}

static void offsets(void **state) {
  (void)state;
  const int32_t east = 8 * 3600;
  int64_t r = 0;
  assert_true(rpl_date_of(16 * HOUR - 1, east, &r));
  assert_true(r == 0);
  assert_true(rpl_date_of(16 * HOUR, east, &r)); /* midnight at +08:00 */
  assert_true(r == 1);
  assert_true(rpl_date_of(-1, 0, &r));
  assert_true(r == -1);
  assert_true(rpl_start_of(1, east, &r));
  assert_true(r == 16 * HOUR);
  assert_true(rpl_start_of(0, -east, &r));
  assert_true(r == 8 * HOUR);
  assert_true(rpl_start_of(0, RPL_OFFSET_MAX_SECONDS, &r));
  assert_false(rpl_start_of(0, RPL_OFFSET_MAX_SECONDS + 1, &r));
  assert_true(rpl_date_of(0, -RPL_OFFSET_MAX_SECONDS, &r));
  assert_false(rpl_date_of(0, -RPL_OFFSET_MAX_SECONDS - 1, &r));
  assert_false(rpl_date_of(0, INT32_MIN, &r));
  assert_false(rpl_start_of(RPL_DATE_MIN, 1, &r));
  assert_false(rpl_date_of(RPL_DATETIME_MAX, 1, &r));
  assert_false(rpl_date_of(RPL_DATETIME_MIN, -1, &r));
  assert_false(rpl_date_of(RPL_DATETIME_MAX + 1, 0, &r));
  assert_false(rpl_start_of(RPL_DATE_MAX + 1, 0, &r));
}

static void every_error_has_a_text(void **state) {
  (void)state;
  for (int error = RPL_TIME_OK; error <= RPL_TIME_MONTH_END; error++)
    assert_string_not_equal(rpl_time_error_text((RplTimeError)error),
                            "unknown error");
  assert_string_equal(rpl_time_error_text(RPL_TIME_FINER),
                      "finer than microseconds");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_day_counts_up),
      cmocka_unit_test(days_agree_with_libc),
      cmocka_unit_test(limits_of_dates),
      cmocka_unit_test(date_texts),
      cmocka_unit_test(writers_refuse),
      cmocka_unit_test(datetimes_accepted),
      cmocka_unit_test(datetimes_refused),
      cmocka_unit_test(datetime_prefixes_refused),
      cmocka_unit_test(datetimes_agree_with_libc),
      cmocka_unit_test(durations_accepted),
      cmocka_unit_test(durations_refused),
      cmocka_unit_test(periods),
      cmocka_unit_test(datetime_arithmetic),
      cmocka_unit_test(date_arithmetic),
      cmocka_unit_test(adding_months),
      cmocka_unit_test(offsets),
      cmocka_unit_test(every_error_has_a_text),
  };
  return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
