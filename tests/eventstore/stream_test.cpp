// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/stream.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;

TEST_CASE("versions and positions are counted by events, and two of them are so many events apart")
{
    constexpr stream_version third{3};
    static_assert(third + 2 == stream_version{5});
    static_assert(third - 1 == stream_version{2});
    static_assert(stream_version{5} - third == 2);
    static_assert(third < third + 1);

    log_position end{7};
    CHECK(++end == log_position{8});
    CHECK(end - log_position{} == 8);
}

namespace {

template <class Left, class Right>
concept subtracts = requires(Left left, Right right) { left - right; };

}  // namespace

TEST_CASE("a version and a position are never confused")
{
    static_assert(subtracts<stream_version, stream_version> && subtracts<log_position, log_position>);
    static_assert(!subtracts<stream_version, log_position> && !subtracts<log_position, stream_version>);
}
