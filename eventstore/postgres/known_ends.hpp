// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_call.hpp>
#include <eventstore/postgres/stream_name.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

namespace annals::eventstore::postgres {

/// The last position of each log and the last version of each stream, as the appends of one session left them, so
/// that the next append need not look for them. Never more than a guess, since others write too: the unique indexes
/// refuse what a wrong one leads to. So a log is known only where nobody came between during its last calls. Streams
/// are remembered up to a number; those that were written longest ago are forgotten. Not thread-safe.
class known_ends {
public:
    struct log_end {
        std::int64_t position = 0;
        std::optional<timestamp> recorded_at;  ///< of the last event; nothing: it was not asked for
    };

    /// `sole_writer_after_calls`: how many calls in a row nobody must have come between.
    explicit known_ends(int sole_writer_after_calls) : sole_writer_after_calls_(sole_writer_after_calls) {}

    /// Null: not known.
    auto log(std::int32_t number) const -> const log_end*;
    auto version(std::int32_t log, std::string_view key) const -> std::optional<std::int64_t>;

    /// What one call did; `recorded_at`: when it wrote, if that is known.
    void add(appends, std::span<const verdict>, std::optional<timestamp> recorded_at);

    /// Whether what was found at a log's end is what was known. If not, the log is forgotten.
    auto compare(std::int32_t log, const log_end& found) -> bool;

    /// These appends were refused: what was known of their logs and streams was wrong.
    void forget(appends);

private:
    struct log_state {
        log_end end;
        int sole_calls = 0;
        std::int64_t last_call = 0;
    };

    void add(std::int32_t log, const written&, std::optional<timestamp> recorded_at);

    int sole_writer_after_calls_;
    std::int64_t call_ = 0;
    std::unordered_map<std::int32_t, log_state> logs_;
    by_stream<std::int64_t> recent_, older_;  ///< of versions; a full `recent_` becomes `older_`
};

}  // namespace annals::eventstore::postgres
