/* SPDX-License-Identifier: Apache-2.0
 *
 * check_time.c - zones, types of what moves dates by months and of deadlines in
 * calendar days; see check.h.
 */
#include <string.h>

#include "compiler/check.h"
#include "vm/civil.h"
#include "vm/text.h"

static RplType poison(void) { return rpl_type(RPL_TY_POISON); }

static bool is_kind(const RplExpr *expr, unsigned kind) {
  return expr->type.kind == kind;
}

static RplSlice words_of(const RplPolicy *policy, const RplExpr *expr) {
  return rpl_span_text(policy->compile->sources, expr->span);
}

/* ---- zones
 * --------------------------------------------------------------------- */

/* The next word of a line; empty at its end. */
static RplSlice next_word(RplSlice *line) {
  while (line->length && line->data[0] == ' ') {
    line->data++;
    line->length--;
  }
  RplSlice word = {line->data, 0};
  while (word.length < line->length && line->data[word.length] != ' ')
    word.length++;
  line->data += word.length;
  line->length -= word.length;
  return word;
}

static RplSlice next_line(RplSlice *text) {
  const char *end = memchr(text->data, '\n', text->length);
  size_t length = end ? (size_t)(end - text->data) : text->length;
  RplSlice line = {text->data, length};
  length += end != NULL;
  text->data += length;
  text->length -= length;
  return line;
}

static char small(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_same_but_case(RplSlice a, RplSlice b) {
  if (a.length != b.length)
    return false;
  for (size_t i = 0; i < a.length; i++)
    if (small(a.data[i]) != small(b.data[i]))
      return false;
  return true;
}

/* The zone of the data whose name is nearest; empty when none is near. */
static RplSlice nearest_zone(RplPolicy *policy, RplSlice name) {
  RplSlice none = {NULL, 0};
  RplArena *arena = policy->compile->arena;
  RplSlice text = rpl_zone_source_list(&policy->compile->zones->source, arena);
  RplSlice *names = NULL;
  size_t count = 0, capacity = 0;
  while (text.length) {
    RplSlice line = next_line(&text);
    RplSlice kind = next_word(&line);
    RplSlice word = next_word(&line);
    if (rpl_slice_is(kind, "L"))
      word = next_word(&line);
    else if (!rpl_slice_is(kind, "Z"))
      continue;
    names = rpl_arena_grow(arena, names, count, &capacity, sizeof *names);
    if (!names)
      return none;
    if (is_same_but_case(word, name))
      return word;
    if (rpl_zone_is_name(word))
      names[count++] = word;
  }
  return count ? rpl_nearest(name, names, count) : none;
}

static RplType unknown_zone(RplPolicy *policy, const RplExpr *expr,
                            const char *why) {
  rpl_check_report2(policy, RPL_DIAG_UNKNOWN_ZONE, expr->span, expr->text,
                    rpl_slice(why));
  RplSlice nearest = nearest_zone(policy, expr->text);
  if (nearest.length)
    rpl_check_help(policy, "did you mean `{}`?", nearest);
  else
    rpl_report_help(policy->compile->report,
                    "zones are named after a place, Europe/Berlin, and their "
                    "data is the system's (package tzdata)",
                    NULL, 0);
  return poison();
}

RplType rpl_check_zone(RplPolicy *policy, const RplExpr *expr) {
  int32_t seconds;
  const RplZone *zone;
  const char *why = "";
  if (rpl_zone_parse(expr->text, &seconds))
    return rpl_type(RPL_KIND_ZONE);
  if (memchr(expr->text.data, '/', expr->text.length)) {
    RplStatus status =
        rpl_zones_get(policy->compile->zones, policy->compile->arena,
                      expr->text, &zone, &why);
    if (status == RPL_OK)
      return rpl_type(RPL_KIND_ZONE);
    if (status != RPL_E_MEMORY)
      return unknown_zone(policy, expr, why);
    policy->is_out_of_memory = true;
    return poison();
  }
  rpl_report_add(policy->compile->report, RPL_DIAG_BAD_ZONE, expr->span,
                 &expr->text, 1);
  rpl_report_help(policy->compile->report,
                  "a zone is written +08:00, -05:00, UTC or Europe/Berlin",
                  NULL, 0);
  return poison();
}

/* ---- months
 * -------------------------------------------------------------------- */

RplType rpl_check_lacks_month_end(RplPolicy *policy, const RplExpr *expr) {
  rpl_report(policy->compile->report, RPL_DIAG_NO_MONTH_END, expr->span, NULL);
  rpl_check_help(policy,
                 is_kind(expr->a, RPL_KIND_DATE)
                     ? "write `{} clamp` for the last day of the month, `next` "
                       "for the day after it, `strict` for an error"
                     : "write `{} clamp in UTC` for the last day of the month, "
                       "`next` for the day after it, `strict` for an error; "
                       "and the zone that is meant",
                 words_of(policy, expr));
  return poison();
}

/* A duration takes no month-end rule. */
static bool is_period(RplPolicy *policy, RplExpr *months) {
  bool was_duration = is_kind(months, RPL_KIND_DURATION);
  rpl_check_expect(policy, months, rpl_type(RPL_KIND_PERIOD));
  if (was_duration)
    rpl_report_help(policy->compile->report,
                    "`clamp`, `next` and `strict` are for months and years "
                    "alone: leave the word out",
                    NULL, 0);
  return is_kind(months, RPL_KIND_PERIOD);
}

RplType rpl_check_months(RplPolicy *policy, RplExpr *expr) {
  RplExpr *a = expr->a, *zone = expr->c;
  RplType moved = rpl_type(zone ? RPL_KIND_DATETIME : RPL_KIND_DATE);
  if (zone)
    rpl_check_expect(policy, zone, rpl_type(RPL_KIND_ZONE));
  if (rpl_type_is_poison(a->type) || !is_period(policy, expr->b))
    return poison();
  if (rpl_type_waits(a->type))
    rpl_check_settle(policy, a, moved);
  if (is_kind(a, RPL_KIND_DATE) && zone) {
    rpl_report(policy->compile->report, RPL_DIAG_DATE_WITH_ZONE, zone->span,
               NULL);
    rpl_report_help(policy->compile->report, "leave `in` and the zone out",
                    NULL, 0);
    return poison();
  }
  if (is_kind(a, RPL_KIND_DATETIME) && !zone) {
    rpl_report(policy->compile->report, RPL_DIAG_NO_MONTHS_ZONE, expr->span,
               NULL);
    rpl_check_help(policy,
                   "write `{} in UTC`, or the zone whose clocks and days are "
                   "meant",
                   words_of(policy, expr));
    return poison();
  }
  if (is_kind(a, RPL_KIND_DATE) || is_kind(a, RPL_KIND_DATETIME))
    return moved;
  if (!rpl_type_is_poison(a->type))
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, a->span,
                      rpl_slice("a date or a datetime"),
                      rpl_type_text(policy, a->type));
  return poison();
}

/* ---- deadlines
 * ----------------------------------------------------------------- */

RplType rpl_check_within(RplPolicy *policy, RplExpr *expr) {
  rpl_check_expect(policy, expr->a, rpl_type(RPL_KIND_DATETIME));
  rpl_check_expect(policy, expr->b, rpl_type(RPL_KIND_DURATION));
  rpl_check_expect(policy, expr->c, rpl_type(RPL_KIND_DATETIME));
  return rpl_type(RPL_KIND_BOOLEAN);
}

void rpl_check_day(RplPolicy *policy, RplExpr *expr, const char *example) {
  bool was_datetime = is_kind(expr, RPL_KIND_DATETIME);
  rpl_check_expect(policy, expr, rpl_type(RPL_KIND_DATE));
  if (was_datetime)
    rpl_check_help(policy, example, words_of(policy, expr));
}

RplType rpl_check_days_after(RplPolicy *policy, RplExpr *expr) {
  rpl_check_expect(policy, expr->a, rpl_type(RPL_KIND_INTEGER));
  rpl_check_day(policy, expr->b, "name the zone: `... days after {} in UTC`");
  return rpl_type(RPL_KIND_DATE);
}

RplType rpl_check_calendar(RplPolicy *policy, RplExpr *expr) {
  rpl_check_expect(policy, expr->a, rpl_type(RPL_KIND_DATETIME));
  rpl_check_expect(policy, expr->b, rpl_type(RPL_KIND_INTEGER));
  rpl_check_expect(policy, expr->c, rpl_type(RPL_KIND_DATETIME));
  rpl_check_expect(policy, expr->items.items[0], rpl_type(RPL_KIND_ZONE));
  return rpl_type(RPL_KIND_BOOLEAN);
}
