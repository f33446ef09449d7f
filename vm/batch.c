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
  int64_t *narrow;        /* by slot: 64 values of a column that is not int64 */
  uint64_t *given, *none; /* by slot: rows of the tile */
  uint8_t *outcomes;      /* 64 each */
  int64_t *amounts, *deadlines;
  RplArena arena;           /* what depends on the form */
  bool can_open, has_masks; /* during a call */
  const RplLowered *lowered;
  uint32_t param_changes; /* of the context, when `lowered` was taken over */
  RplTileStream joined, plain;
  const int64_t **words; /* slots, then the frame */
  const uint8_t **bytes; /* the same, where bytes serve */
  uint8_t *is_used;      /* by slot: the form looks at its value */
  uint8_t *is_read;      /* by slot: the form reads its words, not only bytes */
  RplTile tile;
};

/* ---- making -------------------------------------------------------------- */

/* Kernels that run here, the best last; there may be none. */
static uint32_t find_kernels(const RplTileKernels *found[3]) {
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

void rpl_batch_use(RplBatch *batch, uint32_t turn) {
  const RplTileKernels *found[3];
  uint32_t count = find_kernels(found);
  batch->kernels = count ? found[turn % count] : NULL;
}

static RplStatus make_fixed(RplBatch *batch) {
  RplArena *fixed = &batch->fixed;
  uint32_t slots = batch->slot_count;
  size_t words = RPL_SLOT_WORDS(slots);
  batch->column_of = rpl_arena_array(fixed, slots, sizeof(uint32_t));
  batch->row_values = rpl_arena_array(fixed, slots, sizeof(int64_t));
  batch->row_given = rpl_arena_array(fixed, words, sizeof(uint64_t));
  batch->row_none = rpl_arena_array(fixed, words, sizeof(uint64_t));
  batch->given = rpl_arena_array(fixed, slots, sizeof(uint64_t));
  batch->none = rpl_arena_array(fixed, slots, sizeof(uint64_t));
  batch->narrow =
      rpl_arena_array(fixed, (size_t)slots * RPL_TILE_ROWS, sizeof(int64_t));
  batch->outcomes = rpl_arena_array(fixed, RPL_TILE_ROWS, 1);
  batch->amounts = rpl_arena_array(fixed, RPL_TILE_ROWS, sizeof(int64_t));
  batch->deadlines = rpl_arena_array(fixed, RPL_TILE_ROWS, sizeof(int64_t));
  return batch->column_of && batch->row_values && batch->row_given &&
                 batch->row_none && batch->given && batch->none &&
                 batch->narrow && batch->outcomes && batch->amounts &&
                 batch->deadlines
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
  uint32_t kernels = find_kernels(found);
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

static void mark_read(RplBatch *batch, char kind, uint32_t operand,
                      bool is_word) {
  if ((kind != 'r' && kind != 'z') || operand >= batch->slot_count)
    return;
  batch->is_used[operand] = 1;
  batch->is_read[operand] |= is_word;
}

/* Whether an instruction is content with the bytes of a. */
static bool serves_bytes(const RplTileCode *code) {
  switch ((RplLoweredOp)code->op) {
  case RPL_LOWERED_IF_TRUE:
  case RPL_LOWERED_IF_FALSE:
  case RPL_LOWERED_GUARD_TRUE:
  case RPL_LOWERED_GUARD_FALSE:
    return true;
  default:
    return code->is_byte;
  }
}

static void mark_stream(RplBatch *batch, const RplTileStream *stream) {
  for (uint32_t at = 0; at < stream->count; at++) {
    const RplTileCode *code = &stream->code[at];
    const char *form = rpl_lowered_form((RplLoweredOp)code->op);
    mark_read(batch, form[0], code->a, !serves_bytes(code));
    mark_read(batch, form[1], code->b, true);
    mark_read(batch, form[2], code->c, true);
    if (code->reads_y)
      mark_read(batch, 'r', code->y, true);
  }
}

static void mark_gate(RplBatch *batch) {
  const RplLowered *lowered = batch->lowered;
  for (uint32_t i = 0; i < lowered->gate.range_count; i++)
    mark_read(batch, 'r', lowered->gate.ranges[i].slot, true);
  for (uint32_t i = 0; i < lowered->guard_count; i++) {
    const RplLoweredGuard *guard = &lowered->guards[i];
    mark_read(batch, 'r', guard->fact & ~RPL_LOWERED_FACT, true);
    if (guard->other & RPL_LOWERED_FACT)
      mark_read(batch, 'r', guard->other & ~RPL_LOWERED_FACT, true);
  }
}

/* The frame: constants in all rows, once. */
static RplStatus make_frame(RplBatch *batch) {
  const RplLowered *lowered = batch->lowered;
  RplTile *tile = &batch->tile;
  size_t count = (size_t)lowered->frame_words + 1; /* a wide one may be last */
  tile->frame = rpl_arena_array(&batch->arena, count * RPL_TILE_ROWS,
                                sizeof *tile->frame);
  batch->words = rpl_arena_array(&batch->arena, batch->slot_count + count,
                                 sizeof *batch->words);
  batch->bytes = rpl_arena_array(&batch->arena, batch->slot_count + count,
                                 sizeof *batch->bytes);
  if (!tile->frame || !batch->words || !batch->bytes)
    return RPL_E_MEMORY;
  for (uint32_t slot = 0; slot < batch->slot_count; slot++)
    batch->words[slot] = batch->narrow + (size_t)slot * RPL_TILE_ROWS;
  for (size_t i = 0; i < count; i++)
    batch->words[batch->slot_count + i] = tile->frame + i * RPL_TILE_ROWS;
  for (uint32_t i = 0; i < lowered->constant_count; i++)
    for (unsigned row = 0; row < RPL_TILE_ROWS; row++)
      tile->frame[i * RPL_TILE_ROWS + row] = lowered->constants[i];
  return RPL_OK;
}

static RplStatus make_tile(RplBatch *batch) {
  const RplLowered *lowered = batch->lowered;
  RplTile *tile = &batch->tile;
  RplStatus status = rpl_tile_translate(&batch->arena, lowered,
                                        &lowered->joined, &batch->joined);
  if (status == RPL_OK)
    status = rpl_tile_translate(&batch->arena, lowered, &lowered->plain,
                                &batch->plain);
  if (status == RPL_OK)
    status = make_frame(batch);
  if (status)
    return status;
  uint32_t labels = batch->joined.label_count > batch->plain.label_count
                        ? batch->joined.label_count
                        : batch->plain.label_count;
  batch->is_read = rpl_arena_array(&batch->arena, batch->slot_count, 1);
  batch->is_used = rpl_arena_array(&batch->arena, batch->slot_count, 1);
  tile->pending =
      rpl_arena_array(&batch->arena, (size_t)labels + 1, sizeof *tile->pending);
  if (!batch->is_read || !batch->is_used || !tile->pending)
    return RPL_E_MEMORY;
  mark_stream(batch, &batch->joined);
  mark_stream(batch, &batch->plain);
  mark_gate(batch);
  tile->words = batch->words;
  tile->bytes = batch->bytes;
  tile->given = batch->given;
  tile->none = batch->none;
  tile->lowered = lowered;
  tile->slot_count = batch->slot_count;
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
  if (!lowered || lowered->frame_words > RPL_BATCH_MAX_WORDS ||
      rpl_batch_outcome_count(batch) > RPL_BATCH_MAX_OUTCOMES)
    return RPL_OK;
  batch->lowered = lowered;
  batch->param_changes = changes;
  RplStatus status = make_tile(batch);
  if (status)
    batch->lowered = NULL;
  return status;
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

/* ---- tiles --------------------------------------------------------------- */

static void widen(const RplColumn *column, size_t first, size_t count,
                  int64_t *to) {
  const void *values = column->values;
  switch (column->width) {
  case RPL_WIDTH_INT32:
    for (size_t i = 0; i < count; i++)
      to[i] = ((const int32_t *)values)[first + i];
    break;
  case RPL_WIDTH_UINT8:
    for (size_t i = 0; i < count; i++)
      to[i] = ((const uint8_t *)values)[first + i];
    break;
  case RPL_WIDTH_CONSTANT:
    break; /* since the call began */
  default:
    memcpy(to, (const int64_t *)values + first, count * sizeof *to);
    break;
  }
}

/* The first of the values of a tile, in a column that is narrow. */
static const void *narrow_values(const RplColumn *column, size_t first) {
  const char *values = column->values;
  return values + first * (column->width == RPL_WIDTH_INT32 ? 4 : 1);
}

/* Whether rows of a column may lack a value. */
static bool is_masked(const RplColumn *column) {
  return column->given || column->none || !column->values;
}

/* Brings the words of a column of a tile of `count` rows to where its code
 * reads. */
static void load_column(RplBatch *batch, const RplColumn *column, size_t first,
                        size_t count) {
  uint32_t slot = column->slot;
  bool is_whole = count == RPL_TILE_ROWS;
  if (column->width == RPL_WIDTH_INT64 && is_whole) {
    batch->words[slot] = (const int64_t *)column->values + first;
    return;
  }
  int64_t *narrow = batch->narrow + (size_t)slot * RPL_TILE_ROWS;
  batch->words[slot] = narrow;
  if (!is_whole || column->width == RPL_WIDTH_CONSTANT) {
    batch->bytes[slot] = NULL;
    widen(column, first, count, narrow);
    return;
  }
  if (column->width == RPL_WIDTH_UINT8)
    batch->bytes[slot] = (const uint8_t *)column->values + first;
  if (batch->is_read[slot] || column->width != RPL_WIDTH_UINT8)
    batch->kernels->widen(narrow_values(column, first), column->width, narrow);
}

static void load_tile(const Call *call, size_t first, size_t count) {
  RplBatch *batch = call->batch;
  for (size_t i = 0; i < call->facts->column_count; i++) {
    const RplColumn *column = &call->facts->columns[i];
    if (batch->has_masks && is_masked(column))
      column_masks(batch, column, first / 64, &batch->given[column->slot],
                   &batch->none[column->slot]);
    if (column->values && batch->is_used[column->slot])
      load_column(batch, column, first, count);
  }
}

/* What holds for all tiles of a call. */
static void begin_tiles(const Call *call) {
  RplBatch *batch = call->batch;
  batch->has_masks = false;
  memset(batch->given, 0, batch->slot_count * sizeof(uint64_t));
  memset(batch->none, 0, batch->slot_count * sizeof(uint64_t));
  for (uint32_t slot = 0; slot < batch->slot_count; slot++) {
    batch->words[slot] = batch->narrow + (size_t)slot * RPL_TILE_ROWS;
    batch->bytes[slot] = NULL;
  }
  for (size_t i = 0; i < call->facts->column_count; i++) {
    const RplColumn *column = &call->facts->columns[i];
    int64_t *narrow = batch->narrow + (size_t)column->slot * RPL_TILE_ROWS;
    if (!is_masked(column))
      batch->given[column->slot] = UINT64_MAX;
    else
      batch->has_masks = true;
    if (column->width == RPL_WIDTH_CONSTANT && column->values)
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

/* Rows for which `joined` may run, if any can. */
static uint64_t gate_rows(const Call *call, uint64_t rows) {
  const RplBatch *batch = call->batch;
  const RplLoweredGate *gate = &batch->lowered->gate;
  for (size_t i = 0; batch->has_masks && i < call->facts->column_count; i++) {
    uint32_t slot = call->facts->columns[i].slot;
    if (!is_masked(&call->facts->columns[i]))
      continue;
    if (has_slot(gate->given, slot))
      rows &= batch->given[slot];
    else if (gate->has_known && has_slot(gate->known, slot))
      rows &= batch->given[slot] | batch->none[slot];
  }
  return rows ? rows & batch->kernels->ranges(gate->ranges, gate->range_count,
                                              batch->words)
              : 0;
}

/* Rows of a tile that share the currency of its first row. */
static uint64_t same_currency(const Call *call, size_t first, size_t count) {
  uint64_t rows = 0;
  for (size_t i = 0; i < count; i++)
    if (currency_of(call, first + i) == currency_of(call, first))
      rows |= UINT64_C(1) << i;
  return rows;
}

static void put_status(const RplTile *tile, size_t count, uint8_t *status) {
  for (size_t i = 0; i < count; i++)
    status[i] = (uint8_t)((tile->has_amount >> i & 1) * RPL_VERDICT_AMOUNT |
                          (tile->has_deadline >> i & 1) * RPL_VERDICT_DEADLINE);
}

/* Copies what was made in scratch memory to where it is wanted. */
static void put_tile(const Call *call, size_t first, size_t count) {
  const RplBatch *batch = call->batch;
  const RplTile *tile = &batch->tile;
  const RplBatchResult *result = call->result;
  if (result->outcome8)
    memcpy(result->outcome8 + first, tile->outcome, count);
  for (size_t i = 0; result->outcome && i < count; i++)
    result->outcome[first + i] = tile->outcome[i];
  if (result->amount && tile->amount == batch->amounts)
    memcpy(result->amount + first, tile->amount, count * sizeof(int64_t));
  if (result->deadline && tile->deadline == batch->deadlines)
    memcpy(result->deadline + first, tile->deadline, count * sizeof(int64_t));
  for (size_t i = 0; result->currency && i < count; i++)
    result->currency[first + i] =
        (uint16_t)(tile->has_amount >> i & 1 ? tile->currency : 0);
  if (result->status)
    put_status(tile, count, result->status + first);
}

/* Where a tile writes: into the result where all of its rows have room. */
static int64_t *begin_words(int64_t *result, int64_t *scratch, size_t first,
                            size_t count) {
  if (!result)
    return NULL;
  int64_t *words = count == RPL_TILE_ROWS ? result + first : scratch;
  memset(words, 0, RPL_TILE_ROWS * sizeof *words);
  return words;
}

static RplStatus decide_tile(const Call *call, size_t first, size_t count) {
  RplBatch *batch = call->batch;
  RplTile *tile = &batch->tile;
  uint64_t rows =
      count == RPL_TILE_ROWS ? UINT64_MAX : (UINT64_C(1) << count) - 1;
  uint64_t here =
      call->facts->currencies ? same_currency(call, first, count) : rows;
  RplStatus status = RPL_OK;
  tile->currency = currency_of(call, first);
  if (batch->lowered->has_money && !tile->currency)
    here = 0;
  tile->failed = rows & ~here;
  tile->has_amount = tile->has_deadline = 0;
  tile->outcome = batch->outcomes;
  memset(tile->outcome, 0, RPL_TILE_ROWS);
  tile->amount =
      begin_words(call->result->amount, batch->amounts, first, count);
  tile->deadline =
      begin_words(call->result->deadline, batch->deadlines, first, count);
  load_tile(call, first, count);
  tile->active = batch->can_open ? gate_rows(call, here) : 0;
  uint64_t others = here & ~tile->active;
  batch->kernels->run(&batch->joined, tile);
  if (others) {
    tile->active = others;
    batch->kernels->run(&batch->plain, tile);
  }
  put_tile(call, first, count);
  for (uint64_t left = tile->failed; left && status == RPL_OK; left &= left - 1)
    status = decide_row(call, first + (size_t)__builtin_ctzll(left));
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
  begin_tiles(call);
  batch->can_open = can_open(batch);
  for (size_t first = 0; first < count && status == RPL_OK;
       first += RPL_TILE_ROWS) {
    size_t left = count - first;
    status =
        decide_tile(call, first, left < RPL_TILE_ROWS ? left : RPL_TILE_ROWS);
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
