/* SPDX-License-Identifier: Apache-2.0
 *
 * test_report.c - collecting diagnostics: templates, help, labels, repeats, the
 * cap, the order, and the nearest name. Distances were counted by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "compiler/report.h"
#include "rpl/compile.h"
#include "tests/support/short_memory.h"
#include "vm/text.h"

static RplArena arena;
static RplSources sources;
static RplReport *report;
static const RplSpan nowhere;

static RplSlice repeated(RplArena *owner, char byte, size_t count) {
  char *text = rpl_arena_alloc(owner, count);
  assert_non_null(text);
  memset(text, byte, count);
  return (RplSlice){text, count};
}

static int set_up(void **state) {
  (void)state;
  rpl_arena_init(&arena, NULL, 0);
  rpl_sources_init(&sources, &arena);
  RplSlice text = repeated(&arena, 'x', 1000);
  rpl_sources_add(&sources, rpl_slice("a.rpl"), rpl_slice("in/a.rpl"), text);
  rpl_sources_add(&sources, rpl_slice("b.rpl"), rpl_slice(""), text);
  report = rpl_report_new(&arena, &sources);
  return report ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  rpl_arena_clear(&arena);
  return 0;
}

static const RplDiag *diag_at(size_t index) {
  assert_true(rpl_report_finish(report));
  const RplDiag *diag = rpl_diags_at(rpl_report_diags(report), index);
  assert_non_null(diag);
  return diag;
}

static size_t diag_count(void) {
  assert_true(rpl_report_finish(report));
  return rpl_diags_count(rpl_report_diags(report));
}

static void assert_slice(RplSlice slice, const char *text) {
  assert_int_equal(slice.length, strlen(text));
  assert_true(rpl_slice_is(slice, text));
}

static void codes(void **state) {
  (void)state;
  assert_string_equal(rpl_diag_code(RPL_DIAG_UNKNOWN_NAME), "E0201");
  assert_string_equal(rpl_diag_template(RPL_DIAG_UNKNOWN_NAME),
                      "unknown name `{}`");
  assert_int_equal(rpl_diag_severity(RPL_DIAG_UNKNOWN_NAME), RPL_ERROR);
}

/* Codes are unique, of the form E0000 or W0000 as their severity says, and
 * messages follow the rules at the head of diags.def. */
static void table_is_well_formed(void **state) {
  (void)state;
  for (int at = 0; at < RPL_DIAG_COUNT; at++) {
    const char *code = rpl_diag_code((RplDiagCode)at);
    const char *message = rpl_diag_template((RplDiagCode)at);
    assert_int_equal(strlen(code), 5);
    assert_int_equal(strspn(code + 1, "0123456789"), 4);
    assert_int_equal(
        code[0], rpl_diag_severity((RplDiagCode)at) == RPL_ERROR ? 'E' : 'W');
    assert_null(strchr(message, '\n'));
    assert_int_not_equal(message[strlen(message) - 1], '.');
    assert_false(message[0] >= 'A' && message[0] <= 'Z');
    for (int other = 0; other < at; other++)
      assert_string_not_equal(rpl_diag_code((RplDiagCode)other), code);
  }
}

static void templates(void **state) {
  (void)state;
  RplSlice arguments[2] = {{"a{}b", 4}, {"c\0d", 3}};
  rpl_report_add(report, RPL_DIAG_WRONG_TYPE, (RplSpan){1, 0, 1}, arguments, 2);
  RplSlice message = diag_at(0)->message;
  assert_int_equal(message.length, 24); /* "expected a{}b, found c?d" */
  assert_memory_equal(message.data, "expected a{}b, found c\0d", 24);
}

static void template_arguments_missing(void **state) {
  (void)state;
  rpl_report(report, RPL_DIAG_WRONG_TYPE, (RplSpan){1, 0, 1}, "money", NULL);
  rpl_report(report, RPL_DIAG_NUL_BYTE, (RplSpan){1, 2, 3}, "unused", NULL);
  assert_slice(diag_at(0)->message, "expected money, found {}");
  assert_slice(diag_at(1)->message, "the text contains a NUL byte");
}

static void help(void **state) {
  (void)state;
  RplSlice name = {"fee", 3};
  rpl_report(report, RPL_DIAG_UNKNOWN_NAME, (RplSpan){1, 0, 1}, "feee", NULL);
  assert_int_equal(diag_at(0)->help.length, 0);
  rpl_report_help(report, "did you mean `{}`?", &name, 1);
  assert_slice(diag_at(0)->help, "did you mean `fee`?");
  rpl_report_help(report, "say `{}`", NULL, 0);
  assert_slice(diag_at(0)->help, "say `{}`");
}

static void labels(void **state) {
  (void)state;
  RplSlice name = {"fee", 3};
  rpl_report(report, RPL_DIAG_DUPLICATE_NAME, (RplSpan){1, 4, 7}, "fee", NULL);
  rpl_report_label(report, (RplSpan){2, 8, 9}, "first `{}`", &name, 1);
  rpl_report_label(report, nowhere, "no place", NULL, 0);
  const RplDiag *diag = diag_at(0);
  assert_int_equal(diag->label_count, 2);
  assert_slice(diag->labels[0].file, "in/a.rpl");
  assert_int_equal(diag->labels[0].line, 1);
  assert_int_equal(diag->labels[0].column, 5);
  assert_int_equal(diag->labels[0].end_line, 1);
  assert_int_equal(diag->labels[0].end_column, 8);
  assert_int_equal(diag->labels[0].text.length, 0);
  assert_slice(diag->labels[1].file, "b.rpl");
  assert_int_equal(diag->labels[1].column, 9);
  assert_slice(diag->labels[1].text, "first `fee`");
}

static void labels_at_and_past_the_limit(void **state) {
  (void)state;
  rpl_report(report, RPL_DIAG_CYCLE, (RplSpan){1, 0, 1}, "a", NULL);
  for (uint32_t at = 1; at < RPL_MAX_DIAG_LABELS; at++)
    rpl_report_label(report, (RplSpan){1, at, at + 1}, "here", NULL, 0);
  assert_int_equal(diag_at(0)->label_count, RPL_MAX_DIAG_LABELS);
  rpl_report_label(report, (RplSpan){1, 90, 91}, "one more", NULL, 0);
  assert_int_equal(diag_at(0)->label_count, RPL_MAX_DIAG_LABELS);
}

static void no_place(void **state) {
  (void)state;
  rpl_report(report, RPL_DIAG_NAME_OF_FILE, nowhere, "a", "x", NULL);
  rpl_report_label(report, (RplSpan){1, 0, 1}, "dropped", NULL, 0);
  rpl_report(report, RPL_DIAG_NAME_OF_FILE, nowhere, "b", "x", NULL);
  rpl_report(report, RPL_DIAG_NAME_OF_FILE, nowhere, "a", "x", NULL);
  assert_int_equal(diag_count(), 2);
  assert_int_equal(diag_at(0)->label_count, 0);
  assert_slice(diag_at(0)->message,
               "the policy is named `a`, but its file is `x`");
  assert_slice(diag_at(1)->message,
               "the policy is named `b`, but its file is `x`");
}

static void repeats_are_dropped(void **state) {
  (void)state;
  RplSpan span = {1, 5, 8};
  rpl_report(report, RPL_DIAG_UNKNOWN_NAME, span, "a", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_TYPE, span, "a", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_NAME, span, "b", NULL);
  rpl_report_help(report, "of the dropped one", NULL, 0);
  rpl_report_label(report, span, "of the dropped one", NULL, 0);
  rpl_report(report, RPL_DIAG_UNKNOWN_NAME, (RplSpan){1, 5, 9}, "a", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_NAME, (RplSpan){2, 5, 8}, "a", NULL);
  assert_int_equal(diag_count(), 4);
  assert_int_equal(rpl_report_error_count(report), 4);
  assert_slice(diag_at(0)->message, "unknown name `a`");
  for (size_t at = 0; at < 4; at++) {
    assert_int_equal(diag_at(at)->help.length, 0);
    assert_int_equal(diag_at(at)->label_count, 1);
  }
}

static void sorted(void **state) {
  (void)state;
  rpl_report(report, RPL_DIAG_UNKNOWN_TYPE, (RplSpan){2, 0, 1}, "6", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_TYPE, (RplSpan){1, 5, 9}, "5", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_TYPE, (RplSpan){1, 5, 8}, "4", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_NAME, (RplSpan){1, 5, 8}, "3", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_TYPE, (RplSpan){1, 4, 99}, "2", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_TYPE, nowhere, "0", NULL);
  rpl_report(report, RPL_DIAG_UNKNOWN_TYPE, nowhere, "1", NULL);
  rpl_report_help(report, "of 1", NULL, 0);
  for (size_t at = 0; at < 7; at++) {
    RplSlice message = diag_at(at)->message; /* ends with the digit and "`" */
    assert_int_equal(message.data[message.length - 2], '0' + (int)at);
  }
  rpl_report_help(report, "still of 1", NULL, 0); /* finish moved nothing */
  assert_slice(diag_at(1)->help, "still of 1");
  assert_null(rpl_diags_at(rpl_report_diags(report), 7));
}

static void add_many(size_t count) {
  for (size_t at = 0; at < count; at++)
    rpl_report(report, RPL_DIAG_NUL_BYTE,
               (RplSpan){1, (uint32_t)at, (uint32_t)at + 1}, NULL);
}

static void cap_reached(void **state) {
  (void)state;
  add_many(RPL_MAX_DIAGNOSTICS);
  assert_int_equal(diag_count(), RPL_MAX_DIAGNOSTICS);
  assert_int_equal(rpl_report_error_count(report), RPL_MAX_DIAGNOSTICS);
  add_many(RPL_MAX_DIAGNOSTICS); /* repeats do not count */
  assert_int_equal(rpl_report_error_count(report), RPL_MAX_DIAGNOSTICS);
}

static void cap_passed(void **state) {
  (void)state;
  add_many(RPL_MAX_DIAGNOSTICS + 1);
  rpl_report_help(report, "of the dropped one", NULL, 0);
  rpl_report(report, RPL_DIAG_NAME_OF_FILE, nowhere, "a", "x", NULL);
  assert_int_equal(diag_count(), RPL_MAX_DIAGNOSTICS);
  assert_int_equal(rpl_report_error_count(report), RPL_MAX_DIAGNOSTICS + 2);
  assert_int_equal(rpl_diags_error_count(rpl_report_diags(report)),
                   RPL_MAX_DIAGNOSTICS + 2);
  assert_int_equal(diag_at(RPL_MAX_DIAGNOSTICS - 1)->help.length, 0);
}

static void cleared(void **state) {
  (void)state;
  add_many(RPL_MAX_DIAGNOSTICS + 1);
  assert_int_equal(diag_count(), RPL_MAX_DIAGNOSTICS);
  rpl_report_clear(report);
  assert_int_equal(rpl_diags_count(rpl_report_diags(report)), 0);
  rpl_report_help(report, "of nothing", NULL, 0);
  rpl_report_label(report, (RplSpan){1, 0, 1}, "of nothing", NULL, 0);
  assert_int_equal(rpl_report_error_count(report), 0);
  add_many(1);
  assert_int_equal(diag_count(), 1);
}

static void odd_spans(void **state) {
  (void)state;
  rpl_report(report, RPL_DIAG_NUL_BYTE, (RplSpan){1, 9, 3}, NULL);
  rpl_report(report, RPL_DIAG_NUL_BYTE, (RplSpan){1, 5000, 6000}, NULL);
  assert_int_equal(diag_at(0)->labels[0].end_column, 10);
  assert_int_equal(diag_at(1)->labels[0].column, 1001);
}

/* ------------------------------------------------------------- nearest */

static void assert_nearest(const char *word, const char *expected) {
  static const RplSlice candidates[] = {
      {"fee", 3}, {"quota", 5}, {"fees", 4}, {"amount", 6}, {"consumed", 8}};
  assert_slice(rpl_nearest(rpl_slice(word), candidates, 5), expected);
}

static void nearest(void **state) {
  (void)state;
  assert_nearest("feee", "fee");        /* 1; fees is 1 too, but later */
  assert_nearest("feess", "fees");      /* 1, and fee 2 */
  assert_nearest("qouta", "quota");     /* 2 replaced */
  assert_nearest("amont", "amount");    /* 1 missing */
  assert_nearest("consu", "");          /* 3 missing */
  assert_nearest("consum", "consumed"); /* 2 missing */
  assert_nearest("xmountyy", "");       /* 3 */
  assert_nearest("ab", "");             /* no fewer than its length */
  assert_nearest("fe", "fee");
  assert_nearest("f", "");
  assert_nearest("", "");
  assert_nearest("fees", "fees");
  assert_int_equal(rpl_nearest(rpl_slice("a"), NULL, 0).length, 0);
}

static void nearest_at_and_past_limits(void **state) {
  (void)state;
  RplSlice word = repeated(&arena, 'w', RPL_NEAREST_MAX_BYTES + 1);
  RplSlice longer = repeated(&arena, 'w', RPL_NEAREST_MAX_BYTES + 2);
  word.length--;
  assert_int_equal(rpl_nearest(word, &longer, 1).length, longer.length);
  word.length++;
  assert_int_equal(rpl_nearest(word, &longer, 1).length, 0);
  RplSlice *many =
      rpl_arena_array(&arena, RPL_NEAREST_MAX_CANDIDATES + 1, sizeof *many);
  many[RPL_NEAREST_MAX_CANDIDATES - 1] = rpl_slice("fee");
  RplSlice feee = rpl_slice("feee");
  assert_slice(rpl_nearest(feee, many, RPL_NEAREST_MAX_CANDIDATES), "fee");
  assert_slice(rpl_nearest(feee, many, RPL_NEAREST_MAX_CANDIDATES + 1), "");
}

/* The whole table of Wagner and Fischer, for words of at most 6 bytes. */
static size_t plain_distance(RplSlice left, RplSlice right) {
  size_t table[7][7];
  for (size_t i = 0; i <= left.length; i++)
    for (size_t j = 0; j <= right.length; j++) {
      size_t best = i ? j ? SIZE_MAX : i : j;
      if (i && j) {
        best = table[i - 1][j - 1] + (left.data[i - 1] != right.data[j - 1]);
        if (table[i - 1][j] + 1 < best)
          best = table[i - 1][j] + 1;
        if (table[i][j - 1] + 1 < best)
          best = table[i][j - 1] + 1;
      }
      table[i][j] = best;
    }
  return table[left.length][right.length];
}

/* Fills a word of 0 to 6 letters out of a and b. */
static RplSlice word_of(uint32_t number, char text[6]) {
  size_t length = 0;
  for (; number > 1; number >>= 1)
    text[length++] = number & 1 ? 'b' : 'a';
  return (RplSlice){text, length};
}

static void nearest_agrees_with_whole_table(void **state) {
  (void)state;
  char left_text[6], right_text[6];
  for (uint32_t left = 1; left < 128; left++)
    for (uint32_t right = 1; right < 128; right++) {
      RplSlice word = word_of(left, left_text);
      RplSlice other = word_of(right, right_text);
      size_t far = plain_distance(word, other);
      RplSlice found = rpl_nearest(word, &other, 1);
      assert_int_equal(found.data == other.data, far <= 2 && far < word.length);
    }
}

/* ------------------------------------------------------- short of memory */

static RplStatus count_bytes(void *context, const char *bytes, size_t length) {
  (void)bytes;
  *(size_t *)context += length;
  return RPL_OK;
}

/* Collects, finishes and writes; true if memory sufficed for all of it. */
static bool run(RplArena *poor) {
  RplSources few;
  rpl_sources_init(&few, poor);
  RplSlice text = {"x", 1};
  if (!rpl_sources_add(&few, text, text, text))
    return false;
  RplReport *own = rpl_report_new(poor, &few);
  if (!own)
    return false;
  for (uint32_t at = 0; at < RPL_MAX_DIAGNOSTICS; at++) {
    rpl_report(own, RPL_DIAG_UNKNOWN_NAME, (RplSpan){1, 0, at}, "a", NULL);
    rpl_report_help(own, "help", NULL, 0);
    rpl_report_label(own, (RplSpan){1, 0, 1}, "label", NULL, 0);
  }
  assert_int_equal(rpl_report_error_count(own), RPL_MAX_DIAGNOSTICS);
  bool is_fine = !rpl_report_failed(own);
  assert_true(rpl_report_finish(own) ? is_fine : rpl_report_failed(own));
  for (int format = RPL_DIAG_TEXT; format <= RPL_DIAG_SARIF; format++) {
    size_t bytes = 0;
    RplStatus status = rpl_diags_write(
        rpl_report_diags(own), (RplDiagFormat)format, count_bytes, &bytes);
    assert_true(status == RPL_OK || (status == RPL_E_MEMORY && !bytes));
    is_fine = is_fine && status == RPL_OK;
  }
  return is_fine && !rpl_report_failed(own);
}

static void memory_is_short(void **state) {
  (void)state;
  bool is_done = false;
  for (size_t calls = 0; !is_done; calls++) {
    ShortMemory memory = {calls, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplArena poor;
    assert_true(calls < 2000);
    rpl_arena_init(&poor, &allocator, 0);
    is_done = run(&poor);
    assert_true(is_done || !memory.calls_left);
    rpl_arena_clear(&poor);
    assert_int_equal(memory.live_bytes, 0);
  }
}

/* A hundred warnings and then an error: the last warning gives way and counts
 * as dropped; without an error the next warning does. */
static void errors_make_warnings_give_way(void **state) {
  (void)state;
  for (uint32_t at = 0; at < RPL_MAX_DIAGNOSTICS; at++)
    rpl_report(report, RPL_DIAG_ALWAYS, (RplSpan){1, at, at + 1}, "a", NULL);
  rpl_report(report, RPL_DIAG_BAD_UTF8, (RplSpan){1, 500, 501}, NULL);
  rpl_report(report, RPL_DIAG_ALWAYS, (RplSpan){1, 600, 601}, "a", NULL);
  assert_int_equal(diag_count(), RPL_MAX_DIAGNOSTICS);
  assert_slice(diag_at(RPL_MAX_DIAGNOSTICS - 1)->code, "E0101");
  assert_slice(diag_at(RPL_MAX_DIAGNOSTICS - 2)->code, "W0701");
  assert_int_equal(diag_at(RPL_MAX_DIAGNOSTICS - 2)->labels[0].column, 99);
  assert_int_equal(rpl_report_error_count(report), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(codes),
      TEST(table_is_well_formed),
      TEST(templates),
      TEST(template_arguments_missing),
      TEST(help),
      TEST(labels),
      TEST(labels_at_and_past_the_limit),
      TEST(no_place),
      TEST(repeats_are_dropped),
      TEST(sorted),
      TEST(cap_reached),
      TEST(cap_passed),
      TEST(errors_make_warnings_give_way),
      TEST(cleared),
      TEST(odd_spans),
      TEST(nearest),
      TEST(nearest_at_and_past_limits),
      TEST(nearest_agrees_with_whole_table),
      TEST(memory_is_short),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
