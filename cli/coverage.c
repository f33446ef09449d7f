/* SPDX-License-Identifier: Apache-2.0
 * coverage.c - rplc test --coverage: for each policy how many of its statements
 * a test has used, and which were not. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/output.h"

/* The statements of one policy, which stand together. */
typedef struct Part {
  const RplCoverage *items;
  size_t count;
} Part;

static Part first_part(const RplCoverage *items, size_t count) {
  Part part = {items, 0};
  while (part.count < count &&
         rpl_cli_equal(items[part.count].policy, items[0].policy))
    part.count++;
  return part;
}

static size_t count_true(const Part *part) {
  size_t used = 0;
  for (size_t i = 0; i < part->count; i++)
    used += part->items[i].was_true;
  return used;
}

/* A definition or a step need not be able to fail. */
static bool is_never_false(const RplCoverage *item) {
  return item->kind == RPL_STATEMENT_RULE && !item->was_false;
}

static bool is_never_true(const RplCoverage *item) { return !item->was_true; }

/* ---- text ---------------------------------------------------------------- */

static void put_lines(const Part *part, bool (*is_listed)(const RplCoverage *),
                      const char *what) {
  for (size_t i = 0; i < part->count; i++) {
    const RplCoverage *item = &part->items[i];
    if (!is_listed(item))
      continue;
    fputs("  ", stdout);
    rpl_cli_put(stdout, item->at);
    if (item->kind != RPL_STATEMENT_OTHERWISE)
      printf(" %s", rpl_statement_kind_name(item->kind));
    putchar(' ');
    rpl_cli_put(stdout, item->name);
    printf(": %s\n", what);
  }
}

static void put_text(const Part *part) {
  fputs("coverage of ", stdout);
  rpl_cli_put(stdout, part->items[0].policy);
  printf(": %zu of %zu statements\n", count_true(part), part->count);
  put_lines(part, is_never_true, "no test makes it true");
  put_lines(part, is_never_false, "no test makes it false");
}

/* ---- JSON ---------------------------------------------------------------- */

static void put_places(const Part *part, bool (*is_listed)(const RplCoverage *),
                       const char *name) {
  bool is_first = true;
  printf(",\"%s\":[", name);
  for (size_t i = 0; i < part->count; i++) {
    const RplCoverage *item = &part->items[i];
    if (!is_listed(item))
      continue;
    printf("%s{\"kind\":\"%s\",\"name\":", is_first ? "" : ",",
           rpl_statement_kind_name(item->kind));
    rpl_cli_put_json(stdout, item->name);
    fputs(",\"at\":", stdout);
    rpl_cli_put_json(stdout, item->at);
    putchar('}');
    is_first = false;
  }
  putchar(']');
}

static void put_json(const Part *part) {
  fputs("{\"coverage\":", stdout);
  rpl_cli_put_json(stdout, part->items[0].policy);
  printf(",\"statements\":%zu,\"used\":%zu", part->count, count_true(part));
  put_places(part, is_never_true, "never_true");
  put_places(part, is_never_false, "never_false");
  puts("}");
}

/* ---- all ----------------------------------------------------------------- */

int rpl_cli_put_coverage(const RplCliLoad *load) {
  const RplCoverage *items;
  size_t count;
  RplStatus status = rpl_compiler_coverage(load->compiler, &items, &count);
  if (status != RPL_OK)
    return rpl_cli_status(status, "tell the coverage");
  while (count) {
    Part part = first_part(items, count);
    if (load->options->format == RPL_AS_JSON)
      put_json(&part);
    else
      put_text(&part);
    items += part.count;
    count -= part.count;
  }
  return RPL_EXIT_OK;
}
