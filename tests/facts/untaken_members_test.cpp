// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/untaken_members.hpp>

#include <doctest/doctest.h>

#include <map>

using namespace annals;

namespace shop {

struct place {
    std::string town;
};
struct line {
    std::string part;
    std::optional<int> price;
};
struct bike_registered {
    std::string color;
    place at;
    std::vector<line> lines;
    std::map<std::string, int> counts;
    std::optional<std::string> note;
};
ANNALS_FIELDS(place, town)
ANNALS_FIELDS(line, part, price)
ANNALS_EVENT(bike_registered, "bike.registered", color, at, lines, counts, note)

struct sample_validated {
    double volume_ml = 0;
    std::string by;
    bool is_new = false;
};
ANNALS_EVENT(sample_validated, "sample.validated", volume_ml, by, is_new)

/// Reads one member and leaves it, moves another one, erases a third, and looks whether a fourth is there.
inline void upcast(facts::from_version<sample_validated, 1>, eventstore::json& stored)
{
    stored["volume_ml"] = stored.value("volume_ul", 0.0) / 1000;
    if (stored.contains("user")) stored["by"] = stored["user"];
    stored.erase("user");
    stored.erase("colour");
    stored["is_new"] = stored.contains("first");
}

}  // namespace shop

namespace {

template <class Event>
auto untaken(std::string data, int schema_version = facts::schema_version_of<Event>()) -> std::vector<std::string>
{
    eventstore::recorded_event event;
    event.type = facts::type_of<Event>();
    event.schema_version = schema_version;
    event.data = std::move(data);
    return facts::untaken_members<Event>(event);
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("a member of a stored event is taken when a field has its name, at any depth")
{
    using shop::bike_registered;
    CHECK(untaken<bike_registered>("{}").empty());
    CHECK(untaken<bike_registered>(
              R"({"color": "red", "at": {"town": "Ulm"}, "lines": [{"part": "tyre", "price": 3}], "counts": {"a": 1}})")
              .empty());
    CHECK(untaken<bike_registered>(R"({"colour": "red"})") == names{"colour"});
    CHECK(untaken<bike_registered>(R"({"at": {"city": "Ulm"}, "lines": [{"cost": 1}, {"cost": 2, "part": "x"}]})")
          == names{"at.city", "lines[].cost"});
}

TEST_CASE("a member that is null says nothing, and nobody needs to take it")
{
    CHECK(untaken<shop::bike_registered>(R"({"note": null, "colour": null})").empty());
}

TEST_CASE("a member that an upcaster reads, moves or erases is taken")
{
    using shop::sample_validated;
    CHECK(untaken<sample_validated>(R"({"volume_ul": 4500, "user": "ada", "colour": "red", "first": 1})", 1).empty());
    CHECK(untaken<sample_validated>(R"({"volume_ul": 0, "user": "", "first": false})", 1).empty());
    CHECK(untaken<sample_validated>(R"({"volume_ul": 4500, "place": "Ulm"})", 1) == names{"place"});
    CHECK(untaken<sample_validated>(R"({"volume_ul": 4500, "volume_ml": 4.5})", 2) == names{"volume_ul"});
}
