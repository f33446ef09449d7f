/* SPDX-License-Identifier: Apache-2.0
 *
 * tree_dump.c - tree_dump FILE: prints the syntax tree of a source without
 * places (compiler/ast_dump.h), for tests/golden/fmt.sh, which compares the
 * trees of a text and of its layout. Exits with 3 when the file does not parse.
 */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/ast_dump.h"
#include "compiler/parse.h"

static char text[1 << 20];

static int dump(RplArena *arena, RplSlice source) {
  RplInterner interner;
  RplSources sources;
  RplUnit unit;
  RplBuffer out;
  rpl_sources_init(&sources, arena);
  rpl_buffer_init(&out, NULL);
  RplSlice name = rpl_slice("source");
  RplReport *report = rpl_report_new(arena, &sources);
  uint32_t number = rpl_sources_add(&sources, name, name, source);
  if (!report || !number || !rpl_interner_init(&interner, arena) ||
      !rpl_parse_unit(arena, &interner, report, &sources, number, &unit))
    return 70;
  if (rpl_report_error_count(report))
    return 3;
  int code = 70;
  if (rpl_ast_dump(arena, &interner, &unit, &out)) {
    RplSlice view = rpl_buffer_view(&out);
    code = fwrite(view.data, 1, view.length, stdout) == view.length ? 0 : 6;
  }
  rpl_buffer_clear(&out);
  return code;
}

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (!file)
    return 2;
  size_t length = fread(text, 1, sizeof text, file);
  int code = fclose(file) == 0 && length < sizeof text ? 0 : 6;
  RplArena arena;
  rpl_arena_init(&arena, NULL, 0);
  if (!code)
    code = dump(&arena, (RplSlice){text, length});
  rpl_arena_clear(&arena);
  return code;
}
