/* SPDX-License-Identifier: Apache-2.0
 *
 * batch.h - decide many requests at once: facts in columns, decisions in
 * columns. It is for back-tests, nightly runs and engines that keep tables as
 * columns; one request at a time is for rpl/slots.h, JSON for rpl/decide.h.
 *
 *   RplBatch *batch;
 *   rpl_batch_new(context, &batch);
 *   RplColumn columns[] = {
 *       {.slot = fee, .width = RPL_WIDTH_INT64, .values = fees},
 *       {.slot = promotion, .width = RPL_WIDTH_UINT8, .values = flags},
 *       {.slot = requested_at, .width = RPL_WIDTH_CONSTANT, .values = &now}};
 *   RplBatchFacts facts = {.columns = columns, .column_count = 3,
 *                          .row_count = rows,
 *                          .currency = rpl_slot_currency("USD")};
 *   RplBatchResult result = {.outcome = outcomes, .amount = amounts};
 *   rpl_batch_decide(batch, &facts, &result);
 *
 * Every row gets the decision that rpl_decide_slots gives for it alone. Rows
 * are worked in strips of 512 that go through the policy together; a row that
 * the vector kernels cannot decide (a fact is missing, a value is too large) is
 * decided alone by the scalar engines, and no other row is slowed or changed by
 * it. Which kernels run is chosen by what the processor can do, in each batch
 * anew; their answers are the same everywhere.
 *
 * The kernels divide in binary floating point after proving for each row that
 * the quotient is exact (vm/batch_divide.def); they need the rounding mode that
 * every program starts with, to nearest. In any other mode the scalar engines
 * decide all rows.
 */
#ifndef RPL_RPL_BATCH_H
#define RPL_RPL_BATCH_H

#include "rpl/slots.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a batch works with: scratch memory and a context. Used by one thread at
 * a time. */
typedef struct RplBatch RplBatch;

/* Makes a batch for the policy of `context`, which is borrowed until
 * rpl_batch_free: its params hold for every row, and it must not be used for
 * anything else during rpl_batch_decide. Memory is the context's allocator's,
 * about 4 KiB a slot and value. *batch is owned by the caller. */
RPL_API RPL_MUST_CHECK RplStatus rpl_batch_new(RplContext *context,
                                               RplBatch **batch);

/* Frees it; the context stays. NULL is allowed. */
RPL_API void rpl_batch_free(RplBatch *batch);

/* ---- facts --------------------------------------------------------------- */

/* How wide the values of a column are. Narrow ones are taken as they are:
 * int32 with its sign, uint8 without one. Texts are addresses, so their columns
 * are never narrow. */
typedef enum RplWidth {
  RPL_WIDTH_INT64 = 0,
  RPL_WIDTH_INT32,
  RPL_WIDTH_UINT8,
  RPL_WIDTH_CONSTANT /* one int64 for all rows */
} RplWidth;

/* The values of one fact. What a value stands for is said in rpl/slots.h. */
typedef struct RplColumn {
  const void *values;    /* row_count of them, or one; may be NULL when no row
                            has a value */
  const uint64_t *given; /* bit r % 64 of word r / 64: row r has a value; NULL:
                            every row that `none` does not name */
  const uint64_t *none;  /* the same for `known not to exist`; NULL: no row. A
                            row in both has a value */
  uint32_t slot;         /* of the fact; a param's is refused */
  RplWidth width;
} RplColumn;

/* The facts of all rows, borrowed. A fact without a column is given in no row.
 * A column for a fact of type currency is not read: see `currency`. */
typedef struct RplBatchFacts {
  const RplColumn *columns;
  size_t column_count;
  size_t row_count;
  uint16_t currency;          /* of every amount of all rows */
  const uint16_t *currencies; /* a currency a row instead; NULL: one for all */
} RplBatchFacts;

/* ---- decisions ----------------------------------------------------------- */

/* No outcome of the policy: the decision is undetermined, or was not made. */
#define RPL_BATCH_NO_OUTCOME8 UINT8_MAX
#define RPL_BATCH_NO_OUTCOME  UINT16_MAX

/* Beside the RPL_VERDICT_* flags: a value of the row is outside its type, so
 * that there is no decision. */
#define RPL_BATCH_REFUSED 64u

/* Where decisions go: row_count entries each, and NULL for what is not wanted.
 * Where a decision has no amount or no deadline, 0 is written. */
typedef struct RplBatchResult {
  uint8_t *outcome8;  /* row of the outcome, or RPL_BATCH_NO_OUTCOME8; for
                         policies of at most 255 outcomes */
  uint16_t *outcome;  /* the same with 16 bits, RPL_BATCH_NO_OUTCOME */
  int64_t *amount;    /* in minor units of its currency */
  uint16_t *currency; /* of the amount; 0 where there is none */
  int64_t *deadline;  /* microseconds since 1970 */
  uint8_t *status;    /* RPL_VERDICT_* flags, RPL_BATCH_REFUSED */
} RplBatchResult;

/* Decides all rows. RPL_E_ARGUMENT: a slot that does not exist, is a param's or
 * has two columns, a width that does not exist, a text that is narrow, values
 * missing, `outcome8` with
 * more outcomes than it can tell apart. RPL_E_MEMORY or RPL_E_LIMIT when a row
 * that needed the careful engine ran into it; rows before may then have been
 * written. */
RPL_API RPL_MUST_CHECK RplStatus rpl_batch_decide(RplBatch *batch,
                                                  const RplBatchFacts *facts,
                                                  const RplBatchResult *result);

/* How many outcomes the policy has, and how outcome `row` is reported
 * ("partial_refund"); empty past the last. */
RPL_API size_t rpl_batch_outcome_count(const RplBatch *batch);
RPL_API RplSlice rpl_batch_outcome(const RplBatch *batch, size_t row);

/* What the kernels that would run here were compiled for: "x86-64-v4",
 * "x86-64-v3", "x86-64-v2" or, elsewhere, "portable"; "none" on an x86-64 below
 * v2, where the scalar engines decide all rows. Static. */
RPL_API const char *rpl_batch_kernels(const RplBatch *batch);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_BATCH_H */
