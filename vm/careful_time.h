/* SPDX-License-Identifier: Apache-2.0
 *
 * careful_time.h - the careful engine's operations on periods, month ends, the
 * clocks of zones and the days of calendars: what ops.def says of them, as one
 * function. Those on durations stand in careful.c.
 */
#ifndef RPL_VM_CAREFUL_TIME_H
#define RPL_VM_CAREFUL_TIME_H

#include "vm/value.h"

/* The value of operation `op` (DATE_OF, START_OF, ADD_P .. IS_BUSINESS_IN) on
 * operands that are KNOWN and of the kinds of its signature; those that it does
 * not take are NULL. Errors have the origin `origin`. Total; allocates nothing.
 */
RplValue rpl_careful_time(uint8_t op, const RplValue *a, const RplValue *b,
                          const RplValue *c, uint32_t origin);

#endif /* RPL_VM_CAREFUL_TIME_H */
