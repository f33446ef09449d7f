/* SPDX-License-Identifier: Apache-2.0
 * source.c - see source.h. The table of a source holds the offset of each line
 * and, for each block of BLOCK_BYTES, how many code points begin before it. So
 * a column is a difference of two counts, and no line is too long for it. */
#include "compiler/source.h"

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

/* True if a code point begins with this byte: it continues none. */
static bool is_start(char byte) { return ((unsigned char)byte & 0xC0) != 0x80; }

static uint32_t count_lines(RplSlice text) {
  uint32_t count = 1;
  for (size_t at = 0; at < text.length; at++)
    count += text.data[at] == '\n';
  return count;
}

static void fill_tables(RplSlice text, uint32_t *starts, uint32_t *marks) {
  uint32_t line = 0, points = 0;
  starts[line++] = 0;
  for (uint32_t at = 0; at < text.length; at++) {
    if (at % BLOCK_BYTES == 0)
      marks[at / BLOCK_BYTES] = points;
    points += is_start(text.data[at]);
    if (text.data[at] == '\n')
      starts[line++] = at + 1;
  }
  if (text.length % BLOCK_BYTES == 0)
    marks[text.length / BLOCK_BYTES] = points;
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
  fill_tables(source->text, starts, marks);
  source->line_starts = starts;
  source->marks = marks;
  source->line_count = lines;
  return true;
}

/* How many code points begin before the offset. */
static uint32_t points_before(const RplSource *source, uint32_t offset) {
  uint32_t block = offset / BLOCK_BYTES;
  uint32_t points = source->marks[block];
  for (uint32_t at = block * BLOCK_BYTES; at < offset; at++)
    points += is_start(source->text.data[at]);
  return points;
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
  *column = points_before(source, offset) -
            points_before(source, source->line_starts[index]) + 1;
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
