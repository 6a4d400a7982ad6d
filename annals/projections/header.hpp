// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/processors/category_names.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Read models, kept up to date from the log; they may be dropped and rebuilt at any time.
namespace annals::projections {

/// The order in which rows see the events of different streams. With each of them a rebuild gives the same rows.
enum class row_order {
    by_key,                                  ///< no row takes events of two streams: workers may share the logs
    one,                                     ///< one sequence for all logs, by time of recording
    none                                     ///< the rows do not depend on it
};

/// What every projection says about itself: in C++, or with the same words at the head of an SQL file.
struct header {
    std::string_view projection = {};        ///< a-z, 0-9 and _: the name under which analysts find it
    int version = 1;                         ///< raised with every change of what it computes
    processors::category_names categories = {};  ///< those whose events it sees: "bike, customer"
    /// Unless given: `by_key` for a view of one category without a `key` of its own, otherwise `one`.
    std::optional<row_order> order = {};
};

auto to_string(row_order) -> std::string;

/// Throws `invalid_request`, saying which rule is broken: the name is 1 to 40 of a-z 0-9 _ and begins with a letter,
/// the version is at least 1, and at least one category is named, none twice.
void check(const header&);

}  // namespace annals::projections
