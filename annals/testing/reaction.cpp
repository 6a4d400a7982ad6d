// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/reaction.hpp>

#include <algorithm>

namespace annals::testing::detail {
namespace {

auto texts_of(const std::vector<sagas::sending>& all) -> std::vector<std::string>
{
    std::vector<std::string> texts;
    for (const auto& one : all) texts.push_back(to_string(one));
    return texts;
}

void compare(const std::vector<std::string>& got, const std::vector<std::string>& expected,
             const std::source_location& where)
{
    const auto listed = [](const std::vector<std::string>& texts) {
        std::string all;
        for (const auto& text : texts) all += "\n  " + text;
        return all.empty() ? "\n  nothing" : all;
    };
    if (got != expected) throw unexpected_sending("expected:" + listed(expected) + "\ngot:" + listed(got), where);
}

}  // namespace

void note_deadline(waiting_deadlines& all, const std::string& key, const sagas::sending& one)
{
    if (one.deadline.empty()) return;
    all.erase({key, one.deadline});
    if (one.due_at) all.emplace(std::pair{key, one.deadline}, one);
}

void send_due(waiting_deadlines& all, eventstore::timestamp now)
{
    std::erase_if(all, [&](const auto& one) { return *one.second.due_at <= now; });
}

void check_sent(const std::vector<sagas::sending>& sent, const std::vector<sagas::sending>& expected,
                const std::source_location& where)
{
    compare(texts_of(sent), texts_of(expected), where);
}

void check_waiting(const waiting_deadlines& all, const std::vector<sagas::sending>& expected,
                   const std::source_location& where)
{
    std::vector<sagas::sending> waiting;
    for (const auto& [name, one] : all) waiting.push_back(one);
    auto got = texts_of(waiting), wanted = texts_of(expected);
    std::ranges::sort(got);
    std::ranges::sort(wanted);
    compare(got, wanted, where);
}

void check_state(const std::string& key, const std::string& found, const std::string& expected,
                 const std::source_location& where)
{
    if (found != expected)
        throw unexpected_sending("the state of \"" + key + "\" is " + found + ", not " + expected, where);
}

}  // namespace annals::testing::detail
