/* SPDX-License-Identifier: Apache-2.0
 * test_crc32.c - tests of vm/crc32.h. The check value of "123456789" is that of
 * the catalogues of CRCs; others are compared with a division bit by bit. */
#include "vm/crc32.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The definition: a division by the polynomial, a bit at a time. */
static uint32_t by_bits(const uint8_t *bytes, size_t length) {
  uint32_t crc = UINT32_MAX;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
  }
  return ~crc;
}

static uint32_t by(RplCrc32Update *update, const uint8_t *bytes,
                   size_t length) {
  return ~update(UINT32_MAX, bytes, length);
}

static void check_value(void **state) {
  (void)state;
  const uint8_t *digits = (const uint8_t *)"123456789";
  assert_int_equal(by_bits(digits, 9), 0xCBF43926);
  assert_int_equal(by(rpl_crc32_update, digits, 9), 0xCBF43926);
  assert_int_equal(rpl_crc32(digits, 9), 0xCBF43926);
  assert_int_equal(rpl_crc32(digits, 0), 0);
}

/* Every length around the steps of 4, 16 and 64 bytes, from any address. */
static void every_length(void **state) {
  (void)state;
  RplCrc32Update *native = rpl_crc32_native();
  uint8_t bytes[400];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t)(i * 167 + i / 7);
  for (size_t start = 0; start < 9; start++)
    for (size_t length = 0; length <= sizeof bytes - start; length++) {
      uint32_t expected = by_bits(bytes + start, length);
      assert_int_equal(by(rpl_crc32_update, bytes + start, length), expected);
      assert_int_equal(rpl_crc32(bytes + start, length), expected);
      if (native)
        assert_int_equal(by(native, bytes + start, length), expected);
    }
}

/* In two parts it is the same as in one. */
static void parts(void **state) {
  (void)state;
  RplCrc32Update *ways[] = {rpl_crc32_update, rpl_crc32_native()};
  uint8_t bytes[200];
  memset(bytes, 0xA5, sizeof bytes);
  for (int way = 0; way < 2 && ways[way]; way++)
    for (size_t cut = 0; cut <= sizeof bytes; cut++)
      assert_int_equal(~ways[way](ways[way](UINT32_MAX, bytes, cut),
                                  bytes + cut, sizeof bytes - cut),
                       by_bits(bytes, sizeof bytes));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(check_value),
      cmocka_unit_test(every_length),
      cmocka_unit_test(parts),
  };
  return cmocka_run_group_tests_name("crc32", tests, NULL, NULL);
}
