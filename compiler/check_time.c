/* SPDX-License-Identifier: Apache-2.0
 *
 * check_time.c - types of what moves dates by months and of deadlines in
 * calendar days; see check.h.
 */
#include "compiler/check.h"
#include "vm/text.h"

static RplType poison(void) { return rpl_type(RPL_TY_POISON); }

static bool is_kind(const RplExpr *expr, unsigned kind) {
  return expr->type.kind == kind;
}

static RplSlice words_of(const RplPolicy *policy, const RplExpr *expr) {
  return rpl_span_text(policy->compile->sources, expr->span);
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

RplType rpl_check_calendar(RplPolicy *policy, RplExpr *expr) {
  rpl_check_expect(policy, expr->a, rpl_type(RPL_KIND_DATETIME));
  rpl_check_expect(policy, expr->b, rpl_type(RPL_KIND_INTEGER));
  rpl_check_expect(policy, expr->c, rpl_type(RPL_KIND_DATETIME));
  rpl_check_expect(policy, expr->items.items[0], rpl_type(RPL_KIND_ZONE));
  return rpl_type(RPL_KIND_BOOLEAN);
}
