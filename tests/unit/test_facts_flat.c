/* SPDX-License-Identifier: Apache-2.0
 * test_facts_flat.c - the short way for facts in JSON gives what the long one
 * gives, which test_facts.c checks against the manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rpl/rpl.h>

#include "tests/support/load_policy.h"
#include "vm/text.h"

static const char policy[] =
    "edition 1; policy sample \"Facts of every type\";\n"
    "enumeration hue = red, green or other; enumeration tint = red, green;\n"
    "fact fee : money > 0; fact unused : boolean;\n"
    "fact count : integer 0 .. 10; fact ratio : number 0 .. 5;\n"
    "fact currency : currency; fact note : text up to 3; fact due : date?;\n"
    "fact paid_at : datetime; fact span : duration; fact color : hue;\n"
    "fact shade : tint; fact tints : set of tint; param days : integer = 7;\n"
    "refundable if unused; amount = fee; otherwise denied;\n";

static RplProgram *program;
static RplContext *context;

static int set_up(void **state) {
  (void)state;
  program = load_policy("sample.rpl", policy);
  return rpl_context_new(program, 0, NULL, &context) != RPL_OK;
}

static int tear_down(void **state) {
  (void)state;
  rpl_context_free(context);
  rpl_program_free(program);
  return 0;
}

/* What became of one text. */
typedef struct Taken {
  RplStatus status;
  RplFactError error;
  char *record; /* of the decision, owned; "" when the facts were refused */
} Taken;

static void take(const char *json, Taken *taken) {
  const RplDecision *decision;
  RplSlice record = {"", 0};
  memset(taken, 0, sizeof *taken);
  taken->status =
      rpl_facts_json(context, rpl_slice_from(json), 0, &taken->error);
  if (taken->status == RPL_OK) {
    assert_int_equal(rpl_decide(context, &decision), RPL_OK);
    assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &record),
                     RPL_OK);
  }
  taken->record = calloc(1, record.length + 1);
  assert_non_null(taken->record);
  memcpy(taken->record, record.data, record.length);
}

/* A line end before the object is not for the short way (facts_flat.c), so that
 * the same text goes both ways: they must agree on values and on mistakes. */
static void short_and_long_way_agree(void **state) {
  static const char *const members[] = {
      "\"fee\":\"USD 1.60\"",
      "\"fee\":\"USD 01.60\"",
      "\"fee\":\"USD -1\"",
      "\"fee\":\"USD 1e2\"",
      "\"fee\":1.60",
      "\"fee\":\"1.60\"",
      "\"fee\":\"USD  1\"",
      "\"fee\":\"XXQ 1\"",
      "\"fee\":\"USD 0.00\"",
      "\"fee\":{\"currency\":\"USD\",\"amount\":\"2\"}",
      "\"unused\":true",
      "\"unused\":false",
      "\"unused\":\"true\"",
      "\"unused\":tru",
      "\"unused\":null",
      "\"count\":3",
      "\"count\":3.0",
      "\"count\":3.5",
      "\"count\":\"3\"",
      "\"count\":-0",
      "\"count\":007",
      "\"count\":11",
      "\"count\":3.",
      "\"count\":1.2.3",
      "\"count\":",
      "\"count\" : 3 ",
      "\"ratio\":0.125",
      "\"ratio\":4.999999999999999999",
      "\"ratio\":5",
      "\"ratio\":123456789012345.6",
      "\"ratio\":.5",
      "\"currency\":\"USD\"",
      "\"note\":\"abc\"",
      "\"note\":\"abcd\"",
      "\"note\":\"\\u0041\"",
      "\"note\":\"\xc3\xa9\"",
      "\"note\":\"\xc3\"",
      "\"note\":\"\x01\"",
      "\"note\":\"a",
      "\"due\":null",
      "\"due\":\"2026-03-02\"",
      "\"due\":\"2026-02-30\"",
      "\"paid_at\":\"2026-03-02T09:30:00Z\"",
      "\"paid_at\":\"2026-03-02T24:30:00Z\"",
      "\"span\":\"1d12h\"",
      "\"color\":\"red\"",
      "\"color\":\"mauve\"",
      "\"shade\":\"mauve\"",
      "\"mode\":\"floor\"",
      "\"tints\":[\"red\"]",
      "\"tints\":[]",
      "\"tints\":[ \"red\" , \"green\" ]",
      "\"tints\":[\"red\",\"red\"]",
      "\"tints\":[\"red\",]",
      "\"tints\":[\"red\"",
      "\"tints\":[\"mauve\"]",
      "\"tints\":[1]",
      "\"tints\":null",
      "\"fee\":\"-1\"",
      "\"fee\":\"1.\"",
      "\"fee\":tru",
      "\"tints\":\"red\"",
      "\"where\":\"+08:00\"",
      "\"days\":3",
      "\"nobody\":3",
      "\"fe\":1",
      "",
  };
  enum { COUNT = sizeof members / sizeof members[0] };
  (void)state;
  for (size_t i = 0; i < COUNT * COUNT; i++) {
    char text[256];
    Taken taken[2];
    (void)snprintf(text, sizeof text, "\n{%s,%s}", members[i / COUNT],
                   members[i % COUNT]);
    take(text, &taken[0]);
    take(text + 1, &taken[1]);
    assert_int_equal(taken[0].status, taken[1].status);
    assert_string_equal(taken[0].error.message, taken[1].error.message);
    assert_string_equal(taken[0].error.help, taken[1].error.help);
    assert_string_equal(taken[0].record, taken[1].record);
    free(taken[0].record);
    free(taken[1].record);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(short_and_long_way_agree, set_up,
                                      tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
