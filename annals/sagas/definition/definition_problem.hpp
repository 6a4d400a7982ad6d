// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/definition.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace annals::sagas {

/// Something in a definition that cannot be right.
struct definition_problem {
    std::optional<std::size_t> step = {};  ///< its index; none: it is the saga's
    std::string field = {};                ///< `timeout`, `after[1]`; empty: it is the whole step's or saga's
    std::string text = {};                 ///< what is wrong, and what to do

    /// `steps[1].timeout`.
    auto path() const -> std::string;
    auto operator==(const definition_problem&) const -> bool = default;
};

/// `steps[1] process_pdf: timeout: -5 s is not above zero`.
auto to_text(const definition_problem&, const definition&) -> std::string;

/// A name as it is; in quotes when a reader could not tell it from the words around it.
auto shown_name(const std::string& name) -> std::string;

/// Where a definition was read.
struct definition_origin {
    std::string file = {};
    std::map<std::string, std::uint32_t> lines = {};  ///< by path, as far as they are known
};

/// One message with all of them, a line each when there are several. It names the saga, and the file and the lines
/// where they are known.
auto to_message(const std::vector<definition_problem>&, const definition&, const definition_origin& = {})
    -> std::string;

}  // namespace annals::sagas
