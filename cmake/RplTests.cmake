# SPDX-License-Identifier: Apache-2.0
# Functions that register tests.
find_package(PkgConfig REQUIRED)
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

# cmocka catches segmentation faults, which would hide the sanitizer's report.
set(RPL_TEST_ENVIRONMENT
  "ASAN_OPTIONS=allow_user_segv_handler=0:detect_leaks=1"
  "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1"
  "RPL_BAD_INPUT_SECONDS=30"
  "LC_ALL=C")

# rpl_unit_test(NAME [LIBS library...] [TIMEOUT seconds])
# A cmocka program from test_NAME.c in the current folder. It runs in the root
# of the project, so that test data are named by their place in it.
function(rpl_unit_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LIBS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(test_${name} test_${name}.c)
  target_include_directories(test_${name} PRIVATE "${RPL_GENERATED_DIR}")
  target_link_libraries(test_${name} PRIVATE
    rpl_internal rplvm_internal PkgConfig::CMOCKA ${ARG_LIBS} rpl_flags)
  add_test(NAME unit.${name} COMMAND test_${name}
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(unit.${name} PROPERTIES
    LABELS unit
    TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "${RPL_TEST_ENVIRONMENT}")
endfunction()

# rpl_script_test(NAME LABEL label COMMAND command... [TIMEOUT seconds])
# A script, run in the root of the project. The variable RPLC holds the path of
# the command that was built; exit status 77 means skipped.
function(rpl_script_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "COMMAND" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_test(NAME ${ARG_LABEL}.${name} COMMAND ${ARG_COMMAND}
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    COMMAND_EXPAND_LISTS)
  set_tests_properties(${ARG_LABEL}.${name} PROPERTIES
    LABELS ${ARG_LABEL}
    TIMEOUT ${ARG_TIMEOUT}
    SKIP_RETURN_CODE 77
    ENVIRONMENT "${RPL_TEST_ENVIRONMENT};RPLC=$<TARGET_FILE:rplc>")
endfunction()
