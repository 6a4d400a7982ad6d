// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pqxx {
class transaction_base;
}  // namespace pqxx

namespace annals::libpq {

/// Throws `invalid_request` when a caller's own session has another encoding than UTF-8. We may not change it, and
/// texts would be garbled in both directions. Costs no round trip.
void check_encoding(const pqxx::transaction_base&);

}  // namespace annals::libpq
