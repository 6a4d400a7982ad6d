// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace annals::libpq {

/// Fixes the settings that change the meaning of statements (docs/operating/sessions.md). $1: the server's process as
/// libpq knows it. They hold for the session's life where the session is ours alone. Through a pooler, whose process
/// id is not the server's, they hold only until the end of this statement: another program's transaction might run in
/// the session next.
inline constexpr auto settle_session = R"sql(
    select pg_catalog.pg_backend_pid(),
           pg_catalog.set_config(s.name, s.value, pg_catalog.pg_backend_pid() operator(pg_catalog.<>) $1)
    from (values
        ('client_encoding', 'UTF8'),
        ('timezone', 'UTC'),
        ('datestyle', 'ISO, MDY'),
        ('intervalstyle', 'postgres'),
        ('extra_float_digits', '1'),
        ('bytea_output', 'hex'),
        ('standard_conforming_strings', 'on'),
        ('array_nulls', 'on'),
        ('transform_null_equals', 'off'),
        ('search_path', 'pg_catalog, pg_temp'),
        ('default_transaction_isolation', 'read committed'),
        ('jit', 'off'),
        ('client_min_messages', 'warning'),
        ('idle_session_timeout', '0'),
        ('idle_in_transaction_session_timeout', '5s'),
        ('client_connection_check_interval', '2s'),
        ('tcp_keepalives_idle', '3'),
        ('tcp_keepalives_interval', '2'),
        ('tcp_keepalives_count', '2')) s (name, value)
)sql";

}  // namespace annals::libpq
