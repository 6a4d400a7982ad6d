// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <processors/processor.hpp>

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

/// A processor that this process could work on, and the units it consists of now.
struct shared_work {
    processor_id processor;
    std::vector<int> units;
};

/// Shares units of work among the processes that could do them: each at most once, each process its fair part.
///
/// Who holds a unit's advisory lock on this session has it; the session's end, however it comes, sets it free. A row
/// beside it says who that is and is renewed every two seconds; the session of a holder that has been silent for six
/// (stopped, swapped out, cut off) is ended by who wants the unit. A holder may thus lose a unit without knowing: the
/// fenced checkpoints (`checkpoint.hpp`) make that harmless.
///
/// Any exception (`pqxx::failure`) means that this session may be gone, and with it every unit: make a new object.
class leases {
public:
    static constexpr auto beat_every = std::chrono::seconds(2);
    static constexpr auto silence_max = std::chrono::seconds(6);

    /// `process` is unique among all processes.
    leases(pqxx::connection, std::string process);

    /// Renews the leases, gives up what is above this process's part of each work or no longer in it, and takes free
    /// units up to that part: ceil(units / processes that could do it). To be called about once a second.
    void share(std::span<const shared_work>);

    /// What this process has of a processor's units.
    auto held(const processor_id&) const -> std::set<int>;

    /// Gives up single units (fenced away), or everything and the claim to a part of it (at the end).
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
