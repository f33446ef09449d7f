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
      "1E2E", "NE1E", "UE1U", "UEEE",
      /* an error stays */
      "ET1E", "EF1E", "EU1E", "EE1E", NULL};
  (void)state;
  check_lines(RPL_OP_PICK, RPL_KIND_DATE, lines);
}

/* Definitions that are joined: letters of a guard and of a value. */
#define JOINED 4

/* What definitions come to when all are looked at together: U and E as above,
 * a conflict is an error. Two values that stand conflict. A definition whose
 * condition is unknown plays no part where its value is the one that stands, or
 * where it has none. One whose condition is in error asks that its value
 * stands: if it does, it plays no part; if another does, or nothing can, it is
 * an error; while that is unknown, so is the whole. */
static char joined_at_once(const char pairs[JOINED][2]) {
  char stands = 'N', wanted = 'N';
  bool is_unknown = false, is_error = false, is_pending = false;
  for (int i = 0; i < JOINED; i++) {
    char value = pairs[i][1];
    if (pairs[i][0] != 'T' || value == 'N')
      continue;
    is_unknown = is_unknown || value == 'U';
    is_error = is_error || value == 'E' ||
               (value != 'U' && stands != 'N' && stands != value);
    stands = stands == 'N' && value != 'U' && value != 'E' ? value : stands;
  }
  for (int i = 0; i < JOINED; i++) {
    char guard = pairs[i][0], value = pairs[i][1];
    bool is_value = value == '1' || value == '2';
    if ((guard != 'U' && guard != 'E') || (is_value && value == stands) ||
        (guard == 'U' && value == 'N'))
      continue;
    is_unknown = is_unknown || guard == 'U' || (value == 'U' && stands != 'N');
    if (guard == 'U')
      continue;
    is_pending = true;
    is_error =
        is_error || value == 'N' || value == 'E' ||
        (is_value && (stands != 'N' || (wanted != 'N' && wanted != value)));
    wanted = is_value ? value : wanted;
  }
  return is_error ? 'E' : is_unknown ? 'U' : is_pending ? 'E' : stands;
}

static char joined_in_order(const char pairs[JOINED][2]) {
  RplValue picked = rpl_value_none();
  for (int i = 0; i < JOINED; i++) {
    RplValue guard = of_letter(pairs[i][0]), value = of_letter(pairs[i][1]);
    rpl_careful_pick(&picked, &guard, &value, 0, &picked);
  }
  char letter = letter_of(&picked);
  return letter == 'C' ? 'E' : letter;
}

/* All ways to write four definitions, and so all orders of each four. */
static void pick_knows_no_order(void **state) {
  static const char guards[] = "TFUE", values[] = "12NUE";
  char pairs[JOINED][2];
  (void)state;
  for (unsigned n = 0; n < 20u * 20u * 20u * 20u; n++) {
    for (unsigned i = 0, rest = n; i < JOINED; i++, rest /= 20) {
      pairs[i][0] = guards[rest % 20 / 5];
      pairs[i][1] = values[rest % 5];
    }
    char got = joined_in_order((const char(*)[2])pairs);
    if (got != joined_at_once((const char(*)[2])pairs))
      fail_msg("%.8s: got %c", (const char *)pairs, got);
  }
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

/* a == b * (a div b) + a mod b, the quotient rounded down. */
static void whole_division_rounds_down(void **state) {
  RplKind number = RPL_KIND_NUMBER, integer = RPL_KIND_INTEGER;
  RplKind duration = RPL_KIND_DURATION;
  RplValue day = small(duration, DAY), zero = small(duration, 0);
  RplValue hours = small(duration, -DAY / 2);
  RplValue zar = rpl_value_money(num("2").as.number, ZAR_ID);
  (void)state;
  check2(RPL_OP_WHOLE_N, integer, num("7"), num("3"), "2");
  check2(RPL_OP_WHOLE_N, integer, num("-7"), num("3"), "-3");
  check2(RPL_OP_WHOLE_N, integer, num("7"), num("-3"), "-3");
  check2(RPL_OP_WHOLE_N, integer, num("7.5"), num("0.5"), "15");
  check2(RPL_OP_WHOLE_N, integer, num("7"), num("0"), "division_by_zero");
  check2(RPL_OP_MOD_N, number, num("7"), num("3"), "1");
  check2(RPL_OP_MOD_N, number, num("-7"), num("3"), "2");
  check2(RPL_OP_MOD_N, number, num("7"), num("-3"), "-2");
  check2(RPL_OP_MOD_N, number, num("1/2"), num("1/3"), "1/6");
  check2(RPL_OP_MOD_N, number, num("7"), num("0"), "division_by_zero");
  check2(RPL_OP_WHOLE_M, integer, usd("7"), usd("2"), "3");
  check2(RPL_OP_WHOLE_M, integer, usd("7"), zar, "currency_mixed");
  check2(RPL_OP_MOD_M, RPL_KIND_MONEY, usd("7.25"), usd("2"), "USD 1.25");
  check2(RPL_OP_WHOLE_U, integer, hours, day, "-1");
  check2(RPL_OP_MOD_U, duration, hours, day, "12h");
  check2(RPL_OP_MOD_U, duration, day, zero, "division_by_zero");
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

/* ---- sets: bits counted from 0; results by drawing them up ---- */

static RplValue set_of(uint64_t bits) { return rpl_value_set(3, bits); }

static RplValue value_of(int64_t index) { return rpl_value_enum(3, index); }

#define BIT(index) (UINT64_C(1) << (index))

static void membership(void **state) {
  static const struct {
    int64_t value;
    uint64_t bits;
    const char *expected;
  } rows[] = {
      {0, BIT(0) | BIT(1), "yes"}, {1, BIT(0) | BIT(1), "yes"},
      {2, BIT(0) | BIT(1), "no"},  {0, 0, "no"},
      {31, BIT(31), "yes"},        {32, BIT(31), "no"},
      {32, BIT(32), "yes"},        {0, BIT(32), "no"}, /* no count modulo 32 */
      {63, BIT(63), "yes"},        {62, BIT(63), "no"},
      {63, ~BIT(63), "no"},        {63, UINT64_MAX, "yes"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    check2(RPL_OP_IN, RPL_KIND_BOOLEAN, value_of(rows[i].value),
           set_of(rows[i].bits), rows[i].expected);
}

static void check_set(RplOp op, uint64_t a, uint64_t b, uint64_t expected) {
  RplValue left = set_of(a);
  RplValue right = set_of(b);
  RplValue got = run(op, RPL_KIND_SET, &left, &right, NULL);
  assert_int_equal(got.state, RPL_STATE_KNOWN);
  assert_int_equal(got.kind, RPL_KIND_SET);
  assert_int_equal(got.detail, 3); /* of the same enumeration */
  assert_true((uint64_t)got.as.integer == expected);
}

static void sets_are_joined_and_parted(void **state) {
  const uint64_t ab = BIT(0) | BIT(1);
  const uint64_t bc = BIT(1) | BIT(2);
  (void)state;
  check_set(RPL_OP_UNION, ab, bc, BIT(0) | BIT(1) | BIT(2));
  check_set(RPL_OP_UNION, ab, 0, ab);
  check_set(RPL_OP_UNION, 0, 0, 0);
  check_set(RPL_OP_UNION, BIT(63), BIT(0), BIT(63) | BIT(0));
  check_set(RPL_OP_EXCEPT, ab, bc, BIT(0));
  check_set(RPL_OP_EXCEPT, bc, ab, BIT(2));
  check_set(RPL_OP_EXCEPT, ab, ab, 0);
  check_set(RPL_OP_EXCEPT, ab, 0, ab);
  check_set(RPL_OP_EXCEPT, 0, ab, 0);
  check_set(RPL_OP_EXCEPT, UINT64_MAX, BIT(63), BIT(63) - 1);
  check_set(RPL_OP_EXCEPT, UINT64_MAX, ~BIT(63), BIT(63));
}

static void emptiness_and_equality(void **state) {
  RplValue nothing = set_of(0);
  RplValue first = set_of(BIT(0));
  RplValue last = set_of(BIT(63));
  (void)state;
  check_text(run(RPL_OP_IS_EMPTY, RPL_KIND_BOOLEAN, &nothing, NULL, NULL),
             "yes");
  check_text(run(RPL_OP_IS_EMPTY, RPL_KIND_BOOLEAN, &first, NULL, NULL), "no");
  check_text(run(RPL_OP_IS_EMPTY, RPL_KIND_BOOLEAN, &last, NULL, NULL), "no");
  check2(RPL_OP_EQ, RPL_KIND_BOOLEAN, last, last, "yes");
  check2(RPL_OP_EQ, RPL_KIND_BOOLEAN, nothing, nothing, "yes");
  check2(RPL_OP_EQ, RPL_KIND_BOOLEAN, last, nothing, "no");
  check2(RPL_OP_NE, RPL_KIND_BOOLEAN, first, last, "yes");
}

/* Nothing is absorbed, not even where an empty set would settle it. */
static void sets_are_strict(void **state) {
  const RplKind kinds[] = {RPL_KIND_BOOLEAN, RPL_KIND_SET, RPL_KIND_SET};
  const RplOp ops[] = {RPL_OP_IN, RPL_OP_UNION, RPL_OP_EXCEPT};
  RplValue unknown = rpl_value_unknown();
  RplValue error = rpl_value_error(RPL_ERROR_CONFLICT, 7);
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    RplValue left = i == 0 ? value_of(0) : set_of(0);
    check2(ops[i], kinds[i], unknown, set_of(0), "(not given)");
    check2(ops[i], kinds[i], left, unknown, "(not given)");
    check2(ops[i], kinds[i], left, error, "conflict");
    check2(ops[i], kinds[i], unknown, error, "conflict");
  }
  check_text(run(RPL_OP_IS_EMPTY, RPL_KIND_BOOLEAN, &unknown, NULL, NULL),
             "(not given)");
  check_text(run(RPL_OP_IS_EMPTY, RPL_KIND_BOOLEAN, &error, NULL, NULL),
             "conflict");
}

/* ---- civil days: by reading the clock of the zone at the instant ---- */

#define AT_SECONDS(day, seconds) ((day)*DAY + (seconds)*RPL_SECOND_MICROS)
#define MONDAY                   INT64_C(20514) /* 2026-03-02 */
#define LAST_DAY                 RPL_DATE_MAX

static RplValue zone(int32_t seconds) { return small(RPL_KIND_ZONE, seconds); }

static void days_begin_at_midnight_of_the_zone(void **state) {
  static const struct {
    int64_t instant;
    int32_t zone;
    const char *expected;
  } rows[] = {/* +08:00: midnight is 16:00 UTC of the day before */
              {AT_SECONDS(MONDAY, 57600) - 1, 28800, "2026-03-02"},
              {AT_SECONDS(MONDAY, 57600), 28800, "2026-03-03"},
              /* -03:30: midnight is 03:30 UTC */
              {AT_SECONDS(MONDAY, 12600) - 1, -12600, "2026-03-01"},
              {AT_SECONDS(MONDAY, 12600), -12600, "2026-03-02"},
              /* UTC, also before 1970, where the count is negative */
              {AT_SECONDS(MONDAY, 0) - 1, 0, "2026-03-01"},
              {AT_SECONDS(MONDAY, 0), 0, "2026-03-02"},
              {0, 0, "1970-01-01"},
              {-1, 0, "1969-12-31"},
              {0, -1, "1969-12-31"},
              {-1000000, 1, "1970-01-01"},
              {-1000001, 1, "1969-12-31"},
              /* +23:59:59: midnight is 00:00:01 UTC of the day before */
              {AT_SECONDS(MONDAY, 1) - 1, 86399, "2026-03-02"},
              {AT_SECONDS(MONDAY, 1), 86399, "2026-03-03"},
              /* -23:59:59: midnight is 23:59:59 UTC */
              {AT_SECONDS(MONDAY, 86399) - 1, -86399, "2026-03-01"},
              {AT_SECONDS(MONDAY, 86399), -86399, "2026-03-02"},
              /* the ends of the years */
              {AT_SECONDS(LAST_DAY, 57600) - 1, 28800, "9999-12-31"},
              {AT_SECONDS(LAST_DAY, 57600), 28800, "out_of_range"},
              {RPL_DATETIME_MAX, 0, "9999-12-31"},
              {RPL_DATETIME_MAX, 1, "out_of_range"},
              {RPL_DATETIME_MAX, -86399, "9999-12-31"},
              {RPL_DATETIME_MIN, 0, "0001-01-01"},
              {RPL_DATETIME_MIN, -1, "out_of_range"},
              {RPL_DATETIME_MIN, 86399, "0001-01-01"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    check2(RPL_OP_DATE_OF, RPL_KIND_DATE,
           small(RPL_KIND_DATETIME, rows[i].instant), zone(rows[i].zone),
           rows[i].expected);
}

static void starts_of_days(void **state) {
  static const struct {
    int64_t day;
    int32_t zone;
    const char *expected;
  } rows[] = {{MONDAY, 0, "2026-03-02T00:00:00Z"},
              {MONDAY, 28800, "2026-03-01T16:00:00Z"},
              {MONDAY, -12600, "2026-03-02T03:30:00Z"},
              {MONDAY, 86399, "2026-03-01T00:00:01Z"},
              {MONDAY, -86399, "2026-03-02T23:59:59Z"},
              {LAST_DAY, -86399, "9999-12-31T23:59:59Z"},
              {RPL_DATE_MIN, 0, "0001-01-01T00:00:00Z"},
              {RPL_DATE_MIN, -1, "0001-01-01T00:00:01Z"},
              {RPL_DATE_MIN, 1, "out_of_range"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    check2(RPL_OP_START_OF, RPL_KIND_DATETIME,
           small(RPL_KIND_DATE, rows[i].day), zone(rows[i].zone),
           rows[i].expected);
}

/* 2024-02-29: 54 years of 365 days, 13 leap days before 2024, 59 days. */
static void parts_of_dates(void **state) {
  static const struct {
    int64_t day;
    const char *parts[3];
  } rows[] = {{54 * 365 + 13 + 59, {"2024", "2", "29"}},
              {0, {"1970", "1", "1"}},
              {-1, {"1969", "12", "31"}},
              {RPL_DATE_MIN, {"1", "1", "1"}},
              {RPL_DATE_MAX, {"9999", "12", "31"}}};
  static const RplOp ops[] = {RPL_OP_YEAR_OF, RPL_OP_MONTH_OF, RPL_OP_DAY_OF};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (size_t part = 0; part < 3; part++) {
      RplValue day = small(RPL_KIND_DATE, rows[i].day);
      RplValue got = run(ops[part], RPL_KIND_INTEGER, &day, NULL, NULL);
      assert_int_equal(got.kind, RPL_KIND_INTEGER);
      check_text(got, rows[i].parts[part]);
    }
}

/* Read off a calendar of March 2026; 9999-12-31 is 2,912,382 days after a
 * Monday, and that is 4 more than whole weeks: a Friday. */
static void business_days(void **state) {
  static const struct {
    const char *count;
    int64_t day;
    const char *expected;
  } rows[] = {{"0", MONDAY, "2026-03-02"},
              {"1", MONDAY, "2026-03-03"},
              {"2", MONDAY + 3, "2026-03-09"}, /* Thursday */
              {"1", MONDAY + 4, "2026-03-09"}, /* Friday */
              {"0", MONDAY + 5, "2026-03-07"}, /* Saturday stays */
              {"1", MONDAY + 5, "2026-03-09"},
              {"1", MONDAY + 6, "2026-03-09"},
              {"5", MONDAY + 6, "2026-03-13"},
              {"10", MONDAY, "2026-03-16"},
              {"-1", MONDAY, "out_of_range"},
              {"1", LAST_DAY - 1, "9999-12-31"},
              {"0", LAST_DAY, "9999-12-31"},
              {"1", LAST_DAY, "out_of_range"},
              {"2147483647", MONDAY, "out_of_range"},
              {"2147483648", MONDAY, "out_of_range"},
              {"9223372036854775807", MONDAY, "out_of_range"},
              {"9223372036854775808", MONDAY, "out_of_range"},
              {"-9223372036854775808", MONDAY, "out_of_range"},
              {"1e30", MONDAY, "out_of_range"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    check2(RPL_OP_BUSINESS_DAYS, RPL_KIND_DATE, num(rows[i].count),
           small(RPL_KIND_DATE, rows[i].day), rows[i].expected);
}

static void days_are_strict(void **state) {
  RplValue unknown = rpl_value_unknown();
  RplValue error = rpl_value_error(RPL_ERROR_CONFLICT, 7);
  RplValue instant = small(RPL_KIND_DATETIME, 0);
  RplValue day = small(RPL_KIND_DATE, 0);
  (void)state;
  check2(RPL_OP_DATE_OF, RPL_KIND_DATE, unknown, zone(0), "(not given)");
  check2(RPL_OP_DATE_OF, RPL_KIND_DATE, instant, unknown, "(not given)");
  check2(RPL_OP_DATE_OF, RPL_KIND_DATE, unknown, error, "conflict");
  check2(RPL_OP_START_OF, RPL_KIND_DATETIME, error, unknown, "conflict");
  check2(RPL_OP_BUSINESS_DAYS, RPL_KIND_DATE, num("-1"), unknown,
         "(not given)");
  check2(RPL_OP_BUSINESS_DAYS, RPL_KIND_DATE, error, day, "conflict");
  check_text(run(RPL_OP_YEAR_OF, RPL_KIND_INTEGER, &unknown, NULL, NULL),
             "(not given)");
  check_text(run(RPL_OP_DAY_OF, RPL_KIND_INTEGER, &error, NULL, NULL),
             "conflict");
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
      cmocka_unit_test(pick_knows_no_order),
      cmocka_unit_test(others_are_strict),
      cmocka_unit_test(numbers),
      cmocka_unit_test(money),
      cmocka_unit_test(days_and_instants),
      cmocka_unit_test(durations),
      cmocka_unit_test(whole_division_rounds_down),
      cmocka_unit_test(intervals_include_both_ends),
      cmocka_unit_test(membership),
      cmocka_unit_test(sets_are_joined_and_parted),
      cmocka_unit_test(emptiness_and_equality),
      cmocka_unit_test(sets_are_strict),
      cmocka_unit_test(days_begin_at_midnight_of_the_zone),
      cmocka_unit_test(starts_of_days),
      cmocka_unit_test(parts_of_dates),
      cmocka_unit_test(business_days),
      cmocka_unit_test(days_are_strict),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
