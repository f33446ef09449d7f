/* SPDX-License-Identifier: Apache-2.0
 * lowered_fuse.c - several operations in one. See lowered_join.h. */
#include "vm/lowered_join.h"

/* Guards in a row that become a table. */
#define MIN_GUARDS 3u

static bool is_nothing(const RplLoweredCode *code) {
  return code->op == RPL_LOWER_NOTHING;
}

static bool has_target(const RplLoweredCode *code) {
  return !is_nothing(code) &&
         rpl_lowered_form((RplLoweredOp)code->op)[3] == 't';
}

/* ---- patterns ----------------------------------------------------------- */

/* The next instruction, if only this one leads there. */
static RplLoweredCode *follower(RplJoining *joining, uint32_t at,
                                uint32_t *index) {
  uint32_t next = rpl_join_next(joining, at + 1);
  if (next >= joining->count || joining->jumps[next])
    return NULL;
  *index = next;
  return &joining->code[next];
}

/* What an instruction writes is read once. */
static bool is_passing(const RplJoining *joining, const RplLoweredCode *code) {
  return joining->reads[code - joining->code] == 1;
}

static void clear(RplLoweredCode *code) { code->op = RPL_LOWER_NOTHING; }

/* t = b + c; if a > t  and  t = a - b; if t > c */
static void join_spans(RplJoining *joining, uint32_t at) {
  RplLoweredCode *code = &joining->code[at], *next;
  uint32_t index;
  bool is_later = code->op == RPL_LOWERED_LATER;
  if ((!is_later && code->op != RPL_LOWERED_SUB) ||
      !is_passing(joining, code) || !(next = follower(joining, at, &index)) ||
      (next->op != RPL_LOWERED_IF_LT && next->op != RPL_LOWERED_IF_LE))
    return;
  bool is_left = next->a == code->a, is_strict = next->op == RPL_LOWERED_IF_LT;
  uint16_t other = is_left ? next->b : next->a;
  RplLoweredCode made = {.x = next->x};
  if ((next->a == code->a) == (next->b == code->a))
    return;                               /* it compares something else */
  if (is_later && is_left == is_strict) { /* t < a, or a <= t */
    made.op = is_left ? RPL_LOWERED_IF_LATE : RPL_LOWERED_IF_IN_TIME;
    made.a = other;
    made.b = code->b;
    made.y = code->c;
  } else if (!is_later && is_left != is_strict) { /* t <= c, or c < t */
    made.op = is_left ? RPL_LOWERED_IF_NEAR : RPL_LOWERED_IF_APART;
    made.a = code->b;
    made.b = code->c;
    made.y = other;
  } else {
    return;
  }
  *next = made;
  clear(code);
}

/* ---- differences that several guards compare ------------------------------
 */

static bool is_lasting_word(const RplJoining *joining, uint16_t operand) {
  return (operand & RPL_LOWERED_FACT) ||
         operand < joining->lower->constant_count;
}

/* A jump on t < c or the like, where t = a - b was computed before from
 * operands that last, compares a - b itself; when all do, t is not needed.
 * `from`: by word, the instruction that wrote it, plus one. */
static void use_difference(RplJoining *joining, uint32_t at,
                           const uint32_t *from) {
  RplLoweredCode *code = &joining->code[at];
  if (code->op != RPL_LOWERED_IF_LT && code->op != RPL_LOWERED_IF_LE)
    return;
  for (int side = 0; side < 2; side++) {
    uint16_t word = side ? code->b : code->a;
    uint16_t other = side ? code->a : code->b;
    bool is_strict = code->op == RPL_LOWERED_IF_LT;
    if (is_lasting_word(joining, word) || !from[word] || !!side != is_strict)
      continue; /* t <= c, or c < t */
    uint32_t written = from[word] - 1;
    const RplLoweredCode *made = &joining->code[written];
    *code = (RplLoweredCode){.op = side ? RPL_LOWERED_IF_APART
                                        : RPL_LOWERED_IF_NEAR,
                             .a = made->b,
                             .b = made->c,
                             .x = code->x,
                             .y = other};
    if (--joining->reads[written] == 0)
      clear(&joining->code[written]);
    return;
  }
}

static bool share_differences(RplJoining *joining) {
  RplLowering *lower = joining->lower;
  uint32_t *from = rpl_arena_array(
      &lower->scratch, (size_t)lower->made->frame_words + 2, sizeof *from);
  if (!from)
    return false;
  for (uint32_t i = 0; i < joining->count; i++) {
    const RplLoweredCode *code = &joining->code[i];
    if (is_nothing(code))
      continue;
    use_difference(joining, i, from);
    char written = rpl_lowered_form((RplLoweredOp)code->op)[0];
    if (written != 'w' && written != 'W')
      continue;
    from[code->a] = 0;
    if (written == 'W')
      from[code->a + 1] = 0;
    if (code->op == RPL_LOWERED_SUB && is_lasting_word(joining, code->b) &&
        is_lasting_word(joining, code->c))
      from[code->a] = i + 1;
  }
  return true;
}

static bool is_product(const RplLoweredCode *code) {
  return code->op == RPL_LOWERED_MUL || code->op == RPL_LOWERED_MUL_W;
}

static bool is_rounding(const RplLoweredCode *code) {
  return code->op == RPL_LOWERED_ROUND || code->op == RPL_LOWERED_ROUND_W;
}

/* t = b * c; a = t / d */
static void join_share(RplJoining *joining, uint32_t at) {
  RplLoweredCode *code = &joining->code[at], *next;
  uint32_t index;
  if (!is_product(code) || !is_passing(joining, code) ||
      !(next = follower(joining, at, &index)) || !is_rounding(next) ||
      next->b != code->a || next->c == code->a)
    return;
  next->op = RPL_LOWERED_SHARE;
  next->x <<= 16;
  next->y = next->c;
  next->b = code->b;
  next->c = code->c;
  clear(code);
}

/* The two factors of a product, one of which is `shared`, in *other. */
static bool split(const RplLoweredCode *code, uint16_t shared,
                  uint16_t *other) {
  if (code->b != shared && code->c != shared)
    return false;
  *other = code->b == shared ? code->c : code->b;
  return true;
}

/* t = b * c; u = b * d; v = u - t; a = v / d */
static void join_prorate(RplJoining *joining, uint32_t at) {
  RplLoweredCode *first = &joining->code[at], *second, *third, *fourth;
  uint32_t index = at;
  uint16_t base, part;
  if (!is_product(first) || !(second = follower(joining, index, &index)) ||
      !is_product(second) || !(third = follower(joining, index, &index)) ||
      (third->op != RPL_LOWERED_SUB && third->op != RPL_LOWERED_SUB_W) ||
      !(fourth = follower(joining, index, &index)) || !is_rounding(fourth) ||
      third->b != second->a || third->c != first->a || fourth->b != third->a ||
      !split(second, fourth->c, &base) || !split(first, base, &part) ||
      !is_passing(joining, first) || !is_passing(joining, second) ||
      !is_passing(joining, third))
    return;
  fourth->op = RPL_LOWERED_PRORATE;
  fourth->x <<= 16;
  fourth->y = fourth->c;
  fourth->b = base;
  fourth->c = part;
  clear(first);
  clear(second);
  clear(third);
}

/* t = min(a, b); return t */
static void join_return(RplJoining *joining, uint32_t at) {
  RplLoweredCode *code = &joining->code[at], *next;
  uint32_t index;
  if (code->op != RPL_LOWERED_MIN || !is_passing(joining, code) ||
      !(next = follower(joining, at, &index)) ||
      next->op != RPL_LOWERED_RETURN || next->a != code->a ||
      next->b != RPL_LOWERED_NO_WORD)
    return;
  next->op = RPL_LOWERED_RETURN_MIN;
  next->a = code->b;
  next->b = code->c;
  clear(code);
}

/* ---- guards ------------------------------------------------------------- */

/* The guard that decides where a jump is not taken (`is_not`) or is. */
static bool guard_of(const RplLoweredCode *code, bool is_not,
                     RplLoweredCode *guard) {
  static const struct {
    RplLoweredOp op, taken, not_taken;
    bool is_swapped; /* not taken: with the operands changed over */
  } rows[] = {
      {RPL_LOWERED_IF_TRUE, RPL_LOWERED_GUARD_TRUE, RPL_LOWERED_GUARD_FALSE,
       false},
      {RPL_LOWERED_IF_FALSE, RPL_LOWERED_GUARD_FALSE, RPL_LOWERED_GUARD_TRUE,
       false},
      {RPL_LOWERED_IF_EQ, RPL_LOWERED_GUARD_EQ, RPL_LOWERED_GUARD_NE, false},
      {RPL_LOWERED_IF_NE, RPL_LOWERED_GUARD_NE, RPL_LOWERED_GUARD_EQ, false},
      {RPL_LOWERED_IF_LT, RPL_LOWERED_GUARD_LT, RPL_LOWERED_GUARD_LE, true},
      {RPL_LOWERED_IF_LE, RPL_LOWERED_GUARD_LE, RPL_LOWERED_GUARD_LT, true},
      {RPL_LOWERED_IF_IN_TIME, RPL_LOWERED_COUNT, RPL_LOWERED_GUARD_LATE,
       false},
      {RPL_LOWERED_IF_LATE, RPL_LOWERED_GUARD_LATE, RPL_LOWERED_COUNT, false},
      {RPL_LOWERED_IF_NEAR, RPL_LOWERED_GUARD_NEAR, RPL_LOWERED_GUARD_APART,
       false},
      {RPL_LOWERED_IF_APART, RPL_LOWERED_GUARD_APART, RPL_LOWERED_GUARD_NEAR,
       false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (code->op != rows[i].op)
      continue;
    RplLoweredOp op = is_not ? rows[i].not_taken : rows[i].taken;
    bool is_swapped = is_not && rows[i].is_swapped;
    *guard = *code;
    guard->op = (uint16_t)op;
    guard->a = is_swapped ? code->b : code->a;
    guard->b = is_swapped ? code->a : code->b;
    return op != RPL_LOWERED_COUNT;
  }
  return false;
}

static bool is_bare_return(const RplLoweredCode *code) {
  return code->op == RPL_LOWERED_RETURN && code->a == RPL_LOWERED_NO_WORD &&
         code->b == RPL_LOWERED_NO_WORD;
}

/* A jump around a return, or to one. */
static void join_guard(RplJoining *joining, uint32_t at) {
  RplLoweredCode *code = &joining->code[at], guard;
  uint32_t next = rpl_join_next(joining, at + 1);
  if (!has_target(code) || next >= joining->count)
    return;
  RplLoweredCode *behind = &joining->code[next];
  uint32_t target = rpl_join_next(joining, code->x);
  if (is_bare_return(behind) && !joining->jumps[next] &&
      target == rpl_join_next(joining, next + 1) &&
      guard_of(code, true, &guard)) {
    guard.c = behind->c;
    guard.x = behind->x;
    *code = guard;
    clear(behind);
    joining->jumps[target]--;
  } else if (is_bare_return(&joining->code[target]) &&
             guard_of(code, false, &guard)) {
    guard.c = joining->code[target].c;
    guard.x = joining->code[target].x;
    *code = guard;
    joining->jumps[target]--;
  }
}

/* ---- tables of guards -----------------------------------------------------
 */

static bool is_slot(uint32_t operand) {
  return (operand & RPL_LOWERED_FACT) != 0;
}

/* The constant 0, which every form has. */
static uint16_t zero_word(const RplLowering *lower) {
  uint16_t word = 0;
  while (word + 1u < lower->constant_count && lower->constants[word])
    word++;
  return word;
}

/* A guard as a row: values low .. high of a slot, or of a difference. */
static bool guard_row(const RplLowering *lower, const RplLoweredCode *code,
                      RplLoweredGuard *row) {
  int64_t bound = 0;
  uint16_t operand;
  RplSpan span;
  bool is_difference =
      code->op == RPL_LOWERED_GUARD_APART || code->op == RPL_LOWERED_GUARD_NEAR;
  *row = (RplLoweredGuard){.outcome = code->c, .rule = code->x};
  if (is_difference) {
    if (!is_slot(code->a) || !is_slot(code->b) ||
        !rpl_lowering_is_constant(lower, (uint16_t)code->y, &bound) ||
        bound == INT64_MAX)
      return false;
    operand = code->a;
    span = code->op == RPL_LOWERED_GUARD_APART
               ? (RplSpan){bound + 1, INT64_MAX, false}
               : (RplSpan){INT64_MIN, bound, false};
  } else if (code->op < RPL_LOWERED_GUARD_TRUE ||
             code->op > RPL_LOWERED_GUARD_LE ||
             !rpl_join_span(lower,
                            (uint16_t)(code->op - RPL_LOWERED_GUARD_TRUE +
                                       RPL_LOWERED_IF_TRUE),
                            code->a, code->b, &operand, &span) ||
             !is_slot(operand)) {
    return false;
  }
  row->fact = operand;
  row->other = is_difference ? code->b : zero_word(lower);
  row->low = span.is_not ? (int64_t)((uint64_t)span.low + 1) : span.low;
  row->span =
      span.is_not ? UINT64_MAX - 1 : (uint64_t)span.high - (uint64_t)span.low;
  return true;
}

static bool add_guard(RplJoining *joining, const RplLoweredGuard *row) {
  void *rows = rpl_arena_grow(&joining->lower->scratch, joining->guards,
                              joining->guard_count, &joining->guard_capacity,
                              sizeof *row);
  if (!rows)
    return false;
  joining->guards = rows;
  joining->guards[joining->guard_count++] = *row;
  return true;
}

/* The run of guards from `at` on; their places become nothing. */
static bool join_guards(RplJoining *joining, uint32_t at) {
  RplLoweredGuard row;
  uint32_t count = 0, last = at;
  for (uint32_t i = at; i < joining->count;
       i = rpl_join_next(joining, i + 1), count++) {
    if ((i != at && joining->jumps[i]) ||
        !guard_row(joining->lower, &joining->code[i], &row))
      break;
    last = i;
  }
  if (count < MIN_GUARDS)
    return true;
  uint32_t first = (uint32_t)joining->guard_count;
  for (uint32_t i = at; i <= last; i++) {
    RplLoweredCode *code = &joining->code[i];
    if (is_nothing(code))
      continue;
    (void)guard_row(joining->lower, code, &row);
    if (!add_guard(joining, &row))
      return false;
    clear(code);
  }
  joining->code[at] =
      (RplLoweredCode){.op = RPL_LOWERED_GUARDS, .x = first, .y = count};
  return true;
}

/* ---- all ---------------------------------------------------------------- */

bool rpl_join_patterns(RplJoining *joining) {
  if (!share_differences(joining))
    return false;
  for (uint32_t i = 0; i < joining->count; i++) {
    join_spans(joining, i);
    join_prorate(joining, i);
    join_share(joining, i);
    join_return(joining, i);
  }
  for (uint32_t i = 0; i < joining->count; i++)
    join_guard(joining, i);
  rpl_join_reach(joining);
  for (uint32_t i = 0; i < joining->count; i++)
    if (!join_guards(joining, i))
      return false;
  return true;
}
