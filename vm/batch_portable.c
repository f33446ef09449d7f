/* SPDX-License-Identifier: Apache-2.0
 * batch_portable.c - the batch engine for any processor; see
 * batch_kernels.def. */
#define RPL_TILE_KERNELS rpl_tile_portable
#define RPL_TILE_NAME    "portable"
#define RPL_TILE_BYTES   16
#define RPL_TILE_LEVEL   0
#include "vm/batch_kernels.def"
