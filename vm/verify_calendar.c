/* SPDX-License-Identifier: Apache-2.0
 * verify_calendar.c - the part of the verifier that judges calendars, after
 * which vm/calendar.c computes with them without looking again. */
#include "vm/verify.h"

#include "vm/civil.h"

#define WEEK_BITS 0x7Fu

/* The last day that there is, counted as calendars count. */
#define LAST_DAY ((uint32_t)(RPL_DATE_MAX - RPL_DATE_MIN))

/* Listed days ascend in the span, on weekends or not as their list wants. */
static bool check_days(RplVerifier *v, const RplCalendar *calendar,
                       const uint32_t *days, uint32_t count, bool on_weekend) {
  for (uint32_t i = 0; i < count; i++) {
    if (days[i] < calendar->first || days[i] > calendar->last)
      return rpl_verify_refuse(v, "a calendar lists a day outside its span");
    if (i && days[i] <= days[i - 1])
      return rpl_verify_refuse(v, "a calendar's days are not in order");
    if (rpl_calendar_is_weekend(calendar->weekend, days[i]) != on_weekend)
      return rpl_verify_refuse(v, "a calendar lists a day without effect");
  }
  return true;
}

static bool read_calendar(RplVerifier *v, const RplCalendarRecord *record,
                          RplCalendar *calendar) {
  const uint32_t *items = (const uint32_t *)rpl_lists(v->tables);
  *calendar = (RplCalendar){.name = rpl_string(v->tables, record->name),
                            .first = record->first,
                            .last = record->last,
                            .weekend = record->weekend,
                            .holiday_count = record->holidays_count,
                            .workday_count = record->workdays_count,
                            .holidays = items + record->holidays,
                            .workdays = items + record->workdays};
  if (!rpl_verify_new_name(v, record->name))
    return rpl_verify_refuse(v, "two calendars have the same name");
  if (record->first > record->last || record->last > LAST_DAY)
    return rpl_verify_refuse(v, "a calendar's span is no span of days");
  if (record->weekend & ~WEEK_BITS)
    return rpl_verify_refuse(v, "a weekend has a day that no week has");
  if (record->holidays_count > RPL_MAX_CALENDAR_DAYS ||
      record->workdays_count > RPL_MAX_CALENDAR_DAYS - record->holidays_count)
    return rpl_verify_limit(v, "a calendar lists too many days");
  return check_days(v, calendar, calendar->holidays, calendar->holiday_count,
                    false) &&
         check_days(v, calendar, calendar->workdays, calendar->workday_count,
                    true);
}

bool rpl_verify_calendars(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_CALENDARS);
  RplCalendar *calendars = rpl_arena_array(v->arena, count, sizeof *calendars);
  if (!calendars)
    return rpl_verify_memory(v);
  v->image->calendars = calendars;
  for (rpl_verify_open_scope(v); v->row < count; v->row++)
    if (!read_calendar(v, &rpl_calendars(v->tables)[v->row],
                       &calendars[v->row]))
      return false;
  return true;
}
