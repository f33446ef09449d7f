/* SPDX-License-Identifier: Apache-2.0
 * calc.c - one expression; placeholder until the engine's value accessor. */
#include "compiler/compile.h"

RplStatus rpl_compiler_calc(RplCompiler *compiler, RplSlice expression,
                            const RplSlice *names, const RplSlice *values,
                            size_t count, RplSlice *json) {
  (void)compiler; (void)expression; (void)names; (void)values; (void)count; (void)json;
  return RPL_E_ARGUMENT;
}
