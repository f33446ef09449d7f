/* SPDX-License-Identifier: Apache-2.0
 *
 * json_lines.h - takes one line of a batch of requests apart:
 *
 *   {"id": any, "policy": "cms.ssl", "facts": {...}, "params": {...}}
 *
 * It finds where the values stand and copies nothing. The whole line is checked
 * to be strict JSON (RFC 8259, UTF-8, no NUL, no lone surrogates, no more than
 * RPL_CLI_JSON_DEPTH levels); what facts and params say, and whether their
 * names repeat, is for the library.
 *
 * Invariant: linear time, no allocation, recursion bounded by the depth limit.
 */
#ifndef RPL_CLI_JSON_LINES_H
#define RPL_CLI_JSON_LINES_H

#include <stdbool.h>

#include "rpl/base.h"

/* LIMIT: objects and arrays inside each other, the outermost one counted. */
#define RPL_CLI_JSON_DEPTH 64

/* Why a text was refused. */
typedef struct RplCliJsonError {
  const char *text; /* one lower-case phrase, static */
  size_t offset;    /* byte where the offending thing begins */
} RplCliJsonError;

/* The raw texts of the values, inside the line; data is NULL where a member is
 * absent. */
typedef struct RplCliRequest {
  RplSlice id;
  RplSlice policy; /* a string with its quotes */
  RplSlice facts;
  RplSlice params;
} RplCliRequest;

/* Splits a line. False: it is not such an object, *error says why, and
 * *request has what was whole before the mistake (so that an answer can carry
 * the id). A member that is repeated or not known is a mistake. */
bool rpl_cli_request_split(RplSlice line, RplCliRequest *request,
                           RplCliJsonError *error);

/* Finds a member of a JSON object, by a name without escapes. False when the
 * text is not JSON or the object has no such member. */
bool rpl_cli_json_find(RplSlice json, const char *name, RplSlice *value);

/* Decodes a JSON string with its quotes, known to be well formed, to at most
 * `room` bytes of UTF-8. Returns the length, or SIZE_MAX when it does not fit.
 */
size_t rpl_cli_json_decode(RplSlice raw, char *out, size_t room);

/* Code points in the first `bytes` bytes of a text: columns of messages. */
size_t rpl_cli_json_points(RplSlice text, size_t bytes);

#endif /* RPL_CLI_JSON_LINES_H */
