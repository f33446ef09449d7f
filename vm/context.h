/* SPDX-License-Identifier: Apache-2.0
 *
 * context.h - the inside of an RplContext: the facts and params of one thread,
 * and the memory of its last decision. What has a size known beforehand is
 * allocated when the context is made; the rest of a decision comes from
 * `arena`, which the program's limits bound.
 *
 * INVARIANT: after any failure the context can be used as if the failed call
 * had not been made, but the last decision is gone.
 */
#ifndef RPL_VM_CONTEXT_H
#define RPL_VM_CONTEXT_H

#include "rpl/decide.h"
#include "vm/arena.h"
#include "vm/careful.h"
#include "vm/causes.h"
#include "vm/facts.h"
#include "vm/lowered.h"
#include "vm/program.h"
#include "vm/provide.h"

/* One step of a traced run. */
typedef struct RplFastStep {
  uint32_t pc; /* in the plain stream */
  int64_t value, high;
} RplFastStep;

/* The last traced decision: its facts, and its steps once they were asked for.
 */
typedef struct RplFastTrace {
  bool is_kept;       /* there are facts */
  bool is_run;        /* there are steps */
  bool is_given_up;   /* they ended in STOP */
  RplFastStep *steps; /* room for the plain stream; NULL until a trace */
  uint32_t step_count;
  int64_t *values; /* copies of the facts; texts are in `texts`, their bytes in
                      `bytes` */
  uint64_t *given, *none;
  uint16_t currency;
  RplSlice *texts;
  uint16_t *text_slots;
  uint32_t text_count;
  RplArena bytes;
} RplFastTrace;

/* No number of changes that a context comes to. */
#define RPL_FAST_UNCHOSEN UINT32_MAX

/* The fast engine's part of a context (vm/fast.h). */
typedef struct RplFast {
  struct RplLoadedPolicy *policy; /* has the form with the declared params;
                                     NULL: there is none */
  const RplLowered *lowered;      /* to run; NULL: there is none */
  uint32_t declared_changes; /* of the facts, while params are as declared */
  uint32_t param_changes;    /* of the facts, when it was chosen;
                                        RPL_FAST_UNCHOSEN: it was not yet */
  uint32_t waits_changes;    /* of the facts, when `waits` began */
  uint32_t waits; /* requests decided carefully since, for want of a form */
  uint32_t least_currency; /* that of `lowered`; UINT32_MAX: there is none */
  uint64_t hot_given;      /* that of `lowered` */
  const RplHotCode *hot;   /* that of `lowered` */
  /* The careful engine: what decides where this one cannot. */
  RplStatus (*careful)(RplContext *context, const RplSlotFacts *facts,
                       RplVerdict *verdict);
  int64_t *frame;
  RplArena arena; /* of a form that is the context's own, and of `frame` */
  RplFastTrace trace;
} RplFast;

struct RplContext {
  const RplAllocator *allocator;
  const RplImage *image;
  RplProgram *program; /* a reference; NULL: the image is somebody else's */
  RplArena fixed;      /* sized at creation */
  RplFacts facts;
  RplArena arena;               /* the last decision; emptied by the next */
  RplAllocator arena_allocator; /* lets an RplBuffer grow in `arena` */
  RplCareful careful;
  RplCauses causes;
  RplProviding providing;
  RplFast fast;
  uint64_t *string_seen;      /* a bit a string: what a list has already */
  uint64_t *rule_named;       /* a bit a string: names of the reasons */
  uint64_t *step_seen;        /* a bit a step */
  uint8_t *outcome_marks;     /* what was seen of each outcome */
  struct RplAnswers *answers; /* vm/answer.h; NULL until one is asked for */
  bool has_holes; /* texts of the decision have holes for values (decide.h) */
};

/* Makes a context for one image; what rpl_context_new does once it has found
 * it. The image must outlive the context; max_bytes limits the memory of one
 * decision, 0: no limit. */
RPL_MUST_CHECK RplStatus rpl_context_make(const RplImage *image,
                                          size_t max_bytes,
                                          const RplAllocator *allocator,
                                          RplContext **context);

/* The status for memory that the decision's arena did not give: RPL_E_LIMIT
 * when its limit was the cause, else RPL_E_MEMORY. */
RplStatus rpl_context_short(const RplContext *context);

/* An empty buffer in the decision's arena; it need not be cleared. */
void rpl_context_buffer(RplContext *context, RplBuffer *buffer);

/* What the buffer holds, which stays as long as the decision; fails as
 * rpl_context_short says when an append had failed. */
RPL_MUST_CHECK RplStatus rpl_context_keep(const RplContext *context,
                                          const RplBuffer *buffer,
                                          RplSlice *text);

/* Bits of a set: whether it is in, and puts it in. */
static inline bool rpl_bit_test(const uint64_t *bits, uint32_t index) {
  return (bits[index / 64] >> (index % 64)) & 1u;
}
static inline void rpl_bit_set(uint64_t *bits, uint32_t index) {
  bits[index / 64] |= UINT64_C(1) << (index % 64);
}

/* 64-bit words of a set of `count`. */
static inline size_t rpl_bit_words(uint32_t count) {
  return (size_t)count / 64 + 1;
}

#endif /* RPL_VM_CONTEXT_H */
