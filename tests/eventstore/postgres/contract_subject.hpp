// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/contract/store_contract.hpp>

namespace annals::tests {

/// A store in a database of its own; `sole_writer_after_calls` as in `sole_writer.hpp`.
auto contract_subject(int sole_writer_after_calls) -> eventstore::contract::subject;

}  // namespace annals::tests
