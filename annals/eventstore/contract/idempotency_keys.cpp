// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/at_once.hpp>
#include <annals/eventstore/contract/store_contract.hpp>

#include <array>
#include <future>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

namespace {

constexpr auto key = "order 7";

auto under_the_key(std::vector<stream_append> streams, std::optional<std::string> used_for = {}) -> append_request
{
    return {.streams = std::move(streams), .resend = false, .idempotency_key = key, .used_for = std::move(used_for)};
}

/// The version that the first use of the key wrote, and its stream; empty for any other result.
auto first_use(const append_result& result) -> std::string
{
    if (result || !std::holds_alternative<idempotency_key_reused>(result.error())) return {};
    const auto& found = std::get<idempotency_key_reused>(result.error());
    CHECK(found.key == key);
    return found.stream.key + "@" + std::to_string(found.version.number);
}

}  // namespace

TEST_CASE("the same request under an idempotency key gives the first result, whatever happened since")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    auto request = under_the_key({{in.stream("a"), expected_version::exactly({1}), events(2)},
                                  {in.stream("guard"), expected_version::no_stream(), {}},
                                  {in.stream("b"), expected_version::any(), events(1)}});
    const auto first = in.store->append(request);
    REQUIRE(first);
    CHECK_FALSE(first->duplicate);
    for (const auto* const other : {"a", "guard"}) REQUIRE(in.append(other, expected_version::any(), events(1)));
    SUBCASE("as it was") {}
    SUBCASE("with new ids, metadata and times, as another try makes them")
    {
        for (auto& part : request.streams)
            for (auto& event : part.events) {
                event.id = new_uuid();
                event.metadata = R"({"traceparent":"another"})";
                event.occurred_at = now();
            }
    }
    SUBCASE("with another expected version") { request.streams[0].expected = expected_version::exactly({4}); }
    SUBCASE("marked as sent again") { request.resend = true; }
    SUBCASE("without the check") { request.streams.erase(request.streams.begin() + 1); }

    check_first_result(in.store->append(request), first);
    CHECK(in.version_of("a") == 4);
    CHECK(in.version_of("b") == 1);
}

TEST_CASE("another request under a used idempotency key is refused, naming the first use")
{
    const corner in;
    const stream_append part{in.stream("a"), expected_version::any(), events(2)};
    REQUIRE(in.append("a", expected_version::any(), events(1)));
    REQUIRE(in.store->append(under_the_key({part})));
    auto other = under_the_key({part});
    auto& events = other.streams[0].events;
    SUBCASE("another stream") { other.streams[0].stream = in.stream("b"); }
    SUBCASE("another stream, which expects what is not so")
    {
        other.streams[0] = {in.stream("b"), expected_version::exactly({7}), events};
    }
    SUBCASE("another type") { events[1].type = "thing.undone"; }
    SUBCASE("another schema version") { events[1].schema_version = 2; }
    SUBCASE("another payload") { events[1].data = "{}"; }
    SUBCASE("fewer events") { events.pop_back(); }
    SUBCASE("more events") { events.push_back(event()); }
    SUBCASE("another order") { std::swap(events[0].data, events[1].data); }
    SUBCASE("one stream more") { other.streams.push_back({in.stream("b"), expected_version::any(), {event()}}); }
    SUBCASE("the same ids, marked as sent again")
    {
        events[0].data = "{}";
        other.resend = true;
    }
    SUBCASE("a use that the caller names") { other.used_for = "something else"; }

    CHECK(first_use(in.store->append(other)) == "a@2");
    CHECK(in.version_of("a") == 3);
    CHECK(in.version_of("b") == 0);
}

TEST_CASE("a caller may say what a key is used for: then that is compared, not the events")
{
    const corner in;
    const auto request = [&](const std::string& use, int count) {
        return under_the_key({{in.stream("a"), expected_version::any(), events(count)}}, use);
    };
    const auto first = in.store->append(request("rent the bike", 2));
    check_first_result(in.store->append(request("rent the bike", 1)), first);
    CHECK(first_use(in.store->append(request("return the bike", 2))) == "a@1");
    CHECK(in.version_of("a") == 2);
}

TEST_CASE("the result under a key can be asked for before anything is decided")
{
    const corner in;
    CHECK_FALSE(in.store->find_appended(in.category, key));
    const auto first =
        in.store->append(under_the_key({{in.stream("a"), expected_version::any(), events(2)}}, "rent the bike"));

    const auto whatever = in.store->find_appended(in.category, key);
    const auto same = in.store->find_appended(in.category, key, "rent the bike");
    const auto other = in.store->find_appended(in.category, key, "return the bike");
    REQUIRE((whatever && same && other));
    check_first_result(*whatever, first);
    check_first_result(*same, first);
    CHECK(first_use(*other) == "a@1");
    CHECK_FALSE(in.store->find_appended(in.category, "order 8", "rent the bike"));
    CHECK_FALSE(in.store->find_appended(corner{in.store}.category, key));
}

TEST_CASE("a key of one category is another one in another category")
{
    const corner in;
    const corner elsewhere{in.store};
    REQUIRE(in.store->append(under_the_key({{in.stream("a"), expected_version::any(), events(1)}})));
    const auto other = in.store->append(under_the_key({{elsewhere.stream("a"), expected_version::any(), events(2)}}));
    REQUIRE(other);
    CHECK_FALSE(other->duplicate);
}

TEST_CASE("an idempotency key is not used up by an append that was refused")
{
    const corner in;
    auto request = under_the_key({{in.stream("a"), expected_version::exists(), events(1)}});
    CHECK(is_conflict(in.store->append(request)));
    CHECK_FALSE(in.store->find_appended(in.category, key));
    request.streams[0].expected = expected_version::no_stream();
    request.streams[0].events[0].data = R"({"another":"content"})";
    const auto done = in.store->append(request);
    REQUIRE(done);
    CHECK_FALSE(done->duplicate);
}

TEST_CASE("of many callers that use one key for different streams together, one succeeds")
{
    const corner in;
    constexpr int callers = 8;
    std::array<bool, callers> stored{};
    at_once(callers, [&](int n) {
        const auto mine = in.stream("s" + std::to_string(n));
        const auto result = in.store->append(under_the_key({{mine, expected_version::any(), events(1)}}));
        stored[static_cast<std::size_t>(n)] = result.has_value();
        if (!result) CHECK_FALSE(first_use(result).empty());
    });
    CHECK(std::ranges::count(stored, true) == 1);
    for (int n = 0; n < callers; ++n)
        CHECK(in.version_of("s" + std::to_string(n)) == (stored[static_cast<std::size_t>(n)] ? 1 : 0));
}

TEST_CASE("a caller waits for a key in an open transaction, and is then refused for any other request")
{
    const corner in;
    if (!in.hold) {
        MESSAGE("skipped: this store holds no transactions open");
        return;
    }
    const auto open = in.hold(under_the_key({{in.stream("a"), expected_version::any(), events(1)}}));
    const auto guarded = under_the_key({{in.stream("guard"), expected_version::no_stream(), {}},
                                        {in.stream("b"), expected_version::any(), events(2)}});
    auto other = std::async(std::launch::async, [&] { return in.store->append(guarded); });
    open->commit();
    CHECK(first_use(other.get()) == "a@1");
    CHECK(in.version_of("b") == 0);
}
