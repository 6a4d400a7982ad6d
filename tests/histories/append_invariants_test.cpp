// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/append_invariants.hpp>
#include <tests/histories/check.hpp>
#include <tests/histories/made_history.hpp>

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

TEST_CASE("a correct history breaks nothing")
{
    const made_history well;
    CHECK(check(well.all).text == "");
}

TEST_CASE("a report names the invariants and says how they are broken")
{
    made_history spoilt;
    spoilt.all.broken = {"one", "two", "three", "four"};
    const auto found = check(spoilt.all);
    CHECK(found.broken == std::set<std::string>{"A0"});
    CHECK(found.text == "A0: one\nA0: two\nA0: three\nA0: and 1 more\n");
}

TEST_CASE("A0: a call that ends in another way than promised")
{
    made_history spoilt;
    spoilt.all.broken.emplace_back("append: duplicate key value violates unique constraint");
    CHECK(findings_of(a0_calls_end_as_promised, spoilt) == 1);
}

TEST_CASE("A1: a confirmed append that is not in the log")
{
    made_history spoilt;
    SUBCASE("it is gone") { spoilt.all.logs[0].pop_back(); }
    SUBCASE("it is elsewhere") { spoilt.all.appends[made_history::second].result->streams[0].first_position = {3}; }
    SUBCASE("it has another payload") { spoilt.all.logs[0].back().data = R"({"a":1})"; }
    SUBCASE("it has other metadata") { spoilt.all.logs[0].back().metadata = R"({"a":1})"; }
    SUBCASE("it has another time") { spoilt.all.logs[0].back().occurred_at = timestamp{}; }
    SUBCASE("its key was used for something else")
    {
        auto& again = spoilt.all.appends[made_history::resent].request.streams[0].events[0];
        again.id = new_uuid();
        again.data = R"({"a":1})";
    }
    SUBCASE("another one has its place") { spoilt.all.logs[0].back().id = new_uuid(); }
    SUBCASE("it was told for more than was sent")
    {
        spoilt.all.appends[made_history::second].request.streams[0].events.emplace_back();
    }
    CHECK(findings_of(a1_what_was_confirmed_is_there, spoilt) >= 1);
}

TEST_CASE("A2: an event that nobody sent, or that was refused")
{
    made_history spoilt;
    SUBCASE("nobody sent it") { spoilt.all.logs[0][2].id = new_uuid(); }
    SUBCASE("it was rolled back") { spoilt.all.appends[made_history::other].how = ending::undone; }
    SUBCASE("it was rejected") { spoilt.all.appends[made_history::other].result = std::unexpected(conflict{}); }
    SUBCASE("it was sent otherwise") { spoilt.all.logs[0][2].type = "lost"; }
    CHECK(findings_of(a2_what_is_there_was_sent, spoilt) == 1);
}

TEST_CASE("an event whose append was never answered may be there")
{
    made_history well;
    well.all.appends[made_history::other].how = ending::unknown;
    CHECK(check(well.all).text == "");
}

TEST_CASE("A3: an append that was sent twice and is there twice, or was answered twice")
{
    made_history spoilt;
    SUBCASE("there twice") { spoilt.all.logs[0].push_back(spoilt.all.logs[0].back()); }
    SUBCASE("the second answer differs")
    {
        spoilt.all.appends[made_history::resent].result->streams[0].last_position = {9};
    }
    SUBCASE("both answers are first ones") { spoilt.all.appends[made_history::resent].result->duplicate = false; }
    SUBCASE("a conflict with itself")
    {
        spoilt.all.appends[made_history::resent].result =
            std::unexpected(conflict{{{spoilt.stream("a"), expected_version::exactly({2}), {3}}}});
    }
    SUBCASE("its key is forgotten") { spoilt.all.key_reads[0].found.reset(); }
    SUBCASE("its key leads elsewhere") { spoilt.all.key_reads[0].found->streams[0].last_version = {9}; }
    CHECK(findings_of(a3_sent_twice_is_there_once, spoilt) >= 1);
}

TEST_CASE("A4: a version that is missing, at the end or in a read")
{
    made_history spoilt;
    SUBCASE("in the end")
    {
        spoilt.all.logs[0][3].version = {4};
        CHECK(findings_of(a4_versions_have_no_gaps, spoilt) == 1);
    }
    SUBCASE("in a read")
    {
        spoilt.all.stream_reads[0].events.erase(spoilt.all.stream_reads[0].events.begin() + 1);
        CHECK(findings_of(a4_versions_have_no_gaps, spoilt) == 1);
    }
}

TEST_CASE("A5: an append that was confirmed against what it expected")
{
    made_history spoilt;
    auto& one = spoilt.all.appends[made_history::second];
    SUBCASE("another version") { one.request.streams[0].expected = expected_version::exactly({1}); }
    SUBCASE("no stream") { one.request.streams[0].expected = expected_version::no_stream(); }
    SUBCASE("a stream")
    {
        spoilt.all.appends[made_history::first].request.streams[0].expected = expected_version::exists();
    }
    SUBCASE("two after one version")
    {
        auto twin = one;
        twin.request.streams[0].events[0].id = new_uuid();
        twin.request.idempotency_key.reset();
        spoilt.all.appends.push_back(twin);
    }
    CHECK(findings_of(a5_what_was_expected_was_so, spoilt) == 1);
}

TEST_CASE("A6: a conflict without a reason")
{
    made_history spoilt;
    auto& told = spoilt.all.appends[made_history::conflicting];
    auto& failed = std::get<conflict>(told.result.error()).failed[0];
    SUBCASE("the check would not have failed") { failed.expected = expected_version::exactly({2}); }
    SUBCASE("the version was still to come") { failed.actual = {3}; }
    SUBCASE("the version was over long ago") { failed.actual = {0}; }
    CHECK(findings_of(a6_conflicts_are_justified, spoilt) == 1);
}

TEST_CASE("A7: half an append")
{
    made_history spoilt;
    SUBCASE("a part is missing")
    {
        spoilt.all.appends[made_history::other].request.streams.push_back(
            {spoilt.stream("c"), expected_version::any(), {{.type = "moved"}}});
    }
    SUBCASE("something is in between") { std::swap(spoilt.all.logs[0][1].position, spoilt.all.logs[0][2].position); }
    CHECK(findings_of(a7_appends_are_whole, spoilt) == 1);
}

TEST_CASE("A8: an append that comes before one that had ended when it began")
{
    made_history spoilt;
    auto& log = spoilt.all.logs[0];
    std::swap(log[2], log[3]);
    CHECK(findings_of(a8_the_order_is_that_of_the_clock, spoilt) == 1);
}

TEST_CASE("A9: an event that was read differently than it is")
{
    made_history spoilt;
    SUBCASE("from its stream") { spoilt.all.stream_reads[0].events[0].data = R"({"a":1})"; }
    SUBCASE("from its log") { spoilt.all.log_reads[0].events[3].metadata = R"({"a":1})"; }
    CHECK(findings_of(a9_events_never_change, spoilt) == 1);
}

TEST_CASE("A10: a read that misses what was known")
{
    made_history spoilt;
    SUBCASE("of a stream") { spoilt.all.stream_reads[0].events.pop_back(); }
    SUBCASE("of a log") { spoilt.all.log_reads[0].events.pop_back(); }
    SUBCASE("of the heads") { spoilt.all.heads_reads[0].heads[0] = {3}; }
    CHECK(findings_of(a10_reads_do_not_lag, spoilt) == 1);
}

TEST_CASE("A10: what was read once is read again, even when its append was never answered")
{
    made_history spoilt;
    spoilt.all.appends[made_history::second].how = ending::unknown;
    spoilt.all.appends[made_history::resent].how = ending::unknown;
    spoilt.all.stream_reads.push_back(spoilt.all.stream_reads[0]);
    spoilt.all.stream_reads[1].when = spoilt.next_call(2);
    CHECK(findings_of(a10_reads_do_not_lag, spoilt) == 0);
    spoilt.all.stream_reads[1].events.pop_back();
    CHECK(findings_of(a10_reads_do_not_lag, spoilt) == 1);
}

TEST_CASE("A11: two appends that each did not find the other")
{
    made_history spoilt;
    auto& one = spoilt.append("c", expected_version::no_stream(), 1);
    one.request.streams.push_back({spoilt.stream("d"), expected_version::no_stream(), {}});
    const auto began = one.when.invoked;
    CHECK(findings_of(a11_one_order_explains_everything, spoilt) == 0);
    auto& other = spoilt.append("d", expected_version::no_stream(), 1);
    other.when.invoked = began;              // at the same time, so that the clock orders nothing
    CHECK(findings_of(a11_one_order_explains_everything, spoilt) == 0);
    other.request.streams.push_back({spoilt.stream("c"), expected_version::no_stream(), {}});
    CHECK(findings_of(a11_one_order_explains_everything, spoilt) == 2);
}
