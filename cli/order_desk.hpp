// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/order_book.hpp>

#include <functional>
#include <map>
#include <stop_token>
#include <string>

namespace annals::cli {

/// Carries out an order and describes the result in one sentence; an exception is the reason why the order failed.
using order_work = std::function<std::string(const order&)>;

/// What a process can do, by the order's verb.
using order_works = std::map<std::string, order_work>;

/// Carries out an order that was taken, and writes its result.
void carry_out(order_book&, const order&, const order_works&);

/// Takes the orders that this process can do, one after the other.
class order_desk {
public:
    order_desk(std::string dsn, const eventstore::uuid& process, order_works);

    /// Runs until asked to stop; waits for a database that is unreachable.
    void run(std::stop_token);

private:
    std::string dsn_;
    eventstore::uuid process_;
    order_works works_;
    std::vector<std::string> verbs_;
};

}  // namespace annals::cli
