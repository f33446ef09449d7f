/* SPDX-License-Identifier: Apache-2.0
 * answer_run.c - instructions on brief values. See answer.h.
 *
 * What is common has a case of its own; every other operation on single values
 * is handed to the careful engine, value by value. INVARIANT: a result is what
 * the careful engine comes to, or ERROR. */
#include "vm/answer.h"

#include <string.h>

#include "vm/civil.h"
#include "vm/lowered_round.h"

static const RplBrief untold = {0, 1, RPL_CURRENCY_NONE, RPL_STATE_ERROR};

/* Stands for a value that only the careful engine has: a constant or param that
 * is a named zone or a calendar. */
static const RplBrief borrowed = {0, 0, RPL_CURRENCY_NONE, RPL_STATE_KNOWN};

static RplBrief whole(int64_t num) {
  return (RplBrief){num, 1, RPL_CURRENCY_NONE, RPL_STATE_KNOWN};
}

static RplBrief stated(RplState state) {
  return (RplBrief){0, 1, RPL_CURRENCY_NONE, (uint8_t)state};
}

/* ---- to and from full values ----------------------------------------------
 */

static RplBrief from_number(const RplValue *value) {
  if (value->as.number.limbs)
    return untold;
  return (RplBrief){value->as.number.num, (int64_t)value->as.number.den,
                    value->kind == RPL_KIND_MONEY ? value->currency
                                                  : RPL_CURRENCY_NONE,
                    RPL_STATE_KNOWN};
}

RplBrief rpl_brief_from(const RplValue *value) {
  if (value->state != RPL_STATE_KNOWN)
    return stated((RplState)value->state);
  switch ((RplKind)value->kind) {
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
  case RPL_KIND_MONEY:
    return from_number(value);
  case RPL_KIND_TEXT:
    return (RplBrief){(int64_t)(intptr_t)value->as.text.data,
                      (int64_t)value->as.text.length, RPL_CURRENCY_NONE,
                      RPL_STATE_KNOWN};
  case RPL_KIND_ZONE:
    return rpl_value_named_zone(value) ? borrowed : whole(value->as.integer);
  case RPL_KIND_CALENDAR:
    return borrowed;
  case RPL_KIND_LIST:
  case RPL_KIND_RECORD:
  case RPL_KIND_NOTHING:
    return untold;
  default:
    return whole(value->as.integer);
  }
}

static RplSlice text_of(const RplBrief *brief) {
  return (RplSlice){(const char *)(intptr_t)brief->num, (size_t)brief->den};
}

bool rpl_brief_value(const RplBrief *brief, RplKind kind, uint32_t detail,
                     RplArena *arena, RplValue *value) {
  RplNumber number = rpl_number_from_int(0);
  if (brief->state != RPL_STATE_KNOWN) {
    *value =
        brief->state == RPL_STATE_NONE ? rpl_value_none() : rpl_value_unknown();
    return true;
  }
  switch (kind) {
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
  case RPL_KIND_MONEY:
    if (rpl_number_from_ratio(arena, brief->num, brief->den, &number))
      return false;
    *value = rpl_value_number(kind, number);
    value->currency = brief->currency;
    return true;
  case RPL_KIND_TEXT:
    *value = rpl_value_text(text_of(brief));
    return true;
  default:
    *value = rpl_value_small(kind, brief->num);
    value->detail = detail;
    return brief->den != 0;
  }
}

/* ---- comparing ------------------------------------------------------------
 */

static int order_of(RplInt128 left, RplInt128 right) {
  return (left > right) - (left < right);
}

static int order_of_numbers(const RplBrief *left, const RplBrief *right) {
  if (left->den == right->den || right->num == 0)
    return (left->num > right->num) - (left->num < right->num);
  return order_of((RplInt128)left->num * right->den,
                  (RplInt128)right->num * left->den);
}

/* Whether two amounts can meet; what has no currency meets all. */
static bool can_meet(const RplBrief *left, const RplBrief *right) {
  return left->currency == right->currency || !left->currency ||
         !right->currency;
}

bool rpl_brief_order(RplKind kind, const RplBrief *left, const RplBrief *right,
                     int *order) {
  switch (kind) {
  case RPL_KIND_MONEY:
    if (!can_meet(left, right))
      return false;
    *order = order_of_numbers(left, right);
    return true;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    *order = order_of_numbers(left, right);
    return true;
  case RPL_KIND_TEXT:
    *order = order_of(rpl_slice_compare(text_of(left), text_of(right)), 0);
    return true;
  case RPL_KIND_ZONE:
  case RPL_KIND_CALENDAR:
  case RPL_KIND_LIST:
  case RPL_KIND_RECORD:
    return false;
  default:
    *order = (left->num > right->num) - (left->num < right->num);
    return true;
  }
}

/* ---- numbers --------------------------------------------------------------
 */

bool rpl_brief_scaled(const RplBrief *brief, unsigned digits, int64_t *scaled) {
  int64_t num = brief->num, den = brief->den;
  for (; digits; digits--) {
    if (den % 10 == 0)
      den /= 10;
    else if (__builtin_mul_overflow(num, (int64_t)10, &num))
      return false;
  }
  if (den != 1 && num % den)
    return false;
  *scaled = den == 1 ? num : num / den;
  return true;
}

static bool add(const RplBrief *a, const RplBrief *b, bool is_minus,
                RplBrief *to) {
  int64_t left = a->num, right = b->num, den = a->den;
  if (a->den != b->den) {
    int64_t up = 1, down = 1; /* factors of the left and the right side */
    if (a->den % b->den == 0)
      down = a->den / b->den;
    else if (b->den % a->den == 0)
      up = b->den / a->den;
    else
      up = b->den, down = a->den;
    if (__builtin_mul_overflow(left, up, &left) ||
        __builtin_mul_overflow(right, down, &right) ||
        __builtin_mul_overflow(den, up, &den))
      return false;
  }
  to->den = den;
  return is_minus ? !__builtin_sub_overflow(left, right, &to->num)
                  : !__builtin_add_overflow(left, right, &to->num);
}

static bool multiply(const RplBrief *a, const RplBrief *b, RplBrief *to) {
  return !__builtin_mul_overflow(a->num, b->num, &to->num) &&
         !__builtin_mul_overflow(a->den, b->den, &to->den);
}

static bool divide(const RplBrief *a, const RplBrief *b, RplBrief *to) {
  int64_t num = b->den, den = b->num;
  if (den == 0 || den == INT64_MIN)
    return false;
  if (den < 0) {
    num = -num;
    den = -den;
  }
  return !__builtin_mul_overflow(a->num, num, &to->num) &&
         !__builtin_mul_overflow(a->den, den, &to->den);
}

/* An operation on two numbers; the result has the currency of either. */
static RplBrief compute(const RplBriefRow *row, const RplBrief *a,
                        const RplBrief *b) {
  RplBrief result = whole(0);
  bool is_good = can_meet(a, b);
  switch ((RplOp)row->op) {
  case RPL_OP_ADD_N:
  case RPL_OP_ADD_M:
    is_good = is_good && add(a, b, false, &result);
    break;
  case RPL_OP_SUB_N:
  case RPL_OP_SUB_M:
    is_good = is_good && add(a, b, true, &result);
    break;
  case RPL_OP_MUL_N:
  case RPL_OP_MUL_MN:
  case RPL_OP_MUL_NM:
    is_good = is_good && multiply(a, b, &result);
    break;
  default:
    is_good = is_good && divide(a, b, &result);
    break;
  }
  if (row->kind == RPL_KIND_MONEY)
    result.currency = a->currency ? a->currency : b->currency;
  return is_good ? result : untold;
}

/* To the minor unit of its currency, or of those that have so many digits. */
static RplBrief round_minor(const RplBrief *money, const RplBrief *mode) {
  RplBrief result = *money;
  int digits = rpl_currency_digits(money->currency);
  int64_t num = money->num, den = money->den, unit = 1;
  if (digits < 0)
    return result;
  for (; digits; digits--)
    unit *= 10;
  if (den == unit || den == 1)
    return result;
  if (den % unit == 0)
    den /= unit;
  else if (__builtin_mul_overflow(num, unit, &num))
    return untold;
  result.num = rpl_round_word(num, den, (RplRounding)mode->num);
  result.den = unit;
  return result;
}

static RplBrief extreme(const RplBriefRow *row, const RplBrief *a,
                        const RplBrief *b) {
  int order;
  if (!rpl_brief_order((RplKind)row->sort, a, b, &order))
    return untold;
  bool is_first = order == 0 ? row->kind != RPL_KIND_MONEY || a->currency != 0
                             : (order < 0) == (row->op == RPL_OP_MIN);
  RplBrief result = is_first ? *a : *b;
  if (row->kind == RPL_KIND_MONEY)
    result.currency = a->currency ? a->currency : b->currency;
  return result;
}

/* ---- conditions -----------------------------------------------------------
 */

static RplBrief relate(const RplBriefRow *row, const RplBrief *a,
                       const RplBrief *b) {
  int order;
  return rpl_brief_order((RplKind)row->sort, a, b, &order)
             ? whole(rpl_op_holds(row->op, order))
             : untold;
}

static bool is_known(const RplBrief *value) {
  return value->state == RPL_STATE_KNOWN;
}

static bool is_truth(const RplBrief *value, bool truth) {
  return is_known(value) && (value->num != 0) == truth;
}

/* `and` with settling == false, `or` with settling == true. */
static RplBrief join(const RplBrief *a, const RplBrief *b, bool settling) {
  if (is_truth(a, settling) || is_truth(b, settling))
    return whole(settling);
  if (is_known(a) && is_known(b))
    return whole(!settling);
  return a->state == RPL_STATE_ERROR || b->state == RPL_STATE_ERROR
             ? untold
             : stated(RPL_STATE_UNKNOWN);
}

/* An UNKNOWN value that keeps a note for the next definition (careful_pick.c),
 * which is not told here; nobody else may care. */
static const RplBrief noted = {1, 1, RPL_CURRENCY_NONE, RPL_STATE_UNKNOWN};

/* One more definition whose guard is true. */
static RplBrief pick_true(const RplBrief *picked, const RplBrief *value) {
  if (value->state == RPL_STATE_NONE)
    return *picked;
  if (value->state == RPL_STATE_UNKNOWN && !is_known(picked))
    return stated(RPL_STATE_UNKNOWN);
  return picked->state == RPL_STATE_NONE ? *value : untold;
}

/* One whose guard is unknown. */
static RplBrief pick_unknown(const RplBrief *picked, const RplBrief *value) {
  if (value->state == RPL_STATE_NONE)
    return *picked;
  if (value->state == RPL_STATE_ERROR || is_known(picked))
    return untold;
  return picked->state == RPL_STATE_NONE && is_known(value)
             ? noted
             : stated(RPL_STATE_UNKNOWN);
}

static RplBrief pick(const RplBrief *picked, const RplBrief *guard,
                     const RplBrief *value) {
  if (is_truth(guard, false))
    return *picked;
  if (picked->state == RPL_STATE_ERROR ||
      (picked->state == RPL_STATE_UNKNOWN && picked->num))
    return untold;
  if (is_truth(guard, true))
    return pick_true(picked, value);
  return guard->state == RPL_STATE_UNKNOWN ? pick_unknown(picked, value)
                                           : untold;
}

/* A row of a table, while no guard is open. */
static RplBrief pick_row(const RplBrief *before, const RplBrief *guard,
                         const RplBrief *value) {
  if (is_truth(guard, false))
    return *before;
  return is_truth(guard, true) && is_known(value) ? *value : untold;
}

/* Any other operation on single values. */
static RplBrief compute_carefully(RplAnswers *answers, RplContext *context,
                                  const RplBriefRow *row) {
  const RplInstruction *code = &rpl_code(&context->image->tables)[row->row];
  const uint32_t operands[3] = {code->a, code->b, code->c};
  const RplBrief *const briefs[3] = {row->a, row->b, row->c};
  RplValue values[3];
  const RplValue *given[3] = {NULL, NULL, NULL};
  for (int i = 0; i < 3 && operands[i]; i++) {
    const RplTypeRecord *type = rpl_operand_type(context->image, operands[i]);
    if (RPL_OPERAND_SPACE(operands[i]) == RPL_SPACE_CONSTANT ||
        (RPL_OPERAND_SPACE(operands[i]) == RPL_SPACE_FACT &&
         answers->facts[rpl_answer_place(answers, operands[i])].is_param)) {
      given[i] = rpl_careful_value(&context->careful, operands[i]);
      continue;
    }
    if (briefs[i]->state == RPL_STATE_ERROR ||
        !rpl_brief_value(briefs[i], (RplKind)type->kind, type->detail,
                         &context->arena, &values[i]))
      return untold;
    given[i] = &values[i];
  }
  RplValue result =
      rpl_careful_once(&context->careful, &context->arena, row->row, given);
  return rpl_brief_from(&result);
}

/* Operations whose operands are all KNOWN. */
static RplBrief compute_known(RplAnswers *answers, RplContext *context,
                              const RplBriefRow *row, const RplBrief *a,
                              const RplBrief *b, const RplBrief *c) {
  int64_t integer;
  int low, high;
  switch ((RplOp)row->op) {
  case RPL_OP_NOT:
    return whole(!a->num);
  case RPL_OP_EQ:
  case RPL_OP_NE:
  case RPL_OP_LT:
  case RPL_OP_LE:
  case RPL_OP_GT:
  case RPL_OP_GE:
    return relate(row, a, b);
  case RPL_OP_BETWEEN:
    return rpl_brief_order((RplKind)row->sort, a, b, &low) &&
                   rpl_brief_order((RplKind)row->sort, a, c, &high) &&
                   can_meet(b, c)
               ? whole(low >= 0 && high <= 0)
               : untold;
  case RPL_OP_WITHIN:
    return whole(c->num <= a->num && a->num - c->num <= b->num);
  case RPL_OP_MIN:
  case RPL_OP_MAX:
    return extreme(row, a, b);
  case RPL_OP_ADD_N:
  case RPL_OP_ADD_M:
  case RPL_OP_SUB_N:
  case RPL_OP_SUB_M:
  case RPL_OP_MUL_N:
  case RPL_OP_MUL_MN:
  case RPL_OP_MUL_NM:
  case RPL_OP_DIV_N:
  case RPL_OP_DIV_MN:
  case RPL_OP_DIV_MM:
    return compute(row, a, b);
  case RPL_OP_ROUND_M:
    return round_minor(a, b);
  case RPL_OP_IN:
    return whole((int64_t)((uint64_t)b->num >> (uint64_t)a->num & 1u));
  case RPL_OP_IS_EMPTY:
    return whole(a->num == 0);
  case RPL_OP_UNION:
    return whole(a->num | b->num);
  case RPL_OP_EXCEPT:
    return whole(a->num & ~b->num);
  case RPL_OP_ADD_DTU:
    return rpl_datetime_add(a->num, b->num, &integer) ? whole(integer) : untold;
  case RPL_OP_SUB_DTU:
    return rpl_datetime_sub(a->num, b->num, &integer) ? whole(integer) : untold;
  case RPL_OP_SUB_DTDT:
    return rpl_datetime_diff(a->num, b->num, &integer) ? whole(integer)
                                                       : untold;
  default:
    return compute_carefully(answers, context, row);
  }
}

/* ---- running --------------------------------------------------------------
 */

/* A strict operation with an operand that is not KNOWN. */
static RplBrief missing(const RplBrief *a, const RplBrief *b,
                        const RplBrief *c) {
  bool is_only_unknown = (is_known(a) || a->state == RPL_STATE_UNKNOWN) &&
                         (is_known(b) || b->state == RPL_STATE_UNKNOWN) &&
                         (is_known(c) || c->state == RPL_STATE_UNKNOWN);
  return is_only_unknown ? stated(RPL_STATE_UNKNOWN) : untold;
}

static RplBrief evaluate(RplAnswers *answers, RplContext *context,
                         const RplBriefRow *row) {
  const RplBrief *a = row->a, *b = row->b, *c = row->c;
  switch ((RplOp)row->op) {
  case RPL_OP_AND:
    return join(a, b, false);
  case RPL_OP_OR:
    return join(a, b, true);
  case RPL_OP_SELECT:
    return is_known(a) ? (a->num ? *b : *c) : *a;
  case RPL_OP_GIVEN_OR:
    return a->state == RPL_STATE_UNKNOWN ? *b : *a;
  case RPL_OP_IS_NONE:
    return a->state == RPL_STATE_NONE ? whole(1) : is_known(a) ? whole(0) : *a;
  case RPL_OP_ELSE:
    return a->state == RPL_STATE_NONE ? *b : *a;
  case RPL_OP_SOME:
  case RPL_OP_NONEMPTY:
    return a->state == RPL_STATE_NONE ? untold : *a;
  case RPL_OP_PICK:
    return pick(a, b, c);
  case RPL_OP_ROW:
    return pick_row(a, b, c);
  case RPL_OP_TABLE: /* a row may have given none, or no row stood */
    return is_known(a) ? *a : untold;
  default:
    break;
  }
  if ((a->state ^ RPL_STATE_KNOWN) | (b->state ^ RPL_STATE_KNOWN) |
      (c->state ^ RPL_STATE_KNOWN))
    return missing(a, b, c);
  return compute_known(answers, context, row, a, b, c);
}

static void put(RplBrief *to, int64_t num) {
  to->num = num;
  to->den = 1;
  to->currency = RPL_CURRENCY_NONE;
  to->state = RPL_STATE_KNOWN;
}

/* Conditions on known values, which most rows are. False: it is another. */
static inline bool run_condition(const RplBriefRow *row) {
  const RplBrief *a = row->a, *b = row->b;
  RplBrief *to = row->to;
  if (!is_known(a) || !is_known(b))
    return false;
  switch ((RplOp)row->op) {
  case RPL_OP_NOT:
    put(to, !a->num);
    return true;
  case RPL_OP_AND:
    put(to, a->num && b->num);
    return true;
  case RPL_OP_OR:
    put(to, a->num || b->num);
    return true;
  case RPL_OP_EQ:
  case RPL_OP_NE:
  case RPL_OP_LT:
  case RPL_OP_LE:
  case RPL_OP_GT:
  case RPL_OP_GE:
    if (a->den != b->den || a->currency != b->currency ||
        row->sort == RPL_KIND_TEXT || !a->den)
      return false;
    put(to, rpl_op_holds(row->op, (a->num > b->num) - (a->num < b->num)));
    return true;
  default:
    return false;
  }
}

void rpl_answer_run(RplAnswers *answers, RplContext *context,
                    const RplSchedule *schedule) {
  const RplBriefRow *row = schedule->rows, *end = row + schedule->count;
  if (is_truth(schedule->gate, false))
    return;
  for (; row < end; row++)
    if (!run_condition(row))
      *row->to = evaluate(answers, context, row);
}
