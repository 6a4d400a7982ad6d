// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/checkpoint.hpp>

#include <span>
#include <vector>

namespace annals::processors {

/// A batch's transaction. Its first statement moves the checkpoints to the given events, and goes to the server
/// together with BEGIN: each round trip of a batch delays its rows. For one thread.
class moving_transaction final : public pqxx::dbtransaction {
public:
    /// Needs `prepare_moves`. `late`: how many of the events are late, for each checkpoint (see `one_order.hpp`).
    /// Throws `fenced`.
    moving_transaction(pqxx::connection&, const processor_id&, std::span<const checkpoint> from,
                       std::span<const eventstore::recorded_event>, std::span<const std::int64_t> late = {});
    ~moving_transaction() noexcept override { close(); }
    moving_transaction(const moving_transaction&) = delete;
    auto operator=(const moving_transaction&) -> moving_transaction& = delete;

    /// Where they are once it is committed.
    auto moved() const -> const std::vector<checkpoint>& { return to_; }

private:
    void do_commit() override;
    void do_abort() override;

    std::vector<checkpoint> to_;
};

/// Prepares the statement that moves checkpoints, unless the session has it. Outside any transaction.
void prepare_moves(pqxx::connection&);

}  // namespace annals::processors
