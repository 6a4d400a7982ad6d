// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/peers/place.hpp>

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <sstream>

namespace annals::benchmarks {
namespace {

auto value_of(const std::string& variable) -> std::string
{
    const auto* value = std::getenv(variable.c_str());
    return value == nullptr ? "" : value;
}

}  // namespace

auto place_of(const std::string& peer, const std::string& variable) -> std::string
{
    auto place = value_of(variable);
    auto reason = value_of(variable + "_MISSING");
    if (reason.empty()) reason = variable + " is not set (`./dev bench` does that)";
    if (place.empty()) std::printf("%s is left out: %s\n", peer.c_str(), reason.c_str());
    return place;
}

auto words(const std::string& text) -> std::vector<std::string>
{
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace annals::benchmarks
