// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/sagas/participants/http_participant.hpp>
#include <annals/sagas/participants/outcome_word.hpp>
#include <tests/sagas/orchestrator/running_orchestrator.hpp>
#include <tests/sagas/participants/some_request.hpp>
#include <tests/support/child.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <future>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

/// A real HTTP server in a process of its own.
struct http_service {
    explicit http_service(const std::string& port = "0")
        : process(std::vector<std::string>{"/usr/bin/python3", HTTP_SERVICE, port})
    {
        process.wait_for_data("open");
    }
    auto port() const -> std::string
    {
        const auto said = process.output();
        return said.substr(5, said.find(" open") - 5);
    }
    auto url() const -> std::string { return "http://127.0.0.1:" + port() + "/steps"; }

    child process;
};

auto answer_of(sagas::participant& service, const sagas::request& asked) -> sagas::outcome
{
    auto promise = std::make_shared<std::promise<sagas::outcome>>();
    auto came = promise->get_future();
    service.ask(asked, [promise](sagas::outcome how) { promise->set_value(std::move(how)); });
    REQUIRE(came.wait_for(20s) == std::future_status::ready);
    return came.get();
}

auto answer_to(sagas::participant& service, const std::string& action) -> std::string
{
    const auto how = answer_of(service, some_request(action));
    return std::string(sagas::word_of(how)) + (how.error ? ": " + *how.error : " " + how.result.dump());
}

auto at(const std::string& url) -> sagas::http_participant { return sagas::http_participant({"storage", url}); }

}  // namespace

TEST_CASE("a request is a POST with these headers, and its answer is the result")
{
    const http_service storage;
    sagas::http_participant service({.service = "storage", .url = storage.url(), .headers = {{"Authorization", "me"}}});
    auto asked = some_request("reserve it", sagas::direction::backward, 3);
    const auto how = answer_of(service, asked);
    REQUIRE_FALSE(how.error);
    CHECK(how.result.at("path") == "/steps/reserve%20it");
    CHECK(how.result.at("body") == eventstore::json{{"context", asked.context}, {"results", asked.results}});
    CHECK(how.result.at("headers")
          == eventstore::json{{"User-Agent", "annals"},
                              {"Content-Type", "application/json"},
                              {"Accept", "application/json"},
                              {"Idempotency-Key", "S-1/reserve/backward"},
                              {"Annals-Saga-Type", "order"},
                              {"Annals-Saga-Id", "S-1"},
                              {"Annals-Step", "reserve"},
                              {"Annals-Action", "reserve it"},
                              {"Annals-Direction", "backward"},
                              {"Annals-Attempt", "3"},
                              {"Annals-Deadline", eventstore::to_string(asked.deadline)},
                              {"Authorization", "me"}});
    CHECK(answer_of(service, asked).result.at("port") == how.result.at("port"));  // the connection is used again
}

TEST_CASE("a status says how an attempt ended")
{
    const http_service storage;
    auto service = at(storage.url() + "/");
    CHECK(answer_to(service, "204") == "done null");
    CHECK(answer_to(service, "201") == R"(done {"error":"no room"})");
    for (const auto* const status : {"400", "404", "409", "422"})
        CHECK(answer_to(service, status) == "failed: no room");
    for (const std::string status : {"408", "425", "429", "503"})
        CHECK(answer_to(service, status) == "try_again: HTTP " + status + ": no room");
    for (const std::string status : {"500", "502", "504"})
        CHECK(answer_to(service, status) == "in_doubt: HTTP " + status + ": no room");
    CHECK(answer_to(service, "redirect") == "failed: HTTP 302 (redirects are not followed)");
    CHECK(answer_to(service, "page").starts_with("in_doubt: the service says that it is done, but its result "));
    CHECK(answer_to(service, "large") == "in_doubt: the service says that it is done, but its result is too long");
}

TEST_CASE("without an answer an attempt is in doubt only if the server may have got it")
{
    std::string port;
    {
        http_service storage;
        port = storage.port();
        auto service = at(storage.url());
        auto hurried = some_request("slow");
        hurried.deadline = eventstore::now() + 300ms;
        CHECK(sagas::word_of(answer_of(service, hurried)) == "in_doubt");
        CHECK(answer_to(service, "hang_up").starts_with("in_doubt: "));
        CHECK(answer_to(service, "reserve").starts_with("done "));
        CHECK(answer_to(service, "die").starts_with("in_doubt: "));
        CHECK(answer_to(service, "reserve").starts_with("try_again: "));
        const http_service again(port);
        CHECK(answer_to(service, "reserve").starts_with("done "));
    }
    auto nobody = at("http://127.0.0.1:" + port + "/steps");
    CHECK(answer_to(nobody, "reserve").starts_with("try_again: "));
    auto unknown = at("http://no-such-host.invalid/steps");
    CHECK(answer_to(unknown, "reserve").starts_with("try_again: "));
}

TEST_CASE("a server that is stopped in the middle leaves its attempts in doubt at their deadline")
{
    http_service storage;
    auto service = at(storage.url());
    CHECK(answer_to(service, "reserve").starts_with("done "));
    storage.process.signal(SIGSTOP);
    CHECK(waited_until(10s, [&] {  // it stops a little later
        auto asked = some_request("reserve");
        asked.deadline = eventstore::now() + 300ms;
        return sagas::word_of(answer_of(service, asked)) == "in_doubt";
    }));
    storage.process.signal(SIGCONT);
}

TEST_CASE("a URL that cannot be one is refused when the participant is made")
{
    for (const auto* const bad : {"", "storage", "ftp://storage", "http://", "http://storage/steps?x=1"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(at(bad), eventstore::invalid_request);
    }
}

TEST_CASE("a saga whose service is asked by HTTP is completed or undone")
{
    const temporary_database log;
    const http_service storage;
    const sagas::definition order{.name = "order",
                                  .steps = {{.id = "reserve", .service = "storage", .compensation = "release"},
                                            {.id = "check",
                                             .service = "storage",
                                             .action = "409",
                                             .compensation = sagas::no_compensation,
                                             .after = {"reserve"}}}};
    const sagas::definition fine{.name = "fine",
                                 .steps = {{.id = "reserve", .service = "storage", .compensation = "release"}}};
    auto service =
        std::make_shared<sagas::http_participant>(sagas::http_participant_settings{"storage", storage.url()});
    const running_orchestrator runs(log.dsn(), {order, fine}, {service});
    sagas::client client(log.dsn());
    client.start({"order", "S-1"});
    client.start({"fine", "S-2"});
    CHECK(client.wait_for_end({"order", "S-1"}, 20s) == "compensated");
    CHECK(client.wait_for_end({"fine", "S-2"}, 20s) == "completed");
}
