/* SPDX-License-Identifier: Apache-2.0
 * batch_v2.c - the batch engine for x86-64-v2; see batch_kernels.def. */
#if defined(__x86_64__)
#define RPL_TILE_KERNELS rpl_tile_v2
#define RPL_TILE_NAME    "x86-64-v2"
#define RPL_TILE_BYTES   16
#define RPL_TILE_LEVEL   2
#include "vm/batch_kernels.def"
#else
#include "vm/batch.h" /* a translation unit cannot be empty */
#endif
