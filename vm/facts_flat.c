/* SPDX-License-Identifier: Apache-2.0
 * facts_flat.c - the short way for facts in JSON, which most requests can take:
 * one object of plain values, each as its type writes it most simply. It
 * accepts nothing that facts_json.c would refuse and gives the same values;
 * whatever is out of the ordinary (an escape, a nested value, a second key of
 * one name, a mistake) is left to that file from the start. See facts.h. */
#include "vm/facts.h"

#include <string.h>

#include "vm/civil.h"

/* What is being read. */
typedef struct Flat {
  RplFacts *facts;
  const char *at;
  const char *end;
  RplSlice text; /* of the last string or word */
  bool is_quoted;
} Flat;

static void skip_blanks(Flat *flat) {
  while (flat->at < flat->end && (*flat->at == ' ' || *flat->at == '\t'))
    flat->at++;
}

static bool take(Flat *flat, char byte) {
  skip_blanks(flat);
  if (flat->at == flat->end || *flat->at != byte)
    return false;
  flat->at++;
  return true;
}

/* A string without escapes up to its closing quote; the opening one is behind
 * us. */
static bool take_string(Flat *flat) {
  const char *at = flat->at;
  at += rpl_json_plain((RplSlice){at, (size_t)(flat->end - at)});
  if (at == flat->end || *at != '"')
    return false;
  flat->text = (RplSlice){flat->at, (size_t)(at - flat->at)};
  flat->at = at + 1;
  return true;
}

/* A number or a word: up to what can follow a value. */
static bool take_word(Flat *flat) {
  const char *at = flat->at;
  while (at < flat->end && *at != ',' && *at != '}' && *at != ' ' &&
         *at != '\t')
    at++;
  flat->text = (RplSlice){flat->at, (size_t)(at - flat->at)};
  flat->at = at;
  return flat->text.length != 0;
}

/* ["invoice", "usage_data"] */
static bool take_set(Flat *flat, uint32_t slot, RplValue *value) {
  RplFactError unused;
  *value = rpl_value_set(rpl_facts_type(flat->facts, slot)->detail, 0);
  if (!take(flat, '['))
    return false;
  if (take(flat, ']'))
    return true;
  do
    if (!take(flat, '"') || !take_string(flat) ||
        rpl_facts_read_set(flat->facts, slot, flat->text, value, &unused))
      return false;
  while (take(flat, ','));
  return take(flat, ']');
}

static bool take_value(Flat *flat) {
  skip_blanks(flat);
  if (flat->at == flat->end)
    return false;
  flat->is_quoted = *flat->at == '"';
  if (!flat->is_quoted)
    return take_word(flat);
  flat->at++;
  return take_string(flat);
}

/* ---- values -------------------------------------------------------------- */

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* Digits that surely fit. */
#define MAX_DIGITS 15

/* Digits with at most one point among them, a digit on either side, and no
 * zero that leads; as an integer and its places. */
static bool read_decimal(RplSlice text, int64_t *value, unsigned *places) {
  const char *end = text.data + text.length;
  const char *point = NULL;
  int64_t sum = 0;
  if (!text.length || text.length > MAX_DIGITS + 1 ||
      (text.length > 1 && text.data[0] == '0' && text.data[1] != '.'))
    return false;
  for (const char *at = text.data; at < end; at++) {
    if (is_digit(*at))
      sum = sum * 10 + (*at - '0');
    else if (*at == '.' && !point && at > text.data && at + 1 < end)
      point = at;
    else
      return false;
  }
  *value = sum;
  *places = point ? (unsigned)(end - point - 1) : 0;
  return true;
}

static bool read_number(const Flat *flat, RplKind kind, RplValue *value) {
  RplNumber number;
  int64_t digits;
  unsigned places;
  if (!read_decimal(flat->text, &digits, &places) ||
      rpl_number_from_int_places(digits, places, &number) != RPL_NUMBER_OK ||
      (kind == RPL_KIND_INTEGER && number.den != 1))
    return false;
  *value = rpl_value_number(kind, number);
  return true;
}

/* "1.60", in the currency of the fact that names it */
static bool read_bare(const Flat *flat, RplValue *value) {
  RplNumber number;
  int64_t digits;
  unsigned places;
  if (rpl_facts_currency_slot(flat->facts) == UINT32_MAX ||
      !read_decimal(flat->text, &digits, &places) ||
      rpl_number_from_int_places(digits, places, &number) != RPL_NUMBER_OK)
    return false;
  *value = rpl_value_money(number, RPL_CURRENCY_NONE);
  return true;
}

/* "USD 1.60" */
static bool read_money(const Flat *flat, RplValue *value) {
  RplSlice text = flat->text;
  RplNumber number;
  int64_t digits;
  unsigned places;
  if (!flat->is_quoted || text.length < 5 || text.data[3] != ' ')
    return read_bare(flat, value);
  RplCurrency currency = rpl_currency_from_code((RplSlice){text.data, 3});
  RplSlice amount = {text.data + 4, text.length - 4};
  if (!currency || !read_decimal(amount, &digits, &places) ||
      rpl_number_from_int_places(digits, places, &number) != RPL_NUMBER_OK)
    return false;
  *value = rpl_value_money(number, currency);
  return true;
}

static bool read_word(const Flat *flat, RplValue *value) {
  bool is_true = rpl_slice_is(flat->text, "true");
  if (flat->is_quoted || (!is_true && !rpl_slice_is(flat->text, "false")))
    return false;
  *value = rpl_value_boolean(is_true);
  return true;
}

static bool read_datetime(const Flat *flat, RplValue *value) {
  RplTimeError why;
  int64_t instant;
  if (!flat->is_quoted || !rpl_datetime_parse(flat->text, &instant, &why))
    return false;
  *value = rpl_value_small(RPL_KIND_DATETIME, instant);
  return true;
}

/* Other kinds take the way that typed text takes, without its messages. */
static bool read_other(const Flat *flat, uint32_t slot, RplValue *value) {
  RplFactError unused;
  RplFound found = {RPL_FOUND_TEXT, flat->text};
  return flat->is_quoted &&
         rpl_facts_type(flat->facts, slot)->kind != RPL_KIND_SET &&
         rpl_facts_read(flat->facts, &flat->facts->arena, slot, &found, value,
                        &unused) == RPL_OK;
}

static bool read_value(const Flat *flat, uint32_t slot, RplValue *value) {
  const RplTypeRecord *type = rpl_facts_type(flat->facts, slot);
  if (!flat->is_quoted && rpl_slice_is(flat->text, "null")) {
    *value = rpl_value_none();
    return type->optional != 0;
  }
  switch ((RplKind)type->kind) {
  case RPL_KIND_BOOLEAN:
    return read_word(flat, value);
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    return read_number(flat, (RplKind)type->kind, value);
  case RPL_KIND_MONEY:
    return read_money(flat, value);
  case RPL_KIND_DATETIME:
    return read_datetime(flat, value);
  default:
    return read_other(flat, slot, value);
  }
}

/* ---- the object ---------------------------------------------------------- */

/* The key that is expected next, if it is what comes; the opening quote is
 * behind us. UINT32_MAX: look closely. */
static uint32_t take_expected(Flat *flat) {
  RplFacts *facts = flat->facts;
  uint32_t after = facts->slot_after[facts->last_found];
  if (!after)
    return UINT32_MAX;
  RplSlice name = rpl_facts_name(facts, after - 1);
  if ((size_t)(flat->end - flat->at) <= name.length ||
      flat->at[name.length] != '"' ||
      memcmp(flat->at, name.data, name.length) != 0)
    return UINT32_MAX;
  flat->at += name.length + 1;
  facts->last_found = after;
  return after - 1;
}

static bool take_member(Flat *flat) {
  RplFacts *facts = flat->facts;
  RplValue value;
  if (!take(flat, '"'))
    return false;
  uint32_t slot = take_expected(flat);
  if (slot == UINT32_MAX) {
    if (!take_string(flat))
      return false;
    slot = rpl_facts_find_next(facts, flat->text);
  }
  if (slot == UINT32_MAX || facts->slots[slot].state != RPL_SLOT_ABSENT)
    return false; /* a param is never absent */
  if (!take(flat, ':'))
    return false;
  bool is_read = rpl_facts_type(facts, slot)->kind == RPL_KIND_SET
                     ? take_set(flat, slot, &value)
                     : take_value(flat) && read_value(flat, slot, &value);
  return is_read && rpl_facts_put(facts, slot, &value) == RPL_OK;
}

bool rpl_facts_flat(RplFacts *facts, RplSlice json) {
  Flat flat = {facts, json.data, json.data + json.length, {NULL, 0}, false};
  if (!json.length || json.length > RPL_FACTS_FLAT_MAX || !take(&flat, '{'))
    return false;
  do {
    if (!take_member(&flat))
      return false;
    skip_blanks(&flat);
  } while (take(&flat, ','));
  if (!take(&flat, '}'))
    return false;
  skip_blanks(&flat);
  return flat.at == flat.end;
}
