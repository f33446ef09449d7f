/* SPDX-License-Identifier: Apache-2.0
 * verify.c - decides whether decoded tables are a valid canonical program.
 *
 * One pass over every table, in an order in which each check relies only on
 * tables that were checked before: strings, then every field by its kind, then
 * the meaning of each table. Nothing recurs, nothing is searched: uniqueness is
 * a stamp on the string, use is a mark on the row. So the time is linear in the
 * program, and the memory beside what stays is a few bytes a row.
 *
 * Every rule has a message of its own; tests/unit/test_program.c breaks each.
 */
#include "vm/verify.h"

#include <string.h>

#include "vm/text.h"

/* ---- refusing ---- */

static bool fail(RplVerifier *v, RplStatus status, const char *message) {
  *v->error = (RplProgramError){
      message, rpl_tables_row_offset(v->tables, v->section, v->row), v->section,
      v->row, ""};
  v->status = status;
  return false;
}

bool rpl_verify_refuse(RplVerifier *v, const char *message) {
  return fail(v, RPL_E_PROGRAM, message);
}

bool rpl_verify_limit(RplVerifier *v, const char *message) {
  return fail(v, RPL_E_LIMIT, message);
}

bool rpl_verify_memory(RplVerifier *v) {
  v->section = RPL_SECTION_COUNT;
  v->row = 0;
  return v->arena->is_over_limit
             ? fail(v, RPL_E_LIMIT,
                    "the program needs more memory than the host allows")
             : fail(v, RPL_E_MEMORY, "memory is short");
}

/* ---- references ---- */

bool rpl_verify_operand(RplVerifier *v, uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  switch (RPL_OPERAND_SPACE(operand)) {
  case RPL_SPACE_FACT:
    return rpl_verify_refer(v, RPL_SECTION_FACTS, index);
  case RPL_SPACE_CONSTANT:
    return rpl_verify_refer(v, RPL_SECTION_CONSTANTS, index);
  case RPL_SPACE_TEMP:
    if (index < rpl_code_count(v->tables) && v->blocks &&
        v->blocks[index] != 0 && v->section != RPL_SECTION_CODE)
      return false; /* what is in a block is read in it alone */
    if (v->section == RPL_SECTION_NAMES) /* a name is no use of a value */
      return index < rpl_code_count(v->tables);
    return rpl_verify_refer(v, RPL_SECTION_CODE, index);
  default:
    return false;
  }
}

static const uint32_t *items_of(const RplVerifier *v, uint32_t first) {
  return (const uint32_t *)rpl_lists(v->tables) + first;
}

static bool check_strings_list(RplVerifier *v, uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!rpl_verify_refer(v, RPL_SECTION_STRINGS, items_of(v, first)[i]))
      return rpl_verify_refuse(v, "a list names a string that does not exist");
  return true;
}

static bool check_steps_list(RplVerifier *v, uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!rpl_verify_refer(v, RPL_SECTION_STEPS, items_of(v, first)[i]))
      return rpl_verify_refuse(v, "a list names a step that does not exist");
  return true;
}

static bool check_outputs_list(RplVerifier *v, uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (items_of(v, first)[i] >= rpl_outputs_count(v->tables))
      return rpl_verify_refuse(v, "a list names an output that does not exist");
  return true;
}

static bool check_outcomes_list(RplVerifier *v, uint32_t first,
                                uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (items_of(v, first)[i] >= rpl_outcomes_count(v->tables))
      return rpl_verify_refuse(v,
                               "a list names an outcome that does not exist");
  return true;
}

/* ---- strings ---- */

/* The first eight bytes of a string as a number that has their order; a shorter
 * one ends in zeros, which no string holds. */
static uint64_t beginning(RplSlice text, const char *blob_end) {
  uint64_t word = 0;
  size_t length = text.length < sizeof word ? text.length : sizeof word;
  if (length == 0)
    return 0;
  size_t there = (size_t)(blob_end - text.data);
  if (there >= sizeof word)
    memcpy(&word, text.data, sizeof word);
  else
    memcpy(&word, text.data, there);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word & UINT64_MAX << (64 - 8 * length);
}

/* Strings of which some cannot be right; the first of them is refused. */
static bool check_text(RplVerifier *v, RplSlice text) {
  if (!rpl_utf8_check(text.data, text.length, NULL))
    return rpl_verify_refuse(v, "a string is not UTF-8");
  if (text.length && memchr(text.data, 0, text.length))
    return rpl_verify_refuse(v, "a string holds a NUL");
  return true;
}

/* Where the whole blob is UTF-8, a string is if it ends where a character
 * does. */
static bool ends_well(RplSlice text, const char *blob_end) {
  const char *end = text.data + text.length;
  return end == blob_end || ((unsigned char)*end & 0xC0u) != 0x80u;
}

static bool is_after(RplSlice last, uint64_t last_begins, RplSlice text,
                     uint64_t begins) {
  return last_begins != begins ? last_begins < begins
                               : rpl_slice_compare(last, text) < 0;
}

static bool is_clean(RplSlice blob) {
  return rpl_utf8_check(blob.data, blob.length, NULL) &&
         !(blob.length && memchr(blob.data, 0, blob.length));
}

static bool check_strings(RplVerifier *v) {
  const RplStringRecord *record = rpl_strings(v->tables);
  RplSlice blob = {v->tables->blob, v->tables->blob_bytes};
  const char *blob_end = blob.data + blob.length;
  bool all_clean = is_clean(blob);
  uint32_t cursor = 0, count = rpl_verify_enter(v, RPL_SECTION_STRINGS);
  uint64_t last_begins = 0;
  RplSlice last = {NULL, 0};
  for (; v->row < count; v->row++, record++) {
    if (record->offset != cursor)
      return rpl_verify_refuse(v,
                               "strings do not follow each other in the blob");
    if (record->length > blob.length - cursor)
      return rpl_verify_refuse(v, "a string runs past the blob");
    RplSlice text = {blob.data + cursor, record->length};
    cursor += record->length;
    if (!(all_clean && ends_well(text, blob_end)) && !check_text(v, text))
      return false;
    uint64_t begins = beginning(text, blob_end);
    if (v->row > 0 && !is_after(last, last_begins, text, begins))
      return rpl_verify_refuse(v, "strings are not sorted or not unique");
    last = text;
    last_begins = begins;
  }
  if (cursor != blob.length)
    return rpl_verify_refuse(v, "the blob holds more than the strings");
  return true;
}

/* ---- types and enumerations ---- */

static bool check_type(RplVerifier *v, const RplTypeRecord *type) {
  if (type->kind == RPL_KIND_NOTHING || !rpl_kind_exists(type->kind))
    return rpl_verify_refuse(v, "a type is of no kind");
  if (type->optional > 1)
    return rpl_verify_refuse(v, "a type is neither optional nor not");
  if (type->kind == RPL_KIND_CALENDAR && type->optional)
    return rpl_verify_refuse(v, "a calendar is optional");
  bool has_enum = type->kind == RPL_KIND_ENUM || type->kind == RPL_KIND_SET;
  if (type->kind == RPL_KIND_LIST || type->kind == RPL_KIND_RECORD) {
    RplSection parts = type->kind == RPL_KIND_LIST ? RPL_SECTION_LIST_TYPES
                                                   : RPL_SECTION_RECORD_TYPES;
    if (!rpl_verify_refer(v, parts, type->detail))
      return rpl_verify_refuse(
          v, "a type names a list or record that does not exist");
  } else if (!has_enum && type->detail != 0)
    return rpl_verify_refuse(v, "a type has a detail that its kind has not");
  if (has_enum && !rpl_verify_refer(v, RPL_SECTION_ENUMS, type->detail))
    return rpl_verify_refuse(v,
                             "a type names an enumeration that does not exist");
  if (type->kind == RPL_KIND_SET &&
      rpl_enums(v->tables)[type->detail].count > RPL_MAX_SET_VALUES)
    return rpl_verify_refuse(v, "an enumeration is too large for sets");
  if (v->row > 0 && !rpl_verify_in_order(type - 1, type, 3))
    return rpl_verify_refuse(v, "types are not sorted or not unique");
  return true;
}

static bool check_types(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_TYPES);
  if (count > RPL_MAX_TYPES)
    return rpl_verify_limit(v, "a program has too many types");
  for (; v->row < count; v->row++)
    if (!check_type(v, &rpl_types(v->tables)[v->row]))
      return false;
  return true;
}

static bool check_enum(RplVerifier *v, const RplEnumRecord *record,
                       uint32_t *cursor) {
  const RplEnumeratorRecord *values = rpl_enumerators(v->tables);
  if (record->first != *cursor)
    return rpl_verify_refuse(
        v, "enumerations do not share out the enumerators in order");
  if (record->count == 0)
    return rpl_verify_refuse(v, "an enumeration has no value");
  if (record->count > rpl_enumerators_count(v->tables) - *cursor)
    return rpl_verify_refuse(v, "an enumeration runs past the enumerators");
  if (record->count > RPL_MAX_ENUMERATORS)
    return rpl_verify_limit(v, "an enumeration has too many values");
  *cursor += record->count;
  rpl_verify_open_scope(v);
  for (uint32_t i = record->first; i < *cursor; i++)
    if (!rpl_verify_new_name(v, values[i].name))
      return rpl_verify_refuse(v, "an enumeration has a value twice");
  if ((record->flags & RPL_ENUM_OR_OTHER) &&
      !rpl_slice_is(rpl_string(v->tables, values[*cursor - 1].name), "other"))
    return rpl_verify_refuse(v, "an open enumeration does not end in other");
  return true;
}

static bool check_enums(RplVerifier *v) {
  uint32_t cursor = 0;
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_ENUMS);
  for (; v->row < count; v->row++)
    if (!check_enum(v, &rpl_enums(v->tables)[v->row], &cursor))
      return false;
  return cursor == rpl_enumerators_count(v->tables) ||
         rpl_verify_refuse(v, "an enumerator belongs to no enumeration");
}

/* ---- outcomes, steps, outputs ---- */

static const RplTypeRecord *type_of(const RplVerifier *v, uint32_t operand) {
  return rpl_operand_type(v->image, operand);
}

static bool is_boolean(const RplVerifier *v, uint32_t operand) {
  const RplTypeRecord *type = type_of(v, operand);
  return type->kind == RPL_KIND_BOOLEAN && !type->optional;
}

static bool check_outcomes(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_OUTCOMES);
  for (rpl_verify_open_scope(v); v->row < count; v->row++)
    if (!rpl_verify_new_name(v, rpl_outcomes(v->tables)[v->row].name))
      return rpl_verify_refuse(v, "two outcomes have the same name");
  return true;
}

static bool check_steps(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_STEPS);
  for (rpl_verify_open_scope(v); v->row < count; v->row++) {
    const RplStepRecord *step = &rpl_steps(v->tables)[v->row];
    if (!rpl_verify_new_name(v, step->id))
      return rpl_verify_refuse(v, "two steps have the same id");
    if (step->condition && !is_boolean(v, step->condition))
      return rpl_verify_refuse(v, "a step's condition is not boolean");
    if (!check_strings_list(v, step->clauses, step->clauses_count))
      return false;
  }
  return true;
}

#define PLACED_FLAGS                                                           \
  (RPL_OUTPUT_AMOUNT | RPL_OUTPUT_DEADLINE | RPL_OUTPUT_DESTINATION)

/* An output that is printed in a place of its own: one for each place, of the
 * type that is printed there. */
static bool check_placed(RplVerifier *v, const RplOutputRecord *output,
                         uint32_t kind, uint32_t *taken) {
  uint32_t place = output->flags & PLACED_FLAGS;
  if (place & (place - 1))
    return rpl_verify_refuse(v, "an output is printed in two places");
  if (place & *taken)
    return rpl_verify_refuse(v, "two outputs are printed in the same place");
  *taken |= place;
  if (place == RPL_OUTPUT_AMOUNT && kind != RPL_KIND_MONEY)
    return rpl_verify_refuse(v, "the amount is not money");
  if (place == RPL_OUTPUT_DEADLINE && kind != RPL_KIND_DATE &&
      kind != RPL_KIND_DATETIME)
    return rpl_verify_refuse(v, "the deadline is no date or datetime");
  if ((place & (RPL_OUTPUT_AMOUNT | RPL_OUTPUT_DEADLINE)) &&
      (output->flags & RPL_OUTPUT_RANKED))
    return rpl_verify_refuse(v, "an amount or a deadline is ranked");
  return true;
}

static bool check_outputs(RplVerifier *v) {
  uint32_t taken = 0;
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_OUTPUTS);
  for (rpl_verify_open_scope(v); v->row < count; v->row++) {
    const RplOutputRecord *output = &rpl_outputs(v->tables)[v->row];
    const RplTypeRecord *type = &rpl_types(v->tables)[output->type];
    if (!rpl_verify_new_name(v, output->name))
      return rpl_verify_refuse(v, "two outputs have the same name");
    if (type->optional)
      return rpl_verify_refuse(v, "an output is of an optional type");
    if (rpl_kind_has_parts(type->kind))
      return rpl_verify_refuse(v, "an output is a list or a record");
    if (type->kind == RPL_KIND_CALENDAR)
      return rpl_verify_refuse(v, "an output is a calendar");
    if (!check_placed(v, output, type->kind, &taken))
      return false;
  }
  return true;
}

/* A value may be none, and an integer may stand for a number. */
static bool fits_output(const RplVerifier *v, uint32_t operand,
                        uint32_t output) {
  const RplTypeRecord *value = type_of(v, operand);
  const RplTypeRecord *type =
      &rpl_types(v->tables)[rpl_outputs(v->tables)[output].type];
  if (value->kind == RPL_KIND_INTEGER && type->kind == RPL_KIND_NUMBER)
    return true;
  return value->kind == type->kind && value->detail == type->detail;
}

/* ---- rules, definitions, ensures ---- */

static bool check_gives(RplVerifier *v, const RplRuleRecord *rule) {
  const uint32_t *items = items_of(v, rule->gives);
  if (rule->gives_count % 2 != 0)
    return rpl_verify_refuse(v, "a rule gives half a pair");
  for (uint32_t i = 0; i < rule->gives_count; i += 2) {
    if (items[i] >= rpl_outputs_count(v->tables))
      return rpl_verify_refuse(v, "a rule gives an output that does not exist");
    if (!rpl_verify_operand(v, items[i + 1]))
      return rpl_verify_refuse(v, "a rule gives a value that does not exist");
    if (!fits_output(v, items[i + 1], items[i]))
      return rpl_verify_refuse(v, "a rule gives a value of another type");
  }
  return true;
}

/* Sets whose values a rule asks for. */
static bool check_asks(RplVerifier *v, const RplRuleRecord *rule) {
  const uint32_t *items = items_of(v, rule->asks);
  for (uint32_t i = 0; i < rule->asks_count; i++) {
    if (!rpl_verify_operand(v, items[i]))
      return rpl_verify_refuse(v,
                               "a rule asks for a value that does not exist");
    const RplTypeRecord *type = rpl_operand_type(v->image, items[i]);
    if (type->kind != RPL_KIND_SET || type->optional)
      return rpl_verify_refuse(v, "a rule asks for what is no set");
  }
  return true;
}

static bool check_rule(RplVerifier *v, const RplRuleRecord *rule) {
  if (rule->outcome >= rpl_outcomes_count(v->tables))
    return rpl_verify_refuse(v, "a rule has an outcome that does not exist");
  if (!is_boolean(v, rule->condition))
    return rpl_verify_refuse(v, "a rule's condition is not boolean");
  return check_strings_list(v, rule->clauses, rule->clauses_count) &&
         check_steps_list(v, rule->steps, rule->steps_count) &&
         check_strings_list(v, rule->provides, rule->provides_count) &&
         check_asks(v, rule) && check_gives(v, rule);
}

static bool check_rules(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_RULES);
  for (; v->row < count; v->row++)
    if (!check_rule(v, &rpl_rules(v->tables)[v->row]))
      return false;
  return true;
}

static bool check_values(RplVerifier *v, const RplDefinitionRecord *record) {
  const RplOutputRecord *output = &rpl_outputs(v->tables)[record->output];
  const uint32_t *values = items_of(v, record->values);
  if (record->values_count == 0)
    return rpl_verify_refuse(v, "a definition has no value");
  if (record->values_count > 1 && !(output->flags & RPL_OUTPUT_RANKED))
    return rpl_verify_refuse(v, "an output that is not ranked has two values");
  if (record->values_count > RPL_MAX_RANKED)
    return rpl_verify_limit(v, "a definition has more than 8 values");
  for (uint32_t i = 0; i < record->values_count; i++) {
    if (!rpl_verify_operand(v, values[i]))
      return rpl_verify_refuse(v, "a definition's value does not exist");
    if (!fits_output(v, values[i], record->output))
      return rpl_verify_refuse(v, "a definition's value is of another type");
  }
  return true;
}

static bool check_definition(RplVerifier *v,
                             const RplDefinitionRecord *record) {
  if (record->output >= rpl_outputs_count(v->tables))
    return rpl_verify_refuse(v, "a definition is of no output");
  if (v->row > 0 && record[-1].output > record->output)
    return rpl_verify_refuse(v, "definitions are not grouped by output");
  if (record->guard && !is_boolean(v, record->guard))
    return rpl_verify_refuse(v, "a definition's guard is not boolean");
  return check_values(v, record) &&
         check_outcomes_list(v, record->outcomes, record->outcomes_count) &&
         check_strings_list(v, record->rules, record->rules_count) &&
         check_strings_list(v, record->clauses, record->clauses_count);
}

static bool check_definitions(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_DEFINITIONS);
  for (; v->row < count; v->row++)
    if (!check_definition(v, &rpl_definitions(v->tables)[v->row]))
      return false;
  return true;
}

static bool check_ensures(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_ENSURES);
  for (; v->row < count; v->row++) {
    const RplEnsureRecord *ensure = &rpl_ensures(v->tables)[v->row];
    if (!is_boolean(v, ensure->condition))
      return rpl_verify_refuse(v, "what is ensured is not boolean");
    if (!check_outputs_list(v, ensure->outputs, ensure->outputs_count))
      return false;
  }
  return true;
}

/* ---- the policy ---- */

static bool check_otherwise(RplVerifier *v, const RplPolicyRecord *policy) {
  if (policy->otherwise > rpl_outcomes_count(v->tables))
    return rpl_verify_refuse(v, "otherwise has an outcome that does not exist");
  if (policy->otherwise == 0 &&
      (policy->otherwise_text | policy->otherwise_clauses_count |
       policy->otherwise_steps_count | policy->otherwise_place) != 0)
    return rpl_verify_refuse(v, "there is no otherwise and yet a part of it");
  return check_strings_list(v, policy->otherwise_clauses,
                            policy->otherwise_clauses_count) &&
         check_steps_list(v, policy->otherwise_steps,
                          policy->otherwise_steps_count);
}

static bool check_currency_fact(RplVerifier *v, uint32_t slot) {
  if (slot == 0)
    return true;
  if (slot > rpl_facts_count(v->tables))
    return rpl_verify_refuse(v, "the currency is that of no fact");
  const RplTypeRecord *type =
      &rpl_types(v->tables)[rpl_facts(v->tables)[slot - 1].type];
  return (type->kind == RPL_KIND_CURRENCY && !type->optional) ||
         rpl_verify_refuse(v, "the currency's fact is of another type");
}

static bool check_policy(RplVerifier *v) {
  const RplPolicyRecord *policy = rpl_policy(v->tables);
  if (rpl_verify_enter(v, RPL_SECTION_POLICIES) != 1)
    return rpl_verify_refuse(v, "there is not one record of the policy");
  if (policy->edition < 1 || policy->edition > RPL_EDITION)
    return rpl_verify_refuse(v, "the policy is of an unknown edition");
  v->image->cost = rpl_image_cost(v->tables);
  if (v->image->cost != ((uint64_t)policy->cost_high << 32 | policy->cost_low))
    return rpl_verify_refuse(v, "the cost is not the one stated");
  return check_otherwise(v, policy) &&
         check_strings_list(v, policy->undetermined_clauses,
                            policy->undetermined_clauses_count) &&
         check_currency_fact(v, policy->currency_fact);
}

/* ---- side tables ---- */

static bool check_stripped(RplVerifier *v) {
  if (!(v->tables->flags & RPL_PROGRAM_STRIPPED))
    return true;
  for (unsigned i = 0; i < RPL_SECTION_COUNT; i++)
    if (rpl_section_info((RplSection)i)->is_side &&
        rpl_verify_enter(v, (RplSection)i) != 0)
      return rpl_verify_refuse(v, "a stripped program has a side table");
  return true;
}

static bool check_texts(RplVerifier *v) {
  uint32_t cursor = 0;
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_TEXTS);
  for (; v->row < count; v->row++) {
    const RplTextRecord *text = &rpl_texts(v->tables)[v->row];
    if (text->segments != cursor)
      return rpl_verify_refuse(v, "texts do not share out segments in order");
    if (text->count == 0)
      return rpl_verify_refuse(v, "a text has no segment");
    if (text->count > rpl_segments_count(v->tables) - cursor)
      return rpl_verify_refuse(v, "a text runs past the segments");
    cursor += text->count;
  }
  return cursor == rpl_segments_count(v->tables) ||
         rpl_verify_refuse(v, "a segment belongs to no text");
}

static bool check_segments(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_SEGMENTS);
  for (; v->row < count; v->row++) {
    const RplSegmentRecord *segment = &rpl_segments(v->tables)[v->row];
    if (!segment->string == !segment->operand)
      return rpl_verify_refuse(v, "a segment is not either words or a value");
  }
  return true;
}

/* Texts of declarations are read without a decision: they hold no values. */
static bool is_plain(const RplVerifier *v, uint32_t text0) {
  if (text0 == 0)
    return true;
  const RplTextRecord *text = &rpl_texts(v->tables)[text0 - 1];
  return text->count == 1 &&
         rpl_segments(v->tables)[text->segments].string != 0;
}

static bool check_plain_texts(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_FACTS);
  for (; v->row < count; v->row++)
    if (!is_plain(v, rpl_facts(v->tables)[v->row].describe))
      return rpl_verify_refuse(v, "a description is not one piece of words");
  count = rpl_verify_enter(v, RPL_SECTION_FIELDS);
  for (; v->row < count; v->row++)
    if (!is_plain(v, rpl_fields(v->tables)[v->row].describe))
      return rpl_verify_refuse(v, "a description is not one piece of words");
  (void)rpl_verify_enter(v, RPL_SECTION_POLICIES);
  return is_plain(v, rpl_policy(v->tables)->title) ||
         rpl_verify_refuse(v, "the title is not one piece of words");
}

static bool check_places(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_PLACES);
  for (; v->row < count; v->row++) {
    const RplPlaceRecord *place = &rpl_places(v->tables)[v->row];
    if (place->line == 0 || place->column == 0)
      return rpl_verify_refuse(v, "lines and columns count from 1");
    if (v->row > 0 && !rpl_verify_in_order(place - 1, place, 3))
      return rpl_verify_refuse(v, "places are not sorted or not unique");
  }
  return true;
}

static bool check_names(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_NAMES);
  for (; v->row < count; v->row++) {
    const RplNameRecord *name = &rpl_names(v->tables)[v->row];
    if (RPL_OPERAND_SPACE(name->operand) != RPL_SPACE_TEMP)
      return rpl_verify_refuse(v, "a name is not that of a result");
    if (v->row > 0 && !rpl_verify_in_order(name - 1, name, 1))
      return rpl_verify_refuse(v, "names are not sorted or not unique");
  }
  return true;
}

/* ---- nothing dead ---- */

static const struct {
  RplSection section;
  const char *message;
} must_be_used[] = {
    {RPL_SECTION_STRINGS, "nothing uses a string"},
    {RPL_SECTION_TYPES, "nothing uses a type"},
    {RPL_SECTION_ENUMS, "nothing uses an enumeration"},
    {RPL_SECTION_LIST_TYPES, "nothing uses the type of a list"},
    {RPL_SECTION_RECORD_TYPES, "nothing uses the type of a record"},
    {RPL_SECTION_CALENDARS, "nothing uses a calendar"},
    {RPL_SECTION_CONSTANTS, "nothing uses a constant"},
    {RPL_SECTION_CODE, "nothing uses the result of an instruction"},
    {RPL_SECTION_STEPS, "nothing uses a step"},
    {RPL_SECTION_TEXTS, "nothing uses a text"},
    {RPL_SECTION_PLACES, "nothing uses a place"}};

#define MUST_BE_USED_COUNT (sizeof must_be_used / sizeof must_be_used[0])

static bool check_all_used(RplVerifier *v) {
  const uint8_t *unused =
      memchr(v->marks, 0, (size_t)(v->marks_end - v->marks));
  if (!unused)
    return true;
  size_t i = MUST_BE_USED_COUNT - 1;
  while (v->used[must_be_used[i].section] > unused)
    i--;
  v->section = must_be_used[i].section;
  v->row = (uint32_t)(unused - v->used[v->section]);
  return rpl_verify_refuse(v, must_be_used[i].message);
}

/* ---- the whole ---- */

static bool has_blocks(const RplTables *tables) {
  const RplInstruction *code = rpl_code(tables);
  for (uint32_t i = 0; i < rpl_code_count(tables); i++)
    if (RPL_CODE_OP(code[i].word) == RPL_OP_EACH ||
        rpl_op_closes(RPL_CODE_OP(code[i].word)))
      return true;
  return false;
}

/* The marks of one section, and the byte for "none" before them. */
static uint8_t *lay_out(RplVerifier *v, RplSection section, uint8_t *marks) {
  *marks++ = 1;
  v->used[section] = marks;
  return marks + v->tables->row_count[section];
}

/* Marks and stamps, side by side: where they are few, in memory of the
 * caller's. Facts are marked, but nobody asks for it. */
static bool allocate_marks(RplVerifier *v, uint32_t *room, size_t room_bytes) {
  const uint32_t *count = v->tables->row_count;
  size_t stamps = count[RPL_SECTION_STRINGS];
  size_t rows = count[RPL_SECTION_FACTS] + 1;
  for (size_t i = 0; i < MUST_BE_USED_COUNT; i++)
    rows += count[must_be_used[i].section] + 1;
  size_t bytes = stamps * sizeof *room + rows;
  if (bytes <= room_bytes)
    memset(room, 0, bytes);
  else
    room = rpl_arena_alloc(&v->scratch, bytes);
  if (!room)
    return rpl_verify_memory(v);
  uint8_t *marks = (uint8_t *)(room + stamps);
  v->stamps = room;
  v->marks = marks;
  for (size_t i = 0; i < MUST_BE_USED_COUNT; i++)
    marks = lay_out(v, must_be_used[i].section, marks);
  v->marks_end = marks;
  (void)lay_out(v, RPL_SECTION_FACTS, marks);
  return true;
}

/* Beside what is counted: calendars, names of types. */
#define ROOM_LEFT ((size_t)512)

/* Everything that stays, in one go, before any check. */
static bool allocate(RplVerifier *v) {
  const RplTables *tables = v->tables;
  size_t code = rpl_code_count(tables), constants = rpl_constants_count(tables);
  size_t blocks = has_blocks(tables) ? code : 0;
  if (!rpl_arena_reserve(
          v->arena, constants * sizeof *v->constants +
                        code * sizeof *v->temp_types +
                        blocks * sizeof *v->blocks +
                        rpl_types_count(tables) * sizeof(RplSlice) + ROOM_LEFT))
    return rpl_verify_memory(v);
  v->constants = rpl_arena_array(v->arena, constants, sizeof *v->constants);
  v->temp_types = rpl_arena_array(v->arena, code, sizeof *v->temp_types);
  if (blocks)
    v->blocks = rpl_arena_array(v->arena, blocks, sizeof *v->blocks);
  if (!v->constants || !v->temp_types || (blocks && !v->blocks))
    return rpl_verify_memory(v);
  v->image->constants = v->constants;
  v->image->temp_types = v->temp_types;
  v->image->blocks = v->blocks;
  return true;
}

static bool check_all(RplVerifier *v) {
  return check_stripped(v) && check_strings(v) && rpl_verify_blocks(v) &&
         rpl_verify_fields(v) && check_types(v) && check_enums(v) &&
         rpl_verify_calendars(v) && rpl_verify_part_types(v) &&
         rpl_verify_constants(v) && rpl_verify_facts(v) && rpl_verify_code(v) &&
         check_outcomes(v) && check_steps(v) && check_outputs(v) &&
         check_rules(v) && check_definitions(v) && check_ensures(v) &&
         rpl_verify_providers(v) && check_policy(v) && check_texts(v) &&
         check_segments(v) && check_plain_texts(v) && check_places(v) &&
         check_names(v) && check_all_used(v);
}

RplStatus rpl_image_verify(RplArena *arena, RplImage *image,
                           RplProgramError *error) {
  RplVerifier verifier;
  RplProgramError ignored;
  uint32_t room[1024]; /* for marks of a program of ordinary size */
  memset(&verifier, 0, sizeof verifier);
  verifier.image = image;
  verifier.tables = &image->tables;
  verifier.arena = arena;
  verifier.error = error ? error : &ignored;
  *verifier.error = (RplProgramError){"", 0, RPL_SECTION_COUNT, 0, ""};
  rpl_arena_init(&verifier.scratch, arena->allocator, 0);
  RplStatus status = allocate_marks(&verifier, room, sizeof room) &&
                             allocate(&verifier) && check_all(&verifier)
                         ? RPL_OK
                         : verifier.status;
  rpl_arena_clear(&verifier.scratch);
  return status;
}
