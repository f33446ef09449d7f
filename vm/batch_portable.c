/* SPDX-License-Identifier: Apache-2.0
 * batch_portable.c - the batch engine for any processor; see batch_kernels.def.
 * On x86-64 one of its levels serves, and only the tests want this one too. */
#if !defined(__x86_64__) || defined(RPL_TILE_EVERYWHERE)
#define RPL_TILE_KERNELS rpl_tile_portable
#define RPL_TILE_NAME    "portable"
#define RPL_TILE_BYTES   16
#define RPL_TILE_LEVEL   0
#include "vm/batch_kernels.def"
#else
#include "vm/batch.h" /* a translation unit cannot be empty */
#endif
