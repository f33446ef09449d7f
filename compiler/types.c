/* SPDX-License-Identifier: Apache-2.0
 * types.c - joining static types; see types.h. */
#include "compiler/types.h"

#include <stddef.h>

static bool is_numeric(RplType type) {
  return type.kind == RPL_KIND_INTEGER || type.kind == RPL_KIND_NUMBER;
}

/* Joins two kinds that are neither poison nor waiting for the other. */
static bool join_kinds(RplType a, RplType b, RplType *joined,
                       bool *currencies) {
  if (is_numeric(a) && is_numeric(b)) {
    *joined = a.kind == RPL_KIND_NUMBER ? a : b;
    return true;
  }
  if (a.kind != b.kind || a.enumeration != b.enumeration ||
      a.record != b.record || a.element != b.element || a.most != b.most ||
      a.kind == RPL_TY_ROW)
    return false;
  *joined = a;
  if (a.kind == RPL_KIND_MONEY && b.currency) {
    if (a.currency && a.currency != b.currency) {
      *currencies = true;
      return false;
    }
    joined->currency = b.currency;
  }
  return true;
}

bool rpl_type_join(RplType a, RplType b, RplType *joined, bool *currencies) {
  bool optional = a.optional || b.optional;
  *currencies = false;
  if (a.kind == RPL_TY_POISON || b.kind == RPL_TY_POISON) {
    *joined = rpl_type(RPL_TY_POISON);
    return true;
  }
  if (a.kind == RPL_TY_NONE || b.kind == RPL_TY_NONE) {
    *joined = a.kind == RPL_TY_NONE ? b : a;
    joined->optional = true;
    return true;
  }
  if (a.kind == RPL_TY_OPEN || b.kind == RPL_TY_OPEN) {
    *joined = a.kind == RPL_TY_OPEN ? b : a;
  } else if (a.kind == RPL_TY_ZERO || b.kind == RPL_TY_ZERO) {
    *joined = a.kind == RPL_TY_ZERO ? b : a;
    if (joined->kind != RPL_TY_ZERO && joined->kind != RPL_KIND_MONEY &&
        !is_numeric(*joined)) {
      *joined = rpl_type(RPL_TY_POISON);
      return false;
    }
  } else if (!join_kinds(a, b, joined, currencies)) {
    *joined = rpl_type(RPL_TY_POISON);
    return false;
  }
  joined->optional = optional;
  return true;
}
