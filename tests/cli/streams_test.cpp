// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace annals::tests {
namespace {

/// A category of eight logs with the streams K-00 to K-24; K-03 has three events.
struct many_streams {
    temporary_database database;

    many_streams()
    {
        std::string rows = "key,type,n\n";
        for (int i = 24; i >= 0; --i) rows += key(i) + ",came,1\n";
        rows += "K-03,came,2\nK-03,left,3\n";
        run({"import", "-", "--format", "csv", "--category", "visit", "--key", "key", "--type", "type"}, rows);
    }

    static auto key(int number) -> std::string { return (number < 10 ? "K-0" : "K-") + std::to_string(number); }

    auto run(std::vector<std::string> words, const std::string& input = {}) const -> outcome
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", database.dsn()});
        return child(std::move(words), {}, input).wait();
    }
    auto keys(std::vector<std::string> words) const -> std::vector<std::string>
    {
        words.insert(words.begin(), {"streams", "visit", "--json", "--quiet"});
        const std::string before = "{\"key\": \"";
        std::vector<std::string> all;
        std::istringstream lines(run(std::move(words)).out);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with(before))
                all.push_back(line.substr(before.size(), line.find('"', before.size()) - before.size()));
        return all;
    }
};

auto keys_from(int first, int last) -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (int i = first; i <= last; ++i) all.push_back(many_streams::key(i));
    return all;
}

}  // namespace

TEST_CASE_FIXTURE(many_streams, "the streams of a category are listed by their keys, over all its logs, page by page")
{
    CHECK(keys({}) == keys_from(0, 24));
    CHECK(keys({"--limit", "0"}) == keys_from(0, 24));
    CHECK(keys({"--limit", "10"}) == keys_from(0, 9));
    CHECK(keys({"--limit", "10", "--after", "K-09"}) == keys_from(10, 19));
    CHECK(keys({"--after", "K-20x"}) == keys_from(21, 24));
    CHECK(keys({"--after", "K-24"}).empty());
    CHECK(run({"streams", "visit", "--limit", "10"}).err
          == "there is more: --after K-09 continues, --limit 0 shows everything\n");
    CHECK(run({"streams", "visit", "--limit", "25"}).err.empty());
}

TEST_CASE_FIXTURE(many_streams, "a listed stream has its version and the time of its last event")
{
    const auto listed = run({"streams", "visit", "--after", "K-02", "--limit", "1", "--json", "--quiet"});
    CHECK(listed.exit_code == 0);
    CHECK_MESSAGE(listed.out.starts_with(R"({"key": "K-03", "version": 3, "recorded_at": "20)"), listed.out);
    const auto events = run({"read", "visit-K-03", "--backwards", "--limit", "1", "--json", "--quiet"}).out;
    const auto at = listed.out.find("\"recorded_at\": ");
    CHECK(events.contains(listed.out.substr(at, listed.out.find('}') - at)));

    const auto unknown = run({"streams", "vist"});
    CHECK(unknown.exit_code == 1);
    CHECK(unknown.err == "annals: there is no category \"vist\"\n  did you mean visit?\n");
}

}  // namespace annals::tests
