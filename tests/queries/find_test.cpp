// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/view/view.hpp>
#include <annals/queries/errors.hpp>
#include <annals/queries/find.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace annals;

namespace {

struct sample_moved {
    std::string to;
};
ANNALS_EVENT(sample_moved, "sample.moved", to)

struct whereabouts {
    static constexpr projections::header header{.projection = "whereabouts", .version = 1, .categories = "sample"};
    using event = std::variant<sample_moved>;
    std::string place;
    int moves = 0;
    void evolve(const sample_moved& fact)
    {
        place = fact.to;
        ++moves;
    }
};
ANNALS_FIELDS(whereabouts, place, moves)

/// The view of the next release.
struct next_whereabouts {
    static constexpr projections::header header{.projection = "whereabouts", .version = 2, .categories = "sample"};
    using event = std::variant<sample_moved>;
    std::string place_now;
    void evolve(const sample_moved& fact) { place_now = fact.to; }
};
ANNALS_FIELDS(next_whereabouts, place_now)

}  // namespace

TEST_CASE("an appended event is found, after its token, once a worker has applied it")
{
    const annals::tests::temporary_database at;
    pqxx::connection connection(at.dsn());
    projections::registry::apply(connection, projections::view<whereabouts>::definition());

    eventstore::memory::memory_store store(2);
    processors::log_feed feed(store);
    processors::worker worker({.model_dsn = at.dsn()}, store, feed,
                              {std::make_shared<projections::view<whereabouts>>()});
    queries::database database(at.dsn());
    const auto move = [&](const std::string& to) {
        return store.append({.streams = {{{"sample", "S-1"}, {}, {facts::to_new_event(sample_moved{to})}}}})
            .value()
            .token();
    };

    const auto first = move("fridge");
    CHECK_THROWS_AS(queries::find<whereabouts>(database, "S-1", after(first, std::chrono::milliseconds(20))),
                    queries::not_reached);
    CHECK_FALSE(queries::find<whereabouts>(database, "S-1"));

    const std::jthread working([&](const std::stop_token& stop) { worker.run(stop); });
    CHECK(queries::find<whereabouts>(database, "S-1", after(first))->place == "fridge");
    for (int moves = 2; moves <= 50; ++moves) {
        const auto card = queries::find<whereabouts>(database, "S-1", after(move("shelf " + std::to_string(moves))));
        REQUIRE(card);
        CHECK(card->place == "shelf " + std::to_string(moves));
        CHECK(card->moves == moves);
    }
    CHECK_FALSE(queries::find<whereabouts>(database, "S-2"));
}

TEST_CASE("a version that waits for a rebuild is not read: its rows would be missing")
{
    const annals::tests::temporary_database at;
    pqxx::connection connection(at.dsn());
    projections::registry::apply(connection, projections::view<whereabouts>::definition());
    CHECK(projections::registry::apply(connection, projections::view<next_whereabouts>::definition())
          == projections::registry::outcome::waiting);
    pqxx::nontransaction(connection).exec(R"(
        select annals.ensure_category('sample', 1);
        insert into annals.checkpoints (processor, version, log, position)
        select 'whereabouts', 1, log, 3 from annals.logs)");
    queries::database database(at.dsn());
    const auto token = eventstore::parse_token("sample/0@3");
    const auto* const why = "whereabouts version 2 waits for a rebuild: version 1 is live until then";

    CHECK_FALSE(queries::find<whereabouts>(database, "S-1", after(token)));
    CHECK_THROWS_WITH_AS(queries::find<next_whereabouts>(database, "S-1", after(token)), why, eventstore::mismatch);
    CHECK_THROWS_WITH_AS(queries::find<next_whereabouts>(database, "S-1"), why, eventstore::mismatch);

    pqxx::nontransaction(connection)
        .exec(
            "update annals.projections set live = false; update annals.projections set live = true where version = 2");
    const auto* const old =
        "whereabouts version 1 is not kept up to date any more: version 2 is live. Run the program that knows it";
    CHECK_THROWS_WITH_AS(queries::find<whereabouts>(database, "S-1", after(token)), old, eventstore::mismatch);
    CHECK_THROWS_WITH_AS(queries::find<whereabouts>(database, "S-1"), old, eventstore::mismatch);
}

TEST_CASE("a view that no worker has registered is named as missing, even after a token")
{
    const annals::tests::temporary_database at;
    queries::database database(at.dsn());
    const auto* const why = "whereabouts version 1 is not registered in this database: start a worker of the program "
                            "that has this view";
    CHECK_THROWS_WITH_AS(queries::find<whereabouts>(database, "S-1"), why, eventstore::mismatch);
    CHECK_THROWS_WITH_AS(queries::find<whereabouts>(database, "S-1", after(eventstore::parse_token("sample/0@3"))), why,
                         eventstore::mismatch);
}
