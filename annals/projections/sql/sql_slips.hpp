// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::projections {

/// Refuses a projection file with a line that was probably meant for annals but would be a comment: a known word
/// below the first statement, or one that is misspelled, in capitals, indented or without its colon. Any other
/// comment is fine. Throws `bad_file`, saying what may have been meant.
void refuse_slips(std::string_view text, const std::string& path);

/// Throws `bad_file`, naming the line, when the text is not valid UTF-8.
void refuse_other_encodings(std::string_view text, const std::string& path);

}  // namespace annals::projections
