// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/client.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/libpq/session_pool.hpp>
#include <annals/sagas/orchestrator/arrived_inputs.hpp>

#include <set>
#include <thread>

namespace annals::sagas {

using namespace std::chrono_literals;
using libpq::parameters;

namespace {

constexpr auto start_one = "select annals.start_saga_once($1, $2, $3::text::jsonb, $4, $5::text::jsonb, $6)";
constexpr auto ask_one = "select annals.ask_saga($1, $2, $3, $4::text::jsonb, $5)";
constexpr auto find_answer =
    "select coalesce(refusal, '') from annals.saga_inputs where number = $1 and taken_at is not null";
constexpr auto find_status = "select status from annals.saga_states where saga_type = $1 and saga_id = $2";

constexpr auto look_every = 5ms;

/// What is wrong with what was asked is the caller's to know.
auto asked(libpq::session_pool& pool, const char* statement, const parameters& values) -> libpq::result
{
    try {
        return pool.query(statement, values);
    } catch (const libpq::statement_error& problem) {
        if (problem.sqlstate() == "LG002") throw eventstore::invalid_request(problem.what());
        throw;
    }
}

template <class Found>
auto wait(std::chrono::milliseconds no_longer_than, Found found)
{
    const auto until = std::chrono::steady_clock::now() + no_longer_than;
    for (;;) {
        auto seen = found();
        if (seen || std::chrono::steady_clock::now() >= until) return seen;
        std::this_thread::sleep_for(look_every);
    }
}

}  // namespace

struct client::parts {
    parts(std::string dsn, std::chrono::milliseconds patience) : pool(std::move(dsn), patience) {}

    libpq::session_pool pool;
};

client::client(std::string log_dsn, std::chrono::milliseconds patience)
    : parts_(std::make_unique<parts>(std::move(log_dsn), patience))
{}

client::~client() = default;

void client::start(const saga_id& of, const eventstore::json& context, const std::string& started_by)
{
    if (!start_once(of, context, started_by))
        throw eventstore::invalid_request("the saga " + of.id + " of type " + of.type + " was started before");
}

auto client::start_once(const saga_id& of, const eventstore::json& context, const std::string& started_by,
                        const std::optional<parent_step>& parent) -> bool
{
    const auto text = eventstore::to_text(context, "the context of the saga " + of.id);
    const auto of_parent = parent ? eventstore::to_text(facts::encode(*parent), "a saga's parent") : std::string();
    const auto parent_text = parent ? std::optional<std::string_view>(of_parent) : std::nullopt;
    const auto rows = asked(parts_->pool, start_one,
                            parameters::of(of.type, of.id, text, started_by, parent_text, eventstore::new_uuid()));
    return rows.get<bool>(0, 0);
}

auto client::ask(const saga_id& of, const input& what) -> std::int64_t
{
    const auto [kind, text] = text_of(what);
    return asked(parts_->pool, ask_one, parameters::of(of.type, of.id, kind, text, eventstore::new_uuid()))
        .get<std::int64_t>(0, 0);
}

auto client::wait_for_answer(std::int64_t request, std::chrono::milliseconds no_longer_than) -> std::optional<answer>
{
    return wait(no_longer_than, [&]() -> std::optional<answer> {
        const auto rows = parts_->pool.query(find_answer, parameters::of(request));
        if (rows.empty()) return std::nullopt;
        return answer{rows.get<std::string>(0, 0)};
    });
}

auto client::status(const saga_id& of) -> std::optional<std::string>
{
    const auto rows = parts_->pool.query(find_status, parameters::of(of.type, of.id));
    if (rows.empty()) return std::nullopt;
    return rows.get<std::string>(0, 0);
}

auto client::wait_for_end(const saga_id& of, std::chrono::milliseconds no_longer_than) -> std::optional<std::string>
{
    static const std::set<std::string> at_rest{"parked",    "completed", "compensated",
                                               "timed_out", "cancelled", "failed"};
    std::optional<std::string> last;
    wait(no_longer_than, [&] {
        last = status(of);
        return !last || at_rest.contains(*last);
    });
    return last;
}

}  // namespace annals::sagas
