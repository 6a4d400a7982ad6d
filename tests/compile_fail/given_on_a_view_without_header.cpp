// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_card
// says: a view says what it is: `static constexpr projections::header header
#include <tests/compile_fail/card_without_header.hpp>

namespace laboratory {

void run() { testing::given<sample_card>(sample_created{}).then({}); }

}  // namespace laboratory
