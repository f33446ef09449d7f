/* SPDX-License-Identifier: Apache-2.0
 * source.c - see source.h. The table of a source holds the offset of each line
 * and, for each block of BLOCK_BYTES, how many code points begin before it. So
 * a column is a difference of two counts, and no line is too long for it. */
#include "compiler/source.h"

#include <string.h>

#include "vm/text.h"

#define BLOCK_BYTES 1024u

void rpl_sources_init(RplSources *sources, RplArena *arena) {
  *sources = (RplSources){arena, NULL, 0, 0};
}

uint32_t rpl_sources_add(RplSources *sources, RplSlice file, RplSlice shown,
                         RplSlice text) {
  if (text.length >= UINT32_MAX || sources->count >= UINT32_MAX - 1)
    return 0;
  RplSource *items =
      rpl_arena_grow(sources->arena, sources->items, sources->count,
                     &sources->capacity, sizeof *items);
  if (!items)
    return 0;
  sources->items = items;
  items[sources->count++] = (RplSource){file, shown, text, NULL, NULL, 0};
  return (uint32_t)sources->count;
}

const RplSource *rpl_sources_at(const RplSources *sources, uint32_t number) {
  return &sources->items[number - 1];
}

static uint32_t smaller(uint32_t left, size_t right) {
  return left < right ? left : (uint32_t)right;
}

RplSlice rpl_span_text(const RplSources *sources, RplSpan span) {
  if (!span.source)
    return (RplSlice){NULL, 0};
  RplSlice text = rpl_sources_at(sources, span.source)->text;
  uint32_t end = smaller(span.end, text.length);
  uint32_t begin = smaller(span.begin, end);
  if (begin == end) /* no arithmetic on what may be NULL */
    return (RplSlice){text.data, 0};
  return (RplSlice){text.data + begin, end - begin};
}

RplSpan rpl_span_join(RplSpan first, RplSpan last) {
  if (!first.source)
    return last;
  if (!last.source)
    return first;
  first.end = last.end > first.begin ? last.end : first.begin;
  return first;
}

/* ---------------------------------------------------- lines and columns */

/* Code points that begin in a text: bytes that continue none. */
static uint32_t count_points(const char *data, size_t length) {
  return (uint32_t)rpl_utf8_count(data, length);
}

static uint32_t count_lines(RplSlice text) {
  uint32_t count = 1;
  const char *at = text.data, *end = text.length ? at + text.length : at;
  while (at != end && (at = memchr(at, '\n', (size_t)(end - at)))) {
    count++;
    at++;
  }
  return count;
}

static void fill_starts(RplSlice text, uint32_t *starts) {
  const char *at = text.data, *end = text.length ? at + text.length : at;
  *starts++ = 0;
  while (at != end && (at = memchr(at, '\n', (size_t)(end - at)))) {
    at++;
    *starts++ = (uint32_t)(at - text.data);
  }
}

static void fill_marks(RplSlice text, uint32_t *marks) {
  uint32_t points = 0;
  for (size_t at = 0; at + BLOCK_BYTES <= text.length; at += BLOCK_BYTES) {
    *marks++ = points;
    points += count_points(text.data + at, BLOCK_BYTES);
  }
  *marks = points;
}

/* Makes the tables of a source if they are not there yet. */
static bool prepare(RplSources *sources, RplSource *source) {
  if (source->line_starts)
    return true;
  uint32_t lines = count_lines(source->text);
  uint32_t *starts = rpl_arena_array(sources->arena, lines, sizeof *starts);
  size_t blocks = source->text.length / BLOCK_BYTES + 1;
  uint32_t *marks = rpl_arena_array(sources->arena, blocks, sizeof *marks);
  if (!starts || !marks)
    return false;
  fill_starts(source->text, starts);
  fill_marks(source->text, marks);
  source->line_starts = starts;
  source->marks = marks;
  source->line_count = lines;
  return true;
}

/* How many code points begin before the offset. */
static uint32_t points_before(const RplSource *source, uint32_t offset) {
  uint32_t begin = offset - offset % BLOCK_BYTES;
  return source->marks[offset / BLOCK_BYTES] +
         count_points(source->text.data + begin, offset - begin);
}

/* Code points between the start of a line and an offset in it. */
static uint32_t points_between(const RplSource *source, uint32_t start,
                               uint32_t offset) {
  if (offset - start <= BLOCK_BYTES)
    return offset == start
               ? 0
               : count_points(source->text.data + start, offset - start);
  return points_before(source, offset) - points_before(source, start);
}

/* Index of the last line that starts at or before the offset. */
static uint32_t line_index(const RplSource *source, uint32_t offset) {
  uint32_t low = 0, high = source->line_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (source->line_starts[middle] <= offset)
      low = middle;
    else
      high = middle;
  }
  return low;
}

bool rpl_source_position(RplSources *sources, uint32_t number, uint32_t offset,
                         uint32_t *line, uint32_t *column) {
  RplSource *source = &sources->items[number - 1];
  if (!prepare(sources, source))
    return false;
  offset = smaller(offset, source->text.length);
  uint32_t index = line_index(source, offset);
  *line = index + 1;
  *column = points_between(source, source->line_starts[index], offset) + 1;
  return true;
}

RplSlice rpl_source_line(RplSources *sources, uint32_t number, uint32_t line) {
  RplSource *source = &sources->items[number - 1];
  if (!prepare(sources, source))
    return (RplSlice){NULL, 0};
  const char *data = source->text.data;
  uint32_t begin = source->line_starts[line - 1];
  size_t end = source->text.length;
  if (line < source->line_count) {
    end = source->line_starts[line] - 1;
    if (end > begin && data[end - 1] == '\r')
      end--;
  }
  if (begin == end)
    return (RplSlice){data, 0};
  return (RplSlice){data + begin, end - begin};
}
