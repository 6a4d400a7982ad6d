// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

namespace annals::tests {
namespace {

/// A category of one log with the streams a (versions 1 to 4) and b (1 and 2), appended in turn.
struct small_log {
    small_log()
    {
        for (const auto* words : {"a x.one", "b y.one", "a x.two", "a y.two", "b y.two", "a x.three"}) {
            const std::string line = words;
            run({"append", "thing-" + line.substr(0, 1), line.substr(2), "--partitions", "1"});
        }
    }

    auto run(std::vector<std::string> words) const -> outcome
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", database.dsn()});
        return child(std::move(words)).wait();
    }

    /// The types of the events that are shown, in one line.
    auto types(std::vector<std::string> words) const -> std::string
    {
        words.insert(words.begin(), "read");
        words.emplace_back("--json");
        return values(run(words).out, "\"type\": \"");
    }

    static auto values(const std::string& lines, const std::string& before) -> std::string
    {
        std::string all;
        for (auto at = lines.find(before); at != std::string::npos; at = lines.find(before, at)) {
            at += before.size();
            all += (all.empty() ? "" : " ") + lines.substr(at, lines.find('"', at) - at);
        }
        return all;
    }

    temporary_database database;
};

TEST_CASE("a stream, a log and a category are read forwards and backwards, within bounds")
{
    const small_log log;
    CHECK(log.types({"thing-a"}) == "x.one x.two y.two x.three");
    CHECK(log.types({"thing-a", "--backwards"}) == "x.three y.two x.two x.one");
    CHECK(log.types({"thing-a", "--from-version", "2", "--upto-version", "3"}) == "x.two y.two");
    CHECK(log.types({"thing-a", "--from-version", "2", "--upto", "3", "--backwards"}) == "y.two x.two");
    CHECK(log.types({"thing-a", "--after", "3"}) == "x.three");
    CHECK(log.types({"thing/0", "--from-position", "5"}) == "y.two x.three");
    CHECK(log.types({"thing/0", "--upto-position", "2", "--backwards"}) == "y.one x.one");
    CHECK(log.types({"thing", "--after", "thing/0@4", "--backwards"}) == "x.three y.two");
    CHECK(log.types({"thing", "--upto", "thing/0@1"}) == "x.one");
    CHECK(log.types({"thing", "--type", "y.*"}) == "y.one y.two y.two");
    CHECK(log.types({"thing-a", "--type", "y.*", "--limit", "1", "--backwards"}) == "y.two");
}

TEST_CASE("events are read from one time up to another")
{
    const small_log log;
    const auto recorded = log.run({"read", "thing", "--json"}).out;
    std::istringstream times(small_log::values(recorded, "\"recorded_at\": \""));
    std::vector<std::string> at(6);
    for (auto& time : at) times >> time;

    CHECK(log.types({"thing", "--from-time", at[2], "--upto-time", at[3]}) == "x.two y.two");
    CHECK(log.types({"thing/0", "--from-time", at[4]}) == "y.two x.three");
    CHECK(log.types({"thing-b", "--from-time", at[2], "--backwards"}) == "y.two");
    CHECK(log.types({"thing-a", "--upto-time", "2000-01-01T00:00:00Z"}).empty());
    CHECK(log.run({"read", "thing-a", "--upto-time", "2000-01-01T00:00:00Z"}).exit_code == 0);
}

TEST_CASE("a limited reading says how to continue, in both directions, and continues there")
{
    const small_log log;
    for (const auto* what : {"thing-a", "thing/0", "thing"})
        for (const bool backwards : {false, true}) {
            std::vector<std::string> words{what};
            if (backwards) words.emplace_back("--backwards");
            const auto whole = log.types(words);

            auto limited = words;
            limited.insert(limited.begin(), "read");
            limited.insert(limited.end(), {"--limit", "2"});
            const auto first = log.run(limited).err;
            std::istringstream note(first.substr(first.find("--")));
            std::string option, place;
            note >> option >> place;

            auto rest = words;
            rest.insert(rest.end(), {option, place});
            CHECK_MESSAGE(whole.ends_with(log.types(rest)), first);
            words.insert(words.end(), {"--limit", "2"});
            CHECK_MESSAGE(log.types(words) + " " + log.types(rest) == whole, first);
        }
}

TEST_CASE("a limited reading of several logs continues in each of them, in both directions")
{
    const small_log log;
    for (const auto* key : {"1", "2", "3", "4", "5", "6", "7", "8"})
        log.run({"append", std::string("visit-") + key, std::string("v.") + key, "--partitions", "3"});
    for (const bool backwards : {false, true}) {
        std::string all;
        std::vector<std::string> words{"visit", "--limit", "3"};
        if (backwards) words.emplace_back("--backwards");
        std::string note = "there is more: ";
        for (int page = 1; page <= 4 && note.starts_with("there is more: "); ++page) {
            all += log.types(words) + " ";
            auto shown = words;
            shown.insert(shown.begin(), "read");
            note = log.run(shown).err;
            std::istringstream rest(note.substr(std::min(note.size(), note.find("--"))));
            words.resize(backwards ? 4 : 3);
            for (std::string word; words.size() < (backwards ? 6U : 5U) && rest >> word;) words.push_back(word);
        }
        CHECK(all == (backwards ? "v.8 v.7 v.6 v.5 v.4 v.3 v.2 v.1 " : "v.1 v.2 v.3 v.4 v.5 v.6 v.7 v.8 "));
    }
}

TEST_CASE("a mistake in reading gives one message, and wrong usage or a failure")
{
    const small_log log;
    struct mistake {
        std::vector<std::string> words;
        int exit_code;
        std::string message;
    };
    const std::string no_number = "a category has no single version or position: name a stream (sample-S-1) or a log "
                                  "(sample/3), or bound it by a token (--after, --upto) or a time";
    const std::vector<mistake> mistakes{
        {{"thing-c"}, 1, "there is no stream thing-c\n  `annals read thing` shows what the category has"},
        {{"thnig-a"}, 1, "there is no category \"thnig\"\n  did you mean thing?"},
        {{"other"}, 1, "there is no category \"other\"\n  `annals categories` lists them"},
        {{"thing/7"}, 1, "thing has no log 7\n  its logs are thing/0 to thing/0"},
        {{"thing/x"}, 2, "a log's partition is a whole number, not \"x\""},
        {{"thing-"}, 2, "the key of a stream in thing is empty"},
        {{"thing", "--from-position", "2"}, 2, no_number},
        {{"thing", "--upto-version", "2"}, 2, no_number},
        {{"thing-a", "--from-position", "2"}, 2, "a stream has versions: --from-version, --upto-version"},
        {{"thing/0", "--upto-version", "2"}, 2, "a log has positions: --from-position, --upto-position"},
        {{"thing-a", "--after", "x"}, 2, "--after is a whole number, not \"x\""},
        {{"thing-a", "--upto", "-1"}, 2, "--upto is a whole number, not \"-1\""},
        {{"thing", "--after", "3"}, 2, "\"3\" is not a token: write category/partition@position"},
        {{"thing", "--after", "visit/0@3"}, 2, "--after names visit/0, which is no log of thing"},
        {{"thing", "--upto", "thing/1@3"}, 2, "--upto names thing/1, which is no log of thing"},
        {{"thing/0", "--after", "thing/1@3"}, 2, "--after \"thing/1@3\" is no place in thing/0"},
        {{"thing", "--from-time", "yesterday"},
         2,
         "\"yesterday\" is not a time: write RFC 3339, for example 2024-01-31T08:15:00Z"},
        {{"thing", "--upto-time", "2024-02-30T00:00:00Z"},
         2,
         "\"2024-02-30T00:00:00Z\" is not a time: write RFC 3339, for example 2024-01-31T08:15:00Z"},
    };
    for (const auto& [words, exit_code, message] : mistakes) {
        auto line = words;
        line.insert(line.begin(), "read");
        const auto answer = log.run(line);
        CHECK(answer.out.empty());
        CHECK(answer.err == "annals: " + message + "\n");
        CHECK_MESSAGE(answer.exit_code == exit_code, message);
    }
    CHECK(log.run({"read", "thing-a", "--after", "1", "--from-version", "2"}).exit_code == 2);
    CHECK(log.run({"read", "thing-a", "--from-version", "0"}).exit_code == 2);
}

}  // namespace
}  // namespace annals::tests
