/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.h - how a value came about, written as an author would write it: with
 * the values in place ("1.60 - 1.60 * 60 / 300"), or with the names ("cash_paid
 * - cash_paid * consumed / grcq_included"). It reads the values of the last run
 * of the careful engine and computes nothing itself. Whole explanations are in
 * vm/explanation.h.
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

/* Appends the formula of an operand with values. Choices that were made
 * (select, else, pick, given_or) show the arm that was taken alone, and
 * rounding shows only where it changed a value. */
void rpl_explain_formula(const RplContext *context, uint32_t operand,
                         RplBuffer *buffer);

/* Appends the formula with the names of facts, params, lets and outputs. The
 * operand itself is written out even if it has a name. */
void rpl_explain_names(const RplContext *context, uint32_t operand,
                       RplBuffer *buffer);

/* Appends the formula with values, the result, and the rounding that changed
 * it: "16 / 15 = 16/15, rounded half up to 1.07". */
void rpl_explain_working(const RplContext *context, uint32_t operand,
                         RplBuffer *buffer);

/* The operand that gives the value, behind all choices and all rounding that
 * changed nothing; a name in between does not stop it. */
uint32_t rpl_explain_source(const RplContext *context, uint32_t operand);

/* Appends a value, cut to the limit; an amount with its currency or bare. */
void rpl_explain_value(const RplContext *context, const RplValue *value,
                       RplMoneyForm form, RplBuffer *buffer);

/* The name of a let or output that stands for a temporary; false: none, or the
 * program is stripped. */
bool rpl_explain_name(const RplTables *tables, uint32_t operand,
                      RplSlice *name);

/* Whether a fact was given, be it as none. */
bool rpl_explain_is_given(const RplContext *context, uint32_t slot);

#endif /* RPL_VM_EXPLAIN_H */
