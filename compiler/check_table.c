/* SPDX-License-Identifier: Apache-2.0
 *
 * check_table.c - columns, rows and cells of a table: their types, and the grid
 * that they make; see check.h and table_grid.h.
 */
#include <stdlib.h>

#include "compiler/table_grid.h"
#include "vm/civil.h"
#include "vm/currency.h"
#include "vm/text.h"

static const RplFunctionNode *parts_of(const RplFunction *function) {
  return function->stmt->function;
}

/* ---- columns
 * -------------------------------------------------------------------- */

static bool can_be_column(unsigned kind) {
  switch (kind) {
  case RPL_KIND_BOOLEAN:
  case RPL_KIND_ENUM:
  case RPL_KIND_ROUNDING:
  case RPL_KIND_CURRENCY:
  case RPL_KIND_TEXT:
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
  case RPL_KIND_MONEY:
  case RPL_KIND_DATE:
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
    return true;
  default:
    return false;
  }
}

static bool has_ranges(RplType type) {
  return type.kind != RPL_KIND_TEXT && rpl_kind_is_ordered((RplKind)type.kind);
}

/* Kinds of which only named values and the rest can be told apart. */
static bool has_words(RplType type) {
  return type.kind == RPL_KIND_TEXT || type.kind == RPL_KIND_CURRENCY;
}

/* ---- constants
 * ------------------------------------------------------------------ */

/* A value of the column that is no name of a fact, param or parameter. */
static bool is_constant(const RplExpr *expr) {
  const RplExpr *literal = expr->kind == RPL_EXPR_UNARY ? expr->a : expr;
  return !literal->symbol && literal->kind != RPL_EXPR_CALL;
}

/* A word in a cell is a value of the column, whatever else has that name. */
static void check_name(RplPolicy *policy, const RplColumn *column,
                       RplExpr *value) {
  RplRounding mode;
  value->symbol = NULL;
  value->type = rpl_type(RPL_TY_OPEN);
  if (column->type.kind == RPL_KIND_ENUM) {
    rpl_check_settle(policy, value, rpl_type_optional(column->type, false));
  } else if (column->type.kind == RPL_KIND_ROUNDING &&
             rpl_rounding_from_name(rpl_policy_text(policy, value->name),
                                    &mode)) {
    value->number = mode;
    value->type = rpl_type(RPL_KIND_ROUNDING);
  } else {
    rpl_report(policy->compile->report, RPL_DIAG_NOT_CONSTANT, value->span,
               NULL);
  }
}

/* Types a constant of a cell or a bound; one currency a column. */
static bool check_constant(RplPolicy *policy, RplColumn *column,
                           RplExpr *value) {
  RplReport *report = policy->compile->report;
  size_t errors = rpl_report_error_count(report);
  if (value->kind == RPL_EXPR_NONE && !column->type.optional) {
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, value->span,
                      rpl_type_text(policy, column->type), rpl_slice("none"));
    rpl_policy_help(policy, "a column that may be none has a type with `?`");
    return false;
  }
  if (value->kind == RPL_EXPR_NAME) {
    check_name(policy, column, value);
    return errors == rpl_report_error_count(report);
  }
  rpl_check_fits(policy, value,
                 rpl_type_optional(column->type, value->kind == RPL_EXPR_NONE));
  if (errors != rpl_report_error_count(report))
    return false;
  if (!is_constant(value)) {
    rpl_report(report, RPL_DIAG_NOT_CONSTANT, value->span, NULL);
    return false;
  }
  if (value->type.currency)
    column->type.currency = value->type.currency;
  return true;
}

static RplNumber word_number(const RplColumn *column, RplSlice word) {
  size_t low = 0, high = column->word_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (rpl_slice_compare(column->words[middle], word) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return rpl_number_from_int((int64_t)low);
}

/* A checked constant as a number of its column. */
static RplNumber number_of(RplPolicy *policy, const RplColumn *column,
                           const RplExpr *value) {
  RplNumber number = rpl_number_from_int(value->number);
  if (has_words(column->type))
    return word_number(column, value->text);
  if (has_ranges(column->type) &&
      !rpl_literal_number(policy->compile->arena, value, &number))
    policy->is_out_of_memory = true;
  return number; /* else a place in a list, true or false */
}

/* ---- cuts
 * ----------------------------------------------------------------------- */

static RplCut cut_at(RplPolicy *policy, const RplColumn *column,
                     RplNumber number, bool is_after) {
  RplCut cut = {RPL_CUT_INSIDE, is_after, number};
  if (is_after && column->has_steps) {
    cut.is_after = false;
    if (rpl_number_add(policy->compile->arena, number, rpl_number_from_int(1),
                       &cut.at))
      policy->is_out_of_memory = true;
  }
  return cut;
}

static int compare_cuts(const RplCut *a, const RplCut *b) {
  if (a->place != b->place)
    return a->place < b->place ? -1 : 1;
  if (a->place != RPL_CUT_INSIDE)
    return 0;
  int order = rpl_number_compare(a->at, b->at);
  return order ? order : (int)a->is_after - (int)b->is_after;
}

static int order_cuts(const void *left, const void *right) {
  return compare_cuts(left, right);
}

/* What lies outside the bounds of the column is no part of it. */
static RplCut clamped(const RplColumn *column, RplCut cut) {
  if (cut.place == RPL_CUT_INSIDE && column->has_low &&
      compare_cuts(&cut, &column->low) <= 0)
    cut.place = RPL_CUT_START;
  if (cut.place == RPL_CUT_INSIDE && column->has_high &&
      compare_cuts(&cut, &column->high) >= 0)
    cut.place = RPL_CUT_END;
  return cut;
}

/* The cuts before and behind what one alternative of a cell stands for. */
static void cut_item(RplPolicy *policy, const RplColumn *column,
                     const RplCellItem *item, RplCut cuts[2]) {
  cuts[0] = (RplCut){.place = RPL_CUT_START};
  cuts[1] = (RplCut){.place = RPL_CUT_END};
  if (item->value && item->value->kind == RPL_EXPR_NONE) {
    cuts[0].place = RPL_CUT_NONE;
    cuts[1].place = RPL_CUT_START;
    return;
  }
  if (item->value) {
    RplNumber number = number_of(policy, column, item->value);
    cuts[0] = cut_at(policy, column, number, false);
    cuts[1] = cut_at(policy, column, number, true);
  }
  for (const RplBoundNode *bound = item->bounds; bound; bound = bound->next) {
    RplNumber number = number_of(policy, column, bound->value);
    bool is_low = bound->op == RPL_GT || bound->op == RPL_GE;
    bool is_after = bound->op == RPL_GT || bound->op == RPL_LE;
    cuts[is_low ? 0 : 1] = cut_at(policy, column, number, is_after);
  }
  cuts[0] = clamped(column, cuts[0]);
  cuts[1] = clamped(column, cuts[1]);
}

static void check_bounds(RplPolicy *policy, RplColumn *column,
                         const RplBoundNode *bounds) {
  if (bounds && !has_ranges(column->type)) {
    RplSlice type = rpl_type_text(policy, column->type);
    rpl_report_add(policy->compile->report, RPL_DIAG_NO_RANGE,
                   bounds->value->span, &type, 1);
    return;
  }
  for (const RplBoundNode *bound = bounds; bound; bound = bound->next)
    if (!check_constant(policy, column, bound->value))
      return;
  if (!bounds || !bounds->next)
    return;
  bool is_low = bounds->op == RPL_GT || bounds->op == RPL_GE;
  bool is_second = bounds->next->op == RPL_GT || bounds->next->op == RPL_GE;
  if (is_low != is_second)
    return;
  rpl_report(policy->compile->report, RPL_DIAG_TWO_BOUNDS,
             bounds->next->value->span, NULL);
  rpl_policy_label(policy, bounds->value->span, "the first one");
}

static void set_end(RplColumn *column, bool is_low, RplCut cut) {
  if (is_low) {
    column->has_low = true;
    column->low = cut;
  } else {
    column->has_high = true;
    column->high = cut;
  }
}

/* The values that there are, whatever the column declares. */
static void set_ends_of_type(const RplColumn *column, RplColumn *out) {
  int64_t low = 0, behind = 0;
  switch (column->type.kind) {
  case RPL_KIND_BOOLEAN:
    behind = 2;
    break;
  case RPL_KIND_ENUM:
    behind = (int64_t)column->type.enumeration->values.count;
    break;
  case RPL_KIND_ROUNDING:
    behind = RPL_ROUNDING_COUNT;
    break;
  case RPL_KIND_DATE:
    low = RPL_DATE_MIN;
    behind = RPL_DATE_MAX + 1;
    break;
  case RPL_KIND_DATETIME:
    low = RPL_DATETIME_MIN;
    behind = RPL_DATETIME_MAX + 1;
    break;
  default:
    return;
  }
  set_end(out, true, (RplCut){RPL_CUT_INSIDE, false, rpl_number_from_int(low)});
  set_end(out, false,
          (RplCut){RPL_CUT_INSIDE, false, rpl_number_from_int(behind)});
}

static void make_column(RplPolicy *policy, RplColumn *column,
                        const RplSymbol *parameter,
                        const RplParameterNode *node) {
  *column = (RplColumn){.name = parameter->name, .type = parameter->type};
  column->has_steps = column->type.kind != RPL_KIND_NUMBER &&
                      column->type.kind != RPL_KIND_MONEY;
  if (rpl_type_is_poison(column->type))
    return;
  if (!can_be_column(column->type.kind)) {
    RplSlice type = rpl_type_text(policy, column->type);
    rpl_report_add(policy->compile->report, RPL_DIAG_BAD_COLUMN,
                   node->type.span, &type, 1);
    return;
  }
  size_t errors = rpl_report_error_count(policy->compile->report);
  check_bounds(policy, column, node->bounds);
  if (errors != rpl_report_error_count(policy->compile->report))
    return;
  set_ends_of_type(column, column);
  for (const RplBoundNode *bound = node->bounds; bound; bound = bound->next)
    set_end(column, bound->op == RPL_GT || bound->op == RPL_GE,
            cut_at(policy, column, number_of(policy, column, bound->value),
                   bound->op == RPL_GT || bound->op == RPL_LE));
}

/* ---- rows
 * ----------------------------------------------------------------------- */

static void check_cell(RplPolicy *policy, RplColumn *column,
                       const RplCellNode *cell) {
  for (size_t i = 0; i < cell->count && cell->kind == RPL_CELL_ITEMS; i++) {
    const RplCellItem *item = &cell->items[i];
    if (item->value)
      (void)check_constant(policy, column, item->value);
    else
      check_bounds(policy, column, item->bounds);
  }
}

static void report_width(RplPolicy *policy, const RplFunction *function,
                         const RplRowNode *row, const char *noun, size_t wanted,
                         size_t found) {
  RplBuffer words[2];
  size_t counts[2] = {wanted, found};
  for (int i = 0; i < 2; i++) {
    rpl_buffer_init(&words[i], policy->compile->arena->allocator);
    rpl_buffer_unsigned(&words[i], counts[i]);
    rpl_buffer_text(&words[i], i ? "" : noun);
    rpl_buffer_text(&words[i], !i && wanted != 1 ? "s" : "");
  }
  rpl_check_report3(policy, RPL_DIAG_ROW_WIDTH, row->span,
                    rpl_policy_text(policy, function->name),
                    rpl_buffer_view(&words[0]), rpl_buffer_view(&words[1]));
  rpl_policy_label(policy, function->span, "declared here");
  rpl_buffer_clear(&words[0]);
  rpl_buffer_clear(&words[1]);
}

static void check_rows(RplPolicy *policy, const RplFunction *function,
                       RplGrid *grid) {
  const RplFunctionNode *parts = parts_of(function);
  for (size_t i = 0; i < parts->row_count; i++) {
    const RplRowNode *row = &parts->rows[i];
    if (row->results.count != parts->results.count)
      report_width(policy, function, row, " result", parts->results.count,
                   row->results.count);
    if (row->cells.count != grid->column_count) {
      report_width(policy, function, row, " cell", grid->column_count,
                   row->cells.count);
      continue;
    }
    for (size_t j = 0; j < grid->column_count; j++)
      if (!rpl_type_is_poison(grid->columns[j].type))
        check_cell(policy, &grid->columns[j], &row->cells.items[j]);
  }
}

/* ---- the grid
 * ------------------------------------------------------------------- */

static int compare_words(const void *left, const void *right) {
  return rpl_slice_compare(*(const RplSlice *)left, *(const RplSlice *)right);
}

static const RplCellNode *cell_at(const RplFunctionNode *parts, size_t row,
                                  size_t column) {
  return &parts->rows[row].cells.items[column];
}

/* Items of all cells of a column. */
static size_t item_count(const RplFunctionNode *parts, size_t column) {
  size_t count = 0;
  for (size_t i = 0; i < parts->row_count; i++)
    count += cell_at(parts, i, column)->count;
  return count;
}

static void collect_words(RplPolicy *policy, const RplFunctionNode *parts,
                          size_t index, RplColumn *column) {
  size_t count = 0;
  RplSlice *words =
      rpl_policy_alloc(policy, item_count(parts, index) + 1, sizeof *words);
  if (!words)
    return;
  for (size_t i = 0; i < parts->row_count; i++) {
    const RplCellNode *cell = cell_at(parts, i, index);
    for (size_t j = 0; j < cell->count && cell->kind == RPL_CELL_ITEMS; j++)
      if (cell->items[j].value && cell->items[j].value->kind != RPL_EXPR_NONE)
        words[count++] = cell->items[j].value->text;
  }
  if (count)
    qsort(words, count, sizeof *words, compare_words);
  column->words = words;
  for (size_t i = 0; i < count; i++)
    if (!i || !rpl_slice_equal(words[i], words[i - 1]))
      words[column->word_count++] = words[i];
  set_end(column, true,
          (RplCut){RPL_CUT_INSIDE, false, rpl_number_from_int(0)});
  set_end(column, false,
          (RplCut){RPL_CUT_INSIDE, false,
                   rpl_number_from_int((int64_t)column->word_count + 1)});
}

static void collect_cuts(RplPolicy *policy, const RplFunctionNode *parts,
                         size_t index, RplColumn *column) {
  size_t count = 0;
  RplCut *cuts =
      rpl_policy_alloc(policy, 2 * item_count(parts, index) + 3, sizeof *cuts);
  if (!cuts)
    return;
  cuts[count++] = (RplCut){.place = RPL_CUT_START};
  cuts[count++] = (RplCut){.place = RPL_CUT_END};
  if (column->type.optional)
    cuts[count++] = (RplCut){.place = RPL_CUT_NONE};
  for (size_t i = 0; i < parts->row_count; i++) {
    const RplCellNode *cell = cell_at(parts, i, index);
    for (size_t j = 0; j < cell->count && cell->kind == RPL_CELL_ITEMS; j++) {
      cut_item(policy, column, &cell->items[j], cuts + count);
      count += 2;
    }
  }
  qsort(cuts, count, sizeof *cuts, order_cuts);
  column->cuts = cuts;
  for (size_t i = 0; i < count; i++)
    if (!i || compare_cuts(&cuts[i], &cuts[i - 1]) != 0)
      cuts[column->cut_count++] = cuts[i];
}

static uint32_t place_of(const RplColumn *column, const RplCut *cut) {
  size_t low = 0, high = column->cut_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_cuts(&column->cuts[middle], cut) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return (uint32_t)low;
}

static int compare_atoms(const void *left, const void *right) {
  const RplAtoms *a = left, *b = right;
  return a->low < b->low ? -1 : a->low > b->low;
}

/* Sorts ranges and joins those that meet; returns how many are left. */
static uint32_t join_atoms(RplAtoms *atoms, size_t count) {
  uint32_t kept = 0;
  if (count)
    qsort(atoms, count, sizeof *atoms, compare_atoms);
  for (size_t i = 0; i < count; i++)
    if (kept && atoms[i].low <= atoms[kept - 1].high) {
      if (atoms[i].high > atoms[kept - 1].high)
        atoms[kept - 1].high = atoms[i].high;
    } else {
      atoms[kept++] = atoms[i];
    }
  return kept;
}

static uint32_t atoms_of_items(RplPolicy *policy, const RplColumn *column,
                               const RplCellNode *cell, RplAtoms *atoms) {
  RplCut cuts[2];
  size_t count = 0;
  for (size_t i = 0; i < cell->count; i++) {
    cut_item(policy, column, &cell->items[i], cuts);
    RplAtoms range = {place_of(column, &cuts[0]), place_of(column, &cuts[1])};
    if (range.low < range.high) {
      atoms[count++] = range;
      continue;
    }
    rpl_report(policy->compile->report, RPL_DIAG_EMPTY_CELL,
               cell->items[i].span, NULL);
    rpl_policy_help(policy,
                    "the lower end comes first, and both lie in the bounds "
                    "that the column declares");
  }
  return join_atoms(atoms, count);
}

static void fill_items(RplPolicy *policy, const RplFunctionNode *parts,
                       size_t index, RplGrid *grid) {
  for (size_t i = 0; i < parts->row_count; i++) {
    const RplCellNode *cell = cell_at(parts, i, index);
    size_t at = i * grid->column_count + index;
    grid->cells[at] =
        rpl_policy_alloc(policy, cell->count + 1, sizeof(RplAtoms));
    if (!grid->cells[at])
      return;
    if (cell->kind == RPL_CELL_ITEMS) {
      grid->counts[at] =
          atoms_of_items(policy, &grid->columns[index], cell, grid->cells[at]);
    } else if (cell->kind == RPL_CELL_ANY) {
      grid->cells[at][0] =
          (RplAtoms){0, (uint32_t)grid->columns[index].cut_count - 1};
      grid->counts[at] = 1;
    }
  }
}

/* What is in none of the cells that name values. */
static void find_rest(RplPolicy *policy, const RplFunctionNode *parts,
                      size_t index, RplGrid *grid) {
  RplColumn *column = &grid->columns[index];
  size_t count = 0, room = item_count(parts, index) + 1;
  RplAtoms *named = rpl_policy_alloc(policy, room, sizeof *named);
  column->rest = rpl_policy_alloc(policy, room, sizeof *column->rest);
  if (!named || !column->rest)
    return;
  for (size_t i = 0; i < parts->row_count; i++) {
    size_t at = i * grid->column_count + index;
    for (uint32_t j = 0; j < grid->counts[at]; j++)
      if (cell_at(parts, i, index)->kind == RPL_CELL_ITEMS)
        named[count++] = grid->cells[at][j];
  }
  uint32_t kept = join_atoms(named, count), from = 0;
  uint32_t end = (uint32_t)column->cut_count - 1;
  for (uint32_t i = 0; i <= kept; i++) {
    uint32_t to = i < kept ? named[i].low : end;
    if (from < to)
      column->rest[column->rest_count++] = (RplAtoms){from, to};
    from = i < kept ? named[i].high : end;
  }
}

static void fill_rest(RplPolicy *policy, const RplFunctionNode *parts,
                      size_t index, RplGrid *grid) {
  const RplColumn *column = &grid->columns[index];
  for (size_t i = 0; i < parts->row_count; i++) {
    const RplCellNode *cell = cell_at(parts, i, index);
    size_t at = i * grid->column_count + index;
    if (cell->kind != RPL_CELL_OTHER)
      continue;
    grid->cells[at] = column->rest;
    grid->counts[at] = (uint32_t)column->rest_count;
    if (column->rest_count)
      continue;
    rpl_report(policy->compile->report, RPL_DIAG_EMPTY_CELL, cell->span, NULL);
    rpl_policy_help(policy, "other rows name every value of this column");
  }
}

static void make_grid(RplPolicy *policy, const RplFunction *function,
                      RplGrid *grid) {
  const RplFunctionNode *parts = parts_of(function);
  size_t cells = parts->row_count * grid->column_count;
  grid->row_count = parts->row_count;
  grid->cells = rpl_policy_alloc(policy, cells, sizeof(RplAtoms *));
  grid->counts = rpl_policy_alloc(policy, cells, sizeof *grid->counts);
  for (size_t i = 0; i < grid->column_count && !policy->is_out_of_memory; i++) {
    if (has_words(grid->columns[i].type))
      collect_words(policy, parts, i, &grid->columns[i]);
    collect_cuts(policy, parts, i, &grid->columns[i]);
    if (policy->is_out_of_memory)
      return;
    fill_items(policy, parts, i, grid);
    find_rest(policy, parts, i, grid);
    fill_rest(policy, parts, i, grid);
  }
}

void rpl_check_table(RplPolicy *policy, RplFunction *function) {
  const RplFunctionNode *parts = parts_of(function);
  RplReport *report = policy->compile->report;
  size_t errors = rpl_report_error_count(report);
  RplGrid grid = {.column_count = function->parameters.count};
  grid.columns =
      rpl_policy_alloc(policy, grid.column_count, sizeof *grid.columns);
  if (!grid.columns)
    return;
  for (size_t i = 0; i < grid.column_count; i++)
    make_column(policy, &grid.columns[i], function->parameters.items[i],
                &parts->parameters.items[i]);
  if (errors == rpl_report_error_count(report))
    check_rows(policy, function, &grid);
  if (errors != rpl_report_error_count(report))
    return;
  make_grid(policy, function, &grid);
  if (!policy->is_out_of_memory && errors == rpl_report_error_count(report))
    rpl_prove_table(policy, function, &grid);
}
