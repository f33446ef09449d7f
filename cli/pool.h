/* SPDX-License-Identifier: Apache-2.0
 *
 * pool.h - memory that lives until the command ends: paths, texts of files,
 * lists of arguments. It is not for what grows with the number of lines of a
 * batch (cli/lines.h keeps one buffer for those).
 *
 * Invariant: a block never moves and is freed only with its pool.
 */
#ifndef RPL_CLI_POOL_H
#define RPL_CLI_POOL_H

#include "rpl/base.h"

typedef struct RplCliBlock RplCliBlock;

/* Start with {NULL}. */
typedef struct RplCliPool {
  RplCliBlock *blocks;
} RplCliPool;

/* Zeroed memory, aligned as malloc's is; NULL when memory is short. */
void *rpl_cli_pool_alloc(RplCliPool *pool, size_t bytes);

/* Makes room for one more item than `count`: returns `items` or a larger copy,
 * with *capacity set; NULL when memory is short. Start with NULL and 0. */
void *rpl_cli_pool_grow(RplCliPool *pool, void *items, size_t count,
                        size_t *capacity, size_t item_bytes);

/* first + second as a C string; NULL when memory is short. */
char *rpl_cli_pool_join(RplCliPool *pool, RplSlice first, RplSlice second);

/* Frees every block. */
void rpl_cli_pool_clear(RplCliPool *pool);

#endif /* RPL_CLI_POOL_H */
