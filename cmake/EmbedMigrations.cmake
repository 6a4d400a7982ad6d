# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=file.cpp "-DFILES=0001_log.sql;…" -P EmbedMigrations.cmake: defines annals::migrations::embedded().
set(entries "")
foreach(path IN LISTS FILES)                       # sorted by name
  cmake_path(GET path FILENAME name)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
    message(FATAL_ERROR "annals/migrations/${name}: a migration is named 0001_what_it_does.sql")
  endif()
  math(EXPR number "1${CMAKE_MATCH_1} - 10000")
  file(SHA256 "${path}" checksum)
  file(READ "${path}" sql)
  string(APPEND entries "    {${number}, \"${name}\", \"${checksum}\", R\"annals(${sql})annals\"},\n")
endforeach()

file(WRITE "${OUTPUT}" "// SPDX-License-Identifier: Apache-2.0
#include <annals/migrations/migrate.hpp>

#include <array>

namespace annals::migrations {

auto embedded() -> std::span<const migration>
{
    static constexpr auto all = std::to_array<migration>({
${entries}    });
    return all;
}

}  // namespace annals::migrations
")
