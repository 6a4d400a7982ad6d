// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/sagas/definition/definition.hpp>
#include <annals/sagas/engine/service_gate.hpp>
#include <annals/sagas/orchestrator/participant.hpp>

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::sagas {

struct orchestrator_settings {
    std::string dsn = {};                          ///< the log's database: the sagas are there, too
    std::string process = "annals";                ///< the program's name, for people
    int partitions = 8;                            ///< of a type's streams: as many processes can share its sagas
    std::map<std::string, service_limits> services = {};  ///< what this process asks of each at the same time
};

/// Moves sagas on in this process, and divides them with other processes that run the same types on the same database.
///
/// Nothing is lost and nothing is done twice in effect, whatever is killed and when: what a saga does next is stored
/// before a participant is asked, and a participant that is asked again knows the request by its idempotency key. When
/// a process is killed or stopped, its sagas go on in another one within ten seconds.
class orchestrator {
public:
    /// Checks the definitions, and that each of their actions has a participant: throws `invalid_request`, naming the
    /// step. Two versions of a type may run side by side.
    orchestrator(orchestrator_settings, std::vector<definition>, participant_list);
    ~orchestrator();

    /// Registers the definitions, and works until asked to stop. Throws `invalid_request` when a version is known with
    /// other steps; `eventstore::unavailable` only before it began.
    void run(std::stop_token);

    /// Returns when the definitions are registered, so that sagas can be started. Thread-safe.
    void wait_until_ready();

    /// A saga was started or asked for something by this process: it need not wait for the next look. Thread-safe.
    void look_again();

private:
    class state;
    std::unique_ptr<state> state_;
};

}  // namespace annals::sagas
