// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <annals/facts/unexpected.hpp>

#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a test says that a command comes to.
namespace annals::commands {

/// A command had another result than the test says; the message begins with the test's line and shows both, facts as
/// JSON.
class unexpected_outcome : public facts::unexpected {
public:
    using facts::unexpected::unexpected;
};

/// A fact that a test expects, and the line of the test.
struct expected_fact {
    template <facts::fact Fact>
    expected_fact(const Fact& fact, std::source_location line = std::source_location::current())
        : event(facts::to_new_event(fact)), where(line)
    {}

    eventstore::new_event event;
    std::source_location where;
};

/// The result of a command. Each `then` throws `unexpected_outcome` when it differs.
class outcome {
public:
    using place = std::source_location;

    explicit outcome(stored_decision decided) : decided_(std::move(decided)) {}

    /// Exactly these facts, in this order.
    template <facts::fact... Facts>
    auto then(const expected_fact& first, const Facts&... others) const -> const outcome&
    {
        return then_events({first.event, facts::to_new_event(others)...}, first.where);
    }

    auto then_nothing(place where = place::current()) const -> const outcome&;
    auto then_refused(std::string_view reason, place where = place::current()) const -> const outcome&;
    /// By the refusal's code, whatever its words.
    auto then_refused_with(std::string_view code, place where = place::current()) const -> const outcome&;

    /// This claim must be among those of the decision.
    template <class Claimed>
    auto then_claims(const std::string& key, place where = place::current()) const -> const outcome&
    {
        return then_claims_stream({std::string(Claimed::category), key}, where);
    }

private:
    auto then_events(const std::vector<eventstore::new_event>&, const place&) const -> const outcome&;
    auto then_claims_stream(const eventstore::stream_id&, const place&) const -> const outcome&;
    auto describe() const -> std::string;

    stored_decision decided_;
};

}  // namespace annals::commands
