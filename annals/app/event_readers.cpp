// SPDX-License-Identifier: Apache-2.0
#include <annals/app/event_readers.hpp>

#include <annals/eventstore/errors.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace annals::app {

namespace {

auto names_of(const facts::readable_form& form) -> std::vector<std::string>
{
    auto names = form.former_names;
    names.push_back(form.type);
    return names;
}

}  // namespace

event_readers::event_readers(const program_types& types, std::string_view category)
{
    for (const auto& reader : types.readers) {
        if (std::ranges::find(reader.categories, category) == reader.categories.end()) continue;
        for (const auto& form : reader.forms) add(form, reader.today);
        if (reader.needed != event_reader::needs::every_type) continue;
        auto& all = aggregates_.emplace_back(aggregate_types{.names = {}, .ignored = reader.ignored}).names;
        for (const auto& form : reader.forms)
            for (auto& name : names_of(form)) all.insert(std::move(name));
    }
}

void event_readers::add(const facts::readable_form& form, decltype(event_reader::today) facts)
{
    for (const auto& name : names_of(form)) {
        auto& readers = by_name_[name];
        const auto reads_the_same = [&](const readable_type& other) { return other.form.read == form.read; };
        if (std::ranges::none_of(readers, reads_the_same)) readers.push_back({form, facts});
    }
}

auto event_readers::aggregate_types::goes_past(std::string_view type) const -> bool
{
    return names.contains(type) || std::ranges::any_of(ignored, [&](const auto& each) { return each.matches(type); });
}

auto event_readers::version_of(std::string_view type) const -> std::optional<int>
{
    const auto found = by_name_.find(type);
    if (found == by_name_.end()) return std::nullopt;
    return found->second.front().form.schema_version;
}

auto event_readers::read_as(std::string_view type, int schema_version) const -> std::optional<std::string>
{
    const auto found = by_name_.find(type);
    if (found == by_name_.end()) return std::nullopt;
    const auto& form = found->second.front().form;
    if (schema_version > form.schema_version) return std::nullopt;
    return form.former ? "a former event" : form.type + " " + std::to_string(form.schema_version);
}

auto event_readers::problem_with(const eventstore::recorded_event& event) const -> std::optional<std::string>
{
    const auto found = by_name_.find(event.type);
    const auto stops = [&](const aggregate_types& one) { return !one.goes_past(event.type); };
    if (std::ranges::any_of(aggregates_, stops))
        return (found == by_name_.end() ? "no fact of this program is stored as "
                                        : "the aggregate that decides by it has no event ")
               + event.type;
    if (found == by_name_.end()) return std::nullopt;
    try {
        for (const auto& known : found->second) known.form.read(event);
        return std::nullopt;
    } catch (const eventstore::mismatch& problem) {
        const std::string where = to_string(event.stream) + " version " + std::to_string(event.version.number) + ": ";
        const std::string why = problem.what();
        return why.starts_with(where) ? why.substr(where.size()) : why;
    }
}

auto event_readers::untaken_members(const eventstore::recorded_event& event) const -> std::vector<std::string>
{
    const auto found = by_name_.find(event.type);
    if (found == by_name_.end()) return {};
    auto untaken = found->second.front().form.untaken(event);
    for (const auto& known : found->second) {
        if (untaken.empty()) break;
        const auto by_it = known.form.untaken(event);
        std::erase_if(untaken, [&](const auto& name) { return std::ranges::find(by_it, name) == by_it.end(); });
    }
    return untaken;
}

auto event_readers::today(const eventstore::recorded_event& event) const -> std::vector<eventstore::recorded_event>
{
    const auto found = by_name_.find(event.type);
    if (found == by_name_.end()) return {event};
    std::vector<eventstore::recorded_event> facts;
    for (auto& fact : found->second.front().facts(event)) {
        auto& shown = facts.emplace_back(event);
        shown.type = std::move(fact.type);
        shown.schema_version = fact.schema_version;
        shown.data = std::move(fact.data);
    }
    return facts;
}

auto categories_read_by(const program_types& types) -> std::vector<std::string>
{
    std::set<std::string> all;
    for (const auto& reader : types.readers) all.insert(reader.categories.begin(), reader.categories.end());
    return {all.begin(), all.end()};
}

}  // namespace annals::app
