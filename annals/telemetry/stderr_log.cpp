// SPDX-License-Identifier: Apache-2.0
#include <annals/telemetry/stderr_log.hpp>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <charconv>

namespace annals::telemetry {
namespace {

auto name_of(level at) -> std::string_view
{
    static constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    return names.at(static_cast<std::size_t>(at));
}

auto spdlog_level(level at) -> spdlog::level::level_enum
{
    static constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                       spdlog::level::err};
    return levels.at(static_cast<std::size_t>(at));
}

/// A JSON string (RFC 8259, section 7); in text lines only where a value needs quotes.
auto quoted(std::string_view text) -> std::string
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string all = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            all += '\\';
            all += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            all += "\\u00";
            all += digits[byte >> 4];
            all += digits[byte & 15];
        } else {
            all += c;
        }
    }
    return all + '"';
}

auto text_of(double number) -> std::string
{
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    return std::string(text, end);
}

auto text_of(const field& one, bool always_quoted) -> std::string
{
    const auto text = [&](const auto& value) -> std::string {
        using value_type = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::same_as<value_type, std::string>) {
            const bool plain = !value.empty() && value.find_first_of(" \"\\=\n\r\t") == value.npos;
            return plain && !always_quoted ? value : quoted(value);
        } else if constexpr (std::same_as<value_type, bool>) {
            return value ? "true" : "false";
        } else if constexpr (std::same_as<value_type, double>) {
            return text_of(value);
        } else {
            return std::to_string(value);
        }
    };
    return std::visit(text, one.value);
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
        const auto line = format_ == log_format::json ? as_json(at, message, fields) : as_text(at, message, fields);
        logger_.log(spdlog_level(at), spdlog::string_view_t(line.data(), line.size()));
    }

private:
    static auto as_text(level at, std::string_view message, std::span<const field> fields) -> std::string
    {
        auto line = std::string(name_of(at));
        line.resize(std::max<std::size_t>(line.size(), 7), ' ');
        line += ' ' + std::string(message);
        for (const auto& one : fields) line += ' ' + std::string(one.name) + '=' + text_of(one, false);
        return line;
    }

    static auto as_json(level at, std::string_view message, std::span<const field> fields) -> std::string
    {
        auto line = R"("level": ")" + std::string(name_of(at)) + R"(", "message": )" + quoted(message);
        for (const auto& one : fields) line += ", " + quoted(one.name) + ": " + text_of(one, true);
        return line;
    }

    log_format format_;
    spdlog::logger logger_;
};

}  // namespace

auto log_to_stderr(log_format format, std::optional<level> least) -> std::shared_ptr<log_sink>
{
    return std::make_shared<spdlog_sink>(format, least);
}

}  // namespace annals::telemetry
