/* SPDX-License-Identifier: Apache-2.0
 * lower_expr.c - expressions to instructions; see lower_expr.h. Literals were
 * checked before, so reading them cannot fail here but for want of memory. */
#include "compiler/lower_expr.h"

#include "compiler/builtin.h"
#include "compiler/lower_time.h"
#include "vm/civil.h"
#include "vm/currency.h"
#include "vm/number.h"
#include "vm/text.h"

uint32_t rpl_lower_name(RplLower *lower, RplName name) {
  return rpl_emit_string(&lower->emit,
                         rpl_name_text(lower->policy->compile->interner, name));
}

/* ---- types
 * --------------------------------------------------------------------- */

/* The policy's list owns enumerations; the type only points at them. */
static RplEnum *owned_enum(RplLower *lower, const RplEnum *enumeration) {
  for (size_t i = 0; i < lower->policy->enums.count; i++)
    if (lower->policy->enums.items[i] == enumeration)
      return lower->policy->enums.items[i];
  return NULL;
}

static uint32_t lower_enum(RplLower *lower, const RplEnum *shared) {
  if (shared->index)
    return shared->index - 1;
  RplEnum *enumeration = owned_enum(lower, shared);
  if (!enumeration)
    return 0;
  RplEnumRecord record = {
      .name = rpl_lower_name(lower, enumeration->name),
      .first = (uint32_t)lower->emit.tables[RPL_SECTION_ENUMERATORS].count,
      .count = (uint32_t)enumeration->values.count,
      .flags = enumeration->or_other ? RPL_ENUM_OR_OTHER : 0};
  for (size_t i = 0; i < enumeration->values.count; i++) {
    RplEnumeratorRecord value = {
        rpl_lower_name(lower, enumeration->values.items[i].name)};
    rpl_emit_row(&lower->emit, RPL_SECTION_ENUMERATORS, &value);
  }
  enumeration->index =
      rpl_emit_row(&lower->emit, RPL_SECTION_ENUMS, &record) + 1;
  return enumeration->index - 1;
}

RplTypeWords rpl_lower_type(RplLower *lower, RplType type) {
  RplTypeWords words = {type.kind, type.optional, 0};
  if (type.kind == RPL_KIND_ENUM || type.kind == RPL_KIND_SET)
    words.detail = lower_enum(lower, type.enumeration);
  else if (rpl_kind_has_parts(type.kind))
    words.detail = rpl_lower_part_type(lower, type);
  return words;
}

/* ---- constants
 * ------------------------------------------------------------------- */

uint32_t rpl_lower_none(RplLower *lower, RplType type) {
  return rpl_emit_constant(
      &lower->emit, rpl_lower_type(lower, rpl_type_optional(type, true)), 0, 0);
}

static uint32_t lower_number(RplLower *lower, const RplExpr *expr,
                             uint32_t currency) {
  char text[RPL_NUMBER_TEXT_MAX];
  RplNumber number = rpl_number_from_int(0);
  if (rpl_number_parse(lower->emit.arena, expr->text, &number) != RPL_NUMBER_OK)
    lower->emit.is_out_of_memory = true;
  size_t length = rpl_number_write(number, text, sizeof text);
  return rpl_emit_constant(
      &lower->emit, rpl_lower_type(lower, rpl_type_optional(expr->type, false)),
      rpl_emit_string(&lower->emit, (RplSlice){text, length}), currency);
}

static uint32_t lower_time(RplLower *lower, const RplExpr *expr) {
  RplTimeError why;
  int64_t value = 0;
  if (expr->kind == RPL_EXPR_DATE)
    (void)rpl_date_parse(expr->text, &value, &why);
  else if (expr->kind == RPL_EXPR_DATETIME)
    (void)rpl_datetime_parse(expr->text, &value, &why);
  else if (expr->kind == RPL_EXPR_PERIOD)
    return rpl_lower_period(lower, expr);
  else
    (void)rpl_duration_parse(expr->text, &value, &why);
  uint64_t bits = (uint64_t)value;
  return rpl_emit_constant(&lower->emit, rpl_lower_type(lower, expr->type),
                           (uint32_t)bits, (uint32_t)(bits >> 32));
}

/* `set(a, b)`: a constant; the checker saw that its items are values. */
static uint32_t lower_set(RplLower *lower, const RplExpr *expr) {
  uint64_t bits = 0;
  for (size_t i = 0; i < expr->items.count; i++)
    bits |= UINT64_C(1) << (expr->items.items[i]->number & 63u);
  return rpl_emit_constant(&lower->emit, rpl_lower_type(lower, expr->type),
                           (uint32_t)bits, (uint32_t)(bits >> 32));
}

/* A text literal may have become an enumeration's value or a currency. */
static uint32_t lower_text(RplLower *lower, const RplExpr *expr) {
  RplTypeWords type = rpl_lower_type(lower, expr->type);
  uint32_t low = expr->number;
  if (expr->type.kind == RPL_KIND_TEXT)
    low = rpl_emit_string(&lower->emit, expr->text);
  else if (expr->type.kind == RPL_KIND_CURRENCY)
    low = rpl_currency_from_code(expr->text);
  return rpl_emit_constant(&lower->emit, type, low, 0);
}

static uint32_t lower_symbol(RplLower *lower, const RplExpr *expr) {
  if (expr->symbol)
    return expr->symbol->operand;
  return rpl_emit_constant(&lower->emit, rpl_lower_type(lower, expr->type),
                           expr->number, 0);
}

/* ---- operations
 * --------------------------------------------------------------------- */

uint32_t rpl_lower_some(RplLower *lower, uint32_t operand) {
  if (!rpl_emit_operand_type(&lower->emit, operand).optional)
    return operand;
  return rpl_emit_op(&lower->emit, RPL_OP_SOME, operand, 0, 0);
}

static uint32_t strict(RplLower *lower, RplOp op, const RplExpr *a,
                       const RplExpr *b, const RplExpr *c) {
  uint32_t first = rpl_lower_some(lower, a->operand);
  uint32_t second = b ? rpl_lower_some(lower, b->operand) : 0;
  uint32_t third = c ? rpl_lower_some(lower, c->operand) : 0;
  return rpl_emit_op(&lower->emit, op, first, second, third);
}

static RplOp comparison_op(RplOperator op) {
  switch (op) {
  case RPL_EQ:
    return RPL_OP_EQ;
  case RPL_NE:
    return RPL_OP_NE;
  case RPL_LT:
    return RPL_OP_LT;
  case RPL_LE:
    return RPL_OP_LE;
  case RPL_GT:
    return RPL_OP_GT;
  case RPL_GE:
    return RPL_OP_GE;
  case RPL_AND:
    return RPL_OP_AND;
  default:
    return RPL_OP_OR;
  }
}

/* The operation that the operator means for operands of these kinds: the
 * checker's choice, made again because inference may have come after it. */
static RplOp arithmetic_op(RplLower *lower, const RplExpr *expr) {
  static const uint8_t ops[] = {
      RPL_OP_ADD_N,    RPL_OP_ADD_M,  RPL_OP_ADD_DTU, RPL_OP_ADD_DU,
      RPL_OP_ADD_U,    RPL_OP_SUB_N,  RPL_OP_SUB_M,   RPL_OP_SUB_DTU,
      RPL_OP_SUB_DTDT, RPL_OP_SUB_DU, RPL_OP_SUB_DD,  RPL_OP_SUB_U,
      RPL_OP_MUL_N,    RPL_OP_MUL_MN, RPL_OP_MUL_NM,  RPL_OP_MUL_UN,
      RPL_OP_MUL_NU,   RPL_OP_DIV_N,  RPL_OP_DIV_MN,  RPL_OP_DIV_MM,
      RPL_OP_DIV_UN,   RPL_OP_DIV_UU, RPL_OP_WHOLE_N, RPL_OP_WHOLE_M,
      RPL_OP_WHOLE_U,  RPL_OP_MOD_N,  RPL_OP_MOD_M,   RPL_OP_MOD_U,
      RPL_OP_ADD_P,    RPL_OP_SUB_P,  RPL_OP_MUL_PN,  RPL_OP_MUL_NP};
  const char *symbol = rpl_operator_text(expr->op);
  RplTypeWords a = rpl_emit_operand_type(&lower->emit, expr->a->operand);
  RplTypeWords b = rpl_emit_operand_type(&lower->emit, expr->b->operand);
  RplTypeWords result;
  a.optional = b.optional = 0;
  for (size_t i = 0; i < sizeof ops; i++)
    if (rpl_slice_is(rpl_slice_from(rpl_op_info(ops[i]).symbol), symbol) &&
        rpl_op_result_type(ops[i], &a, &b, NULL, &result))
      return (RplOp)ops[i];
  lower->emit.is_misfit = true;
  return RPL_OP_ADD_N;
}

static uint32_t lower_binary(RplLower *lower, const RplExpr *expr) {
  bool arithmetic = expr->op == RPL_ADD || expr->op == RPL_SUB ||
                    expr->op == RPL_MUL || expr->op == RPL_DIV ||
                    expr->op == RPL_WHOLE || expr->op == RPL_MOD;
  return strict(
      lower, arithmetic ? arithmetic_op(lower, expr) : comparison_op(expr->op),
      expr->a, expr->b, NULL);
}

static uint32_t lower_unary(RplLower *lower, const RplExpr *expr) {
  static const uint8_t neg[] = {RPL_OP_NEG_N, RPL_OP_NEG_M, RPL_OP_NEG_U,
                                RPL_OP_NEG_P};
  if (expr->op == RPL_NOT)
    return strict(lower, RPL_OP_NOT, expr->a, NULL, NULL);
  unsigned kind = expr->a->type.kind;
  size_t which = kind == RPL_KIND_MONEY      ? 1
                 : kind == RPL_KIND_DURATION ? 2
                 : kind == RPL_KIND_PERIOD   ? 3
                                             : 0;
  return strict(lower, (RplOp)neg[which], expr->a, NULL, NULL);
}

/* `x in (a, b)` is x == a or x == b. */
static uint32_t lower_in(RplLower *lower, const RplExpr *expr) {
  uint32_t any = 0;
  if (expr->items.count == 1 &&
      expr->items.items[0]->type.kind == RPL_KIND_SET) {
    any = strict(lower, RPL_OP_IN, expr->a, expr->items.items[0], NULL);
    return expr->number ? rpl_emit_op(&lower->emit, RPL_OP_NOT, any, 0, 0)
                        : any;
  }
  if (expr->items.count == 1 &&
      expr->items.items[0]->type.kind == RPL_KIND_LIST) {
    any = rpl_lower_in_list(lower, expr);
    return expr->number ? rpl_emit_op(&lower->emit, RPL_OP_NOT, any, 0, 0)
                        : any;
  }
  for (size_t i = 0; i < expr->items.count; i++) {
    uint32_t equal =
        strict(lower, RPL_OP_EQ, expr->a, expr->items.items[i], NULL);
    any = any ? rpl_emit_op(&lower->emit, RPL_OP_OR, any, equal, 0) : equal;
  }
  return expr->number ? rpl_emit_op(&lower->emit, RPL_OP_NOT, any, 0, 0) : any;
}

static uint32_t lower_round(RplLower *lower, const RplExpr *expr) {
  RplExpr *const *items = expr->items.items;
  bool money = items[0]->type.kind == RPL_KIND_MONEY;
  if (expr->items.count == 2)
    return strict(lower, RPL_OP_ROUND_M, items[0], items[1], NULL);
  return strict(lower, money ? RPL_OP_ROUND_MP : RPL_OP_ROUND_N, items[0],
                items[1], items[2]);
}

/* `min(a, b, c)` is min(min(a, b), c). */
static uint32_t lower_extreme(RplLower *lower, RplOp op, RplExprs values) {
  uint32_t extreme = rpl_lower_some(lower, values.items[0]->operand);
  for (size_t i = 1; i < values.count; i++)
    extreme = rpl_emit_op(&lower->emit, op, extreme,
                          rpl_lower_some(lower, values.items[i]->operand), 0);
  return extreme;
}

static uint32_t lower_call(RplLower *lower, const RplExpr *expr) {
  RplSlice name = rpl_name_text(lower->policy->compile->interner, expr->name);
  RplExpr *const *items = expr->items.items;
  if (rpl_slice_is(name, "round"))
    return lower_round(lower, expr);
  if (rpl_slice_is(name, "set"))
    return lower_set(lower, expr);
  if (rpl_slice_is(name, "min"))
    return lower_extreme(lower, RPL_OP_MIN, expr->items);
  if (rpl_slice_is(name, "max"))
    return lower_extreme(lower, RPL_OP_MAX, expr->items);
  if (rpl_policy_function(lower->policy, expr->name))
    return rpl_lower_own_call(lower, expr, 0);
  RplOp text_op;
  if (rpl_builtin_text(name, &text_op))
    return strict(lower, text_op, items[0], NULL, NULL);
  unsigned kind = items[0]->type.kind;
  return strict(lower,
                kind == RPL_KIND_MONEY      ? RPL_OP_ABS_M
                : kind == RPL_KIND_DURATION ? RPL_OP_ABS_U
                                            : RPL_OP_ABS_N,
                items[0], NULL, NULL);
}

static uint32_t lower_node(RplLower *lower, RplExpr *expr) {
  RplEmit *emit = &lower->emit;
  uint32_t operand;
  switch (expr->kind) {
  case RPL_EXPR_BOOLEAN:
    return rpl_emit_constant(emit, rpl_lower_type(lower, expr->type),
                             expr->number, 0);
  case RPL_EXPR_NUMBER:
    return lower_number(lower, expr, 0);
  case RPL_EXPR_MONEY:
    return lower_number(lower, expr, expr->type.currency);
  case RPL_EXPR_CURRENCY:
  case RPL_EXPR_TEXT:
    return lower_text(lower, expr);
  case RPL_EXPR_DATE:
  case RPL_EXPR_DATETIME:
  case RPL_EXPR_DURATION:
  case RPL_EXPR_PERIOD:
    return lower_time(lower, expr);
  case RPL_EXPR_ZONE:
    return rpl_lower_zone(lower, expr);
  case RPL_EXPR_OP:
    if (expr->number == RPL_OP_IS_EMPTY && expr->a->type.kind == RPL_KIND_LIST)
      return rpl_lower_is_empty(lower, expr);
    return strict(lower, (RplOp)expr->number, expr->a, expr->b, expr->c);
  case RPL_EXPR_CALENDAR:
    return rpl_lower_calendar(lower, expr);
  case RPL_EXPR_BUSINESS:
    return rpl_lower_business(lower, expr);
  case RPL_EXPR_DAYS_AFTER:
    return rpl_lower_days_after(lower, expr);
  case RPL_EXPR_USING:
    return rpl_lower_using(lower, expr);
  case RPL_EXPR_MONTHS:
    return rpl_lower_months(lower, expr);
  case RPL_EXPR_NONE:
    return rpl_lower_none(lower, expr->type);
  case RPL_EXPR_NAME:
    return lower_symbol(lower, expr);
  case RPL_EXPR_UNARY:
    return lower_unary(lower, expr);
  case RPL_EXPR_BINARY:
    return lower_binary(lower, expr);
  case RPL_EXPR_IF:
    return rpl_emit_op(emit, RPL_OP_SELECT,
                       rpl_lower_some(lower, expr->a->operand),
                       expr->b->operand, expr->c->operand);
  case RPL_EXPR_ELSE:
    return rpl_emit_op(emit, RPL_OP_ELSE, expr->a->operand, expr->b->operand,
                       0);
  case RPL_EXPR_IS_NONE:
    operand = rpl_emit_op(emit, RPL_OP_IS_NONE, expr->a->operand, 0, 0);
    return expr->number ? rpl_emit_op(emit, RPL_OP_NOT, operand, 0, 0)
                        : operand;
  case RPL_EXPR_IN:
    return lower_in(lower, expr);
  case RPL_EXPR_BETWEEN:
    return strict(lower, RPL_OP_BETWEEN, expr->a, expr->b, expr->c);
  case RPL_EXPR_WITHIN:
    return strict(lower, RPL_OP_WITHIN, expr->a, expr->b, expr->c);
  case RPL_EXPR_CALL:
    return lower_call(lower, expr);
  case RPL_EXPR_LIST:
    return rpl_lower_list(lower, expr);
  case RPL_EXPR_RECORD:
    return rpl_lower_record(lower, expr);
  case RPL_EXPR_ENTRY:
    return expr->a->operand;
  case RPL_EXPR_FIELD:
    if (expr->a->type.kind == RPL_TY_ROW)
      return rpl_lower_own_call(lower, expr->a, expr->number);
    return rpl_lower_field(lower, expr);
  case RPL_EXPR_AGGREGATE:
    return rpl_lower_aggregate(lower, expr);
  case RPL_EXPR_ELEMENT:
    return expr->binder->element;
  case RPL_EXPR_POISON:
    break;
  }
  emit->is_misfit = true; /* nothing poisoned is ever lowered */
  return rpl_emit_constant(emit, (RplTypeWords){RPL_KIND_BOOLEAN, 0, 0}, 0, 0);
}

void rpl_lower_nodes(RplLower *lower, RplExpr *const *nodes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!nodes[i]->is_absorbed && !nodes[i]->is_unread)
      nodes[i]->operand = lower_node(lower, nodes[i]);
}

uint32_t rpl_lower_expr(RplLower *lower, RplExpr *root) {
  size_t count = 0;
  RplExpr **nodes = rpl_expr_outer(lower->emit.arena, root, &count);
  if (!nodes) {
    lower->emit.is_out_of_memory = true;
    return rpl_emit_constant(&lower->emit,
                             (RplTypeWords){RPL_KIND_BOOLEAN, 0, 0}, 0, 0);
  }
  rpl_lower_nodes(lower, nodes, count);
  return root->operand;
}

uint32_t rpl_lower_value(RplLower *lower, RplExpr *root) {
  return rpl_lower_some(lower, rpl_lower_expr(lower, root));
}
