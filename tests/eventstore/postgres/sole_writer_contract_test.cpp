// SPDX-License-Identifier: Apache-2.0
#include <tests/eventstore/postgres/contract_subject.hpp>

/// A store that takes itself for the only writer of every log, so that all that can be sent without a look is.
auto annals::eventstore::contract::store_under_test() -> subject
{
    static const auto one = tests::contract_subject(0);
    return one;
}
