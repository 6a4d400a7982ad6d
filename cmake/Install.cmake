# SPDX-License-Identifier: Apache-2.0
# cmake --install: the headers for users, the libraries, `annals`, and what find_package and pkg-config need.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# A header for users says so in its third line.
set(annals_public_line "// Public (docs/reference/headers.md).")

# annals_installed_headers(VARIABLE): the public headers and every header of annals that they include, from the root.
function(annals_installed_headers result)
  file(GLOB_RECURSE waiting CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/annals/*.hpp)
  foreach(header IN LISTS waiting)
    file(STRINGS ${PROJECT_SOURCE_DIR}/${header} lines LIMIT_COUNT 3)
    if(NOT annals_public_line IN_LIST lines)
      list(REMOVE_ITEM waiting ${header})
    endif()
  endforeach()
  set(found "")
  while(waiting)
    list(POP_FRONT waiting header)
    if(header IN_LIST found)
      continue()
    endif()
    list(APPEND found ${header})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${header})
    file(STRINGS ${PROJECT_SOURCE_DIR}/${header} includes REGEX "^#include <annals/")
    list(TRANSFORM includes REPLACE "^#include <([^>]+)>.*" "\\1")
    list(APPEND waiting ${includes})
  endwhile()
  list(SORT found)
  set(${result} ${found} PARENT_SCOPE)
endfunction()

annals_installed_headers(headers)
foreach(header IN LISTS headers)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder} COMPONENT development)
endforeach()

get_property(folders GLOBAL PROPERTY annals_folders)
install(TARGETS ${folders} EXPORT annals ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT annals NAMESPACE annals:: FILE annals-targets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/annals
  COMPONENT development)
install(TARGETS annals RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)

# A libpqxx that ./dev built comes along, in a folder of annals: Debian 12's own is too old.
cmake_path(SET pqxx_prefix NORMALIZE "${libpqxx_DIR}/../../..")
if(EXISTS ${pqxx_prefix}/.complete)
  install(DIRECTORY ${pqxx_prefix}/include ${pqxx_prefix}/lib DESTINATION ${CMAKE_INSTALL_LIBDIR}/annals/libpqxx
    COMPONENT development PATTERN pkgconfig EXCLUDE)
  set(annals_own_libpqxx "${CMAKE_INSTALL_LIBDIR}/annals/libpqxx")
  set(annals_pc_cflags "-isystem \${prefix}/${annals_own_libpqxx}/include")
  set(annals_pc_libs "-L\${prefix}/${annals_own_libpqxx}/lib -lpqxx")
else()
  set(annals_pc_libs "-lpqxx")
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/annals-config.cmake.in annals-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/annals)
write_basic_package_version_file(annals-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/annals-config.cmake ${PROJECT_BINARY_DIR}/annals-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/annals COMPONENT development)

# pkg-config: the libraries of each folder that has one, in one group, since they are static.
set(libraries "")
foreach(folder IN LISTS folders)
  get_target_property(type ${folder} TYPE)
  if(type STREQUAL STATIC_LIBRARY)
    string(APPEND libraries " -l${folder}")
  endif()
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/annals.pc.in annals.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/annals.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
