/* SPDX-License-Identifier: Apache-2.0
 *
 * careful_row.h - ROW and TABLE for the careful engine: a decision table row by
 * row. The compiler has proved that the rows of a table leave no gap and do not
 * overlap: whatever is unknown, exactly one of them stands.
 *
 * So a row whose guard is true is the table's value; else the rows whose guard
 * is not false are those that may stand, and where they agree the table has
 * that value whatever is unknown or in error. A chain of ROW keeps, while that
 * is open, what they agree in: a note in fields of an UNKNOWN or ERROR value
 * that nobody else reads. The order of rows changes nothing but which of
 * several errors is reported.
 */
#ifndef RPL_VM_CAREFUL_ROW_H
#define RPL_VM_CAREFUL_ROW_H

#include "vm/value.h"

/* What the rows so far come to, with one more of them. `before` is none where
 * there is none before it. Total on all values. */
RplValue rpl_careful_row(const RplValue *before, const RplValue *guard,
                         const RplValue *value);

/* What all rows come to, for a table of that type; where no row can stand the
 * error out_of_range with that origin. */
RplValue rpl_careful_table(const RplValue *rows, const RplTypeRecord *type,
                           uint32_t origin);

#endif /* RPL_VM_CAREFUL_ROW_H */
