/* SPDX-License-Identifier: Apache-2.0
 * harness.c - see harness.h. */
#include "tests/fuzz/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/arena.h"
#include "vm/json_read.h"
#include "vm/program_priv.h"
#include "vm/text.h"

void fuzz_require(bool holds, const char *promise, const char *file, int line) {
  if (holds)
    return;
  (void)fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
  abort();
}

/* ---- bytes --------------------------------------------------------------- */

uint8_t fuzz_byte(FuzzBytes *bytes) {
  if (!bytes->size)
    return 0;
  bytes->size--;
  return *bytes->data++;
}

RplSlice fuzz_line(FuzzBytes *bytes, size_t most) {
  size_t room = bytes->size < most ? bytes->size : most;
  const uint8_t *end = room ? memchr(bytes->data, '\n', room) : NULL;
  size_t length = end ? (size_t)(end - bytes->data) : room;
  RplSlice line = {(const char *)bytes->data, length};
  bytes->data += length + (end != NULL);
  bytes->size -= length + (end != NULL);
  return line;
}

/* ---- sources ------------------------------------------------------------- */

typedef struct Source {
  const char *name;
  const char *path;
  RplSlice text;
} Source;

static Source sources[] = {
    {"cms.general", "policies/cms/general.rpl", {NULL, 0}},
    {"cms.gateway", "policies/cms/gateway.rpl", {NULL, 0}},
    {"ccm.base", "policies/ccm/base.rpl", {NULL, 0}},
    {"general_evidence", "policies/general_evidence.rpl", {NULL, 0}},
    {"bases.shop", "tests/golden/diag/bases/shop.rpl", {NULL, 0}},
    {"bases.colours", "tests/golden/diag/bases/colours.rpl", {NULL, 0}},
    {"kinds", "tests/fuzz/seeds/source/kinds.rpl", {NULL, 0}},
};

#define SOURCE_COUNT (sizeof sources / sizeof *sources)

static RplSlice read_file(const char *path) {
  static char text[1 << 18];
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(text, 1, sizeof text, file) : 0;
  if (!length)
    (void)fprintf(stderr, "cannot read %s: run this in the root\n", path);
  FUZZ_REQUIRE(length > 0 && length < sizeof text);
  (void)fclose(file);
  char *copy = malloc(length);
  FUZZ_REQUIRE(copy != NULL);
  memcpy(copy, text, length);
  return (RplSlice){copy, length};
}

void fuzz_read_sources(void) {
  for (size_t i = 0; i < SOURCE_COUNT; i++)
    sources[i].text = read_file(sources[i].path);
}

RplStatus fuzz_loader(void *context, RplSlice name, RplSlice *file,
                      RplSlice *text) {
  (void)context;
  for (size_t i = 0; i < SOURCE_COUNT; i++)
    if (rpl_slice_is(name, sources[i].name)) {
      *file = rpl_slice_from(sources[i].path);
      *text = sources[i].text;
      return RPL_OK;
    }
  return RPL_E_NOT_FOUND;
}

RplSlice fuzz_source(const char *name) {
  RplSlice file, text = {NULL, 0};
  FUZZ_REQUIRE(fuzz_loader(NULL, rpl_slice_from(name), &file, &text) == RPL_OK);
  return text;
}

/* ---- promises ------------------------------------------------------------ */

void fuzz_check_text(RplSlice text) {
  FUZZ_REQUIRE(rpl_utf8_check(text.data, text.length, NULL));
}

static const RplJsonNode *parse_json(RplArena *arena, RplSlice json) {
  RplJsonLimits limits = {RPL_JSON_HARD_MAX_BYTES, 0, UINT32_MAX};
  RplJsonDoc doc;
  RplJsonError error;
  if (rpl_json_parse(arena, json, &limits, &doc, &error) == RPL_OK)
    return doc.root;
  (void)fprintf(stderr, "%s at %zu of: %.*s\n", error.text, error.offset,
                (int)json.length, json.data);
  bool is_json = false;
  FUZZ_REQUIRE(is_json);
  return NULL;
}

void fuzz_check_json(RplSlice json) {
  RplArena arena;
  rpl_arena_init(&arena, rpl_default_allocator(), 0);
  (void)parse_json(&arena, json);
  rpl_arena_clear(&arena);
}

static RplStatus collect(void *context, const char *bytes, size_t length) {
  rpl_buffer_bytes(context, bytes, length);
  return RPL_OK;
}

void fuzz_check_diags(const RplDiags *diags) {
  RplBuffer out;
  rpl_buffer_init(&out, NULL);
  for (int format = RPL_DIAG_TEXT; format <= RPL_DIAG_SARIF; format++) {
    rpl_buffer_reset(&out);
    FUZZ_REQUIRE(rpl_diags_write(diags, (RplDiagFormat)format, collect, &out) ==
                 RPL_OK);
    RplSlice rest = rpl_buffer_view(&out);
    fuzz_check_text(rest);
    if (format == RPL_DIAG_SARIF)
      fuzz_check_json(rest);
    FuzzBytes lines = {(const uint8_t *)rest.data, rest.length};
    while (format == RPL_DIAG_JSON && lines.size)
      fuzz_check_json(fuzz_line(&lines, lines.size));
  }
  rpl_buffer_clear(&out);
}

/* ---- decisions ----------------------------------------------------------- */

static void read_decision(const RplDecision *decision) {
  RplSlice text;
  FUZZ_REQUIRE(rpl_decision_outcome(decision).length > 0);
  FUZZ_REQUIRE(rpl_decision_text(decision, &text) == RPL_OK);
  fuzz_check_text(text);
  FUZZ_REQUIRE(rpl_decision_working(decision, &text) == RPL_OK);
  fuzz_check_text(text);
  FUZZ_REQUIRE(rpl_decision_json(decision, 0, &text) == RPL_OK);
  fuzz_check_json(text);
}

/* An explanation changes nothing in the decision that it explains. */
static void explain_decision(const RplDecision *decision) {
  const RplExplanation *explanation;
  uint8_t marks[64] = {0};
  RplSlice text, before, after;
  FUZZ_REQUIRE(rpl_decision_json(decision, 0, &before) == RPL_OK);
  RplStatus status = rpl_explain(decision, &explanation);
  FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_LIMIT);
  if (status)
    return;
  FUZZ_REQUIRE(rpl_explanation_text(explanation, &text) == RPL_OK);
  fuzz_check_text(text);
  FUZZ_REQUIRE(rpl_explanation_json(explanation, &text) == RPL_OK);
  fuzz_check_json(text);
  rpl_decision_cover(decision, marks, sizeof marks);
  FUZZ_REQUIRE(rpl_decision_json(decision, 0, &after) == RPL_OK);
  FUZZ_REQUIRE(rpl_slice_equal(before, after));
}

/* The text of one member of a record; another member follows it. */
static RplSlice member_text(RplSlice json, const RplJsonNode *root,
                            const char *key) {
  const RplJsonNode *node = rpl_json_member(root, rpl_slice_from(key));
  FUZZ_REQUIRE(node && node->next);
  size_t end = node->next->key_offset;
  return (RplSlice){json.data + node->offset, end - node->offset - 1};
}

static void replay(const RplProgram *program, size_t index, RplSlice record) {
  RplArena arena;
  RplContext *context;
  const RplDecision *decision;
  RplFactError error;
  RplSlice again;
  if (record.length > RPL_JSON_MAX_BYTES)
    return; /* more than a request may have */
  rpl_arena_init(&arena, rpl_default_allocator(), 0);
  const RplJsonNode *root = parse_json(&arena, record);
  RplSlice facts = member_text(record, root, "facts");
  RplSlice params = member_text(record, root, "params");
  FUZZ_REQUIRE(rpl_context_new(program, index, NULL, &context) == RPL_OK);
  error.message[0] = '\0';
  RplStatus status = rpl_params_json(context, params, &error);
  if (!status)
    status = rpl_facts_json(context, facts, 0, &error);
  if (!status)
    status = rpl_decide(context, &decision);
  if (!status)
    status = rpl_decision_json(decision, RPL_JSON_RECORD, &again);
  if (status || !rpl_slice_equal(record, again))
    (void)fprintf(stderr, "status %d (%s)\n%.*s\n%.*s\n", status, error.message,
                  (int)record.length, record.data,
                  status ? 0 : (int)again.length, status ? "" : again.data);
  FUZZ_REQUIRE(status == RPL_OK);
  FUZZ_REQUIRE(rpl_slice_equal(record, again));
  rpl_context_free(context);
  rpl_arena_clear(&arena);
}

void fuzz_decide(const RplProgram *program, size_t index, RplContext *context) {
  const RplDecision *decision;
  RplSlice record;
  RplStatus status = rpl_decide(context, &decision);
  FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_LIMIT);
  if (status)
    return;
  read_decision(decision);
  explain_decision(decision);
  FUZZ_REQUIRE(rpl_decision_json(decision, RPL_JSON_RECORD, &record) == RPL_OK);
  fuzz_check_json(record);
  replay(program, index, record);
}

/* ---- facts --------------------------------------------------------------- */

static const char *const typed[] = {"null",
                                    "true",
                                    "false",
                                    "0",
                                    "1",
                                    "-1",
                                    "60",
                                    "0.5",
                                    "1e3",
                                    "1e1200",
                                    "-1e-1000",
                                    "12345678901234567890.123456789",
                                    "USD 1.60",
                                    "JPY 0",
                                    "KWD -1.234",
                                    "1.60",
                                    "USD",
                                    "EUR",
                                    "half_even",
                                    "ceiling",
                                    "+08:00",
                                    "-23:59",
                                    "UTC",
                                    "2026-03-02",
                                    "0001-01-01",
                                    "9999-12-31",
                                    "2026-03-02T09:30:00Z",
                                    "0001-01-01T00:00:00Z",
                                    "9999-12-31T23:59:59.999999Z",
                                    "7d",
                                    "-1d12h",
                                    "1us",
                                    "",
                                    "a text of some length"};

#define TYPED_COUNT (sizeof typed / sizeof *typed)

/* One that a fact of the kind takes. */
static const char *simple_text(uint32_t kind) {
  static const char *const simple[RPL_KIND_COUNT] = {
      "",         "true", "3",          "2.5",
      "USD 1.60", "text", "2026-03-02", "2026-03-02T09:30:00Z",
      "7d",       "",     "half_up",    "USD",
      "+08:00",   ""};
  return simple[kind];
}

static RplSlice value_of_enum(const RplTables *tables, uint32_t detail,
                              uint8_t choice) {
  const RplEnumRecord *record = &rpl_enums(tables)[detail];
  uint32_t at = record->first + (record->count ? choice % record->count : 0);
  if (!record->count)
    return (RplSlice){NULL, 0};
  return rpl_string(tables, rpl_enumerators(tables)[at].name);
}

static void give(RplContext *context, const RplTables *tables, uint32_t slot,
                 RplSlice value) {
  const RplFactRecord *fact = &rpl_facts(tables)[slot];
  RplSlice name = rpl_string(tables, fact->name);
  RplFactError error;
  RplStatus status = fact->flags & RPL_FACT_PARAM
                         ? rpl_param_text(context, name, value, &error)
                         : rpl_facts_text(context, name, value, &error);
  FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_FACTS);
  if (status)
    fuzz_check_text((RplSlice){error.message, strlen(error.message)});
}

/* LIMIT: facts that are given to programs with thousands of them. */
#define MOST_GIVEN 300u

static void give_simple(RplContext *context, const RplTables *tables) {
  for (uint32_t i = 0; i < rpl_facts_count(tables) && i < MOST_GIVEN; i++) {
    const RplTypeRecord *type = &rpl_types(tables)[rpl_facts(tables)[i].type];
    RplSlice value = rpl_slice_from(simple_text(type->kind));
    if (type->kind == RPL_KIND_ENUM || type->kind == RPL_KIND_SET)
      value = value_of_enum(tables, type->detail, 0);
    give(context, tables, i, value);
  }
}

/* A byte chooses the text of each fact: none, typical, its own, or raw bytes.
 */
static void give_chosen(RplContext *context, const RplTables *tables,
                        FuzzBytes *bytes) {
  for (uint32_t i = 0; i < rpl_facts_count(tables) && i < MOST_GIVEN; i++) {
    const RplTypeRecord *type = &rpl_types(tables)[rpl_facts(tables)[i].type];
    bool has_words = type->kind == RPL_KIND_ENUM || type->kind == RPL_KIND_SET;
    uint8_t choice = fuzz_byte(bytes);
    if (choice % 16 == 15)
      give(context, tables, i, fuzz_line(bytes, 40));
    else if (has_words && choice % 4)
      give(context, tables, i, value_of_enum(tables, type->detail, choice / 4));
    else if (choice % 4 == 1)
      give(context, tables, i, rpl_slice_from(simple_text(type->kind)));
    else if (choice % 4)
      give(context, tables, i, rpl_slice_from(typed[choice % TYPED_COUNT]));
  }
}

/* ---- programs ------------------------------------------------------------ */

static void describe(const RplProgram *program, size_t index) {
  RplBuffer out;
  RplFactInfo info;
  size_t found;
  RplSlice name = rpl_program_policy_name(program, index);
  FUZZ_REQUIRE(rpl_program_find(program, name, &found) == RPL_OK);
  FUZZ_REQUIRE(found == index);
  for (size_t i = 0; i < rpl_program_fact_count(program, index); i++) {
    FUZZ_REQUIRE(rpl_program_fact(program, index, i, &info) == RPL_OK);
    fuzz_check_text(info.name);
    fuzz_check_text(info.type);
    fuzz_check_text(info.describe);
  }
  rpl_buffer_init(&out, NULL);
  FUZZ_REQUIRE(rpl_program_disassemble(program, index, collect, &out) ==
               RPL_OK);
  fuzz_check_text(rpl_buffer_view(&out));
  rpl_buffer_reset(&out);
  FUZZ_REQUIRE(rpl_program_facts_schema(program, index, collect, &out) ==
               RPL_OK);
  fuzz_check_json(rpl_buffer_view(&out));
  rpl_buffer_clear(&out);
}

static void read_outputs(RplContext *context, const RplTables *tables) {
  for (uint32_t i = 0; i < rpl_outputs_count(tables) && i < 20; i++) {
    RplOutputValue value;
    RplSlice name = rpl_string(tables, rpl_outputs(tables)[i].name);
    RplStatus status = rpl_output_value(context, name, &value);
    FUZZ_REQUIRE(status == RPL_OK || status == RPL_E_LIMIT ||
                 status == RPL_E_NOT_FOUND);
    if (status)
      continue;
    fuzz_check_text(value.text);
    fuzz_check_text(value.cause);
  }
}

static void exercise(const RplProgram *program, size_t index,
                     FuzzBytes *bytes) {
  const RplTables *tables = &rpl_program_image(program, index)->tables;
  RplContext *context;
  describe(program, index);
  FUZZ_REQUIRE(rpl_context_new(program, index, NULL, &context) == RPL_OK);
  fuzz_decide(program, index, context);
  give_simple(context, tables);
  fuzz_decide(program, index, context);
  read_outputs(context, tables);
  rpl_facts_clear(context);
  rpl_params_clear(context);
  give_chosen(context, tables, bytes);
  fuzz_decide(program, index, context);
  rpl_context_free(context);
}

void fuzz_exercise(const RplProgram *program, FuzzBytes bytes) {
  size_t count = rpl_program_policy_count(program);
  FUZZ_REQUIRE(count > 0);
  for (size_t i = 0; i < count && i < 4; i++)
    exercise(program, i, &bytes);
}
