// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <optional>
#include <sstream>

namespace annals::tests {
namespace {

using namespace std::chrono_literals;
using eventstore::json;
using words = std::vector<std::string>;

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

/// The generic program, beside one that has the saga `visit` (support/visits_program.cpp).
struct company {
    temporary_database database;
    std::optional<child> visits;

    company() { open(); }

    void open()
    {
        visits.emplace(words{VISITS_PROGRAM, "work", "--dsn", database.dsn()}, without_kafka);
        REQUIRE(is_soon("exists (select from annals.lease_holders() where work = 'saga visit')"));
        REQUIRE(is_soon("exists (select from annals.processes where knows::text like '%visit%')"));
    }
    void close()
    {
        visits->signal(SIGTERM);
        CHECK(visits->wait().exit_code == 0);
    }

    auto run(words line) const -> outcome
    {
        line.insert(line.begin(), {ANNALS_PROGRAM, "sagas"});
        line.insert(line.end(), {"--dsn", database.dsn()});
        return child(line, without_kafka).wait();
    }
    /// The objects that it prints.
    auto rows(words line) const -> std::vector<json>
    {
        line.emplace_back("--json");
        const auto answer = run(std::move(line));
        std::istringstream lines(answer.out);
        std::vector<json> all;
        for (std::string one; std::getline(lines, one);) all.push_back(json::parse(one));
        INFO(answer.err);
        return all;
    }
    auto show(const std::string& id) const -> json { return rows({"show", id}).at(0); }
    /// What happened to it, in words.
    auto history(const std::string& id) const -> std::vector<std::string>
    {
        std::vector<std::string> all;
        for (const auto& one : rows({"history", id})) all.push_back(one["what"]);
        return all;
    }

    auto is_soon(const std::string& query) const -> bool
    {
        libpq::connection session(database.dsn());
        return waited_until(20s, [&] { return session.query("select " + query).get<bool>(0, 0); });
    }
    auto is_now(const std::string& id, const std::string& status) const -> bool
    {
        return is_soon("exists (select from annals.saga_states where saga_id = '" + id + "' and status = '" + status
                       + "')");
    }
    /// Starts a visit, and waits until its guest is waited for.
    void start(const std::string& id, const std::string& context = "{}") const
    {
        REQUIRE(run({"start", "visit", id, "--context", context}).exit_code == 0);
        REQUIRE(is_soon("exists (select from annals.saga_states where saga_id = '" + id
                        + "' and current_steps = '{arrival}')"));
    }
    void execute(const std::string& statement) const { libpq::connection(database.dsn()).execute(statement); }
};

auto contains(const std::vector<std::string>& all, const std::string& one) -> bool
{
    return std::ranges::find(all, one) != all.end();
}

}  // namespace

TEST_CASE_FIXTURE(company, "a saga of another program is started, shown, signalled and followed to its end")
{
    const auto started = run({"start", "visit", "V-1", "--context", R"({"guest": "ada"})"});
    CHECK_MESSAGE(started.exit_code == 0, started.err);
    CHECK(started.out == "visit V-1: started\n");
    REQUIRE(is_soon("exists (select from annals.saga_states where current_steps = '{arrival}')"));

    auto seen = show("V-1");
    CHECK(seen["status"] == "running");
    CHECK(seen["current_steps"] == json::array({"arrival"}));
    CHECK(seen["context"] == json{{"guest", "ada"}});
    CHECK(seen["is_run"] == true);
    CHECK(seen["due_at"].is_string());
    CHECK(seen["started_by"].get<std::string>().contains('@'));
    CHECK(seen["steps"][0]["status"] == "done");
    CHECK(seen["steps"][0]["compensation"]["action"] == "uninvite");
    CHECK(seen["steps"][0]["seconds"].is_number());
    CHECK(seen["steps"][3]["after"] == json::array({"arrival", "badge"}));
    CHECK(seen["steps"][3]["compensation"].is_null());
    CHECK(seen["possible"][0] == json{{"verb", "signal"}, {"of", "arrived"}});

    const auto page = run({"show", "V-1"}).out;
    CHECK_MESSAGE(page.starts_with("visit V-1: running\nstarted "), page);
    CHECK(page.contains("\ninvite "));
    CHECK(page.contains("\n├─ arrival "));
    CHECK(page.contains("\n└─ badge "));
    CHECK(page.contains("\n   └─ welcome (and arrival) "));
    CHECK(page.contains("\n  annals sagas signal V-1 arrived '{…}'\n"));

    CHECK(run({"signal", "V-1", "arrived", R"({"at": "nine"})"}).exit_code == 0);
    CHECK(is_now("V-1", "completed"));
    seen = show("V-1");
    CHECK(seen["steps"][1]["result"] == json{{"at", "nine"}});
    CHECK(seen["possible"] == json::array());
    CHECK(seen["requests"][0]["answer"] == "done");
    const auto facts = history("V-1");
    REQUIRE(facts.size() >= 9);
    CHECK(facts.front().ends_with(", version 1"));
    CHECK(facts[1] == "invite: attempt 1 begins");
    CHECK(facts[2] == "invite: done by attempt 1");
    CHECK(facts.back() == "completed");
    CHECK(run({"history", "V-1"}).out.contains("invite: attempt 1 begins\n"));
}

TEST_CASE_FIXTURE(company, "starting waits for the end when it is asked to, and tells how it ended")
{
    const auto parked = run({"start", "visit", "V-1", "--context", R"({"refuses": "invite"})", "--wait", "20"});
    CHECK(parked.exit_code == 3);
    CHECK(parked.out == "visit V-1: compensated\n");
    CHECK(run({"start", "visit", "V-2", "--wait", "1"}).exit_code == 1);
    const auto again = run({"start", "visit", "V-1"});
    CHECK(again.exit_code == 1);
    CHECK(again.err.contains("the saga V-1 of the type visit was started before"));
    const auto named = rows({"start", "visit"}).at(0);
    CHECK(named["saga_id"].get<std::string>().size() == 36);
    CHECK(named["status"] == "pending");
    for (const auto* wrong : {"[1]", "{", "@/no/such/file"})
        CHECK(run({"start", "visit", "V-9", "--context", wrong}).exit_code == 2);
    CHECK(run({"list", "--all"}).out.contains("V-9") == false);
}

TEST_CASE_FIXTURE(company, "the list has the active ones, and by status and failure the others, the newest first")
{
    start("V-1");
    start("V-2");
    run({"start", "visit", "V-3", "--context", R"({"refuses": "invite"})", "--wait", "20"});
    const auto ids = [&](words line) {
        line.insert(line.begin(), "list");
        words all;
        for (const auto& one : rows(std::move(line))) all.push_back(one["saga_id"]);
        return all;
    };
    CHECK(ids({}) == words{"V-2", "V-1"});
    CHECK(ids({"--active"}) == words{"V-2", "V-1"});
    CHECK(ids({"--all"}) == words{"V-2", "V-1", "V-3"});
    CHECK(ids({"--failed"}) == words{"V-3"});
    CHECK(ids({"--status", "compensated", "running"}) == words{"V-2", "V-1", "V-3"});
    CHECK(ids({"--limit", "1"}) == words{"V-2"});
    const auto one = rows({"list", "--failed"}).at(0);
    CHECK(one["error"] == "invite: the desk does not invite");
    CHECK(one["seconds"].is_number());
    CHECK(run({"list", "--status", "dead"}).exit_code == 2);
    CHECK(run({"list"}).out.contains("CURRENT STEPS"));
}

TEST_CASE_FIXTURE(company, "what does not exist is named, with what was probably meant")
{
    start("V-17");
    CHECK(run({"show", "V-18"}).err.contains("there is no saga \"V-18\"\n  did you mean"));
    CHECK(run({"show", "V-18"}).exit_code == 1);
    CHECK(run({"start", "vist"}).err.contains("no saga is called \"vist\"\n  did you mean visit?"));
    CHECK(run({"skip", "V-17", "arival", "--reason", "r", "--yes"}).err.contains("has no step \"arival\""));
    const auto signal = run({"signal", "V-17", "arived"});
    CHECK(signal.exit_code == 1);
    CHECK(signal.err.contains("no step of the saga visit waits for a signal \"arived\"\n  did you mean arrived?"));
    CHECK(run({"draw", "visit", "--version", "7"}).err.contains("the saga visit has no version 7"));
    execute("select annals.register_saga('tour', 1, definition) from annals.saga_definitions");
    execute("select annals.start_saga('tour', 'V-17')");
    const auto both = run({"show", "V-17"});
    CHECK(both.exit_code == 2);
    CHECK(both.err.contains("a saga \"V-17\" of each of the types tour, visit"));
    CHECK(rows({"show", "V-17", "--type", "visit"}).at(0)["saga_type"] == "visit");
}

TEST_CASE_FIXTURE(company, "an operator's acts are done or refused, and on record with user and reason")
{
    start("V-1");
    CHECK(run({"pause", "V-1", "--reason", "lunch"}).out == "visit V-1: done, paused\n");
    const auto twice = run({"pause", "V-1"});
    CHECK(twice.exit_code == 1);
    CHECK(twice.err.contains("pause V-1 is refused: it is paused already"));
    CHECK(run({"resume", "V-1"}).exit_code == 0);
    CHECK(run({"cancel", "V-1"}).exit_code == 2);
    CHECK(run({"cancel", "V-1", "--reason", "ada is ill"}).exit_code == 0);
    CHECK(is_now("V-1", "cancelled"));
    CHECK(run({"cancel", "V-1", "--reason", "again"}).err.contains("it is over: cancelled"));

    const auto facts = history("V-1");
    CHECK(std::ranges::any_of(
        facts, [](const auto& one) { return one.starts_with("paused by ") && one.ends_with(": lunch"); }));
    CHECK(contains(facts, "undoing invite: attempt 1 begins"));
    CHECK(contains(facts, "invite: undone by attempt 1"));
    CHECK(facts.back() == "cancelled: what was done is undone");
    const auto asked = show("V-1")["requests"];
    REQUIRE(asked.size() == 5);
    CHECK(asked[1]["answer"] == "it is paused already");
    CHECK(asked[4]["answer"] == "it is over: cancelled");
    CHECK(asked[4]["reason"] == "again");
    CHECK(is_soon("(select count(*) = 5 from annals.jobs where verb like '% saga' and subject = 'visit/V-1')"));
}

TEST_CASE_FIXTURE(company, "an undoing that fails is parked: it is stuck until an operator retries, skips or ends it")
{
    for (const auto* id : {"V-1", "V-2", "V-3"}) {
        start(id, R"({"refuses": "uninvite", "until": 2})");
        CHECK(run({"cancel", id, "--reason", "rain"}).exit_code == 0);
        CHECK(is_now(id, "parked"));
    }
    const auto stuck = rows({"stuck"});
    REQUIRE(stuck.size() == 3);
    CHECK(stuck[0]["saga_id"] == "V-1");
    CHECK(stuck[0]["reason"] == "invite: the desk does not uninvite");
    CHECK(stuck[0]["to_do"].get<std::string>().contains("annals sagas retry V-1"));
    CHECK(run({"stuck"}).exit_code == 3);
    CHECK(show("V-1")["possible"][0] == json{{"verb", "retry"}, {"of", "invite"}});
    CHECK(run({"show", "V-1"}).out.contains("uninvite: parked"));
    CHECK(contains(history("V-1"),
                   "cannot be undone by itself; it needs an operator: invite: the desk does not uninvite"));

    CHECK(run({"retry", "V-1", "--reason", "the desk is back"}).exit_code == 0);
    CHECK(is_now("V-1", "cancelled"));
    CHECK(run({"skip", "V-2", "invite", "--reason", "told by telephone", "--yes"}).exit_code == 0);
    CHECK(is_now("V-2", "cancelled"));
    CHECK(run({"terminate", "V-3", "--reason", "nobody cares"}).exit_code == 0);
    CHECK(is_now("V-3", "failed"));
    CHECK(run({"stuck"}).exit_code == 0);
}

TEST_CASE_FIXTURE(company, "without its program a request stays, and it is told which program to start")
{
    start("V-1");
    close();
    const auto paused = run({"pause", "V-1", "--wait", "1"});
    CHECK(paused.exit_code == 0);
    CHECK(paused.out == "visit V-1: waiting, running\n");
    CHECK(paused.err.contains("no process runs sagas of the type visit: visits on "));
    CHECK(paused.err.contains("was the last to know it"));
    CHECK(run({"start", "visit", "V-2"}).err.contains("no process runs sagas of the type visit"));
    CHECK(rows({"definitions"}).at(0)["processes"] == 0);

    execute("update annals.saga_states set changed_at = changed_at - interval '10 min'");
    execute("update annals.saga_timers set due_at = due_at - interval '2 h'");
    execute("update annals.saga_inputs set asked_at = asked_at - interval '10 min'");
    const auto stuck = rows({"stuck"});
    REQUIRE(stuck.size() == 2);
    CHECK(stuck[0]["reason"].get<std::string>().starts_with("no process runs sagas of the type visit: visits on "));
    CHECK(run({"stuck", "--older-than", "1h"}).exit_code == 0);
    const auto examined = child({ANNALS_PROGRAM, "doctor", "--dsn", database.dsn()}, without_kafka).wait();
    CHECK(examined.exit_code == 3);
    CHECK(examined.out.contains("2 starts and requests have waited since "));
    CHECK(examined.out.contains("2 sagas of the type visit are stuck: "));

    open();
    CHECK(is_now("V-1", "paused"));
    CHECK(is_soon("exists (select from annals.saga_states where saga_id = 'V-2' and current_steps = '{arrival}')"));
    CHECK(run({"stuck"}).exit_code == 0);
    CHECK(child({ANNALS_PROGRAM, "processes", "--dsn", database.dsn()}, without_kafka).wait().out.contains("visit 1"));
}

TEST_CASE_FIXTURE(company, "rows of sagas that are over are removed after a time, and their history stays")
{
    run({"start", "visit", "V-1", "--context", R"({"refuses": "invite"})", "--wait", "20"});
    start("V-2");
    CHECK(run({"clean"}).out == "0 sagas that are over removed\n");
    execute("update annals.saga_states set completed_at = completed_at - interval '40 days' where saga_id = 'V-1'");
    CHECK(run({"clean", "--older-than", "50d"}).out == "0 sagas that are over removed\n");
    CHECK(rows({"clean", "--dry-run"}).at(0) == json{{"sagas", 1}, {"removed", false}});
    CHECK(run({"clean", "--older-than", "soon"}).exit_code == 2);
    CHECK(run({"clean"}).out == "1 saga that is over removed\n");
    CHECK(run({"show", "V-1"}).exit_code == 1);
    CHECK(history("V-1").back() == "compensated: what was done is undone");
    CHECK(run({"start", "visit", "V-1"}).exit_code == 1);
    CHECK(show("V-2")["status"] == "running");

    execute("update annals.saga_states set status = 'failed', completed_at = now() - interval '40 days'");
    close();
    open();
    CHECK(is_soon("not exists (select from annals.saga_states)"));
}

TEST_CASE_FIXTURE(company, "definitions are listed and drawn, and figures are there for Prometheus")
{
    start("V-1");
    run({"start", "visit", "V-2", "--context", R"({"refuses": "invite"})", "--wait", "20"});
    const auto known = rows({"definitions"}).at(0);
    CHECK(known["saga_type"] == "visit");
    CHECK(known["steps"] == json::array({"invite", "arrival", "badge", "welcome"}));
    CHECK(known["active"] == 1);
    CHECK(known["processes"] == 1);
    CHECK(run({"draw", "visit"}).out.contains("flowchart"));
    const auto figures = run({"metrics"}).out;
    for (const auto* line :
         {"annals_sagas_started{saga_type=\"visit\"} 2\n",
          "annals_sagas_ended{saga_type=\"visit\",status=\"compensated\"} 1\n",
          "annals_sagas_ended{saga_type=\"visit\",status=\"completed\"} 0\n",
          "annals_sagas_active{saga_type=\"visit\"} 1\n", "annals_sagas_parked{saga_type=\"visit\"} 0\n",
          "annals_saga_step_seconds_count{saga_type=\"visit\",step=\"invite\"} 1\n"})
        CHECK_MESSAGE(figures.contains(line), figures);
    CHECK(figures.contains("annals_saga_step_seconds{saga_type=\"visit\",step=\"invite\",quantile=\"0.99\"} 0.0"));
}

TEST_CASE_FIXTURE(company, "rows that are not what the events say are found, and so are impossible histories")
{
    const auto verify = [&](const words& more = {}) {
        words line{ANNALS_PROGRAM, "verify", "--sagas", "--dsn", database.dsn()};
        line.insert(line.end(), more.begin(), more.end());
        return child(line, without_kafka).wait();
    };
    for (const auto* id : {"V-1", "V-2", "V-3"}) start(id, R"({"guest": "ada"})");
    CHECK(run({"cancel", "V-1", "--reason", "rain"}).exit_code == 0);
    CHECK(is_now("V-1", "cancelled"));
    CHECK(run({"signal", "V-2", "arrived", R"({"b": 1, "a": [1.5, 100]})"}).exit_code == 0);
    CHECK(is_now("V-2", "completed"));
    const auto equal = verify();
    CHECK_MESSAGE(equal.exit_code == 0, equal.out);
    CHECK(equal.out == "sagas = their events: visit, 3 sagas\n");

    execute("update annals.saga_states set status = 'completed' where saga_id = 'V-1'");
    execute("update annals.saga_steps set attempts = 7 where saga_id = 'V-2' and step = 'welcome'");
    execute("delete from annals.saga_steps where saga_id = 'V-2' and step = 'badge'");
    const auto found = verify();
    CHECK(found.exit_code == 3);
    CHECK(found.out.contains("visit V-1: its status is \"completed\", and by its events \"cancelled\"\n"));
    CHECK(json::parse(verify({"--json", "--differences", "1"}).out)["shown"].size() == 1);

    execute("delete from annals.saga_states where saga_id in ('V-1', 'V-2')");
    CHECK(verify().out.contains("visit, 1 saga; the rows of 2 that are over were removed\n"));
    execute("delete from annals.saga_states where saga_id = 'V-3'");
    CHECK(verify().out == "visit V-3: it has no row, and by its events it is running\n");
    execute("select annals.append('saga.visit', 'V-1', array['saga.completed'], array['{}']::json[])");
    CHECK(verify().out.contains("visit V-1: its event 12 cannot be: a fact comes after the saga's end\n"));
}

}  // namespace annals::tests
