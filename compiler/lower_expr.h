/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_expr.h - what the parts of the lowering share: lower.c writes the
 * tables of a policy, lower_expr.c turns expressions into instructions.
 */
#ifndef RPL_COMPILER_LOWER_EXPR_H
#define RPL_COMPILER_LOWER_EXPR_H

#include "compiler/constant.h"
#include "compiler/emit.h"
#include "compiler/policy.h"

typedef struct RplLower {
  RplPolicy *policy;
  RplEmit emit;
  RplConstants constants; /* what is settled without facts */
  uint8_t *named; /* by temporary: whether it has a name in the side table */
  size_t named_count, named_capacity;
  uint32_t rounding;      /* operand of the rounding in force; 0: none */
  struct RplCalls *calls; /* calls that were lowered; NULL: none yet */
} RplLower;

/* The program's type words for a static type; lowers its enumeration if this is
 * the first use of it. */
RplTypeWords rpl_lower_type(RplLower *lower, RplType type);

/* Lowers an expression whose symbols are lowered; returns its operand. */
uint32_t rpl_lower_expr(RplLower *lower, RplExpr *root);

/* The same, and `some` over it when it is optional: where a value is needed. */
uint32_t rpl_lower_value(RplLower *lower, RplExpr *root);

/* Lowers nodes that stand after their operands. */
void rpl_lower_nodes(RplLower *lower, RplExpr *const *nodes, size_t count);

/* An operand, with `some` over it if it is optional. */
uint32_t rpl_lower_some(RplLower *lower, uint32_t operand);

/* lower_function.c: result `column` of a call of the policy's own function or
 * table whose arguments are lowered. Equal calls are lowered once. LIMIT:
 * RPL_MAX_EXPANSION, reported once; what is past it is a placeholder. */
uint32_t rpl_lower_own_call(RplLower *lower, const RplExpr *call,
                            uint32_t column);

/* The constant none of a type (made optional). */
uint32_t rpl_lower_none(RplLower *lower, RplType type);

/* The string of a name. */
uint32_t rpl_lower_name(RplLower *lower, RplName name);

/* Lowers the bounds that a declaration of that type has. */
void rpl_lower_bounds(RplLower *lower, const RplBoundNode *bounds, RplType type,
                      uint32_t *low, uint32_t *high, uint32_t *flags);

/* A text without placeholders; 0 when there is none. */
uint32_t rpl_lower_plain_text(RplLower *lower, RplTextNode text);

/* lower_list.c: the row that describes a list or record type; expressions whose
 * children are lowered, but of an aggregate the list alone. */
uint32_t rpl_lower_part_type(RplLower *lower, RplType type);
uint32_t rpl_lower_list(RplLower *lower, const RplExpr *expr);
uint32_t rpl_lower_record(RplLower *lower, const RplExpr *expr);
uint32_t rpl_lower_field(RplLower *lower, const RplExpr *expr);
uint32_t rpl_lower_aggregate(RplLower *lower, RplExpr *expr);
uint32_t rpl_lower_in_list(RplLower *lower, const RplExpr *expr);
uint32_t rpl_lower_is_empty(RplLower *lower, const RplExpr *expr);

#endif /* RPL_COMPILER_LOWER_EXPR_H */
