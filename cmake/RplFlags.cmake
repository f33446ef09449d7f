# SPDX-License-Identifier: Apache-2.0
# rpl_flags: what every one of our own C files is compiled with. It is private
# to the build and never part of the installed package.
add_library(rpl_flags INTERFACE)

# Includes are written with the folder ("vm/arena.h", "rpl/base.h").
target_include_directories(rpl_flags INTERFACE
  "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")

set(rpl_warnings
  -Wall
  -Wextra
  -Wpedantic
  -Wshadow
  -Wconversion
  -Wsign-conversion
  -Wundef
  -Wcast-qual
  -Wmissing-prototypes
  -Wstrict-prototypes
  -Wvla)
if(RPL_WERROR)
  list(APPEND rpl_warnings -Werror)
endif()
target_compile_options(rpl_flags INTERFACE
  "$<$<COMPILE_LANGUAGE:C>:${rpl_warnings}>")

# What is built does not tell where it was built.
target_compile_options(rpl_flags INTERFACE
  "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=")

# Where generated sources go; never into the source tree.
set(RPL_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")

# Generated files get the same flags but for those that generators break.
# flex defines its exit-calling error function even where nothing calls it.
set(RPL_GENERATED_OPTIONS -Wno-unused-function)

if(RPL_SANITIZE)
  list(JOIN RPL_SANITIZE "," rpl_sanitizers)
  target_compile_options(rpl_flags INTERFACE
    -fsanitize=${rpl_sanitizers} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(rpl_flags INTERFACE -fsanitize=${rpl_sanitizers})
endif()
if(RPL_BUILD_FUZZERS)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "RPL_BUILD_FUZZERS needs clang (preset fuzz)")
  endif()
  target_compile_options(rpl_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(RPL_COVERAGE)
  target_compile_options(rpl_flags INTERFACE --coverage)
  target_link_options(rpl_flags INTERFACE --coverage)
endif()
