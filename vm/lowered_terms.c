/* SPDX-License-Identifier: Apache-2.0
 * lowered_terms.c - values by how they come about. See lowered_paths.h. */
#include "vm/lowered_paths.h"

#include "vm/civil.h"

#define NO_TERM UINT32_MAX

/* ---- the table ---------------------------------------------------------- */

static uint64_t hash_of(const RplTerm *term) {
  uint64_t word = (uint64_t)term->op << 48 ^ (uint64_t)term->operand << 32;
  return rpl_lowered_hash_word(
      (int64_t)(word ^ term->x ^
                rpl_lowered_hash_word(
                    (int64_t)((uint64_t)term->a << 32 | term->b))));
}

static bool is_like(const RplTerm *a, const RplTerm *b) {
  return a->op == b->op && a->operand == b->operand && a->a == b->a &&
         a->b == b->b && a->x == b->x;
}

static void place(RplTerms *terms, uint32_t index) {
  size_t at = hash_of(&terms->rows[index]) & terms->mask;
  while (terms->places[at])
    at = (at + 1) & terms->mask;
  terms->places[at] = index + 1;
}

static bool rehash(RplTerms *terms) {
  size_t size = terms->places ? (terms->mask + 1) * 2 : 256;
  uint32_t *places =
      rpl_arena_array(&terms->lower->scratch, size, sizeof *places);
  if (!places)
    return false;
  terms->places = places;
  terms->mask = size - 1;
  for (size_t i = 0; i < terms->count; i++)
    place(terms, (uint32_t)i);
  return true;
}

static uint32_t add(RplTerms *terms, const RplTerm *term) {
  if ((!terms->places || terms->count * 2 > terms->mask) && !rehash(terms))
    return NO_TERM;
  void *rows = rpl_arena_grow(&terms->lower->scratch, terms->rows, terms->count,
                              &terms->capacity, sizeof *term);
  if (!rows)
    return NO_TERM;
  terms->rows = rows;
  terms->rows[terms->count] = *term;
  place(terms, (uint32_t)terms->count);
  return (uint32_t)terms->count++;
}

static uint32_t intern(RplTerms *terms, const RplTerm *term) {
  if (terms->places)
    for (size_t at = hash_of(term) & terms->mask; terms->places[at];
         at = (at + 1) & terms->mask)
      if (is_like(&terms->rows[terms->places[at] - 1], term))
        return terms->places[at] - 1;
  return add(terms, term);
}

/* ---- leaves ------------------------------------------------------------- */

uint32_t rpl_term_operand(RplTerms *terms, uint16_t operand) {
  RplTerm term = {.operand = operand, .low = INT64_MIN, .high = INT64_MAX};
  if (operand & RPL_LOWERED_FACT) {
    term.op = RPL_TERM_SLOT;
    rpl_lowering_domain(terms->lower, operand & ~RPL_LOWERED_FACT, &term.low,
                        &term.high);
  } else {
    term.op = RPL_TERM_CONSTANT;
    term.last = term.close = UINT32_MAX;
    if (!rpl_lowering_is_constant(terms->lower, operand, &term.low))
      return NO_TERM;
    term.high = term.low;
  }
  return intern(terms, &term);
}

bool rpl_term_has_room(const RplTerms *terms) {
  return terms->lower->constant_count + 2u < RPL_LOWER_TEMP - 1u;
}

uint32_t rpl_term_constant(RplTerms *terms, int64_t value) {
  if (!rpl_term_has_room(terms))
    return NO_TERM;
  return rpl_term_operand(terms, rpl_lowering_constant(terms->lower, value));
}

uint32_t rpl_term_meeting(RplTerms *terms, bool is_wide, int64_t low,
                          int64_t high) {
  RplTerm term = {.op = RPL_TERM_MEETING,
                  .is_wide = is_wide,
                  .a = (uint32_t)terms->count,
                  .last = UINT32_MAX,
                  .close = UINT32_MAX,
                  .low = low,
                  .high = high};
  return add(terms, &term);
}

bool rpl_term_fixed(const RplTerms *terms, uint32_t term, int64_t *value) {
  *value = terms->rows[term].low;
  return terms->rows[term].op == RPL_TERM_CONSTANT;
}

/* ---- operations --------------------------------------------------------- */

static bool is_widened(const RplTerms *terms, uint32_t term) {
  return rpl_term_is(terms, term, RPL_LOWERED_WIDEN);
}

/* Products and widened words are so small that their sums fit. */
static bool is_small(const RplTerms *terms, uint32_t term) {
  return is_widened(terms, term) || rpl_term_is(terms, term, RPL_LOWERED_MUL_W);
}

static bool may_stop(const RplTerms *terms, const RplTerm *term) {
  switch ((RplLoweredOp)term->op) {
  case RPL_LOWERED_ADD:
  case RPL_LOWERED_SUB:
  case RPL_LOWERED_MUL:
  case RPL_LOWERED_MIN:
  case RPL_LOWERED_MAX:
  case RPL_LOWERED_BITS_OR:
  case RPL_LOWERED_BITS_NOT:
  case RPL_LOWERED_WIDEN:
  case RPL_LOWERED_MUL_W:
  case RPL_LOWERED_ROUND:
    return false;
  case RPL_LOWERED_ADD_W:
  case RPL_LOWERED_SUB_W:
    return !is_small(terms, term->a) || !is_small(terms, term->b);
  default:
    return true;
  }
}

static bool is_wide(uint16_t op) {
  return rpl_lowered_form((RplLoweredOp)op)[0] == 'W';
}

static uint32_t operation(RplTerms *terms, uint16_t op, uint32_t a, uint32_t b,
                          uint32_t x) {
  RplTerm term = {.op = op,
                  .is_wide = is_wide(op),
                  .a = a,
                  .b = b,
                  .x = x,
                  .low = INT64_MIN,
                  .high = INT64_MAX};
  if (a == NO_TERM || b == NO_TERM)
    return NO_TERM;
  term.may_stop = may_stop(terms, &term);
  return intern(terms, &term);
}

/* A wide value that is narrowed. */
static uint32_t narrowed(RplTerms *terms, uint32_t a) {
  const RplTerm wide = terms->rows[a];
  int64_t left, right, result;
  if (wide.op == RPL_LOWERED_WIDEN)
    return wide.a;
  if (wide.op == RPL_LOWERED_MUL_W) {
    if (rpl_term_fixed(terms, wide.a, &left) &&
        rpl_term_fixed(terms, wide.b, &right) &&
        !__builtin_mul_overflow(left, right, &result))
      return rpl_term_constant(terms, result);
    return operation(terms, RPL_LOWERED_MUL_C, wide.a, wide.b, 0);
  }
  if ((wide.op == RPL_LOWERED_ADD_W || wide.op == RPL_LOWERED_SUB_W) &&
      is_widened(terms, wide.a) && is_widened(terms, wide.b))
    return operation(terms,
                     wide.op == RPL_LOWERED_ADD_W ? RPL_LOWERED_ADD_C
                                                  : RPL_LOWERED_SUB_C,
                     terms->rows[wide.a].a, terms->rows[wide.b].a, 0);
  return operation(terms, RPL_LOWERED_NARROW, a, 0, 0);
}

/* instant + c + d is instant + (c + d), and instant + c - d, with d no more
 * than c, is too: what is out of range on the way is so in the end, or the
 * other way round was tested when instant + c was computed. */
static uint32_t moved(RplTerms *terms, uint16_t op, uint32_t a, uint32_t b) {
  const RplTerm first = terms->rows[a];
  int64_t before, by, sum;
  if (first.op != RPL_LOWERED_LATER ||
      !rpl_term_fixed(terms, first.b, &before) ||
      !rpl_term_fixed(terms, b, &by) || before < 0 || by < 0)
    return operation(terms, op, a, b, 0);
  if (op == RPL_LOWERED_EARLIER && by == before)
    return first.a;
  if (op == RPL_LOWERED_EARLIER ? by > before
                                : __builtin_add_overflow(before, by, &sum))
    return operation(terms, op, a, b, 0);
  if (op == RPL_LOWERED_EARLIER)
    sum = before - by;
  return operation(terms, RPL_LOWERED_LATER, first.a,
                   rpl_term_constant(terms, sum), 0);
}

static uint32_t rounded(RplTerms *terms, uint16_t op, uint32_t a, uint32_t b,
                        uint32_t x) {
  bool is_exact = op == RPL_LOWERED_EXACT_W || op == RPL_LOWERED_EXACT;
  int64_t divisor;
  if ((op == RPL_LOWERED_ROUND_W || op == RPL_LOWERED_EXACT_W) &&
      is_widened(terms, a)) {
    a = terms->rows[a].a;
    op = is_exact ? RPL_LOWERED_EXACT : RPL_LOWERED_ROUND;
  }
  if ((op == RPL_LOWERED_ROUND || op == RPL_LOWERED_EXACT) &&
      rpl_term_fixed(terms, b, &divisor) && divisor == 1)
    return a;
  return operation(terms, op, a, b, x);
}

uint32_t rpl_term_make(RplTerms *terms, uint16_t op, uint32_t a, uint32_t b,
                       uint32_t x) {
  switch ((RplLoweredOp)op) {
  case RPL_LOWERED_NARROW:
    return narrowed(terms, a);
  case RPL_LOWERED_SCALE_W:
    if (is_widened(terms, a))
      return operation(terms, RPL_LOWERED_MUL_W, terms->rows[a].a, b, 0);
    break;
  case RPL_LOWERED_LATER:
  case RPL_LOWERED_EARLIER:
    return moved(terms, op, a, b);
  case RPL_LOWERED_ROUND:
  case RPL_LOWERED_ROUND_W:
  case RPL_LOWERED_EXACT:
  case RPL_LOWERED_EXACT_W:
    return rounded(terms, op, a, b, x);
  case RPL_LOWERED_MIN:
  case RPL_LOWERED_MAX:
    if (a == b)
      return a;
    break;
  default:
    break;
  }
  return operation(terms, op, a, b, x);
}
