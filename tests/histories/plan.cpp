// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/plan.hpp>

#include <array>
#include <ostream>
#include <utility>

namespace annals::histories {

auto operator<<(std::ostream& out, const step& one) -> std::ostream&
{
    static constexpr std::array deeds{
        "append",     "append to two", "append with check", "append with key", "append in a transaction",
        "roll back",  "send again",    "send changed",      "read stream",     "read log",
        "read heads", "find key"};
    static constexpr std::array expectations{"any", "no stream", "exists", "what was read", "something stale"};
    return out << deeds.at(static_cast<std::size_t>(one.what)) << " ("
               << expectations.at(static_cast<std::size_t>(one.expects)) << ", " << one.stream << ", " << one.other
               << ", " << one.events << ")";
}

auto operator<<(std::ostream& out, const plan& all) -> std::ostream&
{
    out << all.partitions << " partitions\n";
    for (const auto& client : all.clients) {
        const char* before = "  client: ";
        for (const auto& one : client) out << std::exchange(before, ", ") << one;
        out << "\n";
    }
    return out;
}

}  // namespace annals::histories
