/* SPDX-License-Identifier: Apache-2.0
 *
 * json_read.h - a strict reader of JSON (RFC 8259) into a tree of nodes.
 * Numbers stay text, exactly as written; what they mean is decided elsewhere.
 * It is not a stream parser and accepts no extension whatever.
 *
 * Refused, beyond bad syntax: bytes that are not UTF-8, a byte order mark,
 * NUL (raw or \u0000), lone surrogates, a key that occurs twice in an object,
 * and anything past the limits below.
 *
 * Invariant: time is O(n log n) at worst in the length of the text (the log
 * comes from finding repeated keys by sorting, so no choice of keys is worse),
 * memory is O(n), and there is no recursion.
 */
#ifndef RPL_VM_JSON_READ_H
#define RPL_VM_JSON_READ_H

#include "rpl/base.h"
#include "vm/arena.h"

#include <stdbool.h>

/* LIMIT: objects and arrays inside each other; [] alone has depth 1. */
#define RPL_JSON_MAX_DEPTH 64
/* LIMIT: bytes of a text, unless the caller names another limit. */
#define RPL_JSON_MAX_BYTES ((size_t)1 << 20)
/* LIMIT: members of one object or items of one array, likewise. */
#define RPL_JSON_MAX_MEMBERS 10000
/* LIMIT: bytes of a text whatever the caller says (offsets have 32 bits). */
#define RPL_JSON_HARD_MAX_BYTES ((size_t)UINT32_MAX - 1)

/* The caller's limits; a member that is 0 stands for the default above. */
typedef struct RplJsonLimits {
  size_t max_bytes;     /* above RPL_JSON_HARD_MAX_BYTES counts as that */
  uint32_t max_depth;   /* above RPL_JSON_MAX_DEPTH counts as that */
  uint32_t max_members; /* per object or array */
} RplJsonLimits;

typedef enum RplJsonType {
  RPL_JSON_NULL,
  RPL_JSON_BOOLEAN,
  RPL_JSON_NUMBER,
  RPL_JSON_STRING,
  RPL_JSON_ARRAY,
  RPL_JSON_OBJECT
} RplJsonType;

/* Why a text was refused. */
typedef enum RplJsonCode {
  RPL_JSON_OK = 0,
  RPL_JSON_E_MEMORY,    /* the arena gave NULL */
  RPL_JSON_E_BYTES,     /* the text is longer than the limit */
  RPL_JSON_E_DEPTH,     /* nested deeper than the limit */
  RPL_JSON_E_MEMBERS,   /* more members or items than the limit */
  RPL_JSON_E_END,       /* the text ends too early */
  RPL_JSON_E_VALUE,     /* no value where one must stand */
  RPL_JSON_E_KEY,       /* no key in quotes where one must stand */
  RPL_JSON_E_COLON,     /* no colon after a key */
  RPL_JSON_E_COMMA,     /* neither comma nor closing bracket */
  RPL_JSON_E_TRAILING,  /* something after the value */
  RPL_JSON_E_NUMBER,    /* not a JSON number: 01, 1., +1, .5, 1e */
  RPL_JSON_E_ESCAPE,    /* an escape that does not exist */
  RPL_JSON_E_CONTROL,   /* a raw control character in a string */
  RPL_JSON_E_NUL,       /* NUL, raw or \u0000 */
  RPL_JSON_E_SURROGATE, /* half a surrogate pair */
  RPL_JSON_E_UTF8,      /* bytes that are not UTF-8 */
  RPL_JSON_E_BOM,       /* a byte order mark at the start */
  RPL_JSON_E_DUPLICATE  /* a key for the second time in one object */
} RplJsonCode;

typedef struct RplJsonError {
  RplJsonCode code;
  const char *text; /* one lower-case phrase, static, never NULL */
  size_t offset;    /* byte where the offending thing begins */
} RplJsonError;

/* One value. Read it through the functions below; the members are shown so
 * that these can be inline. Nodes live in the arena. */
typedef struct RplJsonNode RplJsonNode;
struct RplJsonNode {
  const RplJsonNode *first;
  const RplJsonNode *next;
  RplSlice key;
  RplSlice text;
  uint32_t offset;
  uint32_t key_offset;
  uint32_t child_count;
  uint8_t type;
  bool is_true;
};

typedef struct RplJsonDoc {
  const RplJsonNode *root;
  RplSlice input;      /* as given, borrowed for the document's life */
  uint32_t node_count; /* all values, root included */
} RplJsonDoc;

/* Reads one JSON value with nothing but blanks around it. The nodes and the
 * strings that needed decoding are in the arena; other strings, keys and
 * numbers point into `input`, which must stay unchanged while the document is
 * used. limits may be NULL. Returns RPL_OK, RPL_E_MEMORY or RPL_E_FACTS;
 * *doc is written only on RPL_OK, *error always (it must not be NULL).
 * A repeated key is reported when its object ends, at the first key (in
 * document order) that occurred before. */
RPL_MUST_CHECK RplStatus rpl_json_parse(RplArena *arena, RplSlice input,
                                        const RplJsonLimits *limits,
                                        RplJsonDoc *doc, RplJsonError *error);

/* What stands for a code in RplJsonError.text; static, never NULL. */
const char *rpl_json_code_text(RplJsonCode code);

/* "null", "a boolean", "a number", "a string", "an array", "an object". */
const char *rpl_json_type_text(RplJsonType type);

/* Line and column, both from 1, of a byte offset; columns count code points,
 * lines end at LF. The text before the offset should be UTF-8. An offset past
 * the end counts as the end. Linear in the offset. */
void rpl_json_position(RplSlice input, size_t offset, uint32_t *line,
                       uint32_t *column);

/* The member of an object with that key, or NULL (also if node is no object).
 * Linear in the number of members. */
const RplJsonNode *rpl_json_member(const RplJsonNode *node, RplSlice key);

/* What kind of value the node is. */
static inline RplJsonType rpl_json_type(const RplJsonNode *node) {
  return (RplJsonType)node->type;
}

/* First item or member, in document order; NULL for {} and [] and scalars. */
static inline const RplJsonNode *rpl_json_first(const RplJsonNode *node) {
  return node->first;
}

/* Next item or member of the same parent; NULL after the last. */
static inline const RplJsonNode *rpl_json_next(const RplJsonNode *node) {
  return node->next;
}

/* Number of items or members; 0 for scalars. */
static inline uint32_t rpl_json_count(const RplJsonNode *node) {
  return node->child_count;
}

/* Decoded key of an object's member; empty for other nodes. */
static inline RplSlice rpl_json_key(const RplJsonNode *node) {
  return node->key;
}

/* Decoded text of a string, raw text of a number; empty for other nodes.
 * Never holds NUL. */
static inline RplSlice rpl_json_text(const RplJsonNode *node) {
  return node->text;
}

/* The value of a boolean; false for other nodes. */
static inline bool rpl_json_is_true(const RplJsonNode *node) {
  return node->is_true;
}

/* Byte offset of the value (a string's opening quote) in the input. */
static inline size_t rpl_json_offset(const RplJsonNode *node) {
  return node->offset;
}

/* Byte offset of the member's key (its opening quote); 0 for other nodes. */
static inline size_t rpl_json_key_offset(const RplJsonNode *node) {
  return node->key_offset;
}

#endif /* RPL_VM_JSON_READ_H */
