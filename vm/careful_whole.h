/* SPDX-License-Identifier: Apache-2.0
 *
 * careful_whole.h - `div` and `mod` for the careful engine (careful.c). `a div
 * b` is the quotient rounded down, `a mod b` is a - b * (a div b), exactly.
 */
#ifndef RPL_VM_CAREFUL_WHOLE_H
#define RPL_VM_CAREFUL_WHOLE_H

#include "vm/arena.h"
#include "vm/value.h"

/* What WHOLE_N, WHOLE_M, WHOLE_U, MOD_N, MOD_M or MOD_U gives for KNOWN
 * operands of its kinds; errors have the instruction `self` as their origin.
 * When memory is short, *is_short is set. */
RplValue rpl_careful_whole(RplArena *arena, RplOp op, const RplValue *a,
                           const RplValue *b, uint32_t self, bool *is_short);

#endif /* RPL_VM_CAREFUL_WHOLE_H */
