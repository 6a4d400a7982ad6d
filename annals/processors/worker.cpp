// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/worker.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/uuid.hpp>
#include <annals/leases/member.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/model_sessions.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/processors/runner.hpp>
#include <annals/telemetry/repeated_problem.hpp>

#include <algorithm>
#include <list>
#include <unistd.h>
#include <utility>

namespace annals::processors {

using namespace std::chrono_literals;

namespace {

constexpr auto look_around_every = 1s;

/// How long a batch may take to finish once the worker is asked to stop; then the database is told to cancel it.
constexpr auto finish_within = 5s;

/// What one process works on alone: a log by its number, or all logs of a processor.
constexpr int all_logs = 0;

/// Its work's name (annals/migrations/0009_leases.sql).
auto work_of(const processor_id& id) -> std::string
{
    return "processor " + id.name + "/" + std::to_string(id.version) + "/" + std::to_string(id.registration);
}

auto units_of(const processor& one, const std::vector<numbered_log>& logs) -> std::set<int>
{
    if (logs.empty()) return {};
    if (one.distribution() == work_distribution::whole) return {all_logs};
    std::set<int> units;
    for (const auto& log : logs) units.insert(log.number);
    return units;
}

}  // namespace

class worker::state {
public:
    state(worker_settings settings, eventstore::store& store, feed& from, processor_list fixed)
        : settings_(std::move(settings)), store_(store), from_(from), fixed_(std::move(fixed))
    {
        refuse_twins(fixed_);
    }

    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            try {
                look_around();
                given_up_.over();
            } catch (const std::exception& problem) {
                lose_leases(problem);
            }
            std::unique_lock lock(mutex_);
            waiting_.wait_for(lock, stop, look_around_every, [] { return false; });
        }
        finish();
    }

private:
    static void refuse_twins(const processor_list&);
    void look_around();
    void learn_processors();
    void learn_logs();
    void give_up_lost();
    void assign();
    void note_attempts();
    void try_to_note_attempts();
    void lose_leases(const std::exception&);
    void finish();
    auto logs_of(const processor&) const -> std::vector<numbered_log>;

    worker_settings settings_;
    eventstore::store& store_;
    feed& from_;
    processor_list fixed_;
    processor_list found_;                                   ///< the source's last answer
    telemetry::repeated_problem unlisted_{"the list of projections cannot be read"};

    /// The name of this process in leases and in saved failures.
    std::string process_ =
        settings_.process + ":" + std::to_string(getpid()) + ":" + eventstore::to_string(eventstore::new_uuid());

    model_sessions sessions_{settings_.model_dsn, settings_.connections_max};
    std::list<runner> runners_;
    std::list<runner> leaving_;                              ///< asked to stop; removed when their batch is done
    std::map<std::string, std::vector<numbered_log>> logs_;  ///< by category
    std::set<processor_id> without_logs_;                    ///< with logs that cannot be numbered
    std::map<processor_id, int> noted_;                      ///< failures that are saved
    telemetry::repeated_problem unnoted_{"failures cannot be saved"};
    std::optional<pqxx::connection> catalogue_;
    std::optional<leases::member> member_;
    telemetry::repeated_problem given_up_{"work is given up; trying again"};

    std::mutex mutex_;
    std::condition_variable_any waiting_;
};

void worker::state::refuse_twins(const processor_list& all)
{
    for (auto one = all.begin(); one != all.end(); ++one)
        for (auto other = std::next(one); other != all.end(); ++other)
            if (same_version((*one)->id(), (*other)->id()))
                throw eventstore::invalid_request("two processors are called " + to_string((*one)->id())
                                                  + ": give one another name");
}

/// Once a second: finds out which processors there are, their logs, and which logs this process gets.
void worker::state::look_around()
{
    learn_processors();
    if (!member_) member_.emplace(libpq::connection(settings_.model_dsn, "leases"), process_);
    if (!catalogue_ || !catalogue_->is_open()) catalogue_.emplace(open_model_connection(settings_.model_dsn, "worker"));
    learn_logs();
    give_up_lost();

    std::vector<leases::work> works;
    for (const auto& one : runners_)
        works.push_back({.name = work_of(one.of().id()),
                         .units = units_of(one.of(), logs_of(one.of())),
                         .registration = one.of().id().registration});
    member_->share(works);
    assign();
    try_to_note_attempts();
}

void worker::state::learn_processors()
{
    if (settings_.source) {
        try {
            found_ = settings_.source();
            unlisted_.over();
        } catch (const std::exception& problem) {
            const bool is_said = tell_lost_session(settings_.model_dsn, "projection list", problem);
            if (!is_said && !is_outage(problem)) unlisted_.met(one_line(problem), error_code(problem));
        }
    }
    auto wanted = fixed_;
    for (const auto& one : found_)
        if (std::ranges::none_of(wanted, [&](const auto& known) { return same_version(known->id(), one->id()); }))
            wanted.push_back(one);

    for (auto one = runners_.begin(); one != runners_.end();) {
        const auto next = std::next(one);
        if (std::ranges::none_of(wanted, [&](const auto& kept) { return kept->id() == one->of().id(); })) {
            one->request_stop();
            leaving_.splice(leaving_.end(), runners_, one);
        }
        one = next;
    }
    std::erase_if(leaving_, [](const runner& one) { return one.has_stopped(); });
    for (const auto& one : wanted)
        if (std::ranges::none_of(runners_, [&](const runner& known) { return known.of().id() == one->id(); }))
            runners_.emplace_back(
                one, runner_surroundings{settings_.model_dsn, sessions_, store_, from_, settings_.parking});
}

/// A processor whose logs cannot be numbered gets none; the others do not wait for it.
void worker::state::learn_logs()
{
    for (auto& one : runners_) {
        const auto id = one.of().id();
        try {
            for (const auto& category : one.of().categories()) {
                auto& known = logs_[category];
                if (known.empty()) known = number_logs(*catalogue_, store_, {&category, 1});
            }
            if (without_logs_.erase(id) > 0) one.forget_attempts();
        } catch (const std::exception& problem) {
            if (is_outage(problem) || !catalogue_->is_open()) throw;
            without_logs_.insert(id);
            one.note_failure(problem);
        }
    }
}

void worker::state::give_up_lost()
{
    for (auto& one : runners_) {
        std::set<int> units;
        for (const auto& log : one.take_lost())
            units.insert(one.of().distribution() == work_distribution::whole ? all_logs : log.number);
        if (!units.empty()) member_->give_up(work_of(one.of().id()), units);
    }
}

void worker::state::assign()
{
    std::vector<processor_id> ids;
    for (const auto& one : runners_) ids.push_back(one.of().id());
    const auto read_at = runner::clock::now();
    pqxx::nontransaction tx(*catalogue_);
    const auto states = read_states(tx, ids);
    for (auto found = states.begin(); auto& one : runners_) {
        one.obey(*found++, read_at);
        const auto held = member_->held(work_of(one.of().id()));
        auto logs = logs_of(one.of());
        if (!held.contains(all_logs))
            std::erase_if(logs, [&](const numbered_log& log) { return !held.contains(log.number); });
        if (logs.empty() && !without_logs_.contains(one.of().id())) one.forget_attempts();
        one.assign(std::move(logs));
    }
}

/// For the others to see; what is saved already is not saved again.
void worker::state::note_attempts()
{
    for (const auto& one : runners_) {
        const auto found = one.attempts();
        const auto id = one.of().id();
        const auto known = noted_.find(id);
        const bool has_row = known == noted_.end() ? found.has_value() : known->second != 0;
        const auto failures = found ? found->failures : 0;
        if (failures == 0 ? !has_row : known != noted_.end() && known->second == failures) continue;
        pqxx::nontransaction tx(*catalogue_);
        write_attempts(tx, id, process_, found.value_or(failed_attempts{}));
        noted_[id] = failures;
    }
}

/// A failure that cannot be saved stops no work.
void worker::state::try_to_note_attempts()
{
    try {
        if (catalogue_) note_attempts();
        unnoted_.over();
    } catch (const pqxx::sql_error& problem) {
        unnoted_.met(one_line(problem), error_code(problem));
    }
}

/// The session is lost, or not trusted any more: with it everything that this process held.
void worker::state::lose_leases(const std::exception& problem)
{
    if (!tell_lost_session(settings_.model_dsn, "worker", problem))
        given_up_.met(one_line(problem), error_code(problem));
    member_.reset();
    catalogue_.reset();
    sessions_.close_idle();
    noted_.clear();
    for (auto& one : runners_) one.assign({});
}

void worker::state::finish()
{
    try {
        try_to_note_attempts();
    } catch (const pqxx::failure&) {
        // The server is unreachable: nobody can be told.
    }
    for (auto& one : runners_) one.request_stop();
    leaving_.splice(leaving_.end(), runners_);
    const auto deadline = std::chrono::steady_clock::now() + finish_within;
    const auto all_stopped = [&] { return std::ranges::all_of(leaving_, &runner::has_stopped); };
    while (!all_stopped() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
    for (auto& one : leaving_)
        if (!one.has_stopped()) one.cancel();
    leaving_.clear();
    try {
        if (member_) member_->leave();
    } catch (const eventstore::error&) {
        // The end of the session frees the leases, too.
    }
    member_.reset();
    catalogue_.reset();
}

auto worker::state::logs_of(const processor& one) const -> std::vector<numbered_log>
{
    std::vector<numbered_log> all;
    if (without_logs_.contains(one.id())) return all;
    for (const auto& category : one.categories())
        if (const auto known = logs_.find(category); known != logs_.end())
            all.insert(all.end(), known->second.begin(), known->second.end());
    return all;
}

worker::worker(worker_settings settings, eventstore::store& store, feed& from, processor_list fixed)
    : state_(std::make_unique<state>(std::move(settings), store, from, std::move(fixed)))
{}

worker::~worker() = default;

void worker::run(std::stop_token stop) { state_->run(stop); }

}  // namespace annals::processors
