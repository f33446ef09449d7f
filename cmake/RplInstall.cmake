# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, in three components that are packages too
# (RplPackage.cmake):
#   lib  the shared libraries
#   dev  headers, static libraries, the CMake package, the pkg-config files
#   cli  rplc, its man pages, the standard library and the policies as text
# All of it can be moved to another prefix.
include(CMakePackageConfigHelpers)

# A moved prefix still finds its libraries; a package looks nowhere else.
file(RELATIVE_PATH rpl_bin_to_lib
  "/prefix/${CMAKE_INSTALL_BINDIR}" "/prefix/${CMAKE_INSTALL_LIBDIR}")
set_target_properties(rplc PROPERTIES
  INSTALL_RPATH "$ORIGIN/${rpl_bin_to_lib}")
set_target_properties(rpl_shared PROPERTIES INSTALL_RPATH "$ORIGIN")

install(TARGETS rplvm_shared rpl_shared EXPORT rplTargets
  LIBRARY COMPONENT lib NAMELINK_COMPONENT dev
  FILE_SET HEADERS COMPONENT dev)
install(TARGETS rplvm_static rpl_static EXPORT rplTargets
  ARCHIVE COMPONENT dev
  FILE_SET HEADERS COMPONENT dev)
install(TARGETS rplc RUNTIME COMPONENT cli)
install(DIRECTORY docs/man/
  DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT cli
  FILES_MATCHING PATTERN "*.1")

set(rpl_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/rpl")
install(EXPORT rplTargets NAMESPACE rpl::
  DESTINATION "${rpl_package_dir}" COMPONENT dev)
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/rplConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/rplConfig.cmake"
  INSTALL_DESTINATION "${rpl_package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/rplConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/rplConfig.cmake"
  "${PROJECT_BINARY_DIR}/rplConfigVersion.cmake"
  DESTINATION "${rpl_package_dir}" COMPONENT dev)

# The .pc files find their prefix from their own place.
file(RELATIVE_PATH RPL_PC_TO_PREFIX
  "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
string(REGEX REPLACE "/$" "" RPL_PC_TO_PREFIX "${RPL_PC_TO_PREFIX}")
set(RPL_VM_LIBS_PRIVATE "")
if(RPL_FFI)
  set(RPL_VM_LIBS_PRIVATE "-lffi")
endif()
foreach(name IN ITEMS rplvm rpl)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in"
    "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)
endforeach()

install(DIRECTORY stdlib policies
  DESTINATION "${CMAKE_INSTALL_DATADIR}/rpl" COMPONENT cli
  FILES_MATCHING PATTERN "*.rpl")
# The Python module is one file; it goes where PYTHONPATH may name it.
install(FILES bindings/python/rpl.py
  DESTINATION "${CMAKE_INSTALL_DATADIR}/rpl/python" COMPONENT dev)
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT dev)
