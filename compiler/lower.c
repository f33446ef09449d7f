/* SPDX-License-Identifier: Apache-2.0
 *
 * lower.c - the tables of a policy; see lower.h. In reading order: what is
 * live, texts and places, facts, symbols, steps, rules, outputs, the policy
 * itself.
 */
#include "compiler/provider.h"
#include "compiler/lower.h"

#include <string.h>

#include "compiler/lower_expr.h"
#include "vm/text.h"

static RplSlice text_of(const RplLower *lower, RplName name) {
  return rpl_name_text(lower->policy->compile->interner, name);
}

/* ---- what is live
 * ------------------------------------------------------------------ */

static void mark_expr(RplLower *lower, RplExpr *root) {
  size_t count = 0;
  if (!root)
    return;
  RplExpr **nodes = rpl_expr_postorder(lower->emit.arena, root, &count);
  if (!nodes)
    lower->emit.is_out_of_memory = true;
  for (size_t i = 0; nodes && i < count; i++)
    if (nodes[i]->kind == RPL_EXPR_NAME && nodes[i]->symbol &&
        !nodes[i]->is_unread)
      nodes[i]->symbol->is_live = true;
}

static void mark_text(RplLower *lower, RplTextNode text) {
  RplSlice literal, name;
  size_t at = 0;
  if (lower->emit.is_stripped)
    return;
  while (rpl_text_piece(lower->emit.arena, text.text, &at, &literal, &name)) {
    RplName known =
        name.length ? rpl_intern_find(lower->policy->compile->interner, name)
                    : 0;
    RplSymbol *symbol = known ? rpl_policy_lookup(lower->policy, known) : NULL;
    if (symbol)
      symbol->is_live = true;
  }
}

static void mark_tail(RplLower *lower, const RplTail *tail) {
  mark_expr(lower, tail->condition);
  mark_text(lower, tail->because);
  for (size_t i = 0; i < tail->gives.count; i++)
    mark_expr(lower, tail->gives.items[i].value);
  for (size_t i = 0; i < tail->provides.count; i++) {
    RplSymbol *set =
        rpl_policy_asked_set(lower->policy, tail->provides.items[i].name);
    if (set)
      set->is_live = true;
  }
  for (size_t i = 0; i < tail->steps.count; i++) {
    RplStepDecl *step = lower->policy->step_names[tail->steps.items[i].id.name];
    mark_expr(lower, step->condition);
    mark_text(lower, step->text);
  }
}

static bool is_money_output(const RplSymbol *symbol) {
  return symbol->kind == RPL_SYMBOL_OUTPUT &&
         symbol->type.kind == RPL_KIND_MONEY && symbol->definitions.count;
}

static void mark_symbol(RplLower *lower, const RplSymbol *symbol) {
  const RplProviderNode *provider = rpl_symbol_provider(symbol);
  for (size_t i = 0; provider && i < provider->arguments.count; i++)
    mark_expr(lower, provider->arguments.items[i]);
  if (symbol->kind != RPL_SYMBOL_OUTPUT) {
    mark_expr(lower, symbol->value);
    return;
  }
  for (size_t i = 0; i < symbol->definitions.count; i++) {
    const RplDefinition *definition = &symbol->definitions.items[i];
    mark_expr(lower, definition->guard);
    for (size_t j = 0; j < definition->values.count; j++)
      mark_expr(lower, definition->values.items[j]);
  }
}

static RplSymbol *rounding_of(const RplPolicy *policy) {
  RplName name =
      rpl_intern_find(policy->compile->interner, rpl_slice("rounding"));
  RplSymbol *symbol =
      name && name < policy->name_count ? policy->values[name] : NULL;
  return symbol && symbol->kind == RPL_SYMBOL_SETTING && symbol->value ? symbol
                                                                       : NULL;
}

/* Symbols stand after what they read, so one pass from the back reaches all. */
static void mark_live(RplLower *lower) {
  RplPolicy *policy = lower->policy;
  for (size_t i = 0; i < policy->rules.count; i++) {
    mark_tail(lower, &policy->rules.items[i].stmt->tail);
    mark_expr(lower, policy->rules.items[i].outcome->test);
  }
  if (policy->otherwise.stmt)
    mark_tail(lower, &policy->otherwise.stmt->tail);
  if (policy->undetermined.stmt)
    mark_text(lower, policy->undetermined.stmt->tail.because);
  for (size_t i = 0; i < policy->ensures.count; i++) {
    mark_expr(lower, policy->ensures.items[i]->expr);
    mark_text(lower, policy->ensures.items[i]->tail.because);
  }
  RplSymbol *rounding = rounding_of(policy);
  for (size_t i = policy->order.count; i-- > 0;) {
    RplSymbol *symbol = policy->order.items[i];
    if (is_money_output(symbol) && rounding)
      rounding->is_live = true;
    if (symbol->is_live || symbol->kind == RPL_SYMBOL_OUTPUT)
      mark_symbol(lower, symbol);
  }
}

/* ---- texts and places
 * ------------------------------------------------------------------ */

static uint32_t add_segment(RplLower *lower, uint32_t string,
                            uint32_t operand) {
  RplSegmentRecord record = {string, operand};
  return rpl_emit_row(&lower->emit, RPL_SECTION_SEGMENTS, &record);
}

static uint32_t lower_text(RplLower *lower, RplTextNode text) {
  RplSlice literal, name;
  size_t at = 0;
  if (lower->emit.is_stripped || !text.text.length)
    return 0;
  RplTextRecord record = {
      (uint32_t)lower->emit.tables[RPL_SECTION_SEGMENTS].count, 0};
  while (rpl_text_piece(lower->emit.arena, text.text, &at, &literal, &name)) {
    record.count++;
    if (literal.data) {
      add_segment(lower, rpl_emit_string(&lower->emit, literal) + 1, 0);
      continue;
    }
    RplName known = rpl_intern_find(lower->policy->compile->interner, name);
    add_segment(lower, 0, rpl_policy_lookup(lower->policy, known)->operand);
  }
  return rpl_emit_row(&lower->emit, RPL_SECTION_TEXTS, &record) + 1;
}

/* A text without placeholders: braces stand for themselves. */
uint32_t rpl_lower_plain_text(RplLower *lower, RplTextNode text) {
  if (lower->emit.is_stripped || !text.text.length)
    return 0;
  RplTextRecord record = {
      add_segment(lower, rpl_emit_string(&lower->emit, text.text) + 1, 0), 1};
  return rpl_emit_row(&lower->emit, RPL_SECTION_TEXTS, &record) + 1;
}

static uint32_t lower_place(RplLower *lower, RplSpan span) {
  uint32_t line = 1, column = 1;
  RplSources *sources = lower->policy->compile->sources;
  if (!span.source || lower->emit.is_stripped)
    return 0;
  if (!rpl_source_position(sources, span.source, span.begin, &line, &column))
    lower->emit.is_out_of_memory = true;
  return rpl_emit_place(
      &lower->emit, rpl_sources_at(sources, span.source)->file, line, column);
}

/* Words without their repetitions; linear, as lists may be long. */
static uint32_t lower_words(RplLower *lower, RplWords words) {
  uint8_t *flags = lower->policy->flags;
  uint32_t list =
      words.count ? rpl_emit_list(&lower->emit, RPL_ITEM_STRING) : 0;
  for (size_t i = 0; i < words.count; i++) {
    RplName name = words.items[i].name;
    if (!(flags[name] & RPL_NAME_LISTED))
      rpl_emit_item(&lower->emit, list, rpl_lower_name(lower, name));
    flags[name] |= RPL_NAME_LISTED;
  }
  for (size_t i = 0; i < words.count; i++)
    flags[words.items[i].name] &= (uint8_t)~RPL_NAME_LISTED;
  return list;
}

/* ---- facts
 * ---------------------------------------------------------------------------------
 */

/* A constant of exactly `type`: a sign, an operation elsewhere, is part of it.
 */
static uint32_t lower_literal(RplLower *lower, RplExpr *value, RplType type) {
  bool negated = value->kind == RPL_EXPR_UNARY;
  RplExpr literal = negated ? *value->a : *value;
  if (rpl_type_is(literal.type, RPL_TY_NONE) || literal.kind == RPL_EXPR_NONE)
    return rpl_lower_none(lower, type);
  literal.type.optional = false;
  if (rpl_kind_is_numeric((RplKind)type.kind))
    literal.type.kind = type.kind;
  if (!negated)
    return rpl_lower_expr(lower, &literal);
  char *text = rpl_arena_alloc(lower->emit.arena, literal.text.length + 2);
  if (!text) {
    lower->emit.is_out_of_memory = true;
    return rpl_lower_none(lower, type);
  }
  text[0] = '-';
  memcpy(text + 1, literal.text.data, literal.text.length);
  literal.text = (RplSlice){text, literal.text.length + 1};
  return rpl_lower_expr(lower, &literal);
}

void rpl_lower_bounds(RplLower *lower, const RplBoundNode *bounds, RplType type,
                      uint32_t *low, uint32_t *high, uint32_t *flags) {
  type.optional = false;
  if (rpl_type_is(type, RPL_KIND_TEXT))
    type = rpl_type(RPL_KIND_INTEGER); /* its length */
  for (const RplBoundNode *bound = bounds; bound; bound = bound->next) {
    uint32_t operand = lower_literal(lower, bound->value, type);
    if (bound->op == RPL_GT || bound->op == RPL_GE) {
      *low = operand;
      *flags |= bound->op == RPL_GT ? RPL_FACT_LOW_OPEN : 0;
    } else {
      *high = operand;
      *flags |= bound->op == RPL_LT ? RPL_FACT_HIGH_OPEN : 0;
    }
  }
}

/* LIMIT: decimal places of a number's slot unless `to N places` says so. */
#define DEFAULT_PLACES 6u

static uint32_t places_of(const RplSymbol *symbol) {
  if (symbol->type.kind != RPL_KIND_NUMBER)
    return 0;
  const RplExpr *places =
      symbol->kind == RPL_SYMBOL_FACT && !symbol->is_inferred
          ? symbol->stmt->expr
          : NULL;
  uint32_t value = 0;
  if (!places)
    return DEFAULT_PLACES;
  for (size_t i = 0; i < places->text.length; i++)
    value = value * 10 + (uint32_t)(places->text.data[i] - '0');
  return value;
}

static void lower_fact(RplLower *lower, RplSymbol *symbol) {
  bool is_param = symbol->kind == RPL_SYMBOL_PARAM;
  RplFactRecord record = {
      .name = rpl_lower_name(lower, symbol->name),
      .type = rpl_emit_type(&lower->emit, rpl_lower_type(lower, symbol->type)),
      .flags = is_param ? RPL_FACT_PARAM : 0,
      .places = places_of(symbol)};
  if (!symbol->is_inferred && !rpl_type_is(symbol->type, RPL_KIND_LIST))
    rpl_lower_bounds(lower, symbol->stmt->bounds, symbol->type, &record.low,
                     &record.high, &record.flags);
  if (is_param)
    record.value = lower_literal(lower, symbol->value, symbol->type);
  if (!symbol->is_inferred)
    record.describe = rpl_lower_plain_text(lower, symbol->stmt->title);
  symbol->slot = rpl_emit_row(&lower->emit, RPL_SECTION_FACTS, &record);
  symbol->operand = RPL_OPERAND(RPL_SPACE_FACT, symbol->slot);
}

/* A policy's facts are its schema, read or not; a module's only when read. */
static void lower_facts(RplLower *lower) {
  const RplSymbols *symbols = &lower->policy->symbols;
  for (size_t i = 0; i < symbols->count; i++) {
    RplSymbol *symbol = symbols->items[i];
    bool is_fact = symbol->kind == RPL_SYMBOL_FACT;
    if ((is_fact && (!symbol->is_offered || symbol->is_live)) ||
        symbol->kind == RPL_SYMBOL_PARAM)
      lower_fact(lower, symbol);
  }
}

/* ---- symbols
 * ----------------------------------------------------------------------------------
 */

static void name_operand(RplLower *lower, const RplSymbol *symbol) {
  if (lower->emit.is_stripped ||
      RPL_OPERAND_SPACE(symbol->operand) != RPL_SPACE_TEMP)
    return;
  uint32_t temp = RPL_OPERAND_INDEX(symbol->operand);
  while (lower->named_count <= temp) {
    uint8_t *named =
        rpl_arena_grow(lower->emit.arena, lower->named, lower->named_count,
                       &lower->named_capacity, sizeof *named);
    if (!named) {
      lower->emit.is_out_of_memory = true;
      return;
    }
    lower->named = named;
    named[lower->named_count++] = 0;
  }
  if (lower->named[temp])
    return; /* two names of one value: the first stands */
  lower->named[temp] = 1;
  RplNameRecord record = {symbol->operand, rpl_lower_name(lower, symbol->name)};
  rpl_emit_row(&lower->emit, RPL_SECTION_NAMES, &record);
}

/* Money is rounded where it leaves the policy, each definition by itself, so
 * that whoever reads the output reads what is paid. */
static uint32_t lower_defined_value(RplLower *lower, const RplSymbol *output,
                                    RplExpr *expr) {
  uint32_t operand = rpl_lower_expr(lower, expr);
  RplEmit *emit = &lower->emit;
  if (output->type.kind != RPL_KIND_MONEY || !lower->rounding)
    return operand;
  if (!rpl_emit_operand_type(emit, operand).optional)
    return rpl_emit_op(emit, RPL_OP_ROUND_M, operand, lower->rounding, 0);
  uint32_t none = rpl_lower_none(lower, output->type);
  uint32_t some = rpl_emit_op(emit, RPL_OP_SOME, operand, 0, 0);
  uint32_t rounded =
      rpl_emit_op(emit, RPL_OP_ROUND_M, some, lower->rounding, 0);
  uint32_t is_none = rpl_emit_op(emit, RPL_OP_IS_NONE, operand, 0, 0);
  return rpl_emit_op(emit, RPL_OP_SELECT, is_none, none, rounded);
}

/* What rules read when they name an output: its definitions joined. */
static uint32_t lower_read(RplLower *lower, const RplSymbol *output,
                           const uint32_t *values) {
  const RplDefinitions *definitions = &output->definitions;
  if (!definitions->count)
    return rpl_lower_none(lower, output->type);
  if (definitions->count == 1 && !definitions->items[0].guard)
    return values[0];
  uint32_t joined = rpl_lower_none(lower, output->type);
  uint32_t always = 0;
  for (size_t i = 0; i < definitions->count; i++) {
    uint32_t guard = definitions->items[i].guard_operand;
    if (!guard && !always)
      always = rpl_emit_constant(&lower->emit,
                                 (RplTypeWords){RPL_KIND_BOOLEAN, 0, 0}, 1, 0);
    joined = rpl_emit_op(&lower->emit, RPL_OP_PICK, joined,
                         guard ? guard : always, values[i]);
  }
  return joined;
}

/* Two definitions that always hold and stand everywhere. */
static void check_conflict(RplLower *lower, const RplSymbol *output,
                           const uint32_t *values) {
  const RplDefinitions *definitions = &output->definitions;
  const RplDefinition *first = NULL;
  uint32_t value = 0;
  for (size_t i = 0; i < definitions->count; i++) {
    const RplDefinition *definition = &definitions->items[i];
    if (definition->guard ||
        (definition->fors.count &&
         definition->fors.items != output->default_fors.items))
      continue;
    if (first && values[i] != value) {
      RplReport *report = lower->policy->compile->report;
      rpl_policy_report(lower->policy, RPL_DIAG_CONSTANT_CONFLICT,
                        definition->stmt->span, output->name, 0);
      rpl_report_label(report, first->stmt->span, "the other one", NULL, 0);
      return;
    }
    first = definition;
    value = values[i];
  }
}

static void lower_output(RplLower *lower, RplSymbol *output) {
  RplDefinitions *definitions = &output->definitions;
  uint32_t *values =
      rpl_arena_array(lower->emit.arena, definitions->count, sizeof *values);
  if (!values) {
    lower->emit.is_out_of_memory = true;
    return;
  }
  for (size_t i = 0; i < definitions->count; i++) {
    RplDefinition *definition = &definitions->items[i];
    if (definition->guard)
      definition->guard_operand = rpl_lower_value(lower, definition->guard);
    definition->value_list = rpl_emit_list(&lower->emit, RPL_ITEM_OPERAND);
    for (size_t j = 0; j < definition->values.count; j++) {
      uint32_t operand =
          lower_defined_value(lower, output, definition->values.items[j]);
      if (j == 0)
        values[i] = operand;
      rpl_emit_item(&lower->emit, definition->value_list, operand);
    }
  }
  check_conflict(lower, output, values);
  if (output->is_live) {
    output->operand = lower_read(lower, output, values);
    name_operand(lower, output);
  }
}

static void lower_symbol(RplLower *lower, RplSymbol *symbol) {
  uint32_t assumed;
  if (symbol->kind == RPL_SYMBOL_OUTPUT) {
    lower_output(lower, symbol);
    return;
  }
  if (!symbol->is_live || symbol->kind == RPL_SYMBOL_PARAM)
    return;
  if (symbol->kind == RPL_SYMBOL_FACT) {
    if (!symbol->value)
      return;
    assumed = rpl_lower_expr(lower, symbol->value);
    symbol->operand =
        rpl_emit_op(&lower->emit, RPL_OP_GIVEN_OR, symbol->operand, assumed, 0);
    return;
  }
  symbol->operand = symbol->value ? rpl_lower_expr(lower, symbol->value)
                                  : rpl_lower_none(lower, symbol->type);
  if (symbol->kind == RPL_SYMBOL_LET)
    name_operand(lower, symbol);
}

static void lower_symbols(RplLower *lower) {
  RplPolicy *policy = lower->policy;
  RplSymbol *rounding = rounding_of(policy);
  if (rounding && rounding->is_live) {
    lower_symbol(lower, rounding);
    lower->rounding = rounding->operand;
  }
  for (size_t i = 0; i < policy->order.count; i++)
    if (policy->order.items[i] != rounding)
      lower_symbol(lower, policy->order.items[i]);
}

/* ---- outcomes, steps
 * ------------------------------------------------------------------------------
 */

static void lower_outcomes(RplLower *lower) {
  RplPolicy *policy = lower->policy;
  for (size_t i = 0; i < policy->outcomes.count; i++) {
    RplOutcome *outcome = policy->outcomes.items[i];
    if (outcome->is_composite)
      continue;
    bool asks = outcome->reported == policy->unknown_report;
    RplOutcomeRecord record = {rpl_lower_name(lower, outcome->name),
                               rpl_lower_name(lower, outcome->reported),
                               asks ? RPL_OUTCOME_ASKS : 0};
    outcome->index = rpl_emit_row(&lower->emit, RPL_SECTION_OUTCOMES, &record);
  }
}

static uint32_t step_index(RplLower *lower, RplStepDecl *step) {
  if (step->index)
    return step->index - 1;
  RplStepRecord record = {.id = rpl_lower_name(lower, step->id),
                          .text = lower_text(lower, step->text),
                          .clauses = lower_words(lower, step->cites),
                          .place = lower_place(lower, step->span)};
  if (step->condition)
    record.condition = rpl_lower_value(lower, step->condition);
  step->index = rpl_emit_row(&lower->emit, RPL_SECTION_STEPS, &record) + 1;
  return step->index - 1;
}

static uint32_t lower_steps(RplLower *lower, const RplStepNodes *steps) {
  uint32_t list =
      steps->count ? rpl_emit_list(&lower->emit, RPL_ITEM_PLAIN) : 0;
  for (size_t i = 0; i < steps->count; i++)
    rpl_emit_item(
        &lower->emit, list,
        step_index(lower, lower->policy->step_names[steps->items[i].id.name]));
  return list;
}

/* ---- rules
 * ------------------------------------------------------------------------------------------
 */

static uint32_t lower_gives(RplLower *lower, const RplTail *tail) {
  uint32_t list =
      tail->gives.count ? rpl_emit_list(&lower->emit, RPL_ITEM_GIVE) : 0;
  for (size_t i = 0; i < tail->gives.count; i++) {
    const RplGiveNode *give = &tail->gives.items[i];
    RplSymbol *output = lower->policy->outputs[give->output.name];
    rpl_emit_item(&lower->emit, list, output->slot - 1);
    rpl_emit_item(&lower->emit, list,
                  lower_defined_value(lower, output, give->value));
  }
  return list;
}

/* What a rule asks for by name. */
static uint32_t lower_provides(RplLower *lower, const RplTail *tail) {
  RplWords names = {0};
  for (size_t i = 0; i < tail->provides.count; i++)
    if (!rpl_policy_asked_set(lower->policy, tail->provides.items[i].name))
      RPL_POLICY_APPEND(lower->policy, names, tail->provides.items[i]);
  return lower_words(lower, names);
}

/* Sets whose values a rule asks for. */
static uint32_t lower_asks(RplLower *lower, const RplTail *tail) {
  uint32_t list = 0;
  for (size_t i = 0; i < tail->provides.count; i++) {
    const RplSymbol *set =
        rpl_policy_asked_set(lower->policy, tail->provides.items[i].name);
    if (!set)
      continue;
    if (!list)
      list = rpl_emit_list(&lower->emit, RPL_ITEM_OPERAND);
    rpl_emit_item(&lower->emit, list, rpl_lower_some(lower, set->operand));
  }
  return list;
}

static void add_rule(RplLower *lower, const RplRule *rule,
                     const RplOutcome *outcome, uint32_t condition) {
  const RplTail *tail = &rule->stmt->tail;
  RplSpan span = rule->stmt->span;
  RplRuleRecord record = {.outcome = outcome->index,
                          .name = rpl_lower_name(lower, rule->name),
                          .condition = condition,
                          .text = lower_text(lower, tail->because),
                          .clauses = lower_words(lower, rule->cites),
                          .steps = lower_steps(lower, &tail->steps),
                          .provides = lower_provides(lower, tail),
                          .asks = lower_asks(lower, tail),
                          .gives = lower_gives(lower, tail),
                          .place = lower_place(lower, span)};
  rpl_emit_row(&lower->emit, RPL_SECTION_RULES, &record);
}

/* A rule of the policy's own that no facts can make true is a mistake. */
static void check_can_hold(RplLower *lower, const RplRule *rule,
                           uint32_t condition) {
  RplReport *report = lower->policy->compile->report;
  RplSpan span = rule->stmt->tail.condition->span;
  if (rule->layer > 0 ||
      rpl_constant_truth(&lower->constants, condition) != RPL_TRUTH_FALSE)
    return;
  rpl_report(report, RPL_DIAG_NEVER_HOLDS, span, NULL);
  rpl_report_help(report, "this is false whatever the facts are", NULL, 0);
}

/* A rule of a composite outcome becomes two: with its test and without. */
static void lower_rule(RplLower *lower, const RplRule *rule) {
  RplPolicy *policy = lower->policy;
  RplEmit *emit = &lower->emit;
  const RplOutcome *outcome = rule->outcome;
  uint32_t condition = rpl_lower_value(lower, rule->stmt->tail.condition);
  check_can_hold(lower, rule, condition);
  if (!outcome->is_composite) {
    add_rule(lower, rule, outcome, condition);
    return;
  }
  uint32_t test = rpl_lower_value(lower, outcome->test);
  uint32_t holds = rpl_emit_op(emit, RPL_OP_AND, condition, test, 0);
  uint32_t fails = rpl_emit_op(emit, RPL_OP_NOT, test, 0, 0);
  add_rule(lower, rule, policy->outcome_names[outcome->first], holds);
  add_rule(lower, rule, policy->outcome_names[outcome->second],
           rpl_emit_op(emit, RPL_OP_AND, condition, fails, 0));
}

/* ---- outputs
 * ------------------------------------------------------------------------------------------
 */

static bool is_given(const RplPolicy *policy, const RplSymbol *output) {
  for (size_t i = 0; i < policy->rules.count; i++) {
    const RplGiveNodes *gives = &policy->rules.items[i].stmt->tail.gives;
    for (size_t j = 0; j < gives->count; j++)
      if (gives->items[j].output.name == output->name)
        return true;
  }
  return false;
}

static uint32_t output_flags(const RplLower *lower, const RplSymbol *symbol) {
  RplSlice name = text_of(lower, symbol->name);
  uint32_t flags = symbol->is_required ? RPL_OUTPUT_REQUIRED : 0;
  flags |= symbol->is_ranked ? RPL_OUTPUT_RANKED : 0;
  if (rpl_slice_is(name, "amount") && symbol->type.kind == RPL_KIND_MONEY)
    flags |= RPL_OUTPUT_AMOUNT;
  if (rpl_slice_is(name, "deadline") &&
      (symbol->type.kind == RPL_KIND_DATETIME ||
       symbol->type.kind == RPL_KIND_DATE))
    flags |= RPL_OUTPUT_DEADLINE;
  if (rpl_slice_is(name, "destination"))
    flags |= RPL_OUTPUT_DESTINATION;
  return flags;
}

/* Outputs that something defines or gives; symbol->slot is the index plus one.
 */
static void lower_outputs(RplLower *lower) {
  const RplSymbols *symbols = &lower->policy->symbols;
  for (size_t i = 0; i < symbols->count; i++) {
    RplSymbol *symbol = symbols->items[i];
    if (symbol->kind != RPL_SYMBOL_OUTPUT ||
        (!symbol->definitions.count && !is_given(lower->policy, symbol)))
      continue;
    RplType type = rpl_type_optional(symbol->type, false);
    RplOutputRecord record = {
        rpl_lower_name(lower, symbol->name),
        rpl_emit_type(&lower->emit, rpl_lower_type(lower, type)),
        output_flags(lower, symbol)};
    symbol->slot = rpl_emit_row(&lower->emit, RPL_SECTION_OUTPUTS, &record) + 1;
  }
}

/* `for` names outcomes (a composite one stands for both its parts) and rules.
 */
static void lower_fors(RplLower *lower, RplWords fors,
                       RplDefinitionRecord *record) {
  RplPolicy *policy = lower->policy;
  RplEmit *emit = &lower->emit;
  for (size_t i = 0; i < fors.count; i++) {
    const RplOutcome *outcome = policy->outcome_names[fors.items[i].name];
    if (!outcome) {
      if (!record->rules)
        record->rules = rpl_emit_list(emit, RPL_ITEM_STRING);
      rpl_emit_item(emit, record->rules,
                    rpl_lower_name(lower, fors.items[i].name));
      continue;
    }
    if (!record->outcomes)
      record->outcomes = rpl_emit_list(emit, RPL_ITEM_PLAIN);
    if (outcome->is_composite) {
      rpl_emit_item(emit, record->outcomes,
                    policy->outcome_names[outcome->first]->index);
      outcome = policy->outcome_names[outcome->second];
    }
    rpl_emit_item(emit, record->outcomes, outcome->index);
  }
}

static void lower_definitions(RplLower *lower, const RplSymbol *symbol) {
  for (size_t i = 0; i < symbol->definitions.count; i++) {
    const RplDefinition *definition = &symbol->definitions.items[i];
    RplDefinitionRecord record = {
        .output = symbol->slot - 1,
        .guard = definition->guard_operand,
        .values = definition->value_list,
        .clauses = lower_words(lower, definition->cites),
        .place = lower_place(lower, definition->stmt->span)};
    lower_fors(lower, definition->fors, &record);
    rpl_emit_row(&lower->emit, RPL_SECTION_DEFINITIONS, &record);
  }
}

/* The outputs that an expression reads, itself or through a let: what is
 * reached walking back over the order of symbols. */
static uint32_t outputs_read(RplLower *lower, RplExpr *expr) {
  const RplSymbols *order = &lower->policy->order;
  for (size_t i = 0; i < order->count; i++)
    order->items[i]->is_live = false;
  mark_expr(lower, expr);
  for (size_t i = order->count; i-- > 0;)
    if (order->items[i]->is_live && order->items[i]->kind != RPL_SYMBOL_OUTPUT)
      mark_symbol(lower, order->items[i]);
  uint32_t list = 0;
  const RplSymbols *symbols = &lower->policy->symbols;
  for (size_t i = 0; i < symbols->count; i++) {
    const RplSymbol *symbol = symbols->items[i];
    if (symbol->kind != RPL_SYMBOL_OUTPUT || !symbol->is_live || !symbol->slot)
      continue;
    if (!list)
      list = rpl_emit_list(&lower->emit, RPL_ITEM_PLAIN);
    rpl_emit_item(&lower->emit, list, symbol->slot - 1);
  }
  return list;
}

static void lower_ensures(RplLower *lower) {
  RplPolicy *policy = lower->policy;
  for (size_t i = 0; i < policy->ensures.count; i++) {
    RplStmt *stmt = policy->ensures.items[i];
    RplTextNode text = stmt->tail.because;
    RplEnsureRecord record = {.condition = rpl_lower_value(lower, stmt->expr),
                              .text = lower_text(lower, text),
                              .place = lower_place(lower, stmt->span)};
    record.outputs = outputs_read(lower, stmt->expr);
    rpl_emit_row(&lower->emit, RPL_SECTION_ENSURES, &record);
  }
}

/* The host functions of the facts that something reads, by slot. */
static void lower_provider(RplLower *lower, const RplSymbol *symbol) {
  const RplProviderNode *provider = rpl_symbol_provider(symbol);
  if (!provider || !symbol->is_live)
    return;
  const RplSignature *signature = &provider->signature;
  RplProviderRecord record = {
      .fact = symbol->slot,
      .symbol = rpl_emit_string(&lower->emit, signature->symbol),
      .result = signature->result,
      .flags = signature->has_status ? RPL_PROVIDER_STATUS : 0};
  if (signature->count)
    record.arguments = rpl_emit_list(&lower->emit, RPL_ITEM_GIVE);
  for (size_t i = 0; i < signature->count; i++) {
    rpl_emit_item(&lower->emit, record.arguments, signature->types[i]);
    rpl_emit_item(&lower->emit, record.arguments,
                  rpl_lower_value(lower, provider->arguments.items[i]));
  }
  rpl_emit_row(&lower->emit, RPL_SECTION_PROVIDERS, &record);
}

/* ---- the policy
 * ------------------------------------------------------------------------------------------
 */

static uint32_t currency_fact(const RplPolicy *policy) {
  for (size_t i = 0; i < policy->symbols.count; i++) {
    const RplSymbol *symbol = policy->symbols.items[i];
    if (symbol->kind == RPL_SYMBOL_FACT &&
        symbol->type.kind == RPL_KIND_CURRENCY &&
        (!symbol->is_offered || symbol->is_live))
      return symbol->slot + 1;
  }
  return 0;
}

static void lower_policy(RplLower *lower) {
  RplPolicy *policy = lower->policy;
  RplPolicyRecord record = {
      .name = rpl_lower_name(lower, policy->name),
      .edition = RPL_EDITION,
      .unknown_report = rpl_lower_name(lower, policy->unknown_report),
      .error_report = rpl_lower_name(lower, policy->error_report),
      .currency_fact = currency_fact(policy)};
  if (policy->title)
    record.title = rpl_lower_plain_text(lower, policy->title->title);
  if (policy->otherwise.stmt) {
    const RplStmt *stmt = policy->otherwise.stmt;
    record.otherwise = policy->outcome_names[stmt->outcome.name]->index + 1;
    record.otherwise_text = lower_text(lower, stmt->tail.because);
    record.otherwise_clauses = lower_words(lower, stmt->tail.cites);
    record.otherwise_steps = lower_steps(lower, &stmt->tail.steps);
    record.otherwise_place = lower_place(lower, stmt->span);
  }
  if (policy->undetermined.stmt) {
    const RplStmt *stmt = policy->undetermined.stmt;
    record.undetermined_text = lower_text(lower, stmt->tail.because);
    record.undetermined_clauses = lower_words(lower, stmt->tail.cites);
    record.undetermined_place = lower_place(lower, stmt->span);
  }
  rpl_emit_row(&lower->emit, RPL_SECTION_POLICIES, &record);
}

RplStatus rpl_policy_lower(RplPolicy *policy, bool is_stripped,
                           RplSlice *bytes) {
  RplLower lower = {.policy = policy};
  rpl_emit_init(&lower.emit, policy->compile->arena, is_stripped);
  lower.constants.emit = &lower.emit;
  mark_live(&lower);
  lower_facts(&lower);
  lower_symbols(&lower);
  lower_outcomes(&lower);
  lower_outputs(&lower);
  for (size_t i = 0; i < policy->rules.count; i++)
    lower_rule(&lower, &policy->rules.items[i]);
  for (size_t i = 0; i < policy->symbols.count; i++)
    if (policy->symbols.items[i]->kind == RPL_SYMBOL_OUTPUT)
      lower_definitions(&lower, policy->symbols.items[i]);
  lower_policy(&lower);
  lower_ensures(&lower);
  for (size_t i = 0; i < policy->symbols.count; i++)
    lower_provider(&lower, policy->symbols.items[i]);
  if (rpl_report_error_count(policy->compile->report))
    return RPL_OK; /* the program would not be what was written */
  lower.emit.is_out_of_memory |= policy->is_out_of_memory;
  if (lower.emit.is_misfit && !lower.emit.is_out_of_memory)
    return RPL_E_PROGRAM;
  return rpl_emit_finish(&lower.emit, bytes) ? RPL_OK : RPL_E_MEMORY;
}
