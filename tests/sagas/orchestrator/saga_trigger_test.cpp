// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/registry.hpp>
#include <annals/processors/worker.hpp>
#include <annals/sagas/orchestrator/saga_trigger.hpp>
#include <tests/sagas/orchestrator/running_orchestrator.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

const sagas::definition reading{.name = "Reading",
                                .started_by = {{.category = "document", .type = "document.uploaded"}},
                                .steps = {{.id = "read", .service = "ai", .compensation = sagas::no_compensation}}};

}  // namespace

TEST_CASE("each event of the type starts one saga, also when the events come again")
{
    const temporary_database database;
    const auto store = eventstore::postgres::open_store({.dsn = database.dsn()});
    journal_of_actions did;
    auto ai = std::make_shared<sagas::local_participant>("ai");
    ai->on("read", [&](const sagas::request& asked) {
        did.add(asked.context.at("file").get<std::string>() + " of "
                + asked.context.at("triggered_by").at("key").get<std::string>());
        return sagas::done();
    });
    const running_orchestrator runs(database.dsn(), {reading}, {ai});
    store->ensure_category({"document", 1});
    pqxx::connection link(database.dsn());
    const auto trigger =
        std::make_shared<sagas::saga_trigger>(reading, std::make_shared<sagas::client>(database.dsn()));
    CHECK(processors::registry::add(link, *store, trigger->header()));
    const auto upload = [&](const std::string& type, const std::string& file) {
        const eventstore::new_event event{.type = type, .data = eventstore::json{{"file", file}}.dump()};
        REQUIRE(store->append({.streams = {{{"document", "D-1"}, eventstore::any_version(), {event}}}}));
    };
    upload("document.uploaded", "a.pdf");
    upload("document.indexed", "a.pdf");
    upload("document.uploaded", "b.pdf");
    const auto work_until = [&](auto is_done) {
        processors::log_feed feed(*store);
        processors::worker worker({.model_dsn = database.dsn(), .process = "test"}, *store, feed, {trigger});
        const std::jthread working([&](const std::stop_token& stop) { worker.run(stop); });
        CHECK(waited_until(20s, is_done));
    };
    const auto position = [&] {
        pqxx::nontransaction tx(link);
        return tx.query_value<int>(
            "select coalesce(sum(position), 0) from annals.checkpoints where processor = 'starts_reading'");
    };
    work_until([&] { return did.all().size() == 2 && position() == 3; });
    pqxx::nontransaction(link).exec(
        "update annals.checkpoints set position = 0, event_id = null where processor = 'starts_reading'");
    work_until([&] { return position() == 3; });
    auto all = did.all();
    std::ranges::sort(all);
    CHECK(all == std::vector<std::string>{"a.pdf of D-1", "b.pdf of D-1"});
    pqxx::nontransaction tx(link);
    CHECK(tx.query_value<int>("select count(*) from annals.saga_states where started_by = 'event document.uploaded'")
          == 2);
}
