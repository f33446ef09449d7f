/* SPDX-License-Identifier: Apache-2.0
 * facts_text.c - values from text, for JSON and for people who type; and how a
 * fact is refused. See facts.h. */
#include "vm/facts.h"

#include <string.h>

#include "vm/civil.h"
#include "vm/context.h"

/* Bytes of what was found that a message shows, and of a list of values. */
#define SHOWN_MAX  ((size_t)48)
#define LISTED_MAX ((size_t)120)

/* Edits by which a name may differ from the one that is suggested. */
#define NEAR_EDITS 2

/* ---- messages ----------------------------------------------------------- */

/* A line of bounded length; what does not fit is dropped. */
typedef struct Line {
  char data[512];
  size_t length;
} Line;

static void put(Line *line, RplSlice text) {
  size_t room = sizeof line->data - line->length;
  size_t bytes = text.length < room ? text.length : room;
  if (bytes)
    memcpy(line->data + line->length, text.data, bytes);
  line->length += bytes;
}

static void put_text(Line *line, const char *text) {
  put(line, rpl_slice_from(text));
}

static RplSlice line_view(const Line *line) {
  return (RplSlice){line->data, line->length};
}

/* The longest start of the text of at most `bytes` bytes, in whole code
 * points; bytes that are no UTF-8 end it. */
static size_t whole_points(RplSlice text, size_t bytes) {
  size_t at = 0;
  while (at < text.length) {
    size_t step = rpl_utf8_decode(text.data + at, text.length - at, NULL);
    if (!step || step > bytes - at)
      break;
    at += step;
  }
  return at;
}

/* Puts the start of a text that came from outside. */
static void put_cut(Line *line, RplSlice text, size_t bytes) {
  size_t length = whole_points(text, bytes);
  put(line, (RplSlice){text.data, length});
  if (length < text.length)
    put_text(line, "...");
}

static void put_quoted(Line *line, RplSlice text) {
  put_text(line, "\"");
  put_cut(line, text, SHOWN_MAX);
  put_text(line, "\"");
}

void rpl_facts_error_put(char *member, size_t size, RplSlice text) {
  size_t length = whole_points(text, size - 1);
  if (length)
    memcpy(member, text.data, length);
  member[length] = '\0';
}

void rpl_facts_error_begin(RplFactError *error, RplSlice name) {
  memset(error, 0, sizeof *error);
  rpl_facts_error_put(error->fact, sizeof error->fact, name);
}

static void put_message(RplFactError *error, const Line *line) {
  rpl_facts_error_put(error->message, sizeof error->message, line_view(line));
}

static void put_help(RplFactError *error, const Line *line) {
  rpl_facts_error_put(error->help, sizeof error->help, line_view(line));
}

/* `fact "name": ` */
static void begin_message(Line *line, const RplFacts *facts, uint32_t slot) {
  line->length = 0;
  bool is_param = rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM;
  put_text(line, is_param ? "param " : "fact ");
  put_quoted(line, rpl_facts_name(facts, slot));
  put_text(line, ": ");
}

static void put_found(Line *line, const RplFound *found) {
  static const char *const words[] = {"the text ", "the number ",
                                      "the boolean ", "null", ""};
  put_text(line, words[found->kind]);
  if (found->kind == RPL_FOUND_TEXT)
    put_quoted(line, found->text);
  else if (found->kind != RPL_FOUND_NULL)
    put_cut(line, found->text, SHOWN_MAX);
}

RplStatus rpl_facts_refuse(const RplFacts *facts, uint32_t slot,
                           const char *expected, const RplFound *found,
                           RplFactError *error) {
  Line line;
  begin_message(&line, facts, slot);
  put_text(&line, "expected ");
  put_text(&line, expected);
  put_text(&line, ", found ");
  put_found(&line, found);
  rpl_facts_error_begin(error, rpl_facts_name(facts, slot));
  put_message(error, &line);
  return RPL_E_FACTS;
}

RplStatus rpl_facts_refuse_plainly(const RplFacts *facts, uint32_t slot,
                                   const char *text, RplFactError *error) {
  Line line;
  begin_message(&line, facts, slot);
  put_text(&line, text);
  rpl_facts_error_begin(error, rpl_facts_name(facts, slot));
  put_message(error, &line);
  return RPL_E_FACTS;
}

RplStatus rpl_facts_refuse_range(const RplFacts *facts, uint32_t slot,
                                 RplSlice text, RplFactError *error) {
  Line line;
  begin_message(&line, facts, slot);
  put(&line, text);
  rpl_facts_error_begin(error, rpl_facts_name(facts, slot));
  put_message(error, &line);
  return RPL_E_FACTS;
}

/* ---- near names --------------------------------------------------------- */

static unsigned least(unsigned a, unsigned b, unsigned c) {
  unsigned ab = a < b ? a : b;
  return ab < c ? ab : c;
}

/* Insertions, removals and changes of bytes between two short texts
 * (Wagner and Fischer, one row at a time). */
static unsigned edits(RplSlice left, RplSlice right) {
  unsigned row[RPL_FACT_NEAR_MAX + 1];
  for (unsigned column = 0; column <= right.length; column++)
    row[column] = column;
  for (size_t i = 1; i <= left.length; i++) {
    unsigned diagonal = row[0];
    row[0] = (unsigned)i;
    for (size_t j = 1; j <= right.length; j++) {
      unsigned change =
          diagonal + (left.data[i - 1] == right.data[j - 1] ? 0u : 1u);
      diagonal = row[j];
      row[j] = least(change, row[j] + 1, row[j - 1] + 1);
    }
  }
  return row[right.length];
}

/* The nearest name seen so far. */
typedef struct Near {
  RplSlice given;
  RplSlice best;
  unsigned best_edits;
} Near;

static Near near_begin(RplSlice given) {
  return (Near){given, {NULL, 0}, NEAR_EDITS + 1};
}

static void near_try(Near *near, RplSlice name) {
  size_t longer =
      name.length > near->given.length ? name.length : near->given.length;
  size_t shorter = name.length + near->given.length - longer;
  if (longer > RPL_FACT_NEAR_MAX || longer - shorter > NEAR_EDITS)
    return;
  unsigned distance = edits(near->given, name);
  /* Two short names with nothing in common are not near. */
  if (distance < near->best_edits && distance < shorter) {
    near->best = name;
    near->best_edits = distance;
  }
}

static void suggest(RplFactError *error, const Near *near) {
  Line line = {.length = 0};
  if (!near->best.length)
    return;
  put_text(&line, "did you mean ");
  put_quoted(&line, near->best);
  put_text(&line, "?");
  put_help(error, &line);
}

RplStatus rpl_facts_refuse_name(const RplFacts *facts, RplSlice name,
                                bool is_param, RplFactError *error) {
  Line line = {.length = 0};
  Near near = near_begin(name);
  uint32_t slot = rpl_facts_find(facts, name);
  rpl_facts_error_begin(error, name);
  put_text(&line, is_param ? "no param is named " : "no fact is named ");
  put_quoted(&line, name);
  put_message(error, &line);
  if (slot != UINT32_MAX) {
    rpl_facts_error_put(error->help, sizeof error->help,
                        rpl_slice_from(is_param ? "it is a fact, not a param"
                                                : "it is a param, not a fact"));
    return RPL_E_FACTS;
  }
  for (slot = 0; slot < facts->count; slot++)
    if (((rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM) != 0) ==
        is_param)
      near_try(&near, rpl_facts_name(facts, slot));
  suggest(error, &near);
  return RPL_E_FACTS;
}

RplStatus rpl_facts_refuse_field(const RplFacts *facts, uint32_t record_type,
                                 RplSlice name, RplFactError *error) {
  Line line;
  Near near = near_begin(name);
  const RplTables *tables = &facts->image->tables;
  const RplRecordTypeRecord *record = &rpl_record_types(tables)[record_type];
  begin_message(&line, facts, RPL_SLOT_PART);
  put_text(&line, "no field is named ");
  put_quoted(&line, name);
  rpl_facts_error_begin(error, rpl_facts_name(facts, RPL_SLOT_PART));
  put_message(error, &line);
  for (uint32_t i = 0; i < record->count; i++)
    near_try(&near,
             rpl_string(tables, rpl_fields(tables)[record->first + i].name));
  suggest(error, &near);
  return RPL_E_FACTS;
}

/* ---- values ------------------------------------------------------------- */

/* What a reader of one kind works with. */
typedef struct Reading {
  const RplFacts *facts;
  RplArena *arena;
  uint32_t slot;
  const RplFound *found;
  RplValue *value;
  RplFactError *error;
} Reading;

static RplStatus refuse(const Reading *reading, const char *expected) {
  return rpl_facts_refuse(reading->facts, reading->slot, expected,
                          reading->found, reading->error);
}

static RplStatus refuse_plainly(const Reading *reading, const char *text) {
  return rpl_facts_refuse_plainly(reading->facts, reading->slot, text,
                                  reading->error);
}

/* A number whose canonical text is no decimal could not be read back from a
 * record, so such an extreme one is refused. */
static bool is_writable(RplNumber number) {
  char text[RPL_NUMBER_TEXT_MAX];
  if (!number.limbs)
    return true;
  size_t length = rpl_number_write(number, text, sizeof text);
  return !memchr(text, '/', length);
}

static RplStatus read_number(const Reading *reading, RplSlice text,
                             const char *expected, RplNumber *number) {
  if (reading->found->kind != RPL_FOUND_TEXT &&
      reading->found->kind != RPL_FOUND_NUMBER)
    return refuse(reading, expected);
  RplNumberStatus status = rpl_number_parse(reading->arena, text, number);
  if (status == RPL_NUMBER_MEMORY)
    return RPL_E_MEMORY;
  if (status == RPL_NUMBER_TOO_LARGE ||
      (status == RPL_NUMBER_OK && !is_writable(*number)))
    return refuse_plainly(reading, "the number is too long: at most 1300 "
                                   "digits and 4096 bits a side");
  return status == RPL_NUMBER_OK ? RPL_OK : refuse(reading, expected);
}

static RplStatus read_numeric(const Reading *reading, RplKind kind) {
  const char *expected = kind == RPL_KIND_INTEGER ? "an integer" : "a number";
  RplNumber number;
  RplStatus status =
      read_number(reading, reading->found->text, expected, &number);
  if (status)
    return status;
  if (kind == RPL_KIND_INTEGER && !rpl_number_is_integer(number))
    return refuse(reading, expected);
  *reading->value = rpl_value_number(kind, number);
  return RPL_OK;
}

#define MONEY_EXPECTED "money such as \"USD 1.60\""

static RplStatus refuse_currency(const Reading *reading, RplSlice code) {
  RplFound found = {RPL_FOUND_TEXT, code};
  return rpl_facts_refuse(reading->facts, reading->slot,
                          "a currency of ISO 4217 such as \"USD\"", &found,
                          reading->error);
}

static RplStatus read_amount(const Reading *reading, RplSlice code,
                             RplSlice amount) {
  RplNumber number;
  RplCurrency currency = rpl_currency_from_code(code);
  if (!currency)
    return refuse_currency(reading, code);
  RplStatus status = read_number(reading, amount, MONEY_EXPECTED, &number);
  if (status == RPL_OK)
    *reading->value = rpl_value_money(number, currency);
  return status;
}

/* An amount without a currency: good where the currency fact will give it. */
static RplStatus read_bare(const Reading *reading) {
  RplNumber number;
  RplStatus status =
      read_number(reading, reading->found->text, MONEY_EXPECTED, &number);
  if (status)
    return status;
  bool is_param =
      rpl_facts_record(reading->facts, reading->slot)->flags & RPL_FACT_PARAM;
  if (is_param ? rpl_number_sign(number) != 0
               : rpl_facts_currency_slot(reading->facts) == UINT32_MAX)
    return refuse(reading, MONEY_EXPECTED);
  *reading->value = rpl_value_money(number, RPL_CURRENCY_NONE);
  return RPL_OK;
}

static bool is_letter(char byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static RplStatus read_money(const Reading *reading) {
  RplSlice text = reading->found->text;
  if (reading->found->kind != RPL_FOUND_TEXT || !text.length ||
      !is_letter(text.data[0]))
    return read_bare(reading);
  const char *blank = memchr(text.data, ' ', text.length);
  if (!blank)
    return refuse(reading, MONEY_EXPECTED);
  size_t code = (size_t)(blank - text.data);
  return read_amount(reading, (RplSlice){text.data, code},
                     (RplSlice){blank + 1, text.length - code - 1});
}

RplStatus rpl_facts_read_money(const RplFacts *facts, RplArena *arena,
                               uint32_t slot, RplSlice currency,
                               RplSlice amount, RplValue *value,
                               RplFactError *error) {
  RplFound found = {RPL_FOUND_TEXT, amount};
  Reading reading = {facts, arena, slot, &found, value, error};
  return read_amount(&reading, currency, amount);
}

static RplStatus read_text(const Reading *reading) {
  RplSlice text = reading->found->text;
  if (reading->found->kind != RPL_FOUND_TEXT)
    return refuse(reading, "text");
  if (text.length > RPL_FACT_TEXT_MAX)
    return refuse_plainly(reading, "the text is longer than 65536 bytes");
  if (!rpl_utf8_check(text.data, text.length, NULL) ||
      (text.length && memchr(text.data, '\0', text.length)))
    return refuse_plainly(reading, "the text is not UTF-8 without NUL");
  char *copy = rpl_arena_copy(reading->arena, text.data, text.length);
  if (!copy)
    return RPL_E_MEMORY;
  *reading->value = rpl_value_text((RplSlice){copy, text.length});
  return RPL_OK;
}

typedef bool (*TimeReader)(RplSlice text, int64_t *out, RplTimeError *why);

static RplStatus read_time(const Reading *reading, RplKind kind) {
  static const struct {
    TimeReader read;
    const char *expected;
  } readers[] = {
      {rpl_date_parse, "a date such as \"2026-03-02\""},
      {rpl_datetime_parse, "a datetime such as \"2026-03-02T09:30:00Z\""},
      {rpl_duration_parse, "a duration such as \"7d\" or \"1d12h\""}};
  unsigned which = (unsigned)kind - (unsigned)RPL_KIND_DATE;
  int64_t integer;
  RplTimeError why = RPL_TIME_SHAPE;
  if (reading->found->kind == RPL_FOUND_TEXT &&
      readers[which].read(reading->found->text, &integer, &why)) {
    *reading->value = rpl_value_small(kind, integer);
    return RPL_OK;
  }
  RplStatus status = refuse(reading, readers[which].expected);
  if (reading->found->kind == RPL_FOUND_TEXT && why != RPL_TIME_SHAPE)
    rpl_facts_error_put(reading->error->help, sizeof reading->error->help,
                        rpl_slice_from(rpl_time_error_text(why)));
  return status;
}

static RplStatus read_period(const Reading *reading) {
  int32_t months;
  RplTimeError why = RPL_TIME_SHAPE;
  if (reading->found->kind == RPL_FOUND_TEXT &&
      rpl_period_parse(reading->found->text, &months, &why)) {
    *reading->value = rpl_value_small(RPL_KIND_PERIOD, months);
    return RPL_OK;
  }
  RplStatus status = refuse(reading, "a period such as \"1y2mo\" or \"3mo\"");
  if (reading->found->kind == RPL_FOUND_TEXT && why != RPL_TIME_SHAPE)
    rpl_facts_error_put(reading->error->help, sizeof reading->error->help,
                        rpl_slice_from(rpl_time_error_text(why)));
  return status;
}

static RplSlice enumerator(const RplTables *tables, const RplEnumRecord *owner,
                           uint32_t index) {
  return rpl_string(tables, rpl_enumerators(tables)[owner->first + index].name);
}

static RplStatus refuse_enumerator(const Reading *reading,
                                   const RplEnumRecord *owner) {
  const RplTables *tables = &reading->facts->image->tables;
  Near near = near_begin(reading->found->text);
  Line line = {.length = 0};
  put_text(&line, owner->count == 1 ? "" : "one of ");
  for (uint32_t i = 0; i < owner->count; i++) {
    RplSlice name = enumerator(tables, owner, i);
    near_try(&near, name);
    if (line.length > LISTED_MAX)
      continue;
    put_text(&line, i ? ", " : "");
    put_cut(&line, name, SHOWN_MAX);
    if (line.length > LISTED_MAX && i + 1 < owner->count)
      put_text(&line, ", ...");
  }
  put(&line, (RplSlice){"", 1});
  RplStatus status = refuse(reading, line.data);
  suggest(reading->error, &near);
  return status;
}

static RplStatus read_enum(const Reading *reading) {
  const RplTables *tables = &reading->facts->image->tables;
  uint32_t detail = rpl_facts_type(reading->facts, reading->slot)->detail;
  const RplEnumRecord *owner = &rpl_enums(tables)[detail];
  if (reading->found->kind != RPL_FOUND_TEXT)
    return refuse_enumerator(reading, owner);
  for (uint32_t i = 0; i < owner->count; i++) {
    if (!rpl_slice_equal(enumerator(tables, owner, i), reading->found->text))
      continue;
    *reading->value = rpl_value_enum(detail, i);
    return RPL_OK;
  }
  if (!(owner->flags & RPL_ENUM_OR_OTHER))
    return refuse_enumerator(reading, owner);
  *reading->value = rpl_value_enum(detail, (int64_t)owner->count - 1);
  return RPL_OK;
}

static RplStatus refuse_twice(const Reading *reading, RplSlice word) {
  Line line;
  begin_message(&line, reading->facts, reading->slot);
  put_text(&line, "the set names ");
  put_quoted(&line, word);
  put_text(&line, " twice");
  rpl_facts_error_begin(reading->error,
                        rpl_facts_name(reading->facts, reading->slot));
  put_message(reading->error, &line);
  return RPL_E_FACTS;
}

/* Adds one word to a set; refuses a word that is no value or stands twice. All
 * words that stand for `other` are one value, so these may be several. */
static RplStatus add_to_set(const Reading *reading, RplSlice word,
                            uint64_t *bits) {
  const RplTables *tables = &reading->facts->image->tables;
  uint32_t detail = rpl_facts_type(reading->facts, reading->slot)->detail;
  const RplEnumRecord *owner = &rpl_enums(tables)[detail];
  uint32_t index = 0;
  while (index < owner->count &&
         !rpl_slice_equal(enumerator(tables, owner, index), word))
    index++;
  if (index == owner->count && (owner->flags & RPL_ENUM_OR_OTHER))
    index--;
  RplFound found = {RPL_FOUND_TEXT, word};
  Reading one = *reading;
  one.found = &found;
  if (index >= owner->count || index >= RPL_MAX_SET_VALUES)
    return refuse_enumerator(&one, owner);
  bool is_other =
      (owner->flags & RPL_ENUM_OR_OTHER) && index + 1 == owner->count;
  if ((*bits >> index & 1) && !is_other)
    return refuse_twice(reading, word);
  *bits |= UINT64_C(1) << index;
  return RPL_OK;
}

RplStatus rpl_facts_read_set(const RplFacts *facts, uint32_t slot,
                             RplSlice word, RplValue *value,
                             RplFactError *error) {
  Reading reading = {facts, NULL, slot, NULL, value, error};
  uint64_t bits = (uint64_t)value->as.integer;
  RplStatus status = add_to_set(&reading, word, &bits);
  if (status == RPL_OK)
    *value = rpl_value_set(rpl_facts_type(facts, slot)->detail, bits);
  return status;
}

static RplSlice without_blanks(RplSlice text) {
  while (text.length && text.data[0] == ' ') {
    text.data++;
    text.length--;
  }
  while (text.length && text.data[text.length - 1] == ' ')
    text.length--;
  return text;
}

/* "a, b" as a person types it; nothing is the empty set. Each comma stands
 * between two words, so that a slip is not read as `other`. */
static RplStatus read_set(const Reading *reading) {
  RplSlice text = without_blanks(reading->found->text);
  uint64_t bits = 0;
  bool is_more = text.length != 0;
  if (reading->found->kind != RPL_FOUND_TEXT)
    return refuse(reading, "values with commas between them");
  while (is_more) {
    const char *comma = memchr(text.data, ',', text.length);
    size_t length = comma ? (size_t)(comma - text.data) : text.length;
    RplSlice word = without_blanks((RplSlice){text.data, length});
    if (!word.length)
      return refuse(reading, "values with commas between them");
    RplStatus status = add_to_set(reading, word, &bits);
    if (status)
      return status;
    is_more = comma != NULL;
    if (is_more)
      text = (RplSlice){comma + 1, text.length - length - 1};
  }
  *reading->value = rpl_value_set(
      rpl_facts_type(reading->facts, reading->slot)->detail, bits);
  return RPL_OK;
}

/* A zone of the program, or one that is read now and kept. */
static RplStatus read_named_zone(const Reading *reading) {
  const RplFacts *facts = reading->facts;
  RplSlice name = reading->found->text;
  const RplZone *zone = rpl_zones_find(facts->image->zones, name);
  const char *why = "";
  RplStatus status = RPL_OK;
  if (!zone)
    status = rpl_zones_get(&facts->zones->zones, &facts->zones->arena, name,
                           &zone, &why);
  if (status == RPL_E_MEMORY)
    return status;
  if (status == RPL_E_NOT_FOUND) {
    status = refuse(reading, "a zone of the zone data or one such as "
                             "\"+08:00\"");
    return status;
  }
  if (status) {
    status = refuse_plainly(reading, "the data of this zone cannot be used");
    rpl_facts_error_put(reading->error->help, sizeof reading->error->help,
                        rpl_slice_from(why));
    return status;
  }
  *reading->value = rpl_value_zone(zone);
  return RPL_OK;
}

static RplStatus read_zone(const Reading *reading) {
  int32_t seconds;
  if (reading->found->kind == RPL_FOUND_TEXT && reading->facts->zones &&
      rpl_zone_is_name(reading->found->text))
    return read_named_zone(reading);
  if (reading->found->kind != RPL_FOUND_TEXT ||
      !rpl_zone_parse(reading->found->text, &seconds))
    return refuse(reading, "a zone such as \"+08:00\"");
  *reading->value = rpl_value_small(RPL_KIND_ZONE, seconds);
  return RPL_OK;
}

static RplStatus read_boolean(const Reading *reading) {
  if (reading->found->kind != RPL_FOUND_BOOLEAN)
    return refuse(reading, "true or false");
  *reading->value =
      rpl_value_boolean(rpl_slice_is(reading->found->text, "true"));
  return RPL_OK;
}

static RplStatus read_rounding(const Reading *reading) {
  RplRounding mode;
  if (reading->found->kind != RPL_FOUND_TEXT ||
      !rpl_rounding_from_name(reading->found->text, &mode))
    return refuse(reading, "a rounding mode such as \"half_up\"");
  *reading->value = rpl_value_small(RPL_KIND_ROUNDING, (int64_t)mode);
  return RPL_OK;
}

static RplStatus read_currency(const Reading *reading) {
  RplCurrency currency = reading->found->kind == RPL_FOUND_TEXT
                             ? rpl_currency_from_code(reading->found->text)
                             : RPL_CURRENCY_NONE;
  if (!currency)
    return refuse(reading, "a currency of ISO 4217 such as \"USD\"");
  *reading->value = rpl_value_small(RPL_KIND_CURRENCY, currency);
  return RPL_OK;
}

static RplStatus read_null(const Reading *reading) {
  if (!rpl_facts_type(reading->facts, reading->slot)->optional)
    return refuse_plainly(reading, "null means that it does not exist, which "
                                   "this one's type does not allow");
  *reading->value = rpl_value_none();
  return RPL_OK;
}

RplStatus rpl_facts_read(const RplFacts *facts, RplArena *arena, uint32_t slot,
                         const RplFound *found, RplValue *value,
                         RplFactError *error) {
  Reading reading = {facts, arena, slot, found, value, error};
  RplKind kind = (RplKind)rpl_facts_type(facts, slot)->kind;
  if (found->kind == RPL_FOUND_NULL)
    return read_null(&reading);
  switch (kind) {
  case RPL_KIND_BOOLEAN:
    return read_boolean(&reading);
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    return read_numeric(&reading, kind);
  case RPL_KIND_MONEY:
    return read_money(&reading);
  case RPL_KIND_TEXT:
    return read_text(&reading);
  case RPL_KIND_ENUM:
    return read_enum(&reading);
  case RPL_KIND_ROUNDING:
    return read_rounding(&reading);
  case RPL_KIND_CURRENCY:
    return read_currency(&reading);
  case RPL_KIND_PERIOD:
    return read_period(&reading);
  case RPL_KIND_ZONE:
    return read_zone(&reading);
  case RPL_KIND_SET:
    return read_set(&reading);
  case RPL_KIND_LIST:
    return refuse(&reading, "an array");
  case RPL_KIND_RECORD:
    return refuse(&reading, "an object");
  default:
    return read_time(&reading, kind);
  }
}

/* ---- typed text --------------------------------------------------------- */

/* What a person typed, where the fact's type says what it can mean. */
static RplFound typed(const RplFacts *facts, uint32_t slot, RplSlice text) {
  const RplTypeRecord *type = rpl_facts_type(facts, slot);
  bool is_word = type->kind == RPL_KIND_TEXT || type->kind == RPL_KIND_ENUM;
  if (rpl_slice_is(text, "null") && (type->optional || !is_word))
    return (RplFound){RPL_FOUND_NULL, text};
  if (type->kind == RPL_KIND_BOOLEAN &&
      (rpl_slice_is(text, "true") || rpl_slice_is(text, "false")))
    return (RplFound){RPL_FOUND_BOOLEAN, text};
  return (RplFound){RPL_FOUND_TEXT, text};
}

/* The slot of a name that is a param or a fact, as wanted. */
static RplStatus find(const RplFacts *facts, RplSlice name, bool is_param,
                      uint32_t *slot, RplFactError *error) {
  *slot = rpl_facts_find(facts, name);
  if (*slot == UINT32_MAX || ((rpl_facts_record(facts, *slot)->flags &
                               RPL_FACT_PARAM) != 0) != is_param)
    return rpl_facts_refuse_name(facts, name, is_param, error);
  return RPL_OK;
}

RplStatus rpl_facts_text(RplContext *context, RplSlice name, RplSlice value,
                         RplFactError *error) {
  RplFactError unused;
  RplFacts *facts = &context->facts;
  RplValue read;
  uint32_t slot;
  error = error ? error : &unused;
  RplStatus status = find(facts, name, false, &slot, error);
  if (status)
    return status;
  if (facts->slots[slot].state != RPL_SLOT_ABSENT)
    return rpl_facts_refuse_plainly(facts, slot, "it was set before", error);
  if (rpl_kind_has_parts(rpl_facts_type(facts, slot)->kind)) {
    status =
        rpl_facts_read_json(facts, &facts->arena, slot, value, &read, error);
    return status ? status : rpl_facts_put(facts, slot, &read);
  }
  RplFound found = typed(facts, slot, value);
  status = rpl_facts_read(facts, &facts->arena, slot, &found, &read, error);
  return status ? status : rpl_facts_put(facts, slot, &read);
}

RplStatus rpl_param_text(RplContext *context, RplSlice name, RplSlice value,
                         RplFactError *error) {
  RplFactError unused;
  RplFacts *facts = &context->facts;
  RplArena scratch;
  RplValue read;
  RplSlice breach = {NULL, 0};
  uint32_t slot;
  bool is_kept = true;
  error = error ? error : &unused;
  RplStatus status = find(facts, name, true, &slot, error);
  if (status)
    return status;
  RplFound found = typed(facts, slot, value);
  rpl_arena_init(&scratch, facts->allocator, 0);
  status = rpl_facts_read(facts, &scratch, slot, &found, &read, error);
  if (status == RPL_OK)
    status = rpl_facts_check(facts, &scratch, slot, &read, &is_kept, &breach);
  if (status == RPL_OK)
    status = is_kept ? rpl_facts_put_param(facts, slot, &read)
                     : rpl_facts_refuse_range(facts, slot, breach, error);
  rpl_arena_clear(&scratch);
  return status;
}
