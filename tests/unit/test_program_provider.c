/* SPDX-License-Identifier: Apache-2.0
 * test_program_provider.c - the verifier on programs that name host functions:
 * one that is right, and for each rule a change that only this rule refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "rpl/provider.h"
#include "tests/support/program_builder.h"

/* Where the policy's own lists begin in the lists of the full program: those of
 * a provider stand before them. */
#define POLICY_LISTS 16
#define ARGUMENTS    4

/* Words of a record in PROVIDERS, and in POLICIES those that name lists. */
enum { W_FACT, W_SYMBOL, W_RESULT, W_FLAGS, W_ARGUMENTS, W_COUNT };

/* The full program with `extra` and `at` supplied by functions: the second
 * one gets a fact and a temporary. */
static void build(RplBuilder *b) {
  static const uint32_t items[ARGUMENTS] = {RPL_C_TEXT, FACT(F_NOTE),
                                            RPL_C_BOOL, TEMP(3)};
  uint32_t kept[3];
  rpl_builder_full(b);
  for (uint32_t i = 0; i < 3; i++)
    kept[i] = *rpl_builder_word(b, RPL_SECTION_LISTS, POLICY_LISTS + i, 0);
  b->count[RPL_SECTION_LISTS] = POLICY_LISTS;
  rpl_builder_list(b, ARGUMENTS, items);
  rpl_builder_list(b, 3, kept);
  for (unsigned word = 0; word < 22; word++) {
    const RplFieldInfo *field =
        &rpl_section_info(RPL_SECTION_POLICIES)->fields[word];
    uint32_t *value = rpl_builder_word(b, RPL_SECTION_POLICIES, 0, word);
    if (word + 1 < rpl_section_info(RPL_SECTION_POLICIES)->words &&
        field->kind == RPL_FIELD_LIST && value[1])
      *value += ARGUMENTS;
    if (word + 1 == rpl_section_info(RPL_SECTION_POLICIES)->words)
      break;
  }
  RPL_ADD(b, PROVIDERS, F_EXTRA, S_SUM, RPL_C_MONEY, RPL_PROVIDER_STATUS, 0, 0);
  RPL_ADD(b, PROVIDERS, F_AT, S_AT, RPL_C_INT64, 0, POLICY_LISTS, ARGUMENTS);
}

static RplStatus verify(const RplBuilder *b, const char **message) {
  RplArena arena;
  RplImage image;
  RplProgramError error;
  RplBytes bytes = rpl_builder_program(b);
  rpl_arena_init(&arena, NULL, 0);
  RplStatus status =
      rpl_image_read(&arena, bytes.data, bytes.size, &image, &error);
  rpl_arena_clear(&arena);
  free(bytes.data);
  *message = error.message;
  return status;
}

static void accepts_providers(void **state) {
  RplBuilder b;
  const char *message;
  (void)state;
  build(&b);
  RplStatus status = verify(&b, &message);
  assert_string_equal(message, "");
  assert_int_equal(status, RPL_OK);
  rpl_builder_clear(&b);
}

static void refuses_each_broken_one(void **state) {
  static const struct {
    RplSection section;
    uint32_t row, word, value;
    const char *message;
  } cases[] = {
      {RPL_SECTION_PROVIDERS, 0, W_FACT, F_COUNT,
       "what a provider supplies is no fact"},
      {RPL_SECTION_PROVIDERS, 1, W_FACT, F_DAYS,
       "what a provider supplies is no fact"}, /* but a param */
      {RPL_SECTION_PROVIDERS, 1, W_FACT, F_RATIO,
       "a provider's result is of another C type"},
      {RPL_SECTION_PROVIDERS, 0, W_FACT, F_CURRENCY,
       "a provider supplies a currency"},
      {RPL_SECTION_PROVIDERS, 1, W_FACT, F_EXTRA,
       "providers are not sorted by fact, or not one"},
      {RPL_SECTION_PROVIDERS, 0, W_RESULT, RPL_C_INT64,
       "a provider's result is of another C type"},
      {RPL_SECTION_PROVIDERS, 0, W_RESULT, 8,
       "a provider's result is of another C type"},
      {RPL_SECTION_PROVIDERS, 0, W_FLAGS, 2, "a record has an unknown flag"},
      {RPL_SECTION_PROVIDERS, 0, W_SYMBOL, S_COUNT,
       "a field names a string that does not exist"},
      {RPL_SECTION_LISTS, POLICY_LISTS, 0, RPL_C_INT,
       "a provider's argument is of another C type"},
      {RPL_SECTION_LISTS, POLICY_LISTS + 1, 0, FACT(F_COUNT),
       "a provider's argument does not exist"},
      {RPL_SECTION_LISTS, POLICY_LISTS + 3, 0, TEMP(FULL_CODE),
       "a provider's argument does not exist"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    RplBuilder b;
    const char *message;
    build(&b);
    *rpl_builder_word(&b, cases[i].section, cases[i].row, cases[i].word) =
        cases[i].value;
    RplStatus status = verify(&b, &message);
    assert_string_equal(message, cases[i].message);
    assert_int_equal(status, RPL_E_PROGRAM);
    rpl_builder_clear(&b);
  }
}

/* Nine arguments, and half of one: rows of their own, the lists in step. */
static void limits_arguments(void **state) {
  static const struct {
    uint32_t items;
    RplStatus status;
    const char *message;
  } cases[] = {{2 * RPL_MAX_PROVIDER_ARGUMENTS, RPL_OK, ""},
               {2 * RPL_MAX_PROVIDER_ARGUMENTS + 2, RPL_E_LIMIT,
                "a provider has more than 8 arguments"},
               {3, RPL_E_PROGRAM, "a provider has half an argument"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    RplBuilder b;
    const char *message;
    uint32_t kept[3];
    build(&b);
    for (uint32_t j = 0; j < 3; j++)
      kept[j] = *rpl_builder_word(&b, RPL_SECTION_LISTS,
                                  POLICY_LISTS + ARGUMENTS + j, 0);
    b.count[RPL_SECTION_LISTS] = POLICY_LISTS;
    for (uint32_t j = 0; j < cases[i].items; j++)
      rpl_builder_list(
          &b, 1, j % 2 ? (uint32_t[]){TEMP(3)} : (uint32_t[]){RPL_C_BOOL});
    rpl_builder_list(&b, 3, kept);
    *rpl_builder_word(&b, RPL_SECTION_PROVIDERS, 1, W_COUNT) = cases[i].items;
    for (unsigned word = 0;
         word + 1 < rpl_section_info(RPL_SECTION_POLICIES)->words; word++) {
      uint32_t *value = rpl_builder_word(&b, RPL_SECTION_POLICIES, 0, word);
      if (rpl_section_info(RPL_SECTION_POLICIES)->fields[word].kind ==
              RPL_FIELD_LIST &&
          value[1])
        *value = *value + cases[i].items - ARGUMENTS;
    }
    RplStatus status = verify(&b, &message);
    assert_string_equal(message, cases[i].message);
    assert_int_equal(status, cases[i].status);
    rpl_builder_clear(&b);
  }
}

/* 64 rows are refused only for what they say, 65 for being so many. */
static void limits_providers(void **state) {
  RplBuilder b;
  const char *message;
  (void)state;
  build(&b);
  for (uint32_t row = 2; row < RPL_MAX_PROVIDERS; row++)
    RPL_ADD(&b, PROVIDERS, F_COUNT, S_SUM, RPL_C_MONEY, 0, 0, 0);
  assert_int_equal(verify(&b, &message), RPL_E_PROGRAM);
  assert_string_equal(message, "what a provider supplies is no fact");
  RPL_ADD(&b, PROVIDERS, F_COUNT, S_SUM, RPL_C_MONEY, 0, 0, 0);
  assert_int_equal(verify(&b, &message), RPL_E_LIMIT);
  assert_string_equal(message, "there are more than 64 providers");
  rpl_builder_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(accepts_providers),
                                     cmocka_unit_test(refuses_each_broken_one),
                                     cmocka_unit_test(limits_arguments),
                                     cmocka_unit_test(limits_providers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
