// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/program_types.hpp>
#include <annals/facts/readable_forms.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace annals::app {

/// How a program reads one category's events: its aggregates, views and tables together.
class event_readers {
public:
    event_readers(const program_types&, std::string_view category);

    /// The program has no reader for this category.
    auto empty() const -> bool { return by_name_.empty(); }

    /// What a stored form is read as, such as `sample.validated 2`; nothing when no reader knows it.
    auto read_as(std::string_view type, int schema_version) const -> std::optional<std::string>;

    /// The schema version in which a type is stored today; nothing when no reader knows it.
    auto version_of(std::string_view type) const -> std::optional<int>;

    /// Why a reader cannot read an event, nothing when all can. An unknown type is a problem only for an aggregate
    /// that does not ignore it: views and tables choose what they read.
    auto problem_with(const eventstore::recorded_event&) const -> std::optional<std::string>;

    /// The members of an event that no field of any reader takes; none for a type that no reader knows. Throws
    /// `mismatch` when it cannot be read.
    auto untaken_members(const eventstore::recorded_event&) const -> std::vector<std::string>;

    /// Today's facts of an event, each in the event's place and in today's stored form; the event itself when no
    /// reader knows its type. Throws `mismatch` when it cannot be read.
    auto today(const eventstore::recorded_event&) const -> std::vector<eventstore::recorded_event>;

private:
    struct readable_type {
        facts::readable_form form;
        decltype(event_reader::today) facts;
    };

    /// The types that an aggregate of the category decides by, and those that it ignores.
    struct aggregate_types {
        std::set<std::string, std::less<>> names;
        std::vector<eventstore::type_pattern> ignored;

        auto goes_past(std::string_view type) const -> bool;
    };

    void add(const facts::readable_form&, decltype(event_reader::today) facts);

    std::map<std::string, std::vector<readable_type>, std::less<>> by_name_;
    std::vector<aggregate_types> aggregates_;
};

/// The categories that a program has readers for, in order.
auto categories_read_by(const program_types&) -> std::vector<std::string>;

}  // namespace annals::app
