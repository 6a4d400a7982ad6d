// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/build_job.hpp>

#include <annals/app/failure.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/rebuild/builder.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <annals/telemetry/log.hpp>

#include <algorithm>
#include <utility>

namespace annals::operations {

using processors::processor_id;
using projections::copy_for, projections::copy_of, projections::original_name;
namespace registry = projections::registry;

namespace {

/// A view or table of the program, by the version that it knows.
auto find_own(const app::program_types& types, const processor_id& wanted) -> const app::program_projection*
{
    const processor_id original{original_name(wanted.name), wanted.version};
    for (const auto& one : types.projections)
        if (same_version(one.define().id, original)) return &one;
    return nullptr;
}

auto version_of(const job& wanted) -> processor_id
{
    const auto named = eventstore::json::parse(wanted.arguments);
    return {named.value("projection", ""), named.value("version", 0)};
}

/// The version that the job names; a copy is made now, unless it is there.
auto registered(const app::context& context, const processor_id& wanted) -> registry::entry
{
    auto model = processors::open_model_connection(context.configuration().read_dsn(), "rebuild");
    const auto find = [&](const processor_id& id) {
        pqxx::nontransaction tx(model);
        return registry::find(tx, id);
    };
    if (auto found = find(wanted)) return *std::move(found);
    const processor_id original{original_name(wanted.name), wanted.version};
    const auto of = find(original);
    if (of && of->kind == projections::kind::sql) throw app::failure(to_string(wanted) + " is not registered any more");
    const auto definition = of ? definition_for_copy(context.types(), *of) : std::nullopt;
    if (!definition) throw app::failure(to_string(wanted) + " is not registered any more");
    const auto purpose =
        copy_of(original, copy_for::rebuild).name == wanted.name ? copy_for::rebuild : copy_for::verification;
    return registry::apply_copy(model, *definition, purpose);
}

/// Whether the version needs no builder any more: it is applied by workers, or gone.
auto is_over(const std::string& model_dsn, const processor_id& id) -> bool
{
    auto model = processors::open_model_connection(model_dsn, "rebuild");
    pqxx::nontransaction tx(model);
    const auto now = registry::find(tx, id);
    return !now || now->is_applied();
}

}  // namespace

auto build_job(const processor_id& version, const std::string& reason) -> job
{
    job wanted;
    wanted.verb = build_projection;
    wanted.subject = to_string(version);
    wanted.reason = reason;
    wanted.arguments = eventstore::json{{"projection", version.name}, {"version", version.version}}.dump();
    return wanted;
}

auto definition_for_copy(const app::program_types& types, const registry::entry& entry)
    -> std::optional<projections::definition>
{
    if (entry.kind == projections::kind::sql) return registry::file_of(entry).definition();
    const auto* const own = find_own(types, entry.id);
    if (own == nullptr) return std::nullopt;
    auto definition = own->define();
    if (definition.text != entry.text) return std::nullopt;
    return definition;
}

auto maker_of(const app::program_types& types, const registry::entry& entry) -> processor_maker
{
    if (entry.kind == projections::kind::sql)
        return [file = registry::file_of(entry)] { return std::make_shared<projections::sql_projection>(file); };
    if (!definition_for_copy(types, entry)) return {};
    return [make = find_own(types, entry.id)->make, id = entry.id] { return make(id); };
}

auto can_build(const app::context& context, const processor_id& version) -> bool
{
    auto model = processors::open_model_connection(context.configuration().read_dsn(), "rebuild");
    pqxx::nontransaction tx(model);
    if (const auto entry = registry::find(tx, version))
        return !entry->is_applied() && maker_of(context.types(), *entry);
    const auto original = registry::find(tx, {original_name(version.name), version.version});
    return original && original->kind != projections::kind::sql && maker_of(context.types(), *original);
}

void carry_out_build(app::context& context, const job& taken, const std::stop_token& stop)
{
    const auto& settings = context.configuration();
    const auto entry = registered(context, version_of(taken));
    const auto make = maker_of(context.types(), entry);
    if (!make) throw app::failure("this program does not know " + to_string(entry.id));
    projections::rebuild::builder builder(
        {.model_dsn = settings.read_dsn(),
         .parking = {.keys = settings.number("parked.keys"), .events = settings.number("parked.events")}},
        context.store(), entry, make);
    std::optional<job_table> jobs;
    const auto report = [&](const projections::rebuild::build_progress& come) {
        if (!jobs) jobs.emplace(settings.dsn());
        const auto now = jobs->find(taken.number);
        if (!now || !now->is_open()) return false;
        jobs->report(taken.number,
                     app::with_separators(come.applied) + " of " + app::with_separators(come.total) + " events");
        return true;
    };
    const auto goes_on = [&](const projections::rebuild::build_progress& come) {
        try {
            return report(come);
        } catch (const eventstore::error&) {
            jobs.reset();
            throw;
        }
    };
    const bool is_taken_over = builder.run(stop, goes_on);
    job_table last(settings.dsn());
    if (stop.stop_requested()) return last.give_back(taken.number);
    if (is_taken_over && is_over(settings.read_dsn(), entry.id))
        last.finish(taken.number, true, to_string(entry.id) + " is built");
}

void end_failed_build(const app::context& context, const job& taken, const std::exception& why)
{
    try {
        job_table(context.configuration().dsn()).finish(taken.number, false, app::explain(why).what());
    } catch (const eventstore::error&) {
        // It is taken again, and fails again.
    }
}

void build_worker::take_next(job_table& jobs)
{
    if (is_busy_) return;
    if (const auto number = interrupted_.exchange(0)) jobs.give_back(number);
    const auto taken = jobs.take(process_, {build_projection}, {},
                                 [this](const job& offered) { return can_build(context_, version_of(offered)); });
    if (!taken) return;
    telemetry::log(telemetry::level::info, "carrying out a job",
                   {{"job", taken->number}, {"verb", taken->verb}, {"subject", taken->subject}});
    is_busy_ = true;
    building_ = std::jthread([this, taken = *taken](const std::stop_token& stop) {
        try {
            carry_out_build(context_, taken, stop);
        } catch (const eventstore::unavailable&) {
            interrupted_ = taken.number;     // the process logs the outage
        } catch (const std::exception& met) {
            end_failed_build(context_, taken, met);
        }
        is_busy_ = false;
    });
}

}  // namespace annals::operations
