/* SPDX-License-Identifier: Apache-2.0
 *
 * careful_simple.h - the rows that most decisions consist of, for the careful
 * engine alone: conditions on known values and choices, without the detours
 * that it makes for all other cases.
 *
 * INVARIANT: the result is that of the engine's general way.
 */
#ifndef RPL_VM_CAREFUL_SIMPLE_H
#define RPL_VM_CAREFUL_SIMPLE_H

#include <string.h>

#include "vm/careful.h"

/* The order of two known values that have one at a glance. */
static inline bool rpl_careful_glance(const RplValue *a, const RplValue *b,
                                      int *order) {
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

/* The truth of an operation whose operands are known and simple; b is NULL
 * where there is none. False: it is no such operation, *truth untouched. */
static inline bool rpl_careful_simply(const RplValue *a, const RplValue *b,
                                      uint8_t op, bool *truth) {
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
  case RPL_OP_NE:
  case RPL_OP_LT:
  case RPL_OP_LE:
  case RPL_OP_GT:
  case RPL_OP_GE:
    if (!rpl_careful_glance(a, b, &order))
      return false;
    *truth = rpl_op_holds(op, order);
    return true;
  default:
    return false;
  }
}

/* rpl_value_boolean, in place. */
static inline void rpl_careful_put(RplValue *to, bool truth) {
  memset(to, 0, sizeof *to);
  to->state = RPL_STATE_KNOWN;
  to->kind = RPL_KIND_BOOLEAN;
  to->as.integer = truth;
}

/* Where `and` and `or` are settled by one operand, or wait. */
static inline bool rpl_careful_join(const RplValue *a, const RplValue *b,
                                    uint8_t op, RplValue *to) {
  bool settling = op == RPL_OP_OR;
  if (op != RPL_OP_AND && op != RPL_OP_OR)
    return false;
  if (rpl_value_is(a, settling) || rpl_value_is(b, settling))
    rpl_careful_put(to, settling);
  else if (a->state == RPL_STATE_UNKNOWN || b->state == RPL_STATE_UNKNOWN)
    memset(to, 0, sizeof *to); /* rpl_value_unknown */
  else
    return false;
  return true;
}

#endif /* RPL_VM_CAREFUL_SIMPLE_H */
