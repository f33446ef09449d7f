/* SPDX-License-Identifier: Apache-2.0
 *
 * ast.c - constructors of the syntax tree (declared in compiler/parse.h, for
 * the grammar's actions) and the walk that all passes share.
 */
#include "compiler/ast.h"

#include <string.h>

#include "compiler/parse.h"
#include "vm/text.h"

const char *rpl_operator_text(RplOperator op) {
  static const char *const texts[] = {
      "+",  "-",  "*", "/",  "-", "not", "and", "or",
      "==", "!=", "<", "<=", ">", ">=",  "div", "mod"};
  return texts[op];
}

const char *rpl_stmt_noun(RplStmtKind kind) {
  switch (kind) {
  case RPL_STMT_EDITION:
    return "`edition`";
  case RPL_STMT_POLICY:
    return "`policy`";
  case RPL_STMT_MODULE:
    return "`module`";
  case RPL_STMT_EXTENDS:
    return "`extends`";
  case RPL_STMT_USE:
    return "`use`";
  case RPL_STMT_SOURCE:
    return "a source";
  case RPL_STMT_ENUM:
    return "an enumeration";
  case RPL_STMT_CALENDAR:
    return "a calendar";
  case RPL_STMT_FACT:
    return "a fact";
  case RPL_STMT_PARAM:
    return "a param";
  case RPL_STMT_LET:
    return "a let";
  case RPL_STMT_RULE:
    return "a rule";
  case RPL_STMT_DEFINE:
    return "a definition";
  case RPL_STMT_SET:
    return "a setting";
  case RPL_STMT_STEP:
    return "a step";
  case RPL_STMT_OUTPUT:
    return "an output";
  case RPL_STMT_OUTCOME:
    return "an outcome";
  case RPL_STMT_SETTING:
    return "the declaration of a setting";
  case RPL_STMT_OTHERWISE:
    return "`otherwise`";
  case RPL_STMT_UNDETERMINED:
    return "`undetermined`";
  case RPL_STMT_ENSURE:
    return "`ensure`";
  case RPL_STMT_TEST:
    return "a test";
  case RPL_STMT_GIVEN:
    return "a set of facts";
  case RPL_STMT_FUNCTION:
    return "a function";
  case RPL_STMT_TABLE:
    return "a table";
  case RPL_STMT_RECORD:
    return "a record";
  }
  return "a statement";
}

/* Grows a list of any of the node types by one item. */
static bool grow(RplParse *parse, void **items, size_t count, size_t *capacity,
                 size_t item_bytes) {
  void *grown =
      rpl_arena_grow(parse->arena, *items, count, capacity, item_bytes);
  if (!grown) {
    parse->is_out_of_memory = true;
    return false;
  }
  *items = grown;
  return true;
}

#define APPEND(parse, list, item)                                              \
  do {                                                                         \
    void *items = (list).items;                                                \
    if (grow(parse, &items, (list).count, &(list).capacity,                    \
             sizeof *(list).items)) {                                          \
      (list).items = items;                                                    \
      (list).items[(list).count++] = item;                                     \
    }                                                                          \
  } while (0)

/* ---- expressions ----------------------------------------------------------
 */

static RplExpr *new_expr(RplParse *parse, RplExprKind kind, RplSpan span) {
  RplExpr *expr = rpl_arena_alloc(parse->arena, sizeof *expr);
  if (!expr) {
    parse->is_out_of_memory = true;
    expr = &parse->spare_expr;
    memset(expr, 0, sizeof *expr);
    kind = RPL_EXPR_POISON;
  }
  expr->kind = kind;
  expr->span = span;
  expr->height = 1;
  return expr;
}

RplExpr *rpl_ast_poison(RplParse *parse, RplSpan span) {
  return new_expr(parse, RPL_EXPR_POISON, span);
}

/* LIMIT: RPL_MAX_NESTING, checked where height comes about. */
static RplExpr *with_height(RplParse *parse, RplExpr *expr, uint32_t below) {
  if (below >= RPL_MAX_NESTING) {
    rpl_parse_too_high(parse, expr->span);
    expr->kind = RPL_EXPR_POISON;
    expr->a = expr->b = expr->c = NULL;
    expr->items.count = 0;
    below = 0;
  }
  expr->height = below + 1;
  return expr;
}

static uint32_t taller(uint32_t height, const RplExpr *expr) {
  return expr && expr->height > height ? expr->height : height;
}

RplExpr *rpl_ast_literal(RplParse *parse, RplExprKind kind, RplSlice text,
                         RplSpan span) {
  RplExpr *expr = new_expr(parse, kind, span);
  expr->text = text;
  return expr;
}

/* The point moves two places to the left; "7%" is "0.07". */
RplExpr *rpl_ast_percent(RplParse *parse, RplSlice text, RplSpan span) {
  size_t whole = 0, length = text.length - 1; /* without the sign */
  while (whole < length && text.data[whole] != '.')
    whole++;
  if (whole > 1 && text.data[0] == '0') {
    (void)rpl_parse_bad_number(parse, span);
    return rpl_ast_poison(parse, span);
  }
  char *number = rpl_arena_alloc(parse->arena, length + 5);
  if (!number) {
    parse->is_out_of_memory = true;
    return rpl_ast_poison(parse, span);
  }
  size_t at = 0;
  for (size_t i = whole; i < 3; i++)
    number[at++] = '0';
  for (size_t i = 0; i < length; i++)
    if (text.data[i] != '.')
      number[at++] = text.data[i];
  size_t point = (whole < 3 ? 3 : whole) - 2;
  memmove(number + point + 1, number + point, at - point);
  number[point] = '.';
  return rpl_ast_literal(parse, RPL_EXPR_NUMBER, (RplSlice){number, at + 1},
                         span);
}

RplExpr *rpl_ast_boolean(RplParse *parse, bool value, RplSpan span) {
  RplExpr *expr = new_expr(parse, RPL_EXPR_BOOLEAN, span);
  expr->number = value;
  return expr;
}

RplExpr *rpl_ast_money(RplParse *parse, RplWord currency, RplSlice amount,
                       RplSpan span) {
  RplExpr *expr = new_expr(parse, RPL_EXPR_MONEY, span);
  expr->name = currency.name;
  expr->text = amount;
  return expr;
}

RplExpr *rpl_ast_name(RplParse *parse, RplWord word) {
  RplExpr *expr = new_expr(parse, RPL_EXPR_NAME, word.span);
  expr->name = word.name;
  return expr;
}

RplExpr *rpl_ast_currency(RplParse *parse, RplWord word) {
  RplExpr *expr = new_expr(parse, RPL_EXPR_CURRENCY, word.span);
  expr->name = word.name;
  return expr;
}

RplExpr *rpl_ast_node(RplParse *parse, RplExprKind kind, RplExpr *a, RplExpr *b,
                      RplExpr *c, RplSpan span) {
  RplExpr *expr = new_expr(parse, kind, span);
  expr->a = a;
  expr->b = b;
  expr->c = c;
  return with_height(parse, expr, taller(taller(taller(0, a), b), c));
}

RplExpr *rpl_ast_unary(RplParse *parse, RplOperator op, RplExpr *a,
                       RplSpan span) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_UNARY, a, NULL, NULL, span);
  expr->op = op;
  return expr;
}

RplExpr *rpl_ast_binary(RplParse *parse, RplOperator op, RplExpr *a,
                        RplExpr *b) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_BINARY, a, b, NULL,
                               rpl_span_join(a->span, b->span));
  expr->op = op;
  return expr;
}

RplExpr *rpl_ast_is_none(RplParse *parse, RplExpr *a, bool negated,
                         RplSpan span) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_IS_NONE, a, NULL, NULL, span);
  expr->number = negated;
  return expr;
}

static RplExpr *with_items(RplParse *parse, RplExpr *expr, RplExprs items) {
  uint32_t below = taller(taller(taller(0, expr->a), expr->b), expr->c);
  for (size_t i = 0; i < items.count; i++)
    below = taller(below, items.items[i]);
  expr->items = items;
  return with_height(parse, expr, below);
}

RplExpr *rpl_ast_in(RplParse *parse, RplExpr *a, RplExprs items, bool negated,
                    RplSpan span) {
  RplExpr *expr = new_expr(parse, RPL_EXPR_IN, span);
  expr->a = a;
  expr->number = negated;
  return with_items(parse, expr, items);
}

RplExpr *rpl_ast_with_items(RplParse *parse, RplExprKind kind, RplExpr *a,
                            RplExpr *b, RplExpr *c, RplExprs items,
                            RplSpan span) {
  RplExpr *expr = new_expr(parse, kind, span);
  expr->a = a;
  expr->b = b;
  expr->c = c;
  return with_items(parse, expr, items);
}

RplExpr *rpl_ast_call(RplParse *parse, RplWord name, RplExprs items,
                      RplSpan span) {
  if (items.count == 1 && rpl_aggregate_of(rpl_name_text(
                              parse->interner, name.name)) != RPL_AGGREGATE_NO)
    return rpl_ast_whole(parse, name, items.items[0], span);
  RplExpr *expr = new_expr(parse, RPL_EXPR_CALL, span);
  expr->name = name.name;
  return with_items(parse, expr, items);
}

RplExpr *rpl_ast_op(RplParse *parse, unsigned op, RplExpr *a, RplExpr *b,
                    RplExpr *c, RplSpan span) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_OP, a, b, c, span);
  expr->number = op;
  return expr;
}

RplExpr *rpl_ast_calendar(RplParse *parse, RplExpr *a, RplExpr *days,
                          RplExpr *from, RplExpr *zone, RplSpan span) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_CALENDAR, a, days, from, span);
  RplExprs zones = {0};
  return with_items(parse, expr, rpl_ast_exprs(parse, zones, zone));
}

RplExpr *rpl_ast_business(RplParse *parse, RplExpr *a, RplExpr *days,
                          RplExpr *from, RplExpr *zone, RplExpr *calendar,
                          RplSpan span) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_BUSINESS, a, days, from, span);
  RplExprs items = {0};
  items = rpl_ast_exprs(parse, items, zone);
  if (calendar)
    items = rpl_ast_exprs(parse, items, calendar);
  return with_items(parse, expr, items);
}

RplExpr *rpl_ast_months(RplParse *parse, RplOperator op, RplExpr *a, RplExpr *b,
                        RplMonthEnd rule, RplExpr *zone, RplSpan span) {
  RplExpr *expr = rpl_ast_node(parse, RPL_EXPR_MONTHS, a, b, zone, span);
  expr->op = op;
  expr->number = rule;
  return expr;
}

/* `set of TYPE` and `list of TYPE`: no other word stands before `of`. */
RplTypeNode rpl_ast_set_type(RplParse *parse, RplWord set, RplTypeNode of,
                             RplSpan span) {
  if (rpl_slice_is(rpl_name_text(parse->interner, set.name), "list")) {
    if (of.is_list)
      rpl_report_add(parse->report, RPL_DIAG_LIST_OF, of.span,
                     (RplSlice[]){rpl_slice("lists")}, 1);
    of.is_list = true;
    of.span = span;
    return of;
  }
  if (of.is_list)
    rpl_report_add(parse->report, RPL_DIAG_UNKNOWN_TYPE, set.span,
                   (RplSlice[]){rpl_slice("set of list")}, 1);
  else if (!rpl_slice_is(rpl_name_text(parse->interner, set.name), "set"))
    rpl_report_add(parse->report, RPL_DIAG_UNKNOWN_TYPE, set.span,
                   (RplSlice[]){rpl_name_text(parse->interner, set.name)}, 1);
  of.is_set = true;
  of.span = span;
  return of;
}

RplExpr *rpl_ast_negated(RplParse *parse, RplExpr *condition, RplSpan span) {
  return rpl_ast_unary(parse, RPL_NOT, condition, span);
}

/* ---- lists ----------------------------------------------------------------
 */

RplExprs rpl_ast_exprs(RplParse *parse, RplExprs list, RplExpr *item) {
  APPEND(parse, list, item);
  return list;
}

RplWords rpl_ast_words(RplParse *parse, RplWords list, RplWord item) {
  APPEND(parse, list, item);
  return list;
}

RplStepNodes rpl_ast_steps(RplParse *parse, RplStepNodes list,
                           RplStepNode item) {
  APPEND(parse, list, item);
  return list;
}

RplStmts rpl_ast_stmts(RplParse *parse, RplStmts list, RplStmt *item) {
  APPEND(parse, list, item);
  return list;
}

RplExpects rpl_ast_expects(RplParse *parse, RplExpects list, RplExpect item) {
  APPEND(parse, list, item);
  return list;
}

RplBoundNode *rpl_ast_bound(RplParse *parse, RplOperator op, RplExpr *value,
                            RplBoundNode *next) {
  RplBoundNode *bound = rpl_arena_alloc(parse->arena, sizeof *bound);
  if (!bound) {
    parse->is_out_of_memory = true;
    return next;
  }
  *bound = (RplBoundNode){op, value, next};
  return bound;
}

/* ---- tails ----------------------------------------------------------------
 */

/* The parser's values are small because it copies them often: it hands tails
 * round by pointer and gives them back, so that few are ever made. */
RplTail *rpl_ast_new_tail(RplParse *parse) {
  RplTail *tail = parse->tail_count
                      ? parse->tails[--parse->tail_count]
                      : rpl_arena_alloc(parse->arena, sizeof *tail);
  if (!tail) {
    parse->is_out_of_memory = true;
    tail = &parse->spare_tail;
  }
  memset(tail, 0, sizeof *tail);
  return tail;
}

static void give_back(RplParse *parse, RplTail *tail) {
  if (parse->tail_count < sizeof parse->tails / sizeof *parse->tails &&
      tail != &parse->spare_tail)
    parse->tails[parse->tail_count++] = tail;
}

static RplTail *new_part(RplParse *parse, RplTailPart part) {
  RplTail *tail = rpl_ast_new_tail(parse);
  tail->seen = part;
  return tail;
}

RplTail *rpl_ast_tail_if(RplParse *parse, RplExpr *condition) {
  RplTail *tail = new_part(parse, RPL_TAIL_IF);
  tail->condition = condition;
  return tail;
}

RplTail *rpl_ast_tail_because(RplParse *parse, RplTextNode text) {
  RplTail *tail = new_part(parse, RPL_TAIL_BECAUSE);
  tail->because = text;
  return tail;
}

RplTail *rpl_ast_tail_cite(RplParse *parse, RplWords clauses) {
  RplTail *tail = new_part(parse, RPL_TAIL_CITE);
  tail->cites = clauses;
  return tail;
}

RplTail *rpl_ast_tail_step(RplParse *parse, RplStepNodes steps) {
  RplTail *tail = new_part(parse, RPL_TAIL_STEP);
  tail->steps = steps;
  return tail;
}

RplTail *rpl_ast_tail_provide(RplParse *parse, RplWords words) {
  RplTail *tail = new_part(parse, RPL_TAIL_PROVIDE);
  tail->provides = words;
  return tail;
}

RplTail *rpl_ast_tail_for(RplParse *parse, RplWords words) {
  RplTail *tail = new_part(parse, RPL_TAIL_FOR);
  tail->fors = words;
  return tail;
}

RplTail *rpl_ast_tail_giving(RplParse *parse, RplWord output, RplExpr *value) {
  RplTail *tail = new_part(parse, RPL_TAIL_GIVING);
  RplGiveNode give = {output, value};
  APPEND(parse, tail->gives, give);
  return tail;
}

RplTail *rpl_ast_tail_from(RplParse *parse, RplExpr *value) {
  RplTail *tail = new_part(parse, RPL_TAIL_FROM);
  tail->from = value;
  return tail;
}

/* The first list is taken as it is, further ones are appended. */
#define JOIN(parse, list, part)                                                \
  do {                                                                         \
    if (!(list).count)                                                         \
      (list) = (part);                                                         \
    else                                                                       \
      for (size_t i = 0; i < (part).count; i++)                                \
        APPEND(parse, list, (part).items[i]);                                  \
  } while (0)

/* Adds a part to a tail. Parts that are lists may come again; of the others the
 * second one is a mistake. */
RplTail *rpl_ast_tail(RplParse *parse, RplTail *tail, RplTail *part,
                      RplSpan span) {
  const uint32_t once = RPL_TAIL_IF | RPL_TAIL_BECAUSE | RPL_TAIL_FROM;
  if (tail->seen & part->seen & once) {
    rpl_parse_twice(parse, span);
    return tail;
  }
  if (part->condition)
    tail->condition = part->condition;
  if (part->because.text.data)
    tail->because = part->because;
  if (part->from)
    tail->from = part->from;
  JOIN(parse, tail->cites, part->cites);
  JOIN(parse, tail->steps, part->steps);
  JOIN(parse, tail->provides, part->provides);
  JOIN(parse, tail->fors, part->fors);
  JOIN(parse, tail->gives, part->gives);
  tail->seen |= part->seen;
  give_back(parse, part);
  return tail;
}

void rpl_ast_end_tail(RplParse *parse, RplStmt *stmt, RplTail *tail) {
  stmt->tail = *tail;
  give_back(parse, tail);
}

/* ---- statements -----------------------------------------------------------
 */

RplStmt *rpl_ast_stmt(RplParse *parse, RplStmtKind kind, RplWord name,
                      RplSpan span) {
  RplStmt *stmt = rpl_arena_alloc(parse->arena, sizeof *stmt);
  if (!stmt) {
    parse->is_out_of_memory = true;
    stmt = &parse->spare_stmt;
    memset(stmt, 0, sizeof *stmt);
  }
  stmt->kind = kind;
  stmt->name = name;
  stmt->span = span;
  return stmt;
}

RplStmt *rpl_ast_fact_value(RplParse *parse, RplStmt *stmt, RplWord fact,
                            RplExpr *value) {
  void *items = stmt->facts;
  if (grow(parse, &items, stmt->fact_count, &stmt->fact_capacity,
           sizeof *stmt->facts)) {
    stmt->facts = items;
    stmt->facts[stmt->fact_count++] = (RplFactValue){fact, value};
  }
  return stmt;
}

RplStmt *rpl_ast_add_expects(RplParse *parse, RplStmt *stmt, RplExpects list) {
  for (size_t i = 0; i < list.count; i++)
    APPEND(parse, stmt->expects, list.items[i]);
  return stmt;
}

RplCalendarItems rpl_ast_calendar_items(RplParse *parse, RplCalendarItems list,
                                        RplCalendarItem item) {
  APPEND(parse, list, item);
  return list;
}

RplStmt *rpl_ast_calendar_part(RplParse *parse, RplStmt *stmt, RplWord part,
                               RplCalendarItems list, RplSpan span) {
  stmt->span = span;
  for (size_t i = 0; i < list.count; i++) {
    list.items[i].part = part;
    APPEND(parse, stmt->days, list.items[i]);
  }
  return stmt;
}

/* ---- the walk -------------------------------------------------------------
 */

/* Nodes that a walk keeps on the C stack; what is larger is rare. */
#define SMALL_WALK 64

/* A walk under way. `stack` holds what is still to be visited, `order` what was
 * visited; both begin in the memory of the caller. */
typedef struct Walk {
  RplArena *arena;
  RplExpr **stack, **order;
  size_t top, stack_capacity;
  size_t total, order_capacity;
  bool is_outer; /* not into what is done for each element */
} Walk;

/* Room for `more` further items; false when memory is short. */
static bool make_room(RplArena *arena, RplExpr ***items, size_t count,
                      size_t *capacity, size_t more) {
  size_t larger = *capacity;
  if (more <= larger - count)
    return true;
  while (more > larger - count)
    if (__builtin_mul_overflow(larger, (size_t)2, &larger))
      return false;
  RplExpr **grown = rpl_arena_array(arena, larger, sizeof *grown);
  if (!grown)
    return false;
  memcpy(grown, *items, count * sizeof *grown);
  *items = grown;
  *capacity = larger;
  return true;
}

static bool visit(Walk *walk, RplExpr *expr) {
  if (!make_room(walk->arena, &walk->order, walk->total, &walk->order_capacity,
                 1) ||
      !make_room(walk->arena, &walk->stack, walk->top, &walk->stack_capacity,
                 3 + expr->items.count))
    return false;
  walk->order[walk->total++] = expr;
  if (expr->a)
    walk->stack[walk->top++] = expr->a;
  if (walk->is_outer && expr->kind == RPL_EXPR_AGGREGATE)
    return true;
  if (expr->b)
    walk->stack[walk->top++] = expr->b;
  if (expr->c)
    walk->stack[walk->top++] = expr->c;
  for (size_t i = 0; i < expr->items.count; i++)
    walk->stack[walk->top++] = expr->items.items[i];
  return true;
}

/* A walk "node, then children from the right", read from the back, gives
 * children from the left, then node. */
static RplExpr **walk_all(RplArena *arena, RplExpr *root, bool is_outer,
                          size_t *count) {
  RplExpr *stack[SMALL_WALK], *order[SMALL_WALK];
  Walk walk = {arena, stack, order, 0, SMALL_WALK, 0, SMALL_WALK, is_outer};
  walk.stack[walk.top++] = root;
  while (walk.top)
    if (!visit(&walk, walk.stack[--walk.top]))
      return NULL;
  RplExpr **nodes = rpl_arena_array(arena, walk.total, sizeof *nodes);
  if (!nodes)
    return NULL;
  for (size_t i = 0; i < walk.total; i++)
    nodes[i] = walk.order[walk.total - 1 - i];
  *count = walk.total;
  return nodes;
}

RplExpr **rpl_expr_postorder(RplArena *arena, RplExpr *root, size_t *count) {
  return walk_all(arena, root, false, count);
}

RplExpr **rpl_expr_outer(RplArena *arena, RplExpr *root, size_t *count) {
  return walk_all(arena, root, true, count);
}
