// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/known_ends.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;
using namespace annals::eventstore::postgres;

namespace {

constexpr std::int32_t log = 7;
const timestamp noon{std::chrono::hours{12}};

/// One call with one append, which wrote one event.
void write(known_ends& known, const std::string& key, std::int64_t version, std::int64_t position)
{
    const stream_id stream{"sample", key};
    const addressed_request request{{.streams = {{stream, expected_version::any(), {{.type = "noted"}}}}}, {{log, 0}}};
    const std::vector<const addressed_request*> all{&request};
    const std::vector<verdict> verdicts{
        appended{{{stream, {version}, {version}, {"sample", 0}, {position}, {position}}}}};
    known.add(all, verdicts, noon);
}

}  // namespace

TEST_CASE("a log is known when no other writer came between the last calls")
{
    known_ends known(2);
    write(known, "S-1", 1, 41);
    write(known, "S-1", 2, 42);
    CHECK(known.log(log) == nullptr);
    write(known, "S-1", 3, 43);
    REQUIRE(known.log(log) != nullptr);
    CHECK(known.log(log)->position == 43);
    CHECK(known.log(log)->recorded_at == noon);

    write(known, "S-1", 4, 45);
    CHECK(known.log(log) == nullptr);
    write(known, "S-1", 5, 46);
    write(known, "S-1", 6, 47);
    CHECK(known.log(log) != nullptr);
}

TEST_CASE("several appends of one call count once")
{
    known_ends known(3);
    write(known, "S-1", 1, 1);
    const stream_id stream{"sample", "S-1"};
    const addressed_request request{{.streams = {{stream, expected_version::any(), {{.type = "noted"}}}}}, {{log, 0}}};
    const std::vector<const addressed_request*> all{&request, &request};
    const std::vector<verdict> verdicts{appended{{{stream, {2}, {2}, {"sample", 0}, {2}, {2}}}},
                                        appended{{{stream, {3}, {3}, {"sample", 0}, {3}, {3}}}}};
    known.add(all, verdicts, {});
    CHECK(known.log(log) == nullptr);
    write(known, "S-1", 4, 4);
    CHECK(known.log(log) != nullptr);
}

TEST_CASE("the end that was read of a log is kept, unless another writer was there")
{
    known_ends known(0);
    write(known, "S-1", 1, 1);
    known.compare(log, {1, noon + std::chrono::hours{1}});
    REQUIRE(known.log(log) != nullptr);
    CHECK(known.log(log)->recorded_at == noon + std::chrono::hours{1});
    known.compare(log, {2, noon});
    CHECK((known.log(log) == nullptr || known.log(log)->position == 0));
}

TEST_CASE("the streams written last are remembered, and those of a refused call are not")
{
    known_ends known(0);
    constexpr int many = 300'000;
    for (int n = 0; n < many; ++n) write(known, "S-" + std::to_string(n), n, n);
    CHECK(known.version(log, "S-0") == std::nullopt);
    CHECK(known.version(log, "S-299999") == 299'999);
    CHECK(known.version(log + 1, "S-299999") == std::nullopt);

    const addressed_request request{{.streams = {{{"sample", "S-299999"}, expected_version::any(), {}}}}, {{log, 0}}};
    const std::vector<const addressed_request*> all{&request};
    known.forget(all);
    CHECK(known.version(log, "S-299999") == std::nullopt);
    CHECK(known.version(log, "S-299998") == 299'998);
    CHECK(known.log(log) == nullptr);
}
