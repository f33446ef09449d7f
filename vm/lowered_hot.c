/* SPDX-License-Identifier: Apache-2.0
 * lowered_hot.c - the swift stream and its gate as single decisions run them
 * (vm/fast_hot.c). See lowered.h. */
#include "vm/lowered_build.h"

#include <string.h>

typedef struct Heating {
  RplLowering *lower;
  RplHotCode *code; /* gate, then rows */
  uint32_t count;
  RplLoweredHotRange *ranges;
  uint32_t range_count;
  RplLoweredHotGuard *guards;
  uint32_t guard_count;
} Heating;

/* ---- the gate ------------------------------------------------------------ */

/* LIMIT: instructions of a gate but for its tests of naturals and positives. */
#define GATE_ROWS 4u

/* An instruction as the engine reads it; what it does is in `op`, by the
 * numbers of rpl_hot_bodies. */
static void add(Heating *heating, RplLoweredCode code) {
  heating->code[heating->count++] =
      (RplHotCode){.body = rpl_hot_bodies[code.op],
                   .a = code.a,
                   .b = code.b,
                   .c = code.c,
                   .d = (uint16_t)code.y,
                   .x = code.x,
                   .y = code.y};
}

/* The same of one that decides an outcome by a rule. */
static void add_end(Heating *heating, RplLoweredCode code, uint32_t outcome) {
  add(heating, code);
  heating->code[heating->count - 1].x = outcome;
  heating->code[heating->count - 1].y = code.x;
}

/* Puts 8 bytes, or fewer, into x and y of the last instruction. */
static void put_both(Heating *heating, const void *bytes, size_t size) {
  memcpy(&heating->code[heating->count - 1].x, bytes, size);
}

/* Slots whose values must be at least `low`, in *slots; returns how many. */
static uint32_t slots_from(const RplLoweredGate *gate, int64_t low,
                           uint16_t *slots) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < gate->range_count; i++)
    if (gate->ranges[i].low == low && gate->ranges[i].high == INT64_MAX)
      slots[count++] = (uint16_t)gate->ranges[i].slot;
  return count;
}

/* Four naturals an instruction, the last one repeated, and a positive one with
 * them while there are. */
static void add_signs(Heating *heating, const RplLoweredGate *gate) {
  uint16_t naturals[64], positives[64];
  uint32_t count = slots_from(gate, 0, naturals), next = 0;
  uint32_t positive_count = slots_from(gate, 1, positives);
  for (uint32_t i = 0; i < count; i += 4) {
    uint32_t last = count - 1;
    RplLoweredCode code = {.op = RPL_HOT_NATURALS,
                           .a = naturals[i],
                           .b = naturals[i + 1 < last ? i + 1 : last],
                           .c = naturals[i + 2 < last ? i + 2 : last],
                           .x = naturals[i + 3 < last ? i + 3 : last]};
    if (next < positive_count) {
      code.op = RPL_HOT_NATURALS_POSITIVE;
      code.y = positives[next++];
    }
    add(heating, code);
  }
  for (; next < positive_count; next++)
    add(heating,
        (RplLoweredCode){.op = RPL_HOT_POSITIVE, .a = positives[next]});
}

static bool is_sign(const RplLoweredRange *range) {
  return (range->low == 0 || range->low == 1) && range->high == INT64_MAX;
}

static void add_ranges(Heating *heating, const RplLoweredGate *gate) {
  for (uint32_t i = 0; i < gate->range_count; i++) {
    const RplLoweredRange *range = &gate->ranges[i];
    if (!is_sign(range))
      heating->ranges[heating->range_count++] =
          (RplLoweredHotRange){range->slot, (uint64_t)range->low,
                               (uint64_t)range->high - (uint64_t)range->low};
  }
  if (heating->range_count)
    add(heating,
        (RplLoweredCode){.op = RPL_HOT_RANGES, .y = heating->range_count});
}

static void add_gate(Heating *heating) {
  RplLowered *made = heating->lower->made;
  const RplLoweredGate *gate = &made->hot_gate;
  made->least_currency = gate->word_count == 0 ? UINT32_MAX : made->has_money;
  if (gate->word_count != 1) {
    add(heating, (RplLoweredCode){.op = RPL_HOT_GATE});
    return;
  }
  made->hot_given = gate->given[0];
  if (gate->has_known) {
    add(heating, (RplLoweredCode){.op = RPL_HOT_KNOWN});
    put_both(heating, gate->known, sizeof *gate->known);
  }
  add_signs(heating, gate);
  add_ranges(heating, gate);
}

/* ---- operands ------------------------------------------------------------ */

typedef enum Places { PLACES_ANY, PLACES_XY, PLACES_Z } Places;

static Places places_of(RplLoweredOp op) {
  static const uint8_t marks[] = {
#define LOWERED(id, a, b, c, x, doc)    PLACES_ANY,
#define JOINED(id, a, b, c, x, doc)     PLACES_ANY,
#define LOWERED_XY(id, a, b, c, x, doc) PLACES_XY,
#define JOINED_XY(id, a, b, c, x, doc)  PLACES_XY,
#define JOINED_Z(id, a, b, c, x, doc)   PLACES_Z,
#include "vm/lowered.def"
#undef LOWERED
#undef JOINED
  };
  return (Places)marks[op];
}

static unsigned take_slot(uint16_t *operand) {
  unsigned is_slot = (*operand & RPL_LOWERED_FACT) != 0;
  *operand &= (uint16_t)~RPL_LOWERED_FACT;
  return is_slot;
}

/* Where the first two words that an instruction reads stand, as a number of its
 * body. */
static unsigned take_slots(RplLoweredCode *code) {
  const char *form = rpl_lowered_form((RplLoweredOp)code->op);
  uint16_t *const fields[3] = {&code->a, &code->b, &code->c};
  unsigned mode = 0, seen = 0;
  for (int f = 0; f < 3 && seen < 2; f++)
    if (form[f] == 'r')
      mode |= take_slot(fields[f]) << seen++;
  return mode;
}

/* The same of one that has a body for two slots and a third (0), for two slots
 * and a word (1), and one for all else (2). */
static unsigned take_three(RplLoweredCode *code) {
  const char *form = rpl_lowered_form((RplLoweredOp)code->op);
  uint16_t *first = form[0] == 'r' ? &code->a : &code->b;
  uint16_t *second = form[0] == 'r' ? &code->b : &code->c;
  if (!(*first & *second & RPL_LOWERED_FACT))
    return 2;
  (void)take_slot(first);
  (void)take_slot(second);
  unsigned mode = code->y & RPL_LOWERED_FACT ? 0 : 1;
  code->y &= ~RPL_LOWERED_FACT;
  return mode;
}

/* ---- tables of guards ---------------------------------------------------- */

static void end_guards(Heating *heating) {
  heating->guards[heating->guard_count++] =
      (RplLoweredHotGuard){.span = UINT64_MAX};
}

/* Widens `cover` to what `guard` covers; false where that is no interval. */
static bool widen(RplLoweredHotGuard *cover, const RplLoweredHotGuard *guard) {
  int64_t low = (int64_t)guard->low, high = (int64_t)(guard->low + guard->span);
  int64_t least = (int64_t)cover->low;
  int64_t most = (int64_t)(cover->low + cover->span);
  if (low > high)
    return false;
  least = low < least ? low : least;
  most = high > most ? high : most;
  cover->low = (uint64_t)least;
  cover->span = (uint64_t)most - (uint64_t)least;
  return true;
}

/* The row of a filter that is about the same operands. */
static RplLoweredHotGuard *cover_of(RplLoweredHotGuard *covers, uint32_t count,
                                    const RplLoweredHotGuard *guard) {
  for (uint32_t i = 0; i < count; i++)
    if (covers[i].slot == guard->slot && covers[i].other == guard->other)
      return &covers[i];
  return NULL;
}

/* One row for all guards of a table about the same operands, when that makes
 * fewer than half as many. Requests that no guard is for pass by these alone.
 */
static bool add_filter(Heating *heating, const RplLoweredHotGuard *rows,
                       uint32_t count) {
  RplLoweredHotGuard *covers = heating->guards + heating->guard_count, *cover;
  uint32_t cover_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    cover = cover_of(covers, cover_count, &rows[i]);
    if (!cover) {
      if (cover_count == RPL_HOT_MAX_COVERS || (cover_count + 1) * 2 > count)
        return false;
      cover = &covers[cover_count++];
      *cover = rows[i];
    }
    if (!widen(cover, &rows[i]))
      return false;
  }
  heating->guard_count += cover_count;
  end_guards(heating);
  return true;
}

/* The rows of one GUARDS, when all of them compare differences, or none. */
static void heat_guards(Heating *heating, RplLoweredCode *code) {
  const RplLoweredGuard *rows = heating->lower->made->guards + code->x;
  uint32_t first = heating->guard_count, count = code->y;
  bool is_apart = (rows[0].other & RPL_LOWERED_FACT) != 0;
  for (uint32_t i = 1; i < count; i++)
    if (((rows[i].other & RPL_LOWERED_FACT) != 0) != is_apart)
      return;
  for (uint32_t i = 0; i < count; i++)
    heating->guards[heating->guard_count++] = (RplLoweredHotGuard){
        .slot = rows[i].fact & (uint16_t)~RPL_LOWERED_FACT,
        .other = rows[i].other & (uint16_t)~RPL_LOWERED_FACT,
        .decides = true,
        .outcome = rows[i].outcome,
        .rule = rows[i].rule,
        .low = (uint64_t)rows[i].low,
        .span = rows[i].span};
  end_guards(heating);
  code->op = is_apart ? RPL_HOT_GUARDS_APART : RPL_HOT_GUARDS_NEAR;
  code->x = first;
  code->y = heating->guard_count;
  if (add_filter(heating, heating->guards + first, count))
    code->op =
        is_apart ? RPL_HOT_GUARDS_APART_FILTERED : RPL_HOT_GUARDS_NEAR_FILTERED;
}

/* ---- the rows ------------------------------------------------------------ */

static void heat_return(RplLoweredCode *code) {
  if (code->b != RPL_LOWERED_NO_WORD)
    code->op = RPL_LOWERED_RETURN * 4u;
  else
    code->op = code->a == RPL_LOWERED_NO_WORD ? RPL_HOT_RETURN_BARE
                                              : RPL_HOT_RETURN_PAID;
}

static bool is_zero(const RplLowering *lower, uint16_t operand) {
  return !(operand & RPL_LOWERED_FACT) && operand < lower->constant_count &&
         lower->constants[operand] == 0;
}

/* A slot that the gate has seen is not negative. */
static bool is_gated_natural(const RplLowering *lower, uint16_t operand) {
  const RplLoweredGate *gate = &lower->made->hot_gate;
  for (uint32_t i = 0; i < gate->range_count; i++)
    if ((gate->ranges[i].slot | RPL_LOWERED_FACT) == operand)
      return gate->ranges[i].low >= 0;
  return false;
}

/* Comparisons with 0 read one word. */
static void compare_zero(const RplLowering *lower, RplLoweredCode *code) {
  RplLoweredOp op = (RplLoweredOp)code->op;
  bool is_guard = op >= RPL_LOWERED_GUARD_EQ && op <= RPL_LOWERED_GUARD_LE;
  if (is_guard)
    op = (RplLoweredOp)(op - RPL_LOWERED_GUARD_EQ + RPL_LOWERED_IF_EQ);
  if ((op == RPL_LOWERED_IF_EQ || op == RPL_LOWERED_IF_NE) &&
      is_zero(lower, code->b))
    op = op == RPL_LOWERED_IF_EQ ? RPL_LOWERED_IF_FALSE : RPL_LOWERED_IF_TRUE;
  else if (op == RPL_LOWERED_IF_LE && is_zero(lower, code->b) &&
           is_gated_natural(lower, code->a))
    op = RPL_LOWERED_IF_FALSE;
  else if (op == RPL_LOWERED_IF_LT && is_zero(lower, code->a) &&
           is_gated_natural(lower, code->b)) {
    op = RPL_LOWERED_IF_TRUE;
    code->a = code->b;
  } else {
    return;
  }
  code->b = 0;
  code->op =
      (uint16_t)(is_guard ? op - RPL_LOWERED_IF_TRUE + RPL_LOWERED_GUARD_TRUE
                          : op);
}

/* A SWITCH with dense keys; false when memory is short. */
static bool add_switch(Heating *heating, RplLoweredCode code,
                       const RplHotCode *rows) {
  const RplLoweredKeys *keys = &heating->lower->made->swift.tables[code.x];
  size_t bytes = sizeof(RplHotKeys) +
                 ((size_t)keys->mask + 1) * sizeof(const RplHotCode *);
  RplHotKeys *made = rpl_arena_alloc(heating->lower->arena, bytes);
  if (!made)
    return false;
  made->low = (uint64_t)keys->low;
  made->span = keys->mask;
  made->otherwise = rows + keys->otherwise;
  for (uint32_t i = 0; i <= keys->mask; i++)
    made->targets[i] = rows + keys->keys[i].target;
  code.op = (uint16_t)(RPL_HOT_SWITCH_WORD + take_slots(&code));
  add(heating, code);
  put_both(heating, &made, sizeof made);
  return true;
}

static void add_row(Heating *heating, RplLoweredCode code, uint32_t row) {
  compare_zero(heating->lower, &code);
  RplLoweredOp op = (RplLoweredOp)code.op;
  char kind = rpl_lowered_form(op)[3];
  if (rpl_lowered_form(op)[0] == 's')
    code.c = (uint16_t)(code.a / 64 * sizeof(uint64_t));
  if (kind == 't')
    code.x = (code.x - row) * (uint32_t)sizeof(RplHotCode);
  if (op == RPL_LOWERED_RETURN) {
    heat_return(&code);
  } else {
    Places places = places_of(op);
    code.op = (uint16_t)(op * 4u + (places == PLACES_XY  ? take_slots(&code)
                                    : places == PLACES_Z ? take_three(&code)
                                                         : 0));
  }
  if (op == RPL_LOWERED_GUARDS)
    heat_guards(heating, &code);
  if (kind == 'u')
    add_end(heating, code, code.c);
  else
    add(heating, code);
}

/* What a row behind `code` returns of the word that `code` writes: that, or a
 * slot if that is less. */
static bool is_return_of(const RplLoweredCode *code,
                         const RplLoweredCode *behind, RplHotOp *op,
                         uint16_t *limit) {
  *limit = 0;
  *op = RPL_HOT_RETURN_PRORATED;
  if (behind->op == RPL_LOWERED_RETURN)
    return behind->a == code->a && behind->b == RPL_LOWERED_NO_WORD;
  *op = RPL_HOT_RETURN_PRORATED_MIN;
  *limit = behind->a == code->a ? behind->b : behind->a;
  return behind->op == RPL_LOWERED_RETURN_MIN &&
         (behind->a == code->a || behind->b == code->a) &&
         *limit & RPL_LOWERED_FACT;
}

/* A share that is only computed to be returned. The row behind stays, as others
 * may jump there. */
static bool add_share(Heating *heating, const RplLoweredCode *code) {
  uint16_t limit;
  RplHotOp op;
  if (code->op != RPL_LOWERED_PRORATE ||
      code->x >> 16 != (uint32_t)RPL_ROUND_HALF_UP ||
      !(code->b & code->c & code->y & RPL_LOWERED_FACT) ||
      !is_return_of(code, code + 1, &op, &limit))
    return false;
  RplLoweredCode made = {.op = (uint16_t)op,
                         .a = code->b,
                         .b = code->c,
                         .c = limit,
                         .x = code[1].x,
                         .y = code->y & ~RPL_LOWERED_FACT};
  (void)take_slot(&made.a);
  (void)take_slot(&made.b);
  (void)take_slot(&made.c);
  add_end(heating, made, code[1].c);
  return true;
}

/* ---- all ----------------------------------------------------------------- */

static uint32_t most(uint32_t left, uint32_t right) {
  return left > right ? left : right;
}

static uint32_t most_of_keys(const RplLoweredKeys *keys,
                             const uint32_t *steps) {
  uint32_t found = steps[keys->otherwise];
  for (uint32_t i = 0; i <= keys->mask; i++)
    if (keys->keys[i].is_used)
      found = most(found, steps[keys->keys[i].target]);
  return found;
}

/* The most instructions that one request goes through, in *longest; false when
 * memory is short. */
static bool measure(RplLowering *lower, uint32_t *longest) {
  const RplLoweredStream *swift = &lower->made->swift;
  uint32_t *steps =
      rpl_arena_array(&lower->scratch, swift->count, sizeof *steps);
  if (!steps)
    return false;
  for (uint32_t i = swift->count; i-- > 0;) {
    const RplLoweredCode *code = &swift->code[i];
    char kind = rpl_lowered_form((RplLoweredOp)code->op)[3];
    uint32_t behind = rpl_lowered_ends(code) ? 0 : steps[i + 1];
    if (kind == 't')
      behind = most(behind, steps[code->x]);
    else if (kind == 'k')
      behind = most_of_keys(&swift->tables[code->x], steps);
    steps[i] = behind + 1;
  }
  *longest = steps[0];
  return true;
}

static bool make_room(Heating *heating) {
  RplLowering *lower = heating->lower;
  const RplLowered *made = lower->made;
  size_t ranges = made->hot_gate.range_count, rows = made->swift.count;
  heating->code = rpl_arena_array(lower->arena, GATE_ROWS + ranges + rows,
                                  sizeof *heating->code);
  heating->ranges =
      rpl_arena_array(lower->arena, ranges, sizeof *heating->ranges);
  heating->guards =
      rpl_arena_array(lower->arena, (size_t)made->guard_count * 2 + rows * 2,
                      sizeof *heating->guards);
  return heating->code && heating->ranges && heating->guards;
}

static bool is_dense_switch(const RplLoweredStream *swift,
                            const RplLoweredCode *code) {
  return code->op == RPL_LOWERED_SWITCH && swift->tables[code->x].is_dense;
}

static bool add_any(Heating *heating, const RplLoweredCode *code,
                    uint32_t row) {
  const RplLowered *made = heating->lower->made;
  if (is_dense_switch(&made->swift, code))
    return add_switch(heating, *code, made->hot_rows);
  if (row + 1 == made->swift.count || !add_share(heating, code))
    add_row(heating, *code, row);
  return true;
}

bool rpl_lowering_heat(RplLowering *lower) {
  RplLowered *made = lower->made;
  const RplLoweredStream *swift = &made->swift;
  Heating heating = {.lower = lower};
  uint32_t longest;
  made->least_currency = UINT32_MAX;
  if (!measure(lower, &longest))
    return false;
  if (longest > RPL_HOT_MAX_STEPS)
    return true;
  if (!make_room(&heating))
    return false;
  add_gate(&heating);
  made->hot_rows = heating.code + heating.count;
  for (uint32_t i = 0; i < swift->count; i++)
    if (!add_any(&heating, &swift->code[i], i))
      return false;
  made->hot = heating.code;
  made->hot_ranges = heating.ranges;
  made->hot_guards = heating.guards;
  return true;
}
