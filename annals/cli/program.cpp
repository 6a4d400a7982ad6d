// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/program.hpp>

#include <annals/cli/command_line.hpp>

namespace annals::cli {
namespace {

auto do_it(session& session, const std::string& description, int argc, const char* const* argv) -> exit_code
{
    try {
        command_line line(description, session);
        if (line.parse(argc, argv) == command_line::outcome::answered) return exit_code::done;
        return session.chosen()();
    } catch (const std::exception& problem) {
        const auto known = app::explain(problem);
        session.terminal().complain(session.program(), known);
        return known.code();
    }
}

}  // namespace

program::program(std::string name, std::string description)
    : name_(std::move(name)), description_(std::move(description))
{}

auto program::saga(sagas::definition of) -> program&
{
    types_.sagas.push_back(std::move(of));
    return *this;
}

auto program::participants(std::function<sagas::participant_list(annals::service&)> make) -> program&
{
    types_.participants.push_back(std::move(make));
    return *this;
}

auto program::sql(std::string file) -> program&
{
    types_.sql_files.push_back(std::move(file));
    return *this;
}

auto program::setting(std::string name, std::string value) -> program&
{
    types_.defaults[std::move(name)] = std::move(value);
    return *this;
}

auto program::version(std::string version) -> program&
{
    types_.version = std::move(version);
    return *this;
}

auto program::verb(std::string name, std::string says, std::function<exit_code(session&)> run) -> program&
{
    verbs_.push_back({.name = std::move(name),
                      .says = std::move(says),
                      .words = {},
                      .run = [run = std::move(run)](session& session, const given_words&) { return run(session); }});
    return *this;
}

auto program::run(int argc, const char* const* argv) -> int
{
    session session(name_, types_, verbs_);
    return static_cast<int>(do_it(session, description_, argc, argv));
}

}  // namespace annals::cli
