// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/handle_all.hpp>
#include <annals/commands/load.hpp>
#include <annals/facts/append.hpp>
#include <annals/queries/ask.hpp>
#include <annals/queries/find.hpp>
#include <annals/queries/find_all.hpp>
#include <annals/service/service_settings.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// annals, in one object. The folder has no namespace of its own: its two names are the first that a user meets.
namespace annals {

/// What a service needs of annals: the store, the states that it remembers, and the read models.
///
///     auto shop = annals::open({.dsn = "dbname=shop"});
///     const auto answer = shop.handle<bike>("B-1", rent_bike{.customer = "C-1"}, {.user_id = "desk"});
///     const auto card = shop.find<bike_card>("B-1", after(answer->token));      // sees what was just written
///
/// Each function does what the one of its name does with a part, and throws the same. It can be moved, not copied.
/// Every function is thread-safe; moving and destroying it are not.
class service {
public:
    /// Throws as `eventstore::postgres::open_store`. Snapshots and read models are opened when they are needed.
    explicit service(service_settings);
    service(service&&) noexcept;
    auto operator=(service&&) noexcept -> service&;
    /// Sends what is still to be appended, and writes the snapshots that were taken.
    ~service();

    /// Carries out a command (`commands/handle.hpp`) with the states that are remembered; with snapshots, too, if the
    /// aggregate has a `state_version`.
    template <class Aggregate, class Command>
    [[nodiscard]] auto handle(std::string key, const Command& command, const eventstore::metadata& origin = {},
                              const commands::handle_options& options = {})
        -> std::expected<commands::accepted, commands::refusal>
    {
        constexpr bool has_snapshots = requires { Aggregate::state_version; };
        return commands::handle<Aggregate>(store(), std::move(key), command, origin,
                                           remembering(options, has_snapshots));
    }

    /// Carries out commands for several aggregates, all or none: `handle({on<bike>(…), on<customer>(…)})`.
    [[nodiscard]] auto handle(const std::vector<commands::command_for>&, const eventstore::metadata& origin = {},
                              const commands::handle_options& = {})
        -> std::expected<commands::accepted_together, commands::refusal>;

    /// An aggregate's state, now or at a moment of the past (`commands/load.hpp`).
    template <class Aggregate>
    [[nodiscard]] auto load(std::string key, const commands::moment& at = {}) -> commands::loaded<Aggregate>
    {
        return commands::load<Aggregate>(store(), std::move(key), at);
    }

    /// Appends facts to a stream, after their metadata if there is any (`facts/append.hpp`).
    template <class... Facts>
    [[nodiscard]] auto append(eventstore::stream_id stream, eventstore::expected_version expected,
                              const Facts&... facts) -> eventstore::append_result
    {
        return facts::append(store(), std::move(stream), expected, facts...);
    }
    template <class... Facts>
    [[nodiscard]] auto append(eventstore::stream_id stream, eventstore::expected_version expected,
                              const eventstore::metadata& origin, const Facts&... facts) -> eventstore::append_result
    {
        return facts::append(store(), std::move(stream), expected, origin, facts...);
    }

    /// A view's row (`queries/find.hpp`); with `after(answer->token)`, once it has what was written.
    template <class View>
    [[nodiscard]] auto find(std::string_view key, const eventstore::after_token& after = {}) -> std::optional<View>
    {
        return queries::find<View>(read_models(), key, after);
    }
    /// A view's rows (`queries/find_all.hpp`).
    template <class View>
    [[nodiscard]] auto find_all(const queries::row_selection& wanted = {}, const eventstore::after_token& after = {})
        -> std::vector<queries::row<View>>
    {
        return queries::find_all<View>(read_models(), wanted, after);
    }
    /// The answer to a question (`queries/ask.hpp`).
    template <class Question, class... After>
    [[nodiscard]] auto ask(const Question& asked, const After&... after)
    {
        return queries::ask(read_models(), asked, after...);
    }

    // The parts, as thread-safe as the whole; they live as long as the service.
    auto store() -> eventstore::store&;
    auto read_models() -> queries::database&;
    /// Null: none, by the settings.
    auto cache() -> commands::aggregate_cache*;
    /// Opened by the first call. Throws as `eventstore::postgres::open_snapshots`.
    auto snapshots() -> commands::snapshot_writer&;

private:
    struct parts;

    auto remembering(commands::handle_options, bool has_snapshots) -> commands::handle_options;

    std::unique_ptr<parts> parts_;
};

/// Opens the store of a database that `annals migrate` has made. Throws `eventstore::unavailable` when the server
/// cannot be reached, `eventstore::mismatch` when the schema is missing or the server may lose what it has confirmed.
[[nodiscard]] auto open(service_settings = {}) -> service;

}  // namespace annals
