/* SPDX-License-Identifier: Apache-2.0
 * lowered_meet.c - paths that meet: which go on as one. See lowered_paths.h. */
#include "vm/lowered_paths.h"

#include <string.h>

#define NO_TERM UINT32_MAX

/* ---- paths that meet -------------------------------------------------------
 */

/* A word whose values differ gets a place that all paths write before they
 * meet. */
static void unite_word(RplPaths *paths, const RplPathGroup *group,
                       RplKnow *know, uint32_t word) {
  uint64_t key = rpl_know_key(RPL_KNOW_WORD, word, 0);
  int64_t low = INT64_MAX, high = INT64_MIN, from, to;
  bool is_wide = false;
  for (const RplArrival *one = group->first; one; one = one->next) {
    uint32_t term = (uint32_t)rpl_know_find(&one->know, key)->low;
    RplReach reach = rpl_reach_of(&paths->terms, &one->know, term);
    rpl_reach_bounds(&reach, &from, &to);
    low = from < low ? from : low;
    high = to > high ? to : high;
    is_wide = is_wide || paths->terms.rows[term].is_wide;
  }
  uint32_t term = rpl_term_meeting(&paths->terms, is_wide, low, high);
  uint16_t place = rpl_paths_word(paths, is_wide);
  if (term == NO_TERM) {
    rpl_paths_fail(paths);
    return;
  }
  for (RplArrival *one = group->first; one && rpl_paths_good(paths);
       one = one->next) {
    RplPath path = {.know = one->know, .tail = one->from};
    uint32_t held = (uint32_t)rpl_know_find(&one->know, key)->low;
    uint16_t operand = rpl_path_operand(paths, &path, held);
    (void)rpl_path_append(paths, &path,
                          is_wide ? RPL_LOWERED_MOVE_W : RPL_LOWERED_MOVE,
                          place, operand, 0, 0);
    one->from = path.tail;
    one->know = path.know;
  }
  rpl_paths_set(paths, know, key, term, 0);
  rpl_paths_set(paths, know, rpl_know_key(RPL_KNOW_DONE, term, 0), place, 0);
}

/* A value that a word holds, computed in different places, is moved to one:
 * nothing has to be divided again. */
static void unite_value(RplPaths *paths, const RplPathGroup *group,
                        RplKnow *know, uint32_t term) {
  uint64_t key = rpl_know_key(RPL_KNOW_DONE, term, 0);
  const RplTerm row = paths->terms.rows[term];
  if (row.op == RPL_TERM_CONSTANT || row.op == RPL_TERM_SLOT ||
      rpl_know_find(know, key))
    return;
  bool is_done = row.may_stop || row.op == RPL_TERM_MEETING;
  for (const RplArrival *one = group->first; one; one = one->next)
    is_done = is_done || rpl_know_find(&one->know, key);
  if (!is_done)
    return;
  uint16_t place = rpl_paths_word(paths, row.is_wide);
  for (RplArrival *one = group->first; one && rpl_paths_good(paths);
       one = one->next) {
    RplPath path = {.know = one->know, .tail = one->from};
    uint16_t operand = rpl_path_operand(paths, &path, term);
    (void)rpl_path_append(paths, &path,
                          row.is_wide ? RPL_LOWERED_MOVE_W : RPL_LOWERED_MOVE,
                          place, operand, 0, 0);
    one->from = path.tail;
    one->know = path.know;
  }
  rpl_paths_set(paths, know, key, place, 0);
}

static void unite(RplPaths *paths, const RplPathGroup *group, RplPath *path) {
  if (!rpl_know_copy(paths->arena, &group->first->know, &path->know))
    rpl_paths_fail(paths);
  for (const RplArrival *one = group->first->next; one; one = one->next)
    rpl_know_meet(&paths->terms, &path->know, &one->know);
  /* Only rows behind those of words are added. */
  uint32_t first = rpl_know_place(&path->know, RPL_KNOW_WORD);
  uint32_t end = rpl_know_place(&path->know, RPL_KNOW_DONE);
  for (uint32_t i = first; i < end && rpl_paths_good(paths); i++) {
    const RplKnowRow row = path->know.rows[i];
    if (row.low == UINT32_MAX)
      unite_word(paths, group, &path->know, rpl_know_a(row.key));
    else
      unite_value(paths, group, &path->know, (uint32_t)row.low);
  }
  RplNode *landing =
      rpl_paths_node(paths, (RplLoweredOp)RPL_LOWER_NOTHING, 0, 0, 0, 0);
  for (const RplArrival *one = group->first; one; one = one->next)
    *one->from = landing;
  path->tail = &landing->next;
}

static void put_away(RplPaths *paths, RplArrival *arrival) {
  while (arrival) {
    RplArrival *next = arrival->next;
    rpl_paths_give_back(paths, &arrival->know);
    arrival->next = paths->spare;
    paths->spare = arrival;
    arrival = next;
  }
}

static void go_on(RplPaths *paths, const RplPathGroup *group, uint32_t at) {
  RplPath path = {
      .know = rpl_paths_take(paths), .weight = group->weight, .at = at};
  if (group->first->next) {
    unite(paths, group, &path);
  } else {
    path.tail = group->first->from;
    path.last = group->first->last;
    if (!rpl_know_copy(paths->arena, &group->first->know, &path.know))
      rpl_paths_fail(paths);
  }
  put_away(paths, group->first);
  rpl_path_walk(paths, &path);
}

static void join_group(RplPathGroup *group, RplArrival *arrival) {
  arrival->next = group->first ? group->first->next : NULL;
  if (group->first)
    group->first->next = arrival;
  else
    group->first = arrival;
  group->weight += arrival->weight;
}

/* An empty hash table for so many paths. */
static bool make_places(RplPaths *paths, const RplArrival *arrival) {
  size_t count = 0, size = 8;
  for (; arrival; arrival = arrival->next)
    count++;
  while (size < count * 2)
    size *= 2;
  if (size > paths->place_count) {
    paths->places = rpl_arena_array(paths->arena, size, sizeof *paths->places);
    paths->place_count = paths->places ? size : 0;
  } else {
    memset(paths->places, 0, size * sizeof *paths->places);
  }
  paths->place_mask = size - 1;
  return paths->place_count != 0;
}

static bool is_alike(const RplPathGroup *group, const RplArrival *arrival) {
  return group->hash == arrival->hash &&
         rpl_know_is_same(&group->first->know, &arrival->know);
}

static RplPathGroup *add_group(RplPaths *paths, uint32_t count) {
  void *rows = rpl_arena_grow(paths->arena, paths->groups, count,
                              &paths->group_capacity, sizeof *paths->groups);
  if (!rows)
    return NULL;
  paths->groups = rows;
  return &paths->groups[count];
}

/* Groups of paths that know the same. */
static uint32_t group_alike(RplPaths *paths, RplArrival *arrival) {
  uint32_t count = 0;
  bool is_good = make_places(paths, arrival);
  for (RplArrival *next; arrival && is_good; arrival = next) {
    next = arrival->next;
    size_t at = arrival->hash & paths->place_mask;
    while (paths->places[at] &&
           !is_alike(&paths->groups[paths->places[at] - 1], arrival))
      at = (at + 1) & paths->place_mask;
    if (!paths->places[at]) {
      RplPathGroup *group = add_group(paths, count);
      is_good = group != NULL;
      if (!is_good)
        break;
      *group = (RplPathGroup){.hash = arrival->hash};
      paths->places[at] = ++count;
    }
    join_group(&paths->groups[paths->places[at] - 1], arrival);
  }
  if (!is_good)
    rpl_paths_fail(paths);
  return is_good ? count : 0;
}

/* The `wanted` heaviest groups come first. */
static void put_heavy_first(RplPathGroup *groups, uint32_t count,
                            uint32_t wanted) {
  for (uint32_t i = 0; i < wanted && i < count; i++) {
    uint32_t heaviest = i;
    for (uint32_t j = i + 1; j < count; j++)
      if (groups[j].weight > groups[heaviest].weight)
        heaviest = j;
    RplPathGroup group = groups[heaviest];
    memmove(&groups[i + 1], &groups[i], (heaviest - i) * sizeof group);
    groups[i] = group;
  }
}

/* The rest go together with that of the groups from .. to which they are most
 * like. */
static void join_rest(RplPathGroup *groups, uint32_t count, uint32_t from,
                      uint32_t to) {
  for (uint32_t i = to; i < count; i++) {
    uint32_t best = from, least = UINT32_MAX;
    for (uint32_t j = from; j < to; j++) {
      uint32_t distance =
          rpl_know_distance(&groups[j].first->know, &groups[i].first->know);
      if (distance < least) {
        best = j;
        least = distance;
      }
    }
    for (RplArrival *one = groups[i].first, *next; one; one = next) {
      next = one->next;
      join_group(&groups[best], one);
    }
  }
}

/* Heavy groups keep what they know; light ones, and those past the limits, go
 * together: the more is written, the heavier a group has to be. */
static uint32_t join_groups(RplPaths *paths, uint32_t count) {
  RplPathGroup *groups = paths->groups;
  uint32_t used = paths->node_count / (paths->node_limit / 4);
  uint32_t light = RPL_PATHS_LIGHT >> (used < 16 ? 2 * used : 31);
  uint32_t wanted = light ? RPL_PATHS_MAX_COPIES : 0;
  uint32_t kept = 0, rest = used ? 1 : RPL_PATHS_MAX_RESTS;
  uint64_t all = 0;
  for (uint32_t i = 0; i < count; i++)
    all += groups[i].weight;
  put_heavy_first(groups, count, wanted + rest);
  while (kept < count && kept < wanted && groups[kept].weight >= all / light)
    kept++;
  if (kept + rest >= count)
    return count;
  join_rest(groups, count, kept, kept + rest);
  return kept + rest;
}

void rpl_paths_meet(RplPaths *paths, uint32_t at) {
  if (!paths->arrivals[at].first)
    return;
  uint32_t count = group_alike(paths, paths->arrivals[at].first);
  count = join_groups(paths, count);
  for (uint32_t i = 0; i < count && rpl_paths_good(paths); i++)
    go_on(paths, &paths->groups[i], at);
}
