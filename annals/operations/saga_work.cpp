// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/saga_work.hpp>

#include <annals/sagas/orchestrator/orchestrator.hpp>

#include <memory>
#include <utility>

namespace annals::operations {

void add_sagas(process& to, app::context& context)
{
    const auto& types = context.types();
    if (types.sagas.empty()) return;
    sagas::participant_list participants;
    for (const auto& make : types.participants)
        for (auto& one : make(context.service())) participants.push_back(std::move(one));
    const auto& settings = context.configuration();
    auto orchestrator = std::make_shared<sagas::orchestrator>(
        sagas::orchestrator_settings{.dsn = settings.dsn(), .process = context.program()}, types.sagas,
        std::move(participants));
    to.add("sagas", [orchestrator](std::stop_token stop) { orchestrator->run(std::move(stop)); });
}

}  // namespace annals::operations
