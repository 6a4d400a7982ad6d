// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/definition_json.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/facts/fields.hpp>
#include <annals/sagas/definition/definition_check.hpp>
#include <annals/sagas/definition/duration_text.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace annals::sagas {

ANNALS_FIELDS(trigger, category, type)
ANNALS_FIELDS(step, id, name, service, action, compensation, timeout, retries, retry_delay, retry_delay_max, after,
              pivot, signal, saga)
ANNALS_FIELDS(definition, name, version, description, started_by, timeout, compensation_retries, parallel_compensation,
              active_max, steps)

namespace {

using eventstore::json;
using std::chrono::milliseconds;

auto kind_of(const trigger&) -> std::string { return "a trigger"; }
auto kind_of(const step&) -> std::string { return "a step"; }
auto kind_of(const definition&) -> std::string { return "a saga"; }

/// Takes values out of JSON, and notes what does not fit. A place is a problem without a text.
class taking {
public:
    using place = definition_problem;

    template <facts::described_struct T>
    void take(const json& from, T& to, const place& at)
    {
        if (!from.is_object()) return refuse(at, from, kind_of(to) + ", which has fields");
        facts::for_each_field(to, [&](std::string_view name, auto& field) {
            if (const auto member = from.find(std::string(name)); member != from.end())
                take(*member, field, in(at, name));
        });
        constexpr auto names = facts::names_of<T>();
        for (const auto& member : from.items())
            if (std::ranges::find(names, member.key()) == names.end())
                add(in(at, member.key()), kind_of(to) + " has no such field; it has " + listed(names));
    }

    void take(const json& from, std::string& to, const place& at)
    {
        if (!from.is_string()) return refuse(at, from, "a text");
        to = from.get<std::string>();
    }
    void take(const json& from, bool& to, const place& at)
    {
        if (!from.is_boolean()) return refuse(at, from, "true or false");
        to = from.get<bool>();
    }
    void take(const json& from, int& to, const place& at)
    {
        if (!from.is_number_integer()) return refuse(at, from, "a whole number");
        const auto fits = from.is_number_unsigned() ? std::in_range<int>(from.get<std::uint64_t>())
                                                    : std::in_range<int>(from.get<std::int64_t>());
        if (!fits) return refuse(at, from, "a number of up to 31 bits");
        to = from.get<int>();
    }
    void take(const json& from, milliseconds& to, const place& at)
    {
        const auto read = from.is_string() ? duration_from(from.get<std::string>()) : std::nullopt;
        if (!read) return refuse(at, from, "a duration: write \"30 s\", \"250 ms\", \"5 min\" or \"2 h\"");
        to = *read;
    }
    void take(const json& from, compensation& to, const place& at)
    {
        const auto is_action = from.is_string() && !from.get_ref<const std::string&>().empty();
        if (!is_action && from != json(false))
            return add(at, eventstore::excerpt(from) + " is neither the name of an action nor false: nothing to undo");
        to = is_action ? compensation(from.get<std::string>()) : compensation(no_compensation);
    }
    void take(const json& from, std::optional<trigger>& to, const place& at) { take(from, to.emplace(), at); }
    template <class T>
    void take(const json& from, std::vector<T>& to, const place& at)
    {
        if (!from.is_array()) return refuse(at, from, "a list");
        for (std::size_t i = 0; i < from.size(); ++i) {
            const auto index = "[" + std::to_string(i) + "]";
            if constexpr (std::is_same_v<T, step>) take(from[i], to.emplace_back(), place{.step = i});
            else take(from[i], to.emplace_back(), place{.step = at.step, .field = at.field + index});
        }
    }

    auto problems() -> std::vector<definition_problem> { return std::move(found_); }

private:
    static auto in(const place& at, std::string_view name) -> place
    {
        return {.step = at.step, .field = at.field + (at.field.empty() ? "" : ".") + std::string(name)};
    }
    static auto listed(const auto& names) -> std::string
    {
        std::string all;
        for (const auto name : names) all += (all.empty() ? "" : ", ") + std::string(name);
        return all;
    }
    void add(place at, std::string text)
    {
        at.text = std::move(text);
        found_.push_back(std::move(at));
    }
    void refuse(const place& at, const json& value, const std::string& what)
    {
        add(at, eventstore::excerpt(value) + " is not " + what);
    }

    std::vector<definition_problem> found_;
};

auto written(const std::string& value) -> json { return value.empty() ? json() : json(value); }
auto written(bool value) -> json { return value; }
auto written(int value) -> json { return value; }
auto written(milliseconds value) -> json { return duration_text(value); }
auto written(const compensation& value) -> json
{
    if (!value.is_said()) return {};
    return value.is_needed() ? json(value.action()) : json(false);
}
template <facts::described_struct T>
auto written(const T& value) -> json;
auto written(const std::optional<trigger>& value) -> json { return value ? written(*value) : json(); }
template <class T>
auto written(const std::vector<T>& values) -> json
{
    json list;
    for (const auto& one : values) list.push_back(written(one));
    return list;
}

/// Null is what is left out.
template <facts::described_struct T>
auto written(const T& value) -> json
{
    auto object = json::object();
    facts::for_each_field(value, [&](std::string_view name, const auto& field) {
        if (auto member = written(field); !member.is_null()) object[std::string(name)] = std::move(member);
    });
    return object;
}

}  // namespace

auto decode_definition(const json& from) -> decoded_definition
{
    decoded_definition made;
    taking all;
    all.take(from, made.value, {});
    made.problems = all.problems();
    if (made.problems.empty()) made.problems = problems_of(made.value);
    return made;
}

auto definition_from(const json& from) -> definition
{
    auto [made, problems] = decode_definition(from);
    if (!problems.empty()) throw eventstore::invalid_request(to_message(problems, made));
    return std::move(made);
}

auto to_json(const definition& of) -> json { return written(of); }

auto stored_definition(std::string_view text) -> definition { return decode_definition(json::parse(text)).value; }

}  // namespace annals::sagas
