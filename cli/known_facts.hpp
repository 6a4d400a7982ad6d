// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/known_types.hpp>
#include <eventstore/known_forms.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals::cli {

/// How a program reads what is stored in one category: its aggregates, views and tables together.
class known_facts {
public:
    known_facts(const known_types&, std::string_view category);

    /// The program has no reader for this category.
    auto empty() const -> bool { return by_name_.empty(); }

    /// What a stored form is read as, such as `sample.validated 2`; nothing when no reader knows it.
    auto read_as(std::string_view type, int schema_version) const -> std::optional<std::string>;

    /// Why a reader cannot read an event, nothing when all can. A type without a reader is a problem only where an
    /// aggregate decides by the category's events: views and tables choose what they look at.
    auto problem_with(const eventstore::recorded_event&) const -> std::optional<std::string>;

    /// The facts that an event is today, each in its place, as they would be stored today; the event itself when no
    /// reader knows its type. Throws `mismatch` when it cannot be read.
    auto today(const eventstore::recorded_event&) const -> std::vector<eventstore::recorded_event>;

private:
    struct known_type {
        eventstore::known_form form;
        decltype(known_reader::today) facts;
    };

    void add(const eventstore::known_form&, decltype(known_reader::today) facts);

    std::map<std::string, std::vector<known_type>, std::less<>> by_name_;
    bool needs_every_type_ = false;
};

/// The categories that a program has readers for, in order.
auto categories_known_to(const known_types&) -> std::vector<std::string>;

}  // namespace annals::cli
