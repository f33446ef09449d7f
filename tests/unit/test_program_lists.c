/* SPDX-License-Identifier: Apache-2.0
 * test_program_lists.c - the verifier on lists, records and blocks: a program
 * made word by word that is good, and one broken copy for each rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/program_builder.h"

/* ---- the program -------------------------------------------------------- */

#define STRINGS(X)                                                             \
  X(0, "0")                                                                    \
  X(ASKED, "asked")                                                            \
  X(FAILED, "failed")                                                          \
  X(GIFT, "gift")                                                              \
  X(LINE, "line")                                                              \
  X(LINES, "lines")                                                            \
  X(ORDER, "order")                                                            \
  X(ORDERS, "orders")                                                          \
  X(P, "p")                                                                    \
  X(PRICE, "price")                                                            \
  X(XS, "xs")

enum {
#define X(id, text) L_##id,
  STRINGS(X)
#undef X
      L_STRINGS
};

enum {
  L_BOOLEAN,
  L_INTEGER,
  L_INTEGER_OPT,
  L_LIST,
  L_LINES_TYPE,
  L_ORDERS_TYPE,
  L_LINE_TYPE,
  L_ORDER_TYPE
};
enum { L_TRUE, L_ZERO, L_EMPTY_LIST, L_EMPTY_LINE };

#define CODE_ROW(op, type, a, b, c)                                            \
  RPL_ADD(builder, CODE, RPL_CODE_WORD(RPL_OP_##op, type), a, b, c)
#define PART(op, type, field, a, b)                                            \
  RPL_ADD(builder, CODE,                                                       \
          RPL_CODE_WITH_FIELD(RPL_CODE_WORD(RPL_OP_##op, type), field), a, b,  \
          0)

static void build_types(RplBuilder *builder) {
  static const char *const strings[] = {
#define X(id, text) text,
      STRINGS(X)
#undef X
  };
  for (int i = 0; i < L_STRINGS; i++)
    (void)rpl_builder_string(builder, strings[i]);
  RPL_ADD(builder, TYPES, RPL_KIND_BOOLEAN, 0, 0);
  RPL_ADD(builder, TYPES, RPL_KIND_INTEGER, 0, 0);
  RPL_ADD(builder, TYPES, RPL_KIND_INTEGER, 1, 0);
  RPL_ADD(builder, TYPES, RPL_KIND_LIST, 0, 0);
  RPL_ADD(builder, TYPES, RPL_KIND_LIST, 0, 1);
  RPL_ADD(builder, TYPES, RPL_KIND_LIST, 0, 2);
  RPL_ADD(builder, TYPES, RPL_KIND_RECORD, 0, 0);
  RPL_ADD(builder, TYPES, RPL_KIND_RECORD, 0, 1);
  RPL_ADD(builder, LIST_TYPES, L_INTEGER, 3);
  RPL_ADD(builder, LIST_TYPES, L_LINE_TYPE, 4);
  RPL_ADD(builder, LIST_TYPES, L_ORDER_TYPE, 5);
  RPL_ADD(builder, RECORD_TYPES, L_LINE, 0, 2);
  RPL_ADD(builder, RECORD_TYPES, L_ORDER, 2, 1);
  RPL_ADD(builder, FIELDS, L_GIFT, L_BOOLEAN, 0, 0, 0, 0);
  RPL_ADD(builder, FIELDS, L_PRICE, L_INTEGER, 0, CONST(L_ZERO), 0, 0);
  RPL_ADD(builder, FIELDS, L_LINES, L_LINES_TYPE, 0, 0, 0, 0);
}

/* sum(sum(l.price for l in o.lines if l.gift) for o in orders), put into a list
 * whose least is compared with a field of a record; and whether that field is
 * in xs. */
static void build_code(RplBuilder *builder) {
  CODE_ROW(EACH, L_ORDER_TYPE, FACT(0), 0, 0);
  PART(FIELD, L_LINES_TYPE, 0, TEMP(0), 0);
  CODE_ROW(EACH, L_LINE_TYPE, TEMP(1), 0, 0);
  PART(FIELD, L_INTEGER, 1, TEMP(2), 0);
  PART(FIELD, L_BOOLEAN, 0, TEMP(2), 0);
  CODE_ROW(SUM_N, L_INTEGER, TEMP(2), TEMP(3), TEMP(4));
  CODE_ROW(SUM_N, L_INTEGER, TEMP(0), TEMP(5), CONST(L_TRUE));
  CODE_ROW(APPEND, L_LIST, CONST(L_EMPTY_LIST), TEMP(6), 0);
  CODE_ROW(EACH, L_INTEGER, TEMP(7), 0, 0);
  CODE_ROW(LEAST, L_INTEGER_OPT, TEMP(8), TEMP(8), CONST(L_TRUE));
  CODE_ROW(NONEMPTY, L_INTEGER, TEMP(9), 0, 0);
  CODE_ROW(COUNT, L_INTEGER, FACT(1), 0, 0);
  PART(WITH, L_LINE_TYPE, 1, CONST(L_EMPTY_LINE), TEMP(11));
  PART(FIELD, L_INTEGER, 1, TEMP(12), 0);
  CODE_ROW(LE, L_BOOLEAN, TEMP(10), TEMP(13), 0);
  CODE_ROW(EACH, L_INTEGER, FACT(1), 0, 0);
  CODE_ROW(EQ, L_BOOLEAN, TEMP(15), TEMP(13), 0);
  CODE_ROW(ANY, L_BOOLEAN, TEMP(15), TEMP(16), 0);
  CODE_ROW(AND, L_BOOLEAN, TEMP(14), TEMP(17), 0);
}

enum { LISTS_CODE = 19 };

/* States what the library counts; test_good counts by hand. */
static void set_cost(RplBuilder *builder) {
  RplTables tables = {.flags = 0};
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++) {
    tables.rows[i] = builder->rows[i];
    tables.row_count[i] = builder->count[i];
  }
  uint64_t cost = rpl_image_cost(&tables);
  *rpl_builder_word(builder, RPL_SECTION_POLICIES, 0,
                    offsetof(RplPolicyRecord, cost_low) / 4) = (uint32_t)cost;
  *rpl_builder_word(builder, RPL_SECTION_POLICIES, 0,
                    offsetof(RplPolicyRecord, cost_high) / 4) =
      (uint32_t)(cost >> 32);
}

static void build(RplBuilder *builder) {
  rpl_builder_init(builder);
  build_types(builder);
  RPL_ADD(builder, FACTS, L_ORDERS, L_ORDERS_TYPE, 0, 0, 0, 0, 0, 0);
  RPL_ADD(builder, FACTS, L_XS, L_LIST, 0, 0, 0, 0, 0, 0);
  RPL_ADD(builder, CONSTANTS, L_BOOLEAN, 1, 0);
  RPL_ADD(builder, CONSTANTS, L_INTEGER, L_0, 0);
  RPL_ADD(builder, CONSTANTS, L_LIST, 0, 0);
  RPL_ADD(builder, CONSTANTS, L_LINE_TYPE, 0, 0);
  build_code(builder);
  RPL_ADD(builder, OUTCOMES, L_ASKED, L_ASKED, RPL_OUTCOME_ASKS);
  RPL_ADD(builder, OUTCOMES, L_FAILED, L_FAILED, 0);
  RplRuleRecord rule = {.name = L_ASKED, .condition = TEMP(18)};
  RplPolicyRecord policy = {.name = L_P,
                            .edition = 1,
                            .otherwise = 1,
                            .unknown_report = L_ASKED,
                            .error_report = L_FAILED};
  rpl_builder_add(builder, RPL_SECTION_RULES, (const uint32_t *)&rule);
  rpl_builder_add(builder, RPL_SECTION_POLICIES, (const uint32_t *)&policy);
  set_cost(builder);
}

static RplStatus read_built(const RplBuilder *builder, RplProgramError *error,
                            uint64_t *cost) {
  RplArena arena;
  RplImage image;
  RplBytes bytes = rpl_builder_program(builder);
  rpl_arena_init(&arena, NULL, 0);
  RplStatus status =
      rpl_image_read(&arena, bytes.data, bytes.size, &image, error);
  if (status == RPL_OK && cost)
    *cost = image.cost;
  rpl_arena_clear(&arena);
  free(bytes.data);
  return status;
}

/* By hand, with the costs of ops.def (sums 3, least 2, others 1): what is in
 * the block of orders counts 5 times, in that of their lines 5 * 4, in those of
 * %7 and xs 3 times. %0 1, %1 5, %2 5, %3 20, %4 20, %5 60, %6 15, %7 1, %8 1,
 * %9 6, %10 to %15 6, %16 3, %17 3, %18 1, and the rule 1. */
static void test_good(void **state) {
  (void)state;
  RplBuilder builder;
  RplProgramError error;
  uint64_t cost = 0;
  build(&builder);
  RplStatus status = read_built(&builder, &error, &cost);
  assert_string_equal(error.message, "");
  assert_int_equal(status, RPL_OK);
  assert_int_equal(cost, 1 + 5 + 5 + 20 + 20 + 60 + 15 + 1 + 1 + 6 + 6 + 3 + 3 +
                             1 + 1);
  rpl_builder_clear(&builder);
}

/* An append that may copy a list of 128 counts two more; what goes through such
 * lists (%8 to %9, %15 to %17) counts 128 times. */
static void test_cost_of_appending(void **state) {
  (void)state;
  RplBuilder builder;
  RplProgramError error;
  uint64_t cost = 0;
  build(&builder);
  *rpl_builder_word(&builder, RPL_SECTION_LIST_TYPES, 0,
                    offsetof(RplListTypeRecord, most) / 4) = 128;
  set_cost(&builder);
  RplStatus status = read_built(&builder, &error, &cost);
  assert_string_equal(error.message, "");
  assert_int_equal(status, RPL_OK);
  assert_int_equal(cost, 1 + 5 + 5 + 20 + 20 + 60 + 15 + 3 + 1 + 256 + 6 + 128 +
                             128 + 1 + 1);
  rpl_builder_clear(&builder);
}

static void expect_refusal(const RplBuilder *builder, const char *message) {
  RplProgramError error;
  assert_int_equal(read_built(builder, &error, NULL), RPL_E_PROGRAM);
  assert_string_equal(error.message, message);
}

/* What is in a block can be neither named nor asked for from outside. */
static void test_blocks_from_outside(void **state) {
  (void)state;
  RplBuilder builder;
  build(&builder);
  RPL_ADD(&builder, NAMES, TEMP(3), L_P);
  expect_refusal(&builder, "an operand is missing or does not exist");
  rpl_builder_clear(&builder);
  build(&builder);
  rpl_builder_list(&builder, 1, (uint32_t[]){TEMP(16)});
  *rpl_builder_word(&builder, RPL_SECTION_RULES, 0,
                    offsetof(RplRuleRecord, asks_count) / 4) = 1;
  expect_refusal(&builder, "a rule asks for a value that does not exist");
  rpl_builder_clear(&builder);
}

/* ---- one break for each rule -------------------------------------------- */

typedef struct Edit {
  RplSection section;
  uint32_t row;
  unsigned word;
  uint32_t value;
} Edit;

typedef struct Case {
  const char *message;
  Edit edits[3];
} Case;

#define SET(id, Struct, row, member, value)                                    \
  { RPL_SECTION_##id, row, offsetof(Struct, member) / 4, value }
#define TYPE(row, member, value) SET(TYPES, RplTypeRecord, row, member, value)
#define LIST(row, member, value)                                               \
  SET(LIST_TYPES, RplListTypeRecord, row, member, value)
#define RECORD(row, member, value)                                             \
  SET(RECORD_TYPES, RplRecordTypeRecord, row, member, value)
#define FIELD(row, member, value)                                              \
  SET(FIELDS, RplFieldRecord, row, member, value)
#define CODE(row, member, value) SET(CODE, RplInstruction, row, member, value)
#define WORD(op, type)           RPL_CODE_WORD(RPL_OP_##op, type)

static const Case cases[] = {
    {"a type names a list or record that does not exist",
     {TYPE(L_ORDERS_TYPE, detail, 3)}},
    {"a type names a list or record that does not exist",
     {TYPE(L_ORDER_TYPE, detail, 2)}},
    /* list types */
    {"an element of a list is a list", {LIST(1, element, L_LIST)}},
    {"an element of a list is optional", {LIST(0, element, L_INTEGER_OPT)}},
    {"a list has no room for an element", {LIST(0, most, 0)}},
    {"a list has room for too many elements",
     {LIST(0, most, RPL_MAX_LIST_ITEMS + 1)}},
    /* record types */
    {"records do not share out the fields in order", {RECORD(1, first, 1)}},
    {"a record has no field", {RECORD(1, count, 0)}},
    {"a record has too many fields",
     {RECORD(1, count, RPL_MAX_RECORD_FIELDS + 1)}},
    {"a record runs past the fields", {RECORD(1, count, 2)}},
    {"a field belongs to no record",
     {RECORD(0, count, 1), RECORD(1, first, 1), RECORD(1, count, 1)}},
    {"a record has a field twice", {FIELD(1, name, L_GIFT)}},
    {"a field is of a record that stands behind",
     {FIELD(0, type, L_ORDER_TYPE)}},
    {"a field is of a record that stands behind",
     {FIELD(0, type, L_LINE_TYPE)}},
    {"a field is of a record that stands behind",
     {FIELD(1, type, L_LINES_TYPE)}},
    {"a record has an unknown flag", {FIELD(0, flags, RPL_FACT_PARAM)}},
    {"a fact opens a bound that it has not",
     {FIELD(0, flags, RPL_FACT_LOW_OPEN)}},
    {"a fact without an order has a bound", {FIELD(0, low, CONST(L_ZERO))}},
    {"a bound is of another type than its fact",
     {FIELD(1, low, CONST(L_TRUE))}},
    {"a constant list or record has a value",
     {SET(CONSTANTS, RplConstantRecord, L_EMPTY_LIST, high, 1)}},
    {"a constant list or record has a value",
     {SET(CONSTANTS, RplConstantRecord, L_EMPTY_LINE, low, 1)}},
    {"a param is a list or a record",
     {SET(FACTS, RplFactRecord, 1, flags, RPL_FACT_PARAM),
      SET(FACTS, RplFactRecord, 1, value, CONST(L_EMPTY_LIST))}},
    /* blocks */
    {"a block is closed that is not open",
     {CODE(0, word, WORD(COUNT, L_INTEGER)), CODE(2, word, 0),
      CODE(5, word, WORD(SUM_N, L_INTEGER))}},
    {"a block is not closed", {CODE(17, word, WORD(OR, L_BOOLEAN))}},
    {"what closes a block does not name its element", {CODE(5, a, TEMP(0))}},
    {"what closes a block does not name its element",
     {CODE(9, a, CONST(L_TRUE))}},
    {"blocks stand too deep in each other",
     {CODE(3, word, WORD(EACH, L_LINE_TYPE))}},
    {"an operand is read outside its block", {CODE(14, a, TEMP(8))}},
    {"an operand is read outside its block", {CODE(6, b, TEMP(3))}},
    {"an operand is read outside its block", {CODE(16, b, TEMP(5))}},
    {"an operand is read outside its block", {CODE(8, a, TEMP(1))}},
    {"an operand is missing or does not exist",
     {SET(RULES, RplRuleRecord, 0, condition, TEMP(16))}},
    /* parts */
    {"the operands do not fit the operation", {CODE(0, a, CONST(L_TRUE))}},
    {"the operands do not fit the operation", {CODE(1, a, FACT(0))}},
    {"the operands do not fit the operation",
     {CODE(13, word, RPL_CODE_WITH_FIELD(WORD(FIELD, L_INTEGER), 2))}},
    {"the operands do not fit the operation",
     {CODE(12, word, RPL_CODE_WITH_FIELD(WORD(WITH, L_LINE_TYPE), 0))}},
    {"the operands do not fit the operation", {CODE(7, b, CONST(L_TRUE))}},
    {"the operands do not fit the operation", {CODE(12, b, TEMP(9))}},
    {"the operands do not fit the operation",
     {CODE(16, word, WORD(EQ, L_BOOLEAN)), CODE(16, a, FACT(1)),
      CODE(16, b, FACT(1))}},
    {"an instruction states another type than its result's",
     {CODE(8, word, WORD(EACH, L_BOOLEAN))}},
    {"an instruction states another type than its result's",
     {CODE(7, word, WORD(APPEND, L_LINES_TYPE))}},
    {"unused bits of an instruction are not zero",
     {CODE(18, word, RPL_CODE_WITH_FIELD(WORD(AND, L_BOOLEAN), 1))}},
};

static void test_rules(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    RplBuilder builder;
    RplProgramError error;
    build(&builder);
    for (size_t j = 0; j < 3; j++) {
      const Edit *edit = &cases[i].edits[j];
      if (edit->section || edit->row || edit->word || edit->value)
        *rpl_builder_word(&builder, edit->section, edit->row, edit->word) =
            edit->value;
    }
    set_cost(&builder);
    RplStatus status = read_built(&builder, &error, NULL);
    if (status == RPL_OK || strcmp(error.message, cases[i].message) != 0)
      fail_msg("case %zu: \"%s\", not \"%s\"", i, error.message,
               cases[i].message);
    rpl_builder_clear(&builder);
  }
}

/* ---- what edits of words cannot break ----------------------------------- */

static void expect(RplBuilder *builder, const char *message) {
  RplProgramError error;
  set_cost(builder);
  RplStatus status = read_built(builder, &error, NULL);
  assert_string_equal(error.message, message);
  assert_int_equal(status == RPL_OK, message[0] == '\0');
  rpl_builder_clear(builder);
}

static void test_unused_types(void **state) {
  (void)state;
  RplBuilder builder;
  build(&builder);
  RPL_ADD(&builder, LIST_TYPES, L_INTEGER, 9);
  expect(&builder, "nothing uses the type of a list");
  build(&builder);
  RPL_ADD(&builder, RECORD_TYPES, L_XS, 3, 1);
  RPL_ADD(&builder, FIELDS, L_XS, L_INTEGER, 0, 0, 0, 0);
  expect(&builder, "nothing uses the type of a record");
}

static void test_output(void **state) {
  (void)state;
  RplBuilder builder;
  build(&builder);
  RPL_ADD(&builder, OUTPUTS, L_XS, L_LIST, 0);
  expect(&builder, "an output is a list or a record");
}

/* LIMIT: records inside each other. Each is the only field of the next; with
 * the two there are, `more` records nest more + 2 deep, and lists 2 deep. */
static void nest_records(RplBuilder *builder, uint32_t more) {
  build(builder);
  for (uint32_t i = 0; i < more; i++) {
    uint32_t type = RPL_ADD(builder, TYPES, RPL_KIND_RECORD, 0, 2 + i);
    RPL_ADD(builder, RECORD_TYPES, L_P, 3 + i, 1);
    RPL_ADD(builder, FIELDS, L_P, type - 1, 0, 0, 0, 0);
  }
  uint32_t last = builder->count[RPL_SECTION_TYPES] - 1;
  RPL_ADD(builder, FACTS, L_P, last, 0, 0, 0, 0, 0, 0);
}

static void test_limit_records(void **state) {
  (void)state;
  RplBuilder builder;
  nest_records(&builder, RPL_MAX_RECORD_DEPTH - 2);
  expect(&builder, "");
  nest_records(&builder, RPL_MAX_RECORD_DEPTH - 1);
  expect(&builder, "records stand too deep in each other");
}

/* LIMIT: lists inside each other: orders have lines, and a record of a list of
 * orders would be one too many, be it a field or an element. */
static void test_limit_lists(void **state) {
  (void)state;
  RplBuilder builder;
  build(&builder);
  RPL_ADD(&builder, TYPES, RPL_KIND_RECORD, 0, 2);
  RPL_ADD(&builder, RECORD_TYPES, L_P, 3, 1);
  RPL_ADD(&builder, FIELDS, L_P, L_ORDERS_TYPE, 0, 0, 0, 0);
  RPL_ADD(&builder, FACTS, L_P, L_ORDER_TYPE + 1, 0, 0, 0, 0, 0, 0);
  expect(&builder, "");
  build(&builder);
  RPL_ADD(&builder, TYPES, RPL_KIND_RECORD, 0, 2);
  RPL_ADD(&builder, RECORD_TYPES, L_P, 3, 1);
  RPL_ADD(&builder, FIELDS, L_P, L_ORDERS_TYPE, 0, 0, 0, 0);
  *rpl_builder_word(&builder, RPL_SECTION_LIST_TYPES, 0, 0) = L_ORDER_TYPE + 1;
  expect(&builder, "lists stand too deep in each other");
}

/* LIMIT: elements of a list and fields of a record, at the limit. */
static void test_limits_met(void **state) {
  (void)state;
  RplBuilder builder;
  build(&builder);
  *rpl_builder_word(&builder, RPL_SECTION_LIST_TYPES, 0, 1) =
      RPL_MAX_LIST_ITEMS;
  expect(&builder, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_good),
                                     cmocka_unit_test(test_cost_of_appending),
                                     cmocka_unit_test(test_blocks_from_outside),
                                     cmocka_unit_test(test_rules),
                                     cmocka_unit_test(test_unused_types),
                                     cmocka_unit_test(test_output),
                                     cmocka_unit_test(test_limit_records),
                                     cmocka_unit_test(test_limit_lists),
                                     cmocka_unit_test(test_limits_met)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
