// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <CLI/App.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unistd.h>

namespace annals::tests {
namespace {

using eventstore::json;

const std::string counts = "examples/laboratory/sample_counts.sql";
const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

using words = std::vector<std::string>;

/// Verbs whose output is not data, and those that need Kafka (publish_test.cpp).
const std::set<std::string> without_data{"run", "work", "publish", "publish repair", "verify", "tail", "sagas metrics"};

/// Every verb that gives data, in an order in which each has something to show.
const std::vector<words> tried{{"migrate"},
                               {"migrate", "--status"},
                               {"append", "sample-S-1", "sample.created", R"({"sample_type": "blood"})"},
                               {"categories"},
                               {"read", "sample"},
                               {"events", "list"},
                               {"publish", "status"},
                               {"projections", "check", counts},
                               {"projections", "apply", counts},
                               {"projections", "apply", counts},
                               {"projections", "list"},
                               {"projections", "show", "sample_counts"},
                               {"projections", "pause", "sample_counts"},
                               {"projections", "resume", "sample_counts"},
                               {"jobs", "list", "--all"},
                               {"jobs", "show", "1"},
                               {"jobs", "cancel", "1"},
                               {"processes"},
                               {"doctor", "--max-lag", "0"},
                               {"config"},
                               {"projections", "propose", "examples/laboratory/processing_metrics.sql"},
                               {"projections", "proposals"},
                               {"projections", "accept", "3"},
                               {"projections", "clean"},
                               {"projections", "new", "intake", "-", "--category", "sample"},
                               {"lag"},
                               {"processors", "list"},
                               {"processors", "pause", "sample_counts"},
                               {"processors", "resume", "sample_counts"},
                               {"processors", "remove", "sample_counts"},
                               {"outgoing", "list"},
                               {"outgoing", "retry", "1"},
                               {"outgoing", "drop", "2", "--reason", "r"},
                               {"streams", "sample"},
                               {"parked", "list"},
                               {"parked", "show", "sample_counts", "sample-S-9"},
                               {"parked", "retry", "sample_counts", "--dry-run"},
                               {"parked", "edit", "sample_counts", "sample-S-9", "--data", "{}", "--reason", "r"},
                               {"parked", "discard", "sample_counts", "sample-S-9", "--dry-run"},
                               {"import", "FILE", "--category", "visit", "--key", "who", "--type", "what"},
                               {"projections", "rebuild", "sample_counts", "--no-compare"},
                               {"projections", "rebuild", "sample_counts", "--file", "VERSION 2", "--no-compare"},
                               {"projections", "diff", "sample_counts"},
                               {"projections", "rollback", "sample_counts"},
                               {"projections", "remove", "sample_counts"},
                               {"sagas", "definitions"},
                               {"sagas", "draw", "visit"},
                               {"sagas", "start", "visit", "V-1"},
                               {"sagas", "pause", "V-1", "--wait", "0"},
                               {"sagas", "resume", "V-1", "--wait", "0"},
                               {"sagas", "retry", "V-1", "--wait", "0"},
                               {"sagas", "skip", "V-1", "invite", "--reason", "r", "--wait", "0"},
                               {"sagas", "cancel", "V-1", "--reason", "r", "--wait", "0"},
                               {"sagas", "terminate", "V-1", "--reason", "r", "--wait", "0"},
                               {"sagas", "signal", "V-1", "arrived", "--wait", "0"},
                               {"sagas", "list"},
                               {"sagas", "show", "V-1"},
                               {"sagas", "history", "V-1"},
                               {"sagas", "stuck", "--older-than", "0s"},
                               {"sagas", "clean", "--dry-run"},
                               {"events", "check"},
                               {"aggregate", "show", "sample-S-1"}};

auto name_of(const words& verb, std::size_t length) -> std::string
{
    return length == 1 ? verb[0] : verb[0] + " " + verb[1];
}

auto below(const CLI::App& verb) -> std::vector<const CLI::App*>
{
    return verb.get_subcommands([](const CLI::App*) { return true; });
}

/// All verbs of the program, as it adds them itself: `append`, `jobs list`.
auto all_verbs() -> std::set<std::string>
{
    cli::session session("annals", {}, {});
    CLI::App app;
    cli::add_verbs(app, session);
    std::set<std::string> names;
    for (const auto* verb : below(app)) {
        const bool is_group = !below(*verb).empty() && verb->get_require_subcommand_min() > 0;
        if (!is_group) names.insert(verb->get_name());
        for (const auto* inner : below(*verb)) names.insert(verb->get_name() + " " + inner->get_name());
    }
    return names;
}

/// What one call printed: each line is an object. Nothing that is a list or a number is written as a text.
auto objects_in(const words& call, const std::string& out) -> std::vector<json>
{
    std::vector<json> all;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
        const auto one = json::parse(line, nullptr, false);
        REQUIRE_MESSAGE(one.is_object(), (name_of(call, std::min<std::size_t>(2, call.size())) + ": " + line));
        for (const auto& [member, value] : one.items()) {
            const bool is_number_as_text =
                value.is_string() && member != "value" && !value.get<std::string>().empty()
                && value.get<std::string>().find_first_not_of("0123456789.,") == std::string::npos;
            CHECK_MESSAGE(!is_number_as_text, (member + " of " + call[0] + ": " + value.dump()));
        }
        all.push_back(one);
    }
    return all;
}

/// A database on which the verbs are called one after the other.
struct installation {
    temporary_database database;
    std::string file = "/tmp/annals_json_lines_" + std::to_string(::getpid()) + ".csv";
    std::string second_version = file + ".sql";

    installation()
    {
        std::ofstream(file) << "who,what\nA,came\nB,came\n";
        std::ifstream first(counts);
        auto text = std::string(std::istreambuf_iterator(first), {});
        text.replace(text.find("version: 1"), 10, "version: 2");
        std::ofstream(second_version) << text;
        libpq::connection(database.dsn())
            .execute("insert into annals.processes (id, program, version, host, pid, parts, seen_at, knows) values "
                     "(gen_random_uuid(), 'shop', 'dev', 'here', 4711, '{publisher,projections}', "
                     "now() + interval '1 h', "
                     "'[{\"kind\": \"projection\", \"name\": \"bikes\", \"version\": 2}]')");
        libpq::connection(database.dsn()).execute(R"(
            select annals.ensure_category('sample', 8);
            select annals.register_saga('visit', 1, '{"name": "visit", "version": 1, "steps": [
                {"id": "invite", "service": "desk", "compensation": "uninvite"},
                {"id": "arrival", "signal": "arrived", "compensation": false, "after": ["invite"]}]}');
            insert into annals.parked_keys (processor, version, log, key, events, reason)
            select 'sample_counts', 1, log, 'S-9', 1, 'no' from annals.logs where partition = 0;
            insert into annals.parked_events (processor, version, log, key, position, stream_version, id, type)
            select 'sample_counts', 1, log, 'S-9', 4, 1, gen_random_uuid(), 't' from annals.parked_keys;
            insert into annals.outgoing_commands (processor, version, instance, caused_by, idempotency_key, slot,
                                                  category, key, command, data, metadata, reason, refused_at)
            select 'night_shift', 1, 'S-9', gen_random_uuid(), n::text, 1, 'sample', 'S-9', 'validate', '{"n": 1}',
                   '{}', 'no', now() from generate_series(1, 2) n)");
    }
    ~installation()
    {
        ::unlink(file.c_str());
        ::unlink(second_version.c_str());
    }

    /// By the name of the verb, what its last call printed.
    auto call_all() const -> std::map<std::string, std::vector<json>>
    {
        std::map<std::string, std::vector<json>> shown;
        for (auto call : tried) {
            auto command = call;
            std::ranges::replace(command, "FILE", file);
            std::ranges::replace(command, "VERSION 2", second_version);
            command.insert(command.begin(), ANNALS_PROGRAM);
            command.insert(command.end(), {"--json", "--dsn", database.dsn()});
            const auto found = objects_in(call, child(command, without_kafka).wait().out);
            for (std::size_t length = 1; length <= std::min<std::size_t>(2, call.size()); ++length)
                shown[name_of(call, length)] = found;
        }
        return shown;
    }
};

}  // namespace

TEST_CASE_FIXTURE(installation, "with --json every verb prints objects, with lists as arrays and numbers as numbers")
{
    auto shown = call_all();
    for (const auto& verb : all_verbs())
        CHECK_MESSAGE((without_data.contains(verb) || shown.contains(verb)), (verb + " is not tried"));

    REQUIRE(shown["processes"].size() == 1);
    const auto& process = shown["processes"][0];
    CHECK(process["pid"] == 4711);
    CHECK(process["runs"] == json::array({"publisher", "projections"}));
    CHECK(process["knows"][0] == json{{"kind", "projection"}, {"name", "bikes"}, {"version", 2}});

    const auto& projection = shown["projections show"].at(0);
    CHECK(projection["categories"] == json::array({"sample"}));
    CHECK(projection["columns"][0].contains("type"));
    CHECK(shown["projections check"].at(0)["events"] == 1);
    CHECK(shown["projections check"].at(0)["made"][0]["rows"] == 1);
    CHECK(shown["projections check"].at(0)["slowest_line"].is_number());
    CHECK(shown["projections check"].at(0)["slowest_plan"].get<std::string>().contains("actual time="));
    CHECK(shown["projections rebuild"].at(0)["swapped"] == true);
    CHECK(shown["projections diff"].at(0)["equal"] == true);
    CHECK(shown["projections rollback"].at(0)["version"] == 1);
    CHECK(shown["projections check"].at(0)["unseen_types"].is_array());
    CHECK(shown["projections list"].at(0)["events_behind"] == 1);
    CHECK(projection["tables"][0]["rows_estimate"] == 0);
    CHECK(projection["rows"]["sample_counts"] == json::array());
    CHECK(shown["lag"].at(0)["events_behind"] == 1);
    CHECK(shown["projections new"].at(0)["events"] == 1);
    CHECK(shown["import"].at(0)["rows"] == 2);
    REQUIRE(shown["outgoing list"].size() == 2);
    CHECK(shown["outgoing list"][0]["id"] == 1);
    CHECK(shown["outgoing list"][0]["data"] == json{{"n", 1}});
    CHECK(shown["outgoing list"][0]["deadline"].is_null());
    CHECK(shown["jobs show"].at(0)["job"] == 1);

    CHECK(shown["sagas list"].at(0)["current_steps"] == json::array());
    CHECK(shown["sagas show"].at(0)["steps"][1]["after"] == json::array({"invite"}));
    CHECK(shown["sagas show"].at(0)["requests"].size() == 7);
    CHECK(shown["sagas definitions"].at(0)["definition"]["name"] == "visit");
    CHECK(shown["sagas stuck"].at(0)["seconds"].is_number());
    CHECK(shown["sagas signal"].at(0)["request"].is_number());

    std::map<std::string, json> findings, settings;
    for (const auto& one : shown["doctor"])
        if (!one["values"].empty()) findings[one["about"]].update(one["values"]);
    CHECK(findings["schema"]["schema"].is_number());
    CHECK(findings["processes"]["alive"] == 1);
    CHECK(findings["projections"]["projection"] == "sample_counts");
    CHECK(findings["projections"]["events_behind"] == 1);
    for (const auto& one : shown["config"]) settings[one["setting"]] = one["value"];
    CHECK(settings["partitions"] == 8);
    CHECK(settings["unsafe"] == false);
    CHECK(settings["topic"] == "{category}.events");
}

}  // namespace annals::tests
