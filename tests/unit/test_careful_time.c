/* SPDX-License-Identifier: Apache-2.0
 * Tests of vm/careful_time.h: periods and dates by months. Expected values are
 * derived by hand from the calendar; tests/oracle/civil.py compares many more
 * with Python's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vm/careful_time.h"
#include "vm/civil.h"

static const RplAllocator *allocator;
static RplArena arena; /* of integers that are large */

static RplValue months(int64_t count) {
  return rpl_value_small(RPL_KIND_PERIOD, count);
}

static RplValue date(const char *text) {
  int64_t day = 0;
  assert_true(rpl_date_parse(rpl_slice_from(text), &day, NULL));
  return rpl_value_small(RPL_KIND_DATE, day);
}

static RplValue instant(const char *text) {
  int64_t at = 0;
  assert_true(rpl_datetime_parse(rpl_slice_from(text), &at, NULL));
  return rpl_value_small(RPL_KIND_DATETIME, at);
}

static RplValue integer(const char *text) {
  RplNumber number = rpl_number_from_int(0);
  assert_int_equal(rpl_number_parse(&arena, rpl_slice_from(text), &number),
                   RPL_NUMBER_OK);
  return rpl_value_number(RPL_KIND_INTEGER, number);
}

static void check(RplOp op, RplValue a, RplValue b, RplValue c,
                  const char *expected) {
  RplBuffer text;
  RplValue value = rpl_careful_time((uint8_t)op, &a, &b, &c, 7);
  if (value.state == RPL_STATE_ERROR) {
    assert_string_equal(rpl_error_name((RplErrorCode)value.error), expected);
    assert_int_equal(value.detail, 7);
    return;
  }
  rpl_buffer_init(&text, allocator);
  rpl_value_write_plain(&text, NULL, &value, RPL_MONEY_FULL);
  assert_int_equal(text.length, strlen(expected));
  assert_memory_equal(text.data, expected, text.length);
  rpl_buffer_clear(&text);
}

static void periods_stay_in_their_range(void **state) {
  (void)state;
  RplValue none = rpl_value_none();
  check(RPL_OP_ADD_P, months(INT32_MAX), months(0), none, "178956970y7mo");
  check(RPL_OP_ADD_P, months(INT32_MAX), months(1), none, "out_of_range");
  check(RPL_OP_SUB_P, months(INT32_MIN), months(0), none, "-178956970y8mo");
  check(RPL_OP_SUB_P, months(INT32_MIN), months(1), none, "out_of_range");
  check(RPL_OP_SUB_P, months(12), months(18), none, "-6mo");
  check(RPL_OP_NEG_P, months(INT32_MAX), none, none, "-178956970y7mo");
  check(RPL_OP_NEG_P, months(INT32_MIN), none, none, "out_of_range");
}

static void a_period_times_an_integer_of_any_size(void **state) {
  static const char huge[] = "123456789012345678901234567890";
  (void)state;
  RplValue none = rpl_value_none();
  check(RPL_OP_MUL_PN, months(14), integer("2"), none, "2y4mo");
  check(RPL_OP_MUL_NP, integer("-3"), months(14), none, "-3y6mo");
  check(RPL_OP_MUL_PN, months(1), integer("2147483647"), none, "178956970y7mo");
  check(RPL_OP_MUL_PN, months(1), integer("2147483648"), none, "out_of_range");
  check(RPL_OP_MUL_PN, months(-1), integer(huge), none, "out_of_range");
  check(RPL_OP_MUL_PN, months(0), integer(huge), none, "0mo");
}

static void the_rule_says_where_a_short_month_leads(void **state) {
  (void)state;
  RplValue none = rpl_value_none(), end = date("2026-01-31");
  check(RPL_OP_MONTHS_CLAMP, end, months(1), none, "2026-02-28");
  check(RPL_OP_MONTHS_NEXT, end, months(1), none, "2026-03-01");
  check(RPL_OP_MONTHS_STRICT, end, months(1), none, "no_such_day");
  check(RPL_OP_MONTHS_STRICT, end, months(2), none, "2026-03-31");
  check(RPL_OP_MONTHS_CLAMP, end, months(25), none, "2028-02-29");
  check(RPL_OP_MONTHS_CLAMP, end, months(-2), none, "2025-11-30");
  check(RPL_OP_MONTHS_NEXT, end, months(-2), none, "2025-12-01");
  check(RPL_OP_MONTHS_CLAMP, end, months(0), none, "2026-01-31");
}

static void months_end_with_the_years(void **state) {
  (void)state;
  RplValue none = rpl_value_none();
  check(RPL_OP_MONTHS_CLAMP, date("9999-11-30"), months(1), none, "9999-12-30");
  check(RPL_OP_MONTHS_NEXT, date("9999-12-31"), months(1), none,
        "out_of_range");
  check(RPL_OP_MONTHS_CLAMP, date("0001-01-01"), months(-1), none,
        "out_of_range");
  check(RPL_OP_MONTHS_CLAMP, date("0001-01-01"), months(INT32_MAX), none,
        "out_of_range");
  check(RPL_OP_MONTHS_STRICT, date("9999-12-31"), months(INT32_MIN), none,
        "out_of_range");
}

/* 20:00 UTC is 04:00 of the next day at +08:00, and 23:59 is 03:29 of the day
 * at -20:30. */
static void clocks_keep_their_time(void **state) {
  (void)state;
  RplValue at = instant("2026-01-31T20:00:00.5Z");
  RplValue utc = rpl_value_small(RPL_KIND_ZONE, 0);
  RplValue east = rpl_value_small(RPL_KIND_ZONE, 28800);
  RplValue west = rpl_value_small(RPL_KIND_ZONE, -73800);
  check(RPL_OP_AT_TIME, date("2026-02-28"), at, utc, "2026-02-28T20:00:00.5Z");
  check(RPL_OP_AT_TIME, date("2026-02-28"), at, east, "2026-02-27T20:00:00.5Z");
  check(RPL_OP_AT_TIME, date("1969-12-31"), instant("1960-02-29T23:59:00Z"),
        west, "1969-12-31T23:59:00Z");
  check(RPL_OP_AT_TIME, date("0001-01-01"), at, east, "out_of_range");
  check(RPL_OP_AT_TIME, date("9999-12-31"), at, west, "out_of_range");
  check(RPL_OP_AT_TIME, date("9999-12-31"), instant("2026-01-31T20:30:00Z"),
        west, "9999-12-31T20:30:00Z");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(periods_stay_in_their_range),
      cmocka_unit_test(a_period_times_an_integer_of_any_size),
      cmocka_unit_test(the_rule_says_where_a_short_month_leads),
      cmocka_unit_test(months_end_with_the_years),
      cmocka_unit_test(clocks_keep_their_time)};
  allocator = rpl_default_allocator();
  rpl_arena_init(&arena, allocator, 0);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  rpl_arena_clear(&arena);
  return failed;
}
