// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/saga_reference.hpp>

#include <annals/app/joined.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/sagas/definition/definition_json.hpp>

#include <CLI/App.hpp>

#include <algorithm>

namespace annals::cli {
namespace {

/// Of so many ids the nearest one is looked for, when one is mistyped.
constexpr std::int64_t ids_looked_at = 1000;

auto ids_of(operations::saga_table& stored, const std::string& type) -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (auto& one : stored.list({.type = type, .statuses = {}, .limit = ids_looked_at}))
        all.push_back(std::move(one.id));
    return all;
}

}  // namespace

void add_reference(CLI::App& verb, saga_reference& to)
{
    verb.add_option("ID", to.id, "the saga's id")->required();
    add_type(verb, to.type, "its type, where several types have a saga of this id");
}

void add_type(CLI::App& verb, std::string& type, const std::string& says)
{
    verb.add_option("--type", type, says)->type_name("TYPE");
}

auto existing_saga(const session& session, operations::saga_table& stored, const saga_reference& named)
    -> operations::saga_row
{
    if (!named.type.empty()) check_saga_type(session, stored, named.type);
    auto found = stored.find(named.id, named.type);
    if (found.empty())
        throw failure("there is no saga \"" + named.id + "\""
                          + (named.type.empty() ? "" : " of the type " + named.type),
                      app::did_you_mean(named.id, ids_of(stored, named.type),
                                        "`" + session.program() + " sagas list --all` shows those there are"));
    if (found.size() == 1) return std::move(found.front());
    std::vector<std::string> types;
    for (const auto& one : found) types.push_back(one.type);
    throw failure("there is a saga \"" + named.id + "\" of each of the types " + app::joined(types),
                  "say which one is meant: --type " + types.front(), exit_code::usage);
}

void check_saga_type(const session& session, operations::saga_table& stored, const std::string& type)
{
    const auto types = stored.types();
    if (std::ranges::find(types, type) != types.end()) return;
    throw failure("no saga is called \"" + type + "\"",
                  app::did_you_mean(type, types,
                                    "`" + session.program()
                                        + " sagas definitions` lists them; a program registers its own when it runs"));
}

auto registered_plan(const session& session, operations::saga_table& stored, const std::string& type,
                     std::optional<int> version) -> sagas::plan
{
    check_saga_type(session, stored, type);
    std::optional<std::string> text;
    for (auto& one : stored.definitions())           // versions come in their order
        if (one.type == type && (!version || one.version == *version)) text = std::move(one.definition);
    if (!text)
        throw failure("the saga " + type + " has no version " + std::to_string(*version),
                      "`" + session.program() + " sagas definitions` lists them");
    return sagas::plan(sagas::stored_definition(*text));
}

void check_step(const sagas::plan& of, const std::string& step)
{
    if (of.find(step)) return;
    std::vector<std::string> steps;
    for (const auto& one : of.of().steps) steps.push_back(one.id);
    throw failure("the saga " + of.of().name + " has no step \"" + step + "\"",
                  app::did_you_mean(step, steps, "it has " + app::joined(steps)));
}

}  // namespace annals::cli
