// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/eventstore/postgres/sole_writer.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/eventstore/postgres/held_in_transaction.hpp>
#include <tests/eventstore/postgres/losing_proxy.hpp>
#include <tests/histories/any_plan.hpp>
#include <tests/histories/check.hpp>
#include <tests/histories/run.hpp>
#include <tests/histories/scripted_client.hpp>
#include <tests/support/database.hpp>
#include <tests/support/passing_store.hpp>
#include <tests/support/property.hpp>

#include <mutex>
#include <random>
#include <thread>

using namespace annals;
using namespace annals::histories;

namespace {

auto in_database(const tests::temporary_database& database, std::shared_ptr<eventstore::store> store)
    -> eventstore::contract::subject
{
    return {.store = std::move(store), .hold = [dsn = database.dsn()](const eventstore::append_request& request) {
                return std::make_unique<tests::held_in_transaction>(dsn, request);
            }};
}

/// Two stores on one database, like two processes: each append goes to one of them at random. Both expect the end of
/// a log where they wrote last.
class two_stores final : public tests::passing_store {
public:
    two_stores(const std::string& dsn, unsigned seed) : passing_store(open(dsn)), other_(open(dsn)), random_(seed) {}

    using passing_store::append;
    void append(eventstore::append_request request, eventstore::on_appended done) override
    {
        (goes_to_other() ? *other_ : behind()).append(std::move(request), std::move(done));
    }
    auto append(eventstore::append_request request) -> eventstore::append_result override
    {
        return (goes_to_other() ? *other_ : behind()).append(std::move(request));
    }

private:
    static auto open(const std::string& dsn) -> std::shared_ptr<eventstore::store>
    {
        return eventstore::postgres::open_store({.dsn = dsn}, 0);
    }
    auto goes_to_other() -> bool
    {
        const std::scoped_lock lock(mutex_);
        return random_() % 4 == 0;
    }

    std::shared_ptr<eventstore::store> other_;
    std::mutex mutex_;
    std::mt19937 random_;
};

/// Ends one backend of the database, whatever it is doing.
void end_a_backend(const std::string& dsn)
{
    libpq::connection(dsn).query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
        "and pid <> pg_backend_pid() and backend_type = 'client backend' order by random() limit 1");
}

/// Ends backends and loses confirmations, a few times in each history.
auto cutting(const std::string& dsn, tests::losing_proxy& proxy, unsigned seed) -> trouble
{
    return [&dsn, &proxy, seed](const std::stop_token& stop) {
        for (std::mt19937 random(seed); !stop.stop_requested();) {
            if (random() % 2 == 0) end_a_backend(dsn);
            else proxy.lose_reply_to("append_");
            std::this_thread::sleep_for(std::chrono::milliseconds{20 + random() % 100});
        }
    };
}

/// How an append was answered, without what differs between any two runs.
auto shown(const append_call& one) -> std::string
{
    if (!one.result) return std::holds_alternative<eventstore::conflict>(one.result.error()) ? "conflict" : "reused";
    std::string text = one.result->duplicate ? "duplicate" : "appended";
    for (const auto& told : one.result->streams)
        text += " " + told.stream.key + " " + std::to_string(told.first_version.number) + "…"
                + std::to_string(told.last_version.number) + "@" + std::to_string(told.last_position.number);
    return text;
}

/// What one client was told and read, line by line.
auto shown(const history& all) -> std::string
{
    std::string text;
    for (const auto& one : all.appends)
        if (one.how == ending::answered) text += shown(one) + "\n";
    for (const auto& read : all.stream_reads) text += "read " + std::to_string(read.events.size()) + "\n";
    for (const auto& read : all.log_reads) text += "read " + std::to_string(read.events.size()) + "\n";
    for (const auto& log : all.logs)
        for (const auto& event : log)
            text += event.stream.key + " " + std::to_string(event.version.number) + " " + event.data + "\n";
    return text;
}

}  // namespace

TEST_CASE("whatever several clients do to the store in PostgreSQL, its history breaks nothing")
{
    const tests::temporary_database database;
    const auto tested = in_database(database, eventstore::postgres::open_store({.dsn = database.dsn()}));
    tests::check_property_for(tests::property_time(std::chrono::seconds{5}), "a history in PostgreSQL", [&] {
        const auto found = check(run(*any_plan(4, 20), tested));
        if (!found.text.empty()) RC_FAIL(found.text);
    });
}

TEST_CASE("the same holds for two processes that write to the same streams")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    const tests::temporary_database database;
    const auto tested = in_database(database, std::make_shared<two_stores>(database.dsn(), seed));
    tests::check_property_for(tests::property_time(std::chrono::seconds{5}), "a history of two processes", [&] {
        const auto found = check(run(*any_plan(4, 20), tested));
        if (!found.text.empty()) RC_FAIL(found.text);
    });
}

TEST_CASE("one client gets the same answers from the store in PostgreSQL as from the one in memory")
{
    const tests::temporary_database database;
    const auto tested = in_database(database, eventstore::postgres::open_store({.dsn = database.dsn()}, 0));
    const eventstore::contract::subject model{std::make_shared<eventstore::memory::memory_store>()};
    tests::check_property_for(tests::property_time(std::chrono::seconds{4}), "one client and the model", [&] {
        const auto wanted = *any_plan(1, 30);
        RC_ASSERT(shown(run(wanted, tested)) == shown(run(wanted, model)));
    });
}

TEST_CASE("the same holds while backends are ended and confirmations are lost")
{
    const tests::temporary_database database;
    tests::losing_proxy proxy;
    const auto dsn = database.dsn();
    const auto tested = in_database(
        database, eventstore::postgres::open_store(
                      {.dsn = "host=127.0.0.1 port=" + std::to_string(proxy.port()) + " " + database.dsn()}, 0));
    tests::check_property_for(tests::property_time(std::chrono::seconds{8}), "a history with cut connections", [&] {
        const auto seed = *rc::gen::arbitrary<unsigned>();
        const auto found = check(run(*any_plan(4, 20), tested, cutting(dsn, proxy, seed)));
        if (!found.text.empty()) RC_FAIL(found.text);
    });
}
