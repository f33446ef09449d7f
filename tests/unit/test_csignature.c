/* SPDX-License-Identifier: Apache-2.0
 * test_csignature.c - the prototypes of provider functions: what is read, what
 * is refused and where, and the two limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "vm/csignature.h"
#include "vm/text.h"
#include "vm/type.h"

static RplSignatureFault read_text(const char *text, RplSignature *signature,
                                   RplSlice *at) {
  return rpl_signature_read(rpl_slice_from(text), signature, at);
}

static void reads_prototypes(void **state) {
  RplSignature signature;
  RplSlice at;
  (void)state;
  assert_int_equal(
      read_text(" RplMoney  credit ( const char*account,\n int64_t "
                "n ,_Bool , int * status ) ; ",
                &signature, &at),
      RPL_SIGNATURE_OK);
  assert_int_equal(signature.result, RPL_C_MONEY);
  assert_true(rpl_slice_is(signature.symbol, "credit"));
  assert_int_equal(signature.count, 3);
  assert_int_equal(signature.types[0], RPL_C_TEXT);
  assert_true(rpl_slice_is(signature.names[0], "account"));
  assert_int_equal(signature.types[1], RPL_C_INT64);
  assert_true(rpl_slice_is(signature.names[1], "n"));
  assert_int_equal(signature.types[2], RPL_C_BOOL);
  assert_int_equal(signature.names[2].length, 0);
  assert_true(signature.has_status);
  assert_int_equal(read_text("int f()", &signature, &at), RPL_SIGNATURE_OK);
  assert_int_equal(read_text("int f(void);", &signature, &at),
                   RPL_SIGNATURE_OK);
  assert_int_equal(signature.count, 0);
  assert_int_equal(read_text("int f(int *)", &signature, &at),
                   RPL_SIGNATURE_OK);
  assert_int_equal(signature.count, 0);
  assert_true(signature.has_status);
}

static void says_what_it_cannot_take(void **state) {
  static const struct {
    const char *text;
    RplSignatureFault fault;
    const char *at;
  } cases[] = {{"double f(int a)", RPL_SIGNATURE_TYPE, "double"},
               {"int f(float a)", RPL_SIGNATURE_TYPE, "float"},
               {"int f(char *a)", RPL_SIGNATURE_TYPE, "char"},
               {"int f(int a, ...)", RPL_SIGNATURE_FORM, "."},
               {"int f(int *s, int a)", RPL_SIGNATURE_FORM, "int"},
               {"int f(int a) {", RPL_SIGNATURE_FORM, "{"},
               {"int (*f)(int)", RPL_SIGNATURE_FORM, "("},
               {"int 7(int)", RPL_SIGNATURE_FORM, "7"},
               {"int f(int a[])", RPL_SIGNATURE_FORM, "["},
               {"int f(int,)", RPL_SIGNATURE_FORM, ")"},
               {"const int f(void)", RPL_SIGNATURE_TYPE, "const"},
               {"int f(", RPL_SIGNATURE_FORM, "int f("},
               {"int f", RPL_SIGNATURE_FORM, "int f"},
               {"", RPL_SIGNATURE_FORM, ""},
               {"int f(void);;", RPL_SIGNATURE_FORM, ";"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    RplSignature signature;
    RplSlice at;
    assert_int_equal(read_text(cases[i].text, &signature, &at), cases[i].fault);
    assert_true(rpl_slice_is(at, cases[i].at));
  }
}

static void limits_parameters(void **state) {
  RplSignature signature;
  RplSlice at;
  (void)state;
  assert_int_equal(read_text("int f(int,int,int,int,int,int,int,int,int *)",
                             &signature, &at),
                   RPL_SIGNATURE_OK);
  assert_int_equal(signature.count, RPL_MAX_PROVIDER_ARGUMENTS);
  assert_int_equal(
      read_text("int f(int,int,int,int,int,int,int,int,int)", &signature, &at),
      RPL_SIGNATURE_MANY);
}

static void limits_bytes(void **state) {
  char text[RPL_MAX_SIGNATURE_BYTES + 2];
  RplSignature signature;
  RplSlice at;
  (void)state;
  (void)snprintf(text, sizeof text, "%-513s", "int f(void)");
  assert_int_equal(read_text(text, &signature, &at), RPL_SIGNATURE_LONG);
  text[RPL_MAX_SIGNATURE_BYTES] = '\0';
  assert_int_equal(read_text(text, &signature, &at), RPL_SIGNATURE_OK);
}

static void carries_facts(void **state) {
  (void)state;
  assert_true(rpl_c_type_carries(RPL_C_BOOL, RPL_KIND_BOOLEAN));
  assert_false(rpl_c_type_carries(RPL_C_INT, RPL_KIND_BOOLEAN));
  assert_true(rpl_c_type_carries(RPL_C_INT32, RPL_KIND_DATE));
  assert_false(rpl_c_type_carries(RPL_C_UINT32, RPL_KIND_DATE));
  assert_true(rpl_c_type_carries(RPL_C_INT64, RPL_KIND_DATETIME));
  assert_false(rpl_c_type_carries(RPL_C_INT32, RPL_KIND_DATETIME));
  for (uint32_t kind = 0; kind < RPL_KIND_COUNT; kind++) {
    assert_false(rpl_c_type_carries(0, kind));
    assert_false(rpl_c_type_carries(8, kind));
  }
  for (uint32_t type = 0; type < 9; type++) /* fractions have no C type */
    assert_false(rpl_c_type_carries(type, RPL_KIND_NUMBER));
  assert_string_equal(rpl_c_type_text(RPL_C_TEXT), "const char *");
  assert_string_equal(rpl_c_type_text((RplCType)0), "");
  assert_string_equal(rpl_c_type_text((RplCType)8), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads_prototypes),
                                     cmocka_unit_test(says_what_it_cannot_take),
                                     cmocka_unit_test(limits_parameters),
                                     cmocka_unit_test(limits_bytes),
                                     cmocka_unit_test(carries_facts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
