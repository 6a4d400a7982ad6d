// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/saga_tree.hpp>

#include <doctest/doctest.h>

namespace annals::cli {
namespace {

auto drawn(std::vector<std::pair<std::string, std::vector<std::string>>> steps) -> std::string
{
    sagas::definition of{.name = "order"};
    for (auto& [id, after] : steps) {
        sagas::step one;
        one.id = id;
        one.after = after;
        of.steps.push_back(one);
    }
    std::string all;
    for (const auto& line : saga_tree(sagas::plan(of))) all += line.text + "\n";
    return all;
}

}  // namespace

TEST_CASE("steps hang below what they come after, each once")
{
    CHECK(drawn({{"a", {}}, {"b", {"a"}}, {"c", {"b"}}, {"d", {"a"}}}) == "a\n├─ b\n│  └─ c\n└─ d\n");
    CHECK(drawn({{"a", {}}, {"b", {}}}) == "a\nb\n");
    CHECK(drawn({{"join", {"left", "right"}}, {"left", {"open"}}, {"right", {"open"}}, {"open", {}}})
          == "open\n├─ left\n└─ right\n   └─ join (and left)\n");
    CHECK(drawn({{"a", {}}, {"b", {"a"}}, {"c", {"a", "b"}}}) == "a\n└─ b\n   └─ c (and a)\n");
}

}  // namespace annals::cli
