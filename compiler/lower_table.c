/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_table.c - a call of a table; see lower_table.h. A cell becomes a
 * condition on its argument (`==` for a value, `or` between several, `between`
 * or comparisons for a range, nothing for `any`), a row the `and` of its cells,
 * the table a chain of ROW over its rows in their order. The shape is the same
 * for all tables, so that an engine can know it again.
 */
#include "compiler/lower_table.h"

#include "compiler/constant.h"
#include "compiler/table_grid.h"

typedef struct Table {
  RplLower *lower;
  const RplFunction *function;
  const RplFunctionNode *parts;
  uint32_t
      rests[RPL_MAX_PARAMETERS]; /* `any other` of each column; 0: not yet */
} Table;

static uint32_t joined(Table *table, RplOp op, uint32_t left, uint32_t right) {
  return left ? rpl_emit_op(&table->lower->emit, op, left, right, 0) : right;
}

/* ---- cells
 * ---------------------------------------------------------------------- */

static RplOp op_of(RplOperator op) {
  switch (op) {
  case RPL_LT:
    return RPL_OP_LT;
  case RPL_LE:
    return RPL_OP_LE;
  case RPL_GT:
    return RPL_OP_GT;
  default:
    return RPL_OP_GE;
  }
}

static uint32_t lower_bounds(RplLower *lower, uint32_t value,
                             const RplBoundNode *first) {
  const RplBoundNode *second = first->next;
  RplEmit *emit = &lower->emit;
  uint32_t a = rpl_lower_expr(lower, first->value);
  if (!second)
    return rpl_emit_op(emit, op_of(first->op), value, a, 0);
  uint32_t b = rpl_lower_expr(lower, second->value);
  if (first->op == RPL_GE && second->op == RPL_LE)
    return rpl_emit_op(emit, RPL_OP_BETWEEN, value, a, b);
  return rpl_emit_op(emit, RPL_OP_AND,
                     rpl_emit_op(emit, op_of(first->op), value, a, 0),
                     rpl_emit_op(emit, op_of(second->op), value, b, 0), 0);
}

static bool is_optional(const RplLower *lower, uint32_t operand) {
  return rpl_emit_operand_type(&lower->emit, operand).optional;
}

/* A value that may be none is looked at only where it is not. */
static uint32_t where_given(RplLower *lower, uint32_t argument,
                            uint32_t condition) {
  if (!is_optional(lower, argument))
    return condition;
  uint32_t none = rpl_emit_op(&lower->emit, RPL_OP_IS_NONE, argument, 0, 0);
  uint32_t given = rpl_emit_op(&lower->emit, RPL_OP_NOT, none, 0, 0);
  return rpl_emit_op(&lower->emit, RPL_OP_AND, given, condition, 0);
}

static uint32_t lower_item(RplLower *lower, uint32_t argument,
                           const RplCellItem *item) {
  if (item->value && item->value->kind == RPL_EXPR_NONE)
    return rpl_emit_op(&lower->emit, RPL_OP_IS_NONE, argument, 0, 0);
  uint32_t value = rpl_lower_some(lower, argument);
  uint32_t condition = item->value
                           ? rpl_emit_op(&lower->emit, RPL_OP_EQ, value,
                                         rpl_lower_expr(lower, item->value), 0)
                           : lower_bounds(lower, value, item->bounds);
  return where_given(lower, argument, condition);
}

static uint32_t argument_of(const Table *table, size_t column) {
  return table->function->parameters.items[column]->operand;
}

static uint32_t lower_items(Table *table, size_t column,
                            const RplCellNode *cell, uint32_t condition) {
  for (size_t i = 0; i < cell->count; i++)
    condition = joined(
        table, RPL_OP_OR, condition,
        lower_item(table->lower, argument_of(table, column), &cell->items[i]));
  return condition;
}

/* `any other`: nothing that another row names. */
static uint32_t lower_rest(Table *table, size_t column) {
  uint32_t named = 0;
  if (table->rests[column])
    return table->rests[column];
  for (size_t i = 0; i < table->parts->row_count; i++) {
    const RplCellNode *cell = &table->parts->rows[i].cells.items[column];
    if (cell->kind == RPL_CELL_ITEMS)
      named = lower_items(table, column, cell, named);
  }
  if (named)
    named = rpl_emit_op(&table->lower->emit, RPL_OP_NOT, named, 0, 0);
  table->rests[column] = named;
  return named;
}

/* ---- rows
 * ----------------------------------------------------------------------- */

static uint32_t truth(Table *table) {
  return rpl_emit_constant(&table->lower->emit,
                           (RplTypeWords){RPL_KIND_BOOLEAN, 0, 0}, 1, 0);
}

static uint32_t lower_guard(Table *table, const RplRowNode *row) {
  uint32_t guard = 0;
  for (size_t i = 0; i < row->cells.count; i++) {
    const RplCellNode *cell = &row->cells.items[i];
    uint32_t condition = 0;
    if (cell->kind == RPL_CELL_ITEMS)
      condition = lower_items(table, i, cell, 0);
    else if (cell->kind == RPL_CELL_OTHER)
      condition = lower_rest(table, i);
    if (condition)
      guard = joined(table, RPL_OP_AND, guard, condition);
  }
  return guard ? guard : truth(table);
}

/* ---- arguments in their bounds
 * --------------------------------------------------- */

/* Whether a bound of the fact itself keeps this one: then nothing is left to be
 * looked at when the policy runs. */
static bool is_kept(RplLower *lower, uint32_t argument,
                    const RplBoundNode *bound) {
  const RplFactRecord *facts = rpl_emit_rows(&lower->emit, RPL_SECTION_FACTS);
  RplNumber own, wanted;
  RplCurrency currency;
  if (RPL_OPERAND_SPACE(argument) != RPL_SPACE_FACT)
    return false;
  const RplFactRecord *fact = &facts[RPL_OPERAND_INDEX(argument)];
  bool is_low = bound->op == RPL_GE || bound->op == RPL_GT;
  uint32_t end = is_low ? fact->low : fact->high;
  bool is_open =
      fact->flags & (is_low ? RPL_FACT_LOW_OPEN : RPL_FACT_HIGH_OPEN);
  if (!end || !rpl_constant_number(&lower->emit, end, &own, &currency) ||
      !rpl_literal_number(lower->emit.arena, bound->value, &wanted) ||
      currency != bound->value->type.currency)
    return false;
  int order = rpl_number_compare(own, wanted);
  if (order == 0)
    return is_open || bound->op == RPL_GE || bound->op == RPL_LE;
  return is_low ? order > 0 : order < 0;
}

/* Whether all arguments lie where the columns say; 0: no question. */
static uint32_t lower_in_bounds(Table *table) {
  uint32_t all = 0;
  for (size_t i = 0; i < table->parts->parameters.count; i++) {
    const RplBoundNode *bound = table->parts->parameters.items[i].bounds;
    uint32_t argument = argument_of(table, i);
    for (; bound; bound = bound->next) {
      RplCellItem item = {NULL, &(RplBoundNode){bound->op, bound->value, NULL},
                          bound->value->span};
      if (is_kept(table->lower, argument, bound))
        continue;
      uint32_t inside = lower_item(table->lower, argument, &item);
      if (is_optional(table->lower, argument))
        inside = rpl_emit_op(
            &table->lower->emit, RPL_OP_OR,
            rpl_emit_op(&table->lower->emit, RPL_OP_IS_NONE, argument, 0, 0),
            inside, 0);
      all = joined(table, RPL_OP_AND, all, inside);
    }
  }
  return all;
}

/* ---- the table
 * ------------------------------------------------------------------ */

uint32_t rpl_lower_table(RplLower *lower, RplFunction *function,
                         uint32_t column) {
  Table table = {
      .lower = lower, .function = function, .parts = function->stmt->function};
  RplEmit *emit = &lower->emit;
  RplType type = function->results[column];
  uint32_t none = rpl_lower_none(lower, type), chain = none;
  for (size_t i = 0; i < table.parts->row_count; i++) {
    size_t body = i * table.parts->results.count + column;
    uint32_t guard = lower_guard(&table, &table.parts->rows[i]);
    uint32_t value = rpl_lower_body(lower, function, body);
    chain = rpl_emit_op(emit, RPL_OP_ROW, chain, guard,
                        type.optional ? value : rpl_lower_some(lower, value));
  }
  uint32_t found = rpl_emit_op(emit, RPL_OP_TABLE, chain, 0, 0);
  uint32_t inside = lower_in_bounds(&table);
  if (!inside)
    return found;
  uint32_t nothing = rpl_emit_op(emit, RPL_OP_TABLE, none, 0, 0);
  return rpl_emit_op(emit, RPL_OP_SELECT, inside, found, nothing);
}
