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

/* A chunk with room for `need` bytes, for at least `wanted` unless the limit
 * forbids that. */
static bool add_chunk(RplArena *arena, size_t need, size_t wanted) {
  if (need > SIZE_MAX - CHUNK_HEADER)
    return false;
  size_t bytes = need + CHUNK_HEADER;
  size_t left = arena->max_bytes - arena->total_bytes;
  if (bytes > left) {
    arena->is_over_limit = true;
    return false;
  }
  if (bytes < wanted && wanted <= left)
    bytes = wanted; /* else the last, tight chunk before the limit */
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

static size_t next_chunk(const RplArena *arena) {
  size_t bytes = arena->chunk ? arena->chunk->bytes : ARENA_FIRST_CHUNK / 2;
  return bytes < ARENA_LARGEST_CHUNK / 2 ? bytes * 2 : ARENA_LARGEST_CHUNK;
}

bool rpl_arena_reserve(RplArena *arena, size_t bytes) {
  const RplArenaChunk *chunk = arena->chunk;
  return (chunk && chunk->bytes - chunk->used >= bytes) ||
         add_chunk(arena, bytes, 0);
}

void *rpl_arena_block(RplArena *arena, size_t bytes) {
  if (bytes > SIZE_MAX - ARENA_ALIGN)
    return NULL;
  size_t need =
      bytes ? (bytes + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1) : ARENA_ALIGN;
  RplArenaChunk *chunk = arena->chunk;
  if (!chunk || chunk->bytes - chunk->used < need) {
    if (!add_chunk(arena, need, next_chunk(arena)))
      return NULL;
    chunk = arena->chunk;
  }
  void *block = (char *)chunk + chunk->used;
  chunk->used += need;
  return block;
}

void *rpl_arena_alloc(RplArena *arena, size_t bytes) {
  void *block = rpl_arena_block(arena, bytes);
  return block ? memset(block, 0, bytes) : NULL;
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
  char *copy = rpl_arena_block(arena, bytes + 1);
  if (copy && bytes)
    memcpy(copy, data, bytes);
  if (copy)
    copy[bytes] = '\0';
  return copy;
}

void *rpl_arena_grow(RplArena *arena, void *items, size_t count,
                     size_t *capacity, size_t item_bytes) {
  if (count < *capacity)
    return items;
  size_t larger = *capacity ? *capacity : 4;
  if (*capacity && __builtin_mul_overflow(larger, (size_t)2, &larger))
    return NULL;
  size_t bytes;
  if (__builtin_mul_overflow(larger, item_bytes, &bytes))
    return NULL;
  char *grown = rpl_arena_block(arena, bytes);
  if (!grown)
    return NULL;
  size_t used = count * item_bytes;
  if (count)
    memcpy(grown, items, used);
  memset(grown + used, 0, bytes - used);
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
