/* SPDX-License-Identifier: Apache-2.0
 * crc32.c - see crc32.h. */
#include "vm/crc32.h"

#include "vm/processor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Eight groups of four bits at a time (M. Kounavis, F. Berry: "A systematic
 * approach to building high performance software-based CRC generators", 2005).
 * tables[k] holds what four bits become when 4 * k further bits have passed. */
static const uint32_t tables[8][16] = {
    {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
     0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
     0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c},
    {0x00000000, 0x77073096, 0xee0e612c, 0x990951ba, 0x076dc419, 0x706af48f,
     0xe963a535, 0x9e6495a3, 0x0edb8832, 0x79dcb8a4, 0xe0d5e91e, 0x97d2d988,
     0x09b64c2b, 0x7eb17cbd, 0xe7b82d07, 0x90bf1d91},
    {0x00000000, 0x4ac21251, 0x958424a2, 0xdf4636f3, 0xf0794f05, 0xbabb5d54,
     0x65fd6ba7, 0x2f3f79f6, 0x3b83984b, 0x71418a1a, 0xae07bce9, 0xe4c5aeb8,
     0xcbfad74e, 0x8138c51f, 0x5e7ef3ec, 0x14bce1bd},
    {0x00000000, 0x191b3141, 0x32366282, 0x2b2d53c3, 0x646cc504, 0x7d77f445,
     0x565aa786, 0x4f4196c7, 0xc8d98a08, 0xd1c2bb49, 0xfaefe88a, 0xe3f4d9cb,
     0xacb54f0c, 0xb5ae7e4d, 0x9e832d8e, 0x87981ccf},
    {0x00000000, 0x1c26a370, 0x384d46e0, 0x246be590, 0x709a8dc0, 0x6cbc2eb0,
     0x48d7cb20, 0x54f16850, 0xe1351b80, 0xfd13b8f0, 0xd9785d60, 0xc55efe10,
     0x91af9640, 0x8d893530, 0xa9e2d0a0, 0xb5c473d0},
    {0x00000000, 0x01c26a37, 0x0384d46e, 0x0246be59, 0x0709a8dc, 0x06cbc2eb,
     0x048d7cb2, 0x054f1685, 0x0e1351b8, 0x0fd13b8f, 0x0d9785d6, 0x0c55efe1,
     0x091af964, 0x08d89353, 0x0a9e2d0a, 0x0b5c473d},
    {0x00000000, 0x5019579f, 0xa032af3e, 0xf02bf8a1, 0x9b14583d, 0xcb0d0fa2,
     0x3b26f703, 0x6b3fa09c, 0xed59b63b, 0xbd40e1a4, 0x4d6b1905, 0x1d724e9a,
     0x764dee06, 0x2654b999, 0xd67f4138, 0x866616a7},
    {0x00000000, 0xb8bc6765, 0xaa09c88b, 0x12b5afee, 0x8f629757, 0x37def032,
     0x256b5fdc, 0x9dd738b9, 0xc5b428ef, 0x7d084f8a, 0x6fbde064, 0xd7018701,
     0x4ad6bfb8, 0xf26ad8dd, 0xe0df7733, 0x58631056}};

static uint32_t read_word(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
         (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

uint32_t rpl_crc32_update(uint32_t crc, const uint8_t *bytes, size_t length) {
  const uint8_t *end = bytes + length;
  for (; end - bytes >= 4; bytes += 4) {
    crc ^= read_word(bytes);
    crc = tables[7][crc & 15] ^ tables[6][crc >> 4 & 15] ^
          tables[5][crc >> 8 & 15] ^ tables[4][crc >> 12 & 15] ^
          tables[3][crc >> 16 & 15] ^ tables[2][crc >> 20 & 15] ^
          tables[1][crc >> 24 & 15] ^ tables[0][crc >> 28];
  }
  for (; bytes < end; bytes++) {
    crc ^= *bytes;
    crc = crc >> 4 ^ tables[0][crc & 15];
    crc = crc >> 4 ^ tables[0][crc & 15];
  }
  return crc;
}

/* ---- by instructions of the processor ----------------------------------- */

#if defined(__x86_64__)

#define TARGET       __attribute__((target("pclmul,sse2")))
#define VECTOR_BYTES 16
#define FOUR_VECTORS ((size_t)4 * VECTOR_BYTES)

TARGET static inline __m128i load(const uint8_t *bytes) {
  return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

/* A vector moved on to `next`: a carry-less product with the remainders that
 * the two halves leave so far away, which keeps the checksum of all (V. Gopal
 * and others: "Fast CRC computation for generic polynomials using PCLMULQDQ
 * instruction", Intel, 2009). */
TARGET static inline __m128i fold(__m128i vector, __m128i remainders,
                                  __m128i next) {
  return _mm_xor_si128(
      next, _mm_xor_si128(_mm_clmulepi64_si128(vector, remainders, 0x00),
                          _mm_clmulepi64_si128(vector, remainders, 0x11)));
}

/* Four vectors at a time, then one by one. What is left is a message of one
 * vector with the same checksum, and the bytes behind it. */
TARGET static uint32_t update_native(uint32_t crc, const uint8_t *bytes,
                                     size_t length) {
  const __m128i by_four = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
  const __m128i by_one = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
  uint8_t rest[VECTOR_BYTES];
  if (length < FOUR_VECTORS)
    return rpl_crc32_update(crc, bytes, length);
  __m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128((int)crc));
  __m128i b = load(bytes + 16), c = load(bytes + 32), d = load(bytes + 48);
  for (bytes += FOUR_VECTORS, length -= FOUR_VECTORS; length >= FOUR_VECTORS;
       bytes += FOUR_VECTORS, length -= FOUR_VECTORS) {
    a = fold(a, by_four, load(bytes));
    b = fold(b, by_four, load(bytes + 16));
    c = fold(c, by_four, load(bytes + 32));
    d = fold(d, by_four, load(bytes + 48));
  }
  a = fold(fold(fold(a, by_one, b), by_one, c), by_one, d);
  for (; length >= VECTOR_BYTES; bytes += VECTOR_BYTES, length -= VECTOR_BYTES)
    a = fold(a, by_one, load(bytes));
  _mm_storeu_si128((__m128i *)(void *)rest, a);
  crc = rpl_crc32_update(0, rest, sizeof rest);
  return rpl_crc32_update(crc, bytes, length);
}

RplCrc32Update *rpl_crc32_native(void) {
  return RPL_PROCESSOR_HAS(PCLMULQDQ, "pclmul") ? update_native : NULL;
}

#else

RplCrc32Update *rpl_crc32_native(void) { return NULL; }

#endif

uint32_t rpl_crc32(const uint8_t *bytes, size_t length) {
  RplCrc32Update *native = rpl_crc32_native();
  return ~(native ? native : rpl_crc32_update)(UINT32_MAX, bytes, length);
}
