/* SPDX-License-Identifier: Apache-2.0
 * ffi_none.c - what stands for ffi.c in a build without libffi: nothing can be
 * granted this way. A host may still answer by a callback of its own. */
#include "rpl/provider.h"

RplStatus rpl_ffi_new(RplProgram *program, size_t index,
                      const RplAllocator *allocator, RplFfi **ffi) {
  (void)program;
  (void)index;
  (void)allocator;
  (void)ffi;
  return RPL_E_ARGUMENT;
}

void rpl_ffi_free(RplFfi *ffi) { (void)ffi; }

RplStatus rpl_ffi_grant(RplFfi *ffi, RplSlice signature, RplProvided function) {
  (void)ffi;
  (void)signature;
  (void)function;
  return RPL_E_ARGUMENT;
}

RplStatus rpl_ffi_grant_from(RplFfi *ffi, RplSlice signature, void *library) {
  (void)ffi;
  (void)signature;
  (void)library;
  return RPL_E_ARGUMENT;
}

RplHostAnswer rpl_ffi_call(void *ffi, const RplHostCall *call,
                           RplHostValue *result) {
  (void)ffi;
  (void)call;
  (void)result;
  return RPL_HOST_REFUSED;
}
