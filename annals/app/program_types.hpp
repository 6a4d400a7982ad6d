// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/command.hpp>
#include <annals/eventstore/type_pattern.hpp>
#include <annals/facts/readable_forms.hpp>
#include <annals/processors/header.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/definition.hpp>
#include <annals/sagas/definition/definition.hpp>
#include <annals/sagas/orchestrator/participant.hpp>
#include <annals/sagas/process_managers/refusal_answers.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace annals {
class service;
}  // namespace annals

namespace annals::app {

/// A view or table of the program: its definition, and its processor.
struct program_projection {
    std::function<projections::definition()> define;
    std::function<std::shared_ptr<processors::processor>(const processors::processor_id&)> make;
};

/// A processor of the program's own code, made with the program's service.
struct program_processor {
    processors::header header;
    std::function<std::shared_ptr<processors::processor>(annals::service&)> make;
};

/// A process manager of the program: a processor, and how it answers refusals.
struct program_process_manager {
    processors::header header;
    std::function<std::shared_ptr<processors::processor>()> make;
    sagas::refusal_answer answer;
};

/// An aggregate, view, table or processor of the program, as a reader of events.
struct event_reader {
    /// An aggregate decides by all events of its streams; views and tables choose what they read.
    enum class needs { every_type, its_own_types };

    std::vector<std::string> categories;
    std::vector<facts::readable_form> forms;
    auto (*today)(const eventstore::recorded_event&) -> std::vector<eventstore::new_event> = nullptr;  ///< its facts
    needs needed = needs::its_own_types;
    std::vector<eventstore::type_pattern> ignored = {};  ///< unknown types that an aggregate ignores
};

/// The readers of these facts.
template <class Variant>
auto reader_of(std::vector<std::string> categories, event_reader::needs needed) -> event_reader
{
    const auto today = [](const eventstore::recorded_event& event) {
        std::vector<eventstore::new_event> facts;
        facts::for_each_fact<Variant>(event, [&](const auto& fact) { facts.push_back(facts::to_new_event(fact)); });
        return facts;
    };
    return {.categories = std::move(categories),
            .forms = facts::readable_forms<Variant>(),
            .today = today,
            .needed = needed};
}

/// What a program's author named: its verbs and workers know these types.
struct program_types {
    std::vector<const commands::aggregate_type*> aggregates;
    std::vector<commands::json_command> commands;
    std::vector<program_projection> projections;
    std::vector<program_processor> processors;
    std::vector<sagas::definition> sagas;
    std::vector<std::function<sagas::participant_list(annals::service&)>> participants;
    std::vector<program_process_manager> process_managers;
    std::vector<event_reader> readers;
    std::vector<std::string> sql_files;
    std::map<std::string, std::string> defaults;         ///< settings by name, used if no other value is given
    std::string version;                                 ///< the program's own; empty: it has none
};

}  // namespace annals::app
