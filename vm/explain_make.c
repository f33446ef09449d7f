/* SPDX-License-Identifier: Apache-2.0
 * explain_make.c - an explanation of a decision, put together. See
 * explanation.h. */
#include "vm/explanation.h"

#include <string.h>

static void *array(const RplExplainer *explainer, size_t count, size_t bytes) {
  return rpl_arena_array(&explainer->context->arena, count, bytes);
}

static RplStatus memory_short(const RplExplainer *explainer) {
  return rpl_context_short(explainer->context);
}

static const RplValue *value_of(const RplExplainer *explainer,
                                uint32_t operand) {
  return rpl_careful_value(&explainer->context->careful, operand);
}

static RplStatus clauses(const RplExplainer *explainer, uint32_t first,
                         uint32_t count, const RplSlice **out,
                         size_t *out_count) {
  RplSlice *made = array(explainer, count, sizeof *made);
  if (!made)
    return memory_short(explainer);
  rpl_decide_strings(explainer->tables, first, count, made);
  *out = made;
  *out_count = count;
  return RPL_OK;
}

/* ---- rules and outcomes -------------------------------------------------- */

static bool is_reached(const RplExplainer *explainer, uint32_t outcome) {
  return outcome <= explainer->made->decision->reached_row;
}

static RplStatus explain_rule(RplExplainer *explainer,
                              const RplRuleRecord *rule,
                              RplExplainedRule *made) {
  made->name = rpl_string(explainer->tables, rule->name);
  RplStatus status =
      rpl_decide_place(explainer->context, rule->place, &made->at);
  if (status == RPL_OK)
    status = clauses(explainer, rule->clauses, rule->clauses_count,
                     &made->clauses, &made->clause_count);
  made->condition.verdict = RPL_TRUTH_NOT_REACHED;
  if (status || !is_reached(explainer, rule->outcome))
    return status;
  status = rpl_why(explainer, rule->condition, &made->condition);
  if (status == RPL_OK && made->condition.verdict == RPL_TRUTH_HELD)
    status = rpl_decide_words(explainer->context, rule->text, &made->text);
  return status;
}

/* The worst that decides: one that holds, else one that is open. */
static void join_verdict(RplExplainedOutcome *outcome, RplTruth verdict) {
  static const uint8_t rank[] = {[RPL_TRUTH_HELD] = 4,
                                 [RPL_TRUTH_UNDETERMINED] = 3,
                                 [RPL_TRUTH_ERROR] = 2,
                                 [RPL_TRUTH_FAILED] = 1,
                                 [RPL_TRUTH_NOT_REACHED] = 0};
  if (rank[verdict] > rank[outcome->verdict])
    outcome->verdict = verdict;
}

/* How many rules each outcome has. */
static uint32_t *count_rules(const RplExplainer *explainer) {
  const RplRuleRecord *rules = rpl_rules(explainer->tables);
  uint32_t count = rpl_rules_count(explainer->tables);
  uint32_t *counts =
      array(explainer, rpl_outcomes_count(explainer->tables), sizeof *counts);
  for (uint32_t i = 0; counts && i < count; i++)
    counts[rules[i].outcome]++;
  return counts;
}

static RplStatus begin_outcome(RplExplainer *explainer, uint32_t row,
                               uint32_t rules, RplExplainedOutcome *made) {
  const RplOutcomeRecord *record = &rpl_outcomes(explainer->tables)[row];
  size_t room = rules < explainer->rules_left ? rules : explainer->rules_left;
  made->name = rpl_string(explainer->tables, record->name);
  made->reported = rpl_string(explainer->tables, record->reported);
  made->verdict = RPL_TRUTH_NOT_REACHED;
  made->omitted = rules - room;
  explainer->rules_left -= room;
  made->rules = array(explainer, room, sizeof *made->rules);
  return made->rules ? RPL_OK : memory_short(explainer);
}

/* Rules go to their outcomes in source order; one that finds no room was
 * counted as left out, but its verdict counts. */
static RplStatus explain_rules(RplExplainer *explainer, const uint32_t *places,
                               const uint32_t *counts) {
  const RplRuleRecord *rules = rpl_rules(explainer->tables);
  uint32_t count = rpl_rules_count(explainer->tables);
  for (uint32_t i = 0; i < count; i++) {
    RplExplainedOutcome *outcome =
        &explainer->made->outcomes[places[rules[i].outcome]];
    if (is_reached(explainer, rules[i].outcome))
      join_verdict(outcome,
                   rpl_why_verdict(value_of(explainer, rules[i].condition)));
    if (outcome->rule_count + outcome->omitted == counts[rules[i].outcome])
      continue;
    RplStatus status = explain_rule(explainer, &rules[i],
                                    &outcome->rules[outcome->rule_count]);
    if (status)
      return status;
    outcome->rule_count++;
  }
  return RPL_OK;
}

static RplStatus explain_outcomes(RplExplainer *explainer) {
  RplExplanation *made = explainer->made;
  uint32_t count = rpl_outcomes_count(explainer->tables);
  uint32_t *counts = count_rules(explainer);
  uint32_t *places = array(explainer, count, sizeof *places);
  made->outcomes = array(explainer, count, sizeof *made->outcomes);
  if (!counts || !places || !made->outcomes)
    return memory_short(explainer);
  for (uint32_t row = 0; row < count; row++) {
    if (!counts[row])
      continue;
    places[row] = (uint32_t)made->outcome_count;
    RplStatus status = begin_outcome(explainer, row, counts[row],
                                     &made->outcomes[made->outcome_count++]);
    if (status)
      return status;
  }
  return explain_rules(explainer, places, counts);
}

/* ---- workings ------------------------------------------------------------ */

static RplStatus write_names(const RplExplainer *explainer, uint32_t operand,
                             RplSlice *text) {
  RplBuffer buffer;
  rpl_context_buffer(explainer->context, &buffer);
  rpl_explain_names(explainer->context, operand, &buffer);
  return rpl_context_keep(explainer->context, &buffer, text);
}

/* A value that was made by no operation has no working. */
static RplStatus write_working(const RplExplainer *explainer, uint32_t operand,
                               RplSlice *text) {
  RplBuffer buffer;
  uint32_t source = rpl_explain_source(explainer->context, operand);
  if (RPL_OPERAND_SPACE(source) != RPL_SPACE_TEMP ||
      value_of(explainer, operand)->state != RPL_STATE_KNOWN)
    return RPL_OK;
  rpl_context_buffer(explainer->context, &buffer);
  rpl_explain_working(explainer->context, operand, &buffer);
  return rpl_context_keep(explainer->context, &buffer, text);
}

/* A formula that is the value alone, a text with its quotes, says nothing new.
 */
static bool is_value_alone(const RplWorking *made) {
  RplSlice inner = made->formula;
  if (rpl_slice_equal(inner, made->value))
    return true;
  if (inner.length < 2 || inner.data[0] != '"')
    return false;
  return rpl_slice_equal((RplSlice){inner.data + 1, inner.length - 2},
                         made->value);
}

static RplStatus make_working(const RplExplainer *explainer, uint32_t operand,
                              RplSlice name, RplWorking *made) {
  RplBuffer buffer;
  made->name = name;
  rpl_context_buffer(explainer->context, &buffer);
  rpl_explain_value(explainer->context, value_of(explainer, operand),
                    RPL_MONEY_FULL, &buffer);
  RplStatus status =
      rpl_context_keep(explainer->context, &buffer, &made->value);
  if (status == RPL_OK)
    status = write_names(explainer, operand, &made->formula);
  if (status == RPL_OK)
    status = write_working(explainer, operand, &made->working);
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_CONSTANT || is_value_alone(made))
    made->formula = (RplSlice){NULL, 0};
  return status;
}

/* A let whose value is of interest: conditions are explained elsewhere. */
static bool is_worked_out(const RplExplainer *explainer, uint32_t operand) {
  const RplValue *value = value_of(explainer, operand);
  RplSlice name;
  return RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP &&
         rpl_explain_name(explainer->tables, operand, &name) &&
         !(value->state == RPL_STATE_KNOWN && value->kind == RPL_KIND_BOOLEAN);
}

/* Adds the lets that `operand` reads to the list of those to work out. */
static uint32_t add_lets(RplExplainer *explainer, uint32_t operand,
                         uint32_t *list, uint32_t count) {
  uint32_t names[RPL_MAX_EXPLAINED_WORKINGS];
  uint32_t found =
      rpl_why_names(explainer, operand, names, RPL_MAX_EXPLAINED_WORKINGS);
  for (uint32_t i = 0; i < found; i++) {
    uint32_t at = 0;
    while (at < count && list[at] != names[i])
      at++;
    if (at == count && count < RPL_MAX_EXPLAINED_WORKINGS &&
        is_worked_out(explainer, names[i]))
      list[count++] = names[i];
  }
  return count;
}

/* The value itself, then the lets in it, then the lets in those. */
static RplStatus work_out(RplExplainer *explainer, uint32_t operand,
                          RplSlice name, RplExplainedDefinition *made) {
  uint32_t list[RPL_MAX_EXPLAINED_WORKINGS];
  uint32_t count = 1;
  list[0] = operand;
  made->workings =
      array(explainer, RPL_MAX_EXPLAINED_WORKINGS, sizeof *made->workings);
  if (!made->workings)
    return memory_short(explainer);
  for (uint32_t i = 0; i < count; i++) {
    if (i)
      (void)rpl_explain_name(explainer->tables, list[i], &name);
    RplStatus status =
        make_working(explainer, list[i], name, &made->workings[i]);
    if (status)
      return status;
    made->working_count++;
    count = add_lets(explainer, list[i], list, count);
  }
  return RPL_OK;
}

/* ---- outputs ------------------------------------------------------------- */

static RplStatus explain_values(RplExplainer *explainer,
                                const RplDefinitionRecord *record,
                                RplSlice name, RplExplainedDefinition *made) {
  const RplListRecord *values = rpl_lists(explainer->tables) + record->values;
  if (!made->stands || made->condition.verdict != RPL_TRUTH_HELD)
    return RPL_OK;
  for (uint32_t i = 0; i < record->values_count; i++)
    rpl_why_turns(explainer, values[i].item);
  return work_out(explainer, values[0].item, name, made);
}

static RplStatus explain_definition(RplExplainer *explainer,
                                    const RplDefinitionRecord *record,
                                    RplSlice name,
                                    RplExplainedDefinition *made) {
  RplStatus status =
      rpl_decide_place(explainer->context, record->place, &made->at);
  if (status == RPL_OK)
    status = clauses(explainer, record->clauses, record->clauses_count,
                     &made->clauses, &made->clause_count);
  made->stands = rpl_decide_stands(&explainer->deciding, record);
  if (!made->stands)
    made->condition.verdict = RPL_TRUTH_NOT_REACHED;
  if (status == RPL_OK && made->stands && record->guard)
    status = rpl_why(explainer, record->guard, &made->condition);
  return status ? status : explain_values(explainer, record, name, made);
}

/* Its values in the decision, and the rule that gave it, if one did. */
static void find_values(const RplExplainer *explainer, uint32_t row,
                        RplExplainedOutput *made) {
  const RplDecision *decision = explainer->made->decision;
  for (size_t i = 0; i < decision->output_count; i++) {
    if (decision->output_rows[i] != row)
      continue;
    made->stands = true;
    made->values = decision->outputs[i].values;
    made->value_count = decision->outputs[i].value_count;
  }
  if (decision->gives && decision->gives[row].operand)
    made->given_by = rpl_string(
        explainer->tables,
        rpl_rules(explainer->tables)[decision->gives[row].rule].name);
}

static RplStatus explain_output(RplExplainer *explainer, uint32_t row,
                                uint32_t first, uint32_t count,
                                RplExplainedOutput *made) {
  size_t room =
      count < explainer->definitions_left ? count : explainer->definitions_left;
  made->name =
      rpl_string(explainer->tables, rpl_outputs(explainer->tables)[row].name);
  made->omitted = count - room;
  explainer->definitions_left -= room;
  find_values(explainer, row, made);
  made->definitions = array(explainer, room, sizeof *made->definitions);
  if (!made->definitions)
    return memory_short(explainer);
  for (size_t i = 0; i < room; i++) {
    RplStatus status = explain_definition(
        explainer, &rpl_definitions(explainer->tables)[first + i], made->name,
        &made->definitions[i]);
    if (status)
      return status;
    made->definition_count++;
  }
  return RPL_OK;
}

static RplStatus explain_outputs(RplExplainer *explainer) {
  RplExplanation *made = explainer->made;
  const RplDefinitionRecord *rows = rpl_definitions(explainer->tables);
  uint32_t all = rpl_definitions_count(explainer->tables);
  uint32_t count = rpl_outputs_count(explainer->tables);
  uint32_t first = 0;
  made->outputs = array(explainer, count, sizeof *made->outputs);
  if (!made->outputs)
    return memory_short(explainer);
  for (uint32_t row = 0; row < count; row++) {
    uint32_t end = first;
    while (end < all && rows[end].output == row)
      end++;
    RplStatus status = explain_output(explainer, row, first, end - first,
                                      &made->outputs[made->output_count++]);
    if (status)
      return status;
    first = end;
  }
  return RPL_OK;
}

/* ---- what is ensured ----------------------------------------------------- */

static RplStatus explain_ensure(RplExplainer *explainer,
                                const RplEnsureRecord *record,
                                RplExplainedEnsure *made) {
  RplStatus status =
      rpl_decide_place(explainer->context, record->place, &made->at);
  if (status == RPL_OK)
    status = rpl_decide_words(explainer->context, record->text, &made->text);
  made->is_checked = explainer->made->decision->outcome_row != UINT32_MAX &&
                     rpl_decide_checks(&explainer->deciding, record);
  return status ? status
                : rpl_why(explainer, record->condition, &made->condition);
}

static RplStatus explain_ensures(RplExplainer *explainer) {
  RplExplanation *made = explainer->made;
  uint32_t count = rpl_ensures_count(explainer->tables);
  size_t room =
      count < RPL_MAX_EXPLAINED_RULES ? count : RPL_MAX_EXPLAINED_RULES;
  made->ensures = array(explainer, room, sizeof *made->ensures);
  if (!made->ensures)
    return memory_short(explainer);
  for (size_t i = 0; i < room; i++) {
    RplStatus status =
        explain_ensure(explainer, &rpl_ensures(explainer->tables)[i],
                       &made->ensures[made->ensure_count]);
    if (status)
      return status;
    made->ensure_count++;
  }
  return RPL_OK;
}

/* ---- facts and params ---------------------------------------------------- */

static RplStatus list_slots(const RplExplainer *explainer, RplReadingKind kind,
                            RplReading **list, size_t *count) {
  const RplFacts *facts = &explainer->context->facts;
  *list = array(explainer, facts->count, sizeof **list);
  if (!*list)
    return memory_short(explainer);
  for (uint32_t slot = 0; slot < facts->count; slot++) {
    bool is_param = rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM;
    if (!rpl_bit_test(explainer->turned, slot) ||
        is_param != (kind == RPL_READING_PARAM))
      continue;
    RplStatus status = rpl_why_slot(explainer, slot, &(*list)[*count]);
    if (status)
      return status;
    (*count)++;
  }
  return RPL_OK;
}

/* ---- the whole ----------------------------------------------------------- */

static RplStatus begin(RplExplainer *explainer, const RplDecision *decision) {
  RplDeciding *deciding = &explainer->deciding;
  memset(explainer, 0, sizeof *explainer);
  explainer->context = decision->context;
  explainer->tables = &decision->context->image->tables;
  explainer->rules_left = RPL_MAX_EXPLAINED_RULES;
  explainer->definitions_left = RPL_MAX_EXPLAINED_RULES;
  deciding->context = decision->context;
  deciding->tables = explainer->tables;
  deciding->outcome = decision->outcome_row;
  deciding->is_otherwise = decision->is_otherwise;
  explainer->decision = *decision;
  deciding->decision = &explainer->decision;
  deciding->gives = decision->gives;
  explainer->made = array(explainer, 1, sizeof *explainer->made);
  if (!explainer->made)
    return memory_short(explainer);
  explainer->made->decision = decision;
  explainer->made->is_otherwise = decision->is_otherwise;
  return rpl_why_begin(explainer);
}

static RplStatus explain(RplExplainer *explainer) {
  RplExplanation *made = explainer->made;
  RplStatus status = rpl_decide_place(
      explainer->context,
      made->is_otherwise ? rpl_policy(explainer->tables)->otherwise_place : 0,
      &made->otherwise_at);
  if (status == RPL_OK)
    status = explain_outcomes(explainer);
  if (status == RPL_OK)
    status = explain_outputs(explainer);
  if (status == RPL_OK)
    status = explain_ensures(explainer);
  if (status == RPL_OK)
    status = list_slots(explainer, RPL_READING_FACT, &made->facts,
                        &made->fact_count);
  if (status == RPL_OK)
    status = list_slots(explainer, RPL_READING_PARAM, &made->params,
                        &made->param_count);
  return status;
}

RplStatus rpl_explain(const RplDecision *decision,
                      const RplExplanation **explanation) {
  RplExplainer explainer;
  if (!decision || !explanation)
    return RPL_E_ARGUMENT;
  RplStatus status = begin(&explainer, decision);
  if (status == RPL_OK)
    status = explain(&explainer);
  if (status == RPL_OK)
    *explanation = explainer.made;
  return status;
}

const char *rpl_truth_name(RplTruth verdict) {
  switch (verdict) {
  case RPL_TRUTH_HELD:
    return "held";
  case RPL_TRUTH_FAILED:
    return "failed";
  case RPL_TRUTH_UNDETERMINED:
    return "undetermined";
  case RPL_TRUTH_ERROR:
    return "error";
  default:
    return "not_reached";
  }
}
