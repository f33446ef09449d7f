/* SPDX-License-Identifier: Apache-2.0
 * fast_trace.c - the kept steps of a fast decision as events. See
 * rpl/slots.h. */
#include "vm/fast.h"

size_t rpl_trace_count(const RplContext *context) {
  return context->fast.step_count;
}

/* The word that `operand` had at a step: a written one was written before. */
static int64_t word_at(const RplFast *fast, uint32_t index, uint16_t operand) {
  const RplLowered *lowered = fast->lowered;
  if (operand & RPL_LOWERED_FACT)
    return fast->facts[operand & ~RPL_LOWERED_FACT];
  if (operand < lowered->constant_count)
    return lowered->constants[operand];
  while (index-- > 0) {
    const RplLoweredCode *code = &lowered->plain.code[fast->steps[index].pc];
    if (rpl_lowered_form((RplLoweredOp)code->op)[0] == 'w' &&
        code->a == operand)
      return fast->steps[index].value;
  }
  return 0;
}

/* A jump was taken when the next step is not the next instruction. */
static bool is_taken(const RplFast *fast, uint32_t index) {
  return index + 1 < fast->step_count &&
         fast->steps[index + 1].pc != fast->steps[index].pc + 1;
}

static void tell_value(const RplFast *fast, uint32_t index,
                       RplTraceEvent *event) {
  const RplFastStep *step = &fast->steps[index];
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

RplStatus rpl_trace_event(const RplContext *context, size_t index,
                          RplTraceEvent *event) {
  const RplFast *fast = &context->fast;
  if (index >= fast->step_count)
    return RPL_E_NOT_FOUND;
  uint32_t at = (uint32_t)index, pc = fast->steps[at].pc;
  const RplLoweredOrigin *origin = &fast->lowered->origins[pc];
  const RplLoweredCode *code = &fast->lowered->plain.code[pc];
  *event = (RplTraceEvent){RPL_TRACE_NOTHING, 0, 0, 0, 1};
  if (at + 1 == fast->step_count && fast->is_given_up) {
    event->kind = RPL_TRACE_CAREFUL;
  } else if (code->op == RPL_LOWERED_RETURN) {
    event->kind = RPL_TRACE_RULE;
    event->row = code->x;
  } else if (origin->temp != UINT32_MAX && origin->is_truth) {
    if (code->x == pc + 1) /* it goes on there either way */
      return RPL_OK;
    event->kind = RPL_TRACE_TRUTH;
    event->row = origin->temp;
    event->value = is_taken(fast, at) == origin->sense;
  } else if (origin->temp != UINT32_MAX) {
    tell_value(fast, at, event);
  }
  return RPL_OK;
}
