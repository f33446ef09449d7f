/* SPDX-License-Identifier: Apache-2.0
 *
 * test_currency.c - tests of vm/currency.h.
 * The exceptions to two minor digits are listed here by hand from ISO 4217 and
 * compared with the whole list, so that a slip in either shows. */
#include "vm/currency.h"
#include "vm/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

typedef struct Listed {
  const char *code;
  int numeric;
  int digits;
} Listed;

static const Listed listed[] = {
#define RPL_CURRENCY(code, numeric, digits) {#code, numeric, digits},
#include "vm/currencies.def"
#undef RPL_CURRENCY
};

static RplCurrency id_of(const char *code) {
  return rpl_currency_from_code(rpl_slice_from(code));
}

static void every_code_round_trips(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT_OF(listed); i++) {
    char code[RPL_CURRENCY_CODE_BYTES];
    RplCurrency id = id_of(listed[i].code);
    assert_int_not_equal(id, RPL_CURRENCY_NONE);
    rpl_currency_code(id, code);
    assert_string_equal(code, listed[i].code);
    assert_int_equal(rpl_currency_digits(id), listed[i].digits);
    assert_int_equal(rpl_currency_numeric(id), listed[i].numeric);
  }
}

static void list_is_sorted_and_unique(void **state) {
  (void)state;
  assert_int_equal(COUNT_OF(listed), 165);
  for (size_t i = 0; i < COUNT_OF(listed); i++) {
    assert_int_equal(strlen(listed[i].code), 3);
    assert_in_range(listed[i].numeric, 1, 999);
    assert_in_range(listed[i].digits, 0, RPL_CURRENCY_MAX_DIGITS);
    if (i)
      assert_true(strcmp(listed[i - 1].code, listed[i].code) < 0);
    for (size_t j = 0; j < i; j++)
      assert_int_not_equal(listed[i].numeric, listed[j].numeric);
  }
}

static int expected_digits(const char *code) {
  static const char zero[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI "
                             "VND VUV XAF XOF XPF";
  static const char three[] = "BHD IQD JOD KWD LYD OMR TND";
  static const char four[] = "CLF UYW";
  return strstr(zero, code)    ? 0
         : strstr(three, code) ? 3
         : strstr(four, code)  ? 4
                               : 2;
}

static void minor_digits(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT_OF(listed); i++)
    assert_int_equal(rpl_currency_digits(id_of(listed[i].code)),
                     expected_digits(listed[i].code));
}

static void known_facts(void **state) {
  (void)state;
  assert_int_equal(id_of("AUD"), 1 << 10 | 21 << 5 | 4);
  assert_int_equal(rpl_currency_numeric(id_of("USD")), 840);
  assert_int_equal(rpl_currency_numeric(id_of("EUR")), 978);
  assert_int_equal(rpl_currency_numeric(id_of("CNY")), 156);
  assert_int_equal(rpl_currency_numeric(id_of("JPY")), 392);
  assert_int_equal(rpl_currency_numeric(id_of("KWD")), 414);
  assert_true(id_of("AED") < id_of("USD"));
}

static void other_texts_are_none(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",    "US",  "USDX", "usd",  "Usd",       "U D",         "840", "AAA",
      "ZZZ", "XAU", "XDR",  "XXX",  "XTS",       "DEM",         "HRK", "BGN",
      "US$", "@@@", "[[[",  "US\n", "\xc3\xa9X", "\xff\xff\xff"};
  for (size_t i = 0; i < COUNT_OF(bad); i++)
    assert_int_equal(id_of(bad[i]), RPL_CURRENCY_NONE);
  assert_int_equal(rpl_currency_from_code((RplSlice){NULL, 0}),
                   RPL_CURRENCY_NONE);
  assert_int_equal(rpl_currency_from_code((RplSlice){"US\0", 3}),
                   RPL_CURRENCY_NONE);
}

/* Of all 65,536 ids exactly the listed ones have digits. */
static void every_id(void **state) {
  (void)state;
  size_t known = 0;
  for (unsigned id = 0; id <= UINT16_MAX; id++) {
    char code[RPL_CURRENCY_CODE_BYTES];
    rpl_currency_code((RplCurrency)id, code);
    size_t length = strlen(code);
    assert_true(length == 0 || length == 3);
    int digits = rpl_currency_digits((RplCurrency)id);
    known += digits >= 0;
    assert_int_equal(digits >= 0, id && id_of(code) == id);
    assert_int_equal(rpl_currency_numeric((RplCurrency)id) > 0, digits >= 0);
  }
  assert_int_equal(known, COUNT_OF(listed));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_code_round_trips),
      cmocka_unit_test(list_is_sorted_and_unique),
      cmocka_unit_test(minor_digits),
      cmocka_unit_test(known_facts),
      cmocka_unit_test(other_texts_are_none),
      cmocka_unit_test(every_id),
  };
  return cmocka_run_group_tests_name("currency", tests, NULL, NULL);
}
