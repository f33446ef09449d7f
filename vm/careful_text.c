/* SPDX-License-Identifier: Apache-2.0
 * careful_text.c - see careful_text.h. Texts are valid UTF-8, so comparing
 * bytes finds whole code points only. */
#include "vm/careful_text.h"

#include <string.h>

static RplValue with_case(RplArena *arena, RplSlice text, char first,
                          bool *is_short) {
  char *changed = rpl_arena_alloc(arena, text.length + 1);
  if (!changed) {
    *is_short = true;
    return rpl_value_unknown();
  }
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    bool has_other = c >= first && c <= first + ('Z' - 'A');
    changed[i] = has_other ? (char)(c ^ 0x20) : c;
  }
  return rpl_value_text((RplSlice){changed, text.length});
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static RplSlice trimmed(RplSlice text) {
  while (text.length && is_blank(text.data[text.length - 1]))
    text.length--;
  while (text.length && is_blank(text.data[0])) {
    text.data++;
    text.length--;
  }
  return text;
}

static bool same_bytes(const char *left, RplSlice right) {
  return right.length == 0 || memcmp(left, right.data, right.length) == 0;
}

static bool starts_with(RplSlice text, RplSlice part) {
  return part.length <= text.length && same_bytes(text.data, part);
}

static bool ends_with(RplSlice text, RplSlice part) {
  return part.length <= text.length &&
         (part.length == 0 ||
          same_bytes(text.data + (text.length - part.length), part));
}

/* Knuth, Morris, Pratt (SIAM J. Comput. 6, 1977): back[i] is the length of the
 * longest proper prefix of the part that ends at i; never a step back in the
 * text, so that a request cannot make it quadratic. */
static bool contains(RplArena *arena, RplSlice text, RplSlice part,
                     bool *is_short) {
  if (part.length == 0 || part.length > text.length)
    return part.length == 0;
  uint32_t *back = rpl_arena_array(arena, part.length, sizeof *back);
  if (!back) {
    *is_short = true;
    return false;
  }
  size_t matched = 0;
  for (size_t i = 1; i < part.length; i++) {
    while (matched && part.data[i] != part.data[matched])
      matched = back[matched - 1];
    matched += part.data[i] == part.data[matched];
    back[i] = (uint32_t)matched;
  }
  matched = 0;
  for (size_t i = 0; i < text.length && matched < part.length; i++) {
    while (matched && text.data[i] != part.data[matched])
      matched = back[matched - 1];
    matched += text.data[i] == part.data[matched];
  }
  return matched == part.length;
}

RplValue rpl_careful_text(RplArena *arena, RplOp op, const RplValue *a,
                          const RplValue *b, bool *is_short) {
  RplSlice text = a->as.text;
  switch (op) {
  case RPL_OP_LENGTH:
    return rpl_value_number(
        RPL_KIND_INTEGER,
        rpl_number_from_int((int64_t)rpl_utf8_count(text.data, text.length)));
  case RPL_OP_LOWER:
    return with_case(arena, text, 'A', is_short);
  case RPL_OP_UPPER:
    return with_case(arena, text, 'a', is_short);
  case RPL_OP_TRIM:
    return rpl_value_text(trimmed(text));
  case RPL_OP_STARTS_WITH:
    return rpl_value_boolean(starts_with(text, b->as.text));
  case RPL_OP_ENDS_WITH:
    return rpl_value_boolean(ends_with(text, b->as.text));
  default: /* RPL_OP_CONTAINS */
    return rpl_value_boolean(contains(arena, text, b->as.text, is_short));
  }
}
