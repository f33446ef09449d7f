/* SPDX-License-Identifier: Apache-2.0
 *
 * gather.c - puts the statements of a policy's files into their final order and
 * declares what they name. In order: settings in force, items with the blocks of
 * those settings, replacements, then declarations one by one. Nothing is typed
 * here (check.c).
 */
#include <string.h>

#include "compiler/policy.h"
#include "vm/text.h"

/* ---- small helpers -------------------------------------------------------- */

bool rpl_policy_grow(RplPolicy *policy, void **items, size_t count,
                     size_t *capacity, size_t item_bytes) {
  void *grown =
      rpl_arena_grow(policy->compile->arena, *items, count, capacity,
                     item_bytes);
  if (!grown) {
    policy->is_out_of_memory = true;
    return false;
  }
  *items = grown;
  return true;
}

#define APPEND(policy, list, item)                                             \
  do {                                                                         \
    void *items = (list).items;                                                \
    if (rpl_policy_grow(policy, &items, (list).count, &(list).capacity,        \
                        sizeof *(list).items)) {                               \
      (list).items = items;                                                    \
      (list).items[(list).count++] = (item);                                   \
    }                                                                          \
  } while (0)

static void *allocate(RplPolicy *policy, size_t count, size_t bytes) {
  void *block = rpl_arena_array(policy->compile->arena, count, bytes);
  if (!block)
    policy->is_out_of_memory = true;
  return block;
}

static RplSlice text_of(const RplPolicy *policy, RplName name) {
  return rpl_name_text(policy->compile->interner, name);
}

void rpl_policy_report(RplPolicy *policy, RplDiagCode code, RplSpan span,
                       RplName first, RplName second) {
  RplSlice arguments[2] = {text_of(policy, first), text_of(policy, second)};
  rpl_report_add(policy->compile->report, code, span, arguments, 2);
}

static void label(RplPolicy *policy, RplSpan span, const char *text) {
  rpl_report_label(policy->compile->report, span, text, NULL, 0);
}

static void help(RplPolicy *policy, const char *text) {
  rpl_report_help(policy->compile->report, text, NULL, 0);
}

/* LIMIT: at most this many names are compared for a suggestion. */
#define MOST_CANDIDATES 10000

typedef bool (*NameTest)(const RplPolicy *policy, RplName name);

static void suggest_among(RplPolicy *policy, RplName name, NameTest test) {
  RplSlice *candidates = allocate(policy, MOST_CANDIDATES, sizeof(RplSlice));
  if (!candidates)
    return;
  size_t count = 0;
  for (RplName n = 1; n < policy->name_count && count < MOST_CANDIDATES; n++)
    if (test(policy, n))
      candidates[count++] = text_of(policy, n);
  RplSlice nearest = rpl_nearest(text_of(policy, name), candidates, count);
  if (nearest.length)
    rpl_report_help(policy->compile->report, "did you mean `{}`?", &nearest, 1);
}

static bool is_value_name(const RplPolicy *policy, RplName name) {
  return policy->values[name] || policy->outputs[name] ||
         (policy->flags[name] & RPL_NAME_ENUM_VALUE);
}

static bool is_clause_name(const RplPolicy *policy, RplName name) {
  return policy->flags[name] & RPL_NAME_CLAUSE;
}

static bool is_outcome_name(const RplPolicy *policy, RplName name) {
  return policy->outcome_names[name] != NULL;
}

static bool is_output_name(const RplPolicy *policy, RplName name) {
  return policy->outputs[name] ||
         (policy->values[name] &&
          policy->values[name]->kind == RPL_SYMBOL_SETTING);
}

static bool is_step_name(const RplPolicy *policy, RplName name) {
  return policy->step_names[name] != NULL;
}

static bool is_for_name(const RplPolicy *policy, RplName name) {
  return policy->outcome_names[name] || (policy->flags[name] & RPL_NAME_RULE);
}

void rpl_policy_suggest(RplPolicy *policy, RplName name) {
  suggest_among(policy, name, is_value_name);
}

RplSymbol *rpl_policy_lookup(const RplPolicy *policy, RplName name) {
  if (name >= policy->name_count)
    return NULL;
  return policy->values[name] ? policy->values[name] : policy->outputs[name];
}

/* ---- items ---------------------------------------------------------------- */

/* What a statement declares or defines, where a replacement may take its place. */
static RplName key_of(const RplStmt *stmt) {
  switch (stmt->kind) {
  case RPL_STMT_RULE:
  case RPL_STMT_DEFINE:
  case RPL_STMT_SET:
  case RPL_STMT_LET:
  case RPL_STMT_PARAM:
  case RPL_STMT_STEP:
  case RPL_STMT_FACT:
    return stmt->name.name;
  case RPL_STMT_OUTPUT: /* its definition, if it has one */
    return stmt->exprs.count ? stmt->name.name : 0;
  case RPL_STMT_OTHERWISE:
  case RPL_STMT_UNDETERMINED:
    return UINT32_MAX;
  default:
    return 0;
  }
}

/* Definitions are one kind for replacing, whichever way they are written. */
static int replace_kind(const RplStmt *stmt) {
  return stmt->kind == RPL_STMT_OUTPUT ? RPL_STMT_DEFINE : (int)stmt->kind;
}

static void add_item(RplPolicy *policy, RplStmt *stmt, unsigned layer,
                     bool is_module, RplWords cites) {
  RplItem item = {.stmt = stmt,
                  .layer = layer,
                  .is_module = is_module,
                  .key = key_of(stmt),
                  .cites = cites};
  APPEND(policy, policy->items, item);
}

/* A setting that some layer declares, and the statement that gives its value. */
typedef struct Setting {
  RplStmt *declared;
  RplStmt *set;
  unsigned set_layer;
} Setting;

typedef struct Settings {
  Setting *items;
  size_t count, capacity;
} Settings;

static Setting *find_setting(Settings *settings, RplName name) {
  for (size_t i = 0; i < settings->count; i++)
    if (settings->items[i].declared->name.name == name)
      return &settings->items[i];
  return NULL;
}

/* The nearest layer's statement holds. One further away must have said `default`
 * and the nearer one `replace`; the vocabulary declares and never sets. */
static void set_setting(RplPolicy *policy, Setting *setting, RplStmt *stmt,
                        unsigned layer) {
  RplReport *report = policy->compile->report;
  RplName name = stmt->name.name;
  if (!setting->set) {
    setting->set = stmt;
    setting->set_layer = layer;
    return;
  }
  RplStmt *nearer = setting->set;
  if (setting->set_layer == layer) {
    rpl_policy_report(policy, RPL_DIAG_TWO_OTHERWISE, stmt->span, name, 0);
    label(policy, nearer->span, "the first one");
  } else if (!nearer->is_replace) {
    rpl_policy_report(policy, RPL_DIAG_NEEDS_REPLACE, nearer->span, name, 0);
    label(policy, stmt->span, "inherited from here");
  } else if (!stmt->is_default) {
    rpl_policy_report(policy, RPL_DIAG_NOT_DEFAULT, nearer->span, name, 0);
    label(policy, stmt->span, "inherited from here");
  }
  (void)report;
}

static void collect_settings(RplPolicy *policy, const RplLayers *layers,
                             Settings *settings) {
  for (size_t i = 0; i < layers->count; i++) {
    const RplStmts *stmts = &layers->items[i]->unit.stmts;
    for (size_t j = 0; j < stmts->count; j++)
      if (stmts->items[j]->kind == RPL_STMT_SETTING) {
        Setting setting = {.declared = stmts->items[j]};
        APPEND(policy, *settings, setting);
      }
  }
  for (size_t i = 0; i < layers->count; i++) {
    const RplStmts *stmts = &layers->items[i]->unit.stmts;
    for (size_t j = 0; j < stmts->count; j++) {
      RplStmt *stmt = stmts->items[j];
      if (stmt->kind != RPL_STMT_SET && stmt->kind != RPL_STMT_DEFINE)
        continue;
      Setting *setting = find_setting(settings, stmt->name.name);
      if (setting)
        set_setting(policy, setting, stmt, (unsigned)i);
    }
  }
}

static void add_block(RplPolicy *policy, const Setting *setting, unsigned layer,
                      bool is_module) {
  RplWords cites = {0};
  if (setting->set)
    cites = setting->set->tail.cites;
  const RplStmts *block = &setting->declared->block;
  for (size_t i = 0; i < block->count; i++)
    add_item(policy, block->items[i], layer, is_module, cites);
}

static bool is_setting_value(Settings *settings, const RplStmt *stmt) {
  return (stmt->kind == RPL_STMT_SET || stmt->kind == RPL_STMT_DEFINE) &&
         find_setting(settings, stmt->name.name);
}

/* Appends all statements in layer order; a setting's block stands where the
 * setting is declared, and only if the setting has a value. */
static void collect_items(RplPolicy *policy, const RplLayers *layers,
                          Settings *settings) {
  for (size_t i = 0; i < layers->count; i++) {
    const RplFile *file = layers->items[i];
    bool is_module = file->head && file->head->kind == RPL_STMT_MODULE;
    for (size_t j = 0; j < file->unit.stmts.count; j++) {
      RplStmt *stmt = file->unit.stmts.items[j];
      if (is_setting_value(settings, stmt))
        continue;
      if (stmt->kind == RPL_STMT_TEST && i > 0)
        continue;
      add_item(policy, stmt, (unsigned)i, is_module, (RplWords){0});
      const Setting *setting = stmt->kind == RPL_STMT_SETTING
                                   ? find_setting(settings, stmt->name.name)
                                   : NULL;
      if (setting && (setting->set || stmt->expr || stmt->words.count))
        add_block(policy, setting, (unsigned)i, is_module);
    }
  }
}

/* ---- replacements --------------------------------------------------------- */

static uint32_t find_target(const RplPolicy *policy, const uint32_t *heads,
                            const RplItem *item) {
  uint32_t at = item->key == UINT32_MAX ? heads[0] : heads[item->key];
  for (; at; at = policy->items.items[at - 1].same) {
    const RplItem *other = &policy->items.items[at - 1];
    if (other->layer > item->layer &&
        replace_kind(other->stmt) == replace_kind(item->stmt))
      return at;
  }
  return 0;
}

static const char *replace_word(const RplStmt *stmt) {
  return stmt->kind == RPL_STMT_OTHERWISE ? "otherwise" : "undetermined";
}

static void report_replace(RplPolicy *policy, RplDiagCode code,
                           const RplItem *item) {
  RplSlice word = item->key == UINT32_MAX
                      ? rpl_slice(replace_word(item->stmt))
                      : text_of(policy, item->key);
  rpl_report_add(policy->compile->report, code, item->stmt->span, &word, 1);
}

/* Drops every further definition of the same thing and stands in the place of
 * the first. */
static void replace_item(RplPolicy *policy, uint32_t index, uint32_t target) {
  RplItem *items = policy->items.items;
  RplItem *place = &items[target - 1];
  items[index].is_dropped = true; /* it stands elsewhere */
  uint32_t *link = &place->instead;
  while (*link)
    link = &items[*link - 1].more;
  *link = index + 1;
  for (uint32_t at = target; at; at = items[at - 1].same) {
    RplItem *other = &items[at - 1];
    if (other->layer <= items[index].layer ||
        replace_kind(other->stmt) != replace_kind(items[index].stmt))
      continue;
    if (!other->stmt->is_default && !other->is_dropped) {
      report_replace(policy, RPL_DIAG_NOT_DEFAULT, &items[index]);
      label(policy, other->stmt->span, "inherited from here");
    }
    other->is_dropped = true;
  }
}

static void apply_replacements(RplPolicy *policy) {
  size_t count = policy->items.count;
  uint32_t *heads = allocate(policy, policy->name_count, sizeof *heads);
  if (!heads)
    return;
  for (size_t i = count; i-- > 0;) {
    RplItem *item = &policy->items.items[i];
    if (!item->key || item->stmt->is_replace)
      continue;
    uint32_t *head = &heads[item->key == UINT32_MAX ? 0 : item->key];
    item->same = *head;
    *head = (uint32_t)i + 1;
  }
  for (size_t i = 0; i < count; i++) {
    RplItem *item = &policy->items.items[i];
    if (!item->stmt->is_replace || !item->key)
      continue;
    uint32_t target = find_target(policy, heads, item);
    if (target)
      replace_item(policy, (uint32_t)i, target);
    else
      report_replace(policy, RPL_DIAG_NOTHING_TO_REPLACE, item);
  }
}

/* ---- declarations --------------------------------------------------------- */

static RplSymbol *add_symbol(RplPolicy *policy, RplSymbolKind kind,
                             RplWord name, const RplItem *item) {
  RplSymbol **table =
      kind == RPL_SYMBOL_OUTPUT ? policy->outputs : policy->values;
  RplSymbol *old = table[name.name];
  if (old) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, name.span, name.name, 0);
    label(policy, old->span, "declared here first");
    return NULL;
  }
  RplSymbol *symbol = allocate(policy, 1, sizeof *symbol);
  if (!symbol)
    return NULL;
  symbol->kind = kind;
  symbol->name = name.name;
  symbol->span = name.span;
  symbol->stmt = item->stmt;
  symbol->layer = item->layer;
  table[name.name] = symbol;
  APPEND(policy, policy->symbols, symbol);
  return symbol;
}

RplEnum *rpl_policy_enum(RplPolicy *policy, RplName name, RplWords values,
                         bool or_other, RplSpan span) {
  RplEnum *enumeration = allocate(policy, 1, sizeof *enumeration);
  if (!enumeration)
    return NULL;
  *enumeration = (RplEnum){
      .name = name, .values = values, .or_other = or_other, .span = span};
  if (or_other) {
    RplWord other = {
        rpl_intern(policy->compile->interner, rpl_slice("other")), span};
    APPEND(policy, enumeration->values, other);
  }
  for (size_t i = 0; i < enumeration->values.count; i++) {
    RplWord value = enumeration->values.items[i];
    policy->flags[value.name] |= RPL_NAME_ENUM_VALUE;
    for (size_t j = 0; j < i && j < 1000; j++)
      if (enumeration->values.items[j].name == value.name) {
        rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, value.span,
                          value.name, 0);
        break;
      }
  }
  APPEND(policy, policy->enums, enumeration);
  return enumeration;
}

static void declare_enum(RplPolicy *policy, const RplItem *item) {
  const RplStmt *stmt = item->stmt;
  RplEnum *old = policy->types[stmt->name.name];
  if (old) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, stmt->name.span,
                      stmt->name.name, 0);
    label(policy, old->span, "declared here first");
    return;
  }
  RplEnum *enumeration = rpl_policy_enum(policy, stmt->name.name, stmt->type.values,
                                  stmt->type.or_other, stmt->name.span);
  if (enumeration)
    enumeration->is_own = item->layer == 0;
  policy->types[stmt->name.name] = enumeration;
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
  RplExpr *expr = allocate(policy, 1, sizeof *expr);
  if (expr) {
    expr->kind = RPL_EXPR_NAME;
    expr->name = name;
    expr->span = span;
    expr->height = 1;
  }
  return expr;
}

static void declare_setting(RplPolicy *policy, const RplItem *item,
                            Settings *settings) {
  RplStmt *stmt = item->stmt;
  const Setting *setting = find_setting(settings, stmt->name.name);
  RplSymbol *symbol =
      add_symbol(policy, RPL_SYMBOL_SETTING, stmt->name, item);
  if (!symbol || !setting)
    return;
  const RplStmt *set = setting->set;
  symbol->value = stmt->expr;
  if (set) {
    symbol->layer = setting->set_layer;
    symbol->value = set->kind == RPL_STMT_DEFINE ? set->exprs.items[0]
                                                 : set->expr;
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
      anchor->value = set && set->tail.from ? set->tail.from
                                            : stmt->anchor_default;
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
  for (size_t i = 0; i < item->cites.count; i++)
    APPEND(policy, definition.cites, item->cites.items[i]);
  if (definition.values.count > 1 && !output->is_ranked)
    rpl_policy_report(policy, RPL_DIAG_NOT_RANKED,
                      definition.values.items[1]->span, output->name, 0);
  APPEND(policy, output->definitions, definition);
}

static bool has_modifier(const RplPolicy *policy, const RplTypeNode *type,
                         const char *word) {
  for (size_t i = 0; i < type->modifiers.count; i++)
    if (rpl_slice_is(text_of(policy, type->modifiers.items[i].name), word))
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
  if (!stmt->exprs.count)
    symbol->default_fors = stmt->tail.fors;
}

static void declare_outcome(RplPolicy *policy, const RplItem *item) {
  RplStmt *stmt = item->stmt;
  RplOutcome *outcome = allocate(policy, 1, sizeof *outcome);
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
    RplSlice word = text_of(policy, stmt->words.items[0].name);
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
  APPEND(policy, policy->outcomes, outcome);
}

static void declare_step(RplPolicy *policy, RplWord id, RplTextNode text,
                         RplExpr *condition, RplWords cites, unsigned layer) {
  RplStepDecl *old = policy->step_names[id.name];
  if (old) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, id.span, id.name, 0);
    label(policy, old->span, "declared here first");
    return;
  }
  RplStepDecl *step = allocate(policy, 1, sizeof *step);
  if (!step)
    return;
  *step = (RplStepDecl){.id = id.name,
                        .text = text,
                        .condition = condition,
                        .cites = cites,
                        .span = id.span,
                        .layer = layer};
  policy->step_names[id.name] = step;
  APPEND(policy, policy->steps, step);
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

/* `otherwise` and `undetermined` stand once; a base's may be replaced; a module's
 * holds for policies on the command line only: a policy file says it itself. */
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
  label(policy, same ? once->stmt->span : stmt->span,
        same ? "the first one" : "inherited from here");
}

static void declare(RplPolicy *policy, const RplItem *item,
                    Settings *settings) {
  RplStmt *stmt = item->stmt;
  RplSymbol *symbol;
  switch (stmt->kind) {
  case RPL_STMT_ENUM:
    declare_enum(policy, item);
    break;
  case RPL_STMT_FACT:
    declare_fact(policy, item);
    break;
  case RPL_STMT_PARAM:
  case RPL_STMT_LET:
    symbol = add_symbol(policy,
                        stmt->kind == RPL_STMT_LET ? RPL_SYMBOL_LET
                                                   : RPL_SYMBOL_PARAM,
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
    APPEND(policy, policy->ensures, stmt);
    break;
  case RPL_STMT_TEST:
    APPEND(policy, policy->tests, stmt);
    break;
  case RPL_STMT_GIVEN:
    APPEND(policy, policy->givens, stmt);
    break;
  case RPL_STMT_POLICY:
    if (item->layer == 0)
      policy->title = stmt;
    break;
  default:
    break;
  }
}

/* ---- second round: what needs all names ------------------------------------ */

static void attach_definition(RplPolicy *policy, const RplItem *item) {
  RplStmt *stmt = item->stmt;
  if (!stmt->exprs.count && stmt->kind == RPL_STMT_OUTPUT)
    return;
  RplSymbol *output = policy->outputs[stmt->name.name];
  if (output && stmt->kind != RPL_STMT_SET) {
    add_definition(policy, item, output);
    return;
  }
  rpl_policy_report(policy, RPL_DIAG_UNKNOWN_OUTPUT, stmt->name.span,
                    stmt->name.name, 0);
  if (output)
    help(policy, "an output is defined with `=`");
  else
    suggest_among(policy, stmt->name.name, is_output_name);
}

static void attach_rule(RplPolicy *policy, const RplItem *item, RplName name) {
  RplStmt *stmt = item->stmt;
  RplOutcome *outcome = policy->outcome_names[stmt->outcome.name];
  if (!outcome) {
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_OUTCOME, stmt->outcome.span,
                      stmt->outcome.name, 0);
    suggest_among(policy, stmt->outcome.name, is_outcome_name);
  }
  if (policy->flags[name] & RPL_NAME_RULE) {
    RplSpan span = stmt->name.name ? stmt->name.span : stmt->outcome.span;
    const RplRule *old = NULL;
    for (size_t i = 0; i < policy->rules.count && !old; i++)
      if (policy->rules.items[i].name == name)
        old = &policy->rules.items[i];
    bool same = old && old->layer == item->layer;
    RplSpan at = same || !old ? span : old->stmt->name.span;
    rpl_policy_report(policy,
                      same ? RPL_DIAG_DUPLICATE_RULE : RPL_DIAG_NEEDS_REPLACE,
                      at, name, 0);
    if (old)
      label(policy, same ? old->stmt->span : stmt->span,
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
                  .layer = item->layer};
  for (size_t i = 0; i < item->cites.count; i++)
    APPEND(policy, rule.cites, item->cites.items[i]);
  APPEND(policy, policy->rules, rule);
}

/* A rule without a name has that of its outcome, with a number from the second
 * on; names are made before the tables by name are sized. */
static RplName *name_rules(RplPolicy *policy) {
  RplName *names = allocate(policy, policy->items.count, sizeof *names);
  RplInterner *interner = policy->compile->interner;
  uint32_t *uses = allocate(policy, interner->count, sizeof *uses);
  if (!names || !uses)
    return NULL;
  size_t known = interner->count;
  for (size_t i = 0; i < policy->items.count; i++) {
    const RplStmt *stmt = policy->items.items[i].stmt;
    if (stmt->kind != RPL_STMT_RULE)
      continue;
    names[i] = stmt->name.name;
    if (names[i] || stmt->outcome.name >= known)
      continue;
    uint32_t use = ++uses[stmt->outcome.name];
    names[i] = stmt->outcome.name;
    if (use == 1)
      continue;
    RplBuffer text;
    rpl_buffer_init(&text, policy->compile->arena->allocator);
    rpl_buffer_slice(&text, text_of(policy, stmt->outcome.name));
    rpl_buffer_byte(&text, '_');
    rpl_buffer_unsigned(&text, use);
    names[i] = rpl_intern(interner, rpl_buffer_view(&text));
    rpl_buffer_clear(&text);
    if (!names[i])
      policy->is_out_of_memory = true;
  }
  return names;
}

static bool make_tables(RplPolicy *policy) {
  /* words that declarations intern while the tables exist */
  (void)rpl_intern(policy->compile->interner, rpl_slice("other"));
  size_t count = policy->name_count = policy->compile->interner->count;
  policy->types = allocate(policy, count, sizeof *policy->types);
  policy->outcome_names =
      allocate(policy, count, sizeof *policy->outcome_names);
  policy->step_names = allocate(policy, count, sizeof *policy->step_names);
  policy->values = allocate(policy, count, sizeof *policy->values);
  policy->outputs = allocate(policy, count, sizeof *policy->outputs);
  policy->flags = allocate(policy, count, sizeof *policy->flags);
  return !policy->is_out_of_memory;
}

/* Calls `visit` for each item in its final place. */
typedef void (*ItemVisit)(RplPolicy *policy, const RplItem *item, size_t index,
                          void *context);

static void visit_items(RplPolicy *policy, ItemVisit visit, void *context) {
  for (size_t i = 0; i < policy->items.count; i++) {
    RplItem *item = &policy->items.items[i];
    for (uint32_t at = item->instead; at;
         at = policy->items.items[at - 1].more)
      visit(policy, &policy->items.items[at - 1], at - 1, context);
    if (!item->is_dropped)
      visit(policy, item, i, context);
  }
}

static void visit_declare(RplPolicy *policy, const RplItem *item, size_t index,
                          void *context) {
  (void)index;
  declare(policy, item, context);
}

static void visit_attach(RplPolicy *policy, const RplItem *item, size_t index,
                         void *context) {
  const RplName *names = context;
  RplStmtKind kind = item->stmt->kind;
  if (kind == RPL_STMT_RULE)
    attach_rule(policy, item, names[index]);
  else if (kind == RPL_STMT_DEFINE || kind == RPL_STMT_SET ||
           kind == RPL_STMT_OUTPUT)
    attach_definition(policy, item);
}

/* A setting whose default is "the first of these that the policy has". */
static void pick_defaults(RplPolicy *policy) {
  for (size_t i = 0; i < policy->symbols.count; i++) {
    RplSymbol *symbol = policy->symbols.items[i];
    if (symbol->kind != RPL_SYMBOL_SETTING || symbol->value)
      continue;
    const RplWords *words = &symbol->stmt->words;
    for (size_t j = 0; j < words->count && !symbol->value; j++)
      if (policy->values[words->items[j].name])
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
                                .fors = symbol->default_fors};
    APPEND(policy, definition.values, symbol->stmt->fallback);
    APPEND(policy, symbol->definitions, definition);
  }
}

/* ---- names of an inline policy ---------------------------------------------- */

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
    if (node->kind != RPL_EXPR_NAME || rpl_policy_lookup(policy, node->name) ||
        (policy->flags[node->name] & RPL_NAME_ENUM_VALUE))
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
                           Settings *settings) {
  RplFile *file = layers->items[0];
  for (size_t i = 0; i < file->unit.stmts.count; i++) {
    RplItem item = {.stmt = file->unit.stmts.items[i]};
    if (is_setting_value(settings, item.stmt))
      visit_infer(policy, &item, 0, NULL);
  }
}

/* ---- names in lists --------------------------------------------------------- */

static void check_cites(RplPolicy *policy, RplWords cites) {
  if (policy->is_inline)
    return; /* a sentence on the command line names no source */
  for (size_t i = 0; i < cites.count; i++) {
    RplWord word = cites.items[i];
    if (policy->flags[word.name] & RPL_NAME_CLAUSE)
      continue;
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_CLAUSE, word.span, word.name, 0);
    suggest_among(policy, word.name, is_clause_name);
  }
}

static void check_fors(RplPolicy *policy, RplWords fors) {
  for (size_t i = 0; i < fors.count; i++) {
    RplWord word = fors.items[i];
    if (is_for_name(policy, word.name) ||
        rpl_slice_is(text_of(policy, word.name), "otherwise"))
      continue;
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_FOR, word.span, word.name, 0);
    suggest_among(policy, word.name, is_for_name);
  }
}

static void check_steps(RplPolicy *policy, const RplStepNodes *steps) {
  for (size_t i = 0; i < steps->count; i++) {
    RplWord id = steps->items[i].id;
    if (policy->step_names[id.name])
      continue;
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_STEP, id.span, id.name, 0);
    suggest_among(policy, id.name, is_step_name);
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
  if (kind == RPL_STMT_OTHERWISE && item->layer == 0 &&
      !policy->outcome_names[item->stmt->outcome.name]) {
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_OUTCOME,
                      item->stmt->outcome.span, item->stmt->outcome.name, 0);
    suggest_among(policy, item->stmt->outcome.name, is_outcome_name);
  }
}

bool rpl_policy_gather(RplPolicy *policy, RplCompile *compile,
                       const RplLayers *layers) {
  policy->compile = compile;
  policy->file = layers->items[0];
  policy->name = policy->file->name;
  policy->is_inline = policy->file->is_inline;
  Settings settings = {0};
  collect_settings(policy, layers, &settings);
  collect_items(policy, layers, &settings);
  RplName *rule_names = name_rules(policy);
  if (!rule_names || !make_tables(policy))
    return false;
  for (size_t i = 0; i < policy->items.count; i++)
    if (policy->items.items[i].stmt->kind == RPL_STMT_RULE)
      policy->items.items[i].key = rule_names[i];
  apply_replacements(policy);
  if (policy->is_out_of_memory)
    return false;
  visit_items(policy, visit_declare, &settings);
  if (policy->is_inline) {
    visit_items(policy, visit_infer, NULL);
    infer_settings(policy, layers, &settings);
  }
  visit_items(policy, visit_attach, rule_names);
  pick_defaults(policy);
  use_fallbacks(policy);
  visit_items(policy, visit_lists, NULL);
  return !policy->is_out_of_memory;
}
