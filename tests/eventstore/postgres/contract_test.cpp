// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/sole_writer.hpp>
#include <tests/eventstore/postgres/contract_subject.hpp>

auto annals::eventstore::contract::store_under_test() -> subject
{
    static const auto one = tests::contract_subject(eventstore::postgres::sole_writer_after_calls);
    return one;
}
