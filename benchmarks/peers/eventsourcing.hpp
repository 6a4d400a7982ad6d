// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/peers/conversation.hpp>
#include <benchmarks/peers/peer.hpp>
#include <benchmarks/scratch_database.hpp>

#include <string>
#include <vector>

namespace annals::benchmarks {

/// The Python package `eventsourcing`, in Python (eventsourcing_callers.py): its application recorder for PostgreSQL,
/// without the mapping of events. It has no categories; each history is an application of its own.
class eventsourcing : public peer {
public:
    /// `driver`: the interpreter that has the package, and the script.
    explicit eventsourcing(const std::vector<std::string>& driver);

    auto name() const -> std::string override { return "eventsourcing"; }
    auto append(int callers, int events, seconds) -> sample override;
    auto contend(int callers, seconds) -> sample override;
    void fill(const history&) override;
    auto load(const history&, int callers, seconds) -> sample override;
    auto read(const history&) -> sample override;

private:
    empty_database database_;
    conversation driver_;
};

}  // namespace annals::benchmarks
