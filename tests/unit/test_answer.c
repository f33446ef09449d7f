/* SPDX-License-Identifier: Apache-2.0
 * test_answer.c - rpl_answer_json gives what rpl_facts_json, rpl_decide and
 * rpl_decision_json give, whichever way it takes, and its limits change no
 * answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rpl/rpl.h>

#include "tests/support/short_memory.h"
#include "vm/answer.h"
#include "vm/text.h"

static const char policy[] =
    "edition 1; policy sample \"Facts of every type, in texts and outputs\";\n"
    "source \"Terms\" A-1, A-2;\n"
    "enumeration tint = red, green, blue;\n"
    "fact fee : money >= 0; fact paid : money? assume none;\n"
    "fact unused : boolean; fact count : integer -5 .. 10;\n"
    "fact ratio : number >= 0; fact note : text up to 8;\n"
    "fact due : date?; fact paid_at : datetime; fact span : duration;\n"
    "fact shade : tint; fact tints : set of tint;\n"
    "param days : integer = 7;\n"
    "let part = if paid is none then fee else min(fee, paid else fee);\n"
    "denied dark if shade in tints and not unused\n"
    "  because \"{shade} is among {tints}, {note} says, after {days} days.\";\n"
    "denied late if paid_at + span < 2026-03-01T00:00:00Z\n"
    "  because \"Paid at {paid_at}, {span} ago.\" cite A-1;\n"
    "refundable new if unused and count < 8\n"
    "  because \"{count} of {fee}: {ratio}, due {due}.\" cite A-2;\n"
    "partial_refund used if not unused and count < 8;\n"
    "amount = part * ratio / 3 if count > 0;\n"
    "amount = part if count <= 0;\n"
    "output deadline : datetime = paid_at + 7d;\n"
    "otherwise blocked because \"{count} is too many.\";\n";

static RplProgram *compile(const char *source) {
  RplCompiler *compiler;
  RplProgram *made = NULL;
  RplSlice bytes;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, rpl_slice_from("sample.rpl"),
                                    rpl_slice_from(""), rpl_slice_from(source)),
                   RPL_OK);
  RplStatus status = rpl_compiler_build(compiler, 0, &bytes);
  if (status)
    print_error("%.*s\n", 200, source);
  assert_int_equal(status, RPL_OK);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &made, NULL),
      RPL_OK);
  rpl_compiler_free(compiler);
  return made;
}

/* Two contexts of one policy: one for each way. */
typedef struct Ways {
  RplProgram *program;
  RplContext *brief, *whole;
  size_t filled; /* answers of forms */
} Ways;

static Ways begin(const char *source) {
  Ways ways = {.program = compile(source)};
  assert_int_equal(rpl_context_new(ways.program, 0, NULL, &ways.brief), RPL_OK);
  assert_int_equal(rpl_context_new(ways.program, 0, NULL, &ways.whole), RPL_OK);
  return ways;
}

static void end(Ways *ways) {
  rpl_context_free(ways->brief);
  rpl_context_free(ways->whole);
  rpl_program_free(ways->program);
}

static RplStatus go_whole_way(RplContext *context, RplSlice facts,
                              RplSlice *json, RplFactError *error) {
  const RplDecision *decision;
  RplStatus status = rpl_facts_json(context, facts, 0, error);
  if (status == RPL_OK)
    status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_json(decision, 0, json);
  return status;
}

/* The text has no byte behind it that may be read. */
static void compare(Ways *ways, const char *text) {
  RplSlice expected = {"", 0}, found = {"", 0};
  RplFactError why = {.message = ""}, why_found = {.message = ""};
  size_t length = strlen(text);
  char *facts = malloc(length ? length : 1);
  assert_non_null(facts);
  memcpy(facts, text, length);
  RplSlice json = {facts, length};
  RplStatus status = go_whole_way(ways->whole, json, &expected, &why);
  assert_int_equal(rpl_answer_json(ways->brief, json, 0, 0, &found, &why_found),
                   status);
  assert_string_equal(why.message, why_found.message);
  assert_string_equal(why.help, why_found.help);
  assert_int_equal(why.column, why_found.column);
  if (status == RPL_OK && !rpl_slice_equal(expected, found))
    print_error("%s\n%.*s\n%.*s\n", text, (int)expected.length, expected.data,
                (int)found.length, found.data);
  assert_true(status != RPL_OK || rpl_slice_equal(expected, found));
  ways->filled += status == RPL_OK && ways->brief->answers &&
                  found.data == ways->brief->answers->out.data;
  free(facts);
}

#define GOOD                                                                   \
  "\"fee\":\"USD 12.50\",\"paid\":\"USD 10\",\"unused\":true,\"count\":3,"     \
  "\"ratio\":0.5,\"note\":\"a\",\"due\":\"2026-03-09\","                       \
  "\"paid_at\":\"2026-03-02T09:30:00Z\",\"span\":\"1d\",\"shade\":\"red\","    \
  "\"tints\":[\"green\"]"

/* One fact after the other in every spelling, beside good ones: each request
 * three times, for the first of its kind teaches and the next is checked. */
static void all_ways_give_the_same(void **state) {
  static const char *const good[] = {
      "\"fee\":\"USD 12.50\"",  "\"paid\":null",
      "\"unused\":true",        "\"count\":3",
      "\"ratio\":0.5",          "\"note\":\"a\"",
      "\"due\":\"2026-03-09\"", "\"paid_at\":\"2026-03-02T09:30:00Z\"",
      "\"span\":\"1d\"",        "\"shade\":\"red\"",
      "\"tints\":[\"green\"]",
  };
  static const char *const others[] = {
      "\"fee\":\"USD 0\"",
      "\"fee\":\"USD 1.005\"",
      "\"fee\":\"JPY 7\"",
      "\"fee\":\"USD -1\"",
      "\"fee\":\"USD 01\"",
      "\"fee\":\"USD 1.\"",
      "\"fee\":\"usd 1\"",
      "\"fee\":\"USD 1e2\"",
      "\"fee\":12",
      "\"fee\":\"12\"",
      "\"fee\":\"USD 123456789012345.67\"",
      "\"fee\":\"USD 1",
      "\"fee\":\"USD 92233720368547758.07\"",
      "\"fee\":\"XXQ 1\"",
      "\"fee\":{\"currency\":\"USD\",\"amount\":\"2\"}",
      "\"fee\":\"USD  1\"",
      "\"paid\":\"USD 3\"",
      "\"paid\":\"EUR 3\"",
      "\"paid\":nul",
      "\"unused\":false",
      "\"unused\":\"true\"",
      "\"unused\":tru",
      "\"unused\":null",
      "\"unused\":falsehood",
      "\"unused\":[true]",
      "\"count\":0",
      "\"count\":-3",
      "\"count\":-0",
      "\"count\":9",
      "\"count\":11",
      "\"count\":\"4\"",
      "\"count\":\"4",
      "\"count\":4.0",
      "\"count\":4.5",
      "\"count\":04",
      "\"count\":4e0",
      "\"count\":",
      "\"count\" : 4 ",
      "\"count\"\t:\t4",
      "\"count\":1234567890123456789",
      "\"ratio\":0",
      "\"ratio\":1",
      "\"ratio\":0.333333333333333",
      "\"ratio\":\"2.5\"",
      "\"ratio\":1.2.3",
      "\"ratio\":.5",
      "\"ratio\":-1",
      "\"note\":\"\"",
      "\"note\":\"\\u0041\"",
      "\"note\":\"\\\"\"",
      "\"note\":\"\xc3\xa9\"",
      "\"note\":\"\xc3\"",
      "\"note\":\"\x01\"",
      "\"note\":\"123456789\"",
      "\"note\":\"}\"",
      "\"note\":\"a",
      "\"note\":\"\xc2\x85\"",
      "\"note\":5",
      "\"due\":null",
      "\"due\":\"2024-02-29\"",
      "\"due\":\"2026-02-29\"",
      "\"paid_at\":\"2026-02-01T09:30:00Z\"",
      "\"paid_at\":\"2026-03-02T09:30:00.25Z\"",
      "\"paid_at\":\"2026-03-02T24:00:00Z\"",
      "\"paid_at\":\"2026-03-02T09:60:00Z\"",
      "\"paid_at\":\"2026-03-02T09:30:60Z\"",
      "\"paid_at\":\"2026-13-02T09:30:00Z\"",
      "\"paid_at\":\"2026-03-02T09:30:00+08:00\"",
      "\"paid_at\":\"2026-03-02T09:3a:00Z\"",
      "\"paid_at\":\"0000-03-02T09:30:00Z\"",
      "\"paid_at\":\"9999-12-31T09:30:00Z\"",
      "\"paid_at\":5",
      "\"span\":\"-9d\"",
      "\"span\":\"x\"",
      "\"shade\":\"green\"",
      "\"shade\":\"mauve\"",
      "\"shade\":\"gree",
      "\"tints\":[]",
      "\"tints\":[ \"red\" , \"green\" ]",
      "\"tints\":[\"red\",\"red\"]",
      "\"tints\":[\"red\"",
      "\"tints\":[\"red\",]",
      "\"tints\":\"red\"",
      "\"tints\":[1]",
      "\"days\":3",
      "\"nobody\":3",
      "",
  };
  enum { GOOD_COUNT = sizeof good / sizeof good[0] };
  Ways ways = begin(policy);
  (void)state;
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    for (size_t place = 0; place <= GOOD_COUNT; place++) {
      char text[1024] = "{";
      for (size_t j = 0; j < GOOD_COUNT; j++) {
        const char *member = j == place ? others[i] : good[j];
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
                       j ? "," : "", member);
      }
      (void)snprintf(text + strlen(text), sizeof text - strlen(text), "}");
      for (int turn = 0; turn < 3; turn++)
        compare(&ways, text);
    }
  assert_in_range(ways.filled, 300, 3000); /* both ways are taken */
  end(&ways);
}

/* What stands around and between the members. */
static void objects_of_all_shapes(void **state) {
  static const char *const texts[] = {
      "{" GOOD "}",
      " {" GOOD "}",
      "{" GOOD "} ",
      "{" GOOD "}\r",
      "{" GOOD "}\n",
      "\n{" GOOD "}",
      "{ " GOOD " }",
      "{" GOOD ",}",
      "{," GOOD "}",
      "{" GOOD,
      "{" GOOD "}}",
      "{" GOOD "}{}",
      "{" GOOD "} x",
      "{}",
      "{",
      "}",
      "",
      " ",
      "[]",
      "{\"fee\"}",
      "{\"fee\":}",
      "{\"fee\":\"}",
      "{fee:1}",
      "{\"unused\":t}",
      "{\"unused\":f}",
      "{\"paid\":n}",
      "{\"paid_at\":\"}",
      "{\"tints\":[}",
      "{\"tints\":[\"}",
      "{\"count\":-}",
      "{\"count\":\"}",
      "{" GOOD ",\"fee\":\"USD 1\"}",
      "{\"note\":\"x\"," GOOD "}",
  };
  Ways ways = begin(policy);
  (void)state;
  for (int turn = 0; turn < 3; turn++)
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
      compare(&ways, texts[i]);
  end(&ways);
}

/* Amounts in the currency that a fact names, wherever that stands. */
static void bare_amounts_have_a_currency(void **state) {
  static const char *const texts[] = {
      "{\"currency\":\"USD\",\"fee\":\"12.50\",\"n\":1}",
      "{\"fee\":\"12.50\",\"n\":1,\"currency\":\"USD\"}",
      "{\"fee\":12.5,\"n\":1,\"currency\":\"USD\"}",
      "{\"fee\":\"12\",\"n\":1,\"currency\":\"JPY\"}",
      "{\"fee\":\"12.5\",\"n\":1,\"currency\":\"JPY\"}",
      "{\"fee\":\"USD 12.5\",\"n\":1,\"currency\":\"USD\"}",
      "{\"fee\":\"USD 12.5\",\"n\":1,\"currency\":\"EUR\"}",
      "{\"fee\":\"USD 12.5\",\"n\":1}",
      "{\"fee\":\"12.5\",\"n\":1}",
      "{\"fee\":\"0\",\"n\":1,\"currency\":\"USD\"}",
      "{\"fee\":\"99999\",\"n\":1,\"currency\":\"USD\"}",
      "{\"fee\":\"99999\",\"n\":1,\"currency\":\"EUR\"}",
      "{\"fee\":\"1\",\"n\":1,\"currency\":\"XXQ\"}",
      "{\"fee\":\"1\",\"n\":1,\"currency\":null}",
      "{\"fee\":\"-1\",\"n\":1,\"currency\":\"USD\"}",
      "{\"fee\":\"1\",\"n\":0,\"currency\":\"USD\"}",
  };
  Ways ways = begin("edition 1; policy sample \"Bare amounts\";\n"
                    "fact currency : currency;\n"
                    "fact fee : money 0 .. USD 5000; fact n : integer;\n"
                    "refundable r if n > 0 because \"{fee} back.\";\n"
                    "amount = fee / n; otherwise denied;\n");
  (void)state;
  for (int turn = 0; turn < 3; turn++)
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
      compare(&ways, texts[i]);
  assert_in_range(ways.filled, 5, 50);
  end(&ways);
}

/* Amounts are in the currency that the first such fact names, whichever others
 * there are: without it, zero has none. */
static void another_currency_is_none_of_amounts(void **state) {
  static const char *const texts[] = {
      "{\"paid_in\":\"USD\",\"asked_in\":\"USD\",\"n\":0}",
      "{\"asked_in\":\"EUR\",\"n\":0,\"paid_in\":\"USD\"}",
      "{\"asked_in\":\"USD\",\"n\":0}",
      "{\"asked_in\":\"EUR\",\"n\":1,\"fee\":\"USD 2\"}",
      "{\"asked_in\":\"XXQ\",\"n\":1,\"fee\":\"USD 2\"}",
  };
  Ways ways = begin("edition 1; policy sample \"Two currencies\";\n"
                    "fact paid_in : currency; fact asked_in : currency;\n"
                    "fact fee : money; fact n : integer;\n"
                    "informational free if n == 0 because \"In {asked_in}.\";\n"
                    "informational r if n > 0 because \"{fee}, {asked_in}.\";\n"
                    "output rest : money = if n == 0 then 0 else fee;\n"
                    "amount = 0 if n < 0; otherwise denied;\n");
  (void)state;
  for (int turn = 0; turn < 4; turn++)
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
      compare(&ways, texts[i]);
  assert_in_range(ways.filled, 3, 12);
  end(&ways);
}

static void params_hold_from_now_on(void **state) {
  Ways ways = begin(policy);
  static const char dark[] =
      "{\"unused\":false,\"shade\":\"red\",\"tints\":[\"red\"],\"note\":\"n\","
      "\"paid_at\":\"2026-03-02T09:30:00Z\",\"span\":\"1d\"}";
  (void)state;
  for (int turn = 0; turn < 6; turn++) {
    RplSlice days = rpl_slice_from(turn % 2 ? "8" : "9");
    compare(&ways, dark);
    compare(&ways, dark);
    assert_int_equal(
        rpl_param_text(ways.brief, rpl_slice_from("days"), days, NULL), RPL_OK);
    assert_int_equal(
        rpl_param_text(ways.whole, rpl_slice_from("days"), days, NULL), RPL_OK);
  }
  assert_true(ways.filled >= 9);
  end(&ways);
}

static void records_and_flags(void **state) {
  Ways ways = begin(policy);
  RplSlice facts = rpl_slice_from("{" GOOD ",\"nobody\":1}");
  RplSlice json = {NULL, 0};
  RplContext *context = ways.brief;
  (void)state;
  assert_int_equal(rpl_answer_json(context, facts, 2, 0, &json, NULL),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_answer_json(context, facts, 0, 2, &json, NULL),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_answer_json(context, facts, 0, 0, &json, NULL),
                   RPL_E_FACTS);
  assert_int_equal(rpl_answer_json(context, facts, RPL_FACTS_IGNORE_UNKNOWN,
                                   RPL_JSON_RECORD, &json, NULL),
                   RPL_OK);
  assert_true(json.length > 300 && json.data[json.length - 1] == '}');
  end(&ways);
}

/* ---- limits ---------------------------------------------------------------
 */

/* A policy with `count` conditions of one outcome, all of them of steps. */
static char *with_steps(unsigned count) {
  RplBuffer text;
  char line[128];
  rpl_buffer_init(&text, NULL);
  rpl_buffer_text(&text, "edition 1; policy sample \"Steps\";\n"
                         "fact n : integer 0 .. 100000;\n");
  for (unsigned i = 0; i < count; i++) {
    (void)snprintf(line, sizeof line, "step s%u \"Do {n}.\" if n >= %u;\n", i,
                   i);
    rpl_buffer_text(&text, line);
  }
  rpl_buffer_text(&text, "denied r if n >= 0 because \"All.\" step");
  for (unsigned i = 0; i < count; i++) {
    (void)snprintf(line, sizeof line, "%s s%u", i ? "," : "", i);
    rpl_buffer_text(&text, line);
  }
  rpl_buffer_text(&text, ";\notherwise blocked;\n");
  return rpl_buffer_take(&text, NULL);
}

/* What a context kept of decisions with so many numbers of steps. */
typedef struct Kept {
  uint32_t forms;
  bool has_plan;
  uint32_t signs; /* of the plan that has most */
  uint32_t rows;  /* instructions of the policy */
} Kept;

static Kept decide_all(const char *source, unsigned requests) {
  Ways ways = begin(source);
  char facts[64];
  for (unsigned turn = 0; turn < 3; turn++)
    for (unsigned i = 0; i < requests; i++) {
      (void)snprintf(facts, sizeof facts, "{\"n\":%u}", i);
      compare(&ways, facts);
    }
  const RplAnswers *answers = ways.brief->answers;
  Kept kept = {answers->form_count, answers->plans != NULL, 0,
               rpl_code_count(&ways.brief->image->tables)};
  for (uint32_t i = 0; kept.has_plan && i < answers->plan_count; i++)
    if (answers->plans[i].sign_count > kept.signs)
      kept.signs = answers->plans[i].sign_count;
  end(&ways);
  return kept;
}

static Kept decide_steps(unsigned steps, unsigned requests) {
  char *source = with_steps(steps);
  Kept kept = decide_all(source, requests);
  free(source);
  return kept;
}

/* A step for each of so many facts. */
static char *with_facts(unsigned count) {
  RplBuffer text;
  char line[128];
  rpl_buffer_init(&text, NULL);
  rpl_buffer_text(&text, "edition 1; policy sample \"Facts\";\n");
  for (unsigned i = 0; i < count; i++) {
    (void)snprintf(line, sizeof line,
                   "fact b%u : boolean; step s%u \"Do.\" if b%u;\n", i, i, i);
    rpl_buffer_text(&text, line);
  }
  rpl_buffer_text(&text, "denied r if b0 or not b0 step");
  for (unsigned i = 0; i < count; i++) {
    (void)snprintf(line, sizeof line, "%s s%u", i ? "," : "", i);
    rpl_buffer_text(&text, line);
  }
  rpl_buffer_text(&text, ";\notherwise blocked;\n");
  return rpl_buffer_take(&text, NULL);
}

static void compare_facts(Ways *ways, unsigned count, unsigned bits) {
  char facts[256] = "{";
  for (unsigned i = 0; i < count; i++)
    (void)snprintf(facts + strlen(facts), sizeof facts - strlen(facts),
                   "%s\"b%u\":%s", i ? "," : "", i,
                   bits >> i & 1 ? "true" : "false");
  (void)snprintf(facts + strlen(facts), sizeof facts - strlen(facts), "}");
  compare(ways, facts);
}

/* Twice as many signatures as forms. */
static void forms_are_kept_up_to_a_limit(void **state) {
  enum { FACTS = 11 };
  char *source = with_facts(FACTS);
  Ways ways = begin(source);
  (void)state;
  assert_int_equal(1u << FACTS, 2 * RPL_ANSWER_MAX_FORMS);
  for (unsigned bits = 0; bits < RPL_ANSWER_MAX_FORMS; bits++)
    compare_facts(&ways, FACTS, bits);
  assert_int_equal(ways.brief->answers->form_count, RPL_ANSWER_MAX_FORMS);
  for (unsigned bits = 0; bits < 1u << FACTS; bits++)
    compare_facts(&ways, FACTS, bits);
  assert_int_equal(ways.brief->answers->form_count, RPL_ANSWER_MAX_FORMS);
  assert_int_equal(ways.filled, RPL_ANSWER_MAX_FORMS);
  end(&ways);
  free(source);
}

static void bytes_of_forms_have_a_limit(void **state) {
  (void)state;
  Kept kept = decide_steps(300, 300);
  assert_true(kept.has_plan);
  assert_in_range(kept.forms, 50, 299);
}

static void signs_have_a_limit(void **state) {
  (void)state;
  uint32_t others = decide_steps(9, 2).signs - 9;
  assert_int_equal(decide_steps(RPL_ANSWER_MAX_SIGNS - others, 2).signs,
                   RPL_ANSWER_MAX_SIGNS);
  assert_false(decide_steps(RPL_ANSWER_MAX_SIGNS - others + 1, 2).has_plan);
}

/* Outcomes, each with a rule of its own. */
static bool has_plan_for(unsigned outcomes) {
  RplBuffer text;
  char line[128];
  rpl_buffer_init(&text, NULL);
  rpl_buffer_text(&text, "edition 1; policy sample \"Outcomes\";\n"
                         "fact n : integer 0 .. 100000;\n"
                         "outcome needs_info for unknown;\n"
                         "outcome manual_review for error;\n");
  for (unsigned i = 2; i < outcomes; i++) {
    (void)snprintf(line, sizeof line, "outcome o%u;\no%u r%u if n == %u;\n", i,
                   i, i, i);
    rpl_buffer_text(&text, line);
  }
  rpl_buffer_text(&text, "otherwise manual_review;\n");
  char *source = rpl_buffer_take(&text, NULL);
  bool has_plan = decide_all(source, outcomes).has_plan;
  free(source);
  return has_plan;
}

static void outcomes_have_a_limit(void **state) {
  (void)state;
  assert_true(has_plan_for(RPL_ANSWER_MAX_OUTCOMES));
  assert_false(has_plan_for(RPL_ANSWER_MAX_OUTCOMES + 1));
}

/* Rules, each of which needs an instruction; all of one outcome. */
static Kept decide_rules(unsigned rules) {
  RplBuffer text;
  char line[128];
  rpl_buffer_init(&text, NULL);
  rpl_buffer_text(&text, "edition 1; policy sample \"Rules\";\n"
                         "fact n : integer 0 .. 100000;\n");
  for (unsigned i = 0; i < rules; i++) {
    (void)snprintf(line, sizeof line, "%s r%u if n == %u;\n",
                   i % 2 ? "denied" : "blocked", i, i);
    rpl_buffer_text(&text, line);
  }
  rpl_buffer_text(&text, "otherwise manual_review;\n");
  char *source = rpl_buffer_take(&text, NULL);
  Kept kept = decide_all(source, 2);
  free(source);
  return kept;
}

static void rows_have_a_limit(void **state) {
  (void)state;
  uint32_t others = decide_rules(9).rows - 9;
  Kept most = decide_rules(RPL_ANSWER_MAX_ROWS - others);
  assert_int_equal(most.rows, RPL_ANSWER_MAX_ROWS);
  assert_true(most.has_plan);
  assert_false(decide_rules(RPL_ANSWER_MAX_ROWS - others + 1).has_plan);
}

/* Memory that ends at the n-th block, for every n until all is well. */
static void short_memory_changes_no_answer(void **state) {
  Ways ways = begin(policy);
  RplSlice facts = rpl_slice_from("{" GOOD "}");
  RplSlice expected, found;
  RplFactError error;
  RplStatus status = RPL_E_MEMORY;
  (void)state;
  assert_int_equal(go_whole_way(ways.whole, facts, &expected, &error), RPL_OK);
  for (size_t blocks = 0, good = 0; good < 3; blocks++) {
    ShortMemory memory = {blocks, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplContext *context = NULL;
    assert_true(blocks < 400);
    status = rpl_context_new(ways.program, 0, &allocator, &context);
    for (int turn = 0; turn < 4 && status == RPL_OK; turn++) {
      status = rpl_answer_json(context, facts, 0, 0, &found, &error);
      assert_true(status == RPL_E_MEMORY || rpl_slice_equal(expected, found));
    }
    assert_true(status == RPL_OK || status == RPL_E_MEMORY);
    good += status == RPL_OK;
    rpl_context_free(context);
    assert_int_equal(memory.live_blocks, 0);
    assert_int_equal(memory.live_bytes, 0);
  }
  end(&ways);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_ways_give_the_same),
      cmocka_unit_test(objects_of_all_shapes),
      cmocka_unit_test(bare_amounts_have_a_currency),
      cmocka_unit_test(another_currency_is_none_of_amounts),
      cmocka_unit_test(params_hold_from_now_on),
      cmocka_unit_test(records_and_flags),
      cmocka_unit_test(forms_are_kept_up_to_a_limit),
      cmocka_unit_test(bytes_of_forms_have_a_limit),
      cmocka_unit_test(signs_have_a_limit),
      cmocka_unit_test(outcomes_have_a_limit),
      cmocka_unit_test(rows_have_a_limit),
      cmocka_unit_test(short_memory_changes_no_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
