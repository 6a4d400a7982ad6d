// SPDX-License-Identifier: Apache-2.0
// The code of docs/guide/upcasting.md, compiled. tests/docs/pages_test.cpp checks that it is the same.
#include <annals/commands/given.hpp>
#include <annals/facts/facts.hpp>

#include <doctest/doctest.h>

namespace upcasting {

using namespace annals;
using commands::given;

// As the page has it.
// clang-format off
struct sample_measured { double volume_ml = 0; std::string by; };
ANNALS_EVENT(sample_measured, "sample.measured", volume_ml, by)

/// 1 → 2: volumes were microlitres.
inline void upcast(facts::from_version<sample_measured, 1>, eventstore::json& stored)
{ stored["volume_ml"] = stored.at("volume_ul").get<double>() / 1000; }

struct sample_stored { std::string place; };
ANNALS_EVENT(sample_stored, "sample.stored", place)
ANNALS_FORMER_NAMES(sample_stored, "sample.shelved")

struct sample_received { std::string place; double volume_ml = 0; };
ANNALS_EVENT(sample_received, "sample.received", place, volume_ml)
ANNALS_FORMER_EVENTS(sample_measured, sample_received)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

inline auto upcast(const sample_received& was) -> std::tuple<sample_measured, sample_stored>
{ return {{was.volume_ml, "the desk"}, {was.place}}; }
// clang-format on

/// An event that means nothing any more, read by a program that lists the fact that it once went with.
struct sample_weighed {};
ANNALS_EVENT(sample_weighed, "sample.weighed")
struct sample_archived {};
ANNALS_EVENT(sample_archived, "sample.archived")
ANNALS_FORMER_EVENTS(sample_archived, sample_weighed)
inline auto upcast(const sample_weighed&) -> std::vector<sample_archived> { return {}; }

struct archive_sample {};

/// Says what it has seen.
struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_measured, sample_stored, sample_archived>;
    using decision = commands::decision<event>;

    auto decide(const archive_sample&) const -> decision { return commands::refuse(volume + " at " + place); }
    void evolve(const sample_measured& fact) { volume = std::to_string(fact.volume_ml).substr(0, 1) + " ml"; }
    void evolve(const sample_stored& fact) { place = fact.place; }
    void evolve(const sample_archived&) { place = "the archive"; }

    std::string volume, place;
};

}  // namespace upcasting

TEST_CASE("the page's events of yesterday are read as the page says")
{
    using namespace upcasting;
    // clang-format off
const eventstore::new_event shelved{.type = "sample.shelved", .data = R"({"place":"4"})"};
given<sample>(sample_received{"2", 4}, shelved).when(archive_sample{}).then_refused("4 ml at 4");
    // clang-format on
    const eventstore::new_event measured{
        .type = "sample.measured", .schema_version = 1, .data = R"({"volume_ul":7000})"};
    given<sample>(shelved, measured, sample_weighed{}).when(archive_sample{}).then_refused("7 ml at 4");
}
