// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/executor.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/leases/member.hpp>
#include <annals/processors/failure.hpp>
#include <annals/processors/log_about.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/sagas/process_managers/answering.hpp>
#include <annals/sagas/process_managers/attempt.hpp>
#include <annals/sagas/process_managers/command_threads.hpp>
#include <annals/sagas/process_managers/outgoing_rows.hpp>
#include <annals/telemetry/repeated_problem.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <unistd.h>
#include <utility>

namespace annals::sagas {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using result = carried::result;

namespace {

/// How often it tells the others that it lives, and sees whether they do: a member that is silent for six seconds loses
/// its slots.
constexpr auto share_every = 2s;
/// What it has read is carried out only as long as its slots are certainly its own.
constexpr auto trust_for = 5s;
/// How long a notification that was lost may delay a command.
constexpr auto look_every = 10s;
/// When a target that failed may have nothing left: an operator dropped it, or another process has it.
constexpr auto forget_after = 1min;
constexpr std::size_t handed_out_max = 512;
constexpr std::size_t page_min = 64;  ///< fewer are not read while others are under way

auto work_of(const executed_manager& one) -> std::string { return "outgoing " + one.id.name; }

auto all_slots() -> std::set<int>
{
    std::set<int> all;
    for (int slot = 0; slot < slots; ++slot) all.insert(slot);
    return all;
}

}  // namespace

class executor::state {
public:
    state(executor_settings settings, command_handler handler)
        : settings_(std::move(settings)),
          handler_(std::move(handler)),
          answering_(settings_.model_dsn, settings_.managers)
    {}

    void run(const std::stop_token& stop);

private:
    /// A target whose first command failed.
    struct paused_target {
        eventstore::back_off back_off{100ms, 30s};
        clock::time_point until;
    };

    void turn();
    void connect();
    void share();
    void give_up_surplus();
    void settle();
    void note(const carried&);
    void hand_out();
    void wait(const std::stop_token&);
    void lose_session(const std::exception&);
    void finish();
    auto selection() const -> due_selection;
    void confirm(clock::time_point asked_at) { confirmed_at_ = asked_at.time_since_epoch().count(); }
    auto has_trust() const -> bool
    {
        return clock::now() - clock::time_point(clock::duration(confirmed_at_)) < trust_for;
    }

    executor_settings settings_;
    const std::string process_ =
        settings_.process + ":" + std::to_string(getpid()) + ":" + eventstore::to_string(eventstore::new_uuid());
    command_handler handler_;
    answering answering_;
    std::optional<leases::member> member_;
    std::vector<leases::work> works_;
    clock::time_point shared_at_, look_at_;
    clock::time_point resume_at_;  ///< the log's server was away
    bool looks_ = true;  ///< there may be something that is due, also before `look_at_`
    std::size_t handed_out_ = 0;  ///< and not settled yet
    std::map<eventstore::stream_id, std::string> busy_;  ///< targets that are handed out, and their slots
    std::map<eventstore::stream_id, paused_target> paused_;
    std::vector<carried> results_;  ///< not settled yet
    eventstore::back_off back_off_{50ms, 5s}, away_back_off_{50ms, 5s};
    telemetry::repeated_problem unsent_{"outgoing commands cannot be read; trying again"};
    telemetry::repeated_problem away_{"outgoing commands cannot be carried out; trying again"};
    std::atomic<clock::rep> confirmed_at_ = clock::time_point{}.time_since_epoch().count();
    libpq::event_fd changed_;
    command_threads threads_{settings_.threads,
                             [this](due_command one) { return attempt(std::move(one), settings_.commands, handler_); },
                             [this] { return has_trust(); }, changed_};  // last: ends before what it uses
};

void executor::state::run(const std::stop_token& stop)
{
    std::set<std::string> names;  // one may be there in two versions
    for (const auto& one : settings_.managers) names.insert(work_of(one));
    for (const auto& name : names) works_.push_back({.name = name, .units = all_slots(), .keeps_surplus = true});
    const std::stop_callback wake(stop, [this] { changed_.set(); });
    while (!stop.stop_requested()) {
        try {
            turn();
            unsent_.over();
            back_off_.reset();
            wait(stop);
        } catch (const std::exception& problem) {
            lose_session(problem);
            eventstore::pause(stop, back_off_.next());
        }
    }
    finish();
}

void executor::state::turn()
{
    connect();
    if (clock::now() - shared_at_ >= share_every) share();
    settle();
    give_up_surplus();
    hand_out();
}

void executor::state::connect()
{
    if (member_) return;
    member_.emplace(libpq::connection(settings_.model_dsn, "outgoing"), process_);
    // What is lost in a crash of the server is done again, and has no effect.
    member_->session().execute("set synchronous_commit = off; listen " + std::string(channel_of_outgoing));
    shared_at_ = {};
    looks_ = true;
}

void executor::state::share()
{
    const auto asked_at = clock::now();
    const auto before = selection().slots;
    member_->share(works_);
    shared_at_ = asked_at;
    confirm(asked_at);
    std::erase_if(paused_, [&](const auto& one) { return one.second.until + forget_after < asked_at; });
    if (selection().slots != before) looks_ = true;
}

/// Others get a slot when nothing of it is under way here.
void executor::state::give_up_surplus()
{
    for (const auto& work : works_) {
        auto free = member_->surplus(work.name);
        const auto name = work.name.substr(work.name.find(' ') + 1);
        std::erase_if(free, [&](int slot) {
            return std::ranges::any_of(busy_, [&](const auto& one) { return one.second == slot_name(name, slot); });
        });
        if (!free.empty()) member_->give_up(work.name, free);
    }
}

/// The slots that it keeps, and the targets that are not to get anything now.
auto executor::state::selection() const -> due_selection
{
    due_selection now;
    for (const auto& one : settings_.managers) {
        const auto surplus = member_->surplus(work_of(one));
        for (const auto slot : member_->held(work_of(one)))
            if (!surplus.contains(slot)) now.slots.insert(slot_name(one.id.name, slot));
    }
    for (const auto& [target, slot] : busy_) now.busy.insert(target);
    for (const auto& [target, pause] : paused_)
        if (clock::now() < pause.until) now.busy.insert(target);
    return now;
}

/// Results stay until the database knows them; their targets get nothing before that.
void executor::state::settle()
{
    for (auto& one : threads_.take_results()) results_.push_back(std::move(one));
    if (results_.empty()) return;
    for (auto& one : results_)
        if (one.came_to == result::refused && answering_.answer(one)) one.came_to = result::done;
    const auto asked_at = clock::now();
    sagas::settle(member_->session(), results_);
    confirm(asked_at);
    for (const auto& one : results_) note(one);
    results_.clear();
    looks_ = true;
}

void executor::state::note(const carried& one)
{
    const auto& command = one.command;
    --handed_out_;
    if (one.is_last) busy_.erase(command.target);
    if (one.came_to == result::done) {
        paused_.erase(command.target);
        away_back_off_.reset();
        away_.over();
    }
    if (one.came_to == result::failed) {
        auto& pause = paused_[command.target];
        pause.until = clock::now() + pause.back_off.next();
    }
    if (one.came_to == result::away) {
        if (resume_at_ < clock::now()) resume_at_ = clock::now() + away_back_off_.next();
        away_.met(one.reason);
    }
    if (one.came_to == result::refused)
        log_about(command.of, telemetry::level::warning, "a command was refused: it waits for an operator",
                  {{"outgoing", command.id},
                   {"stream", to_string(command.target)},
                   {"command", command.command},
                   {"problem", one.reason}});
}

void executor::state::hand_out()
{
    const auto now = clock::now();
    if (now < resume_at_ || (!looks_ && now < look_at_)) return;
    const auto room = handed_out_max - handed_out_;
    if (room < page_min) return;  // the next result is a reason to look again
    look_at_ = now + look_every;
    looks_ = false;
    const auto wanted = selection();
    if (wanted.slots.empty()) return;
    auto due = read_due(member_->session(), wanted, room);
    confirm(now);
    looks_ = due.size() == room;
    handed_out_ += due.size();
    for (const auto& one : due) busy_.emplace(one.target, slot_name(one.of.name, one.slot));
    threads_.hand_out(std::move(due));
    if (looks_) return;
    if (const auto next = until_next_due(member_->session(), selection())) look_at_ = std::min(look_at_, now + *next);
    for (const auto& [target, pause] : paused_)
        if (pause.until > now) look_at_ = std::min(look_at_, pause.until);
}

/// Until there is something to do, or the others are to see that it lives.
void executor::state::wait(const std::stop_token& stop)
{
    if (stop.stop_requested()) return;
    const auto now = clock::now();
    const bool has_room = handed_out_max - handed_out_ >= page_min;
    auto until = shared_at_ + share_every;
    if (has_room) until = std::min(until, std::max(looks_ ? now : look_at_, resume_at_));
    if (until > now && member_->session().wait_for_notification(until, 0, &changed_)) looks_ = true;
}

void executor::state::lose_session(const std::exception& problem)
{
    if (!processors::tell_lost_session(settings_.model_dsn, "outgoing", problem))
        unsent_.met(processors::one_line(problem), processors::error_code(problem));
    member_.reset();
}

void executor::state::finish()
{
    threads_.finish();
    try {
        if (!member_) return;
        settle();
        member_->leave();
    } catch (const std::exception&) {
        // What is not settled is carried out again, without effect; the end of the session frees the slots.
    }
    member_.reset();
}

executor::executor(executor_settings settings, command_handler handler)
    : state_(std::make_unique<state>(std::move(settings), std::move(handler)))
{}

executor::~executor() = default;

void executor::run(std::stop_token stop) { state_->run(stop); }

}  // namespace annals::sagas
