// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/processor_time.hpp>

#include <pqxx/pqxx>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace annals::benchmarks {
namespace {

/// The socket that listens at a port: the tenth field of its line in /proc/net/tcp (proc(5)).
auto listening_socket(int port) -> std::string
{
    constexpr auto listens = "0A";
    for (const auto* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file(table);
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::istringstream fields(line);
            std::string number, address, other, state, queues, timer, retries, user, timeout, socket;
            fields >> number >> address >> other >> state >> queues >> timer >> retries >> user >> timeout >> socket;
            const auto its_port = std::stoi(address.substr(address.rfind(':') + 1), nullptr, 16);
            if (state == listens && its_port == port) return "socket:[" + socket + "]";
        }
    }
    return {};
}

auto process_with(const std::string& socket) -> std::optional<int>
{
    namespace fs = std::filesystem;
    if (socket.empty()) return {};
    std::error_code gone;
    for (const auto& process : fs::directory_iterator("/proc", gone))
        for (const auto& file : fs::directory_iterator(process.path() / "fd", gone))
            if (fs::read_symlink(file.path(), gone) == socket) return std::stoi(process.path().filename());
    return {};
}

auto broker() -> std::optional<int>
{
    const auto* const servers = std::getenv("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    if (servers == nullptr) return {};
    const std::string first(std::string_view(servers).substr(0, std::string_view(servers).find(',')));
    return process_with(listening_socket(std::stoi(first.substr(first.rfind(':') + 1))));
}

}  // namespace

/// proc(5): `utime` and `stime` are the 14th and 15th field; the second may hold blanks and ends with a bracket.
auto processor_time_of(int pid) -> double
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string all((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(all.substr(all.rfind(')') + 1));
    constexpr int fields_between = 11;
    std::string skipped;
    for (int i = 0; i < fields_between; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

auto processor_time_of_this_thread() -> double
{
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

auto processor_time(pqxx::connection& server) -> processor_seconds
{
    static const auto broker_pid = broker();
    processor_seconds used{.program = processor_time_of(::getpid())};
    if (broker_pid) used.broker = processor_time_of(*broker_pid);
    pqxx::nontransaction tx(server);
    for (const auto& row : tx.exec("select pid from pg_stat_activity where datname = current_database()"))
        used.server += processor_time_of(row[0].as<int>());
    return used;
}

}  // namespace annals::benchmarks
