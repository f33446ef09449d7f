/* SPDX-License-Identifier: Apache-2.0
 *
 * causes.h - why a value is unknown: the facts that it waits for, found by
 * walking backwards from it after a run of the careful engine. Nothing is
 * recorded while the program runs, so decisions that know all pay nothing.
 *
 * INVARIANT: a walk visits an instruction at most once and does not recurse; it
 * takes time linear in the program.
 */
#ifndef RPL_VM_CAUSES_H
#define RPL_VM_CAUSES_H

#include "vm/careful.h"
#include "vm/provide.h"

typedef struct RplCauses {
  const RplCareful *careful;
  const RplProviding *providing; /* what a provider needs is awaited with it */
  uint32_t *visited; /* by instruction: the last walk that was there */
  uint32_t *pending; /* instructions still to look at */
  uint32_t pending_count;
  uint32_t walk;     /* number of the walk, from 1 */
  uint64_t *awaited; /* a bit a slot: what the walks since _clear found */
  uint32_t awaited_count;
  uint32_t awaited_low;  /* no awaited slot is below it */
  uint32_t awaited_high; /* nor at or above it */
  RplValue error;        /* the first error met, by instruction; else UNKNOWN */
} RplCauses;

/* Allocates, in `fixed`, what walks need. */
RPL_MUST_CHECK RplStatus rpl_causes_begin(RplCauses *causes, RplArena *fixed,
                                          const RplCareful *careful,
                                          const RplProviding *providing);

/* Forgets what was found. */
void rpl_causes_clear(RplCauses *causes);

/* Adds the causes of an operand: nothing if it is known; its error if it is in
 * error; else the facts that it waits for, and an error if one was met. */
void rpl_causes_walk(RplCauses *causes, uint32_t operand);

/* True when that slot is awaited. */
bool rpl_causes_awaits(const RplCauses *causes, uint32_t slot);

#endif /* RPL_VM_CAUSES_H */
