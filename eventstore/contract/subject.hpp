// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/store.hpp>

#include <functional>
#include <memory>

namespace annals::eventstore::contract {

/// An append whose transaction is open: it has its place in the log, nobody can read it, and it may still be undone.
class held_append {
public:
    virtual ~held_append() = default;        ///< rolls back what was not committed

    /// What its caller was told; true only once it is committed.
    virtual auto result() const -> const append_result& = 0;
    virtual void commit() = 0;
    virtual void roll_back() = 0;
};

/// A store to be held to the contract.
struct subject {
    /// Any store; it need not be empty. It may own more than the store, such as a database.
    std::shared_ptr<eventstore::store> store;

    /// Appends in a transaction that stays open, called from any thread. Empty for a store that cannot do that: the
    /// tests about open transactions then say that they were skipped.
    std::function<std::unique_ptr<held_append>(const append_request&)> hold = {};
};

}  // namespace annals::eventstore::contract
