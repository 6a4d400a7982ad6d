// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/registry.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/libpq/lock_classes.hpp>
#include <annals/processors/registry.hpp>
#include <annals/projections/ownership.hpp>
#include <annals/projections/schema.hpp>
#include <annals/projections/shown_views.hpp>
#include <annals/projections/sql/server_error.hpp>
#include <annals/projections/sql/sql_file.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <ranges>
#include <thread>

namespace annals::projections::registry {
namespace {

using eventstore::invalid_request;

constexpr std::string_view depended_upon = "2BP01";

constexpr auto columns = R"sql(
    select name, version, kind, array_to_json(categories)::text, definition, hash, live, array_to_json(shows)::text,
           (extract(epoch from created_at) * 1000000)::bigint, registration,
           (extract(epoch from kept_until) * 1000000)::bigint
    from annals.projections
)sql";

auto texts(const std::string& json_list) -> std::vector<std::string> { return eventstore::json::parse(json_list); }

auto time_of(const pqxx::field& microseconds) -> eventstore::timestamp
{
    return eventstore::timestamp{std::chrono::microseconds{microseconds.as<std::int64_t>()}};
}

auto entries(pqxx::result rows) -> std::vector<entry>
{
    std::vector<entry> all;
    for (const auto& row : rows) {
        entry& one = all.emplace_back();
        one.id = {row[0].as<std::string>(), row[1].as<int>(), row[9].as<std::int64_t>()};
        one.kind = kind_from(row[2].view());
        one.categories = texts(row[3].as<std::string>());
        one.text = row[4].as<std::string>();
        one.hash = row[5].as<std::string>();
        one.live = row[6].as<bool>();
        one.shows = texts(row[7].as<std::string>());
        one.created_at = time_of(row[8]);
        if (!row[10].is_null()) one.kept_until = time_of(row[10]);
    }
    return all;
}

auto quoted(const std::string& name) -> std::string { return "\"" + name + "\""; }

/// A name in `read` belongs to one projection.
void check_name_is_free(pqxx::transaction_base& tx, const definition& what, const std::string& name)
{
    const auto ours = original_name(what.id.name);
    const auto owners =
        tx.exec("select name from annals.projections where $1 = any(shows) and name not in ($2, $3, $4) "
                "limit 1",
                pqxx::params{name, ours, copy_of({ours}, copy_for::rebuild).name,
                             copy_of({ours}, copy_for::verification).name});
    if (!owners.empty())
        throw invalid_request(what.file + ": the projection " + owners[0][0].as<std::string>() + " shows "
                              + quoted(name) + " already; give the table of " + what.id.name + " another name");
    const auto is_free = tx.query_value<bool>(
        "select not exists (select from pg_class where relnamespace = 'read'::regnamespace and relname = $1)",
        pqxx::params{name});
    const auto is_ours = !tx.exec("select from annals.projections where $1 = any(shows)", pqxx::params{name}).empty();
    if (!is_free && !is_ours)
        throw invalid_request(what.file + ": read." + quoted(name)
                              + " exists already and belongs to no projection; drop it, "
                                "or give the table of "
                              + what.id.name + " another name");
}

void insert(pqxx::transaction_base& tx, const definition& what, bool live, const std::vector<std::string>& shows)
{
    const auto list = [](const std::vector<std::string>& all) { return eventstore::json(all).dump(); };
    tx.exec(R"sql(
        insert into annals.projections (name, version, kind, categories, definition, hash, live, shows)
        values ($1, $2, $3, array(select json_array_elements_text($4::json)), $5,
                encode(sha256(convert_to($6, 'UTF8')), 'hex'), $7, array(select json_array_elements_text($8::json)))
    )sql",
            pqxx::params{what.id.name, what.id.version, to_string(what.kind), list(what.categories), what.text,
                         what.identity, live, list(shows)});
}

/// If this version is registered, it must have this definition.
auto compare(pqxx::transaction_base& tx, const definition& what, const entry& found) -> outcome
{
    const auto hash = tx.query_value<std::string>("select encode(sha256(convert_to($1, 'UTF8')), 'hex')",
                                                  pqxx::params{what.identity});
    const bool same = found.kind == what.kind && found.categories == what.categories && found.hash == hash;
    if (!same)
        throw invalid_request(what.file + ": " + to_string(what.id) + " is registered with another definition since "
                              + eventstore::to_string(found.created_at) + "; raise the version to "
                              + std::to_string(what.id.version + 1) + " and apply it again, or undo the change");
    return found.is_applied() ? outcome::unchanged : outcome::waiting;
}

/// Unless a projection of another database owns something with it: one of the databases was restored from the other.
void drop_role(pqxx::dbtransaction& tx, const std::string& role)
{
    tx.exec("drop owned by " + role);
    try {
        pqxx::subtransaction attempt(tx);
        attempt.exec("drop role " + role);
        attempt.commit();
    } catch (const pqxx::sql_error& problem) {
        if (problem.sqlstate() != depended_upon) throw;
    }
}

/// Roles and grants concern all databases of the cluster, where our lock does not reach.
auto is_collision(const pqxx::sql_error& problem) -> bool
{
    return problem.sqlstate() == "XX000" || problem.sqlstate() == "40P01" || problem.sqlstate() == "42710";
}

[[noreturn]] void refuse_for_lack_of_privilege(const std::string& act, const pqxx::sql_error& problem,
                                               const std::string& instead = {})
{
    throw invalid_request(act
                          + " needs a user with CREATEROLE, CREATE on this database and membership of annals_owner: "
                          + words_of(problem) + instead);
}

}  // namespace

namespace {

/// Runs what changes roles in a transaction, again when somebody in another database changed them at the same time.
template <class Change>
auto in_turn(pqxx::connection& connection, const processors::processor_id& of, Change change)
{
    constexpr int attempts = 10;
    for (int attempt = 1;; ++attempt) {
        try {
            pqxx::work tx(connection);
            tx.exec("set local search_path = pg_catalog, pg_temp");
            auto done = change(tx);
            tx.commit();
            return done;
        } catch (const pqxx::insufficient_privilege& problem) {
            refuse_for_lack_of_privilege("applying " + to_string(of), problem,
                                         "; others propose a file: `annals projections propose`");
        } catch (const pqxx::sql_error& problem) {
            if (attempt == attempts || !is_collision(problem)) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds{20 * attempt});
        }
    }
}

void drop_version(pqxx::dbtransaction& tx, const processors::processor_id& id)
{
    forget(tx, id);
    tx.exec("drop schema if exists " + schema_of(id) + " cascade");
}

}  // namespace

void wait_for_turn(pqxx::transaction_base& tx)
{
    tx.exec("select pg_advisory_xact_lock($1, 0)", pqxx::params{libpq::lock_class::projection});
}

void forget(pqxx::transaction_base& tx, const processors::processor_id& id)
{
    tx.exec("delete from annals.projections where name = $1 and version = $2", pqxx::params{id.name, id.version});
    processors::registry::forget(tx, id.name, id.version);
}

auto apply(pqxx::dbtransaction& tx, const definition& what) -> outcome
{
    wait_for_turn(tx);
    bool is_first = true;
    for (const auto& version : list(tx, what.id.name)) {
        if (same_version(version.id, what.id)) return compare(tx, what, version);
        if (version.live && version.id.version > what.id.version)
            throw invalid_request(what.file + ": version " + std::to_string(version.id.version) + " of " + what.id.name
                                  + " is live, and newer than " + std::to_string(what.id.version)
                                  + "; raise the version above it");
        is_first = false;
    }
    const auto schema = schema_of(what.id);
    schema::create(tx, what, schema);
    const auto shows = schema::shown_names(tx, schema);
    for (const auto& name : shows) check_name_is_free(tx, what, name);
    if (is_first)
        for (const auto& name : shows) shown_views::create(tx, schema, name);
    insert(tx, what, is_first, shows);
    return is_first ? outcome::created : outcome::waiting;
}

auto apply(pqxx::connection& connection, const definition& what) -> outcome
{
    return in_turn(connection, what.id, [&](pqxx::dbtransaction& tx) { return apply(tx, what); });
}

auto apply_copy(pqxx::connection& connection, const definition& original, copy_for purpose) -> entry
{
    auto copy = original;
    copy.id = copy_of(original.id, purpose);
    return in_turn(connection, copy.id, [&](pqxx::dbtransaction& tx) {
        wait_for_turn(tx);
        const auto of = find(tx, original.id);
        if (!of) throw invalid_request("there is no projection " + to_string(original.id));
        for (const auto& former : list(tx, copy.id.name)) {
            if (former.hash == of->hash && same_version(former.id, copy.id)) return former;
            drop_version(tx, former.id);
        }
        const auto schema = schema_of(copy.id);
        schema::create(tx, copy, schema);
        insert(tx, copy, false, schema::shown_names(tx, schema));
        return *find(tx, copy.id);
    });
}

auto file_of(const entry& of) -> sql_file
{
    auto file = parse_registered(of.text, to_string(of.id));
    file.id = of.id;
    return file;
}

void remove(pqxx::connection& connection, std::string_view projection)
{
    const auto name = std::string(projection);
    try {
        pqxx::work tx(connection);
        wait_for_turn(tx);
        auto versions = list(tx, projection);
        if (versions.empty())
            throw invalid_request("there is no projection " + name
                                  + "; `annals projections list` shows those there are");
        const auto roles = ownership::roles_of_its_own(tx, projection);
        for (const auto purpose : {copy_for::rebuild, copy_for::verification})
            std::ranges::move(list(tx, copy_of({name}, purpose).name), std::back_inserter(versions));
        for (const auto& version : versions) {
            if (version.live)
                for (const auto& shown : version.shows) tx.exec("drop view if exists read." + tx.quote_name(shown));
            drop_version(tx, version.id);
        }
        for (const auto& role : roles) drop_role(tx, role);
        tx.commit();
    } catch (const pqxx::insufficient_privilege& problem) {
        refuse_for_lack_of_privilege("removing " + name, problem);
    } catch (const pqxx::sql_error& problem) {
        if (problem.sqlstate() != depended_upon) throw;
        throw invalid_request(name + " cannot be removed: drop what depends on it first. " + words_of(problem));
    }
}

void remove_version(pqxx::connection& connection, const processors::processor_id& id)
{
    try {
        pqxx::work tx(connection);
        wait_for_turn(tx);
        const auto found = find(tx, id);
        if (!found) throw invalid_request("there is no " + to_string(id));
        if (found->live)
            throw invalid_request(to_string(id) + " is live; to drop it with all versions: annals projections remove "
                                  + id.name);
        drop_version(tx, id);
        tx.commit();
    } catch (const pqxx::insufficient_privilege& problem) {
        refuse_for_lack_of_privilege("removing " + to_string(id), problem);
    }
}

auto remove_expired(pqxx::connection& connection) -> std::vector<processors::processor_id>
{
    pqxx::work tx(connection);
    wait_for_turn(tx);
    std::vector<processors::processor_id> expired;
    for (const auto& row : entries(tx.exec(std::string(columns) + "where kept_until < clock_timestamp() and not live")))
        expired.push_back(row.id);
    for (const auto& id : expired) drop_version(tx, id);
    tx.commit();
    return expired;
}

void set_right(pqxx::connection& connection, const entry& wrong)
{
    pqxx::work tx(connection);
    wait_for_turn(tx);
    definition what;
    if (wrong.kind == kind::sql) what = file_of(wrong).definition();
    what.id = wrong.id;
    what.kind = wrong.kind;
    const auto name = schema_of(wrong.id);
    schema::set_right(tx, what, name);
    tx.exec("grant usage on schema read to annals_projector, annals_reader, annals_analyst, annals_auditor");
    for (const auto& shown : wrong.live ? wrong.shows : std::vector<std::string>{}) {
        const auto view = shown_views::name_of(tx, shown);
        const auto is_there = tx.query_value<bool>("select to_regclass($1) is not null", pqxx::params{view});
        if (is_there) shown_views::open_to_readers(tx, view);
        else shown_views::create(tx, name, shown);
    }
    tx.commit();
}

auto drop_roles_of_dropped_databases(pqxx::connection& connection) -> std::vector<std::string>
{
    pqxx::nontransaction tx(connection);
    auto roles = ownership::roles_of_dropped_databases(tx);
    const auto is_kept = [&](const std::string& role) {
        try {
            tx.exec("drop role " + role);
            return false;
        } catch (const pqxx::sql_error&) {
            return true;                     // not this user's to drop, in use again, or dropped by somebody else
        }
    };
    std::erase_if(roles, is_kept);
    return roles;
}

auto list(pqxx::transaction_base& tx, std::string_view projection) -> std::vector<entry>
{
    return entries(
        tx.exec(std::string(columns) + "where $1 in ('', name) order by name, version", pqxx::params{projection}));
}

auto find(pqxx::transaction_base& tx, const processors::processor_id& id) -> std::optional<entry>
{
    auto found =
        entries(tx.exec(std::string(columns) + "where name = $1 and version = $2", pqxx::params{id.name, id.version}));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

}  // namespace annals::projections::registry
