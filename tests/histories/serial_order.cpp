// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/append_invariants.hpp>
#include <tests/histories/described.hpp>

#include <algorithm>
#include <deque>

namespace annals::histories {

using namespace eventstore;

namespace {

/// Appends that happened, and which must have come before which. There is an edge for each pair that a log, a check
/// or the clock orders; a cycle is a set of appends that no order explains.
class precedence {
public:
    explicit precedence(const index& all) : all_(all)
    {
        add_appends();
        order_by_logs();
        order_by_checks();
        order_by_clock();
    }

    /// Some that are in or after a cycle; none when there is an order.
    auto unordered() const -> std::vector<const append_call*>
    {
        std::vector<std::size_t> waits(after_.size());
        for (const auto& edges : after_)
            for (const auto to : edges) ++waits[to];
        std::deque<std::size_t> free;
        for (std::size_t i = 0; i < waits.size(); ++i)
            if (waits[i] == 0) free.push_back(i);
        for (; !free.empty(); free.pop_front())
            for (const auto to : after_[free.front()])
                if (--waits[to] == 0) free.push_back(to);
        std::vector<const append_call*> left;
        for (std::size_t i = 0; i < appends_.size(); ++i)
            if (waits[i] != 0) left.push_back(appends_[i]);
        return left;
    }

private:
    /// Several calls may be one append, sent again: the one that was answered first represents all.
    void add_appends()
    {
        for (const auto& one : all_.of().appends) {
            const auto id = first_id(one);
            if (is_refused(one) || !id || all_.with_id(*id).empty() || node_.contains(*id)) continue;
            for (const auto& part : one.request.streams)
                for (const auto& event : part.events) node_[event.id] = appends_.size();
            appends_.push_back(&one);
        }
        after_.resize(appends_.size());
    }

    static auto first_id(const append_call& one) -> std::optional<uuid>
    {
        for (const auto& part : one.request.streams)
            if (!part.events.empty()) return part.events.front().id;
        return {};
    }

    auto node_of(const logged* event) const -> std::optional<std::size_t>
    {
        const auto found = event ? node_.find(event->event->id) : node_.end();
        return found == node_.end() ? std::nullopt : std::optional(found->second);
    }

    void order(std::optional<std::size_t> before, std::optional<std::size_t> after)
    {
        if (before && after && before != after) after_[*before].push_back(*after);
    }

    void order_by_logs()
    {
        for (const auto& log : all_.logs())
            for (std::size_t i = 1; i < log.size(); ++i) order(node_of(&log[i - 1]), node_of(&log[i]));
    }

    void order_by_checks()
    {
        for (std::size_t n = 0; n < appends_.size(); ++n)
            for (const auto& part : appends_[n]->request.streams) {
                if (!part.events.empty() || part.expected.is == expected_version::mode::any) continue;
                const bool exists = part.expected.is == expected_version::mode::exists;
                const auto version = exists ? 1 : part.expected.version.number;
                order(node_of(all_.at(part.stream, {version})), n);
                if (!exists) order(n, node_of(all_.at(part.stream, {version + 1})));
            }
    }

    /// A chain of moments, one for each append that returned, in that order: each append comes before its moment, and
    /// after the last moment before it was called.
    void order_by_clock()
    {
        std::vector<std::pair<tick, std::size_t>> returned;
        std::vector<tick> invoked;
        for (std::size_t n = 0; n < appends_.size(); ++n) {
            const auto* const place = all_.with_id(*first_id(*appends_[n])).front();
            invoked.push_back(place->invoked);
            if (place->returned != never) returned.emplace_back(place->returned, n);
        }
        std::ranges::sort(returned);
        const auto first_moment = after_.size();
        after_.resize(first_moment + returned.size());
        for (std::size_t i = 0; i < returned.size(); ++i) {
            order(returned[i].second, first_moment + i);
            if (i > 0) order(first_moment + i - 1, first_moment + i);
        }
        for (std::size_t n = 0; n < appends_.size(); ++n) {
            const auto earlier =
                std::ranges::lower_bound(returned, invoked[n], {}, [](auto& one) { return one.first; });
            const auto count = static_cast<std::size_t>(earlier - returned.begin());
            if (count > 0) order(first_moment + count - 1, n);
        }
    }

    const index& all_;
    std::vector<const append_call*> appends_;
    std::map<uuid, std::size_t> node_;
    std::vector<std::vector<std::size_t>> after_;  // appends, then moments
};

}  // namespace

auto a11_one_order_explains_everything(const index& all) -> findings
{
    findings found;
    for (const auto* one : precedence(all).unordered())
        found.push_back("no order explains the append of " + described(one->when) + " to "
                        + to_string(one->request.streams.front().stream) + " together with others");
    return found;
}

}  // namespace annals::histories
