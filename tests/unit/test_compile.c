/* SPDX-License-Identifier: Apache-2.0
 * test_compile.c - the compiler through its public interface: the sentence, a
 * loader, memory that fails at every allocation, the same bytes every time. */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rpl/rpl.h"

#define SENTENCE                                                               \
  "refundable if unused; window 7d; amount = fee - fee*consumed/quota"

static RplStatus finds_nothing(void *context, RplSlice name, RplSlice *file,
                               RplSlice *text) {
  (void)context;
  (void)name;
  (void)file;
  (void)text;
  return RPL_E_NOT_FOUND;
}

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static bool is(RplSlice text, const char *expected) {
  return text.length == strlen(expected) &&
         memcmp(text.data, expected, text.length) == 0;
}

static RplSlice build_inline(RplCompiler *compiler, const char *text) {
  RplSlice bytes = {NULL, 0};
  assert_int_equal(rpl_compiler_add_inline(compiler, slice(text)), RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  return bytes;
}

/* Figures of the sentence: 1.60 - 1.60 * 60 / 300 = 1.28. */
static void decides_the_sentence(void **state) {
  RplCompiler *compiler;
  RplProgram *program;
  RplContext *context;
  const RplDecision *decision;
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  RplSlice bytes = build_inline(compiler, SENTENCE);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  rpl_compiler_free(compiler); /* a program stands alone */
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  const char *facts =
      "{\"unused\":true,\"fee\":\"USD 1.60\",\"quota\":300,\"consumed\":60,"
      "\"paid_at\":\"2026-03-02T09:30:00Z\","
      "\"requested_at\":\"2026-03-04T00:00:00Z\"}";
  assert_int_equal(rpl_facts_json(context, slice(facts), 0, NULL), RPL_OK);
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  assert_true(is(rpl_decision_outcome(decision), "partial_refund"));
  assert_true(is(rpl_decision_amount(decision), "1.28"));
  assert_true(is(rpl_decision_currency(decision), "USD"));
  assert_true(is(rpl_decision_deadline(decision), "2026-03-09T09:30:00Z"));
  assert_int_equal(rpl_decision_missing_count(decision), 0);
  rpl_context_free(context);
  rpl_program_free(program);
}

/* The outcome of a text with some facts. */
static void check_outcome(const char *text, const char *facts,
                          const char *outcome) {
  RplCompiler *compiler;
  RplProgram *program;
  RplContext *context;
  const RplDecision *decision;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  RplSlice bytes = build_inline(compiler, text);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  assert_int_equal(rpl_facts_json(context, slice(facts), 0, NULL), RPL_OK);
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  assert_true(is(rpl_decision_outcome(decision), outcome));
  rpl_context_free(context);
  rpl_program_free(program);
  rpl_compiler_free(compiler);
}

/* Values of a type that is written on the spot are no facts, and the type stays
 * one however many rounds the other names take. */
static void knows_values_from_facts(void **state) {
  (void)state;
  check_outcome("fact plan : one of basic, full; denied if plan == full",
                "{\"plan\":\"full\"}", "denied");
  check_outcome("let plan : one of basic, full = if gold then full else basic;"
                "manual_review if plan == full and x == y and y == 1",
                "{\"gold\":true,\"x\":1,\"y\":1}", "manual_review");
}

/* What a duration is added to is what the sum is compared with. */
static void infers_instants_beside_durations(void **state) {
  (void)state;
  check_outcome("denied if requested_at > delivered_at + 14d",
                "{\"requested_at\":\"2026-01-16T00:00:00Z\","
                "\"delivered_at\":\"2026-01-01T00:00:00Z\"}",
                "denied");
  check_outcome("manual_review if bought - 2d == 2026-01-01",
                "{\"bought\":\"2026-01-03\"}", "manual_review");
  check_outcome("manual_review if grace + 2d == 5d and delay + 1d > delay",
                "{\"grace\":\"3d\",\"delay\":\"1d\"}", "manual_review");
}

/* Definitions that a rule reads are joined in any order: 5 stands, and whether
 * it stands twice turns on `late`, which changes nothing. */
static void reads_definitions_in_any_order(void **state) {
  (void)state;
  check_outcome("output days : number; days = 5 if late; days = 5 if early;"
                "manual_review if days == 5",
                "{\"early\":true}", "manual_review");
  check_outcome("output days : number; days = 5 if early; days = 5 if late;"
                "manual_review if days == 5",
                "{\"early\":true}", "manual_review");
}

/* A decision names one currency: an amount in another one is an error. */
static void names_one_currency(void **state) {
  static const char text[] =
      "output bonus : money = EUR 5; full_refund if cash_paid > 0";
  RplCompiler *compiler;
  RplProgram *program;
  RplContext *context;
  const RplDecision *decision;
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  RplSlice bytes = build_inline(compiler, text);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  assert_int_equal(
      rpl_facts_json(context, slice("{\"cash_paid\":\"USD 3\"}"), 0, NULL),
      RPL_OK);
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  assert_true(is(rpl_decision_amount(decision), "3.00"));
  assert_true(is(rpl_decision_currency(decision), "USD"));
  assert_int_equal(rpl_decision_output_count(decision), 1);
  assert_true(is(rpl_decision_error(decision).code, "currency_mixed"));
  assert_int_equal(
      rpl_facts_json(context, slice("{\"cash_paid\":\"EUR 3\"}"), 0, NULL),
      RPL_OK);
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  assert_int_equal(rpl_decision_output_count(decision), 2);
  assert_int_equal(rpl_decision_error(decision).code.length, 0);
  rpl_context_free(context);
  rpl_program_free(program);
  rpl_compiler_free(compiler);
}

static void takes_one_sentence(void **state) {
  RplCompiler *compiler;
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add_inline(compiler, slice("denied if a")),
                   RPL_OK);
  assert_int_equal(rpl_compiler_add_inline(compiler, slice("denied if b")),
                   RPL_E_ARGUMENT);
  rpl_compiler_free(compiler);
}

/* The schema has the facts that the text names and those that it turns on. */
static void asks_for_no_other_fact(void **state) {
  static const char *const expected[] = {"unused", "fee",          "consumed",
                                         "quota",  "requested_at", "paid_at"};
  RplCompiler *compiler;
  RplProgram *program;
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  RplSlice bytes = build_inline(compiler, SENTENCE);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  assert_int_equal(rpl_program_fact_count(program, 0), 6);
  for (size_t i = 0; i < 6; i++) {
    RplFactInfo info;
    bool found = false;
    assert_int_equal(rpl_program_fact(program, 0, i, &info), RPL_OK);
    for (size_t j = 0; j < 6; j++)
      found = found || is(info.name, expected[j]);
    assert_true(found);
  }
  rpl_program_free(program);
  rpl_compiler_free(compiler);
}

/* ---- a loader --------------------------------------------------------------
 */

static const char base_text[] =
    "edition 1;\npolicy shop.base \"Base\";\n"
    "source \"Shop rules\" SHOP-01 to SHOP-03;\n"
    "fact cash_paid : money >= 0;\nfact unused : boolean;\n"
    "default refundable plain if unused cite SHOP-01;\n"
    "default otherwise denied because \"no\";\n";
static const char derived_text[] =
    "edition 1;\npolicy shop.special \"Special\";\nextends shop.base;\n"
    "fact gift : boolean assume false;\n"
    "replace refundable plain unless gift cite SHOP-02;\n";

static RplStatus load(void *context, RplSlice name, RplSlice *file,
                      RplSlice *text) {
  (*(int *)context)++;
  if (!is(name, "shop.base"))
    return RPL_E_NOT_FOUND;
  *file = slice("shop/base.rpl");
  *text = slice(base_text);
  return RPL_OK;
}

static void draws_in_a_base(void **state) {
  RplCompiler *compiler;
  RplSlice bytes;
  int calls = 0;
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, load, &calls, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, slice("shop/special.rpl"),
                                    slice(""), slice(derived_text)),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  assert_int_equal(calls, 1);
  assert_int_equal(rpl_compiler_source_count(compiler), 1);
  assert_true(is(rpl_compiler_source(compiler, 0), "shop/base.rpl"));
  rpl_compiler_free(compiler);
}

static void reports_a_missing_base(void **state) {
  RplCompiler *compiler;
  RplSlice bytes;
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, slice("shop/special.rpl"),
                                    slice(""), slice(derived_text)),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_E_COMPILE);
  const RplDiags *diags = rpl_compiler_diags(compiler);
  assert_int_equal(rpl_diags_count(diags), 1);
  assert_true(is(rpl_diags_at(diags, 0)->code, "E0416"));
  assert_int_equal(rpl_diags_at(diags, 0)->labels[0].line, 3);
  rpl_compiler_free(compiler);
}

/* ---- memory -----------------------------------------------------------------
 */

typedef struct Meter {
  size_t live, count, fail_at;
} Meter;

static void *metered(void *context, void *block, size_t old_bytes,
                     size_t new_bytes) {
  Meter *meter = context;
  if (new_bytes == 0) {
    meter->live -= block ? old_bytes : 0;
    free(block);
    return NULL;
  }
  if (++meter->count == meter->fail_at)
    return NULL;
  void *grown = realloc(block, new_bytes);
  if (grown)
    meter->live = meter->live - old_bytes + new_bytes;
  return grown;
}

static RplStatus build_once(const RplAllocator *allocator) {
  RplCompiler *compiler = NULL;
  RplSlice bytes;
  int calls = 0;
  RplStatus status = rpl_compiler_new(allocator, load, &calls, &compiler);
  if (!status)
    status = rpl_compiler_add(compiler, slice("shop/special.rpl"), slice(""),
                              slice(derived_text));
  if (!status)
    status = rpl_compiler_build(compiler, 0, &bytes);
  rpl_compiler_free(compiler);
  return status;
}

/* Each allocation fails once: the answer is always "out of memory", nothing
 * leaks, and without a failure the build is as before. */
static void survives_every_failing_allocation(void **state) {
  Meter meter = {0, 0, 0};
  RplAllocator allocator = {metered, &meter};
  (void)state;
  assert_int_equal(build_once(&allocator), RPL_OK);
  assert_int_equal(meter.live, 0);
  size_t total = meter.count;
  assert_true(total > 8);
  for (size_t i = 1; i <= total; i++) {
    meter = (Meter){0, 0, i};
    RplStatus status = build_once(&allocator);
    assert_int_equal(status, RPL_E_MEMORY);
    assert_int_equal(meter.live, 0);
  }
}

static void gives_the_same_bytes(void **state) {
  RplCompiler *first, *second;
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &first), RPL_OK);
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &second), RPL_OK);
  RplSlice a = build_inline(first, SENTENCE);
  RplSlice b = build_inline(second, SENTENCE);
  assert_int_equal(a.length, b.length);
  assert_memory_equal(a.data, b.data, a.length);
  rpl_compiler_free(first);
  rpl_compiler_free(second);
}

/* ---- one expression
 * ------------------------------------------------------------ */

static void calculates(void **state) {
  static const struct {
    const char *expression, *json;
  } rows[] = {
      {"1/3*3", "{\"value\":\"1\",\"type\":\"number\"}"},
      {"8/15", "{\"value\":\"8/15\",\"type\":\"number\"}"},
      {"true or unknown", "{\"value\":true,\"type\":\"boolean\"}"},
      {"unknown and false", "{\"value\":false,\"type\":\"boolean\"}"},
      {"false and 1/0 == 1", "{\"value\":false,\"type\":\"boolean\"}"},
      {"unknown + 1", "{\"value\":\"unknown\",\"type\":\"number\"}"},
      {"round(USD 0.025, half_up)",
       "{\"value\":\"USD 0.03\",\"type\":\"money\"}"},
      {"round(USD 0.025, half_even)",
       "{\"value\":\"USD 0.02\",\"type\":\"money\"}"},
      {"fee*2", "{\"value\":\"USD 3.2\",\"type\":\"money\"}"},
      {"1/0",
       "{\"error\":{\"code\":\"division_by_zero\",\"text\":\"a number was "
       "divided by zero\"}}"}};
  RplCompiler *compiler;
  RplSlice name = slice("fee"), value = slice("USD 1.60"), json;
  (void)state;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_int_equal(rpl_compiler_calc(compiler, slice(rows[i].expression),
                                       &name, &value, 1, &json),
                     RPL_OK);
    assert_true(is(json, rows[i].json));
  }
  assert_int_equal(
      rpl_compiler_calc(compiler, slice("1 +"), NULL, NULL, 0, &json),
      RPL_E_COMPILE);
  assert_int_equal(
      rpl_compiler_calc(compiler, slice("fe*2"), &name, &value, 1, &json),
      RPL_E_COMPILE);
  rpl_compiler_free(compiler);
}

/* ---- files --------------------------------------------------------------- */

static void write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

/* shop/refund.rpl and shop/base.rpl in a directory of their own. */
static void write_policies(char *directory) {
  char path[128];
  assert_non_null(mkdtemp(directory));
  (void)snprintf(path, sizeof path, "%s/shop", directory);
  assert_int_equal(mkdir(path, 0700), 0);
  (void)snprintf(path, sizeof path, "%s/shop/base.rpl", directory);
  write_text(path, "edition 1; policy shop.base; fact fee : money;");
  (void)snprintf(path, sizeof path, "%s/shop/refund.rpl", directory);
  write_text(path, "edition 1; policy shop.refund; extends shop.base;"
                   "full_refund all if fee > USD 1; amount = fee;"
                   "otherwise denied;");
}

static void remove_policies(const char *directory) {
  static const char *const names[] = {"shop/base.rpl", "shop/refund.rpl",
                                      "shop", "."};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", directory,
                   i < 3 ? names[i] : "");
    assert_int_equal(remove(path), 0);
  }
}

static void compiles_files(void **state) {
  char directory[] = "/tmp/rpl-compile-XXXXXX";
  RplCompiler *compiler;
  RplSlice bytes;
  (void)state;
  write_policies(directory);
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(
      rpl_compiler_add_file(compiler, slice(directory), slice("shop/no.rpl")),
      RPL_E_NOT_FOUND);
  assert_int_equal(
      rpl_compiler_add_file(compiler, slice(directory), slice("shop")),
      RPL_E_IO); /* a directory cannot be read */
  assert_int_equal(rpl_compiler_add_file(compiler, slice(directory), slice("")),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_compiler_add_file(compiler, slice(directory),
                                         slice("shop/refund.rpl")),
                   RPL_OK);
  assert_int_equal(
      rpl_compiler_add_file(compiler, slice("/tmp"), slice("shop/refund.rpl")),
      RPL_E_NOT_FOUND);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  /* the base was read, and is named by its path */
  assert_int_equal(rpl_compiler_source_count(compiler), 1);
  RplSlice base = rpl_compiler_source(compiler, 0);
  assert_int_equal(base.length, strlen(directory) + strlen("/shop/base.rpl"));
  assert_memory_equal(base.data, directory, strlen(directory));
  rpl_compiler_free(compiler);
  remove_policies(directory);
}

/* A compiler with a loader asks that one alone. */
static void leaves_what_is_drawn_in_to_the_loader(void **state) {
  char directory[] = "/tmp/rpl-compile-XXXXXX";
  RplCompiler *compiler;
  RplSlice bytes;
  (void)state;
  write_policies(directory);
  assert_int_equal(rpl_compiler_new(NULL, finds_nothing, NULL, &compiler),
                   RPL_OK);
  assert_int_equal(rpl_compiler_add_file(compiler, slice(directory),
                                         slice("shop/refund.rpl")),
                   RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_E_COMPILE);
  rpl_compiler_free(compiler);
  remove_policies(directory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(compiles_files),
      cmocka_unit_test(leaves_what_is_drawn_in_to_the_loader),
      cmocka_unit_test(decides_the_sentence),
      cmocka_unit_test(knows_values_from_facts),
      cmocka_unit_test(reads_definitions_in_any_order),
      cmocka_unit_test(infers_instants_beside_durations),
      cmocka_unit_test(names_one_currency),
      cmocka_unit_test(takes_one_sentence),
      cmocka_unit_test(asks_for_no_other_fact),
      cmocka_unit_test(draws_in_a_base),
      cmocka_unit_test(reports_a_missing_base),
      cmocka_unit_test(survives_every_failing_allocation),
      cmocka_unit_test(gives_the_same_bytes),
      cmocka_unit_test(calculates)};
  return cmocka_run_group_tests_name("compile", tests, NULL, NULL);
}
