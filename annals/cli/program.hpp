// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/app/program_types.hpp>
#include <annals/cli/session.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>

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
        if constexpr (commands::detail::is_aggregate<Aggregate>()) {
            types_.aggregates.push_back(&commands::aggregate_type_of<Aggregate>());
            read_with<Aggregate>({std::string(Aggregate::category)}, app::event_reader::needs::every_type);
            types_.readers.back().ignored = commands::ignored_types<Aggregate>();
        }
        return *this;
    }

    /// Views and tables (a table has a `ddl`); new ones are registered before work begins.
    template <class... Projections>
    auto projections() -> program&
    {
        (know<Projections>(), ...);
        return *this;
    }

    /// An SQL projection's file, as `projections apply` takes it; applied before work begins when it is new.
    /// Looked for in the working directory at the start, then next to the program itself.
    auto sql(std::string file) -> program&;

    /// A setting's value if neither flag, environment nor file gives one (`config` lists the names).
    auto setting(std::string name, std::string value) -> program&;

    /// A verb of the program's own. An exception from `run` becomes one message.
    auto verb(std::string name, std::string says, std::function<exit_code(session&)> run) -> program&;

    /// Does what the command line says. Returns the process's exit code (`exit_code.hpp`); never throws.
    auto run(int argc, const char* const* argv) -> int;

private:
    template <class Projection>
    void know()
    {
        namespace of = annals::projections;
        if constexpr (of::detail::meant_as_table<Projection>) {
            if constexpr (of::detail::is_table<Projection>()) know_as<of::table<Projection>, Projection>();
        } else {
            if constexpr (of::detail::is_view<Projection>()) know_as<of::view<Projection>, Projection>();
        }
    }
    template <class Processor, class Projection>
    void know_as()
    {
        const auto make = [](const processors::processor_id& id) { return std::make_shared<Processor>(id); };
        types_.projections.push_back({&Processor::definition, make});
        read_with<Projection>(annals::projections::split_categories(Projection::header.categories),
                              app::event_reader::needs::its_own_types);
    }
    template <class Reader>
    void read_with(std::vector<std::string> categories, app::event_reader::needs needs)
    {
        types_.readers.push_back(app::reader_of<typename Reader::event>(std::move(categories), needs));
    }

    std::string name_;
    std::string description_;
    app::program_types types_;
    std::vector<own_verb> verbs_;
};

}  // namespace annals::cli
