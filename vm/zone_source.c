/* SPDX-License-Identifier: Apache-2.0
 * zone_source.c - see zone_source.h. Names are checked before they become
 * paths, so no file outside of the directory is opened but by its own links. */
#include "vm/zone_source.h"

#include <stdio.h>
#include <string.h>

#include "vm/text.h"

#define PATH_BYTES     4096u
#define LIST_MAX_BYTES ((size_t)1 << 20)

void rpl_zone_source_init(RplZoneSource *source) {
  *source = (RplZoneSource){RPL_ZONE_DIRECTORY, NULL, NULL, NULL};
}

/* Reads at most `capacity` bytes of DIRECTORY/NAME. */
static RplStatus read_file(const char *directory, RplSlice name, void *bytes,
                           size_t capacity, size_t *size) {
  char path[PATH_BYTES];
  size_t length = strlen(directory);
  if (length + name.length + 2 > sizeof path)
    return RPL_E_NOT_FOUND;
  memcpy(path, directory, length);
  path[length] = '/';
  memcpy(path + length + 1, name.data, name.length);
  path[length + 1 + name.length] = '\0';
  FILE *file = fopen(path, "rb");
  if (!file)
    return RPL_E_NOT_FOUND;
  *size = fread(bytes, 1, capacity, file);
  bool is_read = !ferror(file);
  (void)fclose(file);
  return is_read ? RPL_OK : RPL_E_IO;
}

static RplStatus read_data(const RplZoneSource *source, RplSlice name,
                           void *bytes, size_t *size) {
  size_t capacity = RPL_ZONE_MAX_BYTES + 1; /* so that more shows */
  RplStatus status;
  *size = 0;
  if (source->read)
    status = source->read(source->context, name, bytes, capacity, size);
  else if (source->directory)
    status = read_file(source->directory, name, bytes, capacity, size);
  else
    status = RPL_E_NOT_FOUND;
  return !status && *size >= capacity ? RPL_E_LIMIT : status;
}

/* ---- versions and lists -------------------------------------------------- */

/* Keeps the first word of a text that is a version: letters, digits, points. */
static bool keep_version(RplZones *zones, RplSlice text) {
  size_t length = 0;
  while (length < text.length && length < RPL_ZONE_VERSION_SIZE - 1) {
    char c = text.data[length];
    bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!is_plain)
      break;
    zones->version[length++] = c;
  }
  zones->version[length] = '\0';
  return length > 0;
}

void rpl_zones_ask_version(RplZones *zones) {
  static const char mark[] = "# version ";
  const RplZoneSource *source = &zones->source;
  char text[64];
  size_t size = 0;
  if (zones->version[0])
    return;
  if (source->version && keep_version(zones, rpl_slice_from(source->version)))
    return;
  if (!source->read && source->directory) {
    if (read_file(source->directory, rpl_slice_from("tzdata.zi"), text,
                  sizeof text, &size) == RPL_OK &&
        size > sizeof mark - 1 && memcmp(text, mark, sizeof mark - 1) == 0 &&
        keep_version(zones, (RplSlice){text + sizeof mark - 1,
                                       size - (sizeof mark - 1)}))
      return;
    if (read_file(source->directory, rpl_slice_from("+VERSION"), text,
                  sizeof text, &size) == RPL_OK &&
        keep_version(zones, (RplSlice){text, size}))
      return;
  }
  (void)keep_version(zones, rpl_slice_from("unknown"));
}

RplSlice rpl_zone_source_list(const RplZoneSource *source, RplArena *arena) {
  RplSlice none = {NULL, 0};
  size_t size = 0;
  if (source->read || !source->directory)
    return none;
  char *text = rpl_arena_alloc(arena, LIST_MAX_BYTES);
  if (!text || read_file(source->directory, rpl_slice_from("tzdata.zi"), text,
                         LIST_MAX_BYTES, &size) != RPL_OK)
    return none;
  return (RplSlice){text, size};
}

/* ---- zones --------------------------------------------------------------- */

void rpl_zones_begin(RplZones *zones, const RplZoneSource *source) {
  memset(zones, 0, sizeof *zones);
  if (source)
    zones->source = *source;
  else
    rpl_zone_source_init(&zones->source);
}

const RplZone *rpl_zones_find(const RplZones *zones, RplSlice name) {
  const RplZone *zone = zones->first;
  while (zone && !rpl_slice_equal(zone->name, name))
    zone = zone->next;
  return zone;
}

static RplStatus read_zone(RplZones *zones, RplArena *arena, uint8_t *bytes,
                           RplSlice name, const RplZone **zone,
                           const char **why) {
  size_t size = 0;
  RplStatus status = read_data(&zones->source, name, bytes, &size);
  *why = status == RPL_E_NOT_FOUND ? "there is no such zone"
         : status == RPL_E_LIMIT   ? "it is too large"
                                   : "it cannot be read";
  if (status)
    return status;
  RplZone *made = rpl_arena_alloc(arena, sizeof *made);
  status =
      made ? rpl_tzif_read(arena, name, bytes, size, made, why) : RPL_E_MEMORY;
  if (status)
    return status;
  made->next = zones->first;
  zones->first = *zone = made;
  return RPL_OK;
}

RplStatus rpl_zones_get(RplZones *zones, RplArena *arena, RplSlice name,
                        const RplZone **zone, const char **why) {
  const RplAllocator *allocator = arena->allocator;
  const char *ignored;
  const size_t capacity = RPL_ZONE_MAX_BYTES + 1;
  why = why ? why : &ignored;
  *why = "there is no such zone";
  *zone = rpl_zones_find(zones, name);
  if (*zone)
    return RPL_OK;
  if (!rpl_zone_is_name(name))
    return RPL_E_NOT_FOUND;
  uint8_t *bytes = allocator->reallocate(allocator->context, NULL, 0, capacity);
  if (!bytes) {
    *why = "memory is short";
    return RPL_E_MEMORY;
  }
  RplStatus status = read_zone(zones, arena, bytes, name, zone, why);
  (void)allocator->reallocate(allocator->context, bytes, capacity, 0);
  return status;
}
