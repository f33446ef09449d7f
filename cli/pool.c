/* SPDX-License-Identifier: Apache-2.0
 * pool.c - see pool.h: a list of blocks from the default allocator. */
#include "cli/pool.h"

#include <string.h>

#define FIRST_CAPACITY ((size_t)8)

struct RplCliBlock {
  RplCliBlock *older;
  size_t bytes; /* header included */
};

/* The header, rounded up so that what follows it is aligned. */
#define BLOCK_HEADER ((sizeof(RplCliBlock) + 15) & ~(size_t)15)

void *rpl_cli_pool_alloc(RplCliPool *pool, size_t bytes) {
  const RplAllocator *allocator = rpl_default_allocator();
  if (bytes > SIZE_MAX - BLOCK_HEADER)
    return NULL;
  RplCliBlock *block =
      allocator->reallocate(allocator->context, NULL, 0, BLOCK_HEADER + bytes);
  if (!block)
    return NULL;
  block->older = pool->blocks;
  block->bytes = BLOCK_HEADER + bytes;
  pool->blocks = block;
  return memset((char *)block + BLOCK_HEADER, 0, bytes);
}

void *rpl_cli_pool_grow(RplCliPool *pool, void *items, size_t count,
                        size_t *capacity, size_t item_bytes) {
  if (count < *capacity)
    return items;
  size_t larger = FIRST_CAPACITY;
  size_t bytes;
  if ((*capacity && __builtin_mul_overflow(*capacity, (size_t)2, &larger)) ||
      __builtin_mul_overflow(larger, item_bytes, &bytes))
    return NULL;
  void *grown = rpl_cli_pool_alloc(pool, bytes);
  if (!grown)
    return NULL;
  if (count)
    memcpy(grown, items, count * item_bytes);
  *capacity = larger;
  return grown;
}

char *rpl_cli_pool_join(RplCliPool *pool, RplSlice first, RplSlice second) {
  size_t bytes;
  if (__builtin_add_overflow(first.length, second.length, &bytes) ||
      bytes == SIZE_MAX)
    return NULL;
  char *text = rpl_cli_pool_alloc(pool, bytes + 1);
  if (!text)
    return NULL;
  if (first.length)
    memcpy(text, first.data, first.length);
  if (second.length)
    memcpy(text + first.length, second.data, second.length);
  return text;
}

void rpl_cli_pool_clear(RplCliPool *pool) {
  const RplAllocator *allocator = rpl_default_allocator();
  while (pool->blocks) {
    RplCliBlock *block = pool->blocks;
    pool->blocks = block->older;
    (void)allocator->reallocate(allocator->context, block, block->bytes, 0);
  }
}
