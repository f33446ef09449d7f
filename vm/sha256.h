/* SPDX-License-Identifier: Apache-2.0
 *
 * sha256.h - SHA-256 of FIPS 180-4, for the digest of a program.
 * It is not for secrets: nothing is wiped and no key is involved.
 *
 * Invariant: the digest depends on the bytes alone, not on how they were cut
 * into updates, nor on the machine's byte order.
 */
#ifndef RPL_VM_SHA256_H
#define RPL_VM_SHA256_H

#include "rpl/base.h"

#define RPL_SHA256_BYTES     32
#define RPL_SHA256_HEX_BYTES 65 /* 64 digits and a NUL */

/* The step of the standard over so many blocks of 64 bytes. */
typedef void RplSha256Compress(uint32_t state[8], const uint8_t *blocks,
                               size_t count);

/* In portable C; and by instructions of the processor at hand, NULL where it
 * has none. Both give the same. */
RplSha256Compress rpl_sha256_compress;
RplSha256Compress *rpl_sha256_native(void);

/* A digest in the making; plain data, may be copied. */
typedef struct RplSha256 {
  RplSha256Compress *compress; /* chosen by init: the native one if there is */
  uint32_t state[8];
  uint64_t total_bytes; /* fed so far; the standard ends at 2^61 - 1 */
  uint8_t block[64];    /* the last total_bytes % 64 bytes fed */
} RplSha256;

/* Starts a digest. */
void rpl_sha256_init(RplSha256 *sha);

/* Feeds bytes; data may be NULL if length is 0. */
void rpl_sha256_update(RplSha256 *sha, const void *data, size_t length);

/* Ends the digest and writes it. Afterwards only init may be called. */
void rpl_sha256_final(RplSha256 *sha, uint8_t digest[32]);

/* All three at once. */
void rpl_sha256_digest(const void *data, size_t length, uint8_t digest[32]);

/* Writes a digest as 64 lower-case hex digits and a NUL. */
void rpl_sha256_hex(const uint8_t digest[32], char out[65]);

#endif /* RPL_VM_SHA256_H */
