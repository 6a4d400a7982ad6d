// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/builder.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/processors/failure.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/telemetry/repeated_problem.hpp>

#include <chrono>

namespace annals::projections::rebuild {

using namespace std::chrono_literals;
using processors::numbered_log;

namespace {

/// The live version is held while the built one comes to a bound: so it must learn of it soon.
constexpr auto bounds_are_read_every = 10ms;
constexpr auto looks_around_every = 1s;

constexpr auto select_bounds = "select log, stop_at from annals.checkpoints "
                               "where processor = $1 and version = $2 and stop_at is not null";

}  // namespace

builder::builder(build_settings settings, eventstore::store& store, registry::entry version,
                 const std::function<std::shared_ptr<processors::processor>()>& make)
    : settings_(std::move(settings)),
      store_(store),
      version_(std::move(version)),
      log_(store),
      bounded_(log_),
      sessions_(settings_.model_dsn, settings_.readers_max)
{
    processors_.push_back(make());
    const bool is_divided = processors_[0]->distribution() == processors::work_distribution::by_log;
    while (is_divided && processors_.size() < settings_.readers_max) processors_.push_back(make());
    for (const auto& one : processors_)
        readers_.emplace_back(
            one, processors::runner_surroundings{settings_.model_dsn, sessions_, store_, bounded_, settings_.parking});
}

builder::~builder()
{
    for (auto& one : readers_) one.request_stop();
}

auto builder::run(const std::stop_token& stop, const std::function<bool(const build_progress&)>& goes_on) -> bool
{
    telemetry::repeated_problem problem("a rebuild is interrupted; trying again");
    auto next_look = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        try {
            if (std::chrono::steady_clock::now() >= next_look) {
                look_around();
                if (!goes_on(progress_of(*catalogue_, store_, version_))) return false;
                next_look = std::chrono::steady_clock::now() + looks_around_every;
            }
            obey_bounds();
            problem.over();
            if (has_lost_all()) return true;
        } catch (const std::exception& met) {
            problem.met(processors::one_line(met), processors::error_code(met));
            catalogue_.reset();
            sessions_.close_idle();
            eventstore::pause(stop, looks_around_every);
        }
        eventstore::pause(stop, bounds_are_read_every);
    }
    return false;
}

/// Learns of new logs and of the operator's switches.
void builder::look_around()
{
    if (!catalogue_ || !catalogue_->is_open())
        catalogue_.emplace(processors::open_model_connection(settings_.model_dsn, "rebuild"));
    share_out(processors::number_logs(*catalogue_, store_, version_.categories));
    const auto read_at = processors::runner::clock::now();
    pqxx::nontransaction tx(*catalogue_);
    const auto state = processors::read_state(tx, version_.id);
    for (auto& one : readers_) one.obey(state, read_at);
}

/// Each log has one reader, always the same.
void builder::share_out(const std::vector<numbered_log>& logs)
{
    for (const auto& log : logs) known_.emplace(log.number, log);
    std::vector<std::vector<numbered_log>> shares(readers_.size());
    std::size_t next = 0;
    for (const auto& [number, log] : known_) {
        auto& share = shares[next++ % shares.size()];
        if (!lost_.contains(number)) share.push_back(log);
    }
    auto share = shares.begin();
    for (auto& one : readers_) one.assign(std::move(*share++));
}

void builder::obey_bounds()
{
    std::map<eventstore::log_id, eventstore::log_position> bounds;
    const auto& id = version_.id;
    pqxx::nontransaction tx(*catalogue_);
    for (const auto& [number, position] : tx.query<int, std::int64_t>(select_bounds, pqxx::params{id.name, id.version}))
        if (const auto log = known_.find(number); log != known_.end())
            bounds[log->second.log] = eventstore::log_position{position};
    bounded_.stop_at(std::move(bounds));
}

auto builder::has_lost_all() -> bool
{
    for (auto& one : readers_)
        for (const auto& log : one.take_lost()) lost_.insert(log.number);
    return !known_.empty() && lost_.size() == known_.size();
}

}  // namespace annals::projections::rebuild
