// SPDX-License-Identifier: Apache-2.0
#include <annals/telemetry/log.hpp>

#include <atomic>

namespace annals::telemetry {
namespace {

std::atomic<std::shared_ptr<log_sink>> sink_in_use;

}  // namespace

void send_log_to(std::shared_ptr<log_sink> sink) { sink_in_use.store(std::move(sink)); }

void log(level at, std::string_view message, std::initializer_list<field> fields) noexcept
{
    const auto sink = sink_in_use.load();
    if (sink && sink->wants(at)) sink->write(at, message, {fields.begin(), fields.size()});
}

}  // namespace annals::telemetry
