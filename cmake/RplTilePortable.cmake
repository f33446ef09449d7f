# SPDX-License-Identifier: Apache-2.0
# The kernels of the batch engine in portable C, for tests: on x86-64 the library
# has no need of them.
include_guard(GLOBAL)

add_library(rpl_tile_portable STATIC
  ${PROJECT_SOURCE_DIR}/vm/batch_portable.c)
target_compile_definitions(rpl_tile_portable PRIVATE RPL_TILE_EVERYWHERE)
target_link_libraries(rpl_tile_portable PRIVATE rpl_flags)
