// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/saga_work.hpp>

#include <annals/app/failure.hpp>
#include <annals/app/kafka_settings.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/sagas/orchestrator/orchestrator.hpp>
#include <annals/sagas/orchestrator/registration.hpp>
#include <annals/sagas/participants/http_participant.hpp>
#include <annals/sagas/participants/kafka_participant.hpp>

#include <memory>
#include <set>
#include <utility>

namespace annals::operations {
namespace {

auto services_of(const std::vector<sagas::definition>& all) -> std::set<std::string>
{
    std::set<std::string> names;
    for (const auto& saga : all)
        for (const auto& step : saga.steps)
            if (!step.service.empty()) names.insert(step.service);
    return names;
}

/// The services that the configuration says are other programs.
auto configured_participants(const app::context& context) -> sagas::participant_list
{
    const auto& settings = context.configuration();
    const auto known = services_of(context.types().sagas);
    sagas::participant_list all;
    for (const auto& [name, way] : settings.saga_services()) {
        if (!known.contains(name))
            throw app::failure("saga.services." + name + ": no saga of this program has a step of the service " + name,
                               app::did_you_mean(name, {known.begin(), known.end()}, "the setting can be removed"),
                               app::exit_code::usage);
        if (way == "kafka")
            all.push_back(std::make_shared<sagas::kafka_participant>(
                sagas::kafka_participant_settings{.service = name, .kafka = app::kafka_settings(settings)}));
        else
            all.push_back(std::make_shared<sagas::http_participant>(
                sagas::http_participant_settings{.service = name, .url = way}));
    }
    return all;
}

/// The program's participants, but those that the configuration takes the place of.
auto participants_of(app::context& context) -> sagas::participant_list
{
    auto all = configured_participants(context);
    const auto elsewhere = context.configuration().saga_services();
    for (const auto& make : context.types().participants)
        for (auto& one : make(context.service()))
            if (!elsewhere.contains(one->service())) all.push_back(std::move(one));
    return all;
}

/// Before the process says that it has started: from then on sagas of these types can be started.
void register_definitions(const app::context& context)
{
    auto log = processors::open_model_connection(context.configuration().dsn(), "registration");
    pqxx::work tx(log);
    for (const auto& saga : context.types().sagas) sagas::register_definition(tx, saga);
    tx.commit();
}

}  // namespace

void add_sagas(process& to, app::context& context)
{
    const auto& types = context.types();
    if (types.sagas.empty()) return;
    const auto& settings = context.configuration();
    auto orchestrator = std::make_shared<sagas::orchestrator>(
        sagas::orchestrator_settings{.dsn = settings.dsn(), .process = context.program()}, types.sagas,
        participants_of(context));
    register_definitions(context);
    to.add("sagas", [orchestrator](std::stop_token stop) { orchestrator->run(std::move(stop)); });
}

auto sagas_of(const app::context& context) -> std::vector<process_subject>
{
    std::vector<process_subject> all;
    for (const auto& one : context.types().sagas) all.push_back({"saga", one.name, one.version});
    return all;
}

}  // namespace annals::operations
