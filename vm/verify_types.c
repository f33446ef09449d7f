/* SPDX-License-Identifier: Apache-2.0
 * verify_types.c - the part of the verifier that knows types: signatures of
 * operations, constants, facts and code. The compiler types its instructions
 * with the same rpl_op_result_type, so the two cannot disagree. */
#include "vm/verify.h"

#include <string.h>

#include "vm/civil.h"
#include "vm/currency.h"
#include "vm/text.h"

/* ---- signatures ---- */

/* What the operands seen so far settle for the result. */
typedef struct Match {
  RplTypeWords type;    /* of the operands T, O and F together; kind 0: none */
  bool is_optional;     /* one of them is optional */
  bool is_all_integer;  /* no operand `n` is a number */
  bool second_optional; /* the second operand is optional */
} Match;

static RplKind kind_of_letter(char letter) {
  switch (letter) {
  case 'b':
    return RPL_KIND_BOOLEAN;
  case 'i':
    return RPL_KIND_INTEGER;
  case 'n':
    return RPL_KIND_NUMBER;
  case 'm':
    return RPL_KIND_MONEY;
  case 't':
    return RPL_KIND_TEXT;
  case 'd':
    return RPL_KIND_DATE;
  case 'D':
    return RPL_KIND_DATETIME;
  case 'u':
    return RPL_KIND_DURATION;
  case 'p':
    return RPL_KIND_PERIOD;
  case 'r':
    return RPL_KIND_ROUNDING;
  case 'c':
    return RPL_KIND_CURRENCY;
  case 'k':
    return RPL_KIND_CALENDAR;
  case 'z':
    return RPL_KIND_ZONE;
  default:
    return RPL_KIND_NOTHING;
  }
}

/* Joins an operand to the group that must be of one kind. */
static bool join(Match *match, const RplTypeWords *operand) {
  match->is_optional |= operand->optional != 0;
  if (match->type.kind == RPL_KIND_NOTHING) {
    match->type = *operand;
    return true;
  }
  if (operand->kind == match->type.kind)
    return operand->detail == match->type.detail;
  if (!rpl_kind_is_numeric((RplKind)operand->kind) ||
      !rpl_kind_is_numeric((RplKind)match->type.kind))
    return false;
  match->type.kind = RPL_KIND_NUMBER; /* an integer beside a number */
  return true;
}

/* A value of an enumeration and a set of it belong to one group: the set's. */
static bool join_set(Match *match, RplKind expected,
                     const RplTypeWords *operand) {
  RplTypeWords set = {RPL_KIND_SET, operand->optional, operand->detail};
  return operand->kind == expected && join(match, &set);
}

static bool accept_part(char letter, RplKind kind);

static bool accept(Match *match, char letter, const RplTypeWords *operand) {
  RplKind kind = (RplKind)operand->kind;
  switch (letter) {
  case 'L':
  case 'R':
  case 'B':
    return accept_part(letter, kind);
  case 'V':
    return !rpl_kind_has_parts(kind) && kind != RPL_KIND_CALENDAR &&
           join(match, operand);
  case 'T':
  case 'F':
    return kind != RPL_KIND_CALENDAR && join(match, operand);
  case 'O':
    return rpl_kind_is_ordered(kind) && join(match, operand);
  case 'e':
    return join_set(match, RPL_KIND_ENUM, operand);
  case 's':
    return join_set(match, RPL_KIND_SET, operand);
  case 'n':
    match->is_all_integer &= kind == RPL_KIND_INTEGER;
    return rpl_kind_is_numeric(kind);
  default:
    return kind == kind_of_letter(letter);
  }
}

/* Kinds of parts, and the element of a block, which settles nothing. */
static bool accept_part(char letter, RplKind kind) {
  return letter == 'B' ||
         kind == (letter == 'L' ? RPL_KIND_LIST : RPL_KIND_RECORD);
}

static RplTypeWords result_of(const Match *match, const char *letters) {
  RplTypeWords type = {match->type.kind, 0, match->type.detail};
  switch (letters[0]) {
  case 'T':
    type.optional = letters[1] == '?';
    return type;
  case 'S':
    type.optional = match->is_optional;
    return type;
  case 'E':
    type.optional = match->second_optional;
    return type;
  case 'N':
    return (RplTypeWords){
        match->is_all_integer ? RPL_KIND_INTEGER : RPL_KIND_NUMBER, 0, 0};
  default:
    return (RplTypeWords){kind_of_letter(letters[0]), 0, 0};
  }
}

bool rpl_op_result_type(uint8_t op, const RplTypeWords *a,
                        const RplTypeWords *b, const RplTypeWords *c,
                        RplTypeWords *result) {
  const RplTypeWords *operands[] = {a, b, c, NULL};
  const RplOpInfo *info = rpl_op_info(op);
  Match match = {{0, 0, 0}, false, true, b && b->optional};
  const char *letter = info->signature;
  unsigned index = 0;
  if (!info->name)
    return false;
  for (; *letter != '>'; letter++, index++) {
    const RplTypeWords *operand = operands[index];
    if (!operand || operand->kind == RPL_KIND_NOTHING ||
        !rpl_kind_exists(operand->kind) || !accept(&match, *letter, operand))
      return false;
    if (letter[1] == '?')
      letter++;
    else if (operand->optional)
      return false;
  }
  for (; index < 3; index++)
    if (operands[index])
      return false;
  *result = result_of(&match, letter + 1);
  return true;
}

/* ---- constants ---- */

/* Reads a number and demands that it is written as we would write it. */
static bool read_number(RplVerifier *v, uint32_t string, RplNumber *number) {
  char canonical[RPL_NUMBER_TEXT_MAX];
  if (!rpl_verify_refer(v, RPL_SECTION_STRINGS, string))
    return rpl_verify_refuse(v,
                             "a constant names a string that does not exist");
  RplSlice text = rpl_string(v->tables, string);
  bool is_ratio = text.length && memchr(text.data, '/', text.length);
  RplNumberStatus status = is_ratio
                               ? rpl_number_parse_ratio(v->arena, text, number)
                               : rpl_number_parse(v->arena, text, number);
  if (status == RPL_NUMBER_MEMORY)
    return rpl_verify_memory(v);
  if (status != RPL_NUMBER_OK)
    return rpl_verify_refuse(v, "a constant is no number");
  size_t length = rpl_number_write(*number, canonical, sizeof canonical);
  if (!rpl_slice_equal(text, (RplSlice){canonical, length}))
    return rpl_verify_refuse(v, "a number is not in its canonical form");
  return true;
}

/* Constants that differ in currency alone stand side by side and share their
 * digits, which are read once. */
static bool read_shared_number(RplVerifier *v, const RplConstantRecord *record,
                               RplNumber *number) {
  if (v->row > 0 && record[-1].type == record->type &&
      record[-1].low == record->low) {
    *number = v->constants[v->row - 1].number;
    return true;
  }
  return read_number(v, record->low, number);
}

static bool is_currency(uint32_t word) {
  return word <= UINT16_MAX && rpl_currency_digits((RplCurrency)word) >= 0;
}

static bool read_numeric(RplVerifier *v, const RplConstantRecord *record,
                         uint32_t kind, RplConstant *constant) {
  if (!read_shared_number(v, record, &constant->number))
    return false;
  if (kind == RPL_KIND_INTEGER && !rpl_number_is_integer(constant->number))
    return rpl_verify_refuse(v, "an integer is not a whole number");
  if (kind != RPL_KIND_MONEY)
    return record->high == 0 ||
           rpl_verify_refuse(v, "a number has a second word");
  if (record->high == RPL_CURRENCY_NONE ? rpl_number_sign(constant->number) != 0
                                        : !is_currency(record->high))
    return rpl_verify_refuse(v, "an amount is in no known currency");
  constant->currency = (uint16_t)record->high;
  return true;
}

static bool read_set(RplVerifier *v, const RplConstantRecord *record,
                     const RplTypeRecord *type, RplConstant *constant) {
  uint64_t bits = (uint64_t)record->high << 32 | record->low;
  uint32_t count = rpl_enums(v->tables)[type->detail].count;
  constant->integer = (int64_t)bits;
  return count == RPL_MAX_SET_VALUES || bits >> count == 0 ||
         rpl_verify_refuse(v, "a set has a value that its enumeration has not");
}

/* Months, as a signed word. */
static bool read_period(RplVerifier *v, const RplConstantRecord *record,
                        RplConstant *constant) {
  constant->integer = (int32_t)record->low;
  return record->high == 0 ||
         rpl_verify_refuse(v, "a period has a second word");
}

/* Its data is looked for when the program is loaded. */
static bool read_named_zone(RplVerifier *v, const RplConstantRecord *record,
                            RplConstant *constant) {
  if (!rpl_verify_refer(v, RPL_SECTION_STRINGS, record->low))
    return rpl_verify_refuse(v,
                             "a constant names a string that does not exist");
  constant->text = rpl_string(v->tables, record->low);
  return rpl_zone_is_name(constant->text) ||
         rpl_verify_refuse(v, "a zone's name is no name of a zone");
}

static bool read_zone(RplVerifier *v, const RplConstantRecord *record,
                      RplConstant *constant) {
  if (record->high == 1)
    return read_named_zone(v, record, constant);
  constant->integer = (int32_t)record->low;
  if (record->high != 0 || constant->integer < -RPL_MAX_ZONE_SECONDS ||
      constant->integer > RPL_MAX_ZONE_SECONDS)
    return rpl_verify_refuse(v, "a zone is a day or more from UTC");
  return constant->integer % 60 == 0 || /* as it is written: "+08:00" */
         rpl_verify_refuse(v, "a zone is no whole number of minutes from UTC");
}

/* An empty list, a record of which nothing is known. */
static bool read_parts(RplVerifier *v, const RplConstantRecord *record) {
  return (record->low | record->high) == 0 ||
         rpl_verify_refuse(v, "a constant list or record has a value");
}

static bool read_calendar(RplVerifier *v, const RplConstantRecord *record,
                          RplConstant *constant) {
  if (record->high != 0 ||
      !rpl_verify_refer(v, RPL_SECTION_CALENDARS, record->low))
    return rpl_verify_refuse(v, "there is no such calendar");
  constant->calendar = &v->image->calendars[record->low];
  return true;
}

/* The kinds whose value is the first word. */
static bool read_small(RplVerifier *v, const RplConstantRecord *record,
                       const RplTypeRecord *type, RplConstant *constant) {
  uint32_t value = record->low;
  if (record->high != 0)
    return rpl_verify_refuse(v, "a constant of one word has a second");
  constant->integer = value;
  if (type->kind == RPL_KIND_BOOLEAN)
    return value <= 1 ||
           rpl_verify_refuse(v, "a boolean is neither true nor false");
  if (type->kind == RPL_KIND_ENUM)
    return value < rpl_enums(v->tables)[type->detail].count ||
           rpl_verify_refuse(v, "an enumeration has no such value");
  if (type->kind == RPL_KIND_ROUNDING)
    return value < RPL_ROUNDING_COUNT ||
           rpl_verify_refuse(v, "there is no such rounding");
  if (type->kind == RPL_KIND_CURRENCY)
    return is_currency(value) ||
           rpl_verify_refuse(v, "there is no such currency");
  if (!rpl_verify_refer(v, RPL_SECTION_STRINGS, value)) /* text */
    return rpl_verify_refuse(
        v, "a text constant names a string that does not exist");
  constant->integer = 0;
  constant->text = rpl_string(v->tables, value);
  return true;
}

static bool read_time(RplVerifier *v, const RplConstantRecord *record,
                      uint32_t kind, RplConstant *constant) {
  uint64_t bits = (uint64_t)record->high << 32 | record->low;
  int64_t value;
  memcpy(&value, &bits, sizeof value);
  constant->integer = value;
  if (kind == RPL_KIND_DATE && (value < RPL_DATE_MIN || value > RPL_DATE_MAX))
    return rpl_verify_refuse(v, "a date lies outside the years 0001 to 9999");
  if (kind == RPL_KIND_DATETIME &&
      (value < RPL_DATETIME_MIN || value > RPL_DATETIME_MAX))
    return rpl_verify_refuse(v,
                             "a datetime lies outside the years 0001 to 9999");
  return true;
}

static bool read_constant(RplVerifier *v, const RplConstantRecord *record,
                          RplConstant *constant) {
  const RplTypeRecord *type = &rpl_types(v->tables)[record->type];
  if (rpl_verify_unsorted(v, 3))
    return rpl_verify_refuse(v, "constants are not sorted or not unique");
  constant->type = record->type;
  constant->number = rpl_number_from_int(0);
  if (type->optional) {
    constant->is_none = true;
    return (record->low | record->high) == 0 ||
           rpl_verify_refuse(v, "a constant none has a value");
  }
  if (type->kind == RPL_KIND_INTEGER || type->kind == RPL_KIND_NUMBER ||
      type->kind == RPL_KIND_MONEY)
    return read_numeric(v, record, type->kind, constant);
  if (type->kind == RPL_KIND_DATE || type->kind == RPL_KIND_DATETIME ||
      type->kind == RPL_KIND_DURATION)
    return read_time(v, record, type->kind, constant);
  if (rpl_kind_has_parts(type->kind))
    return read_parts(v, record);
  if (type->kind == RPL_KIND_SET)
    return read_set(v, record, type, constant);
  if (type->kind == RPL_KIND_PERIOD)
    return read_period(v, record, constant);
  if (type->kind == RPL_KIND_CALENDAR)
    return read_calendar(v, record, constant);
  if (type->kind == RPL_KIND_ZONE)
    return read_zone(v, record, constant);
  return read_small(v, record, type, constant);
}

bool rpl_verify_constants(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_CONSTANTS);
  for (; v->row < count; v->row++)
    if (!read_constant(v, &rpl_constants(v->tables)[v->row],
                       &v->constants[v->row]))
      return false;
  return true;
}

/* ---- facts ---- */

static const RplTypeRecord *constant_type(const RplVerifier *v,
                                          uint32_t operand) {
  if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_CONSTANT)
    return NULL;
  return rpl_operand_type(v->image, operand);
}

/* A bound is of the fact's kind; that of a text is a length. */
static bool check_bound(RplVerifier *v, const RplTypeRecord *type,
                        uint32_t operand) {
  if (operand == 0)
    return true;
  const RplTypeRecord *bound = constant_type(v, operand);
  uint32_t kind =
      type->kind == RPL_KIND_TEXT ? (uint32_t)RPL_KIND_INTEGER : type->kind;
  if (!bound)
    return rpl_verify_refuse(v, "a bound is no constant");
  if (!rpl_kind_is_ordered((RplKind)type->kind))
    return rpl_verify_refuse(v, "a fact without an order has a bound");
  if (bound->kind != kind || bound->optional)
    return rpl_verify_refuse(v, "a bound is of another type than its fact");
  return true;
}

bool rpl_verify_bounds(RplVerifier *v, uint32_t type, uint32_t flags,
                       uint32_t low, uint32_t high) {
  const RplTypeRecord *record = &rpl_types(v->tables)[type];
  if (((flags & RPL_FACT_LOW_OPEN) && !low) ||
      ((flags & RPL_FACT_HIGH_OPEN) && !high))
    return rpl_verify_refuse(v, "a fact opens a bound that it has not");
  return check_bound(v, record, low) && check_bound(v, record, high);
}

static bool check_value(RplVerifier *v, const RplFactRecord *fact,
                        const RplTypeRecord *type) {
  if (!(fact->flags & RPL_FACT_PARAM))
    return fact->value == 0 ||
           rpl_verify_refuse(v, "a fact has a value of its own");
  const RplTypeRecord *value = constant_type(v, fact->value);
  if (!value)
    return rpl_verify_refuse(v, "a param has no constant value");
  if (rpl_kind_has_parts(type->kind))
    return rpl_verify_refuse(v, "a param is a list or a record");
  if (value->kind != type->kind || value->detail != type->detail ||
      value->optional > type->optional)
    return rpl_verify_refuse(v, "a param's value is of another type");
  return true;
}

static bool check_fact(RplVerifier *v, const RplFactRecord *fact) {
  const RplTypeRecord *type = &rpl_types(v->tables)[fact->type];
  if (!rpl_verify_new_name(v, fact->name))
    return rpl_verify_refuse(v, "two facts have the same name");
  if (type->kind == RPL_KIND_CALENDAR)
    return rpl_verify_refuse(v, "a fact is a calendar");
  if (fact->places > RPL_NUMBER_SMALL_PLACES ||
      (fact->places != 0 && type->kind != RPL_KIND_NUMBER))
    return rpl_verify_refuse(v,
                             "a fact has decimal places that it cannot have");
  return rpl_verify_bounds(v, fact->type, fact->flags, fact->low, fact->high) &&
         check_value(v, fact, type);
}

static bool check_fields(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_FIELDS);
  for (; v->row < count; v->row++) {
    const RplFieldRecord *field = &rpl_fields(v->tables)[v->row];
    if (!rpl_verify_bounds(v, field->type, field->flags, field->low,
                           field->high))
      return false;
  }
  return true;
}

bool rpl_verify_facts(RplVerifier *v) {
  if (!check_fields(v))
    return false;
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_FACTS);
  for (rpl_verify_open_scope(v); v->row < count; v->row++)
    if (!check_fact(v, &rpl_facts(v->tables)[v->row]))
      return false;
  return true;
}

/* ---- code ---- */

/* The letter of operand `index` in a signature. */
static char operand_letter(const char *signature, unsigned index) {
  for (; *signature != '>'; signature++)
    if (*signature != '?' && index-- == 0)
      return *signature;
  return '\0';
}

static bool check_operand(RplVerifier *v, const RplOpInfo *info, unsigned index,
                          uint32_t operand, RplTypeWords *type) {
  if (operand == 0)
    return rpl_verify_refuse(v, "an operation lacks an operand");
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP &&
      RPL_OPERAND_INDEX(operand) >= v->row)
    return rpl_verify_refuse(
        v, "an operand is not the result of an earlier instruction");
  if (operand_letter(info->signature, index) == 'F' &&
      RPL_OPERAND_SPACE(operand) != RPL_SPACE_FACT)
    return rpl_verify_refuse(v, "an operand must be a fact and is none");
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP &&
      !rpl_verify_reaches(v, v->row, RPL_OPERAND_INDEX(operand)))
    return rpl_verify_refuse(v, "an operand is read outside its block");
  const RplTypeRecord *record = rpl_operand_type(v->image, operand);
  *type = (RplTypeWords){record->kind, record->optional, record->detail};
  return true;
}

/* The result of an operation, by its signature or by the tables of parts. */
static bool result_type(const RplVerifier *v, uint32_t word,
                        const RplOpInfo *info,
                        const RplTypeWords *const given[3],
                        RplTypeWords *result) {
  const char *end = info->signature;
  while (*end != '>')
    end++;
  if (end[1] == 'P')
    return rpl_op_part_type(v->tables, RPL_CODE_OP(word), RPL_CODE_FIELD(word),
                            given[0], given[1], result);
  return rpl_op_result_type(RPL_CODE_OP(word), given[0], given[1], given[2],
                            result);
}

static bool check_operands(RplVerifier *v, const RplInstruction *instruction,
                           const RplOpInfo *info, RplTypeWords *result) {
  const uint32_t operands[] = {instruction->a, instruction->b, instruction->c};
  RplTypeWords types[3] = {{0, 0, 0}};
  const RplTypeWords *given[3] = {NULL, NULL, NULL};
  unsigned count = rpl_op_operand_count(info);
  for (unsigned i = 0; i < 3; i++) {
    if (i >= count) {
      if (operands[i] != 0)
        return rpl_verify_refuse(v, "an operation has an operand too many");
      continue;
    }
    if (!check_operand(v, info, i, operands[i], &types[i]))
      return false;
    given[i] = &types[i];
  }
  return result_type(v, instruction->word, info, given, result) ||
         rpl_verify_refuse(v, "the operands do not fit the operation");
}

static bool check_instruction(RplVerifier *v,
                              const RplInstruction *instruction) {
  const RplOpInfo *info = rpl_op_info(RPL_CODE_OP(instruction->word));
  uint32_t index = RPL_CODE_TYPE(instruction->word);
  RplTypeWords result = {0, 0, 0};
  if (!info->name)
    return rpl_verify_refuse(v, "there is no such operation");
  if (!rpl_op_has_field(RPL_CODE_OP(instruction->word)) &&
      RPL_CODE_FIELD(instruction->word) != 0)
    return rpl_verify_refuse(v, "unused bits of an instruction are not zero");
  if (!rpl_verify_refer(v, RPL_SECTION_TYPES, index))
    return rpl_verify_refuse(v,
                             "an instruction names a type that does not exist");
  if (!check_operands(v, instruction, info, &result))
    return false;
  const RplTypeRecord *type = &rpl_types(v->tables)[index];
  if (type->kind != result.kind || type->optional != result.optional ||
      type->detail != result.detail)
    return rpl_verify_refuse(
        v, "an instruction states another type than its result's");
  v->temp_types[v->row] = (uint16_t)index;
  return true;
}

bool rpl_verify_code(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_CODE);
  for (; v->row < count; v->row++)
    if (!check_instruction(v, &rpl_code(v->tables)[v->row]))
      return false;
  return true;
}
