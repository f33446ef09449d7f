/* SPDX-License-Identifier: Apache-2.0
 * test_coverage.c - which statements the tests of policies have used, by the
 * compiler and by decisions. The policies are small enough to say by reading
 * what each test makes true and false. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rpl/rpl.h"

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static const char base[] =
    "edition 1; policy shop.base \"Base\";\n"
    "fact fee : money \"f\"; fact days : integer \"d\";\n"
    "fact unused : boolean \"u\"; fact asked : boolean \"a\" assume true;\n"
    "amount = fee;\n"                                      /* 4 */
    "denied late if days > 3 because \"Late.\";\n"         /* 5 */
    "denied negative if days < 0 because \"Negative.\";\n" /* 6 */
    "otherwise denied because \"No.\";\n";                 /* 7 */

static const char own[] =
    "edition 1; policy shop.own \"Own\"; extends shop.base;\n"
    "refundable fine if unused because \"Fine.\" step ask;\n"      /* 2 */
    "step ask \"Ask.\" if not asked;\n"                            /* 3 */
    "output note : text = \"soon\" if days < 2 for full_refund;\n" /* 4 */
    "note = \"later\" if days >= 2 for full_refund;\n"             /* 5 */
    "test \"fine\" { unused = true; days = 1; fee = USD 5;\n"
    "  expect outcome full_refund; }\n"
    "test \"late\" { unused = false; days = 9; fee = USD 5;\n"
    "  expect outcome denied; }\n";

static RplStatus load_base(void *context, RplSlice name, RplSlice *file,
                           RplSlice *text) {
  (void)context;
  if (name.length != 9 || memcmp(name.data, "shop.base", 9) != 0)
    return RPL_E_NOT_FOUND;
  *file = slice("shop/base.rpl");
  *text = slice(base);
  return RPL_OK;
}

static RplCompiler *build(uint32_t flags) {
  RplCompiler *compiler;
  RplSlice bytes;
  assert_int_equal(rpl_compiler_new(NULL, load_base, NULL, &compiler), RPL_OK);
  assert_int_equal(
      rpl_compiler_add(compiler, slice("shop/own.rpl"), slice(""), slice(own)),
      RPL_OK);
  RplStatus status = rpl_compiler_build(compiler, flags, &bytes);
  if (status)
    fail_msg("%.*s",
             (int)rpl_diags_at(rpl_compiler_diags(compiler), 0)->message.length,
             rpl_diags_at(rpl_compiler_diags(compiler), 0)->message.data);
  return compiler;
}

/* Every item as "at kind name TF", a line each. */
static void expect_coverage(RplCompiler *compiler, const char *expected) {
  const RplCoverage *items = NULL;
  size_t count = 0;
  char got[2048] = "";
  size_t at = 0;
  assert_int_equal(rpl_compiler_coverage(compiler, &items, &count), RPL_OK);
  for (size_t i = 0; i < count; i++)
    at += (size_t)snprintf(
        got + at, sizeof got - at, "%.*s %.*s %s %.*s %s%s\n",
        (int)items[i].policy.length, items[i].policy.data,
        (int)items[i].at.length, items[i].at.data,
        rpl_statement_kind_name(items[i].kind), (int)items[i].name.length,
        items[i].name.data, items[i].was_true ? "T" : "-",
        items[i].was_false ? "F" : "-");
  assert_string_equal(got, expected);
}

static void run(RplCompiler *compiler, size_t index) {
  RplTestResult result;
  assert_int_equal(rpl_compiler_run_test(compiler, index, &result), RPL_OK);
  assert_true(result.passed);
}

static void grows_with_every_test(void **state) {
  (void)state;
  RplCompiler *compiler = build(0);
  expect_coverage(compiler, "shop.base shop/base.rpl:4 definition amount --\n"
                            "shop.base shop/base.rpl:5 rule late --\n"
                            "shop.base shop/base.rpl:6 rule negative --\n"
                            "shop.base shop/base.rpl:7 otherwise otherwise --\n"
                            "shop.own shop/own.rpl:2 rule fine --\n"
                            "shop.own shop/own.rpl:3 step ask --\n"
                            "shop.own shop/own.rpl:4 definition note --\n"
                            "shop.own shop/own.rpl:5 definition note --\n");
  run(compiler, 0);
  /* A composite rule is a full and a partial refund: one true, one false. */
  expect_coverage(compiler, "shop.base shop/base.rpl:4 definition amount T-\n"
                            "shop.base shop/base.rpl:5 rule late -F\n"
                            "shop.base shop/base.rpl:6 rule negative -F\n"
                            "shop.base shop/base.rpl:7 otherwise otherwise -F\n"
                            "shop.own shop/own.rpl:2 rule fine TF\n"
                            "shop.own shop/own.rpl:3 step ask -F\n"
                            "shop.own shop/own.rpl:4 definition note T-\n"
                            "shop.own shop/own.rpl:5 definition note -F\n");
  run(compiler, 1);
  expect_coverage(compiler, "shop.base shop/base.rpl:4 definition amount T-\n"
                            "shop.base shop/base.rpl:5 rule late TF\n"
                            "shop.base shop/base.rpl:6 rule negative -F\n"
                            "shop.base shop/base.rpl:7 otherwise otherwise -F\n"
                            "shop.own shop/own.rpl:2 rule fine TF\n"
                            "shop.own shop/own.rpl:3 step ask -F\n"
                            "shop.own shop/own.rpl:4 definition note T-\n"
                            "shop.own shop/own.rpl:5 definition note -F\n");
  rpl_compiler_free(compiler);
}

/* Both policies inherit the base: its statements are there once. */
static void inherited_statements_count_once(void **state) {
  (void)state;
  static const char other[] =
      "edition 1; policy shop.other \"Other\"; extends shop.base;\n"
      "test \"negative\" { days = -1; fee = USD 5; expect outcome denied; }\n"
      "test \"nothing\" { days = 0; fee = USD 5; expect outcome denied; }\n";
  RplCompiler *compiler;
  RplSlice bytes;
  assert_int_equal(rpl_compiler_new(NULL, load_base, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_add(compiler, slice("shop/other.rpl"),
                                    slice(""), slice(other)),
                   RPL_OK);
  assert_int_equal(
      rpl_compiler_add(compiler, slice("shop/own.rpl"), slice(""), slice(own)),
      RPL_OK);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  assert_int_equal(rpl_compiler_test_count(compiler), 4);
  for (size_t i = 0; i < 4; i++)
    run(compiler, i);
  expect_coverage(compiler, "shop.base shop/base.rpl:4 definition amount T-\n"
                            "shop.base shop/base.rpl:5 rule late TF\n"
                            "shop.base shop/base.rpl:6 rule negative TF\n"
                            "shop.base shop/base.rpl:7 otherwise otherwise TF\n"
                            "shop.own shop/own.rpl:2 rule fine TF\n"
                            "shop.own shop/own.rpl:3 step ask -F\n"
                            "shop.own shop/own.rpl:4 definition note T-\n"
                            "shop.own shop/own.rpl:5 definition note -F\n");
  rpl_compiler_free(compiler);
}

static void a_new_build_starts_anew(void **state) {
  (void)state;
  RplCompiler *compiler = build(0);
  RplSlice bytes;
  run(compiler, 0);
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  const RplCoverage *items = NULL;
  size_t count = 0;
  assert_int_equal(rpl_compiler_coverage(compiler, &items, &count), RPL_OK);
  for (size_t i = 0; i < count; i++)
    assert_false(items[i].was_true || items[i].was_false);
  rpl_compiler_free(compiler);
}

static void without_places_or_build(void **state) {
  (void)state;
  RplCompiler *compiler = build(RPL_BUILD_STRIP);
  expect_coverage(compiler, "");
  rpl_compiler_free(compiler);
  const RplCoverage *items;
  size_t count;
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(rpl_compiler_coverage(compiler, &items, &count),
                   RPL_E_ARGUMENT);
  rpl_compiler_free(compiler);
}

/* Marks are added up, and no more are written than there is room for. */
static void decisions_mark_statements(void **state) {
  (void)state;
  RplCompiler *compiler = build(0);
  RplSlice bytes;
  RplProgram *program;
  RplContext *context;
  const RplDecision *decision;
  RplStatement statement;
  uint8_t marks[64] = {0};
  assert_int_equal(rpl_compiler_build(compiler, 0, &bytes), RPL_OK);
  assert_int_equal(
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL),
      RPL_OK);
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  size_t count = rpl_program_statement_count(program, 0);
  assert_true(count < sizeof marks);
  assert_int_equal(rpl_program_statement_count(program, 1), 0);
  assert_int_equal(rpl_program_statement(program, 0, count, &statement),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_facts_json(context, slice("{\"days\":9}"), 0, NULL),
                   RPL_OK);
  assert_int_equal(rpl_decide(context, &decision), RPL_OK);
  memset(marks, RPL_COVER_FALSE << 1, sizeof marks);
  rpl_decision_cover(decision, marks, 2);
  assert_int_equal(marks[2], RPL_COVER_FALSE << 1);
  rpl_decision_cover(decision, marks, sizeof marks);
  assert_int_equal(marks[count], RPL_COVER_FALSE << 1);
  bool found = false;
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(rpl_program_statement(program, 0, i, &statement), RPL_OK);
    if (statement.name.length == 4 &&
        memcmp(statement.name.data, "late", 4) == 0) {
      assert_int_equal(marks[i], RPL_COVER_FALSE << 1 | RPL_COVER_TRUE);
      assert_int_equal(statement.line, 5);
      found = true;
    }
  }
  assert_true(found);
  rpl_context_free(context);
  rpl_program_free(program);
  rpl_compiler_free(compiler);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(grows_with_every_test),
      cmocka_unit_test(inherited_statements_count_once),
      cmocka_unit_test(a_new_build_starts_anew),
      cmocka_unit_test(without_places_or_build),
      cmocka_unit_test(decisions_mark_statements),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
