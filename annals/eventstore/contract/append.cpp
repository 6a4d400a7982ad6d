// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/store_contract.hpp>

using namespace annals::eventstore;
using namespace annals::eventstore::contract;

TEST_CASE("versions of a stream are 1, 2, 3 …, and the result says where the events are")
{
    const corner in;
    const auto first = in.append("a", expected_version::no_stream(), events(2));
    const auto second = in.append("a", expected_version::exactly({2}), events(3));

    REQUIRE(first);
    REQUIRE(second);
    REQUIRE(second->streams.size() == 1);
    const auto& part = second->streams[0];
    CHECK(part.stream == in.stream("a"));
    CHECK(first->streams[0].first_version.number == 1);
    CHECK(first->streams[0].last_version.number == 2);
    CHECK(part.first_version.number == 3);
    CHECK(part.last_version.number == 5);
    CHECK(part.last_position == part.first_position + 2);
    CHECK(part.log.category == in.category);
    CHECK_FALSE(second->duplicate);
}

TEST_CASE("the expected version decides whether an append happens")
{
    const corner in;
    SUBCASE("any: always")
    {
        CHECK(in.append("a", expected_version::any(), events(1)));
        CHECK(in.append("a", expected_version::any(), events(1)));
    }
    SUBCASE("no stream: only the first time")
    {
        CHECK(in.append("a", expected_version::no_stream(), events(1)));
        CHECK(is_conflict(in.append("a", expected_version::no_stream(), events(1))));
    }
    SUBCASE("exists: not the first time")
    {
        CHECK(is_conflict(in.append("a", expected_version::exists(), events(1))));
        CHECK(in.append("a", expected_version::any(), events(1)));
        CHECK(in.append("a", expected_version::exists(), events(1)));
    }
    SUBCASE("exact: only at this version")
    {
        CHECK(in.append("a", expected_version::exactly({0}), events(1)));
        CHECK(is_conflict(in.append("a", expected_version::exactly({0}), events(1))));
        CHECK(is_conflict(in.append("a", expected_version::exactly({2}), events(1))));
        CHECK(in.append("a", expected_version::exactly({1}), events(1)));
    }
}

TEST_CASE("a conflict says what was expected and what was found, and stores nothing")
{
    const corner in;
    REQUIRE(in.append("a", expected_version::any(), events(3)));

    const auto failed = failed_checks(in.append("a", expected_version::exactly({1}), events(1)));

    REQUIRE(failed.size() == 1);
    CHECK(failed[0].stream == in.stream("a"));
    CHECK(failed[0].expected == expected_version::exactly({1}));
    CHECK(failed[0].actual.number == 3);
    CHECK(in.version_of("a") == 3);
}

TEST_CASE("an append to several streams happens whole or not at all")
{
    const corner in;
    REQUIRE(in.append("b", expected_version::any(), events(1)));

    const auto refused = in.append({{in.stream("a"), expected_version::no_stream(), events(1)},
                                    {in.stream("b"), expected_version::no_stream(), events(1)}});
    CHECK(is_conflict(refused));
    CHECK(in.version_of("a") == 0);

    const auto done = in.append({{in.stream("b"), expected_version::exactly({1}), events(2)},
                                 {in.stream("a"), expected_version::no_stream(), events(1)}});
    REQUIRE(done);
    REQUIRE(done->streams.size() == 2);
    CHECK(done->streams[0].stream == in.stream("b"));
    CHECK(done->streams[0].last_version.number == 3);
    CHECK(done->streams[1].stream == in.stream("a"));
    CHECK(done->streams[1].last_version.number == 1);
}

TEST_CASE("streams of several categories can be in one append")
{
    const corner in;
    const corner other{in.store};
    const auto done = in.append({{in.stream("a"), expected_version::no_stream(), events(1)},
                                 {other.stream("a"), expected_version::no_stream(), events(1)}});
    REQUIRE(done);
    CHECK(in.version_of("a") == 1);
    CHECK(other.version_of("a") == 1);
    CHECK(done->token().positions().size() == 2);
}

TEST_CASE("a stream can be checked without being written")
{
    const corner in;
    REQUIRE(in.append("guard", expected_version::any(), events(2)));

    const auto done = in.append({{in.stream("guard"), expected_version::exactly({2}), {}},
                                 {in.stream("a"), expected_version::no_stream(), events(1)}});
    REQUIRE(done);
    CHECK(done->streams.size() == 1);
    CHECK(in.version_of("guard") == 2);

    const auto refused = in.append({{in.stream("guard"), expected_version::exactly({1}), {}},
                                    {in.stream("a"), expected_version::exactly({1}), events(1)}});
    REQUIRE(failed_checks(refused).size() == 1);
    CHECK(failed_checks(refused)[0].stream == in.stream("guard"));
    CHECK(in.version_of("a") == 1);
}

TEST_CASE("a conflict reports every check that failed, in the request's order")
{
    const corner in;
    REQUIRE(in.append("b", expected_version::any(), events(1)));

    const auto failed = failed_checks(in.append({{in.stream("c"), expected_version::exists(), {}},
                                                 {in.stream("a"), expected_version::any(), events(1)},
                                                 {in.stream("b"), expected_version::no_stream(), events(1)}}));
    REQUIRE(failed.size() == 2);
    CHECK(failed[0].stream == in.stream("c"));
    CHECK(failed[0].actual.number == 0);
    CHECK(failed[1].stream == in.stream("b"));
    CHECK(failed[1].actual.number == 1);
}

TEST_CASE("the token of an append is the end of what it wrote")
{
    const corner in;
    const auto done = in.append("a", expected_version::any(), events(3));
    REQUIRE(done);
    const auto& part = done->streams[0];
    REQUIRE(done->token().positions().size() == 1);
    CHECK(done->token().positions().at(part.log) == part.last_position);
    CHECK(in.store->read_log(part.log, part.last_position - 1).front().version.number == 3);
}
