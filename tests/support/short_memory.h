/* SPDX-License-Identifier: Apache-2.0
 *
 * short_memory.h - an RplAllocator that ends: a given number of calls succeed,
 * the next ones fail. Each call that succeeds moves the block and fills what is
 * new with a pattern, so that a stale pointer or a byte taken for zero shows.
 * What is live is counted by the sizes that the caller states, so a leak or a
 * wrong old_bytes leaves a rest. */
#ifndef RPL_TESTS_SHORT_MEMORY_H
#define RPL_TESTS_SHORT_MEMORY_H

#include <stdlib.h>
#include <string.h>

#include "rpl/base.h"

typedef struct ShortMemory {
  size_t calls_left; /* calls that still succeed; freeing needs none */
  size_t live_blocks;
  size_t live_bytes;
} ShortMemory;

static inline void *short_memory(void *context, void *block, size_t old_bytes,
                                 size_t new_bytes) {
  ShortMemory *memory = (ShortMemory *)context;
  char *fresh = NULL;
  if (new_bytes) {
    if (!memory->calls_left || !(fresh = (char *)malloc(new_bytes)))
      return NULL;
    memory->calls_left--;
    memset(fresh, 0xa5, new_bytes);
    memory->live_blocks++;
    memory->live_bytes += new_bytes;
  }
  if (block) {
    if (fresh)
      memcpy(fresh, block, old_bytes < new_bytes ? old_bytes : new_bytes);
    memory->live_blocks--;
    memory->live_bytes -= old_bytes;
    free(block);
  }
  return fresh;
}

#endif
