// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/type_pattern.hpp>
#include <annals/projections/definition.hpp>
#include <annals/projections/header.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace annals::projections {

/// In which order the blocks of an SQL projection see the events of a batch. Batches follow each other in one order of
/// all logs, unless the order is `none` or the file says `-- parallel: key`.
enum class block_order {
    per_key,    ///< each key's events in their order: the default
    none,       ///< the whole batch, in file order: for blocks that commute
    strict      ///< all events in their order, also across keys
};

/// One `-- apply:` block: its statements run over the events whose type matches.
struct sql_block {
    std::vector<eventstore::type_pattern> types;
    sql_text statements;

    auto matches(std::string_view type) const -> bool;
};

/// The contents of an SQL projection file.
struct sql_file {
    processors::processor_id id;             ///< without a registration, unless it was read back from one
    std::vector<std::string> categories;
    block_order order = block_order::per_key;
    bool parallel = false;                   ///< `-- parallel: key`: no row is touched from two keys
    sql_text creation;                       ///< run once; may be empty
    std::vector<sql_block> blocks;

    std::string path;                        ///< for messages
    std::string source;                      ///< the file as it was read

    /// What its head says about the order of different streams.
    auto rows() const -> row_order
    {
        if (parallel) return row_order::by_key;
        return order == block_order::none ? row_order::none : row_order::one;
    }

    /// Leaves out of its identity what changes nothing: comments in the header, line ends, trailing blanks.
    auto definition() const -> projections::definition;
};

/// A projection file is wrong. The message begins with `file:line:` and says what to do.
class bad_file : public eventstore::invalid_request {
public:
    bad_file(const std::string& file, int line, const std::string& problem)
        : invalid_request(file + ":" + std::to_string(line) + ": " + problem)
    {}
};

/// Reads the text of a projection file. Does not check statements: the server does that. Throws `bad_file`.
auto parse_sql(std::string_view text, std::string path) -> sql_file;

/// The same for a registered text: a line that is refused as a mistake today was accepted as a comment then, and
/// stays one.
auto parse_registered(std::string_view text, std::string path) -> sql_file;

/// Reads a projection file. Throws `bad_file`, or `invalid_request` when the file cannot be read.
auto read_sql_file(const std::filesystem::path&) -> sql_file;

}  // namespace annals::projections
