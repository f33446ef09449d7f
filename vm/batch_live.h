/* SPDX-License-Identifier: Apache-2.0
 *
 * batch_live.h - where the place of a word is read further on, while a stream
 * is translated for the batch engine (vm/batch_tile.c): what is written to a
 * word has to be put into its place only there. Nothing else includes this.
 *
 * LIMIT: past RPL_LIVE_MAX words of bits every place is read everywhere.
 */
#ifndef RPL_VM_BATCH_LIVE_H
#define RPL_VM_BATCH_LIVE_H

#include "vm/batch.h"

#define RPL_LIVE_MAX ((size_t)1 << 19)

typedef struct RplLive {
  const RplLoweredStream *stream;
  uint64_t *bits; /* a row an instruction, a bit a word; NULL: too many */
  size_t width;   /* of a row */
} RplLive;

/* Begins with nothing read. RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_live_begin(RplLive *live, RplArena *arena,
                                        const RplLoweredStream *stream,
                                        uint32_t word_count);

/* Instruction `at` reads the place of a word. */
void rpl_live_read(RplLive *live, uint32_t at, uint32_t word);

/* Ends the reading: finds from where on each place is wanted. */
void rpl_live_spread(RplLive *live);

/* Whether something behind an instruction, which writes the word, reads its
 * place. */
bool rpl_live_behind(const RplLive *live, uint32_t at, uint32_t word);

#endif /* RPL_VM_BATCH_LIVE_H */
