/* SPDX-License-Identifier: Apache-2.0
 *
 * check_literal.c - types of literals, and the names of types in messages; see
 * check.h. A literal that is written wrong is reported here and nowhere else.
 */
#include <string.h>

#include "compiler/check.h"
#include "vm/civil.h"
#include "vm/currency.h"
#include "vm/number.h"
#include "vm/text.h"

static RplType poison(void) { return rpl_type(RPL_TY_POISON); }

/* ---- names of types --------------------------------------------------------
 */

/* "a list of money up to 50": what its elements are, without their article. */
static void put_list(const RplPolicy *policy, RplBuffer *text, RplType type) {
  rpl_buffer_text(text, "a list of ");
  if (type.record)
    rpl_buffer_slice(text, type.record->name
                               ? rpl_policy_text(policy, type.record->name)
                               : rpl_slice("records"));
  else if (type.enumeration)
    rpl_buffer_slice(text, rpl_policy_text(policy, type.enumeration->name));
  else
    rpl_buffer_text(text, rpl_kind_name((RplKind)type.element));
  if (!type.most)
    return;
  rpl_buffer_text(text, " up to ");
  rpl_buffer_unsigned(text, type.most);
}

RplSlice rpl_type_text(const RplPolicy *policy, RplType type) {
  RplBuffer text;
  rpl_buffer_init(&text, policy->compile->arena->allocator);
  if ((type.kind == RPL_KIND_ENUM || type.kind == RPL_KIND_SET) &&
      type.enumeration) {
    rpl_buffer_text(&text,
                    type.kind == RPL_KIND_SET ? "a set of `" : "a value of `");
    rpl_buffer_slice(&text, rpl_policy_text(policy, type.enumeration->name));
    rpl_buffer_text(&text, "`");
  } else if (type.kind == RPL_KIND_RECORD && type.record && type.record->name) {
    rpl_buffer_text(&text, "a record `");
    rpl_buffer_slice(&text, rpl_policy_text(policy, type.record->name));
    rpl_buffer_text(&text, "`");
  } else if (type.kind == RPL_KIND_LIST) {
    put_list(policy, &text, type);
  } else if (type.kind == RPL_TY_ZERO) {
    rpl_buffer_text(&text, "a number");
  } else if (type.kind == RPL_TY_NONE) {
    rpl_buffer_text(&text, "none");
  } else if (type.kind == RPL_TY_ROW) {
    rpl_buffer_text(&text, "several results");
  } else if (type.kind == RPL_TY_OPEN) {
    rpl_buffer_text(&text, "a name of unknown type");
  } else {
    const char *name = rpl_kind_name((RplKind)type.kind);
    rpl_buffer_text(&text, strchr("aeiou", name[0]) ? "an " : "a ");
    if (type.kind == RPL_KIND_MONEY || type.kind == RPL_KIND_TEXT) {
      rpl_buffer_reset(&text);
    }
    rpl_buffer_text(&text, name);
    if (type.currency) {
      char code[4];
      rpl_currency_code(type.currency, code);
      rpl_buffer_text(&text, " in ");
      rpl_buffer_text(&text, code);
    }
  }
  if (type.optional)
    rpl_buffer_text(&text, " or none");
  RplSlice view = rpl_buffer_view(&text);
  char *copy = rpl_arena_copy(policy->compile->arena, view.data, view.length);
  RplSlice result = {copy, copy ? view.length : 0};
  rpl_buffer_clear(&text);
  return result;
}

/* ---- reports
 * ----------------------------------------------------------------- */

void rpl_check_report2(RplPolicy *policy, RplDiagCode code, RplSpan span,
                       RplSlice first, RplSlice second) {
  RplSlice arguments[2] = {first, second};
  rpl_report_add(policy->compile->report, code, span, arguments, 2);
}

void rpl_check_report3(RplPolicy *policy, RplDiagCode code, RplSpan span,
                       RplSlice first, RplSlice second, RplSlice third) {
  RplSlice arguments[3] = {first, second, third};
  rpl_report_add(policy->compile->report, code, span, arguments, 3);
}

void rpl_check_help(RplPolicy *policy, const char *text, RplSlice argument) {
  rpl_report_help(policy->compile->report, text, &argument, 1);
}

/* ---- literals ---------------------------------------------------------------
 */

static bool parse_number(RplPolicy *policy, RplExpr *expr, RplNumber *number) {
  if (expr->text.length > RPL_MAX_DIGITS) {
    rpl_report(policy->compile->report, RPL_DIAG_NUMBER_TOO_LONG, expr->span,
               "200", NULL);
    return false;
  }
  if (rpl_number_parse(policy->compile->arena, expr->text, number) ==
      RPL_NUMBER_OK)
    return true;
  rpl_report_add(policy->compile->report, RPL_DIAG_BAD_NUMBER, expr->span,
                 &expr->text, 1);
  rpl_report_help(policy->compile->report,
                  "a number has no leading zeros: write 7, not 07", NULL, 0);
  return false;
}

RplType rpl_check_number(RplPolicy *policy, RplExpr *expr) {
  RplNumber number;
  if (!parse_number(policy, expr, &number))
    return poison();
  bool has_point = memchr(expr->text.data, '.', expr->text.length) != NULL;
  if (rpl_number_sign(number) == 0)
    return rpl_type(RPL_TY_ZERO);
  return rpl_type(has_point ? RPL_KIND_NUMBER : RPL_KIND_INTEGER);
}

RplType rpl_check_money(RplPolicy *policy, RplExpr *expr) {
  RplNumber number;
  RplCurrency currency =
      rpl_currency_from_code(rpl_policy_text(policy, expr->name));
  if (!currency) {
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_CURRENCY, expr->span, expr->name,
                      0);
    return poison();
  }
  if (!parse_number(policy, expr, &number))
    return poison();
  RplType type = rpl_type(RPL_KIND_MONEY);
  type.currency = currency;
  return type;
}

RplType rpl_check_time(RplPolicy *policy, RplExpr *expr) {
  RplTimeError why = RPL_TIME_OK;
  int64_t value;
  int32_t months;
  if (expr->kind == RPL_EXPR_PERIOD) {
    if (rpl_period_parse(expr->text, &months, &why))
      return rpl_type(RPL_KIND_PERIOD);
    rpl_report_add(policy->compile->report, RPL_DIAG_BAD_PERIOD, expr->span,
                   &expr->text, 1);
    rpl_report_help(policy->compile->report,
                    why == RPL_TIME_RANGE
                        ? "the longest is some 178 million years"
                        : "years stand before months, each once: 1y2mo",
                    NULL, 0);
    return poison();
  }
  if (expr->kind == RPL_EXPR_DURATION) {
    if (rpl_duration_parse(expr->text, &value, &why))
      return rpl_type(RPL_KIND_DURATION);
    rpl_report_add(policy->compile->report, RPL_DIAG_BAD_DURATION, expr->span,
                   &expr->text, 1);
    rpl_report_help(policy->compile->report,
                    why == RPL_TIME_RANGE
                        ? "the longest is some 290,000 years"
                        : "units stand once each, from weeks down: 1d12h",
                    NULL, 0);
    return poison();
  }
  bool ok = expr->kind == RPL_EXPR_DATE
                ? rpl_date_parse(expr->text, &value, &why)
                : rpl_datetime_parse(expr->text, &value, &why);
  if (ok)
    return rpl_type(expr->kind == RPL_EXPR_DATE ? RPL_KIND_DATE
                                                : RPL_KIND_DATETIME);
  rpl_check_report2(policy, RPL_DIAG_BAD_DATE, expr->span, expr->text,
                    rpl_slice(expr->kind == RPL_EXPR_DATE
                                  ? "no such day"
                                  : rpl_time_error_text(why)));
  return poison();
}
