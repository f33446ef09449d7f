/* SPDX-License-Identifier: Apache-2.0
 * batch_strip.c - the memory that a strip works with. See batch.h. */
#include "vm/batch.h"

#include <string.h>

/* What vectors read is best aligned as they are. */
#define LINE 64u

static void *lines(RplArena *arena, size_t count, size_t item_bytes) {
  char *made =
      rpl_arena_array(arena, count + LINE / item_bytes + 1, item_bytes);
  if (!made)
    return NULL;
  uintptr_t past = (uintptr_t)made % LINE;
  return past ? made + (LINE - past) : made;
}

static void fill(int64_t *words, int64_t value) {
  for (unsigned row = 0; row < RPL_TILE_ROWS; row++)
    words[row] = value;
}

/* Constants stand in one tile, which all tiles of a strip read. */
static bool put_constant(RplArena *arena, RplStrip *strip, uint32_t word,
                         int64_t value) {
  int64_t *words = lines(arena, RPL_TILE_ROWS, sizeof *words);
  if (!words)
    return false;
  fill(words, value);
  strip->words[word] = words;
  strip->steps[word] = 0;
  return true;
}

static bool make_words(RplArena *arena, const RplTileStream *stream,
                       RplStrip *strip) {
  for (uint32_t i = 0; i < stream->word_count; i++) {
    const RplTileWord *word = &stream->words[i];
    uint32_t number = stream->first_word + i;
    if (!word->is_used)
      continue;
    if (word->is_constant) {
      if (!put_constant(arena, strip, number, word->constant))
        return false;
      continue;
    }
    strip->words[number] = lines(arena, RPL_STRIP_ROWS, sizeof(int64_t));
    strip->steps[number] = RPL_TILE_ROWS;
    if (!strip->words[number])
      return false;
  }
  return true;
}

/* Lines that are asked for at a time. */
#define LINES_AHEAD 20u

void rpl_strip_look_ahead(RplStrip *strip) {
  for (uintptr_t lines = LINES_AHEAD; strip->ahead_count && lines;) {
    RplAhead *ahead = &strip->ahead[strip->ahead_count - 1];
    uintptr_t left = (ahead->end - ahead->at + LINE - 1) / LINE;
    uintptr_t count = left < lines ? left : lines;
    uintptr_t stop = ahead->at + count * LINE;
    for (uintptr_t at = ahead->at; at < stop; at += LINE)
      __builtin_prefetch((const void *)at);
    ahead->at = stop;
    lines -= count;
    strip->ahead_count -= stop >= ahead->end;
  }
}

static uint32_t most(uint32_t left, uint32_t right) {
  return left > right ? left : right;
}

RplStatus rpl_strip_make(RplArena *arena, const RplLowered *lowered,
                         const RplTileStream *streams, uint32_t stream_count,
                         RplStrip *strip) {
  uint32_t slots = lowered->slot_count;
  uint32_t words = slots + lowered->constant_count, memos = 0, labels = 0;
  for (uint32_t i = 0; i < stream_count; i++) {
    words = most(words, streams[i].first_word + streams[i].word_count);
    memos = most(memos, streams[i].memo_count);
    labels = most(labels, streams[i].label_count);
  }
  memset(strip, 0, sizeof *strip);
  strip->lowered = lowered;
  strip->slot_count = slots;
  strip->tile_count = RPL_STRIP_TILES;
  strip->words = rpl_arena_array(arena, words, sizeof *strip->words);
  strip->bytes = rpl_arena_array(arena, words, sizeof *strip->bytes);
  strip->ints = rpl_arena_array(arena, words, sizeof *strip->ints);
  strip->steps = rpl_arena_array(arena, words, sizeof *strip->steps);
  strip->memos = lines(arena, (size_t)memos + 1, sizeof *strip->memos);
  strip->touched = rpl_arena_array(arena, memos, sizeof *strip->touched);
  strip->pending = lines(arena, (size_t)labels + 1, sizeof *strip->pending);
  strip->ahead = rpl_arena_array(arena, (size_t)slots + RPL_BATCH_RESULTS,
                                 sizeof *strip->ahead);
  strip->given = lines(arena, slots, sizeof *strip->given);
  strip->none = lines(arena, slots, sizeof *strip->none);
  if (!strip->words || !strip->bytes || !strip->ints || !strip->steps ||
      !strip->memos || !strip->touched || !strip->pending || !strip->given ||
      !strip->none || !strip->ahead)
    return RPL_E_MEMORY;
  memset(&strip->memos[0].known, 0xFF, sizeof strip->memos[0].known);
  for (uint32_t i = 0; i < lowered->constant_count; i++)
    if (!put_constant(arena, strip, slots + i, lowered->constants[i]))
      return RPL_E_MEMORY;
  for (uint32_t i = 0; i < stream_count; i++)
    if (!make_words(arena, &streams[i], strip))
      return RPL_E_MEMORY;
  return RPL_OK;
}
