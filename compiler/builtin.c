/* SPDX-License-Identifier: Apache-2.0
 * builtin.c - see builtin.h. */
#include "compiler/builtin.h"

#include "vm/text.h"

typedef struct Builtin {
  const char *name;
  RplOp op; /* of one text; 0: it is more than one operation */
} Builtin;

static const Builtin builtins[] = {
    {"min", (RplOp)0},       {"max", (RplOp)0},       {"round", (RplOp)0},
    {"abs", (RplOp)0},       {"set", (RplOp)0},       {"length", RPL_OP_LENGTH},
    {"lower", RPL_OP_LOWER}, {"upper", RPL_OP_UPPER}, {"trim", RPL_OP_TRIM}};

#define BUILTIN_COUNT (sizeof builtins / sizeof *builtins)
_Static_assert(BUILTIN_COUNT <= RPL_BUILTIN_MOST, "no room for all names");

static const Builtin *find(RplSlice name) {
  for (size_t i = 0; i < BUILTIN_COUNT; i++)
    if (rpl_slice_is(name, builtins[i].name))
      return &builtins[i];
  return NULL;
}

bool rpl_builtin_is(RplSlice name) { return find(name) != NULL; }

bool rpl_builtin_text(RplSlice name, RplOp *op) {
  const Builtin *builtin = find(name);
  if (!builtin || !builtin->op)
    return false;
  *op = builtin->op;
  return true;
}

size_t rpl_builtin_names(RplSlice names[RPL_BUILTIN_MOST]) {
  for (size_t i = 0; i < BUILTIN_COUNT; i++)
    names[i] = rpl_slice_from(builtins[i].name);
  return BUILTIN_COUNT;
}
