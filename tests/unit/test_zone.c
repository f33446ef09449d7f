/* SPDX-License-Identifier: Apache-2.0
 * test_zone.c - fixed zones and business days. Expected dates are read off a
 * calendar: 2026-03-02 is a Monday. The walk at the end counts day by day. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "vm/civil.h"
#include "vm/text.h"

static int64_t day(const char *text) {
  int64_t date = 0;
  assert_true(rpl_date_parse(rpl_slice_from(text), &date, NULL));
  return date;
}

static void accepts_zones(void **state) {
  static const struct {
    const char *text;
    int32_t seconds;
    const char *written;
  } rows[] = {{"+08:00", 28800, "+08:00"}, {"-03:30", -12600, "-03:30"},
              {"UTC", 0, "UTC"},           {"Z", 0, "UTC"},
              {"+00:00", 0, "UTC"},        {"+23:59", 86340, "+23:59"},
              {"-23:59", -86340, "-23:59"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int32_t seconds = 1;
    char text[RPL_ZONE_TEXT_BYTES];
    assert_true(rpl_zone_parse(rpl_slice_from(rows[i].text), &seconds));
    assert_int_equal(seconds, rows[i].seconds);
    assert_true(rpl_zone_write(seconds, text, sizeof text) > 0);
    assert_string_equal(text, rows[i].written);
  }
}

static void refuses_zones(void **state) {
  static const char *const rows[] = {"",        "+8:00",  "+24:00", "+08:60",
                                     "08:00",   "+0800",  "+08:0",  "utc",
                                     "+08:00 ", "+08-00", "+0a:00"};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int32_t seconds = 7;
    assert_false(rpl_zone_parse(rpl_slice_from(rows[i]), &seconds));
    assert_int_equal(seconds, 7);
  }
}

static void writes_odd_seconds(void **state) {
  char text[RPL_ZONE_TEXT_BYTES];
  (void)state;
  assert_int_equal(rpl_zone_write(1172, text, sizeof text), 9);
  assert_string_equal(text, "+00:19:32");
  assert_int_equal(rpl_zone_write(86399, text, sizeof text), 9);
  assert_int_equal(rpl_zone_write(86400, text, sizeof text), 0);
  assert_int_equal(rpl_zone_write(0, text, RPL_ZONE_TEXT_BYTES - 1), 0);
}

static void counts_business_days(void **state) {
  static const struct {
    const char *from;
    int64_t count;
    const char *to;
  } rows[] = {
      {"2026-03-02", 0, "2026-03-02"},  {"2026-03-02", 2, "2026-03-04"},
      {"2026-03-05", 2, "2026-03-09"},  {"2026-03-06", 1, "2026-03-09"},
      {"2026-03-06", 2, "2026-03-10"},  {"2026-03-07", 0, "2026-03-07"},
      {"2026-03-07", 1, "2026-03-09"},  {"2026-03-08", 1, "2026-03-09"},
      {"2026-03-08", 5, "2026-03-13"},  {"2026-03-08", 6, "2026-03-16"},
      {"2026-03-04", 10, "2026-03-18"}, {"2026-12-31", 2, "2027-01-04"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t result = 0;
    assert_true(
        rpl_date_add_business(day(rows[i].from), rows[i].count, &result));
    assert_int_equal(result, day(rows[i].to));
  }
}

/* Monday is 0; day 0, 1970-01-01, was a Thursday. */
static int weekday(int64_t date) { return (int)(((date + 3) % 7 + 7) % 7); }

static void agrees_with_counting(void **state) {
  (void)state;
  for (int64_t from = -30; from < 30; from++) {
    int64_t at = from;
    for (int64_t count = 1; count < 40; count++) {
      do
        at++;
      while (weekday(at) > 4);
      int64_t result = 0;
      assert_true(rpl_date_add_business(from, count, &result));
      assert_int_equal(result, at);
    }
  }
}

static void bounds_business_days(void **state) {
  int64_t result = 5;
  (void)state;
  assert_false(rpl_date_add_business(0, -1, &result));
  assert_false(rpl_date_add_business(day("9999-12-31"), 1, &result));
  assert_false(rpl_date_add_business(0, INT64_MAX, &result));
  assert_true(rpl_date_add_business(day("9999-12-30"), 1, &result));
  assert_int_equal(result, day("9999-12-31"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(accepts_zones),
                                     cmocka_unit_test(refuses_zones),
                                     cmocka_unit_test(writes_odd_seconds),
                                     cmocka_unit_test(counts_business_days),
                                     cmocka_unit_test(agrees_with_counting),
                                     cmocka_unit_test(bounds_business_days)};
  return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
