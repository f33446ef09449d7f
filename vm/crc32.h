/* SPDX-License-Identifier: Apache-2.0
 *
 * crc32.h - CRC-32 of ISO 3309, as in zlib and PNG: finds damage, such as any
 * one byte changed; it is no defence against anybody who means to change data.
 */
#ifndef RPL_VM_CRC32_H
#define RPL_VM_CRC32_H

#include "rpl/base.h"

/* Goes on with a checksum in the making over so many bytes. It begins with all
 * bits set, and is the complement of what it ends with. */
typedef uint32_t RplCrc32Update(uint32_t crc, const uint8_t *bytes,
                                size_t length);

/* In portable C; and by instructions of the processor at hand, NULL where it
 * has none. Both give the same. */
RplCrc32Update rpl_crc32_update;
RplCrc32Update *rpl_crc32_native(void);

/* The checksum of `length` bytes, by whichever is faster. */
uint32_t rpl_crc32(const uint8_t *bytes, size_t length);

#endif /* RPL_VM_CRC32_H */
