/* SPDX-License-Identifier: Apache-2.0
 *
 * source.h - the texts of a compilation and places in them. A span is two byte
 * offsets; lines and columns exist only where something is printed.
 */
#ifndef RPL_COMPILER_SOURCE_H
#define RPL_COMPILER_SOURCE_H

#include "rpl/base.h"
#include "vm/arena.h"

/* A half-open stretch of a source text. {0, 0, 0} of source 0 is also "no
 * place": source numbers start at 1. */
typedef struct RplSpan {
  uint32_t source; /* 1-based; 0: no place */
  uint32_t begin;  /* byte offsets; begin <= end */
  uint32_t end;
} RplSpan;

typedef struct RplSource {
  RplSlice file;  /* path below the root, with slashes; goes into programs */
  RplSlice shown; /* name that diagnostics show */
  RplSlice text;
  const uint32_t *line_starts; /* offset of each line, made on first use */
  const uint32_t *marks;       /* code points before each block, made with it */
  uint32_t line_count;         /* at least 1 once line_starts is made */
} RplSource;

typedef struct RplSources {
  RplArena *arena;
  RplSource *items;
  size_t count;
  size_t capacity;
} RplSources;

void rpl_sources_init(RplSources *sources, RplArena *arena);

/* Adds a text and returns its number (1, 2, ...), or 0 when memory is short or
 * the text has more bytes than an offset can say (UINT32_MAX - 1).
 * Slices are borrowed: they must live as long as the arena. */
uint32_t rpl_sources_add(RplSources *sources, RplSlice file, RplSlice shown,
                         RplSlice text);

/* The source with that number; number must be valid. */
const RplSource *rpl_sources_at(const RplSources *sources, uint32_t number);

/* The text of a span; empty for no place. A span that runs past its text is cut
 * at the text's end. */
RplSlice rpl_span_text(const RplSources *sources, RplSpan span);

/* From the begin of one to the end of the other (same source). If one of them
 * is no place, the other is returned. */
RplSpan rpl_span_join(RplSpan first, RplSpan last);

/* Line and column (both from 1, the column in code points) of a byte offset
 * that stands between two code points; past the end counts as the end. Lines
 * end at LF or CR LF. The text before the offset should be valid UTF-8 (bytes
 * that are not count as one code point or none). Logarithmic after the first
 * call for a source, however long its lines are. False when memory is short. */
bool rpl_source_position(RplSources *sources, uint32_t number, uint32_t offset,
                         uint32_t *line, uint32_t *column);

/* The text of a line, without its line end; line is valid. Empty when memory is
 * short, which cannot be after rpl_source_position was true for the source. */
RplSlice rpl_source_line(RplSources *sources, uint32_t number, uint32_t line);

#endif /* RPL_COMPILER_SOURCE_H */
