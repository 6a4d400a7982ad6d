// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/verbs/projection_new.hpp>

#include <annals/app/joined.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/projections/header.hpp>
#include <annals/projections/sql/check.hpp>
#include <annals/projections/sql/file_template.hpp>

#include <CLI/App.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace annals::cli {
namespace {

/// As many as `projections check` tries.
constexpr std::size_t events_looked_at = 1000;

struct options {
    std::string name, category;
    std::string path;                        ///< empty: the name and .sql; -: standard output
};

auto names_of_categories(session& session) -> std::vector<std::string>
{
    std::vector<std::string> names;
    for (const auto& category : session.store().categories()) names.push_back(category.name);
    return names;
}

/// The one that was asked for, or else the only one that there is.
auto chosen_category(session& session, const options& given) -> std::string
{
    const auto names = names_of_categories(session);
    if (given.category.empty()) {
        if (names.size() == 1) return names.front();
        if (names.empty())
            throw failure("there is no category yet", "say which one it will be about: --category sample");
        throw failure("there are " + std::to_string(names.size()) + " categories: say which one it is about",
                      "--category with one of " + app::joined(names));
    }
    projections::check({.projection = given.name, .version = 1, .categories = given.category});
    if (session.store().find_category(given.category)) return given.category;
    const auto near = app::nearest(given.category, names);
    session.terminal().warn("there is no category \"" + given.category + "\" yet"
                            + (near ? "; did you mean " + *near + "?" : std::string()));
    return given.category;
}

/// Never over a file that is there.
void write_new(const std::string& path, const std::string& text)
{
    struct closes {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, closes> file(std::fopen(path.c_str(), "wx"));
    if (!file && errno == EEXIST)
        throw failure(path + " is there already: nothing was written", "give another file: projections new NAME FILE");
    if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0)
        throw failure(path + " cannot be written: " + std::strerror(errno));
}

auto write_template(session& session, const options& given) -> exit_code
{
    const auto& terminal = session.terminal();
    projections::check({.projection = given.name, .version = 1, .categories = "any"});
    const auto category = chosen_category(session, given);
    const auto sample = projections::sample_of(session.store(), {category}, events_looked_at);
    libpq::connection names(session.configuration().dsn(), "projections");
    const auto text = projections::file_template(given.name, category, sample, [&](const std::string& name) {
        return names.query("select quote_ident($1)", libpq::parameters::of(name)).get<std::string>(0, 0);
    });
    const bool to_stdout = given.path == "-";
    const auto path = given.path.empty() ? given.name + ".sql" : given.path;
    if (!to_stdout) write_new(path, text);
    if (terminal.is_json()) {
        table row({"projection", "category", "events", "file", "text"});
        row.add(
            {given.name, category, static_cast<std::int64_t>(sample.size()), to_stdout ? cell{} : cell(path), text});
        terminal.print(row);
    } else if (to_stdout) {
        terminal.print(text);
    }
    if (to_stdout) return exit_code::done;
    terminal.note(path + " is written, from "
                  + (sample.empty()
                         ? "no events, since " + category + " has none yet"
                         : app::with_separators(static_cast<std::int64_t>(sample.size())) + " events of " + category)
                  + "; try it: " + session.program() + " projections check " + path);
    return exit_code::done;
}

}  // namespace

void add_projection_new(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("new", "write a file of an SQL projection to begin with");
    auto given = std::make_shared<options>();
    verb->add_option("NAME", given->name, "of the projection: small letters, digits and _")->required();
    verb->add_option("FILE", given->path, "otherwise NAME.sql; never one that is there; - for standard output");
    verb->add_option("--category", given->category, "whose events it gets; may be left out when there is only one")
        ->type_name("CATEGORY");
    verb->footer("A row for each key, with a column for each member of the payloads in stored events of the category,\n"
                 "and comments. `projections check` accepts it as it is.");
    session.runs(*verb, [&session, given] { return write_template(session, *given); });
}

}  // namespace annals::cli
