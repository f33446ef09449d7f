/* SPDX-License-Identifier: Apache-2.0
 *
 * provide.h - facts that a host supplies (rpl/provider.h), from the side of a
 * context: which one a decision turns on, the call with its arguments, and what
 * becomes of the answer. How a C function is called is in ffi.c.
 *
 * A decision is made first without; what it awaits is noted while its list of
 * missing facts is written. If one of these has a provider whose arguments are
 * known, it is asked, once, and the decision is made again.
 */
#ifndef RPL_VM_PROVIDE_H
#define RPL_VM_PROVIDE_H

#include "rpl/provider.h"
#include "vm/arena.h"
#include "vm/facts.h"

typedef struct RplProviding {
  RplHost host; /* NULL: nothing is granted */
  void *host_data;
  uint32_t *of_slot; /* row in PROVIDERS plus one; 0: none. NULL when the policy
                        has no provider at all */
  bool *is_asked;    /* by row: in this decision */
  bool *is_wanted;   /* by row: the decision turns on its fact */
} RplProviding;

/* Sizes it for a program, in memory that outlives it. RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_providing_begin(RplProviding *providing,
                                             RplArena *fixed,
                                             const RplImage *image);

/* Forgets what the last decision was given. */
void rpl_providing_reset(RplContext *context);

/* The arguments of a slot's provider, if it may still be asked: the number of
 * pairs (RplCType, operand) from *pairs on; else 0. */
uint32_t rpl_providing_needs(const RplProviding *providing,
                             const RplTables *tables, uint32_t slot,
                             const RplListRecord **pairs);

/* Notes that the decision turns on a slot. */
void rpl_providing_want(RplProviding *providing, uint32_t slot);

/* Asks the providers that are wanted and ready, until one has answered;
 * *is_changed: a fact is there that was not, or is in error. RPL_E_MEMORY,
 * RPL_E_LIMIT. */
RPL_MUST_CHECK RplStatus rpl_providing_ask(RplContext *context,
                                           bool *is_changed);

#endif /* RPL_VM_PROVIDE_H */
