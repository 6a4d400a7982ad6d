// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/engine/engine.hpp>
#include <tests/sagas/simulation/stored_sagas.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace annals::sagas::simulation {

/// A process: it owns logs of the database, and runs an engine and the participants of every second service.
struct process : request_sink {
    using sending = std::function<void(process&, request)>;

    process(int is, sending by) : number(is), send(std::move(by)) {}
    void ask(request one) override { send(*this, std::move(one)); }

    int number;
    sending send;
    int life = 0;                                  ///< counts its restarts
    bool is_up = false;
    bool is_busy = false;                          ///< it is in a round, which may stand still
    bool is_polled = false;
    std::optional<eventstore::timestamp> wakes;
    std::unique_ptr<owned_sagas> view;
    std::unique_ptr<engine> moves;
};

}  // namespace annals::sagas::simulation
