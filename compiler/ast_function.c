/* SPDX-License-Identifier: Apache-2.0
 * ast_function.c - constructors of functions and tables for the grammar; see
 * compiler/parse.h. */
#include "compiler/parse.h"
#include "vm/text.h"

RplExpr *rpl_ast_field(RplParse *parse, RplExpr *of, RplWord name,
                       RplSpan span) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_FIELD, of, NULL, NULL, span);
  expr->name = name.name;
  return expr;
}

/* Room for one more item of a list; false when memory is short. */
static bool grow(RplParse *parse, void **items, size_t count, size_t *capacity,
                 size_t bytes) {
  void *grown = rpl_arena_grow(parse->arena, *items, count, capacity, bytes);
  if (grown)
    *items = grown;
  else
    parse->is_out_of_memory = true;
  return grown != NULL;
}

RplParameterNodes rpl_ast_parameters(RplParse *parse, RplParameterNodes list,
                                     RplParameterNode item) {
  void *items = list.items;
  if (grow(parse, &items, list.count, &list.capacity, sizeof item)) {
    list.items = items;
    list.items[list.count++] = item;
  }
  return list;
}

RplCellNode rpl_ast_cell(RplParse *parse, RplCellNode cell, RplCellItem item) {
  void *items = cell.items;
  if (grow(parse, &items, cell.count, &cell.capacity, sizeof item)) {
    cell.items = items;
    cell.items[cell.count++] = item;
  }
  return cell;
}

static bool is_any(const RplParse *parse, RplName name) {
  return rpl_slice_is(rpl_name_text(parse->interner, name), "any");
}

/* Two words make a cell only in `any other`. */
RplCellNode rpl_ast_cell_other(RplParse *parse, RplWord any) {
  static const char *const expected[] = {"`,`", "`->`", "`or`"};
  if (!is_any(parse, any.name))
    rpl_parse_syntax(parse, any.span, "a name", expected, 3);
  return (RplCellNode){.kind = RPL_CELL_OTHER};
}

RplCellNodes rpl_ast_cells(RplParse *parse, RplCellNodes list, RplCellNode cell,
                           RplSpan span) {
  void *items = list.items;
  const RplExpr *only = cell.count == 1 ? cell.items[0].value : NULL;
  cell.span = span;
  if (only && only->kind == RPL_EXPR_NAME && is_any(parse, only->name))
    cell.kind = RPL_CELL_ANY;
  if (grow(parse, &items, list.count, &list.capacity, sizeof cell)) {
    list.items = items;
    list.items[list.count++] = cell;
  }
  return list;
}

static RplStmt *new_function(RplParse *parse, RplStmtKind kind, RplWord name,
                             RplFunctionNode parts, RplSpan span) {
  RplStmt *stmt = rpl_ast_stmt(parse, kind, name, span);
  stmt->function = rpl_arena_alloc(parse->arena, sizeof *stmt->function);
  if (stmt->function)
    *stmt->function = parts;
  else
    parse->is_out_of_memory = true;
  return stmt;
}

RplStmt *rpl_ast_function(RplParse *parse, RplWord name,
                          RplParameterNodes parameters, RplTypeNode type,
                          RplExpr *body, RplSpan span) {
  RplParameterNode result = {.type = type};
  RplFunctionNode parts = {
      .parameters = parameters,
      .results = rpl_ast_parameters(parse, (RplParameterNodes){0}, result),
      .body = body};
  return new_function(parse, RPL_STMT_FUNCTION, name, parts, span);
}

RplStmt *rpl_ast_table(RplParse *parse, unsigned marks, RplWord name,
                       RplParameterNodes parameters, RplParameterNodes results,
                       RplSpan span) {
  RplFunctionNode parts = {.parameters = parameters, .results = results};
  RplStmt *stmt = new_function(parse, RPL_STMT_TABLE, name, parts, span);
  stmt->is_default = marks & 1u;
  stmt->is_replace = marks & 2u;
  return stmt;
}

RplStmt *rpl_ast_row(RplParse *parse, RplStmt *table, RplCellNodes cells,
                     RplExprs results, RplSpan span) {
  RplFunctionNode *function = table->function;
  if (!function)
    return table; /* memory was short */
  void *rows = function->rows;
  if (grow(parse, &rows, function->row_count, &function->row_capacity,
           sizeof *function->rows)) {
    function->rows = rows;
    function->rows[function->row_count++] = (RplRowNode){cells, results, span};
  }
  return table;
}
