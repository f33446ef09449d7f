/* SPDX-License-Identifier: Apache-2.0
 * decision.c - the accessors of a decision. See rpl/decide.h. */
#include "vm/decide.h"

RplSlice rpl_decision_outcome(const RplDecision *decision) {
  return decision->outcome;
}

RplSlice rpl_decision_amount(const RplDecision *decision) {
  return decision->amount;
}

RplSlice rpl_decision_currency(const RplDecision *decision) {
  return decision->currency;
}

RplSlice rpl_decision_deadline(const RplDecision *decision) {
  return decision->deadline;
}

size_t rpl_decision_reason_count(const RplDecision *decision) {
  return decision->reason_count;
}

const RplReason *rpl_decision_reason(const RplDecision *decision,
                                     size_t index) {
  return index < decision->reason_count ? &decision->reasons[index] : NULL;
}

size_t rpl_decision_clause_count(const RplDecision *decision) {
  return decision->clause_count;
}

RplSlice rpl_decision_clause(const RplDecision *decision, size_t index) {
  return index < decision->clause_count ? decision->clauses[index]
                                        : (RplSlice){NULL, 0};
}

size_t rpl_decision_step_count(const RplDecision *decision) {
  return decision->step_count;
}

RplStep rpl_decision_step(const RplDecision *decision, size_t index) {
  static const RplStep none = {{NULL, 0}, {NULL, 0}};
  return index < decision->step_count ? decision->steps[index] : none;
}

size_t rpl_decision_missing_count(const RplDecision *decision) {
  return decision->missing_count;
}

RplSlice rpl_decision_missing(const RplDecision *decision, size_t index) {
  return index < decision->missing_count ? decision->missing[index]
                                         : (RplSlice){NULL, 0};
}

size_t rpl_decision_rejected_count(const RplDecision *decision) {
  return decision->rejected_count;
}

RplRejectedFact rpl_decision_rejected(const RplDecision *decision,
                                      size_t index) {
  static const RplRejectedFact none = {{NULL, 0}, {NULL, 0}};
  return index < decision->rejected_count ? decision->rejected[index] : none;
}

size_t rpl_decision_output_count(const RplDecision *decision) {
  return decision->output_count;
}

const RplOutput *rpl_decision_output(const RplDecision *decision,
                                     size_t index) {
  return index < decision->output_count ? &decision->outputs[index] : NULL;
}

RplDecisionError rpl_decision_error(const RplDecision *decision) {
  return decision->error;
}
