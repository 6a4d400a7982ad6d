// SPDX-License-Identifier: Apache-2.0
#include <annals/app/topic_template.hpp>
#include <annals/operations/topic_watch.hpp>
#include <annals/telemetry/log.hpp>
#include <tests/support/database.hpp>
#include <tests/support/kept_lines.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <thread>

using namespace annals;
using namespace std::chrono_literals;

namespace {

constexpr auto not_followed = "the topic of a category is not followed; its log is read instead";

struct worker_of_a_template {
    worker_of_a_template() { telemetry::send_log_to(log); }
    ~worker_of_a_template() { telemetry::send_log_to(nullptr); }

    void publish(const std::string& category, const std::string& topic)
    {
        session.query("select annals.ensure_category($1)", libpq::parameters::of(category));
        session.query("insert into annals.publication_topics (category, topic) values ($1, $2)",
                      libpq::parameters::of(category, topic));
    }

    std::shared_ptr<tests::kept_lines> log = std::make_shared<tests::kept_lines>();
    tests::temporary_database database;
    libpq::connection session{database.dsn()};
    kafka::settings settings{.topic_template = "lab.{category}"};
};

}  // namespace

TEST_CASE_FIXTURE(worker_of_a_template, "a worker tells once of each category with another topic, also a later one")
{
    publish("sample", "lab.sample");
    publish("tube", "other.tube");
    std::jthread watching([&](const std::stop_token& end) { operations::watch_topics(database.dsn(), settings, end); });
    CHECK(tests::waited_until(60s, [&] { return log->count(not_followed) == 1; }));
    publish("box", "other.box");
    CHECK(tests::waited_until(60s, [&] { return log->count(not_followed) == 2; }));
    CHECK(app::foreign_topics(session, settings).at("box").reason
          == "the category box is published to Kafka's topic other.box, but this program's topic template "
             "lab.{category} gives lab.box");
    CHECK_FALSE(app::foreign_topics(session, settings).contains("sample"));
}
