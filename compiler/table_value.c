/* SPDX-License-Identifier: Apache-2.0
 * table_value.c - a value out of an atom of a table's column, for messages; see
 * table_grid.h. Of the values of an atom the simplest that is near: an end, the
 * next whole number, the middle. */
#include "compiler/table_grid.h"
#include "vm/civil.h"
#include "vm/currency.h"
#include "vm/text.h"

static RplNumber whole(int64_t integer) { return rpl_number_from_int(integer); }

bool rpl_literal_number(RplArena *arena, const RplExpr *value,
                        RplNumber *number) {
  bool is_negative = value->kind == RPL_EXPR_UNARY;
  const RplExpr *literal = is_negative ? value->a : value;
  int64_t time = 0;
  bool is_time = true, is_good = true;
  if (literal->kind == RPL_EXPR_DATE)
    is_good = rpl_date_parse(literal->text, &time, NULL);
  else if (literal->kind == RPL_EXPR_DATETIME)
    is_good = rpl_datetime_parse(literal->text, &time, NULL);
  else if (literal->kind == RPL_EXPR_DURATION)
    is_good = rpl_duration_parse(literal->text, &time, NULL);
  else
    is_time = false;
  if (is_time)
    *number = whole(time);
  else if (literal->kind != RPL_EXPR_NUMBER && literal->kind != RPL_EXPR_MONEY)
    return false;
  else
    is_good = !rpl_number_parse(arena, literal->text, number);
  return is_good && (!is_negative || !rpl_number_neg(arena, *number, number));
}

/* Without memory the number that there is must do: the policy knows. */
static RplNumber moved(const RplPolicy *policy, RplNumber number, int64_t by) {
  RplNumber result = number;
  (void)rpl_number_add(policy->compile->arena, number, whole(by), &result);
  return result;
}

static RplNumber middle(const RplPolicy *policy, RplNumber a, RplNumber b) {
  RplArena *arena = policy->compile->arena;
  RplNumber result = a;
  if (rpl_number_add(arena, a, b, &result) == RPL_NUMBER_OK)
    (void)rpl_number_div(arena, result, whole(2), &result);
  return result;
}

/* The least whole number above `low`, if the atom reaches so far. */
static RplNumber above(const RplPolicy *policy, RplNumber low,
                       const RplCut *high) {
  RplNumber next = low;
  (void)rpl_number_round(policy->compile->arena, low, 0, RPL_ROUND_FLOOR,
                         &next);
  next = moved(policy, next, 1);
  int order =
      high->place == RPL_CUT_INSIDE ? rpl_number_compare(next, high->at) : -1;
  if (order < 0 || (order == 0 && high->is_after))
    return next;
  return high->is_after ? high->at : middle(policy, low, high->at);
}

static RplNumber below(const RplPolicy *policy, const RplCut *high) {
  if (high->place != RPL_CUT_INSIDE)
    return whole(0);
  return high->is_after ? high->at : moved(policy, high->at, -1);
}

static RplNumber pick(const RplPolicy *policy, const RplColumn *column,
                      uint32_t atom) {
  RplCut low = column->cuts[atom], high = column->cuts[atom + 1];
  if (low.place == RPL_CUT_START && column->has_low)
    low = column->low;
  if (high.place == RPL_CUT_END && column->has_high)
    high = column->high;
  if (low.place == RPL_CUT_START)
    return below(policy, &high);
  return low.is_after ? above(policy, low.at, &high) : low.at;
}

static void write_number(RplNumber number, RplBuffer *out) {
  char text[RPL_NUMBER_TEXT_MAX];
  rpl_buffer_bytes(out, text, rpl_number_write(number, text, sizeof text));
}

static void write_time(RplKind kind, int64_t time, RplBuffer *out) {
  char text[RPL_DURATION_TEXT_BYTES];
  size_t length = 0;
  if (kind == RPL_KIND_DATE)
    length = rpl_date_write(time, text, sizeof text);
  else if (kind == RPL_KIND_DATETIME)
    length = rpl_datetime_write(time, text, sizeof text);
  else
    length = rpl_duration_write(time, text, sizeof text);
  rpl_buffer_bytes(out, text, length);
}

static void write_word(const RplColumn *column, size_t index, RplBuffer *out) {
  bool is_text = column->type.kind == RPL_KIND_TEXT;
  if (index >= column->word_count)
    rpl_buffer_text(out, is_text ? "any other text" : "any other currency");
  else if (is_text)
    rpl_json_write_string(out, column->words[index]);
  else
    rpl_buffer_slice(out, column->words[index]);
}

static void write_money(const RplColumn *column, RplNumber amount,
                        RplBuffer *out) {
  char code[RPL_CURRENCY_CODE_BYTES];
  if (column->type.currency) {
    rpl_currency_code(column->type.currency, code);
    rpl_buffer_text(out, code);
    rpl_buffer_byte(out, ' ');
  }
  write_number(amount, out);
}

void rpl_grid_value(const RplPolicy *policy, const RplColumn *column,
                    uint32_t atom, RplBuffer *out) {
  int64_t integer = 0;
  if (column->cuts[atom].place == RPL_CUT_NONE) {
    rpl_buffer_text(out, "none");
    return;
  }
  RplNumber number = pick(policy, column, atom);
  (void)rpl_number_to_int64(number, &integer);
  switch (column->type.kind) {
  case RPL_KIND_BOOLEAN:
    rpl_buffer_text(out, integer ? "true" : "false");
    break;
  case RPL_KIND_ENUM:
    rpl_buffer_slice(
        out, rpl_policy_text(
                 policy, column->type.enumeration->values.items[integer].name));
    break;
  case RPL_KIND_ROUNDING:
    rpl_buffer_text(out, rpl_rounding_name((RplRounding)integer));
    break;
  case RPL_KIND_TEXT:
  case RPL_KIND_CURRENCY:
    write_word(column, (size_t)integer, out);
    break;
  case RPL_KIND_MONEY:
    write_money(column, number, out);
    break;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    write_number(number, out);
    break;
  default:
    write_time((RplKind)column->type.kind, integer, out);
    break;
  }
}
