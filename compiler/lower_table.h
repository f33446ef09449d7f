/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_table.h - what the lowering of functions and that of tables share.
 */
#ifndef RPL_COMPILER_LOWER_TABLE_H
#define RPL_COMPILER_LOWER_TABLE_H

#include "compiler/lower_expr.h"
#include "rpl/compile.h"

/* Lowers result `column` of a table whose parameters are bound to operands: a
 * chain of ROW, one for each row, and TABLE at its end; where an argument may
 * lie outside the bounds of its column, a choice between that and the error. */
uint32_t rpl_lower_table(RplLower *lower, RplFunction *function,
                         uint32_t column);

/* Lowers one body of a function whose parameters are bound. */
uint32_t rpl_lower_body(RplLower *lower, const RplFunction *function,
                        size_t body);

#endif /* RPL_COMPILER_LOWER_TABLE_H */
