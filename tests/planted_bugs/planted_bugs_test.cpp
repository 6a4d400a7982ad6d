// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/eventstore/postgres/held_in_transaction.hpp>
#include <tests/histories/any_plan.hpp>
#include <tests/histories/check.hpp>
#include <tests/histories/run.hpp>
#include <tests/planted_bugs/bug.hpp>
#include <tests/planted_bugs/check_decision.hpp>
#include <tests/planted_bugs/client_function.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <random>
#include <stdexcept>

using namespace annals;
using namespace annals::planted_bugs;

namespace {

using clock = std::chrono::steady_clock;

/// Chance decides when a bug shows: the slowest took 27 histories on average, seven seconds on a busy machine.
constexpr std::chrono::seconds time_for_a_bug{120};

/// Throws when the function does not have the text: then the bug must be written for the new text.
void replace_text(libpq::connection& session, const replaced_text& text)
{
    libpq::parameters name;
    name.add(text.function);
    auto source = session.query("select pg_get_functiondef($1::regproc)", name).get<std::string>(0, 0);
    const auto at = source.find(text.is);
    if (at == std::string::npos) throw std::runtime_error(text.function + " has no: " + text.is);
    session.execute(source.replace(at, text.is.size(), text.becomes));
}

/// A database and a store with one bug, or with none.
struct planted_store {
    explicit planted_store(const bug& planted)
    {
        libpq::connection session(database.dsn());
        if (!planted.tables.empty()) session.execute(planted.tables);
        for (const auto& text : planted.texts) replace_text(session, text);
        spoilt = std::make_shared<transactional_store>(database.dsn(), sound, planted.ways);
        if (planted.wrapped_in) spoilt = planted.wrapped_in(spoilt, database.dsn());
    }

    auto subject() const -> eventstore::contract::subject
    {
        return {.store = spoilt, .hold = [dsn = database.dsn()](const eventstore::append_request& request) {
                    return std::make_unique<tests::held_in_transaction>(dsn, request);
                }};
    }

    tests::temporary_database database;
    std::shared_ptr<eventstore::store> sound = eventstore::postgres::open_store({.dsn = database.dsn()});
    std::shared_ptr<eventstore::store> spoilt;
};

/// Random, with more of what the bug needs.
auto plan_for(const bug& planted, unsigned seed) -> histories::plan
{
    auto wanted = histories::any_plan(4, 25)(rc::Random(seed), 50).value();
    std::mt19937 random(seed);
    for (auto& client : wanted.clients)
        for (auto& step : client)
            if (!planted.needs.empty() && random() % 2 == 0) step.what = planted.needs[random() % planted.needs.size()];
    if (planted.shape) planted.shape(wanted);
    return wanted;
}

struct outcome {
    std::set<std::string> broken;
    std::string text;
    int histories = 0;
    clock::duration took{};
};

/// Runs histories until one breaks the invariant that must catch the bug, or the time is over.
auto look_for(const bug& planted, clock::duration time) -> outcome
{
    const planted_store there(planted);
    outcome found;
    const auto begin = clock::now();
    for (std::random_device seed; found.took < time && !found.broken.contains(planted.caught_by);) {
        ++found.histories;
        auto report =
            histories::check(histories::run(plan_for(planted, seed()), there.subject(), {}, there.sound.get()));
        found.broken.merge(report.broken);
        found.text = std::move(report.text);
        found.took = clock::now() - begin;
    }
    return found;
}

void check_caught(const bug& planted)
{
    const auto found = look_for(planted, time_for_a_bug);
    std::string broken;
    for (const auto& name : found.broken) broken += name + " ";
    MESSAGE(planted.name, ": ", broken, "in ", found.histories, " histories, ",
            std::chrono::duration_cast<std::chrono::milliseconds>(found.took).count(), " ms");
    CHECK_MESSAGE(found.broken.contains(planted.caught_by), planted.name, " was not caught by ", planted.caught_by,
                  "\n", found.text);
}

}  // namespace

TEST_CASE("without a bug nothing is found")
{
    const bug none{.name = "none", .caught_by = "nothing"};
    const auto found = look_for(none, std::chrono::seconds{5});
    CHECK(found.broken.empty());
    CHECK(found.text == "");
}

TEST_CASE("psql's function keeps the same promises")
{
    const bug none{.name = "none", .caught_by = "nothing", .ways = {.append = append_by_client_function}};
    const auto found = look_for(none, std::chrono::seconds{3});
    CHECK(found.text == "");
}

TEST_CASE("every bug in the SQL function is caught")
{
    for (const auto& planted : bugs_in_the_function()) check_caught(planted);
}

TEST_CASE("every bug around the store is caught")
{
    for (const auto& planted : bugs_around_the_store()) check_caught(planted);
}

TEST_CASE("the decision's table names every bug and what catches it")
{
    for (const auto& planted : bugs_in_the_function()) check_is_in_the_decision(planted);
    for (const auto& planted : bugs_around_the_store()) check_is_in_the_decision(planted);
}
