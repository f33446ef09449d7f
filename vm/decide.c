/* SPDX-License-Identifier: Apache-2.0
 * decide.c - outcome, reasons, steps and what is missing. See decide.h. */
#include "vm/decide.h"

#include <string.h>

/* What was seen of an outcome's rules. */
#define MARK_HOLDS 1u /* one is true */
#define MARK_OPEN  2u /* one is UNKNOWN or in ERROR */

static const RplValue *condition_of(const RplDeciding *deciding,
                                    const RplRuleRecord *rule) {
  return rpl_careful_value(&deciding->context->careful, rule->condition);
}

static bool is_open(const RplValue *value) {
  return value->state == RPL_STATE_UNKNOWN || value->state == RPL_STATE_ERROR;
}

static void clear_seen(const RplDeciding *deciding) {
  size_t words = rpl_bit_words(rpl_strings_count(deciding->tables));
  memset(deciding->context->string_seen, 0, words * sizeof(uint64_t));
}

/* ---- what is missing ---------------------------------------------------- */

static RplStatus miss_awaited(RplDeciding *deciding) {
  const RplCauses *causes = &deciding->context->causes;
  RplStatus status = RPL_OK;
  for (uint32_t slot = causes->awaited_low;
       slot < causes->awaited_high && status == RPL_OK; slot++)
    if (rpl_causes_awaits(causes, slot)) {
      rpl_providing_want(&deciding->context->providing, slot);
      status =
          rpl_decide_miss(deciding, rpl_facts(deciding->tables)[slot].name);
    }
  return status;
}

/* The values of a set; of one that is not known the facts that it waits for,
 * which takes the place of the last walk. */
static RplStatus miss_values(RplDeciding *deciding, uint32_t operand) {
  const RplValue *set = rpl_careful_value(&deciding->context->careful, operand);
  RplCauses *causes = &deciding->context->causes;
  RplStatus status = RPL_OK;
  if (set->state == RPL_STATE_UNKNOWN) {
    rpl_causes_clear(causes);
    rpl_causes_walk(causes, operand);
    return miss_awaited(deciding);
  }
  if (set->state != RPL_STATE_KNOWN)
    return RPL_OK;
  const RplEnumRecord *owner = &rpl_enums(deciding->tables)[set->detail];
  const RplEnumeratorRecord *values =
      rpl_enumerators(deciding->tables) + owner->first;
  for (uint32_t i = 0; i < owner->count && status == RPL_OK; i++)
    if ((uint64_t)set->as.integer >> i & 1u)
      status = rpl_decide_miss(deciding, values[i].name);
  return status;
}

static RplStatus miss_provides(RplDeciding *deciding,
                               const RplRuleRecord *rule) {
  for (uint32_t i = 0; i < rule->provides_count; i++) {
    RplStatus status = rpl_decide_miss(
        deciding, rpl_lists(deciding->tables)[rule->provides + i].item);
    if (status)
      return status;
  }
  for (uint32_t i = 0; i < rule->asks_count; i++) {
    RplStatus status =
        miss_values(deciding, rpl_lists(deciding->tables)[rule->asks + i].item);
    if (status)
      return status;
  }
  return RPL_OK;
}

static bool asks(const RplDeciding *deciding, const RplRuleRecord *rule) {
  return (rpl_outcomes(deciding->tables)[rule->outcome].flags &
          RPL_OUTCOME_ASKS) &&
         rpl_value_is(condition_of(deciding, rule), true);
}

static RplStatus miss_asking(RplDeciding *deciding) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  uint32_t count = rpl_rules_count(deciding->tables);
  RplStatus status = RPL_OK;
  for (uint32_t i = 0; i < count && status == RPL_OK; i++)
    if (asks(deciding, &rules[i]))
      status = miss_provides(deciding, &rules[i]);
  return status;
}

/* ---- reasons ------------------------------------------------------------ */

/* A rule that holds. */
static RplStatus add_holding(RplDeciding *deciding, const RplRuleRecord *rule) {
  RplReason *reason;
  RplSlice *clauses;
  RplStatus status =
      rpl_decide_reason(deciding, rpl_string(deciding->tables, rule->name),
                        rule->place, rule->clauses_count, &reason, &clauses);
  if (status)
    return status;
  rpl_decide_strings(deciding->tables, rule->clauses, rule->clauses_count,
                     clauses);
  status = rpl_decide_words(deciding->context, rule->text, &reason->text);
  if (status)
    return status;
  return rpl_decide_cite(deciding, rule->clauses, rule->clauses_count);
}

/* The names of the facts that the last walk found. */
static RplStatus add_waits(RplDeciding *deciding, RplReason *reason) {
  const RplCauses *causes = &deciding->context->causes;
  size_t count = 0;
  RplSlice *names = rpl_arena_array(&deciding->context->arena,
                                    causes->awaited_count, sizeof *names);
  if (!names)
    return rpl_context_short(deciding->context);
  for (uint32_t slot = causes->awaited_low; slot < causes->awaited_high; slot++)
    if (rpl_causes_awaits(causes, slot))
      names[count++] = rpl_facts_name(&deciding->context->facts, slot);
  reason->waits_for = names;
  reason->waits_for_count = count;
  return RPL_OK;
}

/* Something open as a reason; the first one carries what the policy says of
 * undetermined decisions. Its causes are those of the last walk. */
static RplStatus add_open(RplDeciding *deciding, const RplPending *pending) {
  const RplPolicyRecord *policy = rpl_policy(deciding->tables);
  bool is_first =
      !deciding->decision->reason_count && !pending->is_failed_ensure;
  uint32_t extra = is_first ? policy->undetermined_clauses_count : 0;
  uint32_t text = is_first ? policy->undetermined_text : pending->text;
  RplReason *reason;
  RplSlice *clauses;
  RplStatus status = rpl_decide_reason(deciding, pending->name, pending->place,
                                       (size_t)extra + pending->clauses_count,
                                       &reason, &clauses);
  if (status)
    return status;
  rpl_decide_strings(deciding->tables, policy->undetermined_clauses, extra,
                     clauses);
  rpl_decide_strings(deciding->tables, pending->clauses, pending->clauses_count,
                     clauses + extra);
  status = rpl_decide_words(deciding->context, text, &reason->text);
  if (status == RPL_OK && pending->value.state == RPL_STATE_UNKNOWN)
    status = add_waits(deciding, reason);
  if (status == RPL_OK)
    status = rpl_decide_cite(deciding, policy->undetermined_clauses, extra);
  if (status == RPL_OK)
    status =
        rpl_decide_cite(deciding, pending->clauses, pending->clauses_count);
  return status;
}

/* ---- undetermined decisions --------------------------------------------- */

/* Takes back what a decision that seemed determined had gathered. */
static void start_over(RplDeciding *deciding) {
  RplDecision *decision = deciding->decision;
  size_t words = rpl_bit_words(rpl_strings_count(deciding->tables));
  memset(deciding->context->rule_named, 0, words * sizeof(uint64_t));
  RplContext *context = decision->context;
  memset(decision, 0, sizeof *decision);
  decision->context = context;
  deciding->outcome = UINT32_MAX;
  deciding->is_otherwise = false;
  deciding->gives = NULL;
  deciding->clause_count = 0;
  deciding->step_count = 0;
}

static RplStatus add_asking(RplDeciding *deciding) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  uint32_t count = rpl_rules_count(deciding->tables);
  RplStatus status = RPL_OK;
  for (uint32_t i = 0; i < count && status == RPL_OK; i++)
    if (asks(deciding, &rules[i]))
      status = add_holding(deciding, &rules[i]);
  return status;
}

/* Outcome and outputs of an undetermined decision; its reasons are there. */
static RplStatus finish_open(RplDeciding *deciding, bool is_error) {
  const RplPolicyRecord *policy = rpl_policy(deciding->tables);
  RplPending unused;
  bool is_pending;
  RplStatus status = is_error ? RPL_OK : add_asking(deciding);
  if (status)
    return status;
  deciding->decision->is_failed = is_error;
  deciding->decision->outcome =
      rpl_string(deciding->tables,
                 is_error ? policy->error_report : policy->unknown_report);
  return rpl_decide_outputs(deciding, &is_pending, &unused);
}

static RplPending pending_rule(const RplDeciding *deciding,
                               const RplRuleRecord *rule,
                               const RplValue *value) {
  RplPending pending;
  memset(&pending, 0, sizeof pending);
  pending.name = rpl_string(deciding->tables, rule->name);
  pending.value = *value;
  pending.clauses = rule->clauses;
  pending.clauses_count = rule->clauses_count;
  pending.place = rule->place;
  return pending;
}

/* Whether an output decides: by being required, or by what is ensured of it. */
static bool is_decisive(const RplDeciding *deciding, uint32_t output) {
  const RplListRecord *lists = rpl_lists(deciding->tables);
  uint32_t count = rpl_ensures_count(deciding->tables);
  if (rpl_outputs(deciding->tables)[output].flags & RPL_OUTPUT_REQUIRED)
    return true;
  for (uint32_t i = 0; i < count; i++) {
    const RplEnsureRecord *ensure = &rpl_ensures(deciding->tables)[i];
    for (uint32_t j = 0; j < ensure->outputs_count; j++)
      if (lists[ensure->outputs + j].item == output)
        return true;
  }
  return false;
}

/* Whether a rule gives one of the first `reach` outputs, and it is decisive. */
static bool has_gives(const RplDeciding *deciding, const RplRuleRecord *rule,
                      uint32_t reach) {
  const RplListRecord *pairs = rpl_lists(deciding->tables) + rule->gives;
  for (uint32_t i = 0; i + 1 < rule->gives_count; i += 2)
    if (pairs[i].item < reach && is_decisive(deciding, pairs[i].item))
      return true;
  return false;
}

/* Whether a definition of such an output stands with that rule. */
static bool is_named(const RplDeciding *deciding, const RplRuleRecord *rule,
                     uint32_t reach) {
  const RplDefinitionRecord *rows = rpl_definitions(deciding->tables);
  uint32_t count = rpl_definitions_count(deciding->tables);
  for (uint32_t i = 0; i < count && rows[i].output < reach; i++) {
    const RplListRecord *names = rpl_lists(deciding->tables) + rows[i].rules;
    for (uint32_t j = 0; j < rows[i].rules_count; j++)
      if (names[j].item == rule->name && is_decisive(deciding, rows[i].output))
        return true;
  }
  return false;
}

static bool has_open_step(const RplDeciding *deciding,
                          const RplRuleRecord *rule) {
  const RplListRecord *steps = rpl_lists(deciding->tables) + rule->steps;
  for (uint32_t i = 0; i < rule->steps_count; i++) {
    uint32_t condition = rpl_steps(deciding->tables)[steps[i].item].condition;
    if (condition &&
        is_open(rpl_careful_value(&deciding->context->careful, condition)))
      return true;
  }
  return false;
}

/* Whether a rule of the winning outcome is unknown and, were it true, could
 * settle or upset what the decision turns on. */
static bool bears(const RplDeciding *deciding, uint32_t outcome, uint32_t reach,
                  const RplRuleRecord *rule) {
  return rule->outcome == outcome &&
         condition_of(deciding, rule)->state == RPL_STATE_UNKNOWN &&
         (has_open_step(deciding, rule) || has_gives(deciding, rule, reach) ||
          is_named(deciding, rule, reach));
}

/* Those rules stand beside the first reason, and their facts are missing too:
 * without them no other fact changes the outcome. */
static RplStatus add_bearing(RplDeciding *deciding, uint32_t outcome,
                             uint32_t reach) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  RplCauses *causes = &deciding->context->causes;
  uint32_t count = rpl_rules_count(deciding->tables);
  for (uint32_t i = 0; i < count; i++)
    if (bears(deciding, outcome, reach, &rules[i]))
      rpl_causes_walk(causes, rules[i].condition);
  clear_seen(deciding);
  RplStatus status = miss_awaited(deciding);
  if (status == RPL_OK)
    status = miss_asking(deciding);
  for (uint32_t i = 0; i < count && status == RPL_OK; i++) {
    if (!bears(deciding, outcome, reach, &rules[i]))
      continue;
    RplPending pending =
        pending_rule(deciding, &rules[i], condition_of(deciding, &rules[i]));
    rpl_causes_clear(causes);
    rpl_causes_walk(causes, rules[i].condition);
    status = add_open(deciding, &pending);
  }
  return status;
}

/* A decision that turns on one thing: an output, a step, an ensure. */
static RplStatus decide_open(RplDeciding *deciding, const RplPending *pending) {
  bool is_error = pending->value.state == RPL_STATE_ERROR;
  uint32_t outcome = deciding->outcome;
  RplSlice text = {NULL, 0};
  start_over(deciding);
  RplStatus status = add_open(deciding, pending);
  if (status == RPL_OK && !is_error)
    status = add_bearing(deciding, outcome, pending->reach);
  if (status == RPL_OK && is_error) {
    status = rpl_decide_words(deciding->context, pending->text, &text);
    if (status == RPL_OK)
      status = rpl_decide_error(deciding, (RplErrorCode)pending->value.error,
                                text, pending->place);
  }
  return status ? status : finish_open(deciding, is_error);
}

/* The facts that an outcome's open rules await, all together. */
static RplStatus miss_rules(RplDeciding *deciding, uint32_t outcome,
                            bool *is_error) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  RplCauses *causes = &deciding->context->causes;
  uint32_t count = rpl_rules_count(deciding->tables);
  rpl_causes_clear(causes);
  for (uint32_t i = 0; i < count; i++)
    if (rules[i].outcome == outcome)
      rpl_causes_walk(causes, rules[i].condition);
  *is_error = causes->awaited_count == 0;
  if (*is_error)
    return RPL_OK;
  clear_seen(deciding);
  RplStatus status = miss_awaited(deciding);
  return status ? status : miss_asking(deciding);
}

/* A rule in error, or the definition to blame for it. */
static RplPending pending_error(const RplDeciding *deciding,
                                const RplRuleRecord *rule,
                                const RplDefinitionRecord *blamed) {
  RplPending pending =
      pending_rule(deciding, rule, condition_of(deciding, rule));
  if (!blamed)
    return pending;
  pending.name = rpl_string(deciding->tables,
                            rpl_outputs(deciding->tables)[blamed->output].name);
  pending.clauses = blamed->clauses;
  pending.clauses_count = blamed->clauses_count;
  pending.place = blamed->place;
  return pending;
}

/* The reasons of a decision that errors alone keep open: each definition to
 * blame once, and the rules that went wrong by themselves. */
static RplStatus add_errors(RplDeciding *deciding, uint32_t outcome) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  const RplDefinitionRecord *rows = rpl_definitions(deciding->tables);
  uint32_t count = rpl_rules_count(deciding->tables);
  RplArena *arena = &deciding->context->arena;
  uint64_t *seen = rpl_arena_array(
      arena, rpl_bit_words(rpl_definitions_count(deciding->tables)),
      sizeof *seen);
  RplStatus status = seen ? RPL_OK : rpl_context_short(deciding->context);
  for (uint32_t i = 0; i < count && status == RPL_OK; i++) {
    const RplValue *value = condition_of(deciding, &rules[i]);
    if (rules[i].outcome != outcome || value->state != RPL_STATE_ERROR)
      continue;
    const RplDefinitionRecord *blamed =
        rpl_decide_blame(deciding, rules[i].condition);
    if (blamed && rpl_bit_test(seen, (uint32_t)(blamed - rows)))
      continue;
    if (blamed)
      rpl_bit_set(seen, (uint32_t)(blamed - rows));
    RplPending pending = pending_error(deciding, &rules[i], blamed);
    status = add_open(deciding, &pending);
    if (status == RPL_OK)
      status = rpl_decide_error(deciding, (RplErrorCode)value->error,
                                (RplSlice){NULL, 0}, pending.place);
  }
  return status;
}

/* A decision that turns on the rules of an outcome. */
static RplStatus decide_open_rules(RplDeciding *deciding, uint32_t outcome) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  uint32_t count = rpl_rules_count(deciding->tables);
  bool is_error;
  start_over(deciding);
  RplStatus status = miss_rules(deciding, outcome, &is_error);
  if (status == RPL_OK && is_error)
    status = add_errors(deciding, outcome);
  for (uint32_t i = 0; i < count && status == RPL_OK && !is_error; i++) {
    const RplValue *value = condition_of(deciding, &rules[i]);
    if (rules[i].outcome != outcome || value->state != RPL_STATE_UNKNOWN)
      continue;
    RplPending pending = pending_rule(deciding, &rules[i], value);
    rpl_causes_clear(&deciding->context->causes);
    rpl_causes_walk(&deciding->context->causes, rules[i].condition);
    status = add_open(deciding, &pending);
  }
  return status ? status : finish_open(deciding, is_error);
}

/* ---- determined decisions ----------------------------------------------- */

static RplStatus add_step(RplDeciding *deciding, uint32_t row) {
  void *items = rpl_arena_grow(&deciding->context->arena, deciding->step_rows,
                               deciding->step_count, &deciding->step_capacity,
                               sizeof *deciding->step_rows);
  if (!items)
    return rpl_context_short(deciding->context);
  deciding->step_rows = items;
  deciding->step_rows[deciding->step_count++] = row;
  const RplStepRecord *step = &rpl_steps(deciding->tables)[row];
  return rpl_decide_cite(deciding, step->clauses, step->clauses_count);
}

/* The steps of a LIST whose conditions are true. On an open condition *open is
 * its operand, and the rest is not looked at. */
static RplStatus add_steps(RplDeciding *deciding, uint32_t first,
                           uint32_t count, uint32_t *open) {
  for (uint32_t i = 0; i < count; i++) {
    uint32_t row = rpl_lists(deciding->tables)[first + i].item;
    uint32_t condition = rpl_steps(deciding->tables)[row].condition;
    if (condition) {
      const RplValue *value =
          rpl_careful_value(&deciding->context->careful, condition);
      if (is_open(value)) {
        *open = condition;
        return RPL_OK;
      }
      if (!rpl_value_is(value, true))
        continue;
    }
    RplStatus status = add_step(deciding, row);
    if (status)
      return status;
  }
  return RPL_OK;
}

/* Joins what a reason gives to outputs with what others gave. */
static void take_gives(RplDeciding *deciding, uint32_t row) {
  const RplRuleRecord *rule = &rpl_rules(deciding->tables)[row];
  const RplListRecord *pairs = rpl_lists(deciding->tables) + rule->gives;
  for (uint32_t i = 0; i + 1 < rule->gives_count; i += 2) {
    RplGive *give = &deciding->gives[pairs[i].item];
    uint32_t operand = pairs[i + 1].item;
    RplState before = (RplState)give->value.state;
    rpl_careful_pick(&give->value, NULL,
                     rpl_careful_value(&deciding->context->careful, operand),
                     RPL_ORIGIN_NONE, &give->value);
    if (give->operand && (RplState)give->value.state == before)
      continue;
    give->operand = operand;
    give->rule = row;
  }
}

static RplStatus begin_gives(RplDeciding *deciding) {
  uint32_t count = rpl_outputs_count(deciding->tables);
  deciding->gives = rpl_arena_array(&deciding->context->arena, count,
                                    sizeof *deciding->gives);
  if (!deciding->gives)
    return rpl_context_short(deciding->context);
  for (uint32_t i = 0; i < count; i++)
    deciding->gives[i].value = rpl_value_none();
  return RPL_OK;
}

/* Takes the decision over to an open step condition. */
static void hold_step(RplDeciding *deciding, uint32_t condition,
                      RplPending *pending) {
  RplCauses *causes = &deciding->context->causes;
  pending->value = *rpl_careful_value(&deciding->context->careful, condition);
  rpl_causes_clear(causes);
  rpl_causes_walk(causes, condition);
}

/* All rules of the outcome that are true, with what they give. */
static RplStatus gather_rules(RplDeciding *deciding) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  uint32_t count = rpl_rules_count(deciding->tables);
  for (uint32_t i = 0; i < count; i++) {
    if (rules[i].outcome != deciding->outcome ||
        !rpl_value_is(condition_of(deciding, &rules[i]), true))
      continue;
    RplStatus status = add_holding(deciding, &rules[i]);
    if (status)
      return status;
    rpl_bit_set(deciding->context->rule_named, rules[i].name);
    take_gives(deciding, i);
  }
  return RPL_OK;
}

/* Their steps, after all reasons, for the clauses stand in that order. */
static RplStatus gather_steps(RplDeciding *deciding, bool *is_pending,
                              RplPending *pending) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  uint32_t count = rpl_rules_count(deciding->tables);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t open = 0;
    const RplValue *condition = condition_of(deciding, &rules[i]);
    if (rules[i].outcome != deciding->outcome || !rpl_value_is(condition, true))
      continue;
    RplStatus status =
        add_steps(deciding, rules[i].steps, rules[i].steps_count, &open);
    if (status)
      return status;
    if (open) {
      *pending = pending_rule(deciding, &rules[i], condition);
      hold_step(deciding, open, pending);
      *is_pending = true;
      return RPL_OK;
    }
  }
  return RPL_OK;
}

/* `otherwise`: a reason of that name, and its steps. */
static RplStatus gather_otherwise(RplDeciding *deciding, bool *is_pending,
                                  RplPending *pending) {
  const RplPolicyRecord *policy = rpl_policy(deciding->tables);
  RplReason *reason;
  RplSlice *clauses;
  uint32_t open = 0;
  memset(pending, 0, sizeof *pending);
  pending->name = rpl_slice_from("otherwise");
  pending->clauses = policy->otherwise_clauses;
  pending->clauses_count = policy->otherwise_clauses_count;
  pending->place = policy->otherwise_place;
  RplStatus status =
      rpl_decide_reason(deciding, pending->name, pending->place,
                        pending->clauses_count, &reason, &clauses);
  if (status)
    return status;
  rpl_decide_strings(deciding->tables, pending->clauses, pending->clauses_count,
                     clauses);
  status = rpl_decide_words(deciding->context, policy->otherwise_text,
                            &reason->text);
  if (status == RPL_OK)
    status =
        rpl_decide_cite(deciding, pending->clauses, pending->clauses_count);
  if (status == RPL_OK)
    status = add_steps(deciding, policy->otherwise_steps,
                       policy->otherwise_steps_count, &open);
  if (status == RPL_OK && open) {
    hold_step(deciding, open, pending);
    *is_pending = true;
  }
  return status;
}

/* A policy's own request for evidence is no different from the engine's. */
static RplStatus miss_if_asking(RplDeciding *deciding) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  uint32_t count = rpl_rules_count(deciding->tables);
  const RplPolicyRecord *policy = rpl_policy(deciding->tables);
  RplStatus status = RPL_OK;
  if (rpl_outcomes(deciding->tables)[deciding->outcome].reported !=
      policy->unknown_report)
    return RPL_OK;
  clear_seen(deciding);
  for (uint32_t i = 0; i < count && status == RPL_OK; i++)
    if (rules[i].outcome == deciding->outcome &&
        rpl_value_is(condition_of(deciding, &rules[i]), true))
      status = miss_provides(deciding, &rules[i]);
  return status ? status : miss_asking(deciding);
}

static RplStatus decide_determined(RplDeciding *deciding, uint32_t outcome,
                                   bool is_otherwise) {
  bool is_pending = false;
  RplPending pending;
  start_over(deciding);
  deciding->outcome = outcome;
  deciding->is_otherwise = is_otherwise;
  deciding->decision->outcome = rpl_string(
      deciding->tables, rpl_outcomes(deciding->tables)[outcome].reported);
  RplStatus status = begin_gives(deciding);
  if (status == RPL_OK && is_otherwise)
    status = gather_otherwise(deciding, &is_pending, &pending);
  if (status == RPL_OK && !is_otherwise)
    status = gather_rules(deciding);
  if (status == RPL_OK && !is_otherwise)
    status = gather_steps(deciding, &is_pending, &pending);
  if (status == RPL_OK && !is_pending)
    status = rpl_decide_outputs(deciding, &is_pending, &pending);
  if (status == RPL_OK && is_pending)
    return decide_open(deciding, &pending);
  return status ? status : miss_if_asking(deciding);
}

/* ---- the procedure ------------------------------------------------------ */

static void mark_outcomes(const RplDeciding *deciding) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  uint8_t *marks = deciding->context->outcome_marks;
  uint32_t count = rpl_rules_count(deciding->tables);
  uint32_t outcomes = rpl_outcomes_count(deciding->tables);
  if (outcomes)
    memset(marks, 0, outcomes);
  for (uint32_t i = 0; i < count; i++) {
    const RplValue *value = condition_of(deciding, &rules[i]);
    if (rpl_value_is(value, true))
      marks[rules[i].outcome] |= MARK_HOLDS;
    else if (is_open(value))
      marks[rules[i].outcome] |= MARK_OPEN;
  }
}

/* Nothing holds, and the policy was said not to need an `otherwise`. */
static RplStatus decide_gap(RplDeciding *deciding) {
  const RplPolicyRecord *policy = rpl_policy(deciding->tables);
  RplPending pending;
  memset(&pending, 0, sizeof pending);
  pending.name = rpl_slice_from("otherwise");
  pending.place = policy->otherwise_place;
  pending.value = rpl_value_error(RPL_ERROR_ENSURE_FAILED, RPL_ORIGIN_NONE);
  return decide_open(deciding, &pending);
}

static RplStatus decide(RplDeciding *deciding) {
  const uint8_t *marks = deciding->context->outcome_marks;
  uint32_t count = rpl_outcomes_count(deciding->tables);
  uint32_t otherwise = rpl_policy(deciding->tables)->otherwise;
  mark_outcomes(deciding);
  for (uint32_t outcome = 0; outcome < count; outcome++) {
    if (marks[outcome] & MARK_HOLDS)
      return decide_determined(deciding, outcome, false);
    if (marks[outcome] & MARK_OPEN)
      return decide_open_rules(deciding, outcome);
  }
  return otherwise ? decide_determined(deciding, otherwise - 1, true)
                   : decide_gap(deciding);
}

/* What an explanation has to know of the course of the procedure. */
static void keep_course(const RplDeciding *deciding) {
  RplDecision *decision = deciding->decision;
  const uint8_t *marks = deciding->context->outcome_marks;
  uint32_t count = rpl_outcomes_count(deciding->tables);
  uint32_t reached = 0;
  while (reached < count && !marks[reached])
    reached++;
  decision->reached_row = reached;
  decision->gives = deciding->gives;
}

/* Decides with the facts as they are. */
static RplStatus decide_once(RplContext *context,
                             const RplDecision **decision) {
  RplDeciding deciding;
  rpl_arena_reset(&context->arena);
  context->arena.is_over_limit = false;
  RplStatus status = rpl_facts_settle(&context->facts);
  if (status)
    return status;
  status = rpl_careful_run(&context->careful, &context->arena);
  if (status)
    return rpl_context_short(context);
  memset(&deciding, 0, sizeof deciding);
  context->causes.is_short = false;
  deciding.context = context;
  deciding.tables = &context->image->tables;
  deciding.decision =
      rpl_arena_alloc(&context->arena, sizeof *deciding.decision);
  if (!deciding.decision)
    return rpl_context_short(context);
  deciding.decision->context = context;
  status = decide(&deciding);
  deciding.decision->outcome_row = deciding.outcome;
  deciding.decision->is_otherwise = deciding.is_otherwise;
  if (status == RPL_OK)
    status = rpl_decide_close(&deciding);
  if (status == RPL_OK && context->causes.is_short)
    status = rpl_context_short(context);
  keep_course(&deciding);
  if (status == RPL_OK)
    *decision = deciding.decision;
  return status;
}

/* Each turn asks one provider more, so that they end. */
RplStatus rpl_decide(RplContext *context, const RplDecision **decision) {
  bool is_changed = false;
  RplStatus status;
  rpl_providing_reset(context);
  do {
    status = decide_once(context, decision);
    if (status == RPL_OK)
      status = rpl_providing_ask(context, &is_changed);
  } while (status == RPL_OK && is_changed);
  return status;
}
