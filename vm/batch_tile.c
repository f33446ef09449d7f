/* SPDX-License-Identifier: Apache-2.0
 * batch_tile.c - from a lowered stream to one that strips can run: words of the
 * frame become values that are made once, conditions become tests that are made
 * once, targets become labels. See batch.h.
 *
 * The stream is walked twice: the first time finds where words are read behind
 * places at which paths that wrote different values have met. Those need a
 * place that stays theirs, and what is written to them to be read there is put
 * there. */
#include "vm/batch.h"

#include <string.h>

#include "vm/batch_live.h"
#include "vm/batch_ops.h"
#include "vm/batch_values.h"

/* Operations of keys that the lowered form does not have: a constant of the
 * batch engine's, and the end with an outcome. */
#define A_CONSTANT RPL_LOWERED_COUNT
#define AN_OUTCOME (RPL_LOWERED_COUNT + 1)

typedef RplTileKey Key;
typedef RplTileKnown Known;

/* Where rows wait behind the stream. */
typedef struct Tail {
  RplTileKind kind; /* DECIDE, or FLOW */
  uint16_t op;      /* RETURN, RETURN_MIN */
  uint16_t in[2];
  uint32_t outcome;
  uint32_t begin; /* its code */
} Tail;

/* A value, and where it stands. */
typedef struct Value {
  uint32_t word;
  uint32_t memo;
  bool is_stable;
  bool is_constant;
  int64_t constant;
} Value;

typedef struct Translation {
  RplArena *arena;  /* for the result */
  RplArena scratch; /* for what is needed on the way */
  const RplLowered *lowered;
  const RplLoweredStream *stream;
  RplHolding holding;
  RplTileCode *code;
  size_t count, capacity;
  Tail *tails;
  size_t tail_count, tail_capacity;
  Value *values;
  size_t value_count, value_capacity;
  RplTileWord *words;
  size_t word_count, word_capacity;
  uint32_t used_words;
  uint32_t first_word;
  RplTileMemos memos;
  RplHeld *same;       /* by constant: the first that is equal */
  uint32_t *begins;    /* by instruction: where its code begins */
  uint8_t *is_joined;  /* by word of the frame: read where paths have met */
  RplLive live;        /* where that is */
  uint32_t at;         /* the instruction that is translated */
  RplTileCode nowhere; /* for what there is no memory for */
  RplStatus status;
} Translation;

static void fail(Translation *to, RplStatus status) {
  if (to->status == RPL_OK)
    to->status = status;
}

static Known *find(Translation *to, const Key *key, bool *is_new) {
  Known *found = rpl_tile_find(&to->memos, key, is_new);
  if (!found)
    fail(to, RPL_E_MEMORY);
  return found;
}

/* ---- words --------------------------------------------------------------- */

/* Words of its own that begin with a place for each word of the frame. */
static uint32_t place_of(const Translation *to, uint32_t word) {
  return to->first_word + word;
}

static uint32_t add_word(Translation *to) {
  RplTileWord *grown = rpl_arena_grow(to->arena, to->words, to->word_count,
                                      &to->word_capacity, sizeof *to->words);
  if (!grown || to->first_word + to->word_count >= RPL_TILE_NO_WORD) {
    fail(to, grown ? RPL_E_LIMIT : RPL_E_MEMORY);
    return 0;
  }
  to->words = grown;
  grown[to->word_count] = (RplTileWord){0, false, false};
  return to->first_word + (uint32_t)to->word_count++;
}

static void use_word(Translation *to, uint32_t word) {
  RplTileWord *used = &to->words[word - to->first_word];
  if (!used->is_used && ++to->used_words > RPL_BATCH_MAX_WORDS)
    fail(to, RPL_E_LIMIT);
  used->is_used = true;
}

static uint32_t add_value(Translation *to, uint32_t memo, bool is_stable,
                          unsigned word_count) {
  Value *grown = rpl_arena_grow(&to->scratch, to->values, to->value_count,
                                &to->value_capacity, sizeof *to->values);
  uint32_t word = add_word(to);
  if (word_count == 2)
    (void)add_word(to);
  if (!grown || to->status) {
    fail(to, RPL_E_MEMORY);
    return 0;
  }
  for (unsigned i = 0; i < word_count; i++)
    use_word(to, word + i);
  to->values = grown;
  grown[to->value_count] = (Value){word, memo, is_stable, false, 0};
  return (uint32_t)to->value_count++;
}

/* ---- operands ------------------------------------------------------------ */

typedef struct Operand {
  RplHeld held;
  uint32_t word;
  uint32_t memo;
  bool is_stable;
  bool is_constant;
  int64_t constant;
} Operand;

static Operand operand_of(Translation *to, RplHeld held) {
  const RplLowered *lowered = to->lowered;
  uint32_t number = rpl_held_number(held);
  Operand operand = {held, number, 0, true, false, 0};
  switch (rpl_held_kind(held)) {
  case RPL_HELD_FACT:
    break;
  case RPL_HELD_CONSTANT:
    operand.word = lowered->slot_count + number;
    operand.is_constant = true;
    operand.constant = lowered->constants[number];
    break;
  case RPL_HELD_VALUE:
  case RPL_HELD_HIGH: {
    const Value *value = &to->values[number];
    operand.word = value->word + (rpl_held_kind(held) == RPL_HELD_HIGH);
    operand.memo = value->memo;
    operand.is_stable = value->is_stable;
    operand.is_constant = value->is_constant;
    operand.constant = value->constant;
    break;
  }
  default: /* joined; or nothing, which no path reads */
    to->is_joined[number] = 1;
    rpl_live_read(&to->live, to->at, number);
    operand.word = place_of(to, number);
    use_word(to, operand.word);
    operand.is_stable = false;
    break;
  }
  return operand;
}

/* What an operand that is read holds; equal constants are one. */
static RplHeld read_held(const Translation *to, uint32_t field, bool is_wide) {
  if (field & RPL_LOWERED_FACT)
    return rpl_held(RPL_HELD_FACT, field & ~RPL_LOWERED_FACT);
  RplHeld held = rpl_holding_get(&to->holding, field);
  return rpl_held_kind(held) == RPL_HELD_CONSTANT && !is_wide
             ? to->same[rpl_held_number(held)]
             : held;
}

static Operand read_operand(Translation *to, uint32_t field, char kind) {
  RplHeld held = read_held(to, field, kind == 'R');
  if (kind == 'R' && rpl_held_kind(held) == RPL_HELD_JOINED)
    (void)operand_of(to, read_held(to, field + 1, true));
  return operand_of(to, held);
}

static Known *find_constant(Translation *to, int64_t value, bool *is_new) {
  Key key = {{(RplHeld)value, 0, 0}, 0, A_CONSTANT};
  return find(to, &key, is_new);
}

/* Names equal constants of the lowered form by the first of them. */
static void find_equals(Translation *to) {
  for (uint32_t i = 0; i < to->lowered->constant_count; i++) {
    bool is_new;
    Known *known = find_constant(to, to->lowered->constants[i], &is_new);
    if (!known)
      return;
    if (is_new)
      known->held = rpl_held(RPL_HELD_CONSTANT, i);
    to->same[i] = known->held;
  }
}

/* A constant that the lowered form need not have. */
static RplHeld constant(Translation *to, int64_t value) {
  bool is_new;
  Known *known = find_constant(to, value, &is_new);
  if (!known || !is_new)
    return known ? known->held : 0;
  uint32_t number = add_value(to, 0, true, 1);
  if (to->status)
    return 0;
  Value *made = &to->values[number];
  made->is_constant = true;
  made->constant = value;
  to->words[made->word - to->first_word].is_constant = true;
  to->words[made->word - to->first_word].constant = value;
  known->held = rpl_held(RPL_HELD_VALUE, number);
  return known->held;
}

/* ---- emitting ------------------------------------------------------------ */

static RplTileCode *emit(Translation *to, RplTileKind kind, uint16_t op) {
  RplTileCode *grown = rpl_arena_grow(to->arena, to->code, to->count,
                                      &to->capacity, sizeof *to->code);
  if (!grown) {
    fail(to, RPL_E_MEMORY);
    return &to->nowhere;
  }
  to->code = grown;
  RplTileCode *code = &grown[to->count++];
  memset(code, 0, sizeof *code);
  code->kind = (uint8_t)kind;
  code->op = op;
  return code;
}

/* The operands of a test or a value. */
typedef struct Operands {
  Operand in[3];
  unsigned count;
} Operands;

/* The tail of a key, as a target behind those of the stream. */
static uint32_t find_tail(Translation *to, const Key *key, const Tail *tail) {
  bool is_new;
  Known *known = find(to, key, &is_new);
  if (!known || !is_new)
    return known ? (uint32_t)known->held : 0;
  Tail *grown = rpl_arena_grow(&to->scratch, to->tails, to->tail_count,
                               &to->tail_capacity, sizeof *to->tails);
  if (!grown) {
    fail(to, RPL_E_MEMORY);
    return 0;
  }
  to->tails = grown;
  grown[to->tail_count] = *tail;
  known->held = to->stream->count + to->tail_count++;
  return (uint32_t)known->held;
}

static uint32_t outcome_tail(Translation *to, uint32_t outcome) {
  Key key = {{0, 0, 0}, outcome, AN_OUTCOME};
  Tail tail = {.kind = RPL_TILE_DECIDE, .outcome = outcome};
  return find_tail(to, &key, &tail);
}

static uint32_t result_tail(Translation *to, uint16_t op,
                            const uint16_t words[2]) {
  Key key = {{words[0], words[1], 0}, 0, op};
  Tail tail = {.kind = RPL_TILE_FLOW, .op = op, .in = {words[0], words[1]}};
  return find_tail(to, &key, &tail);
}

static void set_operands(RplTileCode *code, const Operands *operands) {
  code->is_stable = true;
  code->in_count = (uint8_t)operands->count;
  for (unsigned i = 0; i < operands->count; i++) {
    code->in[i] = (uint16_t)operands->in[i].word;
    code->needs[i] = operands->in[i].memo;
    code->is_stable = code->is_stable && operands->in[i].is_stable;
  }
}

static Key key_of(uint16_t op, uint32_t x, const Operands *operands) {
  Key key = {{0, 0, 0}, x, op};
  for (unsigned i = 0; i < operands->count; i++)
    key.in[i] = operands->in[i].held;
  return key;
}

static bool all_stable(const Operands *operands) {
  bool is_stable = true;
  for (unsigned i = 0; i < operands->count; i++)
    is_stable = is_stable && operands->in[i].is_stable;
  return is_stable;
}

/* Code that makes a value; what it is called. */
static RplHeld make_value(Translation *to, uint16_t op, uint32_t x,
                          const Operands *operands, bool is_wide) {
  Key key = key_of(op, x, operands);
  bool is_new;
  Known *known = find(to, &key, &is_new);
  if (!known)
    return 0;
  if (is_new)
    known->held = rpl_held(
        RPL_HELD_VALUE,
        add_value(to, known->memo, all_stable(operands), is_wide ? 2 : 1));
  RplTileCode *code = emit(to, RPL_TILE_VALUE, op);
  if (to->status)
    return 0;
  set_operands(code, operands);
  code->x = x;
  code->memo = known->memo;
  code->can_stop = rpl_tile_can_stop(op);
  code->is_wide = is_wide;
  code->out = (uint16_t)to->values[rpl_held_number(known->held)].word;
  return known->held;
}

/* A word of the frame takes over what is called `held`. */
static void define_word(Translation *to, uint32_t word, RplHeld held) {
  rpl_holding_set(&to->holding, to->at, word, held);
  if (!to->is_joined[word] || !rpl_live_behind(&to->live, to->at, word))
    return;
  Operand operand = operand_of(to, held);
  RplTileCode *code = emit(to, RPL_TILE_PUT, RPL_LOWERED_MOVE);
  code->in[0] = (uint16_t)operand.word;
  code->in_count = 1;
  code->out = (uint16_t)place_of(to, word);
  use_word(to, code->out);
}

static void define(Translation *to, uint32_t word, RplHeld held, bool is_wide) {
  RplHeldKind kind = rpl_held_kind(held);
  define_word(to, word, held);
  if (is_wide)
    define_word(to, word + 1,
                rpl_held(kind == RPL_HELD_CONSTANT ? kind : RPL_HELD_HIGH,
                         rpl_held_number(held) + (kind == RPL_HELD_CONSTANT)));
}

/* ---- values -------------------------------------------------------------- */

/* A copy is a name for the same value, unless that is known by its place. */
static bool is_copy(uint16_t op, const Operands *operands) {
  return (op == RPL_LOWERED_MOVE || op == RPL_LOWERED_MOVE_W) &&
         rpl_held_kind(operands->in[0].held) != RPL_HELD_JOINED;
}

static bool is_read(char kind) { return kind == 'r' || kind == 'R'; }

static void value(Translation *to, const RplLoweredCode *from) {
  const char *form = rpl_lowered_form((RplLoweredOp)from->op);
  bool is_wide = form[0] == 'W';
  Operands operands;
  memset(&operands, 0, sizeof operands);
  if (is_read(form[1]))
    operands.in[operands.count++] = read_operand(to, from->b, form[1]);
  if (is_read(form[2]))
    operands.in[operands.count++] = read_operand(to, from->c, form[2]);
  if (rpl_tile_reads_y(from->op))
    operands.in[operands.count++] = read_operand(to, from->y, 'r');
  RplHeld held = is_copy(from->op, &operands)
                     ? operands.in[0].held
                     : make_value(to, from->op, from->x, &operands, is_wide);
  if (to->status == RPL_OK)
    define(to, from->a, held, is_wide);
}

/* A fact with a default is a value of its own, which all paths share. */
static bool defaulted(Translation *to) {
  RplHeld **arriving = to->holding.arriving + to->at;
  RplTileDefault found;
  if (!rpl_tile_is_default(to->stream, to->at, &found) || arriving[1] ||
      arriving[2] || arriving[3])
    return false;
  Operands operands = {{operand_of(to, rpl_held(RPL_HELD_FACT, found.slot))},
                       2};
  operands.in[1] = read_operand(to, found.other, 'r');
  RplHeld held = make_value(to, found.op, 0, &operands, false);
  for (unsigned i = 1; i < RPL_TILE_DEFAULT_CODE; i++)
    to->begins[++to->at] = (uint32_t)to->count;
  if (to->status == RPL_OK)
    define(to, found.word, held, false);
  return true;
}

/* ---- tests --------------------------------------------------------------- */

static void swap(Operands *operands) {
  Operand first = operands->in[0];
  operands->in[0] = operands->in[1];
  operands->in[1] = first;
}

/* Puts the operands into the order that the test has. */
static void order(Translation *to, uint16_t from, Operands *operands) {
  switch ((RplLoweredOp)from) {
  case RPL_LOWERED_IF_TRUE:
  case RPL_LOWERED_IF_FALSE:
  case RPL_LOWERED_GUARD_TRUE:
  case RPL_LOWERED_GUARD_FALSE:
    operands->in[operands->count++] = operand_of(to, constant(to, 0));
    break;
  case RPL_LOWERED_IF_LE:
  case RPL_LOWERED_IF_LE_W:
  case RPL_LOWERED_IF_TEXT_LE:
  case RPL_LOWERED_GUARD_LE:
    swap(operands);
    break;
  case RPL_LOWERED_IF_EQ:
  case RPL_LOWERED_IF_NE:
  case RPL_LOWERED_GUARD_EQ:
  case RPL_LOWERED_GUARD_NE:
    if (operands->in[0].is_constant)
      swap(operands);
    break;
  default:
    break;
  }
}

/* Constants stand on the right: c < a is no a < c + 1. So a condition and its
 * contrary are one test, however they are written. */
static void turn(Translation *to, RplTileTest *test, Operands *operands) {
  Operand *in = operands->in;
  if (test->op != RPL_LOWERED_IF_LT || !in[0].is_constant ||
      in[0].constant == INT64_MAX)
    return;
  RplHeld next = constant(to, in[0].constant + 1);
  in[0] = in[1];
  in[1] = operand_of(to, next);
  test->is_not = !test->is_not;
}

static RplTileCode *make_test(Translation *to, RplTileTest test,
                              const Operands *operands) {
  Key key = key_of(test.op, 0, operands);
  bool is_new;
  Known *known = find(to, &key, &is_new);
  RplTileCode *code = emit(to, test.kind, test.op);
  set_operands(code, operands);
  code->memo = known ? known->memo : 0;
  code->is_not = test.is_not;
  if (operands->in[1].is_constant)
    rpl_tile_set_narrow(code, operands->in[1].constant);
  return code;
}

/* An instant past a deadline: the deadline is a value that others share. */
static void late(Translation *to, RplTileTest *test, Operands *operands) {
  Operands sum = {{operands->in[1], operands->in[2]}, 2};
  RplHeld end = make_value(to, RPL_LOWERED_LATER, 0, &sum, false);
  if (to->status)
    return;
  test->op = RPL_LOWERED_IF_LT;
  operands->in[1] = operands->in[0];
  operands->in[0] = operand_of(to, end);
  operands->count = 2;
}

static void jump_to(Translation *to, uint32_t target) {
  RplStatus status = rpl_holding_jump(&to->holding, target);
  if (status)
    fail(to, status);
}

static void condition(Translation *to, const RplLoweredCode *from,
                      RplTileTest test) {
  const char *form = rpl_lowered_form((RplLoweredOp)from->op);
  const uint16_t fields[3] = {from->a, from->b, from->c};
  Operands operands;
  memset(&operands, 0, sizeof operands);
  for (unsigned i = 0; i < 3; i++) {
    if (is_read(form[i]))
      operands.in[operands.count++] = read_operand(to, fields[i], form[i]);
    else if (form[i] == 's')
      operands.in[operands.count++] =
          operand_of(to, rpl_held(RPL_HELD_FACT, fields[i]));
  }
  if (rpl_tile_reads_y(from->op))
    operands.in[operands.count++] = read_operand(to, from->y, 'r');
  if (test.op == RPL_LOWERED_IF_LATE)
    late(to, &test, &operands);
  else
    order(to, from->op, &operands);
  turn(to, &test, &operands);
  bool is_jump = form[3] == 't';
  uint32_t target = is_jump ? from->x : 0;
  if (test.kind == RPL_TILE_IF && !is_jump)
    target = outcome_tail(to, from->c);
  make_test(to, test, &operands)->x = target;
  if (is_jump)
    jump_to(to, from->x);
}

/* ---- flow ---------------------------------------------------------------- */

static void jump_to_all(Translation *to, const RplLoweredKeys *keys) {
  jump_to(to, keys->otherwise);
  for (uint32_t at = 0; at <= keys->mask; at++)
    if (rpl_tile_is_key(keys, at))
      jump_to(to, keys->keys[at].target);
}

/* A table of few keys is as many tests, which others share. */
static void few_keys(Translation *to, const RplLoweredKeys *keys,
                     const Operand *operand) {
  for (uint32_t at = 0; at <= keys->mask && to->status == RPL_OK; at++) {
    if (!rpl_tile_is_key(keys, at))
      continue;
    Operands operands = {{*operand}, 2};
    operands.in[1] = operand_of(to, constant(to, rpl_tile_key_word(keys, at)));
    make_test(to, (RplTileTest){RPL_LOWERED_IF_EQ, RPL_TILE_IF, false},
              &operands)
        ->x = keys->keys[at].target;
  }
  emit(to, RPL_TILE_FLOW, RPL_LOWERED_JUMP)->x = keys->otherwise;
}

static void switch_to(Translation *to, const RplLoweredCode *from) {
  const RplLoweredKeys *keys = &to->stream->tables[from->x];
  Operand operand = read_operand(to, from->a, 'r');
  uint32_t count = 0;
  for (uint32_t at = 0; at <= keys->mask; at++)
    count += rpl_tile_is_key(keys, at);
  jump_to_all(to, keys);
  if (!keys->is_text && count <= RPL_BATCH_FEW_KEYS) {
    few_keys(to, keys, &operand);
    return;
  }
  RplTileCode *code = emit(to, RPL_TILE_FLOW, from->op);
  code->in[0] = (uint16_t)operand.word;
  code->in_count = 1;
  code->x = from->x;
}

/* Rows have an outcome, and an amount or a deadline or neither. */
static void end(Translation *to, const RplLoweredCode *from) {
  const uint16_t fields[2] = {from->a, from->b};
  uint16_t words[2] = {RPL_TILE_NO_WORD, RPL_TILE_NO_WORD};
  for (unsigned i = 0; i < 2; i++)
    if (fields[i] != RPL_LOWERED_NO_WORD)
      words[i] = (uint16_t)read_operand(to, fields[i], 'r').word;
  bool is_bare = words[0] == RPL_TILE_NO_WORD && words[1] == RPL_TILE_NO_WORD;
  uint32_t result = is_bare ? 0 : result_tail(to, from->op, words);
  uint32_t outcome = outcome_tail(to, from->c);
  RplTileCode *code = emit(to, RPL_TILE_END, from->op);
  code->x = result;
  code->y = outcome;
}

/* Guards in a row: those that are tests are shared with all others that ask. */
static void guards(Translation *to, const RplLoweredCode *from) {
  RplTileCode *table = NULL; /* of guards that are no tests */
  for (uint32_t i = from->x; i < from->x + from->y; i++) {
    const RplLoweredGuard *guard = &to->lowered->guards[i];
    uint32_t outcome = outcome_tail(to, guard->outcome);
    RplTileTest test;
    int64_t right;
    if (rpl_tile_guard_test(guard, &test, &right)) {
      Operands operands = {{read_operand(to, guard->fact, 'r')}, 2};
      operands.in[1] = operand_of(to, constant(to, right));
      make_test(to, test, &operands)->x = outcome;
      table = NULL;
      continue;
    }
    if (!table) {
      table = emit(to, RPL_TILE_FLOW, RPL_LOWERED_GUARDS);
      table->x = i;
    }
    table->y++;
  }
}

static void flow(Translation *to, const RplLoweredCode *from) {
  if (from->op == RPL_LOWERED_SWITCH) {
    switch_to(to, from);
    return;
  }
  const RplLoweredCode *ending =
      from->op == RPL_LOWERED_JUMP ? &to->stream->code[from->x] : from;
  if (rpl_tile_is_end(ending->op)) {
    end(to, ending);
    return;
  }
  if (from->op == RPL_LOWERED_GUARDS) {
    guards(to, from);
    return;
  }
  RplTileCode *code = emit(to, RPL_TILE_FLOW, from->op);
  code->x = from->x;
  code->y = from->y;
  if (from->op == RPL_LOWERED_JUMP)
    jump_to(to, from->x);
}

/* Each path has an end of its own: there it knows its amount, which need not be
 * put anywhere for others to find. */
static void translate(Translation *to) {
  const RplLoweredCode *from = &to->stream->code[to->at];
  RplTileTest test = rpl_tile_test_of(from->op);
  char writes = rpl_lowered_form((RplLoweredOp)from->op)[0];
  if (to->holding.is_reached && to->holding.arriving[to->at] &&
      rpl_tile_is_end(from->op)) {
    end(to, from);
    to->holding.is_reached = false;
  }
  rpl_holding_enter(&to->holding, to->at);
  to->begins[to->at] = (uint32_t)to->count;
  if (!to->holding.is_reached || defaulted(to))
    return;
  if (writes == 'w' || writes == 'W')
    value(to, from);
  else if (test.kind != RPL_TILE_FLOW)
    condition(to, from, test);
  else
    flow(to, from);
  to->holding.is_reached = rpl_tile_goes_on(from->op);
}

/* ---- all ----------------------------------------------------------------- */

static void emit_tail(Translation *to, Tail *tail) {
  tail->begin = (uint32_t)to->count;
  RplTileCode *code = emit(to, tail->kind, tail->op);
  code->y = tail->outcome;
  memcpy(code->in, tail->in, sizeof tail->in);
  code->in_count = tail->kind == RPL_TILE_FLOW ? 2 : 0;
}

/* One walk over the stream. */
static RplStatus walk(Translation *to) {
  RplStatus status =
      rpl_holding_begin(&to->holding, &to->scratch, to->lowered, to->stream);
  to->count = to->value_count = to->word_count = to->tail_count = 0;
  to->used_words = 0;
  rpl_tile_forget(&to->memos);
  find_equals(to);
  for (uint32_t i = 0; i < to->holding.word_count; i++)
    (void)add_word(to);
  fail(to, status);
  for (to->at = 0; to->at < to->stream->count && to->status == RPL_OK; to->at++)
    translate(to);
  for (size_t i = 0; i < to->tail_count; i++)
    emit_tail(to, &to->tails[i]);
  return to->status;
}

static bool is_jump(const RplTileCode *code) {
  return code->kind == RPL_TILE_IF ||
         (code->kind == RPL_TILE_FLOW && code->op == RPL_LOWERED_JUMP);
}

static uint32_t label_of(Translation *to, uint32_t *label_count,
                         uint32_t target) {
  uint32_t stream_count = to->stream->count;
  uint32_t begin = target < stream_count
                       ? to->begins[target]
                       : to->tails[target - stream_count].begin;
  RplTileCode *code = &to->code[begin];
  if (!code->label)
    code->label = ++*label_count;
  return code->label;
}

static void label_table(Translation *to, const RplLoweredKeys *keys,
                        uint32_t *label_count, uint32_t *label_at) {
  label_at[keys->otherwise] = label_of(to, label_count, keys->otherwise);
  for (uint32_t at = 0; at <= keys->mask; at++)
    if (rpl_tile_is_key(keys, at))
      label_at[keys->keys[at].target] =
          label_of(to, label_count, keys->keys[at].target);
}

/* Targets become labels. An end that returns nothing has no target, and keeps
 * 0, which no label is. */
static uint32_t set_labels(Translation *to, uint32_t *label_at,
                           uint32_t *decide_at) {
  uint32_t label_count = 0;
  for (uint32_t i = 0; i < to->tail_count; i++)
    if (to->tails[i].kind == RPL_TILE_DECIDE)
      decide_at[to->tails[i].outcome] =
          label_of(to, &label_count, to->stream->count + i);
  for (size_t i = 0; i < to->count; i++) {
    RplTileCode *code = &to->code[i];
    if (is_jump(code) || (code->kind == RPL_TILE_END && code->x))
      code->x = label_of(to, &label_count, code->x);
    if (code->kind == RPL_TILE_END)
      code->y = label_of(to, &label_count, code->y);
    if (code->kind == RPL_TILE_FLOW && code->op == RPL_LOWERED_SWITCH)
      label_table(to, &to->stream->tables[code->x], &label_count, label_at);
  }
  return label_count;
}

static RplStatus translate_all(Translation *to, RplTileStream *result) {
  const RplLowered *lowered = to->lowered;
  uint32_t *label_at =
      rpl_arena_array(to->arena, to->stream->count, sizeof *label_at);
  uint32_t *decide_at =
      rpl_arena_array(to->arena, RPL_BATCH_MAX_OUTCOMES + 1, sizeof *decide_at);
  to->begins =
      rpl_arena_array(&to->scratch, to->stream->count, sizeof *to->begins);
  to->same =
      rpl_arena_array(&to->scratch, lowered->constant_count, sizeof *to->same);
  to->is_joined =
      rpl_arena_array(&to->scratch, (size_t)lowered->frame_words + 1, 1);
  if (!label_at || !decide_at || !to->begins || !to->same || !to->is_joined)
    return RPL_E_MEMORY;
  RplStatus status = rpl_live_begin(&to->live, &to->scratch, to->stream,
                                    lowered->frame_words + 1);
  if (status == RPL_OK)
    status = walk(to);
  rpl_live_spread(&to->live);
  if (status == RPL_OK)
    status = walk(to);
  if (status)
    return status;
  uint32_t labels = set_labels(to, label_at, decide_at);
  const RplTileStep *steps = rpl_tile_steps(to->arena, to->code, to->count);
  if (!steps)
    return RPL_E_MEMORY;
  *result = (RplTileStream){.code = to->code,
                            .steps = steps,
                            .count = (uint32_t)to->count,
                            .label_count = labels,
                            .memo_count = to->memos.count,
                            .words = to->words,
                            .first_word = to->first_word,
                            .word_count = (uint32_t)to->word_count,
                            .label_at = label_at,
                            .decide_at = decide_at,
                            .tables = to->stream->tables,
                            .guards = lowered->guards};
  return RPL_OK;
}

RplStatus rpl_tile_translate(RplArena *arena, const RplLowered *lowered,
                             const RplLoweredStream *stream,
                             uint32_t first_word, RplTileStream *result) {
  Translation to;
  memset(&to, 0, sizeof to);
  to.arena = arena;
  to.lowered = lowered;
  to.stream = stream;
  to.first_word = first_word;
  rpl_arena_init(&to.scratch, arena->allocator, 0);
  to.memos.arena = &to.scratch;
  RplStatus status = translate_all(&to, result);
  rpl_arena_clear(&to.scratch);
  return status;
}
