// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>

#include <pqxx/pqxx>

#include <chrono>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace annals::processors {

/// What one process works on alone: a log by its number, or all logs of a processor.
inline constexpr int all_logs = 0;

/// A processor that this process could work on, and its current units.
struct shared_work {
    processor_id processor;
    std::vector<int> units;
};

/// Divides units of work among the processes that could do them: each unit to at most one, each process its fair
/// part.
///
/// A process has a unit while its session holds the unit's advisory lock; when the session ends, however that
/// happens, the unit is free. A row says who holds it and is renewed every two seconds. When a holder has been silent
/// for six seconds (stopped, swapped out, cut off), a process that wants the unit ends its session. So a holder may
/// lose a unit without knowing it: the fenced checkpoints (`checkpoint.hpp`) make that harmless.
///
/// After any exception (`pqxx::failure`) this session may be lost, and with it every unit: make a new object.
class leases {
public:
    static constexpr auto beat_every = std::chrono::seconds(2);
    static constexpr auto silence_max = std::chrono::seconds(6);

    /// `process` is unique among all processes.
    leases(pqxx::connection, std::string process);

    /// Renews the leases, gives up units above this process's part of each work or no longer in it, and takes free
    /// units up to that part: ceil(units / processes that could do it). Call it about once a second.
    void share(std::span<const shared_work>);

    /// The units of a processor that this process has.
    auto held(const processor_id&) const -> std::set<int>;

    /// These give up single units (fenced), or everything including the membership (at the end).
    void give_up(const processor_id&, const std::set<int>& units);
    void leave();

private:
    void renew(pqxx::transaction_base&, std::span<const shared_work>);
    auto fair_part(pqxx::transaction_base&, const shared_work&) -> std::size_t;
    void give_up_strangers(pqxx::transaction_base&, std::span<const shared_work>);
    void give_up_surplus(pqxx::transaction_base&, const shared_work&, std::size_t part);
    void take(pqxx::transaction_base&, const shared_work&, std::size_t wanted);
    void try_take(pqxx::transaction_base&, const processor_id&, int unit);
    void release(pqxx::transaction_base&, const processor_id&, int unit);

    pqxx::connection session_;
    std::string process_;
    std::map<processor_id, std::map<int, int>> held_;  ///< unit → the lease's number
    std::chrono::steady_clock::time_point renewed_at_;
};

}  // namespace annals::processors
