/* SPDX-License-Identifier: Apache-2.0
 * source_file.c - sources from files: rpl_compiler_add_file and the loader of
 * what such a policy draws in. No other part of the compiler opens a file.
 *
 * Names that are drawn in are dotted words of the language, so that no path
 * leads out of the directory but by its own links. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "compiler/compile.h"
#include "vm/text.h"

/* Bytes that are read at once. */
#define PIECE_BYTES ((size_t)32 * 1024)

/* Text of the compiler's arena, ended by NUL: DIRECTORY/NAME, and with `dotted`
 * points as slashes and `.rpl` behind. NULL when memory is short. */
static char *path_below(RplCompiler *compiler, RplSlice directory,
                        RplSlice name, bool dotted) {
  size_t room = directory.length + name.length + sizeof "/.rpl";
  char *path = rpl_arena_alloc(&compiler->arena, room);
  size_t at = directory.length;
  if (!path)
    return NULL;
  if (at)
    memcpy(path, directory.data, at);
  if (at && path[at - 1] != '/')
    path[at++] = '/';
  for (size_t i = 0; i < name.length; i++)
    path[at++] = dotted && name.data[i] == '.' ? '/' : name.data[i];
  memcpy(path + at, dotted ? ".rpl" : "", dotted ? sizeof ".rpl" : 1);
  return path;
}

/* Everything of an open file, up to one byte more than a source may have, so
 * that the limit shows. */
static RplStatus read_open(RplCompiler *compiler, FILE *file, RplSlice *text) {
  RplBuffer buffer;
  char piece[PIECE_BYTES];
  size_t count;
  rpl_buffer_init(&buffer, compiler->allocator);
  do {
    count = fread(piece, 1, sizeof piece, file);
    rpl_buffer_bytes(&buffer, piece, count);
  } while (count == sizeof piece && !buffer.is_failed &&
           rpl_buffer_view(&buffer).length <= RPL_MAX_SOURCE_BYTES);
  RplSlice view = rpl_buffer_view(&buffer);
  char *copy = buffer.is_failed
                   ? NULL
                   : rpl_arena_copy(&compiler->arena, view.data, view.length);
  *text = (RplSlice){copy, view.length};
  rpl_buffer_clear(&buffer);
  if (!copy)
    return RPL_E_MEMORY;
  return ferror(file) ? RPL_E_IO : RPL_OK;
}

static RplStatus read_file(RplCompiler *compiler, const char *path,
                           RplSlice *text) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return errno == ENOENT || errno == ENOTDIR ? RPL_E_NOT_FOUND : RPL_E_IO;
  RplStatus status = read_open(compiler, file, text);
  (void)fclose(file);
  return status;
}

/* The loader of a compiler that was given none. */
static RplStatus load_below(void *context, RplSlice name, RplSlice *shown,
                            RplSlice *text) {
  RplCompiler *compiler = context;
  char *path = path_below(compiler, compiler->directory, name, true);
  if (!path)
    return RPL_E_MEMORY;
  *shown = rpl_slice_from(path);
  return read_file(compiler, path, text);
}

/* Remembers the directory; one compiler has one. */
static RplStatus set_directory(RplCompiler *compiler, RplSlice directory) {
  if (compiler->directory.data)
    return rpl_slice_equal(compiler->directory, directory) ? RPL_OK
                                                           : RPL_E_ARGUMENT;
  char *copy =
      rpl_arena_copy(&compiler->arena, directory.data, directory.length);
  if (!copy)
    return RPL_E_MEMORY;
  compiler->directory = (RplSlice){copy, directory.length};
  if (!compiler->loader) {
    compiler->loader = load_below;
    compiler->loader_context = compiler;
  }
  return RPL_OK;
}

RplStatus rpl_compiler_add_file(RplCompiler *compiler, RplSlice directory,
                                RplSlice file) {
  RplSlice text;
  if (!compiler || !file.length || memchr(file.data, 0, file.length) ||
      (directory.length && memchr(directory.data, 0, directory.length)))
    return RPL_E_ARGUMENT;
  char *path = path_below(compiler, directory, file, false);
  RplStatus status = path ? read_file(compiler, path, &text) : RPL_E_MEMORY;
  if (status == RPL_OK)
    status = set_directory(compiler, directory);
  return status ? status
                : rpl_compiler_add(compiler, file, rpl_slice_from(path), text);
}
