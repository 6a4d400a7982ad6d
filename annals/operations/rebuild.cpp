// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/rebuild.hpp>

#include <annals/app/failure.hpp>
#include <annals/operations/build_job.hpp>
#include <annals/operations/presence.hpp>
#include <annals/operations/registered_versions.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/telemetry/log.hpp>

#include <algorithm>
#include <ranges>
#include <vector>

namespace annals::operations {

using namespace std::chrono_literals;
using app::failure;
using processors::processor_id;
using projections::copy_for, projections::copy_of;
namespace registry = projections::registry;

namespace {

/// Processes that know it take the job within this time.
constexpr auto others_may_take_it_for = 2s;
constexpr auto somebody_takes_it_within = 6s;

/// A job whose process was lost is taken again.
constexpr auto tries_again_after = 1s;

/// Workers learn of a version that is live within a second.
constexpr auto workers_begin_within = 2s;

auto versions_of(const app::context& context, pqxx::connection& model, const std::string& projection)
    -> std::vector<registry::entry>
{
    pqxx::nontransaction tx(model);
    return registered_versions(tx, projection, context.program());
}

auto live_of(const std::vector<registry::entry>& versions) -> const registry::entry&
{
    const auto live = std::ranges::find_if(versions, &registry::entry::live);
    if (live == versions.end()) throw failure("no version of " + versions.front().id.name + " is live");
    return *live;
}

/// A copy of the live version. Made now if this program can, and by the process that builds it otherwise.
auto copy_of_live(app::context& context, pqxx::connection& model, const registry::entry& live, copy_for purpose)
    -> version_pair
{
    if (const auto definition = definition_for_copy(context.types(), live))
        return {live, registry::apply_copy(model, *definition, purpose)};
    version_pair both{live, live};
    both.built.id = copy_of(live.id, purpose);
    both.built.live = false;
    learn_registration(model, both);
    return both;
}

/// The version of a file, which is registered now unless it is already. Nothing when that is the live one.
auto registered(pqxx::connection& model, const registry::entry& live, const projections::definition& file)
    -> std::optional<registry::entry>
{
    const auto& name = live.id.name;
    if (file.id.name != name) throw failure(file.file + " is of the projection " + file.id.name + ", not of " + name);
    (void)registry::apply(model, file);
    pqxx::nontransaction tx(model);
    auto version = registry::find(tx, file.id);
    if (version && version->kept_until)
        throw failure(to_string(file.id) + " is kept beside the live version, and needs no rebuild",
                      "`annals projections rollback " + name + "` makes it live");
    return version && version->live ? std::nullopt : version;
}

}  // namespace

void learn_registration(pqxx::connection& model, version_pair& both)
{
    pqxx::nontransaction tx(model);
    if (auto now = registry::find(tx, both.built.id)) both.built = *std::move(now);
}

auto rebuild_target(app::context& context, pqxx::connection& model, const std::string& projection,
                    const std::optional<projections::definition>& file) -> version_pair
{
    const auto versions = versions_of(context, model, projection);
    const auto& live = live_of(versions);
    if (file) {
        if (auto version = registered(model, live, *file)) return {live, *std::move(version)};
    } else if (const auto& newest = versions.back(); newest.id.version > live.id.version && !newest.is_applied()) {
        return {live, newest};
    }
    return copy_of_live(context, model, live, copy_for::rebuild);
}

auto verification_target(app::context& context, pqxx::connection& model, const std::string& projection) -> version_pair
{
    return copy_of_live(context, model, live_of(versions_of(context, model, projection)), copy_for::verification);
}

auto comparison_target(const app::context& context, pqxx::connection& model, const std::string& projection)
    -> version_pair
{
    const auto versions = versions_of(context, model, projection);
    const auto& live = live_of(versions);
    for (const auto& other : versions | std::views::reverse)
        if (!other.live) return {live, other};
    pqxx::nontransaction tx(model);
    if (auto copy = registry::find(tx, copy_of(live.id, copy_for::rebuild))) return {live, *std::move(copy)};
    throw failure("there is nothing to compare " + to_string(live.id) + " with",
                  "`annals projections rebuild " + projection + "` builds another one");
}

auto rollback_target(const app::context& context, pqxx::connection& model, const std::string& projection)
    -> version_pair
{
    const auto versions = versions_of(context, model, projection);
    const auto& live = live_of(versions);
    for (const auto& other : versions | std::views::reverse)
        if (other.kept_until) return {live, other};
    throw failure("no earlier version of " + projection + " is kept",
                  "a rebuild of another version keeps the one that was live, for a day");
}

requested_build::requested_build(app::context& context, const processor_id& version, const job& asked)
    : context_(context), version_(version), jobs_(context.configuration().dsn()), number_(place(asked))
{
    can_build_ = can_build(context_, version_);
    next_try_ = began_ + (can_build_ ? others_may_take_it_for : 0s);
}

requested_build::~requested_build()
{
    if (is_left_) return;
    building_.request_stop();
    if (building_.joinable()) building_.join();
    try {
        jobs_.cancel(number_);               // no harm when it is finished
    } catch (const eventstore::error&) {
        // It stays open, and is cancelled by an operator or ends with the version.
    }
}

auto requested_build::place(const job& asked) -> std::int64_t
{
    auto wanted = build_job(version_, asked.reason);
    wanted.asked_by = asked.asked_by;
    for (const auto& open : jobs_.list(true, 1000))
        if (open.verb == wanted.verb && open.subject == wanted.subject) return open.number;
    return jobs_.place(wanted);
}

void requested_build::look()
{
    const auto now = jobs_.find(number_);
    if (!now) throw failure("job " + std::to_string(number_) + " is gone from annals.jobs");
    if (now->state == "failed" || now->state == "cancelled")
        throw failure("job " + std::to_string(number_) + " has " + now->state
                      + (now->message.empty() ? "" : ": " + now->message));
    if (building_.joinable() || now->state == "done" || clock::now() < next_try_) return;
    next_try_ = clock::now() + tries_again_after;
    if (can_build_) {
        if (const auto taken = jobs_.take(process_, {build_projection}, number_)) build_here(*taken);
    } else if (now->state == "waiting" && (clock::now() - began_ > somebody_takes_it_within || !is_known_to_others())) {
        refuse();
    }
}

auto requested_build::is_known_to_others() -> bool
{
    libpq::connection log(context_.configuration().dsn());
    const auto processes = read_processes(log);
    const process_subject wanted{"projection", projections::original_name(version_.name), version_.version};
    return std::ranges::any_of(processes.rows, [&](const process_row& row) {
        return row.is_alive(processes.now) && std::ranges::find(row.knows, wanted) != row.knows.end();
    });
}

auto requested_build::leave() -> bool
{
    is_left_ = !building_.joinable();
    return is_left_;
}

void requested_build::hand_over()
{
    const auto deadline = clock::now() + workers_begin_within;
    libpq::connection log(context_.configuration().dsn());
    const auto processes = read_processes(log);
    const auto lives = [&](const process_row& row) { return row.is_alive(processes.now); };
    const bool has_workers = std::ranges::any_of(processes.rows, lives);
    while (has_workers && clock::now() < deadline && jobs_.find(number_)->is_open()) std::this_thread::sleep_for(50ms);
    jobs_.finish(number_, true, to_string(version_) + " is built");
}

void requested_build::build_here(const job& taken)
{
    building_ = std::jthread([this, taken](const std::stop_token& stop) {
        try {
            carry_out_build(context_, taken, stop);
        } catch (const std::exception& met) {
            end_failed_build(context_, taken, met);
        }
    });
}

void requested_build::refuse()
{
    libpq::connection log(context_.configuration().dsn());
    const auto name = projections::original_name(version_.name);
    const auto hint = read_processes(log).who_knew(name);
    throw failure("no running process knows " + name + " version " + std::to_string(version_.version),
                  hint.empty() ? "start the program that has it; its workers build it" : hint);
}

}  // namespace annals::operations
