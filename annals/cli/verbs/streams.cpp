// SPDX-License-Identifier: Apache-2.0
#include <annals/app/existing_category.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/libpq/connection.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <memory>

namespace annals::cli {
namespace {

constexpr auto select_streams = "select key, version, recorded_at from annals.list_streams($1, $2, $3)";
constexpr std::int64_t page_max = 1000;

struct options {
    std::string category, after;
    std::int64_t limit = page_max;           ///< 0: none
};

auto list(session& session, const options& given) -> exit_code
{
    const auto category = app::existing_category(session.store(), given.category).name;
    libpq::connection log(session.configuration().dsn(), "streams");
    table rows({"key", "version", "recorded_at"});
    auto last = given.after;
    std::int64_t shown = 0;
    bool is_cut = false;
    for (bool has_more = true; has_more && !is_cut;) {
        // One more than wanted shows whether there is more.
        const auto wanted = given.limit == 0 ? page_max : std::min(page_max, given.limit - shown + 1);
        const auto found = log.query(select_streams, libpq::parameters::of(category, last, std::int32_t(wanted)));
        has_more = found.size() == wanted;
        for (int row = 0; row < found.size() && !is_cut; ++row) {
            is_cut = given.limit != 0 && shown == given.limit;
            if (is_cut) break;
            last = found.get<std::string>(row, 0);
            rows.add({last, found.get<std::int64_t>(row, 1),
                      eventstore::to_string(found.get<eventstore::timestamp>(row, 2))});
            ++shown;
        }
    }
    session.terminal().print(rows);
    if (is_cut) session.terminal().note("there is more: --after " + last + " continues, --limit 0 shows everything");
    return exit_code::done;
}

}  // namespace

void add_streams(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("streams", "list the streams of a category by their keys")->group(group::events);
    auto given = std::make_shared<options>();
    verb->add_option("CATEGORY", given->category, "such as sample")->required();
    verb->add_option("--after", given->after, "only keys after this one")->type_name("KEY");
    verb->add_option("--limit", given->limit, "at most this many streams, otherwise 1000; 0: all")
        ->type_name("N")
        ->check(at_least(0));
    session.runs(*verb, [&session, given] { return list(session, *given); });
}

}  // namespace annals::cli
