# SPDX-License-Identifier: Apache-2.0
# Debian packages by `cpack -G DEB` (or ./dev package, which builds with the
# preset package first): librpl0, librpl-dev and rplc, one for each component of
# RplInstall.cmake. cmake/deb.cmake adds what Debian wants beside the files.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rpl)
set(CPACK_PACKAGE_VENDOR "RPL")
set(CPACK_PACKAGE_CONTACT "RPL maintainers <rpl-maintainers@example.org>")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL lib dev cli)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/deb.cmake")
set(CPACK_RPL_SOURCE_DIR "${PROJECT_SOURCE_DIR}")

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# What programs need is read off their symbols; rplc finds librpl0 in the build.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
  "${PROJECT_BINARY_DIR}/vm" "${PROJECT_BINARY_DIR}/compiler")
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY "=")

# Each description begins with its own summary.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(rpl_about "RPL is a small language for refund and billing policies.")
set(CPACK_DEBIAN_LIB_PACKAGE_NAME "librpl${PROJECT_VERSION_MAJOR}")
set(CPACK_DEBIAN_LIB_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_LIB_DESCRIPTION
  "refund and billing policies, compiler and engine libraries
${rpl_about} A policy is
compiled to a verified program that a service runs inside its own process.

librplvm loads programs and decides; librpl compiles policies.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME librpl-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
  "librpl${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}-1)")
if(RPL_FFI) # what the static library leaves open
  string(APPEND CPACK_DEBIAN_DEV_PACKAGE_DEPENDS ", libffi-dev")
endif()
set(CPACK_COMPONENT_DEV_DESCRIPTION
  "refund and billing policies, development files
${rpl_about} This
package has the headers, the static libraries and the files by which
pkg-config and CMake find librpl and librplvm.")

set(CPACK_DEBIAN_CLI_PACKAGE_NAME rplc)
set(CPACK_DEBIAN_CLI_PACKAGE_SECTION devel)
set(CPACK_COMPONENT_CLI_DESCRIPTION
  "compiler and tools for refund and billing policies
${rpl_about} rplc
checks, formats, tests and compiles policies, and makes decisions with them.")
if(BUILD_SHARED_LIBS)
  set(CPACK_DEBIAN_CLI_PACKAGE_DEPENDS
    "librpl${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}-1)")
endif()

include(CPack)
