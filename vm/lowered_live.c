/* SPDX-License-Identifier: Apache-2.0
 * lowered_live.c - what code reads further on. See lowered_paths.h. */
#include "vm/lowered_paths.h"

#include <string.h>

/* ---- what is read further on ----------------------------------------------
 */

static void add_bits(RplPaths *paths, uint32_t at, uint32_t from) {
  for (uint32_t i = 0; i < paths->live_words && from < paths->count; i++)
    paths->live[(size_t)at * paths->live_words + i] |=
        paths->live[(size_t)from * paths->live_words + i];
}

static void put_bit(RplPaths *paths, uint32_t at, uint32_t bit, bool is_set) {
  uint64_t *word = &paths->live[(size_t)at * paths->live_words + bit / 64];
  uint64_t mask = UINT64_C(1) << (bit % 64);
  *word = is_set ? *word | mask : *word & ~mask;
}

static void read_operand(RplPaths *paths, uint32_t at, uint16_t operand,
                         bool is_test) {
  if (operand == RPL_LOWERED_NO_WORD)
    return;
  if (operand & RPL_LOWERED_FACT) {
    if (is_test)
      put_bit(paths, at, paths->words + rpl_slot_index(operand), true);
  } else if (operand >= RPL_LOWER_TEMP) {
    put_bit(paths, at, operand - RPL_LOWER_TEMP, true);
  }
}

void rpl_paths_find_live(RplPaths *paths, uint32_t at) {
  const RplLoweredCode *code = &paths->code[at];
  const RplLoweredKeys *table;
  if (code->op == RPL_LOWER_NOTHING) {
    add_bits(paths, at, at + 1);
    return;
  }
  const char *form = rpl_lowered_form((RplLoweredOp)code->op);
  const uint16_t fields[3] = {code->a, code->b, code->c};
  if (code->op != RPL_LOWERED_STOP && code->op != RPL_LOWERED_RETURN &&
      code->op != RPL_LOWERED_JUMP && code->op != RPL_LOWERED_SWITCH)
    add_bits(paths, at, at + 1);
  if (form[3] == 't') {
    add_bits(paths, at, code->x);
    paths->is_label[code->x] = 1;
  }
  if (code->op == RPL_LOWERED_SWITCH) {
    table = &paths->tables[code->x];
    add_bits(paths, at, table->otherwise);
    paths->is_label[table->otherwise] = 1;
    for (size_t i = 0; table->keys && i <= table->mask; i++)
      if (table->keys[i].is_used) {
        add_bits(paths, at, table->keys[i].target);
        paths->is_label[table->keys[i].target] = 1;
      }
  }
  bool is_writing = form[0] == 'w' || form[0] == 'W';
  if (is_writing)
    put_bit(paths, at, code->a - RPL_LOWER_TEMP, false);
  for (int f = 0; f < 3; f++) {
    if (rpl_form_reads(form[f]))
      read_operand(paths, at, fields[f], !is_writing);
    if (form[f] == 's')
      put_bit(paths, at,
              paths->words + paths->lower->made->slot_count + fields[f], true);
  }
}

/* Instructions are alike that do the same, with whatever operands, as what a
 * word holds is not known here; very much alike, if the first operand is the
 * same too, or a word. */
static uint64_t likeness(const RplLoweredCode *code, bool is_close) {
  bool is_word = !(code->b & RPL_LOWERED_FACT) && code->b >= RPL_LOWER_TEMP;
  uint64_t operand = is_word ? 0xFFFF : code->b;
  return (uint64_t)code->op << 32 | (is_close ? operand << 16 : 0) |
         (code->x & 0xFFFF);
}

typedef struct Last {
  uint64_t like;
  uint32_t at; /* plus one */
} Last;

/* The last instruction like each one. */
bool rpl_paths_find_lasts(RplPaths *paths, uint32_t *found, bool is_close) {
  size_t size = 64;
  while (size < (size_t)paths->count * 2)
    size *= 2;
  Last *lasts = rpl_arena_array(paths->arena, size, sizeof *lasts);
  if (!lasts)
    return false;
  for (uint32_t i = paths->count; i-- > 0;) {
    if (paths->code[i].op == RPL_LOWER_NOTHING)
      continue;
    uint64_t like = likeness(&paths->code[i], is_close);
    size_t at = rpl_lowered_hash_word((int64_t)like) & (size - 1);
    while (lasts[at].at && lasts[at].like != like)
      at = (at + 1) & (size - 1);
    if (!lasts[at].at)
      lasts[at] = (Last){like, i + 1};
    found[i] = lasts[at].at - 1;
  }
  return true;
}
