// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace annals::cli {

/// The main of every annals program: all verbs, configuration, logs and signals, and the types its author names.
///
///     return annals::cli::program{"laboratory", "A sequencing laboratory on annals."}
///         .sql("sample_counts.sql")
///         .run(argc, argv);
class program {
public:
    program(std::string name, std::string description);

    /// An SQL projection's file, as `projections apply` takes it; applied before work begins when it is new.
    auto sql(std::string file) -> program&;

    /// Does what the command line says. Returns the process's exit code (`exit_code.hpp`); never throws.
    auto run(int argc, const char* const* argv) -> int;

private:
    std::string name_;
    std::string description_;
    std::vector<std::string> sql_files_;
};

}  // namespace annals::cli
