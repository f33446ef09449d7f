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

/* How operands of a letter go together with others. */
typedef enum Group {
  GROUP_ALONE, /* it settles nothing */
  GROUP_SAME,  /* all of them are of one kind */
  GROUP_OF,    /* a value of an enumeration: of the set of the others */
  GROUP_SET,   /* a set */
  GROUP_NUMBER /* an integer or a number */
} Group;

#define KIND(kind) (UINT32_C(1) << RPL_KIND_##kind)
#define ANY        (((UINT32_C(1) << RPL_KIND_COUNT) - 1u) & ~KIND(NOTHING))
#define PARTS      (KIND(LIST) | KIND(RECORD))
#define ORDERED                                                                \
  (KIND(INTEGER) | KIND(NUMBER) | KIND(MONEY) | KIND(TEXT) | KIND(DATE) |      \
   KIND(DATETIME) | KIND(DURATION))

/* The letters of signatures (ops.def): the kinds that an operand may be of, and
 * for a result the kind. */
typedef struct Letter {
  uint32_t kinds;
  uint8_t kind;
  uint8_t group;
} Letter;

#define OF_KIND(kind)                                                          \
  { KIND(kind), RPL_KIND_##kind, GROUP_ALONE }

static const Letter letters[128] = {
    ['b'] = OF_KIND(BOOLEAN),
    ['i'] = OF_KIND(INTEGER),
    ['n'] = {KIND(INTEGER) | KIND(NUMBER), RPL_KIND_NUMBER, GROUP_NUMBER},
    ['m'] = OF_KIND(MONEY),
    ['t'] = OF_KIND(TEXT),
    ['d'] = OF_KIND(DATE),
    ['D'] = OF_KIND(DATETIME),
    ['u'] = OF_KIND(DURATION),
    ['p'] = OF_KIND(PERIOD),
    ['r'] = OF_KIND(ROUNDING),
    ['c'] = OF_KIND(CURRENCY),
    ['k'] = OF_KIND(CALENDAR),
    ['z'] = OF_KIND(ZONE),
    ['L'] = OF_KIND(LIST),
    ['R'] = OF_KIND(RECORD),
    ['B'] = {ANY, 0, GROUP_ALONE},
    ['T'] = {ANY & ~KIND(CALENDAR), 0, GROUP_SAME},
    ['F'] = {ANY & ~KIND(CALENDAR), 0, GROUP_SAME},
    ['V'] = {ANY & ~KIND(CALENDAR) & ~PARTS, 0, GROUP_SAME},
    ['O'] = {ORDERED, 0, GROUP_SAME},
    ['e'] = {KIND(ENUM), 0, GROUP_OF},
    ['s'] = {KIND(SET), 0, GROUP_SET}};

static const Letter *letter_of(char letter) {
  return &letters[(unsigned char)letter % 128u];
}

/* What the operands seen so far settle for the result. */
typedef struct Match {
  RplTypeWords type;    /* of the operands T, O and F together; kind 0: none */
  bool is_optional;     /* one of them is optional */
  bool is_all_integer;  /* no operand `n` is a number */
  bool second_optional; /* the second operand is optional */
} Match;

/* Joins an operand to the group that must be of one kind. */
static inline bool join(Match *match, uint32_t kind,
                        const RplTypeWords *operand) {
  match->is_optional |= operand->optional != 0;
  if (match->type.kind == RPL_KIND_NOTHING) {
    match->type = (RplTypeWords){kind, operand->optional, operand->detail};
    return true;
  }
  if (kind == match->type.kind)
    return operand->detail == match->type.detail;
  if (!rpl_kind_is_numeric((RplKind)kind) ||
      !rpl_kind_is_numeric((RplKind)match->type.kind))
    return false;
  match->type.kind = RPL_KIND_NUMBER; /* an integer beside a number */
  return true;
}

/* A value of an enumeration and a set of it belong to one group: the set's. */
static inline bool accept(Match *match, const Letter *letter,
                          const RplTypeWords *operand) {
  if (operand->kind >= RPL_KIND_COUNT || !(letter->kinds >> operand->kind & 1u))
    return false;
  switch ((Group)letter->group) {
  case GROUP_SAME:
    return join(match, operand->kind, operand);
  case GROUP_OF:
  case GROUP_SET:
    return join(match, RPL_KIND_SET, operand);
  case GROUP_NUMBER:
    match->is_all_integer &= operand->kind == RPL_KIND_INTEGER;
    return true;
  case GROUP_ALONE:
    break;
  }
  return true;
}

/* Takes operand `index`, whose letter stands at **signature, and goes on to the
 * next one's. */
static inline __attribute__((always_inline)) bool
match_operand(Match *match, const char **signature, unsigned index,
              const RplTypeWords *operand) {
  const Letter *letter = letter_of(*(*signature)++);
  bool may_be_optional = **signature == '?';
  *signature += may_be_optional;
  if (index == 1)
    match->second_optional = operand->optional != 0;
  return accept(match, letter, operand) &&
         (may_be_optional || !operand->optional);
}

static RplTypeWords result_of(const Match *match, const char *result) {
  RplTypeWords type = {match->type.kind, 0, match->type.detail};
  switch (result[0]) {
  case 'T':
    type.optional = result[1] == '?';
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
    return (RplTypeWords){letter_of(result[0])->kind, 0, 0};
  }
}

#define EMPTY_MATCH                                                            \
  { {0, 0, 0}, false, true, false }

bool rpl_op_result_type(uint8_t op, const RplTypeWords *a,
                        const RplTypeWords *b, const RplTypeWords *c,
                        RplTypeWords *result) {
  const RplTypeWords *operands[] = {a, b, c, NULL};
  const RplOpInfo info = rpl_op_info(op);
  const char *signature = info.signature;
  Match match = EMPTY_MATCH;
  unsigned index = 0;
  if (!info.name)
    return false;
  for (; *signature != '>'; index++)
    if (!operands[index] ||
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

/* Whether the operand is there and may be read here. */
static inline bool check_operand(RplVerifier *v, char letter,
                                 uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  bool is_temp = RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP;
  if (operand == 0)
    return rpl_verify_refuse(v, "an operation lacks an operand");
  if (is_temp && index >= v->row)
    return rpl_verify_refuse(
        v, "an operand is not the result of an earlier instruction");
  if (letter == 'F' && RPL_OPERAND_SPACE(operand) != RPL_SPACE_FACT)
    return rpl_verify_refuse(v, "an operand must be a fact and is none");
  if (is_temp && v->blocks && !rpl_verify_reaches(v, v->row, index))
    return rpl_verify_refuse(v, "an operand is read outside its block");
  return true;
}

/* The result by the operation's signature, or by the tables of parts. */
static bool check_operands(RplVerifier *v, const RplInstruction *code,
                           const char *signature, RplTypeWords *result) {
  const uint32_t operands[] = {code->a, code->b, code->c};
  const RplTypeRecord *types[3] = {NULL, NULL, NULL};
  Match match = EMPTY_MATCH;
  unsigned index = 0;
  bool fits = true;
  for (; *signature != '>'; index++) {
    if (!check_operand(v, *signature, operands[index]))
      return false;
    types[index] = rpl_operand_type(v->image, operands[index]);
    fits &= match_operand(&match, &signature, index, types[index]);
  }
  for (; index < 3; index++)
    if (operands[index] != 0)
      return rpl_verify_refuse(v, "an operation has an operand too many");
  if (signature[1] == 'P')
    fits = rpl_op_part_type(v->tables, RPL_CODE_OP(code->word),
                            RPL_CODE_FIELD(code->word), types[0], types[1],
                            result);
  else
    *result = result_of(&match, signature + 1);
  return fits || rpl_verify_refuse(v, "the operands do not fit the operation");
}

static bool check_instruction(RplVerifier *v, const RplInstruction *code) {
  const RplOpInfo info = rpl_op_info(RPL_CODE_OP(code->word));
  uint32_t index = RPL_CODE_TYPE(code->word);
  RplTypeWords result = {0, 0, 0};
  if (!info.name)
    return rpl_verify_refuse(v, "there is no such operation");
  if (RPL_CODE_FIELD(code->word) != 0 &&
      !rpl_op_has_field(RPL_CODE_OP(code->word)))
    return rpl_verify_refuse(v, "unused bits of an instruction are not zero");
  if (!rpl_verify_refer(v, RPL_SECTION_TYPES, index))
    return rpl_verify_refuse(v,
                             "an instruction names a type that does not exist");
  if (!check_operands(v, code, info.signature, &result))
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
  const RplInstruction *code = rpl_code(v->tables);
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_CODE);
  for (; v->row < count; v->row++)
    if (!check_instruction(v, code++))
      return false;
  return true;
}
