/* SPDX-License-Identifier: Apache-2.0
 *
 * rpl.y - the grammar of RPL: shapes only. Every action is one builder call or
 * plain assignments to the statement just built; meaning comes later
 * (compiler/check.c). A mistake inside a statement is reported once and reading
 * goes on after its semicolon.
 */
%require "3.8"
%language "C"
%define api.pure full
%define api.prefix {rpl_yy}
%define api.token.prefix {TOK_}
%define api.symbol.prefix {SYM_}
%define api.value.type union
%define api.location.type {RplSpan}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {void *scanner}
%parse-param {RplParse *parse}

%code requires {
#include "compiler/parse.h"
#include "compiler/provider.h"
}

%code provides {
int rpl_yylex(RPL_YYSTYPE *value, RplSpan *span, void *scanner);
}

%code {
/* LIMIT: RPL_MAX_PARSER_DEPTH; past it yyparse gives up with result 2. */
#define YYMAXDEPTH RPL_MAX_PARSER_DEPTH
#define YYINITDEPTH 200

#define YYLLOC_DEFAULT(current, rhs, n)                                        \
  ((current) = (n) ? rpl_span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n))         \
                   : rpl_span_after(YYRHSLOC(rhs, 0)))

static RplSpan rpl_span_after(RplSpan span) {
  span.begin = span.end;
  return span;
}

static void rpl_yyerror(const RplSpan *span, void *scanner, RplParse *parse,
                        const char *message) {
  (void)scanner;
  (void)message; /* only ever "memory exhausted": the stack is full */
  rpl_parse_too_deep(parse, *span);
}
}

%token
  END_OF_FILE 0 "the end of the file"
  START_UNIT START_EXPRESSION
  EDITION "`edition`" POLICY "`policy`" MODULE "`module`" EXTENDS "`extends`"
  USE "`use`" SOURCE "`source`" DEFAULT "`default`" REPLACE "`replace`"
  FACT "`fact`" ASSUME "`assume`" PROVIDER "`provider`" PARAM "`param`" LET "`let`"
  ENUMERATION "`enumeration`" FUNCTION "`function`" TABLE "`table`" ONE "`one`" OF "`of`" OTHER "`other`"
  OUTPUT "`output`" OUTCOME "`outcome`" SETTING "`setting`" STEP "`step`"
  BECAUSE "`because`" CITE "`cite`" PROVIDE "`provide`" GIVING "`giving`"
  FOR "`for`" FROM "`from`" TO "`to`" UP "`up`" AS "`as`"
  OTHERWISE "`otherwise`" UNDETERMINED "`undetermined`" ENSURE "`ensure`"
  TEST "`test`" GIVEN "`given`" EXPECT "`expect`"
  IF "`if`" UNLESS "`unless`" THEN "`then`" ELSE "`else`" AND "`and`" OR "`or`"
  NOT "`not`" IS "`is`" NONE "`none`" IN "`in`" BETWEEN "`between`"
  WITHIN "`within`" UNION "`union`" EXCEPT "`except`" EMPTY "`empty`"
  DATE_OF "`date of`" START_OF "`start of`" YEAR_OF "`year of`"
  MONTH_OF "`month of`" DAY_OF "`day of`" CALENDAR_DAYS "`calendar days of`"
  BUSINESS_DAYS "`business days after`" STARTS_WITH "`starts with`"
  ENDS_WITH "`ends with`" CONTAINS "`contains`" DIV "`div`" MOD "`mod`"
  BUSINESS_DAYS_OF "`business days of`" BUSINESS_DAY "`business day`"
  BUSINESS_WORD "`business days`" CALENDAR_DAYS_AFTER "`calendar days after`"
  CALENDAR "`calendar`" USING "`using`"
  CLAMP "`clamp`" NEXT "`next`" STRICT "`strict`" TRUE "`true`" FALSE "`false`"
  EQ "`==`" NE "`!=`" LE "`<=`" GE "`>=`" LT "`<`" GT "`>`" ASSIGN "`=`"
  RANGE "`..`" ARROW "`->`" PLUS "`+`" MINUS "`-`" STAR "`*`" SLASH "`/`" OPEN "`(`"
  CLOSE "`)`" BEGIN "`{`" END "`}`" COMMA "`,`" SEMICOLON "`;`" COLON "`:`"
  DOT "`.`" OPTIONAL "`?`" LEFT "`[`" RIGHT "`]`" RECORD "`record`"

%token <RplWord> NAME "a name" CURRENCY "a currency" CLAUSE "a clause id"
%token <RplSlice> NUMBER "a number" DATE "a date" DATETIME "a date and time"
%token <RplSlice> DURATION "a duration" PERIOD "a period" ZONE "a zone"
%token <RplSlice> PERCENT "a percentage"
%token <RplTextNode> TEXT "a text"

/* `2 business days after d in +08:00`, `t + 1mo clamp in +08:00`: the zone
 * belongs to the days. */
%precedence DAYS_ALONE
%precedence IN
%precedence DOT /* `day of a.b` is day of (a.b) */

%nterm <RplExpr *> expr disjunction conjunction negation comparison sum product
%nterm <RplExpr *> factor primary constant quantity literal bound_value
%nterm <RplExpr *> condition value zone using calendar_day
%nterm <RplCalendarItems> calendar_items
%nterm <RplCalendarItem> calendar_item
%nterm <RplStmt *> calendar
%nterm <RplMonthEnd> month_end
%nterm <RplExprs> exprs arguments values
%nterm <RplWord> dotted word value_word expect_what
%nterm <RplWords> names clauses clause_list enum_values
%nterm <RplTextNode> maybe_text
%nterm <RplTypeNode> type type_words named_type listed_type
%nterm <RplParameterNode> parameter result
%nterm <RplParameterNodes> parameters results
%nterm <RplCellItem> cell_item
%nterm <RplCellNode> cell cell_items
%nterm <RplCellNodes> cells
%nterm <unsigned> table_mark
%nterm <RplStmt *> table_head table_body
%nterm <RplBoundNode *> bounds bound
%nterm <RplOperator> bound_op
%nterm <RplTail *> tail rule_tail define_tail tail_part
%nterm <RplStepNodes> step_items
%nterm <RplStepNode> step_item
%nterm <RplStmt *> stmt plain declaration fact fact_head setting_head
%nterm <RplStmt *> outcome_head test_head test_body given_body
%nterm <RplStmt *> record_body
%nterm <RplExpr *> listing entry value_entry
%nterm <RplExprs> entries value_entries
%nterm <RplStmts> stmts block
%nterm <RplExpects> expects
%nterm <RplExpect> expect

%%

input
  : START_UNIT stmts               { parse->unit->stmts = $stmts; }
  | START_UNIT stmts stmt          { parse->unit->stmts = rpl_ast_stmts(parse, $stmts, $stmt); }
  | START_EXPRESSION expr          { parse->expression = $expr; }
  | START_EXPRESSION error         { parse->expression = rpl_ast_poison(parse, @error); }
  ;

stmts
  : %empty                         { $$ = (RplStmts){0}; }
  | stmts[list] stmt SEMICOLON     { $$ = rpl_ast_stmts(parse, $list, $stmt); }
  | stmts[list] test_body END      { $$ = rpl_ast_stmts(parse, $list, $test_body); }
  | stmts[list] table_body END     { $$ = rpl_ast_stmts(parse, $list, $table_body); }
  | stmts[list] record_body END    { $$ = rpl_ast_stmts(parse, $list, $record_body); }
  | stmts[list] given_body END     { $$ = rpl_ast_stmts(parse, $list, $given_body); }
  | stmts[list] setting_head block { $setting_head->block = $block; $$ = rpl_ast_stmts(parse, $list, $setting_head); }
  | stmts[list] SEMICOLON          { $$ = $list; }
  | stmts[list] error SEMICOLON    { $$ = $list; yyerrok; }
  ;

block
  : BEGIN stmts END                { $$ = $stmts; }
  ;

stmt
  : plain                          { $$ = $plain; }
  | DEFAULT plain                  { $$ = $plain; $$->is_default = true; $$->span = @$; }
  | REPLACE plain                  { $$ = $plain; $$->is_replace = true; $$->span = @$; }
  | REPLACE DEFAULT plain          { $$ = $plain; $$->is_replace = $$->is_default = true; $$->span = @$; }
  ;

plain
  : declaration
  | LET NAME ASSIGN expr           { $$ = rpl_ast_stmt(parse, RPL_STMT_LET, $NAME, @$); $$->expr = $expr; }
  | LET NAME COLON type ASSIGN expr { $$ = rpl_ast_stmt(parse, RPL_STMT_LET, $NAME, @$); $$->type = $type; $$->expr = $expr; }
  | FUNCTION NAME OPEN parameters CLOSE COLON named_type ASSIGN expr { $$ = rpl_ast_function(parse, $NAME, $parameters, $named_type, $expr, @$); }
  | NAME[outcome] condition rule_tail { $$ = rpl_ast_stmt(parse, RPL_STMT_RULE, (RplWord){0}, @$); $$->outcome = $outcome; rpl_ast_end_tail(parse, $$, $rule_tail); $$->tail.condition = $condition; }
  | NAME[outcome] NAME[name] condition rule_tail { $$ = rpl_ast_stmt(parse, RPL_STMT_RULE, $name, @$); $$->outcome = $outcome; rpl_ast_end_tail(parse, $$, $rule_tail); $$->tail.condition = $condition; }
  | NAME ASSIGN exprs define_tail  { $$ = rpl_ast_stmt(parse, RPL_STMT_DEFINE, $NAME, @$); $$->exprs = $exprs; rpl_ast_end_tail(parse, $$, $define_tail); }
  | NAME expr tail                 { $$ = rpl_ast_stmt(parse, RPL_STMT_SET, $NAME, @$); $$->expr = $expr; rpl_ast_end_tail(parse, $$, $tail); }
  | OTHERWISE NAME rule_tail       { $$ = rpl_ast_stmt(parse, RPL_STMT_OTHERWISE, (RplWord){0}, @$); $$->outcome = $NAME; rpl_ast_end_tail(parse, $$, $rule_tail); }
  | UNDETERMINED tail              { $$ = rpl_ast_stmt(parse, RPL_STMT_UNDETERMINED, (RplWord){0}, @$); rpl_ast_end_tail(parse, $$, $tail); }
  | ENSURE expr tail               { $$ = rpl_ast_stmt(parse, RPL_STMT_ENSURE, (RplWord){0}, @$); $$->expr = $expr; rpl_ast_end_tail(parse, $$, $tail); }
  ;

declaration
  : EDITION NUMBER                 { $$ = rpl_ast_stmt(parse, RPL_STMT_EDITION, (RplWord){0}, @$); $$->title = (RplTextNode){$NUMBER, @NUMBER}; }
  | POLICY dotted maybe_text       { $$ = rpl_ast_stmt(parse, RPL_STMT_POLICY, $dotted, @$); $$->title = $maybe_text; }
  | MODULE dotted maybe_text       { $$ = rpl_ast_stmt(parse, RPL_STMT_MODULE, $dotted, @$); $$->title = $maybe_text; }
  | EXTENDS dotted                 { $$ = rpl_ast_stmt(parse, RPL_STMT_EXTENDS, $dotted, @$); }
  | USE dotted                     { $$ = rpl_ast_stmt(parse, RPL_STMT_USE, $dotted, @$); }
  | SOURCE TEXT clauses            { $$ = rpl_ast_stmt(parse, RPL_STMT_SOURCE, (RplWord){0}, @$); $$->title = $TEXT; $$->words = $clauses; }
  | ENUMERATION NAME ASSIGN enum_values          { $$ = rpl_ast_stmt(parse, RPL_STMT_ENUM, $NAME, @$); $$->type.values = $enum_values; }
  | ENUMERATION NAME ASSIGN enum_values OR OTHER { $$ = rpl_ast_stmt(parse, RPL_STMT_ENUM, $NAME, @$); $$->type.values = $enum_values; $$->type.or_other = true; }
  | fact
  | PARAM NAME COLON type bounds ASSIGN expr maybe_text { $$ = rpl_ast_stmt(parse, RPL_STMT_PARAM, $NAME, @$); $$->type = $type; $$->bounds = $bounds; $$->expr = $expr; $$->title = $maybe_text; }
  | STEP NAME TEXT define_tail     { $$ = rpl_ast_stmt(parse, RPL_STMT_STEP, $NAME, @$); $$->title = $TEXT; rpl_ast_end_tail(parse, $$, $define_tail); }
  | OUTPUT NAME COLON type define_tail { $$ = rpl_ast_stmt(parse, RPL_STMT_OUTPUT, $NAME, @$); $$->type = $type; rpl_ast_end_tail(parse, $$, $define_tail); }
  | OUTPUT NAME COLON type DEFAULT sum define_tail { $$ = rpl_ast_stmt(parse, RPL_STMT_OUTPUT, $NAME, @$); $$->type = $type; $$->fallback = $sum; rpl_ast_end_tail(parse, $$, $define_tail); }
  | OUTPUT NAME COLON type ASSIGN exprs define_tail { $$ = rpl_ast_stmt(parse, RPL_STMT_OUTPUT, $NAME, @$); $$->type = $type; $$->exprs = $exprs; rpl_ast_end_tail(parse, $$, $define_tail); }
  | outcome_head
  | outcome_head FOR NAME          { $$ = $outcome_head; $$->words = rpl_ast_words(parse, (RplWords){0}, $NAME); $$->span = @$; }
  | OUTCOME NAME[name] ASSIGN NAME[first] IF disjunction ELSE NAME[second] { $$ = rpl_ast_stmt(parse, RPL_STMT_OUTCOME, $name, @$); $$->outcome = $first; $$->expr = $disjunction; $$->alternative = $second; }
  | setting_head
  | calendar
  ;

/* which words begin its parts is judged later (compiler/calendar.c) */
calendar
  : CALENDAR NAME maybe_text       { $$ = rpl_ast_stmt(parse, RPL_STMT_CALENDAR, $NAME, @$); $$->title = $maybe_text; }
  | calendar[head] NAME[part] calendar_items { $$ = rpl_ast_calendar_part(parse, $head, $part, $calendar_items, @$); }
  ;

calendar_items
  : calendar_item                  { $$ = rpl_ast_calendar_items(parse, (RplCalendarItems){0}, $calendar_item); }
  | calendar_items[list] COMMA calendar_item { $$ = rpl_ast_calendar_items(parse, $list, $calendar_item); }
  ;

calendar_item
  : calendar_day                   { $$ = (RplCalendarItem){{0}, $1, NULL}; }
  | calendar_day[from] TO calendar_day[to] { $$ = (RplCalendarItem){{0}, $from, $to}; }
  ;

calendar_day
  : NAME                           { $$ = rpl_ast_name(parse, $NAME); }
  | NONE                           { $$ = rpl_ast_literal(parse, RPL_EXPR_NONE, (RplSlice){NULL, 0}, @$); }
  | DATE                           { $$ = rpl_ast_literal(parse, RPL_EXPR_DATE, $DATE, @$); }
  | NUMBER                         { $$ = rpl_ast_literal(parse, RPL_EXPR_NUMBER, $NUMBER, @$); }
  ;

fact
  : fact_head
  | fact_head PROVIDER TEXT        { $$ = $1; $$->tail.provider = rpl_ast_provider(parse, $TEXT); $$->span = @$; }
  | fact_head ASSUME expr          { $$ = $1; $$->tail.assume = $expr; $$->span = @$; }
  ;

fact_head
  : FACT NAME COLON type bounds maybe_text { $$ = rpl_ast_stmt(parse, RPL_STMT_FACT, $NAME, @$); $$->type = $type; $$->bounds = $bounds; $$->title = $maybe_text; }
  | FACT NAME COLON type TO NUMBER NAME[unit] bounds maybe_text { $$ = rpl_ast_stmt(parse, RPL_STMT_FACT, $2, @$); $$->type = $type; $$->bounds = $bounds; $$->title = $maybe_text; $$->alternative = $unit; $$->expr = rpl_ast_literal(parse, RPL_EXPR_NUMBER, $NUMBER, @NUMBER); }
  ;

outcome_head
  : OUTCOME NAME                   { $$ = rpl_ast_stmt(parse, RPL_STMT_OUTCOME, $NAME, @$); }
  | OUTCOME NAME[name] AS NAME[reported] { $$ = rpl_ast_stmt(parse, RPL_STMT_OUTCOME, $name, @$); $$->reported = $reported; }
  ;

setting_head
  : SETTING NAME COLON type               { $$ = rpl_ast_stmt(parse, RPL_STMT_SETTING, $NAME, @$); $$->type = $type; }
  | SETTING NAME COLON type ASSIGN expr   { $$ = rpl_ast_stmt(parse, RPL_STMT_SETTING, $NAME, @$); $$->type = $type; $$->expr = $expr; }
  | SETTING NAME COLON type DEFAULT names { $$ = rpl_ast_stmt(parse, RPL_STMT_SETTING, $NAME, @$); $$->type = $type; $$->words = $names; }
  | SETTING NAME[name] COLON type[of] FROM NAME[anchor] COLON type[anchor_of] ASSIGN expr { $$ = rpl_ast_stmt(parse, RPL_STMT_SETTING, $name, @$); $$->type = $of; $$->anchor = $anchor; $$->anchor_type = $anchor_of; $$->anchor_default = $expr; }
  ;

/* ---- parts of statements ---- */

condition
  : IF expr                        { $$ = $expr; }
  | UNLESS expr                    { $$ = rpl_ast_negated(parse, $expr, @$); }
  ;

/* what any statement may end with */
tail
  : %empty                         { $$ = rpl_ast_new_tail(parse); }
  | tail[list] tail_part           { $$ = rpl_ast_tail(parse, $list, $tail_part, @tail_part); }
  ;

/* the same and steps, which may have an `if` of their own */
rule_tail
  : %empty                         { $$ = rpl_ast_new_tail(parse); }
  | rule_tail[list] tail_part      { $$ = rpl_ast_tail(parse, $list, $tail_part, @tail_part); }
  | rule_tail[list] STEP step_items { $$ = rpl_ast_tail(parse, $list, rpl_ast_tail_step(parse, $step_items), @step_items); }
  ;

/* the same and a condition */
define_tail
  : %empty                         { $$ = rpl_ast_new_tail(parse); }
  | define_tail[list] tail_part    { $$ = rpl_ast_tail(parse, $list, $tail_part, @tail_part); }
  | define_tail[list] condition    { $$ = rpl_ast_tail(parse, $list, rpl_ast_tail_if(parse, $condition), @condition); }
  ;

tail_part
  : BECAUSE TEXT                   { $$ = rpl_ast_tail_because(parse, $TEXT); }
  | CITE clause_list               { $$ = rpl_ast_tail_cite(parse, $clause_list); }
  | PROVIDE names                  { $$ = rpl_ast_tail_provide(parse, $names); }
  | FOR names                      { $$ = rpl_ast_tail_for(parse, $names); }
  | GIVING NAME ASSIGN sum         { $$ = rpl_ast_tail_giving(parse, $NAME, $sum); }
  | FROM sum                       { $$ = rpl_ast_tail_from(parse, $sum); }
  ;

step_items
  : step_item                      { $$ = rpl_ast_steps(parse, (RplStepNodes){0}, $step_item); }
  | step_items[list] COMMA step_item { $$ = rpl_ast_steps(parse, $list, $step_item); }
  ;

step_item
  : NAME maybe_text                { $$ = (RplStepNode){$NAME, $maybe_text, NULL}; }
  | NAME maybe_text condition      { $$ = (RplStepNode){$NAME, $maybe_text, $condition}; }
  ;

dotted
  : word
  | dotted[head] DOT word          { $$ = rpl_ast_dotted(parse, $head, $word); }
  ;

names
  : word                           { $$ = rpl_ast_words(parse, (RplWords){0}, $word); }
  | names[list] COMMA word         { $$ = rpl_ast_words(parse, $list, $word); }
  ;

word
  : NAME
  | OTHER                          { $$ = rpl_parse_word(parse, @$, "other", 5); }
  | EMPTY                          { $$ = rpl_parse_word(parse, @$, "empty", 5); }
  | OTHERWISE                      { $$ = rpl_parse_word(parse, @$, "otherwise", 9); }
  | UP                             { $$ = rpl_parse_word(parse, @$, "up", 2); }
  ;

clauses
  : CLAUSE                         { $$ = rpl_ast_words(parse, (RplWords){0}, $CLAUSE); }
  | CLAUSE[a] TO CLAUSE[b]         { $$ = rpl_ast_clause_range(parse, (RplWords){0}, $a, $b); }
  | clauses[list] COMMA CLAUSE     { $$ = rpl_ast_words(parse, $list, $CLAUSE); }
  | clauses[list] COMMA CLAUSE[a] TO CLAUSE[b] { $$ = rpl_ast_clause_range(parse, $list, $a, $b); }
  ;

clause_list
  : CLAUSE                         { $$ = rpl_ast_words(parse, (RplWords){0}, $CLAUSE); }
  | clause_list[list] COMMA CLAUSE { $$ = rpl_ast_words(parse, $list, $CLAUSE); }
  ;

maybe_text
  : %empty                         { $$ = (RplTextNode){{NULL, 0}, {0, 0, 0}}; }
  | TEXT
  ;

type
  : named_type
  | listed_type
  ;

/* a type that can stand in a list: it has no commas of its own */
named_type
  : type_words
  | type_words OPTIONAL            { $$ = $type_words; $$.is_optional = true; $$.span = @$; }
  | NAME[set] OF named_type[of]    { $$ = rpl_ast_set_type(parse, $set, $of, @$); }
  ;

listed_type
  : NAME[set] OF listed_type[of]   { $$ = rpl_ast_set_type(parse, $set, $of, @$); }
  | ONE OF enum_values             { $$ = (RplTypeNode){.values = $enum_values, .span = @$}; }
  | ONE OF enum_values OR OTHER    { $$ = (RplTypeNode){.values = $enum_values, .or_other = true, .span = @$}; }
  ;

type_words
  : NAME                           { $$ = (RplTypeNode){.name = $NAME.name, .span = @$}; }
  | type_words[list] NAME          { $$ = $list; $$.modifiers = rpl_ast_words(parse, $list.modifiers, (RplWord){$list.name, @list}); $$.name = $NAME.name; $$.span = @NAME; }
  ;

enum_values
  : value_word                     { $$ = rpl_ast_words(parse, (RplWords){0}, $value_word); }
  | enum_values[list] COMMA value_word { $$ = rpl_ast_words(parse, $list, $value_word); }
  ;

value_word
  : NAME
  | NONE                           { $$ = rpl_parse_word(parse, @$, "none", 4); }
  | TEXT                           { $$ = rpl_parse_word(parse, @$, $TEXT.text.data, $TEXT.text.length); }
  ;

bounds
  : %empty                         { $$ = NULL; }
  | bound
  | bound[first] AND bound[second] { $$ = $first; $$->next = $second; }
  | bound_value[low] RANGE bound_value[high] { $$ = rpl_ast_bound(parse, RPL_GE, $low, rpl_ast_bound(parse, RPL_LE, $high, NULL)); }
  | UP TO bound_value              { $$ = rpl_ast_bound(parse, RPL_LE, $bound_value, NULL); }
  ;

bound
  : bound_op bound_value           { $$ = rpl_ast_bound(parse, $bound_op, $bound_value, NULL); }
  ;

bound_value
  : quantity
  | MINUS quantity[a]              { $$ = rpl_ast_unary(parse, RPL_NEG, $a, @$); }
  ;

bound_op
  : LT                             { $$ = RPL_LT; }
  | LE                             { $$ = RPL_LE; }
  | GT                             { $$ = RPL_GT; }
  | GE                             { $$ = RPL_GE; }
  ;

/* ---- functions and tables ---- */

parameters
  : parameter                      { $$ = rpl_ast_parameters(parse, (RplParameterNodes){0}, $parameter); }
  | parameters[list] COMMA parameter { $$ = rpl_ast_parameters(parse, $list, $parameter); }
  ;

parameter
  : NAME COLON named_type bounds   { $$ = (RplParameterNode){$NAME, $named_type, $bounds}; }
  ;

results
  : result                         { $$ = rpl_ast_parameters(parse, (RplParameterNodes){0}, $result); }
  | results[list] COMMA result     { $$ = rpl_ast_parameters(parse, $list, $result); }
  ;

result
  : NAME COLON named_type          { $$ = (RplParameterNode){$NAME, $named_type, NULL}; }
  ;

table_mark
  : TABLE                          { $$ = 0; }
  | DEFAULT TABLE                  { $$ = 1; }
  | REPLACE TABLE                  { $$ = 2; }
  | REPLACE DEFAULT TABLE          { $$ = 3; }
  ;

table_head
  : table_mark NAME OPEN parameters CLOSE COLON named_type BEGIN { $$ = rpl_ast_table(parse, $table_mark, $NAME, $parameters, rpl_ast_parameters(parse, (RplParameterNodes){0}, (RplParameterNode){.type = $named_type}), @$); }
  | table_mark NAME OPEN parameters CLOSE GIVING results BEGIN { $$ = rpl_ast_table(parse, $table_mark, $NAME, $parameters, $results, @$); }
  | table_mark error BEGIN { $$ = rpl_ast_table(parse, $table_mark, (RplWord){0}, (RplParameterNodes){0}, (RplParameterNodes){0}, @$); yyerrok; }
  ;

table_body
  : table_head
  | table_body[table] cells ARROW exprs SEMICOLON { $$ = rpl_ast_row(parse, $table, $cells, $exprs, rpl_span_join(@cells, @exprs)); }
  | table_body[table] error SEMICOLON { $$ = $table; yyerrok; }
  ;

cells
  : cell                           { $$ = rpl_ast_cells(parse, (RplCellNodes){0}, $cell, @cell); }
  | cells[list] COMMA cell         { $$ = rpl_ast_cells(parse, $list, $cell, @cell); }
  ;

cell
  : cell_items
  | NAME OTHER                     { $$ = rpl_ast_cell_other(parse, $NAME); }
  ;

cell_items
  : cell_item                      { $$ = rpl_ast_cell(parse, (RplCellNode){0}, $cell_item); }
  | cell_items[cell] OR cell_item  { $$ = rpl_ast_cell(parse, $cell, $cell_item); }
  ;

cell_item
  : literal                        { $$ = (RplCellItem){$literal, NULL, @$}; }
  | word                           { $$ = (RplCellItem){rpl_ast_name(parse, $word), NULL, @$}; }
  | CURRENCY                       { $$ = (RplCellItem){rpl_ast_currency(parse, $CURRENCY), NULL, @$}; }
  | bound                          { $$ = (RplCellItem){NULL, $bound, @$}; }
  | bound[first] AND bound[second] { $first->next = $second; $$ = (RplCellItem){NULL, $first, @$}; }
  | bound_value[low] RANGE bound_value[high] { $$ = (RplCellItem){NULL, rpl_ast_bound(parse, RPL_GE, $low, rpl_ast_bound(parse, RPL_LE, $high, NULL)), @$}; }
  | UP TO bound_value              { $$ = (RplCellItem){NULL, rpl_ast_bound(parse, RPL_LE, $bound_value, NULL), @$}; }
  ;

/* ---- records ---- */

record_body
  : RECORD NAME BEGIN              { $$ = rpl_ast_stmt(parse, RPL_STMT_RECORD, $NAME, @$); }
  | record_body[record] NAME COLON type bounds maybe_text SEMICOLON { $$ = rpl_ast_record_field(parse, $record, (RplFieldNode){$NAME, $type, $bounds, $maybe_text}); }
  | record_body[record] error SEMICOLON { $$ = $record; yyerrok; }
  ;

/* ---- tests ---- */

test_head
  : TEST TEXT BEGIN                { $$ = rpl_ast_stmt(parse, RPL_STMT_TEST, (RplWord){0}, @$); $$->title = $TEXT; }
  | TEST TEXT GIVEN names BEGIN    { $$ = rpl_ast_stmt(parse, RPL_STMT_TEST, (RplWord){0}, @$); $$->title = $TEXT; $$->words = $names; }
  ;

test_body
  : test_head
  | test_body[test] NAME ASSIGN value SEMICOLON { $$ = rpl_ast_fact_value(parse, $test, $NAME, $value); }
  | test_body[test] EXPECT expects SEMICOLON { $$ = rpl_ast_add_expects(parse, $test, $expects); }
  | test_body[test] error SEMICOLON { $$ = $test; yyerrok; }
  ;

expects
  : expect                         { $$ = rpl_ast_expects(parse, (RplExpects){0}, $expect); }
  | expects[list] COMMA expect     { $$ = rpl_ast_expects(parse, $list, $expect); }
  ;

expect
  : expect_what value              { $$ = (RplExpect){$expect_what, rpl_ast_exprs(parse, (RplExprs){0}, $value)}; }
  | expect_what OPEN values CLOSE  { $$ = (RplExpect){$expect_what, $values}; }
  ;

expect_what
  : NAME
  | OUTCOME                        { $$ = rpl_parse_word(parse, @$, "outcome", 7); }
  ;

given_body
  : GIVEN NAME BEGIN               { $$ = rpl_ast_stmt(parse, RPL_STMT_GIVEN, $NAME, @$); }
  | GIVEN NAME FROM names BEGIN    { $$ = rpl_ast_stmt(parse, RPL_STMT_GIVEN, $NAME, @$); $$->words = $names; }
  | given_body[given] NAME ASSIGN value SEMICOLON { $$ = rpl_ast_fact_value(parse, $given, $NAME, $value); }
  | given_body[given] error SEMICOLON { $$ = $given; yyerrok; }
  ;

values
  : value                          { $$ = rpl_ast_exprs(parse, (RplExprs){0}, $value); }
  | values[list] COMMA value       { $$ = rpl_ast_exprs(parse, $list, $value); }
  ;

value
  : literal
  | NAME OPEN values CLOSE         { $$ = rpl_ast_call(parse, $NAME, $values, @$); }
  | NAME OPEN CLOSE                { $$ = rpl_ast_call(parse, $NAME, (RplExprs){0}, @$); }
  | LEFT values RIGHT              { $$ = rpl_ast_items(parse, RPL_EXPR_LIST, $values, @$); }
  | LEFT RIGHT                     { $$ = rpl_ast_items(parse, RPL_EXPR_LIST, (RplExprs){0}, @$); }
  | BEGIN value_entries END        { $$ = rpl_ast_items(parse, RPL_EXPR_RECORD, $value_entries, @$); }
  | word                           { $$ = rpl_ast_name(parse, $word); }
  | CLAUSE                         { $$ = rpl_ast_name(parse, $CLAUSE); }
  | CURRENCY                       { $$ = rpl_ast_currency(parse, $CURRENCY); }
  ;

value_entries
  : value_entry                    { $$ = rpl_ast_exprs(parse, (RplExprs){0}, $value_entry); }
  | value_entries[list] COMMA value_entry { $$ = rpl_ast_exprs(parse, $list, $value_entry); }
  ;

value_entry
  : NAME ASSIGN value              { $$ = rpl_ast_entry(parse, $NAME, $value, @$); }
  ;

/* ---- expressions, loosest first ---- */

exprs
  : expr                           { $$ = rpl_ast_exprs(parse, (RplExprs){0}, $expr); }
  | exprs[list] COMMA expr         { $$ = rpl_ast_exprs(parse, $list, $expr); }
  ;

expr
  : disjunction
  | disjunction[a] ELSE expr[b]    { $$ = rpl_ast_node(parse, RPL_EXPR_ELSE, $a, $b, NULL, @$); }
  | IF expr[a] THEN disjunction[b] ELSE expr[c] { $$ = rpl_ast_node(parse, RPL_EXPR_IF, $a, $b, $c, @$); }
  ;

disjunction
  : conjunction
  | disjunction[a] OR conjunction[b] { $$ = rpl_ast_binary(parse, RPL_OR, $a, $b); }
  ;

conjunction
  : negation
  | conjunction[a] AND negation[b] { $$ = rpl_ast_binary(parse, RPL_AND, $a, $b); }
  ;

negation
  : comparison
  | NOT negation[a]                { $$ = rpl_ast_unary(parse, RPL_NOT, $a, @$); }
  ;

comparison
  : sum
  | sum[a] EQ sum[b]               { $$ = rpl_ast_binary(parse, RPL_EQ, $a, $b); }
  | sum[a] NE sum[b]               { $$ = rpl_ast_binary(parse, RPL_NE, $a, $b); }
  | sum[a] LT sum[b]               { $$ = rpl_ast_binary(parse, RPL_LT, $a, $b); }
  | sum[a] LE sum[b]               { $$ = rpl_ast_binary(parse, RPL_LE, $a, $b); }
  | sum[a] GT sum[b]               { $$ = rpl_ast_binary(parse, RPL_GT, $a, $b); }
  | sum[a] GE sum[b]               { $$ = rpl_ast_binary(parse, RPL_GE, $a, $b); }
  | sum[a] IS NONE                 { $$ = rpl_ast_is_none(parse, $a, false, @$); }
  | sum[a] IS NOT NONE             { $$ = rpl_ast_is_none(parse, $a, true, @$); }
  | sum[a] IN OPEN exprs CLOSE     { $$ = rpl_ast_in(parse, $a, $exprs, false, @$); }
  | sum[a] NOT IN OPEN exprs CLOSE { $$ = rpl_ast_in(parse, $a, $exprs, true, @$); }
  | sum[a] IN listing              { $$ = rpl_ast_in_listing(parse, $a, $listing, false, @$); }
  | sum[a] NOT IN listing          { $$ = rpl_ast_in_listing(parse, $a, $listing, true, @$); }
  | sum[a] IS EMPTY                { $$ = rpl_ast_op(parse, RPL_OP_IS_EMPTY, $a, NULL, NULL, @$); }
  | sum[a] IS NOT EMPTY            { $$ = rpl_ast_unary(parse, RPL_NOT, rpl_ast_op(parse, RPL_OP_IS_EMPTY, $a, NULL, NULL, @$), @$); }
  | sum[a] IS BUSINESS_DAY using   { $$ = rpl_ast_op(parse, $using ? RPL_OP_IS_BUSINESS_IN : RPL_OP_IS_BUSINESS, $a, $using, NULL, @$); }
  | sum[a] IS NOT BUSINESS_DAY using { $$ = rpl_ast_unary(parse, RPL_NOT, rpl_ast_op(parse, $using ? RPL_OP_IS_BUSINESS_IN : RPL_OP_IS_BUSINESS, $a, $using, NULL, @$), @$); }
  | sum[a] WITHIN primary[b] CALENDAR_DAYS sum[c] IN zone { $$ = rpl_ast_calendar(parse, $a, $b, $c, $zone, @$); }
  | sum[a] WITHIN primary[b] BUSINESS_DAYS_OF sum[c] IN zone using { $$ = rpl_ast_business(parse, $a, $b, $c, $zone, $using, @$); }
  | sum[a] BETWEEN sum[b] AND sum[c] { $$ = rpl_ast_node(parse, RPL_EXPR_BETWEEN, $a, $b, $c, @$); }
  | sum[a] STARTS_WITH sum[b]      { $$ = rpl_ast_op(parse, RPL_OP_STARTS_WITH, $a, $b, NULL, @$); }
  | sum[a] ENDS_WITH sum[b]        { $$ = rpl_ast_op(parse, RPL_OP_ENDS_WITH, $a, $b, NULL, @$); }
  | sum[a] CONTAINS sum[b]         { $$ = rpl_ast_op(parse, RPL_OP_CONTAINS, $a, $b, NULL, @$); }
  | sum[a] WITHIN sum[b] OF sum[c] { $$ = rpl_ast_node(parse, RPL_EXPR_WITHIN, $a, $b, $c, @$); }
  ;

/* what `in` may be followed by, beside values in parentheses */
listing
  : NAME                           { $$ = rpl_ast_name(parse, $NAME); }
  | listing[of] DOT NAME           { $$ = rpl_ast_field(parse, $of, $NAME, @$); }
  | LEFT arguments RIGHT           { $$ = rpl_ast_items(parse, RPL_EXPR_LIST, $arguments, @$); }
  ;

sum
  : product
  | sum[a] PLUS product[b]         { $$ = rpl_ast_binary(parse, RPL_ADD, $a, $b); }
  | sum[a] UNION product[b]        { $$ = rpl_ast_op(parse, RPL_OP_UNION, $a, $b, NULL, @$); }
  | sum[a] EXCEPT product[b]       { $$ = rpl_ast_op(parse, RPL_OP_EXCEPT, $a, $b, NULL, @$); }
  | sum[a] MINUS product[b]        { $$ = rpl_ast_binary(parse, RPL_SUB, $a, $b); }
  | sum[a] PLUS product[b] month_end %prec DAYS_ALONE { $$ = rpl_ast_months(parse, RPL_ADD, $a, $b, $month_end, NULL, @$); }
  | sum[a] PLUS product[b] month_end IN zone { $$ = rpl_ast_months(parse, RPL_ADD, $a, $b, $month_end, $zone, @$); }
  | sum[a] MINUS product[b] month_end %prec DAYS_ALONE { $$ = rpl_ast_months(parse, RPL_SUB, $a, $b, $month_end, NULL, @$); }
  | sum[a] MINUS product[b] month_end IN zone { $$ = rpl_ast_months(parse, RPL_SUB, $a, $b, $month_end, $zone, @$); }
  ;

/* what adding months does where a month has no such day */
month_end
  : CLAMP                          { $$ = RPL_MONTH_END_CLAMP; }
  | NEXT                           { $$ = RPL_MONTH_END_NEXT; }
  | STRICT                         { $$ = RPL_MONTH_END_STRICT; }
  ;

product
  : factor
  | product[a] STAR factor[b]      { $$ = rpl_ast_binary(parse, RPL_MUL, $a, $b); }
  | product[a] SLASH factor[b]     { $$ = rpl_ast_binary(parse, RPL_DIV, $a, $b); }
  | product[a] DIV factor[b]       { $$ = rpl_ast_binary(parse, RPL_WHOLE, $a, $b); }
  | product[a] MOD factor[b]       { $$ = rpl_ast_binary(parse, RPL_MOD, $a, $b); }
  ;

factor
  : primary
  | primary[n] BUSINESS_DAYS primary[day] using { $$ = rpl_ast_op(parse, $using ? RPL_OP_BUSINESS_IN : RPL_OP_BUSINESS_DAYS, $n, $day, $using, @$); }
  | primary[n] BUSINESS_DAYS primary[at] IN zone using { $$ = rpl_ast_op(parse, $using ? RPL_OP_BUSINESS_IN : RPL_OP_BUSINESS_DAYS, $n, rpl_ast_op(parse, RPL_OP_DATE_OF, $at, $zone, NULL, @$), $using, @$); }
  | primary[n] CALENDAR_DAYS_AFTER primary[day] %prec DAYS_ALONE { $$ = rpl_ast_node(parse, RPL_EXPR_DAYS_AFTER, $n, $day, NULL, @$); }
  | primary[n] CALENDAR_DAYS_AFTER primary[at] IN zone { $$ = rpl_ast_node(parse, RPL_EXPR_DAYS_AFTER, $n, rpl_ast_op(parse, RPL_OP_DATE_OF, $at, $zone, NULL, @$), NULL, @$); }
  | MINUS factor[a]                { $$ = rpl_ast_unary(parse, RPL_NEG, $a, @$); }
  ;

primary
  : constant
  | CURRENCY                       { $$ = rpl_ast_currency(parse, $CURRENCY); }
  | NAME                           { $$ = rpl_ast_name(parse, $NAME); }
  | OTHER                          { $$ = rpl_ast_name(parse, rpl_parse_word(parse, @$, "other", 5)); }
  | UP                             { $$ = rpl_ast_name(parse, rpl_parse_word(parse, @$, "up", 2)); }
  | LEFT arguments RIGHT           { $$ = rpl_ast_items(parse, RPL_EXPR_LIST, $arguments, @$); }
  | BEGIN entries END              { $$ = rpl_ast_items(parse, RPL_EXPR_RECORD, $entries, @$); }
  | NAME OPEN arguments CLOSE      { $$ = rpl_ast_call(parse, $NAME, $arguments, @$); }
  | NAME[name] OPEN expr[among] IF expr[test] CLOSE { $$ = rpl_ast_count(parse, $name, $among, $test, @$); }
  | NAME[name] OPEN expr[of] FOR NAME[each] IN sum[list] CLOSE { $$ = rpl_ast_aggregate(parse, $name, $of, $each, $list, NULL, @$); }
  | NAME[name] OPEN expr[of] FOR NAME[each] IN sum[list] IF expr[test] CLOSE { $$ = rpl_ast_aggregate(parse, $name, $of, $each, $list, $test, @$); }
  | OPEN expr CLOSE                { $$ = $expr; }
  | primary[a] DOT NAME            { $$ = rpl_ast_field(parse, $a, $NAME, @$); }
  | DATE_OF primary[at] IN zone    { $$ = rpl_ast_op(parse, RPL_OP_DATE_OF, $at, $zone, NULL, @$); }
  | START_OF primary[day] IN zone  { $$ = rpl_ast_op(parse, RPL_OP_START_OF, $day, $zone, NULL, @$); }
  | YEAR_OF primary[day] %prec DAYS_ALONE { $$ = rpl_ast_op(parse, RPL_OP_YEAR_OF, $day, NULL, NULL, @$); }
  | MONTH_OF primary[day] %prec DAYS_ALONE { $$ = rpl_ast_op(parse, RPL_OP_MONTH_OF, $day, NULL, NULL, @$); }
  | DAY_OF primary[day] %prec DAYS_ALONE { $$ = rpl_ast_op(parse, RPL_OP_DAY_OF, $day, NULL, NULL, @$); }
  ;

entries
  : entry                          { $$ = rpl_ast_exprs(parse, (RplExprs){0}, $entry); }
  | entries[list] COMMA entry      { $$ = rpl_ast_exprs(parse, $list, $entry); }
  ;

entry
  : NAME ASSIGN expr               { $$ = rpl_ast_entry(parse, $NAME, $expr, @$); }
  ;

/* a calendar, in a scope of its own; NULL: Monday to Friday */
using
  : %empty %prec DAYS_ALONE        { $$ = NULL; }
  | USING NAME                     { $$ = rpl_ast_name(parse, $NAME); $$->kind = RPL_EXPR_USING; }
  ;

zone
  : ZONE                           { $$ = rpl_ast_literal(parse, RPL_EXPR_ZONE, $ZONE, @$); }
  | CURRENCY                       { $$ = rpl_ast_literal(parse, RPL_EXPR_ZONE, rpl_span_text(parse->sources, @$), @$); }
  | NAME                           { $$ = rpl_ast_name(parse, $NAME); }
  ;

arguments
  : %empty                         { $$ = (RplExprs){0}; }
  | exprs
  ;

/* a constant, and a constant with a sign where no expression can stand */
literal
  : constant
  | MINUS constant[a]              { $$ = rpl_ast_unary(parse, RPL_NEG, $a, @$); }
  ;

constant
  : quantity
  | TRUE                           { $$ = rpl_ast_boolean(parse, true, @$); }
  | FALSE                          { $$ = rpl_ast_boolean(parse, false, @$); }
  | TEXT                           { $$ = rpl_ast_literal(parse, RPL_EXPR_TEXT, $TEXT.text, @$); }
  | ZONE                           { $$ = rpl_ast_literal(parse, RPL_EXPR_ZONE, $ZONE, @$); }
  | NONE                           { $$ = rpl_ast_literal(parse, RPL_EXPR_NONE, (RplSlice){NULL, 0}, @$); }
  ;

quantity
  : NUMBER                         { $$ = rpl_ast_literal(parse, RPL_EXPR_NUMBER, $NUMBER, @$); }
  | PERCENT                        { $$ = rpl_ast_percent(parse, $PERCENT, @$); }
  | CURRENCY NUMBER                { $$ = rpl_ast_money(parse, $CURRENCY, $NUMBER, @$); }
  | DATE                           { $$ = rpl_ast_literal(parse, RPL_EXPR_DATE, $DATE, @$); }
  | DATETIME                       { $$ = rpl_ast_literal(parse, RPL_EXPR_DATETIME, $DATETIME, @$); }
  | DURATION                       { $$ = rpl_ast_literal(parse, RPL_EXPR_DURATION, $DURATION, @$); }
  | PERIOD                         { $$ = rpl_ast_literal(parse, RPL_EXPR_PERIOD, $PERIOD, @$); }
  ;

%%

/* LIMIT: room for every token, so that the list is never empty for want of it. */
#define MOST_EXPECTED YYNTOKENS

static int yyreport_syntax_error(const yypcontext_t *context,
                                     void *scanner, RplParse *parse) {
  (void)scanner;
  yysymbol_kind_t expected[MOST_EXPECTED];
  int count = yypcontext_expected_tokens(context, expected, MOST_EXPECTED);
  const char *names[MOST_EXPECTED];
  for (int i = 0; i < count; i++)
    names[i] = yysymbol_name(expected[i]);
  yysymbol_kind_t found = yypcontext_token(context);
  rpl_parse_syntax(parse, *yypcontext_location(context),
                   found == SYM_YYEMPTY ? "nothing" : yysymbol_name(found),
                   names, count > 0 ? (size_t)count : 0);
  return 0;
}
