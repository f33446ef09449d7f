/* SPDX-License-Identifier: Apache-2.0
 *
 * fast.h - the fast engine: runs the lowered form of a policy (vm/lowered.h)
 * over the caller's slots, one decision at a time. It computes verdicts only;
 * on anything but plain sailing it gives up, and the careful engine decides.
 *
 * The bodies of the operations stand once, in fast_ops.def, and are compiled
 * over either stream, where every step can be kept for explaining a verdict,
 * with computed goto, or with a switch where RPL_SWITCH_DISPATCH is defined;
 * and for verdicts alone over the swift one, with a body for each place that
 * operands stand in and calls that the compiler makes jumps (fast_hot.c).
 *
 * INVARIANT: a verdict that it gives is that of the careful engine for the same
 * facts. A run reads the facts, the form and the context's frame, writes that
 * frame, and allocates nothing.
 */
#ifndef RPL_VM_FAST_H
#define RPL_VM_FAST_H

#include "rpl/slots.h"
#include "vm/context.h"

/* What decides where the fast engine cannot: the careful one, over slots
 * (slots.c). */
typedef RplStatus RplFastCareful(RplContext *context, const RplSlotFacts *facts,
                                 RplVerdict *verdict);
RplFastCareful rpl_decide_slots_carefully;

/* Lets a context run the form of its policy. Where that was made already it is
 * chosen now, else when it is first needed. RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_fast_begin(RplContext *context,
                                        struct RplLoadedPolicy *policy);
void rpl_fast_end(RplContext *context);

/* The form that decides for this context's params, chosen or made anew when
 * they were set since the last call, and by the first; NULL when there is none
 * or memory for it is short: then there is none until a param is set again. */
const RplLowered *rpl_fast_form(RplContext *context);

/* LIMIT: requests with the same set params that the careful engine decides
 * before a form is made for them, which costs as much as up to a thousand of
 * its decisions. */
#define RPL_FAST_PATIENCE 1024u

/* The same for one request after the other: a host that sets params for each of
 * them never waits for a form. */
const RplLowered *rpl_fast_form_for_one(RplContext *context);

/* Decides, by the careful engine where the fast one cannot. */
RPL_MUST_CHECK RplStatus rpl_fast_decide_slots(RplContext *context,
                                               const RplSlotFacts *facts,
                                               RplVerdict *verdict);

/* The same without it: false when the careful engine has to decide. */
bool rpl_fast_decide(RplContext *context, const RplSlotFacts *facts,
                     RplVerdict *verdict);

/* One of the streams of a form, from its start. `frame` has the constants in
 * its first words. For `joined`, the gate must be open. */
bool rpl_fast_run(const RplLowered *lowered, const RplLoweredStream *stream,
                  const RplSlotFacts *facts, int64_t *frame,
                  RplVerdict *verdict);

/* Requests that no form is for: amounts without a currency, spelled facts. */
bool rpl_fast_is_strange(const RplLowered *lowered, const RplSlotFacts *facts);

/* Decides by whichever stream is for the request, which must not be strange. */
bool rpl_fast_decide_openly(const RplLowered *lowered,
                            const RplSlotFacts *facts, int64_t *frame,
                            RplVerdict *verdict);

/* ---- traces (fast_trace.c) ---- */

/* The plain stream once more, with every step kept from step[1] on; *last is
 * the last one. */
bool rpl_fast_run_traced(const RplLowered *lowered,
                         const RplLoweredStream *stream,
                         const RplSlotFacts *facts, int64_t *frame,
                         RplVerdict *verdict, RplFastStep *step,
                         RplFastStep **last);

/* Decides and keeps the facts in the context; the steps are made of them when
 * they are asked for, since a decision is a function of its facts. Where the
 * fast engine cannot decide, the careful one does. RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_fast_trace(RplContext *context,
                                        const RplSlotFacts *facts,
                                        RplVerdict *verdict);

/* Ends what is kept; its room was in the arena of the form. */
void rpl_fast_forget_trace(RplFastTrace *trace);

/* base - base * part / whole and base * part / whole in 128 bits, rounded;
 * whole > 0. False when that or the result does not fit. */
bool rpl_fast_prorate_wide(int64_t base, int64_t part, int64_t whole,
                           RplRounding mode, int64_t *result);
bool rpl_fast_share_wide(int64_t base, int64_t part, int64_t whole,
                         RplRounding mode, int64_t *result);

/* rpl_round_word, for modes that few policies have. */
int64_t rpl_fast_round(int64_t num, int64_t den, RplRounding mode);

#endif /* RPL_VM_FAST_H */
