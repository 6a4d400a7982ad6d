// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/publishing.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/kafka/client.hpp>
#include <annals/telemetry/log.hpp>

#include <algorithm>

namespace annals::kafka {

using namespace eventstore;

namespace {

using namespace std::chrono_literals;
using telemetry::level;

constexpr auto follow_every = 100ms;
constexpr auto save_every = 1s;
constexpr auto look_every = 1s;
constexpr auto idle_wait = 50ms;
constexpr auto full_wait = 5ms;
constexpr auto finish_timeout = 4s;
constexpr auto silent_max = 10s;
constexpr auto retire_timeout = 3s;
constexpr std::size_t trials_max = 4;        // at the same time: each has a producer

/// Whether it is time again; if so, remembers the time.
auto is_due(std::chrono::steady_clock::time_point& last, std::chrono::milliseconds every) -> bool
{
    const auto now = std::chrono::steady_clock::now();
    if (now - last < every) return false;
    last = now;
    return true;
}

}  // namespace

publishing::publishing(store& store, publication_ledger& ledger, const settings& settings, halted_logs& halted)
    : store_(store),
      ledger_(ledger),
      settings_(settings),
      halted_(halted),
      incarnation_(ledger.incarnation()),
      client_(make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}))),
      watch_(*client_, settings),
      main_(new_carrier()),
      saved_(clock::now())
{}

auto publishing::new_carrier() -> std::unique_ptr<carrier>
{
    return std::make_unique<carrier>(store_, settings_, incarnation_);
}

auto publishing::all_carriers() -> std::vector<carrier*>
{
    std::vector<carrier*> all{main_.get()};
    for (const auto* side : {&trials_, &retired_})
        for (const auto& one : *side) all.push_back(one.carrier.get());
    return all;
}

/// Whether a carrier has the log, or it is being looked at in the background.
auto publishing::is_in_hand(const log_id& log) -> bool
{
    if (fresh_.logs.contains(log) || again_.logs.contains(log)) return true;
    return std::ranges::any_of(all_carriers(), [&](const auto* one) { return one->all().contains(log); });
}

void publishing::turn()
{
    const auto seen = store_.changes().count();
    if (is_due(followed_, follow_every)) follow_leadership();
    serve();
    take_found(fresh_, false);
    take_found(again_, true);
    take_changes();
    retire_main_when_stuck();
    end_retired();
    end_trials();
    halted_.tell();
    const bool moved = !main_->gathers_for() && may_have_more(seen) && carry();
    if (is_due(saved_, save_every)) save_cursors();
    if (is_due(told_, save_every)) tell_watch();
    if (moved) return;
    if (main_->is_full()) main_->serve(full_wait);
    else if (!main_->gather()) store_.changes().wait(seen, idle_wait);
}

void publishing::finish()
{
    main_->flush(finish_timeout);
    for (const auto& trial : trials_) trial.carrier->flush(full_wait);
    save_cursors();
}

void publishing::follow_leadership()
{
    led_.clear();
    for (const auto& log : ledger_.led()) led_[log.log] = log;
    halted_.keep_only(led_);
    for (auto* carrier : all_carriers()) {
        for (const auto& [log, progress] : carrier->all()) {
            const auto led = led_.find(log);
            if (led == led_.end() || led->second.epoch != progress->led().epoch) progress->end();
            else progress->set_wanted_elsewhere(led->second.is_wanted_elsewhere);
        }
        carrier->forget_ended();
    }
    give_back_what_is_wanted();
    begin_searches();
    if (led_.empty()) is_at_work_ = true;
}

void publishing::give_back_what_is_wanted()
{
    for (auto* carrier : all_carriers()) {
        for (const auto& [log, progress] : carrier->all()) {
            if (progress->has_ended() || !progress->led().is_wanted_elsewhere || !progress->is_idle()) continue;
            if (!progress->is_saved()) ledger_.save(std::span(&progress->done(), 1));
            ledger_.give_back(log);
            progress->end();
        }
        carrier->forget_ended();
    }
    for (const auto& [log, led] : led_)
        if (led.is_wanted_elsewhere && !is_in_hand(log)) ledger_.give_back(log);
}

void publishing::begin_searches()
{
    std::map<log_id, led_log> fresh, again;
    for (const auto& [log, led] : led_) {
        if (led.is_wanted_elsewhere || is_in_hand(log)) continue;
        if (!halted_.holds(log)) fresh[log] = led;
        else if (halted_.is_due(log) && trials_.size() < trials_max) again[log] = led;
    }
    search_for(fresh_, std::move(fresh));
    search_for(again_, std::move(again));
}

void publishing::search_for(pending_search& search, std::map<log_id, led_log> logs)
{
    if (logs.empty() || search.found.valid()) return;
    std::vector<led_log> wanted;
    for (const auto& [log, led] : logs) wanted.push_back(led);
    search.logs = std::move(logs);
    search.found = std::async(std::launch::async, [this, wanted = std::move(wanted)] {
        return prepare_logs(store_, ledger_, *client_, settings_, incarnation_, wanted);
    });
}

void publishing::take_found(pending_search& search, bool on_trial)
{
    if (!search.found.valid() || search.found.wait_for(0s) != std::future_status::ready) return;
    search.logs.clear();
    std::map<std::string, std::unique_ptr<carrier>> trials;          // by category
    std::vector<publication_cursor> beginnings;
    std::map<std::string, int> taken_over;                           // logs by category
    for (const auto& one : search.found.get()) {
        const auto led = led_.find(one.led.log);
        if (led == led_.end() || led->second.epoch != one.led.epoch) continue;
        if (!one.from) {
            halted_.add(one.led, one.from.error(), halted_logs::found::before_publishing);
            continue;
        }
        auto& trial = trials[one.led.log.category];
        if (on_trial && !trial) trial = new_carrier();
        if (!on_trial) halted_.end(one.led.log);                     // halts that another publisher saved
        begin(one, on_trial ? *trial : *main_);
        if (!on_trial) ++taken_over[one.led.log.category];
        if (one.from->is_beginning()) beginnings.push_back(*one.from);
    }
    ledger_.save(beginnings);                                        // before anything is sent
    for (auto& [category, trial] : trials)
        if (trial) trials_.push_back({std::move(trial)});
    is_at_work_ = true;
    for (const auto& [category, logs] : taken_over)
        telemetry::log(level::info, "takes over logs", {{"category", category}, {"logs", logs}});
}

void publishing::begin(const prepared_log& log, carrier& by)
{
    if (log.was_replaced)
        telemetry::log(
            level::warning, "the topic was replaced and is filled again",
            {{"log", to_string(log.led.log)}, {"topic", log.topic}, {"from", log.from->position.number + 1}});
    by.take(std::make_unique<partition_progress>(log.led, log.topic, *log.from, log.next_offset, !log.is_news));
}

void publishing::serve()
{
    for (auto* carrier : all_carriers()) {
        carrier->serve(0ms);
        look_after(*carrier);
    }
    if (!main_->broken()) return;
    const auto why = *main_->broken();
    save_cursors();
    dissolve(*main_);
    auto healthy = main_->release_idle();
    const bool is_explained =
        std::ranges::any_of(main_->all(), [](const auto& one) { return one.second->has_ended(); });
    if (!is_explained) throw unavailable("Kafka at " + settings_.bootstrap_servers + " ends the producer: " + why);
    main_ = new_carrier();
    for (auto& progress : healthy) main_->take(std::move(progress));
}

void publishing::look_after(carrier& carrier)
{
    for (const auto& [log, why] : carrier.take_obstacles()) {
        if (const auto found = carrier.all().find(log); found != carrier.all().end()) save_cursor(*found->second);
        halt(log, why);
    }
    carrier.forget_ended();
}

void publishing::halt(const log_id& log, const obstacle& why)
{
    if (const auto led = led_.find(log); led != led_.end())
        halted_.add(led->second, why, halted_logs::found::in_publishing);
}

/// What the watch has found out about topics.
void publishing::take_changes()
{
    for (const auto& [led, why] : watch_.take())
        for (auto* carrier : all_carriers()) {
            const auto found = carrier->all().find(led.log);
            if (found == carrier->all().end() || found->second->led().epoch != led.epoch) continue;
            if (found->second->has_ended()) continue;
            found->second->end();
            save_cursor(*found->second);
            if (why) halt(led.log, *why);
            carrier->forget_ended();
        }
}

/// Events in flight of a log that has ended can only be dropped with their producer. The other logs leave it as soon
/// as their events in flight are acknowledged.
void publishing::retire_main_when_stuck()
{
    const auto is_stuck = [](const auto& one) {
        return one.second->has_ended() && one.second->silent_for() > std::chrono::seconds(1);
    };
    if (std::ranges::none_of(main_->all(), is_stuck)) return;
    retired_.push_back({std::move(main_)});
    main_ = new_carrier();
}

void publishing::end_retired()
{
    for (auto& [carrier, since] : retired_) {
        for (auto& progress : carrier->release_idle()) main_->take(std::move(progress));
        const bool has_others =
            std::ranges::any_of(carrier->all(), [](const auto& one) { return !one.second->has_ended(); });
        if (has_others && !carrier->broken() && clock::now() - since < retire_timeout) continue;
        save_cursors();
        dissolve(*carrier);
        carrier.reset();
    }
    std::erase_if(retired_, [](const auto& one) { return !one.carrier; });
}

/// A log that worked for its whole probation and has nothing in flight joins the others.
void publishing::end_trials()
{
    for (auto& [carrier, since] : trials_) {
        const bool is_stuck = std::ranges::any_of(
            carrier->all(), [](const auto& one) { return one.second->has_ended() && !one.second->is_idle(); });
        if (carrier->broken() || is_stuck) {
            save_cursors();
            dissolve(*carrier);
            carrier.reset();
            continue;
        }
        const auto has_passed = [&, begun = since](const partition_progress& progress) {
            return clock::now() - begun >= halted_.probation(progress.led().log) && progress.is_caught_up();
        };
        for (auto& progress : carrier->release_idle(has_passed)) {
            halted_.end(progress->led().log);
            main_->take(std::move(progress));
        }
        if (carrier->is_empty()) carrier.reset();
    }
    std::erase_if(trials_, [](const auto& one) { return !one.carrier; });
}

/// Drops what is in flight, and learns which logs were refused.
void publishing::dissolve(carrier& carrier)
{
    carrier.give_up();
    look_after(carrier);
}

/// Whether there may be events that were not read: the store has signalled, or a log was not read to its end. A missed
/// signal delays nothing for longer than a second.
auto publishing::may_have_more(std::uint64_t seen) -> bool
{
    const auto is_read = [](const auto& one) { return one.second->has_ended() || one.second->is_caught_up(); };
    const bool all_read =
        std::ranges::all_of(all_carriers(), [&](const auto* one) { return std::ranges::all_of(one->all(), is_read); });
    const bool is_silent = !is_due(looked_, look_every);
    return std::exchange(changes_seen_, seen) != seen || !all_read || !is_silent;
}

auto publishing::carry() -> bool
{
    bool moved = main_->carry();
    for (const auto& trial : trials_) moved = trial.carrier->carry() || moved;
    return moved;
}

void publishing::save_cursors()
{
    std::vector<publication_cursor> cursors;
    for (const auto* carrier : all_carriers())
        for (const auto& [log, progress] : carrier->all())
            if (!progress->is_saved() && !progress->has_ended()) cursors.push_back(progress->done());
    if (cursors.empty()) return;
    ledger_.save(cursors);
    for (const auto* carrier : all_carriers())
        for (const auto& [log, progress] : carrier->all()) progress->set_saved();
}

/// For a log that has ended: the end of its topic stays known while it is not published.
void publishing::save_cursor(partition_progress& ended)
{
    if (ended.is_saved()) return;
    ledger_.save(std::span(&ended.done(), 1));
    ended.set_saved();
}

/// Logs with new acknowledgements are not watched: these show the topic's end.
void publishing::tell_watch()
{
    std::vector<watched_log> watched;
    std::vector<led_log> at_work;
    for (const auto* carrier : all_carriers())
        for (const auto& [log, progress] : carrier->all()) {
            if (progress->has_ended()) continue;
            at_work.push_back(progress->led());
            if (progress->take_progress()) continue;
            watched.push_back(
                {progress->led(), progress->topic(), progress->next_offset(), progress->silent_for() > silent_max});
        }
    watch_.follow(std::move(watched), std::move(at_work));
}

}  // namespace annals::kafka
