/* SPDX-License-Identifier: Apache-2.0
 * lowered_path.c - one path: its nodes, what it knows, and
 * the values that it computes. See lowered_paths.h. */
#include "vm/lowered_paths.h"

/* LIMIT: operations that are computed because one that is needed reads them;
 * deeper code has no stream of paths. */
#define MAX_DEPTH 200u

#define NO_TERM UINT32_MAX

#include <string.h>

/* ---- nodes ----------------------------------------------------------------
 */

RplNode *rpl_paths_node(RplPaths *paths, RplLoweredOp op, uint16_t a,
                        uint16_t b, uint16_t c, uint32_t x) {
  RplNode *node = rpl_arena_alloc(paths->arena, sizeof *node);
  if (!node) {
    rpl_paths_fail(paths);
    return paths->stop;
  }
  node->code = (RplLoweredCode){(uint16_t)op, a, b, c, x, 0};
  paths->node_count++;
  return node;
}

RplNode *rpl_path_append(RplPaths *paths, RplPath *path, RplLoweredOp op,
                         uint16_t a, uint16_t b, uint16_t c, uint32_t x) {
  RplNode *node = rpl_paths_node(paths, op, a, b, c, x);
  *path->tail = node;
  path->tail = &node->next;
  path->last = node;
  return node;
}

uint16_t rpl_paths_word(RplPaths *paths, bool is_wide) {
  uint32_t word = paths->words_made;
  if (word + 2 >= RPL_LOWER_TEMP - 2u) {
    paths->is_lost = true;
    return RPL_LOWER_TEMP;
  }
  paths->words_made += is_wide ? 2 : 1;
  return (uint16_t)(RPL_LOWER_TEMP + word);
}

/* ---- what is known --------------------------------------------------------
 */

void rpl_paths_set(RplPaths *paths, RplKnow *know, uint64_t key, int64_t low,
                   int64_t high) {
  if (!rpl_know_set(paths->arena, know, key, low, high))
    rpl_paths_fail(paths);
}

RplKnow rpl_paths_take(RplPaths *paths) {
  if (paths->free_count)
    return paths->free_knows[--paths->free_count];
  return (RplKnow){NULL, 0, 0};
}

void rpl_paths_give_back(RplPaths *paths, RplKnow *know) {
  void *rows =
      rpl_arena_grow(paths->arena, paths->free_knows, paths->free_count,
                     &paths->free_capacity, sizeof *know);
  if (!rows) {
    rpl_paths_fail(paths);
    return;
  }
  paths->free_knows = rows;
  know->count = 0;
  paths->free_knows[paths->free_count++] = *know;
}

static bool is_live(const RplPaths *paths, uint32_t at, uint32_t bit) {
  return paths->live[(size_t)at * paths->live_words + bit / 64] >> (bit % 64) &
         1;
}

/* Whether a word holds the term: the words have been gone through. */
static bool is_held(const RplPaths *paths, uint32_t term) {
  return paths->terms.rows[term].held == paths->rounds;
}

static bool is_unary(uint16_t op) {
  return rpl_lowered_form((RplLoweredOp)op)[2] == '-';
}

/* LIMIT: operands of operands that are looked at for what a value that is not
 * computed yet will be computed of. */
#define PART_DEPTH 6u

/* Of a term, in one number: the round that saw it as a part of what a word
 * holds, and how much deeper its own parts were looked at. */
static uint32_t awaited_in(const RplPaths *paths, unsigned depth) {
  return paths->rounds * (PART_DEPTH + 1) + depth;
}

/* Marks a term, and what it is computed of. */
static void await(RplPaths *paths, uint32_t index, unsigned depth) {
  RplTerm *term = &paths->terms.rows[index];
  if (term->awaited >= awaited_in(paths, depth))
    return;
  term->awaited = awaited_in(paths, depth);
  if (depth == 0 || term->op >= RPL_LOWERED_COUNT)
    return;
  await(paths, term->a, depth - 1);
  if (!is_unary(term->op))
    await(paths, term->b, depth - 1);
}

/* Whether a word is to hold what is computed of a term that was computed. */
static bool is_awaited(const RplPaths *paths, uint32_t term) {
  return paths->terms.rows[term].awaited >= awaited_in(paths, 0);
}

/* Whether what is known of a term can matter from an instruction on. */
static bool matters(const RplPaths *paths, uint32_t at, uint32_t index) {
  const RplTerm *term = &paths->terms.rows[index];
  if (term->op == RPL_TERM_CONSTANT)
    return true;
  if (term->op == RPL_TERM_SLOT &&
      is_live(paths, at, paths->words + rpl_slot_index(term->operand)))
    return true;
  if (term->op != RPL_TERM_SLOT && term->op != RPL_TERM_MEETING &&
      term->close >= at)
    return true;
  return is_held(paths, index);
}

static bool row_matters(const RplPaths *paths, uint32_t at,
                        const RplKnowRow *row) {
  uint32_t a = rpl_know_a(row->key);
  switch (rpl_know_kind(row->key)) {
  case RPL_KNOW_PRESENCE:
    return is_live(paths, at,
                   paths->words + paths->lower->made->slot_count + a);
  case RPL_KNOW_SPAN:
    return matters(paths, at, a);
  case RPL_KNOW_ORDER:
    return matters(paths, at, a) && matters(paths, at, rpl_know_b(row->key));
  case RPL_KNOW_WORD:
    return is_live(paths, at, a);
  default:
    return paths->terms.rows[a].last >= at || is_awaited(paths, a);
  }
}

/* Words that hold one value only hold a constant. */
static void settle_word(RplPaths *paths, RplKnow *know, RplKnowRow *row) {
  const RplTerm *term = &paths->terms.rows[row->low];
  int64_t value;
  RplReach reach = rpl_reach_of(&paths->terms, know, (uint32_t)row->low);
  if (term->is_wide || term->op == RPL_TERM_CONSTANT ||
      !rpl_reach_is_one(&reach, &value))
    return;
  uint32_t constant = rpl_term_constant(&paths->terms, value);
  if (constant == NO_TERM)
    rpl_paths_fail(paths);
  else
    row->low = constant;
}

/* Notes what the words hold that are read from an instruction on. */
static void note_words(RplPaths *paths, RplKnow *know, uint32_t at) {
  uint32_t end = rpl_know_place(know, RPL_KNOW_DONE);
  paths->rounds++;
  for (uint32_t i = rpl_know_place(know, RPL_KNOW_WORD); i < end; i++) {
    RplKnowRow *row = &know->rows[i];
    if (!is_live(paths, at, rpl_know_a(row->key)))
      continue;
    settle_word(paths, know, row);
    paths->terms.rows[row->low].held = paths->rounds;
    await(paths, (uint32_t)row->low, PART_DEPTH);
  }
}

/* Leaves what can matter from an instruction on: what words hold matters, so
 * these come first. */
static void forget(RplPaths *paths, RplKnow *know, uint32_t at) {
  uint32_t kept = 0;
  note_words(paths, know, at);
  for (uint32_t i = 0; i < know->count; i++)
    if (row_matters(paths, at, &know->rows[i]))
      know->rows[kept++] = know->rows[i];
  know->count = kept;
}

/* A path comes to an instruction; what it knows is taken over. */
void rpl_paths_arrive(RplPaths *paths, uint32_t at, RplKnow know,
                      uint64_t weight, RplNode **from, RplNode *last) {
  RplArrival *arrival = paths->spare;
  if (arrival)
    paths->spare = arrival->next;
  else
    arrival = rpl_arena_alloc(paths->arena, sizeof *arrival);
  if (!arrival || at >= paths->count) {
    rpl_paths_fail(paths);
    return;
  }
  *arrival =
      (RplArrival){.know = know, .weight = weight, .from = from, .last = last};
  forget(paths, &arrival->know, at);
  arrival->hash = rpl_know_hash(&arrival->know);
  RplArrivals *arrivals = &paths->arrivals[at];
  if (arrivals->last)
    arrivals->last->next = arrival;
  else
    arrivals->first = arrival;
  arrivals->last = arrival;
}

/* ---- values ---------------------------------------------------------------
 */

/* The term that an operand of the code holds. */
uint32_t rpl_path_term(RplPaths *paths, const RplKnow *know, uint16_t operand) {
  uint32_t term;
  if (!(operand & RPL_LOWERED_FACT) && operand >= RPL_LOWER_TEMP) {
    const RplKnowRow *row = rpl_know_find(
        know, rpl_know_key(RPL_KNOW_WORD, operand - RPL_LOWER_TEMP, 0));
    paths->is_lost = paths->is_lost || !row;
    return row ? (uint32_t)row->low : 0;
  }
  term = rpl_term_operand(&paths->terms, operand);
  if (term == NO_TERM) {
    paths->is_lost = true;
    return 0;
  }
  return term;
}

/* The operand of a term; writes what computes it where nothing has yet. */
static uint16_t compute(RplPaths *paths, RplPath *path, uint32_t index,
                        uint32_t depth) {
  const RplTerm term = paths->terms.rows[index];
  uint64_t key = rpl_know_key(RPL_KNOW_DONE, index, 0);
  if (term.op == RPL_TERM_CONSTANT || term.op == RPL_TERM_SLOT)
    return term.operand;
  const RplKnowRow *done = rpl_know_find(&path->know, key);
  if (done)
    return (uint16_t)done->low;
  if (depth == 0 || term.op == RPL_TERM_MEETING || !rpl_paths_good(paths)) {
    paths->is_lost = true;
    return 0;
  }
  uint16_t b = /* first, as in the code: patterns of it stay */
      is_unary(term.op) ? 0 : compute(paths, path, term.b, depth - 1);
  uint16_t a = compute(paths, path, term.a, depth - 1);
  uint16_t word = rpl_paths_word(paths, term.is_wide);
  (void)rpl_path_append(paths, path, (RplLoweredOp)term.op, word, a, b, term.x);
  rpl_paths_set(paths, &path->know, key, word, 0);
  return word;
}

uint16_t rpl_path_operand(RplPaths *paths, RplPath *path, uint32_t term) {
  return compute(paths, path, term, MAX_DEPTH);
}

static void hold(RplPaths *paths, RplPath *path, uint16_t word, uint32_t term) {
  rpl_paths_set(paths, &path->know,
                rpl_know_key(RPL_KNOW_WORD, word - RPL_LOWER_TEMP, 0), term, 0);
}

/* instant + c, just computed for instant + c + d alone, is not needed. */
static void replace_later(RplPaths *paths, RplPath *path, uint32_t before,
                          uint32_t term) {
  const RplTerm made = paths->terms.rows[term];
  const RplTerm first = paths->terms.rows[before];
  uint64_t key = rpl_know_key(RPL_KNOW_DONE, before, 0);
  const RplKnowRow *done = rpl_know_find(&path->know, key);
  RplNode *node = path->last;
  int64_t by, longer;
  if (!done || !node || first.op != RPL_LOWERED_LATER || made.op != first.op ||
      made.a != first.a || node->code.op != RPL_LOWERED_LATER ||
      node->code.a != (uint16_t)done->low ||
      !rpl_term_fixed(&paths->terms, first.b, &by) ||
      !rpl_term_fixed(&paths->terms, made.b, &longer) || by > longer)
    return;
  node->code.c = paths->terms.rows[made.b].operand;
  uint32_t at = (uint32_t)(done - path->know.rows);
  int64_t word = done->low;
  memmove(&path->know.rows[at], &path->know.rows[at + 1],
          (path->know.count - at - 1) * sizeof *path->know.rows);
  path->know.count--;
  rpl_paths_set(paths, &path->know, rpl_know_key(RPL_KNOW_DONE, term, 0), word,
                0);
}

/* The smaller or the greater of two whose order is known. */
static uint32_t extreme(RplPaths *paths, const RplPath *path, uint16_t op,
                        uint32_t a, uint32_t b, uint32_t term) {
  bool is_swapped = a > b;
  const RplKnowRow *row = rpl_know_find(
      &path->know,
      rpl_know_key(RPL_KNOW_ORDER, is_swapped ? b : a, is_swapped ? a : b));
  (void)paths;
  if (!row || (op != RPL_LOWERED_MIN && op != RPL_LOWERED_MAX))
    return term;
  bool is_less = !(row->low & RPL_ORDER_MORE) != is_swapped;
  if (is_swapped)
    is_less = !(row->low & RPL_ORDER_LESS);
  bool is_more =
      is_swapped ? !(row->low & RPL_ORDER_MORE) : !(row->low & RPL_ORDER_LESS);
  if (!is_less && !is_more)
    return term;
  return is_less == (op == RPL_LOWERED_MIN) ? a : b;
}

void rpl_path_value(RplPaths *paths, RplPath *path,
                    const RplLoweredCode *code) {
  uint32_t a = rpl_path_term(paths, &path->know, code->b);
  uint32_t b =
      is_unary(code->op) ? 0 : rpl_path_term(paths, &path->know, code->c);
  if (code->op == RPL_LOWERED_MOVE || code->op == RPL_LOWERED_MOVE_W) {
    hold(paths, path, code->a, a);
    return;
  }
  uint32_t term = rpl_term_make(&paths->terms, code->op, a, b, code->x);
  if (term == NO_TERM) {
    rpl_paths_fail(paths);
    return;
  }
  RplTerm *row = &paths->terms.rows[term];
  uint32_t last = paths->lasts[code - paths->code];
  uint32_t close = paths->closes[code - paths->code];
  row->last = row->last > last ? row->last : last;
  row->close = row->close > close ? row->close : close;
  term = extreme(paths, path, code->op, a, b, term);
  if (code->op == RPL_LOWERED_LATER && rpl_paths_good(paths))
    replace_later(paths, path, a, term);
  hold(paths, path, code->a, term);
  if (paths->terms.rows[term].may_stop)
    (void)rpl_path_operand(paths, path, term);
}
