// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <functional>
#include <memory>

namespace annals::eventstore::contract {

/// An append whose transaction is open: it has its place in the log, nobody can read it, and it may still be rolled
/// back.
class held_append {
public:
    virtual ~held_append() = default;        ///< rolls back what was not committed

    /// The result for its caller; true only once it is committed.
    virtual auto result() const -> const append_result& = 0;
    virtual void commit() = 0;
    virtual void roll_back() = 0;
};

/// A store under test.
struct subject {
    /// Any store; it need not be empty. The pointer may also own other things, such as a database.
    std::shared_ptr<eventstore::store> store;

    /// Appends in a transaction that stays open; called from any thread. Empty for a store that cannot do that: it
    /// then skips the tests about open transactions.
    std::function<std::unique_ptr<held_append>(const append_request&)> hold = {};
};

}  // namespace annals::eventstore::contract
