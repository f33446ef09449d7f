/* SPDX-License-Identifier: Apache-2.0
 * ast_dump.c - see ast_dump.h. Every text is quoted as JSON and every list says
 * how long it is, so that no two trees run together. */
#include "compiler/ast_dump.h"

#include "compiler/provider.h"

typedef struct Dump {
  RplArena *arena;
  const RplInterner *interner;
  RplBuffer *out;
  bool is_out_of_memory;
} Dump;

/* A label and a number: ` label=3`. */
static void put_number(Dump *dump, const char *label, size_t number) {
  rpl_buffer_byte(dump->out, ' ');
  rpl_buffer_text(dump->out, label);
  rpl_buffer_byte(dump->out, '=');
  rpl_buffer_unsigned(dump->out, number);
}

static void put_text(Dump *dump, RplSlice text) {
  rpl_buffer_byte(dump->out, ' ');
  if (text.data)
    rpl_json_write_string(dump->out, text);
  else
    rpl_buffer_byte(dump->out, '-');
}

static void put_name(Dump *dump, RplName name) {
  put_text(dump,
           name ? rpl_name_text(dump->interner, name) : (RplSlice){NULL, 0});
}

static void put_words(Dump *dump, const char *label, RplWords words) {
  put_number(dump, label, words.count);
  for (size_t i = 0; i < words.count; i++)
    put_name(dump, words.items[i].name);
}

/* ---- expressions --------------------------------------------------------- */

static void put_node(Dump *dump, const RplExpr *expr) {
  put_number(dump, "(kind", expr->kind);
  put_number(dump, "op", expr->op);
  put_number(dump, "number", expr->number);
  put_number(dump, "children",
             (expr->a ? 1u : 0u) + (expr->b ? 2u : 0u) + (expr->c ? 4u : 0u));
  put_number(dump, "items", expr->items.count);
  put_name(dump, expr->name);
  put_name(dump, expr->each);
  put_text(dump, expr->text);
  rpl_buffer_byte(dump->out, ')');
}

static void put_expr(Dump *dump, const char *label, RplExpr *expr) {
  size_t count = 0;
  RplExpr **order = NULL;
  if (expr) {
    order = rpl_expr_postorder(dump->arena, expr, &count);
    dump->is_out_of_memory = dump->is_out_of_memory || !order;
  }
  put_number(dump, label, count);
  for (size_t i = 0; order && i < count; i++)
    put_node(dump, order[i]);
}

static void put_exprs(Dump *dump, const char *label, RplExprs exprs) {
  put_number(dump, label, exprs.count);
  for (size_t i = 0; i < exprs.count; i++)
    put_expr(dump, "expr", exprs.items[i]);
}

/* ---- parts of statements ------------------------------------------------- */

static void put_type(Dump *dump, const char *label, const RplTypeNode *type) {
  put_words(dump, label, type->modifiers);
  put_name(dump, type->name);
  put_number(dump, "flags",
             (type->is_optional ? 1u : 0u) + (type->or_other ? 2u : 0u) +
                 (type->is_set ? 4u : 0u) + (type->is_list ? 8u : 0u));
  put_words(dump, "values", type->values);
}

static void put_bounds(Dump *dump, const RplBoundNode *bound) {
  for (; bound; bound = bound->next) {
    put_number(dump, "bound", bound->op);
    put_expr(dump, "value", bound->value);
  }
}

static void put_fields(Dump *dump, const RplFieldNodes *fields) {
  put_number(dump, "fields", fields->count);
  for (size_t i = 0; i < fields->count; i++) {
    put_name(dump, fields->items[i].name.name);
    put_type(dump, "type", &fields->items[i].type);
    put_bounds(dump, fields->items[i].bounds);
    put_text(dump, fields->items[i].title.text);
  }
}

static void put_steps(Dump *dump, RplStepNodes steps) {
  put_number(dump, "steps", steps.count);
  for (size_t i = 0; i < steps.count; i++) {
    put_name(dump, steps.items[i].id.name);
    put_text(dump, steps.items[i].text.text);
    put_expr(dump, "if", steps.items[i].condition);
  }
}

static void put_provider(Dump *dump, const RplProviderNode *provider) {
  put_text(dump, provider ? provider->text : (RplSlice){NULL, 0});
}

static void put_tail(Dump *dump, const RplTail *tail) {
  put_number(dump, "tail", tail->seen);
  put_expr(dump, "if", tail->condition);
  put_text(dump, tail->because.text);
  put_words(dump, "cites", tail->cites);
  put_steps(dump, tail->steps);
  put_words(dump, "provides", tail->provides);
  put_words(dump, "fors", tail->fors);
  put_number(dump, "gives", tail->gives.count);
  for (size_t i = 0; i < tail->gives.count; i++) {
    put_name(dump, tail->gives.items[i].output.name);
    put_expr(dump, "value", tail->gives.items[i].value);
  }
  put_expr(dump, "from", tail->from);
  put_expr(dump, "assume", tail->assume);
  put_provider(dump, tail->provider);
}

static void put_test(Dump *dump, const RplStmt *stmt) {
  put_number(dump, "facts", stmt->fact_count);
  for (size_t i = 0; i < stmt->fact_count; i++) {
    put_name(dump, stmt->facts[i].fact.name);
    put_expr(dump, "value", stmt->facts[i].value);
  }
  put_number(dump, "expects", stmt->expects.count);
  for (size_t i = 0; i < stmt->expects.count; i++) {
    put_name(dump, stmt->expects.items[i].what.name);
    put_exprs(dump, "values", stmt->expects.items[i].values);
  }
}

static void put_calendar(Dump *dump, const RplStmt *stmt) {
  put_number(dump, "days", stmt->days.count);
  for (size_t i = 0; i < stmt->days.count; i++) {
    put_name(dump, stmt->days.items[i].part.name);
    put_expr(dump, "from", stmt->days.items[i].from);
    put_expr(dump, "to", stmt->days.items[i].to);
  }
}

/* ---- functions and tables ------------------------------------------------ */

static void put_parameters(Dump *dump, const char *label,
                           const RplParameterNodes *list) {
  put_number(dump, label, list->count);
  for (size_t i = 0; i < list->count; i++) {
    put_name(dump, list->items[i].name.name);
    put_type(dump, "type", &list->items[i].type);
    put_bounds(dump, list->items[i].bounds);
  }
}

static void put_cell(Dump *dump, const RplCellNode *cell) {
  put_number(dump, "cell", cell->kind);
  put_number(dump, "items", cell->count);
  for (size_t i = 0; i < cell->count; i++) {
    put_expr(dump, "value", cell->items[i].value);
    put_bounds(dump, cell->items[i].bounds);
  }
}

static void put_function(Dump *dump, const RplFunctionNode *function) {
  if (!function)
    return;
  put_parameters(dump, "parameters", &function->parameters);
  put_parameters(dump, "results", &function->results);
  put_expr(dump, "body", function->body);
  put_number(dump, "rows", function->row_count);
  for (size_t i = 0; i < function->row_count; i++) {
    const RplRowNode *row = &function->rows[i];
    for (size_t j = 0; j < row->cells.count; j++)
      put_cell(dump, &row->cells.items[j]);
    put_exprs(dump, "results", row->results);
  }
}

/* ---- statements ---------------------------------------------------------- */

static void put_head(Dump *dump, const RplStmt *stmt) {
  rpl_buffer_text(dump->out, rpl_stmt_noun(stmt->kind));
  put_number(dump, "default", stmt->is_default);
  put_number(dump, "replace", stmt->is_replace);
  put_name(dump, stmt->name.name);
  put_name(dump, stmt->outcome.name);
  put_name(dump, stmt->alternative.name);
  put_name(dump, stmt->reported.name);
  put_text(dump, stmt->title.text);
}

static void put_stmts(Dump *dump, const RplStmts *stmts) {
  for (size_t i = 0; i < stmts->count; i++) {
    const RplStmt *stmt = stmts->items[i];
    put_head(dump, stmt);
    put_type(dump, "type", &stmt->type);
    put_bounds(dump, stmt->bounds);
    put_expr(dump, "expr", stmt->expr);
    put_exprs(dump, "exprs", stmt->exprs);
    put_expr(dump, "fallback", stmt->fallback);
    put_tail(dump, &stmt->tail);
    put_words(dump, "words", stmt->words);
    put_name(dump, stmt->anchor.name);
    put_type(dump, "anchor", &stmt->anchor_type);
    put_expr(dump, "default", stmt->anchor_default);
    put_test(dump, stmt);
    put_function(dump, stmt->function);
    put_fields(dump, &stmt->fields);
    put_calendar(dump, stmt);
    put_number(dump, "block", stmt->block.count);
    rpl_buffer_byte(dump->out, '\n');
    put_stmts(dump, &stmt->block);
  }
}

bool rpl_ast_dump(RplArena *arena, const RplInterner *interner,
                  const RplUnit *unit, RplBuffer *out) {
  Dump dump = {arena, interner, out, false};
  put_stmts(&dump, &unit->stmts);
  return !dump.is_out_of_memory && !out->is_failed;
}
