# SPDX-License-Identifier: Apache-2.0
# Run by cpack between installing and packing: compresses the man pages, strips
# the static libraries and adds copyright and changelogs, so that a plain install
# stays plain.
find_program(GZIP gzip REQUIRED)
find_program(STRIP strip REQUIRED)

function(compress file)
  execute_process(COMMAND "${GZIP}" -9nf "${file}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(TIMESTAMP "${CPACK_RPL_SOURCE_DIR}/CHANGELOG.md" day
  "%a, %d %b %Y %H:%M:%S +0000" UTC)
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  string(TIMESTAMP day "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER "${component}" upper)
  set(package "${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
  set(usr
    "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${component}${CPACK_PACKAGING_INSTALL_PREFIX}")

  file(GLOB_RECURSE pages "${usr}/share/man/*.[1-8]")
  foreach(page IN LISTS pages)
    compress("${page}")
  endforeach()

  file(GLOB_RECURSE archives "${usr}/*.a")
  foreach(archive IN LISTS archives)
    execute_process(COMMAND "${STRIP}" --strip-debug --enable-deterministic-archives
      "${archive}" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()

  # Debian has the licence in one place for all.
  file(REMOVE_RECURSE "${usr}/share/doc/rpl")

  set(documents "${usr}/share/doc/${package}")
  file(MAKE_DIRECTORY "${documents}")
  file(WRITE "${documents}/copyright"
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: rpl

Files: *
Copyright: the RPL authors
License: Apache-2.0
 On Debian systems the text of the licence is in
 /usr/share/common-licenses/Apache-2.0.
")
  file(COPY_FILE "${CPACK_RPL_SOURCE_DIR}/CHANGELOG.md" "${documents}/changelog")
  compress("${documents}/changelog")
  file(WRITE "${documents}/changelog.Debian"
"rpl (${CPACK_PACKAGE_VERSION}-1) unstable; urgency=medium

  * Packages made by CPack; see changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${day}
")
  compress("${documents}/changelog.Debian")
  file(GLOB files "${documents}/*")
  file(CHMOD ${files} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endforeach()
