/* SPDX-License-Identifier: Apache-2.0
 * slots.c - facts from slots, and the verdict of a careful decision. See
 * rpl/slots.h. */
#include "rpl/slots.h"

#include <string.h>

#include "vm/civil.h"
#include "vm/decide.h"
#include "vm/facts.h"
#include "vm/fast.h"
#include "vm/program_priv.h"

uint16_t rpl_slot_currency(const char *code) {
  return rpl_currency_from_code(rpl_slice_from(code));
}

/* ---- what a slot holds -------------------------------------------------- */

static RplSlotHolds holds(RplKind kind) {
  switch (kind) {
  case RPL_KIND_BOOLEAN:
    return RPL_HOLDS_BOOLEAN;
  case RPL_KIND_INTEGER:
    return RPL_HOLDS_INTEGER;
  case RPL_KIND_NUMBER:
    return RPL_HOLDS_NUMBER;
  case RPL_KIND_MONEY:
    return RPL_HOLDS_MONEY;
  case RPL_KIND_ENUM:
    return RPL_HOLDS_ENUM;
  case RPL_KIND_SET:
    return RPL_HOLDS_SET;
  case RPL_KIND_DATE:
    return RPL_HOLDS_DATE;
  case RPL_KIND_DATETIME:
    return RPL_HOLDS_DATETIME;
  case RPL_KIND_DURATION:
    return RPL_HOLDS_DURATION;
  case RPL_KIND_TEXT:
    return RPL_HOLDS_TEXT;
  case RPL_KIND_CURRENCY:
    return RPL_HOLDS_CURRENCY;
  default:
    return RPL_HOLDS_NOTHING;
  }
}

static const RplEnumRecord *values_of(const RplTables *tables,
                                      const RplTypeRecord *type) {
  return type->kind == RPL_KIND_ENUM || type->kind == RPL_KIND_SET
             ? &rpl_enums(tables)[type->detail]
             : NULL;
}

RplStatus rpl_slot_info(const RplProgram *program, size_t index, size_t slot,
                        RplSlotInfo *info) {
  if (slot >= rpl_program_fact_count(program, index))
    return RPL_E_NOT_FOUND;
  const RplTables *tables = &rpl_program_image(program, index)->tables;
  const RplFactRecord *fact = &rpl_facts(tables)[slot];
  const RplTypeRecord *type = &rpl_types(tables)[fact->type];
  const RplEnumRecord *values = values_of(tables, type);
  *info = (RplSlotInfo){holds((RplKind)type->kind), type->optional != 0,
                        (fact->flags & RPL_FACT_PARAM) != 0,
                        type->kind == RPL_KIND_NUMBER ? fact->places : 0,
                        values ? values->count : 0};
  return RPL_OK;
}

RplStatus rpl_slot_enumerator(const RplProgram *program, size_t index,
                              size_t slot, RplSlice name, int64_t *value) {
  if (slot >= rpl_program_fact_count(program, index))
    return RPL_E_NOT_FOUND;
  const RplTables *tables = &rpl_program_image(program, index)->tables;
  const RplEnumRecord *values =
      values_of(tables, &rpl_types(tables)[rpl_facts(tables)[slot].type]);
  if (!values)
    return RPL_E_NOT_FOUND;
  for (uint32_t i = 0; i < values->count; i++) {
    uint32_t string = rpl_enumerators(tables)[values->first + i].name;
    if (!rpl_slice_equal(rpl_string(tables, string), name))
      continue;
    *value = i;
    return RPL_OK;
  }
  if (!(values->flags & RPL_ENUM_OR_OTHER))
    return RPL_E_NOT_FOUND;
  *value = (int64_t)values->count - 1;
  return RPL_OK;
}

/* ---- facts -------------------------------------------------------------- */

static bool has_bit(const uint64_t *mask, uint32_t slot) {
  return mask && rpl_bit_test(mask, slot);
}

/* The range that values of a kind have in a slot; false: any 64 bits. */
static bool domain(const RplTables *tables, const RplTypeRecord *type,
                   int64_t *low, int64_t *high) {
  const RplEnumRecord *values = values_of(tables, type);
  *low = 0;
  switch ((RplKind)type->kind) {
  case RPL_KIND_BOOLEAN:
    *high = 1;
    return true;
  case RPL_KIND_ENUM:
    *high = (int64_t)values->count - 1;
    return true;
  case RPL_KIND_DATE:
    *low = RPL_DATE_MIN;
    *high = RPL_DATE_MAX;
    return true;
  case RPL_KIND_DATETIME:
    *low = RPL_DATETIME_MIN;
    *high = RPL_DATETIME_MAX;
    return true;
  default:
    return false;
  }
}

static bool is_set_of(const RplTables *tables, const RplTypeRecord *type,
                      int64_t bits) {
  uint32_t count = values_of(tables, type)->count;
  return count >= 64 || !((uint64_t)bits >> count);
}

/* A number that stands in a slot. */
static bool scaled(int64_t word, uint32_t places, RplNumber *number) {
  return rpl_number_from_int_places(word, places, number) == RPL_NUMBER_OK;
}

static RplStatus value_of(RplFacts *facts, const RplSlotFacts *given,
                          uint32_t slot, RplValue *value, RplFactError *error) {
  const RplTables *tables = &facts->image->tables;
  const RplTypeRecord *type = rpl_facts_type(facts, slot);
  RplKind kind = (RplKind)type->kind;
  int64_t word = given->values[slot], low, high;
  RplNumber number = rpl_number_from_int(0);
  if (domain(tables, type, &low, &high) && (word < low || word > high))
    return rpl_facts_refuse_plainly(
        facts, slot, "the slot holds no value of its type", error);
  switch (kind) {
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    if (!scaled(word, rpl_facts_record(facts, slot)->places, &number))
      break;
    *value = rpl_value_number(kind, number);
    return RPL_OK;
  case RPL_KIND_MONEY:
    if (rpl_currency_digits(given->currency) < 0 ||
        !scaled(word, (uint32_t)rpl_currency_digits(given->currency), &number))
      return rpl_facts_refuse_plainly(facts, slot, "the slots name no currency",
                                      error);
    *value = rpl_value_money(number, given->currency);
    return RPL_OK;
  case RPL_KIND_ENUM:
    *value = rpl_value_enum(type->detail, word);
    return RPL_OK;
  case RPL_KIND_SET:
    if (!is_set_of(tables, type, word))
      return rpl_facts_refuse_plainly(
          facts, slot, "the slot holds no value of its type", error);
    *value = rpl_value_set(type->detail, (uint64_t)word);
    return RPL_OK;
  case RPL_KIND_CURRENCY:
    if (rpl_currency_digits(given->currency) < 0)
      return rpl_facts_refuse_plainly(facts, slot, "the slots name no currency",
                                      error);
    *value = rpl_value_small(kind, given->currency);
    return RPL_OK;
  case RPL_KIND_BOOLEAN:
  case RPL_KIND_DATE:
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
    *value = rpl_value_small(kind, word);
    return RPL_OK;
  default:
    break;
  }
  return rpl_facts_refuse_plainly(facts, slot, "no slot can hold it", error);
}

static RplStatus put_text(RplContext *context, uint32_t slot, RplSlice text,
                          RplFactError *error) {
  RplFacts *facts = &context->facts;
  RplFound found = {RPL_FOUND_TEXT, text};
  RplValue value;
  RplStatus status =
      rpl_facts_read(facts, &facts->arena, slot, &found, &value, error);
  return status ? status : rpl_facts_put(facts, slot, &value);
}

static RplStatus put_none(RplFacts *facts, uint32_t slot, RplFactError *error) {
  RplFound found = {RPL_FOUND_NULL, {NULL, 0}};
  RplValue value;
  RplStatus status =
      rpl_facts_read(facts, &facts->arena, slot, &found, &value, error);
  return status ? status : rpl_facts_put(facts, slot, &value);
}

static RplStatus put_slot(RplContext *context, const RplSlotFacts *given,
                          uint32_t slot, RplFactError *error) {
  RplFacts *facts = &context->facts;
  const RplSlice *text = (const RplSlice *)(intptr_t)given->values[slot];
  RplValue value;
  if (has_bit(given->spelled, slot))
    return rpl_facts_text(context, rpl_facts_name(facts, slot), *text, error);
  if (!has_bit(given->given, slot))
    return has_bit(given->none, slot) ? put_none(facts, slot, error) : RPL_OK;
  if (rpl_facts_type(facts, slot)->kind == RPL_KIND_TEXT)
    return put_text(context, slot, *text, error);
  RplStatus status = value_of(facts, given, slot, &value, error);
  return status ? status : rpl_facts_put(facts, slot, &value);
}

RplStatus rpl_facts_slots(RplContext *context, const RplSlotFacts *given,
                          RplFactError *error) {
  RplFacts *facts = &context->facts;
  RplFactError unused;
  RplStatus status = RPL_OK;
  rpl_facts_forget(facts);
  for (uint32_t slot = 0; slot < facts->count && status == RPL_OK; slot++)
    if (!(rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM))
      status = put_slot(context, given, slot, error ? error : &unused);
  if (status)
    rpl_facts_forget(facts);
  return status;
}

/* ---- verdicts ----------------------------------------------------------- */

/* The first reason's rule, in source order. */
static uint32_t decisive_rule(const RplContext *context, uint32_t outcome) {
  const RplTables *tables = &context->image->tables;
  const RplRuleRecord *rules = rpl_rules(tables);
  for (uint32_t i = 0; i < rpl_rules_count(tables); i++)
    if (rules[i].outcome == outcome &&
        rpl_value_is(rpl_careful_value(&context->careful, rules[i].condition),
                     true))
      return i;
  return RPL_VERDICT_NO_RULE;
}

static void shorten(const RplContext *context, const RplDecision *decision,
                    RplVerdict *verdict) {
  *verdict = (RplVerdict){.flags = RPL_VERDICT_CAREFUL,
                          .outcome = decision->outcome_row,
                          .rule = RPL_VERDICT_NO_RULE};
  if (decision->outcome_row == UINT32_MAX)
    verdict->flags |=
        decision->is_failed ? RPL_VERDICT_ERROR : RPL_VERDICT_UNKNOWN;
  else if (!decision->is_otherwise)
    verdict->rule = decisive_rule(context, decision->outcome_row);
  RplStatus status = rpl_decision_amount_minor(decision, &verdict->amount);
  if (status != RPL_E_NOT_FOUND) {
    verdict->flags |= status ? RPL_VERDICT_LARGE : RPL_VERDICT_AMOUNT;
    verdict->currency = rpl_currency_from_code(decision->currency);
  }
  if (decision->deadline_kind == RPL_KIND_DATETIME &&
      rpl_decision_deadline_microseconds(decision, &verdict->deadline) ==
          RPL_OK)
    verdict->flags |= RPL_VERDICT_DEADLINE;
}

RplStatus rpl_decide_slots_carefully(RplContext *context,
                                     const RplSlotFacts *facts,
                                     RplVerdict *verdict) {
  const RplDecision *decision;
  RplStatus status = rpl_facts_slots(context, facts, NULL);
  if (status == RPL_OK)
    status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    shorten(context, decision, verdict);
  return status;
}

RplStatus rpl_decide_slots(RplContext *context, const RplSlotFacts *facts,
                           RplVerdict *verdict) {
  return rpl_fast_decide_slots(context, facts, verdict);
}

RplStatus rpl_trace_slots(RplContext *context, const RplSlotFacts *facts,
                          RplVerdict *verdict) {
  return rpl_fast_trace(context, facts, verdict);
}

RplSlice rpl_verdict_outcome(const RplContext *context,
                             const RplVerdict *verdict) {
  const RplTables *tables = &context->image->tables;
  const RplPolicyRecord *policy = rpl_policy(tables);
  if (verdict->flags & RPL_VERDICT_UNKNOWN)
    return rpl_string(tables, policy->unknown_report);
  if (verdict->flags & RPL_VERDICT_ERROR)
    return rpl_string(tables, policy->error_report);
  if (verdict->outcome >= rpl_outcomes_count(tables))
    return (RplSlice){NULL, 0};
  return rpl_string(tables, rpl_outcomes(tables)[verdict->outcome].reported);
}

RplSlice rpl_verdict_rule(const RplContext *context,
                          const RplVerdict *verdict) {
  const RplTables *tables = &context->image->tables;
  if (verdict->flags & (RPL_VERDICT_UNKNOWN | RPL_VERDICT_ERROR))
    return (RplSlice){NULL, 0};
  if (verdict->rule >= rpl_rules_count(tables))
    return rpl_slice_from("otherwise");
  return rpl_string(tables, rpl_rules(tables)[verdict->rule].name);
}
