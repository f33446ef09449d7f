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

/* A bit for each letter of a signature (ops.def). */
#define LETTER(letter) (UINT64_C(1) << ((letter) - 'A'))
#define COMPARED       (LETTER('B') | LETTER('T') | LETTER('F') | LETTER('V'))
#define ORDERED        (COMPARED | LETTER('O'))
#define PART           (LETTER('B') | LETTER('T') | LETTER('F'))

/* The letters that an operand of a kind may have. */
static const uint64_t letters_of[RPL_KIND_COUNT] = {
    [RPL_KIND_BOOLEAN] = LETTER('b') | COMPARED,
    [RPL_KIND_INTEGER] = LETTER('i') | LETTER('n') | ORDERED,
    [RPL_KIND_NUMBER] = LETTER('n') | ORDERED,
    [RPL_KIND_MONEY] = LETTER('m') | ORDERED,
    [RPL_KIND_TEXT] = LETTER('t') | ORDERED,
    [RPL_KIND_DATE] = LETTER('d') | ORDERED,
    [RPL_KIND_DATETIME] = LETTER('D') | ORDERED,
    [RPL_KIND_DURATION] = LETTER('u') | ORDERED,
    [RPL_KIND_ENUM] = LETTER('e') | COMPARED,
    [RPL_KIND_ROUNDING] = LETTER('r') | COMPARED,
    [RPL_KIND_CURRENCY] = LETTER('c') | COMPARED,
    [RPL_KIND_ZONE] = LETTER('z') | COMPARED,
    [RPL_KIND_SET] = LETTER('s') | COMPARED,
    [RPL_KIND_PERIOD] = LETTER('p') | COMPARED,
    [RPL_KIND_CALENDAR] = LETTER('k') | LETTER('B'),
    [RPL_KIND_LIST] = LETTER('L') | PART,
    [RPL_KIND_RECORD] = LETTER('R') | PART};

/* Operands that must be of one kind; a value of an enumeration and a set of it
 * belong together as the set. */
#define OF_SET (LETTER('e') | LETTER('s'))
#define JOINED (LETTER('T') | LETTER('F') | LETTER('V') | LETTER('O') | OF_SET)

/* The kind of a result that has one whatever the operands are. */
static uint32_t kind_of_result(char letter) {
  static const uint8_t kinds['z' - 'A' + 1] = {
#define RESULT(letter, kind) [(letter) - 'A'] = RPL_KIND_##kind
      RESULT('b', BOOLEAN),  RESULT('i', INTEGER),
      RESULT('n', NUMBER),   RESULT('m', MONEY),
      RESULT('t', TEXT),     RESULT('d', DATE),
      RESULT('D', DATETIME), RESULT('u', DURATION),
      RESULT('p', PERIOD)
#undef RESULT
  };
  return kinds[letter - 'A'];
}

/* What the operands seen so far settle for the result. */
typedef struct Match {
  uint32_t kind, detail; /* of those that must be of one; kind 0: none yet */
  bool is_optional;      /* one of them is optional */
  bool has_number;       /* an operand `n` is no integer */
  bool second_optional;  /* the second operand is optional */
} Match;

#define EMPTY_MATCH                                                            \
  { 0, 0, false, false, false }

/* These are the inner loop of loading: a Match lives in registers there. */
#define INLINE inline __attribute__((always_inline))

/* Joins an operand to those that must be of one kind. */
static INLINE bool join(Match *match, uint32_t kind, uint32_t detail) {
  if (match->kind == RPL_KIND_NOTHING) {
    match->kind = kind;
    match->detail = detail;
    return true;
  }
  if (kind == match->kind)
    return detail == match->detail;
  if (!rpl_kind_is_numeric((RplKind)kind) ||
      !rpl_kind_is_numeric((RplKind)match->kind))
    return false;
  match->kind = RPL_KIND_NUMBER; /* an integer beside a number */
  return true;
}

/* Takes operand `index`, whose letter stands at **signature, and goes on to the
 * next one's. The operand's kind is one that exists. */
static INLINE bool match_operand(Match *match, const char **signature,
                                 unsigned index, const RplTypeWords *operand) {
  uint64_t letter = LETTER((*signature)[0]);
  uint32_t may_be_optional = (*signature)[1] == '?', kind = operand->kind;
  *signature += 1 + may_be_optional;
  if (!(letters_of[kind] & letter) || operand->optional > may_be_optional)
    return false;
  if (index == 1)
    match->second_optional = operand->optional;
  if (letter & LETTER('n'))
    match->has_number |= kind == RPL_KIND_NUMBER;
  if (!(letter & JOINED))
    return true;
  match->is_optional |= operand->optional;
  return join(match, letter & OF_SET ? RPL_KIND_SET : kind, operand->detail);
}

static INLINE RplTypeWords result_of(const Match *match, const char *result) {
  switch (result[0]) {
  case 'T':
    return (RplTypeWords){match->kind, result[1] == '?', match->detail};
  case 'S':
    return (RplTypeWords){match->kind, match->is_optional, match->detail};
  case 'E':
    return (RplTypeWords){match->kind, match->second_optional, match->detail};
  case 'N':
    return (RplTypeWords){
        match->has_number ? RPL_KIND_NUMBER : RPL_KIND_INTEGER, 0, 0};
  default:
    return (RplTypeWords){kind_of_result(result[0]), 0, 0};
  }
}

bool rpl_op_result_type(uint8_t op, const RplTypeWords *a,
                        const RplTypeWords *b, const RplTypeWords *c,
                        RplTypeWords *result) {
  const RplTypeWords *operands[] = {a, b, c, NULL};
  const char *signature = rpl_op_signature(op);
  Match match = EMPTY_MATCH;
  unsigned index = 0;
  if (!signature[0])
    return false;
  for (; *signature != '>'; index++)
    if (!operands[index] || operands[index]->kind >= RPL_KIND_COUNT ||
        !match_operand(&match, &signature, index, operands[index]))
      return false;
  for (; index < 3; index++)
    if (operands[index])
      return false;
  *result = result_of(&match, signature + 1);
  return true;
}

/* ---- constants ---- */

/* LIMIT: digits, sign and point of a number that is seen to be canonical;
 * longer ones are written and compared. */
#define PLAIN_CHARACTERS 18u

/* A short decimal that has been read is written again as it stands, unless it
 * has an exponent, zeros behind the point, or is a zero of another form. */
static bool is_plain(RplSlice text, RplNumber number) {
  bool has_point = false;
  if (text.length > PLAIN_CHARACTERS)
    return false;
  if (rpl_number_sign(number) == 0)
    return text.length == 1;
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    has_point |= c == '.';
    if ((c < '0' || c > '9') && c != '.' && c != '-')
      return false;
  }
  return !has_point || text.data[text.length - 1] != '0';
}

static bool is_canonical(RplSlice text, RplNumber number) {
  char canonical[RPL_NUMBER_TEXT_MAX];
  if (is_plain(text, number))
    return true;
  size_t length = rpl_number_write(number, canonical, sizeof canonical);
  return rpl_slice_equal(text, (RplSlice){canonical, length});
}

/* Reads a number and demands that it is written as we would write it. */
static bool read_number(RplVerifier *v, uint32_t string, RplNumber *number) {
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
  return is_canonical(text, *number) ||
         rpl_verify_refuse(v, "a number is not in its canonical form");
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
  if (v->row > 0 && !rpl_verify_in_order(record - 1, record, 3))
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

/* What the loop over the code reads and writes, apart from the verifier, so
 * that it stays in registers while marks are written. */
typedef struct Typing {
  const RplTypeRecord *types;
  const RplFactRecord *facts;
  const RplConstantRecord *constants;
  uint32_t type_count;
  uint8_t *used_types;
  uint16_t *temp_types;
} Typing;

/* The type of the operand; NULL unless it is there and may be read here. */
static INLINE const RplTypeRecord *type_read(const RplVerifier *v,
                                             const Typing *typing, char letter,
                                             uint32_t row, uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  uint32_t space = RPL_OPERAND_SPACE(operand);
  if (space == RPL_SPACE_FACT)
    return &typing->types[typing->facts[index].type];
  if (letter == 'F')
    return NULL;
  if (space == RPL_SPACE_CONSTANT)
    return &typing->types[typing->constants[index].type];
  if (operand == 0 || index >= row ||
      (v->blocks && !rpl_verify_reaches(v, row, index)))
    return NULL;
  return &typing->types[typing->temp_types[index]];
}

/* Why an operand may not be read. */
static bool refuse_operand(RplVerifier *v, char letter, uint32_t operand) {
  if (operand == 0)
    return rpl_verify_refuse(v, "an operation lacks an operand");
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP &&
      RPL_OPERAND_INDEX(operand) >= v->row)
    return rpl_verify_refuse(
        v, "an operand is not the result of an earlier instruction");
  if (letter == 'F')
    return rpl_verify_refuse(v, "an operand must be a fact and is none");
  return rpl_verify_refuse(v, "an operand is read outside its block");
}

/* The result by the operation's signature, or by the tables of parts. */
static INLINE bool check_operands(RplVerifier *v, const Typing *typing,
                                  const RplInstruction *code,
                                  const char *signature, RplTypeWords *result) {
  const uint32_t operands[] = {code->a, code->b, code->c};
  const RplTypeRecord *first = NULL, *type = NULL;
  Match match = EMPTY_MATCH;
  unsigned index = 0;
  bool fits = true;
  for (; *signature != '>'; index++) {
    type = type_read(v, typing, *signature, v->row, operands[index]);
    if (!type)
      return refuse_operand(v, *signature, operands[index]);
    fits &= match_operand(&match, &signature, index, type);
    first = first ? first : type;
  }
  for (; index < 3; index++)
    if (operands[index] != 0)
      return rpl_verify_refuse(v, "an operation has an operand too many");
  if (signature[1] == 'P')
    fits = rpl_op_part_type(v->tables, RPL_CODE_OP(code->word),
                            RPL_CODE_FIELD(code->word), first, type, result);
  else
    *result = result_of(&match, signature + 1);
  return fits || rpl_verify_refuse(v, "the operands do not fit the operation");
}

static INLINE bool check_instruction(RplVerifier *v, const Typing *typing,
                                     const RplInstruction *code) {
  uint8_t op = RPL_CODE_OP(code->word);
  const char *signature = rpl_op_signature(op);
  uint32_t index = RPL_CODE_TYPE(code->word);
  RplTypeWords result = {0, 0, 0};
  if (!signature[0])
    return rpl_verify_refuse(v, "there is no such operation");
  if (RPL_CODE_FIELD(code->word) != 0 && !rpl_op_has_field(op))
    return rpl_verify_refuse(v, "unused bits of an instruction are not zero");
  if (index >= typing->type_count)
    return rpl_verify_refuse(v,
                             "an instruction names a type that does not exist");
  typing->used_types[index] = 1;
  if (!check_operands(v, typing, code, signature, &result))
    return false;
  const RplTypeRecord *type = &typing->types[index];
  if (type->kind != result.kind || type->optional != result.optional ||
      type->detail != result.detail)
    return rpl_verify_refuse(
        v, "an instruction states another type than its result's");
  typing->temp_types[v->row] = (uint16_t)index;
  return true;
}

bool rpl_verify_code(RplVerifier *v) {
  const RplInstruction *code = rpl_code(v->tables);
  const Typing typing = {rpl_types(v->tables),       rpl_facts(v->tables),
                         rpl_constants(v->tables),   rpl_types_count(v->tables),
                         v->used[RPL_SECTION_TYPES], v->temp_types};
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_CODE);
  for (; v->row < count; v->row++)
    if (!check_instruction(v, &typing, code++))
      return false;
  return true;
}
