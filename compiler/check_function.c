/* SPDX-License-Identifier: Apache-2.0
 *
 * check_function.c - functions and tables: their signatures, in what order they
 * call one another, their bodies, and calls of them; see check.h. In a body
 * nothing is in sight but its own parameters and the params of the policy, so
 * that a function means the same in every policy that draws it in.
 */
#include "compiler/check.h"
#include "vm/text.h"

static RplType poison(void) { return rpl_type(RPL_TY_POISON); }

static const RplFunctionNode *parts_of(const RplFunction *function) {
  return function->stmt->function;
}

/* ---- signatures
 * ------------------------------------------------------------------ */

static RplSymbol *find_parameter(const RplFunction *function, RplName name) {
  for (size_t i = 0; i < function->parameters.count; i++)
    if (function->parameters.items[i]->name == name)
      return function->parameters.items[i];
  return NULL;
}

static void check_modifiers(RplPolicy *policy, const RplTypeNode *type) {
  for (size_t i = 0; i < type->modifiers.count; i++) {
    RplWord word = type->modifiers.items[i];
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_TYPE, word.span, word.name, 0);
  }
}

static RplType type_of_part(RplPolicy *policy, const RplParameterNode *node) {
  check_modifiers(policy, &node->type);
  return rpl_check_type(policy, &node->type, node->name.name);
}

static RplSymbol *add_parameter(RplPolicy *policy, RplFunction *function,
                                const RplParameterNode *node) {
  RplSymbol *old = find_parameter(function, node->name.name);
  if (old) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, node->name.span,
                      node->name.name, 0);
    rpl_policy_label(policy, old->span, "declared here first");
    return NULL;
  }
  RplSymbol *symbol = rpl_policy_alloc(policy, 1, sizeof *symbol);
  if (!symbol)
    return NULL;
  *symbol = (RplSymbol){.kind = RPL_SYMBOL_PARAMETER,
                        .name = node->name.name,
                        .span = node->name.span,
                        .stmt = function->stmt,
                        .type = type_of_part(policy, node),
                        .layer = function->layer};
  RPL_POLICY_APPEND(policy, function->parameters, symbol);
  return symbol;
}

static void declare_results(RplPolicy *policy, RplFunction *function) {
  const RplParameterNodes *results = &parts_of(function)->results;
  function->results =
      rpl_policy_alloc(policy, results->count, sizeof *function->results);
  for (size_t i = 0; function->results && i < results->count; i++) {
    function->results[i] = type_of_part(policy, &results->items[i]);
    for (size_t j = 0; j < i; j++)
      if (results->items[j].name.name == results->items[i].name.name)
        rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME,
                          results->items[i].name.span,
                          results->items[i].name.name, 0);
  }
}

/* LIMIT: RPL_MAX_PARAMETERS of parameters, and of results. */
static bool is_too_wide(RplPolicy *policy, RplFunction *function) {
  const RplFunctionNode *parts = parts_of(function);
  if (parts->parameters.count <= RPL_MAX_PARAMETERS &&
      parts->results.count <= RPL_MAX_PARAMETERS)
    return false;
  RplSlice arguments[2] = {rpl_policy_text(policy, function->name),
                           rpl_slice("32")};
  rpl_report_add(policy->compile->report, RPL_DIAG_TOO_MANY_PARAMETERS,
                 function->span, arguments, 2);
  function->is_broken = true;
  return true;
}

static void declare_signature(RplPolicy *policy, RplFunction *function) {
  const RplParameterNodes *nodes = &parts_of(function)->parameters;
  size_t errors = rpl_report_error_count(policy->compile->report);
  if (is_too_wide(policy, function))
    return;
  for (size_t i = 0; i < nodes->count; i++) {
    RplSymbol *added = add_parameter(policy, function, &nodes->items[i]);
    if (added && rpl_type_is(added->type, RPL_KIND_LIST) &&
        nodes->items[i].bounds)
      added->type =
          rpl_check_list_bound(policy, added->type, nodes->items[i].bounds,
                               nodes->items[i].type.span);
    else if (nodes->items[i].bounds &&
             function->stmt->kind == RPL_STMT_FUNCTION)
      rpl_report(policy->compile->report, RPL_DIAG_MISPLACED,
                 nodes->items[i].bounds->value->span, "a bound",
                 "a function: only the columns of a table have them", NULL);
  }
  declare_results(policy, function);
  function->is_broken =
      errors != rpl_report_error_count(policy->compile->report);
}

/* ---- bodies
 * --------------------------------------------------------------------- */

static RplExpr *body_at(const RplFunctionNode *parts, size_t index) {
  if (!parts->row_count)
    return parts->body;
  const RplRowNode *row = &parts->rows[index / parts->results.count];
  size_t column = index % parts->results.count;
  return column < row->results.count ? row->results.items[column] : NULL;
}

static void collect_bodies(RplPolicy *policy, RplFunction *function) {
  const RplFunctionNode *parts = parts_of(function);
  size_t count = parts->body ? 1 : parts->row_count * parts->results.count;
  function->bodies = rpl_policy_alloc(policy, count, sizeof(RplNodes));
  for (size_t i = 0; function->bodies && i < count; i++) {
    RplExpr *body = body_at(parts, i);
    RplNodes *nodes = &function->bodies[i];
    if (body)
      nodes->items =
          rpl_expr_postorder(policy->compile->arena, body, &nodes->count);
    if (body && !nodes->items)
      policy->is_out_of_memory = true;
    function->body_count++;
  }
}

/* ---- what is looked at
 * ----------------------------------------------------------- */

static bool find_result(const RplFunction *function, RplName name,
                        size_t *column) {
  const RplParameterNodes *results = &parts_of(function)->results;
  for (*column = 0; *column < results->count; ++*column)
    if (results->items[*column].name.name == name)
      return true;
  return false;
}

/* A call of a table with several results. */
static bool gives_parts(const RplPolicy *policy, const RplExpr *node) {
  const RplFunction *function = node->kind == RPL_EXPR_CALL
                                    ? rpl_policy_function(policy, node->name)
                                    : NULL;
  return function && parts_of(function)->results.count > 1;
}

/* The items of a node: of a call of our own those values that are looked at. */
static void mark_values(const RplPolicy *policy, const RplExpr *call,
                        RplName part) {
  const RplFunction *function = call->kind == RPL_EXPR_CALL
                                    ? rpl_policy_function(policy, call->name)
                                    : NULL;
  size_t column = 0;
  for (size_t i = 0; i < call->items.count; i++)
    call->items.items[i]->is_unread = call->is_unread;
  if (!function || !function->read ||
      (part && !find_result(function, part, &column)))
    return;
  for (size_t i = 0; i < call->items.count && i < RPL_MAX_PARAMETERS; i++)
    if (!(function->read[column] >> i & 1u))
      call->items.items[i]->is_unread = true;
}

static void mark_child(RplExpr *child, bool is_unread) {
  if (child)
    child->is_unread = is_unread;
}

void rpl_check_unread(const RplPolicy *policy, RplExpr *const *nodes,
                      size_t count) {
  if (count && policy->functions.count)
    nodes[count - 1]->is_unread = false;
  for (size_t i = policy->functions.count ? count : 0; i-- > 0;) {
    const RplExpr *node = nodes[i];
    mark_child(node->a, node->is_unread);
    mark_child(node->b, node->is_unread);
    mark_child(node->c, node->is_unread);
    if (node->kind == RPL_EXPR_FIELD && node->a->kind == RPL_EXPR_CALL)
      mark_values(policy, node->a, node->name);
    else if (!gives_parts(policy, node)) /* else the field above did */
      mark_values(policy, node, 0);
  }
}

static uint32_t parameters_read(const RplFunction *function,
                                const RplNodes *nodes) {
  const RplParameterNodes *parameters = &parts_of(function)->parameters;
  uint32_t read = 0;
  for (size_t i = 0; i < nodes->count; i++)
    for (size_t j = 0; j < parameters->count && j < RPL_MAX_PARAMETERS; j++)
      if (nodes->items[i]->kind == RPL_EXPR_NAME &&
          !nodes->items[i]->is_unread &&
          nodes->items[i]->name == parameters->items[j].name.name)
        read |= UINT32_C(1) << j;
  return read;
}

/* Columns that some row tells apart, or that have bounds to be kept. */
static uint32_t columns_read(const RplFunction *function) {
  const RplFunctionNode *parts = parts_of(function);
  uint32_t read = 0;
  for (size_t j = 0; j < parts->parameters.count && j < RPL_MAX_PARAMETERS; j++)
    if (parts->parameters.items[j].bounds)
      read |= UINT32_C(1) << j;
  for (size_t i = 0; i < parts->row_count; i++) {
    const RplCellNodes *cells = &parts->rows[i].cells;
    for (size_t j = 0; j < cells->count && j < RPL_MAX_PARAMETERS; j++)
      if (cells->items[j].kind != RPL_CELL_ANY)
        read |= UINT32_C(1) << j;
  }
  return read;
}

/* When what it calls is known. */
static void find_read(RplPolicy *policy, RplFunction *function) {
  size_t results = parts_of(function)->results.count;
  uint32_t *read = rpl_policy_alloc(policy, results, sizeof *read);
  if (!read)
    return;
  for (size_t i = 0; i < results; i++)
    read[i] = columns_read(function);
  for (size_t i = 0; i < function->body_count; i++) {
    const RplNodes *nodes = &function->bodies[i];
    rpl_check_unread(policy, nodes->items, nodes->count);
    read[i % results] |= parameters_read(function, nodes);
  }
  function->read = read;
}

/* ---- who calls whom
 * ------------------------------------------------------------- */

enum { MARK_NEW, MARK_OPEN, MARK_DONE };

typedef struct Visit {
  RplFunction *function;
  size_t body, node;
  RplSpan call; /* of the call that the walk follows */
} Visit;

typedef struct Visits {
  Visit *items;
  size_t count, capacity;
} Visits;

static void push_visit(RplPolicy *policy, Visits *visits,
                       RplFunction *function) {
  function->mark = MARK_OPEN;
  function->depth = 1;
  RPL_POLICY_APPEND(policy, *visits, ((Visit){.function = function}));
}

/* The next function that the top visit calls; NULL at its end. */
static RplFunction *next_call(const RplPolicy *policy, Visit *visit) {
  for (; visit->body < visit->function->body_count; visit->body++) {
    const RplNodes *nodes = &visit->function->bodies[visit->body];
    while (visit->node < nodes->count) {
      const RplExpr *node = nodes->items[visit->node++];
      RplFunction *called = node->kind == RPL_EXPR_CALL
                                ? rpl_policy_function(policy, node->name)
                                : NULL;
      visit->call = node->span;
      if (called)
        return called;
    }
    visit->node = 0;
  }
  return NULL;
}

/* `f calls g, g calls h, h calls f`, and where the last call stands. */
static void report_cycle(RplPolicy *policy, const Visits *visits,
                         RplFunction *function) {
  RplBuffer path;
  size_t first = visits->count;
  rpl_buffer_init(&path, policy->compile->arena->allocator);
  while (first > 0 && visits->items[first - 1].function != function)
    first--;
  for (size_t i = first ? first - 1 : 0; i < visits->count; i++) {
    RplSlice name = rpl_policy_text(policy, visits->items[i].function->name);
    rpl_buffer_slice(&path, name);
    rpl_buffer_text(&path, " calls ");
    if (i + 1 < visits->count) {
      rpl_buffer_slice(
          &path, rpl_policy_text(policy, visits->items[i + 1].function->name));
      rpl_buffer_text(&path, ", ");
    }
  }
  rpl_buffer_slice(&path, rpl_policy_text(policy, function->name));
  RplSlice arguments[2] = {rpl_policy_text(policy, function->name),
                           rpl_buffer_view(&path)};
  rpl_report_add(policy->compile->report, RPL_DIAG_FUNCTION_CYCLE,
                 function->span, arguments, 2);
  rpl_policy_label(policy, visits->items[visits->count - 1].call,
                   "the call that closes the circle");
  rpl_buffer_clear(&path);
  function->is_broken = true;
}

static void finish_visit(RplPolicy *policy, Visits *visits) {
  RplFunction *done = visits->items[--visits->count].function;
  done->mark = MARK_DONE;
  find_read(policy, done);
  if (!visits->count)
    return;
  Visit *caller = &visits->items[visits->count - 1];
  if (done->depth + 1 > caller->function->depth)
    caller->function->depth = done->depth + 1;
  /* LIMIT: RPL_MAX_CALL_DEPTH, once where it is passed */
  if (done->depth == RPL_MAX_CALL_DEPTH)
    rpl_report(policy->compile->report, RPL_DIAG_CALLS_TOO_DEEP, caller->call,
               "100", NULL);
}

static void walk_calls(RplPolicy *policy, RplFunction *root) {
  Visits visits = {0};
  push_visit(policy, &visits, root);
  while (visits.count && !policy->is_out_of_memory) {
    RplFunction *called = next_call(policy, &visits.items[visits.count - 1]);
    if (!called) {
      finish_visit(policy, &visits);
    } else if (called->mark == MARK_OPEN) {
      report_cycle(policy, &visits, called);
    } else if (called->mark == MARK_NEW) {
      push_visit(policy, &visits, called);
    } else if (called->depth + 1 >
               visits.items[visits.count - 1].function->depth) {
      visits.items[visits.count - 1].function->depth = called->depth + 1;
    }
  }
}

/* ---- names in bodies
 * ------------------------------------------------------------- */

RplSymbol *rpl_check_scope(const RplPolicy *policy, RplName name) {
  RplSymbol *symbol = find_parameter(policy->scope, name);
  if (symbol)
    return symbol;
  symbol = rpl_policy_lookup(policy, name);
  return symbol && symbol->kind == RPL_SYMBOL_PARAM ? symbol : NULL;
}

static const char *noun_of(const RplSymbol *symbol) {
  switch (symbol->kind) {
  case RPL_SYMBOL_FACT:
    return "the fact";
  case RPL_SYMBOL_LET:
    return "the let";
  case RPL_SYMBOL_OUTPUT:
    return "the output";
  default:
    return "the setting";
  }
}

static bool is_enum_value(const RplPolicy *policy, RplName name) {
  return policy->flags[name] & RPL_NAME_ENUM_VALUE;
}

void rpl_check_not_in_scope(RplPolicy *policy, const RplExpr *expr) {
  const RplFunction *function = policy->scope;
  const RplSymbol *outside = rpl_policy_lookup(policy, expr->name);
  RplSlice names[RPL_MAX_PARAMETERS],
      name = rpl_policy_text(policy, expr->name);
  size_t count = 0;
  while (count < function->parameters.count && count < RPL_MAX_PARAMETERS) {
    names[count] =
        rpl_policy_text(policy, function->parameters.items[count]->name);
    count++;
  }
  if (outside && !function->layer) {
    RplSlice arguments[2] = {rpl_slice(noun_of(outside)), name};
    rpl_report_add(policy->compile->report, RPL_DIAG_FUNCTION_READS, expr->span,
                   arguments, 2);
    rpl_check_help(policy, "hand it over: add a parameter `{} : TYPE`", name);
    return;
  }
  rpl_policy_report(policy, RPL_DIAG_UNKNOWN_NAME, expr->span, expr->name, 0);
  RplSlice nearest = rpl_nearest(name, names, count);
  if (nearest.length)
    rpl_check_help(policy, "did you mean `{}`?", nearest);
  else
    rpl_check_help(policy,
                   "a function knows its parameters and params: add "
                   "`{} : TYPE` to them",
                   name);
  if (!nearest.length)
    rpl_policy_suggest_among(policy, expr->name, is_enum_value);
}

/* ---- calls
 * ----------------------------------------------------------------------- */

static RplSlice decimal(RplPolicy *policy, size_t value) {
  RplBuffer text;
  rpl_buffer_init(&text, policy->compile->arena->allocator);
  rpl_buffer_unsigned(&text, value);
  RplSlice view = rpl_buffer_view(&text);
  char *copy = rpl_arena_copy(policy->compile->arena, view.data, view.length);
  RplSlice result = {copy, copy ? view.length : 0};
  rpl_buffer_clear(&text);
  return result;
}

static bool takes_so_many(RplPolicy *policy, const RplExpr *call,
                          const RplFunction *function) {
  size_t wanted = parts_of(function)->parameters.count;
  if (call->items.count == wanted)
    return true;
  rpl_check_report3(policy, RPL_DIAG_WRONG_ARGUMENTS, call->span,
                    rpl_policy_text(policy, call->name),
                    decimal(policy, wanted),
                    decimal(policy, call->items.count));
  rpl_policy_label(policy, function->span, "declared here");
  return false;
}

/* A parameter that is a list without `up to` takes one of any bound. */
static RplType wanted_type(const RplSymbol *parameter, const RplExpr *value) {
  RplType wanted = parameter->type;
  if (rpl_type_is(wanted, RPL_KIND_LIST) && !wanted.most)
    wanted.most = value->type.most;
  return wanted;
}

RplType rpl_check_own_call(RplPolicy *policy, RplExpr *expr,
                           RplFunction *function) {
  RplReport *report = policy->compile->report;
  size_t results = parts_of(function)->results.count;
  function->is_mentioned = true;
  if (!takes_so_many(policy, expr, function) || !function->results ||
      function->parameters.count != expr->items.count)
    return poison();
  for (size_t i = 0; i < expr->items.count; i++) {
    const RplSymbol *parameter = function->parameters.items[i];
    size_t errors = rpl_report_error_count(report);
    rpl_check_expect(policy, expr->items.items[i],
                     wanted_type(parameter, expr->items.items[i]));
    if (errors != rpl_report_error_count(report) && rpl_report_is_open(report))
      rpl_policy_label(policy, parameter->span, "what it is for");
  }
  return results == 1 ? function->results[0] : rpl_type(RPL_TY_ROW);
}

RplType rpl_check_field(RplPolicy *policy, RplExpr *expr) {
  const RplFunction *function = expr->a->kind == RPL_EXPR_CALL
                                    ? rpl_policy_function(policy, expr->a->name)
                                    : NULL;
  if (rpl_type_is_poison(expr->a->type))
    return poison();
  if (!function || !rpl_type_is(expr->a->type, RPL_TY_ROW))
    return rpl_check_record_field(policy, expr);
  bool has_parts = function && rpl_type_is(expr->a->type, RPL_TY_ROW);
  RplSlice names[RPL_MAX_PARAMETERS];
  size_t count = has_parts ? parts_of(function)->results.count : 0;
  for (size_t i = 0; i < count; i++) {
    RplName name = parts_of(function)->results.items[i].name.name;
    names[i] = rpl_policy_text(policy, name);
    if (name != expr->name)
      continue;
    expr->a->is_absorbed = true;
    expr->number = (uint32_t)i;
    return function->results[i];
  }
  RplSlice name = rpl_policy_text(policy, expr->name);
  RplSpan span = {expr->span.source, expr->a->span.end, expr->span.end};
  rpl_check_report2(policy, RPL_DIAG_NO_PART, span, name,
                    has_parts ? rpl_slice("what this table gives")
                              : rpl_type_text(policy, expr->a->type));
  RplSlice nearest = rpl_nearest(name, names, count);
  if (nearest.length)
    rpl_check_help(policy, "did you mean `{}`?", nearest);
  return poison();
}

/* ---- all of them
 * ----------------------------------------------------------------- */

static void check_bodies(RplPolicy *policy, RplFunction *function) {
  const RplFunctionNode *parts = parts_of(function);
  size_t errors = rpl_report_error_count(policy->compile->report);
  policy->scope = function;
  for (size_t i = 0; i < function->body_count; i++) {
    RplExpr *body = body_at(parts, i);
    if (body)
      rpl_check_fits(policy, body, function->results[i % parts->results.count]);
  }
  if (function->stmt->kind == RPL_STMT_TABLE)
    rpl_check_table(policy, function);
  policy->scope = NULL;
  function->is_broken |=
      errors != rpl_report_error_count(policy->compile->report);
}

void rpl_check_functions(RplPolicy *policy) {
  bool was_final = policy->is_final;
  policy->is_final = true; /* nothing in a body is inferred */
  for (size_t i = 0; i < policy->functions.count; i++) {
    declare_signature(policy, policy->functions.items[i]);
    collect_bodies(policy, policy->functions.items[i]);
  }
  for (size_t i = 0; i < policy->functions.count; i++)
    if (policy->functions.items[i]->mark == MARK_NEW)
      walk_calls(policy, policy->functions.items[i]);
  for (size_t i = 0; i < policy->functions.count; i++)
    if (!policy->functions.items[i]->is_broken && !policy->is_out_of_memory)
      check_bodies(policy, policy->functions.items[i]);
  policy->is_final = was_final;
}
