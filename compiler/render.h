/* SPDX-License-Identifier: Apache-2.0
 *
 * render.h - what report.c hands to the writers of diagnostics (render.c,
 * render_sarif.c), and how wide things are drawn. Private to these three: all
 * others see rpl/diag.h.
 *
 * Invariant: text for people holds no control character but line feeds and, if
 * asked for, the colours, whatever stands in sources, names and messages.
 */
#ifndef RPL_COMPILER_RENDER_H
#define RPL_COMPILER_RENDER_H

#include "compiler/report.h"
#include "vm/text.h"

/* LIMIT: display cells of a source line; a longer one is cut around its mark.
 * Something of width 0 counts as 1 here, so that bytes are bounded as well. */
#define RPL_RENDER_MAX_CELLS 160
/* Cells kept before the mark of a line that is cut (more, near its end). */
#define RPL_RENDER_LEAD_CELLS 40
/* Cells that stand for a tab. A fixed number, not a stop: source and mark are
 * both drawn here, and so a cut line needs no look at what was cut off. */
#define RPL_RENDER_TAB_CELLS 4

/* One diagnostic as it is written. */
typedef struct RplDiagItem {
  RplDiag diag;
  RplDiagCode code;
  const RplSpan *spans; /* the places of diag.labels, as many */
} RplDiagItem;

struct RplDiags {
  const RplAllocator *allocator; /* for the text that is being written */
  RplSources *sources;           /* with line tables for every span below */
  const RplDiagItem *items;      /* sorted */
  size_t count;
  size_t error_count;   /* the dropped ones included */
  size_t dropped_count; /* past RPL_MAX_DIAGNOSTICS */
};

/* Display cells of a code point: 0 combining, 2 East Asian wide and emoji, else
 * 1. Control characters are not its business: they are shown escaped. */
unsigned rpl_render_cells(uint32_t code_point);

/* Appends all diagnostics as one SARIF 2.1.0 document. */
void rpl_render_sarif(const RplDiags *diags, RplBuffer *out);

#endif /* RPL_COMPILER_RENDER_H */
