/* SPDX-License-Identifier: Apache-2.0
 * explain_text.c - an explanation in plain words: what was decided first, then
 * why, how the amount came about, and what did not hold. */
#include "vm/explanation.h"

#include <string.h>

/* ---- small pieces -------------------------------------------------------- */

static void put(RplBuffer *buffer, const char *text) {
  rpl_buffer_text(buffer, text);
}

static void put_place(RplBuffer *buffer, RplSlice at) {
  if (!at.length)
    return;
  put(buffer, "  (");
  rpl_buffer_slice(buffer, at);
  put(buffer, ")");
}

static void put_list(RplBuffer *buffer, const RplSlice *items, size_t count,
                     const char *between) {
  for (size_t i = 0; i < count; i++) {
    put(buffer, i ? between : "");
    rpl_buffer_slice(buffer, items[i]);
  }
}

static void put_title(RplBuffer *buffer, RplSlice word) {
  for (size_t i = 0; i < word.length; i++) {
    char byte = word.data[i];
    if (i == 0 && byte >= 'a' && byte <= 'z')
      byte = (char)(byte - 'a' + 'A');
    rpl_buffer_byte(buffer, byte == '_' ? ' ' : byte);
  }
}

static void put_omitted(RplBuffer *buffer, const char *indent, size_t count) {
  if (!count)
    return;
  put(buffer, indent);
  put(buffer, "... and ");
  rpl_buffer_unsigned(buffer, count);
  put(buffer, " more\n");
}

/* ---- reasons ------------------------------------------------------------- */

static void put_reading(RplBuffer *buffer, const RplReading *reading) {
  rpl_buffer_slice(buffer, reading->name);
  put(buffer, " = ");
  rpl_buffer_slice(buffer, reading->value);
  put(buffer, reading->is_assumed ? ", assumed" : "");
}

/* ` (a = 1, b = 2; c = 3)`: what stands in the text, then the facts behind it;
 * params are listed at the end of the whole. */
static void put_readings(RplBuffer *buffer, const RplFinding *finding,
                         size_t first) {
  const char *between = " (";
  bool was_indirect = false;
  for (size_t i = first; i < finding->reading_count; i++) {
    const RplReading *reading = &finding->readings[i];
    if (reading->is_indirect && reading->kind == RPL_READING_PARAM)
      continue;
    bool turns = i > first && reading->is_indirect && !was_indirect;
    put(buffer, turns ? "; " : between);
    was_indirect = reading->is_indirect;
    put_reading(buffer, reading);
    between = ", ";
  }
  put(buffer, between[0] == ',' ? ")" : "");
}

/* The text of what is false, as one says it: `x is not none`; true where that
 * says it all. */
static bool put_negated(RplBuffer *buffer, RplSlice text) {
  static const char *const ends[] = {" is none", " is empty"};
  for (size_t i = 0; i < 2; i++) {
    RplSlice end = rpl_slice_from(ends[i]);
    if (text.length < end.length)
      continue;
    size_t before = text.length - end.length;
    if (!rpl_slice_equal((RplSlice){text.data + before, end.length}, end))
      continue;
    rpl_buffer_bytes(buffer, text.data, before);
    put(buffer, " is not");
    put(buffer, ends[i] + 3);
    return true;
  }
  rpl_buffer_slice(buffer, text);
  return false;
}

/* A fact alone says itself: `gateway_reset = true`. */
static bool is_fact_alone(const RplFinding *finding) {
  return finding->reading_count == 1 &&
         rpl_slice_equal(finding->readings[0].name, finding->text);
}

/* What stands behind `==` where one name is compared with a value: `kind ==
 * refund` is `kind = refund` when it holds, else `kind = credit, not refund`.
 */
static bool is_equality(const RplFinding *finding, RplSlice *value) {
  static const char sign[] = " == ";
  const RplReading *reading = finding->readings;
  if (!finding->reading_count || finding->verdict > RPL_TRUTH_FAILED ||
      (finding->reading_count > 1 && !reading[1].is_indirect))
    return false;
  RplSlice text = finding->text;
  size_t name = reading->name.length;
  size_t before = name + sizeof sign - 1;
  if (text.length <= before ||
      memcmp(text.data, reading->name.data, name) != 0 ||
      memcmp(text.data + name, sign, sizeof sign - 1) != 0)
    return false;
  *value = (RplSlice){text.data + before, text.length - before};
  return true;
}

static void put_equality(RplBuffer *buffer, const RplFinding *finding,
                         RplSlice value) {
  put_reading(buffer, &finding->readings[0]);
  if (finding->verdict == RPL_TRUTH_FAILED) {
    put(buffer, ", not ");
    rpl_buffer_slice(buffer, value);
  }
  put_readings(buffer, finding, 1);
}

static void put_finding(RplBuffer *buffer, const RplFinding *finding) {
  RplSlice value;
  if (is_fact_alone(finding)) {
    put_reading(buffer, &finding->readings[0]);
    return;
  }
  if (is_equality(finding, &value)) {
    put_equality(buffer, finding, value);
    return;
  }
  if (finding->verdict == RPL_TRUTH_UNDETERMINED)
    put(buffer, "it is not known whether ");
  bool says_all = finding->verdict == RPL_TRUTH_FAILED &&
                  put_negated(buffer, finding->text);
  if (finding->verdict != RPL_TRUTH_FAILED)
    rpl_buffer_slice(buffer, finding->text);
  switch (finding->verdict) {
  case RPL_TRUTH_FAILED:
    put(buffer, says_all ? "" : " is false");
    break;
  case RPL_TRUTH_ERROR:
    put(buffer, " has no value: ");
    rpl_buffer_slice(buffer, finding->error);
    put(buffer, finding->error_in.length ? " in " : "");
    rpl_buffer_slice(buffer, finding->error_in);
    break;
  default:
    break;
  }
  put_readings(buffer, finding, 0);
}

static void put_findings(RplBuffer *buffer, const char *indent,
                         const RplCondition *condition) {
  for (size_t i = 0; i < condition->finding_count; i++) {
    put(buffer, indent);
    put_finding(buffer, &condition->findings[i]);
    put(buffer, "\n");
  }
  put_omitted(buffer, indent, condition->omitted);
}

static void put_names(RplBuffer *buffer, const char *label,
                      const RplSlice *items, size_t count) {
  if (!count)
    return;
  put(buffer, label);
  put_list(buffer, items, count, ", ");
  put(buffer, "\n");
}

/* `  late  (cms/general.rpl:168)`, its text and its reasons below. */
static void put_rule(RplBuffer *buffer, const RplExplainedRule *rule) {
  put(buffer, "  ");
  rpl_buffer_slice(buffer, rule->name);
  put_place(buffer, rule->at);
  put(buffer, "\n");
  if (rule->text.length)
    put_names(buffer, "    ", &rule->text, 1);
  put_findings(buffer, "    since ", &rule->condition);
  put_names(buffer, "    waits for ", rule->condition.waits_for,
            rule->condition.waits_for_count);
  put_names(buffer, "    cites ", rule->clauses, rule->clause_count);
}

/* ---- what decided -------------------------------------------------------- */

static const char *decided_by(RplTruth verdict) {
  switch (verdict) {
  case RPL_TRUTH_HELD:
    return " holds:\n";
  case RPL_TRUTH_UNDETERMINED:
    return " cannot be decided yet:\n";
  default:
    return " cannot be decided:\n";
  }
}

static void put_rules(RplBuffer *buffer, const RplExplainedOutcome *outcome,
                      RplTruth verdict) {
  for (size_t i = 0; i < outcome->rule_count; i++)
    if (outcome->rules[i].condition.verdict == verdict)
      put_rule(buffer, &outcome->rules[i]);
}

/* Outcomes with something to say now; what failed comes at the end. */
static void put_decisive(RplBuffer *buffer, const RplExplanation *explanation) {
  for (size_t i = 0; i < explanation->outcome_count; i++) {
    const RplExplainedOutcome *outcome = &explanation->outcomes[i];
    if (outcome->verdict == RPL_TRUTH_FAILED ||
        outcome->verdict == RPL_TRUTH_NOT_REACHED)
      continue;
    put(buffer, "\n");
    rpl_buffer_slice(buffer, outcome->name);
    put(buffer, decided_by(outcome->verdict));
    put_rules(buffer, outcome, RPL_TRUTH_HELD);
    put_rules(buffer, outcome, RPL_TRUTH_UNDETERMINED);
    put_rules(buffer, outcome, RPL_TRUTH_ERROR);
  }
  if (!explanation->is_otherwise)
    return;
  put(buffer, "\nNo rule holds, so otherwise decides");
  put_place(buffer, explanation->otherwise_at);
  put(buffer, "\n");
}

/* Where rules held and the decision is open all the same, its first reason says
 * what it turns on: an output, a step, an ensure. */
static void put_open(RplBuffer *buffer, const RplExplanation *explanation) {
  const RplDecision *decision = explanation->decision;
  const RplReason *reason = rpl_decision_reason(decision, 0);
  bool holds = false;
  for (size_t i = 0; i < explanation->outcome_count; i++)
    holds |= explanation->outcomes[i].verdict == RPL_TRUTH_HELD;
  if (decision->outcome_row != UINT32_MAX || !holds || !reason)
    return;
  bool is_ensure = rpl_slice_is(reason->rule, "ensure");
  put(buffer, "\nBut ");
  if (is_ensure)
    put(buffer, "what the policy ensures");
  else
    rpl_buffer_slice(buffer, reason->rule);
  if (reason->waits_for_count) {
    put(buffer, " cannot be settled yet; it waits for ");
    put_list(buffer, reason->waits_for, reason->waits_for_count, ", ");
  } else {
    put(buffer, is_ensure ? " is not kept: " : " has an error: ");
    rpl_buffer_slice(buffer, decision->error.text);
  }
  put_place(buffer, reason->at);
  put(buffer, "\n");
}

static void put_steps(RplBuffer *buffer, const RplDecision *decision) {
  put(buffer, decision->step_count ? "\nSteps:\n" : "");
  for (size_t i = 0; i < decision->step_count; i++) {
    const RplStep *step = &decision->steps[i];
    put(buffer, "  ");
    rpl_buffer_slice(buffer, step->id);
    put(buffer, step->text.length ? ": " : "");
    rpl_buffer_slice(buffer, step->text);
    put(buffer, "\n");
  }
}

/* ---- outputs ------------------------------------------------------------- */

/* A let alone is worked out in a line of its own. */
static bool is_worked_out_below(const RplExplainedDefinition *definition,
                                size_t index) {
  for (size_t i = index + 1; i < definition->working_count; i++)
    if (rpl_slice_equal(definition->workings[i].name,
                        definition->workings[index].formula))
      return true;
  return false;
}

/* `name = formula`, then `= working` or the value. */
static void put_working(RplBuffer *buffer,
                        const RplExplainedDefinition *definition,
                        size_t index) {
  const RplWorking *working = &definition->workings[index];
  bool has_both = working->formula.length && working->working.length;
  put(buffer, "  ");
  rpl_buffer_slice(buffer, working->name);
  if (working->formula.length) {
    put(buffer, " = ");
    rpl_buffer_slice(buffer, working->formula);
  }
  if (!is_worked_out_below(definition, index)) {
    put(buffer, has_both ? "\n    = " : " = ");
    rpl_buffer_slice(buffer, working->working.length ? working->working
                                                     : working->value);
  }
  put(buffer, "\n");
}

/* A constant has no working worth a line: the headline says it. */
static void put_definition(RplBuffer *buffer,
                           const RplExplainedDefinition *definition) {
  put_findings(buffer, "  since ", &definition->condition);
  for (size_t i = 0; i < definition->working_count; i++)
    if (definition->workings[i].formula.length ||
        definition->workings[i].working.length)
      put_working(buffer, definition, i);
}

static bool is_shown(const RplExplainedDefinition *definition) {
  return definition->stands && definition->condition.verdict == RPL_TRUTH_HELD;
}

static void put_output(RplBuffer *buffer, const RplExplainedOutput *output) {
  RplSlice at = {NULL, 0};
  for (size_t i = output->definition_count; i-- > 0;)
    if (is_shown(&output->definitions[i]))
      at = output->definitions[i].at;
  put(buffer, "\n");
  rpl_buffer_slice(buffer, output->name);
  put(buffer, ": ");
  put_list(buffer, output->values, output->value_count, ", else ");
  if (output->given_by.length) {
    put(buffer, "  (given by ");
    rpl_buffer_slice(buffer, output->given_by);
    put(buffer, ")\n");
    return;
  }
  put_place(buffer, at);
  put(buffer, "\n");
  for (size_t i = 0; i < output->definition_count; i++)
    if (is_shown(&output->definitions[i]))
      put_definition(buffer, &output->definitions[i]);
}

static void put_outputs(RplBuffer *buffer, const RplExplanation *explanation) {
  for (size_t i = 0; i < explanation->output_count; i++)
    if (explanation->outputs[i].stands)
      put_output(buffer, &explanation->outputs[i]);
}

/* ---- what did not hold --------------------------------------------------- */

static void put_failed(RplBuffer *buffer, const RplExplanation *explanation) {
  bool is_first = true;
  for (size_t i = 0; i < explanation->outcome_count; i++) {
    const RplExplainedOutcome *outcome = &explanation->outcomes[i];
    size_t failed = 0;
    for (size_t j = 0; j < outcome->rule_count; j++)
      failed += outcome->rules[j].condition.verdict == RPL_TRUTH_FAILED;
    if (!failed)
      continue;
    put(buffer, is_first ? "\nWhat does not hold:\n" : "");
    is_first = false;
    for (size_t j = 0; j < outcome->rule_count; j++) {
      const RplExplainedRule *rule = &outcome->rules[j];
      if (rule->condition.verdict != RPL_TRUTH_FAILED)
        continue;
      put(buffer, "  ");
      rpl_buffer_slice(buffer, outcome->name);
      put(buffer, " ");
      rpl_buffer_slice(buffer, rule->name);
      put_place(buffer, rule->at);
      put(buffer, "\n");
      put_findings(buffer, "    since ", &rule->condition);
    }
    put_omitted(buffer, "  ", outcome->omitted);
  }
}

static void put_unreached(RplBuffer *buffer,
                          const RplExplanation *explanation) {
  bool is_first = true;
  for (size_t i = 0; i < explanation->outcome_count; i++) {
    if (explanation->outcomes[i].verdict != RPL_TRUTH_NOT_REACHED)
      continue;
    put(buffer, is_first ? "\nNot reached: " : ", ");
    is_first = false;
    rpl_buffer_slice(buffer, explanation->outcomes[i].name);
  }
  put(buffer, is_first ? "" : "\n");
}

/* Those that were checked; where one decided the decision is open, and then
 * those that are false. */
static bool is_told(const RplExplanation *explanation,
                    const RplExplainedEnsure *ensure) {
  return ensure->is_checked ||
         (ensure->condition.verdict == RPL_TRUTH_FAILED &&
          rpl_slice_is(explanation->decision->error.code, "ensure_failed"));
}

static void put_ensures(RplBuffer *buffer, const RplExplanation *explanation) {
  bool is_first = true;
  for (size_t i = 0; i < explanation->ensure_count; i++) {
    const RplExplainedEnsure *ensure = &explanation->ensures[i];
    if (!is_told(explanation, ensure))
      continue;
    put(buffer, is_first ? "\nEnsured:\n" : "");
    is_first = false;
    put(buffer,
        ensure->condition.verdict == RPL_TRUTH_HELD ? "  kept" : "  not kept");
    put(buffer, ensure->text.length ? ": " : "");
    rpl_buffer_slice(buffer, ensure->text);
    put_place(buffer, ensure->at);
    put(buffer, "\n");
    put_findings(buffer, "    since ", &ensure->condition);
  }
}

/* ---- facts and params ---------------------------------------------------- */

static void put_assumed(RplBuffer *buffer, const RplExplanation *explanation) {
  bool is_first = true;
  for (size_t i = 0; i < explanation->fact_count; i++) {
    const RplReading *fact = &explanation->facts[i];
    if (!fact->is_assumed)
      continue;
    put(buffer, is_first ? "\nAssumed: " : ", ");
    is_first = false;
    rpl_buffer_slice(buffer, fact->name);
    put(buffer, " = ");
    rpl_buffer_slice(buffer, fact->value);
  }
  put(buffer, is_first ? "" : "\n");
}

static void put_params(RplBuffer *buffer, const RplExplanation *explanation) {
  for (size_t i = 0; i < explanation->param_count; i++) {
    put(buffer, i ? ", " : "Params:  ");
    put_reading(buffer, &explanation->params[i]);
  }
  put(buffer, explanation->param_count ? "\n" : "");
}

static void put_rejected(RplBuffer *buffer, const RplDecision *decision) {
  for (size_t i = 0; i < decision->rejected_count; i++) {
    put(buffer, "Not counted: ");
    rpl_buffer_slice(buffer, decision->rejected[i].fact);
    put(buffer, " (");
    rpl_buffer_slice(buffer, decision->rejected[i].text);
    put(buffer, ")\n");
  }
}

/* ---- the whole ----------------------------------------------------------- */

static void put_headline(RplBuffer *buffer, const RplDecision *decision) {
  put_title(buffer, decision->outcome);
  if (decision->amount.length) {
    put(buffer, ": ");
    rpl_buffer_slice(buffer, decision->currency);
    put(buffer, " ");
    rpl_buffer_slice(buffer, decision->amount);
  }
  put(buffer, "\n");
  put_names(buffer, "Missing: ", decision->missing, decision->missing_count);
  if (decision->error.code.length)
    put_names(buffer, "Error: ", &decision->error.text, 1);
}

RplStatus rpl_explanation_text(const RplExplanation *explanation,
                               RplSlice *text) {
  RplBuffer buffer;
  RplContext *context = explanation->decision->context;
  rpl_context_buffer(context, &buffer);
  put_headline(&buffer, explanation->decision);
  put_rejected(&buffer, explanation->decision);
  put_decisive(&buffer, explanation);
  put_open(&buffer, explanation);
  put_steps(&buffer, explanation->decision);
  put_outputs(&buffer, explanation);
  put_ensures(&buffer, explanation);
  put_failed(&buffer, explanation);
  put_unreached(&buffer, explanation);
  put_assumed(&buffer, explanation);
  put_params(&buffer, explanation);
  return rpl_context_keep(context, &buffer, text);
}
