/* SPDX-License-Identifier: Apache-2.0
 * civil.c - see civil.h. Days and instants; the texts of durations and periods
 * are in the second half. */
#include "vm/civil.h"

#include <string.h>

#include "vm/civil_year.h"

static bool fail(RplTimeError *why, RplTimeError error) {
  if (why)
    *why = error;
  return false;
}

const char *rpl_time_error_text(RplTimeError error) {
  switch (error) {
  case RPL_TIME_OK:
    return "no error";
  case RPL_TIME_SHAPE:
    return "not of the expected form";
  case RPL_TIME_NO_DAY:
    return "no such day in the calendar";
  case RPL_TIME_NO_TIME:
    return "no such time of day";
  case RPL_TIME_OFFSET:
    return "an offset is needed, `Z` or like +08:00";
  case RPL_TIME_FINER:
    return "finer than microseconds";
  case RPL_TIME_RANGE:
    return "out of range";
  case RPL_TIME_UNIT:
    return "no such unit of time";
  case RPL_TIME_ORDER:
    return "units must descend, each at most once";
  case RPL_TIME_MONTH_END:
    return "the month has no such day";
  }
  return "unknown error";
}

/* ------------------------------------------------------------ calendar */

static bool is_date(int64_t date) {
  return date >= RPL_DATE_MIN && date <= RPL_DATE_MAX;
}

static bool is_datetime(int64_t datetime) {
  return datetime >= RPL_DATETIME_MIN && datetime <= RPL_DATETIME_MAX;
}

static bool is_year(int64_t year) {
  return year >= RPL_YEAR_MIN && year <= RPL_YEAR_MAX;
}

/* Quotient rounded down, for a positive divisor. */
static int64_t floor_div(int64_t value, int64_t divisor) {
  int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

bool rpl_year_is_leap(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t rpl_month_days(int64_t year, int64_t month) {
  static const int8_t days[12] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12)
    return 0;
  return days[month - 1] + (month == 2 && rpl_year_is_leap(year));
}

/* A year that begins on 1 March ends with the leap day, so that the days before
 * month m (0 = March) are (153 m + 2) / 5 in every year. */
static int64_t day_number(int64_t year, int64_t month, int64_t day) {
  int64_t march_year = month <= 2 ? year - 1 : year;
  int64_t march_month = month <= 2 ? month + 9 : month - 3;
  int64_t era = floor_div(march_year, 400);
  int64_t year_of_era = march_year - era * 400;
  int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;
  int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * RPL_ERA_DAYS + day_of_era - RPL_EPOCH_SHIFT;
}

bool rpl_date_from_ymd(int64_t year, int64_t month, int64_t day,
                       int64_t *date) {
  if (!is_year(year) || day < 1 || day > rpl_month_days(year, month))
    return false;
  /* as day_number, for years that are not negative */
  uint32_t early = month <= 2, march_year = (uint32_t)year - early;
  uint32_t march_month = (uint32_t)month + 12 * early - 3;
  uint32_t century = march_year / 100;
  *date = (int64_t)(march_year * 365 + march_year / 4 - century + century / 4 +
                    (153 * march_month + 2) / 5 + (uint32_t)day) -
          1 - RPL_EPOCH_SHIFT;
  return true;
}

int64_t rpl_date_year(int64_t date) {
  return rpl_year_of_march_day(rpl_march_day(date));
}

bool rpl_date_to_ymd(int64_t date, RplYmd *ymd) {
  if (!is_date(date))
    return false;
  RplMarchDay day = rpl_march_day(date);
  uint32_t months = 2141 * day.of_year + 197913; /* and days, of 65536 */
  bool is_late = day.of_year >= RPL_FIRST_OF_JANUARY;
  ymd->year = day.year + is_late;
  ymd->month = (int32_t)(months >> 16) - (is_late ? 12 : 0);
  ymd->day = (int32_t)((months & 0xFFFF) / 2141) + 1;
  return true;
}

int32_t rpl_date_weekday(int64_t date) {
  int64_t since_thursday = date % 7; /* 1970-01-01 was a Thursday */
  return (int32_t)((since_thursday + 10) % 7 + 1);
}

/* ------------------------------------------------------- reading a text */

/* What is left of the text that is being read. */
typedef struct Cursor {
  const char *at;
  const char *end;
} Cursor;

static Cursor cursor_of(RplSlice text) {
  if (!text.length)
    return (Cursor){"", ""};
  return (Cursor){text.data, text.data + text.length};
}

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static bool next_is_digit(const Cursor *cursor) {
  return cursor->at < cursor->end && is_digit(*cursor->at);
}

static bool take_char(Cursor *cursor, char wanted) {
  if (cursor->at == cursor->end || *cursor->at != wanted)
    return false;
  cursor->at++;
  return true;
}

/* Reads exactly `count` digits. */
static bool take_digits(Cursor *cursor, int count, int32_t *value) {
  int32_t sum = 0;
  for (int i = 0; i < count; i++) {
    if (!next_is_digit(cursor))
      return false;
    sum = sum * 10 + (*cursor->at++ - '0');
  }
  *value = sum;
  return true;
}

static bool take_date(Cursor *cursor, int64_t *date, RplTimeError *why) {
  int32_t year, month, day;
  if (!take_digits(cursor, 4, &year) || !take_char(cursor, '-') ||
      !take_digits(cursor, 2, &month) || !take_char(cursor, '-') ||
      !take_digits(cursor, 2, &day))
    return fail(why, RPL_TIME_SHAPE);
  if (!is_year(year))
    return fail(why, RPL_TIME_RANGE);
  if (!rpl_date_from_ymd(year, month, day, date))
    return fail(why, RPL_TIME_NO_DAY);
  return true;
}

bool rpl_date_parse(RplSlice text, int64_t *date, RplTimeError *why) {
  Cursor cursor = cursor_of(text);
  int64_t value;
  if (text.length != RPL_DATE_TEXT_BYTES - 1)
    return fail(why, RPL_TIME_SHAPE);
  if (!take_date(&cursor, &value, why))
    return false;
  *date = value;
  return true;
}

/* Reads hh:mm:ss as microseconds of the day. */
static bool take_clock(Cursor *cursor, int64_t *micros, RplTimeError *why) {
  int32_t hour, minute, second;
  if (!take_digits(cursor, 2, &hour) || !take_char(cursor, ':') ||
      !take_digits(cursor, 2, &minute) || !take_char(cursor, ':') ||
      !take_digits(cursor, 2, &second))
    return fail(why, RPL_TIME_SHAPE);
  if (hour > 23 || minute > 59 || second > 59)
    return fail(why, RPL_TIME_NO_TIME);
  int64_t seconds = (int64_t)hour * 3600 + minute * 60 + second;
  *micros = seconds * RPL_SECOND_MICROS;
  return true;
}

/* Adds the digits after the point, if there is one. */
static bool take_fraction(Cursor *cursor, int64_t *micros, RplTimeError *why) {
  if (!take_char(cursor, '.'))
    return true;
  if (!next_is_digit(cursor))
    return fail(why, RPL_TIME_SHAPE);
  for (int64_t unit = RPL_SECOND_MICROS / 10; next_is_digit(cursor);
       unit /= 10) {
    int64_t digit = *cursor->at++ - '0';
    if (!unit && digit)
      return fail(why, RPL_TIME_FINER);
    *micros += digit * unit;
  }
  return true;
}

static bool take_offset(Cursor *cursor, int64_t *seconds, RplTimeError *why) {
  int32_t hours, minutes;
  if (take_char(cursor, 'Z') || take_char(cursor, 'z')) {
    *seconds = 0;
    return true;
  }
  bool is_west = take_char(cursor, '-');
  if (!is_west && !take_char(cursor, '+'))
    return fail(why, RPL_TIME_OFFSET);
  if (!take_digits(cursor, 2, &hours) || !take_char(cursor, ':') ||
      !take_digits(cursor, 2, &minutes) || hours > 23 || minutes > 59)
    return fail(why, RPL_TIME_OFFSET);
  int64_t ahead = (int64_t)hours * 3600 + minutes * 60;
  *seconds = is_west ? -ahead : ahead;
  return true;
}

bool rpl_datetime_parse(RplSlice text, int64_t *datetime, RplTimeError *why) {
  Cursor cursor = cursor_of(text);
  int64_t date, micros, offset;
  if (!take_date(&cursor, &date, why))
    return false;
  if (!take_char(&cursor, 'T') && !take_char(&cursor, 't'))
    return fail(why, RPL_TIME_SHAPE);
  if (!take_clock(&cursor, &micros, why) ||
      !take_fraction(&cursor, &micros, why) ||
      !take_offset(&cursor, &offset, why))
    return false;
  if (cursor.at != cursor.end)
    return fail(why, RPL_TIME_SHAPE);
  int64_t value = date * RPL_DAY_MICROS + micros - offset * RPL_SECOND_MICROS;
  if (!is_datetime(value))
    return fail(why, RPL_TIME_RANGE);
  *datetime = value;
  return true;
}

/* ------------------------------------------------------- writing a text */

/* Writes exactly `count` digits, with leading zeros. */
static char *put_digits(char *at, int64_t value, int count) {
  for (int i = count - 1; i >= 0; i--) {
    at[i] = (char)('0' + value % 10);
    value /= 10;
  }
  return at + count;
}

static char *put_date(char *at, const RplYmd *ymd) {
  at = put_digits(at, ymd->year, 4);
  *at++ = '-';
  at = put_digits(at, ymd->month, 2);
  *at++ = '-';
  return put_digits(at, ymd->day, 2);
}

/* Ends a text; `size` was checked by the caller. */
static size_t finish(const char *buffer, char *at) {
  *at = '\0';
  return (size_t)(at - buffer);
}

static size_t no_text(char *buffer, size_t size) {
  if (size)
    buffer[0] = '\0';
  return 0;
}

size_t rpl_date_write(int64_t date, char *buffer, size_t size) {
  RplYmd ymd;
  if (size < RPL_DATE_TEXT_BYTES || !rpl_date_to_ymd(date, &ymd))
    return no_text(buffer, size);
  return finish(buffer, put_date(buffer, &ymd));
}

size_t rpl_datetime_write(int64_t datetime, char *buffer, size_t size) {
  RplYmd ymd;
  int64_t date = floor_div(datetime, RPL_DAY_MICROS);
  if (size < RPL_DATETIME_TEXT_BYTES || !rpl_date_to_ymd(date, &ymd))
    return no_text(buffer, size);
  int64_t micros = datetime - date * RPL_DAY_MICROS;
  int64_t seconds = micros / RPL_SECOND_MICROS;
  int64_t fraction = micros % RPL_SECOND_MICROS;
  char *at = put_date(buffer, &ymd);
  *at++ = 'T';
  at = put_digits(at, seconds / 3600, 2);
  *at++ = ':';
  at = put_digits(at, seconds / 60 % 60, 2);
  *at++ = ':';
  at = put_digits(at, seconds % 60, 2);
  if (fraction) {
    *at++ = '.';
    at = put_digits(at, fraction, 6);
    while (at[-1] == '0')
      at--;
  }
  *at++ = 'Z';
  return finish(buffer, at);
}

/* ---------------------------------------------- durations and periods */

/* A unit and what it is worth in the smallest one of its kind. */
typedef struct Unit {
  char name[4];
  int64_t worth;
  bool is_written; /* occurs in canonical text */
} Unit;

static const Unit duration_units[] = {
    {"w", 7 * RPL_DAY_MICROS, false},
    {"d", RPL_DAY_MICROS, true},
    {"h", 3600 * RPL_SECOND_MICROS, true},
    {"min", 60 * RPL_SECOND_MICROS, true},
    {"s", RPL_SECOND_MICROS, true},
    {"ms", 1000, true},
    {"us", 1, true},
};

static const Unit period_units[] = {{"y", 12, true}, {"mo", 1, true}};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Reads a number as a negative one, since that range is the larger. */
static bool take_negative(Cursor *cursor, int64_t *value, RplTimeError *why) {
  int64_t sum = 0;
  if (!next_is_digit(cursor))
    return fail(why, RPL_TIME_SHAPE);
  while (next_is_digit(cursor)) {
    int digit = *cursor->at++ - '0';
    if (__builtin_mul_overflow(sum, (int64_t)10, &sum) ||
        __builtin_sub_overflow(sum, (int64_t)digit, &sum))
      return fail(why, RPL_TIME_RANGE);
  }
  *value = sum;
  return true;
}

/* Reads the letters up to the next digit; returns the index of that unit, or
 * `count`. */
static size_t take_unit(Cursor *cursor, const Unit *units, size_t count) {
  const char *start = cursor->at;
  while (cursor->at < cursor->end && !is_digit(*cursor->at))
    cursor->at++;
  size_t length = (size_t)(cursor->at - start);
  for (size_t i = 0; i < count; i++)
    if (strlen(units[i].name) == length &&
        memcmp(units[i].name, start, length) == 0)
      return i;
  return count;
}

static bool take_sum(Cursor *cursor, const Unit *units, size_t count,
                     int64_t *total, RplTimeError *why) {
  size_t next_unit = 0;
  int64_t sum = 0;
  do {
    int64_t part;
    if (!take_negative(cursor, &part, why))
      return false;
    if (cursor->at == cursor->end)
      return fail(why, RPL_TIME_SHAPE);
    size_t unit = take_unit(cursor, units, count);
    if (unit == count)
      return fail(why, RPL_TIME_UNIT);
    if (unit < next_unit)
      return fail(why, RPL_TIME_ORDER);
    next_unit = unit + 1;
    if (__builtin_mul_overflow(part, units[unit].worth, &part) ||
        __builtin_add_overflow(sum, part, &sum))
      return fail(why, RPL_TIME_RANGE);
  } while (cursor->at < cursor->end);
  *total = sum;
  return true;
}

static bool parse_units(RplSlice text, const Unit *units, size_t count,
                        int64_t *value, RplTimeError *why) {
  Cursor cursor = cursor_of(text);
  bool is_negative = take_char(&cursor, '-');
  int64_t sum;
  if (!take_sum(&cursor, units, count, &sum, why))
    return false;
  if (!is_negative && __builtin_sub_overflow((int64_t)0, sum, &sum))
    return fail(why, RPL_TIME_RANGE);
  *value = sum;
  return true;
}

static char *put_number(char *at, uint64_t value) {
  char digits[20];
  size_t count = 0;
  do {
    digits[count++] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  while (count)
    *at++ = digits[--count];
  return at;
}

static char *put_name(char *at, const char *name) {
  while (*name)
    *at++ = *name++;
  return at;
}

static size_t write_units(int64_t value, const Unit *units, size_t count,
                          const char *zero, char *buffer) {
  char *at = buffer;
  uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  if (!rest)
    return finish(buffer, put_name(at, zero));
  if (value < 0)
    *at++ = '-';
  for (size_t i = 0; i < count; i++) {
    uint64_t worth = (uint64_t)units[i].worth;
    if (!units[i].is_written || rest < worth)
      continue;
    at = put_name(put_number(at, rest / worth), units[i].name);
    rest %= worth;
  }
  return finish(buffer, at);
}

bool rpl_duration_parse(RplSlice text, int64_t *duration, RplTimeError *why) {
  return parse_units(text, duration_units, COUNT_OF(duration_units), duration,
                     why);
}

size_t rpl_duration_write(int64_t duration, char *buffer, size_t size) {
  if (size < RPL_DURATION_TEXT_BYTES)
    return no_text(buffer, size);
  return write_units(duration, duration_units, COUNT_OF(duration_units), "0s",
                     buffer);
}

bool rpl_period_parse(RplSlice text, int32_t *months, RplTimeError *why) {
  int64_t sum;
  if (!parse_units(text, period_units, COUNT_OF(period_units), &sum, why))
    return false;
  if (sum < INT32_MIN || sum > INT32_MAX)
    return fail(why, RPL_TIME_RANGE);
  *months = (int32_t)sum;
  return true;
}

size_t rpl_period_write(int32_t months, char *buffer, size_t size) {
  if (size < RPL_PERIOD_TEXT_BYTES)
    return no_text(buffer, size);
  return write_units(months, period_units, COUNT_OF(period_units), "0mo",
                     buffer);
}

/* ----------------------------------------------------------- arithmetic */

static bool keep_datetime(int64_t value, int64_t *result) {
  if (!is_datetime(value))
    return false;
  *result = value;
  return true;
}

static bool keep_date(int64_t value, int64_t *result) {
  if (!is_date(value))
    return false;
  *result = value;
  return true;
}

bool rpl_datetime_add(int64_t datetime, int64_t duration, int64_t *result) {
  int64_t sum;
  return is_datetime(datetime) &&
         !__builtin_add_overflow(datetime, duration, &sum) &&
         keep_datetime(sum, result);
}

bool rpl_datetime_sub(int64_t datetime, int64_t duration, int64_t *result) {
  int64_t difference;
  return is_datetime(datetime) &&
         !__builtin_sub_overflow(datetime, duration, &difference) &&
         keep_datetime(difference, result);
}

bool rpl_datetime_diff(int64_t to, int64_t from, int64_t *duration) {
  if (!is_datetime(to) || !is_datetime(from))
    return false;
  *duration = to - from; /* the whole range is 3.2e17 microseconds */
  return true;
}

bool rpl_date_add_days(int64_t date, int64_t days, int64_t *result) {
  int64_t sum;
  return is_date(date) && !__builtin_add_overflow(date, days, &sum) &&
         keep_date(sum, result);
}

bool rpl_date_add_months(int64_t date, int32_t months, RplMonthEnd rule,
                         int64_t *result, RplTimeError *why) {
  RplYmd ymd;
  if (!rpl_date_to_ymd(date, &ymd))
    return fail(why, RPL_TIME_RANGE);
  int64_t month_index = (int64_t)ymd.year * 12 + ymd.month - 1 + months;
  int64_t year = floor_div(month_index, 12);
  int64_t month = month_index - year * 12 + 1;
  int64_t day = ymd.day;
  int64_t last = rpl_month_days(year, month);
  if (!is_year(year))
    return fail(why, RPL_TIME_RANGE);
  if (day > last && rule == RPL_MONTH_END_STRICT)
    return fail(why, RPL_TIME_MONTH_END);
  if (day > last) /* a month that is too short is never December */
    day = rule == RPL_MONTH_END_NEXT ? last + 1 : last;
  *result = day_number(year, month, last) + (day - last);
  return true;
}

static bool is_offset(int32_t offset) {
  return offset >= -RPL_OFFSET_MAX_SECONDS && offset <= RPL_OFFSET_MAX_SECONDS;
}

bool rpl_date_of(int64_t datetime, int32_t offset, int64_t *date) {
  if (!is_datetime(datetime) || !is_offset(offset))
    return false;
  int64_t local = datetime + offset * RPL_SECOND_MICROS;
  return keep_date(floor_div(local, RPL_DAY_MICROS), date);
}

bool rpl_start_of(int64_t date, int32_t offset, int64_t *datetime) {
  if (!is_date(date) || !is_offset(offset))
    return false;
  return keep_datetime(date * RPL_DAY_MICROS - offset * RPL_SECOND_MICROS,
                       datetime);
}
