// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/given.hpp>
#include <annals/commands/handle.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <tests/support/old_laboratory.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests::old_laboratory;
using commands::given, commands::refuse;
using eventstore::new_event;

namespace {

struct archive_sample {};

/// Its refusal shows which facts it has seen.
struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<measured, put_away, archived>;
    using decision = commands::decision<event>;

    auto decide(const archive_sample&) const -> decision { return refuse(seen); }
    void evolve(const measured& fact) { seen += "measured " + std::to_string(fact.volume_ml).substr(0, 3) + ". "; }
    void evolve(const put_away& fact) { seen += "put away to " + fact.place + ". "; }
    void evolve(const archived&) { seen += "archived. "; }

    std::string seen;
};

const new_event shelved{.type = "sample.shelved", .schema_version = 1, .data = R"({"shelf":"4"})"};
const new_event arrived_in{.type = "sample.arrived", .data = R"({"at":"room 2","volume_ul":2500})"};

}  // namespace

TEST_CASE("an aggregate sees its past as the facts of today, whatever they were stored as")
{
    eventstore::memory::memory_store store;
    REQUIRE(store.store::append(
        {.streams = {{{"sample", "S-1"}, eventstore::expected_version::no_stream(), {arrived_in, shelved}}}}));

    const auto answer = commands::handle<sample>(store, "S-1", archive_sample{});

    REQUIRE_FALSE(answer);
    CHECK(answer.error().reason == "measured 2.5. put away to room 2. put away to shelf 4. ");
}

TEST_CASE("a test may begin with a former event, or with the form in which an older program stored one")
{
    given<sample>(received{.by = "ada", .place = "room 2"}, archived{})
        .when(archive_sample{})
        .then_refused("put away to room 2. archived. ");
    given<sample>(arrived_in, shelved)
        .when(archive_sample{})
        .then_refused("measured 2.5. put away to room 2. put away to shelf 4. ");
}
