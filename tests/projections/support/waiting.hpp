// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/support/waiting.hpp>

#include <pqxx/pqxx>

#include <chrono>
#include <string>

namespace annals::tests {

/// Whether `select CONDITION` becomes true within ten seconds; a missing table is waited for.
inline auto comes_true(const std::string& dsn, const std::string& condition) -> bool
{
    pqxx::connection session(dsn);
    return waited_until(std::chrono::seconds(10), [&] {
        try {
            pqxx::nontransaction tx(session);
            return tx.query_value<bool>("select coalesce((select " + condition + "), false)");
        } catch (const pqxx::undefined_table&) {
            return false;
        }
    });
}

}  // namespace annals::tests
