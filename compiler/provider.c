/* SPDX-License-Identifier: Apache-2.0
 * provider.c - see provider.h. */
#include "compiler/provider.h"

#include <string.h>

#include "compiler/check.h"
#include "compiler/parse.h"
#include "vm/text.h"

#define EXAMPLE "`provider \"int64_t bonus_points(const char *account)\"`"

/* Where a part of the text stands in the source; escapes move what follows
 * them, so a text that has any is marked as a whole. */
static RplSpan span_of(RplTextNode text, RplSlice part) {
  RplSpan span = text.span;
  if (span.end - span.begin != text.text.length + 2 || !part.length)
    return span;
  span.begin += 1 + (uint32_t)(part.data - text.text.data);
  span.end = span.begin + (uint32_t)part.length;
  return span;
}

static void report_fault(RplParse *parse, RplTextNode text,
                         RplSignatureFault fault, RplSlice at) {
  RplSpan span = span_of(text, at);
  switch (fault) {
  case RPL_SIGNATURE_OK:
    return;
  case RPL_SIGNATURE_FORM:
    rpl_report(parse->report, RPL_DIAG_BAD_SIGNATURE, span, NULL);
    rpl_report_help(parse->report, "write it as in " EXAMPLE, NULL, 0);
    return;
  case RPL_SIGNATURE_TYPE:
    rpl_report_add(parse->report, RPL_DIAG_C_TYPE, span, &at, 1);
    rpl_report_help(parse->report,
                    "these are: bool, int, int32_t, uint32_t, int64_t, const "
                    "char *, RplMoney",
                    NULL, 0);
    return;
  case RPL_SIGNATURE_MANY:
    rpl_report(parse->report, RPL_DIAG_MANY_ARGUMENTS, span, "8", NULL);
    return;
  case RPL_SIGNATURE_LONG:
    rpl_report(parse->report, RPL_DIAG_TEXT_TOO_LONG, text.span, "512", NULL);
    return;
  }
}

static bool add_argument(RplParse *parse, RplTextNode text, RplSlice name,
                         RplProviderNode *node) {
  RplSpan span = span_of(text, name);
  if (!name.length) {
    rpl_report(parse->report, RPL_DIAG_NO_ARGUMENT_NAME, span, NULL);
    rpl_report_help(
        parse->report,
        "a parameter has the name of the fact that it gets, as in " EXAMPLE,
        NULL, 0);
    return false;
  }
  RplWord word = rpl_parse_word(parse, span, name.data, name.length);
  node->arguments =
      rpl_ast_exprs(parse, node->arguments, rpl_ast_name(parse, word));
  return true;
}

const RplProviderNode *rpl_ast_provider(RplParse *parse, RplTextNode text) {
  RplProviderNode *node = rpl_arena_alloc(parse->arena, sizeof *node);
  RplSlice at;
  if (!node) {
    parse->is_out_of_memory = true;
    return NULL;
  }
  memset(node, 0, sizeof *node);
  node->text = text.text;
  node->span = text.span;
  RplSignatureFault fault =
      rpl_signature_read(text.text, &node->signature, &at);
  report_fault(parse, text, fault, at);
  if (fault)
    return NULL;
  for (size_t i = 0; i < node->signature.count; i++)
    if (!add_argument(parse, text, node->signature.names[i], node))
      return NULL;
  return node;
}

const RplProviderNode *rpl_symbol_provider(const RplSymbol *symbol) {
  return symbol->kind == RPL_SYMBOL_FACT && symbol->stmt
             ? symbol->stmt->tail.provider
             : NULL;
}

/* ---- types ----------------------------------------------------------------
 */

/* "`int32_t` or `int64_t`": what would do; empty when nothing would. */
static const char *fitting(uint32_t kind) {
  switch (kind) {
  case RPL_KIND_BOOLEAN:
    return "bool";
  case RPL_KIND_INTEGER:
  case RPL_KIND_DATE:
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
    return "int64_t";
  case RPL_KIND_TEXT:
  case RPL_KIND_ENUM:
  case RPL_KIND_CURRENCY:
    return "const char *";
  case RPL_KIND_MONEY:
    return "RplMoney";
  default:
    return "";
  }
}

static void misfit(RplPolicy *policy, RplSpan span, RplType type,
                   RplCType c_type) {
  const char *better = fitting(type.kind);
  rpl_check_report2(policy, RPL_DIAG_C_TYPE_MISFIT, span,
                    rpl_slice(rpl_c_type_text(c_type)),
                    rpl_type_text(policy, type));
  if (*better)
    rpl_check_help(policy, "write `{}`", rpl_slice(better));
  else
    rpl_policy_help(policy,
                    "facts of this type are given by the request alone");
}

static void check_argument(RplPolicy *policy, RplExpr *argument,
                           RplCType c_type) {
  rpl_check_alone(policy, argument);
  if (rpl_type_is_poison(argument->type) ||
      rpl_c_type_carries(c_type, argument->type.kind))
    return;
  misfit(policy, argument->span, argument->type, c_type);
}

/* LIMIT: RPL_MAX_PROVIDERS; the first one past it is reported. */
static void check_count(RplPolicy *policy, const RplProviderNode *provider) {
  size_t count = 0;
  for (size_t i = 0; i < policy->symbols.count; i++) {
    const RplProviderNode *other =
        rpl_symbol_provider(policy->symbols.items[i]);
    count += other != NULL;
    if (other == provider || count > RPL_MAX_PROVIDERS + 1)
      break;
  }
  if (count == RPL_MAX_PROVIDERS + 1)
    rpl_report(policy->compile->report, RPL_DIAG_MANY_PROVIDERS, provider->span,
               "64", NULL);
}

void rpl_check_provider(RplPolicy *policy, const RplSymbol *symbol) {
  const RplProviderNode *provider = rpl_symbol_provider(symbol);
  if (!provider || !policy->is_final)
    return;
  check_count(policy, provider);
  if (symbol->type.kind == RPL_KIND_CURRENCY) {
    rpl_report(policy->compile->report, RPL_DIAG_MISPLACED, provider->span,
               "provider", "the fact of the currency", NULL);
    rpl_policy_help(policy, "amounts wait for it; let the request give it");
  } else if (!rpl_type_is_poison(symbol->type) &&
             !rpl_c_type_carries(provider->signature.result,
                                 symbol->type.kind)) {
    misfit(policy, provider->span, symbol->type, provider->signature.result);
  }
  for (size_t i = 0; i < provider->arguments.count; i++)
    check_argument(policy, provider->arguments.items[i],
                   provider->signature.types[i]);
}
