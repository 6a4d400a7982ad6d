// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>

/// The program of docs/guide/process-managers.md, as its operators see it.
namespace annals::tests {
namespace {

using namespace std::chrono_literals;

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

struct shop {
    temporary_database database;

    auto command(std::vector<std::string> words) const -> std::vector<std::string>
    {
        words.insert(words.begin(), ANNALS_SHOP);
        words.insert(words.end(), {"--dsn", database.dsn()});
        return words;
    }
    auto run(std::vector<std::string> words) const -> outcome
    {
        return child(command(std::move(words)), without_kafka).wait();
    }
    void send(const std::string& order, const std::string& name, const std::string& json) const
    {
        REQUIRE(run({"command", "order-" + order, name, json}).exit_code == 0);
    }
    auto has(const std::string& type, const std::string& key) const -> bool
    {
        const auto asked = "select count(*) from annals.events where type = '" + type + "' and key = '" + key + "'";
        return waited_until(
            30s, [&] { return libpq::connection(database.dsn()).query(asked).get<std::int64_t>(0, 0) == 1; });
    }
};

}  // namespace

TEST_CASE_FIXTURE(shop, "orders are packed when they are paid, and cancelled when they are not or cannot be packed")
{
    child worker(command({"run"}), without_kafka);
    worker.wait_for_words("started");
    send("O-1", "place", R"({"customer": "C-1", "pay_within_s": 60})");
    send("O-1", "pay", "{}");
    send("O-2", "place", R"({"customer": "C-2", "pay_within_s": 1})");
    send("O-3", "place", R"({"customer": "", "pay_within_s": 60})");
    send("O-3", "pay", "{}");
    CHECK(has("parcel.packed", "O-1"));
    CHECK(has("order.cancelled", "O-2"));
    CHECK(has("order.cancelled", "O-3"));
    CHECK(waited_until(30s, [&] { return run({"outgoing", "list", "--json"}).out.empty(); }));
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

}  // namespace annals::tests
