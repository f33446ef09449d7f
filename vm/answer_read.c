/* SPDX-License-Identifier: Apache-2.0
 * answer_read.c - the facts of one JSON object as brief values, in one pass.
 * See answer.h. It takes what facts_flat.c takes, less what is rare, and what
 * keeps its bounds; every value is read where its kind expects it. */
#include "vm/answer.h"

#include <string.h>

#include "vm/civil.h"

/* What is being read. INVARIANT: end[-1] is '}', so that a loop over digits or
 * blanks ends there at the latest. */
typedef struct Reading {
  RplAnswers *answers;
  RplContext *context;
  const char *at;
  const char *end;
} Reading;

/* LIMIT: digits of a number that is read here; they surely fit. */
#define MAX_DIGITS 15

static inline void skip_blanks(Reading *reading) {
  while ((unsigned char)*reading->at <= ' ' &&
         (*reading->at == ' ' || *reading->at == '\t'))
    reading->at++;
}

static size_t left(const Reading *reading) {
  return (size_t)(reading->end - reading->at);
}

/* Whether `length` bytes are the same, by their first and last words. */
static inline bool is_same(const char *left, const char *right, size_t length) {
  uint64_t a, b, c, d;
  uint32_t e, f, g, h;
  if (length >= 8 && length <= 16) {
    memcpy(&a, left, 8);
    memcpy(&b, right, 8);
    memcpy(&c, left + length - 8, 8);
    memcpy(&d, right + length - 8, 8);
    return a == b && c == d;
  }
  if (length >= 4 && length < 8) {
    memcpy(&e, left, 4);
    memcpy(&f, right, 4);
    memcpy(&g, left + length - 4, 4);
    memcpy(&h, right + length - 4, 4);
    return e == f && g == h;
  }
  return memcmp(left, right, length) == 0;
}

/* ---- values ---------------------------------------------------------------
 */

static bool take_byte(Reading *reading, char byte) {
  if (*reading->at != byte)
    return false;
  reading->at++;
  return true;
}

/* A string without escapes; the opening quote is behind us. */
static bool take_string(Reading *reading, RplSlice *text) {
  const char *begin = reading->at;
  const char *at = begin + rpl_json_plain((RplSlice){begin, left(reading)});
  if (at == reading->end || *at != '"')
    return false;
  *text = (RplSlice){begin, (size_t)(at - begin)};
  reading->at = at + 1;
  return true;
}

/* Eight bytes, the first one lowest. */
static uint64_t load(const char *at) {
  uint64_t word;
  memcpy(&word, at, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/* The number that eight digits make, the first one in the lowest byte. */
static uint64_t eight_digits(uint64_t digits) {
  digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
  digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
  return (digits * 10000 + (digits >> 32)) & UINT64_C(0xFFFFFFFF);
}

static const int64_t powers[] = {1,         10,         100,        1000,
                                 10000,     100000,     1000000,    10000000,
                                 100000000, 1000000000, 10000000000};

/* Digits from `at` on; *sum goes on as if they were written behind it. Up to
 * seven are found and read together. */
static const char *take_digits(const Reading *reading, const char *at,
                               uint64_t *sum) {
  if (reading->end - at >= 8) {
    uint64_t digits = load(at) ^ UINT64_C(0x3030303030303030);
    uint64_t others = (digits | (digits + UINT64_C(0x7676767676767676))) &
                      UINT64_C(0x8080808080808080);
    if (others) {
      unsigned count = (unsigned)__builtin_ctzll(others) / 8;
      /* by two, as a shift by all 64 bits is none */
      digits = digits << (56 - 8 * count) << 8;
      *sum = *sum * (uint64_t)powers[count] + eight_digits(digits);
      return at + count;
    }
  }
  uint64_t value = *sum;
  for (; (unsigned char)(*at - '0') <= 9; at++)
    value = value * 10 + (unsigned)(*at - '0');
  *sum = value;
  return at;
}

/* A number as JSON writes it, without an exponent. */
static bool take_decimal(Reading *reading, RplBrief *value) {
  const char *at = reading->at;
  bool is_negative = *at == '-';
  const char *begin = at + is_negative;
  uint64_t sum = 0;
  size_t places = 0;
  at = take_digits(reading, begin, &sum);
  size_t digits = (size_t)(at - begin);
  if (!digits || (digits > 1 && *begin == '0'))
    return false;
  if (*at == '.') {
    const char *point = at;
    at = take_digits(reading, point + 1, &sum);
    places = (size_t)(at - point) - 1;
    if (!places || places >= sizeof powers / sizeof powers[0])
      return false;
  }
  if (digits + places > MAX_DIGITS)
    return false;
  value->num = is_negative ? -(int64_t)sum : (int64_t)sum;
  value->den = powers[places];
  value->state = RPL_STATE_KNOWN;
  reading->at = at;
  return true;
}

static bool take_number(Reading *reading, const RplBriefFact *fact,
                        RplBrief *value) {
  bool is_quoted = take_byte(reading, '"');
  return take_decimal(reading, value) &&
         (fact->kind == RPL_KIND_NUMBER || value->den == 1) &&
         (!is_quoted || take_byte(reading, '"'));
}

/* A request has amounts of one currency alone. */
static bool take_currency(RplAnswers *answers, const char code[4]) {
  if (memcmp(answers->last_code, code, 4) != 0) {
    answers->last_currency = rpl_currency_from_code((RplSlice){code, 3});
    answers->last_digits = rpl_currency_digits(answers->last_currency);
    memcpy(answers->last_code, code, 4);
  }
  if (!answers->currency)
    answers->currency = answers->last_currency;
  return answers->last_currency && answers->currency == answers->last_currency;
}

/* "1.60", 1.60: in the currency of the fact that names it. */
static bool take_bare(Reading *reading, uint32_t place, RplBrief *value) {
  RplAnswers *answers = reading->answers;
  bool is_quoted = take_byte(reading, '"');
  if (!answers->currency_place || !take_decimal(reading, value))
    return false;
  answers->bare[answers->bare_count++] = place;
  return !is_quoted || take_byte(reading, '"');
}

/* "USD 1.60" */
static bool take_money(Reading *reading, uint32_t place, RplBrief *value) {
  const char *at = reading->at;
  if (left(reading) < 7 || at[0] != '"' || at[4] != ' ')
    return take_bare(reading, place, value);
  if (!take_currency(reading->answers, at + 1))
    return false;
  reading->at += 5;
  value->currency = reading->answers->currency;
  return take_decimal(reading, value) && take_byte(reading, '"');
}

static bool take_boolean(Reading *reading, RplBrief *value) {
  const char *at = reading->at;
  bool is_true = *at == 't';
  if (left(reading) < 5 || memcmp(at, is_true ? "true" : "fals", 4) != 0 ||
      (!is_true && at[4] != 'e'))
    return false;
  reading->at += is_true ? 4 : 5;
  value->num = is_true;
  value->state = RPL_STATE_KNOWN;
  return true;
}

/* Eight characters of a pattern in which `0` stands for any digit: in the byte
 * of each digit the number of two that begins there. False: they are not of the
 * pattern. */
static inline bool take_pattern(const char *at, const char *pattern,
                                uint64_t spare, uint64_t *digits) {
  uint64_t bytes = load(at) ^ load(pattern);
  *digits = bytes * 10 + (bytes >> 8);
  return !((bytes | (bytes + spare)) & UINT64_C(0x8080808080808080));
}

/* The number of two digits at a byte of what take_pattern found. */
static int64_t pair(uint64_t digits, unsigned byte) {
  return (int64_t)(digits >> (8 * byte) & 255);
}

/* What sets the highest bit of a byte that is wrong: of one above 9 where a
 * digit stands, of any but 0 elsewhere. */
#define SPARE_DATE  UINT64_C(0x7F76767F76767676) /* 2026-03- */
#define SPARE_TIME  UINT64_C(0x76767F76767F7676) /* 02T09:30 */
#define SPARE_CLOSE UINT64_C(0x7F7F76767F76767F) /* :30:00Z" */

/* "2026-03-02T09:30:00Z" */
static bool take_instant(Reading *reading, RplBrief *value) {
  const char *at = reading->at + 1;
  uint64_t date, time, close;
  int64_t day;
  if (left(reading) < 23 || at[-1] != '"' ||
      !take_pattern(at, "0000-00-", SPARE_DATE, &date) ||
      !take_pattern(at + 8, "00T00:00", SPARE_TIME, &time) ||
      !take_pattern(at + 13, ":00:00Z\"", SPARE_CLOSE, &close))
    return false;
  int64_t hour = pair(time, 3), minute = pair(time, 6);
  int64_t second = pair(close, 4);
  if (hour > 23 || minute > 59 || second > 59 ||
      !rpl_date_from_ymd(pair(date, 0) * 100 + pair(date, 2), pair(date, 5),
                         pair(time, 0), &day))
    return false;
  value->num = (day * RPL_DAY_SECONDS + hour * 3600 + minute * 60 + second) *
               RPL_SECOND_MICROS;
  value->state = RPL_STATE_KNOWN;
  reading->at += 22;
  return true;
}

/* The index of a value of an enumeration, by its name as it stands there. */
static bool find_enumerator(const Reading *reading, const RplBriefFact *fact,
                            RplSlice text, uint32_t *index) {
  const RplTables *tables = &reading->context->image->tables;
  const RplEnumRecord *owner = &rpl_enums(tables)[fact->detail];
  const RplEnumeratorRecord *names = rpl_enumerators(tables) + owner->first;
  for (uint32_t i = 0; i < owner->count; i++) {
    RplSlice name = rpl_string(tables, names[i].name);
    if (name.length != text.length ||
        !is_same(name.data, text.data, name.length))
      continue;
    *index = i;
    return true;
  }
  return false;
}

/* ["invoice", "usage_data"], each value once */
static bool take_set(Reading *reading, const RplBriefFact *fact,
                     RplBrief *value) {
  RplSlice text;
  uint32_t index;
  uint64_t bits = 0;
  if (!take_byte(reading, '['))
    return false;
  skip_blanks(reading);
  if (!take_byte(reading, ']')) {
    do {
      skip_blanks(reading);
      if (!take_byte(reading, '"') || !take_string(reading, &text) ||
          !find_enumerator(reading, fact, text, &index) || index >= 64 ||
          (bits >> index & 1))
        return false;
      bits |= UINT64_C(1) << index;
      skip_blanks(reading);
    } while (take_byte(reading, ','));
    if (!take_byte(reading, ']'))
      return false;
  }
  *value = (RplBrief){(int64_t)bits, 1, RPL_CURRENCY_NONE, RPL_STATE_KNOWN};
  return true;
}

/* The way of typed text, without its messages. */
static bool read_text(Reading *reading, uint32_t slot, RplSlice text,
                      RplBrief *value) {
  RplFacts *facts = &reading->context->facts;
  RplFound found = {RPL_FOUND_TEXT, text};
  RplFactError unused;
  RplValue full;
  if (rpl_facts_read(facts, &facts->arena, slot, &found, &full, &unused))
    return false;
  *value = rpl_brief_from(&full);
  return value->state != RPL_STATE_ERROR;
}

static bool take_quoted(Reading *reading, uint32_t slot,
                        const RplBriefFact *fact, RplBrief *value) {
  RplSlice text;
  uint32_t index;
  if (!take_byte(reading, '"') || !take_string(reading, &text))
    return false;
  if (fact->kind == RPL_KIND_ENUM &&
      find_enumerator(reading, fact, text, &index)) {
    *value = (RplBrief){index, 1, RPL_CURRENCY_NONE, RPL_STATE_KNOWN};
    return true;
  }
  /* Another fact of that type says nothing of amounts. */
  if (slot + 1 == reading->answers->currency_place && text.length == 3) {
    *value = (RplBrief){0, 1, RPL_CURRENCY_NONE, RPL_STATE_KNOWN};
    char code[4] = {text.data[0], text.data[1], text.data[2], ' '};
    bool is_taken = take_currency(reading->answers, code);
    value->num = reading->answers->currency;
    return is_taken;
  }
  return read_text(reading, slot, text, value);
}

static bool take_none(Reading *reading, const RplBriefFact *fact,
                      RplBrief *value) {
  if (!fact->is_optional || left(reading) < 5 ||
      memcmp(reading->at, "null", 4) != 0)
    return false;
  reading->at += 4;
  *value = (RplBrief){0, 1, RPL_CURRENCY_NONE, RPL_STATE_NONE};
  return true;
}

static bool take_value(Reading *reading, uint32_t slot,
                       const RplBriefFact *fact, RplBrief *value) {
  if (*reading->at == 'n')
    return take_none(reading, fact, value);
  switch ((RplKind)fact->kind) {
  case RPL_KIND_BOOLEAN:
    return take_boolean(reading, value);
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    return take_number(reading, fact, value);
  case RPL_KIND_MONEY:
    return take_money(reading, slot + 1, value);
  case RPL_KIND_DATETIME:
    return take_instant(reading, value) ||
           take_quoted(reading, slot, fact, value);
  case RPL_KIND_SET:
    return take_set(reading, fact, value);
  default:
    return take_quoted(reading, slot, fact, value);
  }
}

/* ---- bounds ---------------------------------------------------------------
 */

static bool keeps(const RplAnswers *answers, RplKind kind,
                  const RplBrief *value, uint32_t bound, int side,
                  bool is_open) {
  int order;
  if (!bound)
    return true;
  const RplBrief *limit = &answers->values[bound];
  return limit->state == RPL_STATE_KNOWN &&
         rpl_brief_order(kind, value, limit, &order) &&
         (order ? order == side : !is_open);
}

static bool keeps_bounds(const RplAnswers *answers, const RplBriefFact *fact,
                         const RplBrief *value) {
  RplBrief length = {0, 1, RPL_CURRENCY_NONE, RPL_STATE_KNOWN};
  RplKind kind = (RplKind)fact->kind;
  if (kind == RPL_KIND_TEXT) {
    length.num = (int64_t)rpl_utf8_count((const char *)(intptr_t)value->num,
                                         (size_t)value->den);
    kind = RPL_KIND_INTEGER;
    value = &length;
  }
  return keeps(answers, kind, value, fact->low, 1, fact->is_low_open) &&
         keeps(answers, kind, value, fact->high, -1, fact->is_high_open);
}

static inline bool is_kept(const RplAnswers *answers, const RplBriefFact *fact,
                           const RplBrief *value) {
  if ((!fact->low && !fact->high) || value->state != RPL_STATE_KNOWN)
    return true;
  if (fact->is_low_zero)
    return value->num > 0 || (!value->num && !fact->is_low_open);
  return keeps_bounds(answers, fact, value);
}

/* Gives bare amounts the currency of the fact that names it, which must be that
 * of all others. */
static bool settle(RplAnswers *answers) {
  const RplBrief *named = &answers->values[answers->currency_place];
  char code[RPL_CURRENCY_CODE_BYTES];
  if (!answers->currency_place || named->state != RPL_STATE_KNOWN)
    return answers->bare_count == 0;
  rpl_currency_code((RplCurrency)named->num, code);
  code[3] = ' ';
  if (!take_currency(answers, code))
    return false;
  for (uint32_t i = 0; i < answers->bare_count; i++) {
    RplBrief *value = &answers->values[answers->bare[i]];
    value->currency = answers->currency;
    if (!is_kept(answers, &answers->facts[answers->bare[i]], value))
      return false;
  }
  return true;
}

/* ---- the object -----------------------------------------------------------
 */

/* The slot + 1 of the key that comes, its opening quote behind us; 0: none. */
static uint32_t take_key(Reading *reading, uint32_t before) {
  RplBriefFact *facts = reading->answers->facts;
  uint32_t guess = facts[before].after;
  const RplSlice *name = &facts[guess].name;
  RplSlice text;
  if (guess && left(reading) > name->length + 1 &&
      reading->at[name->length] == '"' &&
      is_same(reading->at, name->data, name->length)) {
    reading->at += name->length + 1;
    return guess;
  }
  if (!take_string(reading, &text))
    return 0;
  uint32_t found = rpl_facts_find(&reading->context->facts, text) + 1;
  return facts[before].after = found;
}

/* One member; returns its slot + 1, 0: the long way. */
static uint32_t take_member(Reading *reading, uint32_t before) {
  RplAnswers *answers = reading->answers;
  if (!take_byte(reading, '"'))
    return 0;
  uint32_t place = take_key(reading, before);
  const RplBriefFact *fact = &answers->facts[place];
  RplBrief *value = &answers->values[place];
  if (!place || fact->is_param || value->state != RPL_STATE_UNKNOWN)
    return 0;
  skip_blanks(reading);
  if (!take_byte(reading, ':'))
    return 0;
  skip_blanks(reading);
  return take_value(reading, place - 1, fact, value) &&
                 is_kept(answers, fact, value)
             ? place
             : 0;
}

static bool take_object(Reading *reading) {
  uint32_t before = 0;
  if (!take_byte(reading, '{'))
    return false;
  do {
    skip_blanks(reading);
    before = take_member(reading, before);
    if (!before)
      return false;
    skip_blanks(reading);
  } while (take_byte(reading, ','));
  return take_byte(reading, '}') && reading->at == reading->end &&
         settle(reading->answers);
}

/* Facts as they are before a request, and params as they are now set. */
static void take_params(RplAnswers *answers, const RplContext *context) {
  for (uint32_t i = 1; i <= answers->fact_count; i++)
    answers->blank[i] =
        answers->facts[i].is_param
            ? rpl_brief_from(&context->facts.values[i - 1])
            : (RplBrief){0, 1, RPL_CURRENCY_NONE, RPL_STATE_UNKNOWN};
  answers->param_changes = context->facts.param_changes;
}

bool rpl_answer_read(RplAnswers *answers, RplContext *context, RplSlice json) {
  const char *end = json.data + json.length;
  Reading reading = {answers, context, json.data, end};
  while (end > json.data && (end[-1] == ' ' || end[-1] == '\t' ||
                             end[-1] == '\r' || end[-1] == '\n'))
    end--;
  if (end == json.data || end[-1] != '}' || json.length > RPL_FACTS_FLAT_MAX)
    return false;
  reading.end = end;
  if (answers->param_changes != context->facts.param_changes)
    take_params(answers, context);
  memcpy(answers->values + 1, answers->blank + 1,
         answers->fact_count * sizeof(RplBrief));
  answers->currency = RPL_CURRENCY_NONE;
  answers->bare_count = 0;
  skip_blanks(&reading);
  return take_object(&reading);
}
