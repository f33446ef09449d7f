/* SPDX-License-Identifier: Apache-2.0
 *
 * table_grid.h - a table as boxes in a grid. Each column is cut at every place
 * where a cell of it begins or ends; between two cuts lie values that no cell
 * tells apart, an atom. A cell is some ranges of atoms, a row a box of its
 * cells. check_table.c makes the grid, prove_table.c looks for gaps and
 * overlaps in it.
 *
 * Values of a column are numbers here: of an enumeration the place in its list,
 * of texts the place among those that the column names, of days and instants
 * what they are counted in. Arithmetic is exact.
 */
#ifndef RPL_COMPILER_TABLE_GRID_H
#define RPL_COMPILER_TABLE_GRID_H

#include "compiler/check.h"
#include "vm/number.h"
#include "vm/text.h"

/* Where a cut lies, from the left. */
typedef enum RplCutPlace {
  RPL_CUT_NONE,   /* before none, in a column of an optional type */
  RPL_CUT_START,  /* before the least value */
  RPL_CUT_INSIDE, /* before or after `at` */
  RPL_CUT_END     /* after the greatest value */
} RplCutPlace;

typedef struct RplCut {
  RplCutPlace place;
  bool is_after; /* behind `at`; never in a column of steps */
  RplNumber at;
} RplCut;

/* Atoms low to high - 1. */
typedef struct RplAtoms {
  uint32_t low, high;
} RplAtoms;

typedef struct RplColumn {
  RplName name;
  RplType type;   /* with the currency of its amounts, if they tell one */
  bool has_steps; /* nothing lies between two neighbours: 3 and 4 */
  bool has_low, has_high;
  RplCut low, high; /* of its bounds */
  RplSlice *words;  /* of texts and currencies: those that cells name */
  size_t word_count;
  RplCut *cuts; /* in order, each once; one more than there are atoms */
  size_t cut_count;
  RplAtoms *rest; /* what no cell names, for `any other` */
  size_t rest_count;
} RplColumn;

typedef struct RplGrid {
  RplColumn *columns;
  size_t column_count, row_count;
  RplAtoms **cells; /* of row r and column c at r * column_count + c */
  uint32_t *counts; /* how many ranges each has; they do not touch */
} RplGrid;

/* A checked literal of a number, an amount or a time, its sign included, as a
 * number; false for any other expression, or when memory is short. */
bool rpl_literal_number(RplArena *arena, const RplExpr *value,
                        RplNumber *number);

/* A value of the atom, as an author writes it. */
void rpl_grid_value(const RplPolicy *policy, const RplColumn *column,
                    uint32_t atom, RplBuffer *out);

/* Reports what no row stands for and what two stand for, each with a case of
 * it; at most three of both. LIMIT: RPL_MAX_TABLE_STEPS, reported too. */
void rpl_prove_table(RplPolicy *policy, const RplFunction *function,
                     const RplGrid *grid);

#endif /* RPL_COMPILER_TABLE_GRID_H */
