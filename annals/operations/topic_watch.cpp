// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/topic_watch.hpp>

#include <annals/app/topic_template.hpp>
#include <annals/eventstore/back_off.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/telemetry/repeated_problem.hpp>

namespace annals::operations {
namespace {

constexpr auto look_every = std::chrono::seconds{5};

void tell(const std::string& category, const kafka::obstacle& why)
{
    telemetry::log(telemetry::level::warning, "the topic of a category is not followed; its log is read instead",
                   {{"category", category}, {"reason", why.reason}, {"to_do", why.to_do}});
}

}  // namespace

void watch_topics(const std::string& dsn, const kafka::settings& names, const std::stop_token& stop)
{
    telemetry::repeated_problem problem("the topics of categories cannot be looked up");
    kafka::obstacles told;
    for (; !stop.stop_requested(); eventstore::pause(stop, look_every)) {
        try {
            libpq::connection log(dsn, "topics", [&stop] { return stop.stop_requested(); });
            auto found = app::foreign_topics(log, names);
            for (const auto& [category, why] : found)
                if (!told.contains(category)) tell(category, why);
            told = std::move(found);
            problem.over();
        } catch (const eventstore::server_away&) {
            // The process logs it.
        } catch (const std::exception& met) {
            if (!stop.stop_requested()) problem.met(met.what());
        }
    }
}

}  // namespace annals::operations
