// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::projections {

/// Refuses a projection file with a line that its author meant as one of annals' and that would be a comment: a known
/// word below the first statement, one with a slip of the pen, in capitals, indented or without its colon. Any other
/// comment is fine. Throws `bad_file`, saying what may have been meant.
void refuse_slips(std::string_view text, const std::string& path);

/// Throws `bad_file`, naming the line, when the text is not UTF-8 throughout.
void refuse_other_encodings(std::string_view text, const std::string& path);

}  // namespace annals::projections
