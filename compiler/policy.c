/* SPDX-License-Identifier: Apache-2.0
 * policy.c - what all passes over a policy share: names, lists, reports. */
#include "compiler/policy.h"

bool rpl_policy_grow(RplPolicy *policy, void **items, size_t count,
                     size_t *capacity, size_t item_bytes) {
  void *grown = rpl_arena_grow(policy->compile->arena, *items, count, capacity,
                               item_bytes);
  if (!grown) {
    policy->is_out_of_memory = true;
    return false;
  }
  *items = grown;
  return true;
}

void *rpl_policy_alloc(RplPolicy *policy, size_t count, size_t bytes) {
  void *block = rpl_arena_array(policy->compile->arena, count, bytes);
  if (!block)
    policy->is_out_of_memory = true;
  return block;
}

RplSlice rpl_policy_text(const RplPolicy *policy, RplName name) {
  return rpl_name_text(policy->compile->interner, name);
}

void rpl_policy_report(RplPolicy *policy, RplDiagCode code, RplSpan span,
                       RplName first, RplName second) {
  RplSlice arguments[2] = {rpl_policy_text(policy, first),
                           rpl_policy_text(policy, second)};
  rpl_report_add(policy->compile->report, code, span, arguments, 2);
}

void rpl_policy_label(RplPolicy *policy, RplSpan span, const char *text) {
  rpl_report_label(policy->compile->report, span, text, NULL, 0);
}

void rpl_policy_help(RplPolicy *policy, const char *text) {
  rpl_report_help(policy->compile->report, text, NULL, 0);
}

/* LIMIT: at most this many names are compared for a suggestion. */
#define MOST_CANDIDATES 10000

void rpl_policy_suggest_among(RplPolicy *policy, RplName name,
                              RplNameTest test) {
  if (!rpl_report_is_open(policy->compile->report))
    return;
  RplSlice *candidates =
      rpl_policy_alloc(policy, MOST_CANDIDATES, sizeof(RplSlice));
  if (!candidates)
    return;
  size_t count = 0;
  for (RplName n = 1; n < policy->name_count && count < MOST_CANDIDATES; n++)
    if (test(policy, n))
      candidates[count++] = rpl_policy_text(policy, n);
  RplSlice nearest =
      rpl_nearest(rpl_policy_text(policy, name), candidates, count);
  if (nearest.length)
    rpl_report_help(policy->compile->report, "did you mean `{}`?", &nearest, 1);
}

bool rpl_policy_is_value_name(const RplPolicy *policy, RplName name) {
  return policy->values[name] || policy->outputs[name] ||
         (policy->flags[name] & RPL_NAME_ENUM_VALUE);
}

bool rpl_policy_is_clause_name(const RplPolicy *policy, RplName name) {
  return policy->flags[name] & RPL_NAME_CLAUSE;
}

bool rpl_policy_is_outcome_name(const RplPolicy *policy, RplName name) {
  return policy->outcome_names[name] != NULL;
}

bool rpl_policy_is_output_name(const RplPolicy *policy, RplName name) {
  return policy->outputs[name] ||
         (policy->values[name] &&
          policy->values[name]->kind == RPL_SYMBOL_SETTING);
}

bool rpl_policy_is_step_name(const RplPolicy *policy, RplName name) {
  return policy->step_names[name] != NULL;
}

bool rpl_policy_is_function_name(const RplPolicy *policy, RplName name) {
  return policy->function_names[name] != NULL;
}

bool rpl_policy_is_for_name(const RplPolicy *policy, RplName name) {
  return policy->outcome_names[name] || (policy->flags[name] & RPL_NAME_RULE);
}

void rpl_policy_suggest(RplPolicy *policy, RplName name) {
  rpl_policy_suggest_among(policy, name, rpl_policy_is_value_name);
}

RplSymbol *rpl_policy_asked_set(const RplPolicy *policy, RplName name) {
  RplSymbol *symbol = name < policy->name_count ? policy->values[name] : NULL;
  bool is_named = symbol && (symbol->kind == RPL_SYMBOL_LET ||
                             symbol->kind == RPL_SYMBOL_PARAM);
  return is_named && symbol->type.kind == RPL_KIND_SET ? symbol : NULL;
}

RplFunction *rpl_policy_function(const RplPolicy *policy, RplName name) {
  return name < policy->name_count ? policy->function_names[name] : NULL;
}

void rpl_policy_twice(RplPolicy *policy, RplWord name, RplSpan old,
                      bool is_own) {
  RplSources *sources = policy->compile->sources;
  if (is_own || old.source == name.span.source) {
    rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, name.span, name.name, 0);
    rpl_policy_label(policy, old, "declared here first");
    return;
  }
  RplSlice arguments[3] = {rpl_policy_text(policy, name.name),
                           rpl_sources_at(sources, old.source)->shown,
                           rpl_sources_at(sources, name.span.source)->shown};
  rpl_report_add(policy->compile->report, RPL_DIAG_TWO_FILES, name.span,
                 arguments, 3);
  rpl_policy_label(policy, old, "declared here first");
  rpl_policy_help(policy, "rename one of them, or draw in only one");
}

RplSymbol *rpl_policy_lookup(const RplPolicy *policy, RplName name) {
  if (name >= policy->name_count)
    return NULL;
  return policy->values[name] ? policy->values[name] : policy->outputs[name];
}
