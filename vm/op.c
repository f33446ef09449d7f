/* SPDX-License-Identifier: Apache-2.0
 * op.c - the tables of op.h, unfolded from the lists. */
#include "vm/op.h"

#include <stddef.h>

unsigned rpl_op_operand_count(const RplOpInfo *info) {
  unsigned count = 0;
  for (const char *letter = info->signature; *letter && *letter != '>';
       letter++)
    count += *letter != '?';
  return count;
}

/* Operations one after the other; the first one is none. */
enum {
  NO_PLACE = 0,
#define OP(code, id, name, signature, symbol, precedence, cost, doc) PLACE_##id,
#include "vm/ops.def"
#undef OP
};

const RplOpInfo *rpl_op_info(uint8_t byte) {
  static const RplOpInfo infos[] = {
      {NULL, "", "", "", 0, 0},
#define OP(code, id, name, signature, symbol, precedence, cost, doc)           \
  {name, signature, symbol, doc, precedence, cost},
#include "vm/ops.def"
#undef OP
  };
  static const uint8_t places[256] = {
#define OP(code, id, name, signature, symbol, precedence, cost, doc)           \
  [code] = PLACE_##id,
#include "vm/ops.def"
#undef OP
  };
  return &infos[places[byte]];
}

const char *rpl_error_name(RplErrorCode code) {
  static const char *const names[RPL_ERROR_COUNT] = {
      "nothing",
#define ERROR_VALUE(id, name, text) name,
#include "vm/errors.def"
#undef ERROR_VALUE
  };
  return (size_t)code < (size_t)RPL_ERROR_COUNT ? names[code] : "unknown";
}

const char *rpl_error_text(RplErrorCode code) {
  static const char *const texts[RPL_ERROR_COUNT] = {
      "no error",
#define ERROR_VALUE(id, name, text) text,
#include "vm/errors.def"
#undef ERROR_VALUE
  };
  return (size_t)code < (size_t)RPL_ERROR_COUNT ? texts[code] : "unknown error";
}
