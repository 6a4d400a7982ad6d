// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>

#include <CLI/App.hpp>

namespace annals::cli {

void session::runs(CLI::App& verb, std::function<exit_code()> work)
{
    verb.callback([this, work = std::move(work)] { chosen_ = work; });
}

void session::configure(app::configuration configuration, terminal::settings settings)
{
    terminal_.set(settings);
    context::configure(std::move(configuration));
}

}  // namespace annals::cli
