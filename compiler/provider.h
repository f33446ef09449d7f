/* SPDX-License-Identifier: Apache-2.0
 *
 * provider.h - `provider "int64_t f(const char *account)"` behind a fact: the C
 * function of the host that supplies it. Its parameters are named after the
 * facts, params and lets whose values it gets, and so read like any other use
 * of them. The prototype itself is read by vm/csignature.c.
 */
#ifndef RPL_COMPILER_PROVIDER_H
#define RPL_COMPILER_PROVIDER_H

#include "compiler/policy.h"
#include "vm/csignature.h"

struct RplParse;

typedef struct RplProviderNode {
  RplSignature signature;
  RplExprs arguments; /* names, with their places inside the text */
  RplSlice text;      /* the prototype as written */
  RplSpan span;       /* its place */
} RplProviderNode;

/* Reads the prototype in `text`. NULL after a report, and when memory is short,
 * which the parser remembers. */
const RplProviderNode *rpl_ast_provider(struct RplParse *parse,
                                        RplTextNode text);

/* Checks that the C types carry the types of the fact and of the arguments. */
void rpl_check_provider(RplPolicy *policy, const RplSymbol *symbol);

/* The provider of a symbol; NULL when it has none. */
const RplProviderNode *rpl_symbol_provider(const RplSymbol *symbol);

#endif /* RPL_COMPILER_PROVIDER_H */
