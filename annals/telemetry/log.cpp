// SPDX-License-Identifier: Apache-2.0
#include <annals/telemetry/log.hpp>

#include <annals/telemetry/log_line.hpp>

#include <atomic>
#include <cstdio>

namespace annals::telemetry {
namespace {

/// What is used before a program has chosen.
class plain_sink final : public log_sink {
public:
    auto wants(level at) const -> bool override { return at >= level::warning; }
    void write(level at, std::string_view message, std::span<const field> fields) override
    {
        const auto line = as_text(at, message, fields) + "\n";
        std::fwrite(line.data(), 1, line.size(), stderr);
    }
};

std::atomic<std::shared_ptr<log_sink>> sink_in_use{std::make_shared<plain_sink>()};

}  // namespace

void send_log_to(std::shared_ptr<log_sink> sink) { sink_in_use.store(std::move(sink)); }

void log(level at, std::string_view message, std::span<const field> fields) noexcept
{
    const auto sink = sink_in_use.load();
    if (sink && sink->wants(at)) sink->write(at, message, fields);
}

void log(level at, std::string_view message, std::initializer_list<field> fields) noexcept
{
    log(at, message, std::span<const field>(fields.begin(), fields.size()));
}

}  // namespace annals::telemetry
