/* SPDX-License-Identifier: Apache-2.0
 *
 * verify.h - what the parts of the verifier share; nobody else includes it.
 * verify.c checks tables and rules, verify_fields.c what fields refer to,
 * verify_types.c constants, facts and code.
 *
 * INVARIANT: a check relies only on tables that were checked before it. A
 * check returns true, or false after rpl_verify_refuse and its like.
 */
#ifndef RPL_VM_VERIFY_H
#define RPL_VM_VERIFY_H

#include "vm/program.h"

typedef struct RplVerifier {
  RplImage *image;
  const RplTables *tables;
  RplArena *arena;  /* for what stays */
  RplArena scratch; /* dies with the call */
  RplProgramError *error;
  RplStatus status; /* why a check returned false */
  RplSection section;
  uint32_t row;                     /* being checked */
  uint8_t *used[RPL_SECTION_COUNT]; /* a mark a row: something refers to it;
                                       before them one for "none". NULL: not
                                       asked */
  const uint8_t *marks, *marks_end; /* of sections of which all is used */
  uint32_t *stamps;                 /* a string's newest scope */
  uint32_t scope;
  RplConstant *constants;
  uint16_t *temp_types;
  uint32_t *blocks; /* by instruction: row of the `each` whose block its result
                       belongs to, plus one; 0: none. NULL: no block */
} RplVerifier;

/* Note why the row being checked is refused (`message` is static) and return
 * false: the program is not valid; it is past a limit; memory is short. */
#define RPL_COLD __attribute__((cold))
RPL_COLD bool rpl_verify_refuse(RplVerifier *v, const char *message);
RPL_COLD bool rpl_verify_limit(RplVerifier *v, const char *message);
RPL_COLD bool rpl_verify_memory(RplVerifier *v);

/* Begins a section at its row 0 and returns its number of rows; the caller's
 * loop counts v->row. */
static inline uint32_t rpl_verify_enter(RplVerifier *v, RplSection section) {
  v->section = section;
  v->row = 0;
  return v->tables->row_count[section];
}

/* Marks a row as used; false if there is no such row. */
static inline bool rpl_verify_refer(RplVerifier *v, RplSection section,
                                    uint32_t index) {
  if (index >= v->tables->row_count[section])
    return false;
  if (v->used[section])
    v->used[section][index] = 1;
  return true;
}

/* The same for an operand; a name is no use of a value. */
bool rpl_verify_operand(RplVerifier *v, uint32_t operand);

/* Begins a scope of names; then true for a name that is new in it. */
static inline void rpl_verify_open_scope(RplVerifier *v) { v->scope++; }

static inline bool rpl_verify_new_name(RplVerifier *v, uint32_t string) {
  bool is_new = v->stamps[string] != v->scope;
  v->stamps[string] = v->scope;
  return is_new;
}

/* The order of canonical tables: whether a row stands after the one before it,
 * by the first `words` of its words. */
static inline bool rpl_verify_in_order(const void *before, const void *row,
                                       unsigned words) {
  const uint32_t *left = before, *right = row;
  while (words > 1 && *left == *right)
    left++, right++, words--;
  return *left < *right;
}

/* verify_fields.c: every field by its kind, after blocks. */
bool rpl_verify_fields(RplVerifier *v);

/* verify_lists.c: fills in v->blocks, before anything refers to a result; then
 * true when an operand of row `row` may read the result of row `temp`. */
bool rpl_verify_blocks(RplVerifier *v);
bool rpl_verify_reaches(const RplVerifier *v, uint32_t row, uint32_t temp);

/* verify_lists.c: types of lists and records, after the types themselves. */
bool rpl_verify_part_types(RplVerifier *v);

/* Whether the bounds and flags of a fact or a field fit its type. */
bool rpl_verify_bounds(RplVerifier *v, uint32_t type, uint32_t flags,
                       uint32_t low, uint32_t high);

/* verify_calendar.c: fills in v->image->calendars, after fields were checked.
 */
bool rpl_verify_calendars(RplVerifier *v);

/* The passes of verify_types.c, in this order, after strings, fields, types
 * and enumerations were checked. They fill in v->constants, v->temp_types. */
bool rpl_verify_constants(RplVerifier *v);
bool rpl_verify_facts(RplVerifier *v);
bool rpl_verify_code(RplVerifier *v);

/* The pass of verify_provider.c, after facts. */
bool rpl_verify_providers(RplVerifier *v);

#endif /* RPL_VM_VERIFY_H */
