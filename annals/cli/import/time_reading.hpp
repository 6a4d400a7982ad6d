// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/time_format.hpp>
#include <annals/eventstore/errors.hpp>

#include <vector>

namespace annals::cli::imports {

/// A value that cannot be read; the hint says what would help, if known.
class unreadable_value : public eventstore::invalid_request {
public:
    unreadable_value(const std::string& why, std::string hint) : invalid_request(why), hint_(std::move(hint)) {}

    auto hint() const -> const std::string& { return hint_; }

private:
    std::string hint_;
};

/// Reads the times of a column.
class time_reader {
public:
    /// `iso`, in UTC.
    time_reader() : time_reader(assumed_zone{}) {}

    /// Without formats: `iso`. With several, each value may have any of them.
    explicit time_reader(assumed_zone zone, std::vector<time_format> formats = {});

    /// To the microsecond. Ignores blanks around the text. Throws `unreadable_value` for a text in none of these
    /// formats (the hint names formats that would read it), for a moment that does not exist, and for a text that two
    /// formats read differently.
    auto read(std::string_view text) const -> eventstore::timestamp;

private:
    assumed_zone zone_;
    std::vector<time_format> formats_;
};

/// The formats that would read this text, the likely ones; for a hint.
auto formats_that_read(std::string_view text) -> std::vector<std::string>;

}  // namespace annals::cli::imports
