// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/facts.hpp>
#include <annals/facts/unexpected.hpp>
#include <annals/projections/view/folding.hpp>

#include <map>
#include <source_location>
#include <string>
#include <string_view>

/// Tests of a view without a database: `given<sample_card>(facts…).then(sample_card{…})`.
namespace annals::projections {

/// A test expected another state of the view; the message begins with the test's line and shows both as JSON.
class unexpected_view : public facts::unexpected {
public:
    using facts::unexpected::unexpected;
};

/// A view's rows after some facts. Each `then` throws `unexpected_view` when they differ.
template <class View>
class folded {
public:
    using place = std::source_location;

    /// Sets the key of the stream that facts come from which are not said to be on another.
    static constexpr auto stream_key = "S-1";

    /// The row of the stream; for a view that has no `key` of its own.
    auto then(const View& expected, place where = place::current()) const -> const folded&
    {
        return then(stream_key, expected, where);
    }

    auto then(const std::string& key, const View& expected, place where = place::current()) const -> const folded&
    {
        const auto found = rows_.find(key);
        if (found == rows_.end())
            throw unexpected_view("there is no row \"" + key + "\"; expected was " + text(expected), where);
        if (text(found->second) != text(expected))
            throw unexpected_view("the row \"" + key + "\" is " + text(found->second) + ", not " + text(expected),
                                  where);
        return *this;
    }

    auto then_no_row(const std::string& key = stream_key, place where = place::current()) const -> const folded&
    {
        if (const auto found = rows_.find(key); found != rows_.end())
            throw unexpected_view("there is a row \"" + key + "\": " + text(found->second), where);
        return *this;
    }

    void take(const eventstore::recorded_event& event)
    {
        const auto fold_into_rows = [&](const auto& fact) {
            for (const auto& key : facts::keys_of<View>(fact, event)) facts::evolve(rows_[key], fact, event);
        };
        facts::for_each_fact<typename View::event>(event, fold_into_rows);
    }
    void take(eventstore::new_event made)
    {
        const std::string category = View::header.categories.split().front();
        take(eventstore::as_recorded(std::move(made), {category, stream_key}, {++count_}));
    }
    template <facts::fact Fact>
    void take(const Fact& fact)
    {
        take(facts::to_new_event(fact));
    }

private:
    static auto text(const View& view) -> std::string { return facts::encode(view).dump(); }

    std::int64_t count_ = 0;
    std::map<std::string, View> rows_;
};

namespace detail {

template <class View>
consteval auto is_folded() -> bool
{
    constexpr bool table = requires { View::ddl; };
    static_assert(!table, "annals: a table needs a database: use `given` of <annals/testing/given.hpp>");
    if constexpr (table) return false;
    else return is_view<View>();
}

}  // namespace detail

/// Facts of one stream, in order: today's facts, former events, or a `new_event` as an older program stored it.
/// For read models; an aggregate's `given` is in `commands`.
template <meant_as_read_model View, class... Facts>
auto given(const Facts&... facts) -> folded<View>
{
    folded<View> result;
    if constexpr (detail::is_folded<View>())
        if constexpr ((true & ... & detail::takes<View, Facts>())) (result.take(facts), ...);
    return result;
}

}  // namespace annals::projections
