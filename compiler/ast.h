/* SPDX-License-Identifier: Apache-2.0
 *
 * ast.h - the syntax tree: what an author wrote, in the order written. There is
 * one tree form. The parser builds it through the constructors below; the
 * checker writes types and symbols into the marked members; nothing frees it
 * but the arena.
 *
 * INVARIANT: height of an expression <= RPL_MAX_NESTING. Passes walk
 * expressions with rpl_expr_postorder and so need no C stack of that depth.
 */
#ifndef RPL_COMPILER_AST_H
#define RPL_COMPILER_AST_H

#include "compiler/intern.h"
#include "compiler/source.h"
#include "compiler/types.h"

/* ---- expressions --------------------------------------------------------- */

typedef enum RplExprKind {
  RPL_EXPR_POISON,   /* stands for something already reported */
  RPL_EXPR_BOOLEAN,  /* number: 0 or 1 */
  RPL_EXPR_NUMBER,   /* text */
  RPL_EXPR_MONEY,    /* name: currency code; text: the amount */
  RPL_EXPR_CURRENCY, /* name: its code */
  RPL_EXPR_TEXT,     /* text: unescaped */
  RPL_EXPR_DATE,     /* text */
  RPL_EXPR_DATETIME, /* text */
  RPL_EXPR_DURATION, /* text */
  RPL_EXPR_PERIOD,   /* text */
  RPL_EXPR_ZONE,     /* text */
  RPL_EXPR_NONE,
  RPL_EXPR_NAME,     /* name */
  RPL_EXPR_UNARY,    /* op, a */
  RPL_EXPR_BINARY,   /* op, a, b */
  RPL_EXPR_IF,       /* a then b else c */
  RPL_EXPR_ELSE,     /* a else b */
  RPL_EXPR_IS_NONE,  /* a; number: 1 for `is not none` */
  RPL_EXPR_IN,       /* a in items; number: 1 for `not in` */
  RPL_EXPR_BETWEEN,  /* a between b and c */
  RPL_EXPR_WITHIN,   /* a within b of c */
  RPL_EXPR_CALL,     /* name, items */
  RPL_EXPR_OP,       /* number: an RplOp with fixed operand kinds; a, b, c */
  RPL_EXPR_CALENDAR, /* a within b calendar days of c in items[0] */
  RPL_EXPR_BUSINESS, /* the same with business days; items[1]: using, or none */
  RPL_EXPR_DAYS_AFTER, /* a calendar days after the date b */
  RPL_EXPR_USING,      /* name: a calendar */
  RPL_EXPR_MONTHS,     /* a op b, op + or -; number: an RplMonthEnd; c: zone or
                          NULL */
  RPL_EXPR_LIST,       /* items */
  RPL_EXPR_RECORD,     /* items: entries */
  RPL_EXPR_ENTRY,      /* name = a, in a record */
  RPL_EXPR_FIELD,      /* a . name: a field, or one of the results of a table */
  RPL_EXPR_AGGREGATE,  /* name: count, sum, ...; list a, value b (NULL: count),
                          condition c (NULL: none), each: the variable */
  RPL_EXPR_ELEMENT     /* name: a variable; binder: whose it is */
} RplExprKind;

/* Operators, independent of operand types. */
typedef enum RplOperator {
  RPL_ADD,
  RPL_SUB,
  RPL_MUL,
  RPL_DIV,
  RPL_NEG,
  RPL_NOT,
  RPL_AND,
  RPL_OR,
  RPL_EQ,
  RPL_NE,
  RPL_LT,
  RPL_LE,
  RPL_GT,
  RPL_GE,
  RPL_WHOLE, /* div */
  RPL_MOD
} RplOperator;

/* What a function does with a list. */
typedef enum RplAggregate {
  RPL_AGGREGATE_NO, /* nothing: it is no such function */
  RPL_AGGREGATE_COUNT,
  RPL_AGGREGATE_SUM,
  RPL_AGGREGATE_MIN,
  RPL_AGGREGATE_MAX,
  RPL_AGGREGATE_ANY,
  RPL_AGGREGATE_ALL
} RplAggregate;

/* The aggregate of that name. */
RplAggregate rpl_aggregate_of(RplSlice name);

/* How an operator is written. */
const char *rpl_operator_text(RplOperator op);

struct RplSymbol;
typedef struct RplExpr RplExpr;

typedef struct RplExprs {
  RplExpr **items;
  size_t count;
  size_t capacity;
} RplExprs;

struct RplExpr {
  RplExprKind kind;
  RplOperator op;
  RplSpan span;
  uint32_t height;
  uint32_t number;
  RplName name;
  RplSlice text;
  RplExpr *a, *b, *c;
  RplExprs items;
  RplName each; /* of an aggregate; 0: its elements have no name */
  RplSpan each_span;
  bool is_listed;  /* `in` a list that is written out: its elements are items */
  RplExpr *binder; /* of an element: the aggregate around */
  /* written by the checker */
  RplType type;
  struct RplSymbol *symbol;
  bool is_absorbed; /* part of its parent's constant: not lowered by itself */
  uint8_t blocks;   /* aggregates that stand in each other in it */
  bool is_else;     /* an aggregate that `else` follows */
  bool is_unread;   /* in a value that the function called does not look at */
  uint32_t operand; /* written by the lowering */
  uint32_t element; /* likewise: an aggregate's element at work */
};

/* ---- statements -----------------------------------------------------------
 */

/* A word with its place: a name in a list, a clause id. */
typedef struct RplWord {
  RplName name;
  RplSpan span;
} RplWord;

typedef struct RplWords {
  RplWord *items;
  size_t count;
  size_t capacity;
} RplWords;

/* A text literal with its place; text.data == NULL: absent. */
typedef struct RplTextNode {
  RplSlice text; /* unescaped; placeholders are still {name} */
  RplSpan span;
} RplTextNode;

/* A type as written. */
typedef struct RplTypeNode {
  RplWords modifiers; /* words before the type's name: required, ranked */
  RplName name;       /* 0: an anonymous enumeration */
  bool is_optional;
  bool or_other;
  bool is_set;     /* `set of` it */
  bool is_list;    /* `list of` it, or of the set */
  RplWords values; /* of an anonymous enumeration */
  RplSpan span;
} RplTypeNode;

/* `step` in a rule: the name of a declared step, or a declaration on the spot.
 */
typedef struct RplStepNode {
  RplWord id;
  RplTextNode text; /* absent: declared elsewhere */
  RplExpr *condition;
} RplStepNode;

typedef struct RplStepNodes {
  RplStepNode *items;
  size_t count;
  size_t capacity;
} RplStepNodes;

/* `giving OUTPUT = EXPR` of a rule. */
typedef struct RplGiveNode {
  RplWord output;
  RplExpr *value;
} RplGiveNode;

typedef struct RplGiveNodes {
  RplGiveNode *items;
  size_t count;
  size_t capacity;
} RplGiveNodes;

/* What may follow the head of a rule, a definition, otherwise, ... in any
 * order; the checker refuses what does not belong to the statement. */
typedef struct RplTail {
  RplExpr *condition; /* `unless` is stored as not */
  RplTextNode because;
  RplWords cites;
  RplStepNodes steps;
  RplWords provides;
  RplWords fors;
  RplGiveNodes gives;
  RplExpr *from;
  RplExpr *assume;
  const struct RplProviderNode *provider; /* of a fact; NULL: none */
  uint32_t seen; /* bits of RplTailPart, to find a part given twice */
} RplTail;

typedef enum RplTailPart {
  RPL_TAIL_IF = 1,
  RPL_TAIL_BECAUSE = 2,
  RPL_TAIL_CITE = 4,
  RPL_TAIL_STEP = 8,
  RPL_TAIL_PROVIDE = 16,
  RPL_TAIL_FOR = 32,
  RPL_TAIL_GIVING = 64,
  RPL_TAIL_FROM = 128,
  RPL_TAIL_ASSUME = 256
} RplTailPart;

/* One bound of a fact's declaration: `> 0`, `0 ..`, `up to 64`. */
typedef struct RplBoundNode {
  RplOperator op; /* RPL_GT, RPL_GE, RPL_LT, RPL_LE */
  RplExpr *value; /* a literal */
  struct RplBoundNode *next;
} RplBoundNode;

/* A field of a record. */
typedef struct RplFieldNode {
  RplWord name;
  RplTypeNode type;
  RplBoundNode *bounds;
  RplTextNode title;
} RplFieldNode;

typedef struct RplFieldNodes {
  RplFieldNode *items;
  size_t count;
  size_t capacity;
} RplFieldNodes;

/* `fact = value` of a test or of a set of facts. */
typedef struct RplFactValue {
  RplWord fact;
  RplExpr *value; /* a literal or a name */
} RplFactValue;

/* One thing that a test expects: `outcome denied`, `steps (a, b)`. */
typedef struct RplExpect {
  RplWord what;
  RplExprs values;
} RplExpect;

/* `from` or `from to to` in a part of a calendar: `holidays 2026-01-01`. */
typedef struct RplCalendarItem {
  RplWord part; /* the word that its part begins with */
  RplExpr *from;
  RplExpr *to; /* NULL: one day, year or day of the week */
} RplCalendarItem;

typedef struct RplCalendarItems {
  RplCalendarItem *items;
  size_t count;
  size_t capacity;
} RplCalendarItems;

typedef struct RplExpects {
  RplExpect *items;
  size_t count;
  size_t capacity;
} RplExpects;

/* A parameter of a function, a column of a table, one of its results. */
typedef struct RplParameterNode {
  RplWord name; /* 0: the only result */
  RplTypeNode type;
  RplBoundNode *bounds;
} RplParameterNode;

typedef struct RplParameterNodes {
  RplParameterNode *items;
  size_t count;
  size_t capacity;
} RplParameterNodes;

/* One of the alternatives of a cell: a value, or what lies in bounds. */
typedef struct RplCellItem {
  RplExpr *value; /* NULL: bounds */
  RplBoundNode *bounds;
  RplSpan span;
} RplCellItem;

typedef enum RplCellKind {
  RPL_CELL_ITEMS, /* `pro or team`, `0 .. 10 or > 20` */
  RPL_CELL_ANY,   /* `any` */
  RPL_CELL_OTHER  /* `any other`: what no other row of the table names */
} RplCellKind;

typedef struct RplCellNode {
  RplCellKind kind;
  RplCellItem *items;
  size_t count;
  size_t capacity;
  RplSpan span;
} RplCellNode;

typedef struct RplCellNodes {
  RplCellNode *items;
  size_t count;
  size_t capacity;
} RplCellNodes;

typedef struct RplRowNode {
  RplCellNodes cells;
  RplExprs results;
  RplSpan span;
} RplRowNode;

/* What a function or a table consists of. */
typedef struct RplFunctionNode {
  RplParameterNodes parameters;
  RplParameterNodes results;
  RplExpr *body;    /* of a function */
  RplRowNode *rows; /* of a table */
  size_t row_count, row_capacity;
} RplFunctionNode;

typedef enum RplStmtKind {
  RPL_STMT_EDITION,      /* number */
  RPL_STMT_POLICY,       /* name, title */
  RPL_STMT_MODULE,       /* name, title */
  RPL_STMT_EXTENDS,      /* name */
  RPL_STMT_USE,          /* name */
  RPL_STMT_SOURCE,       /* title, words: clause ids; pairs with `to` */
  RPL_STMT_ENUM,         /* name, type */
  RPL_STMT_FACT,         /* name, type, bounds, title, tail.assume, number */
  RPL_STMT_PARAM,        /* name, type, bounds, title, expr */
  RPL_STMT_LET,          /* name, expr */
  RPL_STMT_RULE,         /* outcome, name (0: none), tail */
  RPL_STMT_DEFINE,       /* name, exprs, tail: output or setting */
  RPL_STMT_SET,          /* name, expr, tail: a setting without `=` */
  RPL_STMT_STEP,         /* name, title, tail */
  RPL_STMT_OUTPUT,       /* name, type, exprs (may be empty), fallback, tail */
  RPL_STMT_OUTCOME,      /* name, word2, word3, expr: see the grammar */
  RPL_STMT_SETTING,      /* name, type, anchor..., expr, words, block */
  RPL_STMT_OTHERWISE,    /* outcome, tail */
  RPL_STMT_UNDETERMINED, /* tail */
  RPL_STMT_ENSURE,       /* expr, tail */
  RPL_STMT_TEST,         /* title, words, facts, expects */
  RPL_STMT_CALENDAR,     /* name, title, days */
  RPL_STMT_GIVEN,        /* name, words, facts */
  RPL_STMT_FUNCTION,     /* name, function */
  RPL_STMT_TABLE,        /* name, function */
  RPL_STMT_RECORD        /* name, fields */
} RplStmtKind;

/* What a kind of statement is called in messages ("a rule"); static. */
const char *rpl_stmt_noun(RplStmtKind kind);

typedef struct RplStmt RplStmt;

typedef struct RplStmts {
  RplStmt **items;
  size_t count;
  size_t capacity;
} RplStmts;

struct RplStmt {
  RplStmtKind kind;
  bool is_default; /* `default` stands before it */
  bool is_replace; /* `replace` stands before it */
  RplSpan span;    /* the whole statement */
  RplWord name;    /* what it declares or defines; the name of a rule */
  RplWord outcome; /* of a rule or otherwise */
  RplTextNode title;
  uint32_t number;
  RplTypeNode type;
  RplBoundNode *bounds;
  RplExpr *expr;
  RplExprs exprs;
  RplExpr *fallback;
  RplTail tail;
  RplWords words;
  RplWord anchor; /* of a setting: name of what follows `from` */
  RplTypeNode anchor_type;
  RplExpr *anchor_default;
  RplWord alternative; /* outcome NAME = name2 if expr else alternative */
  RplWord reported;    /* outcome NAME as reported */
  RplStmts block;      /* of a setting */
  RplFactValue *facts;
  size_t fact_count, fact_capacity;
  RplFieldNodes fields;
  RplExpects expects;
  RplFunctionNode *function;
  RplCalendarItems days; /* of a calendar */
};

/* A code of a comment that silences warnings (allow.h). */
typedef struct RplAllow {
  RplSpan span; /* of the comment */
  char code[5];
  bool is_used; /* it silenced one */
} RplAllow;

typedef struct RplAllows {
  RplAllow *items; /* in the order of the text */
  size_t count;
  size_t capacity;
} RplAllows;

/* One parsed file. */
typedef struct RplUnit {
  uint32_t source;
  RplStmts stmts;
  RplAllows allows;
} RplUnit;

/* The nodes of an expression, children before parents, left before right.
 * Linear, without recursion. NULL when memory is short; *count is its length.
 */
RplExpr **rpl_expr_postorder(RplArena *arena, RplExpr *root, size_t *count);

/* The same without what is done for each element of an aggregate in it: of an
 * aggregate, its list alone. */
RplExpr **rpl_expr_outer(RplArena *arena, RplExpr *root, size_t *count);

#endif /* RPL_COMPILER_AST_H */
