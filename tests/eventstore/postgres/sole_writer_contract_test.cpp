// SPDX-License-Identifier: Apache-2.0
#include <tests/eventstore/postgres/contract_subject.hpp>

/// A store that expects to be the only writer of every log, so that it queries nothing first where possible.
auto annals::eventstore::contract::store_under_test() -> subject
{
    static const auto one = tests::contract_subject(0);
    return one;
}
