// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <cstddef>
#include <functional>
#include <iterator>
#include <ranges>
#include <utility>
#include <vector>

namespace annals::eventstore {

/// Events that are fetched page by page while you iterate: an input range, for one pass, for range-for and the views
/// of the standard library. You may move an event out of it. `begin` and `++` throw what the fetch throws.
class event_range : public std::ranges::view_base {
public:
    /// Gives the next events; none when there are no more. Called only when an event is wanted.
    using page_source = std::move_only_function<std::vector<recorded_event>()>;

    class iterator {
    public:
        using value_type = recorded_event;
        using difference_type = std::ptrdiff_t;

        explicit iterator(event_range& in) : in_(&in) {}

        auto operator*() const -> recorded_event& { return in_->page_[in_->at_]; }
        auto operator->() const -> recorded_event* { return &**this; }
        auto operator++() -> iterator&
        {
            in_->advance();
            return *this;
        }
        void operator++(int) { in_->advance(); }
        auto operator==(std::default_sentinel_t) const -> bool { return in_->page_.empty(); }

    private:
        event_range* in_;
    };

    explicit event_range(page_source next) : next_(std::move(next)) {}

    auto begin() -> iterator
    {
        if (page_.empty()) fetch();
        return iterator(*this);
    }
    auto end() const -> std::default_sentinel_t { return {}; }

private:
    void advance()
    {
        if (++at_ == page_.size()) fetch();
    }
    void fetch()
    {
        page_ = next_();
        at_ = 0;
    }

    page_source next_;
    std::vector<recorded_event> page_;
    std::size_t at_ = 0;
};

static_assert(std::ranges::input_range<event_range> && std::ranges::view<event_range>);

}  // namespace annals::eventstore
