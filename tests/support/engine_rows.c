/* SPDX-License-Identifier: Apache-2.0
 * engine_rows.c - see engine_rows.h. */
#include "tests/support/engine_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/batch.h"
#include "vm/context.h"
#include "vm/fast.h"
#include "vm/program_priv.h"

RplProgram *engine_rows_load(const char *source) {
  RplCompiler *compiler = NULL;
  RplProgram *program = NULL;
  RplSlice bytes;
  if (rpl_compiler_new(NULL, NULL, NULL, &compiler) == RPL_OK &&
      rpl_compiler_add(compiler, rpl_slice_from("p.rpl"), rpl_slice_from(""),
                       rpl_slice_from(source)) == RPL_OK &&
      rpl_compiler_build(compiler, 0, &bytes) == RPL_OK &&
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL) !=
          RPL_OK)
    program = NULL;
  if (!program)
    (void)fprintf(stderr, "refused:\n%.600s\n", source);
  rpl_compiler_free(compiler);
  return program;
}

/* ---- one request after the other ----------------------------------------- */

typedef struct Engines {
  EngineRows *rows;
  RplContext *careful, *fast;
  uint32_t slot_count;
  uint64_t *given;
} Engines;

static bool is_same(const RplVerdict *expected, const RplVerdict *found) {
  const uint32_t mask = ~(uint32_t)RPL_VERDICT_CAREFUL;
  return expected->outcome == found->outcome && expected->rule == found->rule &&
         expected->amount == found->amount &&
         expected->deadline == found->deadline &&
         expected->currency == found->currency &&
         (expected->flags & mask) == (found->flags & mask);
}

static void print_verdict(const char *engine, const RplVerdict *verdict) {
  (void)fprintf(stderr,
                "  %s: outcome %u rule %u amount %" PRId64 " deadline %" PRId64
                " currency %u flags %u\n",
                engine, verdict->outcome, verdict->rule, verdict->amount,
                verdict->deadline, verdict->currency, verdict->flags);
}

static bool differ(const Engines *engines, uint32_t row, const char *engine,
                   const RplVerdict *found) {
  (void)fprintf(stderr, "row %u differs:\n", row);
  print_verdict("careful", &engines->rows->expected[row]);
  print_verdict(engine, found);
  for (uint32_t slot = 0; slot < engines->slot_count && slot < 32; slot++)
    (void)fprintf(
        stderr, "  slot %u: %" PRId64 "\n", slot,
        engines->rows->values[(size_t)row * engines->slot_count + slot]);
  return false;
}

static bool match_row(const Engines *engines, uint32_t row) {
  EngineRows *rows = engines->rows;
  RplVerdict *expected = &rows->expected[row], found;
  const RplSlotFacts facts = {.values = rows->values +
                                        (size_t)row * engines->slot_count,
                              .given = engines->given,
                              .currency = rows->currency};
  if (rpl_decide_slots(engines->careful, &facts, expected) != RPL_OK) {
    (void)fprintf(stderr, "row %u: the careful engine fails\n", row);
    return false;
  }
  bool is_fast = rpl_fast_form(engines->fast) &&
                 rpl_fast_decide(engines->fast, &facts, &found);
  rows->fast_count += is_fast;
  if (rows->is_fast)
    rows->is_fast[row] = is_fast;
  if (is_fast && !is_same(expected, &found))
    return differ(engines, row, "fast", &found);
  if (rpl_decide_slots(engines->fast, &facts, &found) != RPL_OK ||
      !is_same(expected, &found))
    return differ(engines, row, "fast or careful", &found);
  return (rpl_trace_slots(engines->fast, &facts, &found) == RPL_OK &&
          is_same(expected, &found)) ||
         differ(engines, row, "traced", &found);
}

/* ---- all at once --------------------------------------------------------- */

/* What a batch answers, and its columns. */
typedef struct Answers {
  RplColumn *columns;
  int64_t *values; /* column after column */
  uint16_t *outcome, *currency;
  int64_t *amount, *deadline;
  uint8_t *status;
} Answers;

/* Kernels that count the rows that come and those that fail. */
static const RplTileKernels *counted;
static uint32_t tiled;

static uint32_t rows_of(const RplRows *rows) {
  uint32_t count = 0;
  for (uint32_t tile = 0; tile < RPL_STRIP_TILES; tile++)
    count += (uint32_t)__builtin_popcountll(rows->tile[tile]);
  return count;
}

static void run_counted(const RplTileStream *stream, RplStrip *strip) {
  tiled += rows_of(&strip->active) + rows_of(&strip->failed);
  counted->run(stream, strip);
  tiled -= rows_of(&strip->failed);
}

static bool make_answers(const Engines *engines, Answers *answers) {
  size_t rows = engines->rows->row_count, slots = engines->slot_count;
  answers->columns = calloc(slots, sizeof(RplColumn));
  answers->values = calloc(slots * rows, sizeof(int64_t));
  answers->outcome = calloc(rows, sizeof(uint16_t));
  answers->currency = calloc(rows, sizeof(uint16_t));
  answers->amount = calloc(rows, sizeof(int64_t));
  answers->deadline = calloc(rows, sizeof(int64_t));
  answers->status = calloc(rows, 1);
  return answers->columns && answers->values && answers->outcome &&
         answers->currency && answers->amount && answers->deadline &&
         answers->status;
}

static void free_answers(Answers *answers) {
  free(answers->columns);
  free(answers->values);
  free(answers->outcome);
  free(answers->currency);
  free(answers->amount);
  free(answers->deadline);
  free(answers->status);
}

static size_t make_columns(const Engines *engines, const Answers *answers) {
  const RplTables *tables = &engines->fast->image->tables;
  size_t rows = engines->rows->row_count, made = 0;
  for (uint32_t slot = 0; slot < engines->slot_count; slot++) {
    int64_t *column = answers->values + slot * rows;
    if (rpl_facts(tables)[slot].flags & RPL_FACT_PARAM)
      continue;
    for (size_t row = 0; row < rows; row++)
      column[row] = engines->rows->values[row * engines->slot_count + slot];
    answers->columns[made++] =
        (RplColumn){.values = column, .slot = slot, .width = RPL_WIDTH_INT64};
  }
  return made;
}

static bool match_answers(const Engines *engines, const Answers *answers,
                          const char *kernels) {
  const uint32_t open = RPL_VERDICT_UNKNOWN | RPL_VERDICT_ERROR;
  for (uint32_t row = 0; row < engines->rows->row_count; row++) {
    const RplVerdict *expected = &engines->rows->expected[row];
    const RplVerdict found = {.amount = answers->amount[row],
                              .deadline = answers->deadline[row],
                              .outcome = expected->flags & open
                                             ? expected->outcome
                                             : answers->outcome[row],
                              .rule = expected->rule,
                              .flags = answers->status[row],
                              .currency = answers->currency[row]};
    if (!is_same(expected, &found))
      return differ(engines, row, kernels, &found);
  }
  return true;
}

static bool match_batch(const Engines *engines, const Answers *answers,
                        const RplTileKernels *kernels) {
  EngineRows *rows = engines->rows;
  const RplBatchFacts facts = {.columns = answers->columns,
                               .column_count = make_columns(engines, answers),
                               .row_count = rows->row_count,
                               .currency = rows->currency};
  const RplBatchResult result = {.outcome = answers->outcome,
                                 .amount = answers->amount,
                                 .currency = answers->currency,
                                 .deadline = answers->deadline,
                                 .status = answers->status};
  RplTileKernels counting = *kernels;
  RplBatch *batch;
  counting.run = run_counted;
  counted = kernels;
  tiled = 0;
  if (rpl_batch_new(engines->fast, &batch) != RPL_OK)
    return false;
  rpl_batch_use(batch, &counting);
  bool is_good = rpl_batch_decide(batch, &facts, &result) == RPL_OK &&
                 match_answers(engines, answers, kernels->name);
  rpl_batch_free(batch);
  if (tiled < rows->tiled_count)
    rows->tiled_count = tiled;
  return is_good;
}

static bool match_batches(const Engines *engines) {
  const RplTileKernels *levels[3];
  Answers answers = {0};
  uint32_t count = rpl_batch_levels(levels);
  bool is_good = make_answers(engines, &answers) &&
                 match_batch(engines, &answers, &rpl_tile_portable);
  for (uint32_t i = 0; i < count && is_good; i++)
    is_good = match_batch(engines, &answers, levels[i]);
  free_answers(&answers);
  return is_good;
}

bool engine_rows_agree(EngineRows *rows) {
  Engines engines = {.rows = rows};
  const RplImage *image = rpl_program_image(rows->program, 0);
  rows->fast_count = 0;
  rows->tiled_count = rows->row_count;
  engines.slot_count = rpl_facts_count(&image->tables);
  engines.given = malloc(RPL_SLOT_WORDS(engines.slot_count) * sizeof(uint64_t));
  bool is_good =
      engines.given &&
      rpl_context_make(image, 0, NULL, &engines.careful) == RPL_OK &&
      rpl_context_new(rows->program, 0, NULL, &engines.fast) == RPL_OK;
  if (is_good)
    memset(engines.given, 0xFF,
           RPL_SLOT_WORDS(engines.slot_count) * sizeof(uint64_t));
  for (uint32_t row = 0; row < rows->row_count && is_good; row++)
    is_good = match_row(&engines, row);
  is_good = is_good && match_batches(&engines);
  rpl_context_free(engines.careful);
  rpl_context_free(engines.fast);
  free(engines.given);
  return is_good;
}
