/* SPDX-License-Identifier: Apache-2.0
 *
 * shared_memory_count.h - an allocator that threads share and that knows how
 * many bytes are out; 0 in the end means that nothing leaked.
 */
#ifndef RPL_TESTS_SHARED_MEMORY_COUNT_H
#define RPL_TESTS_SHARED_MEMORY_COUNT_H

#include <stdatomic.h>
#include <stdlib.h>

#include "rpl/base.h"

static atomic_size_t live_bytes;

static void *count_bytes(void *context, void *block, size_t old_bytes,
                         size_t new_bytes) {
  (void)context;
  if (new_bytes == 0) {
    if (block)
      (void)atomic_fetch_sub(&live_bytes, old_bytes);
    free(block);
    return NULL;
  }
  void *moved = realloc(block, new_bytes);
  if (moved)
    (void)atomic_fetch_add(&live_bytes, new_bytes - (block ? old_bytes : 0));
  return moved;
}

static const RplAllocator counting = {count_bytes, NULL};

#endif /* RPL_TESTS_SHARED_MEMORY_COUNT_H */
