// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/peers/eventsourcing.hpp>

#include <nlohmann/json.hpp>

#include <utility>

namespace annals::benchmarks {
namespace {

using nlohmann::json;

auto obey(conversation& driver, const empty_database& database, json order) -> json
{
    order["database"] = database.name();
    return json::parse(driver.ask(order.dump()));
}

auto measure(conversation& driver, const empty_database& database, json order) -> sample
{
    const auto answer = obey(driver, database, std::move(order));
    return {.events_per_s = answer.at("events_per_s"), .latencies_ms = answer.at("latencies_ms")};
}

}  // namespace

eventsourcing::eventsourcing(const std::vector<std::string>& driver) : database_("eventsourcing"), driver_(driver)
{
    fill({.category = "sample", .streams = 0});
}

auto eventsourcing::append(int callers, int events, seconds for_s) -> sample
{
    return measure(driver_, database_,
                   {{"do", "append"},
                    {"category", "sample"},
                    {"callers", callers},
                    {"events", events},
                    {"seconds", for_s.count()}});
}

auto eventsourcing::contend(int callers, seconds for_s) -> sample
{
    return measure(driver_, database_,
                   {{"do", "contend"}, {"category", "sample"}, {"callers", callers}, {"seconds", for_s.count()}});
}

void eventsourcing::fill(const history& what)
{
    obey(driver_, database_, {{"do", "prepare"}, {"category", what.category}, {"streams", what.streams}});
}

auto eventsourcing::load(const history& from, int callers, seconds for_s) -> sample
{
    return measure(driver_, database_,
                   {{"do", "load"},
                    {"category", from.category},
                    {"streams", from.streams},
                    {"callers", callers},
                    {"seconds", for_s.count()}});
}

auto eventsourcing::read(const history& from) -> sample
{
    return measure(driver_, database_, {{"do", "read"}, {"category", from.category}, {"streams", from.streams}});
}

}  // namespace annals::benchmarks
