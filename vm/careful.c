/* SPDX-License-Identifier: Apache-2.0
 * careful.c - see careful.h. One switch over the operations, in
 * rpl_careful_run's helper `evaluate`; the groups of ops.def have their helpers
 * above it. */
#include "vm/careful.h"

#include <string.h>

#include "vm/careful_row.h"
#include "vm/careful_simple.h"
#include "vm/careful_text.h"
#include "vm/careful_time.h"
#include "vm/careful_whole.h"
#include "vm/civil.h"

RplStatus rpl_careful_begin(RplCareful *careful, RplArena *fixed,
                            const RplImage *image, const RplValue *facts,
                            const RplSlot *slots) {
  const RplTables *tables = &image->tables;
  uint32_t count = rpl_constants_count(tables);
  careful->image = image;
  careful->facts = facts;
  careful->slots = slots;
  careful->constants = rpl_arena_array(fixed, count, sizeof(RplValue));
  careful->temps =
      rpl_arena_array(fixed, rpl_code_count(tables), sizeof(RplValue));
  if (!careful->constants || !careful->temps)
    return RPL_E_MEMORY;
  careful->spaces[RPL_SPACE_FACT] = facts;
  careful->spaces[RPL_SPACE_CONSTANT] = careful->constants;
  careful->spaces[RPL_SPACE_TEMP] = careful->temps;
  for (uint32_t i = 0; i < count; i++)
    careful->constants[i] = rpl_value_constant(tables, &image->constants[i]);
  return RPL_OK;
}

/* The value of an operand: spaces are numbered from 1, in this order. */
static inline const RplValue *value_of(const RplCareful *careful,
                                       uint32_t operand) {
  return &careful
              ->spaces[RPL_OPERAND_SPACE(operand)][RPL_OPERAND_INDEX(operand)];
}

const RplValue *rpl_careful_value(const RplCareful *careful, uint32_t operand) {
  return value_of(careful, operand);
}

/* One instruction at work. */
typedef struct Step {
  RplArena *arena;
  const RplValue *a;
  const RplValue *b; /* NULL when there is none, as c */
  const RplValue *c;
  RplKind kind; /* of the result */
  uint32_t self;
  bool is_short; /* memory ran out */
} Step;

static RplValue fail(const Step *step, RplErrorCode code) {
  return rpl_value_error(code, step->self);
}

/* ---- choosing and joining ----------------------------------------------- */

static bool is_state(const RplValue *value, RplState state) {
  return value->state == (uint8_t)state;
}

/* `and` with settling == false, `or` with settling == true. */
static RplValue join(const Step *step, bool settling) {
  if (rpl_value_is(step->a, settling) || rpl_value_is(step->b, settling))
    return rpl_value_boolean(settling);
  if (is_state(step->a, RPL_STATE_UNKNOWN) ||
      is_state(step->b, RPL_STATE_UNKNOWN))
    return rpl_value_unknown();
  if (is_state(step->a, RPL_STATE_ERROR))
    return *step->a;
  if (is_state(step->b, RPL_STATE_ERROR))
    return *step->b;
  return rpl_value_boolean(!settling);
}

static RplValue choose(const Step *step) {
  if (!is_state(step->a, RPL_STATE_KNOWN))
    return *step->a;
  return step->a->as.integer ? *step->b : *step->c;
}

static RplValue given_or(const RplCareful *careful, uint32_t fact,
                         const Step *step) {
  switch ((RplSlotState)careful->slots[RPL_OPERAND_INDEX(fact)].state) {
  case RPL_SLOT_ABSENT:
  case RPL_SLOT_REJECTED:
    return *step->b;
  default:
    return *step->a; /* a bare amount is given, though still unknown */
  }
}

static RplValue is_none(const Step *step) {
  if (is_state(step->a, RPL_STATE_NONE))
    return rpl_value_boolean(true);
  if (is_state(step->a, RPL_STATE_KNOWN))
    return rpl_value_boolean(false);
  return *step->a;
}

static RplValue pick(const Step *step) {
  RplValue result;
  rpl_careful_pick(step->a, step->b, step->c, step->self, &result);
  return result;
}

/* ---- comparing ---------------------------------------------------------- */

static bool compare(const RplValue *left, const RplValue *right, uint8_t op) {
  int order = 0;
  (void)rpl_value_compare(left, right, &order);
  switch ((RplOp)op) {
  case RPL_OP_EQ:
    return order == 0;
  case RPL_OP_NE:
    return order != 0;
  case RPL_OP_LT:
    return order < 0;
  case RPL_OP_LE:
    return order <= 0;
  case RPL_OP_GT:
    return order > 0;
  default:
    return order >= 0;
  }
}

/* Whether two operands can be compared at all: not in two currencies. */
static bool can_meet(const RplValue *left, const RplValue *right) {
  RplCurrency shared;
  return left->kind != RPL_KIND_MONEY ||
         rpl_value_share_currency(left, right, &shared);
}

static RplValue relate(const Step *step, uint8_t op) {
  if (!can_meet(step->a, step->b))
    return fail(step, RPL_ERROR_CURRENCY_MIXED);
  return rpl_value_boolean(compare(step->a, step->b, op));
}

static RplValue between(const Step *step) {
  if (!can_meet(step->a, step->b) || !can_meet(step->a, step->c) ||
      !can_meet(step->b, step->c))
    return fail(step, RPL_ERROR_CURRENCY_MIXED);
  return rpl_value_boolean(compare(step->a, step->b, RPL_OP_GE) &&
                           compare(step->a, step->c, RPL_OP_LE));
}

/* Two instants of the valid years differ by less than an int64, so the end of
 * the interval need not be computed and may lie outside the years. */
static RplValue within(const Step *step) {
  int64_t instant = step->a->as.integer;
  int64_t start = step->c->as.integer;
  return rpl_value_boolean(start <= instant &&
                           instant - start <= step->b->as.integer);
}

static RplValue extreme(const Step *step, uint8_t op) {
  if (!can_meet(step->a, step->b))
    return fail(step, RPL_ERROR_CURRENCY_MIXED);
  int order = 0;
  (void)rpl_value_compare(step->a, step->b, &order);
  const RplValue *chosen = order == 0 ? rpl_careful_fuller(step->a, step->b)
                           : (order < 0) == (op == RPL_OP_MIN) ? step->a
                                                               : step->b;
  RplValue result = *chosen;
  result.kind = (uint8_t)step->kind; /* an integer beside a number */
  if (result.kind == RPL_KIND_MONEY)
    (void)rpl_value_share_currency(step->a, step->b, &result.currency);
  return result;
}

/* ---- numbers and money -------------------------------------------------- */

typedef RplNumberStatus (*Binary)(RplArena *arena, RplNumber a, RplNumber b,
                                  RplNumber *out);
typedef RplNumberStatus (*Unary)(RplArena *arena, RplNumber x, RplNumber *out);

/* The error value for a status of vm/number.h; lack of memory stops the run. */
static RplValue number_error(Step *step, RplNumberStatus status) {
  if (status == RPL_NUMBER_MEMORY)
    step->is_short = true;
  return fail(step, status == RPL_NUMBER_DIVISION_BY_ZERO
                        ? RPL_ERROR_DIVISION_BY_ZERO
                        : RPL_ERROR_TOO_LARGE);
}

static RplValue number_result(Step *step, RplNumberStatus status,
                              RplNumber number, RplCurrency currency) {
  if (status != RPL_NUMBER_OK)
    return number_error(step, status);
  return step->kind == RPL_KIND_MONEY ? rpl_value_money(number, currency)
                                      : rpl_value_number(step->kind, number);
}

/* Both operands have a number; the result has the currency of either. */
static RplValue binary(Step *step, Binary function) {
  RplNumber number = rpl_number_from_int(0);
  RplCurrency currency = RPL_CURRENCY_NONE;
  RplCurrency left =
      step->a->kind == RPL_KIND_MONEY ? step->a->currency : RPL_CURRENCY_NONE;
  RplCurrency right =
      step->b->kind == RPL_KIND_MONEY ? step->b->currency : RPL_CURRENCY_NONE;
  if (left && right && left != right)
    return fail(step, RPL_ERROR_CURRENCY_MIXED);
  currency = left ? left : right;
  RplNumberStatus status =
      function(step->arena, step->a->as.number, step->b->as.number, &number);
  return number_result(step, status, number, currency);
}

static RplValue unary(Step *step, Unary function) {
  RplNumber number = rpl_number_from_int(0);
  RplNumberStatus status = function(step->arena, step->a->as.number, &number);
  return number_result(step, status, number, step->a->currency);
}

static RplValue round_to(Step *step, int64_t places, const RplValue *mode) {
  RplNumber number = rpl_number_from_int(0);
  if (places < -RPL_NUMBER_MAX_PLACES || places > RPL_NUMBER_MAX_PLACES)
    return fail(step, RPL_ERROR_OUT_OF_RANGE);
  RplNumberStatus status =
      rpl_number_round(step->arena, step->a->as.number, (int)places,
                       (RplRounding)mode->as.integer, &number);
  return number_result(step, status, number, step->a->currency);
}

static RplValue round_places(Step *step) {
  int64_t places;
  if (!rpl_number_to_int64(step->b->as.number, &places))
    return fail(step, RPL_ERROR_OUT_OF_RANGE);
  return round_to(step, places, step->c);
}

static RplValue round_minor(Step *step) {
  int digits = rpl_currency_digits(step->a->currency);
  if (digits < 0)
    return *step->a; /* zero without a currency */
  return round_to(step, digits, step->b);
}

/* ---- time --------------------------------------------------------------- */

static RplValue time_result(const Step *step, bool is_good, int64_t integer) {
  return is_good ? rpl_value_small(step->kind, integer)
                 : fail(step, RPL_ERROR_OUT_OF_RANGE);
}

static RplValue move_instant(const Step *step, bool is_later) {
  int64_t result = 0;
  bool is_good =
      is_later
          ? rpl_datetime_add(step->a->as.integer, step->b->as.integer, &result)
          : rpl_datetime_sub(step->a->as.integer, step->b->as.integer, &result);
  return time_result(step, is_good, result);
}

static RplValue move_day(const Step *step, bool is_later) {
  int64_t duration = step->b->as.integer;
  int64_t result = 0;
  if (duration % RPL_DAY_MICROS)
    return fail(step, RPL_ERROR_NOT_WHOLE_DAYS);
  int64_t days = duration / RPL_DAY_MICROS;
  bool is_good =
      rpl_date_add_days(step->a->as.integer, is_later ? days : -days, &result);
  return time_result(step, is_good, result);
}

/* Valid dates differ by a number of days whose microseconds fit. */
static RplValue between_days(const Step *step) {
  int64_t result = 0;
  int64_t days = step->a->as.integer - step->b->as.integer;
  bool is_good = !__builtin_mul_overflow(days, RPL_DAY_MICROS, &result);
  return time_result(step, is_good, result);
}

static RplValue between_instants(const Step *step) {
  int64_t result = 0;
  bool is_good =
      rpl_datetime_diff(step->a->as.integer, step->b->as.integer, &result);
  return time_result(step, is_good, result);
}

static RplValue add_durations(const Step *step) {
  int64_t result = 0;
  bool is_good = !__builtin_add_overflow(step->a->as.integer,
                                         step->b->as.integer, &result);
  return time_result(step, is_good, result);
}

static RplValue sub_durations(const Step *step) {
  int64_t result = 0;
  bool is_good = !__builtin_sub_overflow(step->a->as.integer,
                                         step->b->as.integer, &result);
  return time_result(step, is_good, result);
}

static RplValue turn_duration(const Step *step, bool always) {
  int64_t result = step->a->as.integer;
  bool is_good = true;
  if (always || result < 0)
    is_good = !__builtin_sub_overflow((int64_t)0, result, &result);
  return time_result(step, is_good, result);
}

/* A duration by a number, exactly or not at all. */
static RplValue scale_duration(Step *step, const RplValue *duration,
                               const RplValue *factor, Binary function) {
  RplNumber number = rpl_number_from_int(0);
  int64_t result = 0;
  RplNumberStatus status =
      function(step->arena, rpl_number_from_int(duration->as.integer),
               factor->as.number, &number);
  if (status != RPL_NUMBER_OK)
    return number_error(step, status);
  if (!rpl_number_is_integer(number))
    return fail(step, RPL_ERROR_INEXACT);
  bool is_good = rpl_number_to_int64(number, &result);
  return time_result(step, is_good, result);
}

static RplValue divide_durations(Step *step) {
  RplNumber number = rpl_number_from_int(0);
  RplNumberStatus status = rpl_number_from_ratio(
      step->arena, step->a->as.integer, step->b->as.integer, &number);
  return number_result(step, status, number, RPL_CURRENCY_NONE);
}

/* ---- sets and civil days ------------------------------------------------ */

static RplValue compute_set(const Step *step, uint8_t op) {
  uint64_t first = (uint64_t)step->a->as.integer;
  switch ((RplOp)op) {
  case RPL_OP_IN:
    return rpl_value_boolean(
        (uint64_t)step->b->as.integer >> (uint64_t)step->a->as.integer & 1u);
  case RPL_OP_IS_EMPTY:
    return rpl_value_boolean(first == 0);
  case RPL_OP_UNION:
    return rpl_value_set(step->a->detail,
                         first | (uint64_t)step->b->as.integer);
  default:
    return rpl_value_set(step->a->detail,
                         first & ~(uint64_t)step->b->as.integer);
  }
}

static RplValue integer(const Step *step, int64_t value) {
  return rpl_value_number(step->kind, rpl_number_from_int(value));
}

static RplValue part_of_date(const Step *step, uint8_t op) {
  RplYmd ymd = {0};
  (void)rpl_date_to_ymd(step->a->as.integer, &ymd); /* a valid date */
  return integer(step, op == RPL_OP_YEAR_OF    ? ymd.year
                       : op == RPL_OP_MONTH_OF ? ymd.month
                                               : ymd.day);
}

static RplValue business_days(const Step *step) {
  int64_t count, result = 0;
  bool is_good = rpl_number_to_int64(step->a->as.number, &count) &&
                 rpl_date_add_business(step->b->as.integer, count, &result);
  return time_result(step, is_good, result);
}

static RplValue compute_day(const Step *step, uint8_t op) {
  return op == RPL_OP_BUSINESS_DAYS ? business_days(step)
                                    : part_of_date(step, op);
}

/* ---- running ------------------------------------------------------------ */

/* Operations whose operands are all KNOWN by now. */
static RplValue compute_time(Step *step, uint8_t op) {
  switch ((RplOp)op) {
  case RPL_OP_ADD_DTU:
    return move_instant(step, true);
  case RPL_OP_SUB_DTU:
    return move_instant(step, false);
  case RPL_OP_SUB_DTDT:
    return between_instants(step);
  case RPL_OP_ADD_DU:
    return move_day(step, true);
  case RPL_OP_SUB_DU:
    return move_day(step, false);
  case RPL_OP_SUB_DD:
    return between_days(step);
  case RPL_OP_ADD_U:
    return add_durations(step);
  case RPL_OP_SUB_U:
    return sub_durations(step);
  case RPL_OP_MUL_UN:
    return scale_duration(step, step->a, step->b, rpl_number_mul);
  case RPL_OP_MUL_NU:
    return scale_duration(step, step->b, step->a, rpl_number_mul);
  case RPL_OP_DIV_UN:
    return scale_duration(step, step->a, step->b, rpl_number_div);
  case RPL_OP_DIV_UU:
    return divide_durations(step);
  case RPL_OP_NEG_U:
    return turn_duration(step, true);
  default: /* RPL_OP_ABS_U, the last */
    return turn_duration(step, false);
  }
}

static RplValue compute(Step *step, uint8_t op) {
  switch ((RplOp)op) {
  case RPL_OP_NOT:
    return rpl_value_boolean(!step->a->as.integer);
  case RPL_OP_EQ:
  case RPL_OP_NE:
  case RPL_OP_LT:
  case RPL_OP_LE:
  case RPL_OP_GT:
  case RPL_OP_GE:
    return relate(step, op);
  case RPL_OP_BETWEEN:
    return between(step);
  case RPL_OP_WITHIN:
    return within(step);
  case RPL_OP_MIN:
  case RPL_OP_MAX:
    return extreme(step, op);
  case RPL_OP_ADD_N:
  case RPL_OP_ADD_M:
    return binary(step, rpl_number_add);
  case RPL_OP_SUB_N:
  case RPL_OP_SUB_M:
    return binary(step, rpl_number_sub);
  case RPL_OP_MUL_N:
  case RPL_OP_MUL_MN:
  case RPL_OP_MUL_NM:
    return binary(step, rpl_number_mul);
  case RPL_OP_DIV_N:
  case RPL_OP_DIV_MN:
  case RPL_OP_DIV_MM:
    return binary(step, rpl_number_div);
  case RPL_OP_NEG_N:
  case RPL_OP_NEG_M:
    return unary(step, rpl_number_neg);
  case RPL_OP_ABS_N:
  case RPL_OP_ABS_M:
    return unary(step, rpl_number_abs);
  case RPL_OP_ROUND_N:
  case RPL_OP_ROUND_MP:
    return round_places(step);
  case RPL_OP_ROUND_M:
    return round_minor(step);
  case RPL_OP_IN:
  case RPL_OP_UNION:
  case RPL_OP_EXCEPT:
  case RPL_OP_IS_EMPTY:
    return compute_set(step, op);
  case RPL_OP_WHOLE_N:
  case RPL_OP_WHOLE_M:
  case RPL_OP_WHOLE_U:
  case RPL_OP_MOD_N:
  case RPL_OP_MOD_M:
  case RPL_OP_MOD_U:
    return rpl_careful_whole(step->arena, (RplOp)op, step->a, step->b,
                             step->self, &step->is_short);
  case RPL_OP_LENGTH:
  case RPL_OP_LOWER:
  case RPL_OP_UPPER:
  case RPL_OP_TRIM:
  case RPL_OP_STARTS_WITH:
  case RPL_OP_ENDS_WITH:
  case RPL_OP_CONTAINS:
    return rpl_careful_text(step->arena, (RplOp)op, step->a, step->b,
                            &step->is_short);
  case RPL_OP_DATE_OF:
  case RPL_OP_START_OF:
  case RPL_OP_ADD_P:
  case RPL_OP_SUB_P:
  case RPL_OP_NEG_P:
  case RPL_OP_MUL_PN:
  case RPL_OP_MUL_NP:
  case RPL_OP_MONTHS_CLAMP:
  case RPL_OP_MONTHS_NEXT:
  case RPL_OP_MONTHS_STRICT:
  case RPL_OP_AT_TIME:
  case RPL_OP_BUSINESS_IN:
  case RPL_OP_IS_BUSINESS:
  case RPL_OP_IS_BUSINESS_IN:
    return rpl_careful_time(op, step->a, step->b, step->c, step->self);
  default:
    return op >= RPL_OP_DATE_OF ? compute_day(step, op)
                                : compute_time(step, op);
  }
}

/* What a strict operation gives when an operand has no value. NONE cannot be
 * one in a verified program; it is an error all the same, never a value. */
static bool missing_operand(const Step *step, RplValue *result) {
  const RplValue *const operands[] = {step->a, step->b, step->c};
  bool is_unknown = false;
  for (int i = 0; i < 3; i++) {
    if (!operands[i] || is_state(operands[i], RPL_STATE_KNOWN))
      continue;
    if (is_state(operands[i], RPL_STATE_UNKNOWN)) {
      is_unknown = true;
      continue;
    }
    *result = is_state(operands[i], RPL_STATE_ERROR)
                  ? *operands[i]
                  : fail(step, RPL_ERROR_NONE_USED);
    return true;
  }
  if (is_unknown)
    *result = rpl_value_unknown();
  return is_unknown;
}

static RplValue strict(Step *step, uint8_t op) {
  RplValue result;
  return missing_operand(step, &result) ? result : compute(step, op);
}

static RplValue evaluate(const RplCareful *careful, Step *step,
                         const RplInstruction *code) {
  uint8_t op = RPL_CODE_OP(code->word);
  switch ((RplOp)op) {
  case RPL_OP_AND:
    return join(step, false);
  case RPL_OP_OR:
    return join(step, true);
  case RPL_OP_SELECT:
    return choose(step);
  case RPL_OP_GIVEN_OR:
    return given_or(careful, code->a, step);
  case RPL_OP_IS_NONE:
    return is_none(step);
  case RPL_OP_ELSE:
    return is_state(step->a, RPL_STATE_NONE) ? *step->b : *step->a;
  case RPL_OP_SOME:
    return is_state(step->a, RPL_STATE_NONE) ? fail(step, RPL_ERROR_NONE_USED)
                                             : *step->a;
  case RPL_OP_PICK:
    return pick(step);
  case RPL_OP_ROW:
    return rpl_careful_row(step->a, step->b, step->c);
  case RPL_OP_TABLE:
    return rpl_careful_table(
        step->a, &rpl_types(&careful->image->tables)[RPL_CODE_TYPE(code->word)],
        step->self);
  case RPL_OP_NONEMPTY:
    return is_state(step->a, RPL_STATE_NONE) ? fail(step, RPL_ERROR_EMPTY_LIST)
                                             : *step->a;
  case RPL_OP_COUNT:
  case RPL_OP_FIELD:
  case RPL_OP_APPEND:
  case RPL_OP_WITH:
    return rpl_careful_part(careful, step->arena, code, step->self, step->a,
                            step->b, &step->is_short);
  default:
    return strict(step, op);
  }
}

static inline const RplValue *optional_value(const RplCareful *careful,
                                             uint32_t operand) {
  return operand ? value_of(careful, operand) : NULL;
}

/* Choosing between an integer and a number gives a number. */
static void widen(RplValue *value, RplKind kind) {
  if (kind == RPL_KIND_NUMBER && value->kind == RPL_KIND_INTEGER)
    value->kind = RPL_KIND_NUMBER;
}

RplValue rpl_careful_once(const RplCareful *careful, RplArena *arena,
                          uint32_t row, const RplValue *const operands[3]) {
  const RplTables *tables = &careful->image->tables;
  const RplInstruction *code = &rpl_code(tables)[row];
  Step step = {arena,
               operands[0],
               operands[1],
               operands[2],
               (RplKind)rpl_types(tables)[RPL_CODE_TYPE(code->word)].kind,
               row,
               false};
  return rpl_careful_unnoted(strict(&step, RPL_CODE_OP(code->word)));
}

/* Any row, the general way. */
static RplStatus run_row(RplCareful *careful, RplArena *arena, uint32_t row,
                         const RplValue *a, const RplValue *b) {
  const RplTables *tables = &careful->image->tables;
  const RplInstruction *code = &rpl_code(tables)[row];
  uint8_t op = RPL_CODE_OP(code->word);
  RplValue *to = &careful->temps[row];
  Step step = {arena,
               a,
               b,
               optional_value(careful, code->c),
               (RplKind)rpl_types(tables)[RPL_CODE_TYPE(code->word)].kind,
               row,
               false};
  *to = evaluate(careful, &step, code);
  if (step.is_short)
    return RPL_E_MEMORY;
  widen(to, step.kind);
  if ((to->state == RPL_STATE_UNKNOWN || to->state == RPL_STATE_ERROR) &&
      op != RPL_OP_PICK && op != RPL_OP_ROW)
    *to = rpl_careful_unnoted(*to);
  return RPL_OK;
}

RplStatus rpl_careful_rows(RplCareful *careful, RplArena *arena, uint32_t first,
                           uint32_t end) {
  const RplTables *tables = &careful->image->tables;
  RplStatus status = RPL_OK;
  for (uint32_t row = first; row < end && !status; row++) {
    const RplInstruction *code = &rpl_code(tables)[row];
    uint8_t op = RPL_CODE_OP(code->word);
    const RplValue *a = value_of(careful, code->a);
    const RplValue *b = optional_value(careful, code->b);
    RplValue *to = &careful->temps[row];
    bool truth = false;
    if (rpl_careful_simply(a, b, op, &truth)) {
      rpl_careful_put(to, truth);
      continue;
    }
    if (rpl_careful_join(a, b, op, to))
      continue;
    if (op != RPL_OP_EACH) {
      status = run_row(careful, arena, row, a, b);
      continue;
    }
    uint32_t closing = rpl_code_closing(tables, row);
    status = rpl_careful_block(careful, arena, row, closing);
    row = closing;
  }
  return status;
}

RplStatus rpl_careful_run(RplCareful *careful, RplArena *arena) {
  careful->arena = arena;
  careful->run_count++;
  return rpl_careful_rows(careful, arena, 0,
                          rpl_code_count(&careful->image->tables));
}
