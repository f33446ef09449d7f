/* SPDX-License-Identifier: Apache-2.0
 *
 * decide.h - the decision procedure: from the values of a run to one decision.
 * decide.c finds the outcome, its reasons, steps and what is missing;
 * decide_outputs.c the outputs and what the policy ensures; decide_parts.c the
 * lists and texts that both fill. What a decision looks like is in
 * decision_json.c and decision_text.c.
 *
 * INVARIANT: everything of a decision lies in its context's arena or in the
 * program; a text is either complete or the decision failed.
 */
#ifndef RPL_VM_DECIDE_H
#define RPL_VM_DECIDE_H

#include "rpl/decide.h"
#include "vm/context.h"

struct RplDecision {
  RplContext *context;
  RplSlice outcome;
  RplSlice amount;
  RplSlice currency;
  RplSlice deadline;
  RplReason *reasons;
  size_t reason_count, reason_capacity;
  RplSlice *clauses;
  size_t clause_count;
  RplStep *steps;
  size_t step_count;
  RplSlice *missing;
  size_t missing_count, missing_capacity;
  RplRejectedFact *rejected;
  size_t rejected_count, rejected_capacity;
  RplOutput *outputs;
  uint32_t *output_rows;    /* of each output, in the OUTPUTS section */
  RplValue **output_values; /* of each output, as many as it has texts */
  size_t output_count;
  RplDecisionError error;
  uint32_t amount_operand; /* 0: no amount */
  uint32_t outcome_row;    /* UINT32_MAX: undetermined */
  uint32_t reached_row;    /* the highest outcome that holds or is open; else
                              how many there are */
  bool is_otherwise;       /* nothing held */
  bool is_failed;          /* undetermined: errors alone are the cause */
  RplKind deadline_kind;   /* of its value; NOTHING: no deadline */
  struct RplGive *gives;   /* by output; NULL when undetermined */
};

/* What rules give to one output. */
typedef struct RplGive {
  uint32_t operand; /* 0: nothing */
  uint32_t rule;    /* row of the rule that gave it */
  RplValue value;   /* all that was given, joined */
} RplGive;

/* A hole in a text, which context->has_holes asks for in place of a value: this
 * byte, which no text of such a program has, a letter, and the operand in hex
 * digits (vm/answer.h). */
#define RPL_HOLE_BYTE        '\x01'
#define RPL_HOLE_IN_WORDS    'w' /* as rpl_value_write_text */
#define RPL_HOLE_IN_OUTPUT   'v' /* as rpl_value_write_plain, bare money */
#define RPL_HOLE_IN_CURRENCY 'c' /* the code of the decision's currency */
#define RPL_HOLE_DIGITS      8

/* A decision in the making. */
typedef struct RplDeciding {
  RplContext *context;
  const RplTables *tables;
  RplDecision *decision;
  uint32_t outcome; /* row of the outcome, UINT32_MAX: undetermined */
  bool is_otherwise;
  uint32_t *clause_rows; /* strings: clauses in the order met, with repeats */
  size_t clause_count, clause_capacity;
  uint32_t *step_rows; /* steps in the order met, with repeats */
  size_t step_count, step_capacity;
  RplGive *gives;       /* by output: what the reasons give */
  RplCurrency currency; /* of amounts that have none */
  RplCurrency money;    /* of the decision's amounts, once one is known */
} RplDeciding;

/* Something that a decision turns on and that is UNKNOWN or in ERROR. */
typedef struct RplPending {
  RplSlice name;
  RplValue value;   /* its state; in ERROR its code */
  uint32_t clauses; /* LIST of strings */
  uint32_t clauses_count;
  uint32_t place; /* PLACE0 */
  uint32_t reach; /* outputs that had been looked at, this one among them */
  bool is_failed_ensure;
  uint32_t text; /* TEXT0, of a failed ensure */
} RplPending;

/* ---- decide_parts.c: RPL_OK, or the status of rpl_context_short ---- */

/* The text of a TEXT0 reference with its values filled in; empty for 0. */
RPL_MUST_CHECK RplStatus rpl_decide_words(RplContext *context, uint32_t text0,
                                          RplSlice *words);

/* Writes a hole for the value of an operand. */
void rpl_decide_hole(RplBuffer *buffer, char letter, uint32_t operand);

/* "cms/ssl.rpl:48" for a PLACE0 reference; empty for 0. */
RPL_MUST_CHECK RplStatus rpl_decide_place(RplContext *context, uint32_t place0,
                                          RplSlice *at);

/* Notes the clauses of a LIST, for the decision's own list. */
RPL_MUST_CHECK RplStatus rpl_decide_cite(RplDeciding *deciding, uint32_t first,
                                         uint32_t count);

/* Adds a name to what is missing, unless it is there; string_seen must have
 * been cleared before the first. */
RPL_MUST_CHECK RplStatus rpl_decide_miss(RplDeciding *deciding,
                                         uint32_t string);

/* Adds a reason with room for `clause_count` clauses, which the caller fills
 * through *clauses. */
RPL_MUST_CHECK RplStatus rpl_decide_reason(RplDeciding *deciding, RplSlice rule,
                                           uint32_t place0, size_t clause_count,
                                           RplReason **reason,
                                           RplSlice **clauses);

/* Copies the strings of a LIST to an array. */
void rpl_decide_strings(const RplTables *tables, uint32_t first, uint32_t count,
                        RplSlice *out);

/* Reports an error value, unless the decision has one already. */
RPL_MUST_CHECK RplStatus rpl_decide_error(RplDeciding *deciding,
                                          RplErrorCode code, RplSlice text,
                                          uint32_t place0);

/* Makes the decision's clauses, steps and rejected facts of what was noted. */
RPL_MUST_CHECK RplStatus rpl_decide_close(RplDeciding *deciding);

/* ---- decide_errors.c ---- */

/* The definition of an output through which an operand that is in ERROR came to
 * be so, the innermost one; NULL where there is none. Linear in the program. */
const RplDefinitionRecord *rpl_decide_blame(const RplDeciding *deciding,
                                            uint32_t operand);

/* ---- decide_outputs.c ---- */

/* Whether a definition stands with the outcome and the reasons. */
bool rpl_decide_stands(const RplDeciding *deciding,
                       const RplDefinitionRecord *definition);

/* Whether a condition is checked: an output that it reads stands, or it reads
 * none. The decision is not undetermined. */
bool rpl_decide_checks(const RplDeciding *deciding,
                       const RplEnsureRecord *ensure);

/* Decides the outputs that stand with deciding->outcome and checks what the
 * policy ensures. *is_pending: the decision turns on *pending instead, whose
 * causes are in context->causes. */
RPL_MUST_CHECK RplStatus rpl_decide_outputs(RplDeciding *deciding,
                                            bool *is_pending,
                                            RplPending *pending);

#endif /* RPL_VM_DECIDE_H */
