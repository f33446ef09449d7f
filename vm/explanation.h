/* SPDX-License-Identifier: Apache-2.0
 *
 * explanation.h - making an RplExplanation (rpl/explain.h): explain_why.c finds
 * the reasons of a condition, explain_make.c puts the whole together, and
 * explain_json.c and explain_text.c print it. Formulas are vm/explain.h's.
 *
 * INVARIANT: work is bounded by the limits of rpl/explain.h and by
 * RPL_EXPLAIN_MAX_VISITS; all memory is the decision's arena. Values are those
 * of the last run; nothing is evaluated again.
 */
#ifndef RPL_VM_EXPLANATION_H
#define RPL_VM_EXPLANATION_H

#include "rpl/explain.h"
#include "vm/decide.h"
#include "vm/explain.h"

/* LIMIT: values looked at in one explanation; what is left is not explained. */
#define RPL_EXPLAIN_MAX_VISITS UINT64_C(16000000)

/* An explanation in the making. */
typedef struct RplExplainer {
  RplContext *context;
  const RplTables *tables;
  RplExplanation *made;
  RplDeciding deciding; /* the decision as its procedure left it */
  RplDecision decision; /* a copy, for `deciding` */
  uint32_t *stack;      /* operands still to look at; three an instruction */
  uint32_t *seen;       /* by instruction: the last walk that was there */
  uint32_t walk;
  uint64_t visits_left;
  uint64_t *turned;  /* a bit a slot: the decision turns on it */
  uint32_t *assumed; /* by slot: the operand that assumes its value; or 0 */
  size_t rules_left;
  size_t definitions_left;
} RplExplainer;

/* Takes the memory that walks need. */
RPL_MUST_CHECK RplStatus rpl_why_begin(RplExplainer *explainer);

/* Why a condition is as it is; notes the facts that it turns on. */
RPL_MUST_CHECK RplStatus rpl_why(RplExplainer *explainer, uint32_t operand,
                                 RplCondition *condition);

/* Notes the facts that a value turns on. */
void rpl_why_turns(RplExplainer *explainer, uint32_t operand);

/* The lets and facts that a value reads by name, at most `room`, each once. */
uint32_t rpl_why_names(RplExplainer *explainer, uint32_t operand,
                       uint32_t *operands, uint32_t room);

/* A slot as a reading. */
RPL_MUST_CHECK RplStatus rpl_why_slot(const RplExplainer *explainer,
                                      uint32_t slot, RplReading *reading);

/* The verdict of a condition's value. */
RplTruth rpl_why_verdict(const RplValue *value);

#endif /* RPL_VM_EXPLANATION_H */
