/* SPDX-License-Identifier: Apache-2.0
 * fast_joined.c - the joined stream, with four bodies for an operation: each of
 * its first two operands may be a slot or a word of the frame, and the loader
 * has chosen the body (RplLowered.hot). See fast.h. */
#include "vm/fast_body.h"

#if !defined(RPL_SWITCH_DISPATCH)

/* Addresses of labels are an extension, which gcc and clang have. */
#pragma GCC diagnostic ignored "-Wpedantic"

#define READ(operand)                                                          \
  (((operand)&RPL_LOWERED_FACT ? values : frame)[(operand) & ~RPL_LOWERED_FACT])
#define R(operand) READ(operand)
#define RY         READ(code->y)
#define X(operand) ((MODE & 1 ? values : frame)[operand])
#define Y(operand) ((MODE & 2 ? values : frame)[operand])

#define RETURN_VERDICT(paid, due, by_outcome, by_rule, has)                    \
  do {                                                                         \
    uint32_t with = (has);                                                     \
    verdict->amount = (paid);                                                  \
    verdict->deadline = (due);                                                 \
    verdict->outcome = (by_outcome);                                           \
    verdict->rule = (by_rule);                                                 \
    verdict->flags = with;                                                     \
    verdict->currency =                                                        \
        with & RPL_VERDICT_AMOUNT ? facts->currency : (uint16_t)0;             \
    return true;                                                               \
  } while (0)
#define DECIDE(paid, last)                                                     \
  RETURN_VERDICT(                                                              \
      (paid) == RPL_LOWERED_NO_WORD ? 0 : R(paid),                             \
      (last) == RPL_LOWERED_NO_WORD ? 0 : R(last), code->c, code->x,           \
      ((paid) == RPL_LOWERED_NO_WORD ? 0u : RPL_VERDICT_AMOUNT) |              \
          ((last) == RPL_LOWERED_NO_WORD ? 0u : RPL_VERDICT_DEADLINE))
#define GIVE_UP return false
#define NEXT                                                                   \
  do {                                                                         \
    code++;                                                                    \
    goto *bodies[code->op];                                                    \
  } while (0)
#define GO(target)                                                             \
  do {                                                                         \
    code = lowered->hot + (target);                                            \
    goto *bodies[code->op];                                                    \
  } while (0)

#define LABEL(id, mode) do_##id##_##mode:
#define LOWERED(id, a, b, c, x, doc)                                           \
  &&do_##id##_0, &&do_##id##_1, &&do_##id##_2, &&do_##id##_3,
#define JOINED(id, a, b, c, x, doc)                                            \
  &&do_##id##_0, &&do_##id##_1, &&do_##id##_2, &&do_##id##_3,

bool rpl_fast_decide(RplContext *context, const RplSlotFacts *facts,
                     RplVerdict *verdict) {
  static const void *const bodies[] = {
#include "vm/lowered.def"
  };
  const RplLowered *lowered = context->fast.lowered;
  int64_t *frame = context->fast.frame;
  if (context->fast.param_changes != context->facts.param_changes) {
    lowered = rpl_fast_form(context);
    frame = context->fast.frame;
  }
  if (!lowered || ((lowered->has_money && !facts->currency) || facts->spelled))
    return lowered && !rpl_fast_is_strange(lowered, facts) &&
           rpl_fast_decide_openly(lowered, facts, frame, verdict);
  if (!lowered->entry.is_small || !rpl_entry_opens(&lowered->entry, facts))
    return rpl_fast_decide_openly(lowered, facts, frame, verdict);
  const RplLoweredStream *stream = &lowered->joined;
  const RplLoweredCode *code = lowered->hot;
  const int64_t *values = facts->values;
  const uint64_t *given = facts->given, *none = facts->none;
  goto *bodies[code->op];
#define MODE     0
#define BODY(id) LABEL(id, 0)
#include "vm/fast_ops.def"
#undef MODE
#undef BODY
#define MODE     1
#define BODY(id) LABEL(id, 1)
#include "vm/fast_ops.def"
#undef MODE
#undef BODY
#define MODE     2
#define BODY(id) LABEL(id, 2)
#include "vm/fast_ops.def"
#undef MODE
#undef BODY
#define MODE     3
#define BODY(id) LABEL(id, 3)
#include "vm/fast_ops.def"
}

#endif
