/* SPDX-License-Identifier: Apache-2.0
 * program_builder.c - see program_builder.h. A test that is out of memory
 * stops. */
#include "tests/support/program_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *check(void *block) {
  if (block)
    return block;
  (void)fputs("program_builder: out of memory\n", stderr);
  exit(70);
}

void rpl_builder_init(RplBuilder *builder) {
  memset(builder, 0, sizeof *builder);
}

void rpl_builder_clear(RplBuilder *builder) {
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++)
    free(builder->rows[i]);
  free(builder->blob);
  rpl_builder_init(builder);
}

uint32_t rpl_builder_add(RplBuilder *builder, RplSection section,
                         const uint32_t *words) {
  unsigned width = rpl_section_info(section)->words;
  size_t used = (size_t)builder->count[section] * width;
  if (used + width > builder->room[section]) {
    builder->room[section] = 2 * (used + width);
    builder->rows[section] = check(realloc(
        builder->rows[section], builder->room[section] * sizeof(uint32_t)));
  }
  memcpy(builder->rows[section] + used, words, width * sizeof(uint32_t));
  return builder->count[section]++;
}

uint32_t *rpl_builder_word(RplBuilder *builder, RplSection section,
                           uint32_t row, unsigned word) {
  unsigned width = rpl_section_info(section)->words;
  return builder->rows[section] + (size_t)row * width + word;
}

uint32_t rpl_builder_string(RplBuilder *builder, const char *text) {
  size_t length = strlen(text);
  if (builder->blob_bytes + length > builder->blob_room || !builder->blob) {
    builder->blob_room = 2 * (builder->blob_bytes + length) + 1;
    builder->blob = check(realloc(builder->blob, builder->blob_room));
  }
  memcpy(builder->blob + builder->blob_bytes, text, length);
  uint32_t row = RPL_ADD(builder, STRINGS, (uint32_t)builder->blob_bytes,
                         (uint32_t)length);
  builder->blob_bytes += length;
  return row;
}

uint32_t rpl_builder_find(const RplBuilder *builder, const char *text) {
  size_t length = strlen(text);
  const uint32_t *row = builder->rows[RPL_SECTION_STRINGS];
  for (uint32_t i = 0; i < builder->count[RPL_SECTION_STRINGS]; i++, row += 2)
    if (row[1] == length && memcmp(builder->blob + row[0], text, length) == 0)
      return i;
  (void)fprintf(stderr, "program_builder: no string \"%s\"\n", text);
  exit(70);
}

uint32_t rpl_builder_list(RplBuilder *builder, uint32_t count,
                          const uint32_t *items) {
  uint32_t first = count ? builder->count[RPL_SECTION_LISTS] : 0;
  for (uint32_t i = 0; i < count; i++)
    (void)rpl_builder_add(builder, RPL_SECTION_LISTS, &items[i]);
  return first;
}

/* Counted here on its own: the verifier's count is what is being tested. */
void rpl_builder_set_cost(RplBuilder *builder) {
  static const uint8_t costs[256] = {
#define OP(byte, id, name, signature, symbol, precedence, cost, doc)           \
  [byte] = cost,
#include "vm/ops.def"
#undef OP
  };
  uint64_t cost = 0;
  for (uint32_t i = 0; i < builder->count[RPL_SECTION_CODE]; i++)
    cost += costs[*rpl_builder_word(builder, RPL_SECTION_CODE, i, 0) & 0xFF];
  cost += builder->count[RPL_SECTION_RULES];
  cost += builder->count[RPL_SECTION_DEFINITIONS];
  RplPolicyRecord *policy =
      (RplPolicyRecord *)builder->rows[RPL_SECTION_POLICIES];
  policy->cost_low = (uint32_t)cost;
  policy->cost_high = (uint32_t)(cost >> 32);
}

/* ---- bytes ---- */

void rpl_bytes_set_word(RplBytes bytes, size_t offset, uint32_t word) {
  for (unsigned i = 0; i < 4; i++)
    bytes.data[offset + i] = (uint8_t)(word >> 8 * i);
}

static size_t put_word(RplBytes bytes, size_t offset, uint32_t word) {
  rpl_bytes_set_word(bytes, offset, word);
  return offset + 4;
}

RplBytes rpl_builder_program(const RplBuilder *builder) {
  size_t words = 4 + RPL_SECTION_COUNT + 1;
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++)
    words += (size_t)builder->count[i] * rpl_section_info((RplSection)i)->words;
  size_t size = (4 * words + builder->blob_bytes + 7) / 8 * 8;
  RplBytes bytes = {check(calloc(1, size)), size};
  memcpy(bytes.data, "RPLP", 4);
  size_t at = put_word(bytes, 4, 1);
  at = put_word(bytes, at, (uint32_t)size);
  at = put_word(bytes, at, builder->flags);
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++)
    at = put_word(bytes, at, builder->count[i]);
  at = put_word(bytes, at, (uint32_t)builder->blob_bytes);
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    size_t count =
        (size_t)builder->count[i] * rpl_section_info((RplSection)i)->words;
    for (size_t word = 0; word < count; word++)
      at = put_word(bytes, at, builder->rows[i][word]);
  }
  if (builder->blob_bytes)
    memcpy(bytes.data + at, builder->blob, builder->blob_bytes);
  return bytes;
}

RplBytes rpl_builder_bundle(const RplBytes *programs, uint32_t count) {
  size_t size = RPL_BUNDLE_HEADER_BYTES + 8 * (size_t)count;
  size_t cursor = size;
  for (uint32_t i = 0; i < count; i++)
    size += programs[i].size;
  RplBytes bytes = {check(calloc(1, size)), size};
  memcpy(bytes.data, "RPLB", 4);
  size_t at = put_word(bytes, 4, 1);
  at = put_word(bytes, at, (uint32_t)size);
  at = put_word(bytes, at, count);
  at = RPL_BUNDLE_HEADER_BYTES;
  for (uint32_t i = 0; i < count; i++) {
    at = put_word(bytes, at, (uint32_t)cursor);
    at = put_word(bytes, at, (uint32_t)programs[i].size);
    memcpy(bytes.data + cursor, programs[i].data, programs[i].size);
    cursor += programs[i].size;
  }
  rpl_bytes_seal(bytes);
  return bytes;
}

void rpl_bytes_seal(RplBytes bundle) {
  put_word(bundle, RPL_BUNDLE_CHECKSUM_OFFSET,
           rpl_bundle_checksum(bundle.data, bundle.size));
}

/* ---- the full program ---- */

static void add_types(RplBuilder *b) {
  for (uint32_t kind = RPL_KIND_BOOLEAN; kind <= RPL_KIND_SET; kind++) {
    if (kind != RPL_KIND_DURATION)
      RPL_ADD(b, TYPES, kind, 0, 0);
    if (kind == RPL_KIND_DATE)
      RPL_ADD(b, TYPES, kind, 1, 0);
    if (kind == RPL_KIND_ENUM)
      RPL_ADD(b, TYPES, kind, 0, 1);
  }
  RPL_ADD(b, ENUMS, S_COLOR, 0, 3, RPL_ENUM_OR_OTHER);
  RPL_ADD(b, ENUMS, S_DESTINATION, 3, 1, 0);
  RPL_ADD(b, ENUMERATORS, S_RED);
  RPL_ADD(b, ENUMERATORS, S_BLUE);
  RPL_ADD(b, ENUMERATORS, S_OTHER);
  RPL_ADD(b, ENUMERATORS, S_CHECKED);
}

static void add_constants(RplBuilder *b) {
  RPL_ADD(b, CONSTANTS, T_BOOLEAN, 1, 0);
  RPL_ADD(b, CONSTANTS, T_INTEGER, S_30, 0);
  RPL_ADD(b, CONSTANTS, T_INTEGER, S_64, 0);
  RPL_ADD(b, CONSTANTS, T_INTEGER, S_7, 0);
  RPL_ADD(b, CONSTANTS, T_NUMBER, S_0_5, 0);
  RPL_ADD(b, CONSTANTS, T_MONEY, S_0, 0);
  RPL_ADD(b, CONSTANTS, T_MONEY, S_1_6, USD);
  RPL_ADD(b, CONSTANTS, T_TEXT, S_RED, 0);
  RPL_ADD(b, CONSTANTS, T_DATE, 20514, 0);
  RPL_ADD(b, CONSTANTS, T_DATE_OPT, 0, 0);
  RPL_ADD(b, CONSTANTS, T_DATETIME, 1176518656, 411464);
  RPL_ADD(b, CONSTANTS, T_COLOR, 0, 0);
  RPL_ADD(b, CONSTANTS, T_DESTINATION, 0, 0);
  RPL_ADD(b, CONSTANTS, T_ROUNDING, 0, 0);
  RPL_ADD(b, CONSTANTS, T_CURRENCY, USD, 0);
  RPL_ADD(b, CONSTANTS, T_ZONE, 8 * 3600, 0);
  RPL_ADD(b, CONSTANTS, T_COLORS, 1u << 0 | 1u << 1, 0); /* red, blue */
}

static void add_facts(RplBuilder *b) {
  RPL_ADD(b, FACTS, S_UNUSED, T_BOOLEAN, 0, 0, 0, 0, 0, 1);
  RPL_ADD(b, FACTS, S_FEE, T_MONEY, RPL_FACT_LOW_OPEN, 0, CONST(C_MONEY_0),
          CONST(C_USD_1_6), 0, 0);
  RPL_ADD(b, FACTS, S_EXTRA, T_MONEY, 0, 0, 0, 0, 0, 0);
  RPL_ADD(b, FACTS, S_COLOR, T_COLOR, 0, 0, 0, 0, 0, 0);
  RPL_ADD(b, FACTS, S_DAYS, T_INTEGER, RPL_FACT_PARAM, 0, 0, CONST(C_30),
          CONST(C_7), 0);
  RPL_ADD(b, FACTS, S_CURRENCY, T_CURRENCY, 0, 0, 0, 0, 0, 0);
  RPL_ADD(b, FACTS, S_UNTIL, T_DATE_OPT, 0, 0, 0, 0, 0, 0);
  RPL_ADD(b, FACTS, S_RATIO, T_NUMBER, 0, 2, 0, 0, 0, 0);
  RPL_ADD(b, FACTS, S_NOTE, T_TEXT, 0, 0, 0, CONST(C_64), 0, 0);
  RPL_ADD(b, FACTS, S_AT, T_DATETIME, 0, 0, CONST(C_DATETIME), 0, 0, 0);
  RPL_ADD(b, FACTS, S_HOME, T_ZONE, RPL_FACT_PARAM, 0, 0, 0, CONST(C_ZONE), 0);
  RPL_ADD(b, FACTS, S_SHADES, T_COLORS, 0, 0, 0, 0, 0, 0);
}

static void add_code(RplBuilder *b, RplOp op, uint32_t type, uint32_t first,
                     uint32_t second, uint32_t third) {
  RPL_ADD(b, CODE, RPL_CODE_WORD(op, type), first, second, third);
}

/* Cost: 2 + 3 + 4 and one for each of the other fifteen, 24 in all. */
static void add_all_code(RplBuilder *b) {
  add_code(b, RPL_OP_ADD_M, T_MONEY, FACT(F_FEE), FACT(F_EXTRA), 0);
  add_code(b, RPL_OP_MUL_MN, T_MONEY, TEMP(0), CONST(C_HALF), 0);
  add_code(b, RPL_OP_ROUND_M, T_MONEY, TEMP(1), CONST(C_HALF_UP), 0);
  add_code(b, RPL_OP_NOT, T_BOOLEAN, FACT(F_UNUSED), 0, 0);
  add_code(b, RPL_OP_EQ, T_BOOLEAN, FACT(F_COLOR), CONST(C_RED), 0);
  add_code(b, RPL_OP_AND, T_BOOLEAN, TEMP(3), TEMP(4), 0);
  add_code(b, RPL_OP_ELSE, T_DATE, FACT(F_UNTIL), CONST(C_DATE), 0);
  add_code(b, RPL_OP_GIVEN_OR, T_NUMBER, FACT(F_RATIO), CONST(C_HALF), 0);
  add_code(b, RPL_OP_GT, T_BOOLEAN, TEMP(7), CONST(C_HALF), 0);
  add_code(b, RPL_OP_LE, T_BOOLEAN, TEMP(2), TEMP(0), 0);
  add_code(b, RPL_OP_EQ, T_BOOLEAN, FACT(F_NOTE), CONST(C_RED_TEXT), 0);
  add_code(b, RPL_OP_SELECT, T_DATE_OPT, TEMP(10), FACT(F_UNTIL),
           CONST(C_NONE));
  add_code(b, RPL_OP_EQ, T_BOOLEAN, FACT(F_CURRENCY), CONST(C_USD), 0);
  add_code(b, RPL_OP_UNION, T_COLORS, FACT(F_SHADES), CONST(C_RED_BLUE), 0);
  add_code(b, RPL_OP_IN, T_BOOLEAN, FACT(F_COLOR), TEMP(13), 0);
  add_code(b, RPL_OP_DATE_OF, T_DATE, FACT(F_AT), FACT(F_HOME), 0);
  add_code(b, RPL_OP_LE, T_BOOLEAN, TEMP(15), TEMP(6), 0);
  add_code(b, RPL_OP_AND, T_BOOLEAN, TEMP(14), TEMP(16), 0);
}

static void add_rules(RplBuilder *b) {
  static const uint32_t items[] = {
      S_C1, /* 0 step reset: clauses */
      S_C1,
      S_C2,
      0, /* 1 rule touched: clauses, steps */
      S_NOTE,
      1,
      TEMP(6), /* 4 rule no_note: provides, gives */
      TEMP(2),
      1,
      S_C2, /* 7 amount: values, outcomes, clauses */
      TEMP(6),
      S_TOUCHED, /* 10 deadline: values, rules */
      TEMP(11),
      CONST(C_DATE),    /* 12 fallbacks: values */
      CONST(C_CHECKED), /* 14 destination: values */
      0,                /* 15 ensure: outputs */
      S_C1,
      0,
      S_C2}; /* 16 policy: otherwise's, undetermined's */
  rpl_builder_list(b, sizeof items / sizeof items[0], items);
  RPL_ADD(b, OUTCOMES, S_DENIED, S_DENIED, 0);
  RPL_ADD(b, OUTCOMES, S_REFUNDABLE, S_FULL_REFUND, 0);
  RPL_ADD(b, OUTCOMES, S_NEEDS_INFO, S_NEEDS_INFO, RPL_OUTCOME_ASKS);
  RPL_ADD(b, STEPS, S_RESET, 2, TEMP(8), 0, 1, 1);
  RPL_ADD(b, OUTPUTS, S_AMOUNT, T_MONEY,
          RPL_OUTPUT_REQUIRED | RPL_OUTPUT_AMOUNT);
  RPL_ADD(b, OUTPUTS, S_DEADLINE, T_DATE, RPL_OUTPUT_DEADLINE);
  RPL_ADD(b, OUTPUTS, S_FALLBACKS, T_DATE, RPL_OUTPUT_RANKED);
  RPL_ADD(b, OUTPUTS, S_DESTINATION, T_DESTINATION, RPL_OUTPUT_DESTINATION);
  RPL_ADD(b, RULES, 1, S_TOUCHED, TEMP(5), 3, 1, 2, 3, 1, 0, 0, 0, 0, 0, 0, 2);
  RPL_ADD(b, RULES, 2, S_NO_NOTE, TEMP(12), 0, 0, 0, 0, 0, 4, 1, 0, 0, 5, 2, 0);
  RPL_ADD(b, DEFINITIONS, 0, 0, 7, 1, 8, 1, 0, 0, 9, 1, 3);
  RPL_ADD(b, DEFINITIONS, 1, 0, 10, 1, 0, 0, 11, 1, 0, 0, 0);
  RPL_ADD(b, DEFINITIONS, 2, CONST(C_TRUE), 12, 2, 0, 0, 0, 0, 0, 0, 0);
  RPL_ADD(b, DEFINITIONS, 3, 0, 14, 1, 0, 0, 0, 0, 0, 0, 0);
  RPL_ADD(b, ENSURES, TEMP(9), 15, 1, 4, 0);
  RPL_ADD(b, ENSURES, TEMP(17), 0, 0, 0, 0);
  RPL_ADD(b, POLICIES, S_TEST_FULL, 5, 1, 1, 4, 16, 1, 17, 1, 0, 0, 18, 1, 0,
          S_NEEDS_INFO, S_MANUAL_REVIEW, F_CURRENCY + 1, FULL_COST, 0);
}

static void add_sides(RplBuilder *b) {
  static const uint32_t counts[] = {1, 1, 2, 1, 1};
  uint32_t first = 0;
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    RPL_ADD(b, TEXTS, first, counts[i]);
    first += counts[i];
  }
  RPL_ADD(b, SEGMENTS, S_NOT_USED + 1, 0);
  RPL_ADD(b, SEGMENTS, S_CHECKED + 1, 0);
  RPL_ADD(b, SEGMENTS, S_PAY + 1, 0);
  RPL_ADD(b, SEGMENTS, 0, FACT(F_FEE));
  RPL_ADD(b, SEGMENTS, S_DENIED + 1, 0);
  RPL_ADD(b, SEGMENTS, S_TITLE + 1, 0);
  RPL_ADD(b, PLACES, S_TEST_RPL, 1, 1);
  RPL_ADD(b, PLACES, S_TEST_RPL, 2, 1);
  RPL_ADD(b, PLACES, S_TEST_RPL, 2, 9);
  RPL_ADD(b, NAMES, TEMP(0), S_SUM);
  RPL_ADD(b, NAMES, TEMP(2), S_AMOUNT);
}

void rpl_builder_full(RplBuilder *b) {
  rpl_builder_init(b);
#define X(id, text) (void)rpl_builder_string(b, text);
  RPL_FULL_STRINGS(X)
#undef X
  add_types(b);
  add_constants(b);
  add_facts(b);
  add_all_code(b);
  add_rules(b);
  add_sides(b);
}

/* Adds `more` to the type of the rows of a section that name one from
 * T_ROUNDING on; `word` is where they name it. */
static void shift_rows(RplBuilder *b, RplSection section, unsigned word,
                       uint32_t rows, uint32_t more) {
  for (uint32_t row = 0; row < rows; row++)
    if (*rpl_builder_word(b, section, row, word) >= T_ROUNDING)
      *rpl_builder_word(b, section, row, word) += more;
}

void rpl_builder_shift_types(RplBuilder *b, uint32_t more) {
  for (uint32_t kind = RPL_KIND_ROUNDING; kind <= RPL_KIND_SET; kind++)
    RPL_ADD(b, TYPES, kind, 0, 0);
  shift_rows(b, RPL_SECTION_CONSTANTS, 0, C_COUNT, more);
  shift_rows(b, RPL_SECTION_FACTS, 1, F_COUNT, more);
  for (uint32_t row = 0; row < FULL_CODE; row++) {
    uint32_t *word = rpl_builder_word(b, RPL_SECTION_CODE, row, 0);
    if (RPL_CODE_TYPE(*word) >= T_ROUNDING)
      *word = RPL_CODE_WORD(RPL_CODE_OP(*word), RPL_CODE_TYPE(*word) + more);
  }
}
