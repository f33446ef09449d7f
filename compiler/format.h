/* SPDX-License-Identifier: Apache-2.0
 *
 * format.h - the one layout of a source text. format_scan.c turns the text into
 * tokens that know what stands between them and where lines may end;
 * format.c lays them out. It works on tokens and not on the tree, because the
 * tree keeps neither parentheses nor comments.
 *
 * Invariant: the tokens of the result are those of the text, in order, but for
 * statements of nothing (a semicolon alone), which go, and the semicolon of a
 * last statement, which comes. So the tree is the same.
 */
#ifndef RPL_COMPILER_FORMAT_H
#define RPL_COMPILER_FORMAT_H

#include "compiler/intern.h"
#include "compiler/report.h"
#include "vm/text.h"

/* Columns that a line should have at most; texts and comments are never cut. */
#define RPL_FORMAT_COLUMNS 80
/* LIMIT: parentheses inside each other in which lines are broken; what is
 * deeper stays on one line. */
#define RPL_FORMAT_MAX_DEPTH 32
/* LIMIT: breaks inside each other; bounds the recursion of the layout. */
#define RPL_FORMAT_MAX_WRAPS 48
/* LIMIT: columns of indentation of a statement in nested blocks. */
#define RPL_FORMAT_MAX_INDENT 40

/* How tightly the two sides of a gap hang together: a line that is too long is
 * broken at the loosest gaps in it. A pair of parentheses adds RPL_GAP_NEST. */
typedef enum RplGapLevel {
  RPL_GAP_HEAD, /* between the parts of a head: `given` of a test */
  RPL_GAP_LIST, /* after a comma */
  RPL_GAP_ELSE, /* before it, as before all that follow */
  RPL_GAP_THEN,
  RPL_GAP_OR,
  RPL_GAP_AND,
  RPL_GAP_COMPARE, /* == and the like, is, in, between, within */
  RPL_GAP_RANGE,   /* the `and` of between, the `of` of within */
  RPL_GAP_SUM,
  RPL_GAP_PRODUCT,
  RPL_GAP_ZONE,   /* the `in` of a zone */
  RPL_GAP_FORCED, /* only a comment breaks it */
  RPL_GAP_NEST = 16,
  RPL_GAP_NONE = 0xFFFF
} RplGapLevel;

/* What begins with a token, beside a token. */
typedef enum RplFormatPart {
  RPL_PART_NONE,
  RPL_PART_VALUE, /* what follows the `=` of a let or a definition */
  RPL_PART_JOIN,  /* a part that may share the line of the head */
  RPL_PART_OWN    /* a part with a line of its own */
} RplFormatPart;

typedef struct RplFormatComment {
  RplSlice text;   /* without the end of the line */
  uint32_t lines;  /* line ends between it and what is before it; at most 2 */
  bool is_line;    /* a `//` comment */
  bool has_breaks; /* has line ends inside */
} RplFormatComment;

typedef struct RplFormatToken {
  int kind; /* 0 for the end of the text, which is the last one */
  RplSlice text;
  size_t comment; /* index of the first comment before it */
  size_t comment_count;
  uint32_t lines; /* line ends between it and what is before it; at most 2 */
  uint16_t level; /* of the gap before it */
  bool has_space; /* one stands before it on a line */
  bool is_hard;   /* a comment before it ends the line */
  RplFormatPart part;
  size_t column; /* where it would begin if the whole text were one line */
  size_t width;  /* code points */
  size_t hards;  /* hard gaps up to here, its own included */
} RplFormatToken;

typedef struct RplFormatText {
  RplFormatToken *tokens;
  size_t count; /* without the end of the text */
  size_t capacity;
  RplFormatComment *comments;
  size_t comment_count;
  size_t comment_capacity;
} RplFormatText;

/* Cuts the text of source `number`, which must have been parsed without a
 * mistake, and judges every gap. False when memory is short. */
bool rpl_format_scan(RplArena *arena, RplInterner *interner, RplReport *report,
                     RplSources *sources, uint32_t number, RplFormatText *text);

/* Appends the layout to a buffer. Linear in the length of the text for a given
 * depth; recursion is bounded by RPL_FORMAT_MAX_WRAPS. */
void rpl_format_put(const RplFormatText *text, RplBuffer *out);

/* Braces of a record that is written out, among the kinds of tokens; those of
 * blocks are TOK_BEGIN and TOK_END. */
#define RPL_FORMAT_OPEN_RECORD  100000
#define RPL_FORMAT_CLOSE_RECORD 100001

#endif /* RPL_COMPILER_FORMAT_H */
