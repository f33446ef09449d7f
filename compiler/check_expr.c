/* SPDX-License-Identifier: Apache-2.0
 *
 * check_expr.c - types of expressions; see check.h. In reading order: names,
 * settling downwards, typing upwards node by node, calls, fitting.
 */
#include <string.h>

#include "compiler/calendar.h"
#include "compiler/check.h"
#include "vm/civil.h"
#include "vm/currency.h"
#include "vm/number.h"
#include "vm/program.h"
#include "vm/text.h"

static RplType poison(void) { return rpl_type(RPL_TY_POISON); }

/* ---- names
 * ------------------------------------------------------------------- */

static RplType type_name(RplPolicy *policy, RplExpr *expr) {
  RplSymbol *symbol = policy->scope ? rpl_check_scope(policy, expr->name)
                                    : rpl_policy_lookup(policy, expr->name);
  expr->symbol = symbol;
  if (symbol) {
    symbol->is_mentioned = true;
    return symbol->type;
  }
  if (expr->name < policy->name_count &&
      (policy->flags[expr->name] & RPL_NAME_ENUM_VALUE))
    return rpl_type(RPL_TY_OPEN);
  enum { MODES = 7 };
  static const char *const modes[MODES] = {
      "half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"};
  RplSlice text = rpl_policy_text(policy, expr->name), names[MODES];
  for (uint32_t i = 0; i < MODES; i++) {
    names[i] = rpl_slice(modes[i]);
    if (rpl_slice_equal(text, names[i])) {
      expr->number = i;
      return rpl_type(RPL_KIND_ROUNDING);
    }
  }
  if (policy->scope) {
    rpl_check_not_in_scope(policy, expr);
    return poison();
  }
  rpl_policy_report(policy, RPL_DIAG_UNKNOWN_NAME, expr->span, expr->name, 0);
  RplSlice nearest = rpl_nearest(text, names, MODES);
  if (nearest.length)
    rpl_check_help(policy, "did you mean `{}`?", nearest);
  else
    rpl_check_help(policy, "if it is a fact, declare it: `fact {} : TYPE;`",
                   text);
  rpl_policy_suggest(policy, expr->name); /* takes the place of the above */
  return poison();
}

/* The place that the name has in the enumeration that was declared last is
 * tried first: most values belong to one. */
static bool enum_index(const RplPolicy *policy, const RplEnum *enumeration,
                       RplName name, uint32_t *index) {
  uint32_t place = name < policy->name_count ? policy->value_places[name] : 0;
  if (place && place <= enumeration->values.count &&
      enumeration->values.items[place - 1].name == name) {
    *index = place - 1;
    return true;
  }
  for (size_t i = 0; i < enumeration->values.count; i++)
    if (enumeration->values.items[i].name == name) {
      *index = (uint32_t)i;
      return true;
    }
  return false;
}

static void suggest_value(RplPolicy *policy, const RplEnum *enumeration,
                          RplSlice word) {
  size_t count = enumeration->values.count;
  if (!rpl_report_is_open(policy->compile->report))
    return;
  RplSlice *texts =
      rpl_arena_array(policy->compile->arena, count, sizeof *texts);
  if (!texts)
    return;
  for (size_t i = 0; i < count; i++)
    texts[i] = rpl_policy_text(policy, enumeration->values.items[i].name);
  RplSlice nearest = rpl_nearest(word, texts, count);
  if (nearest.length) {
    rpl_check_help(policy, "did you mean `{}`?", nearest);
    return;
  }
  RplBuffer list;
  rpl_buffer_init(&list, policy->compile->arena->allocator);
  for (size_t i = 0; i < count && i < 12; i++) {
    rpl_buffer_text(&list, i ? ", " : "");
    rpl_buffer_slice(&list, texts[i]);
  }
  rpl_check_help(policy,
                 count > 12 ? "its values are {}, ..." : "its values are {}",
                 rpl_buffer_view(&list));
  rpl_buffer_clear(&list);
}

/* Makes a name or text a value of the enumeration that its context asks for. */
static RplType settle_value(RplPolicy *policy, RplExpr *expr, RplType type) {
  RplSlice word = expr->kind == RPL_EXPR_TEXT
                      ? expr->text
                      : rpl_policy_text(policy, expr->name);
  RplName name = expr->kind == RPL_EXPR_TEXT
                     ? rpl_intern_find(policy->compile->interner, word)
                     : expr->name;
  type.optional = false;
  if (name && enum_index(policy, type.enumeration, name, &expr->number))
    return type;
  rpl_check_report2(policy, RPL_DIAG_UNKNOWN_VALUE, expr->span, word,
                    rpl_policy_text(policy, type.enumeration->name));
  suggest_value(policy, type.enumeration, word);
  return poison();
}

static RplType settle_currency(RplPolicy *policy, RplExpr *expr) {
  if (rpl_currency_from_code(expr->text))
    return rpl_type(RPL_KIND_CURRENCY);
  rpl_report_add(policy->compile->report, RPL_DIAG_UNKNOWN_CURRENCY, expr->span,
                 &expr->text, 1);
  return poison();
}

/* ---- settling downwards
 * ------------------------------------------------------- */

typedef struct Todo {
  RplExpr *expr;
  RplType type;
} Todo;

typedef struct Work {
  Todo *items;
  size_t count, capacity;
} Work;

static void later(RplPolicy *policy, Work *work, RplExpr *expr, RplType type) {
  void *items = work->items;
  if (rpl_policy_grow(policy, &items, work->count, &work->capacity,
                      sizeof *work->items)) {
    work->items = items;
    work->items[work->count++] = (Todo){expr, type};
  }
}

static RplType number(void) { return rpl_type(RPL_KIND_NUMBER); }
static RplType duration(void) { return rpl_type(RPL_KIND_DURATION); }

static bool is_kind(const RplExpr *expr, unsigned kind) {
  return expr->type.kind == kind;
}

static bool is_number(const RplExpr *expr) {
  return rpl_kind_is_numeric((RplKind)expr->type.kind) ||
         is_kind(expr, RPL_TY_ZERO);
}

static RplType known_type(const RplExpr *expr) {
  return expr->symbol && is_kind(expr, RPL_TY_OPEN) ? expr->symbol->type
                                                    : expr->type;
}

/* What the operands of arithmetic are when its result is known: sums are of one
 * type; of a product or quotient one part scales the other. */
static void settle_arithmetic(RplPolicy *policy, Work *work, RplExpr *expr,
                              RplType type) {
  RplExpr *a = expr->a, *b = expr->b;
  a->type = known_type(a);
  b->type = known_type(b);
  bool scales = type.kind == RPL_KIND_MONEY || type.kind == RPL_KIND_DURATION ||
                type.kind == RPL_KIND_PERIOD;
  if (expr->op == RPL_ADD || expr->op == RPL_SUB) {
    bool instant = type.kind == RPL_KIND_DATE || type.kind == RPL_KIND_DATETIME;
    if (type.kind == RPL_KIND_DURATION && expr->op == RPL_SUB &&
        (is_kind(a, RPL_KIND_DATETIME) || is_kind(b, RPL_KIND_DATETIME)))
      type = rpl_type(RPL_KIND_DATETIME);
    later(policy, work, b, instant ? duration() : type);
    later(policy, work, a, type);
  } else if (expr->op == RPL_MUL && scales) {
    RplType factor =
        type.kind == RPL_KIND_PERIOD ? rpl_type(RPL_KIND_INTEGER) : number();
    bool right = b->type.kind == type.kind || is_number(a);
    later(policy, work, b, right ? type : factor);
    later(policy, work, a, right ? factor : type);
  } else if (expr->op == RPL_DIV && scales) {
    later(policy, work, b, number());
    later(policy, work, a, type);
  } else if (expr->op == RPL_DIV && !is_number(a) && !is_number(b) &&
             (is_kind(a, RPL_KIND_MONEY) || is_kind(b, RPL_KIND_MONEY))) {
    later(policy, work, b, rpl_type(RPL_KIND_MONEY));
    later(policy, work, a, rpl_type(RPL_KIND_MONEY));
  } else {
    later(policy, work, b, type.kind == RPL_KIND_INTEGER ? number() : type);
    later(policy, work, a, type.kind == RPL_KIND_INTEGER ? number() : type);
  }
}

static void settle_name(RplPolicy *policy, RplExpr *expr, RplType type) {
  if (expr->symbol) { /* an inferred fact */
    if (rpl_type_is(expr->symbol->type, RPL_TY_OPEN)) {
      type.currency = 0;
      type.optional = false;
      if (rpl_kind_is_numeric((RplKind)type.kind))
        type.kind = RPL_KIND_NUMBER;
      expr->symbol->type = type;
    }
    expr->type = expr->symbol->type;
    rpl_check_expect(policy, expr, type);
  } else if (type.kind == RPL_KIND_ENUM && type.enumeration) {
    expr->type = settle_value(policy, expr, type);
  } else {
    rpl_policy_report(policy, RPL_DIAG_UNKNOWN_NAME, expr->span, expr->name, 0);
    rpl_policy_suggest(policy, expr->name);
    expr->type = poison();
  }
}

static void wrong_type(RplPolicy *policy, RplExpr *expr, RplType expected) {
  rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, expr->span,
                    rpl_type_text(policy, expected),
                    rpl_type_text(policy, expr->type));
  if (expected.kind == RPL_KIND_MONEY && expr->kind == RPL_EXPR_NUMBER) {
    rpl_check_help(policy, "write the currency: `USD {}`", expr->text);
  }
  expr->type = poison();
}

static void settle_one(RplPolicy *policy, Work *work, RplExpr *expr,
                       RplType type) {
  if (!rpl_type_waits(expr->type)) {
    rpl_check_expect(policy, expr, type);
    return;
  }
  switch (expr->kind) {
  case RPL_EXPR_LIST:
    if (!rpl_check_listing(policy, expr, type))
      wrong_type(policy, expr, type);
    return;
  case RPL_EXPR_NAME:
    settle_name(policy, expr, type);
    return;
  case RPL_EXPR_NUMBER: /* zero */
    if (type.kind == RPL_KIND_MONEY || rpl_kind_is_numeric((RplKind)type.kind))
      expr->type = rpl_type_optional(
          type.kind == RPL_KIND_NUMBER ? rpl_type(RPL_KIND_INTEGER) : type,
          false);
    else
      wrong_type(policy, expr, type);
    return;
  case RPL_EXPR_NONE:
    expr->type = rpl_type_optional(type, true);
    return;
  case RPL_EXPR_IF:
    later(policy, work, expr->c, type);
    later(policy, work, expr->b, type);
    expr->type = rpl_type_optional(type, type.optional || expr->type.optional);
    return;
  case RPL_EXPR_ELSE:
    later(policy, work, expr->b, type);
    later(policy, work, expr->a, rpl_type_optional(type, true));
    expr->type = rpl_type_optional(type, expr->b->type.optional);
    return;
  case RPL_EXPR_UNARY:
    later(policy, work, expr->a, type);
    expr->type = rpl_type_optional(type, false);
    return;
  case RPL_EXPR_BINARY:
    expr->type = rpl_type_optional(type, false);
    settle_arithmetic(policy, work, expr, expr->type);
    return;
  case RPL_EXPR_CALL:
    expr->type = rpl_type_optional(type, false);
    if (rpl_slice_is(rpl_policy_text(policy, expr->name), "set")) {
      if (type.kind != RPL_KIND_SET) {
        wrong_type(policy, expr, type);
        return;
      }
      type.kind = RPL_KIND_ENUM; /* of its values */
    }
    for (size_t i = expr->items.count; i-- > 0;)
      later(policy, work, expr->items.items[i], type);
    return;
  default:
    expr->type = poison();
    return;
  }
}

void rpl_check_settle(RplPolicy *policy, RplExpr *expr, RplType type) {
  Work work = {0};
  later(policy, &work, expr, type);
  while (work.count) {
    Todo todo = work.items[--work.count];
    settle_one(policy, &work, todo.expr, todo.type);
  }
}

/* ---- typing upwards
 * ------------------------------------------------------------ */

/* Makes two operands one type, settling whichever waits; what both still wait
 * for is left to the context. False after a report. */
bool rpl_check_join(RplPolicy *policy, RplExpr *a, RplExpr *b,
                    RplType *joined) {
  bool currencies = false;
  /* a text beside an enumeration is one of its values */
  if (a->kind == RPL_EXPR_TEXT && is_kind(b, RPL_KIND_ENUM))
    a->type = settle_value(policy, a, b->type);
  if (b->kind == RPL_EXPR_TEXT && is_kind(a, RPL_KIND_ENUM))
    b->type = settle_value(policy, b, a->type);
  if (a->kind == RPL_EXPR_TEXT && is_kind(b, RPL_KIND_CURRENCY))
    a->type = settle_currency(policy, a);
  if (b->kind == RPL_EXPR_TEXT && is_kind(a, RPL_KIND_CURRENCY))
    b->type = settle_currency(policy, b);
  rpl_check_two_lists(policy, a, b);
  if (!rpl_type_join(a->type, b->type, joined, &currencies)) {
    if (currencies) {
      RplSpan span = rpl_span_join(a->span, b->span);
      rpl_check_report2(policy, RPL_DIAG_CURRENCY_MIX, span,
                        rpl_type_text(policy, a->type),
                        rpl_type_text(policy, b->type));
      *joined = poison();
    }
    return currencies;
  }
  if (rpl_type_is_poison(*joined) || rpl_type_waits(*joined))
    return true;
  if (rpl_type_waits(a->type))
    rpl_check_settle(policy, a, rpl_type_optional(*joined, false));
  if (rpl_type_waits(b->type))
    rpl_check_settle(policy, b, rpl_type_optional(*joined, false));
  return true;
}

/* Operations that an operator can mean; the first whose signature fits is it.
 */
static const uint8_t *candidates(RplOperator op) {
  static const uint8_t add[] = {RPL_OP_ADD_N,
                                RPL_OP_ADD_M,
                                RPL_OP_ADD_DTU,
                                RPL_OP_ADD_DU,
                                RPL_OP_ADD_U,
                                RPL_OP_ADD_P,
                                0};
  static const uint8_t sub[] = {RPL_OP_SUB_N,    RPL_OP_SUB_M,  RPL_OP_SUB_DTU,
                                RPL_OP_SUB_DTDT, RPL_OP_SUB_DU, RPL_OP_SUB_DD,
                                RPL_OP_SUB_U,    RPL_OP_SUB_P,  0};
  static const uint8_t mul[] = {
      RPL_OP_MUL_N,  RPL_OP_MUL_MN, RPL_OP_MUL_NM, RPL_OP_MUL_UN,
      RPL_OP_MUL_NU, RPL_OP_MUL_PN, RPL_OP_MUL_NP, 0};
  static const uint8_t div[] = {RPL_OP_DIV_N,  RPL_OP_DIV_MN, RPL_OP_DIV_MM,
                                RPL_OP_DIV_UN, RPL_OP_DIV_UU, 0};
  static const uint8_t whole[] = {RPL_OP_WHOLE_N, RPL_OP_WHOLE_M,
                                  RPL_OP_WHOLE_U, 0};
  static const uint8_t mod[] = {RPL_OP_MOD_N, RPL_OP_MOD_M, RPL_OP_MOD_U, 0};
  switch (op) {
  case RPL_ADD:
    return add;
  case RPL_SUB:
    return sub;
  case RPL_MUL:
    return mul;
  case RPL_WHOLE:
    return whole;
  case RPL_MOD:
    return mod;
  default:
    return div;
  }
}

static RplTypeWords words_of(RplType type) {
  return (RplTypeWords){type.kind, 0, 0};
}

static bool is_instant(const RplExpr *expr) {
  return is_kind(expr, RPL_KIND_DATE) || is_kind(expr, RPL_KIND_DATETIME);
}

/* Kinds of which sums are of the same kind, or differences at least. */
static bool is_summand(const RplExpr *expr) {
  return is_number(expr) || is_instant(expr) || is_kind(expr, RPL_KIND_MONEY) ||
         is_kind(expr, RPL_KIND_DURATION) || is_kind(expr, RPL_KIND_PERIOD);
}

void rpl_check_report_none(RplPolicy *policy, const RplExpr *none) {
  rpl_report(policy->compile->report, RPL_DIAG_NONE_WITHOUT_TYPE, none->span,
             NULL);
  rpl_report_help(policy->compile->report,
                  "name it: `let NAME : TYPE? = none;`", NULL, 0);
}

/* A none that nothing beside it gives a type to has no place in an operation.
 */
static bool refuse_none(RplPolicy *policy, const RplExpr *operand) {
  if (!is_kind(operand, RPL_TY_NONE))
    return false;
  rpl_check_report_none(policy, operand);
  return true;
}

static RplType type_arithmetic(RplPolicy *policy, RplExpr *expr) {
  RplExpr *a = expr->a, *b = expr->b;
  if (rpl_type_is_poison(a->type) || rpl_type_is_poison(b->type))
    return poison();
  bool sum = expr->op == RPL_ADD || expr->op == RPL_SUB;
  RplType zero_as = rpl_type(RPL_KIND_INTEGER);
  if (sum && is_kind(b, RPL_KIND_MONEY))
    zero_as = b->type;
  if (is_kind(a, RPL_TY_ZERO))
    rpl_check_settle(policy, a, zero_as);
  zero_as =
      sum && is_kind(a, RPL_KIND_MONEY) ? a->type : rpl_type(RPL_KIND_INTEGER);
  if (is_kind(b, RPL_TY_ZERO))
    rpl_check_settle(policy, b, zero_as);
  if (rpl_type_waits(a->type) || rpl_type_waits(b->type)) {
    /* one known side of a sum tells the other, but what a duration is added to
     * may be an instant: what it is compared with has its say first */
    if (sum && is_kind(b, RPL_KIND_DURATION) && !policy->is_final) {
      policy->has_open = true;
      return rpl_type(RPL_TY_OPEN);
    }
    if (expr->op == RPL_ADD && is_instant(a))
      rpl_check_settle(policy, b, duration());
    else if (sum && is_summand(a))
      rpl_check_settle(policy, b, a->type);
    else if (sum && is_summand(b))
      rpl_check_settle(policy, a, b->type);
    else if (expr->op == RPL_MUL && is_kind(a, RPL_KIND_MONEY))
      rpl_check_settle(policy, b, number());
    else if (expr->op == RPL_MUL && is_kind(b, RPL_KIND_MONEY))
      rpl_check_settle(policy, a, number());
    else if (expr->op == RPL_MUL && is_kind(a, RPL_KIND_PERIOD))
      rpl_check_expect(policy, b, rpl_type(RPL_KIND_INTEGER));
    else if (expr->op == RPL_MUL && is_kind(b, RPL_KIND_PERIOD))
      rpl_check_expect(policy, a, rpl_type(RPL_KIND_INTEGER));
    else if (refuse_none(policy, a) || refuse_none(policy, b))
      return poison();
    else
      return rpl_type(RPL_TY_OPEN);
  }
  RplTypeWords left = words_of(a->type), right = words_of(b->type), result;
  for (const uint8_t *op = candidates(expr->op); *op; op++) {
    if (!rpl_op_result_type(*op, &left, &right, NULL, &result))
      continue;
    expr->number = *op;
    RplType type = rpl_type(result.kind);
    if (type.kind != RPL_KIND_MONEY)
      return type;
    if (a->type.currency && b->type.currency &&
        a->type.currency != b->type.currency) {
      rpl_check_report2(policy, RPL_DIAG_CURRENCY_MIX, expr->span,
                        rpl_type_text(policy, a->type),
                        rpl_type_text(policy, b->type));
      return poison();
    }
    type.currency = a->type.currency ? a->type.currency : b->type.currency;
    return type;
  }
  if (sum && is_instant(a) && is_kind(b, RPL_KIND_PERIOD))
    return rpl_check_lacks_month_end(policy, expr);
  rpl_check_report3(policy, RPL_DIAG_BAD_OPERANDS, expr->span,
                    rpl_slice(rpl_operator_text(expr->op)),
                    rpl_type_text(policy, a->type),
                    rpl_type_text(policy, b->type));
  if (sum && is_kind(a, RPL_KIND_MONEY) && b->kind == RPL_EXPR_NUMBER)
    rpl_check_help(policy, "write the currency: `USD {}`", b->text);
  return poison();
}

/* Two names of which neither tells what the other is. */
void rpl_check_report_open(RplPolicy *policy, const RplExpr *open) {
  rpl_policy_report(policy, RPL_DIAG_NOT_INFERRED, open->span, open->name, 0);
  if (open->kind == RPL_EXPR_NAME)
    rpl_check_help(policy, "a word that is a value stands in quotes: \"{}\"",
                   rpl_policy_text(policy, open->name));
}

static RplType type_comparison(RplPolicy *policy, RplExpr *expr) {
  RplType boolean = rpl_type(RPL_KIND_BOOLEAN), joined;
  RplExpr *a = expr->a, *b = expr->b;
  bool equality = expr->op == RPL_EQ || expr->op == RPL_NE;
  if (is_kind(a, RPL_TY_NONE) || is_kind(b, RPL_TY_NONE)) {
    rpl_report(policy->compile->report, RPL_DIAG_BAD_OPERAND, expr->span,
               rpl_operator_text(expr->op), "none", NULL);
    rpl_report_help(policy->compile->report,
                    expr->op == RPL_NE ? "write `is not none`"
                                       : "write `is none`",
                    NULL, 0);
    return boolean;
  }
  if (!rpl_check_join(policy, a, b, &joined)) {
    rpl_check_report2(policy, RPL_DIAG_CANNOT_COMPARE, expr->span,
                      rpl_type_text(policy, a->type),
                      rpl_type_text(policy, b->type));
    if (is_kind(a, RPL_KIND_MONEY) && b->kind == RPL_EXPR_NUMBER)
      rpl_check_help(policy, "write the currency: `USD {}`", b->text);
    return boolean;
  }
  if (rpl_type_is_poison(joined))
    return boolean;
  if (rpl_type_waits(joined)) {
    if (joined.kind == RPL_TY_ZERO ||
        (policy->is_final && (!equality || policy->is_calc))) {
      rpl_check_settle(policy, a, number());
      rpl_check_settle(policy, b, number());
    } else if (policy->is_final) {
      rpl_check_report_open(policy, a->symbol ? b : a);
    } else {
      policy->has_open = true;
    }
    return boolean;
  }
  if (rpl_kind_has_parts(joined.kind) ||
      (!equality && !rpl_kind_is_ordered((RplKind)joined.kind))) {
    RplSlice type = rpl_type_text(policy, joined);
    rpl_check_report2(policy, RPL_DIAG_BAD_OPERAND, expr->span,
                      rpl_slice(rpl_operator_text(expr->op)), type);
    if (joined.kind == RPL_KIND_PERIOD)
      rpl_report_help(policy->compile->report,
                      "months differ in length: compare dates instead", NULL,
                      0);
  }
  return boolean;
}

RplType rpl_check_unary(RplPolicy *policy, RplExpr *expr) {
  RplExpr *a = expr->a;
  if (expr->op == RPL_NOT) {
    rpl_check_expect(policy, a, rpl_type(RPL_KIND_BOOLEAN));
    return rpl_type(RPL_KIND_BOOLEAN);
  }
  if (is_kind(a, RPL_TY_ZERO))
    rpl_check_settle(policy, a, rpl_type(RPL_KIND_INTEGER));
  if (refuse_none(policy, a))
    return poison();
  if (rpl_type_waits(a->type) || rpl_type_is_poison(a->type))
    return a->type;
  if (rpl_kind_is_numeric((RplKind)a->type.kind) ||
      is_kind(a, RPL_KIND_MONEY) || is_kind(a, RPL_KIND_DURATION) ||
      is_kind(a, RPL_KIND_PERIOD))
    return rpl_type_optional(a->type, false);
  rpl_check_report2(policy, RPL_DIAG_BAD_OPERAND, expr->span, rpl_slice("-"),
                    rpl_type_text(policy, a->type));
  return poison();
}

static RplType type_if(RplPolicy *policy, RplExpr *expr) {
  RplType joined;
  rpl_check_expect(policy, expr->a, rpl_type(RPL_KIND_BOOLEAN));
  if (!rpl_check_join(policy, expr->b, expr->c, &joined)) {
    rpl_report_add(policy->compile->report, RPL_DIAG_WRONG_TYPE, expr->c->span,
                   (RplSlice[]){rpl_type_text(policy, expr->b->type),
                                rpl_type_text(policy, expr->c->type)},
                   2);
    rpl_report_label(policy->compile->report, expr->b->span,
                     "both arms have one type", NULL, 0);
    return poison();
  }
  return joined;
}

static RplType type_else(RplPolicy *policy, RplExpr *expr) {
  RplType joined;
  rpl_check_allow_nothing(policy, expr->a);
  if (!rpl_type_waits(expr->a->type) && !rpl_type_is_poison(expr->a->type) &&
      !expr->a->type.optional) {
    RplSlice text = rpl_span_text(policy->compile->sources, expr->a->span);
    rpl_report_add(policy->compile->report, RPL_DIAG_NEVER_NONE, expr->a->span,
                   &text, 1);
    rpl_report_help(policy->compile->report,
                    "leave `else` out, or declare the fact with `?`", NULL, 0);
  }
  if (!rpl_check_join(policy, expr->a, expr->b, &joined)) {
    rpl_check_report2(
        policy, RPL_DIAG_WRONG_TYPE, expr->b->span,
        rpl_type_text(policy, rpl_type_optional(expr->a->type, false)),
        rpl_type_text(policy, expr->b->type));
    return poison();
  }
  return rpl_type_optional(joined, expr->b->type.optional ||
                                       is_kind(expr->b, RPL_TY_NONE));
}

static RplType type_between(RplPolicy *policy, RplExpr *expr) {
  RplExpr low = *expr, high = *expr;
  low.op = RPL_GE;
  high.op = RPL_LE;
  high.b = expr->c;
  (void)type_comparison(policy, &low);
  return type_comparison(policy, &high);
}

static RplType type_binary(RplPolicy *policy, RplExpr *expr) {
  switch (expr->op) {
  case RPL_AND:
  case RPL_OR:
    rpl_check_expect(policy, expr->a, rpl_type(RPL_KIND_BOOLEAN));
    rpl_check_expect(policy, expr->b, rpl_type(RPL_KIND_BOOLEAN));
    return rpl_type(RPL_KIND_BOOLEAN);
  case RPL_ADD:
  case RPL_SUB:
  case RPL_MUL:
  case RPL_DIV:
  case RPL_WHOLE:
  case RPL_MOD:
    return type_arithmetic(policy, expr);
  default:
    return type_comparison(policy, expr);
  }
}

static RplType type_is_none(RplPolicy *policy, RplExpr *expr) {
  if (rpl_type_waits(expr->a->type) && policy->is_calc)
    rpl_check_settle(policy, expr->a, number());
  else if (rpl_type_waits(expr->a->type) && policy->is_final)
    rpl_policy_report(policy, RPL_DIAG_NOT_INFERRED, expr->a->span,
                      expr->a->name, 0);
  return rpl_type(RPL_KIND_BOOLEAN);
}

static RplType type_of(RplPolicy *policy, RplExpr *expr) {
  switch (expr->kind) {
  case RPL_EXPR_POISON:
    return poison();
  case RPL_EXPR_BOOLEAN:
    return rpl_type(RPL_KIND_BOOLEAN);
  case RPL_EXPR_NUMBER:
    return rpl_check_number(policy, expr);
  case RPL_EXPR_MONEY:
    return rpl_check_money(policy, expr);
  case RPL_EXPR_CURRENCY:
    expr->text = rpl_policy_text(policy, expr->name);
    if (rpl_slice_is(expr->text, "UTC")) { /* three letters, but a zone */
      expr->kind = RPL_EXPR_ZONE;
      return rpl_check_zone(policy, expr);
    }
    return settle_currency(policy, expr);
  case RPL_EXPR_TEXT:
    return rpl_type(RPL_KIND_TEXT);
  case RPL_EXPR_DATE:
  case RPL_EXPR_DATETIME:
  case RPL_EXPR_DURATION:
  case RPL_EXPR_PERIOD:
    return rpl_check_time(policy, expr);
  case RPL_EXPR_ZONE:
    return rpl_check_zone(policy, expr);
  case RPL_EXPR_OP:
    return rpl_check_op(policy, expr);
  case RPL_EXPR_CALENDAR:
  case RPL_EXPR_BUSINESS:
    return rpl_check_calendar(policy, expr);
  case RPL_EXPR_DAYS_AFTER:
    return rpl_check_days_after(policy, expr);
  case RPL_EXPR_USING:
    return rpl_calendar_check_using(policy, expr);
  case RPL_EXPR_MONTHS:
    return rpl_check_months(policy, expr);
  case RPL_EXPR_NONE:
    return rpl_type(RPL_TY_NONE);
  case RPL_EXPR_NAME:
    return type_name(policy, expr);
  case RPL_EXPR_UNARY:
    return rpl_check_unary(policy, expr);
  case RPL_EXPR_BINARY:
    return type_binary(policy, expr);
  case RPL_EXPR_IF:
    return type_if(policy, expr);
  case RPL_EXPR_ELSE:
    return type_else(policy, expr);
  case RPL_EXPR_IS_NONE:
    return type_is_none(policy, expr);
  case RPL_EXPR_IN:
    return rpl_check_in(policy, expr);
  case RPL_EXPR_BETWEEN:
    return type_between(policy, expr);
  case RPL_EXPR_WITHIN:
    return rpl_check_within(policy, expr);
  case RPL_EXPR_CALL:
    return rpl_check_call(policy, expr);
  case RPL_EXPR_LIST:
    return rpl_check_list(policy, expr);
  case RPL_EXPR_RECORD:
    return rpl_check_record(policy, expr);
  case RPL_EXPR_ENTRY:
    return expr->a->type;
  case RPL_EXPR_FIELD:
    return rpl_check_field(policy, expr);
  case RPL_EXPR_AGGREGATE:
    return rpl_check_aggregate(policy, expr);
  case RPL_EXPR_ELEMENT:
    return rpl_check_element(policy, expr);
  }
  return poison();
}

static void check_node(RplPolicy *policy, RplExpr *expr) {
  expr->type = type_of(policy, expr);
  rpl_check_blocks(policy, expr);
}

bool rpl_check_expr(RplPolicy *policy, RplExpr *root) {
  size_t count = 0;
  RplExpr **nodes = rpl_expr_postorder(policy->compile->arena, root, &count);
  if (!nodes) {
    policy->is_out_of_memory = true;
    return false;
  }
  for (size_t i = 0; i < count; i++)
    check_node(policy, nodes[i]);
  rpl_check_unread(policy, nodes, count);
  return true;
}

/* ---- fitting
 * -------------------------------------------------------------------- */

/* An undeclared name whose type is still open: where an integer alone will do,
 * it is one. */
static bool is_open_name(const RplExpr *expr) {
  return expr->kind == RPL_EXPR_NAME && expr->symbol &&
         rpl_type_is(expr->symbol->type, RPL_TY_OPEN);
}

void rpl_check_expect(RplPolicy *policy, RplExpr *expr, RplType expected) {
  RplType joined, found = expr->type;
  bool currencies = false;
  if (rpl_type_is_poison(found) || rpl_type_is_poison(expected))
    return;
  if (rpl_type_waits(found)) {
    if (is_open_name(expr) && expected.kind == RPL_KIND_INTEGER)
      expr->symbol->type = expr->type = rpl_type(RPL_KIND_INTEGER);
    else if (!rpl_type_waits(expected))
      rpl_check_settle(policy, expr, expected);
    return;
  }
  if (expr->kind == RPL_EXPR_TEXT && expected.kind == RPL_KIND_ENUM) {
    expr->type = settle_value(policy, expr, expected);
    return;
  }
  if (expr->kind == RPL_EXPR_TEXT && expected.kind == RPL_KIND_CURRENCY) {
    expr->type = settle_currency(policy, expr);
    return;
  }
  bool fits = rpl_type_join(found, expected, &joined, &currencies);
  if (fits && found.kind == RPL_KIND_NUMBER &&
      expected.kind == RPL_KIND_INTEGER)
    fits = false;
  if (currencies)
    rpl_check_report2(policy, RPL_DIAG_CURRENCY_MIX, expr->span,
                      rpl_type_text(policy, found),
                      rpl_type_text(policy, expected));
  else if (!fits)
    wrong_type(policy, expr, expected);
}

void rpl_check_fits(RplPolicy *policy, RplExpr *root, RplType expected) {
  if (root && rpl_check_expr(policy, root))
    rpl_check_expect(policy, root, expected);
}
