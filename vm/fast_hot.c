/* SPDX-License-Identifier: Apache-2.0
 * fast_hot.c - the joined stream for single decisions: its gate as
 * instructions, jumps as distances, and four bodies for an operation that most
 * decisions meet, as each of its first two operands may be a slot or a word of
 * the frame (RplLowered.hot). See fast.h.
 *
 * What costs here is the count of instructions of the machine, so whatever can
 * be settled when a policy is lowered is (vm/lowered_hot.c). */
#include "vm/fast_body.h"

#if !defined(RPL_SWITCH_DISPATCH)

#include <string.h>

/* Addresses of labels are an extension, which gcc and clang have. */
#pragma GCC diagnostic ignored "-Wpedantic"

/* Two words that are stored at once, so that a caller who copies both, or reads
 * one, never waits for two stores to come together. */
typedef int64_t Pair __attribute__((vector_size(16)));
_Static_assert(offsetof(RplVerdict, deadline) ==
                   offsetof(RplVerdict, amount) + sizeof(int64_t),
               "amount and deadline are one store");

/* Not the joined stream: the request lacks facts, or is strange. */
static __attribute__((noinline)) RplStatus
decide_plainly(RplContext *context, const RplSlotFacts *facts,
               RplVerdict *verdict, RplFastCareful *careful) {
  const RplLowered *lowered = rpl_fast_form_for_one(context);
  if (lowered && !rpl_fast_is_strange(lowered, facts) &&
      rpl_fast_decide_openly(lowered, facts, context->fast.frame, verdict))
    return RPL_OK;
  return careful(context, facts, verdict);
}

#define READ(operand)                                                          \
  (((operand)&RPL_LOWERED_FACT ? values : frame)[(operand) & ~RPL_LOWERED_FACT])
#define R(operand) READ(operand)
#define X(operand) ((MODE & 1 ? values : frame)[operand])
#define Y(operand) ((MODE & 2 ? values : frame)[operand])

#define RETURN_VERDICT(paid, due, by_outcome, by_rule, has)                    \
  do {                                                                         \
    uint32_t with = (has);                                                     \
    Pair words = {(paid), (due)};                                              \
    memcpy(&verdict->amount, &words, sizeof words);                            \
    verdict->outcome = (by_outcome);                                           \
    verdict->rule = (by_rule);                                                 \
    verdict->flags = with;                                                     \
    verdict->currency =                                                        \
        with & RPL_VERDICT_AMOUNT ? facts->currency : (uint16_t)0;             \
    return RPL_OK;                                                             \
  } while (0)
#define DECIDE(paid, last)                                                     \
  RETURN_VERDICT(                                                              \
      (paid) == RPL_LOWERED_NO_WORD ? 0 : R(paid),                             \
      (last) == RPL_LOWERED_NO_WORD ? 0 : R(last), code->c, code->x,           \
      ((paid) == RPL_LOWERED_NO_WORD ? 0u : RPL_VERDICT_AMOUNT) |              \
          ((last) == RPL_LOWERED_NO_WORD ? 0u : RPL_VERDICT_DEADLINE))
#define GIVE_UP  return careful(context, facts, verdict)
#define DISPATCH goto *bodies[code->op]
#define NEXT                                                                   \
  do {                                                                         \
    code++;                                                                    \
    DISPATCH;                                                                  \
  } while (0)
#define GO(distance)                                                           \
  do {                                                                         \
    code = (const RplLoweredCode *)((const char *)code + (int32_t)(distance)); \
    DISPATCH;                                                                  \
  } while (0)
#define GO_TO(row)                                                             \
  do {                                                                         \
    code = lowered->hot_rows + (row);                                          \
    DISPATCH;                                                                  \
  } while (0)

/* Few bodies want it, and no register is left for it. */
#define lowered (context->fast.lowered)
#define stream  (&lowered->swift)

#define LABEL(id, mode)              do_##id##_##mode:
#define LOWERED(id, a, b, c, x, doc) &&do_##id, &&do_##id, &&do_##id, &&do_##id,
#define JOINED(id, a, b, c, x, doc)  LOWERED(id, a, b, c, x, doc)
#define LOWERED_XY(id, a, b, c, x, doc)                                        \
  &&do_##id##_0, &&do_##id##_1, &&do_##id##_2, &&do_##id##_3,
#define JOINED_XY(id, a, b, c, x, doc) LOWERED_XY(id, a, b, c, x, doc)
#define JOINED_Z(id, a, b, c, x, doc)                                          \
  &&do_##id##_0, &&do_##id##_1, &&do_##id##_2, &&do_##id##_2,

RplStatus rpl_fast_decide_or(RplContext *context, const RplSlotFacts *facts,
                             RplVerdict *verdict, RplFastCareful *careful) {
  static const void *const bodies[] = {
#include "vm/lowered.def"
      &&hot_naturals,
      &&hot_naturals_positive,
      &&hot_positive,
      &&hot_ranges,
      &&hot_known,
      &&hot_gate,
      &&hot_guards_apart,
      &&hot_guards_near,
      &&hot_guards_apart_filtered,
      &&hot_guards_near_filtered,
      &&hot_return_paid,
      &&hot_return_bare,
      &&hot_return_prorated,
      &&hot_return_prorated_min};
  const RplFast *fast = &context->fast;
  if (fast->param_changes != context->facts.param_changes ||
      facts->currency < fast->least_currency || facts->spelled ||
      fast->hot_given & ~facts->given[0])
    return decide_plainly(context, facts, verdict, careful);
  const RplLoweredCode *code = fast->hot;
  const int64_t *values = facts->values;
  int64_t *frame = fast->frame;
  DISPATCH;

  /* ---- the gate: see RplHotOp ---- */

hot_naturals : {
  int64_t signs =
      values[code->a] | values[code->b] | values[code->c] | values[code->x];
  if (signs < 0)
    goto shut;
  NEXT;
}
hot_naturals_positive : {
  int64_t positive = values[code->y];
  int64_t signs =
      values[code->a] | values[code->b] | values[code->c] | values[code->x];
  if (signs < 0 || positive <= 0)
    goto shut;
  NEXT;
}
hot_positive : {
  if (values[code->a] <= 0)
    goto shut;
  NEXT;
}
hot_ranges : {
  const RplLoweredHotRange *range = lowered->hot_ranges + code->x;
  const RplLoweredHotRange *end = range + code->y;
  for (; range < end; range++)
    if ((uint64_t)values[range->slot] - range->low > range->span)
      goto shut;
  NEXT;
}
hot_known : {
  uint64_t wanted = lowered->hot_gate.known[0] & ~facts->given[0];
  if (wanted && (!facts->none || wanted & ~facts->none[0]))
    goto shut;
  NEXT;
}
hot_gate : {
  if (!rpl_gate_opens(&lowered->hot_gate, facts))
    goto shut;
  NEXT;
}
shut:
  return decide_plainly(context, facts, verdict, careful);

  /* ---- tables of guards: the last one of each applies always ---- */

#define APART(guard)                                                           \
  ((uint64_t)values[(guard)->slot] - (guard)->low -                            \
       (uint64_t)values[(guard)->other] <=                                     \
   (guard)->span)
#define NEAR(guard)                                                            \
  ((uint64_t)values[(guard)->slot] - (guard)->low <= (guard)->span)
#define SEEK(guard, applies)                                                   \
  while (!applies(guard) && !applies((guard) + 1))                             \
    (guard) += 2;                                                              \
  (guard) += !applies(guard)

  const RplLoweredHotGuard *chosen;
hot_guards_apart_filtered : {
  chosen = lowered->hot_guards + code->y;
  SEEK(chosen, APART);
  if (chosen->outcome == RPL_HOT_NO_GUARD)
    NEXT;
}
hot_guards_apart : {
  chosen = lowered->hot_guards + code->x;
  SEEK(chosen, APART);
  goto found;
}
hot_guards_near_filtered : {
  chosen = lowered->hot_guards + code->y;
  SEEK(chosen, NEAR);
  if (chosen->outcome == RPL_HOT_NO_GUARD)
    NEXT;
}
hot_guards_near : {
  chosen = lowered->hot_guards + code->x;
  SEEK(chosen, NEAR);
}
found : {
  if (chosen->outcome == RPL_HOT_NO_GUARD)
    NEXT;
  RETURN_VERDICT(0, 0, chosen->outcome, chosen->rule, 0);
}
hot_return_paid : {
  RETURN_VERDICT(R(code->a), 0, code->c, code->x, RPL_VERDICT_AMOUNT);
}
hot_return_prorated : {
  int64_t paid;
  if (!prorate(values[code->a], values[code->b], values[code->y & UINT16_MAX],
               RPL_ROUND_HALF_UP, &paid))
    GIVE_UP;
  RETURN_VERDICT(paid, 0, code->y >> 16, code->x, RPL_VERDICT_AMOUNT);
}
hot_return_prorated_min : {
  int64_t base = values[code->a], part = values[code->b];
  int64_t whole = values[code->y & UINT16_MAX], limit = values[code->c];
  int64_t rest, num, paid;
  if (__builtin_sub_overflow(whole, part, &rest) ||
      __builtin_mul_overflow(base, rest, &num)) {
    int64_t wide;
    if (!rpl_fast_prorate_wide(base, part, whole, RPL_ROUND_HALF_UP, &wide))
      GIVE_UP;
    paid = wide;
  } else {
    paid = rpl_round_word(num, whole, RPL_ROUND_HALF_UP);
  }
  RETURN_VERDICT(limit < paid ? limit : paid, 0, code->y >> 16, code->x,
                 RPL_VERDICT_AMOUNT);
}
hot_return_bare : { RETURN_VERDICT(0, 0, code->c, code->x, 0); }

/* ---- the operations ---- */

#define BODY(id) do_##id:
#include "vm/fast_ops.def"
#undef BODY

#define FAST_OPS_XY
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
#undef BODY
#undef FAST_OPS_XY

/* Two slots, and a third or a word of the frame; or wherever they stand. */
#define FAST_OPS_Z
#define Z        values[code->y]
#define BODY(id) LABEL(id, 0)
#include "vm/fast_ops.def"
#undef Z
#undef BODY
#define Z        frame[code->y]
#define BODY(id) LABEL(id, 1)
#include "vm/fast_ops.def"
#undef X
#undef Y
#undef Z
#undef BODY
#define X(operand) READ(operand)
#define Y(operand) READ(operand)
#define Z          READ(code->y)
#define BODY(id)   LABEL(id, 2)
#include "vm/fast_ops.def"
}

#undef lowered
#undef stream

static RplStatus refuse(RplContext *context, const RplSlotFacts *facts,
                        RplVerdict *verdict) {
  (void)context;
  (void)facts;
  (void)verdict;
  return RPL_E_NOT_FOUND;
}

bool rpl_fast_decide(RplContext *context, const RplSlotFacts *facts,
                     RplVerdict *verdict) {
  return rpl_fast_decide_or(context, facts, verdict, refuse) == RPL_OK;
}

#endif
