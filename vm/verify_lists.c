/* SPDX-License-Identifier: Apache-2.0
 * verify_lists.c - the part of the verifier that knows lists and records: the
 * tables of their types, the blocks of the code, and the operations whose
 * result is a part. Like the rest it is linear: types stand before what is made
 * of them, and a block is a number a row. */
#include "vm/verify.h"

/* ---- blocks ---- */

uint32_t rpl_code_closing(const RplTables *tables, uint32_t each) {
  uint32_t count = rpl_code_count(tables), depth = 0;
  for (uint32_t row = each; row < count; row++) {
    uint8_t op = RPL_CODE_OP(rpl_code(tables)[row].word);
    depth += op == RPL_OP_EACH;
    depth -= rpl_op_closes(op);
    if (depth == 0)
      return row;
  }
  return count;
}

/* LIMIT: RPL_MAX_LIST_DEPTH blocks inside each other. */
bool rpl_verify_blocks(RplVerifier *v) {
  uint32_t open[RPL_MAX_LIST_DEPTH], depth = 0;
  if (!v->blocks)
    return true;
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_CODE);
  for (; v->row < count; v->row++) {
    const RplInstruction *code = &rpl_code(v->tables)[v->row];
    uint8_t op = RPL_CODE_OP(code->word);
    if (op == RPL_OP_EACH) {
      if (depth == RPL_MAX_LIST_DEPTH)
        return rpl_verify_limit(v, "blocks stand too deep in each other");
      open[depth++] = v->row + 1;
    } else if (rpl_op_closes(op)) {
      if (depth == 0)
        return rpl_verify_refuse(v, "a block is closed that is not open");
      if (code->a != RPL_OPERAND(RPL_SPACE_TEMP, open[depth - 1] - 1))
        return rpl_verify_refuse(
            v, "what closes a block does not name its element");
      depth--;
    }
    v->blocks[v->row] = depth ? open[depth - 1] : 0;
  }
  return depth == 0 || rpl_verify_refuse(v, "a block is not closed");
}

/* The block around one that is open, 0 at the top. Depth 2 is the limit, so
 * whatever encloses an inner block is the outer one. */
static uint32_t block_around(const RplVerifier *v, uint32_t block) {
  return block > 1 ? v->blocks[block - 2] : 0;
}

/* The block that the operands of a row are read from: those of `each` stand
 * before its block, those of what closes one still in it. */
static uint32_t block_of_row(const RplVerifier *v, uint32_t row) {
  const RplInstruction *code = &rpl_code(v->tables)[row];
  uint8_t op = RPL_CODE_OP(code->word);
  if (op == RPL_OP_EACH)
    return block_around(v, row + 1);
  return rpl_op_closes(op) ? RPL_OPERAND_INDEX(code->a) + 1 : v->blocks[row];
}

bool rpl_verify_reaches(const RplVerifier *v, uint32_t row, uint32_t temp) {
  if (!v->blocks)
    return true;
  uint32_t there = v->blocks[temp];
  for (uint32_t here = block_of_row(v, row); here; here = block_around(v, here))
    if (here == there)
      return true;
  return there == 0;
}

/* ---- types of parts ---- */

static RplTypeWords words_of(const RplTables *tables, uint32_t type) {
  const RplTypeRecord *record = &rpl_types(tables)[type];
  return (RplTypeWords){record->kind, record->optional, record->detail};
}

/* Whether a value can be put where the tables say `part`. */
static bool fits_part(const RplTypeWords *part, const RplTypeWords *value) {
  if (value->optional > part->optional)
    return false;
  if (part->kind == RPL_KIND_NUMBER && value->kind == RPL_KIND_INTEGER)
    return true;
  return part->kind == value->kind && part->detail == value->detail;
}

bool rpl_op_part_type(const RplTables *tables, uint8_t op, uint32_t field,
                      const RplTypeWords *a, const RplTypeWords *b,
                      RplTypeWords *result) {
  RplTypeWords part;
  bool is_list = op == RPL_OP_EACH || op == RPL_OP_APPEND;
  bool sets = op == RPL_OP_APPEND || op == RPL_OP_WITH;
  if (a->optional ||
      a->kind != (uint32_t)(is_list ? RPL_KIND_LIST : RPL_KIND_RECORD))
    return false;
  if (is_list) {
    part = words_of(tables, rpl_list_types(tables)[a->detail].element);
  } else {
    const RplRecordTypeRecord *record = &rpl_record_types(tables)[a->detail];
    if (field >= record->count)
      return false;
    part = words_of(tables, rpl_fields(tables)[record->first + field].type);
  }
  if (sets && !fits_part(&part, b))
    return false;
  *result = sets ? *a : part;
  return true;
}

/* ---- types of lists and records ---- */

/* What is inside a type: how many records, how many lists inside each other. */
typedef struct Depth {
  uint8_t records, lists;
} Depth;

static Depth depth_of(const RplVerifier *v, const Depth *depths,
                      uint32_t type) {
  const RplTypeRecord *record = &rpl_types(v->tables)[type];
  if (record->kind == RPL_KIND_RECORD)
    return depths[record->detail];
  if (record->kind != RPL_KIND_LIST)
    return (Depth){0, 0};
  uint32_t element = rpl_list_types(v->tables)[record->detail].element;
  Depth inner = depth_of(v, depths, element); /* no list: no deeper */
  inner.lists++;
  return inner;
}

/* The record that a type is of or lists, plus one; 0: none. */
static uint32_t record_in(const RplVerifier *v, uint32_t type) {
  const RplTypeRecord *record = &rpl_types(v->tables)[type];
  if (record->kind == RPL_KIND_LIST)
    record = &rpl_types(
        v->tables)[rpl_list_types(v->tables)[record->detail].element];
  return record->kind == RPL_KIND_RECORD ? record->detail + 1 : 0;
}

static bool check_list_type(RplVerifier *v, const RplListTypeRecord *list) {
  const RplTypeRecord *element = &rpl_types(v->tables)[list->element];
  if (element->kind == RPL_KIND_LIST)
    return rpl_verify_refuse(v, "an element of a list is a list");
  if (element->kind == RPL_KIND_CALENDAR)
    return rpl_verify_refuse(v, "an element of a list is a calendar");
  if (element->optional)
    return rpl_verify_refuse(v, "an element of a list is optional");
  if (list->most == 0)
    return rpl_verify_refuse(v, "a list has no room for an element");
  return list->most <= RPL_MAX_LIST_ITEMS ||
         rpl_verify_limit(v, "a list has room for too many elements");
}

static bool check_field(RplVerifier *v, const RplFieldRecord *field,
                        uint32_t owner) {
  if (!rpl_verify_new_name(v, field->name))
    return rpl_verify_refuse(v, "a record has a field twice");
  if (rpl_types(v->tables)[field->type].kind == RPL_KIND_CALENDAR)
    return rpl_verify_refuse(v, "a field is a calendar");
  return record_in(v, field->type) <= owner ||
         rpl_verify_refuse(v, "a field is of a record that stands behind");
}

/* LIMITS: RPL_MAX_RECORD_DEPTH, RPL_MAX_LIST_DEPTH. */
static bool check_depth(RplVerifier *v, Depth *depths,
                        const RplRecordTypeRecord *record) {
  Depth *depth = &depths[v->row];
  for (uint32_t i = 0; i < record->count; i++) {
    Depth inner =
        depth_of(v, depths, rpl_fields(v->tables)[record->first + i].type);
    if (inner.records > depth->records)
      depth->records = inner.records;
    if (inner.lists > depth->lists)
      depth->lists = inner.lists;
  }
  if (++depth->records > RPL_MAX_RECORD_DEPTH)
    return rpl_verify_limit(v, "records stand too deep in each other");
  return depth->lists <= RPL_MAX_LIST_DEPTH ||
         rpl_verify_limit(v, "lists stand too deep in each other");
}

static bool check_record_type(RplVerifier *v, Depth *depths,
                              const RplRecordTypeRecord *record,
                              uint32_t *cursor) {
  if (record->first != *cursor)
    return rpl_verify_refuse(v, "records do not share out the fields in order");
  if (record->count == 0)
    return rpl_verify_refuse(v, "a record has no field");
  if (record->count > RPL_MAX_RECORD_FIELDS)
    return rpl_verify_limit(v, "a record has too many fields");
  if (record->count > rpl_fields_count(v->tables) - *cursor)
    return rpl_verify_refuse(v, "a record runs past the fields");
  *cursor += record->count;
  rpl_verify_open_scope(v);
  for (uint32_t i = record->first; i < *cursor; i++)
    if (!check_field(v, &rpl_fields(v->tables)[i], v->row))
      return false;
  return check_depth(v, depths, record);
}

static bool check_list_depths(RplVerifier *v, const Depth *depths) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_TYPES);
  for (; v->row < count; v->row++)
    if (depth_of(v, depths, v->row).lists > RPL_MAX_LIST_DEPTH)
      return rpl_verify_limit(v, "lists stand too deep in each other");
  return true;
}

bool rpl_verify_part_types(RplVerifier *v) {
  uint32_t cursor = 0;
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_LIST_TYPES);
  for (; v->row < count; v->row++)
    if (!check_list_type(v, &rpl_list_types(v->tables)[v->row]))
      return false;
  count = rpl_verify_enter(v, RPL_SECTION_RECORD_TYPES);
  Depth *depths =
      count ? rpl_arena_array(&v->scratch, count, sizeof *depths) : NULL;
  if (count && !depths)
    return rpl_verify_memory(v);
  for (; v->row < count; v->row++)
    if (!check_record_type(v, depths, &rpl_record_types(v->tables)[v->row],
                           &cursor))
      return false;
  if (cursor != rpl_fields_count(v->tables))
    return rpl_verify_refuse(v, "a field belongs to no record");
  return check_list_depths(v, depths);
}
