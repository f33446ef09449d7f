/* SPDX-License-Identifier: Apache-2.0
 * Memory that somebody else's input can make a host spend: in proportion to the
 * size of the input, whatever it says. An allocator counts what is live. The
 * factors are measured ones with room above them; what matters is that the
 * large input has the factor of the small one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rpl/rpl.h"
#include "vm/json_read.h"

typedef struct Counter {
  size_t live;
  size_t peak;
} Counter;

static void *count(void *context, void *block, size_t old_bytes,
                   size_t new_bytes) {
  Counter *counter = context;
  counter->live -= block ? old_bytes : 0;
  if (new_bytes == 0) {
    free(block);
    return NULL;
  }
  counter->live += new_bytes;
  if (counter->live > counter->peak)
    counter->peak = counter->live;
  return realloc(block, new_bytes);
}

/* A growing text. */
typedef struct Text {
  char *bytes;
  size_t length;
  size_t room;
} Text;

static void add(Text *text, const char *piece) {
  size_t length = strlen(piece);
  if (text->length + length + 1 > text->room) {
    text->room = 2 * (text->room + length + 1);
    text->bytes = realloc(text->bytes, text->room);
    assert_non_null(text->bytes);
  }
  memcpy(text->bytes + text->length, piece, length + 1);
  text->length += length;
}

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

/* A policy of `rules` rules on as many facts, each with a step and a text. */
static Text policy_of(unsigned rules) {
  Text text = {NULL, 0, 0};
  char line[256];
  add(&text, "edition 1;\npolicy big;\nfact fee : money;\n");
  for (unsigned i = 0; i < rules; i++) {
    (void)snprintf(line, sizeof line,
                   "fact f%u : boolean;\nfact n%u : number 0 .. %u;\n"
                   "blocked r%u if f%u and n%u * 3 > %u\n"
                   "  because \"Number {n%u} is too high.\"\n"
                   "  step s%u \"Lower it.\";\n",
                   i, i, i + 10, i, i, i, i, i, i);
    add(&text, line);
  }
  add(&text, "amount = fee;\notherwise blocked because \"No rule.\";\n");
  return text;
}

/* Compiles a policy; *peak gets the memory that it took. */
static RplCompiler *compile(const RplAllocator *allocator, Text text,
                            RplSlice *bytes) {
  RplCompiler *compiler = NULL;
  assert_int_equal(rpl_compiler_new(allocator, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, slice("big.rpl"), slice(""),
                                    (RplSlice){text.bytes, text.length}),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, bytes), RPL_OK);
  return compiler;
}

#define COMPILE_FACTOR 150
#define LOAD_FACTOR    12
#define FACTS_FACTOR   6
#define BASE_BYTES     ((size_t)128 << 10)

static void test_policies_and_programs(void **state) {
  (void)state;
  static const unsigned sizes[] = {10, 100, 1000};
  for (size_t i = 0; i < 3; i++) {
    Counter compiling = {0, 0};
    Counter loading = {0, 0};
    RplAllocator compiler_memory = {count, &compiling};
    RplAllocator program_memory = {count, &loading};
    RplProgram *program = NULL;
    RplSlice bytes;
    Text text = policy_of(sizes[i]);
    RplCompiler *compiler = compile(&compiler_memory, text, &bytes);
    assert_int_equal(rpl_program_load(bytes.data, bytes.length, NULL,
                                      &program_memory, &program, NULL),
                     RPL_OK);
    print_message("%zu bytes of source: %zu; %zu of program: %zu\n",
                  text.length, compiling.peak, bytes.length, loading.peak);
    assert_true(compiling.peak < COMPILE_FACTOR * text.length + BASE_BYTES);
    assert_true(loading.peak < LOAD_FACTOR * bytes.length + BASE_BYTES);
    rpl_program_free(program);
    rpl_compiler_free(compiler);
    assert_int_equal(compiling.live, 0);
    assert_int_equal(loading.live, 0);
    free(text.bytes);
  }
}

/* The largest object that is read at all, of as many members as fit. None is
 * declared, so all are looked up. */
static void test_facts(void **state) {
  (void)state;
  Counter counter = {0, 0};
  RplAllocator memory = {count, &counter};
  RplSlice bytes;
  Text text = policy_of(10);
  Text facts = {NULL, 0, 0};
  char member[128];
  RplProgram *program = NULL;
  RplContext *context = NULL;
  RplCompiler *compiler = compile(NULL, text, &bytes);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  rpl_compiler_free(compiler);
  assert_int_equal(rpl_context_new(program, 0, &memory, &context), RPL_OK);
  size_t before = counter.live;
  for (unsigned i = 0; i < 9000; i++) {
    (void)snprintf(member, sizeof member, "%s\"x%u\": \"%060u\"",
                   i ? ", " : "{", i, i);
    add(&facts, member);
  }
  add(&facts, "}");
  assert_true(facts.length < RPL_JSON_MAX_BYTES);
  for (int round = 0; round < 3; round++)
    assert_int_equal(rpl_facts_json(context,
                                    (RplSlice){facts.bytes, facts.length},
                                    RPL_FACTS_IGNORE_UNKNOWN, NULL),
                     RPL_OK);
  print_message("%zu bytes of facts: %zu\n", facts.length,
                counter.peak - before);
  assert_true(counter.peak - before < FACTS_FACTOR * facts.length);
  rpl_context_free(context);
  assert_int_equal(counter.live, 0);
  rpl_program_free(program);
  free(facts.bytes);
  free(text.bytes);
}

/* ---- the host's limit of lists, at it and one past ---- */

static const char lists_text[] =
    "edition 1;\npolicy big;\n"
    "fact spans : list of integer up to 50;\n"
    "fact others : list of integer up to 7;\n"
    "denied many if count(s in spans if s > 0)\n"
    "  + count(s in others if s > 0) > 2 because \"Too many.\";\n"
    "otherwise manual_review because \"No rule.\";\n";

static void expect_items(RplSlice bytes, uint32_t most, RplStatus wanted) {
  RplLimits limits;
  RplLoadError error;
  RplProgram *program = NULL;
  rpl_limits_init(&limits);
  assert_int_equal(limits.max_list_items, 10000);
  limits.max_list_items = most;
  assert_int_equal(rpl_program_load(bytes.data, bytes.length, &limits, NULL,
                                    &program, &error),
                   wanted);
  if (wanted == RPL_E_LIMIT)
    assert_string_equal(error.message,
                        "a list can be longer than the host allows");
  rpl_program_free(program);
}

static void test_limit_list_items(void **state) {
  (void)state;
  Text text = {NULL, 0, 0};
  RplSlice bytes;
  add(&text, lists_text);
  RplCompiler *compiler = compile(NULL, text, &bytes);
  expect_items(bytes, 10000, RPL_OK);
  expect_items(bytes, 50, RPL_OK);
  expect_items(bytes, 49, RPL_E_LIMIT);
  expect_items(bytes, 0, RPL_E_LIMIT);
  rpl_compiler_free(compiler);
  Text none = policy_of(1); /* it has no list */
  compiler = compile(NULL, none, &bytes);
  expect_items(bytes, 0, RPL_OK);
  rpl_compiler_free(compiler);
  free(none.bytes);
  free(text.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_policies_and_programs),
      cmocka_unit_test(test_facts),
      cmocka_unit_test(test_limit_list_items),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
