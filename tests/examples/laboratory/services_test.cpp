// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/uuid.hpp>
#include <annals/sagas/participants/kafka_participant.hpp>
#include <examples/laboratory/sagas.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/sagas/orchestrator/running_orchestrator.hpp>
#include <tests/support/child.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <filesystem>
#include <future>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr auto python = "/usr/bin/python3";

/// Why the service in Python cannot run here; empty: it can.
auto missing_for_python() -> std::string
{
    if (!std::filesystem::exists(python)) return "there is no /usr/bin/python3 (apt-get install python3)";
    if (child({python, "-c", "import confluent_kafka"}).wait().exit_code == 0) return "";
    return "Python has no Kafka client (apt-get install python3-confluent-kafka)";
}

/// The laboratory, whose storage is a program in C++, and whose sequencing is one in Python.
struct laboratory_of_programs {
    laboratory_of_programs()
    {
        auto sample = std::make_shared<sagas::local_participant>("sample");
        for (const auto* const action : {"create_sample", "cancel_sample", "validate_sample", "revert_validation"})
            sample->on(action, noted);
        auto notification = std::make_shared<sagas::local_participant>("notification");
        notification->on("notify_submitter", noted);
        runs.emplace(log.dsn(), std::vector{laboratory::laboratory_processing()},
                     sagas::participant_list{sample, notification, asked_through_kafka("storage"),
                                             asked_through_kafka("sequencing")});
    }
    ~laboratory_of_programs() { std::filesystem::remove(jobs); }

    auto topic(const std::string& service) const -> std::string
    {
        return broker.topic_template.substr(0, broker.topic_template.find('.')) + "." + service;
    }
    auto asked_through_kafka(const std::string& service) const -> std::shared_ptr<sagas::participant>
    {
        return std::make_shared<sagas::kafka_participant>(
            sagas::kafka_participant_settings{.service = service,
                                              .kafka = broker,
                                              .request_topic = topic(service) + ".requests",
                                              .reply_topic = topic(service) + ".replies"});
    }
    auto run(const std::string& barcode, const std::string& type) -> std::string
    {
        client.start_once({"LaboratoryProcessing", barcode}, {{"barcode", barcode}, {"sample_type", type}});
        return client.wait_for_end({"LaboratoryProcessing", barcode}, 60s).value_or("unknown");
    }
    auto place_of(const std::string& barcode) const -> int
    {
        pqxx::connection link(storage.dsn());
        return pqxx::nontransaction(link).query_value<int>(
            "select coalesce(max(place), 0) from places where sample = $1", pqxx::params{barcode});
    }

    const kafka::settings broker = broker_settings();
    const temporary_database log;
    const empty_database storage;
    const std::string jobs =
        std::filesystem::temp_directory_path() / (broker.topic_template.substr(0, 41) + ".sequencing.db");
    journal_of_actions did;
    sagas::local_participant::action noted = [this](const sagas::request& asked) {
        did.add(asked.action + " " + asked.saga_id);
        return sagas::done();
    };
    child storage_service{{STORAGE_SERVICE, storage.dsn(), topic("storage") + ".requests"}};
    child sequencing_service{{python, SEQUENCING_SERVICE, "--kafka", broker.bootstrap_servers, "--database", jobs,
                              "--topic", topic("sequencing") + ".requests"}};
    sagas::client client{log.dsn()};
    std::optional<running_orchestrator> runs;
};

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a saga goes through programs in C++ and in Python, to its end or back")
{
    if (const auto why = missing_for_python(); !why.empty()) {
        MESSAGE("not tested: ", why);
        return;
    }
    laboratory_of_programs all;
    CHECK(all.run("SAM-1", "blood") == "completed");
    CHECK(all.did.all() == strings{"create_sample SAM-1", "validate_sample SAM-1", "notify_submitter SAM-1"});
    CHECK(all.place_of("SAM-1") == 1);

    CHECK(all.run("SAM-2", "unknown") == "compensated");
    CHECK(all.place_of("SAM-2") == 0);
    CHECK(all.did.all().back() == "cancel_sample SAM-2");
    pqxx::connection link(all.log.dsn());
    pqxx::nontransaction tx(link);
    CHECK(tx.query_value<std::string>("select error from annals.saga_states where saga_id = 'SAM-2'")
          == "schedule_sequencing: no machine takes samples of this type");
    CHECK(tx.query_value<std::string>(
              "select result::text from annals.saga_steps where saga_id = 'SAM-1' and step = 'schedule_sequencing'")
          == R"({"job": "J-SAM-1", "machine": "sequencer 1"})");
}

TEST_CASE("sagas are completed while the service in Python is killed")
{
    if (const auto why = missing_for_python(); !why.empty()) {
        MESSAGE("not tested: ", why);
        return;
    }
    laboratory_of_programs all;
    all.sequencing_service.wait_for_data("running");
    for (int i = 0; i < 40; ++i) {
        const auto barcode = "SAM-" + std::to_string(i);
        all.client.start({"LaboratoryProcessing", barcode}, {{"barcode", barcode}, {"sample_type", "blood"}});
        if (i % 20 == 10) all.sequencing_service.restart();
    }
    for (int i = 0; i < 40; ++i) CHECK(all.run("SAM-" + std::to_string(i), "blood") == "completed");
}

TEST_CASE("the service in Python does each step once, and refuses what was undone before")
{
    if (const auto why = missing_for_python(); !why.empty()) {
        MESSAGE("not tested: ", why);
        return;
    }
    laboratory_of_programs all;
    const auto service = all.asked_through_kafka("sequencing");
    const auto answer = [&](const std::string& saga, sagas::direction where, int attempt) -> std::string {
        const bool is_undo = where == sagas::direction::backward;
        auto came = std::make_shared<std::promise<sagas::outcome>>();
        service->ask({.saga_type = "order",
                      .saga_id = saga,
                      .step = "schedule",
                      .action = is_undo ? "cancel_job" : "schedule_sequencing",
                      .direction = where,
                      .attempt = attempt,
                      .idempotency_key = saga + (is_undo ? "/undo" : "/do"),
                      .deadline = eventstore::now() + 30s,
                      .context = {{"barcode", saga}}},
                     [came](sagas::outcome how) { came->set_value(std::move(how)); });
        auto future = came->get_future();
        REQUIRE(future.wait_for(40s) == std::future_status::ready);
        const auto how = future.get();
        return how.error.value_or(how.result.dump());
    };
    using enum sagas::direction;
    for (const int attempt : {1, 2}) CHECK(answer("A", forward, attempt) == R"({"job":"J-A","machine":"sequencer 1"})");
    for (const int attempt : {1, 2}) CHECK(answer("A", backward, attempt) == "null");
    CHECK(answer("B", backward, 1) == "null");
    CHECK(answer("B", forward, 1) == "it was undone before it was asked for");
}

TEST_CASE("the operator of the laboratory says that its storage is another program")
{
    const temporary_database log;
    const empty_database places;
    const auto servers = broker_settings().bootstrap_servers;
    child storage({STORAGE_SERVICE, places.dsn()});
    child laboratory({LABORATORY, "work", "--dsn", log.dsn()},
                     {{"ANNALS_SAGA_SERVICES_STORAGE", "kafka"}, {"ANNALS_KAFKA_BOOTSTRAP_SERVERS", servers}});
    sagas::client client(log.dsn());
    pqxx::connection link(log.dsn());
    REQUIRE(waited_until(30s, [&] {
        return pqxx::nontransaction(link).query_value<int>("select count(*) from annals.saga_definitions") > 0;
    }));
    const auto id = eventstore::to_string(eventstore::new_uuid());
    client.start({"LaboratoryProcessing", id}, {{"barcode", "SAM-20261128-001"},
                                                {"sample_type", "blood"},
                                                {"patient_id", "P-1"},
                                                {"user_id", "ada"},
                                                {"volume_ml", 4},
                                                {"temperature_requirement", "-80 C"}});
    CHECK(client.wait_for_end({"LaboratoryProcessing", id}, 60s) == "completed");
    pqxx::connection service(places.dsn());
    CHECK(pqxx::nontransaction(service).query_value<std::string>("select sample from places where sample is not null")
          == "SAM-20261128-001");

    child wrong({LABORATORY, "work", "--dsn", log.dsn()}, {{"ANNALS_SAGA_SERVICES_STORRAGE", "kafka"}});
    const auto ended = wrong.wait();
    CHECK(ended.exit_code == 2);
    CHECK(ended.err.contains("saga.services.storrage: no saga of this program has a step of the service storrage"));
}
