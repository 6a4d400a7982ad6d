// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/outages.hpp>
#include <annals/telemetry/log.hpp>
#include <tests/support/kept_lines.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace annals;
using namespace std::chrono_literals;
using libpq::outages;

namespace {

struct server {
    server() { telemetry::send_log_to(log); }
    ~server() { telemetry::send_log_to(nullptr); }

    auto take() -> std::vector<std::string> { return log->take(); }

    std::shared_ptr<tests::kept_lines> log = std::make_shared<tests::kept_lines>();
    outages of;
    outages::clock::time_point now{1000s};
};

const std::vector<std::string> away{"PostgreSQL is unreachable; trying again"};
const std::vector<std::string> again{"PostgreSQL is reachable again"};

}  // namespace

TEST_CASE_FIXTURE(server, "an outage that many parts notice is logged once, and its end once")
{
    for (const auto* part : {"listener", "jobs", "reads"}) of.opened("here:1", part, now);
    CHECK(take().empty());
    of.session_lost("here:1", "listener", "closed", now);
    CHECK(take() == away);
    of.session_lost("here:1", "jobs", "closed", now + 1s);
    for (int i = 0; i < 10; ++i) {
        of.open_failed("here:1", "listener", "refused", now + 1s * i);
        of.open_failed("here:1", "jobs", "starting up", now + 1s * i);
    }
    of.opened("here:1", "listener", now + 10s);
    CHECK(take().empty());
    of.opened("here:1", "jobs", now + 11s);
    CHECK(take() == again);
    of.session_lost("here:1", "reads", "closed", now + 12s);
    of.opened("here:1", "reads", now + 12s);
    CHECK(take().empty());
}

TEST_CASE_FIXTURE(server, "the next outage is logged again, however soon it comes")
{
    of.opened("here:1", "listener", now);
    of.open_failed("here:1", "listener", "refused", now);
    of.opened("here:1", "listener", now + 1s);
    CHECK(take() == std::vector{away[0], again[0]});
    of.open_failed("here:1", "listener", "refused", now + 2s);
    of.opened("here:1", "listener", now + 3s);
    CHECK(take() == std::vector{away[0], again[0]});
    of.session_lost("here:1", "listener", "closed", now + 100s);
    CHECK(take() == away);
}

TEST_CASE_FIXTURE(server, "a part that has given up does not keep an outage alive")
{
    of.opened("here:1", "listener", now);
    of.open_failed("here:1", "a projection that is removed", "refused", now);
    of.open_failed("here:1", "listener", "refused", now + 1s);
    CHECK(take() == away);
    of.opened("here:1", "listener", now + 2s);
    CHECK(take().empty());
    of.opened("here:1", "listener", now + 20s);
    CHECK(take() == again);
}

TEST_CASE_FIXTURE(server, "each server has its own outages; a part that never had a session only gets an exception")
{
    of.open_failed("here:1", "listener", "refused", now);
    CHECK(take().empty());
    of.opened("here:1", "listener", now);
    of.opened("there:2", "leases", now);
    of.open_failed("here:1", "listener", "refused", now);
    of.open_failed("there:2", "leases", "refused", now);
    CHECK(take() == std::vector{away[0], away[0]});
}
