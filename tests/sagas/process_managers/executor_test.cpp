// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
// after doctest, whose macros the bench uses
#include <annals/eventstore/metadata_codec.hpp>
#include <tests/sagas/process_managers/shipping_bench.hpp>

using namespace shipping;
using namespace std::chrono_literals;
using annals::tests::nothing_for, annals::tests::waited_until;

TEST_CASE("a fact leads to a command, once, and its row is gone afterwards")
{
    shipping_bench at;
    const auto working = at.work<packing>();
    const auto executing = at.execute<packing>();
    at.append("O-1", ordered{.parcel = "P-1"});
    REQUIRE(at.has("P-1", 1));
    CHECK(at.is_empty());
    CHECK(at.ask<std::string>("select state->>'lines' from annals.process_manager_states where key = 'O-1'") == "1");
}

TEST_CASE("an event that a command led to names its cause and the correlation that it had")
{
    shipping_bench at;
    const auto working = at.work<packing>();
    const auto executing = at.execute<packing>();
    REQUIRE(facts::append(at.memory, {"order", "O-1"}, eventstore::no_stream(),
                          eventstore::metadata{.user_id = "ada", .correlation_id = "order desk"},
                          ordered{.parcel = "P-1"}));
    REQUIRE(at.has("P-1", 1));
    const auto origin = eventstore::decode_metadata(at.parcel_events("P-1").front().metadata);
    CHECK(origin.correlation_id == "order desk");
    CHECK(origin.causation_id == eventstore::to_string(at.memory.read({"order", "O-1"}).front().id));
    CHECK(origin.source_service == "packing");
    CHECK(origin.user_id.empty());
}

TEST_CASE("an event may lead to several commands, each of which is carried out")
{
    shipping_bench at;
    const auto working = at.work<packing>();
    const auto executing = at.execute<packing>();
    at.append("O-1", ordered{.parcel = "P-1", .remind_after_ms = 1});
    CHECK(at.has("P-1", 1));
    CHECK(at.has("desk", 1));
    CHECK(at.is_empty());
}

TEST_CASE("commands of one target come in their order, and state counts the facts of a whole batch")
{
    shipping_bench at;
    for (int i = 0; i < 300; ++i) at.append("O-1", ordered{.parcel = "P-1"});
    const auto working = at.work<packing>();
    const auto executing = at.execute<packing>();
    REQUIRE(at.has("P-1", 300));
    std::int64_t line = 0;
    for (const auto& event : at.parcel_events("P-1")) {
        ++line;
        CHECK(event.data == R"({"order":"O-1","line":)" + std::to_string(line) + "}");
    }
    CHECK(at.is_empty());
}

TEST_CASE("a command that is carried out but whose row is still there has no second effect")
{
    shipping_bench at;
    at.append("O-1", ordered{.parcel = "P-1"});
    {
        const auto working = at.work<packing>();
        REQUIRE(at.becomes("count(*) = 1 from annals.outgoing_commands"));
    }
    at.execute_sql("create table kept as select * from annals.outgoing_commands");
    for (int i = 0; i < 2; ++i) {
        {
            const auto executing = at.execute<packing>();
            REQUIRE(at.is_empty());
        }
        at.execute_sql("insert into annals.outgoing_commands overriding system value select * from kept");
    }
    CHECK(at.parcel_events("P-1").size() == 1);
}

TEST_CASE("a refused command stays with its reason, delays nobody, and is carried out when it is retried")
{
    shipping_bench at;
    REQUIRE(facts::append(at.memory, {"parcel", "P-1"}, eventstore::no_stream(), sealed{}));
    const auto working = at.work<packing>();
    const auto executing = at.execute<packing>();
    at.append("O-1", ordered{.parcel = "P-1"}, ordered{.parcel = "P-2"});
    REQUIRE(at.has("P-2", 1));
    REQUIRE(at.becomes("count(*) = 1 from annals.outgoing where state = 'refused' and reason = 'the parcel is sealed' "
                       "and code = 'sealed' and attempts = 1 and refused_at is not null"));
    CHECK(at.said->count("a command was refused: it waits for an operator") == 1);
    at.execute_sql("update annals.outgoing_commands set refused_at = null");
    at.execute_sql("notify annals_outgoing");
    CHECK(at.becomes("count(*) = 1 from annals.outgoing where state = 'refused' and attempts = 2"));
    CHECK(at.parcel_events("P-1").size() == 1);
}

TEST_CASE("a command that the program does not have, or cannot read, waits for an operator")
{
    shipping_bench at;
    const auto working = at.work<packing>();
    at.append("O-1", ordered{.parcel = "P-1"});
    const auto executing = at.execute<packing>({});
    CHECK(at.becomes("count(*) = 1 from annals.outgoing where state = 'refused' and code = 'not_known' "
                     "and reason = 'this program has no command pack for parcel: name it in .aggregate<…>()'"));
}

TEST_CASE("a process manager answers a refusal, in the transaction that removes the refused command")
{
    shipping_bench at;
    REQUIRE(facts::append(at.memory, {"parcel", "P"}, eventstore::no_stream(), sealed{}));
    REQUIRE(facts::append(at.memory, {"parcel", "P+"}, eventstore::no_stream(), sealed{}));
    const auto working = at.work<careful_packing>();
    const auto executing = at.execute<careful_packing>();
    at.append("O-1", ordered{.parcel = "P", .line = 7});
    REQUIRE(at.has("P++", 1));
    CHECK(at.parcel_events("P++").front().data == R"({"order":"O-1","line":7})");
    CHECK(at.is_empty());
    const std::string no_more(31, 'P');
    REQUIRE(facts::append(at.memory, {"parcel", no_more}, eventstore::no_stream(), sealed{}));
    at.append("O-1", ordered{.parcel = no_more});
    CHECK(at.becomes("not exists (select from annals.outgoing_commands) and exists (select from annals.checkpoints "
                     "where processor = 'careful_packing' and position = 2)"));
}

TEST_CASE("answers that are refused themselves end at last")
{
    shipping_bench at;
    std::string key = "P";
    for (int i = 0; i < 20; ++i, key += "+")
        REQUIRE(facts::append(at.memory, {"parcel", key}, eventstore::no_stream(), sealed{}));
    const auto working = at.work<careful_packing>();
    const auto executing = at.execute<careful_packing>();
    at.append("O-1", ordered{.parcel = "P"});
    CHECK(at.becomes("count(*) = 1 from annals.outgoing where state = 'refused' and key = 'P++++++++++' "
                     "and reason = 'the parcel is sealed; 10 answers in a row were refused'"));
}

TEST_CASE("a target whose command fails is tried again in order, and delays no other")
{
    shipping_bench at;
    std::atomic<int> failures = 3;
    at.store.before_append = [&](eventstore::append_request& request) {
        if (request.streams.front().stream.key == "P-1" && failures-- > 0)
            throw eventstore::error("deadlock detected", true);
    };
    const auto working = at.work<packing>();
    const auto executing = at.execute<packing>();
    at.append("O-1", ordered{.parcel = "P-1"}, ordered{.parcel = "P-1"}, ordered{.parcel = "P-2"});
    REQUIRE(at.has("P-2", 1));
    CHECK(at.becomes("exists (select from annals.outgoing where state = 'retrying' and reason = 'deadlock detected') "
                     "or not exists (select from annals.outgoing)"));
    REQUIRE(at.has("P-1", 2));
    CHECK(at.parcel_events("P-1").front().data == R"({"order":"O-1","line":1})");
    CHECK(at.is_empty());
}

TEST_CASE("while the log cannot be reached nothing is lost or refused")
{
    shipping_bench at;
    std::atomic<bool> away = true;
    at.store.before_append = [&](eventstore::append_request&) {
        if (away) throw eventstore::unavailable("no route to host");
    };
    const auto working = at.work<packing>();
    const auto executing = at.execute<packing>();
    for (int i = 0; i < 50; ++i) at.append("O-" + std::to_string(i), ordered{.parcel = "P-" + std::to_string(i)});
    REQUIRE(at.becomes("count(*) = 50 from annals.outgoing where state = 'due'"));
    away = false;
    CHECK(at.is_empty());
    for (int i = 0; i < 50; ++i) CHECK(at.has("P-" + std::to_string(i), 1));
    CHECK(at.said->count("warning outgoing commands cannot be carried out; trying again") == 1);
}

TEST_CASE("a deadline is sent when it is due, not earlier and at most a second later")
{
    shipping_bench at;
    const auto working = at.work<packing>();
    const auto executing = at.execute<packing>();
    const auto begun_at = eventstore::now();
    for (const int after_ms : {300, 700, 1500})
        at.append("O-" + std::to_string(after_ms), ordered{.remind_after_ms = after_ms});
    REQUIRE(at.has("desk", 3));
    for (const auto& event : at.parcel_events("desk")) {
        const auto due_at = begun_at + std::chrono::milliseconds{std::stoi(event.data.substr(9))};
        CHECK(event.recorded_at >= due_at);
        CHECK(event.recorded_at < due_at + 1s);
    }
    CHECK(at.is_empty());
}

TEST_CASE("a deadline is replaced under its name, and cancelled")
{
    shipping_bench at;
    const auto working = at.work<packing>();
    at.append("O-1", ordered{.remind_after_ms = 60'000}, ordered{.remind_after_ms = 600});
    at.append("O-2", ordered{.remind_after_ms = 600});
    REQUIRE(at.becomes("count(*) = 2 from annals.outgoing where deadline = 'reminder' "
                       "and due_at < clock_timestamp() + interval '1 s'"));
    at.append("O-2", cancelled{});
    REQUIRE(at.becomes("count(*) = 1 from annals.outgoing"));
    const auto executing = at.execute<packing>();
    REQUIRE(at.has("desk", 1));
    CHECK(at.parcel_events("desk").front().data == R"({"of":"O-1"})");
    CHECK(at.is_empty());
}

TEST_CASE("with nothing to do the database is asked about once a second")
{
    shipping_bench at;
    const auto executing = at.execute<packing, careful_packing>();
    REQUIRE(at.becomes("count(*) = 16 from annals.lease_holders()"));
    at.append("O-1", ordered{});
    constexpr auto transactions = "select xact_commit from pg_stat_database where datname = current_database()";
    const auto before = at.ask<std::int64_t>(transactions);
    nothing_for(4s);
    CHECK(at.ask<std::int64_t>(transactions) - before < 25);
}

TEST_CASE("two processes divide the targets, and one goes on alone when the other ends")
{
    shipping_bench at;
    const auto working = at.work<packing>();
    auto one = at.execute<packing>();
    const auto other = at.execute<packing>();
    REQUIRE(at.becomes("count(distinct process) = 2 from annals.lease_holders() where work = 'outgoing packing'"));
    for (int i = 0; i < 40; ++i) at.append("O-" + std::to_string(i), ordered{.parcel = "P-" + std::to_string(i)});
    CHECK(at.is_empty());
    one = {};
    REQUIRE(at.becomes("count(*) = 8 from annals.lease_holders() where work = 'outgoing packing'"));
    for (int i = 0; i < 40; ++i) at.append("O-" + std::to_string(i), ordered{.parcel = "P-" + std::to_string(i)});
    CHECK(at.is_empty());
    for (int i = 0; i < 40; ++i) CHECK(at.has("P-" + std::to_string(i), 2));
}
