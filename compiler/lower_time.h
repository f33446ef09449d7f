/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_time.h - periods, zones, dates moved by months and deadlines in
 * calendar days, to rows of the program. Parts of lower_expr.c, with the same
 * contract: the expression is typed and its operands are lowered.
 */
#ifndef RPL_COMPILER_LOWER_TIME_H
#define RPL_COMPILER_LOWER_TIME_H

#include "compiler/lower_expr.h"

/* The operand of a value: `some` over it when it may be none (lower_expr.c). */
uint32_t rpl_lower_some(RplLower *lower, uint32_t operand);

/* A literal. */
uint32_t rpl_lower_period(RplLower *lower, const RplExpr *expr);
uint32_t rpl_lower_zone(RplLower *lower, const RplExpr *expr);

/* `d + p clamp`, `t + p clamp in z`. */
uint32_t rpl_lower_months(RplLower *lower, const RplExpr *expr);

/* `x within n calendar days of y in z`, `x within n business days of y in z`.
 */
uint32_t rpl_lower_calendar(RplLower *lower, const RplExpr *expr);
uint32_t rpl_lower_business(RplLower *lower, const RplExpr *expr);

/* `n calendar days after d`. */
uint32_t rpl_lower_days_after(RplLower *lower, const RplExpr *expr);

/* A calendar; brings it into the program. */
uint32_t rpl_lower_using(RplLower *lower, const RplExpr *expr);

#endif /* RPL_COMPILER_LOWER_TIME_H */
