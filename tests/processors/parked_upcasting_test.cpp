// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/parked.hpp>
#include <annals/processors/typed_processor.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::processors;

/// A program whose upcaster does not know everything that was stored in version 1.
namespace faulty {

struct weighed {
    double kg = 0;
};
ANNALS_EVENT(weighed, "parcel.weighed", kg)

inline void upcast(facts::from_version<weighed, 1>, eventstore::json& stored)
{
    stored["kg"] = stored.at("grams").get<double>() / 1000;
}

}  // namespace faulty

/// Its next release, which knows that some scales wrote a text.
namespace corrected {

struct weighed {
    double kg = 0;
};
ANNALS_EVENT(weighed, "parcel.weighed", kg)

inline void upcast(facts::from_version<weighed, 1>, eventstore::json& stored)
{
    const auto& grams = stored.at("grams");
    stored["kg"] = (grams.is_string() ? std::stod(grams.get<std::string>()) : grams.get<double>()) / 1000;
}

}  // namespace corrected

namespace {

template <class Weighed>
struct scale {
    static constexpr processors::header header{.processor = "scale", .categories = "parcel"};
    using event = std::variant<Weighed>;

    void apply(const Weighed& fact, const eventstore::recorded_event&, pqxx::transaction_base& tx)
    {
        tx.exec("insert into public.weights (kg) values ($1)", pqxx::params{fact.kg}).no_rows();
    }
};

struct post_office {
    annals::tests::temporary_database database;
    eventstore::memory::memory_store store{1};
    log_feed feed{store};
    pqxx::connection session{open_model_connection(database.dsn(), "operator")};

    post_office()
    {
        pqxx::nontransaction(session)
            .exec("create table public.weights (line int generated always as identity, kg float8)")
            .no_rows();
        append(1, R"({"grams": 1500})");
        append(1, R"({"grams": "2500 g"})");
        append(2, R"({"kg": 3.5})");
    }

    void append(int schema_version, const std::string& data)
    {
        const eventstore::new_event event{.type = "parcel.weighed", .schema_version = schema_version, .data = data};
        REQUIRE(store.append({.streams = {{{"parcel", "P-1"}, eventstore::expected_version::any(), {event}}}}));
    }

    /// A process of the program with these facts takes over, and does all there is to do.
    template <class Weighed>
    void run()
    {
        typed_processor processor(scale<Weighed>{});
        batch_applier applier(processor, store, feed);
        applier.connect(open_model_connection(database.dsn(), "test"));
        applier.work_on(number_logs(session, store, processor.categories()));
        while (applier.carry_out_request() || applier.step() > 0) {}
    }

    auto parked() -> std::vector<parked_key>
    {
        pqxx::nontransaction tx(session);
        return find_parked(tx, {.processor = "scale"});
    }
    void ask_for_a_retry()
    {
        pqxx::nontransaction tx(session);
        CHECK(request(tx, find_parked(tx, {}).at(0), parked_act::retry));
    }
    auto weights() -> std::string
    {
        return pqxx::nontransaction(session).query_value<std::string>(
            "select string_agg(kg::text, ' ' order by line) from public.weights");
    }
};

}  // namespace

TEST_CASE_FIXTURE(post_office, "a retry applies the upcasters of the program that does it")
{
    run<faulty::weighed>();
    CHECK(weights() == "1.5");
    REQUIRE(parked().size() == 1);
    CHECK(parked()[0].events == 2);
    CHECK(parked()[0].reason.contains("its upcast from version 1 failed"));

    ask_for_a_retry();
    run<faulty::weighed>();
    CHECK(weights() == "1.5");
    CHECK(parked().at(0).attempts == 2);

    ask_for_a_retry();
    run<corrected::weighed>();
    CHECK(weights() == "1.5 2.5 3.5");
    CHECK(parked().empty());
}

TEST_CASE_FIXTURE(post_office, "edited data has the schema version of the event that it stands for")
{
    run<faulty::weighed>();
    const auto key = parked().at(0);
    {
        pqxx::nontransaction tx(session);
        CHECK(edit(tx, key, key.position, R"({"grams": 2500})"));
    }
    ask_for_a_retry();
    run<faulty::weighed>();
    CHECK(weights() == "1.5 2.5 3.5");
    CHECK(parked().empty());
}
