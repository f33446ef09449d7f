/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.h - why a decision is as it is: which rules held, which did not and
 * on the values of which facts, what is undetermined and what it waits for,
 * which outcomes were never reached, and how each output came about.
 *
 *   rpl_decide(context, &decision);
 *   rpl_explain(decision, &explanation);
 *   rpl_explanation_text(explanation, &text);
 *
 * Everything comes from the compiled program, so a service that has no source
 * can explain. A stripped program has no texts, places and names of lets: a let
 * is then written out where it is read.
 *
 * An explanation lies in the memory of its decision, under the same limit, and
 * lives as long as that. It is data to read; nothing in it is ever NULL but
 * arrays of no items. The limits below keep it small for policies of any size;
 * what is left out is counted.
 */
#ifndef RPL_RPL_EXPLAIN_H
#define RPL_RPL_EXPLAIN_H

#include "rpl/decide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* LIMITS of an explanation. */
#define RPL_MAX_EXPLAINED_RULES    2048 /* rules, and as many definitions */
#define RPL_MAX_EXPLAINED_FINDINGS 16   /* reasons of one condition */
#define RPL_MAX_EXPLAINED_READINGS 8    /* values of one reason */
#define RPL_MAX_EXPLAINED_WORKINGS 8    /* lines of one value's working */

/* What a condition came to. */
typedef enum RplTruth {
  RPL_TRUTH_HELD,         /* it is true */
  RPL_TRUTH_FAILED,       /* it is false */
  RPL_TRUTH_UNDETERMINED, /* it waits for facts */
  RPL_TRUTH_ERROR,        /* no fact can settle it */
  RPL_TRUTH_NOT_REACHED   /* something above it decided */
} RplTruth;

/* "held", "failed", "undetermined", "error", "not_reached"; static. */
RPL_API const char *rpl_truth_name(RplTruth verdict);

typedef enum RplReadingKind {
  RPL_READING_FACT,
  RPL_READING_PARAM,
  RPL_READING_LET /* a let or an output that a condition reads */
} RplReadingKind;

/* A value that a reason turns on. */
typedef struct RplReading {
  RplReadingKind kind;
  RplSlice name;
  RplSlice value;  /* "USD 1.60", "true", "none"; "(not given)", "(error)";
                      "(empty)"  for the empty set and the empty text */
  bool is_assumed; /* the fact was not given; the policy says what then holds */
  bool is_indirect; /* not in the reason's text, but in a let that stands there
                     */
} RplReading;

/* One reason of a condition: a part of it that alone, or with the others, makes
 * it what it is. Of `a and b and c` that is false these are the false ones; of
 * one that is true, all. */
typedef struct RplFinding {
  RplSlice text; /* as an author would write it: "consumed > 0" */
  RplTruth verdict;
  RplSlice error;             /* ERROR: its code, "division_by_zero" */
  RplSlice error_in;          /* ERROR: where it arose, "fee / days" */
  const RplReading *readings; /* at most RPL_MAX_EXPLAINED_READINGS */
  size_t reading_count;
} RplFinding;

/* A condition and why it came out as it did. */
typedef struct RplCondition {
  RplTruth verdict;
  const RplFinding *findings; /* at most RPL_MAX_EXPLAINED_FINDINGS */
  size_t finding_count;
  size_t omitted;            /* findings left out */
  const RplSlice *waits_for; /* UNDETERMINED: facts, in declaration order */
  size_t waits_for_count;
} RplCondition;

typedef struct RplExplainedRule {
  RplSlice name;
  RplSlice at;   /* "cms/gateway.rpl:31"; empty when stripped */
  RplSlice text; /* HELD: the reason with values filled in */
  RplCondition condition;
  const RplSlice *clauses;
  size_t clause_count;
} RplExplainedRule;

/* One outcome, in order of precedence. Those that no rule of the policy speaks
 * of are left out. */
typedef struct RplExplainedOutcome {
  RplSlice name;           /* as rules write it: "blocked" */
  RplSlice reported;       /* as decisions report it */
  RplTruth verdict;        /* that of its rules together */
  RplExplainedRule *rules; /* in source order; of an outcome that was not
                              reached their names and places alone */
  size_t rule_count;
  size_t omitted; /* rules left out */
} RplExplainedOutcome;

/* How a value came about, a line each: the value itself, then the lets in it.
 */
typedef struct RplWorking {
  RplSlice name;    /* "amount", "consumed" */
  RplSlice formula; /* with names: "cash_paid * consumed / grcq_included" */
  RplSlice working; /* with values: "1.60 - 1.60 * 60 / 300 = 1.28", and what
                       rounding changed; empty when the value says it all */
  RplSlice value;
} RplWorking;

typedef struct RplExplainedDefinition {
  RplSlice at;
  bool stands;            /* with this outcome and these rules */
  RplCondition condition; /* its guard; HELD without findings: none */
  const RplSlice *clauses;
  size_t clause_count;
  RplWorking *workings; /* of its (first) value, when it held */
  size_t working_count;
} RplExplainedDefinition;

typedef struct RplExplainedOutput {
  RplSlice name;
  bool stands;            /* the decision has it */
  const RplSlice *values; /* as in the decision */
  size_t value_count;
  RplSlice given_by; /* the rule that gave it; empty: its definitions */
  RplExplainedDefinition *definitions;
  size_t definition_count;
  size_t omitted;
} RplExplainedOutput;

/* A condition that the policy ensures. */
typedef struct RplExplainedEnsure {
  RplSlice text;
  RplSlice at;
  bool is_checked; /* for this decision */
  RplCondition condition;
} RplExplainedEnsure;

typedef struct RplExplanation {
  const RplDecision *decision;
  RplExplainedOutcome *outcomes;
  size_t outcome_count;
  bool is_otherwise; /* no rule held, so `otherwise` decided */
  RplSlice otherwise_at;
  RplExplainedOutput *outputs;
  size_t output_count;
  RplExplainedEnsure *ensures;
  size_t ensure_count;
  RplReading *facts; /* that the decision turns on, assumed ones too */
  size_t fact_count;
  RplReading *params; /* likewise */
  size_t param_count;
} RplExplanation;

/* Explains the last decision of its context. *explanation is borrowed: it lives
 * as long as the decision. RPL_E_MEMORY, or RPL_E_LIMIT when the memory limit
 * of the decision is reached; the decision is then as it was. */
RPL_API RPL_MUST_CHECK RplStatus
rpl_explain(const RplDecision *decision, const RplExplanation **explanation);

/* The explanation as one line of canonical JSON without a line end
 * (docs/explain.md); the decision is its first member. Fails as above. */
RPL_API RPL_MUST_CHECK RplStatus
rpl_explanation_json(const RplExplanation *explanation, RplSlice *json);

/* The explanation in plain words for an author: several lines, each ended. */
RPL_API RPL_MUST_CHECK RplStatus
rpl_explanation_text(const RplExplanation *explanation, RplSlice *text);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_EXPLAIN_H */
