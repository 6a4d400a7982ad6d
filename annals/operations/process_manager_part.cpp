// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/process_manager_part.hpp>

#include <annals/processors/log_about.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/registry.hpp>
#include <annals/sagas/process_managers/executor.hpp>
#include <annals/sagas/process_managers/sent_commands.hpp>
#include <annals/service/service.hpp>

#include <algorithm>

namespace annals::operations {
namespace {

void check_commands(const app::program_types& types)
{
    for (const auto& sent : sagas::sent_commands()) {
        const auto is_it = [&](const commands::json_command& one) {
            return one.category == sent.category && one.name == sent.name;
        };
        if (std::ranges::none_of(types.commands, is_it))
            throw eventstore::invalid_request("a process manager sends " + sent.name + " to " + sent.category
                                              + ", and the program cannot carry that out: name the command with its "
                                                "aggregate, .aggregate<"
                                              + sent.category + ", " + sent.name + ">()");
    }
}

auto executor_of(app::context& context) -> sagas::executor
{
    sagas::executor_settings settings{.model_dsn = context.configuration().read_dsn(),
                                      .process = context.program(),
                                      .commands = context.types().commands};
    for (const auto& one : context.types().process_managers)
        settings.managers.push_back({{std::string(one.header.processor), one.header.version}, one.answer});
    auto& service = context.service();
    return {std::move(settings),
            [&service](const commands::command_for& command, const eventstore::metadata& origin,
                       const commands::handle_options& options) { return service.handle({command}, origin, options); }};
}

}  // namespace

auto process_managers(app::context& context) -> processors::processor_list
{
    processors::processor_list all;
    const auto& types = context.types();
    if (types.process_managers.empty()) return all;
    check_commands(types);
    auto model = processors::open_model_connection(context.configuration().read_dsn(), "registration");
    for (const auto& one : types.process_managers) {
        const bool is_new = processors::registry::add(model, context.store(), one.header);
        all.push_back(one.make());
        if (is_new) log_about(all.back()->id(), telemetry::level::info, "a process manager is registered");
    }
    return all;
}

void add_executor(process& to, app::context& context)
{
    if (context.types().process_managers.empty()) return;
    context.service();                       // opened before there are threads
    to.add("process managers", [&context](std::stop_token stop) { executor_of(context).run(std::move(stop)); });
}

}  // namespace annals::operations
