# SPDX-License-Identifier: Apache-2.0
# Third-party libraries; ./dev installs them. Their headers are SYSTEM: their warnings are not ours.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(libpqxx REQUIRED CONFIG)
if(libpqxx_VERSION VERSION_LESS 7.9)
  message(FATAL_ERROR "annals needs libpqxx 7.9 or newer, found ${libpqxx_VERSION}. `./dev up` builds it into .dev/pqxx.")
endif()
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka>=2.0.2)
