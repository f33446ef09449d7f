/* SPDX-License-Identifier: Apache-2.0
 *
 * roots.h - where dotted names begin. A file's root is its path less its own
 * dotted name: `x/cms/ssl.rpl` that holds `policy cms.ssl` has the root `x/`.
 * The name is read from the text without a parse; whether it is right is for
 * the compiler to say.
 */
#ifndef RPL_CLI_ROOTS_H
#define RPL_CLI_ROOTS_H

#include "cli/pool.h"

/* LIMIT: bytes of a dotted name; longer ones count as none. */
#define RPL_CLI_MAX_DOTTED 128

typedef enum RplUnitKind {
  RPL_UNIT_NONE, /* no header was found */
  RPL_UNIT_POLICY,
  RPL_UNIT_MODULE
} RplUnitKind;

/* What a text says that it is. */
typedef struct RplCliHeader {
  RplUnitKind kind;
  size_t length;
  char name[RPL_CLI_MAX_DOTTED + 1]; /* "cms.ssl"; empty without a header */
} RplCliHeader;

/* Finds the header: the first statement that begins with `policy` or `module`,
 * comments and texts skipped. Linear in the length of the text before it. */
void rpl_cli_header(RplSlice text, RplCliHeader *header);

/* The file of a dotted name below its root: "cms/ssl.rpl". NULL when memory is
 * short. */
const char *rpl_cli_dotted_file(RplCliPool *pool, RplSlice name);

/* Length of the root at the start of `path`, slash included (0: the current
 * folder), when the path ends in `file` after a slash or as a whole. SIZE_MAX
 * when it does not. */
size_t rpl_cli_root_length(const char *path, const char *file);

#endif /* RPL_CLI_ROOTS_H */
