/* SPDX-License-Identifier: Apache-2.0
 * causes.c - see causes.h. */
#include "vm/causes.h"

#include <string.h>

#include "vm/context.h"

static const RplTables *tables_of(const RplCauses *causes) {
  return &causes->careful->image->tables;
}

RplStatus rpl_causes_begin(RplCauses *causes, RplArena *fixed,
                           const RplCareful *careful,
                           const RplProviding *providing) {
  uint32_t count = rpl_code_count(&careful->image->tables);
  uint32_t slots = rpl_facts_count(&careful->image->tables);
  memset(causes, 0, sizeof *causes);
  causes->careful = careful;
  causes->providing = providing;
  causes->visited = rpl_arena_array(fixed, count, sizeof(uint32_t));
  causes->pending = rpl_arena_array(fixed, count, sizeof(uint32_t));
  causes->awaited =
      rpl_arena_array(fixed, rpl_bit_words(slots), sizeof(uint64_t));
  if (!causes->visited || !causes->pending || !causes->awaited)
    return RPL_E_MEMORY;
  rpl_causes_clear(causes);
  return RPL_OK;
}

void rpl_causes_clear(RplCauses *causes) {
  uint32_t slots = rpl_facts_count(tables_of(causes));
  memset(causes->awaited, 0, rpl_bit_words(slots) * sizeof(uint64_t));
  causes->awaited_count = 0;
  causes->awaited_low = slots;
  causes->awaited_high = 0;
  causes->error = rpl_value_unknown();
}

bool rpl_causes_awaits(const RplCauses *causes, uint32_t slot) {
  return rpl_bit_test(causes->awaited, slot);
}

static void note(RplCauses *causes, uint32_t slot) {
  /* A bare amount is there; what it lacks is its currency. */
  if (causes->careful->slots[slot].state == RPL_SLOT_BARE)
    slot = rpl_policy(tables_of(causes))->currency_fact - 1u;
  if (rpl_bit_test(causes->awaited, slot))
    return;
  rpl_bit_set(causes->awaited, slot);
  causes->awaited_count++;
  if (slot < causes->awaited_low)
    causes->awaited_low = slot;
  if (slot >= causes->awaited_high)
    causes->awaited_high = slot + 1;
}

static void note_error(RplCauses *causes, const RplValue *error) {
  if (causes->error.state != RPL_STATE_ERROR ||
      error->detail < causes->error.detail)
    causes->error = *error;
}

static void await(RplCauses *causes, uint32_t slot);

/* Takes an operand in: a fact is a cause, an instruction is looked at later. */
static void follow(RplCauses *causes, uint32_t operand) {
  const RplValue *value = rpl_careful_value(causes->careful, operand);
  uint32_t index = RPL_OPERAND_INDEX(operand);
  if (value->state == RPL_STATE_ERROR)
    note_error(causes, value);
  if (value->state != RPL_STATE_UNKNOWN)
    return;
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT) {
    await(causes, index);
    return;
  }
  if (causes->visited[index] == causes->walk)
    return;
  causes->visited[index] = causes->walk;
  causes->pending[causes->pending_count++] = index;
}

/* A fact, and what its provider still waits for: either lets the decision go
 * on. A fact is looked at once, so providers that wait for each other end, and
 * there are at most RPL_MAX_PROVIDERS calls inside each other. */
static void await(RplCauses *causes, uint32_t slot) {
  const RplListRecord *pairs = NULL;
  uint32_t count = rpl_bit_test(causes->awaited, slot)
                       ? 0
                       : rpl_providing_needs(causes->providing,
                                             tables_of(causes), slot, &pairs);
  note(causes, slot);
  for (uint32_t i = 0; i < count; i++)
    follow(causes, pairs[(size_t)i * 2 + 1].item);
}

static void follow_select(RplCauses *causes, const RplInstruction *code) {
  const RplValue *condition = rpl_careful_value(causes->careful, code->a);
  if (condition->state != RPL_STATE_KNOWN)
    follow(causes, code->a);
  else
    follow(causes, condition->as.integer ? code->b : code->c);
}

static void follow_given_or(RplCauses *causes, const RplInstruction *code) {
  uint32_t slot = RPL_OPERAND_INDEX(code->a);
  bool is_given = causes->careful->slots[slot].state == RPL_SLOT_BARE;
  follow(causes, is_given ? code->a : code->b);
}

static void follow_else(RplCauses *causes, const RplInstruction *code) {
  const RplValue *first = rpl_careful_value(causes->careful, code->a);
  follow(causes, first->state == RPL_STATE_NONE ? code->b : code->a);
}

/* The instruction that an operand comes from, if it is of that operation. */
static const RplInstruction *made_by(const RplCauses *causes, uint32_t operand,
                                     RplOp op) {
  const RplInstruction *code = rpl_code(tables_of(causes));
  if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_TEMP)
    return NULL;
  code += RPL_OPERAND_INDEX(operand);
  return RPL_CODE_OP(code->word) == op ? code : NULL;
}

/* What stands for certain among joined definitions; NULL: nothing. */
static const RplValue *standing(const RplCauses *causes,
                                const RplInstruction *code) {
  for (; code; code = made_by(causes, code->a, RPL_OP_PICK)) {
    const RplValue *value = rpl_careful_value(causes->careful, code->c);
    if (value->state == RPL_STATE_KNOWN &&
        rpl_value_is(rpl_careful_value(causes->careful, code->b), true))
      return value;
  }
  return NULL;
}

/* All definitions that are joined, last first: one that agrees with what stands
 * changes nothing, wherever it is written. */
static void follow_pick(RplCauses *causes, const RplInstruction *code) {
  const RplValue *stands = standing(causes, code);
  for (; code; code = made_by(causes, code->a, RPL_OP_PICK)) {
    const RplValue *guard = rpl_careful_value(causes->careful, code->b);
    const RplValue *value = rpl_careful_value(causes->careful, code->c);
    bool agrees = stands && value->state == RPL_STATE_KNOWN &&
                  rpl_value_equal(stands, value);
    bool is_nothing =
        guard->state == RPL_STATE_UNKNOWN && value->state == RPL_STATE_NONE;
    if (rpl_value_is(guard, false) || agrees || is_nothing)
      continue;
    follow(causes, code->b);
    follow(causes, code->c);
  }
}

/* Rows of a table that may stand, last first; one that stands is alone. */
static void follow_rows(RplCauses *causes, const RplInstruction *code) {
  for (; code; code = made_by(causes, code->a, RPL_OP_ROW)) {
    if (rpl_value_is(rpl_careful_value(causes->careful, code->b), false))
      continue;
    follow(causes, code->b);
    follow(causes, code->c);
  }
}

static void follow_all(RplCauses *causes, const RplInstruction *code) {
  follow(causes, code->a);
  if (code->b)
    follow(causes, code->b);
  if (code->c)
    follow(causes, code->c);
}

static void look_at(RplCauses *causes, const RplInstruction *code) {
  switch ((RplOp)RPL_CODE_OP(code->word)) {
  case RPL_OP_SELECT:
    follow_select(causes, code);
    break;
  case RPL_OP_GIVEN_OR:
    follow_given_or(causes, code);
    break;
  case RPL_OP_ELSE:
    follow_else(causes, code);
    break;
  case RPL_OP_PICK:
    follow_pick(causes, code);
    break;
  case RPL_OP_ROW:
    follow_rows(causes, code);
    break;
  default:
    follow_all(causes, code);
    break;
  }
}

void rpl_causes_walk(RplCauses *causes, uint32_t operand) {
  const RplInstruction *code = rpl_code(tables_of(causes));
  uint32_t count = rpl_code_count(tables_of(causes));
  if (++causes->walk == 0) { /* after 2^32 walks the marks start anew */
    memset(causes->visited, 0, count * sizeof(uint32_t));
    causes->walk = 1;
  }
  causes->pending_count = 0;
  follow(causes, operand);
  while (causes->pending_count)
    look_at(causes, &code[causes->pending[--causes->pending_count]]);
}
