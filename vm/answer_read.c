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

static bool is_digit(char byte) { return (unsigned char)(byte - '0') <= 9; }

static void skip_blanks(Reading *reading) {
  while (*reading->at == ' ' || *reading->at == '\t')
    reading->at++;
}

static size_t left(const Reading *reading) {
  return (size_t)(reading->end - reading->at);
}

/* Whether `length` bytes are the same; most are between 8 and 16. */
static bool is_same(const char *left, const char *right, size_t length) {
  uint64_t a, b, c, d;
  if (length < 8 || length > 16)
    return memcmp(left, right, length) == 0;
  memcpy(&a, left, 8);
  memcpy(&b, right, 8);
  memcpy(&c, left + length - 8, 8);
  memcpy(&d, right + length - 8, 8);
  return a == b && c == d;
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

/* A number as JSON writes it, without an exponent. */
static bool take_decimal(Reading *reading, RplBrief *value) {
  const char *at = reading->at;
  bool is_negative = *at == '-';
  const char *begin = at += is_negative;
  uint64_t sum = 0;
  for (; is_digit(*at); at++)
    sum = sum * 10 + (uint64_t)(*at - '0');
  size_t digits = (size_t)(at - begin);
  if (!digits || (digits > 1 && *begin == '0'))
    return false;
  value->den = 1;
  if (*at == '.') {
    const char *point = at++;
    for (; is_digit(*at); at++) {
      sum = sum * 10 + (uint64_t)(*at - '0');
      value->den = (int64_t)((uint64_t)value->den * 10);
    }
    if (at == point + 1)
      return false;
    digits = (size_t)(at - begin) - 1;
  }
  if (digits > MAX_DIGITS)
    return false;
  value->num = is_negative ? -(int64_t)sum : (int64_t)sum;
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
static bool take_currency(RplAnswers *answers, const char *code) {
  if (memcmp(answers->last_code, code, 3) != 0) {
    answers->last_currency = rpl_currency_from_code((RplSlice){code, 3});
    memcpy(answers->last_code, code, 3);
  }
  if (!answers->currency)
    answers->currency = answers->last_currency;
  return answers->last_currency && answers->currency == answers->last_currency;
}

/* "USD 1.60" */
static bool take_money(Reading *reading, RplBrief *value) {
  const char *at = reading->at;
  if (left(reading) < 7 || at[0] != '"' || at[4] != ' ' ||
      !take_currency(reading->answers, at + 1))
    return false;
  reading->at += 5;
  value->currency = reading->answers->currency;
  return take_decimal(reading, value) && take_byte(reading, '"');
}

static bool take_boolean(Reading *reading, RplBrief *value) {
  size_t length = *reading->at == 't' ? 4 : 5;
  if (left(reading) <= length ||
      memcmp(reading->at, length == 4 ? "true" : "false", length) != 0)
    return false;
  reading->at += length;
  *value = (RplBrief){length == 4, 1, RPL_CURRENCY_NONE, RPL_STATE_KNOWN};
  return true;
}

/* Digits of a number of two; their tens in *wrong when they are none. */
static int64_t two(const char *at, unsigned *wrong) {
  unsigned tens = (unsigned char)(at[0] - '0');
  unsigned ones = (unsigned char)(at[1] - '0');
  *wrong |= tens > 9 || ones > 9;
  return (int64_t)(tens * 10 + ones);
}

/* "2026-03-02T09:30:00Z" */
static bool take_instant(Reading *reading, RplBrief *value) {
  const char *at = reading->at + 1;
  unsigned wrong = 0;
  int64_t day;
  if (left(reading) < 23 || at[-1] != '"' || at[19] != 'Z' || at[20] != '"' ||
      at[4] != '-' || at[7] != '-' || at[10] != 'T' || at[13] != ':' ||
      at[16] != ':')
    return false;
  int64_t year = two(at, &wrong) * 100 + two(at + 2, &wrong);
  int64_t month = two(at + 5, &wrong), of_month = two(at + 8, &wrong);
  int64_t hour = two(at + 11, &wrong), minute = two(at + 14, &wrong);
  int64_t second = two(at + 17, &wrong);
  if (wrong || hour > 23 || minute > 59 || second > 59 ||
      !rpl_date_from_ymd(year, month, of_month, &day))
    return false;
  int64_t seconds = day * RPL_DAY_SECONDS + hour * 3600 + minute * 60 + second;
  *value = (RplBrief){seconds * RPL_SECOND_MICROS, 1, RPL_CURRENCY_NONE,
                      RPL_STATE_KNOWN};
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
  if (fact->kind == RPL_KIND_CURRENCY && text.length == 3) {
    *value = (RplBrief){0, 1, RPL_CURRENCY_NONE, RPL_STATE_KNOWN};
    bool is_taken = take_currency(reading->answers, text.data);
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
    return take_money(reading, value);
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

static bool is_kept(const RplAnswers *answers, const RplBriefFact *fact,
                    const RplBrief *value) {
  RplBrief length = *value;
  RplKind kind = (RplKind)fact->kind;
  if ((!fact->low && !fact->high) || value->state != RPL_STATE_KNOWN)
    return true;
  if (kind == RPL_KIND_TEXT) {
    length.num = (int64_t)rpl_utf8_count((const char *)(intptr_t)value->num,
                                         (size_t)value->den);
    length.den = 1;
    kind = RPL_KIND_INTEGER;
  }
  return keeps(answers, kind, &length, fact->low, 1, fact->is_low_open) &&
         keeps(answers, kind, &length, fact->high, -1, fact->is_high_open);
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
  return take_byte(reading, '}') && reading->at == reading->end;
}

/* Params as they are now set. */
static void take_params(RplAnswers *answers, const RplContext *context) {
  for (uint32_t i = 1; i <= answers->fact_count; i++)
    if (answers->facts[i].is_param)
      answers->values[i] = rpl_brief_from(&context->facts.values[i - 1]);
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
  for (uint32_t i = 1; i <= answers->fact_count; i++)
    if (!answers->facts[i].is_param)
      answers->values[i] =
          (RplBrief){0, 1, RPL_CURRENCY_NONE, RPL_STATE_UNKNOWN};
  answers->currency = RPL_CURRENCY_NONE;
  skip_blanks(&reading);
  return take_object(&reading);
}
