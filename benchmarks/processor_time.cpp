// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/processor_time.hpp>

#include <pqxx/pqxx>

#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace annals::benchmarks {
namespace {

/// proc(5): `utime` and `stime` are the 14th and 15th field; the second may hold blanks and ends with a bracket.
auto seconds_of(int pid) -> double
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

}  // namespace

processor_time::processor_time(pqxx::connection& server) : seconds_(seconds_of(::getpid()))
{
    pqxx::nontransaction tx(server);
    for (const auto& row : tx.exec("select pid from pg_stat_activity where datname = current_database()"))
        seconds_ += seconds_of(row[0].as<int>());
}

}  // namespace annals::benchmarks
