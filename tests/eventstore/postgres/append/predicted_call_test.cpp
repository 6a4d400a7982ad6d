// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/partition.hpp>
#include <annals/eventstore/postgres/append/predicted_call.hpp>
#include <annals/eventstore/postgres/sole_writer.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <future>

using namespace annals;
using namespace annals::eventstore;
using namespace annals::eventstore::postgres;
using namespace annals::libpq;

namespace {

auto part(const std::string& key, expected_version expected, std::size_t events = 1) -> stream_append
{
    stream_append one{{"sample", key}, expected, {}};
    for (; events > 0; --events) one.events.push_back({.type = "noted"});
    return one;
}

auto addressed(std::vector<stream_append> parts) -> routed_append
{
    routed_append one;
    one.logs.resize(parts.size(), {1, 0});
    one.request.streams = std::move(parts);
    return one;
}

/// The log ends at position 10, S-1 at version 3, as an append found out.
auto some_heads() -> head_cache
{
    head_cache heads(0);
    const auto one = addressed({part("S-1", expected_version::any())});
    const std::vector<const routed_append*> all{&one};
    const std::vector<verdict> verdicts{appended{{{{"sample", "S-1"}, {3}, {3}, {"sample", 0}, {10}, {10}}}}};
    heads.add(all, verdicts, now());
    return heads;
}

/// `S-1 4-4 @11-11, …`, or that it cannot be planned.
auto planned(const std::vector<routed_append>& call) -> std::string
{
    const auto heads = some_heads();
    std::vector<const routed_append*> all;
    for (const auto& one : call) all.push_back(&one);
    auto plan = predicted_call::plan(all, heads);
    if (!plan) return "not planned";
    std::string text;
    for (const auto& verdict : std::move(*plan).verdicts())
        for (const auto& to : std::get<append_result>(verdict)->streams)
            text += (text.empty() ? "" : ", ") + to.stream.key + " " + std::to_string(to.first_version.number) + "-"
                    + std::to_string(to.last_version.number) + " @" + std::to_string(to.first_position.number) + "-"
                    + std::to_string(to.last_position.number);
    return text;
}

/// A store that expects to be the only writer, and another one.
class sole_writer_store {
public:
    explicit sole_writer_store(int partitions = 1) : partitions_(partitions)
    {
        store->ensure_category({"sample", partitions});
        for (int n = 0; n < 3; ++n) append("S-1", expected_version::any());
    }

    auto append(const std::string& key, expected_version expected, std::size_t events = 1) -> std::string
    {
        const auto result = store->append({.streams = {part(key, expected, events)}});
        if (!result) return to_string(result.error());
        const auto& to = result->streams.front();
        return "version " + std::to_string(to.last_version.number) + ", position "
               + std::to_string(to.last_position.number);
    }
    void by_stranger(const std::string& statement)
    {
        pqxx::connection link(database.dsn());
        pqxx::nontransaction(link).exec(statement);
    }
    /// A key whose stream is in that partition.
    auto key_of_log(int partition) const -> std::string
    {
        for (int n = 0;; ++n)
            if (const auto key = "K-" + std::to_string(n); partition_of(key, partitions_) == partition) return key;
    }
    auto positions() -> std::string
    {
        pqxx::connection link(database.dsn());
        return pqxx::nontransaction(link)
            .exec("select string_agg(position::text, ' ' order by position) from annals.events")
            .one_field()
            .as<std::string>();
    }

    tests::temporary_database database;
    std::unique_ptr<eventstore::store> store = open_store({.dsn = database.dsn()}, 0);

private:
    int partitions_;
};

}  // namespace

TEST_CASE("known ends give the positions and versions of appends in advance")
{
    CHECK(planned({addressed({part("S-1", expected_version::exactly({3}))})}) == "S-1 4-4 @11-11");
    CHECK(planned({addressed({part("S-1", expected_version::any(), 2)}),
                   addressed({part("S-2", expected_version::no_stream()), part("S-1", expected_version::exists())})})
          == "S-1 4-5 @11-12, S-2 1-1 @13-13, S-1 6-6 @14-14");
    CHECK(planned({addressed({part("S-3", expected_version::exactly({8}))})}) == "S-3 9-9 @11-11");
}

TEST_CASE("appends that need a query first are not planned")
{
    CHECK(planned({addressed({part("S-1", expected_version::exactly({2}))})}) == "not planned");
    CHECK(planned({addressed({part("S-2", expected_version::any())})}) == "not planned");
    CHECK(planned({addressed({part("S-2", expected_version::exists())})}) == "not planned");
    CHECK(planned({addressed({part("S-1", expected_version::any()), part("S-2", expected_version::no_stream(), 0)})})
          == "not planned");
    auto again = addressed({part("S-1", expected_version::any())});
    again.request.resend = true;
    CHECK(planned({again}) == "not planned");
    auto with_key = addressed({part("S-1", expected_version::any())});
    with_key.request.idempotency_key = "once";
    CHECK(planned({with_key}) == "not planned");
    auto elsewhere = addressed({part("S-1", expected_version::no_stream())});
    elsewhere.logs.front().number = 2;
    CHECK(planned({elsewhere}) == "not planned");
}

TEST_CASE("another writer's append in between is noticed, and leaves no gap")
{
    sole_writer_store there;
    there.by_stranger("select annals.append('sample', 'S-1', array['noted'], array['{}']::json[])");
    CHECK(there.append("S-1", expected_version::exactly({3}))
          == "conflict: sample-S-1 is at version 4, expected version 3");
    CHECK(there.append("S-1", expected_version::exactly({4})) == "version 5, position 5");
    there.by_stranger("select annals.append('sample', 'S-2', array['noted'], array['{}']::json[])");
    CHECK(there.append("S-1", expected_version::any()) == "version 6, position 7");
    CHECK(there.append("S-1", expected_version::any(), 2) == "version 8, position 9");
    CHECK(there.positions() == "1 2 3 4 5 6 7 8 9");
}

TEST_CASE("a stream that lacks the expected version is found out, even when only the log is known")
{
    sole_writer_store there;
    there.by_stranger("select annals.append('sample', 'S-2', array['noted'], array['{}']::json[])");
    there.append("S-1", expected_version::any());
    CHECK(there.append("S-2", expected_version::exactly({7}), 2)
          == "conflict: sample-S-2 is at version 1, expected version 7");
    CHECK(there.append("S-2", expected_version::exactly({1}), 2) == "version 3, position 7");
    CHECK(there.positions() == "1 2 3 4 5 6 7");
}

TEST_CASE("a log that a transaction has locked delays no other, even when its end is known")
{
    sole_writer_store there(2);
    const auto locked = there.key_of_log(0), other = there.key_of_log(1);
    for (const auto& key : {locked, other}) there.append(key, expected_version::any());
    pqxx::connection link(there.database.dsn());
    pqxx::work stranger(link);
    stranger.exec("select annals.append('sample', $1, array['noted'], array['{}']::json[])", pqxx::params{locked});

    std::promise<append_result> promise;
    there.store->append({.streams = {part(locked, expected_version::any(), 2)}},
                        [&](append_outcome outcome) { promise.set_value(std::move(outcome).get()); });
    CHECK(there.append(other, expected_version::any(), 2).starts_with("version 3, "));
    stranger.commit();
    const auto result = promise.get_future().get();
    REQUIRE(result.has_value());
    CHECK(result->streams.front().first_position == log_position{3});
}

TEST_CASE("the time of recording does not go back when the server's clock does")
{
    sole_writer_store there;
    there.by_stranger("insert into annals.events (position, version, recorded_at, id, log, schema_version, key, type, "
                      "data, metadata) values (4, 1, clock_timestamp() + '1 hour', gen_random_uuid(), 1, 1, 'S-2', "
                      "'noted', '{}', '{}')");
    for (const std::size_t events : {1, 1, 2, 1}) there.append("S-1", expected_version::any(), events);
    pqxx::connection link(there.database.dsn());
    CHECK(pqxx::nontransaction(link)
              .exec("select count(*) from annals.events where position > 4 and recorded_at < "
                    "(select recorded_at from annals.events where position = 4)")
              .one_field()
              .as<int>()
          == 0);
}

TEST_CASE("events in a new table start the log again")
{
    sole_writer_store there;
    there.by_stranger("alter table annals.events rename to events_before;"
                      "create table annals.events (like annals.events_before including all);"
                      "grant select, insert on annals.events to annals_writer");
    CHECK(there.append("S-1", expected_version::any()) == "version 1, position 1");
    CHECK(there.append("S-1", expected_version::any()) == "version 2, position 2");
    CHECK(there.positions() == "1 2");
}
