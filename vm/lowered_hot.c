/* SPDX-License-Identifier: Apache-2.0
 * lowered_hot.c - the joined stream and its gate as the fast engine wants them.
 * See lowered.h. */
#include "vm/lowered_build.h"

#include <string.h>

/* ---- the entry ----------------------------------------------------------- */

static bool fill_entry(RplLowering *lower, uint16_t *naturals,
                       uint16_t *positives, RplLoweredRange *ranges) {
  const RplLoweredGate *gate = &lower->made->gate;
  RplLoweredEntry *entry = &lower->made->entry;
  for (uint32_t i = 0; i < gate->range_count; i++) {
    const RplLoweredRange *range = &gate->ranges[i];
    if (range->high == INT64_MAX && range->low == 0)
      naturals[entry->natural_count++] = (uint16_t)range->slot;
    else if (range->high == INT64_MAX && range->low == 1)
      positives[entry->positive_count++] = (uint16_t)range->slot;
    else
      ranges[entry->range_count++] = *range;
  }
  for (; entry->natural_count % 4; entry->natural_count++)
    naturals[entry->natural_count] = naturals[entry->natural_count - 1];
  entry->naturals = naturals;
  entry->positives = positives;
  entry->ranges = ranges;
  return true;
}

static bool make_entry(RplLowering *lower) {
  const RplLoweredGate *gate = &lower->made->gate;
  RplLoweredEntry *entry = &lower->made->entry;
  size_t count = (size_t)gate->range_count + 4;
  entry->is_small = gate->word_count == 1;
  if (!entry->is_small)
    return true;
  entry->given = gate->given[0];
  entry->known = gate->known[0];
  uint16_t *naturals = rpl_arena_array(lower->arena, count, sizeof *naturals);
  uint16_t *positives = rpl_arena_array(lower->arena, count, sizeof *positives);
  RplLoweredRange *ranges =
      rpl_arena_array(lower->arena, count, sizeof *ranges);
  return naturals && positives && ranges &&
         fill_entry(lower, naturals, positives, ranges);
}

/* ---- the code ------------------------------------------------------------ */

/* Operations whose first operands fast_ops.def reads by X and Y: where the
 * first stands, 0 for none, 1 for a, 2 for b; and whether there is a second. */
static unsigned first_operand(RplLoweredOp op, bool *has_second) {
  *has_second = true;
  switch (op) {
  case RPL_LOWERED_IF_TRUE:
  case RPL_LOWERED_IF_FALSE:
  case RPL_LOWERED_SWITCH:
  case RPL_LOWERED_GUARD_TRUE:
  case RPL_LOWERED_GUARD_FALSE:
    *has_second = false;
    return 1;
  case RPL_LOWERED_IF_EQ:
  case RPL_LOWERED_IF_NE:
  case RPL_LOWERED_IF_LT:
  case RPL_LOWERED_IF_LE:
  case RPL_LOWERED_IF_IN:
  case RPL_LOWERED_IF_OUT:
  case RPL_LOWERED_GUARD_EQ:
  case RPL_LOWERED_GUARD_NE:
  case RPL_LOWERED_GUARD_LT:
  case RPL_LOWERED_GUARD_LE:
  case RPL_LOWERED_IF_LATE:
  case RPL_LOWERED_IF_IN_TIME:
  case RPL_LOWERED_GUARD_LATE:
  case RPL_LOWERED_IF_APART:
  case RPL_LOWERED_IF_NEAR:
  case RPL_LOWERED_GUARD_APART:
  case RPL_LOWERED_GUARD_NEAR:
  case RPL_LOWERED_RETURN_MIN:
    return 1;
  case RPL_LOWERED_MOVE:
  case RPL_LOWERED_WIDEN:
    *has_second = false;
    return 2;
  case RPL_LOWERED_ADD:
  case RPL_LOWERED_SUB:
  case RPL_LOWERED_MUL:
  case RPL_LOWERED_MIN:
  case RPL_LOWERED_MAX:
  case RPL_LOWERED_MUL_W:
  case RPL_LOWERED_LATER:
  case RPL_LOWERED_PRORATE:
  case RPL_LOWERED_SHARE:
  case RPL_LOWERED_ROUND:
    return 2;
  default:
    return 0;
  }
}

static unsigned take_slot(uint16_t *operand) {
  unsigned is_slot = (*operand & RPL_LOWERED_FACT) != 0;
  *operand &= (uint16_t)~RPL_LOWERED_FACT;
  return is_slot;
}

static void heat(RplLoweredCode *code) {
  bool has_second;
  unsigned first = first_operand((RplLoweredOp)code->op, &has_second);
  unsigned mode = 0;
  if (first)
    mode = take_slot(first == 1 ? &code->a : &code->b);
  if (first && has_second)
    mode += 2 * take_slot(first == 1 ? &code->b : &code->c);
  code->op = (uint16_t)(code->op * 4u + mode);
}

static bool heat_guards(RplLowering *lower) {
  uint32_t count = lower->made->guard_count;
  RplLoweredHotGuard *made = rpl_arena_array(lower->arena, count, sizeof *made);
  for (uint32_t i = 0; made && i < count; i++) {
    const RplLoweredGuard *guard = &lower->made->guards[i];
    bool has_other = (guard->other & RPL_LOWERED_FACT) != 0;
    uint16_t slot = guard->fact & (uint16_t)~RPL_LOWERED_FACT;
    made[i] = (RplLoweredHotGuard){
        .slot = slot,
        .other = has_other ? guard->other & (uint16_t)~RPL_LOWERED_FACT : slot,
        .outcome = guard->outcome,
        .rule = guard->rule,
        .mask = has_other ? -1 : 0,
        .low = guard->low,
        .span = guard->span};
  }
  lower->made->hot_guards = made;
  return made != NULL;
}

bool rpl_lowering_heat(RplLowering *lower) {
  const RplLoweredStream *joined = &lower->made->joined;
  RplLoweredCode *hot =
      rpl_arena_array(lower->arena, joined->count, sizeof *hot);
  if (!hot || !make_entry(lower) || !heat_guards(lower))
    return false;
  memcpy(hot, joined->code, joined->count * sizeof *hot);
  for (uint32_t i = 0; i < joined->count; i++)
    heat(&hot[i]);
  lower->made->hot = hot;
  return true;
}
