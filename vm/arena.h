/* SPDX-License-Identifier: Apache-2.0
 *
 * arena.h - a bump allocator: many small blocks that all die together.
 * The compiler owns one per compilation, a context one per decision. Nothing in
 * an arena is freed alone, so no tree is ever walked in order to free it.
 *
 *   chunk:  | header | block | block | ... free ...           |
 *                                    ^ used                   ^ bytes
 */
#ifndef RPL_VM_ARENA_H
#define RPL_VM_ARENA_H

#include "rpl/base.h"

#include <stdbool.h>

typedef struct RplArenaChunk RplArenaChunk;

typedef struct RplArena {
  const RplAllocator *allocator;
  RplArenaChunk *chunk; /* newest chunk; older ones hang off it */
  size_t total_bytes;   /* asked of the allocator so far */
  size_t max_bytes;     /* LIMIT: never ask for more than this in all */
  bool is_over_limit;   /* an allocation failed because of max_bytes */
} RplArena;

/* Makes an empty arena; allocates nothing yet. NULL allocator: libc's.
 * max_bytes == 0 means no limit of its own. */
void rpl_arena_init(RplArena *arena, const RplAllocator *allocator,
                    size_t max_bytes);

/* Asks at once for `bytes` bytes that will be allocated in blocks, so that the
 * blocks lie in one chunk; each block takes up to 15 bytes more than its size.
 * False when the allocator fails or the limit is reached. */
bool rpl_arena_reserve(RplArena *arena, size_t bytes);

/* Returns `bytes` zeroed bytes aligned to 16, or NULL when the allocator fails
 * or the limit is reached. bytes == 0 gives a valid, distinct pointer. */
void *rpl_arena_alloc(RplArena *arena, size_t bytes);

/* The same with whatever was in that memory: it must be written before it is
 * read. */
void *rpl_arena_block(RplArena *arena, size_t bytes);

/* rpl_arena_alloc for `count` items; NULL also when the product overflows. */
void *rpl_arena_array(RplArena *arena, size_t count, size_t item_bytes);

/* Copies `bytes` bytes and adds a terminating NUL; NULL as above. */
char *rpl_arena_copy(RplArena *arena, const void *data, size_t bytes);

/* Grows an array of `count` used items so that one more fits: returns `items`
 * itself or a larger copy, and updates *capacity; NULL as above (the old array
 * stays valid). Sizes double, so filling an array costs linear time. */
void *rpl_arena_grow(RplArena *arena, void *items, size_t count,
                     size_t *capacity, size_t item_bytes);

/* A point in the life of an arena; everything allocated after it can be given
 * back at once. */
typedef struct RplArenaMark {
  RplArenaChunk *chunk;
  size_t used;
} RplArenaMark;

RplArenaMark rpl_arena_mark(const RplArena *arena);

/* Forgets every block that was allocated after the mark. Blocks from before it
 * stay; the mark can be used again. The arena must not have been reset or
 * cleared since. */
void rpl_arena_rewind(RplArena *arena, RplArenaMark mark);

/* Forgets every block but keeps one chunk for the next round. */
void rpl_arena_reset(RplArena *arena);

/* Gives everything back. The arena is empty and usable afterwards. */
void rpl_arena_clear(RplArena *arena);

#endif /* RPL_VM_ARENA_H */
