/* SPDX-License-Identifier: Apache-2.0
 * number_text.c - numbers as text, both ways; see number.h. Digits are told by
 * their ASCII codes: nothing here depends on a locale. Order of the file:
 * reading, writing. */
#include "vm/number.h"

#include <string.h>

/* Largest power of ten in a limb, and its digits. */
#define CHUNK_POWER  UINT64_C(10000000000000000000)
#define CHUNK_DIGITS 19

/* Largest power of five in a limb. */
#define FIVES_POWER UINT64_C(7450580596923828125)
#define FIVES_COUNT 27

/* Digits that surely fit int64_t. */
#define SMALL_DIGITS 18

/* An exponent is clamped here: far past every limit, far from overflow. */
#define EXPONENT_CLAMP 1000000

/* A denominator with more factors of ten than this is past the limit whatever
 * the digits above it cancel: RPL_NUMBER_MAX_DIGITS digits hold fewer than
 * 4,320 factors of 2 and fewer than 1,861 of 5, not both. */
#define MAX_DIVIDED_PLACES 8192

/* 10^1234 is above 2^4096. */
#define MAX_WHOLE_DIGITS 1234

/* ---- reading ---- */

/* A decimal taken apart: the digits without zeros at either end, and the power
 * of ten that they are to be multiplied by. */
typedef struct Decimal {
  bool is_negative;
  size_t count; /* digits; 0 for zero */
  int exponent;
  char digits[RPL_NUMBER_MAX_DIGITS];
} Decimal;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Moves *at over a run of digits; returns its length. */
static size_t skip_digits(RplSlice text, size_t *at) {
  size_t from = *at;
  while (*at < text.length && is_digit(text.data[*at]))
    ++*at;
  return *at - from;
}

/* Moves *at over an integer without leading zeros; 0 if there is none. */
static size_t skip_whole(RplSlice text, size_t *at) {
  size_t from = *at;
  size_t count = skip_digits(text, at);
  return count > 1 && text.data[from] == '0' ? 0 : count;
}

/* Moves *at over c, if that comes next. */
static bool skip_char(RplSlice text, size_t *at, char c) {
  if (*at >= text.length || text.data[*at] != c)
    return false;
  ++*at;
  return true;
}

/* Reads what follows an 'e', clamped. False if no digits follow. */
static bool read_exponent(RplSlice text, size_t *at, int *out) {
  bool is_negative = skip_char(text, at, '-');
  if (!is_negative)
    (void)skip_char(text, at, '+');
  size_t from = *at;
  int value = 0;
  if (!skip_digits(text, at))
    return false;
  for (size_t i = from; i < *at; i++) {
    value = value * 10 + (text.data[i] - '0');
    if (value > EXPONENT_CLAMP)
      value = EXPONENT_CLAMP;
  }
  *out = is_negative ? -value : value;
  return true;
}

/* Keeps the digits that matter: without zeros at either end. */
static void trim_decimal(Decimal *d, size_t count) {
  size_t first = 0;
  while (first < count && d->digits[first] == '0')
    first++;
  size_t end = count;
  while (end > first && d->digits[end - 1] == '0')
    end--;
  d->exponent += (int)(count - end);
  d->count = end - first;
  memmove(d->digits, d->digits + first, d->count);
}

/* Takes a text apart; the whole of it must be a number. */
static RplNumberStatus read_decimal(RplSlice text, Decimal *d) {
  size_t at = 0;
  size_t fraction = 0;
  d->exponent = 0;
  d->is_negative = skip_char(text, &at, '-');
  size_t whole_from = at;
  size_t whole = skip_whole(text, &at);
  if (!whole)
    return RPL_NUMBER_SYNTAX;
  size_t fraction_from = at + 1;
  if (skip_char(text, &at, '.') && !(fraction = skip_digits(text, &at)))
    return RPL_NUMBER_SYNTAX;
  if ((skip_char(text, &at, 'e') || skip_char(text, &at, 'E')) &&
      !read_exponent(text, &at, &d->exponent))
    return RPL_NUMBER_SYNTAX;
  if (at != text.length)
    return RPL_NUMBER_SYNTAX;
  if (whole > RPL_NUMBER_MAX_DIGITS || fraction > RPL_NUMBER_MAX_DIGITS - whole)
    return RPL_NUMBER_TOO_LARGE;
  memcpy(d->digits, text.data + whole_from, whole);
  if (fraction)
    memcpy(d->digits + whole, text.data + fraction_from, fraction);
  d->exponent -= (int)fraction;
  trim_decimal(d, whole + fraction);
  return RPL_NUMBER_OK;
}

/* The value of at most CHUNK_DIGITS digits. */
static uint64_t read_word(const char *digits, size_t count) {
  uint64_t word = 0;
  for (size_t i = 0; i < count; i++)
    word = word * 10 + (uint64_t)(digits[i] - '0');
  return word;
}

/* The value of at most RPL_NUMBER_MAX_DIGITS digits: at most 4,319 bits. */
static bool read_wide(const char *digits, size_t count, RplWide *out) {
  size_t done = count % CHUNK_DIGITS;
  rpl_wide_set_word(out, read_word(digits, done));
  for (; done < count; done += CHUNK_DIGITS)
    if (!rpl_wide_mul_add_word(out, CHUNK_POWER,
                               read_word(digits + done, CHUNK_DIGITS)))
      return false;
  return true;
}

/* Divides x by 5 as often as that leaves no remainder, but at most `limit`
 * times; returns how often. */
static unsigned remove_fives(RplWide *x, unsigned limit) {
  unsigned count = 0;
  while (limit - count >= FIVES_COUNT &&
         rpl_wide_mod_word(rpl_wide_view(x), FIVES_POWER) == 0) {
    (void)rpl_wide_div_word(x, FIVES_POWER);
    count += FIVES_COUNT;
  }
  while (count < limit && rpl_wide_mod_word(rpl_wide_view(x), 5) == 0) {
    (void)rpl_wide_div_word(x, 5);
    count++;
  }
  return count;
}

/* num / 10^places, reduced before 10^places is built, so that it stays within
 * a wide. num is not zero. */
static RplNumberStatus divide_by_ten(RplArena *arena, bool is_negative,
                                     RplWide *num, unsigned places,
                                     RplNumber *out) {
  RplWide den;
  if (places > MAX_DIVIDED_PLACES)
    return RPL_NUMBER_TOO_LARGE;
  unsigned fives = places - remove_fives(num, places);
  size_t twos = rpl_wide_trailing_zeros(rpl_wide_view(num));
  if (twos > places)
    twos = places;
  rpl_wide_shift_right(num, rpl_wide_view(num), twos);
  rpl_wide_set_word(&den, 1);
  if (!rpl_wide_mul_pow(&den, 5, fives) ||
      !rpl_wide_shift_left(&den, rpl_wide_view(&den), places - twos))
    return RPL_NUMBER_TOO_LARGE;
  return rpl_number_from_wide(arena, is_negative, rpl_wide_view(num),
                              rpl_wide_view(&den), out);
}

static RplNumberStatus decimal_to_number(RplArena *arena, const Decimal *d,
                                         RplNumber *out) {
  const uint64_t one = 1;
  RplWide num;
  if (!read_wide(d->digits, d->count, &num))
    return RPL_NUMBER_TOO_LARGE;
  if (d->exponent < 0)
    return divide_by_ten(arena, d->is_negative, &num, (unsigned)-d->exponent,
                         out);
  if (d->count + (size_t)d->exponent > MAX_WHOLE_DIGITS ||
      !rpl_wide_mul_pow(&num, 10, (unsigned)d->exponent))
    return RPL_NUMBER_TOO_LARGE;
  return rpl_number_from_wide(arena, d->is_negative, rpl_wide_view(&num),
                              (RplWideView){&one, 1}, out);
}

/* A short number without an exponent, which most are; false for any other text,
 * be it a number or not. */
static bool parse_short(RplSlice text, RplNumber *out) {
  size_t at = 0;
  int64_t value = 0;
  bool is_negative = skip_char(text, &at, '-');
  size_t from = at;
  if (text.length - from > SMALL_DIGITS || !skip_whole(text, &at))
    return false;
  size_t point = at;
  if (at < text.length && (!skip_char(text, &at, '.') ||
                           !skip_digits(text, &at) || at != text.length))
    return false;
  for (size_t i = from; i < text.length; i++)
    if (i != point)
      value = value * 10 + (text.data[i] - '0');
  unsigned places = (unsigned)(point == at ? 0 : at - point - 1);
  return rpl_number_from_int_places(is_negative ? -value : value, places,
                                    out) == RPL_NUMBER_OK;
}

RplNumberStatus rpl_number_parse(RplArena *arena, RplSlice text,
                                 RplNumber *out) {
  Decimal d;
  if (parse_short(text, out))
    return RPL_NUMBER_OK;
  RplNumberStatus status = read_decimal(text, &d);
  if (status != RPL_NUMBER_OK)
    return status;
  if (!d.count) {
    *out = rpl_number_from_int(0);
    return RPL_NUMBER_OK;
  }
  if (d.count <= SMALL_DIGITS && d.exponent <= 0 &&
      d.exponent >= -RPL_NUMBER_SMALL_PLACES) {
    int64_t num = (int64_t)read_word(d.digits, d.count);
    return rpl_number_from_int_places(d.is_negative ? -num : num,
                                      (unsigned)-d.exponent, out);
  }
  return decimal_to_number(arena, &d, out);
}

RplNumberStatus rpl_number_parse_ratio(RplArena *arena, RplSlice text,
                                       RplNumber *out) {
  RplWide num;
  RplWide den;
  size_t at = 0;
  bool is_negative = skip_char(text, &at, '-');
  size_t num_from = at;
  size_t num_count = skip_whole(text, &at);
  if (!num_count || !skip_char(text, &at, '/'))
    return RPL_NUMBER_SYNTAX;
  size_t den_from = at;
  size_t den_count = skip_whole(text, &at);
  if (!den_count || at != text.length)
    return RPL_NUMBER_SYNTAX;
  if (num_count > RPL_NUMBER_MAX_DIGITS || den_count > RPL_NUMBER_MAX_DIGITS)
    return RPL_NUMBER_TOO_LARGE;
  if (!read_wide(text.data + num_from, num_count, &num) ||
      !read_wide(text.data + den_from, den_count, &den))
    return RPL_NUMBER_TOO_LARGE;
  return rpl_number_from_wide(arena, is_negative, rpl_wide_view(&num),
                              rpl_wide_view(&den), out);
}

/* ---- writing ---- */

/* A text is built from its end to its start. */
typedef struct Writer {
  char text[RPL_NUMBER_TEXT_MAX];
  size_t at; /* the text is text[at .. RPL_NUMBER_TEXT_MAX) */
} Writer;

/* Puts c in front. The buffer holds the longest text there is, so the test
 * only guards against a mistake in that reckoning. */
static void put_char(Writer *w, char c) {
  if (w->at > 0)
    w->text[--w->at] = c;
}

/* Puts the decimal digits of x in front, at least `least` of them, with a point
 * after the first `places` (counted from the right; 0: no point). Uses x up. */
static void put_digits(Writer *w, RplWide *x, size_t least, size_t places) {
  size_t count = 0;
  while (x->count || count < least) {
    uint64_t chunk = rpl_wide_div_word(x, CHUNK_POWER);
    for (int i = 0; i < CHUNK_DIGITS; i++) {
      if (!chunk && !x->count && count >= least)
        return;
      if (count && count == places)
        put_char(w, '.');
      put_char(w, (char)('0' + chunk % 10));
      chunk /= 10;
      count++;
    }
  }
}

/* Copies the text out as number.h says; returns its length. */
static size_t finish_text(const Writer *w, char *buf, size_t size) {
  size_t length = RPL_NUMBER_TEXT_MAX - w->at;
  if (length >= size) {
    if (size)
      buf[0] = '\0';
    return length;
  }
  memcpy(buf, w->text + w->at, length);
  buf[length] = '\0';
  return length;
}

static void get_num(RplNumber x, RplWide *out) {
  RplWideView view;
  uint64_t scratch;
  view.limbs = rpl_number_num_limbs(x, &scratch, &view.count);
  rpl_wide_copy(out, view);
}

static void get_den(RplNumber x, RplWide *out) {
  RplWideView view;
  uint64_t scratch;
  view.limbs = rpl_number_den_limbs(x, &scratch, &view.count);
  rpl_wide_copy(out, view);
}

/* Finds the factors of 2 and 5 in the denominator; false if there are others,
 * so that there is no finite decimal expansion. */
static bool factor_den(RplNumber x, unsigned *twos, unsigned *fives) {
  RplWide den;
  get_den(x, &den);
  *twos = (unsigned)rpl_wide_trailing_zeros(rpl_wide_view(&den));
  rpl_wide_shift_right(&den, rpl_wide_view(&den), *twos);
  *fives = remove_fives(&den, RPL_NUMBER_MAX_BITS);
  return den.count == 1 && den.limbs[0] == 1;
}

/* out = |x| * 10^places, where the denominator is 2^twos * 5^fives and neither
 * is above places. False if it is past a wide. */
static bool scale_up(RplNumber x, unsigned places, unsigned twos,
                     unsigned fives, RplWide *out) {
  get_num(x, out);
  return rpl_wide_mul_pow(out, 5, places - fives) &&
         rpl_wide_shift_left(out, rpl_wide_view(out), places - twos);
}

/* Whether x is below 10^RPL_NUMBER_MAX_DIGITS, i.e. has no more digits. */
static bool is_printable(const RplWide *x) {
  RplWide bound;
  if (rpl_wide_bits(rpl_wide_view(x)) <= RPL_NUMBER_MAX_BITS)
    return true; /* at most 1,234 digits */
  rpl_wide_set_word(&bound, 1);
  return rpl_wide_mul_pow(&bound, 10, RPL_NUMBER_MAX_DIGITS) &&
         rpl_wide_compare(rpl_wide_view(x), rpl_wide_view(&bound)) < 0;
}

/* Puts the decimal expansion of |x|, if it has one that is short enough. */
static bool put_decimal(Writer *w, RplNumber x) {
  RplWide scaled;
  unsigned twos;
  unsigned fives;
  if (!factor_den(x, &twos, &fives))
    return false;
  unsigned places = twos > fives ? twos : fives;
  if (places >= RPL_NUMBER_MAX_DIGITS ||
      !scale_up(x, places, twos, fives, &scaled) || !is_printable(&scaled))
    return false;
  put_digits(w, &scaled, (size_t)places + 1, places);
  return true;
}

size_t rpl_number_write(RplNumber x, char *buf, size_t size) {
  Writer w;
  RplWide side;
  w.at = sizeof w.text;
  if (!put_decimal(&w, x)) {
    get_den(x, &side);
    put_digits(&w, &side, 1, 0);
    put_char(&w, '/');
    get_num(x, &side);
    put_digits(&w, &side, 1, 0);
  }
  if (rpl_number_sign(x) < 0)
    put_char(&w, '-');
  return finish_text(&w, buf, size);
}

/* word * 10^-places; the word is not INT64_MIN, places are few. */
static size_t write_scaled(int64_t word, unsigned places, char *buf,
                           size_t size) {
  Writer w;
  uint64_t rest = (uint64_t)(word < 0 ? -word : word);
  w.at = sizeof w.text;
  for (unsigned i = 0; rest || i <= places; i++, rest /= 10) {
    if (i == places && places)
      put_char(&w, '.');
    put_char(&w, (char)('0' + rest % 10));
  }
  if (word < 0)
    put_char(&w, '-');
  return finish_text(&w, buf, size);
}

size_t rpl_number_write_fixed(RplNumber x, unsigned places, char *buf,
                              size_t size) {
  Writer w;
  RplWide scaled;
  unsigned twos;
  unsigned fives;
  int64_t word;
  if (places <= RPL_NUMBER_SMALL_PLACES &&
      rpl_number_to_scaled(x, places, &word) && word != INT64_MIN)
    return write_scaled(word, places, buf, size);
  if (places > RPL_NUMBER_MAX_PLACES || !factor_den(x, &twos, &fives) ||
      twos > places || fives > places ||
      !scale_up(x, places, twos, fives, &scaled)) {
    if (size)
      buf[0] = '\0';
    return 0;
  }
  w.at = sizeof w.text;
  put_digits(&w, &scaled, (size_t)places + 1, places);
  if (rpl_number_sign(x) < 0)
    put_char(&w, '-');
  return finish_text(&w, buf, size);
}
