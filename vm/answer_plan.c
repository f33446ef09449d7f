/* SPDX-License-Identifier: Apache-2.0
 * answer_plan.c - what decisions for each outcome need. See answer.h. */
#include "vm/answer.h"
#include "vm/decide.h"

#include <string.h>

/* Nobody needs a row, or more than one gate, or none, does. */
#define OWNER_NOBODY   UINT32_MAX
#define OWNER_EVERYONE 0u

/* A policy that is being planned for. */
typedef struct Planning {
  RplAnswers *answers;
  RplContext *context;
  const RplTables *tables;
  RplArena scratch;
  uint64_t *done;   /* rows that are run for the outcomes so far */
  uint32_t *owners; /* by row: the place of the gate that asks for it */
  uint32_t *next;   /* by row: the next one of the same owner, plus one */
  uint32_t *heads;  /* by place: the first row that it owns, plus one */
  uint32_t *gates;  /* places of the gates of the plan */
  uint32_t gate_count;
  uint64_t *stands; /* outputs that may stand with it */
  uint64_t *named;  /* strings that are names of its rules */
  RplSign *signs;   /* RPL_ANSWER_MAX_SIGNS */
  RplPlan *plan;
  bool is_short;
  bool is_over; /* a limit was passed */
} Planning;

static void *take(Planning *planning, size_t count, size_t bytes) {
  void *block = rpl_arena_array(&planning->answers->arena, count, bytes);
  planning->is_short |= !block;
  return block;
}

/* ---- values ---------------------------------------------------------------
 */

static bool is_single(uint8_t op) {
  return op != RPL_OP_EACH && !rpl_op_closes(op) && op != RPL_OP_COUNT &&
         op != RPL_OP_FIELD && op != RPL_OP_APPEND && op != RPL_OP_WITH;
}

/* Whether an instruction can be run on brief values. */
static bool can_run(const Planning *planning, uint32_t row) {
  const RplImage *image = planning->context->image;
  const RplInstruction *code = &rpl_code(planning->tables)[row];
  return is_single(RPL_CODE_OP(code->word)) &&
         (!image->blocks || !image->blocks[row]);
}

static RplBrief *value_of(const Planning *planning, uint32_t operand) {
  return &planning->answers
              ->values[rpl_answer_place(planning->answers, operand)];
}

/* Whether a number or an amount is bounded below by zero and nowhere else. */
static bool is_zero(const Planning *planning, const RplFactRecord *fact) {
  const RplTypeRecord *type = &rpl_types(planning->tables)[fact->type];
  const RplBrief *low = value_of(planning, fact->low);
  return fact->low && !fact->high && low->state == RPL_STATE_KNOWN &&
         !low->num && !low->currency &&
         (type->kind == RPL_KIND_MONEY ||
          rpl_kind_is_numeric((RplKind)type->kind));
}

static void describe_facts(Planning *planning) {
  RplAnswers *answers = planning->answers;
  const RplTables *tables = planning->tables;
  for (uint32_t slot = 0; slot < answers->fact_count; slot++) {
    const RplFactRecord *record = &rpl_facts(tables)[slot];
    const RplTypeRecord *type = &rpl_types(tables)[record->type];
    answers->facts[slot + 1] =
        (RplBriefFact){.name = rpl_string(tables, record->name),
                       .low = rpl_answer_place(answers, record->low),
                       .high = rpl_answer_place(answers, record->high),
                       .is_low_open = record->flags & RPL_FACT_LOW_OPEN,
                       .is_high_open = record->flags & RPL_FACT_HIGH_OPEN,
                       .is_low_zero = is_zero(planning, record),
                       .is_param = record->flags & RPL_FACT_PARAM,
                       .is_optional = type->optional != 0,
                       .kind = (uint8_t)type->kind,
                       .detail = type->detail};
  }
}

static RplBriefRow describe_row(const Planning *planning, uint32_t row) {
  const RplTables *tables = planning->tables;
  const RplInstruction *code = &rpl_code(tables)[row];
  return (RplBriefRow){
      .a = value_of(planning, code->a),
      .b = value_of(planning, code->b),
      .c = value_of(planning, code->c),
      .to = value_of(planning, RPL_OPERAND(RPL_SPACE_TEMP, row)),
      .row = row,
      .op = RPL_CODE_OP(code->word),
      .kind = (uint8_t)rpl_types(tables)[RPL_CODE_TYPE(code->word)].kind,
      .sort =
          (uint8_t)rpl_operand_type(planning->context->image, code->a)->kind};
}

/* Constants for good, temporaries as what nobody has told yet. */
static void begin_values(Planning *planning, uint32_t count) {
  RplAnswers *answers = planning->answers;
  for (uint32_t i = 0; i < count; i++)
    answers->values[i] = (RplBrief){0, 1, 0, RPL_STATE_ERROR};
  answers->values[0] = (RplBrief){1, 1, 0, RPL_STATE_KNOWN};
  for (uint32_t i = 0; i < answers->constant_count; i++)
    answers->values[1 + answers->fact_count + i] =
        rpl_brief_from(&planning->context->careful.constants[i]);
}

/* ---- what is needed -------------------------------------------------------
 */

/* Notes that what the gate at a place lets through needs an operand. */
static void need(Planning *planning, uint32_t operand, uint32_t gate) {
  if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_TEMP)
    return;
  uint32_t *owner = &planning->owners[RPL_OPERAND_INDEX(operand)];
  *owner = *owner == OWNER_NOBODY || *owner == gate ? gate : OWNER_EVERYONE;
}

static void need_text(Planning *planning, uint32_t text0, uint32_t gate) {
  const RplTables *tables = planning->tables;
  if (!text0)
    return;
  const RplTextRecord *text = &rpl_texts(tables)[text0 - 1];
  for (uint32_t i = 0; i < text->count; i++)
    need(planning, rpl_segments(tables)[text->segments + i].operand, gate);
}

/* The place of an operand (0: none) that decides whether others are needed. */
static uint32_t open_gate(Planning *planning, uint32_t operand) {
  uint32_t place = rpl_answer_place(planning->answers, operand);
  if (place)
    planning->gates[planning->gate_count++] = place;
  return place;
}

/* Notes that the plan turns on an operand, unless its gate is false. */
static void turn_on(Planning *planning, uint32_t operand, uint32_t gate,
                    bool is_condition) {
  RplPlan *plan = planning->plan;
  need(planning, operand, gate);
  if (plan->sign_count == RPL_ANSWER_MAX_SIGNS) {
    planning->is_over = true;
    return;
  }
  planning->signs[plan->sign_count++] =
      (RplSign){value_of(planning, operand), &planning->answers->values[gate],
                is_condition};
}

static void begin_needs(Planning *planning) {
  for (uint32_t row = 0; row < rpl_code_count(planning->tables); row++)
    planning->owners[row] = OWNER_NOBODY;
  planning->gate_count = 0;
}

static bool is_due(const Planning *planning, uint32_t row) {
  return planning->owners[row] != OWNER_NOBODY &&
         !rpl_bit_test(planning->done, row) && can_run(planning, row);
}

/* Adds what the rows that are needed need in their turn, and lists the rows of
 * each owner; operands stand before the instructions that read them. */
static void follow_needs(Planning *planning) {
  for (uint32_t row = rpl_code_count(planning->tables); row-- > 0;) {
    const RplInstruction *code = &rpl_code(planning->tables)[row];
    uint32_t owner = planning->owners[row];
    if (!is_due(planning, row))
      continue;
    need(planning, code->a, owner);
    need(planning, code->b, owner);
    need(planning, code->c, owner);
    planning->next[row] = planning->heads[owner];
    planning->heads[owner] = row + 1;
  }
}

/* Makes a schedule of the rows of an owner, which then has none. */
static RplSchedule schedule(Planning *planning, uint32_t owner) {
  RplSchedule made = {&planning->answers->values[owner], NULL, 0};
  uint32_t count = 0;
  for (uint32_t i = planning->heads[owner]; i; i = planning->next[i - 1])
    count++;
  made.rows = take(planning, count, sizeof *made.rows);
  for (uint32_t i = planning->heads[owner]; made.rows && i;
       i = planning->next[i - 1])
    made.rows[made.count++] = describe_row(planning, i - 1);
  planning->heads[owner] = 0;
  return made;
}

/* ---- the parts of a plan --------------------------------------------------
 */

static bool is_of(const Planning *planning, const RplRuleRecord *rule) {
  return rule->outcome == planning->plan->outcome && planning->plan->conditions;
}

/* `gate`: the place of the rule's condition; 0: of `otherwise`. */
static void plan_steps(Planning *planning, uint32_t first, uint32_t count,
                       uint32_t gate) {
  for (uint32_t i = 0; i < count; i++) {
    const RplStepRecord *step = &rpl_steps(
        planning->tables)[rpl_lists(planning->tables)[first + i].item];
    if (step->condition)
      turn_on(planning, step->condition, gate, true);
    need_text(planning, step->text, gate);
  }
}

static void plan_rule(Planning *planning, const RplRuleRecord *rule) {
  const RplListRecord *pairs = rpl_lists(planning->tables) + rule->gives;
  uint32_t gate = open_gate(planning, rule->condition);
  turn_on(planning, rule->condition, 0, true);
  need_text(planning, rule->text, gate);
  plan_steps(planning, rule->steps, rule->steps_count, gate);
  for (uint32_t i = 0; i + 1 < rule->gives_count; i += 2) {
    turn_on(planning, pairs[i + 1].item, gate, false);
    rpl_bit_set(planning->stands, pairs[i].item);
  }
}

/* Whether a name of the list is that of one of the plan's rules. */
static bool names_rule(const Planning *planning, uint32_t first,
                       uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!planning->plan->conditions || /* `otherwise` has no rules */
        rpl_bit_test(planning->named,
                     rpl_lists(planning->tables)[first + i].item))
      return true;
  return false;
}

static bool may_stand(const Planning *planning,
                      const RplDefinitionRecord *definition) {
  const RplListRecord *lists = rpl_lists(planning->tables);
  if (!definition->outcomes_count && !definition->rules_count)
    return true;
  for (uint32_t i = 0; i < definition->outcomes_count; i++)
    if (lists[definition->outcomes + i].item == planning->plan->outcome)
      return true;
  return names_rule(planning, definition->rules, definition->rules_count);
}

static void plan_definition(Planning *planning,
                            const RplDefinitionRecord *definition) {
  if (!may_stand(planning, definition))
    return;
  uint32_t gate = open_gate(planning, definition->guard);
  rpl_bit_set(planning->stands, definition->output);
  if (definition->guard)
    turn_on(planning, definition->guard, 0, true);
  for (uint32_t i = 0; i < definition->values_count; i++)
    turn_on(planning, rpl_lists(planning->tables)[definition->values + i].item,
            gate, false);
}

static void plan_ensure(Planning *planning, const RplEnsureRecord *ensure) {
  bool is_checked = ensure->outputs_count == 0;
  for (uint32_t i = 0; i < ensure->outputs_count; i++)
    is_checked |=
        rpl_bit_test(planning->stands,
                     rpl_lists(planning->tables)[ensure->outputs + i].item);
  if (is_checked)
    turn_on(planning, ensure->condition, 0, true);
}

/* What stands under a gate comes after the gates themselves. */
static void schedule_decision(Planning *planning) {
  RplPlan *plan = planning->plan;
  follow_needs(planning);
  plan->more =
      take(planning, (size_t)planning->gate_count + 1, sizeof *plan->more);
  if (!plan->more)
    return;
  plan->more[plan->more_count++] = schedule(planning, OWNER_EVERYONE);
  for (uint32_t i = 0; i < planning->gate_count; i++)
    if (planning->heads[planning->gates[i]])
      plan->more[plan->more_count++] = schedule(planning, planning->gates[i]);
}

static void clear(uint64_t *bits, uint32_t count) {
  memset(bits, 0, rpl_bit_words(count) * sizeof(uint64_t));
}

/* All that a decision looks at once its outcome is known. */
static void plan_decision(Planning *planning) {
  const RplTables *tables = planning->tables;
  const RplPolicyRecord *policy = rpl_policy(tables);
  begin_needs(planning);
  clear(planning->stands, rpl_outputs_count(tables));
  for (uint32_t i = 0; i < rpl_rules_count(tables); i++)
    if (is_of(planning, &rpl_rules(tables)[i]))
      plan_rule(planning, &rpl_rules(tables)[i]);
  if (!planning->plan->conditions) {
    need_text(planning, policy->otherwise_text, 0);
    plan_steps(planning, policy->otherwise_steps, policy->otherwise_steps_count,
               0);
  }
  for (uint32_t i = 0; i < rpl_definitions_count(tables); i++)
    plan_definition(planning, &rpl_definitions(tables)[i]);
  for (uint32_t i = 0; i < rpl_ensures_count(tables); i++)
    plan_ensure(planning, &rpl_ensures(tables)[i]);
  schedule_decision(planning);
  planning->plan->signs =
      take(planning, planning->plan->sign_count, sizeof(RplSign));
  if (planning->plan->signs)
    memcpy(planning->plan->signs, planning->signs,
           planning->plan->sign_count * sizeof(RplSign));
}

/* Conditions of an outcome's rules, and the rows that these need first. */
static void plan_conditions(Planning *planning) {
  const RplTables *tables = planning->tables;
  const RplRuleRecord *rules = rpl_rules(tables);
  RplPlan *plan = planning->plan;
  uint32_t count = rpl_rules_count(tables);
  uint32_t of_outcome = 0;
  for (uint32_t i = 0; i < count; i++)
    of_outcome += rules[i].outcome == plan->outcome;
  plan->conditions = take(planning, of_outcome, sizeof(RplBrief *));
  begin_needs(planning);
  clear(planning->named, rpl_strings_count(tables));
  for (uint32_t i = 0; plan->conditions && i < count; i++) {
    if (rules[i].outcome != plan->outcome)
      continue;
    need(planning, rules[i].condition, OWNER_EVERYONE);
    rpl_bit_set(planning->named, rules[i].name);
    plan->conditions[plan->condition_count++] =
        value_of(planning, rules[i].condition);
  }
  follow_needs(planning);
  plan->first = schedule(planning, OWNER_EVERYONE);
  for (uint32_t i = 0; i < plan->first.count; i++)
    rpl_bit_set(planning->done, plan->first.rows[i].row);
}

static void plan_all(Planning *planning) {
  RplAnswers *answers = planning->answers;
  uint32_t outcomes = rpl_outcomes_count(planning->tables);
  uint32_t otherwise = rpl_policy(planning->tables)->otherwise;
  uint32_t widest = 0;
  for (uint32_t i = 0; i <= outcomes && !planning->is_short; i++) {
    planning->plan = &answers->plans[i];
    if (i == outcomes && !otherwise)
      break;
    planning->plan->outcome = i < outcomes ? i : otherwise - 1;
    if (i < outcomes)
      plan_conditions(planning);
    if (!planning->is_short &&
        (i == outcomes || planning->plan->condition_count))
      plan_decision(planning);
    if (planning->plan->sign_count > widest)
      widest = planning->plan->sign_count;
    answers->plan_count = i + 1;
  }
  answers->signs = take(planning, widest / 32 + 1, sizeof(uint64_t));
}

static bool begin(Planning *planning) {
  RplAnswers *answers = planning->answers;
  const RplTables *tables = planning->tables;
  uint32_t rows = rpl_code_count(tables);
  answers->fact_count = rpl_facts_count(tables);
  answers->constant_count = rpl_constants_count(tables);
  uint32_t values = 1 + answers->fact_count + answers->constant_count + rows;
  answers->facts =
      take(planning, (size_t)answers->fact_count + 1, sizeof(RplBriefFact));
  answers->blank =
      take(planning, (size_t)answers->fact_count + 1, sizeof(RplBrief));
  answers->values = take(planning, values, sizeof(RplBrief));
  answers->bare = take(planning, answers->fact_count, sizeof(uint32_t));
  answers->currency_place = rpl_policy(tables)->currency_fact;
  answers->plans =
      take(planning, (size_t)rpl_outcomes_count(tables) + 1, sizeof(RplPlan));
  RplArena *scratch = &planning->scratch;
  planning->done = rpl_arena_array(scratch, rpl_bit_words(rows), 8);
  planning->owners = rpl_arena_array(scratch, rows, sizeof(uint32_t));
  planning->next = rpl_arena_array(scratch, rows, sizeof(uint32_t));
  planning->heads = rpl_arena_array(scratch, values, sizeof(uint32_t));
  planning->gates = rpl_arena_array(
      scratch, (size_t)rpl_rules_count(tables) + rpl_definitions_count(tables),
      sizeof(uint32_t));
  planning->stands =
      rpl_arena_array(scratch, rpl_bit_words(rpl_outputs_count(tables)), 8);
  planning->named =
      rpl_arena_array(scratch, rpl_bit_words(rpl_strings_count(tables)), 8);
  planning->signs =
      rpl_arena_array(scratch, RPL_ANSWER_MAX_SIGNS, sizeof(RplSign));
  planning->is_short |= !planning->done || !planning->owners ||
                        !planning->next || !planning->heads ||
                        !planning->gates || !planning->stands ||
                        !planning->named || !planning->signs;
  if (planning->is_short)
    return false;
  begin_values(planning, values);
  describe_facts(planning);
  return true;
}

/* A policy whose decisions are small, come from facts alone and cannot have the
 * byte of a hole in a text. */
static bool is_plannable(const RplTables *tables) {
  return rpl_code_count(tables) <= RPL_ANSWER_MAX_ROWS &&
         rpl_rules_count(tables) <= RPL_ANSWER_MAX_ROWS &&
         rpl_definitions_count(tables) <= RPL_ANSWER_MAX_ROWS &&
         rpl_outcomes_count(tables) <= RPL_ANSWER_MAX_OUTCOMES &&
         !rpl_providers_count(tables) &&
         (!tables->blob_bytes ||
          !memchr(tables->blob, RPL_HOLE_BYTE, tables->blob_bytes));
}

RplStatus rpl_answer_plan(RplAnswers *answers, RplContext *context) {
  Planning planning = {.answers = answers,
                       .context = context,
                       .tables = &context->image->tables};
  if (!is_plannable(planning.tables))
    return RPL_OK;
  rpl_arena_init(&planning.scratch, context->allocator, 0);
  if (begin(&planning))
    plan_all(&planning);
  rpl_arena_clear(&planning.scratch);
  if (planning.is_short || planning.is_over)
    answers->plans = NULL;
  answers->param_changes = context->facts.param_changes - 1;
  return planning.is_short ? RPL_E_MEMORY : RPL_OK;
}

static bool has_row(const RplSchedule *schedule, uint32_t row) {
  for (uint32_t i = 0; i < schedule->count; i++)
    if (schedule->rows[i].row == row)
      return true;
  return false;
}

bool rpl_answer_computes(const RplAnswers *answers, uint32_t plan,
                         uint32_t place) {
  if (place <= answers->fact_count + answers->constant_count)
    return true;
  uint32_t row = place - answers->fact_count - answers->constant_count - 1;
  for (uint32_t i = 0; i < answers->plans[plan].more_count; i++)
    if (has_row(&answers->plans[plan].more[i], row))
      return true;
  for (uint32_t i = 0; i <= plan; i++)
    if (has_row(&answers->plans[i].first, row))
      return true;
  return false;
}
