/* SPDX-License-Identifier: Apache-2.0
 * explain_json.c - an explanation as canonical JSON (docs/explain.md). The
 * order of keys is fixed; what is empty or false is left out. */
#include "vm/explanation.h"

/* ---- small pieces -------------------------------------------------------- */

/* A comma unless it is the first of its object or array. */
static void next(RplBuffer *buffer) {
  char last = buffer->length ? buffer->data[buffer->length - 1] : '{';
  if (last != '{' && last != '[')
    rpl_buffer_byte(buffer, ',');
}

static void key(RplBuffer *buffer, const char *name) {
  next(buffer);
  rpl_json_write_string(buffer, rpl_slice_from(name));
  rpl_buffer_byte(buffer, ':');
}

static void text_member(RplBuffer *buffer, const char *name, RplSlice text) {
  if (!text.length)
    return;
  key(buffer, name);
  rpl_json_write_string(buffer, text);
}

static void flag_member(RplBuffer *buffer, const char *name, bool is_set) {
  if (!is_set)
    return;
  key(buffer, name);
  rpl_buffer_text(buffer, "true");
}

static void count_member(RplBuffer *buffer, const char *name, size_t count) {
  if (!count)
    return;
  key(buffer, name);
  rpl_buffer_unsigned(buffer, count);
}

static void strings_member(RplBuffer *buffer, const char *name,
                           const RplSlice *items, size_t count) {
  if (!count)
    return;
  key(buffer, name);
  rpl_buffer_byte(buffer, '[');
  for (size_t i = 0; i < count; i++) {
    next(buffer);
    rpl_json_write_string(buffer, items[i]);
  }
  rpl_buffer_byte(buffer, ']');
}

static void open_array(RplBuffer *buffer, const char *name) {
  key(buffer, name);
  rpl_buffer_byte(buffer, '[');
}

static void open_object(RplBuffer *buffer) {
  next(buffer);
  rpl_buffer_byte(buffer, '{');
}

/* ---- conditions ---------------------------------------------------------- */

static const char *kind_name(RplReadingKind kind) {
  switch (kind) {
  case RPL_READING_FACT:
    return "fact";
  case RPL_READING_PARAM:
    return "param";
  default:
    return "let";
  }
}

static void write_reading(RplBuffer *buffer, const RplReading *reading) {
  open_object(buffer);
  text_member(buffer, kind_name(reading->kind), reading->name);
  key(buffer, "value");
  rpl_json_write_string(buffer, reading->value);
  flag_member(buffer, "assumed", reading->is_assumed);
  flag_member(buffer, "indirect", reading->is_indirect);
  rpl_buffer_byte(buffer, '}');
}

static void readings_member(RplBuffer *buffer, const char *name,
                            const RplReading *readings, size_t count) {
  if (!count)
    return;
  open_array(buffer, name);
  for (size_t i = 0; i < count; i++)
    write_reading(buffer, &readings[i]);
  rpl_buffer_byte(buffer, ']');
}

static void verdict_member(RplBuffer *buffer, RplTruth verdict) {
  text_member(buffer, "verdict", rpl_slice_from(rpl_truth_name(verdict)));
}

static void write_finding(RplBuffer *buffer, const RplFinding *finding) {
  open_object(buffer);
  text_member(buffer, "condition", finding->text);
  verdict_member(buffer, finding->verdict);
  text_member(buffer, "error", finding->error);
  text_member(buffer, "error_in", finding->error_in);
  readings_member(buffer, "reads", finding->readings, finding->reading_count);
  rpl_buffer_byte(buffer, '}');
}

static void condition_members(RplBuffer *buffer,
                              const RplCondition *condition) {
  verdict_member(buffer, condition->verdict);
  if (condition->finding_count) {
    open_array(buffer, "because");
    for (size_t i = 0; i < condition->finding_count; i++)
      write_finding(buffer, &condition->findings[i]);
    rpl_buffer_byte(buffer, ']');
  }
  count_member(buffer, "omitted", condition->omitted);
  strings_member(buffer, "waits_for", condition->waits_for,
                 condition->waits_for_count);
}

/* ---- outcomes ------------------------------------------------------------ */

static void write_rule(RplBuffer *buffer, const RplExplainedRule *rule) {
  open_object(buffer);
  text_member(buffer, "rule", rule->name);
  condition_members(buffer, &rule->condition);
  text_member(buffer, "text", rule->text);
  strings_member(buffer, "clauses", rule->clauses, rule->clause_count);
  text_member(buffer, "at", rule->at);
  rpl_buffer_byte(buffer, '}');
}

static void write_outcome(RplBuffer *buffer,
                          const RplExplainedOutcome *outcome) {
  open_object(buffer);
  text_member(buffer, "outcome", outcome->name);
  text_member(buffer, "reported", outcome->reported);
  verdict_member(buffer, outcome->verdict);
  open_array(buffer, "rules");
  for (size_t i = 0; i < outcome->rule_count; i++)
    write_rule(buffer, &outcome->rules[i]);
  rpl_buffer_byte(buffer, ']');
  count_member(buffer, "omitted", outcome->omitted);
  rpl_buffer_byte(buffer, '}');
}

static void outcomes(RplBuffer *buffer, const RplExplanation *explanation) {
  open_array(buffer, "outcomes");
  for (size_t i = 0; i < explanation->outcome_count; i++)
    write_outcome(buffer, &explanation->outcomes[i]);
  rpl_buffer_byte(buffer, ']');
  if (!explanation->is_otherwise)
    return;
  key(buffer, "otherwise");
  rpl_buffer_byte(buffer, '{');
  verdict_member(buffer, RPL_TRUTH_HELD);
  text_member(buffer, "at", explanation->otherwise_at);
  rpl_buffer_byte(buffer, '}');
}

/* ---- outputs and the rest ------------------------------------------------ */

static void write_working(RplBuffer *buffer, const RplWorking *working) {
  open_object(buffer);
  text_member(buffer, "name", working->name);
  text_member(buffer, "formula", working->formula);
  text_member(buffer, "working", working->working);
  key(buffer, "value");
  rpl_json_write_string(buffer, working->value);
  rpl_buffer_byte(buffer, '}');
}

static void write_definition(RplBuffer *buffer,
                             const RplExplainedDefinition *definition) {
  open_object(buffer);
  condition_members(buffer, &definition->condition);
  if (definition->working_count) {
    open_array(buffer, "working");
    for (size_t i = 0; i < definition->working_count; i++)
      write_working(buffer, &definition->workings[i]);
    rpl_buffer_byte(buffer, ']');
  }
  strings_member(buffer, "clauses", definition->clauses,
                 definition->clause_count);
  text_member(buffer, "at", definition->at);
  rpl_buffer_byte(buffer, '}');
}

static void write_output(RplBuffer *buffer, const RplExplainedOutput *output) {
  open_object(buffer);
  text_member(buffer, "output", output->name);
  flag_member(buffer, "stands", output->stands);
  strings_member(buffer, "values", output->values, output->value_count);
  text_member(buffer, "given_by", output->given_by);
  open_array(buffer, "definitions");
  for (size_t i = 0; i < output->definition_count; i++)
    write_definition(buffer, &output->definitions[i]);
  rpl_buffer_byte(buffer, ']');
  count_member(buffer, "omitted", output->omitted);
  rpl_buffer_byte(buffer, '}');
}

static void outputs(RplBuffer *buffer, const RplExplanation *explanation) {
  if (!explanation->output_count)
    return;
  open_array(buffer, "outputs");
  for (size_t i = 0; i < explanation->output_count; i++)
    write_output(buffer, &explanation->outputs[i]);
  rpl_buffer_byte(buffer, ']');
}

static void ensures(RplBuffer *buffer, const RplExplanation *explanation) {
  if (!explanation->ensure_count)
    return;
  open_array(buffer, "ensures");
  for (size_t i = 0; i < explanation->ensure_count; i++) {
    const RplExplainedEnsure *ensure = &explanation->ensures[i];
    open_object(buffer);
    text_member(buffer, "text", ensure->text);
    flag_member(buffer, "checked", ensure->is_checked);
    condition_members(buffer, &ensure->condition);
    text_member(buffer, "at", ensure->at);
    rpl_buffer_byte(buffer, '}');
  }
  rpl_buffer_byte(buffer, ']');
}

RplStatus rpl_explanation_json(const RplExplanation *explanation,
                               RplSlice *json) {
  RplBuffer buffer;
  RplSlice decision;
  RplContext *context = explanation->decision->context;
  RplStatus status = rpl_decision_json(explanation->decision, 0, &decision);
  if (status)
    return status;
  rpl_context_buffer(context, &buffer);
  rpl_buffer_byte(&buffer, '{');
  key(&buffer, "decision");
  rpl_buffer_slice(&buffer, decision);
  outcomes(&buffer, explanation);
  outputs(&buffer, explanation);
  ensures(&buffer, explanation);
  readings_member(&buffer, "facts", explanation->facts,
                  explanation->fact_count);
  readings_member(&buffer, "params", explanation->params,
                  explanation->param_count);
  rpl_buffer_byte(&buffer, '}');
  return rpl_context_keep(context, &buffer, json);
}
