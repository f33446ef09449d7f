/* SPDX-License-Identifier: Apache-2.0
 * schema.c - the facts of a policy as a JSON Schema (rpl/program.h).
 *
 * INVARIANT: whatever rpl_facts_json takes and does not reject, the schema
 * takes, too; an amount that waits for its currency is judged by its bounds at
 * once. The reverse holds as far as a schema can say it: a pattern knows
 * no calendar and no list of currencies. Patterns keep to what every dialect of
 * regular expressions has: no look-ahead, no escapes. */
#include "vm/program_priv.h"

#include <string.h>

#include "vm/facts.h"
#include "vm/text.h"
#include "vm/value.h"

#define NUMERAL  "-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?"
#define CURRENCY "[A-Z]{3}"
#define HOURS    "([01][0-9]|2[0-3]):[0-5][0-9]"
#define DAY      "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
#define DURATION                                                               \
  "-?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+min)?([0-9]+s)?([0-9]+ms)?"          \
  "([0-9]+us)?"
#define ZONE_PART "[A-Z][A-Za-z0-9_+-]*"
#define PERIOD    "-?([0-9]+y)?([0-9]+mo)?"

typedef struct Writer {
  const RplImage *image;
  const RplTables *tables;
  const RplFactRecord *fact; /* the one that is being written */
  const RplTypeRecord *type; /* its type */
  RplBuffer out;
  RplBuffer words; /* a description, before it is quoted */
  RplSink sink;
  void *context;
  RplStatus status;
  bool is_choice;       /* the value has several forms */
  bool is_first_choice; /* none of them is written yet */
} Writer;

static void put(Writer *w, const char *text) { rpl_buffer_text(&w->out, text); }

static void put_quoted(Writer *w, RplSlice text) {
  rpl_json_write_string(&w->out, text);
}

/* Hands over what was written. After a failure nothing more is handed over. */
static void flush(Writer *w) {
  if ((w->out.is_failed || w->words.is_failed) && w->status == RPL_OK)
    w->status = RPL_E_MEMORY;
  if (w->status == RPL_OK)
    w->status = w->sink(w->context, w->out.data, w->out.length);
  rpl_buffer_reset(&w->out);
}

/* ---- bounds ---- */

static const RplConstant *bound_of(const Writer *w, uint32_t operand) {
  return operand ? &w->image->constants[RPL_OPERAND_INDEX(operand)] : NULL;
}

/* A bound without a finite decimal is left to the description. */
static void put_bound(Writer *w, const char *keyword, uint32_t operand) {
  char text[RPL_NUMBER_TEXT_MAX];
  const RplConstant *bound = bound_of(w, operand);
  if (!bound)
    return;
  size_t length = rpl_number_write(bound->number, text, sizeof text);
  if (memchr(text, '/', length))
    return;
  put(w, keyword);
  put(w, text);
}

static void put_number_bounds(Writer *w) {
  bool low_open = (w->fact->flags & RPL_FACT_LOW_OPEN) != 0;
  bool high_open = (w->fact->flags & RPL_FACT_HIGH_OPEN) != 0;
  put_bound(w, low_open ? ", \"exclusiveMinimum\": " : ", \"minimum\": ",
            w->fact->low);
  put_bound(w, high_open ? ", \"exclusiveMaximum\": " : ", \"maximum\": ",
            w->fact->high);
}

/* A bound of a text's length as a number of code points that still is inside;
 * `fallback` where there is none, or none that a schema could say. */
static int64_t length_bound(const Writer *w, uint32_t operand, bool is_open,
                            int64_t inward, int64_t fallback) {
  const RplConstant *bound = bound_of(w, operand);
  int64_t length;
  if (!bound || !rpl_number_to_int64(bound->number, &length) ||
      length > (int64_t)RPL_FACT_TEXT_MAX)
    return fallback;
  if (length < 0)
    return 0;
  length += is_open ? inward : 0;
  return length < 0 ? 0 : length;
}

/* A limit in bytes is one in code points as well: none has less than a byte. */
static void put_text_bounds(Writer *w) {
  bool low_open = (w->fact->flags & RPL_FACT_LOW_OPEN) != 0;
  bool high_open = (w->fact->flags & RPL_FACT_HIGH_OPEN) != 0;
  int64_t low = length_bound(w, w->fact->low, low_open, 1, 0);
  if (low > 0) {
    put(w, ", \"minLength\": ");
    rpl_buffer_signed(&w->out, low);
  }
  put(w, ", \"maxLength\": ");
  rpl_buffer_signed(&w->out, length_bound(w, w->fact->high, high_open, -1,
                                          (int64_t)RPL_FACT_TEXT_MAX));
}

/* ---- forms of a value ---- */

static void begin_choice(Writer *w) {
  if (w->is_choice)
    put(w, w->is_first_choice ? "{" : ", {");
  w->is_first_choice = false;
}

static void end_choice(Writer *w) {
  if (w->is_choice)
    put(w, "}");
}

/* `keywords` of one form, as they stand. */
static void put_choice(Writer *w, const char *keywords) {
  begin_choice(w);
  put(w, keywords);
  end_choice(w);
}

#define TYPED(type)      "\"type\": \"" type "\""
#define PATTERN(pattern) TYPED("string") ", \"pattern\": \"^" pattern "$\""

static void put_numeric(Writer *w, const char *type) {
  begin_choice(w);
  put(w, type);
  put_number_bounds(w);
  end_choice(w);
  put_choice(w, PATTERN(NUMERAL));
}

static void put_money(Writer *w) {
  put_choice(w, PATTERN(CURRENCY " " NUMERAL));
  begin_choice(w);
  put(w, TYPED("object") ", \"properties\": {\"currency\": {" PATTERN(
             CURRENCY) "}, \"amount\": {\"anyOf\": [{" TYPED("number"));
  put_number_bounds(w);
  put(w,
      "}, {" PATTERN(NUMERAL) "}]}}, \"required\": [\"currency\", "
                              "\"amount\"], \"additionalProperties\": false");
  end_choice(w);
  if (rpl_policy(w->tables)->currency_fact)
    put_numeric(w, TYPED("number"));
}

static RplSlice enumerator(const Writer *w, const RplEnumRecord *owner,
                           uint32_t index) {
  return rpl_string(w->tables,
                    rpl_enumerators(w->tables)[owner->first + index].name);
}

/* The words of an enumeration, or any text where it is open. */
static void put_words(Writer *w) {
  const RplEnumRecord *owner = &rpl_enums(w->tables)[w->type->detail];
  put(w, TYPED("string"));
  if (owner->flags & RPL_ENUM_OR_OTHER)
    return;
  put(w, ", \"enum\": [");
  for (uint32_t i = 0; i < owner->count; i++) {
    put(w, i ? ", " : "");
    put_quoted(w, enumerator(w, owner, i));
  }
  put(w, "]");
}

/* In a set of an open enumeration any text may stand twice: all unknown ones
 * are the same value. */
static void put_set(Writer *w) {
  bool is_open =
      (rpl_enums(w->tables)[w->type->detail].flags & RPL_ENUM_OR_OTHER) != 0;
  put(w, TYPED("array") ", \"items\": {");
  put_words(w);
  put(w, is_open ? "}" : "}, \"uniqueItems\": true");
}

static void put_type(Writer *w, uint32_t type);

/* Elements and fields that are records refer to their definition. */
static void put_list(Writer *w) {
  const RplListTypeRecord *list = &rpl_list_types(w->tables)[w->type->detail];
  put(w, TYPED("array") ", \"maxItems\": ");
  rpl_buffer_unsigned(&w->out, list->most);
  put(w, ", \"items\": {");
  put_type(w, list->element);
  put(w, "}");
}

static void put_reference(Writer *w) {
  const RplRecordTypeRecord *record =
      &rpl_record_types(w->tables)[w->type->detail];
  rpl_buffer_text(&w->words, "#/$defs/");
  rpl_buffer_slice(&w->words, rpl_string(w->tables, record->name));
  put(w, "\"$ref\": ");
  put_quoted(w, rpl_buffer_view(&w->words));
  if (!w->words.is_failed)
    rpl_buffer_reset(&w->words);
}

static void put_roundings(Writer *w) {
  put(w, TYPED("string") ", \"enum\": [");
  for (int mode = 0; mode < RPL_ROUNDING_COUNT; mode++) {
    put(w, mode ? ", " : "");
    put_quoted(w, rpl_slice_from(rpl_rounding_name((RplRounding)mode)));
  }
  put(w, "]");
}

/* Kinds with one form. */
static void put_single(Writer *w) {
  switch ((RplKind)w->type->kind) {
  case RPL_KIND_BOOLEAN:
    put(w, TYPED("boolean"));
    return;
  case RPL_KIND_TEXT:
    put(w, TYPED("string"));
    put_text_bounds(w);
    return;
  case RPL_KIND_DATE:
    put(w, PATTERN(DAY));
    return;
  case RPL_KIND_DATETIME: /* a seventh digit may stand if it says nothing */
    put(w, PATTERN(DAY "[Tt]" HOURS
                       ":[0-5][0-9]([.][0-9]{1,6}0*)?([Zz]|[+-]" HOURS ")"));
    return;
  case RPL_KIND_DURATION: /* the pattern alone would take "" and "-" */
    put(w, PATTERN(DURATION) ", \"minLength\": 2");
    return;
  case RPL_KIND_PERIOD:
    put(w, PATTERN(PERIOD) ", \"minLength\": 2");
    return;
  case RPL_KIND_ENUM:
    put_words(w);
    return;
  case RPL_KIND_ROUNDING:
    put_roundings(w);
    return;
  case RPL_KIND_CURRENCY:
    put(w, PATTERN(CURRENCY));
    return;
  case RPL_KIND_ZONE:
    put(w, PATTERN("(UTC|Z|[+-]" HOURS "|" ZONE_PART "(/" ZONE_PART ")+)"));
    return;
  case RPL_KIND_SET:
    put_set(w);
    return;
  case RPL_KIND_LIST:
    put_list(w);
    return;
  case RPL_KIND_RECORD:
    put_reference(w);
    return;
  default: /* written by put_value */
    return;
  }
}

static void put_value(Writer *w) {
  uint32_t kind = w->type->kind;
  bool is_plain = kind != RPL_KIND_MONEY && !rpl_kind_is_numeric((RplKind)kind);
  w->is_choice = !is_plain || w->type->optional;
  w->is_first_choice = true;
  if (w->is_choice)
    put(w, "\"anyOf\": [");
  if (kind == RPL_KIND_MONEY) {
    put_money(w);
  } else if (!is_plain) {
    put_numeric(w,
                kind == RPL_KIND_INTEGER ? TYPED("integer") : TYPED("number"));
  } else {
    begin_choice(w);
    put_single(w);
    end_choice(w);
  }
  if (w->type->optional)
    put_choice(w, TYPED("null"));
  if (w->is_choice)
    put(w, "]");
}

/* A value of a type without bounds, inside another. */
static void put_type(Writer *w, uint32_t type) {
  static const RplFactRecord unbounded;
  Writer outer = *w;
  w->fact = &unbounded;
  w->type = &rpl_types(w->tables)[type];
  put_value(w);
  w->fact = outer.fact;
  w->type = outer.type;
  w->is_choice = outer.is_choice;
  w->is_first_choice = outer.is_first_choice;
}

/* ---- descriptions ---- */

static void add(Writer *w, const char *text) {
  rpl_buffer_text(&w->words, text);
}

/* Titles and meanings are one piece of words (the verifier saw to it). */
static void add_text(Writer *w, uint32_t text0) {
  if (text0 == 0)
    return;
  uint32_t segment = rpl_texts(w->tables)[text0 - 1].segments;
  rpl_buffer_slice(
      &w->words,
      rpl_string(w->tables, rpl_segments(w->tables)[segment].string - 1));
}

/* Puts what was collected behind `key`; nothing if there is nothing. */
static void put_description(Writer *w, const char *key, const char *end) {
  if (w->words.length) {
    put(w, key);
    put_quoted(w, rpl_buffer_view(&w->words));
    put(w, end);
  }
  if (!w->words.is_failed) /* flush looks at it */
    rpl_buffer_reset(&w->words);
}

static void add_bound(Writer *w, const char *sign, bool is_open,
                      uint32_t operand) {
  const RplConstant *bound = bound_of(w, operand);
  if (!bound)
    return;
  RplValue value = rpl_value_constant(w->tables, bound);
  add(w, sign);
  add(w, is_open ? " " : "= ");
  rpl_value_write_text(&w->words, w->tables, &value);
}

/* Bounds stand in words, too, since few forms have keywords for them. */
static void add_bounds(Writer *w) {
  const RplFactRecord *fact = w->fact;
  if (!fact->low && !fact->high)
    return;
  add(w, w->words.length ? " (" : "(");
  add(w, w->type->kind == RPL_KIND_TEXT ? "length " : "");
  add_bound(w, ">", (fact->flags & RPL_FACT_LOW_OPEN) != 0, fact->low);
  add(w, fact->low && fact->high ? " and " : "");
  add_bound(w, "<", (fact->flags & RPL_FACT_HIGH_OPEN) != 0, fact->high);
  add(w, ")");
}

/* The words that an open enumeration knows; its last one stands for the rest.
 */
static void add_known(Writer *w) {
  if (w->type->kind != RPL_KIND_ENUM && w->type->kind != RPL_KIND_SET)
    return;
  const RplEnumRecord *owner = &rpl_enums(w->tables)[w->type->detail];
  if (!(owner->flags & RPL_ENUM_OR_OTHER))
    return;
  add(w, w->words.length ? "; " : "");
  for (uint32_t i = 0; i + 1 < owner->count; i++) {
    rpl_buffer_slice(&w->words, enumerator(w, owner, i));
    add(w, ", ");
  }
  add(w, "or another text");
}

/* ---- the whole ---- */

/* A fact, or a field in the guise of one. */
static void write_member(Writer *w, bool is_first, const char *indent) {
  w->type = &rpl_types(w->tables)[w->fact->type];
  put(w, is_first ? "\n" : ",\n");
  put(w, indent);
  put_quoted(w, rpl_string(w->tables, w->fact->name));
  put(w, ": {");
  add_text(w, w->fact->describe);
  add_bounds(w);
  add_known(w);
  put_description(w, "\"description\": ", ", ");
  put_value(w);
  put(w, "}");
  flush(w);
}

static void write_fact(Writer *w, bool is_first) {
  write_member(w, is_first, "    ");
}

/* A field that is left out is unknown, so none is required. */
static void write_record(Writer *w, uint32_t row) {
  const RplRecordTypeRecord *record = &rpl_record_types(w->tables)[row];
  put(w, row ? ",\n    " : "\n    ");
  put_quoted(w, rpl_string(w->tables, record->name));
  put(w, ": {" TYPED("object") ", \"additionalProperties\": false,\n"
                               "      \"properties\": {");
  for (uint32_t i = 0; i < record->count && w->status == RPL_OK; i++) {
    const RplFieldRecord *field = &rpl_fields(w->tables)[record->first + i];
    RplFactRecord fact = {.name = field->name,
                          .type = field->type,
                          .flags = field->flags,
                          .low = field->low,
                          .high = field->high,
                          .describe = field->describe};
    w->fact = &fact;
    write_member(w, i == 0, "        ");
  }
  w->fact = NULL;
  put(w, "\n      }}");
}

static void write_records(Writer *w) {
  uint32_t count = rpl_record_types_count(w->tables);
  if (!count)
    return;
  put(w, ",\n  \"$defs\": {");
  for (uint32_t row = 0; row < count && w->status == RPL_OK; row++)
    write_record(w, row);
  put(w, "\n  }");
  flush(w);
}

static void write_schema(Writer *w) {
  const RplPolicyRecord *policy = rpl_policy(w->tables);
  bool is_first = true;
  put(w, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
         "  \"title\": ");
  put_quoted(w, rpl_string(w->tables, policy->name));
  add_text(w, policy->title);
  put_description(w, ",\n  \"description\": ", "");
  put(w, ",\n  \"type\": \"object\",\n  \"additionalProperties\": false,\n"
         "  \"properties\": {");
  flush(w);
  for (uint32_t slot = 0;
       slot < rpl_facts_count(w->tables) && w->status == RPL_OK; slot++) {
    w->fact = &rpl_facts(w->tables)[slot];
    if (w->fact->flags & RPL_FACT_PARAM)
      continue;
    write_fact(w, is_first);
    is_first = false;
  }
  put(w, is_first ? "}" : "\n  }");
  write_records(w);
  put(w, "\n}\n");
  flush(w);
}

RplStatus rpl_program_facts_schema(const RplProgram *program, size_t index,
                                   RplSink sink, void *context) {
  Writer writer;
  if (!program || !sink)
    return RPL_E_ARGUMENT;
  if (index >= program->policy_count)
    return RPL_E_NOT_FOUND;
  memset(&writer, 0, sizeof writer);
  writer.image = &program->policies[index].image;
  writer.tables = &writer.image->tables;
  writer.sink = sink;
  writer.context = context;
  rpl_buffer_init(&writer.out, program->allocator);
  rpl_buffer_init(&writer.words, program->allocator);
  write_schema(&writer);
  rpl_buffer_clear(&writer.out);
  rpl_buffer_clear(&writer.words);
  return writer.status;
}
