// SPDX-License-Identifier: Apache-2.0
#include <tests/eventstore/postgres/contract_subject.hpp>

auto annals::eventstore::contract::store_under_test() -> subject
{
    static const auto one = tests::contract_subject(16);
    return one;
}
