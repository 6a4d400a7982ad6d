// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/program_types.hpp>
#include <annals/processors/typed_processor.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>
#include <annals/sagas/process_managers/manager_processor.hpp>
#include <annals/sagas/process_managers/refusal_answers.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// How the types that an author names in `program` are kept.
namespace annals::cli::detail {

template <class Reader>
void add_reader(app::program_types& types, std::vector<std::string> categories, app::event_reader::needs needs)
{
    types.readers.push_back(app::reader_of<typename Reader::event>(std::move(categories), needs));
}

template <class Aggregate>
void add_aggregate(app::program_types& types)
{
    if constexpr (commands::detail::is_aggregate<Aggregate>()) {
        types.aggregates.push_back(&commands::aggregate_type_of<Aggregate>());
        add_reader<Aggregate>(types, {std::string(Aggregate::category)}, app::event_reader::needs::every_type);
        types.readers.back().ignored = commands::ignored_types<Aggregate>();
    }
}

template <class Processor, class Projection>
void add_projection_as(app::program_types& types)
{
    const auto make = [](const processors::processor_id& id) { return std::make_shared<Processor>(id); };
    types.projections.push_back({&Processor::definition, make});
    add_reader<Projection>(types, Projection::header.categories.split(), app::event_reader::needs::its_own_types);
}

template <class Projection>
void add_projection(app::program_types& types)
{
    if constexpr (projections::detail::meant_as_table<Projection>) {
        if constexpr (projections::detail::is_table<Projection>())
            add_projection_as<projections::table<Projection>, Projection>(types);
    } else {
        if constexpr (projections::detail::is_view<Projection>())
            add_projection_as<projections::view<Projection>, Projection>(types);
    }
}

template <class Processor>
void add_processor(app::program_types& types)
{
    if constexpr (processors::detail::is_processor<Processor>()) {
        const auto make = [](annals::service& service) { return processors::make_processor<Processor>(service); };
        types.processors.push_back({Processor::header, make});
        add_reader<Processor>(types, Processor::header.categories.split(), app::event_reader::needs::its_own_types);
    }
}

template <class Manager>
void add_process_manager(app::program_types& types)
{
    if constexpr (sagas::detail::is_process_manager<Manager>()) {
        constexpr sagas::header own = Manager::header;
        const processors::header header{.processor = own.process_manager,
                                        .version = own.version,
                                        .categories = own.categories,
                                        .begins_with = own.begins_with};
        const auto make = [] { return std::make_shared<sagas::manager_processor<Manager>>(); };
        types.process_managers.push_back({header, make, sagas::answer_of<Manager>()});
        add_reader<Manager>(types, own.categories.split(), app::event_reader::needs::its_own_types);
    }
}

}  // namespace annals::cli::detail
