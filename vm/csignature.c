/* SPDX-License-Identifier: Apache-2.0
 * csignature.c - see csignature.h. */
#include "vm/csignature.h"

#include <string.h>

#include "vm/text.h"
#include "vm/type.h"

typedef struct Reader {
  RplSlice text;
  size_t at;
  RplSlice token; /* a word, one sign, or empty at the end */
} Reader;

static bool is_word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

static void next(Reader *reader) {
  const char *data = reader->text.data;
  size_t end = reader->text.length;
  while (reader->at < end &&
         (data[reader->at] == ' ' || data[reader->at] == '\t' ||
          data[reader->at] == '\n'))
    reader->at++;
  size_t begin = reader->at;
  while (reader->at < end && is_word_byte(data[reader->at]))
    reader->at++;
  if (reader->at == begin && begin < end)
    reader->at++;
  reader->token = (RplSlice){data + begin, reader->at - begin};
}

static bool is_token(const Reader *reader, const char *text) {
  return rpl_slice_is(reader->token, text);
}

static bool take(Reader *reader, const char *text) {
  if (!is_token(reader, text))
    return false;
  next(reader);
  return true;
}

static bool is_word(const Reader *reader) {
  return reader->token.length && is_word_byte(reader->token.data[0]) &&
         !(reader->token.data[0] >= '0' && reader->token.data[0] <= '9');
}

/* ---- types -------------------------------------------------------------- */

static const char *const type_words[] = {
    [RPL_C_BOOL] = "bool",     [RPL_C_INT] = "int",
    [RPL_C_INT32] = "int32_t", [RPL_C_UINT32] = "uint32_t",
    [RPL_C_INT64] = "int64_t", [RPL_C_TEXT] = "const char *",
    [RPL_C_MONEY] = "RplMoney"};
#define TYPE_END (sizeof type_words / sizeof *type_words)

const char *rpl_c_type_text(RplCType type) {
  return type >= RPL_C_BOOL && (size_t)type < TYPE_END ? type_words[type] : "";
}

static bool is_integer_type(uint32_t type) {
  return type >= RPL_C_INT && type <= RPL_C_INT64;
}

bool rpl_c_type_carries(uint32_t type, uint32_t kind) {
  switch (kind) {
  case RPL_KIND_BOOLEAN:
    return type == RPL_C_BOOL;
  case RPL_KIND_INTEGER:
    return is_integer_type(type);
  case RPL_KIND_DATE:
    return is_integer_type(type) && type != RPL_C_UINT32;
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
    return type == RPL_C_INT64;
  case RPL_KIND_TEXT:
  case RPL_KIND_ENUM:
  case RPL_KIND_CURRENCY:
    return type == RPL_C_TEXT;
  case RPL_KIND_MONEY:
    return type == RPL_C_MONEY;
  default:
    return false;
  }
}

/* Reads `const char *` or one word; 0 when it is no type that is known, with
 * the token still at it. */
static RplCType read_type(Reader *reader) {
  Reader before = *reader;
  if (take(reader, "const")) {
    if (take(reader, "char") && take(reader, "*"))
      return RPL_C_TEXT;
    *reader = before;
    return 0;
  }
  if (take(reader, "_Bool"))
    return RPL_C_BOOL;
  for (unsigned type = RPL_C_BOOL; type < TYPE_END; type++)
    if (take(reader, type_words[type]))
      return (RplCType)type;
  return 0;
}

/* ---- parameters ---------------------------------------------------------- */

/* One parameter; *is_status when it was `int *`. */
static RplSignatureFault read_parameter(Reader *reader,
                                        RplSignature *signature) {
  RplCType type = read_type(reader);
  if (!type)
    return is_word(reader) ? RPL_SIGNATURE_TYPE : RPL_SIGNATURE_FORM;
  signature->has_status = type == RPL_C_INT && take(reader, "*");
  RplSlice name = {NULL, 0};
  if (is_word(reader)) {
    name = reader->token;
    next(reader);
  }
  if (signature->has_status)
    return RPL_SIGNATURE_OK;
  if (signature->count == RPL_MAX_PROVIDER_ARGUMENTS)
    return RPL_SIGNATURE_MANY;
  signature->types[signature->count] = type;
  signature->names[signature->count++] = name;
  return RPL_SIGNATURE_OK;
}

/* All parameters; the status is the last one. */
static RplSignatureFault read_parameters(Reader *reader,
                                         RplSignature *signature) {
  Reader before = *reader;
  if (take(reader, ")") || (take(reader, "void") && take(reader, ")")))
    return RPL_SIGNATURE_OK;
  *reader = before;
  do {
    if (signature->has_status)
      return RPL_SIGNATURE_FORM;
    RplSignatureFault fault = read_parameter(reader, signature);
    if (fault)
      return fault;
  } while (take(reader, ","));
  return take(reader, ")") ? RPL_SIGNATURE_OK : RPL_SIGNATURE_FORM;
}

static RplSignatureFault read_all(Reader *reader, RplSignature *signature) {
  signature->result = read_type(reader);
  if (!signature->result)
    return is_word(reader) ? RPL_SIGNATURE_TYPE : RPL_SIGNATURE_FORM;
  if (!is_word(reader))
    return RPL_SIGNATURE_FORM;
  signature->symbol = reader->token;
  next(reader);
  if (!take(reader, "("))
    return RPL_SIGNATURE_FORM;
  RplSignatureFault fault = read_parameters(reader, signature);
  if (fault)
    return fault;
  (void)take(reader, ";");
  return reader->token.length ? RPL_SIGNATURE_FORM : RPL_SIGNATURE_OK;
}

RplSignatureFault rpl_signature_read(RplSlice text, RplSignature *signature,
                                     RplSlice *at) {
  Reader reader = {text, 0, {NULL, 0}};
  memset(signature, 0, sizeof *signature);
  *at = text;
  if (text.length > RPL_MAX_SIGNATURE_BYTES)
    return RPL_SIGNATURE_LONG;
  next(&reader);
  RplSignatureFault fault = read_all(&reader, signature);
  if (reader.token.length)
    *at = reader.token;
  return fault;
}
