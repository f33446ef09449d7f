/* SPDX-License-Identifier: Apache-2.0
 *
 * zone_source.h - gets the data of named zones from a source (rpl/zones.h) and
 * keeps what was read. vm/tzif.h says what the data means.
 */
#ifndef RPL_VM_ZONE_SOURCE_H
#define RPL_VM_ZONE_SOURCE_H

#include "rpl/zones.h"
#include "vm/tzif.h"

/* Zones that a program or a context has, and where more come from. */
typedef struct RplZones {
  RplZoneSource source;
  char version[RPL_ZONE_VERSION_SIZE]; /* of the data; "" until it is asked */
  const RplZone *first;                /* the list of those that were read */
} RplZones;

/* Starts without any zone. source NULL: the system's. */
void rpl_zones_begin(RplZones *zones, const RplZoneSource *source);

/* Finds out which version the data has: reads a line of a file unless the
 * source says it. Never fails: "unknown". */
void rpl_zones_ask_version(RplZones *zones);

/* A zone that was read before, or NULL. */
const RplZone *rpl_zones_find(const RplZones *zones, RplSlice name);

/* The zone of that name, read into `arena` unless it was before.
 * RPL_E_NOT_FOUND (also for a name of no valid form), RPL_E_IO or RPL_E_LIMIT
 * for data that cannot be read, RPL_E_MEMORY; *why (may be NULL) is then a
 * static phrase. */
RPL_MUST_CHECK RplStatus rpl_zones_get(RplZones *zones, RplArena *arena,
                                       RplSlice name, const RplZone **zone,
                                       const char **why);

/* Reads the text file of a source's directory that lists all zones into
 * `arena`; empty when there is none. Its lines begin with `Z NAME` or `L TARGET
 * NAME`. */
RplSlice rpl_zone_source_list(const RplZoneSource *source, RplArena *arena);

#endif /* RPL_VM_ZONE_SOURCE_H */
