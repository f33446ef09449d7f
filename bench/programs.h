/* SPDX-License-Identifier: Apache-2.0
 *
 * programs.h - what is measured as a whole program: JSON lines end to end, and
 * the same decisions in Lua. Both are asked for the gateway, mixed.
 */
#ifndef RPL_BENCH_PROGRAMS_H
#define RPL_BENCH_PROGRAMS_H

#include <stdbool.h>

/* `rplc eval --jsonl` against rpl_bench_jsonl on the same file; their outputs
 * are compared byte by byte first. `folder` is that of the programs in a build
 * tree (bench/programs). False after a message. */
bool measure_jsonl(const char *folder);

/* Lua 5.4 and LuaJIT, where they are installed; `anchor_ns` is what the C took
 * for a decision. Their answers are compared with the C's, row by row. */
bool measure_lua(const char *folder, double anchor_ns);

#endif /* RPL_BENCH_PROGRAMS_H */
