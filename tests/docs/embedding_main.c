/* SPDX-License-Identifier: Apache-2.0
 *
 * embedding_main.c - runs the functions of docs/embedding.md, which
 * tests/docs/listings.py puts in front of it. Expected values are by hand. */
#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                  \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

static const char base_text[] =
    "edition 1;\n"
    "policy shop.base \"What holds for all\";\n"
    "fact unused : boolean \"nothing was used\";\n"
    "fact fee : money >= 0 \"what was paid\";\n"
    "fact paid_at : datetime \"when it was paid\";\n";
static const char policy_text[] =
    "edition 1;\n"
    "policy shop.refund \"Refunds\";\n"
    "extends shop.base;\n"
    "full_refund untouched if unused and paid_at >= 2026-01-01T00:00:00Z\n"
    "  because \"Nothing was used.\";\n"
    "amount = fee for full_refund;\n"
    "otherwise blocked because \"It was used.\";\n";
static const char wrong_text[] = "edition 1;\n"
                                 "policy shop.wrong \"Refunds\";\n"
                                 "full_refund a if unsued because \"x\";\n"
                                 "amount = USD 1;\n";

static const Module module_table[] = {
    {"shop.base", "shop/base.rpl", base_text}};
static const Modules known_modules = {module_table, 1};

static const char *contents(FILE *file) {
  static char text[4096];
  rewind(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  return text;
}

static RplProgram *compiled(void) {
  RplProgram *program = NULL;
  FILE *out = tmpfile();
  CHECK(out && compile(&known_modules, "shop/refund.rpl", policy_text, &program,
                       out) == RPL_OK);
  fclose(out);
  return program;
}

static void check_compile(void) {
  RplProgram *program = NULL;
  FILE *out = tmpfile();
  CHECK(out && compile(&known_modules, "shop/wrong.rpl", wrong_text, &program,
                       out) == RPL_E_COMPILE);
  /* `unsued` stands in line 3, after sixteen characters. */
  CHECK(strstr(contents(out), "shop/wrong.rpl:3:18: error E"));
  CHECK(program == NULL);
  fclose(out);
}

static void check_load(void) {
  RplProgram *program = compiled();
  RplProgram *none = NULL;
  uint8_t digests[1][32];
  rpl_program_digest(program, 0, digests[0]);
  CHECK(load_approved("RPLB", 4, (const uint8_t(*)[32])digests, 1, &none) ==
        RPL_E_PROGRAM);
  CHECK(none == NULL);
  rpl_program_free(program);
}

static void check_decide(void) {
  RplProgram *program = compiled();
  RplContext *context = NULL;
  RplFactError error;
  Slots slots;
  int64_t cents = -1;
  FILE *out = tmpfile();
  Order order = {true, 160, 1772443800000000}; /* 2026-03-02T09:30:00Z */
  CHECK(find_slots(program, 0, &slots) == RPL_OK);
  CHECK(rpl_context_new(program, 0, NULL, &context) == RPL_OK);
  rpl_program_free(program);
  CHECK(set_order(context, &slots, &order, &error) == RPL_OK);
  CHECK(out && pay(context, &cents, out) == RPL_OK);
  CHECK(cents == 160);
  CHECK(strcmp(contents(out), "full_refund untouched\n") == 0);
  CHECK(rpl_facts_unset_at(context, slots.unused, &error) == RPL_OK);
  CHECK(pay(context, &cents, out) == RPL_OK && cents == 0);
  CHECK(strstr(contents(out), "needs_info untouched ?unused\n"));
  order.fee_cents = -1; /* breaks its bound: not given, and asked for */
  CHECK(set_order(context, &slots, &order, &error) == RPL_OK);
  CHECK(pay(context, &cents, out) == RPL_OK && cents == 0);
  CHECK(strstr(contents(out), " ?fee\n"));
  rpl_context_free(context);
  fclose(out);
}

static void check_why_and_again(void) {
  RplProgram *program = compiled();
  RplContext *context = NULL;
  const RplDecision *decision = NULL;
  RplSlice record = {NULL, 0};
  FILE *out = tmpfile();
  CHECK(rpl_context_new(program, 0, NULL, &context) == RPL_OK);
  CHECK(rpl_facts_json(context,
                       slice("{\"unused\": false, \"fee\": \"USD 1\"}"), 0,
                       NULL) == RPL_OK);
  CHECK(out && explain(context, out) == RPL_OK);
  CHECK(strstr(contents(out), "unused"));
  CHECK(rpl_decide(context, &decision) == RPL_OK);
  CHECK(rpl_decision_json(decision, RPL_JSON_RECORD, &record) == RPL_OK);
  CHECK(is_reproducible(program, record));
  CHECK(!is_reproducible(program, slice("{}")));
  rpl_context_free(context);
  rpl_program_free(program);
  fclose(out);
}

static void check_zones(void) {
  RplProgram *program = NULL;
  CHECK(load_without_files("RPLB", 4, &program) == RPL_E_PROGRAM);
  CHECK(no_zone(NULL, slice("UTC"), NULL, 0, NULL) == RPL_E_NOT_FOUND);
}

/* Orders 0 and 2 were not used and are paid back; 1 was used; 3 was paid before
 * the year that the rule asks for. */
static void check_batch(void) {
  const uint8_t unused[] = {1, 0, 1, 1};
  const int64_t fees[] = {160, 200, 5, 300};
  const int64_t paid[] = {1772443800000000, 1772443800000000, 1772443800000000,
                          1000000};
  int64_t amounts[4] = {-1, -1, -1, -1};
  RplProgram *program = compiled();
  RplContext *context = NULL;
  Slots slots;
  CHECK(find_slots(program, 0, &slots) == RPL_OK);
  CHECK(rpl_context_new(program, 0, NULL, &context) == RPL_OK);
  CHECK(decide_orders(context, &slots, 4, unused, fees, paid, amounts) ==
        RPL_OK);
  CHECK(amounts[0] == 160 && amounts[1] == 0 && amounts[2] == 5 &&
        amounts[3] == 0);
  rpl_context_free(context);
  rpl_program_free(program);
}

static void check_replace(void) {
  Decider decider = {NULL, 0};
  const RplDecision *decision = NULL;
  replace_program(compiled());
  CHECK(refresh(&decider) == RPL_OK);
  RplContext *first = decider.context;
  CHECK(refresh(&decider) == RPL_OK && decider.context == first);
  replace_program(compiled());
  CHECK(rpl_decide(first, &decision) == RPL_OK); /* of the old program still */
  CHECK(refresh(&decider) == RPL_OK && decider.generation == 2);
  CHECK(rpl_decide(decider.context, &decision) == RPL_OK);
  rpl_context_free(decider.context);
  replace_program(NULL);
}

static void check_budget(void) {
  RplProgram *program = compiled();
  RplContext *context = NULL;
  Budget none = {100}, plenty = {1 << 20};
  RplAllocator small = {spend, &none}, large = {spend, &plenty};
  CHECK(rpl_context_new(program, 0, &small, &context) == RPL_E_MEMORY);
  CHECK(none.left == 100);
  CHECK(rpl_context_new(program, 0, &large, &context) == RPL_OK);
  CHECK(plenty.left < 1 << 20);
  rpl_context_free(context);
  CHECK(plenty.left == 1 << 20);
  rpl_program_free(program);
}

static void check_provider(void) {
  static const char text[] =
      "edition 1;\n"
      "policy shop.refund \"Refunds\";\n"
      "fact account : text;\n"
      "fact points : integer\n"
      "  provider \"int64_t bonus_points(const char *account, int *s)\";\n"
      "informational much if points == 70;\n"
      "otherwise manual_review;\n";
  RplProgram *program = NULL;
  RplContext *context = NULL;
  RplFfi *ffi = NULL;
  const RplDecision *decision = NULL;
  FILE *out = tmpfile();
  CHECK(out && compile(&known_modules, "shop/refund.rpl", text, &program,
                       out) == RPL_OK);
  CHECK(grant_all(program, 0, &ffi) == RPL_OK);
  CHECK(rpl_context_new(program, 0, NULL, &context) == RPL_OK);
  connect_host(context, ffi);
  CHECK(rpl_facts_text(context, slice("account"), slice("A-1"), NULL) ==
        RPL_OK);
  CHECK(rpl_decide(context, &decision) == RPL_OK);
  CHECK(rpl_decision_outcome(decision).length == strlen("informational"));
  rpl_facts_clear(context);
  CHECK(rpl_facts_text(context, slice("account"), slice("B-2"), NULL) ==
        RPL_OK);
  CHECK(rpl_decide(context, &decision) == RPL_OK);
  CHECK(rpl_decision_error(decision).code.length == strlen("provider_failed"));
  rpl_context_free(context);
  rpl_ffi_free(ffi);
  rpl_program_free(program);
  fclose(out);
}

int main(void) {
  check_compile();
  check_load();
  check_decide();
  check_why_and_again();
  check_zones();
  check_batch();
  check_replace();
  check_budget();
  check_provider();
  return 0;
}
