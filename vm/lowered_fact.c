/* SPDX-License-Identifier: Apache-2.0
 * lowered_fact.c - reading constants, params and facts, with their bounds, on
 * the path that is being written. See lowered_build.h. */
#include "vm/lowered_build.h"

#include "vm/civil.h"

static const RplTypeRecord *type_of(const RplLowering *lower,
                                    uint32_t operand) {
  return rpl_operand_type(lower->image, operand);
}

/* ---- constants and params ----------------------------------------------- */

const RplValue *rpl_lowering_fixed(RplLowering *lower, uint32_t operand,
                                   RplValue *room) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  const RplFactRecord *facts = rpl_facts(lower->tables);
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT) {
    if (!(facts[index].flags & RPL_FACT_PARAM))
      return NULL;
    if (lower->params)
      return &lower->params[index];
    index = RPL_OPERAND_INDEX(facts[index].value);
  } else if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_CONSTANT) {
    return NULL;
  }
  *room = rpl_value_constant(lower->tables, &lower->image->constants[index]);
  return room;
}

/* Where the text of a fixed operand stands, for as long as the form lives. */
static const RplSlice *text_of(const RplLowering *lower, uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT) {
    if (lower->params)
      return &lower->params[index].as.text;
    index = RPL_OPERAND_INDEX(rpl_facts(lower->tables)[index].value);
  }
  return &lower->image->constants[index].text;
}

/* Amounts of another currency than the request's are the careful engine's. */
static bool be_currency(RplLowering *lower, RplCurrency currency) {
  uint32_t slot = lower->made->slot_count;
  RplSlotKnown known = lower->slots[slot];
  if (known.is_given)
    return known.low == currency || rpl_lowering_stop(lower);
  (void)rpl_lowering_emit(lower, RPL_LOWERED_CURRENCY, 0, 0, 0, currency);
  known.is_given = true;
  known.low = currency;
  rpl_lowering_know_slot(lower, slot, known);
  return !lower->is_dead;
}

static bool fixed_money(RplLowering *lower, const RplValue *value,
                        RplVal *val) {
  if (!rpl_val_constant(lower, value->as.number, val))
    return false;
  val->is_coinless = !value->currency;
  lower->made->has_money = true;
  if (!value->currency)
    return true;
  int digits = rpl_currency_digits(value->currency);
  if (digits < 0 || !rpl_val_scale(val, digits))
    return rpl_lowering_stop(lower);
  return be_currency(lower, value->currency);
}

bool rpl_lowering_fixed_value(RplLowering *lower, uint32_t operand,
                              const RplValue *value, RplLabel *none,
                              RplVal *val) {
  if (value->state == RPL_STATE_NONE && none) {
    rpl_lowering_jump(lower, none);
    return false;
  }
  if (value->state != RPL_STATE_KNOWN)
    return rpl_lowering_stop(lower);
  int64_t word = value->as.integer;
  switch ((RplKind)value->kind) {
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    return rpl_val_constant(lower, value->as.number, val);
  case RPL_KIND_MONEY:
    return fixed_money(lower, value, val);
  case RPL_KIND_TEXT:
    word = (int64_t)(intptr_t)text_of(lower, operand);
    break;
  case RPL_KIND_BOOLEAN:
  case RPL_KIND_DATE:
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
  case RPL_KIND_ENUM:
  case RPL_KIND_ROUNDING:
  case RPL_KIND_CURRENCY:
  case RPL_KIND_SET:
    break;
  case RPL_KIND_ZONE: /* a plain offset, or nothing that is known here */
    if (rpl_value_named_zone(value) || word < -RPL_OFFSET_MAX_SECONDS ||
        word > RPL_OFFSET_MAX_SECONDS)
      return rpl_lowering_stop(lower);
    break;
  default:
    return rpl_lowering_stop(lower);
  }
  *val = rpl_val_word(rpl_lowering_constant(lower, word), word, word);
  return !lower->is_dead;
}

/* ---- facts -------------------------------------------------------------- */

/* The words that values of a kind may have. */
static bool kind_range(const RplLowering *lower, const RplTypeRecord *type,
                       RplSlotKnown *known) {
  known->low = INT64_MIN;
  known->high = INT64_MAX;
  switch ((RplKind)type->kind) {
  case RPL_KIND_BOOLEAN:
    known->low = 0;
    known->high = 1;
    return true;
  case RPL_KIND_ENUM:
    known->low = 0;
    known->high = (int64_t)rpl_enums(lower->tables)[type->detail].count - 1;
    return true;
  case RPL_KIND_DATE:
    known->low = RPL_DATE_MIN;
    known->high = RPL_DATE_MAX;
    return true;
  case RPL_KIND_DATETIME:
    known->low = RPL_DATETIME_MIN;
    known->high = RPL_DATETIME_MAX;
    return true;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
  case RPL_KIND_MONEY:
  case RPL_KIND_DURATION:
  case RPL_KIND_TEXT:
  case RPL_KIND_SET:
    return true;
  default: /* the currency fact is not read; nothing else fits a slot */
    return false;
  }
}

/* The last word that keeps a bound, in *word; false when none does. */
static bool bound_word(RplLowering *lower, const RplFactRecord *fact,
                       const RplValue *bound, bool is_low, bool is_open,
                       int64_t *word) {
  RplNumber number = bound->as.number, scale, whole;
  int places = (int)fact->places;
  if (!rpl_kind_is_numeric((RplKind)bound->kind) &&
      bound->kind != RPL_KIND_MONEY) {
    *word = bound->as.integer;
    return !is_open || !__builtin_add_overflow(*word, is_low ? 1 : -1, word);
  }
  if (bound->kind == RPL_KIND_MONEY)
    places = bound->currency ? rpl_currency_digits(bound->currency) : 0;
  if (places < 0 || rpl_number_from_int_places(1, (unsigned)places, &scale) ||
      rpl_number_div(&lower->scratch, number, scale, &number) ||
      rpl_number_round(&lower->scratch, number, 0,
                       is_low ? RPL_ROUND_CEILING : RPL_ROUND_FLOOR, &whole))
    return false;
  if (!rpl_number_to_int64(whole, word)) { /* past every word on one side */
    *word = is_low ? INT64_MIN : INT64_MAX;
    return (rpl_number_sign(whole) < 0) == is_low;
  }
  if (is_open && rpl_number_equal(whole, number))
    return !__builtin_add_overflow(*word, is_low ? 1 : -1, word);
  return true;
}

/* The bounds of a fact as words; false when they cannot be. */
static bool bounds(RplLowering *lower, const RplFactRecord *fact, int64_t *low,
                   int64_t *high, RplCurrency *currency) {
  RplValue room;
  const uint32_t operands[2] = {fact->low, fact->high};
  const bool open[2] = {(fact->flags & RPL_FACT_LOW_OPEN) != 0,
                        (fact->flags & RPL_FACT_HIGH_OPEN) != 0};
  *low = INT64_MIN;
  *high = INT64_MAX;
  for (int side = 0; side < 2; side++) {
    if (!operands[side])
      continue;
    const RplValue *bound = rpl_lowering_fixed(lower, operands[side], &room);
    if (bound->kind == RPL_KIND_MONEY && bound->currency) {
      if (*currency && *currency != bound->currency)
        return false;
      *currency = bound->currency;
    }
    if (!bound_word(lower, fact, bound, side == 0, open[side],
                    side == 0 ? low : high))
      return false;
  }
  return *low <= *high;
}

void rpl_lowering_domain(const RplLowering *lower, uint32_t slot, int64_t *low,
                         int64_t *high) {
  RplSlotKnown known;
  (void)kind_range(
      lower, &rpl_types(lower->tables)[rpl_facts(lower->tables)[slot].type],
      &known);
  *low = known.low;
  *high = known.high;
}

bool rpl_lowering_bounds(RplLowering *lower, uint32_t slot, int64_t *low,
                         int64_t *high) {
  RplCurrency currency = RPL_CURRENCY_NONE;
  return bounds(lower, &rpl_facts(lower->tables)[slot], low, high, &currency) &&
         !currency;
}

/* Writes the check of a slot's bounds, once on a path. */
static bool check_bounds(RplLowering *lower, uint32_t slot) {
  const RplFactRecord *fact = &rpl_facts(lower->tables)[slot];
  RplSlotKnown known = lower->slots[slot];
  RplCurrency currency = RPL_CURRENCY_NONE;
  int64_t low, high;
  if (known.is_checked || (!fact->low && !fact->high))
    return !lower->is_dead;
  if (!bounds(lower, fact, &low, &high, &currency) ||
      (currency && !be_currency(lower, currency)))
    return rpl_lowering_stop(lower);
  bool is_text = rpl_types(lower->tables)[fact->type].kind == RPL_KIND_TEXT;
  uint16_t low_word = rpl_lowering_constant(lower, low);
  uint16_t high_word = rpl_lowering_constant(lower, high);
  uint32_t at = rpl_lowering_emit(
      lower, is_text ? RPL_LOWERED_LENGTH : RPL_LOWERED_RANGE,
      (uint16_t)(slot | RPL_LOWERED_FACT), low_word, high_word, 0);
  if (lower->is_dead)
    return false;
  lower->code[at].y = currency; /* such a check stays in the joined stream */
  known.is_checked = true;
  if (!is_text) {
    known.low = low > known.low ? low : known.low;
    known.high = high < known.high ? high : known.high;
  }
  rpl_lowering_know_slot(lower, slot, known);
  return true;
}

bool rpl_lowering_read(RplLowering *lower, uint32_t slot, RplVal *val) {
  const RplTypeRecord *type =
      &rpl_types(lower->tables)[rpl_facts(lower->tables)[slot].type];
  RplSlotKnown known = lower->slots[slot];
  if (!known.is_given) {
    RplSlotKnown fresh = {.is_given = true, .is_known = true};
    if (!kind_range(lower, type, &fresh))
      return rpl_lowering_stop(lower);
    rpl_lowering_know_slot(lower, slot, fresh);
  }
  if (!check_bounds(lower, slot))
    return false;
  if (type->kind == RPL_KIND_MONEY)
    lower->made->has_money = true;
  known = lower->slots[slot];
  *val =
      rpl_val_word((uint16_t)(slot | RPL_LOWERED_FACT), known.low, known.high);
  if (type->kind == RPL_KIND_NUMBER)
    return rpl_val_scale(val,
                         -(int64_t)rpl_facts(lower->tables)[slot].places) ||
           rpl_lowering_stop(lower);
  return !lower->is_dead;
}

bool rpl_lowering_fact(RplLowering *lower, uint32_t operand, RplLabel *none,
                       RplVal *val) {
  uint32_t slot = RPL_OPERAND_INDEX(operand);
  RplSlotKnown known = lower->slots[slot];
  if (known.is_given || !type_of(lower, operand)->optional || !none) {
    if (!known.is_given)
      (void)rpl_lowering_emit(lower, RPL_LOWERED_NEED, (uint16_t)slot, 0, 0, 0);
    return rpl_lowering_read(lower, slot, val);
  }
  if (!known.is_known) {
    (void)rpl_lowering_emit(lower, RPL_LOWERED_KNOWN, (uint16_t)slot, 0, 0, 0);
    known.is_known = true;
    rpl_lowering_know_slot(lower, slot, known);
  }
  rpl_lowering_if(lower, RPL_LOWERED_IF_NONE, (uint16_t)slot, 0, none);
  return rpl_lowering_read(lower, slot, val);
}
