/* SPDX-License-Identifier: Apache-2.0
 * batch_v3.c - the batch engine for x86-64-v3; see batch_kernels.def. */
#if defined(__x86_64__)
#define RPL_TILE_KERNELS rpl_tile_v3
#define RPL_TILE_NAME    "x86-64-v3"
#define RPL_TILE_BYTES   32
#define RPL_TILE_LEVEL   3
#include "vm/batch_kernels.def"
#else
#include "vm/batch.h" /* a translation unit cannot be empty */
#endif
