// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/stream.hpp>
#include <processors/log_numbers.hpp>
#include <processors/processor.hpp>

#include <optional>
#include <string>

namespace annals::processors {

/// Whether a processor may work, in every process that knows it. `paused` by an operator, `stopped` by an error that
/// no repetition mends; it stays so over restarts until it is resumed.
enum class activity { running, paused, stopped };

auto to_string(activity) -> std::string;

struct processor_state {
    activity is = activity::running;
    std::string reason{};                                    ///< why it is paused or stopped, for people
    std::optional<eventstore::log_id> log{};                 ///< where it stopped
    std::optional<eventstore::log_position> position{};
};

/// Of a processor without a registration: that of whichever registration there is.
auto read_state(pqxx::transaction_base&, const processor_id&) -> processor_state;
/// Throws `replaced` (see `checkpoint.hpp`).
void write_state(pqxx::transaction_base&, const processor_id&, const processor_state&);

/// Switches of the operator; workers obey within about a second. A resumed processor tries the same event again.
void pause(pqxx::transaction_base&, const processor_id&, const std::string& reason);
void resume(pqxx::transaction_base&, const processor_id&);

}  // namespace annals::processors
