/* SPDX-License-Identifier: Apache-2.0
 * lowered_value.c - operands to values on the path that is being written. See
 * lowered_build.h. The cases follow vm/careful.c: what has a value there has
 * the same one here, and whatever is unknown or an error there stops here. */
#include "vm/lowered_build.h"

#include <string.h>

#include "vm/civil.h"

const RplInstruction *rpl_lowering_code(const RplLowering *lower,
                                        uint32_t operand) {
  if (!operand || RPL_OPERAND_SPACE(operand) != RPL_SPACE_TEMP)
    return NULL;
  return &rpl_code(lower->tables)[RPL_OPERAND_INDEX(operand)];
}

static RplOp op_of(const RplInstruction *code) {
  return (RplOp)RPL_CODE_OP(code->word);
}

static const RplTypeRecord *type_of(const RplLowering *lower,
                                    uint32_t operand) {
  return rpl_operand_type(lower->image, operand);
}

RplKind rpl_lowering_kind(const RplLowering *lower, uint32_t operand) {
  return (RplKind)type_of(lower, operand)->kind;
}

/* ---- choosing ----------------------------------------------------------- */

static bool arm(RplLowering *lower, RplMeeting *meeting, uint32_t operand,
                RplLabel *none) {
  RplVal val;
  return rpl_lowering_value(lower, operand, none, &val) &&
         rpl_meeting_arm(lower, meeting, val);
}

static bool select_value(RplLowering *lower, const RplInstruction *code,
                         uint32_t temp, RplLabel *none, RplVal *val) {
  RplMeeting meeting;
  RplLabel other;
  bool truth;
  if (rpl_lowering_settled(lower, code->a, &truth))
    return rpl_lowering_value(lower, truth ? code->b : code->c, none, val);
  rpl_meeting_begin(lower, &meeting, temp);
  rpl_lowering_label(lower, &other);
  if (rpl_lowering_branch(lower, code->a, false, &other))
    (void)arm(lower, &meeting, code->b, none);
  rpl_lowering_bind(lower, &other);
  if (!lower->is_dead) {
    rpl_lowering_learn(lower, code->a, false);
    (void)arm(lower, &meeting, code->c, none);
  }
  return rpl_meeting_end(lower, &meeting, val);
}

static bool given_or(RplLowering *lower, const RplInstruction *code,
                     uint32_t temp, RplLabel *none, RplVal *val) {
  uint32_t slot = RPL_OPERAND_INDEX(code->a);
  RplMeeting meeting;
  RplLabel given, gone;
  if (rpl_facts(lower->tables)[slot].flags & RPL_FACT_PARAM ||
      lower->slots[slot].is_given)
    return rpl_lowering_value(lower, code->a, none, val);
  rpl_meeting_begin(lower, &meeting, temp);
  rpl_lowering_label(lower, &gone);
  rpl_lowering_label(lower, &given);
  rpl_lowering_if(lower, RPL_LOWERED_IF_GIVEN, (uint16_t)slot, 0, &given);
  if (type_of(lower, code->a)->optional)
    rpl_lowering_if(lower, RPL_LOWERED_IF_NONE, (uint16_t)slot, 0, &gone);
  (void)arm(lower, &meeting, code->b, none);
  rpl_lowering_bind(lower, &given);
  if (!lower->is_dead) {
    RplVal read;
    if (rpl_lowering_read(lower, slot, &read))
      (void)rpl_meeting_arm(lower, &meeting, read);
  }
  rpl_lowering_bind(lower, &gone);
  if (!lower->is_dead) {
    if (none)
      rpl_lowering_jump(lower, none);
    else
      (void)rpl_lowering_stop(lower);
  }
  return rpl_meeting_end(lower, &meeting, val);
}

static bool else_value(RplLowering *lower, const RplInstruction *code,
                       uint32_t temp, RplLabel *none, RplVal *val) {
  RplMeeting meeting;
  RplLabel gone;
  rpl_meeting_begin(lower, &meeting, temp);
  rpl_lowering_label(lower, &gone);
  (void)arm(lower, &meeting, code->a, &gone);
  rpl_lowering_bind(lower, &gone);
  if (!lower->is_dead)
    (void)arm(lower, &meeting, code->b, none);
  return rpl_meeting_end(lower, &meeting, val);
}

/* ---- guarded definitions ------------------------------------------------- */

typedef struct Picking {
  const RplGuarded *rows;
  size_t count;
  RplMeeting *meeting;
  RplLabel *none;
} Picking;

/* The rest of the rows, where `taken` stands: none of them may give another
 * value. Two that both hold are equal only if they are one and the same. */
static bool rest_agrees(RplLowering *lower, const Picking *picking, size_t from,
                        uint32_t taken) {
  for (size_t i = from; i < picking->count && !lower->is_dead; i++) {
    const RplGuarded *row = &picking->rows[i];
    RplLabel next;
    if (row->value == taken)
      continue; /* the same value, or the guard is false; an open guard is
                   absorbed by agreement */
    if (!row->guard)
      return rpl_lowering_stop(lower);
    rpl_lowering_label(lower, &next);
    if (rpl_lowering_branch(lower, row->guard, false, &next))
      (void)rpl_lowering_stop(lower);
    rpl_lowering_bind(lower, &next);
    if (!lower->is_dead)
      rpl_lowering_learn(lower, row->guard, false);
  }
  return !lower->is_dead;
}

/* Rows from the first on, nothing standing yet. */
static bool pick_rows(RplLowering *lower, const Picking *picking) {
  for (size_t i = 0; i < picking->count && !lower->is_dead; i++) {
    const RplGuarded *row = &picking->rows[i];
    RplLabel next;
    RplVal val;
    rpl_lowering_label(lower, &next);
    bool holds =
        !row->guard || rpl_lowering_branch(lower, row->guard, false, &next);
    if (holds && rpl_lowering_value(lower, row->value, &next, &val) &&
        rest_agrees(lower, picking, i + 1, row->value))
      (void)rpl_meeting_arm(lower, picking->meeting, val);
    uint32_t jumps = next.jumps;
    rpl_lowering_bind(lower, &next);
    if (!jumps)
      return false;
  }
  if (lower->is_dead)
    return false;
  if (!picking->none)
    return rpl_lowering_stop(lower);
  rpl_lowering_jump(lower, picking->none);
  return true;
}

bool rpl_lowering_pick(RplLowering *lower, const RplGuarded *rows, size_t count,
                       uint32_t temp, RplLabel *none, RplVal *val) {
  RplMeeting meeting;
  if (count == 1 && !rows[0].guard)
    return rpl_lowering_value(lower, rows[0].value, none, val);
  Picking picking = {rows, count, &meeting, none};
  rpl_meeting_begin(lower, &meeting, temp);
  (void)pick_rows(lower, &picking);
  return rpl_meeting_end(lower, &meeting, val);
}

/* A chain of PICK is one list of definitions, the first one innermost. */
static bool pick_value(RplLowering *lower, uint32_t temp, RplLabel *none,
                       RplVal *val) {
  const RplInstruction *all = rpl_code(lower->tables);
  size_t count = 0;
  uint32_t at = RPL_OPERAND(RPL_SPACE_TEMP, temp);
  const RplInstruction *code;
  while ((code = rpl_lowering_code(lower, at)) && op_of(code) == RPL_OP_PICK) {
    at = code->a;
    count++;
  }
  RplValue room;
  const RplValue *first = rpl_lowering_fixed(lower, at, &room);
  size_t extra = !(first && first->state == RPL_STATE_NONE);
  if (count > RPL_LOWER_MAX_GUARDED)
    return rpl_lowering_stop(lower);
  RplGuarded *rows =
      rpl_arena_array(&lower->scratch, count + extra, sizeof *rows);
  if (!rows) {
    lower->is_short = lower->is_dead = true;
    return false;
  }
  if (extra)
    rows[0] = (RplGuarded){0, at};
  at = RPL_OPERAND(RPL_SPACE_TEMP, temp);
  for (size_t i = count + extra; i-- > extra;) {
    code = &all[RPL_OPERAND_INDEX(at)];
    rows[i] = (RplGuarded){code->b, code->c};
    at = code->a;
  }
  return rpl_lowering_pick(lower, rows, count + extra, temp, none, val);
}

/* ---- strict operations -------------------------------------------------- */

/* LIMIT of the result: what does not fit is out of range, which stops. */
static bool words(RplLowering *lower, RplLoweredOp op, RplVal a, RplVal b,
                  int64_t low, int64_t high, RplVal *val) {
  uint16_t word = rpl_lowering_word(lower, 1);
  (void)rpl_lowering_emit(lower, op, word, a.num, b.num, 0);
  *val = rpl_val_word(word, low, high);
  return !lower->is_dead;
}

/* Durations: whole microseconds, or an error. */
static bool duration_value(RplLowering *lower, RplOp op, RplVal a, RplVal b,
                           RplVal *val) {
  RplVal result;
  return rpl_val_compute(lower, op, a, b, &result) &&
         rpl_val_whole(lower, result, val);
}

static bool set_value(RplLowering *lower, RplOp op, RplVal a, RplVal b,
                      RplVal *val) {
  return words(lower,
               op == RPL_OP_UNION ? RPL_LOWERED_BITS_OR : RPL_LOWERED_BITS_NOT,
               a, b, INT64_MIN, INT64_MAX, val);
}

static bool time_value(RplLowering *lower, RplOp op, RplVal a, RplVal b,
                       RplVal *val) {
  const int64_t instants[2] = {RPL_DATETIME_MIN, RPL_DATETIME_MAX};
  const int64_t days[2] = {RPL_DATE_MIN, RPL_DATE_MAX};
  RplVal day = rpl_val_word(0, RPL_DAY_MICROS, RPL_DAY_MICROS), span;
  switch (op) {
  case RPL_OP_ADD_DTU:
    return words(lower, RPL_LOWERED_LATER, a, b, instants[0], instants[1], val);
  case RPL_OP_SUB_DTU:
    return words(lower, RPL_LOWERED_EARLIER, a, b, instants[0], instants[1],
                 val);
  case RPL_OP_SUB_DTDT:
    return rpl_val_compute(lower, RPL_OP_SUB_N, a, b, val);
  case RPL_OP_ADD_DU:
    return words(lower, RPL_LOWERED_DAYS_LATER, a, b, days[0], days[1], val);
  case RPL_OP_SUB_DU:
    return words(lower, RPL_LOWERED_DAYS_EARLIER, a, b, days[0], days[1], val);
  case RPL_OP_SUB_DD:
    day.num = rpl_lowering_constant(lower, RPL_DAY_MICROS);
    return rpl_val_compute(lower, RPL_OP_SUB_N, a, b, &span) &&
           rpl_val_compute(lower, RPL_OP_MUL_N, span, day, &span) &&
           rpl_val_whole(lower, span, val);
  case RPL_OP_ADD_U:
    return duration_value(lower, RPL_OP_ADD_N, a, b, val);
  case RPL_OP_SUB_U:
    return duration_value(lower, RPL_OP_SUB_N, a, b, val);
  case RPL_OP_MUL_UN:
  case RPL_OP_MUL_NU:
    return duration_value(lower, RPL_OP_MUL_N, a, b, val);
  case RPL_OP_DIV_UN:
    return duration_value(lower, RPL_OP_DIV_N, a, b, val);
  case RPL_OP_DIV_UU:
    return rpl_val_compute(lower, RPL_OP_DIV_N, a, b, val);
  case RPL_OP_DATE_OF:
    return words(lower, RPL_LOWERED_DATE_OF, a, b, days[0], days[1], val);
  case RPL_OP_START_OF:
    return words(lower, RPL_LOWERED_START_OF, a, b, instants[0], instants[1],
                 val);
  default: /* RPL_OP_BUSINESS_DAYS */
    return rpl_val_whole(lower, a, &a) &&
           words(lower, RPL_LOWERED_BUSINESS, a, b, days[0], days[1], val);
  }
}

/* Operations with one operand, or with one and fixed ones. */
static bool unary_value(RplLowering *lower, RplOp op, RplVal a, RplVal *val) {
  RplVal turned;
  switch (op) {
  case RPL_OP_NEG_N:
  case RPL_OP_NEG_M:
    return rpl_val_negate(lower, a, val);
  case RPL_OP_NEG_U:
    return rpl_val_negate(lower, a, &turned) &&
           rpl_val_whole(lower, turned, val);
  case RPL_OP_ABS_N:
  case RPL_OP_ABS_M:
    return rpl_val_absolute(lower, a, val);
  case RPL_OP_ABS_U:
    return rpl_val_absolute(lower, a, &turned) &&
           rpl_val_whole(lower, turned, val);
  case RPL_OP_YEAR_OF:
    return words(lower, RPL_LOWERED_YEAR_OF, a, rpl_val_word(0, 0, 0),
                 RPL_YEAR_MIN, RPL_YEAR_MAX, val);
  case RPL_OP_MONTH_OF:
    return words(lower, RPL_LOWERED_MONTH_OF, a, rpl_val_word(0, 0, 0), 1, 12,
                 val);
  default: /* RPL_OP_DAY_OF */
    return words(lower, RPL_LOWERED_DAY_OF, a, rpl_val_word(0, 0, 0), 1, 31,
                 val);
  }
}

/* Rounding keeps the order of values, so the smaller (greater) of two rounded
 * ones is the smaller (greater) one rounded: each is divided by itself, and
 * what is whole already not at all. */
static bool round_extreme(RplLowering *lower, uint32_t operand, int64_t places,
                          RplRounding mode, RplVal *val) {
  const RplInstruction *code = rpl_lowering_code(lower, operand);
  RplVal a, b;
  bool is_extreme =
      code && (op_of(code) == RPL_OP_MIN || op_of(code) == RPL_OP_MAX) &&
      lower->temps[RPL_OPERAND_INDEX(operand)].state == RPL_TEMP_OPEN;
  if (!is_extreme)
    return rpl_lowering_value(lower, operand, NULL, &a) &&
           rpl_val_round(lower, a, places, mode, val);
  return rpl_lowering_value(lower, code->a, NULL, &a) &&
         rpl_lowering_value(lower, code->b, NULL, &b) &&
         rpl_val_round(lower, a, places, mode, &a) &&
         rpl_val_round(lower, b, places, mode, &b) &&
         rpl_val_compute(lower, op_of(code), a, b, val);
}

/* The mode and the places of a rounding must be fixed. */
static bool round_value(RplLowering *lower, const RplInstruction *code,
                        RplVal *val) {
  RplOp op = op_of(code);
  RplValue mode_room, places_room;
  int64_t places = 0;
  const RplValue *mode = rpl_lowering_fixed(
      lower, op == RPL_OP_ROUND_M ? code->b : code->c, &mode_room);
  if (!mode || mode->state != RPL_STATE_KNOWN || op == RPL_OP_ROUND_MP)
    return rpl_lowering_stop(lower);
  if (op == RPL_OP_ROUND_N) {
    const RplValue *fixed = rpl_lowering_fixed(lower, code->b, &places_room);
    if (!fixed || fixed->state != RPL_STATE_KNOWN ||
        !rpl_number_to_int64(fixed->as.number, &places) ||
        places < -RPL_NUMBER_SMALL_PLACES || places > RPL_NUMBER_SMALL_PLACES)
      return rpl_lowering_stop(lower);
  }
  return round_extreme(lower, code->a, places, (RplRounding)mode->as.integer,
                       val);
}

static RplOp number_op(RplOp op) {
  switch (op) {
  case RPL_OP_ADD_N:
  case RPL_OP_ADD_M:
    return RPL_OP_ADD_N;
  case RPL_OP_SUB_N:
  case RPL_OP_SUB_M:
    return RPL_OP_SUB_N;
  case RPL_OP_MUL_N:
  case RPL_OP_MUL_MN:
  case RPL_OP_MUL_NM:
    return RPL_OP_MUL_N;
  case RPL_OP_DIV_N:
  case RPL_OP_DIV_MN:
  case RPL_OP_DIV_MM:
    return RPL_OP_DIV_N;
  case RPL_OP_MIN:
  case RPL_OP_MAX:
    return op;
  default:
    return (RplOp)0;
  }
}

static bool is_texts(const RplLowering *lower, const RplInstruction *code) {
  return rpl_lowering_kind(lower, code->a) == RPL_KIND_TEXT;
}

static bool binary_value(RplLowering *lower, const RplInstruction *code,
                         RplVal *val) {
  RplOp op = op_of(code), number = number_op(op);
  RplVal a, b;
  if (number && is_texts(lower, code))
    return rpl_lowering_stop(lower);
  if (!rpl_lowering_value(lower, code->a, NULL, &a) ||
      !rpl_lowering_value(lower, code->b, NULL, &b))
    return false;
  if (number)
    return rpl_val_compute(lower, number, a, b, val);
  if (op == RPL_OP_UNION || op == RPL_OP_EXCEPT)
    return set_value(lower, op, a, b, val);
  return time_value(lower, op, a, b, val);
}

/* A boolean as a word, where no jump can use it. */
static bool truth_value(RplLowering *lower, uint32_t operand, RplVal *val) {
  RplLabel no, end;
  bool truth;
  if (rpl_lowering_settled(lower, operand, &truth)) {
    *val = rpl_val_word(rpl_lowering_constant(lower, truth), truth, truth);
    return !lower->is_dead;
  }
  uint16_t one = rpl_lowering_constant(lower, 1);
  uint16_t zero = rpl_lowering_constant(lower, 0);
  *val = rpl_val_word(rpl_lowering_word(lower, 1), 0, 1);
  rpl_lowering_label(lower, &end);
  rpl_lowering_label(lower, &no);
  if (rpl_lowering_branch(lower, operand, false, &no)) {
    (void)rpl_lowering_emit(lower, RPL_LOWERED_MOVE, val->num, one, 0, 0);
    rpl_lowering_jump(lower, &end);
  }
  rpl_lowering_bind(lower, &no);
  if (!lower->is_dead)
    (void)rpl_lowering_emit(lower, RPL_LOWERED_MOVE, val->num, zero, 0, 0);
  rpl_lowering_bind(lower, &end);
  return !lower->is_dead;
}

static bool compute(RplLowering *lower, uint32_t temp, RplLabel *none,
                    RplVal *val) {
  const RplInstruction *code = &rpl_code(lower->tables)[temp];
  RplVal a;
  switch (op_of(code)) {
  case RPL_OP_SELECT:
    return select_value(lower, code, temp, none, val);
  case RPL_OP_GIVEN_OR:
    return given_or(lower, code, temp, none, val);
  case RPL_OP_ELSE:
    return else_value(lower, code, temp, none, val);
  case RPL_OP_SOME:
    return rpl_lowering_value(lower, code->a, NULL, val);
  case RPL_OP_PICK:
    return pick_value(lower, temp, none, val);
  case RPL_OP_ROUND_N:
  case RPL_OP_ROUND_M:
  case RPL_OP_ROUND_MP:
    return round_value(lower, code, val);
  case RPL_OP_NEG_N:
  case RPL_OP_NEG_M:
  case RPL_OP_NEG_U:
  case RPL_OP_ABS_N:
  case RPL_OP_ABS_M:
  case RPL_OP_ABS_U:
  case RPL_OP_YEAR_OF:
  case RPL_OP_MONTH_OF:
  case RPL_OP_DAY_OF:
    return rpl_lowering_value(lower, code->a, NULL, &a) &&
           unary_value(lower, op_of(code), a, val);
  case RPL_OP_MIN:
  case RPL_OP_MAX:
  case RPL_OP_UNION:
  case RPL_OP_EXCEPT:
  case RPL_OP_ADD_N:
  case RPL_OP_SUB_N:
  case RPL_OP_MUL_N:
  case RPL_OP_DIV_N:
  case RPL_OP_ADD_M:
  case RPL_OP_SUB_M:
  case RPL_OP_MUL_MN:
  case RPL_OP_MUL_NM:
  case RPL_OP_DIV_MN:
  case RPL_OP_DIV_MM:
  case RPL_OP_ADD_DTU:
  case RPL_OP_SUB_DTU:
  case RPL_OP_SUB_DTDT:
  case RPL_OP_ADD_DU:
  case RPL_OP_SUB_DU:
  case RPL_OP_SUB_DD:
  case RPL_OP_ADD_U:
  case RPL_OP_SUB_U:
  case RPL_OP_MUL_UN:
  case RPL_OP_MUL_NU:
  case RPL_OP_DIV_UN:
  case RPL_OP_DIV_UU:
  case RPL_OP_DATE_OF:
  case RPL_OP_START_OF:
  case RPL_OP_BUSINESS_DAYS:
    return binary_value(lower, code, val);
  case RPL_OP_NOT:
  case RPL_OP_AND:
  case RPL_OP_OR:
  case RPL_OP_IS_NONE:
  case RPL_OP_EQ:
  case RPL_OP_NE:
  case RPL_OP_LT:
  case RPL_OP_LE:
  case RPL_OP_GT:
  case RPL_OP_GE:
  case RPL_OP_BETWEEN:
  case RPL_OP_WITHIN:
  case RPL_OP_IN:
  case RPL_OP_IS_EMPTY:
    return truth_value(lower, RPL_OPERAND(RPL_SPACE_TEMP, temp), val);
  default: /* not known here */
    return rpl_lowering_stop(lower);
  }
}

static bool temp_value(RplLowering *lower, uint32_t temp, RplLabel *none,
                       RplVal *val) {
  const RplTempKnown *known = &lower->temps[temp];
  switch ((RplTempState)known->state) {
  case RPL_TEMP_VALUE:
    *val = lower->vals[known->value];
    return true;
  case RPL_TEMP_TRUE:
  case RPL_TEMP_FALSE: {
    bool truth = known->state == RPL_TEMP_TRUE;
    *val = rpl_val_word(rpl_lowering_constant(lower, truth), truth, truth);
    return !lower->is_dead;
  }
  case RPL_TEMP_NONE:
    if (!none)
      return rpl_lowering_stop(lower);
    rpl_lowering_jump(lower, none);
    return false;
  default:
    break;
  }
  if (!compute(lower, temp, none, val))
    return false;
  rpl_lowering_trace(lower, lower->code_count - 1, temp, val);
  rpl_lowering_know_value(lower, temp, val);
  return true;
}

bool rpl_lowering_value(RplLowering *lower, uint32_t operand, RplLabel *none,
                        RplVal *val) {
  RplValue room;
  if (lower->is_dead)
    return false;
  if (lower->depth >= RPL_LOWERED_MAX_DEPTH ||
      lower->code_count >= lower->code_limit)
    return rpl_lowering_stop(lower);
  const RplValue *fixed = rpl_lowering_fixed(lower, operand, &room);
  if (fixed)
    return rpl_lowering_fixed_value(lower, operand, fixed, none, val);
  lower->depth++;
  bool is_good = RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT
                     ? rpl_lowering_fact(lower, operand, none, val)
                     : temp_value(lower, RPL_OPERAND_INDEX(operand), none, val);
  lower->depth--;
  return is_good && !lower->is_dead;
}

/* ---- what can be left uncomputed ----------------------------------------- */

/* Instructions looked at for it; past them an operand is computed. */
#define TOTAL_VISITS 64u

static bool total_fact(const RplLowering *lower, uint32_t slot, bool is_given) {
  const RplFactRecord *fact = &rpl_facts(lower->tables)[slot];
  return (fact->flags & RPL_FACT_PARAM) ||
         ((is_given || lower->slots[slot].is_given) &&
          ((!fact->low && !fact->high) || lower->slots[slot].is_checked));
}

static bool is_total(const RplLowering *lower, uint32_t operand, unsigned depth,
                     unsigned *left) {
  const RplInstruction *code = rpl_lowering_code(lower, operand);
  if (!code && RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT)
    return total_fact(lower, RPL_OPERAND_INDEX(operand), false);
  if (!code)
    return true;
  if (lower->temps[RPL_OPERAND_INDEX(operand)].state != RPL_TEMP_OPEN)
    return true;
  if (depth == 0 || *left == 0)
    return false;
  --*left;
  switch (op_of(code)) {
  case RPL_OP_GIVEN_OR:
    return total_fact(lower, RPL_OPERAND_INDEX(code->a), true) &&
           is_total(lower, code->b, depth - 1, left);
  case RPL_OP_NOT:
  case RPL_OP_IS_NONE:
  case RPL_OP_IS_EMPTY:
    return is_total(lower, code->a, depth - 1, left);
  case RPL_OP_AND:
  case RPL_OP_OR:
  case RPL_OP_ELSE:
  case RPL_OP_IN:
    return is_total(lower, code->a, depth - 1, left) &&
           is_total(lower, code->b, depth - 1, left);
  case RPL_OP_EQ:
  case RPL_OP_NE:
    return rpl_lowering_kind(lower, code->a) != RPL_KIND_MONEY &&
           is_total(lower, code->a, depth - 1, left) &&
           is_total(lower, code->b, depth - 1, left);
  default:
    return false;
  }
}

bool rpl_lowering_is_total(const RplLowering *lower, uint32_t operand,
                           unsigned depth) {
  unsigned left = TOTAL_VISITS;
  return is_total(lower, operand, depth, &left);
}
