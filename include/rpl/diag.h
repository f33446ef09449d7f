/* SPDX-License-Identifier: Apache-2.0
 *
 * diag.h - what the compiler has to say about a policy, as data and as text.
 */
#ifndef RPL_RPL_DIAG_H
#define RPL_RPL_DIAG_H

#include <stdbool.h>

#include "rpl/program.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum RplSeverity { RPL_ERROR, RPL_WARNING } RplSeverity;

/* A place in a source and what is to be seen there. */
typedef struct RplDiagLabel {
  RplSlice file;   /* as the source was named */
  uint32_t line;   /* from 1 */
  uint32_t column; /* in code points, from 1 */
  uint32_t end_line;
  uint32_t end_column; /* one past the last code point */
  RplSlice text;       /* may be empty on the first label */
} RplDiagLabel;

/* One mistake, one message. */
typedef struct RplDiag {
  RplSeverity severity;
  RplSlice code;    /* "E0203"; never reused */
  RplSlice message; /* lower case, no full stop, what was found and expected */
  RplSlice help;    /* a sentence or text that can be pasted; may be empty */
  const RplDiagLabel *labels; /* the first one is the place */
  size_t label_count;         /* 0 when there is no place (a file not found) */
} RplDiag;

/* An ordered collection of diagnostics. */
typedef struct RplDiags RplDiags;

RPL_API size_t rpl_diags_count(const RplDiags *diags);
RPL_API size_t rpl_diags_error_count(const RplDiags *diags);

/* The index-th diagnostic, sorted by place; NULL when out of range. */
RPL_API const RplDiag *rpl_diags_at(const RplDiags *diags, size_t index);

/* Ways to print diagnostics. */
typedef enum RplDiagFormat {
  RPL_DIAG_TEXT,  /* for people: source line, caret, help */
  RPL_DIAG_COLOR, /* the same with terminal colours */
  RPL_DIAG_JSON,  /* one JSON object a line */
  RPL_DIAG_SARIF  /* one SARIF 2.1.0 document */
} RplDiagFormat;

/* Writes them all. Returns what the sink returned, or RPL_E_MEMORY. */
RPL_API RPL_MUST_CHECK RplStatus rpl_diags_write(const RplDiags *diags,
                                                 RplDiagFormat format,
                                                 RplSink sink, void *context);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_DIAG_H */
