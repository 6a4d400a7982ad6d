// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/append_call.hpp>
#include <annals/eventstore/postgres/append/stream_name.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

namespace annals::eventstore::postgres {

/// Caches the last position of each log and the last version of each stream that this session wrote, so that the next
/// append need not query them. It is a guess, since others write too: the unique indexes reject a wrong one. So a log
/// counts as known only while no other writer came between its last calls. A limited number of streams is kept; the
/// ones written longest ago are forgotten. Not thread-safe.
class head_cache {
public:
    struct log_head {
        std::int64_t position = 0;
        std::optional<timestamp> recorded_at;  ///< of the last event; nothing: it was not asked for
    };

    /// `sole_writer_after_calls`: after how many calls in a row without another writer a log counts as known.
    explicit head_cache(int sole_writer_after_calls) : sole_writer_after_calls_(sole_writer_after_calls) {}

    /// Null: not known.
    auto log(std::int32_t number) const -> const log_head*;
    auto version(std::int32_t log, std::string_view key) const -> std::optional<std::int64_t>;

    /// What one call wrote; `recorded_at`: its time, if known.
    void add(appends, std::span<const verdict>, std::optional<timestamp> recorded_at);

    /// Whether the end of a log, as just read, is the one that was known. If not, the log is forgotten.
    auto compare(std::int32_t log, const log_head& found) -> bool;

    /// These appends were refused: what was known of their logs and streams was wrong.
    void forget(appends);

private:
    struct log_state {
        log_head head;
        int sole_calls = 0;
        std::int64_t last_call = 0;
    };

    void add(std::int32_t log, const written&, std::optional<timestamp> recorded_at);

    int sole_writer_after_calls_;
    std::int64_t call_ = 0;
    std::unordered_map<std::int32_t, log_state> logs_;
    by_stream<std::int64_t> recent_, older_;  ///< versions; a full `recent_` becomes `older_`
};

}  // namespace annals::eventstore::postgres
