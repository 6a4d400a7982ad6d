// SPDX-License-Identifier: Apache-2.0
#include <eventstore/memory/memory_store.hpp>
#include <processors/log_feed.hpp>
#include <processors/worker.hpp>
#include <projections/registry.hpp>
#include <projections/view.hpp>
#include <queries/errors.hpp>
#include <queries/find.hpp>
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

}  // namespace

TEST_CASE("what was appended is found, after its token, once a worker has seen it")
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
        return store.append({.streams = {{{"sample", "S-1"}, {}, {eventstore::to_new_event(sample_moved{to})}}}})
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
