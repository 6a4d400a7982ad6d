// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/flow.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/kafka/topic.hpp>
#include <tests/fault/arrived.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/waiting.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <thread>

using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace annals::tests {
namespace {

constexpr auto category_name = "faults";
constexpr int streams = 500;
constexpr auto patience = 120s;

auto append_surely(store& log, const append_request& request) -> append_result
{
    while (true) try {
            return log.append(request);
        } catch (const unavailable&) {
            std::this_thread::sleep_for(100ms);
        }
}

}  // namespace

flow::flow(servers at, std::uint64_t seed)
    : at_(std::move(at)), log_(postgres::open_store({.dsn = at_.dsn})), random_(seed)
{
    log_->ensure_category({category_name, 4});
    const std::map<std::string, std::string> environment{
        {"ANNALS_DSN", at_.dsn},
        {"ANNALS_KAFKA_BOOTSTRAP_SERVERS", at_.broker.bootstrap_servers},
        {"ANNALS_TOPIC", at_.broker.topic_template}};
    child apply(
        {ANNALS_PROGRAM, "projections", "apply", "tests/fault/running_totals.sql", "tests/fault/event_journal.sql"},
        environment);
    if (apply.wait().exit_code != 0) throw std::runtime_error(apply.name() + " failed:\n" + apply.output());
    for (const auto* verb : {"publish", "work", "publish", "work"})
        processes_.push_back(std::make_unique<child>(std::vector<std::string>{ANNALS_PROGRAM, verb}, environment));
}

flow::~flow()
{
    processes_.clear();
    try {
        delete_topic(at_.broker, kafka::topic_of(at_.broker, category_name));
    } catch (const std::exception&) {
        // A failed test may have left the broker killed.
    }
}

auto flow::append(std::int64_t events, std::chrono::milliseconds pause) -> std::future<void>
{
    return std::async(std::launch::async, [this, pause, upto = acknowledged_ + events] {
        while (acknowledged_ < upto) {
            append_one(upto - acknowledged_);
            std::this_thread::sleep_for(pause);
        }
    });
}

void flow::append_one(std::int64_t events_max)
{
    const auto key = "K" + std::to_string(random_() % streams);
    const auto count = std::min<std::int64_t>(1 + static_cast<std::int64_t>(random_() % 20), events_max);
    stream_append part{{category_name, key}, expected_version::exactly({versions_[key]}), {}};
    for (int i = 0; i < count; ++i) part.events.push_back({.type = "fault.counted"});
    append_request request;
    request.streams.push_back(std::move(part));
    const auto result = append_surely(*log_, request);
    if (!result) throw std::runtime_error(to_string(result.error()));
    versions_[key] += count;
    acknowledged_ += count;
}

auto flow::dead_process() -> std::string
{
    for (const auto& process : processes_)
        if (!process->is_running()) return process->name() + " has ended by itself:\n" + process->output();
    return {};
}

auto flow::difference_in_rows() -> std::string
{
    waited_until(patience, [this] { return tests::difference_in_rows(at_.dsn, versions_).empty(); });
    return tests::difference_in_rows(at_.dsn, versions_);
}

auto flow::difference() -> std::string
{
    auto found = tests::difference_in_rows(at_.dsn, versions_);
    if (found.empty()) found = difference_after(0s, *log_, at_.broker, category_name);
    return found;
}

auto flow::fault_found() -> std::string
{
    const auto until = std::chrono::steady_clock::now() + patience;
    auto found = difference();
    while (!found.empty() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(500ms);
        found = difference();
    }
    if (const auto dead = dead_process(); !dead.empty()) return dead;
    for (const auto& process : processes_) {
        process->signal(SIGTERM);
        if (const auto code = process->wait().exit_code; code != 0)
            return process->name() + " ended with " + std::to_string(code) + ":\n" + process->output();
        if (!found.empty()) std::cerr << process->name() << ":\n" << process->output();
    }
    return found.empty() ? difference() : found;
}

auto seed() -> std::uint64_t
{
    const auto* const given = std::getenv("ANNALS_SEED");
    const std::uint64_t value = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "ANNALS_SEED=" << value << std::endl;
    return value;
}

}  // namespace annals::tests
