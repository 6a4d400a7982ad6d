// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/facts/append.hpp>
#include <annals/processors/lag.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/parked.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/processors/registry.hpp>
#include <annals/processors/typed_processor.hpp>
#include <annals/processors/worker.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <mutex>
#include <thread>

namespace shop {

using namespace annals;
using namespace std::chrono_literals;
using annals::tests::waited_until;
using eventstore::recorded_event;

struct joined {
    std::string name;
};
struct moved {
    std::string town;
};
ANNALS_EVENT(joined, "customer.joined", name)
ANNALS_EVENT(moved, "customer.moved", town)

/// What processors did outside, in order.
struct outside {
    std::mutex mutex;
    std::vector<std::string> done;
    int failures_left = 0;

    void call(const std::string& what)
    {
        const std::scoped_lock lock(mutex);
        done.push_back(what);
        if (what == "bad" && failures_left-- > 0) throw std::runtime_error("the line is busy");
    }
    auto all() -> std::vector<std::string>
    {
        const std::scoped_lock lock(mutex);
        return done;
    }
};

struct greeter {
    static constexpr processors::header header{.processor = "greeter", .categories = "customer"};
    using event = std::variant<joined>;

    void apply(const joined& fact) { world->call(fact.name); }

    outside* world = nullptr;
};

struct keeper {
    static constexpr processors::header header{
        .processor = "keeper", .version = 2, .categories = {"customer", "bike"}, .facts_per_transaction = 3};
    using event = std::variant<joined, moved>;

    void apply(const joined&) {}
    void apply(const moved& fact, const recorded_event& at, pqxx::transaction_base& tx)
    {
        if (fact.town.empty()) throw eventstore::mismatch("there is no such town");
        tx.exec("insert into public.kept values ($1, $2)", {at.stream.key, fact.town}).no_rows();
    }
};

struct late {
    static constexpr processors::header header{
        .processor = "late", .categories = "customer", .begins_with = processors::beginning::next_event};
    using event = std::variant<joined>;

    void apply(const joined& fact, const recorded_event&) { world->call("late " + fact.name); }

    outside* world = nullptr;
};

struct bench {
    annals::tests::temporary_database database;
    eventstore::memory::memory_store store{1};
    processors::log_feed feed{store};
    outside world;

    void append(const std::string& key, const auto& fact)
    {
        REQUIRE(facts::append(store, {"customer", key}, eventstore::any_version(), fact));
    }
    auto connection() const -> pqxx::connection { return processors::open_model_connection(database.dsn(), "test"); }
    template <class Struct>
    auto added(Struct own) -> std::shared_ptr<processors::processor>
    {
        auto model = connection();
        processors::registry::add(model, store, Struct::header);
        return std::make_shared<processors::typed_processor<Struct>>(std::move(own));
    }
    auto start(processors::processor_list all) -> std::jthread
    {
        const auto settings = processors::worker_settings{.model_dsn = database.dsn(), .process = "test", .source = {}};
        return std::jthread([this, settings, all](const std::stop_token& stop) {
            processors::worker(settings, store, feed, all).run(stop);
        });
    }
    auto activity_of(const std::string& name) const -> processors::processor_activity
    {
        auto model = connection();
        pqxx::nontransaction tx(model);
        for (auto& one : processors::read_activities(tx))
            if (one.processor.name == name) return one;
        return {};
    }
};

using words = std::vector<std::string>;

}  // namespace shop

using namespace shop;

TEST_CASE("a transaction ends after as many facts as the processor wants, however many other events come before")
{
    const auto event = [](std::string type) {
        recorded_event one;
        one.type = std::move(type);
        return one;
    };
    const std::vector<recorded_event> events{event("x"), event("customer.joined"), event("customer.joined"),
                                             event("x"), event("customer.moved"),  event("customer.joined")};
    CHECK(processors::typed_processor(greeter{}).batch_size(events) == 2);
    CHECK(processors::typed_processor(keeper{}).batch_size(events) == 5);
    CHECK(processors::typed_processor(greeter{}).batch_size(std::span(events).first(1)) == 1);
}

TEST_CASE_FIXTURE(bench, "a failed call is made again until it succeeds, and no fact before it is done twice")
{
    for (const auto* name : {"ada", "bob", "bad", "eve"}) append(name, joined{name});
    world.failures_left = 2;
    auto working = start({added(greeter{&world})});
    CHECK(waited_until(30s, [&] { return world.all() == words{"ada", "bob", "bad", "bad", "bad", "eve"}; }));
    CHECK(waited_until(30s, [&] { return activity_of("greeter").state == "running"; }));
}

TEST_CASE_FIXTURE(bench,
                  "a fact that a processor refuses for good is parked, and the rows of the others are there once")
{
    auto model = connection();
    pqxx::nontransaction(model).exec("create table public.kept (customer text, town text)").no_rows();
    append("C-1", moved{"Ulm"});
    append("C-2", moved{"Bonn"});
    append("C-3", moved{""});
    auto working = start({added(keeper{})});
    append("C-4", moved{"Kiel"});
    CHECK(waited_until(30s, [&] { return activity_of("keeper").parked_keys == 1; }));
    {
        pqxx::nontransaction tx(model);
        const auto parked = processors::find_parked(tx, {.processor = "keeper"}).at(0);
        CHECK(to_string(parked.key) == "customer-C-3");
        CHECK(parked.reason.contains("there is no such town"));
    }
    const auto kept = [&] { return pqxx::nontransaction(model).query_value<int>("select count(*) from public.kept"); };
    CHECK(waited_until(30s, [&] { return kept() == 3; }));
}

TEST_CASE_FIXTURE(bench, "a processor that begins with the next event leaves out what was there when it was added")
{
    append("C-1", joined{"ada"});
    const auto one = added(late{&world});
    append("C-2", joined{"bob"});
    {
        auto working = start({one});
        CHECK(waited_until(30s, [&] { return world.all() == words{"late bob"}; }));
    }
    append("C-3", joined{"eve"});
    auto working = start({added(late{&world})});
    CHECK(waited_until(30s, [&] { return world.all() == words{"late bob", "late eve"}; }));
}

TEST_CASE_FIXTURE(bench, "a category that comes later than its processor is seen from its first event")
{
    const auto one = added(late{&world});
    append("C-1", joined{"ada"});
    auto working = start({one});
    CHECK(waited_until(30s, [&] { return world.all() == words{"late ada"}; }));
}

TEST_CASE_FIXTURE(bench, "a processor is forgotten only while no process works on it, and begins again then")
{
    append("C-1", joined{"ada"});
    auto model = connection();
    {
        auto working = start({added(greeter{&world})});
        CHECK(waited_until(30s, [&] { return world.all() == words{"ada"}; }));
        CHECK_THROWS_AS(processors::registry::remove(model, "greeter", {}), eventstore::invalid_request);
    }
    CHECK_THROWS_AS(processors::registry::remove(model, "greeter", 2), eventstore::invalid_request);
    processors::registry::remove(model, "greeter", 1);
    CHECK(activity_of("greeter").processor.name.empty());
    auto working = start({added(greeter{&world})});
    CHECK(waited_until(30s, [&] { return world.all() == words{"ada", "ada"}; }));
}
