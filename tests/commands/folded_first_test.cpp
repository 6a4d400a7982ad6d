// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/handle.hpp>
#include <annals/eventstore/errors.hpp>
#include <tests/commands/laboratory.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace annals;
using namespace annals::tests;
using commands::handle;

namespace {

/// Records a fact that it cannot fold, and claims one of its own kind.
struct bomb {
    static constexpr auto category = "bomb";
    using event = std::variant<sample_validated, sample_archived>;
    using decision = commands::decision<event>;
    auto decide(const validate_sample&) const -> decision { return {sample_archived{}, sample_validated{}}; }
    auto decide(const create_sample& command) const -> decision
    {
        return decision{sample_archived{}}.claiming<bomb>(command.barcode, sample_validated{},
                                                          commands::refuse("taken"));
    }
    void evolve(const sample_validated&) { throw std::runtime_error("boom"); }
    void evolve(const sample_archived&) {}
};

struct opened {
    eventstore::timestamp until = eventstore::timestamp::max();
};
ANNALS_EVENT(opened, "door.opened", until)

struct open_door {};

struct door {
    static constexpr auto category = "door";
    using event = std::variant<opened>;
    using decision = commands::decision<event>;
    auto decide(const open_door&) const -> decision { return opened{}; }
    void evolve(const opened&) {}
};

}  // namespace

TEST_CASE("a fact that cannot be folded is found before it is recorded, also that of a claim")
{
    hooked_store store;
    CHECK_THROWS_WITH_AS((void)handle<bomb>(store, "B-1", validate_sample{}),
                         "nothing is recorded: sample.validated could not be folded into bomb-B-1 afterwards: boom",
                         eventstore::invalid_request);
    CHECK_THROWS_WITH_AS((void)handle<bomb>(store, "B-1", create_sample{.barcode = "B-2"}),
                         "nothing is recorded: sample.validated could not be folded into bomb-B-2 afterwards: boom",
                         eventstore::invalid_request);
    CHECK(store.appends == 0);
}

TEST_CASE("a fact with a time that cannot be written is refused, and its stream still works")
{
    hooked_store store;
    CHECK_THROWS_WITH_AS((void)handle<door>(store, "D-1", open_door{}),
                         "door.opened cannot be stored: a time is outside the years 0000 to 9999: for \"never\" use an "
                         "optional",
                         eventstore::invalid_request);
    CHECK(store.read({"door", "D-1"}, {}).empty());
}
