// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/breaker.hpp>

#include <tests/fault/runner/read_models.hpp>
#include <tests/fault/runner/topic.hpp>

#include <pqxx/pqxx>

#include <array>
#include <utility>

namespace annals::fault_runs {

using namespace std::chrono_literals;

namespace {

void nothing() {}

constexpr std::array rebuilt{"fault_totals", "fault_journal", "fault_card", "fault_steps"};
constexpr std::array paused{"fault_totals", "fault_journal", "fault_picky", "fault_card", "fault_steps"};

/// As the version's rows say: what a command would do next.
constexpr auto select_second_version = R"sql(
    select case when not exists (select from annals.projections where name = 'fault_totals' and version = 2) then 'new'
                when exists (select from annals.projections where name = 'fault_totals' and kept_until is not null)
                then 'kept' else 'waiting' end)sql";

constexpr auto end_some = R"sql(
    select count(pg_terminate_backend(pid)) from (
        select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
        order by md5(pid || $1::text) limit $2) chosen)sql";

}  // namespace

breaker::breaker(servers& of, whole_system& system, const small_disk& disk, report& to)
    : servers_(of), system_(system), disk_(disk), report_(to)
{
    if (!disk.why_not().empty()) report_.skipped[kind_of(fault::disk_filled).name] = disk.why_not();
}

/// When a run ends early, what is stopped must not stay so.
breaker::~breaker()
{
    try {
        undo_all();
    } catch (const std::exception&) {
        // A server that does not start: this was said already.
    }
}

void breaker::begin(const planned_fault& planned)
{
    const auto& kind = kind_of(planned.what);
    auto done = perform(planned);
    if (!done) return;
    const bool is_counted_later = planned.what == fault::topic_deleted || planned.what == fault::records_deleted;
    if (!is_counted_later) ++(kind.in == fault_kind::group::act ? report_.acts : report_.faults)[kind.name];
    under_way_.emplace(clock::now() + planned.lasts, std::move(done));
}

void breaker::undo_what_is_over()
{
    while (!under_way_.empty() && under_way_.begin()->first <= clock::now()) {
        const auto first = under_way_.extract(under_way_.begin());
        first.mapped()();
    }
    count_harmed_topics(false);
}

void breaker::undo_all()
{
    for (auto& [when, how] : std::exchange(under_way_, {})) how();
    servers_.to_postgres.refuse(false);
    servers_.to_kafka.refuse(false);
    servers_.to_postgres.delay(0ms);
    servers_.to_kafka.delay(0ms);
    disk_.free();
    servers_.wait_until_whole();
    system_.let_all_go_on();
    count_harmed_topics(true);
}

auto breaker::perform(const planned_fault& planned) -> undo
{
    switch (planned.what) {
        case fault::appender_killed: return kill(role::appender, planned);
        case fault::publisher_killed: return kill(role::publisher, planned);
        case fault::worker_killed: return kill(role::worker, planned);
        case fault::program_killed: return kill(role::program, planned);
        case fault::appender_stopped: return stop(role::appender, planned);
        case fault::publisher_stopped:
        case fault::publisher_hung: return stop(role::publisher, planned);
        case fault::worker_stopped:
        case fault::worker_hung: return stop(role::worker, planned);
        case fault::program_stopped:
        case fault::program_hung: return stop(role::program, planned);
        case fault::builder_killed: return system_.kill_builder() ? undo(nothing) : undo();
        case fault::sessions_ended: return end_sessions(planned);
        case fault::topic_deleted:
        case fault::records_deleted: return harm_topic(planned);
        case fault::disk_filled: return fill_disk();
        case fault::connections_reset:
        case fault::connections_refused:
        case fault::connections_delayed:
        case fault::connections_half_closed: return break_connections(planned);
        case fault::rebuild_begun:
        case fault::version_swapped:
        case fault::projection_paused:
        case fault::parked_retried: return act(planned);
        default: return break_server(planned);
    }
}

auto breaker::kill(role whose, const planned_fault& planned) -> undo
{
    auto* const victim = system_.find(whose, planned.choice);
    if (victim == nullptr) return {};
    victim->kill_and_start_again();
    return nothing;
}

auto breaker::stop(role whose, const planned_fault& planned) -> undo
{
    auto* const victim = system_.find(whose, planned.choice);
    if (victim == nullptr) return {};
    victim->stop();
    return [victim] {                        // it may have been killed, and started again, meanwhile
        if (victim->is_stopped()) victim->go_on();
    };
}

auto breaker::break_server(const planned_fault& planned) -> undo
{
    using enum servers::outage;
    const auto lasts = planned.lasts;
    const bool begun = [&] {
        switch (planned.what) {
            case fault::broker_killed: return servers_.break_kafka(killed, lasts);
            case fault::broker_restarted: return servers_.break_kafka(restarted, lasts);
            case fault::broker_stopped: return servers_.break_kafka(stopped, lasts);
            case fault::postgres_restarted: return servers_.break_postgres(restarted, lasts);
            case fault::postgres_aborted: return servers_.break_postgres(aborted, lasts);
            case fault::postgres_killed: return servers_.break_postgres(killed, lasts);
            case fault::postgres_stopped: return servers_.break_postgres(stopped, lasts);
            default: return false;
        }
    }();
    return begun ? undo(nothing) : undo();
}

auto breaker::break_connections(const planned_fault& planned) -> undo
{
    auto* const proxy = planned.choice % 2 == 0 ? &servers_.to_postgres : &servers_.to_kafka;
    switch (planned.what) {
        case fault::connections_reset: proxy->reset_all(); return nothing;
        case fault::connections_half_closed: proxy->half_close_all(planned.choice % 4 < 2); return nothing;
        case fault::connections_refused:
            proxy->refuse(true);
            proxy->reset_all();
            return [proxy] { proxy->refuse(false); };
        default:
            proxy->delay(std::chrono::milliseconds(20 + planned.choice / 4 % 400));
            return [proxy] { proxy->delay(0ms); };
    }
}

auto breaker::fill_disk() -> undo
{
    if (!disk_.why_not().empty() || servers_.is_postgres_out()) return {};
    disk_.fill();
    return [this] { disk_.free(); };
}

auto breaker::end_sessions(const planned_fault& planned) -> undo
{
    try {
        pqxx::connection connection(servers_.dsn());
        pqxx::nontransaction tx(connection);
        const auto count = tx.query_value<std::int64_t>(
            end_some, pqxx::params{std::to_string(planned.choice), static_cast<int>(1 + planned.choice % 3)});
        return count > 0 ? undo(nothing) : undo();
    } catch (const pqxx::failure&) {
        return {};                           // the server is out
    }
}

auto breaker::harm_topic(const planned_fault& planned) -> undo
{
    const auto share = static_cast<int>(planned.choice % 101);
    has_deleted_topic_ = has_deleted_topic_ || planned.what == fault::topic_deleted;
    topics_.emplace_back(planned.what, std::async(std::launch::async, [this, what = planned.what, share] {
                             try {
                                 return what == fault::topic_deleted ? delete_topic(servers_.brokers())
                                                                     : delete_records(servers_.brokers(), share);
                             } catch (const std::exception&) {
                                 return false;    // the broker is out
                             }
                         }));
    return nothing;
}

void breaker::count_harmed_topics(bool waits)
{
    std::erase_if(topics_, [&](auto& asked) {
        auto& [what, done] = asked;
        if (!waits && done.wait_for(0s) != std::future_status::ready) return false;
        if (done.get()) ++report_.faults[kind_of(what).name];
        return true;
    });
}

auto breaker::act(const planned_fault& planned) -> undo
{
    const std::string why = "--reason=a fault run";
    if (planned.what == fault::rebuild_begun) {
        return system_.rebuild({"projections", "rebuild", rebuilt[planned.choice % rebuilt.size()]}) ? undo(nothing)
                                                                                                     : undo();
    }
    if (planned.what == fault::version_swapped) return swap_versions();
    if (planned.what == fault::parked_retried)
        return system_.ask({"parked", "retry", "fault_picky", "--no-wait", why}) ? undo(nothing) : undo();
    const std::string name = paused[planned.choice % paused.size()];
    if (!system_.ask({"projections", "pause", name, why})) return {};
    return [this, name, why] { system_.ask({"projections", "resume", name, why}); };
}

auto breaker::swap_versions() -> undo
{
    std::string now;
    try {
        pqxx::connection connection(servers_.dsn());
        pqxx::nontransaction tx(connection);
        now = tx.query_value<std::string>(select_second_version);
    } catch (const pqxx::failure&) {
        return {};                           // the server is out
    }
    std::vector<std::string> words{"projections", "rebuild", "fault_totals"};
    if (now == "new") words.push_back("--file=" + system_.second_version());
    if (now == "kept") words[1] = "rollback";
    return system_.rebuild(words) ? undo(nothing) : undo();
}

}  // namespace annals::fault_runs
