/* SPDX-License-Identifier: Apache-2.0
 * batch_values.c - see batch_values.h. */
#include "vm/batch_values.h"

#include <string.h>

static size_t key_count(const RplLoweredStream *stream) {
  size_t count = 0;
  for (uint32_t i = 0; i < stream->table_count; i++)
    count += (size_t)stream->tables[i].mask + 2;
  return count;
}

RplStatus rpl_holding_begin(RplHolding *holding, RplArena *arena,
                            const RplLowered *lowered,
                            const RplLoweredStream *stream) {
  size_t jumps = stream->count + key_count(stream);
  memset(holding, 0, sizeof *holding);
  holding->arena = arena;
  holding->lowered = lowered;
  holding->word_count = lowered->frame_words + 1; /* a wide one may be last */
  holding->is_long = jumps > RPL_HELD_MAX / holding->word_count;
  holding->is_reached = true;
  holding->now =
      rpl_arena_array(arena, holding->word_count, sizeof *holding->now);
  holding->since =
      rpl_arena_array(arena, holding->word_count, sizeof *holding->since);
  holding->arriving =
      rpl_arena_array(arena, stream->count, sizeof *holding->arriving);
  return holding->now && holding->since && holding->arriving ? RPL_OK
                                                             : RPL_E_MEMORY;
}

static RplHeld joined(uint32_t at, uint32_t word) {
  return rpl_held(RPL_HELD_JOINED, word) | (RplHeld)at << 16;
}

/* What a path has not written it does not read either, so the other's value
 * may stand. */
static RplHeld agree(RplHeld left, RplHeld right, uint32_t at, uint32_t word) {
  if (left == right || rpl_held_kind(right) == RPL_HELD_NOTHING)
    return left;
  return rpl_held_kind(left) == RPL_HELD_NOTHING ? right : joined(at, word);
}

static void merge(const RplHolding *holding, RplHeld *into, const RplHeld *from,
                  uint32_t at) {
  for (uint32_t word = 0; word < holding->word_count; word++)
    into[word] = agree(into[word], from[word], at, word);
}

void rpl_holding_enter(RplHolding *holding, uint32_t at) {
  RplHeld *arriving = holding->arriving[at];
  if (!arriving)
    return;
  if (holding->is_long)
    holding->last_join = at;
  else if (holding->is_reached)
    merge(holding, holding->now, arriving, at);
  else
    memcpy(holding->now, arriving, holding->word_count * sizeof *arriving);
  holding->is_reached = true;
}

RplStatus rpl_holding_jump(RplHolding *holding, uint32_t target) {
  size_t bytes = holding->word_count * sizeof *holding->now;
  RplHeld **arriving = &holding->arriving[target];
  if (holding->is_long) {
    *arriving = holding->now; /* that there is one is all that is looked at */
    return RPL_OK;
  }
  if (*arriving) {
    merge(holding, *arriving, holding->now, target);
    return RPL_OK;
  }
  *arriving = rpl_arena_alloc(holding->arena, bytes);
  if (!*arriving)
    return RPL_E_MEMORY;
  memcpy(*arriving, holding->now, bytes);
  return RPL_OK;
}

RplHeld rpl_holding_get(const RplHolding *holding, uint32_t word) {
  if (word < holding->lowered->constant_count)
    return rpl_held(RPL_HELD_CONSTANT, word);
  if (holding->is_long && holding->since[word] <= holding->last_join &&
      holding->last_join)
    return joined(holding->last_join, word);
  return holding->now[word];
}

/* Instructions count from 1 in `since`: one may be a target and write. */
void rpl_holding_set(RplHolding *holding, uint32_t at, uint32_t word,
                     RplHeld held) {
  holding->now[word] = held;
  holding->since[word] = at + 1;
}
