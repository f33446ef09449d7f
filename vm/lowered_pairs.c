/* SPDX-License-Identifier: Apache-2.0
 * lowered_pairs.c - two operations in one that only single decisions have: many
 * requests at once have kernels for each. See lowered_join.h. */
#include "vm/lowered_join.h"

static bool is_natural(const RplJoining *joining, const RplLoweredCode *code,
                       uint16_t slot) {
  const RplLowering *lower = joining->lower;
  return code->op == RPL_LOWERED_RANGE && !code->y &&
         code->a == (slot | RPL_LOWERED_FACT) &&
         lower->constants[code->b] == 0 &&
         lower->constants[code->c] == INT64_MAX;
}

/* Whether the path before an instruction goes on with it. */
static bool is_fallen_into(const RplJoining *joining, uint32_t at) {
  while (at-- > 0) {
    uint16_t op = joining->code[at].op;
    if (op != RPL_LOWER_NOTHING)
      return op != RPL_LOWERED_JUMP && op != RPL_LOWERED_RETURN &&
             op != RPL_LOWERED_STOP && op != RPL_LOWERED_SWITCH;
  }
  return true;
}

/* if a is given: a >= 0, or stop; and: unless a is none: the same */
static void join_natural(RplJoining *joining, uint32_t at) {
  RplLoweredCode *code = &joining->code[at];
  bool is_given = code->op == RPL_LOWERED_IF_GIVEN;
  if (!is_given && code->op != RPL_LOWERED_IF_NONE)
    return;
  uint32_t next = rpl_join_next(joining, is_given ? code->x : at + 1);
  if (next >= joining->count ||
      !is_natural(joining, &joining->code[next], code->a) ||
      joining->jumps[next] != (is_given ? 1u : 0u) ||
      (is_given && is_fallen_into(joining, next)))
    return;
  code->op = is_given ? RPL_LOWERED_IF_NATURAL : RPL_LOWERED_IF_NO_NATURAL;
  joining->code[next].op = RPL_LOWER_NOTHING;
  if (is_given)
    joining->jumps[rpl_join_next(joining, next)]++;
}

/* t = date of b; a = year of t */
static void join_year(RplJoining *joining, uint32_t at) {
  RplLoweredCode *code = &joining->code[at];
  uint32_t next = rpl_join_next(joining, at + 1);
  if (code->op != RPL_LOWERED_DATE_OF || joining->reads[at] != 1 ||
      next >= joining->count || joining->jumps[next] ||
      joining->code[next].op != RPL_LOWERED_YEAR_OF ||
      joining->code[next].b != code->a)
    return;
  joining->code[next].op = RPL_LOWERED_YEAR_AT;
  joining->code[next].b = code->b;
  joining->code[next].c = code->c;
  code->op = RPL_LOWER_NOTHING;
}

void rpl_join_pairs(RplJoining *joining) {
  for (uint32_t i = 0; i < joining->count; i++) {
    join_natural(joining, i);
    join_year(joining, i);
  }
}
