/* SPDX-License-Identifier: Apache-2.0
 * parts.c - see parts.h. */
#include "vm/parts.h"

#include <string.h>

/* Entries that a list has room for when its first element is appended. */
#define FIRST_ROOM 4u

uint32_t rpl_list_most(const RplTables *tables, uint32_t list_type) {
  return rpl_list_types(tables)[list_type].most;
}

const RplTypeRecord *rpl_list_element(const RplTables *tables,
                                      uint32_t list_type) {
  return &rpl_types(tables)[rpl_list_types(tables)[list_type].element];
}

const RplFieldRecord *rpl_record_field(const RplTables *tables,
                                       uint32_t record_type, uint32_t field) {
  return &rpl_fields(
      tables)[rpl_record_types(tables)[record_type].first + field];
}

static const RplValue *entry_of(const RplValue *record, uint32_t field) {
  const RplItems *items = &record->as.items;
  for (uint32_t i = 0; i < items->count; i++)
    if (items->values[i].field == field)
      return &items->values[i];
  return NULL;
}

RplValue rpl_record_get(const RplValue *record, uint32_t field) {
  const RplValue *entry = entry_of(record, field);
  RplValue value = entry ? *entry : rpl_value_unknown();
  value.field = 0;
  return value;
}

/* A copy of the items with room for one more at least. */
static bool copy_items(RplArena *arena, const RplItems *items, uint32_t room,
                       RplItems *copy) {
  RplValue *values = rpl_arena_array(arena, room, sizeof *values);
  if (!values)
    return false;
  if (items->count)
    memcpy(values, items->values, items->count * sizeof *values);
  *copy = (RplItems){values, items->count, room};
  return true;
}

/* An entry behind the items is nobody's while it has the field number that only
 * this mark has: so two lists that grow from one do not write to one place. */
#define TAKEN UINT16_MAX

static bool has_free_room(const RplItems *items) {
  return items->count < items->room &&
         items->values[items->count].field != TAKEN;
}

bool rpl_list_append(RplArena *arena, const RplValue *list,
                     const RplValue *element, RplValue *result) {
  RplItems items = list->as.items;
  uint32_t room = items.count < FIRST_ROOM ? FIRST_ROOM : items.count * 2;
  if (!has_free_room(&items) &&
      !copy_items(arena, &list->as.items, room, &items))
    return false;
  items.values[items.count] = *element;
  items.values[items.count].field = TAKEN;
  items.count++;
  *result = rpl_value_list(list->detail, items);
  return true;
}

bool rpl_record_with(RplArena *arena, const RplValue *record, uint32_t field,
                     const RplValue *value, RplValue *result) {
  RplItems items;
  uint32_t at = 0;
  if (!copy_items(arena, &record->as.items, record->as.items.count + 1, &items))
    return false;
  while (at < items.count && items.values[at].field != field)
    at++;
  items.values[at] = *value;
  items.values[at].field = (uint16_t)field;
  items.count += at == items.count;
  *result = rpl_value_record(record->detail, items);
  return true;
}

/* ---- writing ------------------------------------------------------------ */

/* What is written, up to the element or field that reaches `end`. */
typedef struct Writing {
  RplBuffer *buffer;
  const RplTables *tables;
  bool is_json;
  size_t end; /* length of the buffer past which nothing more is needed */
} Writing;

static void write_parts(const Writing *writing, const RplValue *value);

static bool is_enough(const Writing *writing) {
  return writing->buffer->length > writing->end;
}

static void write_part(const Writing *writing, const RplValue *value) {
  if (value->state == RPL_STATE_KNOWN && rpl_kind_has_parts(value->kind))
    write_parts(writing, value);
  else if (writing->is_json)
    rpl_value_write_json(writing->buffer, writing->tables, value,
                         RPL_MONEY_FULL);
  else
    rpl_value_write_text(writing->buffer, writing->tables, value);
}

static void write_list(const Writing *writing, const RplValue *list) {
  RplBuffer *buffer = writing->buffer;
  const RplItems *items = &list->as.items;
  rpl_buffer_byte(buffer, '[');
  for (uint32_t i = 0; i < items->count && !is_enough(writing); i++) {
    rpl_buffer_text(buffer, i == 0 ? "" : writing->is_json ? "," : ", ");
    write_part(writing, &items->values[i]);
  }
  rpl_buffer_byte(buffer, ']');
}

static void write_name(const Writing *writing, RplSlice name) {
  if (writing->is_json)
    rpl_json_write_string(writing->buffer, name);
  else
    rpl_buffer_slice(writing->buffer, name);
  rpl_buffer_text(writing->buffer, writing->is_json ? ":" : " = ");
}

static void write_record(const Writing *writing, const RplValue *record) {
  RplBuffer *buffer = writing->buffer;
  const RplTables *tables = writing->tables;
  bool is_json = writing->is_json;
  uint32_t count = rpl_record_types(tables)[record->detail].count;
  bool is_first = true;
  rpl_buffer_text(buffer, is_json ? "{" : "{ ");
  for (uint32_t i = 0; i < count && !is_enough(writing); i++) {
    RplValue value = rpl_record_get(record, i);
    if (value.state == RPL_STATE_UNKNOWN)
      continue;
    rpl_buffer_text(buffer, is_first ? "" : is_json ? "," : ", ");
    write_name(
        writing,
        rpl_string(tables, rpl_record_field(tables, record->detail, i)->name));
    write_part(writing, &value);
    is_first = false;
  }
  rpl_buffer_text(buffer, is_json || is_first ? "}" : " }");
}

static void write_parts(const Writing *writing, const RplValue *value) {
  if (value->kind == RPL_KIND_LIST)
    write_list(writing, value);
  else
    write_record(writing, value);
}

void rpl_parts_write(RplBuffer *buffer, const RplTables *tables,
                     const RplValue *value, bool is_json) {
  Writing writing = {buffer, tables, is_json, SIZE_MAX};
  write_parts(&writing, value);
}

void rpl_parts_write_start(RplBuffer *buffer, const RplTables *tables,
                           const RplValue *value, size_t bytes) {
  Writing writing = {buffer, tables, false, buffer->length + bytes};
  write_parts(&writing, value);
}
