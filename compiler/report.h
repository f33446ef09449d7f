/* SPDX-License-Identifier: Apache-2.0
 *
 * report.h - collects diagnostics: one message for one mistake. Nothing is
 * printed here (compiler/render.c does) and nothing stops a pass.
 *
 * Messages live in compiler/diags.def; each `{}` in a message is replaced by
 * the next argument, and stays as it is when there is none left. All texts are
 * copied into the arena.
 */
#ifndef RPL_COMPILER_REPORT_H
#define RPL_COMPILER_REPORT_H

#include "compiler/source.h"
#include "rpl/diag.h"

/* LIMIT: places of one diagnostic, the first one included. */
#define RPL_MAX_DIAG_LABELS 4
/* LIMIT: arguments that rpl_report takes; more are ignored. */
#define RPL_MAX_DIAG_ARGUMENTS 4
/* LIMIT: bytes of one argument; a longer one is cut and ends in "...". */
#define RPL_MAX_DIAG_ARGUMENT_BYTES 400
/* LIMITS of rpl_nearest. */
#define RPL_NEAREST_MAX_BYTES      64
#define RPL_NEAREST_MAX_CANDIDATES 10000
#define RPL_NEAREST_MAX_DISTANCE   2

typedef enum RplDiagCode {
#define DIAG(id, code, severity, message) RPL_DIAG_##id,
#include "compiler/diags.def"
#undef DIAG
  RPL_DIAG_COUNT
} RplDiagCode;

/* Code text ("E0203"), severity and message template of a code; static. */
const char *rpl_diag_code(RplDiagCode code);
RplSeverity rpl_diag_severity(RplDiagCode code);
const char *rpl_diag_template(RplDiagCode code);

typedef struct RplReport RplReport; /* is the public RplDiags */

/* Makes a report in the arena; NULL when memory is short. */
RplReport *rpl_report_new(RplArena *arena, RplSources *sources);

/* Adds a diagnostic at `span` (source 0: no place). A second one with the same
 * code and span is dropped (without a place: with the same code and message),
 * as is everything past RPL_MAX_DIAGNOSTICS (counted; errors make warnings
 * give way). Help and labels given
 * next belong to the one added last; after a dropped one they are dropped too.
 * Memory shortage is remembered (rpl_report_failed). */
void rpl_report_add(RplReport *report, RplDiagCode code, RplSpan span,
                    const RplSlice *arguments, size_t count);

/* The same with C strings: rpl_report(report, code, span, "a", "b", NULL). */
void rpl_report(RplReport *report, RplDiagCode code, RplSpan span, ...);

/* Sets the help of the last diagnostic; `{}` as above. A second one replaces
 * the first. */
void rpl_report_help(RplReport *report, const char *help,
                     const RplSlice *arguments, size_t count);

/* Whether the diagnostic added last was kept, so that help for it is of use;
 * help that is costly to find is looked for only then. */
bool rpl_report_is_open(const RplReport *report);

/* Adds a second place with its remark to the last diagnostic. Dropped when
 * there is no place, or the diagnostic has none, or more than
 * RPL_MAX_DIAG_LABELS. */
void rpl_report_label(RplReport *report, RplSpan span, const char *text,
                      const RplSlice *arguments, size_t count);

/* Errors so far, those past the cap included: 0 means that none was found. */
size_t rpl_report_error_count(const RplReport *report);
bool rpl_report_failed(const RplReport *report); /* memory was short */

/* Sorts by source and place and works out lines and columns; called before the
 * public functions of rpl/diag.h are used, which see what was there at the last
 * call. May be called again after more was added. False when memory is short,
 * now or earlier; then they see what they saw before. */
bool rpl_report_finish(RplReport *report);

/* Drops everything collected so far (for rpl_compiler_calc), the memory of a
 * failure included. The arena keeps the texts until it is reset. */
void rpl_report_clear(RplReport *report);

const RplDiags *rpl_report_diags(const RplReport *report);

/* The nearest of `count` candidate texts within edit distance 2 of `word` (and
 * less than its length); the first of equals; empty when there is none. The
 * distance is Levenshtein's, in bytes. Cost is bounded: words over 64 bytes and
 * more than 10,000 candidates are not compared at all. */
RplSlice rpl_nearest(RplSlice word, const RplSlice *candidates, size_t count);

/* A slice of a string literal or C string, borrowed; NULL gives the empty one.
 */
RplSlice rpl_slice(const char *text);

#endif /* RPL_COMPILER_REPORT_H */
