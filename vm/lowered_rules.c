/* SPDX-License-Identifier: Apache-2.0
 * lowered_rules.c - the decision as one path after the other. See
 * lowered_build.h.
 *
 * Rules are tried by outcome, the highest first, and within one in source
 * order: the first that holds is the decisive one. What else the verdict turns
 * on is then computed behind it: further rules of the outcome that could give
 * an amount, name a definition or have a step with an open condition, the
 * outputs of the verdict, and what the policy ensures. Anything open there
 * would make the decision another one, so it stops. */
#include "vm/lowered_build.h"

#include <string.h>

#define DECIDING (RPL_OUTPUT_AMOUNT | RPL_OUTPUT_REQUIRED | RPL_OUTPUT_DEADLINE)

typedef struct Deciding {
  RplLowering *lower;
  const RplTables *tables;
  const uint32_t *rules; /* rows of the outcome, in source order */
  uint32_t count;
  uint32_t *beside; /* places in `rules` of those that matter beside another
                       one, in order */
  uint32_t beside_count;
  const uint64_t *named; /* a bit a string: names of rules that definitions of
                            deciding outputs stand with */
  uint32_t outcome;
} Deciding;

/* One end of a path. */
typedef struct Ending {
  uint32_t rule;  /* decisive; UINT32_MAX: otherwise */
  uint32_t giver; /* another that holds too; UINT32_MAX: none */
  uint32_t amount_row, deadline_row; /* UINT32_MAX: none */
} Ending;

/* ---- what stands -------------------------------------------------------- */

static bool has_bit(const uint64_t *bits, uint32_t index) {
  return (bits[index / 64] >> (index % 64)) & 1u;
}

static bool is_named(const Deciding *deciding, const Ending *ending,
                     uint32_t string) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  if (ending->rule == UINT32_MAX)
    return rpl_slice_is(rpl_string(deciding->tables, string), "otherwise");
  return rules[ending->rule].name == string ||
         (ending->giver != UINT32_MAX && rules[ending->giver].name == string);
}

static bool stands(const Deciding *deciding, const Ending *ending,
                   const RplDefinitionRecord *definition) {
  const RplListRecord *lists = rpl_lists(deciding->tables);
  if (!definition->outcomes_count && !definition->rules_count)
    return true;
  for (uint32_t i = 0; i < definition->outcomes_count; i++)
    if (lists[definition->outcomes + i].item == deciding->outcome)
      return true;
  for (uint32_t i = 0; i < definition->rules_count; i++)
    if (is_named(deciding, ending, lists[definition->rules + i].item))
      return true;
  return false;
}

/* What a rule gives to an output: how often, and the last operand. */
static uint32_t gives(const Deciding *deciding, uint32_t rule, uint32_t output,
                      uint32_t *operand) {
  uint32_t count = 0;
  if (rule == UINT32_MAX)
    return 0;
  const RplRuleRecord *record = &rpl_rules(deciding->tables)[rule];
  const RplListRecord *pairs = rpl_lists(deciding->tables) + record->gives;
  for (uint32_t i = 0; i + 1 < record->gives_count; i += 2) {
    if (pairs[i].item != output)
      continue;
    *operand = pairs[i + 1].item;
    count++;
  }
  return count;
}

/* The definitions of an output that stand, or the one thing that is given to
 * it. *count 0: there is none. False when the path has ended. */
static bool definitions(const Deciding *deciding, const Ending *ending,
                        uint32_t output, RplGuarded **rows, size_t *count,
                        bool *is_given) {
  RplLowering *lower = deciding->lower;
  const RplTables *tables = deciding->tables;
  const RplDefinitionRecord *all = rpl_definitions(tables);
  uint32_t operand = 0, end = rpl_definitions_count(tables);
  uint32_t given = gives(deciding, ending->rule, output, &operand) +
                   gives(deciding, ending->giver, output, &operand);
  size_t capacity = 0;
  *rows = NULL;
  *count = 0;
  *is_given = given > 0;
  if (given > 1)
    return rpl_lowering_stop(lower);
  for (uint32_t i = 0; i < (given ? 1 : end); i++) {
    if (!given &&
        (all[i].output != output || !stands(deciding, ending, &all[i])))
      continue;
    if (!given && all[i].values_count != 1)
      return rpl_lowering_stop(lower);
    void *grown = rpl_arena_grow(&lower->scratch, *rows, *count, &capacity,
                                 sizeof **rows);
    if (!grown) {
      lower->is_short = lower->is_dead = true;
      return false;
    }
    *rows = grown;
    (*rows)[(*count)++] =
        given
            ? (RplGuarded){0, operand}
            : (RplGuarded){all[i].guard, rpl_lists(tables)[all[i].values].item};
  }
  return true;
}

/* ---- the end of a path -------------------------------------------------- */

static void return_with(const Deciding *deciding, const Ending *ending,
                        uint16_t amount, uint16_t deadline) {
  RplLowering *lower = deciding->lower;
  if (deciding->outcome > UINT16_MAX) {
    (void)rpl_lowering_stop(lower);
    return;
  }
  (void)rpl_lowering_emit(lower, RPL_LOWERED_RETURN, amount, deadline,
                          (uint16_t)deciding->outcome, ending->rule);
  lower->is_dead = true;
}

/* Whether an output that a condition reads may stand here. */
static bool is_checked(const Deciding *deciding, const Ending *ending,
                       const RplEnsureRecord *ensure) {
  const RplListRecord *reads = rpl_lists(deciding->tables) + ensure->outputs;
  const RplDefinitionRecord *all = rpl_definitions(deciding->tables);
  uint32_t unused;
  for (uint32_t i = 0; i < ensure->outputs_count; i++) {
    if (gives(deciding, ending->rule, reads[i].item, &unused) ||
        gives(deciding, ending->giver, reads[i].item, &unused))
      continue;
    for (uint32_t j = 0; j < rpl_definitions_count(deciding->tables); j++)
      if (all[j].output == reads[i].item && stands(deciding, ending, &all[j]))
        return true;
  }
  return ensure->outputs_count == 0;
}

static bool check_ensures(const Deciding *deciding, const Ending *ending) {
  RplLowering *lower = deciding->lower;
  const RplEnsureRecord *all = rpl_ensures(deciding->tables);
  for (uint32_t i = 0; i < rpl_ensures_count(deciding->tables); i++) {
    RplLabel kept;
    if (!is_checked(deciding, ending, &all[i]))
      continue;
    rpl_lowering_label(lower, &kept);
    if (rpl_lowering_branch(lower, all[i].condition, true, &kept))
      (void)rpl_lowering_stop(lower);
    rpl_lowering_bind(lower, &kept);
    if (lower->is_dead)
      return false;
  }
  return true;
}

static void end_with_amount(const Deciding *deciding, const Ending *ending,
                            uint16_t amount) {
  RplLowering *lower = deciding->lower;
  RplGuarded *rows;
  RplLabel none;
  RplVal val;
  size_t count = 0;
  bool is_given;
  if (ending->deadline_row != UINT32_MAX &&
      !definitions(deciding, ending, ending->deadline_row, &rows, &count,
                   &is_given))
    return;
  if (!count) {
    if (check_ensures(deciding, ending))
      return_with(deciding, ending, amount, RPL_LOWERED_NO_WORD);
    return;
  }
  rpl_lowering_label(lower, &none);
  if (rpl_lowering_pick(lower, rows, count, UINT32_MAX, &none, &val) &&
      check_ensures(deciding, ending))
    return_with(deciding, ending, amount, val.num);
  rpl_lowering_bind(lower, &none);
  if (!lower->is_dead && check_ensures(deciding, ending))
    return_with(deciding, ending, amount, RPL_LOWERED_NO_WORD);
}

/* Whether this path has read an amount, which names the currency of another
 * that has none. */
static bool has_coin(const RplLowering *lower) {
  const RplFactRecord *facts = rpl_facts(lower->tables);
  for (uint32_t i = 0; i < lower->made->slot_count; i++)
    if (lower->slots[i].is_given &&
        rpl_types(lower->tables)[facts[i].type].kind == RPL_KIND_MONEY)
      return true;
  return false;
}

/* The amount in minor units. */
static bool amount_word(const Deciding *deciding, const RplGuarded *rows,
                        size_t count, RplLabel *none, uint16_t *word) {
  RplLowering *lower = deciding->lower;
  RplVal val;
  if (!rpl_lowering_pick(lower, rows, count, UINT32_MAX, none, &val) ||
      !rpl_val_whole(lower, val, &val))
    return false;
  if (val.is_coinless && !has_coin(lower))
    (void)rpl_lowering_emit(lower, RPL_LOWERED_COINED, 0, 0, 0, 0);
  *word = val.num;
  return !lower->is_dead;
}

static void end_path(const Deciding *deciding, const Ending *ending) {
  RplLowering *lower = deciding->lower;
  RplGuarded *rows;
  RplLabel none;
  uint16_t word;
  size_t count = 0;
  bool is_given;
  if (ending->amount_row != UINT32_MAX &&
      !definitions(deciding, ending, ending->amount_row, &rows, &count,
                   &is_given))
    return;
  if (!count) {
    end_with_amount(deciding, ending, RPL_LOWERED_NO_WORD);
    return;
  }
  rpl_lowering_label(lower, &none);
  if (amount_word(deciding, rows, count, &none, &word))
    end_with_amount(deciding, ending, word);
  rpl_lowering_bind(lower, &none);
  if (!lower->is_dead)
    end_with_amount(deciding, ending, RPL_LOWERED_NO_WORD);
}

/* ---- what must not be open ---------------------------------------------- */

static bool settle(RplLowering *lower, uint32_t operand) {
  RplVal val;
  return rpl_lowering_is_total(lower, operand, 16) ||
         rpl_lowering_value(lower, operand, NULL, &val);
}

static bool settle_steps(const Deciding *deciding, uint32_t first,
                         uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    uint32_t row = rpl_lists(deciding->tables)[first + i].item;
    uint32_t condition = rpl_steps(deciding->tables)[row].condition;
    if (condition && !settle(deciding->lower, condition))
      return false;
  }
  return true;
}

static bool settle_rule(const Deciding *deciding, uint32_t rule) {
  const RplRuleRecord *record = &rpl_rules(deciding->tables)[rule];
  return rule == UINT32_MAX ||
         settle_steps(deciding, record->steps, record->steps_count);
}

/* A required output other than the amount and the deadline. */
static bool settle_output(const Deciding *deciding, const Ending *ending,
                          uint32_t row) {
  RplLowering *lower = deciding->lower;
  RplGuarded *rows;
  RplLabel none;
  RplVal val;
  size_t count;
  bool is_given;
  if (!definitions(deciding, ending, row, &rows, &count, &is_given))
    return false;
  if (count == 1 &&
      (!rows[0].guard || rpl_lowering_is_total(lower, rows[0].guard, 16)) &&
      rpl_lowering_is_total(lower, rows[0].value, 16))
    return true;
  rpl_lowering_label(lower, &none);
  (void)(count &&
         rpl_lowering_pick(lower, rows, count, UINT32_MAX, &none, &val));
  rpl_lowering_bind(lower, &none);
  return !lower->is_dead;
}

static bool settle_outputs(const Deciding *deciding, Ending *ending) {
  const RplOutputRecord *outputs = rpl_outputs(deciding->tables);
  ending->amount_row = ending->deadline_row = UINT32_MAX;
  for (uint32_t row = 0; row < rpl_outputs_count(deciding->tables); row++) {
    const RplTypeRecord *type = &rpl_types(deciding->tables)[outputs[row].type];
    if (outputs[row].flags & RPL_OUTPUT_AMOUNT &&
        ending->amount_row == UINT32_MAX && type->kind == RPL_KIND_MONEY)
      ending->amount_row = row;
    else if (outputs[row].flags & RPL_OUTPUT_DEADLINE &&
             type->kind == RPL_KIND_DATETIME &&
             ending->deadline_row == UINT32_MAX)
      ending->deadline_row = row;
    else if (outputs[row].flags & RPL_OUTPUT_AMOUNT)
      return rpl_lowering_stop(deciding->lower);
    else if (outputs[row].flags & RPL_OUTPUT_REQUIRED &&
             !settle_output(deciding, ending, row))
      return false;
  }
  return true;
}

static void end(const Deciding *deciding, uint32_t rule, uint32_t giver) {
  const RplPolicyRecord *policy = rpl_policy(deciding->tables);
  Ending ending = {rule, giver, UINT32_MAX, UINT32_MAX};
  bool is_settled =
      rule == UINT32_MAX
          ? settle_steps(deciding, policy->otherwise_steps,
                         policy->otherwise_steps_count)
          : settle_rule(deciding, rule) &&
                (giver == UINT32_MAX || settle_rule(deciding, giver));
  if (is_settled && settle_outputs(deciding, &ending))
    end_path(deciding, &ending);
}

/* ---- rules beside the decisive one -------------------------------------- */

static bool gives_any(const Deciding *deciding, uint32_t rule) {
  const RplRuleRecord *record = &rpl_rules(deciding->tables)[rule];
  const RplListRecord *pairs = rpl_lists(deciding->tables) + record->gives;
  for (uint32_t i = 0; i + 1 < record->gives_count; i += 2)
    if (rpl_outputs(deciding->tables)[pairs[i].item].flags & DECIDING)
      return true;
  return false;
}

static bool has_open_step(const Deciding *deciding,
                          const RplRuleRecord *record) {
  const RplListRecord *steps = rpl_lists(deciding->tables) + record->steps;
  for (uint32_t i = 0; i < record->steps_count; i++)
    if (rpl_steps(deciding->tables)[steps[i].item].condition)
      return true;
  return false;
}

/* Whether it matters beside another rule if this one holds. */
static bool matters(const Deciding *deciding, uint32_t rule) {
  const RplRuleRecord *record = &rpl_rules(deciding->tables)[rule];
  return gives_any(deciding, rule) || has_open_step(deciding, record) ||
         has_bit(deciding->named, record->name);
}

/* Whether a rule gives no more than another that holds: the same operands to
 * the same outputs, so that it changes nothing whether or not it holds. */
static bool gives_same(const Deciding *deciding, uint32_t rule,
                       uint32_t other) {
  const RplRuleRecord *record = &rpl_rules(deciding->tables)[rule];
  const RplListRecord *pairs = rpl_lists(deciding->tables) + record->gives;
  if (has_open_step(deciding, record) || has_bit(deciding->named, record->name))
    return false;
  for (uint32_t i = 0; i + 1 < record->gives_count; i += 2) {
    uint32_t operand = 0;
    if (rpl_outputs(deciding->tables)[pairs[i].item].flags & DECIDING &&
        (gives(deciding, other, pairs[i].item, &operand) != 1 ||
         operand != pairs[i + 1].item))
      return false;
  }
  return true;
}

/* The first of `beside` that follows a place in `rules`. */
static uint32_t beside_after(const Deciding *deciding, uint32_t place) {
  uint32_t low = 0, high = deciding->beside_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (deciding->beside[middle] < place)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The decisive rule holds; `from`: the rules of the outcome that follow. */
static void fire(const Deciding *deciding, uint32_t rule, uint32_t giver,
                 uint32_t from) {
  RplLowering *lower = deciding->lower;
  uint32_t first = beside_after(deciding, from);
  if (deciding->beside_count - first > RPL_LOWER_MAX_BESIDE) {
    (void)rpl_lowering_stop(lower);
    return;
  }
  for (uint32_t i = first; i < deciding->beside_count && !lower->is_dead; i++) {
    uint32_t place = deciding->beside[i];
    uint32_t other = deciding->rules[place];
    uint32_t condition = rpl_rules(deciding->tables)[other].condition;
    RplLabel next;
    if (gives_same(deciding, other, rule) ||
        (giver != UINT32_MAX && gives_same(deciding, other, giver)))
      continue;
    rpl_lowering_label(lower, &next);
    if (rpl_lowering_branch(lower, condition, false, &next)) {
      if (giver == UINT32_MAX && !gives_any(deciding, rule))
        fire(deciding, rule, other, place + 1);
      else
        (void)rpl_lowering_stop(lower);
    }
    rpl_lowering_bind(lower, &next);
    rpl_lowering_learn(lower, condition, false);
  }
  if (!lower->is_dead)
    end(deciding, rule, giver);
}

/* ---- rules -------------------------------------------------------------- */

static void try_rule(const Deciding *deciding, uint32_t index) {
  RplLowering *lower = deciding->lower;
  uint32_t rule = deciding->rules[index];
  uint32_t condition = rpl_rules(deciding->tables)[rule].condition;
  RplLabel next;
  rpl_lowering_label(lower, &next);
  if (rpl_lowering_branch(lower, condition, false, &next))
    fire(deciding, rule, UINT32_MAX, index + 1);
  rpl_lowering_bind(lower, &next);
  rpl_lowering_learn(lower, condition, false);
}

/* How many rules from `first` on are by the same key. */
static uint32_t keyed_run(const Deciding *deciding, uint32_t first) {
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  RplKeyed keyed, other;
  uint32_t end_index = first;
  if (!rpl_lowering_key(deciding->lower,
                        rules[deciding->rules[first]].condition, &keyed))
    return 0;
  while (end_index < deciding->count &&
         rpl_lowering_key(deciding->lower,
                          rules[deciding->rules[end_index]].condition,
                          &other) &&
         other.key == keyed.key)
    end_index++;
  return end_index - first;
}

/* Chains the rules of a run by their keys: `heads` by constant, `nexts` by
 * place in the outcome, both plus one. */
static void chain(const Deciding *deciding, uint32_t first, uint32_t count) {
  RplLowering *lower = deciding->lower;
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  for (uint32_t i = first + count; i-- > first;) {
    RplKeyed keyed;
    (void)rpl_lowering_key(lower, rules[deciding->rules[i]].condition, &keyed);
    uint32_t *head = &lower->rule_heads[RPL_OPERAND_INDEX(keyed.constant)];
    lower->rule_nexts[i] = *head;
    *head = i + 1;
  }
}

static void try_run(const Deciding *deciding, uint32_t first, uint32_t count) {
  RplLowering *lower = deciding->lower;
  const RplRuleRecord *rules = rpl_rules(deciding->tables);
  RplSwitch select;
  RplLabel after;
  RplKeyed keyed;
  (void)rpl_lowering_key(lower, rules[deciding->rules[first]].condition,
                         &keyed);
  rpl_lowering_label(lower, &after);
  chain(deciding, first, count);
  if (rpl_switch_begin(lower, &select, keyed.key, count)) {
    for (uint32_t i = first; i < first + count; i++) {
      (void)rpl_lowering_key(lower, rules[deciding->rules[i]].condition,
                             &keyed);
      uint32_t *head = &lower->rule_heads[RPL_OPERAND_INDEX(keyed.constant)];
      if (*head != i + 1)
        continue; /* its key had its turn */
      rpl_switch_case(lower, &select, &keyed);
      for (uint32_t at = *head; at; at = lower->rule_nexts[at - 1])
        if (!lower->is_dead)
          try_rule(deciding, at - 1);
      *head = 0;
      if (!lower->is_dead)
        rpl_lowering_jump(lower, &after);
    }
    rpl_switch_end(lower, &select);
  }
  for (uint32_t i = first; i < first + count; i++) {
    (void)rpl_lowering_key(lower, rules[deciding->rules[i]].condition, &keyed);
    lower->rule_heads[RPL_OPERAND_INDEX(keyed.constant)] = 0;
  }
  rpl_lowering_bind(lower, &after);
}

static void try_outcome(Deciding *deciding) {
  RplLowering *lower = deciding->lower;
  deciding->beside_count = 0;
  for (uint32_t i = 0; i < deciding->count; i++)
    if (matters(deciding, deciding->rules[i]))
      deciding->beside[deciding->beside_count++] = i;
  for (uint32_t i = 0; i < deciding->count && !lower->is_dead;) {
    uint32_t count = keyed_run(deciding, i);
    if (count >= RPL_LOWER_MIN_KEYS)
      try_run(deciding, i, count);
    else
      try_rule(deciding, i);
    i += count >= RPL_LOWER_MIN_KEYS ? count : 1;
  }
}

/* ---- all ---------------------------------------------------------------- */

/* Rows of rules by outcome: rows[firsts[o] .. firsts[o + 1]). */
static bool sort_rules(RplLowering *lower, uint32_t **rows, uint32_t **firsts) {
  const RplRuleRecord *rules = rpl_rules(lower->tables);
  uint32_t count = rpl_rules_count(lower->tables);
  uint32_t outcomes = rpl_outcomes_count(lower->tables);
  *rows = rpl_arena_array(&lower->scratch, count, sizeof **rows);
  *firsts =
      rpl_arena_array(&lower->scratch, (size_t)outcomes + 2, sizeof **firsts);
  if (!*rows || !*firsts)
    return false;
  for (uint32_t i = 0; i < count; i++)
    (*firsts)[rules[i].outcome + 2]++;
  for (uint32_t i = 2; i < outcomes + 2; i++)
    (*firsts)[i] += (*firsts)[i - 1];
  for (uint32_t i = 0; i < count; i++)
    (*rows)[(*firsts)[rules[i].outcome + 1]++] = i;
  return true;
}

static uint64_t *named_strings(RplLowering *lower) {
  const RplTables *tables = lower->tables;
  const RplDefinitionRecord *all = rpl_definitions(tables);
  size_t words = (size_t)rpl_strings_count(tables) / 64 + 1;
  uint64_t *bits = rpl_arena_array(&lower->scratch, words, sizeof *bits);
  for (uint32_t i = 0; bits && i < rpl_definitions_count(tables); i++) {
    if (!(rpl_outputs(tables)[all[i].output].flags & DECIDING))
      continue;
    for (uint32_t j = 0; j < all[i].rules_count; j++) {
      uint32_t string = rpl_lists(tables)[all[i].rules + j].item;
      bits[string / 64] |= UINT64_C(1) << (string % 64);
    }
  }
  return bits;
}

void rpl_lowering_decision(RplLowering *lower) {
  const RplTables *tables = lower->tables;
  Deciding deciding = {.lower = lower, .tables = tables};
  uint32_t *rows, *firsts;
  uint32_t otherwise = rpl_policy(tables)->otherwise;
  lower->rule_heads = rpl_arena_array(
      &lower->scratch, rpl_constants_count(tables), sizeof *lower->rule_heads);
  lower->rule_nexts = rpl_arena_array(&lower->scratch, rpl_rules_count(tables),
                                      sizeof *lower->rule_nexts);
  deciding.named = named_strings(lower);
  deciding.beside = rpl_arena_array(&lower->scratch, rpl_rules_count(tables),
                                    sizeof *deciding.beside);
  if (!lower->rule_heads || !lower->rule_nexts || !deciding.named ||
      !deciding.beside || !sort_rules(lower, &rows, &firsts)) {
    lower->is_short = true;
    return;
  }
  for (uint32_t o = 0; o < rpl_outcomes_count(tables) && !lower->is_dead; o++) {
    deciding.outcome = o;
    deciding.rules = rows + firsts[o];
    deciding.count = firsts[o + 1] - firsts[o];
    try_outcome(&deciding);
  }
  if (lower->is_dead)
    return;
  deciding.outcome = otherwise - 1;
  if (otherwise)
    end(&deciding, UINT32_MAX, UINT32_MAX);
  else
    (void)rpl_lowering_stop(lower);
}
