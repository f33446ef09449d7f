/* SPDX-License-Identifier: Apache-2.0
 * causes.c - see causes.h. */
#include "vm/causes.h"

#include <string.h>

#include "vm/context.h"

static const RplTables *tables_of(const RplCauses *causes) {
  return &causes->careful->image->tables;
}

static bool has_blocks(const RplTables *tables) {
  for (uint32_t i = 0; i < rpl_code_count(tables); i++)
    if (RPL_CODE_OP(rpl_code(tables)[i].word) == RPL_OP_EACH)
      return true;
  return false;
}

RplStatus rpl_causes_begin(RplCauses *causes, RplArena *fixed,
                           RplCareful *careful, const RplProviding *providing) {
  uint32_t count = rpl_code_count(&careful->image->tables);
  uint32_t slots = rpl_facts_count(&careful->image->tables);
  memset(causes, 0, sizeof *causes);
  causes->careful = careful;
  causes->providing = providing;
  causes->visited = rpl_arena_array(fixed, count, sizeof(uint32_t));
  causes->parted = rpl_arena_array(fixed, count, sizeof(uint32_t));
  causes->pending = rpl_arena_array(fixed, count, sizeof(uint32_t));
  causes->awaited =
      rpl_arena_array(fixed, rpl_bit_words(slots), sizeof(uint64_t));
  bool needs_blames = has_blocks(&careful->image->tables);
  if (needs_blames) {
    causes->blames = rpl_arena_array(fixed, count, sizeof *causes->blames);
    causes->noted = rpl_arena_array(fixed, 2 * rpl_bit_words(slots + count),
                                    sizeof(uint64_t));
  }
  if (!causes->visited || !causes->parted || !causes->pending ||
      !causes->awaited || (needs_blames && (!causes->blames || !causes->noted)))
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

static void earlier_error(RplValue *first, const RplValue *error) {
  if (first->state != RPL_STATE_ERROR || error->detail < first->detail)
    *first = *error;
}

static void note_error(RplCauses *causes, const RplValue *error) {
  earlier_error(causes->found ? &causes->found->error : &causes->error, error);
}

/* The bit of an item in `noted`. */
static uint32_t bit_of(const RplCauses *causes, uint64_t item) {
  uint32_t operand = (uint32_t)item;
  uint32_t index = RPL_OPERAND_INDEX(operand);
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP)
    index += rpl_facts_count(tables_of(causes));
  return 2 * index + (uint32_t)(item >> 32);
}

/* While the causes of a block are found: notes one outside it, once. A constant
 * waits for nothing, even if parts of it are unknown. */
static void note_cause(RplCauses *causes, uint64_t item) {
  RplBlame *blame = causes->found;
  if (RPL_OPERAND_SPACE((uint32_t)item) == RPL_SPACE_CONSTANT)
    return;
  uint32_t bit = bit_of(causes, item);
  if (rpl_bit_test(causes->noted, bit))
    return;
  rpl_bit_set(causes->noted, bit);
  blame->items[blame->count++] = item;
}

static void forget_noted(RplCauses *causes, const RplBlame *blame) {
  for (uint32_t i = 0; i < blame->count; i++)
    causes->noted[bit_of(causes, blame->items[i]) / 64] = 0;
}

/* Whether an operand is no result of the block whose causes are found. */
static bool is_outside(const RplCauses *causes, uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  return causes->found &&
         (RPL_OPERAND_SPACE(operand) != RPL_SPACE_TEMP ||
          index < causes->found_each || index > causes->found_closing);
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
  if (is_outside(causes, operand)) {
    note_cause(causes, operand);
    return;
  }
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT) {
    await(causes, index);
    return;
  }
  if (causes->visited[index] == causes->walk)
    return;
  causes->visited[index] = causes->walk;
  causes->pending[causes->pending_count++] = index;
}

/* Whether a fact's provider may be asked, and this was not looked at yet. Of a
 * bare amount it is not the amount that is noted as awaited. */
static bool may_be_provided(const RplCauses *causes, uint32_t slot) {
  return causes->careful->slots[slot].state == RPL_SLOT_ABSENT &&
         !rpl_bit_test(causes->awaited, slot);
}

/* A fact, and what its provider still waits for: either lets the decision go
 * on. A fact is looked at once, so providers that wait for each other end, and
 * there are at most RPL_MAX_PROVIDERS calls inside each other. */
static void await(RplCauses *causes, uint32_t slot) {
  const RplListRecord *pairs = NULL;
  uint32_t count = may_be_provided(causes, slot)
                       ? rpl_providing_needs(causes->providing,
                                             tables_of(causes), slot, &pairs)
                       : 0;
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

/* LIMIT: definitions of one value, or rows of a table, that are looked at
 * together; what is before them is looked at by itself, so that a chain whose
 * parts are read elsewhere, too, is not gone through from each of them. */
#define TOGETHER 256u

/* What stands for certain among joined definitions; NULL: nothing. */
static const RplValue *standing(const RplCauses *causes,
                                const RplInstruction *code) {
  for (uint32_t left = TOGETHER; code && left;
       left--, code = made_by(causes, code->a, RPL_OP_PICK)) {
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
  for (uint32_t left = TOGETHER; code && left;
       left--, code = made_by(causes, code->a, RPL_OP_PICK)) {
    if (left == 1)
      follow(causes, code->a);
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
  for (uint32_t left = TOGETHER; code && left;
       left--, code = made_by(causes, code->a, RPL_OP_ROW)) {
    if (left == 1)
      follow(causes, code->a);
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

/* ---- parts and blocks --------------------------------------------------- */

/* The operand that a known list or record was handed on from; 0: none. */
static uint32_t part_source(const RplCauses *causes,
                            const RplInstruction *code) {
  const RplValue *first = rpl_careful_value(causes->careful, code->a);
  switch ((RplOp)RPL_CODE_OP(code->word)) {
  case RPL_OP_SELECT:
    return first->as.integer ? code->b : code->c;
  case RPL_OP_ELSE:
    return first->state == RPL_STATE_NONE ? code->b : code->a;
  case RPL_OP_GIVEN_OR:
    return first->state == RPL_STATE_KNOWN ? code->a : code->b;
  default: /* each, field, append, with, some */
    return code->a;
  }
}

/* Something in a known list or record is unknown: the fact that it came with is
 * awaited, or what was put into it. */
static void follow_part(RplCauses *causes, uint32_t operand) {
  const RplInstruction *code = rpl_code(tables_of(causes));
  while (RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP) {
    if (is_outside(causes, operand))
      break;
    uint32_t index = RPL_OPERAND_INDEX(operand);
    if (causes->parted[index] == causes->walk)
      return;
    causes->parted[index] = causes->walk;
    const RplInstruction *at = &code[index];
    uint8_t op = RPL_CODE_OP(at->word);
    if (op == RPL_OP_APPEND || op == RPL_OP_WITH)
      follow(causes, at->b);
    operand = part_source(causes, at);
  }
  if (is_outside(causes, operand))
    note_cause(causes, operand | UINT64_C(1) << 32);
  else if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT)
    await(causes, RPL_OPERAND_INDEX(operand));
}

/* An element or a field: of an unknown list or record, or itself unknown. */
static void follow_of_part(RplCauses *causes, const RplInstruction *code) {
  const RplValue *whole = rpl_careful_value(causes->careful, code->a);
  if (whole->state == RPL_STATE_KNOWN)
    follow_part(causes, code->a);
  else
    follow(causes, code->a);
}

static void drain(RplCauses *causes, uint32_t base);

static bool is_zero(const RplValue *value) {
  return value->state == RPL_STATE_KNOWN &&
         (value->kind == RPL_KIND_DURATION
              ? value->as.integer == 0
              : rpl_number_sign(value->as.number) == 0);
}

/* What one turn of a block waits for. */
static void follow_turn(RplCauses *causes, const RplInstruction *code) {
  uint8_t op = RPL_CODE_OP(code->word);
  const RplValue *value = rpl_careful_value(causes->careful, code->b);
  if (code->c) {
    const RplValue *condition = rpl_careful_value(causes->careful, code->c);
    bool is_sum = op >= RPL_OP_SUM_N && op <= RPL_OP_SUM_U;
    if (rpl_value_is(condition, false) || (is_sum && is_zero(value)))
      return;
    follow(causes, code->c);
  }
  follow(causes, code->b);
}

static void walk_turns(RplCauses *causes, uint32_t each, uint32_t closing) {
  RplCareful *careful = causes->careful;
  const RplInstruction *code = rpl_code(tables_of(causes));
  const RplItems items = rpl_careful_value(careful, code[each].a)->as.items;
  RplArenaMark mark = rpl_arena_mark(careful->arena);
  uint32_t base = causes->pending_count;
  for (uint32_t i = 0; i < items.count && !causes->is_short; i++) {
    if (rpl_careful_turn(careful, careful->arena, each, closing,
                         &items.values[i]))
      causes->is_short = true;
    memset(causes->visited + each, 0, (closing - each) * sizeof(uint32_t));
    memset(causes->parted + each, 0, (closing - each) * sizeof(uint32_t));
    follow_turn(causes, &code[closing]);
    drain(causes, base);
    rpl_arena_rewind(careful->arena, mark);
  }
}

/* Finds what the outermost block waits for: its own turns once a run. */
static void find_blame(RplCauses *causes, uint32_t each, uint32_t closing) {
  RplBlame *blame = &causes->blames[closing];
  size_t most = (size_t)6 * (closing - each + 1);
  *blame = (RplBlame){.run = causes->careful->run_count,
                      .error = rpl_value_unknown()};
  blame->items =
      rpl_arena_array(causes->careful->arena, most, sizeof *blame->items);
  if (!blame->items) {
    causes->is_short = true;
    return;
  }
  causes->found = blame;
  causes->found_each = each;
  causes->found_closing = closing;
  walk_turns(causes, each, closing);
  causes->found = NULL;
  forget_noted(causes, blame);
}

static void follow_blame(RplCauses *causes, const RplBlame *blame) {
  if (blame->error.state == RPL_STATE_ERROR)
    note_error(causes, &blame->error);
  for (uint32_t i = 0; i < blame->count; i++)
    if (blame->items[i] >> 32)
      follow_part(causes, (uint32_t)blame->items[i]);
    else
      follow(causes, (uint32_t)blame->items[i]);
}

static void follow_block(RplCauses *causes, const RplInstruction *code) {
  uint32_t each = RPL_OPERAND_INDEX(code->a);
  const RplInstruction *rows = rpl_code(tables_of(causes));
  uint32_t closing = (uint32_t)(code - rows);
  if (rpl_careful_value(causes->careful, rows[each].a)->state !=
      RPL_STATE_KNOWN) {
    follow(causes, rows[each].a);
    return;
  }
  if (causes->found) { /* a block in that block */
    walk_turns(causes, each, closing);
    return;
  }
  RplBlame *blame = &causes->blames[closing];
  if (blame->run != causes->careful->run_count)
    find_blame(causes, each, closing);
  follow_blame(causes, blame);
}

static void look_at(RplCauses *causes, const RplInstruction *code) {
  if (rpl_op_closes(RPL_CODE_OP(code->word))) {
    follow_block(causes, code);
    return;
  }
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
  case RPL_OP_EACH:
  case RPL_OP_FIELD:
    follow_of_part(causes, code);
    break;
  case RPL_OP_APPEND:
  case RPL_OP_WITH: /* the second operand is a part, which may be unknown */
    follow(causes, code->a);
    break;
  default:
    follow_all(causes, code);
    break;
  }
}

/* Looks at what is pending above `base`. */
static void drain(RplCauses *causes, uint32_t base) {
  const RplInstruction *code = rpl_code(tables_of(causes));
  while (causes->pending_count > base)
    look_at(causes, &code[causes->pending[--causes->pending_count]]);
}

void rpl_causes_walk(RplCauses *causes, uint32_t operand) {
  uint32_t count = rpl_code_count(tables_of(causes));
  if (++causes->walk == 0) { /* after 2^32 walks the marks start anew */
    memset(causes->visited, 0, count * sizeof(uint32_t));
    memset(causes->parted, 0, count * sizeof(uint32_t));
    causes->walk = 1;
  }
  causes->pending_count = 0;
  follow(causes, operand);
  drain(causes, 0);
}
