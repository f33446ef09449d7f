/* SPDX-License-Identifier: Apache-2.0
 * ffi.c - providers that are plain C functions, called through libffi. See
 * rpl/provider.h. Left out with RPL_FFI=OFF (ffi_none.c).
 *
 * INVARIANT: a function is called only through the signature that both the
 * program and its grant state; calls are prepared once, and no closure, so no
 * executable memory, is made. */
#include <dlfcn.h>
#include <ffi.h>
#include <string.h>

#include "vm/csignature.h"
#include "vm/program_priv.h"
#include "vm/text.h"

/* Members of RplMoney, and the NULL that ends libffi's list of them. */
#define MONEY_MEMBERS 10

/* An `int *status` stands behind the arguments. */
#define MAX_CALL_ARGUMENTS (RPL_MAX_PROVIDER_ARGUMENTS + 1u)

typedef struct Prepared {
  RplProviderInfo info;
  ffi_cif cif;
  ffi_type *types[MAX_CALL_ARGUMENTS];
  RplProvided function; /* NULL: not granted */
} Prepared;

struct RplFfi {
  const RplAllocator *allocator;
  RplProgram *program; /* a reference */
  size_t bytes;
  size_t count;
  ffi_type money; /* libffi writes size and alignment into it */
  ffi_type *money_members[MONEY_MEMBERS];
  Prepared prepared[];
};

/* What a function returned: at least as wide as libffi widens results to. */
typedef union Returned {
  ffi_sarg word;
  int64_t integer;
  const char *text;
  RplMoney money;
} Returned;

/* One argument as the function's ABI takes it. */
typedef union Passed {
  bool boolean;
  int plain;
  int32_t narrow;
  uint32_t natural;
  int64_t integer;
  const char *text;
  RplMoney money;
} Passed;

/* ---- preparing ------------------------------------------------------------
 */

static void describe_money(RplFfi *ffi) {
  ffi->money_members[0] = &ffi_type_sint64;
  for (size_t i = 1; i + 1 < MONEY_MEMBERS; i++)
    ffi->money_members[i] = &ffi_type_schar;
  ffi->money_members[MONEY_MEMBERS - 1] = NULL;
  ffi->money.type = FFI_TYPE_STRUCT;
  ffi->money.elements = ffi->money_members;
}

static ffi_type *type_of(RplFfi *ffi, RplCType type) {
  switch (type) {
  case RPL_C_BOOL:
    return &ffi_type_uint8;
  case RPL_C_INT:
    return &ffi_type_sint;
  case RPL_C_INT32:
    return &ffi_type_sint32;
  case RPL_C_UINT32:
    return &ffi_type_uint32;
  case RPL_C_INT64:
    return &ffi_type_sint64;
  case RPL_C_TEXT:
    return &ffi_type_pointer;
  default:
    return &ffi->money;
  }
}

static bool prepare(RplFfi *ffi, Prepared *prepared) {
  const RplProviderInfo *info = &prepared->info;
  unsigned count = 0;
  for (size_t i = 0; i < info->argument_count; i++)
    prepared->types[count++] = type_of(ffi, info->arguments[i]);
  if (info->has_status)
    prepared->types[count++] = &ffi_type_pointer;
  return ffi_prep_cif(&prepared->cif, FFI_DEFAULT_ABI, count,
                      type_of(ffi, info->result), prepared->types) == FFI_OK;
}

static RplStatus prepare_all(RplFfi *ffi, size_t index) {
  for (size_t i = 0; i < ffi->count; i++) {
    RplStatus status =
        rpl_program_provider(ffi->program, index, i, &ffi->prepared[i].info);
    if (status)
      return status;
    if (!prepare(ffi, &ffi->prepared[i]))
      return RPL_E_ARGUMENT; /* an ABI that cannot pass such a call */
  }
  return RPL_OK;
}

RplStatus rpl_ffi_new(RplProgram *program, size_t index,
                      const RplAllocator *allocator, RplFfi **ffi) {
  if (!program || !ffi)
    return RPL_E_ARGUMENT;
  if (index >= rpl_program_policy_count(program))
    return RPL_E_NOT_FOUND;
  if (!allocator)
    allocator = rpl_default_allocator();
  size_t count = rpl_program_provider_count(program, index);
  size_t bytes = sizeof(RplFfi) + count * sizeof(Prepared);
  RplFfi *made = allocator->reallocate(allocator->context, NULL, 0, bytes);
  if (!made)
    return RPL_E_MEMORY;
  memset(made, 0, bytes);
  made->allocator = allocator;
  made->program = rpl_program_ref(program);
  made->bytes = bytes;
  made->count = count;
  describe_money(made);
  RplStatus status = prepare_all(made, index);
  if (status)
    rpl_ffi_free(made);
  else
    *ffi = made;
  return status;
}

void rpl_ffi_free(RplFfi *ffi) {
  if (!ffi)
    return;
  const RplAllocator *allocator = ffi->allocator;
  rpl_program_free(ffi->program);
  (void)allocator->reallocate(allocator->context, ffi, ffi->bytes, 0);
}

/* ---- granting --------------------------------------------------------------
 */

static bool agrees(const RplSignature *signature, const RplProviderInfo *info) {
  if (signature->result != info->result ||
      signature->count != info->argument_count ||
      signature->has_status != info->has_status)
    return false;
  for (size_t i = 0; i < signature->count; i++)
    if (signature->types[i] != info->arguments[i])
      return false;
  return true;
}

/* One function may supply several facts; all must state its signature. */
static RplStatus grant(RplFfi *ffi, const RplSignature *signature,
                       RplProvided function) {
  RplStatus status = RPL_E_NOT_FOUND;
  for (size_t i = 0; i < ffi->count; i++) {
    if (rpl_slice_compare(ffi->prepared[i].info.symbol, signature->symbol))
      continue;
    if (!agrees(signature, &ffi->prepared[i].info))
      return RPL_E_PROGRAM;
    status = RPL_OK;
  }
  for (size_t i = 0; i < ffi->count && status == RPL_OK; i++)
    if (!rpl_slice_compare(ffi->prepared[i].info.symbol, signature->symbol))
      ffi->prepared[i].function = function;
  return status;
}

RplStatus rpl_ffi_grant(RplFfi *ffi, RplSlice signature, RplProvided function) {
  RplSignature read;
  RplSlice at;
  if (!ffi || !function || rpl_signature_read(signature, &read, &at))
    return RPL_E_ARGUMENT;
  return grant(ffi, &read, function);
}

RplStatus rpl_ffi_grant_from(RplFfi *ffi, RplSlice signature, void *library) {
  RplSignature read;
  RplSlice at;
  char symbol[RPL_MAX_SIGNATURE_BYTES + 1];
  if (!ffi || !library || rpl_signature_read(signature, &read, &at))
    return RPL_E_ARGUMENT;
  memcpy(symbol, read.symbol.data, read.symbol.length);
  symbol[read.symbol.length] = '\0';
  void *address = dlsym(library, symbol);
  RplProvided function;
  if (!address)
    return RPL_E_NOT_FOUND;
  memcpy(&function, &address, sizeof function); /* as POSIX allows of dlsym */
  return grant(ffi, &read, function);
}

/* ---- calling ---------------------------------------------------------------
 */

static void pass(const RplHostValue *argument, Passed *passed) {
  switch (argument->type) {
  case RPL_C_BOOL:
    passed->boolean = argument->integer != 0;
    break;
  case RPL_C_INT:
    passed->plain = (int)argument->integer;
    break;
  case RPL_C_INT32:
    passed->narrow = (int32_t)argument->integer;
    break;
  case RPL_C_UINT32:
    passed->natural = (uint32_t)argument->integer;
    break;
  case RPL_C_INT64:
    passed->integer = argument->integer;
    break;
  case RPL_C_TEXT:
    passed->text = argument->text.data;
    break;
  case RPL_C_MONEY:
    passed->money = argument->money;
    break;
  }
}

static void take(const Returned *returned, RplHostValue *result) {
  switch (result->type) {
  case RPL_C_BOOL:
    result->integer = (uint8_t)returned->word;
    break;
  case RPL_C_INT:
    result->integer = (int)returned->word;
    break;
  case RPL_C_INT32:
    result->integer = (int32_t)returned->word;
    break;
  case RPL_C_UINT32:
    result->integer = (uint32_t)returned->word;
    break;
  case RPL_C_INT64:
    result->integer = returned->integer;
    break;
  case RPL_C_TEXT:
    result->text =
        returned->text ? rpl_slice_from(returned->text) : (RplSlice){NULL, 0};
    break;
  case RPL_C_MONEY:
    result->money = returned->money;
    break;
  }
}

/* Whether a call is one that was prepared. It is not where the context is one
 * of another program, as after a swap: its functions may have other parameters.
 */
static bool is_prepared(const RplFfi *ffi, const RplHostCall *call) {
  if (call->provider >= ffi->count)
    return false;
  const RplProviderInfo *info = &ffi->prepared[call->provider].info;
  bool is_same = rpl_slice_equal(info->symbol, call->symbol) &&
                 info->result == call->result &&
                 info->has_status == call->has_status &&
                 info->argument_count == call->argument_count;
  for (size_t i = 0; is_same && i < call->argument_count; i++)
    is_same = info->arguments[i] == call->arguments[i].type;
  return is_same && ffi->prepared[call->provider].function;
}

RplHostAnswer rpl_ffi_call(void *context, const RplHostCall *call,
                           RplHostValue *result) {
  RplFfi *ffi = context;
  if (!is_prepared(ffi, call))
    return RPL_HOST_REFUSED;
  Prepared *prepared = &ffi->prepared[call->provider];
  Passed passed[RPL_MAX_PROVIDER_ARGUMENTS];
  void *arguments[MAX_CALL_ARGUMENTS];
  int status = 0;
  int *status_at = &status;
  Returned returned;
  memset(passed, 0, sizeof passed);
  memset(&returned, 0, sizeof returned);
  for (size_t i = 0; i < call->argument_count; i++) {
    pass(&call->arguments[i], &passed[i]);
    arguments[i] = &passed[i];
  }
  if (call->has_status)
    arguments[call->argument_count] = &status_at;
  ffi_call(&prepared->cif, prepared->function, &returned, arguments);
  take(&returned, result);
  return status == 0   ? RPL_HOST_VALUE
         : status == 1 ? RPL_HOST_NONE
                       : RPL_HOST_FAILED;
}
