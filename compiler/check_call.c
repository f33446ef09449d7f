/* SPDX-License-Identifier: Apache-2.0
 *
 * check_call.c - types of calls, of operations whose operands have one kind
 * each (civil days) and of sets; see check.h.
 */
#include "compiler/builtin.h"
#include "compiler/check.h"
#include "vm/op.h"
#include "vm/text.h"

static RplType poison(void) { return rpl_type(RPL_TY_POISON); }
static RplType number(void) { return rpl_type(RPL_KIND_NUMBER); }

static bool is_kind(const RplExpr *expr, unsigned kind) {
  return expr->type.kind == kind;
}

static bool is_number(const RplExpr *expr) {
  return rpl_kind_is_numeric((RplKind)expr->type.kind) ||
         is_kind(expr, RPL_TY_ZERO);
}

/* ---- sets, civil days
 * -------------------------------------------------------------- */

/* `set(a, b)`: values of whichever enumeration its context asks for. */
static RplType type_set(RplPolicy *policy, RplExpr *expr) {
  for (size_t i = 0; i < expr->items.count; i++) {
    RplExpr *item = expr->items.items[i];
    item->is_absorbed = true;
    if (item->symbol ||
        (item->kind != RPL_EXPR_NAME && item->kind != RPL_EXPR_TEXT)) {
      rpl_report(policy->compile->report, RPL_DIAG_NOT_CONSTANT, item->span,
                 NULL);
      return poison();
    }
  }
  return rpl_type(RPL_TY_OPEN);
}

/* A set beside a set: what waits takes the other's type. */
static bool is_set(RplPolicy *policy, RplExpr *expr, RplExpr *other) {
  if (other && rpl_type_waits(expr->type) && is_kind(other, RPL_KIND_SET))
    rpl_check_settle(policy, expr, other->type);
  return is_kind(expr, RPL_KIND_SET);
}

static RplType not_a_set(RplPolicy *policy, const RplExpr *expr) {
  if (!rpl_type_is_poison(expr->type))
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, expr->span,
                      rpl_slice("a set"), rpl_type_text(policy, expr->type));
  return poison();
}

static RplType type_set_op(RplPolicy *policy, RplExpr *expr) {
  if (expr->number == RPL_OP_IS_EMPTY && is_kind(expr->a, RPL_KIND_LIST))
    return rpl_type(RPL_KIND_BOOLEAN);
  if (!is_set(policy, expr->a, expr->b))
    return not_a_set(policy, expr->a);
  if (expr->number == RPL_OP_IS_EMPTY)
    return rpl_type(RPL_KIND_BOOLEAN);
  if (!is_set(policy, expr->b, expr->a))
    return not_a_set(policy, expr->b);
  if (expr->a->type.enumeration != expr->b->type.enumeration)
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, expr->b->span,
                      rpl_type_text(policy, expr->a->type),
                      rpl_type_text(policy, expr->b->type));
  return rpl_type_optional(expr->a->type, false);
}

/* Operations whose operands have one kind each. */
RplType rpl_check_op(RplPolicy *policy, RplExpr *expr) {
  RplType date = rpl_type(RPL_KIND_DATE), zone = rpl_type(RPL_KIND_ZONE);
  RplType integer = rpl_type(RPL_KIND_INTEGER);
  RplType instant = rpl_type(RPL_KIND_DATETIME);
  switch (expr->number) {
  case RPL_OP_DATE_OF:
    rpl_check_expect(policy, expr->a, instant);
    rpl_check_expect(policy, expr->b, zone);
    return date;
  case RPL_OP_START_OF:
    rpl_check_expect(policy, expr->a, date);
    rpl_check_expect(policy, expr->b, zone);
    return instant;
  case RPL_OP_BUSINESS_DAYS:
  case RPL_OP_BUSINESS_IN:
    rpl_check_expect(policy, expr->a, integer);
    rpl_check_day(policy, expr->b, "name the zone: `... days after {} in UTC`");
    return date;
  case RPL_OP_IS_BUSINESS:
  case RPL_OP_IS_BUSINESS_IN:
    rpl_check_day(policy, expr->a,
                  "name the zone: `(date of {} in UTC) is business day`");
    return rpl_type(RPL_KIND_BOOLEAN);
  case RPL_OP_YEAR_OF:
  case RPL_OP_MONTH_OF:
  case RPL_OP_DAY_OF:
    rpl_check_day(policy, expr->a, "name the zone: `of (date of {} in UTC)`");
    return integer;
  case RPL_OP_STARTS_WITH:
  case RPL_OP_ENDS_WITH:
  case RPL_OP_CONTAINS:
    rpl_check_expect(policy, expr->a, rpl_type(RPL_KIND_TEXT));
    rpl_check_expect(policy, expr->b, rpl_type(RPL_KIND_TEXT));
    return rpl_type(RPL_KIND_BOOLEAN);
  default:
    return type_set_op(policy, expr);
  }
}

/* ---- calls
 * --------------------------------------------------------------------- */

static bool takes(RplPolicy *policy, RplExpr *expr, size_t least, size_t most,
                  const char *count) {
  if (expr->items.count >= least && expr->items.count <= most)
    return true;
  char found[8] = {0};
  size_t n = expr->items.count > 99 ? 99 : expr->items.count;
  found[0] = n > 9 ? (char)('0' + n / 10) : (char)('0' + n);
  if (n > 9)
    found[1] = (char)('0' + n % 10);
  rpl_check_report3(policy, RPL_DIAG_WRONG_ARGUMENTS, expr->span,
                    rpl_policy_text(policy, expr->name), rpl_slice(count),
                    rpl_slice(found));
  return false;
}

/* The type of two of the values of `min` and `max`; poison after a report. */
static RplType type_two(RplPolicy *policy, const RplExpr *call, RplExpr *a,
                        RplExpr *b) {
  RplType joined;
  if (rpl_check_join(policy, a, b, &joined) && joined.kind != RPL_TY_NONE &&
      (rpl_type_waits(joined) || rpl_type_is_poison(joined) ||
       rpl_kind_is_ordered((RplKind)joined.kind)))
    return joined;
  rpl_check_report3(policy, RPL_DIAG_BAD_OPERANDS, call->span,
                    rpl_policy_text(policy, call->name),
                    rpl_type_text(policy, a->type),
                    rpl_type_text(policy, b->type));
  return poison();
}

/* Each value beside one whose type is known; before the first of those, beside
 * the one before it. */
static RplType type_min_max(RplPolicy *policy, RplExpr *expr) {
  RplExpr **items = expr->items.items;
  RplType type = poison();
  size_t told = 0;
  if (!takes(policy, expr, 2, SIZE_MAX, "2 or more"))
    return poison();
  while (told + 1 < expr->items.count && rpl_type_waits(items[told]->type))
    told++;
  for (size_t i = 0; i < expr->items.count; i++) {
    if (i == told)
      continue;
    RplType joined = type_two(policy, expr, items[i < told ? i : told],
                              items[i < told ? told : i]);
    if (rpl_type_is_poison(joined))
      return joined;
    if (!rpl_type_is(type, RPL_KIND_NUMBER))
      type = joined; /* an integer beside a number is a number */
  }
  return rpl_type_optional(type, false);
}

/* `length(t)` and its like: one text. */
static RplType type_text_call(RplPolicy *policy, RplExpr *expr, RplOp op) {
  if (!takes(policy, expr, 1, 1, "1"))
    return poison();
  rpl_check_expect(policy, expr->items.items[0], rpl_type(RPL_KIND_TEXT));
  return rpl_type(op == RPL_OP_LENGTH ? RPL_KIND_INTEGER : RPL_KIND_TEXT);
}

static RplType type_round(RplPolicy *policy, RplExpr *expr) {
  if (!takes(policy, expr, 2, 3, "2 or 3"))
    return poison();
  RplExpr *value = expr->items.items[0];
  RplExpr *mode = expr->items.items[expr->items.count - 1];
  rpl_check_expect(policy, mode, rpl_type(RPL_KIND_ROUNDING));
  if (expr->items.count == 3)
    rpl_check_expect(policy, expr->items.items[1], rpl_type(RPL_KIND_INTEGER));
  if (rpl_type_waits(value->type))
    rpl_check_settle(policy, value,
                     expr->items.count == 2 ? rpl_type(RPL_KIND_MONEY)
                                            : number());
  if (rpl_type_is_poison(value->type))
    return poison();
  if (is_kind(value, RPL_KIND_MONEY))
    return rpl_type_optional(value->type, false);
  if (is_number(value) && expr->items.count == 3)
    return number();
  rpl_check_report2(
      policy, RPL_DIAG_WRONG_TYPE, value->span,
      rpl_slice(is_number(value)
                    ? "money (a number needs its places: round(x, 2, "
                      "half_up))"
                    : "money or a number"),
      rpl_type_text(policy, value->type));
  return poison();
}

static RplType type_abs(RplPolicy *policy, RplExpr *expr) {
  if (!takes(policy, expr, 1, 1, "1"))
    return poison();
  RplExpr as_negated = *expr;
  as_negated.a = expr->items.items[0];
  as_negated.op = RPL_NEG;
  if (is_kind(as_negated.a, RPL_KIND_PERIOD)) {
    rpl_check_report2(policy, RPL_DIAG_BAD_OPERAND, expr->span,
                      rpl_slice("abs"),
                      rpl_type_text(policy, as_negated.a->type));
    return poison();
  }
  return rpl_check_unary(policy, &as_negated);
}

RplType rpl_check_call(RplPolicy *policy, RplExpr *expr) {
  RplSlice name = rpl_policy_text(policy, expr->name);
  if (rpl_slice_is(name, "min") || rpl_slice_is(name, "max"))
    return type_min_max(policy, expr);
  if (rpl_slice_is(name, "round"))
    return type_round(policy, expr);
  if (rpl_slice_is(name, "abs"))
    return type_abs(policy, expr);
  if (rpl_slice_is(name, "set"))
    return type_set(policy, expr);
  RplFunction *own = rpl_policy_function(policy, expr->name);
  if (own)
    return rpl_check_own_call(policy, expr, own);
  RplOp text_op;
  if (rpl_builtin_text(name, &text_op))
    return type_text_call(policy, expr, text_op);
  rpl_policy_report(policy, RPL_DIAG_UNKNOWN_FUNCTION, expr->span, expr->name,
                    0);
  RplSlice names[RPL_BUILTIN_MOST];
  RplSlice nearest = rpl_nearest(name, names, rpl_builtin_names(names));
  if (nearest.length)
    rpl_check_help(policy, "did you mean `{}`?", nearest);
  rpl_policy_suggest_among(policy, expr->name, rpl_policy_is_function_name);
  return poison();
}
