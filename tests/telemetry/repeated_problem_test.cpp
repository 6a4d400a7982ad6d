// SPDX-License-Identifier: Apache-2.0
#include <annals/telemetry/repeated_problem.hpp>
#include <tests/support/kept_lines.hpp>

#include <doctest/doctest.h>

#include <memory>

using namespace annals;
using telemetry::repeated_problem;

namespace {

struct kept {
    kept() { telemetry::send_log_to(lines); }
    ~kept() { telemetry::send_log_to(nullptr); }

    std::shared_ptr<tests::kept_lines> lines = std::make_shared<tests::kept_lines>();
    repeated_problem jobs{"jobs cannot be read"};
};

}  // namespace

TEST_CASE_FIXTURE(kept, "a problem that repeats is logged once, also when another comes between, and its end once")
{
    for (int i = 0; i < 3; ++i) {
        jobs.met("permission denied", "42501");
        jobs.met("it is locked");
    }
    CHECK(lines->count("warning jobs cannot be read error=42501 problem=\"permission denied\"") == 1);
    CHECK(lines->count("warning jobs cannot be read problem=\"it is locked\"") == 1);
    jobs.over();
    jobs.over();
    CHECK(lines->count("info    it works again was=\"jobs cannot be read\"") == 1);
    jobs.met("it is locked");
    CHECK(lines->count("it is locked") == 2);
}

TEST_CASE_FIXTURE(kept, "a problem that is called otherwise each time does not fill the log")
{
    for (int i = 0; i < 1000; ++i) jobs.met("process " + std::to_string(i) + " has it");
    CHECK(lines->take().size() == 10);
}
