/* SPDX-License-Identifier: Apache-2.0
 *
 * gather.c - puts the statements of a policy's files into their final order:
 * settings in force, items with the blocks of those settings, replacements.
 * What they declare is declare.c's business.
 */
#include "compiler/gather.h"

#include "vm/text.h"

/* ---- items ----------------------------------------------------------------
 */

/* What a statement declares or defines, where a replacement may take its place.
 */
static RplName key_of(const RplStmt *stmt) {
  switch (stmt->kind) {
  case RPL_STMT_RULE:
  case RPL_STMT_DEFINE:
  case RPL_STMT_SET:
  case RPL_STMT_LET:
  case RPL_STMT_PARAM:
  case RPL_STMT_STEP:
  case RPL_STMT_FACT:
  case RPL_STMT_FUNCTION:
  case RPL_STMT_TABLE:
  case RPL_STMT_CALENDAR:
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
  switch (stmt->kind) {
  case RPL_STMT_OUTPUT:
    return RPL_STMT_DEFINE;
  case RPL_STMT_TABLE: /* both are called in the same way */
    return RPL_STMT_FUNCTION;
  default:
    return (int)stmt->kind;
  }
}

static void add_item(RplPolicy *policy, RplStmt *stmt, unsigned layer,
                     bool is_module, RplWords cites) {
  RplItem item = {.stmt = stmt,
                  .layer = layer,
                  .is_module = is_module,
                  .key = key_of(stmt),
                  .cites = cites};
  RPL_POLICY_APPEND(policy, policy->items, item);
}

RplSetting *rpl_setting_find(const RplSettings *settings, RplName name) {
  uint32_t index = name < settings->name_count ? settings->by_name[name] : 0;
  return index ? &settings->items[index - 1] : NULL;
}

/* The nearest layer's statement holds. One further away must have said
 * `default` and the nearer one `replace`; the vocabulary declares and never
 * sets. */
static void set_setting(RplPolicy *policy, RplSetting *setting, RplStmt *stmt,
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
    rpl_policy_label(policy, nearer->span, "the first one");
  } else if (!nearer->is_replace) {
    rpl_policy_report(policy, RPL_DIAG_NEEDS_REPLACE, nearer->span, name, 0);
    rpl_policy_label(policy, stmt->span, "inherited from here");
  } else if (!stmt->is_default) {
    rpl_policy_report(policy, RPL_DIAG_NOT_DEFAULT, nearer->span, name, 0);
    rpl_policy_label(policy, stmt->span, "inherited from here");
  }
  (void)report;
}

/* A table by name is as long as the names of all sources, so none outlives the
 * compilation of its policy. */
static void *by_name(RplPolicy *policy, size_t count, size_t bytes) {
  void *table = rpl_arena_array(policy->compile->tables, count, bytes);
  if (!table)
    policy->is_out_of_memory = true;
  return table;
}

static void declare_settings(RplPolicy *policy, const RplLayers *layers,
                             RplSettings *settings) {
  size_t names = policy->compile->interner->count;
  settings->by_name = by_name(policy, names, sizeof *settings->by_name);
  settings->name_count = settings->by_name ? names : 0;
  for (size_t i = 0; i < layers->count; i++) {
    const RplStmts *stmts = &layers->items[i]->unit.stmts;
    for (size_t j = 0; j < stmts->count; j++)
      if (stmts->items[j]->kind == RPL_STMT_SETTING) {
        RplSetting setting = {.declared = stmts->items[j]};
        RPL_POLICY_APPEND(policy, *settings, setting);
      }
  }
  for (size_t i = settings->name_count ? settings->count : 0; i-- > 0;)
    settings->by_name[settings->items[i].declared->name.name] = (uint32_t)i + 1;
}

static void collect_settings(RplPolicy *policy, const RplLayers *layers,
                             RplSettings *settings) {
  declare_settings(policy, layers, settings);
  for (size_t i = 0; i < layers->count; i++) {
    const RplStmts *stmts = &layers->items[i]->unit.stmts;
    for (size_t j = 0; j < stmts->count; j++) {
      RplStmt *stmt = stmts->items[j];
      if (stmt->kind != RPL_STMT_SET && stmt->kind != RPL_STMT_DEFINE)
        continue;
      RplSetting *setting = rpl_setting_find(settings, stmt->name.name);
      if (setting)
        set_setting(policy, setting, stmt, (unsigned)i);
    }
  }
}

static void add_block(RplPolicy *policy, const RplSetting *setting,
                      unsigned layer, bool is_module) {
  RplWords cites = {0};
  if (setting->set)
    cites = setting->set->tail.cites;
  const RplStmts *block = &setting->declared->block;
  for (size_t i = 0; i < block->count; i++)
    add_item(policy, block->items[i], layer, is_module, cites);
}

bool rpl_setting_is_set_by(const RplSettings *settings, const RplStmt *stmt) {
  return (stmt->kind == RPL_STMT_SET || stmt->kind == RPL_STMT_DEFINE) &&
         rpl_setting_find(settings, stmt->name.name);
}

/* Appends all statements in layer order; a setting's block stands where the
 * setting is declared, and only if the setting has a value. */
static void collect_items(RplPolicy *policy, const RplLayers *layers,
                          RplSettings *settings) {
  for (size_t i = 0; i < layers->count; i++) {
    const RplFile *file = layers->items[i];
    bool is_module = file->head && file->head->kind == RPL_STMT_MODULE;
    for (size_t j = 0; j < file->unit.stmts.count; j++) {
      RplStmt *stmt = file->unit.stmts.items[j];
      if (rpl_setting_is_set_by(settings, stmt))
        continue;
      if (stmt->kind == RPL_STMT_TEST && i > 0)
        continue;
      /* a vocabulary's `otherwise` is for policies on the command line */
      if (stmt->kind == RPL_STMT_OTHERWISE && is_module && !policy->is_inline)
        continue;
      add_item(policy, stmt, (unsigned)i, is_module, (RplWords){0});
      const RplSetting *setting =
          stmt->kind == RPL_STMT_SETTING
              ? rpl_setting_find(settings, stmt->name.name)
              : NULL;
      if (setting && (setting->set || stmt->expr || stmt->words.count))
        add_block(policy, setting, (unsigned)i, is_module);
    }
  }
}

/* ---- names and tables
 * -------------------------------------------------------- */

/* A rule without a name has that of its outcome, with a number from the second
 * on; names are made before the tables by name are sized. */
static RplName *name_rules(RplPolicy *policy) {
  RplName *names = rpl_policy_alloc(policy, policy->items.count, sizeof *names);
  RplInterner *interner = policy->compile->interner;
  uint32_t *uses = by_name(policy, interner->count, sizeof *uses);
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
    rpl_buffer_slice(&text, rpl_policy_text(policy, stmt->outcome.name));
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
  policy->types = by_name(policy, count, sizeof *policy->types);
  policy->record_names = by_name(policy, count, sizeof *policy->record_names);
  policy->outcome_names = by_name(policy, count, sizeof *policy->outcome_names);
  policy->step_names = by_name(policy, count, sizeof *policy->step_names);
  policy->given_names = by_name(policy, count, sizeof *policy->given_names);
  policy->rule_names = by_name(policy, count, sizeof *policy->rule_names);
  policy->value_places = by_name(policy, count, sizeof *policy->value_places);
  policy->values = by_name(policy, count, sizeof *policy->values);
  policy->outputs = by_name(policy, count, sizeof *policy->outputs);
  policy->function_names =
      by_name(policy, count, sizeof *policy->function_names);
  policy->flags = by_name(policy, count, sizeof *policy->flags);
  return !policy->is_out_of_memory;
}

/* ---- replacements ---------------------------------------------------------
 */

/* The nearest statement of a farther layer that still stands. */
static uint32_t find_target(const RplPolicy *policy, const uint32_t *heads,
                            const RplItem *item) {
  uint32_t at = item->key == UINT32_MAX ? heads[0] : heads[item->key];
  for (; at; at = policy->items.items[at - 1].same) {
    const RplItem *other = &policy->items.items[at - 1];
    if (other->layer > item->layer &&
        replace_kind(other->stmt) == replace_kind(item->stmt) &&
        (!other->is_replaced || other->instead_layer == item->layer))
      return at;
  }
  return 0;
}

static const char *replace_word(const RplStmt *stmt) {
  return stmt->kind == RPL_STMT_OTHERWISE ? "otherwise" : "undetermined";
}

static void report_replace(RplPolicy *policy, RplDiagCode code,
                           const RplItem *item) {
  RplSlice word = item->key == UINT32_MAX ? rpl_slice(replace_word(item->stmt))
                                          : rpl_policy_text(policy, item->key);
  rpl_report_add(policy->compile->report, code, item->stmt->span, &word, 1);
}

/* Stands in the place of the first statement that it replaces; further ones (an
 * output may have several definitions) go. Several replacements of a layer are
 * found one after the other and hang together; `before` is the last of them. */
static void replace_item(RplPolicy *policy, uint32_t index, uint32_t target,
                         uint32_t before) {
  RplItem *items = policy->items.items;
  items[index].is_moved = true;
  items[index].target = target;
  if (before) { /* what they replace is marked already */
    items[before - 1].more = index + 1;
    return;
  }
  uint32_t *link = &items[target - 1].instead;
  while (*link)
    link = &items[*link - 1].more;
  *link = index + 1;
  for (uint32_t at = target; at; at = items[at - 1].same) {
    RplItem *other = &items[at - 1];
    if (other->is_replaced || other->layer <= items[index].layer ||
        replace_kind(other->stmt) != replace_kind(items[index].stmt))
      continue;
    if (!other->stmt->is_default) {
      report_replace(policy, RPL_DIAG_NOT_DEFAULT, &items[index]);
      rpl_policy_label(policy, other->stmt->span, "inherited from here");
    }
    other->is_replaced = true;
    other->instead_layer = items[index].layer;
  }
}

/* latest: by key, the item that asked for a replacement last, plus one. Another
 * of its kind and layer replaces the same, so it is not looked for again. */
static void apply_replacement(RplPolicy *policy, uint32_t index,
                              const uint32_t *heads, uint32_t *latest) {
  const RplItem *item = &policy->items.items[index];
  uint32_t *known = &latest[item->key == UINT32_MAX ? 0 : item->key];
  const RplItem *last = *known ? &policy->items.items[*known - 1] : NULL;
  uint32_t before = last && last->layer == item->layer &&
                            replace_kind(last->stmt) == replace_kind(item->stmt)
                        ? *known
                        : 0;
  uint32_t target = before ? last->target : find_target(policy, heads, item);
  *known = index + 1;
  if (target)
    replace_item(policy, index, target, before);
  else
    report_replace(policy, RPL_DIAG_NOTHING_TO_REPLACE, item);
}

/* Farther layers first, so that a base's replacement can be replaced in turn.
 */
static void apply_replacements(RplPolicy *policy) {
  size_t count = policy->items.count;
  uint32_t *heads = by_name(policy, policy->name_count, sizeof *heads);
  uint32_t *latest = by_name(policy, policy->name_count, sizeof *latest);
  if (!heads || !latest || !count)
    return;
  for (size_t i = count; i-- > 0;) {
    RplItem *item = &policy->items.items[i];
    if (!item->key)
      continue;
    uint32_t *head = &heads[item->key == UINT32_MAX ? 0 : item->key];
    item->same = *head;
    *head = (uint32_t)i + 1;
  }
  for (unsigned layer = policy->items.items[count - 1].layer + 1; layer-- > 0;)
    for (size_t i = 0; i < count; i++) {
      const RplItem *item = &policy->items.items[i];
      if (item->layer == layer && item->stmt->is_replace && item->key)
        apply_replacement(policy, (uint32_t)i, heads, latest);
    }
}

/* ---- visiting
 * ---------------------------------------------------------------- */

/* Recursion is as deep as replacements of replacements: at most the layers. */
static void visit_item(RplPolicy *policy, size_t index, RplItemVisit visit,
                       void *context) {
  const RplItem *item = &policy->items.items[index];
  if (!item->is_replaced) {
    visit(policy, item, index, context);
    return;
  }
  for (uint32_t at = item->instead; at; at = policy->items.items[at - 1].more)
    visit_item(policy, at - 1, visit, context);
}

void rpl_policy_visit(RplPolicy *policy, RplItemVisit visit, void *context) {
  for (size_t i = 0; i < policy->items.count; i++)
    if (!policy->items.items[i].is_moved)
      visit_item(policy, i, visit, context);
}

bool rpl_policy_gather(RplPolicy *policy, RplCompile *compile,
                       const RplLayers *layers) {
  policy->compile = compile;
  policy->file = layers->items[0];
  policy->name = policy->file->name;
  policy->is_inline = policy->file->is_inline;
  RplSettings settings = {0};
  collect_settings(policy, layers, &settings);
  collect_items(policy, layers, &settings);
  RplName *rule_names = name_rules(policy);
  if (!rule_names || !make_tables(policy))
    return false;
  for (size_t i = 0; i < policy->items.count; i++)
    if (policy->items.items[i].stmt->kind == RPL_STMT_RULE)
      policy->items.items[i].key = rule_names[i];
  apply_replacements(policy);
  if (!policy->is_out_of_memory)
    rpl_policy_declare(policy, layers, &settings, rule_names);
  return !policy->is_out_of_memory;
}
