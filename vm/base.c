/* SPDX-License-Identifier: Apache-2.0
 * base.c - status names, version and the default allocator. */
#include "rpl/base.h"

#include <stdlib.h>

const char *rpl_status_name(RplStatus status) {
  switch (status) {
  case RPL_OK:
    return "ok";
  case RPL_E_MEMORY:
    return "out of memory";
  case RPL_E_ARGUMENT:
    return "invalid argument";
  case RPL_E_COMPILE:
    return "the policy does not compile";
  case RPL_E_PROGRAM:
    return "not a valid program";
  case RPL_E_LIMIT:
    return "over a limit";
  case RPL_E_FACTS:
    return "facts refused";
  case RPL_E_IO:
    return "input or output error";
  case RPL_E_NOT_FOUND:
    return "not found";
  }
  return "unknown status";
}

const char *rpl_version(void) { return RPL_VERSION; }

unsigned rpl_edition(void) { return RPL_EDITION; }

unsigned rpl_format(void) { return RPL_FORMAT; }

static void *libc_reallocate(void *context, void *block, size_t old_bytes,
                             size_t new_bytes) {
  (void)context;
  (void)old_bytes;
  if (new_bytes == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_bytes);
}

const RplAllocator *rpl_default_allocator(void) {
  static const RplAllocator libc = {libc_reallocate, NULL};
  return &libc;
}
