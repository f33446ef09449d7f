# SPDX-License-Identifier: Apache-2.0

# rpl_library(NAME ALIAS rpl::x SOURCES file... PUBLIC_HEADERS file...
#             [LINK library...])
#
# Makes two targets from one set of objects:
#   NAME           the library that is installed. Static unless
#                  BUILD_SHARED_LIBS; only what is marked RPL_API is visible.
#   NAME_internal  a static library for the rest of this project, which may use
#                  the hidden functions too. The same as NAME in a static build.
# LINK names libraries made by this function.
function(rpl_library name)
  cmake_parse_arguments(ARG "" "ALIAS" "SOURCES;PUBLIC_HEADERS;LINK" ${ARGN})

  set(tables ${ARG_SOURCES})
  list(FILTER tables INCLUDE REGEX "\\.def$")
  set_source_files_properties(${tables} PROPERTIES HEADER_FILE_ONLY ON)
  add_library(${name}_objects OBJECT ${ARG_SOURCES})
  target_link_libraries(${name}_objects PRIVATE rpl_flags)
  set_target_properties(${name}_objects PROPERTIES
    C_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON)

  add_library(${name} $<TARGET_OBJECTS:${name}_objects>)
  add_library(${ARG_ALIAS} ALIAS ${name})
  string(REPLACE "rpl::" "" export_name ${ARG_ALIAS})
  set_target_properties(${name} PROPERTIES
    LINKER_LANGUAGE C
    EXPORT_NAME ${export_name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR})
  target_sources(${name} PUBLIC FILE_SET HEADERS
    BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${ARG_PUBLIC_HEADERS})
  target_link_libraries(${name}
    PUBLIC ${ARG_LINK} PRIVATE $<BUILD_INTERFACE:rpl_flags>)

  if(NOT BUILD_SHARED_LIBS)
    add_library(${name}_internal ALIAS ${name})
    return()
  endif()
  add_library(${name}_internal STATIC $<TARGET_OBJECTS:${name}_objects>)
  set_target_properties(${name}_internal PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${name}_internal INTERFACE
    "${PROJECT_SOURCE_DIR}/include")
  foreach(library IN LISTS ARG_LINK)
    target_link_libraries(${name}_internal PUBLIC ${library}_internal)
    # The shared library has its own copy of the hidden functions it uses.
    target_link_libraries(${name}
      PRIVATE $<BUILD_INTERFACE:${library}_internal>)
    target_link_options(${name}
      PRIVATE LINKER:--exclude-libs,lib${library}_internal.a)
  endforeach()
endfunction()
