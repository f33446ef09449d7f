/* SPDX-License-Identifier: Apache-2.0
 *
 * engines.h - a loaded policy and the engines of RPL as runners over rows.
 */
#ifndef RPL_BENCH_ENGINES_H
#define RPL_BENCH_ENGINES_H

#include <rpl/rpl.h>

#include "bench/bench.h"

#define MAX_OUTCOMES 64

/* One program with one policy, and the rows that it is measured with. */
typedef struct Subject {
  const AnchorInfo *anchor; /* NULL: a generated policy without one */
  RplProgram *program;
  RplContext *context;
  RplContext *tracing; /* a context of its own, for the trace */
  RplSlice bytes;      /* the file */
  size_t instructions;
  Rows rows;
  Answer *answers;  /* of the runner that worked last, by row */
  Answer *expected; /* of the careful engine, by row */
  uint16_t currency;
  int outcome_numbers[MAX_OUTCOMES]; /* by row of the policy's outcomes */
  RplBatch *batch;
  RplColumn columns[64];
  size_t column_count;
  uint8_t *outcome_column;
  int64_t *amount_column;
  int64_t *deadline_column;
  bool has_deadline;
} Subject;

/* Loads FOLDER/NAME.rplb. False, after a message, when it cannot. */
bool subject_open(Subject *subject, const char *folder, const char *name,
                  const AnchorInfo *anchor);
void subject_close(Subject *subject);

/* Decides all rows carefully, and compares what the anchor answers with that,
 * row by row. `rows` is taken over. False, after a message, on a difference. */
bool subject_prepare(Subject *subject, Rows rows);

/* Runs a runner over all rows and compares its answers, as above. */
bool subject_check(Subject *subject, const Runner *runner);

/* Makes columns of the rows for run_batch, and compares its columns. */
bool subject_columns(Subject *subject);
bool subject_check_batch(Subject *subject);

/* The runners; `state` is the subject. */
void run_anchor(void *state, size_t first, size_t count);
void run_careful(void *state, size_t first, size_t count);
void run_slots(void *state, size_t first, size_t count);
void run_trace(void *state, size_t first, size_t count);
void run_trace_read(void *state, size_t first, size_t count);
void run_batch(void *state, size_t first, size_t count);

#endif /* RPL_BENCH_ENGINES_H */
