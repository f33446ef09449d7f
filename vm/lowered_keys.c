/* SPDX-License-Identifier: Apache-2.0
 * lowered_keys.c - conditions that compare one value with many keys, as one
 * jump through a table. See lowered_build.h. */
#include "vm/lowered_build.h"

#include <string.h>

/* A dense table may have this many places for each key. */
#define DENSE_FACTOR 4

static bool add_table(RplLowering *lower, uint32_t *index) {
  void *rows =
      rpl_arena_grow(&lower->scratch, lower->tables_made, lower->table_count,
                     &lower->table_capacity, sizeof *lower->tables_made);
  if (!rows) {
    lower->is_short = lower->is_dead = true;
    return false;
  }
  lower->tables_made = rows;
  *index = (uint32_t)lower->table_count++;
  memset(&lower->tables_made[*index], 0, sizeof *lower->tables_made);
  return true;
}

bool rpl_switch_begin(RplLowering *lower, RplSwitch *select, uint32_t key,
                      uint32_t count) {
  memset(select, 0, sizeof *select);
  select->is_text = rpl_lowering_kind(lower, key) == RPL_KIND_TEXT;
  if (!rpl_lowering_value(lower, key, NULL, &select->key) ||
      !rpl_val_whole(lower, select->key, &select->key) ||
      !add_table(lower, &select->table))
    return false;
  select->keys = rpl_arena_array(&lower->scratch, count, sizeof *select->keys);
  if (!select->keys) {
    lower->is_short = lower->is_dead = true;
    return false;
  }
  select->capacity = count;
  (void)rpl_lowering_emit(lower, RPL_LOWERED_SWITCH, select->key.num, 0, 0,
                          select->table);
  select->height = (uint32_t)lower->log_count;
  select->words = lower->words;
  select->cond = lower->cond;
  lower->is_dead = true;
  return !lower->is_short;
}

static void restore(RplLowering *lower, const RplSwitch *select) {
  rpl_lowering_forget(lower, select->height);
  lower->words = select->words;
  lower->cond = select->cond;
  lower->is_dead = lower->is_short;
}

static void learn_key(RplLowering *lower, const RplSwitch *select,
                      const RplLoweredKey *key, const RplConstant *constant) {
  if (!(select->key.num & RPL_LOWERED_FACT))
    return;
  uint32_t slot = select->key.num & ~RPL_LOWERED_FACT;
  RplSlotKnown known = lower->slots[slot];
  if (select->is_text)
    known.text = &constant->text;
  else
    known.low = known.high = key->word;
  rpl_lowering_know_slot(lower, slot, known);
}

void rpl_switch_case(RplLowering *lower, RplSwitch *select,
                     const RplKeyed *keyed) {
  const RplConstant *constant =
      &lower->image->constants[RPL_OPERAND_INDEX(keyed->constant)];
  RplLoweredKey key = {.target = (uint32_t)lower->code_count, .is_used = 1};
  restore(lower, select);
  if (select->is_text) {
    key.text = constant->text;
    key.word = (int64_t)rpl_lowered_hash_text(constant->text);
  } else if (rpl_lowering_kind(lower, keyed->constant) == RPL_KIND_ENUM) {
    key.word = constant->integer;
  } else if (!rpl_number_to_int64(constant->number, &key.word)) {
    lower->is_dead = true; /* no slot can hold it */
    return;
  }
  if (select->count < select->capacity)
    select->keys[select->count++] = key;
  learn_key(lower, select, &key, constant);
  rpl_lowering_learn(lower, keyed->test, true);
}

/* ---- tables ------------------------------------------------------------- */

static uint32_t power_above(uint32_t count) {
  uint32_t power = 4;
  while (power < count)
    power *= 2;
  return power;
}

static void fill_hash(RplLoweredKey *places, uint32_t mask,
                      const RplSwitch *select) {
  for (uint32_t i = 0; i < select->count; i++) {
    const RplLoweredKey *key = &select->keys[i];
    uint64_t hash = select->is_text ? (uint64_t)key->word
                                    : rpl_lowered_hash_word(key->word);
    uint64_t at = hash & mask;
    while (places[at].is_used)
      at = (at + 1) & mask;
    places[at] = *key;
  }
}

static bool is_dense(const RplSwitch *select, int64_t *low, uint64_t *span) {
  int64_t high;
  if (select->is_text || !select->count)
    return false;
  *low = high = select->keys[0].word;
  for (uint32_t i = 1; i < select->count; i++) {
    int64_t word = select->keys[i].word;
    *low = word < *low ? word : *low;
    high = word > high ? word : high;
  }
  *span = (uint64_t)high - (uint64_t)*low;
  return *span < (uint64_t)select->count * DENSE_FACTOR;
}

void rpl_switch_end(RplLowering *lower, RplSwitch *select) {
  uint64_t span = 0;
  RplLoweredKeys *table = &lower->tables_made[select->table];
  restore(lower, select);
  table->otherwise = (uint32_t)lower->code_count;
  table->is_text = select->is_text;
  table->is_dense = is_dense(select, &table->low, &span);
  uint32_t size =
      table->is_dense ? (uint32_t)span + 1 : power_above(select->count * 2 + 1);
  RplLoweredKey *places =
      rpl_arena_array(&lower->scratch, size, sizeof *places);
  if (!places) {
    lower->is_short = lower->is_dead = true;
    return;
  }
  table->mask = size - 1;
  table->keys = places;
  if (!table->is_dense) {
    fill_hash(places, table->mask, select);
    return;
  }
  for (uint32_t i = 0; i < size; i++)
    places[i].target = table->otherwise;
  for (uint32_t i = 0; i < select->count; i++)
    places[(uint64_t)select->keys[i].word - (uint64_t)table->low] =
        select->keys[i];
}
