// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/sagas/engine/request.hpp>
#include <annals/sagas/orchestrator/participant.hpp>

#include <pqxx/pqxx>

#include <functional>
#include <optional>

/// What a service has done for sagas, in its own database, so that each step has its effect once.
namespace annals::sagas {

/// What a service does for one request, with statements in this transaction, which also remembers that it was done. It
/// must not commit. Effects elsewhere may happen again.
using deed = std::function<outcome(const request&, pqxx::transaction_base&)>;

/// Creates the table `saga_deeds` in the session's schema if it is missing; one row for each step. Outside any
/// transaction. Throws `pqxx::failure`. A service whose role may not create tables needs it created by another one:
/// docs/guide/saga-participants.md has the statement.
void create_deeds(pqxx::connection&);

/// Answers a request, in a transaction of its own:
/// - what was done before is answered as then, and not done again;
/// - an undoing of what was not done does nothing, and the step is refused when it comes later;
/// - after its deadline nothing is begun: there is no answer;
/// - otherwise `what` is called. When it says `done`, its effects and that are committed together; otherwise its
///   effects are rolled back. `failed` is remembered for this attempt and those before it. When it throws, the attempt
///   is in doubt.
/// The deed and the undoing of a step wait for each other. Outside any transaction. Throws `pqxx::broken_connection`
/// and `pqxx::in_doubt_error`; asking again with another connection is safe.
auto answer_once(pqxx::connection&, const request&, const deed& what) -> std::optional<outcome>;

}  // namespace annals::sagas
