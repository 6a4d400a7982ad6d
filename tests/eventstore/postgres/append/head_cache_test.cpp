// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/head_cache.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;
using namespace annals::eventstore::postgres;
using namespace annals::libpq;

namespace {

constexpr std::int32_t log = 7;
const timestamp noon{std::chrono::hours{12}};

/// One call with one append, which wrote one event.
void write(head_cache& heads, const std::string& key, std::int64_t version, std::int64_t position)
{
    const stream_id stream{"sample", key};
    const routed_append request{{.streams = {{stream, expected_version::any(), {{.type = "noted"}}}}}, {{log, 0}}};
    const std::vector<const routed_append*> all{&request};
    const std::vector<verdict> verdicts{
        appended{{{stream, {version}, {version}, {"sample", 0}, {position}, {position}}}}};
    heads.add(all, verdicts, noon);
}

}  // namespace

TEST_CASE("a log is known when no other writer came between the last calls")
{
    head_cache heads(2);
    write(heads, "S-1", 1, 41);
    write(heads, "S-1", 2, 42);
    CHECK(heads.log(log) == nullptr);
    write(heads, "S-1", 3, 43);
    REQUIRE(heads.log(log) != nullptr);
    CHECK(heads.log(log)->position == 43);
    CHECK(heads.log(log)->recorded_at == noon);

    write(heads, "S-1", 4, 45);
    CHECK(heads.log(log) == nullptr);
    write(heads, "S-1", 5, 46);
    write(heads, "S-1", 6, 47);
    CHECK(heads.log(log) != nullptr);
}

TEST_CASE("several appends of one call count once")
{
    head_cache heads(3);
    write(heads, "S-1", 1, 1);
    const stream_id stream{"sample", "S-1"};
    const routed_append request{{.streams = {{stream, expected_version::any(), {{.type = "noted"}}}}}, {{log, 0}}};
    const std::vector<const routed_append*> all{&request, &request};
    const std::vector<verdict> verdicts{appended{{{stream, {2}, {2}, {"sample", 0}, {2}, {2}}}},
                                        appended{{{stream, {3}, {3}, {"sample", 0}, {3}, {3}}}}};
    heads.add(all, verdicts, {});
    CHECK(heads.log(log) == nullptr);
    write(heads, "S-1", 4, 4);
    CHECK(heads.log(log) != nullptr);
}

TEST_CASE("the end that was read of a log is kept, unless another writer was there")
{
    head_cache heads(0);
    write(heads, "S-1", 1, 1);
    heads.compare(log, {1, noon + std::chrono::hours{1}});
    REQUIRE(heads.log(log) != nullptr);
    CHECK(heads.log(log)->recorded_at == noon + std::chrono::hours{1});
    heads.compare(log, {2, noon});
    CHECK((heads.log(log) == nullptr || heads.log(log)->position == 0));
}

TEST_CASE("the streams written last are remembered, and those of a refused call are not")
{
    head_cache heads(0);
    constexpr int many = 300'000;
    for (int n = 0; n < many; ++n) write(heads, "S-" + std::to_string(n), n, n);
    CHECK(heads.version(log, "S-0") == std::nullopt);
    CHECK(heads.version(log, "S-299999") == 299'999);
    CHECK(heads.version(log + 1, "S-299999") == std::nullopt);

    const routed_append request{{.streams = {{{"sample", "S-299999"}, expected_version::any(), {}}}}, {{log, 0}}};
    const std::vector<const routed_append*> all{&request};
    heads.forget(all);
    CHECK(heads.version(log, "S-299999") == std::nullopt);
    CHECK(heads.version(log, "S-299998") == 299'998);
    CHECK(heads.log(log) == nullptr);
}
