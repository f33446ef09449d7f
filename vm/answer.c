/* SPDX-License-Identifier: Apache-2.0
 * answer.c - rpl_answer_json. See answer.h. */
#include "vm/answer.h"

#include <string.h>

#include "vm/decide.h"

/* ---- memory ---------------------------------------------------------------
 */

static RplStatus begin(RplContext *context) {
  const RplAllocator *allocator = context->allocator;
  RplAnswers *answers =
      allocator->reallocate(allocator->context, NULL, 0, sizeof *answers);
  if (!answers)
    return RPL_E_MEMORY;
  memset(answers, 0, sizeof *answers);
  rpl_arena_init(&answers->arena, allocator, 0);
  rpl_arena_init(&answers->forms_arena, allocator, RPL_ANSWER_MAX_FORM_BYTES);
  rpl_buffer_init(&answers->out, allocator);
  rpl_buffer_init(&answers->scratch, allocator);
  context->answers = answers;
  RplStatus status = rpl_answer_plan(answers, context);
  if (status)
    rpl_answer_end(context);
  return status;
}

void rpl_answer_end(RplContext *context) {
  const RplAllocator *allocator = context->allocator;
  RplAnswers *answers = context->answers;
  if (!answers)
    return;
  rpl_arena_clear(&answers->arena);
  rpl_arena_clear(&answers->forms_arena);
  rpl_buffer_clear(&answers->out);
  rpl_buffer_clear(&answers->scratch);
  (void)allocator->reallocate(allocator->context, answers, sizeof *answers, 0);
  context->answers = NULL;
}

/* ---- the signature --------------------------------------------------------
 */

#define NO_PLAN UINT32_MAX

/* What is seen of a value that a decision turns on, in two bits: 0 nothing, or
 * a condition that is false; 1 a value, or one that is true; 2 unknown; 3 none.
 */
static const uint8_t seen[4] = {[RPL_STATE_UNKNOWN] = 2,
                                [RPL_STATE_KNOWN] = 1,
                                [RPL_STATE_NONE] = 3,
                                [RPL_STATE_ERROR] = 0};

static inline uint64_t look(const RplSign *sign, bool *is_told) {
  const RplBrief *gate = sign->gate, *value = sign->value;
  if (gate->state == RPL_STATE_KNOWN && !gate->num)
    return 0;
  *is_told &= value->state != RPL_STATE_ERROR;
  if (sign->is_condition && value->state == RPL_STATE_KNOWN)
    return value->num != 0;
  return seen[value->state];
}

/* Makes the signature; false: something of it cannot be told here. */
static bool sign(RplAnswers *answers, const RplPlan *plan) {
  bool is_told = true;
  const RplSign *next = plan->signs, *end = plan->signs + plan->sign_count;
  for (uint32_t word = 0; word <= plan->sign_count / 32; word++) {
    uint64_t bits = 0;
    for (unsigned shift = 0; shift < 64 && next < end; shift += 2)
      bits |= look(next++, &is_told) << shift;
    answers->signs[word] = bits;
  }
  return is_told;
}

/* What an outcome's rules come to. */
typedef enum Holding { HOLDS_NOT, HOLDS, HOLDS_PERHAPS } Holding;

static Holding holding(const RplPlan *plan) {
  Holding result = HOLDS_NOT;
  for (uint32_t i = 0; i < plan->condition_count; i++) {
    const RplBrief *value = plan->conditions[i];
    if (value->state == RPL_STATE_KNOWN && value->num)
      result = HOLDS;
    else if (value->state == RPL_STATE_ERROR)
      return HOLDS_PERHAPS;
    else if (value->state != RPL_STATE_KNOWN && result == HOLDS_NOT)
      result = HOLDS_PERHAPS;
  }
  return result;
}

/* The plan by which the request is decided, its signature in answers->signs;
 * NO_PLAN: the long way must be taken. */
static uint32_t find_plan(RplAnswers *answers, RplContext *context) {
  for (uint32_t i = 0; i < answers->plan_count; i++) {
    RplPlan *plan = &answers->plans[i];
    Holding found = HOLDS; /* of `otherwise`, after all others */
    if (plan->conditions) {
      rpl_answer_run(answers, context, &plan->first);
      found = holding(plan);
    }
    if (found == HOLDS_NOT)
      continue;
    if (found == HOLDS_PERHAPS)
      return NO_PLAN;
    for (uint32_t j = 0; j < plan->more_count; j++)
      rpl_answer_run(answers, context, &plan->more[j]);
    return sign(answers, plan) ? i : NO_PLAN;
  }
  return NO_PLAN;
}

/* Reads and judges a request. */
static uint32_t take_request(RplAnswers *answers, RplContext *context,
                             RplSlice json) {
  rpl_arena_reset(&context->arena);
  rpl_arena_reset(&context->facts.arena);
  return rpl_answer_read(answers, context, json) ? find_plan(answers, context)
                                                 : NO_PLAN;
}

/* ---- what a signature tells -----------------------------------------------
 */

static bool is_true(const RplAnswers *answers, uint32_t operand) {
  const RplBrief *value = &answers->values[rpl_answer_place(answers, operand)];
  return value->state == RPL_STATE_KNOWN && value->num;
}

/* Notes the names of the reasons, in bits of strings that the decision on the
 * long way clears again. */
static void name_reasons(const RplAnswers *answers, const RplContext *context,
                         const RplPlan *plan) {
  const RplTables *tables = &context->image->tables;
  const RplRuleRecord *rules = rpl_rules(tables);
  size_t words = rpl_bit_words(rpl_strings_count(tables));
  memset(context->rule_named, 0, words * sizeof(uint64_t));
  for (uint32_t i = 0; plan->conditions && i < rpl_rules_count(tables); i++)
    if (rules[i].outcome == plan->outcome &&
        is_true(answers, rules[i].condition))
      rpl_bit_set(context->rule_named, rules[i].name);
}

/* Whether a rule of that name is a reason. */
static bool is_reason(const RplContext *context, const RplPlan *plan,
                      uint32_t name) {
  return plan->conditions
             ? rpl_bit_test(context->rule_named, name)
             : rpl_slice_is(rpl_string(&context->image->tables, name),
                            "otherwise");
}

static bool stands(const RplContext *context, const RplPlan *plan,
                   const RplDefinitionRecord *definition) {
  const RplListRecord *lists = rpl_lists(&context->image->tables);
  if (!definition->outcomes_count && !definition->rules_count)
    return true;
  for (uint32_t i = 0; i < definition->outcomes_count; i++)
    if (lists[definition->outcomes + i].item == plan->outcome)
      return true;
  for (uint32_t i = 0; i < definition->rules_count; i++)
    if (is_reason(context, plan, lists[definition->rules + i].item))
      return true;
  return false;
}

/* Whether a definition has a part in what its output comes to. */
static bool has_part(const RplAnswers *answers, const RplTables *tables,
                     const RplDefinitionRecord *definition) {
  const RplBrief *guard =
      &answers->values[rpl_answer_place(answers, definition->guard)];
  if (guard->state == RPL_STATE_KNOWN && !guard->num)
    return false;
  for (uint32_t i = 0; i < definition->values_count; i++) {
    uint32_t operand = rpl_lists(tables)[definition->values + i].item;
    if (answers->values[rpl_answer_place(answers, operand)].state !=
        RPL_STATE_NONE)
      return true;
  }
  return false;
}

/* Whether no output is given a value by two definitions; those of an output
 * stand together. */
static bool is_defined_once(const RplAnswers *answers,
                            const RplContext *context, const RplPlan *plan) {
  const RplTables *tables = &context->image->tables;
  const RplDefinitionRecord *definitions = rpl_definitions(tables);
  uint32_t last = UINT32_MAX; /* output that has one */
  for (uint32_t i = 0; i < rpl_definitions_count(tables); i++) {
    if (!stands(context, plan, &definitions[i]) ||
        !has_part(answers, tables, &definitions[i]))
      continue;
    if (definitions[i].output == last)
      return false;
    last = definitions[i].output;
  }
  return true;
}

/* Whether no output is given a value by two reasons. */
static bool is_given_once(const RplAnswers *answers, RplContext *context,
                          const RplPlan *plan) {
  const RplTables *tables = &context->image->tables;
  const RplRuleRecord *rules = rpl_rules(tables);
  uint64_t *given = rpl_arena_array(
      &context->arena, rpl_bit_words(rpl_outputs_count(tables)), 8);
  for (uint32_t i = 0; given && plan->conditions && i < rpl_rules_count(tables);
       i++) {
    const RplListRecord *pairs = rpl_lists(tables) + rules[i].gives;
    if (rules[i].outcome != plan->outcome ||
        !is_true(answers, rules[i].condition))
      continue;
    for (uint32_t j = 0; j + 1 < rules[i].gives_count; j += 2) {
      if (rpl_bit_test(given, pairs[j].item))
        return false;
      rpl_bit_set(given, pairs[j].item);
    }
  }
  return given != NULL;
}

/* Whether all decisions with the signature at hand have the same bytes but for
 * values. Where two values of an output meet, their equality decides, and where
 * evidence is asked for, the values of sets; a signature tells neither. Takes
 * time linear in the policy, as a decision does. */
static bool tells_all(const RplAnswers *answers, RplContext *context,
                      const RplPlan *plan) {
  const RplTables *tables = &context->image->tables;
  if (rpl_outcomes(tables)[plan->outcome].reported ==
      rpl_policy(tables)->unknown_report)
    return false;
  name_reasons(answers, context, plan);
  return is_defined_once(answers, context, plan) &&
         is_given_once(answers, context, plan);
}

/* ---- the long way ---------------------------------------------------------
 */

/* One request on its way to an answer. */
typedef struct Request {
  RplContext *context;
  RplSlice facts;
  uint32_t facts_flags, json_flags;
  RplFactError *error;
  uint32_t plan;
} Request;

static RplStatus take_long_way(const Request *request,
                               const RplDecision **decision, RplSlice *json) {
  RplContext *context = request->context;
  RplStatus status = rpl_facts_json(context, request->facts,
                                    request->facts_flags, request->error);
  if (status == RPL_OK)
    status = rpl_decide(context, decision);
  if (status == RPL_OK)
    status = rpl_decision_json(*decision, request->json_flags, json);
  return status;
}

/* Whether there may be room for a form more. A decision that none is made of
 * is made once, not twice. */
static bool has_room(const RplAnswers *answers) {
  return answers->form_count < RPL_ANSWER_MAX_FORMS &&
         !answers->forms_arena.is_over_limit;
}

/* Makes a form of the decision for this request. NULL: none was kept. */
static RplAnswerForm *learn(const Request *request) {
  RplContext *context = request->context;
  RplAnswers *answers = context->answers;
  const RplPlan *plan = &answers->plans[request->plan];
  const RplDecision *decision;
  RplSlice json = {NULL, 0};
  if (!tells_all(answers, context, plan))
    return rpl_answer_learn(answers, context, request->plan, json);
  context->has_holes = true;
  RplStatus status = take_long_way(request, &decision, &json);
  context->has_holes = false;
  if (status)
    return NULL;
  if (decision->outcome_row != plan->outcome || decision->missing_count ||
      decision->is_otherwise != !plan->conditions || decision->rejected_count ||
      decision->error.code.length)
    json.length = 0;
  return rpl_answer_learn(answers, context, request->plan, json);
}

/* Takes the long way and sees whether the form gives the same bytes. */
static RplStatus check(const Request *request, RplAnswerForm *form,
                       RplSlice *json) {
  RplContext *context = request->context;
  RplAnswers *answers = context->answers;
  const RplDecision *decision;
  bool is_filled =
      form && form->piece_count &&
      take_request(answers, context, request->facts) == request->plan &&
      rpl_answer_fill(answers, context, form);
  RplStatus status = take_long_way(request, &decision, json);
  if (status || !is_filled)
    return status;
  form->is_checked = rpl_slice_equal(*json, rpl_buffer_view(&answers->out));
  if (!form->is_checked)
    form->piece_count = 0;
  return status;
}

/* ---- all ------------------------------------------------------------------
 */

static RplStatus answer(Request *request, RplSlice *json) {
  RplContext *context = request->context;
  RplAnswers *answers = context->answers;
  const RplDecision *decision;
  RplAnswerForm *form = NULL;
  request->plan = take_request(answers, context, request->facts);
  if (request->plan == NO_PLAN)
    return take_long_way(request, &decision, json);
  form = rpl_answer_find(answers, request->plan);
  if (!form && has_room(answers))
    form = learn(request);
  if (!form || !form->is_checked)
    return check(request, form, json);
  if (!rpl_answer_fill(answers, context, form))
    return take_long_way(request, &decision, json);
  *json = rpl_buffer_view(&answers->out);
  return RPL_OK;
}

RplStatus rpl_answer_json(RplContext *context, RplSlice facts,
                          uint32_t facts_flags, uint32_t json_flags,
                          RplSlice *json, RplFactError *error) {
  Request request = {context, facts, facts_flags, json_flags, error, NO_PLAN};
  const RplDecision *decision;
  if ((facts_flags & ~RPL_FACTS_IGNORE_UNKNOWN) ||
      (json_flags & ~RPL_JSON_RECORD))
    return RPL_E_ARGUMENT;
  if (!context->answers && !json_flags) {
    RplStatus status = begin(context);
    if (status)
      return status;
  }
  rpl_facts_forget(&context->facts);
  if (json_flags || !context->answers->plans)
    return take_long_way(&request, &decision, json);
  return answer(&request, json);
}
