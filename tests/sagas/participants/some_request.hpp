// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/engine/request.hpp>

#include <chrono>
#include <string>

namespace annals::tests {

/// A request for the saga S-1, to be answered within a minute.
inline auto some_request(std::string action, sagas::direction where = sagas::direction::forward, int attempt = 1)
    -> sagas::request
{
    return {.saga_type = "order",
            .saga_id = "S-1",
            .step = "reserve",
            .service = "storage",
            .action = std::move(action),
            .child = {},
            .direction = where,
            .attempt = attempt,
            .idempotency_key = where == sagas::direction::forward ? "S-1/reserve/forward" : "S-1/reserve/backward",
            .deadline = eventstore::now() + std::chrono::minutes(1),
            .context = {{"volume", 4}},
            .results = {{"create", {{"id", 7}}}}};
}

}  // namespace annals::tests
