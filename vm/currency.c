/* SPDX-License-Identifier: Apache-2.0
 * currency.c - see currency.h. */
#include "vm/currency.h"

#include <string.h>

typedef struct Entry {
  char code[4];
  int16_t numeric;
  int8_t digits;
} Entry;

static const Entry entries[] = {
#define RPL_CURRENCY(code, numeric, digits) {#code, numeric, digits},
#include "vm/currencies.def"
#undef RPL_CURRENCY
};

#define ENTRY_COUNT (sizeof entries / sizeof entries[0])

/* Binary search; the list is sorted by code. */
static const Entry *find(const char code[3]) {
  size_t low = 0;
  size_t high = ENTRY_COUNT;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = memcmp(code, entries[middle].code, 3);
    if (order == 0)
      return &entries[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

static const Entry *find_id(RplCurrency currency) {
  char code[RPL_CURRENCY_CODE_BYTES];
  rpl_currency_code(currency, code);
  return find(code);
}

RplCurrency rpl_currency_from_code(RplSlice code) {
  unsigned id = 0;
  if (code.length != 3 || !find(code.data))
    return RPL_CURRENCY_NONE;
  for (int i = 0; i < 3; i++)
    id = id << 5 | (unsigned)(code.data[i] - 'A' + 1);
  return (RplCurrency)id;
}

/* Currencies that are looked up most, before the search. */
#define ID(a, b, c) (((a) - '@') << 10 | ((b) - '@') << 5 | ((c) - '@'))

int rpl_currency_digits(RplCurrency currency) {
  if (currency == ID('U', 'S', 'D') || currency == ID('C', 'N', 'Y') ||
      currency == ID('E', 'U', 'R'))
    return 2;
  const Entry *entry = find_id(currency);
  return entry ? entry->digits : -1;
}

int rpl_currency_numeric(RplCurrency currency) {
  const Entry *entry = find_id(currency);
  return entry ? entry->numeric : -1;
}

void rpl_currency_code(RplCurrency currency, char out[4]) {
  memset(out, 0, RPL_CURRENCY_CODE_BYTES);
  if (currency >> 15) /* not three times five bits */
    return;
  for (int i = 0; i < 3; i++) {
    int letter = currency >> (10 - 5 * i) & 31;
    if (letter < 1 || letter > 26) {
      memset(out, 0, RPL_CURRENCY_CODE_BYTES);
      return;
    }
    out[i] = (char)('A' + letter - 1);
  }
}
