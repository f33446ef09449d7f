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
RplType rpl_check_within(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_calendar(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_days_after(RplPolicy *policy, RplExpr *expr);

/* An operand that must be a date; a datetime is told to name its zone. */
void rpl_check_day(RplPolicy *policy, RplExpr *expr, const char *example);
RplType rpl_check_zone(RplPolicy *policy, const RplExpr *expr);
RplType rpl_check_months(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_lacks_month_end(RplPolicy *policy, const RplExpr *expr);

/* check_function.c: types all functions and tables, before anything that calls
 * them is typed. A body sees parameters of its own and params of the policy. */
void rpl_check_functions(RplPolicy *policy);
RplSymbol *rpl_check_scope(const RplPolicy *policy, RplName name);
void rpl_check_not_in_scope(RplPolicy *policy, const RplExpr *expr);
RplType rpl_check_own_call(RplPolicy *policy, RplExpr *expr,
                           RplFunction *function);
RplType rpl_check_field(RplPolicy *policy, RplExpr *expr);

/* Tells each node of a tree, children before parents, whether it stands in a
 * value that the function it is handed to does not look at: that is no part of
 * the program. */
void rpl_check_unread(const RplPolicy *policy, RplExpr *const *nodes,
                      size_t count);

/* check_table.c: cells of a table whose columns have their types; then that its
 * rows leave no gap and do not overlap. */
void rpl_check_table(RplPolicy *policy, RplFunction *function);

/* check_type.c: types as they are written (enumerations on the spot are named
 * after their owner), and the fields of all records. The
 * bound of a list stands apart: rpl_check_list_bound takes it. */
RplType rpl_check_type(RplPolicy *policy, const RplTypeNode *node,
                       RplName owner);
void rpl_check_records(RplPolicy *policy);

/* A type with the bound of its list, if it is one, from what follows the type;
 * poison after a report. `span` is that of the type. */
RplType rpl_check_list_bound(RplPolicy *policy, RplType type,
                             const RplBoundNode *bounds, RplSpan span);

/* Refuses a type with too many lists inside each other. */
void rpl_check_list_depth(RplPolicy *policy, RplType type, RplSpan span);

/* check.c: the bounds of what has that name and type, and whether the value
 * that its declaration gives (NULL: none) lies within them. */
void rpl_check_bounds(RplPolicy *policy, RplName name, RplType declared,
                      const RplBoundNode *bounds, const RplExpr *value);

/* check_list.c: types of lists, records, fields, aggregates and elements. */
RplType rpl_check_list(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_record(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_record_field(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_aggregate(RplPolicy *policy, RplExpr *expr);
RplType rpl_check_element(RplPolicy *policy, const RplExpr *expr);

/* `x in` a set, a list or values. */
RplType rpl_check_in(RplPolicy *policy, RplExpr *expr);

/* Two names of which neither tells what the other is. */
void rpl_check_report_open(RplPolicy *policy, const RplExpr *open);

/* Lets `min` and `max` of a list that `else` follows be none. */
void rpl_check_allow_nothing(RplPolicy *policy, RplExpr *expr);

/* Reports a field that a record type has not, with a near name. */
void rpl_check_no_field(RplPolicy *policy, RplType type, RplSpan span,
                        RplName name);

/* Settles a list that is written out to the type that its context has; false
 * when one of them is no list. */
bool rpl_check_listing(RplPolicy *policy, RplExpr *expr, RplType type);

/* Where one of two lists is written out, it takes the type of the other; of two
 * that are, the shorter one takes the bound of the longer. */
void rpl_check_two_lists(RplPolicy *policy, RplExpr *a, RplExpr *b);

/* Notes how many aggregates stand inside each other in a typed node, and
 * refuses too many. */
void rpl_check_blocks(RplPolicy *policy, RplExpr *expr);

/* check_cases.c: whether some rule holds in every case, as far as the booleans
 * and enumerations that conditions ask for tell; false also where that would be
 * too much to look at. */
bool rpl_check_every_case(RplPolicy *policy);

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
