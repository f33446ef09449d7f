/* SPDX-License-Identifier: Apache-2.0
 *
 * files.h - whole files in, whole files out, and the policies of a folder.
 * Everything that can go wrong is said in one sentence on standard error, and
 * comes back as an exit code.
 */
#ifndef RPL_CLI_FILES_H
#define RPL_CLI_FILES_H

#include <stdio.h>

#include "cli/options.h"

/* LIMIT: folders inside each other that a walk goes into. */
#define RPL_CLI_MAX_FOLDERS 64
/* LIMIT: files that a walk collects; the compiler's own limit is lower. */
#define RPL_CLI_MAX_FILES 10000

typedef enum RplPathKind {
  RPL_PATH_NONE, /* nothing is there */
  RPL_PATH_FILE, /* also pipes and devices */
  RPL_PATH_FOLDER
} RplPathKind;

/* What a path names. "-" is a file. */
RplPathKind rpl_cli_path_kind(const char *path);

/* Whether two paths lead to one file. */
bool rpl_cli_same_file(const char *first, const char *second);

/* The path with its folder as an absolute one without links; the last name
 * stays as it is. NULL when the folder is not there or memory is short. */
const char *rpl_cli_real_path(RplCliPool *pool, const char *path);

/* Reads a file, or standard input for "-", into the pool, with a NUL after the
 * last byte. Of a file that is larger than `max_bytes` it reads one byte more
 * than that, so that whoever takes the text refuses it. */
int rpl_cli_read(RplCliPool *pool, const char *path, size_t max_bytes,
                 RplSlice *text);

/* Adds the paths of all `.rpl` files at or below `folder` to a list, sorted by
 * their bytes. Names that begin with a dot are left out, and links to folders
 * are not followed. */
typedef struct RplCliPaths {
  const char **items;
  size_t count;
  size_t capacity;
} RplCliPaths;
int rpl_cli_walk(RplCliPool *pool, const char *folder, RplCliPaths *paths);

/* A file that appears whole or not at all: what is written goes to a temporary
 * file in the same folder, which takes the place of the old file at the end.
 * "-" is standard output; pipes and devices are written directly. */
typedef struct RplCliWriter {
  FILE *file;
  const char *path;      /* as given, for messages */
  const char *target;    /* what is replaced; NULL: written directly */
  const char *temporary; /* exists while target is not NULL */
} RplCliWriter;

/* Opens a writer. After a failure there is nothing to close. */
int rpl_cli_write_begin(RplCliWriter *writer, RplCliPool *pool,
                        const char *path);

/* Ends it: with keep, flushes to the disk and renames; without, or when a write
 * failed, removes the temporary file. Returns RPL_EXIT_OK or RPL_EXIT_IO. */
int rpl_cli_write_end(RplCliWriter *writer, bool keep);

/* The three steps at once for a result in memory. */
int rpl_cli_write(RplCliPool *pool, const char *path, RplSlice bytes);

#endif /* RPL_CLI_FILES_H */
