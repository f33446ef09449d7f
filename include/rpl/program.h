/* SPDX-License-Identifier: Apache-2.0
 *
 * program.h - compiled policies: load bytes from anywhere, verify them, look at
 * what they want to know. A loaded program is immutable; any number of threads
 * may use it at once, each with a context of its own (rpl/decide.h). What not
 * every host needs of it is made when it is first asked for, by whichever
 * thread, with the program's allocator: the digest and the form of a policy
 * that rpl/slots.h runs. rpl_program_prepare makes both beforehand.
 *
 * A program counts its references: the one that rpl_program_load returns, one
 * for each rpl_program_ref, and one for each context. So a host that puts a new
 * program in the place of an old one frees its own reference to the old one at
 * once; the threads that still decide with it end it when their contexts go.
 */
#ifndef RPL_RPL_PROGRAM_H
#define RPL_RPL_PROGRAM_H

#include <stdbool.h>

#include "rpl/base.h"
#include "rpl/zones.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A verified program or bundle of programs. */
typedef struct RplProgram RplProgram;

/* What a host accepts. Fill it with rpl_limits_init and lower what you like;
 * a program that needs more, or that the host does not know where it names
 * those that it does, is refused with RPL_E_LIMIT before anything runs. */
typedef struct RplLimits {
  size_t max_bytes;  /* size of the file (default 64 MiB) */
  uint64_t max_cost; /* worst-case cost of one decision (default 10^6) */
  size_t max_decision_bytes; /* memory of one decision (default 64 MiB) */
  /* Digests (rpl_program_digest) of the policies that the host knows, borrowed
   * during the load: a file with any other policy in it is refused, and with a
   * count of 0 every file is. NULL, the default: any valid program is taken. */
  const uint8_t (*known_digests)[32];
  size_t known_digest_count;
  /* Elements that any list of a policy may have: the bound that its type
   * declares (default 10,000, which no program is above). The cost counts what
   * is done for each element; this bounds what a request may bring. */
  uint32_t max_list_items;
} RplLimits;

/* Fills in the defaults. */
RPL_API void rpl_limits_init(RplLimits *limits);

/* Why bytes were refused. */
typedef struct RplLoadError {
  char message[160]; /* one lower-case English phrase, NUL-terminated */
  size_t offset;     /* byte of the file, as near as is known */
} RplLoadError;

/* Verifies `size` bytes and makes a program of them. The bytes are copied and
 * may be freed afterwards. Any byte string may be given: it is accepted or
 * refused in time linear in its size. limits NULL: the defaults; allocator
 * NULL: libc's (it must outlive the program); error may be NULL. On RPL_OK
 * *program is owned by the caller. The data of the time zones that it names is
 * read now (rpl/zones.h). Failures: RPL_E_PROGRAM (not valid), RPL_E_NOT_FOUND
 * (a zone that does not exist), RPL_E_IO (its data cannot be read),
 * RPL_E_LIMIT, RPL_E_MEMORY, RPL_E_ARGUMENT. */
RPL_API RPL_MUST_CHECK RplStatus rpl_program_load(
    const void *bytes, size_t size, const RplLimits *limits,
    const RplAllocator *allocator, RplProgram **program, RplLoadError *error);

/* The same with zones from elsewhere; zones NULL: the system's, as above. */
RPL_API RPL_MUST_CHECK RplStatus rpl_program_load_zones(
    const void *bytes, size_t size, const RplLimits *limits,
    const RplZoneSource *zones, const RplAllocator *allocator,
    RplProgram **program, RplLoadError *error);

/* Makes what the first requests to policy `index` would wait for: a service
 * that decides by slots (rpl/slots.h, rpl/batch.h) calls it when it has loaded
 * a program, before it makes contexts. Nothing is decided otherwise without it,
 * and a second call does nothing. Any thread may call it. RPL_E_ARGUMENT: there
 * is no such policy; RPL_E_MEMORY leaves the program as usable as before. */
RPL_API RPL_MUST_CHECK RplStatus rpl_program_prepare(const RplProgram *program,
                                                     size_t index);

/* Counts one reference more, for another owner, and returns the program. Any
 * thread may call it while another reference is held; reading the variable that
 * holds the program and calling this must be one step for whoever may free that
 * reference meanwhile (a lock does it: docs/embedding.md). NULL gives NULL. */
RPL_API RplProgram *rpl_program_ref(RplProgram *program);

/* Gives one reference back. The last one, of whichever thread, frees the
 * program; so the allocator of a program that threads share must be one that
 * threads may share. NULL is allowed. */
RPL_API void rpl_program_free(RplProgram *program);

/* How many policies are in it (at least 1), sorted by name. */
RPL_API size_t rpl_program_policy_count(const RplProgram *program);

/* Name of policy `index` ("cms.gateway"); empty when out of range. Lives as
 * long as the program, as do all slices below. */
RPL_API RplSlice rpl_program_policy_name(const RplProgram *program,
                                         size_t index);

/* Finds a policy by name; RPL_E_NOT_FOUND leaves *index alone. */
RPL_API RPL_MUST_CHECK RplStatus rpl_program_find(const RplProgram *program,
                                                  RplSlice name, size_t *index);

/* The SHA-256 of the policy's canonical bytes, its name among programs. It is
 * computed by the first call, in time linear in the policy. */
RPL_API void rpl_program_digest(const RplProgram *program, size_t index,
                                uint8_t digest[32]);

/* The highest cost that one decision of the policy can have. */
RPL_API uint64_t rpl_program_cost(const RplProgram *program, size_t index);

/* One fact or param that a policy declares. */
typedef struct RplFactInfo {
  RplSlice name;
  RplSlice type; /* as written: "datetime?", "number", an enumeration's name */
  RplSlice describe; /* what it means; empty when stripped */
  bool is_param;     /* set by the deployer, not by a request */
} RplFactInfo;

/* Number of facts and params of a policy; facts are numbered in the order of
 * their declaration, and the number is the slot. */
RPL_API size_t rpl_program_fact_count(const RplProgram *program, size_t index);
RPL_API RPL_MUST_CHECK RplStatus rpl_program_fact(const RplProgram *program,
                                                  size_t index, size_t slot,
                                                  RplFactInfo *info);

/* The slot of a fact or param by its name; RPL_E_NOT_FOUND leaves *slot alone.
 */
RPL_API RPL_MUST_CHECK RplStatus rpl_program_fact_slot(
    const RplProgram *program, size_t index, RplSlice name, size_t *slot);

/* Receives text piece by piece; returns RPL_OK to go on, anything else to stop
 * (the producer then returns that status). */
typedef RplStatus (*RplSink)(void *context, const char *bytes, size_t length);

/* Writes the canonical program of a policy as text for people: one line for
 * each fact, constant, instruction, rule and output. Made for reading and for
 * tests; not a format that is read back. */
RPL_API RPL_MUST_CHECK RplStatus rpl_program_disassemble(
    const RplProgram *program, size_t index, RplSink sink, void *context);

/* Writes a JSON Schema (draft 2020-12) of the facts that a policy takes, params
 * left out, in the order of their declaration; several lines, each ended. Every
 * object that rpl_facts_json takes without rejecting a fact is valid by it; the
 * reverse cannot be promised, since a schema knows neither calendar nor
 * currencies. Memory and pieces are at most about as large as one fact's part;
 * RPL_E_NOT_FOUND, RPL_E_MEMORY, or what the sink returned. */
RPL_API RPL_MUST_CHECK RplStatus rpl_program_facts_schema(
    const RplProgram *program, size_t index, RplSink sink, void *context);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_PROGRAM_H */
