/* SPDX-License-Identifier: Apache-2.0
 * careful_pick.c - joining guarded definitions of an output; see careful.h.
 *
 * The order of definitions plays no part, so what they come to must be told
 * from what was met so far, whatever comes later: the value that stands, if one
 * does; what is unknown beside it; and conditions in error, which ask that a
 * certain value stands and are errors otherwise. An open value keeps that as a
 * note in the fields that a known value has. INVARIANT: any order of the same
 * definitions gives the same state (tests/unit/test_careful.c tries them all).
 */
#include <string.h>

#include "vm/careful.h"

/* Flags beside the kind of the noted value. */
#define NOTE_ANY   0x40u /* what is unknown may come to anything */
#define NOTE_ASKS  0x20u /* a condition in error asks for an unknown value */
#define NOTE_FLAGS (NOTE_ANY | NOTE_ASKS)

_Static_assert(RPL_KIND_COUNT <= NOTE_ASKS, "a kind fits beside the flags");

/* What is unknown among the definitions so far. */
typedef enum Unknown {
  UNKNOWN_NOTHING,
  UNKNOWN_NOTED, /* whether the noted value stands */
  UNKNOWN_ANY
} Unknown;

/* What a value that PICK made says. The note is the value that stands; else the
 * one that must stand, lest a condition in error counts; else the one that may
 * come to stand. */
typedef struct Joined {
  bool is_error; /* for good: nothing that is still unknown cures it */
  bool stands;   /* a value does */
  bool needs;    /* a condition in error asks for the noted value */
  bool asks;     /* one asks for a value that is unknown */
  Unknown unknown;
  RplValue note;  /* KNOWN or NONE */
  RplValue error; /* is_error, needs, asks: the first */
} Joined;

static bool is_known(const RplValue *value) {
  return value->state == RPL_STATE_KNOWN;
}

static bool agree(const RplValue *left, const RplValue *right) {
  return is_known(left) && is_known(right) && rpl_value_equal(left, right);
}

const RplValue *rpl_careful_fuller(const RplValue *left,
                                   const RplValue *right) {
  return left->kind == RPL_KIND_MONEY && !left->currency ? right : left;
}

RplValue rpl_careful_unnoted(RplValue value) {
  if (value.state == RPL_STATE_UNKNOWN)
    return rpl_value_unknown();
  if (value.state == RPL_STATE_ERROR)
    return rpl_value_error((RplErrorCode)value.error, value.detail);
  return value;
}

/* ---- notes --------------------------------------------------------------- */

static RplValue read_note(const RplValue *open) {
  RplValue note = rpl_value_none();
  note.kind = (uint8_t)(open->kind & ~NOTE_FLAGS);
  if (note.kind == RPL_KIND_NOTHING)
    return note;
  note.state = RPL_STATE_KNOWN;
  note.currency = open->currency;
  note.as = open->as;
  return note;
}

static void read_unknown(const RplValue *picked, Joined *joined) {
  bool is_any = (picked->kind & NOTE_ANY) != 0;
  joined->note = read_note(picked);
  joined->asks = (picked->kind & NOTE_ASKS) != 0;
  joined->unknown =
      is_any || !is_known(&joined->note) ? UNKNOWN_ANY : UNKNOWN_NOTED;
  if (picked->error == RPL_ERROR_NOTHING) {
    joined->stands = is_any && is_known(&joined->note);
    return;
  }
  joined->needs = is_known(&joined->note);
  joined->error = rpl_value_error((RplErrorCode)picked->error, picked->detail);
}

static Joined read_joined(const RplValue *picked) {
  Joined joined;
  memset(&joined, 0, sizeof joined);
  joined.note = rpl_value_none();
  switch ((RplState)picked->state) {
  case RPL_STATE_NONE:
    break;
  case RPL_STATE_KNOWN:
    joined.stands = true;
    joined.note = *picked;
    break;
  case RPL_STATE_UNKNOWN:
    read_unknown(picked, &joined);
    break;
  case RPL_STATE_ERROR:
    joined.error = rpl_careful_unnoted(*picked);
    joined.is_error = picked->kind == RPL_KIND_NOTHING;
    joined.note = read_note(picked);
    joined.needs = is_known(&joined.note);
    joined.asks = (picked->kind & NOTE_ASKS) != 0;
    break;
  }
  return joined;
}

static RplValue write_joined(const Joined *joined) {
  bool has_note = is_known(&joined->note) && (joined->stands || joined->needs ||
                                              joined->unknown == UNKNOWN_NOTED);
  bool is_pending = joined->needs || joined->asks;
  RplValue value = rpl_value_unknown();
  if (joined->is_error)
    return joined->error;
  if (joined->unknown == UNKNOWN_NOTHING && !is_pending)
    return joined->note;
  if (is_pending) {
    value = joined->error;
    if (joined->unknown != UNKNOWN_NOTHING)
      value.state = RPL_STATE_UNKNOWN;
  }
  if (has_note) {
    value.kind = joined->note.kind;
    value.currency = joined->note.currency;
    value.as = joined->note.as;
  }
  value.kind =
      (uint8_t)(value.kind | (joined->unknown == UNKNOWN_ANY ? NOTE_ANY : 0u) |
                (joined->asks ? NOTE_ASKS : 0u));
  return value;
}

/* ---- definitions --------------------------------------------------------- */

static void fail(Joined *joined, RplValue error) {
  if (!joined->is_error)
    joined->error = rpl_careful_unnoted(error);
  joined->is_error = true;
}

/* A value that stands where none did. */
static void begin_to_stand(Joined *joined, const RplValue *value) {
  bool agrees = agree(&joined->note, value);
  if (joined->needs && !agrees) {
    fail(joined, joined->error);
    return;
  }
  if (joined->asks || (joined->unknown != UNKNOWN_NOTHING &&
                       !(joined->unknown == UNKNOWN_NOTED && agrees)))
    joined->unknown = UNKNOWN_ANY;
  else
    joined->unknown = UNKNOWN_NOTHING;
  joined->stands = true;
  joined->needs = joined->asks = false;
  joined->note = agrees ? *rpl_careful_fuller(value, &joined->note) : *value;
}

/* A definition whose guard is true. */
static void join_true(Joined *joined, const RplValue *value, uint32_t origin) {
  switch ((RplState)value->state) {
  case RPL_STATE_NONE:
    break;
  case RPL_STATE_ERROR:
    fail(joined, *value);
    break;
  case RPL_STATE_UNKNOWN:
    joined->unknown = UNKNOWN_ANY;
    break;
  case RPL_STATE_KNOWN:
    if (!joined->stands)
      begin_to_stand(joined, value);
    else if (agree(&joined->note, value))
      joined->note = *rpl_careful_fuller(&joined->note, value);
    else
      fail(joined, rpl_value_error(RPL_ERROR_CONFLICT, origin));
    break;
  }
}

/* A definition whose guard is unknown: nothing, if it agrees with what stands
 * or has no value. */
static void join_unknown(Joined *joined, const RplValue *value) {
  if (value->state == RPL_STATE_NONE)
    return;
  if (agree(&joined->note, value)) {
    joined->note = *rpl_careful_fuller(&joined->note, value);
    if (!joined->stands && joined->unknown == UNKNOWN_NOTHING)
      joined->unknown = UNKNOWN_NOTED;
    return;
  }
  bool is_first = !is_known(&joined->note) && !joined->asks &&
                  joined->unknown == UNKNOWN_NOTHING;
  joined->unknown = UNKNOWN_ANY;
  if (is_first && is_known(value)) {
    joined->unknown = UNKNOWN_NOTED;
    joined->note = *value;
  }
}

/* A condition in error asks for one value, known or not. */
static void ask(Joined *joined, const RplValue *guard, const RplValue *value) {
  bool is_first = !joined->needs && !joined->asks;
  bool agrees = agree(&joined->note, value);
  if (joined->needs && is_known(value) && !agrees) {
    fail(joined, joined->error); /* two values are asked for */
    return;
  }
  if (is_first)
    joined->error = rpl_careful_unnoted(*guard);
  if (joined->unknown == UNKNOWN_NOTED && !agrees)
    joined->unknown = UNKNOWN_ANY;
  if (!is_known(value)) {
    joined->asks = true;
    if (!joined->needs)
      joined->note = rpl_value_none();
    return;
  }
  joined->note = agrees ? *rpl_careful_fuller(&joined->note, value) : *value;
  joined->needs = true;
}

/* A definition whose guard is in error: an error, unless its value is what
 * stands; that may still come about while a value is unknown. */
static void join_error(Joined *joined, const RplValue *guard,
                       const RplValue *value) {
  if (value->state == RPL_STATE_NONE || value->state == RPL_STATE_ERROR)
    fail(joined, joined->needs || joined->asks ? joined->error : *guard);
  else if (!joined->stands)
    ask(joined, guard, value);
  else if (value->state == RPL_STATE_UNKNOWN)
    joined->unknown = UNKNOWN_ANY;
  else if (agree(&joined->note, value))
    joined->note = *rpl_careful_fuller(&joined->note, value);
  else
    fail(joined, *guard);
}

void rpl_careful_pick(const RplValue *picked, const RplValue *guard,
                      const RplValue *value, uint32_t origin,
                      RplValue *result) {
  if (guard && rpl_value_is(guard, false)) {
    *result = *picked;
    return;
  }
  if (picked->state == RPL_STATE_NONE && (!guard || is_known(guard))) {
    *result = *value; /* the first one, as nearly always */
    if (!is_known(value))
      *result = rpl_careful_unnoted(*result);
    return;
  }
  Joined joined = read_joined(picked);
  if (!guard || is_known(guard))
    join_true(&joined, value, origin);
  else if (guard->state == RPL_STATE_UNKNOWN)
    join_unknown(&joined, value);
  else
    join_error(&joined, guard, value);
  *result = write_joined(&joined);
}
