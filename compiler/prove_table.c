/* SPDX-License-Identifier: Apache-2.0
 *
 * prove_table.c - that the rows of a table leave no gap and do not overlap; see
 * table_grid.h. A sweep goes over the atoms of the first column and knows at
 * each which rows are there; wherever that changes, those rows alone are swept
 * over the next column, and behind the last column there must be one. So the
 * work is at most the rows times the atoms of all columns but the last
 * multiplied, in practice a few steps a row, and it is counted.
 */
#include <stdlib.h>

#include "compiler/table_grid.h"
#include "rpl/compile.h"
#include "vm/text.h"

/* A row comes (sign 1) or goes (sign 0) before an atom. */
typedef struct Event {
  uint32_t atom;
  uint32_t row;
  uint32_t sign;
} Event;

/* A sweep over one column. */
typedef struct Level {
  uint32_t *rows; /* those that are swept */
  size_t row_count;
  Event *events;
  uint32_t *active; /* rows at the current atom */
  uint32_t *where;  /* by row: its place in `active` */
  size_t active_count;
  uint32_t atom; /* the current one */
} Level;

/* Gaps and overlaps of one table that are shown. */
#define MOST_SHOWN 3

typedef struct Proof {
  RplPolicy *policy;
  const RplFunction *function;
  const RplGrid *grid;
  Level levels[RPL_MAX_PARAMETERS];
  size_t steps;
  unsigned gaps, overlaps;
  bool is_over;
} Proof;

/* ---- what is found
 * -------------------------------------------------------------- */

/* `plan = pro, used = 101`: the atoms of columns 0 to `last`. */
static void write_case(const Proof *proof, size_t last, RplBuffer *out) {
  for (size_t i = 0; i <= last; i++) {
    const RplColumn *column = &proof->grid->columns[i];
    rpl_buffer_text(out, i ? ", " : "");
    rpl_buffer_slice(out, rpl_policy_text(proof->policy, column->name));
    rpl_buffer_text(out, " = ");
    rpl_grid_value(proof->policy, column, proof->levels[i].atom, out);
  }
}

static void report_case(Proof *proof, RplDiagCode code, RplSpan span,
                        size_t last) {
  RplBuffer text;
  rpl_buffer_init(&text, proof->policy->compile->arena->allocator);
  write_case(proof, last, &text);
  RplSlice arguments[2] = {
      rpl_policy_text(proof->policy, proof->function->name),
      rpl_buffer_view(&text)};
  rpl_report_add(proof->policy->compile->report, code, span, arguments, 2);
  rpl_buffer_clear(&text);
}

static void report_gap(Proof *proof, size_t level) {
  if (proof->gaps++ >= MOST_SHOWN)
    return;
  report_case(proof, RPL_DIAG_TABLE_GAP, proof->function->span, level);
  rpl_policy_help(proof->policy,
                  "add a row, or widen one; `any` stands for every value");
}

static void report_overlap(Proof *proof, size_t level) {
  const RplRowNode *rows = proof->function->stmt->function->rows;
  const Level *at = &proof->levels[level];
  uint32_t first = at->active[0], second = at->active[1];
  if (first > second) {
    first = at->active[1];
    second = at->active[0];
  }
  if (proof->overlaps++ >= MOST_SHOWN)
    return;
  report_case(proof, RPL_DIAG_TABLE_OVERLAP, rows[second].span, level);
  rpl_policy_label(proof->policy, rows[first].span, "the other row");
}

/* ---- sweeping
 * ------------------------------------------------------------------- */

static bool spend(Proof *proof, size_t steps) {
  proof->steps += steps;
  if (proof->steps <= RPL_MAX_TABLE_STEPS || proof->is_over)
    return !proof->is_over;
  proof->is_over = true;
  rpl_report(proof->policy->compile->report, RPL_DIAG_TABLE_TOO_LARGE,
             proof->function->span, "4000000", NULL);
  rpl_policy_help(proof->policy, "split it into tables of fewer columns");
  return false;
}

static int compare_events(const void *left, const void *right) {
  const Event *a = left, *b = right;
  if (a->atom != b->atom)
    return a->atom < b->atom ? -1 : 1;
  if (a->sign != b->sign)
    return a->sign < b->sign ? -1 : 1; /* who goes, goes first */
  return a->row < b->row ? -1 : a->row > b->row;
}

static size_t make_events(const Proof *proof, size_t level) {
  const RplGrid *grid = proof->grid;
  const Level *at = &proof->levels[level];
  size_t count = 0;
  for (size_t i = 0; i < at->row_count; i++) {
    size_t cell = at->rows[i] * grid->column_count + level;
    for (uint32_t j = 0; j < grid->counts[cell]; j++) {
      RplAtoms atoms = grid->cells[cell][j];
      at->events[count++] = (Event){atoms.low, at->rows[i], 1};
      at->events[count++] = (Event){atoms.high, at->rows[i], 0};
    }
  }
  qsort(at->events, count, sizeof(Event), compare_events);
  return count;
}

static void apply(Level *level, const Event *event) {
  if (event->sign) {
    level->where[event->row] = (uint32_t)level->active_count;
    level->active[level->active_count++] = event->row;
    return;
  }
  uint32_t hole = level->where[event->row];
  uint32_t last = level->active[--level->active_count];
  level->active[hole] = last;
  level->where[last] = hole;
}

static void sweep(Proof *proof, size_t level);

/* The rows that are there from this atom to the next event. */
static void look(Proof *proof, size_t level) {
  const Level *at = &proof->levels[level];
  bool is_last = level + 1 == proof->grid->column_count;
  if (at->active_count == 0) {
    report_gap(proof, level);
  } else if (is_last) {
    if (at->active_count > 1)
      report_overlap(proof, level);
  } else {
    Level *next = &proof->levels[level + 1];
    next->row_count = at->active_count;
    for (size_t i = 0; i < at->active_count; i++)
      next->rows[i] = at->active[i];
    sweep(proof, level + 1);
  }
}

/* Recursion is as deep as there are columns: RPL_MAX_PARAMETERS. */
static void sweep(Proof *proof, size_t level) {
  Level *at = &proof->levels[level];
  uint32_t end = (uint32_t)proof->grid->columns[level].cut_count - 1;
  if (!spend(proof, at->row_count + 1))
    return;
  size_t count = make_events(proof, level), event = 0;
  at->active_count = 0;
  for (at->atom = 0; at->atom < end && !proof->is_over;) {
    while (event < count && at->events[event].atom == at->atom)
      apply(at, &at->events[event++]);
    if (!spend(proof, 1))
      return;
    look(proof, level);
    at->atom = event < count ? at->events[event].atom : end;
  }
}

static size_t ranges_of(const RplGrid *grid, size_t column) {
  size_t count = 0;
  for (size_t row = 0; row < grid->row_count; row++)
    count += grid->counts[row * grid->column_count + column];
  return count;
}

static bool make_level(Proof *proof, size_t column) {
  RplPolicy *policy = proof->policy;
  size_t rows = proof->grid->row_count;
  Level *level = &proof->levels[column];
  level->rows = rpl_policy_alloc(policy, rows, sizeof *level->rows);
  level->active = rpl_policy_alloc(policy, rows, sizeof *level->active);
  level->where = rpl_policy_alloc(policy, rows, sizeof *level->where);
  level->events = rpl_policy_alloc(policy, 2 * ranges_of(proof->grid, column),
                                   sizeof *level->events);
  return level->rows && level->active && level->where && level->events;
}

void rpl_prove_table(RplPolicy *policy, const RplFunction *function,
                     const RplGrid *grid) {
  Proof *proof = rpl_policy_alloc(policy, 1, sizeof *proof);
  if (!proof)
    return;
  proof->policy = policy;
  proof->function = function;
  proof->grid = grid;
  for (size_t i = 0; i < grid->column_count; i++)
    if (!make_level(proof, i))
      return;
  for (size_t i = 0; i < grid->row_count; i++)
    proof->levels[0].rows[i] = (uint32_t)i;
  proof->levels[0].row_count = grid->row_count;
  sweep(proof, 0);
}
