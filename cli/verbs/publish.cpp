// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cli/at_least.hpp>
#include <cli/kafka_settings.hpp>
#include <cli/publisher_part.hpp>
#include <cli/session.hpp>
#include <cli/verbs/verbs.hpp>
#include <eventstore/kafka/topic.hpp>
#include <eventstore/postgres/publication_status.hpp>

namespace annals::cli {
namespace {

auto publish(session& session, std::int64_t republish_from) -> exit_code
{
    auto settings = kafka_settings(session.configuration());
    settings.republish_from = {republish_from};
    process process(session);
    add_publisher(process, session, std::move(settings));
    return process.run();
}

auto show_status(session& session) -> exit_code
{
    eventstore::kafka::settings names;
    names.topic_template = session.configuration().text("topic");
    eventstore::postgres::connection log(session.configuration().dsn());
    table lines({"topic", "partition", "head", "published", "behind", "published_at", "leader"});
    for (const auto& [name, topic, head, published, published_at, leader] : read_publication_status(log))
        lines.add({topic.empty() ? topic_of(names, name.category) : topic, std::int64_t{name.partition}, head.number,
                   published.number, head.number - published.number,
                   published_at ? cell(eventstore::to_string(*published_at)) : cell{},
                   leader.empty() ? cell{} : cell(leader)});
    if (lines.empty()) session.terminal().note("there is no category yet: append something first");
    else session.terminal().print(lines);
    return exit_code::done;
}

}  // namespace

void add_publish(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("publish", "publish the log to Kafka, until stopped")->group(group::processes);
    auto from = std::make_shared<std::int64_t>(1);
    verb->add_option("--republish-from", *from, "position from which a topic that was replaced is filled again")
        ->check(at_least(1))
        ->type_name("POSITION");
    auto* status = verb->add_subcommand("status", "how far each log is published, and by whom");
    session.runs(
        *verb, [&session, from, status] { return status->parsed() ? show_status(session) : publish(session, *from); });
}

}  // namespace annals::cli
