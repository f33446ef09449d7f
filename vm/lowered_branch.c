/* SPDX-License-Identifier: Apache-2.0
 * lowered_branch.c - conditions to jumps. See lowered_build.h. */
#include "vm/lowered_build.h"

static RplOp op_of(const RplInstruction *code) {
  return (RplOp)RPL_CODE_OP(code->word);
}

/* ---- what is known ------------------------------------------------------ */

static bool settled_temp(const RplLowering *lower, uint32_t temp, bool *truth) {
  const RplTempKnown *known = &lower->temps[temp];
  if (known->state == RPL_TEMP_VALUE) {
    const RplVal *val = &lower->vals[known->value];
    *truth = val->low != 0;
    return val->low == val->high && !val->is_wide;
  }
  *truth = known->state == RPL_TEMP_TRUE;
  return known->state == RPL_TEMP_TRUE || known->state == RPL_TEMP_FALSE;
}

static bool settled_fact(const RplLowering *lower, uint32_t slot, bool *truth) {
  const RplSlotKnown *known = &lower->slots[slot];
  *truth = known->low != 0;
  return known->is_given && known->low == known->high;
}

bool rpl_lowering_settled(RplLowering *lower, uint32_t operand, bool *truth) {
  RplValue room;
  const RplInstruction *code = rpl_lowering_code(lower, operand);
  const RplValue *fixed = rpl_lowering_fixed(lower, operand, &room);
  if (fixed) {
    *truth = fixed->as.integer != 0;
    return fixed->state == RPL_STATE_KNOWN;
  }
  if (!code)
    return settled_fact(lower, RPL_OPERAND_INDEX(operand), truth);
  if (settled_temp(lower, RPL_OPERAND_INDEX(operand), truth))
    return true;
  if (op_of(code) == RPL_OP_NOT && rpl_lowering_code(lower, code->a) &&
      settled_temp(lower, RPL_OPERAND_INDEX(code->a), truth)) {
    *truth = !*truth;
    return true;
  }
  return false;
}

static void learn(RplLowering *lower, uint32_t operand, bool truth,
                  unsigned depth, unsigned *left) {
  const RplInstruction *code = rpl_lowering_code(lower, operand);
  uint32_t index = RPL_OPERAND_INDEX(operand);
  if (lower->is_dead || *left == 0)
    return;
  --*left;
  if (!code) {
    if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_FACT ||
        !lower->slots[index].is_given)
      return;
    RplSlotKnown known = lower->slots[index];
    known.low = known.high = truth;
    rpl_lowering_know_slot(lower, index, known);
    return;
  }
  if (lower->temps[index].state == RPL_TEMP_OPEN)
    rpl_lowering_know_temp(lower, index,
                           truth ? RPL_TEMP_TRUE : RPL_TEMP_FALSE);
  if (depth == 0)
    return;
  RplOp op = op_of(code);
  if (op == RPL_OP_NOT)
    learn(lower, code->a, !truth, depth - 1, left);
  if ((op == RPL_OP_AND && truth) || (op == RPL_OP_OR && !truth)) {
    learn(lower, code->a, truth, depth - 1, left);
    learn(lower, code->b, truth, depth - 1, left);
  }
}

void rpl_lowering_learn(RplLowering *lower, uint32_t operand, bool truth) {
  unsigned left = RPL_LEARN_VISITS;
  learn(lower, operand, truth, RPL_LEARN_DEPTH, &left);
}

/* ---- comparing ---------------------------------------------------------- */

static RplOp contrary(RplOp op) {
  static const RplOp contraries[] = {RPL_OP_NE, RPL_OP_EQ, RPL_OP_GE,
                                     RPL_OP_GT, RPL_OP_LE, RPL_OP_LT};
  return contraries[op - RPL_OP_EQ];
}

static bool holds(RplOp op, int order) {
  switch (op) {
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

/* The text that a value is known to be on this path. */
static const RplSlice *known_text(const RplLowering *lower, const RplVal *val) {
  if (val->num & RPL_LOWERED_FACT)
    return lower->slots[val->num & ~RPL_LOWERED_FACT].text;
  return val->low == val->high ? (const RplSlice *)(intptr_t)val->low : NULL;
}

static void learn_text(RplLowering *lower, const RplVal *val,
                       const RplSlice *text) {
  if (!(val->num & RPL_LOWERED_FACT) || !text)
    return;
  uint32_t slot = val->num & ~RPL_LOWERED_FACT;
  RplSlotKnown known = lower->slots[slot];
  known.text = text;
  rpl_lowering_know_slot(lower, slot, known);
}

static bool branch_texts(RplLowering *lower, RplOp op, const RplVal *a,
                         const RplVal *b, bool sense, RplLabel *label) {
  const RplSlice *left = known_text(lower, a), *right = known_text(lower, b);
  op = sense ? op : contrary(op);
  if (left && right) {
    if (holds(op, rpl_slice_compare(*left, *right)))
      rpl_lowering_jump(lower, label);
    return !lower->is_dead;
  }
  bool is_mirrored = op == RPL_OP_GT || op == RPL_OP_GE;
  RplLoweredOp code = op == RPL_OP_EQ   ? RPL_LOWERED_IF_TEXT_EQ
                      : op == RPL_OP_NE ? RPL_LOWERED_IF_TEXT_NE
                      : op == RPL_OP_LT || op == RPL_OP_GT
                          ? RPL_LOWERED_IF_TEXT_LT
                          : RPL_LOWERED_IF_TEXT_LE;
  rpl_lowering_if(lower, code, is_mirrored ? b->num : a->num,
                  is_mirrored ? a->num : b->num, label);
  if (op == RPL_OP_NE) { /* behind it they are equal */
    learn_text(lower, a, right);
    learn_text(lower, b, left);
  }
  return !lower->is_dead;
}

static bool operands(RplLowering *lower, const RplInstruction *code, RplVal *a,
                     RplVal *b) {
  return rpl_lowering_value(lower, code->a, NULL, a) &&
         rpl_lowering_value(lower, code->b, NULL, b);
}

/* Takes note that a jump written since `before` tells the truth of a condition.
 */
static void trace(RplLowering *lower, uint32_t operand, bool sense,
                  size_t before) {
  if (lower->is_dead || lower->code_count == before)
    return;
  RplTracePoint *point = &lower->points[lower->code_count - 1];
  if (rpl_lowered_form(
          (RplLoweredOp)lower->code[lower->code_count - 1].op)[3] == 't' &&
      point->temp == UINT32_MAX)
    *point = (RplTracePoint){RPL_OPERAND_INDEX(operand),
                             sense ? RPL_POINT_TRUE : RPL_POINT_FALSE};
}

static bool branch_comparison(RplLowering *lower, uint32_t operand,
                              const RplInstruction *code, bool sense,
                              RplLabel *label) {
  RplVal a, b;
  if (!operands(lower, code, &a, &b))
    return false;
  size_t before = lower->code_count;
  if (rpl_lowering_kind(lower, code->a) == RPL_KIND_TEXT)
    (void)branch_texts(lower, op_of(code), &a, &b, sense, label);
  else
    (void)rpl_val_branch(lower, op_of(code), a, b, sense, label);
  trace(lower, operand, sense, before);
  return !lower->is_dead;
}

/* Both of two comparisons, or not both. */
static bool branch_both(RplLowering *lower, const RplVal pairs[4],
                        const RplOp ops[2], bool sense, RplLabel *label) {
  if (!sense)
    return rpl_val_branch(lower, ops[0], pairs[0], pairs[1], false, label) &&
           rpl_val_branch(lower, ops[1], pairs[2], pairs[3], false, label);
  RplLabel skip;
  rpl_lowering_label(lower, &skip);
  if (rpl_val_branch(lower, ops[0], pairs[0], pairs[1], false, &skip))
    (void)rpl_val_branch(lower, ops[1], pairs[2], pairs[3], true, label);
  rpl_lowering_bind(lower, &skip);
  return !lower->is_dead;
}

static bool branch_between(RplLowering *lower, const RplInstruction *code,
                           bool sense, RplLabel *label) {
  const RplOp ops[2] = {RPL_OP_GE, RPL_OP_LE};
  RplVal a, b, c;
  if (rpl_lowering_kind(lower, code->a) == RPL_KIND_TEXT)
    return rpl_lowering_stop(lower);
  if (!operands(lower, code, &a, &b) ||
      !rpl_lowering_value(lower, code->c, NULL, &c))
    return false;
  const RplVal pairs[4] = {a, b, a, c};
  return branch_both(lower, pairs, ops, sense, label);
}

static bool branch_within(RplLowering *lower, const RplInstruction *code,
                          bool sense, RplLabel *label) {
  const RplOp ops[2] = {RPL_OP_LE, RPL_OP_LE};
  RplVal a, b, c, since;
  if (!operands(lower, code, &a, &b) ||
      !rpl_lowering_value(lower, code->c, NULL, &c) ||
      !rpl_val_compute(lower, RPL_OP_SUB_N, a, c, &since))
    return false;
  const RplVal pairs[4] = {c, a, since, b};
  return branch_both(lower, pairs, ops, sense, label);
}

/* ---- sets, none --------------------------------------------------------- */

static bool branch_in(RplLowering *lower, const RplInstruction *code,
                      bool sense, RplLabel *label) {
  RplVal a, b;
  if (!operands(lower, code, &a, &b))
    return false;
  rpl_lowering_if(lower, sense ? RPL_LOWERED_IF_IN : RPL_LOWERED_IF_OUT, a.num,
                  b.num, label);
  return !lower->is_dead;
}

static bool branch_empty(RplLowering *lower, const RplInstruction *code,
                         bool sense, RplLabel *label) {
  RplVal a, zero;
  if (!rpl_lowering_value(lower, code->a, NULL, &a))
    return false;
  zero = rpl_val_word(rpl_lowering_constant(lower, 0), 0, 0);
  return rpl_val_branch(lower, RPL_OP_EQ, a, zero, sense, label);
}

static void learn_none(RplLowering *lower, uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  if (!lower->is_dead && rpl_lowering_code(lower, operand) &&
      lower->temps[index].state == RPL_TEMP_OPEN)
    rpl_lowering_know_temp(lower, index, RPL_TEMP_NONE);
}

/* The operand is computed either way: where it is in error, so is this. */
static bool branch_none(RplLowering *lower, const RplInstruction *code,
                        bool sense, RplLabel *label) {
  RplLabel none;
  RplVal val;
  if (sense)
    return rpl_lowering_value(lower, code->a, label, &val);
  rpl_lowering_label(lower, &none);
  if (rpl_lowering_value(lower, code->a, &none, &val))
    rpl_lowering_jump(lower, label);
  rpl_lowering_bind(lower, &none);
  learn_none(lower, code->a);
  return !lower->is_dead;
}

/* ---- joining and choosing ------------------------------------------------ */

/* `and` where sense is false, `or` where it is true: either side goes to the
 * label. The other way round the first side may skip the second. */
static bool branch_join(RplLowering *lower, const RplInstruction *code,
                        bool is_and, bool sense, RplLabel *label) {
  if (is_and != sense)
    return rpl_lowering_branch(lower, code->a, sense, label) &&
           rpl_lowering_branch(lower, code->b, sense, label);
  RplLabel skip;
  rpl_lowering_label(lower, &skip);
  if (rpl_lowering_branch(lower, code->a, !sense, &skip))
    (void)rpl_lowering_branch(lower, code->b, sense, label);
  rpl_lowering_bind(lower, &skip);
  return !lower->is_dead;
}

static bool branch_select(RplLowering *lower, const RplInstruction *code,
                          bool sense, RplLabel *label) {
  RplLabel other, end;
  rpl_lowering_label(lower, &end);
  rpl_lowering_label(lower, &other);
  if (rpl_lowering_branch(lower, code->a, false, &other) &&
      rpl_lowering_branch(lower, code->b, sense, label))
    rpl_lowering_jump(lower, &end);
  rpl_lowering_bind(lower, &other);
  if (!lower->is_dead) {
    rpl_lowering_learn(lower, code->a, false);
    (void)rpl_lowering_branch(lower, code->c, sense, label);
  }
  rpl_lowering_bind(lower, &end);
  return !lower->is_dead;
}

static bool branch_word(RplLowering *lower, uint32_t operand, bool sense,
                        RplLabel *label) {
  RplVal val;
  if (!rpl_lowering_value(lower, operand, NULL, &val))
    return false;
  if (val.low == val.high) {
    if ((val.low != 0) == sense)
      rpl_lowering_jump(lower, label);
    return !lower->is_dead;
  }
  rpl_lowering_if(lower, sense ? RPL_LOWERED_IF_TRUE : RPL_LOWERED_IF_FALSE,
                  val.num, 0, label);
  return !lower->is_dead;
}

static bool branch_code(RplLowering *lower, uint32_t operand,
                        const RplInstruction *code, bool sense,
                        RplLabel *label) {
  RplOp op = op_of(code);
  switch (op) {
  case RPL_OP_NOT:
    return rpl_lowering_branch(lower, code->a, !sense, label);
  case RPL_OP_AND:
  case RPL_OP_OR:
    return branch_join(lower, code, op == RPL_OP_AND, sense, label);
  case RPL_OP_SELECT:
    return branch_select(lower, code, sense, label);
  case RPL_OP_IS_NONE:
    return branch_none(lower, code, sense, label);
  case RPL_OP_BETWEEN:
    return branch_between(lower, code, sense, label);
  case RPL_OP_WITHIN:
    return branch_within(lower, code, sense, label);
  case RPL_OP_IN:
    return branch_in(lower, code, sense, label);
  case RPL_OP_IS_EMPTY:
    return branch_empty(lower, code, sense, label);
  case RPL_OP_EQ:
  case RPL_OP_NE:
  case RPL_OP_LT:
  case RPL_OP_LE:
  case RPL_OP_GT:
  case RPL_OP_GE:
    return branch_comparison(lower, operand, code, sense, label);
  default:
    return branch_word(lower, operand, sense, label);
  }
}

bool rpl_lowering_branch(RplLowering *lower, uint32_t operand, bool sense,
                         RplLabel *label) {
  const RplInstruction *code = rpl_lowering_code(lower, operand);
  bool truth;
  if (lower->is_dead)
    return false;
  if (lower->depth >= RPL_LOWERED_MAX_DEPTH ||
      lower->code_count >= lower->code_limit)
    return rpl_lowering_stop(lower);
  if (rpl_lowering_settled(lower, operand, &truth)) {
    if (truth == sense)
      rpl_lowering_jump(lower, label);
    return !lower->is_dead;
  }
  lower->depth++;
  bool is_alive =
      code && lower->temps[RPL_OPERAND_INDEX(operand)].state == RPL_TEMP_OPEN
          ? branch_code(lower, operand, code, sense, label)
          : branch_word(lower, operand, sense, label);
  lower->depth--;
  if (is_alive)
    rpl_lowering_learn(lower, operand, !sense);
  return is_alive;
}

/* ---- keys --------------------------------------------------------------- */

static bool is_key(RplKind kind) {
  return kind == RPL_KIND_ENUM || kind == RPL_KIND_INTEGER ||
         kind == RPL_KIND_TEXT;
}

static bool is_constant(uint32_t operand) {
  return RPL_OPERAND_SPACE(operand) == RPL_SPACE_CONSTANT;
}

bool rpl_lowering_key(const RplLowering *lower, uint32_t operand,
                      RplKeyed *keyed) {
  const RplInstruction *code = rpl_lowering_code(lower, operand);
  for (uint32_t i = 0; i < RPL_LEARN_DEPTH && code && op_of(code) == RPL_OP_AND;
       i++) {
    operand = code->a;
    code = rpl_lowering_code(lower, operand);
  }
  if (!code || op_of(code) != RPL_OP_EQ ||
      !is_key(rpl_lowering_kind(lower, code->a)) ||
      !is_key(rpl_lowering_kind(lower, code->b)) ||
      is_constant(code->a) == is_constant(code->b))
    return false;
  bool is_left = is_constant(code->a);
  keyed->key = is_left ? code->b : code->a;
  keyed->constant = is_left ? code->a : code->b;
  keyed->test = operand;
  return true;
}
