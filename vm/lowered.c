/* SPDX-License-Identifier: Apache-2.0
 * lowered.c - names of the lowered operations, and key tables. See lowered.h.
 */
#include "vm/lowered.h"

#include "vm/text.h"

const char *rpl_lowered_name(RplLoweredOp op) {
  static const char *const names[] = {
#define LOWERED(id, a, b, c, x, doc) #id,
#define JOINED(id, a, b, c, x, doc)  #id,
#include "vm/lowered.def"
#undef LOWERED
#undef JOINED
  };
  return op < RPL_LOWERED_COUNT ? names[op] : "?";
}

const char rpl_lowered_forms[RPL_LOWERED_COUNT + 1][5] = {
#define LOWERED(id, a, b, c, x, doc) {a, b, c, x, 0},
#define JOINED(id, a, b, c, x, doc)  {a, b, c, x, 0},
#include "vm/lowered.def"
#undef LOWERED
#undef JOINED
    "----"};

/* ---- key tables --------------------------------------------------------- */

/* FNV-1a. The keys are the policy's own, so nobody who sends facts can make
 * them collide; a fact is looked up along one chain of the policy's keys. */
uint64_t rpl_lowered_hash_text(RplSlice text) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (size_t i = 0; i < text.length; i++)
    hash = (hash ^ (uint8_t)text.data[i]) * UINT64_C(0x100000001B3);
  return hash ^ hash >> 32;
}

static uint32_t find_text(const RplLoweredKeys *keys, RplSlice text) {
  uint64_t hash = rpl_lowered_hash_text(text);
  for (uint64_t at = hash & keys->mask;; at = (at + 1) & keys->mask) {
    const RplLoweredKey *key = &keys->keys[at];
    if (!key->is_used)
      return keys->otherwise;
    if ((uint64_t)key->word == hash && rpl_slice_equal(key->text, text))
      return key->target;
  }
}

uint32_t rpl_lowered_find(const RplLoweredKeys *keys, int64_t value) {
  if (keys->is_dense)
    return rpl_lowered_find_dense(keys, value);
  if (keys->is_text)
    return find_text(keys, *(const RplSlice *)(intptr_t)value);
  uint64_t at = rpl_lowered_hash_word(value) & keys->mask;
  for (;; at = (at + 1) & keys->mask) {
    const RplLoweredKey *key = &keys->keys[at];
    if (!key->is_used)
      return keys->otherwise;
    if (key->word == value)
      return key->target;
  }
}
