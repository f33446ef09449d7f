/* SPDX-License-Identifier: Apache-2.0
 * facts.c - see facts.h: slots, constraints, bare amounts, params. */
#include "vm/facts.h"

#include <string.h>

/* ---- looking up --------------------------------------------------------- */

const RplFactRecord *rpl_facts_record(const RplFacts *facts, uint32_t slot) {
  return slot == RPL_SLOT_PART ? &facts->part.record
                               : &rpl_facts(&facts->image->tables)[slot];
}

RplSlice rpl_facts_name(const RplFacts *facts, uint32_t slot) {
  if (slot == RPL_SLOT_PART)
    return (RplSlice){facts->part.path, facts->part.path_length};
  return rpl_string(&facts->image->tables, rpl_facts_record(facts, slot)->name);
}

const RplTypeRecord *rpl_facts_type(const RplFacts *facts, uint32_t slot) {
  return &rpl_types(&facts->image->tables)[rpl_facts_record(facts, slot)->type];
}

static bool is_param(const RplFacts *facts, uint32_t slot) {
  return (rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM) != 0;
}

/* Strings of a program are sorted by bytes and unique. */
uint32_t rpl_facts_find(const RplFacts *facts, RplSlice name) {
  const RplTables *tables = &facts->image->tables;
  uint32_t low = 0;
  uint32_t high = rpl_strings_count(tables);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = rpl_slice_compare(rpl_string(tables, middle), name);
    if (order == 0)
      return facts->slot_of_string[middle] - 1u; /* 0 - 1: UINT32_MAX */
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return UINT32_MAX;
}

uint32_t rpl_facts_find_next(RplFacts *facts, RplSlice name) {
  uint32_t *after = &facts->slot_after[facts->last_found];
  if (!*after || !rpl_slice_equal(rpl_facts_name(facts, *after - 1), name))
    *after = rpl_facts_find(facts, name) + 1u; /* UINT32_MAX + 1: 0 */
  facts->last_found = *after;
  return *after - 1u;
}

uint32_t rpl_facts_currency_slot(const RplFacts *facts) {
  return rpl_policy(&facts->image->tables)->currency_fact - 1u;
}

RplCurrency rpl_facts_currency_given(const RplFacts *facts) {
  uint32_t slot = rpl_facts_currency_slot(facts);
  if (slot == UINT32_MAX || facts->values[slot].state != RPL_STATE_KNOWN)
    return RPL_CURRENCY_NONE;
  return (RplCurrency)facts->values[slot].as.integer;
}

RplCurrency rpl_facts_currency(const RplFacts *facts) {
  RplCurrency currency = rpl_facts_currency_given(facts);
  for (uint32_t slot = 0; !currency && slot < facts->count; slot++) {
    const RplValue *value = &facts->values[slot];
    if (!is_param(facts, slot) && value->state == RPL_STATE_KNOWN &&
        value->kind == RPL_KIND_MONEY)
      currency = value->currency;
  }
  return currency;
}

/* ---- slots -------------------------------------------------------------- */

/* How many places the number of a slot is scaled by; -1: it cannot be. */
static int slot_places(const RplFacts *facts, uint32_t slot,
                       const RplValue *value) {
  switch ((RplKind)value->kind) {
  case RPL_KIND_INTEGER:
    return 0;
  case RPL_KIND_NUMBER:
    return (int)rpl_facts_record(facts, slot)->places;
  default:
    return rpl_currency_digits(value->currency);
  }
}

/* Says in the slot what its value is, if eight bytes can. */
static void mirror(RplFacts *facts, uint32_t slot, RplSlotState state) {
  const RplValue *value = &facts->values[slot];
  RplSlot *out = &facts->slots[slot];
  memset(out, 0, sizeof *out);
  out->state = (uint8_t)state;
  if (value->state != RPL_STATE_KNOWN || value->kind == RPL_KIND_TEXT ||
      rpl_value_named_zone(value) || rpl_kind_has_parts(value->kind))
    return;
  if (value->kind == RPL_KIND_MONEY ||
      rpl_kind_is_numeric((RplKind)value->kind)) {
    int places = slot_places(facts, slot, value);
    out->currency = value->currency;
    out->fits =
        places >= 0 &&
        rpl_number_to_scaled(value->as.number, (unsigned)places, &out->integer);
    return;
  }
  out->integer = value->as.integer;
  out->fits = true;
}

static void set(RplFacts *facts, uint32_t slot, RplSlotState state,
                RplValue value) {
  facts->is_touched = true;
  facts->values[slot] = value;
  mirror(facts, slot, state);
}

/* ---- constraints -------------------------------------------------------- */

/* A text for people, in the arena; failures show in the buffer. */
static RplStatus take_text(RplBuffer *buffer, RplArena *arena, RplSlice *text) {
  RplSlice view = rpl_buffer_view(buffer);
  char *copy =
      buffer->is_failed ? NULL : rpl_arena_copy(arena, view.data, view.length);
  *text = (RplSlice){copy, view.length};
  rpl_buffer_clear(buffer);
  return copy ? RPL_OK : RPL_E_MEMORY;
}

/* What a bound is compared with: a text's length, else the value itself. */
static RplValue measured(const RplValue *value) {
  if (value->kind != RPL_KIND_TEXT)
    return *value;
  size_t count = rpl_utf8_count(value->as.text.data, value->as.text.length);
  return rpl_value_number(RPL_KIND_INTEGER,
                          rpl_number_from_int((int64_t)count));
}

static bool keeps_bound(const RplValue *value, const RplValue *bound,
                        bool is_low, bool is_open) {
  int order;
  if (!rpl_value_compare(value, bound, &order))
    return false; /* another currency than the bound's */
  if (order == 0)
    return !is_open;
  return is_low ? order > 0 : order < 0;
}

static RplStatus say_breach(const RplFacts *facts, RplArena *arena,
                            const RplValue *value, const RplValue *bound,
                            const char *relation, RplSlice *text) {
  const RplTables *tables = &facts->image->tables;
  RplValue shown = measured(value);
  RplBuffer buffer;
  rpl_buffer_init(&buffer, facts->allocator);
  if (value->kind == RPL_KIND_TEXT)
    rpl_buffer_text(&buffer, "its length ");
  rpl_value_write_text(&buffer, tables, &shown);
  rpl_buffer_text(&buffer, " is not ");
  rpl_buffer_text(&buffer, relation);
  rpl_buffer_byte(&buffer, ' ');
  rpl_value_write_text(&buffer, tables, bound);
  return take_text(&buffer, arena, text);
}

/* A bound that a number or an amount keeps for sure; false: look closely. */
static bool keeps_number(const RplFacts *facts, const RplValue *value,
                         uint32_t bound, bool is_low, bool is_open) {
  const RplConstant *constant =
      &facts->image->constants[RPL_OPERAND_INDEX(bound)];
  if (value->kind == RPL_KIND_MONEY
          ? constant->currency && constant->currency != value->currency
          : !rpl_kind_is_numeric((RplKind)value->kind))
    return false;
  int order = rpl_number_compare(value->as.number, constant->number);
  return order == 0 ? !is_open : is_low == (order > 0);
}

RplStatus rpl_facts_check(RplFacts *facts, RplArena *arena, uint32_t slot,
                          const RplValue *value, bool *is_kept,
                          RplSlice *text) {
  const RplFactRecord *record = rpl_facts_record(facts, slot);
  const uint32_t bounds[2] = {record->low, record->high};
  const bool open[2] = {(record->flags & RPL_FACT_LOW_OPEN) != 0,
                        (record->flags & RPL_FACT_HIGH_OPEN) != 0};
  static const char *const relations[2][2] = {{">=", ">"}, {"<=", "<"}};
  *is_kept = true;
  if (value->state == RPL_STATE_KNOWN && rpl_kind_has_parts(value->kind))
    return rpl_facts_check_parts(facts, arena, slot, value, is_kept, text);
  if (value->state != RPL_STATE_KNOWN || (!record->low && !record->high))
    return RPL_OK;
  for (int side = 0; side < 2; side++) {
    if (!bounds[side] ||
        keeps_number(facts, value, bounds[side], side == 0, open[side]))
      continue;
    RplValue bound = rpl_value_constant(
        &facts->image->tables,
        &facts->image->constants[RPL_OPERAND_INDEX(bounds[side])]);
    RplValue measure = measured(value);
    if (keeps_bound(&measure, &bound, side == 0, open[side]))
      continue;
    *is_kept = false;
    return say_breach(facts, arena, value, &bound, relations[side][open[side]],
                      text);
  }
  return RPL_OK;
}

/* ---- putting ------------------------------------------------------------ */

/* Checks a complete value and makes it the slot's. */
static RplStatus accept(RplFacts *facts, uint32_t slot, const RplValue *value) {
  bool is_kept;
  RplStatus status = rpl_facts_check(facts, &facts->arena, slot, value,
                                     &is_kept, &facts->rejections[slot]);
  if (status)
    return status;
  if (!is_kept)
    set(facts, slot, RPL_SLOT_REJECTED, rpl_value_unknown());
  else if (value->state == RPL_STATE_NONE)
    set(facts, slot, RPL_SLOT_NONE, *value);
  else
    set(facts, slot, RPL_SLOT_GIVEN, *value);
  return RPL_OK;
}

RplStatus rpl_facts_put(RplFacts *facts, uint32_t slot, const RplValue *value) {
  RplValue kept = *value;
  if (rpl_facts_is_bare(&kept)) {
    facts->given[slot] = kept;
    facts->bare_count++;
    set(facts, slot, RPL_SLOT_BARE, rpl_value_unknown());
    return RPL_OK;
  }
  RplStatus status = accept(facts, slot, &kept);
  if (status == RPL_OK)
    facts->given[slot] = kept;
  return status;
}

void rpl_facts_drop(RplFacts *facts, uint32_t slot) {
  if (facts->slots[slot].state == RPL_SLOT_BARE)
    facts->bare_count--;
  facts->given[slot] = rpl_value_unknown();
  set(facts, slot, RPL_SLOT_ABSENT, rpl_value_unknown());
}

void rpl_facts_fail(RplFacts *facts, uint32_t slot, RplErrorCode code) {
  facts->given[slot] = rpl_value_unknown();
  set(facts, slot, RPL_SLOT_FAILED, rpl_value_error(code, RPL_ORIGIN_NONE));
}

RplStatus rpl_facts_settle(RplFacts *facts) {
  RplCurrency currency = rpl_facts_currency_given(facts);
  if (!facts->bare_count || !currency)
    return RPL_OK;
  for (uint32_t slot = 0; slot < facts->count; slot++) {
    if (facts->slots[slot].state != RPL_SLOT_BARE)
      continue;
    RplValue value = facts->given[slot];
    rpl_facts_give_currency(&value, currency);
    RplStatus status = accept(facts, slot, &value);
    if (status)
      return status;
    facts->given[slot] = value;
    facts->bare_count--;
  }
  return RPL_OK;
}

/* ---- params ------------------------------------------------------------- */

static void release(RplFacts *facts, uint32_t slot) {
  RplOwned *owned = &facts->owned[slot];
  if (owned->block)
    (void)facts->allocator->reallocate(facts->allocator->context, owned->block,
                                       owned->bytes, 0);
  *owned = (RplOwned){NULL, 0};
}

/* The bytes that a value borrows, if any. */
static const void *borrowed(const RplValue *value, size_t *bytes) {
  *bytes = 0;
  if (value->state != RPL_STATE_KNOWN)
    return NULL;
  if (value->kind == RPL_KIND_TEXT) {
    *bytes = value->as.text.length;
    return value->as.text.data;
  }
  if ((value->kind != RPL_KIND_MONEY &&
       !rpl_kind_is_numeric((RplKind)value->kind)) ||
      !value->as.number.limbs)
    return NULL;
  *bytes = rpl_number_limb_bytes(value->as.number);
  return value->as.number.limbs;
}

RplStatus rpl_facts_put_param(RplFacts *facts, uint32_t slot,
                              const RplValue *value) {
  RplOwned owned = {NULL, 0};
  RplValue kept = *value;
  size_t bytes;
  const void *data = borrowed(value, &bytes);
  if (bytes) {
    owned.block =
        facts->allocator->reallocate(facts->allocator->context, NULL, 0, bytes);
    owned.bytes = bytes;
    if (!owned.block)
      return RPL_E_MEMORY;
    memcpy(owned.block, data, bytes);
    if (kept.kind == RPL_KIND_TEXT)
      kept.as.text.data = owned.block;
    else
      kept.as.number.limbs = owned.block;
  }
  release(facts, slot);
  facts->param_changes++;
  facts->owned[slot] = owned;
  facts->given[slot] = kept;
  set(facts, slot,
      kept.state == RPL_STATE_NONE ? RPL_SLOT_NONE : RPL_SLOT_GIVEN, kept);
  return RPL_OK;
}

void rpl_facts_reset_params(RplFacts *facts) {
  facts->param_changes++;
  for (uint32_t slot = 0; slot < facts->count; slot++) {
    if (!is_param(facts, slot))
      continue;
    const RplFactRecord *record = rpl_facts_record(facts, slot);
    RplValue value = rpl_value_constant(
        &facts->image->tables,
        &facts->image->constants[RPL_OPERAND_INDEX(record->value)]);
    /* A whole number is declared for a number param, too. */
    if (rpl_kind_is_numeric((RplKind)value.kind))
      value.kind = (uint8_t)rpl_facts_type(facts, slot)->kind;
    release(facts, slot);
    facts->given[slot] = value;
    set(facts, slot,
        value.state == RPL_STATE_NONE ? RPL_SLOT_NONE : RPL_SLOT_GIVEN, value);
  }
}

/* ---- the whole ---------------------------------------------------------- */

void rpl_facts_forget(RplFacts *facts) {
  facts->last_found = 0;
  for (uint32_t slot = 0; facts->is_touched && slot < facts->count; slot++) {
    if (facts->slots[slot].state == RPL_SLOT_ABSENT || is_param(facts, slot))
      continue;
    facts->given[slot] = rpl_value_unknown();
    set(facts, slot, RPL_SLOT_ABSENT, rpl_value_unknown());
  }
  facts->is_touched = false;
  facts->bare_count = 0;
  rpl_arena_reset(&facts->arena);
}

RplStatus rpl_facts_begin(RplFacts *facts, RplArena *fixed,
                          const RplImage *image,
                          const RplAllocator *allocator) {
  const RplTables *tables = &image->tables;
  memset(facts, 0, sizeof *facts);
  facts->image = image;
  facts->allocator = allocator;
  facts->count = rpl_facts_count(tables);
  rpl_arena_init(&facts->arena, allocator, 0);
  if (image->zones) {
    facts->zones = rpl_arena_alloc(fixed, sizeof *facts->zones);
    if (!facts->zones) {
      facts->count = 0; /* as below */
      return RPL_E_MEMORY;
    }
    rpl_zones_begin(&facts->zones->zones, &image->zones->source);
    rpl_arena_init(&facts->zones->arena, allocator, 0);
  }
  facts->values = rpl_arena_array(fixed, facts->count, sizeof *facts->values);
  facts->given = rpl_arena_array(fixed, facts->count, sizeof *facts->given);
  facts->slots = rpl_arena_array(fixed, facts->count, sizeof *facts->slots);
  facts->owned = rpl_arena_array(fixed, facts->count, sizeof *facts->owned);
  facts->rejections =
      rpl_arena_array(fixed, facts->count, sizeof *facts->rejections);
  facts->slot_of_string =
      rpl_arena_array(fixed, rpl_strings_count(tables), sizeof(uint32_t));
  facts->slot_after =
      rpl_arena_array(fixed, (size_t)facts->count + 1, sizeof(uint32_t));
  if (!facts->values || !facts->given || !facts->slots || !facts->owned ||
      !facts->rejections || !facts->slot_of_string || !facts->slot_after) {
    facts->count = 0; /* so that rpl_facts_end touches nothing */
    return RPL_E_MEMORY;
  }
  for (uint32_t slot = 0; slot < facts->count; slot++)
    facts->slot_of_string[rpl_facts_record(facts, slot)->name] = slot + 1;
  rpl_facts_forget(facts);
  rpl_facts_reset_params(facts);
  return RPL_OK;
}

void rpl_facts_end(RplFacts *facts) {
  for (uint32_t slot = 0; slot < facts->count; slot++)
    release(facts, slot);
  if (facts->zones)
    rpl_arena_clear(&facts->zones->arena);
  rpl_arena_clear(&facts->arena);
}
