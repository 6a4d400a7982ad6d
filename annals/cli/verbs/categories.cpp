// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

namespace annals::cli {

void add_categories(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("categories", "list the categories, their logs and how many events they hold")
                     ->group(group::events);
    session.runs(*verb, [&session] {
        table lines({"category", "partitions", "events", "largest_log"});
        for (const auto& category : session.store().categories()) {
            std::int64_t events = 0, largest = 0;
            for (const auto& head : session.store().heads(category.name)) {
                events += head.number;
                largest = std::max(largest, head.number);
            }
            lines.add({category.name, category.partitions, events, largest});
        }
        if (lines.empty()) session.terminal().note("there is no category yet: the first event of one creates it");
        else session.terminal().print(lines);
        return exit_code::done;
    });
}

}  // namespace annals::cli
