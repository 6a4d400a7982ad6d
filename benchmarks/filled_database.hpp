// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>
#include <benchmarks/undo.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace annals::benchmarks {

/// A database whose category `sample` holds many events, in streams of a hundred each. They grew side by side, so
/// that indexes and table are as appends would have left them. Vacuumed, and after a checkpoint.
class filled_database {
public:
    static constexpr int events_a_stream = 100;

    /// `keeps`: uses the database of an earlier run, and keeps it; otherwise it is dropped at the end.
    filled_database(std::int64_t events, bool keeps);

    auto dsn() const -> std::string { return "dbname=" + name_; }
    auto streams() const -> std::int64_t { return streams_; }
    /// The number-th stream; numbers say nothing about its place in an index.
    static auto stream(std::int64_t number) -> eventstore::stream_id;

private:
    void fill(const std::string& unfinished) const;

    std::int64_t streams_;
    std::string name_;
    std::optional<undo> drop_;
};

}  // namespace annals::benchmarks
