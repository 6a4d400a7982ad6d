// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/check_log.hpp>

#include <doctest/doctest.h>

namespace annals::fault_runs {
namespace {

using answer = tried_append::answer;

/// Two streams in one log, in three appends: A1 A2, B1, A3.
struct history {
    whole_log log{.rows = {{1, 1, 1, 0, "A", "a1", "t", "{}"},
                           {1, 2, 2, 0, "A", "a2", "t", "{}"},
                           {1, 3, 1, 0, "B", "b1", "t", "{}"},
                           {1, 4, 3, 0, "A", "a3", "t", "{}"}},
                  .partitions = {{1, 0}},
                  .heads = {{1, 4}}};
    std::vector<tried_append> appends{{answer::stored, {{"A", 0, {"a1", "a2"}, 1, 1}}},
                                      {answer::in_doubt, {{"B", -1, {"b1"}}}},
                                      {answer::stored, {{"A", 2, {"a3"}, 3, 4}}},
                                      {answer::refused, {{"A", 1, {"a4"}}}}};

    auto numbers() const -> std::size_t { return check_numbers(log).found().size(); }
    auto broken() const -> std::size_t { return check_appends(log, appends).found().size(); }
};

TEST_CASE_FIXTURE(history, "a log that has what was acknowledged is right")
{
    CHECK(numbers() == 0);
    CHECK(broken() == 0);
}

TEST_CASE_FIXTURE(history, "a gap, a position that is there twice, an id that is there twice, a key in two logs")
{
    SUBCASE("gap") { log.rows.erase(log.rows.begin() + 2); }
    SUBCASE("twice") { log.rows[3].position = 3; }
    SUBCASE("id") { log.rows[3].id = "a1"; }
    SUBCASE("two logs") { log.rows[3] = {2, 1, 3, 0, "A", "a3", "t", "{}"}; }
    SUBCASE("versions against positions") { std::swap(log.rows[0].version, log.rows[1].version); }
    CHECK(numbers() > 0);
}

TEST_CASE_FIXTURE(history, "what was acknowledged is lost, elsewhere, torn, refused and there, or nobody's")
{
    SUBCASE("lost") { log.rows.pop_back(); }
    SUBCASE("elsewhere") { appends[2].parts[0].first_position = 5; }
    SUBCASE("torn") { log.rows.erase(log.rows.begin() + 1); }
    SUBCASE("torn and in doubt") { appends[1].parts[0].ids.push_back("b2"); }
    SUBCASE("refused") { appends[3].parts[0].ids = {"b1"}; }
    SUBCASE("another version than expected") { appends[2].parts[0].expected = 1; }
    SUBCASE("nobody's") { appends.erase(appends.begin() + 1); }
    CHECK(broken() > 0);
}

}  // namespace
}  // namespace annals::fault_runs
