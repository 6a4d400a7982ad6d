// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/contract/subject.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

/// The promises of every store, as tests. A doctest program tests its store with them: it links
/// `annals::store_contract` and defines `store_under_test`. Each test has its own category, so all may share one
/// store.
namespace annals::eventstore::contract {

/// Called once per test.
auto store_under_test() -> subject;

/// One test's corner of a store.
struct corner {
    explicit corner(subject tested = store_under_test()) : store(std::move(tested.store)), hold(std::move(tested.hold))
    {
        std::ranges::replace(category, '-', '_');
    }
    /// Another category in the same store.
    explicit corner(std::shared_ptr<eventstore::store> used) : corner(subject{std::move(used)}) {}

    auto stream(const std::string& key) const -> stream_id { return {category, key}; }

    auto append(const std::string& key, expected_version expected, std::vector<new_event> events) const -> append_result
    {
        return store->append(
            {.streams = {{stream(key), expected, std::move(events)}}, .resend = false, .idempotency_key = {}});
    }

    auto append(std::vector<stream_append> streams) const -> append_result
    {
        return store->append({.streams = std::move(streams), .resend = false, .idempotency_key = {}});
    }

    auto version_of(const std::string& key) const -> std::int64_t
    {
        const auto events = store->read(stream(key));
        return events.empty() ? 0 : events.back().version.number;
    }

    std::shared_ptr<eventstore::store> store;
    decltype(subject::hold) hold;
    std::string category = "contract_" + to_string(new_uuid());
};

inline auto event(std::string type = "thing.happened", std::string data = "{}") -> new_event
{
    return {.id = new_uuid(),
            .type = std::move(type),
            .schema_version = 1,
            .data = std::move(data),
            .metadata = "{}",
            .occurred_at = {}};
}

inline auto events(int count) -> std::vector<new_event>
{
    std::vector<new_event> all;
    for (int i = 0; i < count; ++i) all.push_back(event("thing.happened", R"({"n":)" + std::to_string(i) + "}"));
    return all;
}

/// The checks that failed; none for any other result.
inline auto failed_checks(const append_result& result) -> std::vector<failed_check>
{
    if (result || !std::holds_alternative<conflict>(result.error())) return {};
    return std::get<conflict>(result.error()).failed;
}

/// Checks that the append was there already: the result is the first one, and nothing was added.
inline void check_first_result(const append_result& again, const append_result& first)
{
    REQUIRE(first);
    REQUIRE_MESSAGE(again, to_string(again.error()));
    CHECK(again->duplicate);
    REQUIRE(again->streams.size() == first->streams.size());
    for (std::size_t i = 0; i < first->streams.size(); ++i) {
        CHECK(again->streams[i].stream == first->streams[i].stream);
        CHECK(again->streams[i].first_version == first->streams[i].first_version);
        CHECK(again->streams[i].last_version == first->streams[i].last_version);
        CHECK(again->streams[i].first_position == first->streams[i].first_position);
        CHECK(again->streams[i].last_position == first->streams[i].last_position);
    }
    CHECK(again->token() == first->token());
}

inline auto is_conflict(const append_result& result) -> bool { return !failed_checks(result).empty(); }

/// The id that was used before; nil for any other result.
inline auto reused_id(const append_result& result) -> uuid
{
    if (result || !std::holds_alternative<event_id_reused>(result.error())) return {};
    return std::get<event_id_reused>(result.error()).id;
}

/// What differs under an id that was used before; empty for any other result.
inline auto difference(const append_result& result) -> std::string
{
    if (result || !std::holds_alternative<event_id_reused>(result.error())) return {};
    return std::get<event_id_reused>(result.error()).differs;
}

}  // namespace annals::eventstore::contract
