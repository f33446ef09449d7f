/* SPDX-License-Identifier: Apache-2.0
 * op.c - the tables of op.h, unfolded from the lists. */
#include "vm/op.h"

#include <stddef.h>

/* The texts one behind the other, each with its end: where they are found takes
 * four bytes an operation, where pointers would take 24. */
typedef struct Texts {
  char nothing[1];
#define OP(byte, id, name, signature, symbol, precedence, cost, doc)           \
  char name_##id[sizeof(name)];                                                \
  char signature_##id[sizeof(signature)];                                      \
  char symbol_##id[sizeof(symbol)];
#include "vm/ops.def"
#undef OP
} Texts;

typedef struct Entry {
  uint16_t name;             /* offset in Texts; 0: there is no operation */
  uint8_t signature, symbol; /* offsets from the name */
  uint8_t precedence, cost;
} Entry;

static const Texts op_texts = {
    "",
#define OP(code, id, name, signature, symbol, precedence, cost, doc)           \
  name, signature, symbol,
#include "vm/ops.def"
#undef OP
};

static const Entry entries[RPL_OP_LIMIT] = {
#define OP(code, id, name, signature, symbol, precedence, cost, doc)           \
  [code] = {offsetof(Texts, name_##id), sizeof(name),                          \
            sizeof(name) + sizeof(signature), precedence, cost},
#include "vm/ops.def"
#undef OP
};

RplOpInfo rpl_op_info(uint8_t byte) {
  const Entry *entry = &entries[byte];
  const char *name = (const char *)&op_texts + entry->name;
  return (RplOpInfo){entry->name ? name : NULL, name + entry->signature,
                     name + entry->symbol, entry->precedence, entry->cost};
}

const char *rpl_op_signature(uint8_t byte) {
  const Entry *entry = &entries[byte];
  return (const char *)&op_texts + entry->name + entry->signature;
}

uint8_t rpl_op_cost(uint8_t byte) { return entries[byte].cost; }

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
