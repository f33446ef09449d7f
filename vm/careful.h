/* SPDX-License-Identifier: Apache-2.0
 *
 * careful.h - the careful engine: runs a program as it stands, one instruction
 * after the other, with exact numbers, unknowns and errors. It is the meaning
 * of the language; the other engines must agree with it. What a decision makes
 * of the values is in decide.h.
 *
 * INVARIANT: for a verified program every instruction gives a value of its
 * result type, NONE, UNKNOWN or ERROR; only lack of memory stops a run.
 */
#ifndef RPL_VM_CAREFUL_H
#define RPL_VM_CAREFUL_H

#include "vm/arena.h"
#include "vm/facts.h"
#include "vm/program.h"
#include "vm/value.h"

typedef struct RplCareful {
  const RplImage *image;
  const RplValue *facts; /* by slot */
  const RplSlot *slots;  /* by slot: which were given */
  RplValue *constants;   /* by row */
  RplValue *temps; /* by instruction; those in a block: of its last turn */
  const RplValue *spaces[4]; /* these three, by the space of an operand */
  RplArena *arena;           /* of the last run */
  uint32_t run_count;        /* runs so far */
} RplCareful;

/* Allocates, in `fixed`, what a run needs. The facts are read at each run. */
RPL_MUST_CHECK RplStatus rpl_careful_begin(RplCareful *careful, RplArena *fixed,
                                           const RplImage *image,
                                           const RplValue *facts,
                                           const RplSlot *slots);

/* Runs all instructions. Big numbers are made in `arena` and die with it.
 * RPL_E_MEMORY when it gives none. */
RPL_MUST_CHECK RplStatus rpl_careful_run(RplCareful *careful, RplArena *arena);

/* Runs the instructions [first, end), blocks included, as part of a run. */
RPL_MUST_CHECK RplStatus rpl_careful_rows(RplCareful *careful, RplArena *arena,
                                          uint32_t first, uint32_t end);

/* What a strict operation gives for operands from elsewhere (NULL where there
 * is none); an error value also where memory ran out. Nothing of a run changes.
 */
RplValue rpl_careful_once(const RplCareful *careful, RplArena *arena,
                          uint32_t row, const RplValue *const operands[3]);

/* careful_lists.c: runs the block that row `each` opens, which must be a part
 * of [0, rows), and gives the row that closes it its value. Memory for numbers
 * of one turn is given back after it. */
RPL_MUST_CHECK RplStatus rpl_careful_block(RplCareful *careful, RplArena *arena,
                                           uint32_t each, uint32_t closing);

/* careful_lists.c: runs the turn of one element alone, so that its
 * temporaries can be looked at. */
RPL_MUST_CHECK RplStatus rpl_careful_turn(RplCareful *careful, RplArena *arena,
                                          uint32_t each, uint32_t closing,
                                          const RplValue *element);

/* careful_lists.c: an operation on a list or record outside blocks. *is_short
 * when memory ran out. `a` and `b` have any state. */
RplValue rpl_careful_part(const RplCareful *careful, RplArena *arena,
                          const RplInstruction *code, uint32_t self,
                          const RplValue *a, const RplValue *b, bool *is_short);

/* The value of an operand after a run; `operand` is not 0. */
const RplValue *rpl_careful_value(const RplCareful *careful, uint32_t operand);

/* ---- careful_pick.c ---- */

/* One step of joining guarded definitions, as the operation PICK does: `result`
 * may be `picked` itself. guard NULL: always. A conflict's origin is `origin`.
 * While the result is open it carries a note for the next step; nobody else may
 * look at more than its state, and at the error of one that is in ERROR. */
void rpl_careful_pick(const RplValue *picked, const RplValue *guard,
                      const RplValue *value, uint32_t origin, RplValue *result);

/* The value without such a note. */
RplValue rpl_careful_unnoted(RplValue value);

/* Of two equal values the one that tells more: zero with its currency. */
const RplValue *rpl_careful_fuller(const RplValue *left, const RplValue *right);

#endif /* RPL_VM_CAREFUL_H */
