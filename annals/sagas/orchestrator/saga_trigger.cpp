// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/saga_trigger.hpp>

#include <annals/eventstore/uuid.hpp>

#include <algorithm>

namespace annals::sagas {
namespace {

/// A processor's name has at most 40 letters, all small.
auto processor_name(const std::string& saga_type) -> std::string
{
    auto name = "starts_" + saga_type.substr(0, 33);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

auto context_of(const eventstore::recorded_event& event) -> eventstore::json
{
    auto context = eventstore::json::parse(event.data);
    context["triggered_by"] = {{"event_id", eventstore::to_string(event.id)},
                               {"type", event.type},
                               {"category", event.stream.category},
                               {"key", event.stream.key}};
    return context;
}

}  // namespace

saga_trigger::saga_trigger(const definition& of, std::shared_ptr<client> to)
    : name_(processor_name(of.name)), saga_type_(of.name), by_(of.started_by.value()), client_(std::move(to))
{}

auto saga_trigger::header() const -> processors::header
{
    return {.processor = name_,
            .categories = by_.category.c_str(),
            .begins_with = processors::beginning::next_event,
            .distribution = processors::work_distribution::by_log};
}

/// What is started is durable before the checkpoint moves, and is started once however often this is repeated.
void saga_trigger::apply(pqxx::transaction_base&, std::span<const eventstore::recorded_event> events)
{
    for (const auto& event : events)
        if (event.type == by_.type)
            client_->start_once({saga_type_, eventstore::to_string(event.id)}, context_of(event),
                                "event " + event.type);
}

}  // namespace annals::sagas
