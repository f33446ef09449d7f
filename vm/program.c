/* SPDX-License-Identifier: Apache-2.0
 * program.c - see program.h. Tables stay where the file has them on a machine
 * that can read them there; elsewhere words are put together from bytes, so
 * that neither alignment nor byte order matters. What is verified is what will
 * run: nobody else may write it. */
#include "vm/program.h"

#include <string.h>

#include "vm/crc32.h"
#include "vm/sha256.h"

#define HEADER_WORDS (RPL_PROGRAM_HEADER_BYTES / 4u)

/* ---- the shapes of sections ---- */

#define SECTION(id, Struct, member, side, doc)                                 \
  static const RplFieldInfo member##_fields[] = {
#define FIELD(member, kind, doc) {#member, RPL_FIELD_##kind},
#define END_SECTION                                                            \
  }                                                                            \
  ;
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION

#define SECTION(id, Struct, member, side, doc)                                 \
  _Static_assert(sizeof(member##_fields) / sizeof(RplFieldInfo) * 4 ==         \
                     sizeof(Struct),                                           \
                 "a record is its fields and nothing else");
#define FIELD(member, kind, doc)
#define END_SECTION
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION

const RplSectionInfo *rpl_section_info(RplSection section) {
  static const RplSectionInfo infos[RPL_SECTION_COUNT] = {
#define SECTION(id, Struct, member, side, doc)                                 \
  {#member, sizeof(Struct) / 4, side, member##_fields},
#define FIELD(member, kind, doc)
#define END_SECTION
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION
  };
  return &infos[section];
}

/* The words of a record of each section. */
static const uint8_t words_of[RPL_SECTION_COUNT] = {
#define SECTION(id, Struct, member, side, doc) sizeof(Struct) / 4,
#define FIELD(member, kind, doc)
#define END_SECTION
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION
};

/* ---- reading ---- */

static uint32_t read_word(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
         (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static RplStatus refuse(RplProgramError *error, RplStatus status, size_t offset,
                        const char *message) {
  *error = (RplProgramError){message, offset, RPL_SECTION_COUNT, 0, ""};
  return status;
}

static RplStatus out_of_memory(RplProgramError *error, const RplArena *arena) {
  return refuse(error, arena->is_over_limit ? RPL_E_LIMIT : RPL_E_MEMORY, 0,
                arena->is_over_limit ? "the program needs more memory than the "
                                       "host allows"
                                     : "memory is short");
}

/* Magic, format and length, which both headers begin with. */
static RplStatus read_start(const uint8_t *bytes, size_t size,
                            const char *magic, size_t header_bytes,
                            RplProgramError *error) {
  if (size < header_bytes)
    return refuse(error, RPL_E_PROGRAM, size, "the header is cut short");
  if (memcmp(bytes, magic, 4) != 0)
    return refuse(error, RPL_E_PROGRAM, 0, "this is no compiled policy");
  if (read_word(bytes + 4) != RPL_FORMAT)
    return refuse(error, RPL_E_PROGRAM, 4, "the format has another version");
  if (size > RPL_MAX_PROGRAM_BYTES)
    return refuse(error, RPL_E_LIMIT, 8, "a program is larger than 64 MiB");
  if (read_word(bytes + 8) != size)
    return refuse(error, RPL_E_PROGRAM, 8, "the length is not the one stated");
  return RPL_OK;
}

/* Fills in the counts of `tables`. 64 bits hold every sum here: there are fewer
 * than 2^8 sections of fewer than 2^32 rows of fewer than 2^8 bytes. */
static RplStatus read_header(const uint8_t *bytes, size_t size,
                             RplTables *tables, size_t *row_words,
                             RplProgramError *error) {
  RplStatus status = read_start(bytes, size, RPL_PROGRAM_MAGIC,
                                RPL_PROGRAM_HEADER_BYTES, error);
  if (status)
    return status;
  tables->flags = read_word(bytes + 12);
  if (tables->flags & ~RPL_PROGRAM_STRIPPED)
    return refuse(error, RPL_E_PROGRAM, 12, "the header has an unknown flag");
  uint64_t words = 0;
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    tables->row_count[i] = read_word(bytes + 16 + 4 * i);
    words += (uint64_t)tables->row_count[i] * words_of[i];
  }
  tables->blob_bytes = read_word(bytes + 16 + 4 * RPL_SECTION_COUNT);
  uint64_t need = RPL_PROGRAM_HEADER_BYTES + words * 4 + tables->blob_bytes;
  need = (need + RPL_PROGRAM_ALIGN - 1) & ~(uint64_t)(RPL_PROGRAM_ALIGN - 1);
  if (need != size)
    return refuse(error, RPL_E_PROGRAM, 16,
                  "the sections do not fill the program");
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++)
    if (tables->row_count[i] > RPL_MAX_ROWS)
      return refuse(error, RPL_E_LIMIT, 16 + 4 * i,
                    "a section has too many rows");
  *row_words = (size_t)words;
  return RPL_OK;
}

/* Words of a file that a machine can read where they stand. */
static bool is_native(const uint8_t *bytes) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return (uintptr_t)bytes % _Alignof(uint32_t) == 0;
#else
  (void)bytes;
  return false;
#endif
}

static const uint32_t *read_rows(RplArena *arena, const uint8_t *bytes,
                                 size_t row_words) {
  if (is_native(bytes))
    return (const uint32_t *)(const void *)bytes;
  uint32_t *rows = rpl_arena_array(arena, row_words, sizeof *rows);
  for (size_t i = 0; rows && i < row_words; i++)
    rows[i] = read_word(bytes + 4 * i);
  return rows;
}

/* Rows and blob. The sizes were proved, so what is allocated is at most the
 * size of the program. */
static RplStatus read_body(RplArena *arena, const uint8_t *bytes, size_t size,
                           RplTables *tables, size_t row_words,
                           RplProgramError *error) {
  const uint8_t *at = bytes + RPL_PROGRAM_HEADER_BYTES;
  const uint32_t *rows = read_rows(arena, at, row_words);
  if (!rows)
    return out_of_memory(error, arena);
  at += 4 * row_words;
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    tables->rows[i] = rows;
    rows += (size_t)tables->row_count[i] * words_of[i];
  }
  tables->blob = (const char *)at;
  for (at += tables->blob_bytes; at < bytes + size; at++)
    if (*at != 0)
      return refuse(error, RPL_E_PROGRAM, (size_t)(at - bytes),
                    "the bytes after the blob are not zero");
  return RPL_OK;
}

static RplStatus make_digest(RplArena *arena, const uint8_t *bytes, size_t size,
                             RplImage *image, RplProgramError *error) {
  image->digest = rpl_arena_alloc(arena, sizeof *image->digest);
  if (!image->digest)
    return out_of_memory(error, arena);
  image->digest->bytes = bytes;
  image->digest->size = size;
  return RPL_OK;
}

static RplStatus open_image(RplArena *arena, const uint8_t *bytes, size_t size,
                            bool copies, RplImage *image,
                            RplProgramError *error) {
  RplProgramError ignored;
  RplImage read;
  size_t row_words = 0;
  memset(&read, 0, sizeof read);
  error = error ? error : &ignored;
  *error = (RplProgramError){"", 0, RPL_SECTION_COUNT, 0, ""};
  RplStatus status = read_header(bytes, size, &read.tables, &row_words, error);
  if (!status && copies)
    bytes = (const uint8_t *)rpl_arena_copy(arena, bytes, size);
  if (!status && !bytes)
    status = out_of_memory(error, arena);
  if (!status)
    status = make_digest(arena, bytes, size, &read, error);
  if (!status)
    status = read_body(arena, bytes, size, &read.tables, row_words, error);
  if (!status)
    status = rpl_image_verify(arena, &read, error);
  if (!status)
    *image = read;
  return status;
}

RplStatus rpl_image_open(RplArena *arena, const uint8_t *bytes, size_t size,
                         RplImage *image, RplProgramError *error) {
  return open_image(arena, bytes, size, false, image, error);
}

RplStatus rpl_image_read(RplArena *arena, const uint8_t *bytes, size_t size,
                         RplImage *image, RplProgramError *error) {
  return open_image(arena, bytes, size, true, image, error);
}

void rpl_image_digest(const RplImage *image, uint8_t digest[32]) {
  RplDigest *known = image->digest;
  uint64_t words[4];
  if (!known) {
    memset(digest, 0, 32);
    return;
  }
  if (atomic_load_explicit(&known->is_known, memory_order_acquire)) {
    for (int i = 0; i < 4; i++)
      words[i] = atomic_load_explicit(&known->words[i], memory_order_relaxed);
    memcpy(digest, words, sizeof words);
    return;
  }
  rpl_sha256_digest(known->bytes, known->size, digest);
  memcpy(words, digest, sizeof words);
  for (int i = 0; i < 4; i++)
    atomic_store_explicit(&known->words[i], words[i], memory_order_relaxed);
  atomic_store_explicit(&known->is_known, true, memory_order_release);
}

/* ---- bundles ---- */

static RplStatus read_entry(const uint8_t *bytes, size_t size, size_t entry,
                            size_t *cursor, RplProgramError *error) {
  size_t offset = read_word(bytes + entry);
  size_t length = read_word(bytes + entry + 4);
  if (offset != *cursor)
    return refuse(error, RPL_E_PROGRAM, entry,
                  "the programs do not follow each other");
  if (length < RPL_PROGRAM_HEADER_BYTES || length % RPL_PROGRAM_ALIGN != 0)
    return refuse(error, RPL_E_PROGRAM, entry + 4,
                  "no program has the length of an entry");
  if (length > size - *cursor)
    return refuse(error, RPL_E_PROGRAM, entry + 4,
                  "an entry runs past the end of the file");
  *cursor += length;
  return RPL_OK;
}

RplStatus rpl_bundle_read(const uint8_t *bytes, size_t size, uint32_t *count,
                          RplProgramError *error) {
  RplProgramError ignored;
  error = error ? error : &ignored;
  *error = (RplProgramError){"", 0, RPL_SECTION_COUNT, 0, ""};
  RplStatus status =
      read_start(bytes, size, RPL_BUNDLE_MAGIC, RPL_BUNDLE_HEADER_BYTES, error);
  if (status)
    return status;
  if (read_word(bytes + RPL_BUNDLE_CHECKSUM_OFFSET) !=
      rpl_bundle_checksum(bytes, size))
    return refuse(error, RPL_E_PROGRAM, RPL_BUNDLE_CHECKSUM_OFFSET,
                  "the file is damaged: its checksum does not match");
  if (read_word(bytes + RPL_BUNDLE_CHECKSUM_OFFSET + 4) != 0)
    return refuse(error, RPL_E_PROGRAM, RPL_BUNDLE_CHECKSUM_OFFSET + 4,
                  "an unused word is not zero");
  uint32_t programs = read_word(bytes + 12);
  if (programs == 0)
    return refuse(error, RPL_E_PROGRAM, 12, "there is no program in the file");
  if (programs > (size - RPL_BUNDLE_HEADER_BYTES) / RPL_BUNDLE_ENTRY_BYTES)
    return refuse(error, RPL_E_PROGRAM, 12, "the entries are cut short");
  if (programs > RPL_MAX_BUNDLE_PROGRAMS)
    return refuse(error, RPL_E_LIMIT, 12, "a bundle has too many programs");
  size_t cursor = RPL_BUNDLE_HEADER_BYTES + programs * RPL_BUNDLE_ENTRY_BYTES;
  for (uint32_t i = 0; i < programs && !status; i++)
    status = read_entry(bytes, size,
                        RPL_BUNDLE_HEADER_BYTES + i * RPL_BUNDLE_ENTRY_BYTES,
                        &cursor, error);
  if (status)
    return status;
  if (cursor != size)
    return refuse(error, RPL_E_PROGRAM, cursor,
                  "there are bytes after the last program");
  *count = programs;
  return RPL_OK;
}

uint32_t rpl_bundle_checksum(const uint8_t *bytes, size_t size) {
  return rpl_crc32(bytes + RPL_BUNDLE_HEADER_BYTES,
                   size - RPL_BUNDLE_HEADER_BYTES);
}

RplSlice rpl_bundle_entry(const uint8_t *bytes, uint32_t index) {
  const uint8_t *entry =
      bytes + RPL_BUNDLE_HEADER_BYTES + index * RPL_BUNDLE_ENTRY_BYTES;
  return (RplSlice){(const char *)bytes + read_word(entry),
                    read_word(entry + 4)};
}

/* ---- questions about tables ---- */

/* How many elements the list that an `each` goes through may have; 1 where its
 * rows make no sense, which the verifier says elsewhere. */
static uint32_t most_elements(const RplTables *tables, uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand), type = UINT32_MAX;
  uint32_t space = RPL_OPERAND_SPACE(operand);
  if (space == RPL_SPACE_FACT && index < rpl_facts_count(tables))
    type = rpl_facts(tables)[index].type;
  else if (space == RPL_SPACE_CONSTANT && index < rpl_constants_count(tables))
    type = rpl_constants(tables)[index].type;
  else if (space == RPL_SPACE_TEMP && index < rpl_code_count(tables))
    type = RPL_CODE_TYPE(rpl_code(tables)[index].word);
  if (type >= rpl_types_count(tables) ||
      rpl_types(tables)[type].kind != RPL_KIND_LIST ||
      rpl_types(tables)[type].detail >= rpl_list_types_count(tables))
    return 1;
  uint32_t most = rpl_list_types(tables)[rpl_types(tables)[type].detail].most;
  return most <= RPL_MAX_LIST_ITEMS ? most : RPL_MAX_LIST_ITEMS;
}

/* What one row costs each time; `append` may copy its list. */
static uint32_t row_cost(const RplTables *tables, const RplInstruction *code) {
  uint8_t op = RPL_CODE_OP(code->word);
  uint32_t cost = rpl_op_cost(op);
  return op == RPL_OP_APPEND
             ? cost + most_elements(tables, code->a) / RPL_COPIED_AT_ONCE
             : cost;
}

/* Fits: 2^22 rows of at most 2^8, 10^4 times 10^4. */
uint64_t rpl_image_cost(const RplTables *tables) {
  uint64_t times[RPL_MAX_LIST_DEPTH + 1] = {1};
  uint32_t depth = 0;
  uint64_t cost =
      (uint64_t)rpl_rules_count(tables) + rpl_definitions_count(tables);
  for (uint32_t i = 0; i < rpl_code_count(tables); i++) {
    const RplInstruction *code = &rpl_code(tables)[i];
    uint8_t op = RPL_CODE_OP(code->word);
    cost += times[depth] * row_cost(tables, code);
    if (op == RPL_OP_EACH && depth < RPL_MAX_LIST_DEPTH) {
      times[depth + 1] = times[depth] * most_elements(tables, code->a);
      depth++;
    } else if (rpl_op_closes(op) && depth > 0) {
      depth--;
    }
  }
  return cost;
}

size_t rpl_tables_row_offset(const RplTables *tables, RplSection section,
                             uint32_t row) {
  if (section == RPL_SECTION_COUNT)
    return 0;
  size_t words = HEADER_WORDS;
  for (unsigned i = 0; i < (unsigned)section; i++)
    words += (size_t)tables->row_count[i] * words_of[i];
  return 4 * (words + (size_t)row * words_of[section]);
}
