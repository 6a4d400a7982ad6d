// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/parsed_toml.hpp>

#include <annals/eventstore/errors.hpp>

#include <toml++/toml.h>

#include <string_view>
#include <type_traits>

namespace annals::sagas {
namespace {

[[noreturn]] void refuse(const std::string& file, const toml::source_region& at, std::string_view why)
{
    throw eventstore::invalid_request(file + ":" + std::to_string(at.begin.line) + ": " + std::string(why));
}

class reading {
public:
    explicit reading(const std::string& file) : file_(file) {}

    auto value_of(const toml::node& node, const std::string& path) -> eventstore::json
    {
        lines[path] = node.source().begin.line;
        return node.visit([&](const auto& typed) { return converted(typed, path); });
    }

    std::map<std::string, std::uint32_t> lines = {};

private:
    auto converted(const toml::table& table, const std::string& path) -> eventstore::json
    {
        auto object = eventstore::json::object();
        for (const auto& [key, node] : table) {
            const auto name = std::string(key.str());
            object[name] = value_of(node, path.empty() ? name : path + "." + name);
        }
        return object;
    }
    auto converted(const toml::array& array, const std::string& path) -> eventstore::json
    {
        auto list = eventstore::json::array();
        for (std::size_t i = 0; i < array.size(); ++i)
            list.push_back(value_of(*array.get(i), path + "[" + std::to_string(i) + "]"));
        return list;
    }
    template <class T>
    auto converted(const toml::value<T>& value, const std::string& path) -> eventstore::json
    {
        if constexpr (std::is_constructible_v<eventstore::json, T>) return value.get();
        else refuse(file_, value.source(), path + ": a date or a time is not a value of a saga");
    }

    const std::string& file_;
};

}  // namespace

auto parse_toml(const std::string& text, const std::string& file) -> parsed_toml
{
    try {
        reading all(file);
        auto value = all.value_of(toml::parse(text, std::string_view(file)), {});
        return {std::move(value), std::move(all.lines)};
    } catch (const toml::parse_error& problem) {
        refuse(file, problem.source(), problem.description());
    }
}

}  // namespace annals::sagas
