/* SPDX-License-Identifier: Apache-2.0
 * rows.c - rows of facts, generated from fixed seeds. See bench.h. */
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

#define DAY     INT64_C(86400000000)
#define TODAY   (INT64_C(20514) * DAY) /* 2026-03-02 */
#define DOLLARS INT64_C(22116)         /* USD, as vm/currency.h numbers it */

const Text bench_texts[3] = {
    {"", 0}, {"no longer needed", 16}, {"security_center", 15}};

static int64_t text(int which) {
  return (int64_t)(intptr_t)&bench_texts[which];
}

uint64_t bench_random(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

uint64_t bench_below(uint64_t *state, uint64_t bound) {
  return bench_random(state) % bound;
}

static int64_t draw(uint64_t *state, int64_t low, int64_t high) {
  return low + (int64_t)bench_below(state, (uint64_t)(high - low) + 1);
}

static bool chance(uint64_t *state, unsigned percent) {
  return bench_below(state, 100) < percent;
}

bool rows_new(Rows *rows, size_t count, size_t slots) {
  rows->count = count;
  rows->slots = slots;
  rows->values = calloc(count * slots, sizeof *rows->values);
  rows->given = calloc(count, sizeof *rows->given);
  rows->none = calloc(count, sizeof *rows->none);
  return slots <= 64 && rows->values && rows->given && rows->none;
}

void rows_free(Rows *rows) {
  free(rows->values);
  free(rows->given);
  free(rows->none);
}

/* ---- one row ------------------------------------------------------------- */

typedef struct Row {
  int64_t *values;
  uint64_t *given;
  uint64_t *none;
} Row;

static Row row_at(const Rows *rows, size_t i) {
  return (Row){rows->values + i * rows->slots, &rows->given[i], &rows->none[i]};
}

static void give(Row row, int slot, int64_t value) {
  row.values[slot] = value;
  *row.given |= UINT64_C(1) << slot;
}

static void give_none(Row row, int slot) {
  row.values[slot] = 0;
  *row.none |= UINT64_C(1) << slot;
}

/* A value, or none for some rows. */
static void maybe(Row row, uint64_t *state, unsigned percent, int slot,
                  int64_t value) {
  if (chance(state, percent))
    give(row, slot, value);
  else
    give_none(row, slot);
}

/* ---- the gateway of the benchmark ---------------------------------------- */

typedef enum Path { LATE, PROMOTION, WHOLE, BLOCKED, DIVIDING } Path;

static Path draw_path(uint64_t *state) {
  uint64_t at = bench_below(state, 100);
  return at < 15   ? LATE
         : at < 23 ? PROMOTION
         : at < 48 ? WHOLE
         : at < 54 ? BLOCKED
                   : DIVIDING;
}

static void gateway_row(Row row, uint64_t *state, Path path) {
  int64_t paid = TODAY + draw(state, 0, 300) * DAY + draw(state, 0, DAY - 1);
  int64_t age = path == LATE ? draw(state, 7 * DAY + 1, 90 * DAY)
                             : draw(state, 0, 7 * DAY);
  int64_t quota = draw(state, 1, 100000);
  bool is_unused = path == WHOLE && chance(state, 60);
  give(row, 0, paid + age);
  give(row, 1, paid);
  give(row, 2, path == PROMOTION);
  give(row, 3, draw(state, 1, 2000000));
  give(row, 4, draw(state, 1, 2000000));
  give(row, 5, is_unused ? 0 : draw(state, 1, 5));
  give(row, 6, path == WHOLE || path == BLOCKED ? 0 : draw(state, 1, quota));
  give(row, 7, quota);
  give(row, 8, path != BLOCKED);
}

void rows_gateway(Rows *rows, bool is_mixed) {
  uint64_t state = is_mixed ? 11 : 7;
  for (size_t i = 0; i < rows->count; i++)
    gateway_row(row_at(rows, i), &state,
                is_mixed ? draw_path(&state) : DIVIDING);
}

void rows_outliers(Rows *rows) {
  uint64_t state = 23;
  rows_gateway(rows, true);
  for (size_t i = 0; i < rows->count; i++) {
    Row row = row_at(rows, i);
    if (bench_below(&state, 1000) == 0) {
      row.values[3] += INT64_C(1) << 55;
      row.values[4] += INT64_C(1) << 55;
    }
  }
}

/* ---- the Security Center ------------------------------------------------- */

static void sc_order(Row row, uint64_t *state, int64_t now) {
  int64_t cash = chance(state, 3) ? 0 : draw(state, 1, 200000);
  int64_t coupon = chance(state, 30) ? draw(state, 0, 20000) : 0;
  give(row, 0, chance(state, 5));
  give(row, 1, now - draw(state, 0, 9 * DAY));
  maybe(row, state, 40, 2, now - draw(state, 1, 600 * DAY));
  give(row, 3, text(2));
  give_none(row, 4);
  give(row, 5, chance(state, 85) ? 0 : draw(state, 1, 6));
  give(row, 6, DOLLARS);
  give(row, 7, cash + coupon);
  give(row, 8, cash);
  give(row, 9, coupon);
  maybe(row, state, 90, 10, cash * draw(state, 0, 100) / 100);
}

static void sc_form(Row row, uint64_t *state, int64_t now) {
  int64_t end = now + draw(state, 10, 300) * DAY;
  give(row, 11, chance(state, 95));
  give(row, 12, chance(state, 95));
  maybe(row, state, 90, 13, text(chance(state, 95)));
  give(row, 14, end);
  maybe(row, state, 95, 15, now - draw(state, 0, 20 * DAY));
  give(row, 16, now + draw(state, -DAY, 30 * DAY));
  give(row, 17, draw(state, 1, 200000));
  maybe(row, state, 90, 18,
        chance(state, 50) ? end : end + draw(state, 1, 90) * DAY);
  give(row, 19, draw(state, 0, 2));
  give(row, 20, text(1));
}

static void sc_request(Row row, uint64_t *state, int64_t now) {
  give(row, 33, chance(state, 92) ? 0 : draw(state, 1, 2));
  give(row, 34, chance(state, 93) ? 0 : draw(state, 1, 2));
  give(row, 35, chance(state, 90) ? 0 : draw(state, 1, 3));
  give(row, 36, chance(state, 98) ? draw(state, 0, 2) : 3);
  give(row, 37, now);
  give(row, 38, chance(state, 80));
  give(row, 39, now - draw(state, 0, 20 * DAY));
  maybe(row, state, 60, 40, now - draw(state, 0, 15 * DAY));
}

void rows_sc(Rows *rows) {
  uint64_t state = 31;
  for (size_t i = 0; i < rows->count; i++) {
    Row row = row_at(rows, i);
    int64_t now = TODAY + draw(&state, 0, 600 * DAY);
    sc_order(row, &state, now);
    sc_form(row, &state, now);
    sc_request(row, &state, now);
  }
}

/* ---- the bundled gateway ------------------------------------------------- */

static void cms_usage(Row row, uint64_t *state, Path path) {
  const int64_t unit = 1000000; /* six places */
  int64_t quota = draw(state, 1, 100000) * unit;
  bool is_added = path != WHOLE || chance(state, 40);
  int64_t consumed = path == WHOLE || path == BLOCKED
                         ? 0
                         : draw(state, 1, quota / unit) * unit;
  give(row, 0, is_added);
  if (is_added)
    give(row, 1, TODAY);
  else
    give_none(row, 1);
  give(row, 2, quota);
  give(row, 3, consumed);
  give_none(row, 4);
  give_none(row, 5);
  give(row, 6, path != BLOCKED);
  give(row, 7, chance(state, 50));
}

static void cms_order(Row row, uint64_t *state, Path path) {
  int64_t paid = TODAY + draw(state, 0, 300 * DAY);
  int64_t cash = draw(state, 1, 2000000);
  int64_t coupon = chance(state, 30) ? draw(state, 1, 1000) : 0;
  give(row, 11,
       paid + (path == LATE ? draw(state, 7 * DAY + 1, 90 * DAY)
                            : draw(state, 0, 7 * DAY)));
  give(row, 12, paid);
  give(row, 13, 0);
  give(row, 14, DOLLARS);
  give(row, 15, cash + coupon);
  give(row, 16, cash);
  give(row, 17, coupon);
  give(row, 18, path == PROMOTION);
  give(row, 19, path == PROMOTION && chance(state, 50));
  give(row, 20, 0);
  give_none(row, 21);
  give(row, 22, 1);
}

void rows_cms_gateway(Rows *rows) {
  uint64_t state = 41;
  for (size_t i = 0; i < rows->count; i++) {
    Path path = draw_path(&state);
    cms_usage(row_at(rows, i), &state, path);
    cms_order(row_at(rows, i), &state, path);
  }
}

/* ---- generated policies -------------------------------------------------- */

/* No guard fires. */
void rows_guards(Rows *rows) {
  uint64_t state = 53;
  for (size_t i = 0; i < rows->count; i++)
    for (int slot = 0; slot < 10; slot++)
      give(row_at(rows, i), slot, draw(&state, 0, 1000));
}

void rows_keyed(Rows *rows, unsigned keys) {
  uint64_t state = 61;
  for (size_t i = 0; i < rows->count; i++) {
    give(row_at(rows, i), 0, draw(&state, 0, (int64_t)keys - 1));
    give(row_at(rows, i), 1, draw(&state, 0, 30));
  }
}
