// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/rights.hpp>

#include <annals/app/failure.hpp>
#include <annals/libpq/connection.hpp>

#include <algorithm>
#include <set>

namespace annals::operations {
namespace {

using libpq::connection;
using libpq::parameters;

/// The rights of this list that a user lacks; null for an unknown user, empty when none.
constexpr auto select_lacking = R"sql(
    select string_agg(privilege || ' on ' || of, ', ') filter (
               where not coalesce(has_table_privilege(r.oid, needed.oid, privilege), false))
    from pg_roles r, (
        select of, privilege, c.oid
        from unnest($2::text[]) privilege, unnest($3::text[]) of
        left join (pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'annals')
          on of = 'annals.' || c.relname
    ) needed
    where r.rolname = coalesce(nullif($1, ''), current_user)
)sql";

/// The rights that stand for a kind of work; the role that has them has all others that the work needs.
struct needed_rights {
    const char* role;
    std::vector<std::string_view> tables, privileges;
};

const needed_rights to_project{
    "annals_projector", {"annals.checkpoints", "annals.leases", "annals.processor_states"}, {"insert", "update"}};
const needed_rights to_read{"annals_projector", {"annals.events"}, {"select"}};
const needed_rights to_publish{"annals_writer",
                               {"annals.leases", "annals.publication_cursors", "annals.publication_leaders"},
                               {"insert", "update"}};

const needed_rights to_append{"annals_writer", {"annals.events", "annals.idempotency_keys"}, {"insert", "select"}};

auto lacking(libpq::connection& server, const std::string& user, const needed_rights& needed) -> std::string
{
    auto tables = libpq::array::of<std::string_view>();
    auto privileges = libpq::array::of<std::string_view>();
    for (const auto one : needed.tables) tables.add(std::string_view(one));
    for (const auto one : needed.privileges) privileges.add(std::string_view(one));
    const auto found = server.query(select_lacking, parameters::of(user, std::move(privileges), std::move(tables)));
    return found.find<std::string>(0, 0).value_or("");
}

auto grant(const std::string& role, const std::string& user) -> std::string
{
    return "grant " + role + " to \"" + user + "\" (docs/operating/roles.md)";
}

void require(const std::string& dsn, const needed_rights& needed, const std::string& work)
{
    libpq::connection server(dsn);
    const auto missing = lacking(server, "", needed);
    if (missing.empty()) return;
    const auto user = server.query("select current_user::text").get<std::string>(0, 0);
    throw app::failure("the user " + user + " cannot " + work + ": it lacks " + missing,
                       grant(needed.role, user) + ", or connect as another user (--dsn)");
}

void examine_one(libpq::connection& server, const process_row& row, const needed_rights& needed,
                 const std::string& work, std::vector<finding>& all)
{
    const auto missing = lacking(server, row.run_by, needed);
    if (!missing.empty())
        all.push_back({finding::weight::problem, "processes",
                       row.program + " on " + row.host + " runs as " + row.run_by + ", which cannot " + work
                           + ": it lacks " + missing,
                       grant(needed.role, row.run_by)});
}

}  // namespace

void require_rights_to_project(const std::string& log_dsn, const std::string& model_dsn)
{
    require(log_dsn, to_read, "read the log");
    require(model_dsn, to_project, "keep read models");
}

void require_rights_to_publish(const std::string& log_dsn) { require(log_dsn, to_publish, "publish"); }

void require_rights_to_append(const std::string& log_dsn)
{
    require(log_dsn, to_append, "carry out the commands of process managers");
}

auto examine_rights_of(const process_rows& processes, libpq::connection& log, libpq::connection& models)
    -> std::vector<finding>
{
    std::vector<finding> all;
    std::set<std::pair<std::string, std::vector<std::string>>> seen;
    for (const auto& row : processes.rows) {
        if (row.stopped_at || processes.now - row.seen_at > std::chrono::days{1}) continue;
        if (!seen.emplace(row.run_by, row.parts).second) continue;
        const auto does = [&](const char* part) { return std::ranges::find(row.parts, part) != row.parts.end(); };
        if (does("projections")) {
            examine_one(log, row, to_read, "read the log", all);
            examine_one(models, row, to_project, "keep read models", all);
        }
        if (does("process managers"))
            examine_one(log, row, to_append, "carry out the commands of process managers", all);
        if (does("publisher")) examine_one(log, row, to_publish, "publish", all);
    }
    return all;
}

}  // namespace annals::operations
