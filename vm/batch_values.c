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

/* ---- memos --------------------------------------------------------------- */

static uint32_t hash(const RplTileKey *key) {
  uint64_t mixed = key->op * UINT64_C(0x9E3779B97F4A7C15) ^ key->x;
  for (unsigned i = 0; i < 3; i++)
    mixed = (mixed ^ key->in[i] ^ mixed >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
  return (uint32_t)(mixed >> 32);
}

static bool is_same(const RplTileKey *left, const RplTileKey *right) {
  return left->op == right->op && left->x == right->x &&
         memcmp(left->in, right->in, sizeof left->in) == 0;
}

static RplTileKnown *entry(RplTileKnown *known, uint32_t mask,
                           const RplTileKey *key) {
  uint32_t at = hash(key) & mask;
  while (known[at].memo && !is_same(&known[at].key, key))
    at = (at + 1) & mask;
  return &known[at];
}

static bool grow(RplTileMemos *memos) {
  uint32_t mask = memos->known ? memos->mask * 2 + 1 : 255;
  RplTileKnown *grown =
      rpl_arena_array(memos->arena, (size_t)mask + 1, sizeof *grown);
  if (!grown)
    return false;
  for (uint32_t i = 0; memos->known && i <= memos->mask; i++)
    if (memos->known[i].memo)
      *entry(grown, mask, &memos->known[i].key) = memos->known[i];
  memos->known = grown;
  memos->mask = mask;
  return true;
}

RplTileKnown *rpl_tile_find(RplTileMemos *memos, const RplTileKey *key,
                            bool *is_new) {
  if ((!memos->known || memos->count > memos->mask / 2) && !grow(memos))
    return NULL;
  RplTileKnown *found = entry(memos->known, memos->mask, key);
  *is_new = !found->memo;
  if (*is_new)
    *found =
        (RplTileKnown){*key, ++memos->count, rpl_held(RPL_HELD_NOTHING, 0)};
  return found;
}

void rpl_tile_forget(RplTileMemos *memos) {
  memos->count = 0;
  if (memos->known)
    memset(memos->known, 0, ((size_t)memos->mask + 1) * sizeof *memos->known);
}
