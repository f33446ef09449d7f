/* SPDX-License-Identifier: Apache-2.0
 * batch_ops.c - see batch_ops.h. */
#include "vm/batch_ops.h"

RplTileTest rpl_tile_test_of(uint16_t op) {
#define TEST(FROM, TO, KIND, NOT)                                              \
  case RPL_LOWERED_##FROM:                                                     \
    return (RplTileTest) { RPL_LOWERED_##TO, RPL_TILE_##KIND, NOT }
  switch ((RplLoweredOp)op) {
    TEST(NEED, IF_GIVEN, STOP_IF, true);
    TEST(KNOWN, KNOWN, STOP_IF, true);
    TEST(RANGE, RANGE, STOP_IF, true);
    TEST(LENGTH, LENGTH, STOP_IF, true);
    TEST(POSITIVE, POSITIVE, STOP_IF, true);
    TEST(COINED, COINED, STOP_IF, true);
    TEST(IF_TRUE, IF_EQ, IF, true); /* to 0 */
    TEST(IF_FALSE, IF_EQ, IF, false);
    TEST(IF_EQ, IF_EQ, IF, false);
    TEST(IF_NE, IF_EQ, IF, true);
    TEST(IF_LT, IF_LT, IF, false);
    TEST(IF_LE, IF_LT, IF, true); /* of the operands turned round */
    TEST(IF_EQ_W, IF_EQ_W, IF, false);
    TEST(IF_NE_W, IF_EQ_W, IF, true);
    TEST(IF_LT_W, IF_LT_W, IF, false);
    TEST(IF_LE_W, IF_LT_W, IF, true);
    TEST(IF_IN, IF_IN, IF, false);
    TEST(IF_OUT, IF_IN, IF, true);
    TEST(IF_TEXT_EQ, IF_TEXT_EQ, IF, false);
    TEST(IF_TEXT_NE, IF_TEXT_EQ, IF, true);
    TEST(IF_TEXT_LT, IF_TEXT_LT, IF, false);
    TEST(IF_TEXT_LE, IF_TEXT_LT, IF, true);
    TEST(IF_GIVEN, IF_GIVEN, IF, false);
    TEST(IF_NONE, IF_NONE, IF, false);
    TEST(IF_APART, IF_APART, IF, false);
    TEST(IF_NEAR, IF_APART, IF, true);
    TEST(IF_LATE, IF_LATE, IF, false);
    TEST(IF_IN_TIME, IF_LATE, IF, true);
    TEST(GUARD_TRUE, IF_EQ, IF, true);
    TEST(GUARD_FALSE, IF_EQ, IF, false);
    TEST(GUARD_EQ, IF_EQ, IF, false);
    TEST(GUARD_NE, IF_EQ, IF, true);
    TEST(GUARD_LT, IF_LT, IF, false);
    TEST(GUARD_LE, IF_LT, IF, true);
    TEST(GUARD_LATE, IF_LATE, IF, false);
    TEST(GUARD_APART, IF_APART, IF, false);
    TEST(GUARD_NEAR, IF_APART, IF, true);
  default:
    return (RplTileTest){0, RPL_TILE_FLOW, false};
  }
#undef TEST
}

bool rpl_tile_can_stop(uint16_t op) {
  switch ((RplLoweredOp)op) {
  case RPL_LOWERED_MOVE:
  case RPL_LOWERED_ADD:
  case RPL_LOWERED_SUB:
  case RPL_LOWERED_MUL:
  case RPL_LOWERED_MIN:
  case RPL_LOWERED_MAX:
  case RPL_LOWERED_BITS_OR:
  case RPL_LOWERED_BITS_NOT:
  case RPL_LOWERED_MOVE_W:
  case RPL_LOWERED_WIDEN:
  case RPL_LOWERED_MUL_W:
  case RPL_LOWERED_IF_GIVEN: /* as a value, a default */
  case RPL_LOWERED_IF_NONE:
    return false;
  default:
    return true;
  }
}

bool rpl_tile_reads_y(uint16_t op) {
  switch ((RplLoweredOp)op) {
  case RPL_LOWERED_IF_LATE:
  case RPL_LOWERED_IF_IN_TIME:
  case RPL_LOWERED_GUARD_LATE:
  case RPL_LOWERED_IF_APART:
  case RPL_LOWERED_IF_NEAR:
  case RPL_LOWERED_GUARD_APART:
  case RPL_LOWERED_GUARD_NEAR:
  case RPL_LOWERED_PRORATE:
  case RPL_LOWERED_SHARE:
    return true;
  default:
    return false;
  }
}

bool rpl_tile_goes_on(uint16_t op) {
  switch ((RplLoweredOp)op) {
  case RPL_LOWERED_STOP:
  case RPL_LOWERED_JUMP:
  case RPL_LOWERED_SWITCH:
  case RPL_LOWERED_RETURN:
  case RPL_LOWERED_RETURN_MIN:
    return false;
  default:
    return true;
  }
}

bool rpl_tile_is_end(uint16_t op) {
  return op == RPL_LOWERED_RETURN || op == RPL_LOWERED_RETURN_MIN;
}

bool rpl_tile_guard_test(const RplLoweredGuard *guard, RplTileTest *test,
                         int64_t *constant) {
  int64_t last = (int64_t)((uint64_t)guard->low + guard->span);
  if (guard->other & RPL_LOWERED_FACT)
    return false;
  *test = (RplTileTest){RPL_LOWERED_IF_EQ, RPL_TILE_IF, false};
  *constant = guard->low;
  if (guard->span == 0)
    return true;
  test->is_not = true;
  *constant = (int64_t)((uint64_t)last + 1);
  if (guard->span == UINT64_MAX - 1)
    return true;
  test->op = RPL_LOWERED_IF_LT;
  *constant = guard->low;
  if (last == INT64_MAX)
    return true;
  test->is_not = false;
  *constant = (int64_t)((uint64_t)last + 1);
  return guard->low == INT64_MIN;
}

bool rpl_tile_is_default(const RplLoweredStream *stream, uint32_t at,
                         RplTileDefault *found) {
  const RplLoweredCode *code = &stream->code[at];
  if (stream->count - at <= RPL_TILE_DEFAULT_CODE ||
      (code->op != RPL_LOWERED_IF_GIVEN && code->op != RPL_LOWERED_IF_NONE) ||
      code->x != at + 3 || code[1].op != RPL_LOWERED_MOVE ||
      code[2].op != RPL_LOWERED_JUMP ||
      code[2].x != at + RPL_TILE_DEFAULT_CODE ||
      code[3].op != RPL_LOWERED_MOVE || code[1].a != code[3].a)
    return false;
  bool is_given = code->op == RPL_LOWERED_IF_GIVEN;
  const RplLoweredCode *fact = is_given ? &code[3] : &code[1];
  const RplLoweredCode *other = is_given ? &code[1] : &code[3];
  *found = (RplTileDefault){code->op, fact->a, code->a, other->b};
  return fact->b == (code->a | RPL_LOWERED_FACT);
}

void rpl_tile_set_narrow(RplTileCode *code, int64_t constant) {
  bool is_equal = code->op == RPL_LOWERED_IF_EQ;
  code->is_byte = is_equal && constant >= 0 && constant <= UINT8_MAX;
  code->is_int = (is_equal || code->op == RPL_LOWERED_IF_LT) &&
                 constant >= INT32_MIN && constant <= INT32_MAX;
}

bool rpl_tile_is_key(const RplLoweredKeys *keys, uint32_t at) {
  return keys->is_dense ? keys->keys[at].target != keys->otherwise
                        : keys->keys[at].is_used;
}

int64_t rpl_tile_key_word(const RplLoweredKeys *keys, uint32_t at) {
  return keys->is_dense ? (int64_t)((uint64_t)keys->low + at)
                        : keys->keys[at].word;
}

static bool is_more(const RplTileCode *code, const RplTileCode *next) {
  return code->kind == RPL_TILE_IF && next->kind == RPL_TILE_IF &&
         code->x == next->x && !next->label;
}

RplTileStep *rpl_tile_steps(RplArena *arena, const RplTileCode *code,
                            size_t count) {
  RplTileStep *steps = rpl_arena_array(arena, count, sizeof *steps);
  uint32_t skip = (uint32_t)count;
  for (size_t i = count; steps && i-- > 0;) {
    steps[i] = (RplTileStep){
        code[i].x,        code[i].memo,
        code[i].label,    skip,
        code[i].kind,     code[i].is_not,
        code[i].can_stop, i + 1 < count && is_more(&code[i], &code[i + 1])};
    if (code[i].label)
      skip = (uint32_t)i;
  }
  return steps;
}
