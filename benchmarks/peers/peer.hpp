// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/report.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace annals::benchmarks {

/// A category that exists before the measurement. Its streams grew together: first the first event of each, then the
/// second of each, and so on.
struct history {
    static constexpr int events_per_stream = 100;

    std::string category;
    int streams = 0;

    auto events() const -> std::int64_t { return std::int64_t{streams} * events_per_stream; }
    /// The key of the n-th stream, from 1; as long as a random one.
    static auto key(int n) -> std::string;
};

/// A store under comparison. Each does the same work in the way that is fastest for it, with the same payloads; an
/// empty sample means that it takes no part in a workload. Throws on any error.
class peer {
public:
    virtual ~peer() = default;
    virtual auto name() const -> std::string = 0;

    /// Each caller appends several events together to one of a thousand streams of its own, in turn, expecting the
    /// version that it left there.
    virtual auto append(int callers, int events, seconds) -> sample = 0;

    /// The callers append single events to one stream, each expecting the version that it saw last. A caller that was
    /// overtaken reads the new events, as it must to decide by them, and tries again.
    virtual auto contend(int, seconds) -> sample { return {}; }

    virtual void fill(const history&) {}

    /// Each caller loads streams of a history, at random, as before a decision.
    virtual auto load(const history&, int, seconds) -> sample { return {}; }

    /// One reader takes all events of a history's category, in order, in pages of `page_events`.
    virtual auto read(const history&) -> sample { return {}; }
    static constexpr int page_events = 1000;
};

}  // namespace annals::benchmarks
