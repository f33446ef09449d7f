/* SPDX-License-Identifier: Apache-2.0
 * test_named_zones.c - named zones from source to record, through the public
 * headers: whose data is read when, and what happens where there is none. The
 * zones here are made by hand: Test/East is five hours ahead of UTC, Test/West
 * five behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rpl/rpl.h"
#include "tests/support/tzif_bytes.h"

static const char policy_text[] =
    "edition 1; policy shop.days \"Days\";\n"
    "fact paid_at : datetime \"p\";\n"
    "param home : zone = Test/East \"where days begin\";\n"
    "output paid_on : date = date of paid_at in home;\n"
    "informational asked if paid_on > 2000-01-01 because \"In {home}.\";\n"
    "otherwise denied because \"No.\";\n";

static const char fixed_text[] =
    "edition 1; policy shop.days \"Days\";\n"
    "fact paid_at : datetime \"p\";\n"
    "param home : zone = +05:00 \"where days begin\";\n"
    "output paid_on : date = date of paid_at in home;\n"
    "informational asked if paid_on > 2000-01-01 because \"In {home}.\";\n"
    "otherwise denied because \"No.\";\n";

static unsigned reads; /* how often a zone was asked for */

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static bool is(RplSlice text, const char *wanted) {
  return text.length == strlen(wanted) &&
         memcmp(text.data, wanted, text.length) == 0;
}

static RplStatus read_zone(void *context, RplSlice name, void *bytes,
                           size_t capacity, size_t *size) {
  int32_t offset = is(name, "Test/East") ? 18000 : -18000;
  TzifBytes data = tzif_make(NULL, NULL, 0, &offset, 1, "");
  (void)context;
  reads++;
  if (is(name, "Test/Large")) {
    memset(bytes, 'T', capacity);
    *size = capacity;
    return RPL_OK;
  }
  if (!is(name, "Test/East") && !is(name, "Test/West") &&
      !is(name, "Test/Broken"))
    return is(name, "Test/Unreadable") ? RPL_E_IO : RPL_E_NOT_FOUND;
  assert_true(data.size <= capacity);
  *size = is(name, "Test/Broken") ? data.size - 1 : data.size;
  memcpy(bytes, data.data, *size);
  return RPL_OK;
}

static const RplZoneSource source = {NULL, read_zone, NULL, "2026z"};

/* The program of a text whose zones are ours; owned by *compiler. */
static RplSlice compile(const char *text, RplCompiler **compiler) {
  RplSlice bytes = {NULL, 0};
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, compiler), RPL_OK);
  rpl_compiler_zones(*compiler, &source);
  assert_int_equal(rpl_compiler_add(*compiler, slice("shop/days.rpl"),
                                    slice(""), slice(text)),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(*compiler, 0, &bytes), RPL_OK);
  return bytes;
}

static RplContext *open_context(RplSlice bytes, const RplZoneSource *zones) {
  RplProgram *program = NULL;
  RplContext *context = NULL;
  RplLoadError error = {.message = ""};
  RplStatus status = rpl_program_load_zones(bytes.data, bytes.length, NULL,
                                            zones, NULL, &program, &error);
  if (status)
    fail_msg("not loaded: %s", error.message);
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  rpl_program_free(program); /* the context keeps it */
  return context;
}

static void expect(RplContext *context, const char *paid_at, const char *day,
                   const char *record) {
  const RplDecision *decision = NULL;
  RplSlice json;
  char facts[64], wanted[64];
  (void)snprintf(facts, sizeof facts, "{\"paid_at\":\"%s\"}", paid_at);
  assert_int_equal(rpl_facts_json(context, slice(facts), 0, NULL), RPL_OK);
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json), RPL_OK);
  char text[1024];
  (void)snprintf(text, sizeof text, "%.*s", (int)json.length, json.data);
  (void)snprintf(wanted, sizeof wanted, "\"paid_on\":\"%s\"", day);
  if (!strstr(text, wanted))
    fail_msg("no %s in %s", wanted, text);
  if (!record && strstr(text, "\"zones\""))
    fail_msg("zones in %s", text);
  if (record && !strstr(text, record))
    fail_msg("no %s in %s", record, text);
}

static void data_is_read_at_load_and_named_in_records(void **state) {
  RplCompiler *compiler;
  RplSlice bytes = compile(policy_text, &compiler);
  (void)state;
  reads = 0;
  RplContext *context = open_context(bytes, &source);
  assert_int_equal(reads, 1);
  expect(context, "2026-03-02T18:59:59Z", "2026-03-02", "\"zones\":\"2026z\"");
  expect(context, "2026-03-02T19:00:00Z", "2026-03-03",
         "\"params\":{\"home\":\"Test/East\"}");
  assert_int_equal(reads, 1);
  rpl_context_free(context);
  rpl_compiler_free(compiler);
}

static void params_name_zones_of_the_data(void **state) {
  RplCompiler *compiler;
  RplFactError error;
  RplContext *context = open_context(compile(policy_text, &compiler), &source);
  (void)state;
  reads = 0;
  assert_int_equal(
      rpl_param_text(context, slice("home"), slice("Test/West"), &error),
      RPL_OK);
  expect(context, "2026-03-02T04:59:59Z", "2026-03-01", "Test/West");
  expect(context, "2026-03-02T05:00:00Z", "2026-03-02", "\"zones\":\"2026z\"");
  assert_int_equal(
      rpl_param_text(context, slice("home"), slice("Test/East"), &error),
      RPL_OK);
  assert_int_equal(
      rpl_param_text(context, slice("home"), slice("Test/West"), &error),
      RPL_OK);
  assert_int_equal(reads, 1); /* each zone once */
  assert_int_equal(
      rpl_param_text(context, slice("home"), slice("Test/Nowhere"), &error),
      RPL_E_FACTS);
  assert_non_null(strstr(error.message, "expected a zone of the zone data"));
  assert_int_equal(
      rpl_param_text(context, slice("home"), slice("Test/Broken"), &error),
      RPL_E_FACTS);
  assert_string_equal(error.help, "the line at its end is missing");
  expect(context, "2026-03-02T04:59:59Z", "2026-03-01", "Test/West");
  assert_int_equal(
      rpl_param_text(context, slice("home"), slice("+05:00"), &error), RPL_OK);
  expect(context, "2026-03-02T19:00:00Z", "2026-03-03",
         "\"params\":{\"home\":\"+05:00\"}");
  rpl_context_free(context);
  rpl_compiler_free(compiler);
}

/* The same program and facts, but data of another version. */
static void a_replay_asks_for_the_same_data(void **state) {
  RplCompiler *compiler;
  RplProgram *programs[2];
  RplContext *context;
  const RplDecision *decision;
  RplReplay replay;
  RplSlice record;
  static const RplZoneSource later = {NULL, read_zone, NULL, "2027a"};
  RplSlice bytes = compile(policy_text, &compiler);
  (void)state;
  for (unsigned i = 0; i < 2; i++)
    assert_int_equal(rpl_program_load_zones(bytes.data, bytes.length, NULL,
                                            i ? &later : &source, NULL,
                                            &programs[i], NULL),
                     RPL_OK);
  assert_int_equal(rpl_context_new(programs[0], 0, NULL, &context), RPL_OK);
  assert_int_equal(rpl_facts_text(context, slice("paid_at"),
                                  slice("2026-03-02T19:00:00Z"), NULL),
                   RPL_OK);
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &record),
                   RPL_OK);
  assert_int_equal(rpl_replay(programs[0], record, NULL, &replay), RPL_OK);
  assert_int_equal(replay.result, RPL_REPLAY_SAME);
  assert_int_equal(rpl_replay(programs[1], record, NULL, &replay), RPL_OK);
  assert_int_equal(replay.result, RPL_REPLAY_OTHER_ZONES);
  assert_string_equal(
      replay.message,
      "the time zone data is 2026z in the record and 2027a now");
  rpl_context_free(context);
  rpl_program_free(programs[0]);
  rpl_program_free(programs[1]);
  rpl_compiler_free(compiler);
}

/* A zone in a record in a list counts like any other. */
static void zones_in_parts_are_named_in_records(void **state) {
  static const char text[] =
      "edition 1; policy shop.days \"Days\";\n"
      "record shop { home : zone; }\n"
      "fact shops : list of shop up to 3;\n"
      "denied asked if any(s.home == +05:00 for s in shops);\n"
      "otherwise denied;\n";
  static const char *const zones[] = {"Test/West", "+05:00"};
  RplCompiler *compiler;
  RplContext *context = open_context(compile(text, &compiler), &source);
  (void)state;
  for (int i = 0; i < 2; i++) {
    const RplDecision *decision;
    RplSlice json;
    char facts[128];
    (void)snprintf(facts, sizeof facts, "{\"shops\":[{\"home\":\"%s\"}]}",
                   zones[i]);
    assert_int_equal(rpl_facts_json(context, slice(facts), 0, NULL), RPL_OK);
    assert_int_equal(rpl_decide(context, &decision), RPL_OK);
    assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json),
                     RPL_OK);
    char record[1024];
    (void)snprintf(record, sizeof record, "%.*s", (int)json.length, json.data);
    bool is_named = strstr(record, "\"zones\":\"2026z\"") != NULL;
    assert_int_equal(is_named, i == 0);
  }
  rpl_context_free(context);
  rpl_compiler_free(compiler);
}

static void fixed_zones_need_no_data(void **state) {
  RplCompiler *compiler;
  RplFactError error;
  static const RplZoneSource nowhere = {"/nonexistent", NULL, NULL, NULL};
  reads = 0;
  RplContext *context = open_context(compile(fixed_text, &compiler), &nowhere);
  (void)state;
  expect(context, "2026-03-02T19:00:00Z", "2026-03-03", NULL);
  assert_int_equal(reads, 0);
  assert_int_equal(
      rpl_param_text(context, slice("home"), slice("Test/East"), &error),
      RPL_E_FACTS);
  rpl_context_free(context);
  rpl_compiler_free(compiler);
}

static void the_version_of_unnamed_data_is_unknown(void **state) {
  RplCompiler *compiler;
  static const RplZoneSource unnamed = {NULL, read_zone, NULL, NULL};
  RplContext *context = open_context(compile(policy_text, &compiler), &unnamed);
  (void)state;
  expect(context, "2026-03-02T19:00:00Z", "2026-03-03",
         "\"zones\":\"unknown\"");
  rpl_context_free(context);
  rpl_compiler_free(compiler);
}

static void missing_and_broken_data_at_load(void **state) {
  static const struct {
    const char *zone;
    const char *why;
  } rows[] = {{"Test/Nowhere", "there is no such zone"},
              {"Test/Unreadable", "it cannot be read"},
              {"Test/Broken", "the line at its end is missing"},
              {"Test/Large", "it is too large"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    RplCompiler *compiler;
    char text[1024];
    RplSlice bytes = {NULL, 0};
    (void)snprintf(text, sizeof text,
                   "edition 1; policy shop.days \"Days\";\n"
                   "fact paid_at : datetime \"p\";\n"
                   "denied if date of paid_at in %s > 2026-01-01;\n"
                   "otherwise denied;\n",
                   rows[i].zone);
    assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
    rpl_compiler_zones(compiler, &source);
    assert_int_equal(rpl_compiler_add(compiler, slice("shop/days.rpl"),
                                      slice(""), slice(text)),
                     RPL_OK);
    assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_E_COMPILE);
    const RplDiag *diag = rpl_diags_at(rpl_compiler_diags(compiler), 0);
    char message[128];
    (void)snprintf(message, sizeof message, "the zone `%s` cannot be used: %s",
                   rows[i].zone, rows[i].why);
    assert_true(is(diag->code, "E0343"));
    assert_true(is(diag->message, message));
    rpl_compiler_free(compiler);
  }
  /* a program that was compiled elsewhere */
  RplCompiler *compiler;
  RplProgram *program = NULL;
  RplLoadError error;
  RplSlice bytes = compile(policy_text, &compiler);
  static const RplZoneSource nowhere = {"/nonexistent", NULL, NULL, NULL};
  static const RplZoneSource none = {NULL, NULL, NULL, NULL};
  assert_int_equal(rpl_program_load_zones(bytes.data, bytes.length, NULL,
                                          &nowhere, NULL, &program, &error),
                   RPL_E_NOT_FOUND);
  assert_string_equal(error.message, "zone Test/East: there is no such zone");
  assert_int_equal(rpl_program_load_zones(bytes.data, bytes.length, NULL, &none,
                                          NULL, &program, &error),
                   RPL_E_NOT_FOUND);
  rpl_compiler_free(compiler);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(data_is_read_at_load_and_named_in_records),
      cmocka_unit_test(params_name_zones_of_the_data),
      cmocka_unit_test(a_replay_asks_for_the_same_data),
      cmocka_unit_test(zones_in_parts_are_named_in_records),
      cmocka_unit_test(fixed_zones_need_no_data),
      cmocka_unit_test(the_version_of_unnamed_data_is_unknown),
      cmocka_unit_test(missing_and_broken_data_at_load)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
