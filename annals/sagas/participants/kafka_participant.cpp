// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/kafka_participant.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/kafka/record_sender.hpp>
#include <annals/kafka/tail_reader.hpp>
#include <annals/sagas/participants/outbox.hpp>
#include <annals/sagas/participants/waiting_requests.hpp>
#include <annals/telemetry/repeated_problem.hpp>

namespace annals::sagas {

using namespace std::chrono_literals;

namespace {

constexpr auto wait_for_replies = 50ms;

auto with_topics(kafka_participant_settings given) -> kafka_participant_settings
{
    if (given.request_topic.empty()) given.request_topic = "saga." + given.service + ".requests";
    if (given.reply_topic.empty()) given.reply_topic = "saga." + given.service + ".replies";
    return given;
}

}  // namespace

class kafka_participant::state {
public:
    explicit state(kafka_participant_settings given)
        : settings_(with_topics(std::move(given))),
          replies_(settings_.kafka, {.name = settings_.reply_topic, .partitions = 1, .retention = 1h}),
          outbox_(settings_.kafka),
          thread_([this](const std::stop_token& stop) { run(stop); })
    {}

    auto settings() const -> const kafka_participant_settings& { return settings_; }
    void ask(const request& asked, waiting_requests::on_answer answer)
    {
        waiting_.add(asked, std::move(answer));
        outbox_.send({.topic = settings_.request_topic,
                      .what = to_record(asked, settings_.reply_topic),
                      .until = asked.deadline,
                      .ended = [this, id = id_of(asked)](const std::optional<kafka::not_sent>& why) {
                          if (why && why->is_for_good) waiting_.answer(id, failed(why->reason));
                      }});
    }

private:
    void run(const std::stop_token& stop)
    {
        eventstore::back_off back_off(100ms, 2s);
        while (!stop.stop_requested()) {
            try {
                work();
                back_off.reset();
            } catch (const std::exception& problem) {
                problem_.met(problem.what());
                eventstore::pause(stop, back_off.next());
            }
            waiting_.forget_late(eventstore::now());
            outbox_.forget_late(eventstore::now());
        }
    }
    /// Requests go out only when their replies are sure to be read.
    void work()
    {
        if (!replies_.is_placed() || outbox_.sender().missed_topic())
            outbox_.sender().ensure({.name = settings_.request_topic, .partitions = settings_.request_partitions});
        if (!replies_.is_placed()) {
            outbox_.close();
            replies_.go_to_end();
            outbox_.open();
        }
        for (const auto& one : replies_.poll(wait_for_replies)) take(one);
        outbox_.send_again();
        if (const auto trouble = outbox_.sender().trouble()) problem_.met(*trouble);
        else problem_.over();
    }
    void take(const kafka::record& one)
    {
        auto reply = reply_from(one);
        if (reply) return waiting_.answer(reply->to, std::move(reply->how));
        telemetry::log(telemetry::level::warning, "a reply to a saga cannot be read",
                       {{"topic", settings_.reply_topic}, {"problem", reply.error()}});
    }

    const kafka_participant_settings settings_;
    telemetry::repeated_problem problem_{"requests of sagas wait for Kafka"};
    waiting_requests waiting_;
    kafka::tail_reader replies_;
    outbox outbox_;        // after what its reports use
    std::jthread thread_;  // last: it ends before what it uses
};

kafka_participant::kafka_participant(kafka_participant_settings settings)
    : state_(std::make_unique<state>(std::move(settings)))
{}

kafka_participant::~kafka_participant() = default;

auto kafka_participant::service() const -> std::string { return state_->settings().service; }

auto kafka_participant::knows(const std::string& action) const -> bool
{
    const auto& actions = state_->settings().actions;
    return actions.empty() || actions.contains(action);
}

void kafka_participant::ask(request asked, std::function<void(outcome)> answer)
{
    try {
        state_->ask(asked, answer);
    } catch (const eventstore::invalid_request& problem) {
        answer(failed(problem.what()));
    }
}

}  // namespace annals::sagas
