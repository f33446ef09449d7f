/* SPDX-License-Identifier: Apache-2.0
 * fast.c - see fast.h. */
#include "vm/fast.h"

#include <string.h>

#include "vm/fast_body.h"
#include "vm/program_priv.h"

#if !defined(RPL_SWITCH_DISPATCH)
/* Addresses of labels are an extension, which gcc and clang have. */
#pragma GCC diagnostic ignored "-Wpedantic"
#endif

/* ---- arithmetic --------------------------------------------------------- */

bool rpl_fast_prorate_wide(int64_t base, int64_t part, int64_t whole,
                           RplRounding mode, int64_t *result) {
  RplInt128 wide;
  return !__builtin_sub_overflow((RplInt128)base * whole,
                                 (RplInt128)base * part, &wide) &&
         rpl_round_wide(wide, whole, mode, result);
}

int64_t rpl_fast_round(int64_t num, int64_t den, RplRounding mode) {
  return rpl_round_word(num, den, mode);
}

bool rpl_fast_share_wide(int64_t base, int64_t part, int64_t whole,
                         RplRounding mode, int64_t *result) {
  return rpl_round_wide((RplInt128)base * part, whole, mode, result);
}

/* ---- running ------------------------------------------------------------ */

#define READ(operand)                                                          \
  (((operand)&RPL_LOWERED_FACT ? values : frame)[(operand) & ~RPL_LOWERED_FACT])
#define R(operand)      READ(operand)
#define X(operand)      READ(operand)
#define Y(operand)      READ(operand)
#define Z               READ(code->y)
#define HAS(mask, slot) ((mask)[(slot) >> 6] >> ((slot)&63) & 1)

#define RETURN_VERDICT(paid, due, by_outcome, by_rule, has)                    \
  do {                                                                         \
    uint32_t with = (has);                                                     \
    *verdict =                                                                 \
        (RplVerdict){.amount = (paid),                                         \
                     .deadline = (due),                                        \
                     .outcome = (by_outcome),                                  \
                     .rule = (by_rule),                                        \
                     .flags = with,                                            \
                     .currency = with & RPL_VERDICT_AMOUNT ? facts->currency   \
                                                           : (uint16_t)0};     \
    goto decided;                                                              \
  } while (0)

#define DECIDE(paid, last)                                                     \
  RETURN_VERDICT(                                                              \
      (paid) == RPL_LOWERED_NO_WORD ? 0 : R(paid),                             \
      (last) == RPL_LOWERED_NO_WORD ? 0 : R(last), code->c, code->x,           \
      ((paid) == RPL_LOWERED_NO_WORD ? 0u : RPL_VERDICT_AMOUNT) |              \
          ((last) == RPL_LOWERED_NO_WORD ? 0u : RPL_VERDICT_DEADLINE))

#define RETURN_AMOUNT(paid)                                                    \
  RETURN_VERDICT(paid, 0, code->c, code->x, RPL_VERDICT_AMOUNT)
#define RETURN_GUARD(outcome, rule) RETURN_VERDICT(0, 0, outcome, rule, 0)
#define GIVE_UP                     goto given_up

#define GO_TO(row)   GO(row)
#define ASIDE(id)    aside_##id:
#define GO_ASIDE(id) goto aside_##id
#if defined(RPL_SWITCH_DISPATCH)
#define BODY(id) case RPL_LOWERED_##id:
#define DISPATCH goto again
#define BEGIN                                                                  \
  again:                                                                       \
  if (step) {                                                                  \
    KEEP;                                                                      \
  }                                                                            \
  switch ((RplLoweredOp)code->op) {
#define END                                                                    \
  default:                                                                     \
    goto given_up;                                                             \
    }
#else
#define BODY(id)                     do_##id:
#define LOWERED(id, a, b, c, x, doc) &&do_##id,
#define JOINED(id, a, b, c, x, doc)  &&do_##id,
#define DISPATCH                     goto *next[code->op]
/* Where steps are kept, every operation leads past here. */
#define BEGIN                                                                  \
  DISPATCH;                                                                    \
  keep:                                                                        \
  KEEP;                                                                        \
  goto *bodies[code->op];
#define END
#endif
#define NEXT                                                                   \
  do {                                                                         \
    code++;                                                                    \
    DISPATCH;                                                                  \
  } while (0)
#define GO(target)                                                             \
  do {                                                                         \
    code = stream->code + (target);                                            \
    DISPATCH;                                                                  \
  } while (0)

/* For explaining: what the step before has written, and where the run is. */
#define KEEP                                                                   \
  do {                                                                         \
    if (step != *steps) {                                                      \
      uint32_t word = stream->code[step->pc].a & RPL_LOWERED_NO_WORD;          \
      step->value = frame[word];                                               \
      step->high = frame[word + 1];                                            \
    }                                                                          \
    (++step)->pc = (uint32_t)(code - stream->code);                            \
  } while (0)

/* Runs a stream. With `steps` every step is kept, from (*steps)[1] on, and at
 * the end *steps is the last one. */
static bool run(const RplLowered *lowered, const RplLoweredStream *stream,
                const RplSlotFacts *facts, int64_t *frame, RplVerdict *verdict,
                RplFastStep **steps) {
#if !defined(RPL_SWITCH_DISPATCH)
  static const void *const bodies[] = {
#include "vm/lowered.def"
  };
  static const void *const keeping[] = {[0 ... RPL_LOWERED_COUNT - 1] = &&keep};
  const void *const *next = steps ? keeping : bodies;
#endif
  const RplLoweredCode *code = stream->code;
  const int64_t *values = facts->values;
  RplFastStep *step = steps ? *steps : NULL;
  bool is_decided = false;
  BEGIN
#include "vm/fast_ops.def"
#define FAST_OPS_XY
#include "vm/fast_ops.def"
#undef FAST_OPS_XY
#define FAST_OPS_Z
#include "vm/fast_ops.def"
#undef FAST_OPS_Z
  END decided : is_decided = true;
given_up:
  if (steps)
    *steps = step;
  return is_decided;
}

bool rpl_fast_run(const RplLowered *lowered, const RplLoweredStream *stream,
                  const RplSlotFacts *facts, int64_t *frame,
                  RplVerdict *verdict) {
  return run(lowered, stream, facts, frame, verdict, NULL);
}

bool rpl_fast_run_traced(const RplLowered *lowered,
                         const RplLoweredStream *stream,
                         const RplSlotFacts *facts, int64_t *frame,
                         RplVerdict *verdict, RplFastStep *step,
                         RplFastStep **last) {
  *last = step;
  return run(lowered, stream, facts, frame, verdict, last);
}

/* ---- the form of a context ----------------------------------------------- */

/* KEEP looks at a word and the one behind it for whatever operand a is, which
 * may be a slot. */
static size_t frame_room(const RplLowered *lowered) {
  uint32_t words = lowered->frame_words;
  return (size_t)(words > lowered->slot_count ? words : lowered->slot_count) +
         2;
}

static void drop_form(RplFast *fast) {
  fast->lowered = NULL;
  fast->least_currency = UINT32_MAX;
}

static bool take_form(RplFast *fast, const RplLowered *lowered) {
  drop_form(fast);
  if (!lowered)
    return true;
  fast->frame =
      rpl_arena_array(&fast->arena, frame_room(lowered), sizeof(int64_t));
  if (!fast->frame)
    return false;
  if (lowered->constant_count)
    memcpy(fast->frame, lowered->constants,
           lowered->constant_count * sizeof(int64_t));
  fast->lowered = lowered;
  fast->hot = lowered->hot;
  fast->hot_given = lowered->hot_given;
  fast->least_currency = lowered->least_currency;
  return true;
}

/* The program's form for the declared params; for others one of its own. */
static RplStatus find_form(RplContext *context, const RplLowered **lowered) {
  RplFast *fast = &context->fast;
  *lowered = NULL;
  if (!fast->policy)
    return RPL_OK;
  if (context->facts.param_changes == fast->declared_changes)
    return rpl_policy_form(fast->policy, lowered);
  return rpl_lower_image(context->image, context->facts.values, &fast->arena,
                         context->allocator, lowered);
}

static RplStatus choose_form(RplContext *context) {
  RplFast *fast = &context->fast;
  const RplLowered *lowered;
  fast->param_changes = context->facts.param_changes;
  rpl_fast_forget_trace(&fast->trace);
  drop_form(fast);
  rpl_arena_clear(&fast->arena);
  if (find_form(context, &lowered) == RPL_OK && take_form(fast, lowered))
    return RPL_OK;
  rpl_arena_clear(&fast->arena);
  return RPL_E_MEMORY;
}

RplStatus rpl_fast_begin(RplContext *context, RplLoadedPolicy *policy) {
  context->fast.policy = policy;
  context->fast.declared_changes = context->facts.param_changes;
  return rpl_policy_made_form(policy) ? choose_form(context) : RPL_OK;
}

void rpl_fast_end(RplContext *context) {
  rpl_fast_forget_trace(&context->fast.trace);
  rpl_arena_clear(&context->fast.arena);
}

const RplLowered *rpl_fast_form(RplContext *context) {
  if (context->fast.param_changes != context->facts.param_changes)
    (void)choose_form(context);
  return context->fast.lowered;
}

const RplLowered *rpl_fast_form_for_one(RplContext *context) {
  RplFast *fast = &context->fast;
  uint32_t changes = context->facts.param_changes;
  if (fast->param_changes == changes || fast->declared_changes == changes)
    return rpl_fast_form(context);
  if (fast->waits_changes != changes) {
    fast->waits_changes = changes;
    fast->waits = 0;
  }
  return fast->waits++ < RPL_FAST_PATIENCE ? NULL : rpl_fast_form(context);
}

/* ---- deciding ----------------------------------------------------------- */

bool rpl_fast_is_strange(const RplLowered *lowered, const RplSlotFacts *facts) {
  if (lowered->has_money && !facts->currency)
    return true;
  for (uint32_t i = 0; facts->spelled && i < lowered->gate.word_count; i++)
    if (facts->spelled[i])
      return true;
  return false;
}

bool rpl_fast_decide_openly(const RplLowered *lowered,
                            const RplSlotFacts *facts, int64_t *frame,
                            RplVerdict *verdict) {
  const RplLoweredStream *stream = &lowered->paths;
  if (!stream->count)
    stream = rpl_gate_opens(&lowered->gate, facts) ? &lowered->joined
                                                   : &lowered->plain;
  return rpl_fast_run(lowered, stream, facts, frame, verdict);
}

#if defined(RPL_SWITCH_DISPATCH)
bool rpl_fast_decide(RplContext *context, const RplSlotFacts *facts,
                     RplVerdict *verdict) {
  const RplLowered *lowered = rpl_fast_form_for_one(context);
  return lowered && !rpl_fast_is_strange(lowered, facts) &&
         rpl_fast_decide_openly(lowered, facts, context->fast.frame, verdict);
}

RplStatus rpl_fast_decide_slots(RplContext *context, const RplSlotFacts *facts,
                                RplVerdict *verdict) {
  return rpl_fast_decide(context, facts, verdict)
             ? RPL_OK
             : context->fast.careful(context, facts, verdict);
}
#endif
