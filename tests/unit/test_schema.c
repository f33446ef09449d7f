/* SPDX-License-Identifier: Apache-2.0
 * The schema of a policy's facts (rpl/program.h), from a small program put
 * together row by row. The expected bytes were written by hand from JSON
 * Schema, draft 2020-12, and the forms that docs/facts.md lists; what the
 * patterns accept is tested in tests/cli/facts_schema.py. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rpl/program.h"
#include "tests/support/program_builder.h"
#include "tests/support/short_memory.h"
#include "vm/text.h"

/* Its strings in the order of their bytes. */
#define STRINGS(X)                                                             \
  X(ZERO, "0")                                                                 \
  X(HALF, "0.5")                                                               \
  X(FIVE, "5")                                                                 \
  X(HOW, "Say \"how\"")                                                        \
  X(SHOP, "The shop")                                                          \
  X(COUNT, "count")                                                            \
  X(DENIED, "denied")                                                          \
  X(KEEP, "keep")                                                              \
  X(MANUAL_REVIEW, "manual_review")                                            \
  X(NEEDS_INFO, "needs_info")                                                  \
  X(NOTE, "note")                                                              \
  X(OTHER, "other")                                                            \
  X(PAID, "paid")                                                              \
  X(POST, "post")                                                              \
  X(SHARE, "share")                                                            \
  X(SHOP_BASE, "shop.base")                                                    \
  X(WAY, "way")                                                                \
  X(WAYS, "ways")

enum {
#define X(id, text) S_OF_##id,
  STRINGS(X)
#undef X
};

enum { INTEGER, NUMBER, NUMBER_OPT, MONEY, TEXT, DATETIME_OPT, WAY, WAYS };

enum { ZERO, FIVE, NUMBER_0, HALF, NO_MONEY };

static RplBytes bytes_of(RplBuilder *b) {
  rpl_builder_set_cost(b);
  RplBytes program = rpl_builder_program(b);
  RplBytes bundle = rpl_builder_bundle(&program, 1);
  rpl_builder_clear(b);
  free(program.data);
  return bundle;
}

static void add_types(RplBuilder *b) {
  RPL_ADD(b, TYPES, RPL_KIND_INTEGER, 0, 0);
  RPL_ADD(b, TYPES, RPL_KIND_NUMBER, 0, 0);
  RPL_ADD(b, TYPES, RPL_KIND_NUMBER, 1, 0);
  RPL_ADD(b, TYPES, RPL_KIND_MONEY, 0, 0);
  RPL_ADD(b, TYPES, RPL_KIND_TEXT, 0, 0);
  RPL_ADD(b, TYPES, RPL_KIND_DATETIME, 1, 0);
  RPL_ADD(b, TYPES, RPL_KIND_ENUM, 0, 0);
  RPL_ADD(b, TYPES, RPL_KIND_SET, 0, 1);
  RPL_ADD(b, ENUMS, S_OF_WAY, 0, 2, RPL_ENUM_OR_OTHER);
  RPL_ADD(b, ENUMS, S_OF_WAYS, 2, 2, 0);
  RPL_ADD(b, ENUMERATORS, S_OF_POST);
  RPL_ADD(b, ENUMERATORS, S_OF_OTHER);
  RPL_ADD(b, ENUMERATORS, S_OF_POST);
  RPL_ADD(b, ENUMERATORS, S_OF_KEEP);
  RPL_ADD(b, CONSTANTS, INTEGER, S_OF_ZERO, 0);
  RPL_ADD(b, CONSTANTS, INTEGER, S_OF_FIVE, 0);
  RPL_ADD(b, CONSTANTS, NUMBER, S_OF_ZERO, 0);
  RPL_ADD(b, CONSTANTS, NUMBER, S_OF_HALF, 0);
  RPL_ADD(b, CONSTANTS, MONEY, S_OF_ZERO, 0);
}

static RplBytes shop(void) {
  RplBuilder b;
  rpl_builder_init(&b);
#define X(id, text) (void)rpl_builder_string(&b, text);
  STRINGS(X)
#undef X
  add_types(&b);
  RPL_ADD(&b, FACTS, S_OF_COUNT, INTEGER, 0, 0, CONST(ZERO), CONST(FIVE), 0, 0);
  RPL_ADD(&b, FACTS, S_OF_KEEP, INTEGER, RPL_FACT_PARAM, 0, 0, 0, CONST(FIVE),
          0);
  RPL_ADD(&b, FACTS, S_OF_SHARE, NUMBER_OPT,
          RPL_FACT_LOW_OPEN | RPL_FACT_HIGH_OPEN, 2, CONST(NUMBER_0),
          CONST(HALF), 0, 0);
  RPL_ADD(&b, FACTS, S_OF_POST, MONEY, 0, 0, CONST(NO_MONEY), 0, 0, 0);
  RPL_ADD(&b, FACTS, S_OF_NOTE, TEXT, RPL_FACT_HIGH_OPEN, 0, 0, CONST(FIVE), 0,
          0);
  RPL_ADD(&b, FACTS, S_OF_PAID, DATETIME_OPT, 0, 0, 0, 0, 0, 0);
  RPL_ADD(&b, FACTS, S_OF_WAY, WAY, 0, 0, 0, 0, 0, 2);
  RPL_ADD(&b, FACTS, S_OF_WAYS, WAYS, 0, 0, 0, 0, 0, 0);
  RPL_ADD(&b, OUTCOMES, S_OF_DENIED, S_OF_DENIED, 0);
  RPL_ADD(&b, POLICIES, S_OF_SHOP_BASE, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          S_OF_NEEDS_INFO, S_OF_MANUAL_REVIEW, 0, 0, 0);
  RPL_ADD(&b, TEXTS, 0, 1);
  RPL_ADD(&b, TEXTS, 1, 1);
  RPL_ADD(&b, SEGMENTS, S_OF_SHOP + 1, 0);
  RPL_ADD(&b, SEGMENTS, S_OF_HOW + 1, 0);
  return bytes_of(&b);
}

/* A program of one fact, of one kind; it needs no texts. */
static RplBytes single(RplKind kind) {
  RplBuilder b;
  rpl_builder_init(&b);
  for (const char *const *text =
           (const char *const[]){"a", "denied", "manual_review", "needs_info",
                                 "shop", NULL};
       *text; text++)
    (void)rpl_builder_string(&b, *text);
  b.flags = RPL_PROGRAM_STRIPPED;
  if (kind != RPL_KIND_NOTHING) {
    RPL_ADD(&b, TYPES, (uint32_t)kind, 0, 0);
    RPL_ADD(&b, FACTS, 0, 0, 0, 0, 0, 0, 0, 0);
  }
  RPL_ADD(&b, OUTCOMES, kind == RPL_KIND_NOTHING ? 0 : 1, 1, 0);
  RPL_ADD(&b, POLICIES, 4, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2,
          kind == RPL_KIND_CURRENCY, 0, 0);
  return bytes_of(&b);
}

static RplProgram *load(RplBytes bytes) {
  RplProgram *program = NULL;
  RplLoadError error;
  RplStatus status =
      rpl_program_load(bytes.data, bytes.size, NULL, NULL, &program, &error);
  assert_string_equal(error.message, "");
  assert_int_equal(status, RPL_OK);
  free(bytes.data);
  return program;
}

static RplStatus collect(void *context, const char *bytes, size_t length) {
  rpl_buffer_bytes(context, bytes, length);
  return RPL_OK;
}

static void expect_schema(RplProgram *program, const char *expected) {
  RplBuffer buffer;
  rpl_buffer_init(&buffer, NULL);
  assert_int_equal(rpl_program_facts_schema(program, 0, collect, &buffer),
                   RPL_OK);
  char *text = rpl_buffer_take(&buffer, NULL);
  assert_string_equal(text, expected);
  free(text);
}

#define HEAD(title)                                                            \
  "{\n"                                                                        \
  "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"         \
  "  \"title\": \"" title "\",\n"

#define MIDDLE                                                                 \
  "  \"type\": \"object\",\n"                                                  \
  "  \"additionalProperties\": false,\n"                                       \
  "  \"properties\": {"

#define NUMERAL                                                                \
  "\"pattern\": \"^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$\""

/* ---- exact bytes ---- */

static void test_shop(void **state) {
  (void)state;
  RplProgram *program = load(shop());
  expect_schema(
      program,
      HEAD("shop.base") "  \"description\": \"The shop\",\n" MIDDLE "\n"
                        "    \"count\": {\"description\": \"(>= 0 and <= 5)\", "
                        "\"anyOf\": ["
                        "{\"type\": \"integer\", \"minimum\": 0, \"maximum\": "
                        "5}, "
                        "{\"type\": \"string\", " NUMERAL "}]},\n"
                        "    \"share\": {\"description\": \"(> 0 and < 0.5)\", "
                        "\"anyOf\": ["
                        "{\"type\": \"number\", \"exclusiveMinimum\": 0, "
                        "\"exclusiveMaximum\": 0.5}, {\"type\": "
                        "\"string\", " NUMERAL "}, "
                        "{\"type\": \"null\"}]},\n"
                        "    \"post\": {\"description\": \"(>= 0)\", "
                        "\"anyOf\": ["
                        "{\"type\": \"string\", \"pattern\": \"^[A-Z]{3} "
                        "-?(0|[1-9][0-9]*)"
                        "([.][0-9]+)?([eE][+-]?[0-9]+)?$\"}, "
                        "{\"type\": \"object\", \"properties\": {\"currency\": "
                        "{\"type\": "
                        "\"string\", \"pattern\": \"^[A-Z]{3}$\"}, \"amount\": "
                        "{\"anyOf\": ["
                        "{\"type\": \"number\", \"minimum\": 0}, {\"type\": "
                        "\"string\", " NUMERAL
                        "}]}}, \"required\": [\"currency\", \"amount\"], "
                        "\"additionalProperties\": false}]},\n"
                        "    \"note\": {\"description\": \"(length < 5)\", "
                        "\"type\": \"string\", \"maxLength\": 4},\n"
                        "    \"paid\": {\"anyOf\": [{\"type\": \"string\", "
                        "\"pattern\": "
                        "\"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])["
                        "Tt]"
                        "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6}"
                        "0*)?"
                        "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$\"}, "
                        "{\"type\": \"null\"}]},\n"
                        "    \"way\": {\"description\": \"Say \\\"how\\\"; "
                        "post, or another "
                        "text\", \"type\": \"string\"},\n"
                        "    \"ways\": {\"type\": \"array\", \"items\": "
                        "{\"type\": \"string\", "
                        "\"enum\": [\"post\", \"keep\"]}, \"uniqueItems\": "
                        "true}\n"
                        "  }\n"
                        "}\n");
  rpl_program_free(program);
}

static void test_kinds(void **state) {
  (void)state;
  static const struct {
    RplKind kind;
    const char *value;
  } rows[] = {
      {RPL_KIND_BOOLEAN, "\"type\": \"boolean\""},
      {RPL_KIND_TEXT, "\"type\": \"string\", \"maxLength\": 65536"},
      {RPL_KIND_DATE, "\"type\": \"string\", \"pattern\": \"^[0-9]{4}-"
                      "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$\""},
      {RPL_KIND_DURATION,
       "\"type\": \"string\", \"pattern\": \"^-?([0-9]+w)?([0-9]+d)?([0-9]+h)?"
       "([0-9]+min)?([0-9]+s)?([0-9]+ms)?([0-9]+us)?$\", \"minLength\": 2"},
      {RPL_KIND_PERIOD, "\"type\": \"string\", \"pattern\": "
                        "\"^-?([0-9]+y)?([0-9]+mo)?$\", \"minLength\": 2"},
      {RPL_KIND_ROUNDING,
       "\"type\": \"string\", \"enum\": [\"half_up\", \"half_even\", "
       "\"half_down\", \"up\", \"down\", \"ceiling\", \"floor\"]"},
      {RPL_KIND_CURRENCY, "\"type\": \"string\", \"pattern\": \"^[A-Z]{3}$\""},
      {RPL_KIND_ZONE, "\"type\": \"string\", \"pattern\": \"^(UTC|Z|[+-]"
                      "([01][0-9]|2[0-3]):[0-5][0-9]|[A-Z][A-Za-z0-9_+-]*"
                      "(/[A-Z][A-Za-z0-9_+-]*)+)$\""}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char expected[1024];
    RplProgram *program = load(single(rows[i].kind));
    (void)snprintf(expected, sizeof expected,
                   HEAD("shop") MIDDLE "\n    \"a\": {%s}\n  }\n}\n",
                   rows[i].value);
    expect_schema(program, expected);
    rpl_program_free(program);
  }
}

static void test_no_facts(void **state) {
  (void)state;
  RplProgram *program = load(single(RPL_KIND_NOTHING));
  expect_schema(program, HEAD("shop") MIDDLE "}\n}\n");
  rpl_program_free(program);
}

/* ---- failures ---- */

/* Stops at call `left`; nothing may come after that. */
typedef struct Stopper {
  unsigned left;
  bool is_stopped;
} Stopper;

static RplStatus stop(void *context, const char *bytes, size_t length) {
  Stopper *stopper = context;
  assert_non_null(bytes);
  assert_true(length > 0);
  assert_false(stopper->is_stopped);
  if (stopper->left-- > 0)
    return RPL_OK;
  stopper->is_stopped = true;
  return RPL_E_IO;
}

static void test_sink_stops(void **state) {
  (void)state;
  RplProgram *program = load(shop());
  Stopper stopper = {0, true};
  unsigned calls = 0;
  while (stopper.is_stopped) {
    stopper = (Stopper){calls, false};
    RplStatus status = rpl_program_facts_schema(program, 0, stop, &stopper);
    assert_int_equal(status, stopper.is_stopped ? RPL_E_IO : RPL_OK);
    calls += stopper.is_stopped;
  }
  assert_int_equal(calls, 9); /* the head, seven facts, the end */
  rpl_program_free(program);
}

static void test_arguments(void **state) {
  (void)state;
  RplProgram *program = load(shop());
  RplBuffer buffer;
  rpl_buffer_init(&buffer, NULL);
  assert_int_equal(rpl_program_facts_schema(program, 1, collect, &buffer),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_program_facts_schema(program, 0, NULL, NULL),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_program_facts_schema(NULL, 0, collect, &buffer),
                   RPL_E_ARGUMENT);
  assert_int_equal(buffer.length, 0);
  rpl_program_free(program);
}

static RplStatus ignore(void *context, const char *bytes, size_t length) {
  (void)context;
  (void)bytes;
  (void)length;
  return RPL_OK;
}

static void test_memory(void **state) {
  (void)state;
  ShortMemory memory = {1000000, 0, 0};
  const RplAllocator allocator = {short_memory, &memory};
  RplBytes bytes = shop();
  RplProgram *program = NULL;
  assert_int_equal(rpl_program_load(bytes.data, bytes.size, NULL, &allocator,
                                    &program, NULL),
                   RPL_OK);
  free(bytes.data);
  RplStatus status = RPL_E_MEMORY;
  size_t calls = 0;
  for (; status == RPL_E_MEMORY && calls < 1000; calls++) {
    memory.calls_left = calls;
    status = rpl_program_facts_schema(program, 0, ignore, NULL);
  }
  assert_int_equal(status, RPL_OK);
  assert_true(calls > 2);
  rpl_program_free(program);
  assert_int_equal(memory.live_bytes, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shop),      cmocka_unit_test(test_kinds),
      cmocka_unit_test(test_no_facts),  cmocka_unit_test(test_sink_stops),
      cmocka_unit_test(test_arguments), cmocka_unit_test(test_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
