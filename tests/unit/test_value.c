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
      cmocka_unit_test(writes_every_state),
      cmocka_unit_test(compares),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
