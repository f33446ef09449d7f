/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar.h - calendars that a policy or its modules declare: what is written,
 * checked and brought into the form that vm/calendar.h computes with.
 */
#ifndef RPL_COMPILER_CALENDAR_H
#define RPL_COMPILER_CALENDAR_H

#include "compiler/policy.h"
#include "vm/calendar.h"

/* One `calendar` statement. */
typedef struct RplCalendarDecl {
  const RplStmt *stmt;
  unsigned layer; /* 0: the policy's own */
  bool is_used;
  RplCalendar days; /* once it was checked; its lists are in the arena */
  uint32_t row;     /* in the program, plus one; 0: not lowered */
} RplCalendarDecl;

/* Declares a calendar; reports one of the same name. */
void rpl_calendar_declare(RplPolicy *policy, const RplItem *item);

/* Checks all calendars of a policy and works out their days. */
void rpl_calendar_check(RplPolicy *policy);

/* The calendar of a name; NULL when there is none. */
RplCalendarDecl *rpl_calendar_find(const RplPolicy *policy, RplName name);

/* The type of `using NAME`; reports a name of no calendar. */
RplType rpl_calendar_check_using(RplPolicy *policy, RplExpr *expr);

#endif /* RPL_COMPILER_CALENDAR_H */
