// SPDX-License-Identifier: Apache-2.0
// says: ignoring return value of
// says: annals::service::handle

#include <tests/compile_fail/sample.hpp>

namespace laboratory {

void run(service& desk) { desk.handle<sample>("S-1", create_sample{}); }

}  // namespace laboratory
