/* SPDX-License-Identifier: Apache-2.0
 *
 * zones.h - where the data of named time zones (Asia/Shanghai) comes from.
 *
 * A program names its zones and holds none of their rules. Their data is read
 * when the program is loaded, and never again: what was loaded does not change
 * under a running service. A zone that only a param or fact names is read when
 * that value is set. The data is what the tz database's compiler writes (TZif,
 * RFC 8536, version 2 or later); every byte of it is checked.
 */
#ifndef RPL_RPL_ZONES_H
#define RPL_RPL_ZONES_H

#include "rpl/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where systems keep the tz database; Debian's package is tzdata. */
#define RPL_ZONE_DIRECTORY "/usr/share/zoneinfo"

#define RPL_ZONE_MAX_BYTES    ((size_t)65536) /* LIMIT: data of one zone */
#define RPL_ZONE_VERSION_SIZE 32 /* LIMIT: of a version, with its NUL */

/* Supplies the data of the zone `name` ("Asia/Shanghai"): writes it to `bytes`,
 * which has room for `capacity`, and its length to *size. RPL_E_NOT_FOUND when
 * there is no such zone, RPL_E_LIMIT when it does not fit, RPL_E_IO. It may be
 * called by several threads at once, each with a context of its own. */
typedef RplStatus (*RplZoneReader)(void *context, RplSlice name, void *bytes,
                                   size_t capacity, size_t *size);

/* A source of zones. What it points to must outlive the programs loaded with
 * it. */
typedef struct RplZoneSource {
  const char *directory; /* of TZif files, used when `read` is NULL */
  RplZoneReader read;    /* NULL: files of the directory */
  void *context;         /* the reader's */
  const char *version;   /* of the data, shorter than RPL_ZONE_VERSION_SIZE, for
                            records; NULL: what the directory's tzdata.zi or
                            +VERSION says, else "unknown" */
} RplZoneSource;

/* Fills in the system's directory. */
RPL_API void rpl_zone_source_init(RplZoneSource *source);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_ZONES_H */
