// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

namespace annals::tests {
namespace {

using namespace std::chrono_literals;

/// A database with a category of one log, and the program with a topic template of this test's own.
struct published_samples {
    temporary_database database;
    kafka::settings settings = broker_settings();

    ~published_samples()
    {
        if (partitions_of(settings, topic()) > 0) delete_topic(settings, topic());
    }

    auto topic() const -> std::string { return topic_of(settings, "sample"); }
    auto command(std::vector<std::string> words, const std::string& topic_template) const -> std::vector<std::string>
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", database.dsn(), "--set", "topic=" + topic_template});
        return words;
    }
    auto run(std::vector<std::string> words, const std::string& topic_template) const -> outcome
    {
        return child(command(std::move(words), topic_template)).wait();
    }
    auto run(std::vector<std::string> words) const -> outcome { return run(std::move(words), settings.topic_template); }

    void append(int count) const
    {
        for (int i = 0; i < count; ++i)
            CHECK(run({"append", "sample-S-1", "sample.created", "{}", "--set", "partitions=1"}).exit_code == 0);
    }
    /// Waits until the status says that this many events are published.
    auto are_published(int count) const -> bool
    {
        const auto wanted = "\"published\": " + std::to_string(count) + ",";
        return waited_until(20s, [&] { return run({"publish", "status", "--json"}).out.contains(wanted); });
    }
    auto publishes(int count) const -> bool
    {
        child program(command({"publish"}, settings.topic_template));
        const bool are = are_published(count);
        program.signal(SIGTERM);
        return program.wait().exit_code == 0 && are;
    }

    auto event(std::int64_t position) const -> eventstore::recorded_event
    {
        return eventstore::postgres::open_store({.dsn = database.dsn()})
            ->read_log({"sample", 0}, {position - 1}, {.events_max = 1})
            .at(0);
    }
    void write(const eventstore::recorded_event& event, const std::string& incarnation) const
    {
        write_record(settings, topic(), 0, kafka::to_record(event, {"annals/sample", incarnation}));
    }
    auto records() const -> std::size_t { return read_partition(settings, topic(), 0).size(); }
    auto jobs() const -> std::string { return run({"jobs", "list", "--all", "--json"}).out; }
};

TEST_CASE("a program with another topic template refuses to publish or follow a published category")
{
    const published_samples samples;
    samples.append(2);
    CHECK(samples.publishes(2));
    const auto other = "other-" + samples.settings.topic_template;
    const auto refused = samples.run({"publish"}, other);
    CHECK(refused.exit_code == 1);
    CHECK_MESSAGE(refused.err.contains("the category sample is published to Kafka's topic " + samples.topic()
                                       + ", but this program's topic template " + other + " gives other-"
                                       + samples.topic() + ". Set the template"),
                  refused.err);
    CHECK(partitions_of(samples.settings, "other-" + samples.topic()) == 0);
    const auto lost = samples.run({"work"}, other);
    CHECK(lost.exit_code == 1);
    CHECK_MESSAGE(lost.err.contains("the category sample is published to Kafka's topic " + samples.topic()), lost.err);
    CHECK(samples.run({"publish", "status", "--json"}, other).out.contains("\"topic\": \"" + samples.topic() + "\""));
}

TEST_CASE("a worker of another topic template says so when a category is first published after its start")
{
    const published_samples samples;
    const auto other = "other-" + samples.settings.topic_template;
    child worker(samples.command({"work"}, other));
    worker.wait_for_words("started");
    samples.append(1);
    CHECK(samples.publishes(1));
    worker.wait_for_words("the category sample is published to Kafka's topic " + samples.topic()
                          + ", but this program's topic template " + other + " gives other-" + samples.topic());
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

TEST_CASE("a topic with events that the log does not have is emptied and filled again, only with --yes")
{
    const published_samples samples;
    samples.append(3);
    CHECK(samples.publishes(3));
    auto lost = samples.event(3);
    lost.id = eventstore::new_uuid();
    lost.position = {4};
    samples.write(lost, "1-1");
    samples.append(1);
    child publisher(samples.command({"publish"}, samples.settings.topic_template));

    const auto found = samples.run({"publish", "repair"});
    CHECK(found.exit_code == 3);
    CHECK_MESSAGE(found.out.contains("at position 4"), found.out);
    CHECK_MESSAGE(found.err.contains("nothing was changed"), found.err);
    CHECK(samples.records() == 4);
    CHECK(samples.jobs() == "");

    const auto repaired = samples.run({"publish", "repair", "--yes", "--reason", "restored"});
    CHECK(repaired.exit_code == 0);
    CHECK_MESSAGE(repaired.out.starts_with("sample/0: delete what the partition holds"), repaired.out);
    CHECK(samples.are_published(4));
    CHECK(samples.run({"verify", "sample"}).exit_code == 0);
    CHECK(samples.records() == 4);
    CHECK(samples.jobs().contains("\"reason\": \"restored\""));
    CHECK(samples.run({"publish", "repair"}).exit_code == 0);
    publisher.signal(SIGTERM);
    CHECK(publisher.wait().exit_code == 0);
}

TEST_CASE("an event that a projection cannot apply is published to a topic of its own, with the error")
{
    const published_samples samples;
    const auto file = std::filesystem::temp_directory_path() / ("annals_letters_" + std::to_string(::getpid()));
    std::ofstream(file)
        << "-- projection: numbers\n-- version: 1\n-- categories: sample\ncreate table numbers (n int);\n"
           "-- apply: *\ninsert into numbers select (data->>'n')::int from batch;\n";
    REQUIRE(samples.run({"projections", "apply", file}).exit_code == 0);
    for (const auto* data : {R"({"n": 1})", R"({"n": "two"})", R"({"n": 3})"})
        REQUIRE(samples.run({"append", "sample-S-1", "t", data, "--set", "partitions=1"}).exit_code == 0);
    const auto topic = samples.topic() + ".dlq";
    auto words = samples.command({"run", "--set", "parked.topic={topic}.dlq"}, samples.settings.topic_template);
    child program(words);
    CHECK(waited_until(40s, [&] {
        return partitions_of(samples.settings, topic) == 1 && !read_partition(samples.settings, topic, 0).empty();
    }));
    program.signal(SIGTERM);
    CHECK(program.wait().exit_code == 0);
    const auto records = read_partition(samples.settings, topic, 0);
    REQUIRE(records.size() == 1);
    CHECK(records[0].key == "S-1");
    CHECK(records[0].value == R"({"n": "two"})");
    const auto has = [&](const std::string& name, const std::string& part) {
        return std::ranges::any_of(
            records[0].headers, [&](const kafka::header& one) { return one.name == name && one.value.contains(part); });
    };
    CHECK(has("__connect.errors.topic", samples.topic()));
    CHECK(has("__connect.errors.connector.name", "numbers"));
    CHECK(has("__connect.errors.exception.message", "invalid input syntax for type integer"));
    CHECK(has("ce_sequence", "00000000000000000002"));
    delete_topic(samples.settings, topic);
    std::filesystem::remove(file);
}

TEST_CASE("a topic that a copy of the store has filled is adopted, and nothing is published twice")
{
    const published_samples samples;
    samples.append(2);
    kafka::ensure_topics(samples.settings, std::vector<eventstore::category>{{"sample", 1}});
    for (const int position : {1, 2}) samples.write(samples.event(position), "1-1");
    child publisher(samples.command({"publish"}, samples.settings.topic_template));

    const auto found = samples.run({"publish", "repair", "sample"});
    CHECK(found.exit_code == 3);
    CHECK_MESSAGE(found.out.contains("its topic was filled up to position 2 by the store 1-1, this one is "),
                  found.out);
    const auto repaired = samples.run({"publish", "repair", "sample", "--yes"});
    CHECK_MESSAGE(repaired.out == "sample/0: continue after that position, since the events are the same\n",
                  repaired.err);
    CHECK(samples.run({"publish", "repair"}).exit_code == 0);
    samples.append(1);
    CHECK(samples.are_published(3));
    CHECK(samples.records() == 3);
    publisher.signal(SIGTERM);
    CHECK(publisher.wait().exit_code == 0);
}

TEST_CASE("a category moves to the topic of another template, and is published there from the beginning")
{
    published_samples samples;
    samples.append(2);
    CHECK(samples.publishes(2));
    const auto before = samples.settings;
    samples.settings.topic_template = "other-" + before.topic_template;

    const auto found = samples.run({"publish", "repair"});
    CHECK(found.exit_code == 3);
    CHECK_MESSAGE(found.out.contains("it is published to the topic " + topic_of(before, "sample")), found.out);
    CHECK(samples.run({"publish", "repair", "--yes"}).exit_code == 0);
    samples.append(1);
    CHECK(samples.publishes(3));
    CHECK(samples.records() == 3);
    CHECK(read_partition(before, topic_of(before, "sample"), 0).size() == 2);
    delete_topic(before, topic_of(before, "sample"));
}

TEST_CASE("verify compares with the events that were there when it began, while others are written")
{
    const published_samples samples;
    samples.append(1);
    child publisher(samples.command({"publish"}, samples.settings.topic_template));
    CHECK(samples.are_published(1));
    {
        const auto log = eventstore::postgres::open_store({.dsn = samples.database.dsn()});
        const std::jthread writing([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                append_events(*log, "sample", 1);
                std::this_thread::sleep_for(2ms);
            }
        });
        for (int time = 0; time < 3; ++time) {
            const auto found = samples.run({"verify", "sample"});
            CHECK_MESSAGE(found.exit_code == 0, found.out);
        }
    }
    CHECK(samples.run({"verify", "sample"}).exit_code == 0);
    publisher.signal(SIGTERM);
    CHECK(publisher.wait().exit_code == 0);
    CHECK(samples.run({"verify", "sample"}).exit_code == 0);
}

TEST_CASE("verify waits for events that a publisher still has to publish")
{
    const published_samples samples;
    samples.append(1);
    child publisher(samples.command({"publish"}, samples.settings.topic_template));
    CHECK(samples.are_published(1));
    libpq::connection looking(samples.database.dsn());
    const auto is_looked_up = [&] {
        return !looking
                    .query("select from pg_stat_activity where datname = current_database() "
                           "and pid <> pg_backend_pid() and query like '%left join annals.publication_halts%'")
                    .empty();
    };
    CHECK(waited_until(20s, [&] { return !is_looked_up(); }));
    publisher.signal(SIGSTOP);
    samples.append(1);
    child verifying(samples.command({"verify", "sample"}, samples.settings.topic_template));
    CHECK(waited_until(20s, [&] { return is_looked_up() || !verifying.is_running(); }));
    publisher.signal(SIGCONT);
    const auto found = verifying.wait();
    CHECK_MESSAGE(found.exit_code == 0, found.out);
    publisher.signal(SIGTERM);
    CHECK(publisher.wait().exit_code == 0);
}

TEST_CASE("verify finds published events that are missing, and events that no process publishes")
{
    const published_samples samples;
    samples.append(2);
    CHECK(samples.publishes(2));
    samples.append(1);
    const auto behind = samples.run({"verify", "sample"});
    CHECK(behind.exit_code == 3);
    CHECK_MESSAGE(behind.out.contains("position 3"), behind.out);
    CHECK(samples.run({"verify", "sample", "--upto", "2"}).exit_code == 0);

    delete_topic(samples.settings, samples.topic());
    create_topic(samples.settings, {.name = samples.topic(), .partitions = 1});
    const auto lost = samples.run({"verify", "sample", "--upto", "2"});
    CHECK(lost.exit_code == 3);
    CHECK_MESSAGE(lost.out.contains("the event is not in the topic"), lost.out);
}

TEST_CASE("a topic that does not fit is a problem in doctor, named in the status, and stops no process")
{
    const published_samples samples;
    create_topic(samples.settings, {.name = samples.topic(), .partitions = 2});
    samples.append(1);
    child running(samples.command({"run"}, samples.settings.topic_template));
    running.wait_for_words("halted category=sample log=sample/0 problem=\"Kafka's topic " + samples.topic()
                           + " has 2 partitions");
    const auto status = samples.run({"publish", "status", "--json"});
    CHECK_MESSAGE(status.out.contains("has 2 partitions, but the category sample has 1 logs"), status.out);
    CHECK_MESSAGE(status.out.contains("\"halted_since\": \"20"), status.out);
    const auto shown = samples.run({"publish", "status"});
    CHECK_MESSAGE(shown.out.contains("HALTED SINCE"), shown.out);
    CHECK_MESSAGE(shown.out.contains("has 2 partitions"), shown.out);
    const auto found = samples.run({"doctor"});
    CHECK(found.exit_code == 3);
    CHECK_MESSAGE(found.out.contains("problem  publication  sample/0 is not published since "), found.out);
    CHECK_MESSAGE(!found.out.contains("the publisher creates it"), found.out);
    CHECK(running.is_running());
    delete_topic(samples.settings, samples.topic());
    CHECK(samples.are_published(1));
    running.wait_for_words("published again category=sample");
    CHECK_MESSAGE(
        waited_until(20s, [&] { return !samples.run({"publish", "status", "--json"}).out.contains("\"why\": \""); }),
        samples.run({"publish", "status", "--json"}).out);
    CHECK(samples.run({"doctor"}).exit_code == 0);
    running.signal(SIGTERM);
    CHECK(running.wait().exit_code == 0);
}

TEST_CASE("doctor does not say that a topic will be created if it belongs to another template")
{
    const published_samples samples;
    samples.append(1);
    CHECK(samples.publishes(1));
    const auto found = samples.run({"doctor"}, "other-" + samples.settings.topic_template);
    CHECK(found.exit_code == 3);
    CHECK_MESSAGE(found.out.contains("the category sample is published to Kafka's topic " + samples.topic()),
                  found.out);
    CHECK_MESSAGE(!found.out.contains("the publisher creates it"), found.out);
}

TEST_CASE("doctor names settings of a topic that lose or refuse records")
{
    const published_samples samples;
    samples.append(1);
    CHECK(samples.publishes(1));
    set_topic_properties(samples.settings, samples.topic(),
                         {{"max.message.bytes", "2097152"}, {"retention.bytes", "1000"}, {"retention.ms", "1000"}});
    const auto risks = samples.run({"doctor"});
    CHECK(risks.exit_code == 3);
    CHECK_MESSAGE(risks.out.contains("retention.bytes=1000"), risks.out);
    CHECK_MESSAGE(risks.out.contains("retention.ms=1000, configured is 604800000"), risks.out);
    set_topic_properties(samples.settings, samples.topic(),
                         {{"max.message.bytes", "2097152"}, {"cleanup.policy", "compact"}});
    const auto lossy = samples.run({"doctor"});
    CHECK(lossy.exit_code == 3);
    CHECK_MESSAGE(lossy.out.contains("cleanup.policy=compact"), lossy.out);
    set_topic_properties(samples.settings, samples.topic(), {{"max.message.bytes", "2097152"}});
    CHECK(samples.run({"doctor"}).exit_code == 0);
}

TEST_CASE("doctor says what fails when a broker needs another protocol, and when its host is unknown")
{
    const published_samples samples;
    const auto doctor = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words{"doctor"};
        words.insert(words.end(), more.begin(), more.end());
        const auto found = samples.run(words);
        CHECK(found.exit_code == 3);
        return found.out;
    };
    const auto tls = doctor({"--set", "kafka.security.protocol=ssl"});
    CHECK_MESSAGE(tls.contains("TLS failed: "), tls);
    const auto login = doctor({"--set", "kafka.security.protocol=sasl_plaintext", "--set", "kafka.sasl.mechanism=PLAIN",
                               "--set", "kafka.sasl.username=ada", "--set", "kafka.sasl.password=no-secret"});
    CHECK_MESSAGE(login.contains("this port takes no login (SASL)"), login);
    CHECK(!login.contains("no-secret"));
    const auto unknown = doctor({"--kafka", "no-such-host.invalid:9092"});
    CHECK_MESSAGE(unknown.contains("the name of the host is not known"), unknown);
    const auto refused = doctor({"--kafka", "127.0.0.1:1"});
    CHECK_MESSAGE(refused.contains("the connection was refused"), refused);
}

}  // namespace
}  // namespace annals::tests
