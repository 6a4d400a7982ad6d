// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals::app {

/// A value and the place it came from: a flag, a variable, a line of the file, or the default.
struct setting {
    std::string value;
    std::string origin;
};

/// Where to look for values; the first place that has one wins.
struct configuration_sources {
    std::map<std::string, setting> flags;              ///< by the setting's name
    std::map<std::string, std::string> environment;    ///< the whole environment; ANNALS_* is read
    std::optional<std::string> file;                   ///< --config; otherwise ANNALS_CONFIG
    std::map<std::string, setting> defaults = {};      ///< the program's own; they override annals' defaults
};

/// Every setting of a program. Flags override the environment, then a TOML file, the program's defaults and annals'
/// own.
class configuration {
public:
    configuration() : configuration(configuration_sources{}) {}
    /// Throws `failure` (wrong usage) for a file that cannot be read, an unknown name (with file and line) and a
    /// value that does not fit.
    explicit configuration(const configuration_sources&);

    /// Throws `std::out_of_range` for a name that annals does not have.
    auto text(std::string_view name) const -> const std::string&;
    auto number(std::string_view name) const -> int;

    /// The log's database; empty: libpq's PG* environment.
    /// When it is not a connection string, throws `failure` (wrong usage) that names its origin and shows nothing of
    /// it.
    auto dsn() const -> const std::string&;
    /// The read models' database: the log's unless configured. Throws as `dsn`.
    auto read_dsn() const -> const std::string&;
    /// librdkafka's properties, `bootstrap.servers` among them; without that one there is no broker.
    auto kafka() const -> std::map<std::string, std::string>;
    auto has_kafka() const -> bool;
    /// Services of sagas that are other programs, and how they are asked: `kafka`, or a URL.
    auto saga_services() const -> std::map<std::string, std::string>;

    /// One line for each environment variable that is not read but looks like a setting.
    auto near_misses() const -> const std::vector<std::string>& { return near_misses_; }

    struct shown {
        std::string name, value, origin, meaning;
        enum class form { text, number, truth } is = form::text;
    };
    /// All settings for people: passwords hidden, and libpq's values for an empty dsn.
    auto show() const -> std::vector<shown>;

private:
    auto readable_dsn(std::string_view name) const -> const std::string&;

    std::map<std::string, setting, std::less<>> settings_;
    std::vector<std::string> near_misses_;
};

/// Whether annals has a setting of this name.
auto is_setting(std::string_view name) -> bool;

/// The environment of this process.
auto environment_of_process() -> std::map<std::string, std::string>;

}  // namespace annals::app
