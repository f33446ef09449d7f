/* SPDX-License-Identifier: Apache-2.0
 * test_careful.c - each operation on values, none, unknown and errors. The
 * truth tables are written out from the language's rules (an operand that
 * settles the result absorbs the other), results of arithmetic were worked out
 * by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/image_fixture.h"
#include "vm/civil.h"

#define USD_ID ((RplCurrency)USD)
#define ZAR_ID ((RplCurrency)ZAR)
#define DAY    RPL_DAY_MICROS

static RplArena arena;

/* Runs one operation whose operands are facts 0, 1 and 2. */
static RplValue run(RplOp op, RplKind kind, const RplValue *a,
                    const RplValue *b, const RplValue *c) {
  uint32_t code[4] = {RPL_CODE_WORD(op, 0), FACT(0), b ? FACT(1) : 0,
                      c ? FACT(2) : 0};
  uint32_t type[3] = {(uint32_t)kind, 0, 0};
  RplValue facts[3] = {*a, b ? *b : rpl_value_none(),
                       c ? *c : rpl_value_none()};
  RplSlot slots[3];
  RplImage image;
  RplCareful careful;
  memset(&image, 0, sizeof image);
  memset(slots, 0, sizeof slots);
  for (int i = 0; i < 3; i++)
    slots[i].state =
        facts[i].state == RPL_STATE_UNKNOWN ? RPL_SLOT_ABSENT : RPL_SLOT_GIVEN;
  image.tables.rows[RPL_SECTION_CODE] = code;
  image.tables.row_count[RPL_SECTION_CODE] = 1;
  image.tables.rows[RPL_SECTION_TYPES] = type;
  image.tables.row_count[RPL_SECTION_TYPES] = 1;
  assert_int_equal(rpl_careful_begin(&careful, &arena, &image, facts, slots),
                   RPL_OK);
  assert_int_equal(rpl_careful_run(&careful, &arena), RPL_OK);
  return careful.temps[0];
}

static RplValue num(const char *text) {
  RplNumber number;
  RplSlice slice = rpl_slice_from(text);
  if (strchr(text, '/'))
    assert_int_equal(rpl_number_parse_ratio(&arena, slice, &number),
                     RPL_NUMBER_OK);
  else
    assert_int_equal(rpl_number_parse(&arena, slice, &number), RPL_NUMBER_OK);
  return rpl_value_number(RPL_KIND_NUMBER, number);
}

static RplValue usd(const char *text) {
  return rpl_value_money(num(text).as.number, USD_ID);
}

static RplValue zero(void) {
  return rpl_value_money(rpl_number_from_int(0), RPL_CURRENCY_NONE);
}

/* The value of a letter: False, True, None, Unknown, Error, values 1 and 2. */
static RplValue of_letter(char letter) {
  switch (letter) {
  case 'F':
    return rpl_value_boolean(false);
  case 'T':
    return rpl_value_boolean(true);
  case 'N':
    return rpl_value_none();
  case 'U':
    return rpl_value_unknown();
  case 'E':
    return rpl_value_error(RPL_ERROR_INEXACT, 77);
  default:
    return rpl_value_small(RPL_KIND_DATE, letter - '0');
  }
}

/* The letter of a value; C stands for a conflict, X for none_used. */
static char letter_of(const RplValue *value) {
  switch ((RplState)value->state) {
  case RPL_STATE_NONE:
    return 'N';
  case RPL_STATE_UNKNOWN:
    return 'U';
  case RPL_STATE_ERROR:
    return value->error == RPL_ERROR_CONFLICT    ? 'C'
           : value->error == RPL_ERROR_NONE_USED ? 'X'
                                                 : 'E';
  case RPL_STATE_KNOWN:
    break;
  }
  if (value->kind == RPL_KIND_BOOLEAN)
    return value->as.integer ? 'T' : 'F';
  return (char)('0' + value->as.integer);
}

/* Lines of letters: two or three operands, then the result. */
static void check_lines(RplOp op, RplKind kind, const char *const *lines) {
  for (; *lines; lines++) {
    const char *line = *lines;
    size_t operands = strlen(line) - 1;
    RplValue a = of_letter(line[0]);
    RplValue b = of_letter(line[1]);
    RplValue c = of_letter(operands > 2 ? line[2] : 'N');
    RplValue got =
        run(op, kind, &a, operands > 1 ? &b : NULL, operands > 2 ? &c : NULL);
    if (letter_of(&got) != line[operands])
      fail_msg("%s: got %c", line, letter_of(&got));
  }
}

static void and_absorbs_from_both_sides(void **state) {
  static const char *const lines[] = {"FFF", "FTF", "FUF", "FEF", "TFF", "TTT",
                                      "TUU", "TEE", "UFF", "UTU", "UUU", "UEU",
                                      "EFF", "ETE", "EUU", "EEE", NULL};
  (void)state;
  check_lines(RPL_OP_AND, RPL_KIND_BOOLEAN, lines);
}

static void or_absorbs_from_both_sides(void **state) {
  static const char *const lines[] = {"FFF", "FTT", "FUU", "FEE", "TFT", "TTT",
                                      "TUT", "TET", "UFU", "UTT", "UUU", "UEU",
                                      "EFE", "ETT", "EUU", "EEE", NULL};
  (void)state;
  check_lines(RPL_OP_OR, RPL_KIND_BOOLEAN, lines);
}

static void not_is_strict(void **state) {
  static const char *const lines[] = {"FT", "TF", "UU", "EE", NULL};
  (void)state;
  check_lines(RPL_OP_NOT, RPL_KIND_BOOLEAN, lines);
}

static void select_looks_at_one_arm(void **state) {
  static const char *const lines[] = {"T121", "F122", "T1E1", "T1U1", "T1N1",
                                      "FE22", "FU22", "FN22", "TE1E", "TU1U",
                                      "TN1N", "F1EE", "F1UU", "F1NN", "U12U",
                                      "U11U", "E12E", "E11E", NULL};
  (void)state;
  check_lines(RPL_OP_SELECT, RPL_KIND_DATE, lines);
}

static void none_is_tested_and_replaced(void **state) {
  static const char *const is_none[] = {"NT", "1F", "UU", "EE", NULL};
  static const char *const replaced[] = {"N11", "NUU", "NEE", "NNN",
                                         "121", "1E1", "1U1", "1N1",
                                         "U1U", "E1E", NULL};
  static const char *const some[] = {"11", "NX", "UU", "EE", NULL};
  (void)state;
  check_lines(RPL_OP_IS_NONE, RPL_KIND_BOOLEAN, is_none);
  check_lines(RPL_OP_ELSE, RPL_KIND_DATE, replaced);
  check_lines(RPL_OP_SOME, RPL_KIND_DATE, some);
}

static void given_or_takes_what_was_given(void **state) {
  static const char *const lines[] = {"121", "1E1", "1U1", "N1N", "U11",
                                      "UUU", "UEE", "UNN", NULL};
  (void)state;
  check_lines(RPL_OP_GIVEN_OR, RPL_KIND_DATE, lines);
}

static void pick_joins_definitions(void **state) {
  static const char *const lines[] = {
      /* guard true */
      "NT11", "NTNN", "1TN1", "1T11", "1T2C", "NTUU", "1TUU", "NTEE", "1TEE",
      "UT1U", "UTUU", "UTNU", "UTEE",
      /* guard false: the rest is ignored */
      "NF1N", "1F21", "1FE1", "1FU1", "UF1U",
      /* guard unknown or in error: absorbed by an equal value */
      "1U11", "1U2U", "NU1U", "NUNN", "1UN1", "NUUU", "1UEU", "UU1U", "1E11",
      "1E2E", "NE1E", "UE1E",
      /* an error stays */
      "ET1E", "EF1E", "EU1E", "EE1E", NULL};
  (void)state;
  check_lines(RPL_OP_PICK, RPL_KIND_DATE, lines);
}

/* A strict operation takes the first error, else any unknown. */
static void others_are_strict(void **state) {
  static const char *const lines[] = {"11T", "12F", "U1U", "1UU", "E1E",
                                      "1EE", "UEE", "EUE", NULL};
  (void)state;
  check_lines(RPL_OP_EQ, RPL_KIND_BOOLEAN, lines);
}

static void check_text(RplValue value, const char *expected) {
  RplTables none;
  RplBuffer buffer;
  memset(&none, 0, sizeof none);
  rpl_buffer_init(&buffer, NULL);
  if (value.state == RPL_STATE_ERROR)
    rpl_buffer_text(&buffer, rpl_error_name((RplErrorCode)value.error));
  else
    rpl_value_write_text(&buffer, &none, &value);
  if (!rpl_slice_is(rpl_buffer_view(&buffer), expected))
    fail_msg("expected %s, got %.*s", expected, (int)buffer.length,
             buffer.data);
  rpl_buffer_clear(&buffer);
}

static void check2(RplOp op, RplKind kind, RplValue a, RplValue b,
                   const char *expected) {
  check_text(run(op, kind, &a, &b, NULL), expected);
}

static void numbers(void **state) {
  const RplKind kind = RPL_KIND_NUMBER;
  RplValue third = num("2/3");
  RplValue half_up = rpl_value_small(RPL_KIND_ROUNDING, RPL_ROUND_HALF_UP);
  RplValue two = num("2");
  RplValue far = num("1001");
  RplValue edge = num("1000");
  (void)state;
  check2(RPL_OP_ADD_N, kind, num("0.1"), num("0.2"), "0.3");
  check2(RPL_OP_SUB_N, kind, num("1"), num("3"), "-2");
  check2(RPL_OP_MUL_N, kind, num("1/3"), num("3"), "1");
  check2(RPL_OP_DIV_N, kind, num("8"), num("15"), "8/15");
  check2(RPL_OP_DIV_N, kind, num("8"), num("0"), "division_by_zero");
  check2(RPL_OP_MUL_N, kind, num("1e700"), num("1e700"), "too_large");
  check_text(run(RPL_OP_NEG_N, kind, &third, NULL, NULL), "-2/3");
  check_text(run(RPL_OP_ABS_N, kind, &third, NULL, NULL), "2/3");
  check_text(run(RPL_OP_ROUND_N, kind, &third, &two, &half_up), "0.67");
  check_text(run(RPL_OP_ROUND_N, kind, &third, &far, &half_up), "out_of_range");
  check_text(run(RPL_OP_ROUND_N, kind, &two, &edge, &half_up), "2");
  check2(RPL_OP_MIN, kind, num("2"), num("1.5"), "1.5");
  check2(RPL_OP_MAX, kind, num("2"), num("1.5"), "2");
}

static void money(void **state) {
  const RplKind kind = RPL_KIND_MONEY;
  RplValue zar = rpl_value_money(rpl_number_from_int(1), ZAR_ID);
  RplValue half_up = rpl_value_small(RPL_KIND_ROUNDING, RPL_ROUND_HALF_UP);
  RplValue third = usd("4/3");
  RplValue places = num("-1");
  RplValue fifteen = usd("15");
  (void)state;
  check2(RPL_OP_ADD_M, kind, usd("1.60"), usd("0.4"), "USD 2.00");
  check2(RPL_OP_ADD_M, kind, usd("1.60"), zar, "currency_mixed");
  check2(RPL_OP_ADD_M, kind, zero(), usd("1"), "USD 1.00");
  check2(RPL_OP_SUB_M, kind, zero(), zero(), "0");
  check2(RPL_OP_SUB_M, kind, usd("1"), usd("1"), "USD 0.00");
  check2(RPL_OP_MUL_MN, kind, usd("1.60"), num("60"), "USD 96.00");
  check2(RPL_OP_MUL_NM, kind, num("2"), usd("1.60"), "USD 3.20");
  check2(RPL_OP_DIV_MN, kind, usd("96"), num("300"), "USD 0.32");
  check2(RPL_OP_DIV_MN, kind, usd("96"), num("0"), "division_by_zero");
  check2(RPL_OP_DIV_MM, RPL_KIND_NUMBER, usd("3"), usd("1.5"), "2");
  check2(RPL_OP_DIV_MM, RPL_KIND_NUMBER, usd("3"), zar, "currency_mixed");
  check2(RPL_OP_DIV_MM, RPL_KIND_NUMBER, usd("3"), zero(), "division_by_zero");
  check_text(run(RPL_OP_NEG_M, kind, &third, NULL, NULL), "USD -4/3");
  check_text(run(RPL_OP_ABS_M, kind, &third, NULL, NULL), "USD 4/3");
  check2(RPL_OP_ROUND_M, kind, third, half_up, "USD 1.33");
  check2(RPL_OP_ROUND_M, kind, zero(), half_up, "0");
  check_text(run(RPL_OP_ROUND_MP, kind, &fifteen, &places, &half_up),
             "USD 20.00");
  check2(RPL_OP_LT, RPL_KIND_BOOLEAN, usd("1"), usd("2"), "yes");
  check2(RPL_OP_GT, RPL_KIND_BOOLEAN, usd("1"), zero(), "yes");
  check2(RPL_OP_EQ, RPL_KIND_BOOLEAN, usd("1"), zar, "currency_mixed");
  check2(RPL_OP_NE, RPL_KIND_BOOLEAN, usd("0"), zero(), "no");
  check2(RPL_OP_MIN, kind, usd("1"), zar, "currency_mixed");
  check2(RPL_OP_MAX, kind, zero(), usd("-1"), "USD 0.00");
}

static RplValue small(RplKind kind, int64_t integer) {
  return rpl_value_small(kind, integer);
}

static void days_and_instants(void **state) {
  RplValue day = small(RPL_KIND_DATE, 20514); /* 2026-03-02 */
  RplValue last = small(RPL_KIND_DATE, RPL_DATE_MAX);
  RplValue instant = small(RPL_KIND_DATETIME, 20514 * DAY);
  RplValue end = small(RPL_KIND_DATETIME, RPL_DATETIME_MAX);
  RplValue week = small(RPL_KIND_DURATION, 7 * DAY);
  RplValue hour = small(RPL_KIND_DURATION, DAY / 24);
  (void)state;
  check2(RPL_OP_ADD_DTU, RPL_KIND_DATETIME, instant, week,
         "2026-03-09T00:00:00Z");
  check2(RPL_OP_SUB_DTU, RPL_KIND_DATETIME, instant, hour,
         "2026-03-01T23:00:00Z");
  check2(RPL_OP_ADD_DTU, RPL_KIND_DATETIME, end, hour, "out_of_range");
  check2(RPL_OP_SUB_DTDT, RPL_KIND_DURATION, instant, instant, "0s");
  check2(RPL_OP_ADD_DU, RPL_KIND_DATE, day, week, "2026-03-09");
  check2(RPL_OP_SUB_DU, RPL_KIND_DATE, day, week, "2026-02-23");
  check2(RPL_OP_ADD_DU, RPL_KIND_DATE, day, hour, "not_whole_days");
  check2(RPL_OP_ADD_DU, RPL_KIND_DATE, last, week, "out_of_range");
  check2(RPL_OP_SUB_DD, RPL_KIND_DURATION, last, last, "0s");
}

static void durations(void **state) {
  const RplKind kind = RPL_KIND_DURATION;
  RplValue week = small(kind, 7 * DAY);
  RplValue most = small(kind, INT64_MAX);
  RplValue least = small(kind, INT64_MIN);
  RplValue one = small(kind, 1);
  RplValue none = small(kind, 0);
  (void)state;
  check2(RPL_OP_ADD_U, kind, week, week, "14d");
  check2(RPL_OP_ADD_U, kind, most, one, "out_of_range");
  check2(RPL_OP_SUB_U, kind, least, one, "out_of_range");
  check2(RPL_OP_MUL_UN, kind, week, num("2"), "14d");
  check2(RPL_OP_MUL_NU, kind, num("0.5"), week, "3d12h");
  check2(RPL_OP_MUL_UN, kind, one, num("0.5"), "inexact");
  check2(RPL_OP_MUL_UN, kind, most, num("2"), "out_of_range");
  check2(RPL_OP_DIV_UN, kind, week, num("7"), "1d");
  check2(RPL_OP_DIV_UN, kind, one, num("3"), "inexact");
  check2(RPL_OP_DIV_UN, kind, one, num("0"), "division_by_zero");
  check2(RPL_OP_DIV_UU, RPL_KIND_NUMBER, one, week, "1/604800000000");
  check2(RPL_OP_DIV_UU, RPL_KIND_NUMBER, one, none, "division_by_zero");
  check_text(run(RPL_OP_NEG_U, kind, &least, NULL, NULL), "out_of_range");
  check_text(run(RPL_OP_NEG_U, kind, &week, NULL, NULL), "-7d");
  check_text(run(RPL_OP_ABS_U, kind, &least, NULL, NULL), "out_of_range");
}

static void intervals_include_both_ends(void **state) {
  RplValue start = small(RPL_KIND_DATETIME, RPL_DATETIME_MAX - DAY);
  RplValue week = small(RPL_KIND_DURATION, 7 * DAY);
  RplValue day = small(RPL_KIND_DURATION, DAY);
  RplValue end = small(RPL_KIND_DATETIME, RPL_DATETIME_MAX);
  RplValue before = small(RPL_KIND_DATETIME, RPL_DATETIME_MAX - DAY - 1);
  RplValue one = num("1");
  RplValue two = num("2");
  (void)state;
  check_text(run(RPL_OP_WITHIN, RPL_KIND_BOOLEAN, &end, &day, &start), "yes");
  check_text(run(RPL_OP_WITHIN, RPL_KIND_BOOLEAN, &end, &week, &start), "yes");
  check_text(run(RPL_OP_WITHIN, RPL_KIND_BOOLEAN, &start, &day, &start), "yes");
  check_text(run(RPL_OP_WITHIN, RPL_KIND_BOOLEAN, &before, &day, &start), "no");
  check_text(run(RPL_OP_BETWEEN, RPL_KIND_BOOLEAN, &one, &one, &two), "yes");
  check_text(run(RPL_OP_BETWEEN, RPL_KIND_BOOLEAN, &two, &one, &two), "yes");
  check_text(run(RPL_OP_BETWEEN, RPL_KIND_BOOLEAN, &two, &one, &one), "no");
}

static int set_up(void **state) {
  (void)state;
  rpl_arena_init(&arena, NULL, 0);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  rpl_arena_clear(&arena);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(and_absorbs_from_both_sides),
      cmocka_unit_test(or_absorbs_from_both_sides),
      cmocka_unit_test(not_is_strict),
      cmocka_unit_test(select_looks_at_one_arm),
      cmocka_unit_test(none_is_tested_and_replaced),
      cmocka_unit_test(given_or_takes_what_was_given),
      cmocka_unit_test(pick_joins_definitions),
      cmocka_unit_test(others_are_strict),
      cmocka_unit_test(numbers),
      cmocka_unit_test(money),
      cmocka_unit_test(days_and_instants),
      cmocka_unit_test(durations),
      cmocka_unit_test(intervals_include_both_ends),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
