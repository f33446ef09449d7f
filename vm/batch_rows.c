/* SPDX-License-Identifier: Apache-2.0
 * batch_rows.c - operations of a tile that work row by row: 128 bits, days,
 * texts, checked products. See batch.h; what each does is in lowered.def. */
#include "vm/batch.h"

#include "vm/civil.h"
#include "vm/lowered_round.h"
#include "vm/text.h"

typedef RplInt128 Wide;
typedef RplUint128 WideBits;

/* One operation on one row. */
typedef struct Row {
  const RplTileCode *code;
  const RplStrip *strip;
  uint32_t tile;
  unsigned row; /* of the tile */
} Row;

static int64_t word(const Row *row, uint32_t operand) {
  return rpl_tile_words(row->strip, operand, row->tile)[row->row];
}

static Wide wide(const Row *row, uint32_t operand) {
  uint64_t low = (uint64_t)word(row, operand);
  uint64_t high = (uint64_t)word(row, operand + 1u);
  return (Wide)((WideBits)high << 64 | low);
}

static bool put(const Row *row, int64_t value) {
  rpl_tile_out(row->strip, row->code->out, row->tile)[row->row] = value;
  return true;
}

static bool put_wide(const Row *row, Wide value) {
  uint32_t out = row->code->out;
  rpl_tile_out(row->strip, out, row->tile)[row->row] =
      (int64_t)(uint64_t)(WideBits)value;
  rpl_tile_out(row->strip, out + 1, row->tile)[row->row] =
      (int64_t)(uint64_t)((WideBits)value >> 64);
  return true;
}

static bool put_narrow(const Row *row, Wide value) {
  int64_t narrow = (int64_t)value;
  return narrow == value && put(row, narrow);
}

/* ---- dividing ------------------------------------------------------------ */

static bool put_quotient(const Row *row, Wide n, int64_t d, RplRounding mode) {
  int64_t quotient;
  return d > 0 && rpl_round_wide(n, d, mode, &quotient) && put(row, quotient);
}

static bool put_exact(const Row *row, Wide n, int64_t d) {
  return d > 0 && n % d == 0 && put_narrow(row, n / d);
}

/* ---- time ---------------------------------------------------------------- */

static bool move_days(const Row *row, bool is_earlier) {
  int64_t duration = word(row, row->code->in[1]);
  int64_t days = duration / RPL_DAY_MICROS;
  int64_t date;
  return duration % RPL_DAY_MICROS == 0 &&
         rpl_date_add_days(word(row, row->code->in[0]),
                           is_earlier ? -days : days, &date) &&
         put(row, date);
}

static bool civil_day(const Row *row) {
  int64_t from = word(row, row->code->in[0]);
  int64_t made;
  switch ((RplLoweredOp)row->code->op) {
  case RPL_LOWERED_DATE_OF:
    return rpl_date_of(from, (int32_t)word(row, row->code->in[1]), &made) &&
           put(row, made);
  case RPL_LOWERED_START_OF:
    return rpl_start_of(from, (int32_t)word(row, row->code->in[1]), &made) &&
           put(row, made);
  default:
    return from >= 0 &&
           rpl_date_add_business(word(row, row->code->in[1]), from, &made) &&
           put(row, made);
  }
}

static bool date_part(const Row *row) {
  RplYmd ymd;
  if (!rpl_date_to_ymd(word(row, row->code->in[0]), &ymd))
    return false;
  switch ((RplLoweredOp)row->code->op) {
  case RPL_LOWERED_YEAR_OF:
    return put(row, ymd.year);
  case RPL_LOWERED_MONTH_OF:
    return put(row, ymd.month);
  default:
    return put(row, ymd.day);
  }
}

/* ---- all ----------------------------------------------------------------- */

static int compare_texts(const Row *row) {
  const RplSlice *left =
      (const RplSlice *)(intptr_t)word(row, row->code->in[0]);
  const RplSlice *right =
      (const RplSlice *)(intptr_t)word(row, row->code->in[1]);
  return rpl_slice_compare(*left, *right);
}

static bool has_same_text(const Row *row) {
  const RplSlice *left =
      (const RplSlice *)(intptr_t)word(row, row->code->in[0]);
  const RplSlice *right =
      (const RplSlice *)(intptr_t)word(row, row->code->in[1]);
  return left->length == right->length &&
         (left == right || rpl_slice_compare(*left, *right) == 0);
}

static bool has_length(const Row *row) {
  const RplSlice *text =
      (const RplSlice *)(intptr_t)word(row, row->code->in[0]);
  int64_t count = (int64_t)rpl_utf8_count(text->data, text->length);
  return count >= word(row, row->code->in[1]) &&
         count <= word(row, row->code->in[2]);
}

static bool compute_wide(const Row *row) {
  const RplTileCode *code = row->code;
  Wide result;
  switch ((RplLoweredOp)code->op) {
  case RPL_LOWERED_MOVE_W:
    return put_wide(row, wide(row, code->in[0]));
  case RPL_LOWERED_WIDEN:
    return put_wide(row, word(row, code->in[0]));
  case RPL_LOWERED_NARROW:
    return put_narrow(row, wide(row, code->in[0]));
  case RPL_LOWERED_MUL_W:
    return put_wide(row, (Wide)word(row, code->in[0]) * word(row, code->in[1]));
  case RPL_LOWERED_ADD_W:
    return !__builtin_add_overflow(wide(row, code->in[0]),
                                   wide(row, code->in[1]), &result) &&
           put_wide(row, result);
  case RPL_LOWERED_SUB_W:
    return !__builtin_sub_overflow(wide(row, code->in[0]),
                                   wide(row, code->in[1]), &result) &&
           put_wide(row, result);
  default:
    return !__builtin_mul_overflow(wide(row, code->in[0]),
                                   (Wide)word(row, code->in[1]), &result) &&
           put_wide(row, result);
  }
}

/* What an operation does to a row; false: it stops for it. */
static bool compute(const Row *row) {
  const RplTileCode *code = row->code;
  int64_t product;
  switch ((RplLoweredOp)code->op) {
  case RPL_LOWERED_MOVE_W:
  case RPL_LOWERED_WIDEN:
  case RPL_LOWERED_NARROW:
  case RPL_LOWERED_MUL_W:
  case RPL_LOWERED_ADD_W:
  case RPL_LOWERED_SUB_W:
  case RPL_LOWERED_SCALE_W:
    return compute_wide(row);
  case RPL_LOWERED_MUL_C:
    return !__builtin_mul_overflow(word(row, code->in[0]),
                                   word(row, code->in[1]), &product) &&
           put(row, product);
  case RPL_LOWERED_ROUND_W:
    return put_quotient(row, wide(row, code->in[0]), word(row, code->in[1]),
                        (RplRounding)code->x);
  case RPL_LOWERED_EXACT:
    return put_exact(row, word(row, code->in[0]), word(row, code->in[1]));
  case RPL_LOWERED_EXACT_W:
    return put_exact(row, wide(row, code->in[0]), word(row, code->in[1]));
  case RPL_LOWERED_DAYS_LATER:
    return move_days(row, false);
  case RPL_LOWERED_DAYS_EARLIER:
    return move_days(row, true);
  case RPL_LOWERED_DATE_OF:
  case RPL_LOWERED_START_OF:
  case RPL_LOWERED_BUSINESS:
    return civil_day(row);
  case RPL_LOWERED_YEAR_OF:
  case RPL_LOWERED_MONTH_OF:
  case RPL_LOWERED_DAY_OF:
    return date_part(row);
  default:
    return false;
  }
}

/* Whether a test holds; *is_test false: it is none. */
static bool test(const Row *row, bool *is_test) {
  const RplTileCode *code = row->code;
  *is_test = true;
  switch ((RplLoweredOp)code->op) {
  case RPL_LOWERED_IF_TEXT_EQ:
    return has_same_text(row);
  case RPL_LOWERED_IF_TEXT_LT:
    return compare_texts(row) < 0;
  case RPL_LOWERED_LENGTH:
    return has_length(row);
  default:
    *is_test = false;
    return false;
  }
}

uint64_t rpl_tile_rows(const RplTileCode *code, const RplStrip *strip,
                       uint32_t tile, uint64_t rows) {
  uint64_t found = 0;
  for (; rows; rows &= rows - 1) {
    Row row = {code, strip, tile, (unsigned)__builtin_ctzll(rows)};
    bool is_test;
    if (test(&row, &is_test) || (!is_test && !compute(&row)))
      found |= UINT64_C(1) << row.row;
  }
  return found;
}

uint64_t rpl_tile_in_range(const RplLoweredRange *range, const RplStrip *strip,
                           uint32_t tile) {
  const int64_t *words = rpl_tile_words(strip, range->slot, tile);
  const int32_t *ints = strip->ints[range->slot];
  uint64_t found = 0;
  for (unsigned row = 0; row < RPL_TILE_ROWS; row++) {
    int64_t value = ints ? ints[tile * RPL_TILE_ROWS + row] : words[row];
    found |= (uint64_t)(value >= range->low && value <= range->high) << row;
  }
  return found;
}

void rpl_tile_send(const RplTileStream *stream, const RplStrip *strip,
                   const RplTileCode *code, const RplRows *rows) {
  const RplLoweredKeys *keys = &stream->tables[code->x];
  for (uint32_t tile = 0; tile < strip->tile_count; tile++) {
    const int64_t *values = rpl_tile_words(strip, code->in[0], tile);
    for (uint64_t left = rows->tile[tile]; left; left &= left - 1) {
      int row = __builtin_ctzll(left);
      uint32_t label = stream->label_at[rpl_lowered_find(keys, values[row])];
      strip->pending[label].tile[tile] |= UINT64_C(1) << row;
    }
  }
}
