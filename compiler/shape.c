/* SPDX-License-Identifier: Apache-2.0
 * shape.c - see shape.h. */
#include "compiler/shape.h"

/* Where a statement stands. */
typedef struct Shape {
  const RplCompile *compile;
  const char *block; /* what holds the statements, in words; NULL: a policy */
  bool is_module;
} Shape;

static void misplaced(const Shape *shape, const char *word, const char *where,
                      RplSpan span) {
  rpl_report(shape->compile->report, RPL_DIAG_MISPLACED, span, word, where,
             NULL);
}

/* ---- parts of statements ------------------------------------------------- */

/* Parts that mean something in a statement; bits of RplTailPart. */
static uint32_t parts_of(const RplStmt *stmt) {
  switch (stmt->kind) {
  case RPL_STMT_RULE:
    return RPL_TAIL_BECAUSE | RPL_TAIL_CITE | RPL_TAIL_STEP | RPL_TAIL_PROVIDE |
           RPL_TAIL_GIVING;
  case RPL_STMT_OTHERWISE:
    return RPL_TAIL_BECAUSE | RPL_TAIL_CITE | RPL_TAIL_STEP;
  case RPL_STMT_UNDETERMINED:
    return RPL_TAIL_BECAUSE | RPL_TAIL_CITE;
  case RPL_STMT_ENSURE:
    return RPL_TAIL_BECAUSE;
  case RPL_STMT_DEFINE: /* a setting's condition has a message of its own */
    return RPL_TAIL_IF | RPL_TAIL_CITE | RPL_TAIL_FOR | RPL_TAIL_FROM;
  case RPL_STMT_SET:
    return RPL_TAIL_CITE | RPL_TAIL_FOR | RPL_TAIL_FROM;
  case RPL_STMT_STEP:
    return RPL_TAIL_IF | RPL_TAIL_CITE;
  case RPL_STMT_OUTPUT:
    return RPL_TAIL_FOR | RPL_TAIL_CITE |
           (stmt->exprs.count ? (uint32_t)RPL_TAIL_IF : 0u);
  default:
    return 0;
  }
}

static void check_parts(const Shape *shape, const RplStmt *stmt) {
  const RplTail *tail = &stmt->tail;
  uint32_t extra = tail->seen & ~parts_of(stmt);
  const char *noun = rpl_stmt_noun(stmt->kind);
  if (stmt->kind == RPL_STMT_OUTPUT && !stmt->exprs.count)
    noun = "an output without a value";
  if (extra & RPL_TAIL_IF)
    misplaced(shape, "if", noun, tail->condition->span);
  if (extra & RPL_TAIL_BECAUSE)
    misplaced(shape, "because", noun, tail->because.span);
  if (extra & RPL_TAIL_CITE)
    misplaced(shape, "cite", noun, tail->cites.items[0].span);
  if (extra & RPL_TAIL_STEP)
    misplaced(shape, "step", noun, tail->steps.items[0].id.span);
  if (extra & RPL_TAIL_PROVIDE)
    misplaced(shape, "provide", noun, tail->provides.items[0].span);
  if (extra & RPL_TAIL_FOR)
    misplaced(shape, "for", noun, tail->fors.items[0].span);
  if (extra & RPL_TAIL_GIVING)
    misplaced(shape, "giving", noun, tail->gives.items[0].output.span);
  if (extra & RPL_TAIL_FROM)
    misplaced(shape, "from", noun, tail->from->span);
}

/* ---- `default` and `replace` --------------------------------------------- */

static bool is_replaceable(const RplStmt *stmt) {
  switch (stmt->kind) {
  case RPL_STMT_CALENDAR:
  case RPL_STMT_FACT:
  case RPL_STMT_PARAM:
  case RPL_STMT_LET:
  case RPL_STMT_RULE:
  case RPL_STMT_DEFINE:
  case RPL_STMT_SET:
  case RPL_STMT_STEP:
  case RPL_STMT_OTHERWISE:
  case RPL_STMT_UNDETERMINED:
  case RPL_STMT_FUNCTION:
  case RPL_STMT_TABLE:
    return true;
  case RPL_STMT_OUTPUT:
    return stmt->exprs.count > 0;
  default:
    return false;
  }
}

static void check_marks(const Shape *shape, const RplStmt *stmt) {
  if (is_replaceable(stmt))
    return;
  const char *noun = stmt->kind == RPL_STMT_OUTPUT ? "an output without a value"
                                                   : rpl_stmt_noun(stmt->kind);
  RplSpan span = {stmt->span.source, stmt->span.begin, stmt->span.begin + 7};
  if (stmt->is_default)
    misplaced(shape, "default", noun, span);
  if (stmt->is_replace)
    misplaced(shape, "replace", noun, span);
}

/* ---- places -------------------------------------------------------------- */

static bool may_stand_in_block(RplStmtKind kind) {
  return kind == RPL_STMT_RULE || kind == RPL_STMT_OUTPUT ||
         kind == RPL_STMT_DEFINE || kind == RPL_STMT_LET ||
         kind == RPL_STMT_STEP || kind == RPL_STMT_ENSURE;
}

static const char *keyword(RplStmtKind kind) {
  switch (kind) {
  case RPL_STMT_EDITION:
    return "edition";
  case RPL_STMT_POLICY:
    return "policy";
  case RPL_STMT_MODULE:
    return "module";
  case RPL_STMT_EXTENDS:
    return "extends";
  case RPL_STMT_USE:
    return "use";
  case RPL_STMT_SOURCE:
    return "source";
  case RPL_STMT_ENUM:
    return "enumeration";
  case RPL_STMT_CALENDAR:
    return "calendar";
  case RPL_STMT_FACT:
    return "fact";
  case RPL_STMT_PARAM:
    return "param";
  case RPL_STMT_OUTCOME:
    return "outcome";
  case RPL_STMT_SETTING:
    return "setting";
  case RPL_STMT_OTHERWISE:
    return "otherwise";
  case RPL_STMT_UNDETERMINED:
    return "undetermined";
  case RPL_STMT_TEST:
    return "test";
  case RPL_STMT_GIVEN:
    return "given";
  case RPL_STMT_FUNCTION:
    return "function";
  case RPL_STMT_TABLE:
    return "table";
  default:
    return "this";
  }
}

static bool is_head(RplStmtKind kind) {
  return kind == RPL_STMT_POLICY || kind == RPL_STMT_MODULE;
}

static void check_place(const Shape *shape, const RplStmt *stmt) {
  if (shape->block && !may_stand_in_block(stmt->kind))
    misplaced(shape, keyword(stmt->kind), shape->block, stmt->span);
  else if (shape->is_module &&
           (stmt->kind == RPL_STMT_EXTENDS || stmt->kind == RPL_STMT_TEST))
    misplaced(shape, keyword(stmt->kind), "a module",
              stmt->kind == RPL_STMT_TEST ? stmt->title.span : stmt->span);
}

static void twice(const Shape *shape, const char *word, RplSpan span,
                  RplSpan first) {
  rpl_report(shape->compile->report, RPL_DIAG_TWO_OTHERWISE, span, word, NULL);
  rpl_report_label(shape->compile->report, first, "the first one", NULL, 0);
}

/* The edition and the head stand once. */
static void check_once(const Shape *shape, const RplFile *file) {
  const RplStmt *edition = NULL;
  for (size_t i = 0; i < file->unit.stmts.count; i++) {
    const RplStmt *stmt = file->unit.stmts.items[i];
    if (stmt->kind == RPL_STMT_EDITION && edition)
      twice(shape, "edition", stmt->span, edition->span);
    else if (stmt->kind == RPL_STMT_EDITION)
      edition = stmt;
    else if (is_head(stmt->kind) && stmt != file->head)
      twice(shape, keyword(stmt->kind), stmt->span, file->head->span);
  }
}

/* ---- tests --------------------------------------------------------------- */

/* LIMIT: facts of one test that are compared with one another. */
#define MOST_COMPARED 1000

static void check_facts(const Shape *shape, const RplStmt *stmt) {
  for (size_t i = 1; i < stmt->fact_count && i < MOST_COMPARED; i++)
    for (size_t j = 0; j < i; j++) {
      RplWord fact = stmt->facts[i].fact, first = stmt->facts[j].fact;
      if (fact.name != first.name)
        continue;
      RplSlice name = rpl_name_text(shape->compile->interner, fact.name);
      rpl_report_add(shape->compile->report, RPL_DIAG_TWO_OTHERWISE, fact.span,
                     &name, 1);
      rpl_report_label(shape->compile->report, first.span, "the first one",
                       NULL, 0);
      break;
    }
}

/* The first set of facts of each name of a file: slots are found by name, and
 * the next one is tried where one is taken. At most half of them are. */
typedef struct Sets {
  const RplStmt **slots;
  size_t mask;
} Sets;

static bool make_sets(const Shape *shape, const RplStmts *stmts, Sets *sets) {
  size_t given = 0, room = 1;
  for (size_t i = 0; i < stmts->count; i++)
    given += stmts->items[i]->kind == RPL_STMT_GIVEN;
  while (room < 2 * given)
    room *= 2;
  sets->mask = room - 1;
  sets->slots =
      rpl_arena_array(shape->compile->arena, room, sizeof *sets->slots);
  return sets->slots != NULL;
}

static void check_set(const Shape *shape, Sets *sets, const RplStmt *stmt) {
  size_t at = stmt->name.name & sets->mask;
  while (sets->slots[at] && sets->slots[at]->name.name != stmt->name.name)
    at = (at + 1) & sets->mask;
  const RplStmt *first = sets->slots[at];
  if (!first) {
    sets->slots[at] = stmt;
    return;
  }
  RplSlice name = rpl_name_text(shape->compile->interner, stmt->name.name);
  rpl_report_add(shape->compile->report, RPL_DIAG_DUPLICATE_NAME,
                 stmt->name.span, &name, 1);
  rpl_report_label(shape->compile->report, first->name.span,
                   "declared here first", NULL, 0);
}

/* ---- statements ---------------------------------------------------------- */

static void check_stmt(const Shape *shape, const RplStmt *stmt) {
  check_place(shape, stmt);
  check_parts(shape, stmt);
  check_marks(shape, stmt);
  if (stmt->kind == RPL_STMT_TEST || stmt->kind == RPL_STMT_GIVEN)
    check_facts(shape, stmt);
}

bool rpl_shape_check(const RplCompile *compile, const RplFile *file) {
  const RplStmts *stmts = &file->unit.stmts;
  Shape shape = {compile, NULL,
                 file->head && file->head->kind == RPL_STMT_MODULE};
  Shape block = {compile, "the block of a setting", false};
  Sets sets;
  if (!make_sets(&shape, stmts, &sets))
    return false;
  check_once(&shape, file);
  for (size_t i = 0; i < stmts->count; i++) {
    const RplStmt *stmt = stmts->items[i];
    check_stmt(&shape, stmt);
    if (stmt->kind == RPL_STMT_GIVEN)
      check_set(&shape, &sets, stmt);
    /* a block in a block is misplaced itself: there is one level */
    for (size_t j = 0; j < stmt->block.count; j++)
      check_stmt(&block, stmt->block.items[j]);
  }
  return true;
}
