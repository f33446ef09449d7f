/* SPDX-License-Identifier: Apache-2.0
 *
 * check_whole.c - what is looked at when every statement has its types: texts
 * and their placeholders, names that nothing uses, what a policy lacks.
 */
#include <string.h>

#include "compiler/calendar.h"
#include "compiler/check.h"
#include "vm/text.h"

/* ---- texts ---- */

static bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool plain_piece(RplArena *arena, RplSlice text, size_t *at,
                        RplSlice *literal) {
  char *copy = rpl_arena_alloc(arena, text.length - *at + 1);
  size_t length = 0;
  while (*at < text.length && text.data[*at] != '{') {
    if (text.data[*at] == '\\' && *at + 1 < text.length)
      (*at)++; /* an escaped brace */
    if (copy)
      copy[length++] = text.data[*at];
    (*at)++;
  }
  *literal = (RplSlice){copy ? copy : "", length};
  return true;
}

bool rpl_text_piece(RplArena *arena, RplSlice text, size_t *at,
                    RplSlice *literal, RplSlice *name) {
  *literal = *name = (RplSlice){NULL, 0};
  if (*at >= text.length)
    return false;
  if (text.data[*at] != '{')
    return plain_piece(arena, text, at, literal);
  size_t begin = ++*at;
  while (*at < text.length && is_name_byte(text.data[*at]))
    (*at)++;
  *name = (RplSlice){text.data + begin, *at - begin};
  if (*at < text.length && text.data[*at] == '}')
    (*at)++;
  else
    name->length = 0, *at = text.length;
  return true;
}

/* Where a placeholder stands in the source, as near as can be told. */
static RplSpan placeholder_span(const RplPolicy *policy, RplSpan span,
                                RplSlice name) {
  RplSlice raw = rpl_span_text(policy->compile->sources, span);
  for (size_t i = 0; i + name.length + 1 < raw.length; i++)
    if (raw.data[i] == '{' &&
        memcmp(raw.data + i + 1, name.data, name.length) == 0 &&
        !is_name_byte(raw.data[i + 1 + name.length]))
      return (RplSpan){span.source, span.begin + (uint32_t)i + 1,
                       span.begin + (uint32_t)(i + 1 + name.length)};
  return span;
}

/* The first brace of a text that opens no proper placeholder. */
static RplSpan bad_brace(const RplPolicy *policy, RplSpan span) {
  RplSlice raw = rpl_span_text(policy->compile->sources, span);
  for (size_t i = 0; i < raw.length; i++) {
    if (raw.data[i] == '\\') {
      i++;
      continue;
    }
    size_t end = i + 1;
    while (end < raw.length && is_name_byte(raw.data[end]))
      end++;
    if (raw.data[i] == '{' &&
        (end == i + 1 || end == raw.length || raw.data[end] != '}'))
      return (RplSpan){span.source, span.begin + (uint32_t)i,
                       span.begin + (uint32_t)end};
  }
  return span;
}

/* A list or a record is too long for a sentence. */
static void refuse_parts(RplPolicy *policy, RplSpan span, RplSlice name,
                         const RplSymbol *symbol) {
  rpl_check_report2(policy, RPL_DIAG_NOT_SHOWN, span, name,
                    rpl_type_text(policy, symbol->type));
  if (rpl_type_is(symbol->type, RPL_KIND_LIST))
    rpl_check_help(policy,
                   "name what is to be shown: `let how_many = "
                   "count({});`",
                   name);
}

static void check_text(RplPolicy *policy, RplTextNode text) {
  RplSlice literal, name;
  size_t at = 0;
  while (
      rpl_text_piece(policy->compile->arena, text.text, &at, &literal, &name)) {
    if (literal.data)
      continue;
    if (!name.length) {
      rpl_report(policy->compile->report, RPL_DIAG_BAD_PLACEHOLDER,
                 bad_brace(policy, text.span), NULL);
      rpl_report_help(policy->compile->report,
                      "write a name in braces, {fee}, or \\{ for a brace", NULL,
                      0);
      continue;
    }
    RplName known = rpl_intern(policy->compile->interner, name);
    RplSymbol *symbol = known ? rpl_policy_lookup(policy, known) : NULL;
    if (symbol) {
      symbol->is_mentioned = true;
      if (rpl_kind_has_parts(symbol->type.kind))
        refuse_parts(policy, placeholder_span(policy, text.span, name), name,
                     symbol);
      continue;
    }
    rpl_report_add(policy->compile->report, RPL_DIAG_UNKNOWN_NAME,
                   placeholder_span(policy, text.span, name), &name, 1);
    if (known)
      rpl_policy_suggest(policy, known);
  }
}

static void check_texts(RplPolicy *policy) {
  for (size_t i = 0; i < policy->rules.count; i++)
    check_text(policy, policy->rules.items[i].stmt->tail.because);
  for (size_t i = 0; i < policy->steps.count; i++)
    check_text(policy, policy->steps.items[i]->text);
  for (size_t i = 0; i < policy->ensures.count; i++)
    check_text(policy, policy->ensures.items[i]->tail.because);
  if (policy->otherwise.stmt)
    check_text(policy, policy->otherwise.stmt->tail.because);
  if (policy->undetermined.stmt)
    check_text(policy, policy->undetermined.stmt->tail.because);
}

/* ---- what is left over ---- */

/* A composite outcome (`refundable`) needs what its test reads. */
static void check_composite(RplPolicy *policy, const RplRule *rule) {
  size_t count = 0;
  RplExpr **nodes =
      rpl_expr_postorder(policy->compile->arena, rule->outcome->test, &count);
  for (size_t i = 0; nodes && i < count; i++) {
    const RplSymbol *read = nodes[i]->kind == RPL_EXPR_NAME
                                ? rpl_policy_lookup(policy, nodes[i]->name)
                                : NULL;
    if (!read || read->value || read->definitions.count ||
        read->kind == RPL_SYMBOL_FACT)
      continue;
    if (rpl_type_is_poison(read->type))
      return; /* a cycle, reported */
    rpl_policy_report(policy, RPL_DIAG_NO_AMOUNT, rule->stmt->outcome.span,
                      rule->stmt->outcome.name, read->name);
    RplSlice name = rpl_policy_text(policy, read->name);
    rpl_report_help(policy->compile->report,
                    "declare `fact cash_paid : money >= 0;`, or define it: "
                    "`{} = ...;`",
                    &name, 1);
    return;
  }
}

static void report_unused(RplPolicy *policy, RplSpan span, const char *noun,
                          RplName name) {
  RplSlice arguments[2] = {rpl_slice(noun), rpl_policy_text(policy, name)};
  rpl_report_add(policy->compile->report, RPL_DIAG_UNUSED_NAME, span, arguments,
                 2);
  rpl_report_help(policy->compile->report, "remove it, or use it in a rule",
                  NULL, 0);
}

/* Only in a policy that is right otherwise: a rule that was misread may be the
 * one that uses the name. */
static void check_unused(RplPolicy *policy) {
  if (rpl_report_error_count(policy->compile->report))
    return;
  for (size_t i = 0; i < policy->symbols.count; i++) {
    const RplSymbol *symbol = policy->symbols.items[i];
    if (symbol->kind == RPL_SYMBOL_LET && symbol->layer == 0 &&
        !symbol->is_mentioned)
      report_unused(policy, symbol->span, "let", symbol->name);
  }
  for (size_t i = 0; i < policy->functions.count; i++) {
    const RplFunction *function = policy->functions.items[i];
    bool is_table = function->stmt->kind == RPL_STMT_TABLE;
    if (function->layer == 0 && !function->is_mentioned)
      report_unused(policy, function->span, is_table ? "table" : "function",
                    function->name);
  }
  for (size_t i = 0; i < policy->enums.count; i++) {
    const RplEnum *enumeration = policy->enums.items[i];
    if (enumeration->is_own && !enumeration->is_used)
      report_unused(policy, enumeration->span, "enumeration",
                    enumeration->name);
  }
  for (size_t i = 0; i < policy->records.count; i++) {
    const RplRecord *record = policy->records.items[i];
    if (record->is_own && !record->is_used)
      report_unused(policy, record->span, "record", record->name);
  }
}

/* A calendar that no `using` names. */
static void check_unused_calendars(RplPolicy *policy) {
  if (policy->is_calc || rpl_report_error_count(policy->compile->report))
    return;
  for (size_t i = 0; i < policy->calendars.count; i++) {
    const RplCalendarDecl *decl = policy->calendars.items[i];
    if (decl->layer == 0 && !decl->is_used)
      report_unused(policy, decl->stmt->name.span, "calendar",
                    decl->stmt->name.name);
  }
}

/* Amounts of money leave a policy rounded, the way that it says. */
static void check_rounding(RplPolicy *policy) {
  const RplSymbol *money = NULL;
  for (size_t i = 0; i < policy->symbols.count; i++) {
    const RplSymbol *symbol = policy->symbols.items[i];
    RplSlice name = rpl_policy_text(policy, symbol->name);
    if (symbol->kind == RPL_SYMBOL_SETTING && rpl_slice_is(name, "rounding"))
      return;
    if (!money && symbol->kind == RPL_SYMBOL_OUTPUT && !policy->is_calc &&
        rpl_type_is(symbol->type, RPL_KIND_MONEY))
      money = symbol;
  }
  if (!money)
    return;
  rpl_policy_report(policy, RPL_DIAG_NO_ROUNDING, money->span, money->name, 0);
  rpl_report_help(policy->compile->report,
                  "declare `setting rounding : rounding = half_up;`", NULL, 0);
}

/* A decision that facts or errors leave open is reported under some outcome. */
static void check_reports(RplPolicy *policy) {
  const RplSpan none = {0, 0, 0};
  RplSpan span =
      policy->outcomes.count ? policy->outcomes.items[0]->span : none;
  const char *words[2] = {policy->unknown_report ? NULL : "unknown",
                          policy->error_report ? NULL : "error"};
  for (size_t i = 0; i < 2; i++)
    if (words[i]) {
      rpl_report(policy->compile->report, RPL_DIAG_NO_REPORT, span, words[i],
                 NULL);
      rpl_report_help(policy->compile->report,
                      i == 0 ? "declare `outcome needs_info for unknown;`"
                             : "declare `outcome manual_review for error;`",
                      NULL, 0);
      return;
    }
}

/* The output that every grant needs, where nothing defines it; NULL. */
static RplSymbol *undefined_amount(const RplPolicy *policy) {
  RplName name =
      rpl_intern_find(policy->compile->interner, rpl_slice("amount"));
  RplSymbol *amount =
      name && name < policy->name_count ? policy->outputs[name] : NULL;
  return amount && !amount->definitions.count && amount->is_required &&
                 !rpl_type_is_poison(amount->type)
             ? amount
             : NULL;
}

/* An outcome that pays needs an amount: a grant without one is none. */
static void check_amount(RplPolicy *policy, const RplSymbol *amount,
                         RplWord outcome) {
  if (!amount || !(policy->flags[outcome.name] & RPL_NAME_LISTED))
    return;
  rpl_policy_report(policy, RPL_DIAG_NO_AMOUNT, outcome.span, outcome.name,
                    amount->name);
  rpl_report_help(policy->compile->report,
                  "declare `fact cash_paid : money >= 0;`, or define it: "
                  "`amount = ...;`",
                  NULL, 0);
}

/* Marks the outcomes with which the amount stands, or takes the marks away. */
static void mark_paying(RplPolicy *policy, const RplSymbol *amount, bool mark) {
  for (size_t i = 0; amount && i < amount->default_fors.count; i++) {
    uint8_t *flags = &policy->flags[amount->default_fors.items[i].name];
    *flags =
        mark ? *flags | RPL_NAME_LISTED : *flags & (uint8_t)~RPL_NAME_LISTED;
  }
}

/* Only in a policy that is right otherwise: the fact that the default amount
 * would come from may be there under a mistyped name. */
static void check_amounts(RplPolicy *policy) {
  if (rpl_report_error_count(policy->compile->report))
    return;
  const RplSymbol *amount = undefined_amount(policy);
  mark_paying(policy, amount, true);
  for (size_t i = 0; i < policy->rules.count; i++)
    if (policy->rules.items[i].outcome->is_composite)
      check_composite(policy, &policy->rules.items[i]);
    else
      check_amount(policy, amount, policy->rules.items[i].stmt->outcome);
  if (policy->otherwise.stmt)
    check_amount(policy, amount, policy->otherwise.stmt->outcome);
  mark_paying(policy, amount, false);
}

static void check_completeness(RplPolicy *policy) {
  RplReport *report = policy->compile->report;
  check_amounts(policy);
  check_reports(policy);
  check_rounding(policy);
  if (!policy->otherwise.stmt && !rpl_check_every_case(policy)) {
    RplSpan span = policy->title ? policy->title->span : (RplSpan){0};
    rpl_report(report, RPL_DIAG_NO_OTHERWISE, span, NULL);
    rpl_report_help(report,
                    "add `otherwise manual_review because \"...\";` at the end",
                    NULL, 0);
  }
}

void rpl_check_whole(RplPolicy *policy) {
  check_texts(policy);
  check_unused(policy);
  check_unused_calendars(policy);
  check_completeness(policy);
}
