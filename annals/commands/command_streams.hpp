// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/execution.hpp>
#include <annals/commands/repeated_command.hpp>
#include <annals/commands/state_loader.hpp>

#include <list>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::commands {

/// The streams of one call: those that its commands are for, and those that their decisions claim or release. For one
/// thread.
class command_streams {
public:
    /// Loads the aggregates that the commands are for. The arguments must outlive it.
    command_streams(eventstore::store&, std::span<const command_for>, const eventstore::metadata& origin,
                    const handle_options&);
    ~command_streams();

    /// Lets every command decide, in order, each on what those before it decided. Returns the first refusal.
    auto decide(const context&) -> std::optional<refusal>;

    auto writes() const -> bool;
    auto request(const key_use&) const -> eventstore::append_request;
    /// Whether the decision's own events are those that the store reports as a duplicate: it lost its connection, and
    /// sent again an append that had happened.
    auto is_own(const eventstore::appended& before) const -> bool;

    /// The refusal of a claim that was taken before. Nothing when the commands must decide again.
    auto refused_claim(const eventstore::conflict&) const -> std::optional<refusal>;
    /// Brings the streams that others changed up to date.
    void read_on(const eventstore::conflict&);

    /// The states are remembered: as they were read, or with what was appended.
    void keep() const noexcept;
    void keep(const eventstore::appended&) noexcept;

    auto nothing_done() const -> accepted_together;
    auto done(const eventstore::appended&) const -> accepted_together;

private:
    struct part;

    auto find(const eventstore::stream_id&) -> part*;
    auto decide_all(const context&) -> bool;
    auto take(part& own, const claim&, const context&) -> bool;
    auto part_of(const claim&) -> part&;
    void add(part&, std::vector<eventstore::new_event>, const context&);
    void refuse_with(refusal, const part& own);
    auto result_of(const part&) const -> accepted_stream;

    eventstore::store& store_;
    std::span<const command_for> commands_;
    const eventstore::metadata& origin_;
    const handle_options& options_;
    std::list<part> parts_;  ///< first those that the commands are for
    std::string metadata_;  ///< of this attempt's events; empty: there are none yet
    std::optional<refusal> refused_;
};

}  // namespace annals::commands
