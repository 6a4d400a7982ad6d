// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/order_desk.hpp>
#include <cli/session.hpp>

#include <string>

namespace annals::cli {

/// Writes an order and waits until it is finished, showing its progress. When no process takes it within two seconds
/// and it is among `works`, this process carries it out. Ctrl-C stops only the waiting; `orders show` finds the order
/// again. Throws `failure` when the order failed.
auto ask(const session&, order, const order_works& works) -> exit_code;

/// `user@host`, as the record of administrative acts shows it.
auto who_asks() -> std::string;

}  // namespace annals::cli
