/* SPDX-License-Identifier: Apache-2.0
 * emit.c - see emit.h. First collecting, then canonical order, then bytes. */
#include "compiler/emit.h"

#include <stdlib.h>
#include <string.h>

#include "vm/text.h"

static void *allocate(RplEmit *emit, size_t count, size_t bytes) {
  void *block = rpl_arena_array(emit->arena, count, bytes);
  if (!block)
    emit->is_out_of_memory = true;
  return block;
}

static void *grow(RplEmit *emit, void *items, size_t count, size_t *capacity,
                  size_t bytes) {
  void *grown = rpl_arena_grow(emit->arena, items, count, capacity, bytes);
  if (!grown)
    emit->is_out_of_memory = true;
  return grown;
}

void rpl_emit_init(RplEmit *emit, RplArena *arena, bool is_stripped) {
  memset(emit, 0, sizeof *emit);
  emit->arena = arena;
  emit->is_stripped = is_stripped;
}

/* ---- hashing (FNV-1a: order of first use decides numbers, not the hash) ----
 */

static uint32_t hash_bytes(const void *data, size_t length) {
  const unsigned char *byte = data;
  uint32_t hash = UINT32_C(2166136261);
  for (size_t i = 0; i < length;
       i++) /* as many as a record of the section has */
    hash =
        (hash ^ byte[i]) * UINT32_C(16777619); // NOLINT(clang-analyzer-core.*)
  return hash ^ (hash >> 15);
}

/* Doubles an index of `size` places when three quarters of it are used. */
static bool index_is_full(size_t count, size_t size) {
  return count * 4 >= size * 3;
}

/* ---- strings ----------------------------------------------------------------
 */

static bool grow_string_index(RplEmit *emit) {
  size_t size = emit->string_index_size ? emit->string_index_size * 2 : 64;
  uint32_t *index = allocate(emit, size, sizeof *index);
  if (!index)
    return false;
  for (size_t i = 0; i < emit->string_count; i++) {
    RplSlice text = emit->strings[i];
    size_t at = hash_bytes(text.data, text.length) & (size - 1);
    while (index[at])
      at = (at + 1) & (size - 1);
    index[at] = (uint32_t)i + 1;
  }
  emit->string_index = index;
  emit->string_index_size = size;
  return true;
}

uint32_t rpl_emit_string(RplEmit *emit, RplSlice text) {
  if (index_is_full(emit->string_count, emit->string_index_size) &&
      !grow_string_index(emit))
    return 0;
  size_t mask = emit->string_index_size - 1;
  size_t at = hash_bytes(text.data, text.length) & mask;
  for (; emit->string_index[at]; at = (at + 1) & mask)
    if (rpl_slice_equal(emit->strings[emit->string_index[at] - 1], text))
      return emit->string_index[at] - 1;
  char *copy = rpl_arena_copy(emit->arena, text.data, text.length);
  RplSlice *strings = grow(emit, emit->strings, emit->string_count,
                           &emit->string_capacity, sizeof *strings);
  if (!copy || !strings) {
    emit->is_out_of_memory = true;
    return 0;
  }
  emit->strings = strings;
  emit->strings[emit->string_count] = (RplSlice){copy, text.length};
  emit->string_index[at] = (uint32_t)emit->string_count + 1;
  return (uint32_t)emit->string_count++;
}

/* ---- rows
 * -------------------------------------------------------------------- */

static size_t width_of(RplSection section) {
  return rpl_section_info(section)->words;
}

uint32_t rpl_emit_row(RplEmit *emit, RplSection section, const void *record) {
  RplEmitTable *table = &emit->tables[section];
  size_t width = width_of(section);
  uint32_t *words = grow(emit, table->words, table->count, &table->capacity,
                         width * sizeof *words);
  if (!words)
    return 0;
  table->words = words;
  memcpy(words + table->count * width, record, width * sizeof *words);
  return (uint32_t)table->count++;
}

void *rpl_emit_rows(RplEmit *emit, RplSection section) {
  return emit->tables[section].words;
}

/* Code in different blocks is not the same, whatever the words. */
static size_t hash_row(const RplEmit *emit, RplSection section,
                       const uint32_t *row, uint32_t block) {
  uint32_t hash = hash_bytes(row, width_of(section) * sizeof(uint32_t));
  (void)emit;
  return hash ^ block * UINT32_C(2654435761);
}

static uint32_t block_of(const RplEmit *emit, RplSection section, size_t row) {
  return section == RPL_SECTION_CODE && row < emit->blocks_capacity
             ? emit->blocks[row]
             : 0;
}

static bool grow_row_index(RplEmit *emit, RplSection section) {
  RplEmitTable *table = &emit->tables[section];
  size_t size = table->index_size ? table->index_size * 2 : 64;
  uint32_t *index = allocate(emit, size, sizeof *index);
  if (!index)
    return false;
  for (size_t i = 0; i < table->count; i++) {
    const uint32_t *row = table->words + i * width_of(section);
    size_t at =
        hash_row(emit, section, row, block_of(emit, section, i)) & (size - 1);
    while (index[at])
      at = (at + 1) & (size - 1);
    index[at] = (uint32_t)i + 1;
  }
  table->index = index;
  table->index_size = size;
  return true;
}

/* Looks for a row of that block; *at is where it is, or would be. */
static bool find_row(const RplEmit *emit, RplSection section,
                     const void *record, uint32_t block, size_t *at) {
  const RplEmitTable *table = &emit->tables[section];
  size_t width = width_of(section), mask = table->index_size - 1;
  *at = hash_row(emit, section, record, block) & mask;
  for (; table->index[*at]; *at = (*at + 1) & mask) {
    uint32_t row = table->index[*at] - 1;
    if (memcmp(table->words + row * width, record, width * sizeof(uint32_t)) ==
            0 &&
        block_of(emit, section, row) == block)
      return true;
  }
  return false;
}

/* Notes the block that a new row of code belongs to. */
static void note_block(RplEmit *emit, size_t row, uint32_t block) {
  if (row >= emit->blocks_capacity) {
    uint32_t *blocks = grow(emit, emit->blocks, emit->blocks_capacity,
                            &emit->blocks_capacity, sizeof *blocks);
    if (!blocks)
      return;
    emit->blocks = blocks;
  }
  emit->blocks[row] = block;
}

/* The row that is equal to `record`, appended if there is none. For code: none
 * outside of all blocks, nor in those that are open. */
static uint32_t unique_row(RplEmit *emit, RplSection section,
                           const void *record) {
  RplEmitTable *table = &emit->tables[section];
  uint32_t depth = section == RPL_SECTION_CODE ? emit->depth : 0;
  size_t at = 0;
  if (index_is_full(table->count, table->index_size) &&
      !grow_row_index(emit, section))
    return 0;
  for (uint32_t i = 0; i <= depth; i++)
    if (find_row(emit, section, record, emit->open[i], &at))
      return table->index[at] - 1;
  uint32_t row = rpl_emit_row(emit, section, record);
  if (section == RPL_SECTION_CODE)
    note_block(emit, row, emit->open[depth]);
  table->index[at] = row + 1;
  return row;
}

uint32_t rpl_emit_type(RplEmit *emit, RplTypeWords type) {
  RplTypeRecord record = {type.kind, type.optional, type.detail};
  return unique_row(emit, RPL_SECTION_TYPES, &record);
}

uint32_t rpl_emit_constant(RplEmit *emit, RplTypeWords type, uint32_t low,
                           uint32_t high) {
  RplConstantRecord record = {rpl_emit_type(emit, type), low, high};
  return RPL_OPERAND(RPL_SPACE_CONSTANT,
                     unique_row(emit, RPL_SECTION_CONSTANTS, &record));
}

RplTypeWords rpl_emit_operand_type(const RplEmit *emit, uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand), type;
  const RplEmitTable *tables = emit->tables;
  if (emit->is_out_of_memory)
    return (RplTypeWords){RPL_KIND_BOOLEAN, 0, 0};
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT)
    type = ((const RplFactRecord *)tables[RPL_SECTION_FACTS].words)[index].type;
  else if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_CONSTANT)
    type =
        ((const RplConstantRecord *)tables[RPL_SECTION_CONSTANTS].words)[index]
            .type;
  else
    type = RPL_CODE_TYPE(
        ((const RplInstruction *)tables[RPL_SECTION_CODE].words)[index].word);
  const RplTypeRecord *record =
      (const RplTypeRecord *)tables[RPL_SECTION_TYPES].words + type;
  return (RplTypeWords){record->kind, record->optional, record->detail};
}

uint32_t rpl_emit_op(RplEmit *emit, RplOp op, uint32_t a, uint32_t b,
                     uint32_t c) {
  RplTypeWords of_a = rpl_emit_operand_type(emit, a);
  RplTypeWords of_b = {0, 0, 0}, of_c = {0, 0, 0}, result;
  if (b)
    of_b = rpl_emit_operand_type(emit, b);
  if (c)
    of_c = rpl_emit_operand_type(emit, c);
  if (!rpl_op_result_type((uint8_t)op, &of_a, b ? &of_b : NULL,
                          c ? &of_c : NULL, &result)) {
    emit->is_misfit = true; /* the verifier would refuse it */
    return a;
  }
  RplInstruction code = {RPL_CODE_WORD(op, rpl_emit_type(emit, result)), a, b,
                         c};
  return RPL_OPERAND(RPL_SPACE_TEMP, unique_row(emit, RPL_SECTION_CODE, &code));
}

/* ---- parts and blocks
 * ----------------------------------------------------------------- */

static RplTables tables_of(const RplEmit *emit) {
  RplTables tables = {.flags = 0};
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    tables.rows[i] = emit->tables[i].words;
    tables.row_count[i] = (uint32_t)emit->tables[i].count;
  }
  return tables;
}

/* The word of an instruction whose result is a part; 0 after a misfit. */
static uint32_t part_word(RplEmit *emit, RplOp op, uint32_t a, uint32_t b,
                          uint32_t field) {
  RplTables tables = tables_of(emit);
  RplTypeWords of_a = rpl_emit_operand_type(emit, a), of_b = {0, 0, 0}, result;
  if (b)
    of_b = rpl_emit_operand_type(emit, b);
  if (emit->is_out_of_memory)
    return 0;
  if (!rpl_op_part_type(&tables, (uint8_t)op, field, &of_a, b ? &of_b : NULL,
                        &result)) {
    emit->is_misfit = true;
    return 0;
  }
  return RPL_CODE_WITH_FIELD(RPL_CODE_WORD(op, rpl_emit_type(emit, result)),
                             field);
}

uint32_t rpl_emit_part(RplEmit *emit, RplOp op, uint32_t a, uint32_t b,
                       uint32_t field) {
  RplInstruction code = {part_word(emit, op, a, b, field), a, b, 0};
  if (!code.word)
    return a;
  return RPL_OPERAND(RPL_SPACE_TEMP, unique_row(emit, RPL_SECTION_CODE, &code));
}

uint32_t rpl_emit_list_type(RplEmit *emit, RplTypeWords element,
                            uint32_t most) {
  RplListTypeRecord record = {rpl_emit_type(emit, element), most};
  return unique_row(emit, RPL_SECTION_LIST_TYPES, &record);
}

/* A block is never the same as another, so its first row is a new one. */
uint32_t rpl_emit_each(RplEmit *emit, uint32_t list) {
  RplInstruction code = {part_word(emit, RPL_OP_EACH, list, 0, 0), list, 0, 0};
  if (emit->depth == RPL_MAX_LIST_DEPTH)
    emit->is_misfit = true;
  if (!code.word || emit->is_misfit)
    return list;
  uint32_t row = rpl_emit_row(emit, RPL_SECTION_CODE, &code);
  emit->open[++emit->depth] = row + 1;
  note_block(emit, row, row + 1);
  return RPL_OPERAND(RPL_SPACE_TEMP, row);
}

uint32_t rpl_emit_close(RplEmit *emit, RplOp op, uint32_t b, uint32_t c) {
  if (emit->depth == 0 || emit->is_out_of_memory) {
    emit->is_misfit = true;
    return b;
  }
  uint32_t element = RPL_OPERAND(RPL_SPACE_TEMP, emit->open[emit->depth] - 1);
  emit->depth--;
  return rpl_emit_op(emit, op, element, b, c);
}

uint32_t rpl_emit_place(RplEmit *emit, RplSlice file, uint32_t line,
                        uint32_t column) {
  if (emit->is_stripped)
    return 0;
  RplPlaceRecord record = {rpl_emit_string(emit, file), line, column};
  return unique_row(emit, RPL_SECTION_PLACES, &record) + 1;
}

/* ---- lists
 * -------------------------------------------------------------------- */

uint32_t rpl_emit_list(RplEmit *emit, RplItemKind kind) {
  RplEmitList *lists = grow(emit, emit->lists, emit->list_count,
                            &emit->list_capacity, sizeof *lists);
  if (!lists)
    return 0;
  emit->lists = lists;
  lists[emit->list_count] = (RplEmitList){.kind = kind};
  return (uint32_t)++emit->list_count;
}

void rpl_emit_item(RplEmit *emit, uint32_t list, uint32_t item) {
  if (!list)
    return; /* memory was short */
  RplEmitList *items = &emit->lists[list - 1];
  uint32_t *grown =
      grow(emit, items->items, items->count, &items->capacity, sizeof *grown);
  if (!grown)
    return;
  items->items = grown;
  items->items[items->count++] = item;
}

size_t rpl_emit_list_count(const RplEmit *emit, uint32_t list) {
  return list ? emit->lists[list - 1].count : 0;
}

/* ---- canonical order
 * ------------------------------------------------------------ */

/* What provisional numbers become. */
typedef struct Maps {
  uint32_t *strings, *types, *constants, *places;
} Maps;

static uint32_t map_operand(const Maps *maps, uint32_t operand) {
  if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_CONSTANT)
    return operand;
  return RPL_OPERAND(RPL_SPACE_CONSTANT,
                     maps->constants[RPL_OPERAND_INDEX(operand)]);
}

/* A row with its old number, for sorting. */
typedef struct Ranked {
  const uint32_t *words;
  RplSlice text;
  uint32_t old;
} Ranked;

static int compare_strings(const void *left, const void *right) {
  const Ranked *a = left, *b = right;
  return rpl_slice_compare(a->text, b->text);
}

/* Types, constants and places all have rows of three words. */
static int compare_rows(const void *left, const void *right) {
  const Ranked *a = left, *b = right;
  for (size_t i = 0; i < 3; i++)
    if (a->words[i] != b->words[i])
      return a->words[i] < b->words[i] ? -1 : 1;
  return 0;
}

/* Sorts the rows of a table of three words and tells where each went. */
static uint32_t *sort_table(RplEmit *emit, RplSection section) {
  RplEmitTable *table = &emit->tables[section];
  Ranked *ranked = allocate(emit, table->count, sizeof *ranked);
  uint32_t *map = allocate(emit, table->count, sizeof *map);
  uint32_t *sorted = allocate(emit, table->count, 3 * sizeof *sorted);
  if (!ranked || !map || !sorted)
    return NULL;
  for (size_t i = 0; i < table->count; i++)
    ranked[i] = (Ranked){.words = table->words + 3 * i, .old = (uint32_t)i};
  if (table->count)
    qsort(ranked, table->count, sizeof *ranked, compare_rows);
  for (size_t i = 0; i < table->count; i++) {
    memcpy(sorted + 3 * i, ranked[i].words, 3 * sizeof *sorted);
    map[ranked[i].old] = (uint32_t)i;
  }
  table->words = sorted;
  return map;
}

static uint32_t *sort_strings(RplEmit *emit) {
  size_t count = emit->string_count;
  Ranked *ranked = allocate(emit, count, sizeof *ranked);
  uint32_t *map = allocate(emit, count, sizeof *map);
  RplSlice *sorted = allocate(emit, count, sizeof *sorted);
  if (!ranked || !map || !sorted)
    return NULL;
  for (size_t i = 0; i < count; i++)
    ranked[i] = (Ranked){.text = emit->strings[i], .old = (uint32_t)i};
  if (count)
    qsort(ranked, count, sizeof *ranked, compare_strings);
  uint32_t offset = 0;
  for (size_t i = 0; i < count; i++) {
    RplStringRecord record = {offset, (uint32_t)ranked[i].text.length};
    offset += record.length;
    sorted[i] = ranked[i].text;
    map[ranked[i].old] = (uint32_t)i;
    rpl_emit_row(emit, RPL_SECTION_STRINGS, &record);
  }
  emit->strings = sorted;
  return map;
}

/* Which constants hold a string in their first word: a zone only when it has a
 * name, which its second word says. */
static bool holds_string(const RplTypeRecord *type,
                         const RplConstantRecord *constant) {
  if (type->optional)
    return false;
  return rpl_kind_is_numeric((RplKind)type->kind) ||
         type->kind == RPL_KIND_MONEY || type->kind == RPL_KIND_TEXT ||
         (type->kind == RPL_KIND_ZONE && constant->high == 1);
}

static bool make_maps(RplEmit *emit, Maps *maps) {
  maps->strings = sort_strings(emit);
  RplConstantRecord *constants = rpl_emit_rows(emit, RPL_SECTION_CONSTANTS);
  const RplTypeRecord *types = rpl_emit_rows(emit, RPL_SECTION_TYPES);
  size_t constant_count = emit->tables[RPL_SECTION_CONSTANTS].count;
  for (size_t i = 0; maps->strings && i < constant_count; i++)
    if (holds_string(&types[constants[i].type], &constants[i]))
      constants[i].low = maps->strings[constants[i].low];
  maps->types = sort_table(emit, RPL_SECTION_TYPES);
  for (size_t i = 0; maps->types && i < constant_count; i++)
    constants[i].type = maps->types[constants[i].type];
  maps->constants = sort_table(emit, RPL_SECTION_CONSTANTS);
  RplPlaceRecord *places = rpl_emit_rows(emit, RPL_SECTION_PLACES);
  for (size_t i = 0;
       maps->strings && i < emit->tables[RPL_SECTION_PLACES].count; i++)
    places[i].file = maps->strings[places[i].file];
  maps->places = sort_table(emit, RPL_SECTION_PLACES);
  return !emit->is_out_of_memory;
}

static void lay_out_list(RplEmit *emit, const Maps *maps, uint32_t *field) {
  uint32_t list = field[0];
  field[0] = field[1] = 0;
  if (!list || !emit->lists[list - 1].count)
    return;
  const RplEmitList *items = &emit->lists[list - 1];
  field[0] = (uint32_t)emit->tables[RPL_SECTION_LISTS].count;
  field[1] = (uint32_t)items->count;
  for (size_t i = 0; i < items->count; i++) {
    uint32_t item = items->items[i];
    if (items->kind == RPL_ITEM_STRING)
      item = maps->strings[item];
    else if (items->kind == RPL_ITEM_OPERAND ||
             (items->kind == RPL_ITEM_GIVE && i % 2 == 1))
      item = map_operand(maps, item);
    rpl_emit_row(emit, RPL_SECTION_LISTS, &item);
  }
}

static void map_field(RplEmit *emit, const Maps *maps, RplFieldKind kind,
                      uint32_t *field) {
  switch (kind) {
  case RPL_FIELD_STRING:
    *field = maps->strings[*field];
    break;
  case RPL_FIELD_STRING0:
    *field = *field ? maps->strings[*field - 1] + 1 : 0;
    break;
  case RPL_FIELD_TYPE:
    *field = maps->types[*field];
    break;
  case RPL_FIELD_OPERAND:
  case RPL_FIELD_OPERAND0:
    *field = map_operand(maps, *field);
    break;
  case RPL_FIELD_PLACE0:
    *field = *field ? maps->places[*field - 1] + 1 : 0;
    break;
  case RPL_FIELD_LIST:
    lay_out_list(emit, maps, field);
    break;
  case RPL_FIELD_WORD:
  case RPL_FIELD_TEXT0:
  case RPL_FIELD_COUNT:
  case RPL_FIELD_FLAGS:
    break;
  }
}

static void map_section(RplEmit *emit, const Maps *maps, RplSection section) {
  const RplSectionInfo *info = rpl_section_info(section);
  for (size_t row = 0; row < emit->tables[section].count; row++)
    for (unsigned i = 0; i < info->words; i++)
      map_field(emit, maps, info->fields[i].kind,
                emit->tables[section].words + row * info->words + i);
}

static void map_code(RplEmit *emit, const Maps *maps) {
  RplInstruction *code = rpl_emit_rows(emit, RPL_SECTION_CODE);
  for (size_t i = 0; i < emit->tables[RPL_SECTION_CODE].count; i++)
    code[i].word = RPL_CODE_WITH_FIELD(
        RPL_CODE_WORD(RPL_CODE_OP(code[i].word),
                      maps->types[RPL_CODE_TYPE(code[i].word)]),
        RPL_CODE_FIELD(code[i].word));
}

static int compare_names(const void *left, const void *right) {
  const RplNameRecord *a = left, *b = right;
  return a->operand < b->operand ? -1 : a->operand > b->operand;
}

static void bring_into_order(RplEmit *emit, const Maps *maps) {
  map_code(emit, maps);
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    RplSection section = (RplSection)i;
    if (section == RPL_SECTION_STRINGS || section == RPL_SECTION_TYPES ||
        section == RPL_SECTION_CONSTANTS || section == RPL_SECTION_LISTS ||
        section == RPL_SECTION_PLACES)
      continue; /* sorted with their numbers already */
    map_section(emit, maps, section);
  }
  RplEmitTable *names = &emit->tables[RPL_SECTION_NAMES];
  if (names->count)
    qsort(names->words, names->count, sizeof(RplNameRecord), compare_names);
}

/* ---- bytes
 * ------------------------------------------------------------------------ */

static void put_word(uint8_t **at, uint32_t word) {
  for (unsigned i = 0; i < 4; i++)
    *(*at)++ = (uint8_t)(word >> (8 * i));
}

static void state_cost(RplEmit *emit) {
  RplTables tables = tables_of(emit);
  uint64_t cost = rpl_image_cost(&tables);
  RplPolicyRecord *policy = rpl_emit_rows(emit, RPL_SECTION_POLICIES);
  policy->cost_low = (uint32_t)cost;
  policy->cost_high = (uint32_t)(cost >> 32);
}

static size_t blob_bytes(const RplEmit *emit) {
  size_t bytes = 0;
  for (size_t i = 0; i < emit->string_count; i++)
    bytes += emit->strings[i].length;
  return bytes;
}

static size_t program_bytes(const RplEmit *emit) {
  size_t bytes = RPL_PROGRAM_HEADER_BYTES + blob_bytes(emit);
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++)
    bytes += emit->tables[i].count * width_of((RplSection)i) * 4;
  return (bytes + RPL_PROGRAM_ALIGN - 1) & ~(size_t)(RPL_PROGRAM_ALIGN - 1);
}

static void write_program(const RplEmit *emit, uint8_t *at, size_t size) {
  memcpy(at, RPL_PROGRAM_MAGIC, 4);
  at += 4;
  put_word(&at, RPL_FORMAT);
  put_word(&at, (uint32_t)size);
  put_word(&at, emit->is_stripped ? RPL_PROGRAM_STRIPPED : 0);
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++)
    put_word(&at, (uint32_t)emit->tables[i].count);
  put_word(&at, (uint32_t)blob_bytes(emit));
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    size_t words = emit->tables[i].count * width_of((RplSection)i);
    for (size_t j = 0; j < words; j++)
      put_word(&at, emit->tables[i].words[j]);
  }
  for (size_t i = 0; i < emit->string_count; i++) {
    memcpy(at, emit->strings[i].data, emit->strings[i].length);
    at += emit->strings[i].length;
  }
}

bool rpl_emit_finish(RplEmit *emit, RplSlice *bytes) {
  Maps maps = {0};
  if (emit->is_out_of_memory || !make_maps(emit, &maps))
    return false;
  bring_into_order(emit, &maps);
  if (emit->is_out_of_memory)
    return false;
  state_cost(emit);
  size_t size = program_bytes(emit);
  uint8_t *program = allocate(emit, size, 1);
  if (!program)
    return false;
  write_program(emit, program, size);
  *bytes = (RplSlice){(const char *)program, size};
  return true;
}

bool rpl_emit_bundle(RplArena *arena, const RplSlice *programs, size_t count,
                     RplSlice *bytes) {
  size_t offset = RPL_BUNDLE_HEADER_BYTES + count * RPL_BUNDLE_ENTRY_BYTES;
  offset = (offset + RPL_PROGRAM_ALIGN - 1) & ~(size_t)(RPL_PROGRAM_ALIGN - 1);
  size_t size = offset;
  for (size_t i = 0; i < count; i++)
    size += programs[i].length;
  uint8_t *bundle = rpl_arena_alloc(arena, size);
  if (!bundle)
    return false;
  uint8_t *at = bundle;
  memcpy(at, RPL_BUNDLE_MAGIC, 4);
  at += 4;
  put_word(&at, RPL_FORMAT);
  put_word(&at, (uint32_t)size);
  put_word(&at, (uint32_t)count);
  at = bundle + RPL_BUNDLE_HEADER_BYTES;
  for (size_t i = 0; i < count; i++) {
    put_word(&at, (uint32_t)offset);
    put_word(&at, (uint32_t)programs[i].length);
    memcpy(bundle + offset, programs[i].data, programs[i].length);
    offset += programs[i].length;
  }
  at = bundle + RPL_BUNDLE_CHECKSUM_OFFSET;
  put_word(&at, rpl_bundle_checksum(bundle, size));
  *bytes = (RplSlice){(const char *)bundle, size};
  return true;
}
