/* SPDX-License-Identifier: Apache-2.0
 *
 * test_format.c - the layout of source texts. What each text must become was
 * written down by hand from the rules of the layout (docs of `rplc fmt`),
 * before the layout was run; columns were counted by hand. Every result is
 * formatted again and must stay, and must have the tree of the text it came
 * from.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/short_memory.h"
#include "compiler/ast_dump.h"
#include "compiler/format.h"
#include "compiler/parse.h"
#include "rpl/rpl.h"

static RplCompiler *compiler;

static int set_up(void **state) {
  (void)state;
  return rpl_compiler_new(NULL, NULL, NULL, &compiler) != RPL_OK;
}

static int tear_down(void **state) {
  (void)state;
  rpl_compiler_free(compiler);
  return 0;
}

static RplSlice format(RplSlice text) {
  RplSlice formatted = {NULL, 0};
  assert_int_equal(
      rpl_compiler_format(compiler, rpl_slice("a.rpl"), text, &formatted),
      RPL_OK);
  return formatted;
}

/* The dump of the tree of a text, in a buffer that the caller clears. */
static void dump(RplSlice text, RplBuffer *out) {
  RplArena arena;
  RplInterner interner;
  RplSources sources;
  RplUnit unit;
  rpl_arena_init(&arena, NULL, 0);
  rpl_sources_init(&sources, &arena);
  rpl_buffer_init(out, NULL);
  RplReport *report = rpl_report_new(&arena, &sources);
  RplSlice name = rpl_slice("a.rpl");
  uint32_t number = rpl_sources_add(&sources, name, name, text);
  assert_true(rpl_interner_init(&interner, &arena));
  assert_true(
      rpl_parse_unit(&arena, &interner, report, &sources, number, &unit));
  assert_int_equal(rpl_report_error_count(report), 0);
  assert_true(rpl_ast_dump(&arena, &interner, &unit, out));
  rpl_arena_clear(&arena);
}

static void assert_same_tree(RplSlice first, RplSlice second) {
  RplBuffer a, b;
  dump(first, &a);
  dump(second, &b);
  assert_int_equal(a.length, b.length);
  if (a.length)
    assert_memory_equal(a.data, b.data, a.length);
  rpl_buffer_clear(&a);
  rpl_buffer_clear(&b);
}

static void assert_text(RplSlice found, const char *expected) {
  char *copy = malloc(found.length + 1);
  assert_non_null(copy);
  memcpy(copy, found.data, found.length);
  copy[found.length] = '\0';
  assert_string_equal(copy, expected);
  free(copy);
}

static void assert_layout(const char *text, const char *expected) {
  RplSlice formatted = format(rpl_slice(text));
  assert_text(formatted, expected);
  assert_text(format(formatted), expected);
  assert_same_tree(rpl_slice(text), formatted);
}

/* ---- spaces -------------------------------------------------------------- */

static void nothing_stays_nothing(void **state) {
  (void)state;
  assert_layout("", "");
  assert_layout(" \n\n\t\r\n", "");
  assert_layout(";;\n;", "");
  assert_layout("\n\n// alone", "// alone\n");
}

static void spaces_around_operators(void **state) {
  (void)state;
  assert_layout("let a=b+c*d-e/f;", "let a = b + c * d - e / f;\n");
  assert_layout("let a=b<=c and not d!=e or f;",
                "let a = b <= c and not d != e or f;\n");
  assert_layout("let a=( ( b ) ) ;", "let a = ((b));\n");
  assert_layout("fact a:integer?>=0 and<10;",
                "fact a : integer? >= 0 and < 10;\n");
  assert_layout("fact a:integer 0..10;", "fact a : integer 0 .. 10;\n");
  assert_layout("extends cms . general;", "extends cms.general;\n");
}

static void signs_and_differences(void **state) {
  (void)state;
  assert_layout("let a=- b-  - c;", "let a = -b - -c;\n");
  assert_layout("let a=(- b)*-2;", "let a = (-b) * -2;\n");
  assert_layout("let a=none - 1;", "let a = none - 1;\n");
  assert_layout("fact a:integer up to - 5;", "fact a : integer up to -5;\n");
  assert_layout("window - 5;", "window -5;\n");
  assert_layout("default window - 5 - 2;", "default window -5 - 2;\n");
  assert_layout("test \"t\"{a=- 1;expect b - 2,c - 3;}",
                "test \"t\" {\n  a = -1;\n  expect b -2, c -3;\n}\n");
}

static void calls_and_lists(void **state) {
  (void)state;
  assert_layout("let a=min (b , c)+max( d,e );",
                "let a = min(b, c) + max(d, e);\n");
  assert_layout("let a=b in(c,d)and e not in(f);",
                "let a = b in (c, d) and e not in (f);\n");
  assert_layout("window(5);", "window (5);\n");
  assert_layout("default window(b);", "default window (b);\n");
  assert_layout("let a=window (b);", "let a = window(b);\n");
  assert_layout("test \"t\"{expect steps(a,b),kinds set (c),amount(d);}",
                "test \"t\" {\n"
                "  expect steps (a, b), kinds set(c), amount (d);\n"
                "}\n");
}

static void words_in_several_pieces(void **state) {
  (void)state;
  assert_layout("let a=date\n of b in+08:00;",
                "let a = date of b in +08:00;\n");
  assert_layout("let a=2 business  days\tafter b in c;",
                "let a = 2 business days after b in c;\n");
}

static void semicolons(void **state) {
  (void)state;
  assert_layout("denied if a", "denied if a;\n");
  assert_layout("denied if a // why", "denied if a;  // why\n");
  assert_layout("denied if a ;; ;full_refund if b;",
                "denied if a;\nfull_refund if b;\n");
  assert_layout("given a{b=1;};", "given a {\n  b = 1;\n}\n");
}

/* ---- lines --------------------------------------------------------------- */

static void a_statement_a_line(void **state) {
  (void)state;
  assert_layout("fact a : boolean; fact b : boolean;\r\nfact c\n:\nboolean;",
                "fact a : boolean;\nfact b : boolean;\nfact c : boolean;\n");
}

static void blank_lines(void **state) {
  (void)state;
  assert_layout("\n\nlet a = b;\n\n\n\nlet c = d;\nlet e = f;\n\n",
                "let a = b;\n\nlet c = d;\nlet e = f;\n");
  assert_layout("given a {\n\n  b = 1;\n\n\n  c = 2;\n\n}\n",
                "given a {\n  b = 1;\n\n  c = 2;\n}\n");
  assert_layout("denied\n\nif a;", "denied if a;\n");
}

/* The first text has 80 columns and the second one more. */
static void eighty_columns(void **state) {
  (void)state;
  static const char fits[] = "denied r if aaaaaaaaa_bbbbbbbbb_ccccccccc == "
                             "ddddddddd_eeeeeeeee_fffffffff_gggg;";
  char wanted[100];
  assert_int_equal(sizeof fits - 1, 80);
  strcat(strcpy(wanted, fits), "\n");
  assert_layout(fits, wanted);
  assert_layout("denied r if aaaaaaaaa_bbbbbbbbb_ccccccccc == "
                "ddddddddd_eeeeeeeee_fffffffff_ggggg;",
                "denied r\n  if aaaaaaaaa_bbbbbbbbb_ccccccccc == "
                "ddddddddd_eeeeeeeee_fffffffff_ggggg;\n");
}

/* Columns are code points: 40 of two bytes each are 40 columns. */
static void columns_are_code_points(void **state) {
  (void)state;
  char text[200] = "denied if a because \"";
  for (int i = 0; i < 40; i++)
    strcat(text, "\xC3\xA9");
  strcat(text, "\" cite ABC-123456;");
  char wanted[210];
  strcat(strcpy(wanted, text), "\n");
  assert_layout(text, wanted); /* 21 + 40 + 18 = 79 columns, 119 bytes */
}

static void parts_of_a_rule(void **state) {
  (void)state;
  assert_layout(
      "denied late if requested_at > deadline because \"The request came after "
      "the deadline.\" step ask_again cite A-01, A-02;",
      "denied late if requested_at > deadline\n"
      "  because \"The request came after the deadline.\"\n"
      "  step ask_again\n"
      "  cite A-01, A-02;\n");
  assert_layout("denied if a because \"b\" cite A-1;",
                "denied if a because \"b\" cite A-1;\n");
}

static void conditions(void **state) {
  (void)state;
  assert_layout(
      "denied r if first_long_name_of_a_fact and second_long_name_of_a_fact "
      "and "
      "third_long_name_of_a_fact;",
      "denied r\n"
      "  if first_long_name_of_a_fact and second_long_name_of_a_fact\n"
      "    and third_long_name_of_a_fact;\n");
  assert_layout(
      "denied r if first_long_name_of_a_fact and second_long_name_of_a_fact or "
      "third_long_name_of_a_fact and fourth_long_name;",
      "denied r\n"
      "  if first_long_name_of_a_fact and second_long_name_of_a_fact\n"
      "    or third_long_name_of_a_fact and fourth_long_name;\n");
  assert_layout(
      "denied r if first_long_name and (second_long_name_of_a_fact_and_more or "
      "third_long_name_of_a_fact_and_more) and fourth_long_name;",
      "denied r\n"
      "  if first_long_name\n"
      "    and (second_long_name_of_a_fact_and_more\n"
      "      or third_long_name_of_a_fact_and_more)\n"
      "    and fourth_long_name;\n");
}

/* The `and` of `between` hangs together more tightly than the other. */
static void two_kinds_of_and(void **state) {
  (void)state;
  assert_layout(
      "denied r if first_long_name_of_a_fact between 100000 and 200000 and "
      "second_long_name_of_a_fact;",
      "denied r\n"
      "  if first_long_name_of_a_fact between 100000 and 200000\n"
      "    and second_long_name_of_a_fact;\n");
}

static void values(void **state) {
  (void)state;
  assert_layout("let some_name = first_long_name_of_a_fact + "
                "second_long_name_of_a_fact - third_one;",
                "let some_name =\n"
                "  first_long_name_of_a_fact + second_long_name_of_a_fact - "
                "third_one;\n");
  assert_layout("let some_name = if first_long_name_of_a_fact then "
                "second_long_name_of_a_fact else third_one_name;",
                "let some_name =\n"
                "  if first_long_name_of_a_fact then "
                "second_long_name_of_a_fact\n"
                "  else third_one_name;\n");
  assert_layout(
      "let some_name = if first_long_name_of_a_fact_in_full_length then "
      "second_long_name_of_a_fact_in_full else third_one_name;",
      "let some_name =\n"
      "  if first_long_name_of_a_fact_in_full_length\n"
      "    then second_long_name_of_a_fact_in_full\n"
      "  else third_one_name;\n");
}

static void facts(void **state) {
  (void)state;
  assert_layout("fact status : one of first_value, second_value, third_value, "
                "fourth_value or other \"what it is\" assume first_value;",
                "fact status : one of first_value, second_value, third_value, "
                "fourth_value\n"
                "    or other\n"
                "  \"what it is\" assume first_value;\n");
  assert_layout(
      "source \"Rules of the shop that everybody has to know\" SHOP-01 to "
      "SHOP-10, GAP-01;",
      "source \"Rules of the shop that everybody has to know\"\n"
      "  SHOP-01 to SHOP-10, GAP-01;\n");
}

static void blocks(void **state) {
  (void)state;
  assert_layout("setting w:duration from s:datetime?=paid_at{default denied "
                "late if a;setting x:text{let b=c;}}",
                "setting w : duration from s : datetime? = paid_at {\n"
                "  default denied late if a;\n"
                "  setting x : text {\n"
                "    let b = c;\n"
                "  }\n"
                "}\n");
  assert_layout("given a{}", "given a {\n}\n");
  assert_layout(
      "test \"a title that takes most of the line and leaves little\" given "
      "first_facts, second_facts{expect outcome denied;}",
      "test \"a title that takes most of the line and leaves little\"\n"
      "    given first_facts, second_facts {\n"
      "  expect outcome denied;\n"
      "}\n");
}

/* ---- comments ------------------------------------------------------------ */

static void comments_between_statements(void **state) {
  (void)state;
  assert_layout(
      "//top\n\n\n// next \t\r\nlet a = b;// beside\n  // own\nlet c = d;",
      "//top\n\n// next\nlet a = b;  // beside\n// own\nlet c = d;\n");
  assert_layout("let a = b; /* x */ let c = d; /* y */\n/* z */\n",
                "let a = b;\n/* x */ let c = d;  /* y */\n/* z */\n");
  assert_layout("given a {// beside\n// own\nb = 1;\n\n// last\n}",
                "given a {  // beside\n  // own\n  b = 1;\n\n  // last\n}\n");
}

static void comments_inside_statements(void **state) {
  (void)state;
  assert_layout("let a = /* x */ b /* y */;", "let a = /* x */ b /* y */;\n");
  assert_layout("denied r // why\nif a because \"b\";",
                "denied r  // why\n  if a\n  because \"b\";\n");
  assert_layout("denied r if a\n// why\nand b;",
                "denied r\n  if a\n    // why\n    and b;\n");
  assert_layout("output a : text = \"b\" cite A-1, // one\nB-2;",
                "output a : text = \"b\"\n  cite A-1,  // one\n    B-2;\n");
}

static void comments_of_several_lines(void **state) {
  (void)state;
  assert_layout("/* one \n   two\t\r\n*/ let a = b;",
                "/* one\n   two\n*/ let a = b;\n");
}

static void texts_are_kept(void **state) {
  (void)state;
  assert_layout("denied if a because \"  // no /* comment */ ;  \\\" \";",
                "denied if a because \"  // no /* comment */ ;  \\\" \";\n");
}

/* ---- refusals and limits ------------------------------------------------- */

static void what_is_refused(void **state) {
  (void)state;
  RplSlice out = {"x", 1};
  RplSlice name = rpl_slice("a.rpl");
  assert_int_equal(rpl_compiler_format(NULL, name, name, &out), RPL_E_ARGUMENT);
  assert_int_equal(rpl_compiler_format(compiler, name, name, NULL),
                   RPL_E_ARGUMENT);
  assert_int_equal(
      rpl_compiler_format(compiler, name, (RplSlice){NULL, 1}, &out),
      RPL_E_ARGUMENT);
  assert_int_equal(
      rpl_compiler_format(compiler, name, rpl_slice("denied if ;"), &out),
      RPL_E_COMPILE);
  assert_int_equal(rpl_diags_count(rpl_compiler_diags(compiler)), 1);
  assert_int_equal(out.length, 1); /* untouched */
  /* a mistake in one text is none of the next */
  assert_text(format(rpl_slice("denied if a;")), "denied if a;\n");
  RplSlice too_long = {"", RPL_MAX_SOURCE_BYTES + 1}; /* no byte is read */
  assert_int_equal(rpl_compiler_format(compiler, name, too_long, &out),
                   RPL_E_COMPILE);
}

/* Parentheses to one past the depth in which lines are broken, and far past. */
static void deep_parentheses(void **state) {
  (void)state;
  static const size_t depths[] = {RPL_FORMAT_MAX_DEPTH - 1,
                                  RPL_FORMAT_MAX_DEPTH,
                                  RPL_FORMAT_MAX_DEPTH + 1, 900};
  static char text[40000];
  for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
    strcpy(text, "let a = ");
    for (size_t n = 0; n < depths[i]; n++)
      strcat(text, "(b and ");
    strcat(text, "c // why\nor d");
    for (size_t n = 0; n < depths[i]; n++)
      strcat(text, ")");
    RplSlice formatted = format(rpl_slice(text));
    assert_same_tree(rpl_slice(text), formatted);
    RplSlice again = format(formatted);
    assert_true(rpl_slice_equal(formatted, again));
  }
}

/* Indentation grows to its limit and no further. */
static void deep_blocks(void **state) {
  (void)state;
  enum { DEPTH = RPL_FORMAT_MAX_INDENT / 2 + 1 };
  static char text[4000];
  text[0] = '\0';
  for (int i = 0; i < DEPTH; i++)
    strcat(text, "setting a:text{");
  strcat(text, "let b=c;");
  for (int i = 0; i < DEPTH; i++)
    strcat(text, "}");
  RplSlice formatted = format(rpl_slice(text));
  assert_same_tree(rpl_slice(text), formatted);
  char wanted[RPL_FORMAT_MAX_INDENT + 20];
  memset(wanted, ' ', RPL_FORMAT_MAX_INDENT + 1);
  wanted[0] = '\n';
  strcpy(wanted + RPL_FORMAT_MAX_INDENT + 1, "let b = c;\n");
  const char *found = memchr(formatted.data, 'l', formatted.length);
  assert_non_null(found);
  assert_memory_equal(found - RPL_FORMAT_MAX_INDENT - 1, wanted,
                      strlen(wanted));
}

/* ---- memory that fails --------------------------------------------------- */

static void every_allocation_fails_once(void **state) {
  (void)state;
  RplSlice name = rpl_slice("a.rpl");
  RplSlice text = rpl_slice("denied r if a // why\nor b in (1, 2) cite A-1;");
  size_t failures = 0;
  for (size_t count = 0;; count++) {
    ShortMemory memory = {count, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplCompiler *made = NULL;
    RplSlice out = {NULL, 0};
    RplStatus status = rpl_compiler_new(&allocator, NULL, NULL, &made);
    if (!status)
      status = rpl_compiler_format(made, name, text, &out);
    rpl_compiler_free(made);
    assert_int_equal(memory.live_blocks, 0);
    assert_int_equal(memory.live_bytes, 0);
    if (!status)
      break;
    assert_int_equal(status, RPL_E_MEMORY);
    failures++;
    assert_true(failures < 1000);
  }
  assert_true(failures > 2);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(nothing_stays_nothing),
      TEST(spaces_around_operators),
      TEST(signs_and_differences),
      TEST(calls_and_lists),
      TEST(words_in_several_pieces),
      TEST(semicolons),
      TEST(a_statement_a_line),
      TEST(blank_lines),
      TEST(eighty_columns),
      TEST(columns_are_code_points),
      TEST(parts_of_a_rule),
      TEST(conditions),
      TEST(two_kinds_of_and),
      TEST(values),
      TEST(facts),
      TEST(blocks),
      TEST(comments_between_statements),
      TEST(comments_inside_statements),
      TEST(comments_of_several_lines),
      TEST(texts_are_kept),
      TEST(what_is_refused),
      TEST(deep_parentheses),
      TEST(deep_blocks),
      TEST(every_allocation_fails_once),
  };
#undef TEST
  return cmocka_run_group_tests(tests, NULL, NULL);
}
