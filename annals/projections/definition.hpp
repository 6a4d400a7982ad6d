// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace annals::projections {

/// The three forms of a projection.
enum class kind { sql, view, table };

auto to_string(kind) -> std::string_view;
/// Throws `mismatch` for a word that this program does not know.
auto kind_from(std::string_view) -> kind;

/// SQL of a file, and where it begins in it.
struct sql_text {
    std::string text;
    int line = 1;                            ///< of the text's first line, from 1
};

/// What the database must know about a projection before a worker can run it.
struct definition {
    processors::processor_id id;
    projections::kind kind = kind::sql;
    std::vector<std::string> categories;
    std::string text;                        ///< its recorded form, for people and to run it again
    std::string identity;                    ///< another identity is another definition, and needs another version
    std::string file;                        ///< for messages: where the SQL below comes from
    sql_text creation;                       ///< makes its tables
    std::vector<sql_text> blocks;            ///< of an SQL projection; become functions
};

/// What a second copy of a version is made for.
enum class copy_for { rebuild, verification };

/// The name of such a copy, which has checkpoints and a schema of its own. No author can choose it.
auto copy_of(const processors::processor_id&, copy_for) -> processors::processor_id;
/// The name of the projection that a copy is made of; of any other one its own.
auto original_name(std::string_view name) -> std::string;

/// The schema that holds a version's tables and functions.
auto schema_of(const processors::processor_id&) -> std::string;
/// The function that runs a block, with its schema; blocks count from 0.
auto block_function(std::string_view schema, std::size_t block) -> std::string;

}  // namespace annals::projections
