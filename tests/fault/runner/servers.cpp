// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/servers.hpp>

#include <tests/support/waiting.hpp>

#include <pqxx/pqxx>

#include <csignal>
#include <fstream>
#include <stdexcept>

namespace annals::fault_runs {

using namespace std::chrono_literals;
using tests::private_server;

namespace {

/// Clients learn the broker's address from the broker: it names the proxy.
auto advertising(int port) -> std::string
{
    return "advertised.listeners=PLAINTEXT://127.0.0.1:" + std::to_string(port);
}

auto port_in(const std::string& address) -> int { return std::stoi(address.substr(address.rfind(':') + 1)); }

/// A zombie counts as gone.
auto is_gone(int pid) -> bool
{
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string stat;
    std::getline(in, stat);
    return stat.empty() || stat.find(") Z ") != std::string::npos;
}

void make_it(const private_server& server, servers::outage how, std::chrono::milliseconds lasts, const small_disk& disk)
{
    using enum servers::outage;
    if (how == stopped) {
        server.pause();
        std::this_thread::sleep_for(lasts);
        return server.resume();
    }
    if (how == killed) server.kill();
    else if (how == restarted) server.stop();
    else {
        const auto pid = server.pid();
        ::kill(pid, SIGQUIT);
        if (!tests::waited_until(30s, [&] { return is_gone(pid); })) server.kill();
    }
    std::this_thread::sleep_for(lasts);
    disk.free();
    server.start();
}

auto is_under_way(const std::future<void>& work) -> bool
{
    return work.valid() && work.wait_for(0s) != std::future_status::ready;
}

auto begin(std::future<void>& work, const private_server& server, servers::outage how, std::chrono::milliseconds lasts,
           const small_disk& disk) -> bool
{
    if (is_under_way(work)) return false;
    if (work.valid()) work.get();
    work = std::async(std::launch::async, [&, how, lasts] { make_it(server, how, lasts, disk); });
    return true;
}

void use_tablespace(const std::string& dsn, const std::string& folder)
{
    pqxx::connection connection(dsn + " dbname=postgres");
    pqxx::nontransaction tx(connection);
    tx.exec("create tablespace small location " + tx.quote(folder));
    tx.exec("alter database annals set tablespace small");
}

}  // namespace

servers::servers(const small_disk& disk)
    : disk_(disk), postgres_("postgres"), kafka_("kafka", "", advertising(to_kafka.port()))
{
    to_postgres.lead_to(std::stoi(postgres_.at("PGPORT")));
    to_kafka.lead_to(port_in(kafka_.at("ANNALS_KAFKA_BOOTSTRAP_SERVERS")));
    if (disk.why_not().empty()) use_tablespace(dsn(), disk.folder());
}

auto servers::dsn_at(int port) const -> std::string
{
    return "host=127.0.0.1 port=" + std::to_string(port) + " user=" + postgres_.at("PGUSER")
           + " dbname=" + postgres_.at("PGDATABASE") + " connect_timeout=5";
}

auto servers::break_postgres(outage how, std::chrono::milliseconds lasts) -> bool
{
    if (!begin(postgres_outage_, postgres_, how, lasts, disk_)) return false;
    if (how == outage::killed || how == outage::aborted) ++crashes_;
    return true;
}

auto servers::break_kafka(outage how, std::chrono::milliseconds lasts) -> bool
{
    return begin(kafka_outage_, kafka_, how, lasts, disk_);
}

auto servers::is_postgres_out() const -> bool { return is_under_way(postgres_outage_); }

void servers::wait_until_whole()
{
    for (auto* const work : {&postgres_outage_, &kafka_outage_})
        if (work->valid()) work->get();
}

auto servers::keep() -> std::string
{
    postgres_.keep();
    kafka_.keep();
    const auto& name = postgres_.name();
    return "  ./dev server start postgres " + name
           + "    its address; then psql\n"
             "  ./dev server start kafka "
           + name
           + "\n"
             "  ./dev server log postgres "
           + name
           + "\n"
             "  ./dev server remove postgres "
           + name + "; ./dev server remove kafka " + name + "    when you are done\n";
}

}  // namespace annals::fault_runs
