// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/exit_code.hpp>
#include <commands/command.hpp>
#include <eventstore/known_forms.hpp>
#include <eventstore/type_pattern.hpp>
#include <processors/worker.hpp>
#include <projections/definition.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace annals::cli {

class session;

/// A view or table of the program: its definition, and its processor.
struct known_projection {
    std::function<projections::definition()> define;
    std::function<std::shared_ptr<processors::processor>(const processors::processor_id&)> make;
};

/// An aggregate, view or table of the program, as a reader of events.
struct known_reader {
    /// An aggregate decides by all events of its streams; views and tables choose what they read.
    enum class needs { every_type, its_own_types };

    std::vector<std::string> categories;
    std::vector<eventstore::known_form> forms;
    auto (*today)(const eventstore::recorded_event&) -> std::vector<eventstore::new_event> = nullptr;  ///< its facts
    needs needed = needs::its_own_types;
    std::vector<eventstore::type_pattern> ignored = {};  ///< unknown types that an aggregate ignores
};

/// The readers of these facts.
template <class Variant>
auto reader_of(std::vector<std::string> categories, known_reader::needs needed) -> known_reader
{
    const auto today = [](const eventstore::recorded_event& event) {
        std::vector<eventstore::new_event> facts;
        eventstore::for_each_fact<Variant>(event,
                                           [&](const auto& fact) { facts.push_back(eventstore::to_new_event(fact)); });
        return facts;
    };
    return {.categories = std::move(categories),
            .forms = eventstore::known_forms<Variant>(),
            .today = today,
            .needed = needed};
}

/// A verb that only this program has.
struct own_verb {
    std::string name;
    std::string says;
    std::function<exit_code(session&)> run;
};

/// What a program's author named: its verbs and workers know these types.
struct known_types {
    std::vector<const commands::aggregate_type*> aggregates;
    std::vector<commands::json_command> commands;
    std::vector<known_projection> projections;
    std::vector<known_reader> readers;
    std::vector<std::string> sql_files;
    std::vector<own_verb> verbs;
    std::map<std::string, std::string> defaults;         ///< settings by name, used if no other value is given
};

}  // namespace annals::cli
