/* SPDX-License-Identifier: Apache-2.0
 *
 * constant.h - what of a program is settled without any fact. Used for mistakes
 * only ("this rule can never hold"): nothing is ever folded.
 */
#ifndef RPL_COMPILER_CONSTANT_H
#define RPL_COMPILER_CONSTANT_H

#include "compiler/emit.h"
#include "vm/currency.h"

typedef enum RplTruth {
  RPL_TRUTH_OPEN,
  RPL_TRUTH_FALSE,
  RPL_TRUTH_TRUE
} RplTruth;

/* What is known of the booleans of the instructions emitted so far. */
typedef struct RplConstants {
  RplEmit *emit;
  uint8_t *truths; /* an RplTruth for each temporary */
  size_t count, capacity;
} RplConstants;

/* Whether an operand of type boolean is true or false whatever the facts are.
 * Comparisons of two constants count, as does what `and`, `or`, `not` and `if`
 * make of them. Each instruction is looked at once: linear over all calls. */
RplTruth rpl_constant_truth(RplConstants *constants, uint32_t operand);

/* A constant that is a number, an amount (with its currency) or a time, which
 * is then the number that it is counted in; false for any other operand. */
bool rpl_constant_number(const RplEmit *emit, uint32_t operand,
                         RplNumber *number, RplCurrency *currency);

#endif /* RPL_COMPILER_CONSTANT_H */
