/* SPDX-License-Identifier: Apache-2.0
 * type.c - names and properties of kinds. */
#include "vm/type.h"

#include <stddef.h>

const char *rpl_kind_name(RplKind kind) {
  static const char *const names[RPL_KIND_COUNT] = {
      "nothing", "boolean",  "integer",  "number",      "money",    "text",
      "date",    "datetime", "duration", "enumeration", "rounding", "currency",
      "zone",    "set",      "period",   "calendar",    "list",     "record"};
  return (size_t)kind < (size_t)RPL_KIND_COUNT && names[kind] ? names[kind]
                                                              : "unknown";
}

bool rpl_kind_exists(uint32_t kind) {
  return kind <= RPL_KIND_CALENDAR || rpl_kind_has_parts(kind);
}

bool rpl_kind_is_ordered(RplKind kind) {
  return rpl_kind_is_numeric(kind) || kind == RPL_KIND_MONEY ||
         kind == RPL_KIND_TEXT || kind == RPL_KIND_DATE ||
         kind == RPL_KIND_DATETIME || kind == RPL_KIND_DURATION;
}

bool rpl_kind_is_numeric(RplKind kind) {
  return kind == RPL_KIND_INTEGER || kind == RPL_KIND_NUMBER;
}
