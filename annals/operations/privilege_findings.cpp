// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/privilege_findings.hpp>

#include <annals/libpq/connection.hpp>

namespace annals::operations {
namespace {

using weight = finding::weight;

// Each row is a finding: whether it is a problem, what was found, what to do.

constexpr auto events_could_be_changed = R"sql(
    (select true, format('the trigger that keeps annals.%s as it is, is missing or disabled', kept),
            format('find out who did that; alter table annals.%1$s enable always trigger %1$s_are_not_changed', kept)
     from unnest(array['events', 'categories', 'logs']) with ordinality list(kept, place)
     left join pg_trigger t on t.tgrelid = to_regclass('annals.' || kept) and t.tgname = kept || '_are_not_changed'
     where t.tgenabled is distinct from 'A'
     order by place)
    union all
    select true, format('%s may %s annals.events', who, lower(privilege_type)),
           format('revoke %s on annals.events from %s', lower(privilege_type), who)
    from pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))),
         lateral (select case grantee when 0 then 'public' else grantee::regrole::text end) as g(who)
    where c.oid = to_regclass('annals.events') and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')
)sql";

// Whether a user can act as a role. From 16 on a membership may give neither the role's rights (INHERIT) nor SET
// ROLE: a user with CREATEROLE has the roles it created in this way, to grant them to others.
constexpr auto others_may_too_much = R"sql(
    with how as (
        select case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end as to_act
    ),
    acts_as as (
        select r.oid, r.rolname, a.rolname::text as role
        from pg_roles r, pg_roles a, how
        where r.rolcanlogin and not r.rolsuper and a.rolname::text = any('{annals_owner, annals_writer,
                  annals_appender, annals_projector, annals_reader, annals_analyst, annals_auditor, annals_archiver}')
          and (pg_has_role(r.oid, a.oid, 'usage') or pg_has_role(r.oid, a.oid, how.to_act))
    ),
    schemas as (select oid from pg_namespace where nspname in ('annals', 'read')),
    objects as (
        select 'schema ' || nspname as name, nspacl as acl from pg_namespace where oid in (table schemas)
        union all
        select oid::regclass::text, relacl from pg_class where relnamespace in (table schemas)
        union all
        select 'function ' || oid::regprocedure, coalesce(proacl, acldefault('f', proowner))
        from pg_proc where pronamespace in (table schemas)
    )
    select false, 'every user of the server may use ' || name, format('revoke all on %s from public', name)
    from objects where exists (select from aclexplode(acl) where grantee = 0)
    union all
    select false, format('%I is a member of %s and of %s', one.rolname, min(narrow), string_agg(distinct wide, ', ')),
           'let another user do one of them (docs/operating/roles.md)'
    from acts_as one join acts_as other using (oid), (values
        ('annals_analyst', '{annals_writer, annals_appender, annals_projector, annals_owner}'::text[]),
        ('annals_auditor', '{annals_writer, annals_appender, annals_projector, annals_owner}'),
        ('annals_archiver', '{annals_writer, annals_appender, annals_projector, annals_owner}'),
        ('annals_writer', '{annals_owner}'), ('annals_appender', '{annals_owner}'),
        ('annals_projector', '{annals_owner}')) as apart(narrow, too_wide), unnest(too_wide) wide
    where one.role = narrow and other.role = wide
    group by one.rolname
    union all
    select false, format('%I is an analyst without time-outs, and can hold up others', r.rolname),
           format('select annals.make_analyst(%L)', r.rolname)
    from acts_as r
    where r.role = 'annals_analyst' and not exists (
        select from pg_db_role_setting s, unnest(s.setconfig) setting
        where s.setrole = r.oid and setting like 'idle_in_transaction_session_timeout=%')
    union all
    select false, 'every user of the server may take advisory locks, and so hold up appends',
           'where users are not trusted: docs/operating/roles.md, Advisory locks'
    where exists (select from pg_proc p
                  where p.pronamespace = 'pg_catalog'::regnamespace and p.pronargs = 2
                    and p.proname ~ '^pg_(try_)?advisory_(xact_)?lock(_shared)?$'
                    and has_function_privilege('public', p.oid, 'execute'))
)sql";

constexpr auto this_user = R"sql(
    with acts_as as (
        select rolname from pg_roles
        where pg_has_role(oid, 'usage') or pg_has_role(oid, case when current_setting('server_version_num')::int
                                                                      >= 160000 then 'set' else 'member' end)
    )
    select false, format('%I is a superuser: a slip of this program is stopped by nothing', current_user),
           'give it a user with its roles only (docs/operating/roles.md)'
    from pg_roles where rolname = current_user and rolsuper
    union all
    select false, format('%I cannot append', current_user),
           format('where it should: grant annals_writer to %I', current_user)
    where not has_table_privilege('annals.events', 'insert')
      and not exists (select from acts_as where rolname in ('annals_auditor', 'annals_projector'))
    union all
    select false, format('%I cannot keep read models', current_user),
           format('where it should: grant annals_projector to %I', current_user)
    where not has_table_privilege('annals.checkpoints', 'update')
      and not exists (select from acts_as where rolname in ('annals_auditor', 'annals_writer'))
)sql";

constexpr auto forgotten_transactions = R"sql(
    select true, format('the prepared transaction %L has been waiting since %s, with the locks it took', gid,
                        date_trunc('second', prepared)),
           format('commit prepared %1$L, or rollback prepared %1$L', gid)
    from pg_prepared_xacts
    where database = current_database() and prepared < clock_timestamp() - interval '1 minute'
)sql";

}  // namespace

auto examine_privileges(libpq::connection& server, const std::string& about) -> std::vector<finding>
{
    std::vector<finding> all;
    for (const auto* look : {events_could_be_changed, others_may_too_much, this_user, forgotten_transactions}) {
        const auto rows = server.query(look);
        for (int i = 0; i < rows.size(); ++i)
            all.push_back({rows.get<bool>(i, 0) ? weight::problem : weight::advice, about, rows.get<std::string>(i, 1),
                           rows.get<std::string>(i, 2)});
    }
    return all;
}

}  // namespace annals::operations
