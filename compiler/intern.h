/* SPDX-License-Identifier: Apache-2.0
 *
 * intern.h - names as small integers. Two equal texts have the same number, so
 * the compiler compares and indexes names without touching their bytes. Numbers
 * depend only on the order of first use, never on addresses.
 */
#ifndef RPL_COMPILER_INTERN_H
#define RPL_COMPILER_INTERN_H

#include "rpl/base.h"
#include "vm/arena.h"

typedef uint32_t RplName; /* 0: no name */

typedef struct RplInterner {
  RplArena *arena;
  RplSlice *names; /* names[0] is empty and stands for "no name" */
  size_t count;
  size_t capacity;
  uint32_t *table; /* open addressing, power of two; 0: free */
  size_t table_size;
} RplInterner;

/* Prepares an empty interner; false when memory is short. */
bool rpl_interner_init(RplInterner *interner, RplArena *arena);

/* The number of `text`, new or old; 0 when memory is short, and then nothing
 * has changed. Copies the text and adds a NUL. The empty text has a number like
 * any other. Numbers are given as 1, 2, 3, ... */
RplName rpl_intern(RplInterner *interner, RplSlice text);

/* The number of `text` if it was seen, else 0. */
RplName rpl_intern_find(const RplInterner *interner, RplSlice text);

/* The text of a name; "" for 0. */
RplSlice rpl_name_text(const RplInterner *interner, RplName name);

#endif /* RPL_COMPILER_INTERN_H */
