// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <chrono>
#include <string>
#include <thread>

namespace annals::tests {

/// Whether `select CONDITION` becomes true within ten seconds; a missing table is waited for.
inline auto comes_true(const std::string& dsn, const std::string& condition) -> bool
{
    pqxx::connection session(dsn);
    for (int look = 0; look < 400; ++look) {
        try {
            pqxx::nontransaction tx(session);
            if (tx.query_value<bool>("select coalesce((select " + condition + "), false)")) return true;
        } catch (const pqxx::undefined_table&) {}
        std::this_thread::sleep_for(std::chrono::milliseconds{25});
    }
    return false;
}

}  // namespace annals::tests
