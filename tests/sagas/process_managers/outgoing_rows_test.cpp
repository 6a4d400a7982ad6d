// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/model_connection.hpp>
#include <annals/sagas/process_managers/outgoing_rows.hpp>
#include <tests/sagas/process_managers/shipping.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace annals;
using namespace annals::sagas;
using namespace shipping;
using namespace std::chrono_literals;

namespace {

const processors::processor_id packing_id{"packing", 1};

auto cause_named(const std::string& key) -> cause
{
    return {.instance = "O-1", .event = eventstore::new_uuid(), .idempotency_key = key, .metadata = "{}"};
}

auto reminder(const std::string& text) -> outgoing
{
    return send_at<parcel>(std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}, "reminder", "desk", remind{text});
}

auto rows_of(const std::vector<std::pair<std::string, outgoing>>& all) -> outgoing_rows
{
    outgoing_rows rows(packing_id);
    for (const auto& [key, sent] : all) rows.add(cause_named(key), sent);
    return rows;
}

struct rows_bench {
    annals::tests::temporary_database database;
    pqxx::connection session = processors::open_model_connection(database.dsn(), "test");

    void write(const outgoing_rows& rows)
    {
        pqxx::work tx(session);
        rows.write(tx);
        tx.commit();
    }
    /// `key: data`, the oldest first.
    auto stored() -> std::string
    {
        return pqxx::nontransaction(session).query_value<std::string>(
            "select coalesce(string_agg(idempotency_key || ': ' || data, ', ' order by id), '') "
            "from annals.outgoing_commands");
    }
    auto last_id() -> std::int64_t
    {
        return pqxx::nontransaction(session).query_value<std::int64_t>("select max(id) from annals.outgoing_commands");
    }
};

}  // namespace

TEST_CASE_FIXTURE(rows_bench, "the last word of a transaction on a deadline counts")
{
    write(rows_of({{"a", reminder("a")}, {"b", reminder("b")}}));
    CHECK(stored() == R"(b/0: {"of":"b"})");
    write(rows_of({{"c", cancel_deadline("reminder")}, {"d", reminder("d")}}));
    CHECK(stored() == R"(d/0: {"of":"d"})");
    write(rows_of({{"e", reminder("e")}, {"f", cancel_deadline("reminder")}}));
    CHECK(stored().empty());
}

TEST_CASE_FIXTURE(rows_bench, "a deadline that is set again is another row, which the former one's end does not delete")
{
    write(rows_of({{"a", reminder("a")}}));
    const auto former = last_id();
    write(rows_of({{"b", reminder("b")}}));
    CHECK(last_id() > former);
}

TEST_CASE_FIXTURE(rows_bench, "a deadline may be set by two transactions at the same time")
{
    auto other = processors::open_model_connection(database.dsn(), "test");
    pqxx::work first(session);
    rows_of({{"a", reminder("a")}}).write(first);
    std::jthread setting([&] {
        pqxx::work second(other);
        rows_of({{"b", reminder("b")}}).write(second);
        second.commit();
    });
    auto watching = processors::open_model_connection(database.dsn(), "test");
    CHECK(annals::tests::waited_until(10s, [&] {
        return pqxx::nontransaction(watching).query_value<bool>(
            "select exists (select from pg_locks where not granted and pid in "
            "(select pid from pg_stat_activity where datname = current_database()))");
    }));
    first.commit();
    setting.join();
    CHECK(stored() == R"(b/0: {"of":"b"})");
}

TEST_CASE_FIXTURE(rows_bench, "a refused deadline is no deadline any more: another one may have its name")
{
    write(rows_of({{"a", reminder("a")}}));
    pqxx::nontransaction(session).exec("update annals.outgoing_commands set refused_at = now()");
    write(rows_of({{"b", reminder("b")}}));
    CHECK(stored() == R"(a/0: {"of":"a"}, b/0: {"of":"b"})");
    write(rows_of({{"c", cancel_deadline("reminder")}}));
    CHECK(stored() == R"(a/0: {"of":"a"})");
}

TEST_CASE_FIXTURE(rows_bench, "the commands of an event have keys of their own, also under several keys of the state")
{
    outgoing_rows rows(packing_id);
    const auto both = outgoing{send<parcel>("P-1", pack{}), send<parcel>("P-2", pack{})};
    auto next = rows.add(cause_named("a"), both);
    auto other = cause_named("a");
    other.instance = "O-2";
    CHECK(rows.add(other, both, next) == 4);
    write(rows);
    CHECK(pqxx::nontransaction(session).query_value<std::string>(
              "select string_agg(idempotency_key || ' ' || key || ' ' || instance, ', ' order by id) "
              "from annals.outgoing_commands")
          == "a/0 P-1 O-1, a/1 P-2 O-1, a/2 P-1 O-2, a/3 P-2 O-2");
}
