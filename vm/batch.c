/* SPDX-License-Identifier: Apache-2.0
 * batch.c - the public functions of rpl/batch.h: columns in, tiles through the
 * engine, rows that fail through the scalar engines, columns out. */
#include "vm/batch.h"

#include <string.h>

#include "vm/context.h"
#include "vm/fast.h"
#include "vm/processor.h"

/* No column for a slot. */
#define NO_COLUMN UINT32_MAX

struct RplBatch {
  RplContext *context;
  const RplImage *image;
  const RplTileKernels *kernels;
  uint32_t slot_count;
  RplArena fixed;      /* what depends on the policy alone */
  uint32_t *column_of; /* by slot, during a call */
  int64_t *row_values; /* one row, for the scalar engines */
  uint64_t *row_given, *row_none;
  int64_t *narrow;   /* by slot: a strip of a column that is not int64 */
  uint8_t *outcomes; /* a strip each */
  int64_t *amounts, *deadlines;
  RplArena arena;           /* what depends on the form */
  bool can_open, has_masks; /* during a call */
  const RplLowered *lowered;
  uint32_t param_changes; /* of the context, when `lowered` was taken over */
  RplTileStream streams[2];
  uint8_t *is_used; /* by slot: the form looks at its value */
  uint8_t *is_read; /* by slot: bytes do not serve, words are read */
  uint8_t *is_long; /* by slot: 32 bits do not serve */
  RplStrip strip;
};

/* Which of the streams. */
enum { JOINED, PLAIN };

/* ---- making -------------------------------------------------------------- */

uint32_t rpl_batch_levels(const RplTileKernels *found[3]) {
  uint32_t count = 0;
#if defined(__x86_64__)
  if (RPL_PROCESSOR_HAS(SSE4_2, "sse4.2") &&
      RPL_PROCESSOR_HAS(POPCNT, "popcnt"))
    found[count++] = &rpl_tile_v2;
  if (RPL_PROCESSOR_HAS(AVX2, "avx2") && RPL_PROCESSOR_HAS(BMI2, "bmi2") &&
      RPL_PROCESSOR_HAS(BMI1, "bmi") && RPL_PROCESSOR_HAS(FMA, "fma"))
    found[count++] = &rpl_tile_v3;
  if (RPL_PROCESSOR_HAS(AVX512F, "avx512f") &&
      RPL_PROCESSOR_HAS(AVX512BW, "avx512bw") &&
      RPL_PROCESSOR_HAS(AVX512DQ, "avx512dq") &&
      RPL_PROCESSOR_HAS(AVX512VL, "avx512vl") &&
      RPL_PROCESSOR_HAS(AVX512CD, "avx512cd"))
    found[count++] = &rpl_tile_v4;
#else
  found[count++] = &rpl_tile_portable;
#endif
  return count;
}

void rpl_batch_use(RplBatch *batch, const RplTileKernels *kernels) {
  batch->kernels = kernels;
}

static RplStatus make_fixed(RplBatch *batch) {
  RplArena *fixed = &batch->fixed;
  uint32_t slots = batch->slot_count;
  size_t words = RPL_SLOT_WORDS(slots);
  batch->column_of = rpl_arena_array(fixed, slots, sizeof(uint32_t));
  batch->row_values = rpl_arena_array(fixed, slots, sizeof(int64_t));
  batch->row_given = rpl_arena_array(fixed, words, sizeof(uint64_t));
  batch->row_none = rpl_arena_array(fixed, words, sizeof(uint64_t));
  batch->narrow =
      rpl_arena_array(fixed, (size_t)slots * RPL_STRIP_ROWS, sizeof(int64_t));
  batch->outcomes = rpl_arena_array(fixed, RPL_STRIP_ROWS, 1);
  batch->amounts = rpl_arena_array(fixed, RPL_STRIP_ROWS, sizeof(int64_t));
  batch->deadlines = rpl_arena_array(fixed, RPL_STRIP_ROWS, sizeof(int64_t));
  return batch->column_of && batch->row_values && batch->row_given &&
                 batch->row_none && batch->narrow && batch->outcomes &&
                 batch->amounts && batch->deadlines
             ? RPL_OK
             : RPL_E_MEMORY;
}

RplStatus rpl_batch_new(RplContext *context, RplBatch **batch) {
  if (!context || !batch)
    return RPL_E_ARGUMENT;
  const RplAllocator *allocator = context->allocator;
  const RplTileKernels *found[3];
  RplBatch *made =
      allocator->reallocate(allocator->context, NULL, 0, sizeof *made);
  if (!made)
    return RPL_E_MEMORY;
  memset(made, 0, sizeof *made);
  made->context = context;
  made->image = context->image;
  uint32_t kernels = rpl_batch_levels(found);
  if (kernels)
    made->kernels = found[kernels - 1];
  made->slot_count = rpl_facts_count(&context->image->tables);
  rpl_arena_init(&made->fixed, allocator, 0);
  rpl_arena_init(&made->arena, allocator, 0);
  RplStatus status = make_fixed(made);
  if (status)
    rpl_batch_free(made);
  else
    *batch = made;
  return status;
}

void rpl_batch_free(RplBatch *batch) {
  if (!batch)
    return;
  const RplAllocator *allocator = batch->context->allocator;
  rpl_arena_clear(&batch->fixed);
  rpl_arena_clear(&batch->arena);
  (void)allocator->reallocate(allocator->context, batch, sizeof *batch, 0);
}

size_t rpl_batch_outcome_count(const RplBatch *batch) {
  return rpl_outcomes_count(&batch->image->tables);
}

RplSlice rpl_batch_outcome(const RplBatch *batch, size_t row) {
  const RplTables *tables = &batch->image->tables;
  if (row >= rpl_outcomes_count(tables))
    return (RplSlice){NULL, 0};
  return rpl_string(tables, rpl_outcomes(tables)[row].reported);
}

const char *rpl_batch_kernels(const RplBatch *batch) {
  return batch->kernels ? batch->kernels->name : "none";
}

/* ---- the form ------------------------------------------------------------ */

static void mark_word(RplBatch *batch, uint32_t operand, bool is_read,
                      bool is_long) {
  if (operand >= batch->slot_count)
    return;
  batch->is_used[operand] = 1;
  batch->is_read[operand] |= is_read;
  batch->is_long[operand] |= is_long;
}

/* Whether an instruction is content with the bytes, or the 32 bits, of one of
 * its operands. */
static bool serves_bytes(const RplTileCode *code, unsigned operand) {
  return operand == 0 && code->is_byte;
}

/* Whether an instruction asks of a slot only whether it is given. */
static bool asks_given(const RplTileCode *code) {
  return code->kind != RPL_TILE_VALUE &&
         (code->op == RPL_LOWERED_IF_GIVEN || code->op == RPL_LOWERED_IF_NONE ||
          code->op == RPL_LOWERED_KNOWN);
}

static void mark_guards(RplBatch *batch, const RplTileCode *code) {
  for (uint32_t i = code->x; i < code->x + code->y; i++) {
    const RplLoweredGuard *guard = &batch->lowered->guards[i];
    mark_word(batch, guard->fact & ~RPL_LOWERED_FACT, true, true);
    if (guard->other & RPL_LOWERED_FACT)
      mark_word(batch, guard->other & ~RPL_LOWERED_FACT, true, true);
  }
}

static void mark_stream(RplBatch *batch, const RplTileStream *stream) {
  for (uint32_t at = 0; at < stream->count; at++) {
    const RplTileCode *code = &stream->code[at];
    for (unsigned i = 0; i < code->in_count && !asks_given(code); i++)
      mark_word(batch, code->in[i], !serves_bytes(code, i), !code->is_int);
    if (code->kind == RPL_TILE_FLOW && code->op == RPL_LOWERED_GUARDS)
      mark_guards(batch, code);
  }
}

static void mark_gate(RplBatch *batch) {
  const RplLowered *lowered = batch->lowered;
  for (uint32_t i = 0; i < lowered->gate.range_count; i++)
    mark_word(batch, lowered->gate.ranges[i].slot,
              !rpl_holds_bytes(&lowered->gate.ranges[i]), false);
}

static RplStatus make_streams(RplBatch *batch) {
  const RplLowered *lowered = batch->lowered;
  RplTileStream *streams = batch->streams;
  RplStatus status = rpl_tile_translate(
      &batch->arena, lowered, &lowered->joined,
      lowered->slot_count + lowered->constant_count, &streams[JOINED]);
  if (status == RPL_OK)
    status = rpl_tile_translate(&batch->arena, lowered, &lowered->plain,
                                streams[JOINED].first_word +
                                    streams[JOINED].word_count,
                                &streams[PLAIN]);
  if (status == RPL_OK)
    status = rpl_strip_make(&batch->arena, lowered, streams, 2, &batch->strip);
  return status;
}

static RplStatus make_strip(RplBatch *batch) {
  RplStatus status = make_streams(batch);
  if (status)
    return status;
  batch->is_read = rpl_arena_array(&batch->arena, batch->slot_count, 1);
  batch->is_used = rpl_arena_array(&batch->arena, batch->slot_count, 1);
  batch->is_long = rpl_arena_array(&batch->arena, batch->slot_count, 1);
  if (!batch->is_read || !batch->is_used || !batch->is_long)
    return RPL_E_MEMORY;
  mark_stream(batch, &batch->streams[JOINED]);
  mark_stream(batch, &batch->streams[PLAIN]);
  mark_gate(batch);
  return RPL_OK;
}

/* Takes over the form that the context has now. A new one may stand where the
 * old one stood, so the count of changes of its params tells them apart. */
static RplStatus follow_form(RplBatch *batch) {
  const RplLowered *lowered = rpl_fast_form(batch->context);
  uint32_t changes = batch->context->facts.param_changes;
  if (lowered && lowered == batch->lowered && changes == batch->param_changes)
    return RPL_OK;
  rpl_arena_clear(&batch->arena);
  batch->lowered = NULL;
  if (!lowered || rpl_batch_outcome_count(batch) > RPL_BATCH_MAX_OUTCOMES)
    return RPL_OK;
  batch->lowered = lowered;
  batch->param_changes = changes;
  RplStatus status = make_strip(batch);
  if (status)
    batch->lowered = NULL;
  return status == RPL_E_LIMIT ? RPL_OK : status;
}

/* ---- columns ------------------------------------------------------------- */

/* One call. */
typedef struct Call {
  RplBatch *batch;
  const RplBatchFacts *facts;
  const RplBatchResult *result;
} Call;

static RplKind kind_of(const RplBatch *batch, uint32_t slot) {
  const RplTables *tables = &batch->image->tables;
  return (RplKind)rpl_types(tables)[rpl_facts(tables)[slot].type].kind;
}

static bool is_currency(const RplBatch *batch, uint32_t slot) {
  return kind_of(batch, slot) == RPL_KIND_CURRENCY;
}

/* An address needs its 64 bits. */
static bool is_good_width(const RplBatch *batch, const RplColumn *column) {
  if (column->width == RPL_WIDTH_INT32 || column->width == RPL_WIDTH_UINT8)
    return kind_of(batch, column->slot) != RPL_KIND_TEXT;
  return column->width == RPL_WIDTH_INT64 ||
         column->width == RPL_WIDTH_CONSTANT;
}

static bool is_good_column(const RplBatch *batch, const RplColumn *column) {
  const RplTables *tables = &batch->image->tables;
  return column->slot < batch->slot_count &&
         !(rpl_facts(tables)[column->slot].flags & RPL_FACT_PARAM) &&
         batch->column_of[column->slot] == NO_COLUMN &&
         is_good_width(batch, column) &&
         (column->values || column->given || column->none ||
          is_currency(batch, column->slot));
}

static RplStatus take_columns(const Call *call) {
  RplBatch *batch = call->batch;
  for (uint32_t slot = 0; slot < batch->slot_count; slot++)
    batch->column_of[slot] = NO_COLUMN;
  if (call->facts->column_count > batch->slot_count)
    return RPL_E_ARGUMENT;
  for (uint32_t i = 0; i < call->facts->column_count; i++) {
    const RplColumn *column = &call->facts->columns[i];
    if (!is_good_column(batch, column))
      return RPL_E_ARGUMENT;
    batch->column_of[column->slot] = i;
  }
  return RPL_OK;
}

/* Rows of a tile that have a value, and those known not to exist. */
static void column_masks(const RplBatch *batch, const RplColumn *column,
                         size_t tile, uint64_t *given, uint64_t *none) {
  uint64_t is_none = column->none ? column->none[tile] : 0;
  *given = column->given ? column->given[tile] : ~is_none;
  if (!column->values && !is_currency(batch, column->slot))
    *given = 0;
  *none = is_none & ~*given;
}

static int64_t column_value(const RplColumn *column, size_t row) {
  const void *values = column->values;
  if (!values)
    return 0;
  switch (column->width) {
  case RPL_WIDTH_INT32:
    return ((const int32_t *)values)[row];
  case RPL_WIDTH_UINT8:
    return ((const uint8_t *)values)[row];
  case RPL_WIDTH_CONSTANT:
    return *(const int64_t *)values;
  default:
    return ((const int64_t *)values)[row];
  }
}

/* ---- row by row ---------------------------------------------------------- */

static uint16_t currency_of(const Call *call, size_t row) {
  return call->facts->currencies ? call->facts->currencies[row]
                                 : call->facts->currency;
}

static void put_verdict(const Call *call, size_t row, const RplVerdict *verdict,
                        uint8_t extra) {
  const RplBatchResult *result = call->result;
  bool has_outcome =
      !extra && !(verdict->flags & (RPL_VERDICT_UNKNOWN | RPL_VERDICT_ERROR));
  if (result->outcome8)
    result->outcome8[row] =
        has_outcome ? (uint8_t)verdict->outcome : RPL_BATCH_NO_OUTCOME8;
  if (result->outcome)
    result->outcome[row] =
        has_outcome ? (uint16_t)verdict->outcome : RPL_BATCH_NO_OUTCOME;
  if (result->amount)
    result->amount[row] = verdict->amount;
  if (result->currency)
    result->currency[row] = verdict->currency;
  if (result->deadline)
    result->deadline[row] = verdict->deadline;
  if (result->status)
    result->status[row] = (uint8_t)(verdict->flags | extra);
}

static void gather_row(const Call *call, size_t row) {
  const RplBatch *batch = call->batch;
  size_t words = RPL_SLOT_WORDS(batch->slot_count);
  memset(batch->row_given, 0, words * sizeof(uint64_t));
  memset(batch->row_none, 0, words * sizeof(uint64_t));
  for (size_t i = 0; i < call->facts->column_count; i++) {
    const RplColumn *column = &call->facts->columns[i];
    uint64_t given, none;
    column_masks(batch, column, row / 64, &given, &none);
    uint64_t bit = UINT64_C(1) << (column->slot % 64);
    if (given >> (row % 64) & 1) {
      batch->row_given[column->slot / 64] |= bit;
      batch->row_values[column->slot] = column_value(column, row);
    } else if (none >> (row % 64) & 1) {
      batch->row_none[column->slot / 64] |= bit;
    }
  }
}

static RplStatus decide_row(const Call *call, size_t row) {
  RplBatch *batch = call->batch;
  RplVerdict verdict;
  RplSlotFacts facts = {.values = batch->row_values,
                        .given = batch->row_given,
                        .none = batch->row_none,
                        .currency = currency_of(call, row)};
  gather_row(call, row);
  RplStatus status = rpl_decide_slots(batch->context, &facts, &verdict);
  if (status == RPL_E_FACTS) {
    memset(&verdict, 0, sizeof verdict);
    put_verdict(call, row, &verdict, RPL_BATCH_REFUSED);
    return RPL_OK;
  }
  if (status == RPL_OK)
    put_verdict(call, row, &verdict, 0);
  return status;
}

/* ---- strips -------------------------------------------------------------- */

/* Rows of one strip: `count` from `first` on. */
typedef struct Part {
  const Call *call;
  size_t first, count;
  uint32_t tile_count;
  bool is_whole; /* of tiles that are full */
} Part;

static size_t width_bytes(RplWidth width) {
  return width == RPL_WIDTH_UINT8 ? 1 : width == RPL_WIDTH_INT32 ? 4 : 8;
}

/* The first of the values of a part. */
static const void *part_values(const Part *part, const RplColumn *column) {
  const char *values = column->values;
  return values + part->first * width_bytes(column->width);
}

/* Whether rows of a column may lack a value. */
static bool is_masked(const RplColumn *column) {
  return column->given || column->none || !column->values;
}

/* Values of tiles that are not full are brought to where there is room. */
static void copy_column(const Part *part, const RplColumn *column,
                        int64_t *to) {
  for (size_t i = 0; i < part->count; i++)
    to[i] = column_value(column, part->first + i);
}

/* Whether the words of a narrow column are read. */
static bool wants_words(const RplBatch *batch, const RplColumn *column) {
  return column->width == RPL_WIDTH_UINT8 ? batch->is_read[column->slot]
                                          : batch->is_long[column->slot];
}

/* Brings the words of a column to where the code of a part reads. */
static void load_column(const Part *part, const RplColumn *column) {
  RplBatch *batch = part->call->batch;
  RplStrip *strip = &batch->strip;
  uint32_t slot = column->slot;
  const void *values = part_values(part, column);
  int64_t *words = batch->narrow + (size_t)slot * RPL_STRIP_ROWS;
  if (column->width == RPL_WIDTH_CONSTANT)
    return; /* since the call began */
  if (column->width == RPL_WIDTH_INT64 && part->is_whole) {
    strip->words[slot] = values;
    return;
  }
  strip->words[slot] = words;
  if (!part->is_whole)
    copy_column(part, column, words);
  else if (wants_words(batch, column))
    batch->kernels->widen(values, column->width, part->count, words);
  strip->bytes[slot] =
      part->is_whole && column->width == RPL_WIDTH_UINT8 ? values : NULL;
  strip->ints[slot] =
      part->is_whole && column->width == RPL_WIDTH_INT32 ? values : NULL;
}

static void load_masks(const Part *part, const RplColumn *column) {
  RplStrip *strip = &part->call->batch->strip;
  for (uint32_t tile = 0; tile < part->tile_count; tile++)
    column_masks(part->call->batch, column, part->first / RPL_TILE_ROWS + tile,
                 &strip->given[column->slot].tile[tile],
                 &strip->none[column->slot].tile[tile]);
}

static void load_part(const Part *part) {
  const Call *call = part->call;
  RplBatch *batch = call->batch;
  for (size_t i = 0; i < call->facts->column_count; i++) {
    const RplColumn *column = &call->facts->columns[i];
    if (batch->has_masks && is_masked(column))
      load_masks(part, column);
    if (column->values && batch->is_used[column->slot])
      load_column(part, column);
  }
}

/* What holds for all strips of a call. */
static void begin_strips(const Call *call) {
  RplBatch *batch = call->batch;
  RplStrip *strip = &batch->strip;
  batch->has_masks = false;
  memset(strip->given, 0, batch->slot_count * sizeof *strip->given);
  memset(strip->none, 0, batch->slot_count * sizeof *strip->none);
  for (uint32_t slot = 0; slot < batch->slot_count; slot++) {
    strip->words[slot] = batch->narrow + (size_t)slot * RPL_STRIP_ROWS;
    strip->bytes[slot] = NULL;
    strip->ints[slot] = NULL;
    strip->steps[slot] = RPL_TILE_ROWS;
  }
  for (size_t i = 0; i < call->facts->column_count; i++) {
    const RplColumn *column = &call->facts->columns[i];
    int64_t *narrow = batch->narrow + (size_t)column->slot * RPL_STRIP_ROWS;
    if (!is_masked(column))
      memset(&strip->given[column->slot], 0xFF, sizeof *strip->given);
    else
      batch->has_masks = true;
    if (column->width != RPL_WIDTH_CONSTANT || !column->values)
      continue;
    strip->steps[column->slot] = 0;
    for (unsigned row = 0; row < RPL_TILE_ROWS; row++)
      narrow[row] = *(const int64_t *)column->values;
  }
}

static bool has_slot(const uint64_t *mask, uint32_t slot) {
  return mask[slot / 64] >> (slot % 64) & 1;
}

/* Whether any row of the call can pass the gate: what it asks for has columns.
 */
static bool can_open(const RplBatch *batch) {
  const RplLoweredGate *gate = &batch->lowered->gate;
  for (uint32_t slot = 0; slot < batch->slot_count; slot++)
    if (batch->column_of[slot] == NO_COLUMN &&
        (has_slot(gate->given, slot) ||
         (gate->has_known && has_slot(gate->known, slot))))
      return false;
  return true;
}

/* Leaves those of the rows for which `joined` may run. */
static void keep_gated(const Call *call, RplRows *rows) {
  const RplBatch *batch = call->batch;
  const RplStrip *strip = &batch->strip;
  const RplLoweredGate *gate = &batch->lowered->gate;
  for (size_t i = 0; batch->has_masks && i < call->facts->column_count; i++) {
    uint32_t slot = call->facts->columns[i].slot;
    bool is_given = has_slot(gate->given, slot);
    if (!is_masked(&call->facts->columns[i]) ||
        !(is_given || (gate->has_known && has_slot(gate->known, slot))))
      continue;
    for (uint32_t tile = 0; tile < RPL_STRIP_TILES; tile++)
      rows->tile[tile] &= strip->given[slot].tile[tile] |
                          (is_given ? 0 : strip->none[slot].tile[tile]);
  }
  batch->kernels->ranges(gate->ranges, gate->range_count, strip, rows);
}

/* Rows of a tile that share the currency of its first row, where the policy
 * has amounts at all. */
static uint64_t same_currency(const Call *call, size_t first, uint64_t rows) {
  uint16_t currency = currency_of(call, first);
  uint64_t same = rows;
  if (call->batch->lowered->has_money && !currency)
    return 0;
  if (!call->facts->currencies)
    return rows;
  for (; rows; rows &= rows - 1) {
    size_t row = (size_t)__builtin_ctzll(rows);
    if (currency_of(call, first + row) != currency)
      same &= ~(UINT64_C(1) << row);
  }
  return same;
}

static uint64_t rows_of(const Part *part, uint32_t tile) {
  size_t before = (size_t)tile * RPL_TILE_ROWS;
  if (part->count >= before + RPL_TILE_ROWS)
    return UINT64_MAX;
  return part->count > before ? (UINT64_C(1) << (part->count - before)) - 1 : 0;
}

/* Where a part writes: into the result where all of its rows have room. */
static void *begin_result(const Part *part, void *result, void *scratch,
                          size_t bytes) {
  if (!result)
    return NULL;
  return part->is_whole ? (char *)result + part->first * bytes : scratch;
}

static void begin_part(const Part *part) {
  RplBatch *batch = part->call->batch;
  RplStrip *strip = &batch->strip;
  const RplBatchResult *result = part->call->result;
  strip->tile_count = part->tile_count;
  memset(&strip->active, 0, sizeof strip->active);
  memset(&strip->failed, 0, sizeof strip->failed);
  memset(&strip->has_amount, 0, sizeof strip->has_amount);
  memset(&strip->has_deadline, 0, sizeof strip->has_deadline);
  strip->outcome = begin_result(part, result->outcome8, batch->outcomes, 1);
  if (!strip->outcome)
    strip->outcome = batch->outcomes;
  memset(strip->outcome, 0, part->tile_count * (size_t)RPL_TILE_ROWS);
  strip->amount =
      begin_result(part, result->amount, batch->amounts, sizeof(int64_t));
  strip->deadline =
      begin_result(part, result->deadline, batch->deadlines, sizeof(int64_t));
}

static bool has_row(const RplRows *rows, size_t row) {
  return rows->tile[row / RPL_TILE_ROWS] >> (row % RPL_TILE_ROWS) & 1;
}

static void put_status(const Part *part, uint8_t *status) {
  const RplStrip *strip = &part->call->batch->strip;
  for (size_t i = 0; i < part->count; i++)
    status[i] =
        (uint8_t)(has_row(&strip->has_amount, i) * RPL_VERDICT_AMOUNT |
                  has_row(&strip->has_deadline, i) * RPL_VERDICT_DEADLINE);
}

/* Rows without an amount have 0. Copies what was made in scratch memory to
 * where it is wanted. */
static void put_part(const Part *part) {
  const RplBatch *batch = part->call->batch;
  const RplStrip *strip = &batch->strip;
  const RplBatchResult *result = part->call->result;
  size_t first = part->first, count = part->count;
  if (strip->amount)
    batch->kernels->clear(strip->amount, &strip->has_amount, part->tile_count);
  if (strip->deadline)
    batch->kernels->clear(strip->deadline, &strip->has_deadline,
                          part->tile_count);
  if (result->outcome8 && strip->outcome == batch->outcomes)
    memcpy(result->outcome8 + first, strip->outcome, count);
  for (size_t i = 0; result->outcome && i < count; i++)
    result->outcome[first + i] = strip->outcome[i];
  if (result->amount && strip->amount == batch->amounts)
    memcpy(result->amount + first, strip->amount, count * sizeof(int64_t));
  if (result->deadline && strip->deadline == batch->deadlines)
    memcpy(result->deadline + first, strip->deadline, count * sizeof(int64_t));
  for (size_t i = 0; result->currency && i < count; i++)
    result->currency[first + i] =
        (uint16_t)(has_row(&strip->has_amount, i)
                       ? strip->currency[i / RPL_TILE_ROWS]
                       : 0);
  if (result->status)
    put_status(part, result->status + first);
}

/* Takes the rows together that are better decided by one walk. */
static void run_streams(RplBatch *batch, RplRows *others, size_t other_count,
                        size_t count) {
  RplStrip *strip = &batch->strip;
  if (other_count * RPL_BATCH_MANY_OTHERS >= count)
    for (uint32_t tile = 0; tile < RPL_STRIP_TILES; tile++)
      others->tile[tile] |= strip->active.tile[tile];
  else
    batch->kernels->run(&batch->streams[JOINED], strip);
  if (!other_count)
    return;
  strip->active = *others;
  batch->kernels->run(&batch->streams[PLAIN], strip);
}

static void add_ahead(RplStrip *strip, const void *from, size_t bytes) {
  uintptr_t at = (uintptr_t)from;
  strip->ahead[strip->ahead_count++] = (RplAhead){at, at + bytes};
}

/* Lists what the strip behind a part needs. */
static void list_ahead(const Part *part) {
  const Call *call = part->call;
  const RplBatchResult *result = call->result;
  RplStrip *strip = &call->batch->strip;
  size_t next = part->first + part->count;
  size_t rows = call->facts->row_count - next;
  rows = rows < RPL_STRIP_ROWS ? rows : RPL_STRIP_ROWS;
  strip->ahead_count = 0;
  if (!rows)
    return;
  if (result->outcome8)
    add_ahead(strip, result->outcome8 + next, rows);
  if (result->amount)
    add_ahead(strip, result->amount + next, rows * sizeof(int64_t));
  if (result->deadline)
    add_ahead(strip, result->deadline + next, rows * sizeof(int64_t));
  for (size_t i = call->facts->column_count; i-- > 0;) {
    const RplColumn *column = &call->facts->columns[i];
    size_t bytes = width_bytes(column->width);
    if (column->width != RPL_WIDTH_CONSTANT && column->values &&
        call->batch->is_used[column->slot])
      add_ahead(strip, (const char *)column->values + next * bytes,
                rows * bytes);
  }
}

/* Finds the rows of a part that may be run together. */
static void find_rows(const Part *part, RplRows *rows) {
  const Call *call = part->call;
  RplStrip *strip = &call->batch->strip;
  memset(rows, 0, sizeof *rows);
  for (uint32_t tile = 0; tile < part->tile_count; tile++) {
    size_t first = part->first + (size_t)tile * RPL_TILE_ROWS;
    uint64_t all = rows_of(part, tile);
    rows->tile[tile] = same_currency(call, first, all);
    strip->currency[tile] = currency_of(call, first);
    strip->failed.tile[tile] = all & ~rows->tile[tile];
  }
}

/* Runs the rows that the gate lets through, and the others. */
static void run_part(const Part *part) {
  RplBatch *batch = part->call->batch;
  RplStrip *strip = &batch->strip;
  RplRows others;
  size_t other_count = 0;
  find_rows(part, &others);
  if (batch->can_open) {
    strip->active = others;
    keep_gated(part->call, &strip->active);
  }
  for (uint32_t tile = 0; tile < part->tile_count; tile++) {
    others.tile[tile] &= ~strip->active.tile[tile];
    if (others.tile[tile])
      other_count += (size_t)__builtin_popcountll(others.tile[tile]);
  }
  run_streams(batch, &others, other_count, part->count);
}

static RplStatus decide_part(const Part *part) {
  const RplStrip *strip = &part->call->batch->strip;
  RplStatus status = RPL_OK;
  begin_part(part);
  load_part(part);
  list_ahead(part);
  run_part(part);
  put_part(part);
  for (uint32_t tile = 0; tile < part->tile_count; tile++)
    for (uint64_t left = strip->failed.tile[tile]; left && status == RPL_OK;
         left &= left - 1)
      status =
          decide_row(part->call, part->first + (size_t)tile * RPL_TILE_ROWS +
                                     (size_t)__builtin_ctzll(left));
  return status;
}

/* ---- all ----------------------------------------------------------------- */

static RplStatus decide_all(const Call *call) {
  RplBatch *batch = call->batch;
  size_t count = call->facts->row_count;
  bool has_tiles = batch->lowered && batch->kernels &&
                   count >= RPL_BATCH_MIN_ROWS && batch->kernels->is_exact();
  RplStatus status = RPL_OK;
  if (!has_tiles) {
    for (size_t row = 0; row < count && status == RPL_OK; row++)
      status = decide_row(call, row);
    return status;
  }
  begin_strips(call);
  batch->can_open = can_open(batch);
  for (size_t first = 0; first < count && status == RPL_OK;
       first += RPL_STRIP_ROWS) {
    size_t left = count - first;
    Part part = {call, first, left < RPL_STRIP_ROWS ? left : RPL_STRIP_ROWS, 0,
                 false};
    part.tile_count =
        (uint32_t)((part.count + RPL_TILE_ROWS - 1) / RPL_TILE_ROWS);
    part.is_whole = part.count % RPL_TILE_ROWS == 0;
    status = decide_part(&part);
  }
  return status;
}

RplStatus rpl_batch_decide(RplBatch *batch, const RplBatchFacts *facts,
                           const RplBatchResult *result) {
  Call call = {batch, facts, result};
  if (!batch || !facts || !result || (facts->column_count && !facts->columns) ||
      (result->outcome8 &&
       rpl_batch_outcome_count(batch) > RPL_BATCH_MAX_OUTCOMES) ||
      rpl_batch_outcome_count(batch) > UINT16_MAX)
    return RPL_E_ARGUMENT;
  RplStatus status = take_columns(&call);
  if (status == RPL_OK)
    status = follow_form(batch);
  return status ? status : decide_all(&call);
}
