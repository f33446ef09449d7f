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

RplStatus rpl_decision_output_find(const RplDecision *decision, RplSlice name,
                                   size_t *index) {
  for (size_t i = 0; i < decision->output_count; i++) {
    if (!rpl_slice_equal(decision->outputs[i].name, name))
      continue;
    *index = i;
    return RPL_OK;
  }
  return RPL_E_NOT_FOUND;
}

static RplStatus minor_units(const RplValue *money, int64_t *minor) {
  int digits = rpl_currency_digits(money->currency);
  bool fits = digits >= 0 &&
              rpl_number_to_scaled(money->as.number, (unsigned)digits, minor);
  return fits ? RPL_OK : RPL_E_LIMIT;
}

static RplStatus integer_of(const RplValue *value, int64_t *integer) {
  switch ((RplKind)value->kind) {
  case RPL_KIND_MONEY:
    return minor_units(value, integer);
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    return rpl_number_to_int64(value->as.number, integer) ? RPL_OK
                                                          : RPL_E_LIMIT;
  case RPL_KIND_BOOLEAN:
  case RPL_KIND_DATE:
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
  case RPL_KIND_PERIOD:
    *integer = value->as.integer;
    return RPL_OK;
  default:
    return RPL_E_LIMIT;
  }
}

RplStatus rpl_decision_output_integer(const RplDecision *decision,
                                      size_t output, size_t value,
                                      int64_t *integer) {
  if (output >= decision->output_count ||
      value >= decision->outputs[output].value_count)
    return RPL_E_NOT_FOUND;
  return integer_of(&decision->output_values[output][value], integer);
}

/* The first output that stands with that flag. */
static RplStatus flagged(const RplDecision *decision, uint32_t flag,
                         int64_t *integer) {
  const RplOutputRecord *rows = rpl_outputs(&decision->context->image->tables);
  for (size_t i = 0; i < decision->output_count; i++)
    if (rows[decision->output_rows[i]].flags & flag)
      return integer_of(&decision->output_values[i][0], integer);
  return RPL_E_NOT_FOUND;
}

RplStatus rpl_decision_amount_minor(const RplDecision *decision,
                                    int64_t *minor) {
  return flagged(decision, RPL_OUTPUT_AMOUNT, minor);
}

RplStatus rpl_decision_deadline_microseconds(const RplDecision *decision,
                                             int64_t *microseconds) {
  return flagged(decision, RPL_OUTPUT_DEADLINE, microseconds);
}

RplDecisionError rpl_decision_error(const RplDecision *decision) {
  return decision->error;
}
