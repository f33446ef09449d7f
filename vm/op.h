/* SPDX-License-Identifier: Apache-2.0
 *
 * op.h - the operations and error values of the canonical program, as tables
 * made from vm/ops.def and vm/errors.def.
 */
#ifndef RPL_VM_OP_H
#define RPL_VM_OP_H

#include <stdint.h>

typedef enum RplOp {
#define OP(byte, id, name, signature, symbol, precedence, cost, doc)           \
  RPL_OP_##id = byte,
#include "vm/ops.def"
#undef OP
  RPL_OP_LIMIT = 0x100 /* LIMIT: operation bytes are below this */
} RplOp;

/* Static texts. */
_Static_assert(RPL_OP_NE == RPL_OP_EQ + 1 && RPL_OP_LT == RPL_OP_EQ + 2 &&
                   RPL_OP_LE == RPL_OP_EQ + 3 && RPL_OP_GT == RPL_OP_EQ + 4 &&
                   RPL_OP_GE == RPL_OP_EQ + 5,
               "relations follow each other");

/* Whether a relation, EQ to GE, holds for operands in that order (-1, 0, 1). */
static inline int rpl_op_holds(uint8_t op, int order) {
  /* a nibble each: bit order + 1 */
  return (int)(UINT32_C(0x643152) >> (4 * (op - RPL_OP_EQ) + order + 1) & 1u);
}

typedef struct RplOpInfo {
  const char *name;      /* NULL: no operation has this byte */
  const char *signature; /* see vm/ops.def */
  const char *symbol;    /* how an author writes it; "" when as a call */
  uint8_t precedence;    /* 0: written as a call */
  uint8_t cost;          /* charged to the program's worst-case cost */
} RplOpInfo;

/* What is known about operation `byte`; for a byte that is no operation, an
 * entry whose name is NULL and whose texts are empty. */
RplOpInfo rpl_op_info(uint8_t byte);

/* The signature alone, "" for a byte that is no operation; the cost alone. */
const char *rpl_op_signature(uint8_t byte);
uint8_t rpl_op_cost(uint8_t byte);

typedef enum RplErrorCode {
  RPL_ERROR_NOTHING = 0,
#define ERROR_VALUE(id, name, text) RPL_ERROR_##id,
#include "vm/errors.def"
#undef ERROR_VALUE
  RPL_ERROR_COUNT
} RplErrorCode;

/* Name ("division_by_zero") and sentence of an error value; static. */
const char *rpl_error_name(RplErrorCode code);
const char *rpl_error_text(RplErrorCode code);

#endif /* RPL_VM_OP_H */
