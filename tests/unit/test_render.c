/* SPDX-License-Identifier: Apache-2.0
 *
 * test_render.c - diagnostics as text, JSON and SARIF. The expected texts were
 * laid out by hand from the rules in compiler/render.h: a comment counts the
 * cells before a mark where they are not one for each character.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "compiler/render.h"
#include "rpl/compile.h"

static RplArena arena;
static RplSources sources;
static RplReport *report;
static RplBuffer written;
static const RplSpan nowhere;

static int set_up(void **state) {
  (void)state;
  rpl_arena_init(&arena, NULL, 0);
  rpl_sources_init(&sources, &arena);
  rpl_buffer_init(&written, NULL);
  report = rpl_report_new(&arena, &sources);
  return report ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  rpl_buffer_clear(&written);
  rpl_arena_clear(&arena);
  return 0;
}

static void add_source(const char *name, const char *text) {
  assert_int_not_equal(rpl_sources_add(&sources, rpl_slice("unshown"),
                                       rpl_slice(name), rpl_slice(text)),
                       0);
}

/* The place of the first `part` in a source. */
static RplSpan find(uint32_t source, const char *part) {
  const char *text = rpl_sources_at(&sources, source)->text.data;
  const char *at = strstr(text, part);
  assert_non_null(at);
  uint32_t begin = (uint32_t)(at - text);
  return (RplSpan){source, begin, begin + (uint32_t)strlen(part)};
}

static void unknown(RplSpan span, const char *name) {
  rpl_report(report, RPL_DIAG_UNKNOWN_NAME, span, name, NULL);
}

static void label(RplSpan span, const char *text) {
  rpl_report_label(report, span, text, NULL, 0);
}

static RplStatus collect(void *context, const char *bytes, size_t length) {
  rpl_buffer_bytes(context, bytes, length);
  return RPL_OK;
}

static void assert_written(RplDiagFormat format, const char *expected) {
  assert_true(rpl_report_finish(report));
  rpl_buffer_reset(&written);
  assert_int_equal(
      rpl_diags_write(rpl_report_diags(report), format, collect, &written),
      RPL_OK);
  rpl_buffer_byte(&written, '\0');
  assert_false(written.is_failed);
  assert_string_equal(written.data, expected);
}

/* ---------------------------------------------------------------- text */

static void one_diagnostic(void **state) {
  (void)state;
  RplSlice name = {"fee", 3};
  add_source("cms/gateway.rpl", "\n\n\n\n\n\n\n\n\n\n\n"
                                "amount = feee - fee*consumed/quota;\n");
  unknown(find(1, "feee"), "feee");
  rpl_report_help(report, "did you mean `{}`?", &name, 1);
  assert_written(RPL_DIAG_TEXT, "error[E0201]: unknown name `feee`\n"
                                "  --> cms/gateway.rpl:12:10\n"
                                "   |\n"
                                "12 | amount = feee - fee*consumed/quota;\n"
                                "   |          ^^^^\n"
                                "   = help: did you mean `fee`?\n");
}

static void nothing(void **state) {
  (void)state;
  assert_written(RPL_DIAG_TEXT, "");
  assert_written(RPL_DIAG_JSON, "");
}

static void colors(void **state) {
  (void)state;
  add_source("a", "x y");
  unknown(find(1, "x"), "x");
  label(find(1, "y"), "z");
  rpl_report_help(report, "h", NULL, 0);
  assert_written(RPL_DIAG_COLOR,
                 "\x1b[1;31merror[E0201]\x1b[0m\x1b[1m: unknown name `x`"
                 "\x1b[0m\n"
                 " \x1b[1;34m-->\x1b[0m a:1:1\n"
                 "\x1b[1;34m  |\x1b[0m\n"
                 "\x1b[1;34m1 |\x1b[0m x y\n"
                 "\x1b[1;34m  |\x1b[0m \x1b[1;31m^\x1b[0m\n"
                 "\x1b[1;34m  |\x1b[0m   \x1b[1;34m- z\x1b[0m\n"
                 "  \x1b[1;34m=\x1b[0m \x1b[1mhelp:\x1b[0m h\n");
}

/* Before x: tab 4, "let " 4, e acute 1, " = " 3, two wide ones 4, " + " 3. The
 * column counts code points: 14 stand before it. */
static void cells_before_the_mark(void **state) {
  (void)state;
  add_source("a", "\tlet \xC3\xA9 = \xE6\x97\xA5\xE6\x9C\xAC + x;\r\n");
  unknown(find(1, "x"), "x");
  assert_written(RPL_DIAG_TEXT,
                 "error[E0201]: unknown name `x`\n"
                 " --> a:1:15\n"
                 "  |\n"
                 "1 |     let \xC3\xA9 = \xE6\x97\xA5\xE6\x9C\xAC + x;\n"
                 "  |                    ^\n");
}

/* Two wide characters and an accented letter: 4 + 1 cells, after 2. */
static void cells_of_the_mark(void **state) {
  (void)state;
  add_source("a", "= \xE6\x97\xA5\xE6\x9C\xAC\xC3\xA9;");
  unknown(find(1, "\xE6\x97\xA5\xE6\x9C\xAC\xC3\xA9"), "n");
  assert_written(RPL_DIAG_TEXT, "error[E0201]: unknown name `n`\n"
                                " --> a:1:3\n"
                                "  |\n"
                                "1 | = \xE6\x97\xA5\xE6\x9C\xAC\xC3\xA9;\n"
                                "  |   ^^^^^\n");
}

/* Before y: e 1, combining acute 0, emoji 2, space 1; four code points. */
static void combining_and_emoji(void **state) {
  (void)state;
  add_source("a", "e\xCC\x81\xF0\x9F\x99\x82 y");
  unknown(find(1, "y"), "y");
  assert_written(RPL_DIAG_TEXT, "error[E0201]: unknown name `y`\n"
                                " --> a:1:5\n"
                                "  |\n"
                                "1 | e\xCC\x81\xF0\x9F\x99\x82 y\n"
                                "  |     ^\n");
}

static void tab_under_the_mark(void **state) {
  (void)state;
  add_source("a", "a\tb");
  unknown(find(1, "\tb"), "b");
  assert_written(RPL_DIAG_TEXT, "error[E0201]: unknown name `b`\n"
                                " --> a:1:2\n"
                                "  |\n"
                                "1 | a    b\n"
                                "  |  ^^^^^\n");
}

/* ESC is shown in 6 cells, the mark of direction in 8. */
static void control_characters(void **state) {
  (void)state;
  add_source("a\x07", "\x1b[2J\xE2\x80\xAE x");
  unknown(find(1, "x"), "\x1b\n\t");
  rpl_report_help(report, "\x7f", NULL, 0);
  assert_written(RPL_DIAG_TEXT,
                 "error[E0201]: unknown name `\\u{1b}\\u{a}\\u{9}`\n"
                 " --> a\\u{7}:1:7\n"
                 "  |\n"
                 "1 | \\u{1b}[2J\\u{202e} x\n"
                 "  |                   ^\n"
                 "  = help: \\u{7f}\n");
}

static void bytes_that_are_not_text(void **state) {
  (void)state;
  add_source("a", "ab\xFF");
  rpl_report(report, RPL_DIAG_BAD_UTF8, (RplSpan){1, 2, 3}, NULL);
  assert_written(RPL_DIAG_TEXT, "error[E0101]: the text is not valid UTF-8\n"
                                " --> a:1:3\n"
                                "  |\n"
                                "1 | ab\\xff\n"
                                "  |   ^^^^\n");
}

static void mark_over_several_lines(void **state) {
  (void)state;
  add_source("a", "x = (aa\n  bb)\n");
  unknown(find(1, "(aa\n  bb)"), "n");
  assert_written(RPL_DIAG_TEXT, "error[E0201]: unknown name `n`\n"
                                " --> a:1:5\n"
                                "  |\n"
                                "1 | x = (aa\n"
                                "  |     ^^^\n");
}

static void mark_at_the_end(void **state) {
  (void)state;
  add_source("a", "ab\n");
  unknown((RplSpan){1, 2, 3}, "n"); /* the line feed */
  unknown((RplSpan){1, 3, 3}, "m"); /* the end of the text */
  assert_written(RPL_DIAG_TEXT, "error[E0201]: unknown name `n`\n"
                                " --> a:1:3\n"
                                "  |\n"
                                "1 | ab\n"
                                "  |   ^\n"
                                "\n"
                                "error[E0201]: unknown name `m`\n"
                                " --> a:2:1\n"
                                "  |\n"
                                "2 |\n"
                                "  | ^\n");
}

static void several_labels(void **state) {
  (void)state;
  add_source("a", "let fee = 1;\n\n\n\n\n\n\n\n\nfee + fee\n");
  add_source("dir/b", "use fee;\n");
  unknown((RplSpan){1, 21, 24}, "n"); /* both on line 10 */
  label(find(1, "fee"), "declared\there");
  label((RplSpan){1, 27, 30}, "and here");
  label(find(2, "fee"), "drawn in");
  rpl_report_help(report, "one\ntwo", NULL, 0);
  assert_written(RPL_DIAG_TEXT, "error[E0201]: unknown name `n`\n"
                                "  --> a:10:1\n"
                                "   |\n"
                                "10 | fee + fee\n"
                                "   | ^^^\n"
                                "   |       --- and here\n"
                                "  ::: a:1:5\n"
                                "   |\n"
                                " 1 | let fee = 1;\n"
                                "   |     --- declared\\u{9}here\n"
                                "  ::: dir/b:1:5\n"
                                "   |\n"
                                " 1 | use fee;\n"
                                "   |     --- drawn in\n"
                                "   = help: one\n"
                                "           two\n");
}

static void no_place(void **state) {
  (void)state;
  rpl_report(report, RPL_DIAG_NAME_OF_FILE, nowhere, "x", "y.rpl", NULL);
  rpl_report_help(report, "look again", NULL, 0);
  assert_written(RPL_DIAG_TEXT,
                 "error[E0404]: the policy is named `x`, but its file is "
                 "`y.rpl`\n"
                 "  = help: look again\n");
}

/* ---------------------------------------------------------- long lines */

#define ELLIPSIS "\xE2\x80\xA6"

static void repeat(RplBuffer *out, const char *text, size_t count) {
  while (count--)
    rpl_buffer_text(out, text);
}

/* Reports an X at that column in `before` times a and `after` times b, and
 * expects `line` and a mark of `width` below it after `blanks` cells. */
static void check_cut(size_t before, size_t after, const RplBuffer *line,
                      size_t blanks) {
  RplBuffer text, expected;
  rpl_buffer_init(&text, NULL);
  rpl_buffer_init(&expected, NULL);
  repeat(&text, "a", before);
  repeat(&text, "X", 1);
  repeat(&text, "b", after);
  rpl_buffer_byte(&text, '\0');
  add_source("a", text.data);
  unknown(find(1, "X"), "X");
  rpl_buffer_text(&expected, "error[E0201]: unknown name `X`\n --> a:1:");
  rpl_buffer_unsigned(&expected, before + 1);
  rpl_buffer_text(&expected, "\n  |\n1 | ");
  rpl_buffer_slice(&expected, rpl_buffer_view(line));
  rpl_buffer_text(&expected, "\n  | ");
  repeat(&expected, " ", blanks);
  rpl_buffer_text(&expected, "^\n");
  rpl_buffer_byte(&expected, '\0');
  assert_written(RPL_DIAG_TEXT, expected.data);
  rpl_buffer_clear(&text);
  rpl_buffer_clear(&expected);
}

static void check_shown(size_t before, size_t after, size_t shown_before,
                        size_t shown_after) {
  RplBuffer line;
  bool is_cut = shown_before < before;
  rpl_buffer_init(&line, NULL);
  repeat(&line, ELLIPSIS, is_cut ? 1 : 0);
  repeat(&line, "a", shown_before);
  repeat(&line, "X", 1);
  repeat(&line, "b", shown_after);
  repeat(&line, ELLIPSIS, shown_after < after ? 1 : 0);
  check_cut(before, after, &line, shown_before + (is_cut ? 1 : 0));
  rpl_buffer_clear(&line);
}

static void line_at_the_limit(void **state) {
  (void)state;
  check_shown(100, RPL_RENDER_MAX_CELLS - 101, 100, RPL_RENDER_MAX_CELLS - 101);
}

/* 161 cells: 40 before X are sure, and then there are 20 free on the left. */
static void line_past_the_limit(void **state) {
  (void)state;
  check_shown(100, 60, 99, 60);
}

static void line_cut_on_both_sides(void **state) {
  (void)state;
  check_shown(200, 300, 40, 119);
}

static void line_cut_on_the_left(void **state) {
  (void)state;
  check_shown(300, 0, 159, 0);
}

static void line_cut_on_the_right(void **state) {
  (void)state;
  check_shown(0, 300, 0, 159);
}

/* 81 wide characters have 162 cells: 80 are shown, the mark goes on below the
 * ellipsis. */
static void mark_longer_than_the_window(void **state) {
  (void)state;
  RplBuffer text, expected;
  rpl_buffer_init(&text, NULL);
  rpl_buffer_init(&expected, NULL);
  repeat(&text, "\xE6\x97\xA5", 81);
  rpl_buffer_byte(&text, '\0');
  add_source("a", text.data);
  unknown((RplSpan){1, 0, 243}, "n");
  label((RplSpan){1, 240, 243}, "cut off"); /* gets a window of its own */
  rpl_buffer_text(&expected,
                  "error[E0201]: unknown name `n`\n --> a:1:1\n  |\n1 | ");
  repeat(&expected, "\xE6\x97\xA5", 80);
  rpl_buffer_text(&expected, ELLIPSIS "\n  | ");
  repeat(&expected, "^", 161);
  rpl_buffer_text(&expected, "\n ::: a:1:81\n  |\n1 | " ELLIPSIS);
  repeat(&expected, "\xE6\x97\xA5", 80);
  rpl_buffer_text(&expected, "\n  | ");
  repeat(&expected, " ", 1 + 158);
  rpl_buffer_text(&expected, "-- cut off\n");
  rpl_buffer_byte(&expected, '\0');
  assert_written(RPL_DIAG_TEXT, expected.data);
  rpl_buffer_clear(&text);
  rpl_buffer_clear(&expected);
}

/* A line of 4 MiB of marks without width is cut as well. */
static void line_without_width(void **state) {
  (void)state;
  size_t count = (size_t)2 << 20;
  char *text = rpl_arena_alloc(&arena, count * 2 + 1);
  assert_non_null(text);
  for (size_t at = 0; at < count; at++)
    memcpy(text + at * 2, "\xCC\x81", 2);
  add_source("a", text);
  for (uint32_t at = 0; at < RPL_MAX_DIAGNOSTICS; at++)
    unknown((RplSpan){1, (uint32_t)count + 2 * at, (uint32_t)count * 2}, "n");
  assert_true(rpl_report_finish(report));
  assert_int_equal(rpl_diags_write(rpl_report_diags(report), RPL_DIAG_TEXT,
                                   collect, &written),
                   RPL_OK);
  assert_true(written.length < RPL_MAX_DIAGNOSTICS * (size_t)1000);
}

/* Every place of odd texts, inside of code points too: nothing but line feeds
 * is written below U+0020, and nothing that is not UTF-8. */
static void any_place_of_any_bytes(void **state) {
  (void)state;
  static const char text[] = "\xE6\x97\n\x80\r\n\xF0\x9F\x99\x82\t\xC3\n\x9B";
  add_source("a", text);
  for (uint32_t begin = 0; begin < sizeof text + 1; begin++)
    for (uint32_t end = begin; end < sizeof text + 1; end++) {
      rpl_report_clear(report);
      unknown((RplSpan){1, begin, end}, "\xFF");
      label((RplSpan){1, 0, end}, "\x80");
      rpl_buffer_reset(&written);
      assert_true(rpl_report_finish(report));
      assert_int_equal(rpl_diags_write(rpl_report_diags(report), RPL_DIAG_TEXT,
                                       collect, &written),
                       RPL_OK);
      assert_true(rpl_utf8_check(written.data, written.length, NULL));
      for (size_t at = 0; at < written.length; at++)
        assert_true((unsigned char)written.data[at] >= 0x20 ||
                    written.data[at] == '\n');
    }
}

/* --------------------------------------------------------- the dropped */

static bool ends_with(const char *end) {
  size_t length = strlen(end);
  return written.length >= length &&
         memcmp(written.data + written.length - length, end, length) == 0;
}

static void write_many(RplDiagFormat format, size_t count) {
  static char text[RPL_MAX_DIAGNOSTICS + 8];
  memset(text, 'x', sizeof text - 1);
  add_source("a", text);
  for (uint32_t at = 0; at < count; at++)
    rpl_report(report, RPL_DIAG_NUL_BYTE, (RplSpan){1, at, at + 1}, NULL);
  assert_true(rpl_report_finish(report));
  assert_int_equal(
      rpl_diags_write(rpl_report_diags(report), format, collect, &written),
      RPL_OK);
}

static void none_dropped(void **state) {
  (void)state;
  write_many(RPL_DIAG_TEXT, RPL_MAX_DIAGNOSTICS);
  assert_true(ends_with(" ^\n"));
}

static void some_dropped(void **state) {
  (void)state;
  write_many(RPL_DIAG_TEXT, RPL_MAX_DIAGNOSTICS + 3);
  assert_true(ends_with(" ^\n\n... and 3 more\n"));
}

static void some_dropped_in_sarif(void **state) {
  (void)state;
  write_many(RPL_DIAG_SARIF, RPL_MAX_DIAGNOSTICS + 3);
  assert_true(ends_with("],\"properties\":{\"dropped\":3}}]}\n"));
}

/* -------------------------------------------------------- for programs */

static void add_for_programs(void) {
  add_source("in a/\xC3\xA9.rpl", "let fee = 1;\n\xE6\x97\xA5 {fee}\n");
  unknown(find(1, "{fee}\n"), "{x}\"\n");
  rpl_report_help(report, "say \\", NULL, 0);
  label(find(1, "fee"), "first");
  label(find(1, "let"), "{}");
  rpl_report(report, RPL_DIAG_NAME_OF_FILE, nowhere, "b", "gone", NULL);
}

static void json(void **state) {
  (void)state;
  add_for_programs();
  assert_written(
      RPL_DIAG_JSON,
      "{\"severity\":\"error\",\"code\":\"E0404\",\"message\":"
      "\"the policy is named `b`, but its file is `gone`\",\"labels\":[]}\n"
      "{\"severity\":\"error\",\"code\":\"E0201\",\"message\":"
      "\"unknown name `{x}\\\"\\n`\",\"help\":\"say \\\\\","
      "\"file\":\"in a/\xC3\xA9.rpl\",\"line\":2,\"column\":3,"
      "\"end_line\":3,\"end_column\":1,\"labels\":["
      "{\"file\":\"in a/\xC3\xA9.rpl\",\"line\":1,\"column\":5,"
      "\"end_line\":1,\"end_column\":8,\"text\":\"first\"},"
      "{\"file\":\"in a/\xC3\xA9.rpl\",\"line\":1,\"column\":1,"
      "\"end_line\":1,\"end_column\":4,\"text\":\"{}\"}]}\n");
}

#define SARIF_HEAD                                                             \
  "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","            \
  "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"rplc\","  \
  "\"version\":\"" RPL_VERSION "\",\"rules\":["

#define SARIF_FILE                                                             \
  "\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"in%20a/%C3%A9.rpl\"}" \
  ",\"region\":"

static void sarif(void **state) {
  (void)state;
  add_for_programs();
  assert_written(
      RPL_DIAG_SARIF, SARIF_HEAD
      "{\"id\":\"E0201\",\"shortDescription\":{\"text\":"
      "\"unknown name `" ELLIPSIS "`\"}},"
      "{\"id\":\"E0404\",\"shortDescription\":{\"text\":"
      "\"the policy is named `" ELLIPSIS "`, but its file is `" ELLIPSIS
      "`\"}}]}},"
      "\"columnKind\":\"unicodeCodePoints\",\"results\":["
      "{\"ruleId\":\"E0404\",\"ruleIndex\":1,\"level\":\"error\","
      "\"message\":{\"text\":\"the policy is named `b`, but its file is "
      "`gone`\"}},"
      "{\"ruleId\":\"E0201\",\"ruleIndex\":0,\"level\":\"error\","
      "\"message\":{\"text\":"
      "\"unknown name `{{x}}\\\"\\n`\\nhelp: say \\\\\"},"
      "\"locations\":[{" SARIF_FILE "{\"startLine\":2,\"startColumn\":3,"
      "\"endLine\":3,\"endColumn\":1}}}],"
      "\"relatedLocations\":["
      "{\"id\":1," SARIF_FILE "{\"startLine\":1,\"startColumn\":5,"
      "\"endLine\":1,\"endColumn\":8}},\"message\":{\"text\":\"first\"}},"
      "{\"id\":2," SARIF_FILE "{\"startLine\":1,\"startColumn\":1,"
      "\"endLine\":1,\"endColumn\":4}},\"message\":{\"text\":\"{{}}\"}}"
      "]}]}]}\n");
}

static void sarif_of_nothing(void **state) {
  (void)state;
  assert_written(RPL_DIAG_SARIF,
                 SARIF_HEAD "]}},\"columnKind\":\"unicodeCodePoints\","
                            "\"results\":[]}]}\n");
}

/* -------------------------------------------------------------- others */

static RplStatus refuse(void *context, const char *bytes, size_t length) {
  (void)context;
  (void)bytes;
  (void)length;
  return RPL_E_IO;
}

static void statuses(void **state) {
  (void)state;
  const RplDiags *diags = rpl_report_diags(report);
  assert_int_equal(rpl_diags_write(diags, RPL_DIAG_SARIF, refuse, NULL),
                   RPL_E_IO);
  assert_int_equal(rpl_diags_write(diags, RPL_DIAG_SARIF, NULL, NULL),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_diags_write(NULL, RPL_DIAG_SARIF, refuse, NULL),
                   RPL_E_ARGUMENT);
  assert_int_equal(rpl_diags_write(diags, (RplDiagFormat)99, refuse, NULL),
                   RPL_E_ARGUMENT);
}

/* From EastAsianWidth.txt and UnicodeData.txt of Unicode 14. */
static void cells(void **state) {
  (void)state;
  assert_int_equal(rpl_render_cells('a'), 1);
  assert_int_equal(rpl_render_cells(0xE9), 1);
  assert_int_equal(rpl_render_cells(0x300), 0);
  assert_int_equal(rpl_render_cells(0x36F), 0);
  assert_int_equal(rpl_render_cells(0x370), 1);
  assert_int_equal(rpl_render_cells(0x10FF), 1);
  assert_int_equal(rpl_render_cells(0x1100), 2);
  assert_int_equal(rpl_render_cells(0x65E5), 2);
  assert_int_equal(rpl_render_cells(0xFF21), 2);
  assert_int_equal(rpl_render_cells(0xFF71), 1); /* halfwidth katakana */
  assert_int_equal(rpl_render_cells(0x1F642), 2);
  assert_int_equal(rpl_render_cells(0xFE0F), 0);
  assert_int_equal(rpl_render_cells(0x3FFFD), 2);
  assert_int_equal(rpl_render_cells(0x10FFFF), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(one_diagnostic),
      TEST(nothing),
      TEST(colors),
      TEST(cells_before_the_mark),
      TEST(cells_of_the_mark),
      TEST(combining_and_emoji),
      TEST(tab_under_the_mark),
      TEST(control_characters),
      TEST(bytes_that_are_not_text),
      TEST(mark_over_several_lines),
      TEST(mark_at_the_end),
      TEST(several_labels),
      TEST(no_place),
      TEST(line_at_the_limit),
      TEST(line_past_the_limit),
      TEST(line_cut_on_both_sides),
      TEST(line_cut_on_the_left),
      TEST(line_cut_on_the_right),
      TEST(mark_longer_than_the_window),
      TEST(line_without_width),
      TEST(any_place_of_any_bytes),
      TEST(none_dropped),
      TEST(some_dropped),
      TEST(some_dropped_in_sarif),
      TEST(json),
      TEST(sarif),
      TEST(sarif_of_nothing),
      TEST(statuses),
      TEST(cells),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
