/* SPDX-License-Identifier: Apache-2.0
 * sha256.c - see sha256.h. Names follow FIPS 180-4, sections 4.1.2 and 6.2. */
#include "vm/sha256.h"

#include <stdbool.h>
#include <string.h>

#include "vm/processor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#if defined(RPL_PROCESSOR_BY_COMPILER) && defined(__clang__)
#include <cpuid.h>
#endif
#endif

#define BLOCK_BYTES 64
/* Where the message length stands in the last block. */
#define LENGTH_OFFSET 56

/* First 32 bits of the fraction of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate_right(uint32_t word, unsigned count) {
  return word >> count | word << (32 - count);
}

static uint32_t load_word(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
         (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Word t of the message schedule, of which the last 16 are kept. */
static inline uint32_t schedule(uint32_t words[16], int t) {
  uint32_t early = words[(t + 1) & 15];
  uint32_t late = words[(t + 14) & 15];
  uint32_t sigma0 =
      rotate_right(early, 7) ^ rotate_right(early, 18) ^ early >> 3;
  uint32_t sigma1 =
      rotate_right(late, 17) ^ rotate_right(late, 19) ^ late >> 10;
  return words[t & 15] += sigma1 + words[(t + 9) & 15] + sigma0;
}

/* A step of the standard without its moves: the caller turns the names of the
 * eight variables round instead. */
#define STEP(a, b, c, d, e, f, g, h, t, w)                                     \
  do {                                                                         \
    uint32_t t1 =                                                              \
        (h) +                                                                  \
        (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) +     \
        (((e) & (f)) ^ (~(e) & (g))) + round_constants[t] + (w);               \
    uint32_t t2 =                                                              \
        (rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)) +     \
        (((a) & (b)) ^ ((a) & (c)) ^ ((b) & (c)));                             \
    (d) += t1;                                                                 \
    (h) = t1 + t2;                                                             \
  } while (0)

/* Eight steps: after them the names are where they began. */
#define STEPS(t, at, WORD)                                                     \
  do {                                                                         \
    STEP(a, b, c, d, e, f, g, h, (t) + (at) + 0, WORD((at) + 0));              \
    STEP(h, a, b, c, d, e, f, g, (t) + (at) + 1, WORD((at) + 1));              \
    STEP(g, h, a, b, c, d, e, f, (t) + (at) + 2, WORD((at) + 2));              \
    STEP(f, g, h, a, b, c, d, e, (t) + (at) + 3, WORD((at) + 3));              \
    STEP(e, f, g, h, a, b, c, d, (t) + (at) + 4, WORD((at) + 4));              \
    STEP(d, e, f, g, h, a, b, c, (t) + (at) + 5, WORD((at) + 5));              \
    STEP(c, d, e, f, g, h, a, b, (t) + (at) + 6, WORD((at) + 6));              \
    STEP(b, c, d, e, f, g, h, a, (t) + (at) + 7, WORD((at) + 7));              \
  } while (0)

#define FIRST(i)     words[i]
#define FOLLOWING(i) schedule(words, i)

static void compress_block(uint32_t state[8], const uint8_t *block) {
  uint32_t words[16];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int t = 0; t < 16; t++)
    words[t] = load_word(block + 4 * t);
  STEPS(0, 0, FIRST);
  STEPS(0, 8, FIRST);
  for (int t = 16; t < 64; t += 16) {
    STEPS(t, 0, FOLLOWING);
    STEPS(t, 8, FOLLOWING);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

void rpl_sha256_compress(uint32_t state[8], const uint8_t *blocks,
                         size_t count) {
  for (; count; count--, blocks += BLOCK_BYTES)
    compress_block(state, blocks);
}

/* ---- by instructions of the processor ----------------------------------- */

#if defined(__x86_64__)

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))

/* Four steps. The processor keeps the variables as two vectors, `abef` and
 * `cdgh`; `now` are the words of these steps. */
#define FOUR_STEPS(t, now)                                                     \
  do {                                                                         \
    __m128i sum = _mm_add_epi32(                                               \
        now, _mm_loadu_si128((const __m128i *)(round_constants + (t))));       \
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);                             \
    sum = _mm_shuffle_epi32(sum, 0x0E);                                        \
    abef = _mm_sha256rnds2_epu32(abef, cdgh, sum);                             \
  } while (0)

/* The words that come sixteen after `w0`, whose place they take. */
#define NEXT_WORDS(w0, w1, w2, w3)                                             \
  w0 = _mm_sha256msg2_epu32(                                                   \
      _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), \
      w3)

#define SIXTEEN_STEPS(t)                                                       \
  do {                                                                         \
    NEXT_WORDS(w0, w1, w2, w3);                                                \
    FOUR_STEPS((t) + 0, w0);                                                   \
    NEXT_WORDS(w1, w2, w3, w0);                                                \
    FOUR_STEPS((t) + 4, w1);                                                   \
    NEXT_WORDS(w2, w3, w0, w1);                                                \
    FOUR_STEPS((t) + 8, w2);                                                   \
    NEXT_WORDS(w3, w0, w1, w2);                                                \
    FOUR_STEPS((t) + 12, w3);                                                  \
  } while (0)

TARGET static __m128i load_words(const uint8_t *bytes) {
  const __m128i turn_round =
      _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes), turn_round);
}

TARGET static void compress_native(uint32_t state[8], const uint8_t *blocks,
                                   size_t count) {
  __m128i *ends = (__m128i *)state;
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(ends), 0xB1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(ends + 1), 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  for (; count; count--, blocks += BLOCK_BYTES) {
    __m128i old_abef = abef, old_cdgh = cdgh;
    __m128i w0 = load_words(blocks), w1 = load_words(blocks + 16);
    __m128i w2 = load_words(blocks + 32), w3 = load_words(blocks + 48);
    FOUR_STEPS(0, w0);
    FOUR_STEPS(4, w1);
    FOUR_STEPS(8, w2);
    FOUR_STEPS(12, w3);
    SIXTEEN_STEPS(16);
    SIXTEEN_STEPS(32);
    SIXTEEN_STEPS(48);
    abef = _mm_add_epi32(abef, old_abef);
    cdgh = _mm_add_epi32(cdgh, old_cdgh);
  }
  __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128(ends, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(ends + 1, _mm_alignr_epi8(dchg, feba, 8));
}

/* clang has learnt the name of these instructions late. */
static bool has_instructions(void) {
#if defined(RPL_PROCESSOR_BY_COMPILER) && defined(__clang__)
  unsigned a, b, c, d;
  return RPL_PROCESSOR_HAS(SSE4_1, "sse4.1") &&
         __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1u);
#else
  return RPL_PROCESSOR_HAS(SSE4_1, "sse4.1") && RPL_PROCESSOR_HAS(SHA, "sha");
#endif
}

RplSha256Compress *rpl_sha256_native(void) {
  return has_instructions() ? compress_native : NULL;
}

#else

RplSha256Compress *rpl_sha256_native(void) { return NULL; }

#endif

/* ---- digests ------------------------------------------------------------- */

void rpl_sha256_init(RplSha256 *sha) {
  /* first 32 bits of the fraction of the square roots of the first 8 primes */
  static const uint32_t initial[8] = {
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  };
  memset(sha, 0, sizeof *sha);
  memcpy(sha->state, initial, sizeof initial);
  sha->compress = rpl_sha256_native();
  if (!sha->compress)
    sha->compress = rpl_sha256_compress;
}

void rpl_sha256_update(RplSha256 *sha, const void *data, size_t length) {
  const uint8_t *bytes = data;
  size_t held = (size_t)(sha->total_bytes % BLOCK_BYTES);
  sha->total_bytes += length;
  if (held && length >= BLOCK_BYTES - held) {
    memcpy(sha->block + held, bytes, BLOCK_BYTES - held);
    sha->compress(sha->state, sha->block, 1);
    bytes += BLOCK_BYTES - held;
    length -= BLOCK_BYTES - held;
    held = 0;
  }
  if (!held && length >= BLOCK_BYTES) {
    sha->compress(sha->state, bytes, length / BLOCK_BYTES);
    bytes += length - length % BLOCK_BYTES;
    length %= BLOCK_BYTES;
  }
  if (length)
    memcpy(sha->block + held, bytes, length);
}

void rpl_sha256_final(RplSha256 *sha, uint8_t digest[32]) {
  size_t held = (size_t)(sha->total_bytes % BLOCK_BYTES);
  uint64_t bits = sha->total_bytes * 8;
  sha->block[held++] = 0x80;
  if (held > LENGTH_OFFSET) {
    memset(sha->block + held, 0, BLOCK_BYTES - held);
    sha->compress(sha->state, sha->block, 1);
    held = 0;
  }
  memset(sha->block + held, 0, LENGTH_OFFSET - held);
  for (int i = 0; i < 8; i++)
    sha->block[LENGTH_OFFSET + i] = (uint8_t)(bits >> (56 - 8 * i));
  sha->compress(sha->state, sha->block, 1);
  for (int i = 0; i < RPL_SHA256_BYTES; i++)
    digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

void rpl_sha256_digest(const void *data, size_t length, uint8_t digest[32]) {
  RplSha256 sha;
  rpl_sha256_init(&sha);
  rpl_sha256_update(&sha, data, length);
  rpl_sha256_final(&sha, digest);
}

void rpl_sha256_hex(const uint8_t digest[32], char out[65]) {
  static const char digits[] = "0123456789abcdef";
  for (int i = 0; i < RPL_SHA256_BYTES; i++) {
    out[2 * i] = digits[digest[i] >> 4];
    out[2 * i + 1] = digits[digest[i] & 15];
  }
  out[2 * RPL_SHA256_BYTES] = '\0';
}
