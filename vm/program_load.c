/* SPDX-License-Identifier: Apache-2.0
 * program_load.c - the public side of programs: load, look up, describe.
 *
 * The file is copied before anything is read, so that a file that changes while
 * it is mapped cannot differ from what was verified. The copy stays: tables are
 * read where it has them. */
#include "vm/program_priv.h"

#include <stdio.h>
#include <string.h>

#include "vm/text.h"

#define DEFAULT_MAX_COST           UINT64_C(1000000)
#define DEFAULT_MAX_DECISION_BYTES ((size_t)64 << 20)

/* Room for a program and what a small one has beside its copy. */
#define LEAST_ROOM ((size_t)1536)

void rpl_limits_init(RplLimits *limits) {
  *limits = (RplLimits){RPL_MAX_PROGRAM_BYTES,
                        DEFAULT_MAX_COST,
                        DEFAULT_MAX_DECISION_BYTES,
                        NULL,
                        0,
                        RPL_MAX_LIST_ITEMS};
}

/* ---- refusing ---- */

/* Tells the host what was wrong; "facts row 3: ..." where it is in a table. */
static void tell(RplLoadError *told, const RplProgramError *error) {
  if (!told)
    return;
  told->offset = error->offset;
  told->message[0] = '\0';
  if (!error->message[0])
    return;
  if (error->zone[0]) {
    (void)snprintf(told->message, sizeof told->message, "zone %s: %s",
                   error->zone, error->message);
    return;
  }
  if (error->section < RPL_SECTION_COUNT)
    (void)snprintf(told->message, sizeof told->message, "%s row %lu: %s",
                   rpl_section_info(error->section)->name,
                   (unsigned long)error->row, error->message);
  else
    (void)snprintf(told->message, sizeof told->message, "%s", error->message);
}

static RplStatus refuse(RplProgramError *error, RplStatus status, size_t offset,
                        const char *message) {
  *error = (RplProgramError){message, offset, RPL_SECTION_COUNT, 0, ""};
  return status;
}

/* ---- names of types ---- */

static const char *optional_kind_name(uint32_t kind) {
  static const char *const names[RPL_KIND_COUNT] = {
      "nothing?",  "boolean?",     "integer?",  "number?",
      "money?",    "text?",        "date?",     "datetime?",
      "duration?", "enumeration?", "rounding?", "currency?",
      "zone?",     "set?",         "period?",   "calendar?"};
  return names[kind];
}

/* What naming the types of a policy needs. */
typedef struct Naming {
  RplArena *arena; /* of the texts */
  RplArena scratch;
  const RplTables *tables;
  const char **copies; /* by string: it and a question mark; NULL: none yet */
} Naming;

/* `name` and a question mark. Many enumerations may share one name, so there is
 * one copy a string: memory stays linear in the program. */
static bool name_optional(Naming *naming, RplSlice name, uint32_t string,
                          RplSlice *text) {
  if (!naming->copies)
    naming->copies =
        rpl_arena_array(&naming->scratch, rpl_strings_count(naming->tables),
                        sizeof *naming->copies);
  if (!naming->copies)
    return false;
  if (!naming->copies[string]) {
    char *copy = rpl_arena_alloc(naming->arena, name.length + 1);
    if (!copy)
      return false;
    if (name.length)
      memcpy(copy, name.data, name.length);
    copy[name.length] = '?';
    naming->copies[string] = copy;
  }
  *text = (RplSlice){naming->copies[string], name.length + 1};
  return true;
}

/* "set of NAME", with a question mark when it is optional; a copy for each such
 * type, of which there are at most two an enumeration. */
static bool name_set(RplArena *arena, RplSlice name, bool is_optional,
                     RplSlice *text) {
  static const char before[] = "set of ";
  size_t length = sizeof before - 1 + name.length + is_optional;
  char *copy = rpl_arena_alloc(arena, length);
  if (!copy)
    return false;
  memcpy(copy, before, sizeof before - 1);
  if (name.length)
    memcpy(copy + sizeof before - 1, name.data, name.length);
  if (is_optional)
    copy[length - 1] = '?';
  *text = (RplSlice){copy, length};
  return true;
}

/* The name that a type has from what the policy declares: its enumeration's or
 * its record's. UINT32_MAX: it has none. */
static uint32_t declared_name(const RplTables *tables,
                              const RplTypeRecord *type) {
  if (type->kind == RPL_KIND_ENUM)
    return rpl_enums(tables)[type->detail].name;
  return type->kind == RPL_KIND_RECORD
             ? rpl_record_types(tables)[type->detail].name
             : UINT32_MAX;
}

/* "list of TYPE up to 50", with a question mark when it is optional. */
static bool name_list(RplArena *arena, const RplTables *tables,
                      const RplTypeRecord *type, RplSlice *texts,
                      RplSlice *text) {
  const RplListTypeRecord *list = &rpl_list_types(tables)[type->detail];
  RplSlice element = texts[list->element];
  size_t room = element.length + sizeof "list of  up to 4294967295?";
  char *copy = rpl_arena_alloc(arena, room);
  if (!copy)
    return false;
  int length = snprintf(copy, room, "list of %.*s up to %lu%s",
                        (int)element.length, element.data,
                        (unsigned long)list->most, type->optional ? "?" : "");
  *text = (RplSlice){copy, (size_t)length};
  return true;
}

/* Elements are no lists, so that lists can be named when all else is. */
static bool name_lists(RplArena *arena, const RplTables *tables,
                       RplSlice *texts) {
  for (uint32_t i = 0; i < rpl_types_count(tables); i++)
    if (rpl_types(tables)[i].kind == RPL_KIND_LIST &&
        !name_list(arena, tables, &rpl_types(tables)[i], texts, &texts[i]))
      return false;
  return true;
}

/* A type that is no list. */
static bool name_type(Naming *naming, const RplTypeRecord *type,
                      RplSlice *text) {
  const RplTables *tables = naming->tables;
  uint32_t string = declared_name(tables, type);
  if (type->kind == RPL_KIND_SET)
    return name_set(naming->arena,
                    rpl_string(tables, rpl_enums(tables)[type->detail].name),
                    type->optional != 0, text);
  if (string == UINT32_MAX) {
    *text = rpl_slice_from(type->optional ? optional_kind_name(type->kind)
                                          : rpl_kind_name((RplKind)type->kind));
    return true;
  }
  *text = rpl_string(tables, string);
  return !type->optional || name_optional(naming, *text, string, text);
}

static bool name_types(RplProgram *program, RplLoadedPolicy *policy) {
  const RplTables *tables = &policy->image.tables;
  Naming naming = {.arena = &program->arena, .tables = tables};
  uint32_t count = rpl_types_count(tables);
  RplSlice *texts = rpl_arena_array(naming.arena, count, sizeof *texts);
  bool is_named = texts != NULL;
  rpl_arena_init(&naming.scratch, program->allocator, 0);
  for (uint32_t i = 0; i < count && is_named; i++)
    if (rpl_types(tables)[i].kind != RPL_KIND_LIST)
      is_named = name_type(&naming, &rpl_types(tables)[i], &texts[i]);
  rpl_arena_clear(&naming.scratch);
  policy->type_texts = texts;
  return is_named && (!rpl_list_types_count(tables) ||
                      name_lists(naming.arena, tables, texts));
}

/* ---- loading ---- */

static bool is_known(const RplLimits *limits, const RplImage *image) {
  uint8_t digest[32];
  if (!limits->known_digests)
    return true;
  rpl_image_digest(image, digest);
  for (size_t i = 0; i < limits->known_digest_count; i++)
    if (memcmp(limits->known_digests[i], digest, 32) == 0)
      return true;
  return false;
}

/* The data of the zones that the constants of a policy name. A fact or param
 * may name another one later, so the version is asked for its sake, too. */
static RplStatus bind_zones(RplProgram *program, RplImage *image,
                            RplProgramError *error) {
  const char *why = "";
  bool has_zones = false;
  for (uint32_t i = 0; i < rpl_types_count(&image->tables); i++)
    has_zones |= rpl_types(&image->tables)[i].kind == RPL_KIND_ZONE;
  image->zones = &program->zones;
  if (!has_zones)
    return RPL_OK;
  rpl_zones_ask_version(&program->zones);
  for (uint32_t i = 0; i < rpl_constants_count(&image->tables); i++) {
    RplConstant *constant = &image->constants[i];
    if (rpl_types(&image->tables)[constant->type].kind != RPL_KIND_ZONE ||
        !constant->text.length)
      continue;
    RplStatus status = rpl_zones_get(&program->zones, &program->arena,
                                     constant->text, &constant->zone, &why);
    if (status) {
      (void)refuse(error, status, 0, why);
      memcpy(error->zone, constant->text.data, constant->text.length);
      return status;
    }
  }
  return RPL_OK;
}

static bool has_short_lists(const RplLimits *limits, const RplTables *tables) {
  for (uint32_t i = 0; i < rpl_list_types_count(tables); i++)
    if (rpl_list_types(tables)[i].most > limits->max_list_items)
      return false;
  return true;
}

static RplStatus load_policy(RplProgram *program, RplSlice bytes,
                             size_t file_offset, RplLoadedPolicy *policy,
                             RplProgramError *error) {
  policy->allocator = program->allocator;
  RplStatus status =
      rpl_image_open(&program->arena, (const uint8_t *)bytes.data, bytes.length,
                     &policy->image, error);
  if (status) {
    error->offset += file_offset;
    return status;
  }
  if (policy->image.cost > program->limits.max_cost)
    return refuse(error, RPL_E_LIMIT, file_offset,
                  "a decision can cost more than the host allows");
  if (!has_short_lists(&program->limits, &policy->image.tables))
    return refuse(error, RPL_E_LIMIT, file_offset,
                  "a list can be longer than the host allows");
  if (!is_known(&program->limits, &policy->image))
    return refuse(error, RPL_E_LIMIT, file_offset,
                  "the program is none of those that the host knows");
  status = bind_zones(program, &policy->image, error);
  if (status)
    return status;
  policy->name = rpl_string(&policy->image.tables,
                            rpl_policy(&policy->image.tables)->name);
  return name_types(program, policy)
             ? RPL_OK
             : refuse(error, RPL_E_MEMORY, 0, "memory is short");
}

static RplStatus load_bundle(RplProgram *program, const uint8_t *bytes,
                             size_t size, RplProgramError *error) {
  uint32_t count = 0;
  RplStatus status = rpl_bundle_read(bytes, size, &count, error);
  if (status)
    return status;
  program->policies =
      rpl_arena_array(&program->arena, count, sizeof *program->policies);
  if (!program->policies)
    return refuse(error, RPL_E_MEMORY, 0, "memory is short");
  for (uint32_t i = 0; i < count && !status; i++) {
    RplLoadedPolicy *policy = &program->policies[i];
    RplSlice entry = rpl_bundle_entry(bytes, i);
    size_t offset = (size_t)((const uint8_t *)entry.data - bytes);
    status = load_policy(program, entry, offset, policy, error);
    if (!status && i > 0 &&
        rpl_slice_compare(policy[-1].name, policy->name) >= 0)
      status = refuse(error, RPL_E_PROGRAM, offset,
                      "policies are not sorted or not unique");
  }
  program->policy_count = count;
  return status;
}

static RplStatus load_copy(RplProgram *program, const void *bytes, size_t size,
                           RplProgramError *error) {
  if (size == 0)
    return refuse(error, RPL_E_PROGRAM, 0, "the file is empty");
  const char *copy = rpl_arena_copy(&program->arena, bytes, size);
  if (!copy)
    return refuse(error, RPL_E_MEMORY, 0, "memory is short");
  return load_bundle(program, (const uint8_t *)copy, size, error);
}

/* Memory for a program of so many bytes, in one piece as far as can be said
 * before its tables are read: its copy, and beside it mostly less than a
 * quarter. The program itself is in its own arena. */
static RplProgram *new_program(const RplLimits *limits,
                               const RplZoneSource *zones,
                               const RplAllocator *allocator, size_t size) {
  RplArena arena;
  rpl_arena_init(&arena, allocator, 0);
  if (size > SIZE_MAX / 2 ||
      !rpl_arena_reserve(&arena, size + size / 4 + LEAST_ROOM))
    return NULL;
  RplProgram *program = rpl_arena_alloc(&arena, sizeof *program);
  RplReferences *references =
      program ? rpl_arena_alloc(&arena, sizeof *references) : NULL;
  if (!references) {
    rpl_arena_clear(&arena);
    return NULL;
  }
  atomic_init(&references->count, 1);
  program->references = references;
  program->allocator = allocator;
  program->limits = *limits;
  program->self = program;
  rpl_zones_begin(&program->zones, zones);
  program->arena = arena;
  return program;
}

static RplStatus load(const void *bytes, size_t size, const RplLimits *limits,
                      const RplZoneSource *zones, const RplAllocator *allocator,
                      RplProgram **program, RplProgramError *error) {
  if (!program || (!bytes && size > 0))
    return refuse(error, RPL_E_ARGUMENT, 0, "there is nothing to load");
  if (size > limits->max_bytes)
    return refuse(error, RPL_E_LIMIT, 0,
                  "the file is larger than the host allows");
  RplProgram *loaded = new_program(limits, zones, allocator, size);
  if (!loaded)
    return refuse(error, RPL_E_MEMORY, 0, "memory is short");
  RplStatus status = load_copy(loaded, bytes, size, error);
  loaded->limits.known_digests = NULL; /* borrowed until here */
  loaded->limits.known_digest_count = 0;
  if (status)
    rpl_program_free(loaded);
  else
    *program = loaded;
  return status;
}

RplStatus rpl_program_load_zones(const void *bytes, size_t size,
                                 const RplLimits *limits,
                                 const RplZoneSource *zones,
                                 const RplAllocator *allocator,
                                 RplProgram **program, RplLoadError *error) {
  RplLimits defaults;
  RplProgramError found = {"", 0, RPL_SECTION_COUNT, 0, ""};
  rpl_limits_init(&defaults);
  RplStatus status =
      load(bytes, size, limits ? limits : &defaults, zones,
           allocator ? allocator : rpl_default_allocator(), program, &found);
  tell(error, &found);
  return status;
}

RplStatus rpl_program_load(const void *bytes, size_t size,
                           const RplLimits *limits,
                           const RplAllocator *allocator, RplProgram **program,
                           RplLoadError *error) {
  return rpl_program_load_zones(bytes, size, limits, NULL, allocator, program,
                                error);
}

RplProgram *rpl_program_share(const RplProgram *program) {
  (void)atomic_fetch_add_explicit(&program->references->count, 1,
                                  memory_order_relaxed);
  return program->self;
}

RplProgram *rpl_program_ref(RplProgram *program) {
  return program ? rpl_program_share(program) : NULL;
}

/* What other threads did with the program happens before it is freed. */
void rpl_program_free(RplProgram *program) {
  if (!program || atomic_fetch_sub_explicit(&program->references->count, 1,
                                            memory_order_acq_rel) != 1)
    return;
  for (size_t i = 0; i < program->policy_count; i++)
    rpl_policy_free_form(&program->policies[i]);
  RplArena arena = program->arena;
  rpl_arena_clear(&arena);
}

/* ---- looking at it ---- */

size_t rpl_program_policy_count(const RplProgram *program) {
  return program->policy_count;
}

const RplImage *rpl_program_image(const RplProgram *program, size_t index) {
  return index < program->policy_count ? &program->policies[index].image : NULL;
}

const RplLimits *rpl_program_limits(const RplProgram *program) {
  return &program->limits;
}

RplSlice rpl_program_policy_name(const RplProgram *program, size_t index) {
  if (index >= program->policy_count)
    return (RplSlice){NULL, 0};
  return program->policies[index].name;
}

RplStatus rpl_program_find(const RplProgram *program, RplSlice name,
                           size_t *index) {
  size_t low = 0;
  size_t high = program->policy_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = rpl_slice_compare(program->policies[middle].name, name);
    if (order == 0) {
      *index = middle;
      return RPL_OK;
    }
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return RPL_E_NOT_FOUND;
}

void rpl_program_digest(const RplProgram *program, size_t index,
                        uint8_t digest[32]) {
  const RplImage *image = rpl_program_image(program, index);
  if (image)
    rpl_image_digest(image, digest);
  else
    memset(digest, 0, 32);
}

uint64_t rpl_program_cost(const RplProgram *program, size_t index) {
  const RplImage *image = rpl_program_image(program, index);
  return image ? image->cost : 0;
}

size_t rpl_program_fact_count(const RplProgram *program, size_t index) {
  const RplImage *image = rpl_program_image(program, index);
  return image ? rpl_facts_count(&image->tables) : 0;
}

/* A description is one piece of words (the verifier saw to it). */
static RplSlice describe(const RplTables *tables, uint32_t text0) {
  if (text0 == 0)
    return (RplSlice){NULL, 0};
  const RplTextRecord *text = &rpl_texts(tables)[text0 - 1];
  return rpl_string(tables, rpl_segments(tables)[text->segments].string - 1);
}

RplStatus rpl_program_fact(const RplProgram *program, size_t index, size_t slot,
                           RplFactInfo *info) {
  if (slot >= rpl_program_fact_count(program, index))
    return RPL_E_NOT_FOUND;
  const RplLoadedPolicy *policy = &program->policies[index];
  const RplTables *tables = &policy->image.tables;
  const RplFactRecord *fact = &rpl_facts(tables)[slot];
  *info = (RplFactInfo){
      rpl_string(tables, fact->name), policy->type_texts[fact->type],
      describe(tables, fact->describe), (fact->flags & RPL_FACT_PARAM) != 0};
  return RPL_OK;
}

/* The names of a policy are looked up once by a host, so this may be linear. */
RplStatus rpl_program_fact_slot(const RplProgram *program, size_t index,
                                RplSlice name, size_t *slot) {
  const RplImage *image = rpl_program_image(program, index);
  uint32_t count = image ? rpl_facts_count(&image->tables) : 0;
  for (uint32_t i = 0; i < count; i++) {
    RplSlice found =
        rpl_string(&image->tables, rpl_facts(&image->tables)[i].name);
    if (!rpl_slice_equal(found, name))
      continue;
    *slot = i;
    return RPL_OK;
  }
  return RPL_E_NOT_FOUND;
}
