/* SPDX-License-Identifier: Apache-2.0
 *
 * careful_text.h - operations on texts, for the careful engine (careful.c).
 * Lengths are in code points; letters other than A to Z and a to z have no
 * other case, so that no table of Unicode, whose editions differ, plays a part
 * in a decision.
 */
#ifndef RPL_VM_CAREFUL_TEXT_H
#define RPL_VM_CAREFUL_TEXT_H

#include "vm/arena.h"
#include "vm/value.h"

/* What LENGTH, LOWER, UPPER, TRIM, STARTS_WITH, ENDS_WITH or CONTAINS gives for
 * KNOWN texts; `b` is NULL for those of one operand. Results borrow from the
 * operands or the arena and are never longer than the first operand. Linear in
 * the length of both. When memory is short, *is_short is set. */
RplValue rpl_careful_text(RplArena *arena, RplOp op, const RplValue *a,
                          const RplValue *b, bool *is_short);

#endif /* RPL_VM_CAREFUL_TEXT_H */
