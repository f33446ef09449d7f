/* SPDX-License-Identifier: Apache-2.0
 *
 * decision_json.h - one decision as canonical JSON, for those in the library
 * that write it into something larger; rpl/decide.h has the whole.
 */
#ifndef RPL_VM_DECISION_JSON_H
#define RPL_VM_DECISION_JSON_H

#include "vm/decide.h"

/* Appends the decision as one line of JSON; flags as for rpl_decision_json.
 * Failures show in the buffer. */
void rpl_decision_write_json(const RplDecision *decision, uint32_t flags,
                             RplBuffer *buffer);

#endif /* RPL_VM_DECISION_JSON_H */
