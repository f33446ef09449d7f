/* SPDX-License-Identifier: Apache-2.0
 * lowered_layout.c - from the nodes of all paths to code: where facts are asked
 * for, the order of the nodes, and the words that they write. See
 * lowered_paths.h. */
#include "vm/lowered_paths.h"

#include <string.h>

/* LIMIT: tests of bounds that are moved to where a path begins. */
#define MAX_RANGES 64u

typedef struct Layout {
  RplPaths *paths;
  RplPathCode *made;
  RplNode **order; /* each before those that it leads to */
  uint32_t count;
  RplLoweredCode ranges[MAX_RANGES];
  uint32_t range_count;
  size_t capacity, table_capacity;
  bool is_short;
} Layout;

enum { UNSEEN = 0, OPENED, PLACED };

/* ---- order ----------------------------------------------------------------
 */

/* The node that is something, from this one on. */
static RplNode *real(RplNode *node) {
  while (node && node->code.op == RPL_LOWER_NOTHING)
    node = node->next;
  return node;
}

static void resolve(RplNode *node) {
  node->next = real(node->next);
  node->taken = real(node->taken);
  for (uint32_t i = 0; i < node->key_count; i++)
    node->keys[i] = real(node->keys[i]);
}

/* The child that is looked at `turn`-th: the one that follows last, so that it
 * stands next. NULL past the last one; a hole is the node itself. */
static RplNode *child(RplNode *node, uint32_t turn) {
  if (turn < node->key_count) {
    RplNode *key = node->keys[node->key_count - 1 - turn];
    return key ? key : node;
  }
  turn -= node->key_count;
  if (node->taken) {
    if (turn == 0)
      return node->taken;
    turn--;
  }
  return turn == 0 ? node->next : NULL;
}

/* Nodes by depth, those that lead nowhere first, turned round. */
static bool put_in_order(Layout *layout) {
  RplArena *arena = layout->paths->arena;
  size_t room = layout->paths->node_count + 2u, depth = 0;
  RplNode **stack = rpl_arena_array(arena, room, sizeof *stack);
  uint32_t *turns = rpl_arena_array(arena, room, sizeof *turns);
  layout->order = rpl_arena_array(arena, room, sizeof *layout->order);
  if (!stack || !turns || !layout->order)
    return false;
  uint32_t at = (uint32_t)room;
  stack[depth++] = layout->paths->first;
  resolve(layout->paths->first);
  layout->paths->first->state = OPENED;
  while (depth) {
    RplNode *node = stack[depth - 1];
    RplNode *next = child(node, turns[depth - 1]++);
    if (!next) {
      layout->order[--at] = node;
      depth--;
    } else if (next->state == UNSEEN) {
      resolve(next);
      next->state = OPENED;
      turns[depth] = 0;
      stack[depth++] = next;
    }
  }
  layout->count = (uint32_t)(room - at);
  memmove(layout->order, &layout->order[at],
          layout->count * sizeof *layout->order);
  return true;
}

/* ---- what is needed -------------------------------------------------------
 */

static uint64_t bit(uint32_t index) { return UINT64_C(1) << index; }

/* The number of a test of bounds, MAX_RANGES for one that stays. */
static uint32_t range_number(Layout *layout, const RplLoweredCode *code) {
  if (code->op != RPL_LOWERED_RANGE || code->y || !(code->a & RPL_LOWERED_FACT))
    return MAX_RANGES;
  for (uint32_t i = 0; i < layout->range_count; i++)
    if (layout->ranges[i].a == code->a && layout->ranges[i].b == code->b &&
        layout->ranges[i].c == code->c)
      return i;
  if (layout->range_count == MAX_RANGES)
    return MAX_RANGES;
  layout->ranges[layout->range_count] = *code;
  return layout->range_count++;
}

/* What is needed on all ways from a node on; a stop needs everything. */
static void need(Layout *layout, RplNode *node) {
  const RplNode *next;
  uint32_t range = range_number(layout, &node->code);
  bool is_end = node->code.op == RPL_LOWERED_RETURN;
  node->given = node->known = node->ranges = is_end ? 0 : ~UINT64_C(0);
  for (uint32_t i = 0; (next = child(node, i)) != NULL; i++) {
    if (next == node)
      continue;
    node->given &= next->given;
    node->known &= next->known;
    node->ranges &= next->ranges;
  }
  if (node->code.op == RPL_LOWERED_NEED)
    node->given |= bit(node->code.a);
  if (node->code.op == RPL_LOWERED_NEED || node->code.op == RPL_LOWERED_KNOWN)
    node->known |= bit(node->code.a);
  if (range < MAX_RANGES)
    node->ranges |= bit(range);
  if (!~node->given && node->code.op != RPL_LOWERED_STOP) {
    node->code = (RplLoweredCode){.op = RPL_LOWERED_STOP};
    node->next = node->taken = NULL; /* all ways from here stop */
    node->key_count = 0;
  }
}

/* What was needed before a node already, whichever way led there. */
typedef struct Before {
  uint64_t given, known, ranges;
} Before;

static void come_from(Before *befores, const RplNode *node) {
  const RplNode *next;
  for (uint32_t i = 0; (next = child((RplNode *)(uintptr_t)node, i)) != NULL;
       i++) {
    if (next == node)
      continue;
    befores[next->place].given &= node->given;
    befores[next->place].known &= node->known;
    befores[next->place].ranges &= node->ranges;
  }
}

/* ---- writing --------------------------------------------------------------
 */

static void put(Layout *layout, const RplLoweredCode *code) {
  RplPathCode *made = layout->made;
  void *rows = rpl_arena_grow(layout->paths->arena, made->code, made->count,
                              &layout->capacity, sizeof *code);
  if (!rows) {
    layout->is_short = true;
    return;
  }
  made->code = rows;
  made->code[made->count++] = *code;
}

/* Asks for facts that all ways from here on need, and that not all ways to here
 * have asked for. */
static void put_needs(Layout *layout, const RplNode *node,
                      const Before *before) {
  RplLowering *lower = layout->paths->lower;
  uint64_t given = node->given & ~before->given;
  uint64_t known = node->known & ~before->known & ~node->given;
  uint64_t ranges = node->ranges & ~before->ranges;
  RplLoweredCode code = {.op = RPL_LOWERED_NEEDS};
  if (node->code.op == RPL_LOWERED_STOP)
    return;
  if ((given || known) && !rpl_term_has_room(&layout->paths->terms)) {
    code.op = RPL_LOWERED_STOP;
    put(layout, &code);
  } else if (given || known) {
    code.a = rpl_lowering_constant(lower, (int64_t)given);
    code.b = rpl_lowering_constant(lower, (int64_t)known);
    put(layout, &code);
  }
  for (uint32_t i = 0; i < layout->range_count; i++)
    if (ranges & bit(i))
      put(layout, &layout->ranges[i]);
}

/* A table whose targets are nodes, as long as their places are not known. */
static uint32_t put_table(Layout *layout, const RplNode *node) {
  RplPathCode *made = layout->made;
  const RplLoweredKeys *from = &layout->paths->tables[node->code.x];
  size_t size = node->key_count - 1;
  void *rows =
      rpl_arena_grow(layout->paths->arena, made->tables, made->table_count,
                     &layout->table_capacity, sizeof *made->tables);
  RplLoweredKey *keys =
      rpl_arena_array(layout->paths->arena, size, sizeof *keys);
  if (!rows || !keys) {
    layout->is_short = true;
    return 0;
  }
  made->tables = rows;
  made->tables[made->table_count] = *from;
  for (size_t i = 0; from->keys && i < size; i++)
    keys[i] = from->keys[i];
  made->tables[made->table_count].keys = from->keys ? keys : NULL;
  return made->table_count++;
}

static bool is_gone(const Layout *layout, const RplNode *node) {
  const uint64_t *coined = layout->paths->lower->made->coined;
  switch ((RplLoweredOp)node->code.op) {
  case RPL_LOWERED_NEED:
  case RPL_LOWERED_KNOWN:
    return true;
  case RPL_LOWERED_RANGE:
    for (uint32_t i = 0; i < layout->range_count; i++)
      if (!memcmp(&layout->ranges[i], &node->code, sizeof node->code))
        return true;
    return false;
  case RPL_LOWERED_COINED:
    return (layout->order[0]->given & coined[0]) != 0;
  default:
    return false;
  }
}

static void put_node(Layout *layout, uint32_t at, const Before *before,
                     uint32_t *places, uint32_t *places_of_code) {
  RplNode *node = layout->order[at];
  places[at] = layout->made->count;
  put_needs(layout, node, before);
  if (!is_gone(layout, node)) {
    RplLoweredCode code = node->code;
    if (node->key_count)
      code.x = put_table(layout, node);
    put(layout, &code);
  }
  places_of_code[at] = layout->made->count - 1;
  if (node->next &&
      (at + 1 == layout->count || node->next != layout->order[at + 1])) {
    const RplLoweredCode jump = {.op = RPL_LOWERED_JUMP,
                                 .x = node->next->place};
    put(layout, &jump);
  }
}

/* Places of nodes become those of instructions. */
static void set_targets(Layout *layout, const uint32_t *places,
                        const uint32_t *places_of_code) {
  RplPathCode *made = layout->made;
  for (uint32_t i = 0; i < made->count; i++)
    if (made->code[i].op == RPL_LOWERED_JUMP)
      made->code[i].x = places[made->code[i].x];
  for (uint32_t i = 0; i < layout->count; i++) {
    const RplNode *node = layout->order[i];
    if (!node->taken && !node->key_count)
      continue;
    RplLoweredCode *code = &made->code[places_of_code[i]];
    if (node->taken) {
      code->x = places[node->taken->place];
      continue;
    }
    RplLoweredKeys *table = &made->tables[code->x];
    RplLoweredKey *keys = (RplLoweredKey *)(uintptr_t)table->keys;
    table->otherwise = places[node->keys[node->key_count - 1]->place];
    for (uint32_t k = 0; keys && k + 1 < node->key_count; k++)
      keys[k].target =
          node->keys[k] ? places[node->keys[k]->place] : table->otherwise;
  }
}

static bool write_nodes(Layout *layout) {
  RplArena *arena = layout->paths->arena;
  size_t room = layout->count + 1u;
  Before *befores = rpl_arena_array(arena, room, sizeof *befores);
  uint32_t *places = rpl_arena_array(arena, room, sizeof *places);
  uint32_t *places_of_code =
      rpl_arena_array(arena, room, sizeof *places_of_code);
  if (!befores || !places || !places_of_code)
    return false;
  memset(befores, 0xFF, room * sizeof *befores);
  for (uint32_t i = 0; i < layout->count; i++)
    layout->order[i]->place = i;
  for (uint32_t i = layout->count; i-- > 0;)
    need(layout, layout->order[i]);
  for (uint32_t i = 0; i < layout->count; i++)
    come_from(befores, layout->order[i]);
  befores[0] = (Before){0, 0, 0};
  for (uint32_t i = 0; i < layout->count && !layout->is_short; i++)
    put_node(layout, i, &befores[i], places, places_of_code);
  if (layout->is_short)
    return false;
  set_targets(layout, places, places_of_code);
  return true;
}

/* What a gate tests: facts that have to be there wherever they are needed, and
 * their bounds. */
static bool write_gate(Layout *layout) {
  RplPathCode *made = layout->made;
  const RplTables *tables = layout->paths->lower->tables;
  const int64_t *constants = layout->paths->lower->constants;
  made->ranges = rpl_arena_array(layout->paths->arena, layout->range_count,
                                 sizeof *made->ranges);
  if (!made->ranges)
    return false;
  for (uint32_t i = 0; i < layout->count; i++) {
    const RplLoweredCode *code = &layout->order[i]->code;
    if (code->op == RPL_LOWERED_NEED &&
        !rpl_types(tables)[rpl_facts(tables)[code->a].type].optional)
      made->given |= bit(code->a);
    if (code->op == RPL_LOWERED_KNOWN)
      made->known |= bit(code->a);
  }
  made->known &= ~made->given;
  for (uint32_t i = 0; i < layout->range_count; i++) {
    const RplLoweredCode *code = &layout->ranges[i];
    uint32_t slot = rpl_slot_index(code->a);
    if (made->given & bit(slot))
      made->ranges[made->range_count++] =
          (RplLoweredRange){slot, constants[code->b], constants[code->c]};
  }
  return true;
}

/* ---- words ----------------------------------------------------------------
 */

/* Where a word of the paths is written first and read last. */
typedef struct Life {
  uint32_t first, last; /* plus one; 0: never */
  uint16_t word;
  bool is_wide;
} Life;

typedef struct Pool {
  uint16_t *words;
  size_t count, capacity;
} Pool;

static bool is_word(uint16_t operand) {
  return !(operand & RPL_LOWERED_FACT) && operand >= RPL_LOWER_TEMP &&
         operand != RPL_LOWERED_NO_WORD;
}

static void find_lives(const RplPathCode *made, Life *lives) {
  for (uint32_t i = 0; i < made->count; i++) {
    const RplLoweredCode *code = &made->code[i];
    const char *form = rpl_lowered_form((RplLoweredOp)code->op);
    const uint16_t fields[3] = {code->a, code->b, code->c};
    for (int f = 0; f < 3; f++) {
      if ((!rpl_form_reads(form[f]) && !rpl_form_writes(form[f])) ||
          !is_word(fields[f]))
        continue;
      Life *life = &lives[fields[f] - RPL_LOWER_TEMP];
      life->is_wide = life->is_wide || form[f] == 'W';
      life->first = life->first ? life->first : i + 1;
      life->last = i + 1;
    }
  }
}

static bool give_word(Layout *layout, Pool *pool, uint16_t word) {
  void *rows = rpl_arena_grow(layout->paths->arena, pool->words, pool->count,
                              &pool->capacity, sizeof *pool->words);
  if (!rows)
    return false;
  pool->words = rows;
  pool->words[pool->count++] = word;
  return true;
}

static uint16_t take_word(Layout *layout, Pool *pool, bool is_wide) {
  RplPathCode *made = layout->made;
  if (pool->count)
    return pool->words[--pool->count];
  uint16_t word = (uint16_t)(RPL_LOWER_TEMP + made->words);
  made->words += is_wide ? 2 : 1;
  return word;
}

/* Words are used again behind the last instruction that reads them: jumps go
 * forward, so nothing comes back to it. */
static bool share_words(Layout *layout) {
  RplPathCode *made = layout->made;
  size_t count = layout->paths->words_made + 2u;
  Life *lives = rpl_arena_array(layout->paths->arena, count, sizeof *lives);
  Pool pools[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
  if (!lives)
    return false;
  find_lives(made, lives);
  for (uint32_t i = 0; i < made->count; i++) {
    RplLoweredCode *code = &made->code[i];
    const char *form = rpl_lowered_form((RplLoweredOp)code->op);
    uint16_t *const fields[3] = {&code->a, &code->b, &code->c};
    Life *done[3] = {NULL, NULL, NULL};
    for (int f = 2; f >= 0; f--) {
      if ((!rpl_form_reads(form[f]) && !rpl_form_writes(form[f])) ||
          !is_word(*fields[f]))
        continue;
      Life *life = &lives[*fields[f] - RPL_LOWER_TEMP];
      if (life->first == i + 1)
        life->word = take_word(layout, &pools[life->is_wide], life->is_wide);
      if (life->last == i + 1) {
        done[f] = life;
        life->last = 0;
      }
      *fields[f] = life->word;
    }
    for (int f = 0; f < 3; f++)
      if (done[f] &&
          !give_word(layout, &pools[done[f]->is_wide], done[f]->word))
        return false;
  }
  return true;
}

bool rpl_paths_write(RplPaths *paths, RplPathCode *made) {
  Layout layout = {.paths = paths, .made = made};
  memset(made, 0, sizeof *made);
  paths->first = real(paths->first);
  if (!put_in_order(&layout) ||
      !rpl_paths_filter(paths, layout.order, layout.count) ||
      !put_in_order(&layout) || !write_nodes(&layout) || !write_gate(&layout) ||
      !share_words(&layout))
    return false;
  return !paths->lower->is_short;
}
