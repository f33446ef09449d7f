/* SPDX-License-Identifier: Apache-2.0
 * lowered_paths.c - goes along the paths of lowered code, the
 * instructions in order: jumps go forward, so all that comes to an instruction
 * is there when its turn comes. See lowered_paths.h. */
#include "vm/lowered_paths.h"

#define NO_TERM UINT32_MAX

/* ---- instructions ---------------------------------------------------------
 */

static void stop(RplPaths *paths, RplPath *path) {
  *path->tail = paths->stop;
  path->is_over = true;
}

/* Something that stops unless it is so. */
static void check(RplPaths *paths, RplPath *path, const RplPathTest *test,
                  const RplLoweredCode *code) {
  const char *form = rpl_lowered_form((RplLoweredOp)code->op);
  if (!rpl_path_suppose(paths, &path->know, test, true, false)) {
    stop(paths, path);
    return;
  }
  if (!rpl_path_suppose(paths, &path->know, test, false, false))
    return;
  uint16_t a =
      form[0] == 'r' ? rpl_path_operand(paths, path, test->a) : code->a;
  RplNode *node = rpl_path_append(paths, path, (RplLoweredOp)code->op, a,
                                  code->b, code->c, code->x);
  node->code.y = code->y;
  (void)rpl_path_suppose(paths, &path->know, test, true, true);
}

static void check_range(RplPaths *paths, RplPath *path,
                        const RplLoweredCode *code) {
  uint32_t term = rpl_path_term(paths, &path->know, code->a);
  RplPathTest test = {.kind = RPL_KNOW_SPAN,
                      .a = term,
                      .subject = term,
                      .reach = rpl_reach_between(1, INT64_MAX)};
  if (code->op == RPL_LOWERED_RANGE)
    test.reach = rpl_reach_between(paths->lower->constants[code->b],
                                   paths->lower->constants[code->c]);
  if (rpl_paths_good(paths))
    check(paths, path, &test, code);
}

static void check_presence(RplPaths *paths, RplPath *path,
                           const RplLoweredCode *code) {
  const RplPathTest test = {.kind = RPL_KNOW_PRESENCE,
                            .a = code->a,
                            .mask = code->op == RPL_LOWERED_NEED
                                        ? RPL_IS_GIVEN
                                        : RPL_IS_GIVEN | RPL_IS_NONE};
  check(paths, path, &test, code);
}

/* Something that is tested once on a path. */
static void check_once(RplPaths *paths, RplPath *path,
                       const RplLoweredCode *code) {
  bool is_text = code->op == RPL_LOWERED_LENGTH;
  uint32_t a = is_text ? rpl_path_term(paths, &path->know, code->a) : 0;
  uint32_t b = is_text ? rpl_path_term(paths, &path->know, code->b) : 0;
  uint32_t term =
      rpl_term_make(&paths->terms, code->op, a, b, is_text ? code->c : code->x);
  if (term == NO_TERM) {
    rpl_paths_fail(paths);
    return;
  }
  uint64_t key = rpl_know_key(RPL_KNOW_DONE, term, 0);
  paths->terms.rows[term].last = UINT32_MAX;
  if (rpl_know_find(&path->know, key))
    return;
  (void)rpl_path_append(paths, path, (RplLoweredOp)code->op, code->a, code->b,
                        code->c, code->x);
  rpl_paths_set(paths, &path->know, key, 0, 0);
}

/* The same of a fact that is there, or is known to be none. */
static uint64_t presence_share(const RplPaths *paths, const RplKnow *know,
                               const RplPathTest *test) {
  const RplTables *tables = paths->lower->tables;
  const RplKnowRow *row =
      rpl_know_find(know, rpl_know_key(RPL_KNOW_PRESENCE, test->a, 0));
  if (test->mask == RPL_IS_GIVEN)
    return rpl_types(tables)[rpl_facts(tables)[test->a].type].optional ? 9 : 14;
  return row && !(row->low & RPL_IS_GIVEN) ? 14 : 6;
}

/* How often a test comes to true, in sixteenths: nothing is known of requests,
 * but facts are mostly known, values mostly not the same, and amounts mostly
 * above zero. */
static uint64_t share_of(const RplPaths *paths, const RplKnow *know,
                         const RplPathTest *test) {
  if (test->kind == RPL_KNOW_PRESENCE)
    return presence_share(paths, know, test);
  if (test->kind == RPL_KNOW_ORDER)
    return test->mask == RPL_ORDER_SAME                      ? 6
           : test->mask == (RPL_ORDER_LESS | RPL_ORDER_MORE) ? 10
                                                             : 8;
  RplReach all = rpl_reach_of(&paths->terms, know, test->subject), some = all;
  (void)rpl_reach_narrow(&some, &test->reach, test->is_not, true);
  if (all.has_bits)
    return (16u * (unsigned)__builtin_popcountll(some.bits)) /
           (unsigned)__builtin_popcountll(all.bits);
  if (test->reach.low == test->reach.high)
    return test->is_not ? 14 : 2;
  return test->reach.high == 0 || test->reach.high == -1 ? 2
         : test->reach.low == 0 || test->reach.low == 1  ? 14
                                                         : 8;
}

static bool is_leaf(const RplPaths *paths, uint32_t term) {
  return rpl_term_is(&paths->terms, term, RPL_TERM_SLOT) ||
         rpl_term_is(&paths->terms, term, RPL_TERM_CONSTANT);
}

/* Whether a test is whether a + b is c, of words; c stands where it is. */
static bool is_sum(const RplPaths *paths, const RplPathTest *test,
                   uint32_t words[3]) {
  const RplTerm *rows = paths->terms.rows;
  if (test->op != RPL_LOWERED_IF_EQ_W && test->op != RPL_LOWERED_IF_NE_W)
    return false;
  bool is_left = rows[test->a].op == RPL_LOWERED_ADD_W;
  const RplTerm *sum = &rows[is_left ? test->a : test->b];
  const RplTerm *other = &rows[is_left ? test->b : test->a];
  if (sum->op != RPL_LOWERED_ADD_W || other->op != RPL_LOWERED_WIDEN ||
      rows[sum->a].op != RPL_LOWERED_WIDEN ||
      rows[sum->b].op != RPL_LOWERED_WIDEN || !is_leaf(paths, other->a))
    return false;
  words[0] = rows[sum->a].a;
  words[1] = rows[sum->b].a;
  words[2] = other->a;
  return true;
}

/* The jump of a test. */
static RplNode *write_test(RplPaths *paths, RplPath *path,
                           const RplPathTest *test,
                           const RplLoweredCode *code) {
  const char *form = rpl_lowered_form((RplLoweredOp)test->op);
  uint16_t a = code->a, b = 0;
  uint32_t words[3];
  if (form[0] != 's' && is_sum(paths, test, words)) {
    a = rpl_path_operand(paths, path, words[0]);
    b = rpl_path_operand(paths, path, words[1]);
    RplNode *node =
        rpl_path_append(paths, path,
                        test->op == RPL_LOWERED_IF_EQ_W ? RPL_LOWERED_IF_SUM_EQ
                                                        : RPL_LOWERED_IF_SUM_NE,
                        a, b, 0, 0);
    node->code.y = rpl_path_operand(paths, path, words[2]);
    return node;
  }
  if (form[0] != 's')
    a = rpl_path_operand(paths, path, test->a);
  if (form[1] != '-')
    b = rpl_path_operand(paths, path, test->b);
  return rpl_path_append(paths, path, (RplLoweredOp)test->op, a, b, 0, 0);
}

static void branch(RplPaths *paths, RplPath *path, const RplLoweredCode *code) {
  RplPathTest test = rpl_path_test(paths, &path->know, code);
  if (!rpl_paths_good(paths))
    return;
  bool may_go = rpl_path_suppose(paths, &path->know, &test, true, false);
  bool may_stay = rpl_path_suppose(paths, &path->know, &test, false, false);
  if (!may_go || !may_stay) {
    path->at = may_go ? code->x : path->at + 1;
    return;
  }
  RplNode *node = write_test(paths, path, &test, code);
  RplKnow taken = rpl_paths_take(paths);
  if (!rpl_know_copy(paths->arena, &path->know, &taken))
    rpl_paths_fail(paths);
  uint64_t weight = path->weight * share_of(paths, &path->know, &test) / 16;
  (void)rpl_path_suppose(paths, &taken, &test, true, true);
  (void)rpl_path_suppose(paths, &path->know, &test, false, true);
  rpl_paths_arrive(paths, code->x, taken, weight, &node->taken, NULL);
  path->weight -= weight;
  path->at++;
}

/* ---- tables of keys -------------------------------------------------------
 */

/* The path of one key; none where it cannot be. */
static void branch_key(RplPaths *paths, const RplPath *path, uint32_t term,
                       const RplLoweredKeys *table, size_t key, uint64_t weight,
                       RplNode **where) {
  const RplReach one =
      rpl_reach_between(table->keys[key].word, table->keys[key].word);
  const RplPathTest test = {
      .kind = RPL_KNOW_SPAN, .subject = term, .reach = one};
  RplKnow know = rpl_paths_take(paths);
  if (!rpl_know_copy(paths->arena, &path->know, &know))
    rpl_paths_fail(paths);
  if (!table->is_text && !rpl_path_suppose(paths, &know, &test, true, true)) {
    rpl_paths_give_back(paths, &know);
    return;
  }
  rpl_paths_arrive(paths, table->keys[key].target, know, weight, where, NULL);
}

/* The path of all other words. */
static void branch_others(RplPaths *paths, RplPath *path, uint32_t term,
                          const RplLoweredKeys *table, uint64_t weight,
                          RplNode **where) {
  RplReach left = rpl_reach_of(&paths->terms, &path->know, term);
  for (size_t i = 0; table->keys && i <= table->mask; i++) {
    const RplReach one =
        rpl_reach_between(table->keys[i].word, table->keys[i].word);
    if (table->keys[i].is_used && !table->is_text &&
        !rpl_reach_narrow(&left, &one, false, false)) {
      *where = paths->stop;
      return;
    }
  }
  RplKnow know = rpl_paths_take(paths);
  if (!rpl_know_copy(paths->arena, &path->know, &know) ||
      (!table->is_text &&
       !rpl_reach_keep(paths->arena, &paths->terms, &know, term, &left)))
    rpl_paths_fail(paths);
  rpl_paths_arrive(paths, table->otherwise, know, weight, where, NULL);
}

static void branch_table(RplPaths *paths, RplPath *path,
                         const RplLoweredCode *code) {
  const RplLoweredKeys *table = &paths->tables[code->x];
  uint32_t term = rpl_path_term(paths, &path->know, code->a);
  size_t size = (size_t)table->mask + 1;
  int64_t value;
  if (!rpl_paths_good(paths))
    return;
  RplReach reach = rpl_reach_of(&paths->terms, &path->know, term);
  if (!table->is_text && table->keys && rpl_reach_is_one(&reach, &value)) {
    path->at = rpl_lowered_find(table, value);
    return;
  }
  uint16_t a = rpl_path_operand(paths, path, term);
  RplNode *node =
      rpl_path_append(paths, path, RPL_LOWERED_SWITCH, a, 0, 0, code->x);
  node->key_count = (uint32_t)size + 1;
  node->keys = rpl_arena_array(paths->arena, size + 1, sizeof *node->keys);
  if (!node->keys) {
    rpl_paths_fail(paths);
    return;
  }
  uint64_t weight = path->weight / (size + 1);
  for (size_t i = 0; table->keys && i < size; i++)
    if (table->keys[i].is_used)
      branch_key(paths, path, term, table, i, weight, &node->keys[i]);
  branch_others(paths, path, term, table, weight, &node->keys[size]);
  path->is_over = true;
}

/* ---- one instruction after the other --------------------------------------
 */

static void end(RplPaths *paths, RplPath *path, const RplLoweredCode *code) {
  const uint16_t operands[2] = {code->a, code->b};
  uint16_t words[2] = {RPL_LOWERED_NO_WORD, RPL_LOWERED_NO_WORD};
  for (int i = 0; i < 2; i++)
    if (operands[i] != RPL_LOWERED_NO_WORD)
      words[i] = rpl_path_operand(
          paths, path, rpl_path_term(paths, &path->know, operands[i]));
  (void)rpl_path_append(paths, path, RPL_LOWERED_RETURN, words[0], words[1],
                        code->c, code->x);
  path->is_over = true;
}

static void write_next(RplPaths *paths, RplPath *path) {
  const RplLoweredCode *code = &paths->code[path->at];
  if (code->op == RPL_LOWER_NOTHING) {
    path->at++;
    return;
  }
  const char *form = rpl_lowered_form((RplLoweredOp)code->op);
  if (code->op == RPL_LOWERED_STOP) {
    stop(paths, path);
  } else if (code->op == RPL_LOWERED_RETURN) {
    end(paths, path, code);
  } else if (code->op == RPL_LOWERED_JUMP) {
    path->at = code->x;
  } else if (code->op == RPL_LOWERED_SWITCH) {
    branch_table(paths, path, code);
  } else if (form[3] == 't') {
    branch(paths, path, code);
  } else {
    if (form[0] == 'w' || form[0] == 'W')
      rpl_path_value(paths, path, code);
    else if (code->op == RPL_LOWERED_NEED || code->op == RPL_LOWERED_KNOWN)
      check_presence(paths, path, code);
    else if (code->op == RPL_LOWERED_RANGE || code->op == RPL_LOWERED_POSITIVE)
      check_range(paths, path, code);
    else
      check_once(paths, path, code);
    path->at++;
  }
}

void rpl_path_walk(RplPaths *paths, RplPath *path) {
  uint32_t first = path->at;
  while (!path->is_over && rpl_paths_good(paths)) {
    if (path->at >= paths->count) {
      paths->is_lost = true;
    } else if (path->at != first && paths->is_label[path->at]) {
      rpl_paths_arrive(paths, path->at, path->know, path->weight, path->tail,
                       path->last);
      return;
    } else {
      write_next(paths, path);
    }
  }
  rpl_paths_give_back(paths, &path->know);
}

/* ---- all ------------------------------------------------------------------
 */

static bool begin(RplPaths *paths) {
  RplLowering *lower = paths->lower;
  size_t count = paths->count;
  size_t bits = paths->words + 2 * (size_t)lower->made->slot_count + 1;
  paths->live_words = (uint32_t)(bits / 64 + 1);
  paths->live = rpl_arena_array(paths->arena, count * paths->live_words,
                                sizeof *paths->live);
  paths->lasts = rpl_arena_array(paths->arena, count, sizeof *paths->lasts);
  paths->closes = rpl_arena_array(paths->arena, count, sizeof *paths->closes);
  paths->is_label = rpl_arena_array(paths->arena, count + 1, 1);
  paths->arrivals =
      rpl_arena_array(paths->arena, count, sizeof *paths->arrivals);
  paths->stop = rpl_arena_alloc(paths->arena, sizeof *paths->stop);
  if (!paths->live || !paths->lasts || !paths->closes || !paths->is_label ||
      !paths->arrivals || !paths->stop ||
      !rpl_paths_find_lasts(paths, paths->lasts, false) ||
      !rpl_paths_find_lasts(paths, paths->closes, true))
    return false;
  paths->stop->code.op = RPL_LOWERED_STOP;
  for (uint32_t i = paths->count; i-- > 0;)
    rpl_paths_find_live(paths, i);
  return true;
}

bool rpl_lowering_paths(RplLowering *lower, RplPathCode *made, bool *is_made) {
  RplPaths paths = {.lower = lower,
                    .arena = &lower->scratch,
                    .terms = {.lower = lower},
                    .code = lower->code,
                    .count = (uint32_t)lower->code_count,
                    .tables = lower->tables_made,
                    .words = lower->max_words};
  *is_made = false;
  lower->is_dead = false; /* constants may be added */
  if (!lower->code_count || lower->code_count > RPL_PATHS_MAX_CODE ||
      lower->made->slot_count > RPL_PATHS_MAX_SLOTS ||
      lower->max_words > RPL_PATHS_MAX_WORDS)
    return true;
  paths.node_limit = paths.count * RPL_PATHS_GROWTH + RPL_PATHS_MIN_ROOM;
  if (!begin(&paths))
    return false;
  rpl_paths_arrive(&paths, 0, rpl_paths_take(&paths), RPL_PATHS_WEIGHT,
                   &paths.first, NULL);
  for (uint32_t i = 0; i < paths.count && rpl_paths_good(&paths); i++)
    rpl_paths_meet(&paths, i);
  if (paths.is_short || lower->is_short)
    return false;
  if (paths.is_lost || !paths.first || paths.first == paths.stop)
    return true;
  *is_made = true;
  return rpl_paths_write(&paths, made);
}
