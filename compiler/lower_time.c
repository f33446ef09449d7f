/* SPDX-License-Identifier: Apache-2.0
 * lower_time.c - see lower_time.h. */
#include "compiler/lower_time.h"

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

/* From y to the end of the n-th day after the day of y. */
uint32_t rpl_lower_calendar(RplLower *lower, const RplExpr *expr) {
  RplEmit *emit = &lower->emit;
  RplTypeWords duration = {RPL_KIND_DURATION, 0, 0};
  uint64_t micros = (uint64_t)RPL_DAY_MICROS;
  uint32_t x = rpl_lower_some(lower, expr->a->operand);
  uint32_t y = rpl_lower_some(lower, expr->c->operand);
  uint32_t zone = rpl_lower_some(lower, expr->items.items[0]->operand);
  uint32_t day = rpl_emit_constant(emit, duration, (uint32_t)micros,
                                   (uint32_t)(micros >> 32));
  uint32_t count = rpl_emit_op(emit, RPL_OP_MUL_NU,
                               rpl_lower_some(lower, expr->b->operand), day, 0);
  uint32_t first = rpl_emit_op(emit, RPL_OP_DATE_OF, y, zone, 0);
  uint32_t last =
      rpl_emit_op(emit, RPL_OP_ADD_DU, first,
                  rpl_emit_op(emit, RPL_OP_ADD_U, count, day, 0), 0);
  uint32_t end = rpl_emit_op(emit, RPL_OP_START_OF, last, zone, 0);
  return rpl_emit_op(emit, RPL_OP_AND, rpl_emit_op(emit, RPL_OP_GE, x, y, 0),
                     rpl_emit_op(emit, RPL_OP_LT, x, end, 0), 0);
}
