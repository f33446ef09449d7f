/* SPDX-License-Identifier: Apache-2.0
 *
 * causes.h - why a value is unknown: the facts that it waits for, found by
 * walking backwards from it after a run of the careful engine. Nothing is
 * recorded while the program runs, so decisions that know all pay nothing.
 *
 * INVARIANT: a walk visits an instruction outside blocks at most once and does
 * not recur but for blocks inside each other; it takes time linear in the
 * program. The turns of a block are run again to see which of them are open,
 * once for each run of the engine, whatever the number of walks.
 */
#ifndef RPL_VM_CAUSES_H
#define RPL_VM_CAUSES_H

#include "vm/careful.h"
#include "vm/provide.h"

/* What a block's result waits for outside the block, found once a run. */
typedef struct RplBlame {
  uint32_t run; /* run of the engine that it was found in; 0: never */
  uint32_t count;
  uint64_t *items; /* operands; bit 32: a part of its value is unknown */
  RplValue error;  /* as in RplCauses */
} RplBlame;

typedef struct RplCauses {
  RplCareful *careful;
  const RplProviding *providing; /* what a provider needs is awaited with it */
  uint32_t *visited; /* by instruction: the last walk that was there */
  uint32_t *parted;  /* the same: the last one that looked for its parts */
  uint32_t *pending; /* instructions still to look at */
  uint32_t pending_count;
  uint32_t walk;     /* number of the walk, from 1 */
  uint64_t *awaited; /* a bit a slot: what the walks since _clear found */
  uint32_t awaited_count;
  uint32_t awaited_low;  /* no awaited slot is below it */
  uint32_t awaited_high; /* nor at or above it */
  RplValue error;        /* the first error met, by instruction; else UNKNOWN */
  uint64_t *noted;  /* bits of what `found` has; two a slot and instruction */
  RplBlame *blames; /* by instruction that closes a block; NULL: no block */
  RplBlame *found;  /* being found: causes outside its block are noted */
  uint32_t found_each, found_closing; /* rows of that block */
  bool is_short; /* memory was short: what was found is not all */
} RplCauses;

/* Allocates, in `fixed`, what walks need. */
RPL_MUST_CHECK RplStatus rpl_causes_begin(RplCauses *causes, RplArena *fixed,
                                          RplCareful *careful,
                                          const RplProviding *providing);

/* Forgets what was found. */
void rpl_causes_clear(RplCauses *causes);

/* Adds the causes of an operand: nothing if it is known; its error if it is in
 * error; else the facts that it waits for, and an error if one was met. */
void rpl_causes_walk(RplCauses *causes, uint32_t operand);

/* True when that slot is awaited. */
bool rpl_causes_awaits(const RplCauses *causes, uint32_t slot);

#endif /* RPL_VM_CAUSES_H */
