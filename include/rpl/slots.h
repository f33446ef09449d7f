/* SPDX-License-Identifier: Apache-2.0
 *
 * slots.h - decide as fast as RPL can: facts as a flat array, a verdict of a
 * few words. It is for services that decide many requests and have their facts
 * as integers already; whoever has JSON uses rpl/decide.h.
 *
 *   int64_t values[FACTS];   // by slot: rpl_program_fact_slot knows them
 *   uint64_t given[RPL_SLOT_WORDS(FACTS)];
 *   RplSlotFacts facts = {.values = values, .given = given,
 *                         .currency = rpl_slot_currency("USD")};
 *   rpl_decide_slots(context, &facts, &verdict);
 *
 * The decision is that of rpl_decide for the same facts. A policy is lowered to
 * a form of its own when the first request comes, or before that by
 * rpl_program_prepare. Where that form can decide, the facts are read where
 * they stand and nothing is allocated, but for the first request of a context
 * that is older than the form. Where it cannot (a fact is missing, a value does
 * not fit, an operation has an error or is not known to that form, there is no
 * memory for it) the careful engine decides from the start, and the verdict
 * says so. docs/performance.md tells what each costs.
 *
 * A slot holds, by the type of its fact:
 *
 *   boolean              0 or 1
 *   integer              itself
 *   number               times 10^places; rpl_slot_info says the places: those
 *                        that the fact declares (`to 4 places`), else 6
 *   money                in minor units of `currency` (cents)
 *   enumeration          the index of its value (rpl_slot_enumerator)
 *   set                  bit i: the i-th value of its enumeration is in it
 *   date                 days since 1970-01-01
 *   datetime             microseconds since 1970-01-01T00:00:00Z
 *   duration             microseconds
 *   text                 rpl_slot_text of an RplSlice (its address), which must
 *                        stay as it is during the call
 *   currency             not read: a given currency fact is `currency`
 *   anything else        cannot stand in a slot; use `spelled`
 *
 * A value that does not fit its slot (a finer fraction, a greater number) is
 * given by its spelling: set the fact's bit in `spelled` and put rpl_slot_text
 * of the text that rpl_facts_text would take into the slot.
 *
 * A value outside its type (an enumeration's index too high, a datetime after
 * the year 9999) is a mistake of the caller: rpl_facts_slots refuses it. The
 * fast form does not look for it; then any verdict can come out, but nothing
 * else happens. A value that breaks its fact's declared bounds is no mistake:
 * it counts as not given, here as everywhere.
 */
#ifndef RPL_RPL_SLOTS_H
#define RPL_RPL_SLOTS_H

#include "rpl/decide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 64-bit words that hold a bit for each of `count` slots. */
#define RPL_SLOT_WORDS(count) (((size_t)(count) + 63u) / 64u)

/* Facts of one request, borrowed. Bit s % 64 of word s / 64 belongs to slot s;
 * bits of params are not looked at, nor are bits past the last slot. */
typedef struct RplSlotFacts {
  const int64_t *values;   /* rpl_program_fact_count of them */
  const uint64_t *given;   /* has a value in `values` */
  const uint64_t *none;    /* known not to exist; NULL: no fact is. A fact in
                              both counts as given */
  const uint64_t *spelled; /* given by its text; NULL: no fact is. Goes before
                              the other two; the careful engine decides */
  uint16_t currency;       /* of every amount; 0: there is no amount */
} RplSlotFacts;

/* A currency of ISO 4217 by its code ("USD"), for RplSlotFacts; 0 when there is
 * none of that code. */
RPL_API uint16_t rpl_slot_currency(const char *code);

/* The handle of a text, for a slot. */
static inline int64_t rpl_slot_text(const RplSlice *text) {
  return (int64_t)(intptr_t)text;
}

/* What a slot holds. */
typedef enum RplSlotHolds {
  RPL_HOLDS_BOOLEAN = 1,
  RPL_HOLDS_INTEGER,
  RPL_HOLDS_NUMBER,
  RPL_HOLDS_MONEY,
  RPL_HOLDS_ENUM,
  RPL_HOLDS_SET,
  RPL_HOLDS_DATE,
  RPL_HOLDS_DATETIME,
  RPL_HOLDS_DURATION,
  RPL_HOLDS_TEXT,
  RPL_HOLDS_CURRENCY,
  RPL_HOLDS_NOTHING /* no slot can: give it by its spelling */
} RplSlotHolds;

typedef struct RplSlotInfo {
  RplSlotHolds holds;
  bool is_optional;     /* `none` is a value of it */
  bool is_param;        /* set by rpl_param_text, never by a slot */
  uint32_t places;      /* NUMBER: scaled by 10^places */
  uint32_t value_count; /* ENUM, SET: values of the enumeration */
} RplSlotInfo;

/* What slot `slot` of policy `index` holds. RPL_E_NOT_FOUND: no such slot. */
RPL_API RPL_MUST_CHECK RplStatus rpl_slot_info(const RplProgram *program,
                                               size_t index, size_t slot,
                                               RplSlotInfo *info);

/* The index of a value of the slot's enumeration (or of its set's), as the slot
 * of an enumeration holds it; `other` for any further text where the type ends
 * in `or other`. RPL_E_NOT_FOUND for a text that is none of its values. */
RPL_API RPL_MUST_CHECK RplStatus rpl_slot_enumerator(const RplProgram *program,
                                                     size_t index, size_t slot,
                                                     RplSlice name,
                                                     int64_t *value);

/* ---- verdicts ------------------------------------------------------------ */

/* What a verdict has or how it came about. */
#define RPL_VERDICT_AMOUNT   1u  /* `amount` is the decision's */
#define RPL_VERDICT_LARGE    2u  /* it has an amount that does not fit */
#define RPL_VERDICT_DEADLINE 4u  /* `deadline` is the decision's */
#define RPL_VERDICT_CAREFUL  8u  /* the careful engine decided */
#define RPL_VERDICT_UNKNOWN  16u /* undetermined: facts are missing */
#define RPL_VERDICT_ERROR    32u /* undetermined: an error decided */

/* No rule decided, but `otherwise`, or the decision is undetermined. */
#define RPL_VERDICT_NO_RULE UINT32_MAX

/* The decision in short. Without its flag a member is 0. */
typedef struct RplVerdict {
  int64_t amount;    /* in minor units of `currency` */
  int64_t deadline;  /* microseconds since 1970 */
  uint32_t outcome;  /* row of the outcome, by precedence; undetermined: none
                        has it (rpl_verdict_outcome knows) */
  uint32_t rule;     /* row of the decisive rule, or RPL_VERDICT_NO_RULE */
  uint32_t flags;    /* RPL_VERDICT_* */
  uint16_t currency; /* of the amount */
} RplVerdict;

/* Decides. On a careful decision the context's facts become these and its last
 * decision ends; else neither is touched. Failures are those of the careful
 * engine: RPL_E_FACTS (rpl_facts_slots says why), RPL_E_MEMORY, RPL_E_LIMIT. */
RPL_API RPL_MUST_CHECK RplStatus rpl_decide_slots(RplContext *context,
                                                  const RplSlotFacts *facts,
                                                  RplVerdict *verdict);

/* The outcome as reported ("partial_refund"), and the decisive rule's name
 * ("otherwise" where none decided, empty for an undetermined decision). They
 * live as long as the program. */
RPL_API RplSlice rpl_verdict_outcome(const RplContext *context,
                                     const RplVerdict *verdict);
RPL_API RplSlice rpl_verdict_rule(const RplContext *context,
                                  const RplVerdict *verdict);

/* Replaces all facts of the context by these, as rpl_facts_json does, so that
 * rpl_decide gives the whole decision: reasons, clauses, steps, JSON, the same
 * bytes as for the same facts in JSON. RPL_E_FACTS with *error filled in (it
 * may be NULL) when a value is outside its type, money has no currency, or a
 * spelling is refused; then no facts are kept. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_slots(RplContext *context,
                                                 const RplSlotFacts *facts,
                                                 RplFactError *error);

/* ---- how a fast decision came about -------------------------------------- */

/* Decides as rpl_decide_slots, and keeps how: what each instruction came to
 * that the fast form looked at, and which rule decided. What is kept at once is
 * a copy of the facts (texts too); the steps are made of it when one of the
 * functions below asks for the first of them, by running the form as it was
 * before operations were joined. So a service may trace every decision and look
 * at few. What is kept stays until the next call of this function or of one
 * that sets a param. Also fails with RPL_E_MEMORY when there is none for
 * keeping it. */
RPL_API RPL_MUST_CHECK RplStatus rpl_trace_slots(RplContext *context,
                                                 const RplSlotFacts *facts,
                                                 RplVerdict *verdict);

typedef enum RplTraceKind {
  RPL_TRACE_NOTHING, /* a step of the fast form that stands for none of the
                        program */
  RPL_TRACE_VALUE,   /* an instruction came to value / divisor */
  RPL_TRACE_TRUTH,   /* a condition came to `value`, 0 or 1 */
  RPL_TRACE_RULE,   /* the rule `row` decided, RPL_VERDICT_NO_RULE: otherwise */
  RPL_TRACE_CAREFUL /* the fast form gave up: the careful engine decided */
} RplTraceKind;

typedef struct RplTraceEvent {
  RplTraceKind kind;
  uint32_t row;  /* of the instruction (as `rplc disasm` numbers them), or of
                    the rule */
  int64_t value; /* money in minor units; a number's numerator: the low half of
                    its 128 bits */
  int64_t high;  /* the high half; for a value of 64 bits its sign */
  int64_t divisor; /* at least 1; 0: it does not fit */
} RplTraceEvent;

/* How many events were kept (0 when the fast form did not run), and one of
 * them, in the order in which they happened. RPL_E_NOT_FOUND past the last. */
RPL_API size_t rpl_trace_count(RplContext *context);
RPL_API RPL_MUST_CHECK RplStatus rpl_trace_event(RplContext *context,
                                                 size_t index,
                                                 RplTraceEvent *event);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_SLOTS_H */
