// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/handled_offsets.hpp>

#include <doctest/doctest.h>

using annals::kafka::handled_offsets;

TEST_CASE("records that are handled in another order are passed when all before them are handled")
{
    handled_offsets all;
    CHECK_FALSE(all.next());
    for (const int offset : {7, 8, 10}) all.began(offset);
    CHECK(all.next() == 7);
    all.ended(8);
    CHECK(all.next() == 7);
    all.ended(7);
    CHECK(all.next() == 10);
    all.ended(10);
    CHECK(all.next() == 11);
    all.ended(99);
    CHECK(all.next() == 11);
}
