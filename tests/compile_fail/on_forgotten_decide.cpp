// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: laboratory::archive_sample
// says: the aggregate lacks a function for this command: auto decide(const Command&) const -> decision, or
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

struct archive_sample {};

void run(eventstore::store& store)
{
    using commands::on;
    (void)commands::handle(store, on<sample>("S-1", create_sample{}), on<sample>("S-2", archive_sample{}));
}

}  // namespace laboratory
