// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_buffer.hpp>

namespace annals::cli::imports {

/// An attribute of a trace or an event (IEEE 1849-2016, section 4.2), with the attributes nested in it.
struct xes_attribute {
    std::string type;                        ///< string, date, int, float, boolean, id, list or container
    std::string key;
    std::string value;
    std::vector<xes_attribute> nested;
};

auto is_xes_attribute(std::string_view element) -> bool;

/// Adds the attribute as a cell whose column is `prefix` and its key. Numbers and booleans become JSON's if they are
/// valid in JSON, otherwise they stay text. A list or a container becomes a JSON array with one object per item, in
/// order, since their keys may repeat. An attribute nested in another kind is a cell of its own, `key/nested`.
void add_cells(const xes_attribute&, const std::string& prefix, row_buffer& to);

/// Joins the cells of one column, at the place of the first: equal values once, different ones as a JSON array in the
/// order of the file.
void merge_repeated(row_buffer& row);

}  // namespace annals::cli::imports
