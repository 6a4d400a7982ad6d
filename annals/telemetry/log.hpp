// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace annals::telemetry {

enum class level { debug, info, warning, error };

/// A named value in a log line, after its message: `{"category", name}, {"events", 12}`.
struct field {
    field(std::string_view name_, std::string value_) : name(name_), value(std::move(value_)) {}
    field(std::string_view name_, std::string_view value_) : field(name_, std::string(value_)) {}
    field(std::string_view name_, const char* value_) : field(name_, std::string(value_)) {}
    field(std::string_view name_, std::integral auto value_)
        requires(!std::same_as<decltype(value_), bool>)
        : name(name_), value(static_cast<std::int64_t>(value_))
    {}
    field(std::string_view name_, double value_) : name(name_), value(value_) {}
    field(std::string_view name_, bool value_) : name(name_), value(value_) {}

    std::string_view name;
    std::variant<std::string, std::int64_t, double, bool> value;
};

/// Receives log lines. Thread-safe; must not throw.
class log_sink {
public:
    virtual ~log_sink() = default;
    virtual auto wants(level) const -> bool = 0;
    virtual void write(level, std::string_view message, std::span<const field>) = 0;
};

/// Sends the log lines of this process to this sink; null: nowhere. Before the first call, warnings and errors go to
/// standard error as text. Thread-safe.
void send_log_to(std::shared_ptr<log_sink>);

/// Writes a line: a constant message, with the variable parts as fields (docs/operating/logs.md). Thread-safe, never
/// throws.
void log(level, std::string_view message, std::span<const field>) noexcept;
void log(level, std::string_view message, std::initializer_list<field> = {}) noexcept;

}  // namespace annals::telemetry
