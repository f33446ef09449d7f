/* SPDX-License-Identifier: Apache-2.0
 * lowered_filter.c - many tests of one word for single values, passed by with
 * one where the word is none of them. See lowered_paths.h. */
#include "vm/lowered_paths.h"

/* Tests in a row for which a filter is worth it. */
#define MIN_TESTS 3u

/* Whether a node tests a word for one of 0 to 63; where it goes on otherwise.
 */
static bool tests_value(const RplLowering *lower, const RplNode *node,
                        int64_t *value, RplNode **otherwise) {
  uint16_t op = node->code.op;
  if (op == RPL_LOWERED_IF_EQ || op == RPL_LOWERED_IF_NE) {
    *otherwise = op == RPL_LOWERED_IF_EQ ? node->next : node->taken;
    return rpl_lowering_is_constant(lower, node->code.b, value) &&
           *value >= 0 && *value < 64;
  }
  return false;
}

/* What only decides becomes a table of guards, which has a filter. */
static bool is_guard(const RplNode *node, const RplNode *otherwise) {
  const RplNode *found = node->taken == otherwise ? node->next : node->taken;
  return found && found->code.op == RPL_LOWERED_RETURN &&
         found->code.a == RPL_LOWERED_NO_WORD &&
         found->code.b == RPL_LOWERED_NO_WORD;
}

/* Puts a filter before the tests that begin with this node, which becomes it.
 * False when memory is short. */
static bool add_filter(RplPaths *paths, RplNode *node) {
  RplLowering *lower = paths->lower;
  RplNode *at = node, *otherwise;
  uint64_t values = 0;
  uint32_t count = 0, guards = 0;
  int64_t value;
  while (at && at->code.a == node->code.a &&
         tests_value(lower, at, &value, &otherwise)) {
    values |= UINT64_C(1) << value;
    at->is_filtered = true;
    guards += is_guard(at, otherwise);
    at = otherwise;
    count++;
  }
  if (count < MIN_TESTS || guards == count || !at ||
      !rpl_term_has_room(&paths->terms))
    return true;
  RplNode *first = rpl_paths_node(paths, RPL_LOWERED_IF_EQ, 0, 0, 0, 0);
  *first = *node;
  first->state = 0;
  node->code =
      (RplLoweredCode){.op = RPL_LOWERED_IF_OUT,
                       .a = node->code.a,
                       .b = rpl_lowering_constant(lower, (int64_t)values)};
  node->taken = at;
  node->next = first;
  return !paths->is_short;
}

bool rpl_paths_filter(RplPaths *paths, RplNode **order, uint32_t count) {
  RplNode *otherwise;
  int64_t value;
  for (uint32_t i = 0; i < count; i++)
    if (!order[i]->is_filtered &&
        tests_value(paths->lower, order[i], &value, &otherwise) &&
        !add_filter(paths, order[i]))
      return false;
  for (uint32_t i = 0; i < count; i++)
    order[i]->state = 0;
  return true;
}
