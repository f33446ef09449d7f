/* SPDX-License-Identifier: Apache-2.0
 * careful_simple.c - conditions on known values, without the detours that the
 * careful engine makes for all other cases. See careful.h. */
#include "vm/careful.h"

/* The order of two known values that have one at a glance. */
static bool glance(const RplValue *a, const RplValue *b, int *order) {
  switch ((RplKind)a->kind) {
  case RPL_KIND_MONEY:
    if (a->currency != b->currency)
      return false;
    break;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    break;
  case RPL_KIND_BOOLEAN:
  case RPL_KIND_DATE:
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
  case RPL_KIND_ENUM:
    *order = (a->as.integer > b->as.integer) - (a->as.integer < b->as.integer);
    return true;
  default:
    return false;
  }
  if (a->as.number.limbs || b->as.number.limbs ||
      a->as.number.den != b->as.number.den)
    return false;
  *order = (a->as.number.num > b->as.number.num) -
           (a->as.number.num < b->as.number.num);
  return true;
}

bool rpl_careful_simply(const RplValue *a, const RplValue *b, uint8_t op,
                        bool *truth) {
  int order;
  if (a->state != RPL_STATE_KNOWN || (b && b->state != RPL_STATE_KNOWN))
    return false;
  switch ((RplOp)op) {
  case RPL_OP_AND:
    *truth = a->as.integer && b->as.integer;
    return true;
  case RPL_OP_OR:
    *truth = a->as.integer || b->as.integer;
    return true;
  case RPL_OP_NOT:
    *truth = !a->as.integer;
    return true;
  case RPL_OP_EQ:
    return glance(a, b, &order) && (*truth = order == 0, true);
  case RPL_OP_NE:
    return glance(a, b, &order) && (*truth = order != 0, true);
  case RPL_OP_LT:
    return glance(a, b, &order) && (*truth = order < 0, true);
  case RPL_OP_LE:
    return glance(a, b, &order) && (*truth = order <= 0, true);
  case RPL_OP_GT:
    return glance(a, b, &order) && (*truth = order > 0, true);
  case RPL_OP_GE:
    return glance(a, b, &order) && (*truth = order >= 0, true);
  default:
    return false;
  }
}
