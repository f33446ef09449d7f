/* SPDX-License-Identifier: Apache-2.0
 *
 * currency.h - the currencies of ISO 4217 and their minor units.
 * It is not for amounts, symbols, names or exchange rates.
 *
 * Invariant: an id is made of the code's letters alone, so ids (and programs
 * that hold them) stay the same when currencies.def gains or loses an entry.
 */
#ifndef RPL_VM_CURRENCY_H
#define RPL_VM_CURRENCY_H

#include "rpl/base.h"

/* A currency: 0 is none; otherwise the three letters of the code, five bits
 * each with A = 1 .. Z = 26, the first letter highest (AUD = 1 << 10 | 21 << 5
 * | 4). Ids sort as codes do. */
typedef uint16_t RplCurrency;

#define RPL_CURRENCY_NONE ((RplCurrency)0)

/* Largest number of minor digits of any currency. */
#define RPL_CURRENCY_MAX_DIGITS 4

/* Room for a code and its terminating NUL. */
#define RPL_CURRENCY_CODE_BYTES 4

/* The id of a code of three capital letters that currencies.def lists;
 * RPL_CURRENCY_NONE for any other text. */
RplCurrency rpl_currency_from_code(RplSlice code);

/* Digits of the minor unit: USD 2, JPY 0, KWD 3; -1 for none, for an id that
 * is not listed and for a number that is no id. */
int rpl_currency_digits(RplCurrency currency);

/* The numeric code of ISO 4217, 1..999: USD 840; -1 as above. */
int rpl_currency_numeric(RplCurrency currency);

/* Writes the code and a NUL. For a number that does not unpack to three
 * letters it writes the empty text; the id need not be listed. */
void rpl_currency_code(RplCurrency currency, char out[4]);

#endif /* RPL_VM_CURRENCY_H */
