/* SPDX-License-Identifier: Apache-2.0
 *
 * number.h - exact rational numbers: the only numbers that RPL computes with.
 * They serve number, integer and money; currencies, units and the error values
 * of the language are not known here.
 *
 * INVARIANT: a value is in lowest terms, its denominator is positive, and it is
 * in the small form whenever both sides fit (numerator in the range of int64_t,
 * denominator in 1..INT64_MAX); zero is 0/1. So there is one representation for
 * each value, and equality is comparison of representations.
 *
 * LIMIT: each side has at most RPL_NUMBER_MAX_BITS bits. The limit is judged on
 * the reduced result alone, never on an intermediate, so it does not depend on
 * how an operation is carried out.
 *
 * Values are immutable and passed by value. A big value borrows its limbs from
 * the arena that it was made in and dies with it; an operation may return one
 * of its operands, so a result lives as long as the shortest-lived of its arena
 * and its operands' arenas. Only big results take memory from the arena: where
 * both sides of the result are small, `arena` is not touched.
 */
#ifndef RPL_VM_NUMBER_H
#define RPL_VM_NUMBER_H

#include "rpl/base.h"
#include "vm/arena.h"
#include "vm/wide.h"

#include <stdbool.h>

/* LIMIT: bits in the numerator and in the denominator of a value. */
#define RPL_NUMBER_MAX_BITS 4096

/* LIMIT: 64-bit limbs in one side of a value. */
#define RPL_NUMBER_MAX_LIMBS (RPL_NUMBER_MAX_BITS / 64)

/* LIMIT: digits before the exponent in a text that is read, and digits in a
 * decimal expansion that is written. Above the 1,234 digits of the largest
 * numerator, so that whatever is written can be read back. */
#define RPL_NUMBER_MAX_DIGITS 1300

/* LIMIT: places to round, scale and print to (and, negated, to round to). */
#define RPL_NUMBER_MAX_PLACES 1000

/* Places for which a power of ten fits the small form. */
#define RPL_NUMBER_SMALL_PLACES 18

/* Bytes that hold every text written here, with its terminating NUL: the
 * longest is a sign and 1,234 + 1 + 1,234 characters. */
#define RPL_NUMBER_TEXT_MAX 2480

typedef struct RplNumber {
  const uint64_t *limbs; /* NULL: small. Else numerator limbs, then denominator
                            limbs, least significant first, in an arena */
  int64_t num;           /* small: numerator; big: sign, -1 or 1 */
  uint64_t den;          /* small: denominator, 1..INT64_MAX;
                            big: numerator limbs << 32 | denominator limbs */
} RplNumber;

/* Bytes of the limbs that a value borrows; 0 for a small one. */
static inline size_t rpl_number_limb_bytes(RplNumber x) {
  return x.limbs ? (size_t)((x.den >> 32) + (x.den & UINT32_MAX)) * 8u : 0;
}

/* What an operation came to. On anything but RPL_NUMBER_OK, *out is left as it
 * was. */
typedef enum RplNumberStatus {
  RPL_NUMBER_OK = 0,
  RPL_NUMBER_TOO_LARGE,        /* the result is past one of the limits above */
  RPL_NUMBER_DIVISION_BY_ZERO, /* the divisor or denominator is zero */
  RPL_NUMBER_MEMORY,           /* the arena gave no memory */
  RPL_NUMBER_INEXACT,          /* no such multiple of 10^-places */
  RPL_NUMBER_SYNTAX            /* the text or the bytes are not a number */
} RplNumberStatus;

/* How a value that lies between two multiples is rounded. The values are
 * FORMAT: they stand in compiled programs and are never renumbered. */
typedef enum RplRounding {
  RPL_ROUND_HALF_UP = 0, /* to the nearest, ties away from zero */
  RPL_ROUND_HALF_EVEN,   /* to the nearest, ties to the even multiple */
  RPL_ROUND_HALF_DOWN,   /* to the nearest, ties toward zero */
  RPL_ROUND_UP,          /* away from zero */
  RPL_ROUND_DOWN,        /* toward zero */
  RPL_ROUND_CEILING,     /* toward positive infinity */
  RPL_ROUND_FLOOR        /* toward negative infinity */
} RplRounding;

#define RPL_ROUNDING_COUNT 7

/* The name of a mode as policies write it ("half_up"); static. "?" for a value
 * that is not a mode. */
const char *rpl_rounding_name(RplRounding mode);

/* Finds the mode of that exact name; false, *out untouched, if there is none.
 */
bool rpl_rounding_from_name(RplSlice name, RplRounding *out);

/* One lower-case phrase for a status ("number too large"); static. */
const char *rpl_number_status_name(RplNumberStatus status);

/* ---- making values ---- */

/* The integer n. Cannot fail. */
RplNumber rpl_number_from_int(int64_t n);

/* n * 10^-places: the way from a fact slot to a value. Takes no memory.
 * TOO_LARGE if places > RPL_NUMBER_SMALL_PLACES. */
RplNumberStatus rpl_number_from_int_places(int64_t n, unsigned places,
                                           RplNumber *out);

/* num / den, reduced. DIVISION_BY_ZERO; MEMORY (INT64_MIN as a denominator can
 * need a big result, e.g. 1 / INT64_MIN). */
RplNumberStatus rpl_number_from_ratio(RplArena *arena, int64_t num, int64_t den,
                                      RplNumber *out);

/* num / den, or -(num / den), reduced; the limbs are copied. For the modules
 * that make numbers from wide integers. DIVISION_BY_ZERO, TOO_LARGE, MEMORY. */
RplNumberStatus rpl_number_from_wide(RplArena *arena, bool is_negative,
                                     RplWideView num, RplWideView den,
                                     RplNumber *out);

/* ---- arithmetic: OK, TOO_LARGE or MEMORY; *out may be an operand ---- */

RplNumberStatus rpl_number_add(RplArena *arena, RplNumber a, RplNumber b,
                               RplNumber *out);
RplNumberStatus rpl_number_sub(RplArena *arena, RplNumber a, RplNumber b,
                               RplNumber *out);
RplNumberStatus rpl_number_mul(RplArena *arena, RplNumber a, RplNumber b,
                               RplNumber *out);

/* a / b; also DIVISION_BY_ZERO. */
RplNumberStatus rpl_number_div(RplArena *arena, RplNumber a, RplNumber b,
                               RplNumber *out);

/* -x and |x|. Never TOO_LARGE; MEMORY only for the numerators 2^63 and -2^63,
 * whose forms differ; other big results share the limbs of x. */
RplNumberStatus rpl_number_neg(RplArena *arena, RplNumber x, RplNumber *out);
RplNumberStatus rpl_number_abs(RplArena *arena, RplNumber x, RplNumber *out);

/* Rounds x to a multiple of 10^-places (places < 0: of tens, hundreds, ...).
 * A value that is one already is returned as it is. TOO_LARGE also if places is
 * not in -RPL_NUMBER_MAX_PLACES..RPL_NUMBER_MAX_PLACES; SYNTAX if mode is not
 * one of the seven. */
RplNumberStatus rpl_number_round(RplArena *arena, RplNumber x, int places,
                                 RplRounding mode, RplNumber *out);

/* ---- questions: these never fail and take no memory ---- */

/* -1, 0 or 1 as a is less than, equal to or greater than b. */
int rpl_number_compare(RplNumber a, RplNumber b);

/* Whether a and b are the same value; cheaper than comparing. */
bool rpl_number_equal(RplNumber a, RplNumber b);

/* -1, 0 or 1. */
int rpl_number_sign(RplNumber x);

/* Whether the denominator is 1. */
bool rpl_number_is_integer(RplNumber x);

/* Writes x to *out and returns true if it is an integer that fits; else false,
 * *out untouched. */
bool rpl_number_to_int64(RplNumber x, int64_t *out);

/* Writes x * 10^places to *out and returns true if that is an integer that
 * fits; else false, *out untouched; false also if places >
 * RPL_NUMBER_MAX_PLACES. Never rounds. */
bool rpl_number_to_scaled(RplNumber x, unsigned places, int64_t *out);

/* ---- text ---- */

/* Reads a decimal number by the grammar of JSON: optional '-', digits without
 * leading zeros, optional fraction, optional exponent; nothing before or after.
 * "-0" is 0. SYNTAX if the text is anything else; TOO_LARGE if it has more than
 * RPL_NUMBER_MAX_DIGITS digits before the exponent or its value is past the
 * limit; MEMORY. The work is bounded by the number of digits, whatever the
 * exponent says. */
RplNumberStatus rpl_number_parse(RplArena *arena, RplSlice text,
                                 RplNumber *out);

/* Reads "N/D": optional '-', then two unsigned integers without leading zeros.
 * It need not be in lowest terms, and a plain "N" is SYNTAX. Also
 * DIVISION_BY_ZERO. Limits as above, for each side. */
RplNumberStatus rpl_number_parse_ratio(RplArena *arena, RplSlice text,
                                       RplNumber *out);

/* Writes x as a decimal without trailing zeros ("-0.5", "997") if it has a
 * decimal expansion of at most RPL_NUMBER_MAX_DIGITS digits (both sides of the
 * point counted), else as "num/den" ("-8/15"). Returns the length without the
 * NUL. If that is not below `size`, nothing but an empty text is written (and
 * nothing at all if size is 0): never a part of a number. */
size_t rpl_number_write(RplNumber x, char *buf, size_t size);

/* Writes x with exactly `places` digits after the point ("1.60", "-0.05"; no
 * point for 0 places). Length and `size` as above. Returns 0, and an empty
 * text, if x is not a multiple of 10^-places or places >
 * RPL_NUMBER_MAX_PLACES. */
size_t rpl_number_write_fixed(RplNumber x, unsigned places, char *buf,
                              size_t size);

/* ---- bytes of a program file ----
 *
 * FORMAT: a value is a sign, a count of numerator limbs, a count of denominator
 * limbs, and the limbs: least significant limb first, each as eight bytes,
 * least significant byte first, whatever the machine. The most significant limb
 * of a side is not zero; the numerator of zero has no limbs and its denominator
 * is the one limb 1. The magnitude of the numerator is stored.
 */

/* The limbs of the numerator's magnitude and of the denominator. A small value
 * has its limb put in *scratch and a pointer to that is returned, so `scratch`
 * must live as long as the result is used; a big value's limbs are borrowed
 * from its arena. *count is 0..RPL_NUMBER_MAX_LIMBS (0 for the numerator of
 * zero only). The sign is rpl_number_sign's. */
const uint64_t *rpl_number_num_limbs(RplNumber x, uint64_t *scratch,
                                     size_t *count);
const uint64_t *rpl_number_den_limbs(RplNumber x, uint64_t *scratch,
                                     size_t *count);

/* Makes a value from num_limbs * 8 and den_limbs * 8 bytes as laid out above;
 * they are copied and need no alignment. SYNTAX if they are not canonical: a
 * zero top limb, a zero denominator, a negative zero, or not in lowest terms;
 * TOO_LARGE if a count is over RPL_NUMBER_MAX_LIMBS; MEMORY. */
RplNumberStatus rpl_number_import(RplArena *arena, bool is_negative,
                                  const unsigned char *num, size_t num_limbs,
                                  const unsigned char *den, size_t den_limbs,
                                  RplNumber *out);

#endif /* RPL_VM_NUMBER_H */
