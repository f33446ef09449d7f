/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.h - how a value came about, written as an author would write it with
 * the values in place: "1.60 - 1.60 * 60 / 300". It reads the values of the
 * last run of the careful engine and computes nothing itself.
 *
 * INVARIANT: what is written is bounded by the limits below, however large or
 * shared the program's expressions are.
 */
#ifndef RPL_VM_EXPLAIN_H
#define RPL_VM_EXPLAIN_H

#include "vm/context.h"
#include "vm/value.h"

/* LIMIT: operations inside each other; what is deeper is cut to "...". */
#define RPL_EXPLAIN_MAX_DEPTH 24

/* LIMIT: values and operations in one explanation; the rest is cut. */
#define RPL_EXPLAIN_MAX_TERMS 64

/* LIMIT: characters of one value; a longer one is cut. */
#define RPL_EXPLAIN_MAX_VALUE ((size_t)40)

/* Appends the formula of an operand. Choices that were made (select, else,
 * pick, given_or) show the arm that was taken alone, and rounding shows only
 * where it changed a value. */
void rpl_explain_formula(const RplContext *context, uint32_t operand,
                         RplBuffer *buffer);

#endif /* RPL_VM_EXPLAIN_H */
