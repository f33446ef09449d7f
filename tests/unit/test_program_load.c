/* SPDX-License-Identifier: Apache-2.0
 * Loading of bundles through rpl/program.h, what a loaded program says of
 * itself, programs cut short or changed anywhere, headers, and the text of a
 * program, which was written by hand from the tables of rpl_builder_full. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "rpl/decide.h"
#include "rpl/program.h"
#include "tests/support/program_builder.h"
#include "tests/support/short_memory.h"
#include "vm/program_priv.h"
#include "vm/text.h"

/* The full program under the name of another of its strings. */
static RplBytes program_named(uint32_t string) {
  RplBuilder b;
  rpl_builder_full(&b);
  if (string != S_TEST_FULL) {
    *rpl_builder_word(&b, RPL_SECTION_POLICIES, 0, 0) = string;
    *rpl_builder_word(&b, RPL_SECTION_NAMES, 0, 1) = S_TEST_FULL;
    *rpl_builder_word(&b, RPL_SECTION_OUTCOMES, 2, 1) = S_SUM;
  }
  RplBytes bytes = rpl_builder_program(&b);
  rpl_builder_clear(&b);
  return bytes;
}

static RplBytes bundle_of(const uint32_t *names, uint32_t count) {
  RplBytes programs[4] = {{NULL, 0}};
  for (uint32_t i = 0; i < count; i++)
    programs[i] = program_named(names[i]);
  RplBytes bundle = rpl_builder_bundle(programs, count);
  for (uint32_t i = 0; i < count; i++)
    free(programs[i].data);
  return bundle;
}

static RplBytes one_bundle(void) {
  static const uint32_t name = S_TEST_FULL;
  return bundle_of(&name, 1);
}

static RplProgram *load_bytes(RplBytes bundle) {
  RplProgram *program = NULL;
  RplLoadError error;
  RplStatus status =
      rpl_program_load(bundle.data, bundle.size, NULL, NULL, &program, &error);
  assert_string_equal(error.message, "");
  assert_int_equal(status, RPL_OK);
  free(bundle.data); /* the program has its own copy */
  return program;
}

static void expect_slice(RplSlice slice, const char *text) {
  assert_int_equal(slice.length, strlen(text));
  assert_memory_equal(slice.data, text, slice.length);
}

/* ---- what a program says ---- */

static void test_facts(void **state) {
  (void)state;
  static const struct {
    const char *name, *type, *describe;
    bool is_param;
  } expected[] = {{"unused", "boolean", "not used", false},
                  {"fee", "money", "", false},
                  {"extra", "money", "", false},
                  {"color", "color", "", false},
                  {"days", "integer", "", true},
                  {"currency", "currency", "", false},
                  {"until", "date?", "", false},
                  {"ratio", "number", "", false},
                  {"note", "text", "", false},
                  {"at", "datetime", "", false},
                  {"home", "zone", "", true},
                  {"shades", "set of color", "", false}};
  RplProgram *program = load_bytes(one_bundle());
  RplFactInfo info;
  assert_int_equal(rpl_program_fact_count(program, 0), F_COUNT);
  for (size_t i = 0; i < F_COUNT; i++) {
    assert_int_equal(rpl_program_fact(program, 0, i, &info), RPL_OK);
    expect_slice(info.name, expected[i].name);
    expect_slice(info.type, expected[i].type);
    assert_int_equal(info.describe.length, strlen(expected[i].describe));
    assert_int_equal(info.is_param, expected[i].is_param);
  }
  assert_int_equal(rpl_program_fact(program, 0, F_COUNT, &info),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_program_fact(program, 1, 0, &info), RPL_E_NOT_FOUND);
  rpl_program_free(program);
}

static void test_optional_enumeration(void **state) {
  (void)state;
  RplBuilder b;
  RplFactInfo info;
  rpl_builder_full(&b);
  b.count[RPL_SECTION_TYPES] = T_ROUNDING;
  RPL_ADD(&b, TYPES, RPL_KIND_ENUM, 1, 0);
  rpl_builder_shift_types(&b, 1);
  RPL_ADD(&b, FACTS, S_SUM, T_ROUNDING, 0, 0, 0, 0, 0, 0);
  RplBytes bytes = rpl_builder_program(&b);
  RplBytes bundle = rpl_builder_bundle(&bytes, 1);
  rpl_builder_clear(&b);
  free(bytes.data);
  RplProgram *program = load_bytes(bundle);
  assert_int_equal(rpl_program_fact(program, 0, F_COUNT, &info), RPL_OK);
  expect_slice(info.type, "color?");
  rpl_program_free(program);
}

static void test_find(void **state) {
  (void)state;
  static const uint32_t names[] = {S_COLOR, S_FEE, S_TEST_FULL, S_UNTIL};
  static const char *const texts[] = {"color", "fee", "test.full", "until"};
  RplProgram *program = load_bytes(bundle_of(names, 4));
  uint8_t digests[3][32];
  size_t index = 77;
  assert_int_equal(rpl_program_policy_count(program), 4);
  for (size_t i = 0; i < 4; i++) {
    expect_slice(rpl_program_policy_name(program, i), texts[i]);
    assert_int_equal(
        rpl_program_find(program, rpl_slice_from(texts[i]), &index), RPL_OK);
    assert_int_equal(index, i);
    assert_int_equal(rpl_program_cost(program, i), FULL_COST);
  }
  assert_int_equal(rpl_program_find(program, rpl_slice_from("fe"), &index),
                   RPL_E_NOT_FOUND);
  assert_int_equal(index, 3);
  assert_int_equal(rpl_program_policy_name(program, 4).length, 0);
  assert_int_equal(rpl_program_fact_count(program, 4), 0);
  assert_int_equal(rpl_program_cost(program, 4), 0);
  assert_null(rpl_program_image(program, 4));
  assert_int_equal(rpl_program_limits(program)->max_cost, 1000000);
  rpl_program_digest(program, 0, digests[0]);
  rpl_program_digest(program, 1, digests[1]);
  assert_memory_not_equal(digests[0], digests[1], 32);
  rpl_image_digest(rpl_program_image(program, 0), digests[2]);
  assert_memory_equal(digests[0], digests[2], 32);
  rpl_program_free(program);
}

/* ---- refusals ---- */

static void expect_load(RplBytes bundle, const RplLimits *limits,
                        RplStatus status, const char *message) {
  RplProgram *program = NULL;
  RplLoadError error;
  assert_int_equal(rpl_program_load(bundle.data, bundle.size, limits, NULL,
                                    &program, &error),
                   status);
  assert_string_equal(error.message, message);
  rpl_program_free(program);
}

/* The shortest length that an entry can have: a header, padded. */
#define LEAST_PROGRAM                                                          \
  ((uint32_t)((RPL_PROGRAM_HEADER_BYTES + RPL_PROGRAM_ALIGN - 1) /             \
              RPL_PROGRAM_ALIGN * RPL_PROGRAM_ALIGN))

static void test_bundle_words(void **state) {
  (void)state;
  static const struct {
    size_t offset;
    uint32_t word;
    const char *message;
  } cases[] = {
      {0, 0x504C5052, "this is no compiled policy"}, /* RPLP */
      {4, 2, "the format has another version"},
      {8, 24, "the length is not the one stated"},
      {20, 1, "an unused word is not zero"},
      {12, 0, "there is no program in the file"},
      {12, 0xFFFFFFFF, "the entries are cut short"},
      {12, 2, "the programs do not follow each other"},
      {24, 40, "the programs do not follow each other"},
      {28, LEAST_PROGRAM - 8, "no program has the length of an entry"},
      {28, LEAST_PROGRAM + 1, "no program has the length of an entry"},
      {28, 0xFFFFFFF8, "an entry runs past the end of the file"},
      {28, LEAST_PROGRAM, "there are bytes after the last program"},
      {32 + 4, 2, "the format has another version"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    RplBytes bundle = one_bundle();
    rpl_bytes_set_word(bundle, cases[i].offset, cases[i].word);
    rpl_bytes_seal(bundle);
    expect_load(bundle, NULL, RPL_E_PROGRAM, cases[i].message);
    free(bundle.data);
  }
}

/* The checksum is that of zlib's crc32: "123456789" gives cbf43926. */
static void test_checksum(void **state) {
  (void)state;
  uint8_t bytes[RPL_BUNDLE_HEADER_BYTES + 9] = {0};
  memcpy(bytes + RPL_BUNDLE_HEADER_BYTES, "123456789", 9);
  assert_int_equal(rpl_bundle_checksum(bytes, sizeof bytes), 0xcbf43926);
  RplBytes bundle = one_bundle();
  for (size_t i = RPL_BUNDLE_CHECKSUM_OFFSET; i < bundle.size; i++) {
    bool is_unused =
        i >= RPL_BUNDLE_CHECKSUM_OFFSET + 4 && i < RPL_BUNDLE_HEADER_BYTES;
    bundle.data[i] ^= 0x40;
    expect_load(bundle, NULL, RPL_E_PROGRAM,
                is_unused ? "an unused word is not zero"
                          : "the file is damaged: its checksum does not match");
    bundle.data[i] ^= 0x40;
  }
  free(bundle.data);
}

static void test_bundle_order(void **state) {
  (void)state;
  static const uint32_t falling[] = {S_FEE, S_COLOR};
  static const uint32_t twice[] = {S_FEE, S_FEE};
  RplBytes bundle = bundle_of(falling, 2);
  expect_load(bundle, NULL, RPL_E_PROGRAM,
              "policies are not sorted or not unique");
  free(bundle.data);
  bundle = bundle_of(twice, 2);
  expect_load(bundle, NULL, RPL_E_PROGRAM,
              "policies are not sorted or not unique");
  free(bundle.data);
}

/* Where a table is wrong, message and offset say so: the flags of fact 1. */
static void test_message(void **state) {
  (void)state;
  RplProgram *program = NULL;
  RplLoadError error;
  RplBytes bundle = one_bundle();
  const RplTables *tables;
  RplProgram *good = load_bytes(one_bundle());
  tables = &rpl_program_image(good, 0)->tables;
  size_t row = 32 + rpl_tables_row_offset(tables, RPL_SECTION_FACTS, 1);
  rpl_bytes_set_word(bundle, row + 8, 64);
  rpl_bytes_seal(bundle);
  assert_int_equal(
      rpl_program_load(bundle.data, bundle.size, NULL, NULL, &program, &error),
      RPL_E_PROGRAM);
  assert_string_equal(error.message,
                      "facts row 1: a record has an unknown flag");
  assert_int_equal(error.offset, row);
  assert_null(program);
  rpl_program_free(good);
  free(bundle.data);
}

static void test_limits(void **state) {
  (void)state;
  RplLimits limits;
  RplBytes bundle = one_bundle();
  rpl_limits_init(&limits);
  assert_int_equal(limits.max_bytes, 64 * 1024 * 1024);
  assert_int_equal(limits.max_cost, 1000000);
  assert_int_equal(limits.max_decision_bytes, 64 * 1024 * 1024);
  limits.max_bytes = bundle.size;
  limits.max_cost = FULL_COST;
  expect_load(bundle, &limits, RPL_OK, "");
  limits.max_bytes--;
  expect_load(bundle, &limits, RPL_E_LIMIT,
              "the file is larger than the host allows");
  limits.max_bytes++;
  limits.max_cost--;
  expect_load(bundle, &limits, RPL_E_LIMIT,
              "a decision can cost more than the host allows");
  free(bundle.data);
}

/* Zeros stand for the programs: rpl_bundle_read looks at entries alone. */
static RplStatus read_entries(uint32_t count) {
  RplProgramError error;
  size_t length = LEAST_PROGRAM;
  size_t start = RPL_BUNDLE_HEADER_BYTES + 8 * (size_t)count;
  RplBytes bundle = {NULL, start + count * length};
  uint32_t found = 0;
  bundle.data = calloc(1, bundle.size);
  assert_non_null(bundle.data);
  memcpy(bundle.data, "RPLB\1", 5);
  rpl_bytes_set_word(bundle, 8, (uint32_t)bundle.size);
  rpl_bytes_set_word(bundle, 12, count);
  for (uint32_t i = 0; i < count; i++) {
    rpl_bytes_set_word(bundle, 24 + 8 * i, (uint32_t)(start + i * length));
    rpl_bytes_set_word(bundle, 28 + 8 * i, (uint32_t)length);
  }
  rpl_bytes_seal(bundle);
  RplStatus status = rpl_bundle_read(bundle.data, bundle.size, &found, &error);
  assert_int_equal(found, status == RPL_OK ? count : 0);
  assert_string_equal(error.message,
                      status ? "a bundle has too many programs" : "");
  free(bundle.data);
  return status;
}

static void test_limit_programs(void **state) {
  (void)state;
  assert_int_equal(read_entries(RPL_MAX_BUNDLE_PROGRAMS), RPL_OK);
  assert_int_equal(read_entries(RPL_MAX_BUNDLE_PROGRAMS + 1), RPL_E_LIMIT);
}

static void test_arguments(void **state) {
  (void)state;
  RplProgram *program = NULL;
  assert_int_equal(rpl_program_load(NULL, 8, NULL, NULL, &program, NULL),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_program_load("", 0, NULL, NULL, NULL, NULL),
                   RPL_E_ARGUMENT);
  RplLoadError error;
  assert_int_equal(rpl_program_load(NULL, 0, NULL, NULL, &program, &error),
                   RPL_E_PROGRAM);
  assert_string_equal(error.message, "the file is empty");
  assert_null(program);
  rpl_program_free(NULL);
}

/* ---- references ---- */

/* The program goes with the last of its owners, whichever that is. What is
 * allocated with its allocator shows when: contexts use another one. */
static void test_references(void **state) {
  (void)state;
  RplBytes bundle = one_bundle();
  ShortMemory memory = {SIZE_MAX, 0, 0};
  RplAllocator allocator = {short_memory, &memory};
  RplProgram *program = NULL;
  RplContext *first = NULL;
  RplContext *second = NULL;
  const RplDecision *decision = NULL;
  assert_int_equal(rpl_program_load(bundle.data, bundle.size, NULL, &allocator,
                                    &program, NULL),
                   RPL_OK);
  free(bundle.data);
  assert_int_equal(rpl_context_new(program, 0, NULL, &first), RPL_OK);
  assert_int_equal(rpl_context_new(program, 0, NULL, &second), RPL_OK);
  assert_int_equal(rpl_context_new(program, 1, NULL, &second), RPL_E_ARGUMENT);
  assert_ptr_equal(rpl_program_ref(program), program);
  rpl_program_free(program); /* that of rpl_program_load */
  rpl_context_free(first);
  rpl_program_free(program); /* that of rpl_program_ref */
  assert_true(memory.live_bytes > 0);
  assert_int_equal(rpl_decide(second, &decision), RPL_OK);
  rpl_context_free(second);
  assert_int_equal(memory.live_bytes, 0);
  assert_int_equal(memory.live_blocks, 0);
  assert_null(rpl_program_ref(NULL));
}

/* A context that cannot be made keeps no reference. */
static void test_references_no_memory(void **state) {
  (void)state;
  RplBytes bundle = one_bundle();
  ShortMemory memory = {SIZE_MAX, 0, 0};
  RplAllocator allocator = {short_memory, &memory};
  RplProgram *program = NULL;
  assert_int_equal(rpl_program_load(bundle.data, bundle.size, NULL, &allocator,
                                    &program, NULL),
                   RPL_OK);
  free(bundle.data);
  RplStatus status = RPL_E_MEMORY;
  for (size_t n = 0; status != RPL_OK; n++) {
    ShortMemory few = {n, 0, 0};
    RplAllocator small = {short_memory, &few};
    RplContext *context = NULL;
    status = rpl_context_new(program, 0, &small, &context);
    assert_true(status == RPL_OK || status == RPL_E_MEMORY);
    rpl_context_free(context);
    assert_int_equal(few.live_bytes, 0);
    assert_true(n < 1000);
  }
  rpl_program_free(program);
  assert_int_equal(memory.live_bytes, 0);
}

/* ---- memory that runs out ---- */

static RplStatus swallow(void *context, const char *bytes, size_t length) {
  (void)context;
  (void)bytes;
  (void)length;
  return RPL_OK;
}

static void test_no_memory(void **state) {
  (void)state;
  RplBytes bundle = one_bundle();
  RplStatus status = RPL_E_MEMORY;
  for (size_t n = 0; status != RPL_OK; n++) {
    ShortMemory memory = {n, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplProgram *program = NULL;
    status = rpl_program_load(bundle.data, bundle.size, NULL, &allocator,
                              &program, NULL);
    if (status == RPL_OK)
      status = rpl_program_disassemble(program, 0, swallow, NULL);
    assert_true(status == RPL_OK || status == RPL_E_MEMORY);
    rpl_program_free(program);
    assert_int_equal(memory.live_bytes, 0);
    assert_true(n < 1000);
  }
  free(bundle.data);
}

/* A program that needs several chunks of an arena, so that memory can run out
 * anywhere: `destination` has 3000 values more, named z0000 and so on. */
static RplBytes large_program(void) {
  RplBuilder b;
  rpl_builder_full(&b);
  for (uint32_t i = 0; i < 3000; i++) {
    char name[] = "z0000";
    for (uint32_t digits = i, at = 4; at > 0; at--, digits /= 10)
      name[at] = (char)('0' + digits % 10);
    RPL_ADD(&b, ENUMERATORS, rpl_builder_string(&b, name));
  }
  *rpl_builder_word(&b, RPL_SECTION_ENUMS, 1, 2) += 3000;
  RplBytes bytes = rpl_builder_program(&b);
  rpl_builder_clear(&b);
  return bytes;
}

static void test_no_memory_large(void **state) {
  (void)state;
  RplBytes bytes = large_program();
  RplStatus status = RPL_E_MEMORY;
  for (size_t n = 0; status != RPL_OK; n++) {
    ShortMemory memory = {n, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplArena arena;
    RplImage image;
    rpl_arena_init(&arena, &allocator, 0);
    status = rpl_image_read(&arena, bytes.data, bytes.size, &image, NULL);
    assert_true(status == RPL_OK || (status == RPL_E_MEMORY && n < 1000));
    rpl_arena_clear(&arena);
    assert_int_equal(memory.live_bytes, 0);
  }
  free(bytes.data);
}

/* An arena with a limit of its own: over it is not the same as no memory. */
static void test_arena_limit(void **state) {
  (void)state;
  RplBytes bytes = large_program();
  RplStatus status = RPL_E_LIMIT;
  for (size_t limit = 1; status != RPL_OK; limit += 997) {
    RplArena arena;
    RplImage image;
    RplProgramError error;
    rpl_arena_init(&arena, NULL, limit);
    status = rpl_image_read(&arena, bytes.data, bytes.size, &image, &error);
    assert_true(status == RPL_OK || status == RPL_E_LIMIT);
    assert_true(limit < 10 * bytes.size);
    rpl_arena_clear(&arena);
  }
  free(bytes.data);
}

/* ---- bytes that are cut short or changed ---- */

static RplStatus read_bytes(RplBytes bytes, RplProgramError *error) {
  RplArena arena;
  RplImage image;
  rpl_arena_init(&arena, NULL, 0);
  RplStatus status =
      rpl_image_read(&arena, bytes.data, bytes.size, &image, error);
  rpl_arena_clear(&arena);
  return status;
}

/* Numbers are canonical that are written as rpl_number_write writes what they
 * are read as. */
static bool is_canonical(RplArena *arena, RplSlice text) {
  char written[RPL_NUMBER_TEXT_MAX];
  RplNumber number;
  bool is_ratio = memchr(text.data, '/', text.length) != NULL;
  if ((is_ratio ? rpl_number_parse_ratio(arena, text, &number)
                : rpl_number_parse(arena, text, &number)) != RPL_NUMBER_OK)
    return false;
  size_t length = rpl_number_write(number, written, sizeof written);
  return rpl_slice_equal(text, (RplSlice){written, length});
}

/* Every text of three of these in the place of "1.6", where it stands in the
 * order of strings. */
static void test_numbers(void **state) {
  (void)state;
  static const char letters[] = "015.-+e/";
  RplBuilder b;
  RplArena arena;
  RplProgramError error;
  unsigned accepted = 0, refused = 0;
  rpl_builder_full(&b);
  rpl_arena_init(&arena, NULL, 0);
  char *text = &b.blob[*rpl_builder_word(&b, RPL_SECTION_STRINGS, S_1_6, 0)];
  for (unsigned i = 0; i < 512; i++) {
    for (unsigned at = 0; at < 3; at++)
      text[at] = letters[i >> (3 * at) & 7];
    RplBytes bytes = rpl_builder_program(&b);
    RplStatus status = read_bytes(bytes, &error);
    free(bytes.data);
    if (strcmp(error.message, "strings are not sorted or not unique") == 0)
      continue;
    bool is_right = is_canonical(&arena, (RplSlice){text, 3});
    assert_int_equal(status, is_right ? RPL_OK : RPL_E_PROGRAM);
    accepted += is_right;
    refused += !is_right;
  }
  assert_true(accepted >= 5 && refused >= 20);
  rpl_arena_clear(&arena);
  rpl_builder_clear(&b);
}

static RplBytes cut(RplBytes bytes, size_t size) {
  RplBytes piece = {malloc(size ? size : 1), size};
  assert_non_null(piece.data);
  memcpy(piece.data, bytes.data, size);
  return piece;
}

/* Exact-size copies, so that the sanitizer sees a read past the end. The length
 * in the header is made to agree in the second round. */
static void test_truncated(void **state) {
  (void)state;
  RplBytes bytes = program_named(S_TEST_FULL);
  for (size_t size = 0; size < bytes.size; size++) {
    RplProgramError error;
    RplBytes piece = cut(bytes, size);
    assert_int_equal(read_bytes(piece, &error), RPL_E_PROGRAM);
    assert_string_not_equal(error.message, "");
    if (size >= 12) {
      rpl_bytes_set_word(piece, 8, (uint32_t)size);
      assert_int_equal(read_bytes(piece, &error), RPL_E_PROGRAM);
    }
    free(piece.data);
  }
  free(bytes.data);
}

/* Loads a program in a bundle; what is accepted must print as well. */
static void load_and_print(RplBytes program) {
  RplProgram *loaded = NULL;
  RplBytes bundle = rpl_builder_bundle(&program, 1);
  if (rpl_program_load(bundle.data, bundle.size, NULL, NULL, &loaded, NULL) ==
      RPL_OK)
    assert_int_equal(rpl_program_disassemble(loaded, 0, swallow, NULL), RPL_OK);
  rpl_program_free(loaded);
  free(bundle.data);
}

static void test_every_byte_changed(void **state) {
  (void)state;
  RplBytes bytes = program_named(S_TEST_FULL);
  for (size_t at = 0; at < bytes.size; at++) {
    uint8_t was = bytes.data[at];
    const uint8_t tries[] = {was ^ 1, was ^ 0x80,         0,
                             255,     (uint8_t)(was + 1), (uint8_t)(was - 1)};
    for (size_t i = 0; i < sizeof tries; i++) {
      bytes.data[at] = tries[i];
      load_and_print(bytes);
    }
    bytes.data[at] = was;
  }
  free(bytes.data);
}

/* ---- the header ---- */

typedef struct HeaderCase {
  size_t offset;
  uint32_t word;
  RplStatus status;
  const char *message;
} HeaderCase;

static const HeaderCase header_cases[] = {
    {0, 0, RPL_E_PROGRAM, "this is no compiled policy"},
    {4, 0, RPL_E_PROGRAM, "the format has another version"},
    {4, 2, RPL_E_PROGRAM, "the format has another version"},
    {8, 96, RPL_E_PROGRAM, "the length is not the one stated"},
    {12, 2, RPL_E_PROGRAM, "the header has an unknown flag"},
    {16, 0xFFFFFFFF, RPL_E_PROGRAM, "the sections do not fill the program"},
    {16, 0x20000000, RPL_E_PROGRAM, "the sections do not fill the program"},
    {92, 0xFFFFFFFF, RPL_E_PROGRAM, "the sections do not fill the program"},
    {16 + 4 * RPL_SECTION_RULES, 3, RPL_E_PROGRAM,
     "the sections do not fill the program"},
};

static void test_header(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof header_cases / sizeof header_cases[0]; i++) {
    RplProgramError error;
    RplBytes bytes = program_named(S_TEST_FULL);
    rpl_bytes_set_word(bytes, header_cases[i].offset, header_cases[i].word);
    assert_int_equal(read_bytes(bytes, &error), header_cases[i].status);
    assert_string_equal(error.message, header_cases[i].message);
    assert_int_equal(error.section, RPL_SECTION_COUNT);
    free(bytes.data);
  }
}

static void test_header_ends(void **state) {
  (void)state;
  RplProgramError error;
  RplBytes bytes = program_named(S_TEST_FULL);
  bytes.size = RPL_PROGRAM_HEADER_BYTES - 1;
  assert_int_equal(read_bytes(bytes, &error), RPL_E_PROGRAM);
  assert_string_equal(error.message, "the header is cut short");
  free(bytes.data);

  RplBuilder b;
  rpl_builder_full(&b);
  bytes = rpl_builder_program(&b);
  assert_int_not_equal(b.blob_bytes % 4, 0); /* so that there is padding */
  rpl_builder_clear(&b);
  bytes.data[bytes.size - 1] = 1;
  assert_int_equal(read_bytes(bytes, &error), RPL_E_PROGRAM);
  assert_string_equal(error.message, "the bytes after the blob are not zero");
  assert_int_equal(error.offset, bytes.size - 1);
  free(bytes.data);
}

/* ---- text ---- */

static const char expected_text[] =
    "policy test.full \"Title!\"\n"
    "edition 1, cost 30\n"
    "enum color : red | blue | or other\n"
    "enum destination : checked\n"
    "fact unused : boolean \"not used\"\n"
    "fact fee : money > 0 <= USD 1.6\n"
    "fact extra : money\n"
    "fact color : color\n"
    "param days : integer <= 30 = 7\n"
    "fact currency : currency\n"
    "fact until : date?\n"
    "fact ratio : number places 2\n"
    "fact note : text <= 64\n"
    "fact at : datetime >= 2026-01-01T00:00:00Z\n"
    "param home : zone = +08:00\n"
    "fact shades : set of color\n"
    "constant true : boolean\n"
    "constant 30 : integer\n"
    "constant 64 : integer\n"
    "constant 7 : integer\n"
    "constant 0.5 : number\n"
    "constant 0 : money\n"
    "constant USD 1.6 : money\n"
    "constant \"red\" : text\n"
    "constant 2026-03-02 : date\n"
    "constant none : date?\n"
    "constant 2026-01-01T00:00:00Z : datetime\n"
    "constant color.red : color\n"
    "constant destination.checked : destination\n"
    "constant half_up : rounding\n"
    "constant USD : currency\n"
    "constant +08:00 : zone\n"
    "constant set(color.red, color.blue) : set of color\n"
    "%0 = add.money fee, extra : money  ; sum\n"
    "%1 = mul.money %0, 0.5 : money\n"
    "%2 = round.money %1, half_up : money  ; amount\n"
    "%3 = not unused : boolean\n"
    "%4 = eq color, color.red : boolean\n"
    "%5 = and %3, %4 : boolean\n"
    "%6 = else until, 2026-03-02 : date\n"
    "%7 = given_or ratio, 0.5 : number\n"
    "%8 = gt %7, 0.5 : boolean\n"
    "%9 = le %2, %0 : boolean\n"
    "%10 = eq note, \"red\" : boolean\n"
    "%11 = select %10, until, none : date?\n"
    "%12 = eq currency, USD : boolean\n"
    "%13 = union shades, set(color.red, color.blue) : set of color\n"
    "%14 = in color, %13 : boolean\n"
    "%15 = date_of at, home : date\n"
    "%16 = le %15, %6 : boolean\n"
    "%17 = and %14, %16 : boolean\n"
    "outcome denied reported denied\n"
    "outcome refundable reported full_refund\n"
    "outcome needs_info reported needs_info asks\n"
    "step reset \"checked\" if %8 cite C-1 at test.rpl:1:1\n"
    "output amount : money required amount\n"
    "output deadline : date deadline\n"
    "output fallbacks : date ranked\n"
    "output destination : destination destination\n"
    "rule refundable touched if %5 \"Pay \" {fee} cite C-1, C-2 step reset"
    " at test.rpl:2:1\n"
    "rule needs_info no_note if %12 provide note give deadline = %6\n"
    "define amount = %2 for outcome refundable cite C-2 at test.rpl:2:9\n"
    "define deadline = %6 for rule touched\n"
    "define fallbacks = %11, 2026-03-02 if true\n"
    "define destination = destination.checked\n"
    "ensure %9 of amount \"denied\"\n"
    "ensure %17\n"
    "otherwise denied \"denied\" cite C-1 step reset\n"
    "undetermined cite C-2\n"
    "report unknown as needs_info, error as manual_review\n"
    "currency of currency\n";

/* Collects text, but for the line of the digest. */
typedef struct Text {
  char bytes[8192];
  size_t length;
  size_t calls_left;
} Text;

static RplStatus collect(void *context, const char *bytes, size_t length) {
  Text *text = context;
  if (text->calls_left-- == 0)
    return RPL_E_IO;
  if (length > 7 && memcmp(bytes, "digest ", 7) == 0) {
    assert_int_equal(length, 7 + 64 + 1);
    return RPL_OK;
  }
  assert_true(length < sizeof text->bytes - text->length);
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
  return RPL_OK;
}

static void test_text(void **state) {
  (void)state;
  static Text text;
  RplProgram *program = load_bytes(one_bundle());
  text = (Text){{0}, 0, SIZE_MAX};
  assert_int_equal(rpl_program_disassemble(program, 0, collect, &text), RPL_OK);
  assert_string_equal(text.bytes, expected_text);
  text = (Text){{0}, 0, 5};
  assert_int_equal(rpl_program_disassemble(program, 0, collect, &text),
                   RPL_E_IO);
  assert_int_equal(text.calls_left, SIZE_MAX); /* called no more after that */
  assert_int_equal(rpl_program_disassemble(program, 1, collect, &text),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_program_disassemble(program, 0, NULL, &text),
                   RPL_E_ARGUMENT);
  rpl_program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_facts),
      cmocka_unit_test(test_optional_enumeration),
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_bundle_words),
      cmocka_unit_test(test_checksum),
      cmocka_unit_test(test_bundle_order),
      cmocka_unit_test(test_message),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_limit_programs),
      cmocka_unit_test(test_arguments),
      cmocka_unit_test(test_references),
      cmocka_unit_test(test_references_no_memory),
      cmocka_unit_test(test_no_memory),
      cmocka_unit_test(test_no_memory_large),
      cmocka_unit_test(test_arena_limit),
      cmocka_unit_test(test_truncated),
      cmocka_unit_test(test_every_byte_changed),
      cmocka_unit_test(test_header),
      cmocka_unit_test(test_header_ends),
      cmocka_unit_test(test_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
