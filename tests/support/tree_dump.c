/* SPDX-License-Identifier: Apache-2.0
 *
 * tree_dump.c - tree_dump FILE...: prints the syntax trees of sources without
 * places (compiler/ast_dump.h), for tests/golden/fmt.py, which compares the
 * trees of texts and of their layouts. For each file the byte 1, its name, a
 * line end, 0 or 3 (it does not parse), a line end, and its tree.
 */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/ast_dump.h"
#include "compiler/parse.h"

static char text[1 << 20];

/* 0, 3 when the source does not parse, 70. */
static int dump(RplArena *arena, RplSlice source, RplBuffer *out) {
  RplInterner interner;
  RplSources sources;
  RplUnit unit;
  rpl_sources_init(&sources, arena);
  RplSlice name = rpl_slice("source");
  RplReport *report = rpl_report_new(arena, &sources);
  uint32_t number = rpl_sources_add(&sources, name, name, source);
  if (!report || !number || !rpl_interner_init(&interner, arena) ||
      !rpl_parse_unit(arena, &interner, report, &sources, number, &unit))
    return 70;
  if (rpl_report_error_count(report))
    return 3;
  return rpl_ast_dump(arena, &interner, &unit, out) ? 0 : 70;
}

static int print(const char *path, RplSlice source) {
  RplArena arena;
  RplBuffer out;
  rpl_arena_init(&arena, NULL, 0);
  rpl_buffer_init(&out, NULL);
  int code = dump(&arena, source, &out);
  RplSlice view = rpl_buffer_view(&out);
  printf("\1%s\n%d\n%.*s", path, code, (int)view.length, view.data);
  rpl_buffer_clear(&out);
  rpl_arena_clear(&arena);
  return code == 3 ? 0 : code;
}

int main(int argc, char **argv) {
  int code = argc > 1 ? 0 : 2;
  for (int i = 1; i < argc && !code; i++) {
    FILE *file = fopen(argv[i], "rb");
    if (!file)
      return 2;
    size_t length = fread(text, 1, sizeof text, file);
    code = fclose(file) == 0 && length < sizeof text ? 0 : 6;
    if (!code)
      code = print(argv[i], (RplSlice){text, length});
  }
  return code;
}
