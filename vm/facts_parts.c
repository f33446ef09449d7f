/* SPDX-License-Identifier: Apache-2.0
 * facts_parts.c - lists and records as facts: reading them from JSON, checking
 * their bounds, matching the bare amounts in them. See facts.h.
 *
 * While one part of a fact is at work, facts->part says what it is, and the
 * slot RPL_SLOT_PART stands for it, so that all that reads and refuses values
 * serves parts as well. It recurs no deeper than types do. */
#include <string.h>

#include "vm/facts.h"
#include "vm/json_read.h"
#include "vm/parts.h"

/* ---- paths -------------------------------------------------------------- */

static void put_byte(RplPart *part, char byte) {
  if (part->path_length + 1 < sizeof part->path)
    part->path[part->path_length++] = byte;
}

static void put_name(RplPart *part, RplSlice name) {
  for (size_t i = 0; i < name.length; i++)
    put_byte(part, name.data[i]);
}

static void put_index(RplPart *part, uint32_t index) {
  char digits[10];
  size_t count = 0;
  do {
    digits[count++] = (char)('0' + index % 10);
    index /= 10;
  } while (index);
  put_byte(part, '[');
  while (count)
    put_byte(part, digits[--count]);
  put_byte(part, ']');
}

/* Makes the part that of a whole fact, from which the others are reached. */
static void begin(RplFacts *facts, uint32_t slot) {
  RplPart *part = &facts->part;
  const RplFactRecord *record = rpl_facts_record(facts, slot);
  memset(part, 0, sizeof *part);
  put_name(part, rpl_facts_name(facts, slot));
  part->record = *record;
}

/* What leave() needs to step out of an element or a field again. */
typedef struct Back {
  RplFactRecord record;
  size_t path_length;
} Back;

static Back way_back(const RplPart *part) {
  return (Back){part->record, part->path_length};
}

static void enter_element(RplFacts *facts, uint32_t index, Back *back) {
  const RplTables *tables = &facts->image->tables;
  RplPart *part = &facts->part;
  uint32_t list = rpl_types(tables)[part->record.type].detail;
  *back = way_back(part);
  put_index(part, index);
  part->record.type = rpl_list_types(tables)[list].element;
  part->record.low = part->record.high = 0;
}

static void enter_field(RplFacts *facts, uint32_t field, Back *back) {
  const RplTables *tables = &facts->image->tables;
  RplPart *part = &facts->part;
  const RplFieldRecord *record = rpl_record_field(
      tables, rpl_types(tables)[part->record.type].detail, field);
  *back = way_back(part);
  put_byte(part, '.');
  put_name(part, rpl_string(tables, record->name));
  part->record.type = record->type;
  part->record.low = record->low;
  part->record.high = record->high;
  part->record.flags = record->flags | (part->record.flags & RPL_FACT_PARAM);
}

static void leave(RplFacts *facts, const Back *back) {
  facts->part.record = back->record;
  facts->part.path_length = back->path_length;
}

/* ---- reading ------------------------------------------------------------ */

static RplStatus read_here(RplPartReader *reader, const RplJsonNode *node,
                           RplValue *value);

static RplStatus refuse_kind(RplPartReader *reader, const RplJsonNode *node,
                             const char *expected) {
  RplFound found = rpl_facts_found(node);
  reader->refused = node;
  return rpl_facts_refuse(reader->facts, RPL_SLOT_PART, expected, &found,
                          reader->error);
}

static RplStatus read_list(RplPartReader *reader, const RplJsonNode *node,
                           RplValue *value) {
  RplFacts *facts = reader->facts;
  Back back;
  if (rpl_json_type(node) != RPL_JSON_ARRAY)
    return refuse_kind(reader, node, "an array");
  uint32_t list = rpl_facts_type(facts, RPL_SLOT_PART)->detail;
  RplItems items = {NULL, 0, rpl_json_count(node)};
  items.values =
      rpl_arena_array(reader->arena, items.room, sizeof *items.values);
  if (!items.values)
    return RPL_E_MEMORY;
  for (const RplJsonNode *item = rpl_json_first(node); item;
       item = rpl_json_next(item)) {
    enter_element(facts, items.count, &back);
    RplStatus status = read_here(reader, item, &items.values[items.count]);
    leave(facts, &back);
    if (status)
      return status;
    items.count++;
  }
  *value = rpl_value_list(list, items);
  return RPL_OK;
}

/* The number of the field of a member; UINT32_MAX: there is none. */
static uint32_t find_field(const RplTables *tables, uint32_t record,
                           RplSlice name) {
  uint32_t count = rpl_record_types(tables)[record].count;
  for (uint32_t i = 0; i < count; i++)
    if (rpl_slice_equal(
            rpl_string(tables, rpl_record_field(tables, record, i)->name),
            name))
      return i;
  return UINT32_MAX;
}

static RplStatus read_field(RplPartReader *reader, const RplJsonNode *node,
                            uint32_t record, RplItems *items) {
  RplFacts *facts = reader->facts;
  const RplTables *tables = &facts->image->tables;
  Back back;
  uint32_t field = find_field(tables, record, rpl_json_key(node));
  if (field == UINT32_MAX && reader->ignores_unknown)
    return RPL_OK;
  if (field == UINT32_MAX) {
    reader->refused_key = node;
    return rpl_facts_refuse_field(facts, record, rpl_json_key(node),
                                  reader->error);
  }
  enter_field(facts, field, &back);
  RplStatus status = read_here(reader, node, &items->values[items->count]);
  leave(facts, &back);
  if (status == RPL_OK)
    items->values[items->count++].field = (uint16_t)field;
  return status;
}

static RplStatus read_record(RplPartReader *reader, const RplJsonNode *node,
                             RplValue *value) {
  if (rpl_json_type(node) != RPL_JSON_OBJECT)
    return refuse_kind(reader, node, "an object");
  uint32_t record = rpl_facts_type(reader->facts, RPL_SLOT_PART)->detail;
  RplItems items = {NULL, 0, rpl_json_count(node)};
  items.values =
      rpl_arena_array(reader->arena, items.room, sizeof *items.values);
  if (!items.values)
    return RPL_E_MEMORY;
  for (const RplJsonNode *member = rpl_json_first(node); member;
       member = rpl_json_next(member)) {
    RplStatus status = read_field(reader, member, record, &items);
    if (status)
      return status;
  }
  *value = rpl_value_record(record, items);
  return RPL_OK;
}

/* The part at work from a node. */
static RplStatus read_here(RplPartReader *reader, const RplJsonNode *node,
                           RplValue *value) {
  RplKind kind = (RplKind)rpl_facts_type(reader->facts, RPL_SLOT_PART)->kind;
  if (rpl_json_type(node) != RPL_JSON_NULL && kind == RPL_KIND_LIST)
    return read_list(reader, node, value);
  if (rpl_json_type(node) != RPL_JSON_NULL && kind == RPL_KIND_RECORD)
    return read_record(reader, node, value);
  RplStatus status =
      reader->read_single(reader->context, RPL_SLOT_PART, node, value);
  if (status == RPL_E_FACTS && !reader->refused)
    reader->refused = node;
  return status;
}

RplStatus rpl_facts_read_parts(RplPartReader *reader, uint32_t slot,
                               const RplJsonNode *node, RplValue *value) {
  begin(reader->facts, slot);
  return read_here(reader, node, value);
}

/* ---- bounds ------------------------------------------------------------- */

/* One check of a whole fact. */
typedef struct Checking {
  RplFacts *facts;
  RplArena *arena;
  bool is_kept;
  RplSlice text;
} Checking;

/* "outages[3].minutes: 50000 is not <= 44640" */
static RplStatus say_breach(Checking *checking, RplSlice what) {
  const RplPart *part = &checking->facts->part;
  RplBuffer buffer;
  rpl_buffer_init(&buffer, checking->facts->allocator);
  rpl_buffer_bytes(&buffer, part->path, part->path_length);
  rpl_buffer_text(&buffer, ": ");
  rpl_buffer_slice(&buffer, what);
  RplSlice view = rpl_buffer_view(&buffer);
  char *copy = buffer.is_failed
                   ? NULL
                   : rpl_arena_copy(checking->arena, view.data, view.length);
  checking->text = (RplSlice){copy, view.length};
  checking->is_kept = false;
  rpl_buffer_clear(&buffer);
  return copy ? RPL_OK : RPL_E_MEMORY;
}

static RplStatus check_here(Checking *checking, const RplValue *value);

static RplStatus check_count(Checking *checking, const RplValue *list) {
  uint32_t most = rpl_list_most(&checking->facts->image->tables, list->detail);
  RplBuffer buffer;
  if (list->as.items.count <= most)
    return RPL_OK;
  rpl_buffer_init(&buffer, checking->facts->allocator);
  rpl_buffer_unsigned(&buffer, list->as.items.count);
  rpl_buffer_text(&buffer, " elements are more than ");
  rpl_buffer_unsigned(&buffer, most);
  RplStatus status = buffer.is_failed
                         ? RPL_E_MEMORY
                         : say_breach(checking, rpl_buffer_view(&buffer));
  rpl_buffer_clear(&buffer);
  return status;
}

static RplStatus check_parts(Checking *checking, const RplValue *whole) {
  RplFacts *facts = checking->facts;
  const RplItems *items = &whole->as.items;
  RplStatus status = RPL_OK;
  Back back;
  if (whole->kind == RPL_KIND_LIST)
    status = check_count(checking, whole);
  for (uint32_t i = 0; i < items->count && checking->is_kept && !status; i++) {
    if (whole->kind == RPL_KIND_LIST)
      enter_element(facts, i, &back);
    else
      enter_field(facts, items->values[i].field, &back);
    status = check_here(checking, &items->values[i]);
    leave(facts, &back);
  }
  return status;
}

static RplStatus check_here(Checking *checking, const RplValue *value) {
  RplSlice text = {NULL, 0};
  bool is_kept = true;
  if (value->state == RPL_STATE_KNOWN && rpl_kind_has_parts(value->kind))
    return check_parts(checking, value);
  RplStatus status = rpl_facts_check(checking->facts, checking->arena,
                                     RPL_SLOT_PART, value, &is_kept, &text);
  return status || is_kept ? status : say_breach(checking, text);
}

RplStatus rpl_facts_check_parts(RplFacts *facts, RplArena *arena, uint32_t slot,
                                const RplValue *value, bool *is_kept,
                                RplSlice *text) {
  Checking checking = {facts, arena, true, {NULL, 0}};
  begin(facts, slot);
  RplStatus status = check_here(&checking, value);
  *is_kept = checking.is_kept;
  if (!checking.is_kept)
    *text = checking.text;
  return status;
}

/* ---- bare amounts ------------------------------------------------------- */

bool rpl_facts_is_bare(const RplValue *value) {
  if (value->state != RPL_STATE_KNOWN)
    return false;
  if (!rpl_kind_has_parts(value->kind))
    return value->kind == RPL_KIND_MONEY && !value->currency;
  for (uint32_t i = 0; i < value->as.items.count; i++)
    if (rpl_facts_is_bare(&value->as.items.values[i]))
      return true;
  return false;
}

void rpl_facts_give_currency(RplValue *value, RplCurrency currency) {
  if (value->state != RPL_STATE_KNOWN)
    return;
  if (value->kind == RPL_KIND_MONEY && !value->currency)
    value->currency = currency;
  if (!rpl_kind_has_parts(value->kind))
    return;
  for (uint32_t i = 0; i < value->as.items.count; i++)
    rpl_facts_give_currency(&value->as.items.values[i], currency);
}
