// SPDX-License-Identifier: Apache-2.0
#include <annals/app/with_separators.hpp>
#include <annals/cli/saga_reference.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/text_width.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/sagas/orchestrator/saga_verification.hpp>

namespace annals::cli {
namespace {

struct outcome {
    sagas::verified_sagas counts;
    std::vector<sagas::saga_difference> shown;
};

void print_object(const terminal& terminal, const std::string& type, const outcome& found)
{
    table differences({"saga_id", "what"});
    for (const auto& one : found.shown) differences.add({one.id, one.what});
    table line({"saga_type", "equal", "sagas", "without_rows", "differences", "shown"});
    line.add({type, found.counts.differences == 0, found.counts.sagas, found.counts.without_rows,
              found.counts.differences, differences.json_list()});
    terminal.print(line);
}

void print_lines(const terminal& terminal, const std::string& type, const outcome& found)
{
    const auto& [sagas, without_rows, differences] = found.counts;
    std::string text;
    for (const auto& one : found.shown) text += printable(type + " " + one.id + ": " + one.what) + "\n";
    if (differences > std::ssize(found.shown))
        text += app::with_separators(differences - std::ssize(found.shown)) + " more; --differences shows more\n";
    if (differences == 0) {
        text = "sagas = their events: " + type + ", " + app::with_separators(sagas) + (sagas == 1 ? " saga" : " sagas");
        if (without_rows > 0)
            text += "; the rows of " + app::with_separators(without_rows) + " that are over were removed";
        text += "\n";
    }
    terminal.print(text);
}

}  // namespace

auto verify_sagas(session& session, const std::string& type, std::size_t differences_max) -> exit_code
{
    const auto& dsn = session.configuration().dsn();
    operations::saga_table stored(dsn);
    if (!type.empty()) check_saga_type(session, stored, type);
    libpq::connection log(dsn, "verification");
    bool is_equal = true;
    for (const auto& one : type.empty() ? stored.types() : std::vector{type}) {
        outcome found;
        found.counts = sagas::verify_sagas(log, one, [&](const sagas::saga_difference& difference) {
            if (found.shown.size() < differences_max) found.shown.push_back(difference);
        });
        if (session.terminal().is_json()) print_object(session.terminal(), one, found);
        else print_lines(session.terminal(), one, found);
        is_equal = is_equal && found.counts.differences == 0;
    }
    return is_equal ? exit_code::done : exit_code::found;
}

}  // namespace annals::cli
