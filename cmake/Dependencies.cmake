# SPDX-License-Identifier: Apache-2.0
# Third-party libraries; ./dev installs them. Their headers are SYSTEM: we ignore their warnings.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)      # a project that contains this one links them, too
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(simdjson REQUIRED CONFIG)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(EXPAT REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(date REQUIRED CONFIG)
find_package(libpqxx REQUIRED CONFIG)
if(libpqxx_VERSION VERSION_LESS 7.9)
  message(FATAL_ERROR "annals needs libpqxx 7.9 or newer, found ${libpqxx_VERSION}. `./dev up` builds it into .dev/pqxx.")
endif()
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET GLOBAL rdkafka>=2.0.2)
if(ANNALS_SANITIZE MATCHES "thread")
  add_library(annals_c11_threads SHARED tests/support/c11_threads.cpp)   # says why it is needed
  target_link_libraries(PkgConfig::RDKAFKA INTERFACE annals_c11_threads)
endif()
