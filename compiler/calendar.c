/* SPDX-License-Identifier: Apache-2.0
 * calendar.c - see calendar.h. Ranges are written out as days, which are
 * sorted; then neighbours show what stands twice. */
#include "compiler/calendar.h"

#include <stdlib.h>

#include "compiler/check.h"
#include "vm/civil.h"
#include "vm/number.h"
#include "vm/text.h"

/* A day of a list, and the item that it comes from. */
typedef struct Listed {
  uint32_t day;
  bool is_work;
  const RplCalendarItem *item;
} Listed;

typedef struct Reading {
  RplPolicy *policy;
  RplCalendarDecl *decl;
  const RplCalendarItem *covers;  /* NULL: not there */
  const RplCalendarItem *weekend; /* its first item; NULL: not there */
  Listed *listed;
  size_t count, capacity;
  bool is_bad;      /* something was reported */
  bool has_span;    /* what it covers was understood */
  bool is_week_bad; /* its weekend was not */
} Reading;

/* ---- reports ------------------------------------------------------------- */

static void wrong(Reading *reading, const RplExpr *expr, const char *expected) {
  RplPolicy *policy = reading->policy;
  rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, expr->span,
                    rpl_slice(expected),
                    rpl_span_text(policy->compile->sources, expr->span));
  reading->is_bad = true;
}

static void bad_day(Reading *reading, RplSpan span, const char *why) {
  RplPolicy *policy = reading->policy;
  rpl_check_report2(policy, RPL_DIAG_CALENDAR_DAY, span,
                    rpl_span_text(policy->compile->sources, span),
                    rpl_slice(why));
  reading->is_bad = true;
}

static RplSpan span_of(const RplCalendarItem *item) {
  return item->to ? rpl_span_join(item->from->span, item->to->span)
                  : item->from->span;
}

static void add(Reading *reading, uint32_t day, bool is_work,
                const RplCalendarItem *item) {
  void *items = reading->listed;
  if (rpl_policy_grow(reading->policy, &items, reading->count,
                      &reading->capacity, sizeof *reading->listed)) {
    reading->listed = items;
    reading->listed[reading->count++] = (Listed){day, is_work, item};
  }
}

/* ---- the values of items --------------------------------------------------
 */

/* A year of `covers`: a whole number from 1 to 9999. */
static bool read_year(Reading *reading, const RplExpr *expr, int64_t *year) {
  RplNumber number;
  if (expr->kind == RPL_EXPR_NUMBER && expr->text.length <= 4 &&
      rpl_number_parse(reading->policy->compile->arena, expr->text, &number) ==
          RPL_NUMBER_OK &&
      rpl_number_to_int64(number, year) && *year >= RPL_YEAR_MIN)
    return true;
  wrong(reading, expr, "a year such as 2026");
  return false;
}

static bool read_weekday(Reading *reading, const RplExpr *expr,
                         uint32_t *weekday) {
  static const char *const names[] = {"monday",   "tuesday", "wednesday",
                                      "thursday", "friday",  "saturday",
                                      "sunday"};
  RplSlice texts[7], word = {NULL, 0};
  if (expr->kind == RPL_EXPR_NAME)
    word = rpl_policy_text(reading->policy, expr->name);
  for (uint32_t i = 0; i < 7; i++) {
    texts[i] = rpl_slice(names[i]);
    if (rpl_slice_equal(word, texts[i])) {
      *weekday = i;
      return true;
    }
  }
  wrong(reading, expr, "a day of the week such as saturday");
  RplSlice nearest = rpl_nearest(word, texts, 7);
  if (nearest.length)
    rpl_check_help(reading->policy, "did you mean `{}`?", nearest);
  return false;
}

static bool read_date(Reading *reading, RplExpr *expr, uint32_t *day) {
  int64_t date;
  if (expr->kind != RPL_EXPR_DATE) {
    wrong(reading, expr, "a date");
    return false;
  }
  if (rpl_type_is_poison(rpl_check_time(reading->policy, expr)) ||
      !rpl_date_parse(expr->text, &date, NULL)) {
    reading->is_bad = true;
    return false;
  }
  *day = (uint32_t)(date - RPL_DATE_MIN);
  return true;
}

/* ---- parts ----------------------------------------------------------------
 */

/* `covers 2025 to 2027`: from the first day of the one to the last of the
 * other. */
static void read_covers(Reading *reading, const RplCalendarItem *item) {
  RplCalendar *days = &reading->decl->days;
  int64_t first, last, date;
  if (reading->covers) {
    rpl_report(reading->policy->compile->report, RPL_DIAG_TWICE,
               item->part.span, NULL);
    reading->is_bad = true;
    return;
  }
  reading->covers = item;
  if (!read_year(reading, item->from, &first) ||
      !read_year(reading, item->to ? item->to : item->from, &last))
    return;
  if (last < first) {
    bad_day(reading, span_of(item), "no span of years: the first is the later");
    return;
  }
  (void)rpl_date_from_ymd(first, 1, 1, &date);
  days->first = (uint32_t)(date - RPL_DATE_MIN);
  (void)rpl_date_from_ymd(last, 12, 31, &date);
  days->last = (uint32_t)(date - RPL_DATE_MIN);
  reading->has_span = true;
}

/* `weekend saturday, sunday`, `weekend friday to saturday`, `weekend none`. */
static void read_weekend(Reading *reading, const RplCalendarItem *item) {
  uint32_t first, last;
  if (reading->weekend &&
      reading->weekend->part.span.begin != item->part.span.begin) {
    rpl_report(reading->policy->compile->report, RPL_DIAG_TWICE,
               item->part.span, NULL);
    reading->is_bad = true;
    return;
  }
  reading->weekend = reading->weekend ? reading->weekend : item;
  if (item->from->kind == RPL_EXPR_NONE && !item->to)
    return;
  if (!read_weekday(reading, item->from, &first) ||
      !read_weekday(reading, item->to ? item->to : item->from, &last)) {
    reading->is_week_bad = true;
    return;
  }
  for (;; first = (first + 1) % 7) { /* sunday to monday goes round */
    reading->decl->days.weekend |= 1u << first;
    if (first == last)
      return;
  }
}

/* LIMIT: RPL_MAX_CALENDAR_DAYS days are written out. */
static void read_days(Reading *reading, const RplCalendarItem *item,
                      bool is_work) {
  uint32_t first, last;
  if (!read_date(reading, item->from, &first) ||
      !read_date(reading, item->to ? item->to : item->from, &last))
    return;
  if (last < first) {
    bad_day(reading, span_of(item), "no span of days: the first is the later");
    return;
  }
  if (last - first >= RPL_MAX_CALENDAR_DAYS - reading->count) {
    rpl_policy_report(reading->policy, RPL_DIAG_CALENDAR_TOO_LONG,
                      span_of(item), reading->decl->stmt->name.name, 0);
    reading->is_bad = true;
    return;
  }
  for (uint32_t day = first; day <= last; day++)
    add(reading, day, is_work, item);
}

static void read_part(Reading *reading, const RplCalendarItem *item) {
  static const char *const names[] = {"covers", "weekend", "holidays",
                                      "workdays"};
  RplSlice texts[4], word = rpl_policy_text(reading->policy, item->part.name);
  for (unsigned i = 0; i < 4; i++)
    texts[i] = rpl_slice(names[i]);
  if (rpl_slice_equal(word, texts[0])) {
    read_covers(reading, item);
  } else if (rpl_slice_equal(word, texts[1])) {
    read_weekend(reading, item);
  } else if (rpl_slice_equal(word, texts[2])) {
    read_days(reading, item, false);
  } else if (rpl_slice_equal(word, texts[3])) {
    read_days(reading, item, true);
  } else {
    RplSlice nearest = rpl_nearest(word, texts, 4);
    rpl_policy_report(reading->policy, RPL_DIAG_CALENDAR_PART, item->part.span,
                      item->part.name, 0);
    if (nearest.length)
      rpl_check_help(reading->policy, "did you mean `{}`?", nearest);
    else
      rpl_policy_help(
          reading->policy,
          "its parts are `covers 2025 to 2027`, `weekend "
          "saturday, sunday`, `holidays` and `workdays` with dates");
    reading->is_bad = true;
  }
}

/* ---- the whole ------------------------------------------------------------
 */

static int compare_days(const void *left, const void *right) {
  const Listed *a = left, *b = right;
  if (a->day != b->day)
    return a->day < b->day ? -1 : 1;
  return a->item->from->span.begin < b->item->from->span.begin   ? -1
         : a->item->from->span.begin > b->item->from->span.begin ? 1
                                                                 : 0;
}

/* Whether a worked day is one that would be free: a range may run over others,
 * a single one is a slip. */
static bool is_slip(const Reading *reading, const Listed *listed) {
  return listed->is_work && !listed->item->to &&
         !rpl_calendar_is_weekend(reading->decl->days.weekend, listed->day);
}

static void check_listed(Reading *reading, const Listed *listed,
                         const Listed *before) {
  const RplCalendar *days = &reading->decl->days;
  bool is_same = before && before->day == listed->day;
  if (listed->day < days->first || listed->day > days->last)
    bad_day(reading, span_of(listed->item),
            "outside the years that the calendar covers");
  else if (is_same && before->is_work != listed->is_work)
    bad_day(reading, span_of(listed->item), "both a holiday and worked");
  else if (is_same)
    bad_day(reading, span_of(listed->item), "listed twice");
  else if (is_slip(reading, listed))
    bad_day(reading, span_of(listed->item),
            "a working day as it is: it is on no weekend");
}

/* Keeps what has an effect: holidays on weekdays, worked days on weekends. */
static void keep(Reading *reading) {
  RplCalendar *days = &reading->decl->days;
  uint32_t *holidays =
      rpl_policy_alloc(reading->policy, reading->count, sizeof *holidays);
  uint32_t *workdays =
      rpl_policy_alloc(reading->policy, reading->count, sizeof *workdays);
  if (!holidays || !workdays)
    return;
  for (size_t i = 0; i < reading->count; i++) {
    const Listed *listed = &reading->listed[i];
    bool is_weekend = rpl_calendar_is_weekend(days->weekend, listed->day);
    if (listed->is_work && is_weekend)
      workdays[days->workday_count++] = listed->day;
    else if (!listed->is_work && !is_weekend)
      holidays[days->holiday_count++] = listed->day;
  }
  days->holidays = holidays;
  days->workdays = workdays;
}

/* One message an item is enough. */
static void check_days(Reading *reading) {
  const RplCalendarItem *told = NULL;
  if (reading->count)
    qsort(reading->listed, reading->count, sizeof *reading->listed,
          compare_days);
  for (size_t i = 0; i < reading->count; i++) {
    bool was_bad = reading->is_bad;
    if (reading->listed[i].item == told)
      continue;
    reading->is_bad = false;
    check_listed(reading, &reading->listed[i],
                 i ? &reading->listed[i - 1] : NULL);
    if (reading->is_bad)
      told = reading->listed[i].item;
    reading->is_bad |= was_bad;
  }
  if (!reading->is_bad)
    keep(reading);
}

static void check_calendar(RplPolicy *policy, RplCalendarDecl *decl) {
  Reading reading = {.policy = policy, .decl = decl};
  const RplStmt *stmt = decl->stmt;
  for (size_t i = 0; i < stmt->days.count; i++)
    read_part(&reading, &stmt->days.items[i]);
  if (!reading.covers && !reading.is_bad) {
    rpl_policy_report(policy, RPL_DIAG_CALENDAR_SPAN, stmt->name.span,
                      stmt->name.name, 0);
    rpl_policy_help(policy, "say which years it knows: `covers 2025 to 2027`");
  } else if (!reading.weekend && !reading.is_bad) {
    rpl_policy_report(policy, RPL_DIAG_CALENDAR_WEEKEND, stmt->name.span,
                      stmt->name.name, 0);
    rpl_policy_help(policy, "write `weekend saturday, sunday`, or `weekend "
                            "none` where every day is worked");
  } else if (reading.has_span && reading.weekend && !reading.is_week_bad) {
    check_days(&reading);
  }
}

void rpl_calendar_check(RplPolicy *policy) {
  for (size_t i = 0; i < policy->calendars.count; i++)
    check_calendar(policy, policy->calendars.items[i]);
}

/* ---- names ----------------------------------------------------------------
 */

RplCalendarDecl *rpl_calendar_find(const RplPolicy *policy, RplName name) {
  for (size_t i = 0; i < policy->calendars.count; i++)
    if (policy->calendars.items[i]->stmt->name.name == name)
      return policy->calendars.items[i];
  return NULL;
}

void rpl_calendar_declare(RplPolicy *policy, const RplItem *item) {
  RplWord name = item->stmt->name;
  const RplCalendarDecl *old = rpl_calendar_find(policy, name.name);
  if (old) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, name.span, name.name, 0);
    rpl_policy_label(policy, old->stmt->name.span, "declared here first");
    return;
  }
  RplCalendarDecl *decl = rpl_policy_alloc(policy, 1, sizeof *decl);
  if (!decl)
    return;
  decl->stmt = item->stmt;
  decl->layer = item->layer;
  RPL_POLICY_APPEND(policy, policy->calendars, decl);
}

RplType rpl_calendar_check_using(RplPolicy *policy, RplExpr *expr) {
  RplCalendarDecl *decl = rpl_calendar_find(policy, expr->name);
  if (decl) {
    decl->is_used = true;
    return rpl_type(RPL_KIND_CALENDAR);
  }
  size_t count = policy->calendars.count;
  RplSlice *names = rpl_policy_alloc(policy, count + 1, sizeof *names);
  rpl_policy_report(policy, RPL_DIAG_UNKNOWN_CALENDAR, expr->span, expr->name,
                    0);
  for (size_t i = 0; names && i < count; i++)
    names[i] =
        rpl_policy_text(policy, policy->calendars.items[i]->stmt->name.name);
  RplSlice nearest =
      names ? rpl_nearest(rpl_policy_text(policy, expr->name), names, count)
            : (RplSlice){NULL, 0};
  if (nearest.length)
    rpl_check_help(policy, "did you mean `{}`?", nearest);
  else if (rpl_slice_is(rpl_policy_text(policy, expr->name), "weekends"))
    rpl_policy_help(policy,
                    "it is in the standard library: `use std.weekends;`");
  else
    rpl_check_help(policy,
                   "declare it: `calendar {} covers 2025 to 2027 weekend "
                   "saturday, sunday holidays 2026-01-01;`",
                   rpl_policy_text(policy, expr->name));
  return rpl_type(RPL_TY_POISON);
}
