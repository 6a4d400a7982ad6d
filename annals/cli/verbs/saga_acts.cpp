// SPDX-License-Identifier: Apache-2.0
#include <annals/app/joined.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/json_argument.hpp>
#include <annals/cli/saga_reference.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/operations/saga_runners.hpp>
#include <annals/sagas/orchestrator/client.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <functional>

namespace annals::cli {
namespace {

struct options {
    saga_reference of;
    std::string step, reason, signal, payload;
    bool yes = false;
    std::int64_t wait_s = 5;
};

/// A verb that asks something of a saga.
struct act {
    const char* verb;
    const char* says;
    const char* question;                            ///< empty: it does no harm, so nobody is asked
    enum class needs { nothing, any_step, a_step } step;
    std::function<sagas::input(const options&, sagas::by_hand)> input;
};

const std::vector<act> acts{
    {"pause", "begin nothing more in a saga, until it is resumed", "", act::needs::nothing,
     [](const auto&, auto hand) { return sagas::pause{hand}; }},
    {"resume", "let a paused saga go on", "", act::needs::nothing,
     [](const auto&, auto hand) { return sagas::resume{hand}; }},
    {"retry", "try parked steps again, and those that wait for their next attempt", "", act::needs::any_step,
     [](const auto& given, auto hand) { return sagas::retry{given.step, hand}; }},
    {"skip", "count a parked or waiting step as done, or as undone", "go on as if it had been done?",
     act::needs::a_step, [](const auto& given, auto hand) { return sagas::skip{given.step, hand}; }},
    {"cancel", "undo a saga that is under way", "undo all that it has done?", act::needs::nothing,
     [](const auto&, auto hand) { return sagas::cancel{hand}; }},
    {"terminate", "end a saga where it is: nothing more is done or undone", "leave what it has done half done?",
     act::needs::nothing, [](const auto&, auto hand) { return sagas::terminate{hand}; }}};

void show(const terminal& terminal, const operations::saga_row& of, std::int64_t request, const std::string& answer)
{
    table line({"saga_type", "saga_id", "request", "answer", "status"});
    line.add({of.type, of.id, request, answer, of.status});
    if (terminal.is_json()) terminal.print(line);
    else terminal.print(of.type + " " + of.id + ": " + answer + ", " + of.status + "\n");
}

/// The request stays until an orchestrator takes it.
void tell_unanswered(session& session, const operations::saga_row& of, std::int64_t request, std::int64_t waited_s)
{
    libpq::connection log(session.configuration().dsn(), "sagas");
    const operations::saga_runners runners(log);
    const auto why = runners.is_run(of.type) ? "nobody has answered within " + std::to_string(waited_s) + " s"
                                             : runners.why_not(of.type);
    session.terminal().warn(why + "; the request " + std::to_string(request)
                            + " stays, and is done then: " + session.program() + " sagas show " + of.id);
}

/// On record in `annals.jobs`, also when it is refused; one that is done is in the saga's stream, too.
auto ask(session& session, const std::string& verb, const options& given, const sagas::input& what) -> exit_code
{
    const auto& dsn = session.configuration().dsn();
    operations::saga_table stored(dsn);
    auto of = existing_saga(session, stored, given.of);
    sagas::client client(dsn);
    std::int64_t request = 0;
    bool is_answered = false;
    operations::job asked;
    asked.verb = verb + " saga";
    asked.subject = of.type + "/" + of.id;
    asked.reason = given.reason;
    const auto& named = verb == "signal" ? given.signal : given.step;
    if (!named.empty()) asked.arguments = eventstore::json{{verb == "signal" ? "signal" : "step", named}}.dump();
    do_on_record(session, asked, [&]() -> std::string {
        request = client.ask({of.type, of.id}, what);
        const auto answer = client.wait_for_answer(request, std::chrono::seconds(given.wait_s));
        is_answered = answer.has_value();
        if (answer && !answer->refusal.empty())
            throw failure(verb + " " + of.id + " is refused: " + answer->refusal,
                          "what can be asked for: " + session.program() + " sagas show " + of.id);
        return is_answered ? "done" : "asked for, and not answered yet: request " + std::to_string(request);
    });
    if (is_answered) of = existing_saga(session, stored, {of.id, of.type});
    show(session.terminal(), of, request, is_answered ? "done" : "waiting");
    if (!is_answered) tell_unanswered(session, of, request, given.wait_s);
    return exit_code::done;
}

auto perform(session& session, const act& wanted, const options& given) -> exit_code
{
    operations::saga_table stored(session.configuration().dsn());
    const auto of = existing_saga(session, stored, given.of);
    if (!given.step.empty()) check_step(registered_plan(session, stored, of.type, of.definition_version), given.step);
    const auto what =
        std::string(wanted.verb) + " " + of.type + " " + of.id + (given.step.empty() ? "" : " " + given.step);
    if (*wanted.question != '\0' && !session.terminal().confirms(given.yes, what + ": " + wanted.question)) {
        session.terminal().note("nothing was asked for");
        return exit_code::failed;
    }
    return ask(session, wanted.verb, given, wanted.input(given, {who_asks(), given.reason}));
}

auto send_signal(session& session, const options& given) -> exit_code
{
    operations::saga_table stored(session.configuration().dsn());
    const auto of = existing_saga(session, stored, given.of);
    const auto plan = registered_plan(session, stored, of.type, of.definition_version);
    std::vector<std::string> names;
    for (const auto& one : plan.of().steps)
        if (!one.signal.empty()) names.push_back(one.signal);
    if (std::ranges::find(names, given.signal) == names.end())
        throw failure("no step of the saga " + of.type + " waits for a signal \"" + given.signal + "\"",
                      app::did_you_mean(given.signal, names,
                                        names.empty() ? "none of its steps waits for a signal"
                                                      : "they wait for " + app::joined(names)));
    auto payload = given.payload.empty() ? eventstore::json() : json_of("the signal's JSON", given.payload);
    return ask(session, "signal", given, sagas::signal{given.signal, std::move(payload), who_asks()});
}

void add_wait(CLI::App& verb, options& given)
{
    verb.add_option("--wait", given.wait_s, "how long an answer is waited for; 0: not at all")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(at_least(0));
}

constexpr auto footer =
    "Exit code 1 when it is refused, with the reason. Where no process answers in time the request\n"
    "stays. Who asked for what and why: the saga's history, and annals jobs list --all.";

void add(CLI::App& group, session& session, const act& wanted)
{
    auto* verb = group.add_subcommand(wanted.verb, wanted.says);
    auto given = std::make_shared<options>();
    add_reference(*verb, given->of);
    if (wanted.step != act::needs::nothing) {
        auto* step = verb->add_option("STEP", given->step, "its step; otherwise all that it makes sense for");
        if (wanted.step == act::needs::a_step) step->required()->description("its step");
    }
    auto* reason = verb->add_option("--reason", given->reason, "why, for people");
    if (*wanted.question != '\0') {
        reason->required();
        verb->add_flag("--yes", given->yes, "do not ask (nor is anything asked without a terminal)");
    }
    add_wait(*verb, *given);
    verb->footer(footer);
    session.runs(*verb, [&session, given, &wanted] { return perform(session, wanted, *given); });
}

}  // namespace

void add_saga_acts(CLI::App& group, session& session)
{
    for (const auto& one : acts) add(group, session, one);

    auto* verb = group.add_subcommand("signal", "give a saga the signal that a step waits for, or will wait for");
    auto given = std::make_shared<options>();
    add_reference(*verb, given->of);
    verb->add_option("NAME", given->signal, "the signal")->required();
    verb->add_option("JSON", given->payload, "the step's result; @FILE: from a file; -: from stdin");
    verb->add_option("--reason", given->reason, "why, for people");
    add_wait(*verb, *given);
    verb->footer(footer);
    session.runs(*verb, [&session, given] { return send_signal(session, *given); });
}

}  // namespace annals::cli
