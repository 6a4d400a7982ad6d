// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/metrics_text.hpp>

#include <doctest/doctest.h>

using namespace annals::cli;

TEST_CASE("a metric is written with its help, its type and its samples")
{
    const std::vector<metric> two{
        {"annals_lag_seconds", "Age.", {{{{"log", "sample/0"}, {"state", "idle"}}, 0.25}, {{}, 7}}},
        {"annals_lag_events", "Events.", {}}};
    CHECK(metrics_text(two)
          == "# HELP annals_lag_seconds Age.\n# TYPE annals_lag_seconds gauge\n"
             "annals_lag_seconds{log=\"sample/0\",state=\"idle\"} 0.25\nannals_lag_seconds 7\n");
}

TEST_CASE("quotes, backslashes and line ends in a label do not end it")
{
    const std::vector<metric> one{{"a", "b", {{{{"log", "x\"y\\z\n\xc3\xa4"}}, 1}}}};
    CHECK(metrics_text(one) == "# HELP a b\n# TYPE a gauge\na{log=\"x\\\"y\\\\z\\n\xc3\xa4\"} 1\n");
}

TEST_CASE("large and small values are read back as they were")
{
    const std::vector<metric> one{{"a", "b", {{{}, 9007199254740991.0}, {{}, 0.000001}, {{}, 123456789.125}}}};
    CHECK(metrics_text(one).ends_with("a 9007199254740991\na 1e-06\na 123456789.125\n"));
}
