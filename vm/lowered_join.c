/* SPDX-License-Identifier: Apache-2.0
 * lowered_join.c - from what was written to the two streams of a form: `plain`
 * as it is, `joined` without what its gate has tested, with jumps that skip
 * conditions already known, and with several operations in one. See
 * lowered_build.h.
 *
 * Patterns (lowered_fuse.c) are looked for over the operation list, wherever
 * they stand; none is about a certain policy. */
#include "vm/lowered_join.h"

#include <string.h>

/* ---- forms -------------------------------------------------------------- */

static const char *form_of(const RplLoweredCode *code) {
  return rpl_lowered_form((RplLoweredOp)code->op);
}

static bool is_nothing(const RplLoweredCode *code) {
  return code->op == RPL_LOWER_NOTHING;
}

static bool has_target(const RplLoweredCode *code) {
  return !is_nothing(code) && form_of(code)[3] == 't';
}

/* ---- closing up --------------------------------------------------------- */

/* Where everything goes when what is nothing, and jumps to what follows them,
 * are left out. Returns how many stay. */
static uint32_t lay_out(RplLoweredCode *code, uint32_t count, uint32_t *map) {
  uint32_t kept = 0;
  map[count] = count;                  /* the end */
  for (uint32_t i = count; i-- > 0;) { /* here: the next one that stays */
    bool goes =
        is_nothing(&code[i]) || (code[i].op == RPL_LOWERED_JUMP &&
                                 code[i].x > i && map[code[i].x] == map[i + 1]);
    if (goes)
      code[i].op = RPL_LOWER_NOTHING;
    map[i] = goes ? map[i + 1] : i;
  }
  for (uint32_t i = 0; i < count; i++)
    if (!is_nothing(&code[i]))
      kept++;
  return kept;
}

/* Turns "the next one that stays" into its new index. */
static void number_rows(const RplLoweredCode *code, uint32_t count,
                        uint32_t *map, uint32_t *numbers) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; i++) {
    numbers[i] = kept;
    kept += !is_nothing(&code[i]);
  }
  numbers[count] = kept;
  for (uint32_t i = 0; i <= count; i++)
    map[i] = numbers[map[i]];
}

static bool map_tables(RplLowering *lower, const RplLoweredKeys *from,
                       uint32_t count, const uint32_t *map,
                       RplLoweredKeys **to) {
  RplLoweredKeys *made = rpl_arena_array(lower->arena, count, sizeof *made);
  if (!made)
    return false;
  for (uint32_t i = 0; i < count; i++) {
    size_t size = (size_t)from[i].mask + 1;
    RplLoweredKey *keys = rpl_arena_array(lower->arena, size, sizeof *keys);
    if (!keys)
      return false;
    made[i] = from[i];
    made[i].keys = keys;
    made[i].otherwise = map[from[i].otherwise];
    for (size_t j = 0; from[i].keys && j < size; j++) {
      keys[j] = from[i].keys[j];
      keys[j].target = map[keys[j].target];
    }
  }
  *to = made;
  return true;
}

static RplLoweredOrigin origin_of(const RplLowering *lower, uint32_t at) {
  const RplTracePoint *point = &lower->points[at];
  RplLoweredOrigin origin = {
      .temp = point->temp, .divisor = RPL_LOWERED_NO_WORD, .up = 1, .down = 1};
  if (point->what < RPL_POINT_VALUE) {
    origin.is_truth = true;
    origin.sense = point->what == RPL_POINT_TRUE;
    return origin;
  }
  const RplVal *val = &lower->vals[point->what - RPL_POINT_VALUE];
  origin.divisor = val->den;
  origin.is_wide = val->is_wide;
  origin.up = val->up;
  origin.down = val->down;
  return origin;
}

/* Writes what stands in lower->code to a stream, and to *origins unless that is
 * NULL. What is left out is nothing from then on; the rest stays. */
static bool close_stream(RplLowering *lower, uint32_t *map, uint32_t *numbers,
                         const RplLoweredOrigin **origins,
                         RplLoweredStream *stream) {
  RplLoweredCode *code = lower->code;
  uint32_t count = (uint32_t)lower->code_count, next = 0;
  uint32_t kept = lay_out(code, count, map);
  number_rows(code, count, map, numbers);
  stream->code = rpl_arena_array(lower->arena, kept, sizeof *stream->code);
  RplLoweredOrigin *rows =
      origins ? rpl_arena_array(lower->arena, kept, sizeof *rows) : NULL;
  if (!stream->code || (origins && !rows))
    return false;
  for (uint32_t i = 0; i < count; i++) {
    if (is_nothing(&code[i]))
      continue;
    stream->code[next] = code[i];
    if (has_target(&code[i]))
      stream->code[next].x = map[code[i].x];
    if (rows)
      rows[next] = origin_of(lower, i);
    next++;
  }
  stream->count = kept;
  stream->table_count = (uint32_t)lower->table_count;
  if (origins)
    *origins = rows;
  return map_tables(lower, lower->tables_made, stream->table_count, map,
                    &stream->tables);
}

/* ---- words -------------------------------------------------------------- */

static uint16_t final_word(const RplLowering *lower, uint16_t operand) {
  if ((operand & RPL_LOWERED_FACT) || operand < RPL_LOWER_TEMP ||
      operand == RPL_LOWERED_NO_WORD)
    return operand;
  return (uint16_t)(operand - RPL_LOWER_TEMP + lower->constant_count);
}

/* Written words follow the constants. */
static void place_code(RplLowering *lower) {
  for (size_t i = 0; i < lower->code_count; i++) {
    RplLoweredCode *code = &lower->code[i];
    if (is_nothing(code))
      continue;
    const char *form = form_of(code);
    uint16_t *const fields[3] = {&code->a, &code->b, &code->c};
    for (int f = 0; f < 3; f++)
      if (rpl_form_reads(form[f]) || rpl_form_writes(form[f]))
        *fields[f] = final_word(lower, *fields[f]);
  }
}

static void place_words(RplLowering *lower) {
  place_code(lower);
  for (size_t i = 0; i < lower->val_count; i++)
    lower->vals[i].den = final_word(lower, lower->vals[i].den);
  for (size_t i = 1; i < lower->cond_count; i++) {
    lower->cond_rows[i].a = final_word(lower, lower->cond_rows[i].a);
    lower->cond_rows[i].b = final_word(lower, lower->cond_rows[i].b);
  }
}

/* ---- the gate ------------------------------------------------------------ */

static void set_bit(uint64_t *bits, uint32_t index) {
  bits[index / 64] |= UINT64_C(1) << (index % 64);
}

static bool has_bit(const uint64_t *bits, uint32_t index) {
  return (bits[index / 64] >> (index % 64)) & 1u;
}

/* Whether the gate asks about a fact. */
static bool is_gated(const RplLoweredGate *gate, uint32_t slot) {
  return has_bit(gate->given, slot) || has_bit(gate->known, slot);
}

static bool add_range(RplLowering *lower, RplLoweredGate *gate,
                      const RplLoweredCode *code, RplLoweredRange *ranges,
                      uint64_t *seen) {
  uint32_t slot = code->a & ~RPL_LOWERED_FACT;
  if (code->op != RPL_LOWERED_RANGE || code->y || !is_gated(gate, slot) ||
      has_bit(seen, slot))
    return true;
  set_bit(seen, slot);
  ranges[gate->range_count++] = (RplLoweredRange){
      slot, lower->constants[code->b], lower->constants[code->c]};
  return true;
}

static bool is_optional(const RplLowering *lower, uint32_t slot) {
  const RplTables *tables = lower->tables;
  return rpl_types(tables)[rpl_facts(tables)[slot].type].optional;
}

/* Facts that must be there where they are needed are asked for by the gate.
 * Many requests lack an optional one: paths that need it ask for themselves. */
static bool build_gate(RplLowering *lower) {
  RplLoweredGate *gate = &lower->made->gate;
  uint32_t slots = lower->made->slot_count;
  gate->word_count = (uint32_t)RPL_SLOT_WORDS(slots);
  uint64_t *given =
      rpl_arena_array(lower->arena, gate->word_count, sizeof *given);
  uint64_t *known =
      rpl_arena_array(lower->arena, gate->word_count, sizeof *known);
  uint64_t *seen =
      rpl_arena_array(&lower->scratch, gate->word_count, sizeof *seen);
  RplLoweredRange *ranges =
      rpl_arena_array(lower->arena, slots, sizeof *ranges);
  if (!given || !known || !seen || !ranges)
    return false;
  gate->given = given;
  gate->known = known;
  gate->ranges = ranges;
  for (size_t i = 0; i < lower->code_count; i++) {
    const RplLoweredCode *code = &lower->code[i];
    if (code->op == RPL_LOWERED_NEED && !is_optional(lower, code->a))
      set_bit(given, code->a);
    if (code->op == RPL_LOWERED_KNOWN)
      set_bit(known, code->a);
  }
  for (uint32_t i = 0; i < gate->word_count; i++) {
    known[i] &= ~given[i];
    gate->has_known = gate->has_known || known[i];
  }
  for (size_t i = 0; i < lower->code_count; i++)
    (void)add_range(lower, gate, &lower->code[i], ranges, seen);
  return true;
}

/* Whether the gate sees to it that an amount's currency is known. */
static bool gate_has_coin(const RplLowering *lower) {
  const RplLowered *made = lower->made;
  for (uint32_t i = 0; i < made->gate.word_count; i++)
    if (made->gate.given[i] & made->coined[i])
      return true;
  return false;
}

static void drop_gated(RplJoining *joining) {
  const RplLoweredGate *gate = &joining->lower->made->gate;
  bool has_coin = gate_has_coin(joining->lower);
  for (uint32_t i = 0; i < joining->count; i++) {
    RplLoweredCode *code = &joining->code[i];
    bool is_known =
        (code->op == RPL_LOWERED_NEED && has_bit(gate->given, code->a)) ||
        code->op == RPL_LOWERED_KNOWN ||
        (code->op == RPL_LOWERED_COINED && has_coin) ||
        (code->op == RPL_LOWERED_RANGE && !code->y &&
         is_gated(gate, code->a & ~RPL_LOWERED_FACT));
    if (is_known)
      code->op = RPL_LOWER_NOTHING;
  }
}

/* ---- jumps that skip what is known --------------------------------------- */

/* What a condition says of `operand`; false: nothing simple. */
bool rpl_join_span(const RplLowering *lower, uint16_t op, uint16_t a,
                   uint16_t b, uint16_t *operand, RplSpan *span) {
  int64_t value = 0;
  bool is_unary = op == RPL_LOWERED_IF_TRUE || op == RPL_LOWERED_IF_FALSE;
  bool is_right = is_unary || rpl_lowering_is_constant(lower, b, &value);
  if (!is_right && !rpl_lowering_is_constant(lower, a, &value))
    return false;
  *operand = is_right ? a : b;
  *span = (RplSpan){value, value, false};
  switch ((RplLoweredOp)op) {
  case RPL_LOWERED_IF_TRUE:
  case RPL_LOWERED_IF_NE:
    span->is_not = true;
    return true;
  case RPL_LOWERED_IF_FALSE:
  case RPL_LOWERED_IF_EQ:
    return true;
  case RPL_LOWERED_IF_LT:
  case RPL_LOWERED_IF_LE: {
    int64_t step = op == RPL_LOWERED_IF_LT;
    if (step && value == (is_right ? INT64_MIN : INT64_MAX))
      return false;
    *span = is_right ? (RplSpan){INT64_MIN, value - step, false}
                     : (RplSpan){value + step, INT64_MAX, false};
    return true;
  }
  default:
    return false;
  }
}

static void narrow(RplSpan *span, const RplSpan *by) {
  if (by->is_not) {
    span->low += span->low == by->low && span->low < INT64_MAX;
    span->high -= span->high == by->low && span->high > INT64_MIN;
    return;
  }
  span->low = by->low > span->low ? by->low : span->low;
  span->high = by->high < span->high ? by->high : span->high;
}

/* Whether a test holds (1) or not (0) for all of what is left; -1: open. */
static int judge(const RplSpan *left, const RplSpan *test) {
  bool is_outside = left->high < test->low || left->low > test->high;
  bool is_inside = left->low >= test->low && left->high <= test->high;
  if (test->is_not)
    return is_outside ? 1 : is_inside ? 0 : -1;
  return is_inside ? 1 : is_outside ? 0 : -1;
}

/* What a slot's type and bounds leave. */
static RplSpan gated_span(const RplLowering *lower, uint16_t operand) {
  const RplLoweredGate *gate = &lower->made->gate;
  RplSpan span = {INT64_MIN, INT64_MAX, false};
  if (!(operand & RPL_LOWERED_FACT))
    return span;
  rpl_lowering_domain(lower, operand & ~RPL_LOWERED_FACT, &span.low,
                      &span.high);
  for (uint32_t i = 0; i < gate->range_count && i < RPL_JOIN_MAX_CONDS; i++)
    if ((gate->ranges[i].slot | RPL_LOWERED_FACT) == operand)
      span = (RplSpan){gate->ranges[i].low, gate->ranges[i].high, false};
  return span;
}

/* The same for the condition `test`, after a jump `from` was taken. */
static int implied(const RplLowering *lower, const RplLoweredCode *from,
                   uint32_t cond, const RplLoweredCode *test) {
  uint16_t operand, other;
  RplSpan wanted, span;
  if (!rpl_join_span(lower, test->op, test->a, test->b, &operand, &wanted))
    return -1;
  RplSpan left = gated_span(lower, operand);
  if (rpl_join_span(lower, from->op, from->a, from->b, &other, &span) &&
      other == operand)
    narrow(&left, &span);
  for (uint32_t i = 0; cond && i < RPL_JOIN_MAX_CONDS;
       i++, cond = lower->cond_rows[cond].parent) {
    const RplCond *row = &lower->cond_rows[cond];
    if (rpl_join_span(lower, row->op, row->a, row->b, &other, &span) &&
        other == operand)
      narrow(&left, &span);
  }
  return judge(&left, &wanted);
}

/* Conditions of operands that instructions write do not last. */
static bool is_lasting(const RplLowering *lower, const RplLoweredCode *code) {
  return ((code->a & RPL_LOWERED_FACT) || code->a < lower->constant_count) &&
         ((code->b & RPL_LOWERED_FACT) || code->b < lower->constant_count);
}

static uint32_t thread(const RplJoining *joining, uint32_t at) {
  const RplLowering *lower = joining->lower;
  const RplLoweredCode *from = &joining->code[at];
  const RplLoweredCode none = {.op = RPL_LOWERED_JUMP};
  uint32_t target = rpl_join_next(joining, from->x);
  for (uint32_t i = 0; i < RPL_JOIN_MAX_SKIPS; i++) {
    const RplLoweredCode *code = &joining->code[target];
    if (code->op == RPL_LOWERED_JUMP) {
      target = rpl_join_next(joining, code->x);
      continue;
    }
    if (!has_target(code) || !is_lasting(lower, code))
      break;
    int truth = implied(lower, is_lasting(lower, from) ? from : &none,
                        lower->conds[at], code);
    if (truth < 0)
      break;
    target = rpl_join_next(joining, truth ? code->x : target + 1);
  }
  return target;
}

/* A jump to what follows is nothing. */
static void thread_all(RplJoining *joining) {
  for (uint32_t i = joining->count; i-- > 0;) {
    RplLoweredCode *code = &joining->code[i];
    if (!has_target(code))
      continue;
    code->x = thread(joining, i);
    if (code->op == RPL_LOWERED_JUMP &&
        code->x == rpl_join_next(joining, i + 1))
      code->op = RPL_LOWER_NOTHING;
  }
}

/* ---- what is reached ---------------------------------------------------- */

static void reach_tables(RplJoining *joining, const RplLoweredKeys *table) {
  joining->jumps[table->otherwise]++;
  for (size_t i = 0; table->keys && i <= table->mask; i++)
    if (table->keys[i].is_used)
      joining->jumps[table->keys[i].target]++;
}

/* Counts the jumps to each instruction; what no path comes to is nothing.
 * Jumps go forward, so one pass is enough. */
void rpl_join_reach(RplJoining *joining) {
  bool is_reached = true;
  memset(joining->jumps, 0, (joining->count + 1u) * sizeof(uint32_t));
  for (uint32_t i = 0; i < joining->count; i++) {
    RplLoweredCode *code = &joining->code[i];
    is_reached = is_reached || joining->jumps[i];
    if (!is_reached)
      code->op = RPL_LOWER_NOTHING;
    if (is_nothing(code)) {
      /* a jump here is one to the next instruction */
      joining->jumps[i + 1] += joining->jumps[i];
      continue;
    }
    if (has_target(code))
      joining->jumps[code->x]++;
    if (code->op == RPL_LOWERED_SWITCH)
      reach_tables(joining, &joining->tables[code->x]);
    is_reached = !rpl_lowered_ends(code);
  }
}

static void count_operands(uint32_t *words, const RplLoweredCode *code) {
  const char *form = form_of(code);
  const uint16_t fields[3] = {code->a, code->b, code->c};
  for (int f = 0; f < 3; f++)
    if (rpl_form_reads(form[f]) && !(fields[f] & RPL_LOWERED_FACT) &&
        fields[f] != RPL_LOWERED_NO_WORD)
      words[fields[f]]++;
}

/* How often what an instruction writes is read. Words are used again only
 * further on, where nothing reads the old value any more, so reads belong to
 * the nearest write before them; a word with several writes, where paths meet,
 * is written by moves alone, which no pattern asks about. */
static bool count_reads(RplJoining *joining) {
  uint32_t *words = rpl_arena_array(
      &joining->lower->scratch, (size_t)joining->lower->made->frame_words + 1,
      sizeof *words);
  if (!words)
    return false;
  for (uint32_t i = joining->count; i-- > 0;) {
    const RplLoweredCode *code = &joining->code[i];
    if (is_nothing(code))
      continue;
    char written = form_of(code)[0];
    if (written == 'w' || written == 'W') {
      joining->reads[i] = words[code->a];
      words[code->a] = 0;
      if (written == 'W')
        words[code->a + 1] = 0;
    }
    count_operands(words, code);
  }
  return true;
}

/* ---- all ---------------------------------------------------------------- */

static bool copy_guards(RplJoining *joining) {
  RplLowered *made = joining->lower->made;
  size_t count = joining->guard_count;
  RplLoweredGuard *guards =
      rpl_arena_array(joining->lower->arena, count, sizeof *guards);
  if (!guards)
    return false;
  if (count)
    memcpy(guards, joining->guards, count * sizeof *guards);
  made->guards = guards;
  made->guard_count = (uint32_t)count;
  return true;
}

static bool join_all(RplJoining *joining) {
  rpl_join_reach(joining);
  return count_reads(joining) && rpl_join_patterns(joining);
}

static bool build_joined(RplLowering *lower, RplJoining *joining) {
  joining->code = lower->code;
  joining->count = (uint32_t)lower->code_count;
  joining->tables = lower->tables_made;
  joining->table_count = (uint32_t)lower->table_count;
  drop_gated(joining);
  thread_all(joining);
  return join_all(joining) &&
         close_stream(lower, joining->jumps, joining->reads, NULL,
                      &lower->made->joined);
}

/* ---- the streams of paths --------------------------------------------------
 */

static bool build_hot_gate(RplLowering *lower, const RplPathCode *code) {
  uint64_t *masks = rpl_arena_array(lower->arena, 2, sizeof *masks);
  RplLoweredRange *ranges =
      rpl_arena_array(lower->arena, code->range_count, sizeof *ranges);
  if (!masks || !ranges)
    return false;
  masks[0] = code->given;
  masks[1] = code->known;
  if (code->range_count)
    memcpy(ranges, code->ranges, code->range_count * sizeof *ranges);
  lower->made->hot_gate =
      (RplLoweredGate){.given = &masks[0],
                       .known = &masks[1],
                       .ranges = ranges,
                       .range_count = code->range_count,
                       .word_count = lower->made->gate.word_count,
                       .has_known = code->known != 0};
  return true;
}

static bool is_in_ranges(const RplLowering *lower, const RplLoweredCode *code) {
  const RplLoweredGate *gate = &lower->made->hot_gate;
  for (uint32_t i = 0; i < gate->range_count && !code->y; i++)
    if ((gate->ranges[i].slot | RPL_LOWERED_FACT) == code->a &&
        gate->ranges[i].low == lower->constants[code->b] &&
        gate->ranges[i].high == lower->constants[code->c])
      return true;
  return false;
}

/* Leaves out what the gate of `swift` has tested. */
static void drop_hot_gated(RplJoining *joining) {
  RplLowering *lower = joining->lower;
  const RplLoweredGate *gate = &lower->made->hot_gate;
  for (uint32_t i = 0; i < joining->count; i++) {
    RplLoweredCode *code = &joining->code[i];
    if (code->op == RPL_LOWERED_NEEDS) {
      uint64_t given = (uint64_t)lower->constants[code->a] & ~gate->given[0];
      uint64_t known = (uint64_t)lower->constants[code->b] & ~gate->given[0] &
                       ~gate->known[0];
      if (!given && !known)
        code->op = RPL_LOWER_NOTHING;
    } else if ((code->op == RPL_LOWERED_RANGE && is_in_ranges(lower, code)) ||
               (code->op == RPL_LOWERED_COINED &&
                gate->given[0] & lower->made->coined[0])) {
      code->op = RPL_LOWER_NOTHING;
    }
  }
}

/* From here on `joining` and the lowering are about other code. */
static bool take_code(RplJoining *joining, const RplLoweredCode *code,
                      uint32_t count) {
  RplLowering *lower = joining->lower;
  RplLoweredCode *copy = rpl_arena_array(&lower->scratch, count, sizeof *copy);
  size_t room = (size_t)count + 2;
  joining->jumps =
      rpl_arena_array(&lower->scratch, room, sizeof *joining->jumps);
  joining->reads =
      rpl_arena_array(&lower->scratch, room, sizeof *joining->reads);
  if (!copy || !joining->jumps || !joining->reads)
    return false;
  memcpy(copy, code, count * sizeof *copy);
  lower->code = joining->code = copy;
  lower->code_count = joining->count = count;
  return true;
}

static bool close_joined(RplJoining *joining, RplLoweredStream *stream) {
  rpl_join_reach(joining);
  if (!count_reads(joining))
    return false;
  rpl_join_pairs(joining);
  return join_all(joining) && close_stream(joining->lower, joining->jumps,
                                           joining->reads, NULL, stream);
}

static bool build_paths(RplLowering *lower, const RplPathCode *code,
                        RplJoining *joining) {
  RplLowered *made = lower->made;
  lower->tables_made = joining->tables = code->tables;
  lower->table_count = joining->table_count = code->table_count;
  lower->code = code->code;
  lower->code_count = code->count;
  place_code(lower);
  if (!build_hot_gate(lower, code) ||
      !take_code(joining, code->code, code->count) ||
      !close_joined(joining, &made->paths) ||
      !take_code(joining, code->code, code->count))
    return false;
  drop_hot_gated(joining);
  return close_joined(joining, &made->swift);
}

/* ---- all streams -----------------------------------------------------------
 */

RplStatus rpl_lowering_streams(RplLowering *lower) {
  RplLowered *made = lower->made;
  RplPathCode code;
  bool has_paths;
  size_t room = lower->code_count + 2;
  RplJoining joining = {
      .lower = lower,
      .jumps = rpl_arena_array(&lower->scratch, room, sizeof(uint32_t)),
      .reads = rpl_arena_array(&lower->scratch, room, sizeof(uint32_t))};
  if (!joining.jumps || !joining.reads || !build_gate(lower) ||
      !rpl_lowering_paths(lower, &code, &has_paths))
    return RPL_E_MEMORY;
  uint32_t words = lower->max_words;
  if (has_paths && code.words > words)
    words = code.words;
  made->frame_words = (uint32_t)lower->constant_count + words + 1;
  place_words(lower);
  if (!close_stream(lower, joining.jumps, joining.reads, &made->origins,
                    &made->plain) ||
      !build_joined(lower, &joining))
    return RPL_E_MEMORY;
  made->swift = made->joined;
  made->hot_gate = made->gate;
  if (has_paths && !build_paths(lower, &code, &joining))
    return RPL_E_MEMORY;
  return copy_guards(&joining) ? RPL_OK : RPL_E_MEMORY;
}
