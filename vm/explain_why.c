/* SPDX-License-Identifier: Apache-2.0
 * explain_why.c - the reasons of a condition. See explanation.h.
 *
 * A walk goes backwards from a value along the operands that made it what it
 * is: of a false `and` the false ones, of a choice the arm that was taken. It
 * keeps its own stack and sees an instruction once, so it is linear. */
#include "vm/explanation.h"

#include <string.h>

/* Where a walk stops. */
typedef enum Reach {
  REACH_CONDITIONS, /* at what is no connective of conditions */
  REACH_NAMES,      /* at facts, and at lets and outputs with a name */
  REACH_FACTS       /* at facts alone */
} Reach;

/* What a walk ends at: operands, in the order of the source. */
typedef struct Ends {
  uint32_t *items;
  uint32_t room;
  uint32_t count;
  uint32_t omitted;
} Ends;

RplStatus rpl_why_begin(RplExplainer *explainer) {
  RplArena *arena = &explainer->context->arena;
  size_t code = rpl_code_count(explainer->tables);
  size_t slots = rpl_facts_count(explainer->tables);
  explainer->stack = rpl_arena_array(arena, 3 * code + 1, sizeof(uint32_t));
  explainer->seen = rpl_arena_array(arena, code, sizeof(uint32_t));
  explainer->turned =
      rpl_arena_array(arena, rpl_bit_words((uint32_t)slots), sizeof(uint64_t));
  explainer->assumed = rpl_arena_array(arena, slots, sizeof(uint32_t));
  explainer->visits_left = RPL_EXPLAIN_MAX_VISITS;
  bool is_short = !explainer->stack || !explainer->seen || !explainer->turned ||
                  !explainer->assumed;
  return is_short ? rpl_context_short(explainer->context) : RPL_OK;
}

static const RplValue *value_of(const RplExplainer *explainer,
                                uint32_t operand) {
  return rpl_careful_value(&explainer->context->careful, operand);
}

static const RplInstruction *code_of(const RplExplainer *explainer,
                                     uint32_t operand) {
  return RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP
             ? &rpl_code(explainer->tables)[RPL_OPERAND_INDEX(operand)]
             : NULL;
}

RplTruth rpl_why_verdict(const RplValue *value) {
  switch ((RplState)value->state) {
  case RPL_STATE_UNKNOWN:
    return RPL_TRUTH_UNDETERMINED;
  case RPL_STATE_ERROR:
    return RPL_TRUTH_ERROR;
  default:
    return rpl_value_is(value, true) ? RPL_TRUTH_HELD : RPL_TRUTH_FAILED;
  }
}

/* ---- what made a value what it is --------------------------------------- */

/* Operands of the same state as the result, and truth where it has one; all of
 * them when none is (the value arose here). */
static unsigned alike(const RplExplainer *explainer, const RplInstruction *code,
                      const RplValue *result, bool by_truth,
                      uint32_t *operands) {
  const uint32_t all[] = {code->a, code->b, code->c};
  unsigned count = 0;
  for (unsigned i = 0; i < 3 && all[i]; i++) {
    const RplValue *value = value_of(explainer, all[i]);
    if (value->state != result->state ||
        (by_truth && value->state == RPL_STATE_KNOWN &&
         value->as.integer != result->as.integer))
      continue;
    operands[count++] = all[i];
  }
  if (count)
    return count;
  for (unsigned i = 0; i < 3 && all[i]; i++)
    operands[count++] = all[i];
  return count;
}

static unsigned of_select(const RplExplainer *explainer,
                          const RplInstruction *code, uint32_t *operands) {
  const RplValue *condition = value_of(explainer, code->a);
  operands[0] = code->a;
  if (condition->state != RPL_STATE_KNOWN)
    return 1;
  operands[1] = rpl_value_is(condition, true) ? code->b : code->c;
  return 2;
}

static unsigned of_else(const RplExplainer *explainer,
                        const RplInstruction *code, uint32_t *operands) {
  operands[0] = code->a;
  operands[1] = code->b;
  return value_of(explainer, code->a)->state == RPL_STATE_NONE ? 2 : 1;
}

static unsigned of_given(const RplExplainer *explainer,
                         const RplInstruction *code, uint32_t *operands) {
  bool is_given =
      rpl_explain_is_given(explainer->context, RPL_OPERAND_INDEX(code->a));
  operands[0] = is_given ? code->a : code->b;
  return 1;
}

/* A definition whose guard is false adds nothing but that. */
static unsigned of_pick(const RplExplainer *explainer,
                        const RplInstruction *code, uint32_t *operands) {
  operands[0] = code->a;
  operands[1] = code->b;
  operands[2] = code->c;
  return rpl_value_is(value_of(explainer, code->b), false) ? 2 : 3;
}

/* The row of a table that stands is alone; one that does not says nothing. */
static unsigned of_row(const RplExplainer *explainer,
                       const RplInstruction *code, uint32_t *operands) {
  const RplValue *guard = value_of(explainer, code->b);
  unsigned count = 0;
  if (!rpl_value_is(guard, true))
    operands[count++] = code->a;
  if (rpl_value_is(guard, false))
    return count;
  operands[count++] = code->b;
  operands[count++] = code->c;
  return count;
}

static unsigned decisive(const RplExplainer *explainer,
                         const RplInstruction *code, const RplValue *result,
                         uint32_t *operands) {
  switch ((RplOp)RPL_CODE_OP(code->word)) {
  case RPL_OP_AND:
  case RPL_OP_OR:
    return alike(explainer, code, result, true, operands);
  case RPL_OP_SELECT:
    return of_select(explainer, code, operands);
  case RPL_OP_ELSE:
    return of_else(explainer, code, operands);
  case RPL_OP_GIVEN_OR:
    return of_given(explainer, code, operands);
  case RPL_OP_PICK:
    return of_pick(explainer, code, operands);
  case RPL_OP_ROW:
    return of_row(explainer, code, operands);
  default:
    break;
  }
  /* What closes a block reads a value for every element; only the list itself
   * still stands when all is done. */
  if (rpl_op_info(RPL_CODE_OP(code->word)).signature[0] == 'B') {
    operands[0] = code->a;
    return 1;
  }
  /* Of a value, all operands; of what is open, those that keep it open. */
  bool is_open =
      result->state != RPL_STATE_KNOWN && result->state != RPL_STATE_NONE;
  RplValue known = rpl_value_unknown();
  known.state = UINT8_MAX; /* like none of them: all */
  return alike(explainer, code, is_open ? result : &known, false, operands);
}

/* ---- walking ------------------------------------------------------------ */

static bool is_connective(const RplInstruction *code) {
  switch ((RplOp)RPL_CODE_OP(code->word)) {
  case RPL_OP_NOT:
  case RPL_OP_AND:
  case RPL_OP_OR:
  case RPL_OP_SELECT:
  case RPL_OP_ELSE:
  case RPL_OP_GIVEN_OR:
  case RPL_OP_SOME:
    return true;
  default:
    return false;
  }
}

static bool is_assumed(const RplExplainer *explainer,
                       const RplInstruction *code) {
  return code && RPL_CODE_OP(code->word) == RPL_OP_GIVEN_OR &&
         !rpl_explain_is_given(explainer->context, RPL_OPERAND_INDEX(code->a));
}

static bool is_end(const RplExplainer *explainer, uint32_t operand,
                   uint32_t root, Reach reach) {
  const RplInstruction *code = code_of(explainer, operand);
  RplSlice name;
  if (!code)
    return true;
  if (reach == REACH_CONDITIONS)
    return !is_connective(code);
  return reach == REACH_NAMES && operand != root &&
         rpl_explain_name(explainer->tables, operand, &name);
}

/* The slot of an end that is a fact or an assumption; UINT32_MAX: a let. */
static uint32_t slot_of(const RplExplainer *explainer, uint32_t operand) {
  const RplInstruction *code = code_of(explainer, operand);
  if (!code)
    return RPL_OPERAND_INDEX(operand);
  if (RPL_CODE_OP(code->word) == RPL_OP_GIVEN_OR)
    return RPL_OPERAND_INDEX(code->a);
  return UINT32_MAX;
}

static void note_slot(const RplExplainer *explainer, uint32_t operand) {
  uint32_t slot = slot_of(explainer, operand);
  if (slot == UINT32_MAX)
    return;
  rpl_bit_set(explainer->turned, slot);
  if (code_of(explainer, operand) && !explainer->assumed[slot])
    explainer->assumed[slot] = operand;
}

/* A fact that stands in two places is one end. */
static void add_end(Ends *ends, uint32_t operand) {
  if (ends->count == ends->room) {
    ends->omitted++;
    return;
  }
  for (uint32_t i = 0; i < ends->count; i++)
    if (ends->items[i] == operand)
      return;
  ends->items[ends->count++] = operand;
}

/* A constant explains nothing. */
static void meet_end(const RplExplainer *explainer, uint32_t operand,
                     Reach reach, Ends *ends) {
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_CONSTANT)
    return;
  if (reach == REACH_FACTS)
    note_slot(explainer, operand);
  add_end(ends, operand);
}

static bool is_seen(RplExplainer *explainer, uint32_t operand) {
  if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_TEMP)
    return false;
  uint32_t *seen = &explainer->seen[RPL_OPERAND_INDEX(operand)];
  bool was_seen = *seen == explainer->walk;
  *seen = explainer->walk;
  return was_seen;
}

/* An assumed fact is an end, and what its assumption reads is gone into. */
static void walk(RplExplainer *explainer, uint32_t root, Reach reach,
                 Ends *ends) {
  uint32_t pending = 0;
  explainer->walk++;
  explainer->stack[pending++] = root;
  for (; pending && explainer->visits_left; explainer->visits_left--) {
    uint32_t operand = explainer->stack[--pending];
    const RplInstruction *code = code_of(explainer, operand);
    uint32_t next[3];
    if (is_seen(explainer, operand))
      continue;
    bool ends_here = is_end(explainer, operand, root, reach);
    if (ends_here || is_assumed(explainer, code))
      meet_end(explainer, operand, reach, ends);
    if (ends_here)
      continue;
    unsigned count =
        decisive(explainer, code, value_of(explainer, operand), next);
    while (count-- > 0)
      explainer->stack[pending++] = next[count];
  }
}

uint32_t rpl_why_names(RplExplainer *explainer, uint32_t operand,
                       uint32_t *operands, uint32_t room) {
  Ends ends = {operands, room, 0, 0};
  walk(explainer, operand, REACH_NAMES, &ends);
  return ends.count;
}

/* ---- readings ----------------------------------------------------------- */

void rpl_why_turns(RplExplainer *explainer, uint32_t operand) {
  Ends none = {NULL, 0, 0, 0};
  walk(explainer, operand, REACH_FACTS, &none);
}

static RplStatus write_value(const RplExplainer *explainer,
                             const RplValue *value, RplSlice *text) {
  RplBuffer buffer;
  rpl_context_buffer(explainer->context, &buffer);
  rpl_explain_value(explainer->context, value, RPL_MONEY_FULL, &buffer);
  if (!buffer.length)
    rpl_buffer_text(&buffer, "(empty)");
  return rpl_context_keep(explainer->context, &buffer, text);
}

RplStatus rpl_why_slot(const RplExplainer *explainer, uint32_t slot,
                       RplReading *reading) {
  const RplFacts *facts = &explainer->context->facts;
  const RplValue *value = &facts->values[slot];
  memset(reading, 0, sizeof *reading);
  reading->kind = rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM
                      ? RPL_READING_PARAM
                      : RPL_READING_FACT;
  reading->name = rpl_facts_name(facts, slot);
  if (explainer->assumed[slot] &&
      !rpl_explain_is_given(explainer->context, slot)) {
    reading->is_assumed = true;
    value = value_of(explainer, explainer->assumed[slot]);
  } else if (facts->slots[slot].state == RPL_SLOT_BARE) {
    value = &facts->given[slot];
  }
  return write_value(explainer, value, &reading->value);
}

static RplStatus make_reading(RplExplainer *explainer, uint32_t operand,
                              RplReading *reading) {
  uint32_t slot = slot_of(explainer, operand);
  if (slot != UINT32_MAX)
    return rpl_why_slot(explainer, slot, reading);
  memset(reading, 0, sizeof *reading);
  reading->kind = RPL_READING_LET;
  if (!rpl_explain_name(explainer->tables, operand, &reading->name))
    reading->name = (RplSlice){NULL, 0};
  return write_value(explainer, value_of(explainer, operand), &reading->value);
}

static bool is_there(const RplFinding *finding, const RplReading *reading) {
  for (size_t i = 0; i < finding->reading_count; i++)
    if (rpl_slice_equal(finding->readings[i].name, reading->name))
      return true;
  return false;
}

/* Readings of the ends of one walk, as far as there is room. */
static RplStatus add_readings(RplExplainer *explainer, const Ends *ends,
                              bool is_indirect, RplReading *readings,
                              RplFinding *finding) {
  for (uint32_t i = 0; i < ends->count; i++) {
    RplReading *reading = &readings[finding->reading_count];
    if (finding->reading_count == RPL_MAX_EXPLAINED_READINGS)
      return RPL_OK;
    RplStatus status = make_reading(explainer, ends->items[i], reading);
    if (status)
      return status;
    reading->is_indirect = is_indirect;
    finding->reading_count += !is_there(finding, reading);
  }
  return RPL_OK;
}

static RplStatus read_names(RplExplainer *explainer, uint32_t operand,
                            RplFinding *finding) {
  uint32_t names[RPL_MAX_EXPLAINED_READINGS];
  uint32_t facts[2 * RPL_MAX_EXPLAINED_READINGS]; /* some are names too */
  Ends near = {names, RPL_MAX_EXPLAINED_READINGS, 0, 0};
  Ends far = {facts, 2 * RPL_MAX_EXPLAINED_READINGS, 0, 0};
  RplReading *readings = rpl_arena_array(
      &explainer->context->arena, RPL_MAX_EXPLAINED_READINGS, sizeof *readings);
  if (!readings)
    return rpl_context_short(explainer->context);
  finding->readings = readings;
  walk(explainer, operand, REACH_FACTS, &far);
  walk(explainer, operand, REACH_NAMES, &near);
  RplStatus status = add_readings(explainer, &near, false, readings, finding);
  return status ? status
                : add_readings(explainer, &far, true, readings, finding);
}

/* ---- findings ----------------------------------------------------------- */

static RplStatus write_names(const RplExplainer *explainer, uint32_t operand,
                             RplSlice *text) {
  RplBuffer buffer;
  rpl_context_buffer(explainer->context, &buffer);
  rpl_explain_names(explainer->context, operand, &buffer);
  return rpl_context_keep(explainer->context, &buffer, text);
}

/* The error and the operation that it arose in. */
static RplStatus tell_error(const RplExplainer *explainer,
                            const RplValue *value, RplFinding *finding) {
  finding->error = rpl_slice_from(rpl_error_name((RplErrorCode)value->error));
  if (value->detail >= rpl_code_count(explainer->tables))
    return RPL_OK;
  return write_names(explainer, RPL_OPERAND(RPL_SPACE_TEMP, value->detail),
                     &finding->error_in);
}

static RplStatus make_finding(RplExplainer *explainer, uint32_t operand,
                              RplFinding *finding) {
  const RplValue *value = value_of(explainer, operand);
  memset(finding, 0, sizeof *finding);
  finding->verdict = rpl_why_verdict(value);
  RplStatus status = write_names(explainer, operand, &finding->text);
  if (status == RPL_OK && value->state == RPL_STATE_ERROR)
    status = tell_error(explainer, value, finding);
  return status ? status : read_names(explainer, operand, finding);
}

static RplStatus make_findings(RplExplainer *explainer, const Ends *ends,
                               RplCondition *condition) {
  RplFinding *findings = rpl_arena_array(&explainer->context->arena,
                                         ends->count, sizeof *findings);
  if (!findings)
    return rpl_context_short(explainer->context);
  condition->findings = findings;
  condition->omitted = ends->omitted;
  for (uint32_t i = 0; i < ends->count; i++) {
    RplStatus status = make_finding(explainer, ends->items[i], &findings[i]);
    if (status)
      return status;
    condition->finding_count++;
  }
  return RPL_OK;
}

static RplStatus add_waits(const RplExplainer *explainer, uint32_t operand,
                           RplCondition *condition) {
  RplCauses *causes = &explainer->context->causes;
  rpl_causes_clear(causes);
  rpl_causes_walk(causes, operand);
  if (causes->is_short)
    return rpl_context_short(explainer->context);
  RplSlice *names = rpl_arena_array(&explainer->context->arena,
                                    causes->awaited_count, sizeof *names);
  if (!names)
    return rpl_context_short(explainer->context);
  condition->waits_for = names;
  for (uint32_t slot = causes->awaited_low; slot < causes->awaited_high; slot++)
    if (rpl_causes_awaits(causes, slot))
      names[condition->waits_for_count++] =
          rpl_facts_name(&explainer->context->facts, slot);
  return RPL_OK;
}

RplStatus rpl_why(RplExplainer *explainer, uint32_t operand,
                  RplCondition *condition) {
  uint32_t items[RPL_MAX_EXPLAINED_FINDINGS];
  Ends ends = {items, RPL_MAX_EXPLAINED_FINDINGS, 0, 0};
  memset(condition, 0, sizeof *condition);
  condition->verdict = rpl_why_verdict(value_of(explainer, operand));
  rpl_why_turns(explainer, operand);
  walk(explainer, operand, REACH_CONDITIONS, &ends);
  RplStatus status = make_findings(explainer, &ends, condition);
  if (status == RPL_OK && condition->verdict == RPL_TRUTH_UNDETERMINED)
    status = add_waits(explainer, operand, condition);
  return status;
}
