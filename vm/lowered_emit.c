/* SPDX-License-Identifier: Apache-2.0
 * lowered_emit.c - instructions, labels, and what a path knows. See
 * lowered_build.h. */
#include "vm/lowered_build.h"

#include <string.h>

/* ---- growing ------------------------------------------------------------ */

/* Makes room for one more row; false when memory is short. */
static bool grow(RplLowering *lower, void **rows, size_t count,
                 size_t *capacity, size_t bytes) {
  void *grown = rpl_arena_grow(&lower->scratch, *rows, count, capacity, bytes);
  if (!grown) {
    lower->is_short = lower->is_dead = true;
    return false;
  }
  *rows = grown;
  return true;
}

static bool grow_code(RplLowering *lower) {
  size_t count = lower->code_count, capacity = lower->code_capacity;
  size_t same = capacity, again = capacity;
  void *code = lower->code, *points = lower->points, *conds = lower->conds;
  if (!grow(lower, &code, count, &same, sizeof *lower->code) ||
      !grow(lower, &points, count, &again, sizeof *lower->points) ||
      !grow(lower, &conds, count, &capacity, sizeof *lower->conds))
    return false;
  lower->code = code;
  lower->points = points;
  lower->conds = conds;
  lower->code_capacity = capacity;
  return true;
}

/* ---- writing ------------------------------------------------------------ */

uint32_t rpl_lowering_emit(RplLowering *lower, RplLoweredOp op, uint16_t a,
                           uint16_t b, uint16_t c, uint32_t x) {
  if (lower->is_dead || !grow_code(lower))
    return 0;
  uint32_t at = (uint32_t)lower->code_count++;
  lower->code[at] = (RplLoweredCode){(uint16_t)op, a, b, c, x, 0};
  lower->points[at] = (RplTracePoint){UINT32_MAX, RPL_POINT_FALSE};
  lower->conds[at] = lower->cond;
  return at;
}

bool rpl_lowering_stop(RplLowering *lower) {
  (void)rpl_lowering_emit(lower, RPL_LOWERED_STOP, 0, 0, 0, 0);
  lower->stop_count += !lower->is_dead;
  lower->is_dead = true;
  return false;
}

uint16_t rpl_lowering_word(RplLowering *lower, uint32_t count) {
  uint32_t word = lower->words;
  if (word + count > RPL_LOWER_TEMP - 2u) {
    (void)rpl_lowering_stop(lower);
    return RPL_LOWER_TEMP;
  }
  lower->words = word + count;
  if (lower->words > lower->max_words)
    lower->max_words = lower->words;
  return (uint16_t)(RPL_LOWER_TEMP + word);
}

/* ---- constants ---------------------------------------------------------- */

static void place_constant(RplLowering *lower, uint32_t index) {
  size_t at =
      rpl_lowered_hash_word(lower->constants[index]) & lower->constant_mask;
  while (lower->constant_places[at])
    at = (at + 1) & lower->constant_mask;
  lower->constant_places[at] = index + 1;
}

static bool rehash(RplLowering *lower) {
  size_t size = lower->constant_places ? (lower->constant_mask + 1) * 2 : 64;
  uint32_t *places = rpl_arena_array(&lower->scratch, size, sizeof *places);
  if (!places) {
    lower->is_short = lower->is_dead = true;
    return false;
  }
  lower->constant_places = places;
  lower->constant_mask = size - 1;
  for (size_t i = 0; i < lower->constant_count; i++)
    place_constant(lower, (uint32_t)i);
  return true;
}

static uint32_t find_constant(const RplLowering *lower, int64_t value) {
  if (!lower->constant_places)
    return 0;
  size_t at = rpl_lowered_hash_word(value) & lower->constant_mask;
  while (lower->constant_places[at] &&
         lower->constants[lower->constant_places[at] - 1] != value)
    at = (at + 1) & lower->constant_mask;
  return lower->constant_places[at];
}

uint16_t rpl_lowering_constant(RplLowering *lower, int64_t value) {
  uint32_t found = find_constant(lower, value);
  if (found || lower->is_dead)
    return (uint16_t)(found ? found - 1 : 0);
  void *rows = lower->constants;
  if (lower->constant_count >= RPL_LOWER_TEMP - 1u) {
    (void)rpl_lowering_stop(lower);
    return 0;
  }
  if ((!lower->constant_places ||
       lower->constant_count * 2 > lower->constant_mask) &&
      !rehash(lower))
    return 0;
  if (!grow(lower, &rows, lower->constant_count, &lower->constant_capacity,
            sizeof(int64_t)))
    return 0;
  lower->constants = rows;
  lower->constants[lower->constant_count] = value;
  place_constant(lower, (uint32_t)lower->constant_count);
  return (uint16_t)lower->constant_count++;
}

bool rpl_lowering_is_constant(const RplLowering *lower, uint16_t operand,
                              int64_t *value) {
  if (operand >= lower->constant_count)
    return false;
  *value = lower->constants[operand];
  return true;
}

/* ---- conditions on the way ---------------------------------------------- */

static bool is_lasting(uint16_t operand) {
  return (operand & RPL_LOWERED_FACT) || operand < RPL_LOWER_TEMP;
}

/* The condition under which a jump is not taken; NOTHING when it is none that
 * is kept. LT and LE turn into each other with the operands changed over. */
static RplCond opposite(const RplLoweredCode *code) {
  RplCond cond = {0, 0, RPL_LOWER_NOTHING, code->a, code->b};
  switch ((RplLoweredOp)code->op) {
  case RPL_LOWERED_IF_TRUE:
    cond.op = RPL_LOWERED_IF_FALSE;
    break;
  case RPL_LOWERED_IF_FALSE:
    cond.op = RPL_LOWERED_IF_TRUE;
    break;
  case RPL_LOWERED_IF_EQ:
    cond.op = RPL_LOWERED_IF_NE;
    break;
  case RPL_LOWERED_IF_NE:
    cond.op = RPL_LOWERED_IF_EQ;
    break;
  case RPL_LOWERED_IF_LT:
  case RPL_LOWERED_IF_LE:
    cond.op =
        code->op == RPL_LOWERED_IF_LT ? RPL_LOWERED_IF_LE : RPL_LOWERED_IF_LT;
    cond.a = code->b;
    cond.b = code->a;
    break;
  default:
    break;
  }
  return cond;
}

static void suppose(RplLowering *lower, RplCond cond) {
  void *rows = lower->cond_rows;
  if (cond.op == RPL_LOWER_NOTHING || !is_lasting(cond.a) ||
      !is_lasting(cond.b) ||
      !grow(lower, &rows, lower->cond_count, &lower->cond_capacity,
            sizeof cond))
    return;
  lower->cond_rows = rows;
  cond.parent = lower->cond;
  cond.depth = lower->cond_rows[lower->cond].depth + 1;
  lower->cond_rows[lower->cond_count] = cond;
  lower->cond = (uint32_t)lower->cond_count++;
}

static uint32_t common(const RplLowering *lower, uint32_t left,
                       uint32_t right) {
  const RplCond *rows = lower->cond_rows;
  while (left != right) {
    if (rows[left].depth >= rows[right].depth)
      left = rows[left].parent;
    else
      right = rows[right].parent;
  }
  return left;
}

/* ---- labels ------------------------------------------------------------- */

void rpl_lowering_label(RplLowering *lower, RplLabel *label) {
  *label = (RplLabel){.outer = lower->labels};
  lower->labels = label;
}

static void meet(RplLowering *lower, RplLabel *label) {
  uint32_t height = (uint32_t)lower->log_count;
  if (!label->jumps || height < label->height)
    label->height = height;
  if (!label->jumps || lower->words < label->words)
    label->words = lower->words;
  label->cond =
      label->jumps ? common(lower, label->cond, lower->cond) : lower->cond;
}

void rpl_lowering_goto(RplLowering *lower, uint32_t instruction,
                       RplLabel *label) {
  if (lower->is_dead)
    return;
  meet(lower, label);
  label->jumps++;
  lower->code[instruction].x = label->fixups;
  label->fixups = instruction + 1;
}

void rpl_lowering_jump(RplLowering *lower, RplLabel *label) {
  rpl_lowering_goto(
      lower, rpl_lowering_emit(lower, RPL_LOWERED_JUMP, 0, 0, 0, 0), label);
  lower->is_dead = true;
}

void rpl_lowering_if(RplLowering *lower, RplLoweredOp op, uint16_t a,
                     uint16_t b, RplLabel *label) {
  uint32_t at = rpl_lowering_emit(lower, op, a, b, 0, 0);
  rpl_lowering_goto(lower, at, label);
  if (!lower->is_dead)
    suppose(lower, opposite(&lower->code[at]));
}

void rpl_lowering_forget(RplLowering *lower, uint32_t height) {
  while (lower->log_count > height) {
    const RplKnownLog *entry = &lower->log[--lower->log_count];
    if (entry->is_slot)
      lower->slots[entry->index] = entry->slot;
    else
      lower->temps[entry->index] = entry->temp;
  }
  for (RplLabel *label = lower->labels; label; label = label->outer)
    if (label->height > height)
      label->height = height;
}

/* A jump to what follows is not kept: where a condition is settled nothing is
 * left of it, and what it costs does not count for the code's limit. What is
 * known there was noted when it was written. */
static void drop_last_jump(RplLowering *lower, RplLabel *label) {
  size_t last = lower->code_count;
  if (!lower->is_dead || !last || label->fixups != last ||
      lower->code[last - 1].op != RPL_LOWERED_JUMP)
    return;
  label->fixups = lower->code[last - 1].x;
  lower->code_count--;
}

void rpl_lowering_bind(RplLowering *lower, RplLabel *label) {
  lower->labels = label->outer;
  if (!label->jumps)
    return;
  if (!lower->is_dead)
    meet(lower, label);
  drop_last_jump(lower, label);
  uint32_t target = (uint32_t)lower->code_count;
  for (uint32_t at = label->fixups; at;) {
    uint32_t next = lower->code[at - 1].x;
    lower->code[at - 1].x = target;
    at = next;
  }
  lower->is_dead = lower->is_short;
  lower->words = label->words;
  lower->cond = label->cond;
  rpl_lowering_forget(lower, label->height);
}

/* ---- what is known ------------------------------------------------------ */

static RplKnownLog *log_entry(RplLowering *lower) {
  void *rows = lower->log;
  if (!grow(lower, &rows, lower->log_count, &lower->log_capacity,
            sizeof *lower->log))
    return NULL;
  lower->log = rows;
  return &lower->log[lower->log_count++];
}

void rpl_lowering_know_slot(RplLowering *lower, uint32_t slot,
                            RplSlotKnown known) {
  RplKnownLog *entry = lower->is_dead ? NULL : log_entry(lower);
  if (!entry)
    return;
  *entry =
      (RplKnownLog){.is_slot = true, .index = slot, .slot = lower->slots[slot]};
  lower->slots[slot] = known;
}

static void know_temp(RplLowering *lower, uint32_t temp, RplTempKnown known) {
  RplKnownLog *entry = lower->is_dead ? NULL : log_entry(lower);
  if (!entry)
    return;
  *entry = (RplKnownLog){
      .is_slot = false, .index = temp, .temp = lower->temps[temp]};
  lower->temps[temp] = known;
}

void rpl_lowering_know_temp(RplLowering *lower, uint32_t temp,
                            RplTempState state) {
  know_temp(lower, temp, (RplTempKnown){(uint32_t)state, 0});
}

static bool keep_value(RplLowering *lower, const RplVal *val) {
  void *rows = lower->vals;
  if (lower->is_dead ||
      !grow(lower, &rows, lower->val_count, &lower->val_capacity, sizeof *val))
    return false;
  lower->vals = rows;
  lower->vals[lower->val_count++] = *val;
  return true;
}

void rpl_lowering_know_value(RplLowering *lower, uint32_t temp,
                             const RplVal *val) {
  if (keep_value(lower, val))
    know_temp(lower, temp,
              (RplTempKnown){RPL_TEMP_VALUE, (uint32_t)lower->val_count - 1});
}

void rpl_lowering_trace(RplLowering *lower, size_t instruction, uint32_t temp,
                        const RplVal *val) {
  if (lower->is_dead || instruction >= lower->code_count)
    return;
  const RplLoweredCode *code = &lower->code[instruction];
  if (code->op == RPL_LOWER_NOTHING)
    return;
  char written = rpl_lowered_form((RplLoweredOp)code->op)[0];
  if ((written == 'w' || written == 'W') && code->a == val->num &&
      keep_value(lower, val))
    lower->points[instruction] =
        (RplTracePoint){temp, (uint32_t)lower->val_count - 1 + RPL_POINT_VALUE};
}
