/* SPDX-License-Identifier: Apache-2.0
 * test_tzif.c - zones read from bytes made by hand, and what they are refused
 * for. Instants are worked out by hand; tests/oracle/civil.py compares the
 * zones of the system with Python's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/tzif_bytes.h"
#include "vm/civil.h"
#include "vm/tzif.h"

#define HOUR 3600

static RplArena arena;

static int64_t at(const char *text) {
  int64_t instant = 0;
  assert_true(
      rpl_datetime_parse((RplSlice){text, strlen(text)}, &instant, NULL));
  return instant / RPL_SECOND_MICROS;
}

static RplStatus read_bytes(const uint8_t *data, size_t size, RplZone *zone,
                            const char **why) {
  return rpl_tzif_read(&arena, (RplSlice){"Test/Zone", 9}, data, size, zone,
                       why);
}

/* A place at +01:00, +02:00 from 2026-03-29T01:00:00Z to 2026-10-25T01:00:00Z,
 * and then as Berlin's rule has it. */
static TzifBytes berlin(void) {
  const int64_t changes[] = {at("2026-03-29T01:00:00Z"),
                             at("2026-10-25T01:00:00Z")};
  const uint8_t types[] = {1, 0};
  const int32_t offsets[] = {HOUR, 2 * HOUR};
  return tzif_make(changes, types, 2, offsets, 2, "CET-1CEST,M3.5.0,M10.5.0/3");
}

static RplZone zone_of(TzifBytes bytes) {
  RplZone zone;
  const char *why = "";
  if (read_bytes(bytes.data, bytes.size, &zone, &why) != RPL_OK)
    fail_msg("refused: %s", why);
  return zone;
}

static void offset_is(const RplZone *zone, const char *instant,
                      int32_t wanted) {
  int32_t found = rpl_tzif_span(zone, at(instant)).offset;
  if (found != wanted)
    fail_msg("%s: %d, not %d", instant, (int)found, (int)wanted);
}

static void changes_then_the_rule(void **state) {
  RplZone zone = zone_of(berlin());
  (void)state;
  offset_is(&zone, "0001-01-01T00:00:00Z", HOUR);
  offset_is(&zone, "2026-03-29T00:59:59Z", HOUR);
  offset_is(&zone, "2026-03-29T01:00:00Z", 2 * HOUR);
  offset_is(&zone, "2026-10-25T00:59:59Z", 2 * HOUR);
  offset_is(&zone, "2026-10-25T01:00:00Z", HOUR);
  /* the rule: last Sundays of March and October, 2027-03-28 and 2027-10-31 */
  offset_is(&zone, "2027-03-28T00:59:59Z", HOUR);
  offset_is(&zone, "2027-03-28T01:00:00Z", 2 * HOUR);
  offset_is(&zone, "2027-10-31T00:59:59Z", 2 * HOUR);
  offset_is(&zone, "2027-10-31T01:00:00Z", HOUR);
  offset_is(&zone, "9999-07-01T00:00:00Z", 2 * HOUR);
  offset_is(&zone, "9999-12-31T23:59:59Z", HOUR);
}

static void skipped_and_repeated_clocks(void **state) {
  RplZone zone = zone_of(berlin());
  (void)state;
  /* 02:30 of 2026-03-29 is skipped: 01:30Z, as if clocks had stayed */
  assert_int_equal(rpl_tzif_instant(&zone, at("2026-03-29T02:30:00Z"), HOUR),
                   at("2026-03-29T01:30:00Z"));
  assert_int_equal(rpl_tzif_first(&zone, at("2026-03-29T02:30:00Z")),
                   at("2026-03-29T01:00:00Z"));
  /* 02:30 of 2026-10-25 comes twice: 00:30Z and 01:30Z */
  assert_int_equal(rpl_tzif_instant(&zone, at("2026-10-25T02:30:00Z"), HOUR),
                   at("2026-10-25T01:30:00Z"));
  assert_int_equal(
      rpl_tzif_instant(&zone, at("2026-10-25T02:30:00Z"), 2 * HOUR),
      at("2026-10-25T00:30:00Z"));
  assert_int_equal(rpl_tzif_instant(&zone, at("2026-10-25T02:30:00Z"), 0),
                   at("2026-10-25T00:30:00Z"));
  assert_int_equal(rpl_tzif_first(&zone, at("2026-10-25T02:30:00Z")),
                   at("2026-10-25T00:30:00Z"));
  assert_int_equal(rpl_tzif_first(&zone, at("2026-07-01T00:00:00Z")),
                   at("2026-06-30T22:00:00Z"));
}

/* Samoa went from -10:00 to +14:00 at 2011-12-30T10:00:00Z: no December 30. */
static void a_day_that_never_was(void **state) {
  const int64_t change = at("2011-12-30T10:00:00Z");
  const uint8_t type = 1;
  const int32_t offsets[] = {-10 * HOUR, 14 * HOUR};
  RplZone zone = zone_of(tzif_make(&change, &type, 1, offsets, 2, "<+14>-14"));
  (void)state;
  assert_int_equal(rpl_tzif_first(&zone, at("2011-12-30T00:00:00Z")), change);
  assert_int_equal(rpl_tzif_first(&zone, at("2011-12-31T00:00:00Z")), change);
  assert_int_equal(rpl_tzif_instant(&zone, at("2011-12-30T09:00:00Z"), 0),
                   at("2011-12-30T19:00:00Z"));
}

static void no_change_at_all(void **state) {
  const int32_t offset = -3 * HOUR - 1800;
  RplZone by_type = zone_of(tzif_make(NULL, NULL, 0, &offset, 1, ""));
  RplZone by_rule = zone_of(tzif_make(NULL, NULL, 0, &offset, 1, "XST-5:45"));
  (void)state;
  offset_is(&by_type, "2026-01-01T00:00:00Z", offset);
  offset_is(&by_rule, "2026-01-01T00:00:00Z", 5 * HOUR + 2700);
  assert_int_equal(rpl_tzif_span(&by_type, 0).begin, INT64_MIN);
  assert_int_equal(rpl_tzif_span(&by_type, 0).end, INT64_MAX);
}

/* ---- rules --------------------------------------------------------------- */

static RplZoneRule rule_of(const char *text) {
  RplZoneRule rule;
  if (!rpl_tzif_read_rule((RplSlice){text, strlen(text)}, &rule))
    fail_msg("%s is refused", text);
  return rule;
}

static void rule_gives(const char *text, const char *instant, int32_t wanted) {
  RplZoneRule rule = rule_of(text);
  int32_t found = rpl_tzif_rule_span(&rule, at(instant)).offset;
  if (found != wanted)
    fail_msg("%s at %s: %d, not %d", text, instant, (int)found, (int)wanted);
}

static void forms_of_rules(void **state) {
  (void)state;
  rule_gives("UTC0", "2026-01-01T00:00:00Z", 0);
  rule_gives("<-03>3", "2026-01-01T00:00:00Z", -3 * HOUR);
  rule_gives("ABC+1:02:03", "2026-01-01T00:00:00Z", -HOUR - 123);
  /* the south: summer over the year's end, from 02:00 of 2026-10-04 to 03:00 of
   * 2026-04-05 */
  static const char sydney[] = "AEST-10AEDT,M10.1.0,M4.1.0/3";
  rule_gives(sydney, "2026-01-01T00:00:00Z", 11 * HOUR);
  rule_gives(sydney, "2026-04-04T15:59:59Z", 11 * HOUR);
  rule_gives(sydney, "2026-04-04T16:00:00Z", 10 * HOUR);
  rule_gives(sydney, "2026-10-03T15:59:59Z", 10 * HOUR);
  rule_gives(sydney, "2026-10-03T16:00:00Z", 11 * HOUR);
  /* Dublin: winter is the exception, an hour back */
  static const char dublin[] = "IST-1GMT0,M10.5.0,M3.5.0/1";
  rule_gives(dublin, "2026-01-01T00:00:00Z", 0);
  rule_gives(dublin, "2026-07-01T00:00:00Z", HOUR);
}

/* J60 is March 1 in any year, 59 is February 29 in 2028. */
static void days_of_the_year(void **state) {
  static const char julian[] = "AAA0BBB,J60/0,J300/0";
  static const char counted[] = "AAA0BBB,59/0,300/0";
  (void)state;
  rule_gives(julian, "2028-02-29T23:59:59Z", 0);
  rule_gives(julian, "2028-03-01T00:00:00Z", HOUR);
  rule_gives(julian, "2027-02-28T23:59:59Z", 0);
  rule_gives(julian, "2027-03-01T00:00:00Z", HOUR);
  rule_gives(counted, "2028-02-28T23:59:59Z", 0);
  rule_gives(counted, "2028-02-29T00:00:00Z", HOUR);
  rule_gives(counted, "2027-03-01T00:00:00Z", HOUR);
}

/* RFC 8536, section 3.3.1: summer all year, written so. */
static void summer_all_year(void **state) {
  static const char always[] = "XXX3EDT4,0/0,J365/23";
  (void)state;
  rule_gives(always, "2026-01-01T04:00:00Z", -4 * HOUR);
  rule_gives(always, "2026-01-01T03:59:59Z", -4 * HOUR);
  rule_gives(always, "2026-07-01T00:00:00Z", -4 * HOUR);
  rule_gives(always, "2027-01-01T03:00:00Z", -4 * HOUR);
  rule_gives(always, "2028-12-31T23:59:59Z", -4 * HOUR);
}

/* Gaza's 50 hours after a Thursday: 2027-03-25 is the fourth, so Saturday. */
static void hours_past_a_day(void **state) {
  static const char gaza[] = "EET-2EEST,M3.4.4/50,M10.4.4/50";
  (void)state;
  rule_gives(gaza, "2027-03-26T23:59:59Z", 2 * HOUR);
  rule_gives(gaza, "2027-03-27T00:00:00Z", 3 * HOUR);
  /* Nuuk's hour before a Sunday: 2027-03-28, so 23:00 on Saturday at -02:00 */
  static const char nuuk[] = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
  rule_gives(nuuk, "2027-03-28T00:59:59Z", -2 * HOUR);
  rule_gives(nuuk, "2027-03-28T01:00:00Z", -HOUR);
}

static void rules_that_are_refused(void **state) {
  static const char *const rules[] = {"",
                                      "A",
                                      "AB0",
                                      "ABC",
                                      "ABC25",
                                      "ABC24:00:00",
                                      "ABC-24",
                                      "ABC1:60",
                                      "ABC1:00:60",
                                      "ABC1:",
                                      "<+1>",
                                      "<+1>1",
                                      "<+01",
                                      "ABC0 ",
                                      "ABC0DEF",
                                      "ABC0DEF,M3.5.0",
                                      "ABC0DEF,M3.5.0,",
                                      "ABC0DEF,M0.5.0,M10.5.0",
                                      "ABC0DEF,M13.5.0,M10.5.0",
                                      "ABC0DEF,M3.0.0,M10.5.0",
                                      "ABC0DEF,M3.6.0,M10.5.0",
                                      "ABC0DEF,M3.5.7,M10.5.0",
                                      "ABC0DEF,J0,J365",
                                      "ABC0DEF,J366,J1",
                                      "ABC0DEF,366,1",
                                      "ABC0DEF,1/168,2",
                                      "ABC0DEF,1/-168,2",
                                      "ABC0DEF,1,2x",
                                      "ABC0DEF,1,2,3",
                                      "ABC-23:30DEF,1,2",
                                      "ABC0001DEF,1,2",
                                      "1BC0"};
  RplZoneRule rule;
  (void)state;
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
    if (rpl_tzif_read_rule((RplSlice){rules[i], strlen(rules[i])}, &rule))
      fail_msg("%s is accepted", rules[i]);
  /* just inside */
  (void)rule_of("ABC23:59:59");
  (void)rule_of("ABC-22:59:59DEF,1/167,2/-167");
  (void)rule_of("ABC0DEF,J365,0");
}

/* ---- names --------------------------------------------------------------- */

static void names_of_zones(void **state) {
  static const struct {
    const char *text;
    bool is_name;
  } rows[] = {{"Asia/Shanghai", true},
              {"America/Port-au-Prince", true},
              {"America/Argentina/Buenos_Aires", true},
              {"Etc/GMT+8", true},
              {"A/B", true},
              {"UTC", false},
              {"", false},
              {"/", false},
              {"Asia/", false},
              {"/Asia", false},
              {"Asia//Shanghai", false},
              {"asia/Shanghai", false},
              {"Asia/shanghai", false},
              {"Asia/../Etc", false},
              {"Asia/.Hidden", false},
              {"Asia/Shang hai", false},
              {"Asia/+8", false}};
  char longest[RPL_ZONE_NAME_MAX + 2];
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rpl_zone_is_name((RplSlice){rows[i].text, strlen(rows[i].text)}) !=
        rows[i].is_name)
      fail_msg("%s", rows[i].text);
  memset(longest, 'A', sizeof longest);
  longest[1] = '/';
  assert_true(rpl_zone_is_name((RplSlice){longest, RPL_ZONE_NAME_MAX}));
  assert_false(rpl_zone_is_name((RplSlice){longest, RPL_ZONE_NAME_MAX + 1}));
}

/* ---- damage -------------------------------------------------------------- */

static void refused(const TzifBytes *bytes, const char *wanted) {
  RplZone zone;
  const char *why = "";
  assert_int_equal(read_bytes(bytes->data, bytes->size, &zone, &why), RPL_E_IO);
  assert_string_equal(why, wanted);
}

/* Where things stand in berlin(): the second header at 51, its data at 95. */
enum { SECOND = 51, DATA = 95, TYPES = DATA + 16, OFFSETS = TYPES + 2 };

static void what_data_is_refused_for(void **state) {
  static const struct {
    size_t offset;
    uint8_t value;
    const char *why;
  } rows[] = {{0, 'X', "it is no time zone data"},
              {4, 0, "it is time zone data of version 1"},
              {4, '1', "it is time zone data of version 1"},
              {SECOND, 'X', "it is no time zone data"},
              {SECOND + 20 + 3, 1,
               "a count is out of range"}, /* one indicator of two */
              {SECOND + 20 + 11, 1, "it counts leap seconds"},
              {SECOND + 20 + 12, 1, "a count is out of range"},
              {SECOND + 20 + 19, 0, "a count is out of range"}, /* no type */
              {SECOND + 20 + 23, 0, "a count is out of range"}, /* no letters */
              {DATA + 2, 1, "its changes are not in order"},
              {DATA, 0x7F, "a change is out of range"},
              {DATA, 0x80, "a change is out of range"},
              {TYPES, 2, "a change is to a time that does not exist"},
              {OFFSETS + 1, 2, "a time is a day or more from UTC"},
              {OFFSETS, 0xFF, "a time is a day or more from UTC"},
              {OFFSETS + 4, 2, "a time is described wrongly"},
              {OFFSETS + 5, 1, "a time is described wrongly"},
              {OFFSETS + 13, 'x', "the line at its end is missing"},
              {OFFSETS + 14, '1', "the rule at its end cannot be read"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    TzifBytes bytes = berlin();
    bytes.data[rows[i].offset] = rows[i].value;
    refused(&bytes, rows[i].why);
  }
}

/* Five changes within four days, one second less and just that. */
static void changes_too_close(void **state) {
  const uint8_t types[] = {0, 1, 0, 1, 0};
  const int32_t offsets[] = {0, HOUR};
  int64_t changes[] = {0, 100, 200, 300, 4 * RPL_DAY_SECONDS - 1};
  TzifBytes bytes = tzif_make(changes, types, 5, offsets, 2, "");
  (void)state;
  refused(&bytes, "its changes are too close together");
  changes[4]++;
  (void)zone_of(tzif_make(changes, types, 5, offsets, 2, ""));
}

/* The distance of such changes would be past 64 bits. */
static void changes_too_far_apart(void **state) {
  const uint8_t types[] = {0, 1, 0, 1, 0};
  const int32_t offsets[] = {0, HOUR};
  const int64_t changes[] = {INT64_MIN, 100, 200, 300, 400};
  TzifBytes bytes = tzif_make(changes, types, 5, offsets, 2, "");
  (void)state;
  refused(&bytes, "a change is out of range");
}

/* LIMIT: RPL_ZONE_MAX_BYTES. What is behind the rule is part of its line. */
static void data_that_is_too_large(void **state) {
  static uint8_t data[RPL_ZONE_MAX_BYTES + 1];
  RplZone zone;
  const char *why = "";
  TzifBytes bytes = berlin();
  (void)state;
  memcpy(data, bytes.data, bytes.size);
  assert_int_equal(read_bytes(data, RPL_ZONE_MAX_BYTES, &zone, &why), RPL_E_IO);
  assert_string_equal(why, "the line at its end is missing");
  assert_int_equal(read_bytes(data, sizeof data, &zone, &why), RPL_E_IO);
  assert_string_equal(why, "it is too large");
}

/* Whatever was accepted answers, and answers lie near. */
static void ask(const RplZone *zone) {
  static const int64_t times[] = {RPL_DATE_MIN * RPL_DAY_SECONDS,
                                  -1,
                                  0,
                                  1774746000,
                                  INT64_C(9000000000),
                                  (RPL_DATE_MAX + 1) * RPL_DAY_SECONDS};
  for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
    RplZoneSpan span = rpl_tzif_span(zone, times[i]);
    assert_true(span.begin <= times[i] && times[i] < span.end);
    assert_in_range(rpl_tzif_first(zone, times[i]) - times[i] +
                        3 * RPL_DAY_SECONDS,
                    0, 6 * RPL_DAY_SECONDS);
    assert_in_range(rpl_tzif_instant(zone, times[i], HOUR) - times[i] +
                        3 * RPL_DAY_SECONDS,
                    0, 6 * RPL_DAY_SECONDS);
  }
}

static void every_part_of_the_data(void **state) {
  TzifBytes bytes = berlin();
  RplZone zone;
  (void)state;
  for (size_t size = 0; size < bytes.size; size++)
    assert_int_equal(read_bytes(bytes.data, size, &zone, NULL), RPL_E_IO);
}

static void every_byte_changed(void **state) {
  (void)state;
  for (size_t offset = 0; offset < berlin().size; offset++)
    for (unsigned change = 1; change < 256; change++) {
      TzifBytes bytes = berlin();
      RplZone zone;
      bytes.data[offset] = (uint8_t)(bytes.data[offset] ^ change);
      if (read_bytes(bytes.data, bytes.size, &zone, NULL) == RPL_OK)
        ask(&zone);
      rpl_arena_reset(&arena);
    }
}

static int set_up(void **state) {
  (void)state;
  rpl_arena_init(&arena, rpl_default_allocator(), 0);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  rpl_arena_clear(&arena);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(changes_then_the_rule),
      cmocka_unit_test(skipped_and_repeated_clocks),
      cmocka_unit_test(a_day_that_never_was),
      cmocka_unit_test(no_change_at_all),
      cmocka_unit_test(forms_of_rules),
      cmocka_unit_test(days_of_the_year),
      cmocka_unit_test(summer_all_year),
      cmocka_unit_test(hours_past_a_day),
      cmocka_unit_test(rules_that_are_refused),
      cmocka_unit_test(names_of_zones),
      cmocka_unit_test(what_data_is_refused_for),
      cmocka_unit_test(changes_too_close),
      cmocka_unit_test(changes_too_far_apart),
      cmocka_unit_test(data_that_is_too_large),
      cmocka_unit_test(every_part_of_the_data),
      cmocka_unit_test(every_byte_changed)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
