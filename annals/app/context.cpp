// SPDX-License-Identifier: Apache-2.0
#include <annals/app/context.hpp>

#include <annals/app/read_only.hpp>
#include <annals/service/service.hpp>
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

context::context(std::string program, program_types types) : program_(std::move(program)), types_(std::move(types)) {}
context::~context() = default;

auto context::service() -> annals::service&
{
    if (!service_)
        service_ = std::make_unique<annals::service>(
            service_settings{.dsn = configuration_.dsn(),
                             .read_dsn = configuration_.read_dsn(),
                             .log_connections_max = static_cast<std::size_t>(configuration_.number("connections_max")),
                             .default_partitions = configuration_.number("partitions"),
                             .unsafe = configuration_.text("unsafe") == "true"});
    return *service_;
}

auto context::store() -> eventstore::store& { return service().store(); }

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
