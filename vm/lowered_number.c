/* SPDX-License-Identifier: Apache-2.0
 * lowered_number.c - arithmetic on values that are numerators over
 * denominators. See lowered_build.h.
 *
 * Ranges decide the width: what provably fits 64 bits is computed in words,
 * other products and sums in 128 bits. Constant factors stay in `up` and `down`
 * until something is rounded, compared or added, so that scales cancel. */
#include "vm/lowered_build.h"

#include <string.h>

#include "vm/lowered_round.h"

static bool fits(RplInt128 value) { return value == (int64_t)value; }

/* Bounds of wide values: what does not fit 128 bits stops when the program
 * runs, so a bound may always be put at the end of that range. */
#define WIDE_MAX ((RplInt128)(~(RplUint128)0 >> 1))
#define WIDE_MIN (-WIDE_MAX - 1)

static RplInt128 add_bound(RplInt128 a, RplInt128 b) {
  RplInt128 sum;
  if (__builtin_add_overflow(a, b, &sum))
    return a < 0 ? WIDE_MIN : WIDE_MAX;
  return sum;
}

static RplInt128 sub_bound(RplInt128 a, RplInt128 b) {
  RplInt128 difference;
  if (__builtin_sub_overflow(a, b, &difference))
    return a < 0 ? WIDE_MIN : WIDE_MAX;
  return difference;
}

static RplInt128 mul_bound(RplInt128 a, RplInt128 b) {
  RplInt128 product;
  if (__builtin_mul_overflow(a, b, &product))
    return (a < 0) == (b < 0) ? WIDE_MAX : WIDE_MIN;
  return product;
}

static int64_t gcd(int64_t a, int64_t b) {
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* up / down in lowest terms; false when a factor does not fit. */
static bool set_factors(RplVal *val, RplInt128 up, RplInt128 down) {
  RplInt128 a = up, b = down;
  while (b) {
    RplInt128 rest = a % b;
    a = b;
    b = rest;
  }
  up /= a;
  down /= a;
  if (!fits(up) || !fits(down))
    return false;
  val->up = (int64_t)up;
  val->down = (int64_t)down;
  return true;
}

static bool is_fixed(const RplVal *val) {
  return val->low == val->high && !val->is_wide &&
         val->den == RPL_LOWERED_NO_WORD;
}

static bool is_zero(const RplVal *val) { return is_fixed(val) && !val->low; }

/* ---- making ------------------------------------------------------------- */

RplVal rpl_val_word(uint16_t operand, int64_t low, int64_t high) {
  return (RplVal){.num = operand,
                  .den = RPL_LOWERED_NO_WORD,
                  .up = 1,
                  .down = 1,
                  .low = low,
                  .high = high};
}

static RplVal constant(RplLowering *lower, int64_t value) {
  return rpl_val_word(rpl_lowering_constant(lower, value), value, value);
}

bool rpl_val_constant(RplLowering *lower, RplNumber number, RplVal *val) {
  if (number.limbs)
    return rpl_lowering_stop(lower);
  *val = constant(lower, number.num);
  val->down = (int64_t)number.den;
  return !lower->is_dead;
}

bool rpl_val_scale(RplVal *val, int64_t places) {
  int64_t power = 1;
  for (int64_t i = 0; i < (places < 0 ? -places : places); i++)
    if (i >= RPL_NUMBER_SMALL_PLACES)
      return false;
    else
      power *= 10;
  return set_factors(val, (RplInt128)val->up * (places < 0 ? 1 : power),
                     (RplInt128)val->down * (places < 0 ? power : 1));
}

/* ---- numerators --------------------------------------------------------- */

static RplVal plain(uint16_t num, bool is_wide, RplInt128 low, RplInt128 high) {
  return (RplVal){.num = num,
                  .den = RPL_LOWERED_NO_WORD,
                  .is_wide = is_wide,
                  .up = 1,
                  .down = 1,
                  .low = low,
                  .high = high};
}

static uint16_t widened(RplLowering *lower, const RplVal *num) {
  if (num->is_wide)
    return num->num;
  uint16_t word = rpl_lowering_word(lower, 2);
  (void)rpl_lowering_emit(lower, RPL_LOWERED_WIDEN, word, num->num, 0, 0);
  return word;
}

/* A wide numerator as a word, if it is one when the program runs. */
static void narrow(RplLowering *lower, RplVal *num) {
  if (!num->is_wide)
    return;
  uint16_t word = rpl_lowering_word(lower, 1);
  (void)rpl_lowering_emit(lower, RPL_LOWERED_NARROW, word, num->num, 0, 0);
  num->num = word;
  num->is_wide = false;
  num->low = num->low < INT64_MIN ? INT64_MIN : num->low;
  num->high = num->high > INT64_MAX ? INT64_MAX : num->high;
}

/* One instruction with two operands, as a word or wide. */
static RplVal binary(RplLowering *lower, RplLoweredOp word_op,
                     RplLoweredOp wide_op, const RplVal *a, const RplVal *b,
                     RplInt128 low, RplInt128 high) {
  bool is_word = !a->is_wide && !b->is_wide && fits(low) && fits(high);
  if (is_word && low == high)
    return constant(lower, (int64_t)low);
  if (is_word) {
    uint16_t word = rpl_lowering_word(lower, 1);
    (void)rpl_lowering_emit(lower, word_op, word, a->num, b->num, 0);
    return plain(word, false, low, high);
  }
  uint16_t left = widened(lower, a), right = widened(lower, b);
  uint16_t wide = rpl_lowering_word(lower, 2);
  (void)rpl_lowering_emit(lower, wide_op, wide, left, right, 0);
  return plain(wide, true, low, high);
}

static RplVal sum(RplLowering *lower, const RplVal *a, const RplVal *b) {
  if (is_zero(a) || is_zero(b))
    return is_zero(a) ? *b : *a;
  return binary(lower, RPL_LOWERED_ADD, RPL_LOWERED_ADD_W, a, b,
                add_bound(a->low, b->low), add_bound(a->high, b->high));
}

static RplVal difference(RplLowering *lower, const RplVal *a, const RplVal *b) {
  if (is_zero(b))
    return *a;
  return binary(lower, RPL_LOWERED_SUB, RPL_LOWERED_SUB_W, a, b,
                sub_bound(a->low, b->high), sub_bound(a->high, b->low));
}

static void product_range(const RplVal *a, const RplVal *b, RplInt128 *low,
                          RplInt128 *high) {
  const RplInt128 corners[4] = {
      mul_bound(a->low, b->low), mul_bound(a->low, b->high),
      mul_bound(a->high, b->low), mul_bound(a->high, b->high)};
  *low = *high = corners[0];
  for (int i = 1; i < 4; i++) {
    *low = corners[i] < *low ? corners[i] : *low;
    *high = corners[i] > *high ? corners[i] : *high;
  }
}

static RplVal product(RplLowering *lower, RplVal a, RplVal b) {
  RplInt128 low, high;
  if (is_zero(&a) || (is_fixed(&b) && b.low == 1))
    return a;
  if (is_zero(&b) || (is_fixed(&a) && a.low == 1))
    return b;
  if (a.is_wide && b.is_wide)
    narrow(lower, &b);
  product_range(&a, &b, &low, &high);
  if (!a.is_wide && !b.is_wide && fits(low) && fits(high))
    return binary(lower, RPL_LOWERED_MUL, RPL_LOWERED_MUL_W, &a, &b, low, high);
  uint16_t wide = rpl_lowering_word(lower, 2);
  if (!a.is_wide && !b.is_wide)
    (void)rpl_lowering_emit(lower, RPL_LOWERED_MUL_W, wide, a.num, b.num, 0);
  else
    (void)rpl_lowering_emit(lower, RPL_LOWERED_SCALE_W, wide,
                            a.is_wide ? a.num : b.num,
                            a.is_wide ? b.num : a.num, 0);
  return plain(wide, true, low, high);
}

static RplVal times(RplLowering *lower, RplVal num, int64_t factor) {
  return product(lower, num, constant(lower, factor));
}

/* ---- denominators ------------------------------------------------------- */

/* A denominator as a numerator. Where paths have met, nothing may be known any
 * more of a slot that a value is over. */
static RplVal of_den(const RplLowering *lower, uint16_t den) {
  RplVal val = rpl_val_word(den, 1, INT64_MAX);
  if (!(den & RPL_LOWERED_FACT))
    return val;
  const RplSlotKnown *known = &lower->slots[den & ~RPL_LOWERED_FACT];
  if (known->is_given) {
    val.low = known->low > 1 ? known->low : 1;
    val.high = known->high;
  }
  return val;
}

static uint16_t multiply_dens(RplLowering *lower, uint16_t a, uint16_t b) {
  if (a == RPL_LOWERED_NO_WORD || b == RPL_LOWERED_NO_WORD)
    return a == RPL_LOWERED_NO_WORD ? b : a;
  uint16_t word = rpl_lowering_word(lower, 1);
  (void)rpl_lowering_emit(lower, RPL_LOWERED_MUL_C, word, a, b, 0);
  return word;
}

/* All of a denominator, with its constant factor, as one word; the constant 1
 * when there is none. */
static uint16_t whole_den(RplLowering *lower, uint16_t den, int64_t down) {
  if (den == RPL_LOWERED_NO_WORD)
    return rpl_lowering_constant(lower, down);
  if (down == 1)
    return den;
  return multiply_dens(lower, den, rpl_lowering_constant(lower, down));
}

/* ---- two values --------------------------------------------------------- */

static RplVal numerator(RplVal val) {
  val.den = RPL_LOWERED_NO_WORD;
  val.up = val.down = 1;
  return val;
}

/* The numerators that two values have over one denominator; `form` has that
 * denominator and the common factors. */
static bool align(RplLowering *lower, const RplVal *a, const RplVal *b,
                  RplVal *left, RplVal *right, RplVal *form) {
  *left = numerator(*a);
  *right = numerator(*b);
  *form = is_zero(a) ? *b : *a;
  form->is_coinless = a->is_coinless && b->is_coinless;
  if (is_zero(a) || is_zero(b))
    return !lower->is_dead;
  if (a->den != b->den) {
    if (b->den != RPL_LOWERED_NO_WORD)
      *left = product(lower, *left, of_den(lower, b->den));
    if (a->den != RPL_LOWERED_NO_WORD)
      *right = product(lower, *right, of_den(lower, a->den));
    form->den = multiply_dens(lower, a->den, b->den);
  }
  int64_t shared = gcd(a->down, b->down);
  RplInt128 multiple = (RplInt128)a->down * (b->down / shared);
  RplInt128 left_by = (RplInt128)a->up * (b->down / shared);
  RplInt128 right_by = (RplInt128)b->up * (a->down / shared);
  if (!fits(multiple) || !fits(left_by) || !fits(right_by))
    return rpl_lowering_stop(lower);
  int64_t up = gcd((int64_t)left_by, (int64_t)right_by);
  *left = times(lower, *left, (int64_t)left_by / up);
  *right = times(lower, *right, (int64_t)right_by / up);
  if (!set_factors(form, up, multiple))
    return rpl_lowering_stop(lower);
  return !lower->is_dead;
}

/* The numerator `num` in the form of another value. */
static RplVal in_form(RplVal num, const RplVal *form) {
  num.den = form->den;
  num.up = form->up;
  num.down = form->down;
  num.is_coinless = form->is_coinless;
  return num;
}

static bool add(RplLowering *lower, const RplVal *a, const RplVal *b,
                bool is_difference, RplVal *result) {
  RplVal left, right, form;
  if (!align(lower, a, b, &left, &right, &form))
    return false;
  RplVal num = is_difference ? difference(lower, &left, &right)
                             : sum(lower, &left, &right);
  *result = in_form(num, &form);
  return !lower->is_dead;
}

static bool multiply(RplLowering *lower, RplVal a, RplVal b, RplVal *result) {
  RplInt128 up = (RplInt128)a.up * b.up;
  RplInt128 down = (RplInt128)a.down * b.down;
  if (is_fixed(&a)) {
    RplVal swap = a;
    a = b;
    b = swap;
  }
  if (is_fixed(&b) && b.low > 0) { /* a factor, not a multiplication */
    *result = a;
    up = (RplInt128)a.up * b.up;
    if (__builtin_mul_overflow(up, b.low, &up) ||
        !set_factors(result, up, down))
      return rpl_lowering_stop(lower);
    return true;
  }
  RplVal num = product(lower, numerator(a), numerator(b));
  uint16_t den = multiply_dens(lower, a.den, b.den);
  *result = num;
  result->den = den;
  if (!set_factors(result, up, down))
    return rpl_lowering_stop(lower);
  return !lower->is_dead;
}

/* A divisor is a positive word from here on. */
static bool make_positive(RplLowering *lower, RplVal *val) {
  narrow(lower, val);
  if (val->low > 0 || lower->is_dead)
    return !lower->is_dead;
  (void)rpl_lowering_emit(lower, RPL_LOWERED_POSITIVE, val->num, 0, 0, 0);
  val->low = 1;
  if (val->num & RPL_LOWERED_FACT) {
    uint32_t slot = val->num & ~RPL_LOWERED_FACT;
    RplSlotKnown known = lower->slots[slot];
    known.low = known.low > 1 ? known.low : 1;
    rpl_lowering_know_slot(lower, slot, known);
  }
  return true;
}

static bool divide(RplLowering *lower, RplVal a, RplVal b, RplVal *result) {
  if (b.high < 0 &&
      (!rpl_val_negate(lower, a, &a) || !rpl_val_negate(lower, b, &b)))
    return false;
  if (!make_positive(lower, &b))
    return false;
  RplInt128 up = (RplInt128)a.up * b.down;
  RplInt128 down = (RplInt128)a.down * b.up;
  if (is_fixed(&b)) {
    *result = a;
    if (__builtin_mul_overflow(down, b.low, &down))
      return rpl_lowering_stop(lower);
  } else {
    RplVal num = numerator(a);
    if (b.den != RPL_LOWERED_NO_WORD)
      num = product(lower, num, of_den(lower, b.den));
    uint16_t den = multiply_dens(lower, a.den, b.num);
    *result = num;
    result->den = den;
  }
  result->is_coinless = a.is_coinless;
  if (!set_factors(result, up, down))
    return rpl_lowering_stop(lower);
  return !lower->is_dead;
}

bool rpl_val_negate(RplLowering *lower, RplVal val, RplVal *result) {
  RplVal zero = constant(lower, 0), num = numerator(val);
  *result = in_form(difference(lower, &zero, &num), &val);
  return !lower->is_dead;
}

/* ---- the smaller and the greater ---------------------------------------- */

static RplVal wide_extreme(RplLowering *lower, bool is_min, const RplVal *a,
                           const RplVal *b) {
  RplLabel chosen;
  uint16_t left = widened(lower, a), right = widened(lower, b);
  uint16_t word = rpl_lowering_word(lower, 2);
  rpl_lowering_label(lower, &chosen);
  (void)rpl_lowering_emit(lower, RPL_LOWERED_MOVE_W, word, left, 0, 0);
  rpl_lowering_if(lower, RPL_LOWERED_IF_LE_W, is_min ? left : right,
                  is_min ? right : left, &chosen);
  (void)rpl_lowering_emit(lower, RPL_LOWERED_MOVE_W, word, right, 0, 0);
  rpl_lowering_bind(lower, &chosen);
  return plain(word, true, 0, 0);
}

static bool extreme(RplLowering *lower, bool is_min, const RplVal *a,
                    const RplVal *b, RplVal *result) {
  RplVal left, right, form, num;
  if (!align(lower, a, b, &left, &right, &form))
    return false;
  bool is_left = is_min ? left.high <= right.low : left.low >= right.high;
  bool is_right = is_min ? right.high <= left.low : right.low >= left.high;
  if (is_left || is_right) {
    num = is_left ? left : right;
  } else if (left.is_wide || right.is_wide) {
    num = wide_extreme(lower, is_min, &left, &right);
  } else {
    num = plain(rpl_lowering_word(lower, 1), false, 0, 0);
    (void)rpl_lowering_emit(lower, is_min ? RPL_LOWERED_MIN : RPL_LOWERED_MAX,
                            num.num, left.num, right.num, 0);
  }
  bool low_left = (left.low < right.low) == is_min;
  bool high_left = (left.high < right.high) == is_min;
  num.low = low_left ? left.low : right.low;
  num.high = high_left ? left.high : right.high;
  *result = in_form(num, &form);
  return !lower->is_dead;
}

bool rpl_val_absolute(RplLowering *lower, RplVal val, RplVal *result) {
  RplVal turned;
  if (val.low >= 0) {
    *result = val;
    return true;
  }
  return rpl_val_negate(lower, val, &turned) &&
         extreme(lower, false, &val, &turned, result);
}

bool rpl_val_compute(RplLowering *lower, RplOp op, RplVal a, RplVal b,
                     RplVal *result) {
  bool is_coinless = a.is_coinless && b.is_coinless;
  bool is_good;
  switch (op) {
  case RPL_OP_ADD_N:
    is_good = add(lower, &a, &b, false, result);
    break;
  case RPL_OP_SUB_N:
    is_good = add(lower, &a, &b, true, result);
    break;
  case RPL_OP_MUL_N:
    is_coinless = a.is_coinless || b.is_coinless;
    is_good = multiply(lower, a, b, result);
    break;
  case RPL_OP_DIV_N:
    is_coinless = a.is_coinless;
    is_good = divide(lower, a, b, result);
    break;
  default:
    is_good = extreme(lower, op == RPL_OP_MIN, &a, &b, result);
    break;
  }
  result->is_coinless = is_coinless;
  return is_good;
}

/* ---- dividing once ------------------------------------------------------ */

static bool quotient(RplLowering *lower, const RplVal *val, bool is_exact,
                     RplRounding mode, RplVal *result) {
  RplVal num = times(lower, numerator(*val), val->up);
  if (val->den == RPL_LOWERED_NO_WORD && val->down == 1) {
    narrow(lower, &num);
    *result = num;
    return !lower->is_dead;
  }
  uint16_t den = whole_den(lower, val->den, val->down);
  uint16_t word = rpl_lowering_word(lower, 1);
  RplLoweredOp op = num.is_wide
                        ? (is_exact ? RPL_LOWERED_EXACT_W : RPL_LOWERED_ROUND_W)
                        : (is_exact ? RPL_LOWERED_EXACT : RPL_LOWERED_ROUND);
  (void)rpl_lowering_emit(lower, op, word, num.num, den,
                          is_exact ? 0 : (uint32_t)mode);
  *result = plain(word, false, num.low < 0 ? num.low : 0,
                  num.high > 0 ? num.high : 0);
  result->low = result->low < INT64_MIN ? INT64_MIN : result->low;
  result->high = result->high > INT64_MAX ? INT64_MAX : result->high;
  return !lower->is_dead;
}

/* Zero is zero however it is divided. */
static bool is_nothing(const RplVal *val) { return !val->low && !val->high; }

bool rpl_val_round(RplLowering *lower, RplVal val, int64_t places,
                   RplRounding mode, RplVal *result) {
  bool is_coinless = val.is_coinless;
  if (is_nothing(&val))
    *result = constant(lower, 0);
  else if (!rpl_val_scale(&val, places))
    return rpl_lowering_stop(lower);
  else if (!quotient(lower, &val, false, mode, result))
    return false;
  result->is_coinless = is_coinless;
  return rpl_val_scale(result, -places) || rpl_lowering_stop(lower);
}

bool rpl_val_whole(RplLowering *lower, RplVal val, RplVal *result) {
  if (is_nothing(&val))
    *result = constant(lower, 0);
  else if (!quotient(lower, &val, true, RPL_ROUND_DOWN, result))
    return false;
  result->is_coinless = val.is_coinless;
  return !lower->is_dead;
}

/* ---- comparing ---------------------------------------------------------- */

/* 1: always, 0: never, -1: open. */
static int settle(RplOp op, const RplVal *a, const RplVal *b) {
  bool is_less = a->high<b->low, is_more = a->low> b->high;
  bool is_same = a->low == a->high && b->low == b->high && a->low == b->low;
  switch (op) {
  case RPL_OP_EQ:
    return is_same ? 1 : is_less || is_more ? 0 : -1;
  case RPL_OP_NE:
    return is_same ? 0 : is_less || is_more ? 1 : -1;
  case RPL_OP_LT:
    return is_less ? 1 : a->low >= b->high ? 0 : -1;
  case RPL_OP_LE:
    return a->high <= b->low ? 1 : is_more ? 0 : -1;
  case RPL_OP_GT:
    return is_more ? 1 : a->high <= b->low ? 0 : -1;
  default:
    return a->low >= b->high ? 1 : is_less ? 0 : -1;
  }
}

static RplOp contrary(RplOp op) {
  static const RplOp contraries[] = {RPL_OP_NE, RPL_OP_EQ, RPL_OP_GE,
                                     RPL_OP_GT, RPL_OP_LE, RPL_OP_LT};
  return contraries[op - RPL_OP_EQ];
}

/* What a slot must be where `operand op bound` holds. */
static void learn_bound(RplLowering *lower, RplOp op, const RplVal *val,
                        const RplVal *bound) {
  if (!(val->num & RPL_LOWERED_FACT) || val->is_wide || bound->is_wide)
    return;
  uint32_t slot = val->num & ~RPL_LOWERED_FACT;
  RplSlotKnown known = lower->slots[slot];
  int64_t low = (int64_t)bound->low, high = (int64_t)bound->high;
  if (!known.is_given)
    return; /* forgotten where paths met */
  if (op == RPL_OP_EQ || op == RPL_OP_GE)
    known.low = low > known.low ? low : known.low;
  if (op == RPL_OP_EQ || op == RPL_OP_LE)
    known.high = high < known.high ? high : known.high;
  if (op == RPL_OP_GT && low < INT64_MAX)
    known.low = low + 1 > known.low ? low + 1 : known.low;
  if (op == RPL_OP_LT && high > INT64_MIN)
    known.high = high - 1 < known.high ? high - 1 : known.high;
  if (op == RPL_OP_NE && low == high) {
    known.low += known.low == low && low < INT64_MAX;
    known.high -= known.high == low && low > INT64_MIN;
  }
  rpl_lowering_know_slot(lower, slot, known);
}

static RplOp mirrored(RplOp op) {
  switch (op) {
  case RPL_OP_LT:
    return RPL_OP_GT;
  case RPL_OP_LE:
    return RPL_OP_GE;
  case RPL_OP_GT:
    return RPL_OP_LT;
  case RPL_OP_GE:
    return RPL_OP_LE;
  default:
    return op;
  }
}

static void branch_words(RplLowering *lower, RplOp op, uint16_t a, uint16_t b,
                         bool is_wide, RplLabel *label) {
  bool is_mirrored = op == RPL_OP_GT || op == RPL_OP_GE;
  RplLoweredOp code = op == RPL_OP_EQ                      ? RPL_LOWERED_IF_EQ
                      : op == RPL_OP_NE                    ? RPL_LOWERED_IF_NE
                      : op == RPL_OP_LT || op == RPL_OP_GT ? RPL_LOWERED_IF_LT
                                                           : RPL_LOWERED_IF_LE;
  if (is_wide)
    code = (RplLoweredOp)(code + (RPL_LOWERED_IF_EQ_W - RPL_LOWERED_IF_EQ));
  rpl_lowering_if(lower, code, is_mirrored ? b : a, is_mirrored ? a : b, label);
}

bool rpl_val_branch(RplLowering *lower, RplOp op, RplVal a, RplVal b,
                    bool sense, RplLabel *label) {
  RplVal left, right, form;
  if (!align(lower, &a, &b, &left, &right, &form))
    return false;
  if (!sense)
    op = contrary(op);
  int settled = settle(op, &left, &right);
  if (settled == 1)
    rpl_lowering_jump(lower, label);
  if (settled >= 0)
    return !lower->is_dead;
  bool is_wide = left.is_wide || right.is_wide;
  uint16_t left_word = is_wide ? widened(lower, &left) : left.num;
  uint16_t right_word = is_wide ? widened(lower, &right) : right.num;
  branch_words(lower, op, left_word, right_word, is_wide, label);
  learn_bound(lower, contrary(op), &left, &right);
  learn_bound(lower, mirrored(contrary(op)), &right, &left);
  return !lower->is_dead;
}

/* ---- meeting ------------------------------------------------------------ */

void rpl_meeting_begin(RplLowering *lower, RplMeeting *meeting, uint32_t temp) {
  memset(meeting, 0, sizeof *meeting);
  meeting->temp = temp;
  meeting->words = rpl_lowering_word(lower, 3);
  rpl_lowering_label(lower, &meeting->end);
}

static bool keep_arm(RplLowering *lower, RplMeeting *meeting, const RplVal *val,
                     uint32_t place) {
  void *arms = rpl_arena_grow(&lower->scratch, meeting->arms, meeting->count,
                              &meeting->capacity, sizeof *val);
  void *places =
      rpl_arena_grow(&lower->scratch, meeting->places, meeting->count,
                     &meeting->place_capacity, sizeof place);
  if (!arms || !places) {
    lower->is_short = lower->is_dead = true;
    return false;
  }
  meeting->arms = arms;
  meeting->places = places;
  meeting->arms[meeting->count] = *val;
  meeting->places[meeting->count++] = place;
  return true;
}

bool rpl_meeting_arm(RplLowering *lower, RplMeeting *meeting, RplVal val) {
  RplVal num = times(lower, numerator(val), val.up);
  RplVal arm = in_form(num, &val);
  arm.up = 1;
  if (val.den != RPL_LOWERED_NO_WORD && val.down != 1) {
    arm.den = whole_den(lower, val.den, val.down);
    arm.down = 1;
  }
  uint32_t place =
      rpl_lowering_emit(lower, (RplLoweredOp)RPL_LOWER_NOTHING, 0, 0, 0, 0);
  (void)rpl_lowering_emit(lower, (RplLoweredOp)RPL_LOWER_NOTHING, 0, 0, 0, 0);
  if (lower->is_dead || !keep_arm(lower, meeting, &arm, place))
    return false;
  rpl_lowering_jump(lower, &meeting->end);
  return true;
}

static void move_arm(RplLowering *lower, const RplMeeting *meeting,
                     size_t index, const RplVal *to) {
  const RplVal *arm = &meeting->arms[index];
  RplLoweredCode *code = &lower->code[meeting->places[index]];
  code[0].op = (uint16_t)(arm->is_wide  ? RPL_LOWERED_MOVE_W
                          : to->is_wide ? RPL_LOWERED_WIDEN
                                        : RPL_LOWERED_MOVE);
  code[0].a = to->num;
  code[0].b = arm->num;
  RplVal shown = *arm;
  shown.num = to->num;
  shown.is_wide = to->is_wide;
  if (meeting->temp != UINT32_MAX)
    rpl_lowering_trace(lower, meeting->places[index], meeting->temp, &shown);
  if (to->den == RPL_LOWERED_NO_WORD)
    return;
  code[1].op = RPL_LOWERED_MOVE;
  code[1].a = to->den;
  code[1].b = arm->den != RPL_LOWERED_NO_WORD
                  ? arm->den
                  : rpl_lowering_constant(lower, arm->down);
}

bool rpl_meeting_end(RplLowering *lower, RplMeeting *meeting, RplVal *val) {
  rpl_lowering_bind(lower, &meeting->end);
  if (!meeting->count || lower->is_dead)
    return false;
  bool has_den = false;
  *val = meeting->arms[0];
  if (meeting->count == 1) /* it is known wherever the path goes on */
    return true;
  for (size_t i = 0; i < meeting->count; i++) {
    const RplVal *arm = &meeting->arms[i];
    has_den = has_den || arm->den != RPL_LOWERED_NO_WORD ||
              arm->down != meeting->arms[0].down;
    val->is_wide = val->is_wide || arm->is_wide;
    val->is_coinless = val->is_coinless || arm->is_coinless;
    val->low = arm->low < val->low ? arm->low : val->low;
    val->high = arm->high > val->high ? arm->high : val->high;
  }
  val->num = meeting->words;
  val->den = has_den ? (uint16_t)(meeting->words + 2u) : RPL_LOWERED_NO_WORD;
  val->down = has_den ? 1 : val->down;
  for (size_t i = 0; i < meeting->count; i++)
    move_arm(lower, meeting, i, val);
  return !lower->is_dead;
}
