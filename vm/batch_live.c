/* SPDX-License-Identifier: Apache-2.0
 * batch_live.c - see batch_live.h. Jumps go forward only, so one walk from the
 * last instruction to the first knows all of it. */
#include "vm/batch_live.h"

#include "vm/batch_ops.h"

RplStatus rpl_live_begin(RplLive *live, RplArena *arena,
                         const RplLoweredStream *stream, uint32_t word_count) {
  *live = (RplLive){stream, NULL, ((size_t)word_count + 63) / 64};
  if (stream->count > RPL_LIVE_MAX / live->width)
    return RPL_OK;
  live->bits =
      rpl_arena_array(arena, stream->count * live->width, sizeof *live->bits);
  return live->bits ? RPL_OK : RPL_E_MEMORY;
}

static uint64_t bit(uint32_t word) { return UINT64_C(1) << (word % 64); }

void rpl_live_read(RplLive *live, uint32_t at, uint32_t word) {
  if (live->bits)
    live->bits[at * live->width + word / 64] |= bit(word);
}

/* What is wanted at any place that a key leads to. */
static uint64_t behind_keys(const RplLive *live, const RplLoweredKeys *keys,
                            size_t part) {
  uint64_t bits = live->bits[keys->otherwise * live->width + part];
  for (uint32_t at = 0; keys->keys && at <= keys->mask; at++)
    if (keys->is_dense || keys->keys[at].is_used)
      bits |= live->bits[keys->keys[at].target * live->width + part];
  return bits;
}

/* Part of what is wanted behind an instruction. A jump to an end is that end.
 */
static uint64_t behind(const RplLive *live, uint32_t at, size_t part) {
  const RplLoweredCode *code = &live->stream->code[at];
  uint64_t bits = 0;
  if (rpl_tile_goes_on(code->op))
    bits |= live->bits[(at + (size_t)1) * live->width + part];
  if (rpl_lowered_form((RplLoweredOp)code->op)[3] == 't' &&
      !(code->op == RPL_LOWERED_JUMP &&
        rpl_tile_is_end(live->stream->code[code->x].op)))
    bits |= live->bits[code->x * live->width + part];
  if (code->op == RPL_LOWERED_SWITCH)
    bits |= behind_keys(live, &live->stream->tables[code->x], part);
  return bits;
}

static bool writes(const RplLoweredCode *code, uint32_t word) {
  char letter = rpl_lowered_form((RplLoweredOp)code->op)[0];
  return rpl_form_writes(letter) &&
         (code->a == word || (letter == 'W' && code->a + 1u == word));
}

void rpl_live_spread(RplLive *live) {
  for (uint32_t at = live->stream->count; live->bits && at-- > 0;) {
    const RplLoweredCode *code = &live->stream->code[at];
    for (size_t part = 0; part < live->width; part++) {
      uint64_t bits = behind(live, at, part);
      for (uint32_t word = code->a; word <= code->a + 1u; word++)
        if (word / 64 == part && writes(code, word))
          bits &= ~bit(word);
      live->bits[at * live->width + part] |= bits;
    }
  }
}

bool rpl_live_behind(const RplLive *live, uint32_t at, uint32_t word) {
  return !live->bits || (behind(live, at, word / 64) & bit(word)) != 0;
}
