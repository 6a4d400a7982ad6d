// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/stored_facts.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/reading.hpp>
#include <annals/facts/facts.hpp>

namespace annals::sagas {

auto fact_from(const eventstore::recorded_event& event) -> saga_fact
{
    std::optional<saga_fact> found;
    facts::for_each_fact<saga_fact>(event, [&](auto fact) { found = std::move(fact); });
    if (!found) throw eventstore::mismatch("a saga's stream holds " + event.type + ", which no saga has written");
    return *std::move(found);
}

auto instance_from(const plan& of, const std::vector<eventstore::recorded_event>& events) -> instance
{
    instance saga(of.size());
    for (const auto& event : events) saga.evolve(fact_from(event), event.time(), of);
    return saga;
}

auto read_saga(eventstore::store& store, const std::string& type, const std::string& id)
    -> std::vector<eventstore::recorded_event>
{
    std::vector<eventstore::recorded_event> all;
    for (auto&& event : eventstore::events_of(store, eventstore::stream_id{"saga." + type, id}))
        all.push_back(std::move(event));
    return all;
}

}  // namespace annals::sagas
