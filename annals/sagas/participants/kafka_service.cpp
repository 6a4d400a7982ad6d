// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/kafka_service.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/kafka/group_reader.hpp>
#include <annals/sagas/participants/deed_threads.hpp>
#include <annals/sagas/participants/outbox.hpp>
#include <annals/sagas/participants/request_record.hpp>
#include <annals/telemetry/repeated_problem.hpp>

#include <map>

namespace annals::sagas {

using namespace std::chrono_literals;

namespace {

constexpr auto wait_for_requests = 50ms;
/// More are not taken from Kafka at a time.
constexpr std::size_t under_way_max = 500;

auto with_names(kafka_service_settings given) -> kafka_service_settings
{
    if (given.request_topic.empty()) given.request_topic = "saga." + given.service + ".requests";
    if (given.group.empty()) given.group = "saga." + given.service;
    return given;
}

/// A service while it runs.
class running_service {
public:
    running_service(const kafka_service_settings& settings, const std::map<std::string, deed>& all)
        : settings_(settings),
          requests_(settings.kafka, settings.group,
                    {.name = settings.request_topic, .partitions = settings.request_partitions}),
          replies_(settings.kafka),
          threads_(settings.dsn, settings.threads, all)
    {
        replies_.open();
    }

    void join() { requests_.join(); }
    void work()
    {
        if (threads_.under_way() < under_way_max)
            for (auto& one : requests_.poll(wait_for_requests)) take(one);
        else std::this_thread::sleep_for(1ms);
        replies_.send_again();
        replies_.forget_late(eventstore::now());
        tell(database_, threads_.trouble());
        tell(kafka_, replies_.sender().trouble());
    }

private:
    static void tell(telemetry::repeated_problem& problem, const std::optional<std::string>& trouble)
    {
        if (trouble) problem.met(*trouble);
        else problem.over();
    }
    void take(const kafka::consumed_record& one)
    {
        auto read = request_from(one.what);
        if (!read) {
            telemetry::log(telemetry::level::warning, "a request of a saga cannot be read",
                           {{"topic", settings_.request_topic},
                            {"partition", one.partition},
                            {"offset", one.offset},
                            {"problem", read.error()}});
            return requests_.handled(one.partition, one.offset);
        }
        auto& [asked, topic] = *read;
        asked.service = settings_.service;
        threads_.add(asked, [this, asked, topic, at = one.partition, offset = one.offset](std::optional<outcome> how) {
            if (how) reply(asked, topic, *how, [=, this] { requests_.handled(at, offset); });
            else if (eventstore::now() >= asked.deadline) requests_.handled(at, offset);
        });
    }
    /// A reply that nobody waits for any more is not sent again.
    void reply(const request& asked, const std::string& topic, const outcome& how, std::function<void()> then)
    {
        replies_.send({.topic = topic,
                       .what = to_record(asked, how),
                       .until = asked.deadline,
                       .ended = [then = std::move(then)](const std::optional<kafka::not_sent>&) { then(); }});
    }

    const kafka_service_settings& settings_;
    telemetry::repeated_problem database_{"requests of sagas wait for the service's database"};
    telemetry::repeated_problem kafka_{"replies to sagas wait for Kafka"};
    kafka::group_reader requests_;
    outbox replies_;        // after what its reports use
    deed_threads threads_;  // last: they end first
};

}  // namespace

class kafka_service::state {
public:
    explicit state(kafka_service_settings settings) : settings_(with_names(std::move(settings))) {}

    void add(std::string action, deed what)
    {
        if (!deeds_.try_emplace(action, std::move(what)).second)
            throw eventstore::invalid_request("the service " + settings_.service + " has two actions that are called "
                                              + action);
    }
    void run(const std::stop_token& stop)
    {
        running_service runs(settings_, deeds_);
        telemetry::repeated_problem problem("requests of sagas cannot be read");
        eventstore::back_off back_off(100ms, 2s);
        bool has_joined = false;
        while (!stop.stop_requested()) {
            try {
                if (!std::exchange(has_joined, true)) runs.join();
                runs.work();
                problem.over();
                back_off.reset();
            } catch (const eventstore::invalid_request&) {
                throw;
            } catch (const std::exception& met) {
                has_joined = false;
                problem.met(met.what());
                eventstore::pause(stop, back_off.next());
            }
        }
    }

private:
    const kafka_service_settings settings_;
    std::map<std::string, deed> deeds_;
};

kafka_service::kafka_service(kafka_service_settings settings) : state_(std::make_unique<state>(std::move(settings))) {}

kafka_service::~kafka_service() = default;

auto kafka_service::on(std::string action, deed what) -> kafka_service&
{
    state_->add(std::move(action), std::move(what));
    return *this;
}

void kafka_service::run(const std::stop_token& stop) { state_->run(stop); }

}  // namespace annals::sagas
