/* SPDX-License-Identifier: Apache-2.0
 * agreement.c - random facts, and what each engine makes of them. See
 * agreement.h. */
#include "tests/support/agreement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/agreement_batch.h"
#include "vm/answer.h"
#include "vm/civil.h"
#include "vm/context.h"
#include "vm/fast.h"
#include "vm/program_priv.h"

#define MAX_SLOTS 256
#define MAX_POOL  512

/* xorshift64* */
uint64_t random_below(Random *random, uint64_t below) {
  uint64_t state = random->state ? random->state : 88172645463325252u;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  random->state = state;
  return (state * UINT64_C(2685821657736338717) >> 11) % below;
}

/* ---- values ------------------------------------------------------------- */

/* One request. */
typedef struct Request {
  bool is_wide; /* most numbers are large, for products past 2^63 and 2^127 */
  int64_t values[MAX_SLOTS];
  uint64_t given[MAX_SLOTS / 64], none[MAX_SLOTS / 64];
  RplSlice texts[MAX_SLOTS];
  RplSlotFacts facts;
} Request;

/* What a policy compares with: values near these are the ones that tell. */
typedef struct Pool {
  const RplImage *image;
  const RplConstant *rows[MAX_POOL];
  uint32_t count;
} Pool;

static void fill_pool(Pool *pool, const RplImage *image) {
  pool->image = image;
  pool->count = rpl_constants_count(&image->tables);
  if (pool->count > MAX_POOL)
    pool->count = MAX_POOL;
  for (uint32_t i = 0; i < pool->count; i++)
    pool->rows[i] = &image->constants[i];
}

static RplKind kind_of(const Pool *pool, const RplConstant *constant) {
  return (RplKind)rpl_types(&pool->image->tables)[constant->type].kind;
}

/* A constant of the kind, or NULL. */
static const RplConstant *pick_constant(const Pool *pool, Random *random,
                                        RplKind kind) {
  for (int tries = 0; tries < 8 && pool->count; tries++) {
    const RplConstant *row = pool->rows[random_below(random, pool->count)];
    bool fits =
        kind_of(pool, row) == kind ||
        (rpl_kind_is_numeric(kind) && rpl_kind_is_numeric(kind_of(pool, row)));
    if (fits && !row->is_none)
      return row;
  }
  return NULL;
}

static int64_t edge(Random *random) {
  static const int64_t edges[] = {0,
                                  1,
                                  -1,
                                  2,
                                  INT64_C(1) << 31,
                                  (INT64_C(1) << 31) - 1,
                                  -(INT64_C(1) << 31),
                                  INT64_C(1) << 52,
                                  (INT64_C(1) << 53) + 1,
                                  INT64_C(1) << 62,
                                  INT64_MAX,
                                  INT64_MAX - 1,
                                  INT64_MIN,
                                  INT64_MIN + 1,
                                  INT64_C(3037000500)};
  return edges[random_below(random, sizeof edges / sizeof edges[0])];
}

/* A power of two or a number beside it, of either sign. */
static int64_t power(Random *random) {
  uint64_t word =
      (UINT64_C(1) << random_below(random, 64)) - 1 + random_below(random, 3);
  return (int64_t)(random_below(random, 4) ? word : 0 - word);
}

static int64_t amount_word(Random *random, const Pool *pool, RplKind kind,
                           unsigned places) {
  const RplConstant *near = pick_constant(pool, random, kind);
  int64_t word = 0, scale = 1;
  for (unsigned i = 0; i < places; i++)
    scale *= 10;
  switch (random_below(random, 16)) {
  case 0:
    return edge(random);
  case 1:
  case 2:
  case 3:
  case 4:
    if (near && rpl_number_to_scaled(near->number, places, &word))
      return word + (int64_t)random_below(random, 3) - 1;
    break;
  case 5:
    return (int64_t)random_below(random, UINT64_C(1) << 40);
  case 6:
    return -(int64_t)random_below(random, 1000);
  case 7:
  case 8: /* not a multiple of the scale */
    return (int64_t)random_below(random, 3000000);
  default:
    break;
  }
  return (int64_t)random_below(random, 400) * scale;
}

static int64_t time_word(Random *random, const Pool *pool, RplKind kind) {
  const RplConstant *near = pick_constant(pool, random, kind);
  int64_t day = kind == RPL_KIND_DATE ? 1 : RPL_DAY_MICROS;
  int64_t word = kind == RPL_KIND_DURATION ? 0 : 20000 * day;
  int64_t low = kind == RPL_KIND_DATE ? RPL_DATE_MIN : RPL_DATETIME_MIN;
  int64_t high = kind == RPL_KIND_DATE ? RPL_DATE_MAX : RPL_DATETIME_MAX;
  switch (random_below(random, 8)) {
  case 0:
    word = near ? near->integer : word;
    break;
  case 1:
    word += (int64_t)random_below(random, 3) - 1;
    break;
  case 2:
    word += (int64_t)random_below(random, (uint64_t)(20 * day) + 1);
    break;
  default:
    word += ((int64_t)random_below(random, 40) - 10) * day;
    break;
  }
  if (!random_below(random, 200))
    word = random_below(random, 2) ? low : high;
  return word;
}

/* ---- requests ----------------------------------------------------------- */

static void set_bit(uint64_t *mask, uint32_t slot) {
  mask[slot / 64] |= UINT64_C(1) << (slot % 64);
}

static void draw_value(Random *random, const Pool *pool, uint32_t slot,
                       Request *request) {
  const RplTables *tables = &pool->image->tables;
  const RplFactRecord *fact = &rpl_facts(tables)[slot];
  const RplTypeRecord *type = &rpl_types(tables)[fact->type];
  RplKind kind = (RplKind)type->kind;
  const RplConstant *text;
  int64_t *word = &request->values[slot];
  switch (kind) {
  case RPL_KIND_BOOLEAN:
    *word = (int64_t)random_below(random, 2);
    return;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
    if (request->is_wide && random_below(random, 4)) {
      *word = power(random);
      return;
    }
    *word = amount_word(random, pool, kind, fact->places);
    return;
  case RPL_KIND_MONEY:
    if (request->is_wide && random_below(random, 4)) {
      *word = power(random);
      return;
    }
    *word = amount_word(
        random, pool, kind,
        (unsigned)rpl_currency_digits((RplCurrency)request->facts.currency));
    return;
  case RPL_KIND_ENUM:
    *word =
        (int64_t)random_below(random, rpl_enums(tables)[type->detail].count);
    return;
  case RPL_KIND_SET:
    *word = (int64_t)random_below(
        random, UINT64_C(1) << (rpl_enums(tables)[type->detail].count % 64));
    return;
  case RPL_KIND_DATE:
  case RPL_KIND_DATETIME:
  case RPL_KIND_DURATION:
    *word = time_word(random, pool, kind);
    return;
  case RPL_KIND_TEXT:
    text = pick_constant(pool, random, kind);
    request->texts[slot] = text && random_below(random, 4)
                               ? text->text
                               : rpl_slice_from("some other text");
    *word = rpl_slot_text(&request->texts[slot]);
    return;
  default:
    return;
  }
}

/* `holes`: one fact in so many is not given. */
static void draw_request(Random *random, const Pool *pool, uint64_t holes,
                         Request *request) {
  static const char *const currencies[] = {"USD", "USD", "USD",
                                           "JPY", "KWD", "EUR"};
  const RplTables *tables = &pool->image->tables;
  memset(request, 0, sizeof *request);
  request->is_wide = !random_below(random, 8);
  request->facts =
      (RplSlotFacts){request->values, request->given, request->none, NULL,
                     rpl_slot_currency(currencies[random_below(random, 6)])};
  for (uint32_t slot = 0; slot < rpl_facts_count(tables); slot++) {
    const RplFactRecord *fact = &rpl_facts(tables)[slot];
    const RplTypeRecord *type = &rpl_types(tables)[fact->type];
    if ((fact->flags & RPL_FACT_PARAM) || !random_below(random, holes))
      continue;
    bool is_held = type->kind <= RPL_KIND_ENUM || type->kind == RPL_KIND_SET ||
                   type->kind == RPL_KIND_CURRENCY;
    if (type->optional && !random_below(random, 5))
      set_bit(request->none, slot);
    else if (is_held)
      set_bit(request->given, slot);
    draw_value(random, pool, slot, request);
  }
}

/* ---- comparing ---------------------------------------------------------- */

static void print_request(const RplImage *image, const Request *request) {
  const RplTables *tables = &image->tables;
  for (uint32_t slot = 0; slot < rpl_facts_count(tables); slot++) {
    RplSlice name = rpl_string(tables, rpl_facts(tables)[slot].name);
    bool is_given = request->given[slot / 64] >> (slot % 64) & 1;
    bool is_none = request->none[slot / 64] >> (slot % 64) & 1;
    if (is_given || is_none)
      (void)fprintf(stderr, "  %.*s = %s%" PRId64 "\n", (int)name.length,
                    name.data, is_given ? "" : "none ", request->values[slot]);
  }
}

static void print_verdict(const char *engine, const RplVerdict *verdict) {
  (void)fprintf(stderr,
                "%s: outcome %u rule %u flags %u amount %" PRId64
                " deadline %" PRId64 " currency %u\n",
                engine, verdict->outcome, verdict->rule, verdict->flags,
                verdict->amount, verdict->deadline, verdict->currency);
}

static bool is_same(const RplVerdict *left, const RplVerdict *right) {
  return left->outcome == right->outcome && left->rule == right->rule &&
         (left->flags & ~RPL_VERDICT_CAREFUL) ==
             (right->flags & ~RPL_VERDICT_CAREFUL) &&
         left->amount == right->amount && left->deadline == right->deadline &&
         left->currency == right->currency;
}

typedef struct Match {
  const RplImage *image;
  RplContext *careful, *fast;
  Agreement *agreement;
  Gathered *gathered; /* NULL: no batch is made of the requests */
  bool is_text[MAX_SLOTS];
} Match;

static bool differ(const Match *match, const Request *request,
                   const char *engine, const RplVerdict *expected,
                   const RplVerdict *found) {
  (void)fprintf(stderr, "the engines differ:\n");
  print_verdict("careful", expected);
  print_verdict(engine, found);
  print_request(match->image, request);
  return false;
}

/* What a number or amount is in a slot's units; true when the event says so, or
 * when it is too large for an event. */
static bool is_number_told(const RplValue *value, const RplTraceEvent *event) {
  RplArena arena;
  RplNumber told, scale = rpl_number_from_int(1), number = value->as.number;
  bool is_fit = event->divisor > 0 && event->high == -(event->value < 0);
  int digits = value->kind == RPL_KIND_MONEY && value->currency
                   ? rpl_currency_digits(value->currency)
                   : 0;
  rpl_arena_init(&arena, NULL, 0);
  for (int i = 0; i < digits; i++)
    scale.num *= 10;
  bool is_told =
      !is_fit ||
      (rpl_number_mul(&arena, number, scale, &number) == RPL_NUMBER_OK &&
       rpl_number_from_ratio(&arena, event->value, event->divisor, &told) ==
           RPL_NUMBER_OK &&
       rpl_number_equal(number, told));
  rpl_arena_clear(&arena);
  return is_told;
}

/* Whether the careful engine came to the same at the event's instruction. */
static bool is_told(const Match *match, const RplTraceEvent *event) {
  const RplValue *value = rpl_careful_value(
      &match->careful->careful, RPL_OPERAND(RPL_SPACE_TEMP, event->row));
  if (event->kind != RPL_TRACE_VALUE && event->kind != RPL_TRACE_TRUTH)
    return true;
  if (value->state != RPL_STATE_KNOWN)
    return false;
  if (value->kind == RPL_KIND_MONEY ||
      rpl_kind_is_numeric((RplKind)value->kind))
    return is_number_told(value, event);
  return value->kind == RPL_KIND_TEXT || value->as.integer == event->value;
}

static bool match_trace(const Match *match, const Request *request) {
  RplTraceEvent event;
  size_t count = rpl_trace_count(match->fast);
  for (size_t i = 0; i < count; i++) {
    if (rpl_trace_event(match->fast, i, &event) == RPL_OK &&
        is_told(match, &event))
      continue;
    (void)fprintf(stderr,
                  "the trace differs: step %zu kind %d row %u value %" PRId64
                  " high %" PRId64 " divisor %" PRId64 "\n",
                  i, (int)event.kind, event.row, event.value, event.high,
                  event.divisor);
    print_request(match->image, request);
    return false;
  }
  return true;
}

/* The facts of the careful context as one object; numbers and, where a fact
 * names their currency, amounts in both forms. */
static void write_facts(const RplContext *context, RplBuffer *json) {
  const RplFacts *facts = &context->facts;
  const RplTables *tables = &context->image->tables;
  rpl_buffer_byte(json, '{');
  for (uint32_t slot = 0; slot < facts->count; slot++) {
    const RplValue *value = &facts->given[slot];
    if ((rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM) ||
        facts->slots[slot].state == RPL_SLOT_ABSENT)
      continue;
    rpl_buffer_text(json, json->length > 1 ? ",\"" : "\"");
    rpl_buffer_slice(json, rpl_facts_name(facts, slot));
    rpl_buffer_text(json, "\":");
    if (rpl_kind_is_numeric((RplKind)value->kind) && slot % 2)
      rpl_value_write_plain(json, tables, value, RPL_MONEY_FULL);
    else
      rpl_value_write_json(json, tables, value,
                           rpl_facts_currency_given(facts) && slot % 3
                               ? RPL_MONEY_BARE
                               : RPL_MONEY_FULL);
  }
  rpl_buffer_byte(json, '}');
}

/* Whether rpl_answer_json gives the bytes of the careful decision. */
static bool match_answer(const Match *match, const Request *request) {
  const RplDecision *decision;
  RplSlice expected = {NULL, 0}, found = {NULL, 0};
  RplBuffer json;
  rpl_buffer_init(&json, NULL);
  write_facts(match->careful, &json);
  bool is_good = !json.is_failed &&
                 rpl_decide(match->careful, &decision) == RPL_OK &&
                 rpl_decision_json(decision, 0, &expected) == RPL_OK &&
                 rpl_answer_json(match->fast, rpl_buffer_view(&json), 0, 0,
                                 &found, NULL) == RPL_OK &&
                 rpl_slice_equal(expected, found);
  match->agreement->filled +=
      match->fast->answers && found.data == match->fast->answers->out.data;
  if (!is_good) {
    (void)fprintf(stderr, "answers differ:\n%.*s\n%.*s\n%.*s\n",
                  (int)json.length, json.data, (int)expected.length,
                  expected.data, (int)found.length, found.data);
    print_request(match->image, request);
  }
  rpl_buffer_clear(&json);
  return is_good;
}

static bool match_request(const Match *match, const Request *request) {
  RplVerdict expected, found;
  const RplLowered *lowered = rpl_fast_form(match->fast);
  RplStatus status =
      rpl_decide_slots(match->careful, &request->facts, &expected);
  if (status) {
    (void)fprintf(stderr, "the careful engine fails: %s\n",
                  rpl_status_name(status));
    print_request(match->image, request);
    return false;
  }
  match->agreement->pairs++;
  if (!match_answer(match, request))
    return false;
  if (match->gathered)
    gather_add(match->gathered, &request->facts, match->is_text, &expected);
  if (!lowered)
    return true;
  if (rpl_fast_decide(match->fast, &request->facts, &found)) {
    match->agreement->fast++;
    if (!is_same(&expected, &found))
      return differ(match, request, "fast", &expected, &found);
  } else {
    match->agreement->stopped++;
  }
  if (rpl_gate_opens(&lowered->gate, &request->facts))
    match->agreement->joined++;
  if (rpl_trace_slots(match->fast, &request->facts, &found) == RPL_OK &&
      !is_same(&expected, &found))
    return differ(match, request, "traced", &expected, &found);
  return (found.flags & RPL_VERDICT_CAREFUL) || match_trace(match, request);
}

/* Other values for boolean and enumerated params. */
static void draw_params(Random *random, const Match *match) {
  const RplTables *tables = &match->image->tables;
  for (uint32_t slot = 0; slot < rpl_facts_count(tables); slot++) {
    const RplFactRecord *fact = &rpl_facts(tables)[slot];
    const RplTypeRecord *type = &rpl_types(tables)[fact->type];
    RplSlice name = rpl_string(tables, fact->name), value;
    if (!(fact->flags & RPL_FACT_PARAM) || random_below(random, 3))
      continue;
    if (type->kind == RPL_KIND_BOOLEAN) {
      value = rpl_slice_from(random_below(random, 2) ? "true" : "false");
    } else if (type->kind == RPL_KIND_ENUM) {
      const RplEnumRecord *values = &rpl_enums(tables)[type->detail];
      uint32_t row =
          values->first + (uint32_t)random_below(random, values->count);
      value = rpl_string(tables, rpl_enumerators(tables)[row].name);
    } else {
      continue;
    }
    if (rpl_param_text(match->careful, name, value, NULL) ||
        rpl_param_text(match->fast, name, value, NULL))
      continue;
  }
}

static void begin_batch(Match *match) {
  static Gathered gathered;
  const RplTables *tables = &match->image->tables;
  match->gathered = &gathered;
  gather_begin(&gathered, rpl_facts_count(tables));
  for (uint32_t slot = 0; slot < gathered.slot_count; slot++)
    match->is_text[slot] =
        rpl_types(tables)[rpl_facts(tables)[slot].type].kind == RPL_KIND_TEXT;
}

/* Decides what came so far as a batch, then goes on with other params. */
static bool end_batch(const Match *match, Random *random) {
  bool is_good = gather_decide(match->gathered, match->fast);
  draw_params(random, match);
  return is_good;
}

bool agreement_facts(const RplProgram *program, size_t index, Random *random,
                     uint64_t count, Agreement *agreement) {
  static Request request;
  static Pool pool;
  Match match = {.image = rpl_program_image(program, index),
                 .agreement = agreement};
  bool is_good = rpl_facts_count(&match.image->tables) <= MAX_SLOTS;
  fill_pool(&pool, match.image);
  if (!is_good || rpl_context_make(match.image, 0, NULL, &match.careful) ||
      rpl_context_new(program, index, NULL, &match.fast)) {
    rpl_context_free(match.careful);
    return false;
  }
  begin_batch(&match);
  for (uint64_t i = 0; i < count && is_good; i++) {
    if (i % GATHER_ROWS == GATHER_ROWS - 1)
      is_good = end_batch(&match, random);
    draw_request(random, &pool, i % 4 == 3 ? 6 : 400, &request);
    is_good = is_good && match_request(&match, &request);
  }
  is_good = is_good && end_batch(&match, random);
  rpl_context_free(match.careful);
  rpl_context_free(match.fast);
  return is_good;
}

/* ---- requests in JSON ---------------------------------------------------- */

/* The slots of what a context read; false when one does not hold its fact. */
static bool take_slots(const RplContext *context, Request *request) {
  const RplFacts *facts = &context->facts;
  RplCurrency currency = rpl_facts_currency(facts);
  memset(request, 0, sizeof *request);
  for (uint32_t slot = 0; slot < facts->count && slot < MAX_SLOTS; slot++) {
    const RplSlot *from = &facts->slots[slot];
    const RplValue *value = &facts->values[slot];
    if ((rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM) ||
        from->state == RPL_SLOT_ABSENT)
      continue;
    set_bit(from->state == RPL_SLOT_NONE ? request->none : request->given,
            slot);
    request->values[slot] = from->integer;
    if (value->state == RPL_STATE_KNOWN && value->kind == RPL_KIND_TEXT) {
      request->texts[slot] = value->as.text;
      request->values[slot] = rpl_slot_text(&request->texts[slot]);
    } else if (from->state != RPL_SLOT_NONE && !from->fits) {
      return false;
    }
    if (from->currency && from->currency != currency)
      return false;
  }
  request->facts = (RplSlotFacts){request->values, request->given,
                                  request->none, NULL, currency};
  return facts->count <= MAX_SLOTS;
}

bool agreement_json(const RplProgram *program, size_t index, RplSlice json,
                    Agreement *agreement) {
  static Request request;
  Match match = {.image = rpl_program_image(program, index),
                 .agreement = agreement};
  RplContext *reader = NULL;
  RplFactError error = {.message = "no memory"};
  bool is_good =
      rpl_context_make(match.image, 0, NULL, &reader) == RPL_OK &&
      rpl_context_make(match.image, 0, NULL, &match.careful) == RPL_OK &&
      rpl_context_new(program, index, NULL, &match.fast) == RPL_OK &&
      rpl_facts_json(reader, json, 0, &error) == RPL_OK &&
      rpl_facts_settle(&reader->facts) == RPL_OK;
  if (!is_good)
    (void)fprintf(stderr, "%s\n", error.message);
  if (is_good && take_slots(reader, &request))
    is_good = match_request(&match, &request) &&
              match_answer(&match, &request); /* now by the form */
  else
    agreement->refused++;
  rpl_context_free(reader);
  rpl_context_free(match.careful);
  rpl_context_free(match.fast);
  return is_good;
}

/* ---- generated policies -------------------------------------------------- */

static bool compile(RplCompiler *compiler, RplSlice text, RplSlice *bytes) {
  return rpl_compiler_add(compiler, rpl_slice_from("p.rpl"), rpl_slice_from(""),
                          text) == RPL_OK &&
         rpl_compiler_build(compiler, 0, bytes) == RPL_OK;
}

bool agreement_generated(Random *random, uint64_t count, Agreement *agreement) {
  RplCompiler *compiler = NULL;
  RplProgram *program = NULL;
  RplBuffer text;
  RplSlice bytes;
  bool is_good = true;
  rpl_buffer_init(&text, NULL);
  agreement_policy(random, &text);
  RplSlice source = rpl_buffer_view(&text);
  if (rpl_compiler_new(NULL, NULL, NULL, &compiler) == RPL_OK &&
      compile(compiler, source, &bytes) &&
      rpl_program_load(bytes.data, bytes.length, NULL, NULL, &program, NULL) ==
          RPL_OK)
    is_good = agreement_facts(program, 0, random, count, agreement);
  else
    agreement->refused++;
  if (!is_good)
    (void)fprintf(stderr, "%.*s\n", (int)source.length, source.data);
  rpl_program_free(program);
  rpl_compiler_free(compiler);
  rpl_buffer_clear(&text);
  return is_good;
}
