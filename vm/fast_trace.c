/* SPDX-License-Identifier: Apache-2.0
 * fast_trace.c - traced decisions: the facts that are kept, the steps that are
 * made of them when somebody asks, and the steps as events. See vm/fast.h and
 * rpl/slots.h. */
#include "vm/fast.h"

#include <string.h>

/* ---- the facts ----------------------------------------------------------- */

void rpl_fast_forget_trace(RplFastTrace *trace) {
  RplArena bytes = trace->bytes;
  rpl_arena_clear(&bytes);
  *trace = (RplFastTrace){.bytes = bytes};
}

static bool is_text(const RplContext *context, uint32_t slot) {
  const RplTables *tables = &context->image->tables;
  return rpl_types(tables)[rpl_facts(tables)[slot].type].kind == RPL_KIND_TEXT;
}

static bool find_texts(RplContext *context, uint32_t count) {
  RplFastTrace *trace = &context->fast.trace;
  RplArena *arena = &context->fast.arena;
  trace->text_slots = rpl_arena_array(arena, count, sizeof(uint16_t));
  if (!trace->text_slots)
    return false;
  for (uint32_t slot = 0; slot < count; slot++)
    if (is_text(context, slot))
      trace->text_slots[trace->text_count++] = (uint16_t)slot;
  trace->texts = rpl_arena_array(arena, trace->text_count, sizeof(RplSlice));
  return trace->texts != NULL;
}

/* Room for the facts and steps of one decision. */
static bool make_room(RplContext *context) {
  RplFast *fast = &context->fast;
  RplFastTrace *trace = &fast->trace;
  const RplLowered *lowered = fast->lowered;
  size_t slots = lowered->slot_count, words = RPL_SLOT_WORDS(slots);
  RplFastStep *room;
  rpl_fast_forget_trace(trace);
  trace->values = rpl_arena_array(&fast->arena, slots, sizeof(int64_t));
  trace->given = rpl_arena_array(&fast->arena, words, sizeof(uint64_t));
  trace->none = rpl_arena_array(&fast->arena, words, sizeof(uint64_t));
  room = rpl_arena_array(&fast->arena, (size_t)lowered->plain.count + 2,
                         sizeof *room);
  if (!trace->values || !trace->given || !trace->none || !room ||
      !find_texts(context, lowered->slot_count))
    return false;
  trace->steps = room + 1; /* a run begins before the first */
  return true;
}

/* Texts stay the caller's only for the call. */
static bool keep_texts(RplFastTrace *trace) {
  rpl_arena_reset(&trace->bytes);
  for (uint32_t i = 0; i < trace->text_count; i++) {
    uint32_t slot = trace->text_slots[i];
    if (!(trace->given[slot / 64] >> (slot % 64) & 1))
      continue;
    RplSlice text = *(const RplSlice *)(intptr_t)trace->values[slot];
    const char *copy = rpl_arena_copy(&trace->bytes, text.data, text.length);
    if (!copy)
      return false;
    trace->texts[i] = (RplSlice){copy, text.length};
    trace->values[slot] = rpl_slot_text(&trace->texts[i]);
  }
  return true;
}

static void keep_masks(RplFastTrace *trace, const RplSlotFacts *facts,
                       size_t words) {
  for (size_t i = 0; i < words; i++) {
    trace->given[i] = facts->given[i];
    trace->none[i] = facts->none ? facts->none[i] : 0;
  }
}

static bool keep_facts(RplFastTrace *trace, const RplSlotFacts *facts,
                       size_t slots) {
  if (slots)
    memcpy(trace->values, facts->values, slots * sizeof(int64_t));
  keep_masks(trace, facts, RPL_SLOT_WORDS(slots));
  trace->currency = facts->currency;
  trace->is_kept = trace->text_count == 0 || keep_texts(trace);
  return trace->is_kept;
}

RplStatus rpl_fast_trace(RplContext *context, const RplSlotFacts *facts,
                         RplVerdict *verdict) {
  RplFastTrace *trace = &context->fast.trace;
  const RplLowered *lowered = rpl_fast_form(context);
  trace->is_kept = trace->is_run = false;
  trace->step_count = 0;
  if (!lowered || ((facts->spelled || !facts->currency) &&
                   rpl_fast_is_strange(lowered, facts)))
    return context->fast.careful(context, facts, verdict);
  if ((!trace->steps && !make_room(context)) ||
      !keep_facts(trace, facts, lowered->slot_count))
    return RPL_E_MEMORY;
  return rpl_fast_decide_slots(context, facts, verdict);
}

/* ---- the steps ----------------------------------------------------------- */

static const RplFastTrace *trace_of(RplContext *context) {
  RplFast *fast = &context->fast;
  RplFastTrace *trace = &fast->trace;
  RplFastStep *last;
  RplVerdict verdict;
  if (!trace->is_kept || trace->is_run)
    return trace;
  RplSlotFacts facts = {.values = trace->values,
                        .given = trace->given,
                        .none = trace->none,
                        .currency = trace->currency};
  trace->is_given_up =
      !rpl_fast_run_traced(fast->lowered, &fast->lowered->plain, &facts,
                           fast->frame, &verdict, trace->steps - 1, &last);
  trace->step_count = (uint32_t)(last - trace->steps) + 1;
  trace->is_run = true;
  return trace;
}

size_t rpl_trace_count(RplContext *context) {
  return trace_of(context)->step_count;
}

/* ---- events -------------------------------------------------------------- */

/* The word that `operand` had behind a step: a written one was written by it or
 * before. */
static int64_t word_at(const RplFast *fast, uint32_t index, uint16_t operand) {
  const RplLowered *lowered = fast->lowered;
  const RplFastStep *steps = fast->trace.steps;
  if (operand & RPL_LOWERED_FACT)
    return fast->trace.values[operand & ~RPL_LOWERED_FACT];
  if (operand < lowered->constant_count)
    return lowered->constants[operand];
  for (index++; index-- > 0;) {
    const RplLoweredCode *code = &lowered->plain.code[steps[index].pc];
    if (rpl_lowered_form((RplLoweredOp)code->op)[0] == 'w' &&
        code->a == operand)
      return steps[index].value;
  }
  return 0;
}

/* A jump was taken when the next step is not the next instruction. */
static bool is_taken(const RplFastTrace *trace, uint32_t index) {
  return index + 1 < trace->step_count &&
         trace->steps[index + 1].pc != trace->steps[index].pc + 1;
}

static void tell_value(const RplFast *fast, uint32_t index,
                       RplTraceEvent *event) {
  const RplFastStep *step = &fast->trace.steps[index];
  const RplLoweredOrigin *origin = &fast->lowered->origins[step->pc];
  int64_t divisor = origin->divisor == RPL_LOWERED_NO_WORD
                        ? 1
                        : word_at(fast, index, origin->divisor);
  event->kind = RPL_TRACE_VALUE;
  event->row = origin->temp;
  event->value = step->value;
  event->high = origin->is_wide ? step->high : -(step->value < 0);
  if (origin->up != 1 && !origin->is_wide &&
      __builtin_mul_overflow(event->value, origin->up, &event->value))
    event->divisor = 0;
  else if ((origin->up != 1 && origin->is_wide) ||
           __builtin_mul_overflow(divisor, origin->down, &event->divisor))
    event->divisor = 0;
}

RplStatus rpl_trace_event(RplContext *context, size_t index,
                          RplTraceEvent *event) {
  const RplFast *fast = &context->fast;
  const RplFastTrace *trace = trace_of(context);
  if (index >= trace->step_count)
    return RPL_E_NOT_FOUND;
  uint32_t at = (uint32_t)index, pc = trace->steps[at].pc;
  const RplLoweredOrigin *origin = &fast->lowered->origins[pc];
  const RplLoweredCode *code = &fast->lowered->plain.code[pc];
  *event = (RplTraceEvent){RPL_TRACE_NOTHING, 0, 0, 0, 1};
  if (at + 1 == trace->step_count && trace->is_given_up) {
    event->kind = RPL_TRACE_CAREFUL;
  } else if (code->op == RPL_LOWERED_RETURN) {
    event->kind = RPL_TRACE_RULE;
    event->row = code->x;
  } else if (origin->temp != UINT32_MAX && origin->is_truth) {
    if (code->x == pc + 1) /* it goes on there either way */
      return RPL_OK;
    event->kind = RPL_TRACE_TRUTH;
    event->row = origin->temp;
    event->value = is_taken(trace, at) == origin->sense;
  } else if (origin->temp != UINT32_MAX) {
    tell_value(fast, at, event);
  }
  return RPL_OK;
}
