/* SPDX-License-Identifier: Apache-2.0
 * facts_set.c - typed setters; see rpl/facts.h. A setter checks that its way of
 * giving a value is one for the fact's type; the readers of facts_text.c do the
 * rest, so that a value is judged as it would be in JSON. */
#include "rpl/facts.h"

#include "vm/civil.h"
#include "vm/context.h"
#include "vm/facts.h"

/* Room for any 64-bit number and its sign. */
#define INTEGER_TEXT_BYTES 24

/* One fact that is being set. */
typedef struct Setting {
  RplFacts *facts;
  uint32_t slot;
  RplFactError *error;
  RplFactError unused; /* where the caller wants no error */
} Setting;

/* ---- which fact --------------------------------------------------------- */

static RplStatus begin(Setting *setting, RplContext *context, uint32_t slot,
                       RplSlice name, RplFactError *error) {
  setting->facts = &context->facts;
  setting->slot = slot;
  setting->error = error ? error : &setting->unused;
  if (slot >= setting->facts->count ||
      (rpl_facts_record(setting->facts, slot)->flags & RPL_FACT_PARAM))
    return rpl_facts_refuse_name(setting->facts, name, false, setting->error);
  return RPL_OK;
}

static RplStatus begin_named(Setting *setting, RplContext *context,
                             RplSlice name, RplFactError *error) {
  if (!context)
    return RPL_E_ARGUMENT;
  return begin(setting, context, rpl_facts_find(&context->facts, name), name,
               error);
}

static RplStatus begin_at(Setting *setting, RplContext *context, size_t slot,
                          RplFactError *error) {
  if (!context)
    return RPL_E_ARGUMENT;
  if (slot < context->facts.count)
    return begin(setting, context, (uint32_t)slot,
                 rpl_facts_name(&context->facts, (uint32_t)slot), error);
  if (error) {
    rpl_facts_error_begin(error, (RplSlice){NULL, 0});
    rpl_facts_error_put(error->message, sizeof error->message,
                        rpl_slice_from("no fact has that slot"));
  }
  return RPL_E_FACTS;
}

static RplKind kind_of(const Setting *setting) {
  return (RplKind)rpl_facts_type(setting->facts, setting->slot)->kind;
}

/* ---- putting ------------------------------------------------------------ */

/* A value in place of the one that the fact may have. */
static RplStatus replace(const Setting *setting, const RplValue *value) {
  RplFacts *facts = setting->facts;
  bool was_bare = facts->slots[setting->slot].state == RPL_SLOT_BARE;
  RplStatus status = rpl_facts_put(facts, setting->slot, value);
  if (status == RPL_OK && was_bare)
    facts->bare_count--;
  return status;
}

static RplStatus put_found(const Setting *setting, const RplFound *found) {
  RplValue value;
  RplStatus status =
      rpl_facts_read(setting->facts, &setting->facts->arena, setting->slot,
                     found, &value, setting->error);
  return status ? status : replace(setting, &value);
}

/* What the fact's type would have had instead. */
static const char *expectation(RplKind kind) {
  switch (kind) {
  case RPL_KIND_MONEY:
    return "money in minor units with its currency";
  case RPL_KIND_NUMBER:
    return "a number";
  case RPL_KIND_ENUM:
    return "one of its values";
  case RPL_KIND_SET:
    return "a set of values";
  default:
    return rpl_kind_name(kind);
  }
}

static RplStatus refuse(const Setting *setting, RplFoundKind kind,
                        RplSlice text) {
  RplFound found = {kind, text};
  return rpl_facts_refuse(setting->facts, setting->slot,
                          expectation(kind_of(setting)), &found,
                          setting->error);
}

/* ---- one for each way of giving a value --------------------------------- */

static RplStatus put_boolean(const Setting *setting, bool value) {
  RplFound found = {RPL_FOUND_BOOLEAN,
                    rpl_slice_from(value ? "true" : "false")};
  return put_found(setting, &found);
}

/* A plain number would be read as an amount where a fact names the currency;
 * but nobody could tell whether it counts major or minor units. */
static RplStatus put_number(const Setting *setting, RplSlice text) {
  RplFound found = {RPL_FOUND_NUMBER, text};
  return rpl_kind_is_numeric(kind_of(setting))
             ? put_found(setting, &found)
             : refuse(setting, RPL_FOUND_NUMBER, text);
}

static RplStatus put_integer(const Setting *setting, int64_t value) {
  char text[INTEGER_TEXT_BYTES];
  size_t length =
      rpl_number_write(rpl_number_from_int(value), text, sizeof text);
  return put_number(setting, (RplSlice){text, length});
}

static RplStatus put_money(const Setting *setting, int64_t minor,
                           RplSlice code) {
  RplCurrency currency = rpl_currency_from_code(code);
  RplFound found = {RPL_FOUND_TEXT, code};
  RplNumber number;
  if (kind_of(setting) != RPL_KIND_MONEY)
    return refuse(setting, RPL_FOUND_OTHER, rpl_slice_from("an amount"));
  if (!currency)
    return rpl_facts_refuse(setting->facts, setting->slot,
                            "a currency of ISO 4217 such as \"USD\"", &found,
                            setting->error);
  if (rpl_number_from_int_places(minor, (unsigned)rpl_currency_digits(currency),
                                 &number))
    return RPL_E_ARGUMENT; /* no currency has so many digits */
  RplValue value = rpl_value_money(number, currency);
  return replace(setting, &value);
}

static RplStatus put_text(const Setting *setting, RplSlice text) {
  RplFound found = {RPL_FOUND_TEXT, text};
  return kind_of(setting) == RPL_KIND_TEXT
             ? put_found(setting, &found)
             : refuse(setting, RPL_FOUND_TEXT, text);
}

static bool takes_words(RplKind kind) {
  return kind == RPL_KIND_ENUM || kind == RPL_KIND_CURRENCY ||
         kind == RPL_KIND_ROUNDING || kind == RPL_KIND_ZONE;
}

static RplStatus put_word(const Setting *setting, RplSlice word) {
  RplFound found = {RPL_FOUND_TEXT, word};
  return takes_words(kind_of(setting)) ? put_found(setting, &found)
                                       : refuse(setting, RPL_FOUND_TEXT, word);
}

static RplStatus put_words(const Setting *setting, const RplSlice *words,
                           size_t count) {
  RplStatus status = RPL_OK;
  if (kind_of(setting) != RPL_KIND_SET)
    return refuse(setting, RPL_FOUND_OTHER, rpl_slice_from("a set of words"));
  RplValue value =
      rpl_value_set(rpl_facts_type(setting->facts, setting->slot)->detail, 0);
  for (size_t i = 0; i < count && status == RPL_OK; i++)
    status = rpl_facts_read_set(setting->facts, setting->slot, words[i], &value,
                                setting->error);
  return status ? status : replace(setting, &value);
}

static RplStatus put_time(const Setting *setting, RplKind kind, int64_t time) {
  RplValue value = rpl_value_small(kind, time);
  if (kind_of(setting) != kind)
    return refuse(setting, RPL_FOUND_OTHER,
                  rpl_slice_from(rpl_kind_name(kind)));
  bool is_day = kind == RPL_KIND_DATE;
  if (kind != RPL_KIND_DURATION &&
      (time < (is_day ? RPL_DATE_MIN : RPL_DATETIME_MIN) ||
       time > (is_day ? RPL_DATE_MAX : RPL_DATETIME_MAX)))
    return rpl_facts_refuse_plainly(setting->facts, setting->slot,
                                    "it lies outside the years 0001 to 9999",
                                    setting->error);
  return replace(setting, &value);
}

static RplStatus put_null(const Setting *setting) {
  RplFound found = {RPL_FOUND_NULL, {NULL, 0}};
  return put_found(setting, &found);
}

static RplStatus drop(const Setting *setting) {
  rpl_facts_drop(setting->facts, setting->slot);
  return RPL_OK;
}

/* ---- the public two of each --------------------------------------------- */

RplStatus rpl_facts_set_boolean(RplContext *context, RplSlice name, bool value,
                                RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_boolean(&setting, value);
}

RplStatus rpl_facts_set_boolean_at(RplContext *context, size_t slot, bool value,
                                   RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_boolean(&setting, value);
}

RplStatus rpl_facts_set_integer(RplContext *context, RplSlice name,
                                int64_t value, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_integer(&setting, value);
}

RplStatus rpl_facts_set_integer_at(RplContext *context, size_t slot,
                                   int64_t value, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_integer(&setting, value);
}

RplStatus rpl_facts_set_number(RplContext *context, RplSlice name,
                               RplSlice text, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_number(&setting, text);
}

RplStatus rpl_facts_set_number_at(RplContext *context, size_t slot,
                                  RplSlice text, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_number(&setting, text);
}

RplStatus rpl_facts_set_money(RplContext *context, RplSlice name, int64_t minor,
                              RplSlice currency, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_money(&setting, minor, currency);
}

RplStatus rpl_facts_set_money_at(RplContext *context, size_t slot,
                                 int64_t minor, RplSlice currency,
                                 RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_money(&setting, minor, currency);
}

RplStatus rpl_facts_set_text(RplContext *context, RplSlice name, RplSlice text,
                             RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_text(&setting, text);
}

RplStatus rpl_facts_set_text_at(RplContext *context, size_t slot, RplSlice text,
                                RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_text(&setting, text);
}

RplStatus rpl_facts_set_word(RplContext *context, RplSlice name, RplSlice word,
                             RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_word(&setting, word);
}

RplStatus rpl_facts_set_word_at(RplContext *context, size_t slot, RplSlice word,
                                RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_word(&setting, word);
}

RplStatus rpl_facts_set_words(RplContext *context, RplSlice name,
                              const RplSlice *words, size_t count,
                              RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_words(&setting, words, count);
}

RplStatus rpl_facts_set_words_at(RplContext *context, size_t slot,
                                 const RplSlice *words, size_t count,
                                 RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_words(&setting, words, count);
}

RplStatus rpl_facts_set_date(RplContext *context, RplSlice name, int64_t days,
                             RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_time(&setting, RPL_KIND_DATE, days);
}

RplStatus rpl_facts_set_date_at(RplContext *context, size_t slot, int64_t days,
                                RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_time(&setting, RPL_KIND_DATE, days);
}

RplStatus rpl_facts_set_datetime(RplContext *context, RplSlice name,
                                 int64_t microseconds, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_time(&setting, RPL_KIND_DATETIME, microseconds);
}

RplStatus rpl_facts_set_datetime_at(RplContext *context, size_t slot,
                                    int64_t microseconds, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_time(&setting, RPL_KIND_DATETIME, microseconds);
}

RplStatus rpl_facts_set_duration(RplContext *context, RplSlice name,
                                 int64_t microseconds, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_time(&setting, RPL_KIND_DURATION, microseconds);
}

RplStatus rpl_facts_set_duration_at(RplContext *context, size_t slot,
                                    int64_t microseconds, RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_time(&setting, RPL_KIND_DURATION, microseconds);
}

RplStatus rpl_facts_set_null(RplContext *context, RplSlice name,
                             RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : put_null(&setting);
}

RplStatus rpl_facts_set_null_at(RplContext *context, size_t slot,
                                RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : put_null(&setting);
}

RplStatus rpl_facts_unset(RplContext *context, RplSlice name,
                          RplFactError *error) {
  Setting setting;
  RplStatus status = begin_named(&setting, context, name, error);
  return status ? status : drop(&setting);
}

RplStatus rpl_facts_unset_at(RplContext *context, size_t slot,
                             RplFactError *error) {
  Setting setting;
  RplStatus status = begin_at(&setting, context, slot, error);
  return status ? status : drop(&setting);
}
