// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/parked_mirror.hpp>

#include <annals/app/failure.hpp>
#include <annals/eventstore/back_off.hpp>
#include <annals/kafka/dead_letter.hpp>
#include <annals/kafka/producer.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/libpq/lock_classes.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/telemetry/repeated_problem.hpp>

#include <optional>
#include <set>
#include <vector>

namespace annals::operations {
namespace {

using namespace std::chrono_literals;

/// The first event of each key is the one that could not be applied.
constexpr auto select_letters = R"sql(
    select k.processor, k.version, k.log, k.key, l.category, e.position, e.stream_version, k.reason
    from annals.parked_keys k
    join annals.logs l using (log)
    cross join lateral (select p.position, p.stream_version from annals.parked_events p
                        where p.processor = k.processor and p.version = k.version and p.log = k.log and p.key = k.key
                        order by p.position limit 1) e
    where k.mirrored_position is distinct from e.position
    limit 100
)sql";

constexpr auto note_mirrored = R"sql(
    update annals.parked_keys set mirrored_position = $5
    where processor = $1 and version = $2 and log = $3 and key = $4
)sql";

constexpr auto look_every = 1s;
constexpr auto flush_within = 10s;

/// `{topic}.dlq` over `{category}.events`: a template as those of topics.
auto dead_letter_settings(kafka::settings of, std::string topic_template) -> kafka::settings
{
    constexpr std::string_view placeholder = "{topic}";
    const auto at = topic_template.find(placeholder);
    if (at == std::string::npos)
        throw eventstore::invalid_request("parked.topic has no {topic} in it, such as {topic}.dlq");
    of.topic_template = topic_template.replace(at, placeholder.size(), of.topic_template);
    return of;
}

class parked_mirror {
public:
    parked_mirror(app::context& context, kafka::settings of, const std::string& topic_template)
        : context_(context), topics_(of), letters_(dead_letter_settings(std::move(of), topic_template))
    {}

    void run(const std::stop_token& stop)
    {
        telemetry::repeated_problem problem("parked events cannot be published");
        while (!stop.stop_requested()) {
            try {
                if (leads()) publish_new();
                problem.over();
            } catch (const std::exception& met) {
                problem.met(app::explain(met).what());
                session_.reset();
                producer_.reset();
            }
            eventstore::pause(stop, look_every);
        }
    }

private:
    auto leads() -> bool;
    void publish_new();
    void offer(const pqxx::row&);

    app::context& context_;
    const kafka::settings topics_, letters_;
    std::optional<pqxx::connection> session_;
    bool leads_ = false;
    std::optional<kafka::producer> producer_;
    bool is_refused_ = false;                    ///< the broker has refused one for good
    std::set<std::string> prepared_;             ///< categories whose topic is there
};

/// Whether this process is the one that does it; holds a lock as long as its session.
auto parked_mirror::leads() -> bool
{
    if (!session_ || !session_->is_open()) {
        session_.emplace(processors::open_model_connection(context_.configuration().read_dsn(), "parked events"));
        leads_ = false;
    }
    if (!leads_)
        leads_ = pqxx::nontransaction(*session_).query_value<bool>("select pg_try_advisory_lock($1, 0)",
                                                                   pqxx::params{libpq::lock_class::parked_mirror});
    return leads_;
}

/// Noted when the broker has them: after a failure they are published again.
void parked_mirror::publish_new()
{
    const auto rows = pqxx::nontransaction(*session_).exec(select_letters);
    if (rows.empty()) return;
    is_refused_ = false;
    if (!producer_)
        producer_.emplace(letters_, kafka::producer::reports{.delivered = [](void*, std::int64_t) {},
                                                             .refused = [this](void*, int) { is_refused_ = true; }});
    for (const auto& row : rows) offer(row);
    const bool all_confirmed = producer_->flush(flush_within);
    if (!all_confirmed || is_refused_)
        throw eventstore::unavailable(producer_->broken().value_or("the broker has not confirmed them in time"));
    pqxx::work tx(*session_);
    for (const auto& row : rows)
        tx.exec(note_mirrored, pqxx::params{row[0].as<std::string>(), row[1].as<int>(), row[2].as<int>(),
                                            row[3].as<std::string>(), row[5].as<std::int64_t>()});
    tx.commit();
}

void parked_mirror::offer(const pqxx::row& row)
{
    const auto category = row[4].as<std::string>();
    if (!prepared_.contains(category)) {
        const eventstore::category one{category, 1};
        kafka::ensure_topics(letters_, {&one, 1});
        prepared_.insert(category);
    }
    const eventstore::stream_version version{row[6].as<std::int64_t>()};
    const auto stored =
        context_.store().read({category, row[3].as<std::string>()}, {.after = version - 1, .events_max = 1});
    if (stored.empty()) return;                                // the log was restored; the worker says so
    const kafka::origin from{letters_.source + "/" + category, context_.store().incarnation().value_or("")};
    const auto record = to_record(kafka::dead_letter{.event = stored.front(),
                                                     .consumer = row[0].as<std::string>(),
                                                     .error = row[7].as<std::string>()},
                                  topics_, from);
    const auto topic = topic_of(letters_, category);
    if (!producer_->offer(record, {.topic = topic})) throw eventstore::unavailable("the producer takes no more");
}

}  // namespace

void add_parked_mirror(process& process, app::context& context, kafka::settings settings,
                       const std::string& topic_template)
{
    auto mirror = std::make_shared<parked_mirror>(context, std::move(settings), topic_template);
    process.add("parked events", [mirror](const std::stop_token& stop) { mirror->run(stop); });
}

}  // namespace annals::operations
