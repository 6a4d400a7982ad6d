// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/deciding.hpp>
#include <annals/commands/evolve_past.hpp>
#include <annals/commands/short_name.hpp>
#include <annals/commands/state.hpp>
#include <annals/commands/state_size.hpp>
#include <annals/facts/decode.hpp>
#include <annals/facts/encode.hpp>
#include <annals/facts/readable_forms.hpp>
#include <annals/facts/shape.hpp>

#include <string>
#include <utility>

namespace annals::commands {

/// States with described fields and a `static constexpr int state_version` are kept as snapshots. Raise the version
/// when `evolve` makes another state from the same events; a change of fields, events or upcasters is noticed without
/// it.
template <class Aggregate>
concept snapshotted = facts::described_struct<Aggregate> && requires {
    { Aggregate::state_version } -> std::convertible_to<int>;
};

namespace detail {

/// FNV-1a, 64 bits, in hexadecimal (Fowler, Noll, Vo; draft-eastlake-fnv).
auto fingerprint(std::string_view text) -> std::string;

/// `sample.1.9f86d081884c7d65`: the aggregate, its state_version, and a hash of its fields, its events and what it
/// ignores. So a program never uses the state of one that read the stream differently.
template <snapshotted Aggregate>
auto state_schema_of() -> std::string
{
    auto looks = facts::shape_of<Aggregate>();
    for (const auto& form : facts::readable_forms<typename Aggregate::event>()) {
        looks += "\n" + form.type;
        for (const auto& former : form.former_names) looks += ", " + former;
        looks += " " + std::to_string(form.schema_version);
    }
    for (const auto& pattern : ignored_types<Aggregate>()) looks += "\nignores " + pattern.text();
    return short_name<Aggregate>() + "." + std::to_string(Aggregate::state_version) + "." + fingerprint(looks);
}

}  // namespace detail

template <class Aggregate>
class typed_state final : public state {
public:
    explicit typed_state(Aggregate start = {}) : value(std::move(start)) {}

    auto copy() const -> std::unique_ptr<state> override { return std::make_unique<typed_state>(*this); }

    void evolve(const eventstore::recorded_event& stored) override
    {
        evolve_past(value, stored);
        payload_bytes_ += stored.data.size();
    }

    auto size_bytes() const -> std::size_t override { return size_of_state(value, payload_bytes_); }

    auto to_json() const -> std::optional<std::string> override
    {
        if constexpr (facts::described_struct<Aggregate>)
            return eventstore::to_text(facts::encode(value), "the state of " + short_name<Aggregate>());
        else return {};
    }

    Aggregate value;

private:
    std::size_t payload_bytes_ = 0;
};

/// The aggregate in a state that is known to be of its type.
template <class Aggregate>
auto state_in(const state& now) -> const Aggregate&
{
    return static_cast<const typed_state<Aggregate>&>(now).value;
}

/// One for each aggregate type, always the same.
template <class Aggregate>
auto aggregate_type_of() -> const aggregate_type&
{
    static const auto type = [] {
        aggregate_type made{
            .name = short_name<Aggregate>(),
            .category = std::string(Aggregate::category),
            .state_schema = {},
            .begin = []() -> std::unique_ptr<state> { return std::make_unique<typed_state<Aggregate>>(); },
            .restore = nullptr,
            .is_free = nullptr,
            .sees_records = sees_records<Aggregate>()};
        if constexpr (snapshotted<Aggregate>) {
            made.state_schema = detail::state_schema_of<Aggregate>();
            made.restore = [](std::string_view json) -> std::unique_ptr<state> {
                return std::make_unique<typed_state<Aggregate>>(facts::decode<Aggregate>(
                    json, "the state of " + short_name<Aggregate>(), facts::strictness::strict));
            };
        }
        if constexpr (detail::says_when_free<Aggregate>)
            made.is_free = [](const state& now) { return state_in<Aggregate>(now).is_free(); };
        return made;
    }();
    return type;
}

}  // namespace annals::commands
