/* SPDX-License-Identifier: Apache-2.0
 * lower_time.c - see lower_time.h. */
#include "compiler/lower_time.h"

#include "compiler/calendar.h"
#include "vm/civil.h"

uint32_t rpl_lower_period(RplLower *lower, const RplExpr *expr) {
  int32_t months = 0;
  (void)rpl_period_parse(expr->text, &months, NULL);
  return rpl_emit_constant(&lower->emit, rpl_lower_type(lower, expr->type),
                           (uint32_t)months, 0);
}

uint32_t rpl_lower_zone(RplLower *lower, const RplExpr *expr) {
  int32_t seconds = 0;
  RplTypeWords type = rpl_lower_type(lower, expr->type);
  if (rpl_zone_parse(expr->text, &seconds))
    return rpl_emit_constant(&lower->emit, type, (uint32_t)seconds, 0);
  return rpl_emit_constant(&lower->emit, type,
                           rpl_emit_string(&lower->emit, expr->text), 1);
}

/* The day of a datetime is moved and its time of day kept. */
uint32_t rpl_lower_months(RplLower *lower, const RplExpr *expr) {
  static const uint8_t ops[] = {RPL_OP_MONTHS_CLAMP, RPL_OP_MONTHS_NEXT,
                                RPL_OP_MONTHS_STRICT};
  RplEmit *emit = &lower->emit;
  RplOp op = (RplOp)ops[expr->number];
  uint32_t from = rpl_lower_some(lower, expr->a->operand);
  uint32_t months = rpl_lower_some(lower, expr->b->operand);
  if (expr->op == RPL_SUB)
    months = rpl_emit_op(emit, RPL_OP_NEG_P, months, 0, 0);
  if (!expr->c)
    return rpl_emit_op(emit, op, from, months, 0);
  uint32_t zone = rpl_lower_some(lower, expr->c->operand);
  uint32_t day = rpl_emit_op(emit, RPL_OP_DATE_OF, from, zone, 0);
  return rpl_emit_op(emit, RPL_OP_AT_TIME,
                     rpl_emit_op(emit, op, day, months, 0), from, zone);
}

static uint32_t a_day(RplEmit *emit) {
  RplTypeWords duration = {RPL_KIND_DURATION, 0, 0};
  uint64_t micros = (uint64_t)RPL_DAY_MICROS;
  return rpl_emit_constant(emit, duration, (uint32_t)micros,
                           (uint32_t)(micros >> 32));
}

/* From y to the end of the day `last`. */
static uint32_t until_end_of(RplLower *lower, const RplExpr *expr,
                             uint32_t last) {
  RplEmit *emit = &lower->emit;
  uint32_t x = rpl_lower_some(lower, expr->a->operand);
  uint32_t y = rpl_lower_some(lower, expr->c->operand);
  uint32_t zone = rpl_lower_some(lower, expr->items.items[0]->operand);
  uint32_t next = rpl_emit_op(emit, RPL_OP_ADD_DU, last, a_day(emit), 0);
  uint32_t end = rpl_emit_op(emit, RPL_OP_START_OF, next, zone, 0);
  return rpl_emit_op(emit, RPL_OP_AND, rpl_emit_op(emit, RPL_OP_GE, x, y, 0),
                     rpl_emit_op(emit, RPL_OP_LT, x, end, 0), 0);
}

static uint32_t first_day(RplLower *lower, const RplExpr *expr) {
  return rpl_emit_op(&lower->emit, RPL_OP_DATE_OF,
                     rpl_lower_some(lower, expr->c->operand),
                     rpl_lower_some(lower, expr->items.items[0]->operand), 0);
}

static uint32_t days_later(RplLower *lower, uint32_t date,
                           const RplExpr *count) {
  RplEmit *emit = &lower->emit;
  uint32_t days =
      rpl_emit_op(emit, RPL_OP_MUL_NU, rpl_lower_some(lower, count->operand),
                  a_day(emit), 0);
  return rpl_emit_op(emit, RPL_OP_ADD_DU, date, days, 0);
}

uint32_t rpl_lower_calendar(RplLower *lower, const RplExpr *expr) {
  uint32_t first = first_day(lower, expr);
  return until_end_of(lower, expr, days_later(lower, first, expr->b));
}

uint32_t rpl_lower_business(RplLower *lower, const RplExpr *expr) {
  uint32_t count = rpl_lower_some(lower, expr->b->operand);
  uint32_t first = first_day(lower, expr);
  bool has_calendar = expr->items.count > 1;
  uint32_t last = rpl_emit_op(
      &lower->emit, has_calendar ? RPL_OP_BUSINESS_IN : RPL_OP_BUSINESS_DAYS,
      count, first, has_calendar ? expr->items.items[1]->operand : 0);
  return until_end_of(lower, expr, last);
}

uint32_t rpl_lower_days_after(RplLower *lower, const RplExpr *expr) {
  return days_later(lower, rpl_lower_some(lower, expr->b->operand), expr->a);
}

/* ---- calendars ------------------------------------------------------------
 */

static uint32_t list_of(RplEmit *emit, const uint32_t *days, uint32_t count) {
  uint32_t list = count ? rpl_emit_list(emit, RPL_ITEM_PLAIN) : 0;
  for (uint32_t i = 0; i < count; i++)
    rpl_emit_item(emit, list, days[i]);
  return list;
}

uint32_t rpl_lower_using(RplLower *lower, const RplExpr *expr) {
  RplEmit *emit = &lower->emit;
  RplCalendarDecl *decl = rpl_calendar_find(lower->policy, expr->name);
  if (!decl) {
    emit->is_misfit = true; /* the checker found it */
    return rpl_emit_constant(emit, (RplTypeWords){RPL_KIND_BOOLEAN, 0, 0}, 0,
                             0);
  }
  if (!decl->row) {
    const RplCalendar *days = &decl->days;
    RplCalendarRecord record = {
        .name = rpl_lower_name(lower, expr->name),
        .first = days->first,
        .last = days->last,
        .weekend = days->weekend,
        .holidays = list_of(emit, days->holidays, days->holiday_count),
        .workdays = list_of(emit, days->workdays, days->workday_count)};
    decl->row = rpl_emit_row(emit, RPL_SECTION_CALENDARS, &record) + 1;
  }
  return rpl_emit_constant(emit, (RplTypeWords){RPL_KIND_CALENDAR, 0, 0},
                           decl->row - 1, 0);
}
