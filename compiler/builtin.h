/* SPDX-License-Identifier: Apache-2.0
 *
 * builtin.h - the functions that the language itself has: their names, which a
 * policy's own functions cannot take, and the operations of those that are one
 * operation on a text.
 */
#ifndef RPL_COMPILER_BUILTIN_H
#define RPL_COMPILER_BUILTIN_H

#include "rpl/base.h"
#include "vm/op.h"

#include <stdbool.h>
#include <stddef.h>

/* LIMIT: room for the names of all of them. */
#define RPL_BUILTIN_MOST 32

/* True for a function of the language. */
bool rpl_builtin_is(RplSlice name);

/* The operation of a function of one text; false if `name` is none. */
bool rpl_builtin_text(RplSlice name, RplOp *op);

/* Fills in the names of all and returns how many there are. */
size_t rpl_builtin_names(RplSlice names[RPL_BUILTIN_MOST]);

#endif /* RPL_COMPILER_BUILTIN_H */
