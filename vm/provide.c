/* SPDX-License-Identifier: Apache-2.0
 * provide.c - see provide.h. */
#include "vm/provide.h"

#include <string.h>

#include "vm/civil.h"
#include "vm/context.h"
#include "vm/program_priv.h"

RplStatus rpl_providing_begin(RplProviding *providing, RplArena *fixed,
                              const RplImage *image) {
  const RplTables *tables = &image->tables;
  const RplProviderRecord *rows = rpl_providers(tables);
  uint32_t count = rpl_providers_count(tables);
  memset(providing, 0, sizeof *providing);
  if (!count)
    return RPL_OK;
  providing->of_slot =
      rpl_arena_array(fixed, rpl_facts_count(tables), sizeof(uint32_t));
  providing->is_asked = rpl_arena_array(fixed, count, sizeof(bool));
  providing->is_wanted = rpl_arena_array(fixed, count, sizeof(bool));
  if (!providing->of_slot || !providing->is_asked || !providing->is_wanted)
    return RPL_E_MEMORY;
  memset(providing->of_slot, 0, rpl_facts_count(tables) * sizeof(uint32_t));
  memset(providing->is_asked, 0, count * sizeof(bool));
  memset(providing->is_wanted, 0, count * sizeof(bool));
  for (uint32_t row = 0; row < count; row++)
    providing->of_slot[rows[row].fact] = row + 1;
  return RPL_OK;
}

void rpl_context_set_host(RplContext *context, RplHost function, void *host) {
  context->providing.host = function;
  context->providing.host_data = host;
}

void rpl_providing_reset(RplContext *context) {
  RplProviding *providing = &context->providing;
  const RplTables *tables = &context->image->tables;
  for (uint32_t row = 0; row < rpl_providers_count(tables); row++) {
    uint32_t slot = rpl_providers(tables)[row].fact;
    providing->is_asked[row] = false;
    providing->is_wanted[row] = false;
    if (context->facts.slots[slot].is_provided)
      rpl_facts_drop(&context->facts, slot);
  }
}

uint32_t rpl_providing_needs(const RplProviding *providing,
                             const RplTables *tables, uint32_t slot,
                             const RplListRecord **pairs) {
  if (!providing->of_slot || !providing->host || !providing->of_slot[slot])
    return 0;
  uint32_t row = providing->of_slot[slot] - 1;
  const RplProviderRecord *record = &rpl_providers(tables)[row];
  *pairs = rpl_lists(tables) + record->arguments;
  return providing->is_asked[row] ? 0 : record->arguments_count / 2;
}

void rpl_providing_want(RplProviding *providing, uint32_t slot) {
  if (providing->of_slot && providing->of_slot[slot])
    providing->is_wanted[providing->of_slot[slot] - 1] = true;
}

/* ---- arguments ----------------------------------------------------------- */

/* Why there is no call. */
typedef enum Readiness { READY, NOT_YET, IN_ERROR, OUT_OF_MEMORY } Readiness;

/* A call in the making. */
typedef struct Asking {
  RplContext *context;
  const RplTables *tables;
  const RplProviderRecord *record;
  RplHostValue arguments[RPL_MAX_PROVIDER_ARGUMENTS];
  RplHostCall call;
  RplErrorCode error;
} Asking;

static Readiness fail(Asking *asking, RplErrorCode code) {
  asking->error = code;
  return IN_ERROR;
}

/* Whether an integer fits a C type. */
static bool fits(RplCType type, int64_t integer) {
  switch (type) {
  case RPL_C_BOOL:
    return integer == 0 || integer == 1;
  case RPL_C_INT:
  case RPL_C_INT32:
    return integer >= INT32_MIN && integer <= INT32_MAX;
  case RPL_C_UINT32:
    return integer >= 0 && integer <= UINT32_MAX;
  default:
    return true;
  }
}

static Readiness pass_integer(Asking *asking, const RplValue *value,
                              RplHostValue *argument) {
  argument->integer = value->as.integer;
  if (value->kind == RPL_KIND_INTEGER &&
      !rpl_number_to_scaled(value->as.number, 0, &argument->integer))
    return fail(asking, RPL_ERROR_OUT_OF_RANGE);
  return fits(argument->type, argument->integer)
             ? READY
             : fail(asking, RPL_ERROR_OUT_OF_RANGE);
}

static Readiness pass_money(Asking *asking, const RplValue *value,
                            RplHostValue *argument) {
  int places = value->currency ? rpl_currency_digits(value->currency) : 0;
  char code[RPL_CURRENCY_CODE_BYTES] = "";
  if (value->currency)
    rpl_currency_code(value->currency, code);
  memcpy(argument->money.currency, code, sizeof code);
  return rpl_number_to_scaled(value->as.number, (unsigned)places,
                              &argument->money.minor_units)
             ? READY
             : fail(asking, RPL_ERROR_NOT_MINOR);
}

/* What a text argument says: a word, a code or the text itself. */
static RplSlice words_of(const Asking *asking, const RplValue *value,
                         char code[RPL_CURRENCY_CODE_BYTES]) {
  const RplTables *tables = asking->tables;
  if (value->kind == RPL_KIND_TEXT)
    return value->as.text;
  if (value->kind == RPL_KIND_ENUM) {
    uint32_t first = rpl_enums(tables)[value->detail].first;
    return rpl_string(
        tables,
        rpl_enumerators(tables)[first + (uint32_t)value->as.integer].name);
  }
  rpl_currency_code((RplCurrency)value->as.integer, code);
  return rpl_slice_from(code);
}

/* A copy with a NUL behind it. */
static Readiness pass_text(Asking *asking, const RplValue *value,
                           RplHostValue *argument) {
  char code[RPL_CURRENCY_CODE_BYTES];
  RplSlice text = words_of(asking, value, code);
  char *copy = rpl_arena_alloc(&asking->context->arena, text.length + 1);
  if (!copy)
    return OUT_OF_MEMORY;
  if (text.length)
    memcpy(copy, text.data, text.length);
  copy[text.length] = '\0';
  argument->text = (RplSlice){copy, text.length};
  return READY;
}

static Readiness pass(Asking *asking, uint32_t type, uint32_t operand,
                      RplHostValue *argument) {
  const RplValue *value = rpl_careful_value(&asking->context->careful, operand);
  memset(argument, 0, sizeof *argument);
  argument->type = (RplCType)type;
  if (value->state == RPL_STATE_UNKNOWN)
    return NOT_YET;
  if (value->state == RPL_STATE_NONE)
    return fail(asking, RPL_ERROR_NONE_USED);
  if (value->state == RPL_STATE_ERROR)
    return fail(asking, (RplErrorCode)value->error);
  if (type == RPL_C_TEXT)
    return pass_text(asking, value, argument);
  return type == RPL_C_MONEY ? pass_money(asking, value, argument)
                             : pass_integer(asking, value, argument);
}

static Readiness pass_all(Asking *asking) {
  const RplListRecord *pairs =
      rpl_lists(asking->tables) + asking->record->arguments;
  uint32_t count = asking->record->arguments_count / 2;
  for (uint32_t i = 0; i < count; i++) {
    Readiness ready =
        pass(asking, pairs[(size_t)i * 2].item, pairs[(size_t)i * 2 + 1].item,
             &asking->arguments[i]);
    if (ready != READY)
      return ready;
  }
  asking->call.arguments = asking->arguments;
  asking->call.argument_count = count;
  return READY;
}

static void fail_fact(RplContext *context, uint32_t slot, RplErrorCode code) {
  rpl_facts_fail(&context->facts, slot, code);
  context->facts.slots[slot].is_provided = true;
}

/* ---- results ------------------------------------------------------------- */

/* True with the value of a small kind, if it lies in the range of the type. */
static bool take_small(RplKind kind, int64_t integer, RplValue *value) {
  if (kind == RPL_KIND_BOOLEAN && (integer < 0 || integer > 1))
    return false;
  if (kind == RPL_KIND_DATE &&
      (integer < RPL_DATE_MIN || integer > RPL_DATE_MAX))
    return false;
  if (kind == RPL_KIND_DATETIME &&
      (integer < RPL_DATETIME_MIN || integer > RPL_DATETIME_MAX))
    return false;
  *value = rpl_value_small(kind, integer);
  return true;
}

/* Amounts without a currency take that of the currency fact. */
static bool take_money(const RplFacts *facts, const RplMoney *money,
                       RplValue *value) {
  const char *end = memchr(money->currency, 0, sizeof money->currency);
  size_t length =
      end ? (size_t)(end - money->currency) : sizeof money->currency;
  RplCurrency currency =
      rpl_currency_from_code((RplSlice){money->currency, length});
  RplNumber number;
  if (length == 0)
    currency = rpl_facts_currency_given(facts);
  int places = currency ? rpl_currency_digits(currency) : -1;
  if (places < 0 ||
      rpl_number_from_int_places(money->minor_units, (unsigned)places, &number))
    return false;
  *value = rpl_value_money(number, currency);
  return true;
}

/* Reads a text as if it had been given; *status is RPL_E_MEMORY when that is
 * why it cannot be. */
static bool take_text(RplContext *context, uint32_t slot, RplSlice text,
                      RplValue *value, RplStatus *status) {
  RplFound found = {RPL_FOUND_TEXT, text};
  RplFactError unused;
  if (!text.data || text.length > RPL_FACT_TEXT_MAX ||
      !rpl_utf8_check(text.data, text.length, NULL) ||
      (text.length && memchr(text.data, 0, text.length)))
    return false;
  *status = rpl_facts_read(&context->facts, &context->facts.arena, slot, &found,
                           value, &unused);
  if (*status != RPL_E_FACTS)
    return *status == RPL_OK;
  *status = RPL_OK;
  return false;
}

static bool take(RplContext *context, uint32_t slot, const RplHostValue *result,
                 RplValue *value, RplStatus *status) {
  RplKind kind = (RplKind)rpl_facts_type(&context->facts, slot)->kind;
  if (result->type == RPL_C_TEXT)
    return take_text(context, slot, result->text, value, status);
  if (result->type == RPL_C_MONEY)
    return take_money(&context->facts, &result->money, value);
  if (!fits(result->type, result->integer))
    return false;
  if (kind != RPL_KIND_INTEGER)
    return take_small(kind, result->integer, value);
  *value = rpl_value_number(kind, rpl_number_from_int(result->integer));
  return true;
}

/* Puts a value that keeps its constraint; else the fact is in error. */
static RplStatus put(RplContext *context, uint32_t slot,
                     const RplValue *value) {
  RplFacts *facts = &context->facts;
  RplSlice unused;
  bool is_kept;
  RplStatus status =
      rpl_facts_check(facts, &context->arena, slot, value, &is_kept, &unused);
  if (status)
    return status == RPL_E_MEMORY ? rpl_context_short(context) : status;
  if (!is_kept) {
    fail_fact(context, slot, RPL_ERROR_PROVIDED_RANGE);
    return RPL_OK;
  }
  status = rpl_facts_put(facts, slot, value);
  if (status == RPL_OK)
    facts->slots[slot].is_provided = true;
  return status ? status : rpl_facts_settle(facts);
}

/* What an answer makes of the fact; *is_changed unless it stays missing. */
static RplStatus settle(Asking *asking, RplHostAnswer answer,
                        const RplHostValue *result, bool *is_changed) {
  RplContext *context = asking->context;
  uint32_t slot = asking->record->fact;
  RplValue value = rpl_value_none();
  RplStatus status = RPL_OK;
  *is_changed = answer != RPL_HOST_REFUSED;
  if (answer == RPL_HOST_REFUSED)
    return RPL_OK;
  bool is_value = answer == RPL_HOST_VALUE;
  bool is_none = answer == RPL_HOST_NONE &&
                 rpl_facts_type(&context->facts, slot)->optional;
  if (!is_value && !is_none) {
    fail_fact(context, slot,
              answer == RPL_HOST_NONE ? RPL_ERROR_PROVIDED_RANGE
                                      : RPL_ERROR_PROVIDER_FAILED);
    return RPL_OK;
  }
  if (is_value && !take(context, slot, result, &value, &status)) {
    if (status == RPL_OK)
      fail_fact(context, slot, RPL_ERROR_PROVIDED_RANGE);
    return status;
  }
  return put(context, slot, &value);
}

/* ---- asking ---------------------------------------------------------------
 */

static void begin_call(Asking *asking, RplContext *context, uint32_t row) {
  const RplTables *tables = &context->image->tables;
  memset(asking, 0, sizeof *asking);
  asking->context = context;
  asking->tables = tables;
  asking->record = &rpl_providers(tables)[row];
  asking->call.policy = rpl_string(tables, rpl_policy(tables)->name);
  asking->call.fact = rpl_facts_name(&context->facts, asking->record->fact);
  asking->call.symbol = rpl_string(tables, asking->record->symbol);
  asking->call.provider = row;
  asking->call.result = (RplCType)asking->record->result;
  asking->call.has_status = asking->record->flags & RPL_PROVIDER_STATUS;
}

static RplStatus ask(RplContext *context, uint32_t row, bool *is_changed) {
  RplProviding *providing = &context->providing;
  Asking asking;
  begin_call(&asking, context, row);
  Readiness ready = pass_all(&asking);
  if (ready == OUT_OF_MEMORY)
    return rpl_context_short(context);
  if (ready == NOT_YET)
    return RPL_OK;
  providing->is_asked[row] = true;
  if (ready == IN_ERROR) {
    fail_fact(context, asking.record->fact, asking.error);
    *is_changed = true;
    return RPL_OK;
  }
  RplHostValue result;
  memset(&result, 0, sizeof result);
  result.type = asking.call.result;
  RplHostAnswer answer =
      providing->host(providing->host_data, &asking.call, &result);
  result.type = asking.call.result;
  return settle(&asking, answer, &result, is_changed);
}

RplStatus rpl_providing_ask(RplContext *context, bool *is_changed) {
  RplProviding *providing = &context->providing;
  uint32_t count = rpl_providers_count(&context->image->tables);
  *is_changed = false;
  if (!providing->host)
    return RPL_OK;
  for (uint32_t row = 0; row < count && !*is_changed; row++) {
    uint32_t slot = rpl_providers(&context->image->tables)[row].fact;
    if (!providing->is_wanted[row] || providing->is_asked[row] ||
        context->facts.slots[slot].state != RPL_SLOT_ABSENT)
      continue;
    RplStatus status = ask(context, row, is_changed);
    if (status)
      return status;
  }
  if (*is_changed) /* what else is wanted shows anew */
    memset(providing->is_wanted, 0, count * sizeof(bool));
  return RPL_OK;
}

/* ---- what a policy wants --------------------------------------------------
 */

size_t rpl_program_provider_count(const RplProgram *program, size_t index) {
  return index < rpl_program_policy_count(program)
             ? rpl_providers_count(&program->policies[index].image.tables)
             : 0;
}

RplStatus rpl_program_provider(const RplProgram *program, size_t index,
                               size_t provider, RplProviderInfo *info) {
  if (provider >= rpl_program_provider_count(program, index))
    return RPL_E_NOT_FOUND;
  const RplTables *tables = &program->policies[index].image.tables;
  const RplProviderRecord *record = &rpl_providers(tables)[provider];
  const RplListRecord *pairs = rpl_lists(tables) + record->arguments;
  memset(info, 0, sizeof *info);
  info->fact = rpl_string(tables, rpl_facts(tables)[record->fact].name);
  info->symbol = rpl_string(tables, record->symbol);
  info->result = (RplCType)record->result;
  info->has_status = record->flags & RPL_PROVIDER_STATUS;
  info->argument_count = record->arguments_count / 2;
  for (size_t i = 0; i < info->argument_count; i++) {
    info->arguments[i] = (RplCType)pairs[i * 2].item;
  }
  return RPL_OK;
}
