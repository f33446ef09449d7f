/* SPDX-License-Identifier: Apache-2.0
 * intern.c - see intern.h. The table holds numbers, at most half of its places
 * are taken, and a name sits in the first free place after the one its hash
 * says. Hashes decide where a name is looked for and nothing else. */
#include "compiler/intern.h"

#include "vm/text.h"

#define FIRST_TABLE_SIZE ((size_t)64)

/* FNV-1a, and then murmur3's finish so that the low bits depend on every byte
 * (both are in the public domain). */
static uint64_t hash(RplSlice text) {
  uint64_t value = UINT64_C(0xcbf29ce484222325);
  for (size_t at = 0; at < text.length; at++)
    value = (value ^ (unsigned char)text.data[at]) * UINT64_C(0x100000001b3);
  value = (value ^ (value >> 33)) * UINT64_C(0xff51afd7ed558ccd);
  value = (value ^ (value >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
  return value ^ (value >> 33);
}

/* Index of the place that holds `text`, or of the free one where it belongs. */
static size_t place_of(const RplInterner *interner, RplSlice text) {
  size_t mask = interner->table_size - 1;
  size_t place = (size_t)hash(text) & mask;
  while (interner->table[place] &&
         !rpl_slice_equal(interner->names[interner->table[place]], text))
    place = (place + 1) & mask;
  return place;
}

bool rpl_interner_init(RplInterner *interner, RplArena *arena) {
  *interner = (RplInterner){arena, NULL, 0, 0, NULL, 0};
  interner->names = rpl_arena_grow(arena, NULL, 0, &interner->capacity,
                                   sizeof *interner->names);
  interner->table =
      rpl_arena_array(arena, FIRST_TABLE_SIZE, sizeof *interner->table);
  if (!interner->names || !interner->table)
    return false;
  interner->names[0] = (RplSlice){"", 0};
  interner->count = 1;
  interner->table_size = FIRST_TABLE_SIZE;
  return true;
}

static bool grow_table(RplInterner *interner) {
  size_t size;
  if (__builtin_mul_overflow(interner->table_size, (size_t)2, &size))
    return false;
  uint32_t *table = rpl_arena_array(interner->arena, size, sizeof *table);
  if (!table)
    return false;
  interner->table = table;
  interner->table_size = size;
  for (size_t name = 1; name < interner->count; name++)
    table[place_of(interner, interner->names[name])] = (uint32_t)name;
  return true;
}

/* Makes room for one name more in both arrays. */
static bool make_room(RplInterner *interner) {
  if (interner->count >= UINT32_MAX)
    return false;
  RplSlice *names =
      rpl_arena_grow(interner->arena, interner->names, interner->count,
                     &interner->capacity, sizeof *names);
  if (!names)
    return false;
  interner->names = names;
  return interner->count < interner->table_size / 2 || grow_table(interner);
}

RplName rpl_intern(RplInterner *interner, RplSlice text) {
  RplName known = rpl_intern_find(interner, text);
  if (known)
    return known;
  if (!make_room(interner))
    return 0;
  const char *copy = rpl_arena_copy(interner->arena, text.data, text.length);
  if (!copy)
    return 0;
  RplName name = (RplName)interner->count++;
  interner->names[name] = (RplSlice){copy, text.length};
  interner->table[place_of(interner, text)] = name;
  return name;
}

RplName rpl_intern_find(const RplInterner *interner, RplSlice text) {
  return interner->table[place_of(interner, text)];
}

RplSlice rpl_name_text(const RplInterner *interner, RplName name) {
  return interner->names[name];
}
