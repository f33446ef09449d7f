/* SPDX-License-Identifier: Apache-2.0
 * Tests of cli/json_lines. What is valid follows from the grammar of RFC 8259
 * and, for UTF-8, from table 3-7 of the Unicode standard; offsets are counted
 * by hand in the texts below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "cli/json_lines.h"

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static void assert_slice(RplSlice found, const char *expected) {
  assert_non_null(found.data);
  assert_int_equal(found.length, strlen(expected));
  assert_memory_equal(found.data, expected, found.length);
}

static void assert_refused(const char *line, const char *text, size_t offset) {
  RplCliRequest request;
  RplCliJsonError error;
  assert_false(rpl_cli_request_split(slice(line), &request, &error));
  assert_string_equal(error.text, text);
  assert_int_equal(error.offset, offset);
}

/* A request whose id is `value`; true when it is accepted. */
static bool takes_id(const char *value) {
  char line[1024];
  RplCliRequest request;
  RplCliJsonError error;
  (void)snprintf(line, sizeof line, "{\"id\":%s,\"facts\":{}}", value);
  return rpl_cli_request_split(slice(line), &request, &error);
}

static void splits_members_in_any_order(void **state) {
  (void)state;
  RplCliRequest request;
  RplCliJsonError error;
  assert_true(rpl_cli_request_split(
      slice(" { \"facts\" : {\"a\":[1,{\"id\":2}]} ,\"params\":{ },"
            "\"policy\":\"cms.ssl\" , \"id\":[1, \"x\"] } \r"),
      &request, &error));
  assert_slice(request.id, "[1, \"x\"]");
  assert_slice(request.policy, "\"cms.ssl\"");
  assert_slice(request.facts, "{\"a\":[1,{\"id\":2}]}");
  assert_slice(request.params, "{ }");
}

static void params_and_policy_may_be_absent(void **state) {
  (void)state;
  RplCliRequest request;
  RplCliJsonError error;
  assert_true(rpl_cli_request_split(slice("{\"id\":null,\"facts\":{}}"),
                                    &request, &error));
  assert_slice(request.id, "null");
  assert_null(request.policy.data);
  assert_null(request.params.data);
}

static void names_may_be_escaped(void **state) {
  (void)state;
  RplCliRequest request;
  RplCliJsonError error;
  assert_true(rpl_cli_request_split(
      slice("{\"\\u0069d\":1,\"f\\u0061cts\":{}}"), &request, &error));
  assert_slice(request.id, "1");
  assert_refused("{\"id\":1,\"\\u0069d\":2,\"facts\":{}}",
                 "a member for the second time", 8);
}

static void refuses_what_is_no_request(void **state) {
  (void)state;
  assert_refused("[]", "a request is an object", 0);
  assert_refused("", "a request is an object", 0);
  assert_refused("{\"facts\":{}}", "a request without an id", 0);
  assert_refused("{\"id\":1}", "a request without facts", 0);
  assert_refused("{\"id\":1,\"facts\":{}} x", "something after the object", 20);
  assert_refused("{\"id\":1,\"facts\":{},\"policy\":7}",
                 "the policy is not named by a string", 28);
  assert_refused("{\"id\":1,\"fact\":{}}",
                 "an unknown member; a request has id, policy, facts and "
                 "params",
                 8);
  assert_refused("{\"id\":1,\"id\":2,\"facts\":{}}",
                 "a member for the second time", 8);
}

static void refuses_bad_syntax(void **state) {
  (void)state;
  assert_refused("{\"id\":1,}", "no name in quotes where one must stand", 8);
  assert_refused("{\"id\" 1}", "no colon after a name", 6);
  assert_refused("{\"id\":1 \"facts\":{}}",
                 "neither a comma nor a closing bracket", 8);
  assert_refused("{\"id\":[1,],\"facts\":{}}", "no value where one must stand",
                 9);
  assert_refused("{\"id\":1", "neither a comma nor a closing bracket", 7);
  assert_refused("{\"id\":\"a", "a string that is not closed", 6);
  assert_refused("{\"id\":NaN,\"facts\":{}}", "no value where one must stand",
                 6);
}

static void keeps_the_id_of_a_broken_request(void **state) {
  (void)state;
  RplCliRequest request;
  RplCliJsonError error;
  assert_false(rpl_cli_request_split(slice("{\"id\":\"k-7\",\"facts\":{oops}}"),
                                     &request, &error));
  assert_slice(request.id, "\"k-7\"");
  assert_null(request.facts.data);
}

static void numbers_follow_the_grammar(void **state) {
  (void)state;
  static const char *const good[] = {
      "0",    "-0",     "10",
      "-1.5", "0.25",   "1e5",
      "1E+5", "12e-01", "123456789012345678901234567890"};
  static const char *const bad[] = {"01",  "+1", ".5",  "1.", "1e",
                                    "1e+", "-",  "0x1", "00", "1.e1"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
    assert_true(takes_id(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(takes_id(bad[i]));
}

static void strings_are_strict(void **state) {
  (void)state;
  static const char *const good[] = {"\"\"",
                                     "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                                     "\"\\u00e9\"",
                                     "\"\\uD83D\\uDE00\"",
                                     "\"\xC2\x80\"",
                                     "\"\xED\x9F\xBF\"",
                                     "\"\xEE\x80\x80\"",
                                     "\"\xF4\x8F\xBF\xBF\"",
                                     "\"\x7F\""};
  static const char *const bad[] = {"\"\\x\"",
                                    "\"\\u00g0\"",
                                    "\"\\u12\"",
                                    "\"\\u0000\"",
                                    "\"\\uD83D\"",
                                    "\"\\uDE00\"",
                                    "\"\\uD83Dx\"",
                                    "\"\\uD83D\\u0041\"",
                                    "\"\t\"",
                                    "\"\x80\"",
                                    "\"\xC0\xAF\"",
                                    "\"\xE0\x80\x80\"",
                                    "\"\xED\xA0\x80\"",
                                    "\"\xF4\x90\x80\x80\"",
                                    "\"\xF5\x80\x80\x80\"",
                                    "\"\xE2\x82\"",
                                    "\"\\"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
    assert_true(takes_id(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(takes_id(bad[i]));
}

static void a_raw_nul_is_refused(void **state) {
  (void)state;
  static const char line[] = "{\"id\":\"a\0b\",\"facts\":{}}";
  RplCliRequest request;
  RplCliJsonError error;
  assert_false(rpl_cli_request_split((RplSlice){line, sizeof line - 1},
                                     &request, &error));
  assert_int_equal(error.offset, 8);
}

/* An id of `depth` arrays; the request's own object is one level more. */
static bool takes_depth(size_t depth) {
  char value[2 * RPL_CLI_JSON_DEPTH + 3] = "";
  memset(value, '[', depth);
  memset(value + depth, ']', depth);
  return takes_id(value);
}

static void depth_is_limited(void **state) {
  (void)state;
  assert_true(takes_depth(RPL_CLI_JSON_DEPTH - 1));
  assert_false(takes_depth(RPL_CLI_JSON_DEPTH));
}

static void every_prefix_is_refused(void **state) {
  (void)state;
  static const char line[] =
      "{\"id\":{\"a\":[true,false,null,-1.5e3,\"\\uD83D\\uDE00\xC3\xA9\"]},"
      "\"facts\":{},\"policy\":\"p\"}";
  RplCliRequest request;
  RplCliJsonError error;
  for (size_t length = 0; length < sizeof line - 1; length++) {
    error.text = NULL;
    assert_false(
        rpl_cli_request_split((RplSlice){line, length}, &request, &error));
    assert_non_null(error.text);
    assert_in_range(error.offset, 0, length);
  }
  assert_true(rpl_cli_request_split((RplSlice){line, sizeof line - 1}, &request,
                                    &error));
}

static void decodes_strings(void **state) {
  (void)state;
  char out[16];
  assert_int_equal(
      rpl_cli_json_decode(slice("\"a\\n\\u00e9\\u20AC\""), out, sizeof out), 7);
  assert_memory_equal(out, "a\n\xC3\xA9\xE2\x82\xAC", 7);
  assert_int_equal(
      rpl_cli_json_decode(slice("\"\\uD83D\\uDE00\\\"\""), out, sizeof out), 5);
  assert_memory_equal(out, "\xF0\x9F\x98\x80\"", 5);
  assert_int_equal(rpl_cli_json_decode(slice("\"\""), out, sizeof out), 0);
}

static void decoding_stops_at_the_room(void **state) {
  (void)state;
  char out[4];
  assert_int_equal(rpl_cli_json_decode(slice("\"abcd\""), out, 4), 4);
  assert_int_equal(rpl_cli_json_decode(slice("\"abcde\""), out, 4), SIZE_MAX);
  assert_int_equal(rpl_cli_json_decode(slice("\"ab\\u20ac\""), out, 4),
                   SIZE_MAX);
}

static void finds_members(void **state) {
  (void)state;
  RplSlice value;
  RplSlice json = slice("{\"value\":\"8/15\",\"type\":{\"value\":1}}");
  assert_true(rpl_cli_json_find(json, "value", &value));
  assert_slice(value, "\"8/15\"");
  assert_true(rpl_cli_json_find(json, "type", &value));
  assert_slice(value, "{\"value\":1}");
  assert_false(rpl_cli_json_find(json, "error", &value));
  assert_false(rpl_cli_json_find(slice("[1]"), "value", &value));
}

static void columns_count_code_points(void **state) {
  (void)state;
  RplSlice text = slice("a\xC3\xA9\xE2\x82\xACz");
  assert_int_equal(rpl_cli_json_points(text, 0), 0);
  assert_int_equal(rpl_cli_json_points(text, 3), 2);
  assert_int_equal(rpl_cli_json_points(text, 6), 3);
  assert_int_equal(rpl_cli_json_points(text, 99), 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(splits_members_in_any_order),
      cmocka_unit_test(params_and_policy_may_be_absent),
      cmocka_unit_test(names_may_be_escaped),
      cmocka_unit_test(refuses_what_is_no_request),
      cmocka_unit_test(refuses_bad_syntax),
      cmocka_unit_test(keeps_the_id_of_a_broken_request),
      cmocka_unit_test(numbers_follow_the_grammar),
      cmocka_unit_test(strings_are_strict),
      cmocka_unit_test(a_raw_nul_is_refused),
      cmocka_unit_test(depth_is_limited),
      cmocka_unit_test(every_prefix_is_refused),
      cmocka_unit_test(decodes_strings),
      cmocka_unit_test(decoding_stops_at_the_room),
      cmocka_unit_test(finds_members),
      cmocka_unit_test(columns_count_code_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
