/* SPDX-License-Identifier: Apache-2.0
 *
 * engine_rows.h - requests whose facts are all given, decided by each engine:
 * the careful one, the fast one alone and with a trace, and the batch engine by
 * the kernels of every level that the processor has and by those in portable C.
 * Everything of a verdict must be the same.
 */
#ifndef RPL_TESTS_ENGINE_ROWS_H
#define RPL_TESTS_ENGINE_ROWS_H

#include "rpl/rpl.h"

typedef struct EngineRows {
  const RplProgram *program;
  const int64_t *values; /* row after row, one for each slot in order */
  uint32_t row_count;
  uint16_t currency; /* of all rows */

  /* what engine_rows_agree tells */
  RplVerdict *expected; /* row_count, by the careful engine */
  bool *is_fast;        /* row_count: the fast form decided it; NULL: untold */
  uint32_t fast_count;  /* rows for which that is so */
  uint32_t tiled_count; /* rows that tiles decided, the fewest of any level */
} EngineRows;

/* Compiles a policy, named p, and loads it; NULL, with its beginning on
 * standard error, when it is refused. */
RplProgram *engine_rows_load(const char *source);

/* False, with a message on standard error, on the first row that differs. */
bool engine_rows_agree(EngineRows *rows);

#endif /* RPL_TESTS_ENGINE_ROWS_H */
