-- SPDX-License-Identifier: Apache-2.0
-- For everything in annals' schemas: object, letter of privileges.txt, and a statement that needs this privilege and changes nothing.
with schemas as (
    select oid, nspname as name from pg_namespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
), relations as (
    select c.oid, s.name || '.' || c.relname as name, format('%I.%I', s.name, c.relname) as quoted,
           case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end as kind
    from pg_class c join schemas s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
), columns as (
    select r.name || '.' || a.attname as name, r.quoted, format('%I', a.attname) as "column",
           format_type(a.atttypid, null) as type, a.attidentity = 'a' as is_given
    from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where r.kind <> 'sequence'
), functions as (
    select s.name || '.' || p.proname as name, format('%I.%I', s.name, p.proname) as quoted,
           (select string_agg('a' || n, ', ' order by n) from unnest(p.proargtypes) with ordinality a(type, n)) as given,
           (select string_agg(format('null::%s as a%s', case when type in ('anycompatible'::regtype, 'anyelement'::regtype)
                                                        then 'text' else format_type(type, null) end, n), ', ' order by n)
            from unnest(p.proargtypes) with ordinality a(type, n)) as nulls,
           p.oid as id, p.prokind = 'p' as is_procedure
    from pg_proc p join schemas s on s.oid = p.pronamespace
)
select 'schema ' || name, t.letter, format(t.statement, name) from schemas,
    (values ('U', 'select to_regclass(''%s.nothing'')'), ('C', 'create table %I.nothing ()')) t(letter, statement)
union all
select 'column ' || name, t.letter, format(t.statement, quoted, "column", type) from columns,
    (values ('S', 'select %2$s from %1$s where false'),
            ('I', 'insert into %s (%s) select null::%s where false'),
            ('U', 'update %s set %s = null where false')) t(letter, statement)
where letter = 'S' or not is_given
union all
select kind || ' ' || name, t.letter, format(t.statement, quoted) from relations,
    (values ('D', 'delete from %s where false'), ('T', 'truncate %s cascade')) t(letter, statement)
where kind <> 'sequence' and not (kind = 'view' and letter = 'T')
union all
select 'sequence ' || name, t.letter, format(t.statement, quoted) from relations,
    (values ('S', 'select last_value from %s'), ('N', 'select nextval(%L)'), ('U', 'select setval(%L, 1)'))
    t(letter, statement)
where kind = 'sequence'
union all
select 'function ' || name, 'X',
       format('select %s(%s) from (select %s offset 0) v where false', quoted, given, coalesce(nulls, '')) from functions
where not is_procedure
union all
-- A procedure that ends its transactions cannot be called in the one that a trial is undone with.
select 'function ' || name, 'X',
       format('do $$begin if not has_function_privilege(%s::oid, ''execute'') then raise insufficient_privilege; end if; end$$',
              id)
from functions where is_procedure
order by 1, 2
