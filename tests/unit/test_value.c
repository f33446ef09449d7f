/* SPDX-License-Identifier: Apache-2.0
 * test_value.c - comparing values and writing them; expected texts are those of
 * the manual's tables of types and of ISO 4217's minor units. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vm/value.h"

static RplArena arena;

static RplNumber number(const char *text) {
  RplNumber made;
  RplSlice slice = rpl_slice_from(text);
  if (strchr(text, '/'))
    assert_int_equal(rpl_number_parse_ratio(&arena, slice, &made),
                     RPL_NUMBER_OK);
  else
    assert_int_equal(rpl_number_parse(&arena, slice, &made), RPL_NUMBER_OK);
  return made;
}

static RplValue money(const char *amount, const char *code) {
  return rpl_value_money(number(amount),
                         rpl_currency_from_code(rpl_slice_from(code)));
}

static void check(RplValue value, const char *text, const char *json) {
  RplTables none;
  RplBuffer buffer;
  memset(&none, 0, sizeof none);
  rpl_buffer_init(&buffer, NULL);
  rpl_value_write_text(&buffer, &none, &value);
  assert_true(rpl_slice_is(rpl_buffer_view(&buffer), text));
  rpl_buffer_reset(&buffer);
  rpl_buffer_byte(&buffer, '[');
  rpl_value_write_json(&buffer, &none, &value, RPL_MONEY_BARE);
  assert_int_equal(buffer.data[0], '[');
  assert_true(
      rpl_slice_is((RplSlice){buffer.data + 1, buffer.length - 1}, json));
  rpl_buffer_clear(&buffer);
}

static void writes_every_kind(void **state) {
  (void)state;
  check(rpl_value_boolean(true), "yes", "true");
  check(rpl_value_boolean(false), "no", "false");
  check(rpl_value_number(RPL_KIND_NUMBER, number("1.50")), "1.5", "\"1.5\"");
  check(rpl_value_number(RPL_KIND_NUMBER, number("8/15")), "8/15", "\"8/15\"");
  check(money("1.6", "USD"), "USD 1.60", "\"1.60\"");
  check(money("1.005", "USD"), "USD 1.005", "\"1.005\"");
  check(money("160", "JPY"), "JPY 160", "\"160\"");
  check(money("1", "KWD"), "KWD 1.000", "\"1.000\"");
  check(money("0", ""), "0", "\"0\"");
  check(rpl_value_text(rpl_slice_from("a\"b")), "a\"b", "\"a\\\"b\"");
  check(rpl_value_small(RPL_KIND_DATE, 20514), "2026-03-02", "\"2026-03-02\"");
  check(rpl_value_small(RPL_KIND_DATETIME, 0), "1970-01-01T00:00:00Z",
        "\"1970-01-01T00:00:00Z\"");
  check(rpl_value_small(RPL_KIND_DURATION, INT64_C(129600000000)), "1d12h",
        "\"1d12h\"");
  check(rpl_value_small(RPL_KIND_ROUNDING, RPL_ROUND_HALF_EVEN), "half_even",
        "\"half_even\"");
  check(rpl_value_small(RPL_KIND_CURRENCY,
                        rpl_currency_from_code(rpl_slice_from("EUR"))),
        "EUR", "\"EUR\"");
}

static void writes_zones(void **state) {
  (void)state;
  check(rpl_value_small(RPL_KIND_ZONE, 28800), "+08:00", "\"+08:00\"");
  check(rpl_value_small(RPL_KIND_ZONE, -12600), "-03:30", "\"-03:30\"");
  check(rpl_value_small(RPL_KIND_ZONE, 0), "UTC", "\"UTC\"");
  check(rpl_value_small(RPL_KIND_ZONE, 86399), "+23:59:59", "\"+23:59:59\"");
  check(rpl_value_small(RPL_KIND_ZONE, -86399), "-23:59:59", "\"-23:59:59\"");
}

#define VALUES 65u /* one more than a set can hold */

/* Tables of two enumerations: `few` is red, green, "blue"; `all` has the
 * values A, A and so on, of which the last but one is z. */
typedef struct Enums {
  uint32_t strings[2 * 5];
  uint32_t enumerators[3 + VALUES];
  uint32_t enums[2 * 4];
  RplTables tables;
} Enums;

static void make_enums(Enums *made) {
  static const Enums few = {{0, 3, 3, 5, 8, 6, 14, 1, 15, 1},
                            {0, 1, 2},
                            {0, 0, 3, 0, 0, 3, 64, 0},
                            {{NULL}, {0}, NULL, 0, 0}};
  *made = few;
  for (uint32_t i = 0; i < VALUES; i++)
    made->enumerators[3 + i] = i == 63 ? 4 : 3;
  made->tables.rows[RPL_SECTION_STRINGS] = made->strings;
  made->tables.rows[RPL_SECTION_ENUMS] = made->enums;
  made->tables.rows[RPL_SECTION_ENUMERATORS] = made->enumerators;
  made->tables.blob = "redgreen\"blue\"Az";
}

static void check_set(const Enums *enums, RplValue set, const char *text,
                      const char *json) {
  RplBuffer buffer;
  rpl_buffer_init(&buffer, NULL);
  rpl_value_write_text(&buffer, &enums->tables, &set);
  assert_true(rpl_slice_is(rpl_buffer_view(&buffer), *text ? text : "nothing"));
  rpl_buffer_reset(&buffer);
  rpl_value_write_plain(&buffer, &enums->tables, &set, RPL_MONEY_BARE);
  assert_true(rpl_slice_is(rpl_buffer_view(&buffer), text));
  rpl_buffer_reset(&buffer);
  rpl_value_write_json(&buffer, &enums->tables, &set, RPL_MONEY_BARE);
  assert_true(rpl_slice_is(rpl_buffer_view(&buffer), json));
  rpl_buffer_clear(&buffer);
}

/* Bits from the lowest, in the order of the declaration. */
static void writes_sets(void **state) {
  Enums enums;
  (void)state;
  make_enums(&enums);
  check_set(&enums, rpl_value_set(0, 0), "", "[]");
  check_set(&enums, rpl_value_set(0, 2), "green", "[\"green\"]");
  check_set(&enums, rpl_value_set(0, 3), "red, green", "[\"red\",\"green\"]");
  check_set(&enums, rpl_value_set(0, 7), "red, green, \"blue\"",
            "[\"red\",\"green\",\"\\\"blue\\\"\"]");
  check_set(&enums, rpl_value_set(1, UINT64_C(1) << 63 | 1), "A, z",
            "[\"A\",\"z\"]");
}

/* The constant of a set is its bits, that of none is none. */
static void constants_of_sets_and_zones(void **state) {
  static const uint32_t types[] = {RPL_KIND_ZONE, 0, 0, RPL_KIND_SET, 0, 7};
  RplTables tables;
  RplConstant constant;
  (void)state;
  memset(&tables, 0, sizeof tables);
  memset(&constant, 0, sizeof constant);
  tables.rows[RPL_SECTION_TYPES] = types;
  constant.integer = -3600;
  RplValue zone = rpl_value_constant(&tables, &constant);
  assert_int_equal(zone.state, RPL_STATE_KNOWN);
  assert_int_equal(zone.kind, RPL_KIND_ZONE);
  assert_int_equal(zone.as.integer, -3600);
  constant.type = 1;
  constant.integer = INT64_MIN;
  RplValue set = rpl_value_constant(&tables, &constant);
  assert_int_equal(set.kind, RPL_KIND_SET);
  assert_int_equal(set.detail, 7);
  assert_true((uint64_t)set.as.integer == UINT64_C(1) << 63);
  constant.is_none = true;
  assert_int_equal(rpl_value_constant(&tables, &constant).state,
                   RPL_STATE_NONE);
}

static void writes_every_state(void **state) {
  (void)state;
  check(rpl_value_none(), "none", "null");
  check(rpl_value_unknown(), "(not given)", "null");
  check(rpl_value_error(RPL_ERROR_INEXACT, 3), "(error)", "null");
}

static void compares(void **state) {
  RplValue dollar = money("1", "USD");
  RplValue same = money("1.00", "USD");
  RplValue euro = money("1", "EUR");
  RplValue nothing = money("0", "");
  RplValue a = rpl_value_text(rpl_slice_from("a"));
  RplValue ab = rpl_value_text(rpl_slice_from("ab"));
  int order = 7;
  (void)state;
  assert_true(rpl_value_equal(&dollar, &same));
  assert_false(rpl_value_equal(&dollar, &euro));
  assert_false(rpl_value_compare(&dollar, &euro, &order));
  assert_int_equal(order, 7);
  assert_true(rpl_value_compare(&nothing, &euro, &order));
  assert_int_equal(order, -1);
  assert_true(rpl_value_compare(&ab, &a, &order));
  assert_int_equal(order, 1);
  RplValue all = rpl_value_set(0, UINT64_MAX);
  RplValue less = rpl_value_set(0, UINT64_MAX >> 1);
  assert_true(rpl_value_equal(&all, &all));
  assert_false(rpl_value_equal(&all, &less));
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
      cmocka_unit_test(writes_every_kind),
      cmocka_unit_test(writes_zones),
      cmocka_unit_test(writes_sets),
      cmocka_unit_test(constants_of_sets_and_zones),
      cmocka_unit_test(writes_every_state),
      cmocka_unit_test(compares),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
