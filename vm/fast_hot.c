/* SPDX-License-Identifier: Apache-2.0
 * fast_hot.c - the swift stream for single decisions: its gate as instructions,
 * jumps as distances, and a function for each operation and, where most
 * decisions meet it, for each place that its first two operands may stand in: a
 * slot or a word of the frame (RplLowered.hot). See fast.h.
 *
 * An instruction names its function, and each function ends in a call of the
 * next one's, which compilers make a jump: all that a decision needs stays in
 * the registers of arguments, and only a function that needs more of them
 * saves some. What costs here is the count of instructions of the machine, so
 * whatever can be settled when a policy is lowered is (vm/lowered_hot.c).
 *
 * INVARIANT: no function here has a variable whose address it gives away, or
 * else its last call would take room on the stack. Where calls are not made
 * jumps, as in builds that are not optimised, RPL_HOT_MAX_STEPS is the limit.
 */
#include "vm/fast_body.h"

#if defined(RPL_SWITCH_DISPATCH)

RplHotBody *const rpl_hot_bodies[RPL_HOT_COUNT] = {NULL};

#else

#include <string.h>

/* All functions have the same parameters, and few want all of them. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* Two words that are stored at once, so that a caller who copies both, or reads
 * one, never waits for two stores to come together. */
typedef int64_t Pair __attribute__((vector_size(16)));
_Static_assert(offsetof(RplVerdict, deadline) ==
                   offsetof(RplVerdict, amount) + sizeof(int64_t),
               "amount and deadline are one store");

_Static_assert(offsetof(RplVerdict, rule) ==
                   offsetof(RplVerdict, outcome) + sizeof(uint32_t),
               "outcome and rule are one store");

/* Not the swift stream: the request lacks facts, or is strange. */
static __attribute__((noinline)) RplStatus
decide_plainly(RplContext *context, const RplSlotFacts *facts,
               RplVerdict *verdict) {
  const RplLowered *lowered = rpl_fast_form_for_one(context);
  if (lowered && !rpl_fast_is_strange(lowered, facts) &&
      rpl_fast_decide_openly(lowered, facts, context->fast.frame, verdict))
    return RPL_OK;
  return context->fast.careful(context, facts, verdict);
}

/* ---- what bodies are made of ---- */

#define HOT_OF(name)                                                           \
  RplStatus name(RplContext *context, const RplSlotFacts *facts,               \
                 RplVerdict *verdict, const RplHotCode *code,                  \
                 const int64_t *values, int64_t *frame)
#define HOT(name) static HOT_OF(name)
#define GO_ON_AT(place)                                                        \
  do {                                                                         \
    const RplHotCode *next = (place);                                          \
    return next->body(context, facts, verdict, next, values, frame);           \
  } while (0)
#define NEXT GO_ON_AT(code + 1)
#define GO(distance)                                                           \
  GO_ON_AT((const RplHotCode *)(const void *)((const char *)code + (distance)))
#define GO_TO(row) GO_ON_AT(lowered->hot_rows + (row))
#define GIVE_UP    return context->fast.careful(context, facts, verdict)
#define SHUT       return decide_plainly(context, facts, verdict)

#define READ(operand)                                                          \
  (((operand)&RPL_LOWERED_FACT ? values : frame)[(operand) & ~RPL_LOWERED_FACT])
#define R(operand) READ(operand)

/* c is where the word of the slot begins in a mask. */
#define HAS(mask, slot)                                                        \
  (*(const uint64_t *)(const void *)((const char *)(mask) + code->c) >>        \
       ((slot)&63) &                                                           \
   1)

/* Few bodies want it, and no register is left for it. */
#define lowered (context->fast.lowered)
#define stream  (&lowered->swift)

#define RETURN_VERDICT(paid, due, by, has)                                     \
  do {                                                                         \
    uint32_t with = (has);                                                     \
    Pair words = {(paid), (due)};                                              \
    memcpy(&verdict->amount, &words, sizeof words);                            \
    memcpy(&verdict->outcome, (by), 2 * sizeof(uint32_t));                     \
    verdict->flags = with;                                                     \
    verdict->currency =                                                        \
        with & RPL_VERDICT_AMOUNT ? facts->currency : (uint16_t)0;             \
    return RPL_OK;                                                             \
  } while (0)
#define RETURN_AMOUNT(paid)                                                    \
  RETURN_VERDICT(paid, 0, &code->x, RPL_VERDICT_AMOUNT)
#define RETURN_GUARD(outcome, rule)                                            \
  do {                                                                         \
    const uint32_t by[2] = {(outcome), (rule)};                                \
    RETURN_VERDICT(0, 0, by, 0);                                               \
  } while (0)
#define DECIDE(paid, last)                                                     \
  RETURN_VERDICT(                                                              \
      (paid) == RPL_LOWERED_NO_WORD ? 0 : R(paid),                             \
      (last) == RPL_LOWERED_NO_WORD ? 0 : R(last), &code->x,                   \
      ((paid) == RPL_LOWERED_NO_WORD ? 0u : RPL_VERDICT_AMOUNT) |              \
          ((last) == RPL_LOWERED_NO_WORD ? 0u : RPL_VERDICT_DEADLINE))

/* ---- the gate: see RplHotOp ---- */

#define SIGNS                                                                  \
  (values[code->a] | values[code->b] | values[code->c] | values[code->x])

HOT(hot_naturals) {
  if (SIGNS < 0)
    SHUT;
  NEXT;
}

HOT(hot_naturals_positive) {
  if (SIGNS < 0 || values[code->d] <= 0)
    SHUT;
  NEXT;
}

HOT(hot_positive) {
  if (values[code->a] <= 0)
    SHUT;
  NEXT;
}

HOT(hot_ranges) {
  const RplLoweredHotRange *range = lowered->hot_ranges + code->x;
  const RplLoweredHotRange *end = range + code->y;
  for (; range < end; range++)
    if ((uint64_t)values[range->slot] - range->low > range->span)
      SHUT;
  NEXT;
}

HOT(hot_known) {
  uint64_t wanted;
  memcpy(&wanted, &code->x, sizeof wanted);
  wanted &= ~facts->given[0];
  if (wanted && (!facts->none || wanted & ~facts->none[0]))
    SHUT;
  NEXT;
}

HOT(hot_gate) {
  if (!rpl_gate_opens(&lowered->hot_gate, facts))
    SHUT;
  NEXT;
}

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
#define DECIDE_BY(guard)                                                       \
  if (!(guard)->decides)                                                       \
    NEXT;                                                                      \
  RETURN_VERDICT(0, 0, &(guard)->outcome, 0)

HOT(hot_guards_apart) {
  const RplLoweredHotGuard *guard = lowered->hot_guards + code->x;
  SEEK(guard, APART);
  DECIDE_BY(guard);
}

HOT(hot_guards_apart_filtered) {
  const RplLoweredHotGuard *guard = lowered->hot_guards + code->y;
  SEEK(guard, APART);
  if (!guard->decides)
    NEXT;
  return hot_guards_apart(context, facts, verdict, code, values, frame);
}

HOT(hot_guards_near) {
  const RplLoweredHotGuard *guard = lowered->hot_guards + code->x;
  SEEK(guard, NEAR);
  DECIDE_BY(guard);
}

HOT(hot_guards_near_filtered) {
  const RplLoweredHotGuard *guard = lowered->hot_guards + code->y;
  SEEK(guard, NEAR);
  if (!guard->decides)
    NEXT;
  return hot_guards_near(context, facts, verdict, code, values, frame);
}

/* ---- dense keys ---- */

#define SWITCH(value)                                                          \
  do {                                                                         \
    const RplHotKeys *keys;                                                    \
    memcpy(&keys, &code->x, sizeof keys);                                      \
    uint64_t at = (uint64_t)(value)-keys->low;                                 \
    GO_ON_AT(at <= keys->span ? keys->targets[at] : keys->otherwise);          \
  } while (0)

HOT(hot_switch_word) { SWITCH(frame[code->a]); }
HOT(hot_switch_slot) { SWITCH(values[code->a]); }

/* ---- ends ---- */

HOT(hot_return_paid) { RETURN_AMOUNT(R(code->a)); }
HOT(hot_return_bare) { RETURN_VERDICT(0, 0, &code->x, 0); }

/* Shares whose product passes 64 bits. */
static __attribute__((noinline)) RplStatus
return_wide(RplContext *context, const RplSlotFacts *facts, RplVerdict *verdict,
            const RplHotCode *code, const int64_t *values, int64_t limit) {
  int64_t paid;
  if (!rpl_fast_prorate_wide(values[code->a], values[code->b], values[code->d],
                             RPL_ROUND_HALF_UP, &paid))
    GIVE_UP;
  RETURN_AMOUNT(limit < paid ? limit : paid);
}

#define RETURN_PRORATED(limit)                                                 \
  do {                                                                         \
    int64_t most = (limit), whole = values[code->d], num, paid;                \
    if (!has_rest(values[code->a], values[code->b], whole, &num))              \
      return return_wide(context, facts, verdict, code, values, most);         \
    paid = rpl_round_word(num, whole, RPL_ROUND_HALF_UP);                      \
    RETURN_AMOUNT(most < paid ? most : paid);                                  \
  } while (0)

HOT(hot_return_prorated) { RETURN_PRORATED(INT64_MAX); }
HOT(hot_return_prorated_min) { RETURN_PRORATED(values[code->c]); }

/* ---- the operations ---- */

#define BODY(id) HOT(do_##id)
#include "vm/fast_ops.def"
#undef BODY

#define NAME_OF(id, mode) do_##id##_##mode
#define NAME(id, mode)    NAME_OF(id, mode)
#define BODY(id)          HOT(NAME(id, MODE))
#define ASIDE(id)                                                              \
  static __attribute__((noinline)) HOT_OF(NAME(id##_ASIDE, MODE))
#define GO_ASIDE(id)                                                           \
  return NAME(id##_ASIDE, MODE)(context, facts, verdict, code, values, frame)

#define FAST_OPS_XY
#define MODE       0
#define X(operand) frame[operand]
#define Y(operand) frame[operand]
#include "vm/fast_ops.def"
#undef MODE
#undef X
#define MODE       1
#define X(operand) values[operand]
#include "vm/fast_ops.def"
#undef MODE
#undef X
#undef Y
#define MODE       2
#define X(operand) frame[operand]
#define Y(operand) values[operand]
#include "vm/fast_ops.def"
#undef MODE
#undef X
#define MODE       3
#define X(operand) values[operand]
#include "vm/fast_ops.def"
#undef MODE
#undef FAST_OPS_XY

/* Two slots, and a third or a word of the frame; or wherever they stand. */
#define FAST_OPS_Z
#define MODE 0
#define Z    values[code->d]
#include "vm/fast_ops.def"
#undef MODE
#undef Z
#define MODE 1
#define Z    frame[code->d]
#include "vm/fast_ops.def"
#undef MODE
#undef X
#undef Y
#undef Z
#define MODE       2
#define X(operand) READ(operand)
#define Y(operand) READ(operand)
#define Z          READ(code->d)
#include "vm/fast_ops.def"
#undef FAST_OPS_Z

#define LOWERED(id, a, b, c, x, doc) do_##id, do_##id, do_##id, do_##id,
#define JOINED(id, a, b, c, x, doc)  LOWERED(id, a, b, c, x, doc)
#define LOWERED_XY(id, a, b, c, x, doc)                                        \
  do_##id##_0, do_##id##_1, do_##id##_2, do_##id##_3,
#define JOINED_XY(id, a, b, c, x, doc) LOWERED_XY(id, a, b, c, x, doc)
#define JOINED_Z(id, a, b, c, x, doc)                                          \
  do_##id##_0, do_##id##_1, do_##id##_2, do_##id##_2,

RplHotBody *const rpl_hot_bodies[RPL_HOT_COUNT] = {
#include "vm/lowered.def"
    [RPL_HOT_NATURALS] = hot_naturals,
    [RPL_HOT_NATURALS_POSITIVE] = hot_naturals_positive,
    [RPL_HOT_POSITIVE] = hot_positive,
    [RPL_HOT_RANGES] = hot_ranges,
    [RPL_HOT_KNOWN] = hot_known,
    [RPL_HOT_GATE] = hot_gate,
    [RPL_HOT_GUARDS_APART] = hot_guards_apart,
    [RPL_HOT_GUARDS_NEAR] = hot_guards_near,
    [RPL_HOT_GUARDS_APART_FILTERED] = hot_guards_apart_filtered,
    [RPL_HOT_GUARDS_NEAR_FILTERED] = hot_guards_near_filtered,
    [RPL_HOT_RETURN_PAID] = hot_return_paid,
    [RPL_HOT_RETURN_BARE] = hot_return_bare,
    [RPL_HOT_RETURN_PRORATED] = hot_return_prorated,
    [RPL_HOT_RETURN_PRORATED_MIN] = hot_return_prorated_min,
    [RPL_HOT_SWITCH_WORD] = hot_switch_word,
    [RPL_HOT_SWITCH_SLOT] = hot_switch_slot,
};

#undef lowered
#undef stream

/* ---- deciding ---- */

RplStatus rpl_fast_decide_slots(RplContext *context, const RplSlotFacts *facts,
                                RplVerdict *verdict) {
  const RplFast *fast = &context->fast;
  if (fast->param_changes != context->facts.param_changes ||
      facts->currency < fast->least_currency || facts->spelled ||
      fast->hot_given & ~facts->given[0])
    return decide_plainly(context, facts, verdict);
  return fast->hot->body(context, facts, verdict, fast->hot, facts->values,
                         fast->frame);
}

static RplStatus refuse(RplContext *context, const RplSlotFacts *facts,
                        RplVerdict *verdict) {
  (void)context;
  (void)facts;
  (void)verdict;
  return RPL_E_NOT_FOUND;
}

bool rpl_fast_decide(RplContext *context, const RplSlotFacts *facts,
                     RplVerdict *verdict) {
  RplFast *fast = &context->fast;
  RplFastCareful *careful = fast->careful;
  fast->careful = refuse;
  RplStatus status = rpl_fast_decide_slots(context, facts, verdict);
  fast->careful = careful;
  return status == RPL_OK;
}

#endif
