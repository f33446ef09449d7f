/* SPDX-License-Identifier: Apache-2.0
 *
 * parse.h - runs scanner and parser over one source and builds its tree. The
 * functions named rpl_parse_* are the scanner's and the grammar's actions: one
 * call each. No meaning is judged here: no name is looked up, no type tested.
 */
#ifndef RPL_COMPILER_PARSE_H
#define RPL_COMPILER_PARSE_H

#include "compiler/ast.h"
#include "compiler/report.h"
#include "rpl/compile.h"
#include "vm/civil.h"
#include "vm/op.h"

typedef struct RplParse {
  RplArena *arena;
  RplInterner *interner;
  RplReport *report;
  RplSources *sources;
  uint32_t source;
  uint32_t offset;    /* byte after the last token */
  uint32_t last;      /* byte after the last token that was one */
  uint32_t before;    /* the same of the token before that */
  uint32_t kept;      /* `before` of an open comment, plus one */
  uint32_t comment;   /* offset where the open comment starts */
  int token_kinds[2]; /* of the last token and of the one before it */
  int start_token;    /* returned first: what is to be parsed; 0 once sent */
  RplUnit *unit;
  RplExpr *expression; /* result of an expression parse */
  bool is_out_of_memory;
  uint32_t last_error; /* offset of the last syntax error, plus one */
  _Alignas(16) char scanner_memory[4096]; /* the scanner's own three blocks */
  size_t scanner_used;
  char *copy; /* of the text, for the scanner; freed when it is closed */
  size_t copy_bytes;
  RplExpr spare_expr; /* what constructors give when memory is short, so that */
  RplStmt spare_stmt; /* actions need no check; the parse then fails as one */
  RplTail spare_tail;
  RplTail *tails[4]; /* tails that were given back, to be used again */
  size_t tail_count;
} RplParse;

/* Parses a policy or module file (source `number`) into *unit, whose statements
 * are those that could be read; mistakes are in the report. False only when
 * memory is short. */
bool rpl_parse_unit(RplArena *arena, RplInterner *interner, RplReport *report,
                    RplSources *sources, uint32_t number, RplUnit *unit);

/* Parses one expression (poison after a mistake). False as above. */
bool rpl_parse_expression(RplArena *arena, RplInterner *interner,
                          RplReport *report, RplSources *sources,
                          uint32_t number, RplExpr **expression);

/* A token as the scanner cuts it: a kind of rpl.tab.h and its place. */
typedef struct RplToken {
  int kind;
  RplSpan span;
} RplToken;

typedef struct RplTokens {
  RplToken *items;
  size_t count;
  size_t capacity;
} RplTokens;

/* The tokens of a text that was parsed without a mistake, in order, without the
 * end of the file. False when memory is short. */
bool rpl_parse_tokens(RplArena *arena, RplInterner *interner, RplReport *report,
                      RplSources *sources, uint32_t number, RplTokens *tokens);

/* ---- for the scanner ------------------------------------------------------
 */

union RPL_YYSTYPE;
void rpl_parse_advance(RplParse *parse, RplSpan *span, size_t bytes);
void rpl_parse_skip(RplParse *parse, RplSpan *span);
void rpl_parse_line_comment(RplParse *parse, RplSpan span, const char *text,
                            size_t length);
void rpl_parse_comment(RplParse *parse, RplSpan span);
int rpl_parse_open_comment(RplParse *parse);
/* Remembers the kind of a token and returns it. */
int rpl_parse_token(RplParse *parse, int kind);
/* Whether the next word can be a month-end rule: after the months of a sum,
 * where no name can stand. */
bool rpl_parse_is_after_months(const RplParse *parse);
RplWord rpl_parse_word(RplParse *parse, RplSpan span, const char *text,
                       size_t length);
RplSlice rpl_parse_slice(RplParse *parse, RplSpan span);
int rpl_parse_text(RplParse *parse, RplSpan span, union RPL_YYSTYPE *value);
int rpl_parse_open_text(RplParse *parse, RplSpan span);
int rpl_parse_bad_number(RplParse *parse, RplSpan span);
int rpl_parse_bad_time(RplParse *parse, RplSpan span);
int rpl_parse_bad_name(RplParse *parse, RplSpan span);
int rpl_parse_bad_character(RplParse *parse, RplSpan span);
void *rpl_parse_alloc(RplParse *parse, size_t bytes);

/* ---- for the grammar: tree builders ---------------------------------------
 */

RplExpr *rpl_ast_poison(RplParse *parse, RplSpan span);
RplExpr *rpl_ast_literal(RplParse *parse, RplExprKind kind, RplSlice text,
                         RplSpan span);
/* `12.5%`, a number: its text becomes "0.125". */
RplExpr *rpl_ast_percent(RplParse *parse, RplSlice text, RplSpan span);
RplExpr *rpl_ast_boolean(RplParse *parse, bool value, RplSpan span);
RplExpr *rpl_ast_money(RplParse *parse, RplWord currency, RplSlice amount,
                       RplSpan span);
RplExpr *rpl_ast_name(RplParse *parse, RplWord word);
RplExpr *rpl_ast_currency(RplParse *parse, RplWord word);
RplExpr *rpl_ast_unary(RplParse *parse, RplOperator op, RplExpr *a,
                       RplSpan span);
RplExpr *rpl_ast_binary(RplParse *parse, RplOperator op, RplExpr *a,
                        RplExpr *b);
RplExpr *rpl_ast_node(RplParse *parse, RplExprKind kind, RplExpr *a, RplExpr *b,
                      RplExpr *c, RplSpan span);
RplExpr *rpl_ast_is_none(RplParse *parse, RplExpr *a, bool negated,
                         RplSpan span);
RplExpr *rpl_ast_in(RplParse *parse, RplExpr *a, RplExprs items, bool negated,
                    RplSpan span);
RplExpr *rpl_ast_call(RplParse *parse, RplWord name, RplExprs items,
                      RplSpan span);
/* ast_list.c: lists, records and aggregates. */
RplExpr *rpl_ast_items(RplParse *parse, RplExprKind kind, RplExprs items,
                       RplSpan span);
RplExpr *rpl_ast_entry(RplParse *parse, RplWord field, RplExpr *value,
                       RplSpan span);
RplExpr *rpl_ast_in_listing(RplParse *parse, RplExpr *a, RplExpr *listing,
                            bool negated, RplSpan span);
RplExpr *rpl_ast_aggregate(RplParse *parse, RplWord name, RplExpr *value,
                           RplWord each, RplExpr *list, RplExpr *test,
                           RplSpan span);
RplExpr *rpl_ast_count(RplParse *parse, RplWord name, RplExpr *among,
                       RplExpr *test, RplSpan span);
RplExpr *rpl_ast_whole(RplParse *parse, RplWord name, RplExpr *list,
                       RplSpan span);
RplStmt *rpl_ast_record_field(RplParse *parse, RplStmt *record,
                              RplFieldNode field);

/* ast.c, for ast_list.c: a node with these children and items. */
RplExpr *rpl_ast_with_items(RplParse *parse, RplExprKind kind, RplExpr *a,
                            RplExpr *b, RplExpr *c, RplExprs items,
                            RplSpan span);

RplExpr *rpl_ast_op(RplParse *parse, unsigned op, RplExpr *a, RplExpr *b,
                    RplExpr *c, RplSpan span);
RplExpr *rpl_ast_calendar(RplParse *parse, RplExpr *a, RplExpr *days,
                          RplExpr *from, RplExpr *zone, RplSpan span);
RplExpr *rpl_ast_business(RplParse *parse, RplExpr *a, RplExpr *days,
                          RplExpr *from, RplExpr *zone, RplExpr *calendar,
                          RplSpan span);
RplExpr *rpl_ast_months(RplParse *parse, RplOperator op, RplExpr *a, RplExpr *b,
                        RplMonthEnd rule, RplExpr *zone, RplSpan span);
RplTypeNode rpl_ast_set_type(RplParse *parse, RplWord set, RplTypeNode of,
                             RplSpan span);
RplExpr *rpl_ast_negated(RplParse *parse, RplExpr *condition, RplSpan span);

RplExprs rpl_ast_exprs(RplParse *parse, RplExprs list, RplExpr *item);
RplWords rpl_ast_words(RplParse *parse, RplWords list, RplWord item);
RplWords rpl_ast_clause_range(RplParse *parse, RplWords list, RplWord first,
                              RplWord last);
RplWord rpl_ast_dotted(RplParse *parse, RplWord head, RplWord tail);
RplStepNodes rpl_ast_steps(RplParse *parse, RplStepNodes list,
                           RplStepNode item);
RplBoundNode *rpl_ast_bound(RplParse *parse, RplOperator op, RplExpr *value,
                            RplBoundNode *next);

RplTail *rpl_ast_new_tail(RplParse *parse);
RplTail *rpl_ast_tail(RplParse *parse, RplTail *tail, RplTail *part,
                      RplSpan span);
void rpl_ast_end_tail(RplParse *parse, RplStmt *stmt, RplTail *tail);
RplTail *rpl_ast_tail_if(RplParse *parse, RplExpr *condition);
RplTail *rpl_ast_tail_because(RplParse *parse, RplTextNode text);
RplTail *rpl_ast_tail_cite(RplParse *parse, RplWords clauses);
RplTail *rpl_ast_tail_step(RplParse *parse, RplStepNodes steps);
RplTail *rpl_ast_tail_provide(RplParse *parse, RplWords words);
RplTail *rpl_ast_tail_for(RplParse *parse, RplWords words);
RplTail *rpl_ast_tail_giving(RplParse *parse, RplWord output, RplExpr *value);
RplTail *rpl_ast_tail_from(RplParse *parse, RplExpr *value);

/* ast_function.c: functions and tables. */
RplExpr *rpl_ast_field(RplParse *parse, RplExpr *of, RplWord name,
                       RplSpan span);
RplParameterNodes rpl_ast_parameters(RplParse *parse, RplParameterNodes list,
                                     RplParameterNode item);
RplCellNode rpl_ast_cell(RplParse *parse, RplCellNode cell, RplCellItem item);
RplCellNode rpl_ast_cell_other(RplParse *parse, RplWord any);
RplCellNodes rpl_ast_cells(RplParse *parse, RplCellNodes list, RplCellNode cell,
                           RplSpan span);
RplStmt *rpl_ast_function(RplParse *parse, RplWord name,
                          RplParameterNodes parameters, RplTypeNode type,
                          RplExpr *body, RplSpan span);
/* `marks`: 1 for `default`, 2 for `replace`. */
RplStmt *rpl_ast_table(RplParse *parse, unsigned marks, RplWord name,
                       RplParameterNodes parameters, RplParameterNodes results,
                       RplSpan span);
RplStmt *rpl_ast_row(RplParse *parse, RplStmt *table, RplCellNodes cells,
                     RplExprs results, RplSpan span);

RplStmt *rpl_ast_stmt(RplParse *parse, RplStmtKind kind, RplWord name,
                      RplSpan span);
RplStmts rpl_ast_stmts(RplParse *parse, RplStmts list, RplStmt *item);
RplStmt *rpl_ast_fact_value(RplParse *parse, RplStmt *stmt, RplWord fact,
                            RplExpr *value);
RplExpects rpl_ast_expects(RplParse *parse, RplExpects list, RplExpect item);
RplStmt *rpl_ast_add_expects(RplParse *parse, RplStmt *stmt, RplExpects list);

RplCalendarItems rpl_ast_calendar_items(RplParse *parse, RplCalendarItems list,
                                        RplCalendarItem item);
RplStmt *rpl_ast_calendar_part(RplParse *parse, RplStmt *stmt, RplWord part,
                               RplCalendarItems list, RplSpan span);

/* Reports a syntax error: what was found and, if known, what could stand there
 * (count 0: too many to list). */
void rpl_parse_syntax(RplParse *parse, RplSpan span, const char *found,
                      const char *const *expected, size_t count);

/* Reports a full parser stack, a tree over RPL_MAX_NESTING, a part of a
 * statement that stands twice. */
void rpl_parse_too_deep(RplParse *parse, RplSpan span);
void rpl_parse_too_high(RplParse *parse, RplSpan span);
void rpl_parse_twice(RplParse *parse, RplSpan span);

#endif /* RPL_COMPILER_PARSE_H */
