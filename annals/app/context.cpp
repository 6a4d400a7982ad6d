// SPDX-License-Identifier: Apache-2.0
#include <annals/app/context.hpp>

#include <annals/app/read_only.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/telemetry/stderr_log.hpp>

namespace annals::app {
namespace {

auto log_settings(const configuration& from) -> std::shared_ptr<telemetry::log_sink>
{
    using telemetry::level;
    const auto& name = from.text("log.level");
    std::optional<level> least = level::info;
    if (name == "debug") least = level::debug;
    if (name == "warning") least = level::warning;
    if (name == "error") least = level::error;
    if (name == "off") least.reset();
    const bool json = from.text("log.format") == "json";
    return telemetry::log_to_stderr(json ? telemetry::log_format::json : telemetry::log_format::text, least);
}

}  // namespace

auto context::store() -> eventstore::store&
{
    if (!store_) {
        eventstore::postgres::settings settings;
        settings.dsn = configuration_.dsn();
        settings.default_partitions = configuration_.number("partitions");
        settings.unsafe = configuration_.text("unsafe") == "true";
        store_ = eventstore::postgres::open_store(settings);
    }
    return *store_;
}

auto context::store_to_append() -> eventstore::store&
{
    require_writable(configuration_.dsn());
    return store();
}

void context::configure(app::configuration configuration)
{
    configuration_ = std::move(configuration);
    telemetry::send_log_to(log_settings(configuration_));
}

}  // namespace annals::app
