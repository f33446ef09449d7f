# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: headers, libraries, rplc, the CMake package
# and the pkg-config files. All of it can be moved to another prefix.
include(CMakePackageConfigHelpers)

install(TARGETS rplvm rpl EXPORT rplTargets FILE_SET HEADERS)
install(TARGETS rplc)

set(rpl_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/rpl")
install(EXPORT rplTargets NAMESPACE rpl:: DESTINATION "${rpl_package_dir}")
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
  DESTINATION "${rpl_package_dir}")

# The .pc files find their prefix from their own place.
file(RELATIVE_PATH RPL_PC_TO_PREFIX
  "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
string(REGEX REPLACE "/$" "" RPL_PC_TO_PREFIX "${RPL_PC_TO_PREFIX}")
foreach(name IN ITEMS rplvm rpl)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in"
    "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

install(DIRECTORY stdlib policies
  DESTINATION "${CMAKE_INSTALL_DATADIR}/rpl"
  FILES_MATCHING PATTERN "*.rpl")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
