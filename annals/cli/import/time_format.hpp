// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/time_parts.hpp>

#include <string>
#include <string_view>

namespace annals::cli::imports {

/// How times are written: `iso` (the forms of `usual_times.hpp`), `epoch`, `epoch-ms`, `epoch-us`, `epoch-ns`, or a
/// pattern like strptime's, such as `%d.%m.%Y %H:%M` (docs/guide/import.md lists what it may hold).
class time_format {
public:
    /// Throws `invalid_request`, saying what is wrong with a pattern: an unknown letter, no day, an hour without am
    /// or pm.
    explicit time_format(std::string text);

    /// Nothing when the text does not have this form. Second digits after the sixth are cut off.
    auto read(std::string_view text) const -> std::optional<time_parts>;

    auto text() const -> const std::string& { return text_; }

private:
    enum class kind { iso, epoch, pattern };

    std::string text_;
    std::string pattern_;  ///< with combined letters written out
    kind kind_ = kind::pattern;
    std::size_t epoch_digits_ = 0;  ///< fraction digits before the point
};

}  // namespace annals::cli::imports
