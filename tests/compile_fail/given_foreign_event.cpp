// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: laboratory::barcode_taken
// says: the aggregate does not have this event among its `event` alternatives
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

struct barcode_taken {};
ANNALS_EVENT(barcode_taken, "barcode.taken")

void run() { (void)commands::given<sample>(barcode_taken{}); }

}  // namespace laboratory
