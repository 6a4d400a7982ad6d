// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/kafka/topic.hpp>
#include <tests/fault/flow.hpp>
#include <tests/fault/private_server.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>

using namespace annals;
using namespace annals::eventstore;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr int categories = 12;
constexpr auto patience = 90s;
constexpr auto with_access_control = "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
                                     "allow.everyone.if.no.acl.found=true";

auto name_of(int category) -> std::string { return "ward." + std::to_string(category); }

/// Twelve categories in one `annals run`, events for all of them all the time, and one that is broken.
class wards {
public:
    explicit wards(std::uint64_t seed) : random_(seed)
    {
        broker_.bootstrap_servers = kafka_.at("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
        for (int category = 0; category < categories; ++category) log_->ensure_category({name_of(category), 2});
    }

    auto random() -> std::mt19937_64& { return random_; }
    auto broker() const -> const kafka::settings& { return broker_; }
    auto topic(int category) const -> std::string { return kafka::topic_of(broker_, name_of(category)); }
    auto run() -> child& { return running_.emplace(command({"run"})); }
    auto ask(std::vector<std::string> words) -> outcome { return child(command(std::move(words))).wait(); }

    void append()
    {
        for (int category = 0; category < categories; ++category)
            append_events(*log_, name_of(category), static_cast<int>(random_() % 20) + 1);
    }
    auto is_published(int category) -> bool
    {
        const auto found = difference_after(patience, *log_, broker_, name_of(category));
        CHECK_MESSAGE(found.empty(), (name_of(category) + ": " + found));
        return found.empty();
    }
    /// Waits until a line of a verb's JSON holds all of these words; false when none does soon.
    auto tells(const std::vector<std::string>& verb, const std::vector<std::string>& words) -> bool
    {
        return waited_until(patience, [&] {
            std::istringstream lines(ask(verb).out);
            for (std::string line; std::getline(lines, line);)
                if (std::ranges::all_of(words, [&](const auto& word) { return line.contains(word); })) return true;
            return false;
        });
    }
    /// The topics whose logs are reported as halted.
    auto halted() -> std::set<std::string>
    {
        std::set<std::string> found;
        std::istringstream lines(ask({"publish", "status", "--json"}).out);
        for (std::string line; std::getline(lines, line);)
            if (line.contains("\"why\": \""))
                for (int category = 0; category < categories; ++category)
                    if (line.contains('"' + topic(category) + '"')) found.insert(topic(category));
        return found;
    }

private:
    auto command(std::vector<std::string> words) const -> std::vector<std::string>
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", database_.dsn(), "--kafka", broker_.bootstrap_servers, "--set",
                                   "topic=" + broker_.topic_template});
        return words;
    }

    temporary_database database_;
    private_server kafka_{"kafka", "", with_access_control};
    kafka::settings broker_ = broker_settings();
    std::unique_ptr<store> log_ = postgres::open_store({.dsn = database_.dsn()});
    std::mt19937_64 random_;
    std::optional<child> running_;
};

/// A way to break a topic, what is reported about it, and how it is undone. A publisher fills a deleted topic itself.
struct breakage {
    std::string name;
    bool is_before_the_topic;                ///< the topic does not exist yet
    std::function<void(wards&, int)> begin, end;
    std::string said;
};

/// Every topic is as annals creates it, except for this one.
void set(wards& all, int category, std::map<std::string, std::string> properties)
{
    properties.try_emplace("max.message.bytes", "2097152");
    set_topic_properties(all.broker(), all.topic(category), properties);
}

auto colliding_name(std::string topic) -> std::string
{
    std::ranges::replace(topic, '.', '_');
    return topic;
}

const std::vector<breakage> breakages{
    {"a name that collides", true,
     [](wards& all, int one) { create_topic(all.broker(), {.name = colliding_name(all.topic(one))}); },
     [](wards& all, int one) { delete_topic(all.broker(), colliding_name(all.topic(one))); },
     "cannot be created next to"},
    {"other partitions", true,
     [](wards& all, int one) { create_topic(all.broker(), {.name = all.topic(one), .partitions = 3}); },
     [](wards& all, int one) { delete_topic(all.broker(), all.topic(one)); }, "has 3 partitions"},
    {"records that are too large", false, [](wards& all, int one) { set(all, one, {{"max.message.bytes", "200"}}); },
     [](wards& all, int one) { set(all, one, {}); }, "max.message.bytes"},
    {"no right to write", false, [](wards& all, int one) { deny_writing(all.broker(), all.topic(one)); },
     [](wards& all, int one) { allow_writing(all.broker(), all.topic(one)); }, "uthorization"},
    {"compaction", false, [](wards& all, int one) { set(all, one, {{"cleanup.policy", "compact"}}); },
     [](wards& all, int one) { set(all, one, {}); }, "cleanup.policy=compact"},
    {"copies that cannot be", false, [](wards& all, int one) { set(all, one, {{"min.insync.replicas", "2"}}); },
     [](wards& all, int one) { set(all, one, {}); }, "min.insync.replicas"},
};

}  // namespace

/// Covers: one category of twelve whose topic is refused, does not fit, refuses records or loses them, or is deleted;
/// the eleven others are published completely meanwhile. Not covered: brokers of several nodes, partitions without a
/// leader.
TEST_CASE("one broken topic of twelve halts its category only, is named, and is published when it is repaired")
{
    wards all(seed());
    std::vector<int> order(categories);
    std::iota(order.begin(), order.end(), 0);
    std::ranges::shuffle(order, all.random());
    std::set<int> broken;
    for (std::size_t i = 0; i < breakages.size(); ++i)
        if (breakages[i].is_before_the_topic) breakages[i].begin(all, *broken.insert(order[i]).first);
    all.append();
    auto& running = all.run();

    for (std::size_t i = 0; i < breakages.size(); ++i) {
        const auto& way = breakages[i];
        const auto one = order[i];
        CAPTURE(way.name);
        if (broken.insert(one).second) {
            CHECK(all.is_published(one));
            way.begin(all, one);
        }
        all.append();
        CHECK(all.tells({"publish", "status", "--json"}, {all.topic(one), way.said}));
        CHECK(all.tells({"doctor", "--json"}, {"\"problem\"", "\"publication\"", name_of(one), way.said}));
        CHECK(all.ask({"doctor"}).exit_code == 3);
        all.append();
        for (int other = 0; other < categories; ++other)
            if (!broken.contains(other)) CHECK(all.is_published(other));
        CHECK(all.halted().size() == broken.size());
        REQUIRE_MESSAGE(running.is_running(), running.output());
        way.end(all, one);
        broken.erase(one);
        CHECK(all.is_published(one));
    }
    delete_topic(all.broker(), all.topic(order.back()));
    all.append();
    for (int category = 0; category < categories; ++category) CHECK(all.is_published(category));
    CHECK(waited_until(patience, [&] { return all.halted().empty(); }));

    running.signal(SIGTERM);
    CHECK(running.wait().exit_code == 0);
    INFO(running.output());
    CHECK(!running.output().contains("publishing waits"));
}
