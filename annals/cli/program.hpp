// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/cli/named_types.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verb_words.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace annals::cli {

/// The main function of every annals program: all verbs, configuration, logs and signals, and the types its author
/// names.
///
///     return annals::cli::program{"laboratory", "A sequencing laboratory on annals."}
///         .aggregate<sample, create_sample, validate_sample>()     // commands named here may arrive as JSON
///         .projections<sample_card, worklist>()                   // views and tables
///         .sql("sample_counts.sql")
///         .run(argc, argv);
class program {
public:
    program(std::string name, std::string description);

    /// An aggregate, and its commands that may arrive as JSON.
    template <class Aggregate, class... Commands>
    auto aggregate() -> program&
    {
        (types_.commands.push_back(commands::as_json_command<Aggregate, Commands>()), ...);
        detail::add_aggregate<Aggregate>(types_);
        return *this;
    }

    /// Views and tables (a table has a `ddl`); new ones are registered before work begins.
    template <class... Projections>
    auto projections() -> program&
    {
        (detail::add_projection<Projections>(types_), ...);
        return *this;
    }

    /// Processors: structs with a header and a function for each fact (docs/guide/processors.md). One that holds an
    /// `annals::service&` is made with the program's.
    template <class... Processors>
    auto processors() -> program&
    {
        (detail::add_processor<Processors>(types_), ...);
        return *this;
    }

    /// Process managers: structs that react to facts with commands (docs/guide/process-managers.md). The commands that
    /// they send are named with their aggregates above.
    template <class... Managers>
    auto process_managers() -> program&
    {
        (detail::add_process_manager<Managers>(types_), ...);
        return *this;
    }

    /// An orchestrated saga (docs/guide/first-saga.md); `run` and `work` move its instances on.
    auto saga(sagas::definition) -> program&;
    /// Makes the services that do the steps of sagas in this program, with the program's `annals::service`.
    auto participants(std::function<sagas::participant_list(annals::service&)> make) -> program&;

    /// An SQL projection's file, as `projections apply` takes it; applied before work begins when it is new.
    /// Looked for in the working directory at the start, then next to the program itself.
    auto sql(std::string file) -> program&;

    /// A setting's value if neither flag, environment nor file gives one (`config` lists the names).
    auto setting(std::string name, std::string value) -> program&;

    /// The program's own version: `--version` and `processes` show it before annals'.
    auto version(std::string) -> program&;

    /// A verb of the program's own. An exception from `run` becomes one message.
    auto verb(std::string name, std::string says, std::function<exit_code(session&)> run) -> program&;

    /// One with arguments and options, which set the members of a `Words` (`verb_words.hpp`).
    template <class Words>
    auto verb(std::string name, std::string says, std::vector<word<Words>> words,
              std::function<exit_code(session&, const Words&)> run) -> program&
    {
        own_verb added{.name = std::move(name), .says = std::move(says), .words = {}, .run = {}};
        for (const auto& one : words) added.words.push_back(one.shown);
        added.run = [words = std::move(words), run = std::move(run)](session& session, const given_words& given) {
            Words set{};
            for (std::size_t i = 0; i < words.size(); ++i) words[i].set(set, given[i]);
            return run(session, set);
        };
        verbs_.push_back(std::move(added));
        return *this;
    }

    /// Does what the command line says. Returns the process's exit code (`exit_code.hpp`); never throws.
    auto run(int argc, const char* const* argv) -> int;

private:
    std::string name_;
    std::string description_;
    app::program_types types_;
    std::vector<own_verb> verbs_;
};

}  // namespace annals::cli
