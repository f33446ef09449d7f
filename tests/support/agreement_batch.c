/* SPDX-License-Identifier: Apache-2.0
 * agreement_batch.c - see agreement_batch.h. */
#include "tests/support/agreement_batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vm/batch.h"
#include "vm/context.h"

/* What a batch answers. */
typedef struct Answers {
  uint16_t outcome[GATHER_ROWS], currency[GATHER_ROWS];
  int64_t amount[GATHER_ROWS], deadline[GATHER_ROWS];
  uint8_t status[GATHER_ROWS];
} Answers;

void gather_begin(Gathered *gathered, uint32_t slot_count) {
  uint32_t turn = gathered->turn, careful = gathered->careful;
  memset(gathered, 0, sizeof *gathered);
  gathered->turn = turn;
  gathered->careful = careful;
  gathered->slot_count = slot_count;
}

static bool has(const uint64_t *mask, uint32_t slot) {
  return mask[slot / 64] >> (slot % 64) & 1;
}

void gather_add(Gathered *gathered, const RplSlotFacts *facts,
                const bool *is_text, const RplVerdict *expected) {
  uint32_t row = gathered->count++;
  uint64_t bit = UINT64_C(1) << (row % 64);
  for (uint32_t slot = 0; slot < gathered->slot_count; slot++) {
    int64_t value = facts->values[slot];
    if (is_text[slot] && has(facts->given, slot)) {
      gathered->texts[row][slot] = *(const RplSlice *)(intptr_t)value;
      value = rpl_slot_text(&gathered->texts[row][slot]);
    }
    gathered->values[slot][row] = value;
    if (has(facts->given, slot))
      gathered->given[slot][row / 64] |= bit;
    if (facts->none && has(facts->none, slot))
      gathered->none[slot][row / 64] |= bit;
  }
  gathered->currencies[row] = facts->currency;
  gathered->expected[row] = *expected;
}

/* Columns of fewer bits, where these hold all values that are given; the others
 * do not matter. */
typedef struct Narrow {
  int32_t ints[GATHER_ROWS];
  uint8_t bytes[GATHER_ROWS];
} Narrow;

static void narrow_column(const Gathered *gathered, RplColumn *column,
                          Narrow *narrow) {
  bool is_int = true, is_byte = true;
  for (uint32_t row = 0; row < gathered->count; row++) {
    int64_t value = gathered->values[column->slot][row];
    bool is_given = has(gathered->given[column->slot], row);
    is_int = is_int && (!is_given || value == (int32_t)value);
    is_byte = is_byte && (!is_given || value == (uint8_t)value);
    narrow->ints[row] = (int32_t)(uint32_t)(uint64_t)value;
    narrow->bytes[row] = (uint8_t)(uint64_t)value;
  }
  if (is_byte) {
    column->values = narrow->bytes;
    column->width = RPL_WIDTH_UINT8;
  } else if (is_int) {
    column->values = narrow->ints;
    column->width = RPL_WIDTH_INT32;
  }
}

static bool is_text(const RplTables *tables, uint32_t slot) {
  uint32_t type = rpl_facts(tables)[slot].type;
  return rpl_types(tables)[type].kind == RPL_KIND_TEXT;
}

/* Columns of all facts; one that every row has goes without a mask. Every other
 * time they are as narrow as they can be. */
static size_t make_columns(const Gathered *gathered, const RplTables *tables,
                           RplColumn *columns) {
  static Narrow narrow[GATHER_SLOTS];
  size_t made = 0;
  for (uint32_t slot = 0; slot < gathered->slot_count; slot++) {
    bool is_whole = true;
    if (rpl_facts(tables)[slot].flags & RPL_FACT_PARAM)
      continue;
    for (uint32_t row = 0; row < gathered->count; row++)
      is_whole = is_whole && has(gathered->given[slot], row);
    columns[made++] = (RplColumn){
        gathered->values[slot], is_whole ? NULL : gathered->given[slot],
        is_whole ? NULL : gathered->none[slot], slot, RPL_WIDTH_INT64};
    if (gathered->turn / 4 % 2 && !is_text(tables, slot))
      narrow_column(gathered, &columns[made - 1], &narrow[slot]);
  }
  return made;
}

static bool is_same(const Gathered *gathered, const Answers *answers,
                    uint32_t row) {
  const RplVerdict *expected = &gathered->expected[row];
  uint32_t open = RPL_VERDICT_UNKNOWN | RPL_VERDICT_ERROR;
  uint32_t outcome =
      expected->flags & open ? RPL_BATCH_NO_OUTCOME : expected->outcome;
  uint32_t mask = ~(uint32_t)RPL_VERDICT_CAREFUL;
  return answers->outcome[row] == outcome &&
         answers->amount[row] == expected->amount &&
         answers->deadline[row] == expected->deadline &&
         answers->currency[row] == expected->currency &&
         (answers->status[row] & mask) == (expected->flags & mask);
}

static bool compare(Gathered *gathered, const Answers *answers,
                    const char *kernels) {
  for (uint32_t row = 0; row < gathered->count; row++) {
    gathered->careful += (answers->status[row] & RPL_VERDICT_CAREFUL) != 0;
    if (is_same(gathered, answers, row))
      continue;
    (void)fprintf(
        stderr,
        "the batch engine (%s) differs in row %u of %u: outcome %u "
        "amount %" PRId64 " deadline %" PRId64
        " currency %u status %u; expected %u %" PRId64 " %" PRId64 " %u %u\n",
        kernels, row, gathered->count, answers->outcome[row],
        answers->amount[row], answers->deadline[row], answers->currency[row],
        answers->status[row], gathered->expected[row].outcome,
        gathered->expected[row].amount, gathered->expected[row].deadline,
        gathered->expected[row].currency, gathered->expected[row].flags);
    for (uint32_t slot = 0; slot < gathered->slot_count; slot++)
      (void)fprintf(stderr, "  slot %u: %" PRId64 " given %d none %d\n", slot,
                    gathered->values[slot][row],
                    has(gathered->given[slot], row),
                    has(gathered->none[slot], row));
    return false;
  }
  return true;
}

/* All levels that run here, and portable C, take turns. */
static const RplTileKernels *next_kernels(Gathered *gathered) {
  const RplTileKernels *found[3];
  uint32_t count = rpl_batch_levels(found);
  uint32_t turn = gathered->turn++ % (count + 1);
  return turn < count ? found[turn] : &rpl_tile_portable;
}

bool gather_decide(Gathered *gathered, RplContext *context) {
  static RplColumn columns[GATHER_SLOTS];
  static Answers answers;
  RplBatch *batch = NULL;
  RplBatchFacts facts = {.columns = columns, .row_count = gathered->count};
  RplBatchResult result = {.outcome = answers.outcome,
                           .amount = answers.amount,
                           .currency = answers.currency,
                           .deadline = answers.deadline,
                           .status = answers.status};
  bool is_mixed = false;
  if (!gathered->count)
    return true;
  facts.column_count = make_columns(gathered, &context->image->tables, columns);
  facts.currency = gathered->currencies[0];
  for (uint32_t row = 0; row < gathered->count; row++)
    is_mixed |= gathered->currencies[row] != facts.currency;
  if (is_mixed)
    facts.currencies = gathered->currencies;
  bool is_good = rpl_batch_new(context, &batch) == RPL_OK;
  if (is_good) {
    rpl_batch_use(batch, next_kernels(gathered));
    is_good = rpl_batch_decide(batch, &facts, &result) == RPL_OK &&
              compare(gathered, &answers, rpl_batch_kernels(batch));
  }
  rpl_batch_free(batch);
  gather_begin(gathered, gathered->slot_count);
  return is_good;
}
