/* SPDX-License-Identifier: Apache-2.0
 * decide_outputs.c - the outputs of a decision and what its policy ensures. See
 * decide.h.
 *
 * Definitions of an output are joined all at once, not one after the other, so
 * that their order cannot matter: first those whose guard is true, then what
 * the others could still change. */
#include "vm/decide.h"

#include <string.h>

/* The values of one definition, or of all that stand together. */
typedef struct Choice {
  RplState state;
  RplValue error; /* ERROR */
  uint32_t count; /* KNOWN: values; one unless ranked */
  RplValue values[RPL_MAX_RANKED];
  uint32_t operands[RPL_MAX_RANKED];
} Choice;

/* One output being decided. */
typedef struct Output {
  uint32_t row;
  const RplOutputRecord *record;
  uint32_t first, end; /* its definitions */
  uint32_t cause;      /* the definition that made it unknown or an error */
  Choice choice;
} Output;

static const RplValue *value_of(const RplDeciding *deciding, uint32_t operand) {
  return rpl_careful_value(&deciding->context->careful, operand);
}

/* ---- which definitions stand -------------------------------------------- */

static bool is_reason(const RplDeciding *deciding, uint32_t string) {
  if (rpl_bit_test(deciding->context->rule_named, string))
    return true;
  return deciding->is_otherwise &&
         rpl_slice_is(rpl_string(deciding->tables, string), "otherwise");
}

bool rpl_decide_stands(const RplDeciding *deciding,
                       const RplDefinitionRecord *definition) {
  const RplListRecord *lists = rpl_lists(deciding->tables);
  if (!definition->outcomes_count && !definition->rules_count)
    return true;
  if (deciding->outcome == UINT32_MAX)
    return false;
  for (uint32_t i = 0; i < definition->outcomes_count; i++)
    if (lists[definition->outcomes + i].item == deciding->outcome)
      return true;
  for (uint32_t i = 0; i < definition->rules_count; i++)
    if (is_reason(deciding, lists[definition->rules + i].item))
      return true;
  return false;
}

/* ---- joining ------------------------------------------------------------ */

/* A ranked value that is none is left out; all none: none. */
static void load(const RplDeciding *deciding, uint32_t first, uint32_t count,
                 Choice *choice) {
  choice->state = RPL_STATE_NONE;
  choice->count = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t operand = rpl_lists(deciding->tables)[first + i].item;
    const RplValue *value = value_of(deciding, operand);
    if (value->state == RPL_STATE_ERROR) {
      choice->state = RPL_STATE_ERROR;
      choice->error = *value;
      return;
    }
    if (value->state == RPL_STATE_UNKNOWN)
      choice->state = RPL_STATE_UNKNOWN;
    if (value->state != RPL_STATE_KNOWN || choice->count == RPL_MAX_RANKED)
      continue;
    choice->values[choice->count] = *value;
    choice->operands[choice->count++] = operand;
  }
  if (choice->count && choice->state == RPL_STATE_NONE)
    choice->state = RPL_STATE_KNOWN;
}

static bool is_same(const Choice *left, const Choice *right) {
  if (left->state != RPL_STATE_KNOWN || right->state != RPL_STATE_KNOWN ||
      left->count != right->count)
    return false;
  for (uint32_t i = 0; i < left->count; i++)
    if (!rpl_value_equal(&left->values[i], &right->values[i]))
      return false;
  return true;
}

/* Zero takes its currency from an equal value that has one. */
static void adopt_currency(Choice *to, const Choice *from) {
  for (uint32_t i = 0; i < to->count; i++)
    if (to->values[i].kind == RPL_KIND_MONEY && !to->values[i].currency)
      to->values[i].currency = from->values[i].currency;
}

/* A definition that is open, and why; the first of its sort. */
typedef struct Trouble {
  bool is_there;
  RplValue value;
  uint32_t definition;
} Trouble;

/* What is settled so far, and what was met. */
typedef struct Joining {
  Choice settled;
  Trouble error;   /* nothing cures it */
  Trouble pending; /* a guard in error that asks for a value */
  Trouble unknown;
  Choice wanted; /* what such guards ask for, where that is known */
} Joining;

static void note(Trouble *trouble, const RplValue *value, uint32_t definition) {
  if (!trouble->is_there)
    *trouble = (Trouble){true, *value, definition};
}

static void join_true(Joining *joining, const Choice *choice,
                      uint32_t definition) {
  Choice *settled = &joining->settled;
  const RplValue unknown = rpl_value_unknown();
  if (choice->state == RPL_STATE_ERROR) {
    note(&joining->error, &choice->error, definition);
  } else if (choice->state == RPL_STATE_UNKNOWN) {
    note(&joining->unknown, &unknown, definition);
  } else if (choice->state == RPL_STATE_KNOWN) {
    RplValue conflict = rpl_value_error(RPL_ERROR_CONFLICT, RPL_ORIGIN_NONE);
    if (settled->state == RPL_STATE_NONE)
      *settled = *choice;
    else if (is_same(settled, choice))
      adopt_currency(settled, choice);
    else
      note(&joining->error, &conflict, definition);
  }
}

/* A definition whose guard is not known: it can change nothing when it agrees
 * with what is settled, or when it has no value. */
static bool is_absorbed(const Joining *joining, const RplValue *guard,
                        const Choice *choice) {
  return is_same(&joining->settled, choice) ||
         (choice->state == RPL_STATE_NONE && guard->state == RPL_STATE_UNKNOWN);
}

/* A guard in error asks that the value stands: an error if another does, if two
 * are asked for, or if there is none to ask for; unknown where the value is,
 * and something stands to agree with. */
static void join_failed(Joining *joining, const RplValue *guard,
                        const Choice *choice, uint32_t definition) {
  const RplValue unknown = rpl_value_unknown();
  bool is_known = choice->state == RPL_STATE_KNOWN;
  bool is_settled = joining->settled.state == RPL_STATE_KNOWN;
  bool is_unknown = choice->state == RPL_STATE_UNKNOWN;
  bool is_second = is_known && joining->wanted.state == RPL_STATE_KNOWN &&
                   !is_same(&joining->wanted, choice);
  if ((!is_known && !is_unknown) || (is_known && is_settled) || is_second)
    note(&joining->error,
         joining->pending.is_there ? &joining->pending.value : guard,
         definition);
  if (is_known)
    joining->wanted = *choice;
  if (is_unknown && is_settled)
    note(&joining->unknown, &unknown, definition);
  note(&joining->pending, guard, definition);
}

static void join_open(Joining *joining, const RplValue *guard,
                      const Choice *choice, uint32_t definition) {
  if (is_absorbed(joining, guard, choice))
    return;
  if (guard->state == RPL_STATE_ERROR)
    join_failed(joining, guard, choice, definition);
  else
    note(&joining->unknown, guard, definition);
}

/* One pass over an output's definitions: with the guards that are true, or with
 * those that are open. */
static void join_pass(const RplDeciding *deciding, const Output *output,
                      bool is_open_pass, Joining *joining) {
  for (uint32_t i = output->first; i < output->end; i++) {
    const RplDefinitionRecord *definition =
        &rpl_definitions(deciding->tables)[i];
    const RplValue *guard =
        definition->guard ? value_of(deciding, definition->guard) : NULL;
    bool is_open = guard && guard->state != RPL_STATE_KNOWN;
    Choice choice;
    if (!rpl_decide_stands(deciding, definition) || is_open != is_open_pass ||
        (guard && rpl_value_is(guard, false)))
      continue;
    load(deciding, definition->values, definition->values_count, &choice);
    if (is_open)
      join_open(joining, guard, &choice, i);
    else
      join_true(joining, &choice, i);
  }
}

/* Adds the causes of an output that is unknown. */
static void walk_causes(const RplDeciding *deciding, const Output *output,
                        const Joining *joining) {
  RplCauses *causes = &deciding->context->causes;
  rpl_causes_clear(causes);
  for (uint32_t i = output->first; i < output->end; i++) {
    const RplDefinitionRecord *definition =
        &rpl_definitions(deciding->tables)[i];
    const RplValue *guard =
        definition->guard ? value_of(deciding, definition->guard) : NULL;
    Choice choice;
    if (!rpl_decide_stands(deciding, definition) ||
        (guard && rpl_value_is(guard, false)))
      continue;
    load(deciding, definition->values, definition->values_count, &choice);
    if (guard && guard->state != RPL_STATE_KNOWN &&
        is_absorbed(joining, guard, &choice))
      continue;
    if (guard)
      rpl_causes_walk(causes, definition->guard);
    for (uint32_t j = 0; j < definition->values_count; j++)
      rpl_causes_walk(causes,
                      rpl_lists(deciding->tables)[definition->values + j].item);
  }
}

static void join(const RplDeciding *deciding, Output *output) {
  Joining joining = {.settled = {.state = RPL_STATE_NONE},
                     .wanted = {.state = RPL_STATE_NONE}};
  join_pass(deciding, output, false, &joining);
  join_pass(deciding, output, true, &joining);
  const Trouble *trouble = joining.error.is_there     ? &joining.error
                           : joining.unknown.is_there ? &joining.unknown
                                                      : &joining.pending;
  output->choice = joining.settled;
  output->cause = output->first;
  if (!trouble->is_there)
    return;
  output->cause = trouble->definition;
  output->choice.state = (RplState)trouble->value.state;
  output->choice.error = trouble->value;
  if (output->choice.state == RPL_STATE_UNKNOWN &&
      (output->record->flags & RPL_OUTPUT_REQUIRED))
    walk_causes(deciding, output, &joining);
}

/* Adds the causes of all that the reasons give to an output. */
static void walk_gives(const RplDeciding *deciding, uint32_t output) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  RplCauses *causes = &deciding->context->causes;
  uint32_t count = rpl_rules_count(deciding->tables);
  rpl_causes_clear(causes);
  for (uint32_t i = 0; i < count; i++) {
    const RplListRecord *pairs = rpl_lists(deciding->tables) + rules[i].gives;
    if (rules[i].outcome != deciding->outcome ||
        !rpl_value_is(value_of(deciding, rules[i].condition), true))
      continue;
    for (uint32_t j = 0; j + 1 < rules[i].gives_count; j += 2)
      if (pairs[j].item == output)
        rpl_causes_walk(causes, pairs[j + 1].item);
  }
}

static void take_give(const RplDeciding *deciding, Output *output,
                      const RplGive *give) {
  Choice *choice = &output->choice;
  choice->state = (RplState)give->value.state;
  choice->error = give->value;
  choice->count = choice->state == RPL_STATE_KNOWN;
  choice->values[0] = give->value;
  choice->operands[0] = give->operand;
  if (choice->state == RPL_STATE_UNKNOWN)
    walk_gives(deciding, output->row);
}

/* ---- money -------------------------------------------------------------- */

/* An amount without a currency waits for the fact that names it. */
static bool waits_for_currency(const RplDeciding *deciding, Choice *choice) {
  const RplFacts *facts = &deciding->context->facts;
  uint32_t slot = rpl_facts_currency_slot(facts);
  if (slot == UINT32_MAX || facts->slots[slot].state != RPL_SLOT_ABSENT)
    return false;
  choice->state = RPL_STATE_UNKNOWN;
  rpl_causes_clear(&deciding->context->causes);
  rpl_causes_walk(&deciding->context->causes,
                  RPL_OPERAND(RPL_SPACE_FACT, slot));
  return true;
}

/* Gives an amount its currency; it must be printable in minor units. */
static void complete_money(const RplDeciding *deciding, Choice *choice) {
  for (uint32_t i = 0; i < choice->count; i++) {
    RplValue *money = &choice->values[i];
    int64_t unused;
    if (!money->currency)
      money->currency = deciding->money ? deciding->money : deciding->currency;
    if (!money->currency && waits_for_currency(deciding, choice))
      return;
    int digits = rpl_currency_digits(money->currency);
    RplErrorCode code = digits < 0 ? RPL_ERROR_NO_CURRENCY : RPL_ERROR_NOTHING;
    if (digits >= 0 &&
        !rpl_number_to_scaled(money->as.number, (unsigned)digits, &unused)) {
      char text[RPL_NUMBER_TEXT_MAX];
      if (!rpl_number_write_fixed(money->as.number, (unsigned)digits, text,
                                  sizeof text))
        code = RPL_ERROR_NOT_MINOR;
    }
    if (code != RPL_ERROR_NOTHING) {
      choice->state = RPL_STATE_ERROR;
      choice->error = rpl_value_error(code, RPL_ORIGIN_NONE);
      return;
    }
  }
}

/* ---- writing ------------------------------------------------------------ */

/* Clauses of the definitions that an output that stands rests on. */
static RplStatus cite(RplDeciding *deciding, const Output *output) {
  if (deciding->gives && deciding->gives[output->row].operand)
    return RPL_OK;
  for (uint32_t i = output->first; i < output->end; i++) {
    const RplDefinitionRecord *definition =
        &rpl_definitions(deciding->tables)[i];
    Choice choice;
    if (!rpl_decide_stands(deciding, definition) ||
        (definition->guard &&
         !rpl_value_is(value_of(deciding, definition->guard), true)))
      continue;
    load(deciding, definition->values, definition->values_count, &choice);
    if (choice.state != RPL_STATE_KNOWN)
      continue;
    RplStatus status = rpl_decide_cite(deciding, definition->clauses,
                                       definition->clauses_count);
    if (status)
      return status;
  }
  return RPL_OK;
}

static RplStatus write_values(RplDeciding *deciding, const Choice *choice,
                              RplOutput *made) {
  RplContext *context = deciding->context;
  RplSlice *values =
      rpl_arena_array(&context->arena, choice->count, sizeof *values);
  if (!values)
    return rpl_context_short(context);
  for (uint32_t i = 0; i < choice->count; i++) {
    RplBuffer buffer;
    rpl_context_buffer(context, &buffer);
    if (context->has_holes)
      rpl_decide_hole(&buffer, RPL_HOLE_IN_OUTPUT, choice->operands[i]);
    else
      rpl_value_write_plain(&buffer, deciding->tables, &choice->values[i],
                            RPL_MONEY_BARE);
    RplStatus status = rpl_context_keep(context, &buffer, &values[i]);
    if (status)
      return status;
  }
  made->values = values;
  made->value_count = choice->count;
  return RPL_OK;
}

/* The same values for those who want no text. */
static RplStatus keep_values(RplDeciding *deciding, const Choice *choice) {
  RplDecision *decision = deciding->decision;
  RplValue *values =
      rpl_arena_array(&deciding->context->arena, choice->count, sizeof *values);
  if (!values)
    return rpl_context_short(deciding->context);
  memcpy(values, choice->values, choice->count * sizeof *values);
  decision->output_values[decision->output_count] = values;
  return RPL_OK;
}

static RplStatus keep_currency(RplDecision *decision, const Output *output,
                               bool is_amount) {
  char code[RPL_CURRENCY_CODE_BYTES];
  if (output->choice.values[0].kind != RPL_KIND_MONEY ||
      (decision->currency.length && !is_amount))
    return RPL_OK;
  if (decision->context->has_holes) {
    RplBuffer buffer;
    rpl_context_buffer(decision->context, &buffer);
    rpl_decide_hole(&buffer, RPL_HOLE_IN_CURRENCY, 0);
    return rpl_context_keep(decision->context, &buffer, &decision->currency);
  }
  rpl_currency_code(output->choice.values[0].currency, code);
  char *copy = rpl_arena_copy(&decision->context->arena, code, 3);
  if (!copy)
    return rpl_context_short(decision->context);
  decision->currency = (RplSlice){copy, 3};
  return RPL_OK;
}

static RplStatus write_output(RplDeciding *deciding, const Output *output) {
  RplDecision *decision = deciding->decision;
  RplOutput *made = &decision->outputs[decision->output_count];
  bool is_amount = output->record->flags & RPL_OUTPUT_AMOUNT;
  made->name = rpl_string(deciding->tables, output->record->name);
  RplStatus status = write_values(deciding, &output->choice, made);
  if (status == RPL_OK)
    status = keep_values(deciding, &output->choice);
  if (status == RPL_OK)
    status = keep_currency(decision, output, is_amount);
  if (status == RPL_OK)
    status = cite(deciding, output);
  if (status)
    return status;
  decision->output_rows[decision->output_count++] = output->row;
  if (is_amount) {
    decision->amount = made->values[0];
    decision->amount_operand = output->choice.operands[0];
  }
  if (output->record->flags & RPL_OUTPUT_DEADLINE) {
    decision->deadline = made->values[0];
    decision->deadline_kind = (RplKind)output->choice.values[0].kind;
  }
  return RPL_OK;
}

/* ---- one output --------------------------------------------------------- */

/* Where an output's trouble lies: in a rule that gives it or a definition. */
static RplPending pending_at(const RplDeciding *deciding,
                             const Output *output) {
  RplPending pending;
  memset(&pending, 0, sizeof pending);
  pending.name = rpl_string(deciding->tables, output->record->name);
  pending.reach = output->row + 1;
  pending.value = output->choice.state == RPL_STATE_ERROR ? output->choice.error
                                                          : rpl_value_unknown();
  if (deciding->gives && deciding->gives[output->row].operand) {
    const RplRuleRecord *rule =
        &rpl_rules(deciding->tables)[deciding->gives[output->row].rule];
    pending.clauses = rule->clauses;
    pending.clauses_count = rule->clauses_count;
    pending.place = rule->place;
  } else if (output->cause < output->end) {
    const RplDefinitionRecord *definition =
        &rpl_definitions(deciding->tables)[output->cause];
    pending.clauses = definition->clauses;
    pending.clauses_count = definition->clauses_count;
    pending.place = definition->place;
  }
  return pending;
}

/* The first definition that stands with a true guard, for errors that are found
 * only when its value is printed. */
static uint32_t first_standing(const RplDeciding *deciding,
                               const Output *output) {
  for (uint32_t i = output->first; i < output->end; i++) {
    const RplDefinitionRecord *definition =
        &rpl_definitions(deciding->tables)[i];
    if (rpl_decide_stands(deciding, definition) &&
        (!definition->guard ||
         rpl_value_is(value_of(deciding, definition->guard), true)))
      return i;
  }
  return output->end;
}

static void resolve(const RplDeciding *deciding, Output *output) {
  if (deciding->gives && deciding->gives[output->row].operand)
    take_give(deciding, output, &deciding->gives[output->row]);
  else
    join(deciding, output);
  if (output->choice.state == RPL_STATE_KNOWN &&
      output->choice.values[0].kind == RPL_KIND_MONEY) {
    output->cause = first_standing(deciding, output);
    complete_money(deciding, &output->choice);
  }
}

/* The output of a row; its definitions begin at `first`. Returns their end. */
static uint32_t begin_output(const RplDeciding *deciding, uint32_t row,
                             uint32_t first, Output *output) {
  uint32_t definitions = rpl_definitions_count(deciding->tables);
  memset(output, 0, sizeof *output);
  output->row = row;
  output->record = &rpl_outputs(deciding->tables)[row];
  output->first = output->end = first;
  while (output->end < definitions &&
         rpl_definitions(deciding->tables)[output->end].output == row)
    output->end++;
  return output->end;
}

/* A decision names one currency, so its amounts are all in it. */
static void share_currency(RplDeciding *deciding, Output *output) {
  Choice *choice = &output->choice;
  for (uint32_t i = 0; i < choice->count; i++) {
    RplCurrency currency = choice->values[i].currency;
    if (choice->state != RPL_STATE_KNOWN ||
        choice->values[i].kind != RPL_KIND_MONEY)
      return;
    if (!deciding->money)
      deciding->money = currency;
    if (deciding->money == currency)
      continue;
    choice->state = RPL_STATE_ERROR;
    choice->error = rpl_value_error(RPL_ERROR_CURRENCY_MIXED, RPL_ORIGIN_NONE);
  }
}

/* The amount's currency is the decision's, wherever the amount is declared. */
static void begin_currency(RplDeciding *deciding) {
  uint32_t next = 0;
  deciding->currency = rpl_facts_currency(&deciding->context->facts);
  deciding->money = RPL_CURRENCY_NONE;
  for (uint32_t row = 0; row < rpl_outputs_count(deciding->tables); row++) {
    Output output;
    next = begin_output(deciding, row, next, &output);
    if (!(output.record->flags & RPL_OUTPUT_AMOUNT) ||
        deciding->outcome == UINT32_MAX)
      continue;
    resolve(deciding, &output);
    share_currency(deciding, &output);
  }
}

static RplStatus decide_output(RplDeciding *deciding, Output *output,
                               bool *is_pending, RplPending *pending) {
  bool is_required = output->record->flags & RPL_OUTPUT_REQUIRED;
  if (deciding->outcome == UINT32_MAX &&
      (is_required || (output->record->flags & RPL_OUTPUT_AMOUNT)))
    return RPL_OK; /* an undetermined decision has no amount */
  resolve(deciding, output);
  share_currency(deciding, output);
  switch (output->choice.state) {
  case RPL_STATE_NONE:
    return RPL_OK;
  case RPL_STATE_KNOWN:
    return write_output(deciding, output);
  default:
    break;
  }
  RplPending here = pending_at(deciding, output);
  if (is_required) {
    *is_pending = true;
    *pending = here;
    return RPL_OK;
  }
  if (output->choice.state != RPL_STATE_ERROR)
    return RPL_OK;
  return rpl_decide_error(deciding, (RplErrorCode)here.value.error,
                          (RplSlice){NULL, 0}, here.place);
}

/* ---- what the policy ensures -------------------------------------------- */

/* An output that a reason gives is not what the conditions read: a denial that
 * pays nothing must not wait for the facts of an amount that it does not pay.
 */
static bool is_output(const RplDeciding *deciding, uint32_t row) {
  const RplDecision *decision = deciding->decision;
  for (size_t i = 0; i < decision->output_count; i++)
    if (decision->output_rows[i] == row)
      return !deciding->gives[row].operand;
  return false;
}

bool rpl_decide_checks(const RplDeciding *deciding,
                       const RplEnsureRecord *ensure) {
  if (!ensure->outputs_count)
    return true;
  for (uint32_t i = 0; i < ensure->outputs_count; i++)
    if (is_output(deciding,
                  rpl_lists(deciding->tables)[ensure->outputs + i].item))
      return true;
  return false;
}

/* Whether an output that the condition reads may yet come to stand. */
static bool may_be_checked(const RplDeciding *deciding,
                           const RplEnsureRecord *ensure) {
  const RplListRecord *reads = rpl_lists(deciding->tables) + ensure->outputs;
  for (uint32_t i = 0; i < ensure->outputs_count; i++)
    if (!(rpl_outputs(deciding->tables)[reads[i].item].flags &
          RPL_OUTPUT_REQUIRED))
      return true;
  return rpl_decide_checks(deciding, ensure);
}

/* Adds the causes of every condition that is unknown: any of them may turn out
 * false. */
static void walk_ensures(const RplDeciding *deciding) {
  RplCauses *causes = &deciding->context->causes;
  uint32_t count = rpl_ensures_count(deciding->tables);
  rpl_causes_clear(causes);
  for (uint32_t i = 0; i < count; i++) {
    const RplEnsureRecord *ensure = &rpl_ensures(deciding->tables)[i];
    if (may_be_checked(deciding, ensure))
      rpl_causes_walk(causes, ensure->condition);
  }
}

static void fail_ensure(const RplDeciding *deciding,
                        const RplEnsureRecord *ensure, RplPending *pending) {
  const RplValue *condition = value_of(deciding, ensure->condition);
  memset(pending, 0, sizeof *pending);
  pending->name = rpl_slice_from("ensure");
  pending->reach = rpl_outputs_count(deciding->tables);
  pending->value = *condition;
  pending->place = ensure->place;
  if (condition->state == RPL_STATE_KNOWN) {
    pending->value = rpl_value_error(RPL_ERROR_ENSURE_FAILED, RPL_ORIGIN_NONE);
    pending->is_failed_ensure = true;
    pending->text = ensure->text;
  }
  walk_ensures(deciding);
}

/* A condition that is false comes before one that is open: no fact cures it. */
static void check_ensures(const RplDeciding *deciding, bool *is_pending,
                          RplPending *pending) {
  const RplEnsureRecord *open = NULL;
  uint32_t count = rpl_ensures_count(deciding->tables);
  for (uint32_t i = 0; i < count; i++) {
    const RplEnsureRecord *ensure = &rpl_ensures(deciding->tables)[i];
    const RplValue *condition = value_of(deciding, ensure->condition);
    if (rpl_value_is(condition, true) || !rpl_decide_checks(deciding, ensure))
      continue;
    if (!open || rpl_value_is(condition, false))
      open = ensure;
    if (rpl_value_is(condition, false))
      break;
  }
  if (open) {
    *is_pending = true;
    fail_ensure(deciding, open, pending);
  }
}

/* ---- all ---------------------------------------------------------------- */

RplStatus rpl_decide_outputs(RplDeciding *deciding, bool *is_pending,
                             RplPending *pending) {
  RplContext *context = deciding->context;
  RplDecision *decision = deciding->decision;
  uint32_t count = rpl_outputs_count(deciding->tables);
  uint32_t next = 0;
  *is_pending = false;
  decision->outputs =
      rpl_arena_array(&context->arena, count, sizeof *decision->outputs);
  decision->output_rows =
      rpl_arena_array(&context->arena, count, sizeof *decision->output_rows);
  decision->output_values =
      rpl_arena_array(&context->arena, count, sizeof *decision->output_values);
  if (!decision->outputs || !decision->output_rows || !decision->output_values)
    return rpl_context_short(context);
  begin_currency(deciding);
  for (uint32_t row = 0; row < count; row++) {
    Output output;
    next = begin_output(deciding, row, next, &output);
    RplStatus status = decide_output(deciding, &output, is_pending, pending);
    if (status || *is_pending)
      return status;
  }
  if (deciding->outcome != UINT32_MAX)
    check_ensures(deciding, is_pending, pending);
  return RPL_OK;
}
