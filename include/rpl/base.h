/* SPDX-License-Identifier: Apache-2.0
 *
 * base.h - what every other public header of RPL builds on: status codes,
 * text slices, the allocator and the three version numbers.
 *
 * Rules that hold for the whole interface:
 *  - Every function that can fail returns an RplStatus; out-parameters are
 *    written only on RPL_OK unless its comment says otherwise.
 *  - "borrows": the argument is used during the call only. "copies": the callee
 *    keeps its own copy. "returns owned": the caller frees it with the named
 *    function. Where nothing is said, an argument is borrowed.
 *  - Handles are opaque. A handle is used by one thread at a time unless its
 *    comment says that threads may share it.
 *  - Nothing here calls exit, abort or longjmp, keeps global state, or reads
 *    the clock, the locale or the environment.
 */
#ifndef RPL_RPL_BASE_H
#define RPL_RPL_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(RPL_STATIC_DEFINE)
#define RPL_API
#elif defined(__GNUC__)
#define RPL_API __attribute__((visibility("default")))
#else
#define RPL_API
#endif

#if defined(__GNUC__)
#define RPL_MUST_CHECK __attribute__((warn_unused_result))
#else
#define RPL_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the library: changes with every release. */
#define RPL_VERSION_MAJOR 0
#define RPL_VERSION_MINOR 1
#define RPL_VERSION_PATCH 0
#define RPL_VERSION       "0.1.0"

/* Newest edition of the language that this library compiles and runs. */
#define RPL_EDITION 1

/* Version of the program format that this library writes and loads. */
#define RPL_FORMAT 1

/* What a call came to. Zero is success; no other value is. */
typedef enum RplStatus {
  RPL_OK = 0,
  RPL_E_MEMORY,   /* the allocator returned NULL; nothing is lost or leaked */
  RPL_E_ARGUMENT, /* the caller broke a rule of this interface */
  RPL_E_COMPILE,  /* the policy does not compile; see the diagnostics */
  RPL_E_PROGRAM,  /* the bytes are not a valid program */
  RPL_E_LIMIT,    /* the program is valid but the host does not allow it */
  RPL_E_FACTS,    /* the facts were refused; see the fact error */
  RPL_E_IO,       /* a file could not be read or written */
  RPL_E_NOT_FOUND /* no policy, fact or output has that name */
} RplStatus;

/* One lower-case phrase for a status, for logs; static, never NULL. */
RPL_API const char *rpl_status_name(RplStatus status);

/* The three versions of the library that is running, which may be another than
 * the one whose headers were compiled: RPL_VERSION ("0.1.0"; static),
 * RPL_EDITION and RPL_FORMAT. A program of another format, or of a newer
 * edition, is refused when it is loaded. */
RPL_API const char *rpl_version(void);
RPL_API unsigned rpl_edition(void);
RPL_API unsigned rpl_format(void);

/* A piece of text: UTF-8, `length` bytes, not terminated, may hold no NUL.
 * {NULL, 0} is the empty text. */
typedef struct RplSlice {
  const char *data;
  size_t length;
} RplSlice;

/* The caller's allocator: one function for all three jobs, as in Lua.
 *  - block == NULL: allocate new_bytes;
 *  - new_bytes == 0: free block and return NULL;
 *  - otherwise: resize, keeping the smaller of both lengths.
 * old_bytes is the size asked for earlier (0 for a new block). It returns NULL
 * when memory is short, and then the old block stays valid. Results are aligned
 * as malloc's are. It is called from the thread that called RPL. */
typedef struct RplAllocator {
  void *(*reallocate)(void *context, void *block, size_t old_bytes,
                      size_t new_bytes);
  void *context;
} RplAllocator;

/* The allocator that is used where the caller passes NULL: libc's. */
RPL_API const RplAllocator *rpl_default_allocator(void);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_BASE_H */
