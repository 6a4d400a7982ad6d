// SPDX-License-Identifier: Apache-2.0
// The code of docs/guide/first-aggregate.md, compiled. tests/docs/pages_test.cpp checks that it is the same.
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/given.hpp>
#include <annals/commands/handle.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/memory/memory_snapshots.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/facts/append.hpp>
#include <annals/service/service.hpp>

#include <doctest/doctest.h>

namespace reader {

using namespace annals;
using commands::given;

// clang-format off
struct sample_created   { std::string barcode, sample_type; };
struct sample_validated { std::string by; };
struct validate_sample  { std::string by; };
ANNALS_EVENT(sample_created,   "sample.created",   barcode, sample_type)   // stored under these names
ANNALS_EVENT(sample_validated, "sample.validated", by)

struct sample {                                            // what may happen
    static constexpr auto category = "sample";
    using event    = std::variant<sample_created, sample_validated>;
    using decision = commands::decision<event>;

    auto decide(const validate_sample& command) const -> decision
    {
        if (now != stage::expected) return commands::refuse("only an expected sample can be validated");
        return sample_validated{command.by};
    }
    void evolve(const sample_created&)   { now = stage::expected; }
    void evolve(const sample_validated&) { now = stage::validated; }

    enum class stage { unknown, expected, validated } now = stage::unknown;
};
// clang-format on

auto reply(int status, const std::string&) -> int { return status; }

auto serve(service& laboratory) -> int
{
// clang-format off
const auto answer = laboratory.handle<sample>("S-1", validate_sample{.by = "ada"}, {.user_id = "ada"});
if (!answer) return reply(409, answer.error().reason);     // a refusal is a value
// clang-format on
    return reply(200, to_string(answer->token));
}

void remember(eventstore::store& store, eventstore::snapshots* kept)
{
// clang-format off
commands::aggregate_cache cache{store};                                     // 64 MiB of states
commands::snapshot_writer snapshots{*kept};                                 // of aggregates with a state_version
const auto answer = commands::handle<sample>(store, "S-1", validate_sample{.by = "ada"}, {.user_id = "ada"},
                                             {.cache = &cache, .snapshots = &snapshots});
// clang-format on
}

}  // namespace reader

TEST_CASE("the guide's cache and snapshots are used as the guide says")
{
    using namespace annals::eventstore;
    memory::memory_store store;
    memory::memory_snapshots kept;
    REQUIRE(annals::facts::append(store, {"sample", "S-1"}, no_stream(), reader::sample_created{"B", "blood"}));
    reader::remember(store, &kept);
    reader::remember(store, &kept);
    CHECK(store.read({"sample", "S-1"}, {}).size() == 2);    // refused the second time: it was validated before
}

TEST_CASE("the guide's aggregate is tested as the guide says")
{
    using namespace reader;
    // clang-format off
given<sample>(sample_created{"B-7", "blood"}).when(validate_sample{"ada"}).then(sample_validated{"ada"});
given<sample>().when(validate_sample{"ada"}).then_refused("only an expected sample can be validated");
    // clang-format on
}
