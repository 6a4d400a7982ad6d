// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/unexpected.hpp>
#include <annals/sagas/process_managers/process_manager.hpp>
#include <annals/testing/on.hpp>

#include <map>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

/// What a test says that a process manager sends.
namespace annals::testing {

/// A process manager sent something else than the test says; the message begins with the test's line and shows both,
/// commands as JSON.
class unexpected_sending : public facts::unexpected {
public:
    using facts::unexpected::unexpected;
};

/// What a test expects to be sent, and the line of the test.
struct expected_outgoing {
    expected_outgoing(sagas::outgoing expected, std::source_location line = std::source_location::current())
        : what(std::move(expected)), where(line)
    {}

    sagas::outgoing what;
    std::source_location where;
};

namespace detail {

/// The deadlines that wait, by the key of the state and the name.
using waiting_deadlines = std::map<std::pair<std::string, std::string>, sagas::sending>;

void note_deadline(waiting_deadlines&, const std::string& key, const sagas::sending&);
/// Those that are due by then have been sent.
void send_due(waiting_deadlines&, eventstore::timestamp);
void check_sent(const std::vector<sagas::sending>& sent, const std::vector<sagas::sending>& expected,
                const std::source_location&);
void check_waiting(const waiting_deadlines&, const std::vector<sagas::sending>& expected, const std::source_location&);
void check_state(const std::string& key, const std::string& found, const std::string& expected,
                 const std::source_location&);

}  // namespace detail

/// What a process manager has come to. Each `then` throws `unexpected_sending` where it does not hold.
template <class Manager>
class reaction {
public:
    using place = std::source_location;

    /// Exactly this was sent, deadlines included, in this order.
    template <class... Outgoings>
    auto then_sends(const expected_outgoing& first, const Outgoings&... others) const -> const reaction&
    {
        auto expected = first.what;
        ((expected += others), ...);
        detail::check_sent(sent, expected.all(), first.where);
        return *this;
    }
    auto then_sends_nothing(place where = place::current()) const -> const reaction&
    {
        detail::check_sent(sent, {}, where);
        return *this;
    }

    /// Exactly these deadlines wait now, also from before, whatever their order.
    template <class... Outgoings>
    auto then_waits_for(const expected_outgoing& first, const Outgoings&... others) const -> const reaction&
    {
        auto expected = first.what;
        ((expected += others), ...);
        detail::check_waiting(deadlines, expected.all(), first.where);
        return *this;
    }
    auto then_waits_for_nothing(place where = place::current()) const -> const reaction&
    {
        detail::check_waiting(deadlines, {}, where);
        return *this;
    }

    /// The state under a key; that of the usual stream unless another is given.
    auto then_state(const Manager& expected, place where = place::current()) const -> const reaction&
    {
        return then_state("S-1", expected, where);
    }
    auto then_state(const std::string& key, const Manager& expected, place where = place::current()) const
        -> const reaction&
    {
        const auto found = states.find(key);
        detail::check_state(key, text_of(found == states.end() ? Manager{} : found->second), text_of(expected), where);
        return *this;
    }

    std::map<std::string, Manager> states = {};
    detail::waiting_deadlines deadlines = {};
    std::vector<sagas::sending> sent = {};

private:
    static auto text_of(const Manager& state) -> std::string
    {
        if constexpr (facts::described_struct<Manager>) return facts::encode(state).dump();
        else return "{}";
    }
};

}  // namespace annals::testing
