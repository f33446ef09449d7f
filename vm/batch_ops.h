/* SPDX-License-Identifier: Apache-2.0
 *
 * batch_ops.h - what the operations of the lowered form are to the batch
 * engine, for the translation of streams (vm/batch_tile.c). Nothing else
 * includes this.
 */
#ifndef RPL_VM_BATCH_OPS_H
#define RPL_VM_BATCH_OPS_H

#include "vm/batch.h"

/* How a condition of the lowered form is tested, and what follows. */
typedef struct RplTileTest {
  uint16_t op;      /* as RplTileCode has it */
  RplTileKind kind; /* FLOW: it is no condition */
  bool is_not;
} RplTileTest;

RplTileTest rpl_tile_test_of(uint16_t op);

/* Whether an operation that makes a value may stop. */
bool rpl_tile_can_stop(uint16_t op);

/* Whether an operation has an operand in y. */
bool rpl_tile_reads_y(uint16_t op);

/* Whether the path goes on behind an instruction. */
bool rpl_tile_goes_on(uint16_t op);

/* Whether an instruction decides. */
bool rpl_tile_is_end(uint16_t op);

/* The test that a guard of one fact is, which compares with a constant: that
 * the fact is, or is not, one value, or that it is below, or not below, one. */
bool rpl_tile_guard_test(const RplLoweredGuard *guard, RplTileTest *test,
                         int64_t *constant);

/* A fact, or something else where it is not there, into one word: a condition,
 * a copy, a jump over the next instruction, and that, a copy too. */
typedef struct RplTileDefault {
  uint16_t op; /* IF_GIVEN; or IF_NONE: what is not none is the fact */
  uint16_t word, slot, other;
} RplTileDefault;

#define RPL_TILE_DEFAULT_CODE 4u

/* Whether the code from `at` on is such; jumps to it are not looked at. */
bool rpl_tile_is_default(const RplLoweredStream *stream, uint32_t at,
                         RplTileDefault *found);

/* Says which narrow columns the constant that a test compares with can be
 * compared with. */
void rpl_tile_set_narrow(RplTileCode *code, int64_t constant);

/* Whether entry `at` of a table leads somewhere else than the rest, and its
 * word. */
bool rpl_tile_is_key(const RplLoweredKeys *keys, uint32_t at);
int64_t rpl_tile_key_word(const RplLoweredKeys *keys, uint32_t at);

/* What of the instructions is looked at each time; NULL: no memory. */
RplTileStep *rpl_tile_steps(RplArena *arena, const RplTileCode *code,
                            size_t count);

#endif /* RPL_VM_BATCH_OPS_H */
