/* SPDX-License-Identifier: Apache-2.0
 *
 * csignature.h - the prototypes of provider functions: a small part of C, read
 * the same way in policies (compiler/provider.c) and in what a host grants
 * (vm/ffi.c). Nothing but the types listed in rpl/provider.h is known.
 */
#ifndef RPL_VM_CSIGNATURE_H
#define RPL_VM_CSIGNATURE_H

#include "rpl/provider.h"

typedef struct RplSignature {
  RplCType result;
  RplSlice symbol;
  RplCType types[RPL_MAX_PROVIDER_ARGUMENTS];
  RplSlice names[RPL_MAX_PROVIDER_ARGUMENTS]; /* empty where left out */
  size_t count;
  bool has_status; /* a last parameter `int *` */
} RplSignature;

typedef enum RplSignatureFault {
  RPL_SIGNATURE_OK = 0,
  RPL_SIGNATURE_FORM, /* not `TYPE NAME(TYPE NAME, ...)` */
  RPL_SIGNATURE_TYPE, /* a type that no fact has */
  RPL_SIGNATURE_MANY, /* more parameters than RPL_MAX_PROVIDER_ARGUMENTS */
  RPL_SIGNATURE_LONG  /* more bytes than RPL_MAX_SIGNATURE_BYTES */
} RplSignatureFault;

/* Reads a prototype; a `;` at its end is allowed, and `(void)` for no
 * parameters. The slices of *signature borrow from `text`. After a fault *at is
 * the part of the text that could not be taken. */
RplSignatureFault rpl_signature_read(RplSlice text, RplSignature *signature,
                                     RplSlice *at);

/* How C writes a type ("const char *"); static, "" for none. */
const char *rpl_c_type_text(RplCType type);

/* Whether a C type carries facts of a kind (an RplKind). */
bool rpl_c_type_carries(uint32_t type, uint32_t kind);

#endif /* RPL_VM_CSIGNATURE_H */
