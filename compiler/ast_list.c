/* SPDX-License-Identifier: Apache-2.0
 *
 * ast_list.c - constructors for lists, records and aggregates (declared in
 * compiler/parse.h). A variable is bound here, where the tree is built: in
 * `sum(o.minutes for o in outages)` the name `o` becomes an element of the
 * aggregate, so that no later pass needs scopes.
 */
#include "compiler/ast.h"

#include "compiler/parse.h"
#include "vm/text.h"

RplAggregate rpl_aggregate_of(RplSlice name) {
  static const char *const names[] = {"count", "sum", "min",
                                      "max",   "any", "all"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (rpl_slice_is(name, names[i]))
      return (RplAggregate)(i + RPL_AGGREGATE_COUNT);
  return RPL_AGGREGATE_NO;
}

RplExpr *rpl_ast_items(RplParse *parse, RplExprKind kind, RplExprs items,
                       RplSpan span) {
  return rpl_ast_with_items(parse, kind, NULL, NULL, NULL, items, span);
}

RplExpr *rpl_ast_entry(RplParse *parse, RplWord field, RplExpr *value,
                       RplSpan span) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_ENTRY, value, NULL, NULL, span);
  expr->name = field.name;
  return expr;
}

/* `x in [a, b]` is `x in (a, b)`. */
RplExpr *rpl_ast_in_listing(RplParse *parse, RplExpr *a, RplExpr *listing,
                            bool negated, RplSpan span) {
  bool is_written = listing->kind == RPL_EXPR_LIST && listing->items.count;
  RplExprs items = listing->items;
  if (!is_written)
    items = rpl_ast_exprs(parse, (RplExprs){0}, listing);
  RplExpr *expr = rpl_ast_in(parse, a, items, negated, span);
  expr->is_listed = is_written;
  return expr;
}

/* ---- aggregates ---- */

static void report_shadowed(RplParse *parse, RplWord each) {
  rpl_report_add(parse->report, RPL_DIAG_SHADOWED, each.span,
                 (RplSlice[]){rpl_name_text(parse->interner, each.name)}, 1);
  rpl_report_help(parse->report,
                  "give the elements of each list a name of their own", NULL,
                  0);
}

/* Makes the free names `each` of an expression elements of `owner`. */
static void bind(RplParse *parse, RplExpr *owner, RplWord each, RplExpr *root) {
  size_t count = 0;
  if (!root)
    return;
  RplExpr **nodes = rpl_expr_postorder(parse->arena, root, &count);
  if (!nodes)
    parse->is_out_of_memory = true;
  for (size_t i = 0; nodes && i < count; i++) {
    RplExpr *node = nodes[i];
    if (node->kind == RPL_EXPR_AGGREGATE && node->each == each.name)
      report_shadowed(parse, each);
    if (node->kind != RPL_EXPR_NAME || node->name != each.name)
      continue;
    node->kind = RPL_EXPR_ELEMENT;
    node->binder = owner;
  }
}

static RplExpr *aggregate(RplParse *parse, RplWord name, RplExpr *list,
                          RplExpr *value, RplExpr *test, RplSpan span) {
  RplExpr *expr =
      rpl_ast_node(parse, RPL_EXPR_AGGREGATE, list, value, test, span);
  expr->name = name.name;
  return expr;
}

/* What stands for the wrong form after a report. */
static RplExpr *refuse_form(RplParse *parse, RplWord name, const char *help,
                            RplSpan span) {
  RplSlice text = rpl_name_text(parse->interner, name.name);
  rpl_report_add(parse->report, RPL_DIAG_LIST_FORM, span, &text, 1);
  rpl_report_help(parse->report, help, &text, 1);
  return rpl_ast_poison(parse, span);
}

RplExpr *rpl_ast_aggregate(RplParse *parse, RplWord name, RplExpr *value,
                           RplWord each, RplExpr *list, RplExpr *test,
                           RplSpan span) {
  if (rpl_aggregate_of(rpl_name_text(parse->interner, name.name)) ==
      RPL_AGGREGATE_COUNT)
    return refuse_form(parse, name, "write `{}(x in LIST if CONDITION)`", span);
  RplExpr *expr = aggregate(parse, name, list, value, test, span);
  expr->each = each.name;
  expr->each_span = each.span;
  bind(parse, expr, each, value);
  bind(parse, expr, each, test);
  return expr;
}

/* Whether `expr` is `x in LIST`, as count has it. */
static bool is_among(const RplExpr *expr) {
  return expr->kind == RPL_EXPR_IN && !expr->number &&
         (expr->items.count == 1 || expr->is_listed) &&
         expr->a->kind == RPL_EXPR_NAME;
}

/* The list behind that `in`. */
static RplExpr *listing_of(RplParse *parse, const RplExpr *among) {
  RplSpan span = among->span;
  span.begin = among->a->span.end;
  return among->is_listed
             ? rpl_ast_items(parse, RPL_EXPR_LIST, among->items, span)
             : among->items.items[0];
}

RplExpr *rpl_ast_count(RplParse *parse, RplWord name, RplExpr *among,
                       RplExpr *test, RplSpan span) {
  RplAggregate which =
      rpl_aggregate_of(rpl_name_text(parse->interner, name.name));
  if (which != RPL_AGGREGATE_COUNT)
    return refuse_form(parse, name,
                       "write `{}(VALUE for x in LIST if CONDITION)`", span);
  if (!is_among(among))
    return refuse_form(parse, name, "write `{}(x in LIST if CONDITION)`", span);
  RplWord each = {among->a->name, among->a->span};
  RplExpr *expr =
      aggregate(parse, name, listing_of(parse, among), NULL, test, span);
  expr->each = each.name;
  expr->each_span = each.span;
  bind(parse, expr, each, test);
  return expr;
}

RplExpr *rpl_ast_whole(RplParse *parse, RplWord name, RplExpr *list,
                       RplSpan span) {
  RplExpr *value = NULL;
  bool counts = rpl_aggregate_of(rpl_name_text(parse->interner, name.name)) ==
                RPL_AGGREGATE_COUNT;
  if (counts && is_among(list))
    list = listing_of(parse, list); /* count(x in xs) */
  if (!counts) {
    value = rpl_ast_name(parse, (RplWord){0, list->span});
    value->kind = RPL_EXPR_ELEMENT;
  }
  RplExpr *expr = aggregate(parse, name, list, value, NULL, span);
  if (value)
    value->binder = expr;
  return expr;
}

/* ---- records ---- */

RplStmt *rpl_ast_record_field(RplParse *parse, RplStmt *record,
                              RplFieldNode field) {
  RplFieldNodes *fields = &record->fields;
  RplFieldNode *items =
      rpl_arena_grow(parse->arena, fields->items, fields->count,
                     &fields->capacity, sizeof *items);
  if (!items) {
    parse->is_out_of_memory = true;
    return record;
  }
  fields->items = items;
  items[fields->count++] = field;
  return record;
}
