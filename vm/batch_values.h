/* SPDX-License-Identifier: Apache-2.0
 *
 * batch_values.h - which value each word of the frame holds where, while a
 * stream is translated for the batch engine (vm/batch_tile.c). Nothing else
 * includes this.
 *
 * Jumps go forward only, so one walk over the stream knows all of it: what
 * arrives at an instruction is what holds behind the one before, and on each
 * jump that has its target there. Where these agree on a word, the word goes on
 * holding that value; where they do not, what it holds is only known by its
 * place, and has a name of its own: joined at this instruction.
 *
 * LIMIT: past RPL_HELD_MAX entries (instructions times words) nothing is kept
 * for the targets of jumps, and every word is joined there: linear in the
 * stream.
 */
#ifndef RPL_VM_BATCH_VALUES_H
#define RPL_VM_BATCH_VALUES_H

#include "vm/batch.h"

#define RPL_HELD_MAX ((size_t)1 << 20)

/* What a word holds; equal where it is the same value. */
typedef uint64_t RplHeld;

typedef enum RplHeldKind {
  RPL_HELD_NOTHING, /* no path has written the word */
  RPL_HELD_FACT,    /* number: slot */
  RPL_HELD_CONSTANT,
  RPL_HELD_VALUE, /* number: of the translation */
  RPL_HELD_HIGH,  /* the high half of one that is wide */
  RPL_HELD_JOINED /* number: the word; above it: the instruction */
} RplHeldKind;

static inline RplHeld rpl_held(RplHeldKind kind, uint32_t number) {
  return (RplHeld)kind << 56 | number;
}

static inline RplHeldKind rpl_held_kind(RplHeld held) {
  return (RplHeldKind)(held >> 56);
}

static inline uint32_t rpl_held_number(RplHeld held) {
  return (uint32_t)(held & UINT16_MAX);
}

typedef struct RplHolding {
  RplArena *arena; /* for what arrives */
  const RplLowered *lowered;
  uint32_t word_count;
  RplHeld *now;       /* by word of the frame */
  RplHeld **arriving; /* by instruction; NULL: no jump so far */
  uint32_t *since;    /* by word, of a long stream: where it was written */
  uint32_t last_join; /* of a long stream: the latest target */
  bool is_long;
  bool is_reached; /* a path comes to where the walk is */
} RplHolding;

/* Begins a walk over a stream. RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_holding_begin(RplHolding *holding, RplArena *arena,
                                           const RplLowered *lowered,
                                           const RplLoweredStream *stream);

/* The walk comes to instruction `at`. */
void rpl_holding_enter(RplHolding *holding, uint32_t at);

/* A jump from here to `target`. RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_holding_jump(RplHolding *holding, uint32_t target);

/* What a word holds, and that it now holds something. */
RplHeld rpl_holding_get(const RplHolding *holding, uint32_t word);
void rpl_holding_set(RplHolding *holding, uint32_t at, uint32_t word,
                     RplHeld held);

/* ---- memos --------------------------------------------------------------- */

/* What a value or a test is made of, by which it is found again. */
typedef struct RplTileKey {
  RplHeld in[3];
  uint32_t x;
  uint32_t op;
} RplTileKey;

typedef struct RplTileKnown {
  RplTileKey key;
  uint32_t memo; /* 0: the entry is empty */
  RplHeld held;  /* what it is called, as the translation says */
} RplTileKnown;

/* All that have been found; zeroed but for the arena. */
typedef struct RplTileMemos {
  RplArena *arena;
  RplTileKnown *known; /* open addressing */
  uint32_t mask;
  uint32_t count; /* memos are numbered from 1 */
} RplTileMemos;

/* The entry of a key; a new one has the next memo. NULL: no memory. */
RplTileKnown *rpl_tile_find(RplTileMemos *memos, const RplTileKey *key,
                            bool *is_new);

/* Begins again. */
void rpl_tile_forget(RplTileMemos *memos);

#endif /* RPL_VM_BATCH_VALUES_H */
