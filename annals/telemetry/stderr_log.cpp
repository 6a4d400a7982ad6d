// SPDX-License-Identifier: Apache-2.0
#include <annals/telemetry/stderr_log.hpp>

#include <annals/telemetry/log_line.hpp>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>

namespace annals::telemetry {
namespace {

auto spdlog_level(level at) -> spdlog::level::level_enum
{
    static constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                       spdlog::level::err};
    return levels.at(static_cast<std::size_t>(at));
}

class spdlog_sink : public log_sink {
public:
    spdlog_sink(log_format format, std::optional<level> least)
        : format_(format), logger_("annals", std::make_shared<spdlog::sinks::stderr_sink_mt>())
    {
        const auto* pattern =
            format == log_format::json ? R"({"time": "%Y-%m-%dT%H:%M:%S.%eZ", %v})" : "%Y-%m-%dT%H:%M:%S.%eZ %v";
        logger_.set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
        logger_.set_level(least ? spdlog_level(*least) : spdlog::level::off);
        logger_.flush_on(spdlog::level::trace);
    }

    auto wants(level at) const -> bool override { return logger_.should_log(spdlog_level(at)); }

    void write(level at, std::string_view message, std::span<const field> fields) override
    {
        const auto line =
            format_ == log_format::json ? as_json_members(at, message, fields) : as_text(at, message, fields);
        logger_.log(spdlog_level(at), spdlog::string_view_t(line.data(), line.size()));
    }

private:
    log_format format_;
    spdlog::logger logger_;
};

}  // namespace

auto log_to_stderr(log_format format, std::optional<level> least) -> std::shared_ptr<log_sink>
{
    return std::make_shared<spdlog_sink>(format, least);
}

}  // namespace annals::telemetry
