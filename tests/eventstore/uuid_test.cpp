// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/uuid.hpp>

#include <doctest/doctest.h>

#include <set>
#include <thread>
#include <vector>

using namespace annals::eventstore;

TEST_CASE("a new id is of version 7 and holds the time")
{
    const auto before = std::chrono::floor<std::chrono::milliseconds>(now());
    const auto id = new_uuid();
    CHECK(to_string(id)[14] == '7');
    CHECK((id.data[8] & 0xc0) == 0x80);
    CHECK(time_of(id) >= before);
    CHECK(time_of(id) <= now() + std::chrono::seconds{1});
}

TEST_CASE("one thread's ids ascend, even within a millisecond")
{
    auto last = new_uuid();
    for (int i = 0; i < 20'000; ++i) {
        const auto next = new_uuid();
        REQUIRE(last < next);
        last = next;
    }
}

TEST_CASE("ids of several threads differ")
{
    std::vector<std::vector<uuid>> made(4);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : made)
            threads.emplace_back([&mine] {
                for (int i = 0; i < 5'000; ++i) mine.push_back(new_uuid());
            });
    }
    std::set<uuid> all;
    for (const auto& mine : made) all.insert(mine.begin(), mine.end());
    CHECK(all.size() == 20'000);
}

TEST_CASE("the id of a name is always the same, and another for each name")
{
    CHECK(uuid_of_name("hospital-A-1") == uuid_of_name("hospital-A-1"));
    CHECK(uuid_of_name("hospital-A-1") != uuid_of_name("hospital-A-2"));
    CHECK(to_string(uuid_of_name("a"))[14] == '5');
}

TEST_CASE("an id is read as it is written; an invalid one is refused")
{
    const auto id = new_uuid();
    CHECK(parse_uuid(to_string(id)) == id);
    for (const auto* text : {"", "7", "0199aaaa-bbbb-7ccc-8ddd-eeeeffff000g", "0199aaaabbbb7ccc8dddeeeeffff0000",
                             "{199aaaa-bbbb-7ccc-8ddd-eeeeffff000}", "0199aaaa-bbbb-7ccc-8ddd-eeeeffff00001"})
        CHECK_THROWS_AS(parse_uuid(text), invalid_request);
}
