/* SPDX-License-Identifier: Apache-2.0
 *
 * decide.h - facts in, one decision out.
 *
 *   RplContext *context;
 *   rpl_context_new(program, 0, NULL, &context);
 *   rpl_facts_json(context, json, 0, NULL);
 *   rpl_decide(context, &decision);
 *   outcome = rpl_decision_outcome(decision);
 *
 * A context belongs to one thread at a time. It holds the facts and params of
 * the next decision and the memory of the last one; a decision and every text
 * got from it stay valid until the context's facts are changed or cleared, the
 * next rpl_decide, or the end of the context.
 */
#ifndef RPL_RPL_DECIDE_H
#define RPL_RPL_DECIDE_H

#include "rpl/program.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RplContext RplContext;
typedef struct RplDecision RplDecision;

/* Makes a context for policy `index` of `program`, and holds a reference to the
 * program as long as it lives. allocator NULL: libc's. *context is owned by the
 * caller. RPL_E_ARGUMENT: there is no such policy. */
RPL_API RPL_MUST_CHECK RplStatus rpl_context_new(const RplProgram *program,
                                                 size_t index,
                                                 const RplAllocator *allocator,
                                                 RplContext **context);

/* Frees a context and what was got from it. NULL is allowed. */
RPL_API void rpl_context_free(RplContext *context);

/* ---- facts -------------------------------------------------------------- */

/* Why facts were refused. */
typedef struct RplFactError {
  char message[256]; /* one phrase: what was found, what is expected */
  char help[128];    /* what to do, perhaps a near name; may be empty */
  char fact[80];     /* name of the fact, cut to fit; empty when it is none */
  uint32_t line;     /* in the JSON text, from 1; 0 when there is no text */
  uint32_t column;   /* in code points, from 1 */
} RplFactError;

/* Accept facts that the policy does not declare, and drop them. */
#define RPL_FACTS_IGNORE_UNKNOWN 1u

/* Forgets all facts; params stay. */
RPL_API void rpl_facts_clear(RplContext *context);

/* Replaces all facts by those of one JSON object (docs/facts.md): strict
 * RFC 8259, absent is unknown, null is known not to exist. A wrong type, an
 * unknown or repeated name, a number that is malformed or too long, text that
 * is not UTF-8: all are refused with RPL_E_FACTS, *error filled in (it may be
 * NULL) and no facts kept. A value that only breaks its declared constraint
 * counts as not given, and the decision says so. The text is borrowed during
 * the call. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_json(RplContext *context,
                                                RplSlice json, uint32_t flags,
                                                RplFactError *error);

/* Sets one fact from text as a person types it (`USD 1.60`, `60`, `true`, `7d`,
 * `2026-03-02T09:30:00Z`, an enumeration's value, `null`). Fails as above and
 * then keeps the other facts. A fact set twice is refused. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_text(RplContext *context,
                                                RplSlice name, RplSlice value,
                                                RplFactError *error);

/* Sets a param in the same way, for all decisions of this context from now on;
 * it may be set again. A value outside the param's constraint is refused. */
RPL_API RPL_MUST_CHECK RplStatus rpl_param_text(RplContext *context,
                                                RplSlice name, RplSlice value,
                                                RplFactError *error);

/* Sets the params that one JSON object names; the others keep their values. It
 * is refused as rpl_facts_json refuses facts, or when a value breaks its
 * param's constraint, and then no param is changed. */
RPL_API RPL_MUST_CHECK RplStatus rpl_params_json(RplContext *context,
                                                 RplSlice json,
                                                 RplFactError *error);

/* Gives every param the value that the policy declares. */
RPL_API void rpl_params_clear(RplContext *context);

/* ---- one output ---------------------------------------------------------- */

typedef enum RplValueState {
  RPL_VALUE_KNOWN,
  RPL_VALUE_NONE,    /* known not to exist */
  RPL_VALUE_UNKNOWN, /* turns on facts that were not given */
  RPL_VALUE_ERROR
} RplValueState;

/* What an output comes to, as its rules would read it. */
typedef struct RplOutputValue {
  RplValueState state;
  RplSlice type;  /* "money", "number", ... */
  RplSlice text;  /* KNOWN: no trailing zeros, "USD 1.28", "8/15", "true" */
  RplSlice code;  /* ERROR: "division_by_zero" */
  RplSlice cause; /* ERROR: its sentence */
} RplOutputValue;

/* Works out one output from the facts as they are, without making a decision;
 * `for` plays no part. Ends the last decision of the context; the texts live as
 * long as a decision's. No provider is asked. RPL_E_NOT_FOUND for an output
 * that the policy does not define; RPL_E_MEMORY or RPL_E_LIMIT as rpl_decide.
 */
RPL_API RPL_MUST_CHECK RplStatus rpl_output_value(RplContext *context,
                                                  RplSlice name,
                                                  RplOutputValue *value);

/* ---- decisions ---------------------------------------------------------- */

/* Decides with the facts as they are. A missing fact, an error in a formula, a
 * contradiction: all are decisions (needs_info, manual_review), not failures.
 * RPL_E_MEMORY, or RPL_E_LIMIT when the memory limit of the program's limits is
 * reached. *decision is borrowed from the context. */
RPL_API RPL_MUST_CHECK RplStatus rpl_decide(RplContext *context,
                                            const RplDecision **decision);

/* The outcome as reported: "partial_refund". */
RPL_API RplSlice rpl_decision_outcome(const RplDecision *decision);

/* The amount with exactly its currency's minor digits ("1.28") and the currency
 * ("USD"); both empty when the decision has none. */
RPL_API RplSlice rpl_decision_amount(const RplDecision *decision);
RPL_API RplSlice rpl_decision_currency(const RplDecision *decision);

/* The amount in minor units of its currency (128 for USD 1.28). RPL_E_NOT_FOUND
 * when the decision has none; RPL_E_LIMIT when it does not fit. */
RPL_API RPL_MUST_CHECK RplStatus
rpl_decision_amount_minor(const RplDecision *decision, int64_t *minor);

/* The deadline as RFC 3339 in UTC; empty when there is none. */
RPL_API RplSlice rpl_decision_deadline(const RplDecision *decision);

/* The deadline in microseconds since 1970-01-01T00:00:00Z; RPL_E_NOT_FOUND when
 * there is none. */
RPL_API RPL_MUST_CHECK RplStatus rpl_decision_deadline_microseconds(
    const RplDecision *decision, int64_t *microseconds);

/* One reason, the first one decisive. */
typedef struct RplReason {
  RplSlice rule;
  RplSlice text; /* values filled in; empty when stripped */
  RplSlice at;   /* "cms/gateway.rpl:31"; empty when stripped */
  const RplSlice *clauses;
  size_t clause_count;
  const RplSlice *waits_for; /* facts that an undetermined rule waits for */
  size_t waits_for_count;
} RplReason;
RPL_API size_t rpl_decision_reason_count(const RplDecision *decision);
RPL_API const RplReason *rpl_decision_reason(const RplDecision *decision,
                                             size_t index);

/* Every clause in play, without repeats: those of the reasons in order, then
 * those cited by steps and outputs that stand in the decision. */
RPL_API size_t rpl_decision_clause_count(const RplDecision *decision);
RPL_API RplSlice rpl_decision_clause(const RplDecision *decision, size_t index);

/* What the customer must do, in order. */
typedef struct RplStep {
  RplSlice id;
  RplSlice text;
} RplStep;
RPL_API size_t rpl_decision_step_count(const RplDecision *decision);
RPL_API RplStep rpl_decision_step(const RplDecision *decision, size_t index);

/* Facts and evidence that a needs_info decision asks for. */
RPL_API size_t rpl_decision_missing_count(const RplDecision *decision);
RPL_API RplSlice rpl_decision_missing(const RplDecision *decision,
                                      size_t index);

/* Facts that broke their declared constraint and so count as not given. */
typedef struct RplRejectedFact {
  RplSlice fact;
  RplSlice text; /* "0 is not > 0" */
} RplRejectedFact;
RPL_API size_t rpl_decision_rejected_count(const RplDecision *decision);
RPL_API RplRejectedFact rpl_decision_rejected(const RplDecision *decision,
                                              size_t index);

/* Outputs that stand: amount, deadline and destination too, each with its
 * values (one, or first choice first) as texts. */
typedef struct RplOutput {
  RplSlice name;
  const RplSlice *values;
  size_t value_count;
} RplOutput;

/* The index of an output that stands; RPL_E_NOT_FOUND when none of that name
 * does. */
RPL_API RPL_MUST_CHECK RplStatus rpl_decision_output_find(
    const RplDecision *decision, RplSlice name, size_t *index);

/* A value of an output as a number: 0 or 1 of a boolean, an integer, minor
 * units of money, days since 1970-01-01 of a date, microseconds (since
 * 1970-01-01T00:00:00Z) of a duration or datetime, the months of a period.
 * RPL_E_NOT_FOUND when there is no such output or value; RPL_E_LIMIT when it is
 * of a type that is none of these (its text has it) or does not fit. */
RPL_API RPL_MUST_CHECK RplStatus rpl_decision_output_integer(
    const RplDecision *decision, size_t output, size_t value, int64_t *integer);

RPL_API size_t rpl_decision_output_count(const RplDecision *decision);
RPL_API const RplOutput *rpl_decision_output(const RplDecision *decision,
                                             size_t index);

/* The error that decided, or that left an optional output out. Empty code: no
 * error. */
typedef struct RplDecisionError {
  RplSlice code; /* "division_by_zero" */
  RplSlice text;
  RplSlice at;
} RplDecisionError;
RPL_API RplDecisionError rpl_decision_error(const RplDecision *decision);

/* Adds facts, params, edition and the program's digest to the JSON, which
 * together replay to the same bytes. */
#define RPL_JSON_RECORD 1u

/* The decision as one line of canonical JSON without a line end. */
RPL_API RPL_MUST_CHECK RplStatus rpl_decision_json(const RplDecision *decision,
                                                   uint32_t flags,
                                                   RplSlice *json);

/* What rpl_facts_json, rpl_decide and rpl_decision_json come to, in one call:
 * for services that have facts in JSON and want the decision in JSON, mostly in
 * a fraction of the time. The bytes, the refusals and the failures are those of
 * the three; facts_flags and json_flags are theirs. *json is borrowed until the
 * next call with this context. The context's last decision ends, and what its
 * facts are then is not said. The first requests of a context are slower than
 * others, and it keeps some memory for what it learns from them. */
RPL_API RPL_MUST_CHECK RplStatus
rpl_answer_json(RplContext *context, RplSlice facts, uint32_t facts_flags,
                uint32_t json_flags, RplSlice *json, RplFactError *error);

/* The decision in plain words, several lines, each ended; what `rplc eval`
 * shows on a terminal. */
RPL_API RPL_MUST_CHECK RplStatus rpl_decision_text(const RplDecision *decision,
                                                   RplSlice *text);

/* How the amount came about, as an author would write it with the values in
 * place: "1.60 - 1.60 * 60 / 300 = 1.28". Empty when there is no amount. */
RPL_API RPL_MUST_CHECK RplStatus
rpl_decision_working(const RplDecision *decision, RplSlice *text);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_DECIDE_H */
