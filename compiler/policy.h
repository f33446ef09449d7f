/* SPDX-License-Identifier: Apache-2.0
 *
 * policy.h - one policy as the compiler sees it after its files were read: all
 * statements in their final order, the names they declare, and what each name
 * stands for. Gathering fills it (gather.c), checking types it (check.c),
 * lowering reads it (lower.c).
 *
 * Order of statements: the policy's own, those of its bases (nearest first),
 * those of modules in use, the vocabulary's last. A replacement stands where
 * the replaced statement stood.
 */
#ifndef RPL_COMPILER_POLICY_H
#define RPL_COMPILER_POLICY_H

#include "compiler/ast.h"
#include "compiler/report.h"
#include "rpl/compile.h"
#include "vm/zone_source.h"

/* An enumeration type. Two are the same only when they are one object. */
typedef struct RplEnum {
  RplName name; /* of an anonymous one: its fact's */
  RplWords values;
  bool or_other; /* the last value is `other` */
  bool is_own;   /* declared by the policy itself */
  bool is_used;
  RplSpan span;
  uint32_t index; /* in the program, plus one; 0: not yet lowered */
} RplEnum;

/* A field of a record type. */
typedef struct RplField {
  RplName name;
  RplSpan span;
  RplType type;
  RplBoundNode *bounds;
  RplTextNode title;
} RplField;

/* A record type. Two are the same only when they are one object. */
typedef struct RplRecord {
  RplName name; /* 0: that of a record written out in a calculation */
  RplSpan span;
  const RplStmt *stmt; /* NULL likewise */
  RplField *fields;
  size_t count;
  bool is_own, is_used;
  uint8_t mark;           /* of resolving: new, open, done */
  uint8_t records, lists; /* inside each other in it, itself counted */
  uint32_t index;         /* in the program, plus one; 0: not yet lowered */
} RplRecord;

typedef enum RplSymbolKind {
  RPL_SYMBOL_FACT,
  RPL_SYMBOL_PARAM,
  RPL_SYMBOL_LET,
  RPL_SYMBOL_SETTING, /* value given by the policy or by default; else none */
  RPL_SYMBOL_ANCHOR,  /* what follows `from` in a setting */
  RPL_SYMBOL_OUTPUT,
  RPL_SYMBOL_PARAMETER /* of a function; in no list of the policy */
} RplSymbolKind;

/* A guarded definition of an output. */
typedef struct RplDefinition {
  RplStmt *stmt;
  RplExpr *guard;  /* NULL: always */
  RplExprs values; /* one, or for a ranked output several */
  RplWords fors;
  RplWords cites;         /* its own and those of its setting */
  uint32_t guard_operand; /* lowered; 0: always */
  uint32_t value_list;    /* lowered values */
} RplDefinition;

typedef struct RplDefinitions {
  RplDefinition *items;
  size_t count;
  size_t capacity;
} RplDefinitions;

typedef struct RplSymbol {
  RplSymbolKind kind;
  RplName name;
  RplSpan span;
  RplStmt *stmt; /* where it is declared */
  RplType type;
  unsigned layer;    /* 0: the policy's own */
  bool is_offered;   /* a module's fact: only in the schema when mentioned */
  bool is_mentioned; /* an expression of the policy names it */
  bool is_inferred;  /* an inline policy's fact: its type comes from its use */
  bool is_ranked;    /* output */
  bool is_required;  /* output */
  bool is_live;      /* something that reaches the program reads it */
  RplExpr *value;    /* let, param, setting, anchor; a fact's assumption */
  RplDefinitions definitions; /* output */
  RplWords default_fors;      /* output: where its definitions stand */
  RplWords default_cites;     /* output: what those without `cite` cite */
  uint8_t mark;               /* of the walk over dependencies */
  uint32_t slot;              /* fact, param: index in the program */
  uint32_t operand;           /* lowered value; 0: not yet */
} RplSymbol;

typedef struct RplSymbols {
  RplSymbol **items;
  size_t count;
  size_t capacity;
} RplSymbols;

/* An expression's nodes, children before parents. */
typedef struct RplNodes {
  RplExpr **items;
  size_t count;
} RplNodes;

/* A function or a table, which is called like one. Its bodies are the
 * function's expression, or the results of a table's rows, row after row. */
typedef struct RplFunction {
  RplName name;
  RplSpan span;
  RplStmt *stmt;
  unsigned layer;
  bool is_module;    /* of a module or the vocabulary */
  bool is_mentioned; /* something calls it */
  bool is_broken;    /* a mistake was reported in it */
  uint8_t mark;      /* of the walk over calls */
  uint32_t depth;    /* calls inside each other, itself included */
  uint32_t index;    /* in the policy's list */
  RplSymbols parameters;
  RplType *results; /* as many as the statement has */
  uint32_t *read;   /* by result: a bit for each parameter that it looks at */
  RplNodes *bodies;
  size_t body_count;
} RplFunction;

typedef struct RplOutcome {
  RplName name;
  RplName reported;
  RplSpan span;
  bool is_composite; /* `refundable`: first when the test holds, else second */
  RplName first, second;
  RplExpr *test;
  uint32_t index; /* in the program; composite ones have none */
} RplOutcome;

typedef struct RplRule {
  RplStmt *stmt;
  RplName name;
  const RplOutcome *outcome;
  RplWords cites; /* its own and those of its setting */
  unsigned layer;
  bool is_module; /* of a module or the vocabulary */
} RplRule;

typedef struct RplStepDecl {
  RplName id;
  RplTextNode text;
  RplExpr *condition;
  RplWords cites;
  RplSpan span;
  unsigned layer;
  uint32_t index; /* in the program, plus one; 0: not used */
} RplStepDecl;

/* One statement in its final place. */
typedef struct RplItem {
  RplStmt *stmt;
  unsigned layer;
  bool is_module;   /* of a module or the vocabulary */
  bool is_moved;    /* it stands in the place of what it replaces */
  bool is_replaced; /* `instead` stands in its place, or nothing */
  RplName key;      /* what it declares or defines, for replacing; 0: nothing */
  RplWords cites;   /* of the setting in whose block it stands */
  uint32_t same;    /* next item with the same key, plus one */
  uint32_t instead; /* first of the items that replace it, plus one */
  unsigned instead_layer; /* layer of what replaces it */
  uint32_t more;   /* next item that stands in the same place, plus one */
  uint32_t target; /* item in whose place it stands, plus one; 0: none */
} RplItem;

/* A statement that a policy has once. */
typedef struct RplOnce {
  RplStmt *stmt; /* NULL: not there */
  unsigned layer;
} RplOnce;

/* A file that was read, once for all policies that draw it in. */
typedef struct RplFile {
  RplName name; /* dotted */
  uint32_t source;
  RplUnit unit;
  RplStmt *head; /* `policy` or `module` */
  bool is_inline;
  bool is_misnamed; /* its path does not agree with its name */
  bool is_broken;   /* reading it brought errors */
} RplFile;

/* What one compilation shares. */
typedef struct RplCompile {
  RplArena *arena;
  RplArena *tables; /* tables by name: as long as one policy is compiled */
  RplInterner *interner;
  RplReport *report;
  RplSources *sources;
  RplWords offered; /* names of facts that an inline policy will be given */
  RplZones *zones;  /* that were looked up, in `arena`; and where more are */
} RplCompile;

#define RPL_POLICY_LIST(type, name)                                            \
  struct {                                                                     \
    type *items;                                                               \
    size_t count, capacity;                                                    \
  } name

typedef struct RplPolicy {
  RplCompile *compile;
  RplFile *file;
  RplName name;
  bool is_inline;
  bool is_calc; /* one expression: its output has the type of its value */
  RPL_POLICY_LIST(RplItem, items);
  RPL_POLICY_LIST(RplEnum *, enums);
  RPL_POLICY_LIST(RplRecord *, records);
  RPL_POLICY_LIST(struct RplCalendarDecl *, calendars); /* calendar.h */
  RPL_POLICY_LIST(RplOutcome *, outcomes);
  RPL_POLICY_LIST(RplRule, rules);
  RPL_POLICY_LIST(RplStepDecl *, steps);
  RPL_POLICY_LIST(RplStmt *, ensures);
  RPL_POLICY_LIST(RplStmt *, tests);
  RPL_POLICY_LIST(RplStmt *, givens);
  RPL_POLICY_LIST(RplFunction *, functions);
  RplSymbols symbols; /* in order of declaration */
  RplSymbols order;   /* symbols with values, what they read before them */
  RplEnum **types;    /* by name: enumerations */
  RplRecord **record_names;   /* by name */
  RplOutcome **outcome_names; /* by name */
  RplStepDecl **step_names;   /* by name */
  RplStmt **given_names;      /* by name: the first set of facts */
  uint32_t *rule_names;       /* by name: index of its rule, plus one */
  uint32_t *value_places; /* by name: its place, plus one, in the enumeration
                             that has it as a value and was declared last */
  RplSymbol **values;     /* by name: facts, params, lets, settings */
  RplSymbol **outputs;    /* by name */
  RplFunction **function_names; /* by name */
  RplFunction *scope; /* the function whose body is checked; NULL: none */
  uint8_t *flags;     /* by name: RPL_NAME_* */
  size_t name_count;  /* length of the arrays by name */
  RplStmt *title;
  RplOnce otherwise, undetermined;
  RplName unknown_report, error_report;
  RplSlice program; /* its bytes, after lowering */
  bool is_out_of_memory;
  bool has_open; /* a check left something to infer */
  bool is_final; /* the last round of inference: report what is open */
} RplPolicy;

#define RPL_NAME_CLAUSE     1u   /* a `source` declares it */
#define RPL_NAME_ENUM_VALUE 2u   /* some enumeration has it as a value */
#define RPL_NAME_RULE       4u   /* a rule has it */
#define RPL_NAME_MENTIONED  8u   /* an expression names it */
#define RPL_NAME_LISTED     128u /* the list that is being looked at has it */

/* Appends to one of the lists above; remembers when memory is short. */
bool rpl_policy_grow(RplPolicy *policy, void **items, size_t count,
                     size_t *capacity, size_t item_bytes);

#define RPL_POLICY_APPEND(policy, list, item)                                  \
  do {                                                                         \
    void *items = (list).items;                                                \
    if (rpl_policy_grow(policy, &items, (list).count, &(list).capacity,        \
                        sizeof *(list).items)) {                               \
      (list).items = items;                                                    \
      (list).items[(list).count++] = (item);                                   \
    }                                                                          \
  } while (0)

/* Zeroed arena memory for `count` items; NULL when memory is short, which the
 * policy remembers. */
void *rpl_policy_alloc(RplPolicy *policy, size_t count, size_t bytes);

/* The text of a name. */
RplSlice rpl_policy_text(const RplPolicy *policy, RplName name);

/* What a name stands for in an expression: a value before an output; NULL. */
RplSymbol *rpl_policy_lookup(const RplPolicy *policy, RplName name);

/* The let or param of a set type that `provide` names, whose values are then
 * asked for; NULL: what has that name is asked for itself. */
RplSymbol *rpl_policy_asked_set(const RplPolicy *policy, RplName name);

/* The function or table of that name; NULL. */
RplFunction *rpl_policy_function(const RplPolicy *policy, RplName name);

/* Reports a name that is declared twice: by two files that are drawn in, or
 * where `old` says so. */
void rpl_policy_twice(RplPolicy *policy, RplWord name, RplSpan old,
                      bool is_own);

/* A new enumeration of the policy; `or_other` adds the value `other`. NULL when
 * memory is short. */
RplEnum *rpl_policy_enum(RplPolicy *policy, RplName name, RplWords values,
                         bool or_other, RplSpan span);

/* A new record type of the policy, without fields. NULL as above. */
RplRecord *rpl_policy_record(RplPolicy *policy, RplName name, RplSpan span);

/* The field of that name; NULL: there is none. */
const RplField *rpl_record_find(const RplRecord *record, RplName name);

/* The next piece of a text: words as they stand, or the name in a placeholder
 * (then literal.data is NULL). *at starts at 0. False at the end. A placeholder
 * that is not closed or empty gives a name of length 0. Escaped braces are
 * undone into memory of the arena. */
bool rpl_text_piece(RplArena *arena, RplSlice text, size_t *at,
                    RplSlice *literal, RplSlice *name);

/* Reports with one or two names as arguments. */
void rpl_policy_report(RplPolicy *policy, RplDiagCode code, RplSpan span,
                       RplName first, RplName second);

/* Adds a place with its remark, or help, to the last report. */
void rpl_policy_label(RplPolicy *policy, RplSpan span, const char *text);
void rpl_policy_help(RplPolicy *policy, const char *text);

/* What names are, for suggestions. */
typedef bool (*RplNameTest)(const RplPolicy *policy, RplName name);
bool rpl_policy_is_value_name(const RplPolicy *policy, RplName name);
bool rpl_policy_is_clause_name(const RplPolicy *policy, RplName name);
bool rpl_policy_is_outcome_name(const RplPolicy *policy, RplName name);
bool rpl_policy_is_output_name(const RplPolicy *policy, RplName name);
bool rpl_policy_is_step_name(const RplPolicy *policy, RplName name);
bool rpl_policy_is_function_name(const RplPolicy *policy, RplName name);
bool rpl_policy_is_for_name(const RplPolicy *policy, RplName name);

/* Adds "did you mean ..." from the names that pass the test, or from those that
 * an expression can name, if one is near. */
void rpl_policy_suggest_among(RplPolicy *policy, RplName name,
                              RplNameTest test);
void rpl_policy_suggest(RplPolicy *policy, RplName name);

/* gather.c: fills in everything but types from the files of the policy (own
 * file, bases, modules, vocabulary in that order). False when memory is short.
 */
typedef struct RplLayers {
  RplFile **items;
  size_t count, capacity;
} RplLayers;
bool rpl_policy_gather(RplPolicy *policy, RplCompile *compile,
                       const RplLayers *layers);

/* check.c: resolves names and types every expression. False when memory is
 * short; mistakes are in the report. */
bool rpl_policy_check(RplPolicy *policy);

#endif /* RPL_COMPILER_POLICY_H */
