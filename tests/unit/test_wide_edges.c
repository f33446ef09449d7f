/* SPDX-License-Identifier: Apache-2.0
 * test_wide_edges.c - amounts whose numerators and denominators lie at and
 * beside 2^31, 2^52, 2^63, 2^126 and 2^127, on both sides of zero, by every
 * engine: products of three and four factors, sums of them, divisions of wide
 * by wide. The exact amounts, and where the lowered form must stop, come from
 * wide_edges.py. Also a column in which one row in a thousand is out of range.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/engine_rows.h"

typedef enum Formula {
  BALANCE,
  QUOTIENT,
  FOUR,
  SUMS,
  SHARE,
  REST,
  COMPARE
} Formula;

typedef enum Mode { HALF_UP, HALF_EVEN, FLOOR } Mode;

enum { FACTS = 9 };

typedef struct Edge {
  Formula formula;
  Mode mode;
  int64_t facts[FACTS];
  uint32_t outcome;
  int64_t amount;
  bool is_large, is_fast;
} Edge;

static const Edge edges[] = {
#define EDGE(formula, mode, m, n, a, b, e, f, g, c, d, outcome, amount, large, \
             fast)                                                             \
  {formula, mode, {m, n, a, b, e, f, g, c, d}, outcome, amount, large, fast},
#include "wide_edges.def"
#undef EDGE
};

#define EDGES (sizeof edges / sizeof edges[0])

static const char *const rules[] = {
    [BALANCE] = "output amount : required money = "
                "(m * a * b + n * e - m * f * g) / c for refund;\n",
    [QUOTIENT] = "output amount : required money = m * a * b / (c * d) for "
                 "refund;\n",
    [FOUR] = "output amount : required money = m * a * b * e / (c * d * d) "
             "for refund;\n",
    [SUMS] = "output amount : required money = "
             "(m * a * b * e + n * f * g) / (c * d) for refund;\n",
    [SHARE] = "output amount : required money = m * a / c for refund;\n",
    [REST] = "output amount : required money = m - m * a / c for refund;\n",
    [COMPARE] = "output amount : required money = n for refund;\n"
                "denied over if m * a * b + n * e > m * f * g;\n"
                "blocked same if m * a * b + n * e == m * f * g;\n"};

static RplProgram *load(Formula formula, Mode mode) {
  static const char *const modes[] = {"half_up", "half_even", "floor"};
  char text[2048];
  (void)snprintf(
      text, sizeof text,
      "edition 1; policy p \"P\"; outcome denied; outcome blocked;\n"
      "outcome refund as partial_refund;\n"
      "outcome needs_info for unknown; outcome manual_review for error;\n"
      "setting rounding : rounding = %s;\n"
      "fact m : money; fact n : money; fact a : integer; fact b : integer;\n"
      "fact e : integer; fact f : integer; fact g : integer;\n"
      "fact c : integer > 0; fact d : integer > 0;\n"
      "%srefund rest if c > 0;\notherwise denied;\n",
      modes[mode], rules[formula]);
  return engine_rows_load(text);
}

static void assert_edge(const Edge *edge, const RplVerdict *verdict,
                        bool is_fast) {
  const uint32_t flags = RPL_VERDICT_AMOUNT | RPL_VERDICT_LARGE;
  bool has_amount = edge->outcome == 2;
  if (verdict->outcome != edge->outcome || verdict->amount != edge->amount ||
      (verdict->flags & flags) != (edge->is_large ? RPL_VERDICT_LARGE
                                   : has_amount   ? RPL_VERDICT_AMOUNT
                                                  : 0) ||
      is_fast != edge->is_fast)
    fail_msg("edge %zu: outcome %u amount %lld flags %u fast %d",
             (size_t)(edge - edges), verdict->outcome,
             (long long)verdict->amount, verdict->flags, is_fast);
}

/* All edges of one formula, as a table. */
static void test_formula(Formula formula, Mode mode) {
  static int64_t values[EDGES][FACTS];
  static size_t places[EDGES];
  static RplVerdict expected[EDGES];
  static bool is_fast[EDGES];
  EngineRows rows = {.values = values[0],
                     .currency = rpl_slot_currency("JPY"),
                     .expected = expected,
                     .is_fast = is_fast};
  RplProgram *program = load(formula, mode);
  assert_non_null(program);
  rows.program = program;
  for (size_t i = 0; i < EDGES; i++) {
    if (edges[i].formula != formula || edges[i].mode != mode)
      continue;
    places[rows.row_count] = i;
    for (int fact = 0; fact < FACTS; fact++)
      values[rows.row_count][fact] = edges[i].facts[fact];
    rows.row_count++;
  }
  assert_true(rows.row_count > 0);
  assert_true(engine_rows_agree(&rows));
  for (uint32_t row = 0; row < rows.row_count; row++)
    assert_edge(&edges[places[row]], &expected[row], is_fast[row]);
  assert_true(rows.fast_count > 0);
  assert_true(rows.fast_count < rows.row_count);
  rpl_program_free(program);
}

static void test_balances(void **state) {
  (void)state;
  test_formula(BALANCE, HALF_UP);
  test_formula(BALANCE, HALF_EVEN);
  test_formula(BALANCE, FLOOR);
}

static void test_quotients_of_wide_values(void **state) {
  (void)state;
  test_formula(QUOTIENT, HALF_UP);
}

static void test_products_of_four_factors(void **state) {
  (void)state;
  test_formula(FOUR, HALF_EVEN);
}

static void test_sums_of_products(void **state) {
  (void)state;
  test_formula(SUMS, FLOOR);
}

static void test_shares(void **state) {
  (void)state;
  test_formula(SHARE, HALF_UP);
  test_formula(SHARE, HALF_EVEN);
  test_formula(REST, HALF_UP);
}

static void test_comparisons(void **state) {
  (void)state;
  test_formula(COMPARE, HALF_UP);
}

/* ---- a column with outliers ---------------------------------------------- */

enum { FEE, USED, QUOTA, COLUMNS, ROWS = 4096, EVERY = 1000 };

static const char shares[] =
    "edition 1; policy p \"P\"; outcome denied;\n"
    "outcome refund as partial_refund;\n"
    "outcome needs_info for unknown; outcome manual_review for error;\n"
    "setting rounding : rounding = half_up;\n"
    "fact fee : money; fact used : integer; fact quota : integer > 0;\n"
    "denied spent if used > quota;\nrefund rest if used >= 0;\n"
    "output amount : required money = fee - fee * used / quota for refund;\n"
    "otherwise denied;\n";

/* What half up makes of fee - fee * used / quota, for a row that is none of
 * the outliers: fees to 999, quotas 1 to 300, used no more than that. */
static int64_t plain_amount(const int64_t *row) {
  int64_t num = row[FEE] * (row[QUOTA] - row[USED]);
  return (2 * num + row[QUOTA]) / (2 * row[QUOTA]);
}

/* One row in a thousand, from the first on, has the facts `outlier`: it alone
 * leaves its tile, and no other row gets other bytes for it. */
static void decide_with(const RplProgram *program, const int64_t *outlier) {
  static int64_t values[ROWS][COLUMNS];
  static RplVerdict expected[ROWS];
  const uint32_t outliers = (ROWS + EVERY - 1) / EVERY;
  EngineRows rows = {.program = program,
                     .values = values[0],
                     .row_count = ROWS,
                     .currency = rpl_slot_currency("USD"),
                     .expected = expected};
  for (int row = 0; row < ROWS; row++) {
    values[row][FEE] = row % EVERY ? row * 7 % 1000 : outlier[FEE];
    values[row][QUOTA] = row % EVERY ? 1 + row % 300 : outlier[QUOTA];
    values[row][USED] = row % EVERY ? row * 3 % (1 + row % 300) : outlier[USED];
  }
  assert_true(engine_rows_agree(&rows));
  assert_int_equal(rows.tiled_count, ROWS - outliers);
  for (int row = 0; row < ROWS; row++) {
    if (row % EVERY == 0)
      continue;
    assert_int_equal(expected[row].outcome, 1);
    assert_int_equal(expected[row].amount, plain_amount(values[row]));
  }
}

static void test_one_row_in_a_thousand_is_out_of_range(void **state) {
  static const int64_t outliers[][COLUMNS] = {
      {INT64_MAX, 1, 3},
      {INT64_MIN, 1, 3},
      {INT64_C(1) << 52, 1, 3},
      {-(INT64_C(1) << 52), 1, 3},
      {160, 40, 0},
      {160, 40, INT64_MIN},
      {INT64_C(1) << 51, 7, 11},
      {INT64_MAX, INT64_MAX - 1, INT64_MAX},
      {INT64_MIN, 1, INT64_MAX},
      {160, INT64_C(1) << 62, INT64_MAX}};
  RplProgram *program = engine_rows_load(shares);
  (void)state;
  assert_non_null(program);
  for (size_t i = 0; i < sizeof outliers / sizeof outliers[0]; i++)
    decide_with(program, outliers[i]);
  rpl_program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_balances),
      cmocka_unit_test(test_quotients_of_wide_values),
      cmocka_unit_test(test_products_of_four_factors),
      cmocka_unit_test(test_sums_of_products),
      cmocka_unit_test(test_shares),
      cmocka_unit_test(test_comparisons),
      cmocka_unit_test(test_one_row_in_a_thousand_is_out_of_range),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
