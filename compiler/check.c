/* SPDX-License-Identifier: Apache-2.0
 *
 * check.c - types a policy statement by statement; see check.h for how types
 * flow. In reading order: types as written, the order in which symbols depend
 * on each other, symbols, rules and the rest, texts, what is never used.
 */
#include "compiler/calendar.h"
#include "compiler/check.h"

#include "compiler/provider.h"

#include <string.h>

#include "rpl/compile.h"
#include "vm/number.h"
#include "vm/text.h"

static RplSlice text_of(const RplPolicy *policy, RplName name) {
  return rpl_name_text(policy->compile->interner, name);
}

static RplType boolean(void) { return rpl_type(RPL_KIND_BOOLEAN); }

static void check_modifiers(RplPolicy *policy, const RplSymbol *symbol) {
  const RplWords *words = &symbol->stmt->type.modifiers;
  for (size_t i = 0; i < words->count; i++) {
    RplSlice word = text_of(policy, words->items[i].name);
    if (symbol->kind == RPL_SYMBOL_OUTPUT &&
        (rpl_slice_is(word, "ranked") || rpl_slice_is(word, "required")))
      continue;
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_TYPE, words->items[i].span,
                      words->items[i].name, 0);
  }
}

/* A let may leave its type out. */
static bool has_type(const RplSymbol *symbol) {
  return symbol->stmt->type.name || symbol->stmt->type.values.count;
}

/* Only a fact can be a list that says how long it may be, or a record. */
static void check_parts(RplPolicy *policy, RplSymbol *symbol) {
  const RplTypeNode *node = symbol->kind == RPL_SYMBOL_ANCHOR
                                ? &symbol->stmt->anchor_type
                                : &symbol->stmt->type;
  bool is_list = rpl_type_is(symbol->type, RPL_KIND_LIST);
  if (symbol->kind == RPL_SYMBOL_FACT) {
    if (is_list)
      symbol->type = rpl_check_list_bound(policy, symbol->type,
                                          symbol->stmt->bounds, node->span);
    rpl_check_list_depth(policy, symbol->type, node->span);
    return;
  }
  if (symbol->kind == RPL_SYMBOL_LET && !is_list)
    return;
  rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, node->span,
                    rpl_slice("a type of one value"),
                    rpl_type_text(policy, symbol->type));
  if (symbol->kind == RPL_SYMBOL_LET)
    rpl_policy_help(policy, "leave the type out: the value tells it");
  symbol->type = rpl_type(RPL_TY_POISON);
}

static void declare_types(RplPolicy *policy) {
  rpl_check_records(policy);
  for (size_t i = 0; i < policy->symbols.count; i++) {
    RplSymbol *symbol = policy->symbols.items[i];
    if (symbol->is_inferred)
      continue;
    if (symbol->kind == RPL_SYMBOL_ANCHOR) {
      symbol->type =
          rpl_check_type(policy, &symbol->stmt->anchor_type, symbol->name);
    } else if (symbol->kind == RPL_SYMBOL_LET) {
      if (has_type(symbol))
        symbol->type =
            rpl_check_type(policy, &symbol->stmt->type, symbol->name);
    } else if (!(policy->is_calc && symbol->kind == RPL_SYMBOL_OUTPUT)) {
      symbol->type = rpl_check_type(policy, &symbol->stmt->type, symbol->name);
      check_modifiers(policy, symbol);
    }
    if (rpl_kind_has_parts(symbol->type.kind))
      check_parts(policy, symbol);
    if (symbol->kind == RPL_SYMBOL_SETTING || symbol->kind == RPL_SYMBOL_ANCHOR)
      symbol->type.optional |= symbol->value == NULL;
  }
}

/* ---- order of symbols
 * ---------------------------------------------------------- */

enum { MARK_NEW, MARK_OPEN, MARK_DONE };

typedef struct Visit {
  RplSymbol *symbol;
  size_t definition; /* which of an output's definitions */
  size_t expr;       /* which expression of that, or of the symbol */
  RplExpr **nodes;
  size_t node_count, node;
} Visit;

typedef struct Visits {
  Visit *items;
  size_t count, capacity;
} Visits;

/* The expressions that make up a symbol's value, one after the other. */
static RplExpr *next_expr(Visit *visit) {
  const RplSymbol *symbol = visit->symbol;
  const RplProviderNode *provider = rpl_symbol_provider(symbol);
  if (provider) /* which leaves no place for an assumption */
    return visit->expr < provider->arguments.count
               ? provider->arguments.items[visit->expr++]
               : NULL;
  if (symbol->kind != RPL_SYMBOL_OUTPUT)
    return visit->expr++ == 0 ? symbol->value : NULL;
  for (; visit->definition < symbol->definitions.count; visit->definition++) {
    const RplDefinition *definition =
        &symbol->definitions.items[visit->definition];
    size_t index = visit->expr++;
    if (definition->guard && index-- == 0)
      return definition->guard;
    if (index < definition->values.count)
      return definition->values.items[index];
    visit->expr = 0;
  }
  return NULL;
}

static void push_visit(RplPolicy *policy, Visits *visits, RplSymbol *symbol) {
  void *items = visits->items;
  if (!rpl_policy_grow(policy, &items, visits->count, &visits->capacity,
                       sizeof *visits->items))
    return;
  visits->items = items;
  visits->items[visits->count++] = (Visit){.symbol = symbol};
  symbol->mark = MARK_OPEN;
}

static void append_order(RplPolicy *policy, RplSymbol *symbol) {
  void *items = policy->order.items;
  if (!rpl_policy_grow(policy, &items, policy->order.count,
                       &policy->order.capacity, sizeof(RplSymbol *)))
    return;
  policy->order.items = items;
  policy->order.items[policy->order.count++] = symbol;
}

static void report_cycle(RplPolicy *policy, RplSymbol *symbol, RplSpan read) {
  rpl_policy_report(policy, RPL_DIAG_CYCLE, symbol->span, symbol->name, 0);
  rpl_report_label(policy->compile->report, read, "read here", NULL, 0);
  symbol->type = rpl_type(RPL_TY_POISON);
  symbol->value = NULL;
  symbol->definitions.count = 0;
}

/* The next symbol that the top visit reads and that is not done; NULL when the
 * visit is finished. */
static RplSymbol *next_read(RplPolicy *policy, Visit *visit) {
  for (;;) {
    while (visit->node < visit->node_count) {
      const RplExpr *node = visit->nodes[visit->node++];
      if (node->kind != RPL_EXPR_NAME)
        continue;
      RplSymbol *read = rpl_policy_lookup(policy, node->name);
      if (read) /* a cycle drops what it reads, which is used all the same */
        read->is_mentioned |= read->kind == RPL_SYMBOL_LET;
      if (read && read->mark == MARK_OPEN)
        report_cycle(policy, read, node->span);
      else if (read && read->mark == MARK_NEW)
        return read;
    }
    RplExpr *expr = next_expr(visit);
    if (!expr)
      return NULL;
    visit->node = 0;
    visit->nodes =
        rpl_expr_postorder(policy->compile->arena, expr, &visit->node_count);
    if (!visit->nodes) {
      policy->is_out_of_memory = true;
      return NULL;
    }
  }
}

static void order_from(RplPolicy *policy, RplSymbol *root) {
  Visits visits = {0};
  push_visit(policy, &visits, root);
  while (visits.count && !policy->is_out_of_memory) {
    RplSymbol *read = next_read(policy, &visits.items[visits.count - 1]);
    if (read) {
      push_visit(policy, &visits, read);
      continue;
    }
    RplSymbol *done = visits.items[--visits.count].symbol;
    done->mark = MARK_DONE;
    append_order(policy, done);
  }
}

static void order_symbols(RplPolicy *policy) {
  for (size_t i = 0; i < policy->symbols.count; i++)
    if (policy->symbols.items[i]->mark == MARK_NEW)
      order_from(policy, policy->symbols.items[i]);
}

/* ---- symbols
 * ---------------------------------------------------------------------- */

bool rpl_check_literal_number(const RplPolicy *policy, const RplExpr *value,
                              RplNumber *number) {
  RplArena *arena = policy->compile->arena;
  bool negative = value->kind == RPL_EXPR_UNARY && value->op == RPL_NEG;
  const RplExpr *literal = negative ? value->a : value;
  if ((literal->kind != RPL_EXPR_NUMBER && literal->kind != RPL_EXPR_MONEY) ||
      literal->text.length > RPL_MAX_DIGITS ||
      rpl_number_parse(arena, literal->text, number) != RPL_NUMBER_OK)
    return false;
  return !negative || rpl_number_neg(arena, *number, number) == RPL_NUMBER_OK;
}

static bool is_lower(RplOperator op) { return op == RPL_GT || op == RPL_GE; }

/* What has bounds: a fact, a param, a field. */
typedef struct Bounded {
  RplName name;
  RplType type;
  const RplBoundNode *bounds;
} Bounded;

/* A value that a declaration itself gives must lie within its bounds. Only
 * numbers and money are compared here; the rest is when the facts come. */
static void check_within(RplPolicy *policy, const Bounded *bounded,
                         const RplExpr *value) {
  RplNumber number, limit;
  if (!value || rpl_type_is(bounded->type, RPL_KIND_TEXT) ||
      !rpl_check_literal_number(policy, value, &number))
    return;
  for (const RplBoundNode *bound = bounded->bounds; bound;
       bound = bound->next) {
    if (bound->value == value ||
        !rpl_check_literal_number(policy, bound->value, &limit))
      continue;
    int order = rpl_number_compare(number, limit);
    bool is_strict = bound->op == RPL_GT || bound->op == RPL_LT;
    if ((order == 0 && !is_strict) ||
        (is_lower(bound->op) ? order > 0 : order < 0))
      continue;
    RplSlice arguments[2] = {
        rpl_span_text(policy->compile->sources, value->span),
        text_of(policy, bounded->name)};
    rpl_report_add(policy->compile->report, RPL_DIAG_OUTSIDE_BOUNDS,
                   value->span, arguments, 2);
    rpl_report_label(policy->compile->report, bound->value->span, "its bound",
                     NULL, 0);
    return;
  }
}

/* One bound a side; a lower bound lies below the upper one. */
static void check_sides(RplPolicy *policy, const Bounded *bounded) {
  const RplBoundNode *first = bounded->bounds;
  const RplBoundNode *second = first ? first->next : NULL;
  if (!second)
    return;
  if (is_lower(first->op) == is_lower(second->op)) {
    rpl_report(policy->compile->report, RPL_DIAG_TWO_BOUNDS,
               second->value->span, NULL);
    rpl_report_label(policy->compile->report, first->value->span,
                     "the first one", NULL, 0);
    return;
  }
  check_within(policy, bounded, first->value);
}

/* LIMIT: RPL_NUMBER_SMALL_PLACES decimal places of a number's slot. */
static void check_places(RplPolicy *policy, const RplSymbol *symbol) {
  const RplExpr *places =
      symbol->kind == RPL_SYMBOL_FACT ? symbol->stmt->expr : NULL;
  RplWord unit = symbol->stmt->alternative;
  if (!places)
    return;
  RplSlice arguments[2] = {places->text, rpl_policy_text(policy, unit.name)};
  uint32_t value = 0;
  for (size_t i = 0;
       i < places->text.length && value <= RPL_NUMBER_SMALL_PLACES; i++)
    value = places->text.data[i] == '.'
                ? RPL_NUMBER_SMALL_PLACES + 1
                : value * 10 + (uint32_t)(places->text.data[i] - '0');
  bool is_number =
      symbol->type.kind == RPL_KIND_NUMBER || rpl_type_is_poison(symbol->type);
  if (rpl_slice_is(arguments[1], "places") &&
      value <= RPL_NUMBER_SMALL_PLACES && is_number)
    return;
  rpl_report_add(policy->compile->report, RPL_DIAG_BAD_PLACES,
                 rpl_span_join(places->span, unit.span), arguments, 2);
  rpl_report_help(policy->compile->report,
                  "a number has up to 18: `number to 4 places`", NULL, 0);
}

void rpl_check_bounds(RplPolicy *policy, RplName name, RplType declared,
                      const RplBoundNode *bounds, const RplExpr *value) {
  Bounded bounded = {name, rpl_type_optional(declared, false), bounds};
  RplType type = bounded.type;
  if (rpl_type_is(type, RPL_KIND_LIST))
    return; /* part of its type */
  if (rpl_type_is(type, RPL_KIND_TEXT))
    type = rpl_type(RPL_KIND_INTEGER);
  if (!bounds || rpl_type_is_poison(type))
    return;
  if (!rpl_kind_is_ordered((RplKind)type.kind)) {
    RplSlice text = rpl_type_text(policy, type);
    rpl_report_add(policy->compile->report, RPL_DIAG_BAD_BOUND,
                   bounds->value->span, &text, 1);
    return;
  }
  for (const RplBoundNode *bound = bounds; bound; bound = bound->next)
    rpl_check_fits(policy, bound->value, type);
  check_sides(policy, &bounded);
  check_within(policy, &bounded, value);
}

static void check_bounds(RplPolicy *policy, const RplSymbol *symbol) {
  rpl_check_bounds(policy, symbol->name, symbol->type, symbol->stmt->bounds,
                   symbol->value);
}

static bool is_literal(const RplExpr *expr) {
  switch (expr->kind) {
  case RPL_EXPR_UNARY:
    return expr->op == RPL_NEG && is_literal(expr->a);
  case RPL_EXPR_NAME:
    return !expr->symbol;
  case RPL_EXPR_BINARY:
  case RPL_EXPR_IF:
  case RPL_EXPR_ELSE:
  case RPL_EXPR_IS_NONE:
  case RPL_EXPR_IN:
  case RPL_EXPR_BETWEEN:
  case RPL_EXPR_WITHIN:
  case RPL_EXPR_CALL:
  case RPL_EXPR_OP:
  case RPL_EXPR_CALENDAR:
  case RPL_EXPR_MONTHS:
  case RPL_EXPR_FIELD:
  case RPL_EXPR_BUSINESS:
  case RPL_EXPR_DAYS_AFTER:
  case RPL_EXPR_USING:
    return false;
  default:
    return true;
  }
}

/* `set(a, b)`, whose values the checker saw. */
static bool is_set_literal(const RplPolicy *policy, const RplExpr *expr) {
  return expr->kind == RPL_EXPR_CALL &&
         rpl_slice_is(text_of(policy, expr->name), "set");
}

/* Where the expression stands that a calculation prints. */
static RplSpan printed_span(const RplSymbol *symbol) {
  return symbol->definitions.items[0].values.items[0]->span;
}

static void check_output(RplPolicy *policy, RplSymbol *symbol) {
  if (policy->is_calc) {
    RplExpr *value = symbol->definitions.items[0].values.items[0];
    rpl_check_alone(policy, value);
    symbol->type = rpl_type_optional(value->type, false);
  }
  RplType type = symbol->type;
  type.optional = false;
  if (rpl_kind_has_parts(type.kind) ||
      (!policy->is_calc &&
       (rpl_type_is(type, RPL_KIND_SET) || rpl_type_is(type, RPL_KIND_ZONE))))
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE,
                      policy->is_calc ? printed_span(symbol) : symbol->span,
                      rpl_slice("a type that prints as one value"),
                      rpl_type_text(policy, type));
  RplName rounding =
      rpl_intern_find(policy->compile->interner, rpl_slice("rounding"));
  const RplSymbol *mode = rounding ? policy->values[rounding] : NULL;
  if (rpl_type_is(type, RPL_KIND_MONEY) && symbol->definitions.count &&
      !policy->is_calc &&
      !(mode && mode->kind == RPL_SYMBOL_SETTING && mode->value)) {
    rpl_policy_report(policy, RPL_DIAG_NO_ROUNDING, symbol->span, symbol->name,
                      0);
    rpl_report_help(policy->compile->report,
                    "declare `setting rounding : rounding = half_up;`", NULL,
                    0);
  }
  bool always = false;
  for (size_t i = 0; i < symbol->definitions.count; i++) {
    RplDefinition *definition = &symbol->definitions.items[i];
    rpl_check_fits(policy, definition->guard, boolean());
    for (size_t j = 0; j < definition->values.count && !policy->is_calc; j++)
      rpl_check_fits(policy, definition->values.items[j],
                     rpl_type_optional(type, true));
    if (!definition->guard && definition->values.count == 1)
      always = !definition->values.items[0]->type.optional;
  }
  bool one = symbol->definitions.count == 1 && always;
  symbol->type = rpl_type_optional(type, !one);
}

/* A declaration that says none must allow it. */
static void check_none(RplPolicy *policy, const RplSymbol *symbol) {
  if (!symbol->value || symbol->value->kind != RPL_EXPR_NONE ||
      symbol->type.optional || rpl_type_is_poison(symbol->type))
    return;
  RplSlice arguments[2] = {rpl_type_text(policy, symbol->type),
                           rpl_slice("none")};
  rpl_report_add(policy->compile->report, RPL_DIAG_WRONG_TYPE,
                 symbol->value->span, arguments, 2);
  rpl_report_help(policy->compile->report,
                  "a type that may be none ends in `?`", NULL, 0);
}

static void check_symbol(RplPolicy *policy, RplSymbol *symbol) {
  switch (symbol->kind) {
  case RPL_SYMBOL_FACT:
    if (symbol->type.kind == RPL_KIND_CURRENCY && symbol->type.optional) {
      rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, symbol->stmt->type.span,
                        rpl_slice("a currency that is never none"),
                        rpl_type_text(policy, symbol->type));
      symbol->type.optional = false;
    }
    if (symbol->type.kind == RPL_KIND_CURRENCY && symbol->value) {
      rpl_report(policy->compile->report, RPL_DIAG_MISPLACED,
                 symbol->value->span, "assume", "the fact of the currency",
                 NULL);
      rpl_report_help(policy->compile->report,
                      "bare amounts wait for it; let amounts be given with "
                      "their currency instead",
                      NULL, 0);
    }
    rpl_check_fits(policy, symbol->value, symbol->type);
    check_none(policy, symbol);
    rpl_check_provider(policy, symbol);
    if (!symbol->is_inferred) {
      check_places(policy, symbol);
      check_bounds(policy, symbol);
    }
    break;
  case RPL_SYMBOL_PARAM:
    rpl_check_fits(policy, symbol->value, symbol->type);
    check_none(policy, symbol);
    check_bounds(policy, symbol);
    if (symbol->value && !is_literal(symbol->value) &&
        !is_set_literal(policy, symbol->value))
      rpl_report(policy->compile->report, RPL_DIAG_NOT_CONSTANT,
                 symbol->value->span, NULL);
    break;
  case RPL_SYMBOL_LET:
    if (has_type(symbol)) {
      rpl_check_fits(policy, symbol->value, symbol->type);
    } else {
      rpl_check_alone(policy, symbol->value);
      symbol->type =
          symbol->value ? symbol->value->type : rpl_type(RPL_TY_POISON);
    }
    break;
  case RPL_SYMBOL_SETTING:
  case RPL_SYMBOL_ANCHOR:
    rpl_check_fits(policy, symbol->value, symbol->type);
    break;
  case RPL_SYMBOL_OUTPUT:
    check_output(policy, symbol);
    break;
  case RPL_SYMBOL_PARAMETER: /* never among the policy's symbols */
    break;
  }
}

/* ---- rules and the rest
 * --------------------------------------------------------- */

static void suggest_output(RplPolicy *policy, RplName name) {
  if (!rpl_report_is_open(policy->compile->report))
    return;
  RplSlice *names =
      rpl_policy_alloc(policy, policy->symbols.count + 1, sizeof *names);
  size_t count = 0;
  if (!names)
    return;
  for (size_t i = 0; i < policy->symbols.count; i++)
    if (policy->symbols.items[i]->kind == RPL_SYMBOL_OUTPUT)
      names[count++] = text_of(policy, policy->symbols.items[i]->name);
  RplSlice nearest = rpl_nearest(text_of(policy, name), names, count);
  if (nearest.length)
    rpl_report_help(policy->compile->report, "did you mean `{}`?", &nearest, 1);
}

static void check_gives(RplPolicy *policy, const RplTail *tail) {
  for (size_t i = 0; i < tail->provides.count; i++) {
    RplSymbol *set = rpl_policy_asked_set(policy, tail->provides.items[i].name);
    if (set)
      set->is_mentioned = true;
  }
  for (size_t i = 0; i < tail->gives.count; i++) {
    RplGiveNode *give = &tail->gives.items[i];
    RplSymbol *output = policy->outputs[give->output.name];
    if (!output) {
      rpl_policy_report(policy, RPL_DIAG_UNKNOWN_OUTPUT, give->output.span,
                        give->output.name, 0);
      suggest_output(policy, give->output.name);
      continue;
    }
    rpl_check_fits(policy, give->value, rpl_type_optional(output->type, true));
  }
}

static void check_steps(RplPolicy *policy) {
  for (size_t i = 0; i < policy->steps.count; i++)
    rpl_check_fits(policy, policy->steps.items[i]->condition, boolean());
}

static void check_tests_of_outcomes(RplPolicy *policy) {
  for (size_t i = 0; i < policy->outcomes.count; i++) {
    RplOutcome *outcome = policy->outcomes.items[i];
    if (!outcome->is_composite)
      continue;
    RplName parts[2] = {outcome->first, outcome->second};
    for (size_t j = 0; j < 2; j++)
      if (!policy->outcome_names[parts[j]])
        rpl_policy_report(policy, RPL_DIAG_UNKNOWN_OUTCOME, outcome->span,
                          parts[j], 0);
    rpl_check_fits(policy, outcome->test, boolean());
  }
}

static void check_statements(RplPolicy *policy) {
  for (size_t i = 0; i < policy->order.count; i++)
    check_symbol(policy, policy->order.items[i]);
  check_tests_of_outcomes(policy);
  for (size_t i = 0; i < policy->rules.count; i++) {
    const RplRule *rule = &policy->rules.items[i];
    rpl_check_fits(policy, rule->stmt->tail.condition, boolean());
    check_gives(policy, &rule->stmt->tail);
  }
  if (policy->otherwise.stmt)
    check_gives(policy, &policy->otherwise.stmt->tail);
  for (size_t i = 0; i < policy->ensures.count; i++)
    rpl_check_fits(policy, policy->ensures.items[i]->expr, boolean());
  check_steps(policy);
}

static size_t open_facts(const RplPolicy *policy) {
  size_t count = 0;
  for (size_t i = 0; i < policy->symbols.count; i++)
    count += policy->symbols.items[i]->is_inferred &&
             rpl_type_is(policy->symbols.items[i]->type, RPL_TY_OPEN);
  return count;
}

/* LIMIT: rounds of inference: so long may a chain of names be of which each has
 * its type from a statement further down. */
#define MOST_ROUNDS 100

/* Inference runs until a round learns nothing new; then what is still open gets
 * the type number or is reported. */
static void infer_types(RplPolicy *policy) {
  size_t before = SIZE_MAX, open = open_facts(policy);
  for (unsigned round = 0; round < MOST_ROUNDS && open < before && open > 0 &&
                           !policy->is_out_of_memory;
       round++) {
    before = open;
    check_statements(policy);
    open = open_facts(policy);
  }
}

bool rpl_policy_check(RplPolicy *policy) {
  declare_types(policy);
  rpl_check_functions(policy);
  rpl_calendar_check(policy);
  order_symbols(policy);
  if (policy->is_inline)
    infer_types(policy);
  policy->is_final = true;
  check_statements(policy);
  rpl_check_whole(policy);
  return !policy->is_out_of_memory &&
         !rpl_report_failed(policy->compile->report);
}
