// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/postgres_storage.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/origin.hpp>
#include <annals/eventstore/partition.hpp>
#include <annals/eventstore/postgres/append/pqxx_parameters.hpp>
#include <annals/sagas/definition/definition_json.hpp>
#include <annals/sagas/orchestrator/arrived_inputs.hpp>
#include <annals/sagas/orchestrator/saga_rows.hpp>
#include <annals/sagas/orchestrator/stored_facts.hpp>

#include <algorithm>
#include <set>

namespace annals::sagas {

using eventstore::json;
using eventstore::timestamp;

namespace {

constexpr auto take_logs = R"(
    insert into annals.saga_owners as o (log, epoch) select l, 1 from unnest($1::int[]) l order by l
    on conflict (log) do update set epoch = o.epoch + 1
    returning log, epoch)";

constexpr auto find_inputs = "select number, saga_id, kind, input::text from annals.saga_inputs_for($1::int[], $2, $3)";
constexpr auto refuse_input =
    "update annals.saga_inputs set taken_at = clock_timestamp(), refusal = $2 where number = $1";
constexpr auto find_due = "select annals.sagas_due($1::int[], $2::timestamptz, $3)";

constexpr auto find_unanswered = R"(
    select saga_id from annals.saga_states
    where log = any ($1::int[]) and completed_at is null and status <> 'pending'
      and exists (select from annals.saga_steps s
                  where s.saga_type = saga_states.saga_type and s.saga_id = saga_states.saga_id
                    and (s.status = 'running' and s.signal is null or s.compensation = 'running')))";

constexpr auto select_version =
    "select definition::text from annals.saga_definitions where saga_type = $1 and version = $2";

constexpr auto count_active = R"(
    select count(*) from annals.saga_states
    where log = any ($1::int[]) and completed_at is null and status <> 'pending')";

constexpr auto read_facts = R"(
    select w.place, e.version, e.type, e.schema_version, e.data::text, e.occurred_at
    from unnest($1::int[], $2::text[]) with ordinality w (log, key, place)
         join annals.events e on e.log = w.log and e.key = w.key
    order by w.place, e.version)";

constexpr auto store_round = R"(
    select annals.store_sagas($1::int[], $2::bigint[], $3::json, $4::bool, $5::int[], $6::bool[], $7::text[],
        $8::text[], $9::text[], $10::int[], $11::int[], $12::text[], $13::bigint[], $14::int[], $15::int[],
        $16::int[], $17::int[], $18::uuid[], $19::text[], $20::smallint[], $21::json[], $22::json[],
        $23::timestamptz[]))";

auto text(timestamp at) -> std::string { return eventstore::to_string(at); }

/// The steps whose rows a saga's new facts change.
auto changed_steps(const saga_change& change) -> std::set<std::size_t>
{
    std::set<std::size_t> all;
    const auto& of = *change.of;
    for (const auto& [fact, at] : change.facts)
        std::visit(
            [&](const auto& one) {
                if constexpr (requires { one.step; }) all.insert(*of.find(one.step));
                else
                    for (std::size_t i = 0; i < of.size(); ++i) all.insert(i);
            },
            fact);
    return all;
}

}  // namespace

void postgres_storage::connect(pqxx::connection opened)
{
    link_.emplace(std::move(opened));
    logs_.clear();
}

void postgres_storage::disconnect()
{
    link_.reset();
    logs_.clear();
}

auto postgres_storage::session() -> pqxx::connection&
{
    if (!is_connected()) throw eventstore::unavailable("the session of the sagas " + type_ + " is lost");
    return *link_;
}

void postgres_storage::own(std::span<const processors::numbered_log> wanted)
{
    std::erase_if(logs_, [&](const log_of_sagas& one) { return std::ranges::find(wanted, one.log) == wanted.end(); });
    std::vector<int> added;
    for (const auto& log : wanted)
        if (std::ranges::find(logs_, log, &log_of_sagas::log) == logs_.end()) added.push_back(log.number);
    if (added.empty()) return;
    pqxx::work tx(session());
    const auto rows = tx.exec(take_logs, pqxx::params{added});
    partitions_ =
        tx.query_value<int>("select partitions from annals.categories where name = $1", pqxx::params{"saga." + type_});
    tx.commit();
    for (const auto& [number, epoch] : rows.iter<int, std::int64_t>())
        logs_.push_back({*std::ranges::find(wanted, number, &processors::numbered_log::number), epoch});
    look_again();
}

auto postgres_storage::owned() const -> std::vector<processors::numbered_log>
{
    std::vector<processors::numbered_log> all;
    for (const auto& one : logs_) all.push_back(one.log);
    return all;
}

auto postgres_storage::log_numbers() const -> std::vector<int>
{
    std::vector<int> all;
    for (const auto& one : logs_) all.push_back(one.log.number);
    return all;
}

auto postgres_storage::find_log(const std::string& saga_id) const -> const log_of_sagas*
{
    if (logs_.empty()) return nullptr;
    const auto partition = eventstore::partition_of(saga_id, partitions_);
    const auto found =
        std::ranges::find_if(logs_, [&](const log_of_sagas& one) { return one.log.log.partition == partition; });
    return found == logs_.end() ? nullptr : &*found;
}

auto postgres_storage::log_of(const std::string& saga_id) const -> const log_of_sagas&
{
    if (const auto* const found = find_log(saga_id)) return *found;
    throw not_owner(type_);
}

auto postgres_storage::owns(const std::string& saga_id) const -> bool { return find_log(saga_id) != nullptr; }

auto postgres_storage::find_version(int version) -> std::shared_ptr<const plan>
{
    pqxx::nontransaction tx(session());
    const auto found = tx.exec(select_version, pqxx::params{type_, version});
    if (found.empty()) return nullptr;
    return std::make_shared<plan>(stored_definition(found[0][0].view()));
}

auto postgres_storage::arrived(std::size_t starts_max, std::size_t others_max) -> std::vector<arrived_input>
{
    std::vector<arrived_input> all;
    const auto now = clock::now();
    if (!has_inputs_.exchange(false) && now - looked_at_ < look_every_) return all;
    looked_at_ = now;
    pqxx::nontransaction tx(session());
    const auto rows = tx.exec(find_inputs, pqxx::params{log_numbers(), starts_max, others_max});
    for (const auto& [number, saga_id, kind, text] : rows.iter<std::int64_t, std::string, std::string, std::string>()) {
        try {
            all.push_back({number, saga_id, input_from(kind, text)});
        } catch (const eventstore::mismatch& problem) {
            tx.exec(refuse_input, pqxx::params{number, problem.what()});
        }
    }
    if (all.size() >= std::max<std::size_t>(others_max, 1)) look_again();   // there may be more
    return all;
}

auto postgres_storage::due(timestamp now, std::size_t max) -> std::vector<std::string>
{
    std::vector<std::string> all;
    if (!has_due_.exchange(false) && clock::now() - looked_for_due_at_ < look_every_) return all;
    pqxx::nontransaction tx(session());
    for (const auto& [id] : tx.exec(find_due, pqxx::params{log_numbers(), text(now), max}).iter<std::string>())
        all.push_back(id);
    if (all.size() < max) looked_for_due_at_ = clock::now();
    return all;
}

auto postgres_storage::unanswered() -> std::vector<std::string>
{
    std::vector<std::string> all;
    pqxx::nontransaction tx(session());
    for (const auto& [id] : tx.exec(find_unanswered, pqxx::params{log_numbers()}).iter<std::string>())
        all.push_back(id);
    return all;
}

auto postgres_storage::active() -> std::size_t
{
    pqxx::nontransaction tx(session());
    return tx.query_value<std::size_t>(count_active, pqxx::params{log_numbers()});
}

auto postgres_storage::load(std::span<const std::string> ids) -> std::vector<std::vector<dated_fact>>
{
    std::vector<int> numbers;
    for (const auto& id : ids) numbers.push_back(log_of(id).log.number);
    std::vector<std::vector<dated_fact>> all(ids.size());
    pqxx::nontransaction tx(session());
    const auto rows = tx.exec(read_facts, pqxx::params{numbers, std::vector<std::string>(ids.begin(), ids.end())});
    for (const auto& [place, version, type, schema_version, data, at] :
         rows.iter<std::size_t, std::int64_t, std::string, int, std::string, std::string>()) {
        eventstore::recorded_event event{};
        event.type = type;
        event.schema_version = schema_version;
        event.data = data;
        all[place - 1].push_back({fact_from(event), eventstore::parse_timestamp(at)});
    }
    return all;
}

void postgres_storage::commit(std::span<const saga_change> changes, std::span<const taken_input> taken)
{
    std::map<int, std::int64_t> epochs;            // of the logs that are written
    auto states = json::array(), steps = json::array(), timers = json::array(), inputs = json::array();
    auto children = json::array(), undone = json::array();
    std::vector<eventstore::postgres::routed_append> appends;
    for (const auto& one : changes) {
        const auto& [log, epoch] = log_of(one.saga_id);
        epochs[log.number] = epoch;
        timers.push_back({{"saga_type", type_},
                          {"saga_id", one.saga_id},
                          {"log", log.number},
                          {"due_at", one.due ? json(text(*one.due)) : json()}});
        if (one.facts.empty()) continue;
        if (one.after->parent && one.after->is_over())
            children.push_back({{"saga_type", type_}, {"saga_id", one.saga_id}});
        states.push_back(state_row(one.saga_id, *one.of, *one.after, one.facts.back().at));
        for (const auto i : changed_steps(one)) steps.push_back(step_row(one.saga_id, *one.of, *one.after, i));
        appends.push_back({{.streams = {append_of(one)}}, {{log.number, log.log.partition}}});
    }
    for (const auto& one : taken) {
        const auto refusal = one.refusal ? json(*one.refusal) : json();
        inputs.push_back({{"number", one.number}, {"refusal", refusal}});
        if (one.undone)
            undone.push_back({{"saga_type", type_},
                              {"saga_id", one.saga_id},
                              {"attempt", one.undone->attempt},
                              {"refusal", refusal}});
    }
    std::vector<int> logs;
    std::vector<std::int64_t> of_logs;
    for (const auto& [log, epoch] : epochs) logs.push_back(log), of_logs.push_back(epoch);
    const json rows{{"states", states}, {"steps", steps},       {"timers", timers},
                    {"taken", inputs},  {"children", children}, {"undone", undone}};
    store({logs, of_logs, eventstore::to_text(rows, "a round of sagas")}, appends);
}

/// One statement, which is its own transaction: each round trip would delay all sagas of the round.
void postgres_storage::store(pqxx::params rows, const std::vector<eventstore::postgres::routed_append>& appends)
{
    std::vector<const eventstore::postgres::routed_append*> all;
    for (const auto& one : appends) all.push_back(&one);
    const auto facts = eventstore::postgres::encode_call(all, eventstore::postgres::patience::waits);
    eventstore::postgres::add_to(rows, facts);
    try {
        pqxx::nontransaction(session()).exec(store_round, rows);
    } catch (const pqxx::serialization_failure&) {
        throw not_owner(type_);
    }
}

auto postgres_storage::append_of(const saga_change& change) const -> eventstore::stream_append
{
    eventstore::stream_append part{.stream = {"saga." + type_, change.saga_id},
                                   .expected = eventstore::exactly(change.version_before),
                                   .events = {}};
    for (const auto& [fact, at] : change.facts) part.events.emplace_back(facts::to_new_event(fact)).occurred_at = at;
    const auto origin =
        eventstore::encode_origin({.source_service = "saga", .correlation_id = change.saga_id}, part.events.front().id);
    for (auto& event : part.events) event.metadata = origin;
    return part;
}

}  // namespace annals::sagas
