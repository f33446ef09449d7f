/* SPDX-License-Identifier: Apache-2.0
 * lowered_know.c - what a path knows. See lowered_paths.h. */
#include "vm/lowered_paths.h"

#include <string.h>

/* ---- rows ---------------------------------------------------------------- */

/* Without a jump that could go either way. */
static uint32_t place_of(const RplKnow *know, uint64_t key) {
  const RplKnowRow *at = know->rows;
  uint32_t count = know->count;
  if (!count)
    return 0;
  while (count > 1) {
    uint32_t half = count / 2;
    at = at[half - 1].key < key ? at + half : at;
    count -= half;
  }
  return (uint32_t)(at - know->rows) + (at->key < key);
}

const RplKnowRow *rpl_know_find(const RplKnow *know, uint64_t key) {
  uint32_t at = place_of(know, key);
  return at < know->count && know->rows[at].key == key ? &know->rows[at] : NULL;
}

uint32_t rpl_know_place(const RplKnow *know, RplKnowKind kind) {
  return place_of(know, rpl_know_key(kind, 0, 0));
}

bool rpl_know_set(RplArena *arena, RplKnow *know, uint64_t key, int64_t low,
                  int64_t high) {
  uint32_t at = place_of(know, key);
  if (at == know->count || know->rows[at].key != key) {
    void *rows = rpl_arena_grow(arena, know->rows, know->count, &know->capacity,
                                sizeof *know->rows);
    if (!rows)
      return false;
    know->rows = rows;
    memmove(&know->rows[at + 1], &know->rows[at],
            (know->count - at) * sizeof *know->rows);
    know->count++;
  }
  know->rows[at] = (RplKnowRow){key, low, high};
  return true;
}

bool rpl_know_copy(RplArena *arena, const RplKnow *from, RplKnow *to) {
  if (to->capacity < from->count) {
    size_t capacity = (size_t)from->count + from->count / 2 + 8;
    RplKnowRow *rows = rpl_arena_block(arena, capacity * sizeof *rows);
    if (!rows)
      return false;
    to->rows = rows;
    to->capacity = capacity;
  }
  to->count = from->count;
  if (from->count)
    memcpy(to->rows, from->rows, from->count * sizeof *to->rows);
  return true;
}

/* ---- words that are left --------------------------------------------------
 */

static uint64_t bits_between(int64_t low, int64_t high) {
  if (low > 63 || high < 0 || low > high)
    return 0;
  unsigned first = low < 0 ? 0 : (unsigned)low;
  unsigned last = high > 63 ? 63 : (unsigned)high;
  return (~UINT64_C(0) >> (63 - (last - first))) << first;
}

RplReach rpl_reach_of(const RplTerms *terms, const RplKnow *know,
                      uint32_t term) {
  const RplTerm *row = &terms->rows[term];
  const RplKnowRow *known =
      rpl_know_find(know, rpl_know_key(RPL_KNOW_SPAN, term, 0));
  RplReach reach = {row->low, row->high, 0, row->low >= 0 && row->high < 64};
  if (reach.has_bits)
    reach.bits =
        known ? (uint64_t)known->low : bits_between(row->low, row->high);
  else if (known)
    reach = (RplReach){known->low, known->high, 0, false};
  return reach;
}

bool rpl_reach_is_one(const RplReach *reach, int64_t *value) {
  if (!reach->has_bits) {
    *value = reach->low;
    return reach->low == reach->high;
  }
  if (!reach->bits || reach->bits & (reach->bits - 1))
    return false;
  *value = __builtin_ctzll(reach->bits);
  return true;
}

/* Without low .. high of `test`. */
static void cut(RplReach *reach, const RplReach *test) {
  if (test->low > reach->high || test->high < reach->low)
    return;
  if (test->low <= reach->low && test->high >= reach->high) {
    reach->low = 1; /* nothing is left */
    reach->high = 0;
  } else if (test->low <= reach->low) {
    reach->low = test->high + 1;
  } else if (test->high >= reach->high) {
    reach->high = test->low - 1;
  }
}

bool rpl_reach_narrow(RplReach *reach, const RplReach *test, bool is_not,
                      bool truth) {
  bool is_inside = truth != is_not;
  if (reach->has_bits) {
    uint64_t bits =
        test->has_bits ? test->bits : bits_between(test->low, test->high);
    reach->bits &= is_inside ? bits : ~bits;
    return reach->bits != 0;
  }
  if (test->has_bits)
    return true;
  if (!is_inside) {
    cut(reach, test);
    return reach->low <= reach->high;
  }
  reach->low = test->low > reach->low ? test->low : reach->low;
  reach->high = test->high < reach->high ? test->high : reach->high;
  return reach->low <= reach->high;
}

bool rpl_reach_keep(RplArena *arena, const RplTerms *terms, RplKnow *know,
                    uint32_t term, const RplReach *reach) {
  if (rpl_term_is(terms, term, RPL_TERM_CONSTANT))
    return true;
  return rpl_know_set(arena, know, rpl_know_key(RPL_KNOW_SPAN, term, 0),
                      reach->has_bits ? (int64_t)reach->bits : reach->low,
                      reach->has_bits ? 0 : reach->high);
}

/* ---- two paths ------------------------------------------------------------
 */

static uint32_t mattering(const RplKnow *know) {
  return rpl_know_place(know, RPL_KNOW_DONE);
}

uint64_t rpl_know_hash(const RplKnow *know) {
  uint64_t hash = 0;
  uint32_t count = mattering(know);
  for (uint32_t i = 0; i < count; i++) {
    const RplKnowRow *row = &know->rows[i];
    hash = rpl_lowered_hash_word((int64_t)(hash ^ row->key));
    hash = rpl_lowered_hash_word(
        (int64_t)(hash + (uint64_t)row->low * 3 + (uint64_t)row->high));
  }
  return hash;
}

bool rpl_know_is_same(const RplKnow *a, const RplKnow *b) {
  uint32_t count = mattering(a);
  return count == mattering(b) &&
         (!count || !memcmp(a->rows, b->rows, count * sizeof *a->rows));
}

uint32_t rpl_know_distance(const RplKnow *a, const RplKnow *b) {
  uint32_t same = 0, left = mattering(a), right = mattering(b);
  for (uint32_t i = 0, j = 0; i < left && j < right;) {
    if (a->rows[i].key == b->rows[j].key)
      same += a->rows[i].low == b->rows[j].low &&
              a->rows[i].high == b->rows[j].high;
    bool is_left = a->rows[i].key <= b->rows[j].key;
    bool is_right = a->rows[i].key >= b->rows[j].key;
    i += is_left;
    j += is_right;
  }
  return left + right - 2 * same;
}

/* What both rows say; false: nothing. */
static bool meet_rows(const RplTerms *terms, RplKnowRow *row,
                      const RplKnowRow *other) {
  uint32_t term = rpl_know_a(row->key);
  switch (rpl_know_kind(row->key)) {
  case RPL_KNOW_PRESENCE:
    row->low |= other->low;
    return row->low != RPL_IS_ANY;
  case RPL_KNOW_ORDER:
    row->low |= other->low;
    return row->low != RPL_ORDER_ANY;
  case RPL_KNOW_SPAN:
    if (terms->rows[term].low >= 0 && terms->rows[term].high < 64) {
      row->low |= other->low;
      return true;
    }
    row->low = other->low < row->low ? other->low : row->low;
    row->high = other->high > row->high ? other->high : row->high;
    return row->low > terms->rows[term].low ||
           row->high < terms->rows[term].high;
  case RPL_KNOW_WORD:
    if (row->low != other->low)
      row->low = UINT32_MAX;
    return true;
  default: /* computed: in the same place, or a word needs it */
    return row->low == other->low;
  }
}

void rpl_know_meet(const RplTerms *terms, RplKnow *know, const RplKnow *other) {
  uint32_t kept = 0, j = 0;
  for (uint32_t i = 0; i < know->count; i++) {
    RplKnowRow row = know->rows[i];
    while (j < other->count && other->rows[j].key < row.key)
      j++;
    if (j < other->count && other->rows[j].key == row.key &&
        meet_rows(terms, &row, &other->rows[j]))
      know->rows[kept++] = row;
  }
  know->count = kept;
}
