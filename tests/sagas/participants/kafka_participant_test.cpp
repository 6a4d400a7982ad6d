// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/kafka_participant.hpp>
#include <annals/sagas/participants/outcome_word.hpp>
#include <annals/sagas/participants/request_record.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/sagas/participants/some_request.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <mutex>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

/// The test itself is the service: it reads the requests and writes replies.
struct hand_made_service {
    void ask(const sagas::request& asked)
    {
        participant->ask(asked, [this](const sagas::outcome& how) {
            const std::scoped_lock lock(mutex);
            answers.push_back(std::string(sagas::word_of(how)) + " " + how.error.value_or(how.result.dump()));
        });
    }
    auto all_answers() -> std::vector<std::string>
    {
        const std::scoped_lock lock(mutex);
        return answers;
    }
    auto requests() const -> std::vector<kafka::record>
    {
        if (partitions_of(settings, topic + ".requests") == 0) return {};
        return read_partition(settings, topic + ".requests", 0);
    }
    void reply(const kafka::record& what) { write_record(settings, topic + ".replies", 0, what); }
    void make()
    {
        participant = std::make_unique<sagas::kafka_participant>(
            sagas::kafka_participant_settings{.service = "storage",
                                              .kafka = settings,
                                              .request_topic = topic + ".requests",
                                              .reply_topic = topic + ".replies",
                                              .request_partitions = 1});
    }

    kafka::settings settings = broker_settings();
    std::string topic = settings.topic_template.substr(0, settings.topic_template.find('.'));
    std::mutex mutex;
    std::vector<std::string> answers;
    std::unique_ptr<sagas::kafka_participant> participant;
};

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a request is in its topic, and the first reply to it counts")
{
    hand_made_service storage;
    storage.make();
    const auto asked = some_request("reserve");
    storage.ask(asked);
    REQUIRE(waited_until(20s, [&] { return storage.requests().size() == 1; }));
    CHECK(storage.requests()[0] == sagas::to_record(asked, storage.topic + ".replies"));

    storage.reply({"S-1", "no headers", {}});
    auto of_another = asked;
    of_another.attempt = 2;
    storage.reply(sagas::to_record(of_another, sagas::failed("another attempt")));
    storage.reply(sagas::to_record(asked, sagas::done(7)));
    storage.reply(sagas::to_record(asked, sagas::failed("too late")));
    CHECK(waited_until(10s, [&] { return storage.all_answers() == strings{"done 7"}; }));

    storage.ask(of_another);
    REQUIRE(waited_until(20s, [&] { return storage.requests().size() == 2; }));
    storage.reply(sagas::to_record(asked, sagas::failed("too late")));
    storage.reply(sagas::to_record(of_another, sagas::try_again("later")));
    CHECK(waited_until(10s, [&] { return storage.all_answers() == strings{"done 7", "try_again later"}; }));
}

TEST_CASE("replies from before it began are not read, and those after it are")
{
    hand_made_service storage;
    const auto asked = some_request("reserve");
    create_topic(storage.settings, {.name = storage.topic + ".replies", .partitions = 1});
    storage.reply(sagas::to_record(asked, sagas::failed("of an earlier life")));
    storage.make();
    storage.ask(asked);
    REQUIRE(waited_until(20s, [&] { return storage.requests().size() == 1; }));
    storage.reply(sagas::to_record(asked, sagas::done(1)));
    CHECK(waited_until(10s, [&] { return !storage.all_answers().empty(); }));
    CHECK(storage.all_answers() == strings{"done 1"});
}

TEST_CASE("a request that is too large fails, and one whose deadline is over is not sent")
{
    hand_made_service storage;
    storage.make();
    auto large = some_request("reserve");
    large.context = std::string(3 << 20, 'x');
    storage.ask(large);
    CHECK(waited_until(20s, [&] { return !storage.all_answers().empty(); }));
    CHECK(storage.all_answers()[0].starts_with("failed "));

    auto late = some_request("late");
    late.deadline = eventstore::now() - 1s;
    storage.ask(late);
    storage.ask(some_request("reserve"));
    REQUIRE(waited_until(20s, [&] { return !storage.requests().empty(); }));
    CHECK(sagas::request_from(storage.requests().at(0))->asked.action == "reserve");
}

TEST_CASE("it goes on after its topics were deleted")
{
    hand_made_service storage;
    storage.make();
    storage.ask(some_request("reserve"));
    REQUIRE(waited_until(20s, [&] { return storage.requests().size() == 1; }));
    delete_topic(storage.settings, storage.topic + ".replies");
    delete_topic(storage.settings, storage.topic + ".requests");
    REQUIRE(waited_until(10s, [&] { return partitions_of(storage.settings, storage.topic + ".requests") == 0; }));
    REQUIRE(waited_until(30s, [&] { return partitions_of(storage.settings, storage.topic + ".replies") == 1; }));
    const auto asked = some_request("reserve", {}, 2);
    storage.ask(asked);
    REQUIRE(waited_until(40s, [&] { return storage.requests().size() == 1; }));
    storage.reply(sagas::to_record(asked, sagas::done(2)));
    CHECK(waited_until(10s, [&] { return storage.all_answers() == strings{"done 2"}; }));
}
