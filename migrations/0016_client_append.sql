-- SPDX-License-Identifier: Apache-2.0
-- 0015_client_mistakes.sql wrote the function of other clients anew, and with it the call of annals.append_1, which
-- 0014_append_2.sql had replaced.

set local role annals_owner;

do $$
begin
    execute replace(pg_get_functiondef('annals.append'::regproc), 'annals.append_1(', 'annals.append_2(');
end
$$;
