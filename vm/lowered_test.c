/* SPDX-License-Identifier: Apache-2.0
 * lowered_test.c - conditions, and what follows from them. See lowered_paths.h.
 */
#include "vm/lowered_paths.h"

/* ---- tests ----------------------------------------------------------------
 */

/* Text comparisons as those of words. */
static RplLoweredOp plain_op(uint16_t op) {
  switch ((RplLoweredOp)op) {
  case RPL_LOWERED_IF_TEXT_EQ:
  case RPL_LOWERED_IF_EQ_W:
    return RPL_LOWERED_IF_EQ;
  case RPL_LOWERED_IF_TEXT_NE:
  case RPL_LOWERED_IF_NE_W:
    return RPL_LOWERED_IF_NE;
  case RPL_LOWERED_IF_TEXT_LT:
  case RPL_LOWERED_IF_LT_W:
    return RPL_LOWERED_IF_LT;
  case RPL_LOWERED_IF_TEXT_LE:
  case RPL_LOWERED_IF_LE_W:
    return RPL_LOWERED_IF_LE;
  default:
    return (RplLoweredOp)op;
  }
}

static int64_t order_mask(RplLoweredOp op) {
  switch (op) {
  case RPL_LOWERED_IF_EQ:
    return RPL_ORDER_SAME;
  case RPL_LOWERED_IF_NE:
    return RPL_ORDER_LESS | RPL_ORDER_MORE;
  case RPL_LOWERED_IF_LT:
    return RPL_ORDER_LESS;
  default:
    return RPL_ORDER_LESS | RPL_ORDER_SAME;
  }
}

/* A word against a constant. */
static void test_constant(RplPathTest *test, RplLoweredOp op, int64_t value,
                          bool is_right) {
  test->kind = RPL_KNOW_SPAN;
  test->subject = is_right ? test->a : test->b;
  test->is_not = op == RPL_LOWERED_IF_NE;
  test->reach = rpl_reach_between(value, value);
  int64_t step = op == RPL_LOWERED_IF_LT;
  if (op == RPL_LOWERED_IF_LT || op == RPL_LOWERED_IF_LE) {
    bool is_none = step && value == (is_right ? INT64_MIN : INT64_MAX);
    test->reach = is_none    ? rpl_reach_between(1, 0)
                  : is_right ? rpl_reach_between(INT64_MIN, value - step)
                             : rpl_reach_between(value + step, INT64_MAX);
  }
}

static uint32_t narrow_term(const RplPaths *paths, uint32_t term) {
  return paths->terms.rows[term].a;
}

/* The comparison of an instruction. */
static RplPathTest compare(RplPaths *paths, const RplKnow *know,
                           const RplLoweredCode *code) {
  RplPathTest test = {.kind = RPL_KNOW_ORDER,
                      .op = code->op,
                      .a = rpl_path_term(paths, know, code->a),
                      .b = rpl_path_term(paths, know, code->b)};
  RplLoweredOp op = plain_op(code->op);
  bool is_wide =
      code->op >= RPL_LOWERED_IF_EQ_W && code->op <= RPL_LOWERED_IF_LE_W;
  bool is_text =
      code->op >= RPL_LOWERED_IF_TEXT_EQ && code->op <= RPL_LOWERED_IF_TEXT_LE;
  int64_t value;
  test.mask = order_mask(op);
  if (!rpl_paths_good(paths))
    return test;
  if (is_wide && rpl_term_is(&paths->terms, test.a, RPL_LOWERED_WIDEN) &&
      rpl_term_is(&paths->terms, test.b, RPL_LOWERED_WIDEN)) {
    test.op = (uint16_t)op;
    test.a = narrow_term(paths, test.a);
    test.b = narrow_term(paths, test.b);
    is_wide = false;
  }
  if (is_wide || is_text)
    return test;
  if (rpl_term_fixed(&paths->terms, test.b, &value))
    test_constant(&test, op, value, true);
  else if (rpl_term_fixed(&paths->terms, test.a, &value))
    test_constant(&test, op, value, false);
  return test;
}

static RplPathTest test_set(RplPaths *paths, const RplKnow *know,
                            const RplLoweredCode *code) {
  RplPathTest test = {.kind = RPL_KNOW_ORDER,
                      .op = code->op,
                      .a = rpl_path_term(paths, know, code->a),
                      .b = rpl_path_term(paths, know, code->b),
                      .mask = code->op == RPL_LOWERED_IF_IN ? RPL_ORDER_IN
                                                            : RPL_ORDER_OUT};
  int64_t bits;
  if (!rpl_paths_good(paths))
    return test;
  RplReach reach = rpl_reach_of(&paths->terms, know, test.a);
  if (reach.has_bits && rpl_term_fixed(&paths->terms, test.b, &bits)) {
    test.kind = RPL_KNOW_SPAN;
    test.subject = test.a;
    test.reach = (RplReach){0, 63, (uint64_t)bits, true};
    test.is_not = code->op == RPL_LOWERED_IF_OUT;
  }
  return test;
}

RplPathTest rpl_path_test(RplPaths *paths, const RplKnow *know,
                          const RplLoweredCode *code) {
  switch ((RplLoweredOp)code->op) {
  case RPL_LOWERED_IF_GIVEN:
  case RPL_LOWERED_IF_NONE:
    return (RplPathTest){
        .kind = RPL_KNOW_PRESENCE,
        .op = code->op,
        .a = code->a,
        .mask = code->op == RPL_LOWERED_IF_GIVEN ? RPL_IS_GIVEN : RPL_IS_NONE};
  case RPL_LOWERED_IF_TRUE:
  case RPL_LOWERED_IF_FALSE: {
    uint32_t term = rpl_path_term(paths, know, code->a);
    return (RplPathTest){.kind = RPL_KNOW_SPAN,
                         .op = code->op,
                         .a = term,
                         .subject = term,
                         .reach = rpl_reach_between(0, 0),
                         .is_not = code->op == RPL_LOWERED_IF_TRUE};
  }
  case RPL_LOWERED_IF_IN:
  case RPL_LOWERED_IF_OUT:
    return test_set(paths, know, code);
  default:
    return compare(paths, know, code);
  }
}

/* ---- supposing ------------------------------------------------------------
 */

void rpl_reach_bounds(const RplReach *reach, int64_t *low, int64_t *high) {
  *low = reach->low;
  *high = reach->high;
  if (reach->has_bits && reach->bits) {
    *low = __builtin_ctzll(reach->bits);
    *high = 63 - __builtin_clzll(reach->bits);
  }
}

/* What the spans of two words leave of their order. */
static int64_t order_of_spans(const RplPaths *paths, const RplKnow *know,
                              uint32_t a, uint32_t b) {
  int64_t low[2], high[2], mask = RPL_ORDER_ANY;
  if (a == b)
    return RPL_ORDER_SAME;
  RplReach left = rpl_reach_of(&paths->terms, know, a);
  RplReach right = rpl_reach_of(&paths->terms, know, b);
  rpl_reach_bounds(&left, &low[0], &high[0]);
  rpl_reach_bounds(&right, &low[1], &high[1]);
  if (low[0] >= high[1])
    mask &= ~RPL_ORDER_LESS;
  if (high[0] <= low[1])
    mask &= ~RPL_ORDER_MORE;
  if (low[0] > high[1] || high[0] < low[1])
    mask &= ~RPL_ORDER_SAME;
  return mask;
}

static int64_t turned(int64_t mask) {
  return (mask & ~(int64_t)(RPL_ORDER_LESS | RPL_ORDER_MORE)) |
         (mask & RPL_ORDER_LESS ? RPL_ORDER_MORE : 0) |
         (mask & RPL_ORDER_MORE ? RPL_ORDER_LESS : 0);
}

static bool suppose_order(RplPaths *paths, RplKnow *know,
                          const RplPathTest *test, bool truth, bool is_kept) {
  bool is_set = (test->mask & (RPL_ORDER_IN | RPL_ORDER_OUT)) != 0;
  bool is_plain =
      test->op >= RPL_LOWERED_IF_EQ && test->op <= RPL_LOWERED_IF_LE;
  bool is_swapped = test->a > test->b;
  uint64_t key = rpl_know_key(RPL_KNOW_ORDER, is_swapped ? test->b : test->a,
                              is_swapped ? test->a : test->b);
  const RplKnowRow *row = rpl_know_find(know, key);
  int64_t all = is_set ? RPL_ORDER_IN | RPL_ORDER_OUT
                       : RPL_ORDER_LESS | RPL_ORDER_SAME | RPL_ORDER_MORE;
  int64_t mask = truth ? test->mask : all & ~test->mask;
  int64_t left = is_swapped ? turned(mask) : mask;
  if (test->a == test->b && !is_set)
    return (mask & RPL_ORDER_SAME) != 0;
  if (row)
    left &= row->low;
  if (is_plain) {
    int64_t spans = order_of_spans(paths, know, test->a, test->b);
    left &= is_swapped ? turned(spans) : spans;
  }
  if (left && is_kept)
    rpl_paths_set(paths, know, key, left, 0);
  return left != 0;
}

/* Whether a test may come to `truth`; then, where it is to be kept, the path
 * knows that it does. */
bool rpl_path_suppose(RplPaths *paths, RplKnow *know, const RplPathTest *test,
                      bool truth, bool is_kept) {
  if (test->kind == RPL_KNOW_PRESENCE) {
    uint64_t key = rpl_know_key(RPL_KNOW_PRESENCE, test->a, 0);
    const RplKnowRow *row = rpl_know_find(know, key);
    int64_t left = (row ? row->low : RPL_IS_ANY) &
                   (truth ? test->mask : RPL_IS_ANY & ~test->mask);
    if (left && is_kept)
      rpl_paths_set(paths, know, key, left, 0);
    return left != 0;
  }
  if (test->kind == RPL_KNOW_ORDER)
    return suppose_order(paths, know, test, truth, is_kept);
  RplReach reach = rpl_reach_of(&paths->terms, know, test->subject);
  if (!rpl_reach_narrow(&reach, &test->reach, test->is_not, truth))
    return false;
  if (is_kept &&
      !rpl_reach_keep(paths->arena, &paths->terms, know, test->subject, &reach))
    rpl_paths_fail(paths);
  return true;
}
