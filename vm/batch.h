/* SPDX-License-Identifier: Apache-2.0
 *
 * batch.h - the inside of the batch engine (rpl/batch.h). A tile is 64 rows
 * that go through the lowered form of a policy together (vm/lowered.h): which
 * of them are at an instruction is one word with a bit a row, a jump splits it,
 * a label joins it. A strip is eight tiles that go abreast, so that what an
 * instruction costs besides its rows is paid once for 512 of them. What a strip
 * cannot decide it hands back in `failed`.
 *
 *   batch.c            columns, strips, rows that fail, the public functions
 *   batch_tile.c       from a lowered stream to one that strips can run
 *   batch_ops.c        what the operations are to it
 *   batch_live.c       where words are read behind joins
 *   batch_values.c     which values the words of the frame hold where
 *   batch_kernels.def  the engine itself, compiled once for each level, with
 *                      batch_vector.def, _ranges.def, _divide.def, _words.def,
 *                      _tests.def, _days.def
 *   batch_v2.c ...     the levels
 *   batch_rows.c       operations that work row by row
 *
 * Paths that part do not stop a strip: it goes along all of them, one after the
 * other, and a policy tests the same condition and computes the same value on
 * many of them. So each test and each value has a memo: for which rows it is
 * known, and what came out. Behind the first time, a test costs a few
 * operations on masks, and a value nothing. Ends are shared too: rows wait
 * behind the stream for the outcome and the amount that they have come to, and
 * these are written once for all of them.
 *
 * INVARIANT: what a strip computes for one row depends on no other row, so a
 * row gets the same decision in any strip, at any level, and alone.
 */
#ifndef RPL_VM_BATCH_H
#define RPL_VM_BATCH_H

#include "rpl/batch.h"
#include "vm/lowered.h"

#include <stdbool.h>

/* Rows of a tile: the bits of a mask. */
#define RPL_TILE_ROWS 64u

/* Tiles of a strip. */
#define RPL_STRIP_TILES 8u
#define RPL_STRIP_ROWS  (RPL_STRIP_TILES * RPL_TILE_ROWS)

/* LIMIT: words that a stream's values take, 4 KiB each; a policy that needs
 * more is decided row by row. */
#define RPL_BATCH_MAX_WORDS 4096u

/* LIMIT: outcomes that a tile tells apart; past it rows are decided alone. */
#define RPL_BATCH_MAX_OUTCOMES 255u

/* Fewer rows than this are decided alone: a tile costs as much as they do. */
#define RPL_BATCH_MIN_ROWS 12u

/* Where one row in so many does not pass the gate, all rows of a strip go along
 * `plain`: two walks would cost more. */
#define RPL_BATCH_MANY_OTHERS 16u

/* Entries of a key table past which the rows that meet it are decided alone, as
 * they would spread over the table. */
#define RPL_BATCH_MAX_KEYS 64u

/* Keys of a table that are tests one after the other. */
#define RPL_BATCH_FEW_KEYS 8u

/* A bit for each row of a strip. */
typedef struct RplRows {
  uint64_t tile[RPL_STRIP_TILES];
} RplRows;

/* What is known of a test or a value: for which rows, and for which of these
 * the test holds, or the value stops. */
typedef struct RplMemo {
  RplRows known;
  RplRows holds;
} RplMemo;

/* What an instruction of a tile does; `op` says with which operation. */
typedef enum RplTileKind {
  RPL_TILE_VALUE,   /* makes word `out` of `in`, stops where that stops */
  RPL_TILE_PUT,     /* copies in[0] to `out`, for the rows that are here */
  RPL_TILE_IF,      /* rows for which the test holds go on at x */
  RPL_TILE_STOP_IF, /* rows for which it holds fail */
  RPL_TILE_END,     /* rows go on at y, and at x, unless that is 0 */
  RPL_TILE_DECIDE,  /* rows have outcome y */
  RPL_TILE_FLOW     /* the operation itself: JUMP, STOP, RETURN, ... */
} RplTileKind;

/* No operand. */
#define RPL_TILE_NO_WORD UINT16_MAX

/* An instruction of a tile. Operands are numbers of RplStrip.words. Tests are
 * IF_EQ, IF_LT, IF_EQ_W, IF_LT_W, IF_IN, IF_TEXT_EQ, IF_TEXT_LT,
 * IF_GIVEN, IF_NONE, IF_APART, KNOWN, RANGE, LENGTH, POSITIVE and COINED, which
 * hold where the operation of that name does not stop, or jumps. */
typedef struct RplTileCode {
  uint16_t op;       /* RplLoweredOp */
  uint8_t kind;      /* RplTileKind */
  bool is_byte;      /* compares in[0] with in[1], a constant of 0 .. 255 */
  bool is_int;       /* compares with a constant of 32 bits */
  bool is_not;       /* of a test: rows for which it does not hold are meant */
  bool is_stable;    /* depends on nothing that a path chose */
  bool can_stop;     /* of a value */
  bool is_wide;      /* of a value: it has two words */
  uint8_t in_count;  /* operands in `in`; those past it are 0 */
  uint16_t in[3];    /* what a test or a value is made of, in order */
  uint16_t out;      /* a wide value's low half; the high half is behind it */
  uint32_t x, y;     /* a target's label, or as vm/lowered.def has it */
  uint32_t memo;     /* of the test or the value */
  uint32_t needs[3]; /* memos of the operands; 0: these are always known */
  uint32_t label;    /* number of the label here; 0: nothing jumps here */
} RplTileCode;

/* What of an instruction is looked at each time: there are hundreds, and all
 * else of most of them is needed once a strip. */
typedef struct RplTileStep {
  uint32_t x; /* these as RplTileCode has them */
  uint32_t memo;
  uint32_t label;
  uint32_t skip; /* the next instruction with a label; the count: none */
  uint8_t kind;
  bool is_not;
  bool can_stop;
  bool is_more; /* the next one is an IF that jumps to the same label */
} RplTileStep;

/* A word of its own that a stream has, behind slots and constants. */
typedef struct RplTileWord {
  int64_t constant;
  bool is_constant;
  bool is_used;
} RplTileWord;

/* A stream as strips run it. */
typedef struct RplTileStream {
  const RplTileCode *code;
  const RplTileStep *steps; /* of the same instructions */
  uint32_t count;
  uint32_t label_count;
  uint32_t memo_count;
  const RplTileWord *words; /* its own, from number `first_word` on */
  uint32_t first_word, word_count;
  const uint32_t *label_at;  /* by instruction lowered, for key tables */
  const uint32_t *decide_at; /* by outcome: its label, for guards */
  const RplLoweredKeys *tables;
  const RplLoweredGuard *guards;
} RplTileStream;

/* What the next strip reads and writes of a column, and is to be on its way to
 * the caches by then: the addresses of what is left of it. */
typedef struct RplAhead {
  uintptr_t at, end;
} RplAhead;

/* Columns of a result: outcomes, amounts, deadlines. */
#define RPL_BATCH_RESULTS 3u

/* Rows at work. Words of tile t begin at words[w] + t * steps[w]. */
typedef struct RplStrip {
  const int64_t **words; /* slots, constants, then what the stream has */
  const uint8_t **bytes; /* the same as bytes where a column of bytes serves,
                            else NULL */
  const int32_t **ints;  /* the same of 32 bits */
  uint32_t *steps;       /* RPL_TILE_ROWS, or 0: the same rows in all tiles */
  RplMemo *memos;        /* nothing known; 0 is known for all rows */
  uint32_t *touched;     /* room for as many as there are memos */
  RplRows *pending;      /* by label: rows that wait there; all 0 */
  RplRows *given;        /* by slot: rows with a value */
  RplRows *none;         /* by slot: rows without, known not to exist */
  const RplLowered *lowered; /* the form that the streams are of */
  RplAhead *ahead;           /* room for each slot and RPL_BATCH_RESULTS */
  uint32_t ahead_count;
  uint32_t slot_count;
  uint32_t tile_count; /* of the strip: behind these, columns have no rows */
  uint16_t currency[RPL_STRIP_TILES];
  RplRows active; /* rows to run; afterwards what is left of them: none */
  RplRows failed; /* rows that the form stopped for */
  RplRows has_amount;
  RplRows has_deadline;
  uint8_t *outcome;  /* zeroed, then or-ed into */
  int64_t *amount;   /* of rows that have one; NULL: not wanted */
  int64_t *deadline; /* the same */
} RplStrip;

/* Runs the rows of strip->active to their ends. */
typedef void (*RplStripRun)(const RplTileStream *stream, RplStrip *strip);

/* Leaves those of the rows that lie in all of the ranges. */
typedef void (*RplTileRanges)(const RplLoweredRange *ranges, uint32_t count,
                              const RplStrip *strip, RplRows *rows);

/* Makes `count` words, a multiple of 64, of a column of int32 or uint8. */
typedef void (*RplTileWiden)(const void *values, RplWidth width, size_t count,
                             int64_t *to);

/* Makes the words of all rows 0 that `has` does not name. */
typedef void (*RplTileClear)(int64_t *words, const RplRows *has,
                             uint32_t tile_count);

/* Kernels of a level; static tables, one a file. */
typedef struct RplTileKernels {
  const char *name;
  RplStripRun run;
  RplTileRanges ranges;
  RplTileWiden widen;
  RplTileClear clear;
  bool (*is_exact)(void); /* whether the processor rounds to nearest */
} RplTileKernels;

extern const RplTileKernels rpl_tile_portable; /* not on x86-64 */
#if defined(__x86_64__)
extern const RplTileKernels rpl_tile_v2;
extern const RplTileKernels rpl_tile_v3;
extern const RplTileKernels rpl_tile_v4;
#endif

/* Kernels that run here, the best last; there may be none. */
uint32_t rpl_batch_levels(const RplTileKernels *found[3]);

/* For tests: decides with other kernels. */
void rpl_batch_use(RplBatch *batch, const RplTileKernels *kernels);

/* Translates a stream whose own words begin at number `first_word`. Everything
 * stays in `arena`. RPL_E_MEMORY; RPL_E_LIMIT when it has too many words. */
RPL_MUST_CHECK RplStatus rpl_tile_translate(RplArena *arena,
                                            const RplLowered *lowered,
                                            const RplLoweredStream *stream,
                                            uint32_t first_word,
                                            RplTileStream *result);

/* Makes room for what the streams need besides the columns: words, memos,
 * labels. The rest of *strip is 0. Everything stays in `arena`. RPL_E_MEMORY.
 */
RPL_MUST_CHECK RplStatus rpl_strip_make(RplArena *arena,
                                        const RplLowered *lowered,
                                        const RplTileStream *streams,
                                        uint32_t stream_count, RplStrip *strip);

/* A value or test without a kernel, for the rows of `rows` in a tile: returns
 * those that it stops for, or for which it holds. */
uint64_t rpl_tile_rows(const RplTileCode *code, const RplStrip *strip,
                       uint32_t tile, uint64_t rows);

/* Puts rows where the key table of a SWITCH sends them. */
void rpl_tile_send(const RplTileStream *stream, const RplStrip *strip,
                   const RplTileCode *code, const RplRows *rows);

/* Rows of a tile that lie in a range. */
uint64_t rpl_tile_in_range(const RplLoweredRange *range, const RplStrip *strip,
                           uint32_t tile);

/* Asks for some of what the next strip needs. Called again and again between
 * things that take a while: tables are read from far away, the processor sees a
 * strip's columns end before it knows where the next ones begin, and all of it
 * at once would stop everything else. */
void rpl_strip_look_ahead(RplStrip *strip);

/* The words of an operand in a tile. */
static inline const int64_t *rpl_tile_words(const RplStrip *strip,
                                            uint32_t operand, uint32_t tile) {
  return strip->words[operand] + (size_t)tile * strip->steps[operand];
}

/* Whether every byte lies in a range. */
static inline bool rpl_holds_bytes(const RplLoweredRange *range) {
  return range->low <= 0 && range->high >= UINT8_MAX;
}

/* Where a value of its own is written. */
static inline int64_t *rpl_tile_out(const RplStrip *strip, uint32_t operand,
                                    uint32_t tile) {
  return (int64_t *)(uintptr_t)rpl_tile_words(strip, operand, tile);
}

#endif /* RPL_VM_BATCH_H */
