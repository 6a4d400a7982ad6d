// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/registry.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/processor_state.hpp>

namespace annals::processors::registry {
namespace {

using eventstore::invalid_request;

constexpr auto insert_state = R"(
    insert into annals.processor_states (processor, version, state) values ($1, $2, 'running')
    on conflict (processor, version) do nothing)";

constexpr auto insert_checkpoint = R"(
    insert into annals.checkpoints (processor, version, log, position) values ($1, $2, $3, $4)
    on conflict (processor, version, log) do nothing)";

constexpr auto is_projection = "select exists (select from annals.projections where name = $1)";

/// A log that a processor is to begin after.
struct log_end {
    int log;
    eventstore::log_position position;
};

auto ends_of(pqxx::connection& model, eventstore::store& store, const std::vector<std::string>& categories)
    -> std::vector<log_end>
{
    std::vector<log_end> all;
    for (const auto& category : categories) {
        const auto logs = number_logs(model, store, {&category, 1});
        if (logs.empty()) continue;
        const auto heads = store.heads(category);
        for (const auto& log : logs) all.push_back({log.number, heads.at(static_cast<std::size_t>(log.log.partition))});
    }
    return all;
}

/// What the database keeps of a processor, the last two of a process manager; the events of parked keys go with the
/// keys.
constexpr const char* kept_in[] = {"checkpoints", "processor_states",       "processor_failures",
                                   "parked_keys", "process_manager_states", "outgoing_commands"};

}  // namespace

auto add(pqxx::connection& model, eventstore::store& store, const header& what) -> bool
{
    check_header("processor", what.processor, what.version, what.categories);
    const auto name = std::string(what.processor);
    std::vector<log_end> ends;
    if (what.begins_with == beginning::next_event) ends = ends_of(model, store, what.categories.split());
    pqxx::work tx(model);
    if (tx.query_value<bool>(is_projection, pqxx::params{name}))
        throw invalid_request("a projection is called " + name + ": give the processor another name");
    if (tx.exec(insert_state, pqxx::params{name, what.version}).affected_rows() == 0) return false;
    for (const auto& end : ends)
        tx.exec(insert_checkpoint, pqxx::params{name, what.version, end.log, end.position.number});
    tx.commit();
    return true;
}

void remove(pqxx::connection& model, const std::string& name, std::optional<int> version)
{
    pqxx::work tx(model);
    bool is_known = false;
    for (const auto& one : read_activities(tx)) {
        if (one.processor.name != name || (version && one.processor.version != *version)) continue;
        is_known = true;
        if (one.processor.registration != 0)
            throw invalid_request(name + " is a projection: `annals projections remove " + name + "` removes it");
        if (one.processes > 0)
            throw invalid_request("a process works on " + to_string(one.processor) + ": end it first");
    }
    if (!is_known)
        throw invalid_request("there is no processor " + name
                              + (version ? " version " + std::to_string(*version) : std::string())
                              + "; `annals processors list` shows those there are");
    forget(tx, name, version);
    tx.commit();
}

void forget(pqxx::transaction_base& tx, const std::string& name, std::optional<int> version)
{
    for (const auto* table : kept_in)
        tx.exec(std::string("delete from annals.") + table
                    + " where processor = $1 and ($2::int is null or version = $2)",
                pqxx::params{name, version});
}

void rename(pqxx::transaction_base& tx, const processor_id& from, const std::string& name)
{
    for (const auto* table : kept_in)
        tx.exec(std::string("update annals.") + table + " set processor = $3 where processor = $1 and version = $2",
                pqxx::params{from.name, from.version, name});
}

}  // namespace annals::processors::registry
