/* SPDX-License-Identifier: Apache-2.0
 * lower_list.c - lists, records and aggregates to rows; see lower_expr.h. An
 * aggregate is a block: what is done for each element stands between the row
 * that opens it and the one that closes it. */
#include "compiler/lower_expr.h"
#include "compiler/lower_time.h"

#include "vm/text.h"

/* ---- types --------------------------------------------------------------- */

static uint32_t lower_list_type(RplLower *lower, RplType type) {
  RplTypeWords element = rpl_lower_type(lower, rpl_type_element(type));
  return rpl_emit_list_type(&lower->emit, element, type.most);
}

static void lower_field(RplLower *lower, const RplField *field) {
  RplFieldRecord record = {
      .name = rpl_lower_name(lower, field->name),
      .type = rpl_emit_type(&lower->emit, rpl_lower_type(lower, field->type))};
  if (!rpl_type_is(field->type, RPL_KIND_LIST))
    rpl_lower_bounds(lower, field->bounds, field->type, &record.low,
                     &record.high, &record.flags);
  record.describe = rpl_lower_plain_text(lower, field->title);
  rpl_emit_row(&lower->emit, RPL_SECTION_FIELDS, &record);
}

/* Its fields follow each other, so what they are made of comes first. */
static uint32_t lower_record_type(RplLower *lower, RplRecord *record) {
  if (record->index)
    return record->index - 1;
  for (size_t i = 0; i < record->count; i++)
    (void)rpl_lower_type(lower, record->fields[i].type);
  RplSlice name = record->name ? rpl_name_text(lower->policy->compile->interner,
                                               record->name)
                               : rpl_slice("record");
  RplRecordTypeRecord row = {
      .name = rpl_emit_string(&lower->emit, name),
      .first = (uint32_t)lower->emit.tables[RPL_SECTION_FIELDS].count,
      .count = (uint32_t)record->count};
  for (size_t i = 0; i < record->count; i++)
    lower_field(lower, &record->fields[i]);
  record->index =
      rpl_emit_row(&lower->emit, RPL_SECTION_RECORD_TYPES, &row) + 1;
  return record->index - 1;
}

uint32_t rpl_lower_part_type(RplLower *lower, RplType type) {
  return type.kind == RPL_KIND_LIST ? lower_list_type(lower, type)
                                    : lower_record_type(lower, type.record);
}

/* ---- lists and records that are written out ------------------------------ */

static uint32_t lower_empty(RplLower *lower, RplType type) {
  return rpl_emit_constant(
      &lower->emit, rpl_lower_type(lower, rpl_type_optional(type, false)), 0,
      0);
}

uint32_t rpl_lower_list(RplLower *lower, const RplExpr *expr) {
  uint32_t list = lower_empty(lower, expr->type);
  for (size_t i = 0; i < expr->items.count; i++)
    list =
        rpl_emit_part(&lower->emit, RPL_OP_APPEND, list,
                      rpl_lower_some(lower, expr->items.items[i]->operand), 0);
  return list;
}

static uint32_t field_of(const RplRecord *record, RplName name) {
  const RplField *field = rpl_record_find(record, name);
  return field ? (uint32_t)(field - record->fields) : 0;
}

uint32_t rpl_lower_record(RplLower *lower, const RplExpr *expr) {
  uint32_t record = lower_empty(lower, expr->type);
  for (size_t i = 0; i < expr->items.count; i++) {
    const RplExpr *entry = expr->items.items[i];
    uint32_t field = field_of(expr->type.record, entry->name);
    uint32_t value = entry->a->operand;
    if (entry->a->kind == RPL_EXPR_NONE)
      value = rpl_lower_none(lower, expr->type.record->fields[field].type);
    record = rpl_emit_part(&lower->emit, RPL_OP_WITH, record, value, field);
  }
  return record;
}

uint32_t rpl_lower_field(RplLower *lower, const RplExpr *expr) {
  return rpl_emit_part(&lower->emit, RPL_OP_FIELD,
                       rpl_lower_some(lower, expr->a->operand), 0,
                       expr->number);
}

/* ---- aggregates ---------------------------------------------------------- */

static uint32_t yes(RplLower *lower) {
  return rpl_emit_constant(&lower->emit, (RplTypeWords){RPL_KIND_BOOLEAN, 0, 0},
                           1, 0);
}

static RplOp sum_op(const RplExpr *value) {
  if (value->type.kind == RPL_KIND_MONEY)
    return RPL_OP_SUM_M;
  return value->type.kind == RPL_KIND_DURATION ? RPL_OP_SUM_U : RPL_OP_SUM_N;
}

/* `any(E for x in L if C)` is whether C and E, `all` whether not C or E. */
static uint32_t close_truth(RplLower *lower, RplOp op, uint32_t value,
                            uint32_t test) {
  RplEmit *emit = &lower->emit;
  if (test && op == RPL_OP_ANY)
    value = rpl_emit_op(emit, RPL_OP_AND, test, value, 0);
  else if (test)
    value = rpl_emit_op(emit, RPL_OP_OR,
                        rpl_emit_op(emit, RPL_OP_NOT, test, 0, 0), value, 0);
  return rpl_emit_close(emit, op, value, 0);
}

static uint32_t close_extreme(RplLower *lower, RplOp op, const RplExpr *expr,
                              uint32_t value, uint32_t test) {
  uint32_t found =
      rpl_emit_close(&lower->emit, op, value, test ? test : yes(lower));
  if (expr->is_else)
    return found;
  return rpl_emit_op(&lower->emit, RPL_OP_NONEMPTY, found, 0, 0);
}

/* The calls of functions may put blocks deeper than is seen where they stand.
 */
static bool is_too_deep(RplLower *lower, RplSpan span) {
  if (lower->emit.depth < RPL_MAX_LIST_DEPTH)
    return false;
  if (!lower->emit.is_misfit) /* one message is enough */
    rpl_report(lower->policy->compile->report, RPL_DIAG_BLOCKS_TOO_DEEP, span,
               "2", NULL);
  lower->emit.is_misfit = true;
  return true;
}

uint32_t rpl_lower_aggregate(RplLower *lower, RplExpr *expr) {
  RplEmit *emit = &lower->emit;
  RplSlice name = rpl_name_text(lower->policy->compile->interner, expr->name);
  uint32_t list = rpl_lower_some(lower, expr->a->operand);
  if (!expr->b && !expr->c)
    return rpl_emit_op(emit, RPL_OP_COUNT, list, 0, 0);
  if (is_too_deep(lower, expr->span))
    return rpl_lower_none(lower, expr->type);
  expr->element = rpl_emit_each(emit, list);
  uint32_t test = expr->c ? rpl_lower_value(lower, expr->c) : 0;
  uint32_t value = expr->b ? rpl_lower_value(lower, expr->b) : 0;
  switch (rpl_aggregate_of(name)) {
  case RPL_AGGREGATE_COUNT:
    return rpl_emit_close(emit, RPL_OP_COUNT_IF, test, 0);
  case RPL_AGGREGATE_MIN:
    return close_extreme(lower, RPL_OP_LEAST, expr, value, test);
  case RPL_AGGREGATE_MAX:
    return close_extreme(lower, RPL_OP_GREATEST, expr, value, test);
  case RPL_AGGREGATE_ANY:
    return close_truth(lower, RPL_OP_ANY, value, test);
  case RPL_AGGREGATE_ALL:
    return close_truth(lower, RPL_OP_ALL, value, test);
  default:
    return rpl_emit_close(emit, sum_op(expr->b), value,
                          test ? test : yes(lower));
  }
}

uint32_t rpl_lower_in_list(RplLower *lower, const RplExpr *expr) {
  RplEmit *emit = &lower->emit;
  uint32_t value = rpl_lower_some(lower, expr->a->operand);
  uint32_t list = rpl_lower_some(lower, expr->items.items[0]->operand);
  if (is_too_deep(lower, expr->span))
    return value;
  uint32_t element = rpl_emit_each(emit, list);
  return rpl_emit_close(emit, RPL_OP_ANY,
                        rpl_emit_op(emit, RPL_OP_EQ, element, value, 0), 0);
}

uint32_t rpl_lower_is_empty(RplLower *lower, const RplExpr *expr) {
  RplEmit *emit = &lower->emit;
  RplTypeWords integer = {RPL_KIND_INTEGER, 0, 0};
  uint32_t count = rpl_emit_op(emit, RPL_OP_COUNT,
                               rpl_lower_some(lower, expr->a->operand), 0, 0);
  uint32_t zero = rpl_emit_constant(emit, integer,
                                    rpl_emit_string(emit, rpl_slice("0")), 0);
  return rpl_emit_op(emit, RPL_OP_EQ, count, zero, 0);
}
