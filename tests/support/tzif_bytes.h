/* SPDX-License-Identifier: Apache-2.0
 * tzif_bytes.h - TZif data made by hand, for tests: header, nothing with 32-bit
 * times, the same with 64-bit times, a rule. */
#ifndef RPL_TESTS_TZIF_BYTES_H
#define RPL_TESTS_TZIF_BYTES_H

#include <stdint.h>
#include <string.h>

typedef struct TzifBytes {
  uint8_t data[4096];
  size_t size;
} TzifBytes;

static inline void tzif_put(TzifBytes *bytes, uint64_t value, unsigned count) {
  while (count-- > 0)
    bytes->data[bytes->size++] =
        (uint8_t)(count < 8 ? value >> (8 * count) : 0);
}

static inline void tzif_header(TzifBytes *bytes, uint32_t times, uint32_t types,
                               uint32_t letters) {
  memcpy(bytes->data + bytes->size, "TZif2", 5);
  memset(bytes->data + bytes->size + 5, 0, 15);
  bytes->size += 20;
  tzif_put(bytes, 0, 12); /* no indicators, no leap seconds */
  tzif_put(bytes, times, 4);
  tzif_put(bytes, types, 4);
  tzif_put(bytes, letters, 4);
}

/* Changes at `at` to offsets[type]; the names of times are empty. */
static inline TzifBytes tzif_make(const int64_t *at, const uint8_t *type,
                                  uint32_t times, const int32_t *offsets,
                                  uint32_t types, const char *rule) {
  TzifBytes bytes;
  bytes.size = 0;
  tzif_header(&bytes, 0, 1, 1);
  tzif_put(&bytes, 0, 7); /* one type, one letter */
  tzif_header(&bytes, times, types, 1);
  for (uint32_t i = 0; i < times; i++)
    tzif_put(&bytes, (uint64_t)at[i], 8);
  for (uint32_t i = 0; i < times; i++)
    tzif_put(&bytes, type[i], 1);
  for (uint32_t i = 0; i < types; i++) {
    tzif_put(&bytes, (uint32_t)offsets[i], 4);
    tzif_put(&bytes, 0, 2);
  }
  tzif_put(&bytes, 0, 1);
  bytes.data[bytes.size++] = '\n';
  memcpy(bytes.data + bytes.size, rule, strlen(rule));
  bytes.size += strlen(rule);
  bytes.data[bytes.size++] = '\n';
  return bytes;
}

#endif /* RPL_TESTS_TZIF_BYTES_H */
