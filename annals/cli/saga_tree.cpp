// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/saga_tree.hpp>

#include <annals/app/joined.hpp>

#include <algorithm>
#include <optional>

namespace annals::cli {
namespace {

class drawing {
public:
    explicit drawing(const sagas::plan& of) : of_(of), depth_(of.size(), 0) {}

    auto lines() && -> std::vector<tree_line>
    {
        for (std::size_t i = 0; i < of_.size(); ++i) depth_of(i);
        for (const auto i : below({})) draw(i, "", "");
        return std::move(lines_);
    }

private:
    /// The steps have no circle.
    auto depth_of(std::size_t i) -> int
    {
        if (depth_[i] == 0) {
            int deepest = 0;
            for (const auto other : of_.before(i)) deepest = std::max(deepest, depth_of(other));
            depth_[i] = deepest + 1;
        }
        return depth_[i];
    }

    /// The deepest one that it comes after, and of several the last.
    auto parent_of(std::size_t i) const -> std::optional<std::size_t>
    {
        std::optional<std::size_t> found;
        for (const auto other : of_.before(i))
            if (!found || depth_[other] > depth_[*found] || (depth_[other] == depth_[*found] && other > *found))
                found = other;
        return found;
    }

    auto below(std::optional<std::size_t> parent) const -> std::vector<std::size_t>
    {
        std::vector<std::size_t> all;
        for (std::size_t i = 0; i < of_.size(); ++i)
            if (parent_of(i) == parent) all.push_back(i);
        return all;
    }

    void draw(std::size_t i, const std::string& lead, const std::string& next_lead)
    {
        std::vector<std::string> others;
        for (const auto other : of_.before(i))
            if (other != parent_of(i)) others.push_back(of_.at(other).id);
        lines_.push_back({i, lead + of_.at(i).id + (others.empty() ? "" : " (and " + app::joined(others) + ")")});
        const auto children = below(i);
        for (const auto child : children) {
            const bool is_last = child == children.back();
            draw(child, next_lead + (is_last ? "└─ " : "├─ "), next_lead + (is_last ? "   " : "│  "));
        }
    }

    const sagas::plan& of_;
    std::vector<int> depth_;                         // 1: it comes after nothing
    std::vector<tree_line> lines_;
};

}  // namespace

auto saga_tree(const sagas::plan& of) -> std::vector<tree_line> { return drawing(of).lines(); }

}  // namespace annals::cli
