/* SPDX-License-Identifier: Apache-2.0
 * disasm.c - a canonical program as text for people (rpl/program.h).
 *
 * One record a line, in the order of the tables. A result is written %12, a
 * fact by its name, a constant by its value; an enumerator has its enumeration
 * before it, and texts are quoted, so that no two operands look alike. */
#include "vm/csignature.h"
#include "vm/program_priv.h"

#include <string.h>

#include "vm/civil.h"
#include "vm/currency.h"
#include "vm/sha256.h"
#include "vm/text.h"

/* A line is handed over in pieces of about this many bytes. */
#define FLUSH_BYTES ((size_t)64 * 1024)

typedef struct Writer {
  const RplImage *image;
  const RplTables *tables;
  const RplSlice *type_texts;
  RplBuffer line;
  RplSink sink;
  void *context;
  RplStatus status;
  uint32_t next_name; /* row of names that no instruction has had yet */
  unsigned indent;    /* blocks that are open */
} Writer;

static void put(Writer *w, const char *text) {
  rpl_buffer_text(&w->line, text);
}

static void put_string(Writer *w, uint32_t string) {
  rpl_buffer_slice(&w->line, rpl_string(w->tables, string));
}

static void put_quoted(Writer *w, RplSlice text) {
  rpl_json_write_string(&w->line, text);
}

static void put_number(Writer *w, uint64_t number) {
  rpl_buffer_unsigned(&w->line, number);
}

static void put_type(Writer *w, uint32_t type) {
  rpl_buffer_slice(&w->line, w->type_texts[type]);
}

/* Hands over what was written. After a failure nothing more is handed over. */
static void flush(Writer *w) {
  if (w->line.is_failed && w->status == RPL_OK)
    w->status = RPL_E_MEMORY;
  if (w->status == RPL_OK)
    w->status = w->sink(w->context, w->line.data, w->line.length);
  rpl_buffer_reset(&w->line);
}

static void end_line(Writer *w) {
  rpl_buffer_byte(&w->line, '\n');
  flush(w);
}

/* Keeps a line with a long list from growing in memory; false: stop. */
static bool go_on(Writer *w) {
  if (w->line.length > FLUSH_BYTES || w->line.is_failed)
    flush(w);
  return w->status == RPL_OK;
}

/* ---- operands ---- */

static void put_numeric(Writer *w, const RplConstant *constant) {
  char text[RPL_NUMBER_TEXT_MAX];
  char code[RPL_CURRENCY_CODE_BYTES];
  if (constant->currency != RPL_CURRENCY_NONE) {
    rpl_currency_code(constant->currency, code);
    put(w, code);
    put(w, " ");
  }
  (void)rpl_number_write(constant->number, text, sizeof text);
  put(w, text);
}

static void put_enumerator(Writer *w, uint32_t enumeration, int64_t value) {
  const RplEnumRecord *record = &rpl_enums(w->tables)[enumeration];
  put_string(w, record->name);
  put(w, ".");
  put_string(w,
             rpl_enumerators(w->tables)[record->first + (uint32_t)value].name);
}

static void put_set(Writer *w, uint32_t enumeration, uint64_t bits) {
  uint32_t count = rpl_enums(w->tables)[enumeration].count;
  bool is_first = true;
  put(w, "set(");
  for (uint32_t i = 0; i < count; i++) {
    if (!(bits >> i & 1))
      continue;
    put(w, is_first ? "" : ", ");
    put_enumerator(w, enumeration, i);
    is_first = false;
  }
  put(w, ")");
}

static void put_small(Writer *w, const RplTypeRecord *type, int64_t value) {
  char text[RPL_DURATION_TEXT_BYTES] = "";
  switch ((RplKind)type->kind) {
  case RPL_KIND_BOOLEAN:
    put(w, value ? "true" : "false");
    return;
  case RPL_KIND_DATE:
    (void)rpl_date_write(value, text, sizeof text);
    break;
  case RPL_KIND_DATETIME:
    (void)rpl_datetime_write(value, text, sizeof text);
    break;
  case RPL_KIND_DURATION:
    (void)rpl_duration_write(value, text, sizeof text);
    break;
  case RPL_KIND_PERIOD:
    (void)rpl_period_write((int32_t)value, text, sizeof text);
    break;
  case RPL_KIND_ENUM:
    put_enumerator(w, type->detail, value);
    return;
  case RPL_KIND_ROUNDING:
    put(w, rpl_rounding_name((RplRounding)value));
    return;
  case RPL_KIND_CURRENCY:
    rpl_currency_code((RplCurrency)value, text);
    break;
  case RPL_KIND_ZONE:
    (void)rpl_zone_write((int32_t)value, text, sizeof text);
    break;
  case RPL_KIND_SET:
    put_set(w, type->detail, (uint64_t)value);
    return;
  case RPL_KIND_LIST:
    put(w, "[]");
    return;
  case RPL_KIND_RECORD:
    put(w, "{}");
    return;
  case RPL_KIND_NOTHING:
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
  case RPL_KIND_MONEY:
  case RPL_KIND_TEXT:
  case RPL_KIND_CALENDAR: /* written by put_constant */
  case RPL_KIND_COUNT:
    return;
  }
  put(w, text);
}

static void put_constant(Writer *w, const RplConstant *constant) {
  const RplTypeRecord *type = &rpl_types(w->tables)[constant->type];
  if (constant->is_none)
    put(w, "none");
  else if (type->kind == RPL_KIND_CALENDAR)
    rpl_buffer_slice(&w->line, constant->calendar->name);
  else if (type->kind == RPL_KIND_ZONE && constant->text.length)
    rpl_buffer_slice(&w->line, constant->text);
  else if (type->kind == RPL_KIND_TEXT)
    put_quoted(w, constant->text);
  else if (type->kind == RPL_KIND_MONEY || type->kind == RPL_KIND_INTEGER ||
           type->kind == RPL_KIND_NUMBER)
    put_numeric(w, constant);
  else
    put_small(w, type, constant->integer);
}

static void put_operand(Writer *w, uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand);
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT) {
    put_string(w, rpl_facts(w->tables)[index].name);
  } else if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_CONSTANT) {
    put_constant(w, &w->image->constants[index]);
  } else {
    put(w, "%");
    put_number(w, index);
  }
}

/* ---- parts that several records have; each begins with a blank ---- */

static void put_text(Writer *w, uint32_t text0) {
  if (text0 == 0)
    return;
  const RplTextRecord *text = &rpl_texts(w->tables)[text0 - 1];
  for (uint32_t i = text->segments;
       i < text->segments + text->count && go_on(w); i++) {
    const RplSegmentRecord *segment = &rpl_segments(w->tables)[i];
    put(w, " ");
    if (segment->string) {
      put_quoted(w, rpl_string(w->tables, segment->string - 1));
      continue;
    }
    put(w, "{");
    put_operand(w, segment->operand);
    put(w, "}");
  }
}

static void put_place(Writer *w, uint32_t place0) {
  if (place0 == 0)
    return;
  const RplPlaceRecord *place = &rpl_places(w->tables)[place0 - 1];
  put(w, " at ");
  put_string(w, place->file);
  put(w, ":");
  put_number(w, place->line);
  put(w, ":");
  put_number(w, place->column);
}

/* A list as " WORD item, item"; nothing for an empty one. */
static void put_list(Writer *w, const char *word, uint32_t first,
                     uint32_t count, void (*item)(Writer *, uint32_t)) {
  const RplListRecord *items = rpl_lists(w->tables) + first;
  for (uint32_t i = 0; i < count && go_on(w); i++) {
    put(w, i == 0 ? word : ", ");
    item(w, items[i].item);
  }
}

static void put_step(Writer *w, uint32_t step) {
  put_string(w, rpl_steps(w->tables)[step].id);
}

static void put_output(Writer *w, uint32_t output) {
  put_string(w, rpl_outputs(w->tables)[output].name);
}

static void put_outcome(Writer *w, uint32_t outcome) {
  put_string(w, rpl_outcomes(w->tables)[outcome].name);
}

static void put_flag(Writer *w, uint32_t flags, uint32_t flag,
                     const char *word) {
  if (flags & flag)
    put(w, word);
}

/* ---- records ---- */

static void write_head(Writer *w) {
  const RplPolicyRecord *policy = rpl_policy(w->tables);
  uint8_t digest[RPL_SHA256_BYTES];
  char hex[RPL_SHA256_HEX_BYTES];
  put(w, "policy ");
  put_string(w, policy->name);
  put_text(w, policy->title);
  end_line(w);
  put(w, "edition ");
  put_number(w, policy->edition);
  put(w, ", cost ");
  put_number(w, w->image->cost);
  put_flag(w, w->tables->flags, RPL_PROGRAM_STRIPPED, ", stripped");
  end_line(w);
  rpl_image_digest(w->image, digest);
  rpl_sha256_hex(digest, hex);
  put(w, "digest ");
  put(w, hex);
  end_line(w);
}

static void write_enum(Writer *w, uint32_t row) {
  const RplEnumRecord *record = &rpl_enums(w->tables)[row];
  put(w, "enum ");
  put_string(w, record->name);
  for (uint32_t i = 0; i < record->count && go_on(w); i++) {
    bool is_open =
        (record->flags & RPL_ENUM_OR_OTHER) && i + 1 == record->count;
    put(w, i == 0 ? " : " : " | ");
    put(w, is_open ? "or " : "");
    put_string(w, rpl_enumerators(w->tables)[record->first + i].name);
  }
  end_line(w);
}

static void put_day(Writer *w, uint32_t day) {
  char text[RPL_DATE_TEXT_BYTES] = "";
  (void)rpl_date_write((int64_t)day + RPL_DATE_MIN, text, sizeof text);
  put(w, text);
}

static void write_calendar(Writer *w, uint32_t row) {
  static const char *const days[] = {"monday",   "tuesday", "wednesday",
                                     "thursday", "friday",  "saturday",
                                     "sunday"};
  const RplCalendarRecord *record = &rpl_calendars(w->tables)[row];
  bool is_first = true;
  put(w, "calendar ");
  put_string(w, record->name);
  put(w, " : ");
  put_day(w, record->first);
  put(w, " .. ");
  put_day(w, record->last);
  for (unsigned i = 0; i < 7; i++) {
    if (!(record->weekend >> i & 1u))
      continue;
    put(w, is_first ? " weekend " : ", ");
    put(w, days[i]);
    is_first = false;
  }
  put_list(w, " holidays ", record->holidays, record->holidays_count, put_day);
  put_list(w, " workdays ", record->workdays, record->workdays_count, put_day);
  end_line(w);
}

static void put_bound(Writer *w, const char *sign, bool is_open,
                      uint32_t bound);

static void write_record(Writer *w, uint32_t row) {
  const RplRecordTypeRecord *record = &rpl_record_types(w->tables)[row];
  put(w, "record ");
  put_string(w, record->name);
  for (uint32_t i = 0; i < record->count; i++) {
    const RplFieldRecord *field = &rpl_fields(w->tables)[record->first + i];
    put(w, i == 0 ? " { " : "; ");
    put_string(w, field->name);
    put(w, " : ");
    put_type(w, field->type);
    put_bound(w, " >", (field->flags & RPL_FACT_LOW_OPEN) != 0, field->low);
    put_bound(w, " <", (field->flags & RPL_FACT_HIGH_OPEN) != 0, field->high);
    put_text(w, field->describe);
  }
  put(w, " }");
  end_line(w);
}

static void put_bound(Writer *w, const char *sign, bool is_open,
                      uint32_t bound) {
  if (bound == 0)
    return;
  put(w, sign);
  put(w, is_open ? " " : "= ");
  put_operand(w, bound);
}

static void write_fact(Writer *w, uint32_t row) {
  const RplFactRecord *fact = &rpl_facts(w->tables)[row];
  put(w, fact->flags & RPL_FACT_PARAM ? "param " : "fact ");
  put_string(w, fact->name);
  put(w, " : ");
  put_type(w, fact->type);
  put_bound(w, " >", (fact->flags & RPL_FACT_LOW_OPEN) != 0, fact->low);
  put_bound(w, " <", (fact->flags & RPL_FACT_HIGH_OPEN) != 0, fact->high);
  if (fact->places) {
    put(w, " places ");
    put_number(w, fact->places);
  }
  if (fact->value) {
    put(w, " = ");
    put_operand(w, fact->value);
  }
  put_text(w, fact->describe);
  end_line(w);
}

static void write_constant(Writer *w, uint32_t row) {
  const RplConstant *constant = &w->image->constants[row];
  put(w, "constant ");
  put_constant(w, constant);
  put(w, " : ");
  put_type(w, constant->type);
  end_line(w);
}

/* Names are sorted by temporary, so one cursor runs along with the code. */
static void put_name(Writer *w, uint32_t temp) {
  if (w->next_name == rpl_names_count(w->tables))
    return;
  const RplNameRecord *name = &rpl_names(w->tables)[w->next_name];
  if (RPL_OPERAND_INDEX(name->operand) != temp)
    return;
  put(w, "  ; ");
  put_string(w, name->name);
  w->next_name++;
}

/* The name of the field that an instruction takes or sets. */
static void put_field(Writer *w, const RplInstruction *instruction) {
  const RplTypeRecord *type = rpl_operand_type(w->image, instruction->a);
  uint32_t first = rpl_record_types(w->tables)[type->detail].first;
  uint32_t field = RPL_CODE_FIELD(instruction->word);
  put_string(w, rpl_fields(w->tables)[first + field].name);
}

static void write_instruction(Writer *w, uint32_t row) {
  const RplInstruction *instruction = &rpl_code(w->tables)[row];
  const uint32_t operands[] = {instruction->a, instruction->b, instruction->c};
  bool closes = rpl_op_closes(RPL_CODE_OP(instruction->word));
  w->indent -= closes ? 1u : 0u;
  for (unsigned i = 0; i < w->indent; i++)
    put(w, ".");
  w->indent += RPL_CODE_OP(instruction->word) == RPL_OP_EACH;
  put(w, "%");
  put_number(w, row);
  put(w, " = ");
  put(w, rpl_op_info(RPL_CODE_OP(instruction->word)).name);
  for (unsigned i = 0; i < 3 && operands[i]; i++) {
    put(w, i == 0 ? " " : ", ");
    put_operand(w, operands[i]);
  }
  if (rpl_op_has_field(RPL_CODE_OP(instruction->word))) {
    put(w, ".");
    put_field(w, instruction);
  }
  put(w, " : ");
  put_type(w, RPL_CODE_TYPE(instruction->word));
  put_name(w, row);
  end_line(w);
}

static void write_outcome(Writer *w, uint32_t row) {
  const RplOutcomeRecord *outcome = &rpl_outcomes(w->tables)[row];
  put(w, "outcome ");
  put_string(w, outcome->name);
  put(w, " reported ");
  put_string(w, outcome->reported);
  put_flag(w, outcome->flags, RPL_OUTCOME_ASKS, " asks");
  end_line(w);
}

static void write_step(Writer *w, uint32_t row) {
  const RplStepRecord *step = &rpl_steps(w->tables)[row];
  put(w, "step ");
  put_string(w, step->id);
  put_text(w, step->text);
  if (step->condition) {
    put(w, " if ");
    put_operand(w, step->condition);
  }
  put_list(w, " cite ", step->clauses, step->clauses_count, put_string);
  put_place(w, step->place);
  end_line(w);
}

static void write_output(Writer *w, uint32_t row) {
  const RplOutputRecord *output = &rpl_outputs(w->tables)[row];
  put(w, "output ");
  put_string(w, output->name);
  put(w, " : ");
  put_type(w, output->type);
  put_flag(w, output->flags, RPL_OUTPUT_REQUIRED, " required");
  put_flag(w, output->flags, RPL_OUTPUT_RANKED, " ranked");
  put_flag(w, output->flags, RPL_OUTPUT_AMOUNT, " amount");
  put_flag(w, output->flags, RPL_OUTPUT_DEADLINE, " deadline");
  put_flag(w, output->flags, RPL_OUTPUT_DESTINATION, " destination");
  end_line(w);
}

static void write_rule(Writer *w, uint32_t row) {
  const RplRuleRecord *rule = &rpl_rules(w->tables)[row];
  const RplListRecord *gives = rpl_lists(w->tables) + rule->gives;
  put(w, "rule ");
  put_outcome(w, rule->outcome);
  put(w, " ");
  put_string(w, rule->name);
  put(w, " if ");
  put_operand(w, rule->condition);
  put_text(w, rule->text);
  put_list(w, " cite ", rule->clauses, rule->clauses_count, put_string);
  put_list(w, " step ", rule->steps, rule->steps_count, put_step);
  put_list(w, " provide ", rule->provides, rule->provides_count, put_string);
  put_list(w, " ask ", rule->asks, rule->asks_count, put_operand);
  for (uint32_t i = 0; i < rule->gives_count && go_on(w); i += 2) {
    put(w, " give ");
    put_output(w, gives[i].item);
    put(w, " = ");
    put_operand(w, gives[i + 1].item);
  }
  put_place(w, rule->place);
  end_line(w);
}

static void write_definition(Writer *w, uint32_t row) {
  const RplDefinitionRecord *record = &rpl_definitions(w->tables)[row];
  put(w, "define ");
  put_output(w, record->output);
  put_list(w, " = ", record->values, record->values_count, put_operand);
  if (record->guard) {
    put(w, " if ");
    put_operand(w, record->guard);
  }
  put_list(w, " for outcome ", record->outcomes, record->outcomes_count,
           put_outcome);
  put_list(w, " for rule ", record->rules, record->rules_count, put_string);
  put_list(w, " cite ", record->clauses, record->clauses_count, put_string);
  put_place(w, record->place);
  end_line(w);
}

static void write_ensure(Writer *w, uint32_t row) {
  const RplEnsureRecord *ensure = &rpl_ensures(w->tables)[row];
  put(w, "ensure ");
  put_operand(w, ensure->condition);
  put_list(w, " of ", ensure->outputs, ensure->outputs_count, put_output);
  put_text(w, ensure->text);
  put_place(w, ensure->place);
  end_line(w);
}

static void put_c_type(Writer *w, uint32_t type) {
  put(w, rpl_c_type_text((RplCType)type));
  put(w, type == RPL_C_TEXT ? "" : " ");
}

static void write_provider(Writer *w, uint32_t row) {
  const RplProviderRecord *record = &rpl_providers(w->tables)[row];
  const RplListRecord *pairs = rpl_lists(w->tables) + record->arguments;
  put(w, "provide ");
  put_string(w, rpl_facts(w->tables)[record->fact].name);
  put(w, " by ");
  put_c_type(w, record->result);
  put_string(w, record->symbol);
  put(w, "(");
  for (uint32_t i = 0; i < record->arguments_count && go_on(w); i += 2) {
    put(w, i ? ", " : "");
    put_c_type(w, pairs[i].item);
    put_operand(w, pairs[i + 1].item);
  }
  if (record->flags & RPL_PROVIDER_STATUS)
    put(w, record->arguments_count ? ", int *" : "int *");
  put(w, ")");
  end_line(w);
}

static void write_otherwise(Writer *w, const RplPolicyRecord *policy) {
  if (!policy->otherwise)
    return;
  put(w, "otherwise ");
  put_outcome(w, policy->otherwise - 1);
  put_text(w, policy->otherwise_text);
  put_list(w, " cite ", policy->otherwise_clauses,
           policy->otherwise_clauses_count, put_string);
  put_list(w, " step ", policy->otherwise_steps, policy->otherwise_steps_count,
           put_step);
  put_place(w, policy->otherwise_place);
  end_line(w);
}

static void write_tail(Writer *w) {
  const RplPolicyRecord *policy = rpl_policy(w->tables);
  write_otherwise(w, policy);
  if (policy->undetermined_text || policy->undetermined_clauses_count ||
      policy->undetermined_place) {
    put(w, "undetermined");
    put_text(w, policy->undetermined_text);
    put_list(w, " cite ", policy->undetermined_clauses,
             policy->undetermined_clauses_count, put_string);
    put_place(w, policy->undetermined_place);
    end_line(w);
  }
  put(w, "report unknown as ");
  put_string(w, policy->unknown_report);
  put(w, ", error as ");
  put_string(w, policy->error_report);
  end_line(w);
  if (policy->currency_fact) {
    put(w, "currency of ");
    put_string(w, rpl_facts(w->tables)[policy->currency_fact - 1].name);
    end_line(w);
  }
}

static void write_all(Writer *w) {
  static const struct {
    RplSection section;
    void (*write)(Writer *, uint32_t);
  } parts[] = {{RPL_SECTION_ENUMS, write_enum},
               {RPL_SECTION_RECORD_TYPES, write_record},
               {RPL_SECTION_CALENDARS, write_calendar},
               {RPL_SECTION_FACTS, write_fact},
               {RPL_SECTION_CONSTANTS, write_constant},
               {RPL_SECTION_CODE, write_instruction},
               {RPL_SECTION_OUTCOMES, write_outcome},
               {RPL_SECTION_STEPS, write_step},
               {RPL_SECTION_OUTPUTS, write_output},
               {RPL_SECTION_RULES, write_rule},
               {RPL_SECTION_DEFINITIONS, write_definition},
               {RPL_SECTION_ENSURES, write_ensure},
               {RPL_SECTION_PROVIDERS, write_provider}};
  write_head(w);
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    for (uint32_t row = 0;
         row < w->tables->row_count[parts[i].section] && w->status == RPL_OK;
         row++)
      parts[i].write(w, row);
  write_tail(w);
}

RplStatus rpl_program_disassemble(const RplProgram *program, size_t index,
                                  RplSink sink, void *context) {
  Writer writer;
  if (!program || !sink)
    return RPL_E_ARGUMENT;
  if (index >= program->policy_count)
    return RPL_E_NOT_FOUND;
  memset(&writer, 0, sizeof writer);
  writer.image = &program->policies[index].image;
  writer.tables = &writer.image->tables;
  writer.type_texts = program->policies[index].type_texts;
  writer.sink = sink;
  writer.context = context;
  rpl_buffer_init(&writer.line, program->allocator);
  write_all(&writer);
  rpl_buffer_clear(&writer.line);
  return writer.status;
}
