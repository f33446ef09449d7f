/* SPDX-License-Identifier: Apache-2.0
 * test_batch_tile.c - strips of 512 rows, on lowered streams written by hand,
 * with the kernels of every level that this processor has. Divisions are
 * compared with 128-bit integers; everything else with the definition of its
 * operation in lowered.def. */
#include <fenv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/batch_bench.h"
#include "vm/civil.h"
#include "vm/number.h"

__extension__ typedef __int128 Wide;

/* ---- dividing ------------------------------------------------------------ */

/* n / d rounded, by integers alone; d > 0. */
static Wide quotient(Wide n, Wide d, RplRounding mode) {
  Wide size = n < 0 ? -n : n;
  Wide q = size / d;
  Wide twice = 2 * (size % d);
  bool more = false;
  switch (mode) {
  case RPL_ROUND_HALF_UP:
    more = twice >= d;
    break;
  case RPL_ROUND_HALF_EVEN:
    more = twice > d || (twice == d && q % 2);
    break;
  case RPL_ROUND_HALF_DOWN:
    more = twice > d;
    break;
  case RPL_ROUND_UP:
    more = twice > 0;
    break;
  case RPL_ROUND_CEILING:
    more = twice > 0 && n > 0;
    break;
  case RPL_ROUND_FLOOR:
    more = twice > 0 && n < 0;
    break;
  case RPL_ROUND_DOWN:
    break;
  }
  q += more;
  return n < 0 ? -q : q;
}

/* What each of the three divisions divides. */
static Wide numerator(uint16_t op, size_t row) {
  Wide a = bench.facts[0][row], b = bench.facts[1][row],
       d = bench.facts[2][row];
  return op == OP(PRORATE) ? a * (d - b) : op == OP(SHARE) ? a * b : a;
}

/* Rows that are done are right; rows that must be doable are done. */
static void check_division(uint16_t op, RplRounding mode,
                           const RplTileKernels *kernels) {
  const Wide narrow = (Wide)1 << 51, product = (Wide)1 << 51;
  for (size_t row = 0; row < ROWS; row++) {
    Wide n = numerator(op, row), d = bench.facts[2][row];
    bool is_done = !(has(&bench.strip.failed, row));
    if (is_done && bench.amount[row] != quotient(n, d, mode))
      fail_msg("%s: mode %d, row %zu", kernels->name, (int)mode, row);
    Wide a = bench.facts[0][row], b = bench.facts[1][row];
    if (op == OP(PRORATE))
      b = b >= narrow || b < -narrow ? b : d - b;
    bool is_small =
        a < narrow && a >= -narrow && d > 0 && d < narrow && a > -narrow &&
        (op == OP(ROUND) ||
         (b < narrow && b >= -narrow && n < product && n > -product));
    if (is_small && !is_done && op != OP(PRORATE))
      fail_msg("%s: mode %d, row %zu not done", kernels->name, (int)mode, row);
  }
}

static void divides_exactly_or_not_at_all(void **state) {
  static const uint16_t ops[] = {OP(ROUND), OP(PRORATE), OP(SHARE)};
  (void)state;
  for (size_t which = 0; which < COUNT_OF(ops); which++)
    for (int mode = 0; mode < RPL_ROUNDING_COUNT; mode++) {
      bool is_round = ops[which] == OP(ROUND);
      RplLoweredCode code[] = {
          {ops[which], 1, FACT(0), is_round ? FACT(2) : FACT(1),
           is_round ? (uint32_t)mode : (uint32_t)mode << 16,
           is_round ? 0 : FACT(2)},
          {OP(RETURN), 1, NONE, 5, 0, 0}};
      load(code, 2);
      for (int round = 0; round < 40; round++) {
        draw_facts(true);
        for (size_t i = 0; i < level_count; i++) {
          run(levels[i], all_rows());
          check_division(ops[which], (RplRounding)mode, levels[i]);
        }
      }
    }
}

/* Rows of one tile that all work, so that the vectors are full. */
static void ordinary_amounts_are_done(void **state) {
  RplLoweredCode code[] = {
      {OP(PRORATE), 1, FACT(0), FACT(1), RPL_ROUND_HALF_UP << 16, FACT(2)},
      {OP(RETURN), 1, NONE, 1, 0, 0}};
  (void)state;
  load(code, 2);
  for (int round = 0; round < 40; round++) {
    for (size_t row = 0; row < ROWS; row++) {
      bench.facts[0][row] = (int64_t)(draw() % 2000000) - 500000;
      bench.facts[2][row] = (int64_t)(draw() % 1000000000) + 1;
      bench.facts[1][row] = (int64_t)(draw() % 1000000000);
    }
    for (size_t i = 0; i < level_count; i++) {
      run(levels[i], all_rows());
      for (size_t row = 0; row < ROWS; row++)
        assert_false(has(&bench.strip.failed, row));
      check_division(OP(PRORATE), RPL_ROUND_HALF_UP, levels[i]);
    }
  }
}

/* A word of so many bits: at random, or the greatest. */
static int64_t draw_bits(unsigned bits) {
  int64_t greatest = (int64_t)((UINT64_C(1) << bits) - 1);
  return draw() % 3 ? (int64_t)(draw() & (uint64_t)greatest) : greatest;
}

/* Tiles whose words have so few bits that no row is asked, up to that limit and
 * past it; in some of them one row is out of range all the same. */
static void small_tiles_divide_exactly(void **state) {
  static const uint16_t ops[] = {OP(ROUND), OP(PRORATE), OP(SHARE)};
  (void)state;
  for (unsigned round = 0; round < 3 * 53; round++) {
    uint16_t op = ops[round % 3];
    bool is_round = op == OP(ROUND);
    unsigned bits = round / 3, rest = bits < 50 ? 50 - bits : 0;
    RplLoweredCode code[] = {
        {op, 1, FACT(0), is_round ? FACT(2) : FACT(1),
         is_round ? RPL_ROUND_HALF_UP : RPL_ROUND_HALF_UP << 16,
         is_round ? 0 : FACT(2)},
        {OP(RETURN), 1, NONE, 1, 0, 0}};
    load(code, 2);
    for (size_t row = 0; row < ROWS; row++) {
      bench.facts[0][row] = draw_bits(bits);
      bench.facts[1][row] = draw_bits(rest);
      bench.facts[2][row] = draw_bits(rest) + 1;
    }
    bench.facts[2][70] = -(int64_t)(draw() % 2);
    bench.facts[1][200] = INT64_MIN;
    bench.facts[0][300] = INT64_MAX;
    for (size_t i = 0; i < level_count; i++) {
      run(levels[i], all_rows());
      assert_true(has(&bench.strip.failed, 70));
      check_division(op, RPL_ROUND_HALF_UP, levels[i]);
    }
  }
}

static void only_nearest_is_exact(void **state) {
  static const int others[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  (void)state;
  for (size_t i = 0; i < level_count; i++) {
    assert_true(levels[i]->is_exact());
    for (size_t j = 0; j < COUNT_OF(others); j++) {
      assert_int_equal(fesetround(others[j]), 0);
      bool is_exact = levels[i]->is_exact();
      assert_int_equal(fesetround(FE_TONEAREST), 0);
      assert_false(is_exact);
    }
  }
}

/* ---- words --------------------------------------------------------------- */

/* What an operation on words makes of b and c. */
static int64_t expected_word(uint16_t op, int64_t b, int64_t c) {
  switch (op) {
  case OP(ADD):
  case OP(ADD_C):
    return (int64_t)((uint64_t)b + (uint64_t)c);
  case OP(SUB):
  case OP(SUB_C):
    return (int64_t)((uint64_t)b - (uint64_t)c);
  case OP(MUL):
  case OP(MUL_C):
    return (int64_t)((uint64_t)b * (uint64_t)c);
  case OP(MIN):
    return b < c ? b : c;
  case OP(MAX):
    return b > c ? b : c;
  case OP(BITS_OR):
    return b | c;
  case OP(BITS_NOT):
    return b & ~c;
  default:
    return b;
  }
}

static bool must_stop(uint16_t op, int64_t b, int64_t c) {
  int64_t unused;
  switch (op) {
  case OP(ADD_C):
    return __builtin_add_overflow(b, c, &unused);
  case OP(SUB_C):
    return __builtin_sub_overflow(b, c, &unused);
  case OP(MUL_C):
    return __builtin_mul_overflow(b, c, &unused);
  default:
    return false;
  }
}

static void computes_words(void **state) {
  static const uint16_t ops[] = {OP(MOVE),  OP(ADD),     OP(SUB),     OP(MUL),
                                 OP(ADD_C), OP(SUB_C),   OP(MIN),     OP(MAX),
                                 OP(MUL_C), OP(BITS_OR), OP(BITS_NOT)};
  (void)state;
  for (size_t which = 0; which < COUNT_OF(ops); which++) {
    RplLoweredCode code[] = {
        {ops[which], 3, FACT(0), ops[which] == OP(MOVE) ? 0 : FACT(1), 0, 0},
        {OP(RETURN), 3, NONE, 2, 0, 0}};
    load(code, 2);
    for (int round = 0; round < 12; round++) {
      draw_facts(false);
      for (size_t i = 0; i < level_count; i++) {
        RplRows active = draw_rows();
        run(levels[i], active);
        for (size_t row = 0; row < ROWS; row++) {
          int64_t b = bench.facts[0][row], c = bench.facts[1][row];
          bool is_active = has(&active, row);
          bool stops = is_active && must_stop(ops[which], b, c);
          assert_int_equal(has(&bench.strip.failed, row), stops);
          if (is_active && !stops)
            assert_int_equal(bench.amount[row],
                             expected_word(ops[which], b, c));
          assert_int_equal(bench.outcome[row], is_active && !stops ? 2 : 0);
        }
      }
    }
  }
}

/* ---- flow ---------------------------------------------------------------- */

static bool holds(uint16_t op, int64_t a, int64_t b) {
  switch (op) {
  case OP(IF_TRUE):
    return a != 0;
  case OP(IF_FALSE):
    return a == 0;
  case OP(IF_EQ):
    return a == b;
  case OP(IF_NE):
    return a != b;
  case OP(IF_LT):
    return a < b;
  case OP(IF_LE):
    return a <= b;
  case OP(IF_IN):
    return a >= 0 && a < 64 && (uint64_t)b >> a & 1;
  default:
    return !(a >= 0 && a < 64 && (uint64_t)b >> a & 1);
  }
}

/* if (fact 0 OP fact 1) { w = fact 2; outcome } else { w = fact 0 } */
static void both_arms_write_one_place(void **state) {
  static const uint16_t ops[] = {OP(IF_TRUE), OP(IF_FALSE), OP(IF_EQ),
                                 OP(IF_NE),   OP(IF_LT),    OP(IF_LE),
                                 OP(IF_IN),   OP(IF_OUT)};
  (void)state;
  for (size_t which = 0; which < COUNT_OF(ops); which++) {
    bool is_single = which < 2;
    RplLoweredCode code[] = {
        {ops[which], FACT(0), is_single ? 0 : FACT(1), 0, 3, 0},
        {OP(MOVE), 4, FACT(0), 0, 0, 0},
        {OP(JUMP), 0, 0, 0, 4, 0},
        {OP(MOVE), 4, FACT(2), 0, 0, 0},
        {OP(RETURN), 4, 4, 9, 0, 0}};
    load(code, COUNT_OF(code));
    for (int round = 0; round < 12; round++) {
      draw_facts(false);
      for (size_t row = 0; row < ROWS; row += 2)
        bench.facts[0][row] =
            round % 2 ? bench.facts[1][row] : (int64_t)row % 3;
      for (size_t i = 0; i < level_count; i++) {
        run(levels[i], all_rows());
        for (size_t row = 0; row < ROWS; row++) {
          assert_true(has(&bench.strip.has_amount, row));
          assert_true(has(&bench.strip.has_deadline, row));
          int64_t a = bench.facts[0][row];
          int64_t wanted = holds(ops[which], a, bench.facts[1][row])
                               ? bench.facts[2][row]
                               : a;
          assert_int_equal(bench.amount[row], wanted);
          assert_int_equal(bench.deadline[row], wanted);
        }
      }
    }
  }
}

static void guards_decide_in_order(void **state) {
  static const RplLoweredGuard guards[] = {
      {FACT(0), FACT(1), 1, 0, 10, 5},        /* 10 <= f0 - f1 <= 15 */
      {FACT(0), 0, 2, 0, INT64_MIN, 4},       /* f0 <= INT64_MIN + 4 */
      {FACT(2), 0, 3, 0, 0, INT64_MAX},       /* f2 >= 0 */
      {FACT(1), 0, 5, 0, 7, 0},               /* f1 == 7 */
      {FACT(1), 0, 6, 0, -9, 11},             /* -9 <= f1 <= 2 */
      {FACT(1), 0, 7, 0, 9, UINT64_MAX - 1}}; /* f1 != 8 */
  RplLoweredCode code[] = {{OP(GUARDS), 0, 0, 0, 0, 6},
                           {OP(RETURN), NONE, NONE, 4, 0, 0}};
  (void)state;
  bench.lowered.guards = guards;
  bench.lowered.guard_count = 6;
  load(code, 2);
  for (int round = 0; round < 20; round++) {
    draw_facts(false);
    for (size_t row = 0; row < ROWS; row += 3)
      bench.facts[1][row] =
          wrapped((uint64_t)bench.facts[0][row] - draw() % 20);
    for (size_t row = 1; row < ROWS; row += 3)
      bench.facts[1][row] = (int64_t)(draw() % 20) - 10;
    for (size_t i = 0; i < level_count; i++) {
      run(levels[i], all_rows());
      for (size_t row = 0; row < ROWS; row++) {
        int64_t a = bench.facts[0][row], b = bench.facts[1][row];
        uint64_t gap = (uint64_t)a - (uint64_t)b;
        int wanted = gap - 10 <= 5              ? 1
                     : a <= INT64_MIN + 4       ? 2
                     : bench.facts[2][row] >= 0 ? 3
                     : b == 7                   ? 5
                     : b >= -9 && b <= 2        ? 6
                     : b != 8                   ? 7
                                                : 4;
        assert_int_equal(bench.outcome[row], wanted);
      }
    }
  }
}

/* f0 > f1 + 7d, with f1 + 7d in the valid years. */
static void late_stops_past_the_years(void **state) {
  RplLoweredCode code[] = {{OP(IF_LATE), FACT(0), FACT(1), 0, 2, 0},
                           {OP(RETURN), NONE, NONE, 1, 0, 0},
                           {OP(RETURN), NONE, NONE, 2, 0, 0}};
  int64_t week = 7 * RPL_DAY_MICROS;
  (void)state;
  bench.constants[0] = week;
  load(code, 3);
  for (int round = 0; round < 20; round++) {
    draw_facts(false);
    for (size_t row = 0; row < ROWS; row += 2) {
      bench.facts[1][row] =
          (int64_t)(draw() % 1000) - 500 +
          (row % 4 ? RPL_DATETIME_MAX - week : RPL_DATETIME_MIN - week);
      bench.facts[0][row] = bench.facts[1][row] + week + (int64_t)(draw() % 3);
    }
    for (size_t i = 0; i < level_count; i++) {
      run(levels[i], all_rows());
      for (size_t row = 0; row < ROWS; row++) {
        Wide end = (Wide)bench.facts[1][row] + week;
        bool stops = end < RPL_DATETIME_MIN || end > RPL_DATETIME_MAX;
        assert_int_equal(has(&bench.strip.failed, row), stops);
        assert_int_equal(bench.outcome[row], stops                       ? 0
                                             : bench.facts[0][row] > end ? 2
                                                                         : 1);
      }
    }
  }
}

/* A wide product and sum, rounded once: (f0 * f1 + f0) / f2. */
static void wide_values_are_rounded_once(void **state) {
  RplLoweredCode code[] = {{OP(MUL_W), 2, FACT(0), FACT(1), 0, 0},
                           {OP(WIDEN), 4, FACT(0), 0, 0, 0},
                           {OP(ADD_W), 6, 2, 4, 0, 0},
                           {OP(ROUND_W), 8, 6, FACT(2), RPL_ROUND_HALF_EVEN, 0},
                           {OP(RETURN), 8, NONE, 1, 0, 0}};
  (void)state;
  load(code, COUNT_OF(code));
  for (int round = 0; round < 20; round++) {
    draw_facts(true);
    for (size_t i = 0; i < level_count; i++) {
      run(levels[i], all_rows());
      for (size_t row = 0; row < ROWS; row++) {
        Wide n = (Wide)bench.facts[0][row] * bench.facts[1][row] +
                 bench.facts[0][row];
        Wide wanted = quotient(n, bench.facts[2][row], RPL_ROUND_HALF_EVEN);
        bool is_done = !(has(&bench.strip.failed, row));
        if (wanted < INT64_MAX && wanted > -INT64_MAX)
          assert_true(is_done);
        if (is_done)
          assert_true(bench.amount[row] == wanted);
      }
    }
  }
}

/* f0 * f1 - f2 - f2, as a word where it is one. */
static void wide_values_are_narrowed(void **state) {
  RplLoweredCode code[] = {{OP(MUL_W), 2, FACT(0), FACT(1), 0, 0},
                           {OP(WIDEN), 4, FACT(2), 0, 0, 0},
                           {OP(SUB_W), 6, 2, 4, 0, 0},
                           {OP(MOVE_W), 8, 6, 0, 0, 0},
                           {OP(SUB_W), 10, 8, 4, 0, 0},
                           {OP(NARROW), 12, 10, 0, 0, 0},
                           {OP(RETURN), 12, NONE, 1, 0, 0}};
  (void)state;
  load(code, COUNT_OF(code));
  for (int round = 0; round < 20; round++) {
    draw_facts(false);
    for (size_t i = 0; i < level_count; i++) {
      RplRows active = draw_rows();
      run(levels[i], active);
      for (size_t row = 0; row < ROWS; row++) {
        Wide wanted = (Wide)bench.facts[0][row] * bench.facts[1][row] -
                      bench.facts[2][row] - bench.facts[2][row];
        bool is_word = wanted == (int64_t)wanted;
        bool is_active = has(&active, row);
        assert_int_equal(has(&bench.strip.failed, row), is_active && !is_word);
        assert_int_equal(bench.amount[row],
                         is_active && is_word ? (int64_t)wanted : 0);
      }
    }
  }
}

/* ---- days ---------------------------------------------------------------- */

/* Dates, instants and words of any size, many at the ends of the years and of
 * days. */
static int64_t draw_time(bool is_date) {
  static const int64_t ends[] = {RPL_DATE_MIN, RPL_DATE_MAX, 0, -719468, 11016};
  int64_t unit = is_date ? 1 : RPL_DAY_MICROS;
  int64_t near = (int64_t)(draw() % 5) - 2;
  switch (draw() % 4) {
  case 0:
    return draw_word();
  case 1:
    return ends[draw() % COUNT_OF(ends)] * unit + near;
  case 2:
    return (RPL_DATE_MIN + (int64_t)(draw() % 3652059)) * unit + near;
  default:
    return (int64_t)(draw() % 36524) * unit;
  }
}

/* What vm/civil.c makes of b and c; false: nothing. */
static bool expected_day(uint16_t op, int64_t b, int64_t c, int64_t *day) {
  RplYmd ymd;
  switch (op) {
  case OP(DATE_OF):
    return rpl_date_of(b, (int32_t)c, day);
  case OP(START_OF):
    return rpl_start_of(b, (int32_t)c, day);
  case OP(DAYS_LATER):
    return c % RPL_DAY_MICROS == 0 &&
           rpl_date_add_days(b, c / RPL_DAY_MICROS, day);
  case OP(DAYS_EARLIER):
    return c % RPL_DAY_MICROS == 0 &&
           rpl_date_add_days(b, -(c / RPL_DAY_MICROS), day);
  case OP(BUSINESS):
    return b >= 0 && rpl_date_add_business(c, b, day);
  default:
    if (!rpl_date_to_ymd(b, &ymd))
      return false;
    *day = op == OP(YEAR_OF)    ? ymd.year
           : op == OP(MONTH_OF) ? ymd.month
                                : ymd.day;
    return true;
  }
}

static int64_t draw_second(uint16_t op) {
  switch (op) {
  case OP(DATE_OF):
  case OP(START_OF):
    return draw() % 8 ? ((int64_t)(draw() % 48) - 24) * 3600 : draw_word();
  case OP(BUSINESS):
    return draw_time(true);
  default:
    return draw() % 8 ? ((int64_t)(draw() % 2000) - 1000) * RPL_DAY_MICROS
                      : draw_time(false);
  }
}

static void computes_days(void **state) {
  static const uint16_t ops[] = {OP(DATE_OF),      OP(START_OF), OP(DAYS_LATER),
                                 OP(DAYS_EARLIER), OP(BUSINESS), OP(YEAR_OF),
                                 OP(MONTH_OF),     OP(DAY_OF)};
  (void)state;
  for (size_t which = 0; which < COUNT_OF(ops); which++) {
    uint16_t op = ops[which];
    RplLoweredCode code[] = {
        {op, 3, FACT(0),
         rpl_lowered_form((RplLoweredOp)op)[2] == 'r' ? FACT(1) : 0, 0, 0},
        {OP(RETURN), 3, NONE, 2, 0, 0}};
    load(code, 2);
    for (int round = 0; round < 20; round++) {
      for (size_t row = 0; row < ROWS; row++) {
        bench.facts[0][row] = op == OP(BUSINESS) ? (int64_t)(draw() % 3000) - 10
                                                 : draw_time(op != OP(DATE_OF));
        bench.facts[1][row] = draw_second(op);
      }
      for (size_t i = 0; i < level_count; i++) {
        run(levels[i], all_rows());
        for (size_t row = 0; row < ROWS; row++) {
          int64_t day = 0;
          bool is_done =
              expected_day(op, bench.facts[0][row], bench.facts[1][row], &day);
          assert_int_equal(has(&bench.strip.failed, row), !is_done);
          assert_int_equal(bench.amount[row], day);
        }
      }
    }
  }
}

/* Every day of the valid years. */
static void knows_every_day(void **state) {
  static const uint16_t ops[] = {OP(YEAR_OF), OP(MONTH_OF), OP(DAY_OF)};
  (void)state;
  for (size_t which = 0; which < COUNT_OF(ops); which++) {
    RplLoweredCode code[] = {{ops[which], 3, FACT(0), 0, 0, 0},
                             {OP(RETURN), 3, NONE, 2, 0, 0}};
    const RplTileKernels *kernels = levels[level_count - 1];
    load(code, 2);
    for (int64_t first = RPL_DATE_MIN; first <= RPL_DATE_MAX; first += ROWS) {
      for (size_t row = 0; row < ROWS; row++)
        bench.facts[0][row] = first + (int64_t)row;
      run(kernels, all_rows());
      for (size_t row = 0; row < ROWS; row++) {
        int64_t part = 0;
        bool is_done = expected_day(ops[which], bench.facts[0][row], 0, &part);
        if (has(&bench.strip.failed, row) == is_done ||
            bench.amount[row] != part)
          fail_msg("day %lld", (long long)bench.facts[0][row]);
      }
    }
  }
}

static void facts_that_are_needed(void **state) {
  RplLoweredCode code[] = {
      {OP(IF_NONE), 0, 0, 0, 4, 0},  {OP(NEED), 1, 0, 0, 0, 0},
      {OP(KNOWN), 2, 0, 0, 0, 0},    {OP(RETURN), NONE, NONE, 1, 0, 0},
      {OP(IF_GIVEN), 1, 0, 0, 6, 0}, {OP(STOP), 0, 0, 0, 0, 0},
      {OP(CURRENCY), 0, 0, 0, 7, 0}, {OP(RETURN), NONE, NONE, 2, 0, 0}};
  (void)state;
  load(code, COUNT_OF(code));
  for (int round = 0; round < 12; round++) {
    for (size_t i = 0; i < SLOTS * RPL_STRIP_TILES; i++) {
      (&bench.given[0][0])[i] = draw();
      (&bench.none[0][0])[i] = draw() & ~(&bench.given[0][0])[i];
    }
    for (size_t i = 0; i < level_count; i++) {
      run(levels[i], all_rows());
      for (size_t row = 0; row < ROWS; row++) {
        size_t tile = row / 64, bit = row % 64;
        bool no_0 = bench.none[0][tile] >> bit & 1,
             has_1 = bench.given[1][tile] >> bit & 1;
        bool knows_2 = (bench.given[2][tile] | bench.none[2][tile]) >> bit & 1;
        int wanted = no_0 ? (has_1 ? 2 : 0) : has_1 && knows_2 ? 1 : 0;
        assert_int_equal(bench.outcome[row], wanted);
        assert_int_equal(has(&bench.strip.failed, row), wanted == 0);
      }
    }
  }
}

/* A fact, or a constant where it is none, or not given: one value, which no
 * path puts anywhere. A jump between makes it two paths again. */
static void defaults_are_values(void **state) {
  (void)state;
  bench.constants[0] = 77;
  for (unsigned how = 0; how < 4; how++) {
    bool is_given = how & 1, is_crossed = how & 2;
    uint16_t fact = FACT(1), other = 0;
    RplLoweredCode code[] = {
        {OP(IF_LT), FACT(0), 0, 0, is_crossed ? 4 : 1, 0},
        {is_given ? OP(IF_GIVEN) : OP(IF_NONE), 1, 0, 0, 4, 0},
        {OP(MOVE), 1, is_given ? other : fact, 0, 0, 0},
        {OP(JUMP), 0, 0, 0, 5, 0},
        {OP(MOVE), 1, is_given ? fact : other, 0, 0, 0},
        {OP(ADD), 2, 1, FACT(2), 0, 0},
        {OP(RETURN), 2, NONE, 1, 0, 0}};
    load(code, COUNT_OF(code));
    draw_facts(false);
    for (size_t i = 0; i < RPL_STRIP_TILES; i++) {
      bench.given[1][i] = draw();
      bench.none[1][i] = draw() & ~bench.given[1][i];
    }
    for (size_t i = 0; i < level_count; i++) {
      run(levels[i], all_rows());
      for (size_t row = 0; row < ROWS; row++) {
        const uint64_t *mask = is_given ? bench.given[1] : bench.none[1];
        bool jumps = mask[row / 64] >> (row % 64) & 1;
        if (is_crossed && bench.facts[0][row] < 77)
          jumps = true;
        int64_t word = jumps == is_given ? bench.facts[1][row] : 77;
        assert_int_equal(
            bench.amount[row],
            wrapped((uint64_t)word + (uint64_t)bench.facts[2][row]));
      }
    }
    uint32_t puts = 0;
    for (uint32_t i = 0; i < bench.stream.count; i++)
      puts += bench.stream.code[i].kind == RPL_TILE_PUT;
    assert_int_equal(puts > 0, is_crossed);
  }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(divides_exactly_or_not_at_all),
      WITH(ordinary_amounts_are_done),
      WITH(small_tiles_divide_exactly),
      WITH(only_nearest_is_exact),
      WITH(computes_words),
      WITH(both_arms_write_one_place),
      WITH(guards_decide_in_order),
      WITH(late_stops_past_the_years),
      WITH(wide_values_are_rounded_once),
      WITH(wide_values_are_narrowed),
      WITH(computes_days),
      WITH(knows_every_day),
      WITH(facts_that_are_needed),
      WITH(defaults_are_values),
  };
  find_levels();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
