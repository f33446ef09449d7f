/* SPDX-License-Identifier: Apache-2.0
 * arena.c - see arena.h. Chunks double from 4 KiB up to 1 MiB. */
#include "vm/arena.h"

#include <string.h>

#define ARENA_ALIGN         ((size_t)16)
#define ARENA_FIRST_CHUNK   ((size_t)4096)
#define ARENA_LARGEST_CHUNK ((size_t)1 << 20)

struct RplArenaChunk {
  RplArenaChunk *older;
  size_t bytes; /* size of the whole chunk, header included */
  size_t used;  /* offset of the first free byte */
};

#define CHUNK_HEADER                                                           \
  ((sizeof(RplArenaChunk) + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1))

void rpl_arena_init(RplArena *arena, const RplAllocator *allocator,
                    size_t max_bytes) {
  memset(arena, 0, sizeof *arena);
  arena->allocator = allocator ? allocator : rpl_default_allocator();
  arena->max_bytes = max_bytes ? max_bytes : SIZE_MAX;
}

static bool add_chunk(RplArena *arena, size_t need) {
  size_t bytes = arena->chunk ? arena->chunk->bytes * 2 : ARENA_FIRST_CHUNK;
  if (bytes > ARENA_LARGEST_CHUNK)
    bytes = ARENA_LARGEST_CHUNK;
  if (need > SIZE_MAX - CHUNK_HEADER)
    return false;
  if (bytes < need + CHUNK_HEADER)
    bytes = need + CHUNK_HEADER;
  if (bytes > arena->max_bytes - arena->total_bytes) {
    bytes = need + CHUNK_HEADER; /* the last, tight chunk before the limit */
    if (bytes > arena->max_bytes - arena->total_bytes) {
      arena->is_over_limit = true;
      return false;
    }
  }
  RplArenaChunk *chunk =
      arena->allocator->reallocate(arena->allocator->context, NULL, 0, bytes);
  if (!chunk)
    return false;
  chunk->older = arena->chunk;
  chunk->bytes = bytes;
  chunk->used = CHUNK_HEADER;
  arena->chunk = chunk;
  arena->total_bytes += bytes;
  return true;
}

void *rpl_arena_alloc(RplArena *arena, size_t bytes) {
  if (bytes > SIZE_MAX - ARENA_ALIGN)
    return NULL;
  size_t need =
      bytes ? (bytes + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1) : ARENA_ALIGN;
  RplArenaChunk *chunk = arena->chunk;
  if (!chunk || chunk->bytes - chunk->used < need) {
    if (!add_chunk(arena, need))
      return NULL;
    chunk = arena->chunk;
  }
  void *block = (char *)chunk + chunk->used;
  chunk->used += need;
  memset(block, 0, need);
  return block;
}

void *rpl_arena_array(RplArena *arena, size_t count, size_t item_bytes) {
  size_t bytes;
  if (__builtin_mul_overflow(count, item_bytes, &bytes))
    return NULL;
  return rpl_arena_alloc(arena, bytes);
}

char *rpl_arena_copy(RplArena *arena, const void *data, size_t bytes) {
  if (bytes == SIZE_MAX)
    return NULL;
  char *copy = rpl_arena_alloc(arena, bytes + 1);
  if (copy && bytes)
    memcpy(copy, data, bytes);
  return copy;
}

void *rpl_arena_grow(RplArena *arena, void *items, size_t count,
                     size_t *capacity, size_t item_bytes) {
  if (count < *capacity)
    return items;
  size_t larger = *capacity ? *capacity : 4;
  if (*capacity && __builtin_mul_overflow(larger, (size_t)2, &larger))
    return NULL;
  void *grown = rpl_arena_array(arena, larger, item_bytes);
  if (!grown)
    return NULL;
  if (count)
    memcpy(grown, items, count * item_bytes);
  *capacity = larger;
  return grown;
}

RplArenaMark rpl_arena_mark(const RplArena *arena) {
  return (RplArenaMark){arena->chunk, arena->chunk ? arena->chunk->used : 0};
}

/* Frees from `chunk` back to `last`, which stays; NULL: all. */
static void free_chunks(RplArena *arena, RplArenaChunk *chunk,
                        const RplArenaChunk *last) {
  while (chunk != last) {
    RplArenaChunk *older = chunk->older;
    arena->total_bytes -= chunk->bytes;
    (void)arena->allocator->reallocate(arena->allocator->context, chunk,
                                       chunk->bytes, 0);
    chunk = older;
  }
}

void rpl_arena_rewind(RplArena *arena, RplArenaMark mark) {
  free_chunks(arena, arena->chunk, mark.chunk);
  arena->chunk = mark.chunk;
  if (mark.chunk)
    mark.chunk->used = mark.used;
}

void rpl_arena_reset(RplArena *arena) {
  arena->is_over_limit = false;
  if (!arena->chunk)
    return;
  free_chunks(arena, arena->chunk->older, NULL);
  arena->chunk->older = NULL;
  arena->chunk->used = CHUNK_HEADER;
}

void rpl_arena_clear(RplArena *arena) {
  free_chunks(arena, arena->chunk, NULL);
  arena->chunk = NULL;
  arena->is_over_limit = false;
}
