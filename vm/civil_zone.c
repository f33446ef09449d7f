/* SPDX-License-Identifier: Apache-2.0
 * civil_zone.c - fixed zones and business days; see civil.h. */
#include "vm/civil.h"
#include "vm/text.h"
#include "vm/type.h"

static bool digit(RplSlice text, size_t at, int *value) {
  if (at >= text.length || text.data[at] < '0' || text.data[at] > '9')
    return false;
  *value = *value * 10 + (text.data[at] - '0');
  return true;
}

bool rpl_zone_parse(RplSlice text, int32_t *seconds) {
  int hours = 0, minutes = 0;
  if (rpl_slice_is(text, "UTC") || rpl_slice_is(text, "Z")) {
    *seconds = 0;
    return true;
  }
  if (text.length != 6 || (text.data[0] != '+' && text.data[0] != '-') ||
      text.data[3] != ':' || !digit(text, 1, &hours) ||
      !digit(text, 2, &hours) || !digit(text, 4, &minutes) ||
      !digit(text, 5, &minutes) || hours > 23 || minutes > 59)
    return false;
  int32_t east = hours * 3600 + minutes * 60;
  *seconds = text.data[0] == '-' ? -east : east;
  return true;
}

static void two_digits(char *text, size_t *length, int32_t value) {
  text[(*length)++] = (char)('0' + value / 10);
  text[(*length)++] = (char)('0' + value % 10);
}

size_t rpl_zone_write(int32_t seconds, char *text, size_t size) {
  size_t length = 0;
  if (size < RPL_ZONE_TEXT_BYTES || seconds > RPL_MAX_ZONE_SECONDS ||
      seconds < -RPL_MAX_ZONE_SECONDS)
    return 0;
  int32_t east = seconds < 0 ? -seconds : seconds;
  if (seconds == 0) {
    text[length++] = 'U';
    text[length++] = 'T';
    text[length++] = 'C';
  } else {
    text[length++] = seconds < 0 ? '-' : '+';
    two_digits(text, &length, east / 3600);
    text[length++] = ':';
    two_digits(text, &length, east / 60 % 60);
    if (east % 60) {
      text[length++] = ':';
      two_digits(text, &length, east % 60);
    }
  }
  text[length] = '\0';
  return length;
}

/* Whole weeks move by seven days; what is left steps over a weekend at most
 * once. */
bool rpl_date_add_business(int64_t date, int64_t count, int64_t *result) {
  int64_t days;
  if (count < 0 || count > INT32_MAX || date < RPL_DATE_MIN ||
      date > RPL_DATE_MAX)
    return false;
  /* 1970-01-01 was a Thursday: Monday is 0 */
  int64_t weekday = ((date + 3) % 7 + 7) % 7;
  if (count > 0 && weekday > 4) { /* a weekend counts from its Friday */
    date -= weekday - 4;
    weekday = 4;
  }
  days = count / 5 * 7 + count % 5;
  if (weekday + count % 5 > 4)
    days += 2;
  if (count == 0)
    days = 0;
  return rpl_date_add_days(date, days, result);
}
