/* SPDX-License-Identifier: Apache-2.0
 * Reader and verifier of canonical programs, and their limits. One program
 * with every kind of record is put together by hand (rpl_builder_full); each
 * rule of the verifier has a change of it that breaks this rule, and its
 * message shows that no other rule refused. The builder shares no code with the
 * writer. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rpl/program.h"
#include "tests/support/program_builder.h"
#include "vm/sha256.h"

static RplBytes full_bytes(void) {
  RplBuilder b;
  rpl_builder_full(&b);
  RplBytes bytes = rpl_builder_program(&b);
  rpl_builder_clear(&b);
  return bytes;
}

/* ---- reading ---- */

/* Why the last program was refused. */
static const char *refusal = "";

static RplStatus read_bytes(RplBytes bytes, RplProgramError *error) {
  RplArena arena;
  RplImage image;
  rpl_arena_init(&arena, NULL, 0);
  RplStatus status =
      rpl_image_read(&arena, bytes.data, bytes.size, &image, error);
  rpl_arena_clear(&arena);
  refusal = error->message;
  return status;
}

static RplStatus read_built(const RplBuilder *b, RplProgramError *error) {
  RplBytes bytes = rpl_builder_program(b);
  RplStatus status = read_bytes(bytes, error);
  free(bytes.data);
  return status;
}

static void test_full_is_accepted(void **state) {
  (void)state;
  RplArena arena;
  RplImage image;
  RplProgramError error;
  uint8_t digest[32];
  RplBytes bytes = full_bytes();
  rpl_arena_init(&arena, NULL, 0);
  RplStatus status =
      rpl_image_read(&arena, bytes.data, bytes.size, &image, &error);
  assert_string_equal(error.message, "");
  assert_int_equal(status, RPL_OK);
  rpl_sha256_digest(bytes.data, bytes.size, digest);
  free(bytes.data);             /* the image has its own copy */
  for (int i = 0; i < 2; i++) { /* computed, then known */
    uint8_t found[32] = {0};
    rpl_image_digest(&image, found);
    assert_memory_equal(found, digest, 32);
  }
  assert_int_equal(image.cost, FULL_COST);
  assert_int_equal(image.temp_types[6], T_DATE);
  assert_int_equal(rpl_operand_type(&image, FACT(F_NOTE))->kind, RPL_KIND_TEXT);
  assert_int_equal(rpl_operand_type(&image, CONST(C_USD))->kind,
                   RPL_KIND_CURRENCY);
  assert_int_equal(rpl_operand_type(&image, TEMP(11))->optional, 1);
  assert_int_equal(image.constants[C_USD_1_6].currency, USD);
  assert_true(
      rpl_number_equal(image.constants[C_HALF].number,
                       (RplNumber){NULL, 1, 2})); /* 0.5 in lowest terms */
  assert_int_equal(image.constants[C_DATE].integer, 20514);
  assert_int_equal(image.constants[C_DATETIME].integer, 1767225600000000);
  assert_true(image.constants[C_NONE].is_none);
  assert_int_equal(image.constants[C_RED_TEXT].text.length, 3);
  assert_int_equal(image.constants[C_ZONE].integer, 28800);
  assert_int_equal(image.constants[C_RED_BLUE].integer, 3);
  assert_int_equal(image.temp_types[13], T_COLORS);
  rpl_arena_clear(&arena);
}

/* A stripped program: no side tables, and no string that only they had. */
static void build_stripped(RplBuilder *b) {
  static const uint32_t only_sides[] = {S_PAY, S_TITLE, S_NOT_USED, S_SUM,
                                        S_TEST_RPL};
  rpl_builder_full(b);
  b->flags = RPL_PROGRAM_STRIPPED;
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    const RplSectionInfo *info = rpl_section_info((RplSection)i);
    if (info->is_side)
      b->count[i] = 0;
    for (uint32_t row = 0; row < b->count[i]; row++)
      for (unsigned field = 0; field < info->words; field++)
        if (info->fields[field].kind == RPL_FIELD_TEXT0 ||
            info->fields[field].kind == RPL_FIELD_PLACE0)
          *rpl_builder_word(b, (RplSection)i, row, field) = 0;
  }
  for (size_t i = 0; i < 5; i++) /* give them another use */
    RPL_ADD(b, OUTCOMES, only_sides[i], only_sides[i], 0);
}

static void test_stripped(void **state) {
  (void)state;
  RplBuilder b;
  RplProgramError error;
  build_stripped(&b);
  assert_int_equal(read_built(&b, &error), RPL_OK);
  *rpl_builder_word(&b, RPL_SECTION_RULES, 0, 3) = 1;
  assert_int_equal(read_built(&b, &error), RPL_E_PROGRAM);
  assert_string_equal(error.message,
                      "a field names a text that does not exist");
  rpl_builder_clear(&b);
}

/* ---- one broken program for each rule of the verifier ---- */

/* A word to change: RPL_SECTION_x, row, word, value. */
typedef struct Edit {
  RplSection section;
  uint32_t row;
  unsigned word;
  uint32_t value;
} Edit;

typedef struct Case {
  const char *message;
  Edit edits[5]; /* those after the first may be all zero: no edit */
} Case;

#define SET(id, Struct, row, member, value)                                    \
  { RPL_SECTION_##id, row, offsetof(Struct, member) / 4, value }
#define STRING(row, member, value)                                             \
  SET(STRINGS, RplStringRecord, row, member, value)
#define TYPE(row, member, value) SET(TYPES, RplTypeRecord, row, member, value)
#define ENUM(row, member, value) SET(ENUMS, RplEnumRecord, row, member, value)
#define ENUMERATOR(row, value)                                                 \
  SET(ENUMERATORS, RplEnumeratorRecord, row, name, value)
#define SLOT(row, member, value) SET(FACTS, RplFactRecord, row, member, value)
#define CONSTANT(row, member, value)                                           \
  SET(CONSTANTS, RplConstantRecord, row, member, value)
#define CODE(row, member, value) SET(CODE, RplInstruction, row, member, value)
#define ITEM(row, value)         SET(LISTS, RplListRecord, row, item, value)
#define OUTCOME(row, member, value)                                            \
  SET(OUTCOMES, RplOutcomeRecord, row, member, value)
#define STEP(row, member, value) SET(STEPS, RplStepRecord, row, member, value)
#define OUTPUT(row, member, value)                                             \
  SET(OUTPUTS, RplOutputRecord, row, member, value)
#define RULE(row, member, value) SET(RULES, RplRuleRecord, row, member, value)
#define DEFINITION(row, member, value)                                         \
  SET(DEFINITIONS, RplDefinitionRecord, row, member, value)
#define ENSURE(row, member, value)                                             \
  SET(ENSURES, RplEnsureRecord, row, member, value)
#define POLICY(member, to)       SET(POLICIES, RplPolicyRecord, 0, member, to)
#define TEXT(row, member, value) SET(TEXTS, RplTextRecord, row, member, value)
#define SEGMENT(row, member, value)                                            \
  SET(SEGMENTS, RplSegmentRecord, row, member, value)
#define PLACE(row, member, value)                                              \
  SET(PLACES, RplPlaceRecord, row, member, value)
#define NAME(row, member, value) SET(NAMES, RplNameRecord, row, member, value)

static const Case cases[] = {
    /* strings */
    {"strings do not follow each other in the blob", {STRING(1, offset, 5)}},
    {"a string runs past the blob", {STRING(S_UNUSED, length, 100)}},
    {"a string runs past the blob", {STRING(S_UNUSED, length, 0xFFFFFFFF)}},
    {"the blob holds more than the strings", {STRING(S_UNUSED, length, 5)}},
    /* fields */
    {"a field names a string that does not exist", {SLOT(0, name, S_COUNT)}},
    {"an optional field names a string that does not exist",
     {SEGMENT(0, string, S_COUNT + 1)}},
    {"a field names a type that does not exist", {SLOT(0, type, T_COUNT)}},
    {"an operand is missing or does not exist", {ENSURE(0, condition, 0)}},
    {"an operand is missing or does not exist", {CODE(0, a, 0)}},
    {"an operand is missing or does not exist",
     {RULE(0, condition, TEMP(FULL_CODE))}},
    {"an operand is missing or does not exist",
     {NAME(0, operand, TEMP(FULL_CODE))}},
    {"an optional operand does not exist", {STEP(0, condition, FACT(F_COUNT))}},
    {"an optional operand does not exist",
     {STEP(0, condition, CONST(C_COUNT))}},
    {"an optional operand does not exist", {STEP(0, condition, 1)}},
    {"a field names a text that does not exist", {STEP(0, text, 6)}},
    {"a field names a place that does not exist", {STEP(0, place, 4)}},
    {"an empty list is not (0, 0)", {RULE(1, clauses, 4)}},
    {"lists do not follow each other in the order of records",
     {RULE(0, clauses, 0)}},
    {"lists do not follow each other in the order of records",
     {RULE(0, clauses, 2)}},
    {"a list runs past the end of the lists",
     {POLICY(undetermined_clauses_count, 2)}},
    {"a list runs past the end of the lists",
     {POLICY(undetermined_clauses_count, 0xFFFFFFFF)}},
    {"an item belongs to no list",
     {POLICY(undetermined_clauses, 0), POLICY(undetermined_clauses_count, 0)}},
    {"a record has an unknown flag", {ENUM(0, flags, 2)}},
    {"a record has an unknown flag", {SLOT(0, flags, 8)}},
    {"a record has an unknown flag", {OUTCOME(0, flags, 2)}},
    {"a record has an unknown flag", {OUTPUT(0, flags, 32)}},
    /* types and enumerations */
    {"a type is of no kind", {TYPE(0, kind, 0)}},
    {"a type is of no kind", {TYPE(T_COLORS, kind, RPL_KIND_COUNT)}},
    {"a type is neither optional nor not", {TYPE(T_BOOLEAN, optional, 2)}},
    {"a type has a detail that its kind has not", {TYPE(0, detail, 1)}},
    {"a type has a detail that its kind has not", {TYPE(T_ZONE, detail, 1)}},
    {"a type names an enumeration that does not exist",
     {TYPE(T_DESTINATION, detail, 2)}},
    {"a type names an enumeration that does not exist",
     {TYPE(T_COLORS, detail, 2)}},
    {"types are not sorted or not unique", {TYPE(T_INTEGER, kind, 1)}},
    {"types are not sorted or not unique",
     {TYPE(T_BOOLEAN, optional, 1), TYPE(T_INTEGER, kind, 1)}},
    {"enumerations do not share out the enumerators in order",
     {ENUM(1, first, 2)}},
    {"an enumeration has no value", {ENUM(1, count, 0)}},
    {"an enumeration runs past the enumerators", {ENUM(1, count, 2)}},
    {"an enumerator belongs to no enumeration",
     {ENUM(0, count, 2), ENUM(0, flags, 0), ENUM(1, first, 2)}},
    {"an enumeration has a value twice", {ENUMERATOR(1, S_RED)}},
    {"an open enumeration does not end in other", {ENUMERATOR(2, S_SUM)}},
    /* constants */
    {"a constant names a string that does not exist",
     {CONSTANT(C_7, low, S_COUNT)}},
    {"a constant is no number", {CONSTANT(C_HALF, low, S_SUM)}},
    {"an integer is not a whole number", {CONSTANT(C_30, low, S_0_5)}},
    {"a number has a second word", {CONSTANT(C_HALF, high, 1)}},
    {"an amount is in no known currency", {CONSTANT(C_USD_1_6, high, 0)}},
    {"an amount is in no known currency", {CONSTANT(C_USD_1_6, high, 1)}},
    {"an amount is in no known currency",
     {CONSTANT(C_USD_1_6, high, 0x10000 | USD)}},
    {"a constant of one word has a second", {CONSTANT(C_TRUE, high, 1)}},
    {"a boolean is neither true nor false", {CONSTANT(C_TRUE, low, 2)}},
    {"an enumeration has no such value", {CONSTANT(C_RED, low, 3)}},
    {"there is no such rounding", {CONSTANT(C_HALF_UP, low, 7)}},
    {"there is no such currency", {CONSTANT(C_USD, low, 0)}},
    {"there is no such currency", {CONSTANT(C_USD, low, 0x10000 | USD)}},
    {"a zone is a day or more from UTC", {CONSTANT(C_ZONE, low, 86400)}},
    {"a zone is a day or more from UTC",
     {CONSTANT(C_ZONE, low, (uint32_t)-86400)}},
    {"a zone is a day or more from UTC", {CONSTANT(C_ZONE, low, 0x80000000)}},
    {"a zone is a day or more from UTC", {CONSTANT(C_ZONE, high, 2)}},
    {"a constant names a string that does not exist",
     {CONSTANT(C_ZONE, low, S_COUNT), CONSTANT(C_ZONE, high, 1)}},
    {"a zone's name is no name of a zone",
     {CONSTANT(C_ZONE, low, S_COLOR), CONSTANT(C_ZONE, high, 1)}},
    {"a zone is no whole number of minutes from UTC",
     {CONSTANT(C_ZONE, low, 86399)}},
    {"a zone is a day or more from UTC", /* not extended to 64 bits */
     {CONSTANT(C_ZONE, low, (uint32_t)-3600),
      CONSTANT(C_ZONE, high, 0xFFFFFFFF)}},
    {"a set has a value that its enumeration has not", /* color has three */
     {CONSTANT(C_RED_BLUE, low, 1u << 3)}},
    {"a set has a value that its enumeration has not",
     {CONSTANT(C_RED_BLUE, low, 0x80000000)}},
    {"a set has a value that its enumeration has not",
     {CONSTANT(C_RED_BLUE, high, 1)}},
    {"a set has a value that its enumeration has not",
     {CONSTANT(C_RED_BLUE, high, 0x80000000)}},
    {"a text constant names a string that does not exist",
     {CONSTANT(C_RED_TEXT, low, S_COUNT)}},
    {"a date lies outside the years 0001 to 9999",
     {CONSTANT(C_DATE, low, 2932897)}}, /* 10000-01-01, by datetime + 1 */
    {"a date lies outside the years 0001 to 9999",
     {CONSTANT(C_DATE, low, (uint32_t)-719163),
      CONSTANT(C_DATE, high, 0xFFFFFFFF)}}, /* the day before 0001-01-01 */
    {"a datetime lies outside the years 0001 to 9999",
     {CONSTANT(C_DATETIME, high, 0x7FFFFFFF)}},
    {"a datetime lies outside the years 0001 to 9999",
     {CONSTANT(C_DATETIME, high, 0x80000000)}},
    {"constants are not sorted or not unique", {CONSTANT(C_64, low, S_30)}},
    {"constants are not sorted or not unique",
     {CONSTANT(C_DATETIME, type, T_DATE)}},
    {"a constant none has a value", {CONSTANT(C_NONE, low, 1)}},
    {"a constant none has a value", {CONSTANT(C_NONE, high, 1)}},
    /* facts */
    {"two facts have the same name", {SLOT(F_FEE, name, S_UNUSED)}},
    {"a fact has decimal places that it cannot have", {SLOT(0, places, 1)}},
    {"a fact has decimal places that it cannot have",
     {SLOT(F_RATIO, places, 19)}},
    {"a fact opens a bound that it has not",
     {SLOT(F_EXTRA, flags, RPL_FACT_LOW_OPEN)}},
    {"a fact opens a bound that it has not",
     {SLOT(F_EXTRA, flags, RPL_FACT_HIGH_OPEN)}},
    {"a bound is no constant", {SLOT(F_FEE, low, FACT(F_EXTRA))}},
    {"a bound is no constant", {SLOT(F_FEE, high, TEMP(0))}},
    {"a fact without an order has a bound", {SLOT(0, low, CONST(C_TRUE))}},
    {"a fact without an order has a bound", {SLOT(F_HOME, low, CONST(C_ZONE))}},
    {"a fact without an order has a bound",
     {SLOT(F_SHADES, high, CONST(C_RED_BLUE))}},
    {"a bound is of another type than its fact",
     {SLOT(F_FEE, low, CONST(C_30))}},
    {"a bound is of another type than its fact",
     {SLOT(F_NOTE, high, CONST(C_RED_TEXT))}},
    {"a bound is of another type than its fact",
     {SLOT(F_UNTIL, high, CONST(C_NONE))}},
    {"a fact has a value of its own", {SLOT(0, value, CONST(C_TRUE))}},
    {"a param has no constant value", {SLOT(F_DAYS, value, 0)}},
    {"a param has no constant value", {SLOT(F_DAYS, value, FACT(F_DAYS))}},
    {"a param's value is of another type",
     {SLOT(F_DAYS, value, CONST(C_HALF))}},
    {"a param's value is of another type",
     {SLOT(F_COLOR, flags, RPL_FACT_PARAM),
      SLOT(F_COLOR, value, CONST(C_CHECKED))}},
    {"a param's value is of another type",
     {SLOT(F_UNTIL, flags, RPL_FACT_PARAM), SLOT(F_UNTIL, type, T_DATE),
      SLOT(F_UNTIL, value, CONST(C_NONE))}},
    {"a param's value is of another type",
     {SLOT(F_HOME, value, CONST(C_30))}}, /* a zone is no integer */
    {"a param's value is of another type",
     {SLOT(F_SHADES, flags, RPL_FACT_PARAM),
      SLOT(F_SHADES, value, CONST(C_RED))}}, /* nor a set its only value */
    /* code */
    {"there is no such operation",
     {CODE(3, word, RPL_CODE_WORD(0x7F, T_BOOLEAN))}},
    {"there is no such operation", {CODE(3, word, RPL_CODE_WORD(0, 0))}},
    {"unused bits of an instruction are not zero",
     {CODE(3, word, RPL_CODE_WORD(RPL_OP_NOT, T_BOOLEAN) | 0x100)}},
    {"an instruction names a type that does not exist",
     {CODE(3, word, RPL_CODE_WORD(RPL_OP_NOT, T_COUNT))}},
    {"an operation lacks an operand", {CODE(0, b, 0)}},
    {"an operand is not the result of an earlier instruction",
     {CODE(0, b, TEMP(0))}},
    {"an operand is not the result of an earlier instruction",
     {CODE(3, a, TEMP(4))}},
    {"an operand must be a fact and is none", {CODE(7, a, CONST(C_HALF))}},
    {"an operand must be a fact and is none", {CODE(7, a, TEMP(0))}},
    {"an operation has an operand too many", {CODE(3, b, FACT(F_UNUSED))}},
    {"an operation has an operand too many", {CODE(0, c, FACT(F_FEE))}},
    {"the operands do not fit the operation", {CODE(3, a, FACT(F_FEE))}},
    {"the operands do not fit the operation",
     {CODE(13, b, FACT(F_COLOR))}}, /* red union blue */
    {"the operands do not fit the operation",
     {CODE(14, a, CONST(C_CHECKED))}}, /* of another enumeration */
    {"the operands do not fit the operation", {CODE(14, a, FACT(F_SHADES))}},
    {"the operands do not fit the operation",
     {CODE(15, b, CONST(C_30))}}, /* seconds are no zone */
    {"the operands do not fit the operation", {CODE(15, a, CONST(C_DATE))}},
    {"an instruction states another type than its result's",
     {CODE(13, word, RPL_CODE_WORD(RPL_OP_UNION, T_COLOR))}},
    {"an instruction states another type than its result's",
     {CODE(15, word, RPL_CODE_WORD(RPL_OP_DATE_OF, T_DATETIME))}},
    {"an instruction states another type than its result's",
     {CODE(3, word, RPL_CODE_WORD(RPL_OP_NOT, T_DATE))}},
    {"an instruction states another type than its result's",
     {CODE(6, word, RPL_CODE_WORD(RPL_OP_ELSE, T_DATE_OPT))}},
    /* lists, outcomes, steps */
    {"a list names a string that does not exist", {ITEM(0, S_COUNT)}},
    {"a list names a string that does not exist", {ITEM(1, S_COUNT)}},
    {"a list names a string that does not exist", {ITEM(4, S_COUNT)}},
    {"a list names a string that does not exist", {ITEM(9, S_COUNT)}},
    {"a list names a string that does not exist", {ITEM(11, S_COUNT)}},
    {"a list names a string that does not exist", {ITEM(16, S_COUNT)}},
    {"a list names a string that does not exist", {ITEM(18, S_COUNT)}},
    {"a list names a step that does not exist", {ITEM(3, 1)}},
    {"a list names a step that does not exist", {ITEM(17, 1)}},
    {"a list names an output that does not exist", {ITEM(15, 4)}},
    {"a list names an outcome that does not exist", {ITEM(8, 3)}},
    {"two outcomes have the same name", {OUTCOME(1, name, S_DENIED)}},
    {"a step's condition is not boolean", {STEP(0, condition, FACT(F_FEE))}},
    /* outputs */
    {"two outputs have the same name", {OUTPUT(1, name, S_AMOUNT)}},
    {"an output is of an optional type", {OUTPUT(1, type, T_DATE_OPT)}},
    {"an output is printed in two places",
     {OUTPUT(0, flags, RPL_OUTPUT_AMOUNT | RPL_OUTPUT_DESTINATION)}},
    {"two outputs are printed in the same place",
     {OUTPUT(2, flags, RPL_OUTPUT_DEADLINE)}},
    {"the amount is not money", {OUTPUT(0, type, T_NUMBER)}},
    {"the deadline is no date or datetime", {OUTPUT(1, type, T_NUMBER)}},
    {"an amount or a deadline is ranked",
     {OUTPUT(0, flags, RPL_OUTPUT_AMOUNT | RPL_OUTPUT_RANKED)}},
    {"an amount or a deadline is ranked",
     {OUTPUT(1, flags, RPL_OUTPUT_DEADLINE | RPL_OUTPUT_RANKED)}},
    /* rules, definitions, ensures */
    {"a rule has an outcome that does not exist", {RULE(0, outcome, 3)}},
    {"a rule's condition is not boolean", {RULE(0, condition, FACT(F_FEE))}},
    {"a rule gives half a pair",
     {RULE(1, provides_count, 2), RULE(1, gives, 6), RULE(1, gives_count, 1)}},
    {"a rule gives an output that does not exist", {ITEM(5, 4)}},
    {"a rule gives a value that does not exist", {ITEM(6, TEMP(FULL_CODE))}},
    {"a rule gives a value that does not exist", {ITEM(6, 0)}},
    {"a rule gives a value of another type", {ITEM(6, FACT(F_FEE))}},
    {"a rule asks for a value that does not exist",
     {RULE(1, gives, 0), RULE(1, gives_count, 0), RULE(1, asks, 5),
      RULE(1, asks_count, 2)}},
    {"a rule asks for what is no set",
     {RULE(1, gives, 0), RULE(1, gives_count, 0), RULE(1, asks, 5),
      RULE(1, asks_count, 2), ITEM(5, FACT(F_FEE))}},
    {"a definition is of no output", {DEFINITION(3, output, 4)}},
    {"definitions are not grouped by output", {DEFINITION(3, output, 0)}},
    {"a definition's guard is not boolean",
     {DEFINITION(2, guard, FACT(F_FEE))}},
    {"a definition has no value",
     {DEFINITION(3, values, 0), DEFINITION(3, values_count, 0),
      ENSURE(0, outputs, 14), ENSURE(0, outputs_count, 2)}},
    {"an output that is not ranked has two values", {OUTPUT(2, flags, 0)}},
    {"a definition's value does not exist", {ITEM(7, TEMP(FULL_CODE))}},
    {"a definition's value does not exist", {ITEM(13, 0)}},
    {"a definition's value is of another type", {ITEM(7, FACT(F_UNUSED))}},
    {"a definition's value is of another type", {ITEM(14, CONST(C_RED))}},
    {"what is ensured is not boolean", {ENSURE(0, condition, FACT(F_FEE))}},
    /* the policy */
    {"the policy is of an unknown edition", {POLICY(edition, 0)}},
    {"the policy is of an unknown edition", {POLICY(edition, RPL_EDITION + 1)}},
    {"the cost is not the one stated", {POLICY(cost_low, FULL_COST - 1)}},
    {"the cost is not the one stated", {POLICY(cost_high, 1)}},
    {"otherwise has an outcome that does not exist", {POLICY(otherwise, 4)}},
    {"there is no otherwise and yet a part of it", {POLICY(otherwise, 0)}},
    {"the currency is that of no fact", {POLICY(currency_fact, F_COUNT + 1)}},
    {"the currency's fact is of another type",
     {POLICY(currency_fact, F_FEE + 1)}},
    /* side tables */
    {"texts do not share out segments in order", {TEXT(1, segments, 0)}},
    {"a text has no segment", {TEXT(1, count, 0)}},
    {"a text runs past the segments", {TEXT(4, count, 2)}},
    {"a segment is not either words or a value",
     {SEGMENT(0, operand, FACT(F_FEE))}},
    {"a segment is not either words or a value", {SEGMENT(3, operand, 0)}},
    {"a description is not one piece of words", {SLOT(0, describe, 3)}},
    {"the title is not one piece of words", {POLICY(title, 3)}},
    {"lines and columns count from 1", {PLACE(0, line, 0)}},
    {"lines and columns count from 1", {PLACE(0, column, 0)}},
    {"places are not sorted or not unique", {PLACE(1, line, 1)}},
    {"a name is not that of a result", {NAME(0, operand, FACT(F_FEE))}},
    {"names are not sorted or not unique", {NAME(1, operand, TEMP(0))}},
    /* nothing dead */
    {"nothing uses a place", {RULE(0, place, 1)}},
    {"nothing uses a text", {STEP(0, text, 1)}},
    {"nothing uses a string", {OUTCOME(1, reported, S_DENIED)}},
    {"nothing uses the result of an instruction",
     {STEP(0, condition, TEMP(10))}},
};

static void expect_refusal(const RplBuilder *b, RplStatus status,
                           const char *message) {
  RplProgramError error;
  RplStatus got = read_built(b, &error);
  if (got != status || strcmp(error.message, message) != 0)
    fail_msg("expected %d \"%s\", got %d \"%s\" (section %d row %u)",
             (int)status, message, (int)got, error.message, (int)error.section,
             (unsigned)error.row);
}

static void test_each_rule(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    RplBuilder b;
    rpl_builder_full(&b);
    for (size_t k = 0; k < 5; k++) {
      const Edit *edit = &cases[i].edits[k];
      if (k == 0 || edit->section || edit->row || edit->word || edit->value)
        *rpl_builder_word(&b, edit->section, edit->row, edit->word) =
            edit->value;
    }
    expect_refusal(&b, RPL_E_PROGRAM, cases[i].message);
    rpl_builder_clear(&b);
  }
}

/* ---- rules that need a row more, or other bytes ---- */

static void break_utf8(RplBuilder *b) { b->blob[0] = (char)0xFF; }
static void break_nul(RplBuilder *b) { b->blob[0] = '\0'; }
static void break_order(RplBuilder *b) { b->blob[0] = '9'; }
static void break_number(RplBuilder *b) { /* 1.6 becomes 1.0 */
  b->blob[*rpl_builder_word(b, RPL_SECTION_STRINGS, S_1_6, 0) + 2] = '0';
}
static void add_string(RplBuilder *b) { rpl_builder_string(b, "zzz"); }
static void add_type(RplBuilder *b) { RPL_ADD(b, TYPES, RPL_KIND_SET, 1, 0); }
static void add_enum(RplBuilder *b) {
  RPL_ADD(b, ENUMS, S_SUM, 4, 1, 0);
  RPL_ADD(b, ENUMERATORS, S_RED);
}
static void add_constant(RplBuilder *b) {
  RPL_ADD(b, CONSTANTS, T_COLORS, 1u << 2, 0);
}
static void add_period(RplBuilder *b) {
  RPL_ADD(b, TYPES, RPL_KIND_PERIOD, 0, 0);
  RPL_ADD(b, CONSTANTS, b->count[RPL_SECTION_TYPES] - 1, (uint32_t)-1,
          UINT32_MAX); /* a period is one word */
}
static void add_step(RplBuilder *b) {
  RPL_ADD(b, STEPS, S_TOUCHED, 0, 0, 0, 0, 0);
}
static void repeat_step(RplBuilder *b) {
  RPL_ADD(b, STEPS, S_RESET, 0, 0, 0, 0, 0);
}
static void add_text(RplBuilder *b) {
  RPL_ADD(b, TEXTS, 6, 1);
  RPL_ADD(b, SEGMENTS, S_SUM + 1, 0);
}
static void add_segment(RplBuilder *b) { RPL_ADD(b, SEGMENTS, S_SUM + 1, 0); }
static void add_place(RplBuilder *b) { RPL_ADD(b, PLACES, S_TEST_RPL, 3, 1); }
static void add_instruction(RplBuilder *b) {
  RPL_ADD(b, CODE, RPL_CODE_WORD(RPL_OP_NOT, T_BOOLEAN), TEMP(3), 0, 0);
  rpl_builder_set_cost(b);
}
static void add_policy(RplBuilder *b) {
  RplPolicyRecord policy;
  memset(&policy, 0, sizeof policy);
  rpl_builder_add(b, RPL_SECTION_POLICIES, &policy.name);
}
static void drop_policy(RplBuilder *b) {
  b->count[RPL_SECTION_POLICIES] = 0;
  b->count[RPL_SECTION_LISTS] = 16;
}
static void claim_stripped(RplBuilder *b) { b->flags = RPL_PROGRAM_STRIPPED; }

static const struct {
  const char *message;
  void (*change)(RplBuilder *b);
} changes[] = {
    {"a string is not UTF-8", break_utf8},
    {"a string holds a NUL", break_nul},
    {"strings are not sorted or not unique", break_order},
    {"a number is not in its canonical form", break_number},
    {"two steps have the same id", repeat_step},
    {"a segment belongs to no text", add_segment},
    {"there is not one record of the policy", add_policy},
    {"there is not one record of the policy", drop_policy},
    {"a stripped program has a side table", claim_stripped},
    {"nothing uses a string", add_string},
    {"nothing uses a type", add_type},
    {"nothing uses an enumeration", add_enum},
    {"nothing uses a constant", add_constant},
    {"a period has a second word", add_period},
    {"nothing uses the result of an instruction", add_instruction},
    {"nothing uses a step", add_step},
    {"nothing uses a text", add_text},
    {"nothing uses a place", add_place},
};

static void test_each_addition(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    RplBuilder b;
    rpl_builder_full(&b);
    changes[i].change(&b);
    expect_refusal(&b, RPL_E_PROGRAM, changes[i].message);
    rpl_builder_clear(&b);
  }
}

/* What lies just inside the rules above is accepted. */
static void test_just_inside(void **state) {
  (void)state;
  static const Edit edits[] = {
      CONSTANT(C_DATE, low, 2932896), /* 9999-12-31 */
      CONSTANT(C_RED, low, 2),
      CONSTANT(C_HALF_UP, low, 6),
      CONSTANT(C_ZONE, low, 86340), /* +23:59 */
      CONSTANT(C_ZONE, low, (uint32_t)-86340),
      CONSTANT(C_ZONE, low, 0),
      CONSTANT(C_RED_BLUE, low, 7), /* all of color */
      CONSTANT(C_RED_BLUE, low, 0),
      SLOT(F_RATIO, places, 18),
      CONSTANT(C_MONEY_0, high, USD),
      RULE(0, outcome, 2),
      POLICY(otherwise, 3),
      POLICY(currency_fact, 0),
      ITEM(2, S_C1),          /* a clause twice */
      ITEM(13, CONST(C_NONE)) /* none as a value */
  };
  for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
    RplBuilder b;
    rpl_builder_full(&b);
    *rpl_builder_word(&b, edits[i].section, edits[i].row, edits[i].word) =
        edits[i].value;
    RplProgramError error;
    RplStatus status = read_built(&b, &error);
    if (status)
      fail_msg("edit %zu: %s", i, error.message);
    rpl_builder_clear(&b);
  }
}
/* An integer stands for a number: the output `fallbacks` becomes a number. */
static void test_integer_for_number(void **state) {
  (void)state;
  RplBuilder b;
  RplProgramError error;
  rpl_builder_full(&b);
  *rpl_builder_word(&b, RPL_SECTION_OUTPUTS, 2, 1) = T_NUMBER;
  *rpl_builder_word(&b, RPL_SECTION_LISTS, 12, 0) = FACT(F_DAYS);
  *rpl_builder_word(&b, RPL_SECTION_LISTS, 13, 0) = FACT(F_RATIO);
  *rpl_builder_word(&b, RPL_SECTION_SEGMENTS, 3, 1) = TEMP(11);
  assert_int_equal(read_built(&b, &error), RPL_OK);
  rpl_builder_clear(&b);
}

/* ---- limits, at and one past ---- */

/* The list of clauses that the last field of all has is grown to `items`. */
static RplStatus read_with_items(uint32_t items) {
  RplBuilder b;
  RplProgramError error;
  uint32_t clause = S_C2;
  rpl_builder_full(&b);
  *rpl_builder_word(&b, RPL_SECTION_POLICIES, 0,
                    offsetof(RplPolicyRecord, undetermined_clauses_count) /
                        4) += items - b.count[RPL_SECTION_LISTS];
  while (b.count[RPL_SECTION_LISTS] < items)
    rpl_builder_list(&b, 1, &clause);
  RplStatus status = read_built(&b, &error);
  rpl_builder_clear(&b);
  return status;
}

static void test_limit_rows(void **state) {
  (void)state;
  assert_int_equal(read_with_items(RPL_MAX_ROWS), RPL_OK);
  assert_int_equal(read_with_items(RPL_MAX_ROWS + 1), RPL_E_LIMIT);
  assert_string_equal(refusal, "a section has too many rows");
}

/* Strings, each used as a value of the enumeration `destination`, or else as
 * the name of a fact and an enumeration of its own. */
static void add_names(RplBuilder *b, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    char name[16];
    (void)snprintf(name, sizeof name, "z%07u", (unsigned)i);
    rpl_builder_string(b, name);
  }
}

static RplStatus read_with_values(uint32_t count) {
  RplBuilder b;
  RplProgramError error;
  rpl_builder_full(&b);
  add_names(&b, count - 1);
  for (uint32_t i = 0; i < count - 1; i++)
    RPL_ADD(&b, ENUMERATORS, S_COUNT + i);
  *rpl_builder_word(&b, RPL_SECTION_ENUMS, 1, 2) = count;
  RplStatus status = read_built(&b, &error);
  rpl_builder_clear(&b);
  return status;
}

static void test_limit_values(void **state) {
  (void)state;
  assert_int_equal(read_with_values(RPL_MAX_ENUMERATORS), RPL_OK);
  assert_int_equal(read_with_values(RPL_MAX_ENUMERATORS + 1), RPL_E_LIMIT);
  assert_string_equal(refusal, "an enumeration has too many values");
}

/* A program whose enumeration `destination` has `count` values, and a set of
 * them, if any, with the bits given, as the value of a param. */
static RplStatus read_with_set(uint32_t count, bool has_set, uint64_t bits,
                               RplProgramError *error) {
  RplBuilder b;
  rpl_builder_full(&b);
  add_names(&b, count - 1);
  for (uint32_t i = 0; i < count - 1; i++)
    RPL_ADD(&b, ENUMERATORS, S_COUNT + i);
  *rpl_builder_word(&b, RPL_SECTION_ENUMS, 1, 2) = count;
  if (has_set) {
    uint32_t type = RPL_ADD(&b, TYPES, RPL_KIND_SET, 0, 1);
    uint32_t value =
        RPL_ADD(&b, CONSTANTS, type, (uint32_t)bits, (uint32_t)(bits >> 32));
    RPL_ADD(&b, FACTS, S_DESTINATION, type, RPL_FACT_PARAM, 0, 0, 0,
            CONST(value), 0);
  }
  RplStatus status = read_built(&b, error);
  rpl_builder_clear(&b);
  return status;
}

/* 64 values fill the two words of a set; 65 are refused, but only where there
 * is a set of them. */
static void test_limit_set(void **state) {
  (void)state;
  const uint32_t most = RPL_MAX_SET_VALUES;
  RplProgramError error;
  assert_int_equal(most, 64);
  assert_int_equal(read_with_set(most, true, UINT64_MAX, &error), RPL_OK);
  assert_int_equal(read_with_set(most, true, 0, &error), RPL_OK);
  assert_int_equal(read_with_set(most + 1, true, 1, &error), RPL_E_PROGRAM);
  assert_string_equal(error.message, "an enumeration is too large for sets");
  assert_int_equal(error.section, RPL_SECTION_TYPES);
  assert_int_equal(error.row, T_COUNT);
  assert_int_equal(read_with_set(most + 1, false, 0, &error), RPL_OK);
}

/* The last value that an enumeration of 63 has, and the bit after it. */
static void test_highest_bit_of_a_set(void **state) {
  (void)state;
  const uint64_t last = UINT64_C(1) << 62;
  RplProgramError error;
  assert_int_equal(read_with_set(63, true, last, &error), RPL_OK);
  assert_int_equal(read_with_set(63, true, last << 1, &error), RPL_E_PROGRAM);
  assert_string_equal(error.message,
                      "a set has a value that its enumeration has not");
}

/* Programs of `count` types: those of the full program and enumerations. Rows
 * after those of enumerations move: the types that follow are taken away and
 * put back behind the new ones. */
static RplStatus read_with_types(uint32_t count) {
  RplBuilder b;
  RplProgramError error;
  uint32_t more = count - T_COUNT;
  rpl_builder_full(&b);
  add_names(&b, more);
  b.count[RPL_SECTION_TYPES] = T_ROUNDING;
  for (uint32_t i = 0; i < more; i++) {
    RPL_ADD(&b, TYPES, RPL_KIND_ENUM, 0, 2 + i);
    RPL_ADD(&b, ENUMS, S_COUNT + i, 4 + i, 1, 0);
    RPL_ADD(&b, ENUMERATORS, S_RED);
    RPL_ADD(&b, FACTS, S_COUNT + i, T_ROUNDING + i, 0, 0, 0, 0, 0, 0);
  }
  rpl_builder_shift_types(&b, more);
  RplStatus status = read_built(&b, &error);
  rpl_builder_clear(&b);
  return status;
}

static void test_limit_types(void **state) {
  (void)state;
  assert_int_equal(read_with_types(RPL_MAX_TYPES), RPL_OK);
  assert_int_equal(read_with_types(RPL_MAX_TYPES + 1), RPL_E_LIMIT);
  assert_string_equal(refusal, "a program has too many types");
}

/* The last definition is made ranked and given `count` values. */
static RplStatus read_with_ranked(uint32_t count) {
  RplBuilder b;
  RplProgramError error;
  rpl_builder_full(&b);
  b.count[RPL_SECTION_LISTS] = 15; /* the definition's value is the last */
  uint32_t value = CONST(C_CHECKED);
  for (uint32_t i = 1; i < count; i++)
    rpl_builder_list(&b, 1, &value);
  *rpl_builder_word(&b, RPL_SECTION_DEFINITIONS, 3, 3) = count;
  *rpl_builder_word(&b, RPL_SECTION_OUTPUTS, 3, 2) |= RPL_OUTPUT_RANKED;
  memset(rpl_builder_word(&b, RPL_SECTION_ENSURES, 0, 1), 0, 8);
  RplPolicyRecord *policy =
      (RplPolicyRecord *)rpl_builder_word(&b, RPL_SECTION_POLICIES, 0, 0);
  policy->otherwise_clauses = policy->otherwise_clauses_count = 0;
  policy->otherwise_steps = policy->otherwise_steps_count = 0;
  policy->undetermined_clauses = policy->undetermined_clauses_count = 0;
  RplStatus status = read_built(&b, &error);
  rpl_builder_clear(&b);
  return status;
}

static void test_limit_ranked(void **state) {
  (void)state;
  assert_int_equal(read_with_ranked(RPL_MAX_RANKED), RPL_OK);
  assert_int_equal(read_with_ranked(RPL_MAX_RANKED + 1), RPL_E_LIMIT);
  assert_string_equal(refusal, "a definition has more than 8 values");
}

/* Only the header is looked at before the limit, so the rest may be zeros. */
static void test_limit_bytes(void **state) {
  (void)state;
  RplProgramError error;
  RplBytes bytes = {calloc(1, RPL_MAX_PROGRAM_BYTES + 8),
                    RPL_MAX_PROGRAM_BYTES};
  assert_non_null(bytes.data);
  memcpy(bytes.data, "RPLP\1", 5);
  rpl_bytes_set_word(bytes, 8, (uint32_t)bytes.size);
  assert_int_equal(read_bytes(bytes, &error), RPL_E_PROGRAM);
  assert_string_equal(error.message, "the sections do not fill the program");
  bytes.size += 8;
  rpl_bytes_set_word(bytes, 8, (uint32_t)bytes.size);
  assert_int_equal(read_bytes(bytes, &error), RPL_E_LIMIT);
  assert_string_equal(error.message, "a program is larger than 64 MiB");
  free(bytes.data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_full_is_accepted),
      cmocka_unit_test(test_stripped),
      cmocka_unit_test(test_each_rule),
      cmocka_unit_test(test_each_addition),
      cmocka_unit_test(test_just_inside),
      cmocka_unit_test(test_integer_for_number),
      cmocka_unit_test(test_limit_rows),
      cmocka_unit_test(test_limit_values),
      cmocka_unit_test(test_limit_set),
      cmocka_unit_test(test_highest_bit_of_a_set),
      cmocka_unit_test(test_limit_types),
      cmocka_unit_test(test_limit_ranked),
      cmocka_unit_test(test_limit_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
