// SPDX-License-Identifier: Apache-2.0
#include <annals/app/suggestion.hpp>

#include <doctest/doctest.h>

namespace annals::app {
namespace {

const std::vector<std::string> verbs{"append", "read", "migrate", "processes", "jobs"};

TEST_CASE("a mistyped word suggests the name that was meant")
{
    CHECK(nearest("appned", verbs) == "append");
    CHECK(nearest("migrat", verbs) == "migrate");
    CHECK(nearest("proceses", verbs) == "processes");
    CHECK(nearest("raed", verbs) == "read");
}

TEST_CASE("the beginning of a name suggests it") { CHECK(nearest("mig", verbs) == "migrate"); }

TEST_CASE("a word that is near to no name suggests none")
{
    CHECK(!nearest("frobnicate", verbs));
    CHECK(!nearest("x", verbs));
}

}  // namespace
}  // namespace annals::app
