/* SPDX-License-Identifier: Apache-2.0
 *
 * type.h - the types of the canonical program. The compiler's richer static
 * types (a money type whose currency is known, a poisoned type) are lowered to
 * these; a program knows no others.
 *
 * FORMAT: the numbers of RplKind are written to files; append, never renumber.
 */
#ifndef RPL_VM_TYPE_H
#define RPL_VM_TYPE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum RplKind {
  RPL_KIND_NOTHING = 0, /* no type: an unused field */
  RPL_KIND_BOOLEAN = 1, /* false or true */
  RPL_KIND_INTEGER =
      2,               /* exact, of any sign; a number whose denominator is 1 */
  RPL_KIND_NUMBER = 3, /* exact rational */
  RPL_KIND_MONEY = 4,  /* exact rational with a currency */
  RPL_KIND_TEXT = 5,   /* UTF-8, compared by code point */
  RPL_KIND_DATE = 6,   /* civil day: days since 1970-01-01 */
  RPL_KIND_DATETIME = 7, /* instant: microseconds since 1970-01-01T00:00:00Z */
  RPL_KIND_DURATION = 8, /* microseconds, of any sign */
  RPL_KIND_ENUM = 9,     /* index of an enumerator; detail: index of the enum */
  RPL_KIND_ROUNDING = 10, /* an RplRounding */
  RPL_KIND_CURRENCY = 11, /* an RplCurrency */
  RPL_KIND_ZONE = 12,     /* seconds east of UTC */
  RPL_KIND_SET = 13, /* a bit for each enumerator; detail: index of the enum */
  RPL_KIND_PERIOD = 14,   /* months, of any sign: 32 bits */
  RPL_KIND_CALENDAR = 15, /* index of a calendar; of constants alone */
  RPL_KIND_LIST = 16, /* elements of one type; detail: index in list_types */
  RPL_KIND_RECORD =
      17, /* named fields; detail: index in record_types; each may be unknown */
  RPL_KIND_COUNT
} RplKind;

/* LIMIT: values of an enumeration of which sets can be made. */
#define RPL_MAX_SET_VALUES 64u

/* LIMITS of lists and records. */
#define RPL_MAX_LIST_ITEMS    10000u /* the bound that a list type may have */
#define RPL_MAX_RECORD_FIELDS 64u    /* fields of one record */
#define RPL_MAX_RECORD_DEPTH  4u     /* records inside each other */
#define RPL_MAX_LIST_DEPTH    2u     /* lists inside each other, and blocks */

/* LIMIT: a zone is less than a day from UTC, in seconds. */
#define RPL_MAX_ZONE_SECONDS 86399

/* A kind's word as policies write it ("boolean"); static, never NULL. */
const char *rpl_kind_name(RplKind kind);

/* True for the number of a kind; numbers between them are not used. */
bool rpl_kind_exists(uint32_t kind);

/* True for kinds whose values have an order: < <= > >= between min max. */
bool rpl_kind_is_ordered(RplKind kind);

/* True for list and record: kinds whose values have parts. They are never
 * compared, printed as an output or set by whoever deploys. */
static inline bool rpl_kind_has_parts(uint32_t kind) {
  return kind == RPL_KIND_LIST || kind == RPL_KIND_RECORD;
}

/* True for integer and number: the kinds that a plain numeral has. */
bool rpl_kind_is_numeric(RplKind kind);

#endif /* RPL_VM_TYPE_H */
