// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/private_server.hpp>
#include <tests/fault/runner/small_disk.hpp>
#include <tests/fault/runner/tcp_proxy.hpp>

#include <future>
#include <string>

namespace annals::fault_runs {

/// A PostgreSQL and a Kafka of this run, each behind a proxy. The processes of a run connect through the proxies; who
/// checks, and who acts as an operator, connects directly to PostgreSQL.
class servers {
public:
    explicit servers(const small_disk&);

    auto dsn() const -> std::string { return dsn_at(std::stoi(postgres_.at("PGPORT"))); }
    auto proxied_dsn() const -> std::string { return dsn_at(to_postgres.port()); }
    auto brokers() const -> std::string { return "127.0.0.1:" + std::to_string(to_kafka.port()); }

    enum class outage { killed, restarted, aborted, stopped };
    /// Does it in another thread, and after that time undoes it. False when that server is out already. PostgreSQL
    /// cannot start on a full disk: there is room again before.
    auto break_postgres(outage, std::chrono::milliseconds lasts) -> bool;
    auto break_kafka(outage, std::chrono::milliseconds lasts) -> bool;
    auto is_postgres_out() const -> bool;
    /// Until both are there again. Throws when one does not start: that is no violation, but the run cannot go on.
    void wait_until_whole();

    /// How often PostgreSQL has crashed: afterwards rows that were committed without waiting may be gone.
    auto crashes() const -> int { return crashes_; }

    /// Both stay, stopped, for a person who looks. Returns how to start and remove them.
    auto keep() -> std::string;

    tcp_proxy to_postgres, to_kafka;

private:
    auto dsn_at(int port) const -> std::string;

    const small_disk& disk_;
    tests::private_server postgres_;
    tests::private_server kafka_;
    std::atomic<int> crashes_ = 0;
    std::future<void> postgres_outage_, kafka_outage_;
};

}  // namespace annals::fault_runs
