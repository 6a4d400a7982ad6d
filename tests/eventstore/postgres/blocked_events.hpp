// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace annals::tests {

/// While it lives no event can be written: an append stops in the middle of its call, and its backend waits.
class blocked_events {
public:
    explicit blocked_events(const std::string& dsn) : link_(dsn)
    {
        transaction_.exec("lock table annals.events in share row exclusive mode");
    }

    /// The backend that waits; waits until there is one other than `but_not`.
    auto wait_for_backend(int but_not = 0) -> int
    {
        while (true) {
            const auto waiting = backends();
            if (!waiting.empty() && waiting.front() != but_not) return waiting.front();
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
    }

    /// All backends that wait now, the latest first.
    auto backends() -> std::vector<int>
    {
        std::vector<int> all;
        for (const auto& [pid] : transaction_.query<int>(
                 "select pid from pg_locks where relation = 'annals.events'::regclass and not granted "
                 "order by waitstart desc nulls first"))
            all.push_back(pid);
        return all;
    }

    void end(int backend) { transaction_.exec("select pg_terminate_backend($1)", pqxx::params{backend}); }
    void release() { transaction_.commit(); }

private:
    pqxx::connection link_;
    pqxx::work transaction_{link_};
};

}  // namespace annals::tests
