// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/append_call.hpp>

#include <annals/eventstore/postgres/append/stream_name.hpp>
#include <annals/eventstore/postgres/event_columns.hpp>

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <utility>

namespace annals::eventstore::postgres {

using namespace libpq;

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

/// One entry per append.
struct append_columns {
    array resend = array::of<bool>();
    array category = array::of<std::string_view>();
    array key = array::of<std::string_view>();
    array used_for = array::of<std::string_view>();
};

/// One entry per stream of an append.
struct element_columns {
    array append = array::of<std::int32_t>();
    array at = array::of<std::int32_t>();
    array key = array::of<std::string_view>();
    array expected = array::of<std::int64_t>();
    array start = array::of<std::int32_t>();
    array count = array::of<std::int32_t>();
    array previous = array::of<std::int32_t>();
};

class call_encoder {
public:
    explicit call_encoder(appends all)
        : logs_(logs_of(all)),
          has_keys_(std::ranges::any_of(all, [](const auto* one) { return one->request.idempotency_key.has_value(); }))
    {
        for (const auto* one : all) add(*one);
    }

    auto parameters_for(patience how) && -> parameters
    {
        auto logs = array::of<std::int32_t>();
        for (const auto log : logs_) logs.add(log);
        parameters values;
        values.add(how == patience::waits);
        for (auto* column : {&logs, &appends_.resend, &appends_.category, &appends_.key, &appends_.used_for,
                             &elements_.append, &elements_.at, &elements_.key, &elements_.expected, &elements_.start,
                             &elements_.count, &elements_.previous, &element_of_event_})
            values.add(std::move(*column));
        std::move(events_).move_to(values);
        return values;
    }

private:
    void add(const routed_append& one)
    {
        const auto& request = one.request;
        appends_.resend.add(request.resend);
        if (has_keys_) {
            appends_.category.add(std::string_view(request.streams.front().stream.category));
            const auto view = [](const std::string& text) { return std::string_view(text); };
            appends_.key.add(request.idempotency_key.transform(view));
            appends_.used_for.add(request.used_for.transform(view));
        }
        for (std::size_t i = 0; i < request.streams.size(); ++i) add(request.streams[i], one.logs[i].number);
    }

    void add(const stream_append& part, std::int32_t log)
    {
        const auto element = count_of(elements_.append) + 1;
        const auto at = std::ranges::lower_bound(logs_, log) - logs_.begin() + 1;
        elements_.append.add(count_of(appends_.resend));
        elements_.at.add(static_cast<std::int32_t>(at));
        elements_.key.add(std::string_view(part.stream.key));
        elements_.expected.add(expected_number(part.expected));
        elements_.start.add(count_of(events_.id) + 1);
        elements_.count.add(static_cast<std::int32_t>(part.events.size()));
        elements_.previous.add(std::exchange(last_element_[{log, part.stream.key}], element));
        for (const auto& event : part.events) {
            element_of_event_.add(element);
            events_.add(event);
        }
    }

    static auto count_of(const array& column) -> std::int32_t { return static_cast<std::int32_t>(column.size()); }

    std::vector<std::int32_t> logs_;
    bool has_keys_;
    append_columns appends_;
    element_columns elements_;
    array element_of_event_ = array::of<std::int32_t>();
    event_columns events_;
    std::unordered_map<stream_name, std::int32_t, stream_name_hash> last_element_;
};

}  // namespace

auto encode_call(appends all, patience how) -> parameters { return call_encoder(all).parameters_for(how); }

namespace {

/// As `annals.append_many` numbers them.
enum class code {
    appended = 1,
    duplicate = 2,
    conflict = 3,
    id_reused = 4,
    log_locked = 5,
    used_key = 6,
    key_reused = 7
};

auto appended_from(const routed_append& one, std::size_t element, const call_columns& columns) -> appended
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

auto conflict_from(const routed_append& one, std::size_t element, const call_columns& columns) -> conflict
{
    conflict found;
    for (const auto& part : one.request.streams) {
        if (columns.check_failed[element])
            found.failed.push_back({part.stream, part.expected, {columns.version_before[element]}});
        ++element;
    }
    return found;
}

auto decode_one(const routed_append& one, std::size_t append, std::size_t element, const call_columns& columns)
    -> verdict
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
            return append_result(std::unexpected(event_id_reused{one.request.streams[culprit()].stream,
                                                                 columns.reused[append], columns.differs[append]}));
        case code::log_locked: return log_locked{one.logs[culprit()].number};
        case code::used_key: return used_key{.is_same_use = true};
        case code::key_reused: return used_key{.is_same_use = false};
    }
    assert(!"annals.append_many returned a verdict that this program does not know");
    return used_key{.is_same_use = false};
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
