// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/partition.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;

TEST_CASE("murmur2 gives what Kafka's Java client gives")
{
    // From the Java client's own tests (UtilsTest.testMurmur2).
    CHECK(murmur2("21") == -973932308);
    CHECK(murmur2("foobar") == -790332482);
    CHECK(murmur2("a-little-bit-long-string") == -985981536);
    CHECK(murmur2("a-little-bit-longer-string") == -1486304829);
    CHECK(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8") == -58897971);
    CHECK(murmur2("abc") == 479470107);
}

TEST_CASE("a key is in one of the category's partitions, even when the hash is negative")
{
    CHECK(partition_of("21", 8) == (-973932308 & 0x7fffffff) % 8);
    CHECK(partition_of("anything", 1) == 0);
}
