/* SPDX-License-Identifier: Apache-2.0
 *
 * lowered_paths.h - what the parts of the stream of paths share. It is made
 * from the code of `plain` by going along its paths, the instructions in order,
 * with all that each path knows: conditions that are settled vanish, values
 * that were computed are not computed again, and what differs in knowledge that
 * matters further on gets a copy of its own. lowered_terms.c names values,
 * lowered_know.c keeps what is known, lowered_test.c what follows from
 * conditions, lowered_path.c writes a path, lowered_meet.c lets some go on as
 * one, lowered_layout.c puts the result in order. Nothing else includes this.
 */
#ifndef RPL_VM_LOWERED_PATHS_H
#define RPL_VM_LOWERED_PATHS_H

#include "vm/lowered_build.h"

/* LIMIT: copies of an instruction, for paths that know different things. The
 * paths that are supposed to be taken most have one of their own; the others go
 * together, in so many more, with those that know most of the same. */
#define RPL_PATHS_MAX_COPIES 16u
#define RPL_PATHS_MAX_RESTS  4u

/* All requests; and the part of them that is too small for a copy. */
#define RPL_PATHS_WEIGHT (UINT64_C(1) << 58)
#define RPL_PATHS_LIGHT  65536u

/* LIMIT: instructions of the result, so many times those of the code and some
 * more, until paths go together wherever they meet. */
#define RPL_PATHS_GROWTH   3u
#define RPL_PATHS_MIN_ROOM 256u

/* LIMIT: instructions, and words and slots, of code that is worked on. */
#define RPL_PATHS_MAX_CODE  6000u
#define RPL_PATHS_MAX_WORDS 1024u
#define RPL_PATHS_MAX_SLOTS 64u

/* ---- values: lowered_terms.c --------------------------------------------- */

/* Operations of terms that no instruction computes. */
#define RPL_TERM_CONSTANT ((uint16_t)(RPL_LOWERED_COUNT + 1))
#define RPL_TERM_SLOT     ((uint16_t)(RPL_LOWERED_COUNT + 2))
#define RPL_TERM_MEETING  ((uint16_t)(RPL_LOWERED_COUNT + 3))

/* A value, by how it comes about: the same operation on the same terms is the
 * same term, on every path. */
typedef struct RplTerm {
  uint16_t op;
  uint16_t operand; /* of a constant or a slot */
  bool is_wide;
  bool may_stop;
  uint32_t a, b, x;
  uint32_t last;     /* nothing computes the like behind this instruction */
  uint32_t close;    /* nothing computes what is very much like it */
  uint32_t held;     /* the round of `forget` that saw a word hold it */
  uint32_t awaited;  /* the same of a word that holds what it is a part of */
  int64_t low, high; /* of a word: where it lies on every path */
} RplTerm;

typedef struct RplTerms {
  RplLowering *lower;
  RplTerm *rows;
  size_t count, capacity;
  uint32_t *places; /* hash table: index + 1 */
  size_t mask;
} RplTerms;

/* Whether two more constants may be made. */
bool rpl_term_has_room(const RplTerms *terms);

/* UINT32_MAX: there is no room or memory for it. */
uint32_t rpl_term_operand(RplTerms *terms, uint16_t operand);
uint32_t rpl_term_constant(RplTerms *terms, int64_t value);
uint32_t rpl_term_meeting(RplTerms *terms, bool is_wide, int64_t low,
                          int64_t high);
/* What an operation computes, simplified. */
uint32_t rpl_term_make(RplTerms *terms, uint16_t op, uint32_t a, uint32_t b,
                       uint32_t x);

static inline bool rpl_term_is(const RplTerms *terms, uint32_t term,
                               uint16_t op) {
  return terms->rows[term].op == op;
}
bool rpl_term_fixed(const RplTerms *terms, uint32_t term, int64_t *value);

/* ---- what a path knows: lowered_know.c ------------------------------------
 */

typedef enum RplKnowKind {
  RPL_KNOW_PRESENCE = 1, /* of slot a: low is a mask of RPL_IS_ */
  RPL_KNOW_SPAN,         /* of term a: low .. high; or a mask in low */
  RPL_KNOW_ORDER,        /* of terms a < b: low is a mask of RPL_ORDER_ */
  RPL_KNOW_WORD,         /* word a: low is the term that it holds */
  RPL_KNOW_DONE          /* term a was computed: low is the operand */
} RplKnowKind;

#define RPL_IS_GIVEN  1
#define RPL_IS_NONE   2
#define RPL_IS_ABSENT 4
#define RPL_IS_ANY    7

#define RPL_ORDER_LESS 1
#define RPL_ORDER_SAME 2
#define RPL_ORDER_MORE 4
#define RPL_ORDER_IN   8  /* b is a set that has a, or */
#define RPL_ORDER_OUT  16 /* has not */
#define RPL_ORDER_ANY  31

typedef struct RplKnowRow {
  uint64_t key;
  int64_t low, high;
} RplKnowRow;

typedef struct RplKnow {
  RplKnowRow *rows; /* by key */
  uint32_t count;
  size_t capacity;
} RplKnow;

static inline uint64_t rpl_know_key(RplKnowKind kind, uint32_t a, uint32_t b) {
  return (uint64_t)kind << 56 | (uint64_t)a << 28 | b;
}
static inline RplKnowKind rpl_know_kind(uint64_t key) {
  return (RplKnowKind)(key >> 56);
}
static inline uint32_t rpl_know_a(uint64_t key) {
  return (uint32_t)(key >> 28) & 0xFFFFFFFu;
}
static inline uint32_t rpl_know_b(uint64_t key) {
  return (uint32_t)key & 0xFFFFFFFu;
}

const RplKnowRow *rpl_know_find(const RplKnow *know, uint64_t key);
/* Where the rows of a kind begin. */
uint32_t rpl_know_place(const RplKnow *know, RplKnowKind kind);
/* false: memory is short. */
bool rpl_know_set(RplArena *arena, RplKnow *know, uint64_t key, int64_t low,
                  int64_t high);
bool rpl_know_copy(RplArena *arena, const RplKnow *from, RplKnow *to);

/* The words that a path leaves of a term: an interval, or, of those that have
 * only 0 to 63, a set. */
typedef struct RplReach {
  int64_t low, high;
  uint64_t bits;
  bool has_bits;
} RplReach;

RplReach rpl_reach_of(const RplTerms *terms, const RplKnow *know,
                      uint32_t term);
bool rpl_reach_is_one(const RplReach *reach, int64_t *value);
/* What is left where a test came to `truth`; false when nothing is. */
bool rpl_reach_narrow(RplReach *reach, const RplReach *test, bool is_not,
                      bool truth);
bool rpl_reach_keep(RplArena *arena, const RplTerms *terms, RplKnow *know,
                    uint32_t term, const RplReach *reach);

uint64_t rpl_know_hash(const RplKnow *know);
/* Whether both know the same of everything but what was computed. */
bool rpl_know_is_same(const RplKnow *a, const RplKnow *b);
/* How many rows of one the other has not. */
uint32_t rpl_know_distance(const RplKnow *a, const RplKnow *b);
/* Leaves of `know` what the other knows as well. Words that hold different
 * terms stay, with UINT32_MAX for the term. */
void rpl_know_meet(const RplTerms *terms, RplKnow *know, const RplKnow *other);

/* ---- the result: lowered_layout.c -----------------------------------------
 */

typedef struct RplNode {
  RplLoweredCode code;
  struct RplNode *next;  /* of what does not end: the one that follows */
  struct RplNode *taken; /* of a jump; NULL: none */
  struct RplNode **keys; /* of a SWITCH: by place in its table, and last, for
                            all other words; NULL: none */
  uint32_t key_count;
  uint64_t given, known; /* bits of slots that are needed on every way from
                            here to a verdict */
  uint64_t ranges;       /* the same of tests of bounds */
  uint32_t place;        /* in the order of the result */
  uint8_t state;
  bool is_filtered;
} RplNode;

/* The paths that come to an instruction, in the order in which they come. */
typedef struct RplArrivals {
  struct RplArrival *first, *last;
} RplArrivals;

typedef struct RplPaths {
  RplLowering *lower;
  RplArena *arena; /* scratch */
  RplTerms terms;
  const RplLoweredCode *code; /* what is walked along */
  uint32_t count;
  const RplLoweredKeys *tables;
  uint32_t words; /* written words of it */
  uint64_t *live; /* by instruction: words, values of slots, presence */
  uint32_t live_words;
  uint32_t *lasts;  /* by instruction: the last one that is like it */
  uint32_t *closes; /* the same, of those that are very much like it */
  uint8_t *is_label;
  RplArrivals *arrivals; /* by instruction */
  struct RplArrival *spare;
  struct RplPathGroup *groups; /* of the paths that meet now */
  size_t group_capacity;
  uint32_t *places; /* hash table of them: index + 1 */
  size_t place_count, place_mask;
  RplKnow *free_knows;
  size_t free_count, free_capacity;
  uint32_t rounds; /* of `forget` */
  uint32_t node_count, node_limit;
  uint32_t words_made; /* words of the result */
  RplNode *first;
  RplNode *stop;
  bool is_short; /* memory ran out */
  bool is_lost;  /* it is not done: too much, or not understood */
} RplPaths;

/* A path that comes to an instruction. */
typedef struct RplArrival {
  struct RplArrival *next;
  RplKnow know;
  uint64_t hash;   /* of what it knows */
  uint64_t weight; /* how often it is supposed to be taken */
  RplNode **from;  /* what leads there */
  RplNode *last;   /* the node that it is the only way on of, or NULL */
} RplArrival;

/* Paths that go on as one. */
typedef struct RplPathGroup {
  RplArrival *first; /* the others behind it */
  uint64_t hash;     /* of what it knows */
  uint64_t weight;
} RplPathGroup;

/* The path that is being written. */
typedef struct RplPath {
  RplKnow know;
  RplNode **tail; /* where the next node goes */
  RplNode *last;  /* the node before it, if only this path goes there */
  uint64_t weight;
  uint32_t at;
  bool is_over;
} RplPath;

static inline bool rpl_paths_good(const RplPaths *paths) {
  return !paths->is_short && !paths->is_lost;
}
static inline void rpl_paths_fail(RplPaths *paths) { paths->is_short = true; }

static inline uint32_t rpl_slot_index(uint16_t operand) {
  return operand & (uint32_t)~RPL_LOWERED_FACT;
}

/* ---- lowered_path.c ---- */

RplNode *rpl_paths_node(RplPaths *paths, RplLoweredOp op, uint16_t a,
                        uint16_t b, uint16_t c, uint32_t x);

RplNode *rpl_path_append(RplPaths *paths, RplPath *path, RplLoweredOp op,
                         uint16_t a, uint16_t b, uint16_t c, uint32_t x);

/* A word, or two, of the result. */
uint16_t rpl_paths_word(RplPaths *paths, bool is_wide);

/* A row of what is known; room for a copy of it, and that given back. */
void rpl_paths_set(RplPaths *paths, RplKnow *know, uint64_t key, int64_t low,
                   int64_t high);
RplKnow rpl_paths_take(RplPaths *paths);
void rpl_paths_give_back(RplPaths *paths, RplKnow *know);

/* A path comes to an instruction; what it knows is taken over. */
void rpl_paths_arrive(RplPaths *paths, uint32_t at, RplKnow know,
                      uint64_t weight, RplNode **from, RplNode *last);

/* The term that an operand of the code holds; and the operand of a term, for
 * which what computes it is written where nothing has yet. */
uint32_t rpl_path_term(RplPaths *paths, const RplKnow *know, uint16_t operand);
uint16_t rpl_path_operand(RplPaths *paths, RplPath *path, uint32_t term);

/* An instruction that writes a word. */
void rpl_path_value(RplPaths *paths, RplPath *path, const RplLoweredCode *code);

/* ---- lowered_test.c ---- */

/* A condition, as it narrows what is known. */
typedef struct RplPathTest {
  RplKnowKind kind; /* PRESENCE, SPAN or ORDER */
  uint16_t op;      /* that tests it */
  uint32_t a, b;    /* slot; terms as the operation reads them */
  uint32_t subject; /* of SPAN: the term of which `reach` speaks */
  RplReach reach;
  bool is_not;
  int64_t mask; /* of ORDER, or PRESENCE */
} RplPathTest;

static inline RplReach rpl_reach_between(int64_t low, int64_t high) {
  return (RplReach){low, high, 0, false};
}

void rpl_reach_bounds(const RplReach *reach, int64_t *low, int64_t *high);

/* The condition of a jump. */
RplPathTest rpl_path_test(RplPaths *paths, const RplKnow *know,
                          const RplLoweredCode *code);

/* Whether a test may come to `truth`; then, where it is to be kept, the path
 * knows that it does. */
bool rpl_path_suppose(RplPaths *paths, RplKnow *know, const RplPathTest *test,
                      bool truth, bool is_kept);

/* ---- lowered_paths.c, lowered_meet.c, lowered_live.c ---- */

/* Writes a path until it ends or comes to a label. */
void rpl_path_walk(RplPaths *paths, RplPath *path);

/* All paths that come to an instruction go on from there. */
void rpl_paths_meet(RplPaths *paths, uint32_t at);

/* Notes the labels, and what is read from an instruction on; those behind it
 * must have been noted. */
void rpl_paths_find_live(RplPaths *paths, uint32_t at);

/* The last instruction that is like each one, or very much like it; false when
 * memory is short. */
bool rpl_paths_find_lasts(RplPaths *paths, uint32_t *found, bool is_close);

/* ---- lowered_filter.c ---- */

/* Adds filters to nodes in order, which are then in no order any more; false
 * when memory is short. */
bool rpl_paths_filter(RplPaths *paths, RplNode **order, uint32_t count);

/* ---- lowered_layout.c ---- */

/* The code of the result, and what its gate tests; false when memory is short.
 */
bool rpl_paths_write(RplPaths *paths, RplPathCode *made);

#endif /* RPL_VM_LOWERED_PATHS_H */
