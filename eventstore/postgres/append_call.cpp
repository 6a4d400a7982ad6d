// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/append_call.hpp>

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <utility>

namespace annals::eventstore::postgres {

auto expected_number(const expected_version& expected) -> std::int64_t
{
    switch (expected.is) {
        case expected_version::mode::any: return -1;
        case expected_version::mode::exists: return -2;
        case expected_version::mode::no_stream: return 0;
        case expected_version::mode::exact: return expected.version.number;
    }
    return -1;
}

namespace {

/// The logs that the call touches, ascending: the order in which they are locked.
auto logs_of(appends all) -> std::vector<std::int32_t>
{
    std::vector<std::int32_t> logs;
    for (const auto* one : all)
        for (const auto& log : one->logs) logs.push_back(log.number);
    std::ranges::sort(logs);
    const auto twice = std::ranges::unique(logs);
    logs.erase(twice.begin(), twice.end());
    return logs;
}

struct element_columns {
    array append = array::of<std::int32_t>();
    array at = array::of<std::int32_t>();
    array key = array::of<std::string_view>();
    array expected = array::of<std::int64_t>();
    array start = array::of<std::int32_t>();
    array count = array::of<std::int32_t>();
    array previous = array::of<std::int32_t>();
};

struct event_columns {
    array element = array::of<std::int32_t>();
    array id = array::of<uuid>();
    array type = array::of<std::string_view>();
    array schema_version = array::of<std::int16_t>();
    array data{wire::json};
    array metadata{wire::json};
    array occurred_at = array::of<timestamp>();

    void add(const new_event& event)
    {
        id.add(event.id);
        type.add(std::string_view(event.type));
        schema_version.add(static_cast<std::int16_t>(event.schema_version));
        data.add(std::string_view(event.data));
        metadata.add(std::string_view(event.metadata));
        occurred_at.add(event.occurred_at);
    }
};

/// Finds the element of this call that was the last for the same stream.
class previous_elements {
public:
    auto replace(std::int32_t log, std::string_view key, std::int32_t element) -> std::int32_t
    {
        return std::exchange(last_[{log, key}], element);
    }

private:
    struct hash {
        auto operator()(const std::pair<std::int32_t, std::string_view>& stream) const -> std::size_t
        {
            return std::hash<std::string_view>{}(stream.second) * 31 + static_cast<std::size_t>(stream.first);
        }
    };
    std::unordered_map<std::pair<std::int32_t, std::string_view>, std::int32_t, hash> last_;
};

}  // namespace

auto encode_call(appends all, patience how) -> parameters
{
    const auto logs = logs_of(all);
    const bool has_keys = std::ranges::any_of(all, [](const auto* one) { return one->request.idempotency_key.has_value(); });
    auto log_numbers = array::of<std::int32_t>();
    for (const auto log : logs) log_numbers.add(log);
    auto resend = array::of<bool>();
    auto category = array::of<std::string_view>();
    auto key = array::of<std::string_view>();
    element_columns elements;
    event_columns events;
    previous_elements previous;

    std::int32_t append = 0;
    std::int32_t element = 0;
    for (const auto* one : all) {
        const auto& request = one->request;
        ++append;
        resend.add(request.resend);
        if (has_keys) {
            category.add(std::string_view(request.streams.front().stream.category));
            key.add(request.idempotency_key.transform([](const auto& text) { return std::string_view(text); }));
        }
        for (std::size_t i = 0; i < request.streams.size(); ++i) {
            const auto& part = request.streams[i];
            const auto log = one->logs[i].number;
            ++element;
            elements.append.add(append);
            elements.at.add(static_cast<std::int32_t>(std::ranges::lower_bound(logs, log) - logs.begin() + 1));
            elements.key.add(std::string_view(part.stream.key));
            elements.expected.add(expected_number(part.expected));
            elements.start.add(static_cast<std::int32_t>(events.id.size() + 1));
            elements.count.add(static_cast<std::int32_t>(part.events.size()));
            elements.previous.add(previous.replace(log, part.stream.key, element));
            for (const auto& event : part.events) {
                events.element.add(element);
                events.add(event);
            }
        }
    }

    parameters values;
    values.add(how == patience::waits);
    for (auto* column : {&log_numbers, &resend, &category, &key, &elements.append, &elements.at, &elements.key,
                         &elements.expected, &elements.start, &elements.count, &elements.previous, &events.element,
                         &events.id, &events.type, &events.schema_version, &events.data, &events.metadata, &events.occurred_at})
        values.add(std::move(*column));
    return values;
}

namespace {

/// As `annals.append_1` numbers them.
enum class code { appended = 1, duplicate = 2, conflict = 3, id_reused = 4, busy = 5, known_key = 6 };

auto appended_from(const addressed_request& one, std::size_t element, const call_columns& columns) -> appended
{
    appended result;
    for (std::size_t i = 0; i < one.logs.size(); ++i, ++element) {
        const auto& part = one.request.streams[i];
        if (part.events.empty()) continue;
        const auto before = columns.version_before[element];
        result.streams.push_back({.stream = part.stream,
                                  .first_version = {before + 1},
                                  .last_version = {before + static_cast<std::int64_t>(part.events.size())},
                                  .log = {part.stream.category, one.logs[i].partition},
                                  .first_position = {columns.first_position[element]},
                                  .last_position = {columns.last_position[element]}});
    }
    return result;
}

auto conflict_from(const addressed_request& one, std::size_t element, const call_columns& columns) -> conflict
{
    conflict found;
    for (const auto& part : one.request.streams) {
        if (columns.check_failed[element]) found.failed.push_back({part.stream, part.expected, {columns.version_before[element]}});
        ++element;
    }
    return found;
}

auto decode_one(const addressed_request& one, std::size_t append, std::size_t element, const call_columns& columns) -> verdict
{
    const auto culprit = [&] { return static_cast<std::size_t>(columns.culprit[append]) - 1 - element; };
    switch (static_cast<code>(columns.verdict[append])) {
        case code::appended: return append_result(appended_from(one, element, columns));
        case code::duplicate: {
            auto result = appended_from(one, element, columns);
            result.duplicate = true;
            return append_result(std::move(result));
        }
        case code::conflict: return append_result(std::unexpected(conflict_from(one, element, columns)));
        case code::id_reused:
            return append_result(std::unexpected(event_id_reused{one.request.streams[culprit()].stream, columns.reused[append]}));
        case code::busy: return busy{one.logs[culprit()].number};
        case code::known_key: return known_key{};
    }
    assert(!"annals.append_1 returned a verdict that this program does not know");
    return known_key{};
}

}  // namespace

auto decode_call(appends all, const call_columns& columns) -> std::vector<verdict>
{
    std::vector<verdict> verdicts;
    std::size_t element = 0;
    for (const auto* one : all) {
        verdicts.push_back(decode_one(*one, verdicts.size(), element, columns));
        element += one->logs.size();
    }
    return verdicts;
}

}  // namespace annals::eventstore::postgres
