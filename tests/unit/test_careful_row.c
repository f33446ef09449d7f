/* SPDX-License-Identifier: Apache-2.0
 * test_careful_row.c - decision tables row by row. Every chain of up to four
 * rows whose guards are true, false, unknown or in error and whose values are
 * two numbers, none, unknown or in error is compared with what the meaning in
 * vm/careful_row.h says of all its rows at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vm/careful_row.h"

enum { TRUE_GUARD, FALSE_GUARD, UNKNOWN_GUARD, ERROR_GUARD, GUARDS };
enum { ONE, TWO, NO_VALUE, UNKNOWN_VALUE, ERROR_VALUE_GIVEN, VALUES };
enum { MOST_ROWS = 4 };

typedef struct Row {
  unsigned guard, value;
} Row;

static RplValue guard_of(unsigned guard) {
  switch (guard) {
  case TRUE_GUARD:
    return rpl_value_boolean(true);
  case FALSE_GUARD:
    return rpl_value_boolean(false);
  case UNKNOWN_GUARD:
    return rpl_value_unknown();
  default:
    return rpl_value_error(RPL_ERROR_CONFLICT, 7);
  }
}

static RplValue value_of(unsigned value) {
  switch (value) {
  case ONE:
  case TWO:
    return rpl_value_number(RPL_KIND_INTEGER,
                            rpl_number_from_int(value == ONE ? 1 : 2));
  case NO_VALUE:
    return rpl_value_none();
  case UNKNOWN_VALUE:
    return rpl_value_unknown();
  default:
    return rpl_value_error(RPL_ERROR_TOO_LARGE, 8);
  }
}

static RplValue run(const Row *rows, size_t count) {
  const RplTypeRecord type = {RPL_KIND_INTEGER, 1, 0};
  RplValue chain = rpl_value_none();
  for (size_t i = 0; i < count; i++) {
    RplValue guard = guard_of(rows[i].guard), value = value_of(rows[i].value);
    chain = rpl_careful_row(&chain, &guard, &value);
  }
  return rpl_careful_table(&chain, &type, 9);
}

/* What a value is, as one of the above; error values stand for one another. */
static unsigned form_of(const RplValue *value) {
  int64_t number = 0;
  switch ((RplState)value->state) {
  case RPL_STATE_UNKNOWN:
    return UNKNOWN_VALUE;
  case RPL_STATE_NONE:
    return NO_VALUE;
  case RPL_STATE_ERROR:
    return ERROR_VALUE_GIVEN;
  default:
    assert_true(rpl_number_to_int64(value->as.number, &number));
    assert_int_equal(value->kind, RPL_KIND_INTEGER);
    return number == 1 ? ONE : TWO;
  }
}

/* The meaning, looking at all rows at once. */
static unsigned expected_of(const Row *rows, size_t count) {
  bool is_unknown = false, differ = false;
  unsigned agreed = VALUES;
  for (size_t i = 0; i < count; i++) {
    if (rows[i].guard == TRUE_GUARD)
      return rows[i].value;
    if (rows[i].guard == FALSE_GUARD)
      continue;
    is_unknown |=
        rows[i].guard == UNKNOWN_GUARD || rows[i].value == UNKNOWN_VALUE;
    differ |= rows[i].value >= UNKNOWN_VALUE ||
              (agreed != VALUES && agreed != rows[i].value);
    agreed = rows[i].value;
  }
  if (agreed == VALUES)
    return ERROR_VALUE_GIVEN; /* no row can stand */
  if (!differ)
    return agreed;
  return is_unknown ? UNKNOWN_VALUE : ERROR_VALUE_GIVEN;
}

/* Rows do not overlap: beside one that stands all others are false. */
static bool can_be(const Row *rows, size_t count) {
  size_t standing = 0, open = 0;
  for (size_t i = 0; i < count; i++) {
    standing += rows[i].guard == TRUE_GUARD;
    open += rows[i].guard > FALSE_GUARD;
  }
  return standing == 0 || (standing == 1 && open == 0);
}

static void test_every_chain(void **state) {
  (void)state;
  size_t tried = 0;
  for (size_t count = 0; count <= MOST_ROWS; count++) {
    size_t chains = 1;
    for (size_t i = 0; i < count; i++)
      chains *= (size_t)GUARDS * VALUES;
    for (size_t n = 0; n < chains; n++) {
      Row rows[MOST_ROWS];
      size_t rest = n;
      for (size_t i = 0; i < count; i++) {
        rows[i] = (Row){(unsigned)(rest % GUARDS),
                        (unsigned)(rest / GUARDS % VALUES)};
        rest /= (size_t)GUARDS * VALUES;
      }
      if (!can_be(rows, count))
        continue;
      RplValue result = run(rows, count);
      tried++;
      if (form_of(&result) != expected_of(rows, count))
        fail_msg("%zu rows, chain %zu", count, n);
    }
  }
  assert_true(tried > 10000);
}

/* A value that no row stands for lies outside the bounds of its column. */
static void test_no_row_is_out_of_range(void **state) {
  (void)state;
  Row rows[1] = {{FALSE_GUARD, ONE}};
  RplValue result = run(rows, 1);
  assert_int_equal(result.state, RPL_STATE_ERROR);
  assert_int_equal(result.error, RPL_ERROR_OUT_OF_RANGE);
  assert_int_equal(result.detail, 9);
}

/* Rows that agree in a value of an enumeration give one of that enumeration,
 * and those that agree in zero the zero that tells its currency. */
static void test_agreed_values_are_whole(void **state) {
  (void)state;
  const RplTypeRecord colour = {RPL_KIND_ENUM, 1, 3};
  const RplTypeRecord money = {RPL_KIND_MONEY, 1, 0};
  RplValue unknown = rpl_value_unknown(), none = rpl_value_none();
  RplValue red = rpl_value_enum(3, 1);
  RplValue bare = rpl_value_money(rpl_number_from_int(0), RPL_CURRENCY_NONE);
  RplValue full = rpl_value_money(
      rpl_number_from_int(0), rpl_currency_from_code(rpl_slice_from("USD")));
  RplValue chain = rpl_careful_row(&none, &unknown, &red);
  RplValue result = rpl_careful_table(&chain, &colour, 0);
  assert_int_equal(result.state, RPL_STATE_KNOWN);
  assert_int_equal(result.detail, 3);
  assert_int_equal(result.as.integer, 1);
  chain = rpl_careful_row(&none, &unknown, &bare);
  chain = rpl_careful_row(&chain, &unknown, &full);
  result = rpl_careful_table(&chain, &money, 0);
  assert_int_equal(result.currency, full.currency);
}

/* A program made by hand may put a value of its own under TABLE. */
static void test_notes_of_others_are_no_values(void **state) {
  (void)state;
  const RplTypeRecord text = {RPL_KIND_TEXT, 1, 0};
  RplValue strange = rpl_value_unknown();
  strange.kind = RPL_KIND_NUMBER | 0x40u;
  RplValue result = rpl_careful_table(&strange, &text, 0);
  assert_int_equal(result.state, RPL_STATE_UNKNOWN);
  assert_int_equal(result.kind, RPL_KIND_NOTHING);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_chain),
      cmocka_unit_test(test_no_row_is_out_of_range),
      cmocka_unit_test(test_agreed_values_are_whole),
      cmocka_unit_test(test_notes_of_others_are_no_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
