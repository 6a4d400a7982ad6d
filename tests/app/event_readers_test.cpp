// SPDX-License-Identifier: Apache-2.0
#include <annals/app/event_readers.hpp>
#include <tests/support/old_laboratory.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests::old_laboratory;

namespace {

using needs = app::event_reader::needs;

template <class Variant>
auto reader(needs needed) -> app::event_reader
{
    return app::reader_of<Variant>({"sample"}, needed);
}

auto facts_of(std::vector<app::event_reader> readers) -> app::event_readers
{
    app::program_types types;
    types.readers = std::move(readers);
    return {types, "sample"};
}

auto recorded(std::string type, std::string data = "{}", int schema_version = 1) -> eventstore::recorded_event
{
    return {.stream = {"sample", "S-1"},
            .version = {7},
            .type = std::move(type),
            .schema_version = schema_version,
            .data = std::move(data)};
}

}  // namespace

TEST_CASE("an unknown type is a problem for an aggregate that decides by it, not for views and tables")
{
    const auto only_views = facts_of({reader<std::variant<measured>>(needs::its_own_types)});
    CHECK_FALSE(only_views.problem_with(recorded("sample.lost")));
    const auto decides = facts_of(
        {reader<std::variant<measured>>(needs::its_own_types), reader<std::variant<archived>>(needs::every_type)});
    CHECK(decides.problem_with(recorded("sample.lost")) == "no fact of this program is stored as sample.lost");
    CHECK_FALSE(decides.problem_with(recorded("sample.archived")));
}

TEST_CASE("a type that only a view knows is a problem for an aggregate unless it ignores it")
{
    auto aggregate = reader<std::variant<archived>>(needs::every_type);
    const auto view = reader<std::variant<measured>>(needs::its_own_types);
    CHECK(facts_of({view, aggregate}).problem_with(recorded("sample.measured", "{}", 3))
          == "the aggregate that decides by it has no event sample.measured");
    aggregate.ignored = {eventstore::type_pattern::parse("sample.measured"), eventstore::type_pattern::parse("note.*")};
    CHECK_FALSE(facts_of({view, aggregate}).problem_with(recorded("sample.measured", "{}", 3)));
    CHECK_FALSE(facts_of({view, aggregate}).problem_with(recorded("note.taken")));
    CHECK(facts_of({view, aggregate}).problem_with(recorded("sample.lost")));
}

TEST_CASE("a known type is written in today's version, under each of its names")
{
    const auto facts = facts_of({reader<std::variant<measured, put_away>>(needs::every_type)});
    CHECK(facts.version_of("sample.measured") == 3);
    CHECK(facts.version_of("sample.shelved") == 2);
    CHECK_FALSE(facts.version_of("sample.lost"));
}

TEST_CASE("a problem is described without the event's place, which is shown next to it")
{
    const auto facts = facts_of({reader<std::variant<measured, put_away>>(needs::every_type)});
    CHECK(facts.problem_with(recorded("sample.measured", R"({"by": 1})", 3))
          == "sample.measured.by: a text was expected, not 1");
    CHECK(facts.problem_with(recorded("sample.arrived")) == "sample.received: its upcast failed: no place");
}

TEST_CASE("a stored type is read as today's fact, under each of its names, or is a former event")
{
    const auto facts = facts_of({reader<std::variant<measured, put_away>>(needs::every_type)});
    CHECK(facts.read_as("sample.shelved", 1) == "sample.put_away 2");
    CHECK(facts.read_as("sample.put_away", 2) == "sample.put_away 2");
    CHECK(facts.read_as("sample.arrived", 1) == "a former event");
    CHECK_FALSE(facts.read_as("sample.lost", 1));
    CHECK_FALSE(facts.read_as("sample.put_away", 3));
}

TEST_CASE("readers of other categories are not asked")
{
    app::program_types types;
    types.readers = {reader<std::variant<measured>>(needs::every_type)};
    CHECK(app::event_readers(types, "hospital").empty());
    CHECK(app::categories_read_by(types) == std::vector<std::string>{"sample"});
}

TEST_CASE("an event is shown as its facts of today, each in its place")
{
    const auto facts = facts_of({reader<std::variant<measured, put_away>>(needs::every_type)});
    const auto today = facts.today(recorded("sample.received", R"({"place": "4", "volume_ml": 2.5})"));
    REQUIRE(today.size() == 2);
    CHECK(today[0].type == "sample.measured");
    CHECK(today[0].schema_version == 3);
    CHECK(today[0].data == R"({"volume_ml":2.5,"by":"the desk"})");
    CHECK(today[1].type == "sample.put_away");
    CHECK(today[1].version.number == 7);
    CHECK(facts.today(recorded("sample.lost", R"({"a":  1})")).at(0).data == R"({"a":  1})");
    CHECK_THROWS_AS(facts.today(recorded("sample.measured", R"({"by": 1})", 3)), eventstore::mismatch);
}
