/* SPDX-License-Identifier: Apache-2.0
 * test_calendar.c - business days of calendars, compared with counting day by
 * day; and what the verifier refuses of a calendar, on a compiled program whose
 * words are changed. 2026-03-02 is a Monday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rpl/rpl.h"
#include "tests/support/program_builder.h"
#include "vm/calendar.h"
#include "vm/civil.h"
#include "vm/program.h"

#define WEEKEND 0x60u /* Saturday, Sunday */
#define MONDAY  INT64_C(20514)
#define DAY_0   ((uint32_t)(MONDAY - RPL_DATE_MIN)) /* it, as calendars count */

/* Eight weeks: Wednesday and Thursday of the first are free, so is the second
 * Monday; the first Sunday is worked. */
static const uint32_t holidays[] = {DAY_0 + 2, DAY_0 + 3, DAY_0 + 7};
static const uint32_t workdays[] = {DAY_0 + 6};
static const RplCalendar eight_weeks = {
    {"test", 4}, DAY_0, DAY_0 + 55, WEEKEND, 3, 1, holidays, workdays};

static bool is_business(const RplCalendar *calendar, int64_t date) {
  bool is = false;
  assert_true(rpl_calendar_is_business(calendar, date, &is));
  return is;
}

static void days_of_a_calendar(void **state) {
  static const char week[] = "bb..b.b.bbbb..bbbbb..";
  bool is;
  (void)state;
  for (int i = 0; week[i]; i++)
    assert_int_equal(is_business(&eight_weeks, MONDAY + i), week[i] == 'b');
  assert_false(rpl_calendar_is_business(&eight_weeks, MONDAY - 1, &is));
  assert_false(rpl_calendar_is_business(&eight_weeks, MONDAY + 56, &is));
  assert_false(rpl_calendar_is_business(&eight_weeks, INT64_MIN / 2, &is));
}

/* Every start and count, by steps of one day. */
static void counting_day_by_day(void **state) {
  (void)state;
  for (int64_t from = MONDAY; from < MONDAY + 56; from++) {
    int64_t count = 0, result = 0;
    assert_true(rpl_calendar_add(&eight_weeks, from, 0, &result));
    assert_int_equal(result, from);
    for (int64_t day = from + 1; day < MONDAY + 56; day++) {
      if (!is_business(&eight_weeks, day))
        continue;
      assert_true(rpl_calendar_add(&eight_weeks, from, ++count, &result));
      assert_int_equal(result, day);
    }
    assert_false(rpl_calendar_add(&eight_weeks, from, count + 1, &result));
    assert_false(rpl_calendar_add(&eight_weeks, from, INT64_MAX, &result));
    assert_false(rpl_calendar_add(&eight_weeks, from, -1, &result));
  }
}

static void all_years_and_no_free_day(void **state) {
  static const RplCalendar always = {
      {"all", 3}, 0,   (uint32_t)(RPL_DATE_MAX - RPL_DATE_MIN), 0, 0, 0,
      NULL,       NULL};
  static const RplCalendar never = {
      {"no", 2}, 0,   (uint32_t)(RPL_DATE_MAX - RPL_DATE_MIN), 0x7F, 0, 0,
      NULL,      NULL};
  int64_t result = 0;
  (void)state;
  assert_true(rpl_calendar_add(&always, RPL_DATE_MIN,
                               RPL_DATE_MAX - RPL_DATE_MIN, &result));
  assert_int_equal(result, RPL_DATE_MAX);
  assert_false(rpl_calendar_add(&always, RPL_DATE_MIN + 1,
                                RPL_DATE_MAX - RPL_DATE_MIN, &result));
  assert_true(rpl_calendar_add(&never, MONDAY, 0, &result));
  assert_false(rpl_calendar_add(&never, MONDAY, 1, &result));
}

/* ---- the verifier ---------------------------------------------------------
 */

static const char two_calendars[] =
    "edition 1; policy shop.days \"Days\";\n"
    "calendar first covers 2026 weekend saturday, sunday\n"
    "  holidays 2026-01-01, 2026-01-02 workdays 2026-01-03;\n"
    "calendar second covers 2026 weekend sunday;\n"
    "fact paid_on : date \"p\";\n"
    "output due : date = 2 business days after paid_on using first;\n"
    "denied if paid_on is business day using second because \"No.\";\n"
    "otherwise denied because \"No.\";\n";

static RplArena arena;
static RplCompiler *compiler;
static uint8_t *bytes; /* a copy of the program */
static size_t size;
static RplImage image;

/* Compiles a policy and takes its program out of the bundle. */
static void compile(const char *text) {
  RplSlice bundle;
  RplProgramError error;
  uint32_t count = 0;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, (RplSlice){"shop/days.rpl", 13},
                                    (RplSlice){"", 0},
                                    (RplSlice){text, strlen(text)}),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bundle), RPL_OK);
  assert_int_equal(rpl_bundle_read((const uint8_t *)bundle.data, bundle.length,
                                   &count, &error),
                   RPL_OK);
  RplSlice entry = rpl_bundle_entry((const uint8_t *)bundle.data, 0);
  size = entry.length;
  bytes = malloc(size);
  assert_non_null(bytes);
  memcpy(bytes, entry.data, size);
  rpl_arena_init(&arena, rpl_default_allocator(), 0);
  assert_int_equal(rpl_image_read(&arena, bytes, size, &image, &error), RPL_OK);
}

static void drop(void) {
  free(bytes);
  rpl_arena_clear(&arena);
  rpl_compiler_free(compiler);
}

static uint8_t *word_at(RplSection section, uint32_t row, unsigned word) {
  return bytes + rpl_tables_row_offset(&image.tables, section, row) + 4u * word;
}

static uint32_t get(RplSection section, uint32_t row, unsigned word) {
  const uint8_t *at = word_at(section, row, word);
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
         (uint32_t)at[3] << 24;
}

static void put(RplSection section, uint32_t row, unsigned word,
                uint32_t value) {
  for (unsigned i = 0; i < 4; i++)
    word_at(section, row, word)[i] = (uint8_t)(value >> (8 * i));
}

static void refused(RplStatus status, const char *message) {
  RplArena other;
  RplImage read;
  RplProgramError error;
  rpl_arena_init(&other, rpl_default_allocator(), 0);
  assert_int_equal(rpl_image_read(&other, bytes, size, &read, &error), status);
  assert_string_equal(error.message, message);
  rpl_arena_clear(&other);
}

/* Words of a calendar, and its days at the begin of the lists. */
enum { NAME, FIRST, LAST, WEEK, HOLIDAYS, HOLIDAY_COUNT };

static void change(RplSection section, uint32_t row, unsigned word,
                   uint32_t value, const char *message) {
  uint32_t old = get(section, row, word);
  put(section, row, word, value);
  refused(RPL_E_PROGRAM, message);
  put(section, row, word, old);
  refused(RPL_OK, "");
}

/* The row of types that calendars have. */
static uint32_t calendar_type(void) {
  for (uint32_t i = 0; i < rpl_types_count(&image.tables); i++)
    if (rpl_types(&image.tables)[i].kind == RPL_KIND_CALENDAR)
      return i;
  fail_msg("no calendar");
  return 0;
}

static void what_calendars_are_refused_for(void **state) {
  (void)state;
  compile(two_calendars);
  const RplSection calendars = RPL_SECTION_CALENDARS;
  uint32_t first = get(calendars, 0, FIRST), last = get(calendars, 0, LAST);
  uint32_t free_day = get(RPL_SECTION_LISTS, 0, 0);
  uint32_t type = calendar_type();
  change(calendars, 0, NAME, get(calendars, 1, NAME),
         "two calendars have the same name");
  change(calendars, 0, FIRST, last + 1, "a calendar's span is no span of days");
  change(calendars, 0, LAST, (uint32_t)(RPL_DATE_MAX - RPL_DATE_MIN) + 1,
         "a calendar's span is no span of days");
  change(calendars, 0, WEEK, WEEKEND | 0x80u,
         "a weekend has a day that no week has");
  change(RPL_SECTION_LISTS, 0, 0, first - 1,
         "a calendar lists a day outside its span");
  change(RPL_SECTION_LISTS, 1, 0, last + 1,
         "a calendar lists a day outside its span");
  change(RPL_SECTION_LISTS, 1, 0, free_day,
         "a calendar's days are not in order");
  change(RPL_SECTION_LISTS, 1, 0, free_day + 2,
         "a calendar lists a day without effect");
  change(RPL_SECTION_LISTS, 2, 0, free_day + 4,
         "a calendar lists a day without effect");
  change(RPL_SECTION_TYPES, type, 1, 1, "a calendar is optional");
  change(RPL_SECTION_FACTS, 0, 1, type, "a fact is a calendar");
  change(RPL_SECTION_OUTPUTS, 0, 1, type, "an output is a calendar");
  drop();
}

static void no_part_of_a_fact_is_a_calendar(void **state) {
  (void)state;
  compile("edition 1; policy shop.days \"Days\";\n"
          "calendar first covers 2026 weekend none;\n"
          "record outage { minutes : integer; }\n"
          "fact outages : list of outage up to 3 \"o\";\n"
          "fact numbers : list of number up to 3 \"n\";\n"
          "fact paid_on : date \"p\";\n"
          "denied if paid_on is business day using first\n"
          "  and any(o.minutes > 3 for o in outages)\n"
          "  and any(n > 3 for n in numbers) because \"No.\";\n"
          "otherwise denied because \"No.\";\n");
  uint32_t lists = rpl_list_types_count(&image.tables);
  for (uint32_t i = 0; i < lists; i++)
    change(RPL_SECTION_LIST_TYPES, i, 0, calendar_type(),
           "an element of a list is a calendar");
  change(RPL_SECTION_FIELDS, 0, 1, calendar_type(), "a field is a calendar");
  drop();
}

static void constants_name_calendars(void **state) {
  (void)state;
  compile(two_calendars);
  uint32_t row = rpl_constants_count(&image.tables) - 1; /* sorted: the last */
  assert_int_equal(get(RPL_SECTION_CONSTANTS, row, 0), calendar_type());
  change(RPL_SECTION_CONSTANTS, row, 1, 2, "there is no such calendar");
  change(RPL_SECTION_CONSTANTS, row, 2, 1, "there is no such calendar");
  drop();
}

static void a_calendar_that_nothing_names(void **state) {
  RplBuilder b;
  (void)state;
  rpl_builder_full(&b);
  RPL_ADD(&b, CALENDARS, S_COLOR, 0, 10, WEEKEND, 0, 0, 0, 0);
  RplBytes program = rpl_builder_program(&b);
  RplArena other;
  RplImage read;
  RplProgramError error;
  rpl_arena_init(&other, rpl_default_allocator(), 0);
  assert_int_equal(
      rpl_image_read(&other, program.data, program.size, &read, &error),
      RPL_E_PROGRAM);
  assert_string_equal(error.message, "nothing uses a calendar");
  rpl_arena_clear(&other);
  free(program.data);
  rpl_builder_clear(&b);
}

/* LIMIT: RPL_MAX_CALENDAR_DAYS. 1954-10-04 is the 20,000th day from 1900-01-01;
 * then the first calendar takes the only holiday of the second. */
static void the_most_days_of_a_calendar(void **state) {
  (void)state;
  compile("edition 1; policy shop.days \"Days\";\n"
          "calendar first covers 1900 to 2026 weekend none\n"
          "  holidays 1900-01-01 to 1954-10-04;\n"
          "calendar second covers 2026 weekend none holidays 2026-01-01;\n"
          "fact paid_on : date \"p\";\n"
          "output due : date = 2 business days after paid_on using first;\n"
          "denied if paid_on is business day using second because \"No.\";\n"
          "otherwise denied because \"No.\";\n");
  assert_int_equal(get(RPL_SECTION_CALENDARS, 0, HOLIDAY_COUNT),
                   RPL_MAX_CALENDAR_DAYS);
  put(RPL_SECTION_CALENDARS, 0, HOLIDAY_COUNT, RPL_MAX_CALENDAR_DAYS + 1);
  put(RPL_SECTION_CALENDARS, 1, HOLIDAYS, 0);
  put(RPL_SECTION_CALENDARS, 1, HOLIDAY_COUNT, 0);
  refused(RPL_E_LIMIT, "a calendar lists too many days");
  drop();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_of_a_calendar),
      cmocka_unit_test(counting_day_by_day),
      cmocka_unit_test(all_years_and_no_free_day),
      cmocka_unit_test(what_calendars_are_refused_for),
      cmocka_unit_test(no_part_of_a_fact_is_a_calendar),
      cmocka_unit_test(constants_name_calendars),
      cmocka_unit_test(a_calendar_that_nothing_names),
      cmocka_unit_test(the_most_days_of_a_calendar)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
