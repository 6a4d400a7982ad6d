// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/view/view.hpp>
#include <annals/service/service.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using namespace annals;
using eventstore::exactly, eventstore::no_stream;

namespace {

struct bike_bought {};
struct bike_rented {
    std::string customer;
};
ANNALS_EVENT(bike_bought, "bike.bought")
ANNALS_EVENT(bike_rented, "bike.rented", customer)

struct rent_bike {
    std::string customer;
};

struct bike {
    static constexpr auto category = "bike";
    using event = std::variant<bike_bought, bike_rented>;
    using decision = commands::decision<event>;

    auto decide(const rent_bike& command) const -> decision
    {
        if (!is_there) return commands::refuse("there is no such bike");
        return bike_rented{command.customer};
    }
    void evolve(const bike_bought&) { is_there = true; }
    void evolve(const bike_rented&) { ++rides; }

    bool is_there = false;
    int rides = 0;
};

/// One with snapshots.
struct counted_bike {
    static constexpr auto category = "counted";
    static constexpr int state_version = 1;
    using event = bike::event;
    using decision = bike::decision;

    auto decide(const rent_bike& command) const -> decision { return bike_rented{command.customer}; }
    void evolve(const bike_bought&) {}
    void evolve(const bike_rented&) { ++rides; }

    int rides = 0;
};
ANNALS_FIELDS(counted_bike, rides)

struct bike_card {
    static constexpr projections::header header{.projection = "bike_card", .version = 1, .categories = "bike"};
    using event = std::variant<bike_bought, bike_rented>;
    int rides = 0;
    std::string customer;
    void evolve(const bike_bought&) {}
    void evolve(const bike_rented& fact) { ++rides, customer = fact.customer; }
};
ANNALS_FIELDS(bike_card, rides, customer)

struct rides_of {
    static constexpr auto reads = "bike_card";
    std::string customer;

    auto answer(pqxx::transaction_base& read) const -> int
    {
        return read.query_value<int>("select coalesce(sum(rides), 0) from bike_card where customer = $1",
                                     pqxx::params{customer});
    }
};

/// A worker that keeps the read model while it lives.
class working {
public:
    working(const std::string& dsn, eventstore::store& store) : feed_(store)
    {
        pqxx::connection connection(dsn);
        projections::registry::apply(connection, projections::view<bike_card>::definition());
        processors::worker_settings settings;
        settings.model_dsn = dsn;
        worker_ = std::make_unique<processors::worker>(
            settings, store, feed_, processors::processor_list{std::make_shared<projections::view<bike_card>>()});
        thread_ = std::jthread([this](const std::stop_token& stop) { worker_->run(stop); });
    }

private:
    processors::log_feed feed_;
    std::unique_ptr<processors::worker> worker_;
    std::jthread thread_;
};

}  // namespace

TEST_CASE("one object appends, handles, loads, and reads what was just written")
{
    const tests::temporary_database database;
    auto shop = annals::open({.dsn = database.dsn()});
    const working worker(database.dsn(), shop.store());

    CHECK(shop.handle<bike>("B-1", rent_bike{"C-1"}).error().reason == "there is no such bike");
    REQUIRE(shop.append({"bike", "B-1"}, no_stream(), bike_bought{}));
    REQUIRE(shop.append({"bike", "B-2"}, no_stream(), {.user_id = "ada"}, bike_bought{}));
    REQUIRE(shop.handle<bike>("B-1", rent_bike{"C-1"}, {.user_id = "desk"}));
    const auto answer = shop.handle<bike>("B-1", rent_bike{"C-2"});
    REQUIRE(answer);

    CHECK(shop.load<bike>("B-1").state.rides == 2);
    CHECK(shop.load<bike>("B-1", eventstore::stream_version{2}).state.rides == 1);
    const auto card = shop.find<bike_card>("B-1", after(answer->token));
    REQUIRE(card);
    CHECK(card->customer == "C-2");
    CHECK(shop.ask(rides_of{"C-2"}, after(answer->token)) == 2);
    CHECK(shop.ask(rides_of{"C-1"}) == 0);
    const auto rented = shop.find_all<bike_card>({.where = "rides > $1", .parameters = {1}}, after(answer->token));
    REQUIRE(rented.size() == 1);
    CHECK(rented[0].key == "B-1");
    CHECK_FALSE(shop.append({"bike", "B-1"}, exactly(1), bike_rented{"C-3"}));
}

TEST_CASE("commands for several aggregates are carried out together, or none of them")
{
    using commands::on;
    const tests::temporary_database database;
    auto shop = annals::open({.dsn = database.dsn()});
    REQUIRE(shop.append({"bike", "B-1"}, no_stream(), bike_bought{}));
    const auto refused = shop.handle({on<bike>("B-1", rent_bike{"C-1"}), on<bike>("B-2", rent_bike{"C-1"})});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().stream == eventstore::stream_id{"bike", "B-2"});
    CHECK(shop.load<bike>("B-1").state.rides == 0);
    REQUIRE(shop.append({"bike", "B-2"}, no_stream(), bike_bought{}));
    REQUIRE(shop.handle({on<bike>("B-1", rent_bike{"C-1"}), on<bike>("B-2", rent_bike{"C-1"})}, {.user_id = "desk"}));
    CHECK(shop.load<bike>("B-1").state.rides + shop.load<bike>("B-2").state.rides == 2);
}

TEST_CASE("a service remembers the states of aggregates, unless its settings say that it must not")
{
    const tests::temporary_database database;
    for (const std::size_t bytes : {std::size_t{1} << 20, std::size_t{0}}) {
        auto shop = annals::open({.dsn = database.dsn(), .cache_bytes = bytes});
        const std::string key = "B-" + std::to_string(bytes);
        REQUIRE(shop.append({"bike", key}, no_stream(), bike_bought{}));
        for (int ride = 0; ride < 3; ++ride) REQUIRE(shop.handle<bike>(key, rent_bike{"C-1"}));
        REQUIRE((shop.cache() != nullptr) == (bytes > 0));
        if (shop.cache() != nullptr) CHECK(shop.cache()->count().hits == 2);
    }
}

TEST_CASE("snapshots are taken of aggregates that ask for them, and written when the service ends")
{
    const tests::temporary_database database;
    {
        auto shop = annals::open({.dsn = database.dsn()});
        const std::vector<bike_rented> rides(150);
        REQUIRE(shop.append({"bike", "B-1"}, no_stream(), bike_bought{}, rides));
        REQUIRE(shop.append({"counted", "B-1"}, no_stream(), bike_bought{}, rides));
        REQUIRE(shop.handle<bike>("B-1", rent_bike{"C-1"}));
        REQUIRE(shop.handle<counted_bike>("B-1", rent_bike{"C-1"}));
    }
    pqxx::connection session(database.dsn());
    CHECK(pqxx::nontransaction(session).query_value<std::string>(
              "select string_agg(l.category || ' ' || s.key || ' ' || s.version, ', ') "
              "from annals.snapshots s join annals.logs l using (log)")
          == "counted B-1 152");
}

TEST_CASE("a service is moved into the object that keeps it, and used by many threads there")
{
    static_assert(std::is_nothrow_move_constructible_v<service> && !std::is_copy_constructible_v<service>);
    struct web_server {
        service shop;
    };
    const tests::temporary_database database;
    auto opened = annals::open({.dsn = database.dsn()});
    REQUIRE(opened.append({"bike", "B-1"}, no_stream(), bike_bought{}));
    web_server server{std::move(opened)};

    std::atomic<int> accepted = 0;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            for (int ride = 0; ride < 10; ++ride)
                accepted += server.shop.handle<bike>("B-1", rent_bike{"C-1"}).has_value() ? 1 : 0;
        });
    threads.clear();
    CHECK(accepted == 40);
    CHECK(server.shop.load<bike>("B-1").state.rides == 40);
}

TEST_CASE("a database that was not migrated is named when a service is opened")
{
    const tests::empty_database database;
    CHECK_THROWS_WITH_AS((void)annals::open({.dsn = database.dsn()}), doctest::Contains("run annals migrate"),
                         eventstore::mismatch);
}
