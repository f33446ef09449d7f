/* SPDX-License-Identifier: Apache-2.0
 * peek.c - the value of one output without a decision; see rpl/decide.h. */
#include "vm/context.h"
#include "vm/text.h"
#include "vm/value.h"

/* An amount as a calculation shows it: no more digits than it has. */
static void write_money(RplBuffer *buffer, const RplValue *money) {
  char code[RPL_CURRENCY_CODE_BYTES], digits[RPL_NUMBER_TEXT_MAX];
  if (money->currency) {
    rpl_currency_code(money->currency, code);
    rpl_buffer_text(buffer, code);
    rpl_buffer_byte(buffer, ' ');
  }
  size_t length = rpl_number_write(money->as.number, digits, sizeof digits);
  rpl_buffer_bytes(buffer, digits, length);
}

/* Definitions joined as rules read them: one after the other. */
static RplValue joined(const RplContext *context, uint32_t output) {
  const RplTables *tables = &context->image->tables;
  RplValue value = rpl_value_none();
  for (uint32_t i = 0; i < rpl_definitions_count(tables); i++) {
    const RplDefinitionRecord *record = &rpl_definitions(tables)[i];
    if (record->output != output)
      continue;
    uint32_t operand = rpl_lists(tables)[record->values].item;
    rpl_careful_pick(
        &value,
        record->guard ? rpl_careful_value(&context->careful, record->guard)
                      : NULL,
        rpl_careful_value(&context->careful, operand), RPL_ORIGIN_NONE, &value);
  }
  return value;
}

static RplStatus describe(RplContext *context, const RplValue *value,
                          uint32_t type, RplOutputValue *out) {
  const RplTables *tables = &context->image->tables;
  const RplTypeRecord *record = &rpl_types(tables)[type];
  RplBuffer text;
  *out = (RplOutputValue){.state = RPL_VALUE_UNKNOWN};
  out->type = rpl_slice_from(rpl_kind_name((RplKind)record->kind));
  if (record->kind == RPL_KIND_ENUM)
    out->type = rpl_string(tables, rpl_enums(tables)[record->detail].name);
  switch ((RplState)value->state) {
  case RPL_STATE_UNKNOWN:
    return RPL_OK;
  case RPL_STATE_NONE:
    out->state = RPL_VALUE_NONE;
    return RPL_OK;
  case RPL_STATE_ERROR:
    out->state = RPL_VALUE_ERROR;
    out->code = rpl_slice_from(rpl_error_name((RplErrorCode)value->error));
    out->cause = rpl_slice_from(rpl_error_text((RplErrorCode)value->error));
    return RPL_OK;
  case RPL_STATE_KNOWN:
    break;
  }
  out->state = RPL_VALUE_KNOWN;
  rpl_context_buffer(context, &text);
  if (value->kind == RPL_KIND_MONEY)
    write_money(&text, value);
  else
    rpl_value_write_plain(&text, tables, value, RPL_MONEY_FULL);
  return rpl_context_keep(context, &text, &out->text);
}

RplStatus rpl_output_value(RplContext *context, RplSlice name,
                           RplOutputValue *value) {
  if (!context || !value)
    return RPL_E_ARGUMENT;
  const RplTables *tables = &context->image->tables;
  for (uint32_t i = 0; i < rpl_outputs_count(tables); i++) {
    const RplOutputRecord *record = &rpl_outputs(tables)[i];
    if (!rpl_slice_equal(rpl_string(tables, record->name), name))
      continue;
    rpl_arena_reset(&context->arena);
    RplStatus status = rpl_facts_settle(&context->facts);
    if (status)
      return status;
    if (rpl_careful_run(&context->careful, &context->arena))
      return rpl_context_short(context);
    RplValue result = joined(context, i);
    return describe(context, &result, record->type, value);
  }
  return RPL_E_NOT_FOUND;
}
