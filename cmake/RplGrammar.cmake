# SPDX-License-Identifier: Apache-2.0
# The rules that turn grammar/rpl.y and grammar/rpl.l into C. Included by
# compiler/CMakeLists.txt, because CMake wants a generated file to be compiled
# in the folder list that generates it. Sets RPL_GRAMMAR_SOURCES.
#
# Include the results as "rpl.tab.h" and "rpl.lex.h".
find_package(BISON 3.8 REQUIRED)
find_package(FLEX 2.6.4 REQUIRED)

set(rpl_grammar_dir "${RPL_GENERATED_DIR}")
file(MAKE_DIRECTORY "${rpl_grammar_dir}")

bison_target(rpl_parser
  "${PROJECT_SOURCE_DIR}/grammar/rpl.y" "${rpl_grammar_dir}/rpl.tab.c"
  DEFINES_FILE "${rpl_grammar_dir}/rpl.tab.h"
  REPORT_FILE "${rpl_grammar_dir}/rpl.output"
  COMPILE_FLAGS "-Wall -Wcounterexamples -Werror")

# flex warns of a reachable default rule and still exits with 0, so it runs
# under a script that takes any output for a failure.
add_custom_command(
  OUTPUT "${rpl_grammar_dir}/rpl.lex.c" "${rpl_grammar_dir}/rpl.lex.h"
  COMMAND "${CMAKE_COMMAND}"
    "-DFLEX=${FLEX_EXECUTABLE}"
    "-DINPUT=${PROJECT_SOURCE_DIR}/grammar/rpl.l"
    "-DOUTPUT=${rpl_grammar_dir}/rpl.lex.c"
    "-DHEADER=${rpl_grammar_dir}/rpl.lex.h"
    -P "${PROJECT_SOURCE_DIR}/cmake/flex.cmake"
  DEPENDS "${PROJECT_SOURCE_DIR}/grammar/rpl.l"
    "${PROJECT_SOURCE_DIR}/cmake/flex.cmake" "${rpl_grammar_dir}/rpl.tab.h"
  COMMENT "Making the scanner with flex"
  VERBATIM)

set(RPL_GRAMMAR_SOURCES
  "${rpl_grammar_dir}/rpl.tab.c"
  "${rpl_grammar_dir}/rpl.tab.h"
  "${rpl_grammar_dir}/rpl.lex.c"
  "${rpl_grammar_dir}/rpl.lex.h")
set_source_files_properties(
  "${rpl_grammar_dir}/rpl.tab.c" "${rpl_grammar_dir}/rpl.lex.c"
  PROPERTIES COMPILE_OPTIONS "${RPL_GENERATED_OPTIONS}")
