/* SPDX-License-Identifier: Apache-2.0
 * value.c - see value.h. */
#include "vm/value.h"

#include "vm/civil.h"
#include "vm/parts.h"

#include <string.h>

RplValue rpl_value_unknown(void) {
  RplValue value;
  memset(&value, 0, sizeof value);
  value.state = RPL_STATE_UNKNOWN;
  return value;
}

RplValue rpl_value_none(void) {
  RplValue value = rpl_value_unknown();
  value.state = RPL_STATE_NONE;
  return value;
}

RplValue rpl_value_error(RplErrorCode code, uint32_t origin) {
  RplValue value = rpl_value_unknown();
  value.state = RPL_STATE_ERROR;
  value.error = (uint8_t)code;
  value.detail = origin;
  return value;
}

static RplValue known(RplKind kind) {
  RplValue value = rpl_value_unknown();
  value.state = RPL_STATE_KNOWN;
  value.kind = (uint8_t)kind;
  return value;
}

RplValue rpl_value_small(RplKind kind, int64_t integer) {
  RplValue value = known(kind);
  value.as.integer = integer;
  return value;
}

RplValue rpl_value_boolean(bool is_true) {
  return rpl_value_small(RPL_KIND_BOOLEAN, is_true);
}

RplValue rpl_value_enum(uint32_t enumeration, int64_t enumerator) {
  RplValue value = rpl_value_small(RPL_KIND_ENUM, enumerator);
  value.detail = enumeration;
  return value;
}

RplValue rpl_value_set(uint32_t enumeration, uint64_t bits) {
  RplValue value = rpl_value_small(RPL_KIND_SET, (int64_t)bits);
  value.detail = enumeration;
  return value;
}

RplValue rpl_value_number(RplKind kind, RplNumber number) {
  RplValue value = known(kind);
  value.as.number = number;
  return value;
}

RplValue rpl_value_money(RplNumber number, RplCurrency currency) {
  RplValue value = rpl_value_number(RPL_KIND_MONEY, number);
  value.currency = currency;
  return value;
}

RplValue rpl_value_text(RplSlice text) {
  RplValue value = known(RPL_KIND_TEXT);
  value.as.text = text;
  return value;
}

RplValue rpl_value_zone(const RplZone *zone) {
  RplValue value = known(RPL_KIND_ZONE);
  value.currency = RPL_ZONE_NAMED;
  value.as.zone = zone;
  return value;
}

static RplValue with_items(RplKind kind, uint32_t detail, RplItems items) {
  RplValue value = known(kind);
  value.detail = detail;
  value.as.items = items;
  return value;
}

RplValue rpl_value_list(uint32_t list_type, RplItems items) {
  return with_items(RPL_KIND_LIST, list_type, items);
}

RplValue rpl_value_record(uint32_t record_type, RplItems items) {
  return with_items(RPL_KIND_RECORD, record_type, items);
}

RplValue rpl_value_constant(const RplTables *tables,
                            const RplConstant *constant) {
  const RplTypeRecord *type = &rpl_types(tables)[constant->type];
  if (constant->is_none)
    return rpl_value_none();
  switch ((RplKind)type->kind) {
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    return rpl_value_number((RplKind)type->kind, constant->number);
  case RPL_KIND_MONEY:
    return rpl_value_money(constant->number, constant->currency);
  case RPL_KIND_TEXT:
    return rpl_value_text(constant->text);
  case RPL_KIND_ENUM:
    return rpl_value_enum(type->detail, constant->integer);
  case RPL_KIND_SET:
    return rpl_value_set(type->detail, (uint64_t)constant->integer);
  case RPL_KIND_CALENDAR: {
    RplValue value = known(RPL_KIND_CALENDAR);
    value.as.calendar = constant->calendar;
    return value;
  }
  case RPL_KIND_ZONE:
    if (constant->zone)
      return rpl_value_zone(constant->zone);
    return rpl_value_small(RPL_KIND_ZONE, constant->integer);
  case RPL_KIND_LIST:
  case RPL_KIND_RECORD:
    return with_items((RplKind)type->kind, type->detail,
                      (RplItems){NULL, 0, 0});
  default:
    return rpl_value_small((RplKind)type->kind, constant->integer);
  }
}

/* ---- comparing ---------------------------------------------------------- */

bool rpl_value_share_currency(const RplValue *left, const RplValue *right,
                              RplCurrency *shared) {
  if (left->currency && right->currency && left->currency != right->currency)
    return false;
  *shared = left->currency ? left->currency : right->currency;
  return true;
}

static int order_of(int64_t left, int64_t right) {
  return (left > right) - (left < right);
}

/* Zones are the same when they are written the same: Asia/Shanghai is not
 * +08:00, though its clocks are. */
static int order_of_zones(const RplValue *left, const RplValue *right) {
  const RplZone *a = rpl_value_named_zone(left);
  const RplZone *b = rpl_value_named_zone(right);
  if (a && b)
    return order_of(rpl_slice_compare(a->name, b->name), 0);
  if (a || b)
    return a ? 1 : -1;
  return order_of(left->as.integer, right->as.integer);
}

bool rpl_value_compare(const RplValue *left, const RplValue *right,
                       int *order) {
  RplCurrency shared;
  switch ((RplKind)left->kind) {
  case RPL_KIND_LIST:
  case RPL_KIND_RECORD:
    return false; /* no verified program compares them */
  case RPL_KIND_MONEY:
    if (!rpl_value_share_currency(left, right, &shared))
      return false;
    *order = rpl_number_compare(left->as.number, right->as.number);
    return true;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    *order = rpl_number_compare(left->as.number, right->as.number);
    return true;
  case RPL_KIND_TEXT: {
    int bytes = rpl_slice_compare(left->as.text, right->as.text);
    *order = order_of(bytes, 0);
    return true;
  }
  case RPL_KIND_ZONE:
    *order = order_of_zones(left, right);
    return true;
  default:
    *order = order_of(left->as.integer, right->as.integer);
    return true;
  }
}

bool rpl_value_equal(const RplValue *left, const RplValue *right) {
  int order;
  return rpl_value_compare(left, right, &order) && order == 0;
}

/* ---- writing ------------------------------------------------------------ */

static void write_number(RplBuffer *buffer, RplNumber number) {
  char text[RPL_NUMBER_TEXT_MAX];
  rpl_buffer_bytes(buffer, text, rpl_number_write(number, text, sizeof text));
}

void rpl_value_write_money(RplBuffer *buffer, const RplValue *money,
                           RplMoneyForm form) {
  char text[RPL_NUMBER_TEXT_MAX];
  int digits = rpl_currency_digits(money->currency);
  if (form == RPL_MONEY_FULL && money->currency) {
    char code[RPL_CURRENCY_CODE_BYTES];
    rpl_currency_code(money->currency, code);
    rpl_buffer_text(buffer, code);
    rpl_buffer_byte(buffer, ' ');
  }
  size_t length = 0;
  if (digits >= 0)
    length = rpl_number_write_fixed(money->as.number, (unsigned)digits, text,
                                    sizeof text);
  if (length == 0)
    length = rpl_number_write(money->as.number, text, sizeof text);
  rpl_buffer_bytes(buffer, text, length);
}

static void write_time(RplBuffer *buffer, const RplValue *value) {
  char text[RPL_DURATION_TEXT_BYTES];
  size_t length = 0;
  const RplZone *zone = rpl_value_named_zone(value);
  if (zone) {
    rpl_buffer_slice(buffer, zone->name);
    return;
  }
  if (value->kind == RPL_KIND_DATE)
    length = rpl_date_write(value->as.integer, text, sizeof text);
  else if (value->kind == RPL_KIND_ZONE)
    length = rpl_zone_write((int32_t)value->as.integer, text, sizeof text);
  else if (value->kind == RPL_KIND_PERIOD)
    length = rpl_period_write((int32_t)value->as.integer, text, sizeof text);
  else if (value->kind == RPL_KIND_DATETIME)
    length = rpl_datetime_write(value->as.integer, text, sizeof text);
  else
    length = rpl_duration_write(value->as.integer, text, sizeof text);
  rpl_buffer_bytes(buffer, text, length);
}

static void write_enumerator(RplBuffer *buffer, const RplTables *tables,
                             const RplValue *value) {
  const RplEnumRecord *owner = &rpl_enums(tables)[value->detail];
  uint32_t row = owner->first + (uint32_t)value->as.integer;
  rpl_buffer_slice(buffer,
                   rpl_string(tables, rpl_enumerators(tables)[row].name));
}

/* Values in the order of their declaration, as a JSON array or with commas. */
static void write_set(RplBuffer *buffer, const RplTables *tables,
                      const RplValue *value, bool is_json) {
  const RplEnumRecord *owner = &rpl_enums(tables)[value->detail];
  uint64_t bits = (uint64_t)value->as.integer;
  bool is_first = true;
  rpl_buffer_text(buffer, is_json ? "[" : "");
  for (uint32_t i = 0; i < owner->count && i < RPL_MAX_SET_VALUES; i++) {
    if (!(bits >> i & 1))
      continue;
    RplSlice name =
        rpl_string(tables, rpl_enumerators(tables)[owner->first + i].name);
    rpl_buffer_text(buffer, is_first ? "" : is_json ? "," : ", ");
    if (is_json)
      rpl_json_write_string(buffer, name);
    else
      rpl_buffer_slice(buffer, name);
    is_first = false;
  }
  rpl_buffer_text(buffer, is_json ? "]" : "");
}

void rpl_value_write_plain(RplBuffer *buffer, const RplTables *tables,
                           const RplValue *value, RplMoneyForm form) {
  char code[RPL_CURRENCY_CODE_BYTES];
  switch ((RplKind)value->kind) {
  case RPL_KIND_BOOLEAN:
    rpl_buffer_text(buffer, value->as.integer ? "true" : "false");
    break;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    write_number(buffer, value->as.number);
    break;
  case RPL_KIND_MONEY:
    rpl_value_write_money(buffer, value, form);
    break;
  case RPL_KIND_TEXT:
    rpl_buffer_slice(buffer, value->as.text);
    break;
  case RPL_KIND_ENUM:
    write_enumerator(buffer, tables, value);
    break;
  case RPL_KIND_ROUNDING:
    rpl_buffer_text(buffer, rpl_rounding_name((RplRounding)value->as.integer));
    break;
  case RPL_KIND_CURRENCY:
    rpl_currency_code((RplCurrency)value->as.integer, code);
    rpl_buffer_text(buffer, code);
    break;
  case RPL_KIND_SET:
    write_set(buffer, tables, value, false);
    break;
  case RPL_KIND_LIST:
  case RPL_KIND_RECORD:
    rpl_parts_write(buffer, tables, value, false);
    break;
  case RPL_KIND_CALENDAR:
    rpl_buffer_slice(buffer, value->as.calendar->name);
    break;
  default:
    write_time(buffer, value);
    break;
  }
}

/* A text from outside among our own words: control characters, which could move
 * a terminal's cursor or forge a line, become U+FFFD. */
static void write_words(RplBuffer *buffer, RplSlice text) {
  for (size_t i = 0; i < text.length; i++) {
    unsigned char byte = (unsigned char)text.data[i];
    bool is_c1 = byte == 0xC2 && i + 1 < text.length &&
                 (unsigned char)text.data[i + 1] < 0xA0;
    if (byte >= 0x20 && byte != 0x7F && !is_c1) {
      rpl_buffer_byte(buffer, text.data[i]);
      continue;
    }
    rpl_buffer_text(buffer, "\xEF\xBF\xBD");
    i += is_c1;
  }
}

void rpl_value_write_text(RplBuffer *buffer, const RplTables *tables,
                          const RplValue *value) {
  switch ((RplState)value->state) {
  case RPL_STATE_UNKNOWN:
    rpl_buffer_text(buffer, "(not given)");
    return;
  case RPL_STATE_NONE:
    rpl_buffer_text(buffer, "none");
    return;
  case RPL_STATE_ERROR:
    rpl_buffer_text(buffer, "(error)");
    return;
  case RPL_STATE_KNOWN:
    break;
  }
  if (value->kind == RPL_KIND_TEXT)
    write_words(buffer, value->as.text);
  else if (value->kind == RPL_KIND_BOOLEAN)
    rpl_buffer_text(buffer, value->as.integer ? "yes" : "no");
  else if (value->kind == RPL_KIND_SET && value->as.integer == 0)
    rpl_buffer_text(buffer, "nothing");
  else
    rpl_value_write_plain(buffer, tables, value, RPL_MONEY_FULL);
}

/* Appends a JSON string around bytes [start, end) of the buffer itself. */
static void quote_tail(RplBuffer *buffer, size_t start) {
  RplSlice tail = {buffer->data ? buffer->data + start : NULL,
                   buffer->length - start};
  RplBuffer quoted;
  rpl_buffer_init(&quoted, buffer->allocator);
  rpl_json_write_string(&quoted, tail);
  buffer->length = start;
  rpl_buffer_slice(buffer, rpl_buffer_view(&quoted));
  if (quoted.is_failed)
    buffer->is_failed = true;
  rpl_buffer_clear(&quoted);
}

void rpl_value_write_json(RplBuffer *buffer, const RplTables *tables,
                          const RplValue *value, RplMoneyForm form) {
  if (value->state != RPL_STATE_KNOWN) {
    rpl_buffer_text(buffer, "null");
    return;
  }
  if (value->kind == RPL_KIND_BOOLEAN) {
    rpl_value_write_plain(buffer, tables, value, form);
    return;
  }
  if (value->kind == RPL_KIND_SET) {
    write_set(buffer, tables, value, true);
    return;
  }
  if (rpl_kind_has_parts(value->kind)) {
    rpl_parts_write(buffer, tables, value, true);
    return;
  }
  size_t start = buffer->length;
  rpl_value_write_plain(buffer, tables, value, form);
  if (!buffer->is_failed)
    quote_tail(buffer, start);
}
