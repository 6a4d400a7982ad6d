// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/saga_verification.hpp>

#include <annals/sagas/advance/history_check.hpp>
#include <annals/sagas/definition/definition_json.hpp>
#include <annals/sagas/orchestrator/saga_rows.hpp>
#include <annals/sagas/orchestrator/stored_facts.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace annals::sagas {
namespace {

using eventstore::json, eventstore::timestamp;
using libpq::parameters, libpq::result;

constexpr auto begin = "begin isolation level repeatable read, read only";
constexpr std::int32_t sagas_in_a_page = 200;

constexpr auto select_versions =
    "select version, definition::text from annals.saga_definitions where saga_type = $1 order by version";

constexpr auto select_states = R"sql(
    select saga_id, log, status, current_steps, started_at, completed_at, error, definition_version, changed_at,
           stream_version, context::text
    from annals.saga_states where saga_type = $1 and saga_id > $2 order by saga_id limit $3
)sql";

constexpr auto select_steps = R"sql(
    select saga_id, step, place, service, status, attempts, started_at, ended_at, error, result::text, compensation,
           compensations, compensating_since, compensated_at, compensation_error, signal
    from annals.saga_steps where saga_type = $1 and saga_id = any ($2) order by saga_id, place
)sql";

constexpr auto select_events = R"sql(
    select e.key, e.type, e.schema_version, e.data::text, e.occurred_at, e.recorded_at
    from unnest($1::int[], $2::text[]) w (log, key) join annals.events e on e.log = w.log and e.key = w.key
    order by e.key, e.version
)sql";

constexpr auto select_streams = R"sql(
    select k.key, l.log, exists (select from annals.saga_states s where s.saga_type = $1 and s.saga_id = k.key)
    from annals.list_streams('saga.' || $1, nullif($2, ''), $3) k join annals.categories c on c.name = 'saga.' || $1
         join annals.logs l on l.tenant = '' and l.category = c.name
                               and l.partition = annals.partition_of(k.key, c.partitions)
    order by k.key collate "C"
)sql";

struct stored_saga {
    std::string id;
    std::int32_t log = 0;
    json state;
    std::vector<json> steps;
    std::vector<eventstore::recorded_event> events;
};

auto time(const result& rows, int row, int column) -> json
{
    const auto at = rows.find<timestamp>(row, column);
    return at ? json(eventstore::to_string(*at)) : json();
}

auto text(const result& rows, int row, int column) -> json
{
    const auto value = rows.find<std::string>(row, column);
    return value ? json(*value) : json();
}

/// With the members of `state_row`.
auto state_from(const std::string& type, const result& rows, int i) -> json
{
    return {{"saga_type", type},
            {"saga_id", text(rows, i, 0)},
            {"status", text(rows, i, 2)},
            {"current_steps", rows.list<std::string>(i, 3)},
            {"started_at", time(rows, i, 4)},
            {"completed_at", time(rows, i, 5)},
            {"error", text(rows, i, 6)},
            {"definition_version", rows.get<std::int32_t>(i, 7)},
            {"changed_at", time(rows, i, 8)},
            {"stream_version", rows.get<std::int64_t>(i, 9)},
            {"context", json::parse(rows.get<std::string>(i, 10))}};
}

/// With the members of `step_row`.
auto step_from(const std::string& type, const result& rows, int i) -> json
{
    const auto value = rows.find<std::string>(i, 9);
    return {{"saga_type", type},
            {"saga_id", text(rows, i, 0)},
            {"step", text(rows, i, 1)},
            {"place", rows.get<std::int32_t>(i, 2)},
            {"service", text(rows, i, 3)},
            {"signal", text(rows, i, 15)},
            {"status", text(rows, i, 4)},
            {"attempts", rows.get<std::int32_t>(i, 5)},
            {"started_at", time(rows, i, 6)},
            {"ended_at", time(rows, i, 7)},
            {"error", text(rows, i, 8)},
            {"result", value ? json::parse(*value) : json()},
            {"compensation", text(rows, i, 10)},
            {"compensations", rows.get<std::int32_t>(i, 11)},
            {"compensating_since", time(rows, i, 12)},
            {"compensated_at", time(rows, i, 13)},
            {"compensation_error", text(rows, i, 14)}};
}

/// Compares a type, page by page.
class verification {
public:
    verification(libpq::connection& log, const std::string& type,
                 const std::function<void(const saga_difference&)>& found)
        : log_(log), type_(type), found_(found)
    {
        const auto rows = log_.query(select_versions, parameters::of(type_));
        for (int i = 0; i < rows.size(); ++i)
            versions_.emplace(rows.get<std::int32_t>(i, 0),
                              std::make_unique<plan>(stored_definition(rows.get<std::string_view>(i, 1))));
    }

    auto run() -> verified_sagas
    {
        in_pages([this](const std::string& after) { return rows_after(after); });
        in_pages([this](const std::string& after) { return streams_after(after); });
        return so_far_;
    }

private:
    /// `page` returns the last id that it has seen, empty at the end.
    template <class Page>
    void in_pages(Page page)
    {
        for (std::string after;;) {
            log_.execute(begin);
            after = page(after);
            log_.execute("commit");
            if (after.empty()) return;
        }
    }

    auto rows_after(const std::string& after) -> std::string
    {
        const auto rows = log_.query(select_states, parameters::of(type_, after, sagas_in_a_page));
        std::vector<stored_saga> all;
        for (int i = 0; i < rows.size(); ++i)
            all.push_back(
                {rows.get<std::string>(i, 0), rows.get<std::int32_t>(i, 1), state_from(type_, rows, i), {}, {}});
        read_steps(all);
        read_events(all);
        for (const auto& one : all) judge(one);
        so_far_.sagas += std::ssize(all);
        return all.empty() ? std::string() : all.back().id;
    }

    auto streams_after(const std::string& after) -> std::string
    {
        const auto rows = log_.query(select_streams, parameters::of(type_, after, sagas_in_a_page));
        std::vector<stored_saga> all;
        for (int i = 0; i < rows.size(); ++i)
            if (!rows.get<bool>(i, 2))
                all.push_back({rows.get<std::string>(i, 0), rows.get<std::int32_t>(i, 1), {}, {}, {}});
        read_events(all);
        for (const auto& one : all) judge(one);
        so_far_.without_rows += std::ssize(all);
        return rows.empty() ? std::string() : rows.get<std::string>(rows.size() - 1, 0);
    }

    static auto with_id(std::vector<stored_saga>& all, const std::string& id) -> stored_saga&
    {
        return *std::ranges::find(all, id, &stored_saga::id);
    }
    void read_steps(std::vector<stored_saga>& all)
    {
        auto ids = libpq::array::of<std::string_view>();
        for (const auto& one : all) ids.add(std::string_view(one.id));
        const auto rows = log_.query(select_steps, parameters::of(type_, std::move(ids)));
        for (int i = 0; i < rows.size(); ++i)
            with_id(all, rows.get<std::string>(i, 0)).steps.push_back(step_from(type_, rows, i));
    }
    void read_events(std::vector<stored_saga>& all)
    {
        auto logs = libpq::array::of<std::int32_t>();
        auto ids = libpq::array::of<std::string_view>();
        for (const auto& one : all) logs.add(one.log), ids.add(std::string_view(one.id));
        const auto rows = log_.query(select_events, parameters::of(std::move(logs), std::move(ids)));
        for (int i = 0; i < rows.size(); ++i) {
            eventstore::recorded_event event{};
            event.type = rows.get<std::string>(i, 1);
            event.schema_version = rows.get<std::int16_t>(i, 2);
            event.data = rows.get<std::string>(i, 3);
            event.occurred_at = rows.find<timestamp>(i, 4);
            event.recorded_at = rows.get<timestamp>(i, 5);
            with_id(all, rows.get<std::string>(i, 0)).events.push_back(std::move(event));
        }
    }

    void differs(const std::string& id, std::string what)
    {
        ++so_far_.differences;
        found_({type_, id, std::move(what)});
    }

    void judge(const stored_saga& one)
    {
        try {
            if (one.events.empty()) return judge_pending(one);
            const auto first = fact_from(one.events.front());
            const auto* const start = std::get_if<saga_started>(&first);
            const auto known = versions_.find(start == nullptr ? 0 : start->definition_version);
            if (known == versions_.end())
                return differs(one.id, start == nullptr ? "its first event is not its start"
                                                        : "no definition is stored of version "
                                                              + std::to_string(start->definition_version));
            judge(one, *known->second);
        } catch (const eventstore::error& problem) {
            differs(one.id, std::string("its events cannot be read: ") + problem.what());
        }
    }

    void judge_pending(const stored_saga& one)
    {
        if (one.state["status"] != "pending" || one.state["stream_version"] != 0)
            differs(one.id, "its status is " + one.state["status"].get<std::string>() + ", and it has no events");
        if (!one.steps.empty()) differs(one.id, "it has rows for steps, and no events");
    }

    void judge(const stored_saga& one, const plan& of)
    {
        history_check history(of);
        for (const auto& event : one.events) history.add(fact_from(event), event.time());
        for (const auto& [version, what] : history.faults())
            differs(one.id, "its event " + std::to_string(version) + " cannot be: " + what);
        const auto& saga = history.saga();
        if (one.state.is_null()) {
            if (!saga.is_over())
                differs(one.id, "it has no row, and by its events it is " + facts::enum_name(saga.status()));
            return;
        }
        auto expected = state_row(one.id, of, saga, one.events.back().time());
        expected["context"] = saga.context;
        compare(one.id, "its", one.state, expected);
        for (std::size_t i = 0; i < of.size(); ++i)
            compare(one.id, of.at(i).id + "'s", i < one.steps.size() ? one.steps[i] : json(),
                    step_row(one.id, of, saga, i));
        if (one.steps.size() > of.size()) differs(one.id, "it has rows for more steps than its definition");
    }

    void compare(const std::string& id, const std::string& whose, const json& stored, const json& expected)
    {
        if (stored.is_null()) return differs(id, whose + " row is missing");
        for (const auto& [name, value] : expected.items())
            if (!is_same(stored[name], value))
                differs(id, whose + " " + name + " is " + eventstore::excerpt(stored[name]) + ", and by its events "
                                + eventstore::excerpt(value));
    }
    /// The server keeps objects with their members in an order of its own.
    static auto is_same(const json& stored, const json& expected) -> bool
    {
        return nlohmann::json(stored) == nlohmann::json(expected);
    }

    libpq::connection& log_;
    const std::string& type_;
    const std::function<void(const saga_difference&)>& found_;
    std::map<int, std::unique_ptr<plan>> versions_;
    verified_sagas so_far_;
};

}  // namespace

auto verify_sagas(libpq::connection& log, const std::string& type,
                  const std::function<void(const saga_difference&)>& found) -> verified_sagas
{
    return verification(log, type, found).run();
}

}  // namespace annals::sagas
