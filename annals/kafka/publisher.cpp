// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/publisher.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/server_away.hpp>
#include <annals/kafka/client.hpp>
#include <annals/kafka/publishing.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/telemetry/log.hpp>

#include <chrono>
#include <set>
#include <string>

namespace annals::kafka {

using namespace eventstore;

namespace {

using namespace std::chrono_literals;
using telemetry::level;

/// Logs each kind of outage once, however often and in whatever words it is reported, and once when it is over.
class trouble {
public:
    auto delay() -> std::chrono::milliseconds { return delays_.next(); }

    void met(const std::exception& problem)
    {
        const auto* known = dynamic_cast<const error*>(&problem);
        const bool will_pass = known && known->retryable();
        const auto kind = dynamic_cast<const no_broker*>(&problem) ? std::string("no broker")
                          : will_pass                              ? std::string("unavailable")
                                                                   : std::string(problem.what());
        if (said_.insert(kind).second)
            telemetry::log(will_pass ? level::warning : level::error, "publishing waits",
                           {{"problem", problem.what()}});
    }

    void over()
    {
        if (!said_.empty()) telemetry::log(level::info, "publishing again");
        said_.clear();
        delays_.reset();
    }

private:
    std::set<std::string> said_;
    back_off delays_{100ms, 2000ms};
};

/// Until a broker answers. Says why none does when it has asked again: the first words may be of one that is ending.
void wait_for_broker(const std::stop_token& stop, const settings& settings, const no_broker& first, trouble& trouble)
{
    client_handle client;
    while (!stop.stop_requested()) {
        pause(stop, trouble.delay());
        try {
            if (!client) client = make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}));
            ask_for_answer(*client, settings);
            break;
        } catch (const error& problem) {
            trouble.met(problem);
        }
    }
    trouble.met(first);
}

}  // namespace

publisher::publisher(store& store, publication_ledger& ledger, settings settings)
    : store_(store), ledger_(ledger), settings_(std::move(settings))
{
    check_settings(settings_);
}

void publisher::run(std::stop_token stop)
{
    trouble trouble;
    halted_logs halted(ledger_);
    while (!stop.stop_requested()) {
        try {
            publishing publishing(store_, ledger_, settings_, halted);
            while (!stop.stop_requested()) {
                publishing.turn();
                if (publishing.is_at_work()) trouble.over();
            }
            publishing.finish();
        } catch (const server_away&) {
            pause(stop, trouble.delay());
        } catch (const no_broker& problem) {
            ledger_.set_wants_logs(false);
            wait_for_broker(stop, settings_, problem, trouble);
            if (!stop.stop_requested()) ledger_.set_wants_logs(true);
        } catch (const std::exception& problem) {
            trouble.met(problem);
            pause(stop, trouble.delay());
        }
    }
}

}  // namespace annals::kafka
