// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/append.hpp>

namespace pqxx {
class transaction_base;
}  // namespace pqxx

namespace annals::planted_bugs {

/// Appends as psql does, with `annals.append`, if it is to one stream without an idempotency key; otherwise as the
/// library does. A rejection is an exception there, and throws here.
auto append_by_client_function(pqxx::transaction_base&, const eventstore::append_request&) -> eventstore::append_result;

}  // namespace annals::planted_bugs
