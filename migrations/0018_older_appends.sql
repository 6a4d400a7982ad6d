-- SPDX-License-Identifier: Apache-2.0
-- An append by an older form, or by the function of other clients, is told what annals.append_3 found
-- (0017_same_event.sql).
set local role annals_owner;

-- Nobody calls the first form any more.
drop function annals.append_1, annals.find_resent_1;

-- For programs that know no other, while they are replaced. They know no verdict 7.
create or replace function annals.append_2(
    in patient boolean, in logs int[],
    in a_resend boolean[], in a_category text[], in a_key text[],
    in w_append int[], in w_at int[], in w_key text[], in w_expected bigint[], in w_start int[], in w_count int[],
    in w_previous int[],
    in e_element int[], in e_id uuid[], in e_type text[], in e_schema_version smallint[], in e_data json[],
    in e_metadata json[], in e_occurred_at timestamptz[],
    out verdict int[], out version_before bigint[], out first_position bigint[], out last_position bigint[],
    out check_failed boolean[], out reused uuid[], out culprit int[])
language plpgsql as $$
begin
    select c.verdict, c.version_before, c.first_position, c.last_position, c.check_failed, c.reused, c.culprit
    into verdict, version_before, first_position, last_position, check_failed, reused, culprit
    from annals.append_3(patient, logs, a_resend, a_category, a_key, array_fill(null::text, array[cardinality(a_key)]),
                         w_append, w_at, w_key, w_expected, w_start, w_count, w_previous, e_element, e_id, e_type,
                         e_schema_version, e_data, e_metadata, e_occurred_at) c;
    if 7 = any (verdict) then
        raise exception 'an idempotency key was used for another request' using errcode = 'LG005';
    end if;
end
$$;
drop function annals.find_sent_1;

-- Other clients' function (0015_client_mistakes.sql) says what differs, and what a key was used for.
do $$
declare
    source text := pg_get_functiondef('annals.append'::regproc);
begin
    source := replace(source, 'annals.append_2(', 'annals.append_3(');
    source := replace(source, 'k.idempotency_key = append.idempotency_key and k.part = 1;',
                      'k.idempotency_key = append.idempotency_key order by k.part limit 1;');
    source := replace(source, 'array[idempotency_key] end,', 'array[idempotency_key] end, array[null::text],');
    source := replace(source, $text$raise exception 'event id % is in % already, with other content', call.reused[1], stream
                using errcode = 'LG004';$text$,
        $text$raise exception 'event id % was used in % already, and this differs: %', call.reused[1], stream,
                call.differs[1] using errcode = 'LG004', hint = 'A new event needs a new id.';
        when 7 then
            raise exception 'the idempotency key "%" was used for another request already: %', idempotency_key,
                (select format('%s-%s version %s', l.category, k.key, k.first_version)
                 from annals.idempotency_keys k join annals.logs l on l.log = k.log
                 where k.category = append.category and k.idempotency_key = append.idempotency_key
                 order by k.part limit 1)
                using errcode = 'LG005', hint = 'A new request needs a new key.';$text$);
    execute source;
end
$$;
