// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/partition.hpp>
#include <tests/histories/made_history.hpp>
#include <tests/histories/order_invariants.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace annals::histories;
using namespace annals::eventstore;

namespace {

auto findings_of(findings (*invariant)(const index&), const made_history& spoilt) -> std::size_t
{
    return invariant(index(spoilt.all)).size();
}

}  // namespace

TEST_CASE("G1: a gap in a log, or a position that once had another event")
{
    made_history spoilt;
    SUBCASE("a gap") { spoilt.all.logs[0].erase(spoilt.all.logs[0].begin() + 2); }
    SUBCASE("another event, in a log") { spoilt.all.log_reads[0].events[3].id = new_uuid(); }
    SUBCASE("another event, in a stream") { spoilt.all.stream_reads[0].events[0].id = new_uuid(); }
    CHECK(findings_of(g1_a_position_is_one_event, spoilt) >= 1);
}

TEST_CASE("G2: a log or a follower that has version 2 of a stream before version 1")
{
    made_history spoilt;
    const auto turn = [](auto& events) { std::swap(events[0], events[1]); };
    SUBCASE("the log") { turn(spoilt.all.logs[0]); }
    SUBCASE("a read") { turn(spoilt.all.log_reads[0].events); }
    SUBCASE("a follower") { turn(spoilt.all.followers[0]); }
    CHECK(findings_of(g2_logs_keep_the_order_of_streams, spoilt) == 1);
}

TEST_CASE("G3: a follower that gets an event twice, or too late")
{
    made_history spoilt;
    auto& given = spoilt.all.followers[0];
    SUBCASE("twice") { given.push_back(given.back()); }
    SUBCASE("too late") { std::swap(given[2], given[3]); }
    CHECK(findings_of(g3_followers_go_forward, spoilt) == 1);
}

TEST_CASE("G4: an event that appears before a follower's position")
{
    made_history spoilt;
    spoilt.all.followers[0].erase(spoilt.all.followers[0].begin() + 1);
    CHECK(findings_of(g4_nothing_appears_behind_a_follower, spoilt) == 1);
}

TEST_CASE("G5: a follower that does not reach the head")
{
    made_history spoilt;
    SUBCASE("it stays behind") { spoilt.all.followers[0].pop_back(); }
    SUBCASE("it was given nothing") { spoilt.all.followers[0].clear(); }
    CHECK(findings_of(g5_followers_reach_the_head, spoilt) == 1);
    CHECK(findings_of(g4_nothing_appears_behind_a_follower, spoilt) == 0);
}

TEST_CASE("G6: an event in a log that is not its key's")
{
    made_history spoilt;
    spoilt.all.category.partitions = 2;
    for (auto& event : spoilt.all.logs[0]) event.partition = partition_of(event.stream.key, 2);
    CHECK(findings_of(g6_a_key_has_one_log, spoilt) == 0);
    spoilt.all.logs[0][2].partition = 1 - spoilt.all.logs[0][2].partition;
    CHECK(findings_of(g6_a_key_has_one_log, spoilt) == 1);
}

TEST_CASE("G7: an event recorded before the one in front of it")
{
    made_history spoilt;
    spoilt.all.logs[0][2].recorded_at = spoilt.all.logs[0][0].recorded_at;
    CHECK(findings_of(g7_recording_times_do_not_go_back, spoilt) == 1);
}
