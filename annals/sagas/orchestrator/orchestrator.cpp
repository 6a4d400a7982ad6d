// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/orchestrator.hpp>

#include <annals/eventstore/uuid.hpp>
#include <annals/leases/member.hpp>
#include <annals/processors/failure.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/sagas/definition/definition_check.hpp>
#include <annals/sagas/definition/definition_json.hpp>
#include <annals/sagas/orchestrator/registration.hpp>
#include <annals/sagas/orchestrator/saga_runner.hpp>

#include <algorithm>
#include <future>
#include <list>
#include <set>
#include <unistd.h>

namespace annals::sagas {

using namespace std::chrono_literals;

namespace {

constexpr auto look_around_every = 1s;
constexpr auto look_for_work_every = 250ms;

constexpr auto find_versions =
    "select version, definition::text from annals.saga_definitions where saga_type = $1 order by version";
constexpr auto find_logs =
    "select log, partition from annals.logs where tenant = '' and category = $1 order by partition";

/// One question for all types, so that many of them cost no more than one where nothing happens.
constexpr auto find_work = R"(
    select l.log from unnest($1) l (log)
    where exists (select from annals.saga_inputs i where i.log = l.log and i.kind = 'start' and i.taken_at is null)
       or exists (select from annals.saga_inputs i where i.log = l.log and i.kind <> 'start' and i.taken_at is null)
       or exists (select from annals.saga_timers t where t.log = l.log and t.due_at <= statement_timestamp()))";

auto work_of(const std::string& saga_type) -> std::string { return "saga " + saga_type; }

/// Whatever a definition asks for must have somebody who does it.
void check_actions(const definition& of, const request_routes& routes)
{
    std::string missing;
    const auto need = [&](const step& one, const std::string& action) {
        if (routes.knows(one.service, action)) return;
        missing += "\n  step " + one.id + ": no participant " + one.service + " has the action " + action;
    };
    for (const auto& one : of.steps) {
        if (!one.signal.empty() || !one.saga.empty()) continue;
        need(one, one.action.empty() ? one.id : one.action);
        if (one.compensation.is_needed()) need(one, one.compensation.action());
    }
    if (!missing.empty())
        throw eventstore::invalid_request("the saga " + of.name + " asks for what this program cannot do:" + missing);
}

}  // namespace

class orchestrator::state {
public:
    state(orchestrator_settings settings, std::vector<definition> definitions, participant_list participants)
        : settings_(std::move(settings)), definitions_(std::move(definitions)), participants_(std::move(participants))
    {
        const request_routes routes(participants_, nullptr);
        for (const auto& one : definitions_) {
            check(one);
            check_actions(one, routes);
        }
    }

    void run(const std::stop_token& stop);
    void look_again()
    {
        const std::scoped_lock lock(mutex_);
        for (auto& one : runners_) one.look_again();
    }
    void wait_until_ready() { ready_.get_future().wait(); }

private:
    using clock = std::chrono::steady_clock;

    void begin();
    auto versions_of(pqxx::transaction_base&, const std::string& saga_type) const -> saga_versions;
    void look_around();
    void look_for_work();
    void finish();

    orchestrator_settings settings_;
    std::vector<definition> definitions_;
    participant_list participants_;
    std::shared_ptr<child_sagas> children_ = std::make_shared<child_sagas>(settings_.dsn);
    std::string process_ =
        settings_.process + ":" + std::to_string(getpid()) + ":" + eventstore::to_string(eventstore::new_uuid());
    std::map<std::string, std::vector<processors::numbered_log>> logs_;  ///< by saga type
    std::map<int, std::string> owned_;             ///< the types of the logs that this process has, by their numbers
    clock::time_point look_around_at_;
    std::optional<leases::member> member_;
    telemetry::repeated_problem given_up_{"sagas are given up; trying again"};

    std::promise<void> ready_;
    std::mutex mutex_;                             // guards the list
    std::list<saga_runner> runners_;
    std::condition_variable_any waiting_;
};

void orchestrator::state::run(const std::stop_token& stop)
{
    begin();
    ready_.set_value();
    while (!stop.stop_requested()) {
        try {
            if (clock::now() >= look_around_at_) look_around();
            look_for_work();
            given_up_.over();
        } catch (const std::exception& problem) {
            if (!processors::tell_lost_session(settings_.dsn, "saga leases", problem))
                given_up_.met(processors::one_line(problem), processors::error_code(problem));
            member_.reset();
            for (auto& one : runners_) one.assign({}, 1);
        }
        std::unique_lock lock(mutex_);
        waiting_.wait_for(lock, stop, look_for_work_every, [] { return false; });
    }
    finish();
}

/// Registers what the program has, and reads what older programs had: their sagas are not over.
void orchestrator::state::begin()
{
    auto session = processors::open_model_connection(settings_.dsn, "sagas");
    pqxx::work tx(session);
    std::set<std::string> types;
    for (const auto& one : definitions_) {
        register_definition(tx, one, settings_.partitions);
        types.insert(one.name);
    }
    const std::scoped_lock lock(mutex_);
    for (const auto& type : types) {
        for (const auto& [number, partition] : tx.query<int, int>(find_logs, pqxx::params{"saga." + type}))
            logs_[type].push_back({number, {"saga." + type, partition}});
        runners_.emplace_back(settings_.dsn, versions_of(tx, type), participants_, children_,
                              engine_settings{.services = settings_.services});
    }
    tx.commit();
}

auto orchestrator::state::versions_of(pqxx::transaction_base& tx, const std::string& type) const -> saga_versions
{
    saga_versions versions;
    for (const auto& [version, text] : tx.query<int, std::string>(find_versions, pqxx::params{type}))
        versions.all[version] = std::make_shared<plan>(stored_definition(text));
    versions.for_new = 0;
    for (const auto& one : definitions_)
        if (one.name == type) versions.for_new = std::max(versions.for_new, one.version);
    return versions;
}

/// Tells the types for which something has come or is due.
void orchestrator::state::look_for_work()
{
    if (!member_) return;
    auto logs = libpq::array::of<std::int32_t>();
    for (const auto& [number, type] : owned_) logs.add(std::int32_t{number});
    if (owned_.empty()) return;
    const auto rows = member_->session().query(find_work, libpq::parameters::of(std::move(logs)));
    std::set<std::string> types;
    for (int i = 0; i < rows.size(); ++i) types.insert(owned_.at(rows.get<std::int32_t>(i, 0)));
    for (auto& one : runners_)
        if (types.contains(one.saga_type())) one.look_again();
}

/// Once a second: which logs this process gets.
void orchestrator::state::look_around()
{
    look_around_at_ = clock::now() + look_around_every;
    owned_.clear();
    if (!member_) member_.emplace(libpq::connection(settings_.dsn, "saga leases"), process_);
    for (auto& one : runners_)
        if (one.has_lost()) member_->give_up(work_of(one.saga_type()), member_->held(work_of(one.saga_type())));
    std::vector<leases::work> works;
    for (const auto& [type, logs] : logs_) {
        leases::work one{.name = work_of(type), .units = {}};
        for (const auto& log : logs) one.units.insert(log.number);
        works.push_back(std::move(one));
    }
    member_->share(works);
    for (auto& one : runners_) {
        const auto& all = logs_.at(one.saga_type());
        const auto held = member_->held(work_of(one.saga_type()));
        std::vector<processors::numbered_log> own;
        for (const auto& log : all)
            if (held.contains(log.number)) own.push_back(log), owned_[log.number] = one.saga_type();
        one.assign(std::move(own), all.size());
    }
}

void orchestrator::state::finish()
{
    {
        const std::scoped_lock lock(mutex_);
        for (auto& one : runners_) one.request_stop();
        runners_.clear();
    }
    try {
        if (member_) member_->leave();
    } catch (const eventstore::error&) {
        // The end of the session frees the leases, too.
    }
    member_.reset();
}

orchestrator::orchestrator(orchestrator_settings settings, std::vector<definition> definitions,
                           participant_list participants)
    : state_(std::make_unique<state>(std::move(settings), std::move(definitions), std::move(participants)))
{}

orchestrator::~orchestrator() = default;

void orchestrator::run(std::stop_token stop) { state_->run(stop); }

void orchestrator::wait_until_ready() { state_->wait_until_ready(); }

void orchestrator::look_again() { state_->look_again(); }

}  // namespace annals::sagas
