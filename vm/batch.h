/* SPDX-License-Identifier: Apache-2.0
 *
 * batch.h - the inside of the batch engine (rpl/batch.h). A tile is 64 rows
 * that go through the lowered form of a policy together (vm/lowered.h): which
 * of them are at an instruction is one word with a bit a row, a jump splits it,
 * a label joins it. What the tile cannot decide it hands back in `failed`.
 *
 *   batch.c            columns, tiles, rows that fail, the public functions
 *   batch_tile.c       from a lowered stream to one that tiles can run
 *   batch_kernels.def  the engine itself, compiled once for each level, with
 *                      batch_vector.def, _divide.def, _spans.def, _wide.def
 *   batch_v2.c ...     the levels
 *   batch_rows.c       operations that work row by row
 *
 * INVARIANT: what a tile computes for one row depends on no other row, so a row
 * gets the same decision in any tile, at any level, and alone.
 */
#ifndef RPL_VM_BATCH_H
#define RPL_VM_BATCH_H

#include "rpl/batch.h"
#include "vm/lowered.h"

#include <stdbool.h>

/* Rows of a tile: the bits of a mask. */
#define RPL_TILE_ROWS 64u

/* LIMIT: words of a frame for which a batch makes room, 512 bytes each; a
 * policy that needs more is decided row by row. */
#define RPL_BATCH_MAX_WORDS 4096u

/* LIMIT: outcomes that a tile tells apart; past it rows are decided alone. */
#define RPL_BATCH_MAX_OUTCOMES 255u

/* Fewer rows than this are decided alone: a tile costs as much as they do. */
#define RPL_BATCH_MIN_ROWS 12u

/* Keys of a table past which the rows that meet it are decided alone, as they
 * would spread over the table. */
#define RPL_BATCH_MAX_KEYS 8u

/* An instruction of a tile. Operands that are read are numbers of
 * RplTile.words, those that are written words of the frame. */
typedef struct RplTileCode {
  uint16_t op; /* RplLoweredOp */
  uint16_t a, b, c;
  uint32_t y;     /* an operand, or a number */
  uint32_t x;     /* a target's label, or as vm/lowered.def has it */
  uint32_t label; /* number of the label here; 0: nothing jumps here */
  uint32_t skip;  /* the next instruction with a label; the count: none */
  bool is_shared; /* others write the same place: only active rows may change */
  bool reads_y;   /* y is an operand */
  bool is_byte;   /* compares a with b, which is a constant of 0 .. 255 */
} RplTileCode;

/* A stream as tiles run it. */
typedef struct RplTileStream {
  const RplTileCode *code;
  uint32_t count;
  uint32_t label_count;
  const uint32_t *label_at; /* by instruction of the stream, for key tables */
  const RplLoweredKeys *tables;
  const RplLoweredGuard *guards;
} RplTileStream;

/* 64 rows at work. */
typedef struct RplTile {
  const int64_t *const *words; /* slots, then words of the frame: 64 each */
  const uint8_t *const *bytes; /* the same as 64 bytes where a column of bytes
                                  serves, else NULL */
  int64_t *frame;              /* 64 for each word */
  uint64_t *pending;           /* by label: rows that wait there; all 0 */
  const uint64_t *given;       /* by slot: rows with a value */
  const uint64_t *none;        /* by slot: rows without, known not to exist */
  const RplLowered *lowered;   /* the form that the stream is of */
  uint32_t slot_count;
  uint16_t currency;
  uint64_t active; /* rows to run; afterwards what is left of them: none */
  uint64_t failed; /* rows that the form stopped for */
  uint64_t has_amount;
  uint64_t has_deadline;
  uint8_t *outcome;  /* 64, zeroed, then or-ed into */
  int64_t *amount;   /* 64, zeroed; NULL: not wanted */
  int64_t *deadline; /* 64, zeroed; NULL: not wanted */
} RplTile;

/* Runs the rows of tile->active to their ends. */
typedef void (*RplTileRun)(const RplTileStream *stream, RplTile *tile);

/* Rows of the tile that lie in all of the ranges; words by slot. */
typedef uint64_t (*RplTileRanges)(const RplLoweredRange *ranges, uint32_t count,
                                  const int64_t *const *words);

/* Makes words of a tile of a column of int32 or uint8. */
typedef void (*RplTileWiden)(const void *values, RplWidth width, int64_t *to);

/* Kernels of a level; static tables, one a file. */
typedef struct RplTileKernels {
  const char *name;
  RplTileRun run;
  RplTileRanges ranges;
  RplTileWiden widen;
  bool (*is_exact)(void); /* whether the processor rounds to nearest */
} RplTileKernels;

extern const RplTileKernels rpl_tile_portable; /* not on x86-64 */
#if defined(__x86_64__)
extern const RplTileKernels rpl_tile_v2;
extern const RplTileKernels rpl_tile_v3;
extern const RplTileKernels rpl_tile_v4;
#endif

/* For tests: decides with other kernels that run here, counted from 0 and
 * around again. */
void rpl_batch_use(RplBatch *batch, uint32_t turn);

/* Translates a stream. Everything stays in `arena`. RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_tile_translate(RplArena *arena,
                                            const RplLowered *lowered,
                                            const RplLoweredStream *stream,
                                            RplTileStream *result);

/* An operation without a kernel, for the rows of `active`: returns those that
 * it stops for, or, for an operation that jumps, sets *taken to those that
 * jump. */
uint64_t rpl_tile_rows(const RplTileCode *code, const RplTile *tile,
                       uint64_t active, uint64_t *taken);

#endif /* RPL_VM_BATCH_H */
