/* SPDX-License-Identifier: Apache-2.0
 * careful_lists.c - blocks and parts in the careful engine (vm/careful.h). A
 * block is run once for each element; what comes of a turn is folded into the
 * result at once, and the memory that the turn took is given back. */
#include "vm/careful.h"

#include <string.h>

#include "vm/parts.h"

static bool is_state(const RplValue *value, RplState state) {
  return value->state == (uint8_t)state;
}

/* ---- parts -------------------------------------------------------------- */

static RplValue append(const RplCareful *careful, RplArena *arena,
                       uint32_t self, const RplValue *list,
                       const RplValue *element, bool *is_short) {
  RplValue result = rpl_value_unknown();
  const RplTables *tables = &careful->image->tables;
  if (list->as.items.count >= rpl_list_most(tables, list->detail))
    return rpl_value_error(RPL_ERROR_OUT_OF_RANGE, self);
  *is_short = !rpl_list_append(arena, list, element, &result);
  return result;
}

RplValue rpl_careful_part(const RplCareful *careful, RplArena *arena,
                          const RplInstruction *code, uint32_t self,
                          const RplValue *a, const RplValue *b,
                          bool *is_short) {
  RplValue result = rpl_value_unknown();
  uint32_t field = RPL_CODE_FIELD(code->word);
  if (is_state(a, RPL_STATE_NONE)) /* not in a verified program */
    return rpl_value_error(RPL_ERROR_NONE_USED, self);
  if (!is_state(a, RPL_STATE_KNOWN))
    return *a;
  switch ((RplOp)RPL_CODE_OP(code->word)) {
  case RPL_OP_COUNT:
    return rpl_value_number(RPL_KIND_INTEGER,
                            rpl_number_from_int((int64_t)a->as.items.count));
  case RPL_OP_FIELD:
    return rpl_record_get(a, field);
  case RPL_OP_APPEND:
    return append(careful, arena, self, a, b, is_short);
  default: /* RPL_OP_WITH */
    *is_short = !rpl_record_with(arena, a, field, b, &result);
    return result;
  }
}

/* ---- folding ------------------------------------------------------------ */

/* Numbers that live longer than a turn: the words of a big one are copied to
 * one of two rooms in turn, so that a number can be made of the one before. */
#define ROOM_WORDS ((size_t)2 * RPL_NUMBER_MAX_BITS / 64)

typedef struct Kept {
  RplValue value;   /* KNOWN, or NONE: nothing yet */
  uint64_t *room;   /* 2 * ROOM_WORDS; NULL: not needed so far */
  unsigned next;    /* which half is free */
  const char *text; /* of a text: where the one that was kept stands */
} Kept;

typedef struct Fold {
  RplArena *arena;
  RplArenaMark mark;
  uint8_t op;
  RplKind kind; /* of the result */
  uint32_t closing;
  Kept sure;  /* sum or extreme of what counts for certain; a count */
  Kept doubt; /* extreme of what may count; the zero that may */
  bool is_open;
  bool is_settled; /* any, all: no other element matters */
  RplValue error;  /* ERROR: the first one */
} Fold;

static void note_error(Fold *fold, RplValue error) {
  if (!is_state(&fold->error, RPL_STATE_ERROR))
    fold->error = error;
}

static void note_code(Fold *fold, RplErrorCode code) {
  note_error(fold, rpl_value_error(code, fold->closing));
}

/* An operand without a value. NONE is not in a verified program. */
static void note_open(Fold *fold, const RplValue *value) {
  if (is_state(value, RPL_STATE_UNKNOWN))
    fold->is_open = true;
  else if (is_state(value, RPL_STATE_ERROR))
    note_error(fold, *value);
  else
    note_code(fold, RPL_ERROR_NONE_USED);
}

static bool has_number(const RplValue *value) {
  return value->kind == RPL_KIND_MONEY ||
         rpl_kind_is_numeric((RplKind)value->kind);
}

/* Takes over a big number from the memory of the turn. */
static RplStatus keep(Fold *fold, Kept *kept) {
  RplValue *value = &kept->value;
  if (is_state(value, RPL_STATE_KNOWN) && value->kind == RPL_KIND_TEXT &&
      value->as.text.data != kept->text) { /* the turn may have made it */
    kept->text = value->as.text.data;
    fold->mark = rpl_arena_mark(fold->arena);
  }
  if (!is_state(value, RPL_STATE_KNOWN) || !has_number(value) ||
      !value->as.number.limbs)
    return RPL_OK;
  if (!kept->room) {
    kept->room =
        rpl_arena_array(fold->arena, 2 * ROOM_WORDS, sizeof *kept->room);
    if (!kept->room)
      return RPL_E_MEMORY;
    fold->mark = rpl_arena_mark(fold->arena); /* behind the room */
  }
  uint64_t *half = kept->room + kept->next * ROOM_WORDS;
  size_t bytes = rpl_number_limb_bytes(value->as.number);
  memcpy(half, value->as.number.limbs, bytes);
  value->as.number.limbs = half;
  kept->next ^= 1u;
  return RPL_OK;
}

/* ---- sums --------------------------------------------------------------- */

static void add_number(Fold *fold, const RplValue *value) {
  RplValue *sum = &fold->sure.value;
  RplNumber number = rpl_number_from_int(0);
  RplNumberStatus status =
      rpl_number_add(fold->arena, sum->as.number, value->as.number, &number);
  if (status == RPL_NUMBER_TOO_LARGE)
    note_code(fold, RPL_ERROR_TOO_LARGE);
  else if (status != RPL_NUMBER_OK)
    fold->sure.value.state = RPL_STATE_UNKNOWN; /* memory: see add_turn */
  else
    sum->as.number = number;
}

static void add_value(Fold *fold, const RplValue *value) {
  RplValue *sum = &fold->sure.value;
  if (fold->op == RPL_OP_SUM_U) {
    if (__builtin_add_overflow(sum->as.integer, value->as.integer,
                               &sum->as.integer))
      note_code(fold, RPL_ERROR_OUT_OF_RANGE);
    return;
  }
  if (fold->op == RPL_OP_SUM_M &&
      !rpl_value_share_currency(sum, value, &sum->currency))
    note_code(fold, RPL_ERROR_CURRENCY_MIXED);
  else
    add_number(fold, value);
}

static bool is_zero(const RplValue *value) {
  return value->kind == RPL_KIND_DURATION
             ? value->as.integer == 0
             : rpl_number_sign(value->as.number) == 0;
}

/* A zero whose condition is unknown adds nothing either way; but its currency,
 * if it has one, must be that of the rest, or it may be an error. */
static void doubt_zero(Fold *fold, const RplValue *zero) {
  Kept *doubt = &fold->doubt;
  if (zero->kind != RPL_KIND_MONEY || !zero->currency)
    return;
  if (is_state(&doubt->value, RPL_STATE_KNOWN) &&
      doubt->value.currency != zero->currency)
    fold->is_open = true;
  doubt->value = *zero;
}

static void sum_turn(Fold *fold, const RplValue *value,
                     const RplValue *condition) {
  if (rpl_value_is(condition, false))
    return;
  if (is_state(condition, RPL_STATE_UNKNOWN)) {
    if (is_state(value, RPL_STATE_KNOWN) && is_zero(value))
      doubt_zero(fold, value);
    else
      fold->is_open = true;
  } else if (!is_state(condition, RPL_STATE_KNOWN)) {
    note_open(fold, condition);
  } else if (!is_state(value, RPL_STATE_KNOWN)) {
    note_open(fold, value);
  } else {
    add_value(fold, value);
  }
}

/* ---- least and greatest ------------------------------------------------- */

/* Whether `value` would take the place of `best`; mixed currencies do not. */
static bool is_better(const Fold *fold, const RplValue *value,
                      const RplValue *best, bool *is_mixed) {
  RplCurrency shared;
  int order = 0;
  *is_mixed = value->kind == RPL_KIND_MONEY &&
              !rpl_value_share_currency(value, best, &shared);
  if (*is_mixed)
    return false;
  (void)rpl_value_compare(value, best, &order);
  return fold->op == RPL_OP_LEAST ? order < 0 : order > 0;
}

/* Takes a value in; the currency is that of any of them. */
static bool take_best(const Fold *fold, Kept *kept, const RplValue *value) {
  bool is_mixed = false;
  RplValue *best = &kept->value;
  if (!is_state(best, RPL_STATE_KNOWN)) {
    *best = *value;
    return true;
  }
  bool takes = is_better(fold, value, best, &is_mixed);
  RplCurrency currency = best->currency ? best->currency : value->currency;
  if (is_mixed)
    return false;
  if (takes)
    *best = *value;
  best->currency = currency;
  return true;
}

static void extreme_turn(Fold *fold, const RplValue *value,
                         const RplValue *condition) {
  if (rpl_value_is(condition, false))
    return;
  if (is_state(condition, RPL_STATE_UNKNOWN)) {
    if (!is_state(value, RPL_STATE_KNOWN) ||
        !take_best(fold, &fold->doubt, value))
      fold->is_open = true;
  } else if (!is_state(condition, RPL_STATE_KNOWN)) {
    note_open(fold, condition);
  } else if (!is_state(value, RPL_STATE_KNOWN)) {
    note_open(fold, value);
  } else if (!take_best(fold, &fold->sure, value)) {
    note_code(fold, RPL_ERROR_CURRENCY_MIXED);
  }
}

/* ---- counts, any and all ------------------------------------------------ */

static void count_turn(Fold *fold, const RplValue *condition) {
  if (!is_state(condition, RPL_STATE_KNOWN))
    note_open(fold, condition);
  else if (condition->as.integer)
    fold->sure.value.as.integer++; /* a plain integer until the end */
}

static void truth_turn(Fold *fold, const RplValue *value) {
  if (!is_state(value, RPL_STATE_KNOWN))
    note_open(fold, value);
  else
    fold->is_settled |= rpl_value_is(value, fold->op == RPL_OP_ANY);
}

/* ---- the fold as a whole ------------------------------------------------ */

static void fold_begin(Fold *fold, RplArena *arena, uint8_t op, RplKind kind,
                       uint32_t closing) {
  memset(fold, 0, sizeof *fold);
  fold->arena = arena;
  fold->op = op;
  fold->kind = kind;
  fold->closing = closing;
  fold->doubt.value = rpl_value_none();
  fold->sure.value = rpl_value_none();
  if (op == RPL_OP_SUM_U || op == RPL_OP_COUNT_IF)
    fold->sure.value = rpl_value_small(RPL_KIND_DURATION, 0);
  else if (op == RPL_OP_SUM_N || op == RPL_OP_SUM_M)
    fold->sure.value = rpl_value_number(kind, rpl_number_from_int(0));
}

static RplStatus fold_turn(Fold *fold, const RplValue *b, const RplValue *c) {
  if (fold->op == RPL_OP_COUNT_IF)
    count_turn(fold, b);
  else if (fold->op == RPL_OP_ANY || fold->op == RPL_OP_ALL)
    truth_turn(fold, b);
  else if (fold->op == RPL_OP_LEAST || fold->op == RPL_OP_GREATEST)
    extreme_turn(fold, b, c);
  else
    sum_turn(fold, b, c);
  if (is_state(&fold->sure.value, RPL_STATE_UNKNOWN))
    return RPL_E_MEMORY;
  RplStatus status = keep(fold, &fold->sure);
  if (status == RPL_OK)
    status = keep(fold, &fold->doubt);
  rpl_arena_rewind(fold->arena, fold->mark);
  return status;
}

static RplValue truth_result(const Fold *fold) {
  bool settling = fold->op == RPL_OP_ANY;
  if (fold->is_settled)
    return rpl_value_boolean(settling);
  if (fold->is_open)
    return rpl_value_unknown();
  return is_state(&fold->error, RPL_STATE_ERROR) ? fold->error
                                                 : rpl_value_boolean(!settling);
}

/* Whether what may count could change what counts for certain. */
static bool doubt_matters(const Fold *fold) {
  const RplValue *doubt = &fold->doubt.value, *sure = &fold->sure.value;
  bool is_mixed = false;
  if (!is_state(doubt, RPL_STATE_KNOWN))
    return false;
  if (fold->op == RPL_OP_SUM_M)
    return doubt->currency != sure->currency;
  if (!is_state(sure, RPL_STATE_KNOWN) ||
      is_better(fold, doubt, sure, &is_mixed))
    return true;
  /* equal amounts, of which one has the currency: they print differently */
  return is_mixed || (doubt->currency && !sure->currency);
}

static RplValue fold_result(const Fold *fold) {
  if (fold->op == RPL_OP_ANY || fold->op == RPL_OP_ALL)
    return truth_result(fold);
  if (is_state(&fold->error, RPL_STATE_ERROR))
    return fold->error;
  if (fold->is_open || doubt_matters(fold))
    return rpl_value_unknown();
  if (fold->op == RPL_OP_COUNT_IF)
    return rpl_value_number(RPL_KIND_INTEGER,
                            rpl_number_from_int(fold->sure.value.as.integer));
  return fold->sure.value;
}

/* ---- blocks ------------------------------------------------------------- */

RplStatus rpl_careful_turn(RplCareful *careful, RplArena *arena, uint32_t each,
                           uint32_t closing, const RplValue *element) {
  const RplTables *tables = &careful->image->tables;
  uint32_t type = RPL_CODE_TYPE(rpl_code(tables)[each].word);
  RplValue *temp = &careful->temps[each];
  *temp = *element;
  temp->field = 0;
  if (is_state(temp, RPL_STATE_KNOWN) && temp->kind == RPL_KIND_INTEGER)
    temp->kind = (uint8_t)rpl_types(tables)[type].kind;
  return rpl_careful_rows(careful, arena, each + 1, closing);
}

static RplStatus run_turns(RplCareful *careful, RplArena *arena, uint32_t each,
                           uint32_t closing, Fold *fold) {
  const RplInstruction *rows = rpl_code(&careful->image->tables);
  const RplInstruction *code = &rows[closing];
  const RplItems items = rpl_careful_value(careful, rows[each].a)->as.items;
  RplStatus status = RPL_OK;
  fold->mark = rpl_arena_mark(arena);
  for (uint32_t i = 0; i < items.count && !status && !fold->is_settled; i++) {
    status = rpl_careful_turn(careful, arena, each, closing, &items.values[i]);
    if (status == RPL_OK)
      status = fold_turn(fold, rpl_careful_value(careful, code->b),
                         code->c ? rpl_careful_value(careful, code->c) : NULL);
  }
  return status;
}

RplStatus rpl_careful_block(RplCareful *careful, RplArena *arena, uint32_t each,
                            uint32_t closing) {
  const RplTables *tables = &careful->image->tables;
  const RplInstruction *code = rpl_code(tables);
  const RplValue *list = rpl_careful_value(careful, code[each].a);
  uint32_t word = code[closing].word;
  Fold fold;
  if (!is_state(list, RPL_STATE_KNOWN)) {
    careful->temps[closing] =
        is_state(list, RPL_STATE_NONE)
            ? rpl_value_error(RPL_ERROR_NONE_USED, closing)
            : *list;
    return RPL_OK;
  }
  fold_begin(&fold, arena, RPL_CODE_OP(word),
             (RplKind)rpl_types(tables)[RPL_CODE_TYPE(word)].kind, closing);
  RplStatus status = run_turns(careful, arena, each, closing, &fold);
  if (status == RPL_OK)
    careful->temps[closing] = fold_result(&fold);
  return status;
}
