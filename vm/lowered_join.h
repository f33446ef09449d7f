/* SPDX-License-Identifier: Apache-2.0
 *
 * lowered_join.h - what lowered_join.c and lowered_fuse.c share: the stream
 * that is being joined. Nothing else includes this.
 */
#ifndef RPL_VM_LOWERED_JOIN_H
#define RPL_VM_LOWERED_JOIN_H

#include "vm/lowered_build.h"

/* LIMIT: conditions on the way to a jump that are looked at, and jumps that one
 * jump is taken past. */
#define RPL_JOIN_MAX_CONDS 64u
#define RPL_JOIN_MAX_SKIPS 64u

typedef struct RplJoining {
  RplLowering *lower;
  RplLoweredCode *code;
  uint32_t count;
  RplLoweredKeys *tables;
  uint32_t table_count;
  uint32_t *jumps; /* to each instruction */
  uint32_t *reads; /* of what each instruction writes */
  RplLoweredGuard *guards;
  size_t guard_count, guard_capacity;
} RplJoining;

/* The words that a condition leaves of one operand. */
typedef struct RplSpan {
  int64_t low, high;
  bool is_not; /* all but low */
} RplSpan;

/* What the condition of a jump, IF_TRUE to IF_LE, says of `operand` against a
 * constant; false: nothing simple. */
bool rpl_join_span(const RplLowering *lower, uint16_t op, uint16_t a,
                   uint16_t b, uint16_t *operand, RplSpan *span);

/* The next instruction that is something, from `at` on. */
static inline uint32_t rpl_join_next(const RplJoining *joining, uint32_t at) {
  while (at < joining->count && joining->code[at].op == RPL_LOWER_NOTHING)
    at++;
  return at;
}

/* Counts the jumps to each instruction; what no path comes to is nothing. */
void rpl_join_reach(RplJoining *joining);

/* Joins operations, all over the stream (lowered_fuse.c); false when memory is
 * short. */
bool rpl_join_patterns(RplJoining *joining);

/* Joins pairs of operations for single decisions (lowered_pairs.c). */
void rpl_join_pairs(RplJoining *joining);

#endif /* RPL_VM_LOWERED_JOIN_H */
