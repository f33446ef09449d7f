/* SPDX-License-Identifier: Apache-2.0
 *
 * declare.c - declares what a policy's statements name. Two rounds: first
 * names, then what needs all of them (definitions of outputs, rules of
 * outcomes). No expression is typed here (check.c).
 */
#include "compiler/builtin.h"
#include "compiler/calendar.h"
#include "compiler/gather.h"

#include <string.h>

#include "vm/number.h"
#include "vm/text.h"

/* What both rounds need to know. */
typedef struct Declaring {
  const RplSettings *settings;
  const RplName *rule_names; /* by item */
} Declaring;

/* ---- declarations ---------------------------------------------------------
 */

static RplSymbol *add_symbol(RplPolicy *policy, RplSymbolKind kind,
                             RplWord name, const RplItem *item) {
  RplSymbol **table =
      kind == RPL_SYMBOL_OUTPUT ? policy->outputs : policy->values;
  RplSymbol *old = table[name.name];
  if (old) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, name.span, name.name, 0);
    rpl_policy_label(policy, old->span, "declared here first");
    return NULL;
  }
  RplSymbol *symbol = rpl_policy_alloc(policy, 1, sizeof *symbol);
  if (!symbol)
    return NULL;
  symbol->kind = kind;
  symbol->name = name.name;
  symbol->span = name.span;
  symbol->stmt = item->stmt;
  symbol->layer = item->layer;
  table[name.name] = symbol;
  RPL_POLICY_APPEND(policy, policy->symbols, symbol);
  return symbol;
}

RplEnum *rpl_policy_enum(RplPolicy *policy, RplName name, RplWords values,
                         bool or_other, RplSpan span) {
  RplEnum *enumeration = rpl_policy_alloc(policy, 1, sizeof *enumeration);
  if (!enumeration)
    return NULL;
  *enumeration = (RplEnum){
      .name = name, .values = values, .or_other = or_other, .span = span};
  if (or_other) {
    RplWord other = {rpl_intern(policy->compile->interner, rpl_slice("other")),
                     span};
    RPL_POLICY_APPEND(policy, enumeration->values, other);
  }
  const RplWord *known = enumeration->values.items;
  for (size_t i = 0; i < enumeration->values.count; i++) {
    RplWord value = known[i];
    uint32_t *place = &policy->value_places[value.name];
    policy->flags[value.name] |= RPL_NAME_ENUM_VALUE;
    if (*place && *place <= i && known[*place - 1].name == value.name)
      rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, value.span, value.name,
                        0);
    else
      *place = (uint32_t)i + 1;
  }
  RPL_POLICY_APPEND(policy, policy->enums, enumeration);
  return enumeration;
}

static void declare_values(RplPolicy *policy, const RplTypeNode *type);

static void declare_enum(RplPolicy *policy, const RplItem *item) {
  const RplStmt *stmt = item->stmt;
  RplEnum *old = policy->types[stmt->name.name];
  const RplRecord *record = policy->record_names[stmt->name.name];
  if (record) {
    rpl_policy_twice(policy, stmt->name, record->span,
                     record->is_own || item->layer == 0);
    return;
  }
  if (old) {
    rpl_policy_twice(policy, stmt->name, old->span,
                     old->is_own || item->layer == 0);
    return;
  }
  RplEnum *enumeration =
      rpl_policy_enum(policy, stmt->name.name, stmt->type.values,
                      stmt->type.or_other, stmt->name.span);
  if (enumeration)
    enumeration->is_own = item->layer == 0;
  policy->types[stmt->name.name] = enumeration;
}

RplRecord *rpl_policy_record(RplPolicy *policy, RplName name, RplSpan span) {
  RplRecord *record = rpl_policy_alloc(policy, 1, sizeof *record);
  if (!record)
    return NULL;
  record->name = name;
  record->span = span;
  RPL_POLICY_APPEND(policy, policy->records, record);
  return record;
}

/* Records and enumerations share their names. */
static void declare_record(RplPolicy *policy, const RplItem *item) {
  const RplStmt *stmt = item->stmt;
  const RplEnum *enumeration = policy->types[stmt->name.name];
  const RplRecord *old = policy->record_names[stmt->name.name];
  if (old || enumeration) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, stmt->name.span,
                      stmt->name.name, 0);
    rpl_policy_label(policy, old ? old->span : enumeration->span,
                     "declared here first");
    return;
  }
  if (!stmt->fields.count) {
    rpl_policy_report(policy, RPL_DIAG_EMPTY_RECORD, stmt->name.span,
                      stmt->name.name, 0);
    rpl_policy_help(policy, "write its fields in braces: `{ minutes : "
                            "integer; }`");
    return;
  }
  RplRecord *record =
      rpl_policy_record(policy, stmt->name.name, stmt->name.span);
  if (!record)
    return;
  record->stmt = stmt;
  record->is_own = item->layer == 0;
  policy->record_names[stmt->name.name] = record;
  for (size_t i = 0; i < stmt->fields.count; i++)
    declare_values(policy, &stmt->fields.items[i].type);
}

static void declare_fact(RplPolicy *policy, const RplItem *item) {
  RplWord name = item->stmt->name;
  if (item->is_module && policy->values[name.name])
    return; /* the policy's own declaration stands */
  RplSymbol *symbol = add_symbol(policy, RPL_SYMBOL_FACT, name, item);
  if (!symbol)
    return;
  symbol->is_offered = item->is_module;
  symbol->value = item->stmt->tail.assume;
}

static RplExpr *name_expr(RplPolicy *policy, RplName name, RplSpan span) {
  RplExpr *expr = rpl_policy_alloc(policy, 1, sizeof *expr);
  if (expr) {
    expr->kind = RPL_EXPR_NAME;
    expr->name = name;
    expr->span = span;
    expr->height = 1;
  }
  return expr;
}

static void declare_setting(RplPolicy *policy, const RplItem *item,
                            const RplSettings *settings) {
  RplStmt *stmt = item->stmt;
  const RplSetting *setting = rpl_setting_find(settings, stmt->name.name);
  RplSymbol *symbol = add_symbol(policy, RPL_SYMBOL_SETTING, stmt->name, item);
  if (!symbol || !setting)
    return;
  const RplStmt *set = setting->set;
  symbol->value = stmt->expr;
  if (set) {
    symbol->layer = setting->set_layer;
    symbol->value =
        set->kind == RPL_STMT_DEFINE ? set->exprs.items[0] : set->expr;
    if (set->tail.condition || set->tail.fors.count || set->exprs.count > 1)
      rpl_policy_report(policy, RPL_DIAG_SETTING_GUARD, set->span,
                        stmt->name.name, 0);
    if (set->tail.from && !stmt->anchor.name)
      rpl_policy_report(policy, RPL_DIAG_SETTING_ANCHOR, set->tail.from->span,
                        stmt->name.name, 0);
  }
  if (stmt->anchor.name) {
    RplSymbol *anchor =
        add_symbol(policy, RPL_SYMBOL_ANCHOR, stmt->anchor, item);
    if (anchor && (set || stmt->expr))
      anchor->value =
          set && set->tail.from ? set->tail.from : stmt->anchor_default;
  }
}

static void add_definition(RplPolicy *policy, const RplItem *item,
                           RplSymbol *output) {
  RplStmt *stmt = item->stmt;
  RplDefinition definition = {.stmt = stmt,
                              .guard = stmt->tail.condition,
                              .values = stmt->exprs,
                              .fors = stmt->tail.fors,
                              .cites = stmt->tail.cites};
  if (!definition.fors.count)
    definition.fors = output->default_fors;
  if (!definition.cites.count)
    definition.cites = output->default_cites;
  definition.cites.capacity = definition.cites.count; /* shared: copy to grow */
  for (size_t i = 0; i < item->cites.count; i++)
    RPL_POLICY_APPEND(policy, definition.cites, item->cites.items[i]);
  if (stmt->tail.from)
    rpl_report(policy->compile->report, RPL_DIAG_MISPLACED,
               stmt->tail.from->span, "from", "the definition of an output",
               NULL);
  if (definition.values.count > 1 && !output->is_ranked) {
    rpl_policy_report(policy, RPL_DIAG_NOT_RANKED,
                      definition.values.items[1]->span, output->name, 0);
    rpl_policy_help(policy, "an output that takes several is `ranked`: "
                            "`output NAME : ranked TYPE;`");
  }
  RPL_POLICY_APPEND(policy, output->definitions, definition);
}

static bool has_modifier(const RplPolicy *policy, const RplTypeNode *type,
                         const char *word) {
  for (size_t i = 0; i < type->modifiers.count; i++)
    if (rpl_slice_is(rpl_policy_text(policy, type->modifiers.items[i].name),
                     word))
      return true;
  return false;
}

static void declare_output(RplPolicy *policy, const RplItem *item) {
  RplStmt *stmt = item->stmt;
  RplSymbol *symbol = add_symbol(policy, RPL_SYMBOL_OUTPUT, stmt->name, item);
  if (!symbol)
    return;
  symbol->is_ranked = has_modifier(policy, &stmt->type, "ranked");
  symbol->is_required = has_modifier(policy, &stmt->type, "required");
  if (!stmt->exprs.count) {
    symbol->default_fors = stmt->tail.fors;
    symbol->default_cites = stmt->tail.cites;
  }
}

static void declare_outcome(RplPolicy *policy, const RplItem *item) {
  RplStmt *stmt = item->stmt;
  RplOutcome *outcome = rpl_policy_alloc(policy, 1, sizeof *outcome);
  if (!outcome)
    return;
  *outcome = (RplOutcome){.name = stmt->name.name,
                          .reported = stmt->reported.name ? stmt->reported.name
                                                          : stmt->name.name,
                          .span = stmt->name.span,
                          .is_composite = stmt->expr != NULL,
                          .first = stmt->outcome.name,
                          .second = stmt->alternative.name,
                          .test = stmt->expr};
  if (policy->outcome_names[outcome->name]) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, outcome->span,
                      outcome->name, 0);
    return;
  }
  if (stmt->words.count) {
    RplSlice word = rpl_policy_text(policy, stmt->words.items[0].name);
    if (rpl_slice_is(word, "unknown"))
      policy->unknown_report = outcome->reported;
    else if (rpl_slice_is(word, "error"))
      policy->error_report = outcome->reported;
    else
      rpl_policy_report(policy, RPL_DIAG_UNKNOWN_NAME,
                        stmt->words.items[0].span, stmt->words.items[0].name,
                        0);
  }
  policy->outcome_names[outcome->name] = outcome;
  RPL_POLICY_APPEND(policy, policy->outcomes, outcome);
}

static void declare_step(RplPolicy *policy, RplWord id, RplTextNode text,
                         RplExpr *condition, RplWords cites, unsigned layer) {
  RplStepDecl *old = policy->step_names[id.name];
  if (old) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, id.span, id.name, 0);
    rpl_policy_label(policy, old->span, "declared here first");
    return;
  }
  RplStepDecl *step = rpl_policy_alloc(policy, 1, sizeof *step);
  if (!step)
    return;
  *step = (RplStepDecl){.id = id.name,
                        .text = text,
                        .condition = condition,
                        .cites = cites,
                        .span = id.span,
                        .layer = layer};
  policy->step_names[id.name] = step;
  RPL_POLICY_APPEND(policy, policy->steps, step);
}

/* Steps that a rule declares on the spot. */
static void declare_rule_steps(RplPolicy *policy, const RplItem *item) {
  const RplStepNodes *steps = &item->stmt->tail.steps;
  for (size_t i = 0; i < steps->count; i++)
    if (steps->items[i].text.text.data)
      declare_step(policy, steps->items[i].id, steps->items[i].text,
                   steps->items[i].condition, (RplWords){0}, item->layer);
}

static void declare_source(RplPolicy *policy, const RplStmt *stmt) {
  for (size_t i = 0; i < stmt->words.count; i++)
    policy->flags[stmt->words.items[i].name] |= RPL_NAME_CLAUSE;
}

/* `otherwise` and `undetermined` stand once; a base's may be replaced; a
 * module's holds for policies on the command line only: a policy file says it
 * itself. */
static void declare_once(RplPolicy *policy, RplOnce *once, const RplItem *item,
                         const char *word) {
  RplStmt *stmt = item->stmt;
  if (!once->stmt) {
    if (!item->is_module || policy->is_inline)
      *once = (RplOnce){stmt, item->layer};
    return;
  }
  if (item->is_module)
    return;
  bool same = once->layer == item->layer;
  RplSlice name = rpl_slice(word);
  rpl_report_add(policy->compile->report,
                 same ? RPL_DIAG_TWO_OTHERWISE : RPL_DIAG_NEEDS_REPLACE,
                 same ? stmt->span : once->stmt->span, &name, 1);
  rpl_policy_label(policy, same ? once->stmt->span : stmt->span,
                   same ? "the first one" : "inherited from here");
}

/* `one of a, b`: its values are known before names are inferred. */
static void declare_values(RplPolicy *policy, const RplTypeNode *type) {
  for (size_t i = 0; i < type->values.count; i++)
    policy->flags[type->values.items[i].name] |= RPL_NAME_ENUM_VALUE;
}

/* A policy changes what it inherits or draws in with `replace` alone; two
 * modules cannot bring one name. */
static void report_function_twice(RplPolicy *policy, const RplFunction *old,
                                  const RplItem *item) {
  RplWord name = item->stmt->name;
  if (old->is_module || old->layer == item->layer) {
    rpl_policy_twice(policy, name, old->span, old->layer == item->layer);
    return;
  }
  rpl_policy_report(policy, RPL_DIAG_NEEDS_REPLACE, old->span, name.name, 0);
  rpl_policy_label(policy, name.span, "inherited from here");
}

static void declare_function(RplPolicy *policy, const RplItem *item) {
  RplWord name = item->stmt->name;
  RplFunction *old = policy->function_names[name.name];
  if (rpl_builtin_is(rpl_policy_text(policy, name.name))) {
    rpl_policy_report(policy, RPL_DIAG_BUILTIN_NAME, name.span, name.name, 0);
    rpl_policy_help(policy, "give it another name");
    return;
  }
  if (old) {
    report_function_twice(policy, old, item);
    return;
  }
  RplFunction *function = rpl_policy_alloc(policy, 1, sizeof *function);
  if (!function)
    return;
  *function = (RplFunction){.name = name.name,
                            .span = name.span,
                            .stmt = item->stmt,
                            .layer = item->layer,
                            .is_module = item->is_module,
                            .index = (uint32_t)policy->functions.count};
  policy->function_names[name.name] = function;
  RPL_POLICY_APPEND(policy, policy->functions, function);
}

static void declare(RplPolicy *policy, const RplItem *item,
                    const RplSettings *settings) {
  RplStmt *stmt = item->stmt;
  RplSymbol *symbol;
  declare_values(policy, &stmt->type);
  switch (stmt->kind) {
  case RPL_STMT_ENUM:
    declare_enum(policy, item);
    break;
  case RPL_STMT_RECORD:
    declare_record(policy, item);
    break;
  case RPL_STMT_CALENDAR:
    rpl_calendar_declare(policy, item);
    break;
  case RPL_STMT_FACT:
    declare_fact(policy, item);
    break;
  case RPL_STMT_PARAM:
  case RPL_STMT_LET:
    symbol = add_symbol(
        policy, stmt->kind == RPL_STMT_LET ? RPL_SYMBOL_LET : RPL_SYMBOL_PARAM,
        stmt->name, item);
    if (symbol)
      symbol->value = stmt->expr;
    break;
  case RPL_STMT_SETTING:
    declare_setting(policy, item, settings);
    break;
  case RPL_STMT_OUTPUT:
    declare_output(policy, item);
    break;
  case RPL_STMT_OUTCOME:
    declare_outcome(policy, item);
    break;
  case RPL_STMT_STEP:
    declare_step(policy, stmt->name, stmt->title, stmt->tail.condition,
                 stmt->tail.cites, item->layer);
    break;
  case RPL_STMT_RULE:
    declare_rule_steps(policy, item);
    break;
  case RPL_STMT_OTHERWISE:
    declare_rule_steps(policy, item);
    declare_once(policy, &policy->otherwise, item, "otherwise");
    break;
  case RPL_STMT_UNDETERMINED:
    declare_once(policy, &policy->undetermined, item, "undetermined");
    break;
  case RPL_STMT_SOURCE:
    declare_source(policy, stmt);
    break;
  case RPL_STMT_ENSURE:
    RPL_POLICY_APPEND(policy, policy->ensures, stmt);
    break;
  case RPL_STMT_TEST:
    RPL_POLICY_APPEND(policy, policy->tests, stmt);
    break;
  case RPL_STMT_GIVEN:
    RPL_POLICY_APPEND(policy, policy->givens, stmt);
    if (!policy->given_names[stmt->name.name])
      policy->given_names[stmt->name.name] = stmt;
    break;
  case RPL_STMT_FUNCTION:
  case RPL_STMT_TABLE:
    declare_function(policy, item);
    break;
  case RPL_STMT_POLICY:
    if (item->layer == 0)
      policy->title = stmt;
    break;
  default:
    break;
  }
}

/* ---- second round: what needs all names ------------------------------------
 */

static void attach_definition(RplPolicy *policy, const RplItem *item) {
  RplStmt *stmt = item->stmt;
  if (!stmt->exprs.count && stmt->kind == RPL_STMT_OUTPUT)
    return;
  RplSymbol *output = policy->outputs[stmt->name.name];
  if (output && stmt->kind != RPL_STMT_SET) {
    add_definition(policy, item, output);
    return;
  }
  rpl_policy_report(policy,
                    output ? RPL_DIAG_NOT_A_SETTING : RPL_DIAG_UNKNOWN_OUTPUT,
                    stmt->name.span, stmt->name.name, 0);
  if (output)
    rpl_policy_help(policy, "an output is defined with `=`");
  else
    rpl_policy_suggest_among(policy, stmt->name.name,
                             rpl_policy_is_output_name);
}

static void unknown_outcome(RplPolicy *policy, RplWord word) {
  RplBuffer list;
  rpl_policy_report(policy, RPL_DIAG_UNKNOWN_OUTCOME, word.span, word.name, 0);
  rpl_buffer_init(&list, policy->compile->arena->allocator);
  for (size_t i = 0; i < policy->outcomes.count; i++) {
    rpl_buffer_text(&list, i ? ", " : "");
    rpl_buffer_slice(&list,
                     rpl_policy_text(policy, policy->outcomes.items[i]->name));
  }
  RplSlice view = rpl_buffer_view(&list);
  rpl_report_help(policy->compile->report, "outcomes are {}", &view, 1);
  rpl_buffer_clear(&list);
  /* a near one takes the place of the list */
  rpl_policy_suggest_among(policy, word.name, rpl_policy_is_outcome_name);
}

static void attach_rule(RplPolicy *policy, const RplItem *item, RplName name) {
  RplStmt *stmt = item->stmt;
  RplOutcome *outcome = policy->outcome_names[stmt->outcome.name];
  if (!outcome)
    unknown_outcome(policy, stmt->outcome);
  if (policy->flags[name] & RPL_NAME_RULE) {
    RplSpan span = stmt->name.name ? stmt->name.span : stmt->outcome.span;
    const RplRule *old =
        policy->rule_names[name]
            ? &policy->rules.items[policy->rule_names[name] - 1]
            : NULL;
    bool same = old && old->layer == item->layer;
    RplSpan at = same || !old ? span : old->stmt->name.span;
    rpl_policy_report(policy,
                      same ? RPL_DIAG_DUPLICATE_RULE : RPL_DIAG_NEEDS_REPLACE,
                      at, name, 0);
    if (old)
      rpl_policy_label(policy, same ? old->stmt->span : stmt->span,
                       same ? "the first one" : "inherited from here");
    return;
  }
  policy->flags[name] |= RPL_NAME_RULE;
  if (!outcome)
    return;
  RplRule rule = {.stmt = stmt,
                  .name = name,
                  .outcome = outcome,
                  .cites = stmt->tail.cites,
                  .layer = item->layer,
                  .is_module = item->is_module};
  for (size_t i = 0; i < item->cites.count; i++)
    RPL_POLICY_APPEND(policy, rule.cites, item->cites.items[i]);
  RPL_POLICY_APPEND(policy, policy->rules, rule);
  policy->rule_names[name] = (uint32_t)policy->rules.count;
}

static void visit_declare(RplPolicy *policy, const RplItem *item, size_t index,
                          void *context) {
  (void)index;
  const Declaring *declaring = context;
  declare(policy, item, declaring->settings);
}

static void visit_attach(RplPolicy *policy, const RplItem *item, size_t index,
                         void *context) {
  const Declaring *declaring = context;
  RplStmtKind kind = item->stmt->kind;
  if (kind == RPL_STMT_RULE)
    attach_rule(policy, item, declaring->rule_names[index]);
  else if (kind == RPL_STMT_DEFINE || kind == RPL_STMT_SET ||
           kind == RPL_STMT_OUTPUT)
    attach_definition(policy, item);
}

/* A fact that an inline policy will be given, though its text does not name it:
 * declared where a default of the vocabulary asks for it. */
static bool is_offered(RplPolicy *policy, RplWord word,
                       const RplSymbol *setting) {
  const RplWords *offered = &policy->compile->offered;
  RplItem item = {.stmt = setting->stmt, .layer = setting->layer};
  for (size_t i = 0; i < offered->count && policy->is_inline; i++) {
    if (offered->items[i].name != word.name)
      continue;
    RplSymbol *symbol = add_symbol(policy, RPL_SYMBOL_FACT, word, &item);
    if (!symbol)
      return false;
    symbol->is_inferred = true;
    symbol->type = rpl_type(RPL_TY_OPEN);
    return true;
  }
  return false;
}

/* A setting whose default is "the first of these that the policy has". */
static void pick_defaults(RplPolicy *policy) {
  for (size_t i = 0; i < policy->symbols.count; i++) {
    RplSymbol *symbol = policy->symbols.items[i];
    if (symbol->kind != RPL_SYMBOL_SETTING || symbol->value)
      continue;
    const RplWords *words = &symbol->stmt->words;
    for (size_t j = 0; j < words->count && !symbol->value; j++)
      if (policy->values[words->items[j].name] ||
          is_offered(policy, words->items[j], symbol))
        symbol->value =
            name_expr(policy, words->items[j].name, words->items[j].span);
  }
}

/* An output that nothing defines takes the fallback of its declaration. */
static void use_fallbacks(RplPolicy *policy) {
  for (size_t i = 0; i < policy->symbols.count; i++) {
    RplSymbol *symbol = policy->symbols.items[i];
    if (symbol->kind != RPL_SYMBOL_OUTPUT || symbol->definitions.count ||
        !symbol->stmt->fallback)
      continue;
    const RplExpr *fallback = symbol->stmt->fallback;
    const RplSymbol *read = fallback->kind == RPL_EXPR_NAME
                                ? rpl_policy_lookup(policy, fallback->name)
                                : NULL;
    if (read && read->kind == RPL_SYMBOL_SETTING && !read->value)
      continue; /* nothing to fall back on */
    RplDefinition definition = {.stmt = symbol->stmt,
                                .fors = symbol->default_fors,
                                .cites = symbol->default_cites};
    RPL_POLICY_APPEND(policy, definition.values, symbol->stmt->fallback);
    RPL_POLICY_APPEND(policy, symbol->definitions, definition);
  }
}

/* ---- names of an inline policy ----------------------------------------------
 */

/* In a calculation only what is written `unknown` is a fact (calc.c numbers
 * them); any other name is a mistake. */
static bool is_unknown_name(const RplPolicy *policy, RplName name) {
  RplSlice text = rpl_policy_text(policy, name);
  return text.length > 8 && memcmp(text.data, "unknown ", 8) == 0;
}

static void infer_names(RplPolicy *policy, RplExpr *root, const RplItem *item) {
  if (!root)
    return;
  size_t count = 0;
  RplExpr **nodes = rpl_expr_postorder(policy->compile->arena, root, &count);
  if (!nodes) {
    policy->is_out_of_memory = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const RplExpr *node = nodes[i];
    RplRounding mode;
    if (node->kind != RPL_EXPR_NAME || rpl_policy_lookup(policy, node->name) ||
        (policy->flags[node->name] & RPL_NAME_ENUM_VALUE) ||
        rpl_rounding_from_name(rpl_policy_text(policy, node->name), &mode) ||
        (policy->is_calc && !is_unknown_name(policy, node->name)))
      continue;
    RplSymbol *symbol = add_symbol(policy, RPL_SYMBOL_FACT,
                                   (RplWord){node->name, node->span}, item);
    if (symbol) {
      symbol->is_inferred = true;
      symbol->type = rpl_type(RPL_TY_OPEN);
    }
  }
}

/* Undeclared names of a policy on the command line are facts. */
static void visit_infer(RplPolicy *policy, const RplItem *item, size_t index,
                        void *context) {
  (void)index;
  (void)context;
  RplStmt *stmt = item->stmt;
  if (item->layer > 0)
    return;
  infer_names(policy, stmt->tail.condition, item);
  infer_names(policy, stmt->expr, item);
  infer_names(policy, stmt->tail.from, item);
  for (size_t i = 0; i < stmt->exprs.count; i++)
    infer_names(policy, stmt->exprs.items[i], item);
  for (size_t i = 0; i < stmt->tail.gives.count; i++)
    infer_names(policy, stmt->tail.gives.items[i].value, item);
}

static void infer_settings(RplPolicy *policy, const RplLayers *layers,
                           const RplSettings *settings) {
  RplFile *file = layers->items[0];
  for (size_t i = 0; i < file->unit.stmts.count; i++) {
    RplItem item = {.stmt = file->unit.stmts.items[i]};
    if (rpl_setting_is_set_by(settings, item.stmt))
      visit_infer(policy, &item, 0, NULL);
  }
}

/* ---- names in lists ---------------------------------------------------------
 */

static void check_cites(RplPolicy *policy, RplWords cites) {
  if (policy->is_inline)
    return; /* a sentence on the command line names no source */
  for (size_t i = 0; i < cites.count; i++) {
    RplWord word = cites.items[i];
    if (policy->flags[word.name] & RPL_NAME_CLAUSE)
      continue;
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_CLAUSE, word.span, word.name, 0);
    rpl_policy_suggest_among(policy, word.name, rpl_policy_is_clause_name);
  }
}

static void check_fors(RplPolicy *policy, RplWords fors) {
  for (size_t i = 0; i < fors.count; i++) {
    RplWord word = fors.items[i];
    if (rpl_policy_is_for_name(policy, word.name) ||
        rpl_slice_is(rpl_policy_text(policy, word.name), "otherwise"))
      continue;
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_FOR, word.span, word.name, 0);
    rpl_policy_suggest_among(policy, word.name, rpl_policy_is_for_name);
  }
}

static void check_steps(RplPolicy *policy, const RplStepNodes *steps) {
  for (size_t i = 0; i < steps->count; i++) {
    RplWord id = steps->items[i].id;
    const RplStepNode *node = &steps->items[i];
    if (policy->step_names[id.name] && node->condition &&
        !node->text.text.data) {
      rpl_report(policy->compile->report, RPL_DIAG_MISPLACED,
                 node->condition->span, "if",
                 "a step that is declared elsewhere", NULL);
      rpl_policy_help(policy, "put the `if` where the step is declared");
    }
    if (policy->step_names[id.name])
      continue;
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_STEP, id.span, id.name, 0);
    rpl_policy_suggest_among(policy, id.name, rpl_policy_is_step_name);
  }
}

static void visit_lists(RplPolicy *policy, const RplItem *item, size_t index,
                        void *context) {
  (void)index;
  (void)context;
  const RplTail *tail = &item->stmt->tail;
  check_cites(policy, tail->cites);
  check_cites(policy, item->cites);
  check_fors(policy, tail->fors);
  check_steps(policy, &tail->steps);
  RplStmtKind kind = item->stmt->kind;
  const RplOutcome *outcome =
      kind == RPL_STMT_OTHERWISE
          ? policy->outcome_names[item->stmt->outcome.name]
          : NULL;
  if (outcome && outcome->is_composite) {
    rpl_policy_report(policy, RPL_DIAG_COMPOSITE_OTHERWISE,
                      item->stmt->outcome.span, outcome->name, 0);
    RplSlice parts[2] = {rpl_policy_text(policy, outcome->first),
                         rpl_policy_text(policy, outcome->second)};
    rpl_report_help(policy->compile->report, "say `{}` or `{}`", parts, 2);
  }
  if (kind == RPL_STMT_OTHERWISE && item->layer == 0 &&
      !policy->outcome_names[item->stmt->outcome.name])
    unknown_outcome(policy, item->stmt->outcome);
}

void rpl_policy_declare(RplPolicy *policy, const RplLayers *layers,
                        const RplSettings *settings,
                        const RplName *rule_names) {
  Declaring declaring = {settings, rule_names};
  rpl_policy_visit(policy, visit_declare, &declaring);
  if (policy->is_inline) {
    rpl_policy_visit(policy, visit_infer, NULL);
    infer_settings(policy, layers, settings);
  }
  rpl_policy_visit(policy, visit_attach, &declaring);
  pick_defaults(policy);
  use_fallbacks(policy);
  rpl_policy_visit(policy, visit_lists, NULL);
}
