/* SPDX-License-Identifier: Apache-2.0
 * constant.c - see constant.h. Numbers are compared with the arithmetic of the
 * engines, so that compiler and engine cannot disagree. */
#include "compiler/constant.h"

#include <string.h>

#include "vm/number.h"
#include "vm/text.h"

static RplTruth of(bool is_true) {
  return is_true ? RPL_TRUTH_TRUE : RPL_TRUTH_FALSE;
}

static const RplConstantRecord *constant_row(const RplEmit *emit,
                                             uint32_t operand) {
  if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_CONSTANT)
    return NULL;
  return (const RplConstantRecord *)emit->tables[RPL_SECTION_CONSTANTS].words +
         RPL_OPERAND_INDEX(operand);
}

static RplTruth truth_of(const RplConstants *constants, uint32_t operand) {
  const RplConstantRecord *row = constant_row(constants->emit, operand);
  RplTypeWords type = rpl_emit_operand_type(constants->emit, operand);
  if (type.kind != RPL_KIND_BOOLEAN || type.optional)
    return RPL_TRUTH_OPEN;
  if (row)
    return of(row->low != 0);
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP &&
      RPL_OPERAND_INDEX(operand) < constants->count)
    return (RplTruth)constants->truths[RPL_OPERAND_INDEX(operand)];
  return RPL_TRUTH_OPEN;
}

/* Order of two constants of one kind; false when it is not told here. */
static bool compare(const RplEmit *emit, uint32_t a, uint32_t b, int *order) {
  const RplConstantRecord *left = constant_row(emit, a);
  const RplConstantRecord *right = constant_row(emit, b);
  RplTypeWords type = rpl_emit_operand_type(emit, a);
  if (!left || !right || type.optional ||
      rpl_emit_operand_type(emit, b).optional)
    return false;
  if (rpl_kind_is_numeric((RplKind)type.kind)) {
    RplNumber x, y;
    if (rpl_number_parse(emit->arena, emit->strings[left->low], &x) ||
        rpl_number_parse(emit->arena, emit->strings[right->low], &y))
      return false;
    *order = rpl_number_compare(x, y);
    return true;
  }
  if (type.kind != RPL_KIND_DATE && type.kind != RPL_KIND_DATETIME &&
      type.kind != RPL_KIND_DURATION)
    return false;
  int64_t x = (int64_t)((uint64_t)left->high << 32 | left->low);
  int64_t y = (int64_t)((uint64_t)right->high << 32 | right->low);
  *order = (x > y) - (x < y);
  return true;
}

bool rpl_constant_number(const RplEmit *emit, uint32_t operand,
                         RplNumber *number, RplCurrency *currency) {
  const RplConstantRecord *row = constant_row(emit, operand);
  RplTypeWords type = rpl_emit_operand_type(emit, operand);
  *currency = RPL_CURRENCY_NONE;
  if (!row || type.optional)
    return false;
  switch (type.kind) {
  case RPL_KIND_MONEY:
    *currency = (RplCurrency)row->high;
    break;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    break;
  case RPL_KIND_DATE:
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
    *number =
        rpl_number_from_int((int64_t)((uint64_t)row->high << 32 | row->low));
    return true;
  default:
    return false;
  }
  return !rpl_number_parse(emit->arena, emit->strings[row->low], number);
}

static RplTruth compared(const RplEmit *emit, const RplInstruction *code) {
  int order;
  if (!compare(emit, code->a, code->b, &order))
    return RPL_TRUTH_OPEN;
  switch ((RplOp)RPL_CODE_OP(code->word)) {
  case RPL_OP_EQ:
    return of(order == 0);
  case RPL_OP_NE:
    return of(order != 0);
  case RPL_OP_LT:
    return of(order < 0);
  case RPL_OP_LE:
    return of(order <= 0);
  case RPL_OP_GT:
    return of(order > 0);
  default:
    return of(order >= 0);
  }
}

static RplTruth joined(RplTruth a, RplTruth b, RplTruth settling) {
  if (a == settling || b == settling)
    return settling;
  return a == b ? a : RPL_TRUTH_OPEN;
}

static RplTruth judge(const RplConstants *constants,
                      const RplInstruction *code) {
  RplTruth a = truth_of(constants, code->a);
  switch ((RplOp)RPL_CODE_OP(code->word)) {
  case RPL_OP_NOT:
    return a == RPL_TRUTH_OPEN ? a : of(a == RPL_TRUTH_FALSE);
  case RPL_OP_AND:
    return joined(a, truth_of(constants, code->b), RPL_TRUTH_FALSE);
  case RPL_OP_OR:
    return joined(a, truth_of(constants, code->b), RPL_TRUTH_TRUE);
  case RPL_OP_SELECT:
    if (a == RPL_TRUTH_OPEN)
      return a;
    return truth_of(constants, a == RPL_TRUTH_TRUE ? code->b : code->c);
  case RPL_OP_EQ:
  case RPL_OP_NE:
  case RPL_OP_LT:
  case RPL_OP_LE:
  case RPL_OP_GT:
  case RPL_OP_GE:
    return compared(constants->emit, code);
  default:
    return RPL_TRUTH_OPEN;
  }
}

RplTruth rpl_constant_truth(RplConstants *constants, uint32_t operand) {
  RplEmit *emit = constants->emit;
  const RplInstruction *code = rpl_emit_rows(emit, RPL_SECTION_CODE);
  size_t total = emit->tables[RPL_SECTION_CODE].count;
  while (constants->count < total && !emit->is_out_of_memory) {
    uint8_t *truths =
        rpl_arena_grow(emit->arena, constants->truths, constants->count,
                       &constants->capacity, sizeof *truths);
    if (!truths) {
      emit->is_out_of_memory = true;
      return RPL_TRUTH_OPEN;
    }
    constants->truths = truths;
    RplTruth truth = judge(constants, &code[constants->count]);
    truths[constants->count++] = (uint8_t)truth;
  }
  return truth_of(constants, operand);
}
