/* SPDX-License-Identifier: Apache-2.0
 *
 * program.h - the canonical program: its tables in memory, its bytes in a file.
 *
 * File (.rplb), all words 32 bits, little-endian:
 *
 *   bundle   "RPLB" | format | file bytes | program count | checksum | 0
 *            | entry... | program...
 *   entry    offset | bytes                  one a program, sorted by its name
 *   program  "RPLP" | format | program bytes | flags
 *            | rows of each section, in the order of sections.def | blob bytes
 *            | the rows themselves | blob | zeros up to a multiple of 8
 *
 * The lists of records follow each other in `lists` in the order of sections,
 * rows and fields, so that every item belongs to exactly one of them.
 *
 * Programs follow each other without a gap, each at a multiple of 8. Everything
 * unused is zero; the same policy gives the same bytes on every machine (no
 * time, host or absolute path is in them). The SHA-256 of a program's bytes is
 * its digest and names it.
 *
 * INVARIANT: what rpl_program_open accepts, the engines run without a check.
 * This module reads; vm/verify.c decides; compiler/emit.c writes.
 */
#ifndef RPL_VM_PROGRAM_H
#define RPL_VM_PROGRAM_H

#include <stdatomic.h>

#include "rpl/base.h"
#include "vm/arena.h"
#include "vm/calendar.h"
#include "vm/number.h"
#include "vm/op.h"
#include "vm/type.h"
#include "vm/zone_source.h"

/* Operands: two bits of space, thirty of index. Zero is "no operand". */
#define RPL_SPACE_FACT     1u /* slot of a fact or param */
#define RPL_SPACE_CONSTANT 2u /* entry of the constant pool */
#define RPL_SPACE_TEMP     3u /* result of an instruction */
#define RPL_INDEX_BITS     30u
#define RPL_INDEX_MAX      ((UINT32_C(1) << RPL_INDEX_BITS) - 1u)
#define RPL_OPERAND(space, index)                                              \
  (((uint32_t)(space) << RPL_INDEX_BITS) | (uint32_t)(index))
#define RPL_OPERAND_SPACE(operand) ((uint32_t)(operand) >> RPL_INDEX_BITS)
#define RPL_OPERAND_INDEX(operand) ((uint32_t)(operand)&RPL_INDEX_MAX)

/* The word of an instruction. */
#define RPL_CODE_WORD(op, type) ((uint32_t)(op) | ((uint32_t)(type) << 16))
#define RPL_CODE_OP(word)       ((uint8_t)((word)&0xFFu))
#define RPL_CODE_TYPE(word)     ((word) >> 16)

/* `field` and `with` have the number of a field in the bits between. */
#define RPL_CODE_WITH_FIELD(word, field) ((word) | ((uint32_t)(field) << 8))
#define RPL_CODE_FIELD(word)             (((word) >> 8) & 0xFFu)

/* Flags of records; bits not named here must be zero. */
#define RPL_ENUM_OR_OTHER      1u  /* any other text reads as the last value */
#define RPL_FACT_PARAM         1u  /* a param: set by whoever deploys */
#define RPL_FACT_LOW_OPEN      2u  /* the low bound itself is not allowed */
#define RPL_FACT_HIGH_OPEN     4u  /* the high bound itself is not allowed */
#define RPL_OUTCOME_ASKS       1u  /* what its rules `provide` is missing */
#define RPL_OUTPUT_REQUIRED    1u  /* unknown or in error, it decides */
#define RPL_OUTPUT_RANKED      2u  /* several values, first choice first */
#define RPL_OUTPUT_AMOUNT      4u  /* printed as the decision's "amount" */
#define RPL_OUTPUT_DEADLINE    8u  /* printed as its "deadline" */
#define RPL_OUTPUT_DESTINATION 16u /* printed as its "destination" */
#define RPL_PROVIDER_STATUS    1u
#define RPL_PROGRAM_STRIPPED   1u /* header flag: no side tables */

/* Constants: the words `low` and `high` of a record, by the kind of its type.
 *   any optional type                   0, 0: the constant none
 *   boolean, enum, rounding, currency   the value, 0
 *   date, datetime, duration            halves of a signed 64-bit value
 *   text                                string, 0
 *   integer, number                     string: its text as rpl_number_write
 *                                       gives it, 0
 *   zone                                seconds east as a signed word, 0
 *   zone with a name                    string, 1
 *   period                              months as a signed word, 0
 *   calendar                            index in calendars, 0
 *   set                                 its bits, low and high
 *   money                               string: its digits as above, and its
 *                                       RplCurrency (0: none, which only zero
 *                                       may have)
 *   list, record                        0, 0: without elements; all unknown
 * INVARIANT: enough is in the words and strings to compare constants by value.
 */

/* The layout above, in numbers. */
#define RPL_BUNDLE_MAGIC           "RPLB"
#define RPL_BUNDLE_HEADER_BYTES    ((size_t)24)
#define RPL_BUNDLE_CHECKSUM_OFFSET ((size_t)16)
#define RPL_BUNDLE_ENTRY_BYTES     ((size_t)8)
#define RPL_PROGRAM_MAGIC          "RPLP"
#define RPL_PROGRAM_HEADER_BYTES   (((size_t)RPL_SECTION_COUNT + 5u) * 4u)
#define RPL_PROGRAM_ALIGN          ((size_t)8) /* of programs in a bundle */

/* LIMITS of a program; each has its tests in tests/unit/test_program.c. */
#define RPL_MAX_PROGRAM_BYTES   ((size_t)64 << 20) /* one program or bundle */
#define RPL_MAX_BUNDLE_PROGRAMS 65536u             /* programs in a bundle */
#define RPL_MAX_TYPES           65535u /* 16 bits in an instruction */
#define RPL_MAX_ROWS            (UINT32_C(1) << 22) /* rows of any one section */
#define RPL_MAX_ENUMERATORS     65535u /* values of one enumeration */
#define RPL_MAX_RANKED          8u     /* values of a ranked definition */

/* Elements that are copied for a cost of one. */
#define RPL_COPIED_AT_ONCE 64u

/* Native structs, one member a word, as in sections.def. */
#define SECTION(id, Struct, member, side, doc) typedef struct Struct Struct;
#define FIELD(member, kind, doc)
#define END_SECTION
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION

#define SECTION(id, Struct, member, side, doc) struct Struct {
#define FIELD(member, kind, doc)               uint32_t member;
#define END_SECTION                                                            \
  }                                                                            \
  ;
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION

typedef enum RplSection {
#define SECTION(id, Struct, member, side, doc) RPL_SECTION_##id,
#define FIELD(member, kind, doc)
#define END_SECTION
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION
  RPL_SECTION_COUNT
} RplSection;

typedef enum RplFieldKind {
  RPL_FIELD_WORD,
  RPL_FIELD_STRING,
  RPL_FIELD_STRING0,
  RPL_FIELD_TYPE,
  RPL_FIELD_OPERAND,
  RPL_FIELD_OPERAND0,
  RPL_FIELD_TEXT0,
  RPL_FIELD_PLACE0,
  RPL_FIELD_LIST,
  RPL_FIELD_COUNT,
  RPL_FIELD_FLAGS
} RplFieldKind;

typedef struct RplFieldInfo {
  const char *name;
  RplFieldKind kind;
} RplFieldInfo;

typedef struct RplSectionInfo {
  const char *name; /* member name, "facts" */
  unsigned words;   /* words of a record */
  bool is_side;     /* left out by strip */
  const RplFieldInfo *fields;
} RplSectionInfo;

/* The shape of a section; static. */
const RplSectionInfo *rpl_section_info(RplSection section);

/* The tables of one program. Rows and blob are the program's own memory. */
typedef struct RplTables {
  const uint32_t *rows[RPL_SECTION_COUNT]; /* row_count x words, native order */
  uint32_t row_count[RPL_SECTION_COUNT];
  const char *blob;
  uint32_t blob_bytes;
  uint32_t flags; /* RPL_PROGRAM_* */
} RplTables;

/* Typed views: rpl_facts(tables)[i].name and so on; rpl_facts_count(tables). */
#define SECTION(id, Struct, member, side, doc)                                 \
  static inline const Struct *rpl_##member(const RplTables *tables) {          \
    return (const Struct *)tables->rows[RPL_SECTION_##id];                     \
  }                                                                            \
  static inline uint32_t rpl_##member##_count(const RplTables *tables) {       \
    return tables->row_count[RPL_SECTION_##id];                                \
  }
#define FIELD(member, kind, doc)
#define END_SECTION
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION

/* The one record that a program has of its policy. */
static inline const RplPolicyRecord *rpl_policy(const RplTables *tables) {
  return rpl_policies(tables);
}

/* A string of the program. */
static inline RplSlice rpl_string(const RplTables *tables, uint32_t index) {
  const RplStringRecord *record = &rpl_strings(tables)[index];
  return (RplSlice){tables->blob + record->offset, record->length};
}

/* What was wrong with bytes that were refused: a static sentence, and where. */
typedef struct RplProgramError {
  const char *message; /* static; "" after success */
  size_t offset;       /* byte in the file, as near as is known */
  RplSection section;  /* RPL_SECTION_COUNT: the header */
  uint32_t row;
  char zone[RPL_ZONE_NAME_MAX + 1]; /* the message is about this one; or "" */
} RplProgramError;

/* Constant values, decoded once at load so that engines do not parse. */
typedef struct RplConstant {
  uint32_t type; /* index into types */
  bool is_none;
  uint16_t currency;   /* money */
  int64_t integer;     /* boolean, enum, rounding, currency, date, time kinds,
                          zone; the bits of a set */
  RplNumber number;    /* integer, number, money */
  RplSlice text;       /* text; the name of a named zone */
  const RplZone *zone; /* a named zone: its data, once the program is loaded */
  const RplCalendar *calendar; /* calendar */
} RplConstant;

/* The SHA-256 of a program's bytes, computed when it is first asked for, by
 * whichever thread. INVARIANT: all that write `words` write the same. */
typedef struct RplDigest {
  const uint8_t *bytes; /* of the program; they stay as they are */
  size_t size;
  atomic_bool is_known;
  _Atomic uint64_t words[4];
} RplDigest;

/* A program that was verified. */
typedef struct RplImage {
  RplTables tables;
  RplConstant *constants;     /* one for each row of the section */
  const uint16_t *temp_types; /* type of each temporary */
  const uint32_t *blocks;     /* by temporary: row of the `each` whose block it
                                 belongs to, plus one; 0: none. NULL: no block */
  RplCalendar *calendars;     /* one for each row of the section */
  const RplZones *zones;      /* of the loaded program; NULL: there are none */
  uint64_t cost;              /* worst case, as the verifier counted it */
  RplDigest *digest;          /* NULL: it was not made of bytes */
} RplImage;

/* Reads the tables of the program in `bytes` and checks everything that is
 * needed for running it: sizes, indices, types, canonical form, limits. Linear
 * in `size`, no recursion. The bytes are borrowed for as long as the image
 * lives and must not change: tables may stand where the file has them. What
 * else is needed is allocated in `arena`. RPL_E_PROGRAM with *error filled in
 * for bytes that are no valid program, RPL_E_LIMIT past a limit above,
 * RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_image_open(RplArena *arena, const uint8_t *bytes,
                                        size_t size, RplImage *image,
                                        RplProgramError *error);

/* The same for bytes that are borrowed during the call: a copy of them is made
 * in `arena`. */
RPL_MUST_CHECK RplStatus rpl_image_read(RplArena *arena, const uint8_t *bytes,
                                        size_t size, RplImage *image,
                                        RplProgramError *error);

/* The SHA-256 of the program's bytes; zeros where there are none. Any thread
 * may ask. */
void rpl_image_digest(const RplImage *image, uint8_t digest[32]);

/* CRC-32 (vm/crc32.h) of everything behind a bundle's header. It finds damage;
 * it is no defence against anybody who means to change a file
 * (docs/bytecode.md). size >= RPL_BUNDLE_HEADER_BYTES. */
uint32_t rpl_bundle_checksum(const uint8_t *bytes, size_t size);

/* Checks a bundle's header and entries and returns the number of programs; then
 * rpl_bundle_entry gives the bytes of each (inside `bytes`). The programs
 * themselves are checked by rpl_image_read. */
RPL_MUST_CHECK RplStatus rpl_bundle_read(const uint8_t *bytes, size_t size,
                                         uint32_t *count,
                                         RplProgramError *error);
RplSlice rpl_bundle_entry(const uint8_t *bytes, uint32_t index);

/* The worst-case cost that a program must state of itself: the costs of its
 * instructions (ops.def; an unknown operation counts nothing), those in a block
 * and what closes it as often as its list may have elements, one for each rule
 * and one for each definition; an `append` costs one more for each
 * RPL_COPIED_AT_ONCE elements that its list may have, which it may copy. The
 * rows may be unverified. */
uint64_t rpl_image_cost(const RplTables *tables);

/* Where row `row` of a section begins, counted from the program's first byte;
 * for RPL_SECTION_COUNT, 0. */
size_t rpl_tables_row_offset(const RplTables *tables, RplSection section,
                             uint32_t row);

/* The verifier (vm/verify.c): the part of rpl_image_read that judges decoded
 * tables. `image->tables` is set; it fills in what engines need. */
RPL_MUST_CHECK RplStatus rpl_image_verify(RplArena *arena, RplImage *image,
                                          RplProgramError *error);

/* The result type of operation `op` on operands of these types (NULL where it
 * takes fewer), by the signature in ops.def. Returns false when the operands do
 * not fit. The compiler types its instructions with the same function. */
typedef RplTypeRecord RplTypeWords;
bool rpl_op_result_type(uint8_t op, const RplTypeWords *a,
                        const RplTypeWords *b, const RplTypeWords *c,
                        RplTypeWords *result);

/* The same for operations whose result is a part (P in ops.def), by the tables
 * of list and record types; `field` as in the instruction. */
bool rpl_op_part_type(const RplTables *tables, uint8_t op, uint32_t field,
                      const RplTypeWords *a, const RplTypeWords *b,
                      RplTypeWords *result);

/* Whether an operation closes a block. */
static inline bool rpl_op_closes(uint8_t op) {
  return op >= RPL_OP_COUNT_IF && op <= RPL_OP_ALL;
}

/* Whether the word of an instruction names a field. */
static inline bool rpl_op_has_field(uint8_t op) {
  return op == RPL_OP_FIELD || op == RPL_OP_WITH;
}

/* The row that closes the block which row `each` opens; row_count for rows that
 * were not verified and do not close it. Linear in the block. */
uint32_t rpl_code_closing(const RplTables *tables, uint32_t each);

/* The type of any operand of a verified image; `operand` is not 0. */
static inline const RplTypeRecord *rpl_operand_type(const RplImage *image,
                                                    uint32_t operand) {
  const RplTables *tables = &image->tables;
  uint32_t index = RPL_OPERAND_INDEX(operand);
  uint32_t type = 0;
  switch (RPL_OPERAND_SPACE(operand)) {
  case RPL_SPACE_FACT:
    type = rpl_facts(tables)[index].type;
    break;
  case RPL_SPACE_CONSTANT:
    type = rpl_constants(tables)[index].type;
    break;
  default:
    type = image->temp_types[index];
    break;
  }
  return &rpl_types(tables)[type];
}

#endif /* RPL_VM_PROGRAM_H */
