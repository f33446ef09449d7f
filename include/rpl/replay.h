/* SPDX-License-Identifier: Apache-2.0
 *
 * replay.h - decides a record again and compares. A record is what
 * rpl_decision_json gives with RPL_JSON_RECORD: the decision with its facts,
 * params, edition and the digest of its program. With the same program it
 * replays to the same bytes, on any machine, whenever it is done.
 *
 * Nothing in a record is trusted: it may be any bytes.
 */
#ifndef RPL_RPL_REPLAY_H
#define RPL_RPL_REPLAY_H

#include "rpl/decide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What came of a replay. */
typedef enum RplReplayResult {
  RPL_REPLAY_SAME,          /* to the byte */
  RPL_REPLAY_DIFFERENT,     /* the decision is another one, or written so */
  RPL_REPLAY_MALFORMED,     /* the text is no record */
  RPL_REPLAY_NO_POLICY,     /* no policy of the program has that name */
  RPL_REPLAY_OTHER_EDITION, /* the policy is written for another edition */
  RPL_REPLAY_OTHER_PROGRAM, /* the record was made by another program */
  RPL_REPLAY_REFUSED,       /* the policy does not take the facts or params */
  RPL_REPLAY_OTHER_ZONES    /* the time zone data is of another version */
} RplReplayResult;

/* "same", "different", "malformed", "no_policy", "other_edition",
 * "other_program", "refused", "other_zones"; static. */
RPL_API const char *rpl_replay_name(RplReplayResult result);

typedef struct RplReplay {
  RplReplayResult result;
  size_t policy;     /* index in the program, once it was found; else 0 */
  char member[64];   /* DIFFERENT: the first member that differs: "amount" */
  char message[384]; /* one phrase, NUL-terminated; empty for SAME */
} RplReplay;

/* Replays one record; blanks around it do not count, and a first member "id",
 * as batches answer with, is passed over. RPL_OK whatever came of it: see
 * *replay. RPL_E_MEMORY, RPL_E_LIMIT as rpl_decide; RPL_E_ARGUMENT. The program
 * may be shared by threads; allocator NULL: libc's. */
RPL_API RPL_MUST_CHECK RplStatus rpl_replay(const RplProgram *program,
                                            RplSlice record,
                                            const RplAllocator *allocator,
                                            RplReplay *replay);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_REPLAY_H */
