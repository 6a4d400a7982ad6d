// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/caller_session.hpp>

#include <annals/eventstore/errors.hpp>

#include <pqxx/pqxx>

namespace annals::libpq {

using namespace eventstore;

void check_encoding(const pqxx::transaction_base& transaction)
{
    const auto encoding = transaction.conn().get_client_encoding();
    if (encoding == "UTF8" || encoding == "SQL_ASCII") return;
    throw invalid_request("the session of this transaction has the client_encoding " + encoding
                          + ", in which texts would be garbled: set it to UTF8");
}

}  // namespace annals::libpq
