/* SPDX-License-Identifier: Apache-2.0
 * batch_tile.c - from a lowered stream to one that tiles can run: operands
 * become numbers of one list of words, targets become labels. See batch.h. */
#include "vm/batch.h"

#include <string.h>

typedef struct Translation {
  RplArena *arena;
  const RplLowered *lowered;
  const RplLoweredStream *stream;
  RplTileCode *code;
  uint32_t *labels; /* by instruction */
  uint8_t *writers; /* by word of the frame: how many write it, up to 2 */
  uint32_t label_count;
} Translation;

/* Which of the joined operations have an operand in y. */
static bool reads_y(uint16_t op) {
  switch ((RplLoweredOp)op) {
  case RPL_LOWERED_IF_LATE:
  case RPL_LOWERED_IF_IN_TIME:
  case RPL_LOWERED_GUARD_LATE:
  case RPL_LOWERED_IF_APART:
  case RPL_LOWERED_IF_NEAR:
  case RPL_LOWERED_GUARD_APART:
  case RPL_LOWERED_GUARD_NEAR:
  case RPL_LOWERED_PRORATE:
  case RPL_LOWERED_SHARE:
    return true;
  default:
    return false;
  }
}

static uint16_t read_word(const Translation *to, uint32_t operand) {
  if (operand & RPL_LOWERED_FACT)
    return (uint16_t)(operand & ~RPL_LOWERED_FACT);
  return (uint16_t)(to->lowered->slot_count + operand);
}

static void count_writer(Translation *to, uint16_t word) {
  if (to->writers[word] < 2)
    to->writers[word]++;
}

static uint16_t translate_field(Translation *to, char kind, uint16_t field) {
  switch (kind) {
  case 'z':
    if (field == RPL_LOWERED_NO_WORD)
      return UINT16_MAX;
    return read_word(to, field);
  case 'r':
  case 'R':
    return read_word(to, field);
  case 'W':
    count_writer(to, (uint16_t)(field + 1u));
    count_writer(to, field);
    return field;
  case 'w':
    count_writer(to, field);
    return field;
  default:
    return field;
  }
}

static uint32_t label_of(Translation *to, uint32_t target) {
  if (!to->labels[target])
    to->labels[target] = ++to->label_count;
  return to->labels[target];
}

static bool compares_with_byte(const Translation *to,
                               const RplLoweredCode *from) {
  const RplLowered *lowered = to->lowered;
  switch ((RplLoweredOp)from->op) {
  case RPL_LOWERED_IF_EQ:
  case RPL_LOWERED_IF_NE:
  case RPL_LOWERED_GUARD_EQ:
  case RPL_LOWERED_GUARD_NE:
    return from->b < lowered->constant_count &&
           lowered->constants[from->b] >= 0 &&
           lowered->constants[from->b] <= UINT8_MAX;
  default:
    return false;
  }
}

static void translate(Translation *to, uint32_t at) {
  const RplLoweredCode *from = &to->stream->code[at];
  RplTileCode *code = &to->code[at];
  const char *form = rpl_lowered_form((RplLoweredOp)from->op);
  code->op = from->op;
  code->a = translate_field(to, form[0], from->a);
  code->b = translate_field(to, form[1], from->b);
  code->c = translate_field(to, form[2], from->c);
  code->x = form[3] == 't' ? label_of(to, from->x) : from->x;
  code->reads_y = reads_y(from->op);
  code->is_byte = compares_with_byte(to, from);
  code->y = code->reads_y ? read_word(to, from->y) : from->y;
}

static void label_tables(Translation *to) {
  for (uint32_t i = 0; i < to->stream->table_count; i++) {
    const RplLoweredKeys *keys = &to->stream->tables[i];
    (void)label_of(to, keys->otherwise);
    for (uint32_t key = 0; key <= keys->mask; key++)
      if (keys->keys[key].is_used || keys->is_dense)
        (void)label_of(to, keys->keys[key].target);
  }
}

static bool is_shared(const Translation *to, const RplTileCode *code) {
  char kind = rpl_lowered_form((RplLoweredOp)code->op)[0];
  if (kind == 'w')
    return to->writers[code->a] > 1;
  return kind == 'W' &&
         (to->writers[code->a] > 1 || to->writers[code->a + 1u] > 1);
}

/* Once all labels are known. */
static void finish(Translation *to) {
  uint32_t skip = to->stream->count;
  for (uint32_t at = to->stream->count; at-- > 0;) {
    RplTileCode *code = &to->code[at];
    code->skip = skip;
    code->label = to->labels[at];
    code->is_shared = is_shared(to, code);
    if (code->label)
      skip = at;
  }
}

RplStatus rpl_tile_translate(RplArena *arena, const RplLowered *lowered,
                             const RplLoweredStream *stream,
                             RplTileStream *result) {
  Translation to;
  memset(&to, 0, sizeof to);
  to.arena = arena;
  to.lowered = lowered;
  to.stream = stream;
  to.code = rpl_arena_array(arena, stream->count, sizeof *to.code);
  to.labels = rpl_arena_array(arena, stream->count, sizeof *to.labels);
  to.writers = rpl_arena_array(arena, (size_t)lowered->frame_words + 1, 1);
  if (!to.code || !to.labels || !to.writers)
    return RPL_E_MEMORY;
  for (uint32_t at = 0; at < stream->count; at++)
    translate(&to, at);
  label_tables(&to);
  finish(&to);
  *result = (RplTileStream){to.code,   stream->count,  to.label_count,
                            to.labels, stream->tables, lowered->guards};
  return RPL_OK;
}
