// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/program.hpp>
#include <annals/sagas/orchestrator/local_participant.hpp>

#include <memory>

/// A program with a saga, whose steps do what its context says, for the tests of the verbs for sagas.
using namespace annals;
using namespace std::chrono_literals;
using sagas::no_compensation;

namespace {

const sagas::definition visit{
    .name = "visit",
    .compensation_retries = 0,
    .steps = {
        {.id = "invite", .service = "desk", .compensation = "uninvite"},
        {.id = "arrival", .compensation = no_compensation, .timeout = 1h, .after = {"invite"}, .signal = "arrived"},
        {.id = "badge", .service = "desk", .compensation = no_compensation, .after = {"invite"}},
        {.id = "welcome", .service = "desk", .compensation = no_compensation, .after = {"arrival", "badge"}}}};

/// `{"refuses": "uninvite"}`: this action fails, `{"until": 2}`: before its second attempt.
auto serve(const sagas::request& asked) -> sagas::outcome
{
    const bool is_refused = asked.context.value("refuses", "") == asked.action;
    if (is_refused && asked.attempt < asked.context.value("until", 1'000))
        return sagas::failed("the desk does not " + asked.action);
    return sagas::done();
}

auto desk() -> std::shared_ptr<sagas::local_participant>
{
    auto desk = std::make_shared<sagas::local_participant>("desk");
    for (const auto* action : {"invite", "uninvite", "badge", "welcome"}) desk->on(action, serve);
    return desk;
}

}  // namespace

int main(int argc, char** argv)
{
    return cli::program{"visits", "Visitors of a company."}
        .saga(visit)
        .participants([](annals::service&) { return sagas::participant_list{desk()}; })
        .run(argc, argv);
}
