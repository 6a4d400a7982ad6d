// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/json.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/sagas/advance/saga_facts.hpp>

#include <string>

namespace annals::sagas {

/// One attempt of a step, as its participant is asked for it: to do the step's action, or to undo it.
struct request {
    std::string saga_type;
    std::string saga_id;
    std::string step;
    std::string service;
    std::string action;
    std::string child;  ///< the saga that the step runs, instead of a service's action; otherwise empty
    sagas::direction direction = sagas::direction::forward;
    int attempt = 0;
    /// The same for each attempt of a step, another one for undoing it. What was done under a key must not be done
    /// again under it. An undo may come for a step that was never done; there is nothing to undo then, and the step
    /// must not be done later.
    std::string idempotency_key;
    eventstore::timestamp deadline;  ///< an answer that comes later is not waited for
    eventstore::json context;  ///< what the saga was started with
    eventstore::json results;  ///< of the steps that are completed, by their ids
};

/// Takes requests on their way. Each is answered by `engine::answer`, once, or never.
class request_sink {
public:
    virtual ~request_sink() = default;
    /// Must not wait and must not throw.
    virtual void ask(request) = 0;
};

}  // namespace annals::sagas
