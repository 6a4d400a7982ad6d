// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/event_type.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;
using namespace annals::facts;

namespace {

struct measured {
    double volume_ml = 0;
    std::string by;
};
ANNALS_EVENT(measured, "sample.measured", volume_ml, by)

/// 1 → 2: volumes were microlitres.
void upcast(from_version<measured, 1>, json& stored) { stored["volume_ml"] = stored.value("volume_ul", 0.0) / 1000; }

/// 2 → 3: the person who measured was called `user`.
void upcast(from_version<measured, 2>, json& stored) { stored["by"] = stored.value("user", ""); }

struct archived {};
ANNALS_EVENT(archived, "sample.archived")

using event = std::variant<measured, archived>;

}  // namespace

TEST_CASE("a fact is stored under its name, with the version that its upcasters make")
{
    const auto stored = to_new_event(event{measured{4.5, "ada"}});
    CHECK(stored.type == "sample.measured");
    CHECK(stored.schema_version == 3);
    CHECK(stored.data == R"({"volume_ml":4.5,"by":"ada"})");
    CHECK(to_new_event(archived{}).schema_version == 1);
    CHECK(to_new_event(archived{}).data == "{}");
    CHECK(to_new_event(archived{}).id != to_new_event(archived{}).id);
}

TEST_CASE("a fact that JSON cannot hold is refused by its name")
{
    CHECK_THROWS_WITH_AS(to_new_event(measured{.by = "\xff"}),
                         "sample.measured cannot be stored: it holds a text that is not valid UTF-8", invalid_request);
}
