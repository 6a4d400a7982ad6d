// SPDX-License-Identifier: Apache-2.0
#include <annals/app/existing_category.hpp>
#include <annals/app/kafka_settings.hpp>
#include <annals/app/topic_template.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/process_of.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/publication_status.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/operations/publication_faults.hpp>
#include <annals/operations/publisher_part.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

auto publish(session& session, std::int64_t republish_from) -> exit_code
{
    auto settings = app::kafka_settings(session.configuration());
    app::check_topic_template(session, settings);
    settings.republish_from = {republish_from};
    auto process = process_of(session);
    operations::add_publisher(process, session, std::move(settings));
    return process.run();
}

using eventstore::postgres::log_publication;

auto row_of(const log_publication& one, const kafka::settings& names) -> std::vector<cell>
{
    const auto topic = one.topic.empty() ? find_topic_of(names, one.log.category).value_or("") : one.topic;
    return {cell_of(topic),
            std::int64_t{one.log.partition},
            one.head.number,
            one.published.number,
            one.head - one.published,
            one.published_at ? cell(eventstore::to_string(*one.published_at)) : cell{},
            cell_of(one.leader),
            one.halted ? cell(eventstore::to_string(one.halted->since)) : cell{},
            one.halted ? cell(one.halted->reason + ". " + one.halted->to_do) : cell{}};
}

auto show_status(session& session) -> exit_code
{
    kafka::settings names;
    names.topic_template = session.configuration().text("topic");
    libpq::connection log(session.configuration().dsn());
    table lines({"topic", "partition", "head", "published", "behind", "published_at", "leader", "halted_since", "why"});
    for (const auto& one : eventstore::postgres::read_publication_status(log)) lines.add(row_of(one, names));
    if (lines.empty()) session.terminal().note("there is no category yet: append something first");
    else session.terminal().print(lines);
    return exit_code::done;
}

struct repair_arguments {
    std::string category, reason;
    bool yes = false;
};

auto categories_to_repair(session& session, const std::string& named) -> std::vector<eventstore::category>
{
    if (named.empty()) return session.store().categories();
    return {app::existing_category(session.store(), named)};
}

/// Repairs what is still wrong while no other publisher leads the logs.
auto repair_now(session& session, const repair_arguments& given) -> std::string
{
    const auto settings = app::kafka_settings(session.configuration());
    const auto categories = categories_to_repair(session, given.category);
    eventstore::postgres::publication_repair ledger(session.configuration().dsn());
    for (const auto& fault : operations::find_publication_faults(session.store(), ledger, settings, categories))
        for (const auto& log : fault.logs) ledger.lead(log);
    std::string done, failed;
    const auto add = [](std::string& list, const std::string& one) { list += (list.empty() ? "" : "; ") + one; };
    for (const auto& fault : operations::find_publication_faults(session.store(), ledger, settings, categories)) {
        const bool is_by_hand = fault.by == operations::publication_fault::remedy::by_hand;
        try {
            repair(fault, ledger, settings);
            add(done, fault.subject + ": " + (is_by_hand ? "to be done by hand: " : "") + fault.repair);
        } catch (const eventstore::error& problem) {
            add(failed, fault.subject + ": " + problem.what());
        }
    }
    if (!failed.empty())
        throw eventstore::unavailable("not repaired: " + failed + (done.empty() ? "" : ". Repaired: " + done));
    return done.empty() ? "there is nothing to repair" : done;
}

auto show_repair(session& session, const repair_arguments& given) -> exit_code
{
    const auto settings = app::kafka_settings(session.configuration());
    eventstore::postgres::publication_repair ledger(session.configuration().dsn());
    table lines({"of", "topic", "found", "repair"});
    for (const auto& fault : operations::find_publication_faults(session.store(), ledger, settings,
                                                                 categories_to_repair(session, given.category)))
        lines.add({fault.subject, fault.topic, fault.found, fault.repair});
    if (lines.empty()) {
        session.terminal().note("there is nothing to repair");
        return exit_code::done;
    }
    session.terminal().print(lines);
    session.terminal().note("nothing was changed; --yes does what the column \"repair\" says");
    return exit_code::found;
}

auto repair(session& session, const repair_arguments& given) -> exit_code
{
    if (!given.yes) return show_repair(session, given);
    operations::job wanted;
    wanted.verb = "repair publication";
    wanted.subject = given.category.empty() ? "all" : given.category;
    wanted.reason = given.reason;
    return request_job(session, wanted,
                       {{wanted.verb, [&](const operations::job&) { return repair_now(session, given); }}});
}

auto add_repair(CLI::App& publish) -> std::pair<CLI::App*, std::shared_ptr<repair_arguments>>
{
    auto* verb = publish.add_subcommand("repair", "why logs are not published, and how to repair it");
    auto given = std::make_shared<repair_arguments>();
    verb->add_option("CATEGORY", given->category, "only this one's; otherwise all");
    verb->add_flag("--yes", given->yes, "do it: ends the publishers' sessions of these logs, which then begin again");
    verb->add_option("--reason", given->reason, "why, for people");
    verb->footer("Without --yes nothing is changed; exit code 3 when there is something to repair.\n"
                 "A log may be published again from its beginning: consumers of the topic see its events once more.");
    return {verb, given};
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
    status->footer("A halted log is retried automatically every few seconds; the last column says why it is halted.\n"
                   "One whose topic holds something else than the log: `publish repair` says what to do.");
    const auto [repairs, repaired] = add_repair(*verb);
    session.runs(*verb, [&session, from, status, repairs, repaired] {
        if (status->parsed()) return show_status(session);
        return repairs->parsed() ? repair(session, *repaired) : publish(session, *from);
    });
}

}  // namespace annals::cli
