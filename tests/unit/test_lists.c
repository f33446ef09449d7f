/* SPDX-License-Identifier: Apache-2.0
 * test_lists.c - lists and records from text to decision: how facts are read
 * and refused, what breaks bounds, bare amounts, what is awaited, and records
 * that replay. Expected values are derived by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rpl/rpl.h"
#include "tests/support/load_policy.h"

typedef struct Bench {
  RplProgram *program;
  RplContext *context;
} Bench;

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

#define HEAD                                                                   \
  "edition 1; policy p \"P\";"                                                 \
  "record part { price : money >= 0; gift : boolean; note : text?; }"          \
  "record order { parts : list of part up to 3; day : date; }"                 \
  "fact currency : currency; fact orders : list of order up to 2;"             \
  "fact last : part?; fact xs : list of integer up to 3 assume [];"            \
  "fact limit : number;"

static void begin(Bench *bench, const char *rules) {
  char text[2048];
  (void)snprintf(text, sizeof text, "%s%s", HEAD, rules);
  bench->program = load_policy("p.rpl", text);
  assert_int_equal(rpl_context_new(bench->program, 0, NULL, &bench->context),
                   RPL_OK);
}

static void end(Bench *bench) {
  rpl_context_free(bench->context);
  rpl_program_free(bench->program);
}

/* The decision of these facts as JSON holds `part`. */
static void expect_in(Bench *bench, const char *facts, uint32_t flags,
                      const char *part) {
  RplFactError error;
  const RplDecision *decision = NULL;
  RplSlice json;
  char text[4096];
  RplStatus status = rpl_facts_json(bench->context, slice(facts), 0, &error);
  if (status)
    print_error("%s\n", error.message);
  assert_int_equal(status, RPL_OK);
  assert_int_equal(rpl_decide(bench->context, &decision), RPL_OK);
  assert_int_equal(rpl_decision_json(decision, flags, &json), RPL_OK);
  assert_true(json.length < sizeof text);
  memcpy(text, json.data, json.length);
  text[json.length] = '\0';
  if (!strstr(text, part))
    fail_msg("%s\nhas no %s", text, part);
}

static void expect_refused(Bench *bench, const char *facts, const char *message,
                           const char *fact, uint32_t line, uint32_t column) {
  RplFactError error;
  assert_int_equal(rpl_facts_json(bench->context, slice(facts), 0, &error),
                   RPL_E_FACTS);
  assert_string_equal(error.message, message);
  assert_string_equal(error.fact, fact);
  assert_int_equal(error.line, line);
  assert_int_equal(error.column, column);
}

#define RULES                                                                  \
  "let spent = sum(sum(p.price for p in o.parts if not p.gift) for o in "      \
  "orders);"                                                                   \
  "denied dear if spent > USD 10 because \"{spent}\";"                         \
  "informational cheap if spent <= USD 10; otherwise denied;"

static void test_refusals(void **state) {
  (void)state;
  Bench bench;
  begin(&bench, RULES);
  expect_refused(&bench, "{\"xs\": 3}",
                 "fact \"xs\": expected an array, found the number 3", "xs", 1,
                 8);
  expect_refused(&bench, "{\"xs\": [1, true]}",
                 "fact \"xs[1]\": expected an integer, found the boolean true",
                 "xs[1]", 1, 12);
  expect_refused(&bench, "{\"xs\": [1,\n null]}",
                 "fact \"xs[1]\": null means that it does not exist, which "
                 "this one's type does not allow",
                 "xs[1]", 2, 2);
  expect_refused(&bench, "{\"last\": []}",
                 "fact \"last\": expected an object, found an array", "last", 1,
                 10);
  expect_refused(&bench, "{\"orders\": [{\"parts\": [{}, {\"pric\": 1}]}]}",
                 "fact \"orders[0].parts[1]\": no field is named \"pric\"",
                 "orders[0].parts[1]", 1, 29);
  expect_refused(&bench, "{\"orders\": [{\"day\": \"2026-02-30\"}]}",
                 "fact \"orders[0].day\": expected a date such as "
                 "\"2026-03-02\", found the text \"2026-02-30\"",
                 "orders[0].day", 1, 21);
  end(&bench);
}

static void test_rejections(void **state) {
  (void)state;
  Bench bench;
  begin(&bench, RULES);
  expect_in(&bench, "{\"orders\": [{\"parts\": [{\"price\": \"USD -1\"}]}]}", 0,
            "\"rejected\":[{\"fact\":\"orders\",\"text\":"
            "\"orders[0].parts[0].price: USD -1.00 is not >= 0\"}]");
  expect_in(&bench, "{\"orders\": [{\"parts\": [{}, {}, {}, {}]}]}", 0,
            "\"text\":\"orders[0].parts: 4 elements are more than 3\"");
  expect_in(&bench, "{\"orders\": [{}, {}, {}]}", 0,
            "\"missing\":[\"orders\"],\"rejected\":[{\"fact\":\"orders\","
            "\"text\":\"orders: 3 elements are more than 2\"}]");
  end(&bench);
}

/* 3 + 4 = 7; the part that is a gift does not count, whatever it costs. */
static void test_sums(void **state) {
  (void)state;
  Bench bench;
  begin(&bench, RULES);
  expect_in(
      &bench,
      "{\"orders\": [{\"parts\": [{\"price\": \"USD 3\", \"gift\": false},"
      " {\"gift\": true}]}, {\"parts\": [{\"price\": \"USD 4\", \"gift\": "
      "false}]}]}",
      0, "\"outcome\":\"informational\"");
  expect_in(&bench,
            "{\"orders\": [{\"parts\": [{\"price\": \"USD 11\", \"gift\": "
            "false}]}]}",
            0, "\"text\":\"USD 11.00\"");
  expect_in(&bench, "{\"orders\": []}", 0, "\"outcome\":\"informational\"");
  end(&bench);
}

/* Amounts without a currency wait for it, wherever they are. */
static void test_bare(void **state) {
  (void)state;
  Bench bench;
  const char *bare = "{\"orders\": [{\"parts\": [{\"price\": 11, \"gift\": "
                     "false}]}]}";
  begin(&bench, RULES);
  expect_in(&bench, bare, 0, "\"missing\":[\"currency\"]");
  expect_in(&bench,
            "{\"orders\": [{\"parts\": [{\"price\": 11, \"gift\": false}]}], "
            "\"currency\": \"USD\"}",
            0, "\"outcome\":\"denied\"");
  expect_in(&bench,
            "{\"currency\": \"EUR\", \"orders\": [{\"parts\": [{\"price\": 11, "
            "\"gift\": false}]}]}",
            0, "\"code\":\"currency_mixed\"");
  end(&bench);
}

/* A record holds lists as they came, so that they can be read again. */
static void test_record(void **state) {
  (void)state;
  Bench bench;
  begin(&bench, RULES);
  expect_in(&bench,
            "{\"last\": {\"note\": null, \"price\": \"USD 1.50\"}, \"orders\": "
            "[{\"parts\": []}], \"xs\": [3, 1]}",
            RPL_JSON_RECORD,
            "\"facts\":{\"orders\":[{\"parts\":[]}],\"last\":{\"price\":\"USD "
            "1.50\",\"note\":null},\"xs\":[\"3\",\"1\"]}");
  end(&bench);
}

/* What is awaited is what keeps the aggregate open, and nothing else: an
 * element's field names its fact; an outer fact is named where an element needs
 * it; an element that settles the result needs nothing. */
static void test_awaited(void **state) {
  (void)state;
  Bench bench;
  begin(&bench, "denied many if any(count(p in o.parts if p.gift) > limit for "
                "o in orders); otherwise informational;");
  expect_in(&bench, "{\"orders\": [{\"parts\": [{\"gift\": true}]}]}", 0,
            "\"missing\":[\"limit\"]");
  expect_in(&bench, "{\"orders\": [{\"parts\": [{}]}], \"limit\": 0}", 0,
            "\"missing\":[\"orders\"]");
  expect_in(&bench, "{\"orders\": [{\"parts\": [{}]}]}", 0,
            "\"missing\":[\"orders\",\"limit\"]");
  expect_in(&bench,
            "{\"orders\": [{\"parts\": [{}]}, {\"parts\": [{\"gift\": true}, "
            "{\"gift\": true}]}], \"limit\": 1}",
            0, "\"outcome\":\"denied\"");
  expect_in(&bench, "{\"orders\": []}", 0, "\"outcome\":\"informational\"");
  end(&bench);
}

/* An unknown list that something is assumed for is that; given, it is given. */
static void test_assumed(void **state) {
  (void)state;
  Bench bench;
  begin(&bench,
        "denied nothing if xs is empty; denied two if 2 in xs; otherwise "
        "informational;");
  expect_in(&bench, "{}", 0, "\"rule\":\"nothing\"");
  expect_in(&bench, "{\"xs\": [1, 2]}", 0, "\"rule\":\"two\"");
  expect_in(&bench, "{\"xs\": [1]}", 0, "\"outcome\":\"informational\"");
  end(&bench);
}

/* Sums past the small form of numbers: 3 * 2^62 is no 64-bit number, and the
 * memory of one turn is given back before the next. */
static void test_big_numbers(void **state) {
  (void)state;
  Bench bench;
  begin(&bench,
        "denied big if sum(x * 4611686018427387904 for x in xs) == "
        "13835058055282163712 and max(x * 4611686018427387904 for x in xs) == "
        "9223372036854775808; otherwise informational;");
  expect_in(&bench, "{\"xs\": [1, 2, 0]}", 0, "\"rule\":\"big\"");
  end(&bench);
}

/* LIMIT: the memory of one decision. */
static void test_short_memory(void **state) {
  (void)state;
  Bench bench;
  begin(&bench, RULES);
  for (int i = 0; i < 50; i++) /* reused, decision after decision */
    expect_in(&bench, "{\"orders\": [{\"parts\": [{}]}]}", 0,
              "\"missing\":[\"orders\"]");
  end(&bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refusals),    cmocka_unit_test(test_rejections),
      cmocka_unit_test(test_sums),        cmocka_unit_test(test_bare),
      cmocka_unit_test(test_record),      cmocka_unit_test(test_awaited),
      cmocka_unit_test(test_assumed),     cmocka_unit_test(test_big_numbers),
      cmocka_unit_test(test_short_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
