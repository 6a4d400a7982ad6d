// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/page.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <sstream>

/// The program of docs/guide/processors.md, as its operators see it.
namespace annals::tests {
namespace {

using namespace std::chrono_literals;
using eventstore::json;

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

struct shop {
    temporary_database database;

    shop() { execute(code_below("docs/guide/processors.md", "Rows: exactly once", "sql")); }

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
    void execute(const std::string& sql) const { libpq::connection(database.dsn()).execute(sql); }
    auto count(const std::string& rows) const -> std::int64_t
    {
        return libpq::connection(database.dsn()).query("select count(*) from " + rows).get<std::int64_t>(0, 0);
    }
    auto vouchers() const -> std::int64_t { return count("annals.events where type = 'customer.voucher_given'"); }

    /// What `processors list` says about one; null when it is not listed.
    auto listed(const std::string& name) const -> json
    {
        std::istringstream lines(run({"processors", "list", "--json"}).out);
        for (std::string line; std::getline(lines, line);)
            if (auto one = json::parse(line); one["name"] == name) return one;
        return {};
    }
    auto is_up_to_date() const -> bool
    {
        return std::ranges::all_of(std::vector<std::string>{"greeter", "mail_list", "first_voucher"}, [&](auto& name) {
            const auto one = listed(name);
            return one.is_object() && one["state"] == "running" && one["events_behind"] == 0;
        });
    }
};

auto is_soon(auto&& condition) -> bool { return waited_until(30s, condition); }

void end(child& worker)
{
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

}  // namespace

TEST_CASE_FIXTURE(shop, "processors do their work for each fact, are listed, and go on where another process ended")
{
    CHECK(run({"join", "C-0", "Zoe"}).out == "C-0 is a customer\n");
    {
        child worker(command({"work"}), without_kafka);
        worker.wait_for_data("Welcome, Zoe!");
        CHECK(is_soon([&] { return is_up_to_date(); }));
        CHECK(vouchers() == 0);  // she joined before the voucher's processor was there
        CHECK(run({"join", "C-1", "Ada", "ada@example.com"}).exit_code == 0);
        worker.wait_for_data("Welcome, Ada!");
        CHECK(is_soon([&] { return vouchers() == 1 && count("shop.mail_list") == 2; }));
        const auto greeter = listed("greeter");
        CHECK(greeter["kind"] == "processor");
        CHECK(greeter["version"] == 1);
        CHECK(run({"processes"}).out.contains("1.4.0 (annals "));
        CHECK(run({"doctor"}).out.contains("processors"));
        CHECK(run({"processors", "remove", "greeter", "--yes"}).err.contains("a process works on greeter version 1"));
        end(worker);
    }
    CHECK(run({"join", "C-2", "Bob"}).exit_code == 0);
    child worker(command({"work"}), without_kafka);
    worker.wait_for_data("Welcome, Bob!");
    CHECK(is_soon([&] { return is_up_to_date() && vouchers() == 2; }));
    end(worker);
    CHECK_FALSE(worker.output().contains("Ada"));
    CHECK(count("shop.mail_list") == 3);
}

TEST_CASE_FIXTURE(shop, "a processor is paused and resumed, retries what fails, and keeps each row once")
{
    child worker(command({"work"}), without_kafka);
    CHECK(is_soon([&] { return listed("greeter")["state"] == "running"; }));
    CHECK(run({"processors", "pause", "greeter"}).out == "greeter version 1 is paused\n");
    CHECK(run({"join", "C-1", ""}).exit_code == 0);
    CHECK(is_soon([&] { return count("shop.mail_list") == 1; }));
    CHECK(listed("greeter")["state"] == "paused");
    CHECK(run({"doctor"}).out.contains("shop processors resume greeter"));

    CHECK(run({"processors", "resume", "greeter"}).exit_code == 0);
    CHECK(is_soon([&] { return listed("greeter")["state"] == "retrying"; }));
    CHECK(listed("greeter")["reason"] == "customer.joined of customer-C-1 version 1: who is it?");
    CHECK(listed("mail_list")["state"] == "running");
    CHECK(run({"processors", "pause", "gretter"}).err.contains("there is no processor \"gretter\""));
    end(worker);

    CHECK(run({"processors", "remove", "greeter", "1"}).exit_code == 0);
    CHECK(listed("greeter").is_null());
    CHECK(run({"jobs", "list", "--all"}).out.contains("remove processor"));
}

TEST_CASE_FIXTURE(shop, "a processor is not called like a projection")
{
    const auto file = "-- projection: greeter\n-- version: 1\n-- categories: customer\ncreate table g (n int);\n"
                      "-- apply: *\ninsert into g select 1 from batch;\n";
    CHECK(child(command({"projections", "apply", "/dev/stdin"}), without_kafka, file).wait().exit_code == 0);
    const auto refused = run({"work"});
    CHECK(refused.exit_code == 2);
    CHECK_MESSAGE(refused.err.contains("a projection is called greeter: give the processor another name"), refused.err);
}

TEST_CASE_FIXTURE(shop, "a verb of the program's own takes typed arguments and options")
{
    CHECK(run({"join", "C", "Ada", "--times", "2", "--mails", "none"}).out == "C-1 is a customer\nC-2 is a customer\n");
    CHECK(run({"join", "D", "Bob", "bob@example.com", "--quietly"}).out.empty());
    const auto refused = run({"join", "D", "Bob"});
    CHECK(refused.exit_code == 1);
    CHECK(refused.err == "shop: this customer is known already\n");
    CHECK(count("annals.events where data->>'email' = 'bob@example.com'") == 1);
}

TEST_CASE("a word that does not fit a verb's member is wrong usage, and help shows all words")
{
    const auto run = [](std::vector<std::string> words) {
        words.insert(words.begin(), {ANNALS_SHOP});
        return child(std::move(words)).wait();
    };
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
        {{"join", "C"}, "shop: join: NAME is required\n  see: shop join --help\n"},
        {{"join", "C", "A", "--times", "two"},
         "shop: join: --times: a whole number, not \"two\"\n  see: shop join --help\n"},
        {{"join", "C", "A", "--times", "9999999999"},
         "shop: join: --times: a whole number, not \"9999999999\"\n  see: shop join --help\n"},
        {{"join", "C", "A", "--mails", "some"},
         "shop: join: --mails: one of all, none, not \"some\"\n  see: shop join --help\n"},
        {{"join", "C", "A", "--tmies", "2"}, "shop: join: there is no option \"--tmies\"\n  did you mean --times?\n"},
    };
    for (const auto& [words, message] : wrong) {
        const auto answer = run(words);
        CHECK(answer.exit_code == 2);
        CHECK(answer.err == message);
    }
    const auto help = run({"join", "--help"}).out;
    CHECK_MESSAGE(help.contains("Usage: shop join [OPTIONS] CUSTOMER NAME [EMAIL]\n"), help);
    CHECK_MESSAGE(help.contains("--times N "), help);
    CHECK(help.contains("how many of this name, otherwise 1\n"));
    CHECK(help.contains("which mails they get, otherwise all\n"));
    CHECK(help.contains("--quietly "));
    CHECK(run({"--version"}).out.starts_with("shop 1.4.0 (annals "));
}

}  // namespace annals::tests
