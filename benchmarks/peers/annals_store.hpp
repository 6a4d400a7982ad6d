// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <benchmarks/peers/peer.hpp>
#include <benchmarks/scratch_database.hpp>

#include <memory>

namespace annals::benchmarks {

/// annals: one store for all callers; a category with eight logs. A category is read log after log.
class annals_store : public peer {
public:
    annals_store();

    auto name() const -> std::string override { return "annals"; }
    auto append(int callers, int events, seconds) -> sample override;
    auto contend(int callers, seconds) -> sample override;
    void fill(const history&) override;
    auto load(const history&, int callers, seconds) -> sample override;
    auto read(const history&) -> sample override;

private:
    scratch_database database_;
    std::unique_ptr<eventstore::store> store_;
};

}  // namespace annals::benchmarks
