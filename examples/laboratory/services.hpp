// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/orchestrator/participant.hpp>

namespace annals {
class service;
}  // namespace annals

namespace laboratory {

/// The services that do the steps of the laboratory's sagas (`sagas.hpp`). Sample, storage and sequencing carry out
/// commands; the others record that they were asked.
auto services(annals::service&) -> annals::sagas::participant_list;

}  // namespace laboratory
