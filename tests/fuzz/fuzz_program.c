/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_program.c - any bytes as a compiled policy, as they are and repaired:
 * sizes, lists, costs and checksum made right, so that the verifier has to
 * judge the tables themselves. What is accepted is described and decides; its
 * facts come from the end of the input. A mutator of its own changes words and
 * rows of tables instead of bytes.
 */
#include "tests/fuzz/harness.h"

#include <stdlib.h>
#include <string.h>

#include "vm/program.h"

/* LIMIT: bytes of a repaired file. */
#define MOST_BYTES ((size_t)1 << 20)
#define ENTRY      RPL_BUNDLE_HEADER_BYTES
#define START      (RPL_BUNDLE_HEADER_BYTES + RPL_BUNDLE_ENTRY_BYTES)
#define COUNTS     (START + 16) /* where the row counts of the program are */
#define BODY       (START + RPL_PROGRAM_HEADER_BYTES)

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  return 0;
}

static uint32_t get(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
         (uint32_t)at[3] << 24;
}

static void put(uint8_t *at, size_t word) {
  for (unsigned i = 0; i < 4; i++)
    at[i] = (uint8_t)(word >> 8 * i);
}

static size_t row_bytes(unsigned section) {
  return (size_t)rpl_section_info((RplSection)section)->words * 4;
}

/* Where a section's rows begin; for RPL_SECTION_COUNT, the blob. */
static size_t section_start(const uint8_t *file, unsigned section) {
  size_t at = BODY;
  for (unsigned i = 0; i < section; i++)
    at += get(file + COUNTS + 4 * (size_t)i) * row_bytes(i);
  return at;
}

/* ---- repairing ----------------------------------------------------------- */

/* Makes the counts fit into the bytes that are there; the rest is the blob.
 * Returns the size of the file. */
static size_t repair_counts(uint8_t *file, size_t size) {
  size_t room = size - BODY;
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    uint32_t count = get(file + COUNTS + 4 * (size_t)i);
    if (count > room / row_bytes(i))
      count = (uint32_t)(room / row_bytes(i));
    put(file + COUNTS + 4 * (size_t)i, count);
    room -= count * row_bytes(i);
  }
  uint8_t *blob_bytes = file + COUNTS + (size_t)4 * RPL_SECTION_COUNT;
  if (get(blob_bytes) > room || room - get(blob_bytes) > 7)
    put(blob_bytes, room);
  size_t used = section_start(file, RPL_SECTION_COUNT) + get(blob_bytes);
  size_t end = START + (used - START + 7) / 8 * 8;
  memset(file + used, 0, end - used);
  return end;
}

/* The lists of records follow each other: their places follow from the counts,
 * which are cut off where the items end. */
static void repair_lists(uint8_t *file) {
  uint32_t next = 0;
  uint32_t items = get(file + COUNTS + 4 * (size_t)RPL_SECTION_LISTS);
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    const RplSectionInfo *info = rpl_section_info((RplSection)i);
    uint8_t *row = file + section_start(file, i);
    uint32_t rows = get(file + COUNTS + 4 * (size_t)i);
    for (; rows > 0; rows--, row += row_bytes(i))
      for (unsigned j = 0; j < info->words; j++) {
        if (info->fields[j].kind != RPL_FIELD_LIST)
          continue;
        uint32_t count = get(row + 4 * (size_t)j + 4);
        count = count < items - next ? count : items - next;
        put(row + 4 * (size_t)j, count ? next : 0);
        put(row + 4 * (size_t)j + 4, count);
        next += count;
      }
  }
}

/* The cost that the policy states of itself. */
static void repair_cost(uint8_t *file) {
  uint64_t cost = (uint64_t)get(file + COUNTS + 4 * (size_t)RPL_SECTION_RULES) +
                  get(file + COUNTS + 4 * (size_t)RPL_SECTION_DEFINITIONS);
  uint8_t *code = file + section_start(file, RPL_SECTION_CODE);
  uint8_t *policy = file + section_start(file, RPL_SECTION_POLICIES);
  uint32_t count = get(file + COUNTS + 4 * (size_t)RPL_SECTION_CODE);
  for (; count > 0; count--, code += row_bytes(RPL_SECTION_CODE))
    cost += rpl_op_info(RPL_CODE_OP(get(code))).cost;
  if (!get(file + COUNTS + 4 * (size_t)RPL_SECTION_POLICIES))
    return;
  put(policy + offsetof(RplPolicyRecord, cost_low), (uint32_t)cost);
  put(policy + offsetof(RplPolicyRecord, cost_high), (uint32_t)(cost >> 32));
}

/* Makes a file of one program out of bytes, of at least BODY + 8 of room more.
 * Returns its size. */
static size_t repair(uint8_t *file, size_t size) {
  if (size < BODY)
    memset(file + size, 0, BODY - size);
  size = repair_counts(file, size < BODY ? BODY : size);
  repair_lists(file);
  repair_cost(file);
  memcpy(file, RPL_BUNDLE_MAGIC, 4);
  put(file + 4, RPL_FORMAT);
  put(file + 8, size);
  put(file + 12, 1);
  put(file + RPL_BUNDLE_CHECKSUM_OFFSET + 4, 0);
  put(file + ENTRY, START);
  put(file + ENTRY + 4, size - START);
  memcpy(file + START, RPL_PROGRAM_MAGIC, 4);
  put(file + START + 4, RPL_FORMAT);
  put(file + START + 8, size - START);
  put(file + START + 12, get(file + START + 12) & RPL_PROGRAM_STRIPPED);
  put(file + RPL_BUNDLE_CHECKSUM_OFFSET, rpl_bundle_checksum(file, size));
  return size;
}

/* ---- the target ---------------------------------------------------------- */

static void try_load(const uint8_t *data, size_t size, FuzzBytes facts) {
  RplProgram *program;
  RplLoadError error;
  RplStatus status = rpl_program_load(data, size, NULL, NULL, &program, &error);
  FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_PROGRAM ||
               status == RPL_E_LIMIT);
  if (status) {
    FUZZ_REQUIRE(error.message[0] != '\0');
    FUZZ_REQUIRE(error.offset <= size);
    return;
  }
  fuzz_exercise(program, facts);
  rpl_program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t tail = size < 256 ? size : 256;
  FuzzBytes facts = {data + (size - tail), tail};
  if (size > MOST_BYTES)
    return 0;
  try_load(data, size, facts);
  uint8_t *file = malloc(size + BODY + 8);
  FUZZ_REQUIRE(file != NULL);
  if (size)
    memcpy(file, data, size);
  size_t repaired = repair(file, size);
  uint8_t *exact = malloc(repaired); /* so that a read past its end is seen */
  FUZZ_REQUIRE(exact != NULL);
  memcpy(exact, file, repaired);
  free(file);
  try_load(exact, repaired, facts);
  free(exact);
  return 0;
}

/* ---- the mutator --------------------------------------------------------- */

#ifndef RPL_FUZZ_REPLAY

/* libFuzzer's: changes bytes, and returns the new size. */
extern size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);

static uint32_t draw(unsigned *state, size_t below) {
  *state = *state * 1664525u + 1013904223u;
  return (uint32_t)((*state >> 8) % (below ? below : 1));
}

/* A section that has rows, most of the time. */
static unsigned draw_section(const uint8_t *file, unsigned *state) {
  unsigned section = 0;
  for (int i = 0; i < 8; i++) {
    section = draw(state, RPL_SECTION_COUNT);
    if (get(file + COUNTS + 4 * (size_t)section))
      break;
  }
  return section;
}

static uint32_t draw_word(const uint8_t *column, size_t row, uint32_t rows,
                          uint32_t old, unsigned *state) {
  static const uint32_t edges[] = {0, 1, 2, UINT32_MAX, 0x7FFFFFFF, 0x80000000};
  switch (draw(state, 6)) {
  case 0:
    return edges[draw(state, sizeof edges / sizeof *edges)];
  case 1:
    return old + 1;
  case 2:
    return old - 1;
  case 3:
    return RPL_OPERAND(draw(state, 4), draw(state, 40));
  case 4:
    return old ^ UINT32_C(1) << draw(state, 32);
  default:
    return get(column + row * draw(state, rows));
  }
}

static void change_word(uint8_t *file, unsigned section, unsigned *state) {
  size_t bytes = row_bytes(section);
  uint32_t rows = get(file + COUNTS + 4 * (size_t)section);
  if (!rows)
    return;
  uint8_t *column =
      file + section_start(file, section) + 4 * (size_t)draw(state, bytes / 4);
  uint8_t *word = column + bytes * draw(state, rows);
  put(word, draw_word(column, bytes, rows, get(word), state));
}

/* A row more, like another one, or one less; returns the size. */
static size_t change_rows(uint8_t *file, size_t size, size_t max_size,
                          unsigned section, unsigned *state) {
  size_t bytes = row_bytes(section);
  size_t start = section_start(file, section);
  uint8_t *count = file + COUNTS + 4 * (size_t)section;
  uint8_t row[256] = {0};
  uint32_t rows = get(count);
  uint8_t *at = file + start + bytes * draw(state, rows + 1);
  if (rows && draw(state, 2)) {
    at = file + start + bytes * draw(state, rows);
    memmove(at, at + bytes, (size_t)(file + size - (at + bytes)));
    put(count, rows - 1);
    return size - bytes;
  }
  if (size + bytes > max_size || bytes > sizeof row)
    return size;
  if (rows)
    memcpy(row, file + start + bytes * draw(state, rows), bytes);
  memmove(at + bytes, at, (size_t)(file + size - at));
  memcpy(at, row, bytes);
  put(count, rows + 1);
  return size + bytes;
}

/* Half of the inputs change as tables, half as bytes. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed) {
  unsigned state = seed;
  if (draw(&state, 4) == 0 || size < BODY || max_size < 2 * BODY)
    return LLVMFuzzerMutate(data, size, max_size);
  uint8_t *file = malloc(max_size + BODY + 8);
  FUZZ_REQUIRE(file != NULL);
  memcpy(file, data, size);
  size_t length = repair(file, size);
  for (uint32_t i = draw(&state, 4) + 1; i > 0; i--) {
    unsigned section = draw_section(file, &state);
    if (draw(&state, 4))
      change_word(file, section, &state);
    else
      length = change_rows(file, length, max_size, section, &state);
  }
  length = repair(file, length);
  length = length < max_size ? length : max_size;
  memcpy(data, file, length);
  free(file);
  return length;
}

#endif /* RPL_FUZZ_REPLAY */
