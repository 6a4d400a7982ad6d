// SPDX-License-Identifier: Apache-2.0
#include <annals/app/configuration.hpp>
#include <annals/app/failure.hpp>
#include <annals/app/kafka_settings.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace annals::app {
namespace {

/// A TOML file, removed at the end.
class temporary_file {
public:
    explicit temporary_file(const std::string& text)
        : path_((std::filesystem::temp_directory_path() / "annals-configuration-test.toml").string())
    {
        std::ofstream(path_) << text;
    }
    ~temporary_file() { std::filesystem::remove(path_); }
    auto path() const -> const std::string& { return path_; }

private:
    std::string path_;
};

auto message_of(const configuration_sources& from) -> std::string
{
    try {
        configuration{from};
    } catch (const failure& problem) {
        CHECK(problem.code() == exit_code::usage);
        return problem.what();
    }
    return "no failure";
}

auto shown(const configuration& settings, const std::string& name) -> configuration::shown
{
    const auto all = settings.show();
    const auto found = std::ranges::find(all, name, &configuration::shown::name);
    REQUIRE(found != all.end());
    return *found;
}

TEST_CASE("topics are created as configured, and settings that can never work are refused")
{
    const auto kafka = [](std::map<std::string, std::string> environment) {
        environment["ANNALS_KAFKA_BOOTSTRAP_SERVERS"] = "localhost:9092";
        return kafka_settings(configuration{{.environment = environment}});
    };
    const auto usual = kafka({});
    CHECK(usual.retention == std::chrono::days(7));
    CHECK(usual.replication_factor == 0);
    CHECK(usual.compression == "lz4");
    const auto given = kafka({{"ANNALS_TOPIC_RETENTION_HOURS", "24"},
                              {"ANNALS_TOPIC_REPLICATION_FACTOR", "3"},
                              {"ANNALS_TOPIC_MIN_INSYNC_REPLICAS", "2"},
                              {"ANNALS_TOPIC_COMPRESSION", "zstd"}});
    CHECK(given.retention == std::chrono::hours(24));
    CHECK(given.replication_factor == 3);
    CHECK(given.min_insync_replicas == 2);
    CHECK(given.compression == "zstd");
    CHECK_THROWS_WITH_AS(kafka({{"ANNALS_TOPIC_REPLICATION_FACTOR", "1"}, {"ANNALS_TOPIC_MIN_INSYNC_REPLICAS", "2"}}),
                         "topic_min_insync_replicas is 2, but there would be 1 copies: nothing could be published",
                         failure);
}

TEST_CASE("a flag wins over the environment, which wins over the file, which wins over the default")
{
    const temporary_file file("partitions = 2\ntopic = \"file.{category}\"\n[log]\nlevel = \"error\"\n");
    const configuration settings(
        {.flags = {{"partitions", {"4", "--set"}}},
         .environment = {{"ANNALS_PARTITIONS", "3"}, {"ANNALS_TOPIC", "environment.{category}"}},
         .file = file.path()});

    CHECK(settings.number("partitions") == 4);
    CHECK(shown(settings, "partitions").origin == "--set");
    CHECK(settings.text("topic") == "environment.{category}");
    CHECK(shown(settings, "topic").origin == "ANNALS_TOPIC");
    CHECK(settings.text("log.level") == "error");
    CHECK(shown(settings, "log.level").origin == file.path() + ":4");
    CHECK(settings.text("log.format") == "text");
    CHECK(shown(settings, "log.format").origin == "default");
}

TEST_CASE("the file can be named by the environment")
{
    const temporary_file file("partitions = 2\n");
    CHECK(configuration({.environment = {{"ANNALS_CONFIG", file.path()}}}).number("partitions") == 2);
}

TEST_CASE("an unknown name in the file is refused with its line")
{
    const temporary_file file("partitions = 2\n\npratitions = 3\n");
    CHECK(message_of({.file = file.path()}) == file.path() + ":3: there is no setting \"pratitions\"");
}

TEST_CASE("a file that is not TOML, or does not exist, is refused")
{
    const temporary_file file("partitions = 2\ntopic = \n");
    CHECK(message_of({.file = file.path()}).starts_with(file.path() + ":2: "));
    CHECK(message_of({.file = "/nowhere/annals.toml"}) == "the configuration file /nowhere/annals.toml cannot be read");
}

TEST_CASE("a value that does not fit is refused, naming where it came from")
{
    CHECK(message_of({.environment = {{"ANNALS_PARTITIONS", "many"}}})
          == "ANNALS_PARTITIONS: partitions is a whole number of at least 1, not \"many\"");
    CHECK(message_of({.flags = {{"log.level", {"loud", "--log-level"}}}})
          == "--log-level: log.level is one of: debug info warning error off; not \"loud\"");
}

TEST_CASE("Kafka's properties are passed on from the environment and the file")
{
    const temporary_file file("[kafka]\nlinger.ms = 5\n");
    const configuration settings(
        {.environment = {{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", "here:9092"}}, .file = file.path()});
    CHECK(settings.has_kafka());
    CHECK(settings.kafka()
          == std::map<std::string, std::string>{{"bootstrap.servers", "here:9092"}, {"linger.ms", "5"}});
}

TEST_CASE("read models are in the log's database unless configured")
{
    CHECK(configuration({.flags = {{"dsn", {"dbname=a", "--dsn"}}}}).read_dsn() == "dbname=a");
    CHECK(
        configuration({.flags = {{"dsn", {"dbname=a", "--dsn"}}, {"read_dsn", {"dbname=b", "--read-dsn"}}}}).read_dsn()
        == "dbname=b");
}

TEST_CASE("an unread variable that looks like a setting is reported, one of another program is not")
{
    const auto told = [](const std::string& name) {
        configuration_sources from;
        from.environment = {{name, "x"}};
        return configuration(from).near_misses();
    };
    REQUIRE(told("ANNALS_TOPC").size() == 1);
    CHECK(told("ANNALS_TOPC")[0] == "the variable ANNALS_TOPC is not read; did you mean ANNALS_TOPIC?");
    CHECK(told("ANNALS_READDSN").size() == 1);
    for (const auto* name : {"ANNALS_TOPIC", "ANNALS_DEV", "ANNALS_DEV_CACHE", "ANNALS_SHARED", "ANNALS_KAFKA_LINGERMS",
                             "ANNALS_PROPERTY_SECONDS", "TOPC"})
        CHECK_MESSAGE(told(name).empty(), name);
}

TEST_CASE("a service of sagas is asked through Kafka or by HTTP, as the operator says")
{
    const configuration settings({.flags = {{"saga.services.storage", {"kafka", "--set"}}},
                                  .environment = {{"ANNALS_SAGA_SERVICES_FREE_STORAGE", "https://me:secret@here/steps"},
                                                  {"ANNALS_SAGA_SERVICES_BANK", ""}}});
    CHECK(
        settings.saga_services()
        == std::map<std::string, std::string>{{"storage", "kafka"}, {"free_storage", "https://me:secret@here/steps"}});
    CHECK(shown(settings, "saga.services.storage").meaning == "how the service storage of sagas is asked");
    CHECK(shown(settings, "saga.services.free_storage").value == "********");
    CHECK(settings.near_misses().empty());
    CHECK(message_of({.flags = {{"saga.services.storage", {"true", "--set"}}}})
          == "--set: saga.services.storage is kafka, or the URL of the service; not \"true\"");
    CHECK(message_of({.flags = {{"saga.services.", {"kafka", "--set"}}}}).contains("there is no setting"));
}

TEST_CASE("no password is ever shown")
{
    const configuration settings({.flags = {{"dsn", {"postgresql://ada:geheim@here/annals", "--dsn"}},
                                            {"read_dsn", {"host=there password='ge heim' user=ada", "--read-dsn"}},
                                            {"kafka.sasl.password", {"geheim", "--set"}}}});
    for (const auto& line : settings.show()) {
        CHECK(line.value.find("geheim") == std::string::npos);
        CHECK(line.value.find("ge heim") == std::string::npos);
    }
    CHECK(shown(settings, "dsn").value.find("host=here") != std::string::npos);
}

}  // namespace
}  // namespace annals::app
