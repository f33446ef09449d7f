/* SPDX-License-Identifier: Apache-2.0
 * test_provider.c - facts that a host supplies: when it is asked, how values go
 * there and back through libffi, what errors become, and what a record keeps.
 * Expected decisions follow from the rules of rpl/provider.h by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "rpl/rpl.h"
#include "tests/support/load_policy.h"
#include "tests/support/short_memory.h"

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static bool is(RplSlice text, const char *expected) {
  return text.length == strlen(expected) &&
         (text.length == 0 || memcmp(text.data, expected, text.length) == 0);
}

/* A policy with a context and what its functions are granted by. */
typedef struct Bench {
  RplProgram *program;
  RplContext *context;
  RplFfi *ffi;
} Bench;

#define HEAD "edition 1; policy p;\n"

static void open_bench(Bench *bench, const char *text) {
  bench->program = load_policy("p.rpl", text);
  assert_int_equal(rpl_context_new(bench->program, 0, NULL, &bench->context),
                   RPL_OK);
  assert_int_equal(rpl_ffi_new(bench->program, 0, NULL, &bench->ffi), RPL_OK);
  rpl_context_set_host(bench->context, rpl_ffi_call, bench->ffi);
}

static void close_bench(Bench *bench) {
  rpl_context_free(bench->context);
  rpl_ffi_free(bench->ffi);
  rpl_program_free(bench->program);
}

static void grant(Bench *bench, const char *signature, RplProvided function) {
  assert_int_equal(rpl_ffi_grant(bench->ffi, slice(signature), function),
                   RPL_OK);
}

static const RplDecision *decide(Bench *bench, const char *facts) {
  const RplDecision *decision;
  RplFactError error = {"", "", "", 0, 0};
  RplStatus status = rpl_facts_json(bench->context, slice(facts), 0, &error);
  assert_string_equal(error.message, "");
  assert_int_equal(status, RPL_OK);
  assert_int_equal(rpl_decide(bench->context, &decision), RPL_OK);
  return decision;
}

static void expect_json(const RplDecision *decision, uint32_t flags,
                        const char *expected) {
  RplSlice json;
  char text[2048];
  assert_int_equal(rpl_decision_json(decision, flags, &json), RPL_OK);
  assert_true(json.length < sizeof text);
  memcpy(text, json.data, json.length);
  text[json.length] = '\0';
  assert_string_equal(text, expected);
}

/* ---- when a host is asked -------------------------------------------------
 */

static int calls;

static int64_t points_of(const char *account) {
  calls++;
  return strcmp(account, "ann") == 0 ? 7 : 70;
}

#define POINTS                                                                 \
  HEAD "fact account : text; fact gift : boolean;\n"                           \
       "fact points : integer 0 .. 100\n"                                      \
       "  provider \"int64_t points_of(const char *account)\";\n"              \
       "denied gifts if gift;\n"                                               \
       "manual_review many if points > 50;\n"                                  \
       "informational few if points <= 50;\n"                                  \
       "otherwise denied;\n"

static void asks_once_where_the_decision_turns_on_it(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, POINTS);
  grant(&bench, "int64_t points_of(const char *)", (RplProvided)points_of);
  calls = 0;
  const RplDecision *decision =
      decide(&bench, "{\"account\":\"ann\",\"gift\":false}");
  expect_json(decision, 0,
              "{\"policy\":\"p\",\"outcome\":\"informational\",\"reasons\":[{"
              "\"rule\":\"few\",\"at\":\"p.rpl:7\"}]}");
  assert_int_equal(calls, 1);
  /* a certain denial turns on no points */
  (void)decide(&bench, "{\"account\":\"ann\",\"gift\":true}");
  assert_int_equal(calls, 1);
  /* a fact that was given, or was rejected, is not asked for */
  (void)decide(&bench, "{\"account\":\"ann\",\"gift\":false,\"points\":1}");
  decision =
      decide(&bench, "{\"account\":\"ann\",\"gift\":false,\"points\":101}");
  assert_true(is(rpl_decision_outcome(decision), "needs_info"));
  assert_int_equal(calls, 1);
  /* another decision asks again, and forgets what the last one was given */
  decision = decide(&bench, "{\"account\":\"bob\",\"gift\":false}");
  assert_true(is(rpl_decision_outcome(decision), "manual_review"));
  assert_int_equal(calls, 2);
  assert_int_equal(rpl_decide(bench.context, &decision), RPL_OK);
  assert_int_equal(calls, 3);
  close_bench(&bench);
}

static void misses_what_its_arguments_lack(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, POINTS);
  grant(&bench, "int64_t points_of(const char *)", (RplProvided)points_of);
  calls = 0;
  expect_json(decide(&bench, "{\"gift\":false}"), 0,
              "{\"policy\":\"p\",\"outcome\":\"needs_info\",\"reasons\":[{"
              "\"rule\":\"many\",\"waits_for\":[\"account\",\"points\"],"
              "\"at\":\"p.rpl:6\"}],\"missing\":[\"account\",\"points\"]}");
  assert_int_equal(calls, 0);
  /* without a host the account would change nothing */
  rpl_context_set_host(bench.context, NULL, NULL);
  expect_json(decide(&bench, "{\"gift\":false}"), 0,
              "{\"policy\":\"p\",\"outcome\":\"needs_info\",\"reasons\":[{"
              "\"rule\":\"many\",\"waits_for\":[\"points\"],"
              "\"at\":\"p.rpl:6\"}],\"missing\":[\"points\"]}");
  close_bench(&bench);
}

static void leaves_missing_what_is_not_granted(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, POINTS);
  const RplDecision *decision =
      decide(&bench, "{\"account\":\"ann\",\"gift\":false}");
  assert_true(is(rpl_decision_outcome(decision), "needs_info"));
  assert_int_equal(rpl_decision_missing_count(decision), 1);
  assert_true(is(rpl_decision_missing(decision, 0), "points"));
  close_bench(&bench);
}

static void keeps_what_was_provided_in_the_record(void **state) {
  Bench bench;
  char first[1024];
  RplSlice json;
  (void)state;
  open_bench(&bench, POINTS);
  grant(&bench, "int64_t points_of(const char *)", (RplProvided)points_of);
  const RplDecision *decision =
      decide(&bench, "{\"account\":\"ann\",\"gift\":false}");
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json), RPL_OK);
  assert_true(json.length < sizeof first);
  memcpy(first, json.data, json.length);
  first[json.length] = '\0';
  assert_non_null(strstr(
      first,
      "\"facts\":{\"account\":\"ann\",\"gift\":false,\"points\":\"7\"}"));
  /* the replay has no host and gives the same bytes */
  rpl_context_set_host(bench.context, NULL, NULL);
  expect_json(
      decide(&bench, "{\"account\":\"ann\",\"gift\":false,\"points\":\"7\"}"),
      RPL_JSON_RECORD, first);
  close_bench(&bench);
}

/* What a call lacks is missing only where there is a host: a record replays
 * either way, and one of which a member was changed does not. */
static void replays_what_a_call_lacked(void **state) {
  Bench bench;
  RplReplay replay;
  RplSlice json;
  (void)state;
  open_bench(&bench, POINTS);
  for (int turn = 0; turn < 2; turn++) {
    const RplDecision *decision = decide(&bench, "{\"gift\":false}");
    assert_int_equal(rpl_decision_missing_count(decision), 2 - turn);
    assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json),
                     RPL_OK);
    assert_int_equal(rpl_replay(bench.program, json, NULL, &replay), RPL_OK);
    assert_string_equal(replay.message, "");
    assert_int_equal(replay.result, RPL_REPLAY_SAME);
    *(char *)strstr(json.data, "needs_info") = 'N';
    assert_int_equal(rpl_replay(bench.program, json, NULL, &replay), RPL_OK);
    assert_int_equal(replay.result, RPL_REPLAY_DIFFERENT);
    assert_string_equal(replay.member, "outcome");
    rpl_context_set_host(bench.context, NULL, NULL);
  }
  close_bench(&bench);
}

/* The functions of one program are not those of another: a context that was
 * given the wrong ones calls none of them. */
static void refuses_calls_of_another_program(void **state) {
  Bench bench, other;
  (void)state;
  open_bench(&bench, POINTS);
  open_bench(&other, HEAD "fact n : integer; fact points : integer 0 .. 100\n"
                          "  provider \"int64_t points_of(int64_t n)\";\n"
                          "manual_review many if points > 50;\n"
                          "otherwise denied;\n");
  grant(&bench, "int64_t points_of(const char *)", (RplProvided)points_of);
  rpl_context_set_host(other.context, rpl_ffi_call, bench.ffi);
  calls = 0;
  const RplDecision *decision = decide(&other, "{\"n\":1}");
  assert_true(is(rpl_decision_outcome(decision), "needs_info"));
  assert_int_equal(calls, 0);
  close_bench(&other);
  close_bench(&bench);
}

/* ---- every type, there and back -------------------------------------------
 */

static bool flip(bool flag) { return !flag; }
static int next_int(int n) { return n + 1; }
static int32_t next_day(int32_t day) { return day + 1; }
static uint32_t wide(uint32_t n) { return n; }
static int64_t hour_later(int64_t at) { return at + INT64_C(3600000000); }
static const char *first_word(const char *text, const char *plan,
                              const char *code) {
  static char joined[64];
  (void)snprintf(joined, sizeof joined, "%s %s %s", text, plan, code);
  return joined;
}
static const char *other_plan(void) { return "pro"; }
static RplMoney half_of(RplMoney money, int *status) {
  money.minor_units /= 2;
  *status = 0;
  return money;
}

#define KINDS                                                                  \
  HEAD "enumeration plan = free, pro;\n"                                       \
       "fact b0 : boolean; fact i0 : integer; fact d0 : date;\n"               \
       "fact u0 : integer; fact at0 : datetime; fact t0 : text;\n"             \
       "fact p0 : plan; fact c0 : currency; fact m0 : money;\n"                \
       "fact b : boolean provider \"bool flip(bool b0)\";\n"                   \
       "fact i : integer provider \"int next_int(int i0)\";\n"                 \
       "fact d : date provider \"int32_t next_day(int32_t d0)\";\n"            \
       "fact u : integer provider \"uint32_t wide(uint32_t u0)\";\n"           \
       "fact at : datetime provider \"int64_t hour_later(int64_t at0)\";\n"    \
       "fact t : text provider \"const char *first_word(const char *t0, "      \
       "const char *p0, const char *c0)\";\n"                                  \
       "fact p : plan provider \"const char *other_plan(void)\";\n"            \
       "fact m : money provider \"RplMoney half_of(RplMoney m0, int *s)\";\n"  \
       "informational all if b and i == 8 and d == 2026-03-01\n"               \
       "  and u == 4294967295 and at == 2026-03-02T10:30:00Z\n"                \
       "  and t == \"héllo free USD\" and p == pro and m == USD 0.80;\n"      \
       "otherwise denied;\n"

static void grant_kinds(Bench *bench) {
  grant(bench, "bool flip(bool)", (RplProvided)flip);
  grant(bench, "int next_int(int)", (RplProvided)next_int);
  grant(bench, "int32_t next_day(int32_t day);", (RplProvided)next_day);
  grant(bench, "uint32_t wide(uint32_t)", (RplProvided)wide);
  grant(bench, "int64_t hour_later(int64_t)", (RplProvided)hour_later);
  grant(bench,
        "const char *first_word(const char *, const char *, const char*)",
        (RplProvided)first_word);
  grant(bench, "const char *other_plan()", (RplProvided)other_plan);
  grant(bench, "RplMoney half_of(RplMoney, int *)", (RplProvided)half_of);
}

#define KIND_FACTS                                                             \
  "{\"b0\":false,\"i0\":7,\"d0\":\"2026-02-28\",\"u0\":4294967295,"            \
  "\"at0\":\"2026-03-02T09:30:00Z\",\"t0\":\"héllo\",\"p0\":\"free\","        \
  "\"c0\":\"USD\",\"m0\":\"USD 1.60\"}"

/* Addresses that may be written and executed at once: libffi's closures would
 * need some, calls do not. */
static bool has_writable_code(void) {
  char line[512];
  bool found = false;
  FILE *maps = fopen("/proc/self/maps", "r");
  assert_non_null(maps);
  while (fgets(line, sizeof line, maps))
    found |= strstr(line, " rwx") != NULL || strstr(line, " -wx") != NULL;
  (void)fclose(maps);
  return found;
}

static void passes_every_type_there_and_back(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, KINDS);
  grant_kinds(&bench);
  const RplDecision *decision = decide(&bench, KIND_FACTS);
  assert_true(is(rpl_decision_outcome(decision), "informational"));
  assert_false(has_writable_code());
  close_bench(&bench);
}

static void refuses_arguments_that_do_not_fit(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, HEAD
             "fact n : integer; fact m : money;\n"
             "fact small : integer provider \"int f(int n)\";\n"
             "fact half : money provider \"RplMoney g(RplMoney m)\";\n"
             "informational a if small == 1; manual_review b if half > m;\n"
             "otherwise denied;");
  grant(&bench, "int f(int)", (RplProvided)next_int);
  grant(&bench, "RplMoney g(RplMoney)", (RplProvided)half_of);
  /* 2^31 is no int */
  const RplDecision *decision =
      decide(&bench, "{\"n\":2147483648,\"m\":\"USD 1.005\"}");
  assert_true(is(rpl_decision_outcome(decision), "manual_review"));
  /* the amount is of the higher outcome: half a cent is no minor unit */
  assert_true(is(rpl_decision_error(decision).code, "not_minor_units"));
  decision =
      decide(&bench, "{\"n\":2147483648,\"m\":\"USD 1\",\"half\":\"USD 0\"}");
  assert_true(is(rpl_decision_error(decision).code, "out_of_range"));
  close_bench(&bench);
}

/* ---- answers that are no value ---------------------------------------------
 */

static int status_to_give;
static int64_t value_to_give;

static int64_t ruled(int *status) {
  *status = status_to_give;
  return value_to_give;
}

#define RULED                                                                  \
  HEAD "fact n : integer? <= 10 provider \"int64_t ruled(int *status)\";\n"    \
       "informational none_at_all if n is none;\n"                             \
       "informational some if n is not none and n >= 0;\n"                     \
       "otherwise denied;\n"

static const RplDecision *rule(Bench *bench, int status, int64_t value) {
  status_to_give = status;
  value_to_give = value;
  return decide(bench, "{}");
}

static void makes_errors_of_failures(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, RULED);
  grant(&bench, "int64_t ruled(int *)", (RplProvided)ruled);
  const RplDecision *decision = rule(&bench, 0, 10);
  assert_true(is(rpl_decision_reason(decision, 0)->rule, "some"));
  decision = rule(&bench, 1, 10); /* none, whatever was returned */
  assert_true(is(rpl_decision_reason(decision, 0)->rule, "none_at_all"));
  decision = rule(&bench, 0, 11);
  assert_true(is(rpl_decision_outcome(decision), "manual_review"));
  assert_true(is(rpl_decision_error(decision).code, "provided_out_of_range"));
  decision = rule(&bench, 2, 10);
  assert_true(is(rpl_decision_outcome(decision), "manual_review"));
  assert_true(is(rpl_decision_error(decision).code, "provider_failed"));
  RplSlice json;
  char text[1024];
  assert_int_equal(rpl_decision_json(decision, RPL_JSON_RECORD, &json), RPL_OK);
  assert_true(json.length < sizeof text);
  memcpy(text, json.data, json.length);
  text[json.length] = '\0';
  assert_non_null(strstr(text, "\"facts\":{},\"failed\":{\"n\":"
                               "\"provider_failed\"},\"params\":{}"));
  /* a replay asks nobody, and finds the same error */
  RplReplay replay;
  assert_int_equal(rpl_replay(bench.program, slice(text), NULL, &replay),
                   RPL_OK);
  assert_string_equal(replay.message, "");
  assert_int_equal(replay.result, RPL_REPLAY_SAME);
  char *name = strstr(text, "provider_failed\"},\"params");
  name[0] = 'x';
  assert_int_equal(rpl_replay(bench.program, slice(text), NULL, &replay),
                   RPL_OK);
  assert_int_equal(replay.result, RPL_REPLAY_MALFORMED);
  close_bench(&bench);
}

static const char *text_to_give;

static const char *say(void) { return text_to_give; }

static void checks_texts_that_come_back(void **state) {
  static const struct {
    const char *text, *code;
  } cases[] = {{"good", ""},
               {"", "provided_out_of_range"}, /* shorter than 1 */
               {"\xff", "provided_out_of_range"},
               {NULL, "provided_out_of_range"},
               {"longer than eight", "provided_out_of_range"}};
  Bench bench;
  (void)state;
  open_bench(&bench,
             HEAD "fact t : text 1 .. 8 provider \"const char *say()\";"
                  "informational a if t == \"good\"; otherwise denied;");
  grant(&bench, "const char *say(void)", (RplProvided)say);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    text_to_give = cases[i].text;
    const RplDecision *decision = decide(&bench, "{}");
    assert_true(is(rpl_decision_error(decision).code, cases[i].code));
  }
  close_bench(&bench);
}

static RplMoney money_to_give;

static RplMoney pay(void) { return money_to_give; }

static void checks_money_that_comes_back(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench,
             HEAD "fact currency : currency;\n"
                  "fact m : money provider \"RplMoney pay()\";\n"
                  "informational a if m == USD 1.60; otherwise denied;");
  grant(&bench, "RplMoney pay(void)", (RplProvided)pay);
  money_to_give = (RplMoney){160, "USD"};
  const RplDecision *decision = decide(&bench, "{}");
  assert_true(is(rpl_decision_outcome(decision), "informational"));
  money_to_give = (RplMoney){160, ""}; /* that of the request */
  decision = decide(&bench, "{\"currency\":\"USD\"}");
  assert_true(is(rpl_decision_outcome(decision), "informational"));
  decision = decide(&bench, "{}");
  assert_true(is(rpl_decision_error(decision).code, "provided_out_of_range"));
  memcpy(money_to_give.currency, "USDUSDUS", 8); /* not ended */
  decision = decide(&bench, "{}");
  assert_true(is(rpl_decision_error(decision).code, "provided_out_of_range"));
  close_bench(&bench);
}

/* ---- chains and strangers --------------------------------------------------
 */

static int64_t twice(int64_t n) { return n * 2; }

static void provides_what_a_provider_needs(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench,
             HEAD "fact a : integer;\n"
                  "let more = b + 1;\n"
                  "fact b : integer provider \"int64_t f(int64_t a)\";\n"
                  "fact c : integer provider \"int64_t f(int64_t "
                  "more)\";\n"
                  "informational x if c == 22; otherwise denied;");
  grant(&bench, "int64_t f(int64_t)", (RplProvided)twice);
  const RplDecision *decision = decide(&bench, "{\"a\":5}"); /* (5*2+1)*2 */
  assert_true(is(rpl_decision_outcome(decision), "informational"));
  decision = decide(&bench, "{}");
  assert_int_equal(rpl_decision_missing_count(decision), 3);
  close_bench(&bench);
}

static void refuses_grants_that_do_not_agree(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, POINTS);
  static const struct {
    const char *signature;
    RplStatus status;
  } cases[] = {{"int64_t points_of(const char *, int *)", RPL_E_PROGRAM},
               {"int64_t points_of(int64_t)", RPL_E_PROGRAM},
               {"int32_t points_of(const char *)", RPL_E_PROGRAM},
               {"int64_t points_of()", RPL_E_PROGRAM},
               {"int64_t points(const char *)", RPL_E_NOT_FOUND},
               {"double points_of(const char *)", RPL_E_ARGUMENT},
               {"int64_t points_of(const char *", RPL_E_ARGUMENT},
               {"", RPL_E_ARGUMENT}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(rpl_ffi_grant(bench.ffi, slice(cases[i].signature),
                                   (RplProvided)points_of),
                     cases[i].status);
  assert_int_equal(rpl_ffi_grant(bench.ffi, slice(cases[0].signature), NULL),
                   RPL_E_ARGUMENT);
  close_bench(&bench);
}

static void grants_from_a_library_of_the_host(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, HEAD "fact n : integer;\n"
                          "fact size : integer provider \"int abs(int n)\";\n"
                          "fact lost : integer provider \"int no_such(int n)\";"
                          "informational a if size == 3 or lost == 1;\n"
                          "otherwise denied;");
  void *library = dlopen("libc.so.6", RTLD_NOW);
  assert_non_null(library);
  assert_int_equal(
      rpl_ffi_grant_from(bench.ffi, slice("int abs(int)"), library), RPL_OK);
  assert_int_equal(
      rpl_ffi_grant_from(bench.ffi, slice("int no_such(int)"), library),
      RPL_E_NOT_FOUND);
  const RplDecision *decision = decide(&bench, "{\"n\":-3}");
  assert_true(is(rpl_decision_outcome(decision), "informational"));
  close_bench(&bench);
  assert_int_equal(dlclose(library), 0);
}

static void says_what_a_policy_wants(void **state) {
  Bench bench;
  RplProviderInfo info;
  (void)state;
  open_bench(&bench, KINDS);
  assert_int_equal(rpl_program_provider_count(bench.program, 0), 8);
  assert_int_equal(rpl_program_provider_count(bench.program, 1), 0);
  assert_int_equal(rpl_program_provider(bench.program, 0, 8, &info),
                   RPL_E_NOT_FOUND);
  assert_int_equal(rpl_program_provider(bench.program, 0, 7, &info), RPL_OK);
  assert_true(is(info.fact, "m"));
  assert_true(is(info.symbol, "half_of"));
  assert_int_equal(info.result, RPL_C_MONEY);
  assert_true(info.has_status);
  assert_int_equal(info.argument_count, 1);
  assert_int_equal(info.arguments[0], RPL_C_MONEY);
  close_bench(&bench);
}

/* ---- a host without libffi --------------------------------------------------
 */

static RplHostAnswer answer(void *host, const RplHostCall *call,
                            RplHostValue *result) {
  assert_true(is(call->policy, "p") && is(call->fact, "points") &&
              is(call->symbol, "points_of"));
  assert_int_equal(call->argument_count, 1);
  assert_string_equal(call->arguments[0].text.data, "ann");
  result->integer = 60;
  return *(const RplHostAnswer *)host;
}

static void lets_a_callback_answer(void **state) {
  static const struct {
    RplHostAnswer answer;
    const char *outcome, *code;
  } cases[] = {{RPL_HOST_VALUE, "manual_review", ""},
               {RPL_HOST_NONE, "manual_review", "provided_out_of_range"},
               {RPL_HOST_FAILED, "manual_review", "provider_failed"},
               {(RplHostAnswer)99, "manual_review", "provider_failed"},
               {RPL_HOST_REFUSED, "needs_info", ""}};
  Bench bench;
  (void)state;
  open_bench(&bench, POINTS);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    RplHostAnswer said = cases[i].answer;
    rpl_context_set_host(bench.context, answer, &said);
    const RplDecision *decision =
        decide(&bench, "{\"account\":\"ann\",\"gift\":false}");
    assert_true(is(rpl_decision_outcome(decision), cases[i].outcome));
    assert_true(is(rpl_decision_error(decision).code, cases[i].code));
  }
  close_bench(&bench);
}

/* ---- limits
 * ------------------------------------------------------------------ */

/* Compiles a policy in which `count` facts have a provider. */
static RplStatus build_providers(unsigned count) {
  static char text[16384];
  RplCompiler *compiler;
  RplSlice bytes;
  size_t at =
      (size_t)snprintf(text, sizeof text, HEAD "informational a if true");
  for (unsigned i = 0; i < count; i++)
    at += (size_t)snprintf(text + at, sizeof text - at, " and f%u > 0", i);
  at += (size_t)snprintf(text + at, sizeof text - at, "; otherwise denied;\n");
  for (unsigned i = 0; i < count; i++)
    at += (size_t)snprintf(text + at, sizeof text - at,
                           "fact f%u : integer provider \"int g(void)\";\n", i);
  assert_int_equal(rpl_compiler_new(NULL, NULL, NULL, &compiler), RPL_OK);
  assert_int_equal(
      rpl_compiler_add(compiler, slice("p.rpl"), slice(""), slice(text)),
      RPL_OK);
  RplStatus status = rpl_compiler_build(compiler, 0, &bytes);
  if (status) {
    const RplDiags *diags = rpl_compiler_diags(compiler);
    assert_int_equal(rpl_diags_count(diags), 1);
    assert_true(is(rpl_diags_at(diags, 0)->code, "E0385"));
  }
  rpl_compiler_free(compiler);
  return status;
}

static void limits_the_providers_of_a_policy(void **state) {
  (void)state;
  assert_int_equal(build_providers(RPL_MAX_PROVIDERS), RPL_OK);
  assert_int_equal(build_providers(RPL_MAX_PROVIDERS + 1), RPL_E_COMPILE);
}

/* ---- memory -----------------------------------------------------------------
 */

static void survives_short_memory(void **state) {
  Bench bench;
  (void)state;
  open_bench(&bench, KINDS);
  RplStatus status = RPL_E_MEMORY;
  for (size_t calls_left = 0; status; calls_left++) {
    ShortMemory memory = {calls_left, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplFfi *ffi = NULL;
    RplContext *context = NULL;
    const RplDecision *decision;
    status = rpl_ffi_new(bench.program, 0, &allocator, &ffi);
    if (status == RPL_OK)
      status = rpl_context_new(bench.program, 0, &allocator, &context);
    if (status == RPL_OK) {
      Bench short_bench = {bench.program, context, ffi};
      grant_kinds(&short_bench);
      rpl_context_set_host(context, rpl_ffi_call, ffi);
      status = rpl_facts_json(context, slice(KIND_FACTS), 0, NULL);
    }
    if (status == RPL_OK)
      status = rpl_decide(context, &decision);
    if (status == RPL_OK)
      assert_true(is(rpl_decision_outcome(decision), "informational"));
    else
      assert_int_equal(status, RPL_E_MEMORY);
    rpl_context_free(context);
    rpl_ffi_free(ffi);
    assert_int_equal(memory.live_blocks, 0);
  }
  close_bench(&bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(asks_once_where_the_decision_turns_on_it),
      cmocka_unit_test(misses_what_its_arguments_lack),
      cmocka_unit_test(leaves_missing_what_is_not_granted),
      cmocka_unit_test(keeps_what_was_provided_in_the_record),
      cmocka_unit_test(passes_every_type_there_and_back),
      cmocka_unit_test(refuses_arguments_that_do_not_fit),
      cmocka_unit_test(makes_errors_of_failures),
      cmocka_unit_test(checks_texts_that_come_back),
      cmocka_unit_test(checks_money_that_comes_back),
      cmocka_unit_test(refuses_calls_of_another_program),
      cmocka_unit_test(replays_what_a_call_lacked),
      cmocka_unit_test(provides_what_a_provider_needs),
      cmocka_unit_test(refuses_grants_that_do_not_agree),
      cmocka_unit_test(grants_from_a_library_of_the_host),
      cmocka_unit_test(says_what_a_policy_wants),
      cmocka_unit_test(lets_a_callback_answer),
      cmocka_unit_test(limits_the_providers_of_a_policy),
      cmocka_unit_test(survives_short_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
