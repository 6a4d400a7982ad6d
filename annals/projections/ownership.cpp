// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/ownership.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/projections/settings.hpp>

namespace annals::projections::ownership {
namespace {

/// A role that exists only for a projection of this name; `r` is the role. The number in its name is that of the
/// database for which it was created.
constexpr auto is_its_own = R"sql(
    r.rolname ~ ('^annals_p_[0-9]+_' || $1 || '$') and not r.rolsuper and not r.rolcanlogin
)sql";

constexpr auto select_roles = R"sql(
    select r.rolname from annals.projections p join pg_namespace n on n.nspname = 'p_' || p.name || '_' || p.version
    join pg_roles r on r.oid = n.nspowner
    where p.name = $1 and )sql";

/// The server forgets with a database who owned what in it, and who had rights there.
constexpr auto without_a_database = R"sql(
    select r.rolname from pg_roles r
    where r.rolname ~ '^annals_p_[0-9]+_[a-z][a-z0-9_]*$' and not r.rolsuper and not r.rolcanlogin
      and not exists (select from pg_database d where d.oid::text = split_part(r.rolname, '_', 3))
      and not exists (select from pg_shdepend s where s.refclassid = 'pg_authid'::regclass and s.refobjid = r.oid)
    order by 1
)sql";

constexpr auto made_by_version = R"sql(
    ), made(what, owner) as (
        select 'schema ' || $2, nspowner from version
        union all
        select relname, relowner from pg_class join version on relnamespace = version.oid
        where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all
        select proname || '()', proowner from pg_proc join version on pronamespace = version.oid
    ), block as (
        select p.oid, proname, proconfig, coalesce(proacl, acldefault('f', proowner)) as acl
        from pg_proc p join version on pronamespace = version.oid where proname ~ '^block_[0-9]+$'
    ), shown as (
        select name, to_regclass('read.' || quote_ident(name)) as view from json_array_elements_text($3::json) name
    )
    select false, 'the schema ' || $2 || ' is gone' where not exists (select from version)
    union all
    select true, string_agg(what, ', ' order by what collate "C") || ' of ' || $2 || ' belong to ' || rolname
                 || case when rolsuper then ', a superuser' else '' end
    from made join pg_roles on pg_roles.oid = owner, version
    where owner <> nspowner or not is_own group by rolname, rolsuper
    union all
    select true, 'every user of the server may run ' || proname || '() of ' || $2
    from block where exists (select from aclexplode(acl) where grantee = 0)
    union all
    select false, 'no worker may run ' || proname || '() of ' || $2
    from block, pg_roles r
    where r.rolname = 'annals_projector' and not has_function_privilege(r.oid, block.oid, 'execute')
    union all
    select false, proname || '() of ' || $2 || ' was made by an older program, without the settings that its rows need'
    from block where not coalesce(proconfig, '{}') @> array(select json_array_elements_text($4::json))
    union all
    select false, 'read.' || quote_ident(name) || ' is gone' from shown where view is null
    union all
    select false, 'analysts may not use the schema read'
    from pg_roles r where rolname = 'annals_analyst' and not has_schema_privilege(r.oid, 'read', 'usage')
    union all
    select false, 'analysts may not read read.' || quote_ident(name)
    from shown, pg_roles r where rolname = 'annals_analyst' and not has_table_privilege(r.oid, view, 'select')
    union all
    select false, 'trials of files may not read read.' || quote_ident(name)
    from shown, pg_roles r where rolname = 'annals_trial' and not has_table_privilege(r.oid, view, 'select')
)sql";

auto faults_of(pqxx::transaction_base& tx, const processors::processor_id& id, const std::vector<std::string>& shows)
    -> std::vector<fault>
{
    const auto as_json = [](const std::vector<std::string>& texts) { return eventstore::json(texts).dump(); };
    const auto query = std::string("with version as (select n.oid, n.nspowner, ") + is_its_own
                       + " as is_own from pg_namespace n join pg_roles r on r.oid = n.nspowner where n.nspname = $2"
                       + made_by_version;
    std::vector<fault> found;
    for (const auto& row : tx.exec(query, pqxx::params{original_name(id.name), schema_of(id), as_json(shows),
                                                       as_json(settings::as_configured())}))
        found.push_back({row[0].as<bool>(), row[1].as<std::string>()});
    return found;
}

}  // namespace

auto roles_of_its_own(pqxx::transaction_base& tx, std::string_view projection) -> std::vector<std::string>
{
    std::vector<std::string> roles;
    for (const auto& row : tx.exec(std::string(select_roles) + is_its_own + "group by 1 order by max(p.version) desc",
                                   pqxx::params{projection}))
        roles.push_back(row[0].as<std::string>());
    return roles;
}

auto roles_of_dropped_databases(pqxx::transaction_base& tx) -> std::vector<std::string>
{
    std::vector<std::string> roles;
    for (const auto& [role] : tx.query<std::string>(without_a_database)) roles.push_back(role);
    return roles;
}

auto role_of(pqxx::transaction_base& tx, std::string_view projection) -> std::string
{
    if (auto roles = roles_of_its_own(tx, projection); !roles.empty()) return std::move(roles.front());
    return tx.query_value<std::string>(
        "select 'annals_p_' || oid || '_' || $1 from pg_database where datname = current_database()",
        pqxx::params{projection});
}

/// From 16 on, the creator of a role is a member of it but without either right.
constexpr auto may_use_and_hand_over = R"(
    select pg_has_role(current_user, $1, 'usage')
       and pg_has_role(current_user, $1,
                       case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end))";

void ensure_role(pqxx::transaction_base& tx, const std::string& role)
{
    if (!tx.query_value<bool>("select exists (select from pg_roles where rolname = $1)", pqxx::params{role}))
        tx.exec("create role " + role + " nologin");
    if (!tx.query_value<bool>(may_use_and_hand_over, pqxx::params{role})) tx.exec("grant " + role + " to current_user");
    tx.exec("grant usage on schema read to " + role);
    tx.exec("grant select on all tables in schema read to " + role);
}

auto faults(pqxx::transaction_base& tx, const registry::entry& entry) -> std::vector<fault>
{
    return faults_of(tx, entry.id, entry.live ? entry.shows : std::vector<std::string>{});
}

void check(pqxx::transaction_base& tx, const processors::processor_id& id)
{
    for (const auto& [is_danger, what] : faults_of(tx, id, {}))
        if (is_danger)
            throw eventstore::error(
                to_string(id) + " is not run: " + what
                    + ". A restore without its roles causes this: run `annals migrate` as a superuser",
                true);
}

}  // namespace annals::projections::ownership
