# SPDX-License-Identifier: Apache-2.0
# cpack -G DEB: `annals` (the program) and `libannals-dev` (headers, static libraries, libpqxx).
set(CPACK_PACKAGE_NAME annals)
set(CPACK_PACKAGE_VENDOR annals)
set(CPACK_PACKAGE_CONTACT "the authors of annals")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME annals)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libannals-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libpq-dev, librdkafka-dev, libboost1.81-dev | libboost1.83-dev, \
nlohmann-json3-dev, libsimdjson-dev, libspdlog-dev, libexpat1-dev, libhowardhinnant-date-dev, libssl-dev, \
libcurl4-openssl-dev, zlib1g-dev, pkgconf | pkg-config")
if(NOT annals_own_libpqxx)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", libpqxx-dev (>= 7.9)")
endif()
include(CPack)
