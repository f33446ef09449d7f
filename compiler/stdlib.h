/* SPDX-License-Identifier: Apache-2.0
 *
 * stdlib.h - the standard library's modules as bytes inside librpl, so that a
 * policy that uses them compiles without any file. The build writes the tables
 * from stdlib/ (cmake/embed.cmake). Looking a module up and parsing it is the
 * loader's business. The tables are constant and shared by all threads.
 */
#ifndef RPL_COMPILER_STDLIB_H
#define RPL_COMPILER_STDLIB_H

#include <stddef.h>

/* One module. `text` has `length` bytes of UTF-8, exactly those of the file,
 * and one zero after them that is not counted. */
typedef struct RplStdlibModule {
  const char *name; /* the dotted name, "std.refund"; NUL-terminated */
  const unsigned char *text;
  size_t length;
} RplStdlibModule;

/* The modules in the order of the build's list, and how many there are. */
extern const RplStdlibModule rpl_stdlib_modules[];
extern const size_t rpl_stdlib_module_count;

#endif /* RPL_COMPILER_STDLIB_H */
