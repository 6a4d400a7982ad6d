// SPDX-License-Identifier: Apache-2.0
#include <annals/queries/progress_watcher.hpp>

#include <annals/libpq/connection.hpp>
#include <annals/projections/reading_role.hpp>
#include <annals/queries/errors.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace annals::queries {
namespace {

using namespace std::chrono_literals;
using namespace eventstore;

using libpq::array, libpq::connection, libpq::parameters;

constexpr auto look_every_min = 1ms;
constexpr auto look_every_max = 50ms;
constexpr int rests_for_looks = 2;           ///< after a look, this many times as long as it took
constexpr int part_of_waited = 8;

/// A session that does not answer for this long is replaced.
constexpr auto answer_within = 10s;

/// How much longer than the reader's timeout to wait for a server's answer.
constexpr auto patience = 2s;

constexpr auto select_progress =
    "select applied, follows, state, reason, refusal, hint, version, has_parked from annals.progress($1, $2, $3, $4)";

constexpr auto select_why_parked = "select annals.why_parked($1, $2, $3, $4, $5)";

/// A place in a log that some reader waits for.
using awaited = std::pair<std::pair<progress_watcher::read_model, log_id>, log_position>;

struct progress {
    std::int64_t applied = 0;
    bool follows = true;
    std::string state, reason;
    std::optional<std::string> refusal, hint;
    std::optional<std::int32_t> version;
    bool has_parked = false;
};

/// Of `select_progress`; its rows come in the same order.
auto parameters_of(const std::set<std::pair<progress_watcher::read_model, log_id>>& targets) -> parameters
{
    auto projections = array::of<std::string_view>(), categories = array::of<std::string_view>();
    auto versions = array::of<std::int32_t>(), partitions = array::of<std::int32_t>();
    for (const auto& [model, log] : targets) {
        projections.add(std::string_view(model.name));
        versions.add(std::optional<std::int32_t>(model.version));
        categories.add(std::string_view(log.category));
        partitions.add(std::int32_t{log.partition});
    }
    return parameters::of(std::move(projections), std::move(versions), std::move(categories), std::move(partitions));
}

auto follows_none(const std::string& projection, const std::set<std::string>& categories) -> invalid_request
{
    std::string all;
    for (const auto& one : categories) all += (all.empty() ? "\"" : ", \"") + one + "\"";
    return invalid_request("the projection \"" + projection + "\" does not follow the category " + all
                           + ". It would never get there: wait for a projection of that category.");
}

}  // namespace

progress_watcher::progress_watcher(std::string dsn) : dsn_(std::move(dsn)) {}

progress_watcher::~progress_watcher() = default;

struct progress_watcher::waiter {
    waiter(const read_model& model, const after_token& after) : of(model), wanted(after) {}

    const read_model& of;
    const after_token& wanted;
    clock::time_point began = clock::now();
    clock::time_point look_at = began;
    bool is_done = false;
    std::exception_ptr problem;
    std::condition_variable done;

    auto until() const -> clock::time_point { return began + wanted.timeout; }
};

struct progress_watcher::look {
    std::map<target, progress> found;
    std::map<awaited, std::optional<std::string>> parked;      ///< why; only of logs with parked events
    clock::time_point began = clock::now();

    /// Nothing while the wait continues; otherwise the reader's result, null for success.
    auto outcome_for(const waiter& reader) const -> std::optional<std::exception_ptr>;
};

auto progress_watcher::look::outcome_for(const waiter& reader) const -> std::optional<std::exception_ptr>
{
    const auto name = "the read model " + reader.of.name;
    const progress* behind = nullptr;
    std::set<std::string> passed_over;
    bool follows_any = false;
    for (const auto& [log, position] : reader.wanted.token.positions()) {
        const auto known = found.find({reader.of, log});
        if (known == found.end()) return std::nullopt;       // the reader came after the look began
        const auto& now = known->second;
        if (now.refusal) return std::make_exception_ptr(invalid_request(*now.refusal + ". " + now.hint.value_or("")));
        follows_any = follows_any || now.follows;
        if (!now.follows) passed_over.insert(log.category);
        else if (now.applied < position.number) behind = &now;
        else if (now.has_parked) {
            const auto why = parked.find({{reader.of, log}, position});
            if (why == parked.end()) return std::nullopt;    // the same
            if (why->second)
                return std::make_exception_ptr(
                    queries::parked(name + " has parked " + to_string(log) + "@" + std::to_string(position.number)
                                    + " behind an event that cannot be applied: " + *why->second));
        }
    }
    if (!follows_any) return std::make_exception_ptr(follows_none(reader.of.name, passed_over));
    if (behind == nullptr) return std::exception_ptr();
    if (behind->state == "stopped")
        return std::make_exception_ptr(
            stopped(name + " is stopped and will not reach " + to_string(reader.wanted.token) + ": " + behind->reason));
    if (began < reader.until()) return std::nullopt;
    const auto paused = behind->state == "paused" ? " (it is paused: " + behind->reason + ")" : std::string();
    return std::make_exception_ptr(not_reached(name + " has not reached " + to_string(reader.wanted.token) + " within "
                                               + std::to_string(reader.wanted.timeout.count()) + " ms" + paused
                                               + ": ask again, or without after()"));
}

void progress_watcher::wait(const read_model& model, const after_token& wanted)
{
    waiter self(model, wanted);
    std::unique_lock lock(mutex_);
    if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    const auto place = waiters_.insert(waiters_.end(), &self);
    came_.notify_one();
    if (!self.done.wait_until(lock, self.until() + patience, [&] { return self.is_done; })) {
        waiters_.erase(place);
        throw unavailable("how far the read model " + model.name + " has come is unknown: PostgreSQL does not answer");
    }
    if (self.problem) std::rethrow_exception(self.problem);
}

void progress_watcher::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            came_.wait(lock, stop, [this] { return !waiters_.empty(); });
            auto until = due();
            while (!stop.stop_requested() && clock::now() < until) {
                came_.wait_until(lock, stop, until, [&] { return due() < until; });
                until = due();
            }
        }
        if (stop.stop_requested()) break;
        try {
            answer(*look_for_all(stop));
        } catch (...) {
            session_.reset();
            fail(std::current_exception());
        }
    }
    session_.reset();
}

/// When to look next: when the first reader wants it, but not directly after the last look.
auto progress_watcher::due() const -> clock::time_point
{
    auto first = clock::time_point::max();
    for (const auto* one : waiters_) first = std::min(first, one->look_at);
    return std::max(first, not_before_);
}

auto progress_watcher::targets() -> std::set<target>
{
    std::set<target> all;
    const std::scoped_lock lock(mutex_);
    for (const auto* one : waiters_)
        for (const auto& [log, position] : one->wanted.token.positions()) all.emplace(one->of, log);
    return all;
}

/// A session that was lost is replaced once.
auto progress_watcher::look_for_all(const std::stop_token& stop) -> std::unique_ptr<look>
{
    auto now = std::make_unique<look>();
    const auto wanted = targets();
    const auto values = parameters_of(wanted);
    const auto ask = [&] {
        if (!session_) {
            session_ = std::make_unique<connection>(
                dsn_, "waits", [stop] { return stop.stop_requested(); }, clock::now() + answer_within);
            session_->query(projections::take_reading_role);
            session_->prepare("progress", select_progress, values);
        }
        session_->answer_by(clock::now() + answer_within);
        return session_->query_prepared("progress", values);
    };
    const auto answered = [&] {
        try {
            return ask();
        } catch (const unavailable&) {
            session_.reset();
            return ask();
        }
    }();
    int row = 0;
    for (const auto& one : wanted) {
        now->found[one] = {.applied = answered.get<std::int64_t>(row, 0),
                           .follows = answered.get<bool>(row, 1),
                           .state = answered.get<std::string>(row, 2),
                           .reason = answered.get<std::string>(row, 3),
                           .refusal = answered.find<std::string>(row, 4),
                           .hint = answered.find<std::string>(row, 5),
                           .version = answered.find<std::int32_t>(row, 6),
                           .has_parked = answered.get<bool>(row, 7)};
        ++row;
    }
    find_parked(*now);
    return now;
}

/// Asks about each place on its own: few logs have parked events.
void progress_watcher::find_parked(look& now)
{
    {
        const std::scoped_lock lock(mutex_);
        for (const auto* one : waiters_)
            for (const auto& [log, position] : one->wanted.token.positions()) {
                const auto known = now.found.find({one->of, log});
                if (known == now.found.end() || !known->second.has_parked) continue;
                if (known->second.applied >= position.number) now.parked.try_emplace({known->first, position});
            }
    }
    for (auto& [at, why] : now.parked) {
        const auto& [model, log] = at.first;
        why = session_
                  ->query(select_why_parked,
                          parameters::of(std::string_view(model.name), now.found.at(at.first).version,
                                         std::string_view(log.category), std::int32_t{log.partition}, at.second.number))
                  .find<std::string>(0, 0);
    }
}

void progress_watcher::answer(const look& seen)
{
    const std::scoped_lock lock(mutex_);
    const auto now = clock::now();
    not_before_ =
        now + std::clamp<clock::duration>((now - seen.began) * rests_for_looks, look_every_min, look_every_max);
    std::erase_if(waiters_, [&](waiter* one) {
        if (auto outcome = seen.outcome_for(*one)) {
            one->problem = std::move(*outcome);
            one->is_done = true;
            one->done.notify_one();
            return true;
        }
        const auto pause = std::min<clock::duration>((now - one->began) / part_of_waited, look_every_max);
        one->look_at = std::min(now + pause, std::max(now, one->until()));
        return false;
    });
}

void progress_watcher::fail(const std::exception_ptr& problem)
{
    const std::scoped_lock lock(mutex_);
    for (auto* const one : waiters_) {
        one->problem = problem;
        one->is_done = true;
        one->done.notify_one();
    }
    waiters_.clear();
}

}  // namespace annals::queries
