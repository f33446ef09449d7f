# SPDX-License-Identifier: Apache-2.0
include(CheckLinkerFlag)
check_linker_flag(C "LINKER:-z,pack-relative-relocs" RPL_LINKER_PACKS)

# rpl_library(NAME SOURCES file... PUBLIC_HEADERS file... [LINK library...])
#
# Makes these targets from one set of objects:
#   NAME_shared    libNAME.so; only what is marked RPL_API is visible. Installed
#                  as rpl::NAME.
#   NAME_static    libNAME.a. Installed as rpl::NAME_static.
#   NAME_internal  for the rest of this project, which may use the hidden
#                  functions too: the static one.
#   rpl::NAME      for clients of the public headers in this build: the static
#                  one, or with BUILD_SHARED_LIBS the shared one.
# LINK names libraries made by this function.
function(rpl_library name)
  set(optimised "$<NOT:$<CONFIG:Debug>>")
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC_HEADERS;LINK" ${ARGN})

  set(tables ${ARG_SOURCES})
  list(FILTER tables INCLUDE REGEX "\\.def$")
  set_source_files_properties(${tables} PROPERTIES HEADER_FILE_ONLY ON)
  add_library(${name}_objects OBJECT ${ARG_SOURCES})
  target_link_libraries(${name}_objects PRIVATE rpl_flags)
  set_target_properties(${name}_objects PROPERTIES
    C_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON)

  # What a library does not use is left out of it. C needs no tables to unwind
  # calls; debuggers have theirs with the rest of what they read.
  target_compile_options(${name}_objects PRIVATE
    "$<${optimised}:-ffunction-sections;-fdata-sections>"
    "$<${optimised}:-fno-asynchronous-unwind-tables;-fno-unwind-tables>")

  foreach(kind IN ITEMS static shared)
    string(TOUPPER ${kind} library_kind)
    add_library(${name}_${kind} ${library_kind}
      $<TARGET_OBJECTS:${name}_objects>)
    list(TRANSFORM ARG_LINK APPEND _${kind} OUTPUT_VARIABLE needed)
    set_target_properties(${name}_${kind} PROPERTIES
      OUTPUT_NAME ${name}
      LINKER_LANGUAGE C)
    target_sources(${name}_${kind} PUBLIC FILE_SET HEADERS
      BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${ARG_PUBLIC_HEADERS})
    target_link_libraries(${name}_${kind}
      PUBLIC ${needed} PRIVATE $<BUILD_INTERFACE:rpl_flags>)
  endforeach()
  set_target_properties(${name}_static PROPERTIES EXPORT_NAME ${name}_static)
  set_target_properties(${name}_shared PROPERTIES
    EXPORT_NAME ${name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR})

  # Symbols carry the version of the interface (RPLVM_0), so that two releases in
  # one process cannot take each other's; and what is no rpl_* is not exported,
  # whatever its visibility. A sanitizer has symbols of its own.
  if(NOT RPL_SANITIZE)
    string(TOUPPER ${name} node)
    set(map "${CMAKE_CURRENT_BINARY_DIR}/${name}.map")
    file(CONFIGURE OUTPUT "${map}" CONTENT
      "@node@_@PROJECT_VERSION_MAJOR@ { global: rpl_*; local: *; };\n" @ONLY)
    target_link_options(${name}_shared PRIVATE "LINKER:--version-script=${map}")
    set_property(TARGET ${name}_shared APPEND PROPERTY LINK_DEPENDS "${map}")
  endif()

  # Calls inside a library stay inside, and pointers are moved by a table of bits
  # where the linker can make one.
  target_link_options(${name}_shared PRIVATE
    LINKER:-Bsymbolic-functions "$<${optimised}:LINKER:--gc-sections>")
  if(RPL_LINKER_PACKS AND NOT RPL_SANITIZE)
    target_link_options(${name}_shared PRIVATE LINKER:-z,pack-relative-relocs)
  endif()

  # A shared library has its own copy of the hidden functions that it uses of
  # another one; a symbol left open is an error of this build, not of its users.
  if(NOT RPL_SANITIZE) # clang leaves a sanitizer's symbols to the executable
    target_link_options(${name}_shared PRIVATE LINKER:--no-undefined)
  endif()
  foreach(library IN LISTS ARG_LINK)
    target_link_libraries(${name}_shared
      PRIVATE $<BUILD_INTERFACE:${library}_static>)
    target_link_options(${name}_shared
      PRIVATE LINKER:--exclude-libs,lib${library}.a)
  endforeach()

  add_library(${name}_internal ALIAS ${name}_static)
  if(BUILD_SHARED_LIBS)
    add_library(rpl::${name} ALIAS ${name}_shared)
  else()
    add_library(rpl::${name} ALIAS ${name}_static)
  endif()
endfunction()
