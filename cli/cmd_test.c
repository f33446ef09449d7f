/* SPDX-License-Identifier: Apache-2.0
 * cmd_test.c - rplc test: runs the tests that stand in policies and reports
 * them as text, as JSON, and as JUnit XML. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"

typedef struct Results {
  RplTestResult *items;
  size_t count;
  size_t failed;
} Results;

/* ---- text and JSON ------------------------------------------------------- */

static void put_text(const RplTestResult *result) {
  if (result->passed)
    return;
  rpl_cli_put(stdout, result->at);
  fputs(": failed: ", stdout);
  rpl_cli_put(stdout, result->policy);
  fputs(": ", stdout);
  rpl_cli_put_json(stdout, result->name);
  fputs("\n  expected: ", stdout);
  rpl_cli_put(stdout, result->expected);
  fputs("\n  found:    ", stdout);
  rpl_cli_put(stdout, result->found);
  putchar('\n');
}

static void put_member(const char *head, RplSlice text) {
  if (!text.length)
    return;
  fputs(head, stdout);
  rpl_cli_put_json(stdout, text);
}

static void put_json(const RplTestResult *result) {
  fputs("{\"policy\":", stdout);
  rpl_cli_put_json(stdout, result->policy);
  fputs(",\"name\":", stdout);
  rpl_cli_put_json(stdout, result->name);
  put_member(",\"at\":", result->at);
  printf(",\"passed\":%s", result->passed ? "true" : "false");
  if (!result->passed) {
    put_member(",\"expected\":", result->expected);
    put_member(",\"found\":", result->found);
    if (result->decision.length) {
      fputs(",\"decision\":", stdout);
      rpl_cli_put(stdout, result->decision);
    }
  }
  puts("}");
}

/* ---- JUnit --------------------------------------------------------------- */

/* Text as XML 1.0 content or attribute value: what XML cannot hold becomes a
 * question mark. */
static void put_xml(FILE *file, RplSlice text) {
  for (size_t i = 0; i < text.length; i++) {
    unsigned char c = (unsigned char)text.data[i];
    switch (c) {
    case '&':
      fputs("&amp;", file);
      break;
    case '<':
      fputs("&lt;", file);
      break;
    case '>':
      fputs("&gt;", file);
      break;
    case '"':
      fputs("&quot;", file);
      break;
    case '\n':
    case '\t':
      fprintf(file, "&#%u;", (unsigned)c);
      break;
    default:
      putc(c < 0x20 || c == 0x7F ? '?' : c, file);
    }
  }
}

static void put_attribute(FILE *file, const char *name, RplSlice value) {
  fprintf(file, " %s=\"", name);
  put_xml(file, value);
  putc('"', file);
}

static void put_case(FILE *file, const RplTestResult *result) {
  fputs("    <testcase", file);
  put_attribute(file, "classname", result->policy);
  put_attribute(file, "name", result->name);
  if (result->passed) {
    fputs("/>\n", file);
    return;
  }
  fputs(">\n      <failure", file);
  put_attribute(file, "message", result->found);
  putc('>', file);
  put_xml(file, result->at);
  fputs(": expected ", file);
  put_xml(file, result->expected);
  fputs(", found ", file);
  put_xml(file, result->found);
  fputs("</failure>\n    </testcase>\n", file);
}

/* A suite for each run of tests of one policy; returns where the next begins.
 */
static size_t put_suite(FILE *file, const Results *results, size_t begin) {
  size_t end = begin;
  size_t failed = 0;
  while (end < results->count && rpl_cli_equal(results->items[begin].policy,
                                               results->items[end].policy))
    failed += !results->items[end++].passed;
  fputs("  <testsuite", file);
  put_attribute(file, "name", results->items[begin].policy);
  fprintf(file, " tests=\"%zu\" failures=\"%zu\">\n", end - begin, failed);
  for (size_t i = begin; i < end; i++)
    put_case(file, &results->items[i]);
  fputs("  </testsuite>\n", file);
  return end;
}

static int write_junit(const RplCliLoad *load, const Results *results) {
  RplCliWriter writer;
  int code = rpl_cli_write_begin(&writer, load->pool, load->options->junit);
  if (code)
    return code;
  fprintf(writer.file,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites tests=\"%zu\" failures=\"%zu\">\n",
          results->count, results->failed);
  for (size_t i = 0; i < results->count;)
    i = put_suite(writer.file, results, i);
  fputs("</testsuites>\n", writer.file);
  return rpl_cli_write_end(&writer, true);
}

/* ---- running ------------------------------------------------------------- */

/* A test whose facts are refused has failed; `found` says why. */
static int run_tests(RplCliLoad *load, Results *results) {
  bool as_json = load->options->format == RPL_AS_JSON;
  for (size_t i = 0; i < results->count; i++) {
    RplTestResult *result = &results->items[i];
    RplStatus status = rpl_compiler_run_test(load->compiler, i, result);
    if (status != RPL_OK && status != RPL_E_FACTS)
      return rpl_cli_status(status, "run a test");
    if (status == RPL_E_FACTS)
      result->passed = false;
    results->failed += !result->passed;
    if (as_json)
      put_json(result);
    else
      put_text(result);
  }
  if (!as_json)
    printf("%zu passed, %zu failed\n", results->count - results->failed,
           results->failed);
  return RPL_EXIT_OK;
}

static int test(RplCliLoad *load) {
  RplSlice bytes;
  Results results = {NULL, 0, 0};
  int code = rpl_cli_load_texts(load, "test");
  if (!code)
    code = rpl_cli_load_build(load, 0, &bytes);
  if (code)
    return code;
  results.count = rpl_compiler_test_count(load->compiler);
  results.items =
      rpl_cli_pool_alloc(load->pool, results.count * sizeof *results.items + 1);
  if (!results.items)
    return rpl_cli_no_memory();
  code = run_tests(load, &results);
  if (!code && load->options->coverage)
    code = rpl_cli_put_coverage(load);
  if (!code && load->options->junit)
    code = write_junit(load, &results);
  return !code && results.failed ? RPL_EXIT_FAILED : code;
}

int rpl_cmd_test(const RplOptions *options, RplCliPool *pool) {
  RplCliLoad load;
  rpl_cli_load_init(&load, options, pool);
  int code = test(&load);
  rpl_cli_load_clear(&load);
  return code;
}
