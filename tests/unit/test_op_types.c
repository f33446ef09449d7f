/* SPDX-License-Identifier: Apache-2.0
 * Result types of operations. Every expectation was written down from the
 * meaning of the operation (ops.def in words), one line an operation or a case,
 * not from the signatures that the code reads. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "vm/program.h"

/* Types as one letter: as in ops.def, E and H two enumerations, s and S sets of
 * them; a capital or small letter's optional version has a question mark. */
static RplTypeWords type_of(const char *text) {
  static const struct {
    char letter;
    RplTypeWords type;
  } types[] = {
      {'b', {RPL_KIND_BOOLEAN, 0, 0}},  {'i', {RPL_KIND_INTEGER, 0, 0}},
      {'n', {RPL_KIND_NUMBER, 0, 0}},   {'m', {RPL_KIND_MONEY, 0, 0}},
      {'t', {RPL_KIND_TEXT, 0, 0}},     {'d', {RPL_KIND_DATE, 0, 0}},
      {'D', {RPL_KIND_DATETIME, 0, 0}}, {'u', {RPL_KIND_DURATION, 0, 0}},
      {'r', {RPL_KIND_ROUNDING, 0, 0}}, {'c', {RPL_KIND_CURRENCY, 0, 0}},
      {'E', {RPL_KIND_ENUM, 0, 3}},     {'H', {RPL_KIND_ENUM, 0, 4}},
      {'s', {RPL_KIND_SET, 0, 3}},      {'S', {RPL_KIND_SET, 0, 4}},
      {'z', {RPL_KIND_ZONE, 0, 0}},     {'k', {RPL_KIND_CALENDAR, 0, 0}},
      {'p', {RPL_KIND_PERIOD, 0, 0}},   {'L', {RPL_KIND_LIST, 0, 2}},
      {'R', {RPL_KIND_RECORD, 0, 1}}};
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    if (types[i].letter == text[0]) {
      RplTypeWords type = types[i].type;
      type.optional = text[1] == '?';
      return type;
    }
  fail_msg("no type %s", text);
  return (RplTypeWords){0, 0, 0};
}

typedef struct Case {
  RplOp op;
  const char *operands[3]; /* "" none */
  const char *result;      /* NULL: refused */
} Case;

static const Case cases[] = {
    {RPL_OP_NOT, {"b", "", ""}, "b"},
    {RPL_OP_NOT, {"b?", "", ""}, NULL},
    {RPL_OP_NOT, {"i", "", ""}, NULL},
    {RPL_OP_NOT, {"", "", ""}, NULL},
    {RPL_OP_NOT, {"b", "b", ""}, NULL},
    {RPL_OP_NOT, {"b", "", "b"}, NULL},
    {RPL_OP_AND, {"b", "b", ""}, "b"},
    {RPL_OP_AND, {"b", "", ""}, NULL},
    {RPL_OP_AND, {"b", "t", ""}, NULL},
    {RPL_OP_OR, {"b", "b", ""}, "b"},
    {RPL_OP_SELECT, {"b", "m", "m"}, "m"},
    {RPL_OP_SELECT, {"b", "m?", "m"}, "m?"},
    {RPL_OP_SELECT, {"b", "m", "m?"}, "m?"},
    {RPL_OP_SELECT, {"b?", "m", "m"}, NULL},
    {RPL_OP_SELECT, {"b", "m", "t"}, NULL},
    {RPL_OP_SELECT, {"b", "i", "n"}, "n"},
    {RPL_OP_SELECT, {"b", "n", "i"}, "n"},
    {RPL_OP_SELECT, {"b", "i", "i"}, "i"},
    {RPL_OP_SELECT, {"b", "E", "E"}, "E"},
    {RPL_OP_SELECT, {"b", "E", "H"}, NULL},
    {RPL_OP_GIVEN_OR, {"d", "d", ""}, "d"},
    {RPL_OP_GIVEN_OR, {"d", "d?", ""}, "d?"},
    {RPL_OP_GIVEN_OR, {"d?", "d", ""}, "d?"}, /* null was given: none */
    {RPL_OP_GIVEN_OR, {"d", "D", ""}, NULL},
    {RPL_OP_IS_NONE, {"d?", "", ""}, "b"},
    {RPL_OP_IS_NONE, {"d", "", ""}, "b"},
    {RPL_OP_ELSE, {"d?", "d", ""}, "d"},
    {RPL_OP_ELSE, {"d?", "d?", ""}, "d?"},
    {RPL_OP_ELSE, {"d", "d?", ""}, "d?"},
    {RPL_OP_ELSE, {"i?", "n", ""}, "n"},
    {RPL_OP_SOME, {"E?", "", ""}, "E"},
    {RPL_OP_SOME, {"u", "", ""}, "u"},
    {RPL_OP_PICK, {"m?", "b", "m"}, "m?"},
    {RPL_OP_PICK, {"m", "b", "m"}, "m?"},
    {RPL_OP_PICK, {"m", "b?", "m"}, NULL},
    {RPL_OP_PICK, {"m", "b", "n"}, NULL},
    {RPL_OP_EQ, {"c", "c", ""}, "b"},
    {RPL_OP_EQ, {"i", "n", ""}, "b"},
    {RPL_OP_EQ, {"E", "H", ""}, NULL},
    {RPL_OP_EQ, {"t?", "t", ""}, NULL},
    {RPL_OP_NE, {"b", "b", ""}, "b"},
    {RPL_OP_LT, {"t", "t", ""}, "b"},
    {RPL_OP_LT, {"b", "b", ""}, NULL},
    {RPL_OP_LT, {"E", "E", ""}, NULL},
    {RPL_OP_LT, {"r", "r", ""}, NULL},
    {RPL_OP_LT, {"c", "c", ""}, NULL},
    {RPL_OP_LE, {"d", "d", ""}, "b"},
    {RPL_OP_GT, {"u", "u", ""}, "b"},
    {RPL_OP_GE, {"D", "D", ""}, "b"},
    {RPL_OP_GE, {"d", "D", ""}, NULL},
    {RPL_OP_BETWEEN, {"i", "n", "i"}, "b"},
    {RPL_OP_BETWEEN, {"i", "i", "m"}, NULL},
    {RPL_OP_BETWEEN, {"m", "m", "m"}, "b"},
    {RPL_OP_WITHIN, {"D", "u", "D"}, "b"},
    {RPL_OP_WITHIN, {"D", "D", "u"}, NULL},
    {RPL_OP_WITHIN, {"d", "u", "d"}, NULL},
    {RPL_OP_MIN, {"i", "n", ""}, "n"},
    {RPL_OP_MIN, {"m", "m", ""}, "m"},
    {RPL_OP_MAX, {"D", "D", ""}, "D"},
    {RPL_OP_MAX, {"D", "D?", ""}, NULL},
    {RPL_OP_EQ, {"s", "s", ""}, "b"},
    {RPL_OP_EQ, {"s", "S", ""}, NULL},
    {RPL_OP_EQ, {"E", "s", ""}, NULL},
    {RPL_OP_EQ, {"z", "z", ""}, "b"},
    {RPL_OP_LT, {"s", "s", ""}, NULL},
    {RPL_OP_LT, {"z", "z", ""}, NULL},
    {RPL_OP_SELECT, {"b", "s", "s"}, "s"},
    {RPL_OP_SELECT, {"b", "s", "S"}, NULL},
    {RPL_OP_GIVEN_OR, {"z", "z", ""}, "z"},
    {RPL_OP_IN, {"E", "s", ""}, "b"},
    {RPL_OP_IN, {"H", "S", ""}, "b"},
    {RPL_OP_IN, {"E", "S", ""}, NULL}, /* a set of the other enumeration */
    {RPL_OP_IN, {"s", "E", ""}, NULL}, /* the set comes second */
    {RPL_OP_IN, {"s", "s", ""}, NULL},
    {RPL_OP_IN, {"E", "E", ""}, NULL},
    {RPL_OP_IN, {"E?", "s", ""}, NULL},
    {RPL_OP_IN, {"E", "s?", ""}, NULL},
    {RPL_OP_IN, {"E", "", ""}, NULL},
    {RPL_OP_IN, {"i", "s", ""}, NULL},
    {RPL_OP_UNION, {"s", "s", ""}, "s"},
    {RPL_OP_UNION, {"S", "S", ""}, "S"},
    {RPL_OP_UNION, {"s", "S", ""}, NULL},
    {RPL_OP_UNION, {"s", "E", ""}, NULL},
    {RPL_OP_UNION, {"s?", "s", ""}, NULL},
    {RPL_OP_EXCEPT, {"s", "s", ""}, "s"},
    {RPL_OP_EXCEPT, {"S", "s", ""}, NULL},
    {RPL_OP_EXCEPT, {"s", "s?", ""}, NULL},
    {RPL_OP_EXCEPT, {"E", "E", ""}, NULL},
    {RPL_OP_IS_EMPTY, {"s", "", ""}, "b"},
    {RPL_OP_IS_EMPTY, {"s?", "", ""}, NULL},
    {RPL_OP_IS_EMPTY, {"E", "", ""}, NULL},
    {RPL_OP_ADD_N, {"i", "i", ""}, "i"},
    {RPL_OP_ADD_N, {"i", "n", ""}, "n"},
    {RPL_OP_SUB_N, {"n", "i", ""}, "n"},
    {RPL_OP_MUL_N, {"n", "n", ""}, "n"},
    {RPL_OP_MUL_N, {"n", "m", ""}, NULL},
    {RPL_OP_DIV_N, {"i", "i", ""}, "n"},
    {RPL_OP_NEG_N, {"i", "", ""}, "i"},
    {RPL_OP_NEG_N, {"n", "", ""}, "n"},
    {RPL_OP_ABS_N, {"i", "", ""}, "i"},
    {RPL_OP_ROUND_N, {"n", "i", "r"}, "n"},
    {RPL_OP_ROUND_N, {"n", "n", "r"}, NULL},
    {RPL_OP_ADD_M, {"m", "m", ""}, "m"},
    {RPL_OP_ADD_M, {"m", "n", ""}, NULL},
    {RPL_OP_SUB_M, {"m", "m", ""}, "m"},
    {RPL_OP_MUL_MN, {"m", "i", ""}, "m"},
    {RPL_OP_MUL_MN, {"n", "m", ""}, NULL},
    {RPL_OP_MUL_NM, {"n", "m", ""}, "m"},
    {RPL_OP_DIV_MN, {"m", "n", ""}, "m"},
    {RPL_OP_DIV_MM, {"m", "m", ""}, "n"},
    {RPL_OP_NEG_M, {"m", "", ""}, "m"},
    {RPL_OP_ABS_M, {"m", "", ""}, "m"},
    {RPL_OP_ROUND_M, {"m", "r", ""}, "m"},
    {RPL_OP_ROUND_MP, {"m", "i", "r"}, "m"},
    {RPL_OP_ADD_DTU, {"D", "u", ""}, "D"},
    {RPL_OP_SUB_DTU, {"D", "u", ""}, "D"},
    {RPL_OP_SUB_DTDT, {"D", "D", ""}, "u"},
    {RPL_OP_ADD_DU, {"d", "u", ""}, "d"},
    {RPL_OP_SUB_DU, {"d", "u", ""}, "d"},
    {RPL_OP_SUB_DD, {"d", "d", ""}, "u"},
    {RPL_OP_ADD_U, {"u", "u", ""}, "u"},
    {RPL_OP_SUB_U, {"u", "u", ""}, "u"},
    {RPL_OP_MUL_UN, {"u", "n", ""}, "u"},
    {RPL_OP_MUL_NU, {"i", "u", ""}, "u"},
    {RPL_OP_DIV_UN, {"u", "i", ""}, "u"},
    {RPL_OP_DIV_UU, {"u", "u", ""}, "n"},
    {RPL_OP_NEG_U, {"u", "", ""}, "u"},
    {RPL_OP_ABS_U, {"u", "", ""}, "u"},
    {RPL_OP_DATE_OF, {"D", "z", ""}, "d"},
    {RPL_OP_DATE_OF, {"d", "z", ""}, NULL}, /* a day is one already */
    {RPL_OP_DATE_OF, {"D", "", ""}, NULL},  /* in no zone */
    {RPL_OP_DATE_OF, {"D", "i", ""}, NULL},
    {RPL_OP_DATE_OF, {"D", "u", ""}, NULL},
    {RPL_OP_DATE_OF, {"D?", "z", ""}, NULL},
    {RPL_OP_DATE_OF, {"D", "z?", ""}, NULL},
    {RPL_OP_START_OF, {"d", "z", ""}, "D"},
    {RPL_OP_START_OF, {"D", "z", ""}, NULL},
    {RPL_OP_START_OF, {"z", "d", ""}, NULL},
    {RPL_OP_YEAR_OF, {"d", "", ""}, "i"},
    {RPL_OP_YEAR_OF, {"D", "", ""}, NULL}, /* its day depends on a zone */
    {RPL_OP_YEAR_OF, {"d?", "", ""}, NULL},
    {RPL_OP_MONTH_OF, {"d", "", ""}, "i"},
    {RPL_OP_MONTH_OF, {"D", "", ""}, NULL},
    {RPL_OP_DAY_OF, {"d", "", ""}, "i"},
    {RPL_OP_DAY_OF, {"d", "z", ""}, NULL},
    {RPL_OP_BUSINESS_DAYS, {"i", "d", ""}, "d"},
    {RPL_OP_BUSINESS_DAYS, {"n", "d", ""}, NULL}, /* no half days */
    {RPL_OP_BUSINESS_DAYS, {"d", "i", ""}, NULL},
    {RPL_OP_BUSINESS_DAYS, {"i", "D", ""}, NULL},
    {RPL_OP_BUSINESS_DAYS, {"i", "d?", ""}, NULL},
    {RPL_OP_ROW, {"m?", "b", "m"}, "m?"},
    {RPL_OP_ROW, {"i?", "b", "n"}, "n?"},
    {RPL_OP_ROW, {"m?", "b?", "m"}, NULL},
    {RPL_OP_ROW, {"m?", "b", "n"}, NULL},
    {RPL_OP_ROW, {"E?", "b", "H"}, NULL},
    {RPL_OP_TABLE, {"m?", "", ""}, "m?"},
    {RPL_OP_TABLE, {"t", "", ""}, "t?"},
    {RPL_OP_TABLE, {"t", "t", ""}, NULL},
    {RPL_OP_WHOLE_N, {"n", "n", ""}, "i"}, /* whole, whatever is divided */
    {RPL_OP_WHOLE_N, {"m", "m", ""}, NULL},
    {RPL_OP_WHOLE_M, {"m", "m", ""}, "i"},
    {RPL_OP_WHOLE_M, {"m", "n", ""}, NULL},
    {RPL_OP_WHOLE_U, {"u", "u", ""}, "i"},
    {RPL_OP_WHOLE_U, {"u", "n", ""}, NULL},
    {RPL_OP_MOD_N, {"i", "i", ""}, "i"},
    {RPL_OP_MOD_N, {"n", "i", ""}, "n"},
    {RPL_OP_MOD_N, {"i?", "i", ""}, NULL},
    {RPL_OP_MOD_M, {"m", "m", ""}, "m"},
    {RPL_OP_MOD_M, {"m", "n", ""}, NULL},
    {RPL_OP_MOD_U, {"u", "u", ""}, "u"},
    {RPL_OP_MOD_U, {"u", "i", ""}, NULL},
    {RPL_OP_LENGTH, {"t", "", ""}, "i"},
    {RPL_OP_LENGTH, {"E", "", ""}, NULL},
    {RPL_OP_LENGTH, {"t?", "", ""}, NULL},
    {RPL_OP_LOWER, {"t", "", ""}, "t"},
    {RPL_OP_UPPER, {"t", "", ""}, "t"},
    {RPL_OP_UPPER, {"c", "", ""}, NULL},
    {RPL_OP_TRIM, {"t", "", ""}, "t"},
    {RPL_OP_TRIM, {"t", "t", ""}, NULL},
    {RPL_OP_STARTS_WITH, {"t", "t", ""}, "b"},
    {RPL_OP_STARTS_WITH, {"t", "", ""}, NULL},
    {RPL_OP_STARTS_WITH, {"t", "E", ""}, NULL},
    {RPL_OP_ENDS_WITH, {"t", "t", ""}, "b"},
    {RPL_OP_CONTAINS, {"t", "t", ""}, "b"},
    {RPL_OP_CONTAINS, {"s", "t", ""}, NULL},
    {RPL_OP_ADD_P, {"p", "p", ""}, "p"},
    {RPL_OP_ADD_P, {"p", "u", ""}, NULL},
    {RPL_OP_SUB_P, {"p", "p", ""}, "p"},
    {RPL_OP_SUB_P, {"d", "p", ""}, NULL},
    {RPL_OP_NEG_P, {"p", "", ""}, "p"},
    {RPL_OP_NEG_P, {"p?", "", ""}, NULL},
    {RPL_OP_MUL_PN, {"p", "i", ""}, "p"},
    {RPL_OP_MUL_PN, {"p", "n", ""}, NULL},
    {RPL_OP_MUL_NP, {"i", "p", ""}, "p"},
    {RPL_OP_MUL_NP, {"n", "p", ""}, NULL},
    {RPL_OP_MONTHS_CLAMP, {"d", "p", ""}, "d"},
    {RPL_OP_MONTHS_CLAMP, {"D", "p", ""}, NULL},
    {RPL_OP_MONTHS_NEXT, {"d", "p", ""}, "d"},
    {RPL_OP_MONTHS_NEXT, {"d", "u", ""}, NULL},
    {RPL_OP_MONTHS_STRICT, {"d", "p", ""}, "d"},
    {RPL_OP_MONTHS_STRICT, {"d", "p?", ""}, NULL},
    {RPL_OP_AT_TIME, {"d", "D", "z"}, "D"},
    {RPL_OP_AT_TIME, {"D", "D", "z"}, NULL},
    {RPL_OP_BUSINESS_IN, {"i", "d", "k"}, "d"},
    {RPL_OP_BUSINESS_IN, {"i", "d", ""}, NULL},
    {RPL_OP_BUSINESS_IN, {"i", "D", "k"}, NULL},
    {RPL_OP_IS_BUSINESS, {"d", "", ""}, "b"},
    {RPL_OP_IS_BUSINESS, {"D", "", ""}, NULL},
    {RPL_OP_IS_BUSINESS_IN, {"d", "k", ""}, "b"},
    {RPL_OP_IS_BUSINESS_IN, {"d", "z", ""}, NULL},
    {RPL_OP_EQ, {"k", "k", ""}, NULL}, /* calendars are no values */
    {RPL_OP_SELECT, {"b", "k", "k"}, NULL},
    {RPL_OP_EQ, {"p", "p", ""}, "b"},
    {RPL_OP_LT, {"p", "p", ""}, NULL},
    {RPL_OP_EQ, {"p", "u", ""}, NULL},
    /* lists and records are handed on, but never compared */
    {RPL_OP_SELECT, {"b", "L", "L"}, "L"},
    {RPL_OP_SOME, {"R?", "", ""}, "R"},
    {RPL_OP_EQ, {"L", "L", ""}, NULL},
    {RPL_OP_NE, {"R", "R", ""}, NULL},
    {RPL_OP_LT, {"L", "L", ""}, NULL},
    {RPL_OP_PICK, {"L", "b", "L"}, NULL},
    {RPL_OP_COUNT, {"L", "", ""}, "i"},
    {RPL_OP_COUNT, {"L?", "", ""}, NULL},
    {RPL_OP_COUNT, {"R", "", ""}, NULL},
    {RPL_OP_COUNT_IF, {"R", "b", ""}, "i"},
    {RPL_OP_COUNT_IF, {"m", "b", ""}, "i"},
    {RPL_OP_COUNT_IF, {"m", "i", ""}, NULL},
    {RPL_OP_SUM_N, {"R", "i", "b"}, "i"},
    {RPL_OP_SUM_N, {"R", "n", "b"}, "n"},
    {RPL_OP_SUM_N, {"R", "n", ""}, NULL},
    {RPL_OP_SUM_N, {"R", "m", "b"}, NULL},
    {RPL_OP_SUM_N, {"R", "n?", "b"}, NULL},
    {RPL_OP_SUM_M, {"m", "m", "b"}, "m"},
    {RPL_OP_SUM_M, {"m", "n", "b"}, NULL},
    {RPL_OP_SUM_U, {"R", "u", "b"}, "u"},
    {RPL_OP_SUM_U, {"R", "p", "b"}, NULL},
    {RPL_OP_LEAST, {"R", "d", "b"}, "d?"},
    {RPL_OP_LEAST, {"R", "E", "b"}, NULL},
    {RPL_OP_GREATEST, {"t", "t", "b"}, "t?"},
    {RPL_OP_GREATEST, {"t", "t", "i"}, NULL},
    {RPL_OP_ANY, {"R", "b", ""}, "b"},
    {RPL_OP_ANY, {"R", "b", "b"}, NULL},
    {RPL_OP_ALL, {"b", "b", ""}, "b"},
    {RPL_OP_ALL, {"b", "b?", ""}, NULL},
    {RPL_OP_NONEMPTY, {"m?", "", ""}, "m"},
};

#define CASE_COUNT (sizeof cases / sizeof cases[0])

static bool run(const Case *tried, RplTypeWords *result) {
  RplTypeWords types[3];
  const RplTypeWords *given[3] = {NULL, NULL, NULL};
  for (unsigned i = 0; i < 3; i++)
    if (tried->operands[i][0] != '\0') {
      types[i] = type_of(tried->operands[i]);
      given[i] = &types[i];
    }
  return rpl_op_result_type((uint8_t)tried->op, given[0], given[1], given[2],
                            result);
}

static void test_each_operation(void **state) {
  (void)state;
  for (size_t i = 0; i < CASE_COUNT; i++) {
    RplTypeWords result = {77, 77, 77};
    bool fits = run(&cases[i], &result);
    if (fits != (cases[i].result != NULL))
      fail_msg("case %zu: %s", i, rpl_op_info((uint8_t)cases[i].op).name);
    if (!fits) {
      assert_int_equal(result.kind, 77); /* left alone */
      continue;
    }
    RplTypeWords expected = type_of(cases[i].result);
    assert_int_equal(result.kind, expected.kind);
    assert_int_equal(result.optional, expected.optional);
    assert_int_equal(result.detail, expected.detail);
  }
}

/* Operations whose result the tables of list and record types tell are tried in
 * test_lists.c. */
static bool gives_part(RplOpInfo info) {
  return info.name && strchr(info.signature, '>')[1] == 'P';
}

/* Every operation has a case that fits, so none is untested. */
static void test_all_are_covered(void **state) {
  (void)state;
  bool covered[256] = {false};
  for (size_t i = 0; i < CASE_COUNT; i++)
    covered[cases[i].op] |= cases[i].result != NULL;
  for (unsigned byte = 0; byte < 256; byte++)
    assert_true(covered[byte] == (rpl_op_info((uint8_t)byte).name != NULL &&
                                  !gives_part(rpl_op_info((uint8_t)byte))));
}

static void test_no_operation(void **state) {
  (void)state;
  RplTypeWords type = {RPL_KIND_BOOLEAN, 0, 0};
  RplTypeWords result;
  assert_false(rpl_op_result_type(0x00, &type, NULL, NULL, &result));
  assert_false(rpl_op_result_type(0x0A, &type, &type, NULL, &result));
  assert_false(rpl_op_result_type(0x80, &type, NULL, NULL, &result));
  assert_false(rpl_op_result_type(0xFF, &type, NULL, NULL, &result));
}

static void test_no_kind(void **state) {
  (void)state;
  RplTypeWords nothing = {RPL_KIND_NOTHING, 0, 0};
  RplTypeWords beyond = {RPL_KIND_COUNT, 0, 0};
  RplTypeWords result;
  assert_false(rpl_op_result_type(RPL_OP_SOME, &nothing, NULL, NULL, &result));
  assert_false(rpl_op_result_type(RPL_OP_SOME, &beyond, NULL, NULL, &result));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_operation),
      cmocka_unit_test(test_all_are_covered),
      cmocka_unit_test(test_no_operation),
      cmocka_unit_test(test_no_kind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
