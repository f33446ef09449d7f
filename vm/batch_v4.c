/* SPDX-License-Identifier: Apache-2.0
 * batch_v4.c - the batch engine for x86-64-v4; see batch_kernels.def. */
#if defined(__x86_64__)
#define RPL_TILE_KERNELS rpl_tile_v4
#define RPL_TILE_NAME    "x86-64-v4"
#define RPL_TILE_BYTES   64
#define RPL_TILE_LEVEL   4
#include "vm/batch_kernels.def"
#else
#include "vm/batch.h" /* a translation unit cannot be empty */
#endif
