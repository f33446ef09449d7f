/* SPDX-License-Identifier: Apache-2.0
 *
 * check.h - what the parts of the type checker share: check.c walks the
 * statements of a policy, check_expr.c types expressions.
 *
 * Types flow upwards first. A node whose type its own parts do not tell (a
 * value of an enumeration, the literal 0, `none`, an undeclared name on the
 * command line) waits; its context then settles it downwards.
 */
#ifndef RPL_COMPILER_CHECK_H
#define RPL_COMPILER_CHECK_H

#include "compiler/policy.h"
#include "vm/number.h"

/* Types `root` and everything below it; *nodes in post-order. False only when
 * memory is short. */
bool rpl_check_expr(RplPolicy *policy, RplExpr *root);

/* Gives a waiting expression the type that its context has, downwards. */
void rpl_check_settle(RplPolicy *policy, RplExpr *expr, RplType type);

/* Types `root` and makes it fit `expected` (an optional fits a plain type: none
 * is then an error value when it runs). Reports what does not fit. */
void rpl_check_fits(RplPolicy *policy, RplExpr *root, RplType expected);

/* The same for an expression that was typed before. */
void rpl_check_expect(RplPolicy *policy, RplExpr *expr, RplType expected);

/* Types `root` and, if it still waits at the end, settles it by itself: the
 * literal 0 is an integer; what else waits is reported. */
void rpl_check_alone(RplPolicy *policy, RplExpr *root);

/* The name of a type in messages: "money", "`status`", "datetime?". Lives in
 * the arena. */
RplSlice rpl_type_text(const RplPolicy *policy, RplType type);

/* Reports with two or three arguments, or adds help with one. */
void rpl_check_report2(RplPolicy *policy, RplDiagCode code, RplSpan span,
                       RplSlice first, RplSlice second);
void rpl_check_report3(RplPolicy *policy, RplDiagCode code, RplSpan span,
                       RplSlice first, RplSlice second, RplSlice third);
void rpl_check_help(RplPolicy *policy, const char *text, RplSlice argument);

/* Makes two operands one type, settling whichever waits; what both still wait
 * for is left to the context. False when they have none in common (currencies
 * that differ are reported here and give true and poison). */
bool rpl_check_join(RplPolicy *policy, RplExpr *a, RplExpr *b, RplType *joined);

/* Reports a none that nothing gives a type. */
void rpl_check_report_none(RplPolicy *policy, const RplExpr *none);

/* The type of `-a` and `not a`. */
RplType rpl_check_unary(RplPolicy *policy, RplExpr *expr);

/* check_call.c: calls, operations with fixed kinds. */
RplType rpl_check_call(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_op(RplPolicy *policy, RplExpr *expr);

/* check_time.c: zones, fixed and named; deadlines in calendar days, dates moved
 * by months; the report of a sum that moves a date and lacks the rule. */
RplType rpl_check_calendar(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_zone(RplPolicy *policy, const RplExpr *expr);
RplType rpl_check_months(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_lacks_month_end(RplPolicy *policy, const RplExpr *expr);

/* check.c: the type that is written; enumerations on the spot are named after
 * their owner. */
RplType rpl_check_written(RplPolicy *policy, const RplTypeNode *node,
                          RplName owner);

/* check_function.c: types all functions and tables, before anything that calls
 * them is typed. A body sees parameters of its own and params of the policy. */
void rpl_check_functions(RplPolicy *policy);
RplSymbol *rpl_check_scope(const RplPolicy *policy, RplName name);
void rpl_check_not_in_scope(RplPolicy *policy, const RplExpr *expr);
RplType rpl_check_own_call(RplPolicy *policy, RplExpr *expr,
                           RplFunction *function);
RplType rpl_check_field(RplPolicy *policy, RplExpr *expr);

/* check_table.c: cells of a table whose columns have their types; then that its
 * rows leave no gap and do not overlap. */
void rpl_check_table(RplPolicy *policy, RplFunction *function);

/* check_whole.c: what only a typed policy can be judged for. */
void rpl_check_whole(RplPolicy *policy);

/* check.c: the number of a number or money literal, its sign folded in; false
 * for anything else. */
bool rpl_check_literal_number(const RplPolicy *policy, const RplExpr *value,
                              RplNumber *number);

/* check_literal.c: the types of literals; poison after a report. */
RplType rpl_check_number(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_money(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_time(RplPolicy *policy, RplExpr *expr);

#endif /* RPL_COMPILER_CHECK_H */
