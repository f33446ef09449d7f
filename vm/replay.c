/* SPDX-License-Identifier: Apache-2.0
 * replay.c - see rpl/replay.h. The members of a record are found by their
 * places in its text, so that facts and params go to their readers as they
 * stand. */
#include "rpl/replay.h"

#include <stdio.h>
#include <string.h>

#include "vm/context.h"
#include "vm/json_read.h"
#include "vm/program_priv.h"
#include "vm/sha256.h"

/* Bytes of a value that a message shows. */
#define SHOWN_MAX ((size_t)96)

typedef struct Replaying {
  const RplProgram *program;
  const RplAllocator *allocator;
  RplArena arena; /* of the record's nodes */
  RplJsonDoc doc;
  RplContext *context;
  RplReplay *replay;
} Replaying;

const char *rpl_replay_name(RplReplayResult result) {
  static const char *const names[] = {
      "same",          "different",     "malformed", "no_policy",
      "other_edition", "other_program", "refused",   "other_zones"};
  return (unsigned)result < sizeof names / sizeof names[0] ? names[result]
                                                           : "malformed";
}

/* ---- what came of it ----------------------------------------------------- */

static void tell(Replaying *replaying, RplReplayResult result,
                 const char *message) {
  RplReplay *replay = replaying->replay;
  replay->result = result;
  rpl_facts_error_put(replay->message, sizeof replay->message,
                      rpl_slice_from(message));
}

/* A value for a message, cut in whole code points. */
static void put_shown(RplBuffer *buffer, RplSlice text) {
  size_t at = 0;
  while (at < text.length) {
    size_t step = rpl_utf8_decode(text.data + at, text.length - at, NULL);
    if (!step || at + step > SHOWN_MAX)
      break;
    at += step;
  }
  rpl_buffer_bytes(buffer, text.data, at);
  rpl_buffer_text(buffer, at < text.length ? "..." : "");
}

static RplStatus tell_buffer(Replaying *replaying, RplReplayResult result,
                             RplBuffer *buffer) {
  RplReplay *replay = replaying->replay;
  bool is_short = buffer->is_failed;
  replay->result = result;
  rpl_facts_error_put(replay->message, sizeof replay->message,
                      rpl_buffer_view(buffer));
  rpl_buffer_clear(buffer);
  return is_short ? RPL_E_MEMORY : RPL_OK;
}

/* ---- the text of a record ------------------------------------------------ */

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static RplSlice trim(RplSlice text) {
  while (text.length && is_blank(text.data[text.length - 1]))
    text.length--;
  while (text.length && is_blank(text.data[0])) {
    text.data++;
    text.length--;
  }
  return text;
}

/* A member's value as it stands: up to the comma or the brace behind it. */
static RplSlice raw(const RplJsonDoc *doc, const RplJsonNode *member) {
  const RplJsonNode *next = rpl_json_next(member);
  size_t end = next ? rpl_json_key_offset(next) : doc->input.length;
  size_t begin = rpl_json_offset(member);
  RplSlice text = trim((RplSlice){doc->input.data + begin, end - begin});
  if (text.length)
    text.length--;
  return trim(text);
}

static const RplJsonNode *member(const RplJsonDoc *doc, const char *name) {
  return rpl_json_member(doc->root, rpl_slice_from(name));
}

static RplStatus read_record(Replaying *replaying, RplSlice record) {
  RplJsonError why;
  char text[128];
  RplStatus status = rpl_json_parse(&replaying->arena, trim(record), NULL,
                                    &replaying->doc, &why);
  if (status == RPL_E_MEMORY)
    return status;
  if (status) {
    (void)snprintf(text, sizeof text, "it is not JSON: %s at byte %lu",
                   why.text, (unsigned long)why.offset);
    tell(replaying, RPL_REPLAY_MALFORMED, text);
  }
  return RPL_OK;
}

/* The members without which it is no record, each of its type. */
static void check_members(Replaying *replaying) {
  static const struct {
    const char *name;
    RplJsonType type;
  } wanted[] = {{"policy", RPL_JSON_STRING},
                {"facts", RPL_JSON_OBJECT},
                {"params", RPL_JSON_OBJECT},
                {"edition", RPL_JSON_NUMBER},
                {"program", RPL_JSON_STRING}};
  char text[128];
  if (rpl_json_type(replaying->doc.root) != RPL_JSON_OBJECT) {
    tell(replaying, RPL_REPLAY_MALFORMED, "it is no object");
    return;
  }
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
    const RplJsonNode *node = member(&replaying->doc, wanted[i].name);
    if (node && rpl_json_type(node) == wanted[i].type)
      continue;
    (void)snprintf(text, sizeof text, "\"%s\" is not there or not %s",
                   wanted[i].name, rpl_json_type_text(wanted[i].type));
    tell(replaying, RPL_REPLAY_MALFORMED, text);
    return;
  }
}

/* ---- whose record it is -------------------------------------------------- */

static RplStatus tell_two(Replaying *replaying, RplReplayResult result,
                          const char *what, RplSlice recorded, RplSlice now) {
  RplBuffer buffer;
  rpl_buffer_init(&buffer, replaying->allocator);
  rpl_buffer_text(&buffer, what);
  put_shown(&buffer, recorded);
  rpl_buffer_text(&buffer, " in the record and ");
  put_shown(&buffer, now);
  rpl_buffer_text(&buffer, " now");
  return tell_buffer(replaying, result, &buffer);
}

static RplStatus check_edition(Replaying *replaying, const RplImage *image) {
  char now[16];
  RplSlice recorded = rpl_json_text(member(&replaying->doc, "edition"));
  (void)snprintf(now, sizeof now, "%lu",
                 (unsigned long)rpl_policy(&image->tables)->edition);
  if (rpl_slice_is(recorded, now))
    return RPL_OK;
  return tell_two(replaying, RPL_REPLAY_OTHER_EDITION, "the edition is ",
                  recorded, rpl_slice_from(now));
}

static RplStatus check_digest(Replaying *replaying, const RplImage *image) {
  uint8_t digest[RPL_SHA256_BYTES];
  char now[RPL_SHA256_HEX_BYTES];
  RplSlice recorded = rpl_json_text(member(&replaying->doc, "program"));
  rpl_image_digest(image, digest);
  rpl_sha256_hex(digest, now);
  if (rpl_slice_is(recorded, now))
    return RPL_OK;
  return tell_two(replaying, RPL_REPLAY_OTHER_PROGRAM, "the program is ",
                  recorded, rpl_slice_from(now));
}

/* Only a record in which a named zone was in play says a version. Under other
 * data an equal decision would be a coincidence, so that none is made. */
static RplStatus check_zones(Replaying *replaying) {
  const RplJsonNode *zones = member(&replaying->doc, "zones");
  const char *now = replaying->program->zones.version;
  if (!zones || rpl_json_type(zones) != RPL_JSON_STRING ||
      rpl_slice_is(rpl_json_text(zones), now))
    return RPL_OK;
  return tell_two(replaying, RPL_REPLAY_OTHER_ZONES, "the time zone data is ",
                  rpl_json_text(zones), rpl_slice_from(*now ? now : "none"));
}

static RplStatus tell_no_policy(Replaying *replaying, RplSlice name) {
  RplBuffer buffer;
  rpl_buffer_init(&buffer, replaying->allocator);
  rpl_buffer_text(&buffer, "there is no policy ");
  put_shown(&buffer, name);
  return tell_buffer(replaying, RPL_REPLAY_NO_POLICY, &buffer);
}

static RplStatus find_program(Replaying *replaying) {
  RplReplay *replay = replaying->replay;
  RplSlice name = rpl_json_text(member(&replaying->doc, "policy"));
  if (rpl_program_find(replaying->program, name, &replay->policy) != RPL_OK)
    return tell_no_policy(replaying, name);
  const RplImage *image = rpl_program_image(replaying->program, replay->policy);
  RplStatus status = check_edition(replaying, image);
  if (!status && replay->result == RPL_REPLAY_SAME)
    status = check_digest(replaying, image);
  if (!status && replay->result == RPL_REPLAY_SAME)
    status = check_zones(replaying);
  return status;
}

/* ---- deciding again ------------------------------------------------------ */

static RplStatus take(Replaying *replaying, const char *name, RplStatus status,
                      const RplFactError *error) {
  char text[384];
  if (status != RPL_E_FACTS)
    return status;
  (void)snprintf(text, sizeof text, "its %s are refused: %s", name,
                 error->message);
  tell(replaying, RPL_REPLAY_REFUSED, text);
  return RPL_OK;
}

static RplStatus take_all(Replaying *replaying) {
  RplFactError error;
  RplSlice params = raw(&replaying->doc, member(&replaying->doc, "params"));
  RplSlice facts = raw(&replaying->doc, member(&replaying->doc, "facts"));
  RplStatus status =
      take(replaying, "params",
           rpl_params_json(replaying->context, params, &error), &error);
  if (status || replaying->replay->result != RPL_REPLAY_SAME)
    return status;
  return take(replaying, "facts",
              rpl_facts_json(replaying->context, facts, 0, &error), &error);
}

/* The error of that name; 0, which is none, for any other text. */
static RplErrorCode error_named(RplSlice name) {
  unsigned code = RPL_ERROR_COUNT - 1u;
  while (code && !rpl_slice_is(name, rpl_error_name((RplErrorCode)code)))
    code--;
  return (RplErrorCode)code;
}

/* Facts that a host function could not give are in error again, and no host is
 * asked. */
static void take_failed(Replaying *replaying) {
  const RplJsonNode *failed = member(&replaying->doc, "failed");
  RplFacts *facts = &replaying->context->facts;
  bool is_good = !failed || rpl_json_type(failed) == RPL_JSON_OBJECT;
  for (const RplJsonNode *node = is_good && failed ? rpl_json_first(failed)
                                                   : NULL;
       node && is_good; node = rpl_json_next(node)) {
    uint32_t slot = rpl_facts_find(facts, rpl_json_key(node));
    RplErrorCode code = rpl_json_type(node) == RPL_JSON_STRING
                            ? error_named(rpl_json_text(node))
                            : (RplErrorCode)0;
    is_good = slot != UINT32_MAX && code &&
              facts->slots[slot].state == RPL_SLOT_ABSENT;
    if (is_good)
      rpl_facts_fail(facts, slot, code);
  }
  if (!is_good)
    tell(replaying, RPL_REPLAY_MALFORMED,
         "\"failed\" does not name facts and their errors");
}

/* What stands behind the brace that begins it, without an id. */
static RplSlice body(const RplJsonDoc *doc) {
  const RplJsonNode *first = rpl_json_first(doc->root);
  const RplJsonNode *second = rpl_json_next(first);
  RplSlice text = doc->input;
  size_t begin = rpl_slice_is(rpl_json_key(first), "id") && second
                     ? rpl_json_key_offset(second)
                     : 1;
  return (RplSlice){text.data + begin, text.length - begin};
}

/* The first member in which two objects differ: of the one, of the other. */
static void first_difference(const RplJsonDoc *left, const RplJsonDoc *right,
                             const RplJsonNode **in_left,
                             const RplJsonNode **in_right) {
  *in_left = rpl_json_first(left->root);
  *in_right = rpl_json_first(right->root);
  if (rpl_slice_is(rpl_json_key(*in_left), "id"))
    *in_left = rpl_json_next(*in_left);
  while (*in_left && *in_right &&
         rpl_slice_equal(rpl_json_key(*in_left), rpl_json_key(*in_right)) &&
         rpl_slice_equal(raw(left, *in_left), raw(right, *in_right))) {
    *in_left = rpl_json_next(*in_left);
    *in_right = rpl_json_next(*in_right);
  }
}

static RplStatus tell_lone(Replaying *replaying, RplSlice key,
                           const char *where) {
  RplBuffer buffer;
  rpl_buffer_init(&buffer, replaying->allocator);
  rpl_json_write_string(&buffer, key);
  rpl_buffer_text(&buffer, where);
  return tell_buffer(replaying, RPL_REPLAY_DIFFERENT, &buffer);
}

static RplStatus tell_values(Replaying *replaying, RplSlice key,
                             RplSlice recorded, RplSlice now) {
  char what[80];
  (void)snprintf(what, sizeof what, "\"%.*s\" is ",
                 (int)(key.length < 60 ? key.length : 60), key.data);
  return tell_two(replaying, RPL_REPLAY_DIFFERENT, what, recorded, now);
}

/* Says where the record and the decision part. Keys that differ: the member
 * that the other does not have at all, if there is one. */
static RplStatus tell_difference(Replaying *replaying, const RplJsonDoc *now) {
  const RplJsonNode *was, *is;
  first_difference(&replaying->doc, now, &was, &is);
  if (!was && !is) {
    tell(replaying, RPL_REPLAY_DIFFERENT,
         "it says the same in other bytes: it is not canonical");
    return RPL_OK;
  }
  bool same_key =
      was && is && rpl_slice_equal(rpl_json_key(was), rpl_json_key(is));
  bool is_new = is && !rpl_json_member(replaying->doc.root, rpl_json_key(is));
  RplSlice key = rpl_json_key(same_key || is_new || !was ? is : was);
  rpl_facts_error_put(replaying->replay->member,
                      sizeof replaying->replay->member, key);
  if (same_key)
    return tell_values(replaying, key, raw(&replaying->doc, was), raw(now, is));
  if (is_new)
    return tell_lone(replaying, key, " is in the decision, not in the record");
  bool is_gone = was && !rpl_json_member(now->root, rpl_json_key(was));
  return tell_lone(replaying, key,
                   is_gone ? " is in the record, not in the decision"
                           : " stands in another place");
}

static RplStatus compare(Replaying *replaying, RplSlice json) {
  RplSlice wanted = body(&replaying->doc);
  RplJsonDoc now;
  RplJsonError why;
  if (rpl_slice_equal(wanted, (RplSlice){json.data + 1, json.length - 1}))
    return RPL_OK;
  RplStatus status = rpl_json_parse(&replaying->arena, json, NULL, &now, &why);
  if (status == RPL_E_FACTS) { /* a decision larger than what is read */
    tell(replaying, RPL_REPLAY_DIFFERENT, "the decision is another one");
    return RPL_OK;
  }
  return status ? status : tell_difference(replaying, &now);
}

/* A host that grants nothing: what was provided stands in the record. */
static RplHostAnswer grant_nothing(void *host, const RplHostCall *call,
                                   RplHostValue *result) {
  (void)host;
  (void)call;
  (void)result;
  return RPL_HOST_REFUSED;
}

static RplStatus decide_and_compare(Replaying *replaying) {
  const RplDecision *decision;
  RplSlice json;
  RplStatus status = rpl_decide(replaying->context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_json(decision, RPL_JSON_RECORD, &json);
  return status ? status : compare(replaying, json);
}

/* With a host, what is missing for a call is missing for the decision. The
 * record does not say whether there was one, so either will do. */
static RplStatus compare_with_host(Replaying *replaying) {
  RplReplay first = *replaying->replay;
  RplReplay *replay = replaying->replay;
  rpl_context_set_host(replaying->context, grant_nothing, NULL);
  replay->result = RPL_REPLAY_SAME;
  replay->message[0] = replay->member[0] = '\0';
  RplStatus status = decide_and_compare(replaying);
  if (status || replay->result != RPL_REPLAY_SAME)
    *replay = first;
  return status;
}

static RplStatus decide_again(Replaying *replaying) {
  RplStatus status =
      rpl_context_new(replaying->program, replaying->replay->policy,
                      replaying->allocator, &replaying->context);
  if (status == RPL_OK)
    status = take_all(replaying);
  if (status == RPL_OK && replaying->replay->result == RPL_REPLAY_SAME)
    take_failed(replaying);
  if (status || replaying->replay->result != RPL_REPLAY_SAME)
    return status;
  status = decide_and_compare(replaying);
  if (status || replaying->replay->result != RPL_REPLAY_DIFFERENT ||
      !rpl_program_provider_count(replaying->program,
                                  replaying->replay->policy))
    return status;
  return compare_with_host(replaying);
}

static RplStatus replay_all(Replaying *replaying, RplSlice record) {
  RplReplay *replay = replaying->replay;
  RplStatus status = read_record(replaying, record);
  if (status == RPL_OK && replay->result == RPL_REPLAY_SAME)
    check_members(replaying);
  if (status == RPL_OK && replay->result == RPL_REPLAY_SAME)
    status = find_program(replaying);
  if (status == RPL_OK && replay->result == RPL_REPLAY_SAME)
    status = decide_again(replaying);
  return status;
}

RplStatus rpl_replay(const RplProgram *program, RplSlice record,
                     const RplAllocator *allocator, RplReplay *replay) {
  Replaying replaying = {.program = program,
                         .allocator =
                             allocator ? allocator : rpl_default_allocator(),
                         .replay = replay};
  if (!program || !replay || (!record.data && record.length))
    return RPL_E_ARGUMENT;
  memset(replay, 0, sizeof *replay);
  rpl_arena_init(&replaying.arena, replaying.allocator, 0);
  RplStatus status = replay_all(&replaying, record);
  rpl_context_free(replaying.context);
  rpl_arena_clear(&replaying.arena);
  return status;
}
