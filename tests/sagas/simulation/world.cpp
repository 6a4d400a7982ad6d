// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/world.hpp>

#include <tests/sagas/simulation/any_definition.hpp>
#include <tests/sagas/simulation/participants.hpp>
#include <tests/sagas/simulation/process.hpp>
#include <tests/sagas/simulation/stored_sagas.hpp>
#include <tests/sagas/simulation/timeline.hpp>
#include <tests/sagas/simulation/troubles.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace annals::sagas::simulation {
namespace {

using namespace std::chrono_literals;

/// The process was killed here.
struct crashed {};

class world {
public:
    world(std::uint64_t seed, options);
    auto run() && -> history;

private:
    using point = owned_sagas::point;

    void begin();
    void tick();
    void act_by_hand(const std::string& saga_id);
    void move_a_log();
    void become_calm();
    void look_after();
    auto is_at_rest() const -> bool;
    auto is_over() const -> bool;
    auto bound() const -> std::chrono::milliseconds;

    void start(process&);
    void crash(process&);
    void stall(process&);
    void stall_before_round(process&);
    void expire(process&, int life);
    void own(process&, std::size_t log);
    void passes(process&, std::optional<point>);
    void poll(process&);
    void run_rounds(process&);
    void drop_lost_logs(process&);
    void share(process&);

    void send(process&, request);
    void arrive(process&, int life, const request&);
    void answer(process&, int life, const request&, reply);
    void remark(std::string text) { told_.remarks.push_back({told_.next(), time_.now(), std::move(text)}); }

    chance random_;
    history told_;
    timeline time_;
    std::shared_ptr<const plan> plan_;
    engine_settings settings_;
    troubles troubles_;
    stored_sagas database_;
    participants participants_;
    std::array<process, 2> processes_;
    std::array<int, stored_sagas::logs> owners_{};
    std::vector<std::string> ids_;
    bool is_calm_ = false;
    bool is_ended_ = false;
    int standing_still_ = 0;
};

world::world(std::uint64_t seed, options chosen)
    : random_(seed),
      plan_(std::make_shared<plan>(any_definition(random_))),
      settings_(any_settings(random_)),
      troubles_(any_troubles(random_)),
      database_(plan_, told_),
      participants_(told_),
      processes_{process(0, [this](process& from, request one) { send(from, std::move(one)); }),
                 process(1, [this](process& from, request one) { send(from, std::move(one)); })}
{
    told_.seed = seed;
    told_.of = plan_->of();
    database_.is_fenced = chosen.is_fenced;
}

void world::begin()
{
    owners_ = {0, random_.between(0, 1)};
    for (auto& one : processes_) start(one);
    const auto sagas = random_.between(1, 6);
    for (int i = 0; i < sagas; ++i) ids_.push_back("S" + std::to_string(i));
    for (const auto& id : ids_) {
        for (int times = random_.is(0.1) ? 2 : 1; times > 0; --times)
            time_.after(random_.time(0, 3000), [this, &id] {
                database_.arrive(id, sagas::start{.context = {{"id", id}}, .started_by = "test"}, time_.now());
                for (auto& one : processes_) poll(one);
            });
        for (int acts = random_.one_of({0, 0, 1, 4, 12}); acts > 0; --acts)
            time_.after(random_.time(0, 30'000), [this, &id] { act_by_hand(id); });
    }
    for (int moves = random_.one_of({0, 0, 1, 4}); moves > 0; --moves)
        time_.after(random_.time(0, 30'000), [this] { move_a_log(); });
    time_.after(random_.time(5'000, 40'000), [this] { become_calm(); });
    tick();
}

/// Processes look now and then whether there is something to do.
void world::tick()
{
    for (auto& one : processes_) poll(one);
    if (!is_ended_) time_.after(2s, [this] { tick(); });
}

/// A signal, or a request of an operator.
void world::act_by_hand(const std::string& saga_id)
{
    if (is_ended_) return;
    const auto number = std::to_string(told_.arrivals.size() + 1);
    const by_hand hand{"ada", number};
    const auto any_step = [this] {
        return plan_->at(static_cast<std::size_t>(random_.between(0, static_cast<int>(plan_->size()) - 1))).id;
    };
    const auto what = [&]() -> input {
        switch (is_calm_ ? 0 : random_.between(0, 16)) {
            case 9: return pause{hand};
            case 10: return resume{hand};
            case 11: return cancel{hand};
            case 12: return random_.is(0.3) ? input(terminate{hand}) : input(cancel{hand});
            case 13:
            case 14: return retry{.step = random_.is(0.5) ? any_step() : "", .hand = hand};
            case 15:
            case 16: return skip{.step = any_step(), .hand = hand};
            default: return signal{.name = random_.one_of({"go", "ok"}), .payload = number, .by = "bob"};
        }
    }();
    database_.arrive(saga_id, what, time_.now());
    for (auto& one : processes_) poll(one);
}

// trouble with processes

void world::start(process& one)
{
    ++one.life;
    one.is_up = true;
    one.wakes.reset();
    one.view = std::make_unique<owned_sagas>(database_, [this, &one](point where) { passes(one, where); });
    one.moves = std::make_unique<engine>(
        saga_versions{.all = {{1, plan_}}, .for_new = 1}, *one.view, one, [this] { return random_.real(); }, settings_);
    for (std::size_t log = 0; log < owners_.size(); ++log)
        if (owners_[log] == one.number) own(one, log);
    share(one);
    poll(one);
    if (!is_calm_ && random_.is(10 * troubles_.stall)) time_.after(0s, [this, &one] { stall_before_round(one); });
}

/// It knows what it owns, and has not looked yet what there is.
void world::stall_before_round(process& one)
{
    if (!one.is_up || one.is_busy || is_calm_) return;
    one.is_busy = true;
    stall(one);
    one.is_busy = false;
    poll(one);
}

void world::crash(process& one)
{
    remark("process " + std::to_string(one.number) + " is killed");
    one.is_up = false;
    ++one.life;
    time_.after(5s, [this, &one, life = one.life] { expire(one, life); });
    time_.after(random_.time(100, 12'000), [this, &one] { start(one); });
}

/// As SIGSTOP does: everything else goes on meanwhile.
void world::stall(process& one)
{
    const auto time = random_.time(10, 15'000);
    remark("process " + std::to_string(one.number) + " is stopped for " + std::to_string(time.count()) + " ms");
    ++standing_still_;
    time_.after(5s, [this, &one, life = one.life] { expire(one, life); });
    time_.run_until(time_.now() + time);
    --standing_still_;
    remark("process " + std::to_string(one.number) + " goes on");
    database_.time = time_.now();
}

/// The leases of a process that is down or stopped have run out.
void world::expire(process& one, int life)
{
    if (one.life != life || (one.is_up && !one.is_busy)) return;
    auto& other = processes_[1U - static_cast<unsigned>(one.number)];
    if (!other.is_up || other.is_busy) return time_.after(1s, [this, &one, life] { expire(one, life); });
    for (std::size_t log = 0; log < owners_.size(); ++log)
        if (owners_[log] == one.number) own(other, log);
    other.moves->start_over();
    share(other);
    poll(other);
}

void world::own(process& one, std::size_t log)
{
    remark("log " + std::to_string(log) + " belongs to process " + std::to_string(one.number));
    owners_[log] = one.number;
    one.view->held[log] = database_.take_over(log);
}

void world::move_a_log()
{
    const auto log = static_cast<std::size_t>(random_.between(0, 1));
    auto& from = processes_[static_cast<unsigned>(owners_[log])];
    auto& to = processes_[1U - static_cast<unsigned>(owners_[log])];
    if (!from.is_up || from.is_busy || !to.is_up || to.is_busy) return;
    from.view->held.erase(log);
    own(to, log);
    for (auto* one : {&from, &to}) {
        one->moves->start_over();
        share(*one);
        poll(*one);
    }
}

void world::share(process& one)
{
    one.moves->set_share(static_cast<double>(one.view->held.size()) / static_cast<double>(stored_sagas::logs));
}

void world::passes(process& one, std::optional<point> where)
{
    if (is_calm_) return;
    if (random_.is(troubles_.crash)) throw crashed{};
    if (where && random_.is(troubles_.storage)) {
        remark("process " + std::to_string(one.number) + " has lost its connection");
        throw storage_trouble("connection lost");
    }
    if (random_.is(troubles_.stall) && standing_still_ < 2) stall(one);
}

void world::poll(process& one)
{
    if (!one.is_up || std::exchange(one.is_polled, true)) return;
    time_.after(random_.time(0, 20), [this, &one] {
        one.is_polled = false;
        run_rounds(one);
    });
}

void world::drop_lost_logs(process& one)
{
    std::erase_if(one.view->held, [&](const auto& log) { return owners_[log.first] != one.number; });
    share(one);
}

void world::run_rounds(process& one)
{
    if (!one.is_up || one.is_busy || is_ended_) return;
    database_.time = time_.now();
    one.is_busy = true;
    try {
        for (int i = 0; i < 50 && one.moves->round(time_.now()) > 0; ++i) {}
    } catch (const crashed&) {
        one.is_busy = false;
        return crash(one);
    } catch (const fenced&) {
        remark("process " + std::to_string(one.number) + " is fenced");
        drop_lost_logs(one);
        one.moves->start_over();
        poll(one);
    } catch (const storage_trouble&) {
        one.moves->start_over();
        poll(one);
    }
    one.is_busy = false;
    const auto due = one.view->next_due();
    if (!due || (one.wakes && *one.wakes > time_.now() && *one.wakes <= *due)) return;
    one.wakes = std::max(*due, time_.now()) + random_.time(0, 50);
    time_.after(*one.wakes - time_.now(), [this, &one] { run_rounds(one); });
}

// requests

auto is_remote(const request& one) -> bool { return one.service.back() % 2 == 1; }

void world::send(process& from, request one)
{
    told_.asked.push_back({told_.next(), one});
    passes(from, std::nullopt);
    if (!is_calm_ && random_.is(troubles_.lost)) return;
    auto delay = random_.time(1, 60);
    if (!is_calm_ && random_.is(troubles_.slow)) delay = random_.time(1, 12'000);
    time_.after(delay, [this, &from, life = from.life, one = std::move(one)] { arrive(from, life, one); });
}

void world::arrive(process& from, int life, const request& one)
{
    if (!is_remote(one)) {
        if (from.life != life) return;
        if (from.is_busy) return time_.after(50ms, [this, &from, life, one] { arrive(from, life, one); });
    }
    const auto said = participants_.take(one, time_.now(), is_calm_ ? participants::moods{} : troubles_.moods, random_);
    if (!is_calm_ && random_.is(troubles_.silent)) return;
    for (int times = !is_calm_ && random_.is(troubles_.twice) ? 2 : 1; times > 0; --times) {
        const auto delay = !is_calm_ && random_.is(troubles_.slow) ? random_.time(1, 12'000) : random_.time(1, 60);
        time_.after(delay, [this, &from, life, one, said] { answer(from, life, one, said); });
    }
}

void world::answer(process& from, int life, const request& one, reply said)
{
    if (is_remote(one)) {
        database_.arrive(one.saga_id, std::move(said), time_.now());
        for (auto& process : processes_) poll(process);
    } else if (from.life == life) {
        from.moves->answer(one, std::move(said));
        poll(from);
    }
}

// the end

void world::become_calm()
{
    is_calm_ = true;
    told_.calm_from = time_.now();
    remark("from here on nothing goes wrong");
    look_after();
}

/// In calm an operator has paused sagas go on. Once each saga is over or parked, parked steps are tried again, with the
/// signals that they wait for.
void world::look_after()
{
    if (is_ended_) return;
    const auto time = time_.now() - told_.calm_from;
    if (told_.rest == 0 && (is_at_rest() || time > bound())) {
        told_.rest = told_.next();
        for (const auto& [id, one] : database_.all()) told_.shown[id] = facts::enum_name(one.now.status());
    }
    is_ended_ = is_over() || time > 2 * bound();
    if (is_ended_) return;
    const by_hand hand{"ada", "calm"};
    for (const auto& [id, one] : database_.all()) {
        const auto status = one.now.status();
        if (status == saga_status::paused) database_.arrive(id, resume{hand}, time_.now());
        if (status != saga_status::parked || told_.rest == 0) continue;
        database_.arrive(id, retry{.hand = hand}, time_.now());
        for (const auto* name : {"go", "ok"}) {
            const auto number = std::to_string(told_.arrivals.size() + 1);
            database_.arrive(id, signal{.name = name, .payload = number, .by = "bob"}, time_.now());
        }
    }
    for (auto& one : processes_) poll(one);
    time_.after(10s, [this] { look_after(); });
}

/// Each saga is over or parked. One that was not started yet may wait for a parked one.
auto world::is_at_rest() const -> bool
{
    const auto is_parked = [](const auto& one) { return one.second.now.status() == saga_status::parked; };
    const auto is_resting = [&](const auto& one) { return one.second.now.is_over() || is_parked(one); };
    return std::ranges::all_of(database_.all(), is_resting)
           && (database_.waiting().empty() || std::ranges::any_of(database_.all(), is_parked));
}

auto world::is_over() const -> bool
{
    return database_.waiting().empty() && database_.all().size() == ids_.size()
           && std::ranges::all_of(database_.all(), [](const auto& one) { return one.second.now.is_over(); });
}

/// The longest that all sagas, one after another, may need where every attempt is answered.
auto world::bound() const -> std::chrono::milliseconds
{
    auto one = plan_->of().timeout + 60s;
    for (const auto& of : plan_->of().steps)
        one += (of.retries + plan_->of().compensation_retries + 2) * (of.timeout + 2 * of.retry_delay_max);
    return static_cast<int>(ids_.size()) * one;
}

auto world::run() && -> history
{
    begin();
    while (!time_.is_empty()) {
        time_.step();
        database_.time = time_.now();
    }
    return std::move(told_);
}

}  // namespace

auto run(std::uint64_t seed, options chosen) -> history { return world(seed, chosen).run(); }

}  // namespace annals::sagas::simulation
