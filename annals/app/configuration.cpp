// SPDX-License-Identifier: Apache-2.0
#include <annals/app/configuration.hpp>

#include <annals/app/configuration_file.hpp>
#include <annals/app/failure.hpp>
#include <annals/app/secret_words.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/kafka/secret_property.hpp>
#include <annals/libpq/dsn.hpp>
#include <annals/libpq/shown_dsn.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <unistd.h>

namespace annals::app {
namespace {

constexpr std::string_view kafka_prefix = "kafka.";
constexpr std::string_view kafka_servers = "kafka.bootstrap.servers";
constexpr std::string_view services_prefix = "saga.services.";
constexpr std::string_view services_variables = "ANNALS_SAGA_SERVICES_";
constexpr std::string_view by_kafka = "kafka";

struct setting_description {
    std::string_view name, otherwise, meaning;
    std::string_view one_of = {};        ///< the values it may have, separated by blanks; empty: any
    int least = 0;                       ///< for numbers (those whose default is one)
};

constexpr std::array known{
    setting_description{"dsn", "", "the log's database (a libpq connection string)"},
    setting_description{"read_dsn", "", "the read models' database, if it is another one"},
    setting_description{kafka_servers, "", "Kafka's brokers, host:port,…; empty: without Kafka"},
    setting_description{"partitions", "8", "logs of a category that is created by its first event", {}, 1},
    setting_description{"idempotency_keys.days", "30", "for how long an idempotency key is remembered", {}, 1},
    setting_description{"sagas.days", "30", "how long rows of sagas that are over are kept; 0: for ever"},
    setting_description{"parked.keys", "1000", "how many keys a projection may park before it stops", {}, 1},
    setting_description{"parked.events", "100000", "how many events a projection may park before it stops", {}, 1},
    setting_description{"parked.topic", "", "where parked events are published, too: {topic}.dlq; empty: nowhere"},
    setting_description{"connections_max", "8", "sessions that projections share, and as many to read the log", {}, 1},
    setting_description{"unsafe", "false", "work with a server that may lose what it has confirmed (fsync off)",
                        "true false"},
    setting_description{"topic", "{category}.events", "the topic of a category"},
    setting_description{"topic_retention_hours", "168", "how long a new topic keeps records; 0: for ever"},
    setting_description{"topic_replication_factor", "0", "copies of a new topic; 0: the broker's default"},
    setting_description{"topic_min_insync_replicas", "0",
                        "copies that must have a record of a new topic; 0: the broker's default"},
    setting_description{"topic_compression", "lz4", "of what is published", "none gzip snappy lz4 zstd"},
    setting_description{"log.level", "info", "the least important log lines to write", "debug info warning error off"},
    setting_description{"log.format", "text", "how log lines are written", "text json"},
};

auto find_known(std::string_view name) -> const setting_description*
{
    const auto found = std::ranges::find(known, name, &setting_description::name);
    return found == known.end() ? nullptr : found;
}

auto is_number(const setting_description& setting) -> bool
{
    return !setting.otherwise.empty()
           && std::ranges::all_of(setting.otherwise, [](char c) { return '0' <= c && c <= '9'; });
}

auto to_number(std::string_view text) -> std::optional<int>
{
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

auto has_name_after(const std::string& name, std::string_view prefix) -> bool
{
    return name.starts_with(prefix) && name.size() > prefix.size();
}

void check_service(const std::string& name, const setting& given)
{
    const std::string_view value = given.value;
    if (value.empty() || value == by_kafka || value.starts_with("http://") || value.starts_with("https://")) return;
    throw failure(given.origin + ": " + name + " is kafka, or the URL of the service; not \"" + shown_word(value)
                      + "\"",
                  {}, exit_code::usage);
}

void check(const std::string& name, const setting& given)
{
    if (has_name_after(name, services_prefix)) return check_service(name, given);
    const auto* setting = find_known(name);
    if (setting == nullptr) return;
    if (name == kafka_servers && given.value.find('@') != given.value.npos)
        throw failure(given.origin + ": brokers are host:port, several joined by a comma; there is an @ in it",
                      "users and passwords are properties: kafka.sasl.username, kafka.sasl.password", exit_code::usage);
    if (is_number(*setting)) {
        const auto number = to_number(given.value);
        if (number && *number >= setting->least) return;
        throw failure(given.origin + ": " + name + " is a whole number of at least " + std::to_string(setting->least)
                          + ", not \"" + shown_word(given.value) + "\"",
                      {}, exit_code::usage);
    }
    if (setting->one_of.empty()
        || (" " + std::string(setting->one_of) + " ").find(" " + given.value + " ") != std::string::npos)
        return;
    throw failure(given.origin + ": " + name + " is one of: " + std::string(setting->one_of) + "; not \""
                      + shown_word(given.value) + "\"",
                  {}, exit_code::usage);
}

void refuse_unknown(const std::string& name, const setting& given)
{
    if (find_known(name) || has_name_after(name, kafka_prefix) || has_name_after(name, services_prefix)) return;
    std::vector<std::string> names;
    for (const auto& setting : known) names.emplace_back(setting.name);
    throw failure(given.origin + ": there is no setting \"" + shown_word(name) + "\"",
                  did_you_mean(name, names, "`annals config` lists all settings"), exit_code::usage);
}

/// `log.level` → `ANNALS_LOG_LEVEL`
auto variable_of(std::string_view name) -> std::string
{
    std::string variable = "ANNALS_";
    for (const char c : name)
        variable += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return variable;
}

/// `ANNALS_KAFKA_LINGER_MS` → `kafka.linger.ms`
auto property_of(std::string_view variable) -> std::string
{
    std::string name(variable.substr(std::string_view("ANNALS_").size()));
    for (char& c : name) c = c == '_' ? '.' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

/// `ANNALS_SAGA_SERVICES_STORAGE` → `saga.services.storage`
auto service_of(std::string_view variable) -> std::string
{
    std::string name(services_prefix);
    for (const char c : variable.substr(services_variables.size()))
        name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

/// Other programs may have variables with such names, too: only those that look like one of ours are reported.
auto find_near_misses(const std::map<std::string, std::string>& environment) -> std::vector<std::string>
{
    constexpr std::string_view prefix = "ANNALS_";
    std::vector<std::string> ours{"CONFIG"};
    for (const auto& setting : known) ours.push_back(variable_of(setting.name).substr(prefix.size()));
    std::vector<std::string> misses;
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(prefix) || name.starts_with("ANNALS_KAFKA_") || name.starts_with(services_variables))
            continue;
        const auto rest = name.substr(prefix.size());
        if (std::ranges::find(ours, rest) != ours.end()) continue;
        if (const auto near = nearest(rest, ours))
            misses.push_back("the variable " + name + " is not read; did you mean ANNALS_" + *near + "?");
    }
    return misses;
}

auto libpq_origin() -> std::string
{
    std::string variables;
    for (const auto& [name, value] : environment_of_process())
        if (name.starts_with("PG") && !value.empty()) variables += (variables.empty() ? "" : ", ") + name;
    return variables.empty() ? "libpq's defaults" : variables;
}

}  // namespace

configuration::configuration(const configuration_sources& from)
{
    for (const auto& setting : known)
        settings_[std::string(setting.name)] = {std::string(setting.otherwise), "default"};

    const auto take = [&](const std::string& name, const setting& given) {
        refuse_unknown(name, given);
        check(name, given);
        settings_[name] = given;
    };
    for (const auto& [name, given] : from.defaults) take(name, given);
    const auto variable = from.environment.find("ANNALS_CONFIG");
    const auto file = from.file                            ? from.file
                      : variable != from.environment.end() ? std::optional(variable->second)
                                                           : std::nullopt;
    if (file && !file->empty())
        for (const auto& [name, given] : read_configuration_file(*file)) take(name, given);

    for (const auto& setting : known)
        if (const auto found = from.environment.find(variable_of(setting.name)); found != from.environment.end())
            take(std::string(setting.name), {found->second, found->first});
    for (const auto& [name, value] : from.environment)
        if (name.starts_with("ANNALS_KAFKA_")) take(property_of(name), {value, name});
        else if (has_name_after(name, services_variables)) take(service_of(name), {value, name});

    for (const auto& [name, given] : from.flags) take(name, given);
    near_misses_ = find_near_misses(from.environment);
}

auto configuration::text(std::string_view name) const -> const std::string&
{
    const auto found = settings_.find(name);
    if (found == settings_.end()) throw std::out_of_range("annals has no setting " + std::string(name));
    return found->second.value;
}

auto configuration::number(std::string_view name) const -> int { return to_number(text(name)).value(); }

auto configuration::dsn() const -> const std::string& { return readable_dsn("dsn"); }

auto configuration::read_dsn() const -> const std::string&
{
    return text("read_dsn").empty() ? dsn() : readable_dsn("read_dsn");
}

auto configuration::readable_dsn(std::string_view name) const -> const std::string&
{
    const auto& given = settings_.find(name)->second;
    try {
        libpq::parse_dsn(given.value);
        return given.value;
    } catch (const eventstore::invalid_request& problem) {
        throw failure(given.origin + ": " + problem.what(), "it is not shown, since it may hold a password",
                      exit_code::usage);
    }
}

auto configuration::has_kafka() const -> bool { return !text(kafka_servers).empty(); }

auto configuration::kafka() const -> std::map<std::string, std::string>
{
    std::map<std::string, std::string> properties;
    for (const auto& [name, given] : settings_)
        if (name.starts_with(kafka_prefix) && !given.value.empty())
            properties[name.substr(kafka_prefix.size())] = given.value;
    return properties;
}

auto configuration::saga_services() const -> std::map<std::string, std::string>
{
    std::map<std::string, std::string> all;
    for (const auto& [name, given] : settings_)
        if (name.starts_with(services_prefix) && !given.value.empty())
            all[name.substr(services_prefix.size())] = given.value;
    return all;
}

auto configuration::show() const -> std::vector<shown>
{
    std::vector<shown> all;
    for (const auto& [name, given] : settings_) {
        const auto* setting = find_known(name);
        shown line{name, given.value, given.origin, std::string(setting ? setting->meaning : "passed to librdkafka")};
        if (name.starts_with(services_prefix)) {
            line.meaning = "how the service " + name.substr(services_prefix.size()) + " of sagas is asked";
            if (given.value.contains('@')) line.value = libpq::hidden;  // user:password@host
        }
        if (setting && is_number(*setting)) line.is = shown::form::number;
        if (setting && setting->one_of == "true false") line.is = shown::form::truth;
        const bool is_dsn = name == "dsn" || name == "read_dsn";
        if (is_dsn && !given.value.empty()) line.value = libpq::shown_dsn(given.value);
        if (name == "dsn" && given.value.empty()) {
            line.value = libpq::shown_default_dsn();
            line.origin = libpq_origin();
        }
        if (name.starts_with(kafka_prefix) && kafka::is_secret_property(name.substr(kafka_prefix.size())))
            line.value = libpq::hidden;
        all.push_back(std::move(line));
    }
    return all;
}

auto is_setting(std::string_view name) -> bool { return find_known(name) != nullptr; }

auto environment_of_process() -> std::map<std::string, std::string>
{
    std::map<std::string, std::string> all;
    for (auto** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (const auto sign = text.find('='); sign != text.npos)
            all.emplace(text.substr(0, sign), text.substr(sign + 1));
    }
    return all;
}

}  // namespace annals::app
