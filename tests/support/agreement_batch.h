/* SPDX-License-Identifier: Apache-2.0
 *
 * agreement_batch.h - requests gathered into columns and decided as a batch:
 * each row must get the verdict that the careful engine gave it. The kernels of
 * all levels that the processor has, and those in portable C, take turns.
 */
#ifndef RPL_TESTS_AGREEMENT_BATCH_H
#define RPL_TESTS_AGREEMENT_BATCH_H

#include "rpl/rpl.h"

#define GATHER_ROWS  600u
#define GATHER_SLOTS 256u

typedef struct Gathered {
  uint32_t slot_count, count;
  uint32_t turn;    /* which kernels are next */
  uint32_t careful; /* rows that the batch handed to the careful engine */
  int64_t values[GATHER_SLOTS][GATHER_ROWS];
  uint64_t given[GATHER_SLOTS][GATHER_ROWS / 64 + 1];
  uint64_t none[GATHER_SLOTS][GATHER_ROWS / 64 + 1];
  RplSlice texts[GATHER_ROWS][GATHER_SLOTS];
  uint16_t currencies[GATHER_ROWS];
  RplVerdict expected[GATHER_ROWS];
} Gathered;

/* Starts over, with no rows. */
void gather_begin(Gathered *gathered, uint32_t slot_count);

/* Adds a request; texts are slots whose values are addresses of slices. */
void gather_add(Gathered *gathered, const RplSlotFacts *facts,
                const bool *is_text, const RplVerdict *expected);

/* Decides what was gathered with the program of `context` and starts over.
 * False, with a message on standard error, on the first row that differs. */
bool gather_decide(Gathered *gathered, RplContext *context);

#endif /* RPL_TESTS_AGREEMENT_BATCH_H */
