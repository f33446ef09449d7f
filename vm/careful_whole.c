/* SPDX-License-Identifier: Apache-2.0
 * careful_whole.c - see careful_whole.h. */
#include "vm/careful_whole.h"

/* A duration as the number of its microseconds. */
static RplNumber number_of(const RplValue *value) {
  return value->kind == RPL_KIND_DURATION
             ? rpl_number_from_int(value->as.integer)
             : value->as.number;
}

static bool is_remainder(RplOp op) {
  return op == RPL_OP_MOD_N || op == RPL_OP_MOD_M || op == RPL_OP_MOD_U;
}

static RplNumberStatus divide(RplArena *arena, RplOp op, RplNumber a,
                              RplNumber b, RplNumber *result) {
  RplNumber whole;
  RplNumberStatus status = rpl_number_div(arena, a, b, &whole);
  if (!status)
    status = rpl_number_round(arena, whole, 0, RPL_ROUND_FLOOR, &whole);
  if (!status && is_remainder(op)) {
    status = rpl_number_mul(arena, b, whole, &whole);
    if (!status)
      status = rpl_number_sub(arena, a, whole, &whole);
  }
  if (!status)
    *result = whole;
  return status;
}

static RplErrorCode error_of(RplNumberStatus status) {
  return status == RPL_NUMBER_DIVISION_BY_ZERO ? RPL_ERROR_DIVISION_BY_ZERO
                                               : RPL_ERROR_TOO_LARGE;
}

RplValue rpl_careful_whole(RplArena *arena, RplOp op, const RplValue *a,
                           const RplValue *b, uint32_t self, bool *is_short) {
  RplNumber result = rpl_number_from_int(0);
  RplCurrency currency = RPL_CURRENCY_NONE;
  int64_t micros = 0;
  if (a->kind == RPL_KIND_MONEY && !rpl_value_share_currency(a, b, &currency))
    return rpl_value_error(RPL_ERROR_CURRENCY_MIXED, self);
  RplNumberStatus status =
      divide(arena, op, number_of(a), number_of(b), &result);
  if (status) {
    *is_short = status == RPL_NUMBER_MEMORY;
    return rpl_value_error(error_of(status), self);
  }
  switch (op) {
  case RPL_OP_MOD_N: /* a number only where an operand is one */
    return rpl_value_number(a->kind == RPL_KIND_INTEGER &&
                                    b->kind == RPL_KIND_INTEGER
                                ? RPL_KIND_INTEGER
                                : RPL_KIND_NUMBER,
                            result);
  case RPL_OP_MOD_M:
    return rpl_value_money(result, currency);
  case RPL_OP_MOD_U: /* below the divisor, so it fits */
    (void)rpl_number_to_int64(result, &micros);
    return rpl_value_small(RPL_KIND_DURATION, micros);
  default:
    return rpl_value_number(RPL_KIND_INTEGER, result);
  }
}
