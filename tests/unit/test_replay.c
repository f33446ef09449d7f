/* SPDX-License-Identifier: Apache-2.0
 * test_replay.c - records that replay, and records that were tampered with:
 * what is found and how it is said. Through the public headers alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rpl/rpl.h"
#include "tests/support/short_memory.h"

static const char policy_text[] =
    "edition 1; policy shop.again \"Again\";\n"
    "fact unused : boolean \"u\"; fact fee : money > 0 \"f\";\n"
    "fact note : text up to 8 \"n\" assume \"none\";\n"
    "fact days : integer >= 0 \"d\";\n"
    "param most : integer >= 0 = 3 \"m\";\n"
    "amount = fee;\n"
    "let over = days - most;\n"
    "denied late if over > 0 because \"Late by {over} days.\";\n"
    "full_refund fine if unused because \"Fine, {note}.\";\n"
    "otherwise denied because \"No.\";\n";

static RplCompiler *compiler;
static RplProgram *program;

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static int set_up(void **state) {
  (void)state;
  RplSlice bytes;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, slice("shop/again.rpl"),
                                    slice(""), slice(policy_text)),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  rpl_program_free(program);
  rpl_compiler_free(compiler);
  return 0;
}

/* The record of a decision, terminated. */
static void make_record(const char *facts, const char *most, char *out,
                        size_t size) {
  RplContext *context;
  const RplDecision *decision;
  RplSlice json;
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  assert_int_equal(rpl_facts_json(context, slice(facts), 0, NULL), RPL_OK);
  if (most)
    assert_int_equal(rpl_param_text(context, slice("most"), slice(most), NULL),
                     RPL_OK);
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json), RPL_OK);
  assert_true(json.length < size);
  memcpy(out, json.data, json.length);
  out[json.length] = '\0';
  rpl_context_free(context);
}

static const char whole[] = "{\"unused\":true,\"fee\":\"USD 1.60\",\"days\":2}";

static void expect_replay(const char *record, RplReplayResult result,
                          const char *member, const char *message) {
  RplReplay replay;
  assert_int_equal(rpl_replay(program, slice(record), NULL, &replay), RPL_OK);
  assert_string_equal(replay.message, message);
  assert_string_equal(rpl_replay_name(replay.result), rpl_replay_name(result));
  assert_string_equal(replay.member, member);
}

static void same_bytes(void **state) {
  (void)state;
  static const char *const facts[] = {
      whole, "{}", "{\"unused\":true,\"fee\":\"USD 0.00\",\"days\":2}",
      "{\"unused\":true,\"fee\":\"KWD 1.600\",\"days\":9,\"note\":\"\\u00e4"
      "\\n\\\"\"}",
      "{\"unused\":false,\"fee\":\"JPY 7\",\"days\":-1}"};
  char record[2048], with_id[2100];
  for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
    make_record(facts[i], i % 2 ? "8" : NULL, record, sizeof record);
    expect_replay(record, RPL_REPLAY_SAME, "", "");
    (void)snprintf(with_id, sizeof with_id, " {\"id\":{\"a\":[1]},%s\n",
                   record + 1);
    expect_replay(with_id, RPL_REPLAY_SAME, "", "");
  }
}

/* The record of `whole` with `from`, which it holds, replaced by `to`. */
static const char *tampered(const char *from, const char *to) {
  static char out[4096];
  char record[2048];
  make_record(whole, NULL, record, sizeof record);
  char *at = strstr(record, from);
  if (!at)
    fail_msg("no %s in %s", from, record);
  (void)snprintf(out, sizeof out, "%.*s%s%s", (int)(at - record), record, to,
                 at + strlen(from));
  return out;
}

static void other_decisions(void **state) {
  (void)state;
  expect_replay(tampered("\"amount\":\"1.60\"", "\"amount\":\"1.61\""),
                RPL_REPLAY_DIFFERENT, "amount",
                "\"amount\" is \"1.61\" in the record and \"1.60\" now");
  expect_replay(tampered("full_refund", "denied"), RPL_REPLAY_DIFFERENT,
                "outcome",
                "\"outcome\" is \"denied\" in the record and \"full_refund\" "
                "now");
  /* The facts decide: these make another decision. */
  expect_replay(tampered("\"days\":\"2\"", "\"days\":\"4\""),
                RPL_REPLAY_DIFFERENT, "outcome",
                "\"outcome\" is \"full_refund\" in the record and \"denied\" "
                "now");
  expect_replay(tampered("\"most\":\"3\"", "\"most\":\"1\""),
                RPL_REPLAY_DIFFERENT, "outcome",
                "\"outcome\" is \"full_refund\" in the record and \"denied\" "
                "now");
  expect_replay(tampered("\"amount\":\"1.60\",", ""), RPL_REPLAY_DIFFERENT,
                "amount", "\"amount\" is in the decision, not in the record");
  expect_replay(tampered("\"amount\"", "\"bonus\":1,\"amount\""),
                RPL_REPLAY_DIFFERENT, "bonus",
                "\"bonus\" is in the record, not in the decision");
  expect_replay(tampered("\"assumed\":[\"note\"]", "\"assumed\":[]"),
                RPL_REPLAY_DIFFERENT, "assumed",
                "\"assumed\" is [] in the record and [\"note\"] now");
  expect_replay(tampered("\"amount\":\"1.60\",\"currency\":\"USD\"",
                         "\"currency\":\"USD\",\"amount\":\"1.60\""),
                RPL_REPLAY_DIFFERENT, "currency",
                "\"currency\" stands in another place");
  expect_replay(tampered(",\"params\"", " ,\"params\""), RPL_REPLAY_DIFFERENT,
                "", "it says the same in other bytes: it is not canonical");
  expect_replay(tampered("\"days\":\"2\"", "\"days\":2"), RPL_REPLAY_DIFFERENT,
                "facts",
                "\"facts\" is {\"unused\":true,\"fee\":\"USD 1.60\","
                "\"days\":2} in the record and {\"unused\":true,\"fee\":\"USD "
                "1.60\",\"days\":\"2\"} now");
}

static void other_programs(void **state) {
  (void)state;
  expect_replay(tampered("shop.again", "shop.agian"), RPL_REPLAY_NO_POLICY, "",
                "there is no policy shop.agian");
  expect_replay(tampered("\"edition\":1", "\"edition\":2"),
                RPL_REPLAY_OTHER_EDITION, "",
                "the edition is 2 in the record and 1 now");
  expect_replay(tampered("\"edition\":1", "\"edition\":1.0"),
                RPL_REPLAY_OTHER_EDITION, "",
                "the edition is 1.0 in the record and 1 now");
  RplReplay replay;
  const char *record = tampered("\"program\":\"", "\"program\":\"0");
  assert_int_equal(rpl_replay(program, slice(record), NULL, &replay), RPL_OK);
  assert_int_equal(replay.result, RPL_REPLAY_OTHER_PROGRAM);
  assert_memory_equal(replay.message, "the program is 0", 16);
}

static void refused_and_malformed(void **state) {
  (void)state;
  expect_replay(tampered("\"days\":\"2\"", "\"daze\":\"2\""),
                RPL_REPLAY_REFUSED, "",
                "its facts are refused: no fact is named \"daze\"");
  expect_replay(tampered("\"most\":\"3\"", "\"most\":\"-3\""),
                RPL_REPLAY_REFUSED, "",
                "its params are refused: param \"most\": -3 is not >= 0");
  expect_replay("", RPL_REPLAY_MALFORMED, "",
                "it is not JSON: the text ends too early at byte 0");
  expect_replay("[]", RPL_REPLAY_MALFORMED, "", "it is no object");
  expect_replay("{}", RPL_REPLAY_MALFORMED, "",
                "\"policy\" is not there or not a string");
  expect_replay("{\"id\":1}", RPL_REPLAY_MALFORMED, "",
                "\"policy\" is not there or not a string");
  expect_replay(tampered("\"params\":{\"most\":\"3\"}", "\"params\":[]"),
                RPL_REPLAY_MALFORMED, "",
                "\"params\" is not there or not an object");
  expect_replay(tampered("\"edition\":1,", ""), RPL_REPLAY_MALFORMED, "",
                "\"edition\" is not there or not a number");
}

/* A record cut short or changed at any byte is never the same, and never more
 * than a finding. */
static void every_byte_counts(void **state) {
  (void)state;
  char record[2048], changed[2048];
  RplReplay replay;
  make_record(whole, NULL, record, sizeof record);
  size_t length = strlen(record);
  for (size_t i = 0; i < length; i++) {
    memcpy(changed, record, length + 1);
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    assert_int_equal(rpl_replay(program, slice(changed), NULL, &replay),
                     RPL_OK);
    assert_int_not_equal(replay.result, RPL_REPLAY_SAME);
    assert_true(replay.message[0] != '\0');
    assert_int_equal(rpl_replay(program, (RplSlice){record, i}, NULL, &replay),
                     RPL_OK);
    assert_int_equal(replay.result, RPL_REPLAY_MALFORMED);
  }
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  char record[2048];
  ShortMemory memory;
  RplAllocator allocator = {short_memory, &memory};
  RplReplay replay;
  RplStatus status = RPL_E_MEMORY;
  make_record(whole, NULL, record, sizeof record);
  for (size_t calls = 0; status != RPL_OK && calls < 1000; calls++) {
    memory = (ShortMemory){calls, 0, 0};
    status = rpl_replay(program, slice(record), &allocator, &replay);
    assert_true(status == RPL_OK || status == RPL_E_MEMORY);
    assert_int_equal(memory.live_blocks, 0);
  }
  assert_int_equal(replay.result, RPL_REPLAY_SAME);
}

static void arguments_that_are_missing(void **state) {
  (void)state;
  RplReplay replay;
  assert_int_equal(rpl_replay(NULL, slice("{}"), NULL, &replay),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_replay(program, slice("{}"), NULL, NULL),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_replay(program, (RplSlice){NULL, 1}, NULL, &replay),
                   RPL_E_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(same_bytes),
      cmocka_unit_test(other_decisions),
      cmocka_unit_test(other_programs),
      cmocka_unit_test(refused_and_malformed),
      cmocka_unit_test(every_byte_counts),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(arguments_that_are_missing),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
