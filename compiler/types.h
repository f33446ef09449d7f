/* SPDX-License-Identifier: Apache-2.0
 *
 * types.h - static types of expressions. Richer than the types of programs
 * (vm/type.h): a money type may know its currency, and some types wait for
 * their context.
 */
#ifndef RPL_COMPILER_TYPES_H
#define RPL_COMPILER_TYPES_H

#include "rpl/base.h"
#include "vm/type.h"

#include <stdbool.h>

/* Kinds beyond RplKind. */
#define RPL_TY_POISON 100u /* already reported: fits everywhere, silently */
#define RPL_TY_OPEN   101u /* a name whose type its context must give */
#define RPL_TY_ZERO   102u /* the literal 0: a number, or no money at all */
#define RPL_TY_NONE   103u /* the literal none */
#define RPL_TY_ROW    104u /* what a table with several results gives */

struct RplEnum;
struct RplRecord;

/* A list is described by its elements: what says more about a kind says it of
 * theirs. Elements are no lists and never optional. */
typedef struct RplType {
  uint8_t kind; /* RplKind or RPL_TY_* */
  bool optional;
  uint8_t element;                   /* list: kind of its elements */
  uint16_t currency;                 /* money: known currency, or 0 */
  uint16_t most;                     /* list: its bound */
  const struct RplEnum *enumeration; /* of kind enum or set */
  struct RplRecord *record;          /* of kind record */
} RplType;

/* Makes a plain type of a kind. */
static inline RplType rpl_type(unsigned kind) {
  return (RplType){.kind = (uint8_t)kind};
}

/* The list of up to `most` elements of a type, and the elements of a list. */
static inline RplType rpl_type_list(RplType element, uint32_t most) {
  element.element = element.kind;
  element.kind = RPL_KIND_LIST;
  element.optional = false;
  element.most = (uint16_t)most;
  return element;
}
static inline RplType rpl_type_element(RplType list) {
  list.kind = list.element;
  list.optional = false;
  list.element = 0;
  list.most = 0;
  return list;
}

/* The same type, optional or not. */
static inline RplType rpl_type_optional(RplType type, bool optional) {
  type.optional = optional;
  return type;
}

static inline bool rpl_type_is(RplType type, unsigned kind) {
  return type.kind == kind;
}

/* True while the type waits for its context (open, zero, none). */
static inline bool rpl_type_waits(RplType type) {
  return type.kind == RPL_TY_OPEN || type.kind == RPL_TY_ZERO ||
         type.kind == RPL_TY_NONE;
}

/* True for poison: nothing more is reported about it. */
static inline bool rpl_type_is_poison(RplType type) {
  return type.kind == RPL_TY_POISON;
}

/* The type that both have in common; false when there is none (then *joined is
 * poison). Integer joins number; zero joins money and numbers; none makes the
 * other optional; optional wins; equal enumerations, records and lists only.
 * Two known currencies that differ do not join (*currencies is set to true
 * then). */
bool rpl_type_join(RplType a, RplType b, RplType *joined, bool *currencies);

#endif /* RPL_COMPILER_TYPES_H */
