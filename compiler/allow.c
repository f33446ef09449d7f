/* SPDX-License-Identifier: Apache-2.0
 * allow.c - see allow.h. Comments come in the order of the text, so those near
 * a place are found by halving. */
#include "compiler/allow.h"

#include <string.h>

#include "vm/text.h"

/* ---- reading ------------------------------------------------------------- */

#define CODE_BYTES 5u /* W0701 */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static void skip_blanks(RplSlice *rest) {
  while (rest->length && is_blank(*rest->data)) {
    rest->data++;
    rest->length--;
  }
}

/* Takes `word` away if the rest begins with it. */
static bool take(RplSlice *rest, const char *word) {
  size_t length = strlen(word);
  if (rest->length < length || memcmp(rest->data, word, length) != 0)
    return false;
  rest->data += length;
  rest->length -= length;
  return true;
}

static bool is_code(RplSlice rest) {
  if (rest.length < CODE_BYTES || rest.data[0] != 'W')
    return false;
  for (size_t i = 1; i < CODE_BYTES; i++)
    if (rest.data[i] < '0' || rest.data[i] > '9')
      return false;
  return true;
}

static bool add(RplArena *arena, RplUnit *unit, RplSlice code, RplSpan span) {
  RplAllows *allows = &unit->allows;
  RplAllow *items = rpl_arena_grow(arena, allows->items, allows->count,
                                   &allows->capacity, sizeof *items);
  if (!items)
    return false;
  allows->items = items;
  items[allows->count++] = (RplAllow){.span = span, .is_used = false};
  memcpy(items[allows->count - 1].code, code.data, CODE_BYTES);
  return true;
}

bool rpl_allow_read(RplArena *arena, RplUnit *unit, RplSlice comment,
                    RplSpan span) {
  RplSlice rest = comment;
  if (!take(&rest, "//"))
    return true;
  skip_blanks(&rest);
  if (!take(&rest, "allow "))
    return true;
  do {
    skip_blanks(&rest);
    if (!is_code(rest))
      return true;
    if (!add(arena, unit, rest, span))
      return false;
    rest.data += CODE_BYTES;
    rest.length -= CODE_BYTES;
  } while (take(&rest, ","));
  return true;
}

/* ---- finding ------------------------------------------------------------- */

/* Where the line of an offset begins. */
static uint32_t line_start(RplSlice text, uint32_t offset) {
  while (offset && text.data[offset - 1] != '\n')
    offset--;
  return offset;
}

static bool is_alone(RplSlice text, uint32_t begin, uint32_t offset) {
  while (begin < offset && is_blank(text.data[begin]))
    begin++;
  return begin == offset;
}

/* The first statement of a list that ends behind the offset; NULL. */
static const RplStmt *statement_at(const RplStmts *stmts, uint32_t offset) {
  size_t low = 0, high = stmts->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (stmts->items[middle]->span.end <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low < stmts->count ? stmts->items[low] : NULL;
}

/* The innermost statement that a comment stands in or before: settings have
 * blocks of statements, which the parser's depth bounds. */
static const RplStmt *covered(const RplUnit *unit, uint32_t offset) {
  const RplStmt *stmt = statement_at(&unit->stmts, offset);
  while (stmt && stmt->span.begin < offset && stmt->block.count) {
    const RplStmt *inner = statement_at(&stmt->block, offset);
    if (!inner)
      break;
    stmt = inner;
  }
  return stmt;
}

static bool holds_at(const RplSources *sources, const RplUnit *unit,
                     const RplAllow *allow, uint32_t offset) {
  RplSlice text = rpl_sources_at(sources, unit->source)->text;
  uint32_t begin = line_start(text, allow->span.begin);
  if (!is_alone(text, begin, allow->span.begin))
    return offset >= begin && offset < allow->span.begin;
  const RplStmt *stmt = covered(unit, allow->span.begin);
  return stmt && offset >= allow->span.end && offset < stmt->span.end;
}

/* LIMIT: comments before a place that are looked at. */
#define MOST_ALLOWS 64

bool rpl_allow_silences(const RplSources *sources, RplUnit *unit,
                        RplDiagCode code, RplSpan span) {
  RplAllows *allows = &unit->allows;
  size_t low = 0, high = allows->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (allows->items[middle].span.begin <= span.begin)
      low = middle + 1;
    else
      high = middle;
  }
  /* One line may hold a comment behind the place, with several codes. */
  size_t end = low;
  while (end < allows->count && end - low < MOST_ALLOWS &&
         allows->items[end].span.begin == allows->items[low].span.begin)
    end++;
  for (size_t i = end; i-- > 0 && end - i <= 2 * MOST_ALLOWS;) {
    RplAllow *allow = &allows->items[i];
    if (memcmp(allow->code, rpl_diag_code(code), CODE_BYTES) != 0 ||
        !holds_at(sources, unit, allow, span.begin))
      continue;
    allow->is_used = true;
    return true;
  }
  return false;
}
