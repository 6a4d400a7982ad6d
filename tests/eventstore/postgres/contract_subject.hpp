// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/contract/store_contract.hpp>

namespace annals::tests {

/// A store in a database of its own; `calm_calls` as in `postgres::settings`.
auto contract_subject(int calm_calls) -> eventstore::contract::subject;

}  // namespace annals::tests
