// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/order_desk.hpp>
#include <cli/session.hpp>

#include <string>

namespace annals::cli {

/// Writes an order and waits until it is finished, showing its progress. When no process takes it within two
/// seconds and it is among `works`, this one does. Ctrl-C lets go of it; `orders show` finds it again. Throws
/// `failure` when it failed.
auto ask(const session&, order, const order_works& works) -> exit_code;

/// `user@host`, as the record of administrative acts has it.
auto who_asks() -> std::string;

}  // namespace annals::cli
