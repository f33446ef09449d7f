/* SPDX-License-Identifier: Apache-2.0
 * careful_row.c - see careful_row.h. The kind of a value that is not KNOWN is
 * free: in NONE it tells whether a row gave it, in UNKNOWN and ERROR the kind
 * of the value that the rows which may stand agree in. */
#include "vm/careful_row.h"

/* A kind of no value: none, as a row gave it. */
#define GIVEN_NONE 0x20u

static bool is_state(const RplValue *value, RplState state) {
  return value->state == (uint8_t)state;
}

static bool is_open(const RplValue *value) {
  return is_state(value, RPL_STATE_UNKNOWN) || is_state(value, RPL_STATE_ERROR);
}

/* No row can stand so far. */
static bool is_nothing(const RplValue *rows) {
  return is_state(rows, RPL_STATE_NONE) && rows->kind != GIVEN_NONE;
}

/* A value of a row, in the form that this chain keeps it in. */
static RplValue as_given(const RplValue *value) {
  RplValue given = *value;
  if (is_state(value, RPL_STATE_NONE))
    given.kind = GIVEN_NONE;
  else if (!is_state(value, RPL_STATE_KNOWN))
    given.kind = RPL_KIND_NOTHING;
  return given;
}

static RplValue with_note(RplValue open, const RplValue *value) {
  open.kind = is_state(value, RPL_STATE_NONE) ? GIVEN_NONE : value->kind;
  open.currency = value->currency;
  open.as = value->as;
  return open;
}

/* What is noted, as a value; `like` tells what the note has no room for. */
static RplValue noted(const RplValue *open, const RplValue *like) {
  RplValue value = *like;
  value.state = open->kind == GIVEN_NONE ? RPL_STATE_NONE : RPL_STATE_KNOWN;
  value.kind = open->kind;
  value.currency = open->currency;
  value.as = open->as;
  return value;
}

static bool is_same_kind(unsigned left, unsigned right) {
  return left == right || (rpl_kind_is_numeric((RplKind)left) &&
                           rpl_kind_is_numeric((RplKind)right));
}

static bool agree(const RplValue *left, const RplValue *right) {
  if (is_state(left, RPL_STATE_NONE) || is_state(right, RPL_STATE_NONE))
    return left->state == right->state;
  return is_state(left, RPL_STATE_KNOWN) && is_state(right, RPL_STATE_KNOWN) &&
         is_same_kind(left->kind, right->kind) && rpl_value_equal(left, right);
}

/* Why a row may stand and may not: something unknown before an error, as a fact
 * may settle it. */
static RplValue cause(const RplValue *rows, const RplValue *guard,
                      const RplValue *value) {
  if (is_state(guard, RPL_STATE_UNKNOWN) || is_state(rows, RPL_STATE_UNKNOWN) ||
      is_state(value, RPL_STATE_UNKNOWN))
    return rpl_value_unknown();
  RplValue error = is_state(rows, RPL_STATE_ERROR) ? *rows : *guard;
  error.kind = RPL_KIND_NOTHING;
  return error;
}

/* Of two equal amounts the one that tells its currency. */
static const RplValue *fuller(const RplValue *left, const RplValue *right) {
  return left->kind == RPL_KIND_MONEY && !left->currency ? right : left;
}

/* A row that may stand. */
static RplValue maybe(const RplValue *rows, const RplValue *guard,
                      const RplValue *value) {
  RplValue open = cause(rows, guard, value);
  if (is_open(value))
    return open;
  if (is_nothing(rows))
    return with_note(open, value);
  if (!is_open(rows))
    return agree(rows, value) ? *rows : open;
  if (rows->kind == RPL_KIND_NOTHING)
    return open;
  RplValue note = noted(rows, value);
  return agree(&note, value) ? with_note(open, fuller(&note, value)) : open;
}

RplValue rpl_careful_row(const RplValue *before, const RplValue *guard,
                         const RplValue *value) {
  if (rpl_value_is(guard, true))
    return as_given(value);
  return rpl_value_is(guard, false) ? *before : maybe(before, guard, value);
}

static RplValue plain(RplValue value) {
  if (!is_state(&value, RPL_STATE_KNOWN))
    value.kind = RPL_KIND_NOTHING;
  return value;
}

RplValue rpl_careful_table(const RplValue *rows, const RplTypeRecord *type,
                           uint32_t origin) {
  RplValue like = rpl_value_none();
  if (is_nothing(rows))
    return rpl_value_error(RPL_ERROR_OUT_OF_RANGE, origin);
  if (!is_open(rows) || rows->kind == RPL_KIND_NOTHING)
    return plain(*rows);
  if (rows->kind != GIVEN_NONE && !is_same_kind(rows->kind, type->kind))
    return plain(*rows); /* a note of another operation */
  like.detail = type->detail;
  return plain(noted(rows, &like));
}
