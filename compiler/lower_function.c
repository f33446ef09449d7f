/* SPDX-License-Identifier: Apache-2.0
 *
 * lower_function.c - calls of a policy's own functions: the body is lowered
 * with the arguments' operands in the place of the parameters. Nothing of a
 * call is left in the program, so that explanations show the arithmetic that
 * was done. Calls of one function with equal operands are lowered once; so
 * doubling a call at every level of thirty costs thirty bodies. See
 * lower_expr.h.
 */
#include "compiler/lower_table.h"

/* One call that was lowered: words hold the function, the column of its result
 * and the arguments' operands. */
typedef struct LoweredCall {
  uint32_t words;  /* where they begin */
  uint32_t length; /* how many */
  uint32_t operand;
} LoweredCall;

typedef struct RplCalls {
  LoweredCall *items;
  size_t count, capacity;
  uint32_t *words;
  size_t word_count, word_capacity;
  uint32_t *index; /* open addressing over items, plus one; 0: free */
  size_t index_size;
  size_t expanded; /* nodes lowered for calls */
  bool is_over;    /* the limit was passed and reported */
} RplCalls;

/* ---- the table of calls
 * ---------------------------------------------------------- */

static uint32_t hash(const uint32_t *words, size_t length) {
  uint32_t hash = UINT32_C(2166136261);
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ words[i]) * UINT32_C(16777619);
  return hash ^ (hash >> 15);
}

static const uint32_t *words_of(const RplCalls *calls,
                                const LoweredCall *call) {
  return calls->words + call->words;
}

static bool is_same(const RplCalls *calls, const LoweredCall *call,
                    const uint32_t *words, size_t length) {
  const uint32_t *known = words_of(calls, call);
  if (call->length != length)
    return false;
  for (size_t i = 0; i < length; i++)
    if (known[i] != words[i])
      return false;
  return true;
}

/* The lowered call of these words; NULL. */
static const LoweredCall *find_call(const RplCalls *calls,
                                    const uint32_t *words, size_t length) {
  if (!calls->index_size)
    return NULL;
  size_t mask = calls->index_size - 1, at = hash(words, length) & mask;
  for (; calls->index[at]; at = (at + 1) & mask) {
    const LoweredCall *call = &calls->items[calls->index[at] - 1];
    if (is_same(calls, call, words, length))
      return call;
  }
  return NULL;
}

static void put_in_index(RplCalls *calls, size_t item) {
  const LoweredCall *call = &calls->items[item];
  size_t mask = calls->index_size - 1;
  size_t at = hash(words_of(calls, call), call->length) & mask;
  while (calls->index[at])
    at = (at + 1) & mask;
  calls->index[at] = (uint32_t)item + 1;
}

static bool grow_index(RplLower *lower, RplCalls *calls) {
  if (calls->count * 2 < calls->index_size)
    return true;
  size_t size = calls->index_size ? calls->index_size * 2 : 64;
  calls->index = rpl_arena_array(lower->emit.arena, size, sizeof(uint32_t));
  calls->index_size = calls->index ? size : 0;
  for (size_t i = 0; calls->index && i < calls->count; i++)
    put_in_index(calls, i);
  return calls->index != NULL;
}

static bool add_words(RplLower *lower, RplCalls *calls, const uint32_t *words,
                      size_t length) {
  for (size_t i = 0; i < length; i++) {
    uint32_t *grown =
        rpl_arena_grow(lower->emit.arena, calls->words, calls->word_count,
                       &calls->word_capacity, sizeof *grown);
    if (!grown)
      return false;
    calls->words = grown;
    calls->words[calls->word_count++] = words[i];
  }
  return true;
}

static void keep_call(RplLower *lower, RplCalls *calls, const uint32_t *words,
                      size_t length, uint32_t operand) {
  LoweredCall call = {(uint32_t)calls->word_count, (uint32_t)length, operand};
  LoweredCall *grown =
      rpl_arena_grow(lower->emit.arena, calls->items, calls->count,
                     &calls->capacity, sizeof *grown);
  if (grown)
    calls->items = grown;
  if (!grown || !add_words(lower, calls, words, length) ||
      !grow_index(lower, calls)) {
    lower->emit.is_out_of_memory = true;
    return;
  }
  calls->items[calls->count++] = call;
  put_in_index(calls, calls->count - 1);
}

/* ---- bodies
 * ----------------------------------------------------------------------- */

static RplCalls *calls_of(RplLower *lower) {
  if (!lower->calls)
    lower->calls = rpl_arena_alloc(lower->emit.arena, sizeof *lower->calls);
  if (!lower->calls)
    lower->emit.is_out_of_memory = true;
  return lower->calls;
}

static const RplFunctionNode *parts_of(const RplFunction *function) {
  return function->stmt->function;
}

static bool spend(RplLower *lower, size_t nodes, RplSpan span) {
  RplCalls *calls = calls_of(lower);
  if (!calls || calls->is_over)
    return false;
  calls->expanded += nodes;
  if (calls->expanded <= RPL_MAX_EXPANSION)
    return true;
  calls->is_over = true;
  rpl_report(lower->policy->compile->report, RPL_DIAG_CALLS_TOO_LARGE, span,
             "1000000", NULL);
  rpl_report_help(lower->policy->compile->report,
                  "give what several calls have in common a name with `let`",
                  NULL, 0);
  return false;
}

uint32_t rpl_lower_body(RplLower *lower, const RplFunction *function,
                        size_t body) {
  const RplNodes *nodes = &function->bodies[body];
  RplExpr *root = nodes->items[nodes->count - 1];
  if (root->blocks) /* what is done for each element is not lowered by itself */
    return rpl_lower_expr(lower, root);
  rpl_lower_nodes(lower, nodes->items, nodes->count);
  return nodes->items[nodes->count - 1]->operand;
}

static size_t nodes_of(const RplFunction *function) {
  const RplFunctionNode *parts = parts_of(function);
  size_t count = parts->row_count * parts->parameters.count;
  for (size_t i = 0; i < function->body_count; i++)
    count += function->bodies[i].count;
  return count;
}

/* What stands for a call where no program will be made. */
static uint32_t placeholder(RplLower *lower, RplType type) {
  lower->emit.is_misfit = true; /* nothing of it is ever run */
  return rpl_lower_none(lower, type);
}

/* Parameters stand for operands while their body is lowered; functions do not
 * recur, so each is at work once at a time. */
static void bind(RplFunction *function, const uint32_t *operands) {
  for (size_t i = 0; i < function->parameters.count; i++)
    function->parameters.items[i]->operand = operands[i];
}

static uint32_t expand(RplLower *lower, RplFunction *function, uint32_t column,
                       const uint32_t *operands, RplSpan span) {
  RplType type = function->results[column];
  if (!spend(lower, nodes_of(function) + 1, span))
    return placeholder(lower, type);
  bind(function, operands);
  uint32_t result = parts_of(function)->body
                        ? rpl_lower_body(lower, function, 0)
                        : rpl_lower_table(lower, function, column);
  return type.optional ? result : rpl_lower_some(lower, result);
}

uint32_t rpl_lower_own_call(RplLower *lower, const RplExpr *call,
                            uint32_t column) {
  RplFunction *function = rpl_policy_function(lower->policy, call->name);
  RplCalls *calls = calls_of(lower);
  uint32_t words[RPL_MAX_PARAMETERS + 3];
  size_t count = function->parameters.count;
  if (!calls)
    return placeholder(lower, function->results[column]);
  words[0] = function->index;
  words[1] = column;
  for (size_t i = 0; i < count; i++) {
    const RplExpr *value = call->items.items[i];
    words[i + 2] = value->is_unread ? 0 : value->operand;
    if (words[i + 2] && !function->parameters.items[i]->type.optional)
      words[i + 2] = rpl_lower_some(lower, words[i + 2]);
  }
  /* what is lowered in a block is read in it alone */
  words[count + 2] = lower->emit.open[lower->emit.depth];
  const LoweredCall *known = find_call(calls, words, count + 3);
  if (known)
    return known->operand;
  uint32_t operand = expand(lower, function, column, words + 2, call->span);
  keep_call(lower, calls, words, count + 3, operand);
  return operand;
}
