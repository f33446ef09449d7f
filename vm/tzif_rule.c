/* SPDX-License-Identifier: Apache-2.0
 * tzif_rule.c - POSIX TZ strings; see tzif.h and RFC 8536, section 3.3. */
#include "vm/tzif.h"

#include <string.h>

#include "vm/civil.h"

#define HOUR_SECONDS 3600

/* ---- reading ------------------------------------------------------------ */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Takes a character if it is the next one. */
static bool take(RplSlice *text, char c) {
  if (!text->length || text->data[0] != c)
    return false;
  text->data++;
  text->length--;
  return true;
}

/* One to three digits, at most `most`. */
static bool take_number(RplSlice *text, int32_t most, int32_t *number) {
  unsigned digits = 0;
  *number = 0;
  for (; text->length && is_digit(text->data[0]) && digits < 4; digits++) {
    *number = *number * 10 + (text->data[0] - '0');
    text->data++;
    text->length--;
  }
  return digits > 0 && digits < 4 && *number <= most;
}

/* Three letters or more, or anything plain between angle brackets; a name means
 * nothing here. */
static bool take_name(RplSlice *text) {
  bool is_quoted = take(text, '<');
  size_t length = 0;
  while (length < text->length) {
    char c = text->data[length];
    if (!is_letter(c) && !(is_quoted && (is_digit(c) || c == '+' || c == '-')))
      break;
    length++;
  }
  text->data += length;
  text->length -= length;
  return length >= 3 && (!is_quoted || take(text, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(RplSlice *text, int32_t most_hours, int32_t *seconds) {
  int32_t hours, minutes = 0, rest = 0;
  bool is_negative = take(text, '-');
  if (!is_negative)
    (void)take(text, '+');
  if (!take_number(text, most_hours, &hours))
    return false;
  if (take(text, ':')) {
    if (!take_number(text, 59, &minutes))
      return false;
    if (take(text, ':') && !take_number(text, 59, &rest))
      return false;
  }
  *seconds = (hours * 60 + minutes) * 60 + rest;
  if (is_negative)
    *seconds = -*seconds;
  return true;
}

/* A distance from UTC; POSIX counts to the west. */
static bool take_offset(RplSlice *text, int32_t *east) {
  if (!take_time(text, 24, east) || *east > RPL_OFFSET_MAX_SECONDS ||
      *east < -RPL_OFFSET_MAX_SECONDS)
    return false;
  *east = -*east;
  return true;
}

static bool take_date(RplSlice *text, RplZoneDay *day) {
  if (take(text, 'M')) {
    day->form = 'M';
    return take_number(text, 12, &day->month) && day->month > 0 &&
           take(text, '.') && take_number(text, 5, &day->week) &&
           day->week > 0 && take(text, '.') && take_number(text, 6, &day->day);
  }
  day->form = take(text, 'J') ? 'J' : '0';
  return take_number(text, 365, &day->day) &&
         (day->form == '0' || day->day > 0);
}

static bool take_day(RplSlice *text, RplZoneDay *day) {
  day->seconds = 2 * HOUR_SECONDS;
  return take(text, ',') && take_date(text, day) &&
         (!take(text, '/') || take_time(text, 167, &day->seconds));
}

bool rpl_tzif_read_rule(RplSlice text, RplZoneRule *rule) {
  memset(rule, 0, sizeof *rule);
  if (!take_name(&text) || !take_offset(&text, &rule->standard))
    return false;
  if (!text.length)
    return true;
  rule->is_summer_kept = true;
  rule->summer = rule->standard + HOUR_SECONDS;
  if (!take_name(&text))
    return false;
  if (text.length && text.data[0] != ',' && !take_offset(&text, &rule->summer))
    return false;
  return rule->summer <= RPL_OFFSET_MAX_SECONDS &&
         take_day(&text, &rule->start) && take_day(&text, &rule->end) &&
         !text.length;
}

/* ---- asking ------------------------------------------------------------- */

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* The day number of January 1, also of years next to the valid ones. */
static int64_t first_day(int64_t year) {
  int64_t before = year - 1;
  return RPL_DATE_MIN + before * 365 + floor_div(before, 4) -
         floor_div(before, 100) + floor_div(before, 400);
}

static int64_t day_of_week_rule(const RplZoneDay *rule, int64_t year) {
  int64_t first = first_day(year);
  for (int32_t month = 1; month < rule->month; month++)
    first += rpl_month_days(year, month);
  int64_t wanted = rule->day == 0 ? 7 : rule->day; /* as ISO counts */
  int64_t day = (wanted - rpl_date_weekday(first) + 7) % 7 +
                (int64_t)(rule->week - 1) * 7;
  while (day >= rpl_month_days(year, rule->month))
    day -= 7; /* the last one */
  return first + day;
}

/* Seconds by the clocks of that day's midnight. */
static int64_t local_of(const RplZoneDay *rule, int64_t year) {
  int64_t day;
  if (rule->form == 'M')
    day = day_of_week_rule(rule, year);
  else if (rule->form == 'J') /* February 29 is never counted */
    day = first_day(year) + rule->day - 1 +
          (rule->day >= 60 && rpl_year_is_leap(year));
  else
    day = first_day(year) + rule->day;
  return day * RPL_DAY_SECONDS + rule->seconds;
}

typedef struct Change {
  int64_t at;
  int32_t offset;
} Change;

enum { YEARS = 5, CHANGES = 2 * YEARS };

/* Keeps order; of two at once the one added later stands behind. */
static void add(Change *changes, unsigned count, Change change) {
  unsigned i = count;
  for (; i && changes[i - 1].at > change.at; i--)
    changes[i] = changes[i - 1];
  changes[i] = change;
}

static int64_t year_of(int64_t instant) {
  RplYmd ymd = {0};
  int64_t day = floor_div(instant, RPL_DAY_SECONDS);
  if (day < RPL_DATE_MIN)
    day = RPL_DATE_MIN;
  if (day > RPL_DATE_MAX)
    day = RPL_DATE_MAX;
  (void)rpl_date_to_ymd(day, &ymd);
  return ymd.year;
}

/* The changes of the year and of two on either side, since rules may move a
 * change by a week into another year. */
RplZoneSpan rpl_tzif_rule_span(const RplZoneRule *rule, int64_t instant) {
  Change changes[CHANGES];
  RplZoneSpan span = {INT64_MIN, INT64_MAX, rule->standard};
  if (!rule->is_summer_kept)
    return span;
  int64_t year = year_of(instant) - YEARS / 2;
  for (unsigned i = 0; i < YEARS; i++, year++) {
    add(changes, 2 * i,
        (Change){local_of(&rule->start, year) - rule->standard, rule->summer});
    add(changes, 2 * i + 1,
        (Change){local_of(&rule->end, year) - rule->summer, rule->standard});
  }
  for (unsigned i = 0; i < CHANGES; i++) {
    if (changes[i].at > instant) {
      span.end = changes[i].at;
      break;
    }
    span.begin = changes[i].at;
    span.offset = changes[i].offset;
  }
  return span;
}
