/* SPDX-License-Identifier: Apache-2.0
 * verify_fields.c - the pass of the verifier over every field of every row, by
 * the field's kind: what it refers to exists, and is marked as used. There is a
 * loop for each section, unfolded from sections.def, so that no kind is looked
 * up while it runs. It only says whether all is well; where it is not, the same
 * fields are gone through once more for the first that is not. See verify.h. */
#include "vm/verify.h"

#define INLINE inline __attribute__((always_inline))

/* What fields refer to. A copy that stays in registers: marks are bytes, which
 * for all the compiler knows may lie in the verifier itself. */
typedef struct Marks {
  uint32_t strings, types, texts, places, items;
  uint8_t *string, *type, *text, *place;
  uint32_t counts[4]; /* by the space of an operand; there is one of "none" */
  uint8_t *spaces[4];
  const uint32_t *blocks;
  uint32_t next_item; /* of lists that belong to a record so far */
} Marks;

static Marks marks_of(const RplVerifier *v) {
  const RplTables *tables = v->tables;
  uint8_t *const *used = v->used;
  return (Marks){
      .strings = rpl_strings_count(tables),
      .types = rpl_types_count(tables),
      .texts = rpl_texts_count(tables),
      .places = rpl_places_count(tables),
      .items = rpl_lists_count(tables),
      .string = used[RPL_SECTION_STRINGS],
      .type = used[RPL_SECTION_TYPES],
      .text = used[RPL_SECTION_TEXTS],
      .place = used[RPL_SECTION_PLACES],
      .counts = {1, rpl_facts_count(tables), rpl_constants_count(tables),
                 rpl_code_count(tables)},
      .spaces = {used[RPL_SECTION_FACTS] - 1, used[RPL_SECTION_FACTS],
                 used[RPL_SECTION_CONSTANTS], used[RPL_SECTION_CODE]},
      .blocks = v->blocks,
      .next_item = 0};
}

/* ---- one field ----------------------------------------------------------- */

static INLINE bool mark(uint8_t *used, uint32_t count, uint32_t index) {
  if (index >= count)
    return false;
  used[index] = 1;
  return true;
}

/* An index plus one; 0, for none, has the byte before. */
static INLINE bool mark0(uint8_t *used, uint32_t count, uint32_t index0) {
  return mark(used - 1, count + 1, index0);
}

/* What is in a block is read in it alone; a name is no use of a value. */
static INLINE bool mark_operand0(const Marks *m, RplSection section,
                                 uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  uint32_t space = RPL_OPERAND_SPACE(operand);
  if (index >= m->counts[space])
    return false;
  if (section != RPL_SECTION_CODE && m->blocks && space == RPL_SPACE_TEMP &&
      m->blocks[index] != 0)
    return false;
  if (section != RPL_SECTION_NAMES)
    m->spaces[space][index] = 1;
  return true;
}

/* Flags of records that are known. */
static INLINE uint32_t flags_of(RplSection section) {
  switch (section) {
  case RPL_SECTION_ENUMS:
    return RPL_ENUM_OR_OTHER;
  case RPL_SECTION_FIELDS:
    return RPL_FACT_LOW_OPEN | RPL_FACT_HIGH_OPEN;
  case RPL_SECTION_FACTS:
    return RPL_FACT_PARAM | RPL_FACT_LOW_OPEN | RPL_FACT_HIGH_OPEN;
  case RPL_SECTION_OUTCOMES:
    return RPL_OUTCOME_ASKS;
  case RPL_SECTION_PROVIDERS:
    return RPL_PROVIDER_STATUS;
  case RPL_SECTION_OUTPUTS:
    return RPL_OUTPUT_REQUIRED | RPL_OUTPUT_RANKED | RPL_OUTPUT_AMOUNT |
           RPL_OUTPUT_DEADLINE | RPL_OUTPUT_DESTINATION;
  default:
    return 0;
  }
}

/* Lists are laid out in the order of the fields that own them: so each item
 * belongs to one list, and one order is canonical. */
static INLINE bool take_list(Marks *m, uint32_t first, uint32_t count) {
  if (count == 0)
    return first == 0;
  if (first != m->next_item || count > m->items - first)
    return false;
  m->next_item += count;
  return true;
}

static INLINE bool is_good(Marks *m, RplSection section, RplFieldKind kind,
                           const uint32_t *word) {
  switch (kind) {
  case RPL_FIELD_WORD:
  case RPL_FIELD_COUNT:
    return true;
  case RPL_FIELD_STRING:
    return mark(m->string, m->strings, *word);
  case RPL_FIELD_STRING0:
    return mark0(m->string, m->strings, *word);
  case RPL_FIELD_TYPE:
    return mark(m->type, m->types, *word);
  case RPL_FIELD_OPERAND:
    return *word != 0 && mark_operand0(m, section, *word);
  case RPL_FIELD_OPERAND0:
    return mark_operand0(m, section, *word);
  case RPL_FIELD_TEXT0:
    return mark0(m->text, m->texts, *word);
  case RPL_FIELD_PLACE0:
    return mark0(m->place, m->places, *word);
  case RPL_FIELD_LIST:
    return take_list(m, word[0], word[1]);
  case RPL_FIELD_FLAGS:
    return !(*word & ~flags_of(section));
  }
  return false;
}

/* ---- why one is refused -------------------------------------------------- */

static bool refuse_list(RplVerifier *v, const Marks *m, const uint32_t *word) {
  if (word[1] == 0)
    return rpl_verify_refuse(v, "an empty list is not (0, 0)");
  return rpl_verify_refuse(
      v, word[0] != m->next_item
             ? "lists do not follow each other in the order of records"
             : "a list runs past the end of the lists");
}

static bool refuse(RplVerifier *v, const Marks *m, RplFieldKind kind,
                   const uint32_t *word) {
  switch (kind) {
  case RPL_FIELD_STRING:
    return rpl_verify_refuse(v, "a field names a string that does not exist");
  case RPL_FIELD_STRING0:
    return rpl_verify_refuse(
        v, "an optional field names a string that does not exist");
  case RPL_FIELD_TYPE:
    return rpl_verify_refuse(v, "a field names a type that does not exist");
  case RPL_FIELD_OPERAND:
    return rpl_verify_refuse(v, "an operand is missing or does not exist");
  case RPL_FIELD_OPERAND0:
    return rpl_verify_refuse(v, "an optional operand does not exist");
  case RPL_FIELD_TEXT0:
    return rpl_verify_refuse(v, "a field names a text that does not exist");
  case RPL_FIELD_PLACE0:
    return rpl_verify_refuse(v, "a field names a place that does not exist");
  case RPL_FIELD_LIST:
    return refuse_list(v, m, word);
  case RPL_FIELD_FLAGS:
    return rpl_verify_refuse(v, "a record has an unknown flag");
  case RPL_FIELD_WORD:
  case RPL_FIELD_COUNT:
    break;
  }
  return rpl_verify_refuse(v, "a field has no kind");
}

/* Goes through all fields until one is not good. */
static __attribute__((cold)) bool refuse_first(RplVerifier *v) {
  Marks m = marks_of(v);
  for (unsigned section = 0; section < RPL_SECTION_COUNT; section++) {
    const RplSectionInfo *info = rpl_section_info((RplSection)section);
    const uint32_t *word = v->tables->rows[section];
    uint32_t count = rpl_verify_enter(v, (RplSection)section);
    for (; v->row < count; v->row++)
      for (unsigned i = 0; i < info->words; i++, word++)
        if (!is_good(&m, (RplSection)section, info->fields[i].kind, word))
          return refuse(v, &m, info->fields[i].kind, word);
  }
  v->row = m.next_item;
  v->section = RPL_SECTION_LISTS;
  return rpl_verify_refuse(v, "an item belongs to no list");
}

/* ---- the sections -------------------------------------------------------- */

#define SECTION(id, Struct, member, side, doc)                                 \
  static INLINE bool check_##member(const RplTables *tables, Marks *m) {       \
    enum { HERE = RPL_SECTION_##id, WORDS = sizeof(Struct) / 4 };              \
    const uint32_t *row = tables->rows[HERE];                                  \
    for (uint32_t i = tables->row_count[HERE]; i > 0; i--, row += WORDS) {     \
      const uint32_t *word = row;
#define FIELD(member, kind, doc)                                               \
  if (!is_good(m, (RplSection)HERE, RPL_FIELD_##kind, word++))                 \
    return false;
#define END_SECTION                                                            \
  }                                                                            \
  return true;                                                                 \
  }
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION

bool rpl_verify_fields(RplVerifier *v) {
  Marks m = marks_of(v);
#define SECTION(id, Struct, member, side, doc)                                 \
  if (!check_##member(v->tables, &m))                                          \
    return refuse_first(v);
#define FIELD(member, kind, doc)
#define END_SECTION
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION
  return m.next_item == m.items || refuse_first(v);
}
