// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/participants/http_exchange.hpp>
#include <annals/sagas/participants/http_participant.hpp>

namespace annals::sagas {

/// A request as it is posted. Throws `invalid_request` for a text that cannot be a header.
auto post_for(const request&, const http_participant_settings&, eventstore::timestamp now) -> http_request;

/// What an answer, or the lack of one, says about the attempt.
auto outcome_of(const http_answer&) -> outcome;

}  // namespace annals::sagas
